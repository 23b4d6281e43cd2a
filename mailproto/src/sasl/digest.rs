//! The digests of APOP and CRAM-MD5, whole and in their steps (RFC 1939 section 7, RFC 2104 section 2, RFC 2195 section 2).

use md5::{Digest, Md5};

/// The block of MD5, in octets: HMAC fills the key up to it (RFC 2104 section 2).
pub const BLOCK: usize = 64;
/// HMAC's inner pad.
const IPAD: u8 = 0x36;
/// HMAC's outer pad.
const OPAD: u8 = 0x5c;

/// APOP's digest: MD5 of the greeting's timestamp, brackets included, and the shared secret, as 32 lower-case hex digits
/// (RFC 1939 section 7).
pub fn apop_digest(timestamp: &[u8], secret: &[u8]) -> String {
    hex(&md5(&[timestamp, secret]))
}

/// HMAC-MD5 with everything that comes up on the way. All but the two digests give the key away.
#[derive(Clone, PartialEq, Eq)]
pub struct Hmac {
    /// The key filled up with zero octets to [`BLOCK`]; a longer key's MD5 instead of the key.
    pub key: [u8; BLOCK],
    /// The key XOR 0x36.
    pub inner_key: [u8; BLOCK],
    /// MD5 of the inner key and the text.
    pub inner: [u8; 16],
    /// The key XOR 0x5c.
    pub outer_key: [u8; BLOCK],
    /// MD5 of the outer key and the inner digest: the result.
    pub outer: [u8; 16],
}

/// HMAC-MD5 of `text`, keyed with `secret` (RFC 2104 section 2).
pub fn hmac(secret: &[u8], text: &[u8]) -> Hmac {
    let mut key = [0; BLOCK];
    if secret.len() > BLOCK {
        key[..16].copy_from_slice(&md5(&[secret]));
    } else {
        key[..secret.len()].copy_from_slice(secret);
    }
    let (inner_key, outer_key) = (key.map(|byte| byte ^ IPAD), key.map(|byte| byte ^ OPAD));
    let inner = md5(&[&inner_key, text]);
    let outer = md5(&[&outer_key, &inner]);
    Hmac { key, inner_key, inner, outer_key, outer }
}

/// CRAM-MD5's answer before base64: the user name, a space, HMAC-MD5 of the challenge keyed with the secret, in hex (RFC 2195
/// section 2).
pub fn cram_md5_answer(user: &str, secret: &[u8], challenge: &[u8]) -> String {
    format!("{user} {}", hex(&hmac(secret, challenge).outer))
}

/// The user name and the digest of a CRAM-MD5 answer; `None` when it has not that form.
pub fn cram_md5_parts(answer: &[u8]) -> Option<(&[u8], &[u8])> {
    let space = answer.iter().rposition(|byte| *byte == b' ')?;
    let (user, digest) = (answer.get(..space)?, answer.get(space + 1..)?);
    (!user.is_empty() && is_digest(digest)).then_some((user, digest))
}

/// Whether it is an MD5 digest as both protocols write it: 32 hex digits in lower case.
pub fn is_digest(word: &[u8]) -> bool {
    word.len() == 32 && word.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Hex digits in lower case.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |of: u8| char::from(DIGITS[usize::from(of & 15)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}

fn md5(parts: &[&[u8]]) -> [u8; 16] {
    let mut md5 = Md5::new();
    for part in parts {
        md5.update(part);
    }
    md5.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn apop_digests() {
        fn check(timestamp: &str, secret: &str, digest: &str) {
            assert_eq!(apop_digest(timestamp.as_bytes(), secret.as_bytes()), digest);
        }
        // RFC 1939 section 7, and the one a course prints.
        check("<1896.697170952@dbc.mtview.ca.us>", "tanstaaf", "c4c9334bac560ecc979e58001b3e22fb");
        check("<20040818150527@email02.mywebmailserver.com>", "cfugDemo123", "786b5c12203b391c9a903b515ce65a12");
    }

    #[test]
    fn hmacs() {
        fn check(secret: &[u8], text: &[u8], digest: &str) {
            assert_eq!(hex(&hmac(secret, text).outer), digest);
        }
        // RFC 2104, appendix.
        check(&[0x0b; 16], b"Hi There", "9294727a3638bb1c13f48ef8158bfc9d");
        check(b"Jefe", b"what do ya want for nothing?", "750c783e6ab0b503eaa86e310a5db738");
        check(&[0xaa; 16], &[0xdd; 50], "56be34521d144c88dbb8c733f0e8b3f6");
        // RFC 2202 section 2, test cases 4, 6 and 7: a longer key, keys longer than the block.
        check(&(1..=25).collect::<Vec<u8>>(), &[0xcd; 50], "697eaf0aca3a3aea3a75164746ffaa79");
        check(
            &[0xaa; 80],
            b"Test Using Larger Than Block-Size Key - Hash Key First",
            "6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd",
        );
        check(
            &[0xaa; 80],
            b"Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data",
            "6f630fad67cda0ee1fb1f562db3aa53e",
        );
    }

    #[test]
    fn cram_md5_answers() {
        // RFC 2195 section 2.
        let answer = cram_md5_answer("tim", b"tanstaaftanstaaf", b"<1896.697170952@postoffice.reston.mci.net>");
        assert_eq!(answer, "tim b913a602c7eda7a495b4e6e7334d3890");
        let coded = crate::base64::encode(answer.as_bytes());
        assert_eq!(coded, "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw");
        assert_eq!(cram_md5_parts(answer.as_bytes()), Some((&b"tim"[..], &b"b913a602c7eda7a495b4e6e7334d3890"[..])));
        assert_eq!(cram_md5_parts(b"tim B913A602C7EDA7A495B4E6E7334D3890"), None);
        assert_eq!(cram_md5_parts(b"b913a602c7eda7a495b4e6e7334d3890"), None);
        assert_eq!(cram_md5_parts(b" b913a602c7eda7a495b4e6e7334d3890"), None);
    }
}
