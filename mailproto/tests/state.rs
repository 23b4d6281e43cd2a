//! What the state says of a line: exactly which problems each line of a dialogue has, and what is forecast before it is sent.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use mailproto::{
    Class, Event, ProblemKind, Protocol, Session,
    explain::{explain, fact_note},
    line::Ending,
    session::WireLine,
    token::Side,
};

const POP3: Protocol = Protocol::Pop3;
const SMTP: Protocol = Protocol::Smtp;

/// Plays `C: line` and `S: line`; what stands after ` | ` are exactly the problems of the line, in any order.
fn play(protocol: Protocol, script: &str) -> Session {
    let mut session = Session::new(protocol);
    _ = session.connected(false);
    for step in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (step, expected) = step.split_once(" |").unwrap_or((step, ""));
        let events = match (step.strip_prefix("C:"), step.strip_prefix("S:")) {
            (Some(line), _) => session.sent(line.strip_prefix(' ').unwrap_or(line).as_bytes(), Ending::CrLf),
            (_, Some(line)) => session.received(format!("{}\r\n", line.strip_prefix(' ').unwrap_or(line)).as_bytes()),
            (None, None) if step == "tls" => session.tls_established(),
            (None, None) => panic!("not a step: {step}"),
        };
        let Some(line) = lines(&events).last() else { continue };
        let mut found: Vec<_> = line.problems.iter().map(|problem| format!("{:?}", problem.kind)).collect();
        found.retain(|kind| kind != "ClearPassword");
        let mut expected: Vec<_> = expected.split_whitespace().collect();
        found.sort();
        expected.sort_unstable();
        assert_eq!(found, expected, "{step}");
    }
    session
}

fn lines(events: &[Event]) -> impl Iterator<Item = &WireLine> {
    events.iter().filter_map(|event| match event {
        Event::Line(line) => Some(line.as_ref()),
        Event::Moved(_) | Event::GoAhead { .. } => None,
    })
}

const HELLO: &str = "
    S: 220 ready
    C: EHLO laptop.example.test
    S: 250-mail.example.test
    S: 250-PIPELINING
    S: 250-SIZE 1000
    S: 250-AUTH PLAIN CRAM-MD5
    S: 250-8BITMIME
    S: 250-SMTPUTF8
    S: 250 CHUNKING";

const LOGIN: &str = "
    S: +OK ready
    C: USER ada
    S: +OK
    C: PASS lovelace
    S: +OK";

#[test]
fn order_of_a_mail() {
    play(
        SMTP,
        &format!(
            "{HELLO}
            C: RCPT TO:<b@b.test> | RcptBeforeMail
            S: 503 MAIL first | RefusedOrder
            C: DATA | DataBeforeMail
            S: 503 MAIL first | RefusedOrder
            C: MAIL FROM:<a@a.test>
            S: 250 ok
            C: MAIL FROM:<a@a.test> | MailTwice
            S: 503 one is open | RefusedOrder
            C: AUTH PLAIN | AuthInMail
            S: 503 not now | RefusedOrder
            C: DATA | NoRecipients
            S: 554 nobody | RefusedOrder RefusedAgain
            C: RCPT TO:<b@b.test>
            S: 250 ok
            C: NOOP
            S: 503 whatever | StrictOrder
            C: QUIT
            C: NOOP | AfterQuit"
        ),
    );
    play(SMTP, "C: EHLO laptop.example.test | BeforeGreeting");
    play(POP3, "C: USER ada | BeforeGreeting");
    play(SMTP, "S: 554 go away | GreetingRefused\nC: QUIT\nS: 221 bye");
    play(POP3, "S: -ERR go away | GreetingRefused\nC: QUIT\nS: +OK bye");
}

