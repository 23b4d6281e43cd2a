//! Everything a session is, is a fold over what happened: each dialogue of `transcripts/` is played live, saved as a tape without its
//! secrets, read again, and replayed to every fact; what the views give then is what they gave live.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![allow(clippy::disallowed_methods, reason = "the transcripts are files")]

mod common;
#[path = "../../mailproto/tests/dialogue/mod.rs"]
mod dialogue;

use std::fmt::Write;

use common::Page;
use dialogue::{Step, transcripts};
use proptest::prelude::*;
use workbench::{
    BenchMsg,
    conversation::Conversation,
    drawing::{self, Shape},
    export, log,
    look::Look,
    mailproto::{Protocol, base64, line::Line, token::Side},
    message,
    net::{Cause, Trust},
    panel,
    place::Place,
    prompt,
    recording::{self, Fault},
    records,
    tape::Fact,
    target::{Security, Target, Via},
};

/// How far back the places are looked at after each fact; after the last one, all are.
const NEAR: usize = 8;

/// What all views say of a conversation, at each of its places from one on.
fn views(of: &Conversation, from: usize) -> String {
    let mut said = String::new();
    let rows = log::rows(of, &Look::default());
    write!(said, "{rows:?}\n{:?} {:?} {:?}\n", of.phase(), of.state(), of.path()).unwrap();
    for (index, entry) in of.transcript().iter().enumerate().skip(from) {
        let place = Place::entry(index);
        if let Some(line) = of.transcript().line(index) {
            let (pieces, callouts) = (log::pieces(&line.wire), log::callouts(&line.wire));
            writeln!(said, "{} {:?} {pieces:?} {callouts:?}", line.number, line.took).unwrap();
        } else {
            writeln!(said, "{:?}", entry.kind).unwrap();
        }
        let letter = message::chosen(of, place).map(|spread| spread.collect(of.transcript()));
        let exchange = place.exchange(of);
        writeln!(said, "{:?}\n{letter:?} {exchange:?} {:?}", panel::panel(of, place), place.edge(of)).unwrap();
        writeln!(said, "{:?}", of.tally_at(index)).unwrap();
    }
    for shape in Shape::ALL {
        // Where things stand is the plan's; what of it is lit is the session's.
        let drawing = drawing::drawing(of, shape);
        let nodes = drawing.nodes.iter().map(|node| (node.state, node.standing, node.sub));
        let lines = drawing.lines.iter().map(|line| (line.visited, line.next, line.last, line.step.map(|step| step.2)));
        let marks = drawing.loops.iter().flat_map(|arc| arc.words.lines.concat()).map(|label| (label.text, label.mark));
        write!(said, "{:?}\n{:?}\n", nodes.collect::<Vec<_>>(), lines.collect::<Vec<_>>()).unwrap();
        writeln!(said, "{:?}", marks.collect::<Vec<_>>()).unwrap();
    }
    for draft in ["", "QUIT", "RETR 1", "MAIL FROM:<a@b.test>", "."] {
        writeln!(said, "{:?}", prompt::hint(of.session(), draft)).unwrap();
    }
    write!(said, "{:?}\n{:?}\n{}", prompt::chips(of.session()), records::rows(of), export::text(of)).unwrap();
    said
}

/// The views after each fact: live, and from the file.
struct Record {
    page: Page,
    live: Vec<String>,
}

impl Record {
    fn begin(target: Target) -> Self {
        let page = Page::asked(target);
        let mut record = Self { page, live: vec![String::new()] };
        record.keep();
        record
    }

