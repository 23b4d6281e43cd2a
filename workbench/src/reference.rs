//! The reference as data: what the tables know of a protocol, section by section, for the page and for `docs/reference`.
//! Sentences are the notes' own; which words stand over a section is the page's business.

use mailproto::{
    Edge, On, ProblemKind, Protocol, Rfc, State, Verb,
    explain::{self, Named},
    note::Note,
    token::{Severity, Side},
};

use crate::panel::Panel;

/// What the learner looks at in the reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Which protocol's pages.
    pub protocol: Protocol,
    /// The heading or row that was asked for: the fragment of its address.
    pub wanted: String,
    /// What the rows are searched for.
    pub search: String,
}

impl Default for Query {
    fn default() -> Self {
        Self { protocol: Protocol::Pop3, wanted: top(Protocol::Pop3), search: String::new() }
    }
}

impl Query {
    /// What a fragment asks for; `None` when it is no address of the reference.
    pub fn at(fragment: &str) -> Option<Self> {
        let begins = |protocol: &Protocol| {
            let rest = fragment.strip_prefix(&top(*protocol));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        let protocol = Protocol::ALL.into_iter().find(begins)?;
        Some(Self { protocol, wanted: fragment.into(), search: String::new() })
    }

    /// Whether it asks for a protocol's pages, and for no row of them.
    pub fn is_top(&self) -> bool {
        self.wanted == top(self.protocol)
    }
}

/// The fragment of a protocol's pages.
pub fn top(protocol: Protocol) -> String {
    match protocol {
        Protocol::Pop3 => "ref-pop3",
        Protocol::Smtp => "ref-smtp",
    }
    .into()
}

/// What a section lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SectionKind {
    /// The commands.
    Verbs,
    /// The edges of the state diagram.
    Moves,
    /// POP3's status indicators.
    Status,
    /// SMTP's reply codes.
    Codes,
    /// What each digit of a code says.
    Digits,
    /// Enhanced codes: class, subject, detail.
    Enhanced,
    /// POP3's capabilities.
    Capabilities,
    /// SMTP's EHLO keywords.
    Keywords,
    /// POP3's response codes.
    ResponseCodes,
    /// SASL mechanisms.
    Mechanisms,
    /// Parameters of MAIL and RCPT.
    Parameters,
    /// What the bench finds wrong or worth saying.
    Problems,
}

impl SectionKind {
    /// Its word in an address.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Verbs => "verbs",
            Self::Moves => "moves",
            Self::Status => "status",
            Self::Codes => "codes",
            Self::Digits => "digits",
            Self::Enhanced => "enhanced",
            Self::Capabilities => "capabilities",
            Self::Keywords => "keywords",
            Self::ResponseCodes => "response-codes",
            Self::Mechanisms => "mechanisms",
            Self::Parameters => "parameters",
            Self::Problems => "problems",
        }
    }
}

/// A section of the reference.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// What it lists.
    pub kind: SectionKind,
    /// The fragment of its address.
    pub id: String,
    /// Its rows, in the order of the table.
    pub rows: Vec<Row>,
}

/// A row of the reference.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The fragment of its address.
    pub id: String,
    /// Its words on the wire; empty when it has none.
    pub name: String,
    /// What it means.
    pub note: Note,
    /// Where the standard says so.
    pub rfc: Option<Rfc>,
    /// What else is known about it.
    pub about: About,
}

