//! The WebSocket to the proxy: `wire`'s messages to the workbench's and back. One socket carries one mail session.

use std::{cell::Cell, rc::Rc};

use js_sys::JSON;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{BinaryType, CloseEvent, MessageEvent, WebSocket};
use wire::{ClientMsg, Open, ServerMsg, TlsMode};
use workbench::{
    Msg,
    mailproto::{base64::decode, token::Side},
    model::{PRACTICE_HOST, Security, Target},
    net::{Allowed, Block, Cause, Certificate, HostFault, Micros, Offer, TlsFacts, TlsFailure, Trust},
    network::WATCH,
};
use yew::Callback;

use super::{clock, storage};

/// Bytes dealt with before the proxy is told: often enough for its window of 256 KiB, and not for every line.
const PORTION: u32 = 32 * 1024;

/// An open or opening socket. Dropping it without [`Socket::close`] leaves it to the browser.
pub struct Socket {
    socket: WebSocket,
    /// Cleared by [`Socket::close`]: whatever still arrives belongs to a session that is over.
    alive: Rc<Cell<bool>>,
    /// Bytes dealt with that the proxy was not told of.
    owed: Cell<u32>,
    _on_open: Closure<dyn FnMut()>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_close: Closure<dyn FnMut(CloseEvent)>,
}

impl Socket {
    /// Opens the socket and asks for `target`. `None` after reporting that the proxy cannot be reached.
    pub fn open(target: &Target, emit: Callback<Msg>) -> Option<Self> {
        let Ok(socket) = WebSocket::new(&address()?) else {
            emit.emit(Msg::Closed { cause: Cause::ProxyLost, at: clock::now() });
            return None;
        };
        socket.set_binary_type(BinaryType::Arraybuffer);
        let alive = Rc::new(Cell::new(true));
        let tls = match target.security {
            Security::None => TlsMode::None,
            Security::Tls => TlsMode::Implicit,
        };
        let open = ClientMsg::Open(Open {
            world: target.host.eq_ignore_ascii_case(PRACTICE_HOST).then(storage::world),
            trust: target.trust.and_then(asked_trust),
            watch: Some(WATCH),
            ..Open::new(target.host.clone(), target.port, tls)
        });
        let on_open = Closure::<dyn FnMut()>::new({
            let socket = socket.clone();
            move || say(&socket, &open)
        });
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new({
            let (alive, emit) = (alive.clone(), emit.clone());
            move |event: MessageEvent| {
                if alive.get()
                    && let Some(msg) = incoming(&event.data())
                {
                    if matches!(msg, Msg::Closed { .. }) {
                        alive.set(false);
                    }
                    emit.emit(msg);
                }
            }
        });
        let on_close = Closure::<dyn FnMut(CloseEvent)>::new({
            let alive = alive.clone();
            move |_: CloseEvent| {
                if alive.replace(false) {
                    emit.emit(Msg::Closed { cause: Cause::ProxyLost, at: clock::now() });
                }
            }
        });
        socket.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        Some(Self {
            socket,
            alive,
            owed: Cell::new(0),
            _on_open: on_open,
            _on_message: on_message,
            _on_close: on_close,
        })
    }

    /// Bytes for the mail server, in frames the contract allows.
    pub fn send(&self, bytes: &[u8]) {
        for frame in bytes.chunks(wire::MAX_MESSAGE) {
            // It fails only when the socket is not open, and then its close event tells the learner.
            let _ = self.socket.send_with_u8_array(frame);
        }
    }

    /// The go-ahead came.
    pub fn start_tls(&self, after: u64) {
        say(&self.socket, &ClientMsg::StartTls { after });
    }

    /// Bytes are dealt with.
    pub fn credit(&self, bytes: u32) {
        let bytes = self.owed.get().saturating_add(bytes);
        if bytes < PORTION {
            self.owed.set(bytes);
        } else {
            self.owed.set(0);
            say(&self.socket, &ClientMsg::Credit { bytes });
        }
    }

    /// Drops the mail connection and the socket.
    pub fn close(self) {
        self.alive.set(false);
        say(&self.socket, &ClientMsg::Close);
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        let _ = self.socket.close();
    }
}

/// How long the page waits for the offer before it plays the practice server itself.
const OFFER_WAIT_MS: u32 = 4_000;

/// Fetches what the proxy offers; reports `None` when there is no proxy behind this page.
pub fn ask_offer(emit: Callback<Msg>) {
    wasm_bindgen_futures::spawn_local(async move {
        let offer = fetch_offer().await.ok().flatten();
        emit.emit(Msg::Offer(offer));
    });
}

