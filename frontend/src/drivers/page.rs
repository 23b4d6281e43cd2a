//! The document itself: attributes of its root, its title, files to save.

use wasm_bindgen::{JsCast, JsValue};
use workbench::model::Theme;

/// Puts theme, density, panel and title where the style sheets and the browser look for them.
pub fn set_root(theme: Theme, projector: bool, panel: &str, title: &str) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    if document.title() != title {
        document.set_title(title);
    }
    let Some(root) = document.document_element() else { return };
    let dark = match theme {
        Theme::Light => false,
        Theme::Dark => true,
        Theme::System => prefers_dark(),
    };
    for (name, value) in [
        ("data-theme", if dark { "dark" } else { "light" }),
        ("data-density", if projector { "projector" } else { "normal" }),
        ("data-view", panel),
    ] {
        if root.get_attribute(name).as_deref() != Some(value) {
            // Only an invalid attribute name can fail, and these are fixed.
            let _ = root.set_attribute(name, value);
        }
    }
}

/// Whether the system asks for dark.
pub fn prefers_dark() -> bool {
    web_sys::window()
        .and_then(|window| window.match_media("(prefers-color-scheme: dark)").ok().flatten())
        .is_some_and(|query| query.matches())
}

/// Calls `changed` when the system switches between light and dark. Lives as long as the page.
pub fn watch_color_scheme(changed: impl Fn() + 'static) {
    let query = web_sys::window().and_then(|window| window.match_media("(prefers-color-scheme: dark)").ok().flatten());
    if let Some(query) = query {
        let callback = wasm_bindgen::closure::Closure::<dyn Fn()>::new(changed).into_js_value();
        query.set_onchange(Some(callback.unchecked_ref()));
    }
}

/// Offers a text file for saving.
pub fn save(name: &str, text: &str) {
    // A browser that cannot make a file has no way to be told; the page stays as it is.
    let _ = try_save(name, text);
}

fn try_save(name: &str, text: &str) -> Result<(), JsValue> {
    let document = web_sys::window().and_then(|window| window.document()).ok_or(JsValue::NULL)?;
    let options = web_sys::BlobPropertyBag::new();
    options.set_type("text/plain;charset=utf-8");
    let parts = js_sys::Array::of1(&JsValue::from_str(text));
    let blob = web_sys::Blob::new_with_str_sequence_and_options(&parts, &options)?;
    let url = web_sys::Url::create_object_url_with_blob(&blob)?;
    let anchor: web_sys::HtmlAnchorElement = document.create_element("a")?.unchecked_into();
    anchor.set_href(&url);
    anchor.set_download(name);
    anchor.click();
    web_sys::Url::revoke_object_url(&url)
}