/// What a row is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum About {
    /// A command.
    Verb(&'static Verb),
    /// A move between states.
    Move(&'static Edge),
    /// Something wrong.
    Problem(ProblemKind),
    /// A name and its meaning.
    Name,
}

/// The sections of a protocol, in the order they are shown.
pub fn sections(protocol: Protocol) -> Vec<Section> {
    let kinds: &[SectionKind] = match protocol {
        Protocol::Pop3 => &[
            SectionKind::Verbs,
            SectionKind::Moves,
            SectionKind::Status,
            SectionKind::ResponseCodes,
            SectionKind::Capabilities,
            SectionKind::Mechanisms,
            SectionKind::Problems,
        ],
        Protocol::Smtp => &[
            SectionKind::Verbs,
            SectionKind::Moves,
            SectionKind::Codes,
            SectionKind::Digits,
            SectionKind::Enhanced,
            SectionKind::Keywords,
            SectionKind::Parameters,
            SectionKind::Mechanisms,
            SectionKind::Problems,
        ],
    };
    let section = |kind: &SectionKind| {
        let id = format!("{}-{}", top(protocol), kind.word());
        Section { kind: *kind, id, rows: rows(protocol, *kind) }
    };
    kinds.iter().map(section).collect()
}

fn rows(protocol: Protocol, kind: SectionKind) -> Vec<Row> {
    let names = match kind {
        SectionKind::Verbs => return verbs(protocol),
        SectionKind::Moves => return moves(protocol),
        SectionKind::Problems => return problems(protocol),
        SectionKind::Status => explain::status_indicators(),
        SectionKind::Codes => explain::codes(),
        SectionKind::Digits => explain::digits(),
        SectionKind::Enhanced => explain::enhanced_codes(),
        SectionKind::Capabilities | SectionKind::Keywords => explain::keywords(protocol),
        SectionKind::ResponseCodes => explain::response_codes(),
        SectionKind::Mechanisms => explain::mechanisms(),
        SectionKind::Parameters => explain::parameters(),
    };
    named(protocol, names)
}

fn verbs(protocol: Protocol) -> Vec<Row> {
    let mut rows = Vec::new();
    for verb in protocol.machine().verbs {
        let name = format!("{} {}", verb.name, verb.syntax).trim_end().into();
        rows.push(row(protocol, name, Note::new(verb.key), Some(verb.rfc), About::Verb(verb)));
    }
    rows
}

fn row(protocol: Protocol, name: String, note: Note, rfc: Option<Rfc>, about: About) -> Row {
    let id = id(protocol, note.key).unwrap_or_else(|| format!("{}-{}", top(protocol), note.key));
    Row { id, name, note, rfc, about }
}

fn moves(protocol: Protocol) -> Vec<Row> {
    let mut rows = Vec::new();
    for edge in protocol.machine().edges {
        let id = format!("{}-move-{}", top(protocol), rows.len() + 1);
        let (name, note) = (edge.from.name().into(), Note::new(edge.to.key()));
        rows.push(Row { id, name, note, rfc: Some(edge.rfc), about: About::Move(edge) });
    }
    rows
}

/// Names of one table; those that share a sentence share a row.
fn named(protocol: Protocol, names: Vec<Named>) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for (name, note) in names {
        match rows.iter_mut().find(|row| row.note.key == note.key) {
            Some(row) => {
                row.name.push_str(", ");
                row.name.push_str(&name);
            }
            None => {
                let rfc = note.rfc;
                rows.push(row(protocol, name, note, rfc, About::Name));
            }
        }
    }
    rows
}

/// What stands for a detail that only a real line has.
const SOME: &str = "\u{2026}";

fn problems(protocol: Protocol) -> Vec<Row> {
    let mut rows = Vec::new();
    // The learner's own first, and the gravest first among equals.
    for side in [Side::Client, Side::Server] {
        for severity in [Severity::Error, Severity::Warn, Severity::Note, Severity::Chat] {
            for kind in ProblemKind::ALL.iter().copied() {
                if kind.side() == side && kind.severity() == severity && concerns(kind, protocol) {
                    rows.push(problem(protocol, kind));
                }
            }
        }
    }
    rows
}

fn problem(protocol: Protocol, kind: ProblemKind) -> Row {
    let rfc = Some(kind.rfc(protocol));
    let args = ["detail", "said", "sent"].map(|name| (name, SOME.into())).into();
    let note = Note { args, rfc, ..Note::new(kind.key()) };
    row(protocol, String::new(), note, rfc, About::Problem(kind))
}

/// Whether a problem can arise in this protocol: told by the standard that decides it there. A message is written in SMTP and
/// read in POP3, so what is wrong with one is the client's there and the server's here.
fn concerns(kind: ProblemKind, protocol: Protocol) -> bool {
    match (protocol, kind.rfc(protocol).number) {
        (Protocol::Pop3, 1870 | 1985 | 2034 | 2920 | 3030 | 3207 | 3463 | 4954 | 5321 | 6152) => false,
        (Protocol::Smtp, 1939 | 2449 | 2595 | 3206 | 5034 | 6856) => false,
        (Protocol::Pop3, 5322) => kind.side() == Side::Server,
        (Protocol::Smtp, 5322) => kind.side() == Side::Client,
        _ => true,
    }
}

/// The beginnings of keys whose notes have a row of their own.
const LISTED: &[&str] =
    &["code-", "digit-", "enhanced-", "keyword-", "response-", "mechanism-", "parameter-", "problem-"];

/// The beginnings of those among them that are no row: what is in no table, or belongs to a row of another name.
const UNLISTED: &[&str] = &["keyword-parameter-", "keyword-private", "keyword-auth-equals", "digit-none", "digit-1yz"];

fn is_listed(key: &str) -> bool {
    let begins = |begin: &&str| key.starts_with(begin);
    LISTED.iter().any(begins) && !UNLISTED.iter().any(begins) && !key.ends_with("-unknown")
}

