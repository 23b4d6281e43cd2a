//! The workbench against the practice server, paired in memory: what a learner types, what the model then holds. No browser.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use common::Page as Sheet;
use practice::{Connection, Output, PostOffice, Service, Then, Timestamp};
use workbench::{
    BenchEffect, BenchMsg, Desk, Effect, Msg,
    conversation::{Conversation, Phase},
    desk::{Opening, Page},
    guide::Example,
    link::Link,
    mailproto::{Protocol, Session, State, secret::MASK, token::Side},
    net::{Cause, Offer, TlsFacts, Trust},
    panel, prompt, records,
    sitting::SittingId,
    tape::Fact,
    target::{Security, Target, Via},
    transcript::{Incident, Kind},
};

const NOW: Timestamp = Timestamp(1_795_000_000);

/// A page without a browser: the desk, and the practice server as its driver, with one connection for each session that is live.
struct Bench {
    page: Sheet,
    office: PostOffice,
    connections: Vec<(SittingId, Connection)>,
    opened: u64,
    saved: Option<String>,
}

impl Bench {
    fn new() -> Self {
        let mut page = Sheet::default();
        page.desk.offer = Some(Offer::default());
        Self { page, office: PostOffice::seeded(NOW), connections: Vec::new(), opened: 0, saved: None }
    }

    fn send(&mut self, msg: impl Into<Msg>) {
        let effects = self.page.say(msg);
        self.perform(effects);
    }

    fn happened(&mut self, id: SittingId, fact: Fact) {
        self.send(BenchMsg::Happened(id, fact));
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Bench(BenchEffect::Link(id, link)) => self.link(id, link),
                Effect::Bench(BenchEffect::Save { octets, .. }) => {
                    self.saved = Some(String::from_utf8_lossy(&octets).into_owned());
                }
                Effect::Bench(
                    BenchEffect::LookUpMail { .. } | BenchEffect::TakeApart(_) | BenchEffect::SaveTape { .. },
                )
                | Effect::FetchRest
                | Effect::Remember(_)
                | Effect::Show(_) => {}
            }
        }
    }

    fn link(&mut self, id: SittingId, link: Link) {
        match link {
            Link::Open(target) => {
                self.opened += 1;
                let service = *Service::ALL.iter().find(|service| service.standard_port() == target.port).unwrap();
                let (connection, greeting) = Connection::open(&mut self.office, service, "127.0.0.1", NOW, self.opened);
                self.connections.push((id, connection));
                self.happened(id, Fact::Up { address: "127.0.0.1:1".into() });
                if service.implicit_tls() {
                    self.tls_up(id);
                }
                self.answer(id, greeting);
            }
            Link::Send(bytes) => {
                let Some((_, connection)) = self.connections.iter_mut().find(|(of, _)| *of == id) else { return };
                let output = connection.receive(&mut self.office, &bytes, NOW);
                self.answer(id, output);
            }
            Link::StartTls { .. } => {
                let (_, connection) = self.connections.iter_mut().find(|(of, _)| *of == id).unwrap();
                connection.tls_established();
                self.tls_up(id);
            }
            Link::Close => self.hang_up(id),
            Link::Credit(_) => {}
        }
    }

    fn answer(&mut self, id: SittingId, output: Output) {
        if !output.bytes.is_empty() {
            self.happened(id, Fact::Heard(output.bytes.into()));
        }
        if output.then == Then::Close {
            self.hang_up(id);
            self.send(BenchMsg::Ended(id, Cause::Server { truncated: false }));
        }
    }

    fn tls_up(&mut self, id: SittingId) {
        let (version, cipher) = (Some("TLS 1.3".into()), Some("TLS_AES_128_GCM_SHA256".into()));
        let facts = TlsFacts { version, cipher, ..TlsFacts::unknown("mail.example.test".into(), Trust::Practice) };
        self.happened(id, Fact::TlsUp(facts.into()));
    }

    fn hang_up(&mut self, id: SittingId) {
        if let Some(at) = self.connections.iter().position(|(of, _)| *of == id) {
            self.connections.remove(at).1.hang_up(&mut self.office);
        }
    }

    fn conversation(&self) -> &Conversation {
        self.page.conversation()
    }

    /// How many steps of the example are done, and how many there are.
    fn steps(&self) -> Option<(usize, usize)> {
        self.conversation().guide().map(|guide| (guide.done, guide.steps().len()))
    }

    fn typed(&mut self, line: &str) {
        let effects = self.page.typed(line);
        self.perform(effects);
    }

    /// Types a line and checks how the server's answer begins and where the session then stands.
    fn check(&mut self, line: &str, reply: &str, state: State) {
        let before = self.conversation().transcript().len();
        self.typed(line);
        let first = (before..self.conversation().transcript().len())
            .filter_map(|index| self.conversation().transcript().line(index))
            .find(|line| line.wire.side == Side::Server)
            .map(|line| line.wire.text.shown())
            .unwrap_or_default();
        assert!(first.starts_with(reply), "{line}: {first}");
        assert_eq!(self.page.state(), state, "after {line}");
    }
}