#[test]
fn refused_in_a_group() {
    // MAIL is refused, and with it what counted on it; the reason is the state each command met.
    play(
        SMTP,
        &format!(
            "{HELLO}
            C: MAIL FROM:<a@a.test>
            C: RCPT TO:<b@b.test>
            C: DATA
            S: 550 no | Refused
            S: 503 MAIL first | RefusedOrder
            S: 503 MAIL first | RefusedOrder RefusedAgain
            C: NOOP
            C: RSET | LastInGroup
            S: 250 ok
            S: 250 ok"
        ),
    );
    play(POP3, &format!("{LOGIN}\nC: NOOP\nC: NOOP | NotWaited\nS: +OK\nS: +OK"));
    play(SMTP, "S: 220 x\nC: NOOP\nC: NOOP | NotWaited");
    play(SMTP, &format!("{HELLO}\nC: ETRN mail.example.test | NotAnnounced\nC: RSET | LastInGroup"));
    play(
        POP3,
        "S: +OK\nC: CAPA\nS: +OK\nS: PIPELINING\nS: USER\nS: .\nC: USER ada\nC: PASS x\nS: -ERR no | Refused
        S: -ERR no | RefusedState",
    );
}

#[test]
fn lenient_and_strict() {
    play(
        SMTP,
        "S: 220 ready
        C: MAIL FROM:a@a.test | MailBeforeHello NoAngleBrackets
        S: 250 ok | Lenient
        C: RCPT TO:<postmaster>
        S: 550 nobody | Strict
        C: NOOP
        S: 502 no | Strict
        C: VRFY ada
        S: 502 no | NotOffered RefusedAgain",
    );
}

/// Why a POP3 server said no, whose matter it is, and the section that says so.
#[test]
fn refusals_of_pop3() {
    fn check(script: &str, reply: &str, kind: &str, rule: &str) {
        let mut session = play(POP3, &format!("S: +OK ready\n{script}"));
        let events = session.received(format!("{reply}\r\n").as_bytes());
        let line = lines(&events).last().unwrap();
        let kinds: Vec<_> = line.problems.iter().map(|problem| format!("{:?}", problem.kind)).collect();
        assert_eq!(kinds, [kind], "{script} {reply}");
        assert_eq!(explain(line).rule.unwrap().to_string(), rule, "{script} {reply}");
        let open = matches!(kind, "InUse" | "Refused");
        assert_eq!(explain(line).side.is_none(), open, "{script} {reply}: whose matter");
    }
    const PASS: &str = "C: USER ada\nS: +OK\nC: PASS x";
    check(PASS, "-ERR no", "LoginRefused", "RFC 1939 §7");
    check(PASS, "-ERR [AUTH] no", "LoginRefused", "RFC 1939 §7");
    check(PASS, "-ERR [IN-USE] no", "InUse", "RFC 2449 §8.1.2");
    check(PASS, "-ERR [LOGIN-DELAY] no", "LoginDelay", "RFC 2449 §8.1.1");
    check(PASS, "-ERR [SYS/TEMP] no", "NotNow", "RFC 3206 §4");
    check(PASS, "-ERR [SYS/PERM] no", "SystemTrouble", "RFC 3206 §4");
    check("C: AUTH PLAIN AGFkYQBsb3ZlbGFjZQ==", "-ERR no", "LoginRefused", "RFC 5034 §4");
    check("C: AUTH FOOBAR", "-ERR no", "RefusedMechanism", "RFC 5034 §4");
    let login = "C: USER ada\nS: +OK\nC: PASS x\nS: +OK";
    check(&format!("{login}\nC: LIST"), "-ERR no messages", "Strict", "RFC 1939 §5");
    check(&format!("{login}\nC: LIST 1"), "-ERR no such message", "Refused", "RFC 1939 §3");
    let utf8 = "C: UTF8\nS: +OK\nC: STLS | StlsAfterUtf8";
    check(utf8, "-ERR no", "RefusedState", "RFC 6856 §2.1");
    let mut session = play(POP3, "S: +OK\nC: CAPA\nS: +OK\nS: USER\nS: .");
    let events = session.sent(b"AUTH CRAM-MD5", Ending::CrLf);
    assert_eq!(explain(lines(&events).last().unwrap()).rule.unwrap().to_string(), "RFC 5034 §3");
    // A challenge may be longer than any other reply.
    let challenge = "QUJD".repeat(200);
    play(POP3, &format!("S: +OK\nC: AUTH X-LONG\nS: + {challenge}"));
    play(SMTP, &format!("{HELLO}\nC: AUTH X-LONG | MechanismNotAnnounced\nS: 334 {challenge}"));
}

