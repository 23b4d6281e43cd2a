//! The page arrives: it loads whole from the program, breaks no security policy and is quiet in the console.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

use e2e::browser::Browser;
use e2e::console::Console;
use e2e::http;
use e2e::mailspeak::Mailspeak;
use e2e::subpath::SubPath;
use serde_json::json;

#[test]
fn it_loads_and_the_console_is_quiet() {
    let server = Mailspeak::start(&[]);
    let browser = Browser::open(&server.url());
    browser.wait_text("main", "Type the words mail programs say to mail servers");
    assert_eq!(browser.title(), "mailspeak: POP3 and SMTP by hand");
    browser.assert_quiet();
}

#[test]
fn named_files_are_kept_for_ever_and_the_index_never() {
    let server = Mailspeak::start(&[]);
    let index = http::get(server.port, "/");
    let policy = index.header("content-security-policy").expect("no content security policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
    let kept = |answer: &http::Answer| answer.header("cache-control").is_some_and(|value| value.contains("immutable"));
    assert!(!kept(&index), "{:?}", index.headers);
    let text = index.text();
    let files: Vec<&str> = [
        "href=\"",
        "src=\"",
        "name=\"practice-worker\" content=\"",
        "name=\"message-worker\" content=\"",
        "name=\"sentences-en\" content=\"",
        "name=\"rest\" content=\"",
    ]
    .into_iter()
    .flat_map(|before| text.split(before).skip(1).filter_map(|rest| rest.split('"').next()))
    .collect();
    assert!(files.len() >= 9, "{text}");
    for file in files {
        let answer = http::request(server.port, "GET", &format!("/{file}"), &[("Accept-Encoding", "br")], b"");
        assert_eq!((answer.status, answer.header("content-encoding")), (200, Some("br")), "{file}");
        assert!(kept(&answer) && !answer.body.is_empty(), "{file}: {:?}", answer.headers);
    }
}

/// The workbench and its sentences follow the start page. Where one of them cannot be had, the page says so and tries again.
#[test]
fn a_session_asked_for_before_the_rest_is_here_begins_when_it_comes() {
    let server = Mailspeak::start(&[]);
    let browser = Browser::start();
    let block = |urls: &[&str]| browser.cdp("Network.setBlockedURLs", json!({ "urls": urls }));
    browser.cdp("Network.enable", json!({}));
    for missing in ["*/en-*.txt", "*/rest-*.wasm"] {
        block(&[missing]);
        browser.goto(&server.url());
        browser.wait_text("main", "Type the words");
        browser.click(".example");
        browser.wait_text("main", "could not be fetched");
        assert_eq!(browser.count(".bench"), 0);
        // Chromium may tell of the file that was kept from it.
        browser.console();

        block(&[]);
        browser.click("main .button--primary");
        let console = Console { browser: &browser };
        console.wait_state("AUTHORIZATION");
        console.say("CAPA", "+OK");
        browser.wait_text(".explain", "List the capabilities");
        browser.assert_quiet();
    }
}

#[test]
fn it_works_in_a_folder_of_another_server() {
    let folder = SubPath::new();
    let server = Mailspeak::start(&["--origin", &folder.origin()]);
    let url = folder.lead_to(server.port);
    let browser = Browser::start();
    let console = Console::open_example(&browser, &url, "Read mail by POP3");
    console.wait_state("AUTHORIZATION");
    console.say("CAPA", "+OK");
    console.wait_log("127.0.0.1");
    browser.assert_quiet();

    let folder = SubPath::new();
    let server = Mailspeak::start(&["--no-practice", "--origin", &folder.origin()]);
    let url = folder.lead_to(server.port);
    let console = Console::open_example(&browser, &url, "Read mail by POP3");
    console.wait_state("AUTHORIZATION");
    console.say("CAPA", "+OK");
    browser.assert_quiet();
}

/// A page that came from elsewhere can read nothing here and open no session; the proxy's own can.
#[test]
fn s4_a_page_of_another_origin_is_refused() {
    let server = Mailspeak::start(&[]);
    let other = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let elsewhere = format!("http://{}/", other.local_addr().expect("an address"));
    thread::spawn(move || {
        for mut client in other.incoming().flatten() {
            let _ = client.read(&mut [0; 4096]);
            let answer =
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<title>elsewhere</title>";
            let _ = client.write_all(answer.as_bytes());
        }
    });
    let reach = |url: &str| {
        let browser = Browser::open(url);
        let ask = "const [socket, offer] = [new WebSocket(arguments[0]), fetch(arguments[1])];
            socket.onopen = () => { window.socket = 'open'; };
            socket.onerror = () => { window.socket = 'refused'; };
            offer.then(answer => answer.text()).then(() => { window.offer = 'read'; }, () => { window.offer = 'refused'; });";
        browser.script(
            ask,
            &[json!(format!("ws://127.0.0.1:{}/ws", server.port)), json!(format!("{}offer", server.url()))],
        );
        browser.wait_script("both outcomes", "return window.socket && window.offer && [window.socket, window.offer]")
    };
    assert_eq!(reach(&server.url()), json!(["open", "read"]));
    assert_eq!(reach(&elsewhere), json!(["refused", "refused"]));
}
