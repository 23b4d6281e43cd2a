//! Whole dialogues: the observer between two inventive sides, and the practice server with an inventive client.

use std::sync::{Arc, Mutex};

use mailproto::{Event, Protocol, Session, explain, line::Ending, token::Side};
use practice::ledger::{Change, Damage, Keeper, NotKept, Reader};
use practice::{Connection, PostOffice, Service, Then, Timestamp};

use crate::parsers::{in_order, inside};

/// What happens next in a session.
pub(crate) enum Step<'a> {
    Client(&'a [u8], Ending),
    Server(&'a [u8]),
    Connected { tls: bool },
    Tls,
    Closed,
}

/// The observer of either protocol, fed a transcript: `C: ` and `S: ` lines, `> connect` and its like, as under
/// `transcripts/`; besides, `c: ` and `s: ` are bytes without a line end.
pub fn session(data: &[u8]) {
    let mut bytes = Vec::new();
    let steps = steps(data);
    for step in &steps {
        if let Step::Server(line) = step {
            bytes.extend_from_slice(line);
        }
    }
    for protocol in Protocol::ALL {
        let whole = watch(protocol, &steps, usize::MAX);
        assert_eq!(watch(protocol, &steps, 1), whole, "byte by byte");
        assert_eq!(watch(protocol, &steps, 3), whole, "three by three");
        let mut kept = Vec::new();
        for event in &whole {
            let Event::Line(line) = event else { continue };
            let text = line.text.expose();
            in_order(&line.tokens, text);
            assert!(line.problems.iter().all(|problem| inside(problem.span, text)), "{line:?}");
            let explained = explain::explain(line);
            assert_eq!(explained.tokens.len(), line.tokens.len());
            line.text.shown();
            if line.side == Side::Server {
                kept.extend_from_slice(text);
                kept.extend_from_slice(line.ending.bytes());
            }
        }
        assert!(kept == bytes, "a byte of the server is lost");
    }
}

pub(crate) fn steps(data: &[u8]) -> Vec<Step<'_>> {
    let mut steps = vec![Step::Connected { tls: false }];
    for line in data.split_inclusive(|byte| *byte == b'\n') {
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let (mark, rest) = text.split_at(text.len().min(3));
        match mark {
            b"C: " => steps.push(Step::Client(rest, Ending::CrLf)),
            b"C:" => steps.push(Step::Client(b"", Ending::CrLf)),
            b"c: " => steps.push(Step::Client(rest, Ending::Lf)),
            b"S: " => steps.extend([Step::Server(rest), Step::Server(b"\r\n")]),
            b"S:" => steps.push(Step::Server(b"\r\n")),
            b"s: " => steps.push(Step::Server(rest)),
            _ => match text {
                b"> connect" => steps.push(Step::Connected { tls: false }),
                b"> connect tls" => steps.push(Step::Connected { tls: true }),
                b"> tls" => steps.push(Step::Tls),
                b"> cut" => steps.push(Step::Closed),
                // Anything else is a line of the server, its LF with it.
                _ => steps.push(Step::Server(line)),
            },
        }
    }
    steps.push(Step::Closed);
    steps
}

