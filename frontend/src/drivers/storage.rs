//! What the browser keeps: preferences between visits, the practice world's name as long as the tab; never mail and never secrets.

use std::cell::OnceCell;

use js_sys::Math;
use workbench::desk::{Panel, Preferences, Theme};

const KEY: &str = "mailspeak";
/// Stands before the tag of the language.
const LANGUAGE: &str = "lang=";
const WORLD_KEY: &str = "mailspeak-world";

thread_local! {
    /// For a browser that refuses storage: then a reload begins a new world.
    static WORLD: OnceCell<String> = const { OnceCell::new() };
}

/// The kept preferences, if there are any that can be read.
pub fn load() -> Option<Preferences> {
    let text = store()?.get_item(KEY).ok()??;
    let words: Vec<&str> = text.split(' ').collect();
    Some(Preferences {
        theme: if words.contains(&"dark") {
            Theme::Dark
        } else if words.contains(&"light") {
            Theme::Light
        } else {
            Theme::System
        },
        projector: words.contains(&"projector"),
        show_endings: words.contains(&"endings"),
        panel: Panel::Session,
        // Once for each loading of the page.
        language: words.iter().find_map(|word| word.strip_prefix(LANGUAGE)).map(|tag| &*tag.to_owned().leak()),
    })
}

/// Keeps the preferences. A browser that refuses storage forgets them: no harm done.
pub fn keep(preferences: &Preferences) {
    let mut words = Vec::new();
    match preferences.theme {
        Theme::System => {}
        Theme::Light => words.push("light"),
        Theme::Dark => words.push("dark"),
    }
    if preferences.projector {
        words.push("projector");
    }
    if preferences.show_endings {
        words.push("endings");
    }
    let language = preferences.language.map(|tag| format!("{LANGUAGE}{tag}"));
    words.extend(language.as_deref());
    if let Some(store) = store() {
        let _ = store.set_item(KEY, &words.join(" "));
    }
}

/// The name of this tab's own practice world behind the proxy: a reload keeps it, another tab makes another.
pub fn world() -> String {
    WORLD.with(|world| world.get_or_init(kept_world).clone())
}

fn kept_world() -> String {
    let store = web_sys::window().and_then(|window| window.session_storage().ok().flatten());
    let kept = store.as_ref().and_then(|store| store.get_item(WORLD_KEY).ok().flatten());
    kept.filter(|word| wire::is_world(word)).unwrap_or_else(|| {
        // Not crypto.randomUUID: a page from plain HTTP elsewhere than localhost has none.
        let part = || (Math::random() * f64::from(u32::MAX)).to_bits();
        let word = format!("{:x}-{:x}", part(), part());
        if let Some(store) = store {
            let _ = store.set_item(WORLD_KEY, &word);
        }
        word
    })
}

fn store() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}
