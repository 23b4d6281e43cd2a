//! The practice zone: the few records of `example.test`, a lesson each, and what a look-up of who takes mail finds in them, in
//! the words of `docs/wire.md`. Real names, and what follows from the records, are not here.

use crate::maildrop::{DOMAIN, HOST};

/// A record of the zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Record {
    /// A or AAAA: addresses set aside for documents (RFC 5737 section 3, RFC 3849).
    Address(&'static str),
    /// MX: preference and host, `.` for none.
    Mx(u16, &'static str),
    /// CNAME.
    Alias(&'static str),
}

use Record::{Address, Alias, Mx};

/// The zone. A name without a record exists, too.
const ZONE: &[(&str, &[Record])] = &[
    // Two servers: the second takes mail while the first cannot be reached.
    (DOMAIN, &[Mx(10, HOST), Mx(20, "backup.example.test"), Address("192.0.2.80")]),
    (HOST, &[Address("192.0.2.25"), Address("2001:db8::25")]),
    ("backup.example.test", &[Address("192.0.2.26")]),
    // The same preference: the work is shared.
    ("shared.example.test", &[Mx(10, "mail.example.test"), Mx(10, "backup.example.test")]),
    // Takes no mail, and says so.
    ("nomail.example.test", &[Mx(0, "."), Address("192.0.2.81")]),
    // No MX record, but an address.
    ("implicit.example.test", &[Address("192.0.2.27")]),
    // Exists, and has nothing a letter could use.
    ("empty.example.test", &[]),
    // The host of the record has no address; there is no such name as `gone`.
    ("broken.example.test", &[Mx(10, "empty.example.test"), Mx(20, "gone.example.test")]),
    // An address where a name belongs.
    ("literal.example.test", &[Mx(10, "192.0.2.25")]),
    // An alias: its target's records count. And a record that names an alias.
    ("www.example.test", &[Alias(DOMAIN)]),
    ("smtp.example.test", &[Alias(HOST)]),
    ("aliased.example.test", &[Mx(10, "smtp.example.test")]),
];

/// Whether a name, in lower case and without its root dot, belongs to the zone.
pub fn holds(name: &str) -> bool {
    name.strip_suffix(DOMAIN).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

/// Who takes mail for a domain of the zone, as JSON (`docs/wire.md`, `POST /mx`); `None` for other domains. Of all hosts only
/// the practice server can be reached.
pub fn mx(domain: &str) -> Option<String> {
    let domain = domain.strip_suffix('.').unwrap_or(domain).to_ascii_lowercase();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    if !holds(&domain) || !domain.bytes().all(plain) {
        return None;
    }
    let (alias, records) = look_up(&domain);
    let name = alias.unwrap_or(domain.as_str());
    let exchangers = records.iter().flat_map(|all| all.iter());
    let mut hosts: Vec<String> = exchangers
        .filter_map(|record| match record {
            Mx(preference, host) => Some(mail_host(*preference, host)),
            Address(_) | Alias(_) => None,
        })
        .collect();
    let found = match (records, hosts.is_empty()) {
        (None, _) => "no_such_name",
        (Some(_), true) => "no_records",
        (Some(_), false) => "records",
    };
    if found == "no_records" {
        hosts.push(mail_host(0, name));
    }
    let (alias, hosts) = (alias_field(alias), hosts.join(","));
    Some(format!(
        r#"{{"told":{{"domain":"{domain}","practice":true,{alias}"found":"{found}","hosts":[{hosts}],"left_out":0}}}}"#
    ))
}

fn mail_host(preference: u16, name: &str) -> String {
    let (alias, records) = look_up(name);
    let addresses: Vec<String> = records
        .iter()
        .flat_map(|all| all.iter())
        .filter_map(|record| match record {
            Address(address) => Some(format!("\"{address}\"")),
            Mx(..) | Alias(_) => None,
        })
        .collect();
    let found = match records {
        _ if !holds(name) => "not_asked",
        None => "no_such_name",
        Some(_) if addresses.is_empty() => "no_records",
        Some(_) => "records",
    };
    let refused = if name == HOST { "" } else { r#","refused":"not_allowed""# };
    let (alias, addresses) = (alias_field(alias), addresses.join(","));
    format!(
        r#"{{"preference":{preference},"name":"{name}",{alias}"found":"{found}","addresses":[{addresses}]{refused}}}"#
    )
}

/// The records of a name, and the name it is an alias for. Aliases of the zone lead to names that are none.
fn look_up(name: &str) -> (Option<&'static str>, Option<&'static [Record]>) {
    let records = |name: &str| ZONE.iter().find(|(owner, _)| *owner == name).map(|(_, records)| *records);
    match records(name) {
        Some([Alias(target)]) => (Some(*target), records(target)),
        found => (None, found),
    }
}

fn alias_field(alias: Option<&str>) -> String {
    alias.map_or_else(String::new, |name| format!("\"alias\":\"{name}\","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_the_zone() {
        for name in ["example.test", "EXAMPLE.test.", "mail.example.test", "no.such.example.test"] {
            assert!(mx(name).is_some(), "{name}");
        }
        for name in ["test", "example.org", "notexample.test", "example.test.org", "", "\".example.test"] {
            assert!(mx(name).is_none(), "{name}");
        }
    }

    /// No alias leads to an alias, and none has other records (RFC 1034 section 3.6.2).
    #[test]
    fn the_zone_is_sound() {
        for (owner, records) in ZONE {
            assert!(holds(owner) && ZONE.iter().filter(|(other, _)| other == owner).count() == 1, "{owner}");
            for record in *records {
                if let Alias(target) = record {
                    assert_eq!(records.len(), 1, "{owner}");
                    assert!(matches!(look_up(target), (None, Some(_))), "{owner}");
                }
            }
        }
    }
}
