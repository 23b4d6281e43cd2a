//! A message's body as MIME builds it: a tree of parts (RFC 2045, 2046, 2183). How octets are encoded is in `encoding`, what each
//! media type is in `media`.

use super::{
    LINE,
    encoding::{self, Encoding},
    flaw::{Flaw, FlawKind},
    header::{self, Budget, Field, Header},
    media::{self, Kind},
    parameters::{Parameter, Valued},
    words,
};
use crate::{note::Note, secret::lossless, token::Span};

/// How deep parts may stand within parts: each level reads its octets once more. Mail servers set limits of the same kind; real
/// mail seldom goes beyond five.
pub const DEPTH: usize = 32;
/// The longest boundary (RFC 2046 section 5.1.1).
const BOUNDARY: usize = 70;

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
    /// The name for a file, of Content-Disposition or else of Content-Type's `name`. Never trust it as a path.
    pub filename: Option<String>,
    /// How the body is encoded.
    pub encoding: Encoding,
    /// The charset in lower case: stated, or `us-ascii` for text.
    pub charset: Option<String>,
    /// The octets of the body as they stand.
    pub encoded: usize,
    /// The octets once decoded.
    pub decoded: usize,
    /// What stands before the first boundary, for nobody to see; the whole body of a multipart whose boundary stands nowhere.
    pub preamble: Option<Span>,
    /// What stands after the last boundary, and what is too much to be taken apart.
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

/// A line that begins or ends a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Boundary {
    /// The line, with its end and the line end before it.
    pub span: Span,
    /// Whether it ends the multipart.
    pub last: bool,
}

impl Entity {
    /// The first field of this name, in any case.
    pub fn field(&self, octets: &[u8], name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name.of(octets).eq_ignore_ascii_case(name.as_bytes()))
    }

    /// The body decoded, [`decoded`](Self::decoded) octets. `octets` is the whole message. A multipart must not be encoded
    /// (RFC 2045 section 6.4): it is read as it stands, whatever it says.
    pub fn decode(&self, octets: &[u8]) -> Vec<u8> {
        let body = self.body.of(octets);
        if self.kind == Kind::Multipart { body.to_vec() } else { self.encoding.decode(body) }
    }

    /// The body as text, when it is text in a charset that is decoded here.
    pub fn text(&self, octets: &[u8]) -> Option<String> {
        words::decode_charset(self.charset.as_deref()?, &self.decode(octets))
    }

    /// It and all within it, in the message's order.
    pub fn walk(&self) -> Vec<&Self> {
        let mut all = vec![self];
        for part in &self.parts {
            all.extend(part.walk());
        }
        all
    }
}

/// Takes the whole message apart.
pub(super) fn read(octets: &[u8], complete: bool) -> Entity {
    let mut reader = Reader { octets, budget: Budget::default() };
    reader.entity(Span::new(0, octets.len()), Place { digest: false, part: false, complete, depth: 0 })
}

/// Where an entity stands.
#[derive(Clone, Copy)]
struct Place {
    /// In a multipart/digest, where parts are messages by default (RFC 2046 section 5.1.5).
    digest: bool,
    /// A part of a multipart: its header may be empty.
    part: bool,
    /// Whether its end has come.
    complete: bool,
    /// How many entities it stands in.
    depth: usize,
}

struct Reader<'a> {
    octets: &'a [u8],
    budget: Budget,
}