async fn fetch_offer() -> Result<Option<Offer>, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let asking = web_sys::RequestInit::new();
    asking.set_signal(Some(&web_sys::AbortSignal::timeout_with_u32(OFFER_WAIT_MS)));
    let asked = window.fetch_with_str_and_init("offer", &asking);
    let response: web_sys::Response = JsFuture::from(asked).await?.dyn_into()?;
    if !response.ok() {
        return Ok(None);
    }
    let offer = JsFuture::from(response.json()?).await?;
    let Ok(offer) = serde_wasm_bindgen::from_value::<wire::Offer>(offer) else { return Ok(None) };
    Ok((offer.version == wire::VERSION).then(|| Offer {
        practice: offer
            .practice
            .map(|practice| (practice.host, practice.services.into_iter().map(|service| service.port).collect())),
        allowed: offer
            .allowed
            .into_iter()
            .map(|wire::Target { host, port, exception }| Allowed { host, port, exception })
            .collect(),
        trust: offer.trust.into_iter().map(trust).collect(),
        open_ports: offer.open_ports,
    }))
}

/// The socket's address beside this page's, so that a sub-path works.
fn address() -> Option<String> {
    let location = web_sys::window()?.location();
    let base = location.href().ok()?;
    let url = web_sys::Url::new_with_base("ws", &base).ok()?;
    let scheme = if location.protocol().ok()? == "https:" { "wss:" } else { "ws:" };
    url.set_protocol(scheme);
    url.set_search("");
    url.set_hash("");
    Some(url.href())
}

fn say(socket: &WebSocket, msg: &ClientMsg) {
    // The browser writes and reads JSON itself; what is told are names and numbers, which always fit.
    let text = serde_wasm_bindgen::to_value(msg).ok().and_then(|value| JSON::stringify(&value).ok());
    if socket.ready_state() == WebSocket::OPEN
        && let Some(text) = text.and_then(|text| text.as_string())
    {
        let _ = socket.send_with_str(&text);
    }
}

/// A frame from the proxy. The page's own clock is used throughout: one clock, one order.
fn incoming(data: &JsValue) -> Option<Msg> {
    let at = clock::now();
    if let Some(text) = data.as_string() {
        let value = JSON::parse(&text).unwrap_or(JsValue::UNDEFINED);
        return Some(match serde_wasm_bindgen::from_value(value) {
            Ok(msg) => control(msg)?,
            Err(error) => Msg::Closed { cause: Cause::Contract(error.to_string()), at },
        });
    }
    let frame = js_sys::Uint8Array::new(data).to_vec();
    let (_, bytes) = wire::split_chunk(&frame)?;
    Some(Msg::Received { bytes: bytes.to_vec(), at })
}

fn control(msg: ServerMsg) -> Option<Msg> {
    let at = clock::now();
    Some(match msg {
        ServerMsg::Connected { address, .. } => Msg::Connected { address, at },
        ServerMsg::Tls { facts, .. } => Msg::TlsUp { facts: tls_facts(facts).into(), at },
        ServerMsg::TlsFailed { failure, facts, .. } => {
            Msg::TlsFailed { failure: tls_failure(failure), facts: tls_facts(facts).into(), at }
        }
        ServerMsg::Network { from, base64, .. } => {
            let side = match from {
                wire::Side::Client => Side::Client,
                wire::Side::Server => Side::Server,
            };
            Msg::Network { side, octets: decode(base64.as_bytes()).unwrap_or_default(), at }
        }
        ServerMsg::KeyLog { lines } => Msg::Keys(lines),
        ServerMsg::Injection { bytes, .. } => Msg::Injection { bytes, at },
        ServerMsg::Closed { cause: ended, .. } => Msg::Closed { cause: cause(ended), at },
        ServerMsg::IdleWarning { seconds } => Msg::IdleWarning { seconds, at },
        ServerMsg::Stopping { seconds } => Msg::Stopping { seconds, at },
        ServerMsg::Error { code, detail } => Msg::Closed { cause: Cause::Contract(format!("{code:?}: {detail}")), at },
    })
}

fn tls_facts(facts: wire::TlsFacts) -> TlsFacts {
    TlsFacts {
        version: facts.version,
        cipher: facts.cipher,
        group: facts.group,
        alpn: facts.alpn,
        server_name: facts.server_name,
        trust: trust(facts.trust),
        doubt: facts.doubt.map(tls_failure),
        chain: facts.chain.into_iter().map(certificate).collect(),
        took: Micros(facts.took_us),
        crossed: (facts.sent, facts.received),
    }
}

