//! A letter of the session as octets: what RETR or TOP brought, or what is being typed in DATA, dots undone, or in the chunks of
//! BDAT. What its octets mean is told by `mailproto::message`; how it looks is the page's business.

use mailproto::{
    Class, Word,
    message::envelope::Envelope,
    session::{Role, WireLine},
    token::{Side, TokenKind},
};
use serde::{Deserialize, Serialize};

use crate::transcript::{Line, Transcript};

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

/// Where a letter stands in the record. Places are indices of the transcript.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spread {
    /// Its first line.
    pub first: usize,
    /// Its last line so far; once it is over, its end.
    pub last: usize,
    /// Who sends it.
    pub side: Side,
    /// How it goes.
    pub way: Way,
    /// Whether no more of it can come.
    pub ended: bool,
    /// Whether its end has come, and it was not TOP that asked.
    pub complete: bool,
    /// What MAIL and RCPT said, when this session said it.
    pub envelope: Option<Envelope>,
}

/// How a letter goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// In the reply to RETR or TOP.
    Reply {
        /// The exchange.
        exchange: u32,
        /// It was TOP: the body may be cut.
        top: bool,
    },
    /// After DATA, up to the lone dot.
    Data {
        /// The exchange of DATA; `None` when the lines came without one.
        exchange: Option<u32>,
    },
    /// In the chunks of BDAT (RFC 3030 section 2).
    Chunks {
        /// The exchanges of its BDAT commands.
        exchanges: Vec<u32>,
        /// How many octets of the chunk were due when its first line was sent.
        due: u64,
        /// The exchange of the chunk that is the last.
        last: Option<u32>,
    },
}

/// The letters of a record, in the order they began, kept while lines come.
#[derive(Clone, Debug, Default)]
pub struct Letters {
    list: Vec<Spread>,
    /// The one a reply brings now.
    fetched: Option<usize>,
    /// The one that is being typed after DATA.
    typed: Option<usize>,
    /// The exchange of the DATA that was answered with 354.
    data: Option<u32>,
    /// The mail under way.
    mail: Mail,
}

/// The mail under way, as far as letters need it.
#[derive(Clone, Debug, Default)]
struct Mail {
    from: Option<String>,
    /// The recipients that were not refused, with the exchange of their RCPT.
    to: Vec<(u32, String)>,
    /// The exchanges of its BDAT commands so far.
    chunks: Vec<u32>,
    /// Octets of the chunk at hand that are due.
    left: u64,
    /// The exchange of the last chunk.
    last: Option<u32>,
    /// The letter that goes in chunks, once one has brought text.
    letter: Option<usize>,
}

