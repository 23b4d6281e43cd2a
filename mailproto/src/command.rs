//! What a parsed command line is, and the cutting into words both protocols share. The verbs' own syntax is in `pop3` and `smtp`.

use crate::{
    machine::{Machine, Protocol, Rfc, Standing, Verb, Word},
    path::Path,
    sasl::{Mechanism, Run, Step, read},
    token::{Detail, Problem, ProblemKind, Span, Token, TokenKind},
};

/// A command line, parsed. Parsing never fails: what is wrong is among the problems.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Command {
    /// The row of its verb, if it has one.
    pub verb: Option<&'static Verb>,
    /// Its arguments, as far as they could be read.
    pub args: Args,
    /// Its pieces, in order.
    pub tokens: Vec<Token>,
    /// What is wrong with it, whatever the state.
    pub problems: Vec<Problem>,
    /// The parts nobody should see.
    pub hidden: Vec<Span>,
    /// The steps of a login that it takes.
    pub steps: Vec<Step>,
}

impl Command {
    /// Its word, if the verb is known.
    pub fn word(&self) -> Option<Word> {
        self.verb.map(|verb| verb.word)
    }

    /// Whether a problem of this kind was found.
    pub fn has(&self, kind: ProblemKind) -> bool {
        self.problems.iter().any(|problem| problem.kind == kind)
    }
}

/// The arguments of a command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Args {
    /// None, as the syntax wants or as the learner left it.
    #[default]
    None,
    /// Some, but not what the syntax wants.
    Bad,
    /// A message number.
    Message(u32),
    /// A message number and how many body lines.
    MessageLines(u32, u32),
    /// A user name.
    User(String),
    /// A password: where it stands, not what it is.
    Secret(Span),
    /// A name and APOP's digest.
    Apop {
        /// The mailbox.
        name: String,
        /// As typed.
        digest: String,
    },
    /// A SASL mechanism and its initial response, if one is given.
    Auth {
        /// In capitals.
        mechanism: String,
        /// Where the initial response stands.
        initial: Option<Span>,
    },
    /// BDAT's octets that follow at once, and whether they end the message.
    Chunk {
        /// How many octets follow the CRLF of the command.
        octets: u64,
        /// Whether LAST was said.
        last: bool,
    },
    /// A path and its ESMTP parameters, as written.
    Path {
        /// The path.
        path: Path,
        /// `KEYWORD` or `KEYWORD=value`.
        parameters: Vec<String>,
    },
    /// A domain, an address literal, or free text.
    Words(String),
}

impl Args {
    /// The message that a command of POP3 names.
    pub(crate) fn message(&self) -> Option<u32> {
        if let Self::Message(number) | Self::MessageLines(number, _) = *self { Some(number) } else { None }
    }

    /// Whether a yes to the command moves the session on: a chunk that is not the last one ends nothing (RFC 3030 section 2).
    pub fn ends_mail(&self) -> bool {
        !matches!(self, Self::Chunk { last: false, .. })
    }
}

/// The words of a line: spans of what lies between spaces and tabs.
pub(crate) fn words(line: &[u8], from: usize) -> impl Iterator<Item = Span> {
    let mut at = from;
    std::iter::from_fn(move || {
        while matches!(line.get(at)?, b' ' | b'\t') {
            at += 1;
        }
        let start = at;
        while line.get(at).is_some_and(|byte| !matches!(byte, b' ' | b'\t')) {
            at += 1;
        }
        Some(Span::new(start, at))
    })
}

/// The span between `from` and `to` without the white space around it; `None` when there is nothing else.
pub(crate) fn trimmed(line: &[u8], from: usize, to: usize) -> Option<Span> {
    let part = line.get(from..to)?;
    let start = part.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let end = part.iter().rposition(|byte| !byte.is_ascii_whitespace())? + 1;
    Some(Span::new(from + start, from + end))
}

/// The text of a span; bytes outside UTF-8 are replaced, since names are only compared and shown.
pub(crate) fn text(line: &[u8], span: Span) -> String {
    String::from_utf8_lossy(span.of(line)).into_owned()
}

/// A command under construction: what both parsers do at the head of a line.
pub(crate) struct Cut<'a> {
    pub line: &'a [u8],
    pub words: Vec<Span>,
    pub command: Command,
}

impl<'a> Cut<'a> {
    /// Cuts the words and reports what is odd before the verb.
    pub fn new(line: &'a [u8]) -> Self {
        let words = words(line, 0).collect();
        let mut cut = Self { line, words, command: Command::default() };
        match cut.words.first() {
            None => cut.problem(Span::new(0, line.len()), ProblemKind::EmptyLine, Detail::None),
            Some(first) if first.start > 0 => {
                cut.problem(Span::new(0, first.start), ProblemKind::LeadingSpace, Detail::None)
            }
            Some(_) => {}
        }
        if let Some(last) = cut.words.last().filter(|last| last.end < line.len()) {
            cut.problem(Span::new(last.end, line.len()), ProblemKind::TrailingSpace, Detail::None);
        }
        if let Some(at) = line.iter().position(|byte| !byte.is_ascii()) {
            cut.problem(Span::new(at, line.len()), ProblemKind::NotAscii, Detail::None);
        }
        cut
    }