impl Reader<'_> {
    fn entity(&mut self, span: Span, place: Place) -> Entity {
        let header = header::read(self.octets, span, &mut self.budget);
        let mut entity = bare(self.octets, span, header, place);
        let stands = entity.encoding.domain().is_some();
        let composite = matches!(entity.kind, Kind::Multipart | Kind::Message);
        // Mail in UTF-8 and reports about it may be encoded when they travel inside another (RFC 6532 section 3.5).
        if composite && !stands && !entity.subtype.starts_with("global") {
            let text = format!("{}/{}", entity.media, entity.subtype);
            entity.flaws.push(Flaw::new(entity.header, FlawKind::CompositeEncoded, text));
        }
        let pieces = entity.kind == Kind::Message && matches!(entity.subtype.as_str(), "partial" | "external-body");
        if pieces && stands && entity.encoding != Encoding::SevenBit {
            let text = format!("{}/{}", entity.media, entity.subtype);
            entity.flaws.push(Flaw::new(entity.header, FlawKind::NeedsSevenBit, text));
        }
        let nested = matches!(entity.subtype.as_str(), "rfc822" | "global" | "external-body");
        match entity.kind {
            Kind::Multipart | Kind::Message if place.depth >= DEPTH => {
                entity.flaws.push(Flaw::new(entity.body, FlawKind::TooDeep, DEPTH.to_string()));
                entity.decoded = entity.decode(self.octets).len();
            }
            Kind::Multipart => self.multipart(&mut entity, place),
            Kind::Message if nested && stands => {
                let inside = Place { digest: false, part: false, complete: place.complete, depth: place.depth + 1 };
                let message = self.entity(entity.body, inside);
                entity.parts.push(message);
            }
            Kind::Message | Kind::Text | Kind::Image | Kind::Audio | Kind::Video | Kind::Application | Kind::Other => {
                leaf(self.octets, &mut entity, place.complete);
            }
        }
        self.outside_and_inside(&mut entity);
        entity
    }

    /// An entity may not claim less than its parts hold (RFC 2045 section 6.4).
    fn outside_and_inside(&self, entity: &mut Entity) {
        // What an external body's inner header says is about the thing itself, which is not here (RFC 2046 section 5.2.3).
        let Some(own) = entity.encoding.domain().filter(|_| entity.subtype != "external-body") else { return };
        let inside = entity.parts.iter().find(|part| part.encoding.domain().is_some_and(|domain| domain > own));
        if let Some(part) = inside {
            let flaw = Flaw::new(part.header, FlawKind::WeakerOutside, encoding_name(part.encoding));
            entity.flaws.push(flaw);
        }
    }

    fn multipart(&mut self, entity: &mut Entity, place: Place) {
        let Some(boundary) = entity.parameters.iter().find(|parameter| parameter.name == "boundary") else {
            entity.flaws.push(Flaw::new(entity.header, FlawKind::NoBoundary, ""));
            return;
        };
        let (text, at) = (boundary.value.clone(), boundary.spans.first().copied().unwrap_or(entity.header));
        if text.len() > BOUNDARY {
            entity.flaws.push(Flaw::new(at, FlawKind::LongBoundary, text.len().to_string()));
        }
        if text.is_empty() || text.ends_with(' ') || !text.bytes().all(is_boundary_letter) {
            entity.flaws.push(Flaw::new(at, FlawKind::BadBoundary, text.clone()));
        }
        if text.is_empty() {
            return;
        }
        self.cut(entity, &text, place.complete);
        if entity.boundaries.is_empty() {
            entity.preamble = Some(entity.body).filter(|body| !body.is_empty());
            if place.complete {
                entity.flaws.push(Flaw::new(entity.body, FlawKind::BoundaryNotFound, text));
            }
            return;
        }
        let digest = entity.subtype == "digest";
        let ends = entity.boundaries.iter().skip(1).map(|next| next.span.start).chain([entity.body.end]);
        let spans: Vec<_> = entity
            .boundaries
            .iter()
            .zip(ends)
            .filter(|(boundary, _)| !boundary.last)
            .map(|(boundary, end)| Span::new(boundary.span.end, end))
            .collect();
        for (at, span) in spans.iter().enumerate() {
            let complete = place.complete || at + 1 < entity.boundaries.len();
            let end = entity.epilogue.map_or(span.end, |epilogue| span.end.min(epilogue.start));
            let inside = Place { digest, part: true, complete, depth: place.depth + 1 };
            let part = self.entity(Span::new(span.start, end), inside);
            entity.parts.push(part);
        }
    }

    /// Finds the boundary lines: `dash-boundary transport-padding` at the beginning of a line (RFC 2046 section 5.1.1).
    fn cut(&mut self, entity: &mut Entity, boundary: &str, complete: bool) {
        let delimiter = format!("--{boundary}");
        let body = entity.body.of(self.octets);
        let start = entity.body.start;
        let (mut floor, mut goes_on) = (0, false);
        let mut closed = false;
        for at in memchr::memmem::find_iter(body, delimiter.as_bytes()) {
            if at < floor || (at > 0 && body.get(at - 1) != Some(&b'\n')) {
                continue;
            }
            let (line, next) = header::line_at(body, at, body.len());
            let rest = body.get(at + delimiter.len()..line.end).unwrap_or_default();
            let (rest, last) = match rest.strip_prefix(b"--") {
                Some(rest) => (rest, true),
                None => (rest, false),
            };
            if !rest.trim_ascii().is_empty() {
                // The standard lets programs take such a line for a boundary; most want the whole line.
                if !std::mem::replace(&mut goes_on, true) {
                    let span = Span::new(start + line.start, start + line.end);
                    entity.flaws.push(Flaw::new(span, FlawKind::BoundaryGoesOn, boundary));
                }
                continue;
            }
            let before = line_end_before(body, at).max(floor);
            if !last && self.budget.parts == 0 {
                entity.flaws.push(Flaw::new(Span::new(start + at, start + next), FlawKind::TooManyParts, ""));
                entity.epilogue = Some(Span::new(start + before, entity.body.end));
                closed = true;
                break;
            }
            if entity.boundaries.is_empty() && before > 0 {
                entity.preamble = Some(Span::new(start, start + before));
            }
            entity.boundaries.push(Boundary { span: Span::new(start + before, start + next), last });
            floor = next;
            if last {
                closed = true;
                entity.epilogue = Some(Span::new(start + next, entity.body.end)).filter(|rest| !rest.is_empty());
                break;
            }
            self.budget.parts -= 1;
        }
        if complete && !closed && !entity.boundaries.is_empty() {
            let end = Span::new(entity.body.end, entity.body.end);
            entity.flaws.push(Flaw::new(end, FlawKind::NoLastBoundary, boundary));
        }
    }
}

