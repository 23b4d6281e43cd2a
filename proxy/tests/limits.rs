//! S5: every limit of `proxy::limits` as it stands, on a clock that jumps from one event to the next. The table of
//! `docs/operations.md` is made from them: `UPDATE=1 cargo test -p proxy --test limits` writes it anew.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::wildcard_enum_match_arm, reason = "tests")]

mod common;

use std::net::SocketAddr;
use std::time::Duration;

use common::{Page, Seen, allow, fake_server, full_listener, limits, proxy_for, proxy_with, quiet};
use practice::Service;
use proxy::limits::*;
use proxy::{Asset, Config, Limits, PracticePorts};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::{Instant, advance, timeout};
use tokio_tungstenite::tungstenite::Message;
use wire::{Cause, ClientMsg, ErrorCode, ServerMsg, TlsFailure, TlsMode};

/// A server that greets and waits.
async fn greeter() -> SocketAddr {
    fake_server(|mut tcp: TcpStream| async move {
        tcp.write_all(b"+OK\r\n").await.unwrap();
        let _held = tcp;
        std::future::pending::<()>().await;
    })
    .await
}

/// What comes next but pings.
async fn next(page: &mut Page) -> Seen {
    loop {
        match page.next().await {
            Seen::Ping => {}
            other => return other,
        }
    }
}

/// Reads to the end, however it comes.
async fn until_dropped(tcp: &mut TcpStream) {
    let mut scrap = [0; 4096];
    while tcp.read(&mut scrap).await.is_ok_and(|read| read > 0) {}
}

#[track_caller]
fn about(since: Instant, expected: Duration) {
    let passed = since.elapsed();
    let late = Duration::from_millis(500);
    assert!(passed >= expected && passed < expected + late, "{passed:?}, not {expected:?}");
}

#[tokio::test(start_paused = true)]
async fn s5_a_head_comes_within_5_seconds() {
    let running = proxy_with(quiet()).await;
    for half in ["", "GET /ws HTTP/1.1\r\nHost: loc"] {
        let mut tcp = TcpStream::connect(running.address()).await.unwrap();
        let since = Instant::now();
        tcp.write_all(half.as_bytes()).await.unwrap();
        until_dropped(&mut tcp).await;
        about(since, HTTP_HEAD_WAIT);
    }
    assert_eq!(HTTP_HEAD_WAIT, Duration::from_secs(5));
}

/// More than the kernel takes for who does not read.
static LONG_FILE: Asset =
    Asset { path: "long.txt", identity: &[b'x'; 16 * 1024 * 1024], br: None, gzip: None, hash: "1" };

#[tokio::test(start_paused = true)]
async fn s5_an_answer_is_taken_within_a_minute() {
    let running = proxy_with(Config { page: std::slice::from_ref(&LONG_FILE), ..quiet() }).await;
    let mut tcp = TcpStream::connect(running.address()).await.unwrap();
    let since = Instant::now();
    let request = format!("GET /long.txt HTTP/1.1\r\nHost: {}\r\n\r\n", running.address());
    tcp.write_all(request.as_bytes()).await.unwrap();
    // What cannot be written to a connection that is gone is an error; until then it waits to be read.
    while tcp.write_all(b"\r\n").await.is_ok() && since.elapsed() < 3 * HTTP_LIFE {
        advance(Duration::from_millis(100)).await;
    }
    about(since, 2 * HTTP_LIFE);
    assert_eq!(HTTP_LIFE, Duration::from_secs(30));
}

#[tokio::test]
async fn s5_a_head_is_not_longer_than_its_buffer() {
    let running = proxy_with(quiet()).await;
    let begun = format!("GET /healthz HTTP/1.1\r\nHost: {}\r\nX: ", running.address());
    let end = "\r\nConnection: close\r\n\r\n";
    let longest = HTTP_HEAD - begun.len() - end.len();
    for (head, expected) in [
        (format!("{begun}{}{end}", "x".repeat(longest)), "HTTP/1.1 200 "),
        // Full, and not at its end. Not one byte more: who closes before reading all resets what it said.
        (format!("{begun}{}", "x".repeat(longest + end.len())), "HTTP/1.1 431 "),
    ] {
        let mut tcp = TcpStream::connect(running.address()).await.unwrap();
        tcp.write_all(head.as_bytes()).await.unwrap();
        let mut answer = String::new();
        tcp.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with(expected), "{answer}");
    }
}

