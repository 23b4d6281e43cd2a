//! The proxy: one HTTP listener that serves the page and relays its WebSockets to mail servers, and the practice post office on loopback
//! ports. It never looks inside the dialogue. The command line is not here.
//!
//! In reading order: [`start`] puts the rooms together; `server` answers HTTP, tells who takes mail and opens sessions;
//! `session` is the contract of `wire`; `policy` decides who may be dialled; `names` looks up, `dial` and `tls` connect;
//! `relay` pumps. `counter` is where clients reach the practice post office, `worlds` says whose mailboxes they see there,
//! `shelf` keeps the mail on disk, `ca` is its authority. `page` serves the files; [`limits`] lists every limit, `rates`
//! counts; `metrics` and `audit` tell the operator what happens and what they chose.
//!
//! # Patterns
//!
//! What returns in several places, what the field calls it, and where to read it:
//!
//! | here | the field's word | what it is for | file |
//! |---|---|---|---|
//! | place | permit of a semaphore | as many sessions, look-ups, connections, goodbyes at once as a limit says; given back by a drop | `rates`, `server`, `counter` |
//! | stay | admission, a RAII guard | one session counted for its visitor until it is dropped | `rates` |
//! | rate | token bucket (GCRA) | so many dials and look-ups a minute for each visitor and server, in bounded memory | `rates` |
//! | visit | lease | a world is not evicted while a session holds one | `worlds` |
//! | world | tenant | a post office for each word a visitor names; public for the others | `worlds` |
//! | expected peer | connection tracking entry | tells a listener whose connection it accepts, by the address it comes from | `worlds`, `dial` |
//! | room | quota | octets of mail in all worlds together | `worlds`, `practice::Room` |
//! | shelf, book | append-only log with compaction | a change of practice mail is in its file before the client is told | `shelf` |
//! | guest | connection handler | one client of the practice server; however it ends, it hangs up and unlocks | `counter` |
//! | gate | Host and Origin check | only our page may open sessions (DNS rebinding, cross-site WebSockets) | `policy` |
//! | route, vet | egress policy | a target is judged by name, and by each address its name has, before it is dialled | `policy` |
//! | greeting | protocol sniffing | nothing is sent to a server of the open internet before its first bytes are a mail server's | `policy`, `session` |
//! | credit | flow-control window | the page grants octets; without credit the mail server is not read | `session` |
//! | outbox | bounded send queue, back-pressure | octets for the mail server; when it is full the page is not read | `relay`, `session` |
//! | tap | wire tap, packet capture | counts what crosses below TLS, and copies what the page asked to see | `tls` |
//! | key notes | key log (SSLKEYLOGFILE) | the secrets of a practice connection, for its own learner | `tls` |
//! | testimony | delegating certificate verifier | keeps what a server showed, so that a failed handshake can be explained | `tls` |
//! | go-ahead `after` | STARTTLS injection check | plain octets beyond the go-ahead end the session before the handshake | `session` |
//! | notice, grace | graceful shutdown, draining | `stopping` tells sessions, [`Limits::stop_grace`] lets them finish, `closing` ends them, `abandon` the rest | [`Running::shutdown`], `session` |
//! | linger | lingering close | reads on after the last word, or a reset would destroy it | `session`, `counter` |

mod audit;
mod ca;
mod counter;
mod dial;
pub mod limits;
mod metrics;
mod names;
mod page;
mod policy;

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

use practice::Service;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_rustls::rustls::{self, RootCertStore};
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

