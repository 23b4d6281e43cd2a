//! Names that servers and clients use, and what each means: codes, enhanced codes, response codes, keywords, mechanisms,
//! parameters. Header fields are `message::fields`. Which token is one of them is decided in `explain`.

use crate::{
    machine::{Protocol, Rfc, Word, rfc},
    note::Note,
    sasl,
    smtp::{CODES, PARAMETERS, Parameter},
    token::ProblemKind,
};

/// What a reply code says, in reply to what: some mean something of their own after ETRN.
pub(super) fn code_note(code: u16, to: Option<Word>) -> Note {
    if let Some(note) = of_etrn(code).filter(|_| to == Some(Word::Etrn)) {
        return note;
    }
    CODES
        .iter()
        .find(|row| row.code == code)
        .map_or_else(|| Note::new("code-unknown").by(rfc(5321, "4.3.2")), |row| Note::new(row.key).by(row.rfc))
        .arg("code", code.to_string())
}

/// What a code says after ETRN, where that differs.
fn of_etrn(code: u16) -> Option<Note> {
    let key = match code {
        250 => "code-250-etrn",
        251 => "code-251-etrn",
        252 => "code-252-etrn",
        _ => return None,
    };
    Some(Note::new(key).by(rfc(1985, "5.1")))
}

/// POP3's response codes (RFC 2449 section 8, RFC 3206, RFC 6856).
const RESPONSE_CODES: &[(&str, &str, Rfc)] = &[
    ("IN-USE", "response-in-use", rfc(2449, "8.1.2")),
    ("LOGIN-DELAY", "response-login-delay", rfc(2449, "8.1.1")),
    ("AUTH", "response-auth", rfc(3206, "5")),
    ("SYS", "response-sys", rfc(3206, "4")),
    ("SYS/TEMP", "response-sys-temp", rfc(3206, "4")),
    ("SYS/PERM", "response-sys-perm", rfc(3206, "4")),
    ("UTF8", "response-utf8", rfc(6856, "5")),
];

/// A code with its brackets. Levels of detail that are not known are left out from the end (RFC 2449 section 8).
pub(super) fn response_code_note(code: &str) -> Note {
    let mut name = code.trim_start_matches('[').trim_end_matches(']');
    loop {
        let row = RESPONSE_CODES.iter().find(|(known, _, _)| known.eq_ignore_ascii_case(name));
        if let Some((_, key, rfc)) = row {
            return Note::new(key).by(*rfc).arg("code", code);
        }
        match name.rsplit_once('/') {
            Some((outer, _)) => name = outer,
            None => return Note::new("response-unknown").by(rfc(2449, "8")).arg("code", code),
        }
    }
}

