//! The form that connects to a real server. It alone holds what was typed into it.

use web_sys::{HtmlInputElement, HtmlSelectElement};
use workbench::{
    Msg,
    desk::Loaded,
    mailproto::{
        Problem, Protocol,
        explain::problem_note,
        sasl::{Mechanism, Way},
        url::{self, Auth, is_host},
    },
    mx::{LESSONS, Lookup},
    net::{Allowed, Offer, Trust},
    target::{Account, PRACTICE_HOST, Security, Target, Via},
};
use yew::prelude::*;

use super::{icons::icon, mx, parts::severity};
use crate::{
    drivers::page,
    i18n::{Locale, note, rich, say, t},
};

/// The component: what was typed and chosen.
pub struct Connect {
    protocol: Protocol,
    security: Security,
    host: String,
    port: String,
    /// The port was typed: it no longer follows protocol and security.
    port_is_mine: bool,
    /// What the certificate is checked against, if the learner chose.
    trust: Option<Trust>,
    /// What is missing, and in which field; told under the fields.
    missing: Option<(Field, &'static str)>,
    /// What is odd about the address that was split into the fields. None of it holds a password.
    odd: Vec<Problem>,
    /// Whose mail hosts are looked up.
    domain: String,
    /// Who logs in and how, by that address.
    account: (String, Auth),
    /// The field that takes the focus after the next drawing.
    focus: Option<Field>,
    host_input: NodeRef,
    port_input: NodeRef,
}

/// A field that is typed into.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Host,
    Port,
}

/// What the form needs to know.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// What the proxy offers.
    pub offer: Option<Offer>,
    /// Where the practice server is.
    pub practice: Via,
    /// Who takes mail for the domain asked about last.
    pub mx: Lookup,
    /// How far the second module is: it explains the answer, and what is odd about an address.
    pub rest: Loaded,
    /// Where the last session went: a server that could not be reached is here to be mended.
    pub last: Option<Target>,
    /// The language it speaks.
    pub locale: Locale,
    /// Where messages go.
    pub emit: Callback<Msg>,
}

/// What the learner did.
pub enum Act {
    /// Chose a protocol.
    Protocol(Protocol),
    /// Chose when TLS begins.
    Security(Security),
    /// Typed a host.
    Host(String),
    /// Gave an address as a whole: pasted it, left the field, or followed a link.
    Address(String),
    /// Typed a port.
    Port(String),
    /// Picked a server the operator allowed.
    Pick(String, u16),
    /// Typed the domain of a look-up.
    Domain(String),
    /// Asked who takes mail for it; or for another.
    LookUp(Option<&'static str>),
    /// Chose a server that was found.
    Use(String),
    /// Chose what the certificate is checked against.
    Trust(Option<Trust>),
    /// Pressed Connect.
    Go,
}

impl Component for Connect {
    type Message = Act;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let mut form = Self {
            protocol: Protocol::Pop3,
            security: Security::Tls,
            host: String::new(),
            port: Target::standard_port(Protocol::Pop3, Security::Tls).to_string(),
            port_is_mine: false,
            trust: None,
            missing: None,
            odd: Vec::new(),
            domain: String::new(),
            account: Default::default(),
            focus: None,
            host_input: NodeRef::default(),
            port_input: NodeRef::default(),
        };
        // The examples need no form.
        let typed = |last: &&Target| **last != Target::practice(last.protocol, last.via);
        if let Some(last) = ctx.props().last.as_ref().filter(typed) {
            (form.protocol, form.security, form.trust) = (last.protocol, last.security, last.trust);
            (form.host, form.port) = (last.host.clone(), last.port.to_string());
            form.port_is_mine = last.port != Target::standard_port(last.protocol, last.security);
        }
        form
    }

