//! What the log says between the wire lines: the connection, its border of encryption, its end. Each says whose side it is on.

use workbench::{
    mailproto::{
        Edge, State,
        token::{Severity, Side},
    },
    net::{Cause, Certificate, HostFault, TlsFacts, TlsFailure, Trust},
    tally::Tally,
    transcript::Incident,
};
use yew::prelude::*;

use super::{
    icons::icon,
    parts::{day, severity, side, wire},
};
use crate::i18n::{rich, say};

/// Something about the connection. Where it ends, `tally` says what it came to.
pub fn incident(incident: &Incident, tally: Option<&Tally>) -> Html {
    match incident {
        Incident::Connecting { target } => plain("plug", rich("ui-connecting", &[("target", target)])),
        Incident::Connected { target, address, tls } => connected(target, address, *tls),
        Incident::TlsFailed { failure, facts } => flaw(Severity::Error, failure, &facts.chain),
        Incident::Injection { bytes } => {
            let text = rich("ui-injection", &[("bytes", &bytes.to_string())]);
            problem(Severity::Error, text, Side::Server)
        }
        Incident::IdleWarning { seconds } => soon("ui-idle-warning", *seconds),
        Incident::Stopping { seconds } => soon("ui-stopping", *seconds),
        Incident::Closed { cause, kept, unanswered, unsent } => {
            let done = tally.map(Tally::said).unwrap_or_default();
            closed(cause, &done, &[("ui-unanswered", *unanswered), ("ui-unsent", *unsent), ("ui-kept", *kept)])
        }
    }
}

fn plain(name: &'static str, text: Html) -> Html {
    html! { <li class="log__event">{ icon(name) }<span>{ text }</span></li> }
}

/// Plain text is said to be plain; inside the page that warning would be wrong.
fn connected(target: &str, address: &str, tls: bool) -> Html {
    let (name, key) = match (address.is_empty(), tls) {
        (true, false) => ("page", "ui-connected-page"),
        (true, true) => ("page", "ui-connected-page-tls"),
        (false, false) => ("open", "ui-connected"),
        (false, true) => ("plug", "ui-connected-tls"),
    };
    plain(name, rich(key, &[("target", target), ("address", address)]))
}

/// The end is near: nobody's fault, but not to be missed.
fn soon(key: &str, seconds: u32) -> Html {
    callout(Severity::Warn, rich(key, &[("seconds", &seconds.to_string())]), Html::default())
}

/// A callout: how serious, what, and on whose side.
pub fn problem(grade: Severity, text: Html, of: impl Into<Option<Side>>) -> Html {
    callout(grade, text, side(of.into()))
}

fn callout(grade: Severity, text: Html, of: Html) -> Html {
    let class = match grade {
        Severity::Chat => "log__problem--chat",
        Severity::Note => "log__problem--note",
        Severity::Warn => "log__problem--warn",
        Severity::Error => "log__problem--error",
    };
    html! { <li class={classes!("log__problem", class)}>{ severity(grade) }<span>{ text }</span>{ of }</li> }
}

/// The key of the sentence that says what is known of whom one talks to.
pub fn trust_key(facts: &TlsFacts) -> &'static str {
    match (facts.trust, &facts.doubt) {
        (Trust::InPage, _) => "ui-tls-in-page-more",
        (Trust::Practice, _) => "ui-tls-practice",
        (Trust::System, _) => "ui-tls-verified",
        (Trust::Own, _) => "ui-tls-own",
        (Trust::Exception, None) => "ui-tls-exception-good",
        (Trust::Exception, Some(_)) => "ui-tls-exception",
    }
}

