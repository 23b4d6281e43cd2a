//! The verbs of SMTP, one row each. What follows them on the line is cut in `parse`.

use crate::machine::{
    Announcement,
    Need::{self, Lines, Login, NoChunks, NoLogin, NoRefusedChunk, PlainText},
    Standing::{Extension, Obsolete, Optional},
    State::{self, Connected, Greeted, Recipients, Sender},
    Verb, Word, rfc,
};

/// Anywhere between the greeting and the end, outside DATA and SASL (RFC 5321 section 4.1.4).
const ANY: &[State] = &[Connected, Greeted, Sender, Recipients];

/// A row of RFC 5321 that every server has.
const fn verb(
    word: Word,
    syntax: &'static str,
    legal: &'static [State],
    codes: &'static [u16],
    key: &'static str,
    section: &'static str,
) -> Verb {
    Verb { codes, ..Verb::new(word, syntax, legal, key, rfc(5321, section)) }
}

/// An extension: its own standard, and the keyword of EHLO that announces it. Before EHLO there are none (RFC 5321 section 2.2.1).
const fn extension(keyword: &'static str, (number, section): (u16, &'static str), verb: Verb) -> Verb {
    let announced_by = Some(Announcement { keyword, asked_first: true, rfc: None });
    Verb { standing: Extension, announced_by, rfc: rfc(number, section), ..verb }
}

/// With needs beside the state.
const fn needs(needs: &'static [Need], verb: Verb) -> Verb {
    Verb { needs, ..verb }
}

/// Left to the server.
const fn optional(verb: Verb) -> Verb {
    Verb { standing: Optional, ..verb }
}

/// History: a section of RFC 5321's appendix F says so.
const fn history(section: &'static str, verb: Verb) -> Verb {
    Verb { standing: Obsolete, dropped_by: Some(rfc(5321, section)), ..verb }
}

/// RFC 821's ways to write to a terminal (section 3.4 there).
const fn terminal(word: Word, key: &'static str) -> Verb {
    let verb = verb(word, "FROM:<reverse-path>", &[Greeted], &[250, 502], key, "");
    history("F.6", Verb { rfc: rfc(821, "3.4"), ..verb })
}

pub(super) static VERBS: &[Verb] = &[
    verb(Word::Ehlo, "domain", ANY, &[250, 502, 504, 550], "verb-ehlo", "4.1.1.1"),
    verb(Word::Helo, "domain", ANY, &[250, 502, 504, 550], "verb-helo", "4.1.1.1"),
    extension(
        "STARTTLS",
        (3207, "4"),
        needs(&[PlainText], verb(Word::Starttls, "", &[Greeted], &[220, 454, 501, 502, 503], "verb-starttls", "")),
    ),
    extension(
        "AUTH",
        (4954, "4"),
        needs(
            &[NoLogin],
            verb(
                Word::Auth,
                "mechanism [initial-response]",
                &[Greeted],
                &[235, 334, 432, 454, 500, 501, 503, 504, 530, 534, 535, 538],
                "verb-smtp-auth",
                "",
            ),
        ),
    ),
    verb(
        Word::Mail,
        "FROM:<reverse-path> [parameters]",
        &[Greeted],
        &[250, 451, 452, 455, 503, 530, 550, 552, 553, 555],
        "verb-mail",
        "4.1.1.2",
    ),
    verb(
        Word::Rcpt,
        "TO:<forward-path> [parameters]",
        &[Sender, Recipients],
        &[250, 251, 450, 451, 452, 455, 503, 550, 551, 552, 553, 555, 556],
        "verb-rcpt",
        "4.1.1.3",
    ),
    needs(
        &[NoChunks, Lines],
        verb(Word::Data, "", &[Recipients], &[354, 250, 450, 451, 452, 503, 550, 552, 554], "verb-data", "4.1.1.4"),
    ),
    extension(
        "CHUNKING",
        (3030, "2"),
        needs(
            &[NoRefusedChunk],
            verb(Word::Bdat, "size [LAST]", &[Recipients], &[250, 451, 452, 503, 552, 554], "verb-bdat", ""),
        ),
    ),
    extension(
        "ETRN",
        (1985, "5"),
        verb(Word::Etrn, "[option]node", &[Greeted], &[250, 251, 252, 253, 458, 459, 500, 501, 503], "verb-etrn", ""),
    ),
    extension(
        "ATRN",
        (2645, "5.2.1"),
        needs(&[Login], verb(Word::Atrn, "[domain,...]", &[Greeted], &[250, 450, 451, 453, 502, 530], "verb-atrn", "")),
    ),
    verb(Word::Rset, "", ANY, &[250], "verb-smtp-rset", "4.1.1.5"),
    verb(Word::Vrfy, "string", ANY, &[250, 251, 252, 502, 504, 550, 551, 553], "verb-vrfy", "4.1.1.6"),
    optional(verb(Word::Expn, "string", ANY, &[250, 252, 502, 504, 550], "verb-expn", "4.1.1.7")),
    optional(verb(Word::Help, "[string]", ANY, &[211, 214, 502, 504], "verb-help", "4.1.1.8")),
    verb(Word::Noop, "[string]", ANY, &[250], "verb-smtp-noop", "4.1.1.9"),
    verb(Word::Quit, "", ANY, &[221], "verb-smtp-quit", "4.1.1.10"),
    history("F.1", verb(Word::Turn, "", &[Connected, Greeted], &[250, 502, 503], "verb-turn", "F.1")),
    terminal(Word::Send, "verb-send"),
    terminal(Word::Soml, "verb-soml"),
    terminal(Word::Saml, "verb-saml"),
];

/// What may answer DATA itself (RFC 5321 section 4.3.2); its row in the table has the codes after the message as well.
pub static DATA_CODES: &[u16] = &[354, 503, 554];

/// What may answer the end of a message (RFC 5321 section 4.3.2).
pub static MESSAGE_CODES: &[u16] = &[250, 450, 451, 452, 550, 552, 554];

/// What may answer a line of a SASL exchange (RFC 4954 sections 4 and 6).
pub static SASL_CODES: &[u16] = &[235, 334, 432, 454, 500, 501, 534, 535, 538];
