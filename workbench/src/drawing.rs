//! The state diagram as data: where nodes and lines stand, and what a session has done to them. Which verbs and edges there
//! are comes from the table; geometry only places them.

mod geometry;
mod pop3;
mod smtp;
#[cfg(test)]
mod tests;

use mailproto::{
    Class, Edge, On, Protocol, State, Verb, Word,
    machine::{Machine, Standing},
};

use crate::conversation::Conversation;
pub use geometry::{Anchor, Head, LEADING, LineKind, Plan, Rect, Shape, Spot};
use geometry::{Loop, Route};

/// A diagram, ready to be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawing {
    /// `x y width height`.
    pub view_box: Rect,
    /// The lines between nodes.
    pub lines: Vec<Line>,
    /// The verbs that stay in a node, with an arc.
    pub loops: Vec<Arc>,
    /// The states.
    pub nodes: Vec<Node>,
    /// Verbs without a place of their own: legal everywhere, or history.
    pub lists: Vec<List>,
}

/// A state, or several that look like one.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The state that gives it its name.
    pub state: State,
    /// Where its node stands.
    pub rect: Rect,
    /// Whether the session is here, was here, or not yet.
    pub standing: NodeStanding,
    /// The key of the few words under its name; `None` where "you are here" says it.
    pub sub: Option<&'static str>,
}

/// How a node stands to the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeStanding {
    /// Here.
    Current,
    /// Was here.
    Visited,
    /// Not yet.
    Ahead,
}

/// A line between two nodes.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Its kind.
    pub kind: LineKind,
    /// Its path without the head.
    pub path: &'static str,
    /// Its head.
    pub head: Head,
    /// Whether the session went along it.
    pub visited: bool,
    /// Whether it is open now.
    pub next: bool,
    /// Whether it was the last move.
    pub last: bool,
    /// Where the number of the step stands, and the number.
    pub step: Option<(i32, i32, usize)>,
    /// The verbs or replies that move along it.
    pub words: Option<Block>,
    /// Words of people beside it: keys.
    pub prose: &'static [(&'static str, i32, i32, Anchor)],
}

/// The verbs that stay in a node.
#[derive(Clone, Debug, PartialEq)]
pub struct Arc {
    /// The node.
    pub state: State,
    /// Its path without the head.
    pub path: &'static str,
    /// Its head.
    pub head: Head,
    /// Whether one of its verbs was used.
    pub visited: bool,
    /// The verbs.
    pub words: Block,
}

/// Verbs under a heading.
#[derive(Clone, Debug, PartialEq)]
pub struct List {
    /// The key of the heading and where it stands.
    pub heading: (&'static str, i32, i32),
    /// The verbs.
    pub words: Block,
}

/// Words in lines.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// Where the first line begins.
    pub spot: Spot,
    /// The lines.
    pub lines: Vec<Vec<Label>>,
}

/// A word of the wire in the drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label {
    /// The word.
    pub text: &'static str,
    /// What became of it.
    pub mark: Mark,
}

/// What became of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Used, and accepted.
    Used,
    /// Refused, the last time a command was answered.
    Refused,
    /// Open now.
    Open,
    /// None of these.
    Plain,
}

/// The plan of a protocol in a shape.
pub fn plan(protocol: Protocol, shape: Shape) -> &'static Plan {
    match (protocol, shape) {
        (Protocol::Pop3, Shape::Wide) => &pop3::WIDE,
        (Protocol::Pop3, Shape::Tall) => &pop3::TALL,
        (Protocol::Smtp, Shape::Wide) => &smtp::WIDE,
        (Protocol::Smtp, Shape::Tall) => &smtp::TALL,
    }
}

/// The diagram of the session.
pub fn drawing(conversation: &Conversation, shape: Shape) -> Drawing {
    let protocol = conversation.session().protocol();
    let machine = protocol.machine();
    let plan = plan(protocol, shape);
    let (session, state) = (conversation.session(), conversation.state());
    let legal = match session.unanswered() {
        0 => session.legal().into_iter().map(|(verb, _)| verb).filter(|verb| verb.legal_in(state)).collect::<Vec<_>>(),
        // What the replies due will change is not known yet.
        _ => machine.legal(state).collect(),
    };
    let legal = legal.into_iter().map(|verb| verb.word).collect();
    let view = View { conversation, machine, plan, state, legal, common: common(machine, plan) };
    Drawing {
        view_box: plan.view_box,
        lines: view.lines(),
        loops: plan.loops.iter().filter_map(|place| view.arc(place)).collect(),
        nodes: plan.nodes.iter().map(|(state, rect)| view.node(*state, *rect)).collect(),
        lists: view.lists(),
    }
}

