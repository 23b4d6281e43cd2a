//! P8 and P10: the page in a browser under load, beside xterm.js in the same browser. What it shows is the tests' business.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use e2e::browser::Browser;
use e2e::console::Console;
use e2e::mailspeak::Mailspeak;
use serde_json::Value;

use crate::table::{median, print, quantile, spread};
use crate::ways::{have, says};

/// Rounds that count; one before them warms up.
const ROUNDS: usize = 5;

/// The length of a line of mail, CRLF included.
const LINE: usize = 82;

/// P8: octets of the message.
const MESSAGE: usize = 10_000_000;

/// P10: lines a second, and for how long.
const RATE: usize = 1_000;
const LESSON: Duration = Duration::from_secs(12);

/// P10: characters typed meanwhile.
const KEYS: usize = 60;

/// A message of so many lines as RETR gives it, status line and dot included.
fn reply(lines: usize) -> Vec<u8> {
    let mut reply = b"+OK message follows\r\nSubject: Many lines\r\n\r\n".to_vec();
    for number in 0..lines {
        reply.extend_from_slice(format!("{number:010} {:x<1$}\r\n", "", LINE - 13).as_bytes());
    }
    reply.extend_from_slice(b".\r\n");
    reply
}

/// The tables that are wanted.
pub fn all(wanted: impl Fn(&str) -> bool) {
    let large = Arc::new(reply(MESSAGE / LINE));
    let pop3 = pop3(large.clone());
    let ours = Mailspeak::start(&["--allow", &format!("127.0.0.1:{pop3}"), "--log", "error"]);
    let browser = Browser::start();
    println!("- browser: {}\n", says("chromium", &["--version"]));
    if wanted("P8") {
        flood(&browser, &ours, pop3, &large);
    }
    if wanted("P10") {
        typing(&browser, &ours, pop3);
    }
}

/// Watches for tasks that hold the page up, and waits for frames.
const WATCH: &str = "window.long = []; window.stop = 0; window.begun = 0;
    new PerformanceObserver(list => list.getEntries().forEach(e => window.long.push(e.duration))).observe({ type: 'longtask' });";

/// P8: a long RETR.
fn flood(browser: &Browser, ours: &Mailspeak, pop3: u16, large: &Arc<Vec<u8>>) {
    let xterm = xterm(large.clone());
    let (mut our_times, mut our_worst, mut their_times, mut their_worst) = (vec![], vec![], vec![], vec![]);
    for round in 0..=ROUNDS {
        eprintln!("P8: round {round} of {ROUNDS}");
        let (time, worst) = our_flood(browser, ours, pop3);
        if round > 0 {
            our_times.push(time);
            our_worst.push(worst);
        }
        let Some((port, _)) = xterm else { continue };
        browser.goto(&format!("http://127.0.0.1:{port}/"));
        browser.script(WATCH, &[]);
        let value = browser.script("return window.flood()", &[]);
        let worst = browser.script("return Math.max(0, ...window.long)", &[]);
        if round > 0 {
            their_times.push(value.as_f64().unwrap_or(f64::NAN));
            their_worst.push(worst.as_f64().unwrap_or(f64::NAN));
        }
    }
    println!("### P8: {} MB of mail in lines of {LINE} octets into the console, milliseconds\n", MESSAGE / 1_000_000);
    let row = |name: &str, times: &[f64], worst: &[f64]| vec![name.to_owned(), spread(times, 0), spread(worst, 0)];
    let mut rows = vec![row("mailspeak, annotated", &our_times, &our_worst)];
    if let Some((_, version)) = &xterm {
        rows.push(row(&format!("xterm.js {version}, DOM renderer"), &their_times, &their_worst));
        let ratio = median(&our_times) / median(&their_times);
        print(&["page", "until the last line is shown", "longest task"], &rows);
        println!("ours / xterm.js: {ratio:.2}x\n");
    } else {
        print(&["page", "until the last line is shown", "longest task"], &rows);
    }
}

fn connect<'a>(browser: &'a Browser, ours: &Mailspeak, pop3: u16) -> Console<'a> {
    let console = Console::connect(browser, &ours.url(), "POP3", false, "127.0.0.1", pop3);
    console.wait_state("AUTHORIZATION");
    console.say("USER ada", "+OK");
    console.say("PASS lovelace", "+OK");
    console.wait_state("TRANSACTION");
    console
}

/// From Enter to the frame after the end of the reply is in the page; the longest task.
fn our_flood(browser: &Browser, ours: &Mailspeak, pop3: u16) -> (f64, f64) {
    let console = connect(browser, ours, pop3);
    browser.script(WATCH, &[]);
    let lines = MESSAGE / LINE;
    browser.script(
        "const lines = String(arguments[0] + 3);
         addEventListener('keydown', e => { if (e.key === 'Enter' && !window.begun) window.begun = performance.now(); }, true);
         const look = () => {
             const text = (document.querySelector('.log__list').lastElementChild?.textContent ?? '').replace(/[^0-9]/g, '');
             if (text.includes(lines)) requestAnimationFrame(() => window.stop = performance.now());
             else requestAnimationFrame(look);
         };
         look();",
        &[lines.into()],
    );
    console.type_line("RETR 1");
    let time =
        browser.wait_script("the end of the reply", "return window.stop > 0 ? window.stop - window.begun : null");
    let worst = browser.script("return Math.max(0, ...window.long)", &[]);
    (time.as_f64().unwrap_or(f64::NAN), worst.as_f64().unwrap_or(f64::NAN))
}

