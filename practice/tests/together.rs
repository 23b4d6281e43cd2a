//! What takes two clients or both protocols: the lock, UPDATE and the cut, mail sent here and fetched there, upgrades under attack.

mod dialogue;

use dialogue::{Client, NOW};
use practice::{
    Connection, PostOffice,
    Service::{self, Pop3, Pop3s, Smtp, Submission},
    Then, Timestamp,
};

fn logged_in(office: &mut PostOffice, name: &str, password: &str) -> Client {
    let mut client = Client::open(office, Pop3);
    client.say(office, &format!("USER {name}"));
    let answer = client.say(office, &format!("PASS {password}"));
    assert!(answer.starts_with("+OK"), "{answer}");
    client
}

fn send(office: &mut PostOffice, to: &str, wire: &str) {
    let mut client = Client::open(office, Smtp);
    let envelope = format!("EHLO laptop.example.test\r\nMAIL FROM:<grace@example.test>\r\nRCPT TO:<{to}>\r\nDATA\r\n");
    client.send(office, format!("{envelope}{wire}.\r\nQUIT\r\n").as_bytes());
    assert!(client.take().contains("\r\n250 2.0.0 Ok: queued as "));
    assert_eq!(client.then, Then::Close);
    client.hang_up(office);
}

#[test]
fn a_maildrop_is_open_to_one_session() {
    let mut office = PostOffice::seeded(NOW);
    let ada = logged_in(&mut office, "ada", "lovelace");
    let mut second = Client::open(&mut office, Pop3s);
    second.say(&mut office, "USER ada");
    assert!(second.say(&mut office, "PASS lovelace").starts_with("-ERR [IN-USE] "));
    // Who does not know the password is not told that it is open.
    second.say(&mut office, "USER ada");
    assert!(second.say(&mut office, "PASS hopper").starts_with("-ERR [AUTH] "));
    // Another maildrop is another lock.
    logged_in(&mut office, "grace", "hopper").hang_up(&mut office);
    // The refused session holds nothing that its end could release.
    second.hang_up(&mut office);
    assert!(office.is_locked("ada"));
    ada.hang_up(&mut office);
    assert!(!office.is_locked("ada"));
    logged_in(&mut office, "ada", "lovelace");
}

#[test]
fn quit_releases_before_the_connection_is_gone() {
    let mut office = PostOffice::seeded(NOW);
    let mut first = logged_in(&mut office, "ada", "lovelace");
    first.say(&mut office, "QUIT");
    let second = logged_in(&mut office, "ada", "lovelace");
    // The first one's late end must not release the second one's lock.
    first.hang_up(&mut office);
    assert!(office.is_locked("ada"));
    second.hang_up(&mut office);
}

#[test]
fn a_cut_removes_nothing_and_quit_does() {
    let mut office = PostOffice::seeded(NOW);
    let mut client = logged_in(&mut office, "ada", "lovelace");
    client.say(&mut office, "DELE 1");
    client.hang_up(&mut office);
    assert_eq!(office.messages("ada").len(), 3);

    let mut client = logged_in(&mut office, "ada", "lovelace");
    assert!(client.say(&mut office, "STAT").starts_with("+OK 3 "));
    let uids = client.say(&mut office, "UIDL");
    client.say(&mut office, "DELE 1");
    client.send(&mut office, b"QUIT\r\nSTAT\r\n");
    assert_eq!(
        client.take(),
        "+OK mail.example.test signing off, 2 messages left\r\n",
        "nothing is answered after QUIT"
    );
    client.hang_up(&mut office);

    let mut client = logged_in(&mut office, "ada", "lovelace");
    let later = client.say(&mut office, "UIDL");
    // Numbers are new, unique-ids are not.
    assert_eq!(later.lines().nth(1).unwrap()[2..], uids.lines().nth(2).unwrap()[2..]);
}

#[test]
fn mail_that_comes_meanwhile_is_for_the_next_session() {
    let mut office = PostOffice::seeded(NOW);
    let mut client = logged_in(&mut office, "ada", "lovelace");
    send(&mut office, "ada@example.test", "Subject: new\r\n\r\nhello\r\n");
    assert!(client.say(&mut office, "STAT").starts_with("+OK 3 "));
    assert!(client.say(&mut office, "RETR 4").starts_with("-ERR No such message"));
    client.say(&mut office, "DELE 3");
    client.say(&mut office, "QUIT");
    client.hang_up(&mut office);
    let mut client = logged_in(&mut office, "ada", "lovelace");
    assert!(client.say(&mut office, "STAT").starts_with("+OK 3 "));
    assert!(client.say(&mut office, "TOP 3 9").contains("Subject: new\r\n\r\nhello\r\n.\r\n"));
}

#[test]
fn what_is_sent_is_what_is_fetched() {
    let text = "Subject: dots\r\n\r\n.\r\n..\r\n.dotted\r\n \r\nlast .\r\n";
    let wire = "Subject: dots\r\n\r\n..\r\n...\r\n..dotted\r\n \r\nlast .\r\n";
    let mut office = PostOffice::seeded(NOW);
    send(&mut office, "ada@example.test", wire);
    let stored = office.messages("ada")[3].to_vec();
    assert!(stored.ends_with(text.as_bytes()));
    let mut client = logged_in(&mut office, "ada", "lovelace");
    let reply = client.say(&mut office, "RETR 4");
    let (first, lines) = reply.split_once("\r\n").unwrap();
    assert_eq!(first, format!("+OK {} octets", stored.len()));
    assert!(lines.ends_with(&format!("{wire}.\r\n")));
    let fetched: String = lines
        .strip_suffix(".\r\n")
        .unwrap()
        .split_inclusive("\r\n")
        .map(|line| line.strip_prefix('.').unwrap_or(line))
        .collect();
    assert_eq!(fetched.as_bytes(), stored);
    assert_eq!(client.say(&mut office, "LIST 4"), format!("+OK 4 {}\r\n", stored.len()));
    assert!(client.say(&mut office, "TOP 4 1").ends_with("Subject: dots\r\n\r\n..\r\n.\r\n"));
}

