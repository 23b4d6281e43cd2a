//! Events to notes: a key for a sentence, its arguments, and the section that says so. The sentences are in `locales/`.

use crate::{
    machine::{Class, Protocol, Rfc, State, Word, rfc},
    message::Part,
    secret::lossless,
    session::{Role, WireLine},
    smtp::CODES,
    token::{Enhanced, Problem, ProblemKind, Severity, Side, Span, Token, TokenKind},
};

/// Something to say about a piece of a line, or about the whole of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Which bytes it is about; `None` for the whole line.
    pub span: Option<Span>,
    /// The key of the sentence.
    pub key: &'static str,
    /// What the sentence names. Never a secret.
    pub args: Vec<(&'static str, String)>,
    /// The section that says so.
    pub rfc: Option<Rfc>,
}

impl Note {
    /// A note on the whole line.
    pub fn new(key: &'static str) -> Self {
        Self { span: None, key, args: Vec::new(), rfc: None }
    }

    fn at(span: Span, key: &'static str) -> Self {
        Self { span: Some(span), ..Self::new(key) }
    }

    fn arg(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.args.push((name, value.into()));
        self
    }

    fn by(mut self, rfc: Rfc) -> Self {
        self.rfc = Some(rfc);
        self
    }
}

/// A reply code taken apart digit by digit (RFC 5321 section 4.2.1, RFC 3463 section 2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anatomy {
    /// The three digits.
    pub code: u16,
    /// Whether it is the last line of the reply.
    pub last: bool,
    /// What the first, second and third digit say.
    pub digits: [Note; 3],
    /// The enhanced code, and what class, subject and detail say.
    pub enhanced: Option<(Enhanced, [Note; 3])>,
    /// The server's own words.
    pub words: String,
}

/// Everything to say about one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The one-sentence verdict.
    pub lead: Note,
    /// How serious the line is.
    pub severity: Severity,
    /// Whose side a problem is on; `None` when all is as expected.
    pub side: Option<Side>,
    /// What each piece means, in the order of the line.
    pub tokens: Vec<Note>,
    /// The reply code, digit by digit.
    pub anatomy: Option<Anatomy>,
    /// What is wrong or worth saying, worst first.
    pub problems: Vec<Note>,
    /// The section that rules this line.
    pub rule: Option<Rfc>,
}

/// Explains a line that crossed the wire.
pub fn explain(line: &WireLine) -> Explanation {
    let protocol = line.protocol;
    let worst = worst(&line.problems);
    let bytes = line.text.expose();
    let tokens = line.tokens.iter().map(|token| token_note(protocol, bytes, token)).collect();
    Explanation {
        lead: lead(protocol, line),
        severity: worst.map_or(Severity::Chat, |problem| problem.kind.severity()),
        side: worst.map(|problem| problem.kind).filter(|kind| kind.severity() > Severity::Chat).map(ProblemKind::side),
        tokens,
        anatomy: anatomy(line),
        problems: worst_first(&line.problems).map(|problem| problem_note(protocol, problem)).collect(),
        rule: worst.map(|problem| problem.rfc(protocol)).or_else(|| rule(protocol, line)),
    }
}

/// The worst problem of a line.
pub fn worst(problems: &[Problem]) -> Option<&Problem> {
    // The first among equals: problems stand in the order of the line.
    problems.iter().rev().max_by_key(|problem| problem.kind.severity())
}

/// The problems of a line, worst first; equals stay in the order of the line.
pub fn worst_first(problems: &[Problem]) -> impl Iterator<Item = &Problem> {
    [Severity::Error, Severity::Warn, Severity::Note, Severity::Chat]
        .into_iter()
        .flat_map(|severity| problems.iter().filter(move |problem| problem.kind.severity() == severity))
}

