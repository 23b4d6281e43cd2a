//! Transfer encodings: how octets become lines of mail and come back (RFC 2045 section 6), and base64 bit by bit.

use super::flaw::{Flaw, FlawKind};
use crate::{
    machine::{Rfc, rfc},
    note::Note,
    token::Span,
};

/// A Content-Transfer-Encoding (RFC 2045 section 6.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// Short lines of ASCII, as they are. The default.
    #[default]
    SevenBit,
    /// Short lines of any octets, as they are.
    EightBit,
    /// Any octets, as they are.
    Binary,
    /// Three octets as four letters.
    Base64,
    /// ASCII as it is, other octets as `=E4`.
    QuotedPrintable,
    /// What came before MIME: lines of `uuencode`, never standardised.
    Uuencode,
    /// A name that we do not know.
    Unknown,
}

/// The longest line of base64 and quoted-printable without its end (RFC 2045 sections 6.7 and 6.8).
const LINE: usize = 76;
/// The letters of base64 in order (RFC 2045 section 6.8, table 1).
pub const TABLE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

impl Encoding {
    /// The encoding of this name, in any case.
    pub fn named(name: &str) -> Self {
        match name.to_ascii_lowercase().as_str() {
            "7bit" => Self::SevenBit,
            "8bit" => Self::EightBit,
            "binary" => Self::Binary,
            "base64" => Self::Base64,
            "quoted-printable" => Self::QuotedPrintable,
            "x-uuencode" | "x-uue" | "uuencode" => Self::Uuencode,
            _ => Self::Unknown,
        }
    }

    /// Its name, as the standard spells it; `?` when it is not known.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SevenBit => "7bit",
            Self::EightBit => "8bit",
            Self::Binary => "binary",
            Self::Base64 => "base64",
            Self::QuotedPrintable => "quoted-printable",
            Self::Uuencode => "x-uuencode",
            Self::Unknown => "?",
        }
    }

    /// What to say of it.
    pub fn note(self) -> Note {
        let (key, rfc) = self.row();
        Note::new(key).by(rfc)
    }

    const fn row(self) -> (&'static str, Rfc) {
        match self {
            Self::SevenBit => ("encoding-7bit", rfc(2045, "6.2")),
            Self::EightBit => ("encoding-8bit", rfc(2045, "6.2")),
            Self::Binary => ("encoding-binary", rfc(2045, "6.2")),
            Self::Base64 => ("encoding-base64", rfc(2045, "6.8")),
            Self::QuotedPrintable => ("encoding-quoted-printable", rfc(2045, "6.7")),
            Self::Uuencode => ("encoding-uuencode", rfc(2045, "6.3")),
            Self::Unknown => ("encoding-unknown", rfc(2045, "6.4")),
        }
    }

    pub(super) fn keys() -> impl Iterator<Item = &'static str> {
        let all = [Self::SevenBit, Self::EightBit, Self::Binary, Self::Base64, Self::QuotedPrintable, Self::Uuencode];
        all.into_iter().chain([Self::Unknown]).map(|encoding| encoding.row().0)
    }

    /// Whether the body stands as it is, and what it may hold: 0 for 7bit, 1 for 8bit, 2 for binary. `None` for the others.
    pub(super) const fn domain(self) -> Option<u8> {
        match self {
            Self::SevenBit => Some(0),
            Self::EightBit => Some(1),
            Self::Binary => Some(2),
            Self::Base64 | Self::QuotedPrintable | Self::Uuencode | Self::Unknown => None,
        }
    }

    /// The octets once decoded, as far as they can be.
    pub fn decode(self, body: &[u8]) -> Vec<u8> {
        self.read(body, 0, true, &mut Vec::new())
    }

    /// The same for a body that begins at `start` of the message, with what is wrong with it; `complete` when its end is there.
    pub(super) fn read(self, body: &[u8], start: usize, complete: bool, flaws: &mut Vec<Flaw>) -> Vec<u8> {
        match self {
            Self::SevenBit | Self::EightBit | Self::Binary | Self::Unknown => body.to_vec(),
            Self::Base64 => base64(body, start, complete, flaws),
            Self::QuotedPrintable => quoted_printable(body, start, flaws),
            Self::Uuencode => uuencoded(body),
        }
    }
}

/// Up to three octets as four sixes: one group of base64 (RFC 2045 section 6.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quad {
    /// The octets, as many as there are.
    pub octets: [Option<u8>; 3],
    /// Their 24 bits, six by six: each a place in the table, 0 to 63; `None` where padding stands.
    pub sixes: [Option<u8>; 4],
    /// The letters, `=` for padding.
    pub letters: [u8; 4],
}

