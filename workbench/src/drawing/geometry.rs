//! The types a plan of the diagram is written in. Units are those of the view box.

use mailproto::State;

/// Which of the two drawings of a protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// For a panel beside the log.
    Wide,
    /// For a phone.
    Tall,
}

impl Shape {
    /// Both.
    pub const ALL: [Shape; 2] = [Self::Wide, Self::Tall];
}

/// A rectangle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rect {
    /// Left.
    pub x: i32,
    /// Top.
    pub y: i32,
    /// Width.
    pub w: i32,
    /// Height.
    pub h: i32,
}

impl Rect {
    /// `x y w h`.
    pub const fn new(x: i32, y: i32, w: i32, h: i32) -> Self {
        Self { x, y, w, h }
    }
}

/// An arrow head: its tip and where it points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// Up.
    Up(i32, i32),
    /// Down.
    Down(i32, i32),
    /// Left.
    Left(i32, i32),
    /// Right.
    Right(i32, i32),
}

impl Head {
    /// The tip.
    pub const fn tip(self) -> (i32, i32) {
        match self {
            Self::Up(x, y) | Self::Down(x, y) | Self::Left(x, y) | Self::Right(x, y) => (x, y),
        }
    }

    /// Its path.
    pub fn path(self) -> String {
        let (x, y) = self.tip();
        let rest = match self {
            Self::Up(..) => "l-4.5 9h9z",
            Self::Down(..) => "l-4.5-9h9z",
            Self::Left(..) => "l9-4.5v9z",
            Self::Right(..) => "l-9-4.5v9z",
        };
        format!("M{x} {y}{rest}")
    }
}

/// From where a text runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// It begins there.
    Start,
    /// Its middle is there.
    Middle,
    /// It ends there.
    End,
}

/// Where words stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// Along.
    pub x: i32,
    /// The base line of the first line.
    pub y: i32,
    /// How many words on one line.
    pub per_line: usize,
    /// From where they run.
    pub anchor: Anchor,
}

/// The distance of two base lines.
pub const LEADING: i32 = 14;

/// What kind of line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// As the protocol goes.
    Plain,
    /// The connection is cut.
    Fault,
    /// A new connection.
    Again,
    /// Against the order, and some servers allow it: drawn when it was taken.
    Lenient,
}

/// A line of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// The node it leaves.
    pub from: State,
    /// The node it enters.
    pub to: State,
    /// Its kind.
    pub kind: LineKind,
    /// Drawn only once it was taken: it may happen, and would clutter the drawing.
    pub rare: bool,
    /// Its path without the head.
    pub path: &'static str,
    /// Its head.
    pub head: Head,
    /// Where the number of the step stands.
    pub step: (i32, i32),
    /// Where its words stand, unless another line tells them.
    pub words: Option<Spot>,
    /// The nodes whose lines join this one and share its words.
    pub joined: &'static [State],
    /// Keys of words of people, and where they stand.
    pub prose: &'static [(&'static str, i32, i32, Anchor)],
}

/// An arc for the verbs that stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loop {
    /// The node.
    pub state: State,
    /// Its path without the head.
    pub path: &'static str,
    /// Its head.
    pub head: Head,
    /// Where the verbs stand.
    pub words: Spot,
}

/// A list of verbs under a heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListPlace {
    /// The key of the heading and where it stands.
    pub heading: (&'static str, i32, i32),
    /// Where the verbs stand.
    pub words: Spot,
}

/// A plan: one drawing of one table.
#[derive(Debug)]
pub struct Plan {
    /// Its size.
    pub view_box: Rect,
    /// The nodes, in the order of the table.
    pub nodes: &'static [(State, Rect)],
    /// The lines.
    pub routes: &'static [Route],
    /// The arcs.
    pub loops: &'static [Loop],
    /// Where the verbs stand that stay everywhere; without it each arc tells them.
    pub common: Option<ListPlace>,
    /// Where the obsolete verbs stand.
    pub obsolete: Option<ListPlace>,
}

/// Words that begin at a point.
pub const fn at(x: i32, y: i32, per_line: usize) -> Spot {
    Spot { x, y, per_line, anchor: Anchor::Start }
}

/// A plain line; the rest is added by the functions below.
pub const fn line(from: State, to: State, path: &'static str, head: Head, step: (i32, i32)) -> Route {
    Route { from, to, kind: LineKind::Plain, rare: false, path, head, step, words: None, joined: &[], prose: &[] }
}

impl Route {
    /// With words.
    pub const fn says(self, words: Spot) -> Self {
        Self { words: Some(words), ..self }
    }

    /// Of another kind.
    pub const fn kind(self, kind: LineKind) -> Self {
        Self { kind, ..self }
    }

    /// Drawn only once it was taken.
    pub const fn rare(self) -> Self {
        Self { rare: true, ..self }
    }

    /// The same way taken by a cut of the connection: drawn once it was, with the number at `step`.
    pub const fn cut(self, step: (i32, i32), prose: &'static [(&'static str, i32, i32, Anchor)]) -> Self {
        Self { kind: LineKind::Fault, rare: true, step, words: None, joined: &[], prose, ..self }
    }

    /// Tells the words of other nodes' lines too.
    pub const fn joined(self, joined: &'static [State]) -> Self {
        Self { joined, ..self }
    }

    /// With words of people.
    pub const fn prose(self, prose: &'static [(&'static str, i32, i32, Anchor)]) -> Self {
        Self { prose, ..self }
    }
}
