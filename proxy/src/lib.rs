//! The proxy: one HTTP listener that serves the page and relays its WebSockets to mail servers, and the practice
//! post office on loopback ports. It never looks inside the dialogue. The command line is not here.
//!
//! In reading order: [`start`] puts the rooms together; `server` answers HTTP, tells who takes mail and opens sessions; `session` is the
//! contract of `wire`; `policy` decides who may be dialled; `names` looks up, `dial` and `tls` connect; `relay` pumps;
//! `practice`, `worlds`, `shelf` and `ca` are the practice post office, whose mailboxes it shows, where they outlive the process, and
//! its authority; `page` serves the files; [`limits`] lists every limit, `rates` counts; `metrics` and `audit` tell the operator what happens and what
//! they chose.

mod audit;
mod ca;
mod dial;
pub mod limits;
mod metrics;
mod names;
mod page;
mod policy;
mod practice;
mod rates;
mod relay;
mod server;
mod session;
mod shelf;
mod tls;
mod worlds;

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use ::practice::Service;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_rustls::rustls::{self, RootCertStore};
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

pub use crate::audit::{Audit, Finding, audit};
pub use crate::ca::{Authority, AuthorityError, LEAF_NAMES};
pub use crate::limits::Limits;
pub use crate::page::Asset;
pub use crate::policy::{
    AllowedTarget, BadHost, Block, Host, Misspelt, OPEN_PORTS, OpenInternet, Origin, PRACTICE_HOST, Policy, RELAY_PORT,
    Reach, Refusal, Route, Verdict, classify, never,
};
pub use crate::practice::{PracticePorts, service_name};
pub use crate::rates::Rate;
use crate::shelf::Shelf;
pub use crate::tls::{CaFileError, count_authorities};

/// What the operator chose. The default serves the practice post office on loopback and nothing else.
#[derive(Clone, Debug)]
pub struct Config {
    /// The HTTP listener.
    pub listen: SocketAddr,
    /// Where Prometheus may read; `None` leaves it off.
    pub metrics: Option<SocketAddr>,
    /// Origins of the page beside loopback at the listener's port.
    pub origins: Vec<Origin>,
    /// Real mail servers the page may reach.
    pub allowed: Vec<AllowedTarget>,
    /// Whether mail servers that nobody listed may be reached, and where.
    pub open_internet: Option<OpenInternet>,
    /// Name servers to ask instead of the operating system's.
    pub name_servers: Vec<SocketAddr>,
    /// Reverse proxies whose `X-Forwarded-For` names the visitor.
    pub trusted_proxies: Vec<IpAddr>,
    /// Authorities beside the operating system's: PEM files or folders of them.
    pub ca_files: Vec<PathBuf>,
    /// Allowed targets whose certificates need not be good; the page may ask for it and is told what is wrong.
    pub exceptions: Vec<AllowedTarget>,
    /// The practice listeners.
    pub practice: PracticePorts,
    /// The files of the page.
    pub page: &'static [Asset],
    /// Where the practice authority and practice mail are kept; `None` keeps them in memory.
    pub state_dir: Option<PathBuf>,
    /// Whether practice mail ends with the process, also when there is a state folder.
    pub practice_in_memory: bool,
    /// How long and how much.
    pub limits: Limits,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            metrics: None,
            origins: Vec::new(),
            allowed: Vec::new(),
            open_internet: None,
            name_servers: Vec::new(),
            trusted_proxies: Vec::new(),
            ca_files: Vec::new(),
            exceptions: Vec::new(),
            practice: PracticePorts::default(),
            page: page::NO_PAGE,
            state_dir: None,
            practice_in_memory: false,
            limits: Limits::default(),
        }
    }
}