#[test]
fn marks_and_numbers() {
    play(
        POP3,
        &format!(
            "{LOGIN}
            C: RETR 9
            S: -ERR no | Refused
            C: STAT
            S: +OK 3 300
            C: RETR 4 | NoSuchMessage
            S: -ERR no | RefusedNoMessage
            C: DELE 2
            S: -ERR no | Refused
            C: RETR 2
            S: -ERR no | Refused
            C: DELE 2
            S: +OK
            C: LIST 2 | MessageDeleted
            S: -ERR no | RefusedDeleted
            C: STAT
            S: +OK 2 200
            C: RSET
            S: +OK
            C: LIST 2
            S: +OK 2 100"
        ),
    );
    // In a group the mark counts as soon as DELE is sent; when it is refused, the next command is not to blame.
    play(
        POP3,
        "S: +OK\nC: CAPA\nS: +OK\nS: PIPELINING\nS: .\nC: USER ada\nS: +OK\nC: PASS x\nS: +OK
        C: DELE 1
        C: RETR 1 | MessageDeleted
        S: -ERR locked | Refused
        S: -ERR locked | Refused",
    );
}

#[test]
fn offers_of_the_server() {
    play(POP3, "S: +OK\nC: USER \u{e4}da | NotAscii");
    play(POP3, "S: +OK\nC: CAPA\nS: +OK\nS: UTF8 USER\nS: .\nC: USER \u{e4}da");
    play(
        SMTP,
        &format!(
            "{HELLO}
            C: AUTH LOGIN | MechanismNotAnnounced
            S: 504 no | RefusedMechanism
            C: MAIL FROM:<a@a.test> SIZE=1001 RET=HDRS | OverSize ParameterNotAnnounced
            S: 552 too big | RefusedSize
            C: MAIL FROM:<a@a.test> SIZE=10 BODY=7BIT
            S: 250 ok
            C: RCPT TO:<b@b.test>
            S: 250 ok
            C: DATA
            S: 354 go
            C: From: a@a.test
            C: Date: Thu, 1 Jan 1970 00:00:00 +0000
            C: Subject: gr\u{fc}n | HeaderNotAscii EightBit
            C: Subject: blau | FieldTwice
            C: Return-Path: <a@a.test> | ReturnPathSent
            C: bcc: c@b.test | BccSent
            C: Bcc: | FieldTwice
            C:
            C: blau und gr\u{fc}n
            C: . | OverDeclared
            S: 250 ok
            C: MAIL FROM:<\u{e4}@a.test> SMTPUTF8
            S: 250 ok
            C: RCPT TO:<\u{f6}@b.test>
            S: 250 ok
            C: DATA
            S: 354 go
            C: From: \u{e4}@a.test
            C: Date: Thu, 1 Jan 1970 00:00:00 +0000
            C:
            C: .
            S: 250 ok
            C: MAIL FROM:<a@a.test>
            S: 250 ok
            C: RCPT TO:<\u{f6}@b.test> | NotAscii"
        ),
    );
    play(
        SMTP,
        "S: 220 x\nC: EHLO laptop.example.test\nS: 250-x\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\ntls
        C: MAIL FROM:<a@a.test> | MailBeforeHello
        S: 503 hello? | RefusedOrder
        C: EHLO laptop.example.test\nS: 250 x
        C: STARTTLS | TlsAlready",
    );
}

