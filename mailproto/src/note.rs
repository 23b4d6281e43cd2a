//! A note: the key of a sentence, its arguments, and the standard's section. The sentences are in `locales/`; when each is said is
//! for the parsers and `explain` to know.

use crate::{machine::Rfc, token::Span};

/// Something to say about a piece of a line, or about the whole of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Which bytes it is about; `None` for the whole line.
    pub span: Option<Span>,
    /// The key of the sentence.
    pub key: &'static str,
    /// What the sentence names. Never a secret.
    pub args: Vec<(&'static str, String)>,
    /// The section that says so.
    pub rfc: Option<Rfc>,
}

impl Note {
    /// A note on the whole line.
    pub fn new(key: &'static str) -> Self {
        Self { span: None, key, args: Vec::new(), rfc: None }
    }

    pub(crate) fn at(span: Span, key: &'static str) -> Self {
        Self { span: Some(span), ..Self::new(key) }
    }

    pub(crate) fn over(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    pub(crate) fn arg(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.args.push((name, value.into()));
        self
    }

    pub(crate) fn by(mut self, rfc: Rfc) -> Self {
        self.rfc = Some(rfc);
        self
    }
}

/// A detail as a sentence can bear it.
pub(crate) fn shortened(detail: &str) -> String {
    const MOST: usize = 40;
    if detail.chars().count() <= MOST {
        return detail.into();
    }
    detail.chars().take(MOST).chain(['\u{2026}']).collect()
}
