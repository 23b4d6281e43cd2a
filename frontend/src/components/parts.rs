//! Small shared pieces: badges, wire words, the buttons of the bar that belong to the whole page.

use workbench::{
    Msg,
    desk::{Preferences, Theme},
    mailproto::{
        Protocol,
        token::{Severity, Side},
    },
    reference,
};
use yew::prelude::*;

use super::icons::icon;
use crate::i18n::{say, t};

/// A severity: an icon, a word and a colour.
pub fn severity(severity: Severity) -> Html {
    let (class, name) = match severity {
        Severity::Chat => ("badge--chat", "chat"),
        Severity::Note => ("badge--note", "info"),
        Severity::Warn => ("badge--warn", "warn"),
        Severity::Error => ("badge--error", "error"),
    };
    html! { <span class={classes!("badge", class)}>{ icon(name) }{ say(severity_key(severity)) }</span> }
}

/// The word of a severity.
pub fn severity_key(severity: Severity) -> &'static str {
    match severity {
        Severity::Chat => "ui-severity-chat",
        Severity::Note => "ui-severity-note",
        Severity::Warn => "ui-severity-warn",
        Severity::Error => "ui-severity-error",
    }
}

/// Whose side something is on, if on one.
pub fn side(side: Option<Side>) -> Html {
    let (class, name) = match side {
        Some(Side::Client) => ("badge--client", "you"),
        Some(Side::Server) => ("badge--server", "server"),
        None => ("badge--line", "info"),
    };
    html! { <span class={classes!("badge", class)}>{ icon(name) }{ say(side_key(side)) }</span> }
}

/// The words for whose side something is on.
pub fn side_key(side: Option<Side>) -> &'static str {
    match side {
        Some(Side::Client) => "ui-side-client",
        Some(Side::Server) => "ui-side-server",
        None => "ui-side-neither",
    }
}

/// Words of the wire inside prose.
pub fn wire(text: &str) -> Html {
    html! { <code class="wire" dir="ltr">{ text.to_owned() }</code> }
}

/// A link to a place of the reference. With a key held it opens as any link does, in a tab of its own.
pub fn look_up(id: &str, words: Html, emit: &Callback<Msg>) -> Html {
    let (href, fragment, emit) = (format!("#{id}"), id.to_owned(), emit.clone());
    let onclick = Callback::from(move |event: MouseEvent| {
        if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
            event.prevent_default();
            emit.emit(Msg::Reference(fragment.clone()));
        }
    });
    html! { <a {href} {onclick}>{ words }</a> }
}

/// The way to the reference of a protocol.
pub fn to_reference(protocol: Protocol, emit: &Callback<Msg>) -> Html {
    let words = html! { <>{ icon("book") }<span>{ say("ui-ref") }</span></> };
    html! { <span class="bar__ref">{ look_up(&reference::top(protocol), words, emit) }</span> }
}

/// The glyph of a direction. A curved line means encrypted.
pub fn glyph(side: Side, encrypted: bool) -> &'static str {
    match (side, encrypted) {
        (Side::Client, false) => "->",
        (Side::Client, true) => "~>",
        (Side::Server, false) => "<-",
        (Side::Server, true) => "<~",
    }
}

/// The theme and projector buttons.
pub fn page_buttons(preferences: &Preferences, emit: &Callback<Msg>) -> Html {
    let (next, name, key) = match preferences.theme {
        Theme::System => (Theme::Light, "half", "ui-theme-system"),
        Theme::Light => (Theme::Dark, "sun", "ui-theme-light"),
        Theme::Dark => (Theme::System, "moon", "ui-theme-dark"),
    };
    let theme = emit.reform(move |_: MouseEvent| Msg::Theme(next));
    let on = preferences.projector;
    let projector = emit.reform(move |_: MouseEvent| Msg::Projector(!on));
    let class = "button button--quiet button--icon";
    html! {
        <>
            <button type="button" {class} aria-label={t(key, &[])} title={t(key, &[])} onclick={theme}>{ icon(name) }</button>
            <button type="button" class={classes!(class, "bar__full")} aria-pressed={on.to_string()}
                aria-label={t("ui-projector", &[])} title={t("ui-projector", &[])} onclick={projector}>
                { icon("screen") }
            </button>
        </>
    }
}

/// A day, `2026-11-20`, from seconds since 1970 (the days-to-civil algorithm of the proleptic Gregorian calendar).
pub fn day(seconds: i64) -> String {
    let days = seconds.div_euclid(86_400) + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days() {
        fn check(seconds: i64, expected: &str) {
            assert_eq!(day(seconds), expected);
        }
        check(0, "1970-01-01");
        check(951_782_400, "2000-02-29");
        check(1_795_132_800, "2026-11-20");
        check(-1, "1969-12-31");
    }
}