/// Capabilities and EHLO keywords, by protocol (RFC 2449 section 6; the IANA registry of SMTP service extensions).
const KEYWORDS: &[(Protocol, &str, &str, Rfc)] = &[
    (Protocol::Pop3, "TOP", "keyword-top", rfc(2449, "6.1")),
    (Protocol::Pop3, "USER", "keyword-user", rfc(2449, "6.2")),
    (Protocol::Pop3, "SASL", "keyword-sasl", rfc(5034, "3")),
    (Protocol::Pop3, "RESP-CODES", "keyword-resp-codes", rfc(2449, "6.4")),
    (Protocol::Pop3, "LOGIN-DELAY", "keyword-login-delay", rfc(2449, "6.5")),
    (Protocol::Pop3, "PIPELINING", "keyword-pipelining", rfc(2449, "6.6")),
    (Protocol::Pop3, "EXPIRE", "keyword-expire", rfc(2449, "6.7")),
    (Protocol::Pop3, "UIDL", "keyword-uidl", rfc(2449, "6.8")),
    (Protocol::Pop3, "IMPLEMENTATION", "keyword-implementation", rfc(2449, "6.9")),
    (Protocol::Pop3, "STLS", "keyword-stls", rfc(2595, "4")),
    (Protocol::Pop3, "AUTH-RESP-CODE", "keyword-auth-resp-code", rfc(3206, "6")),
    (Protocol::Pop3, "UTF8", "keyword-utf8", rfc(6856, "2")),
    (Protocol::Pop3, "LANG", "keyword-lang", rfc(6856, "3")),
    (Protocol::Smtp, "PIPELINING", "keyword-pipelining", rfc(2920, "3")),
    (Protocol::Smtp, "SIZE", "keyword-size", rfc(1870, "3")),
    (Protocol::Smtp, "8BITMIME", "keyword-8bitmime", rfc(6152, "2")),
    (Protocol::Smtp, "ENHANCEDSTATUSCODES", "keyword-enhancedstatuscodes", rfc(2034, "3")),
    (Protocol::Smtp, "STARTTLS", "keyword-starttls", rfc(3207, "3")),
    (Protocol::Smtp, "AUTH", "keyword-auth", rfc(4954, "3")),
    (Protocol::Smtp, "HELP", "keyword-help", rfc(5321, "4.1.1.8")),
    (Protocol::Smtp, "VRFY", "keyword-vrfy", rfc(5321, "3.5.2")),
    (Protocol::Smtp, "EXPN", "keyword-expn", rfc(5321, "3.5.2")),
    (Protocol::Smtp, "ETRN", "keyword-etrn", rfc(1985, "3")),
    (Protocol::Smtp, "ATRN", "keyword-atrn", rfc(2645, "5.1.1")),
    (Protocol::Smtp, "DSN", "keyword-dsn", rfc(3461, "2")),
    (Protocol::Smtp, "CHUNKING", "keyword-chunking", rfc(3030, "2")),
    (Protocol::Smtp, "BINARYMIME", "keyword-binarymime", rfc(3030, "3")),
    (Protocol::Smtp, "SMTPUTF8", "keyword-smtputf8", rfc(6531, "3.1")),
    (Protocol::Smtp, "DELIVERBY", "keyword-deliverby", rfc(2852, "3")),
    (Protocol::Smtp, "MT-PRIORITY", "keyword-mt-priority", rfc(6710, "3")),
    (Protocol::Smtp, "FUTURERELEASE", "keyword-futurerelease", rfc(4865, "3")),
    (Protocol::Smtp, "REQUIRETLS", "keyword-requiretls", rfc(8689, "2")),
    (Protocol::Smtp, "LIMITS", "keyword-limits", rfc(9422, "")),
    (Protocol::Smtp, "BURL", "keyword-burl", rfc(4468, "3")),
    (Protocol::Smtp, "RRVS", "keyword-rrvs", rfc(7293, "3.1")),
    (Protocol::Smtp, "NO-SOLICITING", "keyword-no-soliciting", rfc(3865, "2.1")),
    (Protocol::Smtp, "MTRK", "keyword-mtrk", rfc(3885, "2")),
    (Protocol::Smtp, "CONPERM", "keyword-conperm", rfc(4141, "4.1")),
    (Protocol::Smtp, "CONNEG", "keyword-conneg", rfc(4141, "5.1")),
    (Protocol::Smtp, "TURN", "keyword-history", rfc(5321, "F.1")),
    (Protocol::Smtp, "SEND", "keyword-history", rfc(5321, "F.6")),
    (Protocol::Smtp, "SOML", "keyword-history", rfc(5321, "F.6")),
    (Protocol::Smtp, "SAML", "keyword-history", rfc(5321, "F.6")),
];

pub(super) fn keyword_note(protocol: Protocol, keyword: &str) -> Note {
    let known = KEYWORDS.iter().find(|(of, name, ..)| *of == protocol && name.eq_ignore_ascii_case(keyword));
    let private = keyword.starts_with(['X', 'x']);
    match (known, protocol) {
        (Some((_, _, key, rfc)), _) => Note::new(key).by(*rfc),
        (None, Protocol::Smtp) if starts(keyword, "AUTH=") => Note::new("keyword-auth-equals"),
        (None, Protocol::Smtp) if private => Note::new("keyword-private").by(rfc(5321, "2.2.2")),
        (None, Protocol::Pop3) if private => Note::new("keyword-private").by(rfc(2449, "9")),
        (None, Protocol::Smtp) => Note::new("keyword-unknown").by(rfc(5321, "4.1.1.1")),
        (None, Protocol::Pop3) => Note::new("keyword-unknown").by(rfc(2449, "5")),
    }
    .arg("keyword", keyword)
}

