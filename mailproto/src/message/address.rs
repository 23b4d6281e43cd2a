//! Addresses of header fields: mailboxes, groups, address lists (RFC 5322 section 3.4). Paths of the envelope are `path`.

use super::{
    flaw::{Flaw, FlawKind},
    header::{Piece, PieceKind},
    lex::{ADDRESS, Lex, LexKind, lex},
    words,
};
use crate::{secret::lossless, token::Span};

/// One mailbox of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    /// The whole of it, display name included, in the octets of the message.
    pub span: Span,
    /// The name shown beside the address, quotes undone and encoded-words decoded.
    pub name: Option<String>,
    /// The address: local part, at sign, domain, without comments and folding; the local part alone when there is no domain. Empty
    /// for `<>`.
    pub address: String,
    /// The group it stands in (`A Group:Ada <a@x.test>;`).
    pub group: Option<String>,
}

/// Reads a list of addresses.
pub(super) fn read(octets: &[u8], span: Span, pieces: &mut Vec<Piece>, flaws: &mut Vec<Flaw>) -> Vec<Mailbox> {
    let mut reader = Reader { octets, pieces, flaws, mailboxes: Vec::new(), draft: Draft::default(), group: None };
    for word in lex(octets, span, ADDRESS) {
        reader.take(word);
    }
    reader.end();
    reader.mailboxes
}

/// Reads `"<" addr-spec ">"` or `"<>"` (RFC 5322 section 3.6.7).
pub(super) fn path(octets: &[u8], span: Span, pieces: &mut Vec<Piece>, flaws: &mut Vec<Flaw>) -> Vec<Mailbox> {
    let words: Vec<_> = lex(octets, span, ADDRESS).into_iter().filter(|word| !word.is_comment()).collect();
    if let [open, close] = words[..]
        && open.is(b'<')
        && close.is(b'>')
    {
        let span = Span::new(open.span.start, close.span.end);
        pieces.push(Piece { span, kind: PieceKind::NullPath });
        return vec![Mailbox { span, name: None, address: String::new(), group: None }];
    }
    read(octets, span, pieces, flaws)
}

/// The address being read: everything since the last comma.
#[derive(Default)]
struct Draft {
    /// The words before an angle bracket, or all of them.
    phrase: Vec<Lex>,
    /// The opening bracket.
    open: Option<Span>,
    /// The words within the brackets.
    inner: Vec<Lex>,
    /// The closing bracket.
    close: Option<Span>,
    /// Comments in it.
    comments: bool,
}

struct Reader<'a> {
    octets: &'a [u8],
    pieces: &'a mut Vec<Piece>,
    flaws: &'a mut Vec<Flaw>,
    mailboxes: Vec<Mailbox>,
    draft: Draft,
    group: Option<(String, Span)>,
}