/// P10: keys pressed while lines arrive.
fn typing(browser: &Browser, ours: &Mailspeak, pop3: u16) {
    eprintln!("P10");
    let console = connect(browser, ours, pop3);
    browser.script(
        "window.keys = [];
         addEventListener('keydown', e => { const at = e.timeStamp; requestAnimationFrame(() => setTimeout(() => window.keys.push(performance.now() - at))); }, true);",
        &[],
    );
    console.type_line("RETR 2");
    let begun = Instant::now();
    for _ in 0..KEYS {
        assert!(begun.elapsed() < LESSON, "the keys took longer than the lines");
        browser.press("x");
    }
    let keys = browser.script("return window.keys", &[]);
    let times: Vec<f64> = keys.as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
    println!("### P10: a key pressed while {RATE} lines a second arrive, milliseconds until its frame is drawn\n");
    print(
        &["keys", "p50", "p95"],
        &[vec![
            times.len().to_string(),
            format!("{:.0}", quantile(&times, 0.5)),
            format!("{:.0}", quantile(&times, 0.95)),
        ]],
    );
}

/// A POP3 server that knows two messages: a large one, and one that comes line by line.
fn pop3(large: Arc<Vec<u8>>) -> u16 {
    serve(move |mut tcp| {
        tcp.set_nodelay(true)?;
        tcp.write_all(b"+OK ready\r\n")?;
        let mut lines = BufReader::new(tcp.try_clone()?);
        let mut line = String::new();
        while lines.read_line(&mut line)? > 0 {
            match line.trim_end() {
                "RETR 1" => tcp.write_all(&large)?,
                "RETR 2" => drip(&mut tcp)?,
                _ => tcp.write_all(b"+OK done\r\n")?,
            }
            line.clear();
        }
        Ok(())
    })
}

fn drip(tcp: &mut TcpStream) -> io::Result<()> {
    tcp.write_all(b"+OK message follows\r\nSubject: Many lines\r\n\r\n")?;
    let begun = Instant::now();
    let mut number = 0;
    while begun.elapsed() < LESSON {
        tcp.write_all(format!("{number:010} {:x<1$}\r\n", "", LINE - 13).as_bytes())?;
        number += 1;
        let due = begun + Duration::from_secs_f64(number as f64 / RATE as f64);
        thread::sleep(due.saturating_duration_since(Instant::now()));
    }
    tcp.write_all(b".\r\n")
}

/// A page with xterm.js that takes the same bytes by `fetch`, as they come. Its port and version.
fn xterm(bytes: Arc<Vec<u8>>) -> Option<(u16, String)> {
    let folder = PathBuf::from(have("BENCH_XTERM", "xterm.js")?).parent()?.parent()?.to_owned();
    let version = std::fs::read_to_string(folder.join("package.json")).ok()?;
    let version: Value = serde_json::from_str(&version).ok()?;
    let version = version["version"].as_str()?.to_owned();
    let files = move |path: &str| -> Option<(&str, Vec<u8>)> {
        Some(match path {
            "/" => ("text/html", XTERM_PAGE.into()),
            "/xterm.js" => ("text/javascript", std::fs::read(folder.join("lib/xterm.js")).ok()?),
            "/xterm.css" => ("text/css", std::fs::read(folder.join("css/xterm.css")).ok()?),
            "/data" => ("application/octet-stream", bytes.to_vec()),
            _ => return None,
        })
    };
    let port = serve(move |tcp| {
        let mut head = BufReader::new(tcp.try_clone()?);
        let mut first = String::new();
        head.read_line(&mut first)?;
        let mut line = String::new();
        while line != "\r\n" {
            line.clear();
            if head.read_line(&mut line)? == 0 {
                return Ok(());
            }
        }
        let mut tcp = tcp;
        let path = first.split(' ').nth(1).unwrap_or_default();
        let (status, kind, body) = match files(path) {
            Some((kind, body)) => ("200 OK", kind, body),
            None => ("404 Not Found", "text/plain", Vec::new()),
        };
        let length = body.len();
        write!(
            tcp,
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
        )?;
        tcp.write_all(&body)?;
        tcp.shutdown(std::net::Shutdown::Write)?;
        tcp.read_to_end(&mut Vec::new()).map(drop)
    });
    Some((port, version))
}

const XTERM_PAGE: &str =
    "<!doctype html><title>xterm</title><link rel=stylesheet href=xterm.css><script src=xterm.js></script>
<div id=t style='width:1000px;height:800px'></div><script>
const term = new Terminal({ cols: 100, rows: 40, scrollback: 1000000 });
term.open(document.getElementById('t'));
window.flood = async () => {
    const begun = performance.now();
    const reader = (await fetch('data')).body.getReader();
    for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        await new Promise(resolve => term.write(value, resolve));
    }
    return new Promise(resolve => requestAnimationFrame(() => resolve(performance.now() - begun)));
};</script>";

/// Answers each connection by a thread, as long as the process lives.
fn serve(answer: impl Fn(TcpStream) -> io::Result<()> + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("no free port");
    let port = listener.local_addr().expect("a listener has an address").port();
    let answer = Arc::new(answer);
    thread::spawn(move || {
        for tcp in listener.incoming().flatten() {
            let answer = answer.clone();
            // A client that goes away is noticed by who measures.
            thread::spawn(move || drop(answer(tcp)));
        }
    });
    port
}