pub use crate::audit::{Audit, Finding, audit};
pub use crate::ca::{Authority, AuthorityError, LEAF_NAMES};
pub use crate::counter::{PracticePorts, service_name};
pub use crate::limits::Limits;
pub use crate::page::Asset;
pub use crate::policy::{
    AllowedTarget, BadHost, Block, Host, Misspelt, OPEN_PORTS, OpenInternet, Origin, PRACTICE_HOST, Policy, RELAY_PORT,
    Reach, Refusal, Route, Verdict, classify, never,
};
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
    let listeners = Listeners::open(&config).await?;
    for finding in audit(&config).findings {
        tracing::warn!("{finding}");
    }
    let (address, metrics, practice) = (listeners.page.1, listeners.metrics_address(), listeners.practice_addresses());
    let authority = Arc::new(authority(config.state_dir.as_deref())?);
    let worlds = Arc::new(worlds::Worlds::new(&config.limits, shelf(&config)));
    let stop = Stop::default();

    // All sessions may be at one listener, and must leave room for those who come without a page.
    let connections = config.limits.sessions.saturating_add(config.limits.practice_connections);
    let office = Arc::new(counter::Office::new(worlds.clone(), authority.clone(), connections)?);
    let common = session::Common {
        policy: Policy::new(
            own_listeners(address, metrics),
            practice.clone(),
            config.allowed.clone(),
            config.open_internet.clone(),
        ),
        names: names::Names::asking(&config.name_servers),
        rates: Arc::new(rates::Rates::new(&config.limits)),
        verifiers: tls::Verifiers::new(authority.der(), authorities(&config)?),
        exceptions: config.exceptions.clone(),
        worlds,
        look_ups: Semaphore::new(config.limits.mx_at_once),
        refusals: Semaphore::new(config.limits.refusals),
        metrics: metrics::Metrics::new(),
        limits: config.limits.clone(),
        stopping: stop.stopping.clone(),
        closing: stop.closing.clone(),
    };
    let site = Arc::new(site(&config, &listeners, common, stop.abandon.clone()));
    let (sessions, tasks) = (site.sessions.clone(), TaskTracker::new());
    listeners.serve(&site, &office, &tasks);
    let Stop { stopping, closing, abandon } = stop;
    let (limits, abandon) = (config.limits, abandon.drop_guard());
    Ok(Running { address, metrics, practice, authority, sessions, tasks, limits, stopping, closing, abandon })
}

/// The listeners, open and not yet served, with their real addresses.
struct Listeners {
    page: (TcpListener, SocketAddr),
    metrics: Option<(TcpListener, SocketAddr)>,
    practice: Vec<(Service, TcpListener)>,
}

impl Listeners {
    async fn open(config: &Config) -> Result<Self, StartError> {
        let page =
            listen(config.listen).await.map_err(|source| StartError::Listen { address: config.listen, source })?;
        let metrics = match config.metrics {
            Some(asked) => Some(listen(asked).await.map_err(|source| StartError::Metrics { address: asked, source })?),
            None => None,
        };
        let practice = counter::bind(config.practice).await.map_err(|error| StartError::Practice {
            service: error.service,
            port: error.port,
            source: error.source,
        })?;
        Ok(Self { page, metrics, practice })
    }

    fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics.as_ref().map(|(_, address)| *address)
    }

    fn practice_addresses(&self) -> Vec<(Service, SocketAddr)> {
        let practice = self.practice.iter();
        practice.filter_map(|(service, listener)| Some((*service, listener.local_addr().ok()?))).collect()
    }

    /// Serves each in a task of its own.
    fn serve(self, site: &Arc<server::Site>, office: &Arc<counter::Office>, tasks: &TaskTracker) {
        for (service, listener) in self.practice {
            tasks.spawn(counter::serve(service, listener, office.clone(), tasks.clone(), site.abandon.clone()));
        }
        if let Some((listener, _)) = self.metrics {
            tasks.spawn(server::serve(listener, server::metrics_router(site.clone()), site.clone(), tasks.clone()));
        }
        tasks.spawn(server::serve(self.page.0, server::router(site.clone()), site.clone(), tasks.clone()));
    }
}

/// How the proxy is told to stop, in this order: see [`Running`].
#[derive(Default)]
struct Stop {
    stopping: CancellationToken,
    closing: CancellationToken,
    abandon: CancellationToken,
}

/// What HTTP serves.
fn site(config: &Config, listeners: &Listeners, common: session::Common, abandon: CancellationToken) -> server::Site {
    let practice = listeners.practice_addresses();
    let standard_ports: Vec<_> =
        practice.iter().map(|(service, address)| (service.standard_port(), address.port())).collect();
    server::Site {
        gate: policy::Gate::new(listeners.page.1.port(), &config.origins),
        page: config.page,
        offer: server::offer(&standard_ports, &config.allowed, config.open_internet.as_ref(), &common),
        trusted_proxies: config.trusted_proxies.clone(),
        common: Arc::new(common),
        sessions: TaskTracker::new(),
        abandon,
    }
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
        /// The error behind it.
        source: io::Error,
    },
    /// The listener for Prometheus.
    Metrics {
        /// Its address.
        address: SocketAddr,
        /// The error behind it.
        source: io::Error,
    },
    /// A practice listener.
    Practice {
        /// The service it is for.
        service: Service,
        /// Its port on loopback.
        port: u16,
        /// The error behind it.
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

#[expect(clippy::wildcard_enum_match_arm, reason = "the system has many errors; only these have words of their own")]
fn words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => "another program listens there".to_owned(),
        io::ErrorKind::PermissionDenied => "this user may not (ports below 1024 need rights)".to_owned(),
        _ => error.to_string(),
    }
}