/// The border of encryption; under an exception with what a check would have found.
pub fn encrypted(facts: &TlsFacts, from_start: bool) -> Html {
    let key = if from_start { "ui-tls-from-start" } else { "ui-tls-from-here" };
    let name = facts.server_name.as_str();
    let (class, glyph, title, more) = match facts.trust {
        Trust::InPage => ("log__boundary--state", "page", "ui-tls-in-page", rich("ui-tls-in-page-more", &[])),
        Trust::Practice | Trust::System | Trust::Own | Trust::Exception => {
            let args = [("version", facts.version.as_deref().unwrap_or_default()), ("name", name)];
            ("log__boundary--tls", "lock", key, rich(trust_key(facts), &args))
        }
    };
    html! {
        <>
            <li class={classes!("log__boundary", class)}>
                <span class="log__pill">{ icon(glyph) }<b>{ say(title) }</b><small>{ more }</small></span>
            </li>
            { for facts.doubt.iter().map(|doubt| flaw(Severity::Warn, doubt, &facts.chain)) }
        </>
    }
}

/// A move to another state, where its name changes and nothing else in the log says so.
pub fn moved(edge: &Edge) -> Option<Html> {
    let said =
        edge.from.name() == edge.to.name() || !edge.from.is_open() || edge.to == State::Tls || edge.from == State::Tls;
    (!said).then(|| {
        html! {
            <li class="log__boundary log__boundary--state">
                <span class="log__pill">
                    <span class="log__lamp"></span>
                    <span dir="ltr">
                        { edge.from.name() }<span aria-hidden="true">{ " \u{2192} " }</span>
                        <span class="sr">{ " " }{ say("ui-to") }{ " " }</span><b>{ edge.to.name() }</b>
                    </span>
                </span>
            </li>
        }
    })
}

/// Between headers and body.
pub fn headers_end() -> Html {
    html! {
        <li class="log__boundary log__boundary--body"><span class="log__pill">{ say("ui-headers-end") }</span></li>
    }
}

/// Who closed, what the session came to, and what is left open: keys and counts.
fn closed(cause: &Cause, done: &[(&str, usize)], left: &[(&str, usize)]) -> Html {
    let glyph = match over(cause) {
        Over::Client => "cut",
        Over::Server => "plug",
        Over::Refused | Over::Broken => "error",
    };
    let note = |words: Html| callout(Severity::Note, words, Html::default());
    let said = |(key, count): &(&str, usize)| rich(key, &[("count", &count.to_string())]);
    let counted = left.iter().filter(|(_, count)| *count > 0);
    html! {
        <>
            <li class="log__event log__event--end">{ icon(glyph) }<span>{ closed_words(cause) }{ for done.iter().map(|one| html! { <>{ " " }{ said(one) }</> }) }</span></li>
            { for why_refused(cause).map(|why| note(rich(why, &[]))) }
            { for counted.map(|one| note(said(one))) }
        </>
    }
}

/// Who closed, and why.
fn closed_words(cause: &Cause) -> Html {
    let plain = |key| rich(key, &[]);
    let counting = |key, name, count: u32| rich(key, &[(name, &count.to_string())]);
    let quoting = |key, detail: &str| html! { <>{ rich(key, &[]) }{ " " }{ wire(detail) }</> };
    match cause {
        Cause::Server { truncated: false } => plain("ui-closed-server"),
        Cause::Server { truncated: true } => plain("ui-closed-truncated"),
        Cause::Reset => plain("ui-closed-reset"),
        Cause::Client => plain("ui-closed-client"),
        Cause::NotAllowed => plain("ui-closed-not-allowed"),
        Cause::BadHost { .. } => plain("ui-closed-bad-host"),
        Cause::OtherPort => plain("ui-closed-other-port"),
        Cause::RelayPort => plain("ui-closed-relay-port"),
        Cause::NotPublic { block, source } => rich("ui-closed-not-public", &[("block", block), ("source", source)]),
        Cause::Never { block, source } => rich("ui-closed-never", &[("block", block), ("source", source)]),
        Cause::Itself => plain("ui-closed-itself"),
        Cause::NotMail => plain("ui-closed-not-mail"),
        Cause::TooFast { seconds } => counting("ui-closed-too-fast", "seconds", *seconds),
        Cause::TooMany { sessions } => counting("ui-closed-too-many", "count", *sessions),
        Cause::NoSuchTrust => plain("ui-closed-no-such-trust"),
        Cause::NoSuchHost => plain("ui-closed-no-such-host"),
        Cause::NameFailed => plain("ui-closed-name-failed"),
        Cause::Refused => plain("ui-closed-refused"),
        Cause::TimedOut { seconds } => counting("ui-closed-timed-out", "seconds", *seconds),
        Cause::Network { detail } => quoting("ui-closed-network", detail),
        Cause::Tls => plain("ui-closed-tls"),
        Cause::Idle => plain("ui-closed-idle"),
        Cause::Shutdown => plain("ui-closed-shutdown"),
        Cause::Busy => plain("ui-closed-busy"),
        Cause::PracticeFull => plain("ui-closed-practice-full"),
        Cause::ProxyLost => plain("ui-closed-proxy-lost"),
        Cause::PracticeLost => plain("ui-closed-practice-lost"),
        Cause::Contract { detail } => quoting("ui-closed-contract", detail),
    }
}

