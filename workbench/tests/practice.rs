//! The workbench against the practice server, paired in memory: what a learner types, what the model then holds. No browser.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use practice::{Connection, Output, PostOffice, Service, Then, Timestamp};
use workbench::{
    Effect, Model, Msg,
    mailproto::{Protocol, Session, State, line::Ending, secret::MASK, token::Side},
    model::{Page, Phase, Rest, Security, Target, Via},
    msg::Door,
    net::{Cause, Micros, Offer, TlsFacts, Trust},
    network,
    transcript::{Event, Kind},
    update, view,
};

const NOW: Timestamp = Timestamp(1_795_000_000);

/// A page without a browser: the model, and the practice server as its driver.
struct Bench {
    model: Model,
    office: PostOffice,
    connection: Option<Connection>,
    at: u64,
    saved: Option<String>,
}

impl Bench {
    fn new() -> Self {
        let model = Model { offer: Some(Offer::default()), ..Model::default() };
        Self { model, office: PostOffice::seeded(NOW), connection: None, at: 0, saved: None }
    }

    fn send(&mut self, msg: Msg) {
        self.at += 1_000;
        let effects = update(&mut self.model, msg);
        for effect in effects {
            self.perform(effect);
        }
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Open(target) => {
                let service = *Service::ALL.iter().find(|service| service.standard_port() == target.port).unwrap();
                let (connection, greeting) = Connection::open(&mut self.office, service, "127.0.0.1", NOW, self.at);
                self.connection = Some(connection);
                self.send(Msg::Connected { address: "127.0.0.1:1".into(), at: self.now() });
                if service.implicit_tls() {
                    self.tls_up();
                }
                self.answer(greeting);
            }
            Effect::Send(bytes) => {
                let Some(mut connection) = self.connection.take() else { return };
                let output = connection.receive(&mut self.office, &bytes, NOW);
                self.connection = Some(connection);
                self.answer(output);
            }
            Effect::StartTls { .. } => {
                self.connection.as_mut().unwrap().tls_established();
                self.tls_up();
            }
            Effect::Close => self.hang_up(),
            Effect::Save { octets, .. } => self.saved = Some(String::from_utf8_lossy(&octets).into_owned()),
            Effect::Credit(_)
            | Effect::FetchRest
            | Effect::LookUpMail { .. }
            | Effect::Remember(_)
            | Effect::Reveal(_) => {}
        }
    }

    fn answer(&mut self, output: Output) {
        if !output.bytes.is_empty() {
            self.send(Msg::Received { bytes: output.bytes, at: self.now() });
        }
        if output.then == Then::Close {
            self.hang_up();
            self.send(Msg::Closed { cause: Cause::Server { truncated: false }, at: self.now() });
        }
    }

    fn tls_up(&mut self) {
        let (version, cipher) = (Some("TLS 1.3".into()), Some("TLS_AES_128_GCM_SHA256".into()));
        let facts = TlsFacts { version, cipher, ..TlsFacts::unknown("mail.example.test".into(), Trust::Practice) };
        self.send(Msg::TlsUp { facts: facts.into(), at: self.now() });
    }

    fn hang_up(&mut self) {
        if let Some(connection) = self.connection.take() {
            connection.hang_up(&mut self.office);
        }
    }

    fn now(&self) -> Micros {
        Micros(self.at)
    }

    fn typed(&mut self, line: &str) {
        self.send(Msg::Submit { line: line.into(), ending: Ending::CrLf, at: self.now() });
    }

    /// Types a line and checks how the server's answer begins and where the session then stands.
    fn check(&mut self, line: &str, reply: &str, state: State) {
        let before = self.model.transcript.len();
        self.typed(line);
        let first = (before..self.model.transcript.len())
            .filter_map(|index| self.model.transcript.line(index))
            .find(|line| line.wire.side == Side::Server)
            .map(|line| line.wire.text.shown())
            .unwrap_or_default();
        assert!(first.starts_with(reply), "{line}: {first}");
        assert_eq!(self.model.state(), state, "after {line}");
    }

    fn texts(&self) -> Vec<String> {
        (0..self.model.transcript.len())
            .filter_map(|index| Some(self.model.transcript.line(index)?.wire.text.shown()))
            .collect()
    }
}

