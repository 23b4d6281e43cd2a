//! Every command of SMTP in and out of order, and every reply code this server knows. What DATA takes for its end is in `data`.

mod dialogue;

use dialogue::{SMTP_CHALLENGE, check};
use mailproto::base64::encode;
use mailproto::sasl::cram_md5_answer;
use practice::Service::{Smtp, Smtps, Submission};

const GREETED: &str = "S: 220\nC: EHLO laptop.example.test\nS: 250-\nS: ...\nS: 250 HELP\n";
const SENDER: &str = "C: MAIL FROM:<ada@example.test>\nS: 250 2.1.0\n";

/// A dialogue on port 25 that begins after EHLO.
fn check_greeted(rest: &str) -> practice::PostOffice {
    check(Smtp, &format!("{GREETED}{rest}"))
}

#[test]
fn greeting_and_quit() {
    check(
        Smtp,
        "S: 220 mail.example.test ESMTP practice server ready
         C: QUIT now
         S: 501 5.5.4 Too many arguments. Syntax: QUIT
         C: quit
         S: 221 2.0.0 mail.example.test closing
         =: close",
    );
}

#[test]
fn hello() {
    let list = "S: 250-mail.example.test greets laptop.example.test
                S: 250-PIPELINING
                S: 250-SIZE 10485760
                S: 250-8BITMIME
                S: 250-ENHANCEDSTATUSCODES";
    let end = "S: 250-AUTH PLAIN LOGIN CRAM-MD5\nS: 250-EXPN\nS: 250 HELP";
    let ehlo = "C: EHLO laptop.example.test";
    check(Smtp, &format!("S: 220\n{ehlo}\n{list}\nS: 250-STARTTLS\n{end}"));
    check(Submission, &format!("S: 220\n{ehlo}\n{list}\nS: 250-STARTTLS\n{end}"));
    check(Smtps, &format!("S: 220\n{ehlo}\n{list}\n{end}"));
    check(
        Smtp,
        &format!("S: 220\n{ehlo}\n{list}\nS: 250-STARTTLS\n{end}\nC: STARTTLS\nS: 220\n=: tls\n{ehlo}\n{list}\n{end}"),
    );
    check(
        Smtp,
        "S: 220
         C: HELO
         S: 501 5.5.2 An argument is missing. Syntax: HELO domain
         C: EHLO
         S: 501 5.5.2 An argument is missing. Syntax: EHLO domain
         C: EHLO laptop.example.test now
         S: 501 5.5.4 Too many arguments
         C: EHLO under_score
         S: 501 5.5.4 Not a domain
         C: EHLO [192.0.2.999]
         S: 501 5.5.4 Not a domain
         C: MAIL FROM:<ada@example.test>
         S: 503 5.5.1 MAIL is out of order here; now: EHLO HELO RSET VRFY EXPN HELP NOOP QUIT
         C: helo localhost
         S: 250 mail.example.test greets localhost
         C: EHLO [IPv6:2001:db8::7]
         S: 250-mail.example.test greets [IPv6:2001:db8::7]
         S: ...
         S: 250 HELP
         C: HELO [192.0.2.7]
         S: 250 mail.example.test greets [192.0.2.7]",
    );
    // It drops the mail transaction.
    check_greeted(&format!(
        "{SENDER}C: EHLO again.example.test\nS: 250-\nS: ...\nS: 250 HELP\nC: RCPT TO:<ada@example.test>\nS: 503 5.5.1"
    ));
}