/// What to say of a problem.
pub fn problem_note(protocol: Protocol, problem: &Problem) -> Note {
    let mut note = Note::at(problem.span, problem.kind.key()).by(problem.rfc(protocol));
    if problem.kind == ProblemKind::SizeDiffers {
        let (said, sent) = problem.detail.split_once(' ').unwrap_or((&problem.detail, ""));
        note = note.arg("said", said).arg("sent", sent);
    } else {
        note = note.arg("detail", shortened(&problem.detail));
    }
    note
}

/// A detail as a sentence can bear it.
fn shortened(detail: &str) -> String {
    const MOST: usize = 40;
    if detail.chars().count() <= MOST {
        return detail.into();
    }
    detail.chars().take(MOST).chain(['\u{2026}']).collect()
}

/// What to say of a piece of a line.
fn token_note(protocol: Protocol, line: &[u8], token: &Token) -> Note {
    let span = token.span;
    let words = || lossless(span.of(line));
    match token.kind {
        TokenKind::Verb(word) => match protocol.machine().verb(word) {
            Some(verb) => Note::at(span, verb.key).by(verb.rfc),
            None => Note::at(span, "token-unknown-verb"),
        },
        TokenKind::UnknownVerb => Note::at(span, "token-unknown-verb").arg("verb", words()),
        TokenKind::MessageNumber(number) => {
            Note::at(span, "token-message-number").arg("number", number.to_string()).by(rfc(1939, "4"))
        }
        TokenKind::LineCount(lines) => {
            Note::at(span, "token-line-count").arg("lines", lines.to_string()).by(rfc(1939, "7"))
        }
        TokenKind::User => Note::at(span, "token-user").by(rfc(1939, "7")),
        TokenKind::Secret => Note::at(span, "token-secret"),
        TokenKind::Digest => Note::at(span, "token-digest").by(rfc(1939, "7")),
        TokenKind::Mechanism => Note::at(span, mechanism_key(&words())).arg("name", words()).by(rfc(4422, "3.1")),
        TokenKind::SaslAnswer => Note::at(span, "token-sasl-answer").by(rfc(4422, "3.4")),
        TokenKind::SaslCancel => Note::at(span, "token-sasl-cancel").by(match protocol {
            Protocol::Pop3 => rfc(5034, "4"),
            Protocol::Smtp => rfc(4954, "4"),
        }),
        TokenKind::PathWord if span.of(line).eq_ignore_ascii_case(b"TO:") => {
            Note::at(span, "token-to-word").by(rfc(5321, "4.1.1.3"))
        }
        TokenKind::PathWord => Note::at(span, "token-from-word").by(rfc(5321, "4.1.1.2")),
        TokenKind::Path => Note::at(span, "token-path").by(rfc(5321, "4.1.2")),
        TokenKind::NullPath => Note::at(span, "token-null-path").by(rfc(5321, "4.5.5")),
        TokenKind::BarePath => Note::at(span, "token-bare-path").by(rfc(5321, "4.1.2")),
        TokenKind::Parameter => parameter_note(&words()).over(span),
        TokenKind::Domain => Note::at(span, "token-domain").by(rfc(5321, "4.1.1.1")),
        TokenKind::AddressLiteral => Note::at(span, "token-address-literal").by(rfc(5321, "4.1.3")),
        TokenKind::Words => Note::at(span, "token-words"),
        TokenKind::Extra => Note::at(span, "token-extra"),
        TokenKind::Ok => Note::at(span, "token-ok").by(rfc(1939, "3")),
        TokenKind::Err => Note::at(span, "token-err").by(rfc(1939, "3")),
        TokenKind::Plus => Note::at(span, "token-plus").by(rfc(5034, "4")),
        TokenKind::Code(code) => code_note(code).over(span),
        TokenKind::CodeEnd { last: true } => Note::at(span, "token-code-space").by(rfc(5321, "4.2.1")),
        TokenKind::CodeEnd { last: false } => Note::at(span, "token-code-hyphen").by(rfc(5321, "4.2.1")),
        TokenKind::Enhanced(enhanced) => {
            let [_, _, detail] = enhanced_notes(enhanced);
            detail.over(span)
        }
        TokenKind::ResponseCode => response_code_note(&words()).over(span),
        TokenKind::Timestamp => Note::at(span, "token-timestamp").by(rfc(1939, "7")),
        TokenKind::ServerText => Note::at(span, "token-server-text"),
        TokenKind::Count(count) => Note::at(span, "token-count").arg("count", count.to_string()).by(rfc(1939, "5")),
        TokenKind::Octets(octets) => {
            Note::at(span, "token-octets").arg("octets", octets.to_string()).by(rfc(1939, "11"))
        }
        TokenKind::Uid => Note::at(span, "token-uid").by(rfc(1939, "7")),
        TokenKind::Keyword => keyword_note(protocol, &words()).over(span),
        TokenKind::KeywordParameter => Note::at(span, "token-keyword-parameter"),
        TokenKind::Challenge => Note::at(span, "token-challenge").by(rfc(4422, "3.4")),
        TokenKind::FieldName => field_note(&words()).over(span),
        TokenKind::Text => Note::at(span, "token-text"),
        TokenKind::StuffedDot => Note::at(span, "token-stuffed-dot").by(match protocol {
            Protocol::Pop3 => rfc(1939, "3"),
            Protocol::Smtp => rfc(5321, "4.5.2"),
        }),
        TokenKind::LostDot => Note::at(span, "token-lost-dot").by(rfc(5321, "4.5.2")),
        TokenKind::NoNumber => Note::at(span, "token-no-number").by(rfc(1939, "4")),
        TokenKind::FinalDot => Note::at(span, "token-final-dot").by(match protocol {
            Protocol::Pop3 => rfc(1939, "3"),
            Protocol::Smtp => rfc(5321, "4.1.1.4"),
        }),
        TokenKind::Garbage => Note::at(span, "token-garbage"),
    }
}