    pub fn token(&mut self, span: Span, kind: TokenKind) {
        self.command.tokens.push(Token { span, kind });
    }

    pub fn problem(&mut self, span: Span, kind: ProblemKind, detail: impl Into<Detail>) {
        self.command.problems.push(Problem::new(span, kind, detail));
    }

    /// A problem that is decided by a section of its own.
    pub fn ruled(&mut self, span: Span, kind: ProblemKind, detail: impl Into<Detail>, rule: Rfc) {
        self.command.problems.push(Problem::new(span, kind, detail).ruled_by(Some(rule)));
    }

    /// The verb at `name` is history.
    pub fn obsolete(&mut self, name: Span, verb: &Verb) {
        let problem = Problem::new(name, ProblemKind::Obsolete, verb.word);
        self.command.problems.push(problem.ruled_by(verb.dropped_by));
    }

    /// The span after the word at `index`, without the single space that parts them, to the end of the line.
    pub fn rest_after(&self, index: usize) -> Option<Span> {
        let end = self.words.get(index)?.end;
        (end < self.line.len()).then(|| Span::new(end + 1, self.line.len()))
    }

    /// A word that is no verb here; `foreign` when the other protocol has it.
    pub fn unknown(&mut self, name: Span, other: &Machine, foreign: ProblemKind) {
        self.token(name, TokenKind::UnknownVerb);
        let private = other.protocol == Protocol::Pop3 && name.of(self.line).first().is_some_and(|x| b"Xx".contains(x));
        let kind = match other.find(name.of(self.line)) {
            Some(verb) if verb.standing != Standing::Obsolete => foreign,
            _ if private => ProblemKind::PrivateVerb,
            Some(_) | None => ProblemKind::UnknownVerb,
        };
        self.problem(name, kind, text(self.line, name));
        let Some(rest) = self.rest_after(0) else { return };
        // PASS misspelled still has a password behind it.
        if name.of(self.line).to_ascii_uppercase().starts_with(b"PA") {
            self.token(rest, TokenKind::Secret);
            self.command.hidden.push(rest);
        } else {
            self.token(rest, TokenKind::Words);
        }
    }

    /// Reports a gap that is not one space, among those after the words before `most`.
    pub fn gaps(&mut self, most: usize) {
        let gaps: Vec<_> = self.words.windows(2).take(most).map(|pair| Span::new(pair[0].end, pair[1].start)).collect();
        for gap in gaps.into_iter().filter(|gap| gap.of(self.line) != b" ") {
            self.problem(gap, ProblemKind::OddSpace, Detail::None);
        }
    }

    /// Takes back what a password explains: spaces and letters in it are its own.
    pub fn forget(&mut self, kind: ProblemKind) {
        self.command.problems.retain(|problem| problem.kind != kind);
    }

    /// Marks all words from `index` on as having no place here.
    pub fn extra_from(&mut self, index: usize, kind: ProblemKind) {
        let (Some(first), Some(last)) = (self.words.get(index).copied(), self.words.last().copied()) else { return };
        let span = Span::new(first.start, last.end);
        self.token(span, TokenKind::Extra);
        let verb = self.command.verb.map_or(Detail::None, |verb| verb.word.into());
        self.problem(span, kind, verb);
    }

    /// `AUTH mechanism [initial-response]`, the same in both protocols (RFC 4954 section 4, RFC 5034 section 4).
    pub fn auth(&mut self, protocol: Protocol, missing: ProblemKind, extra: ProblemKind) {
        let Some(&name) = self.words.get(1) else {
            self.missing(missing);
            return;
        };
        self.token(name, TokenKind::Mechanism);
        let mechanism = text(self.line, name).to_ascii_uppercase();
        let initial = self.words.get(2).copied();
        let named = Mechanism::named(&mechanism);
        self.command.steps = match initial {
            None => read::begun(protocol, &named),
            Some(span) => {
                let answer = read::answer(protocol, &Run::new(named, 0), span.of(self.line), true);
                self.token(span, if answer.shown { TokenKind::SaslAnswer } else { TokenKind::Secret });
                self.command.hidden.extend((!answer.shown).then_some(span));
                for kind in answer.problems {
                    self.problem(span, kind, Detail::None);
                }
                answer.steps
            }
        };
        self.command.args = Args::Auth { mechanism, initial };
        // What has no place here may be the rest of a password.
        if let (Some(first), Some(last)) = (self.words.get(3), self.words.last()) {
            self.command.hidden.push(Span::new(first.start, last.end));
        }
        self.extra_from(3, extra);
    }

    /// Reports that an argument is missing.
    pub fn missing(&mut self, kind: ProblemKind) {
        let end = self.line.len();
        let syntax = self.command.verb.map_or(String::new(), |verb| format!("{} {}", verb.name, verb.syntax));
        self.problem(Span::new(end, end), kind, syntax);
    }
}
