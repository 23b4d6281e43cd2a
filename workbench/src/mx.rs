//! Who takes mail for a domain: what the DNS said, printed as `nslookup` prints it, and what a mail program makes of it
//! (RFC 5321 section 5.1). Nobody is asked here.

use std::rc::Rc;

use mailproto::{Rfc, machine::rfc, note::Note};

use crate::net::{Cause, HostFault};

/// The answer of the DNS.
pub use wire::{Found, Mx, MxHost};

/// Domains of the practice zone, each a lesson.
pub const LESSONS: &[&str] = &[
    "example.test",
    "shared.example.test",
    "implicit.example.test",
    "nomail.example.test",
    "broken.example.test",
    "aliased.example.test",
    "missing.example.test",
];

/// How far a look-up is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Lookup {
    /// None was asked for.
    #[default]
    None,
    /// Asked for, about this domain.
    Asking(String),
    /// What the DNS said.
    Told(Rc<Mx>),
    /// Why nobody was asked.
    Refused(Cause),
}

/// The domain in what was typed: what follows the last `@` of a mail address.
pub fn domain(typed: &str) -> &str {
    let address = typed.trim().trim_end_matches('>');
    address.rsplit_once('@').map_or(address, |(_, domain)| domain)
}

const LOCATING: Rfc = rfc(5321, "5.1");

fn note(key: &'static str, rule: Rfc) -> Note {
    Note { rfc: Some(rule), ..Note::new(key) }
}

fn about(key: &'static str, rule: Rfc, name: &'static str, value: &str) -> Note {
    Note { args: vec![(name, value.to_owned())], ..note(key, rule) }
}

/// As the program of the courses prints it: `nslookup -type=mx`, then what it knows of the hosts.
pub fn printed(mx: &Mx) -> Vec<String> {
    let mut lines = vec![format!("> nslookup -type=mx {}", mx.domain)];
    let whole = |name: &str| if name.ends_with('.') { name.to_owned() } else { format!("{name}.") };
    let name = mx.alias.as_deref().unwrap_or(&mx.domain);
    if let Some(alias) = &mx.alias {
        lines.push(format!("{}\tcanonical name = {}", mx.domain, whole(alias)));
    }
    match mx.found {
        Found::Records => lines.extend(
            mx.hosts.iter().map(|host| format!("{name}\tmail exchanger = {} {}", host.preference, whole(&host.name))),
        ),
        Found::NoRecords => lines.push(format!("*** Can't find {name}: No answer")),
        Found::NoSuchName => lines.push(format!("** server can't find {name}: NXDOMAIN")),
        Found::Failed => lines.push(format!("** server can't find {name}: SERVFAIL")),
        Found::Denied => lines.push(format!("** server can't find {name}: REFUSED")),
        Found::NoAnswer | Found::NotAsked => {
            lines.push(";; connection timed out; no servers could be reached".to_owned());
        }
    }
    for host in &mx.hosts {
        let owner = host.alias.as_deref().unwrap_or(&host.name);
        if let Some(alias) = &host.alias {
            lines.push(format!("{}\tcanonical name = {}", host.name, whole(alias)));
        }
        for address in &host.addresses {
            let says = if address.contains(':') { "has AAAA address" } else { "internet address =" };
            lines.push(format!("{owner}\t{says} {address}"));
        }
    }
    lines
}

/// What a mail program makes of it.
pub fn notes(mx: &Mx) -> Vec<Note> {
    let mut notes = Vec::new();
    if let Some(alias) = &mx.alias {
        notes.push(about("mx-alias", LOCATING, "name", alias));
    }
    let dead = mx.hosts.iter().all(is_dead);
    let usable = mx.hosts.iter().any(|host| host.found == Found::Records);
    let null = mx.hosts.iter().any(MxHost::is_null);
    match (mx.found, mx.hosts.as_slice()) {
        (Found::Records, [_]) if null => notes.push(note("mx-null", rfc(7505, "3"))),
        (Found::Records, _) if null => notes.push(note("mx-null-beside", rfc(7505, "3"))),
        (Found::Records, [_]) => notes.push(note("mx-one", LOCATING)),
        (Found::Records, hosts) => {
            notes.push(note("mx-order", LOCATING));
            if hosts.windows(2).any(|two| two[0].preference == two[1].preference) {
                notes.push(note("mx-equal", LOCATING));
            }
        }
        (Found::NoRecords, _) if usable => notes.push(note("mx-implicit", LOCATING)),
        (Found::NoRecords, _) if dead => notes.push(note("mx-nothing", LOCATING)),
        (Found::NoSuchName, _) => notes.push(note("mx-no-such-name", LOCATING)),
        (Found::NoRecords | Found::Failed | Found::Denied, _) => notes.push(note("mx-failed", LOCATING)),
        (Found::NoAnswer | Found::NotAsked, _) => notes.push(note("mx-silent", LOCATING)),
    }
    if mx.found == Found::Records && dead && !null {
        notes.push(note("mx-unusable", LOCATING));
    }
    if mx.left_out > 0 {
        notes.push(Note { args: vec![("count", mx.left_out.to_string())], ..Note::new("mx-left-out") });
    }
    if mx.practice {
        notes.push(note("mx-practice", rfc(6761, "6.2")));
    }
    notes
}