#[test]
fn the_order_of_a_mail_transaction() {
    check_greeted(
        "C: RCPT TO:<ada@example.test>
         S: 503 5.5.1 RCPT is out of order here; now: EHLO HELO STARTTLS AUTH MAIL RSET
         C: DATA
         S: 503 5.5.1 DATA is out of order
         C: MAIL FROM:<ada@example.test>
         S: 250 2.1.0 Sender <ada@example.test> accepted
         C: MAIL FROM:<grace@example.test>
         S: 503 5.5.1 MAIL is out of order here; now: EHLO HELO RCPT RSET
         C: DATA
         S: 503 5.5.1 DATA is out of order
         C: AUTH PLAIN
         S: 503 5.5.1 AUTH is out of order
         C: STARTTLS
         S: 503 5.5.1 STARTTLS is out of order
         C: RCPT TO:<nobody@example.test>
         S: 550 5.1.1
         C: DATA
         S: 503 5.5.1
         C: RCPT TO:<grace@example.test>
         S: 250 2.1.5 Recipient <grace@example.test> accepted
         C: rcpt to:<ada@example.test>
         S: 250 2.1.5
         C: MAIL FROM:<grace@example.test>
         S: 503 5.5.1
         C: RSET
         S: 250 2.0.0
         C: DATA
         S: 503 5.5.1
         C: RSET now
         S: 501 5.5.4 Too many arguments. Syntax: RSET
         C: MAIL FROM:<>
         S: 250 2.1.0 Sender <> accepted
         C: NOOP any words
         S: 250 2.0.0
         C: RCPT TO:<ada@example.test>
         S: 250 2.1.5
         C: DATA now
         S: 501 5.5.4 Too many arguments
         C: DATA
         S: 354 Send the message
         C: Subject: first
         C: .
         S: 250 2.0.0 Ok: queued as
         C: MAIL FROM:<grace@example.test>
         S: 250 2.1.0
         C: QUIT
         S: 221 2.0.0
         =: close",
    );
}

#[test]
fn the_syntax_of_mail_and_rcpt() {
    let local = "x".repeat(65);
    let domain = format!("{}.test", ["x".repeat(60).as_str(); 4].join("."));
    check_greeted(&format!(
        "C: MAIL
         S: 501 5.5.2 An argument is missing. Syntax: MAIL FROM:<reverse-path> [parameters]
         C: MAIL FROM:
         S: 501 5.5.2 An argument is missing
         C: MAIL <ada@example.test>
         S: 501 5.5.2 Syntax: MAIL FROM:
         C: MAIL TO:<ada@example.test>
         S: 501 5.5.2 Syntax: MAIL FROM:
         C: MAIL FROM :<ada@example.test>
         S: 501 5.5.2 No space beside the colon
         C: MAIL FROM: <ada@example.test>
         S: 501 5.5.2 No space beside the colon
         C: MAIL FROM:ada@example.test
         S: 501 5.5.2 An address needs its angle brackets
         C: MAIL FROM:<ada@example.test
         S: 501 5.5.2 An address needs its angle brackets
         C: MAIL FROM:<ada>
         S: 501 5.1.7 The address needs its domain
         C: MAIL FROM:<ada@@example.test>
         S: 501 5.1.7 That is no address
         C: MAIL FROM:<{local}@example.test>
         S: 501 5.1.7 That address is longer
         C: MAIL FROM:<ada.byron@{domain}>
         S: 501 5.1.7 That address is longer
         C: MAIL FROM:<\u{e1}da@example.test>
         S: 553 5.6.7
         C: MAIL FROM:<@relay.test:ada@example.test>
         S: 250 2.1.0 Sender <ada@example.test>
         C: RCPT
         S: 501 5.5.2 An argument is missing. Syntax: RCPT TO:<forward-path> [parameters]
         C: RCPT FROM:<ada@example.test>
         S: 501 5.5.2 Syntax: RCPT TO:
         C: RCPT TO: <ada@example.test>
         S: 501 5.5.2 No space
         C: RCPT TO:ada@example.test
         S: 501 5.5.2 An address needs its angle brackets
         C: RCPT TO:<>
         S: 501 5.1.3 The null path
         C: RCPT TO:<ada>
         S: 501 5.1.3 The address needs its domain
         C: RCPT TO:<a b@example.test>
         S: 501 5.1.3 That is no address
         C: RCPT TO:<{local}@example.test>
         S: 501 5.1.3 That address is longer
         C: RCPT TO:<ad\u{e1}@example.test>
         S: 553 5.6.7
         C: RCPT TO:<ada@example.test> NOTIFY=NEVER
         S: 555 5.5.4 RCPT has no parameters
         C: RCPT TO:<babbage@example.test>
         S: 550 5.1.1 <babbage@example.test>: no such mailbox
         C: RCPT TO:<charles@example.com>
         S: 550 5.7.1 Relaying denied
         C: RCPT TO:<postmaster>
         S: 250 2.1.5
         C: RCPT TO:<Postmaster@Example.Test>
         S: 250 2.1.5
         C: RCPT TO:<@relay.test:ada@example.test>
         S: 250 2.1.5"
    ));
}

