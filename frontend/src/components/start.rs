//! The front page: one sentence, three examples, a real server.

use workbench::{
    Desk, Msg,
    guide::Example,
    mailproto::{Protocol, token::Side},
    target::Via,
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
pub fn start(desk: &Desk, emit: &Callback<Msg>) -> Html {
    let offer = desk.offer.clone();
    html! {
        <>
            <header class="bar start__bar">
                { bar::brand(emit) }
                <span class="spacer"></span>
                { back(desk, emit) }
                { to_reference(Protocol::Pop3, emit) }
                { page_buttons(&desk.preferences, emit) }
            </header>
            <main class="start">
                <div class="start__hero">
                    <h1 class="start__h1">{ say("ui-hero") }</h1>
                    <p class="start__sub">{ say("ui-hero-sub") }</p>
                </div>
                <section class="examples" aria-label={t("ui-examples", &[])}>
                    { for Example::ALL.into_iter().map(|one| example(one, emit)) }
                </section>
                <p class="start__where">{ where_practice(desk) }</p>
                <Connect {offer} practice={desk.practice_via()} mx={desk.mx.clone()} rest={desk.loaded()}
                    last={desk.last.clone()} locale={locale()} {emit} />
            </main>
        </>
    }
}

/// The way back to a session that goes on, or whose record is still there.
fn back(desk: &Desk, emit: &Callback<Msg>) -> Html {
    if desk.front().is_none() {
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
fn where_practice(desk: &Desk) -> Html {
    let (name, key) = match desk.practice_via() {
        Via::Page => ("page", "ui-practice-in-page"),
        Via::Proxy => ("server", "ui-practice-by-proxy"),
        Via::Undecided => return Html::default(),
    };
    html! { <>{ icon(name) }{ say(key) }</> }
}

/// The keys of an example's title and text.
pub fn example_keys(example: Example) -> (&'static str, &'static str) {
    match example {
        Example::Read => ("ui-example-read", "ui-example-read-text"),
        Example::Send => ("ui-example-send", "ui-example-send-text"),
        Example::Break => ("ui-example-break", "ui-example-break-text"),
    }
}

/// A line of the little example on its card; `None` is the cut.
type Sample = Option<(Side, &'static str)>;

/// What the practice server and a learner say, nearly: wire text, the same in every language.
fn sample(example: Example) -> [Sample; 4] {
    use Side::{Client, Server};
    match example {
        Example::Read => [
            Some((Server, "+OK POP3 ready <1896.69\u{2026}>")),
            Some((Client, "USER ada")),
            Some((Server, "+OK send PASS")),
            Some((Client, "STAT")),
        ],
        Example::Send => [
            Some((Server, "220 mail.example.test ESMTP")),
            Some((Client, "EHLO laptop.example.test")),
            Some((Server, "250-mail.example.test")),
            Some((Client, "MAIL FROM:<grace@example.test>")),
        ],
        Example::Break => [
            Some((Client, "DELE 2")),
            Some((Server, "+OK Message 2 is marked")),
            None,
            Some((Server, "+OK 3 messages")),
        ],
    }
}

fn example(example: Example, emit: &Callback<Msg>) -> Html {
    let (title, text) = example_keys(example);
    let (title_id, text_id) = (format!("{title}-title"), format!("{title}-text"));
    let open = emit.reform(move |_: MouseEvent| Msg::from(example));
    let line = |sample: Sample| match sample {
        Some((side, text)) => {
            let class = match side {
                Side::Client => "c",
                Side::Server => "s",
            };
            html! { <span class="example__line"><span {class}>{ glyph(side, false) }</span><span>{ text }</span></span> }
        }
        None => html! { <span class="example__line example__cut">{ icon("cut") }{ say("ui-example-cut") }</span> },
    };
    html! {
        <button type="button" class="example" aria-labelledby={title_id.clone()} aria-describedby={text_id.clone()}
            onclick={open}>
            <span class="example__wire" aria-hidden="true">{ for sample(example).into_iter().map(line) }</span>
            <span class="example__body">
                <span class="example__title" id={title_id}>{ say(title) }</span>
                <span class="example__text" id={text_id}>{ say(text) }</span>
                <span class="example__go">{ say("ui-example-go") }{ icon("chev") }</span>
            </span>
        </button>
    }
}