impl Letters {
    /// All, in the order they began.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Spread> {
        self.list.iter()
    }

    /// A connection begins: what was not over never will be.
    pub(crate) fn new_connection(&mut self) {
        for spread in &mut self.list {
            spread.ended = true;
        }
        *self = Self { list: std::mem::take(&mut self.list), ..Self::default() };
    }

    /// Takes a line that stands at `index` of the transcript, and the command of its exchange.
    pub(crate) fn take(&mut self, index: usize, wire: &WireLine, word: Option<Word>) {
        match wire.side {
            Side::Server => self.server(index, wire, word),
            Side::Client => self.client(index, wire),
        }
    }

    fn server(&mut self, index: usize, wire: &WireLine, word: Option<Word>) {
        match (wire.role, wire.exchange) {
            (Role::Payload(_), Some(exchange)) => match self.fetched.and_then(|at| self.list.get_mut(at)) {
                Some(spread) => spread.last = index,
                None => {
                    let way = Way::Reply { exchange, top: word == Some(Word::Top) };
                    self.fetched = Some(self.begin(index, Side::Server, way, None));
                }
            },
            // The rest of a line that is longer than one piece.
            (Role::Unexpected, _) if self.fetched.is_some() => {
                if let Some(spread) = self.fetched.and_then(|at| self.list.get_mut(at)) {
                    spread.last = index;
                }
            }
            (Role::PayloadEnd, _) => {
                if let Some(spread) = self.fetched.take().and_then(|at| self.list.get_mut(at)) {
                    (spread.last, spread.ended) = (index, true);
                    spread.complete = !matches!(spread.way, Way::Reply { top: true, .. });
                }
            }
            (Role::Reply { to, class, last, .. }, exchange) => {
                self.end_of_fetched();
                if last {
                    self.answered(to, class, exchange);
                }
            }
            (
                Role::Greeting
                | Role::Listing(_)
                | Role::Payload(_)
                | Role::Unexpected
                | Role::Reversed(_)
                | Role::Command(_)
                | Role::SaslAnswer
                | Role::Message(_)
                | Role::MessageEnd,
                _,
            ) => self.end_of_fetched(),
        }
    }

    /// A reply is whole.
    fn answered(&mut self, to: Option<Word>, class: Option<Class>, exchange: Option<u32>) {
        let positive = class == Some(Class::Positive);
        match to {
            // What comes now is the message, whatever became of a chunk that was announced before.
            Some(Word::Data) if class == Some(Class::Intermediate) => {
                self.data = exchange;
                (self.mail.left, self.mail.last) = (0, None);
            }
            Some(Word::Rcpt) if !positive => self.mail.to.retain(|(rcpt, _)| Some(*rcpt) != exchange),
            Some(Word::Bdat) => {
                let ours = |spread: &&mut Spread| exchange.is_some_and(|id| spread.has_chunk(id));
                let Some(spread) = self.list.iter_mut().rev().find(ours) else { return };
                let end = matches!(spread.way, Way::Chunks { last, .. } if last.is_some() && last == exchange);
                // The yes to the last chunk makes it a message; a no to any ends it before that.
                spread.complete |= positive && end;
                spread.ended |= end || !positive;
            }
            // What drops the mail ends it, too.
            Some(Word::Rset | Word::Ehlo | Word::Helo | Word::Starttls) if positive => {
                if let Some(spread) = self.mail.letter.and_then(|at| self.list.get_mut(at)) {
                    spread.ended = true;
                }
            }
            _ => {}
        }
    }

    fn client(&mut self, index: usize, wire: &WireLine) {
        match wire.role {
            Role::Message(_) if self.mail.left > 0 => self.chunk_line(index, wire),
            Role::Message(_) => match self.typed.and_then(|at| self.list.get_mut(at)) {
                Some(spread) => spread.last = index,
                None => {
                    let way = Way::Data { exchange: self.data };
                    self.typed = Some(self.begin(index, Side::Client, way, Some(self.mail.envelope())));
                }
            },
            Role::MessageEnd => {
                if let Some(spread) = self.typed.take().and_then(|at| self.list.get_mut(at)) {
                    (spread.last, spread.ended, spread.complete) = (index, true, true);
                }
                self.data = None;
            }
            Role::Command(word) => {
                self.end_of_typed();
                self.command(word, wire);
            }
            Role::SaslAnswer | Role::Reversed(_) => self.end_of_typed(),
            Role::Greeting
            | Role::Reply { .. }
            | Role::Listing(_)
            | Role::Payload(_)
            | Role::PayloadEnd
            | Role::Unexpected => {}
        }
    }

    fn command(&mut self, word: Option<Word>, wire: &WireLine) {
        match word {
            Some(Word::Mail) => {
                // Behind the last chunk the next mail may be begun before the reply.
                if let Some(spread) = self.mail.letter.and_then(|at| self.list.get_mut(at)) {
                    spread.ended |= self.mail.last.is_none();
                }
                self.mail = Mail { from: path(wire), ..Mail::default() };
            }
            Some(Word::Rcpt) => {
                let to = wire.exchange.zip(path(wire));
                self.mail.to.extend(to);
            }
            Some(Word::Bdat) if self.mail.last.is_none() => {
                for token in &wire.tokens {
                    #[expect(clippy::wildcard_enum_match_arm, reason = "the other pieces say nothing of the chunk")]
                    match token.kind {
                        TokenKind::ChunkSize(size) => self.mail.left = size,
                        TokenKind::ChunkLast => self.mail.last = wire.exchange,
                        _ => {}
                    }
                }
                self.mail.chunks.extend(wire.exchange);
                if let Some(spread) = self.mail.letter.and_then(|at| self.list.get_mut(at)) {
                    spread.add_chunk(wire.exchange, self.mail.last);
                }
            }
            _ => {}
        }
    }

    /// A line of which at least the beginning belongs to a chunk.
    fn chunk_line(&mut self, index: usize, wire: &WireLine) {
        let due = self.mail.left;
        let octets = (wire.text.expose().len() + wire.ending.bytes().len()) as u64;
        self.mail.left = due.saturating_sub(octets);
        match self.mail.letter.and_then(|at| self.list.get_mut(at)) {
            Some(spread) => spread.last = index,
            None => {
                let way = Way::Chunks { exchanges: self.mail.chunks.clone(), due, last: self.mail.last };
                self.mail.letter = Some(self.begin(index, Side::Client, way, Some(self.mail.envelope())));
            }
        }
    }

    fn begin(&mut self, first: usize, side: Side, way: Way, envelope: Option<Envelope>) -> usize {
        self.list.push(Spread { first, last: first, side, way, ended: false, complete: false, envelope });
        self.list.len() - 1
    }

    /// Something else than the rest of the letter came.
    fn end_of_fetched(&mut self) {
        if let Some(spread) = self.fetched.take().and_then(|at| self.list.get_mut(at)) {
            spread.ended = true;
        }
    }

    fn end_of_typed(&mut self) {
        if let Some(spread) = self.typed.take().and_then(|at| self.list.get_mut(at)) {
            spread.ended = true;
        }
    }

    /// The letter that an exchange brought or took.
    fn of(&self, exchange: u32) -> Option<&Spread> {
        // Letters of a side begin in the order of their exchanges, but a typed and a fetched one may overlap.
        self.list.iter().rev().find(|spread| spread.belongs_to(exchange))
    }

    /// The letter that an entry belongs to: a line of it, its command, or the reply that announces it.
    pub fn at(&self, transcript: &Transcript, index: usize) -> Option<&Spread> {
        let line = transcript.line(index)?;
        match line.wire.role {
            Role::Message(_) | Role::MessageEnd => {
                let around =
                    |spread: &&Spread| spread.side == Side::Client && (spread.first..=spread.last).contains(&index);
                self.list.iter().rev().find(around)
            }
            Role::Payload(_)
            | Role::PayloadEnd
            | Role::Command(Some(Word::Data | Word::Bdat | Word::Retr | Word::Top))
            | Role::Reply { to: Some(Word::Bdat | Word::Retr | Word::Top), .. }
            | Role::Reply { to: Some(Word::Data), class: Some(Class::Intermediate), .. } => {
                self.of(line.wire.exchange?)
            }
            Role::Command(_)
            | Role::SaslAnswer
            | Role::Greeting
            | Role::Reply { .. }
            | Role::Listing(_)
            | Role::Reversed(_)
            | Role::Unexpected => None,
        }
    }

    /// The letter whose line stands nearest before an entry, or else the first after it.
    pub fn nearest(&self, index: usize) -> Option<&Spread> {
        let begun = self.list.partition_point(|spread| spread.first <= index);
        let before = self.list.get(..begun)?.iter().max_by_key(|spread| (spread.last.min(index), spread.first));
        before.or_else(|| self.list.get(begun))
    }

    /// The letter that is being typed now, if one is.
    pub fn typed(&self) -> Option<&Spread> {
        let in_chunk = self.mail.letter.filter(|_| self.mail.left > 0);
        self.typed.or(in_chunk).and_then(|at| self.list.get(at))
    }
}

