//! Bytes through the relay, both ways, and how a session ends: against fake mail servers on real sockets.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::wildcard_enum_match_arm, reason = "tests")]

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use common::{
    PATIENCE, Page, Seen, allow, fake_server, full_listener, limits, proxy_for, proxy_with, quiet, read_exactly,
    say_and_close,
};
use futures_util::{SinkExt, StreamExt};
use proxy::Config;
use ring::digest::{SHA256, digest};
use socket2::SockRef;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use wire::{Cause, ClientMsg, HostFault, Open, ServerMsg, TlsMode};

const IN_ORDER: Cause = Cause::Server { truncated: false };

/// Bytes without a pattern that a chunk border could hide behind.
fn noise(count: usize) -> Vec<u8> {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let step = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[0]
    };
    std::iter::repeat_with(step).take(count).collect()
}

#[tokio::test]
async fn what_the_server_says_arrives_and_closed_follows() {
    async fn check(what: &str, bytes: Vec<u8>) {
        let said = bytes.clone();
        let server = fake_server(|tcp| say_and_close(tcp, said)).await;
        let running = proxy_for(&[server]).await;
        let mut page = Page::connected(&running, server, TlsMode::None).await;
        let (received, cause, code) = page.rest().await;
        assert_eq!(digest(&SHA256, &received).as_ref(), digest(&SHA256, &bytes).as_ref(), "{what}");
        assert_eq!((cause, code), (IN_ORDER, 1000), "{what}");
    }
    check("nothing at all", Vec::new()).await;
    check("one line", b"+OK ready\r\n".to_vec()).await;
    check("half a line", b"+OK rea".to_vec()).await;
    check("invalid UTF-8", b"+OK \xff\xfe\xc0\x80\r\n".to_vec()).await;
    check("NUL", b"+OK\0\0\r\n\0".to_vec()).await;
    check("bare CR and LF", b"\r\r\n\n\n\r.\r\n..\r\n".to_vec()).await;
    check("what looks like a frame", b"\x81\x05Hello\x88\x02\x03\xe8".to_vec()).await;
    check("what looks like control", br#"{"closed":{"cause":"client","at_us":0}}"#.to_vec()).await;
    check("a line of 1 MB without an end", vec![b'x'; 1 << 20]).await;
    check("5 MB of noise", noise(5 << 20)).await;
}

#[tokio::test]
async fn what_the_page_says_arrives() {
    async fn check(what: &str, frames: Vec<Vec<u8>>) {
        let expected = frames.concat();
        let count = expected.len();
        let (tell, told) = tokio::sync::oneshot::channel();
        let server = fake_server(move |mut tcp| async move {
            tell.send(read_exactly(&mut tcp, count).await).unwrap();
        })
        .await;
        let running = proxy_for(&[server]).await;
        let mut page = Page::connected(&running, server, TlsMode::None).await;
        for frame in &frames {
            page.type_bytes(frame).await;
        }
        let received = timeout(PATIENCE, told).await.expect(what).unwrap();
        assert!(received == expected, "{what}");
    }
    let line = b"AUTH PLAIN \0ada\0lovelace\xff\r\n";
    check("whole", vec![line.to_vec()]).await;
    check("byte by byte", line.iter().map(|byte| vec![*byte]).collect()).await;
    check("an empty frame between", vec![b"NO".to_vec(), Vec::new(), b"OP\r\n".to_vec()]).await;
    check("the longest frame", vec![noise(wire::PAGE_MAIL)]).await;
    check("5 MB", noise(5 << 20).chunks(wire::PAGE_MAIL).map(<[u8]>::to_vec).collect()).await;
}

#[tokio::test]
async fn a_dialogue_byte_by_byte() {
    let server = fake_server(|mut tcp| async move {
        let mut byte = [0];
        while tcp.read(&mut byte).await.unwrap() == 1 && byte != [b'!'] {
            tcp.write_all(&byte).await.unwrap();
        }
    })
    .await;
    let running = proxy_for(&[server]).await;
    let mut page = Page::connected(&running, server, TlsMode::None).await;
    for byte in 0..=255_u8 {
        if byte != b'!' {
            page.type_bytes(&[byte]).await;
            assert_eq!(page.bytes(1).await, [byte]);
        }
    }
    page.type_bytes(b"!").await;
    assert_eq!(page.rest().await, (Vec::new(), IN_ORDER, 1000));
}

#[tokio::test]
async fn what_is_typed_ahead_waits_for_the_connection() {
    let server = fake_server(|mut tcp| async move {
        let heard = read_exactly(&mut tcp, 12).await;
        say_and_close(tcp, heard).await;
    })
    .await;
    let running = proxy_for(&[server]).await;
    let mut page = Page::open(&running, "127.0.0.1", server.port(), TlsMode::None).await;
    page.type_bytes(b"NOOP\r\n").await;
    page.type_bytes(b"QUIT\r\n").await;
    assert!(matches!(page.control().await, ServerMsg::Connected { .. }));
    assert_eq!(page.rest().await, (b"NOOP\r\nQUIT\r\n".to_vec(), IN_ORDER, 1000));
}

#[tokio::test]
async fn time_never_runs_backwards() {
    let server = fake_server(|tcp| say_and_close(tcp, noise(1 << 17))).await;
    let running = proxy_for(&[server]).await;
    let mut page = Page::open(&running, "127.0.0.1", server.port(), TlsMode::None).await;
    let mut last = 0;
    while let Some(Ok(frame)) = page.socket.next().await {
        let at_us = match frame {
            Message::Binary(frame) => wire::split_frame(&frame).unwrap().0.at_us,
            Message::Text(text) => match serde_json::from_str(&text).unwrap() {
                ServerMsg::Connected { at_us, .. } | ServerMsg::Closed { at_us, .. } => at_us,
                other => panic!("{other:?}"),
            },
            _ => break,
        };
        assert!(at_us >= last);
        last = at_us;
    }
}

#[tokio::test]
async fn connections_that_fail_say_why() {
    async fn check(config: Config, host: &str, port: u16, expected: Cause) {
        let running = proxy_with(config).await;
        let mut page = Page::open(&running, host, port, TlsMode::None).await;
        assert_eq!(page.rest().await, (Vec::new(), expected, 1000), "{host}:{port}");
    }
    let closed = {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap()
    };
    check(Config { allowed: allow(&[closed]), ..quiet() }, "127.0.0.1", closed.port(), Cause::Refused).await;
    let nowhere = Config { allowed: vec!["nosuchhost.invalid:110".parse().unwrap()], ..quiet() };
    check(nowhere, "nosuchhost.invalid", 110, Cause::NoSuchHost).await;
    check(quiet(), "nosuchhost.invalid", 110, Cause::NotAllowed).await;
    check(quiet(), "127.0.0.1", 22, Cause::NotAllowed).await;
    check(quiet(), "mail.example.test", 110, Cause::NotAllowed).await;
    check(quiet(), "", 0, Cause::BadHost { why: HostFault::Empty }).await;
    // No listener accepts here: its backlog of one is full.
    let (_full, full, _waiting) = full_listener().await;
    let hasty = limits(|limits| limits.dial_wait = std::time::Duration::from_millis(200));
    let silent = Config { allowed: allow(&[full]), limits: hasty, ..quiet() };
    check(silent, "127.0.0.1", full.port(), Cause::TimedOut { seconds: 0 }).await;
}

#[tokio::test]
async fn the_own_listener_is_never_dialled() {
    let port = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let listen = format!("0.0.0.0:{port}").parse().unwrap();
    let allowed = ["127.0.0.1", "localhost", "[::1]"].map(|host| format!("{host}:{port}").parse().unwrap());
    let running = proxy_with(Config { listen, allowed: allowed.to_vec(), ..quiet() }).await;
    for host in ["127.0.0.1", "localhost", "::1"] {
        let tcp = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let mut request = tokio_tungstenite::tungstenite::client::IntoClientRequest::into_client_request(format!(
            "ws://127.0.0.1:{port}/ws"
        ))
        .unwrap();
        request.headers_mut().insert("origin", format!("http://127.0.0.1:{port}").parse().unwrap());
        let (socket, _) = tokio_tungstenite::client_async(request, tcp).await.unwrap();
        let mut page = Page { socket };
        page.say(&ClientMsg::Open(Open::new(host.to_owned(), port, TlsMode::None))).await;
        assert_eq!(page.rest().await, (Vec::new(), Cause::Itself, 1000), "{host}");
    }
    running.shutdown().await;
}

#[tokio::test]
async fn a_reset_is_told() {
    let server = fake_server(|mut tcp| async move {
        tcp.write_all(b"+OK ready\r\n").await.unwrap();
        read_exactly(&mut tcp, 6).await;
        SockRef::from(&tcp).set_linger(Some(std::time::Duration::ZERO)).unwrap();
    })
    .await;
    let running = proxy_for(&[server]).await;
    let mut page = Page::connected(&running, server, TlsMode::None).await;
    assert_eq!(page.bytes(11).await, b"+OK ready\r\n");
    page.type_bytes(b"NOOP\r\n").await;
    assert_eq!(page.rest().await, (Vec::new(), Cause::Reset, 1000));
}

#[tokio::test]
async fn the_page_may_cut_the_line() {
    let (tell, told) = tokio::sync::oneshot::channel();
    let server = fake_server(|mut tcp| async move {
        let mut heard = Vec::new();
        let _ = tcp.read_to_end(&mut heard).await;
        tell.send(heard).unwrap();
    })
    .await;
    let running = proxy_for(&[server]).await;
    let mut page = Page::connected(&running, server, TlsMode::None).await;
    page.type_bytes(b"NOOP\r\n").await;
    page.say(&ClientMsg::Close).await;
    assert_eq!(page.rest().await, (Vec::new(), Cause::Client, 1000));
    assert_eq!(timeout(PATIENCE, told).await.unwrap().unwrap(), b"NOOP\r\n");
}

#[tokio::test]
async fn a_page_that_leaves_hangs_up() {
    for polite in [true, false] {
        let (tell, told) = tokio::sync::oneshot::channel();
        let server = fake_server(|mut tcp| async move {
            let mut heard = Vec::new();
            let _ = tcp.read_to_end(&mut heard).await;
            tell.send(heard).unwrap();
        })
        .await;
        let running = proxy_for(&[server]).await;
        let mut page = Page::connected(&running, server, TlsMode::None).await;
        page.type_bytes(b"QUIT\r\n").await;
        if polite {
            page.socket.close(None).await.unwrap();
            // The proxy answers the close, then ends TCP.
            while let Some(Ok(frame)) = timeout(PATIENCE, page.socket.next()).await.unwrap() {
                assert!(frame.is_close(), "{frame:?}");
            }
        }
        drop(page);
        assert_eq!(timeout(PATIENCE, told).await.unwrap().unwrap(), b"QUIT\r\n", "polite: {polite}");
        timeout(PATIENCE, running.shutdown()).await.unwrap();
    }
}

#[tokio::test]
async fn a_page_that_cuts_a_dial_hangs_up() {
    let (_full, full, _waiting) = full_listener().await;
    let running = proxy_for(&[full]).await;
    let mut page = Page::open(&running, "127.0.0.1", full.port(), TlsMode::None).await;
    page.say(&ClientMsg::Close).await;
    assert_eq!(page.rest().await, (Vec::new(), Cause::Client, 1000));
}

#[tokio::test]
async fn without_credit_the_server_is_not_read() {
    const STREAM: usize = 256 << 20;
    let written = Arc::new(AtomicUsize::new(0));
    let counter = written.clone();
    let server = fake_server(|mut tcp| async move {
        let block = vec![b'x'; 64 * 1024];
        while counter.load(Ordering::SeqCst) < STREAM {
            let Ok(count) = tcp.write(&block).await else { return };
            counter.fetch_add(count, Ordering::SeqCst);
        }
    })
    .await;
    let window = limits(|limits| limits.window = 100_000);
    let running = proxy_with(Config { allowed: allow(&[server]), limits: window, ..quiet() }).await;
    let mut page = Page::connected(&running, server, TlsMode::None).await;
    expect_exactly(&mut page, 100_000).await;
    // Fifty rounds in which a proxy without brakes would send more.
    for _ in 0..50 {
        page.send(Message::Ping(Vec::new().into())).await;
        assert_eq!(page.next().await, Seen::Pong);
    }
    // What the two kernels hold, not what the proxy does.
    assert!(written.load(Ordering::SeqCst) < STREAM / 4, "{written:?}");
    for grant in [1, 4096, 200_000] {
        page.say(&ClientMsg::Credit { bytes: grant }).await;
        expect_exactly(&mut page, grant as usize).await;
        page.send(Message::Ping(Vec::new().into())).await;
        assert_eq!(page.next().await, Seen::Pong);
    }
}

/// So many bytes without granting more.
async fn expect_exactly(page: &mut Page, count: usize) {
    let mut seen = 0;
    while seen < count {
        match page.next().await {
            Seen::Bytes(bytes) => seen += bytes.len(),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(seen, count);
}

#[tokio::test]
async fn a_server_that_does_not_read_is_still_heard() {
    let (begin, begun) = tokio::sync::oneshot::channel::<()>();
    let server = fake_server(|mut tcp| async move {
        // Reads nothing, ever; speaks when the page is stuck.
        begun.await.unwrap();
        tcp.write_all(&[b'y'; 100_000]).await.unwrap();
        std::future::pending::<()>().await;
    })
    .await;
    let running = proxy_for(&[server]).await;
    let page = Page::connected(&running, server, TlsMode::None).await;
    let (mut sending, receiving) = page.socket.split();
    let pushed = Arc::new(AtomicUsize::new(0));
    let counter = pushed.clone();
    let push = tokio::spawn(async move {
        let mut begin = Some(begin);
        while counter.load(Ordering::SeqCst) < 256 << 20 {
            sending.send(Message::binary(wire::page_frame(&[b'z'; 60_000]))).await.unwrap();
            if counter.fetch_add(60_000, Ordering::SeqCst) > 1 << 20 {
                let _ = begin.take().map(|begin| begin.send(()));
            }
        }
    });
    let mut heard = 0;
    let mut receiving = receiving;
    while heard < 100_000 {
        match timeout(PATIENCE, receiving.next()).await.expect("the server is heard").unwrap().unwrap() {
            Message::Binary(frame) => heard += wire::split_frame(&frame).unwrap().1.len(),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(heard, 100_000);
    // What the kernels hold: the proxy itself stopped reading the page.
    assert!(pushed.load(Ordering::SeqCst) < 128 << 20);
    push.abort();
}