impl Note {
    fn over(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }
}

/// The verdict: the worst problem, or what the line did.
fn lead(protocol: Protocol, line: &WireLine) -> Note {
    if let Some(problem) = worst(&line.problems)
        && (problem.kind.severity() >= Severity::Note || problem.kind == ProblemKind::Cancelled)
    {
        return problem_note(protocol, problem);
    }
    match line.role {
        Role::Command(Some(word)) => protocol
            .machine()
            .verb(word)
            .map_or(Note::new("lead-command"), |verb| Note::new("lead-command").arg("verb", verb.name)),
        Role::Command(None) => Note::new("lead-unknown"),
        Role::SaslAnswer => Note::new("lead-sasl-answer"),
        Role::Message(part) => Note::new(part_key(part)),
        Role::MessageEnd => Note::new("lead-message-end"),
        Role::Greeting => Note::new(match protocol {
            Protocol::Pop3 => "lead-pop3-greeting",
            Protocol::Smtp => "lead-smtp-greeting",
        }),
        Role::Reply { class, to, last, .. } => reply_lead(protocol, class, to, last, line.state),
        Role::Listing(Word::List) => Note::new("lead-scan-listing"),
        Role::Listing(Word::Uidl) => Note::new("lead-uid-listing"),
        Role::Listing(_) => Note::new("lead-capability"),
        Role::Payload(part) => Note::new(part_key(part)),
        Role::PayloadEnd => Note::new("lead-payload-end"),
        Role::Unexpected => Note::new("lead-unexpected"),
    }
}

