//! Values with parameters, `text/plain; charset=utf-8` (RFC 2045 section 5.1), and parameters in pieces or in other letters (RFC
//! 2231). What the values mean is `mime`'s.

use super::{
    encoding,
    flaw::{Flaw, FlawKind},
    header::{Piece, PieceKind},
    lex::{Lex, LexKind, MIME, lex},
    words,
};
use crate::{octets::lossless, token::Span};

/// How many parameters of one field are read: true ones have a handful.
const MOST: usize = 100;

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

/// A value and its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Valued {
    /// The value, in lower case.
    pub value: String,
    /// Where it stands.
    pub span: Span,
    /// Its parameters, each name once.
    pub parameters: Vec<Parameter>,
}

impl Valued {
    /// The value of a parameter, by its lower-case name.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|parameter| parameter.name == name).map(|parameter| parameter.value.as_str())
    }
}

/// A parameter as one place of the field has it.
struct Raw {
    name: String,
    /// RFC 2231's number of the piece.
    section: Option<u32>,
    /// Whether RFC 2231's last asterisk says that percent signs are decoded.
    extended: bool,
    value: Vec<u8>,
    span: Span,
}

/// Reads `value *(";" name "=" value)`.
pub(super) fn read(
    octets: &[u8],
    span: Span,
    kind: PieceKind,
    pieces: &mut Vec<Piece>,
    flaws: &mut Vec<Flaw>,
) -> Valued {
    let mut words = Vec::new();
    for word in lex(octets, span, MIME) {
        if word.is_comment() {
            pieces.push(Piece { span: word.span, kind: PieceKind::Comment });
        } else {
            words.push(word);
        }
    }
    let mut groups = words.split(|word| word.is(b';'));
    let first = groups.next().unwrap_or_default();
    let span = over(first).unwrap_or(Span::new(span.start, span.start));
    if !span.is_empty() {
        pieces.push(Piece { span, kind });
    }
    let value = first.iter().flat_map(|word| word.span.of(octets)).copied().collect::<Vec<_>>();
    let value = lossless(&value).to_ascii_lowercase();
    let mut raws = Vec::new();
    let mut groups = groups.peekable();
    while let Some(group) = groups.next() {
        if raws.len() == MOST {
            break;
        }
        match over(group) {
            Some(_) => raws.extend(raw(octets, group, pieces, flaws)),
            // A semicolon at the very end is common.
            None if groups.peek().is_none() => flaws.extend(last_semicolon(&words)),
            None => {}
        }
    }
    pieces.extend(
        words.iter().filter(|word| word.is(b';')).map(|word| Piece { span: word.span, kind: PieceKind::Punctuation }),
    );
    Valued { value, span, parameters: joined(raws, flaws) }
}

fn over(words: &[Lex]) -> Option<Span> {
    Some(Span::new(words.first()?.span.start, words.last()?.span.end))
}

fn last_semicolon(words: &[Lex]) -> Option<Flaw> {
    let last = words.last().filter(|word| word.is(b';'))?;
    Some(Flaw::new(last.span, FlawKind::LastSemicolon, ""))
}

/// `attribute "=" value`, where `value = token / quoted-string`.
fn raw(octets: &[u8], words: &[Lex], pieces: &mut Vec<Piece>, flaws: &mut Vec<Flaw>) -> Option<Raw> {
    let all = over(words)?;
    let [name, equals, value @ ..] = words else {
        pieces.push(Piece { span: all, kind: PieceKind::Text });
        flaws.push(Flaw::new(all, FlawKind::BadParameter, lossless(all.of(octets))));
        return None;
    };
    if name.kind != LexKind::Atom || !equals.is(b'=') || value.is_empty() {
        pieces.push(Piece { span: all, kind: PieceKind::Text });
        flaws.push(Flaw::new(all, FlawKind::BadParameter, lossless(all.of(octets))));
        return None;
    }
    let span = over(value)?;
    pieces.push(Piece { span: name.span, kind: PieceKind::ParameterName });
    pieces.push(Piece { span: equals.span, kind: PieceKind::Punctuation });
    pieces.push(Piece { span, kind: PieceKind::ParameterValue });
    let content = match value {
        [word] => {
            if word.kind == LexKind::Quoted(false) {
                flaws.push(Flaw::new(word.span, FlawKind::OpenQuote, ""));
            }
            word.content(octets)
        }
        _ => {
            flaws.push(Flaw::new(span, FlawKind::UnquotedValue, lossless(span.of(octets))));
            span.of(octets).iter().filter(|byte| !matches!(byte, b'\r' | b'\n')).copied().collect()
        }
    };
    let (name, section, extended) = sections(&lossless(name.span.of(octets)).to_ascii_lowercase());
    Some(Raw { name, section, extended, value: content, span })
}