/// Opens the listeners and serves them in tasks of the current runtime.
pub async fn start(config: Config) -> Result<Running, StartError> {
    let (listener, address) =
        listen(config.listen).await.map_err(|source| StartError::Listen { address: config.listen, source })?;
    let metrics_listener = match config.metrics {
        Some(asked) => Some(listen(asked).await.map_err(|source| StartError::Metrics { address: asked, source })?),
        None => None,
    };
    let metrics_address = metrics_listener.as_ref().map(|(_, address)| *address);
    let doors = practice::bind(config.practice).await.map_err(|error| StartError::Practice {
        service: error.service,
        port: error.port,
        source: error.source,
    })?;
    let practice: Vec<(Service, SocketAddr)> =
        doors.iter().filter_map(|(service, door)| Some((*service, door.local_addr().ok()?))).collect();

    for finding in audit(&config).findings {
        tracing::warn!("{finding}");
    }

    let authority = Arc::new(authority(config.state_dir.as_deref())?);
    let stopping = CancellationToken::new();
    let closing = CancellationToken::new();
    let abandon = CancellationToken::new();
    let worlds = Arc::new(worlds::Worlds::new(&config.limits, shelf(&config)));
    let common = session::Common {
        policy: Policy::new(
            own_listeners(address, metrics_address),
            practice.clone(),
            config.allowed.clone(),
            config.open_internet.clone(),
        ),
        names: names::Names::asking(&config.name_servers),
        rates: Arc::new(rates::Rates::new(&config.limits)),
        verifiers: tls::Verifiers::new(authority.der(), authorities(&config)?),
        exceptions: config.exceptions.clone(),
        worlds: worlds.clone(),
        look_ups: Semaphore::new(config.limits.mx_at_once),
        refusals: Semaphore::new(config.limits.refusals),
        metrics: metrics::Metrics::new(),
        limits: config.limits.clone(),
        stopping: stopping.clone(),
        closing: closing.clone(),
    };
    let standard_ports: Vec<_> =
        practice.iter().map(|(service, address)| (service.standard_port(), address.port())).collect();
    let site = server::Site {
        gate: policy::Gate::new(address.port(), &config.origins),
        page: config.page,
        offer: server::offer(&standard_ports, &config.allowed, config.open_internet.as_ref(), &common),
        trusted_proxies: config.trusted_proxies,
        common: Arc::new(common),
        sessions: TaskTracker::new(),
        abandon: abandon.clone(),
    };

    let tasks = TaskTracker::new();
    let sessions = site.sessions.clone();
    // All sessions may be at one door, and must leave room for those who come without a page.
    let connections = config.limits.sessions.saturating_add(config.limits.practice_connections);
    let office = Arc::new(practice::Office::new(worlds, authority.clone(), connections)?);
    for (service, door) in doors {
        tasks.spawn(practice::serve(service, door, office.clone(), tasks.clone(), abandon.clone()));
    }
    let site = Arc::new(site);
    if let Some((listener, _)) = metrics_listener {
        tasks.spawn(server::serve(listener, server::metrics_router(site.clone()), site.clone(), tasks.clone()));
    }
    tasks.spawn(server::serve(listener, server::router(site.clone()), site, tasks.clone()));
    Ok(Running {
        address,
        metrics: metrics_address,
        practice,
        authority,
        sessions,
        tasks,
        limits: config.limits,
        stopping,
        closing,
        abandon: abandon.drop_guard(),
    })
}

/// A proxy at work. Dropping it ends everything at once; [`Running::shutdown`] says goodbye first.
#[derive(Debug)]
pub struct Running {
    /// Where HTTP is served.
    address: SocketAddr,
    /// Where Prometheus may read.
    metrics: Option<SocketAddr>,
    /// The practice listeners.
    practice: Vec<(Service, SocketAddr)>,
    /// Who signed the practice server's certificate.
    authority: Arc<Authority>,
    /// The sessions that run.
    sessions: TaskTracker,
    /// The listeners and their connections.
    tasks: TaskTracker,
    /// For the time a stop may take.
    limits: Limits,
    /// Tells sessions that the proxy stops: no new one begins.
    stopping: CancellationToken,
    /// Ends them.
    closing: CancellationToken,
    /// Ends every task.
    abandon: DropGuard,
}

