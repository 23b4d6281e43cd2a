//! Which language the page is shown in: chosen at the beginning, and again when the browser's languages change. `rest` fetches the
//! sentences.

use std::rc::Rc;

use wasm_bindgen::{JsCast, closure::Closure};

use super::{page, rest, storage};
use crate::i18n::{self, Locale};

/// How long the first drawing waits for a language that is not the default. After that the page is drawn in the default language, and
/// turns into the chosen one when its sentences come.
const FIRST_WAIT_MS: u32 = 3_000;

/// Calls `draw` when the page can be drawn: at once in the default language, else as soon as the sentences of the chosen one are here.
pub fn begin(draw: fn()) {
    if choose() == Locale::DEFAULT { draw() } else { speak(FIRST_WAIT_MS, Rc::new(draw)) }
}

/// Turns into the chosen language, if it is another than the one that is shown: now, and whenever the browser's languages change. Calls
/// `redraw` then. Lives as long as the page.
pub fn follow(redraw: impl Fn() + 'static) {
    let Some(window) = web_sys::window() else { return };
    let redraw = Rc::new(redraw);
    let turn = move || {
        if choose() != i18n::locale() {
            speak(rest::WAIT_MS, redraw.clone());
        }
    };
    turn();
    window.set_onlanguagechange(Some(Closure::<dyn Fn()>::new(turn).into_js_value().unchecked_ref()));
}

/// Shows the chosen language as soon as its sentences are here; then, or when they cannot be had, calls `done`.
fn speak(wait_ms: u32, done: Rc<dyn Fn()>) {
    let locale = choose();
    let came = move |here: bool| {
        // Meanwhile another may have been chosen.
        if here && locale == choose() {
            i18n::show(locale);
            page::set_language(locale);
        }
        done();
    };
    rest::bring(None, locale, wait_ms, Box::new(came));
}

/// The language to show: what was chosen before, else what the address asks for (`?lang=ro`), else the first of the browser's languages
/// that there is, else the default.
fn choose() -> Locale {
    let kept = storage::load().and_then(|preferences| serves(preferences.language?));
    kept.or_else(wished).unwrap_or(Locale::DEFAULT)
}

fn wished() -> Option<Locale> {
    let window = web_sys::window()?;
    let search = window.location().search().ok()?;
    let in_address = search.strip_prefix("?lang=").and_then(serves);
    in_address.or_else(|| window.navigator().languages().iter().find_map(|wish| serves(&wish.as_string()?)))
}

/// The language that serves a wish: that very one, or the same without its region.
fn serves(wish: &str) -> Option<Locale> {
    let language = wish.split_once('-').map_or(wish, |(language, _)| language);
    for tag in [wish, language] {
        // A few octets each time the page looks for its language, which is seldom.
        let locale = Locale::of(tag.to_owned().leak());
        let there_is = if i18n::APART { rest::sentences(tag).is_some() } else { i18n::is_here(locale) };
        if there_is {
            return Some(locale);
        }
    }
    None
}