fn reply_lead(protocol: Protocol, class: Option<Class>, to: Option<Word>, last: bool, state: State) -> Note {
    let name = to.and_then(|word| protocol.machine().verb(word)).map_or("", |verb| verb.name);
    let key = match (class, to) {
        _ if !last => "lead-more-lines",
        (None, _) => "lead-no-reply",
        (Some(Class::Positive), Some(Word::Dele)) => "lead-ok-dele",
        (Some(Class::Positive), Some(Word::Pass | Word::Apop)) => "lead-ok-pass",
        (Some(Class::Positive), Some(Word::Auth)) => "lead-ok-auth",
        (Some(Class::Positive), Some(Word::User)) => "lead-ok-user",
        (Some(Class::Positive), Some(Word::Stls)) => "lead-ok-stls",
        (Some(Class::Positive), Some(Word::Starttls)) => "lead-ok-starttls",
        (Some(Class::Positive), Some(Word::Mail)) => "lead-ok-mail",
        (Some(Class::Positive), Some(Word::Rcpt)) => "lead-ok-rcpt",
        (Some(Class::Positive), Some(Word::Data)) if state == State::Data => "lead-ok-message",
        (Some(Class::Positive), Some(Word::Ehlo)) => "lead-ok-ehlo",
        (Some(Class::Positive), Some(Word::Quit)) => match protocol {
            Protocol::Pop3 if state == State::Update => "lead-ok-quit-update",
            Protocol::Pop3 | Protocol::Smtp => "lead-ok-quit",
        },
        (Some(Class::Positive), _) => "lead-ok",
        (Some(Class::Intermediate), Some(Word::Data)) => "lead-go-data",
        (Some(Class::Intermediate), _) => "lead-challenge",
        (Some(Class::Transient), _) => "lead-transient",
        (Some(Class::Permanent), _) => "lead-permanent",
    };
    Note::new(key).arg("verb", name)
}

fn part_key(part: Part) -> &'static str {
    match part {
        Part::Field => "lead-field",
        Part::Fold => "lead-fold",
        Part::Stray => "lead-stray",
        Part::Border => "lead-border",
        Part::Body => "lead-body",
    }
}

/// The section that rules a line without problems.
fn rule(protocol: Protocol, line: &WireLine) -> Option<Rfc> {
    let of = |word| protocol.machine().verb(word).map(|verb| verb.rfc);
    match line.role {
        Role::Command(word) => word.and_then(of),
        Role::Reply { to, .. } => to.and_then(of),
        Role::Listing(word) => of(word),
        Role::SaslAnswer => Some(rfc(4422, "3")),
        Role::Message(Part::Border) | Role::Payload(Part::Border) => Some(rfc(5322, "2.1")),
        Role::Message(Part::Body) | Role::Payload(Part::Body) => Some(rfc(5322, "2.3")),
        Role::Message(_) | Role::Payload(_) => Some(rfc(5322, "2.2")),
        Role::MessageEnd => Some(rfc(5321, "4.1.1.4")),
        Role::PayloadEnd => Some(rfc(1939, "3")),
        Role::Greeting => Some(match protocol {
            Protocol::Pop3 => rfc(1939, "4"),
            Protocol::Smtp => rfc(5321, "3.1"),
        }),
        Role::Unexpected => None,
    }
}

fn anatomy(line: &WireLine) -> Option<Anatomy> {
    let mut anatomy = None;
    for token in &line.tokens {
        match (token.kind, &mut anatomy) {
            (TokenKind::Code(code), None) => {
                anatomy =
                    Some(Anatomy { code, last: true, digits: digit_notes(code), enhanced: None, words: String::new() });
            }
            (TokenKind::CodeEnd { last }, Some(anatomy)) => anatomy.last = last,
            (TokenKind::Enhanced(enhanced), Some(anatomy)) => {
                anatomy.enhanced = Some((enhanced, enhanced_notes(enhanced)));
            }
            (_, Some(anatomy)) => {
                if !anatomy.words.is_empty() {
                    anatomy.words.push(' ');
                }
                anatomy.words.push_str(&line.text.shown_span(token.span));
            }
            (_, None) => {}
        }
    }
    anatomy
}

