//! The bar over the bench: home, where the session goes, and the way to end or begin it.

use workbench::{
    BenchMsg, Desk, Msg,
    conversation::{Conversation, Phase},
    target::{Security, Target, Via},
};
use yew::prelude::*;

use super::{
    icons::{icon, mark},
    parts::{page_buttons, to_reference},
};
use crate::i18n::{say, t};

/// The bar.
pub fn bar(desk: &Desk, conversation: &Conversation, emit: &Callback<Msg>) -> Html {
    html! {
        <header class="bar bench__bar">
            { brand(emit) }
            { summary(conversation) }
            { link_button(conversation.phase(), emit) }
            <span class="spacer bar__full"></span>
            { to_reference(conversation.target().protocol, emit) }
            { page_buttons(&desk.preferences, emit) }
        </header>
    }
}

/// The name of the project, and the way home.
pub fn brand(emit: &Callback<Msg>) -> Html {
    let home = emit.reform(|_: MouseEvent| Msg::Home);
    html! {
        <button type="button" class="bar__brand" aria-label={t("ui-home", &[])} onclick={home}>
            { mark() }<span>{ "mailspeak" }</span>
        </button>
    }
}

fn summary(conversation: &Conversation) -> Html {
    let encrypted = conversation.session().encrypted() && conversation.state().is_open();
    html! {
        <p class="bar__summary">
            { icon(if encrypted { "lock" } else { "open" }) }
            <span class="bar__protocol">{ conversation.target().protocol.name() }</span>
            <code class="wire" dir="ltr">{ conversation.target().address() }</code>
            <span class="bar__via bar__full">{ t(via_key(conversation.target()), &[]) }</span>
        </p>
    }
}

fn via_key(target: &Target) -> &'static str {
    match (target.is_practice(), target.via, target.security) {
        (true, Via::Page, _) => "ui-via-page",
        (true, Via::Proxy | Via::Undecided, _) => "ui-via-practice",
        (false, _, Security::None) => "ui-via-real",
        (false, _, Security::Tls) => "ui-via-real-tls",
    }
}

fn link_button(phase: Phase, emit: &Callback<Msg>) -> Html {
    match phase {
        Phase::Connecting | Phase::Open => {
            let cut = emit.reform(|_: MouseEvent| Msg::from(BenchMsg::Disconnect));
            html! {
                <button type="button" class="button bar__link" aria-label={t("ui-disconnect", &[])} onclick={cut}>
                    { icon("plug") }<span>{ say("ui-disconnect") }</span>
                </button>
            }
        }
        // What stands in place of the prompt offers to reconnect, and says why it ended.
        Phase::Closed => Html::default(),
    }
}
