//! The transcript as text, in the C:/S: form the labs, tests and course sheets share. Secrets stay hidden.

use mailproto::{secret::lossless, token::Side};

use crate::{
    conversation::Conversation,
    transcript::{Incident, Kind},
};

/// The name to save under.
pub fn file_name(conversation: &Conversation, extension: &str) -> String {
    let protocol = conversation.target().protocol.name().to_ascii_lowercase();
    format!("{protocol}-{}.{extension}", conversation.target().host.replace(':', "-"))
}

/// The record as text: `C: ` and `S: ` before the lines as they crossed, `# ` before all else.
pub fn text(conversation: &Conversation) -> String {
    let mut text = format!("# {} {}\n", conversation.target().protocol.name(), conversation.target().address());
    for entry in conversation.transcript().iter() {
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
            Kind::Incident(incident) => {
                if let Some(words) = incident_words(incident) {
                    text.push_str(&format!("# {words}\n"));
                }
            }
        }
    }
    text
}

/// Marks of the transcript format, not prose: the same in every language.
fn incident_words(incident: &Incident) -> Option<String> {
    match incident {
        Incident::Connecting { .. } | Incident::IdleWarning { .. } | Incident::Stopping { .. } => None,
        Incident::Connected { target, .. } => Some(format!("connect {target}")),
        Incident::TlsFailed { .. } => Some("tls-failed".into()),
        Incident::Injection { bytes } => Some(format!("injection {bytes}")),
        Incident::Closed { .. } => Some("close".into()),
    }
}

fn known(fact: &Option<String>) -> &str {
    fact.as_deref().unwrap_or("-")
}
