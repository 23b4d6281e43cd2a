//! One WebSocket is one mail session: the contract of `wire`, in order. How bytes are pumped is in `relay`, who may be dialled in `policy`;
//! nothing here looks inside the dialogue.

mod page;
mod report;

use std::convert::Infallible;
use std::future::poll_fn;
use std::net::IpAddr;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_util::sync::CancellationToken;
use wire::{Cause, ClientMsg, ErrorCode, Open, ServerMsg, TlsMode, Trust};

pub(crate) use self::report::refusal_cause;

use self::page::{FromPage, Page, round_up};
use crate::dial::dial;
use crate::limits::{Limits, OUTBOX, WEBSOCKET_READ_BUFFER, WEBSOCKET_WRITE_BUFFER};
use crate::metrics::{Dialled, Metrics, Shaken, Side};
use crate::names::Names;
use crate::policy::{AllowedTarget, Greeting, Host, Policy, Refusal, Route};
use crate::rates::{NoPlace, Rates, Stay};
use crate::relay::{MailSocket, Outbox, take_unread};
use crate::tls::{self, KeyNotes, Roots, Strictness, Tap, Terms, Verifiers};
use crate::worlds::{Visit, Worlds};

/// What all sessions share. Dropped with the last of them.
#[derive(Debug)]
pub struct Common {
    /// Who may be dialled.
    pub policy: Policy,
    /// Who is asked for names.
    pub names: Names,
    /// How often, for each visitor and server.
    pub rates: Arc<Rates>,
    /// Who vouches for servers.
    pub verifiers: Verifiers,
    /// The targets whose certificates need not be good, in the operator's words.
    pub exceptions: Vec<AllowedTarget>,
    /// The practice worlds of visitors.
    pub worlds: Arc<Worlds>,
    /// A place for each look-up of mail hosts.
    pub look_ups: Semaphore,
    /// A place for each session that is told that there is none for it.
    pub refusals: Semaphore,
    /// What is counted.
    pub metrics: Metrics,
    /// How long and how much.
    pub limits: Limits,
    /// Cancelled when the proxy begins to stop: each session is told, and no new one begins.
    pub stopping: CancellationToken,
    /// Cancelled when the time to finish is over: each session then says goodbye.
    pub closing: CancellationToken,
}

/// How a session ends.
#[derive(Debug)]
pub(crate) enum End {
    /// The mail session is over, or never began.
    Over(Cause),
    /// The page broke the contract.
    Broken(ErrorCode, String),
    /// The page closed its WebSocket, in order or not: there is nobody to tell.
    Gone,
}

/// How tungstenite is set up for a session.
pub fn websocket_config() -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(WEBSOCKET_READ_BUFFER)
        .write_buffer_size(0)
        .max_write_buffer_size(WEBSOCKET_WRITE_BUFFER)
        .max_message_size(Some(wire::MAX_MESSAGE))
        .max_frame_size(Some(wire::MAX_MESSAGE))
}

/// Runs one session from its first message to the WebSocket's close. One that has no place is only told so.
pub async fn run(socket: WebSocketStream<TcpStream>, common: Arc<Common>, visitor: IpAddr) {
    common.metrics.begun();
    let mut page = Page::new(socket, &common);
    // Kept until the page is gone: a goodbye that nobody takes counts for its visitor too.
    let stay = common.rates.enter(visitor);
    let end = match &stay {
        Ok(stay) => match converse(&mut page, &common, stay).await {
            Ok(never) => match never {},
            Err(end) => end,
        },
        Err(NoPlace::TooMany(count)) => {
            End::Over(Cause::TooMany { sessions: u32::try_from(*count).unwrap_or(u32::MAX) })
        }
        Err(NoPlace::Busy) => End::Over(Cause::Busy),
    };
    let ending = report::count(&end, &common.metrics);
    let place = stay.is_err().then(|| common.refusals.try_acquire());
    // Beyond all limits nobody is told anything.
    if !matches!(place, Some(Err(_))) {
        Box::pin(page.finish(end, &common.limits)).await;
    }
    common.metrics.ended(ending);
}

