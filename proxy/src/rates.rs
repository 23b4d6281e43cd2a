//! How often and how much at once: for each visitor and for each server. What a refused visitor is told is not here.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::limits::{Limits, RATE_KEYS};
use crate::policy::same_host;

/// So many a minute, and as many at once: whoever used up 60 may have one more each second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate(NonZeroU32);

impl Rate {
    /// So many; none means one.
    pub const fn a_minute(count: u32) -> Self {
        match NonZeroU32::new(count) {
            Some(count) => Self(count),
            None => Self(NonZeroU32::MIN),
        }
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The counters of all visitors and servers.
#[derive(Debug)]
pub struct Rates {
    /// Dials by each visitor.
    visitors: Keyed<IpAddr>,
    /// Dials to each server, by address: names are free, and many may lead to one.
    servers: Keyed<SocketAddr>,
    /// Look-ups of mail hosts by each visitor.
    look_ups: Keyed<IpAddr>,
    /// Sessions each visitor has open.
    open: Mutex<HashMap<IpAddr, usize>>,
    /// The most of them.
    most: usize,
    /// A place for each session of all visitors.
    places: Arc<Semaphore>,
}

/// Why there is no place for a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPlace {
    /// All visitors together have as many as there may be.
    Busy,
    /// This visitor has so many.
    TooMany(usize),
}

type Limiter<K> = RateLimiter<K, HashMapStateStore<K>, DefaultClock>;

/// One rate for each key, in bounded memory.
#[derive(Debug)]
struct Keyed<K: Hash + Eq + Clone>(Limiter<K>);

impl Rates {
    /// Nobody was here yet.
    pub fn new(limits: &Limits) -> Self {
        Self {
            visitors: Keyed::new(limits.visitor_rate),
            servers: Keyed::new(limits.server_rate),
            look_ups: Keyed::new(limits.mx_rate),
            open: Mutex::default(),
            most: limits.visitor_sessions,
            places: Arc::new(Semaphore::new(limits.sessions)),
        }
    }

    /// A place for one more session of this visitor. Who has too many takes none from others.
    pub fn enter(self: &Arc<Self>, visitor: IpAddr) -> Result<Stay, NoPlace> {
        let visitor = same_visitor(visitor);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.get(&visitor).copied().unwrap_or_default();
        if count >= self.most {
            return Err(NoPlace::TooMany(count));
        }
        let place = self.places.clone().try_acquire_owned().map_err(|_| NoPlace::Busy)?;
        open.insert(visitor, count + 1);
        Ok(Stay { rates: self.clone(), visitor, _place: place })
    }

    /// Whether this visitor may dial a server now; the error is how long to wait.
    pub fn dial(&self, visitor: IpAddr) -> Result<(), Duration> {
        self.visitors.take(&same_visitor(visitor))
    }

    /// Whether this server may be dialled now; the error is how long to wait.
    pub fn reach(&self, server: SocketAddr) -> Result<(), Duration> {
        self.servers.take(&SocketAddr::new(same_host(server.ip()), server.port()))
    }

    /// Whether this visitor may look mail hosts up now; the error is how long to wait.
    pub fn look_up(&self, visitor: IpAddr) -> Result<(), Duration> {
        self.look_ups.take(&same_visitor(visitor))
    }
}

/// A session that counts for its visitor until it is dropped.
#[derive(Debug)]
pub struct Stay {
    rates: Arc<Rates>,
    visitor: IpAddr,
    /// Among all sessions.
    _place: OwnedSemaphorePermit,
}

impl Stay {
    /// Who it is.
    pub fn visitor(&self) -> IpAddr {
        self.visitor
    }
}

impl Drop for Stay {
    fn drop(&mut self) {
        let mut open = self.rates.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.visitor) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.visitor);
            }
        }
    }
}

impl<K: Hash + Eq + Clone> Keyed<K> {
    fn new(rate: Rate) -> Self {
        Self(RateLimiter::hashmap(Quota::per_minute(rate.0)))
    }

