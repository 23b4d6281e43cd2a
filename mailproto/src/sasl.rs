//! SASL as both protocols use it: mechanisms, base64, and the digests of APOP and CRAM-MD5. When an answer is due is `session`'s.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, Mac};
use md5::{Digest, Md5};

/// A SASL mechanism by its registered name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mechanism {
    /// RFC 4616: authorization id, NUL, authentication id, NUL, password, in one base64 answer.
    Plain,
    /// Never standardised: user name and password asked for one by one.
    Login,
    /// RFC 2195: a keyed digest of the server's challenge.
    CramMd5,
    /// Any other, by name.
    Other(String),
}

impl Mechanism {
    /// The mechanism of this name, in any case.
    pub fn named(name: &str) -> Self {
        match name.to_ascii_uppercase().as_str() {
            "PLAIN" => Self::Plain,
            "LOGIN" => Self::Login,
            "CRAM-MD5" => Self::CramMd5,
            other => Self::Other(other.into()),
        }
    }

    /// Whether the client's `step`th answer (from 0) holds no reusable secret and may be shown. `challenge` is the server's
    /// last, decoded: LOGIN asks for the password in words.
    pub fn shows_answer(&self, step: usize, challenge: &[u8]) -> bool {
        match self {
            Self::Plain | Self::Other(_) => false,
            Self::Login => step == 0 && !challenge.to_ascii_lowercase().starts_with(b"pass"),
            Self::CramMd5 => true,
        }
    }
}

impl Mechanism {
    /// Whether whoever reads the exchange learns a password or a token that can be used again.
    pub fn reveals_secret(&self) -> bool {
        match self {
            Self::Plain | Self::Login => true,
            Self::CramMd5 => false,
            Self::Other(name) => matches!(name.as_str(), "XOAUTH2" | "OAUTHBEARER"),
        }
    }
}

/// Decodes base64 (RFC 4648 section 4), padding required. `None` when it is not.
pub fn decode(text: &[u8]) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// Encodes as base64.
pub fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// APOP's digest: MD5 of the greeting's timestamp, brackets included, and the shared secret, as 32 lower-case hex digits
/// (RFC 1939 section 7).
pub fn apop_digest(timestamp: &[u8], secret: &[u8]) -> String {
    let mut md5 = Md5::new();
    md5.update(timestamp);
    md5.update(secret);
    hex(&md5.finalize())
}

/// CRAM-MD5's answer before base64: the user name, a space, HMAC-MD5 of the challenge keyed with the secret, in hex (RFC 2195
/// section 2).
pub fn cram_md5_answer(user: &str, secret: &[u8], challenge: &[u8]) -> String {
    // HMAC takes keys of any length (RFC 2104 section 3): the error case does not exist.
    let Ok(mut mac) = Hmac::<Md5>::new_from_slice(secret) else { return String::new() };
    mac.update(challenge);
    format!("{user} {}", hex(&mac.finalize().into_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
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
    fn cram_md5_answers() {
        // RFC 2195 section 2.
        let answer = cram_md5_answer("tim", b"tanstaaftanstaaf", b"<1896.697170952@postoffice.reston.mci.net>");
        assert_eq!(answer, "tim b913a602c7eda7a495b4e6e7334d3890");
        assert_eq!(encode(answer.as_bytes()), "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw");
    }

    #[test]
    fn base64_is_strict() {
        fn check(text: &str, bytes: Option<&[u8]>) {
            assert_eq!(decode(text.as_bytes()).as_deref(), bytes, "{text}");
        }
        check("VXNlcm5hbWU6", Some(b"Username:"));
        check("Z2liYXNoaXI=", Some(b"gibashir"));
        check("Z2liYXNoaXI", None);
        check("not base64!", None);
    }
}
