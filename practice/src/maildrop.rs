//! Maildrops, messages and the exclusive lock, for everybody of a scenario. Who may do what, and in which words it is refused,
//! is the servers'.

use std::{borrow::Cow, fmt, sync::Arc};

use crate::clock::Timestamp;
use crate::ledger::{Change, Keeper, NotKept, What};
use crate::room::{Place, Room};
use crate::scenario::{Host, HostId, Person, Scenario};

/// The most messages a maildrop takes: a few thousand are what a mail reader must cope with; a LIST of 10,000 is still quick.
pub const MESSAGES: usize = 10_000;
/// The most octets a maildrop takes: six messages of the largest size, and little enough for a server in a web page.
pub const OCTETS: usize = 64 * 1024 * 1024;

/// The world behind the servers: the hosts of a scenario, maildrops, locks. One a process, one a page, or one a visitor.
#[derive(Debug)]
pub struct PostOffice {
    /// Its hosts and people, which post offices share.
    scenario: Arc<Scenario>,
    /// By host, and by person there: one for each. Never shrinks: an [`AccountId`] stays good.
    maildrops: Vec<Vec<Maildrop>>,
    /// Room for the mail, which other offices may share.
    room: Room,
    /// How many messages came in since the office opened: makes queue ids and unique-ids unique.
    serial: u64,
    /// Keeps each change before it is made; nobody does in an office that ends with its process.
    keeper: Option<Box<dyn Keeper>>,
}

/// Which account: its host, and the person's place there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct AccountId {
    host: HostId,
    person: usize,
}

/// A post office as one of its hosts knows it: who logs in there, and whose mail it takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Here<'a> {
    office: &'a PostOffice,
    id: HostId,
    /// Its name and domains.
    pub host: &'a Host,
}

/// The messages of one account.
#[derive(Default)]
pub(crate) struct Maildrop {
    /// In the order they came. Only UPDATE removes, only delivery adds, and it adds at the end.
    messages: Vec<Message>,
    /// The sum of their sizes.
    octets: usize,
    /// A POP3 session has it open (RFC 1939 section 4). Only that session's QUIT or end clears it.
    locked: bool,
}

/// A message as it is stored: lines ended by CRLF, dots not doubled.
pub(crate) struct Message {
    /// UIDL's unique-id: one to 70 characters from 0x21 to 0x7E (RFC 1939 section 7).
    pub uid: String,
    /// Header, empty line, body.
    pub bytes: Arc<[u8]>,
    /// What it takes of the room, for as long as it is kept.
    pub place: Place,
}

/// Why a maildrop cannot be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct InUse;

impl PostOffice {
    /// Everybody of the scenario, with empty maildrops.
    pub(crate) fn without_mail(scenario: &Arc<Scenario>, room: &Room) -> Self {
        let empty = |host: &Host| host.people.iter().map(|_| Maildrop::default()).collect();
        let maildrops = scenario.hosts().map(empty).collect();
        Self { scenario: scenario.clone(), maildrops, room: room.clone(), serial: 0, keeper: None }
    }

    /// Its hosts and people.
    pub fn scenario(&self) -> &Arc<Scenario> {
        &self.scenario
    }

    /// The host of this name, which is in lower case.
    pub fn host_named(&self, name: &str) -> Option<HostId> {
        self.scenario.hosts().position(|host| host.name == name).map(HostId)
    }

