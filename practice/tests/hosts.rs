//! A post office of two hosts: each greets by its own name, knows its own people, and delivers the mail of its own domains.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod dialogue;

use dialogue::{Client, NOW, two_hosts};
use practice::{
    HostId, PostOffice, Room,
    Service::{self, Pop3, Smtp, Submission},
};

fn office() -> (PostOffice, HostId, HostId) {
    let office = PostOffice::of(&two_hosts(), &Room::endless(), NOW).unwrap();
    let [first, other] = ["mail.first.test", "mx.other.test"].map(|name| office.host_named(name).unwrap());
    (office, first, other)
}

/// Says these lines to a service of a host; gives the answers in one text.
fn say(office: &mut PostOffice, host: HostId, service: Service, lines: &[&str]) -> String {
    let mut client = Client::open_at(office, host, service);
    client.send(office, format!("{}\r\n", lines.join("\r\n")).as_bytes());
    let said = client.take();
    client.hang_up(office);
    said
}

#[test]
fn people_log_in_where_they_live() {
    let (mut office, first, other) = office();
    #[track_caller]
    fn check(office: &mut PostOffice, host: HostId, lines: [&str; 3], expected: [&str; 2]) {
        let said = say(office, host, Pop3, &lines);
        let said: Vec<_> = said.lines().collect();
        assert!(said[0].starts_with(expected[0]), "{said:?}");
        assert!(said[2].starts_with(expected[1]), "{said:?}");
    }
    let greetings = ["+OK mail.first.test POP3", "+OK mx.other.test POP3"];
    check(&mut office, first, ["USER ada", "PASS first", "QUIT"], [greetings[0], "+OK ada's maildrop has 1"]);
    check(&mut office, first, ["USER ada", "PASS second", "QUIT"], [greetings[0], "-ERR [AUTH]"]);
    check(&mut office, first, ["USER ada@other.test", "PASS second", "QUIT"], [greetings[0], "-ERR [AUTH]"]);
    check(&mut office, other, ["USER ada", "PASS second", "QUIT"], [greetings[1], "+OK ada's maildrop has 1"]);
    check(&mut office, other, ["USER ada@third.test", "PASS second", "QUIT"], [greetings[1], "+OK ada's maildrop"]);
    let retrieved = say(&mut office, other, Pop3, &["USER ada", "PASS second", "RETR 1", "QUIT"]);
    assert!(retrieved.contains("\r\nSubject: at other.test\r\n.\r\n+OK mx.other.test signing off"), "{retrieved}");
}

#[test]
fn maildrops_of_one_name_are_two() {
    let (mut office, first, other) = office();
    let mut client = Client::open_at(&mut office, first, Pop3);
    client.send(&mut office, b"USER ada\r\nPASS first\r\n");
    assert!(office.is_locked("ada@first.test") && !office.is_locked("ada@third.test"));
    assert!(say(&mut office, other, Pop3, &["USER ada", "PASS second"]).contains("+OK ada's maildrop"));
    client.hang_up(&mut office);
}

#[test]
fn mail_goes_to_its_domain() {
    let (mut office, first, other) = office();
    let letter = ["DATA", "Subject: new", ".", "QUIT"];
    let send = |office: &mut PostOffice, host, to: &str| {
        let to = format!("RCPT TO:<{to}>");
        say(office, host, Smtp, &[&["EHLO c.test", "MAIL FROM:<>", &to], &letter[..]].concat())
    };
    let count = |office: &PostOffice| ["ada@first.test", "ada@other.test"].map(|login| office.messages(login).len());
    let said = send(&mut office, first, "ada@first.test");
    assert!(said.starts_with("220 mail.first.test ESMTP") && said.contains("\r\n250 2.0.0 Ok"), "{said}");
    assert_eq!(count(&office), [2, 1]);
    let said = send(&mut office, other, "ada@THIRD.test");
    assert!(said.contains("250-mx.other.test greets c.test\r\n"), "{said}");
    assert!(said.ends_with("221 2.0.0 mx.other.test closing the connection\r\n"), "{said}");
    assert_eq!(count(&office), [2, 2]);
    let stored = String::from_utf8_lossy(office.messages("ada@other.test")[1]).into_owned();
    assert!(stored.contains("\tby mx.other.test with ESMTP") && stored.contains("for <ada@THIRD.test>"), "{stored}");
    let said = send(&mut office, first, "ada@other.test");
    assert!(said.contains("550 5.7.1 Relaying denied: this server takes mail for first.test only"), "{said}");
    let said = send(&mut office, other, "ada@first.test");
    assert!(said.contains("this server takes mail for other.test, third.test only"), "{said}");
    assert_eq!(count(&office), [2, 2]);
}

#[test]
fn a_host_tells_of_its_own_people() {
    let (mut office, first, other) = office();
    let told = |office: &mut PostOffice, host| say(office, host, Smtp, &["EXPN all", "VRFY ada@other.test"]);
    let [one, two] = [first, other].map(|host| told(&mut office, host));
    assert!(
        one.contains("250 2.1.5 Ada <ada@first.test>\r\n550 5.7.1 Not verified: only mailboxes of first.test"),
        "{one}"
    );
    assert!(two.ends_with("250 2.1.5 Ada <ada@other.test>\r\n250 2.1.5 Ada <ada@other.test>\r\n"), "{two}");
    // What a submission server adds names the host it was submitted to.
    let login = format!("AUTH PLAIN {}", mailproto::sasl::encode(b"\0ada\0second"));
    let lines = ["EHLO c.test", &login, "MAIL FROM:<ada@other.test>", "RCPT TO:<ada@other.test>", "DATA", "", "."];
    say(&mut office, other, Submission, &lines);
    let stored = String::from_utf8_lossy(office.messages("ada@other.test")[1]).into_owned();
    assert!(stored.contains("From: ada@other.test\r\n") && stored.contains("@mx.other.test>\r\n"), "{stored}");
}