#[test]
fn the_courses_pop3_session() {
    use State::{Authorization, Closed, Transaction, UserGiven};
    let mut bench = Bench::new();
    bench.send(Example::Read);
    assert_eq!(bench.page.state(), Authorization);
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
    assert_eq!(bench.conversation().phase(), Phase::Closed);
    assert_eq!(bench.steps(), Some((5, 5)));
}

#[test]
fn mail_sent_by_smtp_is_fetched_by_pop3() {
    use State::{Closed, Connected, Data, Greeted, Recipients, Sender, Transaction, UserGiven};
    let mut bench = Bench::new();
    bench.send(Example::Send);
    assert_eq!(bench.page.state(), Connected);
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
    assert!(bench.steps().is_some_and(|(done, all)| done == all));

    bench.send(Example::Read);
    bench.check("USER ada", "+OK", UserGiven);
    bench.check("PASS lovelace", "+OK", Transaction);
    bench.check("STAT", "+OK 4 ", Transaction);
    bench.check("RETR 4", "+OK", Transaction);
    let texts = bench.page.texts();
    assert!(texts.contains(&"Subject: moths".into()), "{texts:?}");
    assert!(texts.contains(&"..a line that began with a dot".into()), "{texts:?}");
}

#[test]
fn a_cut_line_removes_nothing() {
    let mut bench = Bench::new();
    bench.send(Example::Break);
    bench.check("USER ada", "+OK", State::UserGiven);
    bench.check("PASS lovelace", "+OK", State::Transaction);
    bench.check("DELE 2", "+OK", State::Transaction);
    bench.send(BenchMsg::Disconnect);
    assert_eq!((bench.conversation().phase(), bench.page.state()), (Phase::Closed, State::Closed));
    let last = bench.conversation().transcript().iter().next_back().unwrap().clone();
    let Kind::Incident(Incident::Closed { cause: Cause::Client, kept: 1, unanswered: 0, unsent: 0 }) = &last.kind
    else {
        panic!("{last:?}");
    };
    let tally = bench.conversation().tally_at(bench.conversation().transcript().len() - 1);
    assert_eq!(tally.unwrap().said(), [("done-fetched", 0)]);

    let before = bench.conversation().transcript().len();
    bench.send(BenchMsg::Reconnect);
    assert!(bench.conversation().transcript().len() > before, "what happened before the cut stays in sight");
    bench.check("USER ada", "+OK", State::UserGiven);
    bench.check("PASS lovelace", "+OK", State::Transaction);
    bench.check("STAT", "+OK 3 ", State::Transaction);
    assert!(bench.steps().is_some_and(|(done, all)| done == all));
}

