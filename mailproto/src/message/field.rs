//! One field: its name, its lines, and its value read by the grammar that its name asks for.

use super::{
    LINE, address, date,
    encoding::Encoding,
    fields::{self, Grammar, Known},
    flaw::{Flaw, FlawKind},
    header::{Budget, Field, MOST_TOLD, Meaning, Piece, PieceKind},
    lex::{ADDRESS, Lex, MIME, lex},
    parameters, received, words,
};
use crate::{octets::lossless, token::Span};

/// The length of a line that RFC 5322 section 2.1.1 recommends, without its end.
const GOOD_LINE: usize = 78;

/// Reads the field that has these `lines` and ends, with the last line's end, at `end`. The first line has a colon.
pub(super) fn read(octets: &[u8], lines: Vec<Span>, end: usize, budget: &mut Budget) -> Field {
    let first = lines.first().copied().unwrap_or(Span::new(end, end));
    let last = lines.last().copied().unwrap_or(first);
    let colon = first.start + memchr::memchr(b':', first.of(octets)).unwrap_or(first.len());
    let before = Span::new(first.start, colon);
    let name = Span::new(first.start, first.start + before.of(octets).trim_ascii_end().len());
    let value = Span::new((colon + 1).min(last.end), last.end);
    let known = fields::known(name.of(octets));
    let name_text = lossless(name.of(octets));

    let mut flaws = Vec::new();
    if name.end < colon {
        flaws.push(Flaw::new(Span::new(name.end, colon), FlawKind::SpaceBeforeColon, ""));
    }
    line_flaws(octets, &lines, &mut flaws);
    letter_flaws(octets, value, &mut flaws);

    let grammar = known.map_or(Grammar::Unstructured, |known| known.grammar);
    let unfolded: Vec<_> = value.of(octets).iter().filter(|byte| !matches!(byte, b'\r' | b'\n')).copied().collect();
    let unfolded = unfolded.trim_ascii();
    let mut pieces = Vec::new();
    // What goes beyond the budget stays one piece of text.
    let meaning = if value.len() > budget.octets {
        pieces.extend(inner(octets, value).map(|span| Piece { span, kind: PieceKind::Text }));
        Meaning::Text
    } else {
        budget.octets -= value.len();
        let mut reader = Reader { octets, known, pieces: &mut pieces, flaws: &mut flaws };
        let meaning = reader.value(value, grammar);
        reader.encoded_words(value, grammar);
        meaning
    };
    let pieces = apart(pieces);
    flaws.truncate(MOST_TOLD);
    Field {
        span: Span::new(first.start, end),
        name,
        value,
        lines,
        group: known.map_or_else(|| fields::unknown_group(name.of(octets)), |known| known.group),
        note: fields::note(&name_text),
        unfolded: lossless(unfolded),
        decoded: decoded(unfolded, grammar),
        pieces,
        meaning,
        flaws,
    }
}

/// A value with its encoded-words decoded, where the grammar allows them (RFC 2047 section 5) and there are some.
fn decoded(unfolded: &[u8], grammar: Grammar) -> Option<String> {
    match grammar {
        Grammar::Unstructured => words::decoded(unfolded, false),
        Grammar::Mailbox | Grammar::Mailboxes | Grammar::Addresses | Grammar::AddressesOrNothing | Grammar::Phrases => {
            words::decoded(unfolded, true)
        }
        Grammar::Date
        | Grammar::Identifier
        | Grammar::Identifiers
        | Grammar::Path
        | Grammar::Received
        | Grammar::ContentType
        | Grammar::Disposition
        | Grammar::Word
        | Grammar::Version
        | Grammar::Opaque => None,
    }
}

/// The limits of RFC 5322 section 2.1.1, and folds of white space alone (section 3.2.2); each told once.
fn line_flaws(octets: &[u8], lines: &[Span], flaws: &mut Vec<Flaw>) {
    let too_long = |most: usize| lines.iter().find(|line| line.len() > most);
    if let Some(line) = too_long(LINE) {
        flaws.push(Flaw::new(Span::new(line.start + LINE, line.end), FlawKind::LongLine, line.len().to_string()));
    } else if let Some(line) = too_long(GOOD_LINE) {
        flaws.push(Flaw::new(
            Span::new(line.start + GOOD_LINE, line.end),
            FlawKind::LongerThan78,
            line.len().to_string(),
        ));
    }
    if let Some(blank) = lines.iter().skip(1).find(|line| line.of(octets).trim_ascii().is_empty()) {
        flaws.push(Flaw::new(*blank, FlawKind::BlankFold, ""));
    }
}