impl Running {
    /// Where HTTP is served, with the real port.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where Prometheus may read, with the real port.
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics
    }

    /// The practice listeners that are up.
    pub fn practice(&self) -> &[(Service, SocketAddr)] {
        &self.practice
    }

    /// Where one practice service listens.
    pub fn practice_address(&self, service: Service) -> Option<SocketAddr> {
        self.practice.iter().find(|(up, _)| *up == service).map(|(_, address)| *address)
    }

    /// The practice authority's certificate in PEM.
    pub fn practice_ca_pem(&self) -> &str {
        self.authority.pem()
    }

    /// How many sessions run.
    pub fn sessions(&self) -> usize {
        self.sessions.len()
    }

    /// Takes no new session, lets those that run finish for [`Limits::stop_grace`], says goodbye to the rest, then ends.
    pub async fn shutdown(self) {
        let Self { sessions, tasks, limits, stopping, closing, abandon, .. } = self;
        stopping.cancel();
        sessions.close();
        if timeout(limits.stop_grace, sessions.wait()).await.is_err() {
            closing.cancel();
            if timeout(limits.stop_wait, sessions.wait()).await.is_err() {
                tracing::warn!("{} sessions did not close in time", sessions.len());
            }
        }
        drop(abandon);
        tasks.close();
        tasks.wait().await;
    }
}

/// Why the proxy did not start.
#[derive(Debug)]
pub enum StartError {
    /// The HTTP listener.
    Listen {
        /// Its address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The listener for Prometheus.
    Metrics {
        /// Its address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// A practice listener.
    Practice {
        /// Which.
        service: Service,
        /// Its port on loopback.
        port: u16,
        /// Why.
        source: io::Error,
    },
    /// The practice authority.
    Authority(AuthorityError),
    /// The operator's authorities.
    CaFile(CaFileError),
    /// The TLS library refused our own certificate.
    Tls(rustls::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen { address, source } => write!(f, "cannot listen on {address}: {}", words(source)),
            Self::Metrics { address, source } => {
                write!(f, "cannot listen on {address} for metrics: {}", words(source))
            }
            Self::Practice { service, port, source } => {
                let name = service_name(*service);
                write!(f, "cannot listen on port {port} for practice {name}: {}", words(source))
            }
            Self::Authority(error) => error.fmt(f),
            Self::CaFile(error) => error.fmt(f),
            Self::Tls(error) => write!(f, "TLS cannot be set up: {error}"),
        }
    }
}

impl std::error::Error for StartError {}

impl From<AuthorityError> for StartError {
    fn from(error: AuthorityError) -> Self {
        Self::Authority(error)
    }
}

impl From<rustls::Error> for StartError {
    fn from(error: rustls::Error) -> Self {
        Self::Tls(error)
    }
}

async fn listen(address: SocketAddr) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// The HTTP listeners, which are never a target.
fn own_listeners(page: SocketAddr, metrics: Option<SocketAddr>) -> Vec<SocketAddr> {
    std::iter::once(page).chain(metrics).collect()
}

/// The kept authority. A folder that cannot be written costs the learner an import at each start, not the lab.
fn authority(state_dir: Option<&std::path::Path>) -> Result<Authority, AuthorityError> {
    let Some(folder) = state_dir else { return Authority::in_memory() };
    match Authority::kept_in(folder) {
        Err(error @ AuthorityError::Folder { .. }) => {
            tracing::warn!("{error}; this one is forgotten at exit");
            Authority::in_memory()
        }
        other => other,
    }
}

/// Where practice mail is kept. Without such a folder it ends with the process, and that is told unless it was asked for.
fn shelf(config: &Config) -> Option<Shelf> {
    if config.practice == PracticePorts::OFF || config.practice_in_memory {
        return None;
    }
    let opened = match &config.state_dir {
        Some(folder) => Shelf::open(folder).map_err(|error| error.to_string()),
        None => Err("there is no state folder".to_owned()),
    };
    opened.inspect_err(|why| tracing::warn!("practice mail is forgotten at exit: {why}")).ok()
}

/// Nobody but the practice server can be reached without a target of the operator's: spare the reading.
fn authorities(config: &Config) -> Result<tls::Authorities, StartError> {
    match config.allowed.is_empty() && config.ca_files.is_empty() && config.open_internet.is_none() {
        true => Ok(tls::Authorities { system: RootCertStore::empty(), own: RootCertStore::empty() }),
        false => tls::authorities(&config.ca_files).map_err(StartError::CaFile),
    }
}

fn words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => "another program listens there".to_owned(),
        io::ErrorKind::PermissionDenied => "this user may not (ports below 1024 need rights)".to_owned(),
        _ => error.to_string(),
    }
}
