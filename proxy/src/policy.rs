//! Which targets the page may reach, and which pages may ask: pure decisions. Nothing is looked up or dialled here.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use practice::Service;

/// The name of the practice server; `.test` never resolves outside (RFC 6761 section 6.2).
pub const PRACTICE_HOST: &str = "mail.example.test";

/// What may be done with a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It is our own practice server: dial its loopback listener.
    Practice(Service),
    /// The operator allowed it.
    Allowed,
    /// Anything else.
    Denied,
}

/// What the operator allowed and what listens here.
#[derive(Debug)]
pub struct Policy {
    /// Our own HTTP listener: never a target.
    own: SocketAddr,
    /// The practice listeners that are up.
    practice: Vec<(Service, SocketAddr)>,
    /// The targets of `--allow`.
    allowed: Vec<AllowedTarget>,
}

impl Policy {
    /// `own` is the HTTP listener, `practice` the practice listeners that are up.
    pub fn new(own: SocketAddr, practice: Vec<(Service, SocketAddr)>, allowed: Vec<AllowedTarget>) -> Self {
        Self { own, practice, allowed }
    }

    /// Judges a target as the page wrote it.
    pub fn decide(&self, host: &str, port: u16) -> Decision {
        let host = Host::parse(host);
        if port == 0 || (port == self.own.port() && self.is_here(&host)) {
            return Decision::Denied;
        }
        if let Some(service) = self.practice_service(&host, port) {
            return Decision::Practice(service);
        }
        match self.allowed.iter().any(|target| target.port == port && Host::parse(&target.host) == host) {
            true => Decision::Allowed,
            false => Decision::Denied,
        }
    }

    /// Judges an address that an allowed name resolved to: our own listener, link-local and metadata
    /// addresses stay closed whatever the operator wrote.
    pub fn may_dial(&self, address: SocketAddr) -> bool {
        let ip = plain(address.ip());
        let is_own = address.port() == self.own.port() && self.is_here(&Host::Address(ip));
        !is_own && !is_metadata(ip)
    }

    /// Whether our own HTTP listener has this port on every address of this machine.
    pub fn listens_everywhere_at(&self, port: u16) -> bool {
        self.own.ip().is_unspecified() && port == self.own.port()
    }

    /// Where a practice service listens.
    pub fn practice_address(&self, service: Service) -> Option<SocketAddr> {
        self.practice.iter().find(|(listening, _)| *listening == service).map(|(_, address)| *address)
    }

    /// Whether `host` is this machine as far as can be told without looking anything up.
    fn is_here(&self, host: &Host) -> bool {
        match host {
            Host::Name(name) => name == "localhost" || name.ends_with(".localhost"),
            Host::Address(ip) => ip.is_loopback() || ip.is_unspecified() || *ip == plain(self.own.ip()),
        }
    }

    /// The practice service behind a target: the practice name with a standard port, or loopback with a real one.
    fn practice_service(&self, host: &Host, port: u16) -> Option<Service> {
        let by_name = *host == Host::Name(PRACTICE_HOST.to_owned());
        let by_loopback =
            *host == Host::Name("localhost".to_owned()) || *host == Host::Address(Ipv4Addr::LOCALHOST.into());
        let found = self.practice.iter().find(|(service, address)| {
            (by_name && service.standard_port() == port) || (by_loopback && address.port() == port)
        });
        found.map(|(service, _)| *service)
    }
}

/// A target of `--allow`, as the operator wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedTarget {
    /// Name or address, without brackets.
    pub host: String,
    /// The TCP port.
    pub port: u16,
}

/// Reads `host:port` and `[::1]:port`.
impl FromStr for AllowedTarget {
    type Err = Misspelt;

    fn from_str(text: &str) -> Result<Self, Misspelt> {
        let misspelt = || Misspelt { text: text.to_owned(), wanted: "HOST:PORT, with an IPv6 address in brackets" };
        let (host, port) = text.rsplit_once(':').ok_or_else(misspelt)?;
        let port = port.parse().ok().filter(|port| *port != 0).ok_or_else(misspelt)?;
        let bracketed = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        if let Some(address) = bracketed {
            let address: Ipv6Addr = address.parse().map_err(|_| misspelt())?;
            return Ok(Self { host: address.to_string(), port });
        }
        let plain_name =
            !host.is_empty() && !host.contains([':', '/', '@', '[', ']']) && !host.contains(char::is_whitespace);
        plain_name.then(|| Self { host: host.to_owned(), port }).ok_or_else(misspelt)
    }
}

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

/// A command-line value that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misspelt {
    /// What was written.
    text: String,
    /// What should have been.
    wanted: &'static str,
}

impl fmt::Display for Misspelt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not {}", self.text, self.wanted)
    }
}

impl std::error::Error for Misspelt {}

/// A host without its brackets and its root dot, as it is looked up and checked against a certificate.
pub fn bare(host: &str) -> &str {
    let unbracketed = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    unbracketed.unwrap_or_else(|| host.strip_suffix('.').unwrap_or(host))
}

/// A host in the form in which hosts are compared.
#[derive(Debug, PartialEq, Eq)]
enum Host {
    /// An address literal, IPv4-mapped ones as IPv4.
    Address(IpAddr),
    /// A name in lower case, without its root dot.
    Name(String),
}

impl Host {
    fn parse(text: &str) -> Self {
        let text = bare(text);
        match text.parse() {
            Ok(ip) => Self::Address(plain(ip)),
            Err(_) => Self::Name(text.to_lowercase()),
        }
    }
}

/// An IPv4 address in IPv6 clothes as IPv4: whoever routes it there reaches the inner one.
fn plain(ip: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = ip else { return ip };
    inner(v6).map_or(ip, IpAddr::V4)
}

/// The IPv4 address inside a mapped, compatible, NAT64, 6to4, Teredo or ISATAP address.
fn inner(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let parts = ip.segments();
    let join = |high: u16, low: u16| Some(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)));
    match parts {
        // ::ffff:a.b.c.d, RFC 4291 section 2.5.5.2
        [0, 0, 0, 0, 0, 0xffff, high, low] => join(high, low),
        // ::a.b.c.d, RFC 4291 section 2.5.5.1; :: and ::1 are themselves
        [0, 0, 0, 0, 0, 0, high, low] if (high, low) != (0, 0) && (high, low) != (0, 1) => join(high, low),
        // RFC 6052 and RFC 8215
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x64, 0xff9b, 1, _, _, _, high, low] => join(high, low),
        // RFC 3056
        [0x2002, high, low, ..] => join(high, low),
        // RFC 4380: the client's address is stored inverted
        [0x2001, 0, _, _, _, _, high, low] => join(!high, !low),
        // RFC 5214
        [_, _, _, _, 0 | 0x0200, 0x5efe, high, low] => join(high, low),
        _ => None,
    }
}

/// Link-local addresses and the fixed addresses where clouds hand out secrets.
fn is_metadata(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => {
            v4.is_link_local()
                || v4 == Ipv4Addr::new(168, 63, 129, 16)
                || v4 == Ipv4Addr::new(100, 100, 100, 200)
                || v4 == Ipv4Addr::new(192, 0, 0, 192)
        }
        IpAddr::V6(v6) => v6.is_unicast_link_local() || v6 == Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254),
    }
}
