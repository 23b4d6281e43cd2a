//! The private Postfix works: what the page will be tested against is what it should be.

use e2e::dialog::Dialog;
use e2e::dovecot::Dovecot;
use e2e::peers;
use e2e::postfix::Postfix;

#[test]
fn smtp_takes_a_message_and_delivers_it() {
    let Some(server) = Postfix::start() else { return };
    let mut dialog = Dialog::open(server.smtp);
    dialog.reply("220");
    let extensions = dialog.command("EHLO client.example.test", "250");
    for wanted in ["STARTTLS", "PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES"] {
        assert!(extensions.iter().any(|line| line[4..] == *wanted), "no {wanted} in {extensions:?}");
    }
    dialog.command("MAIL FROM:<grace@example.test>", "250");
    dialog.command("RCPT TO:<ada@example.test>", "250");
    dialog.command("DATA", "354");
    dialog.say("Subject: By hand");
    dialog.say("");
    dialog.say("..one dot");
    dialog.command(".", "250");
    dialog.command("QUIT", "221");
    dialog.expect_close();
    let mail = server.wait_for_mail(1);
    assert!(mail[0].contains("Subject: By hand\n") && mail[0].ends_with("\n.one dot\n"), "{mail:?}");
}

#[test]
fn it_relays_for_nobody() {
    let Some(server) = Postfix::start() else { return };
    let mut dialog = Dialog::open(server.smtp);
    dialog.reply("220");
    dialog.command("HELO client.example.test", "250");
    dialog.command("MAIL FROM:<grace@example.test>", "250");
    dialog.command("RCPT TO:<someone@elsewhere.test>", "454");
}

#[test]
fn tls_shows_a_certificate_the_test_authority_signed() {
    let Some(server) = Postfix::start() else { return };
    let letter = "Subject: By curl\r\n\r\nHello.\r\n";
    let folder = e2e::folder::Folder::new("letter");
    let file = folder.write("letter.txt", letter);
    let envelope = ["--mail-from", "grace@example.test", "--mail-rcpt", "ada@example.test", "--upload-file", &file];
    let ca = ["--cacert", &server.certs.ca];
    let inside = format!("smtps://localhost:{}/client.example.test", server.smtps);
    peers::curl(&[&ca[..], &envelope, &[&inside]].concat());
    let upgraded = format!("smtp://localhost:{}/client.example.test", server.smtp);
    peers::curl(&[&ca[..], &["--ssl-reqd"], &envelope, &[&upgraded]].concat());
    assert_eq!(server.wait_for_mail(2).len(), 2);
    let strangers = peers::try_curl(&[&envelope[..], &[&inside]].concat());
    assert_eq!(strangers.status.code(), Some(60), "a stranger must not trust it: {strangers:?}");
}

#[test]
fn with_dovecot_behind_it_takes_passwords() {
    let dovecot = Dovecot::start();
    let Some(server) = Postfix::start_with_auth(&dovecot) else { return };
    let mut dialog = Dialog::open(server.smtp);
    dialog.reply("220");
    let extensions = dialog.command("EHLO client.example.test", "250");
    assert!(extensions.iter().any(|line| line.starts_with("250-AUTH PLAIN LOGIN")), "{extensions:?}");
    dialog.command("AUTH PLAIN AGFkYQBieXJvbg==", "535");
    dialog.command("AUTH PLAIN AGFkYQBsb3ZlbGFjZQ==", "235");
    dialog.command("MAIL FROM:<ada@example.test>", "250");
    dialog.command("RCPT TO:<someone@elsewhere.test>", "250");
}
