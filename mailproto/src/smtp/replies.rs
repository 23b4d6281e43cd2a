//! SMTP reply lines to tokens, and the table of reply codes (RFC 5321 section 4.2, RFC 3463). Pairing is `session`'s.

use crate::{
    command::{trimmed, words},
    machine::{Class, Rfc, rfc},
    path::{is_address_literal, is_domain},
    token::{Detail, Enhanced, Problem, ProblemKind, Span, Token, TokenKind},
};

/// One line of a reply, cut.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReplyLine {
    /// The code; `None` when the line is no reply.
    pub code: Option<u16>,
    /// Its class; `None` for a first digit outside 2 to 5.
    pub class: Option<Class>,
    /// Whether no more lines follow.
    pub last: bool,
    /// Its pieces.
    pub tokens: Vec<Token>,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

/// A row of the code table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// The three digits.
    pub code: u16,
    /// The key of its meaning.
    pub key: &'static str,
    /// Where it is defined.
    pub rfc: Rfc,
}

/// Where in the dialogue a reply line stands, which decides how its text is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The server's first reply: its name, and no enhanced code (RFC 2034 section 4).
    Greeting,
    /// The first line of a reply to EHLO or HELO: the same.
    Hello,
    /// A further line of a good reply to EHLO: a keyword.
    Keywords,
    /// Any other.
    Other,
}

macro_rules! codes {
    ($($code:literal $number:literal $section:literal;)*) => {
        /// Every reply code the standards give to SMTP and its extensions here.
        pub static CODES: &[Code] = &[$(Code {
            code: $code,
            key: concat!("code-", stringify!($code)),
            rfc: rfc($number, $section),
        }),*];
    };
}

codes! {
    211 5321 "4.2.3"; 214 5321 "4.2.3"; 220 5321 "4.2.3"; 221 5321 "4.2.3"; 235 4954 "6"; 250 5321 "4.2.3";
    251 5321 "4.2.3"; 252 5321 "4.2.3"; 253 1985 "5.1"; 334 4954 "4"; 354 5321 "4.2.3"; 421 5321 "4.2.3"; 422 5248 "2.4"; 432 4954 "6";
    450 5321 "4.2.3"; 451 5321 "4.2.3"; 452 5321 "4.2.3"; 453 2645 "7"; 454 4954 "6"; 455 5321 "4.2.3"; 458 1985 "5.1"; 459 1985 "5.1"; 500 5321 "4.2.3";
    501 5321 "4.2.3"; 502 5321 "4.2.3"; 503 5321 "4.2.3"; 504 5321 "4.2.3"; 521 7504 "3"; 523 5248 "2.4"; 524 5248 "2.4"; 525 5248 "2.4"; 530 4954 "6"; 534 4954 "6";
    535 4954 "6"; 538 4954 "6"; 550 5321 "4.2.3"; 551 5321 "4.2.3"; 552 5321 "4.2.3"; 553 5321 "4.2.3";
    554 5321 "4.2.3"; 555 5321 "4.2.3"; 556 7504 "4";
}

/// Cuts one reply line.
///
/// ```text
/// Reply-line = *( Reply-code "-" [ textstring ] CRLF ) Reply-code [ SP textstring ] CRLF
/// ```
pub fn reply_line(line: &[u8], place: Place) -> ReplyLine {
    let mut reply = ReplyLine::default();
    let Some(code) = code(line) else {
        let all = Span::new(0, line.len());
        reply.tokens.push(Token { span: all, kind: TokenKind::Garbage });
        reply.problems.push(Problem::new(all, ProblemKind::NotSmtpReply, Detail::None));
        reply.last = true;
        return reply;
    };
    reply.code = Some(code);
    reply.last = line.get(3) != Some(&b'-');
    let kind = TokenKind::Code(code);
    reply.class = kind.class();
    reply.tokens.push(Token { span: Span::new(0, 3), kind });
    if reply.class.is_none() || code / 10 % 10 > 5 {
        reply.problems.push(Problem::new(Span::new(0, 2), ProblemKind::CodeOutOfRange, u32::from(code)));
    }
    if line.len() > 3 {
        reply.tokens.push(Token { span: Span::new(3, 4), kind: TokenKind::CodeEnd { last: reply.last } });
    }
    text(&mut reply, line, code, place);
    reply
}

fn text(reply: &mut ReplyLine, line: &[u8], code: u16, place: Place) {
    let mut from = 4.min(line.len());
    if place == Place::Keywords {
        for (index, span) in words(line, from).enumerate() {
            let kind = if index == 0 { TokenKind::Keyword } else { TokenKind::KeywordParameter };
            reply.tokens.push(Token { span, kind });
        }
        return;
    }
    if code == 334 {
        if line.len() == 3 {
            reply.problems.push(Problem::new(Span::new(0, 3), ProblemKind::BareChallenge, "334"));
        }
        if let Some(span) = trimmed(line, from, line.len()) {
            reply.tokens.push(Token { span, kind: TokenKind::Challenge });
        }
        return;
    }
    let named = matches!(place, Place::Greeting | Place::Hello) && code / 100 == 2;
    if named && let Some(span) = server_name(line, from) {
        reply.tokens.push(Token { span, kind: TokenKind::ServerName });
        from = span.end;
    } else if !named && let Some((span, enhanced)) = enhanced(line, from) {
        reply.tokens.push(Token { span, kind: TokenKind::Enhanced(enhanced) });
        if u16::from(enhanced.class) != code / 100 {
            reply.problems.push(Problem::new(span, ProblemKind::EnhancedDiffers, Detail::None));
        }
        from = span.end;
    }
    if let Some(span) = trimmed(line, from, line.len()) {
        reply.tokens.push(Token { span, kind: TokenKind::ServerText });
    }
}

