//! Part B: sending mail by SMTP.

use std::fs;
use std::path::Path;

use practice::{PostOffice, Service};
use workbench::{
    mailproto::{
        ProblemKind, Protocol, State, Word,
        base64::encode,
        explain::explain,
        sasl::cram_md5_answer,
        session::Role,
        token::{Enhanced, Side, TokenKind},
    },
    target::{Security, Target},
};

use crate::desk::{Desk, NOW, is_reply, notes, watch};

const HELLO: (&str, &str) = ("EHLO laptop.example.test", "250-");
const MAIL: (&str, &str) = ("MAIL FROM:<grace@example.test>", "250 2.1.0");
const RCPT: (&str, &str) = ("RCPT TO:<ada@example.test>", "250 2.1.5");
const LETTER: [(&str, &str); 5] = [
    ("From: grace@example.test", ""),
    ("Date: Sat, 21 Nov 2026 01:00:00 +0000", ""),
    ("", ""),
    ("Hello", ""),
    (".", "250 2.0.0"),
];

pub fn b1() {
    assert_eq!(Target::standard_port(Protocol::Smtp, Security::None), 25);
    assert_eq!(Target::standard_port(Protocol::Smtp, Security::Tls), 465);
    assert_eq!([Service::Smtp, Service::Submission, Service::Smtps].map(Service::standard_port), [25, 587, 465]);
    let mut office = PostOffice::seeded(NOW);
    let mut desk = Desk::open(&mut office, Service::Smtp);
    assert!(desk.last(Side::Server).text.shown().starts_with("220 "));
    desk.talk(&mut office, &[HELLO]);
    for _ in 0..2 {
        desk.talk(&mut office, &[MAIL, RCPT, ("DATA", "354")]);
        desk.talk(&mut office, &LETTER);
    }
    desk.talk(&mut office, &[("QUIT", "221")]);
    use State::{Closed, Connected, Data, Greeted, Greeting, NoConnection, Recipients, Sender};
    let start = [NoConnection, Greeting, Connected, Greeted];
    let message = [Sender, Recipients, Data, Greeted];
    assert_eq!(desk.path, [&start[..], &message, &message, &[Closed]].concat());
    assert_eq!(office.messages("ada").len(), 5);
}

pub fn b2() {
    let mut office = PostOffice::seeded(NOW);
    let mut desk = Desk::open(&mut office, Service::Smtp);
    desk.talk(&mut office, &[("HELO laptop.example.test", "250 "), HELLO]);
    assert!(desk.lines.iter().any(|line| notes(line).contains(&"keyword-size")), "extensions are explained");
    desk.talk(
        &mut office,
        &[
            ("MAIL FROM:<>", "250"),
            RCPT,
            ("RCPT TO:<grace@example.test>", "250"),
            ("RCPT TO:<Postmaster>", "250"),
            ("RSET", "250"),
            ("VRFY ada", "250"),
            ("EXPN all", "2"),
            ("NOOP", "250"),
            ("HELP", "214"),
            ("TURN", "502"),
        ],
    );
    assert!(desk.problems(Side::Client).contains(&ProblemKind::Obsolete));
    assert!(desk.lines.iter().any(|line| notes(line).contains(&"token-null-path")));
    for line in ["SEND FROM:<a@b.test>", "SOML FROM:<a@b.test>", "SAML FROM:<a@b.test>"] {
        desk.talk(&mut office, &[(line, "502")]);
        assert!(desk.problems(Side::Client).contains(&ProblemKind::Obsolete), "{line}");
    }
    desk.talk(&mut office, &[("QUIT", "221")]);
}

