//! The observer: client lines and server bytes in, past-tense events out. It judges and explains; it never blocks and never sends.

mod chunk;
mod client;
mod draft;
mod follow;
mod forecast;
mod known;
mod order;
mod refusal;
mod server;
mod verdict;

use std::collections::VecDeque;

use crate::{
    command::{Args, Command},
    line::{Ending, LineCutter},
    machine::{Class, Edge, On, Protocol, State, Verb, Word},
    message::{Cursor, Part},
    sasl::{Run, Step},
    secret::Verbatim,
    token::{Problem, ProblemKind, Side, Token},
};
pub use forecast::{Fact, Forecast, Outcome};
use known::{Envelope, Maildrop, Offers, SinceTls};

/// Something that happened, in the order it happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A line crossed the wire.
    Line(Box<WireLine>),
    /// The session went along an edge of the table.
    Moved(&'static Edge),
    /// The server gave the go-ahead for TLS: its reply ended after `after` plain bytes. The driver now shakes hands.
    GoAhead {
        /// Bytes the server has sent so far, the go-ahead included.
        after: u64,
    },
}

/// A line that crossed the wire, and all that is known about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WireLine {
    /// What is spoken.
    pub protocol: Protocol,
    /// Who sent it.
    pub side: Side,
    /// Its bytes, without the ending; secrets are kept apart.
    pub text: Verbatim,
    /// How it ended.
    pub ending: Ending,
    /// Whether it travelled under TLS.
    pub encrypted: bool,
    /// Its part in the dialogue.
    pub role: Role,
    /// The exchange it belongs to: the same number on a command and on its reply.
    pub exchange: Option<u32>,
    /// The state before it.
    pub state: State,
    /// Its pieces, in order.
    pub tokens: Vec<Token>,
    /// What is wrong with it or worth saying.
    pub problems: Vec<Problem>,
    /// What its base64 says, when that is no secret.
    pub decoded: Option<String>,
    /// Where the session went when this line ended a reply; `None` when it stayed.
    pub moved: Option<&'static Edge>,
    /// POP3: whether more lines follow, up to a lone dot.
    pub opens: bool,
    /// The steps of a login that it takes.
    pub steps: Vec<Step>,
}

/// The part a line plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Client: a command.
    Command(Option<Word>),
    /// Client: an answer to a SASL challenge, or the asterisk.
    SaslAnswer,
    /// Client: a line of a message, in DATA.
    Message(Part),
    /// Client: the lone dot that ends the message.
    MessageEnd,
    /// Server: its first line.
    Greeting,
    /// Server: a line of a reply.
    Reply {
        /// Its class, when it is a reply at all.
        class: Option<Class>,
        /// SMTP's code.
        code: Option<u16>,
        /// The command it answers.
        to: Option<Word>,
        /// Whether it opens the reply.
        first: bool,
        /// Whether it ends the reply (of POP3: of the status line's part).
        last: bool,
    },
    /// Server: a listing line of a multi-line reply.
    Listing(Word),
    /// Server: a line of a message, in a multi-line reply.
    Payload(Part),
    /// Server: the lone dot that ends a multi-line reply.
    PayloadEnd,
    /// Either side, after this command reversed the roles: a reply of the client's, or a command of the server's.
    Reversed(Word),
    /// Server: bytes nobody asked for.
    Unexpected,
}

/// What a draft would mean if it were sent now. Sending is always allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// What the server would take it for.
    pub reading: Reading,
    /// The draft, parsed; empty unless it is read as a command.
    pub command: Command,
    /// Whether the table allows it here.
    pub legal: bool,
    /// Where it leads when all goes well, if elsewhere.
    pub leads_to: Option<State>,
}

/// What the server will take the next client line for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reading {
    /// A command.
    Command,
    /// An answer to its challenge. `secret` says whether it should be hidden.
    SaslAnswer {
        /// Whether it holds a password.
        secret: bool,
    },
    /// A line of the message.
    Message {
        /// Whether the headers are over.
        in_body: bool,
    },
    /// Octets of a chunk that BDAT announced (RFC 3030 section 2).
    Chunk {
        /// How many are due, line ends counted.
        left: u64,
    },
    /// A reply to the server, which is the client now (RFC 2645 section 5.3).
    Reversed,
}

