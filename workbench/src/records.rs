//! The network view: what crossed below TLS, cut into records and set beside the lines of the session. Drawing is the page's.

use mailproto::token::Side;

use crate::{
    conversation::Conversation,
    network::Crossing,
    transcript::{Incident, Kind},
};

/// A TLS record (RFC 8446 section 5.1): its header is readable to all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// Who sent it.
    pub side: Side,
    /// What it says it holds.
    pub holds: Holds,
    /// The five octets of its header.
    pub header: [u8; 5],
}

impl Record {
    /// The octets after the header.
    pub fn length(&self) -> u16 {
        u16::from_be_bytes([self.header[3], self.header[4]])
    }
}

/// What a record says it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// ClientHello, in the clear.
    ClientHello,
    /// ServerHello, in the clear.
    ServerHello,
    /// Another handshake message.
    Handshake,
    /// A leftover of TLS 1.2 (RFC 8446 section 5).
    ChangeCipherSpec,
    /// An alert.
    Alert,
    /// Sealed: in TLS 1.3 that can be any of these.
    Sealed,
    /// Another number.
    Other(u8),
}

/// A row of the view: a line, and what of it an eavesdropper has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Who sent it.
    pub side: Side,
    /// The line's place in the record; none for what TLS says for itself.
    pub line: Option<usize>,
    /// The records that carried it; none in plain text, and for further lines of the same record.
    pub records: Vec<Record>,
}

/// The rows of the view, in order.
pub fn rows(conversation: &Conversation) -> Vec<Row> {
    let mut rows = Rows::default();
    let mut pieces = conversation.network().pieces().iter().peekable();
    for index in 0..conversation.transcript().len() {
        while let Some(piece) = pieces.next_if(|piece| piece.after <= index) {
            rows.piece(piece);
        }
        let Some(entry) = conversation.transcript().get(index) else { continue };
        match &entry.kind {
            Kind::Line(line) => rows.line(index, line.wire.side, line.wire.encrypted),
            Kind::Incident(Incident::Connecting { .. }) => rows.start(),
            Kind::Encrypted { .. } => rows.flush(),
            Kind::Incident(_) | Kind::Moved(_) | Kind::HeadersEnd(_) => {}
        }
    }
    pieces.for_each(|piece| rows.piece(piece));
    rows.flush();
    rows.done
}

/// Rows being made.
#[derive(Default)]
struct Rows {
    done: Vec<Row>,
    client: Cutter,
    server: Cutter,
    /// The server's records whose lines have not come up yet.
    arrived: Vec<Record>,
    /// Rows of the client's lines whose records have not gone out yet, by index, oldest last.
    leaving: Vec<usize>,
}

impl Rows {
    /// A connection begins. A record that was cut off with the one before is never completed.
    fn start(&mut self) {
        self.flush();
        *self = Self { done: std::mem::take(&mut self.done), ..Self::default() };
    }

    fn piece(&mut self, piece: &Crossing) {
        match piece.side {
            Side::Client => {
                for record in self.client.cut(Side::Client, &piece.octets) {
                    match self.leaving.pop() {
                        Some(row) => self.done[row].records.push(record),
                        None => self.own(record),
                    }
                }
            }
            Side::Server => self.arrived.extend(self.server.cut(Side::Server, &piece.octets)),
        }
    }

    fn line(&mut self, index: usize, side: Side, encrypted: bool) {
        let records = match side {
            Side::Server if encrypted => std::mem::take(&mut self.arrived),
            Side::Server | Side::Client => Vec::new(),
        };
        if side == Side::Client && encrypted {
            self.flush();
            self.leaving.insert(0, self.done.len());
        }
        self.done.push(Row { side, line: Some(index), records });
    }

    /// What arrived and brought no line is TLS's own.
    fn flush(&mut self) {
        for record in std::mem::take(&mut self.arrived) {
            self.own(record);
        }
    }

    fn own(&mut self, record: Record) {
        self.done.push(Row { side: record.side, line: None, records: vec![record] });
    }
}

