//! The document itself: its head, attributes of its root, its title, the browser's history, where the focus is, files to save.

use std::{cell::Cell, rc::Rc};

use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Document, HtmlElement, PopStateEvent, ScrollIntoViewOptions, ScrollLogicalPosition};
use workbench::{
    Msg,
    desk::{Page, Theme},
};

use crate::i18n::Locale;

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

/// Puts the language and its direction where the style sheets, the browser and screen readers look for them.
pub fn set_language(locale: Locale) {
    let Some(root) = document().and_then(|document| document.document_element()) else { return };
    for (name, value) in [("lang", locale.tag), ("dir", locale.direction.name())] {
        // Only an invalid attribute name can fail, and these are fixed.
        let _ = root.set_attribute(name, value);
    }
}

/// What the page's head says under this name.
pub fn head(name: &str) -> Option<String> {
    document()?.query_selector(&format!("meta[name={name}]")).ok()??.get_attribute("content")
}

/// Whether the system asks for dark.
pub fn prefers_dark() -> bool {
    web_sys::window()
        .and_then(|window| window.match_media("(prefers-color-scheme: dark)").ok().flatten())
        .is_some_and(|query| query.matches())
}

/// Calls `work` before the browser draws its next frame: soon, or when the tab is in sight again.
pub fn with_next_frame(work: impl FnOnce() + 'static) {
    let Some(window) = web_sys::window() else { return };
    let callback = Closure::once_into_js(work);
    // Only what is no function can fail.
    let _ = window.request_animation_frame(callback.unchecked_ref());
}

/// Calls `changed` when the system switches between light and dark. Lives as long as the page.
pub fn watch_color_scheme(changed: impl Fn() + 'static) {
    let query = web_sys::window().and_then(|window| window.match_media("(prefers-color-scheme: dark)").ok().flatten());
    if let Some(query) = query {
        let callback = Closure::<dyn Fn()>::new(changed).into_js_value();
        query.set_onchange(Some(callback.unchecked_ref()));
    }
}

/// The mark of the session in the browser's history.
const BENCH: &str = "bench";

/// The mark of the reference in the history, when a session lies right before it.
const AFTER_BENCH: &str = "reference after bench";

/// The mark of the reference in the history, when the start page lies right before it.
const AFTER_START: &str = "reference after start";

/// Calls `went` when the browser goes back or forth in its history, and at once when the address names a place of the
/// reference. Lives as long as the page.
pub fn watch_history(went: impl Fn(Msg) + 'static) {
    let Some(window) = web_sys::window() else { return };
    if let Ok(history) = window.history() {
        // After a reload there is no session to come forward to.
        let _ = history.replace_state(&JsValue::NULL, "");
    }
    if let Some(fragment) = fragment() {
        went(Msg::Reference(fragment));
    }
    let callback = Closure::<dyn Fn(PopStateEvent)>::new(move |event: PopStateEvent| {
        went(match fragment() {
            Some(fragment) => Msg::Reference(fragment),
            None if event.state() == BENCH => Msg::Back,
            None => Msg::Home,
        });
    });
    window.set_onpopstate(Some(callback.into_js_value().unchecked_ref()));
}

/// The place of the reference that the address names.
fn fragment() -> Option<String> {
    let hash = web_sys::window()?.location().hash().ok()?;
    hash.strip_prefix('#').filter(|fragment| fragment.starts_with("ref-")).map(String::from)
}

/// Brings the history in step after the page changed: Back then leads from the reference to where it was opened, and from
/// the session to the start page. `wanted` is the place of the reference.
pub fn enter_history(from: Page, to: Page, wanted: &str) {
    let Some(history) = web_sys::window().and_then(|window| window.history().ok()) else { return };
    let here = fragment();
    let at = |mark: &str| history.state().is_ok_and(|state| state == mark);
    let (address, path) = (format!("#{wanted}"), bare_address());
    let go = |mark: JsValue| history.push_state_with_url(&mark, "", path.as_deref());
    let stand_for = |mark: JsValue, url: Option<&str>| history.replace_state_with_url(&mark, "", url);
    // A browser that refuses (too many calls in a short time) keeps a history that is shorter, no more.
    let _ = match (to, here) {
        (Page::Reference, Some(here)) if here == wanted => Ok(()),
        (Page::Reference, Some(_)) => stand_for(history.state().unwrap_or(JsValue::NULL), Some(&address)),
        (Page::Reference, None) => {
            let mark = if from == Page::Bench { AFTER_BENCH } else { AFTER_START };
            history.push_state_with_url(&mark.into(), "", Some(&address))
        }
        (Page::Bench, Some(_)) if at(AFTER_BENCH) => history.back(),
        (Page::Start, Some(_)) if at(AFTER_START) => history.back(),
        (Page::Start, Some(_)) if at(AFTER_BENCH) => history.go_with_delta(-2),
        (Page::Bench, Some(_)) => stand_for(BENCH.into(), path.as_deref()),
        (Page::Start, Some(_)) => stand_for(JsValue::NULL, path.as_deref()),
        (Page::Bench, None) if !at(BENCH) => go(BENCH.into()),
        (Page::Start, None) if at(BENCH) => history.back(),
        (Page::Bench | Page::Start, None) => Ok(()),
    };
}

