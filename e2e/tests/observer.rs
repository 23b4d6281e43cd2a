//! The observer beside real servers: Dovecot and Postfix say what they say, and it must follow every step. With RECORD=1 the
//! dialogues are written to `transcripts/real`, secrets hidden.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;

use e2e::dovecot::Dovecot;
use e2e::postfix::Postfix;
use e2e::wait::PATIENCE;
use mailproto::line::Ending;
use mailproto::session::WireLine;
use mailproto::token::Side;
use mailproto::{Event, Protocol, Session};

/// A real connection with an observer beside it.
struct Watched {
    stream: TcpStream,
    session: Session,
    /// The record, in the form of `transcripts/`.
    record: String,
}

impl Watched {
    #[track_caller]
    fn open(protocol: Protocol, port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut session = Session::new(protocol);
        session.connected(false);
        let mut watched = Self { stream, session, record: "> connect\n".to_owned() };
        watched.listen();
        watched
    }

    /// Reads until the observer says that nothing more is due.
    #[track_caller]
    fn listen(&mut self) {
        let mut chunk = [0; 4096];
        while !self.session.is_quiet() {
            let length = self.stream.read(&mut chunk).unwrap_or_else(|error| panic!("{error}, after\n{}", self.record));
            assert!(length > 0, "the server closed, after\n{}", self.record);
            let events = self.session.received(&chunk[..length]);
            self.keep(&events);
        }
    }

    /// Says a line, and waits for the whole reply unless it is message text. The observer must then be in `state`.
    #[track_caller]
    fn check(&mut self, line: &str, state: &str) {
        let events = self.session.sent(line.as_bytes(), Ending::CrLf);
        self.stream.write_all(format!("{line}\r\n").as_bytes()).unwrap();
        self.keep(&events);
        self.listen();
        assert_eq!(self.session.state().name(), state, "after {line}:\n{}", self.record);
        self.record.push_str(&format!("= {state}\n"));
    }

    #[track_caller]
    fn keep(&mut self, events: &[Event]) {
        for event in events {
            let Event::Line(line) = event else { continue };
            let WireLine { side, text, problems, .. } = line.as_ref();
            let who = if *side == Side::Client { "C:" } else { "S:" };
            self.record.push_str(format!("{who} {}", text.shown()).trim_end());
            self.record.push('\n');
            if *side == Side::Server {
                let odd: Vec<_> = problems.iter().filter(|problem| problem.kind.side() == Side::Server).collect();
                let known = odd.iter().all(|problem| {
                    use mailproto::ProblemKind::{
                        Lenient, NotNow, ReceivedNoDate, ReceivedNoFrom, Refused, SizeDiffers,
                    };
                    matches!(problem.kind, Lenient | NotNow | Refused | ReceivedNoDate | ReceivedNoFrom | SizeDiffers)
                });
                assert!(known, "a real server's line is called odd: {line:?}");
            }
        }
    }

    fn finish(self, name: &str) {
        if std::env::var_os("RECORD").is_some() {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../transcripts/real");
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join(name), self.record).unwrap();
        }
    }
}

#[test]
fn it_follows_dovecot() {
    let server = Dovecot::start();
    let mut watched = Watched::open(Protocol::Pop3, server.pop3);
    for (line, state) in [
        ("CAPA", "AUTHORIZATION"),
        ("STAT", "AUTHORIZATION"),
        ("USER ada", "AUTHORIZATION"),
        ("PASS wrong", "AUTHORIZATION"),
        ("USER ada", "AUTHORIZATION"),
        ("PASS lovelace", "TRANSACTION"),
        ("STAT", "TRANSACTION"),
        ("LIST", "TRANSACTION"),
        ("LIST 2", "TRANSACTION"),
        ("UIDL", "TRANSACTION"),
        ("TOP 1 0", "TRANSACTION"),
        ("RETR 2", "TRANSACTION"),
        ("DELE 1", "TRANSACTION"),
        ("RETR 1", "TRANSACTION"),
        ("RETR 9", "TRANSACTION"),
        ("RSET", "TRANSACTION"),
        ("NOOP", "TRANSACTION"),
        ("XYZZY", "TRANSACTION"),
        ("QUIT", "CLOSED"),
    ] {
        watched.check(line, state);
    }
    watched.finish("pop3-dovecot.txt");
}

#[test]
fn it_follows_dovecot_s_sasl() {
    let server = Dovecot::start();
    let mut watched = Watched::open(Protocol::Pop3, server.pop3);
    watched.check("AUTH LOGIN", "AUTHENTICATING");
    watched.check("*", "AUTHORIZATION");
    watched.check("AUTH PLAIN AGFkYQBsb3ZlbGFjZQ==", "TRANSACTION");
    watched.check("QUIT", "CLOSED");
    watched.finish("pop3-dovecot-sasl.txt");
}

#[test]
fn it_follows_postfix() {
    let Some(server) = Postfix::start() else { return };
    let mut watched = Watched::open(Protocol::Smtp, server.smtp);
    for (line, state) in [
        ("NOOP", "CONNECTED"),
        ("EHLO laptop.example.test", "GREETED"),
        ("RCPT TO:<ada@example.test>", "GREETED"),
        ("VRFY ada", "GREETED"),
        ("EXPN all", "GREETED"),
        ("HELP", "GREETED"),
        ("MAIL FROM: grace@example.test", "SENDER"),
        ("RSET", "GREETED"),
        ("MAIL FROM:<grace@example.test> SIZE=200 BODY=8BITMIME", "SENDER"),
        ("DATA", "SENDER"),
        ("RCPT TO:<nobody@elsewhere.test>", "SENDER"),
        ("RCPT TO:<ada@example.test>", "RECIPIENTS"),
        ("DATA", "DATA"),
        ("Subject: watched", "DATA"),
        ("", "DATA"),
        ("..dot", "DATA"),
        (".", "GREETED"),
        ("TURN", "GREETED"),
        ("QUIT", "CLOSED"),
    ] {
        watched.check(line, state);
    }
    watched.finish("smtp-postfix.txt");
}
