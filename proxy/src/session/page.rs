//! The page's end of a session: frames in and out, credit, pings, the idle clock, the close. Whom it talks to is not here.
//!
//! **Who wakes it.** A session is one task without channels; [`Page`] is polled by hand, so that an idle session keeps no
//! buffer and no second task. The task is woken by the WebSocket (a frame came, or it takes more), by the mail socket (bytes
//! came, or it takes more), by `alarm` (a ping is due, or the idle clock), and by the two tokens `stopping` and `closing`.
//! Whoever returns `Pending` here has asked at least one of them. Credit wakes nobody by itself: it comes in a frame.
//!
//! **In which order it looks.** [`Page::poll_said`] asks whether the proxy stops, then sends what is in line, then reads
//! frames (not while the outbox to the mail server is full), then looks at the clock. [`Page::poll_pass`] sends what is in
//! line, then asks for credit, then reads one chunk of mail, so nothing is read that cannot be passed on.
//! `session::poll_relay` calls the first until it is `Pending`, writes the outbox, tells what crossed below TLS, then calls
//! the second: the page's word goes before the server's, and a hang-up waits for nothing.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::Bytes;
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep_until, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_util::sync::WaitForCancellationFutureOwned;
use wire::{Cause, ClientMsg, ErrorCode, Head, Kind, ServerMsg, Side};

use super::{Common, End, wrong_version};
use crate::limits::Limits;
use crate::metrics::Side as MailSide;
use crate::policy::Greeting;
use crate::relay::MailSocket;
use crate::tls::{Seen, Sender, Tap};

/// The longest chunk of mail in one frame.
const CHUNK: u64 = (wire::MAX_MESSAGE - Head::LEN) as u64;

/// The longest detail of an `error`, in characters.
const DETAIL: usize = 200;

/// What the page said.
#[derive(Debug)]
pub(crate) enum FromPage {
    /// Bytes for the mail server.
    Bytes(Bytes),
    /// A control message.
    Control(ClientMsg),
}