/// One to three octets as a group of base64; `None` for none or more.
pub fn sextets(octets: &[u8]) -> Option<Quad> {
    let (given, count) = match *octets {
        [a] => ([a, 0, 0], 1),
        [a, b] => ([a, b, 0], 2),
        [a, b, c] => ([a, b, c], 3),
        _ => return None,
    };
    let [a, b, c] = given;
    let sixes = [a >> 2, (a & 3) << 4 | b >> 4, (b & 15) << 2 | c >> 6, c & 63];
    let mut quad = Quad { octets: [None; 3], sixes: [None; 4], letters: [b'='; 4] };
    for (slot, octet) in quad.octets.iter_mut().zip(octets) {
        *slot = Some(*octet);
    }
    // One octet fills two letters, two fill three: the bits left over are zero.
    for ((slot, letter), six) in quad.sixes.iter_mut().zip(&mut quad.letters).zip(sixes).take(count + 1) {
        *slot = Some(six);
        *letter = TABLE.get(usize::from(six)).copied().unwrap_or(b'=');
    }
    Some(quad)
}

/// The way back: four letters of the table, `=` for padding at the end. `None` when they are no group.
pub fn unsextets(letters: [u8; 4]) -> Option<Quad> {
    let sixes = letters.map(six);
    let padding = letters.iter().rev().take_while(|letter| **letter == b'=').count();
    if padding > 2 || sixes.iter().take(4 - padding).any(Option::is_none) {
        return None;
    }
    let [a, b, c, d] = sixes.map(|six| six.unwrap_or(0));
    let all = [Some(a << 2 | b >> 4), Some(b << 4 | c >> 2), Some(c << 6 | d)];
    let octets = match padding {
        0 => all,
        1 => [all[0], all[1], None],
        _ => [all[0], None, None],
    };
    Some(Quad { octets, sixes, letters })
}

