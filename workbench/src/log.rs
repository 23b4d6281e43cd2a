//! The log as data: which entries show as rows, what is folded, a line in its pieces, what is said right under it. No markup.

use mailproto::{
    explain,
    line::Ending,
    note::Note,
    session::{Role, WireLine},
    token::{Problem, ProblemKind, Severity, Side, Span, TokenKind},
};

use crate::{
    conversation::Conversation,
    look::Look,
    place::Place,
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
pub fn rows(conversation: &Conversation, look: &Look) -> Vec<Row> {
    let transcript = conversation.transcript();
    let mut rows: Vec<Row> = Vec::with_capacity(transcript.len());
    // The reply whose lines follow now.
    let mut open: Option<Fold> = None;
    let mut next = 0;
    while let Some(entry) = transcript.get(next) {
        if let Some(fold) = open.filter(|fold| fold.folded) {
            // A folded reply may be a hundred thousand lines, and the page is drawn often while it arrives.
            let past = transcript.past(next, fold.exchange);
            if past > next {
                next = past;
                continue;
            }
        }
        let index = next;
        next += 1;
        let of_open = match &entry.kind {
            Kind::Line(line) => goes_on(line).is_some_and(|id| open.is_some_and(|fold| fold.exchange == id)),
            Kind::HeadersEnd(Side::Server) => open.is_some(),
            Kind::Moved(_) | Kind::Encrypted { .. } | Kind::HeadersEnd(Side::Client) | Kind::Incident(_) => false,
        };
        if of_open {
            if open.is_some_and(|fold| !fold.folded) {
                rows.push(Row { index, fold: None });
            }
            continue;
        }
        open = match &entry.kind {
            Kind::Line(line) => head(conversation, look, line),
            Kind::Moved(_) | Kind::Encrypted { .. } | Kind::HeadersEnd(_) | Kind::Incident(_) => None,
        };
        rows.push(Row { index, fold: open });
    }
    rows
}

/// The exchange of which this is a line behind the first of the reply.
fn goes_on(line: &Line) -> Option<u32> {
    match line.wire.role {
        Role::Reply { first: false, .. } | Role::Listing(_) | Role::Payload(_) | Role::PayloadEnd => line.wire.exchange,
        Role::Reply { first: true, .. }
        | Role::Command(_)
        | Role::SaslAnswer
        | Role::Message(_)
        | Role::MessageEnd
        | Role::Greeting
        | Role::Reversed(_)
        | Role::Unexpected => None,
    }
}

/// The fold that the first line of a reply heads.
fn head(conversation: &Conversation, look: &Look, line: &Line) -> Option<Fold> {
    let Role::Reply { first: true, .. } = line.wire.role else { return None };
    let exchange = conversation.exchanges().get(line.wire.exchange?)?;
    let more = exchange.more;
    (more > 0).then(|| Fold { exchange: exchange.id, more, folded: is_folded(look, exchange.id, more) })
}

/// Whether a reply with so many lines behind its first one is folded: as the learner chose, else when it is long.
fn is_folded(look: &Look, exchange: u32, more: usize) -> bool {
    let chosen = look.folds.iter().find(|(id, _)| *id == exchange);
    chosen.map_or(more > FOLD_OVER, |(_, folded)| *folded)
}

/// The place whose explanation is shown: the chosen line if it is in sight, else the newest line that is.
pub(crate) fn shown_place(conversation: &Conversation, look: &Look) -> Option<Place> {
    let transcript = conversation.transcript();
    // The reply that hides a line, by its first line.
    let hidden_by = |index: usize| {
        let exchange = conversation.exchanges().get(goes_on(transcript.line(index)?)?)?;
        exchange.reply.filter(|_| is_folded(look, exchange.id, exchange.more))
    };
    let is_line = |place: &Place| transcript.line(place.entry).is_some() && hidden_by(place.entry).is_none();
    if let Some(chosen) = look.selected.filter(is_line) {
        return Some(chosen);
    }
    let newest = transcript.newest_line()?;
    // A line that a fold hides gives way to the first line of its reply, or to what was typed while the reply came.
    let shown =
        hidden_by(newest).map_or(newest, |head| transcript.newest_client_line().map_or(head, |line| line.max(head)));
    Some(Place::entry(shown))
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

/// The words that mark a line's ending in the log.
pub fn ending_mark(ending: Ending) -> &'static str {
    match ending {
        Ending::CrLf => "CRLF",
        Ending::Lf => "LF",
        Ending::Cr => "CR",
        Ending::None => "",
    }
}
