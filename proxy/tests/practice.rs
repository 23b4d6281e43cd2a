//! The practice listeners: through the proxy and beside it, plain and under TLS. What the servers say is tested in `practice`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::wildcard_enum_match_arm, reason = "tests")]

mod common;

use std::sync::Arc;

use common::{PATIENCE, Page, Seen, proxy_with, quiet, scratch};
use practice::Service;
use proxy::{Config, PracticePorts, Running, StartError};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use wire::{Cause, ClientMsg, ServerMsg, TlsMode, Trust};

async fn office() -> Running {
    proxy_with(Config { practice: PracticePorts::ANY, ..quiet() }).await
}

/// A client that trusts the practice authority and nobody else.
fn connector(running: &Running) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(running.practice_ca_pem().as_bytes()).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

/// One line of a reply, with its end.
async fn line(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut line = Vec::new();
    while !line.ends_with(b"\r\n") {
        line.push(timeout(PATIENCE, stream.read_u8()).await.expect("a line").unwrap());
    }
    String::from_utf8(line).unwrap()
}

fn greeting(service: Service) -> &'static str {
    match service {
        Service::Pop3 | Service::Pop3s => "+OK",
        Service::Smtp | Service::Submission | Service::Smtps => "220",
    }
}

#[tokio::test]
async fn every_service_greets() {
    let running = office().await;
    for service in Service::ALL {
        let tcp = TcpStream::connect(running.practice_address(service).unwrap()).await.unwrap();
        let greeted = match service.implicit_tls() {
            false => line(&mut { tcp }).await,
            true => {
                let name = ServerName::try_from("localhost").unwrap();
                line(&mut connector(&running).connect(name, tcp).await.unwrap()).await
            }
        };
        assert!(greeted.starts_with(greeting(service)), "{service:?}: {greeted}");
    }
}

#[tokio::test]
async fn every_name_of_the_certificate_is_right() {
    let running = office().await;
    for name in proxy::LEAF_NAMES {
        let tcp = TcpStream::connect(running.practice_address(Service::Pop3s).unwrap()).await.unwrap();
        connector(&running).connect(ServerName::try_from(name).unwrap(), tcp).await.expect(name);
    }
    let tcp = TcpStream::connect(running.practice_address(Service::Pop3s).unwrap()).await.unwrap();
    connector(&running).connect(ServerName::try_from("mail.school.example").unwrap(), tcp).await.unwrap_err();
}

#[tokio::test]
async fn an_upgrade_beside_the_proxy() {
    let running = office().await;
    for (service, hello, ask, go_ahead) in [
        (Service::Pop3, None, "STLS\r\n", "+OK"),
        (Service::Submission, Some("EHLO client.example\r\n"), "STARTTLS\r\n", "220"),
    ] {
        let mut tcp = TcpStream::connect(running.practice_address(service).unwrap()).await.unwrap();
        line(&mut tcp).await;
        if let Some(hello) = hello {
            tcp.write_all(hello.as_bytes()).await.unwrap();
            while line(&mut tcp).await.as_bytes()[3] == b'-' {}
        }
        tcp.write_all(ask.as_bytes()).await.unwrap();
        assert!(line(&mut tcp).await.starts_with(go_ahead), "{service:?}");
        let name = ServerName::try_from("mail.example.test").unwrap();
        let mut tls = connector(&running).connect(name, tcp).await.expect("the handshake");
        tls.write_all(b"QUIT\r\n").await.unwrap();
        let mut rest = Vec::new();
        // Ends in order, with close_notify: without it this read would fail.
        timeout(PATIENCE, tls.read_to_end(&mut rest)).await.expect("an end").expect("an end in order");
        assert!(rest.starts_with(if service == Service::Pop3 { b"+OK" } else { b"221" }), "{service:?}");
    }
}

#[tokio::test]
async fn what_was_pipelined_with_stls_is_not_heard_under_tls() {
    let running = office().await;
    let mut tcp = TcpStream::connect(running.practice_address(Service::Pop3).unwrap()).await.unwrap();
    line(&mut tcp).await;
    tcp.write_all(b"STLS\r\nNOOP\r\nNO").await.unwrap();
    assert!(line(&mut tcp).await.starts_with("+OK"));
    let name = ServerName::try_from("mail.example.test").unwrap();
    let mut tls = connector(&running).connect(name, tcp).await.expect("the handshake");
    tls.write_all(b"QUIT\r\n").await.unwrap();
    let mut rest = Vec::new();
    timeout(PATIENCE, tls.read_to_end(&mut rest)).await.expect("an end").unwrap();
    assert_eq!(rest.iter().filter(|byte| **byte == b'\n').count(), 1, "one reply, to QUIT");
}