    /// What one of its hosts knows.
    pub(crate) fn at(&self, id: HostId) -> Here<'_> {
        Here { office: self, id, host: self.scenario.host(id) }
    }

    /// From now on no change is made that this keeper has not kept.
    pub fn kept_by(&mut self, keeper: Box<dyn Keeper>) {
        self.keeper = Some(keeper);
    }

    /// Moves all mail to another room, which offices may share. False when it does not fit: then it stays where it is.
    pub fn move_to(&mut self, room: &Room) -> bool {
        let messages = || self.maildrops.iter().flatten().flat_map(|maildrop| &maildrop.messages);
        let places = messages().map(|message| room.store(message.bytes.len())).collect::<Option<Vec<_>>>();
        let Some(places) = places else { return false };
        let messages = self.maildrops.iter_mut().flatten().flat_map(|maildrop| &mut maildrop.messages);
        messages.zip(places).for_each(|(message, place)| message.place = place);
        self.room = room.clone();
        true
    }

    /// Room for the mail.
    pub(crate) fn room(&self) -> &Room {
        &self.room
    }

    /// The messages in the maildrop of `login`, oldest first: what a lab looks at when it asks what was achieved.
    /// Empty when there is nobody of that name.
    pub fn messages(&self, login: &str) -> Vec<&[u8]> {
        let Some(id) = self.login(login) else { return Vec::new() };
        self.maildrop(id).messages().iter().map(|message| &*message.bytes).collect()
    }

    /// Whether a POP3 session has the maildrop of `login` open.
    pub fn is_locked(&self, login: &str) -> bool {
        self.login(login).is_some_and(|id| self.maildrop(id).locked)
    }

    /// The account that logs in as `login` at the first host that knows it.
    fn login(&self, login: &str) -> Option<AccountId> {
        self.hosts().find_map(|host| self.at(host).login(login))
    }

    /// All hosts, in the order of the scenario.
    fn hosts(&self) -> impl Iterator<Item = HostId> {
        (0..self.maildrops.len()).map(HostId)
    }

    /// Everybody, by host, in the order of the scenario.
    pub(crate) fn everybody(&self) -> impl Iterator<Item = AccountId> {
        self.hosts().flat_map(|host| self.at(host).everybody())
    }

    fn person(&self, id: AccountId) -> &Person {
        &self.scenario.host(id.host).people[id.person]
    }

    /// An account's mailbox name.
    pub(crate) fn name(&self, id: AccountId) -> &str {
        &self.person(id).name
    }

    /// An account's name in a ledger: the mailbox; at another than the first host with that host's name.
    pub(crate) fn kept_name(&self, id: AccountId) -> Cow<'_, str> {
        match id.host == HostId::default() {
            true => self.name(id).into(),
            false => format!("{}@{}", self.name(id), self.scenario.host(id.host).name).into(),
        }
    }

    /// The account of a name in a ledger.
    pub(crate) fn kept_account(&self, name: &str) -> Option<AccountId> {
        let (name, host) = match name.rsplit_once('@') {
            None => (name, HostId::default()),
            Some((name, host)) => (name, self.host_named(host)?),
        };
        let person = self.scenario.host(host).people.iter().position(|person| person.name == name)?;
        Some(AccountId { host, person })
    }

    /// An account's address.
    pub(crate) fn address(&self, id: AccountId) -> String {
        format!("{}@{}", self.name(id), self.scenario.host(id.host).domain())
    }

    /// `Ada Lovelace <ada@example.test>`, as VRFY and EXPN tell it (RFC 5321 section 3.5.2).
    pub(crate) fn introduction(&self, id: AccountId) -> String {
        format!("{} <{}>", self.person(id).full_name, self.address(id))
    }

    /// An account's maildrop.
    pub(crate) fn maildrop(&self, id: AccountId) -> &Maildrop {
        &self.maildrops[id.host.0][id.person]
    }

    /// The same, to change it.
    pub(crate) fn maildrop_mut(&mut self, id: AccountId) -> &mut Maildrop {
        &mut self.maildrops[id.host.0][id.person]
    }

    /// Puts messages at the ends of maildrops, all or none, also while those are locked: the session that holds one does not
    /// see what came.
    pub(crate) fn deliver(
        &mut self,
        letters: impl IntoIterator<Item = (AccountId, Vec<u8>, Place)>,
        now: Timestamp,
    ) -> Result<(), NotKept> {
        let mut stored = |(to, bytes, place): (_, Vec<u8>, _)| {
            let uid = format!("{:08x}.{:04x}", now.0, self.next_serial());
            (to, Message { uid, bytes: bytes.into(), place })
        };
        let messages: Vec<_> = letters.into_iter().map(&mut stored).collect();
        self.keep(What::Delivery(&messages))?;
        for (to, message) in messages {
            self.maildrop_mut(to).push(message);
        }
        Ok(())
    }

    /// Removes the messages of a maildrop for which `deleted` says so by their place, all or none: the UPDATE state (RFC 1939
    /// section 6).
    pub(crate) fn remove(&mut self, from: AccountId, deleted: &[bool]) -> Result<(), NotKept> {
        if deleted.contains(&true) {
            self.keep(What::Removal(from, deleted))?;
            self.maildrop_mut(from).remove(deleted);
        }
        Ok(())
    }

    /// Has a change kept, if somebody keeps them.
    fn keep(&mut self, what: What<'_>) -> Result<(), NotKept> {
        let Some(mut keeper) = self.keeper.take() else { return Ok(()) };
        let kept = keeper.keep(&Change { office: self, what });
        self.keeper = Some(keeper);
        kept
    }

    /// The last number this office gave out.
    pub(crate) fn serial(&self) -> u64 {
        self.serial
    }

    /// Goes on behind a number that was given out before.
    pub(crate) fn resume(&mut self, serial: u64) {
        self.serial = serial;
    }

    /// A number this office has not given out before.
    pub(crate) fn next_serial(&mut self) -> u64 {
        self.serial = self.serial.wrapping_add(1);
        self.serial
    }
}

