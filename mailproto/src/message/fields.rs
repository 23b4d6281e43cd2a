//! Every header field that we know by name: what it is for, what grammar its value has, how often it may stand. One table for
//! the line by line of a dialogue and for a whole message.

use super::header::Group;
use crate::{
    machine::{Rfc, rfc},
    note::Note,
};

/// What a field's value is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Grammar {
    /// Text for people, encoded-words allowed.
    Unstructured,
    /// One mailbox.
    Mailbox,
    /// One or more mailboxes.
    Mailboxes,
    /// One or more mailboxes or groups.
    Addresses,
    /// The same, or nothing.
    AddressesOrNothing,
    /// A date and time.
    Date,
    /// One message identifier.
    Identifier,
    /// One or more message identifiers.
    Identifiers,
    /// Words and phrases with commas between.
    Phrases,
    /// An address in angle brackets, or `<>`.
    Path,
    /// A postmark.
    Received,
    /// A media type with parameters.
    ContentType,
    /// A word with parameters.
    Disposition,
    /// A word.
    Word,
    /// `1.0`.
    Version,
    /// Another grammar, not taken apart here.
    Opaque,
}

/// A field that we know by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its name, as the standard spells it.
    pub name: &'static str,
    /// The key of its sentence.
    pub key: &'static str,
    /// What it is for.
    pub group: Group,
    /// What its value is made of.
    pub grammar: Grammar,
    /// The section that describes it.
    pub rfc: Rfc,
    /// Whether a header has it at most once.
    pub once: bool,
    /// Whether to tell when it is not there.
    pub usual: bool,
}

impl Known {
    /// What to say of it.
    pub fn note(&self) -> Note {
        Note::new(self.key).arg("name", self.name).by(self.rfc)
    }
}

/// The field of this name, in any case.
pub fn known(name: &[u8]) -> Option<&'static Known> {
    FIELDS.iter().find(|field| field.name.as_bytes().eq_ignore_ascii_case(name))
}

/// What to say of the field of this name, known or not.
pub fn note(name: &str) -> Note {
    match known(name.as_bytes()) {
        Some(known) => known.note(),
        None => {
            let (key, rfc) = unknown(name);
            Note::new(key).arg("name", name).by(rfc)
        }
    }
}

/// What to say of a field that is not in the table.
fn unknown(name: &str) -> (&'static str, Rfc) {
    let begins = |start: &str| name.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start));
    if begins("X-") {
        ("field-x", rfc(5322, "3.6.8"))
    } else if begins("Content-") {
        ("field-content-unknown", rfc(2045, "9"))
    } else {
        ("field-unknown", rfc(5322, "3.6.8"))
    }
}

/// The keys of this table and of [`note`].
pub(crate) fn keys() -> impl Iterator<Item = &'static str> {
    FIELDS.iter().map(|field| field.key).chain(["field-unknown", "field-x", "field-content-unknown"])
}

/// The group of a field that is not in the table: RFC 2045 section 9 keeps names that begin with `Content-`.
pub(super) fn unknown_group(name: &[u8]) -> Group {
    if name.get(..8).is_some_and(|start| start.eq_ignore_ascii_case(b"Content-")) { Mime } else { Optional }
}

const fn one(name: &'static str, key: &'static str, group: Group, grammar: Grammar, rfc: Rfc) -> Known {
    Known { name, key, group, grammar, rfc, once: true, usual: false }
}

const fn many(name: &'static str, key: &'static str, group: Group, grammar: Grammar, rfc: Rfc) -> Known {
    Known { name, key, group, grammar, rfc, once: false, usual: false }
}

/// Told about when absent.
const fn usual(field: Known) -> Known {
    Known { usual: true, ..field }
}

use Grammar::{
    Addresses, AddressesOrNothing, ContentType, Disposition, Identifier, Identifiers, Mailbox, Mailboxes, Opaque, Path,
    Phrases, Unstructured, Version, Word,
};
use Group::{
    Authentication, Destination, Identification, Informational, List, Mime, Optional, OriginationDate, Originator,
    Resent, Trace,
};

