//! The prompt: it alone holds the draft. It hints, completes, masks secrets and never keeps a line from being sent.
//! What becomes of a line once it was sent or pasted is decided elsewhere.

use std::{cell::Cell, rc::Rc};

use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, HtmlElement, HtmlInputElement};
use workbench::{
    BenchMsg, Msg,
    conversation::Phase,
    desk::MOST_SITTINGS,
    log,
    mailproto::{
        Session, State,
        line::Ending,
        secret::wipe,
        session::Reading,
        token::{Severity, Side},
    },
    prompt::{self, Chip, Hint},
    sitting::SittingId,
    target::Account,
};
use yew::prelude::*;

use super::{
    draft::{around, completion, finished_lines, split},
    event::Over,
    icons::icon,
    login::Login,
    parts::{glyph, severity},
    ways,
};
use crate::{
    drivers::page,
    i18n::{Locale, note, rich, say, t},
};

/// The component: the draft, and what is open around it.
pub struct Prompt {
    /// What is typed, secrets too.
    draft: String,
    /// How many lines left the input: which one is being typed. Told by the events themselves, which come before their messages.
    line: Rc<Cell<u32>>,
    /// Which line of the history is shown, and the draft it replaced.
    recalled: Option<(usize, String)>,
    /// Esc was pressed: Tab moves on until the draft changes.
    plain_tab: bool,
    /// The chip that Tab reaches.
    chip: usize,
    /// The draft is the rest of a paste: hidden until it is known what the lines before it made of it.
    pasted: bool,
    /// Pasted lines were dropped because TLS did not begin.
    dropped: bool,
    /// What is typed in the sessions behind this one.
    behind: Vec<Behind>,
    /// What takes the focus after the next drawing.
    focus: Focus,
    /// The login tools are open.
    tools: bool,
    /// The input has the focus.
    focused: bool,
    input: NodeRef,
    again: NodeRef,
    chips: NodeRef,
}

/// What is typed in a session that is not in front. It may hold a secret, and is written over when it goes.
struct Behind {
    id: SittingId,
    draft: String,
    /// It is the rest of a paste.
    pasted: bool,
    /// How many lines waited for their replies when the session was left.
    queued: usize,
    /// How often lines had been dropped by then.
    dropped: u32,
}

impl Behind {
    /// Nothing is typed in a session that is seen for the first time.
    fn new(props: &Props) -> Self {
        Self { id: props.id, draft: String::new(), pasted: false, queued: 0, dropped: props.dropped }
    }
}

impl Drop for Behind {
    fn drop(&mut self) {
        wipe(&mut self.draft);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Focus {
    None,
    Input,
    Again,
    AgainIfLost,
    Chip,
}

/// What the prompt is made of.
#[derive(Clone, Properties)]
pub struct Props {
    /// Whose prompt it is.
    pub id: SittingId,
    /// The observer: it judges the draft.
    pub session: Rc<Session>,
    /// How far the connection is.
    pub phase: Phase,
    /// Lines typed before, without secrets.
    pub history: Rc<Vec<String>>,
    /// How many lines wait for the handshake.
    pub waiting: usize,
    /// How many lines wait for the reply to the line before them.
    pub queued: usize,
    /// How often lines were dropped because TLS did not begin.
    pub dropped: u32,
    /// How the session ended, once it did.
    pub closed: Option<Over>,
    /// Who logs in, when an address said so.
    pub account: Account,
    /// The language it speaks.
    pub locale: Locale,
    /// Where messages go.
    pub emit: Callback<Msg>,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
            && Rc::ptr_eq(&self.session, &other.session)
            && self.phase == other.phase
            && Rc::ptr_eq(&self.history, &other.history)
            && (self.waiting, self.queued, self.dropped) == (other.waiting, other.queued, other.dropped)
            && self.closed == other.closed
            && self.account == other.account
            && self.locale == other.locale
            && self.emit == other.emit
    }
}

/// What the learner did.
pub enum Act {
    /// Typed; the draft as it is now.
    Typed(String),
    /// Pressed a key in the input.
    Key(KeyboardEvent),
    /// Chose a chip.
    Chip(String),
    /// Walked along the chips.
    Walk(KeyboardEvent),
    /// Pasted into the input, before which this stands.
    Paste(String, Event),
    /// Pressed Enter or Send.
    Send,
    /// The input got or lost the focus.
    Focused(bool),
    /// Clicked beside the input, in its frame.
    Frame,
    /// Opened or closed the login tools.
    Tools(bool),
}

/// What stood before the input when it was drawn. Keys may come faster than the page is drawn, and the input's value means nothing
/// without this.
#[derive(Clone)]
struct Drawn {
    /// Which line it belonged to.
    line: u32,
    before: String,
    /// Which line is typed now.
    now: Rc<Cell<u32>>,
}

impl Drawn {
    /// Nothing any more, when that line has left the input.
    fn before(&self) -> &str {
        if self.line == self.now.get() { &self.before } else { "" }
    }
}

impl Component for Prompt {
    type Message = Act;
    type Properties = Props;