/// The page. Owned by one session; its drop drops the WebSocket.
pub(crate) struct Page {
    /// The WebSocket.
    socket: WebSocketStream<TcpStream>,
    /// What all sessions share.
    common: Arc<Common>,
    /// Zero of every `at_us`.
    began: Instant,
    /// Messages the socket has not taken yet: a handful of control messages, what crossed below TLS, one chunk of mail.
    waiting: VecDeque<Message>,
    /// Whether the socket may hold bytes it has not written.
    unflushed: bool,
    /// Whether the page closed its WebSocket in order.
    left: bool,
    /// Bytes of mail the page still takes.
    credit: u64,
    /// Bytes of mail the page was sent.
    forwarded: u64,
    /// Whether the server is not read because the page granted no more.
    starved: bool,
    /// Whether the page is not read because the server takes no more.
    stuck: bool,
    /// What the server's first bytes are, where it matters.
    greeting: Greeting,
    /// Wakes the session for pings and for the idle clock.
    alarm: Pin<Box<Sleep>>,
    /// When a mail byte last crossed, either way.
    last_byte: Instant,
    /// The `last_byte` for which the warning was given.
    warned: Option<Instant>,
    /// When the page last said anything, pongs too.
    last_frame: Instant,
    /// When the next ping is due.
    next_ping: Instant,
    /// Whether the session was opened.
    opened: bool,
    /// Ready when the proxy begins to stop; `None` once the page was told.
    stopping: Option<Pin<Box<WaitForCancellationFutureOwned>>>,
    /// Ready when the time to finish is over.
    closing: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl Page {
    pub(crate) fn new(socket: WebSocketStream<TcpStream>, common: &Arc<Common>) -> Self {
        let now = Instant::now();
        let next_ping = now + common.limits.ping_every;
        Self {
            socket,
            common: common.clone(),
            began: now,
            waiting: VecDeque::new(),
            unflushed: false,
            left: false,
            credit: common.limits.window,
            forwarded: 0,
            starved: false,
            stuck: false,
            greeting: Greeting::NotAsked,
            // Rings at once and then knows when to ring next.
            alarm: Box::pin(sleep_until(now)),
            last_byte: now,
            warned: None,
            last_frame: now,
            next_ping,
            opened: false,
            stopping: Some(Box::pin(common.stopping.clone().cancelled_owned())),
            closing: Box::pin(common.closing.clone().cancelled_owned()),
        }
    }

    pub(crate) fn common(&self) -> &Common {
        &self.common
    }

    /// The session opens: time counts from here.
    pub(crate) fn begin(&mut self) {
        self.began = Instant::now();
        self.last_byte = self.began;
        self.opened = true;
    }

    /// Nothing may be sent to the server before it greets like a mail server.
    pub(crate) fn expect_greeting(&mut self) {
        self.greeting = Greeting::NONE_YET;
    }

    /// What the server's first bytes are.
    pub(crate) fn greeting(&self) -> Greeting {
        self.greeting
    }

    /// Microseconds since the session opened.
    pub(crate) fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// When the session opened.
    pub(crate) fn began(&self) -> Instant {
        self.began
    }

    /// Tells what crossed below TLS since the last time, where the page asked to see it.
    pub(crate) fn show(&mut self, tap: Option<&Tap>) {
        for Seen { from, at_us, octets } in tap.map(Tap::take).unwrap_or_default() {
            let from = match from {
                Sender::Client => Side::Client,
                Sender::Server => Side::Server,
            };
            let head = Head { kind: Kind::BelowTls(from), at_us };
            self.waiting.push_back(Message::binary(head.frame(&octets)));
        }
    }

    /// Bytes of mail the page was sent.
    pub(crate) fn forwarded(&self) -> u64 {
        self.forwarded
    }

    /// The page takes so many bytes more.
    pub(crate) fn grant(&mut self, bytes: u32) {
        self.credit = self.credit.saturating_add(u64::from(bytes));
        self.starved = false;
    }

    /// Puts a message in line. It leaves while the session is polled.
    pub(crate) fn say(&mut self, message: &ServerMsg) {
        // The types of `wire` have string keys only, so they cannot fail to serialise.
        let text = serde_json::to_string(message).unwrap_or_default();
        self.waiting.push_back(Message::text(text));
    }

    /// What the page says next, if `listening`; also sends what is in line, and watches the clock and the stop.
    pub(crate) fn poll_said(&mut self, cx: &mut Context<'_>, listening: bool) -> Poll<Result<FromPage, End>> {
        if let Some(end) = self.poll_stop(cx) {
            return Poll::Ready(Err(end));
        }
        let _ = self.poll_sent(cx)?;
        if !listening {
            // While reading is paused, the time without a frame does not count.
            self.last_frame = Instant::now();
            if !std::mem::replace(&mut self.stuck, true) {
                self.common.metrics.stalled(MailSide::Page);
            }
            return self.poll_clock(cx).map(Err);
        }
        self.stuck = false;
        while let Poll::Ready(frame) = Pin::new(&mut self.socket).poll_next(cx) {
            self.last_frame = Instant::now();
            if let Some(said) = self.understand(frame)? {
                return Poll::Ready(Ok(said));
            }
        }
        self.poll_clock(cx).map(Err)
    }

    /// Tells an open session once that the proxy stops; ends it when its time is over, and one that has not begun at once.
    fn poll_stop(&mut self, cx: &mut Context<'_>) -> Option<End> {
        let stopping = self.stopping.as_mut().is_some_and(|stopping| stopping.as_mut().poll(cx).is_ready());
        if stopping && !self.opened {
            return Some(End::Over(Cause::Shutdown));
        }
        if stopping {
            self.stopping = None;
            self.say(&ServerMsg::Stopping { seconds: round_up(self.common.limits.stop_grace) });
        }
        self.closing.as_mut().poll(cx).is_ready().then_some(End::Over(Cause::Shutdown))
    }

    /// Passes one chunk from the mail server to the page, when the page has taken all before and granted more.
    pub(crate) fn poll_pass(&mut self, cx: &mut Context<'_>, mail: &mut MailSocket) -> Poll<Result<(), End>> {
        ready!(self.poll_sent(cx))?;
        if self.credit == 0 {
            // The next credit wakes us.
            if !std::mem::replace(&mut self.starved, true) {
                self.common.metrics.stalled(MailSide::Server);
            }
            return Poll::Pending;
        }
        let max = usize::try_from(self.credit.min(CHUNK)).unwrap_or(usize::MAX);
        let began = self.began;
        let greeting = &mut self.greeting;
        let read = ready!(mail.poll_chunk(cx, max, |bytes| {
            let at_us = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
            *greeting = greeting.hear(bytes);
            (bytes.len() as u64, Head { kind: Kind::Mail, at_us }.frame(bytes))
        }));
        let (len, frame) = match read {
            Ok((0, _)) => return Poll::Ready(Err(End::Over(Cause::Server { truncated: false }))),
            Ok(chunk) => chunk,
            Err(error) => return Poll::Ready(Err(End::Over(read_cause(&error)))),
        };
        self.credit -= len;
        self.forwarded += len;
        self.common.metrics.passed(MailSide::Server, len);
        self.last_byte = Instant::now();
        // First what crossed, then what it said.
        self.show(mail.tap());
        self.waiting.push_back(Message::binary(frame));
        let _ = self.poll_sent(cx)?;
        Poll::Ready(Ok(()))
    }

    /// Says how it ended, then closes the WebSocket and waits a little for the page to agree.
    pub(crate) async fn finish(mut self, end: End, limits: &Limits) {
        let farewell = match end {
            End::Over(cause) => {
                let close = close_of(&cause);
                let at_us = self.now();
                self.say(&ServerMsg::Closed { cause, at_us });
                Some(close)
            }
            End::Broken(code, detail) => {
                let detail = detail.chars().take(DETAIL).collect();
                self.say(&ServerMsg::Error { code, detail });
                Some(match code {
                    ErrorCode::TooLong => (CloseCode::Size, "a message is too long"),
                    ErrorCode::Malformed => (CloseCode::Protocol, "a message is malformed"),
                    ErrorCode::Version => (CloseCode::Protocol, "another version"),
                    ErrorCode::OutOfOrder => (CloseCode::Protocol, "a message is out of order"),
                })
            }
            // An orderly leave is answered, a cut one is not.
            End::Gone if self.left => None,
            End::Gone => return,
        };
        if let Some((code, reason)) = farewell {
            self.waiting.push_back(Message::Close(Some(CloseFrame { code, reason: reason.into() })));
        }
        let flushed = timeout(limits.flush_wait, std::future::poll_fn(|cx| self.poll_sent(cx))).await;
        if matches!(flushed, Ok(Ok(()))) {
            let _ = timeout(limits.close_wait, self.linger()).await;
        }
    }

    /// Reads on until the page closes too: closing a socket with unread bytes would reset it and destroy our last words.
    async fn linger(&mut self) -> io::Result<()> {
        let mut agreed = self.left;
        while let Some(Ok(frame)) = self.socket.next().await {
            agreed |= frame.is_close();
        }
        let _ = self.socket.flush().await;
        let tcp = self.socket.get_mut();
        tcp.shutdown().await?;
        if agreed {
            return Ok(());
        }
        let mut scrap = [0; 1024];
        while tcp.read(&mut scrap).await? > 0 {}
        Ok(())
    }

    /// What a frame means; `None` when it means nothing to the session.
    fn understand(&mut self, frame: Option<Result<Message, Error>>) -> Result<Option<FromPage>, End> {
        match frame {
            Some(Ok(Message::Binary(frame))) => {
                let malformed = |bad: wire::BadFrame| End::Broken(ErrorCode::Malformed, bad.to_string());
                let mail = frame.slice_ref(wire::page_mail(&frame).map_err(malformed)?);
                if !mail.is_empty() {
                    self.last_byte = self.last_frame;
                }
                Ok(Some(FromPage::Bytes(mail)))
            }
            Some(Ok(Message::Text(text))) => control(&text).map(|message| Some(FromPage::Control(message))),
            Some(Ok(Message::Ping(_))) => {
                // tungstenite has put the pong in line.
                self.unflushed = true;
                Ok(None)
            }
            Some(Ok(Message::Pong(_) | Message::Frame(_))) => Ok(None),
            Some(Ok(Message::Close(_))) => {
                self.left = true;
                Err(End::Gone)
            }
            None => Err(End::Gone),
            Some(Err(Error::Capacity(error))) => Err(End::Broken(ErrorCode::TooLong, error.to_string())),
            Some(Err(Error::Protocol(error))) => Err(protocol_end(&error)),
            Some(Err(Error::Utf8(error))) => {
                Err(End::Broken(ErrorCode::Malformed, format!("text is not UTF-8: {error}")))
            }
            Some(Err(_)) => Err(End::Gone),
        }
    }

    /// Hands waiting messages to the socket and flushes it. Ready when the page's TCP took everything.
    fn poll_sent(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), End>> {
        let gone = |_: Error| End::Gone;
        while !self.waiting.is_empty() {
            ready!(Pin::new(&mut self.socket).poll_ready(cx)).map_err(gone)?;
            if let Some(message) = self.waiting.pop_front() {
                self.unflushed = true;
                Pin::new(&mut self.socket).start_send(message).map_err(gone)?;
            }
        }
        if self.unflushed {
            ready!(Pin::new(&mut self.socket).poll_flush(cx)).map_err(gone)?;
            self.unflushed = false;
        }
        Poll::Ready(Ok(()))
    }

    /// Pings, warns and ends. Bytes do not move the alarm: it rings at most once a ping too early.
    fn poll_clock(&mut self, cx: &mut Context<'_>) -> Poll<End> {
        while self.alarm.as_mut().poll(cx).is_ready() {
            let Limits { ping_every, idle_close, idle_warning, .. } = self.common.limits;
            let now = Instant::now();
            let closes = self.last_byte + idle_close;
            if now >= closes {
                return Poll::Ready(End::Over(Cause::Idle));
            }
            if now >= closes - idle_warning && self.warned != Some(self.last_byte) {
                self.warned = Some(self.last_byte);
                self.say(&ServerMsg::IdleWarning { seconds: round_up((closes - now).max(Duration::ZERO)) });
            }
            if now >= self.next_ping {
                if now >= self.last_frame + 3 * ping_every {
                    return Poll::Ready(End::Gone);
                }
                if self.waiting.is_empty() {
                    self.waiting.push_back(Message::Ping(Bytes::new()));
                }
                self.next_ping = now + ping_every;
            }
            let idle = if self.warned == Some(self.last_byte) { closes } else { closes - idle_warning };
            self.alarm.as_mut().reset(self.next_ping.min(idle));
            match self.poll_sent(cx) {
                Poll::Ready(Err(end)) => return Poll::Ready(end),
                Poll::Ready(Ok(())) | Poll::Pending => {}
            }
        }
        Poll::Pending
    }
}

/// Reads a control message. Its version is judged before its shape, since another version may have another shape.
fn control(text: &str) -> Result<ClientMsg, End> {
    let malformed = |error: serde_json::Error| End::Broken(ErrorCode::Malformed, error.to_string());
    let value: Value = serde_json::from_str(text).map_err(malformed)?;
    match value.pointer("/open/version") {
        Some(version) if *version != wire::VERSION => Err(wrong_version(version)),
        _ => serde_json::from_value(value).map_err(malformed),
    }
}

/// The WebSocket's close after a session that ended so.
fn close_of(cause: &Cause) -> (CloseCode, &'static str) {
    match cause {
        Cause::Shutdown => (CloseCode::Away, "the proxy is stopping"),
        Cause::Busy => (CloseCode::Again, "too many sessions"),
        Cause::PracticeFull => (CloseCode::Again, "the practice server is full"),
        Cause::TooFast { .. } | Cause::TooMany { .. } => (CloseCode::Again, "too much at once"),
        Cause::Server { .. }
        | Cause::Reset
        | Cause::Client
        | Cause::NotAllowed
        | Cause::BadHost { .. }
        | Cause::OtherPort
        | Cause::RelayPort
        | Cause::NotPublic { .. }
        | Cause::Never { .. }
        | Cause::Itself
        | Cause::NotMail
        | Cause::NoSuchTrust
        | Cause::NoSuchHost
        | Cause::NameFailed
        | Cause::Refused
        | Cause::TimedOut { .. }
        | Cause::Network { .. }
        | Cause::Tls
        | Cause::Idle
        | Cause::ProxyLost
        | Cause::PracticeLost
        | Cause::Contract { .. } => (CloseCode::Normal, "the mail session is over"),
    }
}

/// A frame that RFC 6455 forbids; a connection cut without a close frame is just gone.
#[expect(clippy::wildcard_enum_match_arm, reason = "tungstenite's list; all but two say the same to us")]
fn protocol_end(error: &tokio_tungstenite::tungstenite::error::ProtocolError) -> End {
    use tokio_tungstenite::tungstenite::error::ProtocolError;
    match error {
        ProtocolError::ResetWithoutClosingHandshake | ProtocolError::ReceivedAfterClosing => End::Gone,
        other => End::Broken(ErrorCode::Malformed, other.to_string()),
    }
}

/// Why reading from the mail server failed.
#[expect(clippy::wildcard_enum_match_arm, reason = "the standard library adds kinds")]
fn read_cause(error: &io::Error) -> Cause {
    match error.kind() {
        // rustls: the end of TCP without close_notify.
        io::ErrorKind::UnexpectedEof => Cause::Server { truncated: true },
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe => Cause::Reset,
        _ => Cause::Network { detail: error.to_string() },
    }
}

/// Whole seconds, never too few.
pub(super) fn round_up(left: Duration) -> u32 {
    u32::try_from(left.as_millis().div_ceil(1000)).unwrap_or(u32::MAX)
}
