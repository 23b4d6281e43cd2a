//! TLS to mail servers: handshake, verdict, the chain whatever the verdict. How the page is told is not here.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
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
    self, CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, ServerConfig, SignatureScheme,
};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use crate::limits::{CHAIN_BYTES, CHAIN_CERTIFICATES};

/// Which roots vouch for a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Roots {
    /// The operating system's and the operator's.
    System,
    /// The practice authority alone.
    Practice,
}

/// Both sets of roots, ready to verify. One a process.
#[derive(Debug)]
pub struct Verifiers {
    /// `None` when the machine has no roots at all: then nobody is trusted.
    system: Option<Arc<WebPkiServerVerifier>>,
    /// Trusts the practice authority.
    practice: Option<Arc<WebPkiServerVerifier>>,
}

impl Verifiers {
    /// `added` are the operator's own authorities.
    pub fn new(practice: &CertificateDer<'static>, system: RootCertStore) -> Self {
        let mut alone = RootCertStore::empty();
        alone.add_parsable_certificates([practice.clone()]);
        Self { system: verifier(system), practice: verifier(alone) }
    }

    fn of(&self, roots: Roots) -> Option<Arc<WebPkiServerVerifier>> {
        match roots {
            Roots::System => self.system.clone(),
            Roots::Practice => self.practice.clone(),
        }
    }
}

/// What a handshake established.
#[derive(Debug)]
pub struct Facts {
    /// `TLS 1.3`.
    pub version: String,
    /// The IANA name of the cipher suite.
    pub cipher: String,
    /// The key exchange group, when there was one.
    pub group: Option<String>,
    /// The certificates shown, leaf first.
    pub chain: Vec<CertificateDer<'static>>,
    /// How long it took.
    pub took: Duration,
}

/// A handshake that failed.
#[derive(Debug)]
pub struct Failed {
    /// Why.
    pub why: Failure,
    /// What the server had shown by then, leaf first.
    pub chain: Vec<CertificateDer<'static>>,
}

/// Why a handshake failed.
#[derive(Debug)]
pub enum Failure {
    /// The TLS library's verdict.
    Verdict(rustls::Error),
    /// The connection ended during the handshake.
    Closed,
    /// No answer in time.
    TimedOut,
    /// The host cannot stand in a certificate.
    BadName,
    /// The network failed.
    Network(io::Error),
}

/// Shakes hands as client, asking for `host` and checking it against `roots`, within `wait`.
pub async fn connect(
    tcp: TcpStream,
    host: &str,
    verifiers: &Verifiers,
    roots: Roots,
    wait: Duration,
) -> Result<(TlsStream<TcpStream>, Facts), Failed> {
    let Ok(name) = ServerName::try_from(host.to_owned()) else {
        return Err(Failed { why: Failure::BadName, chain: Vec::new() });
    };
    let witness = Arc::new(Witness { inner: verifiers.of(roots), shown: Mutex::default() });
    let config =
        client_config(witness.clone()).map_err(|error| Failed { why: Failure::Verdict(error), chain: Vec::new() })?;
    let began = Instant::now();
    let shaken = timeout(wait, TlsConnector::from(Arc::new(config)).connect(name, tcp)).await;
    let chain = std::mem::take(&mut *witness.shown.lock().unwrap_or_else(PoisonError::into_inner));
    match shaken {
        Ok(Ok(stream)) => {
            let facts = facts(&stream, chain, began.elapsed());
            Ok((stream, facts))
        }
        Ok(Err(error)) => Err(Failed { why: failure(error), chain }),
        Err(_) => Err(Failed { why: Failure::TimedOut, chain }),
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

/// The operating system's authorities and those of the operator's files and folders.
pub fn system_roots(added: &[PathBuf]) -> Result<RootCertStore, CaFileError> {
    let mut roots = RootCertStore::empty();
    let native = rustls_native_certs::load_native_certs();
    for error in &native.errors {
        tracing::warn!("some system authorities were skipped: {error}");
    }
    roots.add_parsable_certificates(native.certs);
    for path in added {
        for certificate in read_authorities(path)? {
            roots.add(certificate).map_err(|error| CaFileError { path: path.clone(), reason: error.to_string() })?;
        }
    }
    Ok(roots)
}

/// A file of `--ca-file` that cannot be used.
#[derive(Debug)]
pub struct CaFileError {
    /// The file or folder.
    pub path: PathBuf,
    /// Why.
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
    /// The chain of this handshake; its owner takes it afterwards.
    shown: Mutex<Vec<CertificateDer<'static>>>,
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
            return Err(rustls::Error::General(format!(
                "the server showed more than {CHAIN_CERTIFICATES} certificates or {CHAIN_BYTES} bytes of them"
            )));
        }
        let kept = shown().map(|certificate| certificate.clone().into_owned()).collect();
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = kept;
        match &self.inner {
            Some(inner) => inner.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now),
            None => Err(CertificateError::UnknownIssuer.into()),
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
fn client_config(witness: Arc<Witness>) -> Result<ClientConfig, rustls::Error> {
    let mut config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(witness)
        .with_no_client_auth();
    config.resumption = Resumption::disabled();
    Ok(config)
}

fn facts(stream: &TlsStream<TcpStream>, chain: Vec<CertificateDer<'static>>, took: Duration) -> Facts {
    let (_, session) = stream.get_ref();
    let version = match session.protocol_version() {
        Some(rustls::ProtocolVersion::TLSv1_3) => "TLS 1.3".to_owned(),
        Some(rustls::ProtocolVersion::TLSv1_2) => "TLS 1.2".to_owned(),
        other => other.map(|version| format!("{version:?}")).unwrap_or_default(),
    };
    // rustls says TLS13_AES_..., IANA says TLS_AES_...
    let cipher =
        session.negotiated_cipher_suite().map(|suite| format!("{:?}", suite.suite()).replace("TLS13_", "TLS_"));
    let group = session.negotiated_key_exchange_group().map(|group| format!("{:?}", group.name()));
    Facts { version, cipher: cipher.unwrap_or_default(), group, chain, took }
}

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
