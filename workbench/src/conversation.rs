//! A conversation: one mail session after another with the same server, as everything that can be known of them is made of the facts
//! of a tape, one at a time. What is sent next, and how it is looked at, is not here.

use std::rc::Rc;

use mailproto::{
    Class, Edge, Event, Session, State, Word,
    message::Part,
    octets::Octets,
    session::{Role, WireLine},
    token::Side,
};

use crate::{
    exchange::Exchanges,
    guide::Guide,
    letter::Letters,
    net::{Micros, TlsFacts},
    network::{Crossing, Network},
    tally::Tally,
    tape::{Fact, Stamped, Tape},
    target::{Security, Target, Via},
    transcript::{Incident, Kind, Transcript},
};

/// How far the connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Asked for, not up.
    Connecting,
    /// Up.
    Open,
    /// Over.
    Closed,
}

/// Where the conversation has been.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path {
    /// States entered, each once.
    pub visited: Vec<State>,
    /// Edges taken, in order.
    pub taken: Vec<&'static Edge>,
    /// Verbs the server accepted, each once.
    pub used: Vec<Word>,
    /// The verb refused last, until another is answered.
    pub refused: Option<Word>,
    /// The verb of the last command.
    pub last: Option<Word>,
}

/// What a fact calls for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Reaction {
    /// The server gave the go-ahead for TLS, which ended after so many plain bytes: hands are shaken now.
    StartTls {
        /// Plain bytes received, the go-ahead included.
        after: u64,
    },
    /// So many bytes are dealt with: the proxy may send as many more.
    Credit(u32),
    /// A line of the client's joined the record here.
    Said(usize),
}

/// One connection of a conversation.
#[derive(Clone, Debug)]
pub struct Connection {
    /// Where in the transcript it begins.
    pub begins: usize,
    /// Where in the transcript it ends, once it is over. A session can be over before: QUIT ends it, and then the server closes.
    pub ended: Option<usize>,
    /// What it came to so far.
    pub tally: Tally,
}

/// What is known of a conversation. All of it is a fold over the facts of its tape: [`Conversation::take`] is the only way in.
#[derive(Clone, Debug)]
pub struct Conversation {
    target: Target,
    /// The observer. Shared with the prompt, which asks it for hints.
    session: Rc<Session>,
    transcript: Transcript,
    exchanges: Exchanges,
    letters: Letters,
    connections: Vec<Connection>,
    network: Network,
    path: Path,
    guide: Option<Guide>,
    /// How many facts were taken.
    facts: usize,
}

impl Conversation {
    /// A conversation with a server that nobody has been asked to connect to.
    pub fn new(target: Target) -> Self {
        Self {
            session: Rc::new(Session::new(target.protocol)),
            target,
            transcript: Transcript::default(),
            exchanges: Exchanges::default(),
            letters: Letters::default(),
            connections: Vec::new(),
            network: Network::default(),
            path: Path::default(),
            guide: None,
            facts: 0,
        }
    }

    /// The conversation as it was after the first `count` facts; `None` when the tape asks for no connection at all.
    pub fn until(tape: &Tape, count: usize) -> Option<Self> {
        let mut conversation = Self::new(tape.target()?.clone());
        for stamped in tape.facts().iter().take(count) {
            // What a fact called for was done then.
            let _ = conversation.take(stamped);
        }
        Some(conversation)
    }

