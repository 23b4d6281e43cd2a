//! Every tab has a practice world of its own: learners do not get into each other's way, and a reload changes nothing.

use std::collections::BTreeSet;

use e2e::browser::Browser;
use e2e::console::Console;
use e2e::mailspeak::Mailspeak;

#[test]
fn two_learners_are_ada_at_the_same_time() {
    let server = Mailspeak::start(&[]);
    let browsers = [Browser::start(), Browser::start()];
    for browser in &browsers {
        let console = Console::open_example(browser, &server.url(), "Read mail by POP3");
        console.wait_state("AUTHORIZATION");
        console.say("USER ada", "+OK");
        console.say("PASS lovelace", "+OK");
        console.wait_state("TRANSACTION");
        console.say("STAT", "+OK 3 ");
        console.say("DELE 1", "+OK");
        // Still logged in while the other comes.
    }
    for browser in &browsers {
        let console = Console { browser };
        console.say("QUIT", "+OK");
        console.wait_state("CLOSED");
        browser.reload();
        let console = Console::open_example(browser, &server.url(), "Read mail by POP3");
        console.wait_state("AUTHORIZATION");
        console.say("USER ada", "+OK");
        console.say("PASS lovelace", "+OK");
        console.say("STAT", "+OK 2 ");
        browser.assert_quiet();
    }
    let world = |browser: &Browser| browser.script("return sessionStorage.getItem('mailspeak-world')", &[]).to_string();
    assert_eq!(browsers.iter().map(world).collect::<BTreeSet<_>>().len(), 2);
}
