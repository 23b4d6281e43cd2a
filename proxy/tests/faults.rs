//! S11: a bad network between proxy and mail server, and between page and proxy. Each fault ends in a state the page can
//! name, and leaves no task and no open file behind.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::wildcard_enum_match_arm, reason = "tests")]

mod common;

use std::net::SocketAddr;
use std::time::Duration;

use common::{PATIENCE, Page, Seen, TestAuthority, allow, limits, proxy_with, quiet};
use proxy::{Config, Running};
use socket2::SockRef;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use wire::{Cause, ClientMsg, ServerMsg, TlsFailure, TlsMode};

/// What the network does to one connection.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    /// Nothing.
    None,
    /// Every piece comes late.
    Latency,
    /// A few bytes at a time.
    Bandwidth,
    /// One byte at a time.
    Slicer,
    /// The end of the server's side comes late.
    SlowClose,
    /// Nobody listens.
    Down,
    /// After so many bytes of the server nothing passes any more, and nobody is told.
    Silence(usize),
    /// After so many bytes of the server the connection is reset.
    Reset(usize),
    /// After so many bytes of the server its side is closed.
    CutOff(usize),
}

/// How the session is encrypted.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Shape {
    Plain,
    Tls,
    /// Plain first, then STLS.
    Upgrade,
}

const GREETING: &[u8] = b"+OK ready\r\n";
const GO_AHEAD: &[u8] = b"+OK begin\r\n";
const BYE: &[u8] = b"+OK bye\r\n";

/// A mail server that greets, upgrades when the shape asks for it, answers QUIT and closes.
async fn mail_server(shape: Shape, acceptor: TlsAcceptor) -> (SocketAddr, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = tokio::spawn(async move {
        let Ok((mut tcp, _)) = listener.accept().await else { return };
        // What fails here fails because the network is bad.
        let _ = async {
            match shape {
                Shape::Plain => quit(tcp, GREETING).await,
                Shape::Tls => quit(acceptor.accept(tcp).await?, GREETING).await,
                Shape::Upgrade => {
                    tcp.write_all(GREETING).await?;
                    let mut stls = [0; 6];
                    tcp.read_exact(&mut stls).await?;
                    tcp.write_all(GO_AHEAD).await?;
                    quit(acceptor.accept(tcp).await?, b"").await
                }
            }
        }
        .await;
    });
    (address, serving)
}

async fn quit(mut stream: impl AsyncReadExt + AsyncWriteExt + Unpin, greeting: &[u8]) -> std::io::Result<()> {
    stream.write_all(greeting).await?;
    stream.flush().await?;
    let mut command = [0; 6];
    stream.read_exact(&mut command).await?;
    stream.write_all(BYE).await?;
    stream.shutdown().await?;
    let mut scrap = [0; 64];
    while stream.read(&mut scrap).await? > 0 {}
    Ok(())
}

/// The bad network: a listener before `to`.
async fn network(to: SocketAddr, fault: Fault) -> (SocketAddr, Option<JoinHandle<()>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    if fault == Fault::Down {
        return (address, None);
    }
    let carrying = tokio::spawn(async move {
        let Ok((near, _)) = listener.accept().await else { return };
        let Ok(far) = TcpStream::connect(to).await else { return };
        carry(near, far, fault).await;
    });
    (address, Some(carrying))
}

/// Carries bytes both ways; the fault strikes what comes from `far`.
async fn carry(near: TcpStream, far: TcpStream, fault: Fault) {
    let (mut near_in, mut near_out) = near.into_split();
    let (mut far_in, mut far_out) = far.into_split();
    let there = tokio::spawn(async move {
        let _ = tokio::io::copy(&mut near_in, &mut far_out).await;
        let _ = far_out.shutdown().await;
        near_in
    });
    let mut passed = 0;
    let mut buffer = [0; 4096];
    loop {
        let room = match fault {
            Fault::Slicer => 1,
            Fault::Bandwidth => 100,
            Fault::Silence(after) | Fault::Reset(after) | Fault::CutOff(after) => (after - passed).min(buffer.len()),
            Fault::None | Fault::Latency | Fault::SlowClose | Fault::Down => buffer.len(),
        };
        if room == 0 {
            break;
        }
        let Ok(count) = far_in.read(&mut buffer[..room]).await else { break };
        if matches!(fault, Fault::Latency | Fault::Bandwidth) || (fault == Fault::SlowClose && count == 0) {
            sleep(Duration::from_millis(5)).await;
        }
        if count == 0 || near_out.write_all(&buffer[..count]).await.is_err() {
            break;
        }
        passed += count;
    }
    match fault {
        Fault::Reset(_) => {
            there.abort();
            let _ = there.await;
            SockRef::from(near_out.as_ref()).set_linger(Some(Duration::ZERO)).unwrap();
            near_out.forget();
        }
        Fault::Silence(_) => {
            // Held open until the other side gives up.
            let _ = there.await;
        }
        Fault::CutOff(_) => {
            let _ = near_out.shutdown().await;
            let _ = there.await;
        }
        Fault::None | Fault::Latency | Fault::Bandwidth | Fault::Slicer | Fault::SlowClose | Fault::Down => {
            let _ = near_out.shutdown().await;
            let _ = there.await;
        }
    }
}

