//! S12: a post office and what its keeper was given: read again, it is the same office, however it was cut; and what is not kept
//! is not done.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod dialogue;

use std::sync::{Arc, Mutex};

use dialogue::{Client, NOW, two_hosts};
use practice::{
    PostOffice, Room, Scenario,
    Service::{Pop3, Smtp},
    ledger::{Change, Damage, Keeper, NotKept, Reader},
};

/// A keeper in memory, which its test can look at.
#[derive(Clone, Debug, Default)]
struct Tape(Arc<Mutex<Written>>);

#[derive(Debug, Default)]
struct Written {
    bytes: Vec<u8>,
    /// Where the records end; the beginning and the first change together are one.
    ends: Vec<usize>,
    full: bool,
}

impl Tape {
    fn of(office: &mut PostOffice) -> Self {
        let tape = Self::default();
        office.kept_by(Box::new(tape.clone()));
        tape
    }

    fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap().bytes.clone()
    }

    fn ends(&self) -> Vec<usize> {
        self.0.lock().unwrap().ends.clone()
    }

    fn fill(&self, full: bool) {
        self.0.lock().unwrap().full = full;
    }
}

impl Keeper for Tape {
    fn keep(&mut self, change: &Change<'_>) -> Result<(), NotKept> {
        let mut written = self.0.lock().unwrap();
        if written.full {
            return Err(NotKept);
        }
        match written.bytes.is_empty() {
            true => change.begin(&mut written.bytes).unwrap(),
            false => change.append_to(&mut written.bytes).unwrap(),
        }
        let end = written.bytes.len();
        written.ends.push(end);
        // What a ledger that began now would hold is the same mail.
        let mut anew = Vec::new();
        change.begin(&mut anew).unwrap();
        assert_eq!(mail(&mut read(&anew).0), mail(&mut read(&written.bytes).0));
        assert_eq!(
            change.octets(),
            mail(&mut read(&anew).0).iter().map(|(_, letter)| letter.len() as u64).sum::<u64>()
        );
        Ok(())
    }
}

/// What is read, and how many octets count.
fn read(bytes: &[u8]) -> (PostOffice, u64) {
    let mut reader = Reader::default();
    reader.feed(bytes).unwrap();
    reader.finish().expect("the beginning is there")
}

/// All mail with its unique-ids, as POP3 tells it.
fn mail(office: &mut PostOffice) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for (name, password) in [("ada", "lovelace"), ("grace", "hopper")] {
        let mut client = Client::open(office, Pop3);
        client.send(office, format!("USER {name}\r\nPASS {password}\r\n").as_bytes());
        client.take();
        client.send(office, b"UIDL\r\n");
        let listing = client.take();
        client.hang_up(office);
        let uids = listing.lines().skip(1).take_while(|line| *line != ".").map(|line| format!("{name} {line}"));
        let letters = office.messages(name);
        assert_eq!(uids.clone().count(), letters.len());
        all.extend(uids.zip(letters.into_iter().map(<[u8]>::to_vec)));
    }
    all
}

fn send(office: &mut PostOffice, to: &[&str], text: &str) -> String {
    let mut client = Client::open(office, Smtp);
    let recipients: String = to.iter().map(|name| format!("RCPT TO:<{name}@example.test>\r\n")).collect();
    let envelope = format!("HELO laptop.example.test\r\nMAIL FROM:<grace@example.test>\r\n{recipients}DATA\r\n");
    client.send(office, envelope.as_bytes());
    client.take();
    client.send(office, format!("{text}\r\n.\r\n").as_bytes());
    let answer = client.take();
    client.hang_up(office);
    answer
}

/// Removes ada's messages of these numbers, and gives back the answer to QUIT.
fn remove(office: &mut PostOffice, numbers: &[usize]) -> String {
    let mut client = Client::open(office, Pop3);
    client.send(office, b"USER ada\r\nPASS lovelace\r\n");
    for number in numbers {
        client.send(office, format!("DELE {number}\r\n").as_bytes());
    }
    client.take();
    client.send(office, b"QUIT\r\n");
    let answer = client.take();
    client.hang_up(office);
    answer
}

/// An office with some changes behind it, and what was kept.
fn used() -> (PostOffice, Tape) {
    let mut office = PostOffice::seeded(NOW);
    let tape = Tape::of(&mut office);
    assert!(send(&mut office, &["ada"], "Subject: one\r\n\r\nremoved NAME\r\n..delivered 1").starts_with("250 "));
    assert!(send(&mut office, &["ada", "grace", "ada"], "Subject: three copies").starts_with("250 "));
    assert!(remove(&mut office, &[2, 4, 5]).starts_with("+OK"));
    assert!(send(&mut office, &["postmaster"], "").starts_with("250 "));
    (office, tape)
}

