//! The Message view in a browser: a letter fetched and one typed, taken apart; and mail from strangers, which stays text.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread;

use e2e::{
    browser::{Browser, key},
    console::Console,
    mailspeak::Mailspeak,
};
use serde_json::Value;

/// Looks at the letter from this side.
#[track_caller]
fn look(browser: &Browser, side: &str) {
    let body = "const item = [...document.querySelectorAll('.letter__looks .seg__item')]
        .find(i => i.textContent === arguments[0]); item.click()";
    browser.wait(".letter__looks");
    browser.script(body, &[side.into()]);
}

/// Where the worker cannot be had, the view says so and tries again.
#[test]
fn a_worker_that_cannot_be_fetched_is_told_and_tried_again() {
    let server = Mailspeak::start(&[]);
    let browser = Browser::start();
    let console = Console::open_example(&browser, &server.url(), "Read mail by POP3");
    console.wait_state("AUTHORIZATION");
    console.say("USER ada", "+OK");
    console.say("PASS lovelace", "+OK");
    console.say("RETR 2", "+OK");
    let swap = "const meta = document.querySelector('meta[name=message-worker]');
        const name = meta.content; meta.content = arguments[0]; return name";
    let name = browser.script(swap, &["nobody-has-this.js".into()]);
    browser.click("#tab-message");
    browser.wait_text(".letter", "could not be taken apart");
    // Chromium may tell of the file that was kept from it.
    browser.console();

    browser.script(swap, &[name]);
    browser.click(".letter .button");
    browser.wait_text(".letter__subject", "O ma\u{219}in\u{103} de calcul la Bucure\u{219}ti");
    browser.assert_quiet();
}

#[test]
fn a_fetched_letter_is_taken_apart() {
    let server = Mailspeak::start(&[]);
    let browser = Browser::start();
    let console = Console::open_example(&browser, &server.url(), "Read mail by POP3");
    console.wait_state("AUTHORIZATION");
    console.say("USER ada", "+OK");
    console.say("PASS lovelace", "+OK");
    browser.click("#tab-message");
    browser.wait_text(".letter", "No message yet");
    console.browser.click("#prompt");
    console.say("RETR 2", "+OK");
    browser.wait_text(".letter__subject", "O ma\u{219}in\u{103} de calcul la Bucure\u{219}ti");
    let header = browser.wait_text(".letter__sheet", "A postmark");
    assert!(
        header.contains("=?UTF-8?Q?O_ma=C8=99in=C4=83_de_calcul?="),
        "the raw encoded-words stay in sight: {header}"
    );
    assert!(browser.count(".hline__fold") >= 4, "folds are marked");
    browser.click("[data-act='field 1']");
    browser.wait_text(".hline__pieces", "The name of a host");
    look(&browser, "Way");
    let way = browser.wait_text(".hops", "institut.example.com");
    assert!(way.find("institut.example.com") < way.find("mail.example.test"), "in the order of travel: {way}");
    browser.wait_text(".hops", "20 seconds after the step before");

    // A part of a multipart, its base64, by keyboard.
    browser.click("#prompt");
    console.say("RETR 3", "+OK");
    browser.wait_text(".letter__subject", "Table for Note G");
    look(&browser, "Parts");
    browser.wait_count("[role=treeitem]", 5);
    browser.click("[role=treeitem]");
    browser.press(&format!("{}{}", key::DOWN, key::DOWN));
    browser.wait_text("[role=treeitem][aria-selected=true]", "text/plain");
    browser.press(key::END);
    browser.wait_text("[role=treeitem][aria-selected=true]", "text/csv");
    browser.wait_script("the focus on the chosen part", "return document.activeElement.ariaSelected === 'true'");
    browser.wait_text(".letter__text", "n,B(n),as a fraction");
    browser.wait_text(".b64__line mark", "bixC");
    browser.click(".b64__go .button:last-child");
    browser.wait_text(".b64__line mark", "KG4p");
    browser.wait_count(".b64__bit", 24);
    look(&browser, "Octets");
    browser.wait_text(".octets", ".5 is the absolute value of B(1)");
    browser.wait(".octets__line--border");
    browser.assert_quiet();
}