/// All of them, group by group. How often each may stand: the table of RFC 5322 section 3.6, for MIME RFC 2045.
pub const FIELDS: &[Known] = &[
    one("Return-Path", "field-return-path", Trace, Path, rfc(5321, "4.4")),
    many("Received", "field-received", Trace, Grammar::Received, rfc(5321, "4.4")),
    many("Resent-Date", "field-resent-date", Resent, Grammar::Date, rfc(5322, "3.6.6")),
    many("Resent-From", "field-resent-from", Resent, Mailboxes, rfc(5322, "3.6.6")),
    many("Resent-Sender", "field-resent-sender", Resent, Mailbox, rfc(5322, "3.6.6")),
    many("Resent-To", "field-resent-to", Resent, Addresses, rfc(5322, "3.6.6")),
    many("Resent-Cc", "field-resent-cc", Resent, Addresses, rfc(5322, "3.6.6")),
    many("Resent-Bcc", "field-resent-bcc", Resent, AddressesOrNothing, rfc(5322, "3.6.6")),
    many("Resent-Message-ID", "field-resent-message-id", Resent, Identifier, rfc(5322, "3.6.6")),
    many("Resent-Reply-To", "field-resent-reply-to", Resent, Addresses, rfc(5322, "4.5.6")),
    usual(one("Date", "field-date", OriginationDate, Grammar::Date, rfc(5322, "3.6.1"))),
    usual(one("From", "field-from", Originator, Mailboxes, rfc(5322, "3.6.2"))),
    usual(one("Sender", "field-sender", Originator, Mailbox, rfc(5322, "3.6.2"))),
    usual(one("Reply-To", "field-reply-to", Originator, Addresses, rfc(5322, "3.6.2"))),
    usual(one("To", "field-to", Destination, Addresses, rfc(5322, "3.6.3"))),
    usual(one("Cc", "field-cc", Destination, Addresses, rfc(5322, "3.6.3"))),
    usual(one("Bcc", "field-bcc", Destination, AddressesOrNothing, rfc(5322, "3.6.3"))),
    usual(one("Message-ID", "field-message-id", Identification, Identifier, rfc(5322, "3.6.4"))),
    usual(one("In-Reply-To", "field-in-reply-to", Identification, Identifiers, rfc(5322, "3.6.4"))),
    usual(one("References", "field-references", Identification, Identifiers, rfc(5322, "3.6.4"))),
    usual(one("Subject", "field-subject", Informational, Unstructured, rfc(5322, "3.6.5"))),
    many("Comments", "field-comments", Informational, Unstructured, rfc(5322, "3.6.5")),
    many("Keywords", "field-keywords", Informational, Phrases, rfc(5322, "3.6.5")),
    usual(one("MIME-Version", "field-mime-version", Mime, Version, rfc(2045, "4"))),
    usual(one("Content-Type", "field-content-type", Mime, ContentType, rfc(2045, "5"))),
    usual(one("Content-Transfer-Encoding", "field-content-transfer-encoding", Mime, Word, rfc(2045, "6"))),
    one("Content-ID", "field-content-id", Mime, Identifier, rfc(2045, "7")),
    one("Content-Description", "field-content-description", Mime, Unstructured, rfc(2045, "8")),
    one("Content-Disposition", "field-content-disposition", Mime, Disposition, rfc(2183, "2")),
    one("Content-Language", "field-content-language", Mime, Opaque, rfc(3282, "2")),
    one("Content-Location", "field-content-location", Mime, Opaque, rfc(2557, "4.2")),
    one("Content-MD5", "field-content-md5", Mime, Opaque, rfc(1864, "2")),
    one("List-Id", "field-list-id", List, Opaque, rfc(2919, "3")),
    one("List-Help", "field-list-help", List, Opaque, rfc(2369, "3.1")),
    one("List-Unsubscribe", "field-list-unsubscribe", List, Opaque, rfc(2369, "3.2")),
    one("List-Unsubscribe-Post", "field-list-unsubscribe-post", List, Opaque, rfc(8058, "3.2")),
    one("List-Subscribe", "field-list-subscribe", List, Opaque, rfc(2369, "3.3")),
    one("List-Post", "field-list-post", List, Opaque, rfc(2369, "3.4")),
    one("List-Owner", "field-list-owner", List, Opaque, rfc(2369, "3.5")),
    one("List-Archive", "field-list-archive", List, Opaque, rfc(2369, "3.6")),
    many("Precedence", "field-precedence", List, Opaque, rfc(3834, "3.1.8")),
    many("DKIM-Signature", "field-dkim-signature", Authentication, Opaque, rfc(6376, "3.5")),
    many("Authentication-Results", "field-authentication-results", Authentication, Opaque, rfc(8601, "2.2")),
    many("Received-SPF", "field-received-spf", Authentication, Opaque, rfc(7208, "9.1")),
    many("ARC-Authentication-Results", "field-arc", Authentication, Opaque, rfc(8617, "4.1.1")),
    many("ARC-Message-Signature", "field-arc", Authentication, Opaque, rfc(8617, "4.1.2")),
    many("ARC-Seal", "field-arc", Authentication, Opaque, rfc(8617, "4.1.3")),
    many("Delivered-To", "field-delivered-to", Optional, Opaque, rfc(9228, "4")),
    one("Auto-Submitted", "field-auto-submitted", Optional, Opaque, rfc(3834, "5")),
    one("Disposition-Notification-To", "field-disposition-notification-to", Optional, Mailboxes, rfc(8098, "2.1")),
    one("Importance", "field-importance", Optional, Opaque, rfc(4021, "2.1.52")),
    one("Priority", "field-importance", Optional, Opaque, rfc(4021, "2.1.54")),
    one("X-Priority", "field-importance", Optional, Opaque, rfc(5322, "3.6.8")),
    one("Sensitivity", "field-sensitivity", Optional, Opaque, rfc(4021, "2.1.55")),
    many("User-Agent", "field-program", Optional, Unstructured, rfc(5322, "3.6.8")),
    many("X-Mailer", "field-program", Optional, Unstructured, rfc(5322, "3.6.8")),
    // Written into mailbox files; MIME knows no such field as the first.
    many("Content-Length", "field-mailbox-file", Optional, Opaque, rfc(5322, "3.6.8")),
    many("Status", "field-mailbox-file", Optional, Opaque, rfc(5322, "3.6.8")),
    many("X-Status", "field-mailbox-file", Optional, Opaque, rfc(5322, "3.6.8")),
    many("X-Original-To", "field-original-to", Optional, Opaque, rfc(5322, "3.6.8")),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_by_name() {
        fn check(name: &str, key: &str, section: &str) {
            let note = note(name);
            assert_eq!((note.key, note.rfc.map(|rfc| rfc.to_string()).as_deref()), (key, Some(section)), "{name}");
        }
        check("subject", "field-subject", "RFC 5322 \u{a7}3.6.5");
        check("MIME-version", "field-mime-version", "RFC 2045 \u{a7}4");
        check("RESENT-TO", "field-resent-to", "RFC 5322 \u{a7}3.6.6");
        check("X-Anything", "field-x", "RFC 5322 \u{a7}3.6.8");
        check("Content-Anything", "field-content-unknown", "RFC 2045 \u{a7}9");
        check("Received", "field-received", "RFC 5321 \u{a7}4.4");
        check("Anything", "field-unknown", "RFC 5322 \u{a7}3.6.8");
    }

    #[test]
    fn each_name_stands_once_and_groups_in_order() {
        for (at, field) in FIELDS.iter().enumerate() {
            assert_eq!(FIELDS.iter().position(|other| other.name.eq_ignore_ascii_case(field.name)), Some(at));
        }
        assert!(FIELDS.iter().zip(&FIELDS[1..]).all(|(a, b)| a.group <= b.group));
    }
}
