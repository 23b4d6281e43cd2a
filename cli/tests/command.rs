//! The binary as a person meets it: the ready line, signals, exit codes, one sentence for each mistake.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use x509_parser::pem::parse_x509_pem;

fn mailspeak(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mailspeak"));
    command.args(arguments).env("RUST_BACKTRACE", "1").stdin(Stdio::null());
    command
}

fn run(arguments: &[&str]) -> Output {
    mailspeak(arguments).output().unwrap()
}

/// A folder for one test, emptied.
fn scratch(test: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

const FREE: [&str; 12] = [
    "--listen",
    "127.0.0.1:0",
    "--practice-pop3",
    "0",
    "--practice-pop3s",
    "0",
    "--practice-smtp",
    "0",
    "--practice-submission",
    "0",
    "--practice-smtps",
    "0",
];

/// A server that said it is ready, and its line.
fn serving(more: &[&str], state: &str) -> (Child, String) {
    let mut arguments = vec!["serve", "--state-dir", state];
    arguments.extend(FREE);
    arguments.extend(more);
    let mut child = mailspeak(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    (child, line)
}

#[test]
fn it_says_it_is_ready_and_stops_when_told() {
    for signal in [Signal::TERM, Signal::INT] {
        let state = scratch(&format!("stop-{signal:?}"));
        let (mut child, line) = serving(&[], state.to_str().unwrap());
        let port = line.strip_prefix("mailspeak: http://127.0.0.1:").and_then(|rest| rest.strip_suffix("/\n"));
        assert!(port.and_then(|port| port.parse::<u16>().ok()).is_some_and(|port| port != 0), "{line:?}");
        kill_process(Pid::from_child(&child), signal).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0), "{signal:?}");
        let mut more = String::new();
        child.stdout.unwrap().read_to_string(&mut more).unwrap();
        assert_eq!(more, "", "exactly one line");
    }
}

#[test]
fn a_taken_port_is_told_in_one_sentence() {
    #[track_caller]
    fn check(option: &str, value: &str, port: u16) {
        let mut arguments = vec!["serve", "--state-dir", env!("CARGO_TARGET_TMPDIR")];
        let mut free = FREE;
        let at = free.iter().position(|word| *word == option).unwrap();
        free[at + 1] = value;
        arguments.extend(free);
        let output = run(&arguments);
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert_eq!(told.lines().count(), 1, "{told}");
        assert!(told.contains(&port.to_string()) && told.contains(option), "{told}");
        assert!(output.stdout.is_empty());
    }
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let options =
        ["--practice-pop3", "--practice-pop3s", "--practice-smtp", "--practice-submission", "--practice-smtps"];
    for option in options {
        check(option, &port.to_string(), port);
    }
    check("--listen", &format!("127.0.0.1:{port}"), port);
}

#[test]
fn the_practice_authority_is_printed_and_stays() {
    let folder = scratch("practice-ca").join("state");
    let arguments = ["practice-ca", "--state-dir", folder.to_str().unwrap()];
    let first = run(&arguments);
    assert!(first.status.success(), "{}", String::from_utf8_lossy(&first.stderr));
    let (rest, pem) = parse_x509_pem(&first.stdout).unwrap();
    let certificate = pem.parse_x509().unwrap();
    assert!(certificate.is_ca());
    assert!(rest.is_empty(), "nothing but the certificate");
    assert_eq!(run(&arguments).stdout, first.stdout);

    // The server uses the same one: starting it does not change what is printed.
    let (mut child, _) = serving(&[], folder.to_str().unwrap());
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    child.wait().unwrap();
    assert_eq!(run(&arguments).stdout, first.stdout);
}

#[test]
fn the_state_folder_follows_the_environment() {
    let folder = scratch("environment");
    let ask = |name: &str, value: &str| {
        let mut command = mailspeak(&["practice-ca"]);
        command.env_remove("XDG_STATE_HOME").env_remove("HOME").env(name, value).output().unwrap()
    };
    let text = folder.to_str().unwrap();
    assert!(ask("XDG_STATE_HOME", text).status.success());
    assert!(folder.join("mailspeak").is_dir());
    assert!(ask("HOME", text).status.success());
    assert!(folder.join(".local/state/mailspeak").is_dir());
    let homeless = ask("HOME", "not/absolute");
    assert_eq!(homeless.status.code(), Some(1));
    assert!(String::from_utf8(homeless.stderr).unwrap().contains("--state-dir"));
}

#[test]
fn mistakes_are_told() {
    #[track_caller]
    fn check(arguments: &[&str], told: &str) {
        let output = run(arguments);
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{arguments:?}");
        assert!(text.contains(told), "{arguments:?}: {text}");
        assert!(!text.contains("backtrace"), "{text}");
    }
    check(&[], "Usage: mailspeak <COMMAND>");
    check(&["serve", "--allow", "mail.school.example"], "HOST:PORT");
    check(&["serve", "--origin", "mail.school.example"], "https://mail.school.example");
    check(&["serve", "--practice-pop3", "none"], "or off");
    check(
        &["serve", "--ca-file", "/nonexistent/ca.pem", "--no-practice", "--listen", "127.0.0.1:0"],
        "/nonexistent/ca.pem",
    );
    check(&["practice-ca", "--state-dir", "/dev/null/state"], "/dev/null/state");
}

#[test]
fn without_practice_no_port_is_told() {
    let state = scratch("no-practice");
    let (mut child, _) = serving(&["--no-practice"], state.to_str().unwrap());
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    child.wait().unwrap();
    let mut told = String::new();
    child.stderr.unwrap().read_to_string(&mut told).unwrap();
    assert!(!told.contains("practice"), "{told}");
}