fn check_upgrade(protocol: Protocol, before: &[&str], verb: &str, after: State) {
    let mut bench = Bench::new();
    bench.send(Target::practice(protocol, Via::Page));
    for line in before {
        bench.typed(line);
    }
    bench.typed(verb);
    assert_eq!(bench.page.state(), after);
    assert!(bench.conversation().session().encrypted());
    let border = bench
        .conversation()
        .transcript()
        .iter()
        .position(|entry| matches!(entry.kind, Kind::Encrypted { .. }))
        .unwrap();
    for index in 0..bench.conversation().transcript().len() {
        if let Some(line) = bench.conversation().transcript().line(index) {
            assert_eq!(line.wire.encrypted, index > border, "{:?}", line.wire.text);
        }
    }
    bench.typed("NOOP");
    let place = bench.page.front().place().unwrap();
    let newest = bench.conversation().transcript().line(place.entry).unwrap();
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
        bench.send(target);
        assert_eq!(bench.page.state(), state);
        let kinds: Vec<_> = bench.conversation().transcript().iter().map(|entry| &entry.kind).collect();
        let border = kinds.iter().position(|kind| matches!(kind, Kind::Encrypted { from_start: true, .. })).unwrap();
        let first = kinds.iter().position(|kind| matches!(kind, Kind::Line(_))).unwrap();
        assert!(border < first);
    }
}

#[test]
fn lines_typed_during_the_handshake_wait() {
    let mut page = Sheet::connected(Target::practice(Protocol::Pop3, Via::Proxy));
    let id = page.id();
    let sent = |line: &[u8]| [Effect::link(id, Link::Send(line.to_vec()))];
    let _ = page.heard(*b"+OK ready\r\n");
    assert_eq!(page.typed("STLS"), sent(b"STLS\r\n"));
    let effects = page.heard(*b"+OK go\r\n");
    assert!(effects.contains(&Effect::link(id, Link::StartTls { after: 19 })), "{effects:?}");
    assert_eq!(page.typed("CAPA"), []);
    assert_eq!(page.tls_up(Trust::Practice), sent(b"CAPA\r\n"));
}

/// Pasted lines go one by one, and what was meant for TLS is dropped where TLS does not begin.
#[test]
fn pasted_lines_wait_for_their_replies() {
    let lines = |lines: &[&str]| BenchMsg::InTurn(lines.iter().map(|line| (*line).to_owned()).collect());
    let mut page = Sheet::connected(Target::practice(Protocol::Pop3, Via::Proxy));
    let id = page.id();
    let credit = |bytes: u32| Effect::link(id, Link::Credit(bytes));
    let sent = |line: &str| Effect::link(id, Link::Send(format!("{line}\r\n").into_bytes()));
    assert_eq!(page.say(lines(&["STLS", "USER ada", "PASS canary-4711"])), [], "the server has not greeted");
    assert_eq!(page.heard(*b"+OK\r\n"), [credit(5), sent("STLS")]);
    assert_eq!(page.typed("STAT"), [], "typed behind a paste, it waits behind it");
    assert_eq!(page.front().turns().for_reply(), 3);
    assert_eq!(page.heard(*b"-ERR no\r\n"), [credit(9)]);
    assert_eq!((page.front().turns().len(), page.front().turns().dropped()), (0, 1));
    assert_eq!(page.say(lines(&["CAPA", "QUIT"])), [sent("CAPA")]);
    let _ = page.say(BenchMsg::ForgetTurns);
    assert_eq!(page.heard(*b"+OK\r\n.\r\n"), [credit(8)]);
}