/// The whole conversation; only ever left by its end.
async fn converse(page: &mut Page, common: &Common, stay: &Stay) -> Result<Infallible, End> {
    let target = page.open_message(common.limits.open_wait, stay).await?;
    let mut outbox = Outbox::default();
    // What happens once is boxed: an idle session then keeps only what it needs.
    let tcp = Box::pin(connect(page, &mut outbox, common, &target)).await?;
    let mut mail = match target.tls {
        TlsMode::None => MailSocket::Plain(tcp),
        TlsMode::Implicit => Box::pin(secure(page, &mut outbox, common, &target, tcp)).await?,
    };
    if let Route::Open(_) = target.route {
        page.expect_greeting();
    }
    loop {
        let after = poll_fn(|cx| poll_relay(cx, page, &mut mail, &mut outbox)).await?;
        mail = Box::pin(upgrade(page, &mut outbox, common, &target, mail, after)).await?;
    }
}

/// Where a session goes.
#[derive(Debug)]
pub(crate) struct Destination {
    /// As it is checked against a certificate.
    host: String,
    port: u16,
    tls: TlsMode,
    route: Route,
    /// Keeps the world from being forgotten as long as the session lives.
    visit: Option<Visit>,
    /// What a certificate is checked against, in the page's word.
    trust: Trust,
    /// The same for the verifier: whose word is taken, and with what consequence.
    check: (Roots, Strictness),
    /// What crosses below TLS.
    tap: Arc<Tap>,
    /// The secrets the page may see: at the practice server, when it watches.
    key_notes: Option<Arc<KeyNotes>>,
}

impl Destination {
    fn new(page: &Page, common: &Common, stay: &Stay, asked: Open) -> Result<Self, End> {
        let Open { version: _, host, port, tls, world, trust, watch } = asked;
        let route = common.policy.decide(&host, port).map_err(|refusal| refused(&host, port, refusal))?;
        let is_practice = matches!(route, Route::Practice(_));
        let usual = if is_practice { Trust::Practice } else { Trust::System };
        let trust = trust.unwrap_or(usual);
        let check = match trust {
            Trust::System => Some((Roots::System, Strictness::Refuse)),
            Trust::Own => common.verifiers.has_own().then_some((Roots::Own, Strictness::Refuse)),
            Trust::Practice => is_practice.then_some((Roots::Practice, Strictness::Refuse)),
            Trust::Exception if is_practice => Some((Roots::Practice, Strictness::Tell)),
            Trust::Exception => common.has_exception(&host, port).then_some((Roots::System, Strictness::Tell)),
            Trust::InPage => None,
        };
        let Some(check) = check else { return Err(End::Over(Cause::NoSuchTrust)) };
        let (visit, host) = match (&route, world) {
            (Route::Practice(_), Some(word)) => {
                (Some(common.worlds.visit(&word).ok_or(End::Over(Cause::PracticeFull))?), as_compared(&host))
            }
            (Route::Practice(_), None) => (None, as_compared(&host)),
            (Route::Listed(host) | Route::Open(host), _) => {
                let host = host.to_string();
                if let Err(wait) = common.rates.dial(stay.visitor()) {
                    tracing::info!("dial {host:?}:{port}: too fast");
                    return Err(End::Over(Cause::TooFast { seconds: round_up(wait) }));
                }
                (None, host)
            }
        };
        let tap = Tap::new(page.began(), watch.unwrap_or(0).min(wire::MAX_WATCH) as usize);
        let key_notes = (is_practice && tap.watching()).then(Arc::default);
        Ok(Self { host, port, tls, route, visit, trust, check, tap, key_notes })
    }

    /// Who vouches, and what becomes of a server nobody vouches for.
    fn terms(&self, common: &Common) -> Terms<'_> {
        let (roots, strictness) = self.check;
        Terms { host: &self.host, roots, strictness, key_log: self.key_notes.clone(), wait: common.limits.tls_wait }
    }
}

impl Common {
    /// Whether the operator stated an exception for this target.
    pub fn has_exception(&self, host: &str, port: u16) -> bool {
        self.exceptions.iter().any(|target| target.port == port && target.written.eq_ignore_ascii_case(host))
    }
}

/// A host that a route was found for, without brackets and root dot.
fn as_compared(host: &str) -> String {
    Host::parse(host).map(|host| host.to_string()).unwrap_or_default()
}

/// Logs the one line of a session that the policy ended. What is no host may be anything, an address with a password in it
/// too: it stays out.
fn refused(host: &str, port: u16, refusal: Refusal) -> End {
    if let Refusal::BadHost(why) = refusal {
        tracing::info!("dial of what is no host, port {port}: refused, {why:?}");
    } else {
        tracing::info!("dial {host:?}:{port}: refused, {refusal:?}");
    }
    End::Over(refusal_cause(refusal))
}

