//! The login tools as data: which ways to log in there are now, and the line that comes next. What was typed stays with the
//! component that asks.

use mailproto::{
    Session, State,
    sasl::{self, Composition, Situation, Way},
    session::Reading,
};

/// A way to log in, and what the server said about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The mechanism or commands it goes by.
    pub way: Way,
    /// Whether the server offers it; `None` when it has not said.
    pub offered: Option<bool>,
}

/// The ways of this session, in order. During an exchange only its own is left, if it is one.
pub fn choices(session: &Session) -> Vec<Choice> {
    if let Some(run) = session.login() {
        return Way::of(&run.mechanism).map(|way| Choice { way, offered: Some(true) }).into_iter().collect();
    }
    let offered = |way| match way {
        Way::UserPass => None,
        Way::Apop => session.greeted().then(|| session.timestamp().is_some()),
        Way::Plain | Way::Login | Way::CramMd5 => session.offers_mechanism(way.name()),
    };
    Way::all(session.protocol()).iter().map(|&way| Choice { way, offered: offered(way) }).collect()
}

/// The way to begin with: the first one the server offers that does not give the password away, or the first of all.
pub fn preferred(session: &Session) -> Way {
    let choices = choices(session);
    let safe = |choice: &&Choice| choice.offered == Some(true) && matches!(choice.way, Way::Apop | Way::CramMd5);
    let first = |choices: &[Choice]| choices.first().map_or(Way::Plain, |choice| choice.way);
    choices.iter().find(safe).map_or_else(|| first(&choices), |choice| choice.way)
}

/// Makes the line that comes next.
pub fn compose(session: &Session, way: Way, user: &str, password: &str) -> Composition {
    let reading = session.reading();
    let waiting = session.unanswered() > 0 || !session.greeted() || matches!(reading, Reading::Message { .. });
    let run = session.login();
    // An AUTH that was begun without our knowing its mechanism cannot be answered here.
    let state = if session.state() == State::Sasl && run.is_none() { State::Closed } else { session.state() };
    let place = Situation { protocol: session.protocol(), state, waiting, timestamp: session.timestamp(), run };
    sasl::compose(place, way, user, password)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use mailproto::{Protocol, line::Ending};
    use practice::{Connection, PostOffice, Service, Timestamp};

    use super::*;

    /// A session with the practice server, seen by the observer.
    struct Pair {
        office: PostOffice,
        connection: Connection,
        session: Session,
    }

    impl Pair {
        fn open(service: Service) -> Self {
            let now = Timestamp(1_795_211_160);
            let mut office = PostOffice::seeded(now);
            let (connection, output) = Connection::open(&mut office, service, "192.0.2.7", now, 1896);
            let protocol = if service == Service::Pop3 { Protocol::Pop3 } else { Protocol::Smtp };
            let mut session = Session::new(protocol);
            _ = session.connected(false);
            _ = session.received(&output.bytes);
            Self { office, connection, session }
        }

        fn say(&mut self, line: &[u8]) {
            _ = self.session.sent(line, Ending::CrLf);
            let wire = [line, b"\r\n"].concat();
            let output = self.connection.receive(&mut self.office, &wire, Timestamp(1_795_211_160));
            _ = self.session.received(&output.bytes);
        }
    }

    /// What is made here, the practice server accepts: line after line until the login is done.
    #[test]
    fn the_practice_server_accepts_what_is_made() {
        fn check(service: Service, way: Way, lines: usize) {
            let mut pair = Pair::open(service);
            let smtp = service == Service::Smtp;
            pair.say(if smtp { b"EHLO laptop.example.test" } else { b"CAPA" });
            let choice = choices(&pair.session).into_iter().find(|choice| choice.way == way).unwrap();
            assert_ne!(choice.offered, Some(false), "{way:?}");
            for _ in 0..lines {
                let made = compose(&pair.session, way, "ada", "lovelace");
                let line = made.line.unwrap_or_else(|| panic!("{way:?}: {}", made.key));
                pair.say(line.expose());
            }
            let state = if smtp { State::Greeted } else { State::Transaction };
            assert_eq!(pair.session.state(), state, "{service:?} {way:?}");
            assert_eq!(compose(&pair.session, way, "ada", "lovelace").line.is_some(), smtp);
        }
        for (way, lines) in [(Way::Plain, 1), (Way::Login, 3), (Way::CramMd5, 2)] {
            check(Service::Pop3, way, lines);
            check(Service::Smtp, way, lines);
        }
        check(Service::Pop3, Way::UserPass, 2);
        check(Service::Pop3, Way::Apop, 1);
    }

    #[test]
    fn what_is_offered() {
        let mut pair = Pair::open(Service::Pop3);
        assert_eq!(preferred(&pair.session), Way::Apop);
        let offered = |pair: &Pair| choices(&pair.session).into_iter().map(|choice| choice.offered).collect::<Vec<_>>();
        assert_eq!(offered(&pair), [None, Some(true), None, None, None]);
        pair.say(b"CAPA");
        assert_eq!(offered(&pair), [None, Some(true), Some(true), Some(true), Some(true)]);
        pair.say(b"AUTH PLAIN");
        assert_eq!(choices(&pair.session), [Choice { way: Way::Plain, offered: Some(true) }]);
        pair.say(b"*");
        assert_eq!(choices(&pair.session).len(), 5);
        assert_eq!(compose(&Session::new(Protocol::Pop3), Way::Apop, "ada", "x").key, "sasl-lacks-reply");
    }
}
