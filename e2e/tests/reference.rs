//! The reference in a browser: from an explanation to its row and back to the session, searching by keys, an address of its own.

use e2e::browser::{Browser, key};
use e2e::console::Console;
use e2e::mailspeak::Mailspeak;

/// Waits until what has the focus matches.
#[track_caller]
fn wait_focus(browser: &Browser, css: &str) {
    browser.wait_script(&format!("the focus on {css}"), &format!("return document.activeElement?.matches(`{css}`)"));
}

#[test]
fn a_word_is_looked_up_and_the_session_goes_on() {
    let server = Mailspeak::start(&[]);
    let browser = Browser::start();
    let console = Console::open_example(&browser, &server.url(), "Send mail by SMTP");
    console.wait_state("CONNECTED");
    console.say("EHLO laptop.example.test", "250-");
    console.say("RCPT TO:<ada@example.test>", "503");
    browser.press("MAIL FR");
    browser.click(".facts__links a[href='#ref-smtp-RCPT']");
    wait_focus(&browser, "#ref-smtp-RCPT.ref__row--on");
    browser.wait_text("#ref-smtp-RCPT", "Add a recipient");
    assert_eq!(browser.title(), "SMTP reference \u{b7} mailspeak");

    browser.click("#ref-smtp-RCPT a[href='#ref-smtp-550']");
    wait_focus(&browser, "#ref-smtp-550");
    browser.script("history.back()", &[]);
    wait_focus(&browser, "#prompt");
    browser.wait_value("#prompt", "MAIL FR");
    console.type_line("OM:<grace@example.test>");
    console.wait_state("SENDER");

    browser.click(".bar__ref a");
    wait_focus(&browser, "#ref-smtp");
    browser.click(".ref__leave");
    wait_focus(&browser, "#prompt");
    browser.click(".bar__ref a");
    wait_focus(&browser, "#ref-smtp");
    browser.click(".ref .bar__brand");
    browser.wait(".examples");
    browser.wait_script("the start page's address", "return location.hash === '' && history.state === null");
    browser.assert_quiet();
}

#[test]
fn rows_are_searched_as_you_type() {
    let server = Mailspeak::start(&[]);
    let browser = Browser::open(&format!("{}#ref-smtp-MAIL", server.url()));
    wait_focus(&browser, "#ref-smtp-MAIL");
    browser.click("input[type=search]");
    browser.press("rcpt");
    browser.wait("#ref-smtp-RCPT");
    browser.wait_gone("#ref-smtp-EHLO");
    let rows = browser.count(".ref__row");
    browser.wait_text(".ref__count", &format!("{rows} rows"));
    browser.press("xyzzy");
    browser.wait_text(".ref__count", "Nothing fits");
    browser.press(key::ESCAPE);
    browser.wait("#ref-smtp-EHLO");
    browser.wait_value("input[type=search]", "");
    browser.click("a[href='#ref-pop3']");
    wait_focus(&browser, "#ref-pop3");
    assert_eq!(browser.attribute("#ref-pop3-RETR .ref__rfc a", "rel").as_deref(), Some("noopener"));
    let url = browser.attribute("#ref-pop3-RETR .ref__rfc a", "href");
    assert_eq!(url.as_deref(), Some("https://www.rfc-editor.org/rfc/rfc1939#section-5"));
    browser.click(".ref__leave");
    browser.wait(".examples");
    browser.assert_quiet();
}