impl Reader<'_> {
    fn take(&mut self, word: Lex) {
        let inside = self.draft.open.is_some() && self.draft.close.is_none();
        // `<@a,@b:c@d>`: a route has commas and a colon (RFC 5322 section 4.4).
        let in_route = inside && self.draft.inner.first().is_some_and(|first| first.is(b'@'));
        match word.kind {
            LexKind::Comment(closed) => {
                self.piece(word.span, PieceKind::Comment);
                self.draft.comments = true;
                if !closed {
                    self.flaws.push(Flaw::new(word.span, FlawKind::OpenComment, ""));
                }
            }
            LexKind::Special(b'<') if self.draft.open.is_none() => self.draft.open = Some(word.span),
            LexKind::Special(b'>') if inside => self.draft.close = Some(word.span),
            LexKind::Special(b',') if !in_route => {
                self.piece(word.span, PieceKind::Punctuation);
                if self.draft.phrase.is_empty() && self.draft.open.is_none() {
                    self.flaws.push(Flaw::new(word.span, FlawKind::EmptyMember, ""));
                }
                self.flush();
            }
            LexKind::Special(b':') if !inside && self.group.is_none() => self.begin_group(word.span),
            LexKind::Special(b';') if !in_route => {
                self.piece(word.span, PieceKind::Punctuation);
                self.flush();
                if self.group.take().is_none() {
                    self.flaws.push(Flaw::new(word.span, FlawKind::SemicolonBetween, ""));
                }
            }
            LexKind::Quoted(closed) => {
                if !closed {
                    self.flaws.push(Flaw::new(word.span, FlawKind::OpenQuote, ""));
                }
                self.keep(word, inside);
            }
            LexKind::Atom | LexKind::Literal(_) | LexKind::Special(_) => self.keep(word, inside),
        }
    }

    fn keep(&mut self, word: Lex, inside: bool) {
        if inside { self.draft.inner.push(word) } else { self.draft.phrase.push(word) }
    }

    fn end(&mut self) {
        self.flush();
        if let Some((name, span)) = self.group.take() {
            self.flaws.push(Flaw::new(span, FlawKind::OpenGroup, name));
        }
    }

    fn begin_group(&mut self, colon: Span) {
        let phrase = std::mem::take(&mut self.draft).phrase;
        let span = over(&phrase).unwrap_or(colon);
        self.piece(span, PieceKind::GroupName);
        if span != colon {
            self.piece(colon, PieceKind::Punctuation);
        }
        self.group = Some((self.name(&phrase).unwrap_or_default(), span));
    }

    /// Ends the address being read.
    fn flush(&mut self) {
        let mut draft = std::mem::take(&mut self.draft);
        if let Some(open) = draft.open {
            self.bracketed(&draft, open);
        } else if let Some(at) = draft.phrase.iter().position(|word| word.is(b'@')) {
            let all = over(&draft.phrase).unwrap_or(Span::new(0, 0));
            let (from, to) = self.around(&draft.phrase, at);
            let after = draft.phrase.split_off(to);
            let address = draft.phrase.split_off(from);
            let span = over(&address).unwrap_or(all);
            self.name_pieces(&draft.phrase);
            self.piece(span, PieceKind::Address);
            self.name_pieces(&after);
            let name: Vec<_> = draft.phrase.into_iter().chain(after).collect();
            if !name.is_empty() {
                self.flaws.push(Flaw::new(all, FlawKind::NoBrackets, lossless(span.of(self.octets))));
            } else if draft.comments {
                self.flaws.push(Flaw::new(span, FlawKind::NameInComment, ""));
            }
            let address = self.address(&address, span);
            let name = self.name(&name);
            self.push(all, name, address);
        } else if let Some(all) = over(&draft.phrase) {
            self.piece(all, PieceKind::Address);
            let address = self.joined(&draft.phrase);
            self.flaws.push(Flaw::new(all, FlawKind::NoAtSign, address.clone()));
            self.push(all, None, address);
        }
    }

    /// The words that belong to the address around the at sign: those that touch, and those with a dot between (`obs-domain`).
    fn around(&self, words: &[Lex], at: usize) -> (usize, usize) {
        let dots = |a: Lex, b: Lex| a.span.of(self.octets).ends_with(b".") || b.span.of(self.octets).starts_with(b".");
        let joins = |pair: &[Lex]| matches!(pair, [a, b] if a.span.end == b.span.start || dots(*a, *b));
        let mut from = at.saturating_sub(1);
        while from > 0 && joins(&words[from - 1..=from]) {
            from -= 1;
        }
        let mut to = words.len().min(at + 2);
        while to < words.len() && joins(&words[to - 1..=to]) {
            to += 1;
        }
        (from, to)
    }

    fn bracketed(&mut self, draft: &Draft, open: Span) {
        let inner = over(&draft.inner).unwrap_or(Span::new(open.end, open.end));
        let end = draft.close.unwrap_or(inner).end;
        let before: Vec<_> = draft.phrase.iter().filter(|word| word.span.start < open.start).copied().collect();
        let after: Vec<_> = draft.phrase.iter().filter(|word| word.span.start > open.start).copied().collect();
        let all = Span::new(before.first().map_or(open, |first| first.span).start, end);
        self.name_pieces(&before);
        self.piece(open, PieceKind::Punctuation);
        let route = draft.inner.iter().position(|word| word.is(b':')).filter(|_| draft.inner[0].is(b'@'));
        let address = match route {
            Some(colon) => {
                let (route, address) = draft.inner.split_at(colon + 1);
                let span = over(route).unwrap_or(inner);
                self.piece(span, PieceKind::Route);
                self.flaws.push(Flaw::new(span, FlawKind::Route, ""));
                address
            }
            None => &draft.inner,
        };
        let span = over(address).unwrap_or(Span::new(inner.end, inner.end));
        if !span.is_empty() {
            self.piece(span, PieceKind::Address);
        }
        match draft.close {
            Some(close) => self.piece(close, PieceKind::Punctuation),
            None => self.flaws.push(Flaw::new(open, FlawKind::OpenBracket, "")),
        }
        if let Some(junk) = over(&after) {
            self.piece(junk, PieceKind::Text);
            self.flaws.push(Flaw::new(junk, FlawKind::AfterAddress, self.joined(&after)));
        }
        let address = self.address(address, span);
        let name = self.name(&before);
        self.odd_name(&before, name.as_deref(), &address);
        self.push(all, name, address);
    }

    /// The address as text, and what is wrong with it: `addr-spec = local-part "@" domain`.
    fn address(&mut self, words: &[Lex], span: Span) -> String {
        let text = self.joined(words);
        let at = words.iter().rposition(|word| word.is(b'@'));
        let Some((local, domain)) = at.map(|at| (&words[..at], &words[at + 1..])) else {
            self.flaws.push(Flaw::new(span, FlawKind::NoAtSign, text.clone()));
            return text;
        };
        let dotted = |word: &Lex| word.kind == LexKind::Atom && is_dot_atom(word.span.of(self.octets));
        let local_is_good = matches!(local, [word] if dotted(word) || word.kind == LexKind::Quoted(true));
        let domain_is_good = matches!(domain, [word] if dotted(word) || word.kind == LexKind::Literal(true));
        if !adjacent(words) {
            self.flaws.push(Flaw::new(span, FlawKind::SpaceInAddress, text.clone()));
        } else if !local_is_good || !domain_is_good {
            self.flaws.push(Flaw::new(span, FlawKind::BadAddress, text.clone()));
        }
        text
    }

    fn odd_name(&mut self, words: &[Lex], name: Option<&str>, address: &str) {
        let Some(span) = over(words) else { return };
        let special = |word: &&Lex| matches!(word.kind, LexKind::Special(_) | LexKind::Literal(_));
        if let Some(word) = words.iter().find(special) {
            self.flaws.push(Flaw::new(span, FlawKind::BadName, lossless(word.span.of(self.octets))));
        } else if words.iter().any(|word| word.kind == LexKind::Atom && word.span.of(self.octets).contains(&b'.')) {
            self.flaws.push(Flaw::new(span, FlawKind::DotInName, ""));
        }
        if let Some(name) = name.filter(|name| name.contains('@') && !name.eq_ignore_ascii_case(address)) {
            self.flaws.push(Flaw::new(span, FlawKind::NameIsAddress, name));
        }
    }

    fn push(&mut self, span: Span, name: Option<String>, address: String) {
        let group = self.group.as_ref().map(|(name, _)| name.clone());
        self.mailboxes.push(Mailbox { span, name, address, group });
    }

    /// A display name: its encoded-words by themselves.
    fn name_pieces(&mut self, words: &[Lex]) {
        for word in words {
            let encoded = word.kind == LexKind::Atom && words::encoded_word(word.span.of(self.octets)).is_some();
            let kind = if encoded { PieceKind::EncodedWord } else { PieceKind::DisplayName };
            match self.pieces.last_mut() {
                // One name of several words is one piece.
                Some(last)
                    if last.kind == kind && kind == PieceKind::DisplayName && last.span.end <= word.span.start =>
                {
                    last.span.end = word.span.end;
                }
                _ => self.piece(word.span, kind),
            }
        }
    }

    /// What a phrase says: its words with a space between, decoded.
    fn name(&self, words: &[Lex]) -> Option<String> {
        let mut text = Vec::new();
        let mut after_encoded = false;
        for (at, word) in words.iter().enumerate() {
            let content = word.content(self.octets);
            let encoded = if word.kind == LexKind::Atom { words::encoded_word(&content) } else { None };
            let decoded = encoded.and_then(|word| word.text);
            if at > 0 && !(after_encoded && decoded.is_some()) {
                text.push(b' ');
            }
            after_encoded = decoded.is_some();
            match decoded {
                Some(decoded) => text.extend_from_slice(decoded.as_bytes()),
                None => text.extend_from_slice(&content),
            }
        }
        Some(lossless(&text)).filter(|text| !text.is_empty())
    }

    fn joined(&self, words: &[Lex]) -> String {
        let text = words.iter().flat_map(|word| word.span.of(self.octets)).copied();
        lossless(&text.filter(|byte| !matches!(byte, b'\r' | b'\n')).collect::<Vec<_>>())
    }

    fn piece(&mut self, span: Span, kind: PieceKind) {
        self.pieces.push(Piece { span, kind });
    }
}