/// Plain codes and a bare `-ERR` are on no side, unless the session knows better.
#[test]
fn why_it_was_refused() {
    fn check(protocol: Protocol, script: &str, reply: &str, kind: ProblemKind, fault: Option<Side>) {
        let mut session = play(protocol, script);
        let events = session.received(format!("{reply}\r\n").as_bytes());
        let line = lines(&events).last().unwrap();
        assert_eq!(line.problems.iter().map(|problem| problem.kind).collect::<Vec<_>>(), [kind], "{reply}");
        assert_eq!(explain(line).side, fault, "{reply}");
    }
    use ProblemKind as P;
    let (client, server) = (Some(Side::Client), Some(Side::Server));
    let rcpt = format!("{HELLO}\nC: MAIL FROM:<a@a.test>\nS: 250 ok\nC: RCPT TO:<b@b.test>");
    let text = format!(
        "{rcpt}\nS: 250 ok\nC: DATA\nS: 354 go\nC: From: a@a.test\nC: Date: Thu, 1 Jan 1970 00:00:00 +0000\nC:"
    );
    let long = format!("{text}\nC: {}\nC: . | OverSize", "x".repeat(990));
    let chunk = format!(
        "{rcpt}\nS: 250 ok\nC: BDAT 1001 LAST\nC: From: a@a.test\nC: Date: Thu, 1 Jan 1970 00:00:00 +0000\nC:\nC: {} | OverSize",
        "x".repeat(943)
    );
    check(SMTP, &rcpt, "550 no", P::Refused, None);
    check(SMTP, &rcpt, "554 no", P::Refused, None);
    check(SMTP, &rcpt, "550 5.1.1 no", P::RefusedAddress, client);
    check(SMTP, &rcpt, "550 5.7.1 no", P::RefusedPolicy, client);
    check(SMTP, &rcpt, "502 no", P::Strict, server);
    check(SMTP, &format!("{text}\nC: ."), "552 no", P::Refused, None);
    check(SMTP, &long, "552 no", P::RefusedSize, client);
    check(SMTP, &chunk, "552 no", P::RefusedSize, client);
    check(SMTP, &long, "554 no", P::Refused, None);
    check(POP3, &format!("{LOGIN}\nC: RETR 1"), "-ERR no", P::Refused, None);
    check(POP3, "S: +OK\nC: USER ada\nS: +OK\nC: PASS x", "-ERR no", P::LoginRefused, client);
}

/// A server may hang up after a row of refusals: told at the third, once a row.
#[test]
fn refusals_in_a_row() {
    play(
        SMTP,
        &format!(
            "{HELLO}
            C: FOO | UnknownVerb
            S: 500 no | RefusedUnknown
            C: RCPT TO:<b@b.test> | RcptBeforeMail
            S: 503 no | RefusedOrder
            C: MAIL FROM:<a@a.test>
            S: 550 no | Refused RefusedAgain
            C: MAIL FROM:<a@a.test>
            S: 550 no | Refused
            C: NOOP
            S: 250 ok
            C: MAIL FROM:<a@a.test>
            S: 550 no | Refused"
        ),
    );
    play(
        POP3,
        "S: +OK
        C: APOP | NoTimestamp MissingArgument
        S: -ERR no | RefusedSyntax
        C: USER ada
        S: -ERR no | Refused
        C: USER bob
        S: -ERR no | Refused RefusedAgain",
    );
    // In TRANSACTION a no costs nothing.
    play(POP3, &format!("{LOGIN}\n{}", "C: RETR 9\nS: -ERR no | Refused\n".repeat(4)));
}

