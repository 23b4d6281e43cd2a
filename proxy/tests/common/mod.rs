//! What the proxy's tests share: a page without a browser, fake mail servers, certificates. No test is here.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    missing_docs,
    reason = "tests; each test file uses a part of this"
)]

pub mod dns;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use proxy::{AllowedTarget, Config, Limits, PracticePorts, Running};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use time::OffsetDateTime;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::{TlsAcceptor, server};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{WebSocketStream, client_async};
use wire::{Cause, ClientMsg, Kind, Open, ServerMsg, Side, TlsMode};

/// A test that hangs has failed.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A proxy on a free port without practice server that may dial `targets`.
pub async fn proxy_for(targets: &[SocketAddr]) -> Running {
    proxy_with(Config { allowed: allow(targets), ..quiet() }).await
}

pub async fn proxy_with(config: Config) -> Running {
    proxy::start(config).await.expect("the proxy starts")
}

/// A free port, no practice server.
pub fn quiet() -> Config {
    Config { listen: "127.0.0.1:0".parse().unwrap(), practice: PracticePorts::OFF, ..Config::default() }
}

pub fn allow(targets: &[SocketAddr]) -> Vec<AllowedTarget> {
    targets.iter().map(|target| target.to_string().parse().unwrap()).collect()
}

pub fn limits(change: impl FnOnce(&mut Limits)) -> Limits {
    let mut limits = Limits::default();
    change(&mut limits);
    limits
}

/// What the page saw.
#[allow(clippy::large_enum_variant, reason = "one at a time")]
#[derive(Debug, PartialEq)]
pub enum Seen {
    Control(ServerMsg),
    Bytes(Vec<u8>),
    BelowTls(Side, Vec<u8>),
    Ping,
    Pong,
    Close(u16, String),
    End,
}

/// A page without a browser.
pub struct Page {
    pub socket: WebSocketStream<TcpStream>,
}

impl Page {
    /// Opens the WebSocket and says nothing.
    pub async fn enter(running: &Running) -> Self {
        Self::enter_for(running, None).await
    }

    /// The same through a reverse proxy that says who the visitor is.
    pub async fn enter_for(running: &Running, forwarded: Option<&str>) -> Self {
        let tcp = TcpStream::connect(running.address()).await.unwrap();
        tcp.set_nodelay(true).unwrap();
        let mut request = format!("ws://{}/ws", running.address()).into_client_request().unwrap();
        let origin = format!("http://{}", running.address());
        request.headers_mut().insert("origin", origin.parse().unwrap());
        if let Some(forwarded) = forwarded {
            request.headers_mut().insert("x-forwarded-for", forwarded.parse().unwrap());
        }
        let (socket, _) = client_async(request, tcp).await.expect("the WebSocket opens");
        Self { socket }
    }

    /// Asks for a mail server.
    pub async fn open(running: &Running, host: &str, port: u16, tls: TlsMode) -> Self {
        Self::open_in(None, running, host, port, tls).await
    }

    /// Asks for a mail server, naming a practice world.
    pub async fn open_in(world: Option<&str>, running: &Running, host: &str, port: u16, tls: TlsMode) -> Self {
        let mut page = Self::enter(running).await;
        page.ask(host, port, tls, world).await;
        page
    }

    /// Says `open`.
    pub async fn ask(&mut self, host: &str, port: u16, tls: TlsMode, world: Option<&str>) {
        let (host, world) = (host.to_owned(), world.map(str::to_owned));
        self.say(&ClientMsg::Open(Open { world, ..Open::new(host, port, tls) })).await;
    }

    /// Asks for a mail server and waits until TCP is up.
    pub async fn connected(running: &Running, target: SocketAddr, tls: TlsMode) -> Self {
        let mut page = Self::open(running, &target.ip().to_string(), target.port(), tls).await;
        match page.control().await {
            ServerMsg::Connected { address, .. } => assert_eq!(address, target.to_string()),
            other => panic!("not connected: {other:?}"),
        }
        page
    }

    pub async fn say(&mut self, message: &ClientMsg) {
        self.send(Message::text(serde_json::to_string(message).unwrap())).await;
    }

