//! The Network view: each line beside what an eavesdropper has of it, and what TLS agreed. What crossed is `workbench::network`'s.

use workbench::{
    BenchMsg, Msg,
    conversation::Conversation,
    mailproto::{
        octets::lossless,
        token::{Severity, Side},
    },
    net::{Certificate, TlsFacts, TlsFailure},
    records::{self, Holds, Record, Row},
    sitting::Sitting,
    target::Via,
    transcript::{Incident, Kind},
};
use yew::prelude::*;

use super::{
    event::{failure_key, trust_key},
    icons::icon,
    parts::{day, glyph, severity, wire},
};
use crate::i18n::{rich, say, t};

/// How many rows are drawn: the newest. All of them are in the capture file.
const ROWS: usize = 200;

/// The view.
pub fn network(sitting: &Sitting, emit: &Callback<Msg>) -> Html {
    let conversation = sitting.conversation();
    if conversation.via() == Via::Page {
        return html! { <div class="net"><p class="net__note">{ rich("ui-net-in-page", &[]) }</p></div> };
    }
    let all = records::rows(conversation);
    let rows = &all[all.len().saturating_sub(ROWS)..];
    let cut = all.len() - rows.len();
    html! {
        <div class="net">
            { handshake(conversation) }
            <table class="net__grid">
                <thead>
                    <tr>
                        <th scope="col" class="net__head">{ icon("you") }{ say("ui-net-you") }</th>
                        <th scope="col" class="net__head">{ icon("server") }{ say("ui-net-anyone") }</th>
                    </tr>
                </thead>
                <tbody>
                    if cut > 0 {
                        <tr><td class="net__cell" colspan="2">{ t("ui-net-earlier", &[("count", &cut.to_string())]) }</td></tr>
                    }
                    { for rows.iter().map(|row| self::row(sitting, row)) }
                </tbody>
            </table>
            <p class="net__note">{ rich("ui-net-note", &[]) }</p>
            { tools(sitting, emit) }
        </div>
    }
}

fn row(sitting: &Sitting, row: &Row) -> Html {
    let line = row.line.and_then(|index| sitting.conversation().transcript().line(index));
    let class = if row.side == Side::Client { "c" } else { "s" };
    // The first messages of a handshake are readable to all.
    let sealed = match line {
        Some(line) => line.wire.encrypted,
        None => row.records.iter().any(|record| record.holds == Holds::Sealed),
    };
    let yours = match line {
        Some(line) => html! { line.wire.text.shown() },
        None => html! { <i>{ row.records.first().map(|record| t(holds(record), &[])).unwrap_or_default() }</i> },
    };
    let theirs = match (line, sealed) {
        (None, false) => row.records.iter().map(header).collect(),
        (Some(line), false) if sitting.look.reveal => lossless(line.wire.text.expose()),
        (Some(line), false) => line.wire.text.shown(),
        (_, _) if row.records.is_empty() => t("ui-net-same-record", &[]),
        (_, _) => row.records.iter().map(header).collect::<Vec<_>>().join(" \u{00b7} "),
    };
    let secret = line.is_some_and(|line| line.wire.text.has_secret() && !sealed);
    html! {
        <tr>
            <td class="net__cell" dir="ltr"><span {class}>{ glyph(row.side, sealed) }</span>{ " " }{ yours }</td>
            <td class={classes!("net__cell", if sealed { "net__cell--sealed" } else { "net__cell--open" })} dir="ltr">
                <span>{ theirs }</span>
                if secret {
                    { " " }{ icon("warn") }<span class="sr">{ say("ui-net-secret") }</span>
                }
            </td>
        </tr>
    }
}

/// The record's header in hex, and how much follows.
fn header(record: &Record) -> String {
    let [kind, major, minor, high, low] = record.header;
    let header = format!("{kind:02x} {major:02x} {minor:02x} {high:02x} {low:02x}");
    t("ui-net-record", &[("header", &header), ("count", &record.length().to_string())])
}

fn holds(record: &Record) -> &'static str {
    match record.holds {
        Holds::ClientHello => "ui-net-client-hello",
        Holds::ServerHello => "ui-net-server-hello",
        Holds::Handshake => "ui-net-handshake",
        Holds::ChangeCipherSpec => "ui-net-change-cipher-spec",
        Holds::Alert => "ui-net-alert",
        Holds::Sealed => "ui-net-sealed",
        Holds::Other(_) => "ui-net-other",
    }
}