impl Spread {
    fn has_chunk(&self, exchange: u32) -> bool {
        matches!(&self.way, Way::Chunks { exchanges, .. } if exchanges.contains(&exchange))
    }

    fn add_chunk(&mut self, exchange: Option<u32>, end: Option<u32>) {
        if let Way::Chunks { exchanges, last, .. } = &mut self.way {
            exchanges.extend(exchange);
            *last = end;
        }
    }

    fn belongs_to(&self, exchange: u32) -> bool {
        match &self.way {
            Way::Reply { exchange: own, .. } => *own == exchange,
            Way::Data { exchange: own } => *own == Some(exchange),
            Way::Chunks { exchanges, .. } => exchanges.contains(&exchange),
        }
    }

    /// Its octets, as far as they have come.
    pub fn collect(&self, transcript: &Transcript) -> Letter {
        let mut letter = Letter { ended: self.ended, envelope: self.envelope.clone(), ..Letter::default() };
        let mut left = match self.way {
            Way::Chunks { due, .. } => Some(due),
            Way::Reply { .. } | Way::Data { .. } => None,
        };
        for index in self.first..=self.last {
            // What the other side says meanwhile is no part of the letter.
            let Some(Line { wire, .. }) = transcript.line(index).filter(|line| line.wire.side == self.side) else {
                continue;
            };
            match (wire.role, &mut left) {
                (Role::Message(_) | Role::Payload(_), None) => letter.add(wire),
                (Role::Unexpected, None) => letter.take(wire.text.expose(), wire.ending.bytes()),
                (Role::Message(_), Some(left)) => *left = letter.add_chunk(wire, *left),
                (Role::Command(Some(Word::Bdat)), Some(left)) => {
                    for token in &wire.tokens {
                        if let TokenKind::ChunkSize(size) = token.kind {
                            *left = size;
                        }
                    }
                }
                _ => {}
            }
        }
        letter.complete = self.complete && letter.left_out == 0;
        letter
    }
}

