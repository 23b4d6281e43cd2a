//! Own practice worlds for visitors of the page: who sees whose mailboxes. How worlds are forgotten is tested in `proxy::worlds` too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::wildcard_enum_match_arm, reason = "tests")]

mod common;

use common::{PATIENCE, Page, Seen, limits, proxy_with, quiet, scratch};
use practice::Service;
use proxy::{Config, Limits, PracticePorts, Running};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use wire::{Cause, ClientMsg, ServerMsg, TlsMode, Trust};

async fn office(limits: Limits) -> Running {
    proxy_with(Config { practice: PracticePorts::ANY, limits, ..quiet() }).await
}

/// A learner at one of the practice services, by the page or by plain TCP.
enum Learner {
    Page(Box<Page>),
    Tcp(TcpStream),
}

impl Learner {
    /// By the page, greeted.
    async fn visit(running: &Running, world: &str, port: u16) -> Self {
        let mut page = Page::open_in(Some(world), running, "mail.example.test", port, TlsMode::None).await;
        assert!(matches!(page.control().await, ServerMsg::Connected { .. }));
        let mut learner = Self::Page(Box::new(page));
        learner.line().await;
        learner
    }

    /// By plain TCP, greeted.
    async fn telnet(running: &Running, service: Service) -> Self {
        let mut learner = Self::Tcp(TcpStream::connect(running.practice_address(service).unwrap()).await.unwrap());
        learner.line().await;
        learner
    }

    /// One line of a reply; nobody sends more than one at a time here.
    async fn line(&mut self) -> String {
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") {
            match self {
                Self::Page(page) => match page.next().await {
                    Seen::Bytes(bytes) => line.extend(bytes),
                    other => panic!("{other:?}"),
                },
                Self::Tcp(tcp) => line.push(timeout(PATIENCE, tcp.read_u8()).await.expect("a line").unwrap()),
            }
        }
        String::from_utf8(line).unwrap()
    }

    /// Says something and waits for a reply that begins so.
    #[track_caller]
    fn say(&mut self, line: &str, reply: &str) -> impl Future<Output = ()> {
        let place = std::panic::Location::caller();
        let (line, reply) = (line.to_owned(), reply.to_owned());
        async move {
            let said = self.ask(&line).await;
            assert!(said.starts_with(&reply), "{line:?} at {place}: {said:?}");
        }
    }

    /// Says something and gives back the reply.
    async fn ask(&mut self, line: &str) -> String {
        let text = format!("{line}\r\n");
        match self {
            Self::Page(page) => page.type_bytes(text.as_bytes()).await,
            Self::Tcp(tcp) => tcp.write_all(text.as_bytes()).await.unwrap(),
        }
        self.line().await
    }

    /// Logs in as ada and expects so many messages.
    async fn count(&mut self, messages: usize) {
        self.say("USER ada", "+OK").await;
        self.say("PASS lovelace", "+OK").await;
        self.say("STAT", &format!("+OK {messages} ")).await;
    }

    /// All of a letter to ada up to its text.
    async fn begin_letter(&mut self) {
        self.say("MAIL FROM:<grace@example.test>", "250").await;
        self.say("RCPT TO:<ada@example.test>", "250").await;
        self.say("DATA", "354").await;
    }

    /// Sends ada a letter.
    async fn send(&mut self) {
        self.say("HELO laptop.example.test", "250").await;
        self.begin_letter().await;
        self.say("Subject: a moth\r\n\r\n.", "250").await;
        self.say("QUIT", "221").await;
    }
}

