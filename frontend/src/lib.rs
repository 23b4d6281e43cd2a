//! The page. `start` runs once the browser has the module; everything else hangs below [`app::App`].
//!
//! Reading order: [`app`] owns the state; [`components`] draw it; [`drivers`] touch the browser; [`i18n`] has the sentences.

pub mod app;
pub mod components;
pub mod drivers;
pub mod i18n;

use wasm_bindgen::prelude::wasm_bindgen;

/// Memory for the page: the standard allocator is six times its size.
#[cfg(target_family = "wasm")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

/// Called by the loader: puts the app into the body.
#[wasm_bindgen(start)]
pub fn start() {
    drivers::language::begin(|| {
        yew::Renderer::<app::App>::new().render();
    });
}
