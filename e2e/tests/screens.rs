//! What the page looks like: the sessions of the design at every size, as pictures in `target/screens`, and what must hold in
//! each: nothing scrolls sideways, nothing leaves its panel, the console stays quiet.

use e2e::browser::{Browser, key};
use e2e::console::Console;
use e2e::mailspeak::Mailspeak;

/// Takes the picture and checks what must hold in every one.
#[track_caller]
fn shot(browser: &Browser, name: &str) {
    browser.screenshot(name);
    let wide = browser.script("return document.documentElement.scrollWidth - innerWidth", &[]);
    assert!(wide.as_i64().is_some_and(|beyond| beyond <= 0), "{name} scrolls sideways by {wide}");
    browser.assert_quiet();
}

/// The sizes and themes of the design.
fn all(browser: &Browser, name: &str) {
    for theme in ["light", "dark"] {
        browser.media("prefers-color-scheme", theme);
        browser.wait_script("the theme", &format!("return document.documentElement.dataset.theme === '{theme}'"));
        browser.size(1440, 900);
        shot(browser, &format!("{name}-1440-{theme}"));
        browser.size(390, 844);
        shot(browser, &format!("{name}-390-{theme}"));
    }
    browser.media("prefers-color-scheme", "light");
    browser.size(1024, 768);
    shot(browser, &format!("{name}-1024"));
    browser.size(1440, 900);
}

#[test]
fn the_start_page() {
    let server = Mailspeak::start(&["--allow", "pop.example.org:995"]);
    let browser = Browser::open(&server.url());
    browser.wait(".examples");
    all(&browser, "start");
}

#[test]
fn the_reference() {
    let server = Mailspeak::start(&[]);
    let browser = Browser::open(&format!("{}#ref-smtp", server.url()));
    browser.wait("#ref-smtp-MAIL");
    all(&browser, "reference");
    browser.goto(&format!("{}?row#ref-smtp-MAIL", server.url()));
    browser.wait("#ref-smtp-MAIL");
    all(&browser, "reference-row");
    browser.click("button[aria-label='Projector view']");
    shot(&browser, "reference-projector");
}

#[test]
fn two_sessions() {
    let server = Mailspeak::start(&[]);
    let browser = Browser::start();
    let smtp = Console::open_example(&browser, &server.url(), "Send mail by SMTP");
    smtp.wait_state("CONNECTED");
    smtp.say("EHLO laptop.example.test", "250");
    browser.click(".bar__brand");
    let pop3 = Console::enter_example(&browser, "Read mail by POP3");
    pop3.wait_state("AUTHORIZATION");
    pop3.say("USER ada", "+OK");
    all(&browser, "sessions");
}

#[test]
fn a_pop3_session() {
    let server = Mailspeak::start(&[]);
    let browser = Browser::start();
    let console = Console::open_example(&browser, &server.url(), "Read mail by POP3");
    console.wait_state("AUTHORIZATION");
    for (line, reply) in [("CAPA", "+OK"), ("STLS", "+OK")] {
        console.say(line, reply);
    }
    browser.wait(".log__boundary--tls");
    for (line, reply) in [
        ("CAPA", "+OK"),
        ("USER ada", "+OK"),
        ("PASS lovelace", "+OK"),
        ("STAT", "+OK"),
        ("LIST", "+OK"),
        ("DELE 2", "+OK"),
        ("RETR 2", "-ERR"),
    ] {
        console.say(line, reply);
    }
    browser.press("TOP 1");
    all(&browser, "pop3");
    browser.click("button[aria-label='Projector view']");
    shot(&browser, "pop3-projector");
    browser.click("button[aria-label='Projector view']");
    browser.size(390, 844);
    for (name, panel) in [("explain", "Explain"), ("diagram", "Diagram"), ("guide", "Steps")] {
        browser.script(
            "[...document.querySelectorAll('.views__item')].find(b => b.textContent.includes(arguments[0])).click()",
            &[panel.into()],
        );
        shot(&browser, &format!("pop3-390-{name}"));
    }
}

