//! S3: servers nobody listed must greet like mail servers before anything is sent to them; rates of visitors and servers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::wildcard_enum_match_arm, reason = "tests")]

mod common;

use std::net::SocketAddr;

use common::{PATIENCE, Page, Seen, TestAuthority, allow, fake_server, limits, proxy_with, quiet, read_exactly};
use proxy::{Config, Limits, OpenInternet, Rate, Reach, Running};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::oneshot;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use wire::{Cause, ClientMsg, ErrorCode, ServerMsg, TlsMode};

/// A proxy that takes this machine for the open internet.
async fn open_to(server: SocketAddr, config: Config) -> Running {
    let open_internet = Some(OpenInternet { ports: vec![server.port()], reach: Reach::Special });
    proxy_with(Config { open_internet, ..config }).await
}

/// Says something and tells what it heard until the end.
async fn speaks_first(
    mut tcp: impl AsyncReadExt + AsyncWriteExt + Unpin,
    words: Vec<u8>,
    tell: oneshot::Sender<Vec<u8>>,
) {
    for byte in words {
        tcp.write_all(&[byte]).await.unwrap();
        tcp.flush().await.unwrap();
    }
    let mut heard = Vec::new();
    let _ = tcp.read_to_end(&mut heard).await;
    tell.send(heard).unwrap();
}

#[tokio::test]
async fn s3_nothing_is_sent_to_a_server_that_is_none_of_mail() {
    async fn check(words: &'static str, tls: TlsMode) {
        let authority = TestAuthority::new();
        let acceptor = authority.acceptor(&["127.0.0.1"], (-1, 1));
        let (tell, told) = oneshot::channel();
        let server = fake_server(move |tcp| async move {
            match tls {
                TlsMode::None => speaks_first(tcp, words.into(), tell).await,
                TlsMode::Implicit => speaks_first(acceptor.accept(tcp).await.unwrap(), words.into(), tell).await,
            }
        })
        .await;
        let folder = format!("not-mail-{}", words.len());
        let running = open_to(server, Config { ca_files: vec![authority.file(&folder)], ..quiet() }).await;
        let mut page = Page::open(&running, "127.0.0.1", server.port(), tls).await;
        page.type_bytes(b"GET /secret\r\n").await;
        assert!(matches!(page.control().await, ServerMsg::Connected { .. }));
        if tls == TlsMode::Implicit {
            assert!(matches!(page.control().await, ServerMsg::Tls { .. }));
        }
        let (shown, cause, code) = page.rest().await;
        assert_eq!((cause, code), (Cause::NotMail, 1000), "{words}");
        assert!(words.as_bytes().starts_with(&shown), "{words}: the page sees what the server said");
        assert_eq!(timeout(PATIENCE, told).await.unwrap().unwrap(), b"", "{words}");
    }
    check("SSH-2.0-OpenSSH_9.2\r\n", TlsMode::None).await;
    check("HTTP/1.1 400 Bad Request\r\n", TlsMode::None).await;
    check("221 goodbye\r\n", TlsMode::None).await;
    check("* OK IMAP4rev1\r\n", TlsMode::Implicit).await;
}

#[tokio::test]
async fn s3_a_greeting_opens_the_way() {
    async fn check(words: &'static str) {
        let (tell, told) = oneshot::channel();
        let server = fake_server(move |tcp| speaks_first(tcp, words.into(), tell)).await;
        let running = open_to(server, quiet()).await;
        let mut page = Page::open(&running, "127.0.0.1", server.port(), TlsMode::None).await;
        page.type_bytes(b"QUIT\r\n").await;
        assert!(matches!(page.control().await, ServerMsg::Connected { .. }));
        assert_eq!(page.bytes(words.len()).await, words.as_bytes());
        page.type_bytes(b"NOOP\r\n").await;
        page.say(&ClientMsg::Close).await;
        assert_eq!(timeout(PATIENCE, told).await.unwrap().unwrap(), b"QUIT\r\nNOOP\r\n", "{words}");
    }
    check("+OK ready\r\n").await;
    check("220 mail.example.org ESMTP\r\n").await;
    check("220-mail.example.org\r\n220 ready\r\n").await;
    check("554 no service\r\n").await;
    check("-ERR busy\r\n").await;
}

#[tokio::test]
async fn s3_a_silent_server_hears_nothing_not_even_a_handshake() {
    let (tell, told) = oneshot::channel();
    let server = fake_server(move |tcp| speaks_first(tcp, Vec::new(), tell)).await;
    let running = open_to(server, quiet()).await;
    let mut page = Page::open(&running, "127.0.0.1", server.port(), TlsMode::None).await;
    assert!(matches!(page.control().await, ServerMsg::Connected { .. }));
    page.type_bytes(b"EHLO me\r\n").await;
    page.say(&ClientMsg::StartTls { after: 0 }).await;
    match page.control().await {
        ServerMsg::Error { code, detail } => assert_eq!(code, ErrorCode::OutOfOrder, "{detail}"),
        other => panic!("{other:?}"),
    }
    assert_eq!(timeout(PATIENCE, told).await.unwrap().unwrap(), b"");
}

