//! The page as text: a session replayed through `update`, drawn without a browser.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{collections::BTreeSet, fs, path::Path};

use frontend::{
    components,
    i18n::{self, Locale, t},
};
use workbench::{
    BenchMsg, Desk, Msg, drawing,
    mailproto::{Protocol, line::Ending},
    net::{Cause, Micros, TlsFacts, Trust},
    tape::Fact,
    target::{Target, Via},
    update,
};
use yew::{LocalServerRenderer, prelude::*};

/// What happened in a session.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Said {
    Client(&'static str),
    Server(&'static str),
    Tls,
    Cut,
}
use Said::{Client, Cut, Server, Tls};

#[derive(PartialEq, Properties)]
struct Props {
    smtp: bool,
    said: &'static [Said],
}

#[component(Shell)]
fn shell(props: &Props) -> Html {
    components::page(&replay(props.smtp, props.said), &Callback::noop())
}

fn replay(smtp: bool, said: &[Said]) -> Desk {
    let mut desk = Desk::default();
    let protocol = if smtp { Protocol::Smtp } else { Protocol::Pop3 };
    say(&mut desk, Target::practice(protocol, Via::Proxy));
    let id = desk.front().unwrap().id();
    say(&mut desk, BenchMsg::Happened(id, Fact::Up { address: "127.0.0.1:1110".into() }));
    for one in said {
        let msg = match one {
            Client(line) => BenchMsg::Submit { line: (*line).into(), ending: Ending::CrLf },
            Server(lines) => BenchMsg::Happened(id, Fact::Heard(format!("{lines}\r\n").into_bytes().into())),
            Tls => BenchMsg::Happened(id, Fact::TlsUp(facts().into())),
            Cut => BenchMsg::Ended(id, Cause::Client),
        };
        say(&mut desk, msg);
    }
    desk
}

fn say(desk: &mut Desk, msg: impl Into<Msg>) {
    // Nobody performs what is asked for.
    let _ = update(desk, Micros(5_000), msg.into());
}

fn facts() -> TlsFacts {
    let (version, cipher) = (Some("TLS 1.3".into()), Some("TLS_AES_256_GCM_SHA384".into()));
    TlsFacts { version, cipher, ..TlsFacts::unknown("mail.example.test".into(), Trust::System) }
}

async fn html(smtp: bool, said: &'static [Said]) -> String {
    LocalServerRenderer::<Shell>::with_props(Props { smtp, said }).hydratable(false).render().await
}

const LOGIN: &[Said] = &[
    Server("+OK ready <1.2@mail.example.test>"),
    Client("STLS"),
    Server("+OK go ahead"),
    Tls,
    Client("USER ada"),
    Server("+OK"),
    Client("PASS canary-7"),
    Server("+OK in"),
    Client("LIST"),
    Server("+OK 1 message\r\n1 42\r\n."),
    Client("RETR 9"),
    Server("-ERR no such message"),
];

#[tokio::test(flavor = "current_thread")]
async fn rows_say_who_and_whether_encrypted() {
    let page = html(false, LOGIN).await;
    for glyph in ["-&gt;", "&lt;-", "~&gt;", "&lt;~"] {
        assert!(page.contains(glyph), "no {glyph}");
    }
    assert!(page.contains("client, encrypted") && page.contains("Encrypted from here"));
    assert!(page.contains("end of reply") && page.contains("log__row--cont"));
    assert!(page.contains("role=\"log\"") && page.contains("aria-label=\"Session log\""));
    assert!(page.contains("aria-label=\"Command line\""));
    assert!(page.contains("on the server's side") || page.contains("on your side"));
    assert_eq!(page.matches("aria-current=\"true\"").count(), 1);
    assert_eq!(page.matches("log__row--related").count(), 1);
}

#[tokio::test(flavor = "current_thread")]
async fn no_secret_reaches_the_page() {
    const SASL: &[Said] = &[
        Server("220 mail.example.test"),
        Client("EHLO me"),
        Server("250-mail.example.test\r\n250 AUTH PLAIN LOGIN"),
        Client("AUTH LOGIN"),
        Server("334 VXNlcm5hbWU6"),
        Client("YWRh"),
        Server("334 UGFzc3dvcmQ6"),
        Client("Y2FuYXJ5LTc="),
        Server("535 5.7.8 no"),
        Client("AUTH PLAIN AGFkYQBjYW5hcnktNw=="),
    ];
    for page in [html(false, LOGIN).await, html(true, SASL).await] {
        for secret in ["canary", "Y2FuYXJ5", "Y2FuYXJ5LTc=", "AGFkYQBjYW5hcnktNw"] {
            assert!(!page.contains(secret), "{secret} is on the page");
        }
        assert!(page.contains("password hidden"));
    }
}

#[tokio::test(flavor = "current_thread")]
async fn one_lamp_in_each_drawing() {
    let page = html(false, LOGIN).await;
    assert_eq!(page.matches("node--current").count(), 2, "one in the wide, one in the tall drawing");
    assert!(page.contains("You are in TRANSACTION. Legal now: "));
    assert!(page.contains("QUIT (leads to UPDATE)"));
}

#[tokio::test(flavor = "current_thread")]
async fn a_cut_line_says_what_stayed() {
    const CUT: &[Said] = &[
        Server("+OK"),
        Client("USER ada"),
        Server("+OK"),
        Client("PASS x"),
        Server("+OK"),
        Client("DELE 1"),
        Server("+OK"),
        Client("DELE 2"),
        Cut,
    ];
    let page = html(false, CUT).await;
    assert!(page.contains("1 line got no whole reply"), "{page}");
    assert!(page.contains("1 message you marked is still there"), "{page}");
    assert!(page.contains("Connect again") && !page.contains("id=\"prompt\""));
}

/// The content security policy forbids style attributes: the browser would drop them without a word.
#[tokio::test(flavor = "current_thread")]
async fn nothing_has_a_style_attribute() {
    for page in
        [html(false, LOGIN).await, html(true, &[Server("220 x"), Client("EHLO y"), Server("250 2.0.0 y")]).await]
    {
        assert!(!page.contains(" style="));
    }
}

/// All `ui-` keys named in the sources of the page.
fn keys_in_sources() -> BTreeSet<String> {
    let mut keys: BTreeSet<String> = drawing::keys().into_iter().map(String::from).collect();
    let folders =
        ["src/components", "../message-worker/src"].map(|folder| Path::new(env!("CARGO_MANIFEST_DIR")).join(folder));
    for entry in folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap()) {
        let source = fs::read_to_string(entry.unwrap().path()).unwrap();
        let quoted = source.split('"').filter(|text| text.starts_with("ui-") && !text.contains(char::is_whitespace));
        keys.extend(quoted.map(String::from));
    }
    keys
}

