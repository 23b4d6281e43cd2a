//! Fetches the sentences that did not come with the module: everything but what the start page says.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, RequestInit, Response};
use workbench::Msg;
use yew::Callback;

use super::page;
use crate::i18n;

/// How long a slow network may take before the learner is told.
const WAIT_MS: u32 = 20_000;

/// Reports whether they are here.
pub fn fetch(emit: Callback<Msg>) {
    wasm_bindgen_futures::spawn_local(async move {
        let here = !i18n::APART || text().await.is_ok_and(i18n::take);
        emit.emit(Msg::Sentences { here });
    });
}

async fn text() -> Result<String, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let name = page::head(&format!("sentences-{}", i18n::LANGUAGE)).ok_or(JsValue::NULL)?;
    let asking = RequestInit::new();
    asking.set_signal(Some(&AbortSignal::timeout_with_u32(WAIT_MS)));
    let response: Response = JsFuture::from(window.fetch_with_str_and_init(&name, &asking)).await?.dyn_into()?;
    if !response.ok() {
        return Err(JsValue::NULL);
    }
    JsFuture::from(response.text()?).await?.as_string().ok_or(JsValue::NULL)
}
