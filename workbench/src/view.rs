//! What a page shows, as data computed from the model: rows of the log, the hint at the prompt, the explanation. No markup.

use mailproto::{
    Session, State, Verb,
    explain::{self, CodeAnatomy},
    line::Ending,
    machine::Rfc,
    note::Note,
    sasl::Step,
    session::{Reading, Role, WireLine},
    token::{Problem, ProblemKind, Severity, Side, Span, TokenKind},
};

use crate::{
    model::Model,
    outlook::{self, Fate, Way},
    transcript::{Kind, Line},
};

/// Replies with more lines than this are folded until the learner opens them.
const FOLD_OVER: usize = 24;
/// The most characters of one line the log shows; the rest is counted. All bytes are kept and exported.
pub const SHOWN_CHARS: usize = 2_000;

/// A row of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which entry of the transcript.
    pub index: usize,
    /// The fold this row heads, if it heads a multi-line reply.
    pub fold: Option<Fold>,
}

/// A multi-line reply that can be folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fold {
    /// Which exchange.
    pub exchange: u32,
    /// How many lines follow the first.
    pub more: usize,
    /// Whether they are hidden.
    pub folded: bool,
}

/// The rows to show, folds applied.
pub fn rows(model: &Model) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::with_capacity(model.transcript.len());
    let mut open: Option<(usize, Fold)> = None;
    // Exchanges are numbered anew with each connection: what a session before left in the record is not folded.
    let current = model.transcript.newest_session();
    let mut next = 0;
    while let Some(entry) = model.transcript.get(next) {
        if let Some((_, fold)) = open.as_ref().filter(|(_, fold)| fold.folded) {
            // A folded reply may be a hundred thousand lines, and the page is drawn often while it arrives.
            let past = model.transcript.past(next, fold.exchange);
            if past > next {
                next = past;
                continue;
            }
        }
        let index = next;
        next += 1;
        let role = match &entry.kind {
            Kind::Line(line) => Some((line.wire.role, line.wire.exchange)),
            Kind::HeadersEnd(Side::Server) if open.is_some() => None,
            Kind::Moved(_) | Kind::Encrypted { .. } | Kind::HeadersEnd(_) | Kind::Event(_) => {
                open = None;
                rows.push(Row { index, fold: None });
                continue;
            }
        };
        match (role, &mut open) {
            (Some((Role::Reply { first: true, .. }, Some(exchange))), _) => {
                let follow = model.continuation.binary_search_by_key(&exchange, |(id, _)| *id);
                let more = follow.ok().filter(|_| Some(index) > current).map_or(0, |at| model.continuation[at].1);
                let chosen = model.folds.iter().find(|(id, _)| *id == exchange);
                let folded = chosen.map_or(more > FOLD_OVER, |(_, folded)| *folded);
                let fold = (more > 0).then_some(Fold { exchange, more, folded });
                open = fold.map(|fold| (rows.len(), fold));
                rows.push(Row { index, fold });
            }
            (
                Some((Role::Reply { first: false, .. } | Role::Listing(_) | Role::Payload(_) | Role::PayloadEnd, id)),
                Some((_, fold)),
            ) if id == Some(fold.exchange) => {
                if !fold.folded {
                    rows.push(Row { index, fold: None });
                }
            }
            (None, Some((_, fold))) => {
                if !fold.folded {
                    rows.push(Row { index, fold: None });
                }
            }
            _ => {
                open = None;
                rows.push(Row { index, fold: None });
            }
        }
    }
    rows
}

/// A piece of a wire line with its role, for colouring. The pieces of a line join to the whole of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// What to show; a secret is already masked.
    pub text: String,
    /// Which token it is, `None` for what stands between tokens.
    pub kind: Option<TokenKind>,
}

