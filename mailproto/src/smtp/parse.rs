//! An SMTP command line to a command with its problems (RFC 5321 section 4.1). Never fails; the order is not considered here.

use super::{PARAMETERS, Parameter, parameters};
use crate::{
    command::{Args, Command, Cut, text, words},
    machine::{Machine, Protocol, Standing, Word},
    path::{self, Oddity, Path},
    token::{Detail, ProblemKind, Span, TokenKind},
};

/// The longest local part, in octets (RFC 5321 section 4.5.3.1.1).
const LOCAL_PART: usize = 64;
/// The longest domain, in octets (RFC 5321 section 4.5.3.1.2).
const DOMAIN: usize = 255;
/// The longest path with its brackets, in octets (RFC 5321 section 4.5.3.1.3).
const PATH: usize = 256;
/// The longest command line with its CRLF, in octets (RFC 5321 section 4.5.3.1.4); extensions may add to it.
const LINE: usize = 512;

/// Parses one line without its ending; `pop3` is the other protocol's table.
pub(crate) fn parse(line: &[u8], pop3: &Machine) -> Command {
    let mut cut = Cut::new(line);
    let Some(&name) = cut.words.first() else { return cut.command };
    let Some(verb) = super::MACHINE.find(name.of(line)) else {
        cut.unknown(name, pop3, ProblemKind::Pop3VerbInSmtp);
        return cut.command;
    };
    cut.command.verb = Some(verb);
    cut.token(name, TokenKind::Verb(verb.word));
    if verb.standing == Standing::Obsolete {
        cut.obsolete(name, verb);
    }
    if !matches!(verb.word, Word::Noop | Word::Help) {
        cut.gaps(1);
    }
    arguments(&mut cut, verb.word);
    // This holds for AUTH as well: only the lines of its exchange may be longer (RFC 4954 section 4).
    let longest = LINE + added(&cut.command.args);
    if line.len() + 2 > longest {
        cut.problem(Span::new(longest - 2, line.len()), ProblemKind::LongSmtpLine, line.len() + 2);
    }
    cut.command
}

/// What the extensions whose parameters stand on a line add to its length.
fn added(args: &Args) -> usize {
    let Args::Path { parameters, .. } = args else { return 0 };
    PARAMETERS
        .iter()
        .filter(|row| parameters.iter().any(|typed| Parameter::named(typed).is_some_and(|it| it.name == row.name)))
        .map(|row| row.adds)
        .sum()
}

fn arguments(cut: &mut Cut<'_>, word: Word) {
    const MISSING: ProblemKind = ProblemKind::MissingArgument;
    const EXTRA: ProblemKind = ProblemKind::ExtraArgument;
    match word {
        Word::Helo | Word::Ehlo => hello(cut, EXTRA),
        Word::Auth => cut.auth(Protocol::Smtp, MISSING, EXTRA),
        Word::Mail | Word::Send | Word::Soml | Word::Saml => path_argument(cut, b"FROM:", ProblemKind::MissingFrom),
        Word::Rcpt => path_argument(cut, b"TO:", ProblemKind::MissingTo),
        Word::Vrfy | Word::Expn => match rest(cut) {
            None => cut.missing(MISSING),
            Some(span) => lookup(cut, span),
        },
        Word::Atrn => {
            if let Some(&span) = cut.words.get(1) {
                domains(cut, span);
                cut.extra_from(2, EXTRA);
            }
        }
        Word::Help | Word::Noop => {
            if let Some(span) = rest(cut) {
                free_text(cut, span);
            }
        }
        Word::Bdat => {
            chunk(cut);
            cut.extra_from(3, EXTRA);
        }
        Word::Etrn => match cut.words.get(1).copied() {
            None => cut.missing(MISSING),
            Some(span) => {
                node(cut, span);
                cut.extra_from(2, EXTRA);
            }
        },
        _ => {
            if cut.words.len() > 1 {
                cut.command.args = Args::Bad;
            }
            cut.extra_from(1, EXTRA);
        }
    }
}

/// All that follows the verb, without the spaces around.
fn rest(cut: &Cut<'_>) -> Option<Span> {
    Some(Span::new(cut.words.get(1)?.start, cut.words.last()?.end))
}

