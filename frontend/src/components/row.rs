//! One row of the log with what is said right under it. A row never changes but for its marks, so it is drawn again only
//! when they do.

use std::rc::Rc;

use workbench::{
    BenchMsg, Msg,
    log::{self, Fold, Piece},
    mailproto::{
        Class, TokenKind, Word,
        line::Ending,
        message::Part,
        session::{Role, WireLine},
        token::{ProblemKind, Side},
    },
    net::Micros,
    place::Place,
    tally::Tally,
    transcript::{Entry, Kind, Line},
};
use yew::prelude::*;

use super::{event, icons::icon, parts::glyph};
use crate::i18n::{Locale, note, say, t};

/// The component. It remembers nothing.
pub struct Row;

/// What a row is made of.
#[derive(Clone, Properties)]
pub struct Props {
    /// Its place in the transcript.
    pub index: usize,
    /// What it shows.
    pub entry: Rc<Entry>,
    /// The fold it heads.
    pub fold: Option<Fold>,
    /// What the connection came to, when it ends here.
    pub tally: Option<Tally>,
    /// Its marks.
    pub marks: Marks,
    /// The language it speaks.
    pub locale: Locale,
    /// Where messages go.
    pub emit: Callback<Msg>,
}

/// The marks of a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Its explanation is shown.
    pub selected: bool,
    /// It is the command or reply of the selected one.
    pub related: bool,
    /// Line ends are shown.
    pub endings: bool,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.entry, &other.entry)
            && self.index == other.index
            && self.fold == other.fold
            && self.tally == other.tally
            && self.marks == other.marks
            && self.locale == other.locale
            && self.emit == other.emit
    }
}

impl Component for Row {
    type Message = ();
    type Properties = Props;

    fn create(_: &Context<Self>) -> Self {
        Self
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        match &props.entry.kind {
            Kind::Line(line) => line_row(props, line),
            Kind::Moved(edge) => event::moved(edge).unwrap_or_default(),
            Kind::Encrypted { facts, from_start } => event::encrypted(facts, *from_start),
            Kind::HeadersEnd(_) => event::headers_end(),
            Kind::Incident(incident) => event::incident(incident, props.tally.as_ref()),
        }
    }
}

fn line_row(props: &Props, line: &Line) -> Html {
    let (marks, fold, index) = (props.marks, props.fold, props.index);
    let wire = &line.wire;
    let classes = classes!(
        "log__row",
        kind_class(wire),
        matches!(wire.role, Role::Message(_) | Role::MessageEnd).then_some("log__row--data"),
        wire.encrypted.then_some("log__row--tls"),
        marks.selected.then_some("log__row--selected"),
        (marks.related && !marks.selected).then_some("log__row--related"),
    );
    let emit = props.emit.clone();
    let choose = Callback::from(move |_: MouseEvent| {
        emit.emit(BenchMsg::Select(Some(Place::entry(index))).into());
        if let Some(Fold { exchange, folded: true, .. }) = fold {
            emit.emit(BenchMsg::Fold { exchange, folded: false }.into());
        }
    });
    let (shown, left_out) = log::pieces(wire);
    html! {
        <>
            <li class={classes} tabindex={if marks.selected { "0" } else { "-1" }} onclick={choose}
                aria-current={marks.selected.then_some("true")}>
                <span class="log__no">{ line.number }</span>
                <span class="log__dir">
                    <span aria-hidden="true">{ glyph(wire.side, wire.encrypted) }</span>
                    <span class="sr">{ say(speaker_key(wire)) }{ " " }</span>
                </span>
                <span class="log__text">
                    <span class="wire" dir="ltr">{ for shown.iter().map(piece) }</span>
                    if left_out > 0 {
                        <span class="log__cut">{ t("ui-more-bytes", &[("count", &left_out.to_string())]) }</span>
                    }
                    { ending(wire.ending, marks.endings) }
                    { decoded(wire) }
                    { fold.map(|fold| fold_button(fold, &props.emit)) }
                    { to_message(index, wire, &props.emit) }
                </span>
                { aside(line) }
            </li>
            { for log::callouts(wire).into_iter().map(|(grade, of, text)| event::problem(grade, note(&text), of)) }
        </>
    }
}

fn kind_class(wire: &WireLine) -> &'static str {
    match (wire.side, wire.role) {
        (Side::Client, _) => "log__row--client",
        (Side::Server, Role::Reply { first: false, .. } | Role::Listing(_) | Role::Payload(_) | Role::PayloadEnd) => {
            "log__row--cont"
        }
        (Side::Server, _) => "log__row--server",
    }
}

fn speaker_key(wire: &WireLine) -> &'static str {
    match (wire.side, wire.encrypted) {
        (Side::Client, false) => "ui-client",
        (Side::Client, true) => "ui-client-encrypted",
        (Side::Server, false) => "ui-server",
        (Side::Server, true) => "ui-server-encrypted",
    }
}

