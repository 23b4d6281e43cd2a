//! For the tests of this crate: conversations made of a few lines. Nothing here is compiled into the page.

use mailproto::{Protocol, line::Ending};

use crate::{
    conversation::Conversation,
    net::{Cause, Micros},
    tape::{Fact, Tape},
    target::{Target, Via},
};

/// The tape of a session with the practice server: what begins with `> ` was typed, the rest came from the server, a read a line.
pub(crate) fn tape(protocol: Protocol, lines: &[&str]) -> Tape {
    let mut tape = Tape::default();
    connect(&mut tape, protocol, lines);
    tape
}

/// Adds another connection to a tape.
pub(crate) fn connect(tape: &mut Tape, protocol: Protocol, lines: &[&str]) {
    let at = Micros(1);
    tape.push(at, Fact::Asked(Target::practice(protocol, Via::Page)));
    tape.push(at, Fact::Up { address: String::new() });
    for line in lines {
        let fact = match line.strip_prefix("> ") {
            Some(line) => Fact::Sent { line: line.into(), ending: Ending::CrLf },
            None => Fact::Heard(format!("{line}\r\n").into_bytes().into()),
        };
        tape.push(at, fact);
    }
}

/// Ends the connection of a tape.
pub(crate) fn end(tape: &mut Tape, cause: Cause) {
    tape.push(Micros(1), Fact::Ended { cause, unsent: 0 });
}

/// The conversation of a tape.
#[track_caller]
pub(crate) fn of(tape: &Tape) -> Conversation {
    let Some(conversation) = Conversation::until(tape, tape.len()) else { panic!("the tape asks for no connection") };
    conversation
}

/// The conversation of such lines.
#[track_caller]
pub(crate) fn play(protocol: Protocol, lines: &[&str]) -> Conversation {
    of(&tape(protocol, lines))
}
