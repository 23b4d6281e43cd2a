//! The envelope beside the header: who the protocol carried the message from and to, and what the letter itself says.

use super::anatomy::Anatomy;
use crate::explain::Note;

/// What MAIL and RCPT said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    /// MAIL's address without brackets; empty for the null path; `None` when unknown.
    pub from: Option<String>,
    /// RCPT's addresses without brackets; empty when unknown.
    pub to: Vec<String>,
}

impl Envelope {
    /// What a delivered message still knows of its envelope: Return-Path, and Delivered-To when there is one.
    pub fn of(message: &Anatomy, octets: &[u8]) -> Self {
        let _ = (message, octets);
        Self::default()
    }

    /// How it compares with From, Sender, To and Cc: each note says one thing that agrees or differs, and why that may be. A
    /// note's span is a place in the message, or none when it is about the envelope.
    pub fn compared(&self, message: &Anatomy, octets: &[u8]) -> Vec<Note> {
        let _ = (message, octets);
        Vec::new()
    }
}
