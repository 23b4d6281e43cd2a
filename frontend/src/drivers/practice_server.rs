//! The practice server inside the page: a worker of the browser, fetched when first needed; no proxy, no network. What the two
//! say to each other is `wire`'s; what the server answers is not here.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};
use wire::{FromPractice, ToPractice};
use workbench::{
    Msg,
    model::{Security, Target},
    net::{Cause, TlsFacts, Trust},
};
use yew::Callback;

use super::{clock, mx, page};

/// What `trunk serve` calls the worker; built for people, its name is in the page's head.
const WORKER: &str = "practice-worker_loader.js";

/// The worker and the one connection to it.
pub struct PracticeServer(Rc<Shared>);

/// What the driver shares with the handlers of the worker's messages.
struct Shared {
    emit: Callback<Msg>,
    /// Kept as long as the page, so that mail sent by SMTP can be fetched by POP3; gone when it failed.
    worker: RefCell<Option<Worker>>,
    /// The worker is there and listens.
    listens: Cell<bool>,
    /// Counts connections, from 1.
    number: Cell<u32>,
    /// Whom the newest connection is for, until the client hangs up.
    target: RefCell<Option<Target>>,
    /// The domain asked about that has no answer yet.
    asked: RefCell<Option<String>>,
    /// What the worker says is about the newest connection, no longer about one before it.
    open: Cell<bool>,
}

impl PracticeServer {
    /// Reports to `emit`.
    pub fn new(emit: Callback<Msg>) -> Self {
        Self(Rc::new(Shared {
            emit,
            worker: RefCell::default(),
            listens: Cell::default(),
            number: Cell::default(),
            target: RefCell::default(),
            asked: RefCell::default(),
            open: Cell::default(),
        }))
    }

    /// Opens a connection to the service the target's port stands for.
    pub fn open(&mut self, target: &Target) {
        self.close();
        self.0.number.set(self.0.number.get() + 1);
        self.0.target.replace(Some(target.clone()));
        if self.0.worker.borrow().is_none() && Shared::start(&self.0).is_err() {
            self.0.fail();
        }
        self.0.ask();
    }

    /// Asks the practice zone who takes mail for a domain.
    pub fn look_up(&self, domain: String) {
        self.0.asked.replace(Some(domain));
        if self.0.worker.borrow().is_none() && Shared::start(&self.0).is_err() {
            self.0.fail();
        }
        self.0.ask_zone();
    }

    /// The client's bytes.
    pub fn send(&self, bytes: &[u8]) {
        self.0.post(&Uint8Array::from(bytes));
    }

    /// The handshake: nothing to shake inside one page.
    pub fn start_tls(&self) {
        self.0.say(&ToPractice::TlsUp);
        self.0.tls_up();
    }

    /// The client hangs up.
    pub fn close(&mut self) {
        self.0.open.set(false);
        if self.0.target.take().is_some() {
            self.0.say(&ToPractice::HangUp);
        }
    }
}

impl Shared {
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
        self.open.set(false);
        if self.target.take().is_some() {
            self.emit.emit(Msg::Closed { cause: Cause::PracticeLost, at: clock::now() });
        }
        if let Some(domain) = self.asked.take() {
            self.emit.emit(Msg::MailHosts { domain, answer: Err(Cause::PracticeLost) });
        }
    }

    /// Asks the zone, if somebody listens.
    fn ask_zone(&self) {
        if let Some(domain) = self.asked.borrow().clone() {
            self.say(&ToPractice::MailHosts { domain });
        }
    }

    /// Asks for the newest connection, if one is wanted and somebody listens.
    fn ask(&self) {
        if let Some(target) = &*self.target.borrow() {
            self.say(&ToPractice::Open { number: self.number.get(), port: service(target) });
        }
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

    fn hear(&self, said: JsValue) {
        if let Some(bytes) = said.dyn_ref::<Uint8Array>() {
            // Not about a connection that is over.
            if self.open.get() {
                self.emit.emit(Msg::Received { bytes: bytes.to_vec(), at: clock::now() });
            }
            return;
        }
        // The worker is of the same build: it says nothing else.
        let Ok(message) = serde_wasm_bindgen::from_value(said) else { return };
        match message {
            FromPractice::Listens => {
                self.listens.set(true);
                self.ask();
                self.ask_zone();
            }
            FromPractice::Opened { number } => {
                self.open.set(number == self.number.get() && self.target.borrow().is_some());
                self.connected();
            }
            FromPractice::Closed { truncated } => {
                if self.open.take() {
                    self.target.take();
                    self.emit.emit(Msg::Closed { cause: Cause::Server { truncated }, at: clock::now() });
                }
            }
            FromPractice::MailHosts { told } => {
                if let Some(domain) = self.asked.take() {
                    mx::take(domain, told, &self.emit);
                }
            }
        }
    }

    fn connected(&self) {
        if !self.open.get() {
            return;
        }
        self.emit.emit(Msg::Connected { address: String::new(), at: clock::now() });
        let security = self.target.borrow().as_ref().map(|target| target.security);
        if security == Some(Security::Tls) {
            self.tls_up();
        }
    }

    fn tls_up(&self) {
        let target = self.target.borrow();
        let server_name = target.as_ref().map(|target| target.host.clone()).unwrap_or_default();
        let facts = TlsFacts::unknown(server_name, Trust::InPage);
        drop(target);
        self.emit.emit(Msg::TlsUp { facts: facts.into(), at: clock::now() });
    }
}

/// The standard port that stands for what the target asks: its own, when that is one.
fn service(target: &Target) -> u16 {
    match target.port {
        110 | 995 | 25 | 587 | 465 => target.port,
        _ => Target::standard_port(target.protocol, target.security),
    }
}