/// What VRFY and EXPN ask for, and perhaps SMTPUTF8 after it (RFC 6531 section 3.7.4.2).
fn lookup(cut: &mut Cut<'_>, span: Span) {
    let [_, .., before, last] = cut.words[..] else { return free_text(cut, span) };
    if cut.words.len() < 3 || !last.of(cut.line).eq_ignore_ascii_case(b"SMTPUTF8") {
        return free_text(cut, span);
    }
    free_text(cut, Span::new(span.start, before.end));
    cut.token(last, TokenKind::Parameter);
    cut.forget(ProblemKind::NotAscii);
}

fn free_text(cut: &mut Cut<'_>, span: Span) {
    cut.token(span, TokenKind::Words);
    cut.command.args = Args::Words(text(cut.line, span));
}

/// `chunk-size [SP "LAST"]` (RFC 3030 section 2).
fn chunk(cut: &mut Cut<'_>) {
    let Some(size) = cut.words.get(1).copied() else { return cut.missing(ProblemKind::MissingArgument) };
    let typed = text(cut.line, size);
    let number = typed.bytes().all(|byte| byte.is_ascii_digit()).then(|| typed.parse().ok()).flatten();
    cut.command.args = Args::Bad;
    match number {
        Some(octets) => cut.token(size, TokenKind::ChunkSize(octets)),
        None => {
            cut.token(size, TokenKind::NoNumber);
            cut.problem(size, ProblemKind::NotANumber, typed);
        }
    }
    let end = cut.words.get(2).copied();
    let last = end.is_some_and(|end| end.of(cut.line).eq_ignore_ascii_case(b"LAST"));
    if let Some(end) = end {
        cut.token(end, if last { TokenKind::ChunkLast } else { TokenKind::Extra });
        if !last {
            let typed = text(cut.line, end);
            return cut.problem(end, ProblemKind::NotLast, typed);
        }
    }
    if let Some(octets) = number {
        cut.command.args = Args::Chunk { octets, last };
    }
}

/// `[option]node`: `@` for all below a domain, `#` for a queue of the server's own (RFC 1985 sections 5 and 5.3).
fn node(cut: &mut Cut<'_>, span: Span) {
    let name = text(cut.line, span);
    cut.token(span, TokenKind::QueueName);
    let domain = name.strip_prefix('@').unwrap_or(&name);
    if !name.starts_with('#') && !is_full_domain(domain) {
        cut.problem(span, ProblemKind::OddNodeName, name.clone());
    }
    cut.command.args = Args::Words(name);
}

/// `domain *("," domain)` (RFC 2645 section 5.2.1).
fn domains(cut: &mut Cut<'_>, span: Span) {
    let names = text(cut.line, span);
    cut.token(span, TokenKind::QueueName);
    if let Some(odd) = names.split(',').find(|name| !is_full_domain(name)) {
        cut.problem(span, ProblemKind::OddNodeName, odd.to_owned());
    }
    cut.command.args = Args::Words(names);
}

fn is_full_domain(name: &str) -> bool {
    path::is_domain(name) && name.contains('.')
}

fn hello(cut: &mut Cut<'_>, extra: ProblemKind) {
    let Some(&span) = cut.words.get(1) else {
        let at = cut.line.len();
        let verb = cut.command.verb.map_or(Detail::None, |verb| verb.word.into());
        cut.problem(Span::new(at, at), ProblemKind::NoHelloName, verb);
        return;
    };
    let name = text(cut.line, span);
    if name.starts_with('[') {
        cut.token(span, TokenKind::AddressLiteral);
        if cut.command.word() == Some(Word::Helo) {
            cut.problem(span, ProblemKind::HeloLiteral, name.clone());
        }
        if !path::is_address_literal(&name) {
            cut.problem(span, ProblemKind::OddHelloName, name.clone());
        }
    } else {
        cut.token(span, TokenKind::Domain);
        if !is_full_domain(&name) || path::literal_of(&name).is_some() {
            cut.problem(span, ProblemKind::OddHelloName, name.clone());
        }
    }
    cut.command.args = Args::Words(name);
    cut.extra_from(2, extra);
}

