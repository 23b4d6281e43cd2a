//! What can happen to the workbench, and what it asks others to do.

use std::rc::Rc;

use mailproto::{line::Ending, token::Side};

use crate::{
    model::{Account, Aside, Panel, Preferences, Target, Theme},
    mx::Mx,
    net::{Cause, Micros, Offer, TlsFacts, TlsFailure},
};

/// The three examples of the start page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// Read mail by POP3.
    Read,
    /// Send mail by SMTP.
    Send,
    /// Drop the line before QUIT.
    Break,
}

impl Door {
    /// All, in the order they stand.
    pub const ALL: [Door; 3] = [Self::Read, Self::Send, Self::Break];
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Msg {
    /// The learner chose an example.
    OpenDoor(Door),
    /// The learner asked for a connection.
    Connect(Target),
    /// An address said who will log in there.
    Account(Account),
    /// The same target again.
    Reconnect,
    /// The learner cut the line.
    Disconnect {
        /// When.
        at: Micros,
    },
    /// To the start page. A session goes on behind it.
    Home,
    /// From another page back to the session, if there is one.
    Back,
    /// To a place of the reference, by the fragment of its address.
    Reference(String),
    /// Who takes mail for this domain, or for this mail address?
    LookUpMail(String),
    /// The rows of the reference that hold these words.
    Search(String),
    /// The learner pressed Enter.
    Submit {
        /// The line without its ending.
        line: String,
        /// The ending to send.
        ending: Ending,
        /// When.
        at: Micros,
    },
    /// The learner selected an entry; `None` follows the newest again.
    Select(Option<usize>),
    /// The learner folded or unfolded the reply of an exchange.
    Fold {
        /// Which exchange.
        exchange: u32,
        /// Folded from now on.
        folded: bool,
    },
    /// Show or hide line ends.
    ShowEndings(bool),
    /// Light or dark.
    Theme(Theme),
    /// Projector view on or off.
    Projector(bool),
    /// Another panel on a narrow screen.
    Panel(Panel),
    /// Another view above the explanation.
    Aside(Aside),
    /// Show the letter of this entry beside the log.
    ShowMessage(usize),
    /// Save the transcript as text.
    SaveTranscript,
    /// Show the learner's own secrets in the network view and its files, or hide them again.
    Reveal(bool),
    /// Save the session as a capture file.
    SaveCapture {
        /// What the file says of itself.
        comment: String,
    },
    /// Save the keys of practice sessions.
    SaveKeys,

    /// More than the start page is wanted: at the beginning, and again when it did not come.
    AskRest,
    /// It came, or could not be had.
    Rest {
        /// It is here.
        here: bool,
    },
    /// Storage had these.
    Preferences(Preferences),
    /// What came of the question about this domain.
    MailHosts {
        /// As it was asked.
        domain: String,
        /// What the DNS said, or why nobody was asked.
        answer: Result<Rc<Mx>, Cause>,
    },
    /// The proxy's offer, or `None`: there is no proxy.
    Offer(Option<Offer>),
    /// TCP is up; under implicit TLS, the handshake too.
    Connected {
        /// The address dialled.
        address: String,
        /// When.
        at: Micros,
    },
    /// The mail server sent bytes.
    Received {
        /// As one read gave them.
        bytes: Vec<u8>,
        /// When.
        at: Micros,
    },
    /// TLS is on.
    TlsUp {
        /// What was agreed.
        facts: Box<TlsFacts>,
        /// When.
        at: Micros,
    },
    /// TLS failed.
    TlsFailed {
        /// Why.
        failure: TlsFailure,
        /// What is known all the same.
        facts: Box<TlsFacts>,
        /// When.
        at: Micros,
    },
    /// Octets crossed below TLS.
    Network {
        /// Who sent them.
        side: Side,
        /// The octets.
        octets: Vec<u8>,
        /// When.
        at: Micros,
    },
    /// The secrets of a practice session, for Wireshark.
    Keys(Vec<String>),
    /// Plain bytes came after the go-ahead; the upgrade was stopped.
    Injection {
        /// How many.
        bytes: u64,
        /// When.
        at: Micros,
    },
    /// The proxy ends an idle session soon.
    IdleWarning {
        /// Seconds left.
        seconds: u32,
        /// When.
        at: Micros,
    },
    /// The proxy stops soon.
    Stopping {
        /// Seconds left.
        seconds: u32,
        /// When.
        at: Micros,
    },
    /// The session is over.
    Closed {
        /// Who ended it.
        cause: Cause,
        /// When.
        at: Micros,
    },
}

/// Something to be done by a driver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Open a connection.
    Open(Target),
    /// Send bytes to the mail server.
    Send(Vec<u8>),
    /// Shake hands now; the server's go-ahead ended after that many bytes.
    StartTls {
        /// Plain bytes received, the go-ahead included.
        after: u64,
    },
    /// Find out who takes mail for a domain.
    LookUpMail {
        /// As the learner wrote it.
        domain: String,
        /// Ask the practice zone inside the page first: no proxy has a practice server.
        in_page: bool,
    },
    /// Drop the connection.
    Close,
    /// These bytes are dealt with.
    Credit(u32),
    /// Offer a file.
    Save {
        /// Its name.
        name: String,
        /// What is in it.
        octets: Vec<u8>,
    },
    /// Fetch what more there is than the start page.
    FetchRest,
    /// Keep the preferences.
    Remember(Preferences),
    /// Bring the element with this id into sight, and give it the focus.
    Reveal(String),
}
