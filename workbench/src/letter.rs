//! A letter of the session as octets: what RETR or TOP brought, or what is being typed in DATA, dots undone, or in the chunks of
//! BDAT. What its octets mean is told by `mailproto::message`; how it looks is the page's business.

use mailproto::{
    Class, Word,
    message::envelope::Envelope,
    session::{Role, WireLine},
    token::{Side, TokenKind},
};
use serde::{Deserialize, Serialize};

use crate::{
    model::Model,
    transcript::{Line, Transcript},
};

/// The most octets of a letter that are taken apart and shown; all are kept in the transcript. A learner reads less, and the
/// page stays quick while a longer one is typed.
pub const MOST: usize = 1024 * 1024;

/// A letter and what is known about its way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Letter {
    /// Its octets, dots undone.
    pub octets: Vec<u8>,
    /// Whether all of it is there: its end has come, and it was not TOP that asked.
    pub complete: bool,
    /// Whether no more of it can come.
    pub ended: bool,
    /// Octets beyond [`MOST`], which are left out.
    pub left_out: usize,
    /// What MAIL and RCPT said, when this session said it.
    pub envelope: Option<Envelope>,
}

/// What is known about a letter, on its way to the worker that takes it apart; its octets travel beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    complete: bool,
    ended: bool,
    left_out: usize,
    /// What MAIL said, and what each RCPT.
    envelope: Option<(Option<String>, Vec<String>)>,
}

impl Facts {
    /// The letter of these octets.
    pub fn of(self, octets: Vec<u8>) -> Letter {
        let Self { complete, ended, left_out, envelope } = self;
        Letter { octets, complete, ended, left_out, envelope: envelope.map(|(from, to)| Envelope { from, to }) }
    }
}

/// Where the letter begins that an entry belongs to: a line of it, its command, or the reply that announces it.
pub fn begin(transcript: &Transcript, index: usize) -> Option<usize> {
    let line = transcript.line(index)?;
    match line.wire.role {
        Role::Message(_) | Role::MessageEnd => typed_before(transcript, index),
        Role::Payload(_) | Role::PayloadEnd => {
            let reply = (0..index).rev().find(|at| announces(transcript.line(*at)))?;
            payload_after(transcript, reply, line.wire.exchange).filter(|first| *first <= index)
        }
        Role::Command(Some(Word::Data))
        | Role::Reply { to: Some(Word::Data), class: Some(Class::Intermediate), .. } => typed_after(transcript, index),
        Role::Command(Some(Word::Bdat)) => Some(chunks(transcript, index)?.0),
        Role::Reply { to: Some(Word::Bdat), .. } => {
            let asked =
                |at: &usize| transcript.line(*at).is_some_and(|asked| asked.wire.exchange == line.wire.exchange);
            Some(chunks(transcript, (0..index).rev().find(asked)?)?.0)
        }
        Role::Command(Some(Word::Retr | Word::Top)) | Role::Reply { to: Some(Word::Retr | Word::Top), .. } => {
            payload_after(transcript, index, line.wire.exchange)
        }
        _ => None,
    }
}

/// The letter that stands nearest before an entry, or else the first after it.
pub fn nearest(transcript: &Transcript, index: usize) -> Option<usize> {
    let is_letter = |at: &usize| {
        let role = transcript.line(*at).map(|line| line.wire.role);
        matches!(role, Some(Role::Message(_) | Role::Payload(_)))
    };
    let before = (0..=index).rev().find(is_letter);
    begin(transcript, before.or_else(|| (index..transcript.len()).find(is_letter))?)
}

/// The letter that is being typed now, if one is.
pub fn typed(model: &Model) -> Option<usize> {
    let newest = (0..model.transcript.len()).rev().find(|at| model.transcript.line(*at).is_some())?;
    match model.transcript.line(newest)?.wire.role {
        Role::Message(_) => typed_before(&model.transcript, newest),
        _ => None,
    }
}

