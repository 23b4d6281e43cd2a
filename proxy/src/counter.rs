//! The counter of the practice post office: its loopback listeners, sockets, TLS and clock around the sans-I/O crate `practice`.
//! What its servers say is not here.

use std::future::poll_fn;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use practice::{Connection, Fault, Faulty, Output, Service, Then, Timestamp};
use ring::rand::{SecureRandom, SystemRandom};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::StartError;
use crate::ca::{Authority, LEAF_NAMES, LEAF_RENEWAL};
use crate::limits::{PRACTICE_IDLE, PRACTICE_LINGER, TLS_WAIT};
use crate::relay::{MailSocket, take_unread};
use crate::tls::{self, Tapped};
use crate::worlds::{World, Worlds};

/// The loopback port of each service; `None` leaves it off, 0 takes any free one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PracticePorts {
    /// POP3 in plain text.
    pub pop3: Option<u16>,
    /// POP3 under TLS.
    pub pop3s: Option<u16>,
    /// SMTP in plain text.
    pub smtp: Option<u16>,
    /// Submission in plain text.
    pub submission: Option<u16>,
    /// Submission under TLS.
    pub smtps: Option<u16>,
}

impl PracticePorts {
    /// No practice server.
    pub const OFF: Self = Self { pop3: None, pop3s: None, smtp: None, submission: None, smtps: None };

    /// Whatever ports are free.
    pub const ANY: Self = Self { pop3: Some(0), pop3s: Some(0), smtp: Some(0), submission: Some(0), smtps: Some(0) };

    /// The port of a service.
    pub fn of(&self, service: Service) -> Option<u16> {
        match service {
            Service::Pop3 => self.pop3,
            Service::Pop3s => self.pop3s,
            Service::Smtp => self.smtp,
            Service::Submission => self.submission,
            Service::Smtps => self.smtps,
        }
    }
}

/// The standard ports, moved to where no rights are needed: 110 becomes 1110, 587 becomes 1587.
impl Default for PracticePorts {
    fn default() -> Self {
        Self { pop3: Some(1110), pop3s: Some(1995), smtp: Some(1025), submission: Some(1587), smtps: Some(1465) }
    }
}

/// A service's name for people.
pub fn service_name(service: Service) -> &'static str {
    match service {
        Service::Pop3 => "POP3",
        Service::Pop3s => "POP3S",
        Service::Smtp => "SMTP",
        Service::Submission => "submission",
        Service::Smtps => "SMTPS",
    }
}

/// A listener that could not be opened.
#[derive(Debug)]
pub struct BindError {
    /// Which service.
    pub service: Service,
    /// Which port.
    pub port: u16,
    /// The error behind it.
    pub source: io::Error,
}

/// Opens the listeners, on IPv4 loopback only.
pub async fn bind(ports: PracticePorts) -> Result<Vec<(Service, TcpListener)>, BindError> {
    let mut listeners = Vec::new();
    for service in Service::ALL {
        let Some(port) = ports.of(service) else { continue };
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let listener = TcpListener::bind(address).await.map_err(|source| BindError { service, port, source })?;
        listeners.push((service, listener));
    }
    Ok(listeners)
}

/// What the practice connections share.
pub struct Office {
    /// Whose mailboxes a connection sees.
    worlds: Arc<Worlds>,
    /// Who signs our certificate.
    authority: Arc<Authority>,
    /// TLS for implicit and upgraded connections, and when its certificate was made.
    leaf: Mutex<(Timestamp, TlsAcceptor)>,
    /// The most at each listener at once.
    connections: usize,
    /// Seeds for timestamps and ids.
    random: SystemRandom,
}

impl Office {
    /// Serves these worlds under a certificate of the authority's, so many connections at each listener.
    pub fn new(worlds: Arc<Worlds>, authority: Arc<Authority>, connections: usize) -> Result<Self, StartError> {
        let leaf = Mutex::new((now(), acceptor(&authority)?));
        Ok(Self { worlds, authority, leaf, connections, random: SystemRandom::new() })
    }