/// Two sessions side by side, as in the courses: mail goes in by one and comes out by the other.
#[test]
fn two_sessions_go_on_side_by_side() {
    let mut bench = Bench::new();
    bench.send(Example::Send);
    let smtp = bench.page.id();
    bench.typed("EHLO laptop.example.test");
    bench.send(Msg::Home);
    bench.send(Example::Read);
    let pop3 = bench.page.id();
    assert_ne!(smtp, pop3);
    bench.check("USER ada", "+OK", State::UserGiven);
    bench.send(BenchMsg::Front(smtp));
    for line in ["MAIL FROM:<grace@example.test>", "RCPT TO:<ada@example.test>", "DATA", "Subject: moths", "", "."] {
        bench.typed(line);
    }
    bench.send(BenchMsg::Front(pop3));
    bench.check("PASS lovelace", "+OK", State::Transaction);
    bench.check("STAT", "+OK 4 ", State::Transaction);
    // A cut of one is not felt by the other.
    bench.send(BenchMsg::Front(smtp));
    bench.send(BenchMsg::Disconnect);
    assert_eq!(bench.conversation().phase(), Phase::Closed);
    bench.send(BenchMsg::Front(pop3));
    bench.check("RETR 4", "+OK", State::Transaction);
    assert!(bench.page.texts().contains(&"Subject: moths".into()));
    let other = bench.page.desk.bench().unwrap().get(smtp).unwrap();
    let said: Vec<_> = (0..other.conversation().transcript().len())
        .filter_map(|index| Some(other.conversation().transcript().line(index)?.wire.text.shown()))
        .collect();
    assert!(said.contains(&"Subject: moths".into()) && !said.contains(&"RETR 4".into()), "{said:?}");
}

/// Who goes back to the start page and begins the same example once more has one session of it, not two that lock each other out.
#[test]
fn the_same_once_more_begins_anew() {
    let mut bench = Bench::new();
    bench.send(Example::Read);
    bench.check("USER ada", "+OK", State::UserGiven);
    bench.check("PASS lovelace", "+OK", State::Transaction);
    let first = bench.page.id();
    bench.send(Msg::Home);
    bench.send(Example::Read);
    assert_ne!(bench.page.id(), first);
    assert_eq!(bench.page.desk.bench().unwrap().sittings().len(), 1);
    bench.check("USER ada", "+OK", State::UserGiven);
    bench.check("PASS lovelace", "+OK", State::Transaction);
}

/// A session that is over can be put away; what is live stays, and another comes to the front.
#[test]
fn what_is_over_can_be_put_away() {
    let mut bench = Bench::new();
    bench.send(Example::Read);
    let read = bench.page.id();
    bench.send(Example::Send);
    let send = bench.page.id();
    bench.send(BenchMsg::Dismiss(send));
    assert_eq!(bench.page.id(), send, "it is live");
    bench.typed("QUIT");
    bench.send(BenchMsg::Dismiss(send));
    assert_eq!(bench.page.id(), read);
    bench.send(BenchMsg::Disconnect);
    bench.send(BenchMsg::Dismiss(read));
    assert!(bench.page.desk.front().is_none() && bench.page.desk.page == Page::Start);
}

/// Sessions that are no examples may go to one server side by side, each as somebody else, say.
#[test]
fn one_server_may_have_several_sessions() {
    let mut page = Sheet::default();
    page.desk.offer = Some(Offer::default());
    let target = || Target { host: "pop.example.org".into(), ..Target::practice(Protocol::Pop3, Via::Proxy) };
    let _ = page.say(target());
    let _ = page.say(target());
    assert_eq!(page.desk.bench().unwrap().sittings().len(), 2);
    assert!(page.desk.bench().unwrap().sittings().iter().all(|sitting| sitting.is_live()));
}