/// The octets from an entry on that [`begin`] gave.
pub fn collect(transcript: &Transcript, first: usize) -> Letter {
    let mut letter = Letter::default();
    let Some(side) = transcript.line(first).map(|line| line.wire.side) else { return letter };
    let chunks = (side == Side::Client).then(|| chunks(transcript, first)).flatten();
    if let Some((_, letter)) = chunks {
        return Letter { envelope: Some(envelope(transcript, first)), ..letter };
    }
    for index in first..transcript.len() {
        if is_new_session(transcript, index) {
            letter.ended = true;
            break;
        }
        // What the other side says meanwhile is no part of the letter.
        let Some(line) = transcript.line(index).filter(|line| line.wire.side == side) else { continue };
        match line.wire.role {
            Role::Message(_) | Role::Payload(_) => letter.add(&line.wire),
            Role::MessageEnd | Role::PayloadEnd => {
                letter.complete = letter.left_out == 0 && !is_top(transcript, first);
                letter.ended = true;
                break;
            }
            _ => {
                letter.ended = true;
                break;
            }
        }
    }
    if side == Side::Client {
        letter.envelope = Some(envelope(transcript, first));
    }
    letter
}

impl Letter {
    /// All but its octets.
    pub fn facts(&self) -> Facts {
        let Self { octets: _, complete, ended, left_out, envelope } = self;
        let envelope = envelope.as_ref().map(|Envelope { from, to }| (from.clone(), to.clone()));
        Facts { complete: *complete, ended: *ended, left_out: *left_out, envelope }
    }

    fn add(&mut self, wire: &WireLine) {
        let dot = wire.tokens.first().is_some_and(|token| {
            token.span.start == 0 && matches!(token.kind, TokenKind::StuffedDot | TokenKind::LostDot)
        });
        let bytes = wire.text.expose().get(usize::from(dot)..).unwrap_or_default();
        self.take(bytes, wire.ending.bytes());
    }

    /// Takes what of a line belongs to a chunk that wants `left` more octets, and gives how many it wants then.
    fn add_chunk(&mut self, wire: &WireLine, left: u64) -> u64 {
        let (text, ending) = (wire.text.expose(), wire.ending.bytes());
        let most = usize::try_from(left).unwrap_or(usize::MAX);
        let end = most.min(text.len());
        let ending = ending.get(..ending.len().min(most - end)).unwrap_or_default();
        self.take(text.get(..end).unwrap_or_default(), ending);
        left - (end + ending.len()) as u64
    }

    fn take(&mut self, text: &[u8], ending: &[u8]) {
        let length = text.len() + ending.len();
        if self.left_out > 0 || self.octets.len() + length > MOST {
            self.left_out += length;
            return;
        }
        self.octets.extend_from_slice(text);
        self.octets.extend_from_slice(ending);
    }
}

fn announces(line: Option<&Line>) -> bool {
    let role = line.map(|line| line.wire.role);
    matches!(role, Some(Role::Reply { to: Some(Word::Retr | Word::Top), class: Some(Class::Positive), .. }))
}

/// The first line of the letter that answers the exchange.
fn payload_after(transcript: &Transcript, index: usize, exchange: Option<u32>) -> Option<usize> {
    let begins = |at: &usize| {
        let wire = transcript.line(*at).map(|line| &line.wire);
        wire.is_some_and(|wire| matches!(wire.role, Role::Payload(_)) && wire.exchange == exchange)
    };
    (index..transcript.len()).take_while(|at| *at == index || !is_new_session(transcript, *at)).find(begins)
}

