//! Events to notes: a key for a sentence, its arguments, and the section that says so. The sentences are in `locales/`.

mod enhanced;
mod names;

use crate::{
    machine::{Class, Protocol, Rfc, State, Word, rfc},
    message::Part,
    note::{Note, shortened},
    sasl,
    secret::lossless,
    session::{Fact, Role, WireLine},
    token::{Detail, Enhanced, Problem, ProblemKind, Severity, Side, Span, Token, TokenKind},
};

use enhanced::{digit_notes, enhanced_note, enhanced_notes};
pub use enhanced::{digits, enhanced_codes};
pub use names::{Named, codes, keys, keywords, mechanisms, parameters, response_codes, status_indicators};
use names::{code_note, field_note, keyword_note, keyword_parameter_note, parameter_note, response_code_note};

/// A reply code taken apart digit by digit (RFC 5321 section 4.2.1, RFC 3463 section 2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeAnatomy {
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
    pub anatomy: Option<CodeAnatomy>,
    /// The steps of a login that the line takes.
    pub steps: Vec<sasl::Step>,
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
    let keyword = line.tokens.iter().find(|token| token.kind == TokenKind::Keyword).map(|token| token.span);
    let to = replies_to(line);
    let tokens = line.tokens.iter().map(|token| token_note(protocol, to, bytes, token, keyword)).collect();
    Explanation {
        lead: lead(protocol, line),
        severity: worst.map_or(Severity::Chat, |problem| problem.kind.severity()),
        side: worst
            .map(|problem| problem.kind)
            .filter(|kind| kind.severity() > Severity::Chat)
            .and_then(ProblemKind::fault),
        tokens,
        anatomy: anatomy(line),
        steps: line.steps.clone(),
        problems: worst_first(&line.problems).flat_map(|problem| told(protocol, problem)).collect(),
        rule: worst.map(|problem| problem.rfc(protocol)).or_else(|| rule(protocol, line)),
    }
}