#[test]
fn a_letter_is_followed_while_it_is_typed() {
    let server = Mailspeak::start(&["--no-practice"]);
    let browser = Browser::start();
    let console = Console::open_example(&browser, &server.url(), "Send mail by SMTP");
    console.wait_state("CONNECTED");
    for line in ["EHLO me.example.test", "MAIL FROM:<ada@example.test>", "RCPT TO:<grace@example.test>"] {
        console.say(line, "250");
    }
    console.say("DATA", "354");
    browser.click(".log__letter");
    browser.wait_text(".letter", "No message yet");
    browser.click("#prompt");
    console.write("From: ada@example.test");
    browser.wait_text(".letter__sheet", "It goes on");
    console.write("Subject: x");
    browser.wait_text(".letter__subject", "x");
    assert_eq!(browser.count(".letter__problems"), 0, "nobody is told about what may still come");
    console.write("");
    console.write("hello");
    console.say(".", "250");
    browser.wait_text(".letter__sheet", "The whole message");
    browser.click(".letter__problems summary");
    browser.wait_text(".letter__problems", "no Date field");
    look(&browser, "Way");
    browser.wait_text(".beside", "RCPT TO:<grace@example.test>");
    browser.wait_text(".letter__list", "not named in the letter");
    browser.assert_quiet();
}

