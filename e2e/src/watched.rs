//! A real server with the observer beside the client: what was said is kept in the form of `transcripts/`, secrets hidden.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;

use mailproto::line::Ending;
use mailproto::session::WireLine;
use mailproto::token::{Family, Side};
use mailproto::{Event, Protocol, Session};

use crate::wait::PATIENCE;

/// A real connection with an observer beside it.
pub struct Watched {
    stream: TcpStream,
    session: Session,
    /// The record, in the form of `transcripts/`.
    record: String,
}

impl Watched {
    /// Connects to a loopback port and listens to the greeting.
    #[track_caller]
    pub fn open(protocol: Protocol, port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut session = Session::new(protocol);
        session.connected(false);
        let mut watched = Self { stream, session, record: "> connect\n".to_owned() };
        watched.listen();
        watched
    }

    /// Says a line, waits for the whole reply unless it is message text, and gives the state the observer is in.
    #[track_caller]
    pub fn say(&mut self, line: &str) -> &'static str {
        let events = self.session.sent(line.as_bytes(), Ending::CrLf);
        self.stream.write_all(format!("{line}\r\n").as_bytes()).unwrap();
        self.keep(&events);
        self.listen();
        let state = self.session.state().name();
        self.record.push_str(&format!("= {state}\n"));
        state
    }

    /// [`say`](Self::say), after which the observer must be in `state`.
    #[track_caller]
    pub fn check(&mut self, line: &str, state: &str) {
        assert_eq!(self.say(line), state, "after {line}:\n{}", self.record);
    }

    /// The dialogue so far.
    pub fn record(&self) -> &str {
        &self.record
    }

    /// Reads until the observer says that nothing more is due, or the server closes.
    #[track_caller]
    fn listen(&mut self) {
        let mut chunk = [0; 4096];
        while !self.session.is_quiet() && self.session.state().is_open() {
            let length = match self.stream.read(&mut chunk) {
                Ok(length) => length,
                Err(error) if error.kind() == ErrorKind::ConnectionReset => 0,
                Err(error) => panic!("{error}, after\n{}", self.record),
            };
            let cut = length == 0;
            let events = if cut { self.session.closed() } else { self.session.received(&chunk[..length]) };
            self.keep(&events);
            if cut {
                self.record.push_str("> cut\n");
            }
        }
    }

    #[track_caller]
    fn keep(&mut self, events: &[Event]) {
        for event in events {
            let Event::Line(line) = event else { continue };
            let WireLine { side, text, .. } = line.as_ref();
            let who = if *side == Side::Client { "C:" } else { "S:" };
            self.record.push_str(format!("{who} {}", text.shown()).trim_end());
            self.record.push('\n');
            let odd =
                line.problems.iter().any(|problem| *side == Side::Server && problem.kind.family() == Family::Unsound);
            assert!(!odd, "a real server's line is called odd: {line:?}");
        }
    }
}
