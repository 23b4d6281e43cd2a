//! A post office's mail as bytes that outlive it: each change a record, and records a post office again. Where the bytes are
//! kept is the [`Keeper`]'s.
//!
//! First comes the line `mailspeak-practice-mail 1 SERIAL SCENARIO`, then a record for each change, lines ended by LF:
//!
//! | line | what follows |
//! |---|---|
//! | `delivered SERIAL NAME UID OCTETS ...`, the last three once for each copy | the octets of the copies, LF |
//! | `removed NAME UID ...` | |
//!
//! SERIAL is the last number the office had given out by then: those of a unique-id are not used again (RFC 1939 section 7).
//! SCENARIO is the name of the scenario; the standard one is not named, so its ledgers are those that were written when there
//! was no other. NAME is a mailbox of its first host; of another host it is `mailbox@host`.

use std::collections::BTreeSet;
use std::fmt;
use std::io::{self, Write};
use std::str::{Split, from_utf8};
use std::sync::Arc;

use crate::{
    RECIPIENTS,
    maildrop::{AccountId, MESSAGES, Message, PostOffice},
    room::Room,
    scenario::Scenario,
    standard,
};

/// How the first line begins: what it is, and the version of the form.
const BEGINNING: &str = "mailspeak-practice-mail 1 ";
/// The longest unique-id (RFC 1939 section 7).
const UID: usize = 70;
/// The longest name: a local part, the sign and a domain (RFC 5321 section 4.5.3.1).
const NAME: usize = 64 + 1 + 255;
/// The longest line: all messages of a maildrop are removed, behind `removed` and the name.
const LINE: usize = MESSAGES * (UID + 1) + NAME + 100;

/// Keeps the mail of a post office where it outlives the process.
pub trait Keeper: fmt::Debug + Send {
    /// Keeps a change before it is made. What is not kept is not done, and the client is told so.
    fn keep(&mut self, change: &Change<'_>) -> Result<(), NotKept>;
}

/// A change could not be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotKept;

/// A change that is about to be made to a post office.
#[derive(Debug)]
pub struct Change<'a> {
    pub(crate) office: &'a PostOffice,
    pub(crate) what: What<'a>,
}

/// What changes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum What<'a> {
    /// These messages come to the ends of these maildrops, all or none.
    Delivery(&'a [(AccountId, Message)]),
    /// Those of a maildrop go for which this says so by their place.
    Removal(AccountId, &'a [bool]),
}

impl Change<'_> {
    /// Writes the record of this change, to follow those before it.
    pub fn append_to(&self, out: &mut impl Write) -> io::Result<()> {
        match self.what {
            What::Delivery(messages) => self.delivery(messages.iter().map(|(to, message)| (*to, message)), out),
            What::Removal(from, deleted) => {
                write!(out, "removed {}", self.office.kept_name(from))?;
                let messages = self.office.maildrop(from).messages().iter().zip(deleted);
                for (message, _) in messages.filter(|(_, deleted)| **deleted) {
                    write!(out, " {}", message.uid)?;
                }
                out.write_all(b"\n")
            }
        }
    }

    /// Writes all mail as it is after this change, for a ledger that begins with it.
    pub fn begin(&self, out: &mut impl Write) -> io::Result<()> {
        let (serial, scenario) = (self.office.serial(), self.office.scenario().name.as_str());
        match scenario {
            standard::NAME => writeln!(out, "{BEGINNING}{serial}")?,
            other => writeln!(out, "{BEGINNING}{serial} {other}")?,
        }
        for (whose, message) in self.staying() {
            self.delivery(std::iter::once((whose, message)), out)?;
        }
        match self.what {
            What::Delivery(_) => self.append_to(out),
            What::Removal(..) => Ok(()),
        }
    }

    /// The octets of all mail after this change.
    pub fn octets(&self) -> u64 {
        let before: usize = self.office.everybody().map(|whose| self.office.maildrop(whose).octets()).sum();
        let octets = |message: &Message| message.bytes.len();
        let after = match self.what {
            What::Delivery(messages) => before + messages.iter().map(|(_, message)| octets(message)).sum::<usize>(),
            What::Removal(..) => self.staying().map(|(_, message)| octets(message)).sum(),
        };
        after as u64
    }

    /// The messages that were there before and are not removed.
    fn staying(&self) -> impl Iterator<Item = (AccountId, &Message)> {
        let removed = move |whose, place: usize| match self.what {
            What::Removal(from, deleted) => whose == from && deleted.get(place).copied().unwrap_or(false),
            What::Delivery(_) => false,
        };
        self.office.everybody().flat_map(move |whose| {
            let messages = self.office.maildrop(whose).messages().iter().enumerate();
            messages.filter(move |(place, _)| !removed(whose, *place)).map(move |(_, message)| (whose, message))
        })
    }

    fn delivery<'m>(
        &self,
        messages: impl Iterator<Item = (AccountId, &'m Message)> + Clone,
        out: &mut impl Write,
    ) -> io::Result<()> {
        write!(out, "delivered {}", self.office.serial())?;
        for (to, message) in messages.clone() {
            write!(out, " {} {} {}", self.office.kept_name(to), message.uid, message.bytes.len())?;
        }
        out.write_all(b"\n")?;
        for (_, message) in messages {
            out.write_all(&message.bytes)?;
        }
        out.write_all(b"\n")
    }
}

