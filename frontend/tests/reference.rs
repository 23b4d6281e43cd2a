//! `docs/reference` is made from the tables the program runs on. Run with UPDATE=1 to write it anew; else a difference fails.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{fs, path::Path};

use frontend::{
    components::{self, reference as page},
    i18n,
};
use workbench::{
    Desk,
    mailproto::Protocol,
    net::Micros,
    reference::{self, Section, SectionKind},
    target::{Target, Via},
    update,
};
use yew::{LocalServerRenderer, prelude::*};

#[derive(PartialEq, Properties)]
struct Props {
    smtp: bool,
}

#[component(Shell)]
fn shell(props: &Props) -> Html {
    let mut desk = Desk::default();
    let protocol = if props.smtp { Protocol::Smtp } else { Protocol::Pop3 };
    let _ = update(&mut desk, Micros(0), Target::practice(protocol, Via::Page).into());
    components::page(&desk, &Callback::noop())
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

/// The columns of a section's table.
fn head(kind: SectionKind) -> &'static str {
    match kind {
        SectionKind::Verbs => " form | meaning | legal in | leads to | replies | standing | section ",
        SectionKind::Moves => " from | on | to | section ",
        SectionKind::Problems => " what it says | how grave | whose | section ",
        SectionKind::Codes => " code | meaning | section ",
        SectionKind::Status
        | SectionKind::Digits
        | SectionKind::Enhanced
        | SectionKind::Capabilities
        | SectionKind::Keywords
        | SectionKind::ResponseCodes
        | SectionKind::Mechanisms
        | SectionKind::Parameters => " name | meaning | section ",
    }
}

/// All of a protocol's sections: heading, what it lists, table.
fn sections(protocol: Protocol) -> String {
    let section = |section: Section| {
        let rows = section.rows.iter().map(|row| page::cells(protocol, row));
        let (title, about) = (page::title_key(section.kind), page::about_key(section.kind));
        format!("\n## {}\n\n{}\n\n{}", i18n::t(title, &[]), i18n::t(about, &[]), table(head(section.kind), rows))
    };
    reference::sections(protocol).into_iter().map(section).collect()
}

/// What a person wrote at the top of the page, then the tables.
fn renewed(page: &str, protocol: Protocol) -> String {
    let top = page.split("\n## ").next().unwrap_or_default();
    format!("{}\n{}", top.trim_end(), sections(protocol))
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
        let written = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reference").join(format!("{name}.md"));
        let written = fs::read_to_string(written).unwrap();
        check(&format!("{name}.md"), &renewed(&written, protocol));
        check(&format!("{name}.svg"), &drawing(protocol == Protocol::Smtp).await);
    }
}
