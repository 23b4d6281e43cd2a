//! The rows of the log: what is folded, and that long replies are folded without looking at each line. Markup is not here.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::Page;
use workbench::{
    BenchMsg,
    log::{self, Row},
    mailproto::Protocol,
    net::Cause,
    tape::Fact,
    target::{Target, Via},
};

/// A POP3 session in which the server says these things to these lines, in one chunk each.
fn session(said: &[(&str, String)]) -> Page {
    let mut page = Page::connected(Target::practice(Protocol::Pop3, Via::Proxy));
    say(&mut page, said);
    page
}

fn say(page: &mut Page, said: &[(&str, String)]) {
    for (line, reply) in said {
        if !line.is_empty() {
            let _ = page.typed(line);
        }
        let _ = page.heard(reply.as_bytes());
    }
}

fn rows(page: &Page) -> Vec<Row> {
    log::rows(page.conversation(), &page.front().look)
}

/// The entry whose explanation is shown.
fn shown(page: &Page) -> Option<usize> {
    page.front().place().map(|place| place.entry)
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
fn expected(page: &Page, rows: &[Row]) -> usize {
    let hidden: usize = rows.iter().filter_map(|row| row.fold).filter(|fold| fold.folded).map(|fold| fold.more).sum();
    page.conversation().transcript().len() - hidden
}

#[test]
fn long_replies_are_folded() {
    fn check(lines: usize, folded: bool) {
        let mut page = session(&logged_in());
        let before = rows(&page).len();
        say(&mut page, &[("LIST", long(lines)), ("NOOP", "+OK\r\n".into())]);
        let shown = rows(&page);
        let fold = shown[before + 1].fold.unwrap();
        assert_eq!((fold.more, fold.folded), (lines, folded), "{lines}");
        // LIST, the head of its reply, NOOP, its reply; and the lines between.
        assert_eq!(shown.len(), before + 4 + if folded { 0 } else { lines }, "{lines}");
        assert_eq!(shown.len(), expected(&page, &shown), "{lines}");
        assert_eq!(shown.last().unwrap().index, page.conversation().transcript().len() - 1, "{lines}");

        let _ = page.say(BenchMsg::Fold { exchange: fold.exchange, folded: !folded });
        let other = rows(&page);
        assert_eq!(other.len(), before + 4 + if folded { lines } else { 0 }, "{lines}");
        assert_eq!(other.last(), shown.last(), "{lines}");
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
        let mut page = session(&logged_in());
        let _ = page.typed("LIST");
        for piece in whole.as_bytes().chunks(size) {
            let _ = page.heard(piece);
        }
        let shown = rows(&page);
        let fold = shown.last().unwrap().fold.unwrap();
        assert_eq!((fold.more, fold.folded), (1000, true), "{size}");
    }
}

/// Exchanges are numbered through the record: a fold belongs to one reply, whatever connection it came on.
#[test]
fn each_connection_of_a_record_keeps_its_folds() {
    let mut page = session(&logged_in());
    say(&mut page, &[("LIST", long(700))]);
    let _ = page.say(BenchMsg::Disconnect);
    let first = page.conversation().transcript().len();
    let _ = page.say(BenchMsg::Reconnect);
    let _ = page.happened(Fact::Up { address: String::new() });
    say(&mut page, &logged_in());
    say(&mut page, &[("LIST", long(600)), ("NOOP", "+OK\r\n".into())]);
    let heads: Vec<_> = rows(&page).into_iter().filter_map(|row| Some((row.index < first, row.fold?))).collect();
    let told: Vec<_> = heads.iter().map(|(before, fold)| (*before, fold.more, fold.folded)).collect();
    assert_eq!(told, [(true, 700, true), (false, 600, true)]);
    // Opened again, the one before the cut shows whole, and the other stays as it is.
    let _ = page.say(BenchMsg::Fold { exchange: heads[0].1.exchange, folded: false });
    let shown = rows(&page);
    assert_eq!(shown.len(), expected(&page, &shown));
    assert_eq!(shown.iter().filter(|row| row.index < first).count(), first);
}

/// What is explained is in sight: the chosen line, else the newest one; a folded reply is spoken for by its first line.
#[test]
fn the_explained_line_is_in_sight() {
    let mut page = session(&logged_in());
    let in_sight = |page: &Page| shown(page).is_some_and(|entry| rows(page).iter().any(|row| row.index == entry));
    say(&mut page, &[("LIST", long(40))]);
    let head = rows(&page).iter().rev().find(|row| row.fold.is_some()).copied().unwrap();
    assert_eq!(shown(&page), Some(head.index));
    let _ = page.say(BenchMsg::Select(Some(workbench::place::Place::entry(head.index + 5))));
    assert_eq!(shown(&page), Some(head.index), "a folded line cannot be shown");
    let _ = page.say(BenchMsg::Fold { exchange: head.fold.unwrap().exchange, folded: false });
    assert_eq!(shown(&page), Some(head.index + 5));
    let _ = page.say(BenchMsg::Select(None));
    assert_eq!(shown(&page), Some(page.conversation().transcript().len() - 1));
    // A line typed while a long reply is still coming is newer than the reply's first line.
    let _ = page.typed("LIST");
    let _ = page.heard(long(60).as_bytes()[..300].to_vec());
    let _ = page.typed("NOOP");
    let typed = shown(&page);
    let _ = page.heard(long(60).as_bytes()[300..].to_vec());
    assert_eq!(shown(&page), typed);
    assert!(in_sight(&page));
    let _ = page.ended(Cause::Client);
    assert!(in_sight(&page));
}
