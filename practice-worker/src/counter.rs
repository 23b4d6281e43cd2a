//! The counter of the practice post office inside the page: the one connection, and what is said about it. Nothing here knows
//! the browser; messages, clock and chance are the caller's.

use practice::{Connection, Output, PostOffice, Scenario, Service, Then, Timestamp};
use wire::{FromPractice, ToPractice};

use crate::mx;

/// The post office and the one connection to it.
#[derive(Debug)]
pub struct Counter {
    /// Kept as long as the worker, so that mail sent by SMTP can be fetched by POP3.
    office: PostOffice,
    connection: Option<Connection>,
}

/// What is said to the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// A message.
    Message(FromPractice),
    /// The server's bytes.
    Bytes(Vec<u8>),
}

impl Counter {
    /// Opens a post office with mail dated before `now`.
    pub fn new(now: Timestamp) -> Self {
        Self { office: PostOffice::seeded(now), connection: None }
    }

    /// The page said something. `seed` is unlike those before it.
    pub fn hear(&mut self, message: ToPractice, now: Timestamp, seed: u64) -> Vec<Said> {
        match message {
            ToPractice::Open { number, port } => self.open(number, port, now, seed),
            ToPractice::TlsUp => {
                if let Some(connection) = &mut self.connection {
                    connection.tls_established();
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
        let (mut bytes, mut said) = (bytes, Vec::new());
        while let Some(connection) = &mut self.connection {
            let output = connection.receive(&mut self.office, bytes, now);
            let more = connection.has_backlog();
            self.answer(output, &mut said);
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
            Some(service) => {
                let (connection, greeting) = Connection::open(&mut self.office, service, "page", now, seed);
                self.connection = Some(connection);
                self.answer(greeting, &mut said);
            }
            None => said.push(Said::Message(FromPractice::Closed { truncated: false })),
        }
        said
    }

    fn answer(&mut self, output: Output, said: &mut Vec<Said>) {
        if !output.bytes.is_empty() {
            said.push(Said::Bytes(output.bytes));
        }
        match output.then {
            // The page shakes hands when it has understood the go-ahead.
            Then::Continue | Then::StartTls => {}
            Then::Close => {
                self.hang_up();
                said.push(Said::Message(FromPractice::Closed { truncated: false }));
            }
        }
    }

    fn hang_up(&mut self) {
        if let Some(connection) = self.connection.take() {
            connection.hang_up(&mut self.office);
        }
    }
}