#[test]
fn the_courses_pop3_session() {
    use State::{Authorization, Closed, Transaction, UserGiven};
    let mut bench = Bench::new();
    bench.send(Msg::OpenDoor(Door::Read));
    assert_eq!(bench.model.state(), Authorization);
    bench.check("CAPA", "+OK", Authorization);
    bench.check("USER ada", "+OK", UserGiven);
    bench.check("PASS lovelace", "+OK", Transaction);
    bench.check("STAT", "+OK 3 ", Transaction);
    bench.check("LIST", "+OK", Transaction);
    bench.check("UIDL", "+OK", Transaction);
    bench.check("TOP 1 0", "+OK", Transaction);
    bench.check("RETR 1", "+OK", Transaction);
    bench.check("DELE 2", "+OK", Transaction);
    bench.check("RETR 2", "-ERR", Transaction);
    bench.check("STAT", "+OK 2 ", Transaction);
    bench.check("RSET", "+OK", Transaction);
    bench.check("STAT", "+OK 3 ", Transaction);
    bench.check("NOOP", "+OK", Transaction);
    bench.check("QUIT", "+OK", Closed);
    assert_eq!(bench.model.phase, Phase::Closed);
    assert_eq!(bench.model.guide.as_ref().map(|guide| (guide.done, guide.steps().len())), Some((5, 5)));
}

#[test]
fn mail_sent_by_smtp_is_fetched_by_pop3() {
    use State::{Closed, Connected, Data, Greeted, Recipients, Sender, Transaction, UserGiven};
    let mut bench = Bench::new();
    bench.send(Msg::OpenDoor(Door::Send));
    assert_eq!(bench.model.state(), Connected);
    bench.check("EHLO laptop.example.test", "250", Greeted);
    bench.check("MAIL FROM:<grace@example.test>", "250", Sender);
    bench.check("RCPT TO:<ada@example.test>", "250", Recipients);
    bench.check("DATA", "354", Data);
    for line in ["From: Grace <grace@example.test>", "Date: Fri, 20 Nov 2026 12:00:00 +0000", "Subject: moths", ""] {
        bench.check(line, "", Data);
    }
    bench.check("..a line that began with a dot", "", Data);
    bench.check(".", "250", Greeted);
    bench.check("QUIT", "221", Closed);
    assert!(bench.model.guide.as_ref().is_some_and(|guide| guide.done == guide.steps().len()));

    bench.send(Msg::OpenDoor(Door::Read));
    bench.check("USER ada", "+OK", UserGiven);
    bench.check("PASS lovelace", "+OK", Transaction);
    bench.check("STAT", "+OK 4 ", Transaction);
    bench.check("RETR 4", "+OK", Transaction);
    let texts = bench.texts();
    assert!(texts.contains(&"Subject: moths".into()), "{texts:?}");
    assert!(texts.contains(&"..a line that began with a dot".into()), "{texts:?}");
}

#[test]
fn a_cut_line_removes_nothing() {
    let mut bench = Bench::new();
    bench.send(Msg::OpenDoor(Door::Break));
    bench.check("USER ada", "+OK", State::UserGiven);
    bench.check("PASS lovelace", "+OK", State::Transaction);
    bench.check("DELE 2", "+OK", State::Transaction);
    bench.send(Msg::Disconnect { at: bench.now() });
    assert_eq!((bench.model.phase, bench.model.state()), (Phase::Closed, State::Closed));
    let last = bench.model.transcript.iter().next_back().unwrap().clone();
    let Kind::Event(Event::Closed { cause: Cause::Client, kept: 1, unanswered: 0, unsent: 0, done }) = &last.kind
    else {
        panic!("{last:?}");
    };
    assert_eq!(done.unwrap().said(), [("done-fetched", 0)]);

    let before = bench.model.transcript.len();
    bench.send(Msg::Reconnect);
    assert!(bench.model.transcript.len() > before, "what happened before the cut stays in sight");
    bench.check("USER ada", "+OK", State::UserGiven);
    bench.check("PASS lovelace", "+OK", State::Transaction);
    bench.check("STAT", "+OK 3 ", State::Transaction);
    assert!(bench.model.guide.as_ref().is_some_and(|guide| guide.done == guide.steps().len()));
}

