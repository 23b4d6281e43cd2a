//! POP3 reply lines to tokens (RFC 1939 section 3, RFC 2449 section 8). Which command they answer is `session`'s to know.

use crate::{
    command::{trimmed, words},
    machine::{Class, Rfc, Word, rfc},
    token::{Detail, Problem, ProblemKind, Span, Token, TokenKind},
};

/// The first line of a reply, cut.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FirstLine {
    /// Its class; `None` when it is no reply.
    pub class: Option<Class>,
    /// Its pieces.
    pub tokens: Vec<Token>,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

/// Cuts the first line of a reply. `answers` is the command it answers and whether that had an argument, `None` for the
/// greeting.
pub fn first_line(line: &[u8], answers: Option<(Word, bool)>, in_sasl: bool) -> FirstLine {
    let mut reply = FirstLine::default();
    let word = line.split(|byte| *byte == b' ').next().unwrap_or_default();
    let status = Span::new(0, word.len());
    let (class, kind) = match word {
        b"+OK" => (Class::Positive, TokenKind::Ok),
        b"-ERR" => (Class::Permanent, TokenKind::Err),
        b"+" if in_sasl => (Class::Intermediate, TokenKind::Plus),
        _ if word.eq_ignore_ascii_case(b"+OK") => (Class::Positive, TokenKind::Ok),
        _ if word.eq_ignore_ascii_case(b"-ERR") => (Class::Permanent, TokenKind::Err),
        _ => {
            let all = Span::new(0, line.len());
            reply.tokens.push(Token { span: all, kind: TokenKind::Garbage });
            reply.problems.push(Problem::new(all, ProblemKind::NotPop3Reply, Detail::None));
            return reply;
        }
    };
    if word.iter().any(u8::is_ascii_lowercase) {
        reply.problems.push(Problem::new(status, ProblemKind::StatusCase, Detail::None));
    }
    if line == b"+" {
        reply.problems.push(Problem::new(status, ProblemKind::BareChallenge, "+"));
    }
    reply.class = Some(class);
    reply.tokens.push(Token { span: status, kind });
    let from = (word.len() + 1).min(line.len());
    match (class, answers) {
        (Class::Intermediate, _) => push(&mut reply.tokens, line, from, line.len(), TokenKind::Challenge),
        (Class::Positive, Some((Word::Stat, _))) => {
            counts(&mut reply.tokens, &mut reply.problems, line, from, Counts::Drop)
        }
        (Class::Positive, Some((Word::List, true))) => {
            counts(&mut reply.tokens, &mut reply.problems, line, from, Counts::Scan)
        }
        (Class::Positive, Some((Word::Lang, true))) => {
            language(&mut reply.tokens, &mut reply.problems, line, from, true)
        }
        (Class::Positive, Some((Word::Uidl, true))) => identifier(&mut reply.tokens, &mut reply.problems, line, from),
        (Class::Positive, None) => greeting(&mut reply.tokens, line, from),
        _ => server_text(&mut reply.tokens, line, from),
    }
    reply
}

/// One line of a multi-line reply's payload that is no message text: a scan listing, a UIDL listing, a capability.
pub fn payload_line(line: &[u8], answers: Word) -> (Vec<Token>, Vec<Problem>) {
    // A number and what belongs to it: in a long listing every line has two.
    let mut tokens = Vec::with_capacity(2);
    let mut problems = Vec::new();
    match answers {
        Word::List => counts(&mut tokens, &mut problems, line, 0, Counts::Scan),
        Word::Uidl => identifier(&mut tokens, &mut problems, line, 0),
        Word::Lang => language(&mut tokens, &mut problems, line, 0, false),
        _ => {
            for (index, span) in words(line, 0).enumerate() {
                let kind = if index == 0 { TokenKind::Keyword } else { TokenKind::KeywordParameter };
                tokens.push(Token { span, kind });
            }
        }
    }
    (tokens, problems)
}

/// What a line of a listing should look like, as the standard's own example has it, and the section that says so.
#[derive(Clone, Copy)]
struct Form {
    example: &'static str,
    rfc: Rfc,
}

