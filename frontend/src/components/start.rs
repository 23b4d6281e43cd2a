//! The front page: one sentence, three doors, a real server.

use workbench::{
    Model, Msg,
    mailproto::{Protocol, token::Side},
    model::{Phase, Via},
    msg::Door,
};
use yew::prelude::*;

use super::{
    bar,
    connect::Connect,
    icons::icon,
    parts::{glyph, page_buttons, to_reference},
};
use crate::i18n::{locale, say, t};

/// The front page.
pub fn start(model: &Model, emit: &Callback<Msg>) -> Html {
    let offer = model.offer.clone();
    html! {
        <>
            <header class="bar start__bar">
                { bar::brand(emit) }
                <span class="spacer"></span>
                { back(model.phase, emit) }
                { to_reference(Protocol::Pop3, emit) }
                { page_buttons(&model.preferences, emit) }
            </header>
            <main class="start">
                <div class="start__hero">
                    <h1 class="start__h1">{ say("ui-hero") }</h1>
                    <p class="start__sub">{ say("ui-hero-sub") }</p>
                </div>
                <section class="doors" aria-label={t("ui-doors", &[])}>
                    { for Door::ALL.into_iter().map(|one| door(one, emit)) }
                </section>
                <p class="start__where">{ where_practice(model) }</p>
                <Connect {offer} practice={model.practice_via()} mx={model.mx.clone()} rest={model.rest}
                    last={model.target.clone()} locale={locale()} {emit} />
            </main>
        </>
    }
}

/// The way back to a session that goes on, or whose record is still there.
fn back(phase: Phase, emit: &Callback<Msg>) -> Html {
    if phase == Phase::Idle {
        return Html::default();
    }
    let back = emit.reform(|_: MouseEvent| Msg::Back);
    html! {
        <button type="button" class="button button--primary start__back" onclick={back}>
            { icon("term") }{ say("ui-back") }
        </button>
    }
}

/// Says where the practice server is: a learner may want to know before typing.
fn where_practice(model: &Model) -> Html {
    let (name, key) = match model.practice_via() {
        Via::Page => ("page", "ui-practice-in-page"),
        Via::Proxy => ("server", "ui-practice-by-proxy"),
        Via::Undecided => return Html::default(),
    };
    html! { <>{ icon(name) }{ say(key) }</> }
}

/// The keys of a door's title and text, and of its example.
pub fn door_keys(door: Door) -> (&'static str, &'static str) {
    match door {
        Door::Read => ("ui-door-read", "ui-door-read-text"),
        Door::Send => ("ui-door-send", "ui-door-send-text"),
        Door::Break => ("ui-door-break", "ui-door-break-text"),
    }
}

/// A line of the little example on a door; `None` is the cut.
type Sample = Option<(Side, &'static str)>;

/// What the practice server and a learner say, nearly: wire text, the same in every language.
fn sample(door: Door) -> [Sample; 4] {
    use Side::{Client, Server};
    match door {
        Door::Read => [
            Some((Server, "+OK POP3 ready <1896.69\u{2026}>")),
            Some((Client, "USER ada")),
            Some((Server, "+OK send PASS")),
            Some((Client, "STAT")),
        ],
        Door::Send => [
            Some((Server, "220 mail.example.test ESMTP")),
            Some((Client, "EHLO laptop.example.test")),
            Some((Server, "250-mail.example.test")),
            Some((Client, "MAIL FROM:<grace@example.test>")),
        ],
        Door::Break => [
            Some((Client, "DELE 2")),
            Some((Server, "+OK Message 2 is marked")),
            None,
            Some((Server, "+OK 3 messages")),
        ],
    }
}

fn door(door: Door, emit: &Callback<Msg>) -> Html {
    let (title, text) = door_keys(door);
    let (title_id, text_id) = (format!("{title}-title"), format!("{title}-text"));
    let open = emit.reform(move |_: MouseEvent| Msg::OpenDoor(door));
    let line = |sample: Sample| match sample {
        Some((side, text)) => {
            let class = match side {
                Side::Client => "c",
                Side::Server => "s",
            };
            html! { <span class="door__line"><span {class}>{ glyph(side, false) }</span><span>{ text }</span></span> }
        }
        None => html! { <span class="door__line door__cut">{ icon("cut") }{ say("ui-door-cut") }</span> },
    };
    html! {
        <button type="button" class="door" aria-labelledby={title_id.clone()} aria-describedby={text_id.clone()}
            onclick={open}>
            <span class="door__wire" aria-hidden="true">{ for sample(door).into_iter().map(line) }</span>
            <span class="door__body">
                <span class="door__title" id={title_id}>{ say(title) }</span>
                <span class="door__text" id={text_id}>{ say(text) }</span>
                <span class="door__go">{ say("ui-door-go") }{ icon("chev") }</span>
            </span>
        </button>
    }
}