/// What stands after a keyword: of which keyword, which value (empty for any), and what it says. The first row that fits counts.
const KEYWORD_PARAMETERS: &[(&str, &str, &str)] = &[
    ("SIZE", "0", "keyword-parameter-no-limit"),
    ("SIZE", "", "keyword-parameter-size"),
    ("LOGIN-DELAY", "USER", "keyword-parameter-per-user"),
    ("LOGIN-DELAY", "", "keyword-parameter-login-delay"),
    ("EXPIRE", "USER", "keyword-parameter-per-user"),
    ("EXPIRE", "NEVER", "keyword-parameter-expire-never"),
    ("EXPIRE", "0", "keyword-parameter-expire-now"),
    ("EXPIRE", "", "keyword-parameter-expire"),
    ("UTF8", "USER", "keyword-parameter-utf8-user"),
    ("IMPLEMENTATION", "", "token-server-text"),
    ("DELIVERBY", "", "keyword-parameter-deliverby"),
    ("MT-PRIORITY", "", "keyword-parameter-mt-priority"),
    ("FUTURERELEASE", "", "keyword-parameter-futurerelease"),
    ("LIMITS", "", "keyword-parameter-limits"),
    ("NO-SOLICITING", "", "keyword-parameter-no-soliciting"),
];

/// What a parameter says that stands after `keyword`.
pub(super) fn keyword_parameter_note(protocol: Protocol, keyword: &str, value: &str) -> Note {
    if ["AUTH", "SASL"].iter().any(|one| keyword.eq_ignore_ascii_case(one)) || starts(keyword, "AUTH=") {
        return sasl::mechanisms::note(value);
    }
    let fits = |of: &str, only: &str| {
        of.eq_ignore_ascii_case(keyword) && (only.is_empty() || only.eq_ignore_ascii_case(value))
    };
    let row = KEYWORD_PARAMETERS.iter().find(|(of, only, _)| fits(of, only));
    let note = Note::new(row.map_or("token-keyword-parameter", |(_, _, key)| key)).arg("value", value);
    Note { rfc: keyword_note(protocol, keyword).rfc, ..note }
}