#[test]
fn the_parameters_of_mail() {
    let xtext = "x".repeat(501);
    check_greeted(&format!(
        "C: MAIL FROM:<ada@example.test> SIZE=10485761
         S: 552 5.3.4 Too large
         C: MAIL FROM:<ada@example.test> SIZE=99999999999999999999
         S: 552 5.3.4
         C: MAIL FROM:<ada@example.test> SIZE=999999999999999999999
         S: 501 5.5.4 SIZE
         C: MAIL FROM:<ada@example.test> SIZE=big
         S: 501 5.5.4 SIZE
         C: MAIL FROM:<ada@example.test> SIZE
         S: 501 5.5.4 SIZE
         C: MAIL FROM:<ada@example.test> BODY=BINARYMIME
         S: 501 5.5.4 BODY
         C: MAIL FROM:<ada@example.test> AUTH=a=b
         S: 501 5.5.4 AUTH
         C: MAIL FROM:<ada@example.test> AUTH={xtext}
         S: 501 5.5.4 AUTH
         C: MAIL FROM:<ada@example.test> SIZE=1 size=1
         S: 501 5.5.4 SIZE is there twice
         C: MAIL FROM:<ada@example.test> SMTPUTF8
         S: 555 5.5.4 Unknown parameter
         C: MAIL FROM:<ada@example.test> size=10485760 BODY=7BIT AUTH=<>
         S: 250 2.1.0
         C: RSET
         S: 250 2.0.0
         C: MAIL FROM:<ada@example.test> body=8bitmime AUTH=ada+2Bengine@example.test
         S: 250 2.1.0
         C: HELO laptop.example.test
         S: 250
         C: MAIL FROM:<ada@example.test> SIZE=1
         S: 555 5.5.4 Parameters are extensions
         C: MAIL FROM:<ada@example.test>
         S: 250 2.1.0"
    ));
}

#[test]
fn a_hundred_recipients() {
    let hundred = "C: RCPT TO:<grace@example.test>\nS: 250 2.1.5\n".repeat(100);
    let office = check_greeted(&format!(
        "{SENDER}{hundred}
         C: RCPT TO:<ada@example.test>
         S: 452 4.5.3 Too many recipients
         C: DATA
         S: 354
         C: Subject: once
         C: .
         S: 250 2.0.0"
    ));
    // Named a hundred times, she gets one copy.
    assert_eq!((office.messages("ada").len(), office.messages("grace").len()), (3, 3));
}

#[test]
fn vrfy_expn_help() {
    check_greeted(
        "C: VRFY
         S: 501 5.5.2 An argument is missing. Syntax: VRFY string
         C: VRFY ada
         S: 250 2.1.5 Ada Lovelace <ada@example.test>
         C: VRFY <Grace@example.test>
         S: 250 2.1.5 Grace Hopper <grace@example.test>
         C: VRFY postmaster
         S: 250 2.1.5 Grace Hopper <grace@example.test>
         C: VRFY babbage
         S: 550 5.1.1
         C: VRFY charles@example.com
         S: 550 5.7.1
         C: VRFY ad\u{e1}
         S: 501 5.5.2 Commands are in ASCII
         C: EXPN
         S: 501 5.5.2 An argument is missing
         C: EXPN all
         S: 250-2.1.5 Ada Lovelace <ada@example.test>
         S: 250 2.1.5 Grace Hopper <grace@example.test>
         C: EXPN ada
         S: 550 5.1.1 That is a mailbox
         C: EXPN none
         S: 550 5.1.1 No such mailing list
         C: HELP
         S: 214-2.0.0 Commands: EHLO HELO STARTTLS AUTH MAIL RCPT DATA RSET VRFY EXPN HELP NOOP QUIT
         S: 214 2.0.0 HELP and
         C: HELP mail
         S: 214-2.0.0 Syntax: MAIL FROM:<reverse-path> [parameters]
         S: 214 2.0.0 See https://www.rfc-editor.org/rfc/rfc5321#section-4.1.1.2
         C: HELP TURN
         S: 214 2.0.0 TURN swapped
         C: HELP tea
         S: 504 5.5.4",
    );
}

