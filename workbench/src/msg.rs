//! What can happen to the workbench, and what it asks others to do. Both come in two: what the start page knows, and what needs the
//! sessions, which are loaded later.

use std::rc::Rc;

use mailproto::line::Ending;

use crate::{
    desk::{Opening, Panel, Preferences, Theme},
    guide::Example,
    link::Link,
    look::Aside,
    message::LetterSide,
    mx::Mx,
    net::{Cause, Offer},
    place::Place,
    reader::Asked,
    sitting::SittingId,
    tape::{Fact, Tape},
    target::{Account, Target},
};

/// Something that happened. The app stamps it with its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Msg {
    /// The learner asked for a session. It waits for the sessions to be loaded.
    Open(Opening),
    /// An address said who will log in there.
    Account(Account),
    /// To the start page. The sessions go on behind it.
    Home,
    /// From another page back to the sessions, if there is one.
    Back,
    /// To a place of the reference, by the fragment of its address.
    Reference(String),
    /// The rows of the reference that hold these words.
    Search(String),
    /// Who takes mail for this domain, or for this mail address?
    LookUpMail(String),
    /// What came of the question about this domain.
    MailHosts {
        /// As it was asked.
        domain: String,
        /// What the DNS said, or why nobody was asked.
        answer: Result<Rc<Mx>, Cause>,
    },
    /// Light or dark.
    Theme(Theme),
    /// Projector view on or off.
    Projector(bool),
    /// Storage had these.
    Preferences(Preferences),
    /// The proxy's offer, or `None`: there is no proxy.
    Offer(Option<Offer>),
    /// The second module is wanted: at the beginning, and again when it could not be loaded.
    AskRest,
    /// The second module was loaded (`here`) or failed to load.
    Rest {
        /// It is loaded.
        here: bool,
    },
    /// What only the sessions understand; ignored before they are loaded.
    Bench(BenchMsg),
}

/// Something that happened in the sessions or to them. What does not name a session is about the one in front.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BenchMsg {
    /// A driver reports something of a session.
    Happened(SittingId, Fact),
    /// A driver reports the end of a session's connection.
    Ended(SittingId, Cause),
    /// Another session comes to the front.
    Front(SittingId),
    /// A session that is over is put away. One that is live stays.
    Dismiss(SittingId),
    /// The example from its beginning.
    StartOver(Example),
    /// The same target again.
    Reconnect,
    /// The learner cut the line.
    Disconnect,
    /// The learner pressed Enter.
    Submit {
        /// The line without its ending.
        line: String,
        /// The ending to send.
        ending: Ending,
    },
    /// Lines to be sent as a person would: each after the reply to the one before it.
    InTurn(Vec<String>),
    /// The lines that wait for their turn are not wanted any more.
    ForgetTurns,
    /// The learner chose a place; `None` follows the newest again.
    Select(Option<Place>),
    /// The learner folded or unfolded the reply of an exchange.
    Fold {
        /// Which exchange.
        exchange: u32,
        /// Folded from now on.
        folded: bool,
    },
    /// Show or hide line ends.
    ShowEndings(bool),
    /// Another panel on a narrow screen.
    Panel(Panel),
    /// Another view beside the log.
    Aside(Aside),
    /// Show the letter of this entry beside the log.
    ShowMessage(usize),
    /// The letter is looked at from another side.
    Side(LetterSide),
    /// A button of the letter's sheet was pressed; this is what it asks for.
    Sheet(String),
    /// The worker that takes letters apart is tried once more.
    ReadAgain,
    /// The worker answered with a sheet, or could not be fetched or broke.
    Read(Option<String>),
    /// Save the transcript as text.
    SaveTranscript,
    /// Save what happened, to be replayed: secrets stay out.
    SaveTape,
    /// Show the learner's own secrets in the network view and its files, or hide them again.
    Reveal(bool),
    /// Save the session as a capture file.
    SaveCapture {
        /// What the file says of itself.
        comment: String,
    },
    /// Save the keys of practice sessions.
    SaveKeys,
}

impl From<BenchMsg> for Msg {
    fn from(msg: BenchMsg) -> Self {
        Self::Bench(msg)
    }
}

impl From<Target> for Msg {
    fn from(target: Target) -> Self {
        Self::Open(Opening::Target(target))
    }
}

impl From<Example> for Msg {
    fn from(example: Example) -> Self {
        Self::Open(Opening::Example(example))
    }
}

/// Something to be done by a driver.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Effect {
    /// Load the second module.
    FetchRest,
    /// Keep the preferences.
    Remember(Preferences),
    /// Bring the element with this id into sight, and give it the focus.
    Show(String),
    /// What only the sessions and their drivers do.
    Bench(BenchEffect),
}

/// Something the drivers of the sessions do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum BenchEffect {
    /// Something with the connection of a session.
    Link(SittingId, Link),
    /// Find out who takes mail for a domain.
    LookUpMail {
        /// As the learner wrote it.
        domain: String,
        /// Ask the practice zone inside the page first: no proxy has a practice server.
        in_page: bool,
    },
    /// Have a letter taken apart by the worker for it. It answers with [`BenchMsg::Read`].
    TakeApart(Asked),
    /// Offer a recorded session as a file (`recording`). Its secrets are masked.
    SaveTape {
        /// Its name.
        name: String,
        /// What is in it.
        tape: Tape,
    },
    /// Offer a file.
    Save {
        /// Its name.
        name: String,
        /// What is in it.
        octets: Vec<u8>,
    },
}

impl Effect {
    /// Something with the connection of a session.
    pub fn link(id: SittingId, link: Link) -> Self {
        Self::Bench(BenchEffect::Link(id, link))
    }
}
