//! Part A: fetching mail by POP3.

use practice::{PostOffice, Service};
use workbench::{
    mailproto::{
        ProblemKind, Protocol, State, Word,
        sasl::{apop_digest, cram_md5_answer, encode},
        token::Side,
        url::{self, Auth},
    },
    target::{Security, Target},
};

use crate::desk::{Desk, NOW, notes, watch};

/// A desk where `ada` is logged in.
fn ada(office: &mut PostOffice) -> Desk {
    let mut desk = Desk::open(office, Service::Pop3);
    desk.talk(office, &[("USER ada", "+OK"), ("PASS lovelace", "+OK")]);
    desk
}

pub fn a1() {
    assert_eq!(Target::standard_port(Protocol::Pop3, Security::None), 110);
    assert_eq!(Target::standard_port(Protocol::Pop3, Security::Tls), 995);
    assert!(Service::Pop3s.implicit_tls() && Service::Pop3s.standard_port() == 995);
    let mut office = PostOffice::seeded(NOW);
    let mut desk = ada(&mut office);
    desk.talk(&mut office, &[("QUIT", "+OK")]);
    use State::{Authorization, Closed, Greeting, NoConnection, Transaction, Update, UserGiven};
    assert_eq!(desk.path, [NoConnection, Greeting, Authorization, UserGiven, Transaction, Update, Closed]);
    let (_, lines) = watch(Protocol::Pop3, "C: USER ada");
    assert!(lines[0].problems.iter().any(|problem| problem.kind == ProblemKind::BeforeGreeting));
}

pub fn a2() {
    let mut office = PostOffice::seeded(NOW);
    let mut first = Desk::open(&mut office, Service::Pop3);
    first.talk(&mut office, &[("USER ada", "+OK"), ("PASS wrong", "-ERR")]);
    assert!(first.problems(Side::Client).contains(&ProblemKind::ClearPassword));
    assert!(!first.last(Side::Client).text.shown().contains("wrong"));
    assert_eq!(first.problems(Side::Server), [ProblemKind::LoginRefused]);
    assert_eq!(first.session.state(), State::Authorization);
    first.talk(&mut office, &[("USER ada", "+OK"), ("PASS lovelace", "+OK")]);
    let mut second = Desk::open(&mut office, Service::Pop3s);
    second.talk(&mut office, &[("USER ada", "+OK"), ("PASS lovelace", "-ERR [IN-USE]")]);
    assert!(!second.problems(Side::Client).contains(&ProblemKind::ClearPassword), "under TLS");
    assert_eq!(second.problems(Side::Server), [ProblemKind::InUse]);
    first.talk(&mut office, &[("QUIT", "+OK")]);
    second.talk(&mut office, &[("USER ada", "+OK"), ("PASS lovelace", "+OK")]);
}

pub fn a3() {
    let mut office = PostOffice::seeded(NOW);
    let mut desk = Desk::open(&mut office, Service::Pop3);
    let timestamp = desk.session.timestamp().unwrap().to_vec();
    assert!(notes(desk.last(Side::Server)).contains(&"token-timestamp"));
    let apop = format!("APOP ada {}", apop_digest(&timestamp, b"lovelace"));
    desk.talk(&mut office, &[(&apop, "+OK")]);
    assert!(notes(desk.last(Side::Client)).contains(&"token-digest"));
    assert_eq!(desk.session.state(), State::Transaction);
    let course = apop_digest(b"<20040818150527@email02.mywebmailserver.com>", b"cfugDemo123");
    assert_eq!(course, "786b5c12203b391c9a903b515ce65a12");
    let (session, lines) = watch(Protocol::Pop3, &format!("S: +OK no timestamp\nC: {apop}"));
    assert_eq!(lines[1].problems[0].kind, ProblemKind::NoTimestamp);
    assert!(!session.legal().iter().any(|(verb, _)| verb.word == Word::Apop));
}

