//! The parts of a letter as a tree, the chosen one decoded, and its base64 bit by bit.

use workbench::{
    mailproto::message::{media::MediaKind, mime::Entity},
    message::{self, Dump, Group64, LetterLook, Reading, Text},
    sheet::{Node, el, say, say_in, text},
};

use crate::piece::{button, count, cut, flaw, said, title, wire};

/// From here on deeper parts are not moved in further: the column is narrow.
const DEEPEST: usize = 8;

/// How many flaws of the chosen part are told here; all are among the problems.
const FLAWS: usize = 10;

/// Tree and chosen part.
pub fn parts(reading: &Reading, look: &LetterLook) -> Vec<Node> {
    let nodes = reading.tree();
    let chosen = look.part.min(nodes.len().saturating_sub(1));
    let items = nodes.iter().enumerate().map(|(at, one)| node(at, one, at == chosen));
    let tree = el("div", "mime", items).with("role", "tree").with("aria-label", say_in("ui-msg-tree", &[]));
    let beyond = nodes.len() >= message::PARTS;
    let beyond = beyond.then(|| el("p", "letter__note", [count("ui-msg-tree-cut", message::PARTS)]));
    let list = [Some(title(say("ui-msg-tree", &[]))), Some(tree), beyond];
    let mut sheet = vec![el("section", "part", list.into_iter().flatten())];
    sheet.extend(nodes.get(chosen).map(|node| part(reading, node.entity, look)));
    sheet
}

fn node(at: usize, node: &message::TreePart<'_>, chosen: bool) -> Node {
    let message::TreePart { entity, level, place, .. } = *node;
    let glyph = match entity.kind {
        MediaKind::Multipart => "parts",
        MediaKind::Message => "letter",
        MediaKind::Text => "text",
        MediaKind::Image | MediaKind::Audio | MediaKind::Video | MediaKind::Application | MediaKind::Other => "page",
    };
    let on = if chosen { " mime__node--on" } else { "" };
    let flawed = if entity.flaws.is_empty() { "" } else { " mime__node--flawed" };
    let class = format!("mime__node mime__node--l{}{on}{flawed}", level.min(DEEPEST));
    let packed = el("bdi", "", [text(entity.encoding.name())]);
    let size = el("small", "", [packed, text(" \u{b7} "), count("ui-msg-size", entity.encoded)]);
    let item = el("div", &class, [el("icon", glyph, []), media(entity), size])
        .with("role", "treeitem")
        .with("aria-level", level.to_string())
        .with("aria-posinset", place.0.to_string())
        .with("aria-setsize", place.1.to_string())
        .with("aria-selected", chosen.to_string())
        .with("tabindex", if chosen { "0" } else { "-1" })
        .with("data-act", format!("part {at}"));
    if entity.parts.is_empty() { item } else { item.with("aria-expanded", "true") }
}

fn media(entity: &Entity) -> Node {
    wire(&format!("{}/{}", entity.media, entity.subtype))
}

/// The chosen part.
fn part(reading: &Reading, entity: &Entity, look: &LetterLook) -> Node {
    let octets = reading.octets();
    let decoded = (entity.decoded != entity.encoded).then(|| entity.decoded.to_string());
    let facts = [
        ("ui-msg-charset", entity.charset.as_deref()),
        ("ui-msg-disposition", entity.disposition.as_deref()),
        ("ui-msg-filename", entity.filename.as_deref()),
        ("ui-msg-decoded", decoded.as_deref()),
    ];
    let facts = facts.into_iter().filter_map(|(key, value)| Some((key, value?)));
    let facts = facts.flat_map(|(key, value)| [el("dt", "", [say(key, &[])]), el("dd", "", [wire(value)])]);
    let mut rows = vec![
        title(media(entity)),
        el("p", "hline__why", [said(&entity.note)]),
        el("p", "hline__why", [said(&entity.encoding.note())]),
        el("dl", "letter__facts", facts),
    ];
    rows.extend(entity.flaws.iter().take(FLAWS).map(flaw));
    if let Some(text) = message::text(octets, entity) {
        rows.extend(body(entity, text));
    }
    if let Some(dump) = message::dump(octets, entity) {
        rows.extend(hex(dump));
    }
    if let Some(group) = message::group64(octets, entity, look.group) {
        rows.extend(base64(&group, look.group));
    }
    el("section", "part", rows)
}