    fn update(&mut self, ctx: &Context<Self>, act: Act) -> bool {
        self.missing = None;
        match act {
            Act::Protocol(protocol) => {
                self.protocol = protocol;
                self.port_is_mine &= !self.port.is_empty();
            }
            Act::Security(security) => {
                self.security = security;
                self.port_is_mine &= !self.port.is_empty();
            }
            Act::Host(host) => {
                self.host = host;
                self.odd.clear();
                self.account = Default::default();
            }
            Act::Address(text) => self.take(&text),
            Act::Port(port) => {
                self.port_is_mine = true;
                self.port = port;
            }
            Act::Pick(host, port) => self.pick(host, port),
            Act::Domain(domain) => self.domain = domain,
            Act::LookUp(lesson) => {
                if let Some(lesson) = lesson {
                    lesson.clone_into(&mut self.domain);
                }
                ctx.props().emit.emit(Msg::LookUpMail(self.domain.clone()));
            }
            Act::Use(host) => {
                self.pick(host, Target::standard_port(Protocol::Smtp, Security::None));
                self.focus = Some(Field::Host);
            }
            Act::Trust(trust) => self.trust = trust,
            Act::Go => self.go(ctx.props()),
        }
        if !self.port_is_mine {
            self.port = Target::standard_port(self.protocol, self.security).to_string();
        }
        true
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        if first && let Some(text) = page::take_address() {
            ctx.link().send_message(Act::Address(text));
        }
        let input = match self.focus.take() {
            Some(Field::Host) => self.host_input.cast::<HtmlInputElement>(),
            Some(Field::Port) => self.port_input.cast::<HtmlInputElement>(),
            None => None,
        };
        if let Some(input) = input {
            // A field of this form can take the focus.
            let _ = input.focus();
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let wrong = |field: Field| self.missing.is_some_and(|(of, _)| of == field);
        let invalid = |field: Field| wrong(field).then_some("true");
        let described = |field: Field| wrong(field).then_some("real-missing");
        let submit = link.callback(|event: SubmitEvent| {
            event.prevent_default();
            Act::Go
        });
        let typed = |event: InputEvent| event.target_unchecked_into::<HtmlInputElement>().value();
        let host = move |event: InputEvent| {
            let whole = event.input_type() == "insertFromPaste";
            let text = typed(event);
            if whole && url::is_url(&text) { Act::Address(text) } else { Act::Host(text) }
        };
        let left = |event: Event| Act::Address(event.target_unchecked_into::<HtmlInputElement>().value());
        html! {
            <section class="start__real" aria-labelledby="real-title">
                <form class="real" onsubmit={submit} novalidate=true>
                    <h2 class="panel__title" id="real-title">{ say("ui-real") }</h2>
                    <div class="real__row real__row--half">
                        { self.protocols(ctx) }
                        { self.securities(ctx) }
                    </div>
                    <div class="real__row">
                        <label class="field">
                            <span class="field__label">{ say("ui-host") }</span>
                            <input class="input input--wire" name="host" value={self.host.clone()} autocomplete="off"
                                autocapitalize="off" spellcheck="false" ref={self.host_input.clone()}
                                aria-invalid={invalid(Field::Host)} aria-describedby={described(Field::Host)}
                                oninput={link.callback(host)} onchange={link.callback(left)} />
                        </label>
                        <label class="field">
                            <span class="field__label">{ say("ui-port") }</span>
                            <input class="input input--wire" name="port" inputmode="numeric" value={self.port.clone()}
                                autocomplete="off" ref={self.port_input.clone()}
                                aria-invalid={invalid(Field::Port)} aria-describedby={described(Field::Port)}
                                oninput={link.callback(move |event| Act::Port(typed(event)))} />
                        </label>
                    </div>
                    { self.told(ctx.props().rest) }
                    <p class="field__help">{ rich(self.security_help(), &[]) }</p>
                    { self.trusts(ctx) }
                    <div class="real__foot">
                        <button type="submit" class="button button--primary">{ icon("plug") }{ say("ui-connect") }</button>
                        <span id="real-missing" class={classes!(self.missing.map(|_| "real__missing"))} role="status">
                            { t(self.missing.map_or("ui-real-foot", |(_, key)| key), &[]) }
                        </span>
                    </div>
                </form>
                <div class="start__servers">
                    { allowed(ctx) }
                    { self.look_up(ctx) }
                </div>
            </section>
        }
    }
}

impl Connect {
    fn pick(&mut self, host: String, port: u16) {
        let standard = Protocol::ALL.into_iter().find_map(|protocol| {
            let fits = |security: &Security| Target::standard_port(protocol, *security) == port;
            [Security::None, Security::Tls].into_iter().find(fits).map(|security| (protocol, security))
        });
        // 587 is submission: SMTP, with STARTTLS typed by the learner (RFC 6409 section 3.1).
        let known = standard.or((port == 587).then_some((Protocol::Smtp, Security::None)));
        if let Some((protocol, security)) = known {
            (self.protocol, self.security) = (protocol, security);
        }
        self.host = host;
        self.port = port.to_string();
        self.port_is_mine = standard.is_none();
    }

    /// Splits an address into the fields. What cannot be used is dropped, lest a password stay in sight.
    fn take(&mut self, text: &str) {
        if !url::is_url(text) {
            text.clone_into(&mut self.host);
            return;
        }
        let (address, odd) = url::parse(text);
        self.odd = odd;
        self.host.clear();
        let Some(address) = address else { return };
        self.protocol = address.protocol;
        self.security = if address.tls { Security::Tls } else { Security::None };
        self.port_is_mine = address.port != Target::standard_port(self.protocol, self.security);
        self.port = address.port.to_string();
        self.host = address.host;
        self.account = (address.user, address.auth);
    }