fn code_note(code: u16) -> Note {
    CODES
        .iter()
        .find(|row| row.code == code)
        .map_or_else(|| Note::new("code-unknown"), |row| Note::new(row.key).by(row.rfc))
        .arg("code", code.to_string())
}

fn digit_notes(code: u16) -> [Note; 3] {
    let first = match code / 100 {
        1 => "digit-1yz",
        2 => "digit-2yz",
        3 => "digit-3yz",
        4 => "digit-4yz",
        5 => "digit-5yz",
        _ => "digit-none",
    };
    let second = match code / 10 % 10 {
        0 => "digit-x0z",
        1 => "digit-x1z",
        2 => "digit-x2z",
        3 | 4 => "digit-x34z",
        5 => "digit-x5z",
        _ => "digit-none",
    };
    let by = |key| Note::new(key).by(rfc(5321, "4.2.1"));
    [by(first), by(second), code_note(code)]
}

fn enhanced_notes(enhanced: Enhanced) -> [Note; 3] {
    let class = match enhanced.class {
        2 => "enhanced-class-2",
        4 => "enhanced-class-4",
        _ => "enhanced-class-5",
    };
    let subject = SUBJECTS.get(usize::from(enhanced.subject)).copied().unwrap_or("enhanced-subject-unknown");
    let detail = DETAILS
        .iter()
        .find(|(subject, detail, _)| (*subject, *detail) == (enhanced.subject, enhanced.detail))
        .map_or("enhanced-detail-unknown", |(_, _, key)| key);
    let code = format!("X.{}.{}", enhanced.subject, enhanced.detail);
    let section = match (enhanced.subject, enhanced.detail) {
        (7, 8 | 9 | 11 | 12) => rfc(4954, "6"),
        (0..=7, _) => rfc(3463, ENHANCED_SECTIONS[usize::from(enhanced.subject)]),
        _ => rfc(5248, "2"),
    };
    [
        Note::new(class).by(rfc(3463, "2")),
        Note::new(subject).by(rfc(3463, "2")),
        Note::new(detail).arg("code", code).by(section),
    ]
}

const ENHANCED_SECTIONS: [&str; 8] = ["3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7", "3.8"];

const SUBJECTS: [&str; 8] = [
    "enhanced-subject-0",
    "enhanced-subject-1",
    "enhanced-subject-2",
    "enhanced-subject-3",
    "enhanced-subject-4",
    "enhanced-subject-5",
    "enhanced-subject-6",
    "enhanced-subject-7",
];

/// The details servers use most (RFC 3463 section 3, RFC 4954 section 6, RFC 5248).
const DETAILS: &[(u16, u16, &str)] = &[
    (0, 0, "enhanced-0-0"),
    (1, 0, "enhanced-1-0"),
    (1, 1, "enhanced-1-1"),
    (1, 2, "enhanced-1-2"),
    (1, 3, "enhanced-1-3"),
    (1, 5, "enhanced-1-5"),
    (1, 7, "enhanced-1-7"),
    (1, 8, "enhanced-1-8"),
    (2, 1, "enhanced-2-1"),
    (2, 2, "enhanced-2-2"),
    (3, 4, "enhanced-3-4"),
    (4, 1, "enhanced-4-1"),
    (5, 0, "enhanced-5-0"),
    (5, 1, "enhanced-5-1"),
    (5, 2, "enhanced-5-2"),
    (5, 3, "enhanced-5-3"),
    (5, 4, "enhanced-5-4"),
    (6, 0, "enhanced-6-0"),
    (6, 1, "enhanced-6-1"),
    (7, 0, "enhanced-7-0"),
    (7, 1, "enhanced-7-1"),
    (7, 4, "enhanced-7-4"),
    (7, 8, "enhanced-7-8"),
    (7, 9, "enhanced-7-9"),
    (7, 11, "enhanced-7-11"),
];

