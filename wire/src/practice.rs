//! What the page and the worker that plays the practice server inside it say to each other. What the server answers is not here.
//!
//! Mail bytes cross on their own, both ways: an array of the connection's number and a `Uint8Array`. Everything else is one of these,
//! as serde makes it an object with one field or a word. The page numbers the connections, from 1, and uses no number twice.

use serde::{Deserialize, Serialize};

use crate::MxReply;

/// What the page says, beside the client's bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToPractice {
    /// Open a connection.
    Open {
        /// Its number from now on.
        number: u32,
        /// The standard port of the service: 110, 995, 25, 587, 465.
        port: u16,
    },
    /// The TLS handshake the server asked for is done.
    TlsUp {
        /// On which connection.
        number: u32,
    },
    /// The client hangs up.
    HangUp {
        /// Which connection.
        number: u32,
    },
    /// Who takes mail for a domain?
    MailHosts {
        /// As the learner wrote it.
        domain: String,
    },
}

/// What the worker says, beside the server's bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FromPractice {
    /// It listens: what was said before may be lost.
    Listens,
    /// The connection is open.
    Opened {
        /// The connection's number.
        number: u32,
    },
    /// The server closed the connection.
    Closed {
        /// The connection's number.
        number: u32,
        /// Whether it was cut under TLS, without the alert that ends it (RFC 8446 section 6.1).
        truncated: bool,
    },
    /// What the practice zone says about the domain asked about last.
    MailHosts {
        /// Nothing when it does not know the domain.
        told: Option<MxReply>,
    },
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::fmt::Debug;

    use serde::de::DeserializeOwned;

    use super::*;

    #[track_caller]
    fn check<T: Debug + PartialEq + Serialize + DeserializeOwned>(message: &T, form: &str) {
        assert_eq!(serde_json::to_string(message).unwrap(), form);
        assert_eq!(serde_json::from_str::<T>(form).unwrap(), *message);
    }

    #[test]
    fn a_message_is_an_object_with_one_field_or_a_word() {
        check(&ToPractice::Open { number: 7, port: 995 }, r#"{"open":{"number":7,"port":995}}"#);
        check(&ToPractice::TlsUp { number: 7 }, r#"{"tls_up":{"number":7}}"#);
        check(&ToPractice::HangUp { number: 7 }, r#"{"hang_up":{"number":7}}"#);
        check(&ToPractice::MailHosts { domain: "a.test".into() }, r#"{"mail_hosts":{"domain":"a.test"}}"#);
        check(&FromPractice::Listens, r#""listens""#);
        check(&FromPractice::Opened { number: 7 }, r#"{"opened":{"number":7}}"#);
        check(&FromPractice::Closed { number: 7, truncated: true }, r#"{"closed":{"number":7,"truncated":true}}"#);
        check(&FromPractice::MailHosts { told: None }, r#"{"mail_hosts":{"told":null}}"#);
        let told = Some(MxReply::Refused { cause: crate::Cause::NotAllowed });
        check(&FromPractice::MailHosts { told }, r#"{"mail_hosts":{"told":{"refused":{"cause":"not_allowed"}}}}"#);
    }
}
