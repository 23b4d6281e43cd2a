//! The trace that each server on the way leaves: Received fields, their clauses, and the hops they tell (RFC 5321 section 4.4).

use super::{
    date::{self, Date},
    flaw::{Flaw, FlawKind},
    header::{Piece, PieceKind},
    lex::{ADDRESS, Lex, LexKind, lex},
};
use crate::{
    machine::{Rfc, rfc},
    note::Note,
    secret::lossless,
    token::Span,
};

/// One clause of a Received field: `from mail.example.test ([192.0.2.1])`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// Its value in the octets of the message, without the word before it and the comments after it.
    pub span: Span,
    /// The value.
    pub value: String,
    /// The comment after it, without its parentheses: for `from`, what the server saw of the connection (`TCP-info`).
    pub comment: Option<String>,
}

/// What one server wrote when the message came to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hop {
    /// Which field of the header, counted from 0.
    pub field: usize,
    /// Who gave the message, by the name it said in EHLO or HELO.
    pub from: Option<Clause>,
    /// Who took it and wrote this field.
    pub by: Option<Clause>,
    /// Over what link.
    pub via: Option<Clause>,
    /// With which protocol: `ESMTPS`.
    pub with: Option<Clause>,
    /// What the protocol's name says (RFC 3848).
    pub with_note: Option<Note>,
    /// The server's own number for the message.
    pub id: Option<Clause>,
    /// For which recipient.
    pub recipient: Option<Clause>,
    /// When.
    pub date: Option<Date>,
    /// Seconds since the hop before it (or since Date, for the first); negative when clocks disagree. `None` when one has no date.
    pub delay: Option<i64>,
}

/// The names that may follow `with`, and what each says.
const PROTOCOLS: &[(&str, &str, Rfc)] = &[
    ("SMTP", "with-smtp", rfc(5321, "4.4")),
    ("ESMTP", "with-esmtp", rfc(5321, "4.4")),
    ("ESMTPA", "with-esmtpa", rfc(3848, "1")),
    ("ESMTPS", "with-esmtps", rfc(3848, "1")),
    ("ESMTPSA", "with-esmtpsa", rfc(3848, "1")),
    ("LMTP", "with-lmtp", rfc(3848, "1")),
    ("LMTPA", "with-lmtpa", rfc(3848, "1")),
    ("LMTPS", "with-lmtps", rfc(3848, "1")),
    ("LMTPSA", "with-lmtpsa", rfc(3848, "1")),
    ("UTF8SMTP", "with-utf8smtp", rfc(6531, "4.3")),
    ("UTF8SMTPA", "with-utf8smtpa", rfc(6531, "4.3")),
    ("UTF8SMTPS", "with-utf8smtps", rfc(6531, "4.3")),
    ("UTF8SMTPSA", "with-utf8smtpsa", rfc(6531, "4.3")),
    ("UTF8LMTP", "with-utf8lmtp", rfc(6531, "4.3")),
    ("UTF8LMTPA", "with-utf8lmtpa", rfc(6531, "4.3")),
    ("UTF8LMTPS", "with-utf8lmtps", rfc(6531, "4.3")),
    ("UTF8LMTPSA", "with-utf8lmtpsa", rfc(6531, "4.3")),
    ("HTTP", "with-http", rfc(5321, "4.4")),
];

/// What the protocol's name after `with` says.
pub fn with_note(name: &str) -> Note {
    PROTOCOLS
        .iter()
        .find(|(known, ..)| known.eq_ignore_ascii_case(name))
        .map_or_else(|| Note::new("with-unknown").by(rfc(5321, "4.4")), |(_, key, rfc)| Note::new(key).by(*rfc))
        .arg("name", name)
}

pub(super) fn keys() -> impl Iterator<Item = &'static str> {
    PROTOCOLS.iter().map(|(_, key, _)| *key).chain(["with-unknown"])
}