/// Where an edge of the table stands in a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Where {
    /// Both ends are in one node: the arc, or nothing to draw.
    Loop,
    /// A line.
    Line(usize),
    /// Nowhere: a mistake in the plan.
    Missing,
}

/// Where an edge stands. The end of a connection takes a line of its own where the plan has one, else the line of QUIT.
pub fn place(protocol: Protocol, plan: &Plan, edge: &Edge) -> Where {
    let (from, to) = (node_of(protocol, edge.from), node_of(protocol, edge.to));
    if from == to {
        return Where::Loop;
    }
    let lines = || plan.routes.iter().enumerate().filter(|(_, route)| route.from == from && route.to == to);
    let fault = edge.on == On::End;
    let fits = lines().find(|(_, route)| (route.kind == LineKind::Fault) == fault).or_else(|| lines().next());
    fits.map_or(Where::Missing, |(index, _)| Where::Line(index))
}

/// The state that gives a state's node its name.
pub fn node_of(protocol: Protocol, state: State) -> State {
    match (protocol, state) {
        (_, State::Greeting) => State::NoConnection,
        (Protocol::Pop3, State::UserGiven | State::Sasl | State::Tls) => State::Authorization,
        (Protocol::Smtp, State::Tls) => State::Connected,
        (Protocol::Smtp, State::Reversed) => State::Greeted,
        _ => state,
    }
}

/// In these states the next reply decides, not a command.
fn waits_for_reply(state: State) -> bool {
    matches!(state, State::Greeting | State::Sasl | State::Data | State::Update)
}

/// Whether an edge bears its reply: a reply decides it, and no command begins it in the same node.
fn bears_reply(protocol: Protocol, edge: &Edge) -> bool {
    let shared = node_of(protocol, edge.from) != edge.from;
    let greeted = edge.from == State::Greeting && matches!(edge.on, On::Reply(..));
    waits_for_reply(edge.from) && !greeted && (!shared || edge.from == State::Greeting)
}

/// How a reply class is written.
fn reply_text(protocol: Protocol, class: Class) -> &'static str {
    match (protocol, class) {
        (Protocol::Pop3, Class::Positive) => "+OK",
        (Protocol::Pop3, Class::Intermediate) => "+",
        (Protocol::Pop3, Class::Transient | Class::Permanent) => "-ERR",
        (Protocol::Smtp, Class::Positive) => "2yz",
        (Protocol::Smtp, Class::Intermediate) => "3yz",
        (Protocol::Smtp, Class::Transient) => "4yz",
        (Protocol::Smtp, Class::Permanent) => "5yz",
    }
}

/// The word an edge bears in the drawing, and its verb.
fn word_of(machine: &Machine, edge: &Edge) -> Option<(&'static str, Option<Word>)> {
    // History has a list of its own.
    let today = |verb: &&Verb| verb.standing != Standing::Obsolete;
    let name = |word| machine.verb(word).filter(today).map(|verb| (verb.name, Some(word)));
    match edge.on {
        On::Greeting(class) => Some((reply_text(machine.protocol, class), None)),
        On::Reply(_, class) if bears_reply(machine.protocol, edge) => Some((reply_text(machine.protocol, class), None)),
        On::Sent(word) | On::Reply(word, _) => name(word),
        On::Connect | On::TlsUp | On::End => None,
    }
}

/// The verbs that stay in a node: legal in one of its states, and leading nowhere else from it.
fn staying(machine: &Machine, node: State) -> Vec<&'static Verb> {
    let protocol = machine.protocol;
    let states = || machine.states.iter().filter(|state| node_of(protocol, **state) == node);
    let stays = |verb: &&Verb| {
        let mut legal = states().filter(|state| verb.legal_in(**state)).peekable();
        legal.peek().is_some()
            && legal.all(|state| machine.leads_to(*state, verb.word).is_none_or(|to| node_of(protocol, to) == node))
    };
    machine.verbs.iter().filter(|verb| verb.standing != Standing::Obsolete).filter(stays).collect()
}