fn code(line: &[u8]) -> Option<u16> {
    let digits = line.get(..3).filter(|digits| digits.iter().all(u8::is_ascii_digit))?;
    let parted = matches!(line.get(3), None | Some(b' ' | b'-'));
    parted.then(|| digits.iter().fold(0, |code, digit| code * 10 + u16::from(digit - b'0')))
}

/// `Domain [ SP text ]`: a name with a dot, or an address literal (RFC 5321 sections 4.1.1.1 and 4.2).
fn server_name(line: &[u8], from: usize) -> Option<Span> {
    let span = words(line, from).next()?;
    let name = std::str::from_utf8(span.of(line)).ok()?;
    ((is_domain(name) && name.contains('.')) || is_address_literal(name)).then_some(span)
}

/// An enhanced status code where the text begins (RFC 2034 section 4): class, subject and detail of up to three digits.
fn enhanced(line: &[u8], from: usize) -> Option<(Span, Enhanced)> {
    let end = from + line.get(from..)?.iter().position(|byte| *byte == b' ').unwrap_or(line.len() - from);
    let mut parts = std::str::from_utf8(&line[from..end]).ok()?.split('.');
    let class = parts.next().filter(|class| matches!(*class, "2" | "4" | "5"))?.parse().ok()?;
    let mut part = || -> Option<u16> {
        let digits = parts.next().filter(|part| (1..=3).contains(&part.len()))?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
    };
    let (subject, detail) = (part()?, part()?);
    parts.next().is_none().then(|| (Span::new(from, end), Enhanced { class, subject, detail }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ProblemKind as P;

    fn check(line: &str, code: Option<u16>, last: bool, pieces: &[&str]) {
        let reply = reply_line(line.as_bytes(), Place::Other);
        assert_eq!((reply.code, reply.last), (code, last), "{line}");
        let found: Vec<_> = reply.tokens.iter().map(|token| &line[token.span.start..token.span.end]).collect();
        assert_eq!(found, pieces, "{line}");
    }

    #[test]
    fn reply_lines() {
        check("250 Ok", Some(250), true, &["250", " ", "Ok"]);
        check("250-first", Some(250), false, &["250", "-", "first"]);
        check("250 2.1.5 Recipient ok", Some(250), true, &["250", " ", "2.1.5", "Recipient ok"]);
        check("250", Some(250), true, &["250"]);
        check("250 ", Some(250), true, &["250", " "]);
        check("550 5.1.1", Some(550), true, &["550", " ", "5.1.1"]);
        check("250 3.1.1 no class 3", Some(250), true, &["250", " ", "3.1.1 no class 3"]);
        check("250 2.1 half", Some(250), true, &["250", " ", "2.1 half"]);
        check("199 odd", Some(199), true, &["199", " ", "odd"]);
        check("334 VXNlcm5hbWU6", Some(334), true, &["334", " ", "VXNlcm5hbWU6"]);
        check("HTTP/1.1 400", None, true, &["HTTP/1.1 400"]);
        check("2500 no", None, true, &["2500 no"]);
        check("", None, true, &[""]);
    }

    #[test]
    fn what_a_reply_line_means() {
        use TokenKind::{Code, CodeEnd, Keyword, KeywordParameter, ServerName, ServerText};
        let (last, more) = (CodeEnd { last: true }, CodeEnd { last: false });
        let check = |line: &str, place, kinds: &[TokenKind], problems: &[ProblemKind]| {
            let reply = reply_line(line.as_bytes(), place);
            let found: Vec<_> = reply.tokens.iter().map(|token| token.kind).collect();
            assert_eq!(found, kinds, "{line}");
            let found: Vec<_> = reply.problems.iter().map(|problem| problem.kind).collect();
            assert_eq!(found, problems, "{line}");
        };
        let finer = |class, subject, detail| TokenKind::Enhanced(Enhanced { class, subject, detail });
        check("220 mail.example.test ESMTP", Place::Greeting, &[Code(220), last, ServerName, ServerText], &[]);
        check("220 [192.0.2.1]", Place::Greeting, &[Code(220), last, ServerName], &[]);
        check("220 Hello there", Place::Greeting, &[Code(220), last, ServerText], &[]);
        check("554 5.3.2 No", Place::Greeting, &[Code(554), last, finer(5, 3, 2), ServerText], &[]);
        check("250-mx.example.test hi", Place::Hello, &[Code(250), more, ServerName, ServerText], &[]);
        check("250-SIZE 100", Place::Keywords, &[Code(250), more, Keyword, KeywordParameter], &[]);
        check("250 AUTH=LOGIN PLAIN", Place::Keywords, &[Code(250), last, Keyword, KeywordParameter], &[]);
        check("550 5.7.1 No", Place::Other, &[Code(550), last, finer(5, 7, 1), ServerText], &[]);
        check("250 5.7.1 No", Place::Other, &[Code(250), last, finer(5, 7, 1), ServerText], &[P::EnhancedDiffers]);
        check("334 ", Place::Other, &[Code(334), last], &[]);
        check("334", Place::Other, &[Code(334)], &[P::BareChallenge]);
        check("199 odd", Place::Other, &[Code(199), last, ServerText], &[P::CodeOutOfRange]);
        check("260 odd", Place::Other, &[Code(260), last, ServerText], &[P::CodeOutOfRange]);
        check("699 odd", Place::Other, &[Code(699), last, ServerText], &[P::CodeOutOfRange]);
    }
}
