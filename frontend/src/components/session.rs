//! The session panel: which sessions there are, where the one in front stands, the log, the prompt.

use workbench::{
    BenchMsg, Desk, Msg,
    conversation::{Conversation, Phase},
    desk::Bench,
    log as rows,
    mailproto::State,
    net::{TlsFacts, Trust},
    sitting::Sitting,
    transcript::{Incident, Kind},
};
use yew::prelude::*;

use super::{event, icons::icon, log::Log, prompt::Prompt};
use crate::i18n::{locale, say, t};

/// The panel.
pub fn session(desk: &Desk, bench: &Bench, front: &Sitting, emit: &Callback<Msg>) -> Html {
    let (conversation, turns) = (front.conversation(), front.turns());
    let closed = conversation.transcript().between().rev().find_map(|(_, kind)| match kind {
        Kind::Incident(Incident::Closed { cause, .. }) => Some(event::over(cause)),
        Kind::Line(_) | Kind::Moved(_) | Kind::Encrypted { .. } | Kind::HeadersEnd(_) | Kind::Incident(_) => None,
    });
    let ends = conversation.connections().iter().filter_map(|connection| {
        let index = connection.ended?;
        Some((index, *conversation.tally_at(index)?))
    });
    html! {
        <section class="bench__log" aria-labelledby="session-title">
            { switch(bench, front, emit) }
            { head(desk, conversation, emit) }
            <Log id={front.id()} rows={rows::rows(conversation, &front.look)} transcript={conversation.transcript().clone()}
                tallies={ends.collect::<Vec<_>>()} selected={front.place().map(|place| place.entry)}
                endings={desk.preferences.show_endings} locale={locale()} {emit} />
            <Prompt id={front.id()} session={conversation.session().clone()} phase={conversation.phase()}
                history={bench.history().lines().clone()} waiting={turns.for_handshake()} queued={turns.for_reply()}
                dropped={turns.dropped()} {closed} account={desk.account.clone()} locale={locale()} {emit} />
        </section>
    }
}

/// Which session is in front, where there are several.
fn switch(bench: &Bench, front: &Sitting, emit: &Callback<Msg>) -> Html {
    if bench.sittings().len() < 2 {
        return Html::default();
    }
    let item = |sitting: &Sitting| {
        let (id, conversation) = (sitting.id(), sitting.conversation());
        let on = id == front.id();
        let over = conversation.phase() == Phase::Closed;
        let class = classes!("sitting", on.then_some("sitting--on"), over.then_some("sitting--closed"));
        let to_front = emit.reform(move |_: MouseEvent| Msg::from(BenchMsg::Front(id)));
        let dismiss = emit.reform(move |_: MouseEvent| Msg::from(BenchMsg::Dismiss(id)));
        let (protocol, address) = (conversation.target().protocol.name(), conversation.target().address());
        html! {
            <span {class}>
                <button type="button" class="sitting__tab" aria-current={on.then_some("true")} onclick={to_front}>
                    <span class="sitting__lamp" aria-hidden="true"></span>
                    <span class="sitting__name">{ protocol }</span>
                    <code class="wire" dir="ltr">{ &address }</code>
                    <span class="sitting__state" dir="ltr">{ conversation.state().name() }</span>
                </button>
                if over {
                    <button type="button" class="sitting__x" onclick={dismiss}
                        aria-label={t("ui-sitting-dismiss", &[("protocol", protocol), ("address", &address)])}>
                        { icon("close") }
                    </button>
                }
            </span>
        }
    };
    html! {
        <div class="sittings" role="group" aria-label={t("ui-sittings", &[])}>
            { for bench.sittings().iter().map(item) }
        </div>
    }
}

fn head(desk: &Desk, conversation: &Conversation, emit: &Callback<Msg>) -> Html {
    let shown = desk.preferences.show_endings;
    let endings = emit.reform(move |_: MouseEvent| Msg::from(BenchMsg::ShowEndings(!shown)));
    let save = emit.reform(|_: MouseEvent| Msg::from(BenchMsg::SaveTranscript));
    let tape = emit.reform(|_: MouseEvent| Msg::from(BenchMsg::SaveTape));
    html! {
        <div class="panel__head">
            <h2 class="panel__title" id="session-title">{ say("ui-session") }</h2>
            { lamp(conversation.state()) }
            { tls_badge(conversation) }
            <span class="spacer"></span>
            <button type="button" class="switch" role="switch" aria-checked={shown.to_string()} onclick={endings}>
                <span>{ say("ui-show-endings") }</span>
            </button>
            <button type="button" class="button button--quiet button--icon" aria-label={t("ui-save", &[])}
                title={t("ui-save", &[])} onclick={save}>
                { icon("save") }
            </button>
            <button type="button" class="button button--quiet button--icon" id="save-tape" aria-label={t("ui-save-tape", &[])}
                title={t("ui-save-tape", &[])} onclick={tape}>
                { icon("tape") }
            </button>
        </div>
    }
}

fn lamp(state: State) -> Html {
    let class = classes!("statebar", (!state.is_open()).then_some("statebar--off"));
    html! { <span {class}><span class="sr">{ say("ui-state") }{ " " }</span>{ state.name() }</span> }
}

/// What TLS agreed, while it is on.
fn tls_badge(conversation: &Conversation) -> Html {
    let on = conversation.session().encrypted() && conversation.state().is_open();
    let facts = on.then(|| {
        conversation.transcript().between().rev().find_map(|(_, kind)| match kind {
            Kind::Encrypted { facts, .. } => Some(facts),
            Kind::Line(_) | Kind::Moved(_) | Kind::HeadersEnd(_) | Kind::Incident(_) => None,
        })
    });
    match facts.flatten().map(|facts| &**facts) {
        Some(TlsFacts { trust: Trust::InPage, .. }) => {
            html! { <span class="badge bar__full">{ icon("page") }{ say("ui-tls-played") }</span> }
        }
        Some(TlsFacts { version: Some(version), .. }) => {
            html! { <span class="badge badge--server bar__full">{ icon("lock") }{ version.clone() }</span> }
        }
        Some(_) | None => Html::default(),
    }
}
