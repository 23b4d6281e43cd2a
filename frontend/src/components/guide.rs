//! The steps of the chosen example, ticked off as the session goes. On a tight screen they open as a drawer.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use workbench::{
    BenchMsg, Msg,
    conversation::Phase,
    guide::{Example, Guide, Step},
};
use yew::prelude::*;

use super::{icons::icon, parts::wire, start::example_keys};
use crate::{
    drivers::page::Watch,
    i18n::{Locale, rich, say, t},
};

/// The component. It remembers only whether the drawer of a tight screen is open.
pub struct Steps {
    /// Whether the drawer is open; only a tight screen has one.
    open: bool,
    /// While it is open: Esc and the way to the prompt close it.
    watches: Vec<Watch>,
    /// The button takes the focus after the next drawing.
    focus: bool,
    button: NodeRef,
}

/// What the steps are made of.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The example and how far it is.
    pub guide: Guide,
    /// How far the connection is.
    pub phase: Phase,
    /// The language they speak.
    pub locale: Locale,
    /// Where messages go.
    pub emit: Callback<Msg>,
}

/// What happened to the drawer.
pub enum Act {
    /// Its button was pressed.
    Toggle,
    /// Esc was pressed.
    Escape,
    /// The prompt got the focus: the log must be in sight.
    Leave,
}

impl Component for Steps {
    type Message = Act;
    type Properties = Props;

    fn create(_: &Context<Self>) -> Self {
        Self { open: false, watches: Vec::new(), focus: false, button: NodeRef::default() }
    }

    fn update(&mut self, ctx: &Context<Self>, act: Act) -> bool {
        self.open = matches!(act, Act::Toggle) && !self.open;
        self.focus = matches!(act, Act::Escape);
        self.watches = if self.open { watches(ctx) } else { Vec::new() };
        true
    }

    fn rendered(&mut self, _: &Context<Self>, _: bool) {
        if std::mem::take(&mut self.focus)
            && let Some(button) = self.button.cast::<HtmlElement>()
        {
            // Where the drawer has no button, there was no drawer to close.
            let _ = button.focus();
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let Props { guide, .. } = ctx.props();
        let open = self.open;
        let toggle = ctx.link().callback(|_: MouseEvent| Act::Toggle);
        let count = count(guide);
        html! {
            <nav class={classes!("rail", "bench__rail", open.then_some("rail--open"))} aria-label={t("ui-steps", &[])}>
                <div class="rail__spine">
                    <button type="button" class="button button--quiet button--icon" aria-expanded={open.to_string()}
                        aria-label={t("ui-steps-open", &[])} ref={self.button.clone()} onclick={toggle}>
                        { icon(if open { "close" } else { "book" }) }
                    </button>
                    <span class="rail__count" dir="ltr">{ count }</span>
                </div>
                <div class="rail__body">{ card(ctx.props()) }</div>
            </nav>
        }
    }
}

/// What closes the drawer.
fn watches(ctx: &Context<Steps>) -> Vec<Watch> {
    let (link, leave) = (ctx.link().clone(), ctx.link().clone());
    let escape = Watch::new("keydown", move |event| {
        if event.dyn_ref::<KeyboardEvent>().is_some_and(|event| event.key() == "Escape") {
            link.send_message(Act::Escape);
        }
    });
    let prompt = Watch::new("focusin", move |event| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if target.is_some_and(|target| target.id() == "prompt") {
            leave.send_message(Act::Leave);
        }
    });
    vec![escape, prompt]
}

fn count(guide: &Guide) -> String {
    format!("{}/{}", guide.done, guide.steps().len())
}

fn card(Props { guide, phase, emit, .. }: &Props) -> Html {
    let (title, _) = example_keys(guide.example);
    let why = match guide.example {
        Example::Read => "ui-why-read",
        Example::Send => "ui-why-send",
        Example::Break => "ui-why-break",
    };
    let example = guide.example;
    let again = emit.reform(move |_: MouseEvent| Msg::from(BenchMsg::StartOver(example)));
    let cut = emit.reform(|_: MouseEvent| Msg::from(BenchMsg::Disconnect));
    let can_cut = guide.example == Example::Break && *phase == Phase::Open;
    let all = guide.done == guide.steps().len();
    html! {
        <section class="lab" aria-labelledby="guide-title">
            <p class="label">{ say("ui-example") }</p>
            <h2 class="lab__title" id="guide-title">{ say(title) }</h2>
            <p class="lab__why">{ rich(why, &[]) }</p>
            { progress(guide) }
            <ol class="lab__goals">
                { for guide.steps().iter().enumerate().map(|(index, one)| step(index, one, guide.done)) }
            </ol>
            if all { <p class="lab__end" role="status">{ icon("check") }{ say("ui-steps-all") }</p> }
            <div class="lab__tools">
                if can_cut {
                    <button type="button" class="button" onclick={cut}>{ icon("cut") }{ say("ui-cut") }</button>
                }
                <button type="button" class="button button--quiet" onclick={again}>{ say("ui-start-over") }</button>
            </div>
        </section>
    }
}

fn progress(guide: &Guide) -> Html {
    let (done, all) = (guide.done.to_string(), guide.steps().len().to_string());
    html! {
        <div class="lab__progress">
            <progress class="meter" value={done.clone()} max={all.clone()} aria-label={t("ui-steps-done", &[])}></progress>
            <span>{ t("ui-steps-count", &[("done", &done), ("all", &all)]) }</span>
        </div>
    }
}

fn step(index: usize, step: &Step, done: usize) -> Html {
    let (class, word, current) = match index.cmp(&done) {
        std::cmp::Ordering::Less => ("goal--done", "ui-step-done", None),
        std::cmp::Ordering::Equal => ("goal--now", "ui-step-now", Some("step")),
        std::cmp::Ordering::Greater => ("goal--todo", "ui-step-todo", None),
    };
    let mark = if index < done {
        icon("check")
    } else {
        html! { { index + 1 } }
    };
    html! {
        <li class={classes!("goal", class)} aria-current={current}>
            <span class="goal__mark" aria-hidden="true">{ mark }</span>
            <span>
                <span class="sr">{ say(word) }{ " " }</span>
                { rich(step.key, &[]) }
                if !step.example.is_empty() { <small>{ wire(step.example) }</small> }
            </span>
        </li>
    }
}