#[tokio::test(start_paused = true)]
async fn s5_open_comes_within_5_seconds() {
    let running = proxy_with(quiet()).await;
    let mut page = Page::enter(&running).await;
    let since = Instant::now();
    match next(&mut page).await {
        Seen::Control(ServerMsg::Error { code, detail }) => {
            assert_eq!((code, detail.as_str()), (ErrorCode::OutOfOrder, "no open within 5 seconds"));
        }
        other => panic!("{other:?}"),
    }
    about(since, OPEN_WAIT);
}

#[tokio::test(start_paused = true)]
async fn s5_a_dial_takes_no_longer_than_10_seconds() {
    let (_full, full, _waiting) = full_listener().await;
    let running = proxy_for(&[full]).await;
    let mut page = Page::open(&running, "127.0.0.1", full.port(), TlsMode::None).await;
    let since = Instant::now();
    assert_eq!(page.rest().await, (Vec::new(), Cause::TimedOut { seconds: 10 }, 1000));
    about(since, DIAL_WAIT);
}

#[tokio::test(start_paused = true)]
async fn s5_a_handshake_takes_no_longer_than_10_seconds() {
    let server = greeter().await;
    let running = proxy_for(&[server]).await;
    // A plain greeting would fail at once, so the server is one that says nothing.
    let silent = fake_server(|tcp| async move {
        let _held = tcp;
        std::future::pending::<()>().await;
    })
    .await;
    drop(running);
    let running = proxy_for(&[silent]).await;
    let mut page = Page::connected(&running, silent, TlsMode::Implicit).await;
    let since = Instant::now();
    assert!(matches!(page.control().await, ServerMsg::TlsFailed { failure: TlsFailure::TimedOut, .. }));
    about(since, TLS_WAIT);
}

#[tokio::test(start_paused = true)]
async fn s5_a_silent_name_server_is_given_up() {
    let silent = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let allowed = vec!["mail.school.example:110".parse().unwrap()];
    let name_servers = vec![silent.local_addr().unwrap()];
    let running = proxy_with(Config { allowed, name_servers, ..quiet() }).await;
    let mut page = Page::open(&running, "mail.school.example", 110, TlsMode::None).await;
    let since = Instant::now();
    assert_eq!(page.rest().await, (Vec::new(), Cause::NameFailed, 1000));
    assert!(since.elapsed() >= NAME_WAIT, "{:?}", since.elapsed());
    let tries = u32::try_from(NAME_TRIES).unwrap() + 1;
    assert!(since.elapsed() <= NAME_WAIT * tries + Duration::from_secs(1), "{:?}", since.elapsed());
}

#[tokio::test(start_paused = true)]
async fn s5_pings_every_25_seconds_a_warning_after_14_minutes_the_end_after_15() {
    let server = greeter().await;
    let running = proxy_for(&[server]).await;
    let mut page = Page::connected(&running, server, TlsMode::None).await;
    assert_eq!(page.bytes(5).await, b"+OK\r\n");
    let since = Instant::now();
    assert_eq!(page.next().await, Seen::Ping);
    about(since, PING_EVERY);
    // A frame without a byte is no mail byte.
    page.type_bytes(b"").await;
    assert_eq!(next(&mut page).await, Seen::Control(ServerMsg::IdleWarning { seconds: 60 }));
    about(since, IDLE_CLOSE - IDLE_WARNING);
    assert!(IDLE_CLOSE - IDLE_WARNING >= Duration::from_secs(600), "RFC 1939 section 3 asks for ten minutes");
    match next(&mut page).await {
        Seen::Control(ServerMsg::Closed { cause, .. }) => assert_eq!(cause, Cause::Idle),
        other => panic!("{other:?}"),
    }
    about(since, IDLE_CLOSE);
}

#[tokio::test(start_paused = true)]
async fn s5_a_page_that_answers_no_ping_is_gone_after_three() {
    let server = greeter().await;
    let running = proxy_for(&[server]).await;
    let mut page = Page::connected(&running, server, TlsMode::None).await;
    let since = Instant::now();
    until_dropped(page.socket.get_mut()).await;
    about(since, 3 * PING_EVERY);
}