/// A command that is not answered yet.
#[derive(Clone, Debug)]
struct Exchange {
    id: u32,
    word: Option<Word>,
    args: Args,
    /// What was wrong with it when it was sent.
    problems: Vec<ProblemKind>,
    kind: ExchangeKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum ExchangeKind {
    Command,
    SaslAnswer,
    MessageEnd,
    /// Sent before the answer to DATA or AUTH decided what it is; holds the line.
    Undecided(Vec<u8>, Ending),
}

/// Where in a reply the server is.
#[derive(Clone, Debug, Default)]
enum Reply {
    /// The next line opens one.
    #[default]
    First,
    /// Inside a multi-line reply of POP3.
    Payload {
        word: Word,
        exchange: u32,
        /// How the status line ended: the lone dot must end the same way.
        ending: Ending,
        message: Option<Cursor>,
        /// The octets that LIST or the status line announced, if one did.
        announced: Option<u64>,
        /// How many messages the listing has named.
        listed: u32,
    },
    /// Inside a multi-line reply of SMTP.
    More { code: u16, line: usize },
}

/// One mail session, watched from its first byte. A value: it can be cloned, compared line by line, and played again.
///
/// # Theory of operation
///
/// The observer stands beside the wire. Whoever drives it tells what happened ([`connected`](Self::connected),
/// [`sent`](Self::sent), [`received`](Self::received), [`tls_established`](Self::tls_established), [`closed`](Self::closed)) and
/// gets back what that meant, as [`Event`]s in the past tense. Between two of these calls it may be asked what a draft would mean
/// ([`judge`](Self::judge), [`forecast`](Self::forecast)); no question changes it.
///
/// **What it knows.** The state, which moves along the edges of the protocol's table and in no other way; what the server offered
/// and the two sides agreed on (`SinceTls`); POP3's maildrop as far as listings and replies told of it; the message being typed or
/// fetched, of which it keeps counts and no text. It remembers what it has told once a session, so as not to tell it again.
///
/// **How a reply is paired.** Commands that end in a line end join a queue; the server answers in that order (RFC 2920 section 3,
/// RFC 2449 section 6.6), so a reply belongs to the front. Only a whole reply takes its command off the queue: then it is
/// judged, what it teaches is kept, its edge is taken, and the next command moves up. Command and reply bear the same exchange
/// number; no number comes twice in a record, whatever connections it holds.
///
/// **Two states.** Replies are judged by the state the session is in: what the command met. A line that is typed is judged by the
/// state that would be met if all that is unanswered went well. So a group of pipelined commands is in order as a whole, and when
/// its first command is refused, that explains the refusals after it.
///
/// **Lines not yet decided.** What follows DATA or AUTH before the reply is message text or an answer after a yes, and a command
/// after a no. It is kept undecided, its text hidden if it may be a password, and decided when the reply comes. Octets after
/// BDAT are decided at once: they are counted, if the server announced CHUNKING at all.
///
/// **What TLS makes forget.** Everything in `SinceTls`, as a whole (RFC 2595 section 4, RFC 3207 section 4.2). After the go-ahead
/// [`Event::GoAhead`] says how many plain octets the server may have sent; what comes beyond them is told as an injection.
///
/// **After ATRN or TURN** the roles are reversed: lines are shown, and judged by no table.
///
/// **What never happens.** It never blocks a line, never sends one, and never waits. It never fails: bytes of any kind become
/// lines with problems, and none is lost. It never guesses: what is not known is not told as wrong, and a refusal without a reason
/// is nobody's fault.
#[derive(Clone, Debug)]
pub struct Session {
    protocol: Protocol,
    state: State,
    encrypted: bool,
    inbound: LineCutter,
    /// Server bytes dealt with, for [`Event::GoAhead`].
    consumed: u64,
    queue: VecDeque<Exchange>,
    /// The number of the next exchange; it is never set back.
    next_exchange: u32,
    reply: Reply,
    /// The message being typed, in DATA.
    message: Option<Cursor>,
    /// Whether the line before ended in CRLF: only then can a lone dot end the message (RFC 5321 section 4.1.1.4).
    after_crlf: bool,
    /// Whether the server has said its first reply.
    greeted: bool,
    /// The last command answered, and how. After a login that ended, what comes now may be an answer that came too late.
    answered: Option<(Word, Class)>,
    /// The greeting's timestamp.
    timestamp: Option<Vec<u8>>,
    /// What TLS makes forget.
    since_tls: SinceTls,
    /// POP3: what is known of the messages.
    maildrop: Maildrop,
    /// The chunk before ended a line with a bare ending; told once a session.
    told_bare: bool,
    /// A verb in small letters was seen; told once a session.
    told_case: bool,
    /// How many commands in a row were refused for good.
    refusals: u32,
}

impl Session {
    /// A session before its connection.
    pub fn new(protocol: Protocol) -> Self {
        Self {
            protocol,
            state: State::NoConnection,
            encrypted: false,
            inbound: LineCutter::default(),
            consumed: 0,
            queue: VecDeque::new(),
            next_exchange: 1,
            reply: Reply::First,
            message: None,
            after_crlf: true,
            greeted: false,
            answered: None,
            timestamp: None,
            since_tls: SinceTls::default(),
            maildrop: Maildrop::default(),
            told_bare: false,
            told_case: false,
            refusals: 0,
        }
    }