/// A line cut into pieces for showing, at most [`SHOWN_CHARS`] characters, and how many bytes were left out.
pub fn pieces(wire: &WireLine) -> (Vec<Piece>, usize) {
    let mut pieces = Vec::new();
    let (mut at, mut shown) = (0, 0);
    let length = wire.text.expose().len();
    let mut push = |span: Span, kind: Option<TokenKind>| {
        if span.is_empty() || shown >= SHOWN_CHARS {
            return 0;
        }
        let room = SHOWN_CHARS - shown;
        let cut = Span::new(span.start, span.end.min(span.start + room));
        let text = wire.text.shown_span(cut);
        shown += text.chars().count();
        pieces.push(Piece { text, kind });
        span.end - cut.end
    };
    let mut left_out = 0;
    for token in &wire.tokens {
        push(Span::new(at, token.span.start), None);
        left_out += push(token.span, Some(token.kind));
        at = token.span.end;
    }
    left_out += push(Span::new(at, length), None);
    (pieces, left_out)
}

/// The problems to tell right under a line of the log: from Note upwards, the two worst. What the reply's verdict will
/// say anyway is left to it.
pub fn callouts(wire: &WireLine) -> Vec<(Severity, Option<Side>, Note)> {
    let told = |kind: ProblemKind| {
        let left_to_reply = kind.is_order() || matches!(kind, ProblemKind::MessageDeleted | ProblemKind::NoSuchMessage);
        kind.severity() >= Severity::Note && !left_to_reply
    };
    let note = |problem: &Problem| match (problem.kind, problem.reason()) {
        // The command's place is the reason, and says more than that it was refused for its place.
        (ProblemKind::RefusedOrder, Some(reason)) => explain::problem_note(wire.protocol, &reason),
        _ => explain::problem_note(wire.protocol, problem),
    };
    explain::worst_first(&wire.problems)
        .filter(|problem| told(problem.kind))
        .take(2)
        .map(|problem| (problem.kind.severity(), problem.kind.fault(), note(problem)))
        .collect()
}

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
    match judgement.reading {
        Reading::SaslAnswer { secret } => {
            let mask = (secret && !draft.is_empty() && draft != "*").then_some(0);
            return plain(if secret { "hint-sasl-secret" } else { "hint-sasl-answer" }, mask);
        }
        Reading::Message { in_body } => {
            let key = match (draft, in_body) {
                (".", _) => "hint-lone-dot",
                ("", false) => "hint-empty-line",
                (text, _) if text.starts_with('.') => "hint-stuff-dot",
                (_, false) => "hint-header",
                (_, true) => "hint-body",
            };
            return plain(key, None);
        }
        Reading::Chunk { left } => {
            let note = Note { args: vec![("count", left.to_string())], ..Note::new("hint-chunk") };
            return Hint { note, ..plain("hint-chunk", None) };
        }
        Reading::Reversed => return plain("hint-reversed", None),
        Reading::Command => {}
    }
    if !session.state().is_open() {
        return plain("hint-no-connection", mask_from);
    }
    if session.state() == State::Greeting && !session.greeted() {
        return plain("hint-greeting", mask_from);
    }
    if draft.trim().is_empty() {
        return plain("hint-empty", None);
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

/// The explanation of the selected line: the command and its reply together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panel {
    /// The number of the selected line.
    pub number: u32,
    /// Its index in the transcript.
    pub index: usize,
    /// The verb of the command it belongs to, for the title.
    pub verb: Option<&'static str>,
    /// Whether the selected line is the server's.
    pub side: Side,
    /// The one-sentence verdict.
    pub lead: Note,
    /// How serious.
    pub severity: Severity,
    /// Whose side it is on.
    pub fault: Option<Side>,
    /// The lines taken apart: the command first, then its reply.
    pub ties: Vec<Tie>,
    /// SMTP's code, digit by digit, when the selected line has one.
    pub anatomy: Option<CodeAnatomy>,
    /// The steps of a login that the selected line takes.
    pub steps: Vec<Step>,
    /// All problems, worst first.
    pub problems: Vec<Note>,
    /// The section that rules the line.
    pub rule: Option<Rfc>,
    /// The state the line was in, and whether its command was in order there.
    pub state: State,
    /// Whether the command was legal in that state; `None` when there is no command.
    pub in_order: Option<bool>,
    /// The verbs that were legal there, when the command was not.
    pub instead: Vec<&'static str>,
    /// What the reply did to the state, once it is whole.
    pub fate: Option<Fate>,
    /// What may come, as long as the line is not answered.
    pub ways: Vec<Way>,
}

