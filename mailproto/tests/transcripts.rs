//! Every transcript under `transcripts/` fed to the observer: whole, byte by byte and split, with the states and notes it names.
//!
//! What the lines of a transcript mean is in `transcripts/README.md`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![allow(clippy::disallowed_methods, reason = "the transcripts are files")]

mod dialogue;

use dialogue::{Expected, Step, raw, transcripts};
use mailproto::{
    Event, Protocol, Session,
    explain::explain,
    line::Line,
    session::WireLine,
    token::{Family, Side, TokenKind},
};
use proptest::prelude::*;

/// Plays a transcript with the server's bytes in chunks of these sizes, over and over, checks what it expects, and gives all
/// events.
fn play(name: &str, protocol: Protocol, steps: &[Step], sizes: &[usize]) -> Vec<Event> {
    let mut session = Session::new(protocol);
    let mut all: Vec<Event> = Vec::new();
    let mut sizes = sizes.iter().copied().cycle();
    for (index, step) in steps.iter().enumerate() {
        match step {
            Step::Client(lines) => {
                for Line { bytes, ending, .. } in lines {
                    session.judge(bytes);
                    all.extend(session.sent(bytes, *ending));
                }
            }
            Step::Server(bytes) => {
                let mut rest = bytes.as_slice();
                while !rest.is_empty() {
                    let (chunk, more) = rest.split_at(sizes.next().unwrap().min(rest.len()));
                    all.extend(session.received(chunk));
                    rest = more;
                }
            }
            Step::Connect { tls } => all.extend(session.connected(*tls)),
            Step::Tls => all.extend(session.tls_established()),
            Step::Cut => all.extend(session.closed()),
            Step::Expect(expected) => expect(expected, &session, &all, &format!("{name}, step {index}: {step:?}")),
        }
    }
    all
}

fn expect(expected: &Expected, session: &Session, events: &[Event], at: &str) {
    match expected {
        Expected::State(state) => assert_eq!(session.state().name(), state, "{at}"),
        Expected::Problem(kind) => {
            let line = last_line(events);
            let found: Vec<_> = line.problems.iter().map(|problem| format!("{:?}", problem.kind)).collect();
            assert!(found.contains(kind), "{at}: {:?} has {found:?}", line.text);
        }
        Expected::Note(key) => {
            let line = last_line(events);
            let found = notes(line);
            assert!(found.contains(&key.as_str()), "{at}: {:?} has {found:?}", line.text);
        }
        Expected::Decoded(text) => {
            let line = last_line(events);
            assert_eq!(line.decoded.as_deref(), Some(text.as_str()), "{at}: {:?}", line.text);
        }
    }
}

/// The keys of all that is said of a line.
fn notes(line: &WireLine) -> Vec<&'static str> {
    let explained = explain(line);
    let anatomy = explained.anatomy.into_iter().flat_map(|anatomy| {
        let enhanced = anatomy.enhanced.map(|(_, notes)| notes);
        anatomy.digits.into_iter().chain(enhanced.into_iter().flatten())
    });
    let notes = [explained.lead].into_iter().chain(explained.tokens).chain(explained.problems).chain(anatomy);
    notes.map(|note| note.key).collect()
}

fn lines(events: &[Event]) -> impl DoubleEndedIterator<Item = &WireLine> {
    events.iter().filter_map(|event| match event {
        Event::Line(line) => Some(line.as_ref()),
        Event::Moved(_) | Event::GoAhead { .. } => None,
    })
}

fn last_line(events: &[Event]) -> &WireLine {
    lines(events).next_back().unwrap()
}

fn check(name: &str, protocol: Protocol, steps: &[Step]) {
    let whole = play(name, protocol, steps, &[usize::MAX]);
    assert_eq!(play(name, protocol, steps, &[1]), whole, "{name} byte by byte");
    for at in 1..40 {
        assert_eq!(play(name, protocol, steps, &[at, usize::MAX]), whole, "{name} split at {at}");
    }
    for line in lines(&whole) {
        assert_sound(name, line);
    }
    if name.starts_with("real/") || name.starts_with("rfc/") {
        lines(&whole).filter(|line| line.side == Side::Server).for_each(|line| assert_not_odd(name, line));
    }
}

/// Pieces stand in order inside the line, each has its note, and a secret is never shown.
fn assert_sound(name: &str, line: &WireLine) {
    let mut at = 0;
    for token in &line.tokens {
        assert!(token.span.start >= at, "{name}: tokens of {:?} overlap", line.text);
        assert!(token.span.end <= line.text.expose().len(), "{name}: a token leaves {:?}", line.text);
        assert!(token.kind != TokenKind::Secret || line.text.is_hidden(token.span), "{name}: {:?}", line.text);
        at = token.span.end;
    }
    assert_eq!(explain(line).tokens.len(), line.tokens.len(), "{name}: {:?}", line.text);
}

/// Real servers are sound, and so are those of the standards.
fn assert_not_odd(name: &str, line: &WireLine) {
    let odd: Vec<_> =
        line.problems.iter().map(|problem| problem.kind).filter(|kind| kind.family() == Family::Unsound).collect();
    assert!(odd.is_empty(), "{name}: a sound server's line is called odd: {odd:?} {line:?}");
}

#[test]
fn what_transcripts_expect() {
    let transcripts = transcripts();
    for (name, (protocol, steps)) in &transcripts {
        check(name, *protocol, steps);
    }
    for (folder, least) in [("rfc/", 8), ("courses/", 7), ("real/", 8), ("broken/", 10)] {
        let count = transcripts.keys().filter(|name| name.starts_with(folder)).count();
        assert!(count >= least, "only {count} transcripts are left in {folder}");
    }
}

#[test]
fn raw_text_has_its_escapes() {
    fn check(text: &str, bytes: &[u8]) {
        assert_eq!(raw(text), bytes, "{text}");
    }
    check(r"a\r\nb", b"a\r\nb");
    check(r"\x00\xff", b"\0\xff");
    check(r"a\\r", b"a\\r");
    check(r"\\", b"\\");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_split_makes_no_difference(sizes in prop::collection::vec(1_usize..120, 1..30)) {
        for (name, (protocol, steps)) in transcripts() {
            // Replies that came in one go: what is expected in between does not part them.
            let mut merged: Vec<Step> = Vec::new();
            for step in steps {
                match (merged.last_mut(), step) {
                    (_, Step::Expect(_)) => {}
                    (Some(Step::Server(before)), Step::Server(bytes)) => before.extend(bytes),
                    (_, step) => merged.push(step),
                }
            }
            let whole = play(&name, protocol, &merged, &[usize::MAX]);
            prop_assert_eq!(play(&name, protocol, &merged, &sizes), whole, "{}", name);
        }
    }
}
