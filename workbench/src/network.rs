//! What crossed below TLS, as it came, and the keys of practice sessions. What is shown of it is `records`' and `capture`'s business.

use std::fmt;

use mailproto::{octets::Octets, token::Side};

use crate::net::Micros;

/// How many octets of a session the proxy is asked to show: a handshake, and a lab's dialogue many times over.
pub const WATCH: u32 = 128 * 1024;

/// How many octets are kept in all, over the sessions of one record.
const KEEP: usize = 1024 * 1024;

/// Octets below TLS, as they came.
#[derive(Clone, PartialEq, Eq)]
pub struct Crossing {
    /// When, by the page's clock.
    pub at: Micros,
    /// Who sent them.
    pub side: Side,
    /// How many entries the record had when they came.
    pub after: usize,
    /// The octets, shared with the tape.
    pub octets: Octets,
}

/// Their number only: what they hold is the learner's.
impl fmt::Debug for Crossing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {} octets", self.side, self.octets.len())
    }
}

/// What was seen below TLS.
#[derive(Clone, Default)]
pub struct Network {
    pieces: Vec<Crossing>,
    octets: usize,
    /// Secrets of practice sessions, for Wireshark.
    keys: Vec<String>,
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Network").field("pieces", &self.pieces).field("keys", &self.keys.len()).finish()
    }
}

impl Network {
    /// Keeps octets, while there is room.
    pub fn see(&mut self, mut piece: Crossing) {
        piece.octets = piece.octets.part(0..KEEP - self.octets);
        if !piece.octets.is_empty() {
            self.octets += piece.octets.len();
            self.pieces.push(piece);
        }
    }

    /// Whether there is no room left.
    pub fn is_full(&self) -> bool {
        self.octets >= KEEP
    }

    /// Keeps the secrets of a session.
    pub fn learn(&mut self, lines: Vec<String>) {
        self.keys.extend(lines);
    }

    /// What was seen, in order.
    pub fn pieces(&self) -> &[Crossing] {
        &self.pieces
    }

    /// The secrets of practice sessions, a line each (RFC 9850).
    pub fn keys(&self) -> &[String] {
        &self.keys
    }
}
