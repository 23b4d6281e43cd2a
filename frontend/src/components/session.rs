//! The session panel: where it stands, the log, the prompt.

use workbench::{
    Model, Msg,
    mailproto::State,
    net::{TlsFacts, Trust},
    transcript::{Event, Kind},
};
use yew::prelude::*;

use super::{event, icons::icon, log::Log, prompt::Prompt};
use crate::i18n::{locale, say, t};

/// The panel.
pub fn session(model: &Model, emit: &Callback<Msg>) -> Html {
    let closed = model.transcript.between().rev().find_map(|(_, kind)| match kind {
        Kind::Event(Event::Closed { cause, .. }) => Some(event::closed_key(cause)),
        _ => None,
    });
    let waiting = model.waiting.len();
    html! {
        <section class="bench__log" aria-labelledby="session-title">
            { head(model, emit) }
            <Log rows={workbench::view::rows(model)} transcript={model.transcript.clone()}
                selected={workbench::view::selected(model)} endings={model.preferences.show_endings} locale={locale()} {emit} />
            <Prompt session={model.session.clone()} phase={model.phase} history={model.history.clone()} {waiting} {closed}
                account={model.account.clone()} locale={locale()} {emit} />
        </section>
    }
}

fn head(model: &Model, emit: &Callback<Msg>) -> Html {
    let shown = model.preferences.show_endings;
    let endings = emit.reform(move |_: MouseEvent| Msg::ShowEndings(!shown));
    let save = emit.reform(|_: MouseEvent| Msg::SaveTranscript);
    html! {
        <div class="panel__head">
            <h2 class="panel__title" id="session-title">{ say("ui-session") }</h2>
            { lamp(model.state()) }
            { tls_badge(model) }
            <span class="spacer"></span>
            <button type="button" class="switch" role="switch" aria-checked={shown.to_string()} onclick={endings}>
                <span>{ say("ui-show-endings") }</span>
            </button>
            <button type="button" class="button button--quiet button--icon" aria-label={t("ui-save", &[])}
                title={t("ui-save", &[])} onclick={save}>
                { icon("save") }
            </button>
        </div>
    }
}

fn lamp(state: State) -> Html {
    let class = classes!("statebar", (!state.is_open()).then_some("statebar--off"));
    html! { <span {class}><span class="sr">{ say("ui-state") }{ " " }</span>{ state.name() }</span> }
}

/// What TLS agreed, while it is on.
fn tls_badge(model: &Model) -> Html {
    let on = model.session.encrypted() && model.state().is_open();
    let facts = on.then(|| {
        model.transcript.between().rev().find_map(|(_, kind)| match kind {
            Kind::Encrypted { facts, .. } => Some(facts),
            _ => None,
        })
    });
    match facts.flatten() {
        Some(TlsFacts { trust: Trust::InPage, .. }) => {
            html! { <span class="badge bar__full">{ icon("page") }{ say("ui-tls-played") }</span> }
        }
        Some(TlsFacts { version: Some(version), .. }) => {
            html! { <span class="badge badge--server bar__full">{ icon("lock") }{ version.clone() }</span> }
        }
        Some(_) | None => Html::default(),
    }
}