#[tokio::test(start_paused = true)]
async fn s5_a_page_that_does_not_agree_to_the_close_is_dropped_after_5_seconds() {
    let server = greeter().await;
    let running = proxy_for(&[server]).await;
    let mut page = Page::connected(&running, server, TlsMode::None).await;
    page.say(&ClientMsg::Close).await;
    let since = Instant::now();
    until_dropped(page.socket.get_mut()).await;
    about(since, CLOSE_WAIT);
}

#[tokio::test(start_paused = true)]
async fn s5_a_page_that_reads_no_more_is_dropped_after_30_seconds() {
    let (tell, told) = tokio::sync::oneshot::channel();
    let server = fake_server(|mut tcp: TcpStream| async move {
        let block = vec![b'x'; 64 * 1024];
        // The clock jumps when nobody has anything to do: then all buffers are full.
        while timeout(Duration::from_secs(1), tcp.write_all(&block)).await.is_ok() {}
        tell.send(()).unwrap();
        std::future::pending::<()>().await;
    })
    .await;
    let running = proxy_for(&[server]).await;
    let mut page = Page::connected(&running, server, TlsMode::None).await;
    page.say(&ClientMsg::Credit { bytes: u32::MAX }).await;
    told.await.unwrap();
    page.say(&ClientMsg::Close).await;
    let since = Instant::now();
    while running.sessions() > 0 {
        advance(Duration::from_millis(100)).await;
    }
    about(since, FLUSH_WAIT);
}

/// Nothing arrives while others are answered again and again.
async fn unheard(tcp: &TcpStream, mut others: impl AsyncFnMut()) {
    for _ in 0..50 {
        others().await;
    }
    let heard = tcp.try_read(&mut [0]);
    assert!(heard.as_ref().is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock), "{heard:?}");
}

#[tokio::test]
async fn s5_so_many_at_each_practice_service() {
    let one = limits(|limits| (limits.sessions, limits.practice_connections) = (0, 1));
    let running = proxy_with(Config { practice: PracticePorts::ANY, limits: one, ..quiet() }).await;
    let service = running.practice_address(Service::Pop3).unwrap();
    let mut inside = BufReader::new(TcpStream::connect(service).await.unwrap());
    let mut line = String::new();
    inside.read_line(&mut line).await.unwrap();
    assert!(line.starts_with("+OK"), "{line}");
    let waiting = TcpStream::connect(service).await.unwrap();
    unheard(&waiting, async || {
        inside.write_all(b"NOOP\r\n").await.unwrap();
        inside.read_line(&mut line).await.unwrap();
    })
    .await;
    // Another service counts for itself.
    let other = TcpStream::connect(running.practice_address(Service::Smtp).unwrap()).await.unwrap();
    other.readable().await.unwrap();
    drop(inside);
    let mut greeting = [0; 3];
    BufReader::new(waiting).read_exact(&mut greeting).await.unwrap();
    assert_eq!(&greeting, b"+OK");
    assert_eq!(Limits::default().practice_connections, PRACTICE_CONNECTIONS);
}

#[tokio::test]
async fn s5_every_session_finds_a_place_at_a_practice_service() {
    let few = limits(|limits| (limits.sessions, limits.practice_connections) = (2, 1));
    let running = proxy_with(Config { practice: PracticePorts::ANY, limits: few, ..quiet() }).await;
    let _telnet = TcpStream::connect(running.practice_address(Service::Pop3).unwrap()).await.unwrap();
    let mut pages = Vec::new();
    for _ in 0..2 {
        let mut page = Page::open(&running, "mail.example.test", 110, TlsMode::None).await;
        assert!(matches!(page.control().await, ServerMsg::Connected { .. }));
        assert!(matches!(page.next().await, Seen::Bytes(greeting) if greeting.starts_with(b"+OK")));
        pages.push(page);
    }
}

#[tokio::test]
async fn s5_so_many_http_connections() {
    let one = limits(|limits| limits.http_connections = 1);
    let running = proxy_with(Config { limits: one, ..quiet() }).await;
    let request = format!("GET /healthz HTTP/1.1\r\nHost: {}\r\n\r\n", running.address());
    let mut inside = TcpStream::connect(running.address()).await.unwrap();
    let mut waiting = TcpStream::connect(running.address()).await.unwrap();
    waiting.write_all(request.as_bytes()).await.unwrap();
    let mut heard = [0; 4096];
    unheard(&waiting, async || {
        inside.write_all(request.as_bytes()).await.unwrap();
        assert!(inside.read(&mut heard).await.unwrap() > 0);
    })
    .await;
    drop(inside);
    assert!(waiting.read(&mut [0; 12]).await.unwrap() > 0);
    assert_eq!(Limits::default().http_connections, HTTP_CONNECTIONS);
}

