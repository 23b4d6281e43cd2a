//! POP3 reply lines to tokens (RFC 1939 section 3, RFC 2449 section 8). Which command they answer is `session`'s to know.

use crate::{
    command::{trimmed, words},
    machine::{Class, Word},
    token::{Problem, ProblemKind, Span, Token, TokenKind},
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
            reply.problems.push(Problem::new(all, ProblemKind::NotPop3Reply, ""));
            return reply;
        }
    };
    if word.iter().any(u8::is_ascii_lowercase) {
        reply.problems.push(Problem::new(status, ProblemKind::StatusCase, ""));
    }
    reply.class = Some(class);
    reply.tokens.push(Token { span: status, kind });
    let from = (word.len() + 1).min(line.len());
    match (class, answers) {
        (Class::Intermediate, _) => push(&mut reply.tokens, line, from, line.len(), TokenKind::Challenge),
        (Class::Positive, Some((Word::Stat, _))) => counts(&mut reply.tokens, line, from, Counts::Drop),
        (Class::Positive, Some((Word::List, true))) => counts(&mut reply.tokens, line, from, Counts::Scan),
        (Class::Positive, Some((Word::Lang, true))) => language(&mut reply.tokens, line, from),
        (Class::Positive, Some((Word::Uidl, true))) => identifier(&mut reply.tokens, line, from),
        (Class::Positive, None) => greeting(&mut reply.tokens, line, from),
        _ => server_text(&mut reply.tokens, line, from),
    }
    reply
}

/// One line of a multi-line reply's payload that is no message text: a scan listing, a UIDL listing, a capability.
pub fn payload_line(line: &[u8], answers: Word) -> Vec<Token> {
    let mut tokens = Vec::new();
    match answers {
        Word::List => counts(&mut tokens, line, 0, Counts::Scan),
        Word::Uidl => identifier(&mut tokens, line, 0),
        Word::Lang => language(&mut tokens, line, 0),
        _ => {
            for (index, span) in words(line, 0).into_iter().enumerate() {
                let kind = if index == 0 { TokenKind::Keyword } else { TokenKind::KeywordParameter };
                tokens.push(Token { span, kind });
            }
        }
    }
    tokens
}

/// A language tag, then words in that language (RFC 6856 section 3.2).
fn language(tokens: &mut Vec<Token>, line: &[u8], from: usize) {
    let Some(&tag) = words(line, from).first() else { return };
    tokens.push(Token { span: tag, kind: TokenKind::Language });
    push(tokens, line, tag.end, line.len(), TokenKind::ServerText);
}

/// `msg unique-id` of UIDL.
fn identifier(tokens: &mut Vec<Token>, line: &[u8], from: usize) {
    let words = words(line, from);
    match (words.first(), words.get(1)) {
        (Some(&number), Some(&uid)) if number_of(line, number).is_some() => {
            tokens.push(Token { span: number, kind: TokenKind::MessageNumber(small(line, number)) });
            tokens.push(Token { span: uid, kind: TokenKind::Uid });
        }
        _ => server_text(tokens, line, from),
    }
}

enum Counts {
    /// `nn mm` of STAT: how many messages, how many octets.
    Drop,
    /// `msg size` of LIST.
    Scan,
}

fn counts(tokens: &mut Vec<Token>, line: &[u8], from: usize, which: Counts) {
    let words = words(line, from);
    let numbers = (words.first(), words.get(1));
    let (Some(&first), Some(&second)) = numbers else { return server_text(tokens, line, from) };
    let (Some(_), Some(octets)) = (number_of(line, first), number_of(line, second)) else {
        return server_text(tokens, line, from);
    };
    let number = small(line, first);
    let kind = match which {
        Counts::Drop => TokenKind::Count(number),
        Counts::Scan => TokenKind::MessageNumber(number),
    };
    tokens.push(Token { span: first, kind });
    tokens.push(Token { span: second, kind: TokenKind::Octets(octets) });
    if let Some(third) = words.get(2) {
        push(tokens, line, third.start, line.len(), TokenKind::ServerText);
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

fn number_of(line: &[u8], span: Span) -> Option<u64> {
    let digits = span.of(line);
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(digits).ok()?.parse().ok()
}

fn small(line: &[u8], span: Span) -> u32 {
    number_of(line, span).and_then(|number| u32::try_from(number).ok()).unwrap_or(u32::MAX)
}