/// Reads a ledger of its scenario, in chunks of any size. It holds the mail that is there and one record at most.
pub struct Reader {
    /// What the records so far make. Its room has no end; its maildrops have.
    office: PostOffice,
    /// The unique-ids in it.
    uids: BTreeSet<(AccountId, String)>,
    /// The first line was read.
    begun: bool,
    /// What was fed of the line or the octets under way.
    pending: Vec<u8>,
    /// Whose octets are under way; none while a line is.
    delivery: Option<Delivery>,
    /// Octets that were fed.
    fed: u64,
    /// Octets of the whole records.
    whole: u64,
    /// Once there is some, nothing more is read.
    damage: Option<Damage>,
}

/// What the line of a delivery announces.
struct Delivery {
    serial: u64,
    /// Whose, its unique-id, its octets.
    copies: Vec<(AccountId, String, usize)>,
    /// Of all copies.
    octets: usize,
}

/// What makes a ledger unreadable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damage {
    /// Where the record begins that cannot be read, in octets from the beginning.
    pub at: u64,
    /// What is wrong with it.
    pub what: &'static str,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "damaged at octet {}: {}", self.at, self.what)
    }
}

/// Reads ledgers of the standard scenario.
impl Default for Reader {
    fn default() -> Self {
        Self::of(Scenario::standard())
    }
}

impl Reader {
    /// Reads ledgers of this scenario; one of another is damaged from its beginning.
    pub fn of(scenario: &Arc<Scenario>) -> Self {
        Self {
            office: PostOffice::without_mail(scenario, &Room::endless()),
            uids: BTreeSet::new(),
            begun: false,
            pending: Vec::new(),
            delivery: None,
            fed: 0,
            whole: 0,
            damage: None,
        }
    }

