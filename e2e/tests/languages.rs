//! The page in another language: one whose every sentence stands between brackets and runs from right to left. Each view is walked
//! through: no sentence is left in code, nothing overflows, and whatever was drawn before turns into the language that is chosen.

use e2e::browser::{Browser, key};
use e2e::console::Console;
use e2e::mailspeak::Mailspeak;
use e2e::pseudo;
use serde_json::{Value, json};

/// What is the same in every language, with all that is in it: what crosses the wire or was typed, and what others wrote.
const SAME: &[&str] = &[
    "[dir=ltr]",
    "code",
    "bdi",
    "noscript",
    "a[href^='https://www.rfc-editor.org/']",
    ".bar__brand > span",
    ".bar__protocol",
    ".example__wire",
    ".log__eol",
    ".node__name",
    ".prompt__eol",
    ".scale__i",
    ".tie__letter",
    ".tie__wire",
    ".tie__text > .sr",
];

/// The same, for the element's own words: names of verbs, states, hosts, protocols and versions, beside which a sentence may stand.
const NAMES: &[&str] = &[
    ".allowed__list .chip",
    ".chips .chip",
    ".edge__label tspan",
    ".panel__head > .badge--server",
    ".ref__facts dd",
    ".ref__protocols .seg__item",
    ".seg__item:has([name=protocol], [name=way])",
    ".statebar",
];

/// What is said without brackets, or in an attribute without brackets, where it is not one of the exceptions.
const UNSAID: &str = "
    const [same, names, open, close] = arguments, faults = [];
    const bare = (text, count) => [...text].filter(c => {
        if (c === open) count.depth++;
        const outside = count.depth === 0;
        if (c === close) count.depth--;
        return outside;
    }).join('');
    const place = e => {
        const path = [];
        for (; e && e !== document.body; e = e.parentElement) path.unshift(`${e.tagName.toLowerCase()}${[...e.classList].map(c => `.${c}`).join('')}`);
        return path.slice(-4).join(' > ');
    };
    const count = { depth: 0 };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const e = walker.currentNode.parentElement, text = bare(walker.currentNode.data, count);
        if (/\\p{L}/u.test(text) && !e.closest(same) && !e.matches(names)) faults.push(`${text.trim()} (${place(e)})`);
    }
    if (count.depth) faults.push(`${count.depth} brackets stay open`);
    for (const e of document.querySelectorAll('*')) {
        for (const name of ['aria-label', 'aria-description', 'title', 'placeholder', 'alt']) {
            const text = bare(e.getAttribute(name) ?? '', { depth: 0 });
            if (/\\p{L}/u.test(text) && !e.closest(same)) faults.push(`${name}=${text} (${place(e)})`);
        }
    }
    const title = bare(document.title, { depth: 0 });
    if (/\\p{L}/u.test(title)) faults.push(`the title says ${title}`);
    return [...new Set(faults)]";

/// What is in any other language than the one with brackets.
fn unsaid(browser: &Browser) -> Value {
    let (open, close) = (pseudo::OPEN.to_string(), pseudo::CLOSE.to_string());
    browser.script(UNSAID, &[json!(SAME.join(",")), json!(NAMES.join(",")), json!(open), json!(close)])
}

/// What does not fit into the width of a phone. Rows of chips and tabs may be moved sideways.
const WIDE: &str = "
    const root = document.documentElement, faults = [];
    let seen = 0;
    if (root.scrollWidth > innerWidth) faults.push(`the page is ${root.scrollWidth} wide`);
    for (const e of document.querySelectorAll('button, select, summary, input, p, li, h1, h2, h3, td, dd')) {
        if (!e.checkVisibility({ visibilityProperty: true }) || e.closest('.sr, .skip, .chips, .tabs')) continue;
        const box = e.getBoundingClientRect();
        seen++;
        if (box.width && (box.left < -1 || box.right > innerWidth + 1)) faults.push(`out of sight: ${e.tagName} .${e.className}`);
    }
    if (!seen) faults.push('nothing is in sight');
    return faults";

/// Holds a view to the language, on a wide page and on a phone.
#[track_caller]
fn check(browser: &Browser, view: &str) {
    for (width, height) in [(1280, 800), (390, 844)] {
        browser.size(width, height);
        let root = browser.script("const { lang, dir } = document.documentElement; return [lang, dir]", &[]);
        assert_eq!(root, json!([pseudo::TAG, "rtl"]), "{view}");
        assert_eq!(unsaid(browser), json!([]), "{view}, {width} wide");
    }
    assert_eq!(browser.script(WIDE, &[]), json!([]), "{view}, 390 wide");
    browser.size(1280, 800);
}