    fn take(&self, key: &K) -> Result<(), Duration> {
        if self.0.len() >= RATE_KEYS {
            self.0.retain_recent();
            if self.0.len() >= RATE_KEYS {
                // More strangers at once than we can tell apart.
                return Err(Duration::from_secs(1));
            }
        }
        self.0.check_key(key).map_err(|not_until| not_until.wait_time_from(DefaultClock::default().now()))
    }
}

/// Whoever has one address of IPv6 has its whole /64 to choose from, so that is one visitor.
fn same_visitor(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX)).into(),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(visitor: u32, most: usize) -> Arc<Rates> {
        let (visitor_rate, server_rate) = (Rate::a_minute(visitor), Rate::a_minute(3));
        let limits = Limits { visitor_rate, server_rate, visitor_sessions: most, ..Limits::default() };
        Arc::new(Rates::new(&limits))
    }

    #[test]
    fn s3_rates_of_visitors_and_servers() {
        let rates = rates(2, 1);
        let [a, b, c] = ["198.51.100.1", "198.51.100.2", "198.51.100.3"];
        let check = |visitor: &str, host: &str, expected: bool| {
            let server = SocketAddr::new(host.parse().unwrap(), 110);
            let dialled = rates.dial(visitor.parse().unwrap()).and_then(|()| rates.reach(server));
            assert_eq!(dialled.is_ok(), expected, "{visitor} {host} {dialled:?}");
            if let Err(wait) = dialled {
                assert!(wait > Duration::ZERO && wait <= Duration::from_secs(60), "{wait:?}");
            }
        };
        check("192.0.2.1", a, true);
        check("192.0.2.1", b, true);
        check("192.0.2.1", c, false);
        // The same visitor in other clothes, and neighbours.
        check("::ffff:192.0.2.1", c, false);
        check("2001:db8::1", a, true);
        check("2001:db8::2", a, true);
        check("2001:db8::3", c, false);
        // Three visitors were at the first by now.
        check("192.0.2.2", a, false);
        check("192.0.2.3", b, true);
        // The same server in other clothes.
        check("192.0.2.4", "::ffff:198.51.100.1", false);
    }

    #[test]
    fn s3_strangers_beyond_count() {
        let rates = Keyed::new(Rate::a_minute(1));
        for stranger in 0..RATE_KEYS {
            assert!(rates.take(&stranger).is_ok(), "{stranger}");
        }
        assert_eq!(rates.take(&RATE_KEYS), Err(Duration::from_secs(1)), "memory has an end");
        assert_eq!(rates.0.len(), RATE_KEYS);
    }

    #[test]
    fn s3_sessions_of_a_visitor() {
        let rates = rates(1, 2);
        let visitor = "192.0.2.1".parse().unwrap();
        let first = rates.enter(visitor).unwrap();
        let second = rates.enter(visitor).unwrap();
        assert_eq!(rates.enter(visitor).unwrap_err(), NoPlace::TooMany(2));
        assert_eq!(rates.enter("192.0.2.2".parse().unwrap()).unwrap().visitor().to_string(), "192.0.2.2");
        drop(first);
        drop(rates.enter(visitor).unwrap());
        drop(second);
        assert!(rates.open.lock().unwrap().is_empty(), "nobody is remembered who is gone");
    }

    #[test]
    fn s5_who_has_too_many_takes_no_place_from_others() {
        let limits = Limits { sessions: 3, visitor_sessions: 2, ..Limits::default() };
        let rates = Arc::new(Rates::new(&limits));
        let enter = |visitor: &str| rates.enter(visitor.parse().unwrap());
        let greedy = [enter("192.0.2.1").unwrap(), enter("192.0.2.1").unwrap()];
        assert_eq!(enter("192.0.2.1").unwrap_err(), NoPlace::TooMany(2));
        let other = enter("192.0.2.2").unwrap();
        assert_eq!(enter("192.0.2.3").unwrap_err(), NoPlace::Busy);
        assert_eq!(rates.open.lock().unwrap().len(), 2, "nobody is remembered who never came in");
        drop(greedy);
        assert!(enter("192.0.2.3").is_ok());
        drop(other);
    }
}