#[test]
fn words_of_the_page_and_their_uses_agree() {
    let used = keys_in_sources();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../locales/en");
    let files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap()).collect();
    let have: BTreeSet<String> = files
        .iter()
        .flat_map(|file| file.lines())
        .filter(|line| line.starts_with("ui-"))
        .filter_map(|line| Some(line.split_once(" =")?.0.into()))
        .collect();
    assert_eq!(used.difference(&have).collect::<Vec<_>>(), Vec::<&String>::new(), "no sentence");
    assert_eq!(have.difference(&used).collect::<Vec<_>>(), Vec::<&String>::new(), "no use");
}

/// The few words under a state's name fit into its node, in every language.
#[test]
fn words_fit_their_nodes() {
    let locales = Path::new(env!("CARGO_MANIFEST_DIR")).join("../locales");
    for folder in fs::read_dir(locales).unwrap() {
        let locale = Locale::of(folder.unwrap().file_name().into_string().unwrap().leak());
        i18n::show(locale);
        assert!(i18n::is_here(locale), "{locale:?}");
        for protocol in Protocol::ALL {
            for shape in drawing::Shape::ALL {
                words_fit(protocol, shape);
            }
        }
    }
}

#[track_caller]
fn words_fit(protocol: Protocol, shape: drawing::Shape) {
    // The advance of a character of the page's typeface at 12 units, on average.
    const CHAR: f64 = 5.9;
    let plan = drawing::plan(protocol, shape);
    for state in protocol.machine().states {
        let node = drawing::node_of(protocol, *state);
        let (_, rect) = plan.nodes.iter().find(|(of, _)| *of == node).unwrap();
        let words = t(state.key(), &[]);
        let width = CHAR * words.chars().count() as f64;
        assert!(width <= f64::from(rect.w), "{words:?} is wider than {state:?} in {protocol:?} {shape:?}");
    }
}