/// The Message view, from each side, at each size.
#[test]
fn a_message() {
    let server = Mailspeak::start(&[]);
    let browser = Browser::start();
    let console = Console::open_example(&browser, &server.url(), "Read mail by POP3");
    console.wait_state("AUTHORIZATION");
    for line in ["USER ada", "PASS lovelace", "RETR 2", "RETR 3"] {
        console.say(line, "+OK");
    }
    browser.script("[...document.querySelectorAll('.log__letter')].at(-1).click()", &[]);
    browser.wait("#tab-message[aria-selected=true]");
    for side in ["Header", "Way", "Parts", "Octets"] {
        let body = "[...document.querySelectorAll('.letter__looks .seg__item')]
            .find(i => i.textContent === arguments[0]).click()";
        browser.script(body, &[side.into()]);
        browser.wait(".letter__sheet[aria-busy=false]");
        if side == "Parts" {
            browser.wait("[role=treeitem]");
            browser.script("[...document.querySelectorAll('[role=treeitem]')].at(-1).click()", &[]);
            browser.wait(".letter__sheet[aria-busy=false]");
        }
        all(&browser, &format!("message-{}", side.to_lowercase()));
        if side == "Parts" {
            browser.script("document.querySelector('.b64__go').scrollIntoView({ block: 'end' })", &[]);
            shot(&browser, "message-base64-1440");
            browser.size(390, 844);
            browser.script("document.querySelector('.b64__go').scrollIntoView({ block: 'end' })", &[]);
            shot(&browser, "message-base64-390");
            browser.size(1440, 900);
        }
    }
    browser.click("button[aria-label='Projector view']");
    shot(&browser, "message-projector");
}

/// However long the draft, the page stays as wide as its window and Send in sight.
#[test]
fn a_long_draft() {
    let server = Mailspeak::start(&[]);
    let browser = Browser::start();
    let console = Console::open_example(&browser, &server.url(), "Read mail by POP3");
    console.wait_state("AUTHORIZATION");
    for (name, draft) in [("long-draft", "x".repeat(120)), ("long-secret", format!("PASS {}", "x".repeat(115)))] {
        browser.press(&draft);
        for width in [390, 1024, 1440] {
            browser.size(width, 844);
            shot(&browser, &format!("{name}-{width}"));
            let send = browser.script(
                "return document.querySelector('.prompt button[type=submit]').getBoundingClientRect().right",
                &[],
            );
            assert!(send.as_f64().is_some_and(|right| right <= f64::from(width)), "Send ends at {send} of {width}");
        }
        browser.press(&key::BACKSPACE.repeat(125));
    }
}

#[test]
fn an_smtp_session() {
    let server = Mailspeak::start(&[]);
    let browser = Browser::start();
    let console = Console::connect(&browser, &server.url(), "SMTP", true, "mail.example.test", 465);
    console.wait_state("CONNECTED");
    for (line, reply) in [
        ("EHLO laptop.example.test", "250-"),
        ("AUTH LOGIN", "334"),
        ("YWRh", "334"),
        ("bG92ZWxhY2U=", "235"),
        ("MAIL FROM:<ada@example.test>", "250"),
        ("RCPT TO:<grace@example.test>", "250"),
    ] {
        console.say(line, reply);
    }
    all(&browser, "smtp-reply");
    console.say("DATA", "354");
    for line in [
        "Date: Fri, 20 Nov 2026 12:04:31 +0200",
        "From: Ada <ada@example.test>",
        "To: Grace <grace@example.test>",
        "Subject: Lunch at noon?",
        "",
        "Hi Grace,",
        "..net or Rust? Let us argue over soup.",
    ] {
        console.write(line);
    }
    all(&browser, "smtp");
}
