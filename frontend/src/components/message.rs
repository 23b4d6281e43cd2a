//! The Message view: the letter of the chosen line taken apart, one look at a time. Who takes it apart, and when it is asked, is
//! `workbench::reader`'s.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use workbench::{
    BenchMsg, Msg,
    message::{LetterLook, LetterSide, neighbour},
    reader::{Reader, Standing},
    sheet::Node,
};
use yew::prelude::*;

use super::{connect::choice, sheet::sheet};
use crate::i18n::{Locale, rich, say, t};

/// The component.
pub struct Message {
    /// An arrow key moved in the tree: the chosen part gets the focus once it is drawn.
    follow: bool,
    root: NodeRef,
}

/// What the view is made of.
#[derive(Clone, Properties)]
pub struct Props {
    /// Whether there is a letter to show.
    pub there: bool,
    /// How it is looked at.
    pub look: LetterLook,
    /// How the question for it stands.
    pub standing: Standing,
    /// The sheet that shows.
    pub sheet: Rc<Vec<Node>>,
    /// The language it speaks.
    pub locale: Locale,
    /// Where messages go.
    pub emit: Callback<Msg>,
}

impl Props {
    /// What a reader has to show, of a letter if there is one.
    pub fn of(reader: &Reader, there: bool, locale: Locale, emit: &Callback<Msg>) -> Self {
        let (look, standing, sheet) = (reader.look(), reader.standing(), reader.sheet().clone());
        Self { there, look, standing, sheet, locale, emit: emit.clone() }
    }
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        self.there == other.there
            && self.look == other.look
            && self.standing == other.standing
            && self.locale == other.locale
            && Rc::ptr_eq(&self.sheet, &other.sheet)
            && self.emit == other.emit
    }
}

/// An arrow key leads to this part of the tree.
pub struct To(usize);

impl Component for Message {
    type Message = To;
    type Properties = Props;

    fn create(_: &Context<Self>) -> Self {
        Self { follow: false, root: NodeRef::default() }
    }

    fn update(&mut self, ctx: &Context<Self>, To(part): To) -> bool {
        self.follow = true;
        ctx.props().emit.emit(BenchMsg::Sheet(format!("part {part}")).into());
        false
    }

    fn rendered(&mut self, ctx: &Context<Self>, _: bool) {
        if ctx.props().standing == Standing::Answered && std::mem::take(&mut self.follow) {
            self.focus();
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let Props { there, look, standing, sheet: nodes, emit, .. } = ctx.props();
        if !there {
            return html! { <div class="letter"><p class="letter__note">{ rich("ui-msg-none", &[]) }</p></div> };
        }
        if *standing == Standing::Failed {
            let again = emit.reform(|_: MouseEvent| Msg::from(BenchMsg::ReadAgain));
            return html! {
                <div class="letter" role="status">
                    <p>{ rich("ui-msg-failed", &[]) }</p>
                    <p><button type="button" class="button" onclick={again}>{ say("ui-words-again") }</button></p>
                </div>
            };
        }
        // Elements of the sheet say what they do.
        let pressed = emit.clone();
        let onclick = Callback::from(move |event: MouseEvent| {
            if let Some(act) = closest(&event, "[data-act]").and_then(|element| element.get_attribute("data-act")) {
                pressed.emit(BenchMsg::Sheet(act).into());
            }
        });
        let part = look.part;
        let onkeydown = ctx.link().batch_callback(move |event: KeyboardEvent| {
            let to = neighbour(&levels(&closest(&event, "[role=tree]")?), part, &event.key())?;
            event.prevent_default();
            Some(To(to))
        });
        let busy = *standing == Standing::Asked;
        html! {
            <div class="letter" ref={self.root.clone()}>
                { sides(look.side, emit) }
                <div class="letter__sheet" aria-busy={busy.to_string()} {onclick} {onkeydown}>{ sheet(nodes) }</div>
            </div>
        }
    }
}

impl Message {
    fn focus(&self) {
        let chosen = self.root.cast::<Element>().and_then(|root| root.query_selector("[aria-selected=true]").ok()?);
        if let Some(chosen) = chosen.and_then(|chosen| chosen.dyn_into::<HtmlElement>().ok()) {
            // A node of the tree can take the focus.
            let _ = chosen.focus();
        }
    }
}

/// From which side the letter is looked at.
fn sides(shown: LetterSide, emit: &Callback<Msg>) -> Html {
    let item = |side: LetterSide| {
        let key = match side {
            LetterSide::Header => "ui-msg-header",
            LetterSide::Way => "ui-msg-way",
            LetterSide::Parts => "ui-msg-parts",
            LetterSide::Octets => "ui-msg-octets",
        };
        let turn = emit.reform(move |_: Event| Msg::from(BenchMsg::Side(side)));
        choice("look", t(key, &[]), shown == side, turn)
    };
    html! {
        <fieldset class="letter__looks">
            <legend class="sr">{ say("ui-msg-looks") }</legend>
            <div class="seg">{ for LetterSide::ALL.into_iter().map(item) }</div>
        </fieldset>
    }
}

/// How deep each node of the tree stands.
fn levels(tree: &Element) -> Vec<usize> {
    let level = |node: Element| node.get_attribute("aria-level")?.parse().ok();
    let mut next = tree.first_element_child();
    let nodes = std::iter::from_fn(|| {
        let node = next.take()?;
        next = node.next_element_sibling();
        Some(node)
    });
    nodes.filter_map(level).collect()
}

/// The nearest element around an event that matches.
fn closest(event: &Event, css: &str) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()?.closest(css).ok()?
}
