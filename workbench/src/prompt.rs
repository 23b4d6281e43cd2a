//! The prompt as data: the hint for a draft, what is legal now, where a line may lead. The draft itself stays with the component.

use mailproto::{Session, State, Verb, explain, note::Note, session::Reading, token::Severity};

use crate::outlook::{self, Way};

/// What stands under the prompt for a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// How serious.
    pub severity: Severity,
    /// The sentence.
    pub note: Note,
    /// What of the syntax is still missing, shown greyed after the draft: `n` after `TOP 1`.
    pub ghost: String,
    /// The verb the draft is or begins, for its chip.
    pub matched: Option<&'static Verb>,
    /// From which character on the draft is to be masked.
    pub mask_from: Option<usize>,
    /// What the line will be taken for.
    pub reading: Reading,
    /// Where it may lead.
    pub ways: Vec<Way>,
}

/// The hint for a draft: sending stays allowed whatever it says.
pub fn hint(session: &Session, draft: &str) -> Hint {
    let judgement = session.judge(draft.as_bytes());
    let mask_from = judgement.command.hidden.first().map(|span| draft[..span.start.min(draft.len())].chars().count());
    let forecast = session.forecast(draft.as_bytes(), &judgement);
    let ways = outlook::ways(session.protocol(), &forecast.outcomes);
    let plain = |key: &'static str, mask_from| Hint {
        severity: Severity::Chat,
        note: forecast.fact.map_or(Note::new(key), explain::fact_note),
        ghost: String::new(),
        matched: None,
        mask_from,
        reading: judgement.reading,
        ways: ways.clone(),
    };
    if let Reading::Chunk { left } = judgement.reading {
        let note = Note { args: vec![("count", left.to_string())], ..Note::new("hint-chunk") };
        return Hint { note, ..plain("hint-chunk", None) };
    }
    if let Some((key, mask_from)) = no_command(session, draft, judgement.reading, mask_from) {
        return plain(key, mask_from);
    }
    let machine = session.protocol().machine();
    let typed = draft.split(' ').next().unwrap_or_default();
    let complete = judgement.command.verb;
    let begun = || {
        machine
            .legal(session.state())
            .chain(machine.verbs)
            .find(|verb| starts_with_ignore_case(verb.name, typed) && !draft.contains(' '))
    };
    let matched = complete.or_else(begun);
    let ghost = matched.map(|verb| ghost(verb, draft)).unwrap_or_default();
    if complete.is_none()
        && let Some(verb) = matched
    {
        let note = Note { args: vec![("verb", verb.name.into())], ..Note::new(verb.key) };
        return Hint { note, ghost, matched, ways: Vec::new(), ..plain("hint-empty", mask_from) };
    }
    let (severity, note) = match explain::worst(&judgement.command.problems) {
        Some(problem) => (problem.kind.severity(), explain::problem_note(session.protocol(), problem)),
        None => {
            let verb = || Note::new(complete.map_or("hint-empty", |verb| verb.key));
            (Severity::Chat, forecast.fact.map_or_else(verb, explain::fact_note))
        }
    };
    Hint { severity, note, ghost, matched, mask_from, reading: judgement.reading, ways }
}

/// The key of what is said where no command is typed, or none can be, and from where the draft is masked then; `None` for a command.
fn no_command(
    session: &Session,
    draft: &str,
    reading: Reading,
    mask_from: Option<usize>,
) -> Option<(&'static str, Option<usize>)> {
    match reading {
        Reading::SaslAnswer { secret } => {
            let mask = (secret && !draft.is_empty() && draft != "*").then_some(0);
            Some((if secret { "hint-sasl-secret" } else { "hint-sasl-answer" }, mask))
        }
        Reading::Message { in_body } => {
            let key = match (draft, in_body) {
                (".", _) => "hint-lone-dot",
                ("", false) => "hint-empty-line",
                (text, _) if text.starts_with('.') => "hint-stuff-dot",
                (_, false) => "hint-header",
                (_, true) => "hint-body",
            };
            Some((key, None))
        }
        Reading::Chunk { .. } => Some(("hint-chunk", None)),
        Reading::Reversed => Some(("hint-reversed", None)),
        Reading::Command if !session.state().is_open() => Some(("hint-no-connection", mask_from)),
        Reading::Command if session.state() == State::Greeting && !session.greeted() => {
            Some(("hint-greeting", mask_from))
        }
        Reading::Command => draft.trim().is_empty().then_some(("hint-empty", None)),
    }
}

/// The part of the syntax the draft has no words for yet.
fn ghost(verb: &Verb, draft: &str) -> String {
    let have = draft.split_ascii_whitespace().count();
    if have <= 1 && !starts_with_ignore_case(draft.trim_end(), verb.name) {
        return format!("{} {}", &verb.name[draft.len().min(verb.name.len())..], verb.syntax).trim_end().into();
    }
    let given = have - 1;
    if verb.syntax.contains(":<") && given >= 1 {
        return String::new();
    }
    let missing: Vec<_> = verb.syntax.split(' ').skip(given).collect();
    missing.join(" ")
}

fn starts_with_ignore_case(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix))
}

/// A verb the prompt may offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chip {
    /// What a click puts into the draft.
    pub insert: String,
    /// What it shows.
    pub label: &'static str,
    /// Where it leads, if elsewhere.
    pub leads_to: Option<State>,
}

/// What is legal now.
pub fn chips(session: &Session) -> Vec<Chip> {
    match session.reading() {
        Reading::Message { .. } => vec![Chip { insert: ".".into(), label: ".", leads_to: Some(State::Greeted) }],
        Reading::SaslAnswer { .. } => vec![Chip { insert: "*".into(), label: "*", leads_to: None }],
        Reading::Chunk { .. } | Reading::Reversed => Vec::new(),
        Reading::Command => session
            .legal()
            .into_iter()
            .map(|(verb, leads_to)| Chip {
                insert: match verb.syntax.split_once('<') {
                    Some((head, _)) => format!("{} {head}<", verb.name),
                    None if verb.syntax.is_empty() || verb.syntax.starts_with('[') => verb.name.into(),
                    None => format!("{} ", verb.name),
                },
                label: verb.name,
                leads_to,
            })
            .collect(),
    }
}

/// Every key named in this file.
pub fn keys() -> &'static [&'static str] {
    &[
        "hint-body",
        "hint-chunk",
        "hint-empty",
        "hint-empty-line",
        "hint-greeting",
        "hint-header",
        "hint-lone-dot",
        "hint-no-connection",
        "hint-reversed",
        "hint-sasl-answer",
        "hint-sasl-secret",
        "hint-stuff-dot",
    ]
}
