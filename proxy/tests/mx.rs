//! Who takes mail for a domain: every answer a name server can give, every refusal, the practice zone; and that this is no way
//! to ask name servers for others.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::wildcard_enum_match_arm, reason = "tests")]

mod common;

use std::time::Duration;

use common::dns::Say::{Address, Alias, Code, CodeFor, Mx, Silence};
use common::dns::{AAAA, MX, ZoneServer};
use common::{Answer, http_with, limits, proxy_with, quiet};
use proxy::limits::{DIAL_WAIT, MX_ADDRESSES, MX_AT_ONCE, MX_HOSTS, MX_RATE};
use proxy::{Config, OpenInternet, PracticePorts, Rate, Running};
use wire::{Cause, Found, MxQuestion, MxReply};

/// A school, and all that can be wrong elsewhere.
async fn zone() -> ZoneServer {
    let many: Vec<_> = (0..12).map(|_| Mx(5, "mail.school.example")).collect();
    let crowd = (1..=12).map(|last| Address(["8.8.8.1", "8.8.8.2", "8.8.8.3", "8.8.8.4"][last % 4])).collect();
    ZoneServer::with(&[
        ("school.example", vec![Mx(20, "backup.school.example"), Mx(10, "mail.school.example"), Address("8.8.4.4")]),
        ("mail.school.example", vec![Address("8.8.8.8"), Address("2001:4860:4860::8888")]),
        ("backup.school.example", vec![Address("8.8.8.9")]),
        ("equal.example", vec![Mx(10, "mail.school.example"), Mx(10, "backup.school.example")]),
        ("null.example", vec![Mx(0, "")]),
        ("implicit.example", vec![Address("8.8.8.8")]),
        ("nothing.example", vec![]),
        ("www.example", vec![Alias("school.example")]),
        ("alias-of-implicit.example", vec![Alias("implicit.example")]),
        ("dangling.example", vec![Alias("gone.example")]),
        ("points-at-alias.example", vec![Mx(10, "smtp.example")]),
        ("smtp.example", vec![Alias("mail.school.example")]),
        ("points-at-address.example", vec![Mx(10, "8.8.8.8")]),
        ("points-at-nonsense.example", vec![Mx(10, "mail-.example")]),
        ("points-nowhere.example", vec![Mx(10, "gone.example"), Mx(20, "nothing.example")]),
        ("half.example", vec![Mx(10, "half-host.example")]),
        ("half-host.example", vec![Address("8.8.8.8"), CodeFor(AAAA, 2)]),
        ("broken-host.example", vec![Code(2)]),
        ("points-at-broken.example", vec![Mx(10, "broken-host.example")]),
        ("failing.example", vec![Code(2)]),
        ("refusing.example", vec![Code(5)]),
        ("mx-fails.example", vec![CodeFor(MX, 2), Address("8.8.8.8")]),
        ("silent.example", vec![Silence]),
        ("points-at-silence.example", vec![Mx(10, "silent.example"), Mx(20, "mail.school.example")]),
        ("private.example", vec![Mx(10, "inside.example")]),
        ("inside.example", vec![Address("10.0.0.25"), Address("8.8.8.8")]),
        ("rebind.example", vec![Mx(10, "metadata.example")]),
        ("metadata.example", vec![Address("169.254.169.254")]),
        ("here.example", vec![Mx(10, "localhost")]),
        ("many.example", many),
        ("crowded.example", vec![Mx(10, "crowd.example")]),
        ("crowd.example", crowd),
        ("xn--khe-hoa.example", vec![Mx(10, "mail.school.example")]),
    ])
    .await
}

/// A proxy that asks this server about anybody, since the internet is open.
async fn open(server: &ZoneServer, wait: Duration) -> Running {
    let limits = limits(|limits| limits.dial_wait = wait);
    let allowed = vec!["mail.school.example:25".parse().unwrap()];
    let open_internet = Some(OpenInternet::default());
    let config = Config { open_internet, allowed, name_servers: vec![server.address], limits, ..quiet() };
    proxy_with(config).await
}

