//! The transitions of SMTP. What is not a row here leaves the session where it is.

use crate::machine::{
    Class::{Intermediate, Permanent, Positive, Transient},
    Edge,
    On::{self, Connect, End, Greeting, Reply, TlsUp},
    State::{self, Closed, Connected, Data, Greeted, NoConnection, Recipients, Reversed, Sasl, Sender, Tls},
    Word, rfc,
};

const fn edge(from: State, on: On, to: State, section: &'static str) -> Edge {
    Edge { from, on, to, rfc: rfc(5321, section) }
}

const fn other(from: State, on: On, to: State, number: u16, section: &'static str) -> Edge {
    Edge { from, on, to, rfc: rfc(number, section) }
}

pub(super) static EDGES: &[Edge] = &[
    edge(NoConnection, Connect, State::Greeting, "3.1"),
    edge(State::Greeting, Greeting(Positive), Connected, "3.1"),
    // 554 instead of 220: only QUIT is in order now; we stand where the greeting left us.
    edge(State::Greeting, Reply(Word::Quit, Positive), Closed, "3.1"),
    edge(Connected, Reply(Word::Ehlo, Positive), Greeted, "4.1.1.1"),
    edge(Connected, Reply(Word::Helo, Positive), Greeted, "4.1.1.1"),
    edge(Sender, Reply(Word::Ehlo, Positive), Greeted, "4.1.4"),
    edge(Sender, Reply(Word::Helo, Positive), Greeted, "4.1.4"),
    edge(Recipients, Reply(Word::Ehlo, Positive), Greeted, "4.1.4"),
    edge(Recipients, Reply(Word::Helo, Positive), Greeted, "4.1.4"),
    other(Greeted, Reply(Word::Starttls, Positive), Tls, 3207, "4"),
    other(Connected, Reply(Word::Starttls, Positive), Tls, 3207, "4"),
    other(Sender, Reply(Word::Starttls, Positive), Tls, 3207, "4"),
    other(Recipients, Reply(Word::Starttls, Positive), Tls, 3207, "4"),
    other(Tls, TlsUp, Connected, 3207, "4.2"),
    other(Greeted, Reply(Word::Auth, Intermediate), Sasl, 4954, "4"),
    other(Connected, Reply(Word::Auth, Intermediate), Sasl, 4954, "4"),
    other(Sasl, Reply(Word::Auth, Positive), Greeted, 4954, "4"),
    other(Sasl, Reply(Word::Auth, Permanent), Greeted, 4954, "4"),
    other(Sasl, Reply(Word::Auth, Transient), Greeted, 4954, "4"),
    other(Greeted, Reply(Word::Atrn, Positive), Reversed, 2645, "5.3"),
    other(Greeted, Reply(Word::Turn, Positive), Reversed, 821, "3.8"),
    other(Connected, Reply(Word::Turn, Positive), Reversed, 821, "3.8"),
    edge(Greeted, Reply(Word::Mail, Positive), Sender, "3.3"),
    edge(Greeted, Reply(Word::Send, Positive), Sender, "4.1.4"),
    edge(Greeted, Reply(Word::Soml, Positive), Sender, "4.1.4"),
    edge(Greeted, Reply(Word::Saml, Positive), Sender, "4.1.4"),
    // Not in the standard, but what a lenient server does when MAIL comes before EHLO.
    edge(Connected, Reply(Word::Mail, Positive), Sender, "4.1.4"),
    edge(Sender, Reply(Word::Rcpt, Positive), Recipients, "3.3"),
    edge(Recipients, Reply(Word::Data, Intermediate), Data, "3.3"),
    edge(Sender, Reply(Word::Data, Intermediate), Data, "3.3"),
    // Of the chunks, only the last one ends the mail: the observer takes this edge for BDAT LAST alone.
    other(Recipients, Reply(Word::Bdat, Positive), Greeted, 3030, "2"),
    edge(Data, Reply(Word::Data, Positive), Greeted, "4.1.1.4"),
    edge(Data, Reply(Word::Data, Transient), Greeted, "4.1.1.4"),
    edge(Data, Reply(Word::Data, Permanent), Greeted, "4.1.1.4"),
    edge(Sender, Reply(Word::Rset, Positive), Greeted, "4.1.1.5"),
    edge(Recipients, Reply(Word::Rset, Positive), Greeted, "4.1.1.5"),
    edge(Connected, Reply(Word::Quit, Positive), Closed, "4.1.1.10"),
    edge(Greeted, Reply(Word::Quit, Positive), Closed, "4.1.1.10"),
    edge(Sender, Reply(Word::Quit, Positive), Closed, "4.1.1.10"),
    edge(Recipients, Reply(Word::Quit, Positive), Closed, "4.1.1.10"),
    edge(State::Greeting, End, Closed, "3.8"),
    edge(Connected, End, Closed, "3.8"),
    edge(Greeted, End, Closed, "3.8"),
    edge(Sasl, End, Closed, "3.8"),
    edge(Reversed, End, Closed, "3.8"),
    // A handshake that fails ends the connection.
    other(Tls, End, Closed, 8446, "6.2"),
    // A mail that is begun is cancelled.
    edge(Sender, End, Closed, "4.1.1.10"),
    edge(Recipients, End, Closed, "4.1.1.10"),
    edge(Data, End, Closed, "4.1.1.10"),
    edge(Closed, Connect, State::Greeting, "3.1"),
];
