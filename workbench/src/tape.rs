//! The tape: what happened in a conversation, fact by fact, each with its time; nothing is ever changed or taken out. What is made of
//! it is `conversation`'s business.

use std::{fmt, rc::Rc};

use mailproto::{line::Ending, octets::Octets, token::Side};
use serde::{Deserialize, Serialize};

use crate::{
    guide::Example,
    net::{Cause, Micros, TlsFacts, TlsFailure},
    target::{Target, Via},
};

/// Something that happened to a conversation.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// An example of the start page was begun, or left: its steps are followed from here.
    Guided(Option<Example>),
    /// A connection was asked for.
    Asked(Target),
    /// It became known who carries the connection that was asked for.
    Carried(Via),
    /// TCP is up; under implicit TLS the handshake comes next.
    Up {
        /// The address dialled; empty inside the page.
        address: String,
    },
    /// A line left, as the learner or a program of the page said it.
    Sent {
        /// Its octets without the ending.
        #[serde(with = "crate::octets")]
        line: Vec<u8>,
        /// Its ending.
        ending: Ending,
    },
    /// The mail server's octets, as one read gave them. The lines of the record are parts of them.
    Heard(#[serde(with = "crate::octets")] Octets),
    /// Octets crossed below TLS.
    Crossed {
        /// Who sent them.
        side: Side,
        /// The octets.
        #[serde(with = "crate::octets")]
        octets: Octets,
    },
    /// TLS is on.
    TlsUp(Rc<TlsFacts>),
    /// TLS failed.
    TlsFailed {
        /// Why it failed.
        failure: TlsFailure,
        /// What is known all the same.
        facts: Rc<TlsFacts>,
    },
    /// The secrets of a practice session, a line each (RFC 9850).
    Keys(Vec<String>),
    /// Plain bytes came after the go-ahead, and the upgrade was stopped (RFC 3207 section 6).
    Injected {
        /// How many.
        bytes: u64,
    },
    /// The proxy ends an idle session soon.
    IdleWarning {
        /// Seconds left.
        seconds: u32,
    },
    /// The proxy stops soon.
    Stopping {
        /// Seconds left.
        seconds: u32,
    },
    /// The connection is over.
    Ended {
        /// Who ended it, or why it never began.
        cause: Cause,
        /// Lines that waited for the end of a TLS handshake and were never sent.
        unsent: usize,
    },
}

/// What octets hold is the learner's: their number is told.
impl fmt::Debug for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Guided(example) => f.debug_tuple("Guided").field(example).finish(),
            Self::Asked(target) => f.debug_tuple("Asked").field(target).finish(),
            Self::Carried(via) => f.debug_tuple("Carried").field(via).finish(),
            Self::Up { address } => f.debug_struct("Up").field("address", address).finish(),
            Self::Sent { line, ending } => write!(f, "Sent({} octets, {ending:?})", line.len()),
            Self::Heard(octets) => write!(f, "Heard({} octets)", octets.len()),
            Self::Crossed { side, octets } => write!(f, "Crossed({side:?}, {} octets)", octets.len()),
            Self::TlsUp(facts) => f.debug_tuple("TlsUp").field(facts).finish(),
            Self::TlsFailed { failure, .. } => f.debug_tuple("TlsFailed").field(failure).finish(),
            Self::Keys(lines) => write!(f, "Keys({} lines)", lines.len()),
            Self::Injected { bytes } => write!(f, "Injected({bytes})"),
            Self::IdleWarning { seconds } => write!(f, "IdleWarning({seconds})"),
            Self::Stopping { seconds } => write!(f, "Stopping({seconds})"),
            Self::Ended { cause, unsent } => write!(f, "Ended({cause:?}, {unsent} unsent)"),
        }
    }
}

/// A fact and its time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamped {
    /// When, since the tape began.
    pub at: Micros,
    /// What happened.
    pub fact: Fact,
}

/// What happened in a conversation, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tape {
    facts: Vec<Stamped>,
}

impl Tape {
    /// Adds a fact. Time never goes back: an earlier stamp becomes that of the fact before.
    pub fn push(&mut self, at: Micros, fact: Fact) -> &Stamped {
        let at = self.facts.last().map_or(at, |last| at.max(last.at));
        let index = self.facts.len();
        self.facts.push(Stamped { at, fact });
        &self.facts[index]
    }

    /// All facts, oldest first.
    pub fn facts(&self) -> &[Stamped] {
        &self.facts
    }

    /// What the first connection was asked for; `None` when the tape asks for none.
    pub fn target(&self) -> Option<&Target> {
        self.facts.iter().find_map(|stamped| if let Fact::Asked(target) = &stamped.fact { Some(target) } else { None })
    }

    /// How many facts.
    pub fn len(&self) -> usize {
        self.facts.len()
    }

    /// Whether nothing has happened.
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;
    use mailproto::Protocol;

    /// Whether octets lie in those of a fact.
    fn is_kept(tape: &Tape, octets: &[u8]) -> bool {
        let octets = octets.as_ptr_range();
        tape.facts().iter().any(|stamped| {
            let (Fact::Heard(kept) | Fact::Crossed { octets: kept, .. }) = &stamped.fact else {
                return false;
            };
            let kept = kept.as_ptr_range();
            kept.start <= octets.start && octets.end <= kept.end
        })
    }

    #[test]
    fn what_was_received_is_kept_once() {
        let read = "+OK\r\nFrom: ada@example.test\r\n\r\nHello\r\n.";
        let mut tape =
            testing::tape(Protocol::Pop3, &["+OK ready", "> USER ada", "+OK", "> PASS x", "+OK", "> RETR 1", read]);
        let octets = b"\x16\x03\x01".to_vec().into();
        tape.push(Micros(1), Fact::Crossed { side: Side::Server, octets });
        let conversation = testing::of(&tape);
        let lines = (0..conversation.transcript().len()).filter_map(|index| conversation.transcript().line(index));
        let heard: Vec<_> = lines.filter(|line| line.wire.side == Side::Server).collect();
        assert_eq!(heard.len(), 8);
        for line in heard {
            assert!(is_kept(&tape, line.wire.text.expose()), "{:?}", line.wire.text);
        }
        let pieces = conversation.network().pieces();
        assert!(!pieces.is_empty() && pieces.iter().all(|piece| is_kept(&tape, &piece.octets)));
    }
}
