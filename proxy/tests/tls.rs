//! TLS to mail servers: verdicts, facts, the upgrade and what was smuggled in before it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::wildcard_enum_match_arm, reason = "tests")]

mod common;

use std::net::SocketAddr;
use std::time::Duration;

use common::{
    Page, Secured, Seen, TestAuthority, allow, fake_server, limits, proxy_with, quiet, read_exactly, say_and_close,
};
use proxy::limits::{CHAIN_BYTES, CHAIN_CERTIFICATES, CHAIN_TEXT};
use proxy::{Config, PracticePorts, Running};
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, NameConstraints,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use wire::{Cause, ClientMsg, ErrorCode, Open, ServerMsg, Side, TlsFacts, TlsFailure, TlsMode, Trust};

const GO_AHEAD: &[u8] = b"+OK begin TLS\r\n";
const VALID: (i64, i64) = (-1, 30);

/// A proxy that trusts the authority and allows the server.
async fn trusting(authority: &TestAuthority, server: SocketAddr, test: &str) -> Running {
    let ca_files = vec![authority.file(test)];
    proxy_with(Config { allowed: allow(&[server]), ca_files, ..quiet() }).await
}

/// A server under TLS from the first byte that does with the connection what `script` says.
async fn tls_server<F>(acceptor: TlsAcceptor, script: impl FnOnce(Secured) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = ()> + Send + 'static,
{
    fake_server(move |tcp| async move {
        // A client that does not like the certificate ends the handshake.
        if let Ok(stream) = acceptor.accept(tcp).await {
            script(stream).await;
        }
    })
    .await
}

async fn facts(page: &mut Page) -> TlsFacts {
    match page.control().await {
        ServerMsg::Tls { facts, .. } => facts,
        other => panic!("no TLS: {other:?}"),
    }
}

/// The failure, and what is known; `closed` with the cause `tls` must follow.
async fn failure(page: &mut Page) -> (TlsFailure, TlsFacts) {
    let told = match page.control().await {
        ServerMsg::TlsFailed { failure, facts, .. } => (failure, facts),
        other => panic!("no failure: {other:?}"),
    };
    assert_eq!(page.rest().await, (Vec::new(), Cause::Tls, 1000));
    told
}

#[tokio::test]
async fn implicit_tls() {
    let authority = TestAuthority::new();
    let acceptor = authority.acceptor(&["127.0.0.1", "mail.school.example"], VALID);
    let server = tls_server(acceptor, |mut stream| async move {
        stream.write_all(b"+OK ready\r\n").await.unwrap();
        let heard = read_exactly(&mut stream, 100_000).await;
        say_and_close(stream, heard).await;
    })
    .await;
    let running = trusting(&authority, server, "implicit_tls").await;
    let mut page = Page::connected(&running, server, TlsMode::Implicit).await;
    let facts = facts(&mut page).await;
    assert_eq!(
        (facts.version.as_deref(), facts.server_name.as_str(), facts.trust),
        (Some("TLS 1.3"), "127.0.0.1", Trust::System)
    );
    assert!(facts.cipher.as_ref().is_some_and(|cipher| cipher.starts_with("TLS_")), "{:?}", facts.cipher);
    assert_eq!((facts.alpn, facts.doubt), (None, None));
    assert!(facts.sent > 200 && facts.received > 500, "{} {}", facts.sent, facts.received);
    assert_eq!(facts.group.as_deref(), Some("X25519"));
    let [leaf] = facts.chain.as_slice() else { panic!("{:?}", facts.chain) };
    assert_eq!(leaf.names, ["127.0.0.1", "mail.school.example"]);
    assert!(leaf.subject.contains("CN=leaf\\, of the test"), "{}", leaf.subject);
    assert!(leaf.issuer.contains("CN=test authority"), "{}", leaf.issuer);
    assert_eq!(leaf.sha256.len(), 64);
    assert_eq!((leaf.key.as_str(), leaf.signature.as_str()), ("EC 256", "ecdsa-with-SHA256"));
    assert!(!leaf.serial.is_empty());
    assert_eq!(leaf.not_after - leaf.not_before, 31 * 24 * 3600);

    assert_eq!(page.bytes(11).await, b"+OK ready\r\n");
    let sent: Vec<u8> = (0..100_000_u32).map(|n| n.to_le_bytes()[0]).collect();
    page.type_bytes(&sent[..60_000]).await;
    page.type_bytes(&sent[60_000..]).await;
    let (received, cause, code) = page.rest().await;
    assert!(received == sent);
    assert_eq!((cause, code), (Cause::Server { truncated: false }, 1000));
}

#[tokio::test]
async fn an_end_without_close_notify_is_told() {
    let authority = TestAuthority::new();
    let server = tls_server(authority.acceptor(&["127.0.0.1"], VALID), |mut stream| async move {
        stream.write_all(b"+OK half a rep").await.unwrap();
        stream.flush().await.unwrap();
        // TCP ends in order, TLS does not.
        let (mut tcp, _session) = stream.into_inner();
        tcp.shutdown().await.unwrap();
        let _ = tcp.read(&mut [0; 64]).await;
    })
    .await;
    let running = trusting(&authority, server, "truncated").await;
    let mut page = Page::connected(&running, server, TlsMode::Implicit).await;
    facts(&mut page).await;
    assert_eq!(page.rest().await, (b"+OK half a rep".to_vec(), Cause::Server { truncated: true }, 1000));
}

#[tokio::test]
async fn verdicts() {
    async fn check(test: &str, names: &[&str], days: (i64, i64), trusted: bool, expected: TlsFailure) {
        let authority = TestAuthority::new();
        let server = tls_server(authority.acceptor(names, days), |_| async { panic!("the proxy went on") }).await;
        let running = match trusted {
            true => trusting(&authority, server, test).await,
            false => proxy_with(Config { allowed: allow(&[server]), ..quiet() }).await,
        };
        let mut page = Page::connected(&running, server, TlsMode::Implicit).await;
        let (failure, facts) = failure(&mut page).await;
        assert_eq!(failure, expected, "{test}");
        assert_eq!(facts.chain.len(), 1, "{test}");
        assert_eq!(facts.chain[0].names, names, "{test}");
        // What was agreed before it broke off is known all the same.
        assert_eq!(facts.version.as_deref(), Some("TLS 1.3"), "{test}");
        assert!(facts.cipher.is_some() && facts.group.is_some() && facts.received > 500, "{facts:?}");
    }
    check("unknown issuer", &["127.0.0.1"], VALID, false, TlsFailure::UnknownIssuer).await;
    check("wrong name", &["mail.school.example"], VALID, true, TlsFailure::WrongName).await;
    check("expired", &["127.0.0.1"], (-30, -1), true, TlsFailure::Expired).await;
    check("not yet valid", &["127.0.0.1"], (1, 30), true, TlsFailure::NotYetValid).await;
}

#[tokio::test]
async fn s13_what_is_wrong_with_a_chain_has_a_name() {
    /// The server's certificate is of `signed_by`, and so changed; `trusted` vouches for it.
    async fn check(
        trusted: &TestAuthority,
        signed_by: &TestAuthority,
        change: fn(&mut CertificateParams),
        expected: TlsFailure,
    ) {
        let acceptor = signed_by.acceptor_made(1, &["127.0.0.1"], VALID, change);
        let server = tls_server(acceptor, |_| async { panic!("the proxy went on") }).await;
        let running = trusting(trusted, server, &format!("chain-{expected:?}")).await;
        let mut page = Page::connected(&running, server, TlsMode::Implicit).await;
        assert_eq!(failure(&mut page).await.0, expected);
    }
    let (one, namesake) = (TestAuthority::new(), TestAuthority::new());
    let elsewhere = TestAuthority::made(|params| {
        let everywhere = GeneralSubtree::IpAddress(CidrSubnet::V4([0; 4], [0; 4]));
        let excluded_subtrees = vec![everywhere];
        params.name_constraints = Some(NameConstraints { permitted_subtrees: Vec::new(), excluded_subtrees });
    });
    let is_ca = |params: &mut CertificateParams| params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let for_clients =
        |params: &mut CertificateParams| params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    check(&one, &one, is_ca, TlsFailure::IsAuthority).await;
    check(&one, &one, for_clients, TlsFailure::WrongPurpose).await;
    check(&elsewhere, &elsewhere, |_| {}, TlsFailure::BadChain).await;
    check(&one, &namesake, |_| {}, TlsFailure::BadSignature).await;
}

#[tokio::test]
async fn s13_chains_have_an_end() {
    async fn shown(test: &str, certificates: usize, names: &[&str]) -> Result<TlsFacts, (TlsFailure, TlsFacts)> {
        let authority = TestAuthority::new();
        let acceptor = authority.acceptor_showing(certificates, names, VALID);
        let server = tls_server(acceptor, |tls| say_and_close(tls, b"+OK\r\n".to_vec())).await;
        let running = trusting(&authority, server, test).await;
        let mut page = Page::connected(&running, server, TlsMode::Implicit).await;
        match page.control().await {
            ServerMsg::Tls { facts, .. } => Ok(facts),
            ServerMsg::TlsFailed { failure, facts, .. } => Err((failure, facts)),
            other => panic!("{other:?}"),
        }
    }
    let most = shown("chain-most", CHAIN_CERTIFICATES, &["127.0.0.1"]).await.expect("as many as may be");
    assert_eq!(most.chain.len(), CHAIN_CERTIFICATES);
    let (why, facts) = shown("chain-more", CHAIN_CERTIFICATES + 1, &["127.0.0.1"]).await.unwrap_err();
    assert_eq!(why, TlsFailure::ChainTooLong);
    assert!(facts.chain.is_empty(), "what is too long is not told");

    let many = |bytes: usize| -> Vec<String> {
        // A name of 48 letters takes 50 octets of the certificate.
        let name = |number| format!("{number:05}.{}.example.test", "x".repeat(29));
        (0..bytes / 50).map(name).collect()
    };
    let with_address = |names: &'static [String]| -> Vec<&'static str> {
        names.iter().map(String::as_str).chain(["127.0.0.1"]).collect()
    };
    let names = with_address(many(CHAIN_BYTES - 4096).leak());
    let large = shown("chain-large", 1, &names).await.expect("as large as may be");
    let text: usize = large.chain[0].names.iter().map(String::len).sum();
    assert!(text <= CHAIN_TEXT && text > CHAIN_TEXT - 2048, "{text}");
    // Names of one letter: what stands between them counts as well.
    let names = vec!["a"; 9000];
    let crowded = shown("chain-crowded", 1, &[&names[..], &["127.0.0.1"]].concat()).await.expect("good");
    let message = serde_json::to_string(&crowded).unwrap();
    assert!(message.len() < wire::MAX_MESSAGE - 100, "{}", message.len());
    // The same and nine small ones are too large together.
    let names = with_address(many(CHAIN_BYTES - 2048).leak());
    let larger = shown("chain-larger", CHAIN_CERTIFICATES, &names).await;
    assert!(matches!(larger, Err((TlsFailure::ChainTooLong, _))), "{larger:?}");
}

#[tokio::test]
async fn servers_without_tls() {
    async fn check<F>(what: &str, expected: TlsFailure, script: impl FnOnce(TcpStream) -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let server = fake_server(script).await;
        let hasty = limits(|limits| limits.tls_wait = Duration::from_millis(500));
        let running = proxy_with(Config { allowed: allow(&[server]), limits: hasty, ..quiet() }).await;
        let mut page = Page::connected(&running, server, TlsMode::Implicit).await;
        let (failure, facts) = failure(&mut page).await;
        assert_eq!((failure, facts.chain, facts.version), (expected, Vec::new(), None), "{what}");
    }
    check("POP3 greets", TlsFailure::NotTls, |tcp| say_and_close(tcp, b"+OK ready\r\n".to_vec())).await;
    check("SMTP greets", TlsFailure::NotTls, |tcp| say_and_close(tcp, b"220 mail ready\r\n".to_vec())).await;
    check("garbage", TlsFailure::NotTls, |tcp| say_and_close(tcp, vec![0; 64])).await;
    // Fatal alerts (RFC 8446 section 6): protocol_version, handshake_failure.
    for (alert, number) in [("an old server", 70), ("a server of other suites", 40)] {
        let record = vec![21, 3, 1, 0, 2, 2, number];
        check(alert, TlsFailure::NothingInCommon, |tcp| say_and_close(tcp, record)).await;
    }
    check("an end", TlsFailure::Closed, |tcp| say_and_close(tcp, Vec::new())).await;
    check("silence", TlsFailure::TimedOut, |tcp| async move {
        let _held = tcp;
        std::future::pending().await
    })
    .await;
}

/// A plain server that waits for STLS, says `reply`, then shakes hands and echoes one line.
async fn upgrading(acceptor: TlsAcceptor, reply: Vec<u8>) -> SocketAddr {
    fake_server(move |mut tcp| async move {
        assert_eq!(read_exactly(&mut tcp, 6).await, b"STLS\r\n");
        tcp.write_all(&reply).await.unwrap();
        let Ok(mut stream) = acceptor.accept(tcp).await else { return };
        let heard = read_exactly(&mut stream, 6).await;
        say_and_close(stream, heard).await;
    })
    .await
}

#[tokio::test]
async fn tls_in_mid_session() {
    let authority = TestAuthority::new();
    let server = upgrading(authority.acceptor(&["127.0.0.1"], VALID), GO_AHEAD.to_vec()).await;
    let running = trusting(&authority, server, "mid_session").await;
    let mut page = Page::connected(&running, server, TlsMode::None).await;
    page.type_bytes(b"STLS\r\n").await;
    assert_eq!(page.bytes(GO_AHEAD.len()).await, GO_AHEAD);
    page.say(&ClientMsg::StartTls { after: GO_AHEAD.len() as u64 }).await;
    // Typed during the handshake: it waits and travels encrypted.
    page.type_bytes(b"CAPA\r\n").await;
    assert_eq!(facts(&mut page).await.server_name, "127.0.0.1");
    assert_eq!(page.rest().await, (b"CAPA\r\n".to_vec(), Cause::Server { truncated: false }, 1000));
}

#[tokio::test]
async fn a_second_upgrade_breaks_the_contract() {
    let authority = TestAuthority::new();
    let server = upgrading(authority.acceptor(&["127.0.0.1"], VALID), GO_AHEAD.to_vec()).await;
    let running = trusting(&authority, server, "second_upgrade").await;
    let mut page = Page::connected(&running, server, TlsMode::None).await;
    page.type_bytes(b"STLS\r\n").await;
    page.bytes(GO_AHEAD.len()).await;
    let start_tls = ClientMsg::StartTls { after: GO_AHEAD.len() as u64 };
    page.say(&start_tls).await;
    facts(&mut page).await;
    page.say(&start_tls).await;
    match page.control().await {
        ServerMsg::Error { code, detail } => {
            assert_eq!((code, detail.as_str()), (ErrorCode::OutOfOrder, "start_tls under TLS"));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(page.close_code().await, 1002);
}

#[tokio::test]
async fn a_failed_upgrade_ends_the_session() {
    let authority = TestAuthority::new();
    let server = upgrading(authority.acceptor(&["other.example"], VALID), GO_AHEAD.to_vec()).await;
    let running = trusting(&authority, server, "failed_upgrade").await;
    let mut page = Page::connected(&running, server, TlsMode::None).await;
    page.type_bytes(b"STLS\r\n").await;
    page.bytes(GO_AHEAD.len()).await;
    page.say(&ClientMsg::StartTls { after: GO_AHEAD.len() as u64 }).await;
    assert_eq!(failure(&mut page).await.0, TlsFailure::WrongName);
}

#[tokio::test]
async fn plain_bytes_after_the_go_ahead_are_a_finding() {
    async fn check(injected: &[u8], window: Option<u64>) {
        let mut reply = GO_AHEAD.to_vec();
        reply.extend_from_slice(injected);
        let authority = TestAuthority::new();
        let server = upgrading(authority.acceptor(&["127.0.0.1"], VALID), reply.clone()).await;
        let limits = limits(|limits| limits.window = window.unwrap_or(limits.window));
        let running = proxy_with(Config { allowed: allow(&[server]), limits, ..quiet() }).await;
        let mut page = Page::connected(&running, server, TlsMode::None).await;
        page.type_bytes(b"STLS\r\n").await;
        // Without granting credit, so that a small window leaves the injected bytes at the socket.
        let mut seen = Vec::new();
        while seen.len() < window.map_or(reply.len(), |window| window as usize) {
            match page.next().await {
                Seen::Bytes(bytes) => seen.extend(bytes),
                other => panic!("{other:?}"),
            }
        }
        page.say(&ClientMsg::StartTls { after: GO_AHEAD.len() as u64 }).await;
        match page.control().await {
            ServerMsg::Injection { bytes, .. } => assert_eq!(bytes, injected.len() as u64, "{window:?}"),
            other => panic!("no injection: {other:?}"),
        }
        assert_eq!(page.rest().await, (Vec::new(), Cause::Tls, 1000));
    }
    check(b"+OK capabilities follow\r\nSASL PLAIN\r\n.\r\n", None).await;
    check(b"+", None).await;
    check(b"\x16\x03\x01", None).await;
    // The page has not seen a single injected byte, nor has the proxy.
    check(b"+OK later\r\n", Some(GO_AHEAD.len() as u64)).await;
    // It has seen some of them.
    check(b"+OK later\r\n", Some(GO_AHEAD.len() as u64 + 4)).await;
}

#[tokio::test]
async fn a_count_beyond_what_was_sent_breaks_the_contract() {
    let authority = TestAuthority::new();
    let server = upgrading(authority.acceptor(&["127.0.0.1"], VALID), GO_AHEAD.to_vec()).await;
    let running = trusting(&authority, server, "count").await;
    let mut page = Page::connected(&running, server, TlsMode::None).await;
    page.type_bytes(b"STLS\r\n").await;
    page.bytes(GO_AHEAD.len()).await;
    page.say(&ClientMsg::StartTls { after: GO_AHEAD.len() as u64 + 1 }).await;
    assert!(matches!(page.control().await, ServerMsg::Error { code: ErrorCode::OutOfOrder, .. }));
    assert_eq!(page.close_code().await, 1002);
}

/// What a certificate is checked against, and who may say so (S13).
#[tokio::test]
async fn trust_is_stated_never_assumed() {
    async fn check(test: &str, exception: bool, own: bool, trust: Trust, expected: Result<Option<TlsFailure>, Cause>) {
        let authority = TestAuthority::new();
        let acceptor = authority.acceptor(&["mail.school.example"], VALID);
        let server = tls_server(acceptor, |stream| say_and_close(stream, b"+OK ready\r\n".to_vec())).await;
        let ca_files = if own { vec![authority.file(test)] } else { Vec::new() };
        let exceptions = if exception { allow(&[server]) } else { Vec::new() };
        let running = proxy_with(Config { allowed: allow(&[server]), exceptions, ca_files, ..quiet() }).await;
        let mut page = Page::enter(&running).await;
        let open = Open::new(server.ip().to_string(), server.port(), TlsMode::Implicit);
        page.say(&ClientMsg::Open(Open { trust: Some(trust), ..open })).await;
        match (page.control().await, expected) {
            (ServerMsg::Connected { .. }, Ok(doubt)) => {
                let facts = facts(&mut page).await;
                assert_eq!((facts.trust, facts.doubt), (trust, doubt), "{test}");
                let end = (b"+OK ready\r\n".to_vec(), Cause::Server { truncated: false }, 1000);
                assert_eq!(page.rest().await, end, "{test}");
            }
            (ServerMsg::Connected { .. }, Err(Cause::Tls)) => {
                assert_eq!(failure(&mut page).await.0, TlsFailure::WrongName, "{test}");
            }
            (ServerMsg::Closed { cause, .. }, Err(expected)) => assert_eq!(cause, expected, "{test}"),
            (other, expected) => panic!("{test}: {other:?} instead of {expected:?}"),
        }
    }
    check("system", false, true, Trust::System, Err(Cause::Tls)).await;
    check("own", false, true, Trust::Own, Err(Cause::Tls)).await;
    check("own without files", false, false, Trust::Own, Err(Cause::NoSuchTrust)).await;
    check("practice", false, true, Trust::Practice, Err(Cause::NoSuchTrust)).await;
    check("no exception", false, true, Trust::Exception, Err(Cause::NoSuchTrust)).await;
    check("the page's own", true, true, Trust::InPage, Err(Cause::NoSuchTrust)).await;
    check("exception", true, true, Trust::Exception, Ok(Some(TlsFailure::WrongName))).await;
}

/// The network view shows the very octets below TLS, and no more than was asked for; the keys only of practice sessions.
#[tokio::test]
async fn the_network_view_shows_records() {
    let authority = TestAuthority::new();
    for watch in [0, 100, 100_000] {
        let acceptor = authority.acceptor(&["127.0.0.1"], VALID);
        let server = tls_server(acceptor, |stream| say_and_close(stream, b"+OK secret\r\n".to_vec())).await;
        let running = trusting(&authority, server, "network view").await;
        let mut page = Page::enter(&running).await;
        let open = Open::new(server.ip().to_string(), server.port(), TlsMode::Implicit);
        page.say(&ClientMsg::Open(Open { watch: Some(watch), ..open })).await;
        let mut seen: Vec<(Side, Vec<u8>)> = Vec::new();
        let facts = loop {
            match page.next().await {
                Seen::Control(ServerMsg::Connected { .. }) => {}
                Seen::BelowTls(from, octets) => seen.push((from, octets)),
                Seen::Control(ServerMsg::Tls { facts, .. }) => break facts,
                other => panic!("{other:?}"),
            }
        };
        let total: usize = seen.iter().map(|(_, octets)| octets.len()).sum();
        let of = |side| seen.iter().filter(|(from, _)| *from == side).flat_map(|(_, octets)| octets.clone()).collect();
        let (sent, received): (Vec<u8>, Vec<u8>) = (of(Side::Client), of(Side::Server));
        match watch {
            100_000 => {
                assert_eq!((sent.len() as u64, received.len() as u64), (facts.sent, facts.received));
                assert!(sent.starts_with(&[22, 3, 1]) && received.starts_with(&[22, 3, 3]), "two hellos");
                assert!(!received.windows(6).any(|six| six == b"secret"));
            }
            few => assert_eq!(total, few as usize),
        }
    }
}

#[tokio::test]
async fn practice_sessions_tell_their_keys_to_who_watches() {
    async fn check(watch: Option<u32>, port: u16, expected: &[&str]) {
        let running = proxy_with(Config { practice: PracticePorts::ANY, ..quiet() }).await;
        let mut page = Page::enter(&running).await;
        let open = Open::new("mail.example.test".to_owned(), port, TlsMode::Implicit);
        page.say(&ClientMsg::Open(Open { watch, ..open })).await;
        let mut labels = Vec::new();
        loop {
            match page.next().await {
                Seen::Control(ServerMsg::Connected { .. }) | Seen::BelowTls(..) => {}
                Seen::Control(ServerMsg::KeyLog { lines }) => {
                    let label = |line: &String| line.split(' ').next().unwrap_or_default().to_owned();
                    labels.extend(lines.iter().map(label));
                    // Label, client random, secret (RFC 9850 section 2).
                    assert!(lines.iter().all(|line| line.split(' ').count() == 3), "{lines:?}");
                }
                Seen::Control(ServerMsg::Tls { .. }) => break,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(labels, expected);
    }
    let all = [
        "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
        "SERVER_HANDSHAKE_TRAFFIC_SECRET",
        "CLIENT_TRAFFIC_SECRET_0",
        "SERVER_TRAFFIC_SECRET_0",
        "EXPORTER_SECRET",
    ];
    check(Some(1000), 995, &all).await;
    check(None, 995, &[]).await;
}

/// A server that writes line by line makes each line a record: those that lie there leave as one frame, and the end that was
/// found behind them is told after them.
#[tokio::test]
async fn records_that_wait_are_joined_and_the_end_behind_them_is_kept() {
    const WINDOW: usize = 256 * 1024;
    let authority = TestAuthority::new();
    let (wrote, all_written) = tokio::sync::oneshot::channel();
    let server = tls_server(authority.acceptor(&["127.0.0.1"], VALID), |mut stream| async move {
        stream.write_all(&vec![b'x'; WINDOW]).await.unwrap();
        stream.flush().await.unwrap();
        for line in 0..100 {
            stream.write_all(format!("{line:02}\r\n").as_bytes()).await.unwrap();
            stream.flush().await.unwrap();
        }
        // Without close_notify.
        drop(stream);
        wrote.send(()).unwrap();
    })
    .await;
    let running = trusting(&authority, server, "joined").await;
    let mut page = Page::connected(&running, server, TlsMode::Implicit).await;
    facts(&mut page).await;
    let mut seen = 0;
    while seen < WINDOW {
        match page.next().await {
            Seen::Bytes(bytes) => seen += bytes.len(),
            other => panic!("{other:?} after {seen} bytes"),
        }
    }
    all_written.await.unwrap();
    page.say(&ClientMsg::Credit { bytes: 65_536 }).await;
    let lines: Vec<u8> = (0..100).flat_map(|line| format!("{line:02}\r\n").into_bytes()).collect();
    assert_eq!(page.next().await, Seen::Bytes(lines));
    assert_eq!(page.rest().await, (Vec::new(), Cause::Server { truncated: true }, 1000));
}
