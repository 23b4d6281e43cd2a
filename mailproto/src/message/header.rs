//! The header of a message or a part: its fields, their groups, and where it ends. What one field holds is read in `field`; the
//! names we know are in `fields`.

use super::{
    address::Mailbox,
    date::Date,
    field,
    flaw::{Flaw, FlawKind},
    parameters::Valued,
    received::{self, Hop},
    words,
};
use crate::{
    machine::{Rfc, rfc},
    note::Note,
    secret::lossless,
    token::Span,
};

/// What a field is for: the order in which a course goes through them (RFC 5322 section 3.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// Written by the servers on the way.
    Trace,
    /// Written by who sent it on.
    Resent,
    /// When it was written.
    OriginationDate,
    /// Who wrote and sent it.
    Originator,
    /// For whom.
    Destination,
    /// Which message it is, and what it answers.
    Identification,
    /// What it is about.
    Informational,
    /// How its body is built (RFC 2045).
    Mime,
    /// Written by a mailing list.
    List,
    /// What servers signed and checked.
    Authentication,
    /// Any other: registered elsewhere, or made up by a program or a person.
    Optional,
}

impl Group {
    /// All, in order.
    pub const ALL: [Self; 11] = [
        Self::Trace,
        Self::Resent,
        Self::OriginationDate,
        Self::Originator,
        Self::Destination,
        Self::Identification,
        Self::Informational,
        Self::Mime,
        Self::List,
        Self::Authentication,
        Self::Optional,
    ];

    /// What to say of it.
    pub fn note(self) -> Note {
        let (key, rfc) = self.row();
        Note::new(key).by(rfc)
    }

    const fn row(self) -> (&'static str, Rfc) {
        match self {
            Self::Trace => ("group-trace", rfc(5321, "4.4")),
            Self::Resent => ("group-resent", rfc(5322, "3.6.6")),
            Self::OriginationDate => ("group-date", rfc(5322, "3.6.1")),
            Self::Originator => ("group-originator", rfc(5322, "3.6.2")),
            Self::Destination => ("group-destination", rfc(5322, "3.6.3")),
            Self::Identification => ("group-identification", rfc(5322, "3.6.4")),
            Self::Informational => ("group-informational", rfc(5322, "3.6.5")),
            Self::Mime => ("group-mime", rfc(2045, "3")),
            Self::List => ("group-list", rfc(2369, "")),
            Self::Authentication => ("group-authentication", rfc(8601, "1")),
            Self::Optional => ("group-optional", rfc(5322, "3.6.8")),
        }
    }

    pub(super) fn keys() -> impl Iterator<Item = &'static str> {
        Self::ALL.iter().map(|group| group.row().0)
    }
}

/// A field of a header. All spans are places in the octets of the whole message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The whole field with its line ends.
    pub span: Span,
    /// Its name, without the colon.
    pub name: Span,
    /// Everything after the colon up to the last line's end.
    pub value: Span,
    /// Its lines, without their ends: more than one when it is folded.
    pub lines: Vec<Span>,
    /// What it is for.
    pub group: Group,
    /// What it is.
    pub note: Note,
    /// The value on one line, folding undone (RFC 5322 section 2.2.3), white space around it taken off.
    pub unfolded: String,
    /// The value with its encoded-words decoded; `None` when it has none.
    pub decoded: Option<String>,
    /// What its pieces are: in order, without overlap.
    pub pieces: Vec<Piece>,
    /// What it holds.
    pub meaning: Meaning,
    /// What is wrong with it.
    pub flaws: Vec<Flaw>,
}

/// What a field's value holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Text for people, or something that this program does not take apart.
    Text,
    /// Mailboxes, perhaps in groups.
    Mailboxes(Vec<Mailbox>),
    /// A date; `None` when it cannot be read.
    Date(Option<Date>),
    /// Message identifiers, with their angle brackets.
    Identifiers(Vec<Span>),
    /// The postmark of one server.
    Received(Box<Hop>),
    /// A value and its parameters.
    Valued(Valued),
}

impl Field {
    /// Its mailboxes, if it is a field of addresses.
    pub fn mailboxes(&self) -> &[Mailbox] {
        match &self.meaning {
            Meaning::Mailboxes(mailboxes) => mailboxes,
            Meaning::Text | Meaning::Date(_) | Meaning::Identifiers(_) | Meaning::Received(_) | Meaning::Valued(_) => {
                &[]
            }
        }
    }

    /// Its date, if it is a field of a date that can be read.
    pub fn date(&self) -> Option<Date> {
        match self.meaning {
            Meaning::Date(date) => date,
            Meaning::Text
            | Meaning::Mailboxes(_)
            | Meaning::Identifiers(_)
            | Meaning::Received(_)
            | Meaning::Valued(_) => None,
        }
    }

    /// Its value with parameters, if it is such a field.
    pub fn valued(&self) -> Option<&Valued> {
        match &self.meaning {
            Meaning::Valued(valued) => Some(valued),
            Meaning::Text
            | Meaning::Mailboxes(_)
            | Meaning::Date(_)
            | Meaning::Identifiers(_)
            | Meaning::Received(_) => None,
        }
    }
}