    /// Takes the next fact.
    #[must_use = "what a live fact calls for is still to be done"]
    pub fn take(&mut self, stamped: &Stamped) -> Vec<Reaction> {
        let at = stamped.at;
        self.facts += 1;
        match &stamped.fact {
            Fact::Guided(example) => {
                self.guide = example.map(Guide::new);
                Vec::new()
            }
            Fact::Asked(target) => {
                self.asked(target, at);
                Vec::new()
            }
            Fact::Carried(via) => {
                self.target.via = *via;
                Vec::new()
            }
            Fact::Up { address } => self.up(address, at),
            Fact::Sent { line, ending } => {
                let events = Rc::make_mut(&mut self.session).sent(line, *ending);
                self.absorb(events, at)
            }
            Fact::Heard(octets) => self.heard(octets, at),
            Fact::Crossed { side, octets } => {
                let (side, after, octets) = (*side, self.transcript.len(), octets.clone());
                self.network.see(Crossing { at, side, after, octets });
                Vec::new()
            }
            Fact::TlsUp(facts) => self.tls_up(facts, at),
            Fact::TlsFailed { failure, facts } => {
                self.tell(at, Incident::TlsFailed { failure: failure.clone(), facts: facts.clone() })
            }
            Fact::Keys(lines) => {
                self.network.learn(lines.clone());
                Vec::new()
            }
            Fact::Injected { bytes } => self.tell(at, Incident::Injection { bytes: *bytes }),
            Fact::IdleWarning { seconds } => self.tell(at, Incident::IdleWarning { seconds: *seconds }),
            Fact::Stopping { seconds } => self.tell(at, Incident::Stopping { seconds: *seconds }),
            Fact::Ended { cause, unsent } => {
                let kept = if self.state() == State::Transaction { self.session.deleted().len() } else { 0 };
                let events = Rc::make_mut(&mut self.session).closed();
                let unanswered = self.session.unanswered();
                let reactions = self.absorb(events, at);
                if let Some(connection) = self.connections.last_mut() {
                    connection.ended = Some(self.transcript.len());
                }
                let incident = Incident::Closed { cause: cause.clone(), kept, unanswered, unsent: *unsent };
                self.transcript.push(at, Kind::Incident(incident));
                reactions
            }
        }
    }

    /// A connection is asked for. The record goes on, so that what happened before a cut stays in sight.
    fn asked(&mut self, target: &Target, at: Micros) {
        self.target = target.clone();
        self.session = Rc::new(self.session.again(target.protocol));
        self.letters.new_connection();
        self.connections.push(Connection {
            begins: self.transcript.len(),
            ended: None,
            tally: Tally::new(target.protocol),
        });
        once(&mut self.path.visited, State::NoConnection);
        self.transcript.push(at, Kind::Incident(Incident::Connecting { target: target.address() }));
    }

    fn up(&mut self, address: &str, at: Micros) -> Vec<Reaction> {
        let (target, tls) = (self.target.address(), self.target.security == Security::Tls);
        self.transcript.push(at, Kind::Incident(Incident::Connected { target, address: address.into(), tls }));
        match self.target.security {
            Security::None => {
                let events = Rc::make_mut(&mut self.session).connected(false);
                self.absorb(events, at)
            }
            // The session begins when the handshake is done.
            Security::Tls => Vec::new(),
        }
    }

    fn tls_up(&mut self, facts: &Rc<TlsFacts>, at: Micros) -> Vec<Reaction> {
        let from_start = self.phase() == Phase::Connecting;
        self.transcript.push(at, Kind::Encrypted { facts: facts.clone(), from_start });
        let session = Rc::make_mut(&mut self.session);
        let events = if from_start { session.connected(true) } else { session.tls_established() };
        self.absorb(events, at)
    }

    fn heard(&mut self, octets: &Octets, at: Micros) -> Vec<Reaction> {
        let events = Rc::make_mut(&mut self.session).heard(octets);
        let mut reactions = self.absorb(events, at);
        reactions.push(Reaction::Credit(u32::try_from(octets.len()).unwrap_or(u32::MAX)));
        reactions
    }

    fn tell(&mut self, at: Micros, incident: Incident) -> Vec<Reaction> {
        self.transcript.push(at, Kind::Incident(incident));
        Vec::new()
    }

