//! What there is: the whole state of the workbench. Only `update` changes it.

use std::{collections::VecDeque, rc::Rc};

use mailproto::{Edge, Protocol, Session, State, Word, line::Ending, sasl::Way};

use crate::{
    guide::Guide,
    msg::Msg,
    mx::Look,
    net::{Micros, Offer, Trust},
    network::Network,
    reference,
    transcript::Transcript,
};

/// The whole state.
#[derive(Clone, Debug)]
pub struct Model {
    /// Start page, workbench or reference.
    pub page: Page,
    /// Whether there is more than the start page.
    pub rest: Rest,
    /// What the learner asked for before there was: the message that opens a session.
    pub awaited: Option<Msg>,
    /// What the reference shows, while it is open and when it was left.
    pub reference: reference::Look,
    /// What the proxy offers; `None` until it answered or was found missing.
    pub offer: Option<Offer>,
    /// Who takes mail for the domain that was asked about last.
    pub mx: Look,
    /// Where the session goes, or went last.
    pub target: Target,
    /// Who logs in and how, when an address said so: for the login tools.
    pub account: Account,
    /// How far the connection is.
    pub phase: Phase,
    /// The observer. Shared with the prompt, which asks it for hints.
    pub session: Rc<Session>,
    /// The record.
    pub transcript: Transcript,
    /// The entry whose explanation is shown; `None` follows the newest line.
    pub selected: Option<usize>,
    /// What crossed below TLS.
    pub network: Network,
    /// Whether the network view and its files show the learner's own secrets, because they asked.
    pub reveal: bool,
    /// What the tabs above the explanation show.
    pub aside: Aside,
    /// Where the session has been, for the diagram.
    pub path: Path,
    /// The steps the chosen example suggests.
    pub guide: Option<Guide>,
    /// Multi-line replies the learner folded or unfolded, by exchange.
    pub folds: Vec<(u32, bool)>,
    /// How many lines follow the first line of each reply, by exchange; exchanges are answered in order.
    pub continuation: Vec<(u32, usize)>,
    /// What the learner prefers.
    pub preferences: Preferences,
    /// Lines typed, oldest first, without secrets.
    pub history: Vec<String>,
    /// Lines typed while the TLS handshake runs: they wait (RFC 3207 section 4.2).
    pub waiting: VecDeque<(Vec<u8>, Ending)>,
    /// When the newest unanswered line was sent, for the time a reply took.
    pub sent_at: VecDeque<(u32, Micros)>,
}

impl Default for Model {
    fn default() -> Self {
        Self {
            page: Page::Start,
            rest: Rest::default(),
            awaited: None,
            reference: reference::Look::default(),
            offer: None,
            mx: Look::None,
            target: Target::practice(Protocol::Pop3, Via::Undecided),
            account: Account::default(),
            phase: Phase::Idle,
            session: Rc::new(Session::new(Protocol::Pop3)),
            transcript: Transcript::default(),
            selected: None,
            network: Network::default(),
            reveal: false,
            aside: Aside::default(),
            path: Path::default(),
            guide: None,
            folds: Vec::new(),
            continuation: Vec::new(),
            preferences: Preferences::default(),
            history: Vec::new(),
            waiting: VecDeque::new(),
            sent_at: VecDeque::new(),
        }
    }
}

impl Model {
    /// The practice server, through the proxy when it offers one, else inside the page.
    pub fn practice_via(&self) -> Via {
        match &self.offer {
            Some(Offer { practice: Some(_), .. }) => Via::Proxy,
            Some(Offer { practice: None, .. }) => Via::Page,
            None => Via::Undecided,
        }
    }

    /// Where the session stands.
    pub fn state(&self) -> State {
        self.session.state()
    }
}

/// Which page is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Page {
    /// Three examples and the connect form.
    #[default]
    Start,
    /// A session.
    Bench,
    /// What can be looked up. A session goes on behind it.
    Reference,
}

