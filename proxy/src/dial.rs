//! From a name to a TCP connection: look up, judge every address, try them in turn; announce visitors of practice worlds.
//! TLS is not here.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use tokio::net::{TcpSocket, TcpStream, lookup_host};
use tokio::time::{Instant, timeout, timeout_at};

use crate::policy::{Decision, Policy, bare};
use crate::worlds::Visit;

/// Why there is no connection.
#[derive(Debug)]
pub enum DialError {
    /// The policy says no.
    Denied,
    /// The name has no address.
    NoSuchHost,
    /// The port refused.
    Refused,
    /// No answer within this time.
    TimedOut(Duration),
    /// Another failure of the network.
    Network(io::Error),
}

/// Dials what the policy decided, within `wait`; a practice listener is told of the `visit` first.
pub async fn dial(
    policy: &Policy,
    decision: Decision,
    host: &str,
    port: u16,
    visit: Option<&Visit>,
    wait: Duration,
) -> Result<TcpStream, DialError> {
    let deadline = Instant::now() + wait;
    let addresses = match decision {
        Decision::Denied => return Err(DialError::Denied),
        Decision::Practice(service) => policy.practice_address(service).into_iter().collect(),
        Decision::Allowed => match timeout_at(deadline, resolve(host, port)).await {
            Err(_) => return Err(DialError::TimedOut(wait)),
            Ok(found) => found?,
        },
    };
    // One bad address condemns the name: a later lookup might choose it.
    let closed = |address: &SocketAddr| matches!(decision, Decision::Allowed) && !policy.may_dial(*address);
    if addresses.iter().any(closed) {
        return Err(DialError::Denied);
    }
    let stream = connect_in_turn(&addresses, visit, deadline, wait).await?;
    if is_own_listener(policy, &stream) {
        return Err(DialError::Denied);
    }
    // A typed line is a packet: do not wait for more.
    let _ = stream.set_nodelay(true);
    Ok(stream)
}

/// Every address of the name. The resolver's own words differ between systems, so any failure is "no such host".
async fn resolve(host: &str, port: u16) -> Result<Vec<SocketAddr>, DialError> {
    let found = lookup_host((bare(host), port)).await.map_err(|_| DialError::NoSuchHost)?;
    Ok(found.collect())
}

/// Tries each address; each gets an equal share of the time left. The last failure is the one told.
async fn connect_in_turn(
    addresses: &[SocketAddr],
    visit: Option<&Visit>,
    deadline: Instant,
    wait: Duration,
) -> Result<TcpStream, DialError> {
    let mut failure = DialError::NoSuchHost;
    for (tried, address) in addresses.iter().enumerate() {
        let left = deadline.saturating_duration_since(Instant::now());
        let share = left / u32::try_from(addresses.len() - tried).unwrap_or(u32::MAX);
        failure = match timeout(share, connect(*address, visit)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) if error.kind() == io::ErrorKind::ConnectionRefused => DialError::Refused,
            Ok(Err(error)) if error.kind() == io::ErrorKind::TimedOut => DialError::TimedOut(wait),
            Ok(Err(error)) => DialError::Network(error),
            Err(_) => DialError::TimedOut(wait),
        };
    }
    Err(failure)
}

/// Connects. Whoever visits a world has the address they come from announced before the listener can see them.
async fn connect(address: SocketAddr, visit: Option<&Visit>) -> io::Result<TcpStream> {
    let Some(visit) = visit else { return TcpStream::connect(address).await };
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.bind(SocketAddr::new(address.ip(), 0))?;
    let from = socket.local_addr()?;
    // Does nothing before it is polled. Made first so that, when we are cancelled, its port is free only after the
    // announcement is taken back.
    let connecting = pin!(socket.connect(address));
    let announced = visit.announce(from);
    let stream = connecting.await?;
    announced.stands();
    Ok(stream)
}

/// Our own listener under an address of this machine that the policy could not know: both ends share it.
fn is_own_listener(policy: &Policy, stream: &TcpStream) -> bool {
    match (stream.local_addr(), stream.peer_addr()) {
        (Ok(local), Ok(peer)) => local.ip() == peer.ip() && policy.listens_everywhere_at(peer.port()),
        _ => false,
    }
}