    /// What is to be said of the address that was taken.
    fn told(&self, rest: Loaded) -> Html {
        let (user, auth) = &self.account;
        let auth = match auth {
            Auth::Any => "",
            Auth::Command(name) | Auth::Sasl(name) => name,
        };
        html! {
            <div class="real__odd" role="status">
                if rest == Loaded::Yes { { odd(self.protocol, &self.odd) } }
                if !user.is_empty() { <p><span>{ rich("ui-url-user", &[("user", user)]) }</span></p> }
                if !auth.is_empty() { <p><span>{ rich("ui-url-auth", &[("auth", auth)]) }</span></p> }
            </div>
        }
    }

    fn go(&mut self, props: &Props) {
        if url::is_url(&self.host) {
            self.take(&self.host.clone());
        }
        let host = self.host.trim();
        let port = self.port.trim().parse::<u16>().ok().filter(|port| *port > 0);
        match (host, port) {
            ("", _) => self.lacks(Field::Host, "ui-real-no-host"),
            (host, _) if !is_host(host) => self.lacks(Field::Host, "ui-real-odd-host"),
            (_, None) => self.lacks(Field::Port, "ui-real-no-port"),
            (host, Some(port)) => {
                let via = if host == PRACTICE_HOST { props.practice } else { Via::Proxy };
                let (protocol, security) = (self.protocol, self.security);
                // A choice that does not fit the server typed since then is none.
                let fits = |trust: &Trust| trusts(props.offer.as_ref(), host, port).contains(trust);
                let trust = self.trust.filter(fits);
                let (user, auth) = &self.account;
                let way = match auth {
                    Auth::Command(name) if name == "APOP" && protocol == Protocol::Pop3 => Some(Way::Apop),
                    Auth::Sasl(name) => Way::of(&Mechanism::named(name)),
                    Auth::Any | Auth::Command(_) => None,
                };
                props.emit.emit(Msg::Account(Account { user: user.clone(), way }));
                props.emit.emit(Target { via, protocol, host: host.into(), port, security, trust }.into());
            }
        }
    }

    fn lacks(&mut self, field: Field, key: &'static str) {
        self.missing = Some((field, key));
        self.focus = Some(field);
    }

    /// Who takes mail for a domain: a question, lessons, and the answer.
    fn look_up(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let typed =
            link.callback(|event: InputEvent| Act::Domain(event.target_unchecked_into::<HtmlInputElement>().value()));
        let submit = link.callback(|event: SubmitEvent| {
            event.prevent_default();
            Act::LookUp(None)
        });
        let lesson = |name: &&'static str| {
            let name = *name;
            let onclick = link.callback(move |_: MouseEvent| Act::LookUp(Some(name)));
            html! { <li><button type="button" class="chip" {onclick}>{ name }</button></li> }
        };
        let Props { mx: look, rest, .. } = ctx.props();
        let answer = match (look, rest) {
            (Lookup::None, _) => Html::default(),
            (_, Loaded::Yes) => mx::answer(look, &link.callback(Act::Use)),
            (_, Loaded::NotYet) => html! { <p>{ say("ui-words-awaited") }</p> },
            (_, Loaded::Failed) => rich("ui-words-missing", &[]),
        };
        html! {
            <section class="mx" aria-labelledby="mx-title">
                <h3 class="allowed__title" id="mx-title">{ say("ui-mx") }</h3>
                <p>{ rich("ui-mx-help", &[]) }</p>
                <form class="mx__ask" onsubmit={submit} novalidate=true>
                    <label class="field">
                        <span class="field__label">{ say("ui-mx-domain") }</span>
                        <input class="input input--wire" name="domain" value={self.domain.clone()} autocomplete="off"
                            autocapitalize="off" spellcheck="false" oninput={typed} />
                    </label>
                    <button type="submit" class="button">{ say("ui-mx-ask") }</button>
                </form>
                <p id="mx-lessons">{ say("ui-mx-lessons") }</p>
                <ul class="allowed__list" aria-labelledby="mx-lessons">{ for LESSONS.iter().map(lesson) }</ul>
                { answer }
            </section>
        }
    }

    fn security_help(&self) -> &'static str {
        match (self.security, self.protocol) {
            (Security::Tls, _) => "ui-security-tls-help",
            (Security::None, Protocol::Pop3) => "ui-security-none-pop3-help",
            (Security::None, Protocol::Smtp) => "ui-security-none-smtp-help",
        }
    }

    fn protocols(&self, ctx: &Context<Self>) -> Html {
        let item = |protocol: Protocol| {
            let chosen = ctx.link().callback(move |_: Event| Act::Protocol(protocol));
            choice("protocol", protocol.name().into(), self.protocol == protocol, chosen)
        };
        choices("ui-protocol", Protocol::ALL.into_iter().map(item).collect())
    }

    fn securities(&self, ctx: &Context<Self>) -> Html {
        let item = |(security, key): (Security, &str)| {
            let chosen = ctx.link().callback(move |_: Event| Act::Security(security));
            choice("security", t(key, &[]), self.security == security, chosen)
        };
        let all = [(Security::None, "ui-security-none"), (Security::Tls, "ui-security-tls")];
        choices("ui-security", all.into_iter().map(item).collect())
    }
}