fn check_upgrade(protocol: Protocol, before: &[&str], verb: &str, after: State) {
    let mut bench = Bench::new();
    bench.send(Msg::Connect(Target::practice(protocol, Via::Page)));
    for line in before {
        bench.typed(line);
    }
    bench.typed(verb);
    assert_eq!(bench.model.state(), after);
    assert!(bench.model.session.encrypted());
    let border = bench.model.transcript.iter().position(|entry| matches!(entry.kind, Kind::Encrypted { .. })).unwrap();
    for index in 0..bench.model.transcript.len() {
        if let Some(line) = bench.model.transcript.line(index) {
            assert_eq!(line.wire.encrypted, index > border, "{:?}", line.wire.text);
        }
    }
    bench.typed("NOOP");
    let newest = view::selected(&bench.model).and_then(|index| bench.model.transcript.line(index)).unwrap();
    assert!(newest.wire.encrypted);
}

#[test]
fn the_border_stands_where_encryption_begins() {
    check_upgrade(Protocol::Pop3, &["CAPA"], "STLS", State::Authorization);
    check_upgrade(Protocol::Smtp, &["EHLO laptop.example.test"], "STARTTLS", State::Connected);
    for (protocol, state) in [(Protocol::Pop3, State::Authorization), (Protocol::Smtp, State::Connected)] {
        let mut bench = Bench::new();
        let port = Target::standard_port(protocol, Security::Tls);
        let target = Target { port, security: Security::Tls, ..Target::practice(protocol, Via::Page) };
        bench.send(Msg::Connect(target));
        assert_eq!(bench.model.state(), state);
        let kinds: Vec<_> = bench.model.transcript.iter().map(|entry| &entry.kind).collect();
        let border = kinds.iter().position(|kind| matches!(kind, Kind::Encrypted { from_start: true, .. })).unwrap();
        let first = kinds.iter().position(|kind| matches!(kind, Kind::Line(_))).unwrap();
        assert!(border < first);
    }
}

#[test]
fn lines_typed_during_the_handshake_wait() {
    let mut model = Model::default();
    let target = Target::practice(Protocol::Pop3, Via::Proxy);
    update(&mut model, Msg::Connect(target));
    let at = Micros(1);
    update(&mut model, Msg::Connected { address: "127.0.0.1:1110".into(), at });
    update(&mut model, Msg::Received { bytes: b"+OK ready\r\n".to_vec(), at });
    let submit = |line: &str| Msg::Submit { line: line.into(), ending: Ending::CrLf, at };
    assert_eq!(update(&mut model, submit("STLS")), [Effect::Send(b"STLS\r\n".to_vec())]);
    let effects = update(&mut model, Msg::Received { bytes: b"+OK go\r\n".to_vec(), at });
    assert!(effects.contains(&Effect::StartTls { after: 19 }), "{effects:?}");
    assert_eq!(update(&mut model, submit("CAPA")), []);
    let version = Some("TLS 1.3".into());
    let facts = TlsFacts { version, ..TlsFacts::unknown(String::new(), Trust::Practice) };
    assert_eq!(update(&mut model, Msg::TlsUp { facts: facts.into(), at }), [Effect::Send(b"CAPA\r\n".to_vec())]);
}

