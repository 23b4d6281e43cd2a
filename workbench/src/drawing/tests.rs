//! The drawing covers the table, and nothing in it stands on anything else.

use std::collections::BTreeSet;

use mailproto::Protocol;

use super::*;
use crate::{net::Cause, tape::Tape, testing};

/// The advance of a character of the wire's typeface at 12 units; the widest of the usual ones.
const CHAR: f64 = 7.23;

/// Half of what the number of a step takes up.
const STEP: f64 = 8.0;

fn each(check: impl Fn(&'static Machine, &'static Plan)) {
    for protocol in Protocol::ALL {
        for shape in Shape::ALL {
            check(protocol.machine(), plan(protocol, shape));
        }
    }
}

#[test]
fn every_state_and_edge_has_its_place() {
    each(|machine, plan| {
        for state in machine.states {
            let node = node_of(machine.protocol, *state);
            assert!(plan.nodes.iter().any(|(of, _)| *of == node), "{state:?} has no node");
        }
        for edge in machine.edges {
            assert_ne!(place(machine.protocol, plan, edge), Where::Missing, "{edge:?} has no line");
        }
        for (index, route) in plan.routes.iter().enumerate() {
            let used = machine.edges.iter().any(|edge| place(machine.protocol, plan, edge) == Where::Line(index));
            assert!(used, "no edge takes {route:?}");
        }
    });
}

#[test]
fn every_verb_is_in_the_drawing() {
    each(|machine, plan| {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        for route in plan.routes.iter().filter(|route| route.words.is_some()) {
            seen.extend(words(machine, plan, route).iter().map(|(text, _)| *text));
        }
        for arc in plan.loops {
            seen.extend(on_arc(machine, &common(machine, plan), arc.state).iter().map(|verb| verb.name));
        }
        seen.extend(common(machine, plan).iter().map(|verb| verb.name));
        if plan.obsolete.is_some() {
            seen.extend(machine.verbs.iter().filter(|verb| verb.standing == Standing::Obsolete).map(|verb| verb.name));
        }
        for verb in machine.verbs {
            assert!(seen.contains(verb.name), "{} of {:?} is nowhere", verb.name, machine.protocol);
        }
        for (node, _) in plan.nodes {
            let has_arc = plan.loops.iter().any(|arc| arc.state == *node);
            assert_eq!(has_arc, !on_arc(machine, &common(machine, plan), *node).is_empty(), "the arc of {node:?}");
        }
    });
}

/// A box of text or node: left, top, right, bottom.
type Bounds = (f64, f64, f64, f64);

fn bounds(rect: Rect) -> Bounds {
    (f64::from(rect.x), f64::from(rect.y), f64::from(rect.x + rect.w), f64::from(rect.y + rect.h))
}

fn text_bounds(spot: Spot, lines: &[Vec<&'static str>]) -> Bounds {
    let longest = lines.iter().map(|words| words.join(" ").len()).max().unwrap_or_default();
    let width = CHAR * longest as f64;
    let left = match spot.anchor {
        Anchor::Start => f64::from(spot.x),
        Anchor::Middle => f64::from(spot.x) - width / 2.0,
        Anchor::End => f64::from(spot.x) - width,
    };
    let bottom = f64::from(spot.y) + 2.0 + f64::from(LEADING) * (lines.len().max(1) - 1) as f64;
    (left, f64::from(spot.y) - 9.0, left + width, bottom)
}

fn apart(a: Bounds, b: Bounds) -> bool {
    a.2 <= b.0 || b.2 <= a.0 || a.3 <= b.1 || b.3 <= a.1
}

/// Every text of a plan with where it stands. Lenient lines are drawn rarely and left out.
fn texts(machine: &'static Machine, plan: &'static Plan) -> Vec<(String, Bounds)> {
    let mut texts = Vec::new();
    let mut push = |spot: Spot, words: Vec<&'static str>| {
        let lines: Vec<_> = words.chunks(spot.per_line).map(<[_]>::to_vec).collect();
        texts.push((words.join(" "), text_bounds(spot, &lines)));
    };
    for route in plan.routes.iter().filter(|route| route.kind != LineKind::Lenient) {
        if let Some(spot) = route.words {
            push(spot, words(machine, plan, route).into_iter().map(|(text, _)| text).collect());
        }
    }
    for arc in plan.loops {
        push(arc.words, on_arc(machine, &common(machine, plan), arc.state).into_iter().map(|verb| verb.name).collect());
    }
    if let Some(place) = plan.common {
        push(place.words, common(machine, plan).into_iter().map(|verb| verb.name).collect());
    }
    if let Some(place) = plan.obsolete {
        let verbs = machine.verbs.iter().filter(|verb| verb.standing == Standing::Obsolete);
        push(place.words, verbs.map(|verb| verb.name).collect());
    }
    texts
}