/// Each host with its turn, from 1: hosts with the same preference share one.
pub fn turns(mx: &Mx) -> impl Iterator<Item = (usize, &MxHost)> {
    let mut turn = (0, None);
    mx.hosts.iter().map(move |host| {
        if turn.1 != Some(host.preference) {
            turn = (turn.0 + 1, Some(host.preference));
        }
        (turn.0, host)
    })
}

/// It cannot be used, and waiting will not help.
fn is_dead(host: &MxHost) -> bool {
    match host.found {
        Found::NoRecords | Found::NoSuchName | Found::NotAsked => true,
        Found::Records | Found::Failed | Found::Denied | Found::NoAnswer => false,
    }
}

/// Whether the page may try to connect. Of the practice zone's hosts only one is real.
pub fn is_choice(host: &MxHost, practice: bool) -> bool {
    let real = !practice || host.refused.is_none();
    real && !host.addresses.is_empty()
}

/// What there is to say about it; `practice`: the practice zone named it.
pub fn host_notes(host: &MxHost, practice: bool) -> Vec<Note> {
    let mut notes = Vec::new();
    if let Some(alias) = &host.alias {
        notes.push(about("mx-host-alias", rfc(2181, "10.3"), "name", alias));
    }
    match host.found {
        Found::Records if host.addresses.is_empty() => notes.push(note("mx-host-inside", rfc(6890, ""))),
        Found::Records => {}
        Found::NoRecords => notes.push(note("mx-host-no-address", LOCATING)),
        Found::NoSuchName => notes.push(note("mx-host-no-such-name", LOCATING)),
        Found::Failed | Found::Denied | Found::NoAnswer => notes.push(note("mx-host-unknown", LOCATING)),
        Found::NotAsked if host.is_null() => {}
        Found::NotAsked => notes.push(note("mx-host-no-name", rfc(1035, "3.3.9"))),
    }
    if host.found == Found::Records && host.refused.is_some() && practice {
        notes.push(Note::new("mx-host-imagined"));
    } else if host.found == Found::Records && host.refused.is_some() {
        notes.push(Note { args: vec![("host", host.name.clone())], ..Note::new("mx-host-closed") });
    }
    notes
}

/// Why nobody was asked.
pub fn refusal(cause: &Cause) -> Vec<Note> {
    let one = |key| vec![Note::new(key)];
    match cause {
        Cause::NotAllowed => one("mx-not-asked"),
        Cause::BadHost { why } => {
            let why = match why {
                HostFault::Empty => note("ui-why-host-empty", rfc(1035, "2.3.1")),
                HostFault::TooLong => note("ui-why-host-too-long", rfc(1035, "2.3.4")),
                HostFault::Number | HostFault::Zone => note("mx-number", rfc(5321, "4.1.3")),
                HostFault::Mixed => Note::new("ui-why-host-mixed"),
                HostFault::Character => note("mx-character", rfc(5321, "2.3.5")),
            };
            vec![Note::new("mx-bad-name"), why]
        }
        Cause::TooFast { seconds } => {
            vec![Note { args: vec![("seconds", seconds.to_string())], ..Note::new("mx-too-fast") }]
        }
        Cause::Busy => one("mx-busy"),
        Cause::PracticeLost => one("mx-practice-lost"),
        Cause::Server { .. }
        | Cause::Reset
        | Cause::Client
        | Cause::OtherPort
        | Cause::RelayPort
        | Cause::NotPublic { .. }
        | Cause::Never { .. }
        | Cause::Itself
        | Cause::NotMail
        | Cause::TooMany { .. }
        | Cause::NoSuchTrust
        | Cause::NoSuchHost
        | Cause::NameFailed
        | Cause::Refused
        | Cause::TimedOut { .. }
        | Cause::Network { .. }
        | Cause::Tls
        | Cause::Idle
        | Cause::Shutdown
        | Cause::PracticeFull
        | Cause::ProxyLost
        | Cause::Contract { .. } => one("mx-no-proxy"),
    }
}