/// Whether commands are taken in a node.
fn takes_commands(machine: &Machine, node: State) -> bool {
    let inside = |state: &&State| node_of(machine.protocol, **state) == node;
    machine.states.iter().filter(inside).any(|state| machine.legal(*state).next().is_some())
}

/// The verbs that stay wherever commands are taken; told once when the plan has a place for them.
fn common(machine: &Machine, plan: &Plan) -> Vec<&'static Verb> {
    if plan.common.is_none() {
        return Vec::new();
    }
    let nodes = plan.nodes.iter().map(|(state, _)| *state).filter(|node| takes_commands(machine, *node));
    let staying: Vec<_> = nodes.map(|node| staying(machine, node)).collect();
    let everywhere = |verb: &&Verb| staying.iter().all(|verbs| verbs.contains(verb));
    machine.verbs.iter().filter(everywhere).collect()
}

/// The verbs on the arc of a node.
fn on_arc(machine: &Machine, common: &[&'static Verb], node: State) -> Vec<&'static Verb> {
    staying(machine, node).into_iter().filter(|verb| !common.contains(verb)).collect()
}

/// The edges whose words a line tells: its own, and those of lines that join it.
fn told<'a>(machine: &'a Machine, plan: &'a Plan, route: &'a Route) -> impl Iterator<Item = &'static Edge> + 'a {
    machine.edges.iter().filter(move |edge| match place(machine.protocol, plan, edge) {
        Where::Line(index) => {
            let of = &plan.routes[index];
            of == route || (of.to == route.to && route.joined.contains(&of.from))
        }
        Where::Loop | Where::Missing => false,
    })
}

/// The words of a line: verbs in the order of the table, replies sorted before them.
fn words(machine: &Machine, plan: &Plan, route: &Route) -> Vec<(&'static str, Option<Word>)> {
    let mut words: Vec<_> = Vec::new();
    for edge in told(machine, plan, route) {
        if let Some(word) = word_of(machine, edge)
            && !words.contains(&word)
        {
            let (text, verb) = word;
            let before = |other: &(&str, Option<Word>)| other.1.is_none() && other.0 < text;
            let place = if verb.is_some() { words.len() } else { words.partition_point(before) };
            words.insert(place, word);
        }
    }
    words
}

fn block(spot: Spot, words: impl IntoIterator<Item = Label>) -> Block {
    let words: Vec<_> = words.into_iter().collect();
    Block { spot, lines: words.chunks(spot.per_line).map(<[Label]>::to_vec).collect() }
}

/// A session before a plan.
struct View<'a> {
    conversation: &'a Conversation,
    machine: &'static Machine,
    plan: &'static Plan,
    state: State,
    /// The verbs that are legal by the table and of use in this session.
    legal: Vec<Word>,
    /// The verbs that have a list of their own, being legal everywhere.
    common: Vec<&'static Verb>,
}