/// The name AUTHORIZATION hides that USER was missing: the page says the reason, not that PASS was not legal there.
#[tokio::test(flavor = "current_thread")]
async fn order_is_told_by_its_reason() {
    const PASS: &[Said] = &[Server("+OK"), Client("PASS x")];
    const REFUSED: &[Said] = &[Server("+OK"), Client("PASS x"), Server("-ERR no")];
    const EARLY: &[Said] = &[Server("+OK"), Client("STAT")];
    for said in [PASS, REFUSED] {
        assert!(!html(false, said).await.contains("was not legal in"));
    }
    assert!(html(false, EARLY).await.contains("was not legal in"));
}

#[tokio::test(flavor = "current_thread")]
async fn replies_to_letters_and_answers_say_so() {
    const LOGIN: &[Said] = &[
        Server("220 x"),
        Client("EHLO y"),
        Server("250-x\r\n250 AUTH LOGIN"),
        Client("AUTH LOGIN"),
        Server("334 VXNlcm5hbWU6"),
        Client("YWRh"),
        Server("334 UGFzc3dvcmQ6"),
    ];
    const LETTER: &[Said] = &[
        Server("220 x"),
        Client("EHLO y"),
        Server("250 x"),
        Client("MAIL FROM:<>"),
        Server("250 ok"),
        Client("RCPT TO:<a@b>"),
        Server("250 ok"),
        Client("DATA"),
        Server("354 go"),
        Client("Subject: dots"),
        Client(""),
        Client("..two"),
        Client(".one"),
        Client("."),
        Server("250 taken"),
    ];
    assert!(html(true, LOGIN).await.contains("the reply to your answer"));
    let page = html(true, LETTER).await;
    assert!(page.contains("the reply to your letter"));
    assert!(page.contains("dot doubled for the wire"), "{page}");
    assert!(page.contains("this dot will be lost"), "{page}");
    assert_eq!(page.matches("<h1").count(), 1);
    assert_eq!(page.matches("<main").count(), 1);
}

/// The explanation says what may come while it is due, what it did when it came, and what was legal instead.
#[tokio::test(flavor = "current_thread")]
async fn a_line_says_where_it_leads_and_a_reply_where_it_led() {
    const AWAITED: &[Said] = &[Server("220 x"), Client("EHLO a.test"), Server("250 x"), Client("MAIL FROM:<a@b.test>")];
    const MOVED: &[Said] = &[Server("220 x"), Client("EHLO a.test"), Server("250 x")];
    const REFUSED: &[Said] = &[Server("220 x"), Client("RCPT TO:<a@b.test>"), Server("503 no")];
    let page = html(true, AWAITED).await;
    assert!(page.contains("May come") && page.contains("ways__item--good"), "{page}");
    let page = html(true, MOVED).await;
    assert!(page.contains("went from") && !page.contains("May come"), "{page}");
    let page = html(true, REFUSED).await;
    assert!(page.contains("Legal there") && page.contains("EHLO HELO"), "{page}");
    assert!(page.contains("no mail is begun"), "{page}");
}