    /// TLS with a certificate that is good now: a proxy may run for months, and the clock of a machine may jump.
    fn acceptor(&self, now: Timestamp) -> Result<TlsAcceptor, StartError> {
        let mut leaf = self.leaf.lock().unwrap_or_else(PoisonError::into_inner);
        let (made, shown) = &mut *leaf;
        if !(0..LEAF_RENEWAL.whole_seconds()).contains(&(now.0 - made.0)) {
            *shown = acceptor(&self.authority)?;
            *made = now;
        }
        Ok(shown.clone())
    }

    fn seed(&self) -> u64 {
        let mut seed = [0; 8];
        match self.random.fill(&mut seed) {
            Ok(()) => u64::from_ne_bytes(seed),
            Err(_) => now().0.unsigned_abs(),
        }
    }
}

fn acceptor(authority: &Authority) -> Result<TlsAcceptor, StartError> {
    let (chain, key) = authority.leaf(&LEAF_NAMES)?;
    Ok(tls::acceptor(chain, key)?)
}

/// Accepts connections until `stop`; each is a task of `tasks`.
pub async fn serve(
    service: Service,
    listener: TcpListener,
    office: Arc<Office>,
    tasks: TaskTracker,
    stop: CancellationToken,
) {
    let places = Arc::new(Semaphore::new(office.connections));
    let accepting = async {
        loop {
            let Ok(place) = places.clone().acquire_owned().await else { return };
            match listener.accept().await {
                Ok((tcp, peer)) => {
                    let Some(world) = office.worlds.of_peer(peer) else { continue };
                    let (office, stop) = (office.clone(), stop.clone());
                    tasks.spawn(async move {
                        // How a guest leaves is the guest's business.
                        let _ = stop.run_until_cancelled(receive_guest(service, tcp, peer, office, world)).await;
                        drop(place);
                    });
                }
                Err(error) => {
                    tracing::warn!("practice {}: {error}", service_name(service));
                    sleep(Duration::from_millis(100)).await;
                }
            }
        }
    };
    let _ = stop.run_until_cancelled(accepting).await;
}

/// One client. However it ends, by return, error or cancellation, it hangs up.
struct Guest {
    /// Taken by the drop.
    connection: Option<Faulty>,
    /// Shared with the other guests of this world.
    world: Arc<World>,
    /// Where room is made for what the guest sends.
    worlds: Arc<Worlds>,
    /// What tells the post office the time.
    clock: fn() -> Timestamp,
}

impl Guest {
    /// A connection on which these faults happen, told the time by this clock; and its greeting.
    fn enter(
        office: &Office,
        world: Arc<World>,
        service: Service,
        peer: SocketAddr,
        faults: Vec<Fault>,
        clock: fn() -> Timestamp,
    ) -> (Self, Output) {
        let (peer, seed, now) = (peer.ip().to_string(), office.seed(), clock());
        let opened = world.deal(|office| Connection::open(office, service, &peer, now, seed));
        let (connection, greeting) = Faulty::around(opened, faults, now);
        (Self { connection: Some(connection), world, worlds: office.worlds.clone(), clock }, greeting)
    }

    fn hear(&mut self, bytes: &[u8]) -> Output {
        match &mut self.connection {
            Some(connection) => {
                self.worlds.make_room();
                let now = (self.clock)();
                self.world.deal(|office| connection.receive(office, bytes, now))
            }
            None => Output { then: Then::Close, ..Output::default() },
        }
    }

    /// Commands wait because the replies before them were long.
    fn has_backlog(&self) -> bool {
        self.connection.as_ref().is_some_and(Faulty::has_backlog)
    }

    fn tls_established(&mut self) {
        if let Some(connection) = &mut self.connection {
            connection.tls_established();
        }
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.world.deal(|office| connection.hang_up(office));
        }
    }
}

async fn receive_guest(
    service: Service,
    tcp: TcpStream,
    peer: SocketAddr,
    office: Arc<Office>,
    world: Arc<World>,
) -> io::Result<()> {
    let _ = tcp.set_nodelay(true);
    let socket = match service.implicit_tls() {
        true => accept_tls(tcp, &office).await?,
        false => MailSocket::Plain(tcp),
    };
    let (guest, greeting) = Guest::enter(&office, world, service, peer, Vec::new(), now);
    attend(guest, greeting, socket, &office).await
}