/// Every key named in this file that is not the page's own.
pub fn keys() -> &'static [&'static str] {
    &[
        "mx-alias",
        "mx-bad-name",
        "mx-busy",
        "mx-character",
        "mx-equal",
        "mx-failed",
        "mx-host-alias",
        "mx-host-closed",
        "mx-host-imagined",
        "mx-host-inside",
        "mx-host-no-address",
        "mx-host-no-name",
        "mx-host-no-such-name",
        "mx-host-unknown",
        "mx-implicit",
        "mx-left-out",
        "mx-no-proxy",
        "mx-no-such-name",
        "mx-not-asked",
        "mx-nothing",
        "mx-null",
        "mx-null-beside",
        "mx-number",
        "mx-one",
        "mx-order",
        "mx-practice",
        "mx-practice-lost",
        "mx-silent",
        "mx-too-fast",
        "mx-unusable",
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(preference: u16, name: &str, found: Found, addresses: &[&str]) -> MxHost {
        let addresses = addresses.iter().map(|address| (*address).to_owned()).collect();
        MxHost { preference, name: name.to_owned(), alias: None, found, addresses, refused: None }
    }

    /// Answers that the practice zone never gives. Those it gives are tested with it, in `frontend/src/drivers/mx.rs`.
    #[test]
    fn what_else_a_name_server_may_say() {
        #[track_caller]
        fn check(found: Found, hosts: Vec<MxHost>, left_out: u32, print: &str, expected: &[&str]) {
            let domain = "school.example".to_owned();
            let told = Mx { domain, practice: false, alias: None, found, hosts, left_out };
            let keys: Vec<_> = notes(&told)
                .iter()
                .chain(&told.hosts.iter().flat_map(|host| host_notes(host, false)).collect::<Vec<_>>())
                .map(|note| note.key)
                .collect();
            assert_eq!((printed(&told)[1].as_str(), keys.as_slice()), (print, expected));
        }
        use Found::*;
        check(Failed, vec![], 0, "** server can't find school.example: SERVFAIL", &["mx-failed"]);
        check(Denied, vec![], 0, "** server can't find school.example: REFUSED", &["mx-failed"]);
        check(NoAnswer, vec![], 0, ";; connection timed out; no servers could be reached", &["mx-silent"]);
        let null = || host(0, ".", NotAsked, &[]);
        let mail = || host(0, "mail.school.example", Records, &["192.0.2.1"]);
        check(Records, vec![null(), mail()], 0, "school.example\tmail exchanger = 0 .", &["mx-null-beside"]);
        let first = "school.example\tmail exchanger = 0 mail.school.example.";
        check(Records, vec![mail(), mail()], 2, first, &["mx-order", "mx-equal", "mx-left-out"]);
        let inside = host(0, "mail.school.example", Records, &[]);
        check(Records, vec![inside], 0, first, &["mx-one", "mx-host-inside"]);
        let none = "*** Can't find school.example: No answer";
        check(NoRecords, vec![host(0, "school.example", Failed, &[])], 0, none, &["mx-failed", "mx-host-unknown"]);
        for silent in [Failed, Denied, NoAnswer] {
            let unknown = host(0, "mail.school.example", silent, &[]);
            check(Records, vec![unknown], 0, first, &["mx-one", "mx-host-unknown"]);
        }
    }

    #[test]
    fn domains_of_addresses() {
        for (typed, expected) in [
            ("example.test", "example.test"),
            (" ada@example.test ", "example.test"),
            ("<ada@example.test>", "example.test"),
            ("\"a@b\"@example.test", "example.test"),
            ("ada@[192.0.2.7]", "[192.0.2.7]"),
            ("", ""),
        ] {
            assert_eq!(domain(typed), expected, "{typed}");
        }
    }
}
