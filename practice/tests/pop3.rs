//! Every command of POP3 in every state, its good replies and its -ERRs. Sessions that need SMTP or a second client are elsewhere.

mod dialogue;

use dialogue::{POP3_CHALLENGE, TIMESTAMP, check};
use mailproto::base64::encode;
use mailproto::sasl::{apop_digest, cram_md5_answer};
use practice::Service::{Pop3, Pop3s};

/// A dialogue that begins with ada logged in.
fn check_ada(rest: &str) -> practice::PostOffice {
    check(
        Pop3,
        &format!("S: +OK\nC: USER ada\nS: +OK\nC: PASS lovelace\nS: +OK ada's maildrop has 3 messages (\n{rest}"),
    )
}

#[test]
fn greeting_and_quit() {
    check(
        Pop3,
        &format!(
            "S: +OK mail.example.test POP3 practice server ready {TIMESTAMP}
             C: QUIT
             S: +OK mail.example.test signing off
             =: close"
        ),
    );
}

#[test]
fn user_and_pass() {
    check(
        Pop3,
        "S: +OK
         C: PASS lovelace
         S: -ERR PASS comes right after USER
         C: USER
         S: -ERR An argument is missing. Syntax: USER name
         C: USER ada lovelace
         S: -ERR Too many arguments
         C: USER babbage
         S: +OK Now say PASS
         C: PASS difference
         S: -ERR [AUTH] Wrong name or password
         # A wrong password: begin again with USER, as often as one likes.
         C: PASS lovelace
         S: -ERR PASS comes right after USER
         C: USER ada
         S: +OK Now say PASS
         C: PASS hopper
         S: -ERR [AUTH] Wrong name or password
         C: user ada
         S: +OK
         C: PASS
         S: -ERR An argument is missing
         C: USER ada
         S: +OK
         C: CAPA
         S: +OK
         S: ...
         S: .
         C: USER Ada@Example.Test
         S: +OK
         C: pass lovelace
         S: +OK ada's maildrop has 3 messages (
         C: USER ada
         S: -ERR USER is not for the TRANSACTION state; now: CAPA STAT LIST RETR DELE TOP UIDL NOOP RSET QUIT
         C: QUIT
         S: +OK mail.example.test signing off, 3 messages left
         =: close",
    );
    // One that has spaces in it is not cut at them, and one outside ASCII is only wrong.
    check(Pop3, "S: +OK\nC: USER ada\nS: +OK\nC: PASS love  lace \nS: -ERR [AUTH]");
    check(Pop3, "S: +OK\nC: USER ada\nS: +OK\nC: PASS lovel\u{e0}ce\nS: -ERR [AUTH]");
}

#[test]
fn apop() {
    let good = apop_digest(TIMESTAMP.as_bytes(), b"lovelace");
    let bad = apop_digest(TIMESTAMP.as_bytes(), b"hopper");
    check(
        Pop3,
        &format!(
            "S: +OK
             C: APOP ada
             S: -ERR An argument is missing. Syntax: APOP name digest
             C: APOP ada {bad}
             S: -ERR [AUTH]
             C: APOP babbage {good}
             S: -ERR [AUTH]
             C: APOP ada {}
             S: -ERR The digest is 32 digits
             C: APOP ada {good} now
             S: -ERR Too many arguments
             C: APOP ada@example.test {good}
             S: +OK ada's maildrop has 3 messages",
            good.to_uppercase()
        ),
    );
}

