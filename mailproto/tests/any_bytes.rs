//! Whatever either side sends, in whatever pieces: no panic, no byte lost, and the pieces make no difference.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use mailproto::{Event, Protocol, Session, explain, line::Ending, token::Side};
use proptest::prelude::*;

/// Bytes that look like dialogue often enough to reach deep states.
fn server_bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"+OK\r\n".to_vec()),
        Just(b"+OK <1.2@x> 3 4\r\n".to_vec()),
        Just(b"-ERR [IN-USE] no\r\n".to_vec()),
        Just(b"+ AA==\r\n".to_vec()),
        Just(b"220 x\r\n".to_vec()),
        Just(b"250-x\r\n250 SIZE 1\r\n".to_vec()),
        Just(b"250-x\r\n250-PIPELINING\r\n250 CHUNKING\r\n".to_vec()),
        Just(b"334 VXNlcm5hbWU6\r\n".to_vec()),
        Just(b"354 go\r\n".to_vec()),
        Just(b"235 2.7.0 ok\r\n".to_vec()),
        Just(b"550 5.1.1 no\r\n".to_vec()),
        Just(b".\r\n".to_vec()),
        Just(b"..\r\nSubject: x\r\n\r\n".to_vec()),
        prop::collection::vec(any::<u8>(), 0..12),
        prop::sample::select(vec![b'\r', b'\n', b'.', b' ', b'-']).prop_map(|byte| vec![byte]),
    ];
    prop::collection::vec(piece, 0..10).prop_map(|pieces| pieces.concat())
}

fn client_line() -> impl Strategy<Value = Vec<u8>> {
    let lines = [
        "USER ada",
        "PASS x",
        "AUTH LOGIN",
        "AUTH PLAIN",
        "*",
        "QUJD",
        "STAT",
        "LIST",
        "RETR 1",
        "TOP 1 2",
        "DELE 1",
        "RSET",
        "QUIT",
        "STLS",
        "STARTTLS",
        "EHLO a.test",
        "MAIL FROM:<a@b.test>",
        "RCPT TO:<c@d.test>",
        "DATA",
        "BDAT 5",
        "BDAT 7 LAST",
        "BDAT 18446744073709551615",
        ".",
        "",
        "a: b",
    ];
    prop_oneof![
        8 => prop::sample::select(lines.to_vec()).prop_map(|line| line.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>().prop_filter("no line end", |byte| !matches!(byte, b'\r' | b'\n')), 0..20),
    ]
}

#[derive(Debug, Clone)]
enum Turn {
    Client(Vec<u8>),
    Server(Vec<u8>, usize),
}

fn turns() -> impl Strategy<Value = Vec<Turn>> {
    let turn = prop_oneof![
        client_line().prop_map(Turn::Client),
        (server_bytes(), 0_usize..64).prop_map(|(bytes, at)| Turn::Server(bytes, at)),
    ];
    prop::collection::vec(turn, 0..24)
}

fn play(protocol: Protocol, turns: &[Turn], split: bool) -> Vec<Event> {
    let mut session = Session::new(protocol);
    let mut events = session.connected(false);
    for turn in turns {
        match turn {
            Turn::Client(line) => {
                session.forecast(line, &session.judge(line));
                events.extend(session.sent(line, Ending::CrLf));
            }
            Turn::Server(bytes, at) => {
                let (a, b) = bytes.split_at(if split { (*at).min(bytes.len()) } else { bytes.len() });
                events.extend(session.received(a));
                events.extend(session.received(b));
            }
        }
        session.legal();
    }
    events.extend(session.closed());
    events
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_observer_survives_everything(pop3 in any::<bool>(), turns in turns()) {
        let protocol = if pop3 { Protocol::Pop3 } else { Protocol::Smtp };
        let events = play(protocol, &turns, false);
        prop_assert_eq!(&play(protocol, &turns, true), &events);
        let mut kept = Vec::new();
        for event in &events {
            let Event::Line(line) = event else { continue };
            let mut at = 0;
            for token in &line.tokens {
                prop_assert!(token.span.start >= at && token.span.end >= token.span.start);
                prop_assert!(token.span.end <= line.text.expose().len());
                at = token.span.end;
            }
            explain::explain(line);
            if line.side == Side::Server {
                kept.extend_from_slice(line.text.expose());
                kept.extend_from_slice(line.ending.bytes());
            }
        }
        let sent: Vec<u8> = turns.iter().filter_map(|turn| match turn {
            Turn::Server(bytes, _) => Some(bytes.as_slice()),
            Turn::Client(_) => None,
        }).collect::<Vec<_>>().concat();
        prop_assert_eq!(kept, sent);
    }
}
