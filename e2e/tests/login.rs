//! The login tools in a browser: a line of a login is made from the server's own greeting and goes to the prompt, and the
//! password goes nowhere else. Addresses fill the connect form.

use e2e::browser::{Browser, key};
use e2e::console::Console;
use e2e::mailspeak::Mailspeak;

/// All the page holds as text or markup, but for the guide, which tells the password of the example.
fn everything(browser: &Browser) -> String {
    browser
        .script(
            "return [...document.querySelectorAll('.bench__log, .bench__side, .bar, .start')].map(e => e.outerHTML).join() + JSON.stringify({...localStorage}) + JSON.stringify({...sessionStorage})
                + location.href + JSON.stringify(history.state)
                + [...document.querySelectorAll('input')].map(i => i.type === 'password' ? '' : i.value).join()",
            &[],
        )
        .to_string()
}

fn choose(browser: &Browser, name: &str) {
    browser.script(
        "[...document.querySelectorAll('.login .seg__item')].find(i => i.textContent.trim() === arguments[0]).click()",
        &[name.into()],
    );
}

/// Waits for a line in the prompt that begins so, ready to be sent by Enter.
#[track_caller]
fn in_the_prompt(browser: &Browser, start: &str) {
    let ready = format!(
        "const at = document.activeElement; return at.id === 'prompt' && at.value !== '' && at.value.startsWith('{start}')"
    );
    browser.wait_script("a line ready in the prompt", &ready);
}

#[test]
fn apop_made_with_the_tools_logs_in() {
    let server = Mailspeak::start(&[]);
    let browser = Browser::start();
    let console = Console::open_example(&browser, &server.url(), "Read mail by POP3");
    console.wait_state("AUTHORIZATION");
    browser.click("button[aria-label='Login tools']");
    browser.wait(".login");
    browser.type_into(".login input[name=user]", "ada");
    browser.type_into(".login input[name=password]", "lovelace");
    browser.wait_text(".login .steps", "MD5");
    for (name, width, height) in [("login-1440", 1440, 900), ("login-390", 390, 844)] {
        browser.size(width, height);
        browser.screenshot(name);
        let wide = browser.script("return document.documentElement.scrollWidth - innerWidth", &[]);
        assert!(wide.as_i64().is_some_and(|beyond| beyond <= 0), "{name} scrolls sideways by {wide}");
    }
    browser.size(1440, 900);
    browser.media("prefers-color-scheme", "dark");
    browser.screenshot("login-1440-dark");
    assert!(!everything(&browser).contains("lovelace"), "the password is in sight");
    browser.click(".login button[type=submit]");
    in_the_prompt(&browser, "APOP ada ");
    browser.press(key::ENTER);
    console.wait_state("TRANSACTION");
    browser.click("button[aria-label='Close the login tools']");
    browser.wait_gone(".login");
    browser.screenshot("login-explained");
    assert!(!everything(&browser).contains("lovelace"), "the password is in sight");
    browser.assert_quiet();
}

#[test]
fn login_answers_follow_the_server_and_base64_is_told() {
    let server = Mailspeak::start(&[]);
    let browser = Browser::start();
    let console = Console::open_example(&browser, &server.url(), "Send mail by SMTP");
    console.wait_state("CONNECTED");
    console.say("EHLO laptop.example.test", "250-");
    browser.click("button[aria-label='Login tools']");
    browser.wait(".login");
    choose(&browser, "LOGIN");
    browser.type_into(".login input[name=user]", "ada");
    browser.type_into(".login input[name=password]", "lovelace");
    for reply in ["334 VXNl", "334 UGFz", "235"] {
        browser.wait(".login button[type=submit]");
        browser.click(".login button[type=submit]");
        in_the_prompt(&browser, "");
        let before = console.rows().len();
        browser.press(key::ENTER);
        browser.wait_script(reply, &format!("return document.querySelectorAll('.log__row').length >= {}", before + 2));
        console.wait_log(reply);
    }
    let page = everything(&browser);
    assert!(!page.contains("lovelace") && !page.contains("bG92ZWxhY2U"), "the password is in sight");

    choose(&browser, "Base64");
    browser.wait(".login input[name=coded]");
    browser.wait_value(".login input[name=text]", "");
    browser.wait_value(".login input[name=coded]", "");
    browser.type_into(".login input[name=text]", "\\x00ada\\x00x");
    browser.wait_value(".login input[name=coded]", "AGFkYQB4");
    browser.clear(".login input[name=coded]");
    browser.type_into(".login input[name=coded]", "YWRhCg==");
    browser.wait_value(".login input[name=text]", "ada\\x0a");
    browser.wait_text(".login__problems", "line feed");
    browser.screenshot("login-base64");
    choose(&browser, "Log in");
    browser.wait(".login input[name=password]");
    browser.wait_value(".login input[name=password]", "");
    browser.assert_quiet();
}

#[test]
fn an_address_fills_the_form() {
    let server = Mailspeak::start(&[]);
    let browser = Browser::open(&format!("{}#pop://ada:canary-7;AUTH=+APOP@mail.example.test:1110", server.url()));
    browser.wait_text(".real__odd", "password");
    browser.wait_value(".real input[name=host]", "mail.example.test");
    browser.wait_value(".real input[name=port]", "1110");
    assert!(!everything(&browser).contains("canary"), "the password is in sight");
    browser.screenshot("address");

    browser.clear(".real input[name=host]");
    browser.type_into(".real input[name=host]", &format!("smtps://[::1]{}", key::TAB));
    browser.wait_text(".real__odd", "no standard");
    browser.wait_value(".real input[name=host]", "::1");
    browser.wait_value(".real input[name=port]", "465");

    // Who logs in and how goes along to the login tools.
    browser.goto(&format!("{}?again#pop://ada;AUTH=+APOP@mail.example.test", server.url()));
    browser.wait_text(".real__odd", "ada");
    browser.click(".real .button--primary");
    let console = Console { browser: &browser };
    console.wait_state("AUTHORIZATION");
    browser.click("button[aria-label='Login tools']");
    browser.wait_value(".login input[name=user]", "ada");
    browser.type_into(".login input[name=password]", "lovelace");
    browser.click(".login button[type=submit]");
    in_the_prompt(&browser, "APOP ada ");
    browser.assert_quiet();
}