#[test]
fn nothing_stands_on_anything_else() {
    each(|machine, plan| {
        let page = bounds(plan.view_box);
        let inside = |b: Bounds| b.0 >= page.0 && b.1 >= page.1 && b.2 <= page.2 && b.3 <= page.3;
        for (at, (state, rect)) in plan.nodes.iter().enumerate() {
            assert!(inside(bounds(*rect)), "{state:?} leaves the page");
            let name = CHAR * 12.5 / 12.0 * state.name().len() as f64;
            assert!(name < f64::from(rect.w), "the name of {state:?} is wider than its node");
            for (other, of) in &plan.nodes[..at] {
                assert!(apart(bounds(*rect), bounds(*of)), "{state:?} on {other:?}");
            }
        }
        let texts = texts(machine, plan);
        for route in plan.routes.iter().filter(|route| !route.rare && route.kind != LineKind::Lenient) {
            let (x, y) = (f64::from(route.step.0), f64::from(route.step.1));
            let mark = (x - STEP, y - STEP, x + STEP, y + STEP);
            for (text, area) in &texts {
                // Verbs are capitals: nothing of them hangs below their line.
                let area = (area.0, area.1, area.2, area.3 - 2.0);
                assert!(
                    apart(mark, area),
                    "{:?}: the number of {:?} to {:?} on {text} {area:?}",
                    machine.protocol,
                    route.from,
                    route.to
                );
            }
        }
        for (at, (text, area)) in texts.iter().enumerate() {
            assert!(inside(*area), "{:?}: {text} leaves the page: {area:?}", machine.protocol);
            for (state, rect) in plan.nodes {
                assert!(apart(*area, bounds(*rect)), "{:?}: {text} {area:?} on {state:?} {rect:?}", machine.protocol);
            }
            for (other, of) in &texts[..at] {
                assert!(apart(*area, *of), "{:?}: {text} {area:?} on {other} {of:?}", machine.protocol);
            }
        }
    });
}

#[test]
fn lines_begin_and_end_at_their_nodes() {
    each(|machine, plan| {
        let node = |state: State| plan.nodes.iter().find(|(of, _)| *of == state).map(|(_, rect)| *rect).unwrap();
        let on_border = |rect: Rect, (x, y): (i32, i32)| {
            let along_x = x >= rect.x && x <= rect.x + rect.w;
            let along_y = y >= rect.y && y <= rect.y + rect.h;
            along_x && along_y && (x == rect.x || x == rect.x + rect.w || y == rect.y || y == rect.y + rect.h)
        };
        for route in plan.routes {
            let start = route.path[1..].split(|c: char| c.is_ascii_alphabetic()).next().unwrap();
            let mut start = start.split(' ').map(|number| number.parse().unwrap());
            let start = (start.next().unwrap(), start.next().unwrap());
            assert!(on_border(node(route.from), start), "{:?}: {route:?} does not begin at its node", machine.protocol);
            assert!(on_border(node(route.to), route.head.tip()), "{:?}: {route:?} misses its node", machine.protocol);
        }
        for arc in plan.loops {
            assert!(on_border(node(arc.state), arc.head.tip()), "{:?}: {arc:?}", machine.protocol);
        }
    });
}

/// A POP3 session: `true` for what the server says.
fn replay(lines: &[(bool, &str)]) -> Conversation {
    testing::of(&taped(Protocol::Pop3, lines))
}

