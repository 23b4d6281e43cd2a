//! The practice post office: a POP3 and an SMTP server without I/O. Sockets, clock and randomness are its caller's.
//!
//! Reading order: `scenario` is what a post office is made of, as data, and `standard` the one everybody begins with;
//! [`zone`] is what the DNS would say of its names. `maildrop` is the world at work (accounts, mail, the lock), `room` how
//! much of it there may be, `seed` fills it and [`ledger`] is how it outlives a process. A [`Connection`] cuts what a client
//! sends into lines and hands each to `pop3` or `smtp`, which ask mailproto's tables what is legal and where a reply leads;
//! `gate` says which lines are fit to be commands, `letter` is a message on its way to a client, `sasl` holds the exchanges
//! both protocols share, `clock` writes dates. [`Faulty`] wraps a connection on which something is to go wrong; no server
//! knows of it.

use std::collections::VecDeque;

use mailproto::{
    State,
    line::{Line, LineCutter},
};

mod clock;
mod faults;
mod gate;
pub mod ledger;
mod letter;
mod maildrop;
mod pop3;
mod room;
mod sasl;
mod scenario;
mod seed;
mod smtp;
mod standard;
pub mod zone;

pub use clock::Timestamp;
pub use faults::{Fault, Faulty, Trouble};
pub use maildrop::{MESSAGES, OCTETS, PostOffice};
pub use room::Room;
pub use scenario::{Host, HostId, Person, Scenario};
pub use smtp::{RECIPIENTS, SIZE};

/// So many bytes, or few more, one [`Connection::receive`] answers with before it puts the rest off: a client that asks for
/// large messages and reads slowly holds no more memory than that.
const OUTPUT: usize = 256 * 1024;

/// Which service of a host a connection came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// Port 110: POP3, plain, STLS offered.
    Pop3,
    /// Port 995: POP3 under TLS from the first byte.
    Pop3s,
    /// Port 25: SMTP, plain, STARTTLS offered.
    Smtp,
    /// Port 587: submission, plain, STARTTLS offered.
    Submission,
    /// Port 465: submission under TLS from the first byte.
    Smtps,
}

impl Service {
    /// All services.
    pub const ALL: [Service; 5] = [Self::Pop3, Self::Pop3s, Self::Smtp, Self::Submission, Self::Smtps];

    /// The port the standards give it.
    pub fn standard_port(self) -> u16 {
        match self {
            Self::Pop3 => 110,
            Self::Pop3s => 995,
            Self::Smtp => 25,
            Self::Submission => 587,
            Self::Smtps => 465,
        }
    }

    /// Whether TLS starts with the first byte.
    pub fn implicit_tls(self) -> bool {
        matches!(self, Self::Pop3s | Self::Smtps)
    }
}

/// What a server says to its caller: write these bytes, then do this.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use = "its bytes are to be written, and what follows is to be done"]
pub struct Output {
    /// Bytes for the client, possibly none.
    pub bytes: Vec<u8>,
    /// What to do once they are written.
    pub then: Then,
}

/// What follows an [`Output`]. A [`Connection`] itself never asks for a wait or a cut: a [`Faulty`] one does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Then {
    /// Read on.
    #[default]
    Continue,
    /// Start the TLS handshake as server, then call [`Connection::tls_established`]. Plain bytes already read beyond the command were
    /// discarded and must not be merged (RFC 3207 section 4.2).
    StartTls,
    /// Close the connection, in order: under TLS with the alert that ends it.
    Close,
    /// Read nothing more until then; then call [`Connection::receive`] with no bytes.
    Wait {
        /// When to ask again.
        until: Timestamp,
    },
    /// Drop the connection as it is: without another byte, without an alert of TLS.
    Cut,
}

/// One client's connection to the post office. End it with [`Connection::hang_up`], however it ended: a maildrop stays locked
/// until then.
#[derive(Debug)]
pub struct Connection {
    /// The protocol's side of the dialogue.
    server: Server,
    /// Cuts the client's bytes into lines, across chunks.
    cutter: LineCutter,
    /// Lines cut and not yet answered: never more than one chunk's, if the caller heeds [`Connection::has_backlog`].
    backlog: VecDeque<Line>,
    /// Which of the lines are fit to be commands.
    gate: gate::Gate,
}

/// The dialogue of one protocol.
#[derive(Debug)]
enum Server {
    Pop3(Box<pop3::Server>),
    Smtp(Box<smtp::Server>),
}

