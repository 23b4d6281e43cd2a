//! Transfer encodings: how octets become lines of mail and come back (RFC 2045 section 6). Base64 bit by bit is in `base64`.

use super::flaw::{Flaw, FlawKind};
use crate::{
    base64::six,
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