/// On a phone, all panels of the bench, which shows one at a time there. Afterwards the prompt has the focus.
#[track_caller]
fn check_panels(browser: &Browser, view: &str) {
    browser.size(390, 844);
    let show = |panel: usize| {
        browser.script("document.querySelectorAll('.views__item')[arguments[0]].click()", &[panel.into()]);
        browser.wait(&format!(".views__item:nth-child({})[aria-pressed=true]", panel + 1));
    };
    for panel in (0..browser.count(".views__item")).rev() {
        show(panel);
        assert_eq!(browser.script(WIDE, &[]), json!([]), "{view}, 390 wide, panel {panel}");
    }
    browser.size(1280, 800);
    browser.click(".prompt__frame");
}

/// The page of a server that has the language.
fn taught() -> Browser {
    let browser = Browser::start();
    pseudo::teach(&browser);
    browser
}

/// The address that asks for the language.
fn address(server: &Mailspeak) -> String {
    format!("{}?lang={}", server.url(), pseudo::TAG)
}

/// Chooses a tab above the explanation.
fn tab(browser: &Browser, name: &str) {
    browser.script("document.getElementById(arguments[0]).click()", &[format!("tab-{name}").into()]);
    browser.wait(&format!("#tab-{name}[aria-selected=true]"));
}

#[test]
fn every_sentence_of_a_pop3_session_is_in_the_language() {
    let server = Mailspeak::start(&["--allow", "pop.example.org:995"]);
    let browser = taught();
    browser.goto(&address(&server));
    browser.wait(".allowed__list");
    check(&browser, "the start page");
    browser.type_into("input[name=domain]", &format!("aliased.example.test{}", key::ENTER));
    browser.wait(".mx__host");
    check(&browser, "a look-up");

    let console = Console::enter_example(&browser, "Read mail by POP3");
    console.wait_state("AUTHORIZATION");
    check(&browser, "a session");
    assert_eq!(browser.script("return location.search", &[]), json!(format!("?lang={}", pseudo::TAG)));
    browser.click("button[aria-controls=login], .prompt__line button.button--icon");
    browser.wait(".login");
    check(&browser, "the login tools");
    browser.press(key::ESCAPE);
    browser.wait_gone(".login");
    for (line, reply) in [
        ("STLS", "+OK"),
        ("USER ada", "+OK"),
        ("PASS lovelace", "+OK"),
        ("LIST", "+OK"),
        ("RETR 3", "+OK"),
        ("RETR 9", "-ERR"),
    ] {
        console.say(line, reply);
        check(&browser, line);
    }
    check_panels(&browser, "the diagram");
    tab(&browser, "network");
    check(&browser, "the Network view");
    check_panels(&browser, "the Network view");
    tab(&browser, "message");
    for look in 0..4 {
        browser.script("document.querySelectorAll('.letter__looks input')[arguments[0]].click()", &[look.into()]);
        browser.wait(".letter__sheet[aria-busy=false]");
        check(&browser, &format!("the Message view, look {look}"));
        check_panels(&browser, &format!("the Message view, look {look}"));
    }
    console.type_line("HELLO");
    check(&browser, "a word that is no command");
    console.say("QUIT", "+OK");
    console.wait_state("CLOSED");
    check(&browser, "the end");
    for protocol in ["pop3", "smtp"] {
        browser.goto(&format!("{}#ref-{protocol}", address(&server)));
        browser.wait(&format!("#ref-{protocol}-QUIT"));
        check(&browser, &format!("the reference of {protocol}"));
    }
    browser.assert_quiet();
}

#[test]
fn every_sentence_of_an_smtp_session_is_in_the_language() {
    let server = Mailspeak::start(&[]);
    let browser = taught();
    browser.goto(&address(&server));
    let console = Console::enter_example(&browser, "Send mail by SMTP");
    console.wait_state("CONNECTED");
    let dialogue = [
        ("EHLO laptop.example.test", "250"),
        ("RCPT TO:<ada@example.test>", "503"),
        ("MAIL FROM:<grace@example.test>", "250"),
        ("RCPT TO:<ada@example.test>", "250"),
        ("DATA", "354"),
    ];
    for (line, reply) in dialogue {
        console.say(line, reply);
        check(&browser, line);
    }
    console.write("Subject: brackets");
    console.write("");
    check(&browser, "a letter");
    console.say(".", "250");
    check(&browser, "a letter taken");
}

