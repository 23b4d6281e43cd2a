//! S11 on the page's side: whatever end the proxy tells of (`proxy/tests/faults.rs`), the record names it, what came is all
//! there, and what is left open is counted: lines without a reply, lines that were never sent, messages that stayed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use std::rc::Rc;

use common::Page;
use workbench::{
    BenchMsg,
    conversation::{Conversation, Phase},
    mailproto::{Protocol, State},
    net::{Cause, TlsFacts, TlsFailure, Trust},
    tape::Fact,
    target::{Security, Target, Via},
    transcript::{Incident, Kind},
};

/// What happened, in order.
#[derive(Clone)]
enum Said {
    /// TCP is up.
    Up,
    Client(&'static str),
    Server(&'static str),
    Tls,
    Failed(TlsFailure),
    Warned,
    End(Cause),
}
use Said::{Client, End, Failed, Server, Tls, Up, Warned};

fn facts() -> Rc<TlsFacts> {
    TlsFacts::unknown("mail.example.test".into(), Trust::System).into()
}

fn play(protocol: Protocol, security: Security, said: &[Said]) -> Page {
    let port = Target::standard_port(protocol, security);
    let (host, trust) = ("pop.example".into(), None);
    let mut page = Page::asked(Target { via: Via::Proxy, protocol, host, port, security, trust });
    for one in said.iter().cloned() {
        let _ = match one {
            Up => page.happened(Fact::Up { address: "192.0.2.1:110".into() }),
            Client(line) => page.typed(line),
            Server(bytes) => page.heard(bytes),
            Tls => page.happened(Fact::TlsUp(facts())),
            Failed(failure) => page.happened(Fact::TlsFailed { failure, facts: facts() }),
            Warned => page.happened(Fact::IdleWarning { seconds: 60 }),
            End(cause) => page.ended(cause),
        };
    }
    page
}

/// The last line as it came, and the events since the connection was asked for, in short.
fn record(conversation: &Conversation) -> (String, String) {
    let (mut last, mut events) = (String::new(), Vec::new());
    for entry in conversation.transcript().iter() {
        match &entry.kind {
            Kind::Line(line) => last = String::from_utf8_lossy(line.wire.text.expose()).into_owned(),
            Kind::Encrypted { .. } => events.push("encrypted".to_owned()),
            Kind::Incident(Incident::Connected { .. }) => events.push("connected".into()),
            Kind::Incident(Incident::TlsFailed { failure, .. }) => events.push(format!("{failure:?}")),
            Kind::Incident(Incident::IdleWarning { .. }) => events.push("warned".into()),
            Kind::Incident(Incident::Closed { cause, kept, unanswered, unsent }) => {
                events.push(format!("{cause:?}, {unanswered} unanswered, {unsent} unsent, {kept} kept"));
            }
            Kind::Moved(_) | Kind::HeadersEnd(_) | Kind::Incident(_) => {}
        }
    }
    (last, events.join("; "))
}

#[track_caller]
fn check(protocol: Protocol, security: Security, said: &[Said], last: &str, events: &str) {
    let mut page = play(protocol, security, said);
    assert_eq!((page.conversation().phase(), page.state()), (Phase::Closed, State::Closed));
    assert_eq!(record(page.conversation()), (last.to_owned(), events.to_owned()));
    assert!(page.front().turns().is_empty(), "nothing is sent by the next session");
    // A late word of a session that is over changes nothing.
    let facts = page.front().tape().len();
    assert!(page.heard(*b"+OK\r\n").is_empty() && page.ended(Cause::Reset).is_empty());
    assert_eq!(page.front().tape().len(), facts);
    // And the same target can be tried again.
    let _ = page.say(BenchMsg::Reconnect);
    assert_eq!(page.conversation().phase(), Phase::Connecting);
}

const SERVER: Cause = Cause::Server { truncated: false };
const UNSIGNED: Cause = Cause::Server { truncated: true };

#[test]
fn s11_ends_before_and_during_a_plain_session() {
    let pop3 = |said: &[Said], last: &str, events: &str| check(Protocol::Pop3, Security::None, said, last, events);
    pop3(&[End(Cause::Refused)], "", "Refused, 0 unanswered, 0 unsent, 0 kept");
    pop3(&[End(Cause::TimedOut { seconds: 10 })], "", "TimedOut { seconds: 10 }, 0 unanswered, 0 unsent, 0 kept");
    pop3(&[End(Cause::ProxyLost)], "", "ProxyLost, 0 unanswered, 0 unsent, 0 kept");
    pop3(&[Up, End(SERVER)], "", "connected; Server { truncated: false }, 0 unanswered, 0 unsent, 0 kept");
    pop3(&[Up, End(Cause::Reset)], "", "connected; Reset, 0 unanswered, 0 unsent, 0 kept");
    // Cut in the middle of the greeting: half a line is a line.
    let half = "connected; Server { truncated: false }, 0 unanswered, 0 unsent, 0 kept";
    pop3(&[Up, Server("+OK r"), End(SERVER)], "+OK r", half);
    let greeted = [Up, Server("+OK ready\r\n"), Client("QUIT")];
    let with = |more: &[Said]| [&greeted[..], more].concat();
    for (cause, word) in [
        (SERVER, "Server { truncated: false }"),
        (Cause::Reset, "Reset"),
        (Cause::ProxyLost, "ProxyLost"),
        (Cause::Network { detail: "no route".into() }, "Network { detail: \"no route\" }"),
    ] {
        let events = format!("connected; {word}, 1 unanswered, 0 unsent, 0 kept");
        pop3(&with(&[End(cause)]), "QUIT", &events);
    }
    pop3(&with(&[Server("+OK bye\r\n"), End(SERVER)]), "+OK bye", half);
    let idle = "connected; warned; Idle, 1 unanswered, 0 unsent, 0 kept";
    pop3(&with(&[Warned, End(Cause::Idle)]), "QUIT", idle);
    let marked = [Up, Server("+OK\r\n"), Client("USER a"), Server("+OK\r\n"), Client("PASS b"), Server("+OK\r\n")];
    let cut = [&marked[..], &[Client("DELE 1"), Server("+OK\r\n"), Client("DELE 2"), End(Cause::Reset)]].concat();
    pop3(&cut, "DELE 2", "connected; Reset, 1 unanswered, 0 unsent, 1 kept");
}

#[test]
fn s11_ends_under_tls() {
    let pop3s = |said: &[Said], last: &str, events: &str| check(Protocol::Pop3, Security::Tls, said, last, events);
    for (failure, word) in [(TlsFailure::Closed, "Closed"), (TlsFailure::TimedOut, "TimedOut")] {
        let events = format!("connected; {word}; Tls, 0 unanswered, 0 unsent, 0 kept");
        pop3s(&[Up, Failed(failure), End(Cause::Tls)], "", &events);
    }
    let said = [Up, Tls, Server("+OK ready\r\n"), Client("QUIT"), Server("+OK bye\r\n"), End(UNSIGNED)];
    pop3s(&said, "+OK bye", "connected; encrypted; Server { truncated: true }, 0 unanswered, 0 unsent, 0 kept");
    let said = [Up, Tls, Server("+OK ready\r\n"), Client("QUIT"), End(UNSIGNED)];
    pop3s(&said, "QUIT", "connected; encrypted; Server { truncated: true }, 1 unanswered, 0 unsent, 0 kept");
}

#[test]
fn s11_ends_in_the_middle_of_an_upgrade() {
    let stls =
        [Up, Server("+OK ready\r\n"), Client("STLS"), Server("+OK begin\r\n"), Client("CAPA"), Client("USER ada")];
    for (failure, word) in [(TlsFailure::Closed, "Closed"), (TlsFailure::TimedOut, "TimedOut")] {
        let events = format!("connected; {word}; Tls, 0 unanswered, 2 unsent, 0 kept");
        let said = [&stls[..], &[Failed(failure), End(Cause::Tls)]].concat();
        check(Protocol::Pop3, Security::None, &said, "+OK begin", &events);
    }
    let said = [&stls[..3], &[End(Cause::Reset)]].concat();
    check(Protocol::Pop3, Security::None, &said, "STLS", "connected; Reset, 1 unanswered, 0 unsent, 0 kept");
    let said = [&stls[..], &[End(Cause::ProxyLost)]].concat();
    check(Protocol::Pop3, Security::None, &said, "+OK begin", "connected; ProxyLost, 0 unanswered, 2 unsent, 0 kept");
}

/// The most awkward end in SMTP (RFC 1047): the dot was sent, and the reply did not come. Was the letter delivered?
#[test]
fn s11_an_end_after_the_dot() {
    let said = [
        Up,
        Server("220 ready\r\n"),
        Client("HELO me"),
        Server("250 ok\r\n"),
        Client("MAIL FROM:<a@example.test>"),
        Server("250 ok\r\n"),
        Client("RCPT TO:<b@example.test>"),
        Server("250 ok\r\n"),
        Client("DATA"),
        Server("354 go\r\n"),
        Client("."),
        End(Cause::Reset),
    ];
    check(Protocol::Smtp, Security::None, &said, ".", "connected; Reset, 1 unanswered, 0 unsent, 0 kept");
}
