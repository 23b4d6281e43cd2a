//! Octets that may hold a secret, and the one way to show them: hidden. Which bytes are secret is decided by the parsers.

use std::fmt;

use crate::{
    octets::{Octets, lossless},
    token::Span,
};

/// What stands for a secret in text: always as many, so that not even its length is told.
pub const MASK: &str = "\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}";

/// The bytes of a line and the parts of it that nobody should read over a shoulder. Debug output is redacted. The bytes of a line that
/// was received are a part of what came with it, and not kept twice.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Verbatim {
    bytes: Octets,
    hidden: Vec<Span>,
}

impl Verbatim {
    /// `bytes`, of which `hidden` is secret: spans in order, without overlap.
    pub fn new(bytes: impl Into<Octets>, hidden: Vec<Span>) -> Self {
        Self { bytes: bytes.into(), hidden }
    }

    /// The true bytes: for the wire and for parsing, never for a screen, a log or a file.
    pub fn expose(&self) -> &[u8] {
        &self.bytes
    }

    /// The parts that are secret.
    pub fn hidden(&self) -> &[Span] {
        &self.hidden
    }

    /// Whether a part is secret.
    pub fn has_secret(&self) -> bool {
        !self.hidden.is_empty()
    }

    /// Whether the byte at `at` is secret.
    pub fn is_hidden(&self, span: Span) -> bool {
        self.hidden.iter().any(|hidden| hidden.start < span.end && span.start < hidden.end)
    }

    /// The text to show, to export and to copy: secrets as [`MASK`], bytes outside UTF-8 as `\xNN`.
    pub fn shown(&self) -> String {
        let mut text = String::new();
        let mut at = 0;
        for span in &self.hidden {
            text.push_str(&lossless(self.bytes.get(at..span.start).unwrap_or_default()));
            text.push_str(MASK);
            at = span.end;
        }
        text.push_str(&lossless(self.bytes.get(at..).unwrap_or_default()));
        text
    }

    /// The text with its secrets: only where learners asked to see what they typed themselves.
    pub fn revealed(&self) -> String {
        lossless(&self.bytes)
    }

    /// The text of one span, masked when it touches a secret.
    pub fn shown_span(&self, span: Span) -> String {
        if self.is_hidden(span) { MASK.into() } else { lossless(span.of(&self.bytes)) }
    }
}

impl fmt::Debug for Verbatim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.shown())
    }
}

/// Writes over a text that held a secret before it is let go. What was copied elsewhere is not reached.
pub fn wipe(text: &mut String) {
    let size = text.capacity();
    text.clear();
    text.extend(std::iter::repeat_n('\0', size));
    text.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_shown() {
        let line = Verbatim::new(b"PASS canary-7".to_vec(), vec![Span::new(5, 13)]);
        assert_eq!(line.shown(), format!("PASS {MASK}"));
        assert!(!format!("{line:?}").contains("canary"));
        assert_eq!(line.shown_span(Span::new(5, 13)), MASK);
        assert_eq!(line.shown_span(Span::new(0, 4)), "PASS");
        assert_eq!(line.expose(), b"PASS canary-7");
        assert_eq!(line.revealed(), "PASS canary-7");
        let mut text = String::from("canary-7");
        wipe(&mut text);
        assert!(text.is_empty());
    }
}
