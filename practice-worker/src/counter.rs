//! The counter of the practice post office inside the page: its connections, and what is said about them. Nothing here knows the
//! browser; messages, clock and chance are the caller's.

use std::collections::BTreeMap;

use practice::{Connection, Fault, Faulty, Output, PostOffice, Scenario, Service, Then, Timestamp};
use wire::{FromPractice, ToPractice};

use crate::mx;

/// The most connections at a time: twice what the page has sessions, so that those it has just left do not count.
const MOST_GUESTS: usize = 16;

/// The post office and the connections to it.
#[derive(Debug)]
pub struct Counter {
    /// Kept as long as the worker, so that mail sent by SMTP can be fetched by POP3.
    office: PostOffice,
    /// The connections, by the page's numbers.
    guests: BTreeMap<u32, Guest>,
}

/// A client: its connection, and what this end of it knows.
#[derive(Debug)]
struct Guest {
    connection: Faulty,
    /// Whether TLS is on.
    encrypted: bool,
    /// Until when the server reads nothing.
    waits: Option<Timestamp>,
    /// What the client sent meanwhile.
    unread: Vec<u8>,
}

/// What is said to the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// A message.
    Message(FromPractice),
    /// The server's bytes on a connection.
    Bytes(u32, Vec<u8>),
    /// Nothing to the page: [`Counter::wake`] is to be called for a connection then.
    WakeAt(u32, Timestamp),
}

impl Counter {
    /// Opens a post office with mail dated before `now`.
    pub fn new(now: Timestamp) -> Self {
        Self { office: PostOffice::seeded(now), guests: BTreeMap::new() }
    }

    /// The page said something. `seed` is unlike those before it.
    pub fn hear(&mut self, message: ToPractice, now: Timestamp, seed: u64) -> Vec<Said> {
        match message {
            ToPractice::Open { number, port } => self.open(number, port, now, seed),
            ToPractice::TlsUp { number } => {
                if let Some(guest) = self.guests.get_mut(&number) {
                    guest.encrypted = true;
                    guest.connection.tls_established();
                }
                Vec::new()
            }
            ToPractice::HangUp { number } => {
                self.hang_up(number);
                Vec::new()
            }
            ToPractice::MailHosts { domain } => {
                let told = mx::look_up(Scenario::standard(), &domain);
                vec![Said::Message(FromPractice::MailHosts { told })]
            }
        }
    }

    /// The client sent bytes on a connection.
    pub fn receive(&mut self, number: u32, bytes: &[u8], now: Timestamp) -> Vec<Said> {
        match self.guests.get_mut(&number) {
            Some(guest) if guest.waits.is_some() => {
                guest.unread.extend_from_slice(bytes);
                Vec::new()
            }
            Some(_) => self.hand_over(number, bytes, now),
            None => Vec::new(),
        }
    }

    /// The time of a [`Said::WakeAt`] has come.
    pub fn wake(&mut self, number: u32, now: Timestamp) -> Vec<Said> {
        let Some(guest) = self.guests.get_mut(&number) else { return Vec::new() };
        match guest.waits {
            None => return Vec::new(),
            // A timer may be early.
            Some(until) if now < until => return vec![Said::WakeAt(number, until)],
            Some(_) => guest.waits = None,
        }
        let mut said = self.hand_over(number, &[], now);
        if let Some(guest) = self.guests.get_mut(&number) {
            let unread = std::mem::take(&mut guest.unread);
            said.extend(self.receive(number, &unread, now));
        }
        said
    }

    /// Hands bytes to the server, and says all it answers.
    fn hand_over(&mut self, number: u32, bytes: &[u8], now: Timestamp) -> Vec<Said> {
        let (mut bytes, mut said) = (bytes, Vec::new());
        while let Some(guest) = self.guests.get_mut(&number).filter(|guest| guest.waits.is_none()) {
            let output = guest.connection.receive(&mut self.office, bytes, now);
            let more = guest.connection.has_backlog();
            self.obey(number, output, &mut said);
            if !more {
                break;
            }
            bytes = &[];
        }
        said
    }

