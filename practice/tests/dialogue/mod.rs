//! Dialogues as text, and the one way to check them. What is said in them is in the files beside this folder.
#![allow(dead_code, clippy::panic, reason = "a test fails by panicking; each test file uses its part")]

use std::sync::Arc;

use mailproto::{Protocol, Session, line::LineCutter};
use practice::{Connection, Host, HostId, Person, PostOffice, Scenario, Service, Then, Timestamp};

/// Friday, 20 November 2026.
pub const NOW: Timestamp = Timestamp(1_795_211_160);
/// The seed of every connection opened here.
pub const SEED: u64 = 1896;
/// The greeting's timestamp.
pub const TIMESTAMP: &str = "<1896.1795211160@mail.example.test>";
/// The first CRAM-MD5 challenge of a POP3 session.
pub const POP3_CHALLENGE: &str = "<1.1896.1795211160@mail.example.test>";
/// The first CRAM-MD5 challenge of an SMTP session.
pub const SMTP_CHALLENGE: &str = "<1.1896.1795211160@mail.example.test>";

/// How the client's bytes arrive.
#[derive(Clone, Copy, Debug)]
enum Feed {
    Lines,
    Bytes,
    Pipelined,
}

enum Step<'a> {
    /// `C: line`, or `R: raw\r\n` with escapes.
    Client(Vec<u8>),
    /// `S: prefix`; `S:` is an empty line, `S: ...` any number of lines.
    Server(&'a str),
    /// `=: tls`, `=: close`, or `=: unobserved` where mailproto's observer cannot know what this server does.
    Then(&'a str),
}

/// A client of the office.
pub struct Client {
    connection: Connection,
    heard: Vec<u8>,
    pub then: Then,
    /// Looks away after `=: unobserved`.
    observer: Option<Session>,
    cutter: LineCutter,
}

impl Client {
    pub fn open(office: &mut PostOffice, service: Service) -> Self {
        Self::open_at(office, HostId::default(), service)
    }

    pub fn open_at(office: &mut PostOffice, host: HostId, service: Service) -> Self {
        let (connection, output) = Connection::open_at(office, host, service, "192.0.2.7", NOW, SEED);
        let protocol = match service {
            Service::Pop3 | Service::Pop3s => Protocol::Pop3,
            Service::Smtp | Service::Submission | Service::Smtps => Protocol::Smtp,
        };
        let mut observer = Session::new(protocol);
        observer.connected(service.implicit_tls());
        observer.received(&output.bytes);
        Self {
            connection,
            heard: output.bytes,
            then: output.then,
            observer: Some(observer),
            cutter: LineCutter::default(),
        }
    }

    /// Sends bytes as one chunk while mailproto's observer looks on, and both must come to the same state.
    fn send_observed(&mut self, office: &mut PostOffice, bytes: &[u8], dialogue: &str) {
        let observed = self.then == Then::Continue;
        let before = self.heard.len();
        self.send(office, bytes);
        let Some(observer) = self.observer.as_mut().filter(|_| observed) else { return };
        self.cutter.push(bytes, |line| drop(observer.sent(&line.bytes, line.ending)));
        observer.received(&self.heard[before..]);
        let states = (observer.state(), self.connection.state());
        assert_eq!(states.0, states.1, "observer and server after {} in{dialogue}", bytes.escape_ascii());
    }

    /// Sends bytes as one chunk and hears all that is answered.
    pub fn send(&mut self, office: &mut PostOffice, bytes: &[u8]) {
        let mut bytes = bytes;
        loop {
            let output = self.connection.receive(office, bytes, NOW);
            self.heard.extend(output.bytes);
            if output.then != Then::Continue {
                self.then = output.then;
            }
            if !self.connection.has_backlog() {
                return;
            }
            bytes = &[];
        }
    }

    /// Sends a line and gives all that was answered.
    pub fn say(&mut self, office: &mut PostOffice, line: &str) -> String {
        self.heard.clear();
        self.send(office, format!("{line}\r\n").as_bytes());
        self.take()
    }

    /// All that was answered since it was last asked.
    pub fn take(&mut self) -> String {
        String::from_utf8_lossy(&std::mem::take(&mut self.heard)).into_owned()
    }

    pub fn tls(&mut self) {
        assert_eq!(self.then, Then::StartTls);
        self.then = Then::Continue;
        self.connection.tls_established();
        if let Some(observer) = &mut self.observer {
            observer.tls_established();
        }
    }

    pub fn hang_up(self, office: &mut PostOffice) {
        self.connection.hang_up(office);
    }
}

/// Two hosts, each with an ada of its own.
pub fn two_hosts() -> Arc<Scenario> {
    let host = |name: &str, domains: &[&str], password: &str| Host {
        name: name.into(),
        domains: domains.iter().map(|domain| (*domain).into()).collect(),
        people: vec![Person::new("ada", "Ada", password).with_letters([format!("Subject: at {}\n", domains[0])])],
    };
    let others = vec![host("mx.other.test", &["other.test", "third.test"], "second")];
    let host = host("mail.first.test", &["first.test"], "first");
    Arc::new(Scenario { name: "two-hosts".into(), host, others, zone: Default::default() })
}

/// Plays a dialogue line by line, byte by byte and pipelined, each time in a fresh office; gives the office it leaves behind.
pub fn check(service: Service, dialogue: &str) -> PostOffice {
    check_after(service, dialogue, |_| {})
}

/// The same in an office that was prepared.
pub fn check_after(service: Service, dialogue: &str, prepare: impl Fn(&mut PostOffice)) -> PostOffice {
    let mut offices = [Feed::Lines, Feed::Bytes, Feed::Pipelined].map(|feed| {
        let mut office = PostOffice::seeded(NOW);
        prepare(&mut office);
        play(&mut office, service, dialogue, feed);
        office
    });
    for name in ["ada", "grace"] {
        assert!(offices.iter().all(|office| office.messages(name) == offices[0].messages(name)));
        assert!(!offices[0].is_locked(name));
    }
    std::mem::replace(&mut offices[0], PostOffice::seeded(NOW))
}

fn play(office: &mut PostOffice, service: Service, dialogue: &str, feed: Feed) {
    let mut client = Client::open(office, service);
    let mut expected: Vec<&str> = Vec::new();
    let mut pipelined = Vec::new();
    for step in
        dialogue.lines().map(str::trim_start).filter(|line| !line.is_empty() && !line.starts_with('#')).map(step)
    {
        match step {
            Step::Client(bytes) if matches!(feed, Feed::Pipelined) => pipelined.extend(bytes),
            Step::Client(bytes) => {
                compare(&mut client, &mut expected, feed, dialogue);
                match feed {
                    Feed::Bytes => bytes.chunks(1).for_each(|byte| client.send(office, byte)),
                    Feed::Lines | Feed::Pipelined => client.send_observed(office, &bytes, dialogue),
                }
            }
            Step::Server(line) => expected.push(line),
            Step::Then(what) => {
                client.send(office, &std::mem::take(&mut pipelined));
                compare(&mut client, &mut expected, feed, dialogue);
                match what {
                    "tls" => client.tls(),
                    "unobserved" => client.observer = None,
                    "close" => assert_eq!(client.then, Then::Close, "{dialogue}"),
                    other => panic!("what is {other}?"),
                }
            }
        }
    }
    client.send(office, &pipelined);
    compare(&mut client, &mut expected, feed, dialogue);
    client.hang_up(office);
}

fn step(line: &str) -> Step<'_> {
    let (mark, text) = line.split_at(2);
    let text = text.strip_prefix(' ').unwrap_or(text);
    match mark {
        "C:" => Step::Client(format!("{text}\r\n").into_bytes()),
        "R:" => Step::Client(text.replace("\\r", "\r").replace("\\n", "\n").into_bytes()),
        "S:" => Step::Server(text),
        "=:" => Step::Then(text),
        _ => panic!("neither C: nor S: {line}"),
    }
}

fn compare(client: &mut Client, expected: &mut Vec<&str>, feed: Feed, dialogue: &str) {
    let heard = client.take();
    assert!(heard.is_ascii(), "ASCII only: {heard}");
    let mut lines = heard.split_terminator("\r\n").peekable();
    let mut wanted = expected.drain(..).peekable();
    while let Some(prefix) = wanted.next() {
        if prefix == "..." {
            while lines.peek().is_some_and(|line| !wanted.peek().is_some_and(|next| fits(line, next))) {
                lines.next();
            }
            continue;
        }
        let line = lines.next();
        assert!(
            line.is_some_and(|line| line.len() <= 510 && fits(line, prefix)),
            "{feed:?}: wanted {prefix:?}, heard {line:?} in\n{heard}\nof{dialogue}"
        );
    }
    let more: Vec<_> = lines.collect();
    assert!(more.is_empty(), "{feed:?}: nobody wanted {more:?} in{dialogue}");
}

fn fits(line: &str, prefix: &str) -> bool {
    if prefix.is_empty() { line.is_empty() } else { line.starts_with(prefix) }
}
