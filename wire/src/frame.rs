//! Binary frames: one octet for the kind, the time where the proxy speaks, and octets. What the octets mean is not here.

use std::fmt;

use crate::Side;

/// The kind octet of mail, either way.
const MAIL: u8 = 1;

/// The kind octet of what the proxy sent below TLS.
const BELOW_CLIENT: u8 = 2;

/// The kind octet of what the mail server sent below TLS.
const BELOW_SERVER: u8 = 3;

/// What a binary frame from the proxy holds. The page sends frames of [`Kind::Mail`] only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Mail bytes.
    Mail,
    /// Octets below TLS, as one read or write of the proxy had them; only what [`crate::Open::watch`] asked for.
    BelowTls(Side),
}

impl Kind {
    /// The octet at the head of a frame.
    pub const fn octet(self) -> u8 {
        match self {
            Self::Mail => MAIL,
            Self::BelowTls(Side::Client) => BELOW_CLIENT,
            Self::BelowTls(Side::Server) => BELOW_SERVER,
        }
    }

    /// What the octet says.
    pub const fn of(octet: u8) -> Result<Self, BadFrame> {
        match octet {
            MAIL => Ok(Self::Mail),
            BELOW_CLIENT => Ok(Self::BelowTls(Side::Client)),
            BELOW_SERVER => Ok(Self::BelowTls(Side::Server)),
            other => Err(BadFrame::UnknownKind(other)),
        }
    }
}

/// Why a binary frame breaks the contract. Either side reports it; no frame is skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadFrame {
    /// It ends before its head does.
    TooShort,
    /// A kind that this version does not know, or not from this side.
    UnknownKind(u8),
}

impl fmt::Display for BadFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort => f.write_str("a binary frame without its head"),
            Self::UnknownKind(octet) => write!(f, "a binary frame of kind {octet}"),
        }
    }
}

/// What stands before the octets of a binary frame from the proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// What the octets are.
    pub kind: Kind,
    /// Microseconds since the session opened.
    pub at_us: u64,
}

impl Head {
    /// How long a head is: the kind, then the time as `u64`, big-endian.
    pub const LEN: usize = 1 + size_of::<u64>();

    /// The whole frame, in one buffer of its size.
    pub fn frame(self, octets: &[u8]) -> Vec<u8> {
        let mut frame = Vec::with_capacity(Self::LEN + octets.len());
        frame.push(self.kind.octet());
        frame.extend_from_slice(&self.at_us.to_be_bytes());
        frame.extend_from_slice(octets);
        frame
    }

    /// The head of a frame, or what is there of it.
    pub fn read(frame: &[u8]) -> Result<Self, BadFrame> {
        let (&octet, rest) = frame.split_first().ok_or(BadFrame::TooShort)?;
        let kind = Kind::of(octet)?;
        let time = rest.first_chunk().ok_or(BadFrame::TooShort)?;
        Ok(Self { kind, at_us: u64::from_be_bytes(*time) })
    }
}

/// A binary frame from the proxy taken apart.
pub fn split_frame(frame: &[u8]) -> Result<(Head, &[u8]), BadFrame> {
    Ok((Head::read(frame)?, &frame[Head::LEN..]))
}

/// The most mail bytes that a frame of the page has room for.
pub const PAGE_MAIL: usize = crate::MAX_MESSAGE - 1;

/// The page's frame of mail bytes, at most [`PAGE_MAIL`].
pub fn page_frame(mail: &[u8]) -> Vec<u8> {
    let mut frame = Vec::with_capacity(1 + mail.len());
    frame.push(MAIL);
    frame.extend_from_slice(mail);
    frame
}

/// The mail bytes in a binary frame of the page.
pub fn page_mail(frame: &[u8]) -> Result<&[u8], BadFrame> {
    match frame.split_first() {
        Some((&MAIL, mail)) => Ok(mail),
        Some((&other, _)) => Err(BadFrame::UnknownKind(other)),
        None => Err(BadFrame::TooShort),
    }
}