/// A door may be opened before the proxy has answered: the session then waits, and goes where the answer says.
#[test]
fn a_door_opened_early_waits_for_the_offer() {
    let offer = |practice: bool| Offer { practice: practice.then(Default::default), ..Offer::default() };
    let check = |answer: Option<Offer>, via: Via| {
        let mut model = Model::default();
        assert_eq!(update(&mut model, Msg::OpenDoor(Door::Read)), []);
        assert_eq!((model.phase, model.target.via), (Phase::Connecting, Via::Undecided));
        let opened = update(&mut model, Msg::Offer(answer));
        assert_eq!(opened, [Effect::Open(Target::practice(Protocol::Pop3, via))]);
        assert_eq!(update(&mut model, Msg::Offer(None)), [], "once is enough");
    };
    check(Some(offer(true)), Via::Proxy);
    check(Some(offer(false)), Via::Page);
    check(None, Via::Page);
    // Who changes their mind in time opens nothing.
    let mut model = Model::default();
    update(&mut model, Msg::OpenDoor(Door::Read));
    update(&mut model, Msg::Disconnect { at: Micros(1) });
    assert_eq!(update(&mut model, Msg::Offer(None)), []);
}

#[test]
fn no_secret_is_shown_kept_or_exported() {
    let mut bench = Bench::new();
    bench.send(Msg::Connect(Target::practice(Protocol::Pop3, Via::Page)));
    bench.typed("USER ada");
    bench.typed("PASS canary-4711");
    bench.typed("AUTH PLAIN");
    bench.typed("AGFkYQBjYW5hcnktNDcxMQ==");
    bench.send(Msg::Connect(Target::practice(Protocol::Smtp, Via::Page)));
    bench.typed("EHLO laptop.example.test");
    bench.typed("AUTH LOGIN");
    bench.typed("YWRh");
    bench.typed("Y2FuYXJ5LTQ3MTE=");
    bench.typed("AUTH PLAIN AGFkYQBjYW5hcnktNDcxMQ==");
    bench.send(Msg::SaveTranscript);
    let saved = bench.saved.clone().unwrap();
    let everything = format!("{saved}{:?}{:?}", bench.model, view::panel(&bench.model));
    for canary in ["canary-4711", "Y2FuYXJ5LTQ3MTE", "AGFkYQBjYW5hcnk"] {
        assert!(!everything.contains(canary), "{canary} shows");
    }
    assert!(saved.contains(MASK), "{saved}");
    assert!(saved.contains("C: YWRh"), "a user name is no secret: {saved}");
}

#[test]
fn hints_come_before_sending_and_never_block() {
    fn check(session: &Session, draft: &str, key: &str, ghost: &str) {
        let hint = view::hint(session, draft);
        assert_eq!((hint.note.key, hint.ghost.as_str()), (key, ghost), "{draft}");
    }
    let mut bench = Bench::new();
    bench.send(Msg::Connect(Target::practice(Protocol::Pop3, Via::Page)));
    check(&bench.model.session, "", "hint-empty", "");
    check(&bench.model.session, "US", "verb-user", "ER name");
    check(&bench.model.session, "USER", "problem-missing-argument", "name");
    check(&bench.model.session, "RETR 1", "problem-pop3-wrong-state", "");
    check(&bench.model.session, "MAIL FROM:<a@b.test>", "problem-smtp-verb-in-pop3", "");
    bench.typed("USER ada");
    assert_eq!(view::hint(&bench.model.session, "PASS lovel").mask_from, Some(5));
    bench.typed("PASS lovelace");
    check(&bench.model.session, "TOP 1", "problem-missing-argument", "n");
    bench.typed("DELE 2");
    check(&bench.model.session, "RETR 2", "problem-message-deleted", "");
    bench.check("RETR 2", "-ERR", State::Transaction);
}