#[test]
fn s12_what_was_kept_is_the_same_office() {
    let (mut office, tape) = used();
    let bytes = tape.bytes();
    assert_eq!(tape.ends().len(), 4);
    let (mut again, length) = read(&bytes);
    assert_eq!(length, bytes.len() as u64);
    assert_eq!(mail(&mut again), mail(&mut office));
    // Numbers that were given out are not given out again.
    let uids = |office: &mut PostOffice| mail(office).into_iter().map(|(uid, _)| uid).collect::<Vec<_>>();
    send(&mut again, &["ada"], "Subject: next");
    send(&mut office, &["ada"], "Subject: next");
    assert_eq!(uids(&mut again), uids(&mut office));
}

#[test]
fn s12_a_session_that_changes_nothing_is_not_kept() {
    let mut office = PostOffice::seeded(NOW);
    let tape = Tape::of(&mut office);
    assert!(remove(&mut office, &[]).starts_with("+OK"));
    assert!(send(&mut office, &["ada"], "a bare\nline feed").starts_with("554 "));
    assert_eq!(tape.ends(), [0; 0]);
}

#[test]
fn s12_the_split_makes_no_difference() {
    let (mut office, tape) = used();
    let mut reader = Reader::default();
    tape.bytes().chunks(1).for_each(|byte| reader.feed(byte).unwrap());
    let (mut again, length) = reader.finish().unwrap();
    assert_eq!((mail(&mut again), length), (mail(&mut office), tape.bytes().len() as u64));
}

#[test]
fn s12_a_torn_record_counts_for_nothing() {
    let (_, tape) = used();
    let (bytes, ends) = (tape.bytes(), tape.ends());
    let states: Vec<_> = ends.iter().map(|end| mail(&mut read(&bytes[..*end]).0)).collect();
    for cut in ends[0]..bytes.len() {
        let (mut office, length) = read(&bytes[..cut]);
        let whole = ends.iter().rposition(|end| *end <= cut).unwrap();
        assert_eq!(length, ends[whole] as u64, "cut at {cut}");
        assert_eq!(mail(&mut office), states[whole], "cut at {cut}");
    }
    let first = bytes.iter().position(|byte| *byte == b'\n').unwrap();
    let mut reader = Reader::default();
    reader.feed(&bytes[..first]).unwrap();
    assert!(reader.finish().is_none(), "half a first line is no beginning");
}

#[test]
fn s12_damage_is_told_with_its_place() {
    let (_, tape) = used();
    let bytes = tape.bytes();
    let last = *tape.ends().iter().rev().nth(1).unwrap();
    #[track_caller]
    fn check(bytes: &[u8], at: usize, what: &'static str) {
        let damage = Damage { at: at as u64, what };
        let mut reader = Reader::default();
        assert_eq!(reader.feed(bytes), Err(damage));
        assert_eq!(reader.feed(b"more"), Err(damage), "nothing more is read");
        let (kept, length) = reader.finish().map_or((0, 0), |(mut office, length)| (mail(&mut office).len(), length));
        assert_eq!((length, kept > 0), (at as u64, at > 0), "what stands before is there");
        let mut slowly = Reader::default();
        assert!(bytes.chunks(1).any(|byte| slowly.feed(byte) == Err(damage)), "byte by byte");
    }
    let with = |behind: &str| [&bytes, behind.as_bytes()].concat();
    check(b"\n", 0, "not practice mail of this version");
    check(b"mailspeak-practice-mail 2 1\n", 0, "not practice mail of this version");
    check(b"mailspeak-practice-mail 1 x\n", 0, "not a number");
    check(&with("trailing\n"), bytes.len(), "not a record");
    check(&with("\n"), bytes.len(), "not a record");
    check(&with("mailspeak-practice-mail 1 9\n"), bytes.len(), "not a record");
    check(&with("delivered 99 ada\n"), bytes.len(), "a word is missing");
    check(&with("delivered 99\n"), bytes.len(), "not a number of copies");
    check(&with("delivered 99 ada 0.1 -1\n"), bytes.len(), "not a number");
    check(&with("delivered 99 ada u\u{7f}id.1 1\n"), bytes.len(), "not a unique-id that was given out");
    check(&with("delivered 99 ada uid 1\n"), bytes.len(), "not a unique-id that was given out");
    check(&with("delivered 99 ada 0.64 1\n"), bytes.len(), "not a unique-id that was given out");
    check(&with("delivered 18446744073709551615 ada 0.1 1\n"), bytes.len(), "not a number");
    check(&with("delivered 99 eve 0.1 1\n"), bytes.len(), "nobody of that name");
    check(&with("delivered 0 ada 0.1 1\n"), bytes.len(), "a number that was given out before");
    check(&with("delivered 99 ada 0.1 99999999\n"), bytes.len(), "more mail than a maildrop takes");
    check(
        &with("delivered 99 ada 0.1 1 ada 0.2 9223372036854775807\n"),
        bytes.len(),
        "more mail than a maildrop takes",
    );
    check(&with("delivered 99 ada 0.1 1\nxx"), bytes.len(), "the octets do not end where they should");
    check(&with("delivered 99 ada 0.1 1 ada 0.1 1\nxx\n"), bytes.len(), "a unique-id that is there already");
    check(&with("removed ada uid\n"), bytes.len(), "no message of that unique-id");
    check(&with("removed eve uid\n"), bytes.len(), "nobody of that name");
    check(&with(&"x".repeat(1_000_000)), bytes.len(), "a line without end");
    // An octet too few in the middle.
    check(&[&bytes[..last - 10], &bytes[last - 9..]].concat(), tape.ends()[1], "no message of that unique-id");
}