/// There is an end to sessions: one that is over makes room first.
#[test]
fn no_more_sessions_than_a_strip_can_name() {
    let mut page = Sheet::default();
    page.desk.offer = Some(Offer::default());
    for number in 0..workbench::desk::MOST_SITTINGS {
        let effects = page.say(Target { port: 1000 + number as u16, ..Target::practice(Protocol::Pop3, Via::Page) });
        assert_eq!(effects.len(), 1, "{effects:?}");
    }
    let first = page.desk.bench().unwrap().sittings()[0].id();
    let newest = page.id();
    let _ = page.say(BenchMsg::Ended(first, Cause::Refused));
    let _ = page.say(Target::practice(Protocol::Smtp, Via::Page));
    let ids = |page: &Sheet| page.desk.bench().unwrap().sittings().iter().map(|one| one.id()).collect::<Vec<_>>();
    assert_eq!(ids(&page).len(), workbench::desk::MOST_SITTINGS);
    assert!(!ids(&page).contains(&first) && ids(&page).contains(&newest));
    // All are live: the one in front gives way, and its line is cut.
    let front = page.id();
    let effects = page.say(Target { port: 1, ..Target::practice(Protocol::Pop3, Via::Page) });
    assert!(effects.contains(&Effect::link(front, Link::Close)), "{effects:?}");
    assert_eq!(ids(&page).len(), workbench::desk::MOST_SITTINGS);
}

/// An example may be begun before the proxy has answered: the session then waits, and goes where the answer says.
#[test]
fn an_example_begun_early_waits_for_the_offer() {
    let offer = |practice: bool| Offer { practice: practice.then(Default::default), ..Offer::default() };
    let check = |answer: Option<Offer>, via: Via| {
        let mut page = Sheet::default();
        assert_eq!(page.say(Example::Read), []);
        assert_eq!((page.conversation().phase(), page.conversation().via()), (Phase::Connecting, Via::Undecided));
        let opened = page.say(Msg::Offer(answer));
        assert_eq!(opened, [Effect::link(page.id(), Link::Open(Target::practice(Protocol::Pop3, via)))]);
        assert_eq!(page.say(Msg::Offer(None)), [], "once is enough");
    };
    check(Some(offer(true)), Via::Proxy);
    check(Some(offer(false)), Via::Page);
    check(None, Via::Page);
    // Who changes their mind in time opens nothing.
    let mut page = Sheet::default();
    let _ = page.say(Example::Read);
    let _ = page.say(BenchMsg::Disconnect);
    assert_eq!(page.say(Msg::Offer(None)), []);
}

#[test]
fn no_secret_is_shown_kept_or_exported() {
    let mut bench = Bench::new();
    bench.send(Target::practice(Protocol::Pop3, Via::Page));
    bench.typed("USER ada");
    bench.typed("PASS canary-4711");
    bench.typed("AUTH PLAIN");
    bench.typed("AGFkYQBjYW5hcnktNDcxMQ==");
    bench.send(Target::practice(Protocol::Smtp, Via::Page));
    bench.typed("EHLO laptop.example.test");
    bench.typed("AUTH LOGIN");
    bench.typed("YWRh");
    bench.typed("Y2FuYXJ5LTQ3MTE=");
    bench.typed("AUTH PLAIN AGFkYQBjYW5hcnktNDcxMQ==");
    bench.send(BenchMsg::SaveTranscript);
    let saved = bench.saved.clone().unwrap();
    let shown = bench.page.front().place().and_then(|place| panel::panel(bench.conversation(), place));
    let everything = format!("{saved}{:?}{shown:?}", bench.page);
    for canary in ["canary-4711", "Y2FuYXJ5LTQ3MTE", "AGFkYQBjYW5hcnk"] {
        assert!(!everything.contains(canary), "{canary} shows");
    }
    assert!(saved.contains(MASK), "{saved}");
    assert!(saved.contains("C: YWRh"), "a user name is no secret: {saved}");
}

#[test]
fn hints_come_before_sending_and_never_block() {
    fn check(session: &Session, draft: &str, key: &str, ghost: &str) {
        let hint = prompt::hint(session, draft);
        assert_eq!((hint.note.key, hint.ghost.as_str()), (key, ghost), "{draft}");
    }
    let mut bench = Bench::new();
    bench.send(Target::practice(Protocol::Pop3, Via::Page));
    check(bench.conversation().session(), "", "hint-empty", "");
    check(bench.conversation().session(), "US", "verb-user", "ER name");
    check(bench.conversation().session(), "USER", "problem-missing-argument", "name");
    check(bench.conversation().session(), "RETR 1", "problem-pop3-wrong-state", "");
    check(bench.conversation().session(), "MAIL FROM:<a@b.test>", "problem-smtp-verb-in-pop3", "");
    bench.typed("USER ada");
    assert_eq!(prompt::hint(bench.conversation().session(), "PASS lovel").mask_from, Some(5));
    bench.typed("PASS lovelace");
    check(bench.conversation().session(), "TOP 1", "problem-missing-argument", "n");
    bench.typed("DELE 2");
    check(bench.conversation().session(), "RETR 2", "problem-message-deleted", "");
    bench.check("RETR 2", "-ERR", State::Transaction);
}

