//! The tabs above the explanation and the view they show. What each view draws is in its own file.

use workbench::{
    BenchMsg, Msg,
    message::chosen,
    reader::Reader,
    sitting::{Aside, Sitting},
};
use yew::prelude::*;

use super::{
    diagram,
    message::{self, Message},
    network,
};
use crate::{
    drivers::page,
    i18n::{locale, say, t},
};

/// Tabs and view.
pub fn aside(reader: &Reader, sitting: &Sitting, emit: &Callback<Msg>) -> Html {
    let (shown, conversation) = (sitting.look.aside, sitting.conversation());
    let tab = |aside: Aside| {
        let show = emit.reform(move |_: MouseEvent| Msg::from(BenchMsg::Aside(aside)));
        let chosen = aside == shown;
        html! {
            <button type="button" class="tabs__tab" role="tab" id={id(aside)} aria-selected={chosen.to_string()}
                aria-controls="aside" tabindex={if chosen { "0" } else { "-1" }} onclick={show}>{ say(name(aside)) }</button>
        }
    };
    let walk = emit.clone();
    let onkeydown = Callback::from(move |event: KeyboardEvent| {
        if let Some(next) = neighbour(shown, &event.key()) {
            event.prevent_default();
            walk.emit(BenchMsg::Aside(next).into());
            page::focus_soon(selector(next));
        }
    });
    let there = sitting.place().is_some_and(|place| chosen(conversation, place).is_some());
    html! {
        <section class={classes!("draw", (shown == Aside::Message).then_some("draw--tall"))} aria-label={t("ui-aside", &[])}>
            <div class="tabs" role="tablist" aria-label={t("ui-aside", &[])} {onkeydown}>{ for Aside::ALL.into_iter().map(tab) }</div>
            <div class="draw__view" id="aside" role="tabpanel" aria-labelledby={id(shown)}>
                { match shown {
                    Aside::Diagram => diagram::diagram(conversation),
                    Aside::Network => network::network(sitting, emit),
                    Aside::Message => html! {
                        <Message ..message::Props::of(reader, there, locale(), emit) />
                    },
                } }
            </div>
        </section>
    }
}

fn name(aside: Aside) -> &'static str {
    match aside {
        Aside::Diagram => "ui-aside-diagram",
        Aside::Network => "ui-aside-network",
        Aside::Message => "ui-aside-message",
    }
}

fn id(aside: Aside) -> &'static str {
    &selector(aside)[1..]
}

fn selector(aside: Aside) -> &'static str {
    match aside {
        Aside::Diagram => "#tab-diagram",
        Aside::Network => "#tab-network",
        Aside::Message => "#tab-message",
    }
}

/// Where an arrow key leads from a tab; round at the ends (the tabs pattern of the ARIA practices).
fn neighbour(from: Aside, key: &str) -> Option<Aside> {
    let all = Aside::ALL;
    let at = all.iter().position(|aside| *aside == from)?;
    let to = match key {
        "ArrowRight" | "ArrowDown" => (at + 1) % all.len(),
        "ArrowLeft" | "ArrowUp" => (at + all.len() - 1) % all.len(),
        "Home" => 0,
        "End" => all.len() - 1,
        _ => return None,
    };
    Some(all[to])
}
