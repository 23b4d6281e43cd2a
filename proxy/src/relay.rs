//! The pump's parts: the socket to the mail server, and the bytes waiting for it. Limits only: nothing is parsed here.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, Read};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsStream;

use crate::tls::{Tap, Tapped};

/// The longest chunk one read gives.
const READ: usize = 64 * 1024;

thread_local! {
    /// One buffer a thread instead of one a session: a read ends before anything else runs on the thread.
    static BUFFER: RefCell<Vec<u8>> = RefCell::new(vec![0; READ]);
}

/// A connection with a mail server, or of one with its client.
#[derive(Debug)]
pub enum MailSocket {
    /// Plain TCP.
    Plain(TcpStream),
    /// TLS on TCP.
    Tls(Box<Secured>),
}

/// A connection under TLS.
#[derive(Debug)]
pub struct Secured {
    stream: TlsStream<Tapped>,
    /// What ended it, found behind bytes that had to be passed on first.
    ended: Option<io::Error>,
}

impl MailSocket {
    /// The handshake is done.
    pub fn secured(stream: impl Into<TlsStream<Tapped>>) -> Self {
        Self::Tls(Box::new(Secured { stream: stream.into(), ended: None }))
    }

    /// What crosses below TLS, where TLS is on and somebody watches.
    pub fn tap(&self) -> Option<&Tap> {
        match self {
            Self::Plain(_) => None,
            Self::Tls(tls) => tls.stream.get_ref().0.tap(),
        }
    }

    /// Reads what lies there, at most `max` bytes, and gives it to `take`; no bytes mean the end.
    pub fn poll_chunk<T>(
        &mut self,
        cx: &mut Context<'_>,
        max: usize,
        take: impl FnOnce(&[u8]) -> T,
    ) -> Poll<io::Result<T>> {
        BUFFER.with_borrow_mut(|buffer| {
            let end = max.min(buffer.len());
            let mut chunk = ReadBuf::new(&mut buffer[..end]);
            ready!(match self {
                Self::Plain(tcp) => Pin::new(tcp).poll_read(cx, &mut chunk),
                Self::Tls(tls) => tls.poll_fill(cx, &mut chunk),
            })?;
            Poll::Ready(Ok(take(chunk.filled())))
        })
    }
}

impl Secured {
    /// Joins the records that are there, as the kernel joins plain bytes: one read of the stream gives no more than one, and
    /// a server that writes line by line makes each line a record. Waits for none but the first.
    fn poll_fill(&mut self, cx: &mut Context<'_>, chunk: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if let Some(error) = self.ended.take() {
            return Poll::Ready(Err(error));
        }
        loop {
            let before = chunk.filled().len();
            match Pin::new(&mut self.stream).poll_read(cx, chunk) {
                Poll::Ready(Ok(())) if chunk.filled().len() > before && chunk.remaining() > 0 => {}
                Poll::Ready(Err(error)) if before > 0 => {
                    self.ended = Some(error);
                    return Poll::Ready(Ok(()));
                }
                Poll::Pending if before > 0 => return Poll::Ready(Ok(())),
                // The first record, or none; or the chunk is full. An end in order is told again by the next read.
                done @ (Poll::Ready(_) | Poll::Pending) => return done,
            }
        }
    }
}

impl AsyncRead for MailSocket {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_read(cx, buf),
            Self::Tls(tls) => Pin::new(&mut tls.stream).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for MailSocket {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_write(cx, bytes),
            Self::Tls(tls) => Pin::new(&mut tls.stream).poll_write(cx, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_flush(cx),
            Self::Tls(tls) => Pin::new(&mut tls.stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_shutdown(cx),
            Self::Tls(tls) => Pin::new(&mut tls.stream).poll_shutdown(cx),
        }
    }
}

/// Plain bytes that lie unread at the socket right now; they are taken and counted, up to one buffer. Asks the kernel itself: tokio knows
/// only what its reactor has seen.
pub fn take_unread(tcp: &TcpStream) -> usize {
    let socket = SockRef::from(tcp);
    BUFFER.with_borrow_mut(|buffer| {
        let mut taken = 0;
        while taken < READ {
            match (&*socket).read(&mut buffer[taken..]) {
                Ok(0) | Err(_) => break,
                Ok(more) => taken += more,
            }
        }
        taken
    })
}

/// Bytes from the page on their way to the mail server. Copied out of their frames: a frame that is kept would keep the
/// WebSocket's read buffer, and what came in many frames leaves in one write.
#[derive(Debug, Default)]
pub struct Outbox {
    /// Oldest first.
    waiting: VecDeque<u8>,
    /// Whether the socket holds bytes it was given and has not sent.
    unflushed: bool,
    /// The server takes no more; what comes is dropped. Its own bytes may still arrive.
    deaf: bool,
}

impl Outbox {
    /// Appends what the page sent.
    pub fn push(&mut self, bytes: &[u8]) {
        if !self.deaf {
            self.waiting.extend(bytes);
        }
    }

    /// How many bytes wait.
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Writes as much as the server takes. Ready when all is gone, also when it went nowhere.
    pub fn poll_write(&mut self, cx: &mut Context<'_>, mail: &mut MailSocket) -> Poll<()> {
        match ready!(self.poll_deliver(cx, mail)) {
            Ok(()) => {}
            Err(_) => *self = Self { deaf: true, ..Self::default() },
        }
        Poll::Ready(())
    }

    fn poll_deliver(&mut self, cx: &mut Context<'_>, mail: &mut MailSocket) -> Poll<io::Result<()>> {
        while !self.waiting.is_empty() {
            let (oldest, _) = self.waiting.as_slices();
            let written = ready!(Pin::new(&mut *mail).poll_write(cx, oldest))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.waiting.drain(..written);
            self.unflushed = true;
        }
        if self.unflushed {
            // An idle session keeps no buffer.
            self.waiting = VecDeque::new();
            ready!(Pin::new(mail).poll_flush(cx))?;
            self.unflushed = false;
        }
        Poll::Ready(Ok(()))
    }
}