fn body(entity: &Entity, of: Text) -> Vec<Node> {
    let source = entity.kind == MediaKind::Text && entity.subtype == "html";
    let source = source.then(|| el("p", "hline__why", [say("ui-msg-source", &[])]));
    let lines = of.lines.into_iter().flat_map(|line| cut(line).into_iter().chain([text("\n")]));
    let lines = el("pre", "letter__text", [el("bdi", "", lines)])
        .with("tabindex", "0")
        .with("aria-label", say_in("ui-msg-text", &[]));
    let rest = of.cut.then(|| el("p", "letter__note", [say("ui-msg-text-cut", &[])]));
    [source, Some(lines), rest].into_iter().flatten().collect()
}

/// The octets of a part without text.
fn hex(Dump { text: lines, left_out }: Dump) -> Vec<Node> {
    let lines = el("pre", "letter__text letter__text--hex", [text(lines)])
        .with("dir", "ltr")
        .with("tabindex", "0")
        .with("role", "group")
        .with("aria-label", say_in("ui-msg-hex", &[]));
    let rest = (left_out > 0).then(|| el("p", "letter__note", [count("ui-msg-hex-cut", left_out)]));
    let about = el("p", "hline__why", [say("ui-msg-hex-about", &[])]);
    [Some(about), Some(lines), rest].into_iter().flatten().collect()
}

/// Three octets above, four letters below, and the 24 bits that both are.
fn base64(group: &Group64, number: usize) -> Vec<Node> {
    let Group64 { quad, line: [before, letters, after], more } = group;
    let line = [text(before.as_str()), el("mark", "", [text(letters.as_str())]), text(after.as_str())];
    let label = |key: &'static str| el("span", "b64__rowlabel", [say(key, &[])]);
    let octet = |octet: &Option<u8>| match octet {
        Some(octet) => {
            let letter = if octet.is_ascii_graphic() { char::from(*octet).to_string() } else { "\u{b7}".into() };
            let number = el("small", "", [text(format!("0x{octet:02X} = {octet}"))]);
            el("span", "b64__cell b64__byte", [text(letter), number])
        }
        None => el("span", "b64__cell b64__byte b64__cell--none", [text("\u{2013}")]),
    };
    let bits = quad.sixes.iter().flat_map(|six| {
        (0..6).rev().map(move |at| six.map_or("\u{b7}", |six| if six >> at & 1 == 1 { "1" } else { "0" }))
    });
    let bit = |(at, bit): (usize, &str)| {
        let byte = if at / 8 == 1 { " b64__bit--b" } else { "" };
        let six = if at / 6 % 2 == 1 { " b64__bit--s" } else { "" };
        el("span", &format!("b64__bit{byte}{six}"), [text(bit)])
    };
    let six = |(six, letter): (&Option<u8>, &u8)| {
        let number = six.map_or_else(|| "\u{2013}".into(), |six| six.to_string());
        let letter = el("b", "", [text(char::from(*letter).to_string())]);
        el("span", "b64__cell b64__six", [el("small", "", [text(number)]), letter])
    };
    let mut cells = vec![label("ui-msg-base64-octets")];
    cells.extend(quad.octets.iter().map(octet));
    cells.push(label("ui-msg-base64-bits"));
    cells.extend(bits.enumerate().map(bit));
    cells.push(label("ui-msg-base64-sixes"));
    cells.extend(quad.sixes.iter().zip(&quad.letters).map(six));
    let step = |key: &'static str, to: Option<usize>| {
        let button = button("button", &format!("group {}", to.unwrap_or(number)), [say(key, &[])]);
        if to.is_some() { button } else { button.with("disabled", "") }
    };
    let short = quad.sixes.iter().any(Option::is_none);
    let short = short.then(|| el("p", "hline__why", [say("ui-msg-base64-padding", &[])]));
    let go =
        [step("ui-msg-base64-before", number.checked_sub(1)), step("ui-msg-base64-next", more.then_some(number + 1))];
    let rows = [
        Some(title(say("ui-msg-base64", &[]))),
        Some(el("p", "b64__line wire", line).with("dir", "ltr")),
        Some(el("div", "b64", cells).with("role", "group").with("aria-label", say_in("ui-msg-base64", &[]))),
        short,
        Some(el("p", "b64__go", go)),
    ];
    rows.into_iter().flatten().collect()
}
