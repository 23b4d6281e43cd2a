//! Faults around a connection: a cut or a late reply, wherever it is asked for; and without any, no difference.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod dialogue;

use dialogue::NOW;
use practice::{
    Connection, Fault, Faulty, Output, PostOffice,
    Service::{self, Pop3, Smtp},
    Then, Timestamp,
    Trouble::{self, Cut, Late},
};

/// A client at a connection with faults, as a driver obeys it: what was said, in order, waits and the end among it.
fn talk(service: Service, faults: &[Fault], chunks: &[&[u8]]) -> (String, PostOffice) {
    let (mut office, mut now) = (PostOffice::seeded(NOW), NOW);
    let opened = Connection::open(&mut office, service, "192.0.2.7", now, 7);
    let (mut connection, mut output) = Faulty::around(opened, faults.to_vec(), now);
    let mut said = String::new();
    let mut chunks = chunks.iter();
    loop {
        let Output { bytes, then } = output;
        said.push_str(&String::from_utf8(bytes).unwrap());
        match then {
            Then::Continue => {}
            Then::StartTls => {
                said.push_str("<tls>");
                connection.tls_established();
            }
            Then::Wait { until } => {
                said.push_str(&format!("<{}>", until.0 - now.0));
                // Who asks too early hears nothing new.
                let early = connection.receive(&mut office, b"", Timestamp(until.0 - 1));
                assert_eq!(early, Output { bytes: Vec::new(), then });
                now = until;
                output = connection.receive(&mut office, b"", now);
                continue;
            }
            Then::Cut | Then::Close => {
                said.push_str(if then == Then::Cut { "<cut>" } else { "<close>" });
                break;
            }
        }
        output = match connection.has_backlog() {
            true => connection.receive(&mut office, b"", now),
            false => match chunks.next() {
                Some(chunk) => connection.receive(&mut office, chunk, now),
                None => break,
            },
        };
    }
    connection.hang_up(&mut office);
    assert!(!office.is_locked("ada"));
    (said, office)
}

fn fault(reply: u32, what: Trouble) -> Fault {
    Fault { reply, what }
}

const LOGIN: &[u8] = b"USER ada\r\nPASS lovelace\r\n";

#[test]
fn each_reply_can_be_lost_or_late() {
    let sent = b"USER ada\r\nPASS lovelace\r\nRETR 1\r\nDELE 1\r\nQUIT\r\n";
    let (whole, _) = talk(Pop3, &[], &[sent]);
    // Where each reply begins: the letter has no line like these.
    let mut begins: Vec<usize> = vec![0];
    begins.extend(whole.match_indices("\r\n+OK ").map(|(at, _)| at + 2));
    assert_eq!(begins.len(), 6, "{whole}");
    for (number, begin) in (0..).zip(&begins) {
        let (before, behind) = whole.split_at(*begin);
        for size in [1, 7, sent.len()] {
            let chunks: Vec<_> = sent.chunks(size).collect();
            let (said, office) = talk(Pop3, &[fault(number, Cut)], &chunks);
            assert_eq!(said, format!("{before}<cut>"), "{number}");
            // Only the reply to QUIT can be lost after the letter was removed.
            assert_eq!(office.messages("ada").len(), if number == 5 { 2 } else { 3 }, "{number}");
            let (said, office) = talk(Pop3, &[fault(number, Late(90))], &chunks);
            assert_eq!(said, format!("{before}<90>{behind}"), "{number}");
            assert_eq!(office.messages("ada").len(), 2);
            let (said, _) = talk(Pop3, &[fault(number, Late(5)), fault(number, Cut)], &chunks);
            assert_eq!(said, format!("{before}<5><cut>"), "{number}");
        }
    }
}

#[test]
fn a_lost_reply_to_data_is_a_letter_that_comes_twice() {
    let letter =
        b"HELO c.test\r\nMAIL FROM:<>\r\nRCPT TO:<ada@example.test>\r\nDATA\r\nSubject: once?\r\n\r\n.\r\nQUIT\r\n";
    let (said, office) = talk(Smtp, &[fault(5, Cut)], &[letter]);
    assert!(said.ends_with("with a dot alone on a line\r\n<cut>"), "{said}");
    assert_eq!(office.messages("ada").len(), 4);
}

#[test]
fn what_came_behind_an_upgrade_is_thrown_away() {
    for faults in [vec![], vec![fault(1, Late(3))], vec![fault(9, Cut)]] {
        let (said, _) = talk(Pop3, &faults, &[b"STLS\r\nNOOP\r\nQU", b"QUIT\r\n"]);
        let (before, behind) = said.split_once("<tls>").unwrap();
        assert!(before.ends_with("Begin TLS negotiation now\r\n"), "{said}");
        assert_eq!(behind, "+OK mail.example.test signing off\r\n<close>");
    }
}

#[test]
fn faults_never_reached_make_no_difference() {
    let chunks: [&[u8]; 3] = [LOGIN, b"RETR 1\r\nTOP 2 1\r\nLIST\r\nNO", b"OP\r\nX\nQUIT\r\nSTAT\r\n"];
    let (said, _) = talk(Pop3, &[], &chunks);
    assert!(said.ends_with("3 messages left\r\n<close>"), "{said}");
    assert_eq!(talk(Pop3, &[fault(99, Cut)], &chunks).0, said);
}

#[test]
fn debug_shows_no_password() {
    let mut office = PostOffice::seeded(NOW);
    let opened = Connection::open(&mut office, Pop3, "192.0.2.7", NOW, 7);
    let (mut connection, _) = Faulty::around(opened, vec![fault(1, Late(9))], NOW);
    let output = connection.receive(&mut office, LOGIN, NOW);
    assert_eq!(output.then, Then::Wait { until: Timestamp(NOW.0 + 9) });
    assert!(!format!("{connection:?} {output:?}").contains("lovelace"));
}
