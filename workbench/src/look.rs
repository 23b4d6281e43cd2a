//! How the learner looks at a session: nothing of it is part of what happened.

use crate::place::Place;

/// The views beside the log, one at a time.
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

/// How the learner looks at a session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// The place whose explanation is shown; `None` follows the newest line.
    pub selected: Option<Place>,
    /// What the tabs beside the log show.
    pub aside: Aside,
    /// Multi-line replies the learner folded or unfolded, by exchange.
    pub folds: Vec<(u32, bool)>,
    /// Whether the network view and its files show the learner's own secrets, because they asked.
    pub reveal: bool,
}
