//! Every transcript under `transcripts/` fed to the observer: whole, byte by byte and split, with the states and notes it names.
//!
//! The format: `C: ` and `S: ` lines as they cross the wire (CRLF added); `S:lf: ` for a server line that ends in LF alone;
//! `= NAME` the state that must hold now; `! kind` a problem the line before must have; `# `
//! a remark; `> connect`, `> connect tls`, `> tls`, `> cut` what happened to the connection.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![allow(clippy::disallowed_methods, reason = "the transcripts are files")]

use std::{fs, path::Path};

use mailproto::{Event, Protocol, Session, line::Ending, session::WireLine};

/// One step of a transcript.
#[derive(Debug, Clone)]
enum Step {
    Client(String),
    Server(String, &'static str),
    State(String),
    Problem(String),
    Connect { tls: bool },
    Tls,
    Cut,
}

fn steps(text: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    for line in text.lines() {
        let step = if let Some(rest) = line.strip_prefix("S:lf: ") {
            Step::Server(rest.into(), "\n")
        } else if let Some(rest) = line.strip_prefix("C:") {
            Step::Client(rest.strip_prefix(' ').unwrap_or(rest).into())
        } else if let Some(rest) = line.strip_prefix("S:") {
            Step::Server(rest.strip_prefix(' ').unwrap_or(rest).into(), "\r\n")
        } else if let Some(state) = line.strip_prefix("= ") {
            Step::State(state.into())
        } else if let Some(kind) = line.strip_prefix("! ") {
            Step::Problem(kind.into())
        } else {
            match line {
                "> connect" => Step::Connect { tls: false },
                "> connect tls" => Step::Connect { tls: true },
                "> tls" => Step::Tls,
                "> cut" => Step::Cut,
                _ if line.starts_with('#') || line.is_empty() => continue,
                other => panic!("not a step: {other}"),
            }
        };
        steps.push(step);
    }
    steps
}

/// How server bytes are cut into chunks.
#[derive(Clone, Copy)]
enum Feed {
    Whole,
    ByteByByte,
    Split(usize),
}

fn feed(session: &mut Session, bytes: &[u8], how: Feed) -> Vec<Event> {
    match how {
        Feed::Whole => session.received(bytes),
        Feed::ByteByByte => bytes.iter().flat_map(|byte| session.received(&[*byte])).collect(),
        Feed::Split(at) => {
            let (a, b) = bytes.split_at(at.min(bytes.len()));
            let mut events = session.received(a);
            events.extend(session.received(b));
            events
        }
    }
}

/// Plays a transcript, checks what it expects, and gives all events.
fn play(name: &str, protocol: Protocol, steps: &[Step], how: Feed) -> Vec<Event> {
    let mut session = Session::new(protocol);
    let mut all: Vec<Event> = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        let at = || format!("{name}, step {index}: {step:?}");
        let events = match step {
            Step::Client(line) => session.sent(line.as_bytes(), Ending::CrLf),
            Step::Server(line, ending) => feed(&mut session, format!("{line}{ending}").as_bytes(), how),
            Step::Connect { tls } => session.connected(*tls),
            Step::Tls => session.tls_established(),
            Step::Cut => session.closed(),
            Step::State(state) => {
                assert_eq!(session.state().name(), state, "{}", at());
                continue;
            }
            Step::Problem(key) => {
                let line = last_line(&all);
                let found: Vec<_> = line.problems.iter().map(|problem| format!("{:?}", problem.kind)).collect();
                assert!(found.contains(key), "{}: {:?} has {found:?}", at(), line.text);
                continue;
            }
        };
        all.extend(events);
    }
    all
}

fn last_line(events: &[Event]) -> &WireLine {
    let mut lines = events.iter().rev().filter_map(|event| match event {
        Event::Line(line) => Some(line.as_ref()),
        Event::Moved(_) | Event::GoAhead { .. } => None,
    });
    lines.next().unwrap()
}

fn check(path: &Path) {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let protocol = if name.starts_with("smtp") { Protocol::Smtp } else { Protocol::Pop3 };
    let steps = steps(&fs::read_to_string(path).unwrap());
    let whole = play(&name, protocol, &steps, Feed::Whole);
    assert_eq!(play(&name, protocol, &steps, Feed::ByteByByte), whole, "{name} byte by byte");
    for at in 1..40 {
        assert_eq!(play(&name, protocol, &steps, Feed::Split(at)), whole, "{name} split at {at}");
    }
    assert_tokens_in_order(&name, &whole);
}

fn assert_tokens_in_order(name: &str, events: &[Event]) {
    for event in events {
        let Event::Line(line) = event else { continue };
        let mut at = 0;
        for token in &line.tokens {
            assert!(token.span.start >= at, "{name}: tokens of {:?} overlap", line.text);
            assert!(token.span.end <= line.text.expose().len(), "{name}: a token leaves {:?}", line.text);
            at = token.span.end;
        }
        let explained = mailproto::explain::explain(line);
        assert_eq!(explained.tokens.len(), line.tokens.len());
    }
}

#[test]
fn transcripts() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../transcripts");
    let mut count = 0;
    for folder in fs::read_dir(root).unwrap() {
        let folder = folder.unwrap().path();
        if !folder.is_dir() {
            continue;
        }
        for file in fs::read_dir(folder).unwrap() {
            check(&file.unwrap().path());
            count += 1;
        }
    }
    assert!(count >= 12, "only {count} transcripts were found");
}