/// `title*0*`: the name, the number of the piece, whether it is extended (RFC 2231 section 7).
fn sections(name: &str) -> (String, Option<u32>, bool) {
    let (rest, extended) = match name.strip_suffix('*') {
        Some(rest) => (rest, true),
        None => (name, false),
    };
    match rest.rsplit_once('*').and_then(|(base, number)| Some((base, number.parse().ok()?))) {
        Some((base, number)) => (base.into(), Some(number), extended),
        None => (rest.into(), None, extended),
    }
}

/// Joins the pieces of each name, in the order in which the names come.
fn joined(mut raws: Vec<Raw>, flaws: &mut Vec<Flaw>) -> Vec<Parameter> {
    let mut parameters: Vec<Parameter> = Vec::new();
    while let Some(name) = raws.first().map(|raw| raw.name.clone()) {
        let (mut same, others): (Vec<_>, Vec<_>) = raws.into_iter().partition(|raw| raw.name == name);
        raws = others;
        let plain: Vec<_> =
            same.iter().filter(|raw| raw.section.is_none() && !raw.extended).map(|raw| raw.span).collect();
        if let [_, second, ..] = plain[..] {
            flaws.push(Flaw::new(second, FlawKind::ParameterTwice, name.clone()));
        }
        let numbered = same.iter().any(|raw| raw.section.is_some());
        if numbered {
            same.retain(|raw| raw.section.is_some());
            same.sort_by_key(|raw| raw.section);
            same.dedup_by_key(|raw| raw.section);
            let gap = same.iter().zip(0..).position(|(raw, number)| raw.section != Some(number));
            if let Some(gap) = gap {
                let span = same.get(gap).map_or(Span::new(0, 0), |raw| raw.span);
                flaws.push(Flaw::new(span, FlawKind::MissingPiece, format!("{name}*{gap}")));
                same.truncate(gap.max(1));
            }
        } else {
            // `filename*=` is written beside `filename=` for programs that know RFC 2231.
            same.sort_by_key(|raw| !raw.extended);
            same.truncate(1);
        }
        parameters.push(join(name, &same, flaws));
    }
    parameters
}

fn join(name: String, pieces: &[Raw], flaws: &mut Vec<Flaw>) -> Parameter {
    let (mut charset, mut language) = (None, None);
    let mut octets = Vec::new();
    for (at, piece) in pieces.iter().enumerate() {
        let mut value = piece.value.as_slice();
        if at == 0 && piece.extended {
            let mut parts = value.splitn(3, |byte| *byte == b'\'');
            if let (Some(set), Some(tongue), Some(rest)) = (parts.next(), parts.next(), parts.next()) {
                charset = Some(lossless(set)).filter(|set| !set.is_empty());
                language = Some(lossless(tongue)).filter(|tongue| !tongue.is_empty());
                value = rest;
            } else {
                flaws.push(Flaw::new(piece.span, FlawKind::NoCharsetMarks, name.clone()));
            }
        }
        if piece.extended {
            percent_decoded(value, piece.span, &mut octets, flaws);
        } else {
            octets.extend_from_slice(value);
        }
    }
    let spans: Vec<_> = pieces.iter().map(|piece| piece.span).collect();
    let value = match &charset {
        Some(charset) => words::decode_charset(charset, &octets).map(|text| lossless(text.as_bytes())),
        None => None,
    };
    if let (Some(charset), None, Some(span)) = (charset, &value, spans.first()) {
        flaws.push(Flaw::new(*span, FlawKind::UnknownCharset, charset));
    }
    Parameter { name, value: value.unwrap_or_else(|| lossless(&octets)), language, spans }
}