#[test]
fn auth_plain() {
    let good = encode(b"\0ada\0lovelace");
    let same = encode(b"ada\0ada@example.test\0lovelace");
    check(Pop3, &format!("S: +OK\nC: AUTH PLAIN {good}\nS: +OK ada's maildrop"));
    check(Pop3, &format!("S: +OK\nC: auth plain\nS: + \nC: {same}\nS: +OK ada's maildrop"));
    check(
        Pop3,
        &format!(
            "S: +OK
             C: AUTH PLAIN =
             S: -ERR [AUTH]
             C: AUTH PLAIN {}
             S: -ERR [AUTH]
             C: AUTH PLAIN {}
             S: -ERR [AUTH]
             C: AUTH PLAIN {}
             S: -ERR [AUTH]
             C: AUTH PLAIN
             S: +
             C: *
             S: -ERR Authentication cancelled
             C: AUTH PLAIN
             S: +
             C: not base64!
             S: -ERR That is not base64
             C: AUTH PLAIN not-base64!
             S: -ERR That is not base64
             C: AUTH PLAIN
             S: +
             C:
             S: -ERR [AUTH]
             C: AUTH PLAIN
             S: +
             R: {good}\\n
             S: -ERR A line ends with CR LF
             C: AUTH
             S: -ERR An argument is missing. Syntax: AUTH mechanism [initial-response]
             C: AUTH PLAIN {good} now
             S: -ERR Too many arguments
             C: AUTH KERBEROS_V4
             S: -ERR Unknown mechanism; here: PLAIN LOGIN CRAM-MD5
             C: STAT
             S: -ERR STAT is not for the AUTHORIZATION state",
            encode(b"\0ada\0hopper"),
            encode(b"grace\0ada\0lovelace"),
            encode(b"ada lovelace"),
        ),
    );
}

#[test]
fn auth_login() {
    let (name, password) = (encode(b"ada"), encode(b"lovelace"));
    check(
        Pop3,
        &format!(
            "S: +OK
             C: AUTH LOGIN
             S: + VXNlcm5hbWU6
             C: {name}
             S: + UGFzc3dvcmQ6
             C: *
             S: -ERR Authentication cancelled
             C: AUTH LOGIN
             S: + VXNlcm5hbWU6
             C: {name}
             S: + UGFzc3dvcmQ6
             C: {name}
             S: -ERR [AUTH]
             C: AUTH LOGIN {name}
             S: + UGFzc3dvcmQ6
             C: {password}
             S: +OK ada's maildrop has 3 messages"
        ),
    );
}

#[test]
fn auth_cram_md5() {
    let good = encode(cram_md5_answer("ada", b"lovelace", POP3_CHALLENGE.as_bytes()).as_bytes());
    let second = POP3_CHALLENGE.replace("<1.", "<2.");
    let challenges = (encode(POP3_CHALLENGE.as_bytes()), encode(second.as_bytes()));
    check(
        Pop3,
        &format!("S: +OK\nC: AUTH CRAM-MD5\nS: + {}\nC: {good}\nS: +OK ada's maildrop has 3 messages", challenges.0),
    );
    check(
        Pop3,
        &format!(
            "S: +OK
             C: AUTH CRAM-MD5
             S: + {}
             C: {}
             S: -ERR [AUTH]
             C: AUTH CRAM-MD5
             S: + {}
             C: {good}
             S: -ERR [AUTH]
             C: AUTH CRAM-MD5 {good}
             S: -ERR In this mechanism the server speaks first",
            challenges.0,
            encode(b"ada"),
            challenges.1
        ),
    );
}

#[test]
fn capabilities_of_each_state() {
    let common = "S: RESP-CODES\nS: AUTH-RESP-CODE\nS: PIPELINING\nS: UIDL\nS: .";
    let sasl = "S: +OK Capability list follows\nS: TOP\nS: USER\nS: SASL PLAIN LOGIN CRAM-MD5";
    let implementation = "S: IMPLEMENTATION mailspeak-practice";
    let login = "C: USER ada\nS: +OK\nC: PASS lovelace\nS: +OK";
    check(
        Pop3,
        &format!(
            "S: +OK\nC: CAPA\n{sasl}\nS: STLS\n{common}\nC: USER ada\nS: +OK\nC: CAPA\n{sasl}\nS: STLS\n{common}
             C: PASS lovelace\nS: +OK\nC: CAPA\n{sasl}\n{implementation}\n{common}
             C: CAPA all\nS: -ERR Too many arguments. Syntax: CAPA"
        ),
    );
    check(Pop3s, &format!("S: +OK\nC: CAPA\n{sasl}\n{common}\n{login}\nC: CAPA\n{sasl}\n{implementation}\n{common}"));
}

