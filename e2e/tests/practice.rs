//! The practice post office, spoken to by other people's clients over real sockets: poplib, smtplib and curl.

use e2e::folder::Folder;
use e2e::mailspeak::Mailspeak;
use e2e::peers::{curl, python, try_curl};

/// One of the two scripts against a practice service, with the practice authority.
fn peer(server: &Mailspeak, script: &str, service: u16, more: &[&str]) -> String {
    let port = server.practice(service).to_string();
    python(script, &[&["--port", &port, "--cafile", &server.practice_ca()], more].concat())
}

#[test]
fn poplib_reads_ada_s_mail() {
    let server = Mailspeak::start(&[]);
    for (service, tls) in [(110, "none"), (110, "stls"), (995, "inside")] {
        peer(&server, "pop3.py", service, &["--tls", tls]);
    }
    peer(&server, "pop3.py", 110, &["--login", "apop"]);
    peer(&server, "pop3.py", 110, &["--user", "grace", "--password", "hopper"]);
}

#[test]
fn poplib_is_refused_with_a_wrong_password() {
    let server = Mailspeak::start(&[]);
    let said = peer(&server, "pop3.py", 110, &["--password", "byron", "--expect", "refusal"]);
    assert!(said.starts_with("refused: -ERR"), "{said}");
}

#[test]
fn smtplib_sends_and_poplib_finds_it() {
    let server = Mailspeak::start(&[]);
    for (number, (service, tls, login)) in
        [(25, "none", "no"), (25, "starttls", "no"), (587, "starttls", "yes"), (465, "inside", "yes")]
            .iter()
            .enumerate()
    {
        let subject = format!("smtplib {number} by {tls}");
        peer(&server, "smtp.py", *service, &["--tls", tls, "--login", login, "--subject", &subject]);
        let said = peer(&server, "pop3.py", 110, &["--user", "grace", "--password", "hopper"]);
        assert!(said.contains(&format!("Subject: {subject}")), "{said}");
    }
}

#[test]
fn curl_reads_over_every_kind_of_connection() {
    let server = Mailspeak::start(&[]);
    let ca = server.practice_ca();
    let (pop3, pop3s) = (server.practice(110), server.practice(995));
    let user = ["--cacert", &ca, "--user", "ada:lovelace"];
    let plain = curl(&[&user[..], &[&format!("pop3://localhost:{pop3}/1")]].concat());
    assert!(plain.contains("Subject: "), "{plain}");
    let upgraded = curl(&[&user[..], &["--ssl-reqd", &format!("pop3://localhost:{pop3}/1")]].concat());
    let inside = curl(&[&user[..], &[&format!("pop3s://localhost:{pop3s}/1")]].concat());
    assert_eq!((&upgraded, &inside), (&plain, &plain));
    let list = curl(&[&user[..], &[&format!("pop3s://localhost:{pop3s}/")]].concat());
    assert!(list.starts_with("1 "), "{list}");
}

#[test]
fn curl_sends_over_every_kind_of_connection() {
    let server = Mailspeak::start(&[]);
    let ca = server.practice_ca();
    let folder = Folder::new("letter");
    let letter = folder.write("letter.txt", "Subject: By curl\r\n\r\n.\r\n..two\r\nend\r\n");
    let envelope = ["--mail-from", "ada@example.test", "--mail-rcpt", "grace@example.test", "--upload-file", &letter];
    let user = ["--cacert", &ca, "--user", "ada:lovelace"];
    let plain = format!("smtp://localhost:{}/client.example.test", server.practice(25));
    curl(&[&envelope[..], &[&plain]].concat());
    let upgraded = format!("smtp://localhost:{}/client.example.test", server.practice(587));
    curl(&[&user[..], &["--ssl-reqd"], &envelope, &[&upgraded]].concat());
    let inside = format!("smtps://localhost:{}/client.example.test", server.practice(465));
    curl(&[&user[..], &envelope, &[&inside]].concat());

    let pop3s = format!("pop3s://localhost:{}/", server.practice(995));
    let grace = ["--cacert", &ca, "--user", "grace:hopper"];
    let list = curl(&[&grace[..], &[&pop3s]].concat());
    let newest = list.lines().filter_map(|line| line.split(' ').next()).next_back().expect("grace has no mail");
    let message = curl(&[&grace[..], &[&format!("{pop3s}{newest}")]].concat());
    assert!(message.ends_with("\r\n\r\n.\r\n..two\r\nend\r\n"), "{message:?}");
}

#[test]
fn nobody_trusts_the_practice_authority_by_accident() {
    let server = Mailspeak::start(&[]);
    let url = format!("pop3s://localhost:{}/1", server.practice(995));
    assert_eq!(try_curl(&["--user", "ada:lovelace", &url]).status.code(), Some(60));
}