/// A piece of a field's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Where in the octets of the message.
    pub span: Span,
    /// What.
    pub kind: PieceKind,
}

impl Piece {
    /// What to say of it. `octets` is the whole message.
    pub fn note(&self, octets: &[u8]) -> Note {
        let text = || lossless(self.span.of(octets));
        let note = match self.kind {
            PieceKind::HopProtocol => received::with_note(&text()),
            PieceKind::EncodedWord => encoded_word_note(self.span.of(octets)),
            kind => {
                let (key, rfc) = kind.row();
                Note::new(key).by(rfc)
            }
        };
        Note { span: Some(self.span), ..note }
    }
}

/// Where an encoded-word's text is known, it is told.
fn encoded_word_note(word: &[u8]) -> Note {
    let (key, rfc) = PieceKind::EncodedWord.row();
    let Some(word) = words::encoded_word(word) else { return Note::new(key).by(rfc) };
    let letter = word.encoding.to_string();
    match word.text {
        Some(text) => Note::new(key).arg("text", lossless(text.as_bytes())),
        None => Note::new("piece-encoded-word-unread"),
    }
    .arg("charset", word.charset)
    .arg("encoding", letter)
    .by(rfc)
}

macro_rules! pieces {
    ($($(#[$doc:meta])* $name:ident: $key:literal, $number:literal $section:literal;)*) => {
        /// What a piece of a field's value is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum PieceKind { $($(#[$doc])* $name,)* }

        impl PieceKind {
            const fn row(self) -> (&'static str, Rfc) {
                match self { $(Self::$name => ($key, rfc($number, $section)),)* }
            }

            pub(super) fn keys() -> impl Iterator<Item = &'static str> {
                [$($key,)* "piece-encoded-word-unread"].into_iter()
            }
        }
    };
}

pieces! {
    /// The name beside an address.
    DisplayName: "piece-display-name", 5322 "3.4";
    /// The name of a group of addresses.
    GroupName: "piece-group-name", 5322 "3.4";
    /// `local@domain`.
    Address: "piece-address", 5322 "3.4.1";
    /// `<>`: no address at all.
    NullPath: "piece-null-path", 5321 "4.5.5";
    /// `@a,@b:` before an address.
    Route: "piece-route", 5322 "4.4";
    /// `(a comment)`.
    Comment: "piece-comment", 5322 "3.2.2";
    /// `=?charset?B?text?=`.
    EncodedWord: "piece-encoded-word", 2047 "2";
    /// `<left@right>`.
    MessageId: "piece-message-id", 5322 "3.6.4";
    /// `Mon`.
    DayName: "piece-day-name", 5322 "3.3";
    /// `21 Nov 1997`.
    Day: "piece-day", 5322 "3.3";
    /// `09:55:06`.
    Time: "piece-time", 5322 "3.3";
    /// `-0600`.
    Zone: "piece-zone", 5322 "3.3";
    /// `text/plain`.
    MediaType: "piece-media-type", 2045 "5.1";
    /// The name of a parameter.
    ParameterName: "piece-parameter-name", 2045 "5.1";
    /// The value of a parameter.
    ParameterValue: "piece-parameter-value", 2045 "5.1";
    /// The word for an encoding.
    Encoding: "piece-word", 2045 "6.1";
    /// The word for a disposition.
    Disposition: "piece-word", 2183 "2";
    /// The number of a version.
    Version: "piece-word", 2045 "4";
    /// `from`, `by`, `via`, `with`, `id`, `for`.
    HopWord: "piece-hop-word", 5321 "4.4";
    /// The name of a host after `from` or `by`.
    HopName: "piece-hop-name", 5321 "4.4";
    /// What follows another such word.
    HopValue: "piece-hop-value", 5321 "4.4";
    /// The protocol after `with`.
    HopProtocol: "piece-hop-protocol", 5321 "4.4";
    /// Plain text.
    Text: "piece-text", 5322 "3.2.5";
    /// A comma, a colon, a semicolon, brackets.
    Punctuation: "piece-punctuation", 5322 "3.2.3";
}

/// A field that RFC 5322 or RFC 2045 describes and this header does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absent {
    /// Its name.
    pub name: &'static str,
    /// Its group.
    pub group: Group,
    /// What it would be.
    pub note: Note,
    /// Whether the standard wants it in this message, and what is wrong without it.
    pub flaw: Option<Flaw>,
}

/// How much of a message is taken apart: who sends more wants to see what breaks. What is beyond stays in place, uncut.
#[derive(Debug)]
pub(super) struct Budget {
    /// Fields, those of the parts counted: true headers have some dozens.
    pub fields: usize,
    /// Octets of values that are cut into pieces: a piece costs more memory than its octets.
    pub octets: usize,
    /// Parts: the largest digests have some hundreds.
    pub parts: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { fields: 5_000, octets: 256 * 1024, parts: 1_000 }
    }
}

/// How often the same thing is told about one header or field.
pub(super) const MOST_TOLD: usize = 20;