/// The place of a letter in the table.
fn six(letter: u8) -> Option<u8> {
    match letter {
        b'A'..=b'Z' => Some(letter - b'A'),
        b'a'..=b'z' => Some(letter - b'a' + 26),
        b'0'..=b'9' => Some(letter - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

/// The groups of a base64 body that begins at `start` of the message, each with its place there (a group may go over a line end).
/// What is no letter is passed over; padding ends them.
pub fn quads(body: &[u8], start: usize) -> impl Iterator<Item = (Span, Quad)> + '_ {
    let mut letters = body.iter().enumerate().filter(|(_, byte)| **byte == b'=' || six(**byte).is_some());
    let mut ended = false;
    std::iter::from_fn(move || {
        if ended {
            return None;
        }
        let [a, b, c, d] = [letters.next()?, letters.next()?, letters.next()?, letters.next()?];
        let quad = unsextets([*a.1, *b.1, *c.1, *d.1])?;
        ended = quad.sixes[3].is_none();
        Some((Span::new(start + a.0, start + d.0 + 1), quad))
    })
}

fn base64(body: &[u8], start: usize, complete: bool, flaws: &mut Vec<Flaw>) -> Vec<u8> {
    let mut octets = Vec::with_capacity(body.len() / 4 * 3);
    let (mut bits, mut letters) = (0_u32, 0_usize);
    let (mut padding, mut column) = (0_usize, 0_usize);
    let (mut odd, mut late, mut long) = (None, None, None);
    for (at, &byte) in body.iter().enumerate() {
        column = if byte == b'\n' { 0 } else { column + 1 };
        if column > LINE && !matches!(byte, b'\r' | b'\n') {
            long.get_or_insert(at);
        }
        match (six(byte), byte) {
            (Some(_), _) if padding > 0 => _ = late.get_or_insert(at),
            (Some(six), _) => {
                bits = bits << 6 | u32::from(six);
                letters += 1;
                if letters.is_multiple_of(4) {
                    octets.extend_from_slice(&bits.to_be_bytes()[1..]);
                    bits = 0;
                }
            }
            (None, b'=') => padding += 1,
            (None, b'\r' | b'\n' | b' ' | b'\t') => {}
            (None, _) => _ = odd.get_or_insert(at),
        }
    }
    let left = letters % 4;
    match left {
        2 => octets.push((bits >> 4) as u8),
        3 => octets.extend_from_slice(&((bits >> 2) as u16).to_be_bytes()),
        _ => {}
    }
    let end = start + body.len();
    let right = matches!((left, padding), (0, 0) | (2, 2) | (3, 1));
    let mut tell = |at: Option<usize>, kind| {
        flaws.extend(at.map(|at| Flaw::new(Span::new(start + at, start + at + 1), kind, "")));
    };
    tell(odd, FlawKind::Base64Letter);
    tell(late, FlawKind::Base64AfterPadding);
    tell(long, FlawKind::Base64LineTooLong);
    if complete && !right {
        flaws.push(Flaw::new(Span::new(end, end), FlawKind::Base64Cut, left.to_string()));
    }
    octets
}

fn quoted_printable(body: &[u8], start: usize, flaws: &mut Vec<Flaw>) -> Vec<u8> {
    let mut octets = Vec::with_capacity(body.len());
    let (mut bad, mut raw, mut low, mut long) = (None, None, None, None);
    let mut from = 0;
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let ending = if line.ends_with(b"\r\n") { 2 } else { usize::from(line.ends_with(b"\n")) };
        let text = &line[..line.len() - ending];
        if text.len() > LINE {
            long.get_or_insert(from + LINE);
        }
        // White space at the end of a line was put there on the way (RFC 2045 section 6.7, rule 3).
        let text = text.trim_ascii_end();
        let soft = text.last() == Some(&b'=');
        let mut rest = &text[..text.len() - usize::from(soft)];
        while let [byte, more @ ..] = rest {
            let at = from + text.len() - usize::from(soft) - rest.len();
            rest = match (byte, more) {
                (b'=', [high, lower, after @ ..]) if let Some(octet) = hex(*high, *lower) => {
                    if high.is_ascii_lowercase() || lower.is_ascii_lowercase() {
                        low.get_or_insert(at);
                    }
                    octets.push(octet);
                    after
                }
                (byte, more) => {
                    if *byte == b'=' {
                        bad.get_or_insert(at);
                    } else if !byte.is_ascii() {
                        raw.get_or_insert(at);
                    }
                    octets.push(*byte);
                    more
                }
            };
        }
        if !soft {
            octets.extend_from_slice(&line[line.len() - ending..]);
        }
        from += line.len();
    }
    let kinds = [
        (bad, FlawKind::BadEscape),
        (raw, FlawKind::RawOctet),
        (low, FlawKind::LowerCaseHex),
        (long, FlawKind::EncodedLineTooLong),
    ];
    for (at, kind) in kinds {
        flaws.extend(at.map(|at| Flaw::new(Span::new(start + at, start + at + 1), kind, "")));
    }
    octets
}

/// Where a line `begin 644 name` stands and an encoded line follows; never standardised, so only this much is asked.
pub(super) fn uuencode_begins(body: &[u8]) -> Option<usize> {
    let mut from = 0;
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let mut words = line.trim_ascii_end().split(|byte| *byte == b' ');
        let mode = |mode: &[u8]| matches!(mode.len(), 3 | 4) && mode.iter().all(|digit| (b'0'..=b'7').contains(digit));
        if words.next() == Some(b"begin") && words.next().is_some_and(mode) && words.next().is_some() {
            return Some(from);
        }
        from += line.len();
    }
    None
}

fn uuencoded(body: &[u8]) -> Vec<u8> {
    let Some(from) = uuencode_begins(body) else { return body.to_vec() };
    let mut octets = Vec::new();
    for line in body[from..].split(|byte| *byte == b'\n').skip(1) {
        let line = line.trim_ascii_end();
        let value = |byte: u8| byte.wrapping_sub(b' ') & 63;
        let Some((length, letters)) = line.split_first() else { break };
        let length = usize::from(value(*length));
        if length == 0 || line == b"end" {
            break;
        }
        let before = octets.len();
        for group in letters.chunks(4) {
            let mut sixes = [0; 4];
            sixes.iter_mut().zip(group).for_each(|(six, byte)| *six = value(*byte));
            let [a, b, c, d] = sixes;
            octets.extend([a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]);
        }
        octets.truncate(before + length);
    }
    octets
}

