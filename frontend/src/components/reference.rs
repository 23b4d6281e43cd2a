//! The reference: every row the tables have of a protocol, searched as you type. `docs/reference` is made from the same cells.

use web_sys::HtmlInputElement;
use workbench::{
    Desk, Msg,
    conversation::Conversation,
    mailproto::{Class, Edge, On, Protocol, Rfc, State, Verb, machine::Standing},
    reference::{self, About, Query, Row, Section, SectionKind},
    sitting::Sitting,
    target::{Target, Via},
};
use yew::prelude::*;

use super::{
    bar, diagram,
    icons::icon,
    parts::{self, look_up, page_buttons},
};
use crate::i18n::{markup, note, note_text, plain_note, say, t};

/// The pages of the protocol that is looked at. A split point of the page's module (`SPLIT_POINTS` in `xtask/src/page.rs`).
#[inline(never)]
pub fn reference(desk: &Desk, emit: &Callback<Msg>) -> Html {
    let look = &desk.reference;
    let protocol = look.protocol;
    let sections: Vec<_> = reference::sections(protocol).into_iter().map(|section| found(section, look)).collect();
    let count: usize = sections.iter().map(|section| section.rows.len()).sum();
    let name = [("protocol", protocol.name())];
    let left = sections.iter().filter(|section| !section.rows.is_empty());
    html! {
        <div class="ref">
            <header class="bar">
                { bar::brand(emit) }
                { protocols(protocol, emit) }
                <span class="spacer"></span>
                { leave(desk.front().is_some(), emit) }
                { page_buttons(&desk.preferences, emit) }
            </header>
            <main class="ref__main">
                <div class="ref__head">
                    <h1 class="ref__title" id={reference::top(protocol)} tabindex="-1">{ t("ui-ref-title", &name) }</h1>
                    <p class="prose">{ t("ui-ref-intro", &name) }</p>
                    { search(look, count, emit) }
                    { contents(&sections, emit) }
                </div>
                // In an element of its own: a list that grows and shrinks must not make the search field anew.
                <div class="ref__sections">
                    if look.search.is_empty() { { states(desk) } }
                    { for left.map(|section| list(section, look, emit)) }
                </div>
            </main>
        </div>
    }
}

/// The two protocols, each a link of its own.
fn protocols(shown: Protocol, emit: &Callback<Msg>) -> Html {
    let item = |protocol: Protocol| {
        let current = (protocol == shown).then_some("page");
        let words = html! { <span class="seg__item" aria-current={current}>{ protocol.name() }</span> };
        look_up(&reference::top(protocol), words, emit)
    };
    html! {
        <nav class="seg ref__protocols" aria-label={t("ui-ref-protocols", &[])}>
            { for Protocol::ALL.into_iter().map(item) }
        </nav>
    }
}

/// The way out: to the session, or to the start page when there is none.
fn leave(session: bool, emit: &Callback<Msg>) -> Html {
    let (msg, glyph, key) = if session { (Msg::Back, "term", "ui-back") } else { (Msg::Home, "close", "ui-to-start") };
    let go = emit.reform(move |_: MouseEvent| msg.clone());
    html! {
        <button type="button" class="button button--primary ref__leave" aria-label={t(key, &[])} onclick={go}>
            { icon(glyph) }<span>{ say(key) }</span>
        </button>
    }
}

fn search(look: &Query, count: usize, emit: &Callback<Msg>) -> Html {
    let typed = emit.reform(|event: InputEvent| Msg::Search(event.target_unchecked_into::<HtmlInputElement>().value()));
    let told = if count == 0 { "ui-ref-nothing" } else { "ui-ref-found" };
    let emit = emit.clone();
    let clear = Callback::from(move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            event.prevent_default();
            emit.emit(Msg::Search(String::new()));
        }
    });
    html! {
        <search class="ref__search">
            <label class="field">
                <span class="field__label">{ say("ui-ref-search") }</span>
                <input class="input" type="search" name="search" autocomplete="off" autocapitalize="off" spellcheck="false"
                    value={look.search.clone()} oninput={typed} onkeydown={clear} />
            </label>
            <p class="ref__count" role="status">{ t(told, &[("count", &count.to_string())]) }</p>
        </search>
    }
}

/// The sections, and how many rows each has left.
fn contents(sections: &[Section], emit: &Callback<Msg>) -> Html {
    let item = |section: &Section| {
        let words = html! { <>{ say(title_key(section.kind)) }<small>{ section.rows.len() }</small></> };
        html! { <li>{ look_up(&section.id, words, emit) }</li> }
    };
    let left = sections.iter().filter(|section| !section.rows.is_empty());
    html! { <nav aria-label={t("ui-ref-sections", &[])}><ul class="ref__contents">{ for left.map(item) }</ul></nav> }
}

