//! Letters taken apart in a worker of the browser: a letter comes in, a sheet goes out. A module of its own, since most visits see no
//! letter and the page should be small; a worker, so that a long letter does not hold the page up. The page asks by
//! `frontend/src/drivers/reader.rs`, and the two agree on this:
//!
//! | the page says | |
//! |---|---|
//! | an array: the look | show the letter at hand in this look ([`Look`]) |
//! | an array: the look, the letter's facts, its octets | take this letter from now on (`Letter::facts`) |
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
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};
use workbench::{
    letter::Letter,
    message::{Look, Reading, Side},
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
        let look = Look::read(&said.get(0).as_string().unwrap_or_default());
        if let Some(facts) = said.get(1).as_string() {
            let octets = Uint8Array::new(&said.get(2)).to_vec();
            reading = Reading::of(Letter::from_facts(&facts, octets));
        }
        // Text can always be handed over.
        let _ = to.post_message(&sheet::encode(&answer(&reading, &look)).into());
    });
    page.set_onmessage(Some(heard.into_js_value().unchecked_ref()));
    let _ = page.post_message(&JsValue::NULL);
}

/// The sheet of a letter in this look.
pub fn answer(reading: &Reading, look: &Look) -> Vec<Node> {
    let mut sheet = piece::head(reading);
    sheet.extend(piece::problems(reading, look));
    sheet.extend(match look.side {
        Side::Header => header::header(reading, look),
        Side::Way => way::way(reading),
        Side::Parts => parts::parts(reading, look),
        Side::Octets => octets::octets(reading, look),
    });
    sheet
}
