//! P6 and P7: many sessions at once, idle ones for their memory, talking ones for what the crowd costs each.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::cost::{cpu_seconds, pss_kib};
use crate::link::Link;
use crate::server::{Ask, LINE, body};
use crate::table::{print, quantile};
use crate::ways::Way;

/// P6: idle sessions.
const IDLE: usize = 200;

/// P7: talking sessions.
const TALKING: usize = 1_000;

/// P7: a line this often in each.
const PAUSE: Duration = Duration::from_millis(500);

/// P7: so long.
const LESSON: Duration = Duration::from_secs(20);

/// The stack of a thread that only sends and waits.
const STACK: usize = 128 * 1024;

/// As many open files as the system lets us have.
pub fn raise_open_files() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
}

/// P6. A line went there and back in each, so that whatever is made at first use is made.
pub fn idle(ways: &[Way]) {
    let rows: Vec<_> = ways
        .iter()
        .filter(|way| !way.processes().is_empty())
        .map(|way| {
            eprintln!("P6: {IDLE} idle sessions through {}", way.name);
            // The first session is not like the others.
            let mut first = way.connect();
            greet(&mut first);
            let processes = way.processes();
            let before = pss_kib(&processes);
            let mut links: Vec<Link> = (0..IDLE).map(|_| way.connect()).collect();
            links.iter_mut().for_each(greet);
            let after = pss_kib(&processes);
            let each = after.saturating_sub(before) as f64 / IDLE as f64;
            vec![way.name.to_owned(), format!("{each:.1}"), before.to_string(), after.to_string()]
        })
        .collect();
    println!("### P6: memory of an idle session, {IDLE} of them (PSS of all processes)\n");
    print(&["way", "KiB a session", "KiB with one session", "KiB with all"], &rows);
}

fn greet(link: &mut Link) {
    link.send(Ask::Echo.line().as_bytes()).expect("a session takes a line");
    trip(link).expect("a line comes back");
}

fn trip(link: &mut Link) -> Option<f64> {
    let begun = Instant::now();
    link.send(&body(LINE)).ok()?;
    let mut back = 0;
    while back < LINE {
        back += link.receive(&mut |_| {}).ok()??;
    }
    Some(begun.elapsed().as_secs_f64() * 1e3)
}

/// P7. Gives what was lost on our own way.
pub fn talking(ways: &[Way]) -> Vec<String> {
    let mut lost = Vec::new();
    let mut rows = Vec::new();
    for way in ways {
        // A process for each session is not made for a thousand.
        if way.name == "websockify" || way.name == "socat" {
            continue;
        }
        let lesson = lesson(way);
        if way.is_ours() && lesson.lost > 0 {
            lost.push(format!("P7: {} of {TALKING} sessions of {} lost a line", lesson.lost, way.name));
        }
        rows.push(lesson.row(way.name));
    }
    println!("### P7: {TALKING} sessions, two lines a second each, {} s\n", LESSON.as_secs());
    print(&["way", "lines", "lost sessions", "p50 ms", "p99 ms", "CPU s", "MiB in all"], &rows);
    lost
}

/// What a lesson showed.
struct Lesson {
    trips: Vec<f64>,
    lost: usize,
    cpu: f64,
    kib: u64,
}

impl Lesson {
    fn row(&self, name: &str) -> Vec<String> {
        let ms = |share| format!("{:.2}", quantile(&self.trips, share));
        let mib = format!("{:.1}", self.kib as f64 / 1024.0);
        let cpu = format!("{:.2}", self.cpu);
        vec![name.to_owned(), self.trips.len().to_string(), self.lost.to_string(), ms(0.5), ms(0.99), cpu, mib]
    }
}

fn lesson(way: &Way) -> Lesson {
    eprintln!("P7: {TALKING} sessions talk through {} for {} s", way.name, LESSON.as_secs());
    let links: Vec<Link> = (0..TALKING).map(|_| way.connect()).collect();
    let processes = way.processes();
    let before = cpu_seconds(&processes);
    let lost = AtomicUsize::new(0);
    let (trips, kib) = thread::scope(|scope| {
        let learners: Vec<_> = links
            .into_iter()
            .enumerate()
            .map(|(number, link)| {
                let lost = &lost;
                let learn = move || learn(link, number, lost);
                thread::Builder::new().stack_size(STACK).spawn_scoped(scope, learn).expect("a thread")
            })
            .collect();
        thread::sleep(LESSON / 2);
        let kib = pss_kib(&processes);
        let trips = learners.into_iter().flat_map(|learner| learner.join().unwrap_or_default()).collect();
        (trips, kib)
    });
    Lesson { trips, lost: lost.into_inner(), cpu: cpu_seconds(&processes) - before, kib }
}

/// One learner: a line each half second, begun at a moment of its own. Milliseconds for each.
fn learn(mut link: Link, number: usize, lost: &AtomicUsize) -> Vec<f64> {
    let mut trips = Vec::new();
    let begun = Instant::now();
    if link.send(Ask::Echo.line().as_bytes()).is_err() {
        lost.fetch_add(1, Ordering::Relaxed);
        return trips;
    }
    let mut due = begun + PAUSE.mul_f64((number % 500) as f64 / 500.0);
    while due < begun + LESSON {
        thread::sleep(due.saturating_duration_since(Instant::now()));
        due += PAUSE;
        match trip(&mut link) {
            Some(milliseconds) => trips.push(milliseconds),
            None => {
                lost.fetch_add(1, Ordering::Relaxed);
                break;
            }
        }
    }
    trips
}
