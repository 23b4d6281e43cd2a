//! Fetches what did not come with the start page: the rest of the page's module (`xtask` parts it; `trunk serve` does not), and the
//! sentences of a language, a file each. The page's head names the files.

use js_sys::{Object, Promise, Reflect, WebAssembly};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, RequestInit, Response};
use workbench::Msg;
use yew::Callback;

use super::page;
use crate::i18n::{self, Locale};

/// How long a slow network may take before the learner is told.
pub const WAIT_MS: u32 = 20_000;

/// Reports whether it is here, together with the sentences of the language that is shown.
pub fn fetch(emit: Callback<Msg>) {
    bring(page::head("rest"), i18n::locale(), WAIT_MS, Box::new(move |here| emit.emit(Msg::Rest { here })));
}

/// Fetches a module, if one is named, and the sentences of a language, unless they are here. Tells `done` whether all of it is.
pub fn bring(module: Option<String>, locale: Locale, wait_ms: u32, done: Box<dyn FnOnce(bool)>) {
    wasm_bindgen_futures::spawn_local(async move {
        done(join(module, locale, wait_ms).await.unwrap_or(false));
    });
}

async fn join(module: Option<String>, locale: Locale, wait_ms: u32) -> Result<bool, JsValue> {
    // Both are on their way at once.
    let module = module.and_then(|name| ask(name, wait_ms));
    let sentences = if i18n::is_here(locale) { None } else { sentences(locale.tag) };
    let sentences = sentences.and_then(|name| ask(name, wait_ms));
    if let Some(module) = module {
        // It takes our memory, our table of functions, and what else it needs of us.
        let imports = Object::new();
        Reflect::set(&imports, &JsValue::from_str(""), &wasm_bindgen::exports())?;
        JsFuture::from(WebAssembly::instantiate_streaming(&module, &imports)).await?;
    }
    if let Some(sentences) = sentences {
        let response: Response = JsFuture::from(sentences).await?.dyn_into()?;
        let text = JsFuture::from(response.text()?).await?.as_string();
        return Ok(response.ok() && text.is_some_and(|text| i18n::take(locale, text)));
    }
    Ok(i18n::is_here(locale))
}

/// The file of a language's sentences.
pub fn sentences(tag: &str) -> Option<String> {
    let plain = tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if plain { page::head(&format!("sentences-{tag}")) } else { None }
}

fn ask(name: String, wait_ms: u32) -> Option<Promise> {
    let asking = RequestInit::new();
    asking.set_signal(Some(&AbortSignal::timeout_with_u32(wait_ms)));
    Some(web_sys::window()?.fetch_with_str_and_init(&name, &asking))
}
