//! Who takes mail for a domain of the practice zone, in the words of `wire`. What follows from it is the page's.

use std::net::IpAddr;

use practice::{Scenario, zone};
use wire::{Cause, Found, Mx, MxHost, MxReply};

/// What the zone says; nothing about domains it does not know. Of all hosts only those of the scenario can be reached.
pub fn look_up(scenario: &Scenario, domain: &str) -> Option<MxReply> {
    let zone::Mx { domain, alias, found: of, hosts } = scenario.zone.mx(domain)?;
    let host = |host: zone::MailHost| {
        let zone::MailHost { preference, name, alias, found: of, addresses } = host;
        let refused = (!scenario.has_host(&name)).then_some(Cause::NotAllowed);
        let addresses = addresses.iter().map(IpAddr::to_string).collect();
        MxHost { preference, name, alias, found: found(of), addresses, refused }
    };
    let hosts = hosts.into_iter().map(host).collect();
    Some(MxReply::Told(Mx { domain, practice: true, alias, found: found(of), hosts, left_out: 0 }))
}

fn found(of: zone::Found) -> Found {
    match of {
        zone::Found::Records => Found::Records,
        zone::Found::NoRecords => Found::NoRecords,
        zone::Found::NoSuchName => Found::NoSuchName,
        zone::Found::NotAsked => Found::NotAsked,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[track_caller]
    fn check(domain: &str, json: &str) {
        let reply = look_up(Scenario::standard(), domain).unwrap();
        assert_eq!(serde_json::to_string(&reply).unwrap(), json.replace('\n', "").replace("  ", ""));
    }

    #[test]
    fn the_zone_in_the_words_of_the_contract() {
        check(
            "Example.TEST.",
            r#"{"told":{"domain":"example.test","practice":true,"found":"records","hosts":[
                {"preference":10,"name":"mail.example.test","found":"records","addresses":["192.0.2.25","2001:db8::25"]},
                {"preference":20,"name":"backup.example.test","found":"records","addresses":["192.0.2.26"],
                "refused":"not_allowed"}],"left_out":0}}"#,
        );
        check(
            "www.example.test",
            r#"{"told":{"domain":"www.example.test","practice":true,"alias":"example.test","found":"records","hosts":[
                {"preference":10,"name":"mail.example.test","found":"records","addresses":["192.0.2.25","2001:db8::25"]},
                {"preference":20,"name":"backup.example.test","found":"records","addresses":["192.0.2.26"],
                "refused":"not_allowed"}],"left_out":0}}"#,
        );
        check(
            "aliased.example.test",
            r#"{"told":{"domain":"aliased.example.test","practice":true,"found":"records","hosts":[
                {"preference":10,"name":"smtp.example.test","alias":"mail.example.test","found":"records",
                "addresses":["192.0.2.25","2001:db8::25"],"refused":"not_allowed"}],"left_out":0}}"#,
        );
        check(
            "nomail.example.test",
            r#"{"told":{"domain":"nomail.example.test","practice":true,"found":"records","hosts":[
                {"preference":0,"name":".","found":"not_asked","addresses":[],"refused":"not_allowed"}],"left_out":0}}"#,
        );
        check(
            "empty.example.test",
            r#"{"told":{"domain":"empty.example.test","practice":true,"found":"no_records","hosts":[
                {"preference":0,"name":"empty.example.test","found":"no_records","addresses":[],
                "refused":"not_allowed"}],"left_out":0}}"#,
        );
        check(
            "gone.example.test",
            r#"{"told":{"domain":"gone.example.test","practice":true,"found":"no_such_name","hosts":[],"left_out":0}}"#,
        );
        assert_eq!(look_up(Scenario::standard(), "example.org"), None);
    }
}