/// What the last handshake of the record came to.
fn handshake(conversation: &Conversation) -> Html {
    let last = conversation.transcript().between().rev().find_map(|(_, kind)| match kind {
        Kind::Encrypted { facts, .. } => Some((facts, None)),
        Kind::Incident(Incident::TlsFailed { failure, facts }) => Some((facts, Some(failure))),
        Kind::Line(_) | Kind::Moved(_) | Kind::HeadersEnd(_) | Kind::Incident(_) => None,
    });
    match last {
        Some((facts, failure)) => tls(facts, failure),
        None => html! { <p class="net__note">{ rich("ui-net-plain", &[]) }</p> },
    }
}

fn tls(facts: &TlsFacts, failure: Option<&TlsFailure>) -> Html {
    let fact = |key: &'static str, value: Option<&str>| {
        let value = value.map_or_else(|| html! { { say("ui-net-unknown") } }, wire);
        html! { <><dt>{ say(key) }</dt><dd>{ value }</dd></> }
    };
    let took = format!("{}.{} ms", facts.took_us / 1000, facts.took_us / 100 % 10);
    let (sent, received) = (facts.sent.to_string(), facts.received.to_string());
    html! {
        <details class="net__tls" open={failure.is_some()}>
            <summary>{ icon(if failure.is_some() { "error" } else { "lock" }) }{ verdict(facts, failure) }</summary>
            <dl class="facts">
                { fact("ui-net-version", facts.version.as_deref()) }
                { fact("ui-net-cipher", facts.cipher.as_deref()) }
                { fact("ui-net-group", facts.group.as_deref()) }
                { fact("ui-net-alpn", Some(facts.alpn.as_deref().unwrap_or("-"))) }
                { fact("ui-net-name", Some(&facts.server_name)) }
                { fact("ui-net-took", Some(&took)) }
                <dt>{ say("ui-net-crossed") }</dt>
                <dd>{ t("ui-net-crossed-both", &[("sent", &sent), ("received", &received)]) }</dd>
            </dl>
            { for facts.chain.iter().enumerate().map(|(at, one)| certificate(at, one)) }
        </details>
    }
}

/// Who vouches for the server, or what is wrong, in a sentence.
fn verdict(facts: &TlsFacts, failure: Option<&TlsFailure>) -> Html {
    let doubt = failure.or(facts.doubt.as_ref());
    let args = [("version", facts.version.as_deref().unwrap_or_default()), ("name", facts.server_name.as_str())];
    html! {
        <>
            if failure.is_none() {
                { rich(trust_key(facts), &args) }
            }
            if let Some(doubt) = doubt {
                { " " }{ severity(if failure.is_some() { Severity::Error } else { Severity::Warn }) }{ " " }
                { rich(failure_key(doubt).0, &[]) }
            }
        </>
    }
}

fn certificate(at: usize, of: &Certificate) -> Html {
    let title = if at == 0 { "ui-net-certificate-leaf" } else { "ui-net-certificate-issuer" };
    let validity = format!("{} \u{2013} {}", day(of.not_before), day(of.not_after));
    let fact = |key: &'static str, value: &str| html! { <><dt>{ say(key) }</dt><dd>{ wire(value) }</dd></> };
    html! {
        <section class="net__certificate">
            <h3>{ say(title) }</h3>
            <dl class="facts">
                { fact("ui-net-subject", &of.subject) }
                if !of.names.is_empty() {
                    { fact("ui-net-names", &of.names.join(", ")) }
                }
                { fact("ui-net-issuer", &of.issuer) }
                { fact("ui-net-validity", &validity) }
                { fact("ui-net-key", &of.key) }
                { fact("ui-net-signature", &of.signature) }
                { fact("ui-net-serial", &of.serial) }
                { fact("ui-net-fingerprint", &of.sha256) }
            </dl>
        </section>
    }
}

/// The files, and whether they hold the learner's secrets.
fn tools(sitting: &Sitting, emit: &Callback<Msg>) -> Html {
    let reveal = !sitting.look.reveal;
    let toggle = emit.reform(move |_: Event| Msg::from(BenchMsg::Reveal(reveal)));
    let capture =
        emit.reform(|_: MouseEvent| Msg::from(BenchMsg::SaveCapture { comment: t("ui-net-capture-comment", &[]) }));
    let keys = emit.reform(|_: MouseEvent| Msg::from(BenchMsg::SaveKeys));
    html! {
        <div class="net__tools">
            <label class="checkbox">
                <input type="checkbox" checked={sitting.look.reveal} onchange={toggle} />{ say("ui-net-reveal") }
            </label>
            <button type="button" class="button" onclick={capture}>{ say("ui-net-save-capture") }</button>
            if sitting.look.reveal && !sitting.conversation().network().keys().is_empty() {
                <button type="button" class="button" onclick={keys}>{ say("ui-net-save-keys") }</button>
            }
        </div>
    }
}
