//! The files of `deploy/`: what they say to the program, it understands, and their times fit its own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use proxy::limits::{IDLE_CLOSE, SESSIONS, STOP_WAIT};
use rustix::process::{Pid, Signal, kill_process};

fn read(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy").join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn mailspeak(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mailspeak")).args(arguments).stdin(Stdio::null()).output().unwrap()
}

/// The words of `["one", "two"]`.
fn words_of_json(list: &str) -> Vec<String> {
    list.trim().trim_matches(['[', ']']).split(',').map(|word| word.trim().trim_matches('"').to_owned()).collect()
}

/// What follows a key at the beginning of a line.
fn value<'a>(text: &'a str, key: &str) -> &'a str {
    let line = text.lines().find_map(|line| line.trim_start().strip_prefix(key));
    line.unwrap_or_else(|| panic!("no {key} in\n{text}")).trim()
}

/// Runs `check-config` with what a file gives to `serve`: nothing may be unknown, and nothing contradict itself but what
/// `known` says. Gives back the grace.
#[track_caller]
fn check_serve(words: &[String], known: &str) -> Duration {
    let (serve, options) = words.split_first().unwrap();
    assert_eq!(serve, "serve");
    let mut arguments = vec!["check-config"];
    arguments.extend(options.iter().map(String::as_str));
    let output = mailspeak(&arguments);
    let told = String::from_utf8(output.stderr).unwrap();
    let rest: Vec<_> = told.lines().filter(|line| known.is_empty() || !line.contains(known)).collect();
    assert!(rest.is_empty(), "{words:?}: {told}");
    let grace = options.iter().position(|word| word == "--stop-grace").expect("the grace is said") + 1;
    Duration::from_secs(options[grace].parse().unwrap())
}

/// Threads that tokio starts at most to read files, and the cores of a large machine, each with a thread.
const TOKIO_READERS: usize = 512;
const MANY_CORES: usize = 256;

#[test]
fn the_unit_fits_the_program() {
    let unit = read("mailspeak.service");
    let command: Vec<_> = value(&unit, "ExecStart=").split(' ').map(str::to_owned).collect();
    let grace = check_serve(&command[1..], "");
    let stop: u64 = value(&unit, "TimeoutStopSec=").parse().unwrap();
    assert!(Duration::from_secs(stop) > grace + STOP_WAIT, "systemd would kill sessions that may finish");
    let state = format!("/var/lib/{}", value(&unit, "StateDirectory="));
    assert!(command.contains(&state), "{command:?}: not the folder it may write");
    let files: usize = value(&unit, "LimitNOFILE=").parse().unwrap();
    assert!(files > 4 * SESSIONS, "two sockets a session, two more for a practice one");
    let tasks: usize = value(&unit, "TasksMax=").parse().unwrap();
    assert!(tasks >= TOKIO_READERS + MANY_CORES, "without a thread for each core it does not start");
    let pause: u64 = value(&unit, "RestartSec=").parse().unwrap();
    // What systemd allows unless told: five starts in ten seconds, then none.
    assert!(5 * pause > 10, "a port that is taken for a while would end the service for good");
}

#[test]
fn the_dockerfile_fits_the_program() {
    let file = read("Dockerfile");
    assert_eq!(words_of_json(value(&file, "ENTRYPOINT")), ["/mailspeak"]);
    let (_, image) = file.split_once("FROM scratch\n").unwrap();
    let trial = words_of_json(value(image, "RUN"));
    assert_eq!(trial[0], "/mailspeak", "a program that needs a library would not be noticed");
    assert!(mailspeak(&[&trial[1]]).status.success(), "{trial:?}");
    let grace = check_serve(&words_of_json(value(&file, "CMD")), "without origin only pages opened on this one");
    let stop: u64 = file.split_once("--stop-timeout ").unwrap().1.split(' ').next().unwrap().parse().unwrap();
    assert!(Duration::from_secs(stop) > grace + STOP_WAIT);
    let health = words_of_json(value(&file, "HEALTHCHECK").split_once("CMD ").unwrap().1);
    assert_eq!(health[0], "/mailspeak");
    // Nothing listens here, which is not the same as not being understood.
    let output = mailspeak(&[&health[1], "127.0.0.1:1"]);
    assert_eq!(output.status.code(), Some(1), "{health:?}");
    let port = health[2].rsplit(':').next().unwrap();
    assert!(words_of_json(value(&file, "CMD")).contains(&format!("0.0.0.0:{port}")));
    assert_eq!(value(&file, "EXPOSE"), port);
}