/// Where a session through a bad network ended.
#[derive(Debug, PartialEq)]
enum Ended {
    /// All was said; this is how the connection closed.
    Whole(Cause),
    /// It broke before; this is the cause.
    Broken(Cause),
    /// TLS failed.
    Tls(TlsFailure),
}

/// A learner who says QUIT, with STLS before it when the shape asks for it.
async fn talk(running: &Running, target: SocketAddr, shape: Shape) -> Ended {
    let tls = if shape == Shape::Tls { TlsMode::Implicit } else { TlsMode::None };
    let mut page = Page::open(running, "127.0.0.1", target.port(), tls).await;
    let mut heard = Vec::new();
    let mut plain = 0;
    let mut asked = false;
    let mut upgraded = shape != Shape::Upgrade;
    let mut failed = None;
    loop {
        match page.next().await {
            Seen::Bytes(bytes) => heard.extend(bytes),
            Seen::Control(ServerMsg::Connected { .. }) | Seen::Ping => {}
            Seen::Control(ServerMsg::Tls { .. }) => {
                if shape == Shape::Upgrade {
                    upgraded = true;
                    page.type_bytes(b"QUIT\r\n").await;
                }
            }
            Seen::Control(ServerMsg::TlsFailed { failure, .. }) => failed = Some(failure),
            Seen::Control(ServerMsg::IdleWarning { .. }) => {}
            Seen::Control(ServerMsg::Closed { cause, .. }) => {
                return match failed {
                    Some(failure) => Ended::Tls(failure),
                    None if heard.ends_with(BYE) => Ended::Whole(cause),
                    None => Ended::Broken(cause),
                };
            }
            other => panic!("{other:?}"),
        }
        if !asked && heard.ends_with(b"\r\n") && heard.starts_with(GREETING) {
            asked = true;
            page.type_bytes(if upgraded { b"QUIT\r\n" } else { b"STLS\r\n" }).await;
        }
        if !upgraded && plain == 0 && heard.len() == GREETING.len() + GO_AHEAD.len() {
            plain = heard.len();
            page.say(&ClientMsg::StartTls { after: plain as u64 }).await;
        }
    }
}

fn open_files() -> usize {
    std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count)
}

/// Waits until everything that was started is over, then counts.
async fn settle(before: usize) -> usize {
    let fewer = async {
        while open_files() > before {
            tokio::task::yield_now().await;
        }
    };
    let _ = timeout(PATIENCE, fewer).await;
    open_files()
}

#[tokio::test]
async fn s11_every_fault_ends_in_a_named_state_and_leaves_nothing_behind() {
    let authority = TestAuthority::new();
    let ca_files = vec![authority.file("faults")];
    let acceptor = authority.acceptor(&["127.0.0.1"], (-1, 1));
    // The first session opens what stays open: the reactor and the like.
    for (fault, shape, expected) in
        std::iter::once((Fault::None, Shape::Plain, None)).chain(MATRIX.iter().map(|(f, s, e)| (*f, *s, Some(*e))))
    {
        let before = open_files();
        let (server, serving) = mail_server(shape, acceptor.clone()).await;
        let (target, carrying) = network(server, fault).await;
        let hasty = limits(|limits| {
            limits.tls_wait = Duration::from_millis(300);
            limits.idle_close = Duration::from_millis(600);
            limits.idle_warning = Duration::from_millis(100);
        });
        let config = Config { allowed: allow(&[target]), ca_files: ca_files.clone(), limits: hasty, ..quiet() };
        let running = proxy_with(config).await;
        let ended = talk(&running, target, shape).await;
        if let Some(expected) = expected {
            assert!(expected.split('|').any(|name| name == name_of(&ended)), "{fault:?} {shape:?}: {ended:?}");
        }
        // Every task of the proxy is over: this would hang otherwise.
        timeout(PATIENCE, running.shutdown()).await.expect("no task is left");
        serving.abort();
        let _ = serving.await;
        if let Some(carrying) = carrying {
            carrying.abort();
            let _ = carrying.await;
        }
        let after = settle(before).await;
        if expected.is_some() {
            assert!(after <= before, "{fault:?} {shape:?}: {before} open files became {after}");
        }
    }
}

