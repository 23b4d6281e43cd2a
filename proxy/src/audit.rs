//! What a configuration allows, and where it contradicts itself: sentences for the operator. Nothing is opened or looked up.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};

use practice::Service;

use crate::counter::service_name;
use crate::policy::{AllowedTarget, Block, Host, Origin, PRACTICE_HOST, Policy, Refusal, Route, block, never};
use crate::{Config, Limits, own_listeners, shelf};

/// What a configuration comes to.
#[derive(Debug)]
pub struct Audit {
    /// What is allowed and why, one line each.
    pub lines: Vec<String>,
    /// What contradicts something else.
    pub findings: Vec<Finding>,
}

/// A part of a configuration that cannot do what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// A target that nobody may reach.
    NeverReached(AllowedTarget, &'static Block),
    /// A target that is the proxy.
    Itself(AllowedTarget),
    /// A target that was named twice.
    Twice(AllowedTarget),
    /// A target that already means the practice server.
    MeansPractice(AllowedTarget),
    /// An exception for a server that may not be reached.
    IdleException(AllowedTarget),
    /// Two listeners at one port.
    SamePort(u16, &'static str, &'static str),
    /// Others can reach the listener, but only pages opened on this machine are answered.
    NoOrigin(SocketAddr),
    /// No practice server and no real one.
    NothingToReach,
    /// Authorities for servers that cannot be reached.
    IdleAuthorities,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NeverReached(target, block) => write!(
                f,
                "allow {target} has no effect: nobody may reach \"{}\" ({}), whatever is allowed",
                block.name, block.source
            ),
            Self::Itself(target) => write!(f, "allow {target} has no effect: that is the proxy itself"),
            Self::Twice(target) => write!(f, "allow {target} is said twice"),
            Self::MeansPractice(target) => write!(f, "allow {target} has no effect: it is the practice server"),
            Self::IdleException(target) => {
                write!(f, "tls-exception {target} has no effect: this server may not be reached without allow {target}")
            }
            Self::SamePort(port, one, other) => write!(f, "port {port} is given to {one} and to {other}"),
            Self::NoOrigin(address) => write!(
                f,
                "listen {address} lets other computers in, but without origin only pages opened on this one are answered"
            ),
            Self::NothingToReach => f.write_str("there is nothing to reach: allow a server or open-internet"),
            Self::IdleAuthorities => {
                f.write_str("ca-file has no effect: no real server may be reached without allow or open-internet")
            }
        }
    }
}

/// Reads a configuration as the proxy would.
pub fn audit(config: &Config) -> Audit {
    let practice = practice(config);
    let own = own_listeners(config.listen, config.metrics);
    let policy = Policy::new(own, practice.clone(), config.allowed.clone(), config.open_internet.clone());
    let mut lines = vec![format!("page: {}", origins(config).join(", "))];
    lines.push(match config.metrics {
        Some(address) if address.ip().is_loopback() => format!("metrics: http://{address}/metrics"),
        Some(address) => format!("metrics: http://{address}/metrics, which other computers can read"),
        None => "metrics: off".to_owned(),
    });
    for (service, address) in &practice {
        let (port, name) = (service.standard_port(), service_name(*service));
        lines.push(format!("practice server: {PRACTICE_HOST}:{port}, {name}, listening on {address}"));
    }
    lines.extend((!practice.is_empty()).then(|| practice_mail(config)));
    lines.extend(config.allowed.iter().map(|target| allowed_line(&policy, target)));
    lines.push(match &config.open_internet {
        Some(open) => {
            let ports: Vec<_> = open.ports.iter().map(u16::to_string).collect();
            format!(
                "open internet: every public address at ports {}, if it greets like a mail server; port 25 only where \
                 allowed",
                ports.join(", ")
            )
        }
        None => "open internet: closed".to_owned(),
    });
    let closed: Vec<_> =
        never().map(|(prefix, block)| format!("{prefix} ({}, {})", block.name, block.source)).collect();
    lines.push(format!("never: the proxy itself, {}", closed.join(", ")));
    let Limits { sessions, visitor_sessions, visitor_rate, server_rate, .. } = &config.limits;
    lines.push(format!("sessions at once: {sessions}, of one visitor {visitor_sessions}"));
    lines.push(format!(
        "connections to real servers a minute, and as many at once: {visitor_rate} by one visitor, {server_rate} to one server"
    ));
    Audit { lines, findings: findings(config, &policy, &practice) }
}

