//! The transitions of POP3. What is not a row here leaves the session where it is.

use crate::machine::{
    Class::{Intermediate, Permanent, Positive},
    Edge,
    On::{self, Connect, End, Greeting, Reply, Sent, TlsUp},
    State::{self, Authorization, Closed, NoConnection, Sasl, Tls, Transaction, Update, UserGiven},
    Word, rfc,
};

const fn edge(from: State, on: On, to: State, section: &'static str) -> Edge {
    Edge { from, on, to, rfc: rfc(1939, section) }
}

const fn other(from: State, on: On, to: State, number: u16, section: &'static str) -> Edge {
    Edge { from, on, to, rfc: rfc(number, section) }
}

pub(super) static EDGES: &[Edge] = &[
    edge(NoConnection, Connect, State::Greeting, "3"),
    edge(State::Greeting, Greeting(Positive), Authorization, "4"),
    edge(Authorization, Reply(Word::User, Positive), UserGiven, "7"),
    edge(UserGiven, Reply(Word::User, Permanent), Authorization, "7"),
    edge(UserGiven, Reply(Word::Pass, Positive), Transaction, "7"),
    edge(UserGiven, Reply(Word::Pass, Permanent), Authorization, "7"),
    edge(Authorization, Reply(Word::Pass, Positive), Transaction, "7"),
    edge(Authorization, Reply(Word::Apop, Positive), Transaction, "7"),
    edge(UserGiven, Reply(Word::Apop, Positive), Transaction, "7"),
    edge(UserGiven, Reply(Word::Apop, Permanent), Authorization, "7"),
    other(Authorization, Reply(Word::Auth, Intermediate), Sasl, 5034, "4"),
    other(Authorization, Reply(Word::Auth, Positive), Transaction, 5034, "4"),
    other(UserGiven, Reply(Word::Auth, Intermediate), Sasl, 5034, "4"),
    other(UserGiven, Reply(Word::Auth, Positive), Transaction, 5034, "4"),
    other(UserGiven, Reply(Word::Auth, Permanent), Authorization, 5034, "4"),
    other(Sasl, Reply(Word::Auth, Positive), Transaction, 5034, "4"),
    other(Sasl, Reply(Word::Auth, Permanent), Authorization, 5034, "4"),
    other(Authorization, Reply(Word::Stls, Positive), Tls, 2595, "4"),
    other(UserGiven, Reply(Word::Stls, Positive), Tls, 2595, "4"),
    other(Tls, TlsUp, Authorization, 2595, "4"),
    edge(Transaction, Sent(Word::Quit), Update, "6"),
    // QUIT in a form that only a lenient server takes.
    edge(Transaction, Reply(Word::Quit, Positive), Closed, "6"),
    edge(Update, Reply(Word::Quit, Positive), Closed, "6"),
    edge(Update, Reply(Word::Quit, Permanent), Closed, "6"),
    edge(Authorization, Reply(Word::Quit, Positive), Closed, "4"),
    edge(UserGiven, Reply(Word::Quit, Positive), Closed, "4"),
    // Commands and replies follow each other until the connection is closed or aborted, or a server waited too long.
    edge(State::Greeting, End, Closed, "3"),
    edge(Authorization, End, Closed, "3"),
    edge(UserGiven, End, Closed, "3"),
    edge(Sasl, End, Closed, "3"),
    // A handshake that fails ends the connection.
    other(Tls, End, Closed, 8446, "6.2"),
    // Without QUIT, nothing is removed.
    edge(Transaction, End, Closed, "6"),
    edge(Update, End, Closed, "6"),
    edge(Closed, Connect, State::Greeting, "3"),
];