/// A piece of a wire line in its colour. A secret arrives masked.
fn piece(piece: &Piece) -> Html {
    let Some(kind) = piece.kind else { return html! { { piece.text.clone() } } };
    if kind == TokenKind::Secret {
        return html! {
            <span class="log__secret" role="img" aria-label={t("ui-password-hidden", &[])}>{ piece.text.clone() }</span>
        };
    }
    match token_class(kind) {
        Some(class) => html! { <span {class}>{ piece.text.clone() }</span> },
        None => html! { { piece.text.clone() } },
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the other pieces take the colour of the reply they make, or none")]
fn token_class(kind: TokenKind) -> Option<&'static str> {
    match kind {
        TokenKind::Verb(_) | TokenKind::UnknownVerb => Some("log__verb"),
        TokenKind::FieldName => Some("log__hname"),
        TokenKind::StuffedDot | TokenKind::LostDot => Some("log__stuffed"),
        TokenKind::FinalDot => Some("log__dot"),
        _ => match kind.class() {
            Some(Class::Positive | Class::Intermediate) => Some("log__ok"),
            Some(Class::Transient | Class::Permanent) => Some("log__err"),
            None => None,
        },
    }
}

/// The mark of the ending: always where it is not CRLF, else when the learner wants to see it.
fn ending(ending: Ending, shown: bool) -> Html {
    let mark = log::ending_mark(ending);
    let odd = ending != Ending::CrLf;
    if mark.is_empty() || !(shown || odd) {
        return Html::default();
    }
    html! { <span class={classes!("log__eol", odd.then_some("log__eol--odd"))} aria-hidden="true">{ mark }</span> }
}

fn decoded(wire: &WireLine) -> Html {
    match &wire.decoded {
        Some(text) => html! {
            <span class="log__decoded">{ say("ui-base64") }{ " " }<code dir="ltr">{ text.clone() }</code></span>
        },
        None => Html::default(),
    }
}

fn fold_button(fold: Fold, emit: &Callback<Msg>) -> Html {
    let Fold { exchange, more, folded } = fold;
    let toggle = emit.reform(move |event: MouseEvent| {
        event.stop_propagation();
        Msg::from(BenchMsg::Fold { exchange, folded: !folded })
    });
    let key = if folded { "ui-more-lines" } else { "ui-fold" };
    html! {
        <button type="button" class="log__fold" aria-expanded={(!folded).to_string()} tabindex="-1" onclick={toggle}>
            { icon(if folded { "chev" } else { "down" }) }{ t(key, &[("count", &more.to_string())]) }
        </button>
    }
}

/// The way to the message that a reply announces or asks for.
fn to_message(index: usize, wire: &WireLine, emit: &Callback<Msg>) -> Html {
    let Role::Reply { to, class, first: true, .. } = wire.role else { return Html::default() };
    let announces = match to {
        Some(Word::Retr | Word::Top) => class == Some(Class::Positive),
        Some(Word::Data) => class == Some(Class::Intermediate),
        _ => false,
    };
    if !announces {
        return Html::default();
    }
    let show = emit.reform(move |event: MouseEvent| {
        event.stop_propagation();
        Msg::from(BenchMsg::ShowMessage(index))
    });
    let label = t("ui-show-message", &[]);
    html! {
        <button type="button" class="log__letter" aria-label={label.clone()} title={label} onclick={show}>
            { icon("letter") }
        </button>
    }
}

/// What stands at the end of a row.
fn aside(line: &Line) -> Html {
    let wire = &line.wire;
    let stuffed = wire.tokens.iter().any(|token| token.kind == TokenKind::StuffedDot);
    let lost = wire.problems.iter().any(|problem| problem.kind == ProblemKind::UnstuffedDot);
    let words = |key: &str| html! { <span class="log__aside">{ say(key) }</span> };
    match wire.role {
        _ if wire.text.has_secret() => {
            html! { <span class="log__aside">{ icon("lock") }{ say("ui-hidden") }</span> }
        }
        Role::PayloadEnd => words("ui-end-of-reply"),
        Role::MessageEnd => words("ui-end-of-message"),
        Role::Message(Part::Border) | Role::Payload(Part::Border) => words("ui-empty-line"),
        // The other end takes one dot off: here it was the only one.
        Role::Message(_) | Role::Payload(_) if lost => words("ui-dot-lost"),
        Role::Message(_) | Role::Payload(_) if stuffed => words("ui-dot-doubled"),
        Role::Reply { first: false, last: true, .. } => words("ui-last-line"),
        Role::Command(_)
        | Role::SaslAnswer
        | Role::Message(_)
        | Role::Greeting
        | Role::Reply { .. }
        | Role::Listing(_)
        | Role::Payload(_)
        | Role::Reversed(_)
        | Role::Unexpected => match line.took {
            Some(took) => html! {
                <span class="log__aside"><span class="log__aside--time">{ duration(took) }</span></span>
            },
            None => Html::default(),
        },
    }
}

/// How long a reply took.
fn duration(took: Micros) -> String {
    match took.0 {
        0..=999 => t("ui-under-a-millisecond", &[]),
        1_000..=9_999_999 => t("ui-milliseconds", &[("count", &(took.0 / 1_000).to_string())]),
        _ => t("ui-seconds", &[("count", &(took.0 / 1_000_000).to_string())]),
    }
}
