//! SMTP as a table: states, verbs and edges of RFC 5321 with STARTTLS and AUTH. Parsing is in `parse`.

mod edges;
mod parameters;
mod parse;
mod replies;
mod verbs;

pub use parameters::{PARAMETERS, Parameter, is_xtext};
pub(crate) use parse::parse;
pub use replies::{CODES, Code, ReplyPart, reply_line};
pub use verbs::{DATA_CODES, MESSAGE_CODES, SASL_CODES};

use crate::machine::{Machine, Protocol, State};

/// The whole of SMTP as one table.
pub static MACHINE: Machine = Machine {
    protocol: Protocol::Smtp,
    states: &[
        State::NoConnection,
        State::Greeting,
        State::Connected,
        State::Greeted,
        State::Sasl,
        State::Tls,
        State::Sender,
        State::Recipients,
        State::Data,
        State::Reversed,
        State::Closed,
    ],
    verbs: verbs::VERBS,
    edges: edges::EDGES,
};