#[test]
fn stls() {
    check(
        Pop3,
        "S: +OK
         C: STLS now
         S: -ERR Too many arguments
         C: USER ada
         S: +OK
         C: STLS
         S: +OK Begin TLS
         # Pipelined in plain text, a fragment last: thrown away.
         C: PASS lovelace
         R: QU
         =: tls
         C: PASS lovelace
         S: -ERR PASS comes right after USER
         C: STLS
         S: -ERR TLS is already on
         C: CAPA
         S: +OK
         S: ...
         S: UIDL
         S: .
         C: USER ada
         S: +OK
         C: PASS lovelace
         S: +OK
         C: STLS
         S: -ERR TLS is already on",
    );
    check(Pop3s, "S: +OK\nC: STLS\nS: -ERR TLS is already on");
    check_ada("C: STLS\nS: -ERR STLS is not for the TRANSACTION state");
}

#[test]
fn apop_after_stls_uses_the_same_timestamp() {
    let digest = apop_digest(TIMESTAMP.as_bytes(), b"lovelace");
    check(Pop3, &format!("S: +OK\nC: STLS\nS: +OK\n=: tls\nC: APOP ada {digest}\nS: +OK ada's"));
}

#[test]
fn looking_around() {
    let office = practice::PostOffice::seeded(dialogue::NOW);
    let [a, b, c] = office.messages("ada").iter().map(|message| message.len()).collect::<Vec<_>>()[..] else {
        panic!("ada has three messages")
    };
    check_ada(&format!(
        "C: STAT
         S: +OK 3 {}
         C: LIST
         S: +OK 3 messages ({} octets)
         S: 1 {a}
         S: 2 {b}
         S: 3 {c}
         S: .
         C: LIST 2
         S: +OK 2 {b}
         C: list 4
         S: -ERR No such message: there are only 3
         C: LIST 0
         S: -ERR No such message: numbers begin at 1
         C: LIST two
         S: -ERR Not a number. Syntax: LIST [msg]
         C: LIST 1 2
         S: -ERR Too many arguments
         C: LIST 4294967296
         S: -ERR Not a number
         C: LIST 4294967295
         S: -ERR No such message
         C: UIDL
         S: +OK
         S: 1 6b00bf98.0001
         S: 2 6b00bf98.0002
         S: 3 6b00bf98.0003
         S: .
         C: UIDL 3
         S: +OK 3 6b00bf98.0003
         C: UIDL 4
         S: -ERR No such message
         C: UIDL x
         S: -ERR Not a number
         C: NOOP
         S: +OK
         C: NOOP now
         S: -ERR Too many arguments
         C: STAT now
         S: -ERR Too many arguments
         C: RSET all
         S: -ERR Too many arguments
         # A slip of the keyboard must not remove mail; another server may take it for QUIT.
         =: unobserved
         C: QUIT now
         S: -ERR Too many arguments
         C: STAT
         S: +OK 3",
        a + b + c,
        a + b + c
    ));
}

#[test]
fn reading() {
    check_ada(
        "C: RETR
         S: -ERR An argument is missing. Syntax: RETR msg
         C: RETR 0
         S: -ERR No such message: numbers begin at 1
         C: RETR 4
         S: -ERR No such message
         C: RETR -1
         S: -ERR Not a number
         C: RETR 1 2
         S: -ERR Too many arguments
         C: RETR 1
         S: +OK
         S: Return-Path: <charles.babbage@example.com>
         S: Received: from engine.example.com
         S: ...
         S: Date: Wed, 18 Nov 2026 21:46:00 +0000
         S: From: Charles Babbage <charles.babbage@example.com>
         S: To: Ada Lovelace <ada@example.test>
         S: Subject: Tea on Thursday?
         S: Message-ID:
         S:
         S: Dear Ada,
         S: ...
         S: Charles
         S: .
         C: RETR 3
         S: +OK
         S: ...
         S: ..5 is the absolute value of B(1)
         S: and it begins with a dot
         S: ...
         S: ...and this line had two dots to begin with.
         S: ...
         S: --=_note_g--
         S: .",
    );
}