/// The practice listeners that were asked for.
fn practice(config: &Config) -> Vec<(Service, SocketAddr)> {
    let listener = |service: Service| {
        let port = config.practice.of(service)?;
        Some((service, SocketAddr::from((Ipv4Addr::LOCALHOST, port))))
    };
    Service::ALL.into_iter().filter_map(listener).collect()
}

/// Where practice mail would be.
fn practice_mail(config: &Config) -> String {
    match &config.state_dir {
        Some(state) if !config.practice_in_memory => {
            format!("practice mail: kept in {}", shelf::folder_in(state).display())
        }
        Some(_) | None => "practice mail: in memory, gone with the process".to_owned(),
    }
}

fn origins(config: &Config) -> Vec<String> {
    let mut origins = Origin::loopback(config.listen.port());
    origins.extend_from_slice(&config.origins);
    origins.iter().map(Origin::header).collect()
}

fn allowed_line(policy: &Policy, target: &AllowedTarget) -> String {
    match (policy.decide(&target.written, target.port), &target.host) {
        (Err(_), _) | (Ok(Route::Practice(_)), _) => format!("refused: {target}, though allowed"),
        (Ok(_), Host::Address(ip)) => {
            let block = block(*ip);
            format!("allowed: {target}, this address ({}, {})", block.name, block.source)
        }
        (Ok(_), name) if name.is_localhost() => format!("allowed: {target}, this computer"),
        (Ok(_), Host::Name(_)) => {
            format!("allowed: {target}, if all addresses of the name are public or of a private network")
        }
    }
}

fn findings(config: &Config, policy: &Policy, practice: &[(Service, SocketAddr)]) -> Vec<Finding> {
    let mut found = Vec::new();
    for (place, target) in config.allowed.iter().enumerate() {
        let same = |other: &AllowedTarget| (&other.host, other.port) == (&target.host, target.port);
        match policy.decide(&target.written, target.port) {
            Err(Refusal::Never(block)) => found.push(Finding::NeverReached(target.clone(), block)),
            Err(Refusal::Itself) => found.push(Finding::Itself(target.clone())),
            Ok(Route::Practice(_)) => found.push(Finding::MeansPractice(target.clone())),
            Ok(Route::Listed(_) | Route::Open(_)) | Err(_) => {}
        }
        if config.allowed[..place].iter().any(same) {
            found.push(Finding::Twice(target.clone()));
        }
    }
    let idle = |target: &&AllowedTarget| policy.decide(&target.written, target.port).is_err();
    found.extend(config.exceptions.iter().filter(idle).cloned().map(Finding::IdleException));
    found.extend(same_ports(config, practice));
    if !config.listen.ip().is_loopback() && config.origins.is_empty() {
        found.push(Finding::NoOrigin(config.listen));
    }
    let no_real_server = config.allowed.is_empty() && config.open_internet.is_none();
    if no_real_server && practice.is_empty() {
        found.push(Finding::NothingToReach);
    }
    if no_real_server && !config.ca_files.is_empty() {
        found.push(Finding::IdleAuthorities);
    }
    found
}

/// Port 0 is any free one, so it can be given often.
fn same_ports(config: &Config, practice: &[(Service, SocketAddr)]) -> Vec<Finding> {
    let mut ports = vec![("the page", config.listen.port())];
    let mut found = Vec::new();
    let metrics = config.metrics.map(|address| ("metrics", address.port()));
    let practice = practice.iter().map(|(service, address)| (practice_words(*service), address.port()));
    for (name, port) in metrics.into_iter().chain(practice) {
        let same = ports.iter().filter(|(_, other)| *other == port && port != 0);
        found.extend(same.map(|(other, _)| Finding::SamePort(port, other, name)));
        ports.push((name, port));
    }
    found
}

fn practice_words(service: Service) -> &'static str {
    match service {
        Service::Pop3 => "practice POP3",
        Service::Pop3s => "practice POP3S",
        Service::Smtp => "practice SMTP",
        Service::Submission => "practice submission",
        Service::Smtps => "practice SMTPS",
    }
}