#[tokio::test]
async fn s3_a_listed_server_may_say_what_it_likes() {
    let server = fake_server(|mut tcp| async move {
        tcp.write_all(b"SSH-2.0\r\n").await.unwrap();
        let heard = read_exactly(&mut tcp, 6).await;
        tcp.write_all(&heard).await.unwrap();
    })
    .await;
    let running = proxy_with(Config { allowed: allow(&[server]), ..quiet() }).await;
    let mut page = Page::connected(&running, server, TlsMode::None).await;
    page.type_bytes(b"NOOP\r\n").await;
    assert_eq!(page.bytes(15).await, b"SSH-2.0\r\nNOOP\r\n");
}

/// One dial, then none for a minute.
fn once() -> Rate {
    Rate::a_minute(1)
}

async fn crowded(change: impl FnOnce(&mut Limits)) -> (Running, SocketAddr) {
    // Nothing listens there any more: a refused connection is a dial all the same.
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
    let config = Config { allowed: allow(&[closed]), limits: limits(change), trusted_proxies, ..quiet() };
    (proxy_with(config).await, closed)
}

async fn dial_as(visitor: &str, running: &Running, server: SocketAddr) -> Cause {
    let mut page = Page::enter_for(running, Some(visitor)).await;
    page.ask(&server.ip().to_string(), server.port(), TlsMode::None, None).await;
    page.rest().await.1
}

#[tokio::test]
async fn s3_a_visitor_dials_no_faster_than_the_rate() {
    let (running, server) = crowded(|limits| limits.visitor_rate = once()).await;
    assert_eq!(dial_as("192.0.2.1", &running, server).await, Cause::Refused);
    assert!(matches!(dial_as("192.0.2.1", &running, server).await, Cause::TooFast { seconds: 1..=60 }));
    // What a visitor wrote before the reverse proxy's word does not count.
    assert!(matches!(dial_as("192.0.2.9, 192.0.2.1", &running, server).await, Cause::TooFast { .. }));
    assert_eq!(dial_as("192.0.2.2", &running, server).await, Cause::Refused);
}

#[tokio::test]
async fn s3_a_server_is_dialled_no_faster_than_the_rate() {
    let (running, server) = crowded(|limits| limits.server_rate = once()).await;
    assert_eq!(dial_as("192.0.2.1", &running, server).await, Cause::Refused);
    assert!(matches!(dial_as("192.0.2.2", &running, server).await, Cause::TooFast { .. }));
}

#[tokio::test]
async fn s3_a_server_of_many_names_is_one_server() {
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let names = ["127.0.0.1", "localhost", "mail.localhost"];
    let allowed = names.iter().map(|name| format!("{name}:{}", closed.port()).parse().unwrap()).collect();
    let limits = limits(|limits| limits.server_rate = once());
    let running = proxy_with(Config { allowed, limits, ..quiet() }).await;
    let mut causes = Vec::new();
    for name in names {
        let mut page = Page::open(&running, name, closed.port(), TlsMode::None).await;
        causes.push(page.rest().await.1);
    }
    assert!(matches!(causes[..], [Cause::Refused, Cause::TooFast { .. }, Cause::TooFast { .. }]), "{causes:?}");
}

#[tokio::test]
async fn s5_a_visitor_has_no_more_sessions_than_the_limit() {
    let (running, _) = crowded(|limits| limits.visitor_sessions = 1).await;
    let first = Page::enter_for(&running, Some("192.0.2.1")).await;
    // The proxy has seen the first session when it has seen one that came after it.
    let mut other = Page::enter_for(&running, Some("192.0.2.2")).await;
    other.ask("127.0.0.1", 1, TlsMode::None, None).await;
    assert_eq!(other.rest().await.1, Cause::NotAllowed);
    let mut second = Page::enter_for(&running, Some("192.0.2.1")).await;
    assert_eq!(second.rest().await, (Vec::new(), Cause::TooMany { sessions: 1 }, 1013));
    drop(first);
}

#[tokio::test]
async fn s5_who_lingers_or_is_refused_takes_no_place_from_others() {
    let (running, _) = crowded(|limits| (limits.sessions, limits.visitor_sessions) = (2, 1)).await;
    // Neither agrees to the close.
    let mut lingering = Page::enter_for(&running, Some("192.0.2.1")).await;
    lingering.send(Message::text("?")).await;
    assert!(matches!(lingering.control().await, ServerMsg::Error { .. }));
    let mut refused = Page::enter_for(&running, Some("192.0.2.1")).await;
    match refused.control().await {
        ServerMsg::Closed { cause, .. } => assert_eq!(cause, Cause::TooMany { sessions: 1 }),
        other => panic!("{other:?}"),
    }
    let mut other = Page::enter_for(&running, Some("192.0.2.2")).await;
    other.ask("127.0.0.1", 1, TlsMode::None, None).await;
    assert_eq!(other.rest().await.1, Cause::NotAllowed);
}

#[tokio::test]
async fn s5_so_many_refusals_are_told_at_once() {
    let (running, _) = crowded(|limits| (limits.sessions, limits.refusals) = (0, 1)).await;
    let mut told = Page::enter(&running).await;
    match told.control().await {
        ServerMsg::Closed { cause, .. } => assert_eq!(cause, Cause::Busy),
        other => panic!("{other:?}"),
    }
    assert_eq!(Page::enter(&running).await.next().await, Seen::End, "the first has not agreed to the close");
    drop(told);
    let over = async {
        while running.sessions() > 0 {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, over).await.expect("the refused session ends with its page");
    assert_eq!(Page::enter(&running).await.rest().await.1, Cause::Busy);
}
