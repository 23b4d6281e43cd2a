//! The state diagram as SVG, and its twin in words. What is lit comes from the table and the session, by `workbench::drawing`.

use workbench::{
    conversation::Conversation,
    drawing::{self, Anchor, Arc, Block, Drawing, LEADING, Line, LineKind, Mark, Node, NodeStanding, Shape},
};
use yew::prelude::*;

use crate::i18n::{say, t};

/// The panel with the diagram.
pub fn diagram(conversation: &Conversation) -> Html {
    let protocol = conversation.session().protocol().name();
    html! {
        <>
            <h2 class="sr">{ t("ui-diagram", &[("protocol", protocol)]) }</h2>
            { drawings(conversation) }
        </>
    }
}

/// The drawings of both shapes, of which the style sheets show one, their key, and their twin in words.
pub fn drawings(conversation: &Conversation) -> Html {
    html! {
        <>
            <div class="diagram">
                { svg(conversation, Shape::Wide, "diagram__svg--wide") }
                { svg(conversation, Shape::Tall, "diagram__svg--tall") }
            </div>
            { key() }
            <p class="sr">{ twin(conversation) }</p>
        </>
    }
}

/// The diagram in words.
fn twin(conversation: &Conversation) -> String {
    let state = conversation.state().name();
    let verbs: Vec<_> = conversation
        .session()
        .legal()
        .iter()
        .map(|(verb, to)| match to.filter(|to| to.name() != state) {
            Some(to) => t("ui-twin-moves", &[("verb", verb.name), ("state", to.name())]),
            None => verb.name.into(),
        })
        .collect();
    if verbs.is_empty() {
        return t("ui-twin-nothing", &[("state", state)]);
    }
    t("ui-twin", &[("state", state), ("verbs", &verbs.join(", "))])
}

fn svg(conversation: &Conversation, shape: Shape, class: &'static str) -> Html {
    let Drawing { view_box, lines, loops, nodes, lists } = drawing::drawing(conversation, shape);
    let view_box = format!("{} {} {} {}", view_box.x, view_box.y, view_box.w, view_box.h);
    let (protocol, state) = (conversation.session().protocol().name(), conversation.state().name());
    let label = t("ui-diagram-label", &[("protocol", protocol), ("state", state)]);
    html! {
        <svg class={classes!("diagram__svg", class)} viewBox={view_box} role="img" aria-label={label}>
            { for lines.iter().filter(|line| !line.visited).map(line) }
            { for lines.iter().filter(|line| line.visited).map(line) }
            { for lines.iter().filter_map(step) }
            { for loops.iter().map(arc) }
            { for nodes.iter().map(node) }
            { for lists.iter().map(|list| {
                let (heading, x, y) = list.heading;
                html! { <g class="edge">{ prose((heading, x, y, Anchor::Start)) }{ block(&list.words) }</g> }
            }) }
        </svg>
    }
}

fn line(line: &Line) -> Html {
    let class = classes!(
        "edge",
        line.visited.then_some("edge--visited"),
        (line.next && !line.visited).then_some("edge--next"),
        (line.next && line.visited).then_some("edge--open"),
        line.last.then_some("edge--last"),
        match line.kind {
            LineKind::Fault => Some("edge--fault"),
            LineKind::Again => Some("edge--again"),
            LineKind::Lenient => Some("edge--lenient"),
            LineKind::Plain => None,
        },
    );
    html! {
        <g {class}>
            <path class="edge__line" d={line.path} />
            <path class="edge__head" d={line.head.path()} />
            { line.words.as_ref().map(block) }
            { for line.prose.iter().copied().map(prose) }
        </g>
    }
}

/// The number of a step; over all lines, since lines may share their way.
fn step(line: &Line) -> Option<Html> {
    let class = classes!("edge", line.last.then_some("edge--last"));
    line.step.map(|(x, y, number)| {
        html! {
            <g {class}>
                <circle class="edge__step" cx={x.to_string()} cy={y.to_string()} r="8" />
                <text class="edge__stepno" x={x.to_string()} y={format!("{}.7", y + 3)}>{ number }</text>
            </g>
        }
    })
}