    /// A message may lead to several facts; the last of them is looked at.
    fn keep(&mut self) {
        let conversation = self.page.conversation();
        self.live.resize(conversation.facts(), String::new());
        self.live.push(views(conversation, conversation.transcript().len().saturating_sub(NEAR)));
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Client(lines) => {
                for Line { bytes, ending, .. } in lines {
                    // What a learner cannot type is a fact all the same.
                    let _ = self.page.happened(Fact::Sent { line: bytes.to_vec(), ending: *ending });
                    self.keep();
                }
                return;
            }
            Step::Server(bytes) => drop(self.page.heard(bytes.clone())),
            Step::Connect { tls } => {
                let _ = self.page.happened(Fact::Up { address: "192.0.2.1:110".into() });
                if *tls {
                    let _ = self.page.tls_up(Trust::System);
                }
            }
            Step::Tls => drop(self.page.tls_up(Trust::System)),
            Step::Cut => drop(self.page.ended(Cause::Server { truncated: false })),
            Step::Expect(_) => return,
        }
        self.keep();
    }

    /// Saves, reads and replays.
    fn check(&self, name: &str) {
        let file = recording::write(self.page.front().tape());
        let tape = recording::read(&file).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        let alike = recording::write(&tape) == file;
        assert!(alike, "{name}: a masked tape is masked as it is");
        for (count, live) in self.live.iter().enumerate().filter(|(_, live)| !live.is_empty()) {
            let replayed = Conversation::until(&tape, count).unwrap();
            let from = replayed.transcript().len().saturating_sub(NEAR);
            assert_alike(&views(&replayed, from), live, &format!("{name}, after {count} facts"));
        }
        let whole = Conversation::until(&tape, tape.len()).unwrap();
        assert_alike(&views(&whole, 0), &views(self.page.conversation(), 0), name);
    }
}

/// What is said without the columns at which it is meant: a stand-in may be shorter than its secret, and is shown as long.
fn without_columns(said: &str) -> String {
    let mut parts = said.split("Span { ");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |said, part| said + part.split_once('}').unwrap().1)
}

/// Compares line by line, for a message that can be read.
#[track_caller]
fn assert_alike(replayed: &str, live: &str, at: &str) {
    let (replayed, live) = (without_columns(replayed), without_columns(live));
    let differ = replayed.lines().zip(live.lines()).find(|(replayed, live)| replayed != live);
    assert!(differ.is_none(), "{at}: replayed and live differ: {differ:#?}");
    assert_eq!(replayed.len(), live.len(), "{at}");
}

fn target(protocol: Protocol, security: Security) -> Target {
    let port = Target::standard_port(protocol, security);
    Target { via: Via::Proxy, protocol, host: "mail.example.test".into(), port, security, trust: None }
}

#[test]
fn every_dialogue_replays_to_what_it_was() {
    for (name, (protocol, steps)) in transcripts() {
        let tls = steps.iter().any(|step| matches!(step, Step::Connect { tls: true }));
        let mut record = Record::begin(target(protocol, if tls { Security::Tls } else { Security::None }));
        for step in &steps {
            record.step(step);
        }
        record.check(&name);
        // The same target once more: a record goes on over a cut.
        let _ = record.page.ended(Cause::Client);
        record.keep();
        let _ = record.page.say(BenchMsg::Reconnect);
        record.keep();
        for step in &steps {
            record.step(step);
        }
        record.live.truncate(1);
        record.check(&format!("{name}, twice"));
    }
}

/// A place means the same in every view: from an entry to its octets, its exchange and its edge, and back.
#[test]
fn every_place_maps_there_and_back() {
    for (name, (protocol, steps)) in transcripts() {
        let mut record = Record::begin(target(protocol, Security::None));
        steps.iter().for_each(|step| record.step(step));
        let of = record.page.conversation();
        let mut crossed = [(Side::Client, 0), (Side::Server, 0)];
        for entry in 0..of.transcript().len() {
            let place = Place::entry(entry);
            let Some(octets) = place.octets(of) else {
                assert!(of.transcript().line(entry).is_none(), "{name}, {entry}");
                continue;
            };
            // Lines of a side follow each other without a gap.
            let (_, next) = crossed.iter_mut().find(|(side, _)| *side == octets.side).unwrap();
            assert_eq!(octets.range.start, *next, "{name}, {entry}");
            *next = octets.range.end;
            for octet in [octets.range.start, octets.range.end.saturating_sub(1)] {
                let there = Place::of_octet(of, octets.side, octet).filter(|_| !octets.range.is_empty());
                assert!(there.is_none_or(|there| there.entry == entry), "{name}, octet {octet} of {entry}");
            }
            let exchange = place.exchange(of);
            let bounds = exchange.map(|exchange| (Place::of_exchange(exchange).unwrap().entry, exchange.last));
            assert!(
                bounds.is_none_or(|(first, last)| (first..=last).contains(&entry)),
                "{name}, {entry}: {exchange:?}"
            );
        }
        for (side, end) in crossed {
            assert_eq!(Place::of_octet(of, side, end), None, "{name}");
        }
        for edge in &of.path().taken {
            let place = Place::of_edge(of, edge).unwrap();
            assert_eq!(place.edge(of), Some(*edge), "{name}");
        }
    }
}

