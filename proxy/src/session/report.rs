//! From what `dial` and `tls` found to the words of `wire`, and to those of `metrics`. Nothing is decided here.

use tokio::net::TcpStream;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::{AlertDescription, CertificateError, Error, InvalidMessage};
use webpki::Error as Rule;
use wire::{Cause, Certificate, HostFault, TlsFacts, TlsFailure, Trust};
use x509_parser::der_parser::Oid;
use x509_parser::extensions::GeneralName;
use x509_parser::objects::{oid_registry, oid2abbrev, oid2sn};
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::public_key::PublicKey;
use x509_parser::x509::{AttributeTypeAndValue, X509Name};

use super::End;
use super::page::round_up;
use crate::dial::DialError;
use crate::limits::CHAIN_TEXT;
use crate::metrics::{Dialled, Ending, Limited, Metrics, Refused, Shaken};
use crate::policy::{BadHost, Block, Refusal};
use crate::tls::{Facts, Failed, Failure};

/// The shortest RSA key that the verifier takes (NIST SP 800-131A).
const RSA_BITS: usize = 2048;

/// Counts what ended a session, if it was a rule or a limit, and tells the kind of its cause.
pub(super) fn count(end: &End, metrics: &Metrics) -> Ending {
    let cause = match end {
        End::Over(cause) => cause,
        End::Broken(..) => return Ending::Contract,
        End::Gone => return Ending::Page,
    };
    let refused = |reason| {
        metrics.refused(reason);
        Ending::Refused
    };
    let limited = |limit| {
        metrics.limited(limit);
        Ending::Limit
    };
    match cause {
        Cause::Server { .. } => Ending::Server,
        Cause::Client => Ending::Page,
        Cause::NotAllowed => refused(Refused::NotAllowed),
        Cause::BadHost { .. } => refused(Refused::BadHost),
        Cause::OtherPort => refused(Refused::OtherPort),
        Cause::RelayPort => refused(Refused::RelayPort),
        Cause::NotPublic { .. } => refused(Refused::NotPublic),
        Cause::Never { .. } => refused(Refused::Never),
        Cause::Itself => refused(Refused::Itself),
        Cause::NotMail => refused(Refused::NotMail),
        Cause::NoSuchTrust => refused(Refused::NoSuchTrust),
        Cause::TooFast { .. } => limited(Limited::Rate),
        Cause::TooMany { .. } => limited(Limited::VisitorSessions),
        Cause::Busy => limited(Limited::Sessions),
        Cause::PracticeFull => limited(Limited::Practice),
        Cause::Reset
        | Cause::NoSuchHost
        | Cause::NameFailed
        | Cause::Refused
        | Cause::TimedOut { .. }
        | Cause::Network { .. } => Ending::Network,
        Cause::Tls => Ending::Tls,
        Cause::Idle => Ending::Idle,
        Cause::Shutdown => Ending::Shutdown,
        // A page's words: no session of a proxy ends so.
        Cause::ProxyLost | Cause::PracticeLost | Cause::Contract { .. } => Ending::Contract,
    }
}

/// What came of a dial.
pub(super) fn dial_outcome(dialled: &Result<TcpStream, DialError>) -> Dialled {
    match dialled {
        Ok(_) => Dialled::Connected,
        Err(DialError::Refused(_) | DialError::TooFast(_)) => Dialled::Refused,
        Err(DialError::NoSuchHost) => Dialled::NoSuchHost,
        Err(DialError::NameFailed) => Dialled::NameFailed,
        Err(DialError::Closed) => Dialled::Closed,
        Err(DialError::TimedOut(_)) => Dialled::TimedOut,
        Err(DialError::Network(_)) => Dialled::Network,
    }
}

/// What came of a handshake.
pub(super) fn handshake_outcome<T>(shaken: &Result<(T, Facts), Failed>) -> Shaken {
    match shaken {
        Ok((_, Facts { doubt: None, .. })) => Shaken::Done,
        Ok((_, Facts { doubt: Some(_), .. })) => Shaken::Exception,
        Err(Failed { why, .. }) => match why {
            Failure::Verdict(Error::InvalidCertificate(_)) | Failure::LongChain => Shaken::Certificate,
            Failure::Verdict(Error::InvalidMessage(_)) => Shaken::NotTls,
            Failure::Closed => Shaken::Closed,
            Failure::TimedOut => Shaken::TimedOut,
            Failure::Verdict(_) | Failure::BadName | Failure::Network(_) => Shaken::Other,
        },
    }
}