/// Lets the browser ask before the page is left, while `ask` says so. Lives as long as the page.
pub fn ask_before_leaving(ask: Rc<Cell<bool>>) {
    let Some(window) = web_sys::window() else { return };
    let callback = Closure::<dyn Fn(web_sys::Event)>::new(move |event: web_sys::Event| {
        if ask.get() {
            event.prevent_default();
        }
    });
    window.set_onbeforeunload(Some(callback.into_js_value().unchecked_ref()));
}

/// The address of a session behind the `#` of the page's own, once: it goes from there, since it might hold a password.
pub fn take_address() -> Option<String> {
    let window = web_sys::window()?;
    let location = window.location();
    let text = location.hash().ok()?.strip_prefix('#')?.to_owned();
    if !workbench::mailproto::url::is_url(&text) {
        return None;
    }
    // A browser that refuses keeps its address as it is; the form is filled all the same.
    let _ = window.history().ok()?.replace_state_with_url(&JsValue::NULL, "", bare_address().as_deref());
    Some(text)
}

/// The address without its fragment. What it asks for (`?lang=ro`) outlasts the steps of the history.
fn bare_address() -> Option<String> {
    let location = web_sys::window()?.location();
    Some(location.pathname().ok()? + &location.search().ok()?)
}

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// Whether nothing has the focus: what had it is gone.
pub fn focus_is_lost() -> bool {
    let active = document().and_then(|document| document.active_element());
    active.is_none_or(|element| element.tag_name() == "BODY")
}

/// Gives the focus to the first element that matches, once what was decided just now is drawn.
pub fn focus_soon(css: &'static str) {
    wasm_bindgen_futures::spawn_local(async move {
        let found = document().and_then(|document| document.query_selector(css).ok().flatten());
        if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            // What cannot take the focus leaves it where it is.
            let _ = element.focus();
        }
    });
}

/// Brings the element with this id into sight and gives it the focus, once what was decided just now is drawn.
pub fn reveal(id: String) {
    wasm_bindgen_futures::spawn_local(async move {
        if let Some(element) = document().and_then(|document| document.get_element_by_id(&id)) {
            element.scroll_into_view();
            if let Ok(element) = element.dyn_into::<HtmlElement>() {
                // What cannot take the focus leaves it where it is.
                let _ = element.focus();
            }
        }
    });
}

/// Scrolls the first element that matches into sight, as far as it is out of it.
pub fn bring_into_sight(css: &str) {
    let found = document().and_then(|document| document.query_selector(css).ok().flatten());
    if let Some(element) = found {
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Nearest);
        options.set_inline(ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Listens to an event of the whole document until it is dropped.
pub struct Watch {
    name: &'static str,
    callback: Closure<dyn Fn(web_sys::Event)>,
}

impl Watch {
    /// Calls `happened` at each event of that name.
    pub fn new(name: &'static str, happened: impl Fn(web_sys::Event) + 'static) -> Self {
        let callback = Closure::<dyn Fn(web_sys::Event)>::new(happened);
        if let Some(document) = document() {
            // Adding a listener to a document does not fail.
            let _ = document.add_event_listener_with_callback(name, callback.as_ref().unchecked_ref());
        }
        Self { name, callback }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(document) = document() {
            let _ = document.remove_event_listener_with_callback(self.name, self.callback.as_ref().unchecked_ref());
        }
    }
}

/// Offers a file for saving.
pub fn save(name: &str, octets: &[u8]) {
    // A browser that cannot make a file has no way to be told; the page stays as it is.
    let _ = try_save(name, octets);
}

fn try_save(name: &str, octets: &[u8]) -> Result<(), JsValue> {
    let document = web_sys::window().and_then(|window| window.document()).ok_or(JsValue::NULL)?;
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(if name.ends_with(".txt") { "text/plain;charset=utf-8" } else { "application/octet-stream" });
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(octets));
    let blob = web_sys::Blob::new_with_u8_array_sequence_and_options(&parts, &options)?;
    let url = web_sys::Url::create_object_url_with_blob(&blob)?;
    let anchor: web_sys::HtmlAnchorElement = document.create_element("a")?.unchecked_into();
    anchor.set_href(&url);
    anchor.set_download(name);
    anchor.click();
    web_sys::Url::revoke_object_url(&url)
}
