//! The explanation of a place as data: the verdict, the line and its command taken apart, the rule. No markup.

use mailproto::{
    Protocol, State, Verb,
    explain::{self, CodeAnatomy},
    machine::Rfc,
    note::Note,
    sasl::Step,
    session::{Role, WireLine},
    token::{Severity, Side},
};

use crate::{
    conversation::Conversation,
    log::{Piece, pieces},
    outlook::{self, Fate, Way},
    place::Place,
    transcript::Line,
};

/// The explanation of the selected line: the command and its reply together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panel {
    /// The number of the selected line.
    pub number: u32,
    /// Where it is.
    pub place: Place,
    /// What it speaks.
    pub protocol: Protocol,
    /// The verb of the command it is or answers.
    pub verb: Option<&'static Verb>,
    /// The part it plays.
    pub role: Role,
    /// The part of the line it answers, when it is the server's.
    pub asked: Option<Role>,
    /// Who sent the selected line.
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

/// The explanation of a place; `None` where no line is.
pub fn panel(conversation: &Conversation, place: Place) -> Option<Panel> {
    let line = conversation.transcript().line(place.entry)?;
    let wire = &line.wire;
    let explanation = explain::explain(wire);
    let command = command_of(conversation, line);
    let asked = match wire.side {
        Side::Client => Some(line),
        Side::Server => command,
    };
    // Another line of the client's, a SASL answer or a line of a message, is no command and has no verb.
    let (verb, in_order) = match asked.map(|asked| (asked, asked.wire.role)) {
        Some((asked, Role::Command(word))) => {
            let verb = word.and_then(|word| wire.protocol.machine().verb(word));
            let legal = verb.is_some_and(|verb| verb.legal_in(asked.wire.state));
            (verb, Some(legal && !out_of_order(&asked.wire)))
        }
        Some(_) | None => (None, None),
    };
    let command_tie = command.map(|command| tie(&command.wire, explain::explain(&command.wire).tokens));
    let ties = command_tie.into_iter().chain([tie(wire, explanation.tokens)]).collect();
    Some(Panel {
        number: line.number,
        place,
        protocol: wire.protocol,
        verb,
        role: wire.role,
        asked: command.map(|command| command.wire.role),
        side: wire.side,
        lead: explanation.lead,
        severity: explanation.severity,
        fault: explanation.side,
        ties,
        anatomy: explanation.anatomy,
        steps: explanation.steps,
        problems: explanation.problems,
        rule: explanation.rule,
        state: asked.map_or(wire.state, |asked| asked.wire.state),
        in_order,
        instead: outlook::instead(wire, asked.map(|asked| &asked.wire), in_order),
        fate: outlook::fate(wire),
        ways: outlook::awaited(conversation.session(), wire),
    })
}

fn out_of_order(wire: &WireLine) -> bool {
    wire.problems.iter().any(|problem| problem.kind.is_order())
}

/// The command a server's line answers.
fn command_of<'a>(conversation: &'a Conversation, line: &Line) -> Option<&'a Line> {
    let exchange = line.wire.exchange.filter(|_| line.wire.side == Side::Server)?;
    conversation.transcript().line(conversation.exchanges().get(exchange)?.asked?)
}

fn tie(wire: &WireLine, notes: Vec<Note>) -> Tie {
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
    Tie { side: wire.side, encrypted: wire.encrypted, pieces, notes }
}
