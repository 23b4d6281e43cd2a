//! The envelope beside the header: who the protocol carried the message from and to, and what the letter itself says.

use super::{anatomy::Anatomy, mime::Entity};
use crate::{machine::rfc, note::Note, token::Span};

/// How many recipients are compared one by one: a server need not take more in one transaction (RFC 5321 section 4.5.3.1.8).
const MOST: usize = 100;

/// What MAIL and RCPT said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    /// MAIL's address without brackets; empty for the null path; `None` when unknown.
    pub from: Option<String>,
    /// RCPT's addresses without brackets; empty when unknown.
    pub to: Vec<String>,
}

pub(super) const KEYS: [&str; 9] = [
    "envelope-from-author",
    "envelope-from-sender",
    "envelope-from-null",
    "envelope-from-list",
    "envelope-from-other",
    "envelope-to-named",
    "envelope-to-list",
    "envelope-to-unnamed",
    "envelope-named-only",
];

impl Envelope {
    /// What a delivered message still knows of its envelope: Return-Path, and Delivered-To when there is one.
    pub fn of(message: &Anatomy, octets: &[u8]) -> Self {
        let root = &message.root;
        let path = root.field(octets, "Return-Path").and_then(|field| field.mailboxes().first());
        // The topmost is the last delivery.
        let delivered =
            root.field(octets, "Delivered-To").map(|field| field.unfolded.trim_matches(['<', '>']).to_owned());
        Self { from: path.map(|path| path.address.clone()), to: delivered.into_iter().collect() }
    }

    /// How it compares with From, Sender, To and Cc: each note says one thing that agrees or differs, and why that may be. A
    /// note's span is a place in the message, or none when it is about the envelope.
    pub fn compared(&self, message: &Anatomy, octets: &[u8]) -> Vec<Note> {
        let root = &message.root;
        let mut notes: Vec<_> = self.from.as_deref().map(|from| sender_note(root, octets, from)).into_iter().collect();
        let named =
            [addresses(root, octets, "To"), addresses(root, octets, "Cc"), addresses(root, octets, "Bcc")].concat();
        let on_list = is_list(root);
        for to in self.to.iter().take(MOST) {
            let found = named.iter().find(|(address, _)| same(address, to));
            let key = match found {
                Some(_) => "envelope-to-named",
                None if on_list => "envelope-to-list",
                None => "envelope-to-unnamed",
            };
            let span = found.map(|(_, span)| *span);
            notes.push(Note { span, ..Note::new(key).arg("address", to.as_str()).by(rfc(5321, "7.2")) });
        }
        if self.to.is_empty() {
            return notes;
        }
        let only = named.iter().filter(|(address, _)| !self.to.iter().take(MOST).any(|to| same(address, to)));
        for (address, span) in only.take(MOST) {
            let note = Note::new("envelope-named-only").arg("address", address.as_str()).by(rfc(5321, "7.2"));
            notes.push(Note { span: Some(*span), ..note });
        }
        notes
    }
}

fn sender_note(root: &Entity, octets: &[u8], from: &str) -> Note {
    let author = addresses(root, octets, "From").into_iter().find(|(address, _)| same(address, from));
    let sender = addresses(root, octets, "Sender").into_iter().find(|(address, _)| same(address, from));
    let (key, section, found) = match (author, sender) {
        _ if from.is_empty() => ("envelope-from-null", "4.5.5", None),
        (Some(author), _) => ("envelope-from-author", "3.3", Some(author)),
        (None, Some(sender)) => ("envelope-from-sender", "3.3", Some(sender)),
        (None, None) if is_list(root) => ("envelope-from-list", "3.9.2", None),
        (None, None) => ("envelope-from-other", "7.1", None),
    };
    let note = Note::new(key).arg("address", from).by(rfc(5321, section));
    Note { span: found.map(|(_, span)| span), ..note }
}

fn addresses(root: &Entity, octets: &[u8], name: &str) -> Vec<(String, Span)> {
    let fields = root.fields.iter().filter(|field| field.name.of(octets).eq_ignore_ascii_case(name.as_bytes()));
    fields
        .flat_map(|field| field.mailboxes())
        .take(MOST)
        .map(|mailbox| (mailbox.address.clone(), mailbox.span))
        .collect()
}

/// Whether a mailing list passed it on. Other fields of lists stand in any mail to many: RFC 2919 section 3 names the list.
fn is_list(root: &Entity) -> bool {
    root.fields.iter().any(|field| matches!(field.note.key, "field-list-id" | "field-list-post"))
}

/// Domains know no case; local parts may (RFC 5321 section 2.4).
fn same(a: &str, b: &str) -> bool {
    match (a.rsplit_once('@'), b.rsplit_once('@')) {
        (Some((local, domain)), Some((other, other_domain))) => {
            local == other && domain.eq_ignore_ascii_case(other_domain)
        }
        _ => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn envelope_and_letter() {
        fn check(letter: &str, from: Option<&str>, to: &[&str], keys: &[&str]) {
            let message = Anatomy::of(letter.as_bytes(), true);
            let envelope =
                Envelope { from: from.map(str::to_owned), to: to.iter().map(|to| (*to).to_owned()).collect() };
            let notes = envelope.compared(&message, letter.as_bytes());
            assert_eq!(notes.iter().map(|note| note.key).collect::<Vec<_>>(), keys, "{letter}");
        }
        let letter = "From: ada@x.test\r\nTo: grace@y.test\r\nCc: alan@z.test\r\n\r\n";
        check(
            letter,
            Some("ada@X.test"),
            &["grace@y.test", "alan@z.test"],
            &["envelope-from-author", "envelope-to-named", "envelope-to-named"],
        );
        check(
            letter,
            Some("ada@x.test"),
            &["alan@z.test", "b@c.test"],
            &["envelope-from-author", "envelope-to-named", "envelope-to-unnamed", "envelope-named-only"],
        );
        check(letter, Some(""), &[], &["envelope-from-null"]);
        check(letter, Some("mallory@evil.test"), &[], &["envelope-from-other"]);
        check(letter, Some("Ada@x.test"), &[], &["envelope-from-other"]);
        check(letter, None, &[], &[]);
        check("Sender: s@x.test\r\nFrom: a@x.test\r\n\r\n", Some("s@x.test"), &[], &["envelope-from-sender"]);
        check(
            "List-Id: <l.x.test>\r\nFrom: a@x.test\r\nTo: l@x.test\r\n\r\n",
            Some("l-bounces@x.test"),
            &["me@y.test"],
            &["envelope-from-list", "envelope-to-list", "envelope-named-only"],
        );
        check(
            "Precedence: bulk\r\nList-Unsubscribe: <https://x.test/>\r\nFrom: a@x.test\r\n\r\n",
            Some("news@x.test"),
            &["me@y.test"],
            &["envelope-from-other", "envelope-to-unnamed"],
        );
    }

    #[test]
    fn a_delivered_message_knows_its_envelope() {
        let letter = b"Return-Path: <ada@x.test>\r\nDelivered-To: grace@y.test\r\nFrom: Ada <ada@x.test>\r\n\r\n";
        let envelope = Envelope::of(&Anatomy::of(letter, true), letter);
        assert_eq!(envelope, Envelope { from: Some("ada@x.test".into()), to: vec!["grace@y.test".into()] });
    }
}
