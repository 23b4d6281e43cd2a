//! The header of a message or a part: its fields, their groups, and what each holds. The grammars of the values are in `address`,
//! `date`, `received`, `words`; the names we know are in `fields`.

use super::{address::Mailbox, date::Date, flaw::Flaw, received::Hop};
use crate::{explain::Note, token::Span};

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
        Note::new("group-trace")
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
        let _ = octets;
        Note::new("piece-text")
    }
}

/// What a piece of a field's value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PieceKind {
    /// The name beside an address.
    DisplayName,
    /// The name of a group of addresses.
    GroupName,
    /// `local@domain`.
    Address,
    /// `(a comment)`.
    Comment,
    /// `=?charset?B?text?=`.
    EncodedWord,
    /// `<left@right>`.
    MessageId,
    /// `Mon`.
    DayName,
    /// `21 Nov 1997`.
    Day,
    /// `09:55:06`.
    Time,
    /// `-0600`.
    Zone,
    /// `text/plain`.
    MediaType,
    /// The name of a parameter.
    ParameterName,
    /// The value of a parameter.
    ParameterValue,
    /// A word that the field's grammar names: an encoding, a disposition, a version.
    Word,
    /// `from`, `by`, `via`, `with`, `id`, `for`.
    HopWord,
    /// What follows such a word.
    HopValue,
    /// The protocol after `with`.
    HopProtocol,
    /// Plain text.
    Text,
    /// A comma, a colon, a semicolon, brackets.
    Punctuation,
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