fn trust(of: wire::Trust) -> Trust {
    match of {
        wire::Trust::System => Trust::System,
        wire::Trust::Own => Trust::Own,
        wire::Trust::Practice => Trust::Practice,
        wire::Trust::Exception => Trust::Exception,
    }
}

fn asked_trust(of: Trust) -> Option<wire::Trust> {
    match of {
        Trust::System => Some(wire::Trust::System),
        Trust::Own => Some(wire::Trust::Own),
        Trust::Practice => Some(wire::Trust::Practice),
        Trust::Exception => Some(wire::Trust::Exception),
        Trust::InPage => None,
    }
}

fn certificate(of: wire::Certificate) -> Certificate {
    let wire::Certificate { subject, issuer, names, not_before, not_after, key, signature, serial, sha256 } = of;
    Certificate { subject, issuer, names, validity: (not_before, not_after), key, signature, serial, sha256 }
}

fn tls_failure(failure: wire::TlsFailure) -> TlsFailure {
    match failure {
        wire::TlsFailure::UnknownIssuer => TlsFailure::UnknownIssuer,
        wire::TlsFailure::WrongName => TlsFailure::WrongName,
        wire::TlsFailure::Expired => TlsFailure::Expired,
        wire::TlsFailure::NotYetValid => TlsFailure::NotYetValid,
        wire::TlsFailure::Revoked => TlsFailure::Revoked,
        wire::TlsFailure::IsAuthority => TlsFailure::IsAuthority,
        wire::TlsFailure::WrongPurpose => TlsFailure::WrongPurpose,
        wire::TlsFailure::BadChain => TlsFailure::BadChain,
        wire::TlsFailure::BadSignature => TlsFailure::BadSignature,
        wire::TlsFailure::Weak => TlsFailure::Weak,
        wire::TlsFailure::ChainTooLong => TlsFailure::ChainTooLong,
        wire::TlsFailure::NothingInCommon => TlsFailure::NothingInCommon,
        wire::TlsFailure::NotTls => TlsFailure::NotTls,
        wire::TlsFailure::Closed => TlsFailure::Closed,
        wire::TlsFailure::TimedOut => TlsFailure::TimedOut,
        wire::TlsFailure::Other { detail } => TlsFailure::Other(detail),
    }
}

pub(super) fn cause(of: wire::Cause) -> Cause {
    match of {
        wire::Cause::Server { truncated } => Cause::Server { truncated },
        wire::Cause::Reset => Cause::Reset,
        wire::Cause::Client => Cause::Client,
        wire::Cause::NotAllowed => Cause::NotAllowed,
        wire::Cause::BadHost { why } => Cause::BadHost(host_fault(why)),
        wire::Cause::OtherPort => Cause::OtherPort,
        wire::Cause::RelayPort => Cause::RelayPort,
        wire::Cause::NotPublic { block, source } => Cause::NotPublic(Block { name: block, source }),
        wire::Cause::Never { block, source } => Cause::Never(Block { name: block, source }),
        wire::Cause::Itself => Cause::Itself,
        wire::Cause::NotMail => Cause::NotMail,
        wire::Cause::TooFast { seconds } => Cause::TooFast { seconds },
        wire::Cause::TooMany { sessions } => Cause::TooMany { sessions },
        wire::Cause::NoSuchTrust => Cause::NoSuchTrust,
        wire::Cause::NoSuchHost => Cause::NoSuchHost,
        wire::Cause::NameFailed => Cause::NameFailed,
        wire::Cause::Refused => Cause::Refused,
        wire::Cause::TimedOut { seconds } => Cause::TimedOut { seconds },
        wire::Cause::Network { detail } => Cause::Network(detail),
        wire::Cause::Tls => Cause::Tls,
        wire::Cause::Idle => Cause::Idle,
        wire::Cause::Shutdown => Cause::Shutdown,
        wire::Cause::Busy => Cause::Busy,
        wire::Cause::PracticeFull => Cause::PracticeFull,
    }
}

fn host_fault(of: wire::HostFault) -> HostFault {
    match of {
        wire::HostFault::Empty => HostFault::Empty,
        wire::HostFault::TooLong => HostFault::TooLong,
        wire::HostFault::Number => HostFault::Number,
        wire::HostFault::Zone => HostFault::Zone,
        wire::HostFault::Mixed => HostFault::Mixed,
        wire::HostFault::Character => HostFault::Character,
    }
}
