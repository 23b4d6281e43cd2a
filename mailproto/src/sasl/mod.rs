//! SASL as both protocols use it, step by step: mechanisms, digests, what each line of an exchange says, and how an
//! answer is made. When an answer is due is `session`'s.

pub mod compose;
pub mod digest;
pub mod mechanisms;
pub mod read;
mod scram;
pub mod steps;

pub use compose::{Composition, Situation, Way, compose};
pub use digest::{apop_digest, cram_md5_answer};
pub use steps::Step;

use crate::base64;

/// A SASL mechanism by its registered name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mechanism {
    /// RFC 4616: authorization id, NUL, authentication id, NUL, password, in one base64 answer.
    Plain,
    /// Never standardised: user name and password asked for one by one.
    Login,
    /// RFC 2195: a keyed digest of the server's challenge.
    CramMd5,
    /// Any other, by name in capitals.
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

    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Plain => "PLAIN",
            Self::Login => "LOGIN",
            Self::CramMd5 => "CRAM-MD5",
            Self::Other(name) => name,
        }
    }

    /// Whether the client's `step`th answer (from 0) is of a kind that holds no reusable secret. `challenge` is the server's
    /// last, decoded: LOGIN asks for the password in words.
    pub fn shows_answer(&self, step: usize, challenge: &[u8]) -> bool {
        match self {
            Self::Plain => false,
            Self::Login => step == 0 && !asks_password(challenge),
            Self::CramMd5 => true,
            Self::Other(name) => scram::is_scram(name),
        }
    }

    /// Whether this very answer, still in base64, may be shown: what should be a digest and is none may be a password.
    pub fn shows(&self, step: usize, challenge: &[u8], answer: &[u8]) -> bool {
        let empty = answer.is_empty() || answer == b"=";
        let fits = |form: fn(&[u8]) -> bool| base64::decode(answer).is_some_and(|plain| form(&plain));
        empty
            || match self {
                Self::Plain | Self::Login => self.shows_answer(step, challenge),
                Self::CramMd5 => fits(|plain| digest::cram_md5_parts(plain).is_some()),
                Self::Other(name) => scram::is_scram(name) && fits(|plain| scram::client_message(plain).is_some()),
            }
    }

    /// Whether whoever reads the exchange learns a password or a token that can be used again.
    pub fn reveals_secret(&self) -> bool {
        mechanisms::find(self.name()).is_some_and(|row| row.reveals)
    }
}

/// LOGIN's prompt for the password, whatever its exact words.
pub(crate) fn asks_password(challenge: &[u8]) -> bool {
    challenge.to_ascii_lowercase().starts_with(b"pass")
}

/// An exchange under way: the server has sent a challenge, the client's answer is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// As AUTH named it.
    pub mechanism: Mechanism,
    /// How many answers the client has given, an initial response included.
    pub step: usize,
    /// The server's last challenge, decoded.
    pub challenge: Vec<u8>,
    /// LOGIN: the name that was given, to notice when it comes again as the password.
    pub(crate) name: Vec<u8>,
}

impl Run {
    /// After `step` answers, before any challenge.
    pub fn new(mechanism: Mechanism, step: usize) -> Self {
        Self { mechanism, step, challenge: Vec::new(), name: Vec::new() }
    }
}

/// Every key of this folder: each needs a sentence in every language.
pub fn keys() -> impl Iterator<Item = &'static str> {
    steps::KEYS.iter().chain(compose::KEYS).chain(scram::KEYS).copied().chain(mechanisms::keys())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_shown() {
        fn check(mechanism: &str, step: usize, challenge: &str, answer: &str, expected: bool) {
            let shown = Mechanism::named(mechanism).shows(step, challenge.as_bytes(), answer.as_bytes());
            assert_eq!(shown, expected, "{mechanism} {answer}");
        }
        check("PLAIN", 0, "", "AGFkYQBsb3ZlbGFjZQ==", false);
        check("PLAIN", 0, "", "=", true);
        check("LOGIN", 0, "Username:", "YWRh", true);
        check("LOGIN", 1, "Password:", "bG92ZWxhY2U=", false);
        check("LOGIN", 0, "Password:", "bG92ZWxhY2U=", false);
        check("CRAM-MD5", 0, "<1@x>", "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw", true);
        // A password where the digest belongs.
        check("CRAM-MD5", 0, "<1@x>", "bG92ZWxhY2U=", false);
        check("CRAM-MD5", 0, "<1@x>", "lovelace!", false);
        check("SCRAM-SHA-1", 0, "", "biwsbj11c2VyLHI9ZnlrbytkMmxiYkZnT05Sdjlxa3hkYXdM", true);
        check("SCRAM-SHA-1", 0, "", "bG92ZWxhY2U=", false);
        check("XOAUTH2", 0, "", "dXNlcj1h", false);
        check("KERBEROS_V4", 0, "", "AmFYig==", false);
    }

    #[test]
    fn who_reveals() {
        for name in ["PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER"] {
            assert!(Mechanism::named(name).reveals_secret(), "{name}");
        }
        for name in ["CRAM-MD5", "SCRAM-SHA-256", "GSSAPI", "NTLM", "EXTERNAL", "KERBEROS_V4", "X-UNHEARD-OF"] {
            assert!(!Mechanism::named(name).reveals_secret(), "{name}");
        }
    }

    /// The keys written in this folder and the lists of them must not drift apart.
    #[test]
    fn keys_are_all_listed() {
        let files = [
            include_str!("compose.rs"),
            include_str!("read.rs"),
            include_str!("scram.rs"),
            include_str!("steps.rs"),
            include_str!("mechanisms.rs"),
        ];
        let code: String = files.iter().filter_map(|file| file.split("#[cfg(test)]").next()).collect();
        let listed: Vec<_> = keys().collect();
        for piece in code.split('"').skip(1).step_by(2).filter(|piece| piece.starts_with("sasl-")) {
            assert!(listed.contains(&piece), "{piece} is not listed");
        }
        for key in listed {
            assert!(
                code.matches(&format!("\"{key}\"")).count() >= if key.starts_with("sasl-") { 2 } else { 1 },
                "{key} is not used"
            );
        }
    }
}
