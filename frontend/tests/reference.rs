//! `docs/reference` is made from the tables the program runs on. Run with UPDATE=1 to write it anew; else a difference fails.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{fs, path::Path};

use frontend::{components, i18n};
use workbench::{
    Model, Msg,
    mailproto::{Class, Edge, On, Protocol, Rfc, explain, machine::Standing, smtp::CODES},
    model::{Target, Via},
    update,
};
use yew::{LocalServerRenderer, prelude::*};

#[derive(PartialEq, Properties)]
struct Props {
    smtp: bool,
}

#[component(Shell)]
fn shell(props: &Props) -> Html {
    let mut model = Model::default();
    let protocol = if props.smtp { Protocol::Smtp } else { Protocol::Pop3 };
    update(&mut model, Msg::Connect(Target::practice(protocol, Via::Page)));
    components::page(&model, &Callback::noop())
}

/// The wide drawing of the page, as a file of its own: with the style sheets it needs.
async fn drawing(smtp: bool) -> String {
    let page = LocalServerRenderer::<Shell>::with_props(Props { smtp }).hydratable(false).render().await;
    let from = page[..page.find("diagram__svg--wide").unwrap()].rfind("<svg").unwrap();
    let svg = &page[from..from + page[from..].find("</svg>").unwrap()];
    let (open, rest) = svg.split_once('>').unwrap();
    let styles = Path::new(env!("CARGO_MANIFEST_DIR")).join("styles");
    let sheet = |name: &str| fs::read_to_string(styles.join(name)).unwrap();
    let style = format!("{}{}", sheet("tokens.css"), sheet("diagram.css"));
    // A picture does not change with the window.
    let style: String = style.lines().filter(|line| !line.starts_with("@media")).collect::<Vec<_>>().join("\n");
    format!("{open} xmlns=\"http://www.w3.org/2000/svg\"><style>{style}</style>{rest}</svg>\n")
}

/// A table in Markdown.
fn table(head: &str, rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let columns = head.split('|').count();
    let mut text = format!("|{head}|\n|{}\n", "---|".repeat(columns));
    for row in rows {
        let cells: Vec<_> = row.iter().map(|cell| cell.replace('|', "\\|")).collect();
        text.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    text
}

fn link(rfc: Rfc) -> String {
    format!("[{rfc}]({})", rfc.url())
}

fn told(note: &explain::Note) -> Vec<String> {
    vec![i18n::t(note.key, &[]), note.rfc.map(link).unwrap_or_default()]
}

fn code(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("`{text}`") }
}

fn verbs(protocol: Protocol) -> String {
    let rows = protocol.machine().verbs.iter().map(|verb| {
        let mut states: Vec<_> = verb.legal.iter().map(|state| state.name()).collect();
        states.dedup();
        let standing = match verb.standing {
            Standing::Required => "required",
            Standing::Optional => "optional",
            Standing::Extension => "extension",
            Standing::Obsolete => "obsolete",
        };
        let codes: Vec<_> = verb.codes.iter().map(u16::to_string).collect();
        let replies = if codes.is_empty() { "`+OK` `-ERR`".to_owned() } else { codes.join(" ") };
        let form = format!("{} {}", verb.name, verb.syntax);
        let meaning = i18n::t(verb.key, &[]);
        vec![code(form.trim_end()), meaning, states.join(", "), replies, standing.into(), link(verb.rfc)]
    });
    table(" form | meaning | legal in | replies | standing | section ", rows)
}

fn edges(protocol: Protocol) -> String {
    let class = |class| match (protocol, class) {
        (Protocol::Pop3, Class::Positive) => "`+OK`",
        (Protocol::Pop3, Class::Intermediate) => "`+`",
        (Protocol::Pop3, Class::Transient | Class::Permanent) => "`-ERR`",
        (Protocol::Smtp, Class::Positive) => "2yz",
        (Protocol::Smtp, Class::Intermediate) => "3yz",
        (Protocol::Smtp, Class::Transient) => "4yz",
        (Protocol::Smtp, Class::Permanent) => "5yz",
    };
    let name = |word| protocol.machine().verb(word).map_or("", |verb| verb.name);
    let on = |edge: &Edge| match edge.on {
        On::Connect => "connect".to_owned(),
        On::Greeting(of) => format!("greeting {}", class(of)),
        On::Sent(word) => format!("`{}` sent", name(word)),
        On::Reply(word, of) => format!("`{}` {}", name(word), class(of)),
        On::TlsUp => "TLS is up".to_owned(),
        On::End => "the connection ends".to_owned(),
    };
    let state = |state: workbench::mailproto::State| format!("{} ({})", state.name(), i18n::t(state.key(), &[]));
    let rows =
        protocol.machine().edges.iter().map(|edge| vec![state(edge.from), on(edge), state(edge.to), link(edge.rfc)]);
    table(" from | on | to | section ", rows)
}

fn names(notes: impl Iterator<Item = (impl AsRef<str>, explain::Note)>) -> String {
    table(" name | meaning | section ", notes.map(|(name, note)| [vec![code(name.as_ref())], told(&note)].concat()))
}

fn codes() -> String {
    let rows = CODES.iter().map(|row| vec![row.code.to_string(), i18n::t(row.key, &[]), link(row.rfc)]);
    table(" code | meaning | section ", rows)
}

/// The page with each marker's table anew: what stood between a marker and the next empty line goes.
fn renewed(page: &str, tables: &[(&str, String)]) -> String {
    let mut text = String::new();
    let mut skipping = false;
    for line in page.lines() {
        if skipping && (line.starts_with('|')) {
            continue;
        }
        skipping = false;
        text.push_str(line);
        text.push('\n');
        if let Some((_, table)) = tables.iter().find(|(marker, _)| line == format!("<!-- {marker} -->")) {
            text.push_str(table);
            skipping = true;
        }
    }
    text
}

fn check(name: &str, fresh: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reference").join(name);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, fresh).unwrap();
    }
    let old = fs::read_to_string(&path).unwrap_or_default();
    assert!(old == fresh, "docs/reference/{name} is stale: run UPDATE=1 cargo test -p frontend --test reference");
}

#[tokio::test(flavor = "current_thread")]
async fn the_reference_is_fresh() {
    for (name, protocol) in [("pop3", Protocol::Pop3), ("smtp", Protocol::Smtp)] {
        let tables = [
            ("verbs", verbs(protocol)),
            ("edges", edges(protocol)),
            ("keywords", names(explain::keywords(protocol))),
            ("response codes", names(explain::response_codes())),
            ("codes", codes()),
            ("enhanced codes", names(explain::details())),
        ];
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reference").join(format!("{name}.md"));
        let page = fs::read_to_string(page).unwrap();
        check(&format!("{name}.md"), &renewed(&page, &tables));
        check(&format!("{name}.svg"), &drawing(protocol == Protocol::Smtp).await);
    }
}
