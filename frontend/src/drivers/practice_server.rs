//! The practice server inside the page: a worker of the browser, fetched when first needed; no proxy, no network. What the
//! messages to and from it mean is written in `practice-worker`.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};
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

/// The worker and the one connection to it.
pub struct PracticeServer(Rc<Line>);

/// What the driver shares with the handlers of the worker's messages.
struct Line {
    emit: Callback<Msg>,
    /// Kept as long as the page, so that mail sent by SMTP can be fetched by POP3; gone when it failed.
    worker: RefCell<Option<Worker>>,
    /// The worker is there and listens.
    listens: Cell<bool>,
    /// Counts connections, from 1.
    number: Cell<u32>,
    /// Whom the newest connection is for, until the client hangs up.
    target: RefCell<Option<(Report, Target)>>,
    /// The domain asked about that has no answer yet.
    asked: RefCell<Option<String>>,
    /// What the worker says is about the newest connection, no longer about one before it.
    open: Cell<bool>,
}

impl PracticeServer {
    /// Reports to `emit`.
    pub fn new(emit: Callback<Msg>) -> Self {
        Self(Rc::new(Line {
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
    pub fn open(&mut self, report: Report, target: &Target) {
        self.close(report.id);
        self.0.number.set(self.0.number.get() + 1);
        self.0.target.replace(Some((report, target.clone())));
        if self.0.worker.borrow().is_none() && Line::start(&self.0).is_err() {
            self.0.fail();
        }
        self.0.ask();
    }

    /// Asks the practice zone who takes mail for a domain.
    pub fn look_up(&self, domain: String) {
        self.0.asked.replace(Some(domain));
        if self.0.worker.borrow().is_none() && Line::start(&self.0).is_err() {
            self.0.fail();
        }
        self.0.ask_zone();
    }

    /// The client's bytes.
    pub fn send(&self, _: SittingId, bytes: &[u8]) {
        self.0.say(&Uint8Array::from(bytes));
    }

    /// The handshake: nothing to shake inside one page.
    pub fn start_tls(&self, _: SittingId) {
        self.0.say(&JsValue::TRUE);
        self.0.tls_up();
    }

    /// The client hangs up.
    pub fn close(&mut self, _: SittingId) {
        self.0.open.set(false);
        if self.0.target.take().is_some() {
            self.0.say(&JsValue::FALSE);
        }
    }
}

impl Line {
    fn start(line: &Rc<Self>) -> Result<(), JsValue> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let name = page::head("practice-worker").unwrap_or_else(|| WORKER.into());
        let worker = Worker::new_with_options(&name, &options)?;
        let on_message = Closure::<dyn Fn(MessageEvent)>::new({
            let line = line.clone();
            move |event: MessageEvent| line.hear(&event.data())
        });
        let on_error = Closure::<dyn Fn()>::new({
            let line = line.clone();
            move || line.fail()
        });
        worker.set_onmessage(Some(on_message.into_js_value().unchecked_ref()));
        worker.set_onerror(Some(on_error.into_js_value().unchecked_ref()));
        line.worker.replace(Some(worker));
        Ok(())
    }

    /// It could not be fetched, or broke: the next connection tries anew, with a post office as on the first day.
    fn fail(&self) {
        self.worker.take();
        self.listens.set(false);
        self.open.set(false);
        if let Some((report, _)) = self.target.take() {
            report.ended(Cause::PracticeLost);
        }
        if let Some(domain) = self.asked.take() {
            self.emit.emit(Msg::MailHosts { domain, answer: Err(Cause::PracticeLost) });
        }
    }

    /// Asks the zone, if somebody listens.
    fn ask_zone(&self) {
        if let Some(domain) = &*self.asked.borrow() {
            self.say(&domain.as_str().into());
        }
    }

    /// Asks for the newest connection, if one is wanted and somebody listens.
    fn ask(&self) {
        if let Some((_, target)) = &*self.target.borrow() {
            self.say(&Array::of2(&self.number.get().into(), &service(target).into()));
        }
    }

    fn say(&self, what: &JsValue) {
        if self.listens.get()
            && let Some(worker) = &*self.worker.borrow()
        {
            // Numbers and bytes can always be handed over.
            let _ = worker.post_message(what);
        }
    }

    fn hear(&self, said: &JsValue) {
        if let Some(number) = said.as_f64() {
            if number == 0.0 {
                self.listens.set(true);
                self.ask();
                self.ask_zone();
            } else {
                self.open.set(number == f64::from(self.number.get()) && self.target.borrow().is_some());
                self.connected();
            }
        } else if let Some(json) = said.as_string() {
            if let Some(domain) = self.asked.take() {
                mx::take(domain, &json, &self.emit);
            }
        } else if !self.open.get() {
            // About a connection that is over.
        } else if let Some(bytes) = said.dyn_ref::<Uint8Array>() {
            self.report(|report| report.happened(Fact::Heard(bytes.to_vec())));
        } else {
            self.open.set(false);
            if let Some((report, _)) = self.target.take() {
                report.ended(Cause::Server { truncated: false });
            }
        }
    }

    fn connected(&self) {
        if !self.open.get() {
            return;
        }
        self.report(|report| report.happened(Fact::Up { address: String::new() }));
        let security = self.target.borrow().as_ref().map(|(_, target)| target.security);
        if security == Some(Security::Tls) {
            self.tls_up();
        }
    }

    fn tls_up(&self) {
        let name = self.target.borrow().as_ref().map(|(_, target)| target.host.clone()).unwrap_or_default();
        let facts = TlsFacts::unknown(name, Trust::InPage);
        self.report(|report| report.happened(Fact::TlsUp(facts.into())));
    }

    fn report(&self, say: impl FnOnce(&Report)) {
        // What is said may lead back here.
        let report = self.target.borrow().as_ref().map(|(report, _)| report.clone());
        if let Some(report) = report {
            say(&report);
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
