//! Fetches what did not come with the start page: the other sentences, and the rest of the page's module (`xtask` parts it; `trunk serve`
//! does not).

use js_sys::{Object, Promise, Reflect, WebAssembly};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, RequestInit, Response};
use workbench::Msg;
use yew::Callback;

use super::page;
use crate::i18n;

/// How long a slow network may take before the learner is told.
const WAIT_MS: u32 = 20_000;

/// Reports whether it is here.
pub fn fetch(emit: Callback<Msg>) {
    wasm_bindgen_futures::spawn_local(async move {
        let here = join().await.unwrap_or(false);
        emit.emit(Msg::Rest { here });
    });
}

async fn join() -> Result<bool, JsValue> {
    // Both are on their way at once.
    let module = page::head("rest").and_then(ask);
    let sentences = page::head(&format!("sentences-{}", i18n::LANGUAGE)).filter(|_| i18n::APART).and_then(ask);
    if let Some(module) = module {
        // It takes our memory, our table of functions, and what else it needs of us.
        let imports = Object::new();
        Reflect::set(&imports, &JsValue::from_str(""), &wasm_bindgen::exports())?;
        JsFuture::from(WebAssembly::instantiate_streaming(&module, &imports)).await?;
    }
    match sentences {
        Some(sentences) => {
            let response: Response = JsFuture::from(sentences).await?.dyn_into()?;
            let text = JsFuture::from(response.text()?).await?.as_string();
            Ok(response.ok() && text.is_some_and(i18n::take))
        }
        None => Ok(!i18n::APART),
    }
}

fn ask(name: String) -> Option<Promise> {
    let asking = RequestInit::new();
    asking.set_signal(Some(&AbortSignal::timeout_with_u32(WAIT_MS)));
    Some(web_sys::window()?.fetch_with_str_and_init(&name, &asking))
}
