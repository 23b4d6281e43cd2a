//! What a connection came to, counted over its lines: what was achieved, and how often the server said no. The sentences are in
//! `locales/`.

use mailproto::{
    Class, Protocol, State, Word,
    session::{Role, WireLine},
};

/// The counts of one connection, kept while lines come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// What was spoken.
    pub protocol: Protocol,
    /// SMTP: messages that the server took over, by DATA or BDAT.
    pub taken: usize,
    /// POP3: messages that RETR brought to their end.
    pub fetched: usize,
    /// POP3: messages that were marked when QUIT was accepted, and so removed (RFC 1939 section 6).
    pub removed: usize,
    /// Commands, answers and messages that the server refused, for now or for good.
    pub refused: usize,
    /// The server has greeted: before that there is nothing to tell.
    begun: bool,
    /// POP3: how many messages are marked.
    marked: usize,
    /// POP3: the exchange that brings a message now.
    fetching: Option<u32>,
}

impl Tally {
    /// Nothing yet.
    pub fn new(protocol: Protocol) -> Self {
        Self { protocol, taken: 0, fetched: 0, removed: 0, refused: 0, begun: false, marked: 0, fetching: None }
    }

    /// Whether the server has greeted, so that there is something to tell.
    pub fn has_begun(&self) -> bool {
        self.begun
    }

    /// Takes the next line.
    pub(crate) fn take(&mut self, wire: &WireLine) {
        self.begun |= wire.role == Role::Greeting;
        if !self.begun {
            return;
        }
        #[expect(clippy::wildcard_enum_match_arm, reason = "what else is said or done is not counted")]
        match wire.role {
            Role::Reply { class: Some(Class::Transient | Class::Permanent), last: true, .. } => self.refused += 1,
            Role::Reply { class: Some(Class::Positive), to: Some(word), last: true, .. } => match word {
                // A yes that ends the mail moves the session; a chunk's does not.
                Word::Data | Word::Bdat if wire.moved.is_some() => self.taken += 1,
                Word::Retr => self.fetching = wire.exchange,
                Word::Dele => self.marked += 1,
                Word::Rset => self.marked = 0,
                Word::Quit if wire.moved.is_some_and(|edge| edge.from == State::Update) => self.removed = self.marked,
                _ => {}
            },
            Role::PayloadEnd if self.fetching.is_some() && wire.exchange == self.fetching => self.fetched += 1,
            _ => {}
        }
    }

    /// The keys of what there is to say, each with its count. What a session is for is told even when there was none of it.
    pub fn said(&self) -> Vec<(&'static str, usize)> {
        let main = match self.protocol {
            Protocol::Pop3 => ("done-fetched", self.fetched),
            Protocol::Smtp => ("done-taken", self.taken),
        };
        let others = [("done-removed", self.removed), ("done-refused", self.refused)];
        [main].into_iter().chain(others.into_iter().filter(|(_, count)| *count > 0)).collect()
    }
}

/// Every key named in this file.
pub fn keys() -> &'static [&'static str] {
    &["done-fetched", "done-refused", "done-removed", "done-taken"]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        net::Cause,
        tape::Tape,
        testing::{connect, end, of, tape},
    };

    fn told(tape: &Tape) -> String {
        let conversation = of(tape);
        let tally = conversation.tally_at(conversation.transcript().len() - 1);
        let said = tally.map(|tally| tally.said()).unwrap_or_default();
        said.iter().map(|(key, count)| format!("{} {count}", &key["done-".len()..])).collect::<Vec<_>>().join(", ")
    }

    #[track_caller]
    fn check(protocol: Protocol, lines: &[&str], expected: &str) {
        let mut tape = tape(protocol, lines);
        end(&mut tape, Cause::Server { truncated: false });
        assert_eq!(told(&tape), expected, "{lines:?}");
    }

    const LOGIN: &[&str] = &["+OK", "> USER ada", "+OK", "> PASS x", "+OK"];
    const MAIL: &[&str] = &["> MAIL FROM:<a@b.test>", "250 ok", "> RCPT TO:<c@d.test>", "250 ok"];

    #[test]
    fn what_a_pop3_session_came_to() {
        let after_login = |rest: &[&'static str]| [LOGIN, rest].concat();
        let letter = ["> RETR 1", "+OK", "Subject: x", "", "."];
        let quit = ["> QUIT", "+OK"];
        check(Protocol::Pop3, &[], "");
        check(Protocol::Pop3, &["-ERR no"], "fetched 0");
        check(
            Protocol::Pop3,
            &["+OK", "> PASS x", "-ERR no", "> STAT", "-ERR no", "> QUIT", "+OK"],
            "fetched 0, refused 2",
        );
        check(Protocol::Pop3, &after_login(&[&letter[..], &quit].concat()), "fetched 1");
        check(Protocol::Pop3, &after_login(&letter[..4]), "fetched 0");
        let marks = ["> DELE 1", "+OK", "> DELE 1", "-ERR gone", "> RSET", "+OK", "> DELE 1", "+OK", "> DELE 2", "+OK"];
        check(Protocol::Pop3, &after_login(&[&marks[..], &quit].concat()), "fetched 0, removed 2, refused 1");
        check(Protocol::Pop3, &after_login(&marks), "fetched 0, refused 1");
        check(
            Protocol::Pop3,
            &after_login(&[&marks[..], &["> QUIT", "-ERR some stay"]].concat()),
            "fetched 0, refused 2",
        );
    }

    #[test]
    fn what_an_smtp_session_came_to() {
        let ehlo = ["220 x", "> EHLO me.test", "250-x", "250 CHUNKING"];
        let after = |rest: &[&[&'static str]]| [&ehlo[..], &rest.concat()].concat();
        let data = ["> DATA", "354 go", "> Subject: x", "> ", "> ."];
        check(Protocol::Smtp, &after(&[]), "taken 0");
        check(Protocol::Smtp, &after(&[MAIL, &data, &["250 ok"], MAIL, &data, &["250 ok"]]), "taken 2");
        check(Protocol::Smtp, &after(&[MAIL, &data, &["552 too big"]]), "taken 0, refused 1");
        check(Protocol::Smtp, &after(&[MAIL, &data]), "taken 0");
        check(Protocol::Smtp, &after(&[MAIL, &["> BDAT 2", "> ", "250 ok", "> BDAT 0 LAST", "250 ok"]]), "taken 1");
        check(
            Protocol::Smtp,
            &after(&[&["> RCPT TO:<c@d.test>", "503-no", "503 no", "> FOO", "500 no"]]),
            "taken 0, refused 2",
        );
    }

    #[test]
    fn each_connection_of_a_record_is_counted_alone() {
        let mut tape = tape(Protocol::Pop3, &["+OK", "> STAT", "-ERR no"]);
        end(&mut tape, Cause::Client);
        let first = of(&tape).transcript().len() - 1;
        connect(&mut tape, Protocol::Pop3, &["+OK", "> QUIT", "+OK"]);
        end(&mut tape, Cause::Server { truncated: false });
        assert_eq!(told(&tape), "fetched 0");
        assert_eq!(of(&tape).tally_at(first).map(|tally| tally.refused), Some(1));
    }
}
