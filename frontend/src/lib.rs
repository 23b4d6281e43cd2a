//! The page. `start` runs once the browser has the module; everything else hangs below [`app::App`].
//!
//! Reading order: [`app`] owns the state; [`components`] draw it; [`drivers`] touch the browser; [`i18n`] has the sentences.

pub mod app;
pub mod components;
pub mod drivers;
pub mod i18n;

use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the loader: puts the app into the body.
#[wasm_bindgen(start)]
pub fn start() {
    yew::Renderer::<app::App>::new().render();
}