#[test]
fn odd_servers_are_told_and_nothing_is_lost() {
    fn check(bytes: &[u8], problem: &str) {
        let mut page = Sheet::connected(Target::practice(Protocol::Smtp, Via::Proxy));
        let _ = page.heard(bytes);
        let _ = page.ended(Cause::Server { truncated: false });
        let transcript = page.conversation().transcript();
        let mut kept = Vec::new();
        let mut problems = Vec::new();
        for index in 0..transcript.len() {
            if let Some(line) = transcript.line(index) {
                kept.extend_from_slice(line.wire.text.expose());
                kept.extend_from_slice(line.wire.ending.bytes());
                problems.extend(line.wire.problems.iter().map(|problem| format!("{:?}", problem.kind)));
            }
        }
        assert_eq!(kept, bytes, "no byte is lost");
        assert!(problems.contains(&problem.into()), "{problem} among {problems:?}");
        assert_eq!(page.conversation().phase(), Phase::Closed);
    }
    check(b"HTTP/1.1 400 Bad Request\r\n", "NotSmtpReply");
    check(b"220 caf\xe9\r\n", "NotText");
    check(b"220 nul\0\r\n", "NulByte");
    check(b"220 ready\n", "ServerBareLf");
    check(b"220 ready\rmore\r\n", "ServerBareCr");
    check(b"220 rea", "CutLine");
    check(&vec![b'x'; 1_000_000], "EndlessLine");
}

/// What was asked for before the sessions are loaded begins when they are, by then in the right place; what was given up does not.
#[test]
fn what_was_asked_early_waits_for_the_rest_of_the_page() {
    let offer = Offer { practice: Some(Default::default()), ..Offer::default() };
    let check = |asked: &[Msg], shown: Page, opens: Option<Protocol>| {
        let mut page = Sheet { desk: Desk::of_first_part(), ..Sheet::default() };
        for msg in asked {
            assert_eq!(page.say(msg.clone()), [], "{msg:?}");
        }
        assert_eq!((page.desk.page, page.desk.front().is_none()), (shown, true), "{asked:?}");
        assert_eq!(page.say(Msg::Rest { here: false }), [], "{asked:?}");
        assert_eq!(page.say(Msg::Offer(Some(offer.clone()))), [], "{asked:?}");
        assert_eq!(page.say(Msg::AskRest), [Effect::FetchRest]);
        let effects = page.say(Msg::Rest { here: true });
        let target = opens.map(|protocol| Target::practice(protocol, Via::Proxy));
        let expected: Vec<_> = target.map(|target| Effect::link(page.id(), Link::Open(target))).into_iter().collect();
        assert_eq!(effects, expected, "{asked:?}");
        assert_eq!(page.say(Msg::Rest { here: true }), [], "once is enough");
    };
    let undecided = || Msg::from(Target::practice(Protocol::Smtp, Via::Undecided));
    let read = || Msg::Open(Opening::Example(Example::Read));
    check(&[], Page::Start, None);
    check(&[read()], Page::Bench, Some(Protocol::Pop3));
    check(&[read(), undecided()], Page::Bench, Some(Protocol::Smtp));
    check(&[read(), Msg::Home], Page::Start, None);
    check(&[read(), BenchMsg::Select(None).into(), BenchMsg::SaveTranscript.into()], Page::Bench, Some(Protocol::Pop3));
}

