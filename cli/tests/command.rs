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
        let mut free = FREE;
        let at = free.iter().position(|word| *word == option).unwrap();
        free[at + 1] = value;
        check_all(&free, option, port);
    }
    #[track_caller]
    fn check_all(options: &[&str], option: &str, port: u16) {
        let mut arguments = vec!["serve", "--state-dir", env!("CARGO_TARGET_TMPDIR")];
        arguments.extend(options);
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
    let mut free = FREE.to_vec();
    let address = format!("127.0.0.1:{port}");
    free.extend(["--metrics", &address]);
    check_all(&free, "--metrics", port);
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
    for option in ["--sessions", "--visitor-sessions", "--visitor-rate", "--server-rate", "--practice-mail"] {
        for value in ["0", "-1", "1.5", "many", "4294967296"] {
            check(&["serve", &format!("{option}={value}")], "give a whole number from 1 to 4294967295");
        }
    }
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

/// `check-config` with these arguments, environment and file.
fn checked(arguments: &[&str], environment: &[(&str, &str)], file: Option<&str>, test: &str) -> (i32, String, String) {
    let mut command = mailspeak(&["check-config"]);
    command.args(arguments).envs(environment.iter().copied());
    if let Some(text) = file {
        let path = scratch(test).join("mailspeak.toml");
        std::fs::write(&path, text).unwrap();
        command.arg("--config").arg(path);
    }
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn s3_the_command_line_goes_before_the_environment_and_that_before_the_file() {
    let file = "allow = [\"file.example:110\"]\npractice-pop3 = \"off\"\npractice-smtp = 2025\nopen-internet = true\n";
    let environment = [("MAILSPEAK_ALLOW", "one.example:995,two.example:110"), ("MAILSPEAK_OPEN_INTERNET", "false")];
    let (code, told, wrong) = checked(&[], &[], Some(file), "file");
    assert_eq!((code, wrong.as_str()), (0, ""), "{told}");
    assert!(told.contains("allowed: file.example:110") && told.contains("open internet: every public"), "{told}");
    assert!(!told.contains(":110, POP3,") && told.contains("listening on 127.0.0.1:2025"), "{told}");
    let (code, told, _) = checked(&[], &environment, Some(file), "environment");
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("one.example:995") && told.contains("two.example:110"), "{told}");
    assert!(!told.contains("file.example") && told.contains("open internet: closed"), "{told}");
    let (code, told, _) =
        checked(&["--allow", "line.example:110", "--open-internet"], &environment, Some(file), "line");
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("line.example:110") && !told.contains("one.example"), "{told}");
    assert!(told.contains("open internet: every public"), "{told}");
    assert!(
        told.contains("never: the proxy itself") && told.contains("169.254.0.0/16 (Link Local, RFC 3927)"),
        "{told}"
    );
}

#[test]
fn how_much_at_once_is_said_in_three_places_and_told() {
    fn check(arguments: &[&str], environment: &[(&str, &str)], file: &str, told: [&str; 2]) {
        let (code, lines, wrong) = checked(arguments, environment, Some(file), "much");
        assert_eq!((code, wrong.as_str()), (0, ""), "{lines}");
        let much: Vec<_> = lines.lines().rev().take(2).collect();
        assert_eq!(much, [told[1], told[0]], "{lines}");
    }
    let file = "sessions = 1000\nvisitor-sessions = 400\nvisitor-rate = 300\nserver-rate = \"600\"\n";
    check(
        &[],
        &[],
        "",
        [
            "sessions at once: 2000, of one visitor 500",
            "connections to real servers a minute, and as many at once: 120 by one visitor, 120 to one server",
        ],
    );
    check(
        &[],
        &[],
        file,
        [
            "sessions at once: 1000, of one visitor 400",
            "connections to real servers a minute, and as many at once: 300 by one visitor, 600 to one server",
        ],
    );
    check(
        &["--visitor-rate", "1", "--visitor-sessions", "2"],
        &[("MAILSPEAK_VISITOR_RATE", "5"), ("MAILSPEAK_SERVER_RATE", "6")],
        file,
        [
            "sessions at once: 1000, of one visitor 2",
            "connections to real servers a minute, and as many at once: 1 by one visitor, 6 to one server",
        ],
    );
}

