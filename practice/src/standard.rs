//! The scenario everybody begins with: `mail.example.test`, two people, five letters, and a zone of which each name is a
//! lesson. The letters are files beside this crate.

use std::net::IpAddr;
use std::sync::{Arc, LazyLock};

use crate::{
    scenario::{Host, Person, Scenario},
    zone::{Record, Zone},
};

/// Its name, which a ledger leaves out.
pub(crate) const NAME: &str = "example";
/// The one domain whose mail is delivered here.
const DOMAIN: &str = "example.test";
/// The one host.
const HOST: &str = "mail.example.test";

const TO_ADA: [&str; 3] = [
    include_str!("../mail/ada-1-babbage.eml"),
    include_str!("../mail/ada-2-moisil.eml"),
    include_str!("../mail/ada-3-menabrea.eml"),
];
const TO_GRACE: [&str; 2] = [include_str!("../mail/grace-1-aiken.eml"), include_str!("../mail/grace-2-lovelace.eml")];

static STANDARD: LazyLock<Arc<Scenario>> = LazyLock::new(|| {
    let host = Host { name: HOST.into(), domains: vec![DOMAIN.into()], people: people() };
    Arc::new(Scenario { name: NAME.into(), host, others: Vec::new(), zone: zone() })
});

impl Scenario {
    /// The one everybody begins with: `ada` / `lovelace` and `grace` / `hopper` at `mail.example.test`.
    pub fn standard() -> &'static Arc<Self> {
        &STANDARD
    }
}

/// Mail for `postmaster`, which every domain must take (RFC 5321 section 4.5.1), goes to Grace.
fn people() -> Vec<Person> {
    vec![
        Person::new("ada", "Ada Lovelace", "lovelace").with_letters(TO_ADA),
        Person::new("grace", "Grace Hopper", "hopper").with_alias("postmaster").with_letters(TO_GRACE),
    ]
}

/// A name without a record exists, too. The addresses are set aside for documents (RFC 5737 section 3, RFC 3849).
fn zone() -> Zone {
    let mx = |preference, host: &str| Record::Mx(preference, host.into());
    let alias = |target: &str| Record::Alias(target.into());
    let address = |last| Record::Address(IpAddr::from([192, 0, 2, last]));
    let names: [(&str, Vec<Record>); 12] = [
        // Two servers: the second takes mail while the first cannot be reached.
        (DOMAIN, vec![mx(10, HOST), mx(20, "backup.example.test"), address(80)]),
        (HOST, vec![address(25), Record::Address(IpAddr::from([0x2001, 0xDB8, 0, 0, 0, 0, 0, 0x25]))]),
        ("backup.example.test", vec![address(26)]),
        // The same preference: the work is shared.
        ("shared.example.test", vec![mx(10, HOST), mx(10, "backup.example.test")]),
        // Takes no mail, and says so.
        ("nomail.example.test", vec![mx(0, "."), address(81)]),
        // No MX record, but an address.
        ("implicit.example.test", vec![address(27)]),
        // Exists, and has nothing a letter could use.
        ("empty.example.test", vec![]),
        // The host of the record has no address; there is no such name as `gone`.
        ("broken.example.test", vec![mx(10, "empty.example.test"), mx(20, "gone.example.test")]),
        // An address where a name belongs.
        ("literal.example.test", vec![mx(10, "192.0.2.25")]),
        // An alias: its target's records count. And a record that names an alias.
        ("www.example.test", vec![alias(DOMAIN)]),
        ("smtp.example.test", vec![alias(HOST)]),
        ("aliased.example.test", vec![mx(10, "smtp.example.test")]),
    ];
    let names = names.into_iter().map(|(name, records)| (name.to_owned(), records)).collect();
    Zone { domains: vec![DOMAIN.into()], names }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// No alias leads to an alias, and none has other records (RFC 1034 section 3.6.2).
    #[test]
    fn the_zone_is_sound() {
        let Zone { names, .. } = zone();
        for (owner, records) in &names {
            assert!(zone().holds(owner) && names.iter().filter(|(other, _)| other == owner).count() == 1, "{owner}");
            for record in records {
                if let Record::Alias(target) = record {
                    assert_eq!(records.len(), 1, "{owner}");
                    let found = names.iter().find(|(name, _)| name == target).map(|(_, records)| records);
                    assert!(found.is_some_and(|all| !all.iter().any(|record| matches!(record, Record::Alias(_)))));
                }
            }
        }
    }
}
