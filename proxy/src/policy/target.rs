//! A target as the operator wrote it. Whether it may be dialled is not here.

use std::fmt;
use std::str::FromStr;

use super::host::{BadHost, Host};

/// A target of `--allow`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedTarget {
    /// Name or address, as the operator wrote it, without brackets.
    pub written: String,
    /// The same in the form in which hosts are compared.
    pub host: Host,
    /// The TCP port.
    pub port: u16,
}

/// Reads `host:port` and `[::1]:port`.
impl FromStr for AllowedTarget {
    type Err = Misspelt;

    fn from_str(text: &str) -> Result<Self, Misspelt> {
        let misspelt = |wanted| Misspelt { text: text.to_owned(), wanted };
        let shape = "HOST:PORT, with an IPv6 address in brackets";
        let (written, port) = text.rsplit_once(':').ok_or_else(|| misspelt(shape))?;
        let port = port.parse().ok().filter(|port| *port != 0).ok_or_else(|| misspelt(shape))?;
        let bracketed = written.starts_with('[');
        if written.contains(':') && !bracketed {
            return Err(misspelt(shape));
        }
        let host = Host::parse(written).map_err(|bad| match bad {
            BadHost::Number => misspelt("a host: an IPv4 address has four decimal numbers from 0 to 255"),
            BadHost::Zone => misspelt("a host: an address with a zone means something on one machine only"),
            BadHost::Mixed => misspelt("a host: a label mixes alphabets"),
            BadHost::Empty | BadHost::TooLong | BadHost::Character => misspelt(shape),
        })?;
        let written = written.trim_start_matches('[').trim_end_matches(']').to_owned();
        Ok(Self { written, host, port })
    }
}

/// As the option is written.
impl fmt::Display for AllowedTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.written.contains(':') {
            true => write!(f, "[{}]:{}", self.written, self.port),
            false => write!(f, "{}:{}", self.written, self.port),
        }
    }
}

/// A command-line value that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misspelt {
    /// What was written.
    pub(super) text: String,
    /// What should have been.
    pub(super) wanted: &'static str,
}

impl fmt::Display for Misspelt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not {}", self.text, self.wanted)
    }
}

impl std::error::Error for Misspelt {}