#[test]
fn s3_mistakes_in_the_file_have_a_place() {
    fn check(test: &str, file: &str, told: &str) {
        let (code, _, wrong) = checked(&[], &[], Some(file), test);
        assert_eq!(code, 1, "{file}");
        assert_eq!(wrong.lines().count(), 1, "{wrong}");
        assert!(wrong.contains("mailspeak.toml: ") && wrong.contains(told), "{file}: {wrong}");
    }
    check("unknown", "listen = \"127.0.0.1:80\"\nalow = []\n", "line 2, column 1: ");
    check("broken", "allow = [\n", "line ");
    check("target", "allow = [\"mail.school.example:995\", \"0x7f.1:110\"]\n", "column ");
    check("port", "practice-pop3 = 70000\n", "give a port from 0 to 65535, or off");
    check("kind", "open-internet = \"yes\"\n", "line 1, column 17: ");
    for value in ["0", "-1", "1.5", "\"many\"", "true", "[60]"] {
        let rate = format!("sessions = 9\nvisitor-rate = {value}\n");
        check("rate", &rate, "line 2, column 16: give a whole number from 1 to 4294967295");
    }
    let (code, _, wrong) = checked(&["--config", "/nonexistent.toml"], &[], None, "missing");
    assert_eq!((code, wrong.lines().count()), (1, 1), "{wrong}");
}

#[test]
fn s3_contradictions_are_told_one_by_one() {
    fn check(arguments: &[&str], told: &[&str]) {
        let (code, lines, wrong) = checked(arguments, &[], None, "none");
        assert_eq!(code, i32::from(!told.is_empty()), "{arguments:?}: {wrong}");
        assert_eq!(wrong.lines().count(), told.len(), "{arguments:?}: {wrong}");
        for (line, expected) in wrong.lines().zip(told) {
            assert!(line.contains(expected), "{arguments:?}: {line}");
        }
        assert!(lines.contains("open internet: "), "{lines}");
    }
    check(&[], &[]);
    check(&["--allow", "169.254.169.254:80"], &["169.254.169.254:80 has no effect"]);
    check(&["--allow", "127.0.0.1:8080"], &["the proxy itself"]);
    check(&["--allow", "a.example:110", "--allow", "A.example.:110"], &["said twice"]);
    check(&["--allow", "mail.example.test:110"], &["the practice server"]);
    check(&["--practice-pop3", "8080"], &["port 8080 is given to the page and to practice POP3"]);
    check(&["--practice-pop3", "0", "--practice-smtp", "0"], &[]);
    check(&["--metrics", "127.0.0.1:1110"], &["port 1110 is given to metrics and to practice POP3"]);
    check(&["--metrics", "127.0.0.1:9464", "--allow", "localhost:9464"], &["the proxy itself"]);
    check(&["--listen", "0.0.0.0:8080"], &["only pages opened on this one"]);
    check(&["--no-practice"], &["nothing to reach"]);
    check(&["--no-practice", "--open-internet"], &[]);
    check(&["--tls-exception", "a.example:995"], &["tls-exception a.example:995 has no effect"]);
    check(&["--tls-exception", "a.example:995", "--allow", "a.example:110"], &["tls-exception a.example:995"]);
    check(&["--tls-exception", "a.example:995", "--allow", "A.example:995"], &[]);
    check(&["--tls-exception", "a.example:995", "--open-internet"], &[]);
    check(&["--tls-exception", "a.example:25", "--open-internet"], &["tls-exception a.example:25"]);
}

#[test]
fn s13_authorities_are_read_when_a_configuration_is_checked() {
    let folder = scratch("authorities");
    let good = folder.join("good.pem");
    let made = mailspeak(&["practice-ca", "--state-dir"]).arg(folder.join("state")).output().unwrap();
    std::fs::write(&good, &made.stdout).unwrap();
    let empty = folder.join("empty.pem");
    std::fs::write(&empty, "no certificate\n").unwrap();
    let check = |path: &std::path::Path, expected: Result<&str, &str>| {
        let path = path.to_str().unwrap();
        let (code, told, wrong) = checked(&["--ca-file", path, "--open-internet"], &[], None, "none");
        match expected {
            Ok(line) => assert_eq!((code, told.contains(&format!("{line} in {path}"))), (0, true), "{told}{wrong}"),
            Err(words) => {
                assert_eq!((code, wrong.lines().count()), (1, 1), "{wrong}");
                assert!(wrong.contains(&format!("no authorities can be read from {path}: ")), "{wrong}");
                assert!(wrong.contains(words), "{wrong}");
            }
        }
    };
    check(&good, Ok("authorities: 1"));
    check(&empty, Err(""));
    check(&folder.join("none.pem"), Err("No such file"));
    let (code, _, wrong) = checked(&["--ca-file", good.to_str().unwrap()], &[], None, "none");
    assert_eq!((code, wrong.lines().count()), (1, 1), "{wrong}");
    assert!(wrong.contains("ca-file has no effect"), "{wrong}");
}