/// `FROM:<path> [SP parameters]`, and what learners type instead.
fn path_argument(cut: &mut Cut<'_>, keyword: &[u8], missing: ProblemKind) {
    let line = cut.line;
    let Some(start) = cut.words.get(1).map(|span| span.start) else {
        cut.missing(ProblemKind::MissingArgument);
        return;
    };
    let word = start + keyword.len() - 1;
    let colon = word + line.get(word..).map_or(0, spaces);
    let end = colon + 1;
    let said = line
        .get(start..word)
        .is_some_and(|typed| keyword.get(..typed.len()).is_some_and(|k| k.eq_ignore_ascii_case(typed)));
    if !said || line.get(colon) != Some(&b':') {
        let span = Span::new(start, line.len());
        cut.token(span, TokenKind::Extra);
        cut.problem(span, missing, String::from_utf8_lossy(keyword).into_owned());
        cut.command.args = Args::Bad;
        return;
    }
    cut.token(Span::new(start, end), TokenKind::PathWord);
    let mut from = end + spaces(&line[end..]);
    if from == line.len() {
        cut.missing(ProblemKind::MissingArgument);
        return;
    }
    for gap in [Span::new(word, colon), Span::new(end, from)] {
        if !gap.is_empty() {
            cut.problem(gap, ProblemKind::SpaceAfterColon, Detail::None);
        }
    }
    // `Ada <ada@example.test>` is the way of a header.
    let bracket = line[from..].windows(2).position(|pair| pair == b" <").map(|at| from + at);
    if let Some(bracket) = bracket.filter(|_| line[from] != b'<') {
        let name = Span::new(from, bracket);
        cut.token(name, TokenKind::Extra);
        let said = text(line, name);
        cut.problem(name, ProblemKind::NameInPath, said);
        from = bracket + 1;
    }
    let (span, inside) = path_span(line, from);
    let bracketed = inside != span;
    let typed = text(line, inside);
    let parsed = path_tokens(cut, span, &typed, bracketed);
    if line.get(span.end).is_some_and(|byte| *byte != b' ') {
        cut.problem(Span::new(span.end, span.end), ProblemKind::MissingSpace, Detail::None);
    }
    let parameters = read_parameters(cut, span.end);
    if parameters.iter().any(|parameter| parameter.eq_ignore_ascii_case("SMTPUTF8")) {
        cut.command.problems.retain(|problem| problem.kind != ProblemKind::NotAscii);
    }
    cut.command.args = Args::Path { path: parsed, parameters };
}

fn spaces(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| **byte == b' ').count()
}

/// The span of the path with its brackets, and the span between them; equal when there are none.
fn path_span(line: &[u8], from: usize) -> (Span, Span) {
    if line[from] == b'<' {
        let (mut quoted, mut escaped) = (false, false);
        for (at, byte) in line.iter().enumerate().skip(from + 1) {
            match byte {
                _ if escaped => escaped = false,
                b'\\' if quoted => escaped = true,
                b'"' => quoted = !quoted,
                b'>' if !quoted => return (Span::new(from, at + 1), Span::new(from + 1, at)),
                _ => {}
            }
        }
    }
    let end = line[from..].iter().position(|byte| *byte == b' ').map_or(line.len(), |n| from + n);
    (Span::new(from, end), Span::new(from, end))
}

fn path_tokens(cut: &mut Cut<'_>, span: Span, typed: &str, bracketed: bool) -> Path {
    if bracketed && typed.is_empty() {
        cut.token(span, TokenKind::NullPath);
        if cut.command.word() == Some(Word::Rcpt) {
            cut.problem(span, ProblemKind::NullRecipient, Detail::None);
        }
        return Path::default();
    }
    cut.token(span, if bracketed { TokenKind::Path } else { TokenKind::BarePath });
    let bare = typed.trim_start_matches('<').trim_end_matches('>');
    if !bracketed {
        cut.problem(span, ProblemKind::NoAngleBrackets, bare.to_owned());
    }
    let (parsed, oddity) = path::mailbox(bare);
    match oddity {
        Some(Oddity::Malformed) if parsed.domain.as_ref().is_some_and(|domain| domain.len() > DOMAIN) => {}
        Some(Oddity::Malformed) if typed.contains(',') && typed.matches('@').count() > 1 => {
            cut.problem(span, ProblemKind::TwoAddresses, bare.to_owned());
        }
        Some(Oddity::Malformed) => cut.problem(span, ProblemKind::BadPath, bare.to_owned()),
        Some(Oddity::SourceRoute) => cut.problem(span, ProblemKind::SourceRoute, parsed.address()),
        Some(Oddity::NoDomain) => cut.problem(span, ProblemKind::NoDomain, bare.to_owned()),
        // Only RCPT has the postmaster without a domain (RFC 5321 section 2.3.5).
        None if parsed.domain.is_none() && cut.command.word() != Some(Word::Rcpt) => {
            cut.problem(span, ProblemKind::NoDomain, bare.to_owned());
        }
        None => {}
    }
    too_long(cut, span, &parsed, bare.len() + 2);
    if let Some(literal) = parsed.domain.as_deref().and_then(path::literal_of) {
        cut.problem(span, ProblemKind::UntaggedAddress, literal);
    }
    parsed
}