/// The line end before `at` belongs to the boundary line there.
fn line_end_before(body: &[u8], at: usize) -> usize {
    match body.get(..at) {
        Some([.., b'\r', b'\n']) => at - 2,
        Some([.., b'\n']) => at - 1,
        _ => at,
    }
}

/// `bchars` (RFC 2046 section 5.1.1).
fn is_boundary_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&byte)
}

fn encoding_name(encoding: Encoding) -> &'static str {
    if encoding == Encoding::Binary { "binary" } else { "8bit" }
}

/// An entity by its header alone.
fn bare(octets: &[u8], span: Span, header: Header, place: Place) -> Entity {
    let Header { fields, span: head, border, mut flaws } = header;
    if place.part && border.is_none() && flaws.iter().any(|flaw| flaw.kind == FlawKind::NotAField) {
        flaws.retain(|flaw| flaw.kind != FlawKind::NotAField);
        flaws.push(Flaw::new(head, FlawKind::PartNoBorder, ""));
    }
    let body = Span::new(border.map_or(head.end, |border| border.end), span.end);
    let named = |name: &str| fields.iter().find(|field| field.name.of(octets).eq_ignore_ascii_case(name.as_bytes()));
    let valued = |name: &str| named(name).and_then(Field::valued);
    let content_type = valued("Content-Type");
    let (media, subtype, stated) = match content_type.and_then(stated_type) {
        Some((media, subtype)) => (media, subtype, true),
        None if place.digest && content_type.is_none() => ("message", "rfc822", false),
        None => ("text", "plain", false),
    };
    let kind = Kind::named(media);
    let disposition = valued("Content-Disposition");
    let filename = disposition.and_then(|disposition| disposition.parameter("filename"));
    let filename = filename.or_else(|| content_type?.parameter("name"));
    let charset = content_type.and_then(|valued| valued.parameter("charset")).map(str::to_ascii_lowercase);
    Entity {
        kind,
        media: media.into(),
        subtype: subtype.into(),
        stated,
        parameters: content_type.map(|valued| valued.parameters.clone()).unwrap_or_default(),
        disposition: disposition.map(|disposition| disposition.value.clone()),
        // Many programs write encoded-words where RFC 2231 belongs.
        filename: filename.map(|name| words::decoded(name.as_bytes(), false).unwrap_or_else(|| name.into())),
        encoding: valued("Content-Transfer-Encoding").map(|valued| Encoding::named(&valued.value)).unwrap_or_default(),
        charset: charset.or_else(|| (kind == Kind::Text).then(|| "us-ascii".into())),
        note: media::note(media, subtype, stated),
        span,
        header: head,
        border,
        body,
        encoded: body.len(),
        decoded: body.len(),
        preamble: None,
        epilogue: None,
        boundaries: Vec::new(),
        parts: Vec::new(),
        flaws,
        fields,
    }
}

