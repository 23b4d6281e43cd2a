//! Recorded sessions from strangers: read, replayed, drawn, saved and read again.

use std::rc::Rc;

use mailproto::Protocol;
use workbench::{
    conversation::Conversation,
    drawing::{self, Shape},
    export, log,
    look::Look,
    message,
    net::{Cause, Micros, TlsFacts, Trust},
    panel,
    place::Place,
    prompt, recording, records,
    tape::{Fact, Tape},
    target::{Security, Target, Via},
};

use crate::dialogue::{Step, steps};

/// The file of a tape; or a transcript, as `session` reads it, that is recorded first.
pub fn tape(data: &[u8]) {
    match std::str::from_utf8(data).ok().and_then(|text| recording::read(text).ok()) {
        Some(tape) => holds(&tape),
        None => Protocol::ALL.into_iter().for_each(|protocol| holds(&recorded(protocol, &steps(data)))),
    }
}

fn holds(tape: &Tape) {
    let again = recording::read(&recording::write(tape));
    let Ok(again) = again else { panic!("what was saved is not read: {again:?}") };
    let masked = recording::masked(tape);
    assert_eq!(again, masked, "what is read is not what was saved");
    let keys = tape.facts().iter().filter(|stamped| matches!(stamped.fact, Fact::Keys(_))).count();
    assert!(masked.is_empty() || masked.len() + keys == tape.len(), "a fact is lost");
    for tape in [tape, &again] {
        for count in [tape.len() / 2, tape.len()] {
            if let Some(conversation) = Conversation::until(tape, count) {
                draw(&conversation);
            }
        }
    }
}

/// Draws all there is to see.
fn draw(of: &Conversation) {
    let rows = log::rows(of, &Look::default());
    assert!(rows.len() <= of.transcript().len());
    for index in 0..of.transcript().len() {
        let place = Place::entry(index);
        panel::panel(of, place);
        if let Some(octets) = place.octets(of)
            && let Some(there) = Place::of_octet(of, octets.side, octets.range.start)
        {
            assert!(there.entry >= index, "an octet of {index} is found in {}", there.entry);
        }
        if let Some(spread) = message::chosen(of, place) {
            spread.collect(of.transcript());
        }
    }
    Shape::ALL.into_iter().for_each(|shape| drop(drawing::drawing(of, shape)));
    prompt::hint(of.session(), "PASS x");
    records::rows(of);
    export::text(of);
}

fn recorded(protocol: Protocol, steps: &[Step<'_>]) -> Tape {
    let mut tape = Tape::default();
    let target = |security| Target { security, ..Target::practice(protocol, Via::Proxy) };
    let facts = || Rc::new(TlsFacts::unknown("mail.example.test".into(), Trust::Practice));
    for (at, step) in (0..).map(Micros).zip(steps) {
        match step {
            Step::Client(line, ending) => _ = tape.push(at, Fact::Sent { line: line.to_vec(), ending: *ending }),
            Step::Server(bytes) => _ = tape.push(at, Fact::Heard((*bytes).into())),
            Step::Connected { tls } => {
                tape.push(at, Fact::Asked(target(if *tls { Security::Tls } else { Security::None })));
                tape.push(at, Fact::Up { address: String::new() });
                if *tls {
                    tape.push(at, Fact::TlsUp(facts()));
                }
            }
            Step::Tls => _ = tape.push(at, Fact::TlsUp(facts())),
            Step::Closed => _ = tape.push(at, Fact::Ended { cause: Cause::Client, unsent: 0 }),
        }
    }
    tape
}
