//! Letters beyond ASCII in a header: encoded-words (RFC 2047) and the charsets they and texts are in. Parameters with other
//! letters (RFC 2231) are in `parameters`.

use super::encoding;
use crate::{octets::lossless, token::Span};

/// The longest encoded-word, in characters (RFC 2047 section 2).
pub const LONGEST: usize = 75;

/// An encoded-word taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodedWord {
    /// The charset as written, without a language (RFC 2231 section 5).
    pub charset: String,
    /// `B` or `Q`, in capitals.
    pub encoding: char,
    /// The octets; `None` when the encoding is broken or none of the two.
    pub octets: Option<Vec<u8>>,
    /// The text; `None` when there are no octets, the charset is not decoded here, or they are no text in it.
    pub text: Option<String>,
}

/// Takes apart a whole encoded-word, `=?` to `?=`. `None` when it is none.
pub fn encoded_word(word: &[u8]) -> Option<EncodedWord> {
    let inner = word.strip_prefix(b"=?")?.strip_suffix(b"?=")?;
    let mut parts = inner.split(|byte| *byte == b'?');
    let (charset, encoding, text) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || charset.is_empty() || encoding.len() != 1 || !inner.iter().all(u8::is_ascii_graphic) {
        return None;
    }
    let charset = charset.split(|byte| *byte == b'*').next().unwrap_or_default();
    let encoding = char::from(encoding.first()?.to_ascii_uppercase());
    let charset = String::from_utf8_lossy(charset).into_owned();
    let octets = match encoding {
        'B' => crate::base64::decode(text),
        'Q' => q_decoded(text),
        _ => None,
    };
    let text = octets.as_deref().and_then(|octets| decode_charset(&charset, octets));
    Some(EncodedWord { charset, encoding, octets, text })
}

/// The encoded-words within `text`, by place. In a structured field they stand between parentheses too, and never in quotes.
pub(super) fn places(text: &[u8], structured: bool) -> Vec<Span> {
    let mut places = Vec::new();
    let mut at = 0;
    let mut quoted = false;
    while let Some(&byte) = text.get(at) {
        if structured && byte == b'\\' {
            at += 2;
            continue;
        }
        quoted ^= structured && byte == b'"';
        let after_gap = at == 0 || text.get(at - 1).is_some_and(|before| is_gap(*before, structured));
        if byte == b'=' && after_gap && !quoted {
            let length = text[at..].iter().position(|byte| is_gap(*byte, structured)).unwrap_or(text.len() - at);
            if encoded_word(&text[at..at + length]).is_some() {
                places.push(Span::new(at, at + length));
            }
            at += length.max(1);
        } else {
            at += 1;
        }
    }
    places
}

/// `text` with its encoded-words decoded; white space between two of them is no part of the text (RFC 2047 section 6.2). `None`
/// when there are none. What cannot be decoded stays as it is written.
pub(super) fn decoded(text: &[u8], structured: bool) -> Option<String> {
    let places = places(text, structured);
    places.first()?;
    let mut out = Vec::new();
    let mut at = 0;
    let mut run: Option<(String, Vec<u8>, usize)> = None;
    for place in places {
        let gap = &text[at..place.start];
        let word = encoded_word(place.of(text));
        // The same charset goes on: a letter may be split over two words, though it should not be.
        match (&mut run, word) {
            (Some((charset, octets, _)), Some(EncodedWord { charset: next, octets: Some(more), .. }))
                if gap.trim_ascii().is_empty() && charset.eq_ignore_ascii_case(&next) =>
            {
                octets.extend(more);
            }
            (before, word) => {
                let joins = before.is_some() && gap.trim_ascii().is_empty();
                flush(before.take(), text, at, &mut out);
                if !joins || !matches!(word, Some(EncodedWord { text: Some(_), .. })) {
                    out.extend_from_slice(gap);
                }
                match word {
                    Some(EncodedWord { charset, octets: Some(octets), .. }) => {
                        run = Some((charset, octets, place.start))
                    }
                    Some(_) | None => out.extend_from_slice(place.of(text)),
                }
            }
        }
        at = place.end;
    }
    flush(run, text, at, &mut out);
    out.extend_from_slice(&text[at..]);
    Some(lossless(&out))
}