#[test]
fn the_reverse_proxies_wait_longer_than_a_silent_session() {
    let nginx = read("nginx.conf");
    for key in ["proxy_read_timeout", "proxy_send_timeout"] {
        let wait: u64 = value(&nginx, key).trim_end_matches("s;").parse().unwrap();
        assert!(Duration::from_secs(wait) > IDLE_CLOSE, "{key}");
    }
    for file in ["nginx.conf", "Caddyfile"] {
        let text = read(file);
        let said = text.split_once("mailspeak serve ").unwrap().1.lines().next().unwrap();
        let words: Vec<_> = ["check-config"].into_iter().chain(said.split(' ')).collect();
        let output = mailspeak(&words);
        assert!(output.status.success(), "{file}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

/// Every `MAILSPEAK_` name in the files and the operator's document is an option's.
#[test]
fn the_environment_is_read() {
    let help = String::from_utf8(mailspeak(&["serve", "--help"]).stdout).unwrap();
    let operations = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/operations.md"));
    let texts = [read("mailspeak.service"), read("Dockerfile"), operations.unwrap()];
    for text in &texts {
        for (at, _) in text.match_indices("MAILSPEAK_") {
            let name: String = text[at..].chars().take_while(|c| c.is_ascii_uppercase() || *c == '_').collect();
            assert!(name == "MAILSPEAK_NAME" || help.contains(&format!("[env: {name}=")), "{name}");
        }
    }
}

#[test]
fn health_is_asked() {
    let state = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("health");
    let mut child = Command::new(env!("CARGO_BIN_EXE_mailspeak"))
        .args(["serve", "--listen", "127.0.0.1:0", "--no-practice", "--state-dir"])
        .arg(&state)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("mailspeak: http://").unwrap().trim_end_matches('/').to_owned();
    let output = mailspeak(&["health", &address]);
    assert!(output.status.success() && output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    child.wait().unwrap();
    let gone = mailspeak(&["health", &address]);
    assert_eq!(gone.status.code(), Some(1));
    assert!(String::from_utf8(gone.stderr).unwrap().contains("does not answer"));
    // Something else at that port.
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = other.local_addr().unwrap().to_string();
    let answering = std::thread::spawn(move || {
        let (mut tcp, _) = other.accept().unwrap();
        let mut scrap = [0; 1024];
        let _ = tcp.read(&mut scrap).unwrap();
        tcp.write_all(b"HTTP/1.1 503 Busy\r\n\r\n").unwrap();
    });
    let told = mailspeak(&["health", &address]);
    answering.join().unwrap();
    assert_eq!(told.status.code(), Some(1));
    assert!(String::from_utf8(told.stderr).unwrap().contains("503"));
}

/// What systemd itself says about the unit, where systemd is.
#[test]
fn systemd_understands_the_unit_and_finds_it_hardened() {
    if Command::new("systemd-analyze").arg("--version").stdout(Stdio::null()).status().is_err() {
        eprintln!("skipped: there is no systemd here");
        return;
    }
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("unit");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("mailspeak.service");
    let unit = read("mailspeak.service").replace("/usr/local/bin/mailspeak", env!("CARGO_BIN_EXE_mailspeak"));
    std::fs::write(&path, unit).unwrap();
    let ask = |arguments: &[&str]| {
        let output = Command::new("systemd-analyze").args(arguments).arg(&path).output().unwrap();
        let told = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(told).unwrap())
    };
    let (fine, told) = ask(&["verify", "--man=no"]);
    assert!(fine && !told.contains("mailspeak.service"), "{told}");
    // Of 100, where 0 is what systemd calls safest.
    let (fine, told) = ask(&["security", "--offline=true", "--threshold=15"]);
    assert!(fine, "{told}");
}
