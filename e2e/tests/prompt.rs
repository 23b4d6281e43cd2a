//! What hands do at the prompt and around it: paste, go back, cut the line, open the drawer. The focus is never lost.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread;

use e2e::browser::{Browser, key};
use e2e::console::Console;
use e2e::mailspeak::Mailspeak;

/// Pastes a text into the prompt.
#[track_caller]
fn paste(browser: &Browser, text: &str) {
    browser.script(
        "const data = new DataTransfer(); data.setData('text/plain', arguments[0]);
         document.querySelector('#prompt').dispatchEvent(
            new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))",
        &[text.into()],
    );
}

/// Waits until what has the focus matches.
#[track_caller]
fn wait_focus(browser: &Browser, css: &str) {
    browser.wait_script(&format!("the focus on {css}"), &format!("return document.activeElement?.matches(`{css}`)"));
}

/// Types faster than any page is drawn: each value is what the input holds after a key.
#[track_caller]
fn type_at_once(browser: &Browser, keys: &str) {
    browser.script(
        "const input = document.querySelector('#prompt');
         for (const key of arguments[0]) {
             if (key === '\\n') { input.form.requestSubmit(); continue; }
             input.value += key;
             input.dispatchEvent(new InputEvent('input', { bubbles: true }));
         }",
        &[keys.into()],
    );
}

fn sent(console: &Console<'_>) -> Vec<String> {
    console.rows().into_iter().filter(|row| row.glyph.starts_with(['-', '~'])).map(|row| row.text).collect()
}

#[test]
fn keys_may_be_faster_than_the_page() {
    let server = Mailspeak::start(&[]);
    let browser = Browser::start();
    let console = Console::open_example(&browser, &server.url(), "Read mail by POP3");
    console.wait_state("AUTHORIZATION");
    console.say("USER ada", "+OK");
    type_at_once(&browser, "PASS lovelace\nSTAT\n");
    console.wait_state("TRANSACTION");
    console.wait_log("STAT");
    assert_eq!(sent(&console), ["USER ada", "PASS ••••••••", "STAT"]);
    // The line after a masked one, too.
    type_at_once(&browser, "LI");
    browser.wait_value("#prompt", "LI");
}

#[test]
fn pasted_lines_are_sent_one_after_the_other() {
    let server = Mailspeak::start(&[]);
    let browser = Browser::start();
    let console = Console::open_example(&browser, &server.url(), "Read mail by POP3");
    console.wait_state("AUTHORIZATION");
    paste(&browser, "USER ada\r\nPASS lovelace\nSTAT\rLIS");
    console.wait_state("TRANSACTION");
    console.wait_log("STAT");
    browser.wait_value("#prompt", "LIS");
    assert_eq!(sent(&console), ["USER ada", "PASS ••••••••", "STAT"]);
    browser.press(&format!("T{}", key::ENTER));
    console.wait_log("LIST");
    assert!(!browser.script("return document.documentElement.innerHTML", &[]).to_string().contains("lovelace\\n"));

    let console = Console::open_example(&browser, &server.url(), "Send mail by SMTP");
    console.wait_state("CONNECTED");
    let letter = (1..=60).map(|line| format!("line {line}\r\n")).collect::<String>();
    paste(
        &browser,
        &format!(
            "EHLO laptop.example.test\r\nSTARTTLS\r\nEHLO laptop.example.test\r\nAUTH LOGIN\r\nYWRh\r\nbG92ZWxhY2U=\r\n\
             MAIL FROM:<ada@example.test>\r\nRCPT TO:<grace@example.test>\r\nDATA\r\nSubject: pasted\r\n\r\n{letter}.\r\nQUIT\r\n"
        ),
    );
    console.wait_state("CLOSED");
    let sent = sent(&console);
    assert_eq!(sent.len(), 9 + 2 + 60 + 2, "{sent:#?}");
    assert_eq!(sent[5], "••••••••");
    assert!(sent[70] == "line 60" && sent[71] == "." && sent[72] == "QUIT", "{sent:#?}");
    browser.assert_quiet();
}

/// A password pasted behind STLS was meant for TLS: when the server refuses, it does not leave in plain text.
#[test]
fn a_paste_stops_where_tls_is_refused() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        (&stream).write_all(b"+OK ready\r\n").unwrap();
        let mut heard = Vec::new();
        for line in BufReader::new(&stream).lines().map_while(Result::ok) {
            heard.push(line);
            (&stream).write_all(b"-ERR no\r\n").unwrap();
        }
        heard
    });
    let server = Mailspeak::start(&["--allow", &format!("127.0.0.1:{port}")]);
    let browser = Browser::start();
    let console = Console::connect(&browser, &server.url(), "POP3", false, "127.0.0.1", port);
    console.wait_state("AUTHORIZATION");
    paste(&browser, "STLS\r\nUSER ada\r\nPASS lovelace");
    browser.wait_text("#hint", "dropped");
    browser.wait_value("#prompt", "");
    console.say("NOOP", "-ERR");
    browser.click(".bar__link");
    console.wait_state("CLOSED");
    assert_eq!(heard.join().unwrap(), ["STLS", "NOOP"]);
    browser.assert_quiet();
}