#[test]
fn history_is_told() {
    check_greeted(
        "C: TURN
         S: 502 5.5.1 TURN swapped client and server in 1982
         C: SEND FROM:<ada@example.test>
         S: 502 5.5.1 SEND wrote to the recipient's terminal
         C: SOML FROM:<ada@example.test>
         S: 502 5.5.1 SOML meant
         C: SAML FROM:<ada@example.test>
         S: 502 5.5.1 SAML meant
         C: BDAT 5 LAST
         S: 502 5.5.1 BDAT needs the CHUNKING extension",
    );
}

#[test]
fn what_is_no_command() {
    let (name, address) = ("x".repeat(510), "x".repeat(1060));
    let longer = "x".repeat(200_000);
    check_greeted(&format!(
        "C:
         S: 500 5.5.2 An empty line
         C: XYZZY
         S: 500 5.5.2 Unknown command
         C: STAT
         S: 500 5.5.2 That is a command of POP3
         C: NOOP {name}
         S: 500 5.5.2 Line too long: at most 512 octets
         C: MAIL FROM:<{address}>
         S: 500 5.5.2 Line too long: at most 1055 octets
         C: NOOP {longer}
         S: 500 5.5.2 Line too long
         R:   NOOP\\r\\n
         S: 500 5.5.2 No white space before
         R: NOOP\\n
         S: 500 5.5.2 A line ends with CR LF
         =: unobserved
         R: NOOP\\rQUIT\\r\\n
         S: 500 5.5.2 A line ends with CR LF
         C: NOOP caf\u{e9}
         S: 501 5.5.2 Commands are in ASCII
         C: NOOP
         S: 250 2.0.0"
    ));
}

#[test]
fn auth_out_of_order() {
    let good = encode(b"\0ada\0lovelace");
    check(
        Smtp,
        &format!(
            "S: 220
             C: AUTH PLAIN {good}
             S: 503 5.5.1 AUTH is an extension: say EHLO first
             C: HELO laptop.example.test
             S: 250
             C: AUTH PLAIN {good}
             S: 503 5.5.1 AUTH is an extension: say EHLO first
             C: EHLO laptop.example.test
             S: 250-
             S: ...
             S: 250 HELP
             C: AUTH
             S: 501 5.5.2 An argument is missing. Syntax: AUTH mechanism [initial-response]
             C: AUTH PLAIN {good} now
             S: 501 5.5.4 Too many arguments
             C: AUTH KERBEROS_V4
             S: 504 5.5.4 Unknown mechanism; here: PLAIN LOGIN CRAM-MD5
             C: AUTH PLAIN {good}
             S: 235 2.7.0 Welcome, ada
             C: AUTH PLAIN {good}
             S: 503 5.5.1 You are already logged in
             C: EHLO laptop.example.test
             S: 250-
             S: ...
             S: 250 HELP
             C: AUTH LOGIN
             S: 503 5.5.1 You are already logged in"
        ),
    );
}

#[test]
fn auth_plain() {
    let good = encode(b"\0ada@example.test\0lovelace");
    check_greeted(&format!(
        "C: AUTH PLAIN =
         S: 535 5.7.8
         C: AUTH PLAIN {}
         S: 535 5.7.8
         C: AUTH PLAIN {}
         S: 535 5.7.8
         C: AUTH PLAIN not-base64!
         S: 501 5.5.2 That is not base64
         C: AUTH PLAIN
         S: 334
         C: *
         S: 501 5.7.0 Authentication cancelled
         C: AUTH PLAIN
         S: 334
         # A line that is an answer is no command; this one even is base64.
         C: QUIT
         S: 535 5.7.8
         C: AUTH PLAIN
         S: 334
         R: {good}\\n
         S: 500 5.5.2 A line ends with CR LF
         C: AUTH PLAIN
         S: 334
         C: {}
         S: 500 5.5.6 Line too long
         C: auth plain
         S: 334
         C: {good}
         S: 235 2.7.0 Welcome, ada",
        encode(b"\0ada\0hopper"),
        encode(b"grace\0ada\0lovelace"),
        "QUJD".repeat(3072),
    ));
}

