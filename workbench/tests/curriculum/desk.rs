//! A learner's desk: a client of the practice server with the observer beside it. What is said at it is in the files beside.

use practice::{Connection, Output, PostOffice, Service, Then, Timestamp};
use workbench::mailproto::{
    Event, ProblemKind, Protocol, Session, State,
    explain::explain,
    line::Ending,
    session::{Role, WireLine},
    token::Side,
};

/// Friday, 20 November 2026.
pub const NOW: Timestamp = Timestamp(1_795_211_160);

pub struct Desk {
    pub session: Session,
    connection: Connection,
    /// The states it has been in.
    pub path: Vec<State>,
    /// Every line so far.
    pub lines: Vec<WireLine>,
    pub closed: bool,
}

impl Desk {
    /// Connects and reads the greeting.
    pub fn open(office: &mut PostOffice, service: Service) -> Self {
        let protocol = match service {
            Service::Pop3 | Service::Pop3s => Protocol::Pop3,
            Service::Smtp | Service::Submission | Service::Smtps => Protocol::Smtp,
        };
        let (connection, greeting) = Connection::open(office, service, "192.0.2.7", NOW, 1896);
        let session = Session::new(protocol);
        let path = vec![session.state()];
        let mut desk = Self { session, connection, path, lines: Vec::new(), closed: false };
        let events = desk.session.connected(service.implicit_tls());
        desk.keep(events);
        desk.take(greeting);
        desk
    }

    /// Says a line and gives the lines that come back, joined by LF.
    #[track_caller]
    pub fn say(&mut self, office: &mut PostOffice, line: &str) -> String {
        let events = self.session.sent(line.as_bytes(), Ending::CrLf);
        self.keep(events);
        let output = self.connection.receive(office, format!("{line}\r\n").as_bytes(), NOW);
        let answer = self.take(output);
        assert_eq!(self.session.state(), self.connection.state(), "observer and server after {line}: {answer}");
        answer
    }

    /// Says lines of which each must be answered by what begins as given; an empty one stands for no answer.
    #[track_caller]
    pub fn talk(&mut self, office: &mut PostOffice, lines: &[(&str, &str)]) {
        for (line, start) in lines {
            let answer = self.say(office, line);
            let fits = if start.is_empty() { answer.is_empty() } else { answer.starts_with(start) };
            assert!(fits, "after {line:?}: wanted {start:?}, heard {answer:?}");
        }
    }

    /// The handshake that the go-ahead asked for.
    pub fn tls(&mut self) {
        self.connection.tls_established();
        let events = self.session.tls_established();
        self.keep(events);
        assert_eq!(self.session.state(), self.connection.state());
    }

    /// The cable is cut.
    pub fn cut(mut self, office: &mut PostOffice) {
        let events = self.session.closed();
        self.keep(events);
        assert_eq!(self.session.state(), State::Closed);
        self.connection.hang_up(office);
    }

    /// The last line of a side.
    #[track_caller]
    pub fn last(&self, side: Side) -> &WireLine {
        self.lines.iter().rev().find(|line| line.side == side).unwrap()
    }

    /// What is wrong with the last line of a side.
    #[track_caller]
    pub fn problems(&self, side: Side) -> Vec<ProblemKind> {
        self.last(side).problems.iter().map(|problem| problem.kind).collect()
    }

    fn take(&mut self, output: Output) -> String {
        let before = self.lines.len();
        let events = self.session.received(&output.bytes);
        self.keep(events);
        if output.then == Then::Close {
            let events = self.session.closed();
            self.keep(events);
            self.closed = true;
        }
        let said: Vec<_> = self.lines[before..].iter().map(|line| line.text.shown()).collect();
        said.join("\n")
    }

    fn keep(&mut self, events: Vec<Event>) {
        for event in events {
            match event {
                Event::Line(line) => self.lines.push(*line),
                Event::Moved(edge) => self.path.push(edge.to),
                Event::GoAhead { .. } => {}
            }
        }
    }
}

/// The keys of all that is said of a line.
pub fn notes(line: &WireLine) -> Vec<&'static str> {
    let explained = explain(line);
    let notes = [explained.lead].into_iter().chain(explained.tokens).chain(explained.problems);
    notes.map(|note| note.key).collect()
}

/// A session of the observer alone, through a dialogue of `C: ` and `S: ` lines; gives its lines.
pub fn watch(protocol: Protocol, dialogue: &str) -> (Session, Vec<WireLine>) {
    let mut session = Session::new(protocol);
    let mut events = session.connected(false);
    for line in dialogue.lines().map(str::trim_start).filter(|line| !line.is_empty()) {
        let text = line[2..].strip_prefix(' ').unwrap_or(&line[2..]);
        match &line[..2] {
            "C:" => events.extend(session.sent(text.as_bytes(), Ending::CrLf)),
            "S:" => events.extend(session.received(format!("{text}\r\n").as_bytes())),
            other => panic!("neither C: nor S: {other}"),
        }
    }
    let lines = events.into_iter().filter_map(|event| match event {
        Event::Line(line) => Some(*line),
        Event::Moved(_) | Event::GoAhead { .. } => None,
    });
    (session, lines.collect())
}

/// Whether a line is a status line or the like, no text of a message.
pub fn is_reply(line: &WireLine) -> bool {
    matches!(line.role, Role::Reply { .. } | Role::Greeting)
}
