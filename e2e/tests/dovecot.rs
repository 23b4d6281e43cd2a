//! The private Dovecot works: what the page will be tested against is what it should be.

use e2e::dialog::Dialog;
use e2e::dovecot::{Dovecot, MESSAGES};
use e2e::peers;

#[test]
fn pop3_greets_lists_and_says_goodbye() {
    let server = Dovecot::start();
    let mut dialog = Dialog::open(server.pop3);
    dialog.expect("+OK");
    dialog.ask("CAPA", "+OK");
    let capabilities = dialog.until_dot();
    for wanted in ["STLS", "UIDL", "TOP", "USER", "SASL PLAIN LOGIN CRAM-MD5"] {
        assert!(capabilities.iter().any(|line| line == wanted), "no {wanted} in {capabilities:?}");
    }
    dialog.ask("USER ada", "+OK");
    dialog.ask("PASS lovelace", "+OK");
    dialog.ask("STAT", "+OK 3 ");
    dialog.ask("RETR 2", "+OK");
    let dots = dialog.until_dot();
    assert_eq!(dots.join("\r\n") + "\r\n", MESSAGES[1]);
    dialog.ask("QUIT", "+OK");
    dialog.expect_close();
}

#[test]
fn a_wrong_password_is_refused() {
    let server = Dovecot::start();
    let mut dialog = Dialog::open(server.pop3);
    dialog.expect("+OK");
    dialog.ask("USER ada", "+OK");
    dialog.ask("PASS byron", "-ERR");
}

#[test]
fn tls_shows_a_certificate_the_test_authority_signed() {
    let server = Dovecot::start();
    let ca = ["--cacert", &server.certs.ca, "--user", "ada:lovelace"];
    let inside = peers::curl(&[&ca[..], &[&format!("pop3s://localhost:{}/1", server.pop3s)]].concat());
    assert_eq!(inside, MESSAGES[0]);
    let upgraded = peers::curl(&[&ca[..], &["--ssl-reqd", &format!("pop3://localhost:{}/1", server.pop3)]].concat());
    assert_eq!(upgraded, MESSAGES[0]);
    let strangers = peers::try_curl(&["--user", "ada:lovelace", &format!("pop3s://localhost:{}/1", server.pop3s)]);
    assert_eq!(strangers.status.code(), Some(60), "a stranger must not trust it: {strangers:?}");
}

#[test]
fn apop_is_offered_in_the_greeting_and_a_client_uses_it() {
    let server = Dovecot::start();
    let said = peers::python("pop3.py", &["--port", &server.pop3.to_string(), "--login", "apop", "--expect", "3"]);
    assert!(said.contains("3 messages"), "{said}");
}

#[test]
fn two_at_once_do_not_meet() {
    let (one, two) = (Dovecot::start(), Dovecot::start());
    assert_ne!(one.pop3, two.pop3);
    assert_eq!(one.mailbox("ada").len(), 3);
    for server in [&one, &two] {
        Dialog::open(server.pop3).expect("+OK");
    }
}
