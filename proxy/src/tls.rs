//! TLS to mail servers: handshake, verdict, the chain whatever the verdict. How the page is told is not here.

mod hello;
mod tap;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::client::{Resumption, WebPkiServerVerifier};
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use tokio_rustls::rustls::{
    self, CertificateError, ClientConfig, DigitallySignedStruct, KeyLog, RootCertStore, ServerConfig, SignatureScheme,
};
use tokio_rustls::{TlsAcceptor, TlsConnector};

pub use self::tap::{Seen, Sender, Tap, Tapped};
use crate::limits::{CHAIN_BYTES, CHAIN_CERTIFICATES};

/// Which authorities vouch for a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Roots {
    /// The operating system's and the operator's.
    System,
    /// The operator's alone.
    Own,
    /// The practice authority alone.
    Practice,
}

/// What becomes of a certificate the authorities do not vouch for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    /// The handshake fails.
    Refuse,
    /// It goes on, and what is wrong is told: an exception somebody stated.
    Tell,
}

/// The sets of authorities, ready to verify. One a process.
#[derive(Debug)]
pub struct Verifiers {
    /// `None` when the machine has no authorities at all: then nobody is trusted.
    system: Option<Arc<WebPkiServerVerifier>>,
    /// `None` when the operator named none.
    own: Option<Arc<WebPkiServerVerifier>>,
    /// Trusts the practice authority.
    practice: Option<Arc<WebPkiServerVerifier>>,
}

impl Verifiers {
    /// From the practice authority's certificate and the other authorities.
    pub fn new(practice: &CertificateDer<'static>, authorities: Authorities) -> Self {
        let mut alone = RootCertStore::empty();
        alone.add_parsable_certificates([practice.clone()]);
        let Authorities { system, own } = authorities;
        Self { system: verifier(system), own: verifier(own), practice: verifier(alone) }
    }

    /// Whether the operator named authorities of their own.
    pub fn has_own(&self) -> bool {
        self.own.is_some()
    }

    fn of(&self, roots: Roots) -> Option<Arc<WebPkiServerVerifier>> {
        match roots {
            Roots::System => self.system.clone(),
            Roots::Own => self.own.clone(),
            Roots::Practice => self.practice.clone(),
        }
    }
}

/// What is known about a handshake, finished or not.
#[derive(Debug, Default)]
pub struct Facts {
    /// `TLS 1.3`.
    pub version: Option<String>,
    /// The IANA name of the cipher suite.
    pub cipher: Option<String>,
    /// The key exchange group.
    pub group: Option<String>,
    /// The application protocol, when the server named one.
    pub alpn: Option<String>,
    /// The certificates shown, leaf first.
    pub chain: Vec<CertificateDer<'static>>,
    /// Under [`Strictness::Tell`]: what is wrong with them.
    pub doubt: Option<rustls::Error>,
    /// How long it took.
    pub took: Duration,
    /// Octets of the handshake sent to the server and read from it.
    pub crossed: (u64, u64),
}

/// A handshake that failed.
#[derive(Debug)]
pub struct Failed {
    /// What made it fail.
    pub why: Failure,
    /// What was known by then.
    pub facts: Facts,
}

/// Why a handshake failed.
#[derive(Debug)]
pub enum Failure {
    /// The TLS library's verdict.
    Verdict(rustls::Error),
    /// The server showed more certificates than we read.
    LongChain,
    /// The connection ended during the handshake.
    Closed,
    /// No answer in time.
    TimedOut,
    /// The host cannot stand in a certificate.
    BadName,
    /// The network failed.
    Network(io::Error),
}

/// On what terms hands are shaken.
#[derive(Clone, Debug)]
pub struct Terms<'a> {
    /// Whom the certificate must name.
    pub host: &'a str,
    /// Who must vouch for it.
    pub roots: Roots,
    /// What becomes of a bad one.
    pub strictness: Strictness,
    /// Where the session's secrets are written; only ever for the practice server.
    pub key_log: Option<Arc<KeyNotes>>,
    /// How long the handshake may take.
    pub wait: Duration,
}

