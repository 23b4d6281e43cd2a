//! The worker that takes letters apart: fetched when first needed. What the messages to and from it mean is written in
//! `message-worker`.

use std::cell::RefCell;

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};
use workbench::{
    letter::Letter,
    message::{Look, Question},
};
use yew::Callback;

use super::page;

/// What `trunk serve` calls the worker; built for people, its name is in the page's head.
const WORKER: &str = "message-worker_loader.js";

/// The worker, and who waits for it. One lives as long as the page.
#[derive(Default)]
struct Reader {
    /// Gone when it failed.
    worker: Option<Worker>,
    /// It is there and listens.
    listens: bool,
    /// What is to be said as soon as it listens.
    waiting: Option<Array>,
    /// Who asked last.
    answer: Option<Callback<Option<String>>>,
}

thread_local! {
    static READER: RefCell<Reader> = RefCell::default();
}

/// Asks for the sheet of a letter: of this one, or of the one that was given before. The answer is `None` when the worker cannot be
/// had; then the letter must be given again. Who asks waits for the answer before the next question.
pub fn ask(look: Look, letter: Option<&Letter>, answer: Callback<Option<String>>) {
    let question = Question { look, letter: letter.map(Letter::facts) };
    let said = Array::of1(&Uint8Array::from(question.encode().as_slice()));
    if let Some(letter) = letter {
        said.push(&Uint8Array::from(letter.octets.as_slice()));
    }
    let started = READER.with_borrow_mut(|reader| {
        reader.answer = Some(answer);
        if reader.worker.is_none() {
            reader.worker = start().ok();
        }
        reader.waiting = Some(said);
        reader.say();
        reader.worker.is_some()
    });
    if !started {
        answered(None);
    }
}

impl Reader {
    fn say(&mut self) {
        if let Some(worker) = self.worker.as_ref().filter(|_| self.listens)
            && let Some(said) = self.waiting.take()
        {
            // Octets can always be handed over.
            let _ = worker.post_message(&said);
        }
    }
}

fn start() -> Result<Worker, JsValue> {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    let name = page::head("message-worker").unwrap_or_else(|| WORKER.into());
    let worker = Worker::new_with_options(&name, &options)?;
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(|event: MessageEvent| match event.data().as_string() {
        Some(sheet) => answered(Some(sheet)),
        None => READER.with_borrow_mut(|reader| {
            reader.listens = true;
            reader.say();
        }),
    });
    // It could not be fetched, or broke: the next question tries anew.
    let on_error = Closure::<dyn Fn()>::new(|| answered(None));
    worker.set_onmessage(Some(on_message.into_js_value().unchecked_ref()));
    worker.set_onerror(Some(on_error.into_js_value().unchecked_ref()));
    Ok(worker)
}

fn answered(sheet: Option<String>) {
    let answer = READER.with_borrow_mut(|reader| {
        let answer = reader.answer.take();
        if sheet.is_none() {
            *reader = Reader::default();
        }
        answer
    });
    if let Some(answer) = answer {
        answer.emit(sheet);
    }
}