/// The command that a line replies to.
fn replies_to(line: &WireLine) -> Option<Word> {
    match line.role {
        Role::Reply { to, .. } => to,
        _ => None,
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

/// A verdict, and the reason for it.
fn told(protocol: Protocol, problem: &Problem) -> impl Iterator<Item = Note> {
    let reason = problem.reason().map(|reason| problem_note(protocol, &reason));
    [problem_note(protocol, problem)].into_iter().chain(reason)
}

/// What to say of a problem.
pub fn problem_note(protocol: Protocol, problem: &Problem) -> Note {
    let note = Note::at(problem.span, problem.kind.key()).by(problem.rfc(protocol));
    match &problem.detail {
        Detail::Pair(said, sent) => note.arg("said", said.to_string()).arg("sent", sent.to_string()),
        Detail::Text(text) => note.arg("detail", shortened(text)),
        detail => note.arg("detail", detail.to_string()),
    }
}

/// What to say of a fact known before a line is sent.
pub fn fact_note(fact: Fact) -> Note {
    match fact {
        Fact::Removes(0) => Note::new("fact-removes-nothing").by(rfc(1939, "6")),
        Fact::Removes(count) => Note::new("fact-removes").arg("count", count.to_string()).by(rfc(1939, "6")),
        Fact::Unmarks(0) => Note::new("fact-unmarks-nothing").by(rfc(1939, "5")),
        Fact::Unmarks(count) => Note::new("fact-unmarks").arg("count", count.to_string()).by(rfc(1939, "5")),
        Fact::Octets(octets) => Note::new("fact-octets").arg("octets", octets.to_string()).by(rfc(1939, "5")),
        Fact::Delivers { octets, recipients } => Note::new("fact-delivers")
            .arg("octets", octets.to_string())
            .arg("count", recipients.to_string())
            .by(rfc(5321, "4.1.1.4")),
        Fact::Drops => Note::new("fact-drops").by(rfc(5321, "4.1.4")),
    }
}

/// What to say of a piece of a line, which replies `to` a command or to none; `keyword` is where the line's keyword stands, if it
/// has one.
fn token_note(protocol: Protocol, to: Option<Word>, line: &[u8], token: &Token, keyword: Option<Span>) -> Note {
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
        TokenKind::Mechanism => sasl::mechanisms::note(&words()).over(span),
        TokenKind::SaslAnswer => Note::at(span, "token-sasl-answer").by(sasl::steps::exchange(protocol)),
        TokenKind::SaslCancel => Note::at(span, "token-sasl-cancel").by(sasl::steps::exchange(protocol)),
        TokenKind::PathWord if span.of(line).first().is_some_and(|first| first.eq_ignore_ascii_case(&b'T')) => {
            Note::at(span, "token-to-word").by(rfc(5321, "4.1.1.3"))
        }
        TokenKind::PathWord => Note::at(span, "token-from-word").by(rfc(5321, "4.1.1.2")),
        TokenKind::Path => path_note(span.of(line)).over(span),
        TokenKind::NullPath => Note::at(span, "token-null-path").by(rfc(5321, "4.5.5")),
        TokenKind::BarePath => Note::at(span, "token-bare-path").by(rfc(5321, "4.1.2")),
        TokenKind::Parameter => parameter_note(&words()).over(span),
        TokenKind::Domain => Note::at(span, "token-domain").by(rfc(5321, "4.1.1.1")),
        TokenKind::ServerName => Note::at(span, "token-server-name").by(rfc(5321, "4.2")),
        TokenKind::ChunkSize(octets) => {
            Note::at(span, "token-chunk-size").arg("octets", octets.to_string()).by(rfc(3030, "2"))
        }
        TokenKind::ChunkLast => Note::at(span, "token-chunk-last").by(rfc(3030, "2")),
        TokenKind::QueueName => Note::at(span, "token-queue-name").by(rfc(1985, "5")),
        TokenKind::Language => Note::at(span, "token-language").by(rfc(6856, "3.2")),
        TokenKind::AddressLiteral => Note::at(span, "token-address-literal").by(rfc(5321, "4.1.3")),
        TokenKind::Words => Note::at(span, "token-words"),
        TokenKind::Extra => Note::at(span, "token-extra"),
        TokenKind::Ok => Note::at(span, "token-ok").by(rfc(1939, "3")),
        TokenKind::Err => Note::at(span, "token-err").by(rfc(1939, "3")),
        TokenKind::Plus => Note::at(span, "token-plus").by(rfc(5034, "4")),
        TokenKind::Code(code) => code_note(code, to).over(span),
        TokenKind::CodeEnd { last: true } => Note::at(span, "token-code-space").by(rfc(5321, "4.2.1")),
        TokenKind::CodeEnd { last: false } => Note::at(span, "token-code-hyphen").by(rfc(5321, "4.2.1")),
        TokenKind::Enhanced(enhanced) => enhanced_note(enhanced).over(span),
        TokenKind::ResponseCode => response_code_note(&words()).over(span),
        TokenKind::Timestamp => Note::at(span, "token-timestamp").by(rfc(1939, "7")),
        TokenKind::ServerText => Note::at(span, "token-server-text"),
        TokenKind::Count(count) => Note::at(span, "token-count").arg("count", count.to_string()).by(rfc(1939, "5")),
        TokenKind::Octets(octets) => {
            Note::at(span, "token-octets").arg("octets", octets.to_string()).by(rfc(1939, "11"))
        }
        TokenKind::Uid => Note::at(span, "token-uid").by(rfc(1939, "7")),
        TokenKind::Keyword => keyword_note(protocol, &words()).over(span),
        TokenKind::KeywordParameter => {
            let keyword = keyword.map(|at| lossless(at.of(line))).unwrap_or_default();
            keyword_parameter_note(protocol, &keyword, &words()).over(span)
        }
        TokenKind::Challenge => Note::at(span, "token-challenge").by(sasl::steps::exchange(protocol)),
        TokenKind::FieldName => field_note(&words()).over(span),
        TokenKind::Text => Note::at(span, "token-text"),
        TokenKind::StuffedDot => Note::at(span, "token-stuffed-dot").by(transparency(protocol)),
        TokenKind::LostDot => Note::at(span, "token-lost-dot").by(transparency(protocol)),
        TokenKind::NoNumber => Note::at(span, "token-no-number").by(match protocol {
            Protocol::Pop3 => rfc(1939, "4"),
            Protocol::Smtp => rfc(3030, "2"),
        }),
        TokenKind::FinalDot => Note::at(span, "token-final-dot").by(match protocol {
            Protocol::Pop3 => rfc(1939, "3"),
            Protocol::Smtp => rfc(5321, "4.1.1.4"),
        }),
        TokenKind::Garbage => Note::at(span, "token-garbage"),
    }
}

/// Where it is said that a dot at the start of a line is doubled.
fn transparency(protocol: Protocol) -> Rfc {
    match protocol {
        Protocol::Pop3 => rfc(1939, "3"),
        Protocol::Smtp => rfc(5321, "4.5.2"),
    }
}

/// What is special about a path within its brackets.
fn path_note(path: &[u8]) -> Note {
    if path.eq_ignore_ascii_case(b"<postmaster>") {
        Note::new("token-postmaster").by(rfc(5321, "4.1.1.3"))
    } else if path.starts_with(b"<\"") {
        Note::new("token-path-quoted").by(rfc(5321, "4.1.2"))
    } else if path.windows(2).any(|pair| pair == b"@[") {
        Note::new("token-path-literal").by(rfc(5321, "4.1.3"))
    } else {
        Note::new("token-path").by(rfc(5321, "4.1.2"))
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
        Role::Reply { .. } if line.opens => Note::new("lead-ok-lines"),
        Role::Reply { class, to, last, .. } => reply_lead(protocol, class, to, last, line),
        Role::Listing(Word::List) => Note::new("lead-scan-listing"),
        Role::Listing(Word::Uidl) => Note::new("lead-uid-listing"),
        Role::Listing(Word::Lang) => Note::new("lead-language"),
        Role::Listing(_) => Note::new("lead-capability"),
        Role::Payload(part) => Note::new(part_key(part)),
        Role::PayloadEnd => Note::new("lead-payload-end"),
        Role::Reversed(_) => Note::new(match line.side {
            Side::Client => "lead-reversed-client",
            Side::Server => "lead-reversed-server",
        }),
        Role::Unexpected => Note::new("lead-unexpected"),
    }
}

fn reply_lead(protocol: Protocol, class: Option<Class>, to: Option<Word>, last: bool, line: &WireLine) -> Note {
    let state = line.state;
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
        // Only the yes to the last chunk moves the session.
        (Some(Class::Positive), Some(Word::Bdat)) if line.moved.is_some() => "lead-ok-message",
        (Some(Class::Positive), Some(Word::Bdat)) => "lead-ok-chunk",
        (Some(Class::Positive), Some(Word::Ehlo)) => "lead-ok-ehlo",
        (Some(Class::Positive), Some(Word::Atrn | Word::Turn)) => "lead-ok-reversed",
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
        Role::SaslAnswer => Some(sasl::steps::exchange(protocol)),
        Role::Message(Part::Border) | Role::Payload(Part::Border) => Some(rfc(5322, "2.1")),
        Role::Message(Part::Body) | Role::Payload(Part::Body) => Some(rfc(5322, "2.3")),
        Role::Message(Part::Fold) | Role::Payload(Part::Fold) => Some(rfc(5322, "2.2.3")),
        Role::Message(_) | Role::Payload(_) => Some(rfc(5322, "2.2")),
        Role::MessageEnd => Some(rfc(5321, "4.1.1.4")),
        Role::PayloadEnd => Some(rfc(1939, "3")),
        Role::Greeting => Some(match protocol {
            Protocol::Pop3 => rfc(1939, "4"),
            Protocol::Smtp => rfc(5321, "3.1"),
        }),
        Role::Reversed(Word::Turn) => Some(rfc(821, "3.8")),
        Role::Reversed(_) => Some(rfc(2645, "5.3")),
        Role::Unexpected => None,
    }
}

fn anatomy(line: &WireLine) -> Option<CodeAnatomy> {
    let mut anatomy = None;
    for token in &line.tokens {
        match (token.kind, &mut anatomy) {
            (TokenKind::Code(code), None) => {
                let digits = digit_notes(code, replies_to(line));
                anatomy = Some(CodeAnatomy { code, last: true, digits, enhanced: None, words: String::new() });
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
