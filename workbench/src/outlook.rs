//! Where a line may lead, and where a reply led, as data for the prompt and the explanation. No markup, no sentences.

use mailproto::{
    Class, Edge, Protocol, Session, State,
    session::{Outcome, Role, WireLine},
    token::Side,
};

/// One way a line may go: the replies, and the state after them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// The classes as the wire tells them: `+OK`, `2yz`, or the one code there is.
    pub replies: String,
    /// The codes the standards name; empty in POP3.
    pub codes: String,
    /// The state after it; `None` when the session stays.
    pub to: Option<State>,
    /// Whether it is a way of success.
    pub good: bool,
    /// Whether it is what the standard lets expect.
    pub expected: bool,
}

/// What a reply did to the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The session went along this edge.
    Moved(&'static Edge),
    /// It stayed in this state.
    Stayed(State),
}

/// The ways, those with the same end as one.
pub fn ways(protocol: Protocol, outcomes: &[Outcome]) -> Vec<Way> {
    let mut ways: Vec<Way> = Vec::new();
    for outcome in outcomes {
        let good = matches!(outcome.class, Class::Positive | Class::Intermediate);
        let to = (!outcome.stays).then_some(outcome.to);
        let replies = replies(protocol, outcome);
        let codes: Vec<_> = outcome.codes.iter().map(u16::to_string).collect();
        let codes = codes.join(" ");
        match ways.iter_mut().find(|way| (way.to, way.good, way.expected) == (to, good, outcome.expected)) {
            Some(way) => {
                way.replies = format!("{} {replies}", way.replies);
                way.codes = format!("{} {codes}", way.codes);
            }
            None => ways.push(Way { replies, codes, to, good, expected: outcome.expected }),
        }
    }
    ways
}

fn replies(protocol: Protocol, outcome: &Outcome) -> String {
    let name = match (protocol, outcome.class) {
        (Protocol::Pop3, Class::Positive) => "+OK",
        (Protocol::Pop3, Class::Intermediate) => "+",
        (Protocol::Pop3, Class::Transient | Class::Permanent) => "-ERR",
        (Protocol::Smtp, Class::Positive) => "2yz",
        (Protocol::Smtp, Class::Intermediate) => "3yz",
        (Protocol::Smtp, Class::Transient) => "4yz",
        (Protocol::Smtp, Class::Permanent) => "5yz",
    };
    match outcome.codes.as_slice() {
        [code] => code.to_string(),
        // What is expected is few enough to be told in full.
        codes if outcome.expected && !codes.is_empty() => {
            let codes: Vec<_> = codes.iter().map(u16::to_string).collect();
            codes.join(" ")
        }
        _ => name.into(),
    }
}

/// What may come for a line of the client's that is not answered yet.
pub fn awaited(session: &Session, wire: &WireLine) -> Vec<Way> {
    let forecast = wire.exchange.filter(|_| wire.side == Side::Client).and_then(|id| session.awaited(id));
    forecast.map(|forecast| ways(wire.protocol, &forecast.outcomes)).unwrap_or_default()
}

/// What a reply did to the state; `None` for a line that ends none.
pub fn fate(wire: &WireLine) -> Option<Fate> {
    match (wire.role, wire.moved) {
        (Role::Greeting | Role::Reply { last: true, .. }, Some(edge)) => Some(Fate::Moved(edge)),
        (Role::Greeting | Role::Reply { last: true, .. }, None) => Some(Fate::Stayed(wire.state)),
        _ => None,
    }
}

/// The verbs that were legal where a command was not: told beside the command, or beside its refusal.
pub fn instead(wire: &WireLine, asked: Option<&WireLine>, in_order: Option<bool>) -> Vec<&'static str> {
    let Some(asked) = asked.filter(|_| in_order == Some(false)) else { return Vec::new() };
    let refused = match wire.role {
        Role::Command(_) => true,
        Role::Reply { class, .. } => class == Some(Class::Permanent),
        Role::SaslAnswer
        | Role::Message(_)
        | Role::MessageEnd
        | Role::Greeting
        | Role::Listing(_)
        | Role::Payload(_)
        | Role::PayloadEnd
        | Role::Reversed(_)
        | Role::Unexpected => false,
    };
    let legal = asked.protocol.machine().legal(asked.state).filter(|_| refused);
    legal.map(|verb| verb.name).collect()
}
