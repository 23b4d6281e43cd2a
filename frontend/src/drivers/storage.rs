//! What the browser keeps between visits: preferences, never mail and never secrets.

use workbench::model::{Panel, Preferences, Theme};

const KEY: &str = "mailspeak";

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
    if let Some(store) = store() {
        let _ = store.set_item(KEY, &words.join(" "));
    }
}

fn store() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}