impl Connection {
    /// A client connected to the first host of the scenario: see [`Connection::open_at`].
    pub fn open(office: &mut PostOffice, service: Service, peer: &str, now: Timestamp, seed: u64) -> (Self, Output) {
        Self::open_at(office, HostId::default(), service, peer, now, seed)
    }

    /// A client connected to a service of a host: the greeting. `peer` is its address in text, without the port; `seed` makes
    /// timestamps and ids unique.
    pub fn open_at(
        office: &mut PostOffice,
        host: HostId,
        service: Service,
        peer: &str,
        now: Timestamp,
        seed: u64,
    ) -> (Self, Output) {
        let mut bytes = Vec::new();
        let server = match service {
            Service::Pop3 | Service::Pop3s => {
                Server::Pop3(Box::new(pop3::Server::greet(office, host, service, now, seed, &mut bytes)))
            }
            Service::Smtp | Service::Submission | Service::Smtps => {
                Server::Smtp(Box::new(smtp::Server::greet(office, host, service, peer, seed, &mut bytes)))
            }
        };
        let connection =
            Self { server, cutter: LineCutter::default(), backlog: VecDeque::new(), gate: gate::Gate::default() };
        (connection, Output { bytes, then: Then::Continue })
    }

    /// The client sent bytes, in chunks of any size. What comes while TLS is being set up or after the end is thrown away.
    ///
    /// Call it again, with no bytes, while [`Connection::has_backlog`] says so.
    pub fn receive(&mut self, office: &mut PostOffice, bytes: &[u8], now: Timestamp) -> Output {
        let mut output = Output::default();
        if self.then() != Then::Continue {
            return output;
        }
        self.cutter.push(bytes, |line| self.backlog.push_back(line));
        while output.bytes.len() < OUTPUT {
            if let Server::Pop3(server) = &mut self.server
                && server.is_writing()
            {
                server.go_on(&mut output.bytes);
                continue;
            }
            let Some(line) = self.backlog.pop_front() else { break };
            self.line(office, line, now, &mut output.bytes);
            output.then = self.then();
            if output.then != Then::Continue {
                self.backlog.clear();
            }
        }
        output
    }

    /// Whether there is more to say: the rest of a long answer, or answers to the commands behind it.
    pub fn has_backlog(&self) -> bool {
        let writing = matches!(&self.server, Server::Pop3(server) if server.is_writing());
        writing || !self.backlog.is_empty()
    }

    /// The handshake asked for by [`Then::StartTls`] is done.
    pub fn tls_established(&mut self) {
        if self.then() != Then::StartTls {
            return;
        }
        // Half a line that came in plain text must not become the beginning of one under TLS (RFC 3207 section 4.2).
        self.cutter = LineCutter::default();
        match &mut self.server {
            Server::Pop3(server) => server.tls_established(),
            Server::Smtp(server) => server.tls_established(),
        }
    }

    /// The connection is gone, in order or cut: locks are released, nothing is removed (RFC 1939 section 6).
    pub fn hang_up(mut self, office: &mut PostOffice) {
        match &mut self.server {
            Server::Pop3(server) => server.release(office),
            Server::Smtp(_) => {}
        }
    }

    /// Where the session stands.
    pub fn state(&self) -> State {
        match &self.server {
            Server::Pop3(server) => server.state(),
            Server::Smtp(server) => server.state(),
        }
    }

    fn line(&mut self, office: &mut PostOffice, line: Line, now: Timestamp, out: &mut Vec<u8>) {
        match &mut self.server {
            Server::Smtp(server) if server.state() == State::Data => server.text(office, line, now, out),
            Server::Smtp(server) => {
                if let Some(command) = self.gate.pass(line) {
                    server.command(office, command, now, out);
                }
            }
            Server::Pop3(server) => {
                if let Some(command) = self.gate.pass(line) {
                    server.command(office, command, out);
                }
            }
        }
    }

    /// What the state asks of the caller.
    fn then(&self) -> Then {
        match self.state() {
            State::Tls => Then::StartTls,
            State::Closed => Then::Close,
            State::NoConnection
            | State::Greeting
            | State::Authorization
            | State::UserGiven
            | State::Transaction
            | State::Update
            | State::Connected
            | State::Greeted
            | State::Sender
            | State::Recipients
            | State::Data
            | State::Reversed
            | State::Sasl => Then::Continue,
        }
    }
}
