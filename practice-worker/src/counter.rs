//! The counter of the practice post office inside the page: the one connection, and what is said about it. Nothing here knows
//! the browser; messages, clock and chance are the caller's.

use practice::{Connection, Fault, Faulty, Output, PostOffice, Scenario, Service, Then, Timestamp};
use wire::{FromPractice, ToPractice};

use crate::mx;

/// The post office and the one connection to it.
#[derive(Debug)]
pub struct Counter {
    /// Kept as long as the worker, so that mail sent by SMTP can be fetched by POP3.
    office: PostOffice,
    guest: Option<Guest>,
}

/// The one client: its connection, and what this end of it knows.
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
    /// The server's bytes.
    Bytes(Vec<u8>),
    /// Nothing to the page: [`Counter::wake`] is to be called then.
    WakeAt(Timestamp),
}

impl Counter {
    /// Opens a post office with mail dated before `now`.
    pub fn new(now: Timestamp) -> Self {
        Self { office: PostOffice::seeded(now), guest: None }
    }

    /// The page said something. `seed` is unlike those before it.
    pub fn hear(&mut self, message: ToPractice, now: Timestamp, seed: u64) -> Vec<Said> {
        match message {
            ToPractice::Open { number, port } => self.open(number, port, now, seed),
            ToPractice::TlsUp => {
                if let Some(guest) = &mut self.guest {
                    guest.encrypted = true;
                    guest.connection.tls_established();
                }
                Vec::new()
            }
            ToPractice::HangUp => {
                self.hang_up();
                Vec::new()
            }
            ToPractice::MailHosts { domain } => {
                let told = mx::look_up(Scenario::standard(), &domain);
                vec![Said::Message(FromPractice::MailHosts { told })]
            }
        }
    }

    /// The client sent bytes.
    pub fn receive(&mut self, bytes: &[u8], now: Timestamp) -> Vec<Said> {
        match &mut self.guest {
            Some(guest) if guest.waits.is_some() => {
                guest.unread.extend_from_slice(bytes);
                Vec::new()
            }
            Some(_) => self.hand_over(bytes, now),
            None => Vec::new(),
        }
    }

    /// The time of a [`Said::WakeAt`] has come.
    pub fn wake(&mut self, now: Timestamp) -> Vec<Said> {
        let Some(guest) = &mut self.guest else { return Vec::new() };
        match guest.waits {
            None => return Vec::new(),
            // A timer may be early, or that of a connection before this one.
            Some(until) if now < until => return vec![Said::WakeAt(until)],
            Some(_) => guest.waits = None,
        }
        let mut said = self.hand_over(&[], now);
        if let Some(guest) = &mut self.guest {
            let unread = std::mem::take(&mut guest.unread);
            said.extend(self.receive(&unread, now));
        }
        said
    }

    /// Hands bytes to the server, and says all it answers.
    fn hand_over(&mut self, bytes: &[u8], now: Timestamp) -> Vec<Said> {
        let (mut bytes, mut said) = (bytes, Vec::new());
        while let Some(guest) = self.guest.as_mut().filter(|guest| guest.waits.is_none()) {
            let output = guest.connection.receive(&mut self.office, bytes, now);
            let more = guest.connection.has_backlog();
            self.obey(output, &mut said);
            if !more {
                break;
            }
            bytes = &[];
        }
        said
    }

    fn open(&mut self, number: u32, port: u16, now: Timestamp, seed: u64) -> Vec<Said> {
        self.hang_up();
        let mut said = vec![Said::Message(FromPractice::Opened { number })];
        match Service::ALL.into_iter().find(|service| service.standard_port() == port) {
            Some(service) => said.extend(self.connect(service, Vec::new(), now, seed)),
            None => said.push(Said::Message(FromPractice::Closed { truncated: false })),
        }
        said
    }

    /// A connection on which these faults happen.
    fn connect(&mut self, service: Service, faults: Vec<Fault>, now: Timestamp, seed: u64) -> Vec<Said> {
        let opened = Connection::open(&mut self.office, service, "page", now, seed);
        let (connection, greeting) = Faulty::around(opened, faults, now);
        let encrypted = service.implicit_tls();
        self.guest = Some(Guest { connection, encrypted, waits: None, unread: Vec::new() });
        let mut said = Vec::new();
        self.obey(greeting, &mut said);
        said
    }

