//! S9: what the log says of sessions with logins and mail, at every level: one line for each dial, and nothing that was said.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::wildcard_enum_match_arm, reason = "tests")]

mod common;

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use common::{PATIENCE, Page, Seen, allow, fake_server, proxy_with, quiet, say_and_close};
use proxy::{Config, PracticePorts};
use tokio::net::TcpListener;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tracing::Level;
use wire::{ClientMsg, ServerMsg, TlsMode};

/// Everything that was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Says each line once the server has said something, STLS and STARTTLS with all that belongs to them; then the end.
async fn converse(page: &mut Page, lines: &[&str]) {
    let (mut sent, mut plain) = (lines.iter(), 0);
    let mut upgrading = false;
    loop {
        match timeout(PATIENCE, page.next()).await.expect("an end") {
            Seen::Bytes(bytes) => {
                plain += bytes.len() as u64;
                if upgrading {
                    page.say(&ClientMsg::StartTls { after: plain }).await;
                    continue;
                }
            }
            Seen::Control(ServerMsg::Tls { .. }) if upgrading => upgrading = false,
            Seen::Control(_) => continue,
            Seen::Close(..) => return,
            other => panic!("{other:?}"),
        }
        match sent.next() {
            Some(line) => {
                upgrading = line.to_ascii_uppercase().ends_with("TLS") || *line == "STLS";
                // In two halves, as typing may have it.
                let line = format!("{line}\r\n");
                let (one, other) = line.split_at(line.len() / 2);
                page.type_bytes(one.as_bytes()).await;
                page.type_bytes(other.as_bytes()).await;
            }
            None => page.say(&ClientMsg::Close).await,
        }
    }
}

#[tokio::test]
async fn s9_the_log_says_where_and_never_what() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_max_level(Level::TRACE).with_ansi(false);
    subscriber.with_writer(move || writer.clone()).init();

    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let real = fake_server(|tcp| say_and_close(tcp, b"+OK canary-greeting\r\n".to_vec())).await;
    let running = proxy_with(Config {
        allowed: allow(&[closed, real]),
        practice: PracticePorts::ANY,
        trusted_proxies: vec!["127.0.0.1".parse().unwrap()],
        ..quiet()
    })
    .await;
    let plain = STANDARD.encode("\0ada\0lovelace");
    let (canary, auth) = (STANDARD.encode("canary-base64"), format!("AUTH PLAIN {plain}"));
    let pop3 = ["USER canary-user", "PASS canary-password", "USER ada", "PASS lovelace", "RETR 1", "QUIT"];
    let stls = ["STLS", "USER ada", "PASS lovelace", "RETR 1", "QUIT"];
    let smtp = [
        "EHLO canary-client.example",
        &auth,
        "MAIL FROM:<canary-sender@example.test>",
        "RCPT TO:<ada@example.test>",
        "DATA",
        "Subject: canary-subject\r\n\r\ncanary-text\r\n.",
        "QUIT",
    ];
    let login = ["EHLO a.example", "STARTTLS", "EHLO a.example", "AUTH LOGIN", &canary, &canary, "QUIT"];
    let practice = "mail.example.test";
    let sessions: [(&str, u16, TlsMode, &[&str]); 9] = [
        (practice, 110, TlsMode::None, &pop3),
        (practice, 110, TlsMode::None, &stls),
        (practice, 995, TlsMode::Implicit, &pop3),
        (practice, 25, TlsMode::None, &smtp),
        (practice, 587, TlsMode::None, &login),
        ("127.0.0.1", real.port(), TlsMode::Implicit, &[]),
        ("127.0.0.1", closed.port(), TlsMode::None, &[]),
        ("mail.school.example", 995, TlsMode::Implicit, &[]),
        // An address with a name and a password where a host is meant.
        ("canary-login:canary-word@mail.school.example", 995, TlsMode::Implicit, &[]),
    ];
    for (host, port, tls, lines) in sessions {
        let mut page = Page::enter_for(&running, Some("192.0.2.77")).await;
        page.ask(host, port, tls, Some("canary-world")).await;
        converse(&mut page, lines).await;
    }
    let mut broken = Page::enter(&running).await;
    broken.send(Message::text("{\"canary-message\":1}")).await;
    while !matches!(broken.next().await, Seen::End) {}
    running.shutdown().await;

    let told = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let dials: Vec<_> = told.lines().filter(|line| line.contains(": dial ") || line.contains(" dial ")).collect();
    assert_eq!(dials.len(), sessions.len(), "one line each\n{told}");
    for (line, (host, port, ..)) in dials.iter().zip(&sessions) {
        assert!(line.contains(&port.to_string()) && (host.contains('@') || line.contains(host)), "{line}");
    }
    let secrets = [
        "canary",
        "lovelace",
        "hopper",
        "ada@",
        "\"ada\"",
        "USER",
        "PASS",
        "RETR",
        "AUTH",
        "MAIL FROM",
        "Subject",
        "192.0.2.77",
        &canary,
        &plain,
    ];
    for secret in secrets {
        assert!(!told.contains(secret), "{secret}\n{told}");
    }
}