/// A header and where it ends.
#[derive(Debug)]
pub(super) struct Header {
    pub fields: Vec<Field>,
    /// The fields, without the empty line.
    pub span: Span,
    /// The empty line.
    pub border: Option<Span>,
    /// The lines among them that are no fields, and the like.
    pub flaws: Vec<Flaw>,
}

/// Cuts the header at the beginning of `span`.
pub(super) fn read(octets: &[u8], span: Span, budget: &mut Budget) -> Header {
    let mut cutter = Cutter { octets, budget, fields: Vec::new(), flaws: Vec::new(), open: None, beyond: false };
    let mut at = span.start;
    let mut border = None;
    while at < span.end {
        let (line, next) = line_at(octets, at, span.end);
        if line.is_empty() {
            border = Some(Span::new(at, next));
            break;
        }
        cutter.line(line, next, at == span.start);
        at = next;
    }
    cutter.close();
    let Cutter { fields, flaws, .. } = cutter;
    Header { fields, span: Span::new(span.start, at), border, flaws }
}

/// The line at `at`, without its end, and where the next begins. LF ends a line, alone or after CR.
pub(super) fn line_at(octets: &[u8], at: usize, end: usize) -> (Span, usize) {
    let rest = octets.get(at..end).unwrap_or_default();
    let Some(lf) = memchr::memchr(b'\n', rest) else { return (Span::new(at, end), end) };
    let cr = lf > 0 && rest.get(lf - 1) == Some(&b'\r');
    (Span::new(at, at + lf - usize::from(cr)), at + lf + 1)
}

struct Cutter<'a> {
    octets: &'a [u8],
    budget: &'a mut Budget,
    fields: Vec<Field>,
    flaws: Vec<Flaw>,
    /// The lines of the field that may still be folded, and where it ends so far.
    open: Option<(Vec<Span>, usize)>,
    /// The field that may still be folded is one too many.
    beyond: bool,
}

impl Cutter<'_> {
    fn line(&mut self, line: Span, next: usize, first: bool) {
        let text = line.of(self.octets);
        if matches!(text.first(), Some(b' ' | b'\t')) && (self.open.is_some() || self.beyond) {
            if let Some((lines, end)) = &mut self.open {
                lines.push(line);
                *end = next;
            }
            return;
        }
        self.close();
        self.beyond = false;
        if super::is_field(text) {
            if self.budget.fields == 0 {
                self.beyond = true;
                self.tell(line, FlawKind::TooManyFields, "");
            } else {
                self.budget.fields -= 1;
                self.open = Some((vec![line], next));
            }
        } else {
            let mailbox_line = first && text.starts_with(b"From ");
            let kind = if mailbox_line { FlawKind::MailboxLine } else { FlawKind::NotAField };
            self.tell(line, kind, lossless(&text[..text.len().min(100)]));
        }
    }

    fn tell(&mut self, span: Span, kind: FlawKind, detail: impl Into<String>) {
        if self.flaws.len() < MOST_TOLD {
            self.flaws.push(Flaw::new(span, kind, detail));
        }
    }

    fn close(&mut self) {
        if let Some((lines, end)) = self.open.take() {
            self.fields.push(field::read(self.octets, lines, end, self.budget));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_end_at_the_empty_line() {
        fn check(text: &str, names: &[&str], header: usize, border: Option<usize>, kinds: &[FlawKind]) {
            let octets = text.as_bytes();
            let found = read(octets, Span::new(0, octets.len()), &mut Budget::default());
            let seen: Vec<_> = found.fields.iter().map(|field| lossless(field.name.of(octets))).collect();
            assert_eq!(seen, names, "{text}");
            assert_eq!((found.span.end, found.border.map(|border| border.end)), (header, border), "{text}");
            assert_eq!(found.flaws.iter().map(|flaw| flaw.kind).collect::<Vec<_>>(), kinds, "{text}");
        }
        use FlawKind::{MailboxLine, NotAField};
        check("A: 1\r\nB: 2\r\n\r\nbody", &["A", "B"], 12, Some(14), &[]);
        check("A: 1\nB: 2\n\nbody", &["A", "B"], 10, Some(11), &[]);
        check("A: 1\r\n folded\r\n\tagain\r\n", &["A"], 23, None, &[]);
        check("\r\nbody", &[], 0, Some(2), &[]);
        check("", &[], 0, None, &[]);
        check("A: 1\r\nno field\r\nB : 2", &["A", "B"], 21, None, &[NotAField]);
        check("From ada Fri Nov 21\r\nA: 1\r\n", &["A"], 27, None, &[MailboxLine]);
        check(" fold of nothing\r\n", &[], 18, None, &[NotAField]);
    }

    #[test]
    fn a_flood_of_fields_is_bounded() {
        let octets = "a:\r\n".repeat(20_000);
        let found = read(octets.as_bytes(), Span::new(0, octets.len()), &mut Budget::default());
        assert_eq!(found.fields.len(), Budget::default().fields);
        assert_eq!(found.flaws.len(), MOST_TOLD);
    }
}