/// One word for where it ended.
fn name_of(ended: &Ended) -> &'static str {
    match ended {
        Ended::Whole(Cause::Server { truncated: false }) => "whole",
        Ended::Whole(Cause::Server { truncated: true }) => "whole, unsigned end",
        Ended::Whole(_) => "whole, but",
        Ended::Broken(Cause::Server { truncated: false }) => "cut",
        Ended::Broken(Cause::Server { truncated: true }) => "cut inside TLS",
        Ended::Broken(Cause::Reset) => "reset",
        Ended::Broken(Cause::Refused) => "refused",
        Ended::Broken(Cause::Idle) => "idle",
        Ended::Broken(_) => "another cause",
        Ended::Tls(TlsFailure::Closed) => "tls: closed",
        Ended::Tls(TlsFailure::TimedOut) => "tls: timed out",
        Ended::Tls(_) => "tls: another failure",
    }
}

/// Fault, shape, and the state it ends in; two where the network may be quicker than the page. A TLS handshake takes some thousand bytes:
/// 600 are in the middle of it.
const MATRIX: &[(Fault, Shape, &str)] = &[
    (Fault::None, Shape::Plain, "whole"),
    (Fault::None, Shape::Tls, "whole"),
    (Fault::None, Shape::Upgrade, "whole"),
    (Fault::Latency, Shape::Plain, "whole"),
    (Fault::Latency, Shape::Tls, "whole"),
    (Fault::Latency, Shape::Upgrade, "whole"),
    (Fault::Bandwidth, Shape::Plain, "whole"),
    (Fault::Bandwidth, Shape::Tls, "whole"),
    (Fault::Bandwidth, Shape::Upgrade, "whole"),
    (Fault::Slicer, Shape::Plain, "whole"),
    (Fault::Slicer, Shape::Tls, "whole"),
    (Fault::Slicer, Shape::Upgrade, "whole"),
    (Fault::SlowClose, Shape::Plain, "whole"),
    (Fault::SlowClose, Shape::Tls, "whole"),
    (Fault::SlowClose, Shape::Upgrade, "whole"),
    (Fault::Down, Shape::Plain, "refused"),
    (Fault::Down, Shape::Tls, "refused"),
    (Fault::Down, Shape::Upgrade, "refused"),
    (Fault::Silence(0), Shape::Plain, "idle"),
    (Fault::Silence(5), Shape::Plain, "idle"),
    (Fault::Silence(0), Shape::Tls, "tls: timed out"),
    (Fault::Silence(600), Shape::Tls, "tls: timed out"),
    (Fault::Silence(15), Shape::Upgrade, "idle"),
    (Fault::Silence(22), Shape::Upgrade, "tls: timed out"),
    (Fault::Silence(600), Shape::Upgrade, "tls: timed out"),
    (Fault::CutOff(0), Shape::Plain, "cut"),
    (Fault::CutOff(5), Shape::Plain, "cut"),
    (Fault::CutOff(11), Shape::Plain, "cut"),
    (Fault::CutOff(0), Shape::Tls, "tls: closed"),
    (Fault::CutOff(600), Shape::Tls, "tls: closed"),
    (Fault::CutOff(15), Shape::Upgrade, "cut"),
    (Fault::CutOff(22), Shape::Upgrade, "cut|tls: closed"),
    (Fault::CutOff(600), Shape::Upgrade, "tls: closed"),
    (Fault::Reset(0), Shape::Plain, "reset"),
    (Fault::Reset(5), Shape::Plain, "reset"),
    (Fault::Reset(0), Shape::Tls, "tls: closed"),
    (Fault::Reset(600), Shape::Tls, "tls: closed"),
    (Fault::Reset(15), Shape::Upgrade, "reset"),
    (Fault::Reset(22), Shape::Upgrade, "reset|tls: closed"),
    (Fault::Reset(600), Shape::Upgrade, "tls: closed"),
];