/// No hello with a key share is shorter; the sealed Finished of TLS 1.2 is.
const HELLO: u16 = 64;

/// Cuts one side's octets into records, whatever pieces they come in.
#[derive(Default)]
struct Cutter {
    /// The head of the record at hand: its header and the first octet after it.
    head: Vec<u8>,
    /// Octets of it that are still to come.
    skip: usize,
    /// A change_cipher_spec has gone by.
    changed: bool,
}

impl Cutter {
    fn cut(&mut self, side: Side, mut octets: &[u8]) -> Vec<Record> {
        let mut found = Vec::new();
        while !octets.is_empty() {
            let wanted = if self.head.len() < 6 { 6 - self.head.len() } else { self.skip };
            let (now, rest) = octets.split_at(wanted.min(octets.len()));
            octets = rest;
            if self.head.len() < 6 {
                self.head.extend_from_slice(now);
                let Ok([kind, major, minor, high, low, first]) = <[u8; 6]>::try_from(&self.head[..]) else { break };
                let header = [kind, major, minor, high, low];
                let length = u16::from_be_bytes([high, low]);
                self.skip = usize::from(length).saturating_sub(1);
                let mut holds = holds(kind, first);
                // TLS 1.2 seals what follows and leaves it its type; a second hello of TLS 1.3 is longer (RFC 8446 D.4).
                let handshake = matches!(holds, Holds::Handshake | Holds::ClientHello | Holds::ServerHello);
                if handshake && self.changed && length < HELLO {
                    holds = Holds::Sealed;
                }
                self.changed |= holds == Holds::ChangeCipherSpec;
                found.push(Record { side, holds, header });
            } else {
                self.skip -= now.len();
            }
            if self.head.len() == 6 && self.skip == 0 {
                self.head.clear();
            }
        }
        found
    }
}

/// The content types of RFC 8446 section 5.1, the handshake types of its section 4.
fn holds(kind: u8, first: u8) -> Holds {
    match (kind, first) {
        (20, _) => Holds::ChangeCipherSpec,
        (21, _) => Holds::Alert,
        (22, 1) => Holds::ClientHello,
        (22, 2) => Holds::ServerHello,
        (22, _) => Holds::Handshake,
        (23, _) => Holds::Sealed,
        (other, _) => Holds::Other(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What TLS 1.2 seals is not told as readable, and what TLS 1.3 sends again in the clear is.
    #[test]
    fn handshake_after_change_cipher_spec() {
        let check = |first: u8, length: u8, expected: Holds| {
            let mut record = vec![22, 3, 3, 0, length, first];
            record.resize(5 + usize::from(length), 0);
            let mut cutter = Cutter::default();
            let mut found = cutter.cut(Side::Server, &[20, 3, 3, 0, 1, 1]);
            found.extend(cutter.cut(Side::Server, &record));
            let told: Vec<_> = found.iter().map(|record| record.holds).collect();
            assert_eq!(told, [Holds::ChangeCipherSpec, expected], "{first} {length}");
        };
        check(0, 40, Holds::Sealed);
        check(1, 40, Holds::Sealed);
        check(2, 32, Holds::Sealed);
        check(1, 200, Holds::ClientHello);
        check(2, 120, Holds::ServerHello);
    }

    /// Records are found whole, byte by byte, and with a piece of the next behind them.
    #[test]
    fn records_are_cut() {
        let stream = [&[22, 3, 1, 0, 3, 1, 9, 9][..], &[20, 3, 3, 0, 1, 1], &[23, 3, 3, 0, 2, 7, 7], &[23, 3]].concat();
        let check = |size: usize| {
            let mut cutter = Cutter::default();
            let found: Vec<_> = stream.chunks(size).flat_map(|part| cutter.cut(Side::Client, part)).collect();
            let told: Vec<_> = found.iter().map(|record| (record.holds, record.length())).collect();
            assert_eq!(told, [(Holds::ClientHello, 3), (Holds::ChangeCipherSpec, 1), (Holds::Sealed, 2)], "{size}");
        };
        (1..=stream.len()).for_each(check);
    }
}