    fn open(&mut self, number: u32, port: u16, now: Timestamp, seed: u64) -> Vec<Said> {
        self.hang_up(number);
        let mut said = vec![Said::Message(FromPractice::Opened { number })];
        let service = Service::ALL.into_iter().find(|service| service.standard_port() == port);
        match service.filter(|_| self.guests.len() < MOST_GUESTS) {
            Some(service) => said.extend(self.connect(number, service, Vec::new(), now, seed)),
            None => said.push(Said::Message(FromPractice::Closed { number, truncated: false })),
        }
        said
    }

    /// A connection on which these faults happen.
    fn connect(&mut self, number: u32, service: Service, faults: Vec<Fault>, now: Timestamp, seed: u64) -> Vec<Said> {
        let opened = Connection::open(&mut self.office, service, "page", now, seed);
        let (connection, greeting) = Faulty::around(opened, faults, now);
        let encrypted = service.implicit_tls();
        self.guests.insert(number, Guest { connection, encrypted, waits: None, unread: Vec::new() });
        let mut said = Vec::new();
        self.obey(number, greeting, &mut said);
        said
    }

    /// Does what the server asks for.
    fn obey(&mut self, number: u32, output: Output, said: &mut Vec<Said>) {
        if !output.bytes.is_empty() {
            said.push(Said::Bytes(number, output.bytes));
        }
        match output.then {
            // The page shakes hands when it has understood the go-ahead.
            Then::Continue | Then::StartTls => {}
            Then::Wait { until } => {
                if let Some(guest) = self.guests.get_mut(&number) {
                    guest.waits = Some(until);
                    said.push(Said::WakeAt(number, until));
                }
            }
            Then::Close => {
                self.hang_up(number);
                said.push(Said::Message(FromPractice::Closed { number, truncated: false }));
            }
            Then::Cut => {
                let truncated = self.guests.get(&number).is_some_and(|guest| guest.encrypted);
                self.hang_up(number);
                said.push(Said::Message(FromPractice::Closed { number, truncated }));
            }
        }
    }

