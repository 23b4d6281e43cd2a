//! Which targets the page may reach, and which pages may ask: pure decisions. Nothing is looked up or dialled here.
//!
//! In reading order: `host` reads what was typed; `registry` holds the special-purpose addresses, `address` judges by
//! them; `target` is what the operator allowed; this file decides; `greeting` makes sure that a server of the open
//! internet is a mail server; `origin` is about pages.

mod address;
mod greeting;
mod host;
mod origin;
mod registry;
mod target;

use std::net::{IpAddr, SocketAddr};

use practice::{Scenario, Service};

pub use self::address::{OPEN_PORTS, RELAY_PORT, Verdict, block, classify, same_host};
pub use self::greeting::Greeting;
pub use self::host::{BadHost, Host};
pub use self::origin::{Gate, Origin};
pub use self::registry::{Block, Reach, never};
pub use self::target::{AllowedTarget, Misspelt};

/// The name of the practice server; `.test` never resolves outside (RFC 6761 section 6.2).
pub const PRACTICE_HOST: &str = "mail.example.test";

/// The way to a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// It is our own practice server: dial its loopback listener.
    Practice(Service),
    /// The operator allowed it.
    Listed(Host),
    /// Anybody may go there, if it is a mail server on the public internet.
    Open(Host),
}

/// Why a target may not be dialled. Says nothing about what is open anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The host was written in a way that is none.
    BadHost(BadHost),
    /// Not on the operator's list.
    NotListed,
    /// The open internet is open, but not at this port.
    OtherPort,
    /// Port 25 is for mail servers that the operator named.
    RelayPort,
    /// The address is not on the public internet.
    NotPublic(&'static Block),
    /// The address is closed to everybody, whatever the operator wrote.
    Never(&'static Block),
    /// The proxy itself.
    Itself,
}

/// What `--open-internet` opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenInternet {
    /// The ports.
    pub ports: Vec<u16>,
    /// How far: farther than [`Reach::Global`] is for tests.
    pub reach: Reach,
}

/// The public internet at the ports of mail programs.
impl Default for OpenInternet {
    fn default() -> Self {
        Self { ports: OPEN_PORTS.to_vec(), reach: Reach::Global }
    }
}

/// What the operator allowed and what listens here.
#[derive(Debug)]
pub struct Policy {
    /// Our own HTTP listeners: never a target.
    own: Vec<SocketAddr>,
    /// The practice listeners that are up.
    practice: Vec<(Service, SocketAddr)>,
    /// The targets of `--allow`.
    allowed: Vec<AllowedTarget>,
    /// `--open-internet`.
    open: Option<OpenInternet>,
}

impl Policy {
    /// `own` are the HTTP listeners, `practice` the practice listeners that are up, `open` the open internet.
    pub fn new(
        own: Vec<SocketAddr>,
        practice: Vec<(Service, SocketAddr)>,
        allowed: Vec<AllowedTarget>,
        open: Option<OpenInternet>,
    ) -> Self {
        Self { own, practice, allowed, open }
    }

    /// Judges a target as the page wrote it.
    pub fn decide(&self, host: &str, port: u16) -> Result<Route, Refusal> {
        let host = Host::parse(host).map_err(Refusal::BadHost)?;
        if self.is_own(&host, port) {
            return Err(Refusal::Itself);
        }
        if let Some(service) = self.practice_service(&host, port) {
            return Ok(Route::Practice(service));
        }
        if let Host::Address(ip) = host
            && block(ip).reach == Reach::Never
        {
            return Err(Refusal::Never(block(ip)));
        }
        if port != 0 && self.allowed.iter().any(|target| target.port == port && target.host == host) {
            return Ok(Route::Listed(host));
        }
        match &self.open {
            Some(open) => open.route(host, port),
            None => Err(Refusal::NotListed),
        }
    }

