//! What the observer knows beside the state: the server's offers, the maildrop's messages, the mail under way. No judgement lives here.

use crate::{
    command::Args,
    message::{Cursor, Part},
    sasl::Run,
};

/// What the two sides told each other since TLS came up, or since the connection where it did not. After a handshake neither may
/// rely on what was said before it (RFC 2595 section 4, RFC 3207 section 4.2): it is replaced as a whole.
#[derive(Clone, Debug, Default)]
pub(super) struct SinceTls {
    /// What CAPA or EHLO announced; `None` when not asked.
    pub offers: Option<Offers>,
    /// Whether EHLO, not HELO, was accepted.
    pub extended: bool,
    /// SMTP: AUTH has succeeded; it may not be used again (RFC 4954 section 4).
    pub logged_in: bool,
    /// POP3: UTF8 was accepted; STLS may not follow it (RFC 6856 section 2.1).
    pub utf8: bool,
    /// The login under way.
    pub sasl: Option<Run>,
    /// SMTP: the mail under way.
    pub envelope: Envelope,
}

/// What CAPA or EHLO announced.
#[derive(Clone, Debug, Default)]
pub(super) struct Offers {
    /// Keywords in capitals, each with what follows it on its line.
    list: Vec<(String, String)>,
}

impl Offers {
    /// Takes a keyword and what follows it.
    pub fn add(&mut self, keyword: &[u8], rest: &[u8]) {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).to_ascii_uppercase();
        // Some servers say it twice, the second time in an older form, `AUTH=LOGIN`.
        let keyword = text(keyword);
        let (keyword, rest) = match keyword.split_once('=') {
            Some(("AUTH", first)) => ("AUTH".into(), format!("{first} {}", text(rest))),
            _ => (keyword, text(rest)),
        };
        self.list.push((keyword, rest));
    }

    /// Whether the keyword was announced.
    pub fn has(&self, keyword: &str) -> bool {
        self.list.iter().any(|(known, _)| known == keyword)
    }

    /// Whether one of the keyword's parameters is `word`.
    pub fn names(&self, keyword: &str, word: &str) -> bool {
        let of = |(known, rest): &(String, String)| known == keyword && rest.split_whitespace().any(|one| one == word);
        self.list.iter().any(of)
    }

    /// The largest message the server takes, if SIZE named one; 0 means no fixed limit (RFC 1870 section 3).
    pub fn size(&self) -> Option<u64> {
        let (_, rest) = self.list.iter().find(|(known, _)| known == "SIZE")?;
        rest.trim().parse().ok().filter(|size| *size > 0)
    }
}

/// More messages than this are counted, and their sizes not kept.
const SIZES: usize = 4096;

/// POP3: the messages of the maildrop, as far as the server told (RFC 1939 section 5).
#[derive(Clone, Debug, Default)]
pub(super) struct Maildrop {
    /// How many there are at least.
    pub at_least: u32,
    /// How many there are, those marked as deleted too: told by STAT or by a listing of all.
    pub total: Option<u32>,
    /// The octets of the messages LIST named, by number, ascending.
    sizes: Vec<(u32, u64)>,
    /// The numbers marked as deleted, ascending.
    pub deleted: Vec<u32>,
}

impl Maildrop {
    /// A listing named a message.
    pub fn saw(&mut self, number: u32, octets: Option<u64>) {
        self.at_least = self.at_least.max(number);
        let Some(octets) = octets else { return };
        // Listings ascend: there is seldom anything to search for.
        if self.sizes.len() == SIZES && self.sizes.last().is_some_and(|(last, _)| *last < number) {
            return;
        }
        match self.sizes.binary_search_by_key(&number, |(known, _)| *known) {
            Ok(at) => self.sizes[at].1 = octets,
            Err(at) if self.sizes.len() < SIZES => self.sizes.insert(at, (number, octets)),
            Err(_) => {}
        }
    }

    /// What LIST said of a message.
    pub fn octets(&self, number: u32) -> Option<u64> {
        let at = self.sizes.binary_search_by_key(&number, |(known, _)| *known).ok()?;
        Some(self.sizes[at].1)
    }

    pub fn mark(&mut self, number: u32) {
        if let Err(place) = self.deleted.binary_search(&number) {
            self.deleted.insert(place, number);
        }
        self.at_least = self.at_least.max(number);
    }

    pub fn is_marked(&self, number: u32) -> bool {
        self.deleted.binary_search(&number).is_ok()
    }

    /// Whether the server has told that there is no such message.
    pub fn lacks(&self, number: u32) -> bool {
        number == 0 || self.total.is_some_and(|total| number > total)
    }

    /// The server said how many messages are left unmarked. Gives what it should have said, when that was known and differs.
    pub fn counted(&mut self, left: u32) -> Option<u32> {
        let marked = u32::try_from(self.deleted.len()).unwrap_or(u32::MAX);
        match self.total.map(|total| total.saturating_sub(marked)) {
            Some(due) => (due != left).then_some(due),
            None => {
                self.total = Some(left.saturating_add(marked).max(self.at_least));
                None
            }
        }
    }
}

/// SMTP: the mail transaction under way (RFC 5321 section 3.3).
#[derive(Clone, Debug, Default)]
pub(super) struct Envelope {
    /// How many recipients were accepted.
    pub accepted: u32,
    /// How many were refused.
    pub refused: u32,
    /// The parameters of the accepted MAIL, in capitals.
    parameters: Vec<String>,
    /// The chunks of BDAT, once one was sent.
    pub chunks: Option<Chunks>,
    /// A line beyond ASCII was told about.
    pub told_eight_bit: bool,
}

/// The message as BDAT sends it (RFC 3030 section 2).
#[derive(Clone, Debug, Default)]
pub(super) struct Chunks {
    /// The octets that the last BDAT announced and that have not been sent.
    pub left: u64,
    /// Whether the last BDAT said LAST.
    pub last: bool,
    /// The message in all chunks so far.
    pub message: Cursor,
    /// The chunk before ended within a line of this part.
    pub within: Option<Part>,
    /// A chunk was refused: only RSET helps.
    pub failed: bool,
}

impl Envelope {
    /// MAIL was accepted.
    pub fn begin(&mut self, args: &Args) {
        *self = Self::default();
        if let Args::Path { parameters, .. } = args {
            self.parameters = parameters.iter().map(|parameter| parameter.to_ascii_uppercase()).collect();
        }
    }

    /// Whether MAIL had this parameter, `SMTPUTF8` or `BODY=8BITMIME`.
    pub fn said(&self, parameter: &str) -> bool {
        self.parameters.iter().any(|one| one == parameter)
    }

    /// The size MAIL declared (RFC 1870 section 6).
    pub fn declared(&self) -> Option<u64> {
        self.parameters.iter().find_map(|parameter| parameter.strip_prefix("SIZE=")?.parse().ok())
    }

    /// Whether MAIL allowed octets beyond ASCII in the message.
    pub fn takes_eight_bit(&self) -> bool {
        ["BODY=8BITMIME", "BODY=BINARYMIME", "SMTPUTF8"].iter().any(|parameter| self.said(parameter))
    }
}
