//! The practice server in a worker of the browser: messages of the page in, messages to the page out. What it answers is
//! `practice`'s business; who asks is `frontend/src/drivers/practice_server.rs`; what the two say to each other is defined
//! once, in `wire` ([`ToPractice`] and [`wire::FromPractice`]; mail bytes are an array of a connection's number and a `Uint8Array`).
//!
//! Reading order: [`counter`] deals with the page, [`mx`] tells what the practice zone says; this file is the browser's side.

pub mod counter;
pub mod mx;

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Date, Math, Uint8Array};
use practice::Timestamp;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};
use wire::{FromPractice, ToPractice};

use counter::{Counter, Said};

/// Memory for the worker: the standard allocator is six times its size.
#[cfg(target_family = "wasm")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

/// Called by the loader: listens to the page.
#[cfg_attr(target_family = "wasm", wasm_bindgen::prelude::wasm_bindgen(start))]
pub fn start() {
    let page: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let worker = Rc::new(Worker { page, counter: RefCell::new(Counter::new(time())) });
    let heard = Closure::<dyn Fn(MessageEvent)>::new({
        let worker = worker.clone();
        move |event: MessageEvent| worker.hear(event.data())
    });
    worker.page.set_onmessage(Some(heard.into_js_value().unchecked_ref()));
    worker.say(vec![Said::Message(FromPractice::Listens)]);
}

/// The worker. Its handlers share it; none runs inside another.
struct Worker {
    page: DedicatedWorkerGlobalScope,
    counter: RefCell<Counter>,
}

impl Worker {
    fn hear(self: &Rc<Self>, said: JsValue) {
        let answer = match said.dyn_ref::<Array>() {
            Some(bytes) => {
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the page counts from 1")]
                let number = bytes.get(0).as_f64().unwrap_or_default() as u32;
                self.counter.borrow_mut().receive(number, &Uint8Array::new(&bytes.get(1)).to_vec(), time())
            }
            // The page is of the same build: it says nothing else.
            None => serde_wasm_bindgen::from_value::<ToPractice>(said)
                .map(|message| self.counter.borrow_mut().hear(message, time(), seed()))
                .unwrap_or_default(),
        };
        self.say(answer);
    }

    fn say(self: &Rc<Self>, said: Vec<Said>) {
        for said in said {
            match said {
                Said::Bytes(number, bytes) => {
                    self.post(&Array::of2(&number.into(), &Uint8Array::from(bytes.as_slice())));
                }
                // The types of `wire` have string keys only, so they cannot fail to serialise.
                Said::Message(message) => self.post(&serde_wasm_bindgen::to_value(&message).unwrap_or_default()),
                Said::WakeAt(number, until) => self.wake_at(number, until),
            }
        }
    }

    fn post(&self, value: &JsValue) {
        // Plain objects and bytes can always be handed over.
        let _ = self.page.post_message(value);
    }

    fn wake_at(self: &Rc<Self>, number: u32, until: Timestamp) {
        let worker = self.clone();
        let wake = Closure::once_into_js(move || {
            let said = worker.counter.borrow_mut().wake(number, time());
            worker.say(said);
        });
        let wait = until.0.saturating_sub(time().0).saturating_mul(1000);
        let wait = i32::try_from(wait).unwrap_or(i32::MAX);
        // A worker can always set a timer.
        let _ = self.page.set_timeout_with_callback_and_timeout_and_arguments_0(wake.unchecked_ref(), wait);
    }
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
