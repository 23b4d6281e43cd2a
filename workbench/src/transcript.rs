//! The record of a session: entries in order, never changed, cheap to share with the page.

use std::rc::Rc;

use mailproto::{Edge, session::WireLine, token::Side};

use crate::net::{Cause, Micros, TlsFacts, TlsFailure};

/// One thing the log shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: Micros,
    /// What.
    pub kind: Kind,
}

/// What an entry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A line crossed the wire.
    Line(Line),
    /// The session changed its state.
    Moved(&'static Edge),
    /// The border: encrypted from here. `from_start` under implicit TLS.
    Encrypted {
        /// What was agreed.
        facts: TlsFacts,
        /// TLS from the first byte.
        from_start: bool,
    },
    /// Between headers and body of a message.
    HeadersEnd(Side),
    /// Something about the connection.
    Event(Event),
}

/// A wire line with its place in the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number, from 1.
    pub number: u32,
    /// How long the first line of a reply took after its command.
    pub took: Option<Micros>,
    /// The line and all that is known about it.
    pub wire: WireLine,
}

/// What happened to the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Asked for.
    Connecting {
        /// `host:port`.
        target: String,
    },
    /// TCP is up.
    Connected {
        /// `host:port` as asked for.
        target: String,
        /// The address dialled; empty inside the page.
        address: String,
        /// Whether TLS comes before the first line.
        tls: bool,
    },
    /// TLS failed.
    TlsFailed {
        /// Why.
        failure: TlsFailure,
        /// What is known all the same.
        facts: TlsFacts,
    },
    /// Plain bytes came after the go-ahead (RFC 3207 section 6).
    Injection {
        /// How many.
        bytes: u64,
    },
    /// The proxy ends an idle session soon.
    IdleWarning {
        /// Seconds left.
        seconds: u32,
    },
    /// The proxy stops soon.
    Stopping {
        /// Seconds left.
        seconds: u32,
    },
    /// The connection is over.
    Closed {
        /// Who ended it.
        cause: Cause,
        /// POP3: messages marked and not removed, because UPDATE was never entered.
        kept: usize,
        /// Commands sent that no reply answered: whether the server obeyed them is not known.
        unanswered: usize,
        /// Lines that waited for the end of a TLS handshake and were never sent.
        unsent: usize,
    },
}

/// How many entries a closed chunk holds.
const CHUNK: usize = 256;

/// The record. Cloning it is cheap: closed chunks are shared.
#[derive(Clone, Debug, Default)]
pub struct Transcript {
    closed: Vec<Rc<Vec<Rc<Entry>>>>,
    tail: Vec<Rc<Entry>>,
    lines: u32,
}

impl Transcript {
    /// Adds an entry.
    pub fn push(&mut self, at: Micros, kind: Kind) {
        self.tail.push(Rc::new(Entry { at, kind }));
        if self.tail.len() == CHUNK {
            self.closed.push(Rc::new(std::mem::take(&mut self.tail)));
        }
    }

    /// Adds a wire line under the next number.
    pub fn push_line(&mut self, at: Micros, took: Option<Micros>, wire: WireLine) {
        self.lines += 1;
        self.push(at, Kind::Line(Line { number: self.lines, took, wire }));
    }

    /// How many entries.
    pub fn len(&self) -> usize {
        self.closed.len() * CHUNK + self.tail.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many wire lines.
    pub fn lines(&self) -> u32 {
        self.lines
    }

    /// The entry at `index`.
    pub fn get(&self, index: usize) -> Option<&Rc<Entry>> {
        match self.closed.get(index / CHUNK) {
            Some(chunk) => chunk.get(index % CHUNK),
            None => self.tail.get(index.checked_sub(self.closed.len() * CHUNK)?),
        }
    }

    /// All entries, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Rc<Entry>> {
        self.closed.iter().flat_map(|chunk| chunk.iter()).chain(&self.tail)
    }

    /// The wire line at `index`, if that entry is one.
    pub fn line(&self, index: usize) -> Option<&Line> {
        match &self.get(index)?.kind {
            Kind::Line(line) => Some(line),
            Kind::Moved(_) | Kind::Encrypted { .. } | Kind::HeadersEnd(_) | Kind::Event(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_keep_their_place_across_chunks() {
        let mut transcript = Transcript::default();
        for number in 0..3 * CHUNK as u32 + 5 {
            transcript.push(Micros(u64::from(number)), Kind::Event(Event::IdleWarning { seconds: number }));
        }
        assert_eq!(transcript.len(), 3 * CHUNK + 5);
        assert!(transcript.iter().enumerate().all(|(at, entry)| entry.at == Micros(at as u64)));
        assert!((0..transcript.len()).all(|at| transcript.get(at).is_some_and(|entry| entry.at == Micros(at as u64))));
        assert!(transcript.get(transcript.len()).is_none());
    }
}
