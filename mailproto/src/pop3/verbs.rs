//! The verbs of POP3, one row each. What follows them on the line is cut in `parse`.

use crate::machine::{
    Announcement, MultiLine,
    Need::{self, NoUtf8, PlainText, Timestamp},
    Standing::{self, Extension, Obsolete, Optional, Required},
    State::{self, Authorization, Transaction, UserGiven},
    Verb, Word, rfc,
};

/// What begins a login, or what it rests on: after an accepted USER only PASS or QUIT may follow (RFC 1939 section 7).
const LOGIN: &[State] = &[Authorization];

/// Where CAPA and LANG are valid: in the whole of AUTHORIZATION, so between USER and PASS too (RFC 2449 section 5, RFC 6856 section
/// 3.1).
const ANY: &[State] = &[Authorization, UserGiven, Transaction];

/// A row of RFC 1939 whose good reply is one line.
const fn verb(
    word: Word,
    syntax: &'static str,
    legal: &'static [State],
    standing: Standing,
    key: &'static str,
    section: &'static str,
) -> Verb {
    Verb { standing, ..Verb::new(word, syntax, legal, key, rfc(1939, section)) }
}

/// A row of another standard.
const fn other(
    word: Word,
    syntax: &'static str,
    legal: &'static [State],
    standing: Standing,
    key: &'static str,
    (number, section): (u16, &'static str),
) -> Verb {
    Verb { standing, ..Verb::new(word, syntax, legal, key, rfc(number, section)) }
}

/// With more lines in a good reply.
const fn lines(multi_line: MultiLine, verb: Verb) -> Verb {
    Verb { multi_line, ..verb }
}

/// Announced by a keyword of CAPA; servers older than CAPA may have it all the same.
const fn announced(keyword: &'static str, verb: Verb) -> Verb {
    Verb { announced_by: Some(Announcement { keyword, asked_first: false, rfc: None }), ..verb }
}

/// Younger than CAPA: no server has it that does not announce it.
const fn asked_first(keyword: &'static str, verb: Verb) -> Verb {
    Verb { announced_by: Some(Announcement { keyword, asked_first: true, rfc: None }), ..verb }
}

/// With needs beside the state.
const fn needs(needs: &'static [Need], verb: Verb) -> Verb {
    Verb { needs, ..verb }
}

/// History since this standard: a revision that dropped a verb says so before its first section.
const fn dropped_by(number: u16, verb: Verb) -> Verb {
    Verb { dropped_by: Some(rfc(number, "")), ..verb }
}

pub(super) static VERBS: &[Verb] = &[
    lines(MultiLine::Always, other(Word::Capa, "", ANY, Extension, "verb-capa", (2449, "5"))),
    needs(&[PlainText, NoUtf8], announced("STLS", other(Word::Stls, "", LOGIN, Extension, "verb-stls", (2595, "4")))),
    verb(Word::User, "name", LOGIN, Optional, "verb-user", "7"),
    verb(Word::Pass, "string", &[UserGiven], Optional, "verb-pass", "7"),
    needs(&[Timestamp], verb(Word::Apop, "name digest", LOGIN, Optional, "verb-apop", "7")),
    Verb {
        // Of AUTH alone it is said what a client has to do where it is not announced.
        announced_by: Some(Announcement { keyword: "SASL", asked_first: false, rfc: Some(rfc(5034, "3")) }),
        ..other(Word::Auth, "mechanism [initial-response]", LOGIN, Extension, "verb-pop3-auth", (5034, "4"))
    },
    verb(Word::Stat, "", &[Transaction], Required, "verb-stat", "5"),
    lines(MultiLine::WithoutArgument, verb(Word::List, "[msg]", &[Transaction], Required, "verb-list", "5")),
    lines(MultiLine::Always, verb(Word::Retr, "msg", &[Transaction], Required, "verb-retr", "5")),
    verb(Word::Dele, "msg", &[Transaction], Required, "verb-dele", "5"),
    announced("TOP", lines(MultiLine::Always, verb(Word::Top, "msg n", &[Transaction], Optional, "verb-top", "7"))),
    announced(
        "UIDL",
        lines(MultiLine::WithoutArgument, verb(Word::Uidl, "[msg]", &[Transaction], Optional, "verb-uidl", "7")),
    ),
    verb(Word::Noop, "", &[Transaction], Required, "verb-pop3-noop", "5"),
    verb(Word::Rset, "", &[Transaction], Required, "verb-pop3-rset", "5"),
    asked_first("UTF8", other(Word::Utf8, "", LOGIN, Extension, "verb-utf8", (6856, "2.1"))),
    asked_first(
        "LANG",
        lines(MultiLine::WithoutArgument, other(Word::Lang, "[language]", ANY, Extension, "verb-lang", (6856, "3.2"))),
    ),
    verb(Word::Quit, "", ANY, Required, "verb-pop3-quit", "6"),
    dropped_by(1725, other(Word::Last, "", &[Transaction], Obsolete, "verb-last", (1460, "5"))),
    dropped_by(1460, other(Word::Rpop, "user", &[UserGiven], Obsolete, "verb-rpop", (1225, ""))),
    other(Word::Xtnd, "feature [text]", &[Transaction], Obsolete, "verb-xtnd", (1082, "")),
];
