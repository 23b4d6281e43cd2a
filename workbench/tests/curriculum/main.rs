//! The curriculum, row by row: what a learner must be able to do and see of POP3, SMTP and messages, each checked here by one
//! function. The observer sits beside the practice server, in memory; what only a browser shows is elsewhere.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![allow(clippy::disallowed_methods, reason = "the transcripts are files")]

mod desk;
mod message;
mod pop3;
mod smtp;

/// A row of the curriculum, what its function checks, and the function.
type Row = (&'static str, &'static str, fn());

const ROWS: &[Row] = &[
    ("A1", "the ports; greeting first; AUTHORIZATION, TRANSACTION, UPDATE, closed", pop3::a1),
    ("A2", "USER and PASS, in clear and said so; a wrong password; one session a maildrop", pop3::a2),
    ("A3", "APOP from the greeting's own timestamp; the digest of a course", pop3::a3),
    ("A4", "AUTH PLAIN, LOGIN, CRAM-MD5; the asterisk; other mechanisms explained", pop3::a4),
    ("A5", "every command in every form, and every refusal", pop3::a5),
    ("A6", "numbers stay; a deleted message is invalid and out of every list; RSET", pop3::a6),
    ("A7", "QUIT removes, a cut removes nothing", pop3::a7),
    ("A8", "status, response codes, the lone dot, dots doubled and taken away", pop3::a8),
    ("A9", "STLS: go-ahead, CAPA again, what is forgotten and what must not be sent", pop3::a9),
    ("A10", "pop:// addresses: host, port, name and mechanism; a password in one is dropped", pop3::a10),
    ("B1", "the ports; 220; two messages on one connection; 221", smtp::b1),
    ("B2", "every command; the null path; many recipients; what is obsolete", smtp::b2),
    ("B3", "every code, digit by digit; multi-line replies; enhanced codes", smtp::b3),
    ("B4", "503, 500, 501; missing brackets, lenient and strict", smtp::b4),
    ("B5", "AUTH LOGIN with its prompts, PLAIN, CRAM-MD5; base64 hides nothing", smtp::b5),
    ("B6", "header, empty line, body; dots; long lines; envelope and header differ", smtp::b6),
    ("B7", "STARTTLS, and EHLO again", smtp::b7),
    ("B8", "the sessions the courses print, step by step and in order", smtp::b8),
    ("C1", "every group of header fields; Date, From and Sender are asked for", message::c1),
    ("C2", "folding undone; 78 and 998; encoded-words", message::c2),
    ("C3", "media types and transfer encodings; the tree of parts with its octets", message::c3),
    ("C4", "base64 as 24 bits in four sixes, with padding; uuencode", message::c4),
];

/// The rows that must be here: how many there are of each letter.
const WANTED: &[(char, usize)] = &[('A', 10), ('B', 8), ('C', 4)];

#[test]
fn every_row_is_checked() {
    for (row, what, check) in ROWS {
        eprintln!("{row}: {what}");
        check();
    }
}

#[test]
fn no_row_is_forgotten() {
    let wanted = WANTED.iter().flat_map(|(letter, count)| (1..=*count).map(move |number| format!("{letter}{number}")));
    let named: Vec<_> = ROWS.iter().map(|(row, ..)| (*row).to_owned()).collect();
    assert_eq!(named, wanted.collect::<Vec<_>>());
}