/// Does what the server asks for, until the connection is over.
async fn attend(mut guest: Guest, greeting: Output, mut socket: MailSocket, office: &Office) -> io::Result<()> {
    let mut output = greeting;
    loop {
        if let (Then::StartTls, MailSocket::Plain(tcp)) = (output.then, &socket) {
            // Commands that came with STLS were sent in plain text: they must not count under TLS (RFC 3207 section 4.2).
            take_unread(tcp);
        }
        timeout(PRACTICE_IDLE, write(&mut socket, &output.bytes)).await??;
        match (output.then, socket) {
            (Then::Continue, same) => socket = same,
            (Then::Wait { until }, same) => {
                socket = same;
                wait(until, (guest.clock)()).await;
                output = guest.hear(&[]);
                continue;
            }
            (Then::Cut, last) => {
                drop(guest);
                drop(last);
                return Ok(());
            }
            (Then::StartTls, MailSocket::Plain(tcp)) => {
                socket = accept_tls(tcp, office).await?;
                guest.tls_established();
            }
            (Then::Close | Then::StartTls, last) => {
                drop(guest);
                return see_off(last).await;
            }
        }
        if guest.has_backlog() {
            output = guest.hear(&[]);
            continue;
        }
        let heard =
            poll_fn(|cx| socket.poll_chunk(cx, usize::MAX, |bytes| (!bytes.is_empty()).then(|| guest.hear(bytes))));
        match timeout(PRACTICE_IDLE, heard).await?? {
            Some(reply) => output = reply,
            None => return Ok(()),
        }
    }
}

/// Waits as long as the server wants to.
async fn wait(until: Timestamp, now: Timestamp) {
    let seconds = u64::try_from(until.0.saturating_sub(now.0)).unwrap_or_default();
    sleep(Duration::from_secs(seconds)).await;
}

async fn accept_tls(tcp: TcpStream, office: &Office) -> io::Result<MailSocket> {
    let acceptor = office.acceptor(now()).map_err(io::Error::other)?;
    let stream = timeout(TLS_WAIT, acceptor.accept(Tapped::from(tcp))).await??;
    Ok(MailSocket::secured(stream))
}

async fn write(socket: &mut MailSocket, bytes: &[u8]) -> io::Result<()> {
    socket.write_all(bytes).await?;
    socket.flush().await
}

/// Closes our side and waits a little for the client's: a reset would destroy the last reply on its way.
async fn see_off(mut socket: MailSocket) -> io::Result<()> {
    socket.shutdown().await?;
    let mut scrap = [0; 512];
    let reading = async {
        while socket.read(&mut scrap).await? > 0 {}
        io::Result::Ok(())
    };
    timeout(PRACTICE_LINGER, reading).await?
}