/// The diagram of the protocol: lit while its session is in front, else plain.
fn states(desk: &Desk) -> Html {
    let protocol = desk.reference.protocol;
    let conversation = desk.front().map(Sitting::conversation);
    let drawings = match conversation.filter(|conversation| conversation.target().protocol == protocol) {
        Some(conversation) => diagram::drawings(conversation),
        None => diagram::drawings(&Conversation::new(Target::practice(protocol, Via::Undecided))),
    };
    html! {
        <section class="ref__states" aria-labelledby="ref-states">
            <h2 class="ref__h2" id="ref-states">{ say("ui-ref-states") }</h2>
            { drawings }
        </section>
    }
}

fn list(section: &Section, look: &Query, emit: &Callback<Msg>) -> Html {
    html! {
        <section aria-labelledby={section.id.clone()}>
            <h2 class="ref__h2" id={section.id.clone()} tabindex="-1">{ say(title_key(section.kind)) }</h2>
            <p class="prose">{ markup(&t(about_key(section.kind), &[])) }</p>
            <ul class="ref__list">{ for section.rows.iter().map(|row| item(row, look, emit)) }</ul>
        </section>
    }
}

fn item(row: &Row, look: &Query, emit: &Callback<Msg>) -> Html {
    let protocol = look.protocol;
    let class = classes!("ref__row", (row.id == look.wanted).then_some("ref__row--on"));
    let head = match row.about {
        About::Problem(kind) => html! { <>{ parts::severity(kind.severity()) }{ " " }{ parts::side(kind.fault()) }</> },
        About::Move(edge) => html! { { state(edge.from) } },
        About::Verb(_) | About::Name => parts::wire(&row.name),
    };
    let says = match row.about {
        About::Move(edge) => html! { <>{ markup(&on(protocol, edge)) }{ " \u{2192} " }{ state(edge.to) }</> },
        About::Verb(_) | About::Problem(_) | About::Name => note(&row.note),
    };
    html! {
        <li {class} id={row.id.clone()} tabindex="-1">
            <div class="ref__name">{ head }</div>
            <div class="ref__says">
                <p>{ says }</p>
                if let About::Verb(verb) = row.about { { verb_facts(protocol, verb, emit) } }
            </div>
            if let Some(rfc) = row.rfc { <p class="ref__rfc">{ section_link(rfc) }</p> }
        </li>
    }
}

fn section_link(rfc: Rfc) -> Html {
    html! { <a href={rfc.url()} target="_blank" rel="noopener">{ rfc.to_string() }</a> }
}

fn verb_facts(protocol: Protocol, verb: &Verb, emit: &Callback<Msg>) -> Html {
    let words = |words: Vec<&'static str>| words.join(", ");
    let leads = reference::leads_to(protocol, verb);
    let code = |code: &u16| {
        let words = code.to_string();
        let link = match reference::id(protocol, &format!("code-{code}")) {
            Some(id) => look_up(&id, parts::wire(&words), emit),
            None => parts::wire(&words),
        };
        html! { <>{ link }{ " " }</> }
    };
    html! {
        <dl class="ref__facts">
            <dt>{ say("ui-ref-legal-in") }</dt><dd>{ words(reference::legal_in(verb)) }</dd>
            if !leads.is_empty() { <dt>{ say("ui-ref-leads-to") }</dt><dd>{ words(leads) }</dd> }
            <dt>{ say("ui-ref-replies") }</dt>
            <dd>
                if verb.codes.is_empty() { { markup(STATUS) } } else { { for verb.codes.iter().map(code) } }
                <span class="badge badge--line">{ say(standing_key(verb.standing)) }</span>
            </dd>
        </dl>
    }
}

/// The rows of a section that hold every word searched for: in their name, their sentence or their section.
fn found(mut section: Section, look: &Query) -> Section {
    let words = look.search.to_ascii_lowercase();
    section.rows.retain(|row| {
        let rfc = row.rfc.map_or_else(String::new, |rfc| rfc.to_string());
        let text = [row.name.as_str(), &told(look.protocol, row), &rfc].join(" ").to_ascii_lowercase();
        words.split(' ').all(|word| text.contains(word))
    });
    section
}

/// The sentence of a row, without markup.
fn told(protocol: Protocol, row: &Row) -> String {
    match row.about {
        About::Move(edge) => format!("{} {}", on(protocol, edge).replace('`', ""), state(edge.to)),
        About::Verb(_) | About::Problem(_) | About::Name => plain_note(&row.note),
    }
}

/// What POP3 answers to any command.
const STATUS: &str = "`+OK` `-ERR`";