/// Ends a run of encoded-words of one charset: its text, or the words themselves when the charset is not decoded here.
fn flush(run: Option<(String, Vec<u8>, usize)>, text: &[u8], end: usize, out: &mut Vec<u8>) {
    let Some((charset, octets, start)) = run else { return };
    match decode_charset(&charset, &octets) {
        Some(decoded) => out.extend_from_slice(decoded.as_bytes()),
        None => out.extend_from_slice(&text[start..end]),
    }
}

fn is_gap(byte: u8, structured: bool) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
        || (structured && matches!(byte, b'(' | b')' | b'<' | b'>' | b',' | b';' | b'"'))
}

/// The Q encoding (RFC 2047 section 4.2): `_` is a space, `=XX` an octet.
fn q_decoded(text: &[u8]) -> Option<Vec<u8>> {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [byte, more @ ..] = rest {
        rest = match (byte, more) {
            (b'=', [high, low, after @ ..]) => {
                octets.push(encoding::hex(*high, *low)?);
                after
            }
            (b'=', _) => return None,
            (b'_', more) => {
                octets.push(b' ');
                more
            }
            (byte, more) => {
                octets.push(*byte);
                more
            }
        };
    }
    Some(octets)
}

/// Octets in a charset as text: us-ascii, utf-8, iso-8859-1, -2 and -15, windows-1252. `None` for others, and for octets that
/// are no text in it.
pub fn decode_charset(charset: &str, octets: &[u8]) -> Option<String> {
    match charset.to_ascii_lowercase().as_str() {
        "us-ascii" | "ascii" => octets.is_ascii().then(|| String::from_utf8_lossy(octets).into_owned()),
        "utf-8" | "utf8" => std::str::from_utf8(octets).ok().map(str::to_owned),
        "iso-8859-1" | "latin1" => Some(octets.iter().map(|byte| char::from(*byte)).collect()),
        "iso-8859-2" | "latin2" => Some(octets.iter().map(|byte| latin2(*byte)).collect()),
        "iso-8859-15" | "latin9" => Some(octets.iter().map(|byte| latin9(*byte)).collect()),
        "windows-1252" | "cp1252" => octets.iter().map(|byte| windows_1252(*byte)).collect(),
        _ => None,
    }
}

/// Whether [`decode_charset`] knows the charset at all.
pub fn knows_charset(charset: &str) -> bool {
    decode_charset(charset, b"").is_some()
}

/// ISO-8859-2, for the languages of Central Europe.
fn latin2(byte: u8) -> char {
    const ROWS: [u16; 96] = [
        0xa0, 0x104, 0x2d8, 0x141, 0xa4, 0x13d, 0x15a, 0xa7, 0xa8, 0x160, 0x15e, 0x164, 0x179, 0xad, 0x17d, 0x17b,
        0xb0, 0x105, 0x2db, 0x142, 0xb4, 0x13e, 0x15b, 0x2c7, 0xb8, 0x161, 0x15f, 0x165, 0x17a, 0x2dd, 0x17e, 0x17c,
        0x154, 0xc1, 0xc2, 0x102, 0xc4, 0x139, 0x106, 0xc7, 0x10c, 0xc9, 0x118, 0xcb, 0x11a, 0xcd, 0xce, 0x10e, 0x110,
        0x143, 0x147, 0xd3, 0xd4, 0x150, 0xd6, 0xd7, 0x158, 0x16e, 0xda, 0x170, 0xdc, 0xdd, 0x162, 0xdf, 0x155, 0xe1,
        0xe2, 0x103, 0xe4, 0x13a, 0x107, 0xe7, 0x10d, 0xe9, 0x119, 0xeb, 0x11b, 0xed, 0xee, 0x10f, 0x111, 0x144, 0x148,
        0xf3, 0xf4, 0x151, 0xf6, 0xf7, 0x159, 0x16f, 0xfa, 0x171, 0xfc, 0xfd, 0x163, 0x2d9,
    ];
    let code = byte.checked_sub(0xa0).and_then(|at| ROWS.get(usize::from(at)));
    code.and_then(|code| char::from_u32((*code).into())).unwrap_or(char::from(byte))
}