/// Two hexadecimal digits, in any case.
pub(super) fn hex(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(high)? << 4 | digit(low)?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn base64_as_sixes_of_bits() {
        fn check(octets: &[u8], sixes: [Option<u8>; 4], letters: &[u8; 4]) {
            let quad = sextets(octets).unwrap();
            assert_eq!((quad.sixes, &quad.letters), (sixes, letters));
            assert_eq!(unsextets(*letters), Some(quad), "the way back");
        }
        check(b"Man", [Some(19), Some(22), Some(5), Some(46)], b"TWFu");
        check(b"Ma", [Some(19), Some(22), Some(4), None], b"TWE=");
        check(b"M", [Some(19), Some(16), None, None], b"TQ==");
        check(&[0, 0, 0], [Some(0); 4], b"AAAA");
        check(&[255, 255, 255], [Some(63); 4], b"////");
        assert_eq!((sextets(b""), sextets(b"four")), (None, None));
        for letters in [*b"A===", *b"====", *b"A=AA", *b"A*AA", *b"AA=A"] {
            assert_eq!(unsextets(letters), None, "{letters:?}");
        }
    }

    #[test]
    fn every_octet_comes_back() {
        for octet in 0..=u8::MAX {
            let quad = sextets(&[octet, !octet, octet]).unwrap();
            assert_eq!(unsextets(quad.letters), Some(quad));
            assert_eq!(quad.letters.to_vec(), crate::sasl::encode(&[octet, !octet, octet]).into_bytes());
        }
    }

    #[test]
    fn groups_of_a_body() {
        let found: Vec<_> = quads(b"TW\r\nFu\r\nTQ==\r\nAAAA", 10).collect();
        let places: Vec<_> = found.iter().map(|(span, _)| *span).collect();
        assert_eq!(places, [Span::new(10, 16), Span::new(18, 22)]);
        assert_eq!(found[0].1.octets, [Some(b'M'), Some(b'a'), Some(b'n')]);
        assert_eq!(quads(b"TWF", 0).count(), 0);
    }

    #[test]
    fn bodies_decoded() {
        use Encoding::{Base64, QuotedPrintable, SevenBit, Uuencode};
        use FlawKind::{
            BadEscape, Base64AfterPadding, Base64Cut, Base64Letter, Base64LineTooLong, EncodedLineTooLong,
            LowerCaseHex, RawOctet,
        };
        fn check(encoding: Encoding, body: &str, decoded: &str, kinds: &[FlawKind]) {
            let mut flaws = Vec::new();
            let octets = encoding.read(body.as_bytes(), 0, true, &mut flaws);
            assert_eq!(String::from_utf8_lossy(&octets), decoded, "{body}");
            assert_eq!(flaws.iter().map(|flaw| flaw.kind).collect::<Vec<_>>(), kinds, "{body}");
            assert!(flaws.iter().all(|flaw| flaw.span.end <= body.len()));
        }
        check(SevenBit, "as it is\r\n", "as it is\r\n", &[]);
        check(Base64, "VGhp\r\ncyBp\r\ncyB0ZXh0Lg==\r\n", "This is text.", &[]);
        check(Base64, "VGh*pcw==", "This", &[Base64Letter]);
        check(Base64, "VGhpcw==VGhpcw==", "This", &[Base64AfterPadding, Base64Cut]);
        check(Base64, "VGhpcw", "This", &[Base64Cut]);
        check(Base64, "VGhpc", "Thi", &[Base64Cut]);
        check(Base64, "", "", &[]);
        check(Base64, &"AAAA".repeat(20), &"\0".repeat(60), &[Base64LineTooLong]);
        // RFC 2045 section 6.7.
        check(QuotedPrintable, "Now's the time =\r\nfor all\r\n", "Now's the time for all\r\n", &[]);
        check(QuotedPrintable, "a=3Db=20 \t\r\nc=  \r\nd", "a=b \r\ncd", &[]);
        check(QuotedPrintable, "a=E4b=C3=a4", "a\u{fffd}b\u{e4}", &[LowerCaseHex]);
        check(QuotedPrintable, "a=XYb=\r\n", "a=XYb", &[BadEscape]);
        check(QuotedPrintable, "\u{e4}", "\u{e4}", &[RawOctet]);
        check(QuotedPrintable, &"a".repeat(77), &"a".repeat(77), &[EncodedLineTooLong]);
        check(Uuencode, "begin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\n", "Cat", &[]);
        check(Uuencode, "no such thing", "no such thing", &[]);
    }

    #[test]
    fn encodings_by_name() {
        fn check(name: &str, encoding: Encoding) {
            assert_eq!(Encoding::named(name), encoding, "{name}");
        }
        check("7BIT", Encoding::SevenBit);
        check("8bit", Encoding::EightBit);
        check("Binary", Encoding::Binary);
        check("BASE64", Encoding::Base64);
        check("Quoted-Printable", Encoding::QuotedPrintable);
        check("x-uuencode", Encoding::Uuencode);
        check("gzip", Encoding::Unknown);
    }
}