    pub async fn type_bytes(&mut self, bytes: &[u8]) {
        self.send(Message::binary(wire::page_frame(bytes))).await;
    }

    pub async fn send(&mut self, message: Message) {
        timeout(PATIENCE, self.socket.send(message)).await.expect("the proxy reads").unwrap();
    }

    /// The next frame, whatever it is.
    pub async fn next(&mut self) -> Seen {
        let frame = timeout(PATIENCE, self.socket.next()).await.expect("the proxy says something");
        match frame {
            Some(Ok(Message::Text(text))) => Seen::Control(serde_json::from_str(&text).expect("a message of wire")),
            Some(Ok(Message::Binary(frame))) => {
                assert!(frame.len() <= wire::MAX_MESSAGE, "a frame of {} bytes", frame.len());
                let (head, octets) = wire::split_frame(&frame).expect("a frame of wire");
                match head.kind {
                    Kind::Mail => Seen::Bytes(octets.to_vec()),
                    Kind::BelowTls(side) => Seen::BelowTls(side, octets.to_vec()),
                }
            }
            Some(Ok(Message::Ping(_))) => Seen::Ping,
            Some(Ok(Message::Pong(_))) => Seen::Pong,
            Some(Ok(Message::Close(frame))) => {
                let frame = frame.expect("a close code");
                Seen::Close(frame.code.into(), frame.reason.to_string())
            }
            Some(Ok(Message::Frame(_))) | Some(Err(_)) | None => Seen::End,
        }
    }

    /// The next control message; nothing else may come before it.
    pub async fn control(&mut self) -> ServerMsg {
        match self.next().await {
            Seen::Control(message) => message,
            other => panic!("not a control message: {other:?}"),
        }
    }

    /// Exactly so many bytes of mail, granting the credit for them.
    pub async fn bytes(&mut self, count: usize) -> Vec<u8> {
        let mut all = Vec::new();
        while all.len() < count {
            match self.next().await {
                Seen::Bytes(bytes) => all.extend(self.take(bytes).await),
                other => panic!("not bytes: {other:?} after {} bytes", all.len()),
            }
        }
        assert_eq!(all.len(), count);
        all
    }

    /// All bytes up to `closed`, the cause, and the close code of the WebSocket.
    pub async fn rest(&mut self) -> (Vec<u8>, Cause, u16) {
        let mut all = Vec::new();
        let cause = loop {
            match self.next().await {
                Seen::Bytes(bytes) => all.extend(self.take(bytes).await),
                Seen::Control(message) => match message {
                    ServerMsg::Closed { cause, .. } => break cause,
                    other => panic!("{other:?} instead of bytes or the end"),
                },
                other => panic!("neither bytes nor closed: {other:?}"),
            }
        };
        (all, cause, self.close_code().await)
    }

    /// The close code; nothing else may come before it, and the end of TCP must follow.
    pub async fn close_code(&mut self) -> u16 {
        let code = match self.next().await {
            Seen::Close(code, reason) => {
                assert!(!reason.is_empty(), "a close without a reason");
                code
            }
            other => panic!("not a close: {other:?}"),
        };
        assert_eq!(self.next().await, Seen::End);
        code
    }

    async fn take(&mut self, bytes: Vec<u8>) -> Vec<u8> {
        let granted = u32::try_from(bytes.len()).unwrap();
        // The proxy may have closed already; then nobody needs credit.
        let credit = serde_json::to_string(&ClientMsg::Credit { bytes: granted }).unwrap();
        let _ = timeout(PATIENCE, self.socket.send(Message::text(credit))).await;
        bytes
    }
}

/// A mail server that does with its first connection what `script` says.
pub async fn fake_server<F>(script: impl FnOnce(TcpStream) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (tcp, _) = listener.accept().await.unwrap();
        tcp.set_nodelay(true).unwrap();
        script(tcp).await;
    });
    address
}

/// Says these bytes and closes in order once the client has nothing more to say or is gone.
pub async fn say_and_close(mut tcp: impl AsyncWriteExt + AsyncReadExt + Unpin, bytes: Vec<u8>) {
    tcp.write_all(&bytes).await.unwrap();
    let _ = tcp.shutdown().await;
    let mut scrap = [0; 1024];
    while tcp.read(&mut scrap).await.is_ok_and(|read| read > 0) {}
}

