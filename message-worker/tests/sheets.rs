//! Sheets of letters: the practice server's own, and what strangers may send. The page draws what is tested here.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;

use message_worker::answer;
use workbench::{
    letter::Letter,
    mailproto::message::envelope::Envelope,
    message::{LetterLook, LetterSide, Reading},
    sheet::{Node, Value, decode, encode},
};

fn read(octets: &[u8]) -> Reading {
    Reading::of(Letter { octets: octets.to_vec(), complete: true, ended: true, ..Letter::default() })
}

/// A letter of the practice server, as it is delivered.
fn practice(name: &str) -> Reading {
    let path = format!("{}/../practice/mail/{name}.eml", env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(path).unwrap();
    let dated = |line: &str| match line.split_once("{-") {
        Some((before, _)) => format!("{before}Fri, 20 Nov 2026 12:04:33 +0200\r\n"),
        None => format!("{line}\r\n"),
    };
    read(text.lines().map(dated).collect::<String>().as_bytes())
}

/// A sheet as one line of text, the keys of its sentences among it, after the way to the page.
fn told(reading: &Reading, look: &LetterLook) -> String {
    let sheet = answer(reading, look);
    let travelled = decode(&encode(&sheet));
    assert_eq!(travelled, sheet);
    let mut out = String::new();
    travelled.iter().for_each(|node| tell(node, &mut out));
    out
}

fn tell(node: &Node, out: &mut String) {
    match node {
        Node::Text(text) => out.push_str(text),
        Node::Say(say) => {
            out.push_str(&format!("[{}", say.key));
            say.args.iter().for_each(|(_, value)| out.push_str(&format!(" {value}")));
            out.push(']');
        }
        Node::Element(element) => {
            for (name, value) in &element.attributes {
                if let (true, Value::Text(value)) = (name.starts_with("data-"), value) {
                    out.push_str(&format!("({value})"));
                }
            }
            element.children.iter().for_each(|child| tell(child, out));
            out.push(' ');
        }
    }
}

#[track_caller]
fn check(reading: &Reading, look: LetterLook, parts: &[&str]) {
    let sheet = told(reading, &look);
    for part in parts {
        assert!(sheet.contains(part), "{part:?} is not in {look:?}:\n{sheet}");
    }
}

#[test]
fn letters_of_the_practice_server() {
    let two = practice("ada-2-moisil");
    let header = LetterLook::new(LetterSide::Header);
    check(
        &two,
        header,
        &["O ma\u{219}in\u{103} de calcul", "\u{21b5}", "[group-trace]", "[field-received Received]", "Reply-To"],
    );
    check(&two, header, &["[ui-msg-border 496]"]);
    let mut words = header;
    words.act("field 1");
    check(&two, words, &["relay.example.com", "[piece-hop-name]", "[with-esmtps ESMTPS]"]);
    check(
        &two,
        LetterLook::new(LetterSide::Way),
        &["institut.example.com", "[with-esmtpa ESMTPA]", "2026-11-20 12:04:33 +0200"],
    );
    check(
        &two,
        LetterLook::new(LetterSide::Way),
        &["Return-Path: <grigore.moisil@example.com>", "[envelope-from-author"],
    );
    check(&two, LetterLook::new(LetterSide::Parts), &["text/plain", "[encoding-quoted-printable]", "Drag\u{103} Ada,"]);

    let three = practice("ada-3-menabrea");
    let mut parts = LetterLook::new(LetterSide::Parts);
    check(&three, parts, &["multipart/mixed", "(part 4)"]);
    parts.act("part 3");
    check(&three, parts, &["[ui-msg-source]", "<p>Dear Ada,</p>"]);
    parts.act("part 4");
    check(&three, parts, &["bernoulli.csv", "n,B(n),as a fraction", "0x6E = 110", "27 b", "bixC", "(group 1)"]);
    parts.act("group 1");
    check(&three, parts, &["KG4p", "0x28 = 40", "(group 0)", "(group 2)"]);
    check(
        &three,
        LetterLook::new(LetterSide::Octets),
        &["--=_same_text_twice--CRLF", "[ui-headers-end]", ".5 is the absolute"],
    );
}

/// Parts without text show their octets: decoded, and only so many.
#[test]
fn octets_of_parts_without_text() {
    let part = |media: &str, encoding: &str, body: &str| {
        let body = body.replace('\n', "\r\n");
        let head = "Date: Fri, 20 Nov 2026 12:04:33 +0200\r\nFrom: a@b.test\r\nMIME-Version: 1.0\r\n";
        read(format!("{head}Content-Type: {media}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{body}").as_bytes())
    };
    let parts = LetterLook::new(LetterSide::Parts);
    let png = "00000000: 8950 4e47 0d0a 1a0a 0000 000d 4948 4452  .PNG........IHDR\n";
    check(&part("image/png", "base64", "iVBORw0KGgoAAAANSUhEUg==\n"), parts, &["[ui-msg-hex-about]", png]);
    check(
        &part("application/x", "quoted-printable", "a=00=FF"),
        parts,
        &["6100 ff                                  a..\n"],
    );
    let long = part("audio/basic", "base64", &format!("{}\n", "QUJD".repeat(18)).repeat(200));
    check(&long, parts, &["00000ff0: ", "[ui-msg-hex-cut 6704]"]);
    for text in [part("text/plain", "base64", "QUJD"), part("image/png", "base64", "")] {
        assert!(!told(&text, &parts).contains("ui-msg-hex"));
    }
}

#[test]
fn problems_and_the_envelope_of_a_session() {
    let letter = b"From: ada@x.test\r\nSubject: caf\xc3\xa9\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n\r\n\xff\r\n";
    let to = vec!["grace@y.test".to_owned()];
    let envelope = Some(Envelope { from: Some("ada@x.test".into()), to });
    let octets = letter.to_vec();
    let reading = Reading::of(Letter { octets, complete: true, ended: true, envelope, ..Letter::default() });
    check(
        &reading,
        LetterLook::new(LetterSide::Header),
        &["[flaw-no-date", "[flaw-no-last-boundary a]", "[flaw-8bit-in-7bit", "[flaw-header-not-ascii"],
    );
    check(
        &reading,
        LetterLook::new(LetterSide::Way),
        &["MAIL FROM:<ada@x.test>", "RCPT TO:<grace@y.test>", "[envelope-to-unnamed grace@y.test]", "[ui-msg-no-bcc]"],
    );
    let half = Letter { octets: b"Subject: x\r\n".to_vec(), ..Letter::default() };
    let sheet = told(&Reading::of(half), &LetterLook::new(LetterSide::Header));
    assert!(sheet.contains("[ui-msg-going-on") && !sheet.contains("flaw-no-date"), "{sheet}");
}

/// However a letter is made, a sheet stays small, and nothing in it can turn a line or pass for something else.
#[test]
fn any_letter_gives_a_bounded_sheet() {
    let nested = (0..60).fold(String::new(), |inner, depth| {
        format!("Content-Type: multipart/mixed; boundary=b{depth}\r\n\r\n--b{depth}\r\n{inner}\r\n--b{depth}--\r\n")
    });
    let parts = format!("Content-Type: multipart/mixed; boundary=b\r\n\r\n{}", "--b\r\n\r\nx\r\n".repeat(3_000));
    let turned = "Subject: \u{202e}fdp.exe\u{1}\u{2}\u{3}script\u{4}\u{4}\u{6}<script>alert(1)</script>\r\n\r\n\u{2066}\x1b[31m\0";
    for letter in [
        String::new(),
        "a".repeat(1_000_000),
        "X: y\r\n".repeat(20_000),
        format!("Subject: {}\r\n\r\n{}", "a ".repeat(100_000), "\r\n".repeat(100_000)),
        format!("Subject: {}", "=?utf-8?q?=e2=80=ae?= ".repeat(20_000)),
        format!("To: {}\r\n\r\n", "a@b.test, ".repeat(50_000)),
        format!("Received: {}\r\n", "from x by y; ".repeat(1_000)).repeat(100),
        format!("Content-Transfer-Encoding: base64\r\n\r\n{}", "QUJD".repeat(200_000)),
        nested,
        parts,
        turned.to_owned(),
    ] {
        let reading = read(letter.as_bytes());
        for side in LetterSide::ALL {
            for (field, part) in [(None, 0), (Some(0), 1), (Some(usize::MAX), usize::MAX)] {
                let sheet = told(&reading, &LetterLook { field, part, ..LetterLook::new(side) });
                assert!(sheet.len() < 200_000, "{} octets of {side:?} for {:.40}", sheet.len(), letter);
                assert!(!sheet.chars().any(|c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')));
                assert!(!sheet.chars().any(|c| c.is_control() && c != '\n' && c != '\t'), "{side:?} {letter:.40}");
            }
        }
    }
}