fn starts(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

pub(super) fn parameter_note(parameter: &str) -> Note {
    Parameter::named(parameter)
        .map_or_else(|| Note::new("parameter-unknown").by(rfc(5321, "4.1.2")), |row| Note::new(row.key).by(row.rfc))
}

pub(super) fn field_note(name: &str) -> Note {
    crate::message::fields::note(name.trim_end_matches(':').trim_end())
}

/// A name and what it means, for a list of all there are.
pub type Named = (String, Note);

fn listed(table: &[(&str, &'static str, Rfc)]) -> Vec<Named> {
    table.iter().map(|(name, key, rfc)| ((*name).into(), Note::new(key).by(*rfc))).collect()
}

/// The capabilities or EHLO keywords we can tell about, and what each means.
pub fn keywords(protocol: Protocol) -> Vec<Named> {
    let mut names = Vec::new();
    for (of, name, key, rfc) in KEYWORDS {
        if *of == protocol {
            names.push(((*name).into(), Note::new(key).by(*rfc)));
        }
    }
    names
}

/// POP3's status indicators (RFC 1939 section 3), and the sign of a SASL challenge.
pub fn status_indicators() -> Vec<Named> {
    listed(&[
        ("+OK", "token-ok", rfc(1939, "3")),
        ("-ERR", "token-err", rfc(1939, "3")),
        ("+", "token-plus", rfc(5034, "4")),
    ])
}

/// POP3's response codes, and what each means.
pub fn response_codes() -> Vec<Named> {
    listed(RESPONSE_CODES)
}

/// The parameters of MAIL and RCPT we can tell about.
pub fn parameters() -> Vec<Named> {
    PARAMETERS.iter().map(|row| (row.name.into(), Note::new(row.key).by(row.rfc))).collect()
}

/// SMTP's reply codes.
pub fn codes() -> Vec<Named> {
    let mut names = Vec::new();
    for row in CODES {
        names.push((row.code.to_string(), Note::new(row.key).by(row.rfc)));
        names.extend(of_etrn(row.code).map(|note| (format!("{} (ETRN)", row.code), note)));
    }
    names
}

/// The SASL mechanisms we can tell about; several of a family may share a sentence.
pub fn mechanisms() -> Vec<Named> {
    sasl::mechanisms::MECHANISMS.iter().map(|row| (row.name.into(), sasl::mechanisms::note(row.name))).collect()
}

/// Every key a note or a table row can bear: each needs a sentence in every language.
pub fn keys() -> Vec<&'static str> {
    let tables = Protocol::ALL.iter().flat_map(|protocol| {
        let machine = protocol.machine();
        machine.verbs.iter().map(|verb| verb.key).chain(machine.states.iter().map(|state| state.key()))
    });
    let mut keys: Vec<_> = FIXED_KEYS.to_vec();
    keys.extend(tables);
    keys.extend(ProblemKind::ALL.iter().map(|kind| kind.key()));
    keys.extend(CODES.iter().map(|code| code.key));
    keys.extend(super::enhanced::keys());
    keys.extend(RESPONSE_CODES.iter().map(|(_, key, _)| *key));
    keys.extend(KEYWORDS.iter().map(|(_, _, key, _)| *key));
    keys.extend(KEYWORD_PARAMETERS.iter().map(|(_, _, key)| *key));
    keys.extend(sasl::keys());
    keys.extend(PARAMETERS.iter().map(|row| row.key));
    keys.extend(crate::message::anatomy::keys());
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The keys named in this file outside the tables.
const FIXED_KEYS: &[&str] = &[
    "code-250-etrn",
    "code-251-etrn",
    "code-252-etrn",
    "code-unknown",
    "digit-1yz",
    "digit-2yz",
    "digit-3yz",
    "digit-4yz",
    "digit-5yz",
    "digit-none",
    "digit-x0z",
    "digit-x1z",
    "digit-x2z",
    "digit-x34z",
    "digit-x5z",
    "enhanced-class-2",
    "enhanced-class-4",
    "enhanced-class-5",
    "enhanced-detail-unknown",
    "enhanced-subject-unknown",
    "fact-delivers",
    "fact-drops",
    "fact-octets",
    "fact-removes",
    "fact-removes-nothing",
    "fact-unmarks",
    "fact-unmarks-nothing",
    "keyword-auth-equals",
    "keyword-private",
    "keyword-unknown",
    "lead-body",
    "lead-border",
    "lead-capability",
    "lead-challenge",
    "lead-command",
    "lead-field",
    "lead-fold",
    "lead-go-data",
    "lead-language",
    "lead-message-end",
    "lead-more-lines",
    "lead-no-reply",
    "lead-ok",
    "lead-ok-auth",
    "lead-ok-dele",
    "lead-ok-ehlo",
    "lead-ok-lines",
    "lead-ok-mail",
    "lead-ok-message",
    "lead-ok-chunk",
    "lead-ok-pass",
    "lead-ok-quit",
    "lead-ok-quit-update",
    "lead-ok-rcpt",
    "lead-ok-reversed",
    "lead-ok-starttls",
    "lead-ok-stls",
    "lead-ok-user",
    "lead-payload-end",
    "lead-permanent",
    "lead-pop3-greeting",
    "lead-reversed-client",
    "lead-reversed-server",
    "lead-sasl-answer",
    "lead-scan-listing",
    "lead-smtp-greeting",
    "lead-stray",
    "lead-transient",
    "lead-uid-listing",
    "lead-unexpected",
    "lead-unknown",
    "parameter-unknown",
    "response-unknown",
    "token-address-literal",
    "token-bare-path",
    "token-challenge",
    "token-chunk-last",
    "token-chunk-size",
    "token-code-hyphen",
    "token-code-space",
    "token-count",
    "token-digest",
    "token-domain",
    "token-err",
    "token-extra",
    "token-final-dot",
    "token-from-word",
    "token-garbage",
    "token-keyword-parameter",
    "token-language",
    "token-line-count",
    "token-lost-dot",
    "token-message-number",
    "token-no-number",
    "token-null-path",
    "token-octets",
    "token-ok",
    "token-path",
    "token-path-literal",
    "token-path-quoted",
    "token-plus",
    "token-postmaster",
    "token-queue-name",
    "token-sasl-answer",
    "token-sasl-cancel",
    "token-secret",
    "token-server-name",
    "token-server-text",
    "token-stuffed-dot",
    "token-text",
    "token-timestamp",
    "token-to-word",
    "token-uid",
    "token-unknown-verb",
    "token-user",
    "token-words",
];

#[cfg(test)]
mod tests {
    use super::*;

    /// The keys written in this file and the list of them must not drift apart.
    #[test]
    fn fixed_keys_are_all_listed() {
        let names = include_str!("names.rs").split("const FIXED_KEYS").next().unwrap_or_default();
        let enhanced = include_str!("enhanced.rs").split("macro_rules!").next().unwrap_or_default();
        let code = [include_str!("mod.rs"), enhanced, names].concat();
        let known = keys();
        let prefixes = ["fact-", "lead-", "token-", "digit-", "code-", "enhanced-", "field-", "keyword-", "response-"];
        for piece in code.split('"').skip(1).step_by(2) {
            if prefixes.iter().any(|prefix| piece.starts_with(prefix)) {
                assert!(known.contains(&piece), "{piece} is not listed");
            }
        }
        for key in FIXED_KEYS {
            assert!(code.contains(&format!("\"{key}\"")), "{key} is listed but never used");
        }
    }
}
