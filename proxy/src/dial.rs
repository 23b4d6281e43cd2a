//! From a route to a TCP connection: look up, judge every address, race those that may be dialled; register visitors of
//! practice worlds as expected peers. TLS is not here.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::limits::{DIAL_ADDRESSES, DIAL_STAGGER};
use crate::names::{NameError, Names};
use crate::policy::{Host, Policy, Refusal, Route};
use crate::rates::Rates;
use crate::worlds::Visit;

/// Why there is no connection.
#[derive(Debug)]
pub enum DialError {
    /// The policy says no.
    Refused(Refusal),
    /// The server is dialled too often; after this time it may be again.
    TooFast(Duration),
    /// The name has no address.
    NoSuchHost,
    /// No name server gave an answer.
    NameFailed,
    /// Nothing listens at the port.
    Closed,
    /// No answer within this time.
    TimedOut(Duration),
    /// Another failure of the network.
    Network(io::Error),
}

/// Dials what the policy decided, within `wait`; a practice listener is told of the `visit` first. A name is looked up
/// once, and what is dialled are the addresses that were judged.
pub async fn dial(
    policy: &Policy,
    names: &Names,
    rates: &Rates,
    route: &Route,
    port: u16,
    visit: Option<&Visit>,
    wait: Duration,
) -> Result<TcpStream, DialError> {
    let deadline = Instant::now() + wait;
    let addresses: Vec<SocketAddr> = match route {
        Route::Practice(service) => policy.practice_address(*service).into_iter().collect(),
        Route::Listed(host) | Route::Open(host) => match timeout_at(deadline, resolve(names, host)).await {
            Err(_) => return Err(DialError::NameFailed),
            Ok(found) => found?.into_iter().map(|ip| SocketAddr::new(ip, port)).collect(),
        },
    };
    // One bad address condemns the name: a later lookup might choose it.
    for address in &addresses {
        policy.vet(route, *address).map_err(DialError::Refused)?;
    }
    let addresses = in_turn(addresses);
    if !matches!(route, Route::Practice(_)) {
        addresses.iter().try_for_each(|address| rates.reach(*address)).map_err(DialError::TooFast)?;
    }
    let stream = race(&addresses, visit, deadline, wait).await?;
    if is_own_listener(policy, &stream) {
        return Err(DialError::Refused(Refusal::Itself));
    }
    // A typed line is a packet: do not wait for more.
    let _ = stream.set_nodelay(true);
    Ok(stream)
}

async fn resolve(names: &Names, host: &Host) -> Result<Vec<IpAddr>, DialError> {
    match host {
        Host::Address(ip) => Ok(vec![*ip]),
        Host::Name(name) => names.addresses(name).await.map_err(|error| match error {
            NameError::NoAddress => DialError::NoSuchHost,
            NameError::NoAnswer => DialError::NameFailed,
        }),
    }
}

/// IPv6 first, then the families in turn (RFC 8305 section 4), no more than a person would wait for.
fn in_turn(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let (mut six, mut four): (Vec<_>, Vec<_>) = addresses.into_iter().partition(SocketAddr::is_ipv6);
    let mut turns = Vec::new();
    let (mut six, mut four) = (six.drain(..), four.drain(..));
    while turns.len() < DIAL_ADDRESSES {
        let before = turns.len();
        turns.extend(six.next());
        turns.extend(four.next());
        if turns.len() == before {
            break;
        }
    }
    turns
}

