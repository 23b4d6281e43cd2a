//! A message's body as MIME builds it: a tree of parts (RFC 2045, 2046, 2183). How octets are encoded is in `encoding`.

use super::{encoding::Encoding, flaw::Flaw, header::Field};
use crate::{explain::Note, token::Span};

/// A message or a part of one. All spans are places in the octets of the whole message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entity {
    /// Header, border and body.
    pub span: Span,
    /// The fields, without the empty line.
    pub header: Span,
    /// The empty line between header and body.
    pub border: Option<Span>,
    /// The body.
    pub body: Span,
    /// The fields of the header.
    pub fields: Vec<Field>,
    /// What kind of thing it is.
    pub kind: Kind,
    /// The media type in lower case, stated or by default: `text`.
    pub media: String,
    /// The subtype in lower case: `plain`.
    pub subtype: String,
    /// Whether Content-Type states it; else it is the default (RFC 2045 section 5.2, RFC 2046 section 5.1.5).
    pub stated: bool,
    /// The parameters of Content-Type, continuations joined (RFC 2231).
    pub parameters: Vec<Parameter>,
    /// `inline`, `attachment` or another word of Content-Disposition, in lower case.
    pub disposition: Option<String>,
    /// The name for a file, of Content-Disposition or else of Content-Type's `name`.
    pub filename: Option<String>,
    /// How the body is encoded.
    pub encoding: Encoding,
    /// The charset in lower case: stated, or `us-ascii` for text.
    pub charset: Option<String>,
    /// The octets of the body as they stand.
    pub encoded: usize,
    /// The octets once decoded.
    pub decoded: usize,
    /// What stands before the first boundary, for nobody to see.
    pub preamble: Option<Span>,
    /// What stands after the last boundary.
    pub epilogue: Option<Span>,
    /// The boundary lines with their line ends: the CRLF before each belongs to it too, and is within the span.
    pub boundaries: Vec<Boundary>,
    /// The parts of a multipart, or the one message inside a message/rfc822.
    pub parts: Vec<Self>,
    /// What this entity is.
    pub note: Note,
    /// What is wrong with its structure and its body; what is wrong with a field is there.
    pub flaws: Vec<Flaw>,
}

/// What an entity is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Text for people.
    Text,
    /// A picture.
    Image,
    /// Sound.
    Audio,
    /// Moving pictures.
    Video,
    /// Data for a program.
    Application,
    /// Several parts.
    Multipart,
    /// Another message, or a piece of one, or where to find one.
    Message,
    /// A top-level type that we do not know.
    Other,
}

/// A line that begins or ends a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Boundary {
    /// The line, with its end and the line end before it.
    pub span: Span,
    /// Whether it ends the multipart.
    pub last: bool,
}

/// A parameter of Content-Type or Content-Disposition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name in lower case, without RFC 2231's asterisks.
    pub name: String,
    /// Its value, quotes undone, continuations joined, percent signs decoded.
    pub value: String,
    /// The language that RFC 2231 lets it name.
    pub language: Option<String>,
    /// Where its value stands: several places when it is continued.
    pub spans: Vec<Span>,
}