async fn post(running: &Running, more: &str, body: &str) -> Answer {
    let host = running.address();
    let head = format!("POST /mx HTTP/1.1\r\nHost: {host}\r\nContent-Length: {}\r\n{more}", body.len());
    http_with(running.address(), &head, body).await
}

async fn ask(running: &Running, domain: &str) -> MxReply {
    let origin = format!("Origin: http://{}\r\n", running.address());
    let question = serde_json::to_string(&MxQuestion { domain: domain.to_owned() }).unwrap();
    let answer = post(running, &origin, &question).await;
    assert_eq!((answer.status, answer.headers["cache-control"].as_str()), (200, "no-store"), "{domain}");
    serde_json::from_slice(&answer.body).expect("an answer of wire")
}

/// An answer in one line: what was found, and each host with its addresses and whether one may go there.
fn line(reply: &MxReply) -> String {
    let mx = match reply {
        MxReply::Told(mx) => mx,
        MxReply::Refused { cause } => return format!("refused: {}", word(cause)),
    };
    let alias = |alias: &Option<String>| alias.as_ref().map_or(String::new(), |name| format!(" -> {name}"));
    let mut line = format!("{:?}{}", mx.found, alias(&mx.alias));
    for host in &mx.hosts {
        let found = if host.found == Found::Records { String::new() } else { format!(" {:?}", host.found) };
        let addresses = host.addresses.join(" ");
        let refused = host.refused.as_ref().map_or("may", word);
        line += &format!("; {} {}{}{found} [{addresses}] {refused}", host.preference, host.name, alias(&host.alias));
    }
    if mx.left_out > 0 {
        line += &format!("; and {}", mx.left_out);
    }
    line
}

