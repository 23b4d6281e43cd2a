//! `cargo xtask bench`: tables of relay, page, practice server and brain beside named peers, as `docs/bench.md` explains. A number never
//! fails a run; a byte that is lost or out of place on our own way does.

mod brain;
mod cost;
mod link;
mod office;
mod relay;
mod screen;
mod server;
mod sessions;
mod table;
mod ways;

use std::process::ExitCode;

use e2e::certs::Certs;
use e2e::folder::Folder;

use crate::brain::Reply;
use crate::server::{MailServer, body};
use crate::ways::{To, Way};

/// What is measured beside the relay's [`relay::IDS`].
const OTHERS: [&str; 7] = ["P6", "P7", "P8", "P10", "P13", "P14", "P15"];

/// The largest reply any measurement asks for.
const LARGEST: usize = 100_000_000;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let lost = match arguments[..] {
        ["count", reply, bytes] => return count(reply, bytes),
        [] => all(|_| true),
        [suite] if relay::IDS.iter().chain(&OTHERS).any(|id| *id == suite) => all(|id| id == suite),
        _ => {
            eprintln!("bench: give one of {} {}, or nothing for all", relay::IDS.join(" "), OTHERS.join(" "));
            return ExitCode::FAILURE;
        }
    };
    for sentence in &lost {
        eprintln!("bench: {sentence}");
    }
    if lost.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Measures what is wanted. Gives what was lost.
fn all(wanted: impl Fn(&str) -> bool) -> Vec<String> {
    if wanted("P15") {
        brain::all();
    }
    if ["P8", "P10"].into_iter().any(&wanted) {
        screen::all(&wanted);
    }
    if wanted("P13") {
        office::taking();
    }
    if wanted("P14") {
        office::giving();
    }
    if !relay::IDS.iter().chain(&["P6", "P7"]).any(|id| wanted(id)) {
        return Vec::new();
    }
    sessions::raise_open_files();
    let folder = Folder::new("bench");
    let certs = Certs::new(&folder);
    let server = MailServer::start(&body(LARGEST), &certs);
    let ways = |to| ways::all(to, server, &certs);
    let (plain, tls) = (ways(To::Plain), ways(To::Tls));
    versions(&plain);
    versions(&tls);
    println!();
    let mut lost = relay::all(&plain, &tls, &wanted);
    // Fresh programs from here on: what earlier sessions left behind is not the next ones'.
    drop((plain, tls));
    if wanted("P6") {
        sessions::idle(&ways(To::Plain));
        sessions::idle(&ways(To::Tls));
    }
    if wanted("P7") {
        lost.extend(sessions::talking(&ways(To::Plain)));
    }
    lost
}

fn versions(ways: &[Way]) {
    for way in ways {
        println!("- {}: {}", way.name, way.version);
    }
}

/// For a tool that counts instructions: one reply, nothing printed.
fn count(reply: &str, bytes: &str) -> ExitCode {
    let reply = Reply::ALL.into_iter().find(|one| one.name() == reply);
    match (reply, bytes.parse()) {
        (Some(reply), Ok(bytes)) => {
            brain::once(reply, bytes);
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("bench: `count` takes one of retr, letters, list, uidl, endless, and a number of bytes");
            ExitCode::FAILURE
        }
    }
}