/// The letter that goes in chunks in the mail at `index`, with its first line; `None` when no chunk has brought text. The yes to the
/// last chunk makes it a message; a no to any, or what drops the mail, ends it before that (RFC 3030 section 2).
fn chunks(transcript: &Transcript, index: usize) -> Option<(usize, Letter)> {
    let role = |at: usize| transcript.line(at).map(|line| line.wire.role);
    let begins = |at: usize| is_new_session(transcript, at) || role(at) == Some(Role::Command(Some(Word::Mail)));
    let start = (0..index).rev().find(|at| begins(*at))?;
    let (mut letter, mut first) = (Letter::default(), None);
    let (mut left, mut last) = (0, None);
    for at in start + 1..transcript.len() {
        // Behind the last chunk the next mail may be begun before the reply.
        letter.ended = begins(at) && (last.is_none() || is_new_session(transcript, at));
        if let Some(Line { wire, .. }) = transcript.line(at) {
            match wire.role {
                Role::Command(Some(Word::Bdat)) if last.is_none() => {
                    for token in &wire.tokens {
                        match token.kind {
                            TokenKind::ChunkSize(size) => left = size,
                            TokenKind::ChunkLast => last = wire.exchange,
                            _ => {}
                        }
                    }
                }
                Role::Message(_) if left > 0 => {
                    first.get_or_insert(at);
                    left = letter.add_chunk(wire, left);
                }
                Role::Reply { to: Some(Word::Bdat), class: Some(Class::Positive), last: true, .. } => {
                    letter.ended = last.is_some() && wire.exchange == last;
                    letter.complete = letter.ended && letter.left_out == 0;
                }
                Role::Reply { to: Some(Word::Bdat), last: true, .. }
                | Role::Reply {
                    to: Some(Word::Rset | Word::Ehlo | Word::Helo | Word::Starttls),
                    class: Some(Class::Positive),
                    last: true,
                    ..
                } => letter.ended = true,
                _ => {}
            }
        }
        if letter.ended {
            break;
        }
    }
    first.map(|first| (first, letter))
}

/// The first line of the typed letter that an entry ends or stands in.
fn typed_before(transcript: &Transcript, index: usize) -> Option<usize> {
    if let Some((first, _)) = chunks(transcript, index) {
        return Some(first);
    }
    let mut first = None;
    for at in (0..=index).rev() {
        let Some(line) = transcript.line(at).filter(|line| line.wire.side == Side::Client) else { continue };
        match line.wire.role {
            Role::Message(_) => first = Some(at),
            Role::MessageEnd if at == index => {}
            _ => break,
        }
    }
    first
}

/// The first line of the letter that follows DATA.
fn typed_after(transcript: &Transcript, index: usize) -> Option<usize> {
    let mut later = (index + 1..transcript.len()).take_while(|at| !is_new_session(transcript, *at));
    let first = later.find(|at| transcript.line(*at).is_some_and(|line| line.wire.side == Side::Client))?;
    matches!(transcript.line(first)?.wire.role, Role::Message(_)).then_some(first)
}

fn is_new_session(transcript: &Transcript, index: usize) -> bool {
    transcript.get(index).is_some_and(|entry| entry.kind.begins_session())
}

fn is_top(transcript: &Transcript, first: usize) -> bool {
    let reply = (0..first).rev().filter_map(|at| transcript.line(at)).find(|line| announces(Some(line)));
    reply.is_some_and(|line| matches!(line.wire.role, Role::Reply { to: Some(Word::Top), .. }))
}

/// What MAIL and the accepted RCPTs before a typed letter said.
fn envelope(transcript: &Transcript, first: usize) -> Envelope {
    let mut envelope = Envelope::default();
    let mut refused = Vec::new();
    for at in (0..first).rev() {
        if is_new_session(transcript, at) {
            break;
        }
        let Some(line) = transcript.line(at) else { continue };
        match line.wire.role {
            Role::Reply { to: Some(Word::Rcpt), class, .. } if class != Some(Class::Positive) => {
                refused.push(line.wire.exchange);
            }
            Role::Command(Some(Word::Rcpt)) if !refused.contains(&line.wire.exchange) => {
                envelope.to.extend(path(&line.wire));
            }
            Role::Command(Some(Word::Mail)) => {
                envelope.from = path(&line.wire);
                break;
            }
            _ => {}
        }
    }
    envelope.to.reverse();
    envelope
}

