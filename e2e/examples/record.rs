//! Records a dialogue with a mail server that somebody else started: `record smtp 2525 "Name and version" < lines > file`.
//! Each line of the input is said when the reply to the one before is whole; secrets are hidden in what is printed.

use std::io::BufRead;

use e2e::watched::Watched;
use mailproto::Protocol;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [protocol, port, server] = args.as_slice() else {
        eprintln!("usage: record pop3|smtp PORT \"the server and its version\" < lines > transcripts/real/NAME.txt");
        return;
    };
    let protocol = if protocol == "pop3" { Protocol::Pop3 } else { Protocol::Smtp };
    let mut watched = Watched::open(protocol, port.parse().expect("a port of this machine"));
    for line in std::io::stdin().lock().lines() {
        if watched.say(&line.expect("lines of text")) == "CLOSED" {
            break;
        }
    }
    print!("# {server}\n{}", watched.record());
}