    /// Reads on; after damage no further.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<(), Damage> {
        let mut rest = bytes;
        while self.damage.is_none() && !rest.is_empty() {
            let next;
            (next, rest) = rest.split_at(self.wanted(rest));
            self.pending.extend_from_slice(next);
            self.fed += next.len() as u64;
            if let Err(what) = self.take() {
                self.damage = Some(Damage { at: self.whole, what });
            }
        }
        self.damage.map_or(Ok(()), Err)
    }

    /// The post office as the whole records make it, and how many octets they are. A last record without its end counts for
    /// nothing: nobody was told that it is kept. `None` when not even the first line is there.
    pub fn finish(self) -> Option<(PostOffice, u64)> {
        self.begun.then_some((self.office, self.whole))
    }

    /// How many of these bytes belong to what is under way.
    fn wanted(&self, bytes: &[u8]) -> usize {
        match &self.delivery {
            None => bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |end| end + 1),
            Some(delivery) => bytes.len().min(delivery.octets + 1 - self.pending.len()),
        }
    }

    /// Takes what is pending, if it is whole.
    fn take(&mut self) -> Result<(), &'static str> {
        match self.delivery.take() {
            None if self.pending.ends_with(b"\n") => {
                let line = std::mem::take(&mut self.pending);
                self.line(from_utf8(&line).map_err(|_| "not a record")?.trim_end_matches('\n'))
            }
            None if self.pending.len() > LINE => Err("a line without end"),
            Some(delivery) if self.pending.len() > delivery.octets => {
                let octets = std::mem::take(&mut self.pending);
                self.deliver(delivery, octets.strip_suffix(b"\n").ok_or("the octets do not end where they should")?)
            }
            under_way => {
                self.delivery = under_way;
                Ok(())
            }
        }
    }

    fn line(&mut self, line: &str) -> Result<(), &'static str> {
        if !self.begun {
            let rest = line.strip_prefix(BEGINNING).ok_or("not practice mail of this version")?;
            let (serial, scenario) = rest.split_once(' ').unwrap_or((rest, standard::NAME));
            self.office.resume(number(serial)?);
            if scenario != self.office.scenario().name {
                return Err("mail of another scenario");
            }
            self.begun = true;
        } else if let Some(words) = line.strip_prefix("delivered ") {
            self.delivery = Some(self.announced(words.split(' '))?);
            return Ok(());
        } else if let Some(words) = line.strip_prefix("removed ") {
            self.remove(words.split(' '))?;
        } else {
            return Err("not a record");
        }
        self.whole = self.fed;
        Ok(())
    }

    fn announced(&self, mut words: Split<'_, char>) -> Result<Delivery, &'static str> {
        let mut delivery =
            Delivery { serial: number(words.next().unwrap_or_default())?, copies: Vec::new(), octets: 0 };
        if delivery.serial < self.office.serial() {
            return Err("a number that was given out before");
        }
        while let Some(name) = words.next() {
            let (Some(uid), Some(octets)) = (words.next(), words.next()) else { return Err("a word is missing") };
            let octets = usize::try_from(number(octets)?).map_err(|_| "not a number")?;
            if !is_uid(uid, delivery.serial) {
                return Err("not a unique-id that was given out");
            }
            delivery.copies.push((self.account(name)?, uid.into(), octets));
            delivery.octets = delivery.octets.saturating_add(octets);
        }
        if !(1..=RECIPIENTS).contains(&delivery.copies.len()) {
            return Err("not a number of copies");
        }
        for whose in self.office.everybody() {
            let copies = delivery.copies.iter().filter(|(to, ..)| *to == whose);
            let (count, octets) =
                copies.fold((0, 0_usize), |(count, sum), (.., octets)| (count + 1, sum.saturating_add(*octets)));
            if !self.office.maildrop(whose).has_room(count, octets) {
                return Err("more mail than a maildrop takes");
            }
        }
        Ok(delivery)
    }

    fn deliver(&mut self, delivery: Delivery, octets: &[u8]) -> Result<(), &'static str> {
        let mut rest = octets;
        self.office.resume(delivery.serial);
        for (to, uid, length) in delivery.copies {
            if !self.uids.insert((to, uid.clone())) {
                return Err("a unique-id that is there already");
            }
            let (bytes, behind) = rest.split_at_checked(length).ok_or("octets are missing")?;
            rest = behind;
            let place = self.office.room().store(length).ok_or("no room")?;
            self.office.maildrop_mut(to).push(Message { uid, bytes: bytes.into(), place });
        }
        self.whole = self.fed;
        Ok(())
    }

    /// The unique-ids stand in the order of the messages.
    fn remove(&mut self, mut words: Split<'_, char>) -> Result<(), &'static str> {
        let whose = self.account(words.next().unwrap_or_default())?;
        let mut uids = words.peekable();
        let messages = self.office.maildrop(whose).messages();
        let deleted: Vec<_> = messages.iter().map(|message| uids.next_if_eq(&message.uid.as_str()).is_some()).collect();
        if uids.next().is_some() {
            return Err("no message of that unique-id");
        }
        for (message, _) in messages.iter().zip(&deleted).filter(|(_, deleted)| **deleted) {
            self.uids.remove(&(whose, message.uid.clone()));
        }
        self.office.maildrop_mut(whose).remove(&deleted);
        Ok(())
    }

    fn account(&self, name: &str) -> Result<AccountId, &'static str> {
        self.office.kept_account(name).ok_or("nobody of that name")
    }
}

/// Far from where counting begins anew.
fn number(word: &str) -> Result<u64, &'static str> {
    word.parse().ok().filter(|number| *number <= u64::MAX / 2).ok_or("not a number")
}

/// Whether a word is a unique-id (RFC 1939 section 7) of this office, whose number was given out by then: the next is another.
fn is_uid(word: &str, serial: u64) -> bool {
    let number = word.rsplit_once('.').and_then(|(_, number)| u64::from_str_radix(number, 16).ok());
    word.len() <= UID
        && word.bytes().all(|byte| (0x21..=0x7E).contains(&byte))
        && number.is_some_and(|number| number <= serial)
}