/// The address of the row that says more about a note; `None` when the reference has none.
pub fn id(protocol: Protocol, key: &str) -> Option<String> {
    let verb = protocol.machine().verbs.iter().find(|verb| verb.key == key);
    let word = match verb {
        Some(verb) => verb.name,
        None if !is_listed(key) => return None,
        None => key.strip_prefix("code-").unwrap_or(key),
    };
    Some(format!("{}-{word}", top(protocol)))
}

/// The words of an explanation that the reference says more about, each with its address.
pub fn links(panel: &Panel) -> Vec<(String, String)> {
    let protocol = panel.protocol;
    let mut links: Vec<(String, String)> = Vec::new();
    for tie in &panel.ties {
        for (piece, note) in &tie.pieces {
            let note = note.and_then(|note| tie.notes.get(note));
            if let Some(id) = note.and_then(|note| id(protocol, note.key))
                && !links.iter().any(|(_, known)| *known == id)
            {
                links.push((piece.text.clone(), id));
            }
        }
    }
    links
}

/// The states a verb is legal in, by name, each once.
pub fn legal_in(verb: &Verb) -> Vec<&'static str> {
    names(verb.legal.iter().copied())
}

/// The states a verb can lead to, by name, each once; staying is no move.
pub fn leads_to(protocol: Protocol, verb: &Verb) -> Vec<&'static str> {
    let by = |edge: &&Edge| matches!(edge.on, On::Sent(word) | On::Reply(word, _) if word == verb.word);
    names(protocol.machine().edges.iter().filter(by).map(|edge| edge.to))
}

fn names(states: impl Iterator<Item = State>) -> Vec<&'static str> {
    let mut names = Vec::new();
    for state in states {
        if !names.contains(&state.name()) {
            names.push(state.name());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_key_has_its_row() {
        let all: Vec<Row> = Protocol::ALL.into_iter().flat_map(sections).flat_map(|section| section.rows).collect();
        for key in explain::keys() {
            if is_listed(key) {
                assert!(all.iter().any(|row| row.note.key == key), "no row for {key}");
            }
        }
    }

    #[test]
    fn addresses_are_unique_and_found() {
        for protocol in Protocol::ALL {
            let sections = sections(protocol);
            let mut ids: Vec<_> = sections.iter().map(|section| section.id.as_str()).collect();
            ids.extend(sections.iter().flat_map(|section| &section.rows).map(|row| row.id.as_str()));
            let many = ids.len();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), many, "{protocol:?}");
            assert!(ids.iter().all(|id| Query::at(id).is_some_and(|look| look.protocol == protocol)));
        }
        assert_eq!(id(Protocol::Smtp, "verb-mail").as_deref(), Some("ref-smtp-MAIL"));
        assert_eq!(id(Protocol::Smtp, "code-550").as_deref(), Some("ref-smtp-550"));
        assert_eq!(id(Protocol::Pop3, "lead-ok"), None);
        assert_eq!(Query::at("ref-pop3x"), None);
        assert_eq!(Query::at("prompt"), None);
    }

    #[test]
    fn problems_belong_to_their_protocol() {
        let lists = |protocol, kind| {
            let has = |row: &Row| row.about == About::Problem(kind);
            rows(protocol, SectionKind::Problems).iter().any(has)
        };
        for (kind, pop3, smtp) in [
            (ProblemKind::PassWithoutUser, true, false),
            (ProblemKind::NoAngleBrackets, false, true),
            (ProblemKind::UnknownVerb, true, true),
            (ProblemKind::NoDate, false, true),
            (ProblemKind::ReceivedNoDate, true, false),
            (ProblemKind::OverSize, false, true),
            (ProblemKind::NotNow, true, true),
            (ProblemKind::LoginDelay, true, false),
            (ProblemKind::NotBase64, true, true),
        ] {
            assert_eq!((lists(Protocol::Pop3, kind), lists(Protocol::Smtp, kind)), (pop3, smtp), "{kind:?}");
        }
    }

    #[test]
    fn a_verb_says_where_it_leads() {
        let verb = |protocol: Protocol, name| protocol.machine().verbs.iter().find(|verb| verb.name == name).unwrap();
        assert_eq!(leads_to(Protocol::Smtp, verb(Protocol::Smtp, "RCPT")), ["RECIPIENTS"]);
        assert!(leads_to(Protocol::Pop3, verb(Protocol::Pop3, "STAT")).is_empty());
        assert_eq!(legal_in(verb(Protocol::Pop3, "USER")), ["AUTHORIZATION"]);
    }
}