/// The time for the post office.
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::sync::LazyLock;

    use practice::Trouble;
    use tokio::time::Instant;
    use tokio_rustls::rustls::RootCertStore;

    use super::*;
    use crate::limits::Limits;
    use crate::tls::{Authorities, Roots, Strictness, Tap, Terms, Verifiers};

    /// A clock that goes with the runtime's, which jumps to the next event.
    fn clock() -> Timestamp {
        static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
        Timestamp(1_795_211_160 + i64::try_from(BEGAN.elapsed().as_secs()).unwrap())
    }

    /// What a client hears that says all its lines at once, and how the connection ended.
    async fn talk(service: Service, lines: &str, faults: &[(u32, Trouble)]) -> (String, io::Result<()>) {
        let worlds = Arc::new(Worlds::new(&Limits::default(), None));
        let office = Office::new(worlds, Arc::new(Authority::in_memory().unwrap()), 1).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (tcp, peer) = listener.accept().await.unwrap();
        let world = office.worlds.of_peer(peer).unwrap();
        let faults = faults.iter().map(|(reply, what)| Fault { reply: *reply, what: *what }).collect();
        let server = async {
            let socket = match service.implicit_tls() {
                true => accept_tls(tcp, &office).await.unwrap(),
                false => MailSocket::Plain(tcp),
            };
            let (guest, greeting) = Guest::enter(&office, world, service, peer, faults, clock);
            let _ = attend(guest, greeting, socket, &office).await;
        };
        let talking = async {
            let mut client = match service.implicit_tls() {
                true => shake_hands(client, &office.authority).await,
                false => MailSocket::Plain(client),
            };
            write(&mut client, lines.as_bytes()).await.unwrap();
            let mut heard = Vec::new();
            let end = client.read_to_end(&mut heard).await;
            (String::from_utf8(heard).unwrap(), end.map(drop))
        };
        let ((), heard) = tokio::join!(server, talking);
        office.worlds.of_peer(peer).unwrap().deal(|office| assert!(!office.is_locked("ada")));
        heard
    }

    async fn shake_hands(tcp: TcpStream, authority: &Authority) -> MailSocket {
        let none = Authorities { system: RootCertStore::empty(), own: RootCertStore::empty() };
        let verifiers = Verifiers::new(authority.der(), none);
        let (host, roots, strictness) = ("mail.example.test", Roots::Practice, Strictness::Refuse);
        let terms = Terms { host, roots, strictness, key_log: None, wait: TLS_WAIT };
        let (stream, _) = tls::connect(tcp, &Tap::new(Instant::now(), 0), terms, &verifiers).await.unwrap();
        MailSocket::secured(stream)
    }

    const LINES: &str = "USER ada\r\nPASS lovelace\r\nSTAT\r\nQUIT\r\n";

    /// What is heard behind the greeting, which is never the same.
    fn behind_greeting(heard: &str) -> Vec<&str> {
        heard.lines().skip(1).collect()
    }

    #[tokio::test]
    async fn a_cut_is_no_end_in_order() {
        for service in [Service::Pop3, Service::Pop3s] {
            let (whole, end) = talk(service, LINES, &[]).await;
            assert!(end.is_ok() && whole.lines().count() == 5, "{end:?} {whole}");
            let (cut, end) = talk(service, LINES, &[(3, Trouble::Cut)]).await;
            assert_eq!(behind_greeting(&cut), behind_greeting(&whole)[..2]);
            // Under TLS there is no close_notify.
            let truncated = end.is_err_and(|error| error.kind() == io::ErrorKind::UnexpectedEof);
            assert_eq!(truncated, service.implicit_tls());
        }
        assert_eq!(talk(Service::Smtp, "", &[(0, Trouble::Cut)]).await.0, "");
    }

    /// A server that is asked too early says again that it waits: who does not wait asks for ever.
    #[tokio::test(start_paused = true)]
    async fn a_late_reply_is_waited_for() {
        let (whole, _) = talk(Service::Pop3, LINES, &[]).await;
        let faults = [(0, Trouble::Late(1)), (2, Trouble::Late(90)), (3, Trouble::Late(4000))];
        let (late, end) = talk(Service::Pop3, LINES, &faults).await;
        assert!(end.is_ok(), "{end:?}");
        assert_eq!(behind_greeting(&late), behind_greeting(&whole));
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_is_as_long_as_the_server_says() {
        async fn check(until: i64, seconds: u64) {
            let began = Instant::now();
            wait(Timestamp(until), Timestamp(1_795_211_160)).await;
            assert_eq!(began.elapsed().as_secs(), seconds);
        }
        check(1_795_211_160, 0).await;
        check(1_795_211_159, 0).await;
        check(i64::MIN, 0).await;
        check(1_795_211_250, 90).await;
    }

    #[test]
    fn the_certificate_is_renewed_before_it_ends() {
        let worlds = Arc::new(Worlds::new(&Limits::default(), None));
        let office = Office::new(worlds, Arc::new(Authority::in_memory().unwrap()), 1).unwrap();
        let start = now().0;
        let on_day = |day: i64| office.acceptor(Timestamp(start + day * 24 * 60 * 60)).unwrap();
        let same = |one: &TlsAcceptor, other: &TlsAcceptor| Arc::ptr_eq(one.config(), other.config());
        let first = on_day(1);
        assert!(same(&first, &on_day(29)));
        let second = on_day(31);
        assert!(!same(&first, &second));
        assert!(same(&second, &on_day(60)));
        assert!(!same(&second, &on_day(-2)), "a clock set back: the certificate was not valid yet");
    }
}
