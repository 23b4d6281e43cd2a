//! Accounts, maildrops, messages and the exclusive lock. Who may do what, and in which words it is refused, is the servers'.

use std::{fmt, sync::Arc};

use mailproto::{Span, secret::Verbatim};

use crate::clock::Timestamp;
use crate::ledger::{Change, Keeper, NotKept, What};
use crate::room::{Place, Room};

/// The one domain whose mail is delivered here.
pub const DOMAIN: &str = "example.test";
/// This server's name.
pub const HOST: &str = "mail.example.test";
/// The most messages a maildrop takes: a few thousand are what a mail reader must cope with; a LIST of 10,000 is still quick.
pub const MESSAGES: usize = 10_000;
/// The most octets a maildrop takes: six messages of the largest size, and little enough for a server in a web page.
pub const OCTETS: usize = 64 * 1024 * 1024;

/// The world behind the servers: accounts, maildrops, locks. One a process, or one a page.
#[derive(Debug)]
pub struct PostOffice {
    /// Everybody who has a maildrop here. Never shrinks: an [`AccountId`] stays good.
    accounts: Vec<Account>,
    /// Room for the mail, which other offices may share.
    room: Room,
    /// How many messages came in since the office opened: makes queue ids and unique-ids unique.
    serial: u64,
    /// Keeps each change before it is made; nobody does in an office that ends with its process.
    keeper: Option<Box<dyn Keeper>>,
}

/// Which account: its place in the office.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct AccountId(usize);

/// A person and their maildrop.
struct Account {
    /// The mailbox: what stands before `@example.test`.
    name: &'static str,
    /// As VRFY and EXPN tell it.
    full_name: &'static str,
    /// Other mailboxes delivered to this maildrop.
    aliases: &'static [&'static str],
    /// Shown by nothing: its Debug is redacted.
    password: Verbatim,
    /// The mail.
    maildrop: Maildrop,
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
    pub(crate) fn new(room: &Room) -> Self {
        Self { accounts: Vec::new(), room: room.clone(), serial: 0, keeper: None }
    }

    /// From now on no change is made that this keeper has not kept.
    pub fn kept_by(&mut self, keeper: Box<dyn Keeper>) {
        self.keeper = Some(keeper);
    }

    /// Moves all mail to another room, which offices may share. False when it does not fit: then it stays where it is.
    pub fn move_to(&mut self, room: &Room) -> bool {
        let messages = || self.accounts.iter().flat_map(|account| &account.maildrop.messages);
        let places = messages().map(|message| room.store(message.bytes.len())).collect::<Option<Vec<_>>>();
        let Some(places) = places else { return false };
        let messages = self.accounts.iter_mut().flat_map(|account| &mut account.maildrop.messages);
        messages.zip(places).for_each(|(message, place)| message.place = place);
        self.room = room.clone();
        true
    }

    /// Room for the mail.
    pub(crate) fn room(&self) -> &Room {
        &self.room
    }

    /// Gives somebody an account with an empty maildrop.
    pub(crate) fn add(
        &mut self,
        name: &'static str,
        full_name: &'static str,
        aliases: &'static [&'static str],
        password: &str,
    ) -> AccountId {
        let hidden = vec![Span::new(0, password.len())];
        let password = Verbatim::new(password.as_bytes().to_vec(), hidden);
        self.accounts.push(Account { name, full_name, aliases, password, maildrop: Maildrop::default() });
        AccountId(self.accounts.len() - 1)
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

    /// The account that logs in as `login`: `ada` or `ada@example.test`, in any case.
    pub(crate) fn login(&self, login: &str) -> Option<AccountId> {
        let name = local_name(login)?;
        self.accounts.iter().position(|account| account.name.eq_ignore_ascii_case(name)).map(AccountId)
    }

    /// The account whose maildrop takes the mail for `mailbox`, which is a name without domain; aliases too.
    pub(crate) fn recipient(&self, mailbox: &str) -> Option<AccountId> {
        let takes = |account: &Account| {
            account.name.eq_ignore_ascii_case(mailbox)
                || account.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(mailbox))
        };
        self.accounts.iter().position(takes).map(AccountId)
    }

    /// Everybody, in the order they came.
    pub(crate) fn everybody(&self) -> impl Iterator<Item = AccountId> {
        (0..self.accounts.len()).map(AccountId)
    }

    /// The secret an account shares with this server, if `login` has one.
    pub(crate) fn secret(&self, login: &str) -> Option<(AccountId, &[u8])> {
        let id = self.login(login)?;
        Some((id, self.accounts[id.0].password.expose()))
    }

    /// The account of `login` when `password` is theirs.
    pub(crate) fn check(&self, login: &str, password: &[u8]) -> Option<AccountId> {
        self.secret(login).filter(|(_, secret)| *secret == password).map(|(id, _)| id)
    }

    /// An account's mailbox name.
    pub(crate) fn name(&self, id: AccountId) -> &'static str {
        self.accounts[id.0].name
    }

    /// An account's address.
    pub(crate) fn address(&self, id: AccountId) -> String {
        format!("{}@{DOMAIN}", self.name(id))
    }

    /// `Ada Lovelace <ada@example.test>`, as VRFY and EXPN tell it (RFC 5321 section 3.5.2).
    pub(crate) fn introduction(&self, id: AccountId) -> String {
        format!("{} <{}>", self.accounts[id.0].full_name, self.address(id))
    }

    /// An account's maildrop.
    pub(crate) fn maildrop(&self, id: AccountId) -> &Maildrop {
        &self.accounts[id.0].maildrop
    }

    /// The same, to change it.
    pub(crate) fn maildrop_mut(&mut self, id: AccountId) -> &mut Maildrop {
        &mut self.accounts[id.0].maildrop
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

/// The mailbox of `ada` or `ada@example.test`; nothing for an address elsewhere.
pub(crate) fn local_name(address: &str) -> Option<&str> {
    match address.rsplit_once('@') {
        None => Some(address),
        Some((name, domain)) => domain.eq_ignore_ascii_case(DOMAIN).then_some(name),
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, full_name, aliases, password, maildrop } = self;
        f.debug_struct("Account")
            .field("name", name)
            .field("full_name", full_name)
            .field("aliases", aliases)
            .field("password", password)
            .field("maildrop", maildrop)
            .finish()
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

    fn office() -> (PostOffice, AccountId) {
        let mut office = PostOffice::new(&Room::endless());
        let ada = office.add("ada", "Ada Lovelace", &["countess"], "canary-7");
        (office, ada)
    }

    #[test]
    fn logins_and_mailboxes() {
        let (office, ada) = office();
        for login in ["ada", "ADA", "ada@example.test", "Ada@Example.Test"] {
            assert_eq!(office.check(login, b"canary-7"), Some(ada), "{login}");
            assert_eq!(office.check(login, b"Canary-7"), None, "{login}");
        }
        for login in ["", "ad", "ada@example.com", "countess", "@example.test", "ada@"] {
            assert_eq!(office.check(login, b"canary-7"), None, "{login}");
        }
        assert_eq!(office.recipient("countess"), Some(ada));
        assert_eq!(office.recipient("babbage"), None);
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
