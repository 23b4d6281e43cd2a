//! The exchanges of a record: a command, its reply, and what the reply brought, each under a number that is never used twice. They are
//! kept while lines come, so that nobody has to look back for them.

use mailproto::{
    Class, Word,
    session::{Role, WireLine},
    token::Side,
};

use crate::net::Micros;

/// A line that wants a reply, and the reply. Places are indices of the transcript.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// Its number in the record, from 1, as on each of its lines.
    pub id: u32,
    /// The line that began it: a command, an answer to a challenge, the end of a message. There is none when the server took a line for
    /// the end of a message that was sent before anybody could know that it was one.
    pub asked: Option<usize>,
    /// When that line was sent.
    pub asked_at: Option<Micros>,
    /// The command, as far as it is known: a line sent before the server decided what it is has none until the reply.
    pub word: Option<Word>,
    /// The first line of the reply.
    pub reply: Option<usize>,
    /// When that line came.
    pub answered_at: Option<Micros>,
    /// How many lines came behind the first.
    pub more: usize,
    /// The last line of it so far.
    pub last: usize,
    /// What the reply says, once its status is whole.
    pub outcome: Option<Class>,
}

impl Exchange {
    /// How long the first line of the reply took.
    pub fn took(&self) -> Option<Micros> {
        Some(Micros(self.answered_at?.0.saturating_sub(self.asked_at?.0)))
    }
}

/// All exchanges of a record, by number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exchanges {
    list: Vec<Exchange>,
}

impl Exchanges {
    /// Takes a line that stands at `index` of the transcript.
    pub(crate) fn take(&mut self, index: usize, at: Micros, wire: &WireLine) {
        let Some(id) = wire.exchange else { return };
        let exchange = self.entry(id, index);
        exchange.last = index;
        match wire.side {
            Side::Client => {
                (exchange.asked, exchange.asked_at) = (Some(index), Some(at));
                exchange.word = word(wire.role);
            }
            Side::Server => {
                if exchange.reply.is_some() {
                    exchange.more += 1;
                } else {
                    (exchange.reply, exchange.answered_at) = (Some(index), Some(at));
                }
                if let Role::Reply { to, class, last: true, .. } = wire.role {
                    exchange.word = to.or(exchange.word);
                    exchange.outcome = class;
                }
            }
        }
    }

    /// The exchange of this number, made when it is not there. Numbers nearly always ascend.
    fn entry(&mut self, id: u32, index: usize) -> &mut Exchange {
        let at = match self.list.last() {
            Some(last) if last.id >= id => self.list.binary_search_by_key(&id, |exchange| exchange.id),
            Some(_) | None => Err(self.list.len()),
        };
        let at = at.unwrap_or_else(|at| {
            let new = Exchange {
                id,
                asked: None,
                asked_at: None,
                word: None,
                reply: None,
                answered_at: None,
                more: 0,
                last: index,
                outcome: None,
            };
            self.list.insert(at, new);
            at
        });
        &mut self.list[at]
    }

    /// The exchange of this number.
    pub fn get(&self, id: u32) -> Option<&Exchange> {
        let at = self.list.binary_search_by_key(&id, |exchange| exchange.id).ok()?;
        self.list.get(at)
    }

    /// All, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Exchange> {
        self.list.iter()
    }
}

/// The command that a client's line is or belongs to.
fn word(role: Role) -> Option<Word> {
    match role {
        Role::Command(word) => word,
        Role::SaslAnswer => Some(Word::Auth),
        Role::MessageEnd => Some(Word::Data),
        // Of the line in which a chunk ends and a command begins, only the server says what it took it for (RFC 3030 section 2).
        Role::Message(_) => None,
        Role::Greeting
        | Role::Reply { .. }
        | Role::Listing(_)
        | Role::Payload(_)
        | Role::PayloadEnd
        | Role::Reversed(_)
        | Role::Unexpected => None,
    }
}