/// No form in which a password is sent survives saving; what is no secret does.
#[test]
fn a_saved_tape_holds_no_secret() {
    #[track_caller]
    fn check(protocol: Protocol, dialogue: &[&str]) {
        let mut page = Page::connected(target(protocol, Security::None));
        for line in dialogue {
            let _ = match line.strip_prefix("> ") {
                Some(line) => page.typed(line),
                None => page.heard(format!("{line}\r\n")),
            };
        }
        let _ = page.happened(Fact::Keys(vec!["CLIENT_TRAFFIC_SECRET_0 aa canary-4711".into()]));
        let file = recording::write(page.front().tape());
        for canary in ["canary", "Y2FuYXJ5", "AGFkYQBj", "CLIENT_TRAFFIC"] {
            assert!(!file.contains(canary), "{canary} is in {file}");
        }
        let masked = Conversation::until(&recording::read(&file).unwrap(), usize::MAX).unwrap();
        assert_alike(&views(&masked, 0), &views(page.conversation(), 0), &format!("{dialogue:?}"));
    }
    let pop3 = |said: &[&str]| check(Protocol::Pop3, &[&["+OK <1.2@x>"], said].concat());
    pop3(&["> USER ada", "+OK", "> PASS canary-4711", "-ERR no"]);
    pop3(&["> USER ada", "+OK", "> PASS canary with spaces", "+OK"]);
    pop3(&["> USER ada", "+OK", "> canary-4711", "-ERR what"]);
    pop3(&["> AUTH PLAIN", "+ ", "> AGFkYQBjYW5hcnktNDcxMQ==", "+OK"]);
    pop3(&["> AUTH PLAIN AGFkYQBjYW5hcnktNDcxMQ==", "+OK"]);
    let smtp = |said: &[&str]| {
        check(Protocol::Smtp, &[&["220 x", "> EHLO me", "250-x", "250 AUTH PLAIN LOGIN"], said].concat())
    };
    smtp(&["> AUTH LOGIN", "334 VXNlcm5hbWU6", "> YWRh", "334 UGFzc3dvcmQ6", "> Y2FuYXJ5LTQ3MTE=", "235 ok"]);
    smtp(&["> AUTH LOGIN YWRh", "334 UGFzc3dvcmQ6", "> Y2FuYXJ5LTQ3MTE=", "535 no", "> Y2FuYXJ5LTQ3MTE=", "500 what"]);
    smtp(&["> AUTH PLAIN", "> AGFkYQBjYW5hcnktNDcxMQ==", "334 ", "235 ok"]);
    smtp(&["> AUTH LOGIN", "> YWRh", "> Y2FuYXJ5LTQ3MTE=", "334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6", "235 ok"]);
    smtp(&["> AUTH PLAIN canary-is-no-base64", "501 no"]);
}

/// A part of every password below: letters that no stand-in has.
const CANARY: &str = "\u{43f}\u{430}\u{440}canary-4711";