/// Octets that a header may not have; each kind told once, where it first stands.
fn letter_flaws(octets: &[u8], value: Span, flaws: &mut Vec<Flaw>) {
    let text = value.of(octets);
    let mut tell = |at: Option<usize>, kind| {
        flaws.extend(at.map(|at| Flaw::new(Span::new(value.start + at, value.start + at + 1), kind, "")));
    };
    tell(text.iter().position(|byte| !byte.is_ascii()), FlawKind::HeaderNotAscii);
    tell(
        text.iter().position(|byte| byte.is_ascii_control() && !matches!(byte, b'\t' | b'\r' | b'\n')),
        FlawKind::HeaderControl,
    );
}

/// The value without the white space around it.
fn inner(octets: &[u8], value: Span) -> Option<Span> {
    let text = value.of(octets);
    let start = value.start + (text.len() - text.trim_ascii_start().len());
    let end = value.start + text.trim_ascii_end().len();
    (start < end).then_some(Span::new(start, end))
}

/// Pieces in order and without overlap: a comment within another piece cuts it in two.
fn apart(mut pieces: Vec<Piece>) -> Vec<Piece> {
    pieces.sort_by_key(|piece| piece.span.start);
    let mut out: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let Some(last) = out.last_mut().filter(|last| piece.span.start < last.span.end) else {
            out.push(piece);
            continue;
        };
        let tail = Piece { span: Span::new(piece.span.end, last.span.end), ..*last };
        last.span.end = piece.span.start;
        if last.span.is_empty() {
            out.pop();
        }
        out.push(piece);
        if !tail.span.is_empty() {
            out.push(tail);
        }
    }
    out
}

struct Reader<'a> {
    octets: &'a [u8],
    known: Option<&'static Known>,
    pieces: &'a mut Vec<Piece>,
    flaws: &'a mut Vec<Flaw>,
}

