//! What is counted: a session changes the numbers, and no label can carry a target or a visitor. The table of
//! `docs/operations.md` is made here: `UPDATE=1 cargo test -p proxy --test metrics` writes it anew.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use common::dns::Say::{Code, Mx, Silence};
use common::dns::ZoneServer;
use common::{
    PATIENCE, Page, Seen, allow, fake_server, http, http_with, limits, proxy_with, quiet, read_exactly, say_and_close,
};
use proxy::{Config, Limits, OpenInternet, PracticePorts, Rate, Running};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::time::timeout;
use wire::{Cause, ClientMsg, ServerMsg, TlsMode};

/// A proxy that counts.
async fn counting(config: Config) -> Running {
    proxy_with(Config { metrics: Some("127.0.0.1:0".parse().unwrap()), ..config }).await
}

async fn text(running: &Running) -> String {
    let answer = http(running.metrics_address().unwrap(), "GET /metrics HTTP/1.1\r\nHost: monitor\r\n").await;
    assert_eq!(answer.status, 200);
    assert!(answer.headers["content-type"].starts_with("application/openmetrics-text"), "{:?}", answer.headers);
    let text = String::from_utf8(answer.body).unwrap();
    assert!(text.ends_with("# EOF\n"), "{text}");
    text
}

/// Every number that is not zero, by its name and label.
async fn numbers(running: &Running) -> BTreeMap<String, u64> {
    let text = text(running).await;
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let pairs = lines.map(|line| line.rsplit_once(' ').unwrap());
    let counted =
        pairs.map(|(name, number)| (name.trim_start_matches("mailspeak_").to_owned(), number.parse().unwrap()));
    counted.filter(|(_, number)| *number > 0).collect()
}

/// Waits until the sessions are over, then compares what is counted, but for the practice worlds.
#[track_caller]
fn expect<'a>(running: &'a Running, expected: &'a [(&str, u64)]) -> impl Future<Output = ()> + 'a {
    let place = std::panic::Location::caller();
    async move {
        let mut seen = BTreeMap::new();
        let ended = async {
            loop {
                seen = numbers(running).await;
                if !seen.contains_key("sessions_open") {
                    break;
                }
            }
        };
        timeout(PATIENCE, ended).await.expect("the sessions end");
        seen.retain(|name, _| !name.starts_with("practice_"));
        let expected: BTreeMap<_, _> = expected.iter().map(|(name, number)| ((*name).to_owned(), *number)).collect();
        assert_eq!(seen, expected, "{place}");
    }
}

#[tokio::test]
async fn a_session_changes_the_numbers() {
    let server = fake_server(|mut tcp| async move {
        read_exactly(&mut tcp, 12).await;
        tcp.write_all(b"+OK ready\r\n").await.unwrap();
    })
    .await;
    let running = counting(Config { allowed: allow(&[server]), ..quiet() }).await;
    expect(&running, &[]).await;
    let mut page = Page::connected(&running, server, TlsMode::None).await;
    assert_eq!(numbers(&running).await["sessions_open"], 1);
    page.type_bytes(b"NOOP\r\n").await;
    page.type_bytes(b"QUIT\r\n").await;
    assert_eq!(page.rest().await.0, b"+OK ready\r\n");
    expect(
        &running,
        &[
            ("dials_total{outcome=\"connected\"}", 1),
            ("mail_bytes_total{side=\"page\"}", 12),
            ("mail_bytes_total{side=\"server\"}", 11),
            ("sessions_begun_total", 1),
            ("sessions_ended_total{cause=\"server\"}", 1),
        ],
    )
    .await;
}

#[tokio::test]
async fn refusals_limits_and_failures() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let plain = fake_server(|tcp| say_and_close(tcp, b"+OK\r\n".to_vec())).await;
    let one = limits(|limits| limits.visitor_sessions = 1);
    let running = counting(Config { allowed: allow(&[closed, plain]), limits: one, ..quiet() }).await;
    let end = async |host: &str, port: u16, tls: TlsMode| {
        let mut page = Page::open(&running, host, port, tls).await;
        while !matches!(page.next().await, Seen::Close(..)) {}
        assert_eq!(page.next().await, Seen::End);
    };
    end("mail.school.example", 995, TlsMode::None).await;
    expect(
        &running,
        &[
            ("sessions_begun_total", 1),
            ("sessions_ended_total{cause=\"refused\"}", 1),
            ("refusals_total{reason=\"not_allowed\"}", 1),
        ],
    )
    .await;
    end("127.0.0.1", closed.port(), TlsMode::None).await;
    end("127.0.0.1", plain.port(), TlsMode::Implicit).await;
    http(running.address(), "GET /ws HTTP/1.1\r\nHost: evil.example\r\n").await;
    http(running.address(), &format!("GET /ws HTTP/1.1\r\nHost: {}\r\nOrigin: null\r\n", running.address())).await;
    let first = Page::enter(&running).await;
    let mut second = Page::enter(&running).await;
    assert_eq!(second.rest().await.1, Cause::TooMany { sessions: 1 });
    drop(first);
    expect(
        &running,
        &[
            ("dials_total{outcome=\"closed\"}", 1),
            ("dials_total{outcome=\"connected\"}", 1),
            ("limited_total{limit=\"visitor_sessions\"}", 1),
            ("refusals_total{reason=\"host\"}", 1),
            ("refusals_total{reason=\"not_allowed\"}", 1),
            ("refusals_total{reason=\"origin\"}", 1),
            ("sessions_begun_total", 5),
            ("sessions_ended_total{cause=\"limit\"}", 1),
            ("sessions_ended_total{cause=\"network\"}", 1),
            ("sessions_ended_total{cause=\"page\"}", 1),
            ("sessions_ended_total{cause=\"refused\"}", 1),
            ("sessions_ended_total{cause=\"tls\"}", 1),
            ("tls_handshakes_total{outcome=\"not_tls\"}", 1),
        ],
    )
    .await;
}

