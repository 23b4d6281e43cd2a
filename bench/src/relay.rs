//! P1 to P5: lines, bulk, TLS, round trips and bytes lost, each way in turn in every round.

use std::sync::Arc;
use std::time::Instant;

use crate::cost::cpu_seconds;
use crate::link::Link;
use crate::server::{Ask, LINE, body, pieces};
use crate::table::{print, quantile, ratio, spread};
use crate::ways::Way;

/// Rounds that count; one before them warms up.
const ROUNDS: usize = 9;

/// P1: so many lines, each by a write of its own.
const LINES: usize = 200_000;

/// P2: so many bytes at once.
const BULK: usize = 100_000_000;

/// P1 to P3: so often in one round, since the processor time of others comes in hundredths of a second.
const TIMES: usize = 5;

/// P4: round trips in one round.
const TRIPS: usize = 4_000;

/// P5: sizes around every border of frames, buffers and windows.
const SIZES: [usize; 12] = [1, 125, 126, 127, 65_527, 65_528, 65_535, 65_536, 262_144, 262_145, 1_000_003, 12_345_678];

/// What one transfer took, in seconds: the mean of a round.
#[derive(Clone, Copy)]
struct Cost {
    wall: f64,
    cpu: f64,
}

/// What is measured here.
pub const IDS: [&str; 5] = ["P1", "P2", "P3", "P4", "P5"];

/// The tables of the relay that are wanted. Gives what was lost.
pub fn all(plain: &[Way], tls: &[Way], wanted: impl Fn(&str) -> bool) -> Vec<String> {
    let whole = body(BULK);
    let lines = (Ask::Lines(LINES), LINES * LINE);
    let bulk = (Ask::Bulk(BULK), BULK);
    let mut lost = Vec::new();
    if wanted("P5") {
        lost.extend(whole_bytes(&plain.iter().chain(tls).collect::<Vec<_>>(), &whole));
    }
    let plain: Vec<&Way> = plain.iter().collect();
    if wanted("P1") {
        transfers("P1: 200,000 lines of 80 bytes, one write each", &plain, lines, &whole);
    }
    if wanted("P2") {
        transfers("P2: 100 MB at once", &plain, bulk, &whole);
    }
    if wanted("P3") {
        // Our own plain way has its turn in the same rounds.
        let tls: Vec<&Way> = tls.iter().chain(plain.iter().copied().filter(|way| way.is_ours())).collect();
        transfers("P3: P1 with TLS to the mail server", &tls, lines, &whole);
        transfers("P3: P2 with TLS to the mail server", &tls, bulk, &whole);
    }
    if wanted("P4") {
        round_trips(&plain);
    }
    lost
}

/// P5. A way that loses bytes is told; ours makes the run fail.
fn whole_bytes(ways: &[&Way], whole: &[u8]) -> Vec<String> {
    let mut lost = Vec::new();
    let mut rows = Vec::new();
    for way in ways {
        eprintln!("P5: {} carries {} sizes in odd pieces, both ways", way.name, SIZES.len());
        let (mut down, mut up) = (0, 0);
        for size in SIZES {
            down += size - last_bytes(&mut way.connect(), size, whole);
            up += size - upload(&mut way.connect(), size, whole);
        }
        if way.is_ours() && down + up > 0 {
            lost.push(format!("{} lost {down} bytes down and {up} up", way.name));
        }
        rows.push(vec![way.name.to_owned(), down.to_string(), up.to_string()]);
    }
    println!("### P5: bytes lost or out of place, the last before the close included\n");
    print(&["way", "to the client", "to the mail server"], &rows);
    lost
}

/// The mail server sends in pieces and closes at once. How many bytes came as they should.
fn last_bytes(link: &mut Link, size: usize, whole: &[u8]) -> usize {
    let mut right = 0;
    let mut wrong = false;
    let _ = link.send(Ask::Pieces(size).line().as_bytes());
    let mut take = |bytes: &[u8]| {
        wrong |= whole[..size].get(right..right + bytes.len()) != Some(bytes);
        right += if wrong { 0 } else { bytes.len() };
    };
    while let Ok(Some(_)) = link.receive(&mut take) {}
    right
}

/// The client sends in pieces. How many bytes the mail server found as they should be.
fn upload(link: &mut Link, size: usize, whole: &[u8]) -> usize {
    let mut at = 0;
    let _ = link.send(Ask::Take(size).line().as_bytes());
    for piece in pieces(size) {
        let _ = link.send(&whole[at..at + piece]);
        at += piece;
    }
    let mut answer = String::new();
    while !answer.ends_with('\n') {
        match link.receive(&mut |bytes| answer.push_str(&String::from_utf8_lossy(bytes))) {
            Ok(Some(_)) => {}
            Ok(None) | Err(_) => break,
        }
    }
    answer.trim_end().parse().unwrap_or_default()
}