    fn create(_: &Context<Self>) -> Self {
        Self {
            draft: String::new(),
            line: Rc::default(),
            recalled: None,
            plain_tab: false,
            chip: 0,
            pasted: false,
            dropped: false,
            behind: Vec::new(),
            focus: Focus::Input,
            tools: false,
            focused: false,
            input: NodeRef::default(),
            again: NodeRef::default(),
            chips: NodeRef::default(),
        }
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &Props) -> bool {
        let props = ctx.props();
        if props.id != old.id {
            self.turn_to(props, old);
            return true;
        }
        let (before, after) = (old.phase, props.phase);
        if before != after {
            match after {
                Phase::Connecting | Phase::Open => self.focus = Focus::Input,
                // The input goes: whoever was in it finds the way on under the same key.
                Phase::Closed if self.focused => self.focus = Focus::Again,
                // So does the button that cut the line.
                Phase::Closed => self.focus = Focus::AgainIfLost,
            }
        }
        if before == Phase::Closed || after == Phase::Closed {
            self.set(String::new());
            (self.pasted, self.dropped) = (false, false);
        }
        if props.dropped != old.dropped {
            // What was meant for TLS goes with the lines before it.
            self.dropped = old.queued > 0 || !self.draft.is_empty();
            self.set(String::new());
        }
        let over = props.queued == 0 && props.session.is_quiet() && props.session.state() != State::Tls;
        self.pasted &= !over;
        true
    }

    fn update(&mut self, ctx: &Context<Self>, act: Act) -> bool {
        let props = ctx.props();
        match act {
            Act::Typed(draft) => {
                self.dropped = false;
                self.set(draft);
                true
            }
            Act::Key(event) => self.key(props, &event),
            Act::Chip(insert) => {
                self.set(insert);
                self.focus = Focus::Input;
                true
            }
            Act::Walk(event) => self.walk(props, &event),
            Act::Paste(before, event) => self.paste(props, &before, event),
            Act::Send => self.send(props),
            Act::Focused(focused) => {
                self.focused = focused;
                false
            }
            Act::Frame => {
                self.focus = Focus::Input;
                true
            }
            Act::Tools(open) => {
                self.tools = open;
                if !open {
                    self.focus = Focus::Input;
                }
                true
            }
        }
    }