#[tokio::test]
async fn everybody_logs_in_at_the_same_time() {
    let running = office(Limits::default()).await;
    let mut one = Learner::visit(&running, "one", 110).await;
    let mut two = Learner::visit(&running, "two", 110).await;
    let mut telnet = Learner::telnet(&running, Service::Pop3).await;
    for learner in [&mut one, &mut two, &mut telnet] {
        learner.count(3).await;
    }
    for world in ["one", "two"] {
        let mut again = Learner::visit(&running, world, 110).await;
        again.say("USER ada", "+OK").await;
        again.say("PASS lovelace", "-ERR [IN-USE]").await;
    }
    one.say("DELE 1", "+OK").await;
    one.say("QUIT", "+OK").await;
    drop(one);
    Learner::visit(&running, "one", 110).await.count(2).await;
    two.say("RSET", "+OK").await;
    two.say("STAT", "+OK 3 ").await;
    two.say("QUIT", "+OK").await;
    Learner::visit(&running, "two", 110).await.count(3).await;
}

#[tokio::test]
async fn a_letter_stays_in_its_world() {
    let running = office(Limits::default()).await;
    Learner::visit(&running, "one", 25).await.send().await;
    Learner::visit(&running, "one", 110).await.count(4).await;
    Learner::visit(&running, "two", 110).await.count(3).await;
    Learner::telnet(&running, Service::Pop3).await.count(3).await;
    Learner::telnet(&running, Service::Smtp).await.send().await;
    Learner::telnet(&running, Service::Pop3).await.count(4).await;
    Learner::visit(&running, "two", 110).await.count(3).await;
}

#[tokio::test]
async fn a_page_without_a_world_is_in_the_public_one() {
    let running = office(Limits::default()).await;
    Learner::telnet(&running, Service::Smtp).await.send().await;
    let mut page = Page::open(&running, "mail.example.test", 110, TlsMode::None).await;
    assert!(matches!(page.control().await, ServerMsg::Connected { .. }));
    let mut learner = Learner::Page(Box::new(page));
    learner.line().await;
    learner.count(4).await;
}

#[tokio::test]
async fn tls_within_a_world() {
    let running = office(Limits::default()).await;
    Learner::visit(&running, "one", 25).await.send().await;

    let mut page = Page::open_in(Some("one"), &running, "mail.example.test", 110, TlsMode::None).await;
    assert!(matches!(page.control().await, ServerMsg::Connected { .. }));
    let mut upgraded = Learner::Page(Box::new(page));
    let mut plain = upgraded.line().await.len();
    let Learner::Page(page) = &mut upgraded else { unreachable!() };
    page.type_bytes(b"STLS\r\n").await;
    plain += upgraded.line().await.len();
    let Learner::Page(page) = &mut upgraded else { unreachable!() };
    page.say(&ClientMsg::StartTls { after: plain as u64 }).await;
    expect_practice_tls(page).await;
    upgraded.count(4).await;
    upgraded.say("QUIT", "+OK").await;
    drop(upgraded);

    let mut page = Page::open_in(Some("one"), &running, "mail.example.test", 995, TlsMode::Implicit).await;
    assert!(matches!(page.control().await, ServerMsg::Connected { .. }));
    expect_practice_tls(&mut page).await;
    let mut implicit = Learner::Page(Box::new(page));
    implicit.line().await;
    implicit.count(4).await;
}

#[tokio::test]
async fn without_room_for_another_world() {
    let running = office(limits(|limits| limits.worlds = 1)).await;
    let mut one = Learner::visit(&running, "one", 25).await;
    let mut page = Page::open_in(Some("two"), &running, "mail.example.test", 110, TlsMode::None).await;
    assert_eq!(page.rest().await, (Vec::new(), Cause::PracticeFull, 1013));
    Learner::telnet(&running, Service::Pop3).await.count(3).await;
    one.send().await;
    let Learner::Page(mut page) = one else { unreachable!() };
    assert_eq!(page.rest().await, (Vec::new(), Cause::Server { truncated: false }, 1000));

    Learner::visit(&running, "one", 110).await.count(4).await;
    // The guest of the dropped page leaves when it notices.
    let busy = async {
        loop {
            let mut page = Page::open_in(Some("two"), &running, "mail.example.test", 110, TlsMode::None).await;
            match page.control().await {
                ServerMsg::Connected { .. } => break,
                ServerMsg::Closed { cause: Cause::PracticeFull, .. } => {}
                other => panic!("{other:?}"),
            }
        }
    };
    timeout(PATIENCE, busy).await.expect("room, once nobody is in world one");
}