fn watch(protocol: Protocol, steps: &[Step<'_>], size: usize) -> Vec<Event> {
    let mut session = Session::new(protocol);
    let mut events = Vec::new();
    for step in steps {
        match step {
            Step::Client(line, ending) => {
                session.forecast(line, &session.judge(line));
                events.extend(session.sent(line, *ending));
            }
            Step::Server(bytes) => bytes.chunks(size).for_each(|chunk| events.extend(session.received(chunk))),
            Step::Connected { tls } => {
                // What was still on its way is told before the old connection is forgotten.
                events.extend(session.closed());
                events.extend(session.connected(*tls));
            }
            Step::Tls => events.extend(session.tls_established()),
            Step::Closed => events.extend(session.closed()),
        }
        session.legal();
        session.is_quiet();
    }
    events
}

const NOW: Timestamp = Timestamp(1_795_211_160);

/// The practice server: the first byte picks the service, the rest is what the client sends. It answers in whole lines of
/// ASCII, keeps its locks, stores lines that end in CRLF, and cares for no split.
pub fn practice(data: &[u8]) {
    let Some((&which, bytes)) = data.split_first() else { return };
    let service = Service::ALL[usize::from(which) % Service::ALL.len()];
    let (said, mail) = talk(service, [bytes].into_iter());
    assert!(said.is_ascii() && said.ends_with(b"\r\n"));
    for line in said.split(|byte| *byte == b'\n') {
        assert!(line.len() <= 511, "a reply line of {} octets", line.len() + 1);
    }
    for message in &mail {
        let bare = message.split(|byte| *byte == b'\n').rev().skip(1).any(|line| !line.ends_with(b"\r"));
        assert!(message.ends_with(b"\r\n") && !bare, "only CRLF in a maildrop");
    }
    assert_eq!(talk(service, bytes.chunks(1)), (said, mail));
}

fn talk<'a>(service: Service, chunks: impl Iterator<Item = &'a [u8]>) -> (Vec<u8>, Vec<Vec<u8>>) {
    let mut office = PostOffice::seeded(NOW);
    let (mut connection, greeting) = Connection::open(&mut office, service, "192.0.2.7", NOW, 7);
    let mut said = greeting.bytes;
    for chunk in chunks {
        let mut output = connection.receive(&mut office, chunk, NOW);
        said.append(&mut output.bytes);
        while connection.has_backlog() {
            output = connection.receive(&mut office, b"", NOW);
            said.append(&mut output.bytes);
        }
        if output.then == Then::Close {
            break;
        }
    }
    connection.hang_up(&mut office);
    assert!(!office.is_locked("ada") && !office.is_locked("grace"));
    (said, mail(&office))
}

fn mail(office: &PostOffice) -> Vec<Vec<u8>> {
    [office.messages("ada"), office.messages("grace")].concat().into_iter().map(<[u8]>::to_vec).collect()
}

/// What a post office is read from after its process was killed: the split makes no difference, what stands before damage is
/// there, and what is written of it is read again the same.
pub fn ledger(data: &[u8]) {
    let (damage, office) = restored([data].into_iter());
    let (same_damage, again) = restored(data.chunks(1));
    assert_eq!(same_damage, damage, "byte by byte");
    let (Some((mut office, length)), Some((again, same_length))) = (office, again) else { return };
    assert_eq!((same_length, mail(&again)), (length, mail(&office)), "byte by byte");
    assert!(length <= data.len() as u64);
    if damage.is_none() {
        let whole = usize::try_from(length).expect("no longer than the data");
        let (_, cut) = restored([&data[..whole]].into_iter());
        assert_eq!(cut.map(|(office, length)| (mail(&office), length)), Some((mail(&office), length)), "a torn end");
    }

    // A change has all of it written anew.
    let tape = Tape::default();
    office.kept_by(Box::new(tape.clone()));
    let (mut connection, _) = Connection::open(&mut office, Service::Smtp, "192.0.2.7", NOW, 7);
    let letter = b"HELO c.example\r\nMAIL FROM:<>\r\nRCPT TO:<ada@example.test>\r\nDATA\r\n.\r\n";
    let _ = connection.receive(&mut office, letter, NOW);
    connection.hang_up(&mut office);
    let written = tape.0.lock().expect("one thread").clone();
    if !written.is_empty() {
        let (damage, anew) = restored([written.as_slice()].into_iter());
        assert_eq!(damage, None);
        let anew = anew.map(|(office, length)| (mail(&office), length));
        assert_eq!(anew, Some((mail(&office), written.len() as u64)), "written anew");
    }
}

/// The damage that is told, and what is there all the same.
fn restored<'a>(chunks: impl Iterator<Item = &'a [u8]>) -> (Option<Damage>, Option<(PostOffice, u64)>) {
    let mut reader = Reader::default();
    let damage = chunks.map(|chunk| reader.feed(chunk)).find_map(Result::err);
    (damage, reader.finish())
}

/// A keeper in memory.
#[derive(Clone, Debug, Default)]
struct Tape(Arc<Mutex<Vec<u8>>>);

impl Keeper for Tape {
    fn keep(&mut self, change: &Change<'_>) -> Result<(), NotKept> {
        change.begin(&mut *self.0.lock().expect("one thread")).map_err(|_| NotKept)
    }
}