/// Why there is no connection.
pub(super) fn dial_cause(error: DialError) -> Cause {
    match error {
        DialError::Refused(refusal) => refusal_cause(refusal),
        DialError::TooFast(wait) => Cause::TooFast { seconds: round_up(wait) },
        DialError::NoSuchHost => Cause::NoSuchHost,
        DialError::NameFailed => Cause::NameFailed,
        DialError::Closed => Cause::Refused,
        DialError::TimedOut(waited) => Cause::TimedOut { seconds: u32::try_from(waited.as_secs()).unwrap_or(u32::MAX) },
        DialError::Network(error) => Cause::Network { detail: error.to_string() },
    }
}

/// Why the policy refused.
pub(crate) fn refusal_cause(refusal: Refusal) -> Cause {
    let words = |block: &Block| (block.name.to_owned(), block.source.to_owned());
    match refusal {
        Refusal::BadHost(bad) => Cause::BadHost { why: host_fault(bad) },
        Refusal::NotListed => Cause::NotAllowed,
        Refusal::OtherPort => Cause::OtherPort,
        Refusal::RelayPort => Cause::RelayPort,
        Refusal::NotPublic(block) => {
            let (block, source) = words(block);
            Cause::NotPublic { block, source }
        }
        Refusal::Never(block) => {
            let (block, source) = words(block);
            Cause::Never { block, source }
        }
        Refusal::Itself => Cause::Itself,
    }
}

fn host_fault(bad: BadHost) -> HostFault {
    match bad {
        BadHost::Empty => HostFault::Empty,
        BadHost::TooLong => HostFault::TooLong,
        BadHost::Number => HostFault::Number,
        BadHost::Zone => HostFault::Zone,
        BadHost::Mixed => HostFault::Mixed,
        BadHost::Character => HostFault::Character,
    }
}

/// What is known about a handshake.
pub(super) fn facts(facts: Facts, host: &str, trust: Trust) -> TlsFacts {
    let (sent, received) = facts.crossed;
    TlsFacts {
        version: facts.version,
        cipher: facts.cipher,
        group: facts.group,
        alpn: facts.alpn,
        server_name: host.to_owned(),
        trust,
        doubt: facts.doubt.as_ref().map(|doubt| verdict(doubt, &facts.chain)),
        chain: chain(&facts.chain),
        took_us: u64::try_from(facts.took.as_micros()).unwrap_or(u64::MAX),
        sent,
        received,
    }
}

