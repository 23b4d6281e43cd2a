//! The way of a letter: the envelope beside the header, and the postmarks in the order of travel.

use workbench::{
    mailproto::message::received::{Clause, Hop},
    message::{self, Reading},
    sheet::{Node, el, say, text},
};

use crate::piece::{count, said, title, wire};

/// The most notes, addresses and postmarks that are shown.
const MOST: usize = 40;

/// Envelope and postmarks.
pub fn way(reading: &Reading) -> Vec<Node> {
    let hops = &reading.anatomy.hops;
    let note = match hops.first() {
        None => Some("ui-msg-no-hops"),
        Some(first) => first.delay.map(|_| "ui-msg-hops-begin"),
    };
    let note = note.map(|key| el("p", "letter__note", [say(key, &[])]));
    let list = el("ol", "hops", hops.iter().take(MOST).map(hop));
    let hops = [Some(title(say("ui-msg-hops", &[]))), note, Some(list)];
    vec![envelope(reading), el("section", "part", hops.into_iter().flatten())]
}

fn envelope(reading: &Reading) -> Node {
    let (envelope, here, notes) = reading.envelope();
    let row = |word: &str, address: &str| el("li", "", [wire(&format!("{word}<{address}>"))]);
    let (from, to) = if here { ("MAIL FROM:", "RCPT TO:") } else { ("Return-Path: ", "Delivered-To: ") };
    let said_to = envelope.from.iter().map(|address| row(from, address));
    let said_to = said_to.chain(envelope.to.iter().take(MOST).map(|address| row(to, address)));
    let key = if said_to.clone().next().is_none() { "ui-msg-envelope-gone" } else { "ui-msg-envelope-left" };
    let left = (!here).then(|| el("p", "hline__why", [say(key, &[])]));
    let left = [Some(title(say("ui-msg-envelope", &[]))), Some(el("ul", "", said_to)), left];
    let field = |name: &str| match reading.addresses(name) {
        Some(addresses) => Some(el("li", "", [wire(&format!("{name}: {}", addresses.join(", ")))])),
        None => (name == "Bcc").then(|| el("li", "hline__why", [say("ui-msg-no-bcc", &[])])),
    };
    let letter = ["From", "Sender", "To", "Cc", "Bcc"].into_iter().filter_map(field);
    let right = [title(say("ui-msg-letter", &[])), el("ul", "", letter)];
    let beside = el("div", "beside", [el("div", "", left.into_iter().flatten()), el("div", "", right)]);
    let notes = notes.iter().take(MOST).map(|note| el("li", "", [said(note)]));
    el("section", "part", [beside, el("ul", "letter__list", notes)])
}

fn hop(hop: &Hop) -> Node {
    let from_to = [
        clause(hop.from.as_ref()),
        el("span", "", [text(" \u{2192} ")]).with("aria-hidden", "true"),
        el("span", "sr", [say("ui-to", &[])]),
        clause(hop.by.as_ref()),
    ];
    let mut rows = vec![el("p", "", from_to)];
    if let Some(with) = &hop.with {
        let note = hop.with_note.as_ref().map(said);
        let words = [Some(wire(&format!("with {}", with.value))), note.as_ref().map(|_| text(" ")), note];
        rows.push(el("p", "hline__why", words.into_iter().flatten()));
    }
    let date = hop.date.as_ref().map(|date| wire(&message::moment(date)));
    let between = hop.date.and(hop.delay).map(|_| text(" \u{b7} "));
    let when = [date, between, hop.delay.map(delay)];
    rows.push(el("p", "hline__why", when.into_iter().flatten()));
    el("li", "hops__hop", rows)
}

/// A host as the postmark names it, and what the server saw of it.
fn clause(clause: Option<&Clause>) -> Node {
    let Some(Clause { value, comment, .. }) = clause else { return text("?") };
    let comment = comment.as_ref().map(|comment| format!(" ({comment})")).unwrap_or_default();
    wire(&format!("{value}{comment}"))
}

/// How long it took from the step before.
fn delay(seconds: i64) -> Node {
    let (key, of) = match seconds {
        ..0 => ("ui-msg-delay-back", 1),
        0..=119 => ("ui-msg-delay-seconds", 1),
        120..=7_199 => ("ui-msg-delay-minutes", 60),
        7_200..=172_799 => ("ui-msg-delay-hours", 3_600),
        172_800.. => ("ui-msg-delay-days", 86_400),
    };
    count(key, usize::try_from(seconds.unsigned_abs() / of).unwrap_or(usize::MAX))
}