#[tokio::test(start_paused = true)]
async fn s12_a_session_has_60_seconds_to_finish() {
    let server = greeter().await;
    let running = proxy_for(&[server]).await;
    let mut page = Page::connected(&running, server, TlsMode::None).await;
    assert_eq!(page.bytes(5).await, b"+OK\r\n");
    let since = Instant::now();
    let stopped = tokio::spawn(running.shutdown());
    assert_eq!(next(&mut page).await, Seen::Control(ServerMsg::Stopping { seconds: 60 }));
    match next(&mut page).await {
        Seen::Control(ServerMsg::Closed { cause, .. }) => assert_eq!(cause, Cause::Shutdown),
        other => panic!("{other:?}"),
    }
    about(since, STOP_GRACE);
    // The page answers nothing more: the stop ends all the same.
    stopped.await.unwrap();
    assert!(since.elapsed() <= STOP_GRACE + STOP_WAIT + Duration::from_secs(1), "{:?}", since.elapsed());
}

#[tokio::test]
async fn s5_messages_of_64_kib() {
    let server = greeter().await;
    let running = proxy_for(&[server]).await;
    let mut page = Page::connected(&running, server, TlsMode::None).await;
    assert_eq!(page.bytes(5).await, b"+OK\r\n");
    page.type_bytes(&vec![b'x'; wire::PAGE_MAIL]).await;
    page.type_bytes(&vec![b'x'; wire::PAGE_MAIL + 1]).await;
    match page.control().await {
        ServerMsg::Error { code, .. } => assert_eq!(code, ErrorCode::TooLong),
        other => panic!("{other:?}"),
    }
    assert_eq!(wire::MAX_MESSAGE, 64 * 1024);
}

#[tokio::test]
async fn s5_a_slow_page_costs_less_than_512_kib() {
    let server = fake_server(|mut tcp: TcpStream| async move {
        let block = vec![b'x'; 64 * 1024];
        while tcp.write_all(&block).await.is_ok() {}
    })
    .await;
    let running = proxy_for(&[server]).await;
    let mut page = Page::connected(&running, server, TlsMode::None).await;
    let mut seen = 0;
    while seen < WINDOW {
        match page.next().await {
            Seen::Bytes(bytes) => seen += bytes.len() as u64,
            other => panic!("{other:?}"),
        }
    }
    page.send(Message::Ping(Vec::new().into())).await;
    assert_eq!(page.next().await, Seen::Pong, "nothing more without credit");
    assert_eq!(seen, WINDOW);
    let most = WINDOW as usize + WEBSOCKET_WRITE_BUFFER + WEBSOCKET_READ_BUFFER;
    assert!(most < 512 * 1024, "{most}");
}

#[tokio::test(start_paused = true)]
async fn s5_practice_connections_end_after_10_minutes_and_linger_2_seconds() {
    let running = proxy_with(Config { practice: PracticePorts::ANY, ..quiet() }).await;
    let service = running.practice_address(Service::Pop3).unwrap();
    let mut silent = TcpStream::connect(service).await.unwrap();
    let since = Instant::now();
    until_dropped(&mut silent).await;
    about(since, PRACTICE_IDLE);
    assert!(PRACTICE_IDLE >= Duration::from_secs(600), "RFC 1939 section 3");
    // Whoever says QUIT and stays is hung up on: soon nobody takes what they say.
    let mut polite = TcpStream::connect(service).await.unwrap();
    polite.write_all(b"QUIT\r\n").await.unwrap();
    until_dropped(&mut polite).await;
    let since = Instant::now();
    while polite.write_all(b"NOOP\r\n").await.is_ok() {
        advance(Duration::from_millis(100)).await;
    }
    assert!(since.elapsed() >= PRACTICE_LINGER, "{:?}", since.elapsed());
}

