//! A POP3 command line to a command with its problems (RFC 1939 section 3). Never fails; the state is not considered here.

use crate::{
    command::{Args, Command, Cut, text},
    machine::{Machine, Protocol, Standing, Word},
    token::{Detail, ProblemKind, Span, TokenKind},
};

/// The longest argument, in characters (RFC 1939 section 3).
const ARGUMENT: usize = 40;
/// The longest command line with its CRLF, in octets (RFC 2449 section 4).
const LINE: usize = 255;

/// Parses one line without its ending; `smtp` is the other protocol's table.
pub(crate) fn parse(line: &[u8], smtp: &Machine) -> Command {
    let mut cut = Cut::new(line);
    if line.len() + 2 > LINE {
        cut.problem(Span::new(LINE - 2, line.len()), ProblemKind::LongPop3Line, line.len() + 2);
    }
    let Some(&name) = cut.words.first() else { return cut.command };
    let Some(verb) = super::MACHINE.find(name.of(line)) else {
        cut.unknown(name, smtp, ProblemKind::SmtpVerbInPop3);
        return cut.command;
    };
    cut.command.verb = Some(verb);
    cut.token(name, TokenKind::Verb(verb.word));
    if verb.word == Word::Pass {
        cut.forget(ProblemKind::TrailingSpace);
    } else {
        cut.gaps(usize::MAX);
    }
    if verb.standing == Standing::Obsolete {
        cut.obsolete(name, verb);
    }
    arguments(&mut cut, verb.word);
    if verb.word != Word::Pass {
        for span in cut.words.clone().into_iter().skip(1).filter(|span| span.len() > ARGUMENT) {
            if verb.word != Word::Auth {
                cut.problem(span, ProblemKind::LongPop3Argument, span.len());
            }
        }
    }
    cut.command
}

#[expect(clippy::wildcard_enum_match_arm, reason = "all other verbs take no argument")]
fn arguments(cut: &mut Cut<'_>, word: Word) {
    const MISSING: ProblemKind = ProblemKind::MissingArgument;
    const EXTRA: ProblemKind = ProblemKind::ExtraArgument;
    match word {
        Word::User => match cut.words.get(1).copied() {
            None => cut.missing(MISSING),
            Some(name) => {
                cut.token(name, TokenKind::User);
                cut.command.args = Args::User(text(cut.line, name));
                cut.extra_from(2, EXTRA);
            }
        },
        // Everything after the one space is the password, further spaces included (RFC 1939 section 7).
        Word::Pass => match cut.rest_after(0) {
            None => cut.missing(MISSING),
            Some(span) => {
                cut.token(span, TokenKind::Secret);
                cut.command.hidden.push(span);
                cut.command.args = Args::Secret(span);
            }
        },
        Word::Apop => apop(cut, MISSING, EXTRA),
        Word::Auth => cut.auth(Protocol::Pop3, MISSING, EXTRA),
        Word::Lang => {
            if let Some(&language) = cut.words.get(1) {
                cut.token(language, TokenKind::Language);
                cut.command.args = Args::Words(text(cut.line, language));
            }
            cut.extra_from(2, EXTRA);
        }
        Word::Rpop | Word::Xtnd => all_words(cut, MISSING),
        Word::Retr | Word::Dele => {
            if let Some(number) = message_number(cut, 1) {
                cut.command.args = Args::Message(number);
            } else if cut.words.len() < 2 {
                cut.missing(MISSING);
            }
            cut.extra_from(2, EXTRA);
        }
        Word::List | Word::Uidl => {
            if let Some(number) = message_number(cut, 1) {
                cut.command.args = Args::Message(number);
            }
            cut.extra_from(2, EXTRA);
        }
        Word::Top => top(cut, MISSING, EXTRA),
        _ => {
            if cut.words.len() > 1 {
                cut.command.args = Args::Bad;
            }
            cut.extra_from(1, EXTRA);
        }
    }
}

/// A message number and a number of lines.
fn top(cut: &mut Cut<'_>, missing: ProblemKind, extra: ProblemKind) {
    let number = message_number(cut, 1);
    let lines = cut.words.get(2).copied().and_then(|span| match digits(span.of(cut.line)) {
        Some(n) => {
            cut.token(span, TokenKind::LineCount(n));
            Some(n)
        }
        None => bad_number(cut, span),
    });
    match (number, lines) {
        (Some(number), Some(lines)) => cut.command.args = Args::MessageLines(number, lines),
        _ if cut.words.len() < 3 => {
            if cut.words.len() > 1 {
                cut.command.args = Args::Bad;
            }
            cut.missing(missing);
        }
        _ => cut.command.args = Args::Bad,
    }
    cut.extra_from(3, extra);
}

/// Whatever follows, in one piece.
fn all_words(cut: &mut Cut<'_>, missing: ProblemKind) {
    let (Some(first), Some(last)) = (cut.words.get(1).copied(), cut.words.last().copied()) else {
        return cut.missing(missing);
    };
    let span = Span::new(first.start, last.end);
    cut.token(span, TokenKind::Words);
    cut.command.args = Args::Words(text(cut.line, span));
}

fn apop(cut: &mut Cut<'_>, missing: ProblemKind, extra: ProblemKind) {
    let name = cut.words.get(1).copied();
    let digest = cut.words.get(2).copied();
    if let Some(name) = name {
        cut.token(name, TokenKind::User);
    }
    let Some(digest) = digest else {
        cut.missing(missing);
        return;
    };
    cut.token(digest, TokenKind::Digest);
    let typed = digest.of(cut.line);
    if typed.len() != 32 || !typed.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        cut.problem(digest, ProblemKind::BadDigest, typed.len());
    }
    let name = name.map(|span| text(cut.line, span)).unwrap_or_default();
    cut.command.args = Args::Apop { name, digest: text(cut.line, digest) };
    cut.extra_from(3, extra);
}

