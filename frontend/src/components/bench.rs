//! The frame of a session: the bar, the steps of an example, the session, and beside it diagram and explanation.

use workbench::{
    BenchMsg, Desk, Msg,
    desk::{Bench, Page, Panel},
    mailproto::token::Severity,
    panel,
    sitting::{Aside, Sitting},
};
use yew::prelude::*;

use super::{aside, bar, explain, guide::Steps, icons::icon, session};
use crate::{
    drivers::page,
    i18n::{locale, say, t},
};

/// The frame around the session in front. A split point of the page's module (`SPLIT_POINTS` in `xtask/src/page.rs`).
#[inline(never)]
pub fn bench(desk: &Desk, bench: &Bench, front: &Sitting, emit: &Callback<Msg>) -> Html {
    let conversation = front.conversation();
    let panel = front.place().and_then(|place| panel::panel(conversation, place));
    let troubles = panel.as_ref().filter(|panel| panel.severity >= Severity::Warn).map(|panel| panel.problems.len());
    let class = classes!("bench", conversation.guide().is_none().then_some("bench--plain"));
    let (protocol, address) = (conversation.target().protocol.name(), conversation.target().address());
    let to_session = emit.clone();
    let skip = Callback::from(move |event: MouseEvent| {
        // The way there is no step in the browser's history.
        event.prevent_default();
        to_session.emit(BenchMsg::Panel(Panel::Session).into());
        page::focus_soon("#prompt, .prompt .button");
    });
    html! {
        <div {class} hidden={desk.page != Page::Bench}>
            <a class="skip" href="#prompt" onclick={skip}>{ say("ui-skip") }</a>
            { bar::bar(desk, conversation, emit) }
            <main class="bench__main">
                <h1 class="sr">{ t("ui-bench", &[("protocol", protocol), ("address", &address)]) }</h1>
                if let Some(guide) = conversation.guide() {
                    <Steps guide={guide.clone()} phase={conversation.phase()} locale={locale()} {emit} />
                }
                { session::session(desk, bench, front, emit) }
                <aside class="bench__side" aria-label={t("ui-side-panel", &[])}>
                    { aside::aside(bench.reader(), front, emit) }
                    { explain::explain(panel.as_ref(), front.look.selected.is_some(), emit) }
                </aside>
            </main>
            { switcher(desk, front, troubles.unwrap_or_default(), emit) }
        </div>
    }
}

/// The panels of a narrow screen.
fn switcher(desk: &Desk, front: &Sitting, troubles: usize, emit: &Callback<Msg>) -> Html {
    let shown = super::panel_name(desk);
    let item = |(panel, name, glyph, key): (Panel, &'static str, &'static str, &'static str)| {
        let show = emit.reform(move |_: MouseEvent| Msg::from(BenchMsg::Panel(panel)));
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
    let (view_icon, view_key) = match front.look.aside {
        Aside::Diagram => ("diagram", "ui-views-diagram"),
        Aside::Network => ("lock", "ui-aside-network"),
        Aside::Message => ("letter", "ui-aside-message"),
    };
    let mut items = vec![
        (Panel::Session, "session", "term", "ui-views-session"),
        (Panel::Explain, "explain", "info", "ui-views-explain"),
        (Panel::Diagram, "diagram", view_icon, view_key),
    ];
    if front.conversation().guide().is_some() {
        items.push((Panel::Guide, "guide", "book", "ui-views-guide"));
    }
    html! { <nav class="bench__views" aria-label={t("ui-views", &[])}>{ for items.into_iter().map(item) }</nav> }
}