#[test]
fn each_setting_tells_who_said_it() {
    let check = |arguments: &[&str], environment: &[(&str, &str)], file: Option<&str>, expected: &[&str]| {
        let (_, told, wrong) = checked(arguments, environment, file, "sources");
        let path =
            format!("{}", std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("sources/mailspeak.toml").display());
        let set: Vec<_> = told.lines().filter_map(|line| line.strip_prefix("set: ")).collect();
        let set: Vec<_> =
            set.iter().filter(|line| !line.starts_with("config = ")).map(|line| line.replace(&path, "FILE")).collect();
        assert_eq!(set, expected, "{wrong}");
    };
    let file = "allow = [\"a.example:110\", \"b.example:995\"]\nsessions = 7\npractice-smtp = \"off\"\n";
    let environment = [("MAILSPEAK_SESSIONS", "8"), ("MAILSPEAK_OPEN_INTERNET", "false")];
    check(&[], &[], None, &["nothing; all is as usual"]);
    check(
        &[],
        &[],
        Some(file),
        &["allow = a.example:110, b.example:995, by FILE", "practice-smtp = off, by FILE", "sessions = 7, by FILE"],
    );
    check(
        &["--allow", "c.example:110", "--allow", "d.example:110"],
        &environment,
        Some(file),
        &[
            "allow = c.example:110, d.example:110, by --allow, which goes before FILE",
            "open-internet = false, by MAILSPEAK_OPEN_INTERNET",
            "practice-smtp = off, by FILE",
            "sessions = 8, by MAILSPEAK_SESSIONS, which goes before FILE",
        ],
    );
    let line = ["--sessions", "9", "--open-internet"];
    check(
        &line,
        &environment,
        Some(file),
        &[
            "allow = a.example:110, b.example:995, by FILE",
            "open-internet = true, by --open-internet, which goes before MAILSPEAK_OPEN_INTERNET",
            "practice-smtp = off, by FILE",
            "sessions = 9, by --sessions, which goes before MAILSPEAK_SESSIONS and FILE",
        ],
    );
}

#[test]
fn s4_it_listens_on_loopback() {
    let (code, told, _) = checked(&[], &[], None, "loopback");
    assert_eq!(code, 0);
    assert!(told.contains("page: http://127.0.0.1:8080"), "{told}");
    let listeners = told.lines().filter(|line| line.contains("listening on"));
    assert!(listeners.map(|line| assert!(line.contains("listening on 127.0.0.1:"), "{line}")).count() == 5, "{told}");
    let help = String::from_utf8(run(&["serve", "--help"]).stdout).unwrap();
    assert!(help.contains("[default: 127.0.0.1:8080]"), "{help}");
}

#[test]
fn s12_a_second_signal_ends_at_once() {
    use std::io::Write;
    use std::net::TcpStream;
    let state = scratch("second-signal");
    let (mut child, line) = serving(&[], state.to_str().unwrap());
    let address = line.trim().strip_prefix("mailspeak: http://").unwrap().trim_end_matches('/').to_owned();
    // A session that would keep the proxy up for its whole grace.
    let mut page = TcpStream::connect(&address).unwrap();
    let upgrade = format!(
        "GET /ws HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    page.write_all(upgrade.as_bytes()).unwrap();
    let open = br#"{"open":{"version":2,"host":"mail.example.test","port":110,"tls":"none"}}"#;
    let mut frame = vec![0x81, 0x80 | u8::try_from(open.len()).unwrap(), 0, 0, 0, 0];
    frame.extend_from_slice(open);
    page.write_all(&frame).unwrap();
    let mut heard = Vec::new();
    let mut scrap = [0; 1024];
    while !heard.windows(3).any(|three| three == b"+OK") {
        let count = page.read(&mut scrap).unwrap();
        assert!(count > 0, "{}", String::from_utf8_lossy(&heard));
        heard.extend_from_slice(&scrap[..count]);
    }
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    heard.clear();
    while !heard.windows(8).any(|eight| eight == b"stopping") {
        let count = page.read(&mut scrap).unwrap();
        assert!(count > 0, "{}", String::from_utf8_lossy(&heard));
        heard.extend_from_slice(&scrap[..count]);
    }
    assert!(child.try_wait().unwrap().is_none(), "the session may finish");
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