    /// Judges an address to which a route leads, before it is dialled. For a name, one refused address refuses all.
    pub fn vet(&self, route: &Route, address: SocketAddr) -> Result<(), Refusal> {
        let ip = address.ip();
        let block = block(ip);
        if self.is_own(&Host::Address(ip), address.port()) {
            return Err(Refusal::Itself);
        }
        let reach = match route {
            Route::Practice(_) => return Ok(()),
            Route::Listed(Host::Address(_)) => Reach::Special,
            Route::Listed(name) if name.is_localhost() => Reach::Special,
            Route::Listed(Host::Name(_)) => Reach::Private,
            Route::Open(_) => self.open.as_ref().map_or(Reach::Global, |open| open.reach),
        };
        match block.reach {
            Reach::Never => Err(Refusal::Never(block)),
            asked if asked <= reach => Ok(()),
            Reach::Global | Reach::Private | Reach::Special => Err(Refusal::NotPublic(block)),
        }
    }

    /// Reads a domain whose mail hosts somebody asks for, and says whether a name server may be asked: about any domain when
    /// the internet is open, else about those the operator's servers belong to.
    pub fn look_up(&self, domain: &str) -> Result<String, Refusal> {
        let name = match Host::parse(domain).map_err(Refusal::BadHost) {
            Ok(Host::Name(name)) => name,
            // An address literal of a mail address is one, whatever stands between its brackets (RFC 5321 section 4.1.3).
            Err(bad) if !domain.starts_with('[') => return Err(bad),
            Ok(Host::Address(_)) | Err(_) => return Err(Refusal::BadHost(BadHost::Number)),
        };
        let of_domain =
            |host: &str| host.strip_suffix(&name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
        let listed = |target: &AllowedTarget| match &target.host {
            Host::Name(host) => of_domain(host) && (name.contains('.') || *host == name),
            Host::Address(_) => false,
        };
        match Scenario::standard().zone.holds(&name) || self.open.is_some() || self.allowed.iter().any(listed) {
            true => Ok(name),
            false => Err(Refusal::NotListed),
        }
    }

    /// Whether an address may be told to the page: it is public, or the operator named the host it belongs to.
    pub fn may_tell(&self, host: &str, ip: IpAddr) -> bool {
        let named = |target: &AllowedTarget| target.host.to_string() == host;
        block(ip).reach <= Reach::Global || (block(ip).reach < Reach::Never && self.allowed.iter().any(named))
    }

    /// Whether an HTTP listener of ours has this port on every address of this machine.
    pub fn listens_everywhere_at(&self, port: u16) -> bool {
        self.own.iter().any(|own| own.ip().is_unspecified() && port == own.port())
    }

    /// Where a practice service listens.
    pub fn practice_address(&self, service: Service) -> Option<SocketAddr> {
        self.practice.iter().find(|(listening, _)| *listening == service).map(|(_, address)| *address)
    }

    /// Whether a target is an HTTP listener of ours as far as can be told without looking anything up.
    fn is_own(&self, host: &Host, port: u16) -> bool {
        let is_here = |own: &SocketAddr| match host {
            Host::Name(_) => host.is_localhost(),
            Host::Address(ip) => address::is_here(*ip) || same_host(*ip) == same_host(own.ip()),
        };
        self.own.iter().any(|own| own.port() == port && is_here(own))
    }

    /// The practice service behind a target: the practice name with a standard port, or loopback with a real one.
    fn practice_service(&self, host: &Host, port: u16) -> Option<Service> {
        let (by_name, by_loopback) = match host {
            Host::Name(name) => (name == PRACTICE_HOST, name == "localhost"),
            Host::Address(ip) => (false, *ip == std::net::Ipv4Addr::LOCALHOST),
        };
        let found = self.practice.iter().find(|(service, address)| {
            (by_name && service.standard_port() == port) || (by_loopback && address.port() == port)
        });
        found.map(|(service, _)| *service)
    }
}

impl OpenInternet {
    /// The way to any mail server. A name is judged again by its addresses.
    fn route(&self, host: Host, port: u16) -> Result<Route, Refusal> {
        if let Host::Address(ip) = host
            && block(ip).reach > self.reach
        {
            return Err(Refusal::NotPublic(block(ip)));
        }
        match port {
            port if self.ports.contains(&port) => Ok(Route::Open(host)),
            RELAY_PORT => Err(Refusal::RelayPort),
            _ => Err(Refusal::OtherPort),
        }
    }
}
