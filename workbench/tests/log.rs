//! The rows of the log: what is folded, and that long replies are folded without looking at each line. Markup is not here.
#![allow(clippy::unwrap_used, reason = "tests")]

use workbench::{
    Model, Msg,
    mailproto::{Protocol, line::Ending},
    model::{Target, Via},
    net::Micros,
    update,
    view::{self, Row},
};

/// A POP3 session in which the server says these things to these lines, in one chunk each.
fn session(said: &[(&str, String)]) -> Model {
    let mut model = Model::default();
    update(&mut model, Msg::Connect(Target::practice(Protocol::Pop3, Via::Proxy)));
    update(&mut model, Msg::Connected { address: String::new(), at: Micros(0) });
    say(&mut model, said);
    model
}

fn say(model: &mut Model, said: &[(&str, String)]) {
    for (line, reply) in said {
        if !line.is_empty() {
            update(model, Msg::Submit { line: (*line).into(), ending: Ending::CrLf, at: Micros(1) });
        }
        update(model, Msg::Received { bytes: reply.as_bytes().to_vec(), at: Micros(2) });
    }
}

fn logged_in() -> [(&'static str, String); 3] {
    [("", "+OK\r\n".into()), ("USER ada", "+OK\r\n".into()), ("PASS x", "+OK\r\n".into())]
}

/// A reply to LIST or RETR with so many lines behind the first, the dot included.
fn long(lines: usize) -> String {
    let body: String = (1..lines).map(|number| format!("{number} 1\r\n")).collect();
    format!("+OK\r\n{body}.\r\n")
}

/// How many rows there should be: each entry but those that the heads of closed folds count.
fn expected(model: &Model, rows: &[Row]) -> usize {
    let hidden: usize = rows.iter().filter_map(|row| row.fold).filter(|fold| fold.folded).map(|fold| fold.more).sum();
    model.transcript.len() - hidden
}

#[test]
fn long_replies_are_folded() {
    fn check(lines: usize, folded: bool) {
        let mut model = session(&logged_in());
        let before = view::rows(&model).len();
        say(&mut model, &[("LIST", long(lines)), ("NOOP", "+OK\r\n".into())]);
        let rows = view::rows(&model);
        let fold = rows[before + 1].fold.unwrap();
        assert_eq!((fold.more, fold.folded), (lines, folded), "{lines}");
        // LIST, the head of its reply, NOOP, its reply; and the lines between.
        assert_eq!(rows.len(), before + 4 + if folded { 0 } else { lines }, "{lines}");
        assert_eq!(rows.len(), expected(&model, &rows), "{lines}");
        assert_eq!(rows.last().unwrap().index, model.transcript.len() - 1, "{lines}");

        update(&mut model, Msg::Fold { exchange: fold.exchange, folded: !folded });
        let other = view::rows(&model);
        assert_eq!(other.len(), before + 4 + if folded { lines } else { 0 }, "{lines}");
        assert_eq!(other.last(), rows.last(), "{lines}");
    }
    check(1, false);
    check(24, false);
    check(25, true);
    // Around the chunks of the record.
    for lines in [240, 255, 256, 257, 500, 511, 512, 513, 769, 2000] {
        check(lines, true);
    }
}

#[test]
fn a_reply_that_arrives_in_pieces_shows_as_one() {
    let whole = long(1000);
    for size in [1, 7, 4096] {
        let mut model = session(&logged_in());
        update(&mut model, Msg::Submit { line: "LIST".into(), ending: Ending::CrLf, at: Micros(1) });
        for piece in whole.as_bytes().chunks(size) {
            update(&mut model, Msg::Received { bytes: piece.to_vec(), at: Micros(2) });
        }
        let rows = view::rows(&model);
        let fold = rows.last().unwrap().fold.unwrap();
        assert_eq!((fold.more, fold.folded), (1000, true), "{size}");
    }
}

/// Exchanges are numbered anew with each connection.
#[test]
fn a_fold_stays_within_its_session() {
    let mut model = session(&logged_in());
    say(&mut model, &[("LIST", long(700))]);
    update(&mut model, Msg::Disconnect { at: Micros(3) });
    let first = model.transcript.len();
    update(&mut model, Msg::Reconnect);
    update(&mut model, Msg::Connected { address: String::new(), at: Micros(4) });
    say(&mut model, &logged_in());
    say(&mut model, &[("LIST", long(600)), ("NOOP", "+OK\r\n".into())]);
    let rows = view::rows(&model);
    let heads: Vec<_> = rows.iter().filter(|row| row.fold.is_some()).collect();
    assert!(matches!(heads[..], [Row { index, .. }] if *index > first), "{heads:?}");
    assert_eq!(rows.last().unwrap().index, model.transcript.len() - 1);
    assert!(rows.iter().filter(|row| row.index < first).count() > 700, "the earlier session stays open");
}