#[tokio::test]
async fn s5_one_session_too_many() {
    let server = greeter().await;
    let one = limits(|limits| limits.sessions = 1);
    let running = proxy_with(Config { allowed: allow(&[server]), limits: one, ..quiet() }).await;
    let mut first = Page::connected(&running, server, TlsMode::None).await;
    assert_eq!(first.bytes(5).await, b"+OK\r\n");
    assert_eq!(Page::enter(&running).await.rest().await, (Vec::new(), Cause::Busy, 1013));
}

/// Each limit and the test that fails without it.
const TESTS: &[(&str, &str)] = &[
    ("OPEN_WAIT", "s5_open_comes_within_5_seconds"),
    ("DIAL_WAIT", "s5_a_dial_takes_no_longer_than_10_seconds"),
    ("NAME_WAIT", "s5_a_silent_name_server_is_given_up"),
    ("NAME_TRIES", "s5_a_silent_name_server_is_given_up"),
    ("DIAL_STAGGER", "s2_the_race"),
    ("DIAL_ADDRESSES", "s2_families_take_turns"),
    ("MX_HOSTS", "every_answer"),
    ("MX_ADDRESSES", "every_answer"),
    ("MX_RATE", "s3_a_visitor_looks_up_no_faster_than_the_rate"),
    ("MX_AT_ONCE", "s5_so_many_look_ups_at_once"),
    ("TLS_WAIT", "s5_a_handshake_takes_no_longer_than_10_seconds"),
    ("PING_EVERY", "s5_pings_every_25_seconds_a_warning_after_14_minutes_the_end_after_15"),
    ("IDLE_CLOSE", "s5_pings_every_25_seconds_a_warning_after_14_minutes_the_end_after_15"),
    ("IDLE_WARNING", "s5_pings_every_25_seconds_a_warning_after_14_minutes_the_end_after_15"),
    ("FLUSH_WAIT", "s5_a_page_that_reads_no_more_is_dropped_after_30_seconds"),
    ("CLOSE_WAIT", "s5_a_page_that_does_not_agree_to_the_close_is_dropped_after_5_seconds"),
    ("STOP_GRACE", "s12_a_session_has_60_seconds_to_finish"),
    ("STOP_WAIT", "s12_a_stop_does_not_wait_for_the_stubborn"),
    ("WINDOW", "s5_a_slow_page_costs_less_than_512_kib"),
    ("OUTBOX", "a_server_that_does_not_read_is_still_heard"),
    ("WEBSOCKET_READ_BUFFER", "s5_a_slow_page_costs_less_than_512_kib"),
    ("WEBSOCKET_WRITE_BUFFER", "s5_a_slow_page_costs_less_than_512_kib"),
    ("SESSIONS", "s5_one_session_too_many"),
    ("VISITOR_SESSIONS", "s5_a_visitor_has_no_more_sessions_than_the_limit"),
    ("REFUSALS", "s5_so_many_refusals_are_told_at_once"),
    ("VISITOR_RATE", "s3_a_visitor_dials_no_faster_than_the_rate"),
    ("SERVER_RATE", "s3_a_server_is_dialled_no_faster_than_the_rate"),
    ("RATE_KEYS", "s3_strangers_beyond_count"),
    ("HTTP_CONNECTIONS", "s5_so_many_http_connections"),
    ("HTTP_HEAD_WAIT", "s5_a_head_comes_within_5_seconds"),
    ("HTTP_LIFE", "s5_an_answer_is_taken_within_a_minute"),
    ("HTTP_HEAD", "s5_a_head_is_not_longer_than_its_buffer"),
    ("PRACTICE_CONNECTIONS", "s5_so_many_at_each_practice_service"),
    ("PRACTICE_IDLE", "s5_practice_connections_end_after_10_minutes_and_linger_2_seconds"),
    ("PRACTICE_LINGER", "s5_practice_connections_end_after_10_minutes_and_linger_2_seconds"),
    ("PRACTICE_WORLDS", "worlds_in_use_stay"),
    ("PRACTICE_MAIL", "s12_when_the_practice_server_is_full"),
    ("PRACTICE_WORLD_IDLE", "worlds_in_use_stay"),
    ("CHAIN_CERTIFICATES", "s13_chains_have_an_end"),
    ("CHAIN_BYTES", "s13_chains_have_an_end"),
    ("CHAIN_TEXT", "s13_chains_have_an_end"),
];

