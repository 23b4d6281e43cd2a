//! The mechanisms by name: what each is, where it is defined, who speaks first, and whether it gives a secret away.

use crate::{
    machine::{Rfc, rfc},
    note::Note,
};

/// A row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// As CAPA and EHLO list it.
    pub name: &'static str,
    /// The key of its meaning.
    pub key: &'static str,
    /// Where it is defined; `None` when no RFC does.
    pub rfc: Option<Rfc>,
    /// Whether whoever reads the exchange learns something that can be used again.
    pub reveals: bool,
    /// Whether the server speaks first: then AUTH takes no initial response (RFC 4954 section 4).
    pub server_first: bool,
}

const fn row(name: &'static str, key: &'static str, rfc: Option<Rfc>) -> Row {
    Row { name, key, rfc, reveals: false, server_first: false }
}

const fn reveals(name: &'static str, key: &'static str, rfc: Option<Rfc>) -> Row {
    Row { reveals: true, ..row(name, key, rfc) }
}

const fn server_first(name: &'static str, key: &'static str, rfc: Option<Rfc>) -> Row {
    Row { server_first: true, ..row(name, key, rfc) }
}

/// The mechanisms we can tell about.
pub const MECHANISMS: &[Row] = &[
    reveals("PLAIN", "mechanism-plain", Some(rfc(4616, "2"))),
    reveals("LOGIN", "mechanism-login", None),
    server_first("CRAM-MD5", "mechanism-cram-md5", Some(rfc(2195, "2"))),
    server_first("DIGEST-MD5", "mechanism-digest-md5", Some(rfc(6331, "1"))),
    row("SCRAM-SHA-1", "mechanism-scram", Some(rfc(5802, "5"))),
    row("SCRAM-SHA-1-PLUS", "mechanism-scram-plus", Some(rfc(5802, "6"))),
    row("SCRAM-SHA-256", "mechanism-scram", Some(rfc(7677, "3"))),
    row("SCRAM-SHA-256-PLUS", "mechanism-scram-plus", Some(rfc(7677, "3"))),
    row("EXTERNAL", "mechanism-external", Some(rfc(4422, "A"))),
    row("ANONYMOUS", "mechanism-anonymous", Some(rfc(4505, "2"))),
    row("GSSAPI", "mechanism-gssapi", Some(rfc(4752, "3"))),
    server_first("KERBEROS_V4", "mechanism-kerberos", Some(rfc(2222, "7.1"))),
    row("NTLM", "mechanism-ntlm", None),
    reveals("OAUTHBEARER", "mechanism-oauthbearer", Some(rfc(7628, "3"))),
    reveals("XOAUTH2", "mechanism-xoauth2", None),
];

/// The row of a name, in any case.
pub fn find(name: &str) -> Option<&'static Row> {
    MECHANISMS.iter().find(|row| row.name.eq_ignore_ascii_case(name))
}

/// What a mechanism is, whoever names it.
pub fn note(name: &str) -> Note {
    let mut note = Note::new(find(name).map_or("mechanism-unknown", |row| row.key));
    note.rfc = find(name).map_or(Some(rfc(4422, "3.1")), |row| row.rfc);
    note.args.push(("name", name.into()));
    note
}

/// Every key of this file.
pub(super) fn keys() -> impl Iterator<Item = &'static str> {
    MECHANISMS.iter().map(|row| row.key).chain(["mechanism-unknown"])
}