impl Page {
    /// Waits for `open`, the only message that may come first.
    async fn open_message(&mut self, wait: std::time::Duration, stay: &Stay) -> Result<Destination, End> {
        let first = timeout(wait, poll_fn(|cx| self.poll_said(cx, true)));
        let Ok(first) = first.await else {
            let detail = format!("no open within {} seconds", wait.as_secs());
            return Err(End::Broken(ErrorCode::OutOfOrder, detail));
        };
        match first? {
            FromPage::Control(ClientMsg::Open(asked)) => {
                if asked.version != wire::VERSION {
                    return Err(wrong_version(asked.version));
                }
                if let Some(word) = asked.world.as_deref().filter(|word| !wire::is_world(word)) {
                    return Err(wrong_world(word));
                }
                self.begin();
                Destination::new(self, self.common(), stay, asked)
            }
            FromPage::Bytes(_) => Err(out_of_order("bytes before open")),
            FromPage::Control(other) => Err(out_of_order(&format!("{} before open", name_of(&other)))),
        }
    }

    /// Waits for `work` while the page may type ahead, grant credit or hang up.
    async fn attend<T>(&mut self, outbox: &mut Outbox, work: impl Future<Output = T>) -> Result<T, End> {
        let mut work = std::pin::pin!(work);
        poll_fn(|cx| {
            loop {
                let said = self.poll_said(cx, outbox.len() < OUTBOX)?;
                // The page first: a hang-up must not wait for the work.
                match said {
                    Poll::Ready(said) => {
                        if self.absorb(said, outbox)?.is_some() {
                            return Poll::Ready(Err(out_of_order("start_tls before the connection is ready")));
                        }
                    }
                    Poll::Pending => return work.as_mut().poll(cx).map(Ok),
                }
            }
        })
        .await
    }

    /// Does what the page asked; `start_tls` is given back, since only some moments suit it.
    fn absorb(&mut self, said: FromPage, outbox: &mut Outbox) -> Result<Option<u64>, End> {
        match said {
            FromPage::Bytes(bytes) => {
                self.common().metrics.passed(Side::Page, bytes.len() as u64);
                outbox.push(&bytes);
            }
            FromPage::Control(ClientMsg::Credit { bytes }) => self.grant(bytes),
            FromPage::Control(ClientMsg::StartTls { after }) => return Ok(Some(after)),
            FromPage::Control(ClientMsg::Close) => return Err(End::Over(Cause::Client)),
            FromPage::Control(ClientMsg::Open(_)) => return Err(out_of_order("a second open")),
        }
        Ok(None)
    }
}

/// Dials and logs the one line of this session.
async fn connect(
    page: &mut Page,
    outbox: &mut Outbox,
    common: &Common,
    target: &Destination,
) -> Result<TcpStream, End> {
    let Destination { host, port, route, visit, .. } = target;
    let dialling =
        dial(&common.policy, &common.names, &common.rates, route, *port, visit.as_ref(), common.limits.dial_wait);
    let left = |_: &End| common.metrics.dialled(Dialled::Left);
    let dialled = page.attend(outbox, dialling).await.inspect_err(left)?;
    common.metrics.dialled(report::dial_outcome(&dialled));
    match dialled {
        Ok(tcp) => {
            tracing::info!("dial {host:?}:{port}: {route:?}, connected");
            let address = tcp.peer_addr().map(|address| address.to_string()).unwrap_or_default();
            page.say(&ServerMsg::Connected { address, at_us: page.now() });
            Ok(tcp)
        }
        Err(error) => {
            tracing::info!("dial {host:?}:{port}: {route:?}, {error:?}");
            Err(End::Over(report::dial_cause(error)))
        }
    }
}

/// Shakes hands with the mail server and tells the page what came of it.
async fn secure(
    page: &mut Page,
    outbox: &mut Outbox,
    common: &Common,
    target: &Destination,
    tcp: TcpStream,
) -> Result<MailSocket, End> {
    let handshake = tls::connect(tcp, &target.tap, target.terms(common), &common.verifiers);
    let left = |_: &End| common.metrics.shaken(Shaken::Left);
    let shaken = page.attend(outbox, handshake).await.inspect_err(left)?;
    common.metrics.shaken(report::handshake_outcome(&shaken));
    page.show(Some(&target.tap));
    if let Some(notes) = &target.key_notes {
        page.say(&ServerMsg::KeyLog { lines: notes.take() });
    }
    match shaken {
        Ok((stream, facts)) => {
            page.say(&ServerMsg::Tls { facts: report::facts(facts, &target.host, target.trust), at_us: page.now() });
            Ok(MailSocket::secured(stream))
        }
        Err(failed) => {
            tracing::info!("tls {:?}:{}: {:?}", target.host, target.port, failed.why);
            let failure = report::failure(failed.why, &failed.facts.chain);
            let facts = report::facts(failed.facts, &target.host, target.trust);
            page.say(&ServerMsg::TlsFailed { failure, facts, at_us: page.now() });
            Err(End::Over(Cause::Tls))
        }
    }
}

