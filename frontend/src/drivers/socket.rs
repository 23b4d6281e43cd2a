//! The WebSocket to the proxy: `wire`'s messages to the workbench's and back. One socket carries one mail session.

use std::{cell::Cell, rc::Rc};

use js_sys::{JSON, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{BinaryType, CloseEvent, MessageEvent, WebSocket};
use wire::{BadFrame, ClientMsg, Head, Kind, Open, ServerMsg, TlsMode};
use workbench::{
    Msg,
    mailproto::token::Side,
    net::{Cause, Offer, Trust},
    network::WATCH,
    tape::Fact,
    target::{PRACTICE_HOST, Security, Target},
};
use yew::Callback;

use super::{Report, storage};

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
    pub fn open(target: &Target, report: Report) -> Option<Self> {
        let Ok(socket) = WebSocket::new(&address()?) else {
            report.ended(Cause::ProxyLost);
            return None;
        };
        socket.set_binary_type(BinaryType::Arraybuffer);
        let alive = Rc::new(Cell::new(true));
        let open = request(target);
        let on_open = Closure::<dyn FnMut()>::new({
            let socket = socket.clone();
            move || say(&socket, &open)
        });
        let on_message = on_message(socket.clone(), alive.clone(), report.clone());
        let on_close = Closure::<dyn FnMut(CloseEvent)>::new({
            let alive = alive.clone();
            move |_: CloseEvent| {
                if alive.replace(false) {
                    report.ended(Cause::ProxyLost);
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
        for mail in bytes.chunks(wire::PAGE_MAIL) {
            // It fails only when the socket is not open, and then its close event tells the learner.
            let _ = self.socket.send_with_u8_array(&wire::page_frame(mail));
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

/// What the proxy is asked first.
fn request(target: &Target) -> ClientMsg {
    let tls = match target.security {
        Security::None => TlsMode::None,
        Security::Tls => TlsMode::Implicit,
    };
    ClientMsg::Open(Open {
        world: target.host.eq_ignore_ascii_case(PRACTICE_HOST).then(storage::world),
        // No proxy has this one.
        trust: target.trust.filter(|trust| *trust != Trust::InPage),
        watch: Some(WATCH),
        ..Open::new(target.host.clone(), target.port, tls)
    })
}

/// Reports what the proxy's frames say, until one of them ends the session.
fn on_message(socket: WebSocket, alive: Rc<Cell<bool>>, report: Report) -> Closure<dyn FnMut(MessageEvent)> {
    Closure::new(move |event: MessageEvent| {
        if !alive.get() {
            return;
        }
        match incoming(&event.data()) {
            Ok(fact) => report.happened(fact),
            Err(cause) => {
                alive.set(false);
                // The proxy closes when it ended the session. Where it was not understood, it does not know of the end.
                if matches!(cause, Cause::Contract { .. }) {
                    let _ = socket.close();
                }
                report.ended(cause);
            }
        }
    })
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
    let offer = serde_wasm_bindgen::from_value::<Offer>(JsFuture::from(response.json()?).await?).ok();
    Ok(offer.filter(|offer| offer.version == wire::VERSION))
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

/// What a frame from the proxy says: something that happened, or why the session is over.
fn incoming(data: &JsValue) -> Result<Fact, Cause> {
    let broken = |detail: String| Cause::Contract { detail };
    let Some(text) = data.as_string() else {
        return octets(&Uint8Array::new(data)).map_err(|bad| broken(bad.to_string()));
    };
    let value = JSON::parse(&text).unwrap_or(JsValue::UNDEFINED);
    serde_wasm_bindgen::from_value(value).map_err(|error| broken(error.to_string())).and_then(control)
}

/// A binary frame: its head is looked at in place, so that its octets are copied once. The page's own clock is used throughout: one
/// clock, one order.
fn octets(frame: &Uint8Array) -> Result<Fact, BadFrame> {
    const HEAD: u32 = Head::LEN as u32;
    let length = frame.length();
    let mut head = [0; Head::LEN];
    let head = &mut head[..length.min(HEAD) as usize];
    frame.subarray(0, length.min(HEAD)).copy_to(head);
    let Head { kind, at_us: _ } = Head::read(head)?;
    let octets = frame.subarray(HEAD, length).to_vec().into();
    Ok(match kind {
        Kind::Mail => Fact::Heard(octets),
        Kind::BelowTls(wire::Side::Client) => Fact::Crossed { side: Side::Client, octets },
        Kind::BelowTls(wire::Side::Server) => Fact::Crossed { side: Side::Server, octets },
    })
}

fn control(msg: ServerMsg) -> Result<Fact, Cause> {
    Ok(match msg {
        ServerMsg::Connected { address, .. } => Fact::Up { address },
        ServerMsg::Tls { facts, .. } => Fact::TlsUp(facts.into()),
        ServerMsg::TlsFailed { failure, facts, .. } => Fact::TlsFailed { failure, facts: facts.into() },
        ServerMsg::KeyLog { lines } => Fact::Keys(lines),
        ServerMsg::Injection { bytes, .. } => Fact::Injected { bytes },
        ServerMsg::Closed { cause, .. } => return Err(cause),
        ServerMsg::IdleWarning { seconds } => Fact::IdleWarning { seconds },
        ServerMsg::Stopping { seconds } => Fact::Stopping { seconds },
        ServerMsg::Error { code, detail } => {
            return Err(Cause::Contract { detail: format!("{code:?}: {detail}") });
        }
    })
}
