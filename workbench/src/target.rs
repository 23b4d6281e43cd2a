//! A mail server and how to reach it: what a connection is asked for with. What came of it is in `tape`.

use mailproto::{Protocol, sasl::Way};
use serde::{Deserialize, Serialize};

use crate::net::Trust;

/// The name of the practice server.
pub const PRACTICE_HOST: &str = "mail.example.test";

/// A mail server and how to reach it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Through the proxy, or inside the page.
    pub via: Via,
    /// What it speaks.
    pub protocol: Protocol,
    /// Name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// When TLS begins.
    pub security: Security,
    /// What the certificate is checked against; `None` takes what is usual for the target.
    pub trust: Option<Trust>,
}

impl Target {
    /// The practice server, in plain text on its standard port.
    pub fn practice(protocol: Protocol, via: Via) -> Self {
        let port = Self::standard_port(protocol, Security::None);
        Self { via, protocol, host: PRACTICE_HOST.into(), port, security: Security::None, trust: None }
    }

    /// The port the standards give (RFC 1939 section 3, RFC 5321 section 4.5.4.2, RFC 8314 section 3).
    pub fn standard_port(protocol: Protocol, security: Security) -> u16 {
        match (protocol, security) {
            (Protocol::Pop3, Security::None) => 110,
            (Protocol::Pop3, Security::Tls) => 995,
            (Protocol::Smtp, Security::None) => 25,
            (Protocol::Smtp, Security::Tls) => 465,
        }
    }

    /// Whether it is the practice server.
    pub fn is_practice(&self) -> bool {
        self.host == PRACTICE_HOST
    }

    /// `host:port`, an IPv6 address in brackets.
    pub fn address(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

/// Who logs in, and how. No password is ever part of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// The name; empty when none was given.
    pub user: String,
    /// The way, when one was named that the login tools know.
    pub way: Option<Way>,
}

/// Who carries the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// The proxy, over a real connection.
    Proxy,
    /// The practice server inside the page; nothing leaves it.
    Page,
    /// The practice server, wherever it is: known as soon as the proxy answered or was found missing.
    Undecided,
}

/// When TLS begins. STLS and STARTTLS are typed by the learner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Security {
    /// Plain text; STLS or STARTTLS may upgrade.
    None,
    /// TLS from the first byte (RFC 8314 section 3).
    Tls,
}