fn taped(protocol: Protocol, lines: &[(bool, &str)]) -> Tape {
    let marked = |(server, line): &(bool, &str)| if *server { (*line).to_owned() } else { format!("> {line}") };
    let lines: Vec<_> = lines.iter().map(marked).collect();
    testing::tape(protocol, &lines.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn a_session_lights_one_lamp() {
    let conversation = replay(&[
        (true, "+OK ready"),
        (false, "USER ada"),
        (true, "+OK"),
        (false, "PASS lovelace"),
        (true, "+OK"),
        (false, "RETR 9"),
        (true, "-ERR no such message"),
    ]);
    for shape in Shape::ALL {
        let drawing = drawing(&conversation, shape);
        let current: Vec<_> = drawing.nodes.iter().filter(|node| node.standing == NodeStanding::Current).collect();
        assert_eq!(current.len(), 1);
        assert_eq!(current[0].state, State::Transaction);
        let steps: Vec<_> = drawing.lines.iter().filter_map(|line| line.step).map(|(_, _, step)| step).collect();
        assert_eq!(steps, [1, 2]);
        assert_eq!(drawing.lines.iter().filter(|line| line.last).count(), 1);
        // QUIT to UPDATE, and the cut line.
        assert_eq!(drawing.lines.iter().filter(|line| line.next).count(), 2);
        let arc = drawing.loops.iter().find(|arc| arc.state == State::Transaction).unwrap();
        let refused = arc.words.lines.iter().flatten().filter(|label| label.mark == Mark::Refused);
        assert_eq!(refused.map(|label| label.text).collect::<Vec<_>>(), ["RETR"]);
    }
}

#[test]
fn a_state_inside_a_node_says_so() {
    let conversation = replay(&[(true, "+OK ready"), (false, "USER ada"), (true, "+OK")]);
    let drawing = drawing(&conversation, Shape::Wide);
    let current = drawing.nodes.iter().find(|node| node.standing == NodeStanding::Current).unwrap();
    assert_eq!((current.state, current.sub), (State::Authorization, Some("state-user-given")));
    let open: Vec<_> = drawing.lines.iter().filter(|line| line.next).flat_map(|line| &line.words).collect();
    let open: Vec<_> = open.iter().flat_map(|block| block.lines.iter().flatten()).collect();
    assert!(open.iter().any(|label| label.text == "PASS" && label.mark == Mark::Open));
}

/// A cut takes a line of its own, dashed; QUIT's stays as it was.
#[test]
fn a_cut_is_no_quit() {
    fn check(protocol: Protocol, lines: &[(bool, &str)]) {
        let mut tape = taped(protocol, lines);
        let before = drawing(&testing::of(&tape), Shape::Wide).lines.len();
        testing::end(&mut tape, Cause::Client);
        let conversation = testing::of(&tape);
        for shape in Shape::ALL {
            let drawing = drawing(&conversation, shape);
            let last: Vec<_> = drawing.lines.iter().filter(|line| line.last).map(|line| line.kind).collect();
            assert_eq!(last, [LineKind::Fault], "{protocol:?} {lines:?} {shape:?}");
        }
        assert!(drawing(&conversation, Shape::Wide).lines.len() >= before);
    }
    let hello =
        [(true, "220 ready"), (false, "EHLO me"), (true, "250 hello"), (false, "MAIL FROM:<>"), (true, "250 ok")];
    for said in [0, 1, 3, 5] {
        check(Protocol::Smtp, &hello[..said]);
    }
    check(Protocol::Smtp, &[&hello[..], &[(false, "RCPT TO:<a@b>"), (true, "250 ok")]].concat());
    check(Protocol::Pop3, &[]);
    check(Protocol::Pop3, &[(true, "+OK ready")]);
}

/// A server that refuses us is left with QUIT: no fault of the line.
#[test]
fn a_refused_greeting_ends_with_quit() {
    let said = [(true, "554 no service"), (false, "QUIT"), (true, "221 bye")];
    let conversation = testing::of(&taped(Protocol::Smtp, &said));
    let drawing = drawing(&conversation, Shape::Wide);
    let last: Vec<_> = drawing.lines.iter().filter(|line| line.last).map(|line| line.kind).collect();
    assert_eq!((conversation.state(), last), (State::Closed, vec![LineKind::Plain]));
}