/// Why a handshake failed; `chain` is what the server showed by then.
pub(super) fn failure(why: Failure, chain: &[CertificateDer<'_>]) -> TlsFailure {
    match why {
        Failure::Verdict(error) => verdict(&error, chain),
        Failure::LongChain => TlsFailure::ChainTooLong,
        Failure::Closed => TlsFailure::Closed,
        Failure::TimedOut => TlsFailure::TimedOut,
        Failure::BadName => TlsFailure::Other { detail: "the host is not a name a certificate can hold".to_owned() },
        Failure::Network(error) => TlsFailure::Other { detail: error.to_string() },
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "rustls and webpki add errors")]
fn verdict(error: &Error, chain: &[CertificateDer<'_>]) -> TlsFailure {
    use CertificateError as Bad;
    match error {
        Error::InvalidCertificate(bad) => match bad {
            Bad::UnknownIssuer => TlsFailure::UnknownIssuer,
            Bad::NotValidForName | Bad::NotValidForNameContext { .. } => TlsFailure::WrongName,
            Bad::Expired | Bad::ExpiredContext { .. } => TlsFailure::Expired,
            Bad::NotValidYet | Bad::NotValidYetContext { .. } => TlsFailure::NotYetValid,
            Bad::Revoked => TlsFailure::Revoked,
            Bad::InvalidPurpose | Bad::InvalidPurposeContext { .. } => TlsFailure::WrongPurpose,
            // The verifier takes no short key, and so no signature of one.
            Bad::BadSignature if has_short_key(chain) => TlsFailure::Weak,
            Bad::BadSignature => TlsFailure::BadSignature,
            Bad::UnsupportedSignatureAlgorithmContext { .. }
            | Bad::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => TlsFailure::Weak,
            Bad::Other(other) => match other.0.downcast_ref() {
                Some(Rule::CaUsedAsEndEntity) => TlsFailure::IsAuthority,
                Some(Rule::EndEntityUsedAsCa | Rule::NameConstraintViolation | Rule::PathLenConstraintViolated) => {
                    TlsFailure::BadChain
                }
                _ => TlsFailure::Other { detail: other.0.to_string() },
            },
            other => TlsFailure::Other { detail: other.to_string() },
        },
        Error::InvalidMessage(
            InvalidMessage::HandshakePayloadTooLarge | InvalidMessage::CertificatePayloadTooLarge,
        ) => TlsFailure::ChainTooLong,
        Error::InvalidMessage(_) => TlsFailure::NotTls,
        Error::PeerIncompatible(_)
        | Error::AlertReceived(
            AlertDescription::HandshakeFailure
            | AlertDescription::ProtocolVersion
            | AlertDescription::InsufficientSecurity,
        ) => TlsFailure::NothingInCommon,
        other => TlsFailure::Other { detail: other.to_string() },
    }
}

/// Whether an RSA key in the chain is shorter than anybody should trust.
fn has_short_key(chain: &[CertificateDer<'_>]) -> bool {
    chain.iter().filter_map(|der| X509Certificate::from_der(der).ok()).any(|(_, certificate)| {
        matches!(certificate.public_key().parsed(), Ok(PublicKey::RSA(key)) if key.key_size() < RSA_BITS)
    })
}

/// The certificates in words, cut where they would not fit one message.
fn chain(certificates: &[CertificateDer<'_>]) -> Vec<Certificate> {
    let mut room = CHAIN_TEXT;
    certificates.iter().map(|der| describe(der, &mut room)).collect()
}

fn describe(der: &CertificateDer<'_>, room: &mut usize) -> Certificate {
    let sha256 = ring::digest::digest(&ring::digest::SHA256, der);
    let sha256 = sha256.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    let Ok((_, parsed)) = X509Certificate::from_der(der) else {
        return Certificate { sha256, ..Certificate::default() };
    };
    let validity = parsed.validity();
    Certificate {
        subject: fit(&distinguished_name(parsed.subject()), room),
        issuer: fit(&distinguished_name(parsed.issuer()), room),
        names: alternative_names(&parsed)
            .iter()
            .map(|name| fit(name, room))
            .take_while(|name| !name.is_empty())
            .collect(),
        not_before: validity.not_before.timestamp(),
        not_after: validity.not_after.timestamp(),
        key: fit(&key_kind(&parsed), room),
        signature: fit(&oid_name(parsed.signature_algorithm.oid()), room),
        serial: fit(&parsed.raw_serial().iter().map(|byte| format!("{byte:02x}")).collect::<String>(), room),
        sha256,
    }
}

/// `EC 256`, `RSA 2048`, or the algorithm's name.
fn key_kind(certificate: &X509Certificate<'_>) -> String {
    let info = certificate.public_key();
    match info.parsed() {
        Ok(PublicKey::RSA(key)) => format!("RSA {}", key.key_size()),
        Ok(PublicKey::EC(point)) => format!("EC {}", point.key_size()),
        Ok(_) | Err(_) => oid_name(&info.algorithm.algorithm),
    }
}

/// The registered name of an algorithm, or its number.
fn oid_name(oid: &Oid<'_>) -> String {
    oid2sn(oid, oid_registry()).map_or_else(|_| oid.to_string(), str::to_owned)
}

/// `CN=mail.example.test,O=Example`: the most specific part first, commas and the like escaped (RFC 4514 section 2).
fn distinguished_name(name: &X509Name<'_>) -> String {
    let part = |attribute: &AttributeTypeAndValue<'_>| {
        let kind = oid2abbrev(attribute.attr_type(), oid_registry())
            .map_or_else(|_| attribute.attr_type().to_string(), str::to_owned);
        format!("{kind}={}", escape(attribute.as_str().unwrap_or_default()))
    };
    let mut parts: Vec<String> =
        name.iter_rdn().map(|rdn| rdn.iter().map(part).collect::<Vec<_>>().join("+")).collect();
    parts.reverse();
    parts.join(",")
}

fn escape(value: &str) -> String {
    let mut escaped = String::new();
    for character in value.chars() {
        if matches!(character, '"' | '+' | ',' | ';' | '<' | '>' | '\\') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// DNS names and addresses of the subject alternative name.
fn alternative_names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(extension)) = certificate.subject_alternative_name() else { return Vec::new() };
    extension.value.general_names.iter().filter_map(name_text).collect()
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the kinds of names that a mail server is not checked by")]
fn name_text(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => match bytes.len() {
            4 => <[u8; 4]>::try_from(*bytes).ok().map(|bytes| std::net::Ipv4Addr::from(bytes).to_string()),
            16 => <[u8; 16]>::try_from(*bytes).ok().map(|bytes| std::net::Ipv6Addr::from(bytes).to_string()),
            _ => None,
        },
        _ => None,
    }
}

/// As much of a stranger's text as there is room for, control characters replaced. Its quotes and comma take room too.
fn fit(text: &str, room: &mut usize) -> String {
    let mut fitted = String::new();
    *room = room.saturating_sub(3);
    for character in text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }) {
        if *room < character.len_utf8() {
            break;
        }
        *room -= character.len_utf8();
        fitted.push(character);
    }
    fitted
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use tokio_rustls::rustls::pki_types::pem::PemObject;

    use super::*;

    /// A certificate with an RSA key of 1024 bits.
    const SHORT: &str = "\
-----BEGIN CERTIFICATE-----
MIIB9DCCAV2gAwIBAgIUXs5JCFneVIx9metB/9ViZ8mxdaQwDQYJKoZIhvcNAQEL
BQAwDDEKMAgGA1UEAwwBYTAeFw0yNjExMjEwODE4MDBaFw0zNjExMTgwODE4MDBa
MAwxCjAIBgNVBAMMAWEwgZ8wDQYJKoZIhvcNAQEBBQADgY0AMIGJAoGBAMLP1wwf
x1VmpF7BvBJF0eb8wJriDvce37yvuXZfo7u7KiZFnwIWlJVrqKgg2shjofglacAe
ag781LfdDNpeg6r+CxOKtWlpGsygEEaw4tmMrIkW7uwBabux5CJ2sr+kIwzytulB
RrMUn47qlgTw7ryP+ZM6SPIOlkKKyvDjCPSnAgMBAAGjUzBRMB0GA1UdDgQWBBS8
urBs2wx15lBgTW9SDx4cJxy0dDAfBgNVHSMEGDAWgBS8urBs2wx15lBgTW9SDx4c
Jxy0dDAPBgNVHRMBAf8EBTADAQH/MA0GCSqGSIb3DQEBCwUAA4GBAE5eLm0qXzSs
avW3OonfMGQyda2RZZ0CuaCWxuCNRwYWsnraMhbDjoOlhbU6EoGqlvUdyB21Wj+Z
ESnl7UeeSVP4/vPMXBrWdrC4q3FqoxaMVP1GM5dZrwdLG8GIqeugVNjFoZih+2bM
aC9qwOPFxKqeMtVaYi6zyw5Zf8jM48cB
-----END CERTIFICATE-----
";

    #[test]
    fn weak_keys_and_signatures() {
        let check = |error: CertificateError, chain: &[CertificateDer<'_>], expected: TlsFailure| {
            assert_eq!(verdict(&error.clone().into(), chain), expected, "{error:?}");
        };
        let short = [CertificateDer::from_pem_slice(SHORT.as_bytes()).unwrap()];
        check(CertificateError::BadSignature, &short, TlsFailure::Weak);
        check(CertificateError::BadSignature, &[], TlsFailure::BadSignature);
        let unknown = CertificateError::UnsupportedSignatureAlgorithmContext {
            signature_algorithm_id: Vec::new(),
            supported_algorithms: Vec::new(),
        };
        check(unknown, &[], TlsFailure::Weak);
    }
}