#[test]
fn auth_login() {
    let (name, password) = (encode(b"grace"), encode(b"hopper"));
    check_greeted(&format!(
        "C: AUTH LOGIN
         S: 334 VXNlcm5hbWU6
         C: {name}
         S: 334 UGFzc3dvcmQ6
         C: {name}
         S: 535 5.7.8
         C: AUTH LOGIN
         S: 334 VXNlcm5hbWU6
         C: *
         S: 501 5.7.0
         C: AUTH LOGIN {name}
         S: 334 UGFzc3dvcmQ6
         C: {password}
         S: 235 2.7.0 Welcome, grace"
    ));
    check_greeted(&format!(
        "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: {name}\nS: 334 UGFzc3dvcmQ6\nC: {password}\nS: 235 2.7.0 Welcome, grace"
    ));
}

#[test]
fn auth_cram_md5() {
    let challenge = encode(SMTP_CHALLENGE.as_bytes());
    let good = encode(cram_md5_answer("ada", b"lovelace", SMTP_CHALLENGE.as_bytes()).as_bytes());
    check_greeted(&format!("C: AUTH CRAM-MD5\nS: 334 {challenge}\nC: {good}\nS: 235 2.7.0 Welcome, ada"));
    check_greeted(&format!(
        "C: AUTH CRAM-MD5 {good}
         S: 501 5.5.4 In this mechanism the server speaks first
         # The challenge is another by now: an answer overheard is worth nothing.
         C: AUTH CRAM-MD5
         S: 334
         C: {good}
         S: 535 5.7.8"
    ));
}

#[test]
fn starttls() {
    let good = encode(b"\0ada\0lovelace");
    check(
        Submission,
        &format!(
            "S: 220
             C: STARTTLS
             S: 503 5.5.1 STARTTLS is an extension: say EHLO first
             C: EHLO laptop.example.test
             S: 250-
             S: ...
             S: 250-STARTTLS
             S: ...
             S: 250 HELP
             C: STARTTLS now
             S: 501 5.5.4 Too many arguments
             C: AUTH PLAIN {good}
             S: 235
             C: STARTTLS
             S: 220 2.0.0 Ready
             # Pipelined in plain text, a fragment last: thrown away.
             C: MAIL FROM:<mallory@example.com>
             R: NO
             =: tls
             C: MAIL FROM:<ada@example.test>
             S: 503 5.5.1 MAIL is out of order
             C: AUTH PLAIN
             S: 503 5.5.1 AUTH is an extension: say EHLO first
             C: EHLO laptop.example.test
             S: 250-
             S: ...
             S: 250 HELP
             C: STARTTLS
             S: 503 5.5.1 TLS is already on
             C: MAIL FROM:<ada@example.test>
             S: 530 5.7.0
             C: AUTH PLAIN {good}
             S: 235 2.7.0
             C: MAIL FROM:<ada@example.test>
             S: 250 2.1.0"
        ),
    );
    check(Smtps, "S: 220\nC: STARTTLS\nS: 503 5.5.1 TLS is already on");
}

#[test]
fn submission_needs_a_login() {
    for service in [Submission, Smtps] {
        check(
            service,
            &format!(
                "{GREETED}
                 C: MAIL FROM:<ada@example.test>
                 S: 530 5.7.0 Authentication required
                 C: VRFY ada
                 S: 530 5.7.0
                 C: EXPN all
                 S: 530 5.7.0
                 C: NOOP
                 S: 250 2.0.0
                 C: RSET
                 S: 250 2.0.0
                 C: HELP NOOP
                 S: 214-2.0.0
                 S: 214 2.0.0
                 C: AUTH PLAIN {}
                 S: 235 2.7.0
                 C: VRFY ada
                 S: 250 2.1.5
                 C: MAIL FROM:<ada@example.test>
                 S: 250 2.1.0
                 C: RCPT TO:<charles@example.com>
                 S: 550 5.7.1 This practice server has no way out: it delivers to example.test only
                 C: RCPT TO:<grace@example.test>
                 S: 250 2.1.5",
                encode(b"\0ada\0lovelace")
            ),
        );
    }
}