#[test]
fn every_refusal_is_in_the_language() {
    let server = Mailspeak::start(&[]);
    let browser = taught();
    browser.goto(&address(&server));
    browser.click(".real .button--primary");
    check(&browser, "a form without a host");
    browser.type_into("input[name=host]", &format!("pop://ada:secret@mail.school.exampel:2110{}", key::TAB));
    browser.wait(".real__odd p");
    check(&browser, "an odd address");
    browser.click(".real .button--primary");
    let console = Console { browser: &browser };
    console.wait_state("CLOSED");
    check(&browser, "a refusal");
}

/// Makes the browser say that these are its languages now.
fn prefer(browser: &Browser, languages: &[&str]) {
    let body = "Object.defineProperty(navigator, 'languages', { configurable: true, get: () => arguments[0] });
        window.dispatchEvent(new Event('languagechange'))";
    let keep = body.replace("arguments[0]", &json!(languages).to_string());
    browser.script(&keep, &[]);
}

/// A row never changes but for its marks, and is drawn again only then: its language is one of them.
#[test]
fn what_was_drawn_before_turns_into_the_language_that_is_chosen() {
    let server = Mailspeak::start(&[]);
    let browser = taught();
    let console = Console::open_example(&browser, &server.url(), "Break things");
    console.wait_state("AUTHORIZATION");
    for line in ["USER ada", "PASS lovelace", "DELE 2", "LIST"] {
        console.say(line, "+OK");
    }
    tab(&browser, "message");
    browser.type_into("#prompt", "RETR 1");
    let rows = console.rows();
    assert_ne!(unsaid(&browser), json!([]));

    prefer(&browser, &["tlh", "ar-XB", "en"]);
    browser.wait("html[dir=rtl]");
    check(&browser, "a session that went on");
    assert_eq!(console.rows(), rows);
    browser.wait_value("#prompt", "RETR 1");

    prefer(&browser, &["en-GB", "ar-XB"]);
    browser.wait("html[lang=en][dir=ltr]");
    let left = browser.script(
        "return document.documentElement.outerHTML.split(arguments[0]).length - 1",
        &[json!(pseudo::OPEN.to_string())],
    );
    assert_eq!(left, json!(0));
    assert_eq!(console.rows(), rows);
    browser.assert_quiet();
}

/// What was chosen before counts more than the address, and the address more than the browser.
#[test]
fn the_choice_that_was_kept_counts_first() {
    let server = Mailspeak::start(&[]);
    let browser = taught();
    browser.goto(&server.url());
    browser.wait("html[lang=en] .examples");
    browser.goto(&format!("{}?lang=tlh", server.url()));
    browser.wait("html[lang=en] .examples");
    browser.script("localStorage.setItem('mailspeak', `dark lang=${arguments[0]}`)", &[pseudo::TAG.into()]);
    browser.goto(&format!("{}?lang=en", server.url()));
    browser.wait("html[lang=ar-XB][dir=rtl] .examples");
    browser.click(".start__bar .button--icon");
    browser.wait("html[data-theme=light]");
    let kept = browser.script("return localStorage.getItem('mailspeak').split(' ')", &[]);
    assert!(kept.as_array().is_some_and(|words| words.contains(&json!("lang=ar-XB"))), "{kept}");
}

#[test]
fn a_language_that_cannot_be_had_leaves_the_page_as_it_is() {
    let server = Mailspeak::start(&[]);
    let browser = Browser::start();
    pseudo::promise(&browser);
    let console = Console::open_example(&browser, &address(&server), "Read mail by POP3");
    console.wait_state("AUTHORIZATION");
    console.say("CAPA", "+OK");
    browser.wait_text(".explain", "List the capabilities");
    browser.wait("html[lang=en][dir=ltr]");
}

/// The rules that tests without a browser follow are the browser's.
#[test]
fn plural_categories_are_those_of_the_browser() {
    let told = include_str!("../../frontend/src/drivers/plural/intl.txt");
    let browser = Browser::start();
    let mut counts = 0;
    for line in told.lines().filter(|line| !line.starts_with('#')) {
        let body = "const [tag, category, ...ranges] = arguments[0].split(' ');
            const rules = new Intl.PluralRules(tag), wrong = [];
            let counts = 0;
            for (const [from, to = from] of ranges.map(range => range.split('-').map(Number)))
                for (let at = from; at <= to; at++, counts++) if (rules.select(at) !== category) wrong.push(at);
            return [counts, wrong]";
        let found = browser.script(body, &[line.into()]);
        assert_eq!(found[1], json!([]), "{line}");
        counts += found[0].as_u64().unwrap_or_default();
    }
    assert_eq!(counts, 4 * 201);
}
