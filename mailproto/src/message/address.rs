//! Addresses of header fields: mailboxes, groups, address lists (RFC 5322 section 3.4). Paths of the envelope are `smtp::path`.

use crate::token::Span;

/// One mailbox of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    /// The whole of it, display name included, in the octets of the message.
    pub span: Span,
    /// The name shown beside the address, quotes undone and encoded-words decoded.
    pub name: Option<String>,
    /// The address: local part, at sign, domain, without comments and folding; the local part alone when there is no domain.
    pub address: String,
    /// The group it stands in (`A Group:Ada <a@x.test>;`).
    pub group: Option<String>,
}
