//! An authority for tests and one certificate for all private servers.

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};

use crate::folder::Folder;

/// The names the certificate is good for.
pub const NAMES: &[&str] = &["localhost", "mail.example.test", "127.0.0.1"];

/// PEM files; they live as long as the folder they were written to.
pub struct Certs {
    /// Path of the authority's certificate, for clients.
    pub ca: String,
    /// Path of the server's certificate followed by the authority's.
    pub chain: String,
    /// Path of the server's key.
    pub key: String,
}

impl Certs {
    /// A fresh authority and a certificate for [`NAMES`], as files in `folder`.
    pub fn new(folder: &Folder) -> Self {
        let ca_key = KeyPair::generate().unwrap();
        let mut ca = CertificateParams::new(Vec::new()).unwrap();
        ca.distinguished_name.push(DnType::CommonName, "mailspeak test authority");
        ca.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        ca.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let ca_pem = ca.self_signed(&ca_key).unwrap().pem();

        let key = KeyPair::generate().unwrap();
        let mut leaf = CertificateParams::new(NAMES.iter().map(|&name| name.to_owned()).collect::<Vec<_>>()).unwrap();
        leaf.distinguished_name.push(DnType::CommonName, "mail.example.test");
        leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        leaf.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ServerAuth];
        leaf.use_authority_key_identifier_extension = true;
        let leaf_pem = leaf.signed_by(&key, &Issuer::from_params(&ca, &ca_key)).unwrap().pem();

        Self {
            chain: folder.write("tls/chain.pem", &format!("{leaf_pem}{ca_pem}")),
            key: folder.write("tls/key.pem", &key.serialize_pem()),
            ca: folder.write("tls/ca.pem", &ca_pem),
        }
    }
}