/// POP3's response codes (RFC 2449 section 8, RFC 3206).
const RESPONSE_CODES: &[(&str, &str, Rfc)] = &[
    ("[IN-USE]", "response-in-use", rfc(2449, "8.1.2")),
    ("[LOGIN-DELAY]", "response-login-delay", rfc(2449, "8.1.1")),
    ("[AUTH]", "response-auth", rfc(3206, "5")),
    ("[SYS/TEMP]", "response-sys-temp", rfc(3206, "4")),
    ("[SYS/PERM]", "response-sys-perm", rfc(3206, "4")),
    ("[UTF8]", "response-utf8", rfc(6856, "5")),
];

fn response_code_note(code: &str) -> Note {
    RESPONSE_CODES
        .iter()
        .find(|(name, _, _)| name.eq_ignore_ascii_case(code))
        .map_or_else(|| Note::new("response-unknown"), |(_, key, rfc)| Note::new(key).by(*rfc))
        .arg("code", code)
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
    (Protocol::Smtp, "STARTTLS", "keyword-starttls", rfc(3207, "2")),
    (Protocol::Smtp, "AUTH", "keyword-auth", rfc(4954, "3")),
    (Protocol::Smtp, "HELP", "keyword-help", rfc(5321, "4.1.1.8")),
    (Protocol::Smtp, "VRFY", "keyword-vrfy", rfc(5321, "3.5.2")),
    (Protocol::Smtp, "EXPN", "keyword-expn", rfc(5321, "4.1.1.7")),
    (Protocol::Smtp, "ETRN", "keyword-etrn", rfc(1985, "3")),
    (Protocol::Smtp, "DSN", "keyword-dsn", rfc(3461, "3")),
    (Protocol::Smtp, "CHUNKING", "keyword-chunking", rfc(3030, "2")),
    (Protocol::Smtp, "BINARYMIME", "keyword-binarymime", rfc(3030, "3")),
    (Protocol::Smtp, "SMTPUTF8", "keyword-smtputf8", rfc(6531, "3.1")),
];

fn keyword_note(protocol: Protocol, keyword: &str) -> Note {
    KEYWORDS
        .iter()
        .find(|(of, name, _, _)| *of == protocol && name.eq_ignore_ascii_case(keyword))
        .map_or_else(|| Note::new("keyword-unknown"), |(_, _, key, rfc)| Note::new(key).by(*rfc))
        .arg("keyword", keyword)
}

const MECHANISMS: &[(&str, &str)] = &[
    ("PLAIN", "mechanism-plain"),
    ("LOGIN", "mechanism-login"),
    ("CRAM-MD5", "mechanism-cram-md5"),
    ("KERBEROS_V4", "mechanism-kerberos"),
    ("GSSAPI", "mechanism-gssapi"),
    ("SCRAM-SHA-1", "mechanism-scram"),
    ("SCRAM-SHA-256", "mechanism-scram"),
    ("XOAUTH2", "mechanism-oauth"),
    ("OAUTHBEARER", "mechanism-oauth"),
    ("NTLM", "mechanism-ntlm"),
];

fn mechanism_key(name: &str) -> &'static str {
    let known = MECHANISMS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    known.map_or("mechanism-unknown", |(_, key)| key)
}

const PARAMETERS: &[(&str, &str, Rfc)] = &[
    ("SIZE", "parameter-size", rfc(1870, "3")),
    ("BODY", "parameter-body", rfc(6152, "2")),
    ("AUTH", "parameter-auth", rfc(4954, "5")),
    ("SMTPUTF8", "parameter-smtputf8", rfc(6531, "3.4")),
    ("RET", "parameter-ret", rfc(3461, "4.3")),
    ("ENVID", "parameter-envid", rfc(3461, "4.4")),
    ("NOTIFY", "parameter-notify", rfc(3461, "4.1")),
    ("ORCPT", "parameter-orcpt", rfc(3461, "4.2")),
];

