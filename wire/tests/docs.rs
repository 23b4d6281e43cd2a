//! `docs/wire.md` tells the truth: every JSON example in it is read by the types of this crate, and none is forgotten.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::collections::BTreeSet;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use wire::{
    Cause, ClientMsg, ErrorCode, Found, Head, HostFault, Kind, MxQuestion, MxReply, Offer, ServerMsg, Side, TlsFailure,
};

const DOCUMENT: &str = include_str!("../../docs/wire.md");

/// The lines of all fenced blocks that are tagged `json`, with their line numbers.
fn examples() -> Vec<(usize, &'static str)> {
    let mut inside = false;
    let mut found = Vec::new();
    for (number, line) in DOCUMENT.lines().enumerate() {
        match line.trim() {
            "```json" => inside = true,
            "```" => inside = false,
            "" => {}
            text if inside => found.push((number + 1, text)),
            _ => {}
        }
    }
    assert!(!inside, "a block is not closed");
    found
}

/// What one side says: `>` the page, `<` the proxy.
fn lines_of(arrow: &str) -> impl Iterator<Item = (usize, &'static str)> {
    examples().into_iter().filter_map(move |(number, line)| Some((number, line.strip_prefix(arrow)?.trim())))
}

/// The messages of one side.
fn said(arrow: &str) -> Vec<(usize, &'static str)> {
    lines_of(arrow).filter(|(_, text)| !text.starts_with("bytes ")).collect()
}

/// The heads of the binary frames of one side.
fn heads(arrow: &str) -> Vec<(usize, Vec<u8>)> {
    let octets = |(number, text): (usize, &'static str)| {
        let (head, shown) = text.strip_prefix("bytes ")?.split_once(" \"").expect("octets in quotes");
        assert!(shown.ends_with('"'), "docs/wire.md:{number}");
        let hex: String = head.split(' ').collect();
        let octet = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex");
        Some((number, (0..hex.len()).step_by(2).map(octet).collect()))
    };
    lines_of(arrow).filter_map(octets).collect()
}

#[test]
fn every_line_is_an_example() {
    for (number, line) in examples() {
        let known = ["> {", "> \"", "> bytes ", "< {", "< bytes ", "= {"];
        assert!(known.iter().any(|start| line.starts_with(start)), "docs/wire.md:{number}: {line}");
    }
}

#[test]
fn every_message_is_read_and_written_as_shown() {
    for (number, json) in said(">") {
        let message: ClientMsg = serde_json::from_str(json).unwrap_or_else(|error| panic!("line {number}: {error}"));
        assert_eq!(serde_json::to_value(&message).unwrap(), value(json), "docs/wire.md:{number}");
    }
    for (number, json) in said("<") {
        let message: ServerMsg = serde_json::from_str(json).unwrap_or_else(|error| panic!("line {number}: {error}"));
        assert_eq!(serde_json::to_value(&message).unwrap(), value(json), "docs/wire.md:{number}");
    }
    for (number, json) in said("=") {
        let again = match name(&value(json)).as_str() {
            "domain" => body::<MxQuestion>(json),
            "told" | "refused" => body::<MxReply>(json),
            _ => body::<Offer>(json),
        };
        assert_eq!(
            again.unwrap_or_else(|error| panic!("line {number}: {error}")),
            value(json),
            "docs/wire.md:{number}"
        );
    }
}

#[test]
fn every_binary_frame_has_the_head_that_is_told() {
    for (number, head) in heads(">") {
        assert_eq!(wire::page_mail(&head), Ok(&[][..]), "docs/wire.md:{number}");
    }
    let mut shown = Vec::new();
    for (number, head) in heads("<") {
        let read = Head::read(&head).unwrap_or_else(|error| panic!("line {number}: {error}"));
        assert_eq!(read.frame(b""), head, "docs/wire.md:{number}");
        shown.push(read.kind);
    }
    for kind in [Kind::Mail, Kind::BelowTls(Side::Client), Kind::BelowTls(Side::Server)] {
        assert!(shown.contains(&kind), "no example of {kind:?}");
        assert!(
            DOCUMENT.contains(&format!("| {} | the proxy | The time, then ", kind.octet())),
            "{kind:?} is not told"
        );
    }
    assert!(DOCUMENT.contains(&format!("| {} | the page | ", Kind::Mail.octet())));
}

