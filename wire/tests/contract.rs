//! Every message as it looks on the wire: written, read back, and refused when it is not one of ours.
#![allow(clippy::unwrap_used, reason = "tests")]

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::fmt::Debug;
use wire::{
    Allowed, BadFrame, Cause, Certificate, ClientMsg, ErrorCode, Head, HostFault, Kind, Offer, Open, Practice,
    PracticeService, ServerMsg, Side, TlsFacts, TlsFailure, TlsMode, Trust,
};

/// The value is written as this JSON, and read back from it.
#[track_caller]
fn check<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: T, json: &str) {
    let expected: Value = serde_json::from_str(json).unwrap();
    assert_eq!(serde_json::to_value(&value).unwrap(), expected);
    assert_eq!(serde_json::from_str::<T>(json).unwrap(), value);
}

#[test]
fn what_the_page_says() {
    let open = |host: &str, port, tls| Open::new(host.to_owned(), port, tls);
    check(
        ClientMsg::Open(open("mail.example.test", 110, TlsMode::None)),
        r#"{"open":{"version":2,"host":"mail.example.test","port":110,"tls":"none"}}"#,
    );
    let world = Some("6ba7b810-9dad".to_owned());
    check(
        ClientMsg::Open(Open { world, ..open("mail.example.test", 110, TlsMode::None) }),
        r#"{"open":{"version":2,"host":"mail.example.test","port":110,"tls":"none","world":"6ba7b810-9dad"}}"#,
    );
    let (trust, watch) = (Some(Trust::Own), Some(65536));
    check(
        ClientMsg::Open(Open { trust, watch, ..open("::1", 995, TlsMode::Implicit) }),
        r#"{"open":{"version":2,"host":"::1","port":995,"tls":"implicit","trust":"own","watch":65536}}"#,
    );
    check(ClientMsg::StartTls { after: u64::MAX }, r#"{"start_tls":{"after":18446744073709551615}}"#);
    check(ClientMsg::Credit { bytes: 65536 }, r#"{"credit":{"bytes":65536}}"#);
    check(ClientMsg::Close, r#""close""#);
}

#[test]
fn what_the_proxy_says() {
    let leaf = || Certificate {
        subject: "CN=mail.example.test".to_owned(),
        issuer: "CN=mailspeak practice authority".to_owned(),
        names: vec!["mail.example.test".to_owned(), "127.0.0.1".to_owned()],
        not_before: 1,
        not_after: -1,
        key: "EC 256".to_owned(),
        signature: "ecdsa-with-SHA256".to_owned(),
        serial: "07".to_owned(),
        sha256: "00ff".to_owned(),
    };
    let leaf_json = r#"{"subject":"CN=mail.example.test","issuer":"CN=mailspeak practice authority",
        "names":["mail.example.test","127.0.0.1"],"not_before":1,"not_after":-1,"key":"EC 256",
        "signature":"ecdsa-with-SHA256","serial":"07","sha256":"00ff"}"#;
    check(
        ServerMsg::Connected { address: "127.0.0.1:1110".to_owned(), at_us: 7 },
        r#"{"connected":{"address":"127.0.0.1:1110","at_us":7}}"#,
    );
    let facts = TlsFacts {
        version: Some("TLS 1.3".to_owned()),
        cipher: Some("TLS_AES_256_GCM_SHA384".to_owned()),
        group: None,
        alpn: None,
        server_name: "mail.example.test".to_owned(),
        trust: Trust::Practice,
        doubt: None,
        chain: vec![leaf()],
        took_us: 8,
        sent: 517,
        received: 1300,
    };
    let unfinished = TlsFacts {
        version: None,
        cipher: None,
        trust: Trust::Exception,
        doubt: Some(TlsFailure::Expired),
        ..facts.clone()
    };
    check(
        ServerMsg::Tls { facts, at_us: 9 },
        &format!(
            r#"{{"tls":{{"facts":{{"version":"TLS 1.3","cipher":"TLS_AES_256_GCM_SHA384","group":null,
            "alpn":null,"server_name":"mail.example.test","trust":"practice","chain":[{leaf_json}],"took_us":8,
            "sent":517,"received":1300}},"at_us":9}}}}"#
        ),
    );
    check(
        ServerMsg::TlsFailed { failure: TlsFailure::WrongName, facts: unfinished, at_us: 9 },
        &format!(
            r#"{{"tls_failed":{{"failure":"wrong_name","facts":{{"version":null,"cipher":null,"group":null,"alpn":null,
            "server_name":"mail.example.test","trust":"exception","doubt":"expired","chain":[{leaf_json}],"took_us":8,
            "sent":517,"received":1300}},"at_us":9}}}}"#
        ),
    );
    check(ServerMsg::KeyLog { lines: vec!["A b c".to_owned()] }, r#"{"key_log":{"lines":["A b c"]}}"#);
    check(ServerMsg::Injection { bytes: 3, at_us: 9 }, r#"{"injection":{"bytes":3,"at_us":9}}"#);
    check(ServerMsg::IdleWarning { seconds: 60 }, r#"{"idle_warning":{"seconds":60}}"#);
    check(ServerMsg::Stopping { seconds: 60 }, r#"{"stopping":{"seconds":60}}"#);
    check(
        ServerMsg::Error { code: ErrorCode::OutOfOrder, detail: "a second open".to_owned() },
        r#"{"error":{"code":"out_of_order","detail":"a second open"}}"#,
    );
}

#[test]
fn why_a_session_ends() {
    #[track_caller]
    fn closed(cause: Cause, json: &str) {
        check(ServerMsg::Closed { cause, at_us: 1 }, &format!(r#"{{"closed":{{"cause":{json},"at_us":1}}}}"#));
    }
    closed(Cause::Server { truncated: true }, r#"{"server":{"truncated":true}}"#);
    closed(Cause::Reset, r#""reset""#);
    closed(Cause::Client, r#""client""#);
    closed(Cause::NotAllowed, r#""not_allowed""#);
    closed(Cause::BadHost { why: HostFault::TooLong }, r#"{"bad_host":{"why":"too_long"}}"#);
    closed(Cause::OtherPort, r#""other_port""#);
    closed(Cause::RelayPort, r#""relay_port""#);
    let (block, source) = ("Loopback".to_owned(), "RFC 1122".to_owned());
    closed(Cause::NotPublic { block, source }, r#"{"not_public":{"block":"Loopback","source":"RFC 1122"}}"#);
    let (block, source) = ("Link Local".to_owned(), "RFC 3927".to_owned());
    closed(Cause::Never { block, source }, r#"{"never":{"block":"Link Local","source":"RFC 3927"}}"#);
    closed(Cause::Itself, r#""itself""#);
    closed(Cause::NotMail, r#""not_mail""#);
    closed(Cause::TooFast { seconds: 7 }, r#"{"too_fast":{"seconds":7}}"#);
    closed(Cause::TooMany { sessions: 500 }, r#"{"too_many":{"sessions":500}}"#);
    closed(Cause::NameFailed, r#""name_failed""#);
    closed(Cause::NoSuchTrust, r#""no_such_trust""#);
    closed(Cause::NoSuchHost, r#""no_such_host""#);
    closed(Cause::Refused, r#""refused""#);
    closed(Cause::TimedOut { seconds: 10 }, r#"{"timed_out":{"seconds":10}}"#);
    closed(Cause::Network { detail: "no route".to_owned() }, r#"{"network":{"detail":"no route"}}"#);
    closed(Cause::Tls, r#""tls""#);
    closed(Cause::Idle, r#""idle""#);
    closed(Cause::Shutdown, r#""shutdown""#);
    closed(Cause::Busy, r#""busy""#);
    closed(Cause::PracticeFull, r#""practice_full""#);
    closed(Cause::ProxyLost, r#""proxy_lost""#);
    closed(Cause::PracticeLost, r#""practice_lost""#);
    closed(Cause::Contract { detail: "odd".to_owned() }, r#"{"contract":{"detail":"odd"}}"#);
}

#[test]
fn why_a_handshake_fails() {
    check(TlsFailure::UnknownIssuer, r#""unknown_issuer""#);
    check(TlsFailure::WrongName, r#""wrong_name""#);
    check(TlsFailure::Expired, r#""expired""#);
    check(TlsFailure::NotYetValid, r#""not_yet_valid""#);
    check(TlsFailure::Revoked, r#""revoked""#);
    check(TlsFailure::IsAuthority, r#""is_authority""#);
    check(TlsFailure::WrongPurpose, r#""wrong_purpose""#);
    check(TlsFailure::BadChain, r#""bad_chain""#);
    check(TlsFailure::BadSignature, r#""bad_signature""#);
    check(TlsFailure::Weak, r#""weak""#);
    check(TlsFailure::ChainTooLong, r#""chain_too_long""#);
    check(TlsFailure::NothingInCommon, r#""nothing_in_common""#);
    check(TlsFailure::NotTls, r#""not_tls""#);
    check(TlsFailure::Closed, r#""closed""#);
    check(TlsFailure::TimedOut, r#""timed_out""#);
    check(TlsFailure::Other { detail: "odd".to_owned() }, r#"{"other":{"detail":"odd"}}"#);
}

#[test]
fn small_words() {
    check(Trust::System, r#""system""#);
    check(Trust::Practice, r#""practice""#);
    check(Trust::InPage, r#""in_page""#);
    check(ErrorCode::Malformed, r#""malformed""#);
    check(ErrorCode::Version, r#""version""#);
    check(ErrorCode::OutOfOrder, r#""out_of_order""#);
    check(ErrorCode::TooLong, r#""too_long""#);
}

#[test]
fn the_offer() {
    let practice = Practice {
        host: "mail.example.test".to_owned(),
        services: vec![PracticeService { port: 110, listens_on: 1110 }],
    };
    check(
        Offer {
            version: 2,
            practice: Some(practice),
            allowed: vec![Allowed { host: "mail.school.example".to_owned(), port: 995, exception: true }],
            open_ports: vec![110],
            trust: vec![Trust::System, Trust::Own],
        },
        r#"{"version":2,"practice":{"host":"mail.example.test","services":[{"port":110,"listens_on":1110}]},
        "allowed":[{"host":"mail.school.example","port":995,"exception":true}],"open_ports":[110],
        "trust":["system","own"]}"#,
    );
    let nothing =
        Offer { version: 2, practice: None, allowed: Vec::new(), open_ports: Vec::new(), trust: vec![Trust::System] };
    check(nothing, r#"{"version":2,"practice":null,"allowed":[],"open_ports":[],"trust":["system"]}"#);
}

#[test]
fn what_is_not_ours_is_refused_by_name() {
    #[track_caller]
    fn check(json: &str, named: &str) {
        let error = serde_json::from_str::<ClientMsg>(json).unwrap_err().to_string();
        assert!(error.contains(named), "{error:?} does not name {named:?}");
    }
    check(r#""fly""#, "`fly`");
    check(r#""OPEN""#, "`OPEN`");
    check(r#"{"host":"h"}"#, "`host`");
    check(r#"{"open":{"version":2,"host":"h","tls":"none"}}"#, "`port`");
    check(r#"{"open":{"version":2,"host":"h","port":1,"tls":"starttls"}}"#, "`starttls`");
    check(r#"{"open":{"version":2,"host":"h","port":1,"tls":"none","password":"x"}}"#, "`password`");
    check(r#"{"credit":{"bytes":-1}}"#, "-1");
}

#[test]
fn names_of_worlds() {
    #[track_caller]
    fn check(word: &str, expected: bool) {
        assert_eq!(wire::is_world(word), expected, "{word:?}");
    }
    check("a", true);
    check("-", true);
    check("6ba7b810-9dad-11d1-80b4-00c04FD430c8", true);
    check(&"x".repeat(wire::MAX_WORLD), true);
    check(&"x".repeat(wire::MAX_WORLD + 1), false);
    check("", false);
    check("two words", false);
    check("under_score", false);
    check("a.b", false);
    check("zoë", false);
    check("a\n", false);
    check("a\0", false);
}

#[test]
fn frames_carry_their_kind_and_time() {
    #[track_caller]
    fn check(kind: Kind, at_us: u64, octets: &[u8], expected: &[u8]) {
        let head = Head { kind, at_us };
        let frame = head.frame(octets);
        assert_eq!((frame.as_slice(), wire::split_frame(&frame)), (expected, Ok((head, octets))));
        assert_eq!((frame.capacity(), Kind::of(frame[0])), (frame.len(), Ok(kind)));
    }
    check(Kind::Mail, 258, b"+", b"\x01\0\0\0\0\0\0\x01\x02+");
    check(Kind::Mail, 0, b"", b"\x01\0\0\0\0\0\0\0\0");
    check(Kind::BelowTls(Side::Client), u64::MAX, b"\x16", b"\x02\xff\xff\xff\xff\xff\xff\xff\xff\x16");
    check(Kind::BelowTls(Side::Server), 1, b"\x16\x03", b"\x03\0\0\0\0\0\0\0\x01\x16\x03");
    for length in 1..Head::LEN {
        assert_eq!(wire::split_frame(&vec![Kind::Mail.octet(); length]), Err(BadFrame::TooShort));
    }
    assert_eq!(wire::split_frame(b""), Err(BadFrame::TooShort));
    for kind in (0..=u8::MAX).filter(|kind| !(1..=3).contains(kind)) {
        assert_eq!(wire::split_frame(&[kind; 20]), Err(BadFrame::UnknownKind(kind)));
    }
}

#[test]
fn the_page_sends_mail_and_nothing_else() {
    #[track_caller]
    fn check(frame: &[u8], expected: Result<&[u8], BadFrame>) {
        assert_eq!(wire::page_mail(frame), expected);
    }
    check(&wire::page_frame(b"QUIT\r\n"), Ok(b"QUIT\r\n"));
    check(&wire::page_frame(b""), Ok(b""));
    check(b"\x01NOOP", Ok(b"NOOP"));
    check(b"", Err(BadFrame::TooShort));
    check(b"QUIT\r\n", Err(BadFrame::UnknownKind(b'Q')));
    check(&Head { kind: Kind::BelowTls(Side::Client), at_us: 0 }.frame(b"x"), Err(BadFrame::UnknownKind(2)));
    assert_eq!(wire::page_frame(&[0; wire::PAGE_MAIL]).len(), wire::MAX_MESSAGE);
}
