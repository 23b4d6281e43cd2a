//! What the DNS says of the names of a scenario: a few records, and what a look-up of who takes mail finds in them (RFC 5321
//! section 5.1). How that is told, and real names, are not here.

use std::net::IpAddr;

/// The names of a scenario.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Zone {
    /// The domains it answers for, with all names below them: in lower case, without root dot.
    pub domains: Vec<String>,
    /// The names that exist, with their records. One without a record exists, too.
    pub names: Vec<(String, Vec<Record>)>,
}

/// A record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// A or AAAA.
    Address(IpAddr),
    /// MX: preference and host, `.` for none.
    Mx(u16, String),
    /// CNAME, to a name that is none.
    Alias(String),
}

/// Who takes mail for a domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mx {
    /// The name that was asked for: lower case, no root dot.
    pub domain: String,
    /// The name it is an alias for, whose records count.
    pub alias: Option<String>,
    /// What came of the question for MX records.
    pub found: Found,
    /// A host for each record; the name itself where there are none.
    pub hosts: Vec<MailHost>,
}

/// A host that may take the mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailHost {
    /// Lower comes first; 0 where no record says so.
    pub preference: u16,
    /// Its name as the record has it.
    pub name: String,
    /// The name it is an alias for.
    pub alias: Option<String>,
    /// What came of the question for its addresses.
    pub found: Found,
    /// Its addresses.
    pub addresses: Vec<IpAddr>,
}

/// What came of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Records.
    Records,
    /// The name exists and has no such record.
    NoRecords,
    /// There is no such name.
    NoSuchName,
    /// It is no name of the zone.
    NotAsked,
}

impl Zone {
    /// Whether a name, in lower case and without its root dot, belongs to the zone.
    pub fn holds(&self, name: &str) -> bool {
        let below = |domain: &String| name.strip_suffix(domain.as_str());
        self.domains.iter().filter_map(below).any(|before| before.is_empty() || before.ends_with('.'))
    }

    /// Who takes mail for a domain; `None` for one that is not of the zone.
    pub fn mx(&self, domain: &str) -> Option<Mx> {
        let domain = domain.strip_suffix('.').unwrap_or(domain).to_ascii_lowercase();
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        if !self.holds(&domain) || !domain.bytes().all(plain) {
            return None;
        }
        let (alias, records) = self.look_up(&domain);
        let mut hosts: Vec<_> = records
            .unwrap_or_default()
            .iter()
            .filter_map(|record| match record {
                Record::Mx(preference, host) => Some(self.mail_host(*preference, host)),
                Record::Address(_) | Record::Alias(_) => None,
            })
            .collect();
        let found = found(records, hosts.len());
        if found == Found::NoRecords {
            hosts.push(self.mail_host(0, alias.unwrap_or(&domain)));
        }
        let alias = alias.map(str::to_owned);
        Some(Mx { domain, alias, found, hosts })
    }

    fn mail_host(&self, preference: u16, name: &str) -> MailHost {
        let (alias, records) = self.look_up(name);
        let addresses: Vec<_> = records
            .unwrap_or_default()
            .iter()
            .filter_map(|record| match record {
                Record::Address(address) => Some(*address),
                Record::Mx(..) | Record::Alias(_) => None,
            })
            .collect();
        let found = if self.holds(name) { found(records, addresses.len()) } else { Found::NotAsked };
        MailHost { preference, name: name.to_owned(), alias: alias.map(str::to_owned), found, addresses }
    }

    /// The records of a name, and the name it is an alias for.
    fn look_up(&self, name: &str) -> (Option<&str>, Option<&[Record]>) {
        let records =
            |name: &str| self.names.iter().find(|(owner, _)| owner == name).map(|(_, records)| records.as_slice());
        match records(name) {
            Some([Record::Alias(target)]) => (Some(target), records(target)),
            found => (None, found),
        }
    }
}

/// What came of a question for the records of a name, of which so many are of the type asked for.
fn found(records: Option<&[Record]>, of_type: usize) -> Found {
    match (records, of_type) {
        (None, _) => Found::NoSuchName,
        (Some(_), 0) => Found::NoRecords,
        (Some(_), _) => Found::Records,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Scenario;

    #[test]
    fn only_names_of_the_zone() {
        let mx = |name: &str| Scenario::standard().zone.mx(name);
        for name in ["example.test", "EXAMPLE.test.", "mail.example.test", "no.such.example.test"] {
            assert!(mx(name).is_some(), "{name}");
        }
        for name in ["test", "example.org", "notexample.test", "example.test.org", "", "\".example.test"] {
            assert!(mx(name).is_none(), "{name}");
        }
        assert!(Zone::default().mx("example.test").is_none() && Zone::default().mx("").is_none());
    }
}