pub fn a4() {
    let mut office = PostOffice::seeded(NOW);
    let login = |office: &mut PostOffice, lines: &[(&str, &str)]| {
        let mut desk = Desk::open(office, Service::Pop3);
        desk.talk(office, lines);
        assert_eq!(desk.session.state(), State::Transaction);
        desk.talk(office, &[("QUIT", "+OK")]);
    };
    let (plain, name, password) = (encode(b"\0ada\0lovelace"), encode(b"ada"), encode(b"lovelace"));
    login(&mut office, &[(&format!("AUTH PLAIN {plain}"), "+OK")]);
    login(&mut office, &[("AUTH PLAIN", "+"), (&plain, "+OK")]);
    login(&mut office, &[("AUTH LOGIN", "+ VXNlcm5hbWU6"), (&name, "+ UGFzc3dvcmQ6"), (&password, "+OK")]);
    let mut desk = Desk::open(&mut office, Service::Pop3);
    desk.talk(&mut office, &[("AUTH CRAM-MD5", "+ ")]);
    let challenge = desk.last(Side::Server).decoded.clone().unwrap();
    let answer = encode(cram_md5_answer("ada", b"lovelace", challenge.as_bytes()).as_bytes());
    desk.talk(&mut office, &[(&answer, "+OK"), ("QUIT", "+OK")]);
    let mut desk = Desk::open(&mut office, Service::Pop3);
    desk.talk(&mut office, &[("AUTH LOGIN", "+ "), ("*", "-ERR")]);
    assert_eq!(desk.problems(Side::Server), [ProblemKind::Cancelled]);
    assert_eq!(desk.session.state(), State::Authorization);
    for (mechanism, key) in
        [("KERBEROS_V4", "mechanism-kerberos"), ("SCRAM-SHA-256", "mechanism-scram"), ("XOAUTH2", "mechanism-xoauth2")]
    {
        let (_, lines) = watch(Protocol::Pop3, &format!("S: +OK\nC: AUTH {mechanism}"));
        assert!(notes(&lines[1]).contains(&key), "{mechanism}: {:?}", notes(&lines[1]));
    }
}

pub fn a5() {
    let mut office = PostOffice::seeded(NOW);
    let mut desk = ada(&mut office);
    for (line, start) in [
        ("STAT", "+OK 3 "),
        ("STAT 1", "-ERR"),
        ("LIST", "+OK"),
        ("LIST 2", "+OK 2 "),
        ("LIST 9", "-ERR"),
        ("LIST 0", "-ERR"),
        ("LIST x", "-ERR"),
        ("RETR 1", "+OK"),
        ("RETR", "-ERR"),
        ("RETR 9", "-ERR"),
        ("NOOP", "+OK"),
        ("TOP 1 0", "+OK"),
        ("TOP 1 2", "+OK"),
        ("TOP 1", "-ERR"),
        ("TOP 9 0", "-ERR"),
        ("UIDL", "+OK"),
        ("UIDL 1", "+OK 1 "),
        ("UIDL 9", "-ERR"),
        ("CAPA", "+OK"),
        ("DELE 1", "+OK"),
        ("DELE 1", "-ERR"),
        ("DELE", "-ERR"),
        ("RSET", "+OK"),
        ("USER ada", "-ERR"),
        ("XYZZY", "-ERR"),
        ("QUIT", "+OK"),
    ] {
        desk.talk(&mut office, &[(line, start)]);
        let blamed = !desk.problems(Side::Client).is_empty();
        assert_eq!(blamed, start == "-ERR", "{line}: a refusal is foreseen, and nothing else is blamed");
    }
}

pub fn a6() {
    let mut office = PostOffice::seeded(NOW);
    let mut desk = ada(&mut office);
    let before = desk.say(&mut office, "LIST");
    desk.talk(&mut office, &[("DELE 2", "+OK"), ("STAT", "+OK 2 "), ("RETR 2", "-ERR")]);
    assert_eq!(desk.problems(Side::Client), [ProblemKind::MessageDeleted]);
    assert_eq!(desk.problems(Side::Server), [ProblemKind::RefusedDeleted]);
    assert_eq!(desk.session.deleted(), [2]);
    let listed = desk.say(&mut office, "LIST");
    assert!(listed.contains("\n1 ") && !listed.contains("\n2 ") && listed.contains("\n3 "), "{listed}");
    desk.talk(&mut office, &[("RETR 3", "+OK"), ("RSET", "+OK"), ("RETR 2", "+OK")]);
    assert!(desk.session.deleted().is_empty());
    assert_eq!(desk.say(&mut office, "LIST"), before);
}