fn word(cause: &Cause) -> &'static str {
    match cause {
        Cause::NotAllowed => "not allowed",
        Cause::BadHost { .. } => "bad host",
        Cause::RelayPort => "relay port",
        Cause::NotPublic { .. } => "not public",
        Cause::Never { .. } => "never",
        Cause::TooFast { .. } => "too fast",
        Cause::Busy => "busy",
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn every_answer() {
    let server = zone().await;
    let running = open(&server, DIAL_WAIT).await;
    let check =
        async |domain: &str, expected: &str| assert_eq!(line(&ask(&running, domain).await), expected, "{domain}");
    const MAIL: &str = "[8.8.8.8 2001:4860:4860::8888] may";
    const BACKUP: &str = "backup.school.example [8.8.8.9] relay port";
    let school = format!("10 mail.school.example {MAIL}; 20 {BACKUP}");
    check("school.example", &format!("Records; {school}")).await;
    check("School.EXAMPLE.", &format!("Records; {school}")).await;
    check("equal.example", &format!("Records; 10 {BACKUP}; 10 mail.school.example {MAIL}")).await;
    check("null.example", "Records; 0 . NotAsked [] bad host").await;
    check("implicit.example", "NoRecords; 0 implicit.example [8.8.8.8] relay port").await;
    check("nothing.example", "NoRecords; 0 nothing.example NoRecords [] relay port").await;
    check("gone.example", "NoSuchName").await;
    check("www.example", &format!("Records -> school.example; {school}")).await;
    let implicit = "NoRecords -> implicit.example; 0 implicit.example [8.8.8.8] relay port";
    check("alias-of-implicit.example", implicit).await;
    check("dangling.example", "NoSuchName -> gone.example").await;
    let alias = format!("Records; 10 smtp.example -> mail.school.example {}", MAIL.replace("may", "relay port"));
    check("points-at-alias.example", &alias).await;
    check("points-at-address.example", "Records; 10 8.8.8.8 NotAsked [] relay port").await;
    check("points-at-nonsense.example", "Records; 10 mail-.example NotAsked [] bad host").await;
    let nowhere = "Records; 10 gone.example NoSuchName [] relay port; 20 nothing.example NoRecords [] relay port";
    check("points-nowhere.example", nowhere).await;
    check("half.example", "Records; 10 half-host.example [8.8.8.8] relay port").await;
    check("points-at-broken.example", "Records; 10 broken-host.example Failed [] relay port").await;
    check("failing.example", "Failed").await;
    check("mx-fails.example", "Failed").await;
    check("refusing.example", "Denied").await;
    // What is inside a network stays untold.
    check("private.example", "Records; 10 inside.example [8.8.8.8] relay port").await;
    check("rebind.example", "Records; 10 metadata.example [] relay port").await;
    check("here.example", "Records; 10 localhost [] relay port").await;
    let ten = [format!("5 mail.school.example {MAIL}").as_str()].repeat(MX_HOSTS).join("; ");
    check("many.example", &format!("Records; {ten}; and 2")).await;
    match ask(&running, "crowded.example").await {
        MxReply::Told(mx) => assert_eq!(mx.hosts[0].addresses.len(), MX_ADDRESSES),
        other => panic!("{other:?}"),
    }
    // Another alphabet is asked for as A-labels; what is no name is never asked for.
    check("Kühe.example", &format!("Records; 10 mail.school.example {MAIL}")).await;
    let before = server.asked().len();
    for odd in [
        "",
        "8.8.8.8",
        "[8.8.8.8]",
        "[IPv6:2001:db8::1]",
        "2130706433",
        "a..b",
        "gm\u{430}il.com",
        "ada@school.example",
        &"a".repeat(300),
    ] {
        check(odd, "refused: bad host").await;
    }
    assert_eq!(server.asked().len(), before);
}

#[tokio::test]
async fn silence_is_told_and_holds_nothing_up() {
    let server = zone().await;
    let running = open(&server, Duration::from_secs(1)).await;
    let (none, one) = tokio::join!(ask(&running, "silent.example"), ask(&running, "points-at-silence.example"));
    assert_eq!(line(&none), "NoAnswer");
    let mail = "20 mail.school.example [8.8.8.8 2001:4860:4860::8888] may";
    assert_eq!(line(&one), format!("Records; 10 silent.example NoAnswer [] relay port; {mail}"));
}

#[tokio::test]
async fn a_listed_host_may_be_private() {
    let server = zone().await;
    let allowed = vec!["inside.example:25".parse().unwrap()];
    let running = proxy_with(Config { allowed, name_servers: vec![server.address], ..quiet() }).await;
    let told = "NoRecords; 0 inside.example [10.0.0.25 8.8.8.8] may";
    assert_eq!(line(&ask(&running, "inside.example").await), told);
}

#[tokio::test]
async fn s3_a_closed_proxy_asks_only_about_its_own() {
    let server = zone().await;
    let allowed = ["mail.school.example:25", "8.8.8.8:25", "relay:25"].map(|text| text.parse().unwrap()).to_vec();
    let running = proxy_with(Config { allowed, name_servers: vec![server.address], ..quiet() }).await;
    let open = async |domain: &str| !line(&ask(&running, domain).await).starts_with("refused");
    for domain in ["school.example", "mail.school.example", "Mail.School.Example.", "relay"] {
        assert!(open(domain).await, "{domain}");
    }
    let before = server.asked();
    for domain in ["example", "l.example", "backup.school.example", "equal.example", "chool.example", "8.8.8.8"] {
        assert!(!open(domain).await, "{domain}");
    }
    assert_eq!(server.asked(), before, "nobody was asked");
}

#[tokio::test]
async fn the_practice_zone_needs_no_name_server() {
    let server = ZoneServer::with(&[]).await;
    let config = Config { practice: PracticePorts::ANY, name_servers: vec![server.address], ..quiet() };
    let running = proxy_with(config).await;
    let check =
        async |domain: &str, expected: &str| assert_eq!(line(&ask(&running, domain).await), expected, "{domain}");
    const MAIL: &str = "mail.example.test [192.0.2.25 2001:db8::25] may";
    const BACKUP: &str = "backup.example.test [192.0.2.26] not allowed";
    check("example.test", &format!("Records; 10 {MAIL}; 20 {BACKUP}")).await;
    check("Example.TEST.", &format!("Records; 10 {MAIL}; 20 {BACKUP}")).await;
    check("www.example.test", &format!("Records -> example.test; 10 {MAIL}; 20 {BACKUP}")).await;
    check("shared.example.test", &format!("Records; 10 {MAIL}; 10 {BACKUP}")).await;
    check("nomail.example.test", "Records; 0 . NotAsked [] bad host").await;
    check("implicit.example.test", "NoRecords; 0 implicit.example.test [192.0.2.27] not allowed").await;
    check("empty.example.test", "NoRecords; 0 empty.example.test NoRecords [] not allowed").await;
    check("missing.example.test", "NoSuchName").await;
    let broken = "Records; 10 empty.example.test NoRecords [] not allowed; \
                  20 gone.example.test NoSuchName [] not allowed";
    check("broken.example.test", broken).await;
    check("literal.example.test", "Records; 10 192.0.2.25 NotAsked [] not allowed").await;
    let aliased = "Records; 10 smtp.example.test -> mail.example.test [192.0.2.25 2001:db8::25] not allowed";
    check("aliased.example.test", aliased).await;
    check("school.example", "refused: not allowed").await;
    assert!(server.asked().is_empty());
    // Without its listener there is nobody to connect to.
    let off = proxy_with(Config { practice: PracticePorts { smtp: None, ..PracticePorts::ANY }, ..quiet() }).await;
    assert!(line(&ask(&off, "mail.example.test").await).ends_with("not allowed"));
}

/// The same origins as for a session: no other page of the visitor's browser may ask.
#[tokio::test]
async fn s4_only_our_own_page_may_ask() {
    let running = proxy_with(quiet()).await;
    let own = format!("Origin: http://{}\r\n", running.address());
    let body = r#"{"domain":"example.test"}"#;
    for (origin, expected) in [
        (own.as_str(), 200),
        ("", 403),
        ("Origin: null\r\n", 403),
        ("Origin: https://evil.example\r\n", 403),
        (&format!("{own}Origin: https://evil.example\r\n"), 403),
    ] {
        assert_eq!(post(&running, origin, body).await.status, expected, "{origin:?}");
    }
    let long = format!(r#"{{"domain":"{}"}}"#, "a".repeat(wire::MAX_MX_QUESTION));
    for bad in ["", "{}", "example.test", r#"{"domain":1}"#, r#"{"domain":"a","type":"any"}"#, &long] {
        assert_eq!(post(&running, &own, bad).await.status, 400, "{bad:.40}");
    }
    let get = format!("GET /mx?domain=example.test HTTP/1.1\r\nHost: {}\r\n{own}", running.address());
    assert_eq!(http_with(running.address(), &get, "").await.status, 405);
}

#[tokio::test]
async fn s3_a_visitor_looks_up_no_faster_than_the_rate() {
    assert_eq!(MX_RATE, Rate::a_minute(60));
    let server = zone().await;
    let slow = limits(|limits| limits.mx_rate = Rate::a_minute(2));
    let allowed = vec!["mail.school.example:25".parse().unwrap()];
    let running = proxy_with(Config { allowed, name_servers: vec![server.address], limits: slow, ..quiet() }).await;
    for _ in 0..2 {
        assert!(line(&ask(&running, "school.example").await).starts_with("Records"));
    }
    match ask(&running, "school.example").await {
        MxReply::Refused { cause: Cause::TooFast { seconds } } => assert!((1..=31).contains(&seconds), "{seconds}"),
        other => panic!("{other:?}"),
    }
    assert!(line(&ask(&running, "example.test").await).starts_with("Records"), "the practice zone costs nothing");
}

#[tokio::test]
async fn s5_so_many_look_ups_at_once() {
    assert_eq!(MX_AT_ONCE, 32);
    let server = zone().await;
    let one = limits(|limits| limits.mx_at_once = 1);
    let allowed = vec!["mail.silent.example:25".parse().unwrap()];
    let running = proxy_with(Config { allowed, name_servers: vec![server.address], limits: one, ..quiet() }).await;
    let waits = ask(&running, "silent.example");
    let refused = async {
        loop {
            // The first look-up has its place once its question is at the name server.
            if !server.asked().is_empty() {
                return line(&ask(&running, "silent.example").await);
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        biased;
        refused = refused => assert_eq!(refused, "refused: busy"),
        reply = waits => panic!("{reply:?}"),
    }
}
