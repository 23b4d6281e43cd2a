//! The practice server inside the page: a worker of the browser, fetched when first needed; no proxy, no network. What the two
//! say to each other is `wire`'s; what the server answers is not here.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};
use wire::{FromPractice, ToPractice};
use workbench::{
    Msg,
    net::{Cause, TlsFacts, Trust},
    sitting::SittingId,
    tape::Fact,
    target::{Security, Target},
};
use yew::Callback;

use super::{Report, mx, page};

/// What `trunk serve` calls the worker; built for people, its name is in the page's head.
const WORKER: &str = "practice-worker_loader.js";

/// The worker and the connections to it.
pub struct PracticeServer(Rc<Shared>);

/// What the driver shares with the handlers of the worker's messages. Nothing is borrowed while somebody is told: what is told may lead
/// back here.
struct Shared {
    emit: Callback<Msg>,
    /// Kept as long as the page, so that mail sent by SMTP can be fetched by POP3; gone when it failed.
    worker: RefCell<Option<Worker>>,
    /// The worker is there and listens.
    listens: Cell<bool>,
    /// Counts connections, from 1.
    count: Cell<u32>,
    /// The connections, until one of the two sides hangs up.
    connections: RefCell<Vec<Connection>>,
    /// The domain asked about that has no answer yet.
    asked: RefCell<Option<String>>,
}

/// A connection.
#[derive(Clone)]
struct Connection {
    /// Its number. None is used twice, so that a late message about an older one is ignored.
    number: u32,
    target: Target,
    report: Report,
}

impl PracticeServer {
    /// Reports to `emit`.
    pub fn new(emit: Callback<Msg>) -> Self {
        Self(Rc::new(Shared {
            emit,
            worker: RefCell::default(),
            listens: Cell::default(),
            count: Cell::default(),
            connections: RefCell::default(),
            asked: RefCell::default(),
        }))
    }

    /// Opens a connection to the service the target's port stands for.
    pub fn open(&mut self, report: Report, target: &Target) {
        let number = self.0.count.get() + 1;
        self.0.count.set(number);
        let connection = Connection { number, target: target.clone(), report };
        self.0.connections.borrow_mut().push(connection.clone());
        if Shared::is_started(&self.0) {
            self.0.ask(&connection);
        }
    }

    /// Asks the practice zone who takes mail for a domain.
    pub fn look_up(&self, domain: String) {
        self.0.asked.replace(Some(domain));
        if Shared::is_started(&self.0) {
            self.0.ask_zone();
        }
    }

    /// The client's bytes.
    pub fn send(&self, id: SittingId, bytes: &[u8]) {
        if let Some(connection) = self.0.connection_of(id) {
            self.0.post(&Array::of2(&connection.number.into(), &Uint8Array::from(bytes)));
        }
    }

    /// The handshake: nothing to shake inside one page.
    pub fn start_tls(&self, id: SittingId) {
        if let Some(connection) = self.0.connection_of(id) {
            self.0.say(&ToPractice::TlsUp { number: connection.number });
            connection.tls_up();
        }
    }

    /// The client hangs up.
    pub fn close(&mut self, id: SittingId) {
        if let Some(connection) = self.0.connection_of(id) {
            self.0.take(connection.number);
            self.0.say(&ToPractice::HangUp { number: connection.number });
        }
    }
}

impl Connection {
    fn tls_up(&self) {
        let facts = TlsFacts::unknown(self.target.host.clone(), Trust::InPage);
        self.report.happened(Fact::TlsUp(facts.into()));
    }
}

impl Shared {
    /// Whether there is a worker, started now if there was none.
    fn is_started(shared: &Rc<Self>) -> bool {
        let started = shared.worker.borrow().is_some() || Self::start(shared).is_ok();
        if !started {
            shared.fail();
        }
        started
    }

