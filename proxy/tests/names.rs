//! S2: names that lie. A name server of our own answers whatever a test wants, each time anew.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::wildcard_enum_match_arm, reason = "tests")]

mod common;

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::dns::{A, AAAA, question};
use common::{Page, fake_server, limits, proxy_with, quiet, say_and_close};
use proxy::{Config, OpenInternet, Reach, Running};
use tokio::net::UdpSocket;
use wire::{Cause, ServerMsg, TlsMode};

/// What the name server says to one question.
#[derive(Clone)]
enum Lie {
    /// These addresses, of the family that was asked for.
    Addresses(Vec<IpAddr>),
    /// A response code and nothing else.
    Code(u8),
    /// Nothing.
    Silence,
    /// Not DNS at all.
    Garbage,
}

/// A name server; its answers to the questions for IPv4 addresses come one after another, the last one for ever.
struct LyingServer {
    address: SocketAddr,
    /// The names it was asked for, for IPv4 addresses.
    asked: Arc<Mutex<Vec<String>>>,
}

impl LyingServer {
    async fn telling(lies: Vec<Lie>) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = asked.clone();
        tokio::spawn(async move {
            let mut query = [0; 1500];
            loop {
                let (length, from) = socket.recv_from(&mut query).await.unwrap();
                let (name, kind, end) = question(&query[..length]);
                let turn = {
                    let mut log = log.lock().unwrap();
                    if kind == A {
                        log.push(name);
                    }
                    log.len().saturating_sub(1).min(lies.len() - 1)
                };
                if let Some(answer) = answer(&query[..end], kind, &lies[turn]) {
                    socket.send_to(&answer, from).await.unwrap();
                }
            }
        });
        Self { address, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn answer(question: &[u8], kind: u16, lie: &Lie) -> Option<Vec<u8>> {
    let (code, addresses) = match lie {
        Lie::Addresses(addresses) => (0, addresses.as_slice()),
        Lie::Code(code) => (*code, &[][..]),
        Lie::Silence => return None,
        Lie::Garbage => return Some(b"\xff\xffnonsense".to_vec()),
    };
    let fits = |ip: &&IpAddr| (ip.is_ipv4() && kind == A) || (ip.is_ipv6() && kind == AAAA);
    let fitting: Vec<_> = addresses.iter().filter(fits).collect();
    let mut bytes = question[..2].to_vec();
    bytes.extend([0x81, 0x80 | code, 0, 1, 0, u8::try_from(fitting.len()).unwrap(), 0, 0, 0, 0]);
    bytes.extend(&question[12..]);
    for ip in fitting {
        let data = match ip {
            IpAddr::V4(v4) => v4.octets().to_vec(),
            IpAddr::V6(v6) => v6.octets().to_vec(),
        };
        bytes.extend([0xc0, 12]);
        bytes.extend(kind.to_be_bytes());
        bytes.extend([0, 1, 0, 0, 0, 0, 0, u8::try_from(data.len()).unwrap()]);
        bytes.extend(data);
    }
    Some(bytes)
}

fn addresses(texts: &[&str]) -> Lie {
    Lie::Addresses(texts.iter().map(|text| text.parse().unwrap()).collect())
}

/// A proxy that lets every name through at `port`, as far as `reach`, and believes `server`.
async fn believing(server: &LyingServer, port: u16, reach: Reach) -> Running {
    let hasty = limits(|limits| limits.dial_wait = Duration::from_secs(3));
    let open_internet = Some(OpenInternet { ports: vec![port], reach });
    proxy_with(Config { open_internet, name_servers: vec![server.address], limits: hasty, ..quiet() }).await
}

async fn greeting_server() -> SocketAddr {
    fake_server(|tcp| say_and_close(tcp, b"+OK\r\n".to_vec())).await
}

#[tokio::test]
async fn s2_the_vetted_address_is_dialled_and_the_name_never_asked_again() {
    let mail = greeting_server().await;
    // A rebinding server: harmless at first, then the address where clouds keep secrets.
    let lies = vec![addresses(&["127.0.0.1"]), addresses(&["169.254.169.254"])];
    let server = LyingServer::telling(lies).await;
    let running = believing(&server, mail.port(), Reach::Special).await;
    let mut page = Page::open(&running, "rebind.example.org", mail.port(), TlsMode::None).await;
    match page.control().await {
        ServerMsg::Connected { address, .. } => assert_eq!(address, mail.to_string()),
        other => panic!("{other:?}"),
    }
    assert_eq!(page.rest().await, (b"+OK\r\n".to_vec(), Cause::Server { truncated: false }, 1000));
    assert_eq!(server.asked(), ["rebind.example.org"], "asked once, without the search list");
    let mut page = Page::open(&running, "Rebind.Example.ORG.", mail.port(), TlsMode::None).await;
    let never = Cause::Never { block: "Link Local".to_owned(), source: "RFC 3927".to_owned() };
    assert_eq!(page.rest().await, (Vec::new(), never, 1000));
}

#[tokio::test]
async fn s2_one_bad_address_condemns_the_name() {
    async fn check(reach: Reach, told: &[&str], expected: Option<(&str, &str)>) {
        let mail = greeting_server().await;
        let server = LyingServer::telling(vec![addresses(told)]).await;
        let running = believing(&server, mail.port(), reach).await;
        let mut page = Page::open(&running, "mail.example.org", mail.port(), TlsMode::None).await;
        match (page.control().await, expected) {
            (ServerMsg::Connected { address, .. }, None) => assert_eq!(address, mail.to_string(), "{told:?}"),
            (ServerMsg::Closed { cause, .. }, Some((block, source))) => {
                let (block, source) = (block.to_owned(), source.to_owned());
                let expected = match block.as_str() {
                    "Link Local" | "Cloud metadata" | "Link-Local Unicast" => Cause::Never { block, source },
                    _ => Cause::NotPublic { block, source },
                };
                assert_eq!(cause, expected, "{told:?}");
            }
            (other, _) => panic!("{told:?}: {other:?}"),
        }
    }
    use Reach::{Global, Special};
    check(Special, &["127.0.0.1"], None).await;
    // The race goes on after an address where nothing listens.
    check(Special, &["127.0.0.2", "127.0.0.1"], None).await;
    check(Special, &["127.0.0.1", "169.254.169.254"], Some(("Link Local", "RFC 3927"))).await;
    check(Special, &["127.0.0.1", "fe80::1"], Some(("Link-Local Unicast", "RFC 4291"))).await;
    check(Special, &["127.0.0.1", "fd00:ec2::254"], Some(("Cloud metadata", "AWS"))).await;
    check(Global, &["127.0.0.1"], Some(("Loopback", "RFC 1122"))).await;
    check(Global, &["8.8.8.8", "10.0.0.1"], Some(("Private-Use", "RFC 1918"))).await;
    check(Global, &["8.8.8.8", "::ffff:10.0.0.1"], Some(("Private-Use", "RFC 1918"))).await;
    check(Global, &["2606:4700::1111", "127.0.0.1"], Some(("Loopback", "RFC 1122"))).await;
}

#[tokio::test]
async fn s2_a_listed_name_may_lead_to_a_network_of_ones_own_but_not_to_this_machine() {
    let mail = greeting_server().await;
    let server = LyingServer::telling(vec![addresses(&["127.0.0.1"])]).await;
    let allowed = vec![format!("mail.school.example:{}", mail.port()).parse().unwrap()];
    let running = proxy_with(Config { allowed, name_servers: vec![server.address], ..quiet() }).await;
    let mut page = Page::open(&running, "mail.school.example", mail.port(), TlsMode::None).await;
    let loopback = Cause::NotPublic { block: "Loopback".to_owned(), source: "RFC 1122".to_owned() };
    assert_eq!(page.rest().await, (Vec::new(), loopback, 1000));
}

#[tokio::test]
async fn s2_name_servers_that_fail() {
    async fn check(what: &str, lie: Lie, expected: Cause) {
        let server = LyingServer::telling(vec![lie]).await;
        let hasty = limits(|limits| limits.dial_wait = Duration::from_millis(300));
        let open_internet = Some(OpenInternet::default());
        let config = Config { open_internet, name_servers: vec![server.address], limits: hasty, ..quiet() };
        let running = proxy_with(config).await;
        let mut page = Page::open(&running, "mail.example.org", 110, TlsMode::None).await;
        assert_eq!(page.rest().await, (Vec::new(), expected, 1000), "{what}");
    }
    check("no such name", Lie::Code(3), Cause::NoSuchHost).await;
    check("no address", addresses(&[]), Cause::NoSuchHost).await;
    check("server failure", Lie::Code(2), Cause::NameFailed).await;
    check("refused", Lie::Code(5), Cause::NameFailed).await;
    check("silence", Lie::Silence, Cause::NameFailed).await;
    check("garbage", Lie::Garbage, Cause::NameFailed).await;
}

#[tokio::test]
async fn s2_odd_hosts_are_never_asked_for() {
    let server = LyingServer::telling(vec![addresses(&["127.0.0.1"])]).await;
    let running = believing(&server, 110, Reach::Special).await;
    for host in ["2130706433", "0x7f.1", "a..b", "fe80::1%lo", "gm\u{430}il.com", &"a".repeat(60_000)] {
        let mut page = Page::open(&running, host, 110, TlsMode::None).await;
        let (_, cause, _) = page.rest().await;
        assert!(matches!(cause, Cause::BadHost { .. }), "{host:.20}: {cause:?}");
    }
    assert!(server.asked().is_empty(), "{:?}", server.asked());
}