/// What strangers send: nothing of it runs, is fetched or turns a line, and the page does not freeze over it.
#[test]
fn hostile_letters_stay_text() {
    let letters = hostile();
    let count = letters.len();
    let port = pop3_server(letters);
    let server = Mailspeak::start(&["--allow", &format!("127.0.0.1:{port}")]);
    let browser = Browser::start();
    let console = Console::connect(&browser, &server.url(), "POP3", false, "127.0.0.1", port);
    console.wait_state("AUTHORIZATION");
    console.say("USER x", "+OK");
    console.say("PASS y", "+OK");
    browser.click("#tab-message");
    let spy =
        "window.went = []; window.ran = 0; addEventListener('securitypolicyviolation', e => went.push(e.blockedURI));
        for (const name of ['alert', 'eval', 'open']) window[name] = () => { ran += 1 };
        new PerformanceObserver(l => went.push(...l.getEntries().map(e => e.name))).observe({ type: 'resource' })";
    browser.script(spy, &[]);
    for number in 1..=count {
        browser.click("#prompt");
        console.say(&format!("RETR {number}"), "+OK");
        browser.wait_text(".letter__subject", &format!("n{number}"));
        for side in ["Header", "Way", "Parts", "Octets"] {
            look(&browser, side);
            browser.wait(".letter__sheet[aria-busy=false]");
            if side == "Parts" {
                browser.click("[role=treeitem]:last-child");
                browser.wait(".letter__sheet[aria-busy=false]");
            }
            let odd = "const view = document.querySelector('.letter');
                const bad = [...view.querySelectorAll('script,img,iframe,object,embed,form,style,link,svg image,video,audio,base,meta')];
                const links = [...view.querySelectorAll('[href],[src],[onclick],[onerror],[style]')]
                    .filter(e => !(e.href?.baseVal ?? e.href ?? '').match(/^(#i-|https:..www\\.rfc-editor\\.org.)/));
                const turned = /[\\u202a-\\u202e\\u2066-\\u2069\\u0000-\\u0008\\u001b]/.test(document.body.textContent);
                return [bad.length, links.length, turned, view.querySelectorAll('*').length < 5000, ran]";
            let found = browser.script(odd, &[]);
            assert_eq!(found, serde_json::json!([0, 0, false, true, 0]), "letter {number}, {side}");
        }
    }
    let went =
        browser.script("return went.filter(w => !/\\/message-[0-9a-f]+(_bg|_loader)?\\.(js|wasm)$/.test(w))", &[]);
    assert_eq!(went, Value::Array(vec![]), "a request left the page");
    browser.assert_quiet();
}

/// A corpus: markup, turned text, 8-bit, endless lines, floods of fields, deep nesting.
fn hostile() -> Vec<Vec<u8>> {
    let markup = "<script>alert(1)</script><img src=x onerror=alert(1)><a href=\"javascript:alert(1)\">x</a><svg onload=alert(1)>";
    let html = format!(
        "Content-Type: text/html; charset=utf-8\r\n\r\n<html><body onload=alert(1)>{markup}<iframe src=\"http://evil.test/\"></iframe>\
         <link rel=stylesheet href=//evil.test/x.css><meta http-equiv=refresh content=\"0;url=//evil.test\"></body></html>"
    );
    let names = format!(
        "{markup}: {markup}\r\nX-`**markup**`: {{$name}} `code` **bold**\r\nFrom: \"{markup}\" <{markup}@evil.test>\r\nTo: =?utf-8?q?=3Cscript=3E?= <a@b.test>\r\n\
         Content-Type: application/x; name=\"../../{markup}\"\r\nContent-Disposition: attachment; filename*=utf-8''%E2%80%AEfdp.exe\r\n\r\nx"
    );
    let turned = "X-Turned: \u{202e}evil\u{2066}\u{200f}\u{feff}\r\nDate: \u{202e}\u{1}\u{2}\u{3}script\u{4}\u{6}\r\n\r\n\u{202e}fdp.exe \u{1b}[31m\u{7}\u{0}\u{2028}";
    let eight = [
        &b"X-Raw: \xff\xfe\x80\xc0\xaf\r\nContent-Transfer-Encoding: 7bit\r\n\r\n\xff\xfe\xed\xa0\x80"[..],
        &[0x80; 300],
    ]
    .concat();
    let long = format!("X-Long: {}\r\n\r\n{}", "x".repeat(300_000), "y".repeat(900_000));
    let fields = format!("{}\r\nx", "X-Flood: a\r\n".repeat(30_000));
    let nested = (0..50).fold("x".to_owned(), |inner, depth| {
        let mut outer = format!("Content-Type: multipart/mixed; boundary=b{depth}\r\n\r\n");
        let _ = write!(outer, "--b{depth}\r\n{inner}\r\n--b{depth}--\r\n");
        outer
    });
    let parts = format!("Content-Type: multipart/mixed; boundary=b\r\n\r\n{}", "--b\r\n\r\nx\r\n".repeat(4_000));
    let bare = "X-Smuggled: a\nX-Two: b\rX-Three: c\r\n\r\n\n.\nMAIL FROM:<x>\r\r\n";
    let letters =
        [html.into_bytes(), names.into_bytes(), turned.into(), eight, long.into(), fields.into(), nested.into()];
    let letters = letters.into_iter().chain([parts.into_bytes(), bare.into()]);
    letters.enumerate().map(|(at, letter)| [format!("Subject: n{}\r\n", at + 1).as_bytes(), &letter].concat()).collect()
}

/// A POP3 server that hands these letters out.
fn pop3_server(letters: Vec<Vec<u8>>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut out = stream.try_clone().unwrap();
            let _ = out.write_all(b"+OK\r\n");
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                let wanted = line.strip_prefix("RETR ").and_then(|number| number.parse::<usize>().ok());
                let letter = wanted.and_then(|number| letters.get(number - 1));
                let _ = match letter {
                    Some(letter) => out.write_all(&[b"+OK\r\n", &letter[..], b"\r\n.\r\n"].concat()),
                    None => out.write_all(b"+OK\r\n"),
                };
            }
        }
    });
    port
}
