//! The lines typed so far, for Up and Down: over all sessions, without secrets. Where the prompt stands in them is the prompt's.

use std::rc::Rc;

use mailproto::{
    TokenKind,
    session::{Role, WireLine},
};

/// How many lines are kept.
const MOST: usize = 200;

/// The lines, oldest first. Shared with the prompt.
#[derive(Clone, Debug, Default)]
pub struct History {
    lines: Rc<Vec<String>>,
}

impl History {
    /// The lines, oldest first.
    pub fn lines(&self) -> &Rc<Vec<String>> {
        &self.lines
    }

    /// Keeps a command up to its first secret. What else a client says is nothing to bring back.
    pub(crate) fn keep(&mut self, wire: &WireLine) {
        if !matches!(wire.role, Role::Command(_)) {
            return;
        }
        let secret = wire.tokens.iter().find(|token| token.kind == TokenKind::Secret);
        let end = secret.map_or(wire.text.expose().len(), |token| token.span.start);
        let text = String::from_utf8_lossy(wire.text.expose().get(..end).unwrap_or_default()).into_owned();
        if !text.trim().is_empty() && self.lines.last() != Some(&text) {
            let lines = Rc::make_mut(&mut self.lines);
            lines.push(text);
            if lines.len() > MOST {
                lines.remove(0);
            }
        }
    }
}