/// The header of a message in chunks is told as that of DATA, however the chunks cut it.
#[test]
fn a_message_in_chunks() {
    let begin = format!("{HELLO}\nC: MAIL FROM:<a@a.test>\nS: 250 ok\nC: RCPT TO:<b@b.test>\nS: 250 ok");
    play(
        SMTP,
        &format!(
            "{begin}
            C: BDAT 52 LAST
            C: From: Ada | FromNoAddress
            C: Subject: gr\u{fc}n | HeaderNotAscii EightBit
            C: Subject: blau | FieldTwice
            C: | NoDate
            C: .a dot
            S: 250 ok"
        ),
    );
    // The first chunk ends within the second line: the server has half a field, and reads the line's end as a command.
    play(
        SMTP,
        &format!(
            "{begin}
            C: BDAT 19
            C: From: a@a.test
            C: Sub | ChunkOverrun
            S: 250 ok
            S: 500 what? | RefusedSyntax
            C: BDAT 14 LAST
            C: ject: blau
            C: | NoDate
            S: 250 ok"
        ),
    );
    play(
        SMTP,
        &format!(
            "{begin}
            C: BDAT 16 LAST
            C: From: a@a.test | NoEmptyLine NoDate
            S: 250 ok"
        ),
    );
}

/// ATRN comes after a login (RFC 2645 section 5.2.1).
#[test]
fn mail_on_demand() {
    let hello = "S: 220 x\nC: EHLO a.test\nS: 250-x\nS: 250-AUTH PLAIN\nS: 250 ATRN";
    let login = "C: AUTH PLAIN AGFkYQBsb3ZlbGFjZQ==\nS: 235 ok";
    play(SMTP, &format!("{hello}\nC: ATRN a.test | LoginDue\nS: 530 no | RefusedOrder"));
    play(SMTP, &format!("{hello}\n{login}\nC: ATRN a.test,b.test\nS: 453 no mail | NotNow"));
    play(SMTP, &format!("{hello}\n{login}\nC: ATRN a.test,b | OddNodeName"));
    play(SMTP, "S: 220 x\nC: EHLO a.test\nS: 250 x\nC: ATRN | LoginDue");
}

/// The outcomes forecast for a draft: replies, an arrow and the state, `!` where it is expected; then the fact.
fn forecast(protocol: Protocol, script: &str, draft: &str) -> String {
    let session = play(protocol, script);
    let forecast = session.forecast(draft.as_bytes(), &session.judge(draft.as_bytes()));
    let mut words: Vec<String> = Vec::new();
    for outcome in &forecast.outcomes {
        let class = match (protocol, outcome.class) {
            (Protocol::Pop3, Class::Positive) => "+OK",
            (Protocol::Pop3, Class::Intermediate) => "+",
            (Protocol::Pop3, Class::Transient | Class::Permanent) => "-ERR",
            (Protocol::Smtp, _) => "",
        };
        let codes: Vec<_> = outcome.codes.iter().map(u16::to_string).collect();
        let codes = codes.join("/");
        let codes = if protocol == POP3 { class } else { &codes };
        let expected = if outcome.expected { "!" } else { "" };
        let state = if outcome.stays { "stays" } else { outcome.to.name() };
        words.push(format!("{codes}{expected}>{state}"));
    }
    words.extend(forecast.fact.map(|fact| fact_note(fact).key.into()));
    words.join(" ")
}

#[test]
fn forecasts_of_pop3() {
    fn check(script: &str, draft: &str, expected: &str) {
        assert_eq!(forecast(POP3, script, draft), expected, "{draft}");
    }
    const MARKED: &str = "C: STAT\nS: +OK 2 20\nC: DELE 2\nS: +OK";
    check("S: +OK", "USER ada", "+OK>AUTHORIZATION -ERR>stays");
    check("S: +OK", "PASS x", "+OK>TRANSACTION -ERR!>stays");
    check("S: +OK\nC: USER ada\nS: +OK", "PASS x", "+OK>TRANSACTION -ERR>AUTHORIZATION");
    check("S: +OK", "AUTH PLAIN", "+OK>TRANSACTION +>AUTHENTICATING -ERR>stays");
    check("S: +OK", "STAT", "+OK>stays -ERR!>stays");
    check("S: +OK", "XYZZY", "-ERR!>stays");
    check(LOGIN, "QUIT", "+OK>CLOSED -ERR>CLOSED fact-removes-nothing");
    check(&format!("{LOGIN}\n{MARKED}"), "QUIT", "+OK>CLOSED -ERR>CLOSED fact-removes");
    check(&format!("{LOGIN}\n{MARKED}"), "RETR 2", "+OK>stays -ERR!>stays");
    check(&format!("{LOGIN}\nC: LIST 1\nS: +OK 1 10"), "RETR 1", "+OK>stays -ERR>stays fact-octets");
    check(LOGIN, "", "");
}