/// Shakes hands as client.
pub async fn connect(
    tcp: TcpStream,
    tap: &Arc<Tap>,
    terms: Terms<'_>,
    verifiers: &Verifiers,
) -> Result<(TlsStream<Tapped>, Facts), Failed> {
    let fail = |why| Failed { why, facts: Facts::default() };
    let name = ServerName::try_from(terms.host.to_owned()).map_err(|_| fail(Failure::BadName))?;
    let witness = Arc::new(Witness {
        inner: verifiers.of(terms.roots),
        strictness: terms.strictness,
        testimony: Mutex::default(),
    });
    let config = client_config(witness.clone(), terms.key_log).map_err(|error| fail(Failure::Verdict(error)))?;
    let began = Instant::now();
    let tapped = Tapped::new(tcp, tap.clone());
    let shaken = timeout(terms.wait, TlsConnector::from(Arc::new(config)).connect(name, tapped)).await;
    let Testimony { chain, doubt, too_long } = std::mem::take(&mut *witness.lock());
    let opening = tap.take_opening();
    let mut facts = Facts { chain, doubt, took: began.elapsed(), crossed: tap.counts(), ..Facts::default() };
    let why = match shaken {
        Ok(Ok(stream)) => {
            facts.agreed(&stream);
            return Ok((stream, facts));
        }
        Ok(Err(_)) if too_long => Failure::LongChain,
        Ok(Err(error)) => failure(error),
        Err(_) => Failure::TimedOut,
    };
    facts.overheard(&opening);
    Err(Failed { why, facts })
}

impl Facts {
    /// What both sides agreed on.
    fn agreed(&mut self, stream: &TlsStream<Tapped>) {
        let (_, session) = stream.get_ref();
        self.version = session.protocol_version().map(version_name);
        self.cipher = session.negotiated_cipher_suite().map(|suite| cipher_name(suite.suite()));
        self.group = session.negotiated_key_exchange_group().map(|group| format!("{:?}", group.name()));
        self.alpn = session.alpn_protocol().map(|name| String::from_utf8_lossy(name).into_owned());
    }

    /// What the server said before the handshake broke off.
    fn overheard(&mut self, opening: &[u8]) {
        if let Some(hello) = hello::server_hello(opening) {
            self.version = Some(version_name(hello.version));
            self.cipher = Some(cipher_name(hello.cipher));
            self.group = hello.group.map(|group| format!("{group:?}"));
        }
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "rustls knows versions that no mail server speaks")]
fn version_name(version: rustls::ProtocolVersion) -> String {
    match version {
        rustls::ProtocolVersion::TLSv1_3 => "TLS 1.3".to_owned(),
        rustls::ProtocolVersion::TLSv1_2 => "TLS 1.2".to_owned(),
        rustls::ProtocolVersion::TLSv1_1 => "TLS 1.1".to_owned(),
        rustls::ProtocolVersion::TLSv1_0 => "TLS 1.0".to_owned(),
        rustls::ProtocolVersion::SSLv3 => "SSL 3.0".to_owned(),
        other => format!("{other:?}"),
    }
}

/// rustls says TLS13_AES_..., IANA says TLS_AES_...
fn cipher_name(suite: rustls::CipherSuite) -> String {
    format!("{suite:?}").replace("TLS13_", "TLS_")
}

/// The secrets of one session, in the format of RFC 9850, for whoever may see them: the learner at the practice server.
#[derive(Default)]
pub struct KeyNotes {
    /// Behind a lock because rustls asks for shared access.
    lines: Mutex<Vec<String>>,
}

impl KeyNotes {
    /// What was written since the last call.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.lines.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for KeyNotes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyNotes(secret)")
    }
}

impl KeyLog for KeyNotes {
    fn log(&self, label: &str, client_random: &[u8], secret: &[u8]) {
        let hex = |octets: &[u8]| octets.iter().map(|octet| format!("{octet:02x}")).collect::<String>();
        let line = format!("{label} {} {}", hex(client_random), hex(secret));
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }
}