impl Connect {
    /// What the certificate is checked against.
    fn trusts(&self, ctx: &Context<Self>) -> Html {
        let port = self.port.trim().parse().unwrap_or(0);
        let all = trusts(ctx.props().offer.as_ref(), self.host.trim(), port);
        let chosen = self.trust.filter(|trust| all.contains(trust)).or(all.first().copied());
        let choose = {
            let all = all.clone();
            ctx.link().callback(move |event: Event| {
                let at = event.target_unchecked_into::<HtmlSelectElement>().selected_index();
                Act::Trust(usize::try_from(at).ok().and_then(|at| all.get(at).copied()))
            })
        };
        let option = |trust: &Trust| {
            html! { <option selected={Some(*trust) == chosen}>{ say(trust_name(*trust)) }</option> }
        };
        html! {
            <label class="field">
                <span class="field__label">{ say("ui-trust") }</span>
                <select class="select" name="trust" onchange={choose}>{ for all.iter().map(option) }</select>
            </label>
        }
    }
}

/// What is odd about an address that was taken. A split point of the page's module (`SPLIT_POINTS` in `xtask/src/page.rs`).
#[inline(never)]
fn odd(protocol: Protocol, problems: &[Problem]) -> Html {
    let item = |problem: &Problem| {
        let words = note(&problem_note(protocol, problem));
        html! { <p>{ severity(problem.kind.severity()) }<span>{ words }</span></p> }
    };
    problems.iter().map(item).collect()
}

/// What a server's certificate may be checked against, the usual first.
fn trusts(offer: Option<&Offer>, host: &str, port: u16) -> Vec<Trust> {
    if host.eq_ignore_ascii_case(PRACTICE_HOST) {
        return vec![Trust::Practice, Trust::System, Trust::Exception];
    }
    let mut all = offer.map_or_else(Vec::new, |offer| offer.trust.clone());
    if all.is_empty() {
        all.push(Trust::System);
    }
    let stated =
        |allowed: &Allowed| allowed.exception && allowed.port == port && allowed.host.eq_ignore_ascii_case(host);
    if offer.is_some_and(|offer| offer.allowed.iter().any(stated)) {
        all.push(Trust::Exception);
    }
    all
}

fn trust_name(trust: Trust) -> &'static str {
    match trust {
        Trust::System => "ui-trust-system",
        Trust::Own => "ui-trust-own",
        Trust::Practice | Trust::InPage => "ui-trust-practice",
        Trust::Exception => "ui-trust-exception",
    }
}

/// A row of choices of which one is made: radio buttons, so arrow keys move the choice.
pub(super) fn choices(key: &str, items: Html) -> Html {
    html! {
        <fieldset class="field">
            <legend class="field__label">{ say(key) }</legend>
            <div class="seg">{ items }</div>
        </fieldset>
    }
}

/// One of them.
pub(super) fn choice(name: &'static str, label: String, checked: bool, onchange: Callback<Event>) -> Html {
    html! {
        <label class="seg__item">
            <input type="radio" class="sr" {name} {checked} {onchange} />{ label }
        </label>
    }
}

/// The servers the operator allowed, or how one is allowed.
fn allowed(ctx: &Context<Connect>) -> Html {
    let servers = ctx.props().offer.as_ref().map_or(&[][..], |offer| &offer.allowed);
    let ports = ctx.props().offer.as_ref().map_or(&[][..], |offer| &offer.open_ports);
    let open = ports.iter().map(u16::to_string).collect::<Vec<_>>().join(", ");
    let pick = |Allowed { host, port, .. }: &Allowed| {
        let label = format!("{host}:{port}");
        let (host, port) = (host.clone(), *port);
        let onclick = ctx.link().callback(move |_: MouseEvent| Act::Pick(host.clone(), port));
        html! { <li><button type="button" class="chip" {onclick}>{ label }</button></li> }
    };
    html! {
        <div class="allowed">
            <h3 class="allowed__title">{ say("ui-allowed") }</h3>
            if !open.is_empty() {
                <p>{ rich("ui-allowed-open", &[("ports", &open)]) }</p>
            }
            if !servers.is_empty() {
                <p>{ rich("ui-allowed-some", &[]) }</p>
                <ul class="allowed__list">{ for servers.iter().map(pick) }</ul>
            } else if open.is_empty() {
                <p>{ rich("ui-allowed-none", &[]) }</p>
            }
            <p>{ rich("ui-allowed-certificate", &[]) }</p>
        </div>
    }
}
