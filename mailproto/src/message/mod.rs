//! Messages: line by line, as one is typed in DATA or arrives by RETR and TOP, and as a whole.
//!
//! Here is the `Cursor` of a running dialogue, which keeps no message. Reading order of the rest: [`anatomy`] takes a whole
//! message apart; [`header`] cuts its fields, [`address`], [`date`], [`received`] and [`words`] read what they hold; [`mime`]
//! finds the parts, [`encoding`] decodes them; [`envelope`] compares the letter with its envelope; [`flaw`] lists all that can be
//! wrong.

pub mod address;
pub mod anatomy;
pub mod date;
pub mod encoding;
pub mod envelope;
mod field;
pub mod fields;
pub mod flaw;
pub mod header;
mod lex;
pub mod media;
pub mod mime;
pub mod parameters;
pub mod received;
mod rules;
pub mod words;

pub use anatomy::Anatomy;

use crate::token::{Detail, Problem, ProblemKind, Span, Token, TokenKind};

/// The longest text line without its CRLF, in octets (RFC 5321 section 4.5.3.1.6, RFC 5322 section 2.1.1).
pub const LINE: usize = 998;

/// What a line of a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The first line of a header field.
    Field,
    /// A folded line of the field before (RFC 5322 section 2.2.3).
    Fold,
    /// A line among the headers that is no field.
    Stray,
    /// The empty line that ends the headers.
    Border,
    /// A line of the body.
    Body,
}

/// Follows a message line by line.
#[derive(Clone, Debug, Default)]
pub struct Cursor {
    in_body: bool,
    seen_field: bool,
    has_date: bool,
    has_from: bool,
    /// Which fields of the table have come, a bit each.
    seen: u64,
    octets: u64,
}

impl Cursor {
    /// Takes the next line as it crossed the wire, dots still doubled; gives what it is, its pieces and its problems.
    pub fn line(&mut self, line: &[u8], ending: usize) -> (Part, Vec<Token>, Vec<Problem>) {
        if line.first() != Some(&b'.') {
            return self.plain(line, ending);
        }
        let dot = Span::new(0, 1);
        let doubled = line.get(1) == Some(&b'.');
        let kind = if doubled { TokenKind::StuffedDot } else { TokenKind::LostDot };
        let lost = (!doubled).then(|| Problem::new(dot, ProblemKind::UnstuffedDot, Detail::None));
        self.read(line, 1, ending, vec![Token { span: dot, kind }], lost.into_iter().collect())
    }

    /// Takes the next line as it stands, dots not doubled: so BDAT sends it (RFC 3030 section 2).
    pub fn plain(&mut self, line: &[u8], ending: usize) -> (Part, Vec<Token>, Vec<Problem>) {
        self.read(line, 0, ending, Vec::new(), Vec::new())
    }

    /// Counts the rest of a line of which the beginning was taken.
    pub(crate) fn rest(&mut self, octets: u64) {
        self.octets += octets;
    }

    /// Takes a line of which the message begins at `from`, and adds to what was found before it.
    fn read(
        &mut self,
        line: &[u8],
        from: usize,
        ending: usize,
        mut tokens: Vec<Token>,
        mut problems: Vec<Problem>,
    ) -> (Part, Vec<Token>, Vec<Problem>) {
        self.octets += (line.len() - from + ending) as u64;
        if line.len() - from > LINE {
            let span = Span::new(from + LINE, line.len());
            problems.push(Problem::new(span, ProblemKind::LongTextLine, line.len() - from));
        }
        let part = self.part(&line[from..]);
        if matches!(part, Part::Field | Part::Fold)
            && let Some(at) = line.iter().position(|byte| !byte.is_ascii())
        {
            problems.push(Problem::new(Span::new(at, at + 1), ProblemKind::HeaderNotAscii, Detail::None));
        }
        let rest = Span::new(from, line.len());
        match part {
            Part::Field => {
                let colon = from + line[from..].iter().position(|byte| *byte == b':').unwrap_or(0) + 1;
                tokens.push(Token { span: Span::new(from, colon), kind: TokenKind::FieldName });
                if let Some(span) = crate::command::trimmed(line, colon, line.len()) {
                    tokens.push(Token { span, kind: TokenKind::Text });
                }
                self.known_field(&line[from..], from, &mut problems);
            }
            Part::Stray => {
                problems.push(Problem::new(rest, ProblemKind::NoColon, Detail::None));
                tokens.push(Token { span: rest, kind: TokenKind::Text });
            }
            Part::Fold | Part::Body if !rest.is_empty() => {
                // Most of a long letter is such lines: no more memory than for this one.
                tokens.reserve_exact(1);
                tokens.push(Token { span: rest, kind: TokenKind::Text });
            }
            Part::Fold | Part::Body => {}
            Part::Border => problems.extend(self.missing_fields(rest)),
        }
        (part, tokens, problems)
    }

    /// The required fields that have not come (RFC 5322 section 3.6), told at `span`: where the header ends.
    pub fn missing_fields(&self, span: Span) -> Vec<Problem> {
        let required = [(self.has_from, ProblemKind::NoFrom), (self.has_date, ProblemKind::NoDate)];
        required.into_iter().filter(|(has, _)| !has).map(|(_, kind)| Problem::new(span, kind, Detail::None)).collect()
    }

