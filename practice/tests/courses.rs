//! The dialogues the courses print, told again by our accounts; where a course's server was lenient, ours is strict, and that shows.

mod dialogue;

use dialogue::{NOW, TIMESTAMP, check};
use mailproto::base64::encode;
use mailproto::sasl::apop_digest;
use practice::{
    PostOffice,
    Service::{Pop3, Smtp, Submission},
};

#[test]
fn pop3_two_messages() {
    let office = check(
        Pop3,
        "S: +OK mail.example.test POP3
         C: user grace
         S: +OK
         C: pass hopper
         S: +OK grace's maildrop has 2 messages
         C: list
         S: +OK 2 messages
         S: 1 \nS: 2 \nS: .
         C: retr 1
         S: +OK
         S: Return-Path: <howard.aiken@example.com>
         S: ...
         S: .
         C: dele 1
         S: +OK
         C: retr 2
         S: +OK
         S: Return-Path: <ada@example.test>
         S: ...
         S: .
         C: dele 2
         S: +OK
         C: quit
         S: +OK mail.example.test signing off, maildrop empty
         =: close",
    );
    assert!(office.messages("grace").is_empty());
    assert_eq!(office.messages("ada"), PostOffice::seeded(NOW).messages("ada"));
}

#[test]
fn pop3_apop() {
    check(
        Pop3,
        &format!(
            "S: +OK mail.example.test POP3 practice server ready {TIMESTAMP}
             C: APOP ada@example.test {}
             S: +OK ada's maildrop has 3 messages (",
            apop_digest(TIMESTAMP.as_bytes(), b"lovelace")
        ),
    );
}

#[test]
fn pop3_auth_kerberos() {
    check(
        Pop3,
        "S: +OK
         C: AUTH KERBEROS_V4
         S: -ERR Unknown mechanism; here: PLAIN LOGIN CRAM-MD5",
    );
}

#[test]
fn pop3_read_and_delete() {
    let office = check(
        Pop3,
        "S: +OK
         C: USER ada
         S: +OK
         C: PASS lovelace
         S: +OK
         C: LIST
         S: +OK 3 messages
         S: 1 \nS: 2 \nS: 3 \nS: .
         C: RETR 1
         S: +OK
         S: Return-Path: <charles.babbage@example.com>
         S: ...
         S: .
         C: DELE 1
         S: +OK
         C: quit
         S: +OK mail.example.test signing off, 2 messages left
         =: close",
    );
    assert_eq!(office.messages("ada").len(), 2);
}

#[test]
fn pop3_top_of_a_folded_header() {
    check(
        Pop3,
        "S: +OK
         C: user ada
         S: +OK
         C: pass lovelace
         S: +OK
         C: stat
         S: +OK 3
         C: top 2 5
         S: +OK Header and 5 lines of message 2
         S: Return-Path:
         S: Received: from relay.example.com
         S: \tby mail.example.test
         S: \tfor <ada@example.test>;
         S: Received: from institut.example.com
         S: ...
         S: Cc: Grace Hopper <grace@example.test>,
         S:  Charles Babbage <charles.babbage@example.com>
         S: Subject: =?UTF-8?Q?O_ma=C8=99in=C4=83_de_calcul?=
         S:  =?UTF-8?Q?_la_Bucure=C8=99ti=3A_
         S: ...
         S: Content-Transfer-Encoding: quoted-printable
         S: Content-Language: ro
         S:
         S: Drag=C4=83 Ada,
         S:
         S: la Institutul
         S: =C8=99i am citit
         S: Dou=C4=83
         S: .",
    );
}

#[test]
fn smtp_local_delivery() {
    let office = check(
        Smtp,
        "S: 220 mail.example.test ESMTP
         # The course's server let these three pass.
         C: mail from: grace@example.test
         S: 503 5.5.1 MAIL is out of order
         C: helo laptop
         S: 250 mail.example.test greets laptop
         C: mail from: grace@example.test
         S: 501 5.5.2 No space beside the colon
         C: mail from:grace@example.test
         S: 501 5.5.2 An address needs its angle brackets
         C: mail from:<grace@example.test>
         S: 250 2.1.0
         C: rcpt to:<ada@matrix.example.test>
         S: 550 5.7.1 Relaying denied
         C: rcpt to:<ada@example.test>
         S: 250 2.1.5
         C: data
         S: 354
         C: From: A Student
         C: Subject: test
         C:
         C: a test mail
         C: .
         S: 250 2.0.0 Ok: queued as
         C: quit
         S: 221 2.0.0
         =: close",
    );
    let mail = String::from_utf8_lossy(office.messages("ada")[3]).into_owned();
    assert!(
        mail.ends_with("; Fri, 20 Nov 2026 21:46:00 +0000\r\nFrom: A Student\r\nSubject: test\r\n\r\na test mail\r\n")
    );
}

#[test]
fn smtp_submission_auth_login() {
    let office = check(
        Submission,
        &format!(
            "S: 220
             C: helo localhost
             S: 250 mail.example.test greets localhost
             # AUTH is an extension: it needs EHLO.
             C: auth login
             S: 503 5.5.1 AUTH is an extension: say EHLO first
             C: ehlo localhost
             S: 250-mail.example.test greets localhost
             S: ...
             S: 250 HELP
             C: auth login
             S: 334 VXNlcm5hbWU6
             C: {}
             S: 334 UGFzc3dvcmQ6
             C: {}
             S: 235 2.7.0
             C: MAIL FROM:<grace@example.test>
             S: 250 2.1.0
             C: RCPT TO:<ada@elsewhere.example.test>
             S: 550 5.7.1 This practice server has no way out
             C: RCPT TO:<ada@example.test>
             S: 250 2.1.5
             C: DATA
             S: 354
             C: From: Grace Hopper <grace@example.test>
             C: To: ada@example.test
             C: Subject: Testing the SMTP server
             C:
             C: This is just a test.
             C: .
             S: 250 2.0.0 Ok: queued as
             C: quit
             S: 221 2.0.0 mail.example.test closing the connection
             =: close",
            encode(b"grace"),
            encode(b"hopper")
        ),
    );
    // The Date the course forgot.
    let mail = String::from_utf8_lossy(office.messages("ada")[3]).into_owned();
    assert!(mail.contains("\r\nDate: Fri, 20 Nov 2026 21:46:00 +0000\r\n"), "{mail}");
}