    fn start(shared: &Rc<Self>) -> Result<(), JsValue> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let name = page::head("practice-worker").unwrap_or_else(|| WORKER.into());
        let worker = Worker::new_with_options(&name, &options)?;
        let on_message = Closure::<dyn Fn(MessageEvent)>::new({
            let shared = shared.clone();
            move |event: MessageEvent| shared.hear(event.data())
        });
        let on_error = Closure::<dyn Fn()>::new({
            let shared = shared.clone();
            move || shared.fail()
        });
        worker.set_onmessage(Some(on_message.into_js_value().unchecked_ref()));
        worker.set_onerror(Some(on_error.into_js_value().unchecked_ref()));
        shared.worker.replace(Some(worker));
        Ok(())
    }

    /// It could not be fetched, or broke: the next connection tries anew, with a post office as on the first day.
    fn fail(&self) {
        self.worker.take();
        self.listens.set(false);
        for connection in self.connections.take() {
            connection.report.ended(Cause::PracticeLost);
        }
        if let Some(domain) = self.asked.take() {
            self.emit.emit(Msg::MailHosts { domain, answer: Err(Cause::PracticeLost) });
        }
    }

    /// Asks the zone, if the worker listens.
    fn ask_zone(&self) {
        if let Some(domain) = self.asked.borrow().clone() {
            self.say(&ToPractice::MailHosts { domain });
        }
    }

    /// Asks for a connection, if the worker listens.
    fn ask(&self, connection: &Connection) {
        self.say(&ToPractice::Open { number: connection.number, port: service(&connection.target) });
    }

    fn say(&self, message: &ToPractice) {
        // The types of `wire` have string keys only, so they cannot fail to serialise.
        self.post(&serde_wasm_bindgen::to_value(message).unwrap_or_default());
    }

    fn post(&self, what: &JsValue) {
        if self.listens.get()
            && let Some(worker) = &*self.worker.borrow()
        {
            // Plain objects and bytes can always be handed over.
            let _ = worker.post_message(what);
        }
    }

    fn connection_of(&self, id: SittingId) -> Option<Connection> {
        self.connections.borrow().iter().find(|connection| connection.report.id == id).cloned()
    }

    fn connection(&self, number: u32) -> Option<Connection> {
        self.connections.borrow().iter().find(|connection| connection.number == number).cloned()
    }

    fn take(&self, number: u32) -> Option<Connection> {
        let mut connections = self.connections.borrow_mut();
        let at = connections.iter().position(|connection| connection.number == number)?;
        Some(connections.swap_remove(at))
    }

    fn hear(&self, said: JsValue) {
        if let Some(bytes) = said.dyn_ref::<Array>() {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "one of our own numbers")]
            let number = bytes.get(0).as_f64().unwrap_or_default() as u32;
            if let Some(connection) = self.connection(number) {
                connection.report.happened(Fact::Heard(Uint8Array::new(&bytes.get(1)).to_vec().into()));
            }
            return;
        }
        // The worker is of the same build: it says nothing else.
        let Ok(message) = serde_wasm_bindgen::from_value(said) else { return };
        match message {
            FromPractice::Listens => {
                self.listens.set(true);
                let connections = self.connections.borrow().clone();
                connections.iter().for_each(|connection| self.ask(connection));
                self.ask_zone();
            }
            FromPractice::Opened { number } => {
                if let Some(connection) = self.connection(number) {
                    connection.report.happened(Fact::Up { address: String::new() });
                    if connection.target.security == Security::Tls {
                        connection.tls_up();
                    }
                }
            }
            FromPractice::Closed { number, truncated } => {
                if let Some(connection) = self.take(number) {
                    connection.report.ended(Cause::Server { truncated });
                }
            }
            FromPractice::MailHosts { told } => {
                if let Some(domain) = self.asked.take() {
                    mx::take(domain, told, &self.emit);
                }
            }
        }
    }
}

/// The standard port that stands for what the target asks: its own, when that is one.
fn service(target: &Target) -> u16 {
    match target.port {
        110 | 995 | 25 | 587 | 465 => target.port,
        _ => Target::standard_port(target.protocol, target.security),
    }
}