    /// Whether the empty line has come.
    pub fn in_body(&self) -> bool {
        self.in_body
    }

    /// The octets so far, dots undoubled: what LIST announces (RFC 1939 section 11).
    pub fn octets(&self) -> u64 {
        self.octets
    }

    fn part(&mut self, line: &[u8]) -> Part {
        if self.in_body {
            Part::Body
        } else if line.is_empty() {
            self.in_body = true;
            Part::Border
        } else if matches!(line[0], b' ' | b'\t') && self.seen_field {
            Part::Fold
        } else if is_field(line) {
            self.seen_field = true;
            Part::Field
        } else {
            Part::Stray
        }
    }

    fn known_field(&mut self, line: &[u8], at: usize, problems: &mut Vec<Problem>) {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { return };
        let (name, value) = (line[..colon].trim_ascii_end(), line[colon + 1..].trim_ascii());
        if let Some((index, known)) = fields::FIELDS
            .iter()
            .zip(0..64)
            .find_map(|(known, index)| known.name.as_bytes().eq_ignore_ascii_case(name).then_some((index, known)))
        {
            let bit = 1_u64 << index;
            if known.once && self.seen & bit != 0 {
                problems.push(Problem::new(Span::new(at, at + name.len()), ProblemKind::FieldTwice, known.name));
            }
            self.seen |= bit;
        }
        if name.eq_ignore_ascii_case(b"Date") {
            self.has_date = true;
        } else if name.eq_ignore_ascii_case(b"From") {
            self.has_from = true;
            if !value.is_empty() && !value.contains(&b'@') {
                let span = Span::new(at + colon + 1, at + line.len());
                problems.push(Problem::new(
                    span,
                    ProblemKind::FromNoAddress,
                    String::from_utf8_lossy(value).into_owned(),
                ));
            }
        }
    }
}

/// Every key that a message's notes can bear.
pub(crate) fn keys() -> Vec<&'static str> {
    let mut keys: Vec<_> = flaw::FlawKind::ALL.iter().map(|kind| kind.key()).collect();
    keys.extend(fields::keys());
    keys.extend(header::Group::keys());
    keys.extend(header::PieceKind::keys());
    keys.extend(encoding::Encoding::keys());
    keys.extend(media::keys());
    keys.extend(received::keys());
    keys.extend(envelope::KEYS);
    // Told by the protocol's own note.
    keys.retain(|key| *key != "piece-hop-protocol");
    keys
}

/// `field-name ":"`: printable ASCII without space and colon (RFC 5322 section 2.2), obsolete space before the colon allowed.
pub(crate) fn is_field(line: &[u8]) -> bool {
    let Some(colon) = line.iter().position(|byte| *byte == b':') else { return false };
    let name = line[..colon].trim_ascii_end();
    !name.is_empty() && name.iter().all(|byte| (33..=126).contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lines: &[(&str, Part)]) -> Cursor {
        let mut cursor = Cursor::default();
        for (line, part) in lines {
            assert_eq!(cursor.line(line.as_bytes(), 2).0, *part, "{line:?}");
        }
        cursor
    }

    #[test]
    fn lines_of_a_message() {
        use Part::{Body, Border, Field, Fold, Stray};
        let cursor = check(&[
            ("From: Ada <ada@example.test>", Field),
            ("Subject: a long", Field),
            (" one", Fold),
            ("hello", Stray),
            ("", Border),
            ("Not: a header", Body),
            ("..", Body),
            ("", Body),
        ]);
        assert_eq!(
            cursor.octets(),
            "From: Ada <ada@example.test>Subject: a long onehelloNot: a header.".len() as u64 + 16
        );
        check(&[(" fold of nothing", Stray), ("", Border)]);
    }

    #[test]
    fn required_fields_are_missed_at_the_border() {
        let mut cursor = Cursor::default();
        cursor.line(b"Subject: hello", 2);
        let (_, _, problems) = cursor.line(b"", 2);
        let kinds: Vec<_> = problems.iter().map(|problem| problem.kind).collect();
        assert_eq!(kinds, [ProblemKind::NoFrom, ProblemKind::NoDate]);
    }

    #[test]
    fn fields_are_judged_as_they_come() {
        let mut cursor = Cursor::default();
        let mut check = |line: &str, kinds: &[ProblemKind]| {
            let (_, _, problems) = cursor.line(line.as_bytes(), 2);
            assert_eq!(problems.iter().map(|problem| problem.kind).collect::<Vec<_>>(), kinds, "{line}");
        };
        check("From: ada@x.test", &[]);
        check("Comments: one", &[]);
        check("Comments: two", &[]);
        check("Subject: caf\u{e9}", &[ProblemKind::HeaderNotAscii]);
        check(" \u{e9}", &[ProblemKind::HeaderNotAscii]);
        check("SUBJECT: again", &[ProblemKind::FieldTwice]);
        check("From: Ada", &[ProblemKind::FieldTwice, ProblemKind::FromNoAddress]);
        check("Date: Fri, 21 Nov 1997 09:55:06 -0600", &[]);
        check("", &[]);
        check("caf\u{e9}", &[]);
    }
}
