//! From what `dial` and `tls` found to the words of `wire`, and to those of `metrics`. Nothing is decided here.

use tokio::net::TcpStream;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::{CertificateError, Error};
use wire::{Cause, Certificate, HostFault, TlsFacts, TlsFailure, Trust};
use x509_parser::der_parser::Oid;
use x509_parser::extensions::GeneralName;
use x509_parser::objects::{oid_registry, oid2abbrev, oid2sn};
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::public_key::PublicKey;
use x509_parser::x509::{AttributeTypeAndValue, X509Name};

use super::End;
use crate::dial::DialError;
use crate::limits::CHAIN_TEXT;
use crate::metrics::{Dialled, Ending, Limited, Metrics, Refused, Shaken};
use crate::policy::{BadHost, Block, Refusal};
use crate::tls::{Facts, Failed, Failure};

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
    }
}

/// What came of a dial.
pub(super) fn dial_outcome(dialled: &Result<TcpStream, DialError>) -> Dialled {
    match dialled {
        Ok(_) => Dialled::Connected,
        Err(DialError::Refused(_)) => Dialled::Refused,
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
            Failure::Verdict(Error::InvalidCertificate(_)) => Shaken::Certificate,
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
        doubt: facts.doubt.as_ref().map(verdict),
        chain: chain(&facts.chain),
        took_us: u64::try_from(facts.took.as_micros()).unwrap_or(u64::MAX),
        sent,
        received,
    }
}

/// Why a handshake failed.
pub(super) fn failure(why: Failure) -> TlsFailure {
    match why {
        Failure::Verdict(error) => verdict(&error),
        Failure::Closed => TlsFailure::Closed,
        Failure::TimedOut => TlsFailure::TimedOut,
        Failure::BadName => TlsFailure::Other { detail: "the host is not a name a certificate can hold".to_owned() },
        Failure::Network(error) => TlsFailure::Other { detail: error.to_string() },
    }
}

fn verdict(error: &Error) -> TlsFailure {
    use CertificateError as Bad;
    match error {
        Error::InvalidCertificate(bad) => match bad {
            Bad::UnknownIssuer => TlsFailure::UnknownIssuer,
            Bad::NotValidForName | Bad::NotValidForNameContext { .. } => TlsFailure::WrongName,
            Bad::Expired | Bad::ExpiredContext { .. } => TlsFailure::Expired,
            Bad::NotValidYet | Bad::NotValidYetContext { .. } => TlsFailure::NotYetValid,
            Bad::Revoked => TlsFailure::Revoked,
            other => TlsFailure::Other { detail: other.to_string() },
        },
        Error::InvalidMessage(_) => TlsFailure::NotTls,
        other => TlsFailure::Other { detail: other.to_string() },
    }
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
        names: alternative_names(&parsed).iter().map(|name| fit(name, room)).filter(|name| !name.is_empty()).collect(),
        not_before: validity.not_before.timestamp(),
        not_after: validity.not_after.timestamp(),
        key: key_kind(&parsed),
        signature: oid_name(parsed.signature_algorithm.oid()),
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

/// As much of a stranger's text as there is room for, control characters replaced.
fn fit(text: &str, room: &mut usize) -> String {
    let mut fitted = String::new();
    for character in text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }) {
        if *room < character.len_utf8() {
            break;
        }
        *room -= character.len_utf8();
        fitted.push(character);
    }
    fitted
}
