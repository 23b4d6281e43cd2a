//! Every key that a note can bear: each needs a sentence in every language. Which note bears which is for the other files here.

use super::{enhanced, names};
use crate::{
    machine::Protocol,
    sasl,
    smtp::{CODES, PARAMETERS},
    token::ProblemKind,
};

/// Every key a note or a table row can bear: each needs a sentence in every language.
pub fn keys() -> Vec<&'static str> {
    let tables = Protocol::ALL.iter().flat_map(|protocol| {
        let machine = protocol.machine();
        machine.verbs.iter().map(|verb| verb.key).chain(machine.states.iter().map(|state| state.key()))
    });
    let mut keys: Vec<_> = FIXED_KEYS.to_vec();
    keys.extend(tables);
    keys.extend(ProblemKind::ALL.iter().map(|kind| kind.key()));
    keys.extend(CODES.iter().map(|code| code.key));
    keys.extend(enhanced::keys());
    keys.extend(names::keys());
    keys.extend(sasl::keys());
    keys.extend(PARAMETERS.iter().map(|row| row.key));
    keys.extend(crate::message::keys());
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The keys named in this folder outside the tables.
const FIXED_KEYS: &[&str] = &[
    "code-250-etrn",
    "code-251-etrn",
    "code-252-etrn",
    "code-unknown",
    "digit-1yz",
    "digit-2yz",
    "digit-3yz",
    "digit-4yz",
    "digit-5yz",
    "digit-none",
    "digit-x0z",
    "digit-x1z",
    "digit-x2z",
    "digit-x34z",
    "digit-x5z",
    "enhanced-class-2",
    "enhanced-class-4",
    "enhanced-class-5",
    "enhanced-detail-unknown",
    "enhanced-subject-unknown",
    "fact-delivers",
    "fact-drops",
    "fact-octets",
    "fact-removes",
    "fact-removes-nothing",
    "fact-unmarks",
    "fact-unmarks-nothing",
    "keyword-auth-equals",
    "keyword-private",
    "keyword-unknown",
    "lead-body",
    "lead-border",
    "lead-capability",
    "lead-challenge",
    "lead-command",
    "lead-field",
    "lead-fold",
    "lead-go-data",
    "lead-language",
    "lead-message-end",
    "lead-more-lines",
    "lead-no-reply",
    "lead-ok",
    "lead-ok-auth",
    "lead-ok-dele",
    "lead-ok-ehlo",
    "lead-ok-lines",
    "lead-ok-mail",
    "lead-ok-message",
    "lead-ok-chunk",
    "lead-ok-pass",
    "lead-ok-quit",
    "lead-ok-quit-update",
    "lead-ok-rcpt",
    "lead-ok-reversed",
    "lead-ok-starttls",
    "lead-ok-stls",
    "lead-ok-user",
    "lead-payload-end",
    "lead-permanent",
    "lead-pop3-greeting",
    "lead-reversed-client",
    "lead-reversed-server",
    "lead-sasl-answer",
    "lead-scan-listing",
    "lead-smtp-greeting",
    "lead-stray",
    "lead-transient",
    "lead-uid-listing",
    "lead-unexpected",
    "lead-unknown",
    "parameter-unknown",
    "response-unknown",
    "token-address-literal",
    "token-bare-path",
    "token-challenge",
    "token-chunk-last",
    "token-chunk-size",
    "token-code-hyphen",
    "token-code-space",
    "token-count",
    "token-digest",
    "token-domain",
    "token-err",
    "token-extra",
    "token-final-dot",
    "token-from-word",
    "token-garbage",
    "token-keyword-parameter",
    "token-language",
    "token-line-count",
    "token-lost-dot",
    "token-message-number",
    "token-no-number",
    "token-null-path",
    "token-octets",
    "token-ok",
    "token-path",
    "token-path-literal",
    "token-path-quoted",
    "token-plus",
    "token-postmaster",
    "token-queue-name",
    "token-sasl-answer",
    "token-sasl-cancel",
    "token-secret",
    "token-server-name",
    "token-server-text",
    "token-stuffed-dot",
    "token-text",
    "token-timestamp",
    "token-to-word",
    "token-uid",
    "token-unknown-verb",
    "token-user",
    "token-words",
];

#[cfg(test)]
mod tests {
    use super::*;

    /// The keys written in this folder and the list of them must not drift apart.
    #[test]
    fn fixed_keys_are_all_listed() {
        let names = include_str!("names.rs");
        let enhanced = include_str!("enhanced.rs").split("macro_rules!").next().unwrap_or_default();
        let code = [include_str!("mod.rs"), enhanced, names].concat();
        let known = keys();
        let prefixes = ["fact-", "lead-", "token-", "digit-", "code-", "enhanced-", "field-", "keyword-", "response-"];
        for piece in code.split('"').skip(1).step_by(2) {
            if prefixes.iter().any(|prefix| piece.starts_with(prefix)) {
                assert!(known.contains(&piece), "{piece} is not listed");
            }
        }
        for key in FIXED_KEYS {
            assert!(code.contains(&format!("\"{key}\"")), "{key} is listed but never used");
        }
    }
}