pub fn b3() {
    const CODES: [u16; 30] = [
        211, 214, 220, 221, 235, 250, 251, 252, 334, 354, 421, 450, 451, 452, 454, 500, 501, 502, 503, 504, 530, 534,
        535, 538, 550, 551, 552, 553, 554, 555,
    ];
    for code in CODES {
        let (_, lines) = watch(Protocol::Smtp, &format!("S: 220 x\nC: NOOP\nS: {code} x"));
        let anatomy = explain(&lines[2]).anatomy.unwrap();
        let first = ["digit-1yz", "digit-2yz", "digit-3yz", "digit-4yz", "digit-5yz"][usize::from(code / 100) - 1];
        let [class, _, whole] = anatomy.digits.map(|note| note.key);
        assert_eq!((class, whole), (first, format!("code-{code}").as_str()));
    }
    let (_, lines) = watch(Protocol::Smtp, "S: 220 x\nC: EHLO a.test\nS: 250-x\nS: 250-SIZE 9\nS: 250 HELP");
    let roles = lines[2..].iter().map(|line| {
        let Role::Reply { first, last, .. } = line.role else { panic!("{:?}", line.role) };
        (first, last)
    });
    assert_eq!(roles.collect::<Vec<_>>(), [(true, false), (false, false), (false, true)]);
    assert!(notes(&lines[2]).contains(&"token-code-hyphen") && notes(&lines[4]).contains(&"token-code-space"));
    let (_, lines) = watch(Protocol::Smtp, "S: 220 x\nC: NOOP\nS: 550 5.1.1 no such user");
    let (enhanced, notes) = explain(&lines[2]).anatomy.unwrap().enhanced.unwrap();
    assert_eq!(enhanced, Enhanced { class: 5, subject: 1, detail: 1 });
    assert_eq!(notes.map(|note| note.key), ["enhanced-class-5", "enhanced-subject-1", "enhanced-1-1"]);
    let (_, lines) = watch(Protocol::Smtp, "S: 220 x\nC: NOOP\nS: 150 x");
    assert!(lines[2].problems.iter().any(|problem| problem.kind == ProblemKind::CodeOutOfRange), "no 1yz in SMTP");
}

pub fn b4() {
    let mut office = PostOffice::seeded(NOW);
    let mut desk = Desk::open(&mut office, Service::Smtp);
    for (line, start, mine, theirs) in [
        (MAIL.0, "503", ProblemKind::MailBeforeHello, ProblemKind::RefusedOrder),
        ("AUTH LOGIN", "5", ProblemKind::ExtensionBeforeHello, ProblemKind::RefusedOrder),
        ("EHLO", "501", ProblemKind::NoHelloName, ProblemKind::RefusedSyntax),
        ("FROBNICATE", "500", ProblemKind::UnknownVerb, ProblemKind::RefusedUnknown),
        ("STAT", "500", ProblemKind::Pop3VerbInSmtp, ProblemKind::RefusedUnknown),
    ] {
        desk.talk(&mut office, &[(line, start)]);
        assert!(desk.problems(Side::Client).contains(&mine), "{line}: {:?}", desk.problems(Side::Client));
        assert_eq!(desk.problems(Side::Server)[0], theirs, "{line}");
    }
    desk.talk(&mut office, &[HELLO, (RCPT.0, "503"), ("DATA", "503"), ("MAIL FROM:grace@example.test", "501")]);
    assert_eq!(desk.problems(Side::Client), [ProblemKind::NoAngleBrackets]);
    assert_eq!(desk.problems(Side::Server), [ProblemKind::RefusedSyntax, ProblemKind::RefusedAgain], "strict");
    desk.talk(&mut office, &[MAIL, ("DATA", "503"), (MAIL.0, "503")]);
    let (_, lines) = watch(Protocol::Smtp, "S: 220 x\nC: EHLO a.test\nS: 250 x\nC: MAIL FROM: a@b.test\nS: 250 Ok");
    let mine: Vec<_> = lines[3].problems.iter().map(|problem| problem.kind).collect();
    assert!(mine.contains(&ProblemKind::NoAngleBrackets) && mine.contains(&ProblemKind::SpaceAfterColon), "{mine:?}");
    assert_eq!(lines[4].problems[0].kind, ProblemKind::Lenient);
}