#[tokio::test]
async fn look_ups_of_mail_hosts() {
    let server = ZoneServer::with(&[
        ("school.example", vec![Mx(10, "mail.school.example")]),
        ("nothing.example", vec![]),
        ("failing.example", vec![Code(2)]),
        ("refusing.example", vec![Code(5)]),
        ("silent.example", vec![Silence]),
    ])
    .await;
    let asking = async |change: &dyn Fn(&mut Limits), open: bool| {
        let limits = limits(|limits| {
            limits.dial_wait = Duration::from_secs(1);
            change(limits);
        });
        let open_internet = open.then(OpenInternet::default);
        counting(Config { name_servers: vec![server.address], open_internet, limits, ..quiet() }).await
    };
    let ask = async |running: &Running, domain: &str| {
        let (host, body) = (running.address(), format!(r#"{{"domain":"{domain}"}}"#));
        let head =
            format!("POST /mx HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nContent-Length: {}\r\n", body.len());
        assert_eq!(http_with(host, &head, &body).await.status, 200, "{domain}");
    };
    let counted = |outcome: &str| format!("mx_look_ups_total{{outcome=\"{outcome}\"}}");

    let running = asking(&|limits| limits.mx_rate = Rate::a_minute(6), true).await;
    let each = [
        ("example.test", "practice"),
        ("school.example", "records"),
        ("nothing.example", "no_records"),
        ("gone.example", "no_such_name"),
        ("failing.example", "failed"),
        ("refusing.example", "denied"),
        ("silent.example", "no_answer"),
        ("0x7f.1", "refused"),
        ("school.example", "rate"),
    ];
    for (domain, _) in each {
        ask(&running, domain).await;
    }
    let all: Vec<_> = each.iter().map(|(_, outcome)| counted(outcome)).collect();
    expect(&running, &all.iter().map(|name| (name.as_str(), 1)).collect::<Vec<_>>()).await;

    let running = asking(&|limits| limits.mx_at_once = 0, true).await;
    ask(&running, "school.example").await;
    expect(&running, &[(&counted("busy"), 1)]).await;

    let running = asking(&|_| {}, false).await;
    ask(&running, "school.example").await;
    expect(&running, &[(&counted("refused"), 1)]).await;
}

#[tokio::test]
async fn stalls_of_both_sides() {
    let server = fake_server(|mut tcp| async move {
        // Says more than the window and reads nothing, ever.
        tcp.write_all(&[b'x'; 20_000]).await.unwrap();
        std::future::pending::<()>().await;
    })
    .await;
    let window = limits(|limits| limits.window = 10_000);
    let running = counting(Config { allowed: allow(&[server]), limits: window, ..quiet() }).await;
    let mut page = Page::connected(&running, server, TlsMode::None).await;
    let stalls = async |side: &str| numbers(&running).await.get(&format!("stalls_total{{side=\"{side}\"}}")).copied();
    while stalls("server").await != Some(1) {
        assert!(matches!(page.next().await, Seen::Bytes(_)));
    }
    let push = tokio::spawn(async move {
        loop {
            page.type_bytes(&[b'z'; 60_000]).await;
        }
    });
    // The kernels take some; in the end nobody does.
    let stuck = async { while stalls("page").await.is_none() {} };
    timeout(PATIENCE, stuck).await.expect("the page is not read any more");
    push.abort();
}

#[tokio::test]
async fn practice_worlds_and_their_mail() {
    let running = counting(Config { practice: PracticePorts::ANY, ..quiet() }).await;
    let count = async |name: &str| numbers(&running).await.get(name).copied().unwrap_or(0);
    let public = count("practice_mail_octets").await;
    assert!(public > 0, "the public world has letters");
    let mut page = Page::open_in(Some("canary-world"), &running, "mail.example.test", 110, TlsMode::None).await;
    assert!(matches!(page.control().await, ServerMsg::Connected { .. }));
    assert_eq!((count("practice_worlds").await, count("practice_mail_octets").await), (1, 2 * public));
}

#[tokio::test]
async fn s9_no_label_carries_a_target_or_a_visitor() {
    let server = fake_server(|tcp| say_and_close(tcp, b"+OK canary-server\r\n".to_vec())).await;
    let running = counting(Config {
        allowed: allow(&[server]),
        practice: PracticePorts::ANY,
        trusted_proxies: vec!["127.0.0.1".parse().unwrap()],
        ..quiet()
    })
    .await;
    let series = |text: &str| -> BTreeSet<String> {
        text.lines()
            .filter(|line| !line.starts_with('#'))
            .map(|line| line.rsplit_once(' ').unwrap().0.to_owned())
            .collect()
    };
    let before = series(&text(&running).await);
    for host in ["canary.example", "127.0.0.1", "0xcanary", "mail.example.test", "169.254.169.254"] {
        let mut page = Page::enter_for(&running, Some("192.0.2.77")).await;
        page.ask(host, server.port(), TlsMode::None, Some("canary-world")).await;
        page.type_bytes(b"USER canary-user\r\nPASS canary-password\r\n").await;
        page.say(&ClientMsg::Close).await;
        while !matches!(page.next().await, Seen::Close(..)) {}
    }
    let after = text(&running).await;
    assert_eq!(series(&after), before, "every series is there from the start, and none is added");
    for word in ["canary", "192.0.2.77", "127.0.0.1", &server.port().to_string(), "example"] {
        assert!(!series(&after).iter().any(|name| name.contains(word)), "{word}: {after}");
    }
}

#[tokio::test]
async fn the_page_has_no_metrics() {
    let running = counting(quiet()).await;
    let address = running.address();
    assert_eq!(http(address, &format!("GET /metrics HTTP/1.1\r\nHost: {address}\r\n")).await.status, 404);
    let metrics = running.metrics_address().unwrap();
    for path in ["/", "/offer", "/ws"] {
        assert_eq!(http(metrics, &format!("GET {path} HTTP/1.1\r\nHost: {metrics}\r\n")).await.status, 404, "{path}");
    }
    assert!(proxy_with(quiet()).await.metrics_address().is_none(), "off unless asked for");
    // Nor may the page dial it.
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let running = proxy_with(Config { allowed: allow(&[free]), metrics: Some(free), ..quiet() }).await;
    let mut page = Page::open(&running, "127.0.0.1", free.port(), TlsMode::None).await;
    assert_eq!(page.rest().await.1, Cause::Itself);
}

/// The table from what a fresh proxy tells.
fn table(text: &str) -> String {
    let mut rows: Vec<(String, String, BTreeSet<String>, String)> = Vec::new();
    for line in text.lines() {
        let words: Vec<_> = line.splitn(4, ' ').collect();
        match words[..] {
            ["#", "HELP", name, about] => {
                rows.push((name.to_owned(), String::new(), BTreeSet::new(), about.trim_end_matches('.').to_owned()));
            }
            ["#", "TYPE", _, kind] => rows.last_mut().unwrap().1 = kind.to_owned(),
            ["#", ..] => {}
            _ => {
                if let Some((_, label)) = line.split_once('{') {
                    let (key, rest) = label.split_once("=\"").unwrap();
                    let word = rest.split('"').next().unwrap();
                    rows.last_mut().unwrap().2.insert(format!("{key}={word}"));
                }
            }
        }
    }
    let mut table = "| name | kind | what | label | its words |\n|---|---|---|---|---|\n".to_owned();
    for (name, kind, labels, about) in rows {
        let key = labels.first().map_or("", |label| label.split('=').next().unwrap());
        let key = if key.is_empty() { String::new() } else { format!("`{key}`") };
        let words: Vec<_> = labels.iter().map(|label| format!("`{}`", label.split('=').nth(1).unwrap())).collect();
        table.push_str(&format!("| `{name}` | {kind} | {about} | {key} | {} |\n", words.join(" ")));
    }
    table
}

#[tokio::test]
async fn the_table_is_fresh() {
    let table = table(&text(&counting(quiet()).await).await);
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/operations.md");
    let document = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = document.split_once("<!-- metrics -->\n").expect("a mark before the table");
    let (_, after) = rest.split_once("<!-- end of metrics -->").expect("a mark behind the table");
    let fresh = format!("{before}<!-- metrics -->\n{table}<!-- end of metrics -->{after}");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, fresh).unwrap();
    } else {
        assert!(fresh == document, "docs/operations.md is stale: UPDATE=1 cargo test -p proxy --test metrics");
    }
}