#[test]
fn every_message_has_a_unique_id_of_its_own() {
    let mut office = PostOffice::seeded(NOW);
    for _ in 0..50 {
        send(&mut office, "ada@example.test", "Subject: same\r\n");
    }
    let mut client = logged_in(&mut office, "ada", "lovelace");
    let list = client.say(&mut office, "UIDL");
    let mut ids: Vec<_> = list.lines().filter_map(|line| line.split_once(' ')).skip(1).map(|(_, id)| id).collect();
    assert!(ids.iter().all(|id| (1..=70).contains(&id.len()) && id.bytes().all(|byte| (0x21..=0x7e).contains(&byte))));
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 53);
}

#[test]
fn plain_text_behind_an_upgrade_is_never_obeyed() {
    fn check(service: Service, before: &str, upgrade: &str, injected: &str) {
        let plain = format!("{before}{upgrade}{injected}").into_bytes();
        let go_ahead = before.len() + upgrade.len();
        for split in go_ahead - 1..=plain.len() {
            let mut office = PostOffice::seeded(NOW);
            let (mut connection, _) = Connection::open(&mut office, service, "192.0.2.7", NOW, 1);
            let mut said = Vec::new();
            let mut upgrades = 0;
            for chunk in [&plain[..split], &plain[split..]] {
                let output = connection.receive(&mut office, chunk, NOW);
                said.extend(output.bytes);
                upgrades += u32::from(output.then == Then::StartTls);
            }
            assert_eq!(upgrades, 1, "{injected:?} at {split}");
            let answers = String::from_utf8(said).unwrap();
            assert!(
                answers.ends_with("TLS negotiation now\r\n") || answers.ends_with("Ready to start TLS\r\n"),
                "{answers}"
            );
            connection.tls_established();
            let quit = connection.receive(&mut office, b"QUIT\r\n", NOW);
            assert_eq!(quit.then, Then::Close, "{injected:?} at {split}: in sync and with nothing in front");
            assert_eq!(quit.bytes.iter().filter(|byte| **byte == b'\n').count(), 1);
        }
    }
    for injected in ["", "NOOP\r\n", "NO", "NOOP\r", "NOOP\n", "USER ada\r\nPASS lovelace\r\n", "\r\n\r\n"] {
        check(Pop3, "", "STLS\r\n", injected);
        check(Pop3, "USER ada\r\n", "STLS\r\n", injected);
        check(Smtp, "EHLO a.test\r\n", "STARTTLS\r\n", injected);
        check(Submission, "EHLO a.test\r\n", "STARTTLS\r\n", injected);
    }
}

#[test]
fn an_upgrade_that_nobody_asked_for_changes_nothing() {
    let mut office = PostOffice::seeded(NOW);
    let (mut connection, _) = Connection::open(&mut office, Smtp, "192.0.2.7", NOW, 1);
    let _ = connection.receive(&mut office, b"EHLO a.test\r\nMAIL FROM:<>\r\nRC", NOW);
    connection.tls_established();
    let output = connection.receive(&mut office, b"PT TO:<ada@example.test>\r\n", NOW);
    assert!(output.bytes.starts_with(b"250 2.1.5"));
}

#[test]
fn very_long_answers_come_in_pieces() {
    let mut office = PostOffice::seeded(NOW);
    let line = format!("{}\r\n", "x".repeat(1022));
    send(&mut office, "ada@example.test", &line.repeat(9 * 1024));
    let (mut connection, _) = Connection::open(&mut office, Pop3, "192.0.2.7", NOW, 1);
    let _ = connection.receive(&mut office, b"USER ada\r\nPASS lovelace\r\n", NOW);
    let mut output = connection.receive(&mut office, &b"RETR 4\r\n".repeat(5), NOW);
    let mut said = Vec::new();
    loop {
        assert!(output.bytes.len() < 512 * 1024, "{} octets at once", output.bytes.len());
        said.append(&mut output.bytes);
        if !connection.has_backlog() {
            break;
        }
        output = connection.receive(&mut office, b"", NOW);
    }
    let replies = said.windows(5).filter(|bytes| *bytes == b"\r\n.\r\n").count();
    assert_eq!(replies, 5);
}

#[test]
fn sessions_have_timestamps_of_their_own() {
    let mut office = PostOffice::seeded(NOW);
    let mut greet = |now, seed| Connection::open(&mut office, Pop3, "192.0.2.7", now, seed).1.bytes;
    let greetings = [greet(NOW, 1), greet(NOW, 2), greet(Timestamp(NOW.0 + 1), 1)];
    assert!(greetings[0] != greetings[1] && greetings[0] != greetings[2] && greetings[1] != greetings[2]);
}

#[test]
fn debug_shows_no_password() {
    let mut office = PostOffice::seeded(NOW);
    let (mut connection, _) = Connection::open(&mut office, Pop3, "192.0.2.7", NOW, 1);
    let _ = connection.receive(&mut office, b"USER ada\r\nPASS lovelace\r\nAUTH PLAIN\r\n", NOW);
    let shown = format!("{office:?} {connection:?}");
    assert!(!shown.contains("lovelace") && !shown.contains("hopper"), "{shown}");
}
