//! A session at the desk: its tape, what is made of it, the lines that wait for their turn, and how the learner looks at it. There may be
//! several; which is in front, `desk` knows.

use mailproto::{State, Turns, line::Ending, turns::Until};

use crate::{
    conversation::{Conversation, Phase, Reaction},
    history::History,
    link::Link,
    log,
    look::Look,
    net::{Cause, Micros},
    place::Place,
    tape::{Fact, Tape},
    target::Target,
};

/// Which session at the desk. Never given twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SittingId(pub u32);

/// A session at the desk.
#[derive(Debug)]
pub struct Sitting {
    id: SittingId,
    /// When the tape began, by the page's clock.
    began: Micros,
    tape: Tape,
    conversation: Conversation,
    turns: Turns,
    /// How it is looked at.
    pub look: Look,
}

impl Sitting {
    /// A session that begins now; nobody has been asked for a connection yet.
    pub fn new(id: SittingId, began: Micros, target: Target) -> Self {
        let conversation = Conversation::new(target);
        Self { id, began, tape: Tape::default(), conversation, turns: Turns::default(), look: Look::default() }
    }

    /// Which one it is.
    pub fn id(&self) -> SittingId {
        self.id
    }

    /// What happened.
    pub fn tape(&self) -> &Tape {
        &self.tape
    }

    /// What is made of it.
    pub fn conversation(&self) -> &Conversation {
        &self.conversation
    }

    /// The lines that wait.
    pub fn turns(&self) -> &Turns {
        &self.turns
    }

    /// Whether a connection is up or on its way.
    pub fn is_live(&self) -> bool {
        match self.conversation.phase() {
            Phase::Connecting => self.conversation.facts() > 0,
            Phase::Open => true,
            Phase::Closed => false,
        }
    }

    /// The place whose explanation is shown: the chosen line if it is in sight, else the newest that is.
    pub fn place(&self) -> Option<Place> {
        log::shown_place(&self.conversation, &self.look)
    }

    /// Puts a fact on the tape and does what it calls for. What comes too late is left out.
    #[must_use = "the connection is to do it"]
    pub fn happened(&mut self, history: &mut History, at: Micros, fact: Fact) -> Vec<Link> {
        let phase = self.conversation.phase();
        let left_out = match fact {
            Fact::Heard(_) => phase != Phase::Open,
            Fact::Ended { .. } => phase == Phase::Closed,
            Fact::Crossed { .. } => self.conversation.network().is_full(),
            Fact::Guided(_)
            | Fact::Asked(_)
            | Fact::Carried(_)
            | Fact::Up { .. }
            | Fact::Sent { .. }
            | Fact::TlsUp(_)
            | Fact::TlsFailed { .. }
            | Fact::Keys(_)
            | Fact::Injected { .. }
            | Fact::IdleWarning { .. }
            | Fact::Stopping { .. } => false,
        };
        if left_out {
            return Vec::new();
        }
        let mut links = self.take(history, at, fact);
        links.extend(self.pump(history, at));
        links
    }

    fn take(&mut self, history: &mut History, at: Micros, fact: Fact) -> Vec<Link> {
        let at = Micros(at.0.saturating_sub(self.began.0));
        let over = matches!(fact, Fact::Ended { .. });
        let stamped = self.tape.push(at, fact);
        let reactions = self.conversation.take(stamped);
        if over {
            self.turns.clear();
        }
        let mut links = Vec::new();
        for reaction in reactions {
            match reaction {
                Reaction::StartTls { after } => links.push(Link::StartTls { after }),
                Reaction::Credit(bytes) => links.push(Link::Credit(bytes)),
                Reaction::Said(index) => {
                    if let Some(line) = self.conversation.transcript().line(index) {
                        history.keep(&line.wire);
                    }
                }
            }
        }
        links
    }

    /// The learner pressed Enter.
    #[must_use = "the connection is to do it"]
    pub fn submit(&mut self, history: &mut History, at: Micros, line: String, ending: Ending) -> Vec<Link> {
        if self.conversation.phase() != Phase::Open {
            return Vec::new();
        }
        self.look.selected = None;
        if self.turns.is_empty() && self.conversation.state() != State::Tls {
            return self.send(history, at, line.into_bytes(), ending);
        }
        let until = if self.turns.for_reply() > 0 { Until::Reply } else { Until::Handshake };
        self.turns.push(line.into_bytes(), ending, until);
        self.pump(history, at)
    }

    /// Lines that are sent as a person would: each after the reply to the one before it.
    #[must_use = "the connection is to do it"]
    pub fn in_turn(&mut self, history: &mut History, at: Micros, lines: Vec<String>) -> Vec<Link> {
        for line in lines {
            self.turns.push(line.into_bytes(), Ending::CrLf, Until::Reply);
        }
        self.pump(history, at)
    }

    /// Forgets the lines that wait for a reply.
    #[must_use = "the connection is to do it"]
    pub fn forget_turns(&mut self) -> Vec<Link> {
        self.turns.forget();
        Vec::new()
    }

    /// Sends what may go now.
    fn pump(&mut self, history: &mut History, at: Micros) -> Vec<Link> {
        let mut links = Vec::new();
        while let Some((line, ending)) = self.turns.next(self.conversation.session()) {
            self.look.selected = None;
            links.extend(self.send(history, at, line, ending));
        }
        links
    }

    fn send(&mut self, history: &mut History, at: Micros, line: Vec<u8>, ending: Ending) -> Vec<Link> {
        let mut octets = line.clone();
        octets.extend_from_slice(ending.bytes());
        let mut links = vec![Link::Send(octets)];
        links.extend(self.take(history, at, Fact::Sent { line, ending }));
        links
    }

    /// The connection is over.
    #[must_use = "the connection is to do it"]
    pub fn ended(&mut self, history: &mut History, at: Micros, cause: Cause) -> Vec<Link> {
        let unsent = self.turns.for_handshake();
        self.happened(history, at, Fact::Ended { cause, unsent })
    }

    /// The learner cuts the line.
    #[must_use = "the connection is to do it"]
    pub fn cut(&mut self, history: &mut History, at: Micros) -> Vec<Link> {
        if !self.is_live() {
            return Vec::new();
        }
        let mut links = vec![Link::Close];
        links.extend(self.ended(history, at, Cause::Client));
        links
    }
}
