//! POP3 as a table: states, verbs and edges of RFC 1939 with CAPA, STLS and AUTH. Parsing is in `parse`.

mod edges;
mod parse;
mod replies;
mod verbs;

pub(crate) use parse::parse;
pub(crate) use replies::timestamp;
pub use replies::{first_line, payload_line};

use crate::machine::{Machine, Protocol, State};

/// The whole of POP3 as one table.
pub static MACHINE: Machine = Machine {
    protocol: Protocol::Pop3,
    states: &[
        State::NoConnection,
        State::Greeting,
        State::Authorization,
        State::UserGiven,
        State::Sasl,
        State::Tls,
        State::Transaction,
        State::Update,
        State::Closed,
    ],
    verbs: verbs::VERBS,
    edges: edges::EDGES,
};
