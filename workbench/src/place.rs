//! A place in a conversation, which every view can show: the log as an entry, the bytes as octets, the ladder as an exchange, the
//! diagram as an edge. How each view draws it is not here.

use std::ops::Range;

use mailproto::{Edge, token::Side, token::Span};

use crate::{conversation::Conversation, exchange::Exchange, transcript::Kind};

/// A place: an entry of the transcript, and what of it is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The entry.
    pub entry: usize,
    /// A piece of its line; `None` means all of it.
    pub span: Option<Span>,
}

/// Octets of one side, counted over the whole record, line ends included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Octets {
    /// Who sent them.
    pub side: Side,
    /// The first of them, and the first behind them.
    pub range: Range<u64>,
}

impl Place {
    /// An entry as a whole.
    pub fn entry(entry: usize) -> Self {
        Self { entry, span: None }
    }

    /// Where an edge was taken last: the line that took it stands right before the move.
    pub fn of_edge(conversation: &Conversation, edge: &Edge) -> Option<Self> {
        let taken = |(index, kind): (usize, &Kind)| match kind {
            Kind::Moved(taken) => (*taken == edge).then_some(index),
            Kind::Line(_) | Kind::Encrypted { .. } | Kind::HeadersEnd(_) | Kind::Incident(_) => None,
        };
        conversation.transcript().between().rev().find_map(taken).map(Self::entry)
    }

    /// The line that an octet belongs to, and the octet in it. An octet of a line's ending is the place behind its text.
    pub fn of_octet(conversation: &Conversation, side: Side, octet: u64) -> Option<Self> {
        let (entry, line) = conversation.transcript().line_at(side, octet)?;
        let at = usize::try_from(octet - line.offset).ok()?;
        let length = line.wire.text.expose().len();
        Some(Self { entry, span: Some(Span::new(at.min(length), (at + 1).min(length))) })
    }

    /// The first line of an exchange that stands in the record.
    pub fn of_exchange(exchange: &Exchange) -> Option<Self> {
        exchange.asked.or(exchange.reply).map(Self::entry)
    }

    /// The exchange it belongs to.
    pub fn exchange(self, conversation: &Conversation) -> Option<&Exchange> {
        let id = conversation.transcript().line(self.entry)?.wire.exchange?;
        conversation.exchanges().get(id)
    }

    /// The edge that was taken here, or last before.
    pub fn edge(self, conversation: &Conversation) -> Option<&'static Edge> {
        if let Some(edge) = conversation.transcript().line(self.entry).and_then(|line| line.wire.moved) {
            return Some(edge);
        }
        let before = |(index, kind): (usize, &Kind)| match kind {
            Kind::Moved(edge) if index <= self.entry => Some(*edge),
            Kind::Moved(_) | Kind::Line(_) | Kind::Encrypted { .. } | Kind::HeadersEnd(_) | Kind::Incident(_) => None,
        };
        conversation.transcript().between().rev().find_map(before)
    }

    /// The octets it stands for; none for what is no line.
    pub fn octets(self, conversation: &Conversation) -> Option<Octets> {
        let line = conversation.transcript().line(self.entry)?;
        let at = |place: usize| line.offset + place as u64;
        let whole = line.wire.text.expose().len() + line.wire.ending.bytes().len();
        let range = self.span.map_or(line.offset..at(whole), |span| at(span.start)..at(span.end));
        Some(Octets { side: line.wire.side, range })
    }
}
