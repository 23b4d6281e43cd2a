//! What a post office is made of, as data: hosts, the people who have mailboxes there, the letters they find, and what the DNS
//! says. What happens in it is `maildrop`'s; the one that everybody begins with is in `standard`.

use std::borrow::Cow;
use std::fmt;

use mailproto::{Span, secret::Verbatim};

use crate::zone::Zone;

/// A world to practise in, before anybody did anything there. Post offices share it: only their mail is their own.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// By which a ledger says whose mail it holds: letters, digits and hyphens.
    pub name: String,
    /// The host of clients that name none.
    pub host: Host,
    /// More hosts.
    pub others: Vec<Host>,
    /// What the DNS says of their names.
    pub zone: Zone,
}

/// A mail server: its name, and whose mail it keeps.
#[derive(Clone, Debug)]
pub struct Host {
    /// As it greets: a domain name (RFC 5321 section 2.3.5).
    pub name: String,
    /// The domains whose mail is delivered here. The first is that of the addresses it writes.
    pub domains: Vec<String>,
    /// Everybody who has a maildrop here.
    pub people: Vec<Person>,
}

/// A person with a mailbox.
#[derive(Clone)]
pub struct Person {
    /// The mailbox: what stands before the `@`, an atom (RFC 5321 section 4.1.2).
    pub name: String,
    /// As VRFY and EXPN tell it.
    pub full_name: String,
    /// Other mailboxes delivered to the same maildrop.
    pub aliases: Vec<String>,
    /// Shown by nothing: its Debug is redacted.
    password: Verbatim,
    /// The letters that are there at first, oldest first. `{-3600}` stands for the date an hour before that.
    pub letters: Vec<Cow<'static, str>>,
}

/// Which host of a scenario: its place, the first being the one of clients that name none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct HostId(pub(crate) usize);

impl Scenario {
    /// All hosts, the one of clients that name none first.
    pub fn hosts(&self) -> impl Iterator<Item = &Host> {
        std::iter::once(&self.host).chain(&self.others)
    }

    /// Whether a host has this name, which is in lower case.
    pub fn has_host(&self, name: &str) -> bool {
        self.hosts().any(|host| host.name == name)
    }

    /// A host by its place.
    pub(crate) fn host(&self, HostId(place): HostId) -> &Host {
        place.checked_sub(1).and_then(|place| self.others.get(place)).unwrap_or(&self.host)
    }
}

impl Host {
    /// The domain of the addresses it writes.
    pub(crate) fn domain(&self) -> &str {
        self.domains.first().unwrap_or(&self.name)
    }

    /// Whether it delivers the mail of a domain.
    pub(crate) fn takes(&self, domain: &str) -> bool {
        self.domains.iter().any(|own| own.eq_ignore_ascii_case(domain))
    }

    /// The mailbox of `ada` or `ada@example.test`; nothing for an address elsewhere.
    pub(crate) fn mailbox<'a>(&self, address: &'a str) -> Option<&'a str> {
        match address.rsplit_once('@') {
            None => Some(address),
            Some((name, domain)) => self.takes(domain).then_some(name),
        }
    }
}

impl Person {
    /// Somebody without aliases and letters.
    pub fn new(name: &str, full_name: &str, password: &str) -> Self {
        let hidden = vec![Span::new(0, password.len())];
        Self {
            name: name.into(),
            full_name: full_name.into(),
            aliases: Vec::new(),
            password: Verbatim::new(password.as_bytes().to_vec(), hidden),
            letters: Vec::new(),
        }
    }

    /// The same, receiving mail for another mailbox too.
    pub fn with_alias(mut self, alias: &str) -> Self {
        self.aliases.push(alias.into());
        self
    }

    /// The same, with letters that are there at first.
    pub fn with_letters<T: Into<Cow<'static, str>>>(mut self, letters: impl IntoIterator<Item = T>) -> Self {
        self.letters.extend(letters.into_iter().map(Into::into));
        self
    }

    /// The secret shared with the server.
    pub(crate) fn secret(&self) -> &[u8] {
        self.password.expose()
    }

    /// Whether mail for this mailbox, a name without domain, is theirs; aliases too.
    pub(crate) fn receives(&self, mailbox: &str) -> bool {
        self.name.eq_ignore_ascii_case(mailbox) || self.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(mailbox))
    }
}

/// Without the letters, which are long.
impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, full_name, aliases, password, letters } = self;
        f.debug_struct("Person")
            .field("name", name)
            .field("full_name", full_name)
            .field("aliases", aliases)
            .field("password", password)
            .field("letters", &letters.len())
            .finish()
    }
}