/// The page saw the go-ahead `after` so many plain bytes. Any more plain bytes were injected and stop the upgrade.
async fn upgrade(
    page: &mut Page,
    outbox: &mut Outbox,
    common: &Common,
    target: &Destination,
    mail: MailSocket,
    after: u64,
) -> Result<MailSocket, End> {
    let MailSocket::Plain(mut tcp) = mail else { return Err(out_of_order("start_tls under TLS")) };
    if !page.greeting().lets_speak() {
        return Err(out_of_order("start_tls before the server's greeting"));
    }
    let Some(surplus) = page.forwarded().checked_sub(after) else {
        let detail = format!("start_tls after {after} bytes, but only {} were sent", page.forwarded());
        return Err(out_of_order(&detail));
    };
    // What the page said before start_tls was meant in plain; what it says from now on is not.
    let mut before = MailSocket::Plain(tcp);
    let mut plain = std::mem::take(outbox);
    let written = timeout(common.limits.tls_wait, poll_fn(|cx| plain.poll_write(cx, &mut before)));
    // A server that reads no more fails the handshake, which tells the page why.
    let _ = page.attend(outbox, written).await?;
    let MailSocket::Plain(unwrapped) = before else { return Err(out_of_order("start_tls under TLS")) };
    tcp = unwrapped;
    let bytes = surplus + take_unread(&tcp) as u64;
    if bytes > 0 {
        tracing::info!("tls {:?}:{}: {bytes} plain bytes after the go-ahead", target.host, target.port);
        common.metrics.shaken(Shaken::Injection);
        page.say(&ServerMsg::Injection { bytes, at_us: page.now() });
        return Err(End::Over(Cause::Tls));
    }
    secure(page, outbox, common, target, tcp).await
}

/// Pumps both ways until the page asks for TLS or the session ends. Neither direction waits for the other.
fn poll_relay(
    cx: &mut Context<'_>,
    page: &mut Page,
    mail: &mut MailSocket,
    outbox: &mut Outbox,
) -> Poll<Result<u64, End>> {
    loop {
        // All that the page said until now leaves in one write, also what it said just before its last word.
        let mut listening = outbox.len() < OUTBOX;
        let mut last = None;
        while last.is_none()
            && let Poll::Ready(said) = page.poll_said(cx, listening)
        {
            last = said.and_then(|said| page.absorb(said, outbox)).transpose();
            listening = outbox.len() < OUTBOX;
        }
        match page.greeting() {
            Greeting::NotAsked | Greeting::Mail => {
                let _ = outbox.poll_write(cx, mail);
            }
            Greeting::Waiting(..) => {}
            Greeting::Other => return Poll::Ready(Err(End::Over(Cause::NotMail))),
        }
        page.show(mail.tap());
        if let Some(last) = last {
            return Poll::Ready(last);
        }
        let passed = page.poll_pass(cx, mail)?;
        let may_listen = !listening && outbox.len() < OUTBOX;
        if passed.is_pending() && !may_listen {
            return Poll::Pending;
        }
    }
}

fn out_of_order(detail: &str) -> End {
    End::Broken(ErrorCode::OutOfOrder, detail.to_owned())
}

fn wrong_version(version: impl std::fmt::Display) -> End {
    End::Broken(ErrorCode::Version, format!("version {version}, this proxy speaks {}", wire::VERSION))
}

fn wrong_world(word: &str) -> End {
    let detail = format!("world is 1 to {} letters, digits and hyphens, not {word:?}", wire::MAX_WORLD);
    End::Broken(ErrorCode::Malformed, detail)
}

/// A message's name on the wire.
fn name_of(message: &ClientMsg) -> &'static str {
    match message {
        ClientMsg::Open(_) => "open",
        ClientMsg::StartTls { .. } => "start_tls",
        ClientMsg::Credit { .. } => "credit",
        ClientMsg::Close => "close",
    }
}
