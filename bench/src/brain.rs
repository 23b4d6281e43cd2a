//! P15: bytes to annotated events in `mailproto`: how fast, whether in time linear in the size, and in how much memory.

use std::hint::black_box;

use mailproto::Protocol;
use mailproto::line::Ending;
use mailproto::session::Session;

use crate::cost::{forget_peak, own_cpu_seconds, peak_kib};
use crate::table::{median, print, spread};

/// As one read of a socket gives.
const CHUNK: usize = 16 * 1024;

/// In MB.
const SIZES: [usize; 3] = [1, 10, 100];

/// Rounds that count; one before them warms up.
const ROUNDS: usize = 5;

/// What comes after `+OK`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// One long letter: lines of 82 bytes.
    Retr,
    /// One letter after the other, 8 KiB each.
    Letters,
    /// A scan listing.
    List,
    /// A unique-id listing.
    Uidl,
    /// One line, without end.
    Endless,
}

impl Reply {
    /// All.
    pub const ALL: [Self; 5] = [Self::Retr, Self::Letters, Self::List, Self::Uidl, Self::Endless];

    /// As it is asked for on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Retr => "retr",
            Self::Letters => "letters",
            Self::List => "list",
            Self::Uidl => "uidl",
            Self::Endless => "endless",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Retr => "RETR, one long letter",
            Self::Letters => "RETR, letters of 8 KiB",
            Self::List => "LIST",
            Self::Uidl => "UIDL",
            Self::Endless => "a line that never ends",
        }
    }
}

/// The table.
pub fn all() {
    let mut rows = Vec::new();
    for reply in Reply::ALL {
        let mut speeds = Vec::new();
        for size in SIZES {
            eprintln!("P15: {}, {size} MB", reply.title());
            forget_peak();
            let before = peak_kib();
            let rounds: Vec<f64> =
                (0..=ROUNDS).map(|_| size as f64 / seconds(reply, size * 1_000_000)).skip(1).collect();
            let peak = peak_kib().saturating_sub(before);
            speeds.push(median(&rounds));
            let linear = median(&rounds) / speeds[0];
            rows.push(vec![
                reply.title().to_owned(),
                format!("{size}"),
                spread(&rounds, 0),
                format!("{linear:.2}x"),
                format!("{peak}"),
            ]);
        }
    }
    println!("### P15: bytes to annotated events in `mailproto`\n");
    print(&["reply", "MB", "MB/s", "speed over that at 1 MB", "KiB of memory on top"], &rows);
}

/// The processor time a session takes for a reply of so many bytes: on a shared machine the clock on the wall says little.
fn seconds(reply: Reply, bytes: usize) -> f64 {
    let mut session = logged_in();
    // Made by the piece, so that what is measured is the session and not the memory of the reply.
    let pattern = pattern(reply);
    let begun = own_cpu_seconds();
    feed(&mut session, reply, &pattern, bytes);
    own_cpu_seconds() - begun
}

/// Feeds a reply once, for a tool that counts instructions.
pub fn once(reply: Reply, bytes: usize) {
    feed(&mut logged_in(), reply, &pattern(reply), bytes);
}

fn feed(session: &mut Session, reply: Reply, pattern: &[u8], bytes: usize) {
    let mut fed = 0;
    let mut place = 0;
    if reply != Reply::Letters {
        open(session, reply);
    }
    while fed < bytes {
        if reply == Reply::Letters && place == 0 {
            open(session, reply);
        }
        let end = (place + CHUNK).min(pattern.len());
        black_box(session.received(&pattern[place..end]));
        fed += end - place;
        place = if end == pattern.len() { 0 } else { end };
    }
}

fn open(session: &mut Session, reply: Reply) {
    let command: &[u8] = match reply {
        Reply::Retr | Reply::Letters | Reply::Endless => b"RETR 1",
        Reply::List => b"LIST",
        Reply::Uidl => b"UIDL",
    };
    black_box(session.sent(command, Ending::CrLf));
    let greeting: &[u8] = if reply == Reply::Endless { b"+OK\r\nFrom: ada " } else { b"+OK\r\n" };
    black_box(session.received(greeting));
}

/// What is repeated, cut at a line's end.
fn pattern(reply: Reply) -> Vec<u8> {
    let header =
        b"From: Ada <ada@example.test>\r\nSubject: a long letter\r\nDate: Fri, 20 Nov 2026 12:00:00 +0000\r\n\r\n";
    let text = b"The Analytical Engine has no pretensions whatever to originate anything by us.xy\r\n";
    match reply {
        Reply::Retr => text.repeat(4096),
        Reply::Letters => [&header[..], &text.repeat(100), b".\r\n"].concat(),
        Reply::List => {
            (1..50_000_u32).flat_map(|number| format!("{number} {}\r\n", number * 7 % 9973).into_bytes()).collect()
        }
        Reply::Uidl => {
            (1..50_000_u32).flat_map(|number| format!("{number} {number:08x}5b3c2a1d\r\n").into_bytes()).collect()
        }
        Reply::Endless => vec![b'x'; 1 << 20],
    }
}

fn logged_in() -> Session {
    let mut session = Session::new(Protocol::Pop3);
    _ = session.connected(false);
    _ = session.received(b"+OK ready\r\n");
    for (line, reply) in [("USER ada", "+OK\r\n"), ("PASS x", "+OK\r\n")] {
        _ = session.sent(line.as_bytes(), Ending::CrLf);
        _ = session.received(reply.as_bytes());
    }
    assert_eq!(session.state(), mailproto::State::Transaction);
    session
}
