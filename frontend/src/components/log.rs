//! The log: the rows that are in sight of a learner, and the selection that walks over them.

use std::ops::Range;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use workbench::{
    BenchMsg, Msg, log::Row as Shown, mailproto::token::Side, place::Place, sitting::SittingId, tally::Tally,
    transcript::Transcript,
};
use yew::prelude::*;

use super::row::{Marks, Row};
use crate::i18n::{Locale, t};

/// The rows drawn at first, and added each time the learner asks for earlier ones. A page with many thousand rows freezes.
const WINDOW: usize = 400;

/// The window moves on by whole steps, so that it does not shift with each line.
const STEP: usize = 100;

/// The component: how much of the record is drawn, and what is still to be done after the drawing.
pub struct Log {
    /// How many windows of earlier rows the learner asked for.
    earlier: usize,
    /// A key moved the selection: its row gets the focus once it is drawn.
    follow: bool,
    /// The learner sent a line: the end comes into sight once it is drawn.
    to_end: bool,
    scroll: NodeRef,
    list: NodeRef,
}

/// What the log is made of.
#[derive(Clone, Properties)]
pub struct Props {
    /// Whose log it is.
    pub id: SittingId,
    /// The rows, folds applied.
    pub rows: Vec<Shown>,
    /// The record they point into.
    pub transcript: Transcript,
    /// What each connection that is over came to, by the entry of its end.
    pub tallies: Vec<(usize, Tally)>,
    /// The entry whose explanation is shown.
    pub selected: Option<usize>,
    /// Whether line ends are shown.
    pub endings: bool,
    /// The language the rows speak.
    pub locale: Locale,
    /// Where messages go.
    pub emit: Callback<Msg>,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        let newest = |props: &Self| props.transcript.iter().next_back().map(std::rc::Rc::as_ptr);
        self.id == other.id
            && self.selected == other.selected
            && self.endings == other.endings
            && self.locale == other.locale
            && self.rows == other.rows
            && newest(self) == newest(other)
            && self.emit == other.emit
    }
}

/// What the learner did.
pub enum Act {
    /// Wants earlier rows.
    Earlier,
    /// Pressed a key on a row.
    Key(KeyboardEvent),
}

impl Component for Log {
    type Message = Act;
    type Properties = Props;

    fn create(_: &Context<Self>) -> Self {
        Self { earlier: 0, follow: false, to_end: false, scroll: NodeRef::default(), list: NodeRef::default() }
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &Props) -> bool {
        if ctx.props().id != old.id {
            (self.earlier, self.to_end) = (0, true);
            return true;
        }
        if ctx.props().rows.len() < old.rows.len() && ctx.props().rows.len() < WINDOW {
            self.earlier = 0;
        }
        let transcript = &ctx.props().transcript;
        let mut new = old.transcript.len()..transcript.len();
        self.to_end |= new.any(|index| transcript.line(index).is_some_and(|line| line.wire.side == Side::Client));
        true
    }

    fn update(&mut self, ctx: &Context<Self>, act: Act) -> bool {
        match act {
            Act::Earlier => {
                self.earlier += 1;
                true
            }
            Act::Key(event) => {
                self.key(ctx.props(), &event);
                false
            }
        }
    }

    fn rendered(&mut self, _: &Context<Self>, _: bool) {
        if std::mem::take(&mut self.to_end)
            && let Some(scroll) = self.scroll.cast::<Element>()
        {
            // The column is reversed: it begins at its end.
            scroll.set_scroll_top(0);
        }
        if std::mem::take(&mut self.follow)
            && let Some(list) = self.list.cast::<Element>()
            && let Ok(Some(row)) = list.query_selector("[aria-current]")
            && let Some(row) = row.dyn_ref::<HtmlElement>()
        {
            // An element that cannot take the focus is no row of ours.
            let _ = row.focus();
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        let range = self.window(props.rows.len());
        let exchange = |index| props.transcript.line(index).and_then(|line| line.wire.exchange);
        let related = props.selected.and_then(exchange);
        let row = |row: &Shown| {
            let Some(entry) = props.transcript.get(row.index) else { return Html::default() };
            let marks = Marks {
                selected: props.selected == Some(row.index),
                related: related.is_some() && exchange(row.index) == related,
                endings: props.endings,
            };
            let tally = props.tallies.iter().find(|(index, _)| *index == row.index).map(|(_, tally)| *tally);
            html! {
                <Row key={row.index} index={row.index} entry={entry.clone()} fold={row.fold} {tally} {marks} locale={props.locale}
                    emit={&props.emit} />
            }
        };
        let hidden = range.start;
        let onkeydown = ctx.link().callback(Act::Key);
        let earlier = ctx.link().callback(|_: MouseEvent| Act::Earlier);
        html! {
            <div class="log__scroll" role="log" aria-label={t("ui-log", &[])} aria-live="polite" aria-relevant="additions"
                ref={self.scroll.clone()}>
                <div class="log__column">
                    if hidden > 0 {
                        <p class="log__earlier">
                            <button type="button" class="button" onclick={earlier}>
                                { t("ui-earlier", &[("count", &hidden.to_string())]) }
                            </button>
                        </p>
                    }
                    <ol class="log__list" ref={self.list.clone()} {onkeydown}>{ for props.rows[range].iter().map(row) }</ol>
                </div>
            </div>
        }
    }
}

impl Log {
    /// Which rows are drawn: the newest, and as many earlier ones as the learner asked for.
    fn window(&self, rows: usize) -> Range<usize> {
        let wanted = WINDOW * (self.earlier + 1);
        rows.saturating_sub(wanted) / STEP * STEP..rows
    }

    fn key(&mut self, props: &Props, event: &KeyboardEvent) {
        let key = event.key();
        let range = self.window(props.rows.len());
        let lines = || props.rows[range.clone()].iter().filter(|row| props.transcript.line(row.index).is_some());
        let at = props.selected.and_then(|selected| lines().position(|row| row.index == selected));
        let goal = match (key.as_str(), at) {
            ("ArrowUp", Some(at)) => lines().nth(at.saturating_sub(1)),
            ("ArrowDown", Some(at)) => lines().nth(at + 1),
            ("Home", _) => lines().next(),
            ("End", _) => lines().next_back(),
            ("Enter", Some(at)) => {
                if let Some(fold) = lines().nth(at).and_then(|row| row.fold) {
                    event.prevent_default();
                    props.emit.emit(BenchMsg::Fold { exchange: fold.exchange, folded: !fold.folded }.into());
                }
                return;
            }
            _ => return,
        };
        event.prevent_default();
        if let Some(row) = goal {
            self.follow = true;
            props.emit.emit(BenchMsg::Select(Some(Place::entry(row.index))).into());
        }
    }
}
