//! The practice server in a worker of the browser: messages of the page in, messages to the page out. What it answers is
//! `practice`'s business; who asks is `frontend/src/drivers/practice_server.rs`; what the two say to each other is defined once,
//! in `wire` ([`ToPractice`] and [`wire::FromPractice`]; mail bytes are a `Uint8Array`).
//!
//! Reading order: [`counter`] deals with the page, [`mx`] tells what the practice zone says; this file is the browser's side.

pub mod counter;
pub mod mx;

use js_sys::{Date, Math, Uint8Array};
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
    let mut counter = Counter::new(time());
    let to = page.clone();
    let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        for said in hear(&mut counter, event.data()) {
            say(&to, said);
        }
    });
    page.set_onmessage(Some(heard.into_js_value().unchecked_ref()));
    say(&page, Said::Message(FromPractice::Listens));
}

fn hear(counter: &mut Counter, said: JsValue) -> Vec<Said> {
    match said.dyn_ref::<Uint8Array>() {
        Some(bytes) => counter.receive(&bytes.to_vec(), time()),
        // The page is of the same build: it says nothing else.
        None => serde_wasm_bindgen::from_value::<ToPractice>(said)
            .map(|message| counter.hear(message, time(), seed()))
            .unwrap_or_default(),
    }
}

fn say(page: &DedicatedWorkerGlobalScope, said: Said) {
    let value = match said {
        Said::Bytes(bytes) => Uint8Array::from(bytes.as_slice()).into(),
        // The types of `wire` have string keys only, so they cannot fail to serialise.
        Said::Message(message) => serde_wasm_bindgen::to_value(&message).unwrap_or_default(),
    };
    // Plain objects and bytes can always be handed over.
    let _ = page.post_message(&value);
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
