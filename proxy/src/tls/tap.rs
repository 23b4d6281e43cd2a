//! The connection below TLS: octets counted, and copied where the page asked to see them. What TLS makes of them is not here.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Instant;

/// How many of the server's first octets are kept until the handshake is over: a ServerHello is shorter.
const OPENING: usize = 1024;

/// The longest piece of what crossed at once, so that its frame fits the contract with room for the head.
const PIECE: usize = 32 * 1024;

/// A side of the connection with the mail server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// We, for the page.
    Client,
    /// The mail server.
    Server,
}

/// Octets that crossed below TLS.
#[derive(Debug)]
pub struct Seen {
    /// Who sent them.
    pub from: Sender,
    /// Microseconds since the session opened.
    pub at_us: u64,
    /// The octets: the client's or the server's own, so in plain text where TLS had not begun.
    pub octets: Vec<u8>,
}

/// What is known about one connection below TLS. Shared by the stream and its session: the stream is gone after a failed
/// handshake, and what it saw must still be told.
#[derive(Debug)]
pub struct Tap {
    /// Zero of every `at_us`.
    began: Instant,
    /// Octets written to the server.
    sent: AtomicU64,
    /// Octets read from the server.
    received: AtomicU64,
    /// Whether anything is copied. Asked before the lock is taken.
    watching: bool,
    /// Behind a lock because stream and session live in one task but in two places.
    copied: Mutex<Copied>,
}

#[derive(Debug, Default)]
struct Copied {
    /// How many octets more the page may see.
    left: usize,
    /// Not told yet.
    seen: Vec<Seen>,
    /// The server's first octets, until taken.
    opening: Option<Vec<u8>>,
}

impl Tap {
    /// Counts, and copies the first `watch` octets. `began` is when the session opened.
    pub fn new(began: Instant, watch: usize) -> Arc<Self> {
        let copied = Copied { left: watch, seen: Vec::new(), opening: Some(Vec::new()) };
        let (sent, received) = (AtomicU64::new(0), AtomicU64::new(0));
        Arc::new(Self { began, sent, received, watching: watch > 0, copied: Mutex::new(copied) })
    }

    /// Octets written to and read from the server so far.
    pub fn counts(&self) -> (u64, u64) {
        (self.sent.load(Ordering::Relaxed), self.received.load(Ordering::Relaxed))
    }

    /// What was seen since the last call.
    pub fn take(&self) -> Vec<Seen> {
        if self.watching { std::mem::take(&mut self.lock().seen) } else { Vec::new() }
    }

    /// Whether the page asked to see anything.
    pub fn watching(&self) -> bool {
        self.watching
    }

    /// The server's first octets; from now on none are kept.
    pub fn take_opening(&self) -> Vec<u8> {
        self.lock().opening.take().unwrap_or_default()
    }

    fn see(&self, from: Sender, octets: &[u8]) {
        if octets.is_empty() {
            return;
        }
        let count = match from {
            Sender::Client => &self.sent,
            Sender::Server => &self.received,
        };
        let before = count.fetch_add(octets.len() as u64, Ordering::Relaxed);
        let opens = from == Sender::Server && before < OPENING as u64;
        if !self.watching && !opens {
            return;
        }
        let mut copied = self.lock();
        if opens && let Some(opening) = &mut copied.opening {
            opening.extend_from_slice(&octets[..octets.len().min(OPENING - opening.len())]);
        }
        let octets = &octets[..octets.len().min(copied.left)];
        copied.left -= octets.len();
        let at_us = u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX);
        copied.seen.extend(octets.chunks(PIECE).map(|piece| Seen { from, at_us, octets: piece.to_vec() }));
    }

    fn lock(&self) -> MutexGuard<'_, Copied> {
        self.copied.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// TCP under TLS.
#[derive(Debug)]
pub struct Tapped {
    /// The socket.
    tcp: TcpStream,
    /// Shared with the session; without one nothing is counted.
    tap: Option<Arc<Tap>>,
}

impl Tapped {
    /// A watched connection.
    pub fn new(tcp: TcpStream, tap: Arc<Tap>) -> Self {
        Self { tcp, tap: Some(tap) }
    }

    /// What the session shares.
    pub fn tap(&self) -> Option<&Tap> {
        self.tap.as_deref()
    }

    fn see(&self, from: Sender, octets: &[u8]) {
        if let Some(tap) = &self.tap {
            tap.see(from, octets);
        }
    }
}

/// A connection nobody watches.
impl From<TcpStream> for Tapped {
    fn from(tcp: TcpStream) -> Self {
        Self { tcp, tap: None }
    }
}

impl AsyncRead for Tapped {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        ready!(Pin::new(&mut this.tcp).poll_read(cx, buf))?;
        this.see(Sender::Server, &buf.filled()[before..]);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Tapped {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = ready!(Pin::new(&mut this.tcp).poll_write(cx, bytes))?;
        this.see(Sender::Client, &bytes[..written.min(bytes.len())]);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().tcp).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().tcp).poll_shutdown(cx)
    }
}