/// Starts with the first address, and with the next whenever one failed or was silent for a moment; the first connection
/// wins (RFC 8305 section 5). The last failure is the one told.
async fn race(
    addresses: &[SocketAddr],
    visit: Option<&Visit>,
    deadline: Instant,
    wait: Duration,
) -> Result<TcpStream, DialError> {
    let mut failure = DialError::NoSuchHost;
    let mut waiting = addresses.iter();
    let mut racing = FuturesUnordered::new();
    let mut start_next = Instant::now();
    loop {
        tokio::select! {
            biased;
            Some(tried) = racing.next(), if !racing.is_empty() => match tried {
                Ok(stream) => return Ok(stream),
                Err(error) => {
                    failure = dial_error(error, wait);
                    start_next = Instant::now();
                }
            },
            () = sleep_until(start_next), if !waiting.as_slice().is_empty() => {
                racing.extend(waiting.next().map(|address| connect(*address, visit)));
                start_next = Instant::now() + DIAL_STAGGER;
            }
            () = sleep_until(deadline), if !racing.is_empty() => return Err(DialError::TimedOut(wait)),
            else => return Err(failure),
        }
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the system has many errors; only these have words of their own")]
fn dial_error(error: io::Error, wait: Duration) -> DialError {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => DialError::Closed,
        io::ErrorKind::TimedOut => DialError::TimedOut(wait),
        _ => DialError::Network(error),
    }
}

/// Connects. Whoever visits a world is registered as an expected peer before the listener can see them.
async fn connect(address: SocketAddr, visit: Option<&Visit>) -> io::Result<TcpStream> {
    let Some(visit) = visit else { return TcpStream::connect(address).await };
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.bind(SocketAddr::new(address.ip(), 0))?;
    let from = socket.local_addr()?;
    // Does nothing before it is polled. Made first so that, when we are cancelled, its port is free only after the
    // expected peer is withdrawn.
    let connecting = pin!(socket.connect(address));
    let expected = visit.expect_peer(from);
    let stream = connecting.await?;
    expected.connected();
    Ok(stream)
}

/// Our own listener under an address of this machine that the policy could not know: both ends share it.
fn is_own_listener(policy: &Policy, stream: &TcpStream) -> bool {
    match (stream.local_addr(), stream.peer_addr()) {
        (Ok(local), Ok(peer)) => local.ip() == peer.ip() && policy.listens_everywhere_at(peer.port()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s2_families_take_turns() {
        fn check(addresses: &[&str], expected: &[&str]) {
            let read = |text: &&str| SocketAddr::new(text.parse().unwrap(), 110);
            let turns = in_turn(addresses.iter().map(read).collect());
            assert_eq!(turns, expected.iter().map(read).collect::<Vec<_>>());
        }
        check(&["10.0.0.1", "10.0.0.2", "::1", "::2", "::3"], &["::1", "10.0.0.1", "::2", "10.0.0.2", "::3"]);
        check(&["10.0.0.1"], &["10.0.0.1"]);
        check(&[], &[]);
        let many: Vec<_> = (0..200).map(|n| SocketAddr::from(([10, 0, 0, n], 110))).collect();
        assert_eq!(in_turn(many).len(), DIAL_ADDRESSES);
    }

    #[tokio::test]
    async fn s2_the_race() {
        let deadline = || Instant::now() + Duration::from_secs(30);
        let wait = Duration::from_secs(30);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let open = listener.local_addr().unwrap();
        let closed = tokio::net::TcpListener::bind("127.0.0.2:0").await.unwrap().local_addr().unwrap();
        // TEST-NET: no answer, or an error at once, as the machine's routes have it.
        let silent = SocketAddr::from(([192, 0, 2, 1], 9));
        let reached = race(&[closed, silent, open], None, deadline(), wait).await.unwrap();
        assert_eq!(reached.peer_addr().unwrap(), open);
        let failed = race(&[closed, closed], None, deadline(), wait).await;
        assert!(matches!(failed, Err(DialError::Closed)), "{failed:?}");
        let nobody = race(&[], None, deadline(), wait).await;
        assert!(matches!(nobody, Err(DialError::NoSuchHost)), "{nobody:?}");
        let late = race(&[silent], None, Instant::now(), wait).await;
        assert!(matches!(late, Err(DialError::TimedOut(_) | DialError::Network(_))), "{late:?}");
    }
}
