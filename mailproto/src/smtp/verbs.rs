//! The verbs of SMTP, one row each. What follows them on the line is cut in `parse`.

use crate::machine::{
    MultiLine,
    Standing::{self, Extension, Obsolete, Optional},
    State::{self, Connected, Greeted, Recipients, Sender},
    Verb, Word, rfc,
};

/// Anywhere between the greeting and the end, outside DATA and SASL (RFC 5321 section 4.1.4).
const ANY: &[State] = &[Connected, Greeted, Sender, Recipients];

const fn verb(
    word: Word,
    name: &'static str,
    syntax: &'static str,
    legal: &'static [State],
    codes: &'static [u16],
    key: &'static str,
    section: &'static str,
) -> Verb {
    let rfc = rfc(5321, section);
    let (multi_line, standing) = (MultiLine::Never, Standing::Required);
    Verb { word, name, syntax, legal, codes, multi_line, standing, key, rfc }
}

const fn standing(standing: Standing, verb: Verb) -> Verb {
    Verb { standing, ..verb }
}

const fn of(verb: Verb, number: u16, section: &'static str) -> Verb {
    Verb { rfc: rfc(number, section), ..verb }
}

pub(super) static VERBS: &[Verb] = &[
    verb(Word::Ehlo, "EHLO", "domain", ANY, &[250, 502, 504, 550], "verb-ehlo", "4.1.1.1"),
    verb(Word::Helo, "HELO", "domain", ANY, &[250, 502, 504, 550], "verb-helo", "4.1.1.1"),
    of(
        standing(
            Extension,
            verb(Word::Starttls, "STARTTLS", "", &[Greeted], &[220, 454, 501, 502, 503], "verb-starttls", ""),
        ),
        3207,
        "4",
    ),
    of(
        standing(
            Extension,
            verb(
                Word::Auth,
                "AUTH",
                "mechanism [initial-response]",
                &[Greeted],
                &[235, 334, 432, 454, 500, 501, 503, 504, 530, 534, 535, 538],
                "verb-smtp-auth",
                "",
            ),
        ),
        4954,
        "4",
    ),
    verb(
        Word::Mail,
        "MAIL",
        "FROM:<reverse-path> [parameters]",
        &[Greeted],
        &[250, 451, 452, 455, 503, 530, 550, 552, 553, 555],
        "verb-mail",
        "4.1.1.2",
    ),
    verb(
        Word::Rcpt,
        "RCPT",
        "TO:<forward-path> [parameters]",
        &[Sender, Recipients],
        &[250, 251, 450, 451, 452, 455, 503, 550, 551, 552, 553, 555, 556],
        "verb-rcpt",
        "4.1.1.3",
    ),
    verb(Word::Data, "DATA", "", &[Recipients], &[354, 250, 450, 451, 452, 503, 550, 552, 554], "verb-data", "4.1.1.4"),
    of(
        standing(
            Extension,
            verb(Word::Bdat, "BDAT", "size [LAST]", &[Recipients], &[250, 451, 452, 503, 552, 554], "verb-bdat", ""),
        ),
        3030,
        "2",
    ),
    of(
        standing(
            Extension,
            verb(
                Word::Etrn,
                "ETRN",
                "[option]node",
                &[Greeted],
                &[250, 251, 252, 253, 458, 459, 500, 501, 503],
                "verb-etrn",
                "",
            ),
        ),
        1985,
        "5",
    ),
    of(
        standing(
            Extension,
            verb(Word::Atrn, "ATRN", "[domain,...]", &[Greeted], &[250, 450, 451, 453, 502, 530], "verb-atrn", ""),
        ),
        2645,
        "5.2.1",
    ),
    verb(Word::Rset, "RSET", "", ANY, &[250], "verb-smtp-rset", "4.1.1.5"),
    verb(Word::Vrfy, "VRFY", "string", ANY, &[250, 251, 252, 502, 504, 550, 551, 553], "verb-vrfy", "4.1.1.6"),
    standing(Optional, verb(Word::Expn, "EXPN", "string", ANY, &[250, 252, 502, 504, 550], "verb-expn", "4.1.1.7")),
    standing(Optional, verb(Word::Help, "HELP", "[string]", ANY, &[211, 214, 502, 504], "verb-help", "4.1.1.8")),
    verb(Word::Noop, "NOOP", "[string]", ANY, &[250], "verb-smtp-noop", "4.1.1.9"),
    verb(Word::Quit, "QUIT", "", ANY, &[221], "verb-smtp-quit", "4.1.1.10"),
    standing(Obsolete, verb(Word::Turn, "TURN", "", &[Connected, Greeted], &[250, 502, 503], "verb-turn", "F.1")),
    of(
        standing(Obsolete, verb(Word::Send, "SEND", "FROM:<reverse-path>", &[Greeted], &[250, 502], "verb-send", "")),
        821,
        "3.4",
    ),
    of(
        standing(Obsolete, verb(Word::Soml, "SOML", "FROM:<reverse-path>", &[Greeted], &[250, 502], "verb-soml", "")),
        821,
        "3.4",
    ),
    of(
        standing(Obsolete, verb(Word::Saml, "SAML", "FROM:<reverse-path>", &[Greeted], &[250, 502], "verb-saml", "")),
        821,
        "3.4",
    ),
];

/// What may answer DATA itself (RFC 5321 section 4.3.2); its row in the table has the codes after the message as well.
pub static DATA_CODES: &[u16] = &[354, 503, 554];

/// What may answer the end of a message (RFC 5321 section 4.3.2).
pub static MESSAGE_CODES: &[u16] = &[250, 450, 451, 452, 550, 552, 554];

/// What may answer a line of a SASL exchange (RFC 4954 sections 4 and 6).
pub static SASL_CODES: &[u16] = &[235, 334, 432, 454, 500, 501, 534, 535, 538];