/// How a session ended, as far as it matters for what comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// The server closed.
    Server,
    /// The learner cut the line.
    Client,
    /// Trying the same target again would most likely end the same way.
    Refused,
    /// It broke; trying again may help.
    Broken,
}

/// How a session ended.
pub fn over(cause: &Cause) -> Over {
    match cause {
        Cause::Server { .. } => Over::Server,
        Cause::Client => Over::Client,
        Cause::NotAllowed
        | Cause::BadHost { .. }
        | Cause::OtherPort
        | Cause::RelayPort
        | Cause::NotPublic { .. }
        | Cause::Never { .. }
        | Cause::Itself
        | Cause::NotMail
        | Cause::NoSuchTrust
        | Cause::NoSuchHost
        | Cause::Refused
        | Cause::Tls => Over::Refused,
        Cause::Reset
        | Cause::TooFast { .. }
        | Cause::TooMany { .. }
        | Cause::NameFailed
        | Cause::TimedOut { .. }
        | Cause::Network { .. }
        | Cause::Idle
        | Cause::Shutdown
        | Cause::Busy
        | Cause::PracticeFull
        | Cause::ProxyLost
        | Cause::PracticeLost
        | Cause::Contract { .. } => Over::Broken,
    }
}

/// The key of the sentence that says why there is such a rule and what can be done, where a rule refused.
fn why_refused(cause: &Cause) -> Option<&'static str> {
    Some(match cause {
        Cause::NotAllowed => "ui-why-not-allowed",
        Cause::BadHost { why: HostFault::Empty } => "ui-why-host-empty",
        Cause::BadHost { why: HostFault::TooLong } => "ui-why-host-too-long",
        Cause::BadHost { why: HostFault::Number } => "ui-why-host-number",
        Cause::BadHost { why: HostFault::Zone } => "ui-why-host-zone",
        Cause::BadHost { why: HostFault::Mixed } => "ui-why-host-mixed",
        Cause::BadHost { why: HostFault::Character } => "ui-why-host-character",
        Cause::OtherPort => "ui-why-other-port",
        Cause::RelayPort => "ui-why-relay-port",
        Cause::NotPublic { .. } => "ui-why-not-public",
        Cause::Never { .. } => "ui-why-never",
        Cause::Itself => "ui-why-itself",
        Cause::NotMail => "ui-why-not-mail",
        Cause::TooFast { .. } | Cause::TooMany { .. } => "ui-why-too-much",
        Cause::Server { .. }
        | Cause::Reset
        | Cause::Client
        | Cause::NoSuchTrust
        | Cause::NoSuchHost
        | Cause::NameFailed
        | Cause::Refused
        | Cause::TimedOut { .. }
        | Cause::Network { .. }
        | Cause::Tls
        | Cause::Idle
        | Cause::Shutdown
        | Cause::Busy
        | Cause::PracticeFull
        | Cause::ProxyLost
        | Cause::PracticeLost
        | Cause::Contract { .. } => return None,
    })
}