pub fn b5() {
    let mut office = PostOffice::seeded(NOW);
    let mut desk = Desk::open(&mut office, Service::Submission);
    desk.talk(&mut office, &[HELLO, ("AUTH LOGIN", "334 VXNlcm5hbWU6")]);
    assert_eq!(desk.last(Side::Server).decoded.as_deref(), Some("Username:"));
    desk.talk(&mut office, &[(&encode(b"ada"), "334 UGFzc3dvcmQ6")]);
    assert_eq!(desk.last(Side::Client).decoded.as_deref(), Some("ada"), "base64 is spelling");
    assert_eq!(desk.last(Side::Server).decoded.as_deref(), Some("Password:"));
    desk.talk(&mut office, &[(&encode(b"lovelace"), "235 2.7.0")]);
    let password = desk.last(Side::Client);
    assert!(password.problems.iter().any(|problem| problem.kind == ProblemKind::ClearPassword));
    assert!(password.decoded.is_none() && !password.text.shown().contains(&encode(b"lovelace")));
    desk.talk(&mut office, &[("AUTH LOGIN", "503")]);
    assert!(desk.problems(Side::Client).contains(&ProblemKind::AuthAlready));
    let mut desk = Desk::open(&mut office, Service::Smtps);
    desk.talk(&mut office, &[HELLO, (&format!("AUTH PLAIN {}", encode(b"\0ada\0wrong")), "535")]);
    assert_eq!(desk.problems(Side::Server), [ProblemKind::LoginRefused]);
    desk.talk(&mut office, &[("AUTH CRAM-MD5", "334 ")]);
    let challenge = desk.last(Side::Server).decoded.clone().unwrap();
    let answer = encode(cram_md5_answer("ada", b"lovelace", challenge.as_bytes()).as_bytes());
    desk.talk(&mut office, &[(&answer, "235")]);
}

pub fn b6() {
    let mut office = PostOffice::seeded(NOW);
    let mut desk = Desk::open(&mut office, Service::Smtp);
    desk.talk(&mut office, &[HELLO, MAIL, RCPT, ("DATA", "354")]);
    for (line, key) in [
        // The envelope says grace, the header says ada: nobody compares them.
        ("From: Ada Lovelace <ada@example.test>", "field-from"),
        ("Subject: a long", "field-subject"),
        (" subject", "lead-fold"),
        ("no field", "problem-no-colon"),
        ("", "problem-no-date"),
        ("body", "lead-body"),
        ("..", "token-stuffed-dot"),
        (".x", "problem-unstuffed-dot"),
        (&"x".repeat(999), "problem-long-text-line"),
    ] {
        desk.talk(&mut office, &[(line, "")]);
        let found = notes(desk.last(Side::Client));
        assert!(found.contains(&key), "{line}: {found:?}");
        assert_eq!(desk.session.state(), State::Data);
    }
    desk.say(&mut office, ".");
    assert!(notes(desk.last(Side::Client)).contains(&"lead-message-end"));
    assert_eq!(desk.session.state(), State::Greeted);
}

pub fn b7() {
    let mut office = PostOffice::seeded(NOW);
    let mut desk = Desk::open(&mut office, Service::Submission);
    desk.talk(&mut office, &[HELLO, ("STARTTLS", "220")]);
    assert_eq!(desk.session.state(), State::Tls);
    desk.tls();
    assert_eq!(desk.session.state(), State::Connected, "all is forgotten");
    desk.talk(&mut office, &[(MAIL.0, "5")]);
    assert!(desk.problems(Side::Client).contains(&ProblemKind::MailBeforeHello));
    let hello = desk.say(&mut office, HELLO.0);
    assert!(!hello.contains("STARTTLS") && hello.contains("AUTH"), "{hello}");
    assert!(!desk.session.legal().iter().any(|(verb, _)| verb.word == Word::Starttls));
}

/// The courses' own sessions, with what each must come to; `practice` plays them again live in its `tests/courses.rs`.
pub fn b8() {
    for (name, protocol, end) in [
        ("smtp-submission-auth-login", Protocol::Smtp, State::Closed),
        ("smtp-local-delivery", Protocol::Smtp, State::Closed),
        ("pop3-two-messages", Protocol::Pop3, State::Closed),
        ("pop3-read-and-delete", Protocol::Pop3, State::Closed),
        ("pop3-mailbox-of-24", Protocol::Pop3, State::Transaction),
        ("pop3-apop", Protocol::Pop3, State::Transaction),
        ("pop3-auth-kerberos", Protocol::Pop3, State::Transaction),
    ] {
        let path = format!("../transcripts/courses/{name}.txt");
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
        let dialogue: Vec<_> = text.lines().filter(|line| line.starts_with("C:") || line.starts_with("S:")).collect();
        let (session, lines) = watch(protocol, &dialogue.join("\n"));
        assert_eq!((lines.len(), session.state()), (dialogue.len(), end), "{name}");
        assert_eq!(session.unanswered(), 0, "{name}: every command is answered");
        assert!(lines.iter().filter(|line| is_reply(line)).all(|line| !explain(line).tokens.is_empty()), "{name}");
        assert!(lines.iter().all(|line| line.tokens.iter().all(|token| token.kind != TokenKind::Garbage)), "{name}");
    }
}