/// The cells of a row, as text with markup: for the tables of `docs/reference`.
pub fn cells(protocol: Protocol, row: &Row) -> Vec<String> {
    let code = |text: &str| if text.is_empty() { String::new() } else { format!("`{text}`") };
    let rfc = row.rfc.map_or(String::new(), |rfc| format!("[{rfc}]({})", rfc.url()));
    match row.about {
        About::Verb(verb) => {
            let codes: Vec<_> = verb.codes.iter().map(u16::to_string).collect();
            let replies = if codes.is_empty() { STATUS.to_owned() } else { codes.join(" ") };
            let (legal, leads) = (reference::legal_in(verb), reference::leads_to(protocol, verb));
            let standing = t(standing_key(verb.standing), &[]);
            vec![code(&row.name), note_text(&row.note), legal.join(", "), leads.join(", "), replies, standing, rfc]
        }
        About::Move(edge) => vec![state(edge.from), on(protocol, edge), state(edge.to), rfc],
        About::Problem(kind) => {
            let (severity, side) = (parts::severity_key(kind.severity()), parts::side_key(kind.fault()));
            vec![note_text(&row.note), t(severity, &[]), t(side, &[]), rfc]
        }
        About::Name => vec![code(&row.name), note_text(&row.note), rfc],
    }
}

/// The heading of a section.
pub fn title_key(kind: SectionKind) -> &'static str {
    match kind {
        SectionKind::Verbs => "ui-ref-verbs",
        SectionKind::Moves => "ui-ref-moves",
        SectionKind::Status => "ui-ref-status",
        SectionKind::Codes => "ui-ref-codes",
        SectionKind::Digits => "ui-ref-digits",
        SectionKind::Enhanced => "ui-ref-enhanced",
        SectionKind::Capabilities => "ui-ref-capabilities",
        SectionKind::Keywords => "ui-ref-keywords",
        SectionKind::ResponseCodes => "ui-ref-response-codes",
        SectionKind::Mechanisms => "ui-ref-mechanisms",
        SectionKind::Parameters => "ui-ref-parameters",
        SectionKind::Problems => "ui-ref-problems",
    }
}

/// What stands under the heading of a section.
pub fn about_key(kind: SectionKind) -> &'static str {
    match kind {
        SectionKind::Verbs => "ui-ref-verbs-about",
        SectionKind::Moves => "ui-ref-moves-about",
        SectionKind::Status => "ui-ref-status-about",
        SectionKind::Codes => "ui-ref-codes-about",
        SectionKind::Digits => "ui-ref-digits-about",
        SectionKind::Enhanced => "ui-ref-enhanced-about",
        SectionKind::Capabilities => "ui-ref-capabilities-about",
        SectionKind::Keywords => "ui-ref-keywords-about",
        SectionKind::ResponseCodes => "ui-ref-response-codes-about",
        SectionKind::Mechanisms => "ui-ref-mechanisms-about",
        SectionKind::Parameters => "ui-ref-parameters-about",
        SectionKind::Problems => "ui-ref-problems-about",
    }
}

fn standing_key(standing: Standing) -> &'static str {
    match standing {
        Standing::Required => "ui-ref-required",
        Standing::Optional => "ui-ref-optional",
        Standing::Extension => "ui-ref-extension",
        Standing::Obsolete => "ui-ref-obsolete",
    }
}

/// A state by its name and its few words.
fn state(state: State) -> String {
    t("ui-ref-state", &[("name", state.name()), ("words", &t(state.key(), &[]))])
}

/// What moves a session along an edge.
fn on(protocol: Protocol, edge: &Edge) -> String {
    let class = |class| match (protocol, class) {
        (Protocol::Pop3, Class::Positive) => "`+OK`",
        (Protocol::Pop3, Class::Intermediate) => "`+`",
        (Protocol::Pop3, Class::Transient | Class::Permanent) => "`-ERR`",
        (Protocol::Smtp, Class::Positive) => "2yz",
        (Protocol::Smtp, Class::Intermediate) => "3yz",
        (Protocol::Smtp, Class::Transient) => "4yz",
        (Protocol::Smtp, Class::Permanent) => "5yz",
    };
    let name = |word| protocol.machine().verb(word).map_or("", |verb| verb.name);
    match edge.on {
        On::Connect => t("ui-ref-on-connect", &[]),
        On::Greeting(of) => t("ui-ref-on-greeting", &[("class", class(of))]),
        On::Sent(word) => t("ui-ref-on-sent", &[("verb", name(word))]),
        On::Reply(word, of) => t("ui-ref-on-reply", &[("verb", name(word)), ("class", class(of))]),
        On::TlsUp => t("ui-ref-on-tls", &[]),
        On::End => t("ui-ref-on-end", &[]),
    }
}