impl<'a> Here<'a> {
    fn find(self, is: impl Fn(&Person) -> bool) -> Option<AccountId> {
        let person = self.host.people.iter().position(is)?;
        Some(AccountId { host: self.id, person })
    }

    /// The account that logs in as `login`: `ada` or `ada@example.test`, in any case.
    pub fn login(self, login: &str) -> Option<AccountId> {
        let name = self.host.mailbox(login)?;
        self.find(|person| person.name.eq_ignore_ascii_case(name))
    }

    /// The account whose maildrop takes the mail for `mailbox`, which is a name without domain; aliases too.
    pub fn recipient(self, mailbox: &str) -> Option<AccountId> {
        self.find(|person| person.receives(mailbox))
    }

    /// Everybody of this host, in the order of the scenario.
    pub fn everybody(self) -> impl Iterator<Item = AccountId> {
        (0..self.host.people.len()).map(move |person| AccountId { host: self.id, person })
    }

    /// The secret an account shares with this server, if `login` has one.
    pub fn secret(self, login: &str) -> Option<(AccountId, &'a [u8])> {
        let id = self.login(login)?;
        Some((id, self.office.person(id).secret()))
    }

    /// The account of `login` when `password` is theirs.
    pub fn check(self, login: &str, password: &[u8]) -> Option<AccountId> {
        self.secret(login).filter(|(_, secret)| *secret == password).map(|(id, _)| id)
    }
}

impl Maildrop {
    /// Its messages, oldest first.
    pub fn messages(&self) -> &[Message] {
        &self.messages
    }

    /// The sum of their sizes.
    pub fn octets(&self) -> usize {
        self.octets
    }

    /// Whether so many more messages, of so many octets together, still fit.
    pub fn has_room(&self, messages: usize, octets: usize) -> bool {
        self.messages.len() + messages <= MESSAGES && self.octets.saturating_add(octets) <= OCTETS
    }

    /// Takes the exclusive lock (RFC 1939 section 4).
    pub fn lock(&mut self) -> Result<(), InUse> {
        if self.locked {
            return Err(InUse);
        }
        self.locked = true;
        Ok(())
    }

    /// Gives the lock back.
    pub fn unlock(&mut self) {
        self.locked = false;
    }

    /// Removes the messages for which `deleted` says so by their place.
    pub fn remove(&mut self, deleted: &[bool]) {
        let mut place = 0;
        self.messages.retain(|_| {
            let keep = !deleted.get(place).copied().unwrap_or(false);
            place += 1;
            keep
        });
        self.octets = self.messages.iter().map(|message| message.bytes.len()).sum();
    }

    /// Adds a message at the end.
    pub fn push(&mut self, message: Message) {
        self.octets += message.bytes.len();
        self.messages.push(message);
    }
}

/// Without the mail, which is private and long.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {} octets", self.uid, self.bytes.len())
    }
}