    fn rendered(&mut self, _: &Context<Self>, _: bool) {
        let goal = match std::mem::replace(&mut self.focus, Focus::None) {
            Focus::None => return,
            Focus::Input => self.input.cast::<HtmlElement>(),
            Focus::AgainIfLost if !page::focus_is_lost() => None,
            Focus::Again | Focus::AgainIfLost => self.again.cast::<HtmlElement>(),
            Focus::Chip => self.chips.cast::<HtmlElement>(),
        };
        if let Some(element) = goal {
            // What is gone by now cannot take the focus, and need not.
            let _ = element.focus();
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        match props.phase {
            Phase::Closed => self.over(props),
            Phase::Connecting | Phase::Open => self.open(ctx),
        }
    }
}

impl Prompt {
    fn set(&mut self, draft: String) {
        self.draft = draft;
        self.recalled = None;
        self.plain_tab = false;
    }

    /// Another session came to the front: each keeps what is typed in it.
    fn turn_to(&mut self, props: &Props, old: &Props) {
        let left = Behind {
            id: old.id,
            draft: std::mem::take(&mut self.draft),
            pasted: self.pasted,
            queued: old.queued,
            dropped: old.dropped,
        };
        self.behind.retain(|kept| kept.id != old.id);
        self.behind.push(left);
        if self.behind.len() > MOST_SITTINGS {
            self.behind.remove(0);
        }
        let at = self.behind.iter().position(|kept| kept.id == props.id);
        let mut kept = at.map_or_else(|| Behind::new(props), |at| self.behind.swap_remove(at));
        // What was meant for TLS goes with the lines before it, also where nobody looked on.
        self.dropped = kept.dropped != props.dropped && (kept.queued > 0 || !kept.draft.is_empty());
        let draft = if kept.dropped == props.dropped { std::mem::take(&mut kept.draft) } else { String::new() };
        self.set(draft);
        self.line.set(self.line.get().wrapping_add(1));
        (self.pasted, self.tools) = (kept.pasted && !self.draft.is_empty(), false);
        self.focus = Focus::Input;
    }

    fn hint(&self, props: &Props) -> Hint {
        let mut hint = prompt::hint(&props.session, &self.draft);
        // The rest of a paste may be a password: it is masked until the lines before it are answered.
        if self.pasted && !self.draft.is_empty() {
            hint.mask_from = Some(0);
            hint.ghost.clear();
            hint.ways.clear();
        }
        hint
    }

    fn mask(&self, props: &Props) -> Option<usize> {
        self.hint(props).mask_from
    }

    fn send(&mut self, props: &Props) -> bool {
        if props.phase != Phase::Open {
            return false;
        }
        let line = std::mem::take(&mut self.draft);
        self.set(String::new());
        self.focus = Focus::Input;
        self.dropped = false;
        props.emit.emit(BenchMsg::Submit { line, ending: Ending::CrLf }.into());
        true
    }

    /// Takes pasted lines apart: finished ones are sent in turn, the rest becomes the draft.
    fn paste(&mut self, props: &Props, before: &str, event: Event) -> bool {
        let Ok(event) = event.dyn_into::<ClipboardEvent>() else { return false };
        let text = event.clipboard_data().and_then(|data| data.get_data("text").ok()).unwrap_or_default();
        if !text.contains(['\r', '\n']) {
            return false;
        }
        event.prevent_default();
        let input = self.input.cast::<HtmlInputElement>();
        let value = input.as_ref().map(HtmlInputElement::value).unwrap_or_default();
        let selection = input
            .and_then(|input| Some((input.selection_start().ok().flatten()?, input.selection_end().ok().flatten()?)));
        let (head, tail) = around(&value, selection);
        let (lines, rest) = finished_lines(&format!("{before}{head}{text}{tail}"));
        self.set(rest);
        (self.pasted, self.dropped) = (true, false);
        self.focus = Focus::Input;
        props.emit.emit(BenchMsg::InTurn(lines).into());
        true
    }