#[test]
fn forecasts_of_smtp() {
    fn check(script: &str, draft: &str, expected: &str) {
        assert_eq!(forecast(SMTP, script, draft), expected, "{draft}");
    }
    const MAIL: &str = "C: MAIL FROM:<a@a.test>\nS: 250 ok";
    const RCPT: &str = "C: RCPT TO:<b@b.test>\nS: 250 ok";
    let open = format!("{HELLO}\n{MAIL}\n{RCPT}");
    check("S: 220 x", "EHLO a.test", "250>GREETED 500/501/502/504/550>stays 421>CLOSED");
    check(HELLO, "MAIL FROM:<a@a.test>", "250>SENDER 451/452/455>stays 500/501/530/550/552/553/555>stays 421>CLOSED");
    check(HELLO, "DATA", "354>stays 503!>stays 421>CLOSED");
    check(&format!("{HELLO}\n{MAIL}"), "DATA", "354>DATA 503/554!>stays 421>CLOSED");
    check(&open, "DATA", "354>DATA 500/501/554>stays 421>CLOSED");
    check(&open, "BDAT 5", "250>stays 451/452>stays 500/501/552/554>stays 421>CLOSED");
    check(&open, "BDAT 5 LAST", "250>GREETED 451/452>stays 500/501/552/554>stays 421>CLOSED");
    check(&open, "RSET", "250>GREETED 500/501>stays 421>CLOSED fact-drops");
    check(
        &format!("{open}\nC: DATA\nS: 354 go\nC: From: a@a.test"),
        ".",
        "250>GREETED 450/451/452>GREETED 550/552/554>GREETED 421>CLOSED fact-delivers",
    );
    check(&format!("{open}\nC: DATA\nS: 354 go"), "hello", "");
    check(
        &format!("{HELLO}\n{MAIL}\nC: DATA | NoRecipients\nS: 354 go | NobodyToSendTo"),
        ".",
        "250>GREETED 450/451/452>GREETED 554!>GREETED 421>CLOSED",
    );
    check(
        &format!("{HELLO}\nC: AUTH CRAM-MD5\nS: 334 PDEuMkB4Pg=="),
        "YQ==",
        "235>GREETED 334>stays 432/454>GREETED 500/501/534/535/538>GREETED 421>CLOSED",
    );
    check(&format!("{HELLO}\nC: AUTH CRAM-MD5\nS: 334 PDEuMkB4Pg=="), "*", "501!>GREETED 421>CLOSED");
}

#[test]
fn what_may_come_is_known_while_it_is_awaited() {
    let mut session = play(SMTP, HELLO);
    let mail = session.sent(b"MAIL FROM:<a@a.test>", Ending::CrLf);
    let rcpt = session.sent(b"RCPT TO:<b@b.test>", Ending::CrLf);
    let id = |events: &[Event]| lines(events).last().and_then(|line| line.exchange).unwrap();
    let ends = |session: &Session, id| -> Vec<&str> {
        session.awaited(id).unwrap().outcomes.iter().map(|outcome| outcome.to.name()).collect()
    };
    assert_eq!(ends(&session, id(&mail)), ["SENDER", "GREETED", "GREETED", "CLOSED"]);
    assert_eq!(ends(&session, id(&rcpt)), ["RECIPIENTS", "SENDER", "SENDER", "CLOSED"]);
    _ = session.received(b"250 ok\r\n");
    assert!(session.awaited(id(&mail)).is_none());
    assert_eq!(ends(&session, id(&rcpt)), ["RECIPIENTS", "SENDER", "SENDER", "CLOSED"]);
}