/// Whether the rest of the page is here: the code and the sentences of sessions and of the reference, which follow once the start page
/// is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rest {
    /// On its way.
    Awaited,
    /// Here: so it is wherever the page comes in one piece.
    #[default]
    Here,
    /// It could not be had.
    Missing,
}

/// The name of the practice server.
pub const PRACTICE_HOST: &str = "mail.example.test";

/// A mail server and how to reach it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Through the proxy, or inside the page.
    pub via: Via,
    /// What it speaks.
    pub protocol: Protocol,
    /// Name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// When TLS begins.
    pub security: Security,
    /// What the certificate is checked against; `None` takes what is usual for the target.
    pub trust: Option<Trust>,
}

impl Target {
    /// The practice server, in plain text on its standard port.
    pub fn practice(protocol: Protocol, via: Via) -> Self {
        let port = Self::standard_port(protocol, Security::None);
        Self { via, protocol, host: PRACTICE_HOST.into(), port, security: Security::None, trust: None }
    }

    /// The port the standards give (RFC 1939 section 3, RFC 5321 section 4.5.4.2, RFC 8314 section 3).
    pub fn standard_port(protocol: Protocol, security: Security) -> u16 {
        match (protocol, security) {
            (Protocol::Pop3, Security::None) => 110,
            (Protocol::Pop3, Security::Tls) => 995,
            (Protocol::Smtp, Security::None) => 25,
            (Protocol::Smtp, Security::Tls) => 465,
        }
    }

    /// Whether it is the practice server.
    pub fn is_practice(&self) -> bool {
        self.host == PRACTICE_HOST
    }

    /// `host:port`, an IPv6 address in brackets.
    pub fn address(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

/// Who logs in, and how. No password is ever part of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// The name; empty when none was given.
    pub user: String,
    /// The way, when one was named that the login tools know.
    pub way: Option<Way>,
}

/// Who carries the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// The proxy, over a real connection.
    Proxy,
    /// The practice server inside the page; nothing leaves it.
    Page,
    /// The practice server, wherever it is: known as soon as the proxy answered or was found missing.
    Undecided,
}

/// When TLS begins. STLS and STARTTLS are typed by the learner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// Plain text; STLS or STARTTLS may upgrade.
    None,
    /// TLS from the first byte (RFC 8314 section 3).
    Tls,
}

/// How far the connection is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// None was asked for.
    #[default]
    Idle,
    /// Asked for, not up.
    Connecting,
    /// Up.
    Open,
    /// Over.
    Closed,
}

/// Where the session has been.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path {
    /// States entered, each once.
    pub visited: Vec<State>,
    /// Edges taken, in order.
    pub taken: Vec<Edge>,
    /// Verbs the server accepted, each once.
    pub used: Vec<Word>,
    /// The verb refused last, until another is answered.
    pub refused: Option<Word>,
    /// The verb of the last command.
    pub last: Option<Word>,
}

/// What the learner prefers; kept by the storage driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preferences {
    /// Light or dark.
    pub theme: Theme,
    /// Larger, for a projector.
    pub projector: bool,
    /// Whether line ends are shown.
    pub show_endings: bool,
    /// Which panel a narrow screen shows.
    pub panel: Panel,
    /// The tag of the language the learner chose; without it, the browser's languages decide.
    pub language: Option<&'static str>,
}

impl Default for Preferences {
    /// Line ends show: they are half of what telnet hides.
    fn default() -> Self {
        Self { theme: Theme::default(), projector: false, show_endings: true, panel: Panel::default(), language: None }
    }
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// What the system prefers.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// The views above the explanation, one at a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Aside {
    /// The state diagram.
    #[default]
    Diagram,
    /// What an eavesdropper has, and TLS.
    Network,
    /// A letter taken apart.
    Message,
}

impl Aside {
    /// In the order of their tabs.
    pub const ALL: [Self; 3] = [Self::Diagram, Self::Network, Self::Message];
}

/// The panels a narrow screen shows one at a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Panel {
    /// The log and the prompt.
    #[default]
    Session,
    /// The explanation.
    Explain,
    /// The diagram.
    Diagram,
    /// The steps of the example.
    Guide,
}