    /// Does what the server asks for.
    fn obey(&mut self, output: Output, said: &mut Vec<Said>) {
        if !output.bytes.is_empty() {
            said.push(Said::Bytes(output.bytes));
        }
        match output.then {
            // The page shakes hands when it has understood the go-ahead.
            Then::Continue | Then::StartTls => {}
            Then::Wait { until } => {
                if let Some(guest) = &mut self.guest {
                    guest.waits = Some(until);
                    said.push(Said::WakeAt(until));
                }
            }
            Then::Close => {
                self.hang_up();
                said.push(Said::Message(FromPractice::Closed { truncated: false }));
            }
            Then::Cut => {
                let truncated = self.guest.as_ref().is_some_and(|guest| guest.encrypted);
                self.hang_up();
                said.push(Said::Message(FromPractice::Closed { truncated }));
            }
        }
    }

    fn hang_up(&mut self) {
        if let Some(guest) = self.guest.take() {
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
            Said::Message(FromPractice::Closed { truncated }) => format!("closed {truncated}"),
            Said::Message(FromPractice::MailHosts { told }) => format!("mail hosts {}", told.is_some()),
            Said::Message(FromPractice::Listens) => "listens".into(),
            Said::Bytes(bytes) => {
                let text = String::from_utf8_lossy(bytes);
                text.lines().map(|line| line.split(' ').next().unwrap()).collect::<Vec<_>>().join(" ")
            }
            Said::WakeAt(until) => format!("wake in {}", until.0 - NOW.0),
        };
        said.iter().map(word).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn a_session() {
        let mut counter = Counter::new(NOW);
        let mut hear = |message| line(&counter.hear(message, NOW, 7));
        assert_eq!(hear(ToPractice::Open { number: 1, port: 4711 }), "open 1, closed false");
        assert_eq!(hear(ToPractice::Open { number: 2, port: 995 }), "open 2, +OK");
        assert_eq!(hear(ToPractice::MailHosts { domain: "example.test".into() }), "mail hosts true");
        assert_eq!(hear(ToPractice::MailHosts { domain: "example.org".into() }), "mail hosts false");
        assert_eq!(hear(ToPractice::Open { number: 3, port: 110 }), "open 3, +OK", "in place of the one before");
        assert_eq!(line(&counter.receive(b"STLS\r\nNOOP\r\n", NOW)), "+OK");
        assert_eq!(counter.hear(ToPractice::TlsUp, NOW, 7), []);
        assert_eq!(line(&counter.receive(b"USER ada\r\nPASS lovelace\r\nQU", NOW)), "+OK +OK");
        assert!(counter.office.is_locked("ada"));
        assert_eq!(line(&counter.receive(b"IT\r\nNOOP\r\n", NOW)), "+OK, closed false");
        assert_eq!(counter.receive(b"NOOP\r\n", NOW), []);
        counter.hear(ToPractice::Open { number: 4, port: 110 }, NOW, 7);
        counter.receive(b"USER ada\r\nPASS lovelace\r\n", NOW);
        assert_eq!(counter.hear(ToPractice::HangUp, NOW, 7), []);
        assert!(!counter.office.is_locked("ada"));
    }

    #[test]
    fn nothing_is_read_while_the_server_waits() {
        let mut counter = Counter::new(NOW);
        let late = |reply, seconds| Fault { reply, what: Trouble::Late(seconds) };
        let said = counter.connect(Service::Pop3, vec![late(0, 5), late(2, 20), late(3, 10)], NOW, 7);
        assert_eq!(line(&said), "wake in 5");
        let at = |seconds| Timestamp(NOW.0 + seconds);
        assert_eq!(counter.receive(b"NOOP\r\nUSER ada\r\n", at(1)), []);
        assert_eq!(line(&counter.wake(at(4))), "wake in 5", "too early");
        assert_eq!(line(&counter.wake(at(5))), "+OK, -ERR, wake in 25");
        assert_eq!(line(&counter.wake(at(6))), "wake in 25");
        assert_eq!(counter.receive(b"QUIT\r\n", at(7)), []);
        assert_eq!(line(&counter.wake(at(25))), "+OK, wake in 35");
        assert_eq!(line(&counter.wake(at(40))), "+OK, closed false");
        assert_eq!(counter.wake(at(41)), []);
    }

    #[test]
    fn a_cut_is_told_as_tls_makes_it() {
        for (service, truncated) in [(Service::Smtp, false), (Service::Smtps, true)] {
            let mut counter = Counter::new(NOW);
            let cut = Fault { reply: 1, what: Trouble::Cut };
            counter.connect(service, vec![cut], NOW, 7);
            assert_eq!(line(&counter.receive(b"EHLO c\r\nNOOP\r\n", NOW)), format!("closed {truncated}"));
            assert_eq!(counter.receive(b"NOOP\r\n", NOW), []);
        }
    }
}
