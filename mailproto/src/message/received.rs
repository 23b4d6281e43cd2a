//! The trace that each server on the way leaves: Received fields, their clauses, and the hops they tell (RFC 5321 section 4.4).

use super::date::Date;
use crate::{explain::Note, token::Span};

/// One clause of a Received field: `from mail.example.test ([192.0.2.1])`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// Its value in the octets of the message, without the word before it and the comments after it.
    pub span: Span,
    /// The value.
    pub value: String,
    /// The comment after it, without its parentheses: for `from`, what the server saw of the connection (`TCP-info`).
    pub comment: Option<String>,
}

/// What one server wrote when the message came to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hop {
    /// Which field of the header, counted from 0.
    pub field: usize,
    /// Who gave the message, by the name it said in EHLO or HELO.
    pub from: Option<Clause>,
    /// Who took it and wrote this field.
    pub by: Option<Clause>,
    /// Over what link.
    pub via: Option<Clause>,
    /// With which protocol: `ESMTPS`.
    pub with: Option<Clause>,
    /// What the protocol's name says (RFC 3848).
    pub with_note: Option<Note>,
    /// The server's own number for the message.
    pub id: Option<Clause>,
    /// For which recipient.
    pub recipient: Option<Clause>,
    /// When.
    pub date: Option<Date>,
    /// Seconds since the hop before it (or since Date, for the first); negative when clocks disagree. `None` when one has no date.
    pub delay: Option<i64>,
}
