//! Lines that wait for their turn: each goes when the reply to the line before it is whole. Who sends them, and where they come
//! from (a paste, a mail reader, a lab's solution), is not known here.

use std::{collections::VecDeque, fmt};

use crate::{
    line::Ending,
    machine::{State, Word},
    session::{Reading, Session},
};

/// What a waiting line waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// The reply to the line before it.
    Reply,
    /// The end of the TLS handshake, and nothing else: a learner pressed Enter, and nobody's line is held back but for that
    /// (RFC 3207 section 4.2).
    Handshake,
}

/// A line that waits.
struct Turn {
    line: Vec<u8>,
    ending: Ending,
    until: Until,
}

/// The queue of one session. It asks the session whether a line may go; it never sends by itself.
///
/// Nothing meant for TLS leaves in plain text: when a line of the queue asked for TLS and the server did not give it, all that
/// waits behind it is dropped.
#[derive(Default)]
pub struct Turns {
    queue: VecDeque<Turn>,
    /// A line of the queue asked for TLS, and it has not been decided what came of it.
    upgrade: bool,
    /// Somebody asked for TLS, and it has not been decided what came of it.
    asked: bool,
    /// How often lines were dropped because TLS did not begin.
    dropped: u32,
}

/// The number of lines alone: what they hold is the learner's.
impl fmt::Debug for Turns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} lines wait, {} times dropped", self.queue.len(), self.dropped)
    }
}

impl Turns {
    /// Puts a line at the end of the queue, without its ending.
    pub fn push(&mut self, line: Vec<u8>, ending: Ending, until: Until) {
        self.queue.push_back(Turn { line, ending, until });
    }