/// ISO-8859-15: ISO-8859-1 but for eight letters.
fn latin9(byte: u8) -> char {
    match byte {
        0xa4 => '\u{20ac}',
        0xa6 => '\u{160}',
        0xa8 => '\u{161}',
        0xb4 => '\u{17d}',
        0xb8 => '\u{17e}',
        0xbc => '\u{152}',
        0xbd => '\u{153}',
        0xbe => '\u{178}',
        byte => char::from(byte),
    }
}

/// Windows-1252: ISO-8859-1 but for 80 to 9f, five of which mean nothing.
fn windows_1252(byte: u8) -> Option<char> {
    const ROW: [u16; 32] = [
        0x20ac, 0, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0, 0x17d, 0, 0,
        0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0, 0x17e, 0x178,
    ];
    match byte {
        0x80..=0x9f => {
            ROW.get(usize::from(byte - 0x80)).filter(|code| **code != 0).and_then(|code| char::from_u32((*code).into()))
        }
        byte => Some(char::from(byte)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_words_decoded() {
        fn check(text: &str, structured: bool, decoded_text: Option<&str>) {
            assert_eq!(decoded(text.as_bytes(), structured).as_deref(), decoded_text, "{text}");
        }
        check("plain", false, None);
        // RFC 2047 section 8.
        check("=?US-ASCII?Q?Keith_Moore?= <moore@cs.utk.edu>", true, Some("Keith Moore <moore@cs.utk.edu>"));
        check("=?ISO-8859-1?Q?Keld_J=F8rn_Simonsen?= <k@d.dk>", true, Some("Keld J\u{f8}rn Simonsen <k@d.dk>"));
        check(
            "=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?= =?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=",
            false,
            Some("If you can read this you understand the example."),
        );
        check("(=?ISO-8859-1?Q?a?=)", true, Some("(a)"));
        check("(=?ISO-8859-1?Q?a?= b)", true, Some("(a b)"));
        check("(=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=)", true, Some("(ab)"));
        check("(=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=)", true, Some("(ab)"));
        check("(=?ISO-8859-1?Q?a_b?=)", true, Some("(a b)"));
        check("(=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=)", true, Some("(a b)"));
        // A language (RFC 2231 section 5), a letter split over two words, and what is none.
        check("=?US-ASCII*EN?Q?Keith_Moore?=", false, Some("Keith Moore"));
        check("=?utf-8?B?w6k=?= =?utf-8?Q?=C3?= =?utf-8?Q?=A9?=", false, Some("\u{e9}\u{e9}"));
        check("=?koi8-r?Q?a?= b", false, Some("=?koi8-r?Q?a?= b"));
        check("=?utf-8?Q?a?= =?koi8-r?Q?b?=", false, Some("a =?koi8-r?Q?b?="));
        check("=?utf-8?Q?=FF?=", false, Some("=?utf-8?Q?=FF?="));
        check("a=?utf-8?Q?b?=", false, None);
        check("\"=?utf-8?Q?b?=\"", true, None);
        check("=?utf-8?Q?a b?=", false, None);
        check("=?utf-8?X?ab?= c", false, Some("=?utf-8?X?ab?= c"));
        check("=?utf-8?B?a?=", false, Some("=?utf-8?B?a?="));
        check("=?utf-8?Q?a=0Ab?=", false, Some("a\\x0ab"));
    }

    #[test]
    fn charsets() {
        fn check(charset: &str, octets: &[u8], text: Option<&str>) {
            assert_eq!(decode_charset(charset, octets).as_deref(), text, "{charset}");
        }
        check("US-ASCII", b"a", Some("a"));
        check("us-ascii", b"\xe9", None);
        check("utf-8", "\u{e9}".as_bytes(), Some("\u{e9}"));
        check("iso-8859-1", b"\xe9\xa4", Some("\u{e9}\u{a4}"));
        check("iso-8859-2", b"a\xe3\xba\xfe\xff", Some("a\u{103}\u{15f}\u{163}\u{2d9}"));
        check("iso-8859-15", b"\xe9\xa4\xbe", Some("\u{e9}\u{20ac}\u{178}"));
        check("windows-1252", b"\x80\x9f\xe9", Some("\u{20ac}\u{178}\u{e9}"));
        check("windows-1252", b"\x81", None);
        check("koi8-r", b"a", None);
    }
}