/// The server side of the practice listeners.
pub fn acceptor(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<TlsAcceptor, rustls::Error> {
    let config = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Who may vouch for servers.
#[derive(Debug)]
pub struct Authorities {
    /// The operating system's, with the operator's.
    pub system: RootCertStore,
    /// The operator's alone.
    pub own: RootCertStore,
}

/// The operating system's authorities and those of the operator's files and folders.
pub fn authorities(added: &[PathBuf]) -> Result<Authorities, CaFileError> {
    let (mut system, mut own) = (RootCertStore::empty(), RootCertStore::empty());
    let native = rustls_native_certs::load_native_certs();
    for error in &native.errors {
        tracing::warn!("some system authorities were skipped: {error}");
    }
    system.add_parsable_certificates(native.certs);
    for path in added {
        for certificate in read_authorities(path)? {
            let refused = |error: rustls::Error| CaFileError { path: path.clone(), reason: error.to_string() };
            own.add(certificate.clone()).map_err(refused)?;
            system.add(certificate).map_err(refused)?;
        }
    }
    Ok(Authorities { system, own })
}

/// How many authorities a file of `--ca-file`, or a folder, holds; an error where [`authorities`] would give one.
pub fn count_authorities(path: &Path) -> Result<usize, CaFileError> {
    let mut own = RootCertStore::empty();
    for certificate in read_authorities(path)? {
        own.add(certificate).map_err(|error| CaFileError { path: path.to_owned(), reason: error.to_string() })?;
    }
    Ok(own.len())
}

/// A file of `--ca-file` that cannot be used.
#[derive(Debug)]
pub struct CaFileError {
    /// The file or folder.
    pub path: PathBuf,
    /// Why it cannot be used.
    pub reason: String,
}

impl fmt::Display for CaFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no authorities can be read from {}: {}", self.path.display(), self.reason)
    }
}

impl std::error::Error for CaFileError {}

/// Delegates every judgement and keeps what the server showed, so that a failure can be explained.
#[derive(Debug)]
struct Witness {
    /// Who judges.
    inner: Option<Arc<WebPkiServerVerifier>>,
    /// What follows from a bad judgement.
    strictness: Strictness,
    /// Of this handshake; its owner takes it afterwards.
    testimony: Mutex<Testimony>,
}

#[derive(Debug, Default)]
struct Testimony {
    chain: Vec<CertificateDer<'static>>,
    doubt: Option<rustls::Error>,
    /// There was more of it than we read.
    too_long: bool,
}

impl Witness {
    fn lock(&self) -> MutexGuard<'_, Testimony> {
        self.testimony.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let shown = || std::iter::once(end_entity).chain(intermediates);
        let bytes: usize = shown().map(|certificate| certificate.len()).sum();
        if shown().count() > CHAIN_CERTIFICATES || bytes > CHAIN_BYTES {
            self.lock().too_long = true;
            return Err(rustls::Error::General("a chain longer than we read".to_owned()));
        }
        self.lock().chain = shown().map(|certificate| certificate.clone().into_owned()).collect();
        let verdict = match &self.inner {
            Some(inner) => inner.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now),
            None => Err(CertificateError::UnknownIssuer.into()),
        };
        match (verdict, self.strictness) {
            (Err(doubt), Strictness::Tell) => {
                self.lock().doubt = Some(doubt);
                Ok(ServerCertVerified::assertion())
            }
            (verdict, _) => verdict,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(message, cert, signature, &provider().signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(message, cert, signature, &provider().signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        provider().signature_verification_algorithms.supported_schemes()
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

fn verifier(roots: RootCertStore) -> Option<Arc<WebPkiServerVerifier>> {
    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider()).build().ok()
}

/// No resumption: each lab shows a whole handshake, and a session store for each connection would be waste.
fn client_config(witness: Arc<Witness>, key_log: Option<Arc<KeyNotes>>) -> Result<ClientConfig, rustls::Error> {
    let mut config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(witness)
        .with_no_client_auth();
    config.resumption = Resumption::disabled();
    if let Some(notes) = key_log {
        config.key_log = notes;
    }
    Ok(config)
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the standard library adds kinds")]
fn failure(error: io::Error) -> Failure {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    if let Some(verdict) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        return Failure::Verdict(verdict.clone());
    }
    match error.kind() {
        UnexpectedEof | ConnectionReset | ConnectionAborted | BrokenPipe => Failure::Closed,
        _ => Failure::Network(error),
    }
}

/// The certificates of a PEM file, or of every file in a folder.
fn read_authorities(path: &Path) -> Result<Vec<CertificateDer<'static>>, CaFileError> {
    let failed = |reason: String| CaFileError { path: path.to_owned(), reason };
    let mut files = vec![path.to_owned()];
    if path.is_dir() {
        let entries = std::fs::read_dir(path).map_err(|error| failed(error.to_string()))?;
        files = entries.flatten().map(|entry| entry.path()).filter(|entry| entry.is_file()).collect();
    }
    let mut found = Vec::new();
    for file in files {
        let certificates = CertificateDer::pem_file_iter(&file).map_err(|error| failed(error.to_string()))?;
        for certificate in certificates {
            found.push(certificate.map_err(|error| failed(error.to_string()))?);
        }
    }
    match found.is_empty() {
        true => Err(failed("it holds no certificate in PEM".to_owned())),
        false => Ok(found),
    }
}
