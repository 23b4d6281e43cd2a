//! Host and Origin, the page, the offer, health: over real HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod common;

use common::{Answer, Page, http, proxy_with, quiet};
use proxy::{Config, OpenInternet, PracticePorts, Running};
use wire::Offer;

/// What asks for a WebSocket.
const UPGRADE: &str = "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nConnection: upgrade\r\n";

async fn school() -> Running {
    proxy_with(Config { origins: vec!["https://mail.school.example".parse().unwrap()], ..quiet() }).await
}

async fn get(running: &Running, path: &str, more: &str) -> Answer {
    let host = running.address();
    http(running.address(), &format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{more}")).await
}

#[tokio::test]
async fn hosts() {
    let running = school().await;
    let port = running.address().port();
    let table = [
        (format!("127.0.0.1:{port}"), 200),
        (format!("localhost:{port}"), 200),
        (format!("LOCALHOST:{port}"), 200),
        (format!("[::1]:{port}"), 200),
        ("mail.school.example".to_owned(), 200),
        ("127.0.0.1".to_owned(), 421),
        ("localhost".to_owned(), 421),
        (format!("localhost.:{port}"), 421),
        (format!("127.0.0.2:{port}"), 421),
        (format!("evil.example:{port}"), 421),
        (format!("localhost:{port}.evil.example"), 421),
        ("mail.school.example:8080".to_owned(), 421),
        (String::new(), 421),
    ];
    for (host, expected) in table {
        for path in ["/", "/offer", "/healthz"] {
            let answer = http(running.address(), &format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n")).await;
            assert_eq!(answer.status, expected, "{host:?} {path}");
            assert_guarded(&answer);
        }
    }
    let two = format!("GET / HTTP/1.1\r\nHost: localhost:{port}\r\nHost: evil.example\r\n");
    assert_eq!(http(running.address(), &two).await.status, 421);
    assert_eq!(http(running.address(), "GET / HTTP/1.0\r\n").await.status, 421);
    for (target, host, expected) in
        [("localhost", "localhost", 200), ("evil.example", "localhost", 421), ("localhost", "evil.example", 421)]
    {
        let absolute = format!("GET http://{target}:{port}/healthz HTTP/1.1\r\nHost: {host}:{port}\r\n");
        assert_eq!(http(running.address(), &absolute).await.status, expected, "{absolute}");
    }
}

#[tokio::test]
async fn a_handshake_is_a_get_of_http_1_1() {
    let running = school().await;
    let host = running.address();
    for (method, version, expected) in [("HEAD", "1.1", 426), ("GET", "1.0", 426), ("POST", "1.1", 405)] {
        let request = format!("{method} /ws HTTP/{version}\r\nHost: {host}\r\nOrigin: http://{host}\r\n{UPGRADE}");
        assert_eq!(http(host, &request).await.status, expected, "{method} {version}");
    }
    assert_eq!(running.sessions(), 0);
}

#[tokio::test]
async fn origins() {
    let running = school().await;
    let port = running.address().port();
    let table = [
        (format!("Origin: http://localhost:{port}\r\n"), true),
        (format!("Origin: http://127.0.0.1:{port}\r\n"), true),
        (format!("Origin: http://[::1]:{port}\r\n"), true),
        ("Origin: https://mail.school.example\r\n".to_owned(), true),
        (String::new(), false),
        ("Origin: null\r\n".to_owned(), false),
        ("Origin: \r\n".to_owned(), false),
        (format!("Origin: https://localhost:{port}\r\n"), false),
        (format!("Origin: http://localhost:{port}/\r\n"), false),
        (format!("Origin: http://localhost:{port}.evil.example\r\n"), false),
        ("Origin: http://localhost\r\n".to_owned(), false),
        ("Origin: http://mail.school.example\r\n".to_owned(), false),
        ("Origin: https://evil.example\r\n".to_owned(), false),
        (format!("Origin: http://localhost:{port}\r\nOrigin: https://evil.example\r\n"), false),
    ];
    for (origin, allowed) in table {
        // Without the upgrade headers an allowed origin gets 426: the origin is judged first.
        let answer = get(&running, "/ws", &origin).await;
        assert_eq!(answer.status, if allowed { 426 } else { 403 }, "{origin:?}");
        assert_guarded(&answer);
        if !allowed {
            let answer = get(&running, "/ws", &format!("{origin}{UPGRADE}")).await;
            assert_eq!(answer.status, 403, "{origin:?} with an upgrade");
        }
    }
    Page::enter(&running).await;
}

#[tokio::test]
async fn the_page_has_a_tag() {
    let running = school().await;
    let index = get(&running, "/", "").await;
    assert_eq!(index.status, 200);
    assert_eq!(index.headers["content-type"], "text/html; charset=utf-8");
    assert_eq!(index.headers["cache-control"], "no-cache");
    assert_eq!(index.headers["vary"], "accept-encoding");
    assert!(!index.headers.contains_key("content-encoding"));
    assert!(index.body.starts_with(b"<!doctype html>") || index.body.starts_with(b"<!DOCTYPE html>"));
    let again = get(&running, "/", &format!("If-None-Match: {}\r\n", index.headers["etag"])).await;
    assert_eq!((again.status, again.body.as_slice()), (304, b"".as_slice()));
    assert_guarded(&again);
    let head = http(running.address(), &format!("HEAD / HTTP/1.1\r\nHost: {}\r\n", running.address())).await;
    assert_eq!((head.status, head.body.as_slice()), (200, b"".as_slice()));
    assert_eq!(head.headers["content-length"], index.body.len().to_string());
}

#[tokio::test]
async fn nothing_else_is_served() {
    let running = school().await;
    for path in ["/none.js", "/../Cargo.toml", "/%2e%2e/Cargo.toml", "//", "/index.html.br"] {
        let answer = get(&running, path, "").await;
        assert_eq!(answer.status, 404, "{path}");
        assert_guarded(&answer);
    }
    for request in ["POST /", "DELETE /x", "POST /offer", "POST /healthz", "PUT /ws"] {
        let answer = http(running.address(), &format!("{request} HTTP/1.1\r\nHost: {}\r\n", running.address())).await;
        assert_eq!(answer.status, 405, "{request}");
        assert_guarded(&answer);
    }
}

#[tokio::test]
async fn the_offer_names_what_may_be_dialled() {
    let config = Config {
        practice: PracticePorts { smtp: None, ..PracticePorts::ANY },
        allowed: vec!["Mail.School.Example:995".parse().unwrap(), "[::1]:25".parse().unwrap()],
        ..quiet()
    };
    let running = proxy_with(config).await;
    let answer = get(&running, "/offer", "").await;
    assert_eq!((answer.status, answer.headers["content-type"].as_str()), (200, "application/json"));
    let offer: Offer = serde_json::from_slice(&answer.body).unwrap();
    let practice = offer.practice.expect("a practice server");
    assert_eq!((offer.version, practice.host.as_str()), (wire::VERSION, "mail.example.test"));
    let offered: Vec<_> = practice.services.iter().map(|service| (service.port, service.listens_on)).collect();
    let running_there: Vec<_> =
        running.practice().iter().map(|(service, address)| (service.standard_port(), address.port())).collect();
    assert_eq!(offered, running_there);
    assert_eq!(offered.iter().map(|(port, _)| *port).collect::<Vec<_>>(), [110, 995, 587, 465]);
    let allowed: Vec<_> = offer.allowed.iter().map(|target| (target.host.as_str(), target.port)).collect();
    assert_eq!(allowed, [("Mail.School.Example", 995), ("::1", 25)]);
}

#[tokio::test]
async fn without_practice_the_offer_says_so() {
    let running = proxy_with(quiet()).await;
    let offer: Offer = serde_json::from_slice(&get(&running, "/offer", "").await.body).unwrap();
    assert_eq!((offer.practice, offer.allowed, offer.open_ports), (None, Vec::new(), Vec::new()));
    let open = proxy_with(Config { open_internet: Some(OpenInternet::default()), ..quiet() }).await;
    let offer: Offer = serde_json::from_slice(&get(&open, "/offer", "").await.body).unwrap();
    assert_eq!(offer.open_ports, [110, 995, 465, 587]);
}

#[tokio::test]
async fn health() {
    let running = school().await;
    assert_eq!(get(&running, "/healthz", "").await.status, 200);
    assert_eq!(get(&running, "/readyz", "").await.status, 200);
}

#[track_caller]
fn assert_guarded(answer: &Answer) {
    let csp = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; \
               img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    let expected = [
        ("content-security-policy", csp),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
    ];
    for (name, value) in expected {
        assert_eq!(answer.headers.get(name).map(String::as_str), Some(value), "{name}");
    }
}
