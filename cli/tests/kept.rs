//! S12: what was acknowledged outlives `kill -9`, of the real program. What is on the shelf is tested in `proxy`, how it is written
//! down in `practice`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// A test that hangs has failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// A folder for one test, emptied.
fn scratch(test: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// `mailspeak serve`, killed by the drop.
struct Served {
    child: Child,
    stderr: BufReader<ChildStderr>,
    /// What it said until it was ready.
    said: String,
    pop3: String,
    smtp: String,
}

impl Served {
    fn on(state: &Path) -> Self {
        Self::by(Command::new(env!("CARGO_BIN_EXE_mailspeak")), state, &[])
    }

    /// By this command, which is the program or starts it.
    fn by(mut command: Command, state: &Path, more: &[&str]) -> Self {
        let free = ["serve", "--listen", "127.0.0.1:0", "--practice-pop3", "0", "--practice-smtp", "0"];
        let off = ["--practice-pop3s", "off", "--practice-submission", "off", "--practice-smtps", "off"];
        command.args(free).args(off).arg("--state-dir").arg(state).args(more);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        // The last of its lines before it is ready.
        while !said.contains("mailspeak: practice SMTP on ") {
            assert!(stderr.read_line(&mut said).unwrap() > 0, "it ended after {said:?}");
        }
        let address = |service: &str| {
            let line = said.lines().find_map(|line| line.strip_prefix(&format!("mailspeak: practice {service} on ")));
            line.unwrap().to_owned()
        };
        let (pop3, smtp) = (address("POP3"), address("SMTP"));
        Self { child, stderr, said, pop3, smtp }
    }

    /// SIGKILL, and what it had said.
    fn kill(mut self) -> String {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        std::io::Read::read_to_string(&mut self.stderr, &mut self.said).unwrap();
        std::mem::take(&mut self.said)
    }

    /// Greeted by POP3, logged in as ada.
    fn ada(&self) -> Client {
        let mut client = Client::at(&self.pop3);
        client.say("USER ada", "+OK");
        client.say("PASS lovelace", "+OK");
        client
    }

    /// Greeted by SMTP.
    fn smtp(&self) -> Client {
        let mut client = Client::at(&self.smtp);
        client.say("HELO laptop.example.test", "250");
        client
    }

    /// What ada has: the subjects by their unique-ids.
    fn mail(&self) -> BTreeMap<String, String> {
        let mut ada = self.ada();
        ada.say("UIDL", "+OK");
        let uids: Vec<_> = ada.lines().iter().map(|line| line.split_once(' ').unwrap().1.to_owned()).collect();
        let subject = |number| {
            ada.say(&format!("TOP {} 0", number + 1), "+OK");
            let head = ada.lines();
            head.iter().find_map(|line| line.strip_prefix("Subject: ")).unwrap_or_default().to_owned()
        };
        let subjects: Vec<_> = (0..uids.len()).map(subject).collect();
        let mail: BTreeMap<_, _> = uids.iter().cloned().zip(subjects).collect();
        assert_eq!(mail.len(), uids.len(), "a unique-id twice");
        ada.say("QUIT", "+OK");
        mail
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A telnet that waits for its replies.
struct Client(BufReader<TcpStream>);

impl Client {
    fn at(address: &str) -> Self {
        let tcp = TcpStream::connect(address).unwrap();
        tcp.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut client = Self(BufReader::new(tcp));
        assert!(!client.line().is_empty(), "a greeting");
        client
    }

    /// Empty when the connection is gone.
    fn line(&mut self) -> String {
        let mut line = String::new();
        let _ = self.0.read_line(&mut line);
        line.trim_end().to_owned()
    }

    /// The lines up to the lone dot.
    fn lines(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        loop {
            match self.line() {
                line if line == "." => return lines,
                line => lines.push(line),
            }
        }
    }

    fn send(&mut self, text: &str) {
        // The server may have been killed.
        let _ = self.0.get_mut().write_all(text.as_bytes());
    }

    fn ask(&mut self, line: &str) -> String {
        self.send(&format!("{line}\r\n"));
        self.line()
    }

    #[track_caller]
    fn say(&mut self, line: &str, reply: &str) {
        let said = self.ask(line);
        assert!(said.starts_with(reply), "{line:?}: {said:?}");
    }

    /// Everything of a letter to ada but its text, then `text`.
    fn begin_letter(&mut self, text: &str) {
        self.send("MAIL FROM:<grace@example.test>\r\nRCPT TO:<ada@example.test>\r\nDATA\r\n");
        let replies = [self.line(), self.line(), self.line()];
        assert!(replies[2].is_empty() || replies[2].starts_with("354"), "{replies:?}");
        self.send(text);
    }

    /// Sends ada a letter and gives back the reply, empty when there is none.
    fn letter(&mut self, subject: &str, body: &str) -> String {
        self.begin_letter(&format!("Subject: {subject}\r\n\r\n{body}\r\n.\r\n"));
        self.line()
    }
}

#[test]
fn s12_kill_9_loses_nothing_that_was_acknowledged() {
    let state = scratch("kept");
    let served = Served::on(&state);
    let seeded = served.mail();
    let mut smtp = served.smtp();
    for subject in ["one", "two"] {
        assert!(smtp.letter(subject, "text").starts_with("250 "), "{subject}");
    }
    let before = served.mail();
    let mut ada = served.ada();
    ada.say("DELE 1", "+OK");
    ada.say("DELE 4", "+OK");
    ada.say("QUIT", "+OK");
    assert!(smtp.letter("three", &"a long line\r\n".repeat(10_000)).starts_with("250 "));
    let acknowledged = served.mail();
    // Marked, but never told to QUIT: it stays (RFC 1939 section 6).
    let mut cut = served.ada();
    cut.say("DELE 1", "+OK");
    smtp.begin_letter("Subject: never ended\r\n\r\nhalf a li");
    served.kill();

    let again = Served::on(&state);
    assert_eq!(again.mail(), acknowledged);
    let subjects: Vec<_> = acknowledged.values().map(String::as_str).collect();
    assert!(subjects.contains(&"two") && subjects.contains(&"three"), "{subjects:?}");
    assert_eq!(acknowledged.len(), seeded.len() + 1, "three came, two went");
    // Unique-ids are not used again (RFC 1939 section 7).
    assert!(again.smtp().letter("four", "text").starts_with("250 "));
    let four = again.mail().into_iter().find(|(uid, _)| !acknowledged.contains_key(uid)).unwrap();
    assert_eq!(four.1, "four");
    assert!(!before.contains_key(&four.0));
}

#[test]
fn s12_killed_at_any_moment() {
    const ROUNDS: usize = 6;
    /// More than a round waits for.
    const MOST: usize = 1000;
    /// Letters that were there at the beginning.
    const SEEDED: usize = 3;
    let state = scratch("kept-any-moment");
    let mut acknowledged = Vec::new();
    let mut removed = Vec::new();
    for round in 0..ROUNDS {
        let served = Served::on(&state);
        let found: Vec<_> = served.mail().into_values().collect();
        for subject in &acknowledged {
            let times = found.iter().filter(|found| *found == subject).count();
            assert_eq!(times, 1, "{subject} after {round} kills: {found:?}");
        }
        for subject in &removed {
            assert!(!found.contains(subject), "{subject} is back after {round} kills");
        }
        assert!(found.len() <= acknowledged.len() + round + SEEDED, "at most one that was not told a kill: {found:?}");
        // One letter goes, so that both kinds of change are in the file.
        let mut ada = served.ada();
        ada.say("DELE 1", "+OK");
        ada.say("QUIT", "+OK");
        removed.push(found[0].clone());
        acknowledged.retain(|subject| *subject != found[0]);

        let mut smtp = served.smtp();
        let (told, telling) = mpsc::channel();
        let sender = thread::spawn(move || {
            let body = "a line of the letter\r\n".repeat(500);
            for number in 0..MOST {
                let subject = format!("letter {number} of round {round}");
                if !smtp.letter(&subject, &body).starts_with("250 ") {
                    return;
                }
                told.send(subject).unwrap();
            }
        });
        for _ in 0..=2 * round {
            acknowledged.push(telling.recv_timeout(PATIENCE).unwrap());
        }
        // The sender is somewhere in a later letter by now.
        served.kill();
        sender.join().unwrap();
        acknowledged.extend(telling);
    }
}

#[test]
fn s12_a_full_disk_loses_nothing_and_promises_nothing() {
    let state = scratch("kept-full");
    // Files of at most 64 KiB, in blocks of 512 octets; beyond, a write fails as on a full disk.
    let mut command = Command::new("sh");
    command.args(["-c", r#"trap "" XFSZ; ulimit -f 128; exec "$@""#, "sh", env!("CARGO_BIN_EXE_mailspeak")]);
    let served = Served::by(command, &state, &[]);
    let mut smtp = served.smtp();
    let body = "a line of the letter\r\n".repeat(300);
    assert!(smtp.letter("letter 0", &body).starts_with("250 "));
    // A full disk has no room for a second file either.
    std::fs::create_dir(state.join("practice/_public.mail.new")).unwrap();
    let mut taken = 1;
    let refusal = loop {
        match smtp.letter(&format!("letter {taken}"), &body) {
            reply if reply.starts_with("250 ") => taken += 1,
            reply => break reply,
        }
        assert!(taken < 20, "a file of 64 KiB holds fewer");
    };
    assert!(refusal.starts_with("451 4.3.0 "), "{refusal}");
    assert!(taken > 4);
    assert!(smtp.letter("another", &body).starts_with("451 4.3.0 "));
    let acknowledged = served.mail();
    assert_eq!(acknowledged.values().filter(|subject| subject.starts_with("letter ")).count(), taken);
    // What is small still has room, behind what was cut off again.
    assert!(smtp.letter("small", "text").starts_with("250 "));
    let acknowledged = served.mail();
    let said = served.kill();
    assert_eq!(said.matches("no practice mail is taken meanwhile").count(), 1, "{said}");
    assert_eq!(said.matches("practice mail is taken again").count(), 1, "{said}");
    assert_eq!(Served::on(&state).mail(), acknowledged);
}

#[test]
fn s12_two_processes_share_no_mail() {
    let state = scratch("kept-twice");
    let first = Served::on(&state);
    let second = Served::on(&state);
    assert!(second.smtp().letter("forgotten", "text").starts_with("250 "));
    assert!(first.smtp().letter("kept", "text").starts_with("250 "));
    let kept = first.mail();
    let told = "practice mail is forgotten at exit: another process keeps its own in ";
    assert_eq!(second.kill().matches(told).count(), 1);
    assert_eq!(first.kill().matches("forgotten").count(), 0);
    let again = Served::on(&state);
    assert_eq!(again.mail(), kept);
    assert!(kept.values().any(|subject| subject == "kept"));
}

#[test]
fn s12_in_memory_when_told_so() {
    let state = scratch("kept-not");
    let served = Served::by(Command::new(env!("CARGO_BIN_EXE_mailspeak")), &state, &["--practice-in-memory"]);
    assert!(served.smtp().letter("forgotten", "text").starts_with("250 "));
    let said = served.kill();
    assert!(!said.contains("forgotten"), "it was asked for: {said}");
    assert!(!state.join("practice").exists());
    assert!(!Served::on(&state).mail().values().any(|subject| subject == "forgotten"));
}

#[test]
fn s12_where_mail_is_kept_is_told() {
    let check = |arguments: &[&str], told: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mailspeak"));
        command.arg("check-config").args(arguments).env_remove("HOME").env_remove("XDG_STATE_HOME");
        let said = String::from_utf8(command.output().unwrap().stdout).unwrap();
        let lines: Vec<_> = said.lines().filter(|line| line.starts_with("practice mail: ")).collect();
        assert_eq!(lines.join(""), told);
    };
    check(&["--state-dir", "/state"], "practice mail: kept in /state/practice");
    check(&["--state-dir", "/state", "--practice-in-memory"], "practice mail: in memory, gone with the process");
    check(&[], "practice mail: in memory, gone with the process");
    check(&["--no-practice"], "");

    let served = Served::on(Path::new("/dev/null/state"));
    assert!(served.smtp().letter("forgotten", "text").starts_with("250 "));
    let said = served.kill();
    assert_eq!(
        said.matches("practice mail is forgotten at exit: /dev/null/state/practice cannot be").count(),
        1,
        "{said}"
    );
}

#[test]
fn s12_mail_is_its_owners_alone() {
    let state = scratch("kept-private");
    let served = Served::on(&state);
    let names = || {
        let files = std::fs::read_dir(state.join("practice")).unwrap().map(|file| file.unwrap().file_name());
        let mut names: Vec<_> = files.map(|name| name.into_string().unwrap()).collect();
        names.sort();
        names
    };
    served.mail();
    assert_eq!(names(), ["lock"], "what was never changed leaves no file");
    assert!(served.smtp().letter("one", "text").starts_with("250 "));
    assert_eq!(names(), ["_public.mail", "lock"]);
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&state.join("practice")), 0o700);
    for name in names() {
        assert_eq!(mode(&state.join("practice").join(name)), 0o600);
    }
}
