//! The rules that go over several fields of a message's header: how often each may stand, which must, in what order (RFC 5322
//! section 3.6), and the chain of hops. What is wrong within one field is found there.

use super::{
    fields::{self, FIELDS},
    flaw::{Flaw, FlawKind},
    header::{Absent, Field, Group, MOST_TOLD, Meaning},
    mime::Entity,
    received::Hop,
};
use crate::token::Span;

/// The fields of the standard that this header has not. `ended` when its last field has come: then it is told which are missed.
pub(super) fn absent(octets: &[u8], root: &Entity, ended: bool) -> Vec<Absent> {
    let at = root.border.unwrap_or(Span::new(root.header.end, root.header.end));
    let has = |name: &str| root.field(octets, name).is_some();
    let content = root.fields.iter().any(|field| field.group == Group::Mime);
    FIELDS
        .iter()
        .filter(|known| known.usual && !has(known.name))
        .map(|known| {
            let kind = match known.name {
                "Date" => Some(FlawKind::NoDate),
                "From" => Some(FlawKind::NoFrom),
                "Message-ID" => Some(FlawKind::NoMessageId),
                "Sender" if several(octets, root, "From") => Some(FlawKind::NoSender),
                "MIME-Version" if content => Some(FlawKind::NoMimeVersion),
                _ => None,
            };
            let flaw = kind.filter(|_| ended).map(|kind| Flaw::new(at, kind, ""));
            Absent { name: known.name, group: known.group, note: known.note(), flaw }
        })
        .collect()
}

fn several(octets: &[u8], root: &Entity, name: &str) -> bool {
    root.field(octets, name).is_some_and(|field| field.mailboxes().len() > 1)
}

/// What is wrong among the fields.
pub(super) fn flaws(octets: &[u8], root: &Entity, ended: bool) -> Vec<Flaw> {
    let mut flaws = twice(octets, &root.fields);
    flaws.extend(order(&root.fields));
    flaws.extend(resent(octets, root, ended));
    if let (Some(from), Some(sender)) = (root.field(octets, "From"), root.field(octets, "Sender"))
        && let ([from], [sender_box]) = (from.mailboxes(), sender.mailboxes())
        && from.address.eq_ignore_ascii_case(&sender_box.address)
    {
        flaws.push(Flaw::new(sender.span, FlawKind::SenderIsFrom, ""));
    }
    if let Some(bcc) = root.field(octets, "Bcc").filter(|bcc| !bcc.mailboxes().is_empty()) {
        flaws.push(Flaw::new(bcc.span, FlawKind::BccShown, ""));
    }
    flaws
}

/// Fields that stand more often than they may: the table of RFC 5322 section 3.6.
fn twice(octets: &[u8], fields: &[Field]) -> Vec<Flaw> {
    let mut seen: Vec<&str> = Vec::new();
    let mut flaws = Vec::new();
    for field in fields {
        let Some(known) = fields::known(field.name.of(octets)).filter(|known| known.once) else { continue };
        if seen.contains(&known.name) {
            flaws.push(Flaw::new(field.span, FlawKind::FieldTwice, known.name));
        } else {
            seen.push(known.name);
        }
    }
    flaws.truncate(MOST_TOLD);
    flaws
}

/// Trace fields stand above what the author wrote.
fn order(fields: &[Field]) -> Option<Flaw> {
    let authors = |field: &Field| match field.group {
        Group::OriginationDate
        | Group::Originator
        | Group::Destination
        | Group::Identification
        | Group::Informational => true,
        Group::Trace | Group::Resent | Group::Mime | Group::List | Group::Authentication | Group::Optional => false,
    };
    let first = fields.iter().position(authors)?;
    let below = fields.iter().skip(first).find(|field| field.group == Group::Trace)?;
    Some(Flaw::new(below.span, FlawKind::TraceBelow, ""))
}

/// Each block of resent fields needs its date and who did it (RFC 5322 section 3.6.6). A name that comes again begins a block.
fn resent(octets: &[u8], root: &Entity, ended: bool) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    let mut block: Vec<&Field> = Vec::new();
    let named = |field: &Field, name: &str| field.name.of(octets).eq_ignore_ascii_case(name.as_bytes());
    let mut judge = |block: &mut Vec<&Field>| {
        let Some(first) = block.first() else { return };
        let find = |name: &str| block.iter().find(|field| named(field, name));
        let several = find("Resent-From").is_some_and(|from| from.mailboxes().len() > 1);
        let needs = [
            ("Resent-Date", FlawKind::NoResentDate, true),
            ("Resent-From", FlawKind::NoResentFrom, true),
            ("Resent-Sender", FlawKind::NoResentSender, several),
        ];
        for (name, kind, needed) in needs {
            if needed && find(name).is_none() && flaws.len() < MOST_TOLD {
                flaws.push(Flaw::new(first.span, kind, ""));
            }
        }
        block.clear();
    };
    for field in &root.fields {
        let again = block.iter().any(|other| other.name.of(octets).eq_ignore_ascii_case(field.name.of(octets)));
        if field.group != Group::Resent || again {
            judge(&mut block);
        }
        if field.group == Group::Resent {
            block.push(field);
        }
    }
    // The last block may go on while the message is being typed.
    if ended {
        judge(&mut block);
    }
    flaws
}

/// The hops in the order of travel: each server put its field on top. Where a clock went back is told too.
pub(super) fn hops(root: &Entity) -> (Vec<Hop>, Vec<Flaw>) {
    let mut flaws = Vec::new();
    let written = root.fields.iter().find(|field| field.group == Group::OriginationDate).and_then(Field::date);
    let mut before = written.map(|date| date.epoch);
    let mut hops = Vec::new();
    for (at, field) in root.fields.iter().enumerate().rev() {
        let Meaning::Received(hop) = &field.meaning else { continue };
        let epoch = hop.date.map(|date| date.epoch);
        let delay = epoch.zip(before).map(|(now, before)| now - before);
        if let (Some(delay), Some(date)) = (delay.filter(|delay| *delay < 0), hop.date) {
            flaws.push(Flaw::new(date.span, FlawKind::ClockBack, (-delay).to_string()));
        }
        before = epoch.or(before);
        hops.push(Hop { field: at, delay, ..Hop::clone(hop) });
    }
    flaws.truncate(MOST_TOLD);
    (hops, flaws)
}
