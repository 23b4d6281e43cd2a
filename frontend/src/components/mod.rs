//! What the page consists of. Components read props and emit messages; they decide nothing and touch no browser API.
//!
//! Reading order: [`page`] chooses between [`start`], [`waiting`], [`bench`] and [`reference`]; the bench has a [`bar`], the steps of a
//! [`guide`], the session ([`session`], [`log`], [`row`], [`event`], [`prompt`] with its [`login`] tools) and beside it the [`diagram`],
//! the [`network`] or the [`message`] and the explanation ([`explain`], [`tie`], [`anatomy`], [`steps`]). [`parts`] and [`icons`] are
//! shared.

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
mod message;
mod mx;
mod network;
pub mod parts;
pub mod prompt;
pub mod reference;
pub mod row;
pub mod session;
pub mod sheet;
pub mod start;
pub mod steps;
pub mod tie;
mod waiting;
pub mod ways;

use workbench::{
    Desk, Msg,
    desk::{Loaded, Page, Panel},
};
use yew::prelude::*;

use crate::i18n::t;

/// The whole page.
pub fn page(desk: &Desk, emit: &Callback<Msg>) -> Html {
    // The session stays as it is behind the start page and the reference, with what is typed in the prompt.
    let bench = desk.bench().and_then(|bench| Some((bench, bench.front()?)));
    let over = match desk.page {
        Page::Start => start::start(desk, emit),
        Page::Bench | Page::Reference if desk.loaded() != Loaded::Yes => waiting::waiting(desk, emit),
        Page::Bench => Html::default(),
        Page::Reference => reference::reference(desk, emit),
    };
    let bench = bench.map(|(bench, front)| bench::bench(desk, bench, front, emit));
    html! { <>{ icons::sprite() }{ for bench }{ over }</> }
}

/// The title of the window.
pub fn title(desk: &Desk) -> String {
    match (desk.page, desk.front()) {
        (Page::Bench, Some(front)) => {
            let conversation = front.conversation();
            let (state, address) = (conversation.state().name(), conversation.target().address());
            t("ui-title-session", &[("state", state), ("address", &address)])
        }
        // A session begins when the second module is loaded.
        (Page::Start | Page::Bench, _) => t("ui-title-start", &[]),
        (Page::Reference, _) => t("ui-title-reference", &[("protocol", desk.reference.protocol.name())]),
    }
}

/// The name of the panel a narrow screen shows, as the style sheets know it.
pub fn panel_name(desk: &Desk) -> &'static str {
    match (desk.page, desk.preferences.panel) {
        (Page::Start | Page::Reference, _) | (Page::Bench, Panel::Session) => "session",
        (Page::Bench, Panel::Explain) => "explain",
        (Page::Bench, Panel::Diagram) => "diagram",
        // Without a guide there is no such panel: the session stands in for it.
        (Page::Bench, Panel::Guide) => {
            if desk.front().is_some_and(|front| front.conversation().guide().is_some()) {
                "guide"
            } else {
                "session"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use workbench::{
        guide::Example,
        net::{Micros, Offer, Practice, Trust},
        update,
    };
    use yew::LocalServerRenderer;

    use super::*;
    use crate::i18n;

    #[derive(PartialEq, Properties)]
    struct Props {
        said: Vec<Msg>,
    }

    #[component(Shell)]
    fn shell(props: &Props) -> Html {
        let mut desk = Desk::of_first_part();
        for msg in &props.said {
            let _ = update(&mut desk, Micros(0), msg.clone());
        }
        html! { <>{ page(&desk, &Callback::noop()) }<i>{ title(&desk) }</i></> }
    }

    /// Everything that can be drawn before the second module is loaded has its sentence in the first: no key shows.
    #[tokio::test(flavor = "current_thread")]
    async fn what_shows_first_has_its_words() {
        let keys = i18n::only_first();
        let offer = Offer {
            practice: Some(Practice::default()),
            trust: vec![Trust::System, Trust::Own, Trust::Practice, Trust::Exception],
            open_ports: vec![995],
            ..Offer::default()
        };
        let read = Msg::from(Example::Read);
        let look = Msg::Reference("ref-smtp".into());
        let missing = Msg::Rest { here: false };
        let mut seen = String::new();
        for said in [
            vec![],
            vec![Msg::Offer(None)],
            vec![Msg::Offer(Some(offer)), read.clone(), Msg::Home],
            vec![read.clone()],
            vec![look.clone()],
            vec![read, missing.clone()],
            vec![look, missing],
        ] {
            seen += &LocalServerRenderer::<Shell>::with_props(Props { said }).hydratable(false).render().await;
        }
        assert!(["on their way", "could not be fetched", "Three ways in"].iter().all(|words| seen.contains(words)));
        let shown: Vec<_> = seen.split(|c: char| "<>\"".contains(c) || c.is_whitespace()).collect();
        // What a form says only after somebody typed is named in its source.
        let sources = [include_str!("start.rs"), include_str!("connect.rs"), include_str!("waiting.rs")];
        let named: Vec<_> = sources.iter().flat_map(|source| source.split('"')).collect();
        let needed = |key: &str| shown.contains(&key) || named.contains(&key) || key.starts_with("problem-url-");
        let late: Vec<_> = keys.into_iter().filter(|key| t(key, &[]) == *key && needed(key)).collect();
        assert!(late.is_empty(), "these belong into start.ftl: {late:?}");
    }
}
