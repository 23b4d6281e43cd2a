//! The worker that takes letters apart: fetched when first needed. What the messages to and from it mean is written in
//! `message-worker`.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};
use workbench::{BenchMsg, Msg, reader::Asked};
use yew::Callback;

use super::page;

/// What `trunk serve` calls the worker; built for people, its name is in the page's head.
const WORKER: &str = "message-worker_loader.js";

/// The worker. One lives as long as the page.
pub struct Reader(Rc<Shared>);

/// What the driver shares with the handlers of the worker's messages.
struct Shared {
    emit: Callback<Msg>,
    /// Gone when it failed.
    worker: RefCell<Option<Worker>>,
    /// It is there and listens.
    listens: Cell<bool>,
    /// What is to be said as soon as it listens.
    waiting: RefCell<Option<Array>>,
}

impl Reader {
    /// Reports to `emit`.
    pub fn new(emit: Callback<Msg>) -> Self {
        let (worker, listens, waiting) = (RefCell::default(), Cell::default(), RefCell::default());
        Self(Rc::new(Shared { emit, worker, listens, waiting }))
    }

    /// Asks for a sheet. The answer is `None` when the worker cannot be had.
    pub fn ask(&self, asked: &Asked) {
        let said = Array::of1(&Uint8Array::from(asked.question.encode().as_slice()));
        if let Some(octets) = &asked.octets {
            said.push(&Uint8Array::from(octets.as_slice()));
        }
        self.0.waiting.replace(Some(said));
        if self.0.worker.borrow().is_none() && Shared::start(&self.0).is_err() {
            self.0.answered(None);
        }
        self.0.say();
    }
}

impl Shared {
    fn start(shared: &Rc<Self>) -> Result<(), JsValue> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let name = page::head("message-worker").unwrap_or_else(|| WORKER.into());
        let worker = Worker::new_with_options(&name, &options)?;
        let on_message = Closure::<dyn Fn(MessageEvent)>::new({
            let shared = shared.clone();
            move |event: MessageEvent| match event.data().as_string() {
                Some(sheet) => shared.answered(Some(sheet)),
                None => {
                    shared.listens.set(true);
                    shared.say();
                }
            }
        });
        // It could not be fetched, or broke: the next question tries anew.
        let on_error = Closure::<dyn Fn()>::new({
            let shared = shared.clone();
            move || shared.answered(None)
        });
        worker.set_onmessage(Some(on_message.into_js_value().unchecked_ref()));
        worker.set_onerror(Some(on_error.into_js_value().unchecked_ref()));
        shared.worker.replace(Some(worker));
        Ok(())
    }

    fn say(&self) {
        if let Some(worker) = self.worker.borrow().as_ref().filter(|_| self.listens.get())
            && let Some(said) = self.waiting.take()
        {
            // Octets can always be handed over.
            let _ = worker.post_message(&said);
        }
    }

    fn answered(&self, sheet: Option<String>) {
        if sheet.is_none() {
            self.worker.take();
            self.listens.set(false);
        }
        self.emit.emit(BenchMsg::Read(sheet).into());
    }
}