/// The limits of RFC 5321 section 4.5.3.1, the innermost that is broken.
fn too_long(cut: &mut Cut<'_>, span: Span, path: &Path, whole: usize) {
    let (local, domain) = (path.local.len(), path.domain.as_ref().map_or(0, String::len));
    let (kind, octets) = if local > LOCAL_PART {
        (ProblemKind::LongLocalPart, local)
    } else if domain > DOMAIN {
        (ProblemKind::LongDomain, domain)
    } else if whole > PATH {
        (ProblemKind::LongPath, whole)
    } else {
        return;
    };
    cut.problem(span, kind, octets);
}

fn read_parameters(cut: &mut Cut<'_>, from: usize) -> Vec<String> {
    let spans = words(cut.line, from);
    let mut seen: Vec<&str> = Vec::new();
    let mut all = Vec::new();
    for span in spans {
        cut.token(span, TokenKind::Parameter);
        let typed = text(cut.line, span);
        match Parameter::named(&typed) {
            Some(row) => {
                // The two ways to hold a message exclude each other (RFC 4865 section 4.1).
                let name = if row.name == "HOLDUNTIL" { "HOLDFOR" } else { row.name };
                if Some(row.word) != cut.command.word() {
                    cut.ruled(span, ProblemKind::ParameterElsewhere, row.name, row.rfc);
                } else if !row.fits(&typed) {
                    cut.ruled(span, ProblemKind::BadParameter, row.form, row.rfc);
                } else if seen.contains(&name) {
                    cut.ruled(span, ProblemKind::ParameterTwice, row.name, row.rfc);
                }
                seen.push(name);
            }
            None if !parameters::well_formed(&typed) => cut.problem(span, ProblemKind::BadParameter, "KEYWORD=value"),
            None => {}
        }
        all.push(typed);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, problems: &[ProblemKind]) -> Command {
        let command = Protocol::Smtp.parse(line.as_bytes());
        let found: Vec<_> = command.problems.iter().map(|problem| problem.kind).collect();
        assert_eq!(found, problems, "{line}");
        let mut at = 0;
        for token in &command.tokens {
            assert!(token.span.start >= at && token.span.end <= line.len(), "{line}: tokens stand in order");
            at = token.span.end;
        }
        command
    }

    fn check_args(line: &str, args: Args, problems: &[ProblemKind]) {
        assert_eq!(check(line, problems).args, args, "{line}");
    }

    fn check_path(line: &str, address: &str, problems: &[ProblemKind]) {
        match check(line, problems).args {
            Args::Path { path, .. } => assert_eq!(path.address(), address, "{line}"),
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn commands_of_smtp() {
        use ProblemKind as P;
        check("EHLO laptop.example.test", &[]);
        check("EHLO [192.0.2.1]", &[]);
        check("EHLO", &[P::NoHelloName]);
        check("helo localhost", &[P::OddHelloName]);
        check("EHLO a b", &[P::OddHelloName, P::ExtraArgument]);
        check_path("MAIL FROM:<ada@example.test>", "ada@example.test", &[]);
        check_path("MAIL FROM:<ada@example.test> SIZE=100 BODY=8BITMIME", "ada@example.test", &[]);
        check_path("MAIL FROM:<ada@example.test>SIZE=1", "ada@example.test", &[P::MissingSpace]);
        check_path("MAIL FROM:<>", "", &[]);
        check_path("mail from: grace@example.test", "grace@example.test", &[P::SpaceAfterColon, P::NoAngleBrackets]);
        check_path("MAIL FROM:<ada@example.test", "ada@example.test", &[P::NoAngleBrackets]);
        check_path("RCPT TO:<\"a > b\"@example.test>", "\"a > b\"@example.test", &[]);
        check_path("RCPT TO:<>", "", &[P::NullRecipient]);
        check_path("RCPT TO:<ada>", "ada", &[P::NoDomain]);
        check_path("RCPT TO:<postmaster>", "postmaster", &[]);
        check_path("MAIL FROM:<postmaster>", "postmaster", &[P::NoDomain]);
        check_path("RCPT TO:<@a.test:ada@example.test>", "ada@example.test", &[P::SourceRoute]);
        check_path("RCPT TO:<ada@@example.test>", "ada@@example.test", &[P::BadPath]);
        check_path("MAIL FROM : <ada@example.test>", "ada@example.test", &[P::SpaceAfterColon, P::SpaceAfterColon]);
        check_path("MAIL  FROM:<ada@example.test> ", "ada@example.test", &[P::TrailingSpace, P::OddSpace]);
        check_path("MAIL FROM:Ada <ada@example.test>", "ada@example.test", &[P::NameInPath]);
        check_path("RCPT TO:<a@x.test,b@x.test>", "a@x.test,b@x.test", &[P::TwoAddresses]);
        check_path("RCPT TO:<ada@192.0.2.1>", "ada@192.0.2.1", &[P::UntaggedAddress]);
        check_path("RCPT TO:<ada@[2001:db8::1]>", "ada@[2001:db8::1]", &[P::BadPath, P::UntaggedAddress]);
        let long = "x".repeat(65);
        check_path(&format!("RCPT TO:<{long}@x.test>"), &format!("{long}@x.test"), &[P::LongLocalPart]);
        let long = format!("{}test", "x.".repeat(126));
        check_path(&format!("RCPT TO:<a@{long}>"), &format!("a@{long}"), &[P::LongDomain]);
        let long = format!("{}test", "x.".repeat(125));
        check_path(&format!("RCPT TO:<a@{long}>"), &format!("a@{long}"), &[P::LongPath]);
        check("MAIL FROM:<> SIZE=1 RET=FULL ENVID=x SMTPUTF8 FUTURE=1", &[]);
        check("MAIL FROM:<> SIZE=big RET=FULL RET=HDRS", &[P::BadParameter, P::ParameterTwice]);
        check("MAIL FROM:<> HOLDFOR=5 HOLDUNTIL=2030-01-31T12:00:00Z", &[P::ParameterTwice]);
        check("MAIL FROM:<> NOTIFY=NEVER =", &[P::ParameterElsewhere, P::BadParameter]);
        check("RCPT TO:<a@x.test> NOTIFY=NEVER,FAILURE ORCPT=rfc822;a@x.test", &[P::BadParameter]);
        check(&format!("MAIL FROM:<> AUTH={}", "x".repeat(495)), &[]);
        check(&format!("RCPT TO:<a@x.test> X={}", "x".repeat(495)), &[P::LongSmtpLine]);
        check("helo [192.0.2.1]", &[P::HeloLiteral]);
        check("EHLO 192.0.2.1", &[P::OddHelloName]);
        check("VRFY \u{e4}da SMTPUTF8", &[]);
        check("XCLIENT NAME=a", &[P::PrivateVerb]);
        check("VERB", &[P::UnknownVerb]);
        check("MAIL <ada@example.test>", &[P::MissingFrom]);
        check("MAIL FROM<ada@example.test>", &[P::MissingFrom]);
        check("RCPT FROM:<ada@example.test>", &[P::MissingTo]);
        check("MAIL", &[P::MissingArgument]);
        check("MAIL FROM:", &[P::MissingArgument]);
        check("DATA now", &[P::ExtraArgument]);
        check("VRFY ada", &[]);
        check("VRFY", &[P::MissingArgument]);
        check("NOOP anything goes", &[]);
        check("HELP", &[]);
        check("TURN", &[P::Obsolete]);
        check_args("BDAT 100", Args::Chunk { octets: 100, last: false }, &[]);
        check_args("bdat 0 last", Args::Chunk { octets: 0, last: true }, &[]);
        check_args("BDAT", Args::None, &[P::MissingArgument]);
        check_args("BDAT -1", Args::Bad, &[P::NotANumber]);
        check_args("BDAT 10 FIRST", Args::Bad, &[P::NotLast]);
        check_args("BDAT 10 LAST 3", Args::Chunk { octets: 10, last: true }, &[P::ExtraArgument]);
        check_args("ETRN example.test", Args::Words("example.test".into()), &[]);
        check_args("ETRN @example.test", Args::Words("@example.test".into()), &[]);
        check_args("ETRN #uucp", Args::Words("#uucp".into()), &[]);
        check_args("ETRN localname", Args::Words("localname".into()), &[P::OddNodeName]);
        check_args("ETRN", Args::None, &[P::MissingArgument]);
        check("SEND FROM:<ada@example.test>", &[P::Obsolete]);
        check("AUTH LOGIN", &[]);
        check("AUTH PLAIN not-base64!", &[P::NotBase64]);
        check("STAT", &[P::Pop3VerbInSmtp]);
        check("GET / HTTP/1.1", &[P::UnknownVerb]);
        check("", &[P::EmptyLine]);
    }
}
