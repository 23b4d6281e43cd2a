//! Looks names up, once for each dial. Which addresses may be dialled is in `policy`.

use std::net::{IpAddr, SocketAddr};

use hickory_resolver::config::{ConnectionConfig, LookupIpStrategy, NameServerConfig, ResolverConfig, ResolverOpts};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::Name;
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
