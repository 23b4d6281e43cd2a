//! Small shared pieces: badges, wire words, the buttons of the bar that belong to the whole page.

use workbench::{
    Msg,
    mailproto::token::{Severity, Side},
    model::{Preferences, Theme},
};
use yew::prelude::*;

use super::icons::icon;
use crate::i18n::t;

/// A severity: an icon, a word and a colour.
pub fn severity(severity: Severity) -> Html {
    let (class, name, key) = match severity {
        Severity::Chat => ("badge--chat", "chat", "ui-severity-chat"),
        Severity::Note => ("badge--note", "info", "ui-severity-note"),
        Severity::Warn => ("badge--warn", "warn", "ui-severity-warn"),
        Severity::Error => ("badge--error", "error", "ui-severity-error"),
    };
    html! { <span class={classes!("badge", class)}>{ icon(name) }{ t(key, &[]) }</span> }
}

/// Whose side something is on.
pub fn side(side: Side) -> Html {
    let (class, name, key) = match side {
        Side::Client => ("badge--client", "you", "ui-side-client"),
        Side::Server => ("badge--server", "server", "ui-side-server"),
    };
    html! { <span class={classes!("badge", class)}>{ icon(name) }{ t(key, &[]) }</span> }
}

/// Words of the wire inside prose.
pub fn wire(text: &str) -> Html {
    html! { <code class="wire" dir="ltr">{ text.to_owned() }</code> }
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