impl View<'_> {
    fn here(&self) -> State {
        node_of(self.machine.protocol, self.state)
    }

    fn place(&self, edge: &Edge) -> Where {
        place(self.machine.protocol, self.plan, edge)
    }

    fn node(&self, state: State, rect: Rect) -> Node {
        let inside = |other: &State| node_of(self.machine.protocol, *other) == state;
        let standing = if self.here() == state {
            NodeStanding::Current
        } else if self.conversation.path().visited.iter().any(inside) {
            NodeStanding::Visited
        } else {
            NodeStanding::Ahead
        };
        let sub = match standing {
            NodeStanding::Current if self.state == state => None,
            NodeStanding::Current => Some(self.state.key()),
            NodeStanding::Visited | NodeStanding::Ahead => Some(state.key()),
        };
        Node { state, rect, standing, sub }
    }

    fn lines(&self) -> Vec<Line> {
        let taken = &self.conversation.path().taken;
        let moves = taken.iter().filter_map(|edge| match self.place(edge) {
            Where::Line(index) => Some(index),
            Where::Loop | Where::Missing => None,
        });
        let mut steps = vec![None; self.plan.routes.len()];
        for (step, index) in moves.enumerate() {
            steps[index] = Some(step + 1);
        }
        let last = steps.iter().flatten().max().copied();
        let mut lines = Vec::new();
        for (index, route) in self.plan.routes.iter().enumerate() {
            if (route.rare || route.kind == LineKind::Lenient) && steps[index].is_none() {
                continue;
            }
            lines.push(Line {
                kind: route.kind,
                path: route.path,
                head: route.head,
                visited: steps[index].is_some(),
                next: self.open(index),
                last: steps[index].is_some() && steps[index] == last,
                step: steps[index].map(|step| (route.step.0, route.step.1, step)),
                words: route.words.map(|spot| block(spot, self.labels(route))),
                prose: route.prose,
            });
        }
        lines
    }

    /// Whether a line is open now: one of its edges begins in this very state and can happen next.
    fn open(&self, index: usize) -> bool {
        let here =
            self.machine.edges.iter().filter(|edge| edge.from == self.state && self.place(edge) == Where::Line(index));
        here.into_iter().any(|edge| match edge.on {
            On::Connect | On::Greeting(_) | On::TlsUp => true,
            On::End => self.plan.routes[index].kind == LineKind::Fault,
            On::Sent(word) => self.legal(word),
            On::Reply(word, class) => waits_for_reply(edge.from) || (class <= Class::Intermediate && self.legal(word)),
        })
    }

    /// Legal by the table, and of use in this session.
    fn legal(&self, word: Word) -> bool {
        self.legal.contains(&word)
    }

    fn labels(&self, route: &Route) -> Vec<Label> {
        let edges: Vec<_> = told(self.machine, self.plan, route).collect();
        let label = |(text, verb): (&'static str, Option<Word>)| {
            let bears = |edge: &Edge| word_of(self.machine, edge) == Some((text, verb));
            let mine = |edge: &&Edge| edges.contains(edge) && bears(edge);
            let mark = if self.conversation.path().taken.iter().any(mine) {
                Mark::Used
            } else if verb.is_some() && self.conversation.path().refused == verb && route.from == self.here() {
                Mark::Refused
            } else if edges.iter().any(|edge| edge.from == self.state && bears(edge))
                && verb.is_none_or(|word| self.legal(word))
            {
                Mark::Open
            } else {
                Mark::Plain
            };
            Label { text, mark }
        };
        words(self.machine, self.plan, route).into_iter().map(label).collect()
    }

    fn arc(&self, place: &Loop) -> Option<Arc> {
        let verbs = on_arc(self.machine, &self.common, place.state);
        let inside = |state: &State| node_of(self.machine.protocol, *state) == place.state;
        let visited = self.conversation.path().visited.iter().any(inside);
        let here = self.here() == place.state;
        let labels: Vec<_> = verbs.iter().map(|verb| self.verb_label(verb, visited, here)).collect();
        let used = labels.iter().any(|label| label.mark == Mark::Used || label.mark == Mark::Refused);
        (!labels.is_empty()).then(|| Arc {
            state: place.state,
            path: place.path,
            head: place.head,
            visited: used,
            words: block(place.words, labels),
        })
    }

    fn verb_label(&self, verb: &Verb, visited: bool, here: bool) -> Label {
        let path = &self.conversation.path();
        let mark = if here && path.refused == Some(verb.word) {
            Mark::Refused
        } else if visited && path.used.contains(&verb.word) {
            Mark::Used
        } else {
            Mark::Plain
        };
        Label { text: verb.name, mark }
    }

    fn lists(&self) -> Vec<List> {
        let obsolete: Vec<_> = self.machine.verbs.iter().filter(|verb| verb.standing == Standing::Obsolete).collect();
        let list = |place: Option<geometry::ListPlace>, verbs: Vec<&'static Verb>| {
            let place = place.filter(|_| !verbs.is_empty())?;
            let labels = verbs.into_iter().map(|verb| self.verb_label(verb, true, true));
            Some(List { heading: place.heading, words: block(place.words, labels) })
        };
        [list(self.plan.common, self.common.clone()), list(self.plan.obsolete, obsolete)]
            .into_iter()
            .flatten()
            .collect()
    }
}

/// Every key of the drawings' own words.
pub fn keys() -> Vec<&'static str> {
    let mut keys = Vec::new();
    for protocol in Protocol::ALL {
        for shape in Shape::ALL {
            let plan = plan(protocol, shape);
            keys.extend(plan.routes.iter().flat_map(|route| route.prose).map(|(key, ..)| *key));
            keys.extend([plan.common, plan.obsolete].into_iter().flatten().map(|place| place.heading.0));
        }
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}