/// The bytes were written before scenarios had names.
#[test]
fn s12_what_was_written_before_is_read() {
    let bytes = include_bytes!("ledger/before-scenarios.mail");
    assert!(bytes.starts_with(b"mailspeak-practice-mail 1 7\n"));
    let (mut again, length) = read(bytes);
    assert_eq!(length, bytes.len() as u64);
    let (mut office, tape) = used();
    assert_eq!(mail(&mut again), mail(&mut office));
    assert_eq!(tape.bytes(), bytes, "and nothing else is written now");
}

/// A keeper that writes all there is after the last change.
#[derive(Clone, Debug, Default)]
struct Snapshot(Arc<Mutex<Vec<u8>>>);

impl Keeper for Snapshot {
    fn keep(&mut self, change: &Change<'_>) -> Result<(), NotKept> {
        let mut bytes = Vec::new();
        change.begin(&mut bytes).map_err(|_| NotKept)?;
        *self.0.lock().unwrap() = bytes;
        Ok(())
    }
}

#[test]
fn s12_a_ledger_names_its_scenario() {
    let scenario = two_hosts();
    let mut office = PostOffice::of(&scenario, &Room::endless(), NOW).unwrap();
    let snapshot = Snapshot::default();
    office.kept_by(Box::new(snapshot.clone()));
    let other = office.host_named("mx.other.test").unwrap();
    let mut client = Client::open_at(&mut office, other, Pop3);
    client.send(&mut office, b"USER ada\r\nPASS second\r\nDELE 1\r\nQUIT\r\n");
    assert!(client.take().ends_with("maildrop empty\r\n"));
    client.hang_up(&mut office);
    let bytes = snapshot.0.lock().unwrap().clone();
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.starts_with("mailspeak-practice-mail 1 2 two-hosts\ndelivered 2 ada "), "{text}");

    let read = |scenario: &Arc<Scenario>, bytes: &[u8]| {
        let mut reader = Reader::of(scenario);
        reader.feed(bytes).map(|()| reader.finish().unwrap().0)
    };
    let again = read(&scenario, &bytes).unwrap();
    assert_eq!(again.messages("ada@first.test"), [b"Subject: at first.test\r\n"]);
    assert!(again.messages("ada@other.test").is_empty());
    let behind =
        [&bytes, &b"delivered 3 ada@mx.other.test 0.3 1 ada 0.3 1\nxy\nremoved ada@mx.other.test 0.3\n"[..]].concat();
    let again = read(&scenario, &behind).unwrap();
    assert_eq!((again.messages("ada@first.test").len(), again.messages("ada@other.test").len()), (2, 0));

    let what = "mail of another scenario";
    assert_eq!(Reader::default().feed(&bytes), Err(Damage { at: 0, what }));
    assert_eq!(read(&scenario, b"mailspeak-practice-mail 1 2\n").err(), Some(Damage { at: 0, what }));
}

#[test]
fn s12_what_is_not_kept_is_not_done() {
    let (mut office, tape) = used();
    let before = mail(&mut office);
    tape.fill(true);
    assert!(send(&mut office, &["ada", "grace"], "Subject: refused").starts_with("451 4.3.0 "));
    assert!(remove(&mut office, &[1]).starts_with("-ERR [SYS/TEMP] "));
    assert!(!office.is_locked("ada"), "released all the same (RFC 1939 section 6)");
    assert_eq!(mail(&mut office), before);
    tape.fill(false);
    assert!(send(&mut office, &["ada"], "Subject: taken").starts_with("250 "));
    assert!(remove(&mut office, &[1]).starts_with("+OK"));
    assert_eq!(mail(&mut read(&tape.bytes()).0), mail(&mut office));
}

#[test]
fn an_office_moves_with_its_mail() {
    let (mut office, _) = used();
    let fits = mail(&mut office).len() as u64 * 2000;
    let (small, large) = (Room::of(1000), Room::of(fits));
    assert!(!office.move_to(&small));
    assert_eq!(small.taken(), 0);
    assert!(office.move_to(&large));
    let taken = large.taken();
    assert!(send(&mut office, &["ada"], "Subject: more").starts_with("250 "));
    assert!(large.taken() > taken);
    drop(office);
    assert_eq!(large.taken(), 0);
}
