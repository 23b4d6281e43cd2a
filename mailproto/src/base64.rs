//! Base64 (RFC 4648 section 4) on one table: group by group, strictly, leniently, and what is wrong with a text that is none. How a
//! body is cut into lines of it is `message::encoding`'s.

use crate::token::{ProblemKind, Span};

/// The letters of base64 in order (RFC 2045 section 6.8, table 1).
pub const TABLE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Decodes base64, padding required and no bit left over. `None` when it is not.
pub fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let bytes = lenient_letters(text)?;
    (encode(&bytes).as_bytes() == text).then_some(bytes)
}

/// Encodes as base64.
pub fn encode(bytes: &[u8]) -> String {
    bytes.chunks(3).filter_map(sextets).flat_map(|quad| quad.letters.map(char::from)).collect()
}

/// Decodes as much as can be understood: white space dropped, the alphabet of URLs taken, padding not needed.
pub fn lenient(text: &[u8]) -> Option<Vec<u8>> {
    lenient_letters(&plain_letters(text))
}

/// Decodes letters of the table, of which the last group may lack its padding.
fn lenient_letters(letters: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(letters.len() / 4 * 3 + 3);
    let mut groups = letters.chunks(4).peekable();
    while let Some(group) = groups.next() {
        let mut whole = [b'='; 4];
        whole.iter_mut().zip(group).for_each(|(slot, letter)| *slot = *letter);
        let quad = unsextets(whole)?;
        // Padding ends it.
        if quad.sixes[3].is_none() && groups.peek().is_some() {
            return None;
        }
        bytes.extend(quad.octets.into_iter().flatten());
    }
    Some(bytes)
}

/// What is wrong with a text that should be base64, or with what comes out of it. Empty when all is well.
pub fn diagnose(text: &[u8]) -> Vec<ProblemKind> {
    let mut found = Vec::new();
    if decode(text).is_none() {
        found.extend(text.iter().any(u8::is_ascii_whitespace).then_some(ProblemKind::Base64Space));
        found.extend(text.iter().any(|byte| matches!(byte, b'-' | b'_')).then_some(ProblemKind::Base64Url));
        let letters = plain_letters(text);
        found.extend(match (decode(&letters), lenient(text)) {
            (Some(_), _) => None,
            (None, None) => Some(ProblemKind::NotBase64),
            // All groups are whole: it can only be the last letter.
            (None, Some(_)) if letters.len().is_multiple_of(4) => Some(ProblemKind::Base64Bits),
            (None, Some(_)) => Some(ProblemKind::Base64Padding),
        });
        if found.contains(&ProblemKind::NotBase64) {
            return vec![ProblemKind::NotBase64];
        }
    }
    found.extend(lenient(text).is_some_and(|bytes| bytes.ends_with(b"\n")).then_some(ProblemKind::Base64Newline));
    found
}

/// The text without white space and in the usual alphabet.
fn plain_letters(text: &[u8]) -> Vec<u8> {
    let usual = |byte: &u8| match byte {
        b'-' => b'+',
        b'_' => b'/',
        other => *other,
    };
    text.iter().filter(|byte| !byte.is_ascii_whitespace()).map(usual).collect()
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
pub(crate) fn six(letter: u8) -> Option<u8> {
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn base64_is_strict() {
        fn check(text: &str, bytes: Option<&[u8]>) {
            assert_eq!(decode(text.as_bytes()).as_deref(), bytes, "{text}");
        }
        check("VXNlcm5hbWU6", Some(b"Username:"));
        check("Z2liYXNoaXI=", Some(b"gibashir"));
        check("Z2liYXNoaXI", None);
        check("not base64!", None);
        // RFC 4954 section 4 names these two.
        check("=AAA", None);
        check("AAA=BBB", None);
        // RFC 4648 section 10.
        for (text, coded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            check(coded, Some(text.as_bytes()));
            assert_eq!(encode(text.as_bytes()), coded);
        }
    }

    #[test]
    fn what_is_wrong_with_it() {
        use ProblemKind as P;
        fn check(text: &str, problems: &[ProblemKind], bytes: Option<&[u8]>) {
            assert_eq!(diagnose(text.as_bytes()), problems, "{text}");
            assert_eq!(lenient(text.as_bytes()).as_deref(), bytes, "{text}");
        }
        check("YWRh", &[], Some(b"ada"));
        check("", &[], Some(b""));
        check("Z2liYXNoaXI", &[P::Base64Padding], Some(b"gibashir"));
        check("Z2liYXNoaXI==", &[P::NotBase64], None);
        check("YWRhCg==", &[P::Base64Newline], Some(b"ada\n"));
        check("YWRhCg", &[P::Base64Padding, P::Base64Newline], Some(b"ada\n"));
        check("YWRh YWRh", &[P::Base64Space], Some(b"adaada"));
        check(" YWRh", &[P::Base64Space], Some(b"ada"));
        check("_-8=", &[P::Base64Url], Some(&[0xff, 0xef]));
        check("_-8", &[P::Base64Url, P::Base64Padding], Some(&[0xff, 0xef]));
        check("YWRhZB==", &[P::Base64Bits], Some(b"adad"));
        check("ada", &[P::Base64Padding], Some(&[0x69, 0xd6]));
        check("a", &[P::NotBase64], None);
        check("=AAA", &[P::NotBase64], None);
        check("AAA=BBB", &[P::NotBase64], None);
        check("lovelace!", &[P::NotBase64], None);
        check("=", &[P::NotBase64], None);
    }

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
            assert_eq!(quad.letters.to_vec(), encode(&[octet, !octet, octet]).into_bytes());
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

    /// Another reading of the same texts: every text of up to five letters of a small alphabet.
    #[test]
    fn another_reader_agrees() {
        use ::base64::{Engine, engine::general_purpose::STANDARD};
        let letters = b"AQgz/9=*";
        for length in 0..6_u32 {
            for number in 0..8_usize.pow(length) {
                let text: Vec<u8> = (0..length).map(|place| letters[number / 8_usize.pow(place) % 8]).collect();
                assert_eq!(decode(&text), STANDARD.decode(&text).ok(), "{}", text.escape_ascii());
            }
        }
    }
}
