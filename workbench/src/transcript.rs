//! The record of a session: entries in order, never changed, cheap to share with the page.

use std::rc::Rc;

use mailproto::{
    Edge,
    session::{Role, WireLine},
    token::Side,
};

use crate::net::{Cause, Micros, TlsFacts, TlsFailure};

/// One thing the log shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When it joined the record, since the tape began.
    pub at: Micros,
    /// What it is.
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
        facts: Rc<TlsFacts>,
        /// TLS from the first byte.
        from_start: bool,
    },
    /// Between headers and body of a message.
    HeadersEnd(Side),
    /// Something about the connection.
    Incident(Incident),
}

/// A wire line with its place in the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number, from 1.
    pub number: u32,
    /// How many octets its side had sent before it in the record, line ends included.
    pub offset: u64,
    /// How long the first line of a reply took after its command.
    pub took: Option<Micros>,
    /// The line and all that is known about it.
    pub wire: WireLine,
}

/// What happened to the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Incident {
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
        /// Why it failed.
        failure: TlsFailure,
        /// What is known all the same.
        facts: Rc<TlsFacts>,
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

impl Entry {
    /// The exchange of which this is a line behind the first line of the reply.
    fn goes_on(&self) -> Option<u32> {
        match &self.kind {
            Kind::Line(line) => match line.wire.role {
                Role::Reply { first: false, .. } | Role::Listing(_) | Role::Payload(_) | Role::PayloadEnd => {
                    line.wire.exchange
                }
                Role::Command(_)
                | Role::SaslAnswer
                | Role::Message(_)
                | Role::MessageEnd
                | Role::Greeting
                | Role::Reply { .. }
                | Role::Reversed(_)
                | Role::Unexpected => None,
            },
            Kind::Moved(_) | Kind::Encrypted { .. } | Kind::HeadersEnd(_) | Kind::Incident(_) => None,
        }
    }

    /// Between headers and body of a message in a reply.
    fn is_border(&self) -> bool {
        matches!(self.kind, Kind::HeadersEnd(Side::Server))
    }
}

/// How many entries a closed chunk holds.
const CHUNK: usize = 256;

/// The record. Cloning it is cheap: closed chunks are shared.
#[derive(Clone, Debug, Default)]
pub struct Transcript {
    closed: Vec<Rc<Chunk>>,
    tail: Vec<Rc<Entry>>,
    lines: u32,
    /// How many octets client and server have sent, line ends included.
    crossed: [u64; 2],
    /// Where the newest line of the client's is.
    newest_client: Option<usize>,
    /// Where the newest line is.
    newest_line: Option<usize>,
    /// Where the entries are that are no lines: few among many.
    between: Vec<usize>,
}

/// A full chunk of entries: none is added to it any more.
#[derive(Debug)]
struct Chunk {
    entries: Vec<Rc<Entry>>,
    /// The exchange whose reply goes on in all of them, if there is one.
    within: Option<u32>,
    /// How many octets client and server had sent when the chunk was closed.
    crossed: [u64; 2],
}

impl Transcript {
    /// Adds an entry.
    pub fn push(&mut self, at: Micros, kind: Kind) {
        if !matches!(kind, Kind::Line(_)) {
            self.between.push(self.len());
        }
        self.tail.push(Rc::new(Entry { at, kind }));
        if self.tail.len() == CHUNK {
            let entries = std::mem::take(&mut self.tail);
            let within = entries.iter().find_map(|entry| entry.goes_on());
            let whole = |entry: &Rc<Entry>| entry.is_border() || entry.goes_on() == within;
            let within = within.filter(|_| entries.iter().all(whole));
            self.closed.push(Rc::new(Chunk { entries, within, crossed: self.crossed }));
        }
    }

    /// Adds a wire line under the next number.
    pub fn push_line(&mut self, at: Micros, took: Option<Micros>, wire: WireLine) {
        self.lines += 1;
        self.newest_line = Some(self.len());
        if wire.side == Side::Client {
            self.newest_client = self.newest_line;
        }
        let crossed = &mut self.crossed[side_number(wire.side)];
        let offset = *crossed;
        *crossed += (wire.text.expose().len() + wire.ending.bytes().len()) as u64;
        self.push(at, Kind::Line(Line { number: self.lines, offset, took, wire }));
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
            Some(chunk) => chunk.entries.get(index % CHUNK),
            None => self.tail.get(index.checked_sub(self.closed.len() * CHUNK)?),
        }
    }

    /// All entries, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Rc<Entry>> {
        self.closed.iter().flat_map(|chunk| chunk.entries.iter()).chain(&self.tail)
    }

    /// What is no line, with its index, oldest first: found without a look at the lines.
    pub fn between(&self) -> impl DoubleEndedIterator<Item = (usize, &Kind)> {
        self.between.iter().filter_map(|index| Some((*index, &self.get(*index)?.kind)))
    }

    /// The newest wire line.
    pub fn newest_line(&self) -> Option<usize> {
        self.newest_line
    }

    /// The newest wire line of the client's.
    pub fn newest_client_line(&self) -> Option<usize> {
        self.newest_client
    }

    /// The line of a side that holds an octet, by its number in the record.
    pub fn line_at(&self, side: Side, octet: u64) -> Option<(usize, &Line)> {
        let chunk = self.closed.partition_point(|chunk| chunk.crossed[side_number(side)] <= octet);
        let range = chunk * CHUNK..self.len().min((chunk + 1) * CHUNK);
        range.filter_map(|index| Some((index, self.line(index)?))).find(|(_, line)| {
            let end = line.offset + (line.wire.text.expose().len() + line.wire.ending.bytes().len()) as u64;
            line.wire.side == side && (line.offset..end).contains(&octet)
        })
    }

    /// The first index from `index` on whose chunk holds anything else than the reply of this exchange: what lies between
    /// need not be looked at to leave that reply out.
    pub fn past(&self, index: usize, exchange: u32) -> usize {
        let ours = |chunk: &&Rc<Chunk>| chunk.within == Some(exchange);
        match index % CHUNK {
            0 => index + self.closed.iter().skip(index / CHUNK).take_while(ours).count() * CHUNK,
            _ => index,
        }
    }

    /// The wire line at `index`, if that entry is one.
    pub fn line(&self, index: usize) -> Option<&Line> {
        match &self.get(index)?.kind {
            Kind::Line(line) => Some(line),
            Kind::Moved(_) | Kind::Encrypted { .. } | Kind::HeadersEnd(_) | Kind::Incident(_) => None,
        }
    }
}

fn side_number(side: Side) -> usize {
    match side {
        Side::Client => 0,
        Side::Server => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_keep_their_place_across_chunks() {
        let mut transcript = Transcript::default();
        for number in 0..3 * CHUNK as u32 + 5 {
            transcript.push(Micros(u64::from(number)), Kind::Incident(Incident::IdleWarning { seconds: number }));
        }
        assert_eq!(transcript.len(), 3 * CHUNK + 5);
        assert!(transcript.iter().enumerate().all(|(at, entry)| entry.at == Micros(at as u64)));
        assert!((0..transcript.len()).all(|at| transcript.get(at).is_some_and(|entry| entry.at == Micros(at as u64))));
        assert!(transcript.get(transcript.len()).is_none());
        assert_eq!(transcript.between().count(), transcript.len(), "no lines at all");
    }
}