    /// Takes the observer's events into the record, the path and the guide.
    fn absorb(&mut self, events: Vec<Event>, at: Micros) -> Vec<Reaction> {
        let mut reactions = Vec::new();
        for event in events {
            match event {
                Event::Line(wire) => {
                    if wire.side == Side::Client {
                        reactions.push(Reaction::Said(self.transcript.len()));
                    }
                    self.line(*wire, at);
                }
                Event::Moved(edge) => {
                    once(&mut self.path.visited, edge.to);
                    self.path.taken.push(edge);
                    self.transcript.push(at, Kind::Moved(edge));
                    if let Some(guide) = &mut self.guide {
                        guide.moved(edge);
                    }
                }
                Event::GoAhead { after } => reactions.push(Reaction::StartTls { after }),
            }
        }
        reactions
    }

    fn line(&mut self, wire: WireLine, at: Micros) {
        match wire.role {
            Role::Command(word) => self.path.last = word,
            Role::Reply { to: Some(word), class, last: true, .. } => {
                if class.is_some_and(|class| class <= Class::Intermediate) {
                    once(&mut self.path.used, word);
                    self.path.refused = self.path.refused.filter(|refused| *refused != word);
                } else {
                    self.path.refused = Some(word);
                }
                if let Some(guide) = &mut self.guide {
                    guide.answered(wire.role);
                }
            }
            Role::Reply { .. }
            | Role::SaslAnswer
            | Role::Message(_)
            | Role::MessageEnd
            | Role::Greeting
            | Role::Listing(_)
            | Role::Payload(_)
            | Role::PayloadEnd
            | Role::Reversed(_)
            | Role::Unexpected => {}
        }
        let index = self.transcript.len();
        self.exchanges.take(index, at, &wire);
        let exchange = wire.exchange.and_then(|id| self.exchanges.get(id));
        self.letters.take(index, &wire, exchange.and_then(|exchange| exchange.word));
        if let Some(connection) = self.connections.last_mut() {
            connection.tally.take(&wire);
        }
        let took = exchange.filter(|exchange| exchange.reply == Some(index)).and_then(|exchange| exchange.took());
        let side = wire.side;
        let border = matches!(wire.role, Role::Message(Part::Border) | Role::Payload(Part::Border));
        self.transcript.push_line(at, took, wire);
        if border {
            self.transcript.push(at, Kind::HeadersEnd(side));
        }
    }
}

/// What is known.
impl Conversation {
    /// Where it goes, or went last.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// Who carries it.
    pub fn via(&self) -> Via {
        self.target.via
    }

    /// The observer of the newest connection.
    pub fn session(&self) -> &Rc<Session> {
        &self.session
    }

    /// The record.
    pub fn transcript(&self) -> &Transcript {
        &self.transcript
    }

    /// The exchanges of the record.
    pub fn exchanges(&self) -> &Exchanges {
        &self.exchanges
    }

    /// The letters of the record.
    pub fn letters(&self) -> &Letters {
        &self.letters
    }

    /// What crossed below TLS.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// Where it has been, for the diagram.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The steps of the example, if it began as one.
    pub fn guide(&self) -> Option<&Guide> {
        self.guide.as_ref()
    }

    /// Where the newest connection stands.
    pub fn state(&self) -> State {
        self.session.state()
    }

    /// How far the newest connection is.
    pub fn phase(&self) -> Phase {
        match self.connections.last() {
            Some(connection) if connection.ended.is_some() => Phase::Closed,
            Some(_) if self.session.state() != State::NoConnection => Phase::Open,
            Some(_) | None => Phase::Connecting,
        }
    }

    /// How many facts of its tape it knows.
    pub fn facts(&self) -> usize {
        self.facts
    }

    /// Its connections, oldest first.
    pub fn connections(&self) -> &[Connection] {
        &self.connections
    }

    /// What the connection came to that ends at an entry; `None` when it ends elsewhere, or its server never greeted.
    pub fn tally_at(&self, index: usize) -> Option<&Tally> {
        let connection = self.connections.iter().find(|connection| connection.ended == Some(index))?;
        connection.tally.has_begun().then_some(&connection.tally)
    }
}

/// Adds what is not there yet.
fn once<T: PartialEq>(to: &mut Vec<T>, one: T) {
    if !to.contains(&one) {
        to.push(one);
    }
}