    /// Which protocol.
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// Where it stands.
    pub fn state(&self) -> State {
        self.state
    }

    /// Whether TLS is on.
    pub fn encrypted(&self) -> bool {
        self.encrypted
    }

    /// Whether the server has said its first reply.
    pub fn greeted(&self) -> bool {
        self.greeted
    }

    /// How many commands wait for their reply.
    pub fn unanswered(&self) -> usize {
        self.queue.len()
    }

    /// Whether STLS or STARTTLS waits for its reply: what follows may be meant for TLS.
    pub fn awaits_go_ahead(&self) -> bool {
        self.queue.iter().any(|exchange| matches!(exchange.word, Some(Word::Stls | Word::Starttls)))
    }

    /// Whether nothing more is due from the server: every command is answered, and every reply is whole.
    pub fn is_quiet(&self) -> bool {
        self.greeted && self.queue.is_empty() && matches!(self.reply, Reply::First)
    }

    /// The greeting's timestamp for APOP, with its angle brackets (RFC 1939 section 7).
    pub fn timestamp(&self) -> Option<&[u8]> {
        self.timestamp.as_deref()
    }

    /// The SASL exchange whose next answer is due.
    pub fn login(&self) -> Option<&Run> {
        self.since_tls.sasl.as_ref().filter(|_| matches!(self.reading(), Reading::SaslAnswer { .. }))
    }

    /// Whether CAPA or EHLO listed a mechanism, named in capitals; `None` when not asked, or forgotten after TLS.
    pub fn offers_mechanism(&self, name: &str) -> Option<bool> {
        let keyword = match self.protocol {
            Protocol::Pop3 => "SASL",
            Protocol::Smtp => "AUTH",
        };
        self.since_tls.offers.as_ref().map(|offers| offers.names(keyword, name))
    }

    /// The message numbers marked as deleted in this session (RFC 1939 section 5, DELE).
    pub fn deleted(&self) -> &[u32] {
        &self.maildrop.deleted
    }

    /// The verbs that are legal now, each with the state it leads to.
    pub fn legal(&self) -> Vec<(&'static Verb, Option<State>)> {
        let machine = self.protocol.machine();
        let state = self.ahead();
        machine
            .legal(state)
            .filter(|verb| !self.has_no_use(verb))
            .map(|verb| (verb, machine.leads_to(state, verb.word)))
            .collect()
    }

    /// The session that comes after this one in the same record, perhaps in the other protocol: all is new, and the numbers of its
    /// exchanges go on where these stopped.
    #[must_use]
    pub fn again(&self, protocol: Protocol) -> Self {
        Self { next_exchange: self.next_exchange, ..Self::new(protocol) }
    }

    /// TCP is up; `encrypted` when TLS came first. Of what was before, only the count of exchanges is kept: no number comes twice in
    /// a record.
    #[must_use = "what happened is told only once"]
    pub fn connected(&mut self, encrypted: bool) -> Vec<Event> {
        *self = self.again(self.protocol);
        self.encrypted = encrypted;
        let mut events = Vec::new();
        self.step(On::Connect, &mut events);
        events
    }

    /// The TLS handshake asked for by [`Event::GoAhead`] is done. What was known before is forgotten (RFC 2595 section 4, RFC
    /// 3207 section 4.2).
    #[must_use = "what happened is told only once"]
    pub fn tls_established(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        self.encrypted = true;
        self.since_tls = SinceTls::default();
        self.step(On::TlsUp, &mut events);
        events
    }

    /// The connection is gone. [`Session::unanswered`] still tells how many commands no reply answered.
    #[must_use = "what happened is told only once"]
    pub fn closed(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        self.end_of_bytes(&mut events);
        self.step(On::End, &mut events);
        self.state = State::Closed;
        events
    }

    fn step(&mut self, on: On, events: &mut Vec<Event>) {
        if let Some(edge) = self.protocol.machine().step(self.state, on) {
            self.state = edge.to;
            if edge.from != edge.to {
                events.push(Event::Moved(edge));
            }
        }
    }
}