/// A record may hold several connections: no exchange has a number that was there before.
#[test]
fn exchanges_are_numbered_through_the_whole_record() {
    fn number(events: &[Event]) -> u32 {
        lines(events).last().and_then(|line| line.exchange).unwrap()
    }
    let mut session = play(SMTP, HELLO);
    let before = number(&session.sent(b"NOOP", Ending::CrLf));
    _ = session.closed();
    _ = session.connected(false);
    assert_eq!(number(&session.sent(b"NOOP", Ending::CrLf)), before + 1, "the same protocol again");
    let mut session = session.again(POP3);
    _ = session.connected(true);
    assert_eq!(number(&session.sent(b"NOOP", Ending::CrLf)), before + 2, "the other protocol");
}

/// What was said before the handshake counts no more, whatever it was.
#[test]
fn tls_makes_forget() {
    let mut session = play(
        SMTP,
        "S: 220 x\nC: EHLO a.test\nS: 250-x\nS: 250-STARTTLS\nS: 250-PIPELINING\nS: 250 AUTH PLAIN
        C: AUTH PLAIN AGFkYQBsb3ZlbGFjZQ==\nS: 235 ok\nC: MAIL FROM:<a@a.test>\nS: 250 ok\nC: RSET\nS: 250 ok
        C: STARTTLS\nS: 220 go\ntls",
    );
    assert_eq!(session.offers_mechanism("PLAIN"), None, "the list is forgotten");
    let problems = |session: &mut Session, line: &str| -> Vec<String> {
        let events = session.sent(line.as_bytes(), Ending::CrLf);
        lines(&events).flat_map(|line| &line.problems).map(|problem| format!("{:?}", problem.kind)).collect()
    };
    assert_eq!(problems(&mut session, "AUTH PLAIN"), ["ExtensionBeforeHello"], "neither login nor hello counts");
}

#[test]
fn a_reply_knows_what_it_did() {
    fn check(protocol: Protocol, script: &str, reply: &str, to: Option<&str>) {
        let mut session = play(protocol, script);
        let events = session.received(format!("{reply}\r\n").as_bytes());
        let line = lines(&events).last().unwrap();
        assert_eq!(line.moved.map(|edge| edge.to.name()), to, "{reply}");
    }
    check(SMTP, &format!("{HELLO}\nC: MAIL FROM:<a@a.test>"), "250 ok", Some("SENDER"));
    check(SMTP, &format!("{HELLO}\nC: MAIL FROM:<a@a.test>"), "550 no", None);
    check(SMTP, &format!("{HELLO}\nC: NOOP"), "250 ok", None);
    check(POP3, "", "+OK ready", Some("AUTHORIZATION"));
    // QUIT moves on when its turn comes; the reply before it did not do that.
    check(POP3, &format!("{LOGIN}\nC: NOOP\nC: QUIT | NotWaited"), "+OK", None);
    check(POP3, &format!("{LOGIN}\nC: QUIT"), "+OK", Some("CLOSED"));
}

