//! What the page consists of. Components read props and emit messages; they decide nothing and touch no browser API.
//!
//! Reading order: [`page`] chooses between [`start`], [`bench`] and [`reference`]; the bench has a [`bar`], the steps of a [`guide`], the
//! session ([`session`], [`log`], [`row`], [`event`], [`prompt`] with its [`login`] tools) and beside it the [`diagram`] and the explanation
//! ([`explain`], [`tie`], [`anatomy`], [`steps`]). [`parts`] and [`icons`] are shared.

pub mod anatomy;
mod aside;
pub mod bar;
pub mod bench;
pub mod connect;
pub mod diagram;
mod draft;
pub mod event;
pub mod explain;
pub mod guide;
pub mod icons;
pub mod log;
pub mod login;
mod network;
pub mod parts;
pub mod prompt;
pub mod reference;
pub mod row;
pub mod session;
pub mod start;
pub mod steps;
pub mod tie;
pub mod ways;

use workbench::{
    Model, Msg,
    model::{Page, Panel, Phase},
};
use yew::prelude::*;

use crate::i18n::t;

/// The whole page.
pub fn page(model: &Model, emit: &Callback<Msg>) -> Html {
    // The session stays as it is behind the reference, with what is typed and what waits in the prompt.
    let bench = model.page != Page::Start && model.phase != Phase::Idle;
    let over = match model.page {
        Page::Start => start::start(model, emit),
        Page::Bench => Html::default(),
        Page::Reference => reference::reference(model, emit),
    };
    html! { <>{ icons::sprite() }if bench { { bench::bench(model, emit) } }{ over }</> }
}

/// The title of the window.
pub fn title(model: &Model) -> String {
    match model.page {
        Page::Start => t("ui-title-start", &[]),
        Page::Bench => {
            let (state, address) = (model.state().name(), model.target.address());
            t("ui-title-session", &[("state", state), ("address", &address)])
        }
        Page::Reference => t("ui-title-reference", &[("protocol", model.reference.protocol.name())]),
    }
}

/// The name of the panel a narrow screen shows, as the style sheets know it.
pub fn panel_name(model: &Model) -> &'static str {
    match (model.page, model.preferences.panel) {
        (Page::Start | Page::Reference, _) | (Page::Bench, Panel::Session) => "session",
        (Page::Bench, Panel::Explain) => "explain",
        (Page::Bench, Panel::Diagram) => "diagram",
        // Without a guide there is no such panel: the session stands in for it.
        (Page::Bench, Panel::Guide) => {
            if model.guide.is_some() {
                "guide"
            } else {
                "session"
            }
        }
    }
}
