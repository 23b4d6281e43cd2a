//! The explanation of the selected line: the verdict, its tokens tied to their meanings, the rule.

use workbench::{
    Msg,
    mailproto::{
        TokenKind,
        session::Role,
        token::{Severity, Side},
    },
    outlook::Fate,
    panel::{Panel, Tie},
    reference,
};
use yew::prelude::*;

use super::{anatomy::anatomy, icons::icon, parts, steps, tie, ways};
use crate::i18n::{note, plain_note, rich, say, t};

/// The explanation; `panel` is `None` before the first line. Only a line that the learner chose is announced.
pub fn explain(panel: Option<&Panel>, chosen: bool, emit: &Callback<Msg>) -> Html {
    let Some(panel) = panel else { return empty() };
    let announced = if chosen { plain_note(&panel.lead) } else { String::new() };
    html! {
        <section class="explain" aria-labelledby="explain-title">
            <div class="panel__head">
                <h2 class="panel__title" id="explain-title">{ title(panel) }</h2>
                <span class="spacer"></span>
                { parts::severity(panel.severity) }
                { verdict(panel) }
            </div>
            <div class="explain__body" tabindex="0" role="group" aria-labelledby="explain-title">
                <p class="explain__lead">{ note(&panel.lead) }</p>
                { for panel.anatomy.as_ref().map(anatomy) }
                { for ties(panel).map(tie::tie) }
                { steps::steps(&panel.steps, false) }
                { problems(panel) }
                { facts(panel, emit) }
            </div>
            <p class="sr" aria-live="polite">{ announced }</p>
        </section>
    }
}

fn empty() -> Html {
    html! {
        <section class="explain" aria-labelledby="explain-title">
            <div class="panel__head"><h2 class="panel__title" id="explain-title">{ say("ui-explain") }</h2></div>
            <div class="explain__body"><p class="explain__lead">{ say("ui-explain-empty") }</p></div>
        </section>
    }
}

fn title(panel: &Panel) -> Html {
    let number = panel.number.to_string();
    let key = match (panel.role, panel.side, panel.verb) {
        (Role::Greeting, ..) => "ui-line-greeting",
        (Role::Message(_) | Role::Payload(_), ..) => "ui-line-letter",
        (Role::MessageEnd, ..) => "ui-line-letter-end",
        (Role::SaslAnswer, ..) => "ui-line-login",
        (_, Side::Client, Some(_)) => "ui-line-command",
        (_, Side::Server, Some(_)) => "ui-line-reply",
        (_, Side::Client, None) => "ui-line-yours",
        (_, Side::Server, None) => match panel.asked {
            Some(Role::MessageEnd) => "ui-line-letter-reply",
            Some(Role::SaslAnswer) => "ui-line-login-reply",
            _ => "ui-line-servers",
        },
    };
    rich(key, &[("number", &number), ("verb", verb_name(panel))])
}

fn verb_name(panel: &Panel) -> &'static str {
    panel.verb.map_or("", |verb| verb.name)
}

fn verdict(panel: &Panel) -> Html {
    match panel.fault {
        Some(side) => parts::side(Some(side)),
        None if panel.severity > Severity::Chat => parts::side(None),
        None => html! { <span class="badge badge--line">{ icon("check") }{ say("ui-as-expected") }</span> },
    }
}

/// The lines to take apart. A code is told digit by digit; its line is tied as well only when it says more than that.
fn ties(panel: &Panel) -> impl Iterator<Item = &Tie> {
    let told = |kind: TokenKind| {
        matches!(kind, TokenKind::Code(_) | TokenKind::CodeEnd { .. } | TokenKind::Enhanced(_) | TokenKind::ServerText)
    };
    let only_code = move |tie: &Tie| tie.pieces.iter().filter_map(|(piece, _)| piece.kind).all(told);
    let has_anatomy = panel.anatomy.is_some();
    panel.ties.iter().filter(move |tie| {
        let said_already = has_anatomy && tie.side == Side::Server && only_code(tie);
        !tie.notes.is_empty() && !said_already
    })
}

/// What else is worth saying: the lead has said the worst.
fn problems(panel: &Panel) -> Html {
    let rest: Vec<_> = panel.problems.iter().filter(|problem| problem.key != panel.lead.key).collect();
    if rest.is_empty() {
        return Html::default();
    }
    html! { <ul class="explain__also">{ for rest.into_iter().map(|problem| html! { <li>{ note(problem) }</li> }) }</ul> }
}

/// Whether the command was in order. Where the explanation finds no fault, nothing is said against it either; and where the
/// name of the state hides the reason (PASS without USER, STLS under TLS), the problem itself has said it better.
fn order(panel: &Panel) -> Option<Html> {
    let args = [("verb", verb_name(panel)), ("state", panel.state.name())];
    match (panel.in_order?, panel.verb) {
        (true, _) => Some(rich("ui-order-right", &args)),
        (false, _) if panel.fault.is_none() => None,
        (false, Some(verb)) if verb.legal.iter().any(|legal| legal.name() == panel.state.name()) => None,
        (false, Some(_)) => Some(rich("ui-order-wrong", &args)),
        (false, None) => Some(rich("ui-order-unknown", &args)),
    }
}

/// Where the reply led, or that it led nowhere.
fn fate_words(fate: Fate) -> Html {
    match fate {
        Fate::Stayed(state) => rich("ui-fate-stayed", &[("state", state.name())]),
        Fate::Moved(edge) if edge.from.name() == edge.to.name() => {
            rich("ui-fate-within", &[("state", edge.to.name()), ("words", &t(edge.to.key(), &[]))])
        }
        Fate::Moved(edge) => rich("ui-fate-moved", &[("from", edge.from.name()), ("to", edge.to.name())]),
    }
}

fn facts(panel: &Panel, emit: &Callback<Msg>) -> Html {
    let links = reference::links(panel);
    let link = |(words, id): &(String, String)| html! { <>{ parts::look_up(id, parts::wire(words), emit) }{ " " }</> };
    html! {
        <dl class="facts">
            if let Some(order) = order(panel) { <dt>{ say("ui-order") }</dt><dd>{ order }</dd> }
            if let Some(fate) = panel.fate { <dt>{ say("ui-fate") }</dt><dd>{ fate_words(fate) }</dd> }
            if !panel.ways.is_empty() {
                <dt>{ say("ui-may-come") }</dt><dd>{ ways::ways(&panel.ways, true) }</dd>
            }
            if !panel.instead.is_empty() {
                <dt>{ say("ui-instead") }</dt><dd><code class="wire" dir="ltr">{ panel.instead.join(" ") }</code></dd>
            }
            if let Some(rule) = panel.rule {
                <dt>{ say("ui-rule") }</dt>
                <dd>
                    <a href={rule.url()} target="_blank" rel="noopener">{ rule.to_string() }</a>
                    if panel.severity >= Severity::Warn { { " " }{ say("ui-rule-decides") } }
                </dd>
            }
            if !links.is_empty() {
                <dt>{ say("ui-ref-look-up") }</dt><dd class="facts__links">{ for links.iter().map(link) }</dd>
            }
        </dl>
    }
}
