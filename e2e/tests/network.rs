//! The Network view in a browser: what an eavesdropper has before and after the upgrade, and the file Wireshark opens.

use e2e::{browser::Browser, console::Console, folder::Folder, mailspeak::Mailspeak, wait};
use serde_json::json;

#[test]
fn an_eavesdropper_reads_what_is_plain_and_counts_what_is_sealed() {
    let server = Mailspeak::start(&[]);
    let browser = Browser::start();
    let console = Console::open_example(&browser, &server.url(), "Read mail by POP3");
    console.wait_state("AUTHORIZATION");
    console.say("USER ada", "+OK");
    console.say("PASS lovelace", "+OK");
    console.say("QUIT", "+OK");
    browser.click("#tab-network");
    browser.wait_text(".net__grid", "PASS");
    assert!(!browser.text(".net__grid").contains("lovelace"), "a secret shows only when asked for");
    browser.click(".net__tools input");
    browser.wait_text(".net__grid", "PASS lovelace");

    let console = Console::open_example(&browser, &server.url(), "Read mail by POP3");
    console.wait_state("AUTHORIZATION");
    console.say("STLS", "+OK");
    browser.wait(".log__boundary--tls");
    console.say("USER ada", "+OK");
    console.say("PASS lovelace", "+OK");
    browser.click("#tab-network");
    let table = browser.wait_text(".net__grid", "ClientHello");
    for part in ["-> STLS", "ServerHello", "~> USER ada", "17 03 03"] {
        assert!(table.contains(part), "{part} is missing: {table}");
    }
    assert!(!table.contains("lovelace"), "{table}");

    for (width, height) in [(1440, 900), (390, 844)] {
        browser.size(width, height);
        if width < 900 {
            // A phone shows one panel at a time.
            browser.click(".views__item:nth-child(3)");
            browser.wait_text(".net__grid", "ClientHello");
        }
        browser.screenshot(&format!("network-{width}"));
    }
    browser.size(1440, 900);

    let folder = Folder::new("downloads");
    let path = folder.path().display().to_string();
    browser.cdp("Browser.setDownloadBehavior", json!({ "behavior": "allow", "downloadPath": path }));
    browser.click(".net__tools input");
    browser.click(".net__tools .button");
    let file = wait::until("the capture file", || {
        std::fs::read(folder.path().join("pop3-mail.example.test.pcapng")).ok().filter(|octets| !octets.is_empty())
    });
    assert_eq!(file[..4], [0x0a, 0x0d, 0x0d, 0x0a], "a section header block");
    let holds = |part: &[u8]| file.windows(part.len()).any(|window| window == part);
    assert!(holds(b"STLS\r\n") && holds(b"SERVER_TRAFFIC_SECRET_0"), "plain lines and the key log");
    assert!(!holds(b"PASS lovelace"), "what was sealed stays sealed in the records");
    browser.assert_quiet();
}