fn over(words: &[Lex]) -> Option<Span> {
    Some(Span::new(words.first()?.span.start, words.last()?.span.end))
}

/// Whether nothing stands between the words.
fn adjacent(words: &[Lex]) -> bool {
    words.iter().zip(words.iter().skip(1)).all(|(a, b)| a.span.end == b.span.start)
}

/// `dot-atom-text = 1*atext *("." 1*atext)`, letters beyond ASCII allowed (RFC 6532 section 3.2).
pub(super) fn is_dot_atom(text: &[u8]) -> bool {
    text.split(|byte| *byte == b'.').all(|atom| !atom.is_empty() && atom.iter().copied().all(is_atext))
}

fn is_atext(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte) || !byte.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Found = (Option<&'static str>, &'static str, Option<&'static str>);

    fn check(text: &str, found: &[Found], kinds: &[FlawKind]) {
        let (mut pieces, mut flaws) = (Vec::new(), Vec::new());
        let mailboxes = read(text.as_bytes(), Span::new(0, text.len()), &mut pieces, &mut flaws);
        let seen: Vec<_> = mailboxes
            .iter()
            .map(|mailbox| (mailbox.name.as_deref(), mailbox.address.as_str(), mailbox.group.as_deref()))
            .collect();
        assert_eq!(seen, found, "{text}");
        assert_eq!(flaws.iter().map(|flaw| flaw.kind).collect::<Vec<_>>(), kinds, "{text}");
    }

    #[test]
    fn addresses_of_rfc_5322_appendix_a() {
        use FlawKind::{DotInName, EmptyMember, NameInComment, Route, SpaceInAddress};
        check("John Doe <jdoe@machine.example>", &[(Some("John Doe"), "jdoe@machine.example", None)], &[]);
        check(
            "\"Joe Q. Public\" <john.q.public@example.com>",
            &[(Some("Joe Q. Public"), "john.q.public@example.com", None)],
            &[],
        );
        check(
            "Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>",
            &[
                (Some("Mary Smith"), "mary@x.test", None),
                (None, "jdoe@example.org", None),
                (Some("Who?"), "one@y.test", None),
            ],
            &[],
        );
        check(
            "<boss@nil.test>, \"Giant; \\\"Big\\\" Box\" <sysservices@example.net>",
            &[(None, "boss@nil.test", None), (Some("Giant; \"Big\" Box"), "sysservices@example.net", None)],
            &[],
        );
        check(
            "A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;",
            &[
                (Some("Ed Jones"), "c@a.test", Some("A Group")),
                (None, "joe@where.test", Some("A Group")),
                (Some("John"), "jdoe@one.test", Some("A Group")),
            ],
            &[],
        );
        check("Undisclosed recipients:;", &[], &[]);
        check("(Empty list)(start)Hidden recipients  :(nobody(that I know))  ;", &[], &[]);
        check(
            "Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>",
            &[(Some("Pete"), "pete@silly.test", None)],
            &[SpaceInAddress],
        );
        check(
            "Joe Q. Public <john.q.public@example.com>",
            &[(Some("Joe Q. Public"), "john.q.public@example.com", None)],
            &[DotInName],
        );
        check(
            "Mary Smith <@node.test:mary@example.net>, , jdoe@test  . example",
            &[(Some("Mary Smith"), "mary@example.net", None), (None, "jdoe@test.example", None)],
            &[Route, EmptyMember, SpaceInAddress],
        );
        check("ada@x.test (Ada)", &[(None, "ada@x.test", None)], &[NameInComment]);
    }

    #[test]
    fn other_addresses() {
        use FlawKind::{
            AfterAddress, BadAddress, BadName, NameIsAddress, NoAtSign, NoBrackets, OpenBracket, OpenComment,
            OpenGroup, OpenQuote, SemicolonBetween,
        };
        check(
            "\"ada l\"@x.test, a@[192.0.2.1]",
            &[(None, "\"ada l\"@x.test", None), (None, "a@[192.0.2.1]", None)],
            &[],
        );
        check("=?utf-8?Q?Ad=C3=A9?= =?utf-8?Q?le?= L <a@x.test>", &[(Some("Ad\u{e9}le L"), "a@x.test", None)], &[]);
        check("root", &[(None, "root", None)], &[NoAtSign]);
        check("Ada <ada>", &[(Some("Ada"), "ada", None)], &[NoAtSign]);
        check("Ada ada@x.test", &[(Some("Ada"), "ada@x.test", None)], &[NoBrackets]);
        check("Ada <ada@x.test", &[(Some("Ada"), "ada@x.test", None)], &[OpenBracket]);
        check(
            "Ada <ada@x.test, b@y.test",
            &[(Some("Ada"), "ada@x.test", None), (None, "b@y.test", None)],
            &[OpenBracket],
        );
        check(
            "a..b@x.test, .a@x.test",
            &[(None, "a..b@x.test", None), (None, ".a@x.test", None)],
            &[BadAddress, BadAddress],
        );
        check("a@b@c.test", &[(None, "a@b@c.test", None)], &[BadAddress]);
        check("@x.test", &[(None, "@x.test", None)], &[BadAddress]);
        check("a@", &[(None, "a@", None)], &[BadAddress]);
        check("a@x.test; b@x.test", &[(None, "a@x.test", None), (None, "b@x.test", None)], &[SemicolonBetween]);
        check("G: a@x.test", &[(None, "a@x.test", Some("G"))], &[OpenGroup]);
        check(
            "ceo@bank.test <thief@x.test>",
            &[(Some("ceo @ bank.test"), "thief@x.test", None)],
            &[BadName, NameIsAddress],
        );
        check("\"ceo@bank.test\" <thief@x.test>", &[(Some("ceo@bank.test"), "thief@x.test", None)], &[NameIsAddress]);
        check("<a@x.test> Ada", &[(None, "a@x.test", None)], &[AfterAddress]);
        check("\"Ada <a@x.test>", &[(None, "\"Ada <a@x.test>", None)], &[OpenQuote, NoAtSign]);
        check("a@x.test (Ada", &[(None, "a@x.test", None)], &[OpenComment, FlawKind::NameInComment]);
        check("", &[], &[]);
    }
}
