//! A sheet drawn: what a worker made of a stranger's letter. Only the elements and attributes listed here are drawn, text is only
//! ever text, and the one kind of link leads to the standards.

use workbench::{
    mailproto::token::Severity,
    sheet::{Element, Node, Say, Value},
};
use yew::{prelude::*, virtual_dom::VTag};

use super::{icons, parts};
use crate::i18n::{rich, t};

const TAGS: [&str; 25] = [
    "a", "b", "bdi", "button", "code", "dd", "details", "div", "dl", "dt", "h2", "h3", "i", "li", "mark", "ol", "p",
    "pre", "section", "small", "span", "summary", "table", "td", "ul",
];

const ATTRIBUTES: [&str; 17] = [
    "aria-expanded",
    "aria-hidden",
    "aria-label",
    "aria-level",
    "aria-posinset",
    "aria-selected",
    "aria-setsize",
    "data-act",
    "dir",
    "disabled",
    "href",
    "rel",
    "role",
    "tabindex",
    "target",
    "title",
    "type",
];

/// Where links may lead.
const STANDARDS: &str = "https://www.rfc-editor.org/rfc/";

/// The sheet.
pub fn sheet(nodes: &[Node]) -> Html {
    nodes.iter().map(node).collect()
}

fn node(node: &Node) -> Html {
    match node {
        Node::Text(text) => html! { { text.clone() } },
        Node::Say(say) => rich(&say.key, &args(say)),
        Node::Element(element) => self::element(element),
    }
}

fn element(element: &Element) -> Html {
    match element.tag.as_str() {
        "icon" => return icons::named(&element.class),
        "severity" => return severity(&element.class),
        _ => {}
    }
    let Some(tag) = TAGS.into_iter().find(|tag| *tag == element.tag) else { return Html::default() };
    let mut drawn = VTag::new(tag);
    if !element.class.is_empty() {
        drawn.add_attribute("class", element.class.clone());
    }
    for (name, value) in &element.attributes {
        let value = match value {
            Value::Text(text) => text.clone(),
            Value::Say(say) => t(&say.key, &args(say)),
        };
        let allowed = name != "href" || value.starts_with(STANDARDS);
        if let Some(name) = ATTRIBUTES.into_iter().find(|known| allowed && known == name) {
            drawn.add_attribute(name, value);
        }
    }
    drawn.add_children(element.children.iter().map(node));
    drawn.into()
}

fn severity(name: &str) -> Html {
    parts::severity(match name {
        "chat" => Severity::Chat,
        "note" => Severity::Note,
        "warn" => Severity::Warn,
        _ => Severity::Error,
    })
}

fn args(say: &Say) -> Vec<(&str, &str)> {
    say.args.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}