fn message_number(cut: &mut Cut<'_>, index: usize) -> Option<u32> {
    let span = *cut.words.get(index)?;
    let Some(number) = digits(span.of(cut.line)) else { return bad_number(cut, span) };
    if number == 0 {
        cut.token(span, TokenKind::NoNumber);
        cut.problem(span, ProblemKind::ZeroMessage, Detail::None);
    } else {
        cut.token(span, TokenKind::MessageNumber(number));
    }
    Some(number)
}

fn bad_number(cut: &mut Cut<'_>, span: Span) -> Option<u32> {
    cut.token(span, TokenKind::NoNumber);
    let typed = text(cut.line, span);
    cut.problem(span, ProblemKind::NotANumber, typed);
    cut.command.args = Args::Bad;
    None
}

/// Decimal digits only, as the standard's ABNF has them: no sign, no space.
fn digits(bytes: &[u8]) -> Option<u32> {
    if bytes.is_empty() || !bytes.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(bytes).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, args: Args, problems: &[ProblemKind]) {
        let command = Protocol::Pop3.parse(line.as_bytes());
        assert_eq!(command.args, args, "{line}");
        let found: Vec<_> = command.problems.iter().map(|problem| problem.kind).collect();
        assert_eq!(found, problems, "{line}");
        let mut at = 0;
        for token in &command.tokens {
            assert!(token.span.start >= at && token.span.end <= line.len(), "{line}: tokens stand in order");
            at = token.span.end;
        }
    }

    #[test]
    fn commands_of_pop3() {
        use ProblemKind as P;
        check("STAT", Args::None, &[]);
        check("stat", Args::None, &[]);
        check("STAT now", Args::Bad, &[P::ExtraArgument]);
        check("LIST", Args::None, &[]);
        check("LIST 2", Args::Message(2), &[]);
        check("LIST two", Args::Bad, &[P::NotANumber]);
        check("RETR", Args::None, &[P::MissingArgument]);
        check("RETR 0", Args::Message(0), &[P::ZeroMessage]);
        check("RETR -1", Args::Bad, &[P::NotANumber]);
        check("RETR 1 2", Args::Message(1), &[P::ExtraArgument]);
        check("RETR 99999999999999", Args::Bad, &[P::NotANumber]);
        check("TOP 1 0", Args::MessageLines(1, 0), &[]);
        check("TOP 1", Args::Bad, &[P::MissingArgument]);
        check("TOP", Args::None, &[P::MissingArgument]);
        check("TOP 1 x", Args::Bad, &[P::NotANumber]);
        check("USER ada", Args::User("ada".into()), &[]);
        check("USER", Args::None, &[P::MissingArgument]);
        check("PASS a b  c", Args::Secret(Span::new(5, 11)), &[]);
        check("PASS", Args::None, &[P::MissingArgument]);
        check("APOP mrose c4c9334bac560ecc979e58001b3e22fb", apop_args("c4c9334bac560ecc979e58001b3e22fb"), &[]);
        check("APOP mrose C4C9", apop_args("C4C9"), &[P::BadDigest]);
        check("APOP mrose", Args::None, &[P::MissingArgument]);
        check("UTF8", Args::None, &[]);
        check("UTF8 now", Args::Bad, &[P::ExtraArgument]);
        check("LANG", Args::None, &[]);
        check("LANG *", Args::Words("*".into()), &[]);
        check("LANG en-boont x", Args::Words("en-boont".into()), &[P::ExtraArgument]);
        check("LAST", Args::None, &[P::Obsolete]);
        check("XTND BBOARDS", Args::Words("BBOARDS".into()), &[P::Obsolete]);
        check("RPOP", Args::None, &[P::Obsolete, P::MissingArgument]);
        check("LIST  2", Args::Message(2), &[P::OddSpace]);
        check("STAT ", Args::None, &[P::TrailingSpace]);
        check("PASS  two ", Args::Secret(Span::new(5, 10)), &[]);
        check(&format!("USER {}", "x".repeat(41)), Args::User("x".repeat(41)), &[P::LongPop3Argument]);
        check("AUTH plain", Args::Auth { mechanism: "PLAIN".into(), initial: None }, &[]);
        check("EHLO x", Args::None, &[P::SmtpVerbInPop3]);
        check("XYZZY", Args::None, &[P::UnknownVerb]);
        check("", Args::None, &[P::EmptyLine]);
        check("  STAT", Args::None, &[P::LeadingSpace]);
        check("USER caf\u{e9}", Args::User("caf\u{e9}".into()), &[P::NotAscii]);
    }

    fn apop_args(digest: &str) -> Args {
        Args::Apop { name: "mrose".into(), digest: digest.into() }
    }

    #[test]
    fn passwords_are_hidden() {
        for line in ["PASS secret", "pass secret", "PAS secret", "AUTH PLAIN AGFkYQBsb3ZlbGFjZQ=="] {
            assert_eq!(Protocol::Pop3.parse(line.as_bytes()).hidden.len(), 1, "{line}");
        }
        for line in ["PASS", "USER ada", "AUTH PLAIN", "AUTH PLAIN ="] {
            assert!(Protocol::Pop3.parse(line.as_bytes()).hidden.is_empty(), "{line}");
        }
    }
}