#[tokio::test]
async fn through_the_proxy() {
    let running = office().await;
    for service in Service::ALL {
        let tls = if service.implicit_tls() { TlsMode::Implicit } else { TlsMode::None };
        for (host, port) in [
            ("mail.example.test", service.standard_port()),
            ("localhost", running.practice_address(service).unwrap().port()),
        ] {
            let mut page = Page::open(&running, host, port, tls).await;
            assert!(matches!(page.control().await, ServerMsg::Connected { .. }), "{service:?}");
            if tls == TlsMode::Implicit {
                expect_practice_tls(&mut page, host).await;
            }
            assert!(reply(&mut page).await.starts_with(greeting(service).as_bytes()), "{service:?}");
            page.type_bytes(b"QUIT\r\n").await;
            let (rest, cause, code) = page.rest().await;
            assert!(rest.ends_with(b"\r\n"), "{service:?}");
            assert_eq!((cause, code), (Cause::Server { truncated: false }, 1000), "{service:?}");
        }
    }
}

#[tokio::test]
async fn an_upgrade_through_the_proxy() {
    let running = office().await;
    let mut page = Page::open(&running, "mail.example.test", 110, TlsMode::None).await;
    assert!(matches!(page.control().await, ServerMsg::Connected { .. }));
    let mut plain = reply(&mut page).await.len();
    page.type_bytes(b"STLS\r\n").await;
    plain += reply(&mut page).await.len();
    page.say(&ClientMsg::StartTls { after: plain as u64 }).await;
    expect_practice_tls(&mut page, "mail.example.test").await;
    page.type_bytes(b"QUIT\r\n").await;
    let (rest, cause, _) = page.rest().await;
    assert!(rest.starts_with(b"+OK"));
    assert_eq!(cause, Cause::Server { truncated: false });
}

#[tokio::test]
async fn a_taken_port_is_named() {
    let first = office().await;
    let port = first.practice_address(Service::Smtp).unwrap().port();
    let practice = PracticePorts { smtp: Some(port), ..PracticePorts::ANY };
    let error = proxy::start(Config { practice, ..quiet() }).await.unwrap_err();
    assert!(matches!(&error, StartError::Practice { service: Service::Smtp, port: told, .. } if *told == port));
    assert!(error.to_string().contains(&port.to_string()), "{error}");
}

#[tokio::test]
async fn the_authority_is_kept() {
    let folder = scratch("kept-authority").join("deep/state");
    let config = || Config { state_dir: Some(folder.clone()), ..quiet() };
    let first = proxy_with(config()).await.practice_ca_pem().to_owned();
    assert_eq!(proxy_with(config()).await.practice_ca_pem(), first);
    let file = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap();
    let mode = std::os::unix::fs::PermissionsExt::mode(&file.metadata().unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    assert!(!first.contains("PRIVATE"));
    assert_ne!(proxy_with(quiet()).await.practice_ca_pem(), first);
    std::fs::write(file.path(), "not a certificate").unwrap();
    let error = proxy::start(config()).await.unwrap_err();
    assert!(error.to_string().contains("delete it to make a new one"), "{error}");
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_done_without() {
    let file = scratch("no-folder").join("a-file");
    std::fs::write(&file, "").unwrap();
    let running = proxy_with(Config { state_dir: Some(file.join("state")), ..quiet() }).await;
    assert!(running.practice_ca_pem().starts_with("-----BEGIN CERTIFICATE-----"));
}

async fn expect_practice_tls(page: &mut Page, host: &str) {
    match page.control().await {
        ServerMsg::Tls { facts, .. } => {
            assert_eq!((facts.trust, facts.server_name.as_str()), (Trust::Practice, host));
            assert_eq!(facts.chain.len(), 2, "the leaf and its authority");
            assert_eq!(facts.chain[0].names, proxy::LEAF_NAMES);
        }
        other => panic!("{other:?}"),
    }
}

/// Bytes up to the end of a line.
async fn reply(page: &mut Page) -> Vec<u8> {
    let mut all = Vec::new();
    while !all.ends_with(b"\r\n") {
        match page.next().await {
            Seen::Bytes(bytes) => all.extend(bytes),
            other => panic!("{other:?}"),
        }
    }
    all
}