/// The address of a path, without its brackets.
fn path(wire: &WireLine) -> Option<String> {
    let is_path = |kind| matches!(kind, TokenKind::Path | TokenKind::NullPath | TokenKind::BarePath);
    let token = wire.tokens.iter().find(|token| is_path(token.kind))?;
    let text = wire.text.shown_span(token.span);
    Some(text.trim_start_matches('<').trim_end_matches('>').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Msg,
        model::{Target, Via},
        net::Micros,
        update,
    };
    use mailproto::{Protocol, line::Ending};

    /// A session: what begins with `> ` was typed, the rest came from the server.
    fn session(protocol: Protocol, lines: &[&str]) -> Model {
        let mut model = Model::default();
        let at = Micros(1);
        update(&mut model, Msg::Connect(Target::practice(protocol, Via::Page)));
        update(&mut model, Msg::Connected { address: String::new(), at });
        for line in lines {
            let msg = match line.strip_prefix("> ") {
                Some(line) => Msg::Submit { line: line.into(), ending: Ending::CrLf, at },
                None => Msg::Received { bytes: format!("{line}\r\n").into_bytes(), at },
            };
            update(&mut model, msg);
        }
        model
    }

    fn entry(model: &Model, text: &str) -> usize {
        let fits = |at: &usize| model.transcript.line(*at).is_some_and(|line| line.wire.text.shown() == text);
        (0..model.transcript.len()).find(fits).unwrap()
    }

    const READ: &[&str] = &[
        "+OK",
        "> USER ada",
        "+OK",
        "> PASS x",
        "+OK",
        "> TOP 1 0",
        "+OK",
        "Subject: one",
        "",
        ".",
        "> RETR 1",
        "+OK 30 octets",
        "Subject: one",
        "",
        "..dot",
        "end",
        ".",
    ];

    #[test]
    fn a_letter_is_found_from_each_of_its_lines() {
        let model = session(Protocol::Pop3, READ);
        for text in ["RETR 1", "+OK 30 octets", "..dot", "end"] {
            let first = begin(&model.transcript, entry(&model, text)).unwrap();
            let letter = collect(&model.transcript, first);
            assert_eq!(letter.octets, b"Subject: one\r\n\r\n.dot\r\nend\r\n", "{text}");
            assert!(letter.complete && letter.left_out == 0 && letter.envelope.is_none());
        }
        let top = begin(&model.transcript, entry(&model, "TOP 1 0")).unwrap();
        let letter = collect(&model.transcript, top);
        assert_eq!((letter.octets.as_slice(), letter.complete), (&b"Subject: one\r\n\r\n"[..], false));
        assert_eq!(begin(&model.transcript, entry(&model, "USER ada")), None);
        assert_eq!(typed(&model), None);
    }

    #[test]
    fn a_letter_being_typed_has_its_envelope() {
        let mut lines = vec![
            "220 x",
            "> EHLO me",
            "250 x",
            "> MAIL FROM:<a@b.test>",
            "250 ok",
            "> RCPT TO:<c@d.test>",
            "250 ok",
            "> RCPT TO:<no@d.test>",
            "550 no",
            "> DATA",
            "354 go",
            "> Subject: x",
            "> ",
            "> ..two",
        ];
        let model = session(Protocol::Smtp, &lines);
        let letter = collect(&model.transcript, typed(&model).unwrap());
        assert_eq!((letter.octets.as_slice(), letter.complete), (&b"Subject: x\r\n\r\n.two\r\n"[..], false));
        let envelope = letter.envelope.unwrap();
        assert_eq!(envelope.from.as_deref(), Some("a@b.test"));
        assert_eq!(envelope.to, ["c@d.test"]);

        lines.extend(["> .", "250 taken"]);
        let model = session(Protocol::Smtp, &lines);
        assert_eq!(typed(&model), None);
        for text in [".", "DATA", "354 go"] {
            let first = begin(&model.transcript, entry(&model, text)).unwrap();
            let letter = collect(&model.transcript, first);
            assert!(letter.complete && letter.ended, "{text}");
        }
        let taken = entry(&model, "250 taken");
        assert_eq!(nearest(&model.transcript, taken), begin(&model.transcript, entry(&model, ".")));
    }

    #[test]
    fn a_letter_in_chunks_is_complete_when_the_last_one_was_taken() {
        #[track_caller]
        fn check(dialogue: &[&str], octets: &str, complete: bool, ended: bool) {
            let begin_of_mail = ["220 x", "> EHLO me", "250-x", "250 CHUNKING", "> MAIL FROM:<a@b.test>", "250 ok"];
            let lines = [&begin_of_mail[..], &["> RCPT TO:<c@d.test>", "250 ok"], dialogue].concat();
            let model = session(Protocol::Smtp, &lines);
            let texts = ["BDAT 14", "BDAT 14 LAST", "Subject: x", "yz", "250 first", "250 all", "452 full"];
            let found: Vec<_> = (0..model.transcript.len())
                .filter(|at| model.transcript.line(*at).is_some_and(|line| texts.contains(&&*line.wire.text.shown())))
                .map(|at| begin(&model.transcript, at))
                .collect();
            let first = found.first().copied().flatten().unwrap();
            assert!(found.iter().all(|other| *other == Some(first)), "{dialogue:?}: {found:?}");
            let letter = collect(&model.transcript, first);
            let text = String::from_utf8(letter.octets).unwrap();
            assert_eq!((&*text, letter.complete, letter.ended), (octets, complete, ended), "{dialogue:?}");
            assert_eq!(letter.envelope.unwrap().to, ["c@d.test"], "{dialogue:?}");
        }
        const ONE: &str = "Subject: x\r\n\r\n";
        let one = ["> BDAT 14 LAST", "> Subject: x", "> "];
        check(&one, ONE, false, false);
        check(&[&one[..], &["250 all"]].concat(), ONE, true, true);
        check(&[&one[..], &["452 full"]].concat(), ONE, false, true);
        let first = ["> BDAT 14", "> Subject: x", "> ", "250 first"];
        let with = |rest: &[&'static str]| [&first[..], rest].concat();
        check(&first, ONE, false, false);
        check(&with(&["> BDAT 0 LAST"]), ONE, false, false);
        check(&with(&["> BDAT 0 LAST", "250 all"]), ONE, true, true);
        check(&with(&["> NOOP", "250 ok", "> BDAT 4 LAST", "> yz", "250 all"]), "Subject: x\r\n\r\nyz\r\n", true, true);
        check(&with(&["> BDAT 1 LAST", "> yz", "250 all", "500 z?"]), "Subject: x\r\n\r\ny", true, true);
        check(&with(&["> BDAT 4 LAST", "> yz", "452 full"]), "Subject: x\r\n\r\nyz\r\n", false, true);
        check(&with(&["> RSET", "250 ok"]), ONE, false, true);
        // The mail after it is another letter, however it goes.
        let next =
            ["> MAIL FROM:<a@b.test>", "250 ok", "> RCPT TO:<e@d.test>", "250 ok", "> DATA", "354 go", "> no", "> ."];
        check(&[&one[..], &["250 all"], &next].concat(), ONE, true, true);
        check(&[&one[..], &next[..1], &["250 all", "250 ok"], &next[2..]].concat(), ONE, true, true);
        // Sent as a group (RFC 2920), the replies come after all chunks.
        let group = ["> BDAT 14", "> Subject: x", "> ", "> BDAT 4", "> yz", "> BDAT 0 LAST", "250 first", "250 ok"];
        check(&group, "Subject: x\r\n\r\nyz\r\n", false, false);
        check(&[&group[..], &["250 all"]].concat(), "Subject: x\r\n\r\nyz\r\n", true, true);
    }

    #[test]
    fn an_endless_letter_is_bounded() {
        let long = "x".repeat(60_000);
        let mut lines = vec!["+OK", "> USER ada", "+OK", "> PASS x", "+OK", "> RETR 1", "+OK"];
        lines.extend(std::iter::repeat_n(long.as_str(), 20));
        lines.push(".");
        let model = session(Protocol::Pop3, &lines);
        let letter = collect(&model.transcript, begin(&model.transcript, entry(&model, "RETR 1")).unwrap());
        assert!(letter.octets.len() <= MOST && letter.left_out > 0 && !letter.complete);
        assert_eq!(letter.octets.len() + letter.left_out, 20 * 60_002);
    }
}
