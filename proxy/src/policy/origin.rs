//! Which pages may ask: origins, and the exact `Host` and `Origin` values this proxy answers to. Targets are not here.

use std::str::FromStr;

use super::target::Misspelt;

/// A web origin that may use the proxy: scheme, host and port (RFC 6454).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// `https` or `http`.
    scheme: &'static str,
    /// Host, and port unless it is the scheme's own; lower case.
    authority: String,
}

impl Origin {
    /// The value of the `Origin` header.
    pub fn header(&self) -> String {
        format!("{}://{}", self.scheme, self.authority)
    }

    /// The value of the `Host` header.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The origins of a page served on loopback at this port.
    pub fn loopback(port: u16) -> Vec<Self> {
        let hosts = ["127.0.0.1", "localhost", "[::1]"];
        let authority = |host: &str| match port {
            80 => host.to_owned(),
            port => format!("{host}:{port}"),
        };
        hosts.iter().map(|host| Self { scheme: "http", authority: authority(host) }).collect()
    }
}

/// Reads `https://mail.school.example` or `http://192.0.2.1:8080`: no path, no user.
impl FromStr for Origin {
    type Err = Misspelt;

    fn from_str(text: &str) -> Result<Self, Misspelt> {
        let misspelt = || Misspelt { text: text.to_owned(), wanted: "an origin such as https://mail.school.example" };
        let (scheme, authority) = text.split_once("://").ok_or_else(misspelt)?;
        let (scheme, own_port) = match scheme.to_ascii_lowercase().as_str() {
            "http" => ("http", ":80"),
            "https" => ("https", ":443"),
            _ => return Err(misspelt()),
        };
        let authority = authority.strip_suffix('/').unwrap_or(authority).to_ascii_lowercase();
        let authority = authority.strip_suffix(own_port).unwrap_or(&authority);
        let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']');
        let clean = !authority.is_empty() && authority.chars().all(legal);
        clean.then(|| Self { scheme, authority: authority.to_owned() }).ok_or_else(misspelt)
    }
}

/// The exact `Host` and `Origin` values this proxy answers to.
#[derive(Debug)]
pub struct Gate {
    /// Our own origins, in order of telling.
    origins: Vec<Origin>,
}

impl Gate {
    /// Loopback at `port`, and what the operator added.
    pub fn new(port: u16, added: &[Origin]) -> Self {
        let mut origins = Origin::loopback(port);
        origins.extend_from_slice(added);
        Self { origins }
    }

    /// Whether a request with this `Host` is for us. Anything else may be DNS rebinding.
    pub fn knows_host(&self, host: Option<&str>) -> bool {
        host.is_some_and(|host| self.origins.iter().any(|origin| origin.authority.eq_ignore_ascii_case(host)))
    }

    /// Whether a page of this `Origin` may open a session. A missing one and `null` may not.
    pub fn knows_origin(&self, origin: Option<&str>) -> bool {
        origin.is_some_and(|asked| self.origins.iter().any(|origin| origin.header() == asked))
    }
}