/// Each way in each round, the order rotated. Prints the table.
fn transfers(title: &str, ways: &[&Way], (ask, size): (Ask, usize), whole: &Arc<Vec<u8>>) {
    let mut all: Vec<_> = ways.iter().map(|way| (way.name, Vec::new())).collect();
    for round in 0..=ROUNDS {
        eprintln!("{title}: round {round} of {ROUNDS}");
        for turn in 0..ways.len() {
            let at = (turn + round) % ways.len();
            let cost = transfer(ways[at], ask, &whole[..size]);
            if round > 0 {
                all[at].1.push(cost);
            }
        }
    }
    let ours = all.iter().zip(ways).find(|(_, way)| way.is_ours()).map(|((_, costs), _)| costs.clone());
    let ours = ours.unwrap_or_default();
    let row = |(name, costs): &(&str, Vec<Cost>)| {
        let (cpu, wall) = (cpus(costs), walls(costs));
        let (our_cpu, our_wall) = (cpus(&ours), walls(&ours));
        vec![
            (*name).to_owned(),
            spread(&cpu, 3),
            spread(&wall, 3),
            times(ratio(&our_cpu, &cpu)),
            times(ratio(&our_wall, &wall)),
        ]
    };
    println!("### {title}\n");
    print(
        &["way", "CPU s", "wall s", "ours / this, CPU", "ours / this, wall"],
        &all.iter().map(row).collect::<Vec<_>>(),
    );
}

fn transfer(way: &Way, ask: Ask, expected: &[u8]) -> Cost {
    let mut link = way.connect();
    let processes = way.processes();
    let before = cpu_seconds(&processes);
    let begun = Instant::now();
    for _ in 0..TIMES {
        fetch(way, &mut link, ask, expected);
    }
    let wall = begun.elapsed().as_secs_f64();
    Cost { wall: wall / TIMES as f64, cpu: (cpu_seconds(&processes) - before) / TIMES as f64 }
}

fn fetch(way: &Way, link: &mut Link, ask: Ask, expected: &[u8]) {
    link.send(ask.line().as_bytes()).unwrap_or_else(|error| panic!("{}: {error}", way.name));
    let mut right = 0;
    while right < expected.len() {
        let mut take = |bytes: &[u8]| {
            let here = expected.get(right..right + bytes.len());
            assert!(here == Some(bytes), "{}: wrong bytes near byte {right}", way.name);
            right += bytes.len();
        };
        match link.receive(&mut take) {
            Ok(Some(_)) => {}
            Ok(None) => panic!("{}: ended after {right} bytes of {}", way.name, expected.len()),
            Err(error) => panic!("{}: {error} after {right} bytes of {}", way.name, expected.len()),
        }
    }
}

/// P4: a line there and back, in microseconds.
fn round_trips(ways: &[&Way]) {
    let mut all: Vec<(Vec<f64>, Vec<f64>)> = ways.iter().map(|_| Default::default()).collect();
    for round in 0..=ROUNDS {
        eprintln!("P4: round trips: round {round} of {ROUNDS}");
        for turn in 0..ways.len() {
            let at = (turn + round) % ways.len();
            let trips = trips(ways[at]);
            if round > 0 {
                all[at].0.push(quantile(&trips, 0.5));
                all[at].1.push(quantile(&trips, 0.99));
            }
        }
    }
    let direct = all.first().cloned().unwrap_or_default();
    let added = |these: &[f64], those: &[f64]| {
        let differences: Vec<f64> = these.iter().zip(those).map(|(a, b)| a - b).collect();
        spread(&differences, 0)
    };
    let row = |(way, (half, most)): (&&Way, &(Vec<f64>, Vec<f64>))| {
        vec![way.name.to_owned(), spread(half, 0), spread(most, 0), added(half, &direct.0), added(most, &direct.1)]
    };
    println!("### P4: a line of 80 bytes there and back, microseconds\n");
    let rows: Vec<_> = ways.iter().zip(&all).map(row).collect();
    print(&["way", "p50", "p99", "p50 more than direct", "p99 more than direct"], &rows);
}

fn trips(way: &Way) -> Vec<f64> {
    let mut link = way.connect();
    let failed = |error| -> ! { panic!("{}: {error}", way.name) };
    link.send(Ask::Echo.line().as_bytes()).unwrap_or_else(|error| failed(error));
    let line = body(LINE);
    (0..TRIPS)
        .map(|_| {
            let begun = Instant::now();
            link.send(&line).unwrap_or_else(|error| failed(error));
            let mut back = 0;
            while back < LINE {
                let got = link.receive(&mut |_| {}).unwrap_or_else(|error| failed(error));
                back += got.unwrap_or_else(|| panic!("{}: it closed", way.name));
            }
            begun.elapsed().as_secs_f64() * 1e6
        })
        .collect()
}

fn cpus(costs: &[Cost]) -> Vec<f64> {
    costs.iter().map(|cost| cost.cpu).collect()
}

fn walls(costs: &[Cost]) -> Vec<f64> {
    costs.iter().map(|cost| cost.wall).collect()
}

fn times(ratio: f64) -> String {
    if ratio.is_nan() { "-".to_owned() } else { format!("{ratio:.2}x") }
}
