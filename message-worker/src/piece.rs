//! Pieces that all looks share: the head of the sheet, what is wrong, a sentence with its section, text cut to size.

use workbench::{
    mailproto::{
        note::Note,
        token::{Severity, Span},
    },
    message::{self, Flaw, LetterLook, Reading},
    sheet::{Node, el, note, say, text},
};

/// What the letter is about, and how much of it is here.
pub fn head(reading: &Reading) -> Vec<Node> {
    let subject = reading.subject();
    let title = if subject.is_empty() {
        el("h2", "letter__subject letter__subject--none", [say("ui-msg-no-subject", &[])])
    } else {
        el("h2", "letter__subject", [el("bdi", "", [text(subject)])])
    };
    let letter = &reading.letter;
    let key = match (letter.complete, letter.ended) {
        (true, _) => "ui-msg-whole",
        (false, true) => "ui-msg-part-only",
        (false, false) => "ui-msg-going-on",
    };
    let mut told = vec![count(key, letter.octets.len())];
    if letter.left_out > 0 {
        told.extend([text(" "), count("ui-msg-left-out", letter.left_out)]);
    }
    vec![title, el("p", "letter__note", told)]
}

/// What is wrong with it, behind the worst of it.
pub fn problems(reading: &Reading, look: &LetterLook) -> Option<Node> {
    let flaws = reading.flaws();
    let worst = flaws.first()?;
    let item = |flaw: &&Flaw| {
        let place = reading.line_of(flaw.span.start);
        let place = el("small", "letter__place", [count("ui-msg-line", place)]);
        el("li", "", [severity(flaw.kind.severity()), el("p", "", [said(&flaw.note()), text(" "), place])])
    };
    let summary =
        el("summary", "", [severity(worst.kind.severity()), text(" "), count("ui-msg-problems", flaws.len())]);
    let list = el("ul", "", flaws.iter().take(look.shown).map(item));
    let rest = more(flaws.len().saturating_sub(look.shown));
    Some(el("details", "letter__problems", [Some(summary), Some(list), rest].into_iter().flatten()))
}

/// A flaw right where it stands.
pub fn flaw(flaw: &Flaw) -> Node {
    el("p", "hline__why", [severity(flaw.kind.severity()), text(" "), said(&flaw.note())])
}

/// The badge of a severity, which the page draws.
fn severity(of: Severity) -> Node {
    let name = match of {
        Severity::Chat => "chat",
        Severity::Note => "note",
        Severity::Warn => "warn",
        Severity::Error => "error",
    };
    el("severity", name, [])
}

/// A sentence with its section.
pub fn said(of: &Note) -> Node {
    let rule = of.rfc.map(|rfc| {
        el("a", "letter__rule", [text(rfc.to_string())])
            .with("href", rfc.url())
            .with("target", "_blank")
            .with("rel", "noopener")
    });
    el("span", "", [Some(note(of)), rule.as_ref().map(|_| text(" ")), rule].into_iter().flatten())
}

/// A sentence with a count.
pub fn count(key: &'static str, of: usize) -> Node {
    say(key, &[("count", &of.to_string())])
}

/// Text of a letter on one line, and how many octets of it do not show.
pub fn cut((line, left_out): (String, usize)) -> Vec<Node> {
    let rest = (left_out > 0).then(|| el("span", "log__cut", [count("ui-more-bytes", left_out)]));
    [Some(text(line)), rest].into_iter().flatten().collect()
}

/// Text of a letter as wire text.
pub fn wire(line: &str) -> Node {
    el("code", "wire", [text(message::shown(line.as_bytes()).0)]).with("dir", "ltr")
}

/// Octets of the letter as wire text.
pub fn wire_at(octets: &[u8], span: Span) -> Node {
    el("code", "wire", cut(message::shown(span.of(octets)))).with("dir", "ltr")
}

/// The button for more of a list, when there is more.
pub fn more(left: usize) -> Option<Node> {
    let words = [el("icon", "down", []), count("ui-msg-more", left)];
    (left > 0).then(|| el("p", "", [button("button", "more", words)]))
}

/// A button; the page knows what to do by `act`.
pub fn button(class: &str, act: &str, children: impl IntoIterator<Item = Node>) -> Node {
    el("button", class, children).with("type", "button").with("data-act", act)
}

/// The heading of a section.
pub fn title(words: Node) -> Node {
    el("h3", "panel__title", [words])
}