#[test]
fn the_way_home_and_back_keeps_the_session() {
    let server = Mailspeak::start(&[]);
    let browser = Browser::start();
    let console = Console::open_example(&browser, &server.url(), "Read mail by POP3");
    console.wait_state("AUTHORIZATION");
    console.say("USER ada", "+OK");
    for home in ["document.querySelector('.bar__brand').click()", "history.back()"] {
        browser.script(home, &[]);
        browser.wait(".examples");
        browser.click(".start__back");
        browser.wait(".log__list");
        assert_eq!(console.state(), "AUTHORIZATION");
        assert_eq!(sent(&console), ["USER ada"]);
    }
    browser.click(".prompt__frame");
    console.say("PASS lovelace", "+OK");
    // Leaving the page is asked about while there is something to lose.
    let asked = || browser.script("return !dispatchEvent(new Event('beforeunload', { cancelable: true }))", &[]);
    assert_eq!(asked(), true);
    console.say("QUIT", "+OK");
    console.wait_state("CLOSED");
    assert_eq!(asked(), false);
    browser.assert_quiet();
}

#[test]
fn the_focus_goes_on_when_its_place_goes() {
    let server = Mailspeak::start(&[]);
    let browser = Browser::start();
    let console = Console::open_example(&browser, &server.url(), "Read mail by POP3");
    console.wait_state("AUTHORIZATION");
    for line in 0..30 {
        console.say(&format!("USER {line}"), "+OK");
    }
    browser.script("document.querySelector('.log__scroll').scrollTop = -400", &[]);
    console.say("NOOP", "-ERR");
    browser.wait_script("the end of the log", "return document.querySelector('.log__scroll').scrollTop === 0");

    browser.size(1024, 768);
    browser.script("document.querySelector('.rail__spine button').focus()", &[]);
    browser.press(key::ENTER);
    browser.wait(".rail--open");
    browser.press(key::ESCAPE);
    browser.wait_gone(".rail--open");
    wait_focus(&browser, ".rail__spine button");
    browser.press(key::ENTER);
    browser.wait(".rail--open");
    browser.script("document.querySelector('#prompt').focus()", &[]);
    browser.wait_gone(".rail--open");

    browser.script("document.querySelector('.bar__link').focus()", &[]);
    browser.press(key::ENTER);
    console.wait_state("CLOSED");
    wait_focus(&browser, ".prompt .button--primary");
    browser.press(key::ENTER);
    console.wait_state("AUTHORIZATION");
    wait_focus(&browser, "#prompt");

    browser.size(390, 844);
    browser.script("[...document.querySelectorAll('.views__item')][2].click()", &[]);
    browser.wait_script("the diagram", "return document.documentElement.dataset.view === 'diagram'");
    assert_eq!(browser.texts("main h1").len(), 1);
    browser.script("document.querySelector('.skip').focus()", &[]);
    browser.press(key::ENTER);
    wait_focus(&browser, "#prompt");
    browser.assert_quiet();
}

#[test]
fn the_form_says_which_field_is_wrong() {
    let server = Mailspeak::start(&[]);
    let browser = Browser::open(&server.url());
    browser.wait(".real");
    for (host, port, wrong, told) in [
        ("", "110", "host", "Which server"),
        ("my host", "110", "host", "not a host name"),
        ("mail.example", "0", "port", "65535"),
    ] {
        for (name, text) in [("host", host), ("port", port)] {
            browser.clear(&format!(".real input[name={name}]"));
            browser.type_into(&format!(".real input[name={name}]"), text);
        }
        browser.click(".real .button--primary");
        browser.wait_text("#real-missing", told);
        wait_focus(&browser, &format!("input[name={wrong}][aria-invalid=true][aria-describedby=real-missing]"));
        browser.wait_count("[aria-invalid=true]", 1);
    }
    let console = Console::connect(&browser, &server.url(), "POP3", false, "not-allowed.example.test", 110);
    console.wait_log("--allow");
    browser.click(".prompt .button--primary");
    browser.wait(".examples");
    assert_eq!(browser.label(".example"), "Read mail by POP3");
    browser.assert_quiet();
}
