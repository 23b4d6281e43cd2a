//! Letters taken apart in a worker of the browser: a letter comes in, a sheet goes out. A module of its own, since most visits see no
//! letter and the page should be small; a worker, so that a long letter does not hold the page up. The page asks by
//! `frontend/src/drivers/reader.rs`, and the two agree on this:
//!
//! | the page says | |
//! |---|---|
//! | an array: a [`Question`] without a letter | show the letter at hand in this look ([`LetterLook`]) |
//! | an array: a [`Question`], the letter's octets | take this letter from now on |
//!
//! | the worker says | |
//! |---|---|
//! | `null` | it listens: what was said before may be lost |
//! | text | the sheet (`workbench::sheet`), one for each look that was asked for |
//!
//! Reading order: [`answer`] chooses; [`header`], [`way`], [`parts`] and [`octets`] are the four looks.

pub mod header;
pub mod octets;
pub mod parts;
mod piece;
pub mod way;

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure, throw_str};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};
use workbench::{
    message::{LetterLook, LetterSide, Question, Reading},
    sheet::{self, Node},
};

/// Memory for the worker: the standard allocator is six times its size.
#[cfg(target_family = "wasm")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

/// Called by the loader: listens to the page.
#[cfg_attr(target_family = "wasm", wasm_bindgen::prelude::wasm_bindgen(start))]
pub fn start() {
    let page: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let mut reading = Reading::default();
    let to = page.clone();
    let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let said: Array = event.data().unchecked_into();
        let octets = |at| Uint8Array::new(&said.get(at)).to_vec();
        // Page and worker are built together; if they were not, the page would hear of it as of any error here.
        let Some(Question { look, letter }) = Question::decode(&octets(0)) else { throw_str("not a question") };
        if let Some(facts) = letter {
            reading = Reading::of(facts.of(octets(1)));
        }
        // Text can always be handed over.
        let _ = to.post_message(&sheet::encode(&answer(&reading, &look)).into());
    });
    page.set_onmessage(Some(heard.into_js_value().unchecked_ref()));
    let _ = page.post_message(&JsValue::NULL);
}

/// The sheet of a letter in this look.
pub fn answer(reading: &Reading, look: &LetterLook) -> Vec<Node> {
    let mut sheet = piece::head(reading);
    sheet.extend(piece::problems(reading, look));
    sheet.extend(match look.side {
        LetterSide::Header => header::header(reading, look),
        LetterSide::Way => way::way(reading),
        LetterSide::Parts => parts::parts(reading, look),
        LetterSide::Octets => octets::octets(reading, look),
    });
    sheet
}