fn parameter_note(parameter: &str) -> Note {
    let name = parameter.split('=').next().unwrap_or_default();
    PARAMETERS
        .iter()
        .find(|(known, _, _)| known.eq_ignore_ascii_case(name))
        .map_or_else(|| Note::new("parameter-unknown").by(rfc(5321, "4.1.2")), |(_, key, rfc)| Note::new(key).by(*rfc))
}

const FIELDS: &[(&str, &str, &str)] = &[
    ("Date:", "field-date", "3.6.1"),
    ("From:", "field-from", "3.6.2"),
    ("Sender:", "field-sender", "3.6.2"),
    ("Reply-To:", "field-reply-to", "3.6.2"),
    ("To:", "field-to", "3.6.3"),
    ("Cc:", "field-cc", "3.6.3"),
    ("Bcc:", "field-bcc", "3.6.3"),
    ("Message-ID:", "field-message-id", "3.6.4"),
    ("In-Reply-To:", "field-in-reply-to", "3.6.4"),
    ("References:", "field-references", "3.6.4"),
    ("Subject:", "field-subject", "3.6.5"),
    ("Received:", "field-received", "3.6.7"),
    ("Return-Path:", "field-return-path", "3.6.7"),
];

fn field_note(name: &str) -> Note {
    FIELDS
        .iter()
        .find(|(known, _, _)| known.eq_ignore_ascii_case(name))
        .map_or_else(
            || Note::new("field-unknown").by(rfc(5322, "3.6.8")),
            |(_, key, section)| Note::new(key).by(rfc(5322, section)),
        )
        .arg("name", name.trim_end_matches(':'))
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
    keys.extend(SUBJECTS);
    keys.extend(DETAILS.iter().map(|(_, _, key)| *key));
    keys.extend(RESPONSE_CODES.iter().map(|(_, key, _)| *key));
    keys.extend(KEYWORDS.iter().map(|(_, _, key, _)| *key));
    keys.extend(MECHANISMS.iter().map(|(_, key)| *key));
    keys.extend(PARAMETERS.iter().map(|(_, key, _)| *key));
    keys.extend(FIELDS.iter().map(|(_, key, _)| *key));
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The keys named in this file outside the tables.
const FIXED_KEYS: &[&str] = &[
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
    "field-unknown",
    "keyword-unknown",
    "lead-body",
    "lead-border",
    "lead-capability",
    "lead-challenge",
    "lead-command",
    "lead-field",
    "lead-fold",
    "lead-go-data",
    "lead-message-end",
    "lead-more-lines",
    "lead-no-reply",
    "lead-ok",
    "lead-ok-auth",
    "lead-ok-dele",
    "lead-ok-ehlo",
    "lead-ok-mail",
    "lead-ok-message",
    "lead-ok-pass",
    "lead-ok-quit",
    "lead-ok-quit-update",
    "lead-ok-rcpt",
    "lead-ok-starttls",
    "lead-ok-stls",
    "lead-ok-user",
    "lead-payload-end",
    "lead-permanent",
    "lead-pop3-greeting",
    "lead-sasl-answer",
    "lead-scan-listing",
    "lead-smtp-greeting",
    "lead-stray",
    "lead-transient",
    "lead-uid-listing",
    "lead-unexpected",
    "lead-unknown",
    "mechanism-unknown",
    "parameter-unknown",
    "response-unknown",
    "token-address-literal",
    "token-bare-path",
    "token-challenge",
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
    "token-line-count",
    "token-lost-dot",
    "token-message-number",
    "token-no-number",
    "token-null-path",
    "token-octets",
    "token-ok",
    "token-path",
    "token-plus",
    "token-sasl-answer",
    "token-sasl-cancel",
    "token-secret",
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
        let source = include_str!("explain.rs");
        let code = source.split("const FIXED_KEYS").next().unwrap_or_default();
        let known = keys();
        let prefixes =
            ["lead-", "token-", "digit-", "code-", "enhanced-", "field-", "keyword-", "mechanism-", "response-"];
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