/// The lone dot, doubled dots and the lines of a reply are told where they stand, in both directions.
#[test]
fn dots_and_lines_are_told_where_they_stand() {
    fn check(protocol: Protocol, script: &str, line: &str, keys: &[&str]) {
        let mut session = play(protocol, script);
        let events = match line.strip_prefix("C: ") {
            Some(line) => session.sent(line.as_bytes(), Ending::CrLf),
            None => session.received(format!("{line}\r\n").as_bytes()),
        };
        let explained = explain(lines(&events).last().unwrap());
        let mut found: Vec<_> = explained.tokens.iter().map(|note| note.key).collect();
        found.insert(0, explained.lead.key);
        assert_eq!(found, keys, "{line}");
    }
    let list = format!("{LOGIN}\nC: LIST");
    check(POP3, &list, "+OK 2 messages", &["lead-ok-lines", "token-ok", "token-server-text"]);
    for command in ["LIST", "UIDL", "CAPA", "RETR 1", "TOP 1 0"] {
        let open = format!("{LOGIN}\nC: {command}\nS: +OK");
        check(POP3, &open, ".", &["lead-payload-end", "token-final-dot"]);
    }
    let retr = format!("{LOGIN}\nC: RETR 1\nS: +OK\nS: | ReceivedNoFrom ReceivedNoDate");
    check(POP3, &retr, "..", &["lead-body", "token-stuffed-dot", "token-text"]);
    check(
        POP3,
        &format!("{LOGIN}\nC: CAPA\nS: +OK"),
        "..X",
        &["lead-capability", "token-stuffed-dot", "keyword-unknown"],
    );
    let data = format!("{HELLO}\nC: MAIL FROM:<>\nS: 250 ok\nC: RCPT TO:<b@b.test>\nS: 250 ok\nC: DATA\nS: 354 go");
    let body = format!("{data}\nC: From: a@a.test\nC: Date: Thu, 1 Jan 1970 00:00:00 +0000\nC:");
    check(SMTP, &body, "C: ..", &["lead-body", "token-stuffed-dot", "token-text"]);
    check(SMTP, &body, "C: .x", &["problem-unstuffed-dot", "token-lost-dot", "token-text"]);
    check(SMTP, &body, "C: .", &["lead-message-end", "token-final-dot"]);
}

/// Whose fault a refusal is, and what a code says to the command it answers.
#[test]
fn replies_are_explained_for_their_command() {
    fn check(command: &str, reply: &str, problems: &[(&str, &str)], third_digit: &str) {
        let mut session = play(SMTP, HELLO);
        _ = session.sent(command.as_bytes(), Ending::CrLf);
        let events = session.received(format!("{reply}\r\n").as_bytes());
        let explained = explain(lines(&events).last().unwrap());
        let detail =
            |note: &mailproto::note::Note| note.args.first().map_or(String::new(), |(_, detail)| detail.clone());
        let told: Vec<_> = explained.problems.iter().map(|note| (note.key, detail(note))).collect();
        let told: Vec<_> = told.iter().map(|(key, detail)| (*key, detail.as_str())).collect();
        assert_eq!(told, problems, "{command}");
        assert_eq!(explained.anatomy.unwrap().digits[2].key, third_digit, "{command}");
    }
    // The form is sound: the server lacks the verb, the mechanism or the parameter.
    check("ETRN example.test", "500 what?", &[("problem-refused-unknown", "ETRN")], "code-500");
    check("AUTH PLAIN", "504 no such mechanism", &[("problem-refused-mechanism", "AUTH")], "code-504");
    check("MAIL FROM:<a@a.test> X=1", "555 unknown", &[("problem-not-with-this", "MAIL")], "code-555");
    // A server that finds fault with a line in which we find none is not said to be right.
    check("MAIL FROM:<a@a.test>", "501 odd", &[("problem-refused", "MAIL")], "code-501");
    check("EHLO localhost", "501 odd", &[("problem-refused-syntax", "EHLO")], "code-501");
    check("MAIL FROM:<a>", "501 domain?", &[("problem-refused-syntax", "MAIL")], "code-501");
    check("MAIL FROM:<a@a.test>", "550 5.1.8 no such domain", &[("problem-refused-address", "MAIL")], "code-550");
    check("MAIL FROM:<a@a.test>", "556 5.1.10 null MX", &[("problem-refused-address", "MAIL")], "code-556");
    // The reason names the address, not the command.
    let reasons = [("problem-lenient", "a@a.test"), ("problem-no-angle-brackets", "a@a.test")];
    check("MAIL FROM:a@a.test", "250 ok", &reasons, "code-250");
    // After ETRN, three codes have meanings of their own.
    check("ETRN example.test", "250 started", &[], "code-250-etrn");
    check("ETRN example.test", "251 none", &[], "code-251-etrn");
    check("ETRN example.test", "252 begun", &[], "code-252-etrn");
    check("VRFY ada", "252 perhaps", &[], "code-252");
}