/// What shows of it in base64, wherever in a group of three octets it begins.
fn encoded_canaries() -> Vec<String> {
    let shifted = |shift: usize| base64::encode(&[&b"xxx"[..shift], CANARY.as_bytes()].concat());
    (0..3).map(shifted).map(|text| text[4..text.len() - 4].to_owned()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a password is made of, and however it is sent, nothing of it is in the file, plain or in base64.
    #[test]
    fn nothing_of_a_password_is_saved(before in "\\PC{0,12}|[a-zA-Z0-9+/=_ -]{0,300}", after in "\\PC{0,12}|[ \t]{0,3}") {
        let password = format!("{before}{CANARY}{after}");
        let plain = format!("\0ada\0{password}");
        let (encoded, alone) = (base64::encode(plain.as_bytes()), base64::encode(password.as_bytes()));
        let bare = encoded.trim_end_matches('=');
        let pop3 = |line: &str| (Protocol::Pop3, vec!["+OK".into(), "> USER ada".into(), "+OK".into(), format!("> {line}")]);
        let smtp = |lines: &[&str]| {
            let begin = ["220 x", "> EHLO me", "250-x", "250 AUTH PLAIN LOGIN CRAM-MD5"];
            (Protocol::Smtp, begin.iter().chain(lines).map(|line| (*line).to_owned()).collect::<Vec<_>>())
        };
        let said = |line: &str| format!("> {line}");
        let login = ["> AUTH LOGIN", "334 VXNlcm5hbWU6", "> YWRh", "334 UGFzc3dvcmQ6"];
        let cram = base64::encode(format!("ada {password}").as_bytes());
        let dialogues = [
            pop3(&format!("PASS {password}")),
            pop3(&password),
            smtp(&[&said(&format!("AUTH PLAIN {encoded}"))]),
            smtp(&[&said(&format!("AUTH PLAIN {bare}"))]),
            smtp(&[&said(&format!("AUTH PLAIN {password}"))]),
            smtp(&["> AUTH PLAIN", "334 ", &said(&encoded)]),
            smtp(&["> AUTH PLAIN", "334 ", &said(&password)]),
            smtp(&["> AUTH CRAM-MD5", "334 PDEuMkB4Pg==", &said(&cram)]),
            smtp(&[&login[..], &[&said(&alone)]].concat()),
            smtp(&[&login[..], &[&said(&password)]].concat()),
            smtp(&["> AUTH LOGIN", "> YWRh", &said(&alone)]),
            smtp(&["> DATA", &said(&format!("AUTH PLAIN {encoded}"))]),
        ];
        for (protocol, dialogue) in dialogues {
            let mut page = Page::connected(target(protocol, Security::None));
            for line in &dialogue {
                let _ = match line.strip_prefix("> ") {
                    Some(line) => page.typed(line),
                    None => page.heard(format!("{line}\r\n")),
                };
            }
            let file = recording::write(page.front().tape());
            prop_assert!(!file.contains(&CANARY[..6]) && !file.contains("canary"), "{file}");
            for encoded in encoded_canaries() {
                prop_assert!(!file.contains(&encoded), "{encoded} in {file}");
            }
        }
    }
}

/// A file from elsewhere is read as far as it makes sense, and told what is wrong with it.
#[test]
fn odd_files_are_refused_in_words() {
    fn check(file: &str, expected: Result<usize, Fault>) {
        let read = recording::read(file).map(|tape| tape.len());
        match (&read, &expected) {
            // The reader's words are its own.
            (Err(Fault::Line(line, _)), Err(Fault::Line(wanted, _))) => assert_eq!(line, wanted, "{file}"),
            _ => assert_eq!(read, expected, "{file}"),
        }
    }
    let head = "{\"mailspeak_tape\":1}\n";
    let with = |rest: &str| format!("{head}{rest}");
    let line = |number| Err(Fault::Line(number, String::new()));
    check("", Err(Fault::NotATape));
    check("C: USER ada\n", Err(Fault::NotATape));
    check("{\"mailspeak_tape\":2}\n", Err(Fault::Newer(2)));
    check(head, Ok(0));
    check(&with("\n{\"at\":5,\"fact\":{\"heard\":{\"text\":\"+OK\\r\\n\"}}}\n"), Ok(1));
    check(&with("{\"at\":5,\"fact\":{\"heard\":{\"base64\":\"/w==\"}}}"), Ok(1));
    check(&with("{\"at\":5,\"fact\":{\"heard\":{\"base64\":\"/\"}}}"), line(2));
    check(&with("{\"at\":5,\"fact\":{\"shouted\":{}}}"), line(2));
    check(&with("{\"at\":-5,\"fact\":{\"keys\":[]}}"), line(2));
    check(&with("{\"at\":5,\"fact\":{\"keys\":[]}}\nnonsense"), line(3));
    check(&" ".repeat(recording::MOST_OCTETS + 1), Err(Fault::TooLong));
}

/// The example of the document is read, replayed, and written again as it stands.
#[test]
fn the_document_shows_what_is_written() {
    let document = std::fs::read_to_string("../docs/recording.md").unwrap();
    let example = document.split("```json\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let tape = recording::read(example).unwrap();
    assert_eq!(recording::write(&tape), example);
    let replayed = Conversation::until(&tape, tape.len()).unwrap();
    assert_eq!((replayed.state().name(), replayed.transcript().lines()), ("CLOSED", 3));
    let named = |fact: &str| document.contains(&format!("`{fact}`"));
    for fact in [
        "guided",
        "asked",
        "carried",
        "up",
        "sent",
        "heard",
        "crossed",
        "tls_up",
        "tls_failed",
        "injected",
        "idle_warning",
        "stopping",
        "ended",
    ] {
        assert!(named(fact), "{fact} is not told");
    }
}
