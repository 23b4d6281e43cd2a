//! The few steps each example of the start page suggests, ticked off as the session goes. Labs with goals are richer than this.

use mailproto::{Class, Edge, On, State, Word, session::Role};
use serde::{Deserialize, Serialize};

/// The three examples of the start page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Example {
    /// Read mail by POP3.
    Read,
    /// Send mail by SMTP.
    Send,
    /// Drop the line before QUIT.
    Break,
}

impl Example {
    /// All, in the order they stand.
    pub const ALL: [Example; 3] = [Self::Read, Self::Send, Self::Break];
}

/// The steps of one example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guide {
    /// Which example.
    pub example: Example,
    /// How many steps are done; they are done in order.
    pub done: usize,
}

/// A step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The key of its sentence.
    pub key: &'static str,
    /// What a learner may type for it; not for the prompt to fill in, but to read.
    pub example: &'static str,
    done: Done,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Done {
    /// The server accepted the command.
    Accepted(Word),
    /// The session reached the state.
    Reached(State),
    /// The message was taken over.
    Delivered,
    /// The connection ended before QUIT was answered.
    Cut,
}

const fn accepted(key: &'static str, example: &'static str, word: Word) -> Step {
    Step { key, example, done: Done::Accepted(word) }
}

const READ: &[Step] = &[
    accepted("step-user", "USER ada", Word::User),
    Step { key: "step-pass", example: "PASS lovelace", done: Done::Reached(State::Transaction) },
    accepted("step-list", "LIST", Word::List),
    accepted("step-retr", "RETR 1", Word::Retr),
    Step { key: "step-pop3-quit", example: "QUIT", done: Done::Reached(State::Closed) },
];

const SEND: &[Step] = &[
    accepted("step-ehlo", "EHLO laptop.example.test", Word::Ehlo),
    accepted("step-mail", "MAIL FROM:<grace@example.test>", Word::Mail),
    accepted("step-rcpt", "RCPT TO:<ada@example.test>", Word::Rcpt),
    Step { key: "step-data", example: "DATA", done: Done::Reached(State::Data) },
    Step { key: "step-dot", example: ".", done: Done::Delivered },
    Step { key: "step-smtp-quit", example: "QUIT", done: Done::Reached(State::Closed) },
];

const BREAK: &[Step] = &[
    accepted("step-user", "USER ada", Word::User),
    Step { key: "step-pass", example: "PASS lovelace", done: Done::Reached(State::Transaction) },
    accepted("step-dele", "DELE 2", Word::Dele),
    Step { key: "step-cut", example: "", done: Done::Cut },
    Step { key: "step-return", example: "USER ada", done: Done::Reached(State::Transaction) },
    accepted("step-count", "STAT", Word::Stat),
];

impl Guide {
    /// None done.
    pub fn new(example: Example) -> Self {
        Self { example, done: 0 }
    }

    /// Its steps.
    pub fn steps(&self) -> &'static [Step] {
        steps(self.example)
    }

    /// A reply came.
    pub(crate) fn answered(&mut self, role: Role) {
        let Role::Reply { class: Some(Class::Positive), to: Some(word), last: true, .. } = role else { return };
        self.tick(|done| done == Done::Accepted(word));
    }

    /// The state changed.
    pub(crate) fn moved(&mut self, edge: &Edge) {
        let delivered = edge.from == State::Data && edge.on == On::Reply(Word::Data, Class::Positive);
        let cut = edge.on == On::End && edge.from == State::Transaction;
        // A state can be reached in other ways than the steps suggest: what stands before it is then done as well.
        let reached = self.steps().iter().skip(self.done).position(|step| step.done == Done::Reached(edge.to));
        if let Some(ahead) = reached.filter(|_| edge.to == State::Transaction) {
            self.done += ahead + 1;
            return;
        }
        self.tick(|done| match done {
            Done::Reached(state) => state == edge.to,
            Done::Delivered => delivered,
            Done::Cut => cut,
            Done::Accepted(_) => false,
        });
    }

    fn tick(&mut self, fits: impl Fn(Done) -> bool) {
        if self.steps().get(self.done).is_some_and(|step| fits(step.done)) {
            self.done += 1;
        }
    }
}

/// The steps of an example.
pub fn steps(example: Example) -> &'static [Step] {
    match example {
        Example::Read => READ,
        Example::Send => SEND,
        Example::Break => BREAK,
    }
}

/// Every key of this file.
pub fn keys() -> impl Iterator<Item = &'static str> {
    Example::ALL.into_iter().flat_map(steps).map(|step| step.key)
}
