//! The practice server in a worker of the browser: messages of the page in, messages to the page out. What it answers is
//! `practice`'s business; who asks is `frontend/src/drivers/practice_server.rs`, and the two agree on this:
//!
//! | the page says | |
//! |---|---|
//! | an array of two numbers | open connection number so-and-so to the service of that standard port |
//! | bytes | the client sends them |
//! | `true` | the TLS handshake is done |
//! | `false` | the client hangs up |
//! | a text | who takes mail for this domain? |
//!
//! | the worker says | |
//! |---|---|
//! | `0` | it listens: what was said before may be lost |
//! | another number | the connection of that number is open, and what follows is about it |
//! | bytes | the server sends them |
//! | `null` | the server closed |
//! | a text | what the practice zone says about the domain (`docs/wire.md`, `POST /mx`); nothing if it does not know it |

use js_sys::{Array, Date, Math, Uint8Array};
use practice::{Connection, PostOffice, Service, Then, Timestamp};
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// Memory for the worker: the standard allocator is six times its size.
#[cfg(target_family = "wasm")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

/// Called by the loader: listens to the page.
#[wasm_bindgen(start)]
pub fn start() {
    let page: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let mut counter = Counter { page: page.clone(), office: PostOffice::seeded(time()), connection: None };
    let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| counter.hear(&event.data()));
    page.set_onmessage(Some(heard.into_js_value().unchecked_ref()));
    say(&page, &JsValue::from(0));
}

/// The post office and the one connection to it.
struct Counter {
    page: DedicatedWorkerGlobalScope,
    /// Kept as long as the worker, so that mail sent by SMTP can be fetched by POP3.
    office: PostOffice,
    connection: Option<Connection>,
}

impl Counter {
    fn hear(&mut self, said: &JsValue) {
        if let Some(open) = said.dyn_ref::<Array>() {
            self.open(&open.get(0), &open.get(1));
        } else if let Some(bytes) = said.dyn_ref::<Uint8Array>() {
            self.receive(&bytes.to_vec());
        } else if let Some(domain) = said.as_string() {
            say(&self.page, &practice::zone::mx(&domain).unwrap_or_default().into());
        } else if said.is_truthy() {
            if let Some(connection) = &mut self.connection {
                connection.tls_established();
            }
        } else {
            self.hang_up();
        }
    }

    fn open(&mut self, number: &JsValue, port: &JsValue) {
        self.hang_up();
        say(&self.page, number);
        let service = Service::ALL.into_iter().find(|service| port.as_f64() == Some(service.standard_port().into()));
        let Some(service) = service else { return say(&self.page, &JsValue::NULL) };
        let (connection, greeting) = Connection::open(&mut self.office, service, "page", time(), seed());
        self.connection = Some(connection);
        self.answer(&greeting.bytes, greeting.then);
    }

    fn receive(&mut self, bytes: &[u8]) {
        let mut bytes = bytes;
        while let Some(connection) = &mut self.connection {
            let output = connection.receive(&mut self.office, bytes, time());
            let more = connection.has_backlog();
            self.answer(&output.bytes, output.then);
            if !more {
                break;
            }
            bytes = &[];
        }
    }

    fn answer(&mut self, bytes: &[u8], then: Then) {
        if !bytes.is_empty() {
            say(&self.page, &Uint8Array::from(bytes));
        }
        match then {
            // The page shakes hands when it has understood the go-ahead.
            Then::Continue | Then::StartTls => {}
            Then::Close => {
                self.hang_up();
                say(&self.page, &JsValue::NULL);
            }
        }
    }

    fn hang_up(&mut self) {
        if let Some(connection) = self.connection.take() {
            connection.hang_up(&mut self.office);
        }
    }
}

fn say(page: &DedicatedWorkerGlobalScope, what: &JsValue) {
    // Numbers and bytes can always be handed over.
    let _ = page.post_message(what);
}

fn time() -> Timestamp {
    #[allow(clippy::cast_possible_truncation, reason = "seconds fit i64 by far")]
    let seconds = (Date::now() / 1000.0) as i64;
    Timestamp(seconds)
}

/// A number that differs from session to session: for timestamps and ids, not for secrets.
fn seed() -> u64 {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "any 52 bits will do")]
    let seed = (Math::random() * 4_503_599_627_370_496.0) as u64;
    seed
}