/// A test authority and the servers it vouches for.
pub struct TestAuthority {
    pub pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl TestAuthority {
    pub fn new() -> Self {
        Self::made(|_| {})
    }

    /// The same with something changed.
    pub fn made(change: impl FnOnce(&mut CertificateParams)) -> Self {
        let mut params = CertificateParams::default();
        change(&mut params);
        params.distinguished_name.push(DnType::CommonName, "test authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self { pem, issuer: Issuer::new(params, key) }
    }

    /// The certificate in a file, for `--ca-file`.
    pub fn file(&self, test: &str) -> PathBuf {
        let path = scratch(test).join("authority.pem");
        std::fs::write(&path, &self.pem).unwrap();
        path
    }

    /// A server's TLS for `names`, valid between two days counted from now.
    pub fn acceptor(&self, names: &[&str], days: (i64, i64)) -> TlsAcceptor {
        self.acceptor_showing(1, names, days)
    }

    /// The same, with so many certificates in all: behind the leaf the authority's own, again and again.
    pub fn acceptor_showing(&self, certificates: usize, names: &[&str], days: (i64, i64)) -> TlsAcceptor {
        self.acceptor_made(certificates, names, days, |_| {})
    }

    /// The same with something in the server's certificate changed.
    pub fn acceptor_made(
        &self,
        certificates: usize,
        names: &[&str],
        days: (i64, i64),
        change: impl FnOnce(&mut CertificateParams),
    ) -> TlsAcceptor {
        let mut params =
            CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).unwrap();
        params.distinguished_name.push(DnType::CommonName, "leaf, of the test");
        params.not_before = OffsetDateTime::now_utc() + time::Duration::days(days.0);
        params.not_after = OffsetDateTime::now_utc() + time::Duration::days(days.1);
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let leaf = params.signed_by(&key, &self.issuer).unwrap().der().clone();
        let own = CertificateDer::from_pem_slice(self.pem.as_bytes()).unwrap();
        let mut chain = vec![leaf];
        chain.resize(certificates, own);
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, PrivateKeyDer::Pkcs8(key.serialize_der().into()))
            .unwrap();
        TlsAcceptor::from(Arc::new(config))
    }
}

/// A folder for one test, emptied.
pub fn scratch(test: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Reads exactly `count` bytes.
pub async fn read_exactly(tcp: &mut (impl AsyncReadExt + Unpin), count: usize) -> Vec<u8> {
    let mut bytes = vec![0; count];
    tcp.read_exact(&mut bytes).await.unwrap();
    bytes
}

/// A TLS server's stream.
pub type Secured = server::TlsStream<TcpStream>;

/// An HTTP answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HashMap<String, String>,
    pub body: Vec<u8>,
}

/// Sends a request line and headers as they are, reads to the end.
pub async fn http(address: SocketAddr, request: &str) -> Answer {
    http_with(address, request, "").await
}

/// The same with a body behind the headers.
pub async fn http_with(address: SocketAddr, request: &str, body: &str) -> Answer {
    let mut tcp = TcpStream::connect(address).await.unwrap();
    tcp.write_all(format!("{request}Connection: close\r\n\r\n{body}").as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    timeout(PATIENCE, tcp.read_to_end(&mut answer)).await.expect("the answer ends").unwrap();
    let head_end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a head") + 4;
    let head = String::from_utf8(answer[..head_end].to_vec()).unwrap();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers =
        lines.filter_map(|line| line.split_once(": ")).map(|(k, v)| (k.to_lowercase(), v.to_owned())).collect();
    Answer { status, headers, body: answer[head_end..].to_vec() }
}

/// A listener that answers no further connection.
pub async fn full_listener() -> (socket2::Socket, SocketAddr, Vec<tokio::task::JoinHandle<()>>) {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
    socket.bind(&any.into()).unwrap();
    socket.listen(0).unwrap();
    let address = socket.local_addr().unwrap().as_socket().unwrap();
    let first = TcpStream::connect(address).await.unwrap();
    let held = tokio::spawn(async move {
        let _first = first;
        std::future::pending::<()>().await;
    });
    (socket, address, vec![held])
}