    fn key(&mut self, props: &Props, event: &KeyboardEvent) -> bool {
        if event.is_composing() || event.ctrl_key() || event.alt_key() || event.meta_key() {
            return false;
        }
        match event.key().as_str() {
            "ArrowUp" => self.recall(props, event, true),
            "ArrowDown" => self.recall(props, event, false),
            "Tab" if !event.shift_key() => match completion(&self.hint(props), &self.draft) {
                Some(whole) if !self.plain_tab => {
                    event.prevent_default();
                    self.set(whole);
                    true
                }
                _ => false,
            },
            "Escape" => {
                if props.queued > 0 {
                    props.emit.emit(BenchMsg::ForgetTurns.into());
                }
                self.plain_tab = true;
                true
            }
            "Backspace" => self.backspace(props, event),
            _ => false,
        }
    }

    /// At the start of a masked secret Backspace goes back before it. The secret goes: it is never shown.
    fn backspace(&mut self, props: &Props, event: &KeyboardEvent) -> bool {
        let (before, _) = split(&self.draft, self.mask(props));
        let input = event.target_unchecked_into::<HtmlInputElement>();
        let at_start = input.selection_start() == Ok(Some(0)) && input.selection_end() == Ok(Some(0));
        if before.is_empty() || !at_start {
            return false;
        }
        event.prevent_default();
        let mut draft = before.to_owned();
        draft.pop();
        self.set(draft);
        true
    }

    fn recall(&mut self, props: &Props, event: &KeyboardEvent, up: bool) -> bool {
        let lines = &props.history;
        let at = self.recalled.as_ref().map_or(lines.len(), |(at, _)| *at);
        let goal = if up { at.checked_sub(1) } else { Some(at + 1) };
        let Some(goal) = goal.filter(|goal| *goal <= lines.len() && *goal != at) else { return false };
        event.prevent_default();
        let kept = self.recalled.take().map_or_else(|| std::mem::take(&mut self.draft), |(_, kept)| kept);
        self.plain_tab = false;
        match lines.get(goal) {
            Some(line) => {
                self.draft = line.clone();
                self.recalled = Some((goal, kept));
            }
            None => self.draft = kept,
        }
        true
    }

    fn walk(&mut self, props: &Props, event: &KeyboardEvent) -> bool {
        let count = prompt::chips(&props.session).len();
        let last = count.saturating_sub(1);
        let at = self.chip.min(last);
        self.chip = match event.key().as_str() {
            "ArrowRight" => (at + 1).min(last),
            "ArrowLeft" => at.saturating_sub(1),
            "Home" => 0,
            "End" => last,
            _ => return false,
        };
        event.prevent_default();
        self.focus = Focus::Chip;
        true
    }

    /// In place of the prompt when there is no connection.
    fn over(&self, props: &Props) -> Html {
        // Trying the same again would not help: what is likely to help stands first and takes the focus.
        let elsewhere = props.closed == Some(Over::Refused);
        let button = |first: bool, words: Html, act: Callback<MouseEvent>| {
            let class = classes!("button", first.then_some("button--primary"));
            let node = if first { self.again.clone() } else { NodeRef::default() };
            html! { <button type="button" {class} onclick={act} ref={node}>{ words }</button> }
        };
        let again = props.emit.reform(|_: MouseEvent| Msg::from(BenchMsg::Reconnect));
        let again = button(!elsewhere, html! { <>{ icon("plug") }{ say("ui-connect-again") }</> }, again);
        let emit = props.emit.clone();
        let home = Callback::from(move |_: MouseEvent| {
            emit.emit(Msg::Home);
            if elsewhere {
                page::focus_soon("[name=host]");
            }
        });
        let home = button(elsewhere, say("ui-to-start"), home);
        html! {
            <div class="prompt prompt--over">
                { for if elsewhere { [home, again] } else { [again, home] } }
                <p class="prompt__who">
                    { rich(short_key(props.closed), &[]) }
                    if props.closed.is_some() && !elsewhere {
                        { " " }{ rich("ui-over-again", &[]) }
                    }
                </p>
            </div>
        }
    }