/// Reads `From-domain By-domain Opt-info ";" date-time`.
pub(super) fn read(octets: &[u8], span: Span, pieces: &mut Vec<Piece>, flaws: &mut Vec<Flaw>) -> Hop {
    let words = lex(octets, span, ADDRESS);
    let semicolon = words.iter().rposition(|word| word.is(b';'));
    let (clauses, date_at) = match semicolon.and_then(|at| words.get(at).map(|word| (at, word.span))) {
        Some((at, semicolon)) => (&words[..at], Some(semicolon)),
        None => (&words[..], None),
    };
    let mut hop = Hop::default();
    let mut at = 0;
    while let Some(word) = clauses.get(at) {
        at += 1;
        if word.is_comment() {
            pieces.push(Piece { span: word.span, kind: PieceKind::Comment });
            continue;
        }
        let length = clauses[at..].iter().position(|word| is_clause_word(octets, *word)).unwrap_or(clauses.len() - at);
        if is_clause_word(octets, *word) {
            let kind = clause(octets, *word, &clauses[at..at + length], &mut hop, flaws);
            pieces.push(Piece { span: word.span, kind: PieceKind::HopWord });
            value_pieces(&clauses[at..at + length], kind, pieces);
        } else {
            // Words that belong to no clause.
            value_pieces(&clauses[at - 1..at + length], PieceKind::Text, pieces);
        }
        at += length;
    }
    match date_at {
        Some(semicolon) => {
            pieces.push(Piece { span: semicolon, kind: PieceKind::Punctuation });
            hop.date = date::read(octets, Span::new(semicolon.end, span.end), pieces, flaws);
        }
        None => flaws.push(Flaw::new(Span::new(span.end, span.end), FlawKind::HopNoDate, "")),
    }
    for (clause, kind) in [(&hop.from, FlawKind::HopNoFrom), (&hop.by, FlawKind::HopNoBy)] {
        if clause.is_none() {
            flaws.push(Flaw::new(Span::new(span.start, span.start), kind, ""));
        }
    }
    hop
}

fn is_clause_word(octets: &[u8], word: Lex) -> bool {
    let is = |name: &str| word.span.of(octets).eq_ignore_ascii_case(name.as_bytes());
    word.kind == LexKind::Atom && ["from", "by", "via", "with", "id", "for"].iter().any(|name| is(name))
}

/// Keeps a clause under its word; the first of its kind counts. Tells what its value is.
fn clause(octets: &[u8], word: Lex, value: &[Lex], hop: &mut Hop, flaws: &mut Vec<Flaw>) -> PieceKind {
    let words: Vec<_> = value.iter().filter(|word| !word.is_comment()).collect();
    let start = words.first().map_or(word.span.end, |first| first.span.start);
    // The value ends before the first comment that follows it.
    let comment = value.iter().find(|word| word.is_comment() && word.span.start >= start);
    let end = words.iter().rfind(|word| comment.is_none_or(|comment| word.span.end <= comment.span.start));
    let span = Span::new(start, end.map_or(start, |last| last.span.end));
    let text: Vec<_> = span.of(octets).iter().filter(|byte| !matches!(byte, b'\r' | b'\n')).copied().collect();
    let comment = comment.map(|comment| lossless(&comment.content(octets)));
    let clause = Clause { span, value: lossless(&text), comment };
    let name = word.span.of(octets).to_ascii_lowercase();
    let (slot, kind) = match name.as_slice() {
        b"from" => (&mut hop.from, PieceKind::HopName),
        b"by" => (&mut hop.by, PieceKind::HopName),
        b"via" => (&mut hop.via, PieceKind::HopValue),
        b"with" => (&mut hop.with, PieceKind::HopProtocol),
        b"id" => (&mut hop.id, PieceKind::HopValue),
        _ => (&mut hop.recipient, PieceKind::HopValue),
    };
    if slot.is_some() || span.is_empty() {
        let kind = if span.is_empty() { FlawKind::EmptyClause } else { FlawKind::ClauseTwice };
        flaws.push(Flaw::new(word.span, kind, lossless(&name)));
        return PieceKind::HopValue;
    }
    if kind == PieceKind::HopProtocol {
        let protocol = words.first().map(|word| lossless(word.span.of(octets))).unwrap_or_default();
        hop.with_note = Some(with_note(&protocol));
    }
    *slot = Some(clause);
    kind
}

