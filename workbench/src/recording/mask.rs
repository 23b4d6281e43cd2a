//! A tape without its secrets: each gives way to a stand-in that the observer judges alike, so that the masked tape replays to the same
//! views. What is a secret, the observer decides.

use mailproto::{
    Session, base64,
    line::Ending,
    octets::lossless,
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

/// A line for one that holds secrets: the first whose stand-ins the session judges as it judged the secrets. Where none is judged alike, the
/// simplest stands in all the same: a replay may then say less, and a secret is never told.
fn stand_in(wire: &WireLine, session: &Session, ending: Ending) -> Vec<u8> {
    let hidden: Vec<_> = wire.text.hidden().iter().map(|span| span.of(wire.text.expose())).collect();
    let line = |form: &Form| {
        let (text, mut line, mut at) = (wire.text.expose(), Vec::new(), 0);
        for (span, secret) in wire.text.hidden().iter().zip(&hidden) {
            line.extend_from_slice(Span::new(at, span.start).of(text));
            line.extend(form.of(secret, wire));
            at = span.end;
        }
        line.extend_from_slice(text.get(at..).unwrap_or_default());
        line
    };
    let alike = |line: &Vec<u8>| judged(session, line, ending).is_some_and(|judged| same(&judged, wire));
    forms().iter().map(line).find(alike).unwrap_or_else(|| line(&Form::Fixed(STAND_IN.to_vec())))
}

/// How a stand-in is made. No octet of a secret is in one: what is copied are names that the log shows anyway.
enum Form {
    /// These octets, whatever the secret.
    Fixed(Vec<u8>),
    /// Base64 of as many parts between NULs, the empty ones empty (RFC 4616 section 2).
    Parts,
    /// The same with the names that are told; only the last part, the password, goes.
    LastPart,
    /// Base64 of a name that is told and of a digest of zeros (RFC 2195 section 2).
    Digest,
}

impl Form {
    fn of(&self, secret: &[u8], wire: &WireLine) -> Vec<u8> {
        let fixed = || STAND_IN.to_vec();
        let Some(plain) = base64::lenient(secret) else {
            return if let Self::Fixed(octets) = self { octets.clone() } else { fixed() };
        };
        let made = match self {
            Self::Fixed(octets) => return octets.clone(),
            Self::Parts => {
                let part = |part: &[u8]| if part.is_empty() { Vec::new() } else { fixed() };
                Some(plain.split(|octet| *octet == 0).map(part).collect::<Vec<_>>().join(&0))
            }
            Self::LastPart => plain.iter().rposition(|octet| *octet == 0).and_then(|at| {
                let names = plain.get(..at)?;
                let told = names.split(|octet| *octet == 0).all(|name| name.is_empty() || is_told(name, wire));
                told.then(|| [names, &[0], STAND_IN].concat())
            }),
            Self::Digest => plain.iter().position(|octet| *octet == b' ').and_then(|at| {
                let name = plain.get(..at).filter(|name| is_told(name, wire))?;
                Some([name, b" ", ZEROS].concat())
            }),
        };
        made.map_or_else(fixed, |plain| base64::encode(&plain).into_bytes())
    }
}

/// Whether the log tells it: a name that a login is read to hold.
fn is_told(name: &[u8], wire: &WireLine) -> bool {
    let name = lossless(name);
    wire.steps.iter().any(|step| step.value.as_ref().is_some_and(|value| value.shown() == name))
}

/// A digest of MD5 in hex.
const ZEROS: &[u8] = b"00000000000000000000000000000000";

/// The stand-ins to try, the plainest first: one for each way in which a secret can be well or badly formed.
fn forms() -> Vec<Form> {
    let text = |octets: &[u8]| base64::encode(octets);
    let star = String::from_utf8_lossy(STAND_IN).into_owned();
    let digest = [STAND_IN, b" ", ZEROS].concat();
    let plain = [&[0], STAND_IN, &[0], STAND_IN].concat();
    let mut forms = vec![Form::Fixed(STAND_IN.to_vec()), Form::Parts, Form::LastPart, Form::Digest];
    let sound = [text(STAND_IN), text(&plain), text(&digest), text(&[STAND_IN, &plain].concat())];
    let mut fixed: Vec<String> = sound.to_vec();
    for good in &sound {
        let bare = good.trim_end_matches('=');
        let (head, tail) = good.split_at(4);
        // Without padding; with a space, or the letters of addresses, in it; with bits left over; with the line end encoded too.
        fixed.extend([bare.to_owned(), format!("{head} {tail}"), format!("{head} {}", tail.trim_end_matches('='))]);
        fixed.extend([
            format!("-{}", good.get(1..).unwrap_or_default()),
            format!("-{}", bare.get(1..).unwrap_or_default()),
        ]);
        if let (Some(letter), true) = (bare.chars().next_back(), bare.len() < good.len()) {
            let odd = if letter == 'o' { 'p' } else { 'n' };
            fixed.push(format!(
                "{}{odd}{}",
                bare.get(..bare.len() - 1).unwrap_or_default(),
                good.get(bare.len()..).unwrap_or_default()
            ));
        }
    }
    fixed.extend([STAND_IN, &plain].map(|octets| text(&[octets, b"\n"].concat())));
    // Longer than a command, a line or a message's line may be (RFC 2449 section 4, RFC 4954 section 4, RFC 5321 section 4.5.3.1).
    for length in [300, 600, 1_100, 13_000] {
        fixed.extend([star.repeat(length / 8), text(&STAND_IN.repeat(length / 8))]);
    }
    fixed.extend([" ", "\t"].map(|space| format!("{star}{space}{star}")));
    // The same, and an octet beyond ASCII, UTF-8 or not; or one that is no text at all.
    let odd: [&[u8]; 4] = ["\u{e9}".as_bytes(), b"\xff", b"\0", b"\x01"];
    let all: Vec<Vec<u8>> = [star].into_iter().chain(fixed).map(String::into_bytes).collect();
    let with = |odd: &[u8]| all.iter().map(|octets| [octets, odd].concat()).collect::<Vec<_>>();
    let more: Vec<_> = odd.into_iter().flat_map(with).collect();
    forms.extend(all.into_iter().skip(1).chain(more).map(Form::Fixed));
    forms
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