#[test]
fn odd_servers_are_told_and_nothing_is_lost() {
    fn check(bytes: &[u8], problem: &str) {
        let mut model = Model::default();
        update(&mut model, Msg::Connect(Target::practice(Protocol::Smtp, Via::Proxy)));
        let at = Micros(1);
        update(&mut model, Msg::Connected { address: String::new(), at });
        update(&mut model, Msg::Received { bytes: bytes.to_vec(), at });
        update(&mut model, Msg::Closed { cause: Cause::Server { truncated: false }, at });
        let mut kept = Vec::new();
        let mut problems = Vec::new();
        for index in 0..model.transcript.len() {
            if let Some(line) = model.transcript.line(index) {
                kept.extend_from_slice(line.wire.text.expose());
                kept.extend_from_slice(line.wire.ending.bytes());
                problems.extend(line.wire.problems.iter().map(|problem| format!("{:?}", problem.kind)));
            }
        }
        assert_eq!(kept, bytes, "no byte is lost");
        assert!(problems.contains(&problem.into()), "{problem} among {problems:?}");
        assert_eq!(model.phase, Phase::Closed);
    }
    check(b"HTTP/1.1 400 Bad Request\r\n", "NotSmtpReply");
    check(b"220 caf\xe9\r\n", "NotText");
    check(b"220 nul\0\r\n", "NulByte");
    check(b"220 ready\n", "ServerBareLf");
    check(b"220 ready\rmore\r\n", "ServerBareCr");
    check(b"220 rea", "CutLine");
    check(&vec![b'x'; 1_000_000], "EndlessLine");
}

/// What was asked for before the rest of the page is here begins when it comes, by then in the right place; what was given up does not.
#[test]
fn what_was_asked_early_waits_for_the_rest_of_the_page() {
    let offer = Offer { practice: Some(Default::default()), ..Offer::default() };
    let check = |asked: &[Msg], page: Page, effects: &[Effect]| {
        let mut model = Model { rest: Rest::Awaited, ..Model::default() };
        for msg in asked {
            assert_eq!(update(&mut model, msg.clone()), [], "{msg:?}");
        }
        assert_eq!((model.page, model.phase), (page, Phase::Idle), "{asked:?}");
        assert_eq!(update(&mut model, Msg::Rest { here: false }), [], "{asked:?}");
        assert_eq!(update(&mut model, Msg::Offer(Some(offer.clone()))), [], "{asked:?}");
        assert_eq!(update(&mut model, Msg::AskRest), [Effect::FetchRest]);
        assert_eq!(update(&mut model, Msg::Rest { here: true }), effects, "{asked:?}");
        assert_eq!(update(&mut model, Msg::Rest { here: true }), [], "once is enough");
    };
    let undecided = Target::practice(Protocol::Smtp, Via::Undecided);
    let open = |protocol| [Effect::Open(Target::practice(protocol, Via::Proxy))];
    check(&[], Page::Start, &[]);
    check(&[Msg::OpenDoor(Door::Read)], Page::Bench, &open(Protocol::Pop3));
    check(&[Msg::OpenDoor(Door::Read), Msg::Connect(undecided)], Page::Bench, &open(Protocol::Smtp));
    check(&[Msg::OpenDoor(Door::Read), Msg::Home], Page::Start, &[]);
    check(&[Msg::OpenDoor(Door::Read), Msg::Select(None), Msg::SaveTranscript], Page::Bench, &open(Protocol::Pop3));
}

/// A question about a domain is put when its answer can be explained.
#[test]
fn a_question_asked_early_waits_for_the_rest_of_the_page() {
    let mut model = Model { rest: Rest::Awaited, ..Model::default() };
    assert_eq!(update(&mut model, Msg::LookUpMail("example.test".into())), []);
    let effects = update(&mut model, Msg::Rest { here: true });
    assert_eq!(effects, [Effect::LookUpMail { domain: "example.test".into(), in_page: false }]);
}