#[test]
fn top() {
    let header = "S: Return-Path:\nS: ...\nS: Message-ID:\nS:\n";
    check_ada(&format!(
        "C: TOP 1 0\nS: +OK\n{header}S: .
         C: TOP 1 2\nS: +OK\n{header}S: Dear Ada,\nS:\nS: .
         C: TOP 1 999\nS: +OK\n{header}S: Dear Ada,\nS: ...\nS: Charles\nS: .
         C: TOP 1
         S: -ERR An argument is missing. Syntax: TOP msg n
         C: TOP
         S: -ERR An argument is missing
         C: TOP 1 x
         S: -ERR Not a number
         C: TOP 1 -1
         S: -ERR Not a number
         C: TOP 9 1
         S: -ERR No such message
         C: TOP 1 1 1
         S: -ERR Too many arguments"
    ));
}

#[test]
fn deleting() {
    let office = check_ada(
        "C: DELE
         S: -ERR An argument is missing
         C: DELE 4
         S: -ERR No such message
         C: DELE x
         S: -ERR Not a number
         C: DELE 2
         S: +OK Message 2 is marked
         C: DELE 2
         S: -ERR Message 2 is marked as deleted; RSET brings it back
         C: RETR 2
         S: -ERR Message 2 is marked
         C: TOP 2 0
         S: -ERR Message 2 is marked
         C: LIST 2
         S: -ERR Message 2 is marked
         C: UIDL 2
         S: -ERR Message 2 is marked
         C: STAT
         S: +OK 2
         C: LIST
         S: +OK 2 messages
         S: 1
         # Numbers do not shift.
         S: 3
         S: .
         C: UIDL
         S: +OK
         S: 1 6b00bf98.0001
         S: 3 6b00bf98.0003
         S: .
         C: RSET
         S: +OK All marks taken off: maildrop has 3 messages
         C: LIST 2
         S: +OK 2
         C: DELE 1
         S: +OK
         C: DELE 3
         S: +OK
         C: QUIT
         S: +OK mail.example.test signing off, 1 message left
         =: close",
    );
    assert_eq!(office.messages("ada").len(), 1);
    assert!(String::from_utf8_lossy(office.messages("ada")[0]).contains("Moisil"));
    let office = check_ada(
        "C: DELE 1\nS: +OK\nC: DELE 2\nS: +OK\nC: DELE 3\nS: +OK\nC: LIST\nS: +OK 0 messages (0 octets)\nS: .\nC: QUIT\nS: +OK mail.example.test signing off, maildrop empty",
    );
    assert!(office.messages("ada").is_empty());
}

#[test]
fn what_is_no_command() {
    let long = "x".repeat(250);
    let longer = "x".repeat(200_000);
    check(
        Pop3,
        &format!(
            "S: +OK
             C:
             S: -ERR An empty line is no command
             C: XYZZY
             S: -ERR Unknown command
             C: EHLO laptop.example.test
             S: -ERR That is a command of SMTP
             C: USER {long}
             S: -ERR Line too long: a command has at most 255 octets
             C: USER {longer}
             S: -ERR Line too long
             R:   CAPA\\r\\n
             S: -ERR No white space before a command
             R: CAPA\\n
             S: -ERR A line ends with CR LF
             =: unobserved
             R: CAPA\\rQUIT\\r\\n
             S: -ERR A line ends with CR LF
             C: caf\u{e9}
             S: -ERR Unknown command
             C: USER caf\u{e9}
             S: -ERR Commands are in ASCII here
             C: STAT
             S: -ERR STAT is not for the AUTHORIZATION state; now: CAPA STLS USER APOP AUTH QUIT
             C: USER ada
             S: +OK
             C: RETR 1
             S: -ERR RETR is not for the AUTHORIZATION state; now: CAPA STLS USER PASS APOP AUTH QUIT
             C: QUIT
             S: +OK"
        ),
    );
    check(Pop3, &format!("S: +OK\nC: AUTH PLAIN\nS: +\nC: {}\nS: -ERR Line too long: an answer", "QUJD".repeat(3072)));
}
