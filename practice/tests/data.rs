//! DATA: where a message ends and where it does not, dots, sizes, full maildrops, and what a delivered message looks like.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod dialogue;

use dialogue::{Client, NOW, check, check_after};
use mailproto::base64::encode;
use practice::{
    MESSAGES, OCTETS, PostOffice, Room, SIZE,
    Service::{self, Smtp, Smtps, Submission},
};

const ENVELOPE: &str = "S: 220
    C: EHLO laptop.example.test
    S: 250-
    S: ...
    S: 250 HELP
    C: MAIL FROM:<grace@example.test>
    S: 250 2.1.0
    C: RCPT TO:<ada@example.test>
    S: 250 2.1.5
    C: DATA
    S: 354 Send the message; end it with a dot alone on a line\n";

/// The newest message of ada.
fn newest(office: &PostOffice) -> String {
    String::from_utf8_lossy(office.messages("ada").last().unwrap()).into_owned()
}

/// The same without the trace fields of delivery.
fn newest_sent(office: &PostOffice) -> String {
    let message = newest(office);
    let trace = message.match_indices("\r\n").nth(3).unwrap().0 + 2;
    message[trace..].to_owned()
}

/// A client that said all up to DATA.
fn at_data(office: &mut PostOffice, service: Service) -> Client {
    let mut client = Client::open(office, service);
    client.send(office, b"EHLO laptop.example.test\r\n");
    if service != Smtp {
        client.send(office, format!("AUTH PLAIN {}\r\n", encode(b"\0grace\0hopper")).as_bytes());
    }
    client.send(office, b"MAIL FROM:<grace@example.test>\r\nRCPT TO:<ada@example.test>\r\nDATA\r\n");
    assert!(client.take().ends_with("with a dot alone on a line\r\n"));
    client
}

/// Sends a body that ends itself and gives what is stored.
fn stored(service: Service, text: &str) -> String {
    let mut office = PostOffice::seeded(NOW);
    let mut client = at_data(&mut office, service);
    client.send(&mut office, text.as_bytes());
    assert!(client.take().starts_with("250 2.0.0 Ok: queued as "), "{text}");
    newest_sent(&office)
}

#[test]
fn only_crlf_dot_crlf_ends_a_message() {
    let malformed = [
        "\n.\n",
        "\n.\r",
        "\n.\r\n",
        "\r.\n",
        "\r.\r",
        "\r.\r\n",
        "\r\n.\n",
        "\r\n.\r",
        "\r\n\0.\r\n",
        "\r\n.\0\r\n",
        "\r\n. \r\n",
        "\n\n.\n\n",
        "\r\r\n.\r",
        "\r\n.\n\r\n",
    ];
    for end in malformed {
        for split in 0..=end.len() {
            let mut office = PostOffice::seeded(NOW);
            let mut client = at_data(&mut office, Smtp);
            client.send(&mut office, b"Subject: one\r\n\r\ntext");
            client.send(&mut office, &end.as_bytes()[..split]);
            client.send(&mut office, &end.as_bytes()[split..]);
            client.send(
                &mut office,
                b"MAIL FROM:<mallory@example.com>\r\nRCPT TO:<ada@example.test>\r\nDATA\r\nSubject: smuggled\r\n",
            );
            assert_eq!(client.take(), "", "{end:?} is no end");
            client.send(&mut office, b".\r\n");
            let bare = end.replace("\r\n", "").contains(['\r', '\n']);
            let (answer, messages) = if bare { ("554 5.6.0 Message refused", 3) } else { ("250 2.0.0", 4) };
            let said = client.take();
            assert!(said.starts_with(answer) && said.matches("\r\n").count() == 1, "{end:?}: {said}");
            assert_eq!(office.messages("ada").len(), messages, "{end:?}");
        }
    }
}

#[test]
fn a_refused_message_ends_its_transaction() {
    check(
        Smtp,
        &format!(
            "{ENVELOPE}
             R: Subject: bare\\n
             C:
             C: text
             C: .
             S: 554 5.6.0 Message refused: it has a CR or LF that is not part of CRLF
             C: DATA
             S: 503 5.5.1
             C: MAIL FROM:<grace@example.test>
             S: 250 2.1.0"
        ),
    );
}

#[test]
fn dots_are_taken_off() {
    let office = check(
        Smtp,
        &format!(
            "{ENVELOPE}
             C: Subject: dots
             C:
             C: ..
             C: ..profile
             C: .one
             C: in the middle . and at the end.
             C: ...
             C: .
             S: 250 2.0.0 Ok: queued as"
        ),
    );
    assert_eq!(
        newest_sent(&office),
        "Subject: dots\r\n\r\n.\r\n.profile\r\none\r\nin the middle . and at the end.\r\n..\r\n"
    );
}

#[test]
fn commands_are_text_in_data_and_eight_bits_pass() {
    let office = check(
        Smtp,
        &format!(
            "{ENVELOPE}C: Subject: caf\u{e9}\nC:\nC: QUIT\nC: RSET\nC: \u{21b}i\nC: .\nS: 250 2.0.0\nC: QUIT\nS: 221\n=: close"
        ),
    );
    assert_eq!(newest_sent(&office), "Subject: caf\u{e9}\r\n\r\nQUIT\r\nRSET\r\n\u{21b}i\r\n");
}

