//! The practice authority: makes it, keeps it in a folder, signs the practice server's certificate. No TLS here.

use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, NameConstraints,
};
use time::{Duration, OffsetDateTime};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// The names the practice server's certificate holds.
pub const LEAF_NAMES: [&str; 4] = ["mail.example.test", "localhost", "127.0.0.1", "::1"];

/// The file in the state folder: certificate, then key, so that the two can never be of different pairs.
const FILE: &str = "practice-ca-with-key.pem";

/// How long a new authority lasts. Learners import it once.
const AUTHORITY_LIFE: Duration = Duration::days(3650);

/// How long a leaf lasts; one is made at each start, and after [`LEAF_RENEWAL`].
const LEAF_LIFE: Duration = Duration::days(90);

/// How long a leaf is shown: well before its end, for clients whose clock is ahead.
pub const LEAF_RENEWAL: Duration = Duration::days(30);

/// Certificates begin this long before they are made, for clocks that are behind.
const CLOCK_SKEW: Duration = Duration::days(1);

/// An authority for practice only: its key lies on the learner's disk, so nobody else should trust it.
pub struct Authority {
    /// The certificate in PEM, to be handed out.
    pem: String,
    /// The same in DER.
    der: CertificateDer<'static>,
    /// Signs leaves.
    issuer: Issuer<'static, KeyPair>,
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authority").finish_non_exhaustive()
    }
}

impl Authority {
    /// A new one that lives as long as the process.
    pub fn in_memory() -> Result<Self, AuthorityError> {
        Self::from_pem(&generate().map_err(AuthorityError::Making)?).map_err(AuthorityError::Making)
    }

    /// The one kept in `folder`, made there at first use.
    pub fn kept_in(folder: &Path) -> Result<Self, AuthorityError> {
        let path = folder.join(FILE);
        let unwritable = |source| AuthorityError::Folder { path: folder.to_owned(), source };
        let both = match fs::read_to_string(&path) {
            Ok(both) => both,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let made = generate().map_err(AuthorityError::Making)?;
                keep(folder, &path, &made).map_err(unwritable)?
            }
            Err(error) => return Err(unwritable(error)),
        };
        Self::from_pem(&both).map_err(|source| AuthorityError::Unreadable { path, source })
    }

    /// The certificate in PEM.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// The certificate in DER.
    pub fn der(&self) -> &CertificateDer<'static> {
        &self.der
    }

    /// A fresh certificate for `names` with its chain, leaf first, and its key.
    pub fn leaf(
        &self,
        names: &[&str],
    ) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), AuthorityError> {
        let signed = || {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            let common_name = names.first().cloned().unwrap_or_default();
            let mut params = CertificateParams::new(names)?;
            params.distinguished_name.remove(DnType::CommonName);
            params.distinguished_name.push(DnType::CommonName, common_name);
            params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
            params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
            params.use_authority_key_identifier_extension = true;
            set_life(&mut params, LEAF_LIFE);
            let key = KeyPair::generate()?;
            let leaf = params.signed_by(&key, &self.issuer)?;
            Ok((leaf.der().clone(), key))
        };
        let (leaf, key) = signed().map_err(AuthorityError::Making)?;
        Ok((vec![leaf, self.der.clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into())))
    }

    /// From certificate and key in one text.
    fn from_pem(both: &str) -> Result<Self, rcgen::Error> {
        let der = CertificateDer::from_pem_slice(both.as_bytes())
            .map_err(|error| rcgen::Error::PemError(error.to_string()))?;
        let key = PrivateKeyDer::from_pem_slice(both.as_bytes())
            .map_err(|error| rcgen::Error::PemError(error.to_string()))
            .and_then(|key| KeyPair::try_from(&key))?;
        let pem = certificate_part(both).ok_or(rcgen::Error::CouldNotParseCertificate)?;
        let issuer = Issuer::from_ca_cert_der(&der, key)?;
        Ok(Self { pem, der, issuer })
    }
}

/// Why there is no practice authority.
#[derive(Debug)]
pub enum AuthorityError {
    /// The state folder could not be read or written.
    Folder {
        /// The folder.
        path: PathBuf,
        /// The error behind it.
        source: io::Error,
    },
    /// What lies there is not an authority.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The error behind it.
        source: rcgen::Error,
    },
    /// A certificate could not be made.
    Making(rcgen::Error),
}

impl fmt::Display for AuthorityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder { path, source } => {
                write!(f, "the practice authority cannot be kept in {}: {source}", path.display())
            }
            Self::Unreadable { path, source } => {
                write!(
                    f,
                    "{} does not hold a practice authority ({source}); delete it to make a new one",
                    path.display()
                )
            }
            Self::Making(source) => write!(f, "the practice certificates cannot be made: {source}"),
        }
    }
}

impl std::error::Error for AuthorityError {}

/// A new authority: certificate and key in PEM.
fn generate() -> Result<String, rcgen::Error> {
    let mut params = CertificateParams::default();
    params.distinguished_name.remove(DnType::CommonName);
    params.distinguished_name.push(DnType::CommonName, "mailspeak practice authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    // Whoever steals the key can pretend to be the practice server and nobody else (RFC 5280 section 4.2.1.10).
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: vec![
            GeneralSubtree::DnsName("example.test".to_owned()),
            GeneralSubtree::DnsName("localhost".to_owned()),
            GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(Ipv4Addr::LOCALHOST.into(), 8)),
            GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(Ipv6Addr::LOCALHOST.into(), 128)),
        ],
        excluded_subtrees: Vec::new(),
    });
    set_life(&mut params, AUTHORITY_LIFE);
    let key = KeyPair::generate()?;
    let certificate = params.self_signed(&key)?;
    Ok(certificate.pem() + &key.serialize_pem())
}

fn set_life(params: &mut CertificateParams, life: Duration) {
    let now = OffsetDateTime::now_utc();
    params.not_before = now - CLOCK_SKEW;
    params.not_after = now + life;
}

/// Writes the file whole and readable by its owner only. When another process was first, its text is the answer.
fn keep(folder: &Path, path: &Path, both: &str) -> io::Result<String> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let draft = folder.join(format!("{FILE}.{}", std::process::id()));
    let written = write_private(&draft, both).and_then(|()| fs::hard_link(&draft, path));
    // The draft is only a second name by now, or never was.
    let _ = fs::remove_file(&draft);
    match written {
        Ok(()) => Ok(both.to_owned()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => fs::read_to_string(path),
        Err(error) => Err(error),
    }
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    // A draft left by a killed process with our id is nobody's.
    let _ = fs::remove_file(path);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// The text of the first certificate.
fn certificate_part(both: &str) -> Option<String> {
    const END: &str = "-----END CERTIFICATE-----";
    let start = both.find("-----BEGIN CERTIFICATE-----")?;
    let end = both.find(END)? + END.len();
    both.get(start..end).map(|pem| pem.replace('\r', "") + "\n")
}
