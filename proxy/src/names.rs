//! Looks names up, once for each dial, and asks who takes mail. Which addresses may be dialled is in `policy`.

use std::net::{IpAddr, SocketAddr};

use hickory_resolver::config::{ConnectionConfig, LookupIpStrategy, NameServerConfig, ResolverConfig, ResolverOpts};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{Name, RData, RecordType};
use hickory_resolver::{ResolverBuilder, TokioResolver};

use crate::limits::{NAME_TRIES, NAME_WAIT};

/// Who is asked for names: the name servers of the operating system or of the operator, after the hosts file.
#[derive(Clone)]
pub struct Names(Option<TokioResolver>);

/// Why a name has no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameError {
    /// There is no such name, or it has no address.
    NoAddress,
    /// No name server gave an answer.
    NoAnswer,
}

/// What the DNS said to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer<T> {
    /// The name that the one asked for is an alias for, through however many steps; without its root dot.
    pub alias: Option<String>,
    /// The records, at least one, or why there are none.
    pub records: Result<Vec<T>, NoRecords>,
}

/// Why there are no records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoRecords {
    /// The name has none of this type.
    NoData,
    /// NXDOMAIN.
    NoSuchName,
    /// SERVFAIL.
    Failed,
    /// REFUSED, or another code that is no answer.
    Denied,
    /// Nobody answered, or nobody could be asked.
    NoAnswer,
}

impl Names {
    /// Asks `servers`; those of the operating system when there are none.
    pub fn asking(servers: &[SocketAddr]) -> Self {
        let builder = match servers.is_empty() {
            true => TokioResolver::builder_tokio(),
            false => Ok(builder(servers)),
        };
        let built = builder.and_then(|mut builder| {
            configure(builder.options_mut());
            builder.build()
        });
        if let Err(error) = &built {
            tracing::warn!("no names can be looked up: {error}");
        }
        Self(built.ok())
    }

    /// Every address of a name, IPv6 and IPv4 alike.
    pub async fn addresses(&self, name: &str) -> Result<Vec<IpAddr>, NameError> {
        let resolver = self.0.as_ref().ok_or(NameError::NoAnswer)?;
        let mut asked = Name::from_ascii(name).map_err(|_| NameError::NoAddress)?;
        // A name of several labels is whole. A single one may be completed by the operator's search list.
        asked.set_fqdn(name.contains('.'));
        match resolver.lookup_ip(asked).await {
            Ok(found) => Ok(found.iter().collect()),
            Err(error) => Err(failure(&error)),
        }
    }
}

impl Names {
    /// The MX records of a whole name: preference and host. The host is as the record has it, without its root dot.
    #[expect(clippy::wildcard_enum_match_arm, reason = "records of other types are no exchangers")]
    pub async fn exchangers(&self, name: &str) -> Answer<(u16, String)> {
        self.ask(name, RecordType::MX, |data| match data {
            RData::MX(mx) => Some((mx.preference, written(&mx.exchange))),
            _ => None,
        })
        .await
    }

    /// The addresses of a whole name, IPv4 first.
    pub async fn host(&self, name: &str) -> Answer<IpAddr> {
        let address = |data: &RData| data.ip_addr();
        let (four, six) =
            tokio::join!(self.ask(name, RecordType::A, address), self.ask(name, RecordType::AAAA, address));
        let records = match (four.records, six.records) {
            (Ok(four), Ok(six)) => Ok([four, six].concat()),
            (Ok(some), Err(_)) | (Err(_), Ok(some)) => Ok(some),
            // A name that has one family's records exists, whatever the other question came to.
            (Err(NoRecords::NoData), Err(NoRecords::NoSuchName)) => Err(NoRecords::NoData),
            (Err(NoRecords::NoData), Err(why)) | (Err(why), Err(_)) => Err(why),
        };
        Answer { alias: four.alias.or(six.alias), records }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "no other error knows of an alias")]
    async fn ask<T>(&self, name: &str, kind: RecordType, read: impl Fn(&RData) -> Option<T>) -> Answer<T> {
        let (Some(resolver), Ok(mut asked)) = (&self.0, Name::from_ascii(name)) else {
            return Answer { alias: None, records: Err(NoRecords::NoAnswer) };
        };
        asked.set_fqdn(true);
        let alias_of = |last: &Name| (*last != asked).then(|| written(last));
        match resolver.lookup(asked.clone(), kind).await {
            Ok(found) => {
                let of_kind = || found.answers().iter().filter(|record| record.record_type() == kind);
                let records: Vec<T> = of_kind().filter_map(|record| read(&record.data)).collect();
                let alias = of_kind().next().and_then(|record| alias_of(&record.name));
                Answer { alias, records: if records.is_empty() { Err(NoRecords::NoData) } else { Ok(records) } }
            }
            Err(error) => {
                let alias = match &error {
                    NetError::Dns(DnsError::NoRecordsFound(none)) => alias_of(none.query.name()),
                    _ => None,
                };
                Answer { alias, records: Err(no_records(&error)) }
            }
        }
    }
}

/// A name without its root dot; the root itself is the dot.
fn written(name: &Name) -> String {
    let text = name.to_ascii();
    match text.strip_suffix('.') {
        Some("") | None => text,
        Some(rest) => rest.to_owned(),
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "whatever else went wrong, there was no answer")]
fn no_records(error: &NetError) -> NoRecords {
    match error {
        error if error.is_nx_domain() => NoRecords::NoSuchName,
        error if error.is_no_records_found() => NoRecords::NoData,
        NetError::Dns(DnsError::ResponseCode(ResponseCode::ServFail)) => NoRecords::Failed,
        NetError::Dns(DnsError::ResponseCode(_)) => NoRecords::Denied,
        _ => NoRecords::NoAnswer,
    }
}

impl std::fmt::Debug for Names {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Names").finish_non_exhaustive()
    }
}

fn builder(servers: &[SocketAddr]) -> ResolverBuilder<TokioRuntimeProvider> {
    let server = |address: &SocketAddr| {
        let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
            connection.port = address.port();
            connection
        });
        NameServerConfig::new(address.ip(), true, connections.to_vec())
    };
    let config = ResolverConfig::from_name_servers(servers.iter().map(server).collect());
    TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
}

/// Both families, a learner's patience, and no cache: who has just mended a name wants to see it.
fn configure(options: &mut ResolverOpts) {
    options.ip_strategy = LookupIpStrategy::Ipv4AndIpv6;
    options.timeout = NAME_WAIT;
    options.attempts = NAME_TRIES;
    options.cache_size = 0;
}

fn failure(error: &NetError) -> NameError {
    match error.is_no_records_found() {
        true => NameError::NoAddress,
        false => NameError::NoAnswer,
    }
}
