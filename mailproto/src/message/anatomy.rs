//! A whole message taken apart: header, tree of parts, hops, flaws. A running dialogue's line by line is the `Cursor`'s.

use super::{
    encoding::Encoding,
    flaw::Flaw,
    header::{Absent, Field},
    mime::{Entity, Kind},
    received::Hop,
};
use crate::{explain::Note, token::Span};

/// A message taken apart. It holds places in the octets, not the octets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anatomy {
    /// How many octets the message has.
    pub octets: usize,
    /// Whether the message is all there: a half typed one lacks its end, and nobody is told about that.
    pub complete: bool,
    /// The message itself: its header and the tree of its parts.
    pub root: Entity,
    /// The way it took, first hop first.
    pub hops: Vec<Hop>,
    /// Fields of the standard that the header has not.
    pub absent: Vec<Absent>,
    /// Everything that is wrong, in the message's order, those of fields and parts among them.
    pub flaws: Vec<Flaw>,
}

impl Anatomy {
    /// Takes a message apart: `octets` with dots already undoubled; `complete` when its end has come.
    pub fn of(octets: &[u8], complete: bool) -> Self {
        let all = Span::new(0, octets.len());
        let root = Entity {
            span: all,
            header: all,
            border: None,
            body: Span::new(octets.len(), octets.len()),
            fields: Vec::new(),
            kind: Kind::Text,
            media: "text".into(),
            subtype: "plain".into(),
            stated: false,
            parameters: Vec::new(),
            disposition: None,
            filename: None,
            encoding: Encoding::SevenBit,
            charset: None,
            encoded: 0,
            decoded: 0,
            preamble: None,
            epilogue: None,
            boundaries: Vec::new(),
            parts: Vec::new(),
            note: Note::new("media-text-plain"),
            flaws: Vec::new(),
        };
        Self { octets: octets.len(), complete, root, hops: Vec::new(), absent: Vec::new(), flaws: Vec::new() }
    }

    /// The fields of the message's header.
    pub fn fields(&self) -> &[Field] {
        &self.root.fields
    }
}