/// A question about a domain is put when its answer can be explained.
#[test]
fn a_question_asked_early_waits_for_the_rest_of_the_page() {
    let mut page = Sheet { desk: Desk::of_first_part(), ..Sheet::default() };
    assert_eq!(page.say(Msg::LookUpMail("example.test".into())), []);
    let effects = page.say(Msg::Rest { here: true });
    let question = BenchEffect::LookUpMail { domain: "example.test".into(), in_page: false };
    assert_eq!(effects, [Effect::Bench(question)]);
}

/// What an eavesdropper has stands beside the lines: in plain text the line itself, under TLS its records.
#[test]
fn the_network_view_sets_records_beside_lines() {
    let mut page = Sheet::connected(Target::practice(Protocol::Pop3, Via::Proxy));
    let network = |page: &mut Sheet, side, octets: &[u8]| {
        assert_eq!(page.happened(Fact::Crossed { side, octets: octets.to_vec().into() }), []);
    };
    let _ = page.heard(*b"+OK ready\r\n");
    let _ = page.typed("STLS");
    let _ = page.heard(*b"+OK begin\r\n");
    network(&mut page, Side::Client, &[22, 3, 1, 0, 2, 1, 0]);
    network(&mut page, Side::Server, &[22, 3, 3, 0, 2, 2, 0, 23, 3, 3, 0, 1, 9]);
    let _ = page.tls_up(Trust::Practice);
    let _ = page.typed("USER ada");
    let _ = page.typed("PASS canary-4711");
    network(&mut page, Side::Client, &[23, 3, 3, 0, 2, 8, 8, 23, 3, 3, 0]);
    network(&mut page, Side::Client, &[1, 8]);
    network(&mut page, Side::Server, &[23, 3, 3, 0, 4, 7, 7, 7, 7]);
    let _ = page.heard(*b"+OK\r\n+OK\r\n");

    use records::Holds::{ClientHello, Sealed, ServerHello};
    let told: Vec<_> = records::rows(page.conversation())
        .into_iter()
        .map(|row| {
            let line = row
                .line
                .and_then(|index| page.conversation().transcript().line(index))
                .map(|line| line.wire.text.shown());
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
    assert!(!format!("{page:?}").contains("canary"));
}

/// A capture file holds a learner's secrets only when they asked, and is made of whole blocks.
#[test]
fn a_capture_hides_secrets_unless_asked() {
    let mut bench = Bench::new();
    bench.send(Target::practice(Protocol::Pop3, Via::Page));
    bench.typed("USER ada");
    bench.typed("PASS canary-4711");
    let id = bench.page.id();
    bench.happened(id, Fact::Keys(vec!["CLIENT_TRAFFIC_SECRET_0 aa bb".into()]));
    let check = |bench: &mut Bench, shows: bool| {
        bench.send(BenchMsg::SaveCapture { comment: "made up".into() });
        let file = bench.saved.clone().unwrap();
        assert_eq!(file.contains("canary-4711"), shows);
        assert_eq!(file.contains("CLIENT_TRAFFIC_SECRET_0"), shows);
        assert!(file.contains("USER ada") && file.contains("made up"));
        assert_eq!(file.contains("PASS ***********\r\n"), !shows);
    };
    check(&mut bench, false);
    bench.send(BenchMsg::Reveal(true));
    check(&mut bench, true);
    let octets = workbench::capture::pcapng(bench.conversation(), true, "odd");
    let mut rest = &octets[..];
    while !rest.is_empty() {
        let length = u32::from_le_bytes(rest[4..8].try_into().unwrap()) as usize;
        assert!(length.is_multiple_of(4) && rest[length - 4..length] == rest[4..8], "a block is not whole");
        rest = &rest[length..];
    }
    // Another session begins without them.
    bench.send(Target::practice(Protocol::Smtp, Via::Page));
    assert!(!bench.page.front().look.reveal && bench.conversation().network().keys().is_empty());
}