    fn open(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        let hint = self.hint(props);
        let (open, input, line) = (props.phase == Phase::Open, self.input.clone(), self.line.clone());
        let submit = ctx.link().callback(move |event: SubmitEvent| {
            event.prevent_default();
            if let Some(input) = input.cast::<HtmlInputElement>().filter(|_| open) {
                // The next key belongs to the next line, even if it comes before the page is drawn.
                input.set_value("");
                line.set(line.get().wrapping_add(1));
            }
            Act::Send
        });
        let (put, close) = (ctx.link().callback(Act::Chip), ctx.link().callback(|()| Act::Tools(false)));
        html! {
            <>
                if self.tools { <Login session={props.session.clone()} account={props.account.clone()} locale={props.locale} {put} {close} /> }
                <form class="prompt" onsubmit={submit}>
                    { self.chips(ctx, &hint) }
                    { self.line(ctx, &hint) }
                    { self.hint_line(props, &hint) }
                    { ways::ways(&hint.ways, false) }
                </form>
            </>
        }
    }

    fn line(&self, ctx: &Context<Self>, hint: &Hint) -> Html {
        let link = ctx.link();
        let (before, value) = split(&self.draft, hint.mask_from);
        let masked = hint.mask_from.is_some();
        let size = value.chars().count().max(1).to_string();
        let ghost = if self.plain_tab && completion(hint, &self.draft).is_some() { "" } else { hint.ghost.as_str() };
        let frame = link.callback(|_: MouseEvent| Act::Frame);
        let drawn = Drawn { line: self.line.get(), before: before.to_owned(), now: self.line.clone() };
        let pasted = link.callback({
            let drawn = drawn.clone();
            move |event: Event| Act::Paste(drawn.before().to_owned(), event)
        });
        let typed = link.callback(move |event: InputEvent| {
            Act::Typed(drawn.before().to_owned() + &event.target_unchecked_into::<HtmlInputElement>().value())
        });
        // A password field of a mail session is nothing a browser should offer to keep.
        let (kind, autocomplete) = if masked { ("password", "one-time-code") } else { ("text", "off") };
        html! {
            <div class="prompt__line">
                <div class="prompt__frame" onclick={frame}>
                    <span class="prompt__dir" aria-hidden="true">{ glyph(Side::Client, ctx.props().session.encrypted()) }</span>
                    <span class="prompt__words">
                        if !before.is_empty() { <span class="prompt__before">{ before.to_owned() }</span> }
                        <input class="prompt__input" id="prompt" type={kind} value={value.to_owned()} {size} {autocomplete}
                            autocapitalize="off" autocorrect="off" spellcheck="false" enterkeyhint="send"
                            aria-label={t("ui-command-line", &[])} aria-describedby="hint" ref={self.input.clone()}
                            oninput={typed} onpaste={pasted} onkeydown={link.callback(Act::Key)}
                            onfocus={link.callback(|_: FocusEvent| Act::Focused(true))}
                            onblur={link.callback(|_: FocusEvent| Act::Focused(false))} />
                    </span>
                    if !ghost.is_empty() { <span class="prompt__ghost" aria-hidden="true">{ ghost.to_owned() }</span> }
                    <span class="prompt__eol" aria-hidden="true">{ log::ending_mark(Ending::CrLf) }</span>
                </div>
                { self.tools_button(ctx) }
                <button type="submit" class="button button--primary">{ icon("send") }{ say("ui-send") }</button>
            </div>
        }
    }

    fn tools_button(&self, ctx: &Context<Self>) -> Html {
        let open = self.tools;
        let toggle = ctx.link().callback(move |_: MouseEvent| Act::Tools(!open));
        html! {
            <button type="button" class="button button--quiet button--icon" aria-expanded={open.to_string()}
                aria-controls={open.then_some("login")} aria-label={t("ui-login", &[])} title={t("ui-login", &[])}
                onclick={toggle}>
                { icon("key") }
            </button>
        }
    }

