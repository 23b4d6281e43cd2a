//! The header of a letter: its fields by what they are for, as they stand and as they read; what is not there.

use workbench::{
    mailproto::message::header::Field,
    message::{self, LetterLook, Reading},
    sheet::{Node, el, note, say, say_in, text},
};

use crate::piece::{count, cut, flaw, more, said, wire, wire_at};

/// The most pieces of one field that are told.
const PIECES: usize = 80;

/// The header.
pub fn header(reading: &Reading, look: &LetterLook) -> Vec<Node> {
    let anatomy = &reading.anatomy;
    let mut sheet = Vec::new();
    for (group, fields) in reading.groups(look.shown) {
        let name = el("h3", "hgroup__name", [note(&group.note())]);
        let lines = el("div", "", fields.iter().filter_map(|at| line(reading, *at, look)));
        sheet.push(el("section", "hgroup", [name, lines]));
    }
    sheet.extend(more(anatomy.fields().len().saturating_sub(look.shown)));
    if let Some(border) = anatomy.root.border {
        sheet.push(el("p", "letter__border", [count("ui-msg-border", anatomy.octets - border.end)]));
    }
    if !anatomy.absent.is_empty() {
        let name = el("h3", "hgroup__name", [el("b", "", [say("ui-msg-absent", &[])])]);
        let names = el("p", "absent", anatomy.absent.iter().map(|absent| wire(absent.name)));
        sheet.push(el("section", "hgroup", [name, names]));
    }
    sheet
}

fn line(reading: &Reading, at: usize, look: &LetterLook) -> Option<Node> {
    let octets = reading.octets();
    let field = reading.anatomy.fields().get(at)?;
    let open = look.field == Some(at);
    let name = message::shown(field.name.of(octets)).0;
    let label = say_in("ui-msg-field", &[("name", &name)]);
    let button = crate::piece::button("hline__n", &format!("field {at}"), [text(format!("{name}:"))])
        .with("aria-expanded", open.to_string())
        .with("title", label);
    let (lines, left) = message::field_lines(octets, field);
    let mut wire = vec![button];
    for (at, line) in lines.into_iter().enumerate() {
        if at > 0 {
            let fold = el("span", "hline__fold", [text("\u{21b5}")]).with("title", say_in("ui-msg-fold", &[]));
            wire.extend([fold, text("\n")]);
        }
        wire.extend(cut(line));
    }
    let mut rows = vec![el("div", "hline__wire", wire).with("dir", "ltr")];
    if left > 0 {
        rows.push(el("p", "hline__why", [count("ui-more-lines", left)]));
    }
    if let Some(decoded) = &field.decoded {
        let text_of = el("bdi", "", cut(message::shown(decoded.as_bytes())));
        rows.push(el("p", "hline__why", [say("ui-msg-reads", &[]), text(" "), el("b", "", [text_of])]));
    }
    rows.push(el("p", "hline__why", [said(&field.note)]));
    rows.extend(field.flaws.iter().take(look.shown).map(flaw));
    if open {
        rows.push(pieces(octets, field));
    }
    Some(el("div", "hline", rows))
}

/// The field word by word.
fn pieces(octets: &[u8], field: &Field) -> Node {
    let items = field
        .pieces
        .iter()
        .take(PIECES)
        .flat_map(|piece| [el("dt", "", [wire_at(octets, piece.span)]), el("dd", "", [said(&piece.note(octets))])]);
    el("dl", "hline__pieces", items)
}