/// One line with its tokens tied to their meanings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tie {
    /// Whose line.
    pub side: Side,
    /// Whether it was encrypted.
    pub encrypted: bool,
    /// Its pieces; `note` is the index into `notes`.
    pub pieces: Vec<(Piece, Option<usize>)>,
    /// The meanings, in the order of the line.
    pub notes: Vec<Note>,
}

/// The entry whose explanation is shown: the selected one, else the newest wire line.
pub fn selected(model: &Model) -> Option<usize> {
    let rows = rows(model);
    let is_line = |row: &&Row| model.transcript.line(row.index).is_some();
    let chosen = rows.iter().filter(is_line).find(|row| Some(row.index) == model.selected);
    // A folded reply is spoken for by its first line.
    chosen.or_else(|| rows.iter().rev().find(is_line)).map(|row| row.index)
}

/// The explanation to show.
pub fn panel(model: &Model) -> Option<Panel> {
    let index = selected(model)?;
    let line = model.transcript.line(index)?;
    let protocol = model.session.protocol();
    let explanation = explain::explain(&line.wire);
    let command = command_of(model, index, line);
    let word = match (line.wire.role, command) {
        (Role::Command(word), _) => word,
        (_, Some(command)) => match command.wire.role {
            Role::Command(word) => word,
            _ => None,
        },
        (_, None) => None,
    };
    let verb = word.and_then(|word| protocol.machine().verb(word));
    let mut ties = Vec::new();
    if let Some(command) = command {
        ties.push(tie(&command.wire));
    }
    ties.push(tie(&line.wire));
    let asked = if line.wire.side == Side::Client { Some(line) } else { command };
    let in_order = asked.and_then(|line| match line.wire.role {
        Role::Command(Some(_)) => {
            Some(verb.is_some_and(|verb| verb.legal_in(line.wire.state)) && !out_of_order(&line.wire))
        }
        Role::Command(None) => Some(false),
        _ => None,
    });
    Some(Panel {
        number: line.number,
        index,
        verb: verb.map(|verb| verb.name),
        side: line.wire.side,
        lead: explanation.lead,
        severity: explanation.severity,
        fault: explanation.side,
        ties,
        anatomy: explanation.anatomy,
        steps: explanation.steps,
        problems: explanation.problems,
        rule: explanation.rule,
        state: asked.map_or(line.wire.state, |line| line.wire.state),
        in_order,
        instead: outlook::instead(&line.wire, asked.map(|line| &line.wire), in_order),
        fate: outlook::fate(&line.wire),
        ways: outlook::awaited(&model.session, &line.wire),
    })
}

fn out_of_order(wire: &WireLine) -> bool {
    wire.problems.iter().any(|problem| problem.kind.is_order())
}

/// The command a server's line answers.
pub fn command_of<'a>(model: &'a Model, index: usize, line: &Line) -> Option<&'a Line> {
    let exchange = line.wire.exchange.filter(|_| line.wire.side == Side::Server)?;
    (0..index).rev().find_map(|at| {
        let line = model.transcript.line(at)?;
        (line.wire.side == Side::Client && line.wire.exchange == Some(exchange)).then_some(line)
    })
}

fn tie(wire: &WireLine) -> Tie {
    let explanation = explain::explain(wire);
    let (shown, _) = pieces(wire);
    let mut next = 0;
    let pieces = shown
        .into_iter()
        .map(|piece| {
            let note = piece.kind.map(|_| {
                next += 1;
                next - 1
            });
            (piece, note)
        })
        .collect();
    Tie { side: wire.side, encrypted: wire.encrypted, pieces, notes: explanation.tokens }
}

/// The words that mark a line's ending in the log.
pub fn ending_mark(ending: Ending) -> &'static str {
    match ending {
        Ending::CrLf => "CRLF",
        Ending::Lf => "LF",
        Ending::Cr => "CR",
        Ending::None => "",
    }
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