fn arc(arc: &Arc) -> Html {
    html! {
        <>
            <g class={classes!("edge", arc.visited.then_some("edge--visited"))}>
                <path class="edge__line" d={arc.path} />
                <path class="edge__head" d={arc.head.path()} />
            </g>
            <g class="edge">{ block(&arc.words) }</g>
        </>
    }
}

fn node(node: &Node) -> Html {
    let rect = node.rect;
    let (class, halo) = match node.standing {
        NodeStanding::Current => ("node--current", true),
        NodeStanding::Visited => ("node--visited", false),
        NodeStanding::Ahead => ("node--ahead", false),
    };
    let middle = (rect.x + rect.w / 2).to_string();
    let top = rect.y + rect.h / 2;
    let sub = t(node.sub.unwrap_or("ui-you-are-here"), &[]);
    html! {
        <g class={classes!("node", class)}>
            if halo {
                <rect class="node__halo" x={(rect.x - 3).to_string()} y={(rect.y - 3).to_string()}
                    width={(rect.w + 6).to_string()} height={(rect.h + 6).to_string()} rx="11" />
            }
            <rect class="node__box" x={rect.x.to_string()} y={rect.y.to_string()} width={rect.w.to_string()}
                height={rect.h.to_string()} rx="8" />
            <text class="node__name" x={middle.clone()} y={(top - 3).to_string()}>{ node.state.name() }</text>
            <text class="node__sub" x={middle} y={(top + 14).to_string()}>{ sub }</text>
            if node.standing == NodeStanding::Visited { { tick(rect.x, rect.y + 3) } }
        </g>
    }
}

fn tick(x: i32, y: i32) -> Html {
    html! {
        <>
            <circle class="node__tick" cx={x.to_string()} cy={y.to_string()} r="7.5" />
            <path d={format!("M{} {}.2l2.3 2.3 4.3-4.7", f64::from(x) - 3.3, y)} />
        </>
    }
}

fn block(block: &Block) -> Html {
    let spot = block.spot;
    let word = |(index, label): (usize, &drawing::Label)| {
        let class = match label.mark {
            Mark::Used => Some("edge__used"),
            Mark::Refused => Some("edge__refused"),
            Mark::Open => Some("edge__open"),
            Mark::Plain => None,
        };
        let space = if index > 0 { " " } else { "" };
        html! { <>{ space }<tspan {class}>{ label.text }</tspan></> }
    };
    let line = |(index, labels): (i32, &Vec<drawing::Label>)| {
        let y = spot.y + index * LEADING;
        html! {
            <text class="edge__label" x={spot.x.to_string()} y={y.to_string()} text-anchor={anchor(spot.anchor)}>
                { for labels.iter().enumerate().map(word) }
            </text>
        }
    };
    (0..).zip(&block.lines).map(line).collect()
}

fn prose((key, x, y, from): (&'static str, i32, i32, Anchor)) -> Html {
    html! {
        <text class="edge__prose" x={x.to_string()} y={y.to_string()} text-anchor={anchor(from)}>{ say(key) }</text>
    }
}

fn anchor(anchor: Anchor) -> &'static str {
    match anchor {
        Anchor::Start => "start",
        Anchor::Middle => "middle",
        Anchor::End => "end",
    }
}

/// What the marks of the drawing mean.
fn key() -> Html {
    let item = |(class, path, key): (&'static str, &'static str, &str)| {
        html! { <span><svg class={class} viewBox="0 0 24 10" aria-hidden="true"><path d={path} /></svg>{ say(key) }</span> }
    };
    let items = [
        (
            "key--now",
            "M3.5 1h17A2.5 2.5 0 0 1 23 3.5v3A2.5 2.5 0 0 1 20.5 9h-17A2.5 2.5 0 0 1 1 6.5v-3A2.5 2.5 0 0 1 3.5 1z",
            "ui-key-now",
        ),
        ("key--taken", "M0 5h24", "ui-key-taken"),
        ("key--open", "M0 5h24", "ui-key-open"),
        ("key--shut", "M0 5h24", "ui-key-shut"),
        ("key--fault", "M0 5h24", "ui-key-fault"),
    ];
    html! { <p class="diagram__key">{ for items.into_iter().map(item) }</p> }
}
