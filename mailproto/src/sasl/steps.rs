//! One step of a login as data: what is done or read, and what comes out of it. Also the lists of keys of what is read.

use crate::{
    machine::{Protocol, Rfc, rfc},
    note::Note,
    secret::Verbatim,
    token::Span,
};

/// One step, for people: a sentence, and the bytes it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What is done or read, and the section that says so.
    pub note: Note,
    /// What comes out of it; its secrets are kept apart.
    pub value: Option<Verbatim>,
}

impl Step {
    pub(super) fn new(key: &'static str, rfc: Option<Rfc>) -> Self {
        Self { note: Note { rfc, ..Note::new(key) }, value: None }
    }

    /// With bytes that anyone may see.
    pub(super) fn shows(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.value = Some(Verbatim::new(bytes.into(), Vec::new()));
        self
    }

    /// With bytes of which all from `start` on are secret: the password, or what gives it back.
    pub(super) fn hides_from(mut self, bytes: impl Into<Vec<u8>>, start: usize) -> Self {
        let bytes = bytes.into();
        let hidden = if bytes.len() > start { vec![Span::new(start, bytes.len())] } else { Vec::new() };
        self.value = Some(Verbatim::new(bytes, hidden));
        self
    }

    /// With bytes that are secret as a whole.
    pub(super) fn hides(self, bytes: impl Into<Vec<u8>>) -> Self {
        self.hides_from(bytes, 0)
    }
}

/// The section that rules AUTH's exchange in this protocol.
pub(crate) const fn exchange(protocol: Protocol) -> Rfc {
    match protocol {
        Protocol::Pop3 => rfc(5034, "4"),
        Protocol::Smtp => rfc(4954, "4"),
    }
}

/// Base64 itself.
pub(super) const BASE64: Option<Rfc> = Some(rfc(4648, "4"));
/// APOP.
pub(super) const APOP: Option<Rfc> = Some(rfc(1939, "7"));
/// PLAIN.
pub(super) const PLAIN: Option<Rfc> = Some(rfc(4616, "2"));
/// CRAM-MD5.
pub(super) const CRAM: Option<Rfc> = Some(rfc(2195, "2"));
/// HMAC.
pub(super) const HMAC: Option<Rfc> = Some(rfc(2104, "2"));

/// The keys of what is read.
pub(super) const KEYS: &[&str] = &[
    "sasl-apop-checked",
    "sasl-begin-cram-md5",
    "sasl-begin-login",
    "sasl-begin-other",
    "sasl-begin-plain",
    "sasl-challenge-decoded",
    "sasl-challenge-empty",
    "sasl-cram-digest",
    "sasl-cram-name",
    "sasl-decoded",
    "sasl-empty-answer",
    "sasl-hidden-answer",
    "sasl-login-asks-name",
    "sasl-login-asks-password",
    "sasl-login-asks-something",
    "sasl-login-name",
    "sasl-login-password",
    "sasl-next-cram-md5",
    "sasl-next-oauthbearer",
    "sasl-next-other",
    "sasl-next-password",
    "sasl-next-plain",
    "sasl-next-verdict",
    "sasl-next-xoauth2",
    "sasl-plain-name",
    "sasl-plain-no-other",
    "sasl-plain-other",
    "sasl-plain-password",
];
