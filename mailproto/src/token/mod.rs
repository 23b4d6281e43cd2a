//! What a piece of a line is: spans and tokens. What can be wrong with one is in `problem` and `kinds`.

mod kinds;
mod problem;

pub use kinds::{Family, ProblemKind};
pub use problem::{Detail, Problem};

use crate::machine::{Class, Word};

/// A range of bytes within one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// From `start` to before `end`.
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// Its bytes of `line`; empty when it does not lie within.
    pub fn of(self, line: &[u8]) -> &[u8] {
        line.get(self.start..self.end).unwrap_or_default()
    }

    /// How many bytes.
    pub const fn len(self) -> usize {
        self.end.saturating_sub(self.start)
    }

    /// Whether it has none.
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }
}

/// A piece of a line and what it is. Tokens of a line do not overlap and stand in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Where.
    pub span: Span,
    /// What.
    pub kind: TokenKind,
}

/// What a piece of a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// A verb of the table.
    Verb(Word),
    /// A word that is no verb of this protocol.
    UnknownVerb,
    /// POP3 message number.
    MessageNumber(u32),
    /// TOP's number of body lines.
    LineCount(u32),
    /// The name of a mailbox or account.
    User,
    /// A secret: never shown unless the learner asks for their own.
    Secret,
    /// APOP's MD5 in hex.
    Digest,
    /// SASL mechanism.
    Mechanism,
    /// A base64 SASL answer that hides no password.
    SaslAnswer,
    /// The asterisk that cancels a SASL exchange.
    SaslCancel,
    /// `FROM:` or `TO:`.
    PathWord,
    /// A path with its angle brackets.
    Path,
    /// `<>`: nobody to report to.
    NullPath,
    /// An address without the angle brackets it needs.
    BarePath,
    /// An ESMTP parameter, `SIZE=1024`.
    Parameter,
    /// The client's name for itself.
    Domain,
    /// `[192.0.2.1]`.
    AddressLiteral,
    /// The server's name for itself.
    ServerName,
    /// BDAT's number of octets.
    ChunkSize(u64),
    /// BDAT's LAST.
    ChunkLast,
    /// Whose mail ETRN asks for.
    QueueName,
    /// A language tag of LANG.
    Language,
    /// Free text of a command: HELP's topic, VRFY's name, NOOP's string.
    Words,
    /// Something the syntax has no place for.
    Extra,
    /// `+OK`.
    Ok,
    /// `-ERR`.
    Err,
    /// `+ ` before a challenge.
    Plus,
    /// A reply code, whole.
    Code(u16),
    /// The hyphen or space after the code: more lines follow, or this is the last.
    CodeEnd {
        /// Whether this is the last line.
        last: bool,
    },
    /// An enhanced status code, `2.1.5`.
    Enhanced(Enhanced),
    /// A response code in brackets, `[IN-USE]`.
    ResponseCode,
    /// The greeting's `<timestamp>` for APOP.
    Timestamp,
    /// The server's own wording.
    ServerText,
    /// How many messages.
    Count(u32),
    /// How many octets.
    Octets(u64),
    /// A unique identifier of UIDL.
    Uid,
    /// A capability or EHLO keyword.
    Keyword,
    /// The parameter of a capability or EHLO keyword.
    KeywordParameter,
    /// A base64 challenge.
    Challenge,
    /// The name of a header field, with its colon.
    FieldName,
    /// The text of a header field or of the body.
    Text,
    /// A dot doubled for the wire.
    StuffedDot,
    /// A first dot that was not doubled: the receiver takes it away.
    LostDot,
    /// Something where a number is due.
    NoNumber,
    /// The lone dot.
    FinalDot,
    /// Bytes that are no reply at all.
    Garbage,
}

/// An enhanced status code (RFC 3463).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Enhanced {
    /// 2, 4 or 5.
    pub class: u8,
    /// What it is about.
    pub subject: u16,
    /// Which case of it.
    pub detail: u16,
}

/// How serious a problem is: shown as a word beside a colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// All as expected; worth knowing.
    Chat,
    /// Unusual, and allowed.
    Note,
    /// Risky, or likely to be refused.
    Warn,
    /// Against the standard, or refused.
    Error,
}

/// Who caused something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Side {
    /// The learner's side.
    Client,
    /// The mail server.
    Server,
}

impl TokenKind {
    /// The class a reply's first token gives it.
    pub const fn class(self) -> Option<Class> {
        match self {
            Self::Ok => Some(Class::Positive),
            Self::Err => Some(Class::Permanent),
            Self::Plus => Some(Class::Intermediate),
            Self::Code(code) => match code / 100 {
                2 => Some(Class::Positive),
                3 => Some(Class::Intermediate),
                4 => Some(Class::Transient),
                5 => Some(Class::Permanent),
                _ => None,
            },
            _ => None,
        }
    }
}
