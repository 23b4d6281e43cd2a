//! The transcript as text, in the C:/S: form the labs, tests and course sheets share. Secrets stay hidden.

use mailproto::{octets::lossless, token::Side};

use crate::{
    model::Model,
    transcript::{Event, Kind},
};

/// The name to save under.
pub fn file_name(model: &Model, extension: &str) -> String {
    let protocol = model.target.protocol.name().to_ascii_lowercase();
    format!("{protocol}-{}.{extension}", model.target.host.replace(':', "-"))
}

/// The record as text: `C: ` and `S: ` before the lines as they crossed, `# ` before all else.
pub fn text(model: &Model) -> String {
    let mut text = format!("# {} {}\n", model.target.protocol.name(), model.target.address());
    for entry in model.transcript.iter() {
        match &entry.kind {
            Kind::Line(line) => {
                let who = match line.wire.side {
                    Side::Client => "C:",
                    Side::Server => "S:",
                };
                let shown = line.wire.text.shown();
                text.push_str(who);
                if !shown.is_empty() {
                    text.push(' ');
                }
                text.push_str(&shown);
                text.push('\n');
            }
            Kind::Moved(edge) => text.push_str(&format!("# {} -> {}\n", edge.from.name(), edge.to.name())),
            Kind::Encrypted { facts, .. } => {
                let name = lossless(facts.server_name.as_bytes());
                text.push_str(&format!("# TLS: {} {} {name}\n", known(&facts.version), known(&facts.cipher)));
            }
            Kind::HeadersEnd(_) => {}
            Kind::Event(event) => {
                if let Some(words) = event_words(event) {
                    text.push_str(&format!("# {words}\n"));
                }
            }
        }
    }
    text
}

/// Marks of the transcript format, not prose: the same in every language.
fn event_words(event: &Event) -> Option<String> {
    match event {
        Event::Connecting { .. } | Event::IdleWarning { .. } | Event::Stopping { .. } => None,
        Event::Connected { target, .. } => Some(format!("connect {target}")),
        Event::TlsFailed { .. } => Some("tls-failed".into()),
        Event::Injection { bytes } => Some(format!("injection {bytes}")),
        Event::Closed { .. } => Some("close".into()),
    }
}

fn known(fact: &Option<String>) -> &str {
    fact.as_deref().unwrap_or("-")
}