#[tokio::test]
async fn s12_when_the_practice_server_is_full() {
    let running = office(limits(|limits| limits.practice_mail = 40_000)).await;
    let mut one = Learner::visit(&running, "one", 25).await;
    one.say("HELO laptop.example.test", "250").await;
    one.begin_letter().await;
    one.say(&format!("{}.", format!("{}\r\n", "x".repeat(900)).repeat(60)), "452 4.3.1 ").await;
    let full = async {
        loop {
            one.begin_letter().await;
            let said = one.ask("Subject: a moth\r\n\r\n.").await;
            if !said.starts_with("250") {
                break said;
            }
        }
    };
    assert!(full.await.starts_with("452 4.3.1 "));
    // Everything else goes on, but for those who would need new mailboxes.
    let mut page = Page::open_in(Some("two"), &running, "mail.example.test", 110, TlsMode::None).await;
    assert_eq!(page.rest().await, (Vec::new(), Cause::PracticeFull, 1013));
    Learner::telnet(&running, Service::Pop3).await.count(3).await;
    let mut reader = Learner::visit(&running, "one", 110).await;
    reader.say("USER ada", "+OK").await;
    reader.say("PASS lovelace", "+OK").await;
    for number in 1..=9 {
        reader.say(&format!("DELE {number}"), "+OK").await;
    }
    reader.say("QUIT", "+OK").await;
    one.send().await;
}

#[tokio::test]
async fn s12_worlds_are_there_again() {
    let state = scratch("worlds-again");
    let limits = limits(|limits| limits.stop_grace = std::time::Duration::ZERO);
    let config =
        || Config { practice: PracticePorts::ANY, state_dir: Some(state.clone()), limits: limits.clone(), ..quiet() };
    let running = proxy_with(config()).await;
    Learner::visit(&running, "one", 25).await.send().await;
    Learner::visit(&running, "two", 110).await.count(3).await;
    let mut reader = Learner::telnet(&running, Service::Pop3).await;
    reader.count(3).await;
    reader.say("DELE 1", "+OK").await;
    reader.say("QUIT", "+OK").await;
    drop(reader);
    running.shutdown().await;
    let running = proxy_with(config()).await;
    for (world, messages) in [("one", 4), ("two", 3)] {
        Learner::visit(&running, world, 110).await.count(messages).await;
    }
    Learner::telnet(&running, Service::Pop3).await.count(2).await;
}

#[tokio::test]
async fn many_at_once_each_in_their_own() {
    let running = office(Limits::default()).await;
    let learners = (0..40).map(|number| {
        let running = &running;
        async move {
            let world = format!("world-{number}");
            for _ in 0..number % 3 {
                Learner::visit(running, &world, 25).await.send().await;
            }
            Learner::visit(running, &world, 110).await.count(3 + number % 3).await;
            Learner::telnet(running, Service::Pop3).await.say("NOOP", "-ERR").await;
        }
    });
    futures_util::future::join_all(learners).await;
    Learner::telnet(&running, Service::Pop3).await.count(3).await;
}

#[tokio::test]
async fn a_world_means_nothing_to_real_servers() {
    let running = office(Limits::default()).await;
    let mut page = Page::open_in(Some("one"), &running, "mail.school.example", 110, TlsMode::None).await;
    assert_eq!(page.rest().await, (Vec::new(), Cause::NotAllowed, 1000));
}

async fn expect_practice_tls(page: &mut Page) {
    match page.control().await {
        ServerMsg::Tls { facts, .. } => assert_eq!(facts.trust, Trust::Practice),
        other => panic!("{other:?}"),
    }
}
