//! The look-up of who takes mail for a domain: `POST /mx`. What follows from the records is not here.

use serde::{Deserialize, Serialize};

use crate::Cause;

/// The longest body of `POST /mx`, in bytes: the longest name of the DNS four times over, for escapes.
pub const MAX_MX_QUESTION: usize = 1024;

/// What the page asks: the body of `POST /mx`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MxQuestion {
    /// The part of a mail address behind the `@`, as the learner wrote it.
    pub domain: String,
}

/// What the proxy answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MxReply {
    /// What the DNS says.
    Told(Mx),
    /// Nobody was asked.
    Refused {
        /// Why: one of those a dial may have, too.
        cause: Cause,
    },
}

/// What the DNS says about a domain (RFC 5321 section 5.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mx {
    /// The name that was asked for: lower case, A-labels, no root dot.
    pub domain: String,
    /// Whether it belongs to the practice zone: no name server was asked.
    #[serde(default)]
    pub practice: bool,
    /// The name it is an alias for (CNAME), whose records count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// What came of the question for MX records.
    pub found: Found,
    /// A host for each record, the lowest preference first; the name itself where there are none.
    pub hosts: Vec<MxHost>,
    /// How many more records there are than are told.
    #[serde(default)]
    pub left_out: u32,
}

/// A host that may take the mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MxHost {
    /// Lower comes first; 0 where no record says so.
    pub preference: u16,
    /// Its name as the record has it, `.` for none at all (RFC 7505 section 3).
    pub name: String,
    /// The name it is an alias for, which it must not be (RFC 2181 section 10.3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// What came of the questions for its addresses.
    pub found: Found,
    /// Its addresses as far as they are public, in the order of the answer.
    pub addresses: Vec<String>,
    /// Why this proxy would not connect to its port 25; left out when it would.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<Cause>,
}

impl MxHost {
    /// The empty name: nobody takes the mail (RFC 7505 section 3).
    pub fn is_null(&self) -> bool {
        self.name == "."
    }
}

/// What came of a question to the DNS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// Records.
    Records,
    /// The name exists and has no such record.
    NoRecords,
    /// There is no such name (NXDOMAIN).
    NoSuchName,
    /// The name server failed (SERVFAIL).
    Failed,
    /// The name server refuses to answer (REFUSED), or says so in another way.
    Denied,
    /// No name server answered in time.
    NoAnswer,
    /// Nobody asked: the name is `.`, an address or none that a host can have.
    NotAsked,
}