impl Reader<'_> {
    fn value(&mut self, value: Span, grammar: Grammar) -> Meaning {
        let Some(inner) = inner(self.octets, value) else { return self.nothing(value, grammar) };
        match grammar {
            Grammar::Unstructured | Grammar::Phrases => {
                self.text(inner, grammar == Grammar::Phrases);
                Meaning::Text
            }
            Grammar::Opaque => {
                self.piece(inner, PieceKind::Text);
                Meaning::Text
            }
            Grammar::Mailbox | Grammar::Mailboxes | Grammar::Addresses | Grammar::AddressesOrNothing => {
                self.addresses(inner, grammar)
            }
            Grammar::Path => Meaning::Mailboxes(address::path(self.octets, inner, self.pieces, self.flaws)),
            Grammar::Date => Meaning::Date(date::read(self.octets, inner, self.pieces, self.flaws)),
            Grammar::Identifier | Grammar::Identifiers => self.identifiers(inner, grammar == Grammar::Identifier),
            Grammar::Received => {
                Meaning::Received(Box::new(received::read(self.octets, inner, self.pieces, self.flaws)))
            }
            Grammar::ContentType => self.content_type(inner),
            Grammar::Disposition => {
                Meaning::Valued(parameters::read(self.octets, inner, PieceKind::Disposition, self.pieces, self.flaws))
            }
            Grammar::Word => {
                let valued = parameters::read(self.octets, inner, PieceKind::Encoding, self.pieces, self.flaws);
                if Encoding::named(&valued.value) == Encoding::Unknown {
                    self.flaws.push(Flaw::new(valued.span, FlawKind::UnknownEncoding, valued.value.clone()));
                }
                Meaning::Valued(valued)
            }
            Grammar::Version => self.version(inner),
        }
    }

    /// A value of white space alone.
    fn nothing(&mut self, value: Span, grammar: Grammar) -> Meaning {
        match grammar {
            Grammar::Unstructured | Grammar::Opaque => Meaning::Text,
            Grammar::AddressesOrNothing => Meaning::Mailboxes(Vec::new()),
            Grammar::Mailbox
            | Grammar::Mailboxes
            | Grammar::Addresses
            | Grammar::Date
            | Grammar::Identifier
            | Grammar::Identifiers
            | Grammar::Phrases
            | Grammar::Path
            | Grammar::Received
            | Grammar::ContentType
            | Grammar::Disposition
            | Grammar::Word
            | Grammar::Version => {
                let name = self.known.map_or("", |known| known.name);
                self.flaws.push(Flaw::new(value, FlawKind::EmptyField, name));
                Meaning::Text
            }
        }
    }

    /// Text with its encoded-words.
    fn text(&mut self, inner: Span, structured: bool) {
        let mut at = inner.start;
        for place in words::places(inner.of(self.octets), structured) {
            let word = Span::new(inner.start + place.start, inner.start + place.end);
            self.text_piece(Span::new(at, word.start));
            self.piece(word, PieceKind::EncodedWord);
            at = word.end;
        }
        self.text_piece(Span::new(at, inner.end));
    }

    fn text_piece(&mut self, span: Span) {
        if let Some(span) = inner(self.octets, span) {
            self.piece(span, PieceKind::Text);
        }
    }

    fn addresses(&mut self, inner: Span, grammar: Grammar) -> Meaning {
        let mailboxes = address::read(self.octets, inner, self.pieces, self.flaws);
        let name = self.known.map_or("", |known| known.name);
        let group = self.pieces.iter().any(|piece| piece.kind == PieceKind::GroupName);
        match (grammar, mailboxes.as_slice()) {
            (Grammar::Mailbox, [_, second, ..]) => {
                self.flaws.push(Flaw::new(second.span, FlawKind::OneMailbox, name));
            }
            (Grammar::Mailbox | Grammar::Mailboxes, _) if group => {
                self.flaws.push(Flaw::new(inner, FlawKind::GroupHere, name));
            }
            (Grammar::Mailbox | Grammar::Mailboxes, []) => {
                self.flaws.push(Flaw::new(inner, FlawKind::EmptyField, name));
            }
            _ => {}
        }
        Meaning::Mailboxes(mailboxes)
    }

    /// `msg-id = [CFWS] "<" id-left "@" id-right ">" [CFWS]`
    fn identifiers(&mut self, inner: Span, one: bool) -> Meaning {
        let words = lex(self.octets, inner, ADDRESS);
        let mut found = Vec::new();
        let mut strays: Option<Span> = None;
        let mut at = 0;
        while let Some(word) = words.get(at) {
            at += 1;
            if word.is_comment() {
                self.piece(word.span, PieceKind::Comment);
                continue;
            }
            let close = words[at..].iter().take_while(|next| !next.is(b'<')).position(|next| next.is(b'>'));
            let Some(close) = close.filter(|_| word.is(b'<')) else {
                self.piece(word.span, PieceKind::Text);
                strays.get_or_insert(word.span).end = word.span.end;
                continue;
            };
            let inside = &words[at..at + close];
            let end = words.get(at + close).map_or(word.span, |close| close.span).end;
            let span = Span::new(word.span.start, end);
            self.piece(span, PieceKind::MessageId);
            found.push(span);
            if !self.is_identifier(span, inside) {
                self.flaws.push(Flaw::new(span, FlawKind::BadIdentifier, lossless(span.of(self.octets))));
            }
            at += close + 1;
        }
        match (strays, found.as_slice()) {
            (Some(span), _) if one || found.is_empty() => {
                self.flaws.push(Flaw::new(span, FlawKind::BadIdentifier, lossless(span.of(self.octets))));
            }
            (Some(span), _) => self.flaws.push(Flaw::new(span, FlawKind::WordsAmongIds, "")),
            (None, [_, second, ..]) if one => {
                self.flaws.push(Flaw::new(*second, FlawKind::BadIdentifier, lossless(second.of(self.octets))));
            }
            (None, _) => {}
        }
        Meaning::Identifiers(found)
    }

    fn is_identifier(&self, span: Span, inside: &[Lex]) -> bool {
        let text = span.of(self.octets);
        let text = text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
        let whole = inside.iter().map(|word| word.span.len()).sum::<usize>() == text.len();
        let Some(at) = memchr::memchr(b'@', text).filter(|_| whole) else { return false };
        let (left, right) = (&text[..at], &text[at + 1..]);
        let literal = right.starts_with(b"[") && right.ends_with(b"]");
        address::is_dot_atom(left) && (literal || address::is_dot_atom(right))
    }

    fn content_type(&mut self, inner: Span) -> Meaning {
        let valued = parameters::read(self.octets, inner, PieceKind::MediaType, self.pieces, self.flaws);
        let token =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && !MIME.contains(&byte));
        if !valued.value.split_once('/').is_some_and(|(media, subtype)| token(media) && token(subtype)) {
            self.flaws.push(Flaw::new(valued.span, FlawKind::BadMediaType, valued.value.clone()));
        }
        Meaning::Valued(valued)
    }

    /// `"MIME-Version" ":" 1*DIGIT "." 1*DIGIT`, comments allowed.
    fn version(&mut self, inner: Span) -> Meaning {
        let valued = parameters::read(self.octets, inner, PieceKind::Version, self.pieces, self.flaws);
        if valued.value != "1.0" {
            self.flaws.push(Flaw::new(valued.span, FlawKind::OtherMimeVersion, valued.value.clone()));
        }
        Meaning::Valued(valued)
    }

    /// What is wrong with the encoded-words, and those where none may stand (RFC 2047 section 5).
    fn encoded_words(&mut self, value: Span, grammar: Grammar) {
        if grammar == Grammar::Opaque {
            return;
        }
        let text = value.of(self.octets);
        let mut at = 0;
        while let Some(found) = memchr::memmem::find(&text[at..], b"=?") {
            let start = at + found;
            let Some(length) = looks_encoded(&text[start..]) else {
                at = start + 2;
                continue;
            };
            let span = Span::new(value.start + start, value.start + start + length);
            at = start + length;
            let (kind, detail) = match words::encoded_word(span.of(self.octets)) {
                None => (FlawKind::BadEncodedWord, lossless(span.of(self.octets))),
                Some(_) if !self.may_stand(span) => (FlawKind::EncodedWordHere, String::new()),
                Some(word) if word.octets.is_none() => (FlawKind::BadEncodedWord, lossless(span.of(self.octets))),
                Some(word) if !words::knows_charset(&word.charset) => (FlawKind::UnknownCharset, word.charset),
                Some(word) if word.text.is_none() => (FlawKind::BadEncodedWord, lossless(span.of(self.octets))),
                Some(_) if length > words::LONGEST => (FlawKind::LongEncodedWord, length.to_string()),
                Some(_) => continue,
            };
            self.flaws.push(Flaw::new(span, kind, detail));
        }
    }

    /// Whether the pieces found there let an encoded-word stand: by itself, or in a comment.
    fn may_stand(&self, word: Span) -> bool {
        self.pieces.iter().any(|piece| {
            let covers = piece.span.start <= word.start && word.end <= piece.span.end;
            covers && matches!(piece.kind, PieceKind::EncodedWord | PieceKind::Comment)
        })
    }

    fn piece(&mut self, span: Span, kind: PieceKind) {
        self.pieces.push(Piece { span, kind });
    }
}