    /// How many lines wait.
    pub fn len(&self) -> usize {
        self.queue.len()
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// How many lines wait for a reply.
    pub fn for_reply(&self) -> usize {
        self.queue.iter().filter(|turn| turn.until == Until::Reply).count()
    }

    /// How many lines wait for the handshake alone.
    pub fn for_handshake(&self) -> usize {
        self.queue.len() - self.for_reply()
    }

    /// How often lines that waited for TLS were dropped because it did not begin. What was typed or pasted with them belongs to
    /// them, even when no whole line waited.
    pub fn dropped(&self) -> u32 {
        self.dropped
    }

    /// Forgets all that waits, and gives how many lines that were.
    pub fn clear(&mut self) -> usize {
        (self.upgrade, self.asked) = (false, false);
        let count = self.queue.len();
        self.queue.clear();
        count
    }

    /// Forgets the lines that wait for a reply, as learners ask who see what they pasted.
    pub fn forget(&mut self) {
        self.queue.retain(|turn| turn.until == Until::Handshake);
    }

    /// The next line, if it may go now. Who calls sends it, tells the session, and asks again.
    pub fn next(&mut self, session: &Session) -> Option<(Vec<u8>, Ending)> {
        if matches!(session.state(), State::NoConnection | State::Tls) {
            return None;
        }
        self.asked |= session.awaits_go_ahead();
        if self.asked && session.is_quiet() {
            // What was pasted behind a typed STLS is as much meant for TLS as what was pasted with it.
            let meant = std::mem::take(&mut self.upgrade) || self.for_reply() > 0;
            self.asked = false;
            if meant && !session.encrypted() {
                self.queue.clear();
                self.dropped = self.dropped.saturating_add(1);
            }
        }
        if self.queue.front()?.until == Until::Reply && !takes_next(session) {
            return None;
        }
        let turn = self.queue.pop_front()?;
        if turn.until == Until::Reply {
            let verb = session.judge(&turn.line).command.word();
            self.upgrade |= matches!(verb, Some(Word::Stls | Word::Starttls));
        }
        Some((turn.line, turn.ending))
    }
}

/// Whether a line may follow: nothing is due from the server, or what it wants is the rest of a message.
fn takes_next(session: &Session) -> bool {
    match session.reading() {
        // A chunk follows its BDAT without waiting, and is answered as a whole (RFC 3030 section 2).
        Reading::Message { .. } | Reading::Chunk { .. } => true,
        Reading::Command | Reading::SaslAnswer { .. } | Reading::Reversed => session.is_quiet(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::Protocol;

    /// Plays a queue against what a server says, and gives what went, line by line, with `|` where the server spoke. `TLS` stands for
    /// the handshake.
    fn play(protocol: Protocol, encrypted: bool, queue: &[(&str, Until)], server: &[&str]) -> (String, Turns) {
        let mut session = Session::new(protocol);
        let _ = session.connected(encrypted);
        let mut turns = Turns::default();
        for (line, until) in queue {
            turns.push(line.as_bytes().to_vec(), Ending::CrLf, *until);
        }
        let mut went = Vec::new();
        let pump = |session: &mut Session, turns: &mut Turns, went: &mut Vec<String>| {
            while let Some((line, ending)) = turns.next(session) {
                went.push(String::from_utf8_lossy(&line).into_owned());
                let _ = session.sent(&line, ending);
            }
        };
        pump(&mut session, &mut turns, &mut went);
        for said in server {
            went.push("|".into());
            let _ = match *said {
                "TLS" => session.tls_established(),
                said => session.received(format!("{said}\r\n").as_bytes()),
            };
            pump(&mut session, &mut turns, &mut went);
        }
        (went.join(" "), turns)
    }

    #[track_caller]
    fn check(protocol: Protocol, queue: &[&str], server: &[&str], expected: &str, left: usize, dropped: u32) {
        let queue: Vec<_> = queue.iter().map(|line| (*line, Until::Reply)).collect();
        let (went, turns) = play(protocol, false, &queue, server);
        assert_eq!(went, expected, "{queue:?}");
        assert_eq!((turns.len(), turns.dropped()), (left, dropped), "{queue:?}");
    }

    #[test]
    fn each_line_waits_for_the_reply_before_it() {
        let read = ["USER ada", "PASS x", "LIST", "QUIT"];
        check(Protocol::Pop3, &read, &[], "", 4, 0);
        check(Protocol::Pop3, &read, &["+OK"], "| USER ada", 3, 0);
        check(Protocol::Pop3, &read, &["+OK", "+OK", "+OK", "+OK", "1 20"], "| USER ada | PASS x | LIST | |", 1, 0);
        check(
            Protocol::Pop3,
            &read,
            &["+OK", "+OK", "+OK", "+OK", "1 20", "."],
            "| USER ada | PASS x | LIST | | | QUIT",
            0,
            0,
        );
        check(
            Protocol::Smtp,
            &["EHLO me", "MAIL FROM:<>"],
            &["220 x", "250-x", "250 SIZE"],
            "| EHLO me | | MAIL FROM:<>",
            0,
            0,
        );
    }

    #[test]
    fn a_message_and_a_chunk_go_without_waiting() {
        let ready = ["220 x", "250-x", "250 CHUNKING", "250 ok", "250 ok"];
        let mail = ["EHLO me", "MAIL FROM:<>", "RCPT TO:<a@b.test>"];
        let data = [&mail[..], &["DATA", "Subject: x", "", "text", ".", "QUIT"]].concat();
        let before = "| EHLO me | | MAIL FROM:<> | RCPT TO:<a@b.test>";
        check(Protocol::Smtp, &data, &ready, &format!("{before} | DATA"), 5, 0);
        let letter = "Subject: x  text .";
        check(Protocol::Smtp, &data, &[&ready[..], &["354 go"]].concat(), &format!("{before} | DATA | {letter}"), 1, 0);
        let chunk = [&mail[..], &["BDAT 14 LAST", "Subject: x", "", "QUIT"]].concat();
        check(Protocol::Smtp, &chunk, &ready, &format!("{before} | BDAT 14 LAST Subject: x "), 1, 0);
    }

    #[test]
    fn nothing_meant_for_tls_goes_in_plain_text() {
        let queue = ["STLS", "USER ada", "PASS canary-7"];
        check(Protocol::Pop3, &queue, &["+OK", "-ERR no"], "| STLS |", 0, 1);
        check(Protocol::Pop3, &queue[..1], &["+OK", "-ERR no"], "| STLS |", 0, 1);
        check(Protocol::Pop3, &queue, &["+OK", "+OK go"], "| STLS |", 2, 0);
        check(Protocol::Pop3, &queue, &["+OK", "+OK go", "TLS"], "| STLS | | USER ada", 1, 0);
        check(
            Protocol::Smtp,
            &["EHLO me", "starttls", "AUTH PLAIN x"],
            &["220 x", "250 x", "454 no"],
            "| EHLO me | starttls |",
            0,
            1,
        );
    }

    #[test]
    fn what_is_pasted_behind_a_typed_stls_is_meant_for_tls_too() {
        let (stls, user) = (("STLS", Until::Handshake), ("USER ada", Until::Reply));
        let paste = [stls, user, ("PASS canary-7", Until::Reply)];
        // Typed before the greeting, so that the paste waits.
        let (went, turns) = play(Protocol::Pop3, false, &paste, &["+OK", "-ERR no"]);
        assert_eq!((went.as_str(), turns.len(), turns.dropped()), ("STLS | |", 0, 1));
        let (went, turns) = play(Protocol::Pop3, false, &paste, &["+OK", "+OK go", "TLS"]);
        assert_eq!((went.as_str(), turns.len(), turns.dropped()), ("STLS | | | USER ada", 1, 0));
        // Without a paste there is nothing to drop.
        let (went, turns) = play(Protocol::Pop3, false, &[stls], &["+OK", "-ERR no"]);
        assert_eq!((went.as_str(), turns.len(), turns.dropped()), ("STLS | |", 0, 0));
    }

    #[test]
    fn what_a_learner_typed_waits_for_the_handshake_alone() {
        let typed = [("STLS", Until::Handshake), ("USER ada", Until::Handshake), ("PASS x", Until::Handshake)];
        // Before the greeting and without one: nobody is held back.
        let (went, _) = play(Protocol::Pop3, false, &typed, &[]);
        assert_eq!(went, "STLS USER ada PASS x");
        let mut session = Session::new(Protocol::Pop3);
        for events in [session.connected(false), session.received(b"+OK\r\n"), session.sent(b"STLS", Ending::CrLf)] {
            assert!(!events.is_empty());
        }
        assert!(!session.received(b"+OK\r\n").is_empty());
        let mut turns = Turns::default();
        turns.push(b"USER ada".to_vec(), Ending::CrLf, Until::Handshake);
        turns.push(b"PASS x".to_vec(), Ending::CrLf, Until::Handshake);
        assert_eq!(turns.next(&session), None);
        assert_eq!((turns.for_reply(), turns.for_handshake()), (0, 2));
        let _ = session.tls_established();
        for line in [&b"USER ada"[..], b"PASS x"] {
            let (next, ending) = turns.next(&session).unwrap_or_default();
            assert_eq!(next, line);
            let _ = session.sent(&next, ending);
        }
        assert!(turns.is_empty());
    }

    #[test]
    fn what_waits_is_told_by_its_number_alone() {
        let mut turns = Turns::default();
        turns.push(b"PASS canary-7".to_vec(), Ending::CrLf, Until::Reply);
        assert_eq!(format!("{turns:?}"), "1 lines wait, 0 times dropped");
        turns.push(b"NOOP".to_vec(), Ending::CrLf, Until::Handshake);
        turns.forget();
        assert_eq!((turns.for_reply(), turns.for_handshake()), (0, 1));
        assert_eq!((turns.clear(), turns.len()), (1, 0));
    }
}