fn stated_type(valued: &Valued) -> Option<(&str, &str)> {
    valued.value.split_once('/').filter(|(media, subtype)| !media.is_empty() && !subtype.is_empty())
}

/// A body that is not taken apart further: its size decoded, its octets judged.
fn leaf(octets: &[u8], entity: &mut Entity, complete: bool) {
    let body = entity.body.of(octets);
    let (start, flaws) = (entity.body.start, &mut entity.flaws);
    if let Some(domain) = entity.encoding.domain() {
        let in_seven = letter_flaws(body, start, domain, flaws);
        if entity.kind == Kind::Text {
            if let Some(at) = encoding::uuencode_begins(body) {
                flaws.push(Flaw::new(Span::new(start + at, start + at), FlawKind::Uuencoded, ""));
            }
            if complete && !in_seven {
                charset_flaw(body, entity.body, entity.charset.as_deref(), flaws);
            }
        }
        return;
    }
    let decoded = entity.encoding.read(body, start, complete, flaws);
    entity.decoded = decoded.len();
    if complete && entity.kind == Kind::Text && entity.encoding != Encoding::Unknown {
        charset_flaw(&decoded, entity.body, entity.charset.as_deref(), flaws);
    }
}

/// What a body may not hold as it stands (RFC 2045 sections 2.7 and 2.8), each told once. Tells whether 7bit was broken.
fn letter_flaws(body: &[u8], start: usize, domain: u8, flaws: &mut Vec<Flaw>) -> bool {
    let mut tell = |at: Option<usize>, length: usize, kind, detail: String| {
        flaws.extend(at.map(|at| Flaw::new(Span::new(start + at, start + at + length), kind, detail)));
    };
    let above = if domain == 0 { body.iter().position(|byte| !byte.is_ascii()) } else { None };
    tell(above, 1, FlawKind::EightBitInSeven, String::new());
    if domain < 2 {
        tell(memchr::memchr(0, body), 1, FlawKind::NulOctet, String::new());
        let mut at = 0;
        for line in body.split_inclusive(|byte| *byte == b'\n') {
            let length = line.len() - usize::from(line.ends_with(b"\n")) - usize::from(line.ends_with(b"\r\n"));
            if length > LINE {
                tell(Some(at + LINE), length - LINE, FlawKind::LongBodyLine, length.to_string());
                break;
            }
            at += line.len();
        }
    }
    above.is_some()
}

/// A text must be text in its charset; those that are not decoded here are not judged.
fn charset_flaw(text: &[u8], span: Span, charset: Option<&str>, flaws: &mut Vec<Flaw>) {
    let right = match charset {
        Some("us-ascii") => text.is_ascii(),
        Some("utf-8") => std::str::from_utf8(text).is_ok(),
        Some(_) | None => true,
    };
    if !right {
        flaws.push(Flaw::new(span, FlawKind::NotInCharset, lossless(charset.unwrap_or_default().as_bytes())));
    }
}