const DROP_LISTING: Form = Form { example: "+OK 2 320", rfc: rfc(1939, "5") };
const SCAN_LISTING: Form = Form { example: "1 120", rfc: rfc(1939, "5") };
const UNIQUE_ID_LISTING: Form = Form { example: "1 whqtswO00WBw418f9t5JxYwZ", rfc: rfc(1939, "7") };
const LANGUAGE_LISTING: Form = Form { example: "es Espanol", rfc: rfc(6856, "3.2") };
const LANGUAGE_CHOSEN: Form = Form { example: "+OK es Idioma cambiado", rfc: rfc(6856, "3.2") };

/// A line that is no drop, scan, unique-id or language listing.
fn bad_listing(line: &[u8], from: usize, form: Form) -> Problem {
    Problem::new(Span::new(from, line.len()), ProblemKind::BadListing, form.example).ruled_by(Some(form.rfc))
}

/// Whether two words stand as in a listing: the first at once, one space between them.
fn spaced(line: &[u8], from: usize, first: Span, second: Span) -> bool {
    first.start == from && line.get(first.end..second.start) == Some(b" ")
}

/// A language tag, then one space and words in that language, which the choice of a language has always, and a listing perhaps (RFC
/// 6856 section 3.2).
fn language(tokens: &mut Vec<Token>, problems: &mut Vec<Problem>, line: &[u8], from: usize, chosen: bool) {
    let form = if chosen { LANGUAGE_CHOSEN } else { LANGUAGE_LISTING };
    let Some(tag) = words(line, from).next().filter(|word| is_language_tag(word.of(line))) else {
        problems.push(bad_listing(line, from, form));
        return server_text(tokens, line, from);
    };
    tokens.push(Token { span: tag, kind: TokenKind::Language });
    push(tokens, line, tag.end, line.len(), TokenKind::ServerText);
    let rest = line.get(tag.end..).unwrap_or_default();
    let spaced = match rest {
        [] => !chosen,
        [b' '] => chosen,
        [first, second, ..] => *first == b' ' && !matches!(second, b' ' | b'\t'),
        [_] => false,
    };
    if tag.start != from || !spaced {
        problems.push(bad_listing(line, from, form));
    }
}

/// Whether a word can be a language tag: subtags of up to eight letters and digits, the first a language's two or three letters, or
/// the `i` and `x` of tags apart from these. Longer first subtags are allowed, and none exists (RFC 5646 section 2.2.1).
fn is_language_tag(word: &[u8]) -> bool {
    let mut subtags = word.split(|byte| *byte == b'-');
    let first = subtags.next().unwrap_or_default();
    let mut more = false;
    let rest = subtags.all(|subtag| {
        more = true;
        (1..=8).contains(&subtag.len()) && subtag.iter().all(u8::is_ascii_alphanumeric)
    });
    let apart = more && matches!(first, b"i" | b"I" | b"x" | b"X");
    rest && (apart || matches!(first.len(), 2 | 3) && first.iter().all(u8::is_ascii_alphabetic))
}

/// `msg unique-id` of UIDL, and nothing after it: 1 to 70 characters from 33 to 126 (RFC 1939 section 7).
fn identifier(tokens: &mut Vec<Token>, problems: &mut Vec<Problem>, line: &[u8], from: usize) {
    let mut words = words(line, from);
    let number = words.next().and_then(|word| Some((word, number_of(line, word)?)));
    let (Some((word, number)), Some(uid)) = (number, words.next()) else {
        problems.push(bad_listing(line, from, UNIQUE_ID_LISTING));
        return server_text(tokens, line, from);
    };
    tokens.push(Token { span: word, kind: TokenKind::MessageNumber(small(number)) });
    tokens.push(Token { span: uid, kind: TokenKind::Uid });
    push(tokens, line, uid.end, line.len(), TokenKind::ServerText);
    if !spaced(line, from, word, uid) || words.next().is_some() {
        problems.push(bad_listing(line, from, UNIQUE_ID_LISTING));
    } else if uid.len() > 70 || !uid.of(line).iter().all(u8::is_ascii_graphic) {
        problems.push(Problem::new(uid, ProblemKind::LongUid, Detail::None));
    }
}

enum Counts {
    /// `nn mm` of STAT: how many messages, how many octets.
    Drop,
    /// `msg size` of LIST.
    Scan,
}

