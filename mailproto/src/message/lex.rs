//! The words of a structured field: atoms, quoted strings, comments, literals, specials (RFC 5322 section 3.2, RFC 2045 section
//! 5.1). What they mean together is each grammar's.

use crate::token::Span;

/// How many octets of one field's value are taken apart: no true field is longer, and each piece costs memory.
pub(super) const MOST: usize = 64 * 1024;

/// A word of a structured field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lex {
    pub span: Span,
    pub kind: LexKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LexKind {
    /// A run of octets that are no special and no white space.
    Atom,
    /// `"quoted"`; whether its end is there.
    Quoted(bool),
    /// `(comment)`; whether its end is there.
    Comment(bool),
    /// `[literal]`; whether its end is there.
    Literal(bool),
    /// A single character with a meaning of its own.
    Special(u8),
}

/// The specials of RFC 5322 section 3.2.3 but the dot, which stays within its atom.
pub(super) const ADDRESS: &[u8] = b"<>:;@,\\])";
/// `tspecials` of RFC 2045 section 5.1.
pub(super) const MIME: &[u8] = b"<>@,;:\\/]?=)";

/// Cuts `span` of `octets` into words; the part beyond [`MOST`] stays uncut.
pub(super) fn lex(octets: &[u8], span: Span, specials: &[u8]) -> Vec<Lex> {
    let end = span.end.min(span.start.saturating_add(MOST)).min(octets.len());
    let mut words = Vec::new();
    let mut at = span.start;
    while let Some(&byte) = octets.get(at).filter(|_| at < end) {
        let (to, kind) = match byte {
            b' ' | b'\t' | b'\r' | b'\n' => {
                at += 1;
                continue;
            }
            b'"' => closed(octets, at, end, b'"', b'"', LexKind::Quoted),
            b'(' => closed(octets, at, end, b'(', b')', LexKind::Comment),
            b'[' => closed(octets, at, end, b'[', b']', LexKind::Literal),
            _ if specials.contains(&byte) => (at + 1, LexKind::Special(byte)),
            _ => (atom_end(octets, at, end, specials), LexKind::Atom),
        };
        words.push(Lex { span: Span::new(at, to), kind });
        at = to;
    }
    words
}

impl Lex {
    pub fn is(self, special: u8) -> bool {
        self.kind == LexKind::Special(special)
    }

    pub fn is_comment(self) -> bool {
        matches!(self.kind, LexKind::Comment(_))
    }

    /// Its octets as a word means them: quotes and backslashes undone, folding undone; a comment without its parentheses.
    pub fn content(self, octets: &[u8]) -> Vec<u8> {
        let bytes = self.span.of(octets);
        let (inner, escapes) = match self.kind {
            LexKind::Quoted(closed) | LexKind::Comment(closed) => {
                (bytes.get(1..bytes.len() - usize::from(closed)).unwrap_or_default(), true)
            }
            LexKind::Atom | LexKind::Literal(_) | LexKind::Special(_) => (bytes, false),
        };
        let mut content = Vec::with_capacity(inner.len());
        let mut escaped = false;
        for &byte in inner {
            match byte {
                b'\\' if escapes && !escaped => escaped = true,
                b'\r' | b'\n' => {}
                byte => {
                    content.push(byte);
                    escaped = false;
                }
            }
        }
        content
    }
}

/// Where a quoted string, comment or literal that begins at `at` ends. Comments nest; a backslash hides the octet after it.
fn closed(octets: &[u8], at: usize, end: usize, open: u8, close: u8, kind: fn(bool) -> LexKind) -> (usize, LexKind) {
    let mut depth = 1_usize;
    let mut to = at + 1;
    while let Some(&byte) = octets.get(to).filter(|_| to < end) {
        to += 1;
        if byte == b'\\' {
            to = (to + 1).min(end);
        } else if byte == close {
            depth -= 1;
            if depth == 0 {
                return (to, kind(true));
            }
        } else if byte == open && open == b'(' {
            depth += 1;
        }
    }
    (to, kind(false))
}

fn atom_end(octets: &[u8], at: usize, end: usize, specials: &[u8]) -> usize {
    let ends = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'"' | b'(' | b'[') || specials.contains(byte);
    octets[at..end].iter().position(ends).map_or(end, |length| at + length.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_field() {
        fn check(text: &str, specials: &[u8], words: &[&str]) {
            let octets = text.as_bytes();
            let found: Vec<_> = lex(octets, Span::new(0, octets.len()), specials)
                .iter()
                .map(|word| String::from_utf8_lossy(word.span.of(octets)).into_owned())
                .collect();
            assert_eq!(found, words, "{text}");
        }
        check(
            "Ada (a (nested) one) <ada@x.test>",
            ADDRESS,
            &["Ada", "(a (nested) one)", "<", "ada", "@", "x.test", ">"],
        );
        check("\"a, \\\"b\\\"\", c", ADDRESS, &["\"a, \\\"b\\\"\"", ",", "c"]);
        check("a@[192.0.2.1]", ADDRESS, &["a", "@", "[192.0.2.1]"]);
        check("text/plain; a=\"b;c\"\r\n\td", MIME, &["text", "/", "plain", ";", "a", "=", "\"b;c\"", "d"]);
        check("(open (", ADDRESS, &["(open ("]);
        check("\"open\\", ADDRESS, &["\"open\\"]);
        check("a) b]", ADDRESS, &["a", ")", "b", "]"]);
    }

    #[test]
    fn what_a_word_means() {
        fn check(text: &str, content: &str) {
            let octets = text.as_bytes();
            let words = lex(octets, Span::new(0, octets.len()), ADDRESS);
            assert_eq!(String::from_utf8_lossy(&words[0].content(octets)), content, "{text}");
        }
        check("\"a \\\"b\\\" \\\\\"", "a \"b\" \\");
        check("\"a\r\n b\"", "a b");
        check("(c (d))", "c (d)");
        check("\"open", "open");
        check("\"", "");
    }
}
