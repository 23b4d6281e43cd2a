//! Transfer encodings: how octets become lines of mail and come back (RFC 2045 section 6), and base64 bit by bit.

use crate::{explain::Note, token::Span};

/// A Content-Transfer-Encoding (RFC 2045 section 6.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// Short lines of ASCII, as they are. The default.
    #[default]
    SevenBit,
    /// Short lines of any octets, as they are.
    EightBit,
    /// Any octets, as they are.
    Binary,
    /// Three octets as four letters.
    Base64,
    /// ASCII as it is, other octets as `=E4`.
    QuotedPrintable,
    /// What came before MIME: lines of `uuencode`, never standardised.
    Uuencode,
    /// A name that we do not know.
    Unknown,
}

impl Encoding {
    /// What to say of it.
    pub fn note(self) -> Note {
        Note::new("encoding-7bit")
    }

    /// The octets once decoded, as far as they can be.
    pub fn decode(self, body: &[u8]) -> Vec<u8> {
        body.to_vec()
    }
}

/// Up to three octets as four sixes: one group of base64 (RFC 2045 section 6.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quad {
    /// The octets, as many as there are.
    pub octets: [Option<u8>; 3],
    /// Their 24 bits, six by six: each a place in the table, 0 to 63; `None` where padding stands.
    pub sixes: [Option<u8>; 4],
    /// The letters, `=` for padding.
    pub letters: [u8; 4],
}

/// One to three octets as a group of base64; `None` for none or more.
pub fn sextets(octets: &[u8]) -> Option<Quad> {
    let _ = octets;
    None
}

/// The way back: four letters of the table, padding allowed at the end.
pub fn unsextets(letters: [u8; 4]) -> Option<Quad> {
    let _ = letters;
    None
}

/// The groups of a base64 body that begins at `start` of the message, each with its place there (a group may go over a line end).
pub fn quads(body: &[u8], start: usize) -> impl Iterator<Item = (Span, Quad)> + '_ {
    let _ = (body, start);
    std::iter::empty()
}