/// How long something is that was meant as an encoded-word: `=?charset?B or Q?text?=`, the text perhaps with spaces.
fn looks_encoded(text: &[u8]) -> Option<usize> {
    /// Beyond this nobody meant one.
    const MOST: usize = 1_000;
    let text = &text[..text.len().min(MOST)];
    let charset = 2 + memchr::memchr(b'?', text.get(2..)?)?;
    if charset == 2 || text[2..charset].iter().any(|byte| byte.is_ascii_whitespace()) {
        return None;
    }
    let encoding = text.get(charset + 1)?;
    if !matches!(encoding, b'B' | b'b' | b'Q' | b'q') || text.get(charset + 2) != Some(&b'?') {
        return None;
    }
    let end = charset + 3 + memchr::memchr(b'?', text.get(charset + 3..)?)?;
    (text.get(end + 1) == Some(&b'=')).then_some(end + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(text: &str) -> Field {
        let octets = text.as_bytes();
        let mut lines = Vec::new();
        let mut at = 0;
        while at < octets.len() {
            let (line, next) = super::super::header::line_at(octets, at, octets.len());
            lines.push(line);
            at = next;
        }
        read(octets, lines, octets.len(), &mut Budget::default())
    }

    fn check(text: &str, kinds: &[FlawKind]) -> Field {
        let field = field(text);
        assert_eq!(field.flaws.iter().map(|flaw| flaw.kind).collect::<Vec<_>>(), kinds, "{text}");
        let mut at = 0;
        for piece in &field.pieces {
            assert!(piece.span.start >= at && piece.span.end >= piece.span.start, "{text}: {:?}", field.pieces);
            at = piece.span.end;
        }
        assert!(at <= text.len(), "{text}");
        field
    }

    #[test]
    fn folding_is_undone() {
        // RFC 5322 section 2.2.3.
        assert_eq!(check("Subject: This\r\n is a test\r\n", &[]).unfolded, "This is a test");
        assert_eq!(check("Subject:This is a test\r\n", &[]).lines.len(), 1);
        assert_eq!(check("Subject: a\r\n  \r\n b", &[FlawKind::BlankFold]).unfolded, "a   b");
    }

    #[test]
    fn text_is_decoded() {
        use FlawKind::{BadEncodedWord, EncodedWordHere, HeaderNotAscii, LongEncodedWord, UnknownCharset};
        fn shown(text: &str, kinds: &[FlawKind], decoded: Option<&str>) {
            assert_eq!(check(text, kinds).decoded.as_deref(), decoded, "{text}");
        }
        shown("Subject: =?utf-8?Q?Caf=C3=A9?= now\r\n", &[], Some("Caf\u{e9} now"));
        shown("X-Mine: =?utf-8?Q?Caf=C3=A9?=\r\n", &[], Some("Caf\u{e9}"));
        shown("From: =?utf-8?Q?Andr=C3=A9?= <a@x.test>\r\n", &[], Some("Andr\u{e9} <a@x.test>"));
        shown("From: a@x.test (=?utf-8?Q?Andr=C3=A9?=)\r\n", &[FlawKind::NameInComment], Some("a@x.test (Andr\u{e9})"));
        shown("From: \"=?utf-8?Q?Andr=C3=A9?=\" <a@x.test>\r\n", &[EncodedWordHere], None);
        shown("Content-Type: text/plain; name=\"=?utf-8?Q?=C3=A9?=\"\r\n", &[EncodedWordHere], None);
        shown("Subject: a=?utf-8?Q?b?=\r\n", &[EncodedWordHere], None);
        shown("Subject: =?utf-8?Q?a b?=\r\n", &[BadEncodedWord], None);
        shown("Subject: =?utf-8?Q?=FF?=\r\n", &[BadEncodedWord], Some("=?utf-8?Q?=FF?="));
        shown("Subject: =?koi8-r?B?wQ==?=\r\n", &[UnknownCharset], Some("=?koi8-r?B?wQ==?="));
        shown(&format!("Subject:\r\n =?utf-8?Q?{}?=", "a".repeat(64)), &[LongEncodedWord], Some(&"a".repeat(64)));
        shown("Subject: caf\u{e9}\r\n", &[HeaderNotAscii], None);
    }

    #[test]
    fn values_by_grammar() {
        use FlawKind::{
            BadIdentifier, BadMediaType, EmptyField, GroupHere, HeaderControl, LongLine, LongerThan78, OneMailbox,
            OtherMimeVersion, SpaceBeforeColon, UnknownEncoding, WordsAmongIds,
        };
        check("From: ada@x.test, grace@x.test\r\n", &[]);
        check("Sender: ada@x.test, grace@x.test\r\n", &[OneMailbox]);
        check("From: Us: ada@x.test;\r\n", &[GroupHere]);
        check("From: Us:;\r\n", &[GroupHere]);
        check("From: ada@x.test, Us: grace@x.test;\r\n", &[GroupHere]);
        check("To: Us:;\r\n", &[]);
        check("To:\r\n", &[EmptyField]);
        check("Bcc:\r\n", &[]);
        check("Subject: \r\n", &[]);
        check("Message-ID: <1234@local.machine.example>\r\n", &[]);
        check("Message-ID: <testabcd.1234@[192.0.2.1]> (why)\r\n", &[]);
        check("Message-ID: 1234@local.machine.example\r\n", &[BadIdentifier]);
        check("Message-ID: <1234>\r\n", &[BadIdentifier]);
        check("Message-ID: <12 34@x.test>\r\n", &[BadIdentifier]);
        check("Message-ID: <1@x.test> <2@x.test>\r\n", &[BadIdentifier]);
        check("References: <1@x.test>\r\n <2@x.test>\r\n", &[]);
        check("In-Reply-To: your letter <1@x.test>\r\n", &[WordsAmongIds]);
        check("In-Reply-To: your letter\r\n", &[BadIdentifier]);
        check("Return-Path: <>\r\n", &[]);
        check("Return-Path: <ada@x.test>\r\n", &[]);
        check("MIME-Version: 1.0 (produced by hand)\r\n", &[]);
        check("MIME-Version: 1.(made up)0\r\n", &[]);
        check("MIME-Version: 2.0\r\n", &[OtherMimeVersion]);
        check("Content-Type: text\r\n", &[BadMediaType]);
        check("Content-Transfer-Encoding: base63\r\n", &[UnknownEncoding]);
        check("Keywords: one, \"two, three\"\r\n", &[]);
        check("Subject : spaced\r\n", &[SpaceBeforeColon]);
        check("Subject: a\0b\r\n", &[HeaderControl]);
        check(&format!("Subject: {}\r\n", "a".repeat(70)), &[LongerThan78]);
        check(&format!("Subject: {}\r\n", "a".repeat(990)), &[LongLine]);
    }
}
