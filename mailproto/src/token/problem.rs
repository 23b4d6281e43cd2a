//! One problem of one line: where it is, what the line made of it, and the section that decides it. Which kinds there are is in
//! `kinds`.

use std::{borrow::Cow, fmt};

use super::{ProblemKind, Span};
use crate::machine::{Protocol, Rfc, Word};

/// What the sentence of a problem names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// Nothing.
    #[default]
    None,
    /// A verb.
    Verb(Word),
    /// A number: of a message, of octets, a code.
    Number(u64),
    /// Two numbers: what was said, and what is.
    Pair(u64, u64),
    /// Anything else: an address, a parameter, the form that is due.
    Text(Cow<'static, str>),
}

impl From<Word> for Detail {
    fn from(word: Word) -> Self {
        Self::Verb(word)
    }
}

impl From<u64> for Detail {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for Detail {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<usize> for Detail {
    fn from(number: usize) -> Self {
        Self::Number(number as u64)
    }
}

impl From<&'static str> for Detail {
    fn from(text: &'static str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Detail {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl fmt::Display for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Verb(word) => f.write_str(word.name()),
            Self::Number(number) => write!(f, "{number}"),
            Self::Pair(said, is) => write!(f, "{said} {is}"),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// Something wrong with a line, or worth saying about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where in the line.
    pub span: Span,
    /// What.
    pub kind: ProblemKind,
    /// What its sentence names. Never a secret.
    pub detail: Detail,
    /// The problem of the command that this verdict is about, whose section then rules.
    pub because: Option<ProblemKind>,
    /// The section that decides it, where that is another than the kind's: whoever found the problem knows.
    pub rule: Option<Rfc>,
}

impl Problem {
    /// A problem at `span`.
    pub fn new(span: Span, kind: ProblemKind, detail: impl Into<Detail>) -> Self {
        Self { span, kind, detail: detail.into(), because: None, rule: None }
    }

    /// With a section of its own, if one is given.
    pub(crate) fn ruled_by(mut self, rule: Option<Rfc>) -> Self {
        self.rule = rule;
        self
    }

    /// The section that decides it.
    pub fn rfc(&self, protocol: Protocol) -> Rfc {
        self.rule.unwrap_or_else(|| self.because.unwrap_or(self.kind).rfc(protocol))
    }

    /// The problem of the command that this verdict is about.
    pub fn reason(&self) -> Option<Self> {
        let kind = self.because?;
        Some(Self { kind, because: None, rule: None, ..self.clone() })
    }
}