/// A body of HTTP, read and written again.
fn body<T: Serialize + DeserializeOwned>(json: &str) -> serde_json::Result<Value> {
    serde_json::to_value(serde_json::from_str::<T>(json)?)
}

/// A message's name: its only field, or the word it is.
fn name(message: &Value) -> String {
    let of_object = || message.as_object().and_then(|fields| fields.keys().next()).map(String::as_str);
    message.as_str().or_else(of_object).unwrap().to_owned()
}

#[test]
fn no_message_is_forgotten() {
    let types = |arrow| said(arrow).iter().map(|(_, json)| name(&value(json))).collect::<BTreeSet<_>>();
    assert_eq!(types(">"), names(["open", "start_tls", "credit", "close"]));
    let proxy =
        ["connected", "tls", "tls_failed", "key_log", "injection", "closed", "idle_warning", "stopping", "error"];
    assert_eq!(types("<"), names(proxy));
    for body in ["version", "domain", "told", "refused"] {
        assert!(said("=").iter().any(|(_, json)| json.contains(&format!("{{\"{body}\":"))), "no example of {body}");
    }
}

/// A new word must be told in the document: this fails to compile when one is added, and fails when it is not told.
#[test]
fn no_word_is_forgotten() {
    fn cause(cause: &Cause) -> &'static str {
        match cause {
            Cause::Server { .. } => "server",
            Cause::Reset => "reset",
            Cause::Client => "client",
            Cause::NotAllowed => "not_allowed",
            Cause::BadHost { .. } => "bad_host",
            Cause::OtherPort => "other_port",
            Cause::RelayPort => "relay_port",
            Cause::NotPublic { .. } => "not_public",
            Cause::Never { .. } => "never",
            Cause::Itself => "itself",
            Cause::NotMail => "not_mail",
            Cause::TooFast { .. } => "too_fast",
            Cause::TooMany { .. } => "too_many",
            Cause::NoSuchTrust => "no_such_trust",
            Cause::NoSuchHost => "no_such_host",
            Cause::NameFailed => "name_failed",
            Cause::Refused => "refused",
            Cause::TimedOut { .. } => "timed_out",
            Cause::Network { .. } => "network",
            Cause::Tls => "tls",
            Cause::Idle => "idle",
            Cause::Shutdown => "shutdown",
            Cause::Busy => "busy",
            Cause::PracticeFull => "practice_full",
            Cause::ProxyLost => "proxy_lost",
            Cause::PracticeLost => "practice_lost",
            Cause::Contract { .. } => "contract",
        }
    }
    fn fault(fault: HostFault) -> &'static str {
        match fault {
            HostFault::Empty => "empty",
            HostFault::TooLong => "too_long",
            HostFault::Number => "number",
            HostFault::Zone => "zone",
            HostFault::Mixed => "mixed",
            HostFault::Character => "character",
        }
    }
    fn found(found: Found) -> &'static str {
        match found {
            Found::Records => "records",
            Found::NoRecords => "no_records",
            Found::NoSuchName => "no_such_name",
            Found::Failed => "failed",
            Found::Denied => "denied",
            Found::NoAnswer => "no_answer",
            Found::NotAsked => "not_asked",
        }
    }
    fn failure(failure: &TlsFailure) -> &'static str {
        match failure {
            TlsFailure::UnknownIssuer => "unknown_issuer",
            TlsFailure::WrongName => "wrong_name",
            TlsFailure::Expired => "expired",
            TlsFailure::NotYetValid => "not_yet_valid",
            TlsFailure::Revoked => "revoked",
            TlsFailure::IsAuthority => "is_authority",
            TlsFailure::WrongPurpose => "wrong_purpose",
            TlsFailure::BadChain => "bad_chain",
            TlsFailure::BadSignature => "bad_signature",
            TlsFailure::Weak => "weak",
            TlsFailure::ChainTooLong => "chain_too_long",
            TlsFailure::NothingInCommon => "nothing_in_common",
            TlsFailure::NotTls => "not_tls",
            TlsFailure::Closed => "closed",
            TlsFailure::TimedOut => "timed_out",
            TlsFailure::Other { .. } => "other",
        }
    }
    fn code(code: ErrorCode) -> &'static str {
        match code {
            ErrorCode::Malformed => "malformed",
            ErrorCode::Version => "version",
            ErrorCode::OutOfOrder => "out_of_order",
            ErrorCode::TooLong => "too_long",
        }
    }
    let network = Cause::Network { detail: String::new() };
    let causes = [
        Cause::Server { truncated: false },
        Cause::Reset,
        Cause::Client,
        Cause::NotAllowed,
        Cause::BadHost { why: HostFault::Empty },
        Cause::OtherPort,
        Cause::RelayPort,
        Cause::NotPublic { block: String::new(), source: String::new() },
        Cause::Never { block: String::new(), source: String::new() },
        Cause::Itself,
        Cause::NotMail,
        Cause::TooFast { seconds: 0 },
        Cause::TooMany { sessions: 0 },
        Cause::NoSuchTrust,
        Cause::NoSuchHost,
        Cause::NameFailed,
        Cause::Refused,
        Cause::TimedOut { seconds: 0 },
        network,
        Cause::Tls,
        Cause::Idle,
        Cause::Shutdown,
        Cause::Busy,
        Cause::PracticeFull,
        Cause::ProxyLost,
        Cause::PracticeLost,
        Cause::Contract { detail: String::new() },
    ];
    let failures = [
        TlsFailure::UnknownIssuer,
        TlsFailure::WrongName,
        TlsFailure::Expired,
        TlsFailure::NotYetValid,
        TlsFailure::Revoked,
        TlsFailure::IsAuthority,
        TlsFailure::WrongPurpose,
        TlsFailure::BadChain,
        TlsFailure::BadSignature,
        TlsFailure::Weak,
        TlsFailure::ChainTooLong,
        TlsFailure::NothingInCommon,
        TlsFailure::NotTls,
        TlsFailure::Closed,
        TlsFailure::TimedOut,
        TlsFailure::Other { detail: String::new() },
    ];
    let faults = [
        HostFault::Empty,
        HostFault::TooLong,
        HostFault::Number,
        HostFault::Zone,
        HostFault::Mixed,
        HostFault::Character,
    ];
    let dns = [
        Found::Records,
        Found::NoRecords,
        Found::NoSuchName,
        Found::Failed,
        Found::Denied,
        Found::NoAnswer,
        Found::NotAsked,
    ];
    let codes = [ErrorCode::Malformed, ErrorCode::Version, ErrorCode::OutOfOrder, ErrorCode::TooLong];
    let words = causes.iter().map(cause).chain(failures.iter().map(failure)).chain(codes.into_iter().map(code));
    for word in words.chain(faults.into_iter().map(fault)).chain(dns.into_iter().map(found)) {
        assert!(DOCUMENT.contains(&format!("| `{word}`")), "docs/wire.md has no table row for `{word}`");
    }
}

#[test]
fn the_numbers_are_right() {
    assert!(DOCUMENT.contains(&format!("Version {} ", wire::VERSION)));
    assert!(DOCUMENT.contains(&format!("{} bytes", wire::MAX_MESSAGE)));
    assert!(DOCUMENT.contains(&format!("The time is {} bytes", Head::LEN - 1)));
    assert!(DOCUMENT.contains(&format!("this proxy speaks {}", wire::VERSION)));
    assert!(DOCUMENT.contains(&format!("{} bytes", wire::MAX_MX_QUESTION)));
}

fn value(json: &str) -> Value {
    serde_json::from_str(json).expect("JSON")
}

fn names<const N: usize>(names: [&str; N]) -> BTreeSet<String> {
    names.map(str::to_owned).into()
}
