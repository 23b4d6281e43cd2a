//! Base64 as SASL uses it (RFC 4648 section 4): strict to decode, and able to say what is wrong with what is none.

use base64::{
    Engine,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::STANDARD},
};

use crate::token::ProblemKind;

/// Decodes base64, padding required. `None` when it is not.
pub fn decode(text: &[u8]) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// Encodes as base64.
pub fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Decodes as much as can be understood: white space dropped, the alphabet of URLs taken, padding not needed.
pub fn lenient(text: &[u8]) -> Option<Vec<u8>> {
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    GeneralPurpose::new(&base64::alphabet::STANDARD, config).decode(plain_letters(text)).ok()
}

/// What is wrong with a text that should be base64, or with what comes out of it. Empty when all is well.
pub fn diagnose(text: &[u8]) -> Vec<ProblemKind> {
    let mut found = Vec::new();
    if decode(text).is_none() {
        found.extend(text.iter().any(u8::is_ascii_whitespace).then_some(ProblemKind::Base64Space));
        found.extend(text.iter().any(|byte| matches!(byte, b'-' | b'_')).then_some(ProblemKind::Base64Url));
        let letters = plain_letters(text);
        let strict = STANDARD.decode(&letters);
        found.extend(match (strict, lenient(text)) {
            (Ok(_), _) => None,
            (Err(_), None) => Some(ProblemKind::NotBase64),
            (Err(base64::DecodeError::InvalidLastSymbol(..)), Some(_)) => Some(ProblemKind::Base64Bits),
            (Err(_), Some(_)) => Some(ProblemKind::Base64Padding),
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

/// Bytes from a text in which `\xNN` stands for one byte, as [`crate::secret::lossless`] writes it.
pub fn unescape(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let number = tail
            .strip_prefix(b"x")
            .filter(|_| first == b'\\')
            .and_then(|digits| digits.get(..2))
            .filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))
            .and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        bytes.push(number.unwrap_or(first));
        rest = if number.is_some() { tail.get(3..).unwrap_or_default() } else { tail };
    }
    bytes
}

#[cfg(test)]
mod tests {
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
    fn escapes() {
        fn check(text: &str, bytes: &[u8]) {
            assert_eq!(unescape(text), bytes, "{text}");
        }
        check(r"\x00ada\x00lovelace", b"\0ada\0lovelace");
        check(r"\x0", br"\x0");
        check(r"\xzz\x41", br"\xzzA");
        check("caf\u{e9}\\", "caf\u{e9}\\".as_bytes());
        assert_eq!(unescape(&crate::secret::lossless(b"\0\xff\n")), b"\0\xff\n");
    }
}