/// The key of the sentence that says what is wrong, and on whose side.
pub fn failure_key(failure: &TlsFailure) -> (&'static str, Side) {
    match failure {
        TlsFailure::UnknownIssuer => ("ui-tls-unknown-issuer", Side::Server),
        TlsFailure::WrongName => ("ui-tls-wrong-name", Side::Server),
        TlsFailure::Expired => ("ui-tls-expired", Side::Server),
        TlsFailure::NotYetValid => ("ui-tls-not-yet-valid", Side::Server),
        TlsFailure::Revoked => ("ui-tls-revoked", Side::Server),
        TlsFailure::IsAuthority => ("ui-tls-is-authority", Side::Server),
        TlsFailure::WrongPurpose => ("ui-tls-wrong-purpose", Side::Server),
        TlsFailure::BadChain => ("ui-tls-bad-chain", Side::Server),
        TlsFailure::BadSignature => ("ui-tls-bad-signature", Side::Server),
        TlsFailure::Weak => ("ui-tls-weak", Side::Server),
        TlsFailure::ChainTooLong => ("ui-tls-chain-too-long", Side::Server),
        TlsFailure::NothingInCommon => ("ui-tls-nothing-in-common", Side::Server),
        // Most often a port that speaks plain text first was asked for TLS.
        TlsFailure::NotTls => ("ui-tls-not-tls", Side::Client),
        TlsFailure::Closed => ("ui-tls-closed", Side::Server),
        TlsFailure::TimedOut => ("ui-tls-timed-out", Side::Server),
        TlsFailure::Other { .. } => ("ui-tls-other", Side::Server),
    }
}

/// What is wrong with the handshake or the certificate, and what the certificate says about it.
fn flaw(grade: Severity, failure: &TlsFailure, chain: &[Certificate]) -> Html {
    let leaf = chain.first();
    let names = leaf.map(|leaf| leaf.names.join(", ")).unwrap_or_default();
    let issuer = leaf.map(|leaf| leaf.issuer.clone()).unwrap_or_default();
    let (from, until) = leaf.map(|leaf| (day(leaf.not_before), day(leaf.not_after))).unwrap_or_default();
    let (key, of) = failure_key(failure);
    let words = rich(key, &[]);
    // What a server wrote into its certificate is shown verbatim, never run through the sentences.
    let detail = match failure {
        TlsFailure::WrongName if !names.is_empty() => fact("ui-tls-names", &names),
        TlsFailure::UnknownIssuer | TlsFailure::IsAuthority if !issuer.is_empty() => fact("ui-tls-issuer", &issuer),
        TlsFailure::Expired if !until.is_empty() => fact("ui-tls-until", &until),
        TlsFailure::NotYetValid if !from.is_empty() => fact("ui-tls-from", &from),
        TlsFailure::Other { detail } => wire(detail),
        TlsFailure::UnknownIssuer
        | TlsFailure::WrongName
        | TlsFailure::Expired
        | TlsFailure::NotYetValid
        | TlsFailure::Revoked
        | TlsFailure::IsAuthority
        | TlsFailure::WrongPurpose
        | TlsFailure::BadChain
        | TlsFailure::BadSignature
        | TlsFailure::Weak
        | TlsFailure::ChainTooLong
        | TlsFailure::NothingInCommon
        | TlsFailure::NotTls
        | TlsFailure::Closed
        | TlsFailure::TimedOut => Html::default(),
    };
    problem(grade, html! { <>{ words }{ " " }{ detail }</> }, of)
}

fn fact(key: &str, value: &str) -> Html {
    html! { <span class="log__fact">{ say(key) }{ " " }{ wire(value) }</span> }
}
