//! Who takes mail for a domain: the questions of RFC 5321 section 5.1, and what their answers are in the words of `wire`. What
//! a mail program makes of them is the page's business; how a question is asked is in `names`.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use futures_util::future::join_all;
use practice::{Scenario, zone};
use tokio::time::{Instant, timeout_at};
use wire::{Cause, Found, Mx, MxHost, MxReply};

use crate::limits::{MX_ADDRESSES, MX_HOSTS};
use crate::metrics::LookedUp;
use crate::names::{Answer, Names, NoRecords};
use crate::policy::{Host, Policy, RELAY_PORT, Refusal};
use crate::session::{Common, refusal_cause};

/// Answers a visitor. Names of the practice zone cost nobody anything, so they are not counted.
pub async fn answer(common: &Common, visitor: IpAddr, domain: &str) -> MxReply {
    let answer = look_up(common, visitor, domain).await;
    common.metrics.looked_up(outcome(&answer));
    match answer {
        Ok(told) => MxReply::Told(told),
        Err(cause) => MxReply::Refused { cause },
    }
}

async fn look_up(common: &Common, visitor: IpAddr, domain: &str) -> Result<Mx, Cause> {
    let domain = common.policy.look_up(domain).map_err(refusal_cause)?;
    if let Some(told) = Scenario::standard().zone.mx(&domain) {
        return Ok(of_the_zone(&common.policy, told));
    }
    let wait = |wait: Duration| u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1);
    common.rates.look_up(visitor).map_err(|rest| Cause::TooFast { seconds: wait(rest) })?;
    let _place = common.look_ups.try_acquire().map_err(|_| Cause::Busy)?;
    Ok(ask(&common.policy, &common.names, domain, Instant::now() + common.limits.dial_wait).await)
}

/// In the words of what is counted.
fn outcome(answer: &Result<Mx, Cause>) -> LookedUp {
    match answer {
        Ok(Mx { practice: true, .. }) => LookedUp::Practice,
        Ok(Mx { found, .. }) => match found {
            Found::Records => LookedUp::Records,
            Found::NoRecords => LookedUp::NoRecords,
            Found::NoSuchName => LookedUp::NoSuchName,
            Found::Failed => LookedUp::Failed,
            Found::Denied => LookedUp::Denied,
            Found::NoAnswer => LookedUp::NoAnswer,
            Found::NotAsked => LookedUp::Refused,
        },
        Err(Cause::TooFast { .. }) => LookedUp::Rate,
        Err(Cause::Busy) => LookedUp::Busy,
        Err(_) => LookedUp::Refused,
    }
}

/// What the practice zone says, with what this proxy would do.
fn of_the_zone(policy: &Policy, told: zone::Mx) -> Mx {
    let found = |of| match of {
        zone::Found::Records => Found::Records,
        zone::Found::NoRecords => Found::NoRecords,
        zone::Found::NoSuchName => Found::NoSuchName,
        zone::Found::NotAsked => Found::NotAsked,
    };
    let zone::Mx { domain, alias, found: of, hosts } = told;
    let host = |host: zone::MailHost| {
        let zone::MailHost { preference, name, alias, found: of, addresses } = host;
        let refused = policy.decide(&name, RELAY_PORT).err().map(refusal_cause);
        let addresses = addresses.iter().map(IpAddr::to_string).collect();
        MxHost { preference, name, alias, found: found(of), addresses, refused }
    };
    let hosts = hosts.into_iter().map(host).collect();
    Mx { domain, practice: true, alias, found: found(of), hosts, left_out: 0 }
}

/// Asks for the records, then for the addresses of all hosts at once; what is not here at the deadline is silence.
async fn ask(policy: &Policy, names: &Names, domain: String, deadline: Instant) -> Mx {
    let asked = timeout_at(deadline, names.exchangers(&domain)).await;
    let Answer { alias, records } = asked.unwrap_or(Answer { alias: None, records: Err(NoRecords::NoAnswer) });
    let found = found(&records);
    let mut records = match records {
        Ok(records) => records,
        // An implicit MX, with preference 0, pointing to that host.
        Err(NoRecords::NoData) => vec![(0, alias.clone().unwrap_or_else(|| domain.clone()))],
        Err(_) => Vec::new(),
    };
    records.sort();
    let left_out = u32::try_from(records.len().saturating_sub(MX_HOSTS)).unwrap_or(u32::MAX);
    records.truncate(MX_HOSTS);
    let hosts = records.into_iter().map(|(preference, name)| mail_host(policy, names, preference, name, deadline));
    Mx { domain, practice: false, alias, found, hosts: join_all(hosts).await, left_out }
}

async fn mail_host(policy: &Policy, names: &Names, preference: u16, name: String, deadline: Instant) -> MxHost {
    let route = policy.decide(&name, RELAY_PORT);
    let host = match Host::parse(&name) {
        Ok(Host::Name(host)) => host,
        Ok(Host::Address(_)) | Err(_) => {
            let refused = Some(refusal_cause(route.err().unwrap_or(Refusal::NotListed)));
            return MxHost { preference, name, alias: None, found: Found::NotAsked, addresses: Vec::new(), refused };
        }
    };
    let asked = timeout_at(deadline, names.host(&host)).await;
    let Answer { alias, records } = asked.unwrap_or(Answer { alias: None, records: Err(NoRecords::NoAnswer) });
    let found = found(&records);
    let all = records.unwrap_or_default();
    let refused = route.and_then(|route| {
        // One refused address refuses the name, as for a dial.
        all.iter().try_for_each(|ip| policy.vet(&route, SocketAddr::new(*ip, RELAY_PORT)))
    });
    let told = all.iter().filter(|ip| policy.may_tell(&host, **ip)).take(MX_ADDRESSES);
    let addresses = told.map(IpAddr::to_string).collect();
    MxHost { preference, name, alias, found, addresses, refused: refused.err().map(refusal_cause) }
}

fn found<T>(records: &Result<Vec<T>, NoRecords>) -> Found {
    match records {
        Ok(_) => Found::Records,
        Err(NoRecords::NoData) => Found::NoRecords,
        Err(NoRecords::NoSuchName) => Found::NoSuchName,
        Err(NoRecords::Failed) => Found::Failed,
        Err(NoRecords::Denied) => Found::Denied,
        Err(NoRecords::NoAnswer) => Found::NoAnswer,
    }
}