/// The words of a clause as one piece, cut where comments stand.
fn value_pieces(words: &[Lex], kind: PieceKind, pieces: &mut Vec<Piece>) {
    for run in words.chunk_by(|a, b| !a.is_comment() && !b.is_comment()) {
        if let (Some(first), Some(last)) = (run.first(), run.last()) {
            let kind = if first.is_comment() { PieceKind::Comment } else { kind };
            pieces.push(Piece { span: Span::new(first.span.start, last.span.end), kind });
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn read_all(text: &str) -> (Hop, Vec<FlawKind>) {
        let (mut pieces, mut flaws) = (Vec::new(), Vec::new());
        let hop = read(text.as_bytes(), Span::new(0, text.len()), &mut pieces, &mut flaws);
        assert!(pieces.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start), "{text}: {pieces:?}");
        (hop, flaws.iter().map(|flaw| flaw.kind).collect())
    }

    fn value(clause: &Option<Clause>) -> Option<(&str, Option<&str>)> {
        clause.as_ref().map(|clause| (clause.value.as_str(), clause.comment.as_deref()))
    }

    #[test]
    fn a_hop_taken_apart() {
        let (hop, flaws) = read_all(
            "from laptop.example.test (dyn-7.isp.test [192.0.2.7])\r\n\t(using TLSv1.3)\r\n\tby mx.example.test (Postfix) \
             via TCP with ESMTPSA id 4F3kX2\r\n\tfor <grace@example.test>; Fri, 21 Nov 1997 10:01:22 -0600 (CST)",
        );
        assert_eq!(flaws, []);
        assert_eq!(value(&hop.from), Some(("laptop.example.test", Some("dyn-7.isp.test [192.0.2.7]"))));
        assert_eq!(value(&hop.by), Some(("mx.example.test", Some("Postfix"))));
        assert_eq!(value(&hop.via), Some(("TCP", None)));
        assert_eq!(value(&hop.with), Some(("ESMTPSA", None)));
        assert_eq!(hop.with_note.unwrap().key, "with-esmtpsa");
        assert_eq!(value(&hop.id), Some(("4F3kX2", None)));
        assert_eq!(value(&hop.recipient), Some(("<grace@example.test>", None)));
        assert_eq!(hop.date.unwrap().epoch, 880_128_082);
    }

    #[test]
    fn odd_hops() {
        use FlawKind::{BadDate, ClauseTwice, EmptyClause, HopNoBy, HopNoDate, HopNoFrom};
        fn check(text: &str, flaws: &[FlawKind]) {
            assert_eq!(read_all(text).1, flaws, "{text}");
        }
        check("by x.test; 1 Jan 1970 00:00:00 +0000", &[HopNoFrom]);
        check("(qmail 1 invoked by uid 0); 1 Jan 1970 00:00:00 +0000", &[HopNoFrom, HopNoBy]);
        check("from a by b", &[HopNoDate]);
        check("from a by b; soon", &[BadDate]);
        check("from a by b with; 1 Jan 1970 00:00:00 +0000", &[EmptyClause]);
        check("from a by b for c@x.test for d@x.test; 1 Jan 1970 00:00:00 +0000", &[ClauseTwice]);
        check("what is this; 1 Jan 1970 00:00:00 +0000", &[HopNoFrom, HopNoBy]);
    }

    #[test]
    fn protocols_by_name() {
        fn check(name: &str, key: &str) {
            assert_eq!(with_note(name).key, key, "{name}");
        }
        check("smtp", "with-smtp");
        check("ESMTP", "with-esmtp");
        check("ESMTPS", "with-esmtps");
        check("LMTP", "with-lmtp");
        check("UTF8SMTPSA", "with-utf8smtpsa");
        check("UTF8LMTP", "with-utf8lmtp");
        check("MAPI", "with-unknown");
    }
}