/// Counts only.
impl fmt::Debug for Maildrop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (messages, octets) = (self.messages.len(), self.octets);
        write!(f, "{messages} messages, {octets} octets, {}", if self.locked { "locked" } else { "free" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zone::Zone;

    fn office() -> (PostOffice, AccountId) {
        let person = |name: &str, alias: &str| Person::new(name, "Ada Lovelace", "canary-7").with_alias(alias);
        let host = |name: &str, domains: &[&str], people| Host {
            name: name.into(),
            domains: domains.iter().map(|domain| (*domain).into()).collect(),
            people,
        };
        let scenario = Scenario {
            name: "two".into(),
            host: host("mail.example.test", &["example.test"], vec![person("ada", "countess")]),
            others: vec![host("mx.other.test", &["other.test", "third.test"], vec![person("emmy", "ideal")])],
            zone: Zone::default(),
        };
        let office = PostOffice::without_mail(&Arc::new(scenario), &Room::endless());
        let ada = office.login("ada").unwrap();
        (office, ada)
    }

    #[test]
    fn logins_and_mailboxes() {
        let (office, ada) = office();
        let here = office.at(HostId::default());
        for login in ["ada", "ADA", "ada@example.test", "Ada@Example.Test"] {
            assert_eq!(here.check(login, b"canary-7"), Some(ada), "{login}");
            assert_eq!(here.check(login, b"Canary-7"), None, "{login}");
        }
        for login in ["", "ad", "ada@example.com", "countess", "@example.test", "ada@", "ada@other.test", "emmy"] {
            assert_eq!(here.check(login, b"canary-7"), None, "{login}");
        }
        assert_eq!(here.recipient("countess"), Some(ada));
        assert_eq!(here.recipient("babbage"), None);
        assert_eq!(here.recipient("emmy"), None);
    }

    #[test]
    fn each_host_has_people_of_its_own() {
        let (office, ada) = office();
        let other = office.host_named("mx.other.test").unwrap();
        assert_eq!(office.host_named("other.test"), None);
        let there = office.at(other);
        let emmy = there.recipient("ideal").unwrap();
        for login in ["emmy", "emmy@other.test", "EMMY@third.test"] {
            assert_eq!(there.login(login), Some(emmy), "{login}");
        }
        assert_eq!(there.login("ada"), None);
        assert_eq!(there.everybody().collect::<Vec<_>>(), [emmy]);
        assert_eq!(office.everybody().collect::<Vec<_>>(), [ada, emmy]);
        assert_eq!(office.introduction(emmy), "Ada Lovelace <emmy@other.test>");
        for (account, name) in [(ada, "ada"), (emmy, "emmy@mx.other.test")] {
            assert_eq!(office.kept_name(account), name);
            assert_eq!(office.kept_account(name), Some(account));
        }
        for name in ["emmy", "ADA", "ada@mx.other.test", "emmy@other.test", "countess", ""] {
            assert_eq!(office.kept_account(name), None, "{name}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        assert!(!format!("{:?}", office().0).contains("canary"));
    }

    #[test]
    fn the_lock_is_exclusive() {
        let (mut office, ada) = office();
        assert_eq!(office.maildrop_mut(ada).lock(), Ok(()));
        assert_eq!(office.maildrop_mut(ada).lock(), Err(InUse));
        assert!(office.is_locked("ada"));
        office.maildrop_mut(ada).unlock();
        assert_eq!(office.maildrop_mut(ada).lock(), Ok(()));
    }

    #[test]
    fn removal_leaves_what_came_later() {
        let (mut office, ada) = office();
        for text in ["one\r\n", "two\r\n", "three\r\n"] {
            let place = office.room().store(text.len()).unwrap();
            office.deliver([(ada, text.into(), place)], Timestamp(0)).unwrap();
        }
        office.remove(ada, &[true, false]).unwrap();
        assert_eq!(office.messages("ada"), [b"two\r\n".as_slice(), b"three\r\n"]);
        assert_eq!(office.maildrop(ada).octets, 12);
    }

    #[test]
    fn a_maildrop_has_an_end() {
        let (mut office, ada) = office();
        assert!(office.maildrop(ada).has_room(1, OCTETS));
        assert!(!office.maildrop(ada).has_room(1, OCTETS + 1));
        for _ in 0..MESSAGES {
            let place = office.room().store(0).unwrap();
            office.deliver([(ada, Vec::new(), place)], Timestamp(0)).unwrap();
        }
        assert!(!office.maildrop(ada).has_room(1, 0));
    }
}
