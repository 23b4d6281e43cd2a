//! The desk: all there is beside and around the sessions. What one session is, `sitting` and `conversation` know.

use crate::{
    guide::Example,
    history::History,
    look::Aside,
    message, mx,
    net::{Micros, Offer},
    reader::{Asked, Reader},
    reference,
    sitting::{Sitting, SittingId},
    target::{Account, Target, Via},
};

/// The whole state of the page.
#[derive(Debug)]
pub struct Desk {
    /// Start page, workbench or reference.
    pub page: Page,
    /// What the learner prefers.
    pub preferences: Preferences,
    /// What the reference shows, while it is open and when it was left.
    pub reference: reference::Query,
    /// What the proxy offers; `None` until it answered or was found missing.
    pub offer: Option<Offer>,
    /// Who takes mail for the domain that was asked about last.
    pub mx: mx::Lookup,
    /// Who logs in and how, when an address said so: for the login tools.
    pub account: Account,
    /// Where the newest session went: the connect form begins with it.
    pub last: Option<Target>,
    /// How far the second module is, and the sessions once it is loaded.
    pub rest: Rest,
}

impl Default for Desk {
    fn default() -> Self {
        Self {
            page: Page::Start,
            preferences: Preferences::default(),
            reference: reference::Query::default(),
            offer: None,
            mx: mx::Lookup::None,
            account: Account::default(),
            last: None,
            rest: Rest::default(),
        }
    }
}

impl Desk {
    /// The desk of a page whose second module is still to come.
    pub fn of_first_part() -> Self {
        Self { rest: Rest::Loading(None), ..Self::default() }
    }

    /// The practice server, through the proxy when it offers one, else inside the page.
    pub fn practice_via(&self) -> Via {
        match &self.offer {
            Some(Offer { practice: Some(_), .. }) => Via::Proxy,
            Some(Offer { practice: None, .. }) => Via::Page,
            None => Via::Undecided,
        }
    }

    /// How far the second module is.
    pub fn loaded(&self) -> Loaded {
        match self.rest {
            Rest::Loading(_) => Loaded::NotYet,
            Rest::Missing(_) => Loaded::Failed,
            Rest::Here(_) => Loaded::Yes,
        }
    }

    /// The sessions, once the second module is loaded.
    pub fn bench(&self) -> Option<&Bench> {
        match &self.rest {
            Rest::Here(bench) => Some(bench),
            Rest::Loading(_) | Rest::Missing(_) => None,
        }
    }

    /// The session in front, if there is one.
    pub fn front(&self) -> Option<&Sitting> {
        self.bench()?.front()
    }
}

/// What is behind the start page: the sessions. The code and the sentences for them follow once the start page is drawn.
#[derive(Debug)]
pub enum Rest {
    /// On its way. Holds what the learner asked for meanwhile.
    Loading(Option<Opening>),
    /// It could not be loaded. Holds what the learner asked for.
    Missing(Option<Opening>),
    /// Loaded; from the beginning where the build does not split the module.
    Here(Box<Bench>),
}

impl Default for Rest {
    fn default() -> Self {
        Self::Here(Box::default())
    }
}

/// How far the second module is, without what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loaded {
    /// On its way.
    NotYet,
    /// It could not be loaded.
    Failed,
    /// Loaded.
    Yes,
}

/// What begins a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opening {
    /// An example of the start page.
    Example(Example),
    /// A connection the learner asked for.
    Target(Target),
}

/// The most sessions at a time: as many as a strip can name. A proxy lets one visitor have more.
pub const MOST_SITTINGS: usize = 8;

/// The sessions.
#[derive(Debug, Default)]
pub struct Bench {
    sittings: Vec<Sitting>,
    front: SittingId,
    /// How many there have been.
    count: u32,
    history: History,
    /// The Message view: one, since there is one worker.
    reader: Reader,
}

impl Bench {
    /// The session in front.
    pub fn front(&self) -> Option<&Sitting> {
        self.get(self.front)
    }

    /// The session of this id; gone when another took its place.
    pub fn get(&self, id: SittingId) -> Option<&Sitting> {
        self.sittings.iter().find(|sitting| sitting.id() == id)
    }

    /// All, in the order they began.
    pub fn sittings(&self) -> &[Sitting] {
        &self.sittings
    }

    /// Whether one of them has a connection, or is about to.
    pub fn is_live(&self) -> bool {
        self.sittings.iter().any(Sitting::is_live)
    }

    /// Brings a session to the front.
    pub fn bring_to_front(&mut self, id: SittingId) {
        if self.get(id).is_some() {
            self.front = id;
        }
    }

    /// Puts a new session in front, and gives it with those that had to go. A session that is over goes when its place at the front is
    /// taken; one that is live stays behind, unless there are too many.
    #[must_use = "the connections of those that had to go are to be closed"]
    pub fn begin(&mut self, at: Micros, target: Target) -> (SittingId, Vec<SittingId>) {
        let mut gone = Vec::new();
        if self.front().is_some_and(|front| !front.is_live()) || self.sittings.len() >= MOST_SITTINGS {
            let over = self.sittings.iter().find(|sitting| !sitting.is_live() && sitting.id() != self.front);
            let goes = match (self.front(), over) {
                (Some(front), _) if !front.is_live() => front.id(),
                (_, Some(over)) => over.id(),
                (_, None) => self.front,
            };
            self.sittings.retain(|sitting| sitting.id() != goes);
            gone.push(goes);
        }
        self.count += 1;
        self.front = SittingId(self.count);
        self.sittings.push(Sitting::new(self.front, at, target));
        (self.front, gone)
    }

    /// Takes a session away.
    pub fn end(&mut self, id: SittingId) {
        self.sittings.retain(|sitting| sitting.id() != id);
    }

    /// The Message view.
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// The Message view, to change it.
    pub(crate) fn reader_mut(&mut self) -> &mut Reader {
        &mut self.reader
    }

    /// What the Message view asks of its worker, if it shows and has something to ask.
    pub(crate) fn read(&mut self) -> Option<Asked> {
        let Self { sittings, front, reader, .. } = self;
        let sitting = sittings.iter().find(|sitting| sitting.id() == *front)?;
        let conversation = sitting.conversation();
        let place = Some(sitting).filter(|sitting| sitting.look.aside == Aside::Message)?.place()?;
        reader.show(*front, conversation.transcript(), message::chosen(conversation, place)?)
    }

    /// Lines typed in any session.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// A session to change, and the history its lines join.
    pub(crate) fn at(&mut self, id: SittingId) -> Option<(&mut Sitting, &mut History)> {
        let sitting = self.sittings.iter_mut().find(|sitting| sitting.id() == id)?;
        Some((sitting, &mut self.history))
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