impl Mail {
    fn envelope(&self) -> Envelope {
        Envelope { from: self.from.clone(), to: self.to.iter().map(|(_, to)| to.clone()).collect() }
    }
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
    use crate::{conversation::Conversation, testing::play};
    use mailproto::Protocol;

    fn entry(of: &Conversation, text: &str) -> usize {
        let fits = |at: &usize| of.transcript().line(*at).is_some_and(|line| line.wire.text.shown() == text);
        (0..of.transcript().len()).find(fits).unwrap()
    }

    /// The letter that a line belongs to.
    fn spread<'a>(of: &'a Conversation, text: &str) -> Option<&'a Spread> {
        of.letters().at(of.transcript(), entry(of, text))
    }

    fn letter(of: &Conversation, text: &str) -> Letter {
        spread(of, text).unwrap().collect(of.transcript())
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
        let read = play(Protocol::Pop3, READ);
        for text in ["RETR 1", "+OK 30 octets", "..dot", "end"] {
            let letter = letter(&read, text);
            assert_eq!(letter.octets, b"Subject: one\r\n\r\n.dot\r\nend\r\n", "{text}");
            assert!(letter.complete && letter.left_out == 0 && letter.envelope.is_none());
        }
        let top = letter(&read, "TOP 1 0");
        assert_eq!((top.octets.as_slice(), top.complete), (&b"Subject: one\r\n\r\n"[..], false));
        assert_eq!(spread(&read, "USER ada"), None);
        assert_eq!(read.letters().typed(), None);
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
        let typing = play(Protocol::Smtp, &lines);
        let letter = typing.letters().typed().unwrap().collect(typing.transcript());
        assert_eq!((letter.octets.as_slice(), letter.complete), (&b"Subject: x\r\n\r\n.two\r\n"[..], false));
        let envelope = letter.envelope.unwrap();
        assert_eq!(envelope.from.as_deref(), Some("a@b.test"));
        assert_eq!(envelope.to, ["c@d.test"]);

        lines.extend(["> .", "250 taken"]);
        let sent = play(Protocol::Smtp, &lines);
        assert_eq!(sent.letters().typed(), None);
        for text in [".", "DATA", "354 go"] {
            let letter = self::letter(&sent, text);
            assert!(letter.complete && letter.ended, "{text}");
        }
        let taken = entry(&sent, "250 taken");
        assert_eq!(sent.letters().nearest(taken), spread(&sent, "."));
    }

    #[test]
    fn a_letter_in_chunks_is_complete_when_the_last_one_was_taken() {
        #[track_caller]
        fn check(dialogue: &[&str], octets: &str, complete: bool, ended: bool) {
            let begin_of_mail = ["220 x", "> EHLO me", "250-x", "250 CHUNKING", "> MAIL FROM:<a@b.test>", "250 ok"];
            let lines = [&begin_of_mail[..], &["> RCPT TO:<c@d.test>", "250 ok"], dialogue].concat();
            let sent = play(Protocol::Smtp, &lines);
            let texts = ["BDAT 14", "BDAT 14 LAST", "Subject: x", "yz", "250 first", "250 all", "452 full"];
            let transcript = sent.transcript();
            let found: Vec<_> = (0..transcript.len())
                .filter(|at| transcript.line(*at).is_some_and(|line| texts.contains(&&*line.wire.text.shown())))
                .map(|at| sent.letters().at(transcript, at))
                .collect();
            let first = found.first().copied().flatten().unwrap();
            assert!(found.iter().all(|other| *other == Some(first)), "{dialogue:?}: {found:?}");
            let letter = first.collect(transcript);
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
    fn a_chunk_that_was_refused_takes_nothing_of_the_letter_after_data() {
        let lines = [
            "220 x",
            "> EHLO me",
            "250 x",
            "> MAIL FROM:<a@b.test>",
            "250 ok",
            "> RCPT TO:<c@d.test>",
            "250 ok",
            "> BDAT 30 LAST",
            "500 what",
            "> DATA",
            "354 go",
            "> Subject: hello",
            "> ",
            "> body",
            "> .",
            "250 ok",
        ];
        let sent = play(Protocol::Smtp, &lines);
        let letter = letter(&sent, "body");
        assert_eq!(letter.octets, b"Subject: hello\r\n\r\nbody\r\n");
        assert!(letter.complete && letter.ended);
        assert_eq!(sent.letters().iter().count(), 1);
    }

    #[test]
    fn an_endless_letter_is_bounded() {
        let long = "x".repeat(60_000);
        let mut lines = vec!["+OK", "> USER ada", "+OK", "> PASS x", "+OK", "> RETR 1", "+OK"];
        lines.extend(std::iter::repeat_n(long.as_str(), 20));
        lines.push(".");
        let letter = letter(&play(Protocol::Pop3, &lines), "RETR 1");
        assert!(letter.octets.len() <= MOST && letter.left_out > 0 && !letter.complete);
        assert_eq!(letter.octets.len() + letter.left_out, 20 * 60_002);
    }

    #[test]
    fn a_line_longer_than_a_piece_is_whole_in_the_letter() {
        let long = "x".repeat(100_000);
        let lines =
            ["+OK", "> USER ada", "+OK", "> PASS x", "+OK", "> RETR 1", "+OK", "Subject: x", "", &long, "end", "."];
        let letter = letter(&play(Protocol::Pop3, &lines), "RETR 1");
        assert_eq!(letter.octets, format!("Subject: x\r\n\r\n{long}\r\nend\r\n").into_bytes());
        assert!(letter.complete && letter.ended);
    }
}
