//! The log: the rows that are in sight of a learner, and the selection that walks over them.

use std::ops::Range;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use workbench::{
    Msg,
    mailproto::token::Side,
    transcript::{Kind, Transcript},
    view,
};
use yew::prelude::*;

use super::row::{Marks, Row};
use crate::i18n::{Locale, t};

/// The rows drawn at first, and added each time the learner asks for earlier ones. A page with many thousand rows freezes.
const WINDOW: usize = 400;

/// The window moves on by whole steps, so that it does not shift with each line.
const STEP: usize = 100;

/// See the file.
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
    /// The rows, folds applied.
    pub rows: Vec<view::Row>,
    /// The record they point into.
    pub transcript: Transcript,
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
        self.selected == other.selected
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
        let related = related(&props.transcript, props.selected);
        let row = |row: &view::Row| {
            let Some(entry) = props.transcript.get(row.index) else { return Html::default() };
            let marks = Marks {
                selected: props.selected == Some(row.index),
                related: related.as_ref().is_some_and(|related| related.holds(&props.transcript, row.index)),
                endings: props.endings,
            };
            html! {
                <Row key={row.index} index={row.index} entry={entry.clone()} fold={row.fold} {marks} locale={props.locale}
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
                    props.emit.emit(Msg::Fold { exchange: fold.exchange, folded: !fold.folded });
                }
                return;
            }
            _ => return,
        };
        event.prevent_default();
        if let Some(row) = goal {
            self.follow = true;
            props.emit.emit(Msg::Select(Some(row.index)));
        }
    }
}

/// The exchange of the selected line, within its session: numbers begin anew with each connection.
struct Related {
    exchange: u32,
    session: Range<usize>,
}

impl Related {
    fn holds(&self, transcript: &Transcript, index: usize) -> bool {
        self.session.contains(&index)
            && transcript.line(index).is_some_and(|line| line.wire.exchange == Some(self.exchange))
    }
}

fn related(transcript: &Transcript, selected: Option<usize>) -> Option<Related> {
    let selected = selected?;
    let exchange = transcript.line(selected)?.wire.exchange?;
    let begins = |(index, kind): (usize, &Kind)| kind.begins_session().then_some(index);
    let (mut starts, mut ends) = (transcript.between().filter_map(begins), transcript.between().filter_map(begins));
    let start = starts.rfind(|start| *start < selected).unwrap_or_default();
    let end = ends.find(|end| *end >= selected).unwrap_or(transcript.len());
    Some(Related { exchange, session: start..end })
}