#[test]
fn trace_fields_of_each_protocol() {
    fn check(service: Service, talk: &str, protocol: &str) {
        let mut office = PostOffice::seeded(NOW);
        let mut client = Client::open(&mut office, service);
        for line in talk.split(' ') {
            match line {
                "AUTH" => drop(client.say(&mut office, &format!("AUTH PLAIN {}", encode(b"\0ada\0lovelace")))),
                "STARTTLS" => {
                    client.say(&mut office, line);
                    client.tls();
                }
                hello => drop(client.say(&mut office, &format!("{hello} [192.0.2.7]"))),
            }
        }
        for line in ["MAIL FROM:<>", "RCPT TO:<Ada@example.test>", "DATA", "From: a@example.com"] {
            client.say(&mut office, line);
        }
        let answer = client.say(&mut office, ".");
        let id = answer.trim_end().strip_prefix("250 2.0.0 Ok: queued as ").unwrap();
        let trace = format!(
            "Return-Path: <>\r\nReceived: from [192.0.2.7] ([192.0.2.7])\r\n\tby mail.example.test with {protocol} id {id}\r\n\tfor \
             <Ada@example.test>; Fri, 20 Nov 2026 21:46:00 +0000\r\n"
        );
        assert!(newest(&office).starts_with(&trace), "{}", newest(&office));
        // Only submission completes a header; who logged in on port 25 did not submit.
        assert_eq!(newest(&office).contains("\r\nMessage-ID:"), service != Smtp);
    }
    check(Smtp, "HELO", "SMTP");
    check(Smtp, "EHLO", "ESMTP");
    check(Smtp, "EHLO STARTTLS EHLO", "ESMTPS");
    check(Smtp, "EHLO AUTH", "ESMTPA");
    check(Submission, "EHLO STARTTLS EHLO AUTH", "ESMTPSA");
    check(Smtps, "EHLO AUTH", "ESMTPSA");
}

#[test]
fn submission_completes_a_header_and_port_25_does_not() {
    let date = "Date: Fri, 20 Nov 2026 21:46:00 +0000\r\n";
    let from = "From: grace@example.test\r\n";
    assert_eq!(stored(Smtp, "Subject: x\r\n\r\ntext\r\n.\r\n"), "Subject: x\r\n\r\ntext\r\n");
    let completed = stored(Submission, "Subject: x\r\n\r\ntext\r\n.\r\n");
    let id = completed.lines().nth(2).unwrap();
    assert!(id.starts_with("Message-ID: <") && id.ends_with("@mail.example.test>"), "{id}");
    assert_eq!(completed, format!("{from}{date}{id}\r\nSubject: x\r\n\r\ntext\r\n"));
    let whole = "date: then\r\nFROM: a@example.com\r\nMessage-Id: <x@example.com>\r\n\r\ntext\r\n";
    assert_eq!(stored(Submission, &format!("{whole}.\r\n")), whole);
    // Fields after the header are text.
    assert!(stored(Submission, "Subject: x\r\n\r\nDate: x\r\n.\r\n").contains(date));
}

#[test]
fn a_text_without_header_is_kept_apart_from_ours() {
    assert_eq!(stored(Smtp, "hello\r\nthere\r\n.\r\n"), "\r\nhello\r\nthere\r\n");
    assert_eq!(stored(Smtp, "\r\nhello\r\n.\r\n"), "\r\nhello\r\n");
    assert_eq!(stored(Smtp, "..\r\n.\r\n"), "\r\n.\r\n");
    assert_eq!(stored(Smtp, ".\r\n"), "");
    assert!(stored(Submission, "hello\r\n.\r\n").ends_with("@mail.example.test>\r\n\r\nhello\r\n"));
    // No empty line, but a header: as it was sent.
    assert_eq!(stored(Smtp, "Subject: x\r\nhello\r\n.\r\n"), "Subject: x\r\nhello\r\n");
}

#[test]
fn a_message_has_a_largest_size() {
    let line = format!("{}\r\n", "x".repeat(1022));
    let mut office = PostOffice::seeded(NOW);
    for (lines, answer) in
        [(SIZE / 1024, "250 2.0.0"), (SIZE / 1024 + 1, "552 5.3.4 Message refused"), (1, "250 2.0.0")]
    {
        let mut client = at_data(&mut office, Smtp);
        for _ in 0..lines {
            client.send(&mut office, line.as_bytes());
        }
        client.send(&mut office, b".\r\n");
        let said = client.take();
        assert!(said.starts_with(answer), "{lines}: {said}");
    }
    // A line without end is only large.
    let mut client = at_data(&mut office, Smtp);
    client.send(&mut office, &vec![b'.'; 200_001]);
    client.send(&mut office, b"\r\n.\r\n");
    assert!(client.take().starts_with("250 2.0.0"));
    assert!(newest(&office).ends_with(&format!("\r\n{}\r\n", ".".repeat(200_000))));
}

