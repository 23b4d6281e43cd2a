//! The verbs of POP3, one row each. What follows them on the line is cut in `parse`.

use crate::machine::{
    MultiLine,
    Standing::{self, Extension, Obsolete, Optional, Required},
    State::{self, Authorization, Transaction, UserGiven},
    Verb, Word, rfc,
};

/// What begins a login, or what it rests on: after an accepted USER only PASS or QUIT may follow (RFC 1939 section 7).
const LOGIN: &[State] = &[Authorization];

/// Where CAPA and LANG are valid: in the whole of AUTHORIZATION, so between USER and PASS too (RFC 2449 section 5, RFC 6856 section
/// 3.1).
const ANY: &[State] = &[Authorization, UserGiven, Transaction];

/// A row whose good reply is one line.
const fn verb(
    word: Word,
    name: &'static str,
    syntax: &'static str,
    legal: &'static [State],
    standing: Standing,
    key: &'static str,
    section: &'static str,
) -> Verb {
    let rfc = rfc(1939, section);
    Verb { word, name, syntax, legal, codes: &[], multi_line: MultiLine::Never, standing, key, rfc }
}

const fn with_lines(verb: Verb, multi_line: MultiLine) -> Verb {
    Verb { multi_line, ..verb }
}

const fn of(verb: Verb, number: u16, section: &'static str) -> Verb {
    Verb { rfc: rfc(number, section), ..verb }
}

pub(super) static VERBS: &[Verb] = &[
    of(with_lines(verb(Word::Capa, "CAPA", "", ANY, Extension, "verb-capa", ""), MultiLine::Always), 2449, "5"),
    of(verb(Word::Stls, "STLS", "", LOGIN, Extension, "verb-stls", ""), 2595, "4"),
    verb(Word::User, "USER", "name", LOGIN, Optional, "verb-user", "7"),
    verb(Word::Pass, "PASS", "string", &[UserGiven], Optional, "verb-pass", "7"),
    verb(Word::Apop, "APOP", "name digest", LOGIN, Optional, "verb-apop", "7"),
    of(verb(Word::Auth, "AUTH", "mechanism [initial-response]", LOGIN, Extension, "verb-pop3-auth", ""), 5034, "4"),
    verb(Word::Stat, "STAT", "", &[Transaction], Required, "verb-stat", "5"),
    with_lines(
        verb(Word::List, "LIST", "[msg]", &[Transaction], Required, "verb-list", "5"),
        MultiLine::WithoutArgument,
    ),
    with_lines(verb(Word::Retr, "RETR", "msg", &[Transaction], Required, "verb-retr", "5"), MultiLine::Always),
    verb(Word::Dele, "DELE", "msg", &[Transaction], Required, "verb-dele", "5"),
    with_lines(verb(Word::Top, "TOP", "msg n", &[Transaction], Optional, "verb-top", "7"), MultiLine::Always),
    with_lines(
        verb(Word::Uidl, "UIDL", "[msg]", &[Transaction], Optional, "verb-uidl", "7"),
        MultiLine::WithoutArgument,
    ),
    verb(Word::Noop, "NOOP", "", &[Transaction], Required, "verb-pop3-noop", "5"),
    verb(Word::Rset, "RSET", "", &[Transaction], Required, "verb-pop3-rset", "5"),
    of(verb(Word::Utf8, "UTF8", "", LOGIN, Extension, "verb-utf8", ""), 6856, "2.1"),
    of(
        with_lines(verb(Word::Lang, "LANG", "[language]", ANY, Extension, "verb-lang", ""), MultiLine::WithoutArgument),
        6856,
        "3.2",
    ),
    verb(Word::Quit, "QUIT", "", ANY, Required, "verb-pop3-quit", "6"),
    of(verb(Word::Last, "LAST", "", &[Transaction], Obsolete, "verb-last", ""), 1460, "5"),
    of(verb(Word::Rpop, "RPOP", "user", &[UserGiven], Obsolete, "verb-rpop", ""), 1225, ""),
    of(verb(Word::Xtnd, "XTND", "feature [text]", &[Transaction], Obsolete, "verb-xtnd", ""), 1082, ""),
];
