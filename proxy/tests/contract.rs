//! The contract of `wire`: what breaks it, and the proxy's own clocks, limits and stop.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::wildcard_enum_match_arm, reason = "tests")]

mod common;

use std::time::Duration;

use common::{
    PATIENCE, Page, Seen, allow, fake_server, http, limits, proxy_for, proxy_with, quiet, read_exactly, say_and_close,
};
use proxy::{Config, Limits};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use wire::{Cause, ClientMsg, ErrorCode, ServerMsg, TlsMode};

/// A server that greets and waits.
async fn greeter() -> std::net::SocketAddr {
    fake_server(|mut tcp: TcpStream| async move {
        tokio::io::AsyncWriteExt::write_all(&mut tcp, b"+OK\r\n").await.unwrap();
        let _held = tcp;
        std::future::pending::<()>().await;
    })
    .await
}

#[tokio::test]
async fn nonsense_before_open() {
    async fn check(message: Message, code: ErrorCode, detail: &str, close: u16) {
        let running = proxy_for(&[]).await;
        let mut page = Page::enter(&running).await;
        let shown = format!("{message:.60?}");
        page.send(message).await;
        expect_error(&mut page, code, detail, close, &shown).await;
        // The proxy lives on.
        Page::enter(&running).await;
    }
    use ErrorCode::{Malformed, OutOfOrder, TooLong, Version};
    let text = |text: &str| Message::text(text.to_owned());

    check(Message::binary(wire::page_frame(b"QUIT\r\n")), OutOfOrder, "bytes before open", 1002).await;
    check(Message::binary(b"QUIT\r\n".to_vec()), Malformed, "kind 81", 1002).await;
    check(Message::binary(Vec::new()), Malformed, "without its head", 1002).await;
    check(text(r#"{"start_tls":{"after":0}}"#), OutOfOrder, "start_tls before open", 1002).await;
    check(text(r#"{"credit":{"bytes":1}}"#), OutOfOrder, "credit before open", 1002).await;
    check(text(r#""close""#), OutOfOrder, "close before open", 1002).await;
    check(text(""), Malformed, "EOF", 1002).await;
    check(text("QUIT"), Malformed, "expected value", 1002).await;
    check(text("[]"), Malformed, "", 1002).await;
    check(text("null"), Malformed, "", 1002).await;
    check(text(r#""fly""#), Malformed, "fly", 1002).await;
    check(text(r#""Open""#), Malformed, "Open", 1002).await;
    check(text(r#"{"open":{}}"#), Malformed, "missing field", 1002).await;
    check(text(r#"{"open":{"version":2,"host":"h","port":65536,"tls":"none"}}"#), Malformed, "65536", 1002).await;
    check(text(r#"{"open":{"version":2,"host":"h","port":1,"tls":"maybe"}}"#), Malformed, "maybe", 1002).await;
    check(text(r#"{"open":{"version":2,"host":"h","port":1,"tls":"none","extra":1}}"#), Malformed, "extra", 1002).await;
    for world in ["", "two words", "zo\u{eb}", &"x".repeat(65), &"x".repeat(60_000)] {
        let open = format!(r#"{{"open":{{"version":2,"host":"h","port":1,"tls":"none","world":"{world}"}}}}"#);
        check(text(&open), Malformed, &format!("not \"{world:.9}"), 1002).await;
    }
    check(text(r#"{"open":{"version":2,"host":"h","port":1,"tls":"none","world":7}}"#), Malformed, "7", 1002).await;
    let older = r#"{"open":{"version":1,"host":"mail.example.test","port":110,"tls":"none"}}"#;
    check(text(older), Version, "version 1, this proxy speaks 2", 1002).await;
    check(text(r#"{"open":{"version":3,"wholly":"other"}}"#), Version, "3", 1002).await;
    check(text(r#"{"open":{"version":"one"}}"#), Version, "one", 1002).await;
    check(Message::binary(vec![0; wire::MAX_MESSAGE + 1]), TooLong, "65537", 1009).await;
    check(Message::text("x".repeat(wire::MAX_MESSAGE + 1)), TooLong, "65537", 1009).await;
}

#[tokio::test]
async fn nonsense_after_open() {
    async fn refused(message: Message, code: ErrorCode, detail: &str) {
        let server = greeter().await;
        let running = proxy_for(&[server]).await;
        let mut page = Page::connected(&running, server, TlsMode::None).await;
        assert_eq!(page.bytes(5).await, b"+OK\r\n");
        let shown = format!("{message:?}");
        page.send(message).await;
        expect_error(&mut page, code, detail, 1002, &shown).await;
    }
    async fn check(text: &str, code: ErrorCode, detail: &str) {
        refused(Message::text(text.to_owned()), code, detail).await;
    }
    use ErrorCode::{Malformed, OutOfOrder, Version};
    let open = r#"{"open":{"version":2,"host":"127.0.0.1","port":1,"tls":"none"}}"#;
    check(open, OutOfOrder, "a second open").await;
    check(&open.replace(":2,\"host", ":7,\"host"), Version, "7").await;
    check(r#"{"start_tls":{"after":6}}"#, OutOfOrder, "6").await;
    check(r#"{"start_tls":{"after":-1}}"#, Malformed, "-1").await;
    check(r#"{"credit":{"bytes":4294967296}}"#, Malformed, "4294967296").await;
    check("PASS lovelace", Malformed, "expected value").await;
    // Kinds that only the proxy sends, and those that are kept for later.
    for kind in [0, 2, 3, 4, 255] {
        refused(Message::binary(vec![kind, b'x']), Malformed, &format!("kind {kind}")).await;
    }
}

#[tokio::test]
async fn start_tls_before_the_connection_is_ready() {
    let server = greeter().await;
    let running = proxy_for(&[server]).await;
    // The greeter does not speak TLS: the handshake is still going on when the second message comes.
    let mut page = Page::open(&running, "127.0.0.1", server.port(), TlsMode::Implicit).await;
    page.say(&ClientMsg::StartTls { after: 0 }).await;
    let code = loop {
        match page.control().await {
            ServerMsg::Connected { .. } => {}
            ServerMsg::Error { code, .. } => break code,
            // The handshake was quicker.
            ServerMsg::TlsFailed { .. } => return,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(code, ErrorCode::OutOfOrder);
}

#[tokio::test]
async fn frames_that_the_websocket_rules_forbid() {
    async fn check(what: &str, frame: &[u8]) {
        let running = proxy_for(&[]).await;
        let mut page = Page::enter(&running).await;
        tokio::io::AsyncWriteExt::write_all(page.socket.get_mut(), frame).await.unwrap();
        expect_error(&mut page, ErrorCode::Malformed, "", 1002, what).await;
    }
    check("not masked", b"\x81\x02hi").await;
    check("text that is not UTF-8", b"\x81\x82\0\0\0\0\xff\xfe").await;
    check("a reserved opcode", b"\x83\x80\0\0\0\0").await;
    check("a continuation of nothing", b"\x80\x80\0\0\0\0").await;
}

#[tokio::test]
async fn s5_silence_before_open() {
    let hasty = limits(|limits| limits.open_wait = Duration::from_millis(50));
    let running = proxy_with(Config { limits: hasty, ..quiet() }).await;
    let mut page = Page::enter(&running).await;
    expect_error(&mut page, ErrorCode::OutOfOrder, "no open", 1002, "silence").await;
}

#[tokio::test]
async fn s5_an_idle_session_is_warned_and_ended() {
    let server = greeter().await;
    let sleepy = limits(|limits| {
        limits.idle_close = Duration::from_millis(400);
        limits.idle_warning = Duration::from_millis(200);
    });
    let running = proxy_with(Config { allowed: allow(&[server]), limits: sleepy, ..quiet() }).await;
    let mut page = Page::connected(&running, server, TlsMode::None).await;
    assert_eq!(page.bytes(5).await, b"+OK\r\n");
    assert_eq!(page.control().await, ServerMsg::IdleWarning { seconds: 1 });
    // Typing puts the end off: a second warning comes.
    page.type_bytes(b"NOOP\r\n").await;
    assert_eq!(page.control().await, ServerMsg::IdleWarning { seconds: 1 });
    assert_eq!(page.rest().await, (Vec::new(), Cause::Idle, 1000));
}

#[tokio::test]
async fn s5_the_page_is_pinged() {
    let server = greeter().await;
    let lively = limits(|limits| limits.ping_every = Duration::from_millis(50));
    let running = proxy_with(Config { allowed: allow(&[server]), limits: lively, ..quiet() }).await;
    let mut page = Page::connected(&running, server, TlsMode::None).await;
    assert_eq!(page.bytes(5).await, b"+OK\r\n");
    for _ in 0..8 {
        // Reading answers the ping, so the session outlives the three pings of a silent page.
        assert_eq!(page.next().await, Seen::Ping);
    }
}

#[tokio::test]
async fn a_page_that_answers_no_ping_is_dropped() {
    let server = greeter().await;
    let lively = limits(|limits| limits.ping_every = Duration::from_millis(20));
    let running = proxy_with(Config { allowed: allow(&[server]), limits: lively, ..quiet() }).await;
    let mut page = Page::connected(&running, server, TlsMode::None).await;
    // Read TCP only, so that nothing answers.
    let mut unread = Vec::new();
    let dropped = tokio::io::AsyncReadExt::read_to_end(page.socket.get_mut(), &mut unread);
    let _ = timeout(PATIENCE, dropped).await.expect("the proxy drops the page");
}

#[tokio::test]
async fn too_many_sessions() {
    let server = greeter().await;
    let one = limits(|limits| limits.sessions = 1);
    let running = proxy_with(Config { allowed: allow(&[server]), limits: one, ..quiet() }).await;
    let mut first = Page::connected(&running, server, TlsMode::None).await;
    assert_eq!(first.bytes(5).await, b"+OK\r\n");
    let mut second = Page::enter(&running).await;
    assert_eq!(second.rest().await, (Vec::new(), Cause::Busy, 1013));
    // The first is not disturbed.
    first.say(&ClientMsg::Close).await;
    assert_eq!(first.rest().await, (Vec::new(), Cause::Client, 1000));
}

#[tokio::test]
async fn s12_a_stop_lets_sessions_finish() {
    let server = fake_server(|mut tcp: TcpStream| async move {
        let heard = read_exactly(&mut tcp, 6).await;
        say_and_close(tcp, heard).await;
    })
    .await;
    let running = proxy_for(&[server]).await;
    let address = running.address();
    let ask = async |path: &str| http(address, &format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n")).await.status;
    assert_eq!((ask("/readyz").await, ask("/healthz").await), (200, 200));
    let mut talking = Page::connected(&running, server, TlsMode::None).await;
    let mut silent = Page::enter(&running).await;
    let stopped = tokio::spawn(running.shutdown());
    // Who has not begun may not begin; who talks is told and goes on.
    assert_eq!(silent.rest().await, (Vec::new(), Cause::Shutdown, 1001));
    assert_eq!(talking.control().await, ServerMsg::Stopping { seconds: 60 });
    assert_eq!((ask("/readyz").await, ask("/healthz").await), (503, 200));
    talking.type_bytes(b"QUIT\r\n").await;
    assert_eq!(talking.rest().await, (b"QUIT\r\n".to_vec(), Cause::Server { truncated: false }, 1000));
    timeout(PATIENCE, stopped).await.expect("the stop ends").unwrap();
    TcpStream::connect(address).await.expect_err("nobody listens");
}

#[tokio::test]
async fn s12_a_stop_says_goodbye_to_the_rest() {
    let server = greeter().await;
    let hasty = limits(|limits| limits.stop_grace = Duration::from_millis(50));
    let running = proxy_with(Config { allowed: allow(&[server]), limits: hasty, ..quiet() }).await;
    let mut talking = Page::connected(&running, server, TlsMode::None).await;
    assert_eq!(talking.bytes(5).await, b"+OK\r\n");
    let stopped = tokio::spawn(running.shutdown());
    assert_eq!(talking.control().await, ServerMsg::Stopping { seconds: 1 });
    assert_eq!(talking.rest().await, (Vec::new(), Cause::Shutdown, 1001));
    timeout(PATIENCE, stopped).await.expect("the stop ends").unwrap();
}

#[tokio::test]
async fn s12_a_stop_does_not_wait_for_the_stubborn() {
    let server = greeter().await;
    let hasty: Limits = limits(|limits| {
        limits.close_wait = Duration::from_secs(3600);
        limits.stop_grace = Duration::from_millis(50);
        limits.stop_wait = Duration::from_millis(50);
    });
    let running = proxy_with(Config { allowed: allow(&[server]), limits: hasty, ..quiet() }).await;
    let _stubborn = Page::connected(&running, server, TlsMode::None).await;
    timeout(PATIENCE, running.shutdown()).await.expect("the stop ends");
}

#[tokio::test]
async fn s5_a_flood_of_half_open_connections_leaves_others_alone() {
    let server = fake_server(|tcp| say_and_close(tcp, b"+OK\r\n".to_vec())).await;
    let running = proxy_for(&[server]).await;
    let mut flood = Vec::new();
    for _ in 0..200 {
        flood.push(TcpStream::connect(running.address()).await.unwrap());
    }
    let mut page = Page::connected(&running, server, TlsMode::None).await;
    assert_eq!(page.rest().await, (b"+OK\r\n".to_vec(), Cause::Server { truncated: false }, 1000));
}

async fn expect_error(page: &mut Page, code: ErrorCode, detail: &str, close: u16, what: &str) {
    match page.control().await {
        ServerMsg::Error { code: told, detail: words } => {
            assert_eq!(told, code, "{what}: {words}");
            assert!(words.contains(detail), "{what}: {words:?} does not name {detail:?}");
        }
        other => panic!("{what}: {other:?}"),
    }
    assert_eq!(page.close_code().await, close, "{what}");
}
