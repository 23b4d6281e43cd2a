//! Faults: a wrapper around a [`Connection`] that cuts it before a reply, or keeps a reply back. The servers know nothing of
//! it: no verb ever asks whether something is to go wrong.

use std::collections::VecDeque;
use std::fmt;

use crate::{Connection, Output, PostOffice, Then, Timestamp};

/// Something that goes wrong, once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Before which reply. They are counted from the greeting, which is number 0.
    pub reply: u32,
    /// What happens there.
    pub what: Trouble,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The connection is cut. What the command asked for is done all the same: only the reply is lost.
    Cut,
    /// The reply comes so many seconds late.
    Late(u32),
}

/// A connection with the faults that are to happen on it; without any it is the connection itself. It has a connection's
/// methods, and what is said of those holds here.
pub struct Faulty {
    connection: Connection,
    /// Those to come, in order.
    faults: VecDeque<Fault>,
    /// How many replies were given.
    replies: u32,
    /// The reply that is kept back, and until when.
    late: Option<(Timestamp, Output)>,
    /// What the client sent and the connection did not yet hear: while faults are to come it hears one line at a time, and so
    /// gives one reply at a time.
    unheard: VecDeque<u8>,
}

impl Faulty {
    /// Wraps what [`Connection::open`] or [`Connection::open_at`] gave at `now`.
    pub fn around(opened: (Connection, Output), mut faults: Vec<Fault>, now: Timestamp) -> (Self, Output) {
        faults.sort_by_key(|fault| fault.reply);
        let (connection, greeting) = opened;
        let faults = faults.into();
        let mut faulty = Self { connection, faults, replies: 0, late: None, unheard: VecDeque::new() };
        let greeting = faulty.reply(greeting, now);
        (faulty, greeting)
    }

    /// The client sent bytes, or the time of a [`Then::Wait`] is over: see [`Connection::receive`].
    pub fn receive(&mut self, office: &mut PostOffice, bytes: &[u8], now: Timestamp) -> Output {
        if self.faults.is_empty() && self.late.is_none() && self.unheard.is_empty() {
            return self.connection.receive(office, bytes, now);
        }
        self.unheard.extend(bytes);
        if let Some((until, reply)) = self.late.take() {
            if now < until {
                self.late = Some((until, reply));
                return Output { bytes: Vec::new(), then: Then::Wait { until } };
            }
            return self.reply(reply, now);
        }
        if self.connection.has_backlog() {
            // More of a long reply.
            return self.connection.receive(office, &[], now);
        }
        let end = self.unheard.iter().position(|byte| *byte == b'\n').map_or(self.unheard.len(), |end| end + 1);
        let line: Vec<u8> = self.unheard.drain(..end).collect();
        let output = self.connection.receive(office, &line, now);
        if output.bytes.is_empty() { output } else { self.reply(output, now) }
    }

    /// Whether there is more to say: see [`Connection::has_backlog`].
    pub fn has_backlog(&self) -> bool {
        self.late.is_some() || !self.unheard.is_empty() || self.connection.has_backlog()
    }

    /// The handshake asked for by [`Then::StartTls`] is done.
    pub fn tls_established(&mut self) {
        self.connection.tls_established();
    }

    /// The connection is gone: see [`Connection::hang_up`].
    pub fn hang_up(self, office: &mut PostOffice) {
        self.connection.hang_up(office);
    }

    /// Gives a reply, or what its fault makes of it.
    fn reply(&mut self, reply: Output, now: Timestamp) -> Output {
        let due = self.faults.front().is_some_and(|fault| fault.reply == self.replies);
        let reply = match self.faults.pop_front_if(|_| due).map(|fault| fault.what) {
            None => reply,
            Some(Trouble::Cut) => Output { bytes: Vec::new(), then: Then::Cut },
            Some(Trouble::Late(seconds)) => {
                let until = Timestamp(now.0.saturating_add(seconds.into()));
                self.late = Some((until, reply));
                return Output { bytes: Vec::new(), then: Then::Wait { until } };
            }
        };
        self.replies = self.replies.saturating_add(1);
        match reply.then {
            Then::Continue | Then::Wait { .. } => {}
            // What came behind it is thrown away.
            Then::StartTls | Then::Close | Then::Cut => self.unheard.clear(),
        }
        reply
    }
}

/// Without what the client sent, which may be a password.
impl fmt::Debug for Faulty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { connection, faults, replies, late, unheard } = self;
        f.debug_struct("Faulty")
            .field("connection", connection)
            .field("faults", faults)
            .field("replies", replies)
            .field("late", &late.is_some())
            .field("unheard", &unheard.len())
            .finish()
    }
}
