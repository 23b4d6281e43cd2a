//! SASL exchanges from the server's side, as POP3 (RFC 5034) and SMTP (RFC 4954) share them. The words of the replies are theirs.

use mailproto::sasl::{self, Mechanism};

use crate::maildrop::{AccountId, Here};

/// The mechanisms offered, as CAPA and EHLO list them.
pub(crate) const MECHANISMS: &str = "PLAIN LOGIN CRAM-MD5";
/// The longest line of an exchange with its CRLF, in octets (RFC 4954 section 4; RFC 5034 takes the same).
pub(crate) const LINE: usize = 12_288;

/// What the client's next line will answer. No password is ever kept here.
#[derive(Debug)]
pub(crate) enum Exchange {
    /// PLAIN: all in one answer.
    Plain,
    /// LOGIN was asked for, its first prompt given.
    LoginName,
    /// LOGIN: whose password is due.
    LoginPassword(String),
    /// CRAM-MD5: the challenge given.
    CramMd5(String),
}

/// What follows the client's command or answer.
#[derive(Debug)]
#[must_use = "the client waits for what follows"]
pub(crate) enum Step {
    /// Send this challenge, in base64 already, and wait.
    Challenge(Exchange, String),
    /// They are who they say.
    Known(AccountId),
    /// The exchange is over without success.
    Refused(Refusal),
}

/// Why an exchange failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// No such mechanism here.
    UnknownMechanism,
    /// An initial response where the server speaks first (RFC 4954 section 4, RFC 5034 section 4).
    ServerFirst,
    /// The client sent `*`.
    Cancelled,
    /// An answer that is not base64.
    NotBase64,
    /// The name or the password is wrong, or somebody else's rights were asked for; which of it is not told.
    Wrong,
}

impl Exchange {
    /// Begins with the mechanism named and the initial response, still in base64, if one came. `challenge` is new each time.
    pub fn begin(here: Here<'_>, mechanism: &str, initial: Option<&[u8]>, challenge: String) -> Step {
        let exchange = match Mechanism::named(mechanism) {
            Mechanism::Plain => Self::Plain,
            Mechanism::Login => Self::LoginName,
            Mechanism::CramMd5 if initial.is_some() => return Step::Refused(Refusal::ServerFirst),
            Mechanism::CramMd5 => Self::CramMd5(challenge),
            Mechanism::Other(_) => return Step::Refused(Refusal::UnknownMechanism),
        };
        match initial {
            None => exchange.ask(),
            // A lone equals sign is an empty initial response (RFC 4954 section 4).
            Some(b"=") => exchange.judge(here, &[]),
            Some(base64) => exchange.answer(here, base64),
        }
    }

    /// Takes the client's answer, in base64.
    pub fn answer(self, here: Here<'_>, line: &[u8]) -> Step {
        if line == b"*" {
            return Step::Refused(Refusal::Cancelled);
        }
        match sasl::decode(line) {
            Some(answer) => self.judge(here, &answer),
            None => Step::Refused(Refusal::NotBase64),
        }
    }

    fn ask(self) -> Step {
        let challenge = match &self {
            Self::Plain => "",
            Self::LoginName => "Username:",
            Self::LoginPassword(_) => "Password:",
            Self::CramMd5(challenge) => challenge,
        };
        let challenge = sasl::encode(challenge.as_bytes());
        Step::Challenge(self, challenge)
    }

    fn judge(self, here: Here<'_>, answer: &[u8]) -> Step {
        let known = match self {
            Self::LoginName => return Self::LoginPassword(String::from_utf8_lossy(answer).into_owned()).ask(),
            Self::LoginPassword(name) => here.check(&name, answer),
            Self::Plain => plain(here, answer),
            Self::CramMd5(challenge) => cram_md5(here, answer, &challenge),
        };
        known.map_or(Step::Refused(Refusal::Wrong), Step::Known)
    }
}

/// `[authzid] NUL authcid NUL passwd` (RFC 4616 section 2). Nobody may act for somebody else here.
fn plain(here: Here<'_>, answer: &[u8]) -> Option<AccountId> {
    let mut parts = answer.splitn(3, |byte| *byte == 0);
    let authorization = std::str::from_utf8(parts.next()?).ok()?;
    let name = std::str::from_utf8(parts.next()?).ok()?;
    let account = here.check(name, parts.next()?)?;
    (authorization.is_empty() || here.login(authorization) == Some(account)).then_some(account)
}

/// `user SP digest` (RFC 2195 section 2).
fn cram_md5(here: Here<'_>, answer: &[u8], challenge: &str) -> Option<AccountId> {
    let answer = std::str::from_utf8(answer).ok()?;
    let (name, _) = answer.rsplit_once(' ')?;
    let (account, secret) = here.secret(name)?;
    (sasl::cram_md5_answer(name, secret, challenge.as_bytes()) == answer).then_some(account)
}