/// `%` and two hexadecimal digits are an octet (RFC 2231 section 4).
fn percent_decoded(value: &[u8], span: Span, octets: &mut Vec<u8>, flaws: &mut Vec<Flaw>) {
    let mut rest = value;
    while let [byte, more @ ..] = rest {
        rest = match (byte, more) {
            (b'%', [high, low, after @ ..]) if let Some(octet) = encoding::hex(*high, *low) => {
                octets.push(octet);
                after
            }
            (byte, more) => {
                if *byte == b'%' {
                    flaws.push(Flaw::new(span, FlawKind::BadPercent, ""));
                }
                octets.push(*byte);
                more
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(text: &str) -> (Valued, Vec<FlawKind>) {
        let (mut pieces, mut flaws) = (Vec::new(), Vec::new());
        let valued = read(text.as_bytes(), Span::new(0, text.len()), PieceKind::MediaType, &mut pieces, &mut flaws);
        (valued, flaws.iter().map(|flaw| flaw.kind).collect())
    }

    #[test]
    fn values_and_parameters() {
        use FlawKind::{
            BadParameter, BadPercent, LastSemicolon, MissingPiece, NoCharsetMarks, OpenQuote, ParameterTwice,
            UnknownCharset, UnquotedValue,
        };
        fn check(text: &str, value: &str, parameters: &[(&str, &str)], flaws: &[FlawKind]) {
            let (valued, found) = read_all(text);
            let pairs: Vec<_> =
                valued.parameters.iter().map(|parameter| (parameter.name.as_str(), parameter.value.as_str())).collect();
            assert_eq!(
                (valued.value.as_str(), pairs.as_slice(), found.as_slice()),
                (value, parameters, flaws),
                "{text}"
            );
        }
        // RFC 2045 section 5.1.
        check("text/plain; charset=us-ascii (Plain text)", "text/plain", &[("charset", "us-ascii")], &[]);
        check("Text/Plain; Charset=\"us-ascii\"", "text/plain", &[("charset", "us-ascii")], &[]);
        check("attachment; filename=a\\b", "attachment", &[("filename", "a\\b")], &[UnquotedValue]);
        // RFC 2231 sections 3, 4 and 4.1.
        check(
            "message/external-body; access-type=URL;\r\n URL*0=\"ftp://\";\r\n URL*1=\"cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar\"",
            "message/external-body",
            &[("access-type", "URL"), ("url", "ftp://cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar")],
            &[],
        );
        check(
            "application/x-stuff; title*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A",
            "application/x-stuff",
            &[("title", "This is ***fun***")],
            &[],
        );
        check(
            "application/x-stuff; title*0*=us-ascii'en'This%20is%20even%20more%20; title*1*=%2A%2A%2Afun%2A%2A%2A%20; title*2=\"isn't it!\"",
            "application/x-stuff",
            &[("title", "This is even more ***fun*** isn't it!")],
            &[],
        );
        // Pieces in any order; the extended form wins over the plain one.
        check("a; t*1=c; t*0=b", "a", &[("t", "bc")], &[]);
        check("a; filename=x; filename*=utf-8''%C3%A9", "a", &[("filename", "\u{e9}")], &[]);
        // Broken ones.
        check("a; t*0=b; t*2=c", "a", &[("t", "b")], &[MissingPiece]);
        check("a; b", "a", &[], &[BadParameter]);
        check("a; =b", "a", &[], &[BadParameter]);
        check("a; b=", "a", &[], &[BadParameter]);
        check("a; b=c;", "a", &[("b", "c")], &[LastSemicolon]);
        check("a; b=c d", "a", &[("b", "c d")], &[UnquotedValue]);
        check("a; b=c; b=d", "a", &[("b", "c")], &[ParameterTwice]);
        check("a; b=\"c", "a", &[("b", "c")], &[OpenQuote]);
        check("a; b*=koi8-r''%C1", "a", &[("b", "\\xc1")], &[UnknownCharset]);
        check("a; b*=%C1", "a", &[("b", "\\xc1")], &[NoCharsetMarks]);
        check("a; b*=utf-8''100%", "a", &[("b", "100%")], &[BadPercent]);
        check("", "", &[], &[]);
    }

    #[test]
    fn languages_are_told() {
        let (valued, _) = read_all("a; t*=us-ascii'en-us'x");
        assert_eq!(valued.parameters.first().and_then(|parameter| parameter.language.as_deref()), Some("en-us"));
    }
}
