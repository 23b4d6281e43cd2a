//! `cargo xtask bench`: tables of the relay and the brain beside named peers, as `docs/bench.md` explains. A number never fails
//! a run; a byte that is lost or out of place on our own way does.

mod brain;
mod cost;
mod link;
mod relay;
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

/// The largest reply any measurement asks for.
const LARGEST: usize = 100_000_000;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let lost = match arguments[..] {
        ["count", reply, bytes] => return count(reply, bytes),
        ["P15"] => {
            brain::all();
            Vec::new()
        }
        ["relay"] => relay(),
        ["sessions"] => sessions(),
        [] => {
            brain::all();
            relay().into_iter().chain(sessions()).collect()
        }
        _ => {
            eprintln!("bench: give one of P15, relay, sessions, or nothing for all");
            return ExitCode::FAILURE;
        }
    };
    for sentence in &lost {
        eprintln!("bench: {sentence}");
    }
    if lost.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn relay() -> Vec<String> {
    let folder = Folder::new("bench");
    let certs = Certs::new(&folder);
    let server = MailServer::start(&body(LARGEST), &certs);
    let (plain, tls) = (ways::all(To::Plain, server, &certs), ways::all(To::Tls, server, &certs));
    versions(&plain);
    versions(&tls);
    println!();
    relay::all(&plain, &tls)
}

fn sessions() -> Vec<String> {
    sessions::raise_open_files();
    let folder = Folder::new("bench");
    let certs = Certs::new(&folder);
    let server = MailServer::start(&body(LARGEST), &certs);
    let (plain, tls) = (ways::all(To::Plain, server, &certs), ways::all(To::Tls, server, &certs));
    sessions::idle(&plain);
    sessions::idle(&tls);
    // Fresh programs: what idle sessions left behind is not the crowd's.
    drop((plain, tls));
    sessions::talking(&ways::all(To::Plain, server, &certs))
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
