//! What must hold of every view for everybody: at 320 CSS pixels (a window of 1280 at 400 %) and from right to left nothing scrolls
//! sideways, every control can be hit and has a name; what opens and closes passes the focus on. Pictures are `screens`' business.

use e2e::browser::{Browser, key};
use e2e::console::Console;
use e2e::mailspeak::Mailspeak;
use serde_json::{Value, json};

/// What is wrong with the page as it is drawn: WCAG 1.4.10 (reflow) and 2.5.8 (target size; a word in a line of text is exempt).
const FAULTS: &str = "
    const faults = [], root = document.documentElement;
    const seen = e => e.checkVisibility({ visibilityProperty: true }) && !e.closest('.sr, .skip');
    const called = e => `${e.tagName} .${e.className} ${(e.ariaLabel ?? e.innerText ?? '').slice(0, 20)}`;
    if (root.scrollWidth > innerWidth) faults.push(`the page is ${root.scrollWidth} wide`);
    if (document.querySelector('.bench, .ref') && root.scrollHeight > innerHeight) faults.push('the page scrolls');
    for (const e of document.querySelectorAll('button, select, summary, label:has(input), .input, [role=treeitem]')) {
        if (!seen(e)) continue;
        const box = e.getBoundingClientRect();
        const word = getComputedStyle(e).display.startsWith('inline') && e.closest('p, .hline');
        if (!word && (box.width < 24 || box.height < 24)) faults.push(`${box.width} x ${box.height}: ${called(e)}`);
        const scroller = e.parentElement.closest('.chips, .tabs, .sittings');
        if (!scroller && (box.left < 0 || box.right > innerWidth)) faults.push(`out of sight: ${called(e)}`);
    }
    return faults";

/// The roles that do nothing for a screen reader without a name (WCAG 4.1.2).
const NAMED: &[&str] = &[
    "button",
    "checkbox",
    "combobox",
    "image",
    "link",
    "log",
    "progressbar",
    "radio",
    "region",
    "searchbox",
    "switch",
    "tab",
    "tablist",
    "tabpanel",
    "textbox",
    "toolbar",
    "treeitem",
];

/// Holds a view to the rules, small and large, in both directions.
#[track_caller]
fn check(browser: &Browser, view: &str) {
    for (width, height) in [(320, 640), (1280, 800)] {
        browser.size(width, height);
        for direction in ["rtl", "ltr"] {
            browser.script("document.documentElement.dir = arguments[0]", &[direction.into()]);
            let faults = browser.script(FAULTS, &[]);
            assert_eq!(faults, json!([]), "{view}, {width} wide, {direction}");
        }
    }
    let tree = browser.cdp("Accessibility.getFullAXTree", json!({}));
    let nodes = tree["nodes"].as_array().map(Vec::as_slice).unwrap_or_default();
    let of = |node: &Value, part: &str| node[part]["value"].as_str().unwrap_or_default().to_owned();
    let shown = |node: &&Value| node["ignored"] == false && NAMED.contains(&of(node, "role").as_str());
    assert!(nodes.iter().any(|node| shown(&node)), "{view}: no control at all");
    let nameless: Vec<&Value> = nodes.iter().filter(shown).filter(|node| of(node, "name").is_empty()).collect();
    assert!(nameless.is_empty(), "{view}: {nameless:#?}");
}

/// Clicks the item of the narrow page's switcher, which exists on a wide page too.
fn panel(browser: &Browser, name: &str) {
    let body = "[...document.querySelectorAll('.views__item')].find(b => b.textContent.includes(arguments[0])).click()";
    browser.script(body, &[name.into()]);
}

#[test]
fn every_view_for_everybody() {
    let server = Mailspeak::start(&["--allow", "pop.example.org:995"]);
    let browser = Browser::open(&server.url());
    browser.wait(".allowed__list");
    check(&browser, "start");
    browser.type_into("input[name=domain]", &format!("aliased.example.test{}", key::ENTER));
    browser.wait(".mx__host");
    check(&browser, "a look-up");

    let console = Console::enter_example(&browser, "Read mail by POP3");
    console.wait_state("AUTHORIZATION");
    check(&browser, "a session");
    browser.click("button[aria-label='Login tools']");
    browser.wait(".login");
    check(&browser, "the login tools");
    browser.press(key::ESCAPE);
    browser.wait_gone(".login");
    browser.wait_script("the focus back in the prompt", "return document.activeElement.id === 'prompt'");
    for line in ["STLS", "USER ada", "PASS lovelace", "RETR 3"] {
        console.say(line, "+OK");
    }
    check(&browser, "a letter in the log");
    for tab in ["network", "message", "diagram"] {
        browser.script("document.getElementById(arguments[0]).click()", &[format!("tab-{tab}").into()]);
        browser.wait(&format!("#tab-{tab}[aria-selected=true]"));
        if tab == "message" {
            browser.wait(".letter__sheet[aria-busy=false]");
        }
        for name in ["Explain", "Steps", "Session"] {
            panel(&browser, name);
            check(&browser, &format!("{tab}, {name}"));
        }
        browser.size(320, 640);
        browser.script("document.querySelectorAll('.views__item')[2].click()", &[]);
        check(&browser, tab);
    }
    panel(&browser, "Session");
    browser.click(".prompt__frame");
    console.say("QUIT", "+OK");
    console.wait_state("CLOSED");
    check(&browser, "the end");
    browser.goto(&format!("{}?reference#ref-smtp", server.url()));
    browser.wait("#ref-smtp-MAIL");
    check(&browser, "the reference");
}

/// Several sessions, one of them over, and the switch between them.
#[test]
fn sessions_side_by_side_for_everybody() {
    let server = Mailspeak::start(&[]);
    let browser = Browser::start();
    let pop3 = Console::open_example(&browser, &server.url(), "Read mail by POP3");
    pop3.wait_state("AUTHORIZATION");
    browser.click(".bar__link");
    pop3.wait_state("CLOSED");
    // Where a session is over, the next begins in its place: one that is live stays.
    for title in ["Send mail by SMTP", "Read mail by POP3"] {
        browser.click(".bar__brand");
        Console::enter_example(&browser, title).wait_state(if title.contains("SMTP") {
            "CONNECTED"
        } else {
            "AUTHORIZATION"
        });
    }
    browser.wait_count(".sitting", 2);
    check(&browser, "two sessions");
    browser.click(".bar__link");
    pop3.wait_state("CLOSED");
    check(&browser, "two sessions, one over");
}

/// Where a session never began, the form is one key away, as it was filled in.
#[test]
fn a_server_that_refuses_is_mended_in_the_form() {
    let server = Mailspeak::start(&[]);
    let browser = Browser::start();
    let console = Console::connect(&browser, &server.url(), "SMTP", true, "mail.school.exampel", 2465);
    console.wait_state("CLOSED");
    check(&browser, "a refusal");
    browser.wait_script("the focus on the way back", "return document.activeElement.matches('.prompt--over button')");
    browser.press(key::ENTER);
    browser.wait(".real");
    browser.wait_script("the focus on the host", "return document.activeElement.name === 'host'");
    browser.wait_value("input[name=host]", "mail.school.exampel");
    browser.wait_value("input[name=port]", "2465");
    let chosen = browser
        .script("return [...document.querySelectorAll('.real .seg__item:has(:checked)')].map(l => l.textContent)", &[]);
    assert_eq!(chosen, json!(["SMTP", "TLS"]));
    browser.assert_quiet();
}
