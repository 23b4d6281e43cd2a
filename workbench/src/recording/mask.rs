//! A tape without its secrets: each gives way to a stand-in that the observer judges alike, so that the masked tape replays to the same
//! views. What is a secret, the observer decides.

use mailproto::{
    Session, base64,
    line::Ending,
    sasl::Step,
    secret::Verbatim,
    session::{Event, WireLine},
    token::{Side, Span},
};

use crate::{
    conversation::Conversation,
    tape::{Fact, Stamped, Tape},
};

/// What stands for a secret wherever its form does not matter: always as many, so that its length is not told.
const STAND_IN: &[u8] = b"********";

/// The tape with a stand-in for each secret, and without the keys of TLS.
pub fn masked(tape: &Tape) -> Tape {
    let mut masked = Tape::default();
    let Some(target) = tape.target() else { return masked };
    // The same session twice: with what was said, and with what stands for it.
    let (mut said, mut shadow) = (Conversation::new(target.clone()), Conversation::new(target.clone()));
    for stamped in tape.facts() {
        let fact = match &stamped.fact {
            Fact::Keys(_) => continue,
            Fact::Sent { line, ending } => {
                let before = said.transcript().len();
                let _ = said.take(stamped);
                let hidden = said.transcript().line(before).filter(|line| line.wire.side == Side::Client);
                let line = match hidden.map(|line| &line.wire).filter(|wire| wire.text.has_secret()) {
                    Some(wire) => stand_in(wire, shadow.session(), *ending),
                    None => line.clone(),
                };
                Fact::Sent { line, ending: *ending }
            }
            Fact::Guided(_)
            | Fact::Asked(_)
            | Fact::Carried(_)
            | Fact::Up { .. }
            | Fact::Heard(_)
            | Fact::Crossed { .. }
            | Fact::TlsUp(_)
            | Fact::TlsFailed { .. }
            | Fact::Injected { .. }
            | Fact::IdleWarning { .. }
            | Fact::Stopping { .. }
            | Fact::Ended { .. } => {
                let _ = said.take(stamped);
                stamped.fact.clone()
            }
        };
        let stamped = Stamped { at: stamped.at, fact };
        let _ = shadow.take(&stamped);
        masked.push(stamped.at, stamped.fact);
    }
    masked
}

/// What stands for a secret.
type Form = fn(&[u8]) -> Vec<u8>;

/// A line for one that holds secrets: the first of the stand-ins that the session judges as it judged the line itself.
fn stand_in(wire: &WireLine, session: &Session, ending: Ending) -> Vec<u8> {
    let forms: [Form; 6] = [fixed, parts, last_part, digest, letters, shape];
    let line = |form: Form| {
        let (text, mut line, mut at) = (wire.text.expose(), Vec::new(), 0);
        for span in wire.text.hidden() {
            line.extend_from_slice(Span::new(at, span.start).of(text));
            line.extend(form(span.of(text)));
            at = span.end;
        }
        line.extend_from_slice(text.get(at..).unwrap_or_default());
        line
    };
    let alike = |line: &Vec<u8>| judged(session, line, ending).is_some_and(|judged| same(&judged, wire));
    forms.iter().map(|form| line(*form)).find(alike).unwrap_or_else(|| line(shape))
}

/// What a session makes of a line that is sent now.
fn judged(session: &Session, line: &[u8], ending: Ending) -> Option<WireLine> {
    let mut session = session.clone();
    session.sent(line, ending).into_iter().find_map(|event| match event {
        Event::Line(line) => Some(*line),
        Event::Moved(_) | Event::GoAhead { .. } => None,
    })
}

/// Whether all that is told of two lines is the same but for their secrets.
fn same(one: &WireLine, other: &WireLine) -> bool {
    let kinds = |wire: &WireLine| wire.tokens.iter().map(|token| token.kind).collect::<Vec<_>>();
    let steps = |wire: &WireLine| {
        let told = |step: &Step| (step.note.key, step.note.args.clone(), step.value.as_ref().map(Verbatim::shown));
        wire.steps.iter().map(told).collect::<Vec<_>>()
    };
    let problems = |wire: &WireLine| wire.problems.iter().map(|problem| problem.kind).collect::<Vec<_>>();
    one.role == other.role
        && one.text.shown() == other.text.shown()
        && kinds(one) == kinds(other)
        && problems(one) == problems(other)
        && one.decoded == other.decoded
        && steps(one) == steps(other)
}

fn fixed(_: &[u8]) -> Vec<u8> {
    STAND_IN.to_vec()
}

/// Base64 of parts between NULs (RFC 4616 section 2): the form stays, none of the parts does.
fn parts(secret: &[u8]) -> Vec<u8> {
    recoded(secret, |plain| {
        let part = |part: &[u8]| if part.is_empty() { Vec::new() } else { STAND_IN.to_vec() };
        plain.split(|octet| *octet == 0).map(part).collect::<Vec<_>>().join(&0)
    })
}

/// The same, and only the last part goes: names are no secrets, and some are told.
fn last_part(secret: &[u8]) -> Vec<u8> {
    recoded(secret, |plain| match plain.iter().rposition(|octet| *octet == 0) {
        Some(at) => [plain.get(..=at).unwrap_or_default(), STAND_IN].concat(),
        None => STAND_IN.to_vec(),
    })
}

/// A name and a digest in base64 (RFC 2195 section 2): the digest becomes zeros.
fn digest(secret: &[u8]) -> Vec<u8> {
    recoded(secret, |plain| {
        let at = plain.iter().rposition(|octet| *octet == b' ').map_or(0, |at| at + 1);
        let (name, digest) = plain.split_at(at);
        let zero = |octet: &u8| if octet.is_ascii_hexdigit() { b'0' } else { *octet };
        [name, &digest.iter().map(zero).collect::<Vec<_>>()].concat()
    })
}

/// Base64 that is none, or that holds something else: every letter the same, what is no letter stays.
fn letters(secret: &[u8]) -> Vec<u8> {
    secret.iter().map(|octet| if octet.is_ascii_alphanumeric() { b'A' } else { *octet }).collect()
}

/// As many octets, each of its kind.
fn shape(secret: &[u8]) -> Vec<u8> {
    let kind = |octet: &u8| match octet {
        b'0'..=b'9' => b'0',
        b'a'..=b'z' => b'x',
        b'A'..=b'Z' => b'X',
        0x21..=0x7e => b'*',
        other => *other,
    };
    secret.iter().map(kind).collect()
}

fn recoded(secret: &[u8], form: impl FnOnce(&[u8]) -> Vec<u8>) -> Vec<u8> {
    base64::decode(secret).map_or_else(|| STAND_IN.to_vec(), |plain| base64::encode(&form(&plain)).into_bytes())
}
