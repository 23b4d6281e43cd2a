//! The Message view: the letter of the chosen line taken apart, one look at a time. A worker takes it apart and gives a sheet; a
//! letter that goes on is handed over anew as soon as the sheet of what came before is there.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use workbench::{
    letter,
    message::{Look, Side, neighbour},
    sheet::{self, Node},
    transcript::Transcript,
};
use yew::prelude::*;

use super::{connect::choice, sheet::sheet};
use crate::{
    drivers::reader,
    i18n::{Locale, rich, say, t},
};

/// See the file.
pub struct Message {
    look: Look,
    /// What the worker made of it last.
    sheet: Vec<Node>,
    /// The letter the worker has: its first entry, how long the record was, and whether no more of it can come.
    given: Option<(usize, usize, bool)>,
    /// A sheet is on its way.
    asked: bool,
    /// Something changed since it was asked for.
    stale: bool,
    /// The worker could not be fetched, or broke.
    failed: bool,
    /// An arrow key moved in the tree: the chosen part gets the focus once it is drawn.
    follow: bool,
    root: NodeRef,
}

/// What the view is made of.
#[derive(Clone, Properties)]
pub struct Props {
    /// The record.
    pub transcript: Transcript,
    /// The first entry of the letter to show.
    pub first: Option<usize>,
    /// The language it speaks.
    pub locale: Locale,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        let newest = |props: &Self| props.transcript.iter().next_back().map(Rc::as_ptr);
        self.first == other.first && self.locale == other.locale && newest(self) == newest(other)
    }
}

/// What happened.
#[derive(Clone, Debug)]
pub enum Act {
    /// The learner looks from another side.
    Side(Side),
    /// The learner pressed a button of the sheet, or a key that stands for one.
    Sheet {
        /// What it asks.
        act: String,
        /// Whether the focus goes along.
        follow: bool,
    },
    /// The worker is tried once more.
    Again,
    /// The worker answered, or broke.
    Answer(Option<String>),
}

impl Component for Message {
    type Message = Act;
    type Properties = Props;

    fn create(_: &Context<Self>) -> Self {
        Self {
            look: Look::new(Side::default()),
            sheet: Vec::new(),
            given: None,
            asked: false,
            stale: true,
            failed: false,
            follow: false,
            root: NodeRef::default(),
        }
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &Props) -> bool {
        let first = ctx.props().first;
        if first != old.first {
            self.look = Look::new(self.look.side);
            self.stale = true;
        }
        // A letter that is over stays as it is.
        self.stale |= !matches!(self.given, Some((given, _, true)) if Some(given) == first);
        true
    }

    fn update(&mut self, _: &Context<Self>, act: Act) -> bool {
        match act {
            Act::Side(side) => self.look = Look { side, ..Look::new(side) },
            Act::Sheet { act, follow } => {
                self.look.act(&act);
                self.follow = follow;
            }
            Act::Again => self.failed = false,
            Act::Answer(Some(answer)) => {
                self.asked = false;
                self.sheet = sheet::decode(&answer);
                return true;
            }
            Act::Answer(None) => {
                (self.asked, self.failed, self.given) = (false, true, None);
                return true;
            }
        }
        self.stale = true;
        true
    }

    fn rendered(&mut self, ctx: &Context<Self>, _: bool) {
        if self.stale && !self.asked && !self.failed {
            self.ask(ctx);
        } else if !self.asked && std::mem::take(&mut self.follow) {
            self.focus();
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        if ctx.props().first.is_none() {
            return html! { <div class="letter"><p class="letter__note">{ rich("ui-msg-none", &[]) }</p></div> };
        }
        if self.failed {
            let again = ctx.link().callback(|_: MouseEvent| Act::Again);
            return html! {
                <div class="letter" role="status">
                    <p>{ rich("ui-msg-failed", &[]) }</p>
                    <p><button type="button" class="button" onclick={again}>{ say("ui-words-again") }</button></p>
                </div>
            };
        }
        // Elements of the sheet say what they do.
        let onclick = ctx.link().batch_callback(|event: MouseEvent| {
            let act = closest(&event, "[data-act]")?.get_attribute("data-act")?;
            Some(Act::Sheet { act, follow: false })
        });
        let part = self.look.part;
        let onkeydown = ctx.link().batch_callback(move |event: KeyboardEvent| {
            let to = neighbour(&levels(&closest(&event, "[role=tree]")?), part, &event.key())?;
            event.prevent_default();
            Some(Act::Sheet { act: format!("part {to}"), follow: true })
        });
        html! {
            <div class="letter" ref={self.root.clone()}>
                { self.sides(ctx) }
                <div class="letter__sheet" aria-busy={self.asked.to_string()} {onclick} {onkeydown}>{ sheet(&self.sheet) }</div>
            </div>
        }
    }
}

impl Message {
    /// Hands the letter over, unless the worker has it as it is, and asks for its sheet.
    fn ask(&mut self, ctx: &Context<Self>) {
        let Props { transcript, first, .. } = ctx.props();
        let Some(first) = *first else { return };
        let known = matches!(self.given, Some((given, length, ended)) if given == first && (ended || length == transcript.len()));
        let letter = (!known).then(|| letter::collect(transcript, first));
        if let Some(letter) = &letter {
            self.given = Some((first, transcript.len(), letter.ended));
        }
        (self.asked, self.stale) = (true, false);
        reader::ask(&self.look.spell(), letter.as_ref(), ctx.link().callback(Act::Answer));
    }

    fn sides(&self, ctx: &Context<Self>) -> Html {
        let item = |side: Side| {
            let key = match side {
                Side::Header => "ui-msg-header",
                Side::Way => "ui-msg-way",
                Side::Parts => "ui-msg-parts",
                Side::Octets => "ui-msg-octets",
            };
            choice("look", t(key, &[]), self.look.side == side, ctx.link().callback(move |_: Event| Act::Side(side)))
        };
        html! {
            <fieldset class="letter__looks">
                <legend class="sr">{ say("ui-msg-looks") }</legend>
                <div class="seg">{ for Side::ALL.into_iter().map(item) }</div>
            </fieldset>
        }
    }

    fn focus(&self) {
        let chosen = self.root.cast::<Element>().and_then(|root| root.query_selector("[aria-selected=true]").ok()?);
        if let Some(chosen) = chosen.and_then(|chosen| chosen.dyn_into::<HtmlElement>().ok()) {
            // A node of the tree can take the focus.
            let _ = chosen.focus();
        }
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
