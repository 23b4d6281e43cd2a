//! A whole message taken apart: header, tree of parts, hops, flaws. A running dialogue's line by line is the `Cursor`'s.

use super::{
    encoding::Encoding,
    flaw::{Flaw, FlawKind},
    header::{Absent, Field},
    mime::{self, Entity},
    received::Hop,
    rules,
};
use crate::token::Span;

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
    /// Takes a message apart: `octets` with dots already undoubled; `complete` when its end has come (what TOP cuts off has not).
    pub fn of(octets: &[u8], complete: bool) -> Self {
        let root = mime::read(octets, complete);
        let ended = complete || root.border.is_some();
        let absent = rules::absent(octets, &root, ended);
        let (hops, mut flaws) = rules::hops(&root);
        flaws.extend(absent.iter().filter_map(|absent| absent.flaw.clone()));
        flaws.extend(rules::flaws(octets, &root, ended));
        if complete && root.border.is_none() && !root.fields.is_empty() {
            flaws.push(Flaw::new(Span::new(octets.len(), octets.len()), FlawKind::NoBorder, ""));
        }
        let entities = root.walk();
        for entity in &entities {
            flaws.extend(entity.flaws.iter().cloned());
            flaws.extend(entity.fields.iter().flat_map(|field| field.flaws.iter().cloned()));
        }
        // In binary CR and LF are octets like any other.
        if entities.iter().all(|entity| entity.encoding != Encoding::Binary) {
            flaws.extend(bare_endings(octets, complete));
        }
        flaws.sort_by_key(|flaw| flaw.span.start);
        Self { octets: octets.len(), complete, root, hops, absent, flaws }
    }

    /// The fields of the message's header.
    pub fn fields(&self) -> &[Field] {
        &self.root.fields
    }
}

/// CR and LF stand only together (RFC 5322 section 2.3): the first of each that stands alone, and how many do.
fn bare_endings(octets: &[u8], complete: bool) -> Vec<Flaw> {
    let lf: Vec<_> =
        memchr::memchr_iter(b'\n', octets).filter(|at| *at == 0 || octets.get(at - 1) != Some(&b'\r')).collect();
    let last = octets.len().saturating_sub(1);
    let cr = |at: &usize| octets.get(at + 1) != Some(&b'\n') && (complete || *at != last);
    let cr: Vec<_> = memchr::memchr_iter(b'\r', octets).filter(cr).collect();
    let mut flaws = Vec::new();
    for (places, kind) in [(lf, FlawKind::BareLf), (cr, FlawKind::BareCr)] {
        if let Some(first) = places.first() {
            flaws.push(Flaw::new(Span::new(*first, first + 1), kind, places.len().to_string()));
        }
    }
    flaws
}