/// Two numbers; what may follow them is left open (RFC 1939 section 5).
fn counts(tokens: &mut Vec<Token>, problems: &mut Vec<Problem>, line: &[u8], from: usize, which: Counts) {
    let form = match which {
        Counts::Drop => DROP_LISTING,
        Counts::Scan => SCAN_LISTING,
    };
    let mut words = words(line, from);
    let mut number = || words.next().and_then(|word| Some((word, number_of(line, word)?)));
    let (Some((first, number)), Some((second, octets))) = (number(), number()) else {
        problems.push(bad_listing(line, from, form));
        return server_text(tokens, line, from);
    };
    let kind = match which {
        Counts::Drop => TokenKind::Count(small(number)),
        Counts::Scan => TokenKind::MessageNumber(small(number)),
    };
    tokens.push(Token { span: first, kind });
    tokens.push(Token { span: second, kind: TokenKind::Octets(octets) });
    push(tokens, line, second.end, line.len(), TokenKind::ServerText);
    if !spaced(line, from, first, second) {
        problems.push(bad_listing(line, from, form));
    }
}

/// The greeting may hold a timestamp in angle brackets, which announces APOP (RFC 1939 section 7).
fn greeting(tokens: &mut Vec<Token>, line: &[u8], from: usize) {
    let stamp = timestamp(line).filter(|span| span.start >= from);
    let Some(stamp) = stamp else { return server_text(tokens, line, from) };
    push(tokens, line, from, stamp.start, TokenKind::ServerText);
    tokens.push(Token { span: stamp, kind: TokenKind::Timestamp });
    push(tokens, line, stamp.end, line.len(), TokenKind::ServerText);
}

/// Where a greeting's timestamp stands: `<`, no space or bracket, an at sign within, `>`.
pub(crate) fn timestamp(line: &[u8]) -> Option<Span> {
    let open = line.iter().position(|byte| *byte == b'<')?;
    let close = open + line[open..].iter().position(|byte| *byte == b'>')?;
    let inside = &line[open + 1..close];
    let fits = inside.contains(&b'@') && !inside.iter().any(|byte| matches!(byte, b' ' | b'<'));
    fits.then(|| Span::new(open, close + 1))
}

/// A response code in brackets, then the server's words (RFC 2449 section 8).
fn server_text(tokens: &mut Vec<Token>, line: &[u8], from: usize) {
    let mut at = from;
    if line.get(from) == Some(&b'[')
        && let Some(length) = line[from..].iter().position(|byte| *byte == b']')
    {
        at = from + length + 1;
        tokens.push(Token { span: Span::new(from, at), kind: TokenKind::ResponseCode });
    }
    push(tokens, line, at, line.len(), TokenKind::ServerText);
}

/// Adds a token over what is not white space between `from` and `to`, if there is any.
fn push(tokens: &mut Vec<Token>, line: &[u8], from: usize, to: usize, kind: TokenKind) {
    if let Some(span) = trimmed(line, from, to) {
        tokens.push(Token { span, kind });
    }
}

/// The number that a word of digits is; `None` for other words, and for numbers beyond 64 bits.
fn number_of(line: &[u8], word: Span) -> Option<u64> {
    let mut number = 0_u64;
    for byte in word.of(line) {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number.checked_mul(10)?.checked_add(digit.into())?;
    }
    Some(number)
}

fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ProblemKind as P;
    use TokenKind::{
        Count, Keyword, KeywordParameter, Language, MessageNumber, Octets, Ok, ResponseCode, ServerText, Uid,
    };

    fn check(line: &str, answers: Option<(Word, bool)>, kinds: &[TokenKind], problems: &[ProblemKind]) {
        let reply = first_line(line.as_bytes(), answers, false);
        told(line, &reply.tokens, &reply.problems, kinds, problems);
    }

    fn check_payload(line: &str, answers: Word, kinds: &[TokenKind], problems: &[ProblemKind]) {
        let (tokens, found) = payload_line(line.as_bytes(), answers);
        told(line, &tokens, &found, kinds, problems);
    }

    fn told(line: &str, tokens: &[Token], found: &[Problem], kinds: &[TokenKind], problems: &[ProblemKind]) {
        assert_eq!(tokens.iter().map(|token| token.kind).collect::<Vec<_>>(), kinds, "{line}");
        assert_eq!(found.iter().map(|problem| problem.kind).collect::<Vec<_>>(), problems, "{line}");
    }

    #[test]
    fn first_lines() {
        let err = TokenKind::Err;
        check("+OK 2 320", Some((Word::Stat, false)), &[Ok, Count(2), Octets(320)], &[]);
        check("+OK 2 320 and more", Some((Word::Stat, false)), &[Ok, Count(2), Octets(320), ServerText], &[]);
        check("+OK two", Some((Word::Stat, false)), &[Ok, ServerText], &[P::BadListing]);
        check("+OK 2 120", Some((Word::List, true)), &[Ok, MessageNumber(2), Octets(120)], &[]);
        check("+OK 2 messages", Some((Word::List, false)), &[Ok, ServerText], &[]);
        check("+OK 2 QhdPYR:00WBw1Ph7x7", Some((Word::Uidl, true)), &[Ok, MessageNumber(2), Uid], &[]);
        check("+OK", Some((Word::Uidl, true)), &[Ok], &[P::BadListing]);
        check("+OK  2 320", Some((Word::Stat, false)), &[Ok, Count(2), Octets(320)], &[P::BadListing]);
        let lang = Some((Word::Lang, true));
        check("+OK es Idioma cambiado", lang, &[Ok, Language, ServerText], &[]);
        check("+OK zh-Hant-TW ", lang, &[Ok, Language], &[]);
        check("+OK i-klingon nuqneH", lang, &[Ok, Language, ServerText], &[]);
        check("+OK es", lang, &[Ok, Language], &[P::BadListing]);
        check("+OK es  Idioma", lang, &[Ok, Language, ServerText], &[P::BadListing]);
        check("+OK Language changed", lang, &[Ok, ServerText], &[P::BadListing]);
        check("+OK", lang, &[Ok], &[P::BadListing]);
        check("-ERR es Idioma <<UGA>> no es conocido", lang, &[err, ServerText], &[]);
        check("+OK Language listing follows:", Some((Word::Lang, false)), &[Ok, ServerText], &[]);
        check("-ERR [IN-USE] busy", Some((Word::Pass, true)), &[err, ResponseCode, ServerText], &[]);
        check("-ERR [SYS/TEMP]", Some((Word::Stat, false)), &[err, ResponseCode], &[]);
        check("-err no", Some((Word::Stat, false)), &[err, ServerText], &[P::StatusCase]);
        for (line, problems) in [("+ ", &[][..]), ("+", &[P::BareChallenge]), ("+ PDFAeD4=", &[])] {
            let reply = first_line(line.as_bytes(), Some((Word::Auth, true)), true);
            let challenge = (line.len() > 2).then_some(TokenKind::Challenge);
            let expected: Vec<_> = [TokenKind::Plus].into_iter().chain(challenge).collect();
            told(line, &reply.tokens, &reply.problems, &expected, problems);
        }
        check("250 OK", Some((Word::Stat, false)), &[TokenKind::Garbage], &[P::NotPop3Reply]);
    }

    #[test]
    fn payload_lines() {
        check_payload("1 120", Word::List, &[MessageNumber(1), Octets(120)], &[]);
        check_payload("1", Word::List, &[ServerText], &[P::BadListing]);
        check_payload("1 120 more", Word::List, &[MessageNumber(1), Octets(120), ServerText], &[]);
        check_payload("1  120", Word::List, &[MessageNumber(1), Octets(120)], &[P::BadListing]);
        check_payload("1 uid more", Word::Uidl, &[MessageNumber(1), Uid, ServerText], &[P::BadListing]);
        check_payload("1 whqtswO00WBw418f9t5JxYwZ", Word::Uidl, &[MessageNumber(1), Uid], &[]);
        check_payload(&format!("1 {}", "x".repeat(71)), Word::Uidl, &[MessageNumber(1), Uid], &[P::LongUid]);
        check_payload("en-boont English Boontling", Word::Lang, &[Language, ServerText], &[]);
        check_payload("sv", Word::Lang, &[Language], &[]);
        check_payload("sv ", Word::Lang, &[Language], &[P::BadListing]);
        check_payload("sv  Svenska", Word::Lang, &[Language, ServerText], &[P::BadListing]);
        check_payload("Svenska", Word::Lang, &[ServerText], &[P::BadListing]);
        check_payload("de_AT Deutsch", Word::Lang, &[ServerText], &[P::BadListing]);
        check_payload("", Word::Lang, &[], &[P::BadListing]);
        check_payload("EXPIRE 5 USER", Word::Capa, &[Keyword, KeywordParameter, KeywordParameter], &[]);
    }
}