pub fn a7() {
    let mut office = PostOffice::seeded(NOW);
    let mut desk = ada(&mut office);
    desk.talk(&mut office, &[("DELE 1", "+OK")]);
    assert!(!desk.path.contains(&State::Update));
    desk.cut(&mut office);
    assert_eq!(office.messages("ada").len(), 3, "a cut removes nothing");
    let mut desk = ada(&mut office);
    desk.talk(&mut office, &[("STAT", "+OK 3 "), ("DELE 1", "+OK"), ("QUIT", "+OK")]);
    assert!(desk.path.contains(&State::Update) && desk.closed);
    assert!(notes(desk.last(Side::Server)).contains(&"lead-ok-quit-update"));
    assert_eq!(office.messages("ada").len(), 2, "QUIT removes");
    let mut desk = Desk::open(&mut office, Service::Pop3);
    desk.talk(&mut office, &[("QUIT", "+OK")]);
    assert!(!desk.path.contains(&State::Update), "QUIT from AUTHORIZATION removes nothing");
}

pub fn a8() {
    let check = |dialogue: &str, keys: &[&str]| {
        let login = "S: +OK\nC: USER ada\nS: +OK\nC: PASS x\nS: +OK\n";
        let (_, lines) = watch(Protocol::Pop3, &format!("{login}{dialogue}"));
        let found = notes(lines.last().unwrap());
        assert!(keys.iter().all(|key| found.contains(key)), "{dialogue}: {found:?}");
    };
    check("C: NOOP\nS: +OK", &["token-ok"]);
    check("C: NOOP\nS: -ERR no", &["token-err", "token-server-text"]);
    check("C: NOOP\nS: -ERR [SYS/TEMP] later", &["response-sys-temp"]);
    check("C: NOOP\nS: -ERR [SYS/PERM] call us", &["response-sys-perm"]);
    check("C: NOOP\nS: -ERR [X-OURS] ?", &["response-unknown"]);
    check("C: LIST\nS: +OK\nS: 1 120", &["lead-scan-listing", "token-message-number", "token-octets"]);
    check("C: LIST\nS: +OK\nS: .", &["token-final-dot", "lead-payload-end"]);
    check("C: LIST 1\nS: +OK 1 120", &["token-message-number"]);
    check("C: RETR 1\nS: +OK\nS: a: b\nS:\nS: ..", &["token-stuffed-dot"]);
    check("C: RETR 1\nS: +OK\nS: a: b\nS:\nS: .", &["lead-payload-end"]);
}

pub fn a9() {
    let mut office = PostOffice::seeded(NOW);
    let mut desk = Desk::open(&mut office, Service::Pop3);
    desk.talk(&mut office, &[("CAPA", "+OK"), ("STLS", "+OK")]);
    assert_eq!(desk.session.state(), State::Tls);
    desk.tls();
    assert!(desk.session.encrypted());
    let capa = desk.say(&mut office, "CAPA");
    assert!(!capa.contains("STLS"), "{capa}");
    assert!(!desk.session.legal().iter().any(|(verb, _)| verb.word == Word::Stls));
    desk.talk(&mut office, &[("STLS", "-ERR")]);
    assert!(desk.problems(Side::Client).contains(&ProblemKind::TlsAlready));
    let (_, lines) = watch(Protocol::Pop3, "S: +OK\nC: STLS\nC: USER ada");
    assert!(lines[2].problems.iter().any(|problem| problem.kind == ProblemKind::PipelinedTls));
    let (_, lines) = watch(Protocol::Pop3, "S: +OK\nC: STLS\nS: +OK\nS: +OK injected");
    assert!(lines[3].problems.iter().any(|problem| problem.kind == ProblemKind::PlainAfterGoAhead));
}

pub fn a10() {
    // RFC 2384 section 7.
    let (address, problems) = url::parse("pop://rg;AUTH=+APOP@mail.eudora.com:8110");
    let address = address.unwrap();
    assert_eq!((address.host.as_str(), address.port, address.user.as_str()), ("mail.eudora.com", 8110, "rg"));
    assert_eq!((address.auth, address.tls, problems.len()), (Auth::Command("APOP".into()), false, 0));
    let (address, problems) = url::parse("pop://ada:canary@mail.example.test");
    assert_eq!(address.as_ref().map(|address| address.port), Some(110));
    assert_eq!(problems[0].kind, ProblemKind::UrlPassword);
    assert!(!format!("{address:?} {problems:?}").contains("canary"));
    assert_eq!(url::parse("mailto:ada@example.test").1[0].kind, ProblemKind::UrlMailto);
}
