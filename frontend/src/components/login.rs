//! The login tools at the prompt: the next line of a login made step by step, and base64. They alone hold what is typed into
//! them; nothing of it is kept or sent. The line goes to the prompt, and from there only when the learner presses Enter.

use std::rc::Rc;

use web_sys::HtmlInputElement;
use workbench::{
    login::{self, Choice},
    mailproto::{
        Detail, Problem, Session, Span, base64,
        explain::problem_note,
        octets::{lossless, unescape},
        sasl::{Composition, Way},
        secret::wipe,
    },
    target::Account,
};
use yew::prelude::*;

use super::{
    connect::{choice, choices},
    icons::icon,
    parts::severity,
    steps::steps,
};
use crate::i18n::{Locale, note, rich, say, t};

/// The component: what was typed and chosen.
pub struct Login {
    tool: Tool,
    /// Chosen by the learner; else what suits the server.
    way: Option<Way>,
    user: String,
    /// A secret: it leaves only as the line for the prompt.
    password: String,
    /// The learner asked to see their own secrets.
    reveal: bool,
    /// Base64's two sides. They may be secrets.
    text: String,
    coded: String,
    first: NodeRef,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Tool {
    Login,
    Base64,
}

/// What the tools need.
#[derive(Clone, Properties)]
pub struct Props {
    /// The observer: it knows the greeting, the challenge and what is offered.
    pub session: Rc<Session>,
    /// Who logs in, when an address said so: the fields begin with it.
    pub account: Account,
    /// The language they speak.
    pub locale: Locale,
    /// Takes the line that was made.
    pub put: Callback<String>,
    /// The learner is done here.
    pub close: Callback<()>,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        // The account was taken when the tools were opened.
        Rc::ptr_eq(&self.session, &other.session)
            && self.locale == other.locale
            && self.put == other.put
            && self.close == other.close
    }
}

/// What the learner did.
pub enum Act {
    /// Chose the login or base64.
    Tool(bool),
    /// Chose a way to log in.
    Way(Way),
    /// Typed a name.
    User(String),
    /// Typed a password.
    Password(String),
    /// Asked to see it, or to hide it.
    Reveal,
    /// Typed a text to encode.
    Text(String),
    /// Typed base64 to decode.
    Coded(String),
    /// Wants the line in the prompt.
    Put,
}

impl Component for Login {
    type Message = Act;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let Account { user, way } = ctx.props().account.clone();
        Self {
            tool: Tool::Login,
            way,
            user,
            password: String::new(),
            reveal: false,
            text: String::new(),
            coded: String::new(),
            first: NodeRef::default(),
        }
    }

    fn update(&mut self, ctx: &Context<Self>, act: Act) -> bool {
        match act {
            Act::Tool(base64) => {
                self.forget();
                self.tool = if base64 { Tool::Base64 } else { Tool::Login };
            }
            Act::Way(way) => self.way = Some(way),
            Act::User(user) => self.user = user,
            Act::Password(password) => {
                wipe(&mut self.password);
                self.password = password;
            }
            Act::Reveal => self.reveal = !self.reveal,
            Act::Text(text) => {
                self.coded = base64::encode(&unescape(&text));
                self.text = text;
            }
            Act::Coded(coded) => {
                self.text = base64::lenient(coded.as_bytes()).map(|bytes| lossless(&bytes)).unwrap_or_default();
                self.coded = coded;
            }
            Act::Put => {
                if let Some(line) = self.compose(&ctx.props().session).line {
                    ctx.props().put.emit(String::from_utf8_lossy(line.expose()).into_owned());
                }
            }
        }
        true
    }

    fn rendered(&mut self, _: &Context<Self>, first: bool) {
        if let Some(input) = self.first.cast::<HtmlInputElement>().filter(|_| first) {
            // A field of this form can take the focus.
            let _ = input.focus();
        }
    }

    fn destroy(&mut self, _: &Context<Self>) {
        self.forget();
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let close = ctx.props().close.reform(|_: MouseEvent| ());
        let leave = ctx.props().close.clone();
        let escape = Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                leave.emit(());
            }
        });
        let tool = |base64: bool| {
            let chosen = ctx.link().callback(move |_: Event| Act::Tool(base64));
            let key = if base64 { "ui-login-base64" } else { "ui-login-make" };
            choice("tool", t(key, &[]), (self.tool == Tool::Base64) == base64, chosen)
        };
        html! {
            <section class="login" id="login" aria-label={t("ui-login", &[])} onkeydown={escape}>
                <div class="login__head">
                    <div class="seg" role="radiogroup" aria-label={t("ui-login", &[])}>{ tool(false) }{ tool(true) }</div>
                    <span class="spacer"></span>
                    <button type="button" class="button button--quiet button--icon" onclick={close}
                        aria-label={t("ui-login-close", &[])} title={t("ui-login-close", &[])}>
                        { icon("close") }
                    </button>
                </div>
                {
                    match self.tool {
                        Tool::Login => self.login(ctx),
                        Tool::Base64 => self.base64(ctx),
                    }
                }
            </section>
        }
    }
}