#[test]
fn a_full_maildrop_takes_no_more() {
    let many = |office: &mut PostOffice| {
        let mut client = Client::open(office, Smtp);
        client.send(office, b"EHLO laptop.example.test\r\n");
        let letter = b"MAIL FROM:<>\r\nRCPT TO:<ada@example.test>\r\nDATA\r\n.\r\n";
        client.send(office, &letter.repeat(MESSAGES - 3));
    };
    let refused = "S: 220
         C: EHLO laptop.example.test
         S: 250-
         S: ...
         S: 250 HELP
         C: MAIL FROM:<>
         S: 250
         C: RCPT TO:<ada@example.test>
         S: 452 4.2.2 <ada@example.test>: mailbox full
         C: RCPT TO:<grace@example.test>
         S: 250 2.1.5";
    let office = check_after(Smtp, refused, many);
    assert_eq!(office.messages("ada").len(), MESSAGES);
}

#[test]
fn when_one_maildrop_is_full_nobody_gets_the_message() {
    let mut office = PostOffice::seeded(NOW);
    let megabyte = format!("{}\r\n", "x".repeat(1022)).repeat(1024);
    let mut sent = 0;
    let refusal = loop {
        let mut client = at_data(&mut office, Smtp);
        for _ in 0..9 {
            client.send(&mut office, megabyte.as_bytes());
        }
        client.send(&mut office, b".\r\n");
        let said = client.take();
        if !said.starts_with("250") {
            break said;
        }
        sent += 1;
    };
    assert!(refusal.starts_with("452 4.2.2 <ada@example.test>: mailbox full, nobody got it"), "{refusal}");
    assert_eq!(sent, OCTETS / (9 * 1024 * 1024));
    // An announced size is refused before the message is sent (RFC 1870 section 6.1).
    let mut client = Client::open(&mut office, Smtp);
    client.say(&mut office, "EHLO laptop.example.test");
    client.say(&mut office, "MAIL FROM:<> SIZE=9437184");
    assert!(client.say(&mut office, "RCPT TO:<ada@example.test>").starts_with("452 4.2.2"));
    assert!(client.say(&mut office, "RCPT TO:<grace@example.test>").starts_with("250"));
}

#[test]
fn offices_share_one_room() {
    let room = Room::of(100_000);
    let [mut one, mut other] = [(); 2].map(|()| PostOffice::seeded_in(&room, NOW).expect("the seeded mail fits"));
    let fresh = room.taken() / 2;
    assert!(PostOffice::seeded_in(&Room::of(fresh - 1), NOW).is_none());
    let line = format!("{}\r\n", "x".repeat(998));
    let mut send = |lines: usize| {
        let mut client = at_data(&mut one, Smtp);
        client.send(&mut one, line.repeat(lines).as_bytes());
        client.send(&mut one, b".\r\n");
        client.take()
    };
    // What comes in is kept twice for a moment: as it came, and in its maildrop.
    assert!(send(30).starts_with("250"));
    let refused = send(90);
    assert!(refused.starts_with("452 4.3.1 This server has no room"), "{refused}");
    assert!(send(35).starts_with("452 4.3.1"), "no room for the copy");
    assert!(send(10).starts_with("250"), "what was refused takes no room");
    let kept = |office: &PostOffice| office.messages("ada").len();
    assert_eq!((kept(&one), kept(&other)), (5, 3));
    // One that is on its way counts, in the other office too, until its client is gone.
    let before = room.taken();
    let mut coming = at_data(&mut other, Smtp);
    coming.send(&mut other, line.repeat(20).as_bytes());
    assert_eq!(room.taken() - before, 20_000);
    let announced = format!("MAIL FROM:<> SIZE={}", room.left() + 1);
    let mut client = Client::open(&mut one, Smtp);
    client.say(&mut one, "EHLO laptop.example.test");
    assert!(client.say(&mut one, &announced).starts_with("452 4.3.1"));
    drop(coming);
    assert!(client.say(&mut one, &announced).starts_with("250"));
    drop((one, other));
    assert_eq!(room.taken(), 0);
}

#[test]
fn each_recipient_gets_a_copy() {
    let mut office = PostOffice::seeded(NOW);
    let mut client = Client::open(&mut office, Smtp);
    client.send(
        &mut office,
        b"EHLO laptop.example.test\r\nMAIL FROM:<grace@example.test>\r\nRCPT TO:<ada@example.test>\r\n\
          RCPT TO:<grace@example.test>\r\nRCPT TO:<postmaster@example.test>\r\nDATA\r\nSubject: all\r\n.\r\n",
    );
    assert_eq!((office.messages("ada").len(), office.messages("grace").len()), (4, 4 - 2 + 2));
    for (name, recipient) in [("ada", "<ada@example.test>"), ("grace", "<postmaster@example.test>")] {
        let message = String::from_utf8_lossy(office.messages(name).last().unwrap()).into_owned();
        assert!(message.contains(&format!("\tfor {recipient}; ")), "{message}");
    }
}
