//! The observer beside real servers: Dovecot and Postfix say what they say, and it must follow every step. With RECORD=1 the
//! dialogues are written to `transcripts/real`, secrets hidden.

use std::fs;
use std::path::Path;

use e2e::dovecot::Dovecot;
use e2e::postfix::Postfix;
use e2e::watched::Watched;
use mailproto::Protocol;

/// Writes the record down when RECORD=1 asks for it.
fn finish(watched: &Watched, server: &str, name: &str) {
    if std::env::var_os("RECORD").is_some() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../transcripts/real");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(name), format!("# {server}\n{}", watched.record())).unwrap();
    }
}

#[test]
fn it_follows_dovecot() {
    let server = Dovecot::start();
    let mut watched = Watched::open(Protocol::Pop3, server.pop3);
    for (line, state) in [
        ("CAPA", "AUTHORIZATION"),
        ("STAT", "AUTHORIZATION"),
        ("USER ada", "AUTHORIZATION"),
        ("PASS wrong", "AUTHORIZATION"),
        ("USER ada", "AUTHORIZATION"),
        ("PASS lovelace", "TRANSACTION"),
        ("STAT", "TRANSACTION"),
        ("LIST", "TRANSACTION"),
        ("LIST 2", "TRANSACTION"),
        ("UIDL", "TRANSACTION"),
        ("TOP 1 0", "TRANSACTION"),
        ("RETR 2", "TRANSACTION"),
        ("DELE 1", "TRANSACTION"),
        ("RETR 1", "TRANSACTION"),
        ("RETR 9", "TRANSACTION"),
        ("RSET", "TRANSACTION"),
        ("NOOP", "TRANSACTION"),
        ("XYZZY", "TRANSACTION"),
        ("QUIT", "CLOSED"),
    ] {
        watched.check(line, state);
    }
    finish(&watched, "Dovecot 2.3.19 (Debian 12)", "pop3-dovecot.txt");
}

#[test]
fn it_follows_dovecot_s_sasl() {
    let server = Dovecot::start();
    let mut watched = Watched::open(Protocol::Pop3, server.pop3);
    watched.check("AUTH LOGIN", "AUTHENTICATING");
    watched.check("*", "AUTHORIZATION");
    watched.check("AUTH PLAIN AGFkYQBsb3ZlbGFjZQ==", "TRANSACTION");
    watched.check("QUIT", "CLOSED");
    finish(&watched, "Dovecot 2.3.19 (Debian 12)", "pop3-dovecot-sasl.txt");
}

#[test]
fn it_follows_postfix() {
    let Some(server) = Postfix::start() else { return };
    let mut watched = Watched::open(Protocol::Smtp, server.smtp);
    for (line, state) in [
        ("NOOP", "CONNECTED"),
        ("EHLO laptop.example.test", "GREETED"),
        ("RCPT TO:<ada@example.test>", "GREETED"),
        ("VRFY ada", "GREETED"),
        ("EXPN all", "GREETED"),
        ("HELP", "GREETED"),
        ("MAIL FROM: grace@example.test", "SENDER"),
        ("RSET", "GREETED"),
        ("MAIL FROM:<grace@example.test> SIZE=200 BODY=8BITMIME", "SENDER"),
        ("DATA", "SENDER"),
        ("RCPT TO:<nobody@elsewhere.test>", "SENDER"),
        ("RCPT TO:<ada@example.test>", "RECIPIENTS"),
        ("DATA", "DATA"),
        ("Subject: watched", "DATA"),
        ("", "DATA"),
        ("..dot", "DATA"),
        (".", "GREETED"),
        ("TURN", "GREETED"),
        ("QUIT", "CLOSED"),
    ] {
        watched.check(line, state);
    }
    finish(&watched, "Postfix 3.7.11 (Debian 12)", "smtp-postfix.txt");
}