impl Login {
    fn forget(&mut self) {
        for secret in [&mut self.password, &mut self.text, &mut self.coded] {
            wipe(secret);
        }
        self.reveal = false;
    }

    fn way(&self, session: &Session) -> Way {
        let choices = login::choices(session);
        let chosen = self.way.filter(|way| choices.iter().any(|choice| choice.way == *way));
        chosen.unwrap_or_else(|| login::preferred(session))
    }

    fn compose(&self, session: &Session) -> Composition {
        login::compose(session, self.way(session), &self.user, &self.password)
    }

    fn login(&self, ctx: &Context<Self>) -> Html {
        let (link, session) = (ctx.link(), &ctx.props().session);
        let made = self.compose(session);
        let reveal = self.reveal;
        let put = link.callback(|event: SubmitEvent| {
            event.prevent_default();
            Act::Put
        });
        html! {
            <form class="login__body" key="login" onsubmit={put} novalidate=true>
                { self.ways(ctx) }
                <div class="login__fields">
                    { field("ui-login-user", "user", "text", Some(self.user.clone()), self.first.clone(), link.callback(Act::User)) }
                    {
                        // The page keeps no copy of what is in this field, so nothing sets its value.
                        field("ui-login-password", "password", if reveal { "text" } else { "password" }, None,
                            NodeRef::default(), link.callback(Act::Password))
                    }
                    <button type="button" class="switch" role="switch" aria-checked={reveal.to_string()}
                        onclick={link.callback(|_: MouseEvent| Act::Reveal)}>
                        <span>{ say("ui-login-reveal") }</span>
                    </button>
                </div>
                { steps(&made.steps, reveal) }
                <div class="login__foot">
                    if made.line.is_some() {
                        <button type="submit" class="button button--primary">
                            { icon("down") }{ say("ui-login-put") }
                        </button>
                    }
                    <p role="status">{ rich(made.key, &[]) }</p>
                </div>
                <p class="field__help">{ say("ui-login-stays") }</p>
            </form>
        }
    }

    fn ways(&self, ctx: &Context<Self>) -> Html {
        let session = &ctx.props().session;
        let all = login::choices(session);
        let now = self.way(session);
        let Some(chosen) = all.iter().find(|choice| choice.way == now) else { return Html::default() };
        let offered = match chosen.offered {
            Some(true) => "ui-login-offered",
            Some(false) => "ui-login-not-offered",
            None => "ui-login-not-told",
        };
        let item = |one: &Choice| {
            let way = one.way;
            choice("way", way.name().into(), way == now, ctx.link().callback(move |_: Event| Act::Way(way)))
        };
        html! {
            <>
                { choices("ui-login-way", all.iter().map(item).collect()) }
                <p class="login__way">{ rich(chosen.way.key(), &[]) }{ " " }{ rich(offered, &[]) }</p>
            </>
        }
    }

    fn base64(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let problem = |kind| {
            let problem = Problem::new(Span::new(0, 0), kind, Detail::None);
            let words = note(&problem_note(ctx.props().session.protocol(), &problem));
            html! { <li class="login__problem">{ severity(kind.severity()) }<span>{ words }</span></li> }
        };
        html! {
            <div class="login__body" key="base64">
                <div class="login__fields login__fields--two">
                    { field("ui-login-text", "text", "text", Some(self.text.clone()), NodeRef::default(), link.callback(Act::Text)) }
                    { field("ui-login-coded", "coded", "text", Some(self.coded.clone()), NodeRef::default(), link.callback(Act::Coded)) }
                </div>
                <ul class="login__problems" role="status">
                    { for base64::diagnose(self.coded.as_bytes()).into_iter().map(problem) }
                </ul>
                <p class="field__help">{ rich("ui-login-escapes", &[]) }</p>
                <p class="field__help">{ say("ui-login-no-encryption") }</p>
            </div>
        }
    }
}

/// A labelled field of one line.
fn field(
    key: &str,
    name: &'static str,
    kind: &'static str,
    value: Option<String>,
    input: NodeRef,
    typed: Callback<String>,
) -> Html {
    let oninput = typed.reform(|event: InputEvent| event.target_unchecked_into::<HtmlInputElement>().value());
    html! {
        <label class="field">
            <span class="field__label">{ say(key) }</span>
            <input class="input input--wire" type={kind} {name} {value} autocomplete="one-time-code" autocapitalize="off"
                autocorrect="off" spellcheck="false" ref={input} {oninput} />
        </label>
    }
}