    /// The hint describes the input and is no live region: it changes with each key.
    fn hint_line(&self, props: &Props, hint: &Hint) -> Html {
        let waiting = props.waiting.to_string();
        let queued = props.queued.to_string();
        let (grade, text) = if props.phase == Phase::Connecting {
            (Severity::Chat, rich("ui-prompt-connecting", &[]))
        } else if props.session.state() == State::Tls && props.queued == 0 {
            let key = if props.waiting == 0 { "ui-prompt-tls" } else { "ui-prompt-tls-waiting" };
            (Severity::Chat, rich(key, &[("count", &waiting)]))
        } else if props.queued > 0 {
            (Severity::Note, rich("ui-prompt-queue", &[("count", &queued)]))
        } else if self.dropped {
            (Severity::Warn, rich("ui-prompt-dropped", &[]))
        } else {
            (hint.severity, note(&hint.note))
        };
        let class = classes!("prompt__hint", (grade == Severity::Chat).then_some("prompt__hint--calm"));
        html! { <div {class} id="hint">{ severity(grade) }<p>{ text }</p></div> }
    }

    fn chips(&self, ctx: &Context<Self>, hint: &Hint) -> Html {
        let session = &ctx.props().session;
        let chips = prompt::chips(session);
        let key = match hint.reading {
            Reading::Command | Reading::Reversed => "ui-legal-now",
            Reading::Message { .. } | Reading::Chunk { .. } => "ui-in-the-letter",
            Reading::SaslAnswer { .. } => "ui-in-the-login",
        };
        let reached = self.chip.min(chips.len().saturating_sub(1));
        let chip = |(index, chip): (usize, Chip)| {
            let tab = index == reached;
            let insert = chip.insert.clone();
            let onclick = ctx.link().callback(move |_: MouseEvent| Act::Chip(insert.clone()));
            let matched = hint.matched.is_some_and(|verb| verb.name == chip.label);
            let moves = chip.leads_to.filter(|to| to.name() != session.state().name());
            let class = classes!(
                "chip",
                matched.then_some("chip--match"),
                (moves.is_some() && !matched).then_some("chip--moves")
            );
            let label = chip_words(moves, hint.reading);
            let node = if tab { self.chips.clone() } else { NodeRef::default() };
            html! {
                <button type="button" {class} {onclick} ref={node} tabindex={if tab { "0" } else { "-1" }}>
                    { chip.label }{ label }
                </button>
            }
        };
        html! {
            <div class="chips" role="toolbar" aria-label={t(key, &[])} onkeydown={ctx.link().callback(Act::Walk)}>
                if !chips.is_empty() { <span class="chips__label" aria-hidden="true">{ say(key) }</span> }
                { for chips.into_iter().enumerate().map(chip) }
            </div>
        }
    }
}

/// What a chip says beside its verb.
fn chip_words(moves: Option<State>, reading: Reading) -> Html {
    match reading {
        Reading::Message { .. } => html! { <>{ " " }<small>{ say("ui-chip-end") }</small></> },
        Reading::SaslAnswer { .. } => html! { <>{ " " }<small>{ say("ui-chip-cancel") }</small></> },
        Reading::Command | Reading::Chunk { .. } | Reading::Reversed => match moves {
            Some(to) => html! {
                <>
                    { " " }
                    <small dir="ltr">
                        <span aria-hidden="true">{ "\u{2192} " }</span>
                        <span class="sr">{ say("ui-leads-to") }{ " " }</span>{ to.name() }
                    </small>
                </>
            },
            None => Html::default(),
        },
    }
}

/// Who closed, in few words; the log has the whole sentence.
fn short_key(closed: Option<Over>) -> &'static str {
    match closed {
        Some(Over::Server) => "ui-over-server",
        Some(Over::Client) => "ui-over-client",
        Some(Over::Refused | Over::Broken) => "ui-over-broken",
        None => "ui-over-none",
    }
}
