//! The frame of a session: the bar, the steps of an example, the session, and beside it diagram and explanation.

use workbench::{
    Model, Msg,
    mailproto::token::Severity,
    model::{Aside, Page, Panel},
    view,
};
use yew::prelude::*;

use super::{aside, bar, explain, guide::Steps, icons::icon, session};
use crate::{
    drivers::page,
    i18n::{locale, say, t},
};

/// The frame. A door: the page's module is parted here (`xtask/src/part.rs`).
#[inline(never)]
pub fn bench(model: &Model, emit: &Callback<Msg>) -> Html {
    let panel = view::panel(model);
    let troubles = panel.as_ref().filter(|panel| panel.severity >= Severity::Warn).map(|panel| panel.problems.len());
    let class = classes!("bench", model.guide.is_none().then_some("bench--plain"));
    let line = panel.as_ref().and_then(|panel| Some((panel.index, model.transcript.line(panel.index)?)));
    let role = line.map(|(_, line)| line.wire.role);
    let asked = line.and_then(|(index, line)| view::command_of(model, index, line)).map(|line| line.wire.role);
    let (protocol, address) = (model.target.protocol.name(), model.target.address());
    let to_session = emit.clone();
    let skip = Callback::from(move |event: MouseEvent| {
        // The way there is no step in the browser's history.
        event.prevent_default();
        to_session.emit(Msg::Panel(Panel::Session));
        page::focus_soon("#prompt, .prompt .button");
    });
    html! {
        <div {class} hidden={model.page != Page::Bench}>
            <a class="skip" href="#prompt" onclick={skip}>{ say("ui-skip") }</a>
            { bar::bar(model, emit) }
            <main class="bench__main">
                <h1 class="sr">{ t("ui-bench", &[("protocol", protocol), ("address", &address)]) }</h1>
                if let Some(guide) = &model.guide {
                    <Steps guide={guide.clone()} phase={model.phase} locale={locale()} {emit} />
                }
                { session::session(model, emit) }
                <aside class="bench__side" aria-label={t("ui-side-panel", &[])}>
                    { aside::aside(model, emit) }
                    { explain::explain(panel.as_ref(), model, role, asked, emit) }
                </aside>
            </main>
            { switcher(model, troubles.unwrap_or_default(), emit) }
        </div>
    }
}

/// The panels of a narrow screen.
fn switcher(model: &Model, troubles: usize, emit: &Callback<Msg>) -> Html {
    let shown = super::panel_name(model);
    let item = |(panel, name, glyph, key): (Panel, &'static str, &'static str, &'static str)| {
        let show = emit.reform(move |_: MouseEvent| Msg::Panel(panel));
        let count = (panel == Panel::Explain && troubles > 0).then(|| {
            let words = t("ui-views-troubles", &[("count", &troubles.to_string())]);
            html! {
                <>
                    <span class="views__count" aria-hidden="true">{ troubles }</span><span class="sr">{ " " }{ words }</span>
                </>
            }
        });
        html! {
            <button type="button" class="views__item" aria-pressed={(shown == name).to_string()} onclick={show}>
                { icon(glyph) }{ say(key) }{ count }
            </button>
        }
    };
    // The panel of the views bears the name of the one it shows.
    let (view_icon, view_key) = match model.aside {
        Aside::Diagram => ("diagram", "ui-views-diagram"),
        Aside::Network => ("lock", "ui-aside-network"),
        Aside::Message => ("letter", "ui-aside-message"),
    };
    let mut items = vec![
        (Panel::Session, "session", "term", "ui-views-session"),
        (Panel::Explain, "explain", "info", "ui-views-explain"),
        (Panel::Diagram, "diagram", view_icon, view_key),
    ];
    if model.guide.is_some() {
        items.push((Panel::Guide, "guide", "book", "ui-views-guide"));
    }
    html! { <nav class="bench__views" aria-label={t("ui-views", &[])}>{ for items.into_iter().map(item) }</nav> }
}
