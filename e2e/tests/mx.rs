//! Row E5 of the curriculum: nslookup for MX, in a browser; with a proxy, and inside a page that has none.

use e2e::browser::{Browser, key};
use e2e::mailspeak::Mailspeak;
use serde_json::json;

/// Asks by the keyboard alone; gives what is printed.
fn ask(browser: &Browser, domain: &str, answer: &str) {
    browser.clear(".mx input[name=domain]");
    browser.type_into(".mx input[name=domain]", domain);
    browser.press(key::ENTER);
    browser.wait_text(".mx", answer);
}

#[test]
fn e5_nslookup_for_mx() {
    let server = Mailspeak::start(&[]);
    let browser = Browser::open(&server.url());
    browser.wait(".mx");
    ask(&browser, "ada@example.test", "The lowest number comes first");
    assert!(
        browser.text(".mx__print").contains("mail exchanger = 10 mail.example.test."),
        "{}",
        browser.text(".mx__print")
    );
    for (name, width, height) in [("mx-1440", 1440, 900), ("mx-390", 390, 844)] {
        browser.size(width, height);
        browser.script("document.querySelector('.mx').scrollIntoView()", &[]);
        browser.screenshot(name);
        let wide = browser.script("return document.documentElement.scrollWidth - innerWidth", &[]);
        assert!(wide.as_i64().is_some_and(|beyond| beyond <= 0), "{name} scrolls sideways by {wide}");
    }
    browser.size(1440, 900);
    ask(&browser, "nomail.example.test", "takes no mail");
    ask(&browser, "missing.example.test", "There is no such domain");
    ask(&browser, "school.example", "asks only about the practice zone");
    browser.script("document.querySelector('.mx .chip').click()", &[]);
    browser.wait_text(".mx", "The lowest number comes first");
    browser.wait_value(".mx input[name=domain]", "example.test");

    // The first server of the list goes into the form, and a session opens there.
    browser.click(".mx__host button");
    browser.wait_script("the focus on the host", "return document.activeElement.name === 'host'");
    browser.wait_value("input[name=host]", "mail.example.test");
    browser.wait_value("input[name=port]", "25");
    browser.press(key::ENTER);
    browser.wait_text(".bench", "220 mail.example.test");
    browser.assert_quiet();
}

/// No proxy answers: the page's own zone does.
#[test]
fn d2_the_practice_zone_inside_the_page() {
    let server = Mailspeak::start(&[]);
    let browser = Browser::start();
    browser.cdp("Network.enable", json!({}));
    browser.cdp("Network.setBlockedURLs", json!({ "urls": ["*/offer", "*/mx"] }));
    browser.goto(&server.url());
    browser.wait_text(".start__where", "inside this page");
    ask(&browser, "www.example.test", "The name is an alias");
    browser.wait_text(".mx__print", "canonical name = example.test.");
    ask(&browser, "missing.example.test", "There is no such domain");
    ask(&browser, "school.example", "no proxy answers behind this page");
}