    fn hang_up(&mut self, number: u32) {
        if let Some(guest) = self.guests.remove(&number) {
            guest.connection.hang_up(&mut self.office);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use practice::Trouble;

    use super::*;

    const NOW: Timestamp = Timestamp(1_795_211_160);

    /// What is said, in a line.
    fn line(said: &[Said]) -> String {
        let word = |said: &Said| match said {
            Said::Message(FromPractice::Opened { number }) => format!("open {number}"),
            Said::Message(FromPractice::Closed { number, truncated }) => format!("closed {number} {truncated}"),
            Said::Message(FromPractice::MailHosts { told }) => format!("mail hosts {}", told.is_some()),
            Said::Message(FromPractice::Listens) => "listens".into(),
            Said::Bytes(number, bytes) => {
                let text = String::from_utf8_lossy(bytes);
                let words = text.lines().map(|line| line.split(' ').next().unwrap()).collect::<Vec<_>>();
                format!("{number}: {}", words.join(" "))
            }
            Said::WakeAt(number, until) => format!("wake {number} in {}", until.0 - NOW.0),
        };
        said.iter().map(word).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn a_session() {
        let mut counter = Counter::new(NOW);
        let mut hear = |message| line(&counter.hear(message, NOW, 7));
        assert_eq!(hear(ToPractice::Open { number: 1, port: 4711 }), "open 1, closed 1 false");
        assert_eq!(hear(ToPractice::Open { number: 2, port: 995 }), "open 2, 2: +OK");
        assert_eq!(hear(ToPractice::MailHosts { domain: "example.test".into() }), "mail hosts true");
        assert_eq!(hear(ToPractice::MailHosts { domain: "example.org".into() }), "mail hosts false");
        assert_eq!(hear(ToPractice::Open { number: 3, port: 110 }), "open 3, 3: +OK");
        assert_eq!(line(&counter.receive(3, b"STLS\r\nNOOP\r\n", NOW)), "3: +OK");
        assert_eq!(counter.hear(ToPractice::TlsUp { number: 3 }, NOW, 7), []);
        assert_eq!(line(&counter.receive(3, b"USER ada\r\nPASS lovelace\r\nQU", NOW)), "3: +OK +OK");
        assert!(counter.office.is_locked("ada"));
        assert_eq!(line(&counter.receive(3, b"IT\r\nNOOP\r\n", NOW)), "3: +OK, closed 3 false");
        assert_eq!(counter.receive(3, b"NOOP\r\n", NOW), []);
        counter.hear(ToPractice::Open { number: 4, port: 110 }, NOW, 7);
        counter.receive(4, b"USER ada\r\nPASS lovelace\r\n", NOW);
        assert_eq!(counter.hear(ToPractice::HangUp { number: 4 }, NOW, 7), []);
        assert!(!counter.office.is_locked("ada"));
    }

    #[test]
    fn sessions_go_on_side_by_side() {
        let mut counter = Counter::new(NOW);
        counter.hear(ToPractice::Open { number: 1, port: 25 }, NOW, 7);
        counter.hear(ToPractice::Open { number: 2, port: 110 }, NOW, 8);
        assert_eq!(line(&counter.receive(1, b"HELO c\r\n", NOW)), "1: 250");
        assert_eq!(line(&counter.receive(2, b"USER ada\r\nPASS lovelace\r\n", NOW)), "2: +OK +OK");
        let mail = b"MAIL FROM:<grace@example.test>\r\nRCPT TO:<ada@example.test>\r\nDATA\r\n";
        assert_eq!(line(&counter.receive(1, mail, NOW)), "1: 250 250 354");
        assert_eq!(counter.hear(ToPractice::HangUp { number: 1 }, NOW, 7), []);
        assert_eq!(line(&counter.receive(2, b"STAT\r\n", NOW)), "2: +OK", "a cut of one is not felt by the other");
        for number in 10..10 + MOST_GUESTS as u32 {
            counter.hear(ToPractice::Open { number, port: 110 }, NOW, 7);
        }
        assert_eq!(counter.guests.len(), MOST_GUESTS);
        let one_more = counter.hear(ToPractice::Open { number: 99, port: 110 }, NOW, 7);
        assert_eq!(line(&one_more), "open 99, closed 99 false");
    }

    #[test]
    fn nothing_is_read_while_the_server_waits() {
        let mut counter = Counter::new(NOW);
        let late = |reply, seconds| Fault { reply, what: Trouble::Late(seconds) };
        let said = counter.connect(1, Service::Pop3, vec![late(0, 5), late(2, 20), late(3, 10)], NOW, 7);
        assert_eq!(line(&said), "wake 1 in 5");
        let at = |seconds| Timestamp(NOW.0 + seconds);
        assert_eq!(counter.receive(1, b"NOOP\r\nUSER ada\r\n", at(1)), []);
        assert_eq!(line(&counter.wake(1, at(4))), "wake 1 in 5", "too early");
        assert_eq!(line(&counter.wake(1, at(5))), "1: +OK, 1: -ERR, wake 1 in 25");
        assert_eq!(line(&counter.wake(1, at(6))), "wake 1 in 25");
        assert_eq!(counter.receive(1, b"QUIT\r\n", at(7)), []);
        assert_eq!(line(&counter.wake(1, at(25))), "1: +OK, wake 1 in 35");
        assert_eq!(line(&counter.wake(1, at(40))), "1: +OK, closed 1 false");
        assert_eq!(counter.wake(1, at(41)), []);
    }

    #[test]
    fn a_cut_is_told_as_tls_makes_it() {
        for (service, truncated) in [(Service::Smtp, false), (Service::Smtps, true)] {
            let mut counter = Counter::new(NOW);
            let cut = Fault { reply: 1, what: Trouble::Cut };
            counter.connect(1, service, vec![cut], NOW, 7);
            assert_eq!(line(&counter.receive(1, b"EHLO c\r\nNOOP\r\n", NOW)), format!("closed 1 {truncated}"));
            assert_eq!(counter.receive(1, b"NOOP\r\n", NOW), []);
        }
    }
}