/// A limit as its source tells it.
struct Limit {
    name: String,
    value: String,
    reason: String,
}

/// The constants of `limits.rs` with the sentences above them.
fn limits_of_the_source() -> Vec<Limit> {
    let mut reason = String::new();
    let mut found = Vec::new();
    for line in include_str!("../src/limits.rs").lines() {
        if let Some(words) = line.strip_prefix("/// ") {
            reason.push_str(words);
            reason.push(' ');
        } else if let Some(constant) = line.strip_prefix("pub const ") {
            let (name, rest) = constant.split_once(": ").unwrap();
            let (_, value) = rest.split_once(" = ").unwrap();
            let value = value.trim_end_matches(';').to_owned();
            found.push(Limit { name: name.to_owned(), value, reason: reason.trim().to_owned() });
            reason.clear();
        } else {
            reason.clear();
        }
    }
    found
}

/// `Duration::from_secs(15 * 60)` as `900 s`, `256 * KIB` as `256 KiB`. What a number counts is read from how it is written,
/// never from the number.
fn readable(value: &str) -> String {
    let number = |text: &str| -> u64 { text.replace('_', "").parse().unwrap_or_else(|_| panic!("{value}: no unit")) };
    let product = |text: &str| -> u64 { text.split(" * ").map(number).product() };
    let inside = |start: &str| value.strip_prefix(start).and_then(|rest| rest.strip_suffix(')'));
    let bytes = value.strip_suffix(" as u64").unwrap_or(value);
    if let Some(seconds) = inside("Duration::from_secs(") {
        format!("{} s", product(seconds))
    } else if let Some(milliseconds) = inside("Duration::from_millis(") {
        format!("{} ms", product(milliseconds))
    } else if let Some(rate) = inside("Rate::a_minute(") {
        format!("{} a minute, as many at once", number(rate))
    } else if let Some(kibibytes) = bytes.strip_suffix(" * KIB") {
        format!("{} KiB", number(kibibytes))
    } else if let Some(mebibytes) = bytes.strip_suffix(" * MIB") {
        format!("{} MiB", number(mebibytes))
    } else {
        number(value).to_string()
    }
}

#[test]
fn a_limit_is_told_in_its_unit() {
    let check = |value: &str, expected: &str| assert_eq!(readable(value), expected);
    check("Duration::from_secs(15 * 60)", "900 s");
    check("Duration::from_millis(250)", "250 ms");
    check("Rate::a_minute(60)", "60 a minute, as many at once");
    check("16 * KIB", "16 KiB");
    check("256 * MIB as u64", "256 MiB");
    check("20_000", "20000");
    check("1024", "1024");
}

#[test]
#[should_panic(expected = "16 * 1024: no unit")]
fn bytes_without_a_unit_are_not_told() {
    readable("16 * 1024");
}

#[test]
fn s5_every_limit_stands_in_the_table_and_has_a_test() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = String::new();
    for place in ["src", "tests"] {
        for entry in std::fs::read_dir(folder.join(place)).unwrap() {
            sources.push_str(&std::fs::read_to_string(entry.unwrap().path()).unwrap_or_default());
        }
    }
    let limits = limits_of_the_source();
    assert_eq!(limits.len(), TESTS.len());
    let mut table = "| limit | is | why, and what others chose |\n|---|---|---|\n".to_owned();
    for limit in &limits {
        let (_, test) = TESTS.iter().find(|(name, _)| *name == limit.name).expect(&limit.name);
        assert!(sources.contains(&format!("fn {test}(")), "{}: there is no test {test}", limit.name);
        let reason = limit.reason.replace("[`", "`").replace("`]", "`");
        table.push_str(&format!("| `{}` | {} | {reason} |\n", limit.name, readable(&limit.value)));
    }
    let path = folder.join("../docs/operations.md");
    let document = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = document.split_once("<!-- limits -->\n").expect("a mark before the table");
    let (_, after) = rest.split_once("<!-- end -->").expect("a mark behind the table");
    let fresh = format!("{before}<!-- limits -->\n{table}<!-- end -->{after}");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, fresh).unwrap();
    } else {
        assert!(fresh == document, "docs/operations.md is stale: UPDATE=1 cargo test -p proxy --test limits");
    }
}
