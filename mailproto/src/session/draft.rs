//! A line on its way to becoming an event, in either direction: what is found about it, piece by piece. What is found, `client` and
//! `server` say.

use super::{Event, Role, Session, WireLine};
use crate::{
    line::Ending,
    octets::Octets,
    sasl::Step,
    secret::Verbatim,
    token::{Problem, Side, Span, Token},
};

/// What was found about a line so far.
pub(super) struct Draft {
    pub role: Role,
    pub exchange: Option<u32>,
    pub tokens: Vec<Token>,
    pub problems: Vec<Problem>,
    /// The parts nobody should see.
    pub hidden: Vec<Span>,
    pub decoded: Option<String>,
    pub opens: bool,
    pub steps: Vec<Step>,
}

impl Draft {
    /// Nothing but its part in the dialogue.
    pub fn new(role: Role, exchange: Option<u32>) -> Self {
        Self {
            role,
            exchange,
            tokens: Vec::new(),
            problems: Vec::new(),
            hidden: Vec::new(),
            decoded: None,
            opens: false,
            steps: Vec::new(),
        }
    }
}

impl Session {
    /// The line as it is told, in the state the session is in now.
    #[inline]
    pub(super) fn line(&self, side: Side, draft: Draft, bytes: Octets, ending: Ending) -> WireLine {
        WireLine {
            protocol: self.protocol,
            side,
            text: Verbatim::new(bytes, draft.hidden),
            ending,
            encrypted: self.encrypted,
            role: draft.role,
            exchange: draft.exchange,
            state: self.state,
            tokens: draft.tokens,
            problems: draft.problems,
            decoded: draft.decoded,
            moved: None,
            opens: draft.opens,
            steps: draft.steps,
        }
    }

    /// Tells of a line that the client sent.
    pub(super) fn tell_sent(&self, draft: Draft, line: &[u8], ending: Ending, events: &mut Vec<Event>) {
        events.push(Event::Line(Box::new(self.line(Side::Client, draft, line.into(), ending))));
    }
}