/// What an eavesdropper has stands beside the lines: in plain text the line itself, under TLS its records.
#[test]
fn the_network_view_sets_records_beside_lines() {
    let mut model = Model::default();
    update(&mut model, Msg::Connect(Target::practice(Protocol::Pop3, Via::Proxy)));
    let at = Micros(5);
    let send = |model: &mut Model, line: &str| {
        update(model, Msg::Submit { line: line.into(), ending: Ending::CrLf, at });
    };
    let network = |model: &mut Model, side, octets: &[u8]| {
        update(model, Msg::Network { side, octets: octets.to_vec(), at });
    };
    update(&mut model, Msg::Connected { address: "127.0.0.1:1110".into(), at });
    update(&mut model, Msg::Received { bytes: b"+OK ready\r\n".to_vec(), at });
    send(&mut model, "STLS");
    update(&mut model, Msg::Received { bytes: b"+OK begin\r\n".to_vec(), at });
    network(&mut model, Side::Client, &[22, 3, 1, 0, 2, 1, 0]);
    network(&mut model, Side::Server, &[22, 3, 3, 0, 2, 2, 0, 23, 3, 3, 0, 1, 9]);
    let facts = TlsFacts { version: Some("TLS 1.3".into()), ..TlsFacts::unknown(String::new(), Trust::Practice) };
    update(&mut model, Msg::TlsUp { facts: facts.into(), at });
    send(&mut model, "USER ada");
    send(&mut model, "PASS canary-4711");
    network(&mut model, Side::Client, &[23, 3, 3, 0, 2, 8, 8, 23, 3, 3, 0]);
    network(&mut model, Side::Client, &[1, 8]);
    network(&mut model, Side::Server, &[23, 3, 3, 0, 4, 7, 7, 7, 7]);
    update(&mut model, Msg::Received { bytes: b"+OK\r\n+OK\r\n".to_vec(), at });

    use network::Holds::{ClientHello, Sealed, ServerHello};
    let told: Vec<_> = network::rows(&model)
        .into_iter()
        .map(|row| {
            let line = row.line.and_then(|index| model.transcript.line(index)).map(|line| line.wire.text.shown());
            (row.side, line.unwrap_or_default(), row.records.iter().map(|record| record.holds).collect::<Vec<_>>())
        })
        .collect();
    let (client, server) = (Side::Client, Side::Server);
    let expected = [
        (server, "+OK ready".to_owned(), vec![]),
        (client, "STLS".to_owned(), vec![]),
        (server, "+OK begin".to_owned(), vec![]),
        (client, String::new(), vec![ClientHello]),
        (server, String::new(), vec![ServerHello]),
        (server, String::new(), vec![Sealed]),
        (client, "USER ada".to_owned(), vec![Sealed]),
        (client, format!("PASS {MASK}"), vec![Sealed]),
        (server, "+OK".to_owned(), vec![Sealed]),
        (server, "+OK".to_owned(), vec![]),
    ];
    assert_eq!(told, expected);
    assert!(!format!("{model:?}").contains("canary"));
}

/// A capture file holds a learner's secrets only when they asked, and is made of whole blocks.
#[test]
fn a_capture_hides_secrets_unless_asked() {
    let mut bench = Bench::new();
    bench.send(Msg::Connect(Target::practice(Protocol::Pop3, Via::Page)));
    bench.typed("USER ada");
    bench.typed("PASS canary-4711");
    bench.send(Msg::Keys(vec!["CLIENT_TRAFFIC_SECRET_0 aa bb".into()]));
    let check = |bench: &mut Bench, shows: bool| {
        bench.send(Msg::SaveCapture { comment: "made up".into() });
        let file = bench.saved.clone().unwrap();
        assert_eq!(file.contains("canary-4711"), shows);
        assert_eq!(file.contains("CLIENT_TRAFFIC_SECRET_0"), shows);
        assert!(file.contains("USER ada") && file.contains("made up"));
        assert_eq!(file.contains("PASS ***********\r\n"), !shows);
    };
    check(&mut bench, false);
    bench.send(Msg::Reveal(true));
    check(&mut bench, true);
    let octets = workbench::capture::pcapng(&bench.model, true, "odd");
    let mut rest = &octets[..];
    while !rest.is_empty() {
        let length = u32::from_le_bytes(rest[4..8].try_into().unwrap()) as usize;
        assert!(length.is_multiple_of(4) && rest[length - 4..length] == rest[4..8], "a block is not whole");
        rest = &rest[length..];
    }
    // Another session begins without them.
    bench.send(Msg::Connect(Target::practice(Protocol::Smtp, Via::Page)));
    assert!(!bench.model.reveal && bench.model.network.keys().is_empty());
}
