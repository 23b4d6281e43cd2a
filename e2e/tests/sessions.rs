//! The main job, end to end in a browser: a person types, a real connection carries it, states and border are right.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

use e2e::browser::Browser;
use e2e::console::Console;
use e2e::dovecot::{self, Dovecot};
use e2e::mailspeak::Mailspeak;
use e2e::postfix::Postfix;

const MASKED: &str = "PASS ••••••••";

#[test]
fn the_courses_pop3_session_on_the_practice_server() {
    let server = Mailspeak::start(&[]);
    let browser = Browser::start();
    let console = Console::open_example(&browser, &server.url(), "Read mail by POP3");
    console.wait_state("AUTHORIZATION");
    assert_eq!(console.lit(), ["AUTHORIZATION"]);
    let greeting = console.rows()[0].text.clone();
    assert!(greeting.starts_with("+OK"), "{greeting}");

    console.say("CAPA", "+OK");
    console.say("USER ada", "+OK");
    console.say("PASS lovelace", "+OK");
    console.wait_state("TRANSACTION");
    assert_eq!(console.lit(), ["TRANSACTION"]);
    console.say("STAT", "+OK 3 ");
    console.say("LIST", "+OK");
    console.say("LIST 2", "+OK 2 ");
    console.say("UIDL", "+OK");
    console.say("TOP 1 0", "+OK");
    console.say("RETR 1", "+OK");
    console.say("DELE 2", "+OK");
    console.say("RETR 2", "-ERR");
    browser.wait_text(".explain", "RETR");
    browser.wait_text(".explain", "RFC 1939");
    console.say("RSET", "+OK");
    console.say("NOOP", "+OK");
    console.say("STAT", "+OK 3 ");
    console.say("QUIT", "+OK");
    console.wait_state("CLOSED");
    assert_eq!(console.lit(), ["CLOSED"]);

    let rows = console.rows();
    let sent: Vec<_> = rows.iter().filter(|row| row.glyph == "->").map(|row| row.text.as_str()).collect();
    assert_eq!(
        sent,
        [
            "CAPA", "USER ada", MASKED, "STAT", "LIST", "LIST 2", "UIDL", "TOP 1 0", "RETR 1", "DELE 2", "RETR 2",
            "RSET", "NOOP", "STAT", "QUIT"
        ]
    );
    assert!(!browser.text("body").contains("lovelace ") && !format!("{rows:?}").contains("lovelace"));
    browser.assert_quiet();
}

#[test]
fn a_letter_sent_by_smtp_is_fetched_by_pop3() {
    let server = Mailspeak::start(&[]);
    let browser = Browser::start();
    let console = Console::open_example(&browser, &server.url(), "Send mail by SMTP");
    console.wait_state("CONNECTED");
    console.say("HELO laptop.example.test", "250");
    console.wait_state("GREETED");
    console.say("EHLO laptop.example.test", "250-");
    console.say("MAIL FROM:<grace@example.test>", "250");
    console.wait_state("SENDER");
    console.say("RCPT TO:<ada@example.test>", "250");
    console.wait_state("RECIPIENTS");
    console.say("DATA", "354");
    console.wait_state("DATA");
    assert_eq!(console.lit(), ["DATA"]);
    for line in [
        "From: Grace Hopper <grace@example.test>",
        "To: Ada Lovelace <ada@example.test>",
        "Date: Fri, 20 Nov 2026 12:00:00 +0000",
        "Subject: A moth in relay 70",
        "",
        "First actual case of a bug being found.",
        "..began with a dot",
    ] {
        console.write(line);
    }
    console.say(".", "250");
    console.wait_state("GREETED");
    console.say("QUIT", "221");
    console.wait_state("CLOSED");

    let console = Console::open_example(&browser, &server.url(), "Read mail by POP3");
    console.wait_state("AUTHORIZATION");
    console.say("USER ada", "+OK");
    console.say("PASS lovelace", "+OK");
    console.say("STAT", "+OK 4 ");
    console.say("RETR 4", "+OK");
    console.wait_log("A moth in relay 70");
    let rows = console.rows();
    let text = |wanted: &str| rows.iter().any(|row| row.glyph == "<-" && row.text == wanted);
    assert!(text("First actual case of a bug being found."), "{rows:#?}");
    assert!(text("..began with a dot"), "dots are doubled on the wire: {rows:#?}");
    assert!(text("."), "{rows:#?}");
    browser.assert_quiet();
}

#[test]
fn the_border_stands_where_encryption_begins() {
    let server = Mailspeak::start(&[]);
    let browser = Browser::start();
    let console = Console::open_example(&browser, &server.url(), "Read mail by POP3");
    console.wait_state("AUTHORIZATION");
    console.say("STLS", "+OK");
    browser.wait(".log__boundary--tls");
    console.wait_log("Encrypted from here");
    console.wait_state("AUTHORIZATION");
    console.say("NOOP", "-ERR");
    let rows = console.rows();
    let glyphs: Vec<_> = rows.iter().map(|row| row.glyph.as_str()).collect();
    assert_eq!(glyphs, ["<-", "->", "<-", "~>", "<~"]);
    let texts: Vec<String> = rows.iter().map(|row| format!("{} {}", row.glyph, row.text)).collect();
    let right: Vec<&str> = texts.iter().map(String::as_str).collect();
    assert_eq!(console.compare(&right), Ok(()));
    // The comparison sees a wrong byte, a wrong side of the border, a missing line.
    let wrong = |at: usize, text: &'static str| {
        let mut rows = right.clone();
        rows[at] = text;
        rows
    };
    assert!(console.compare(&wrong(1, "-> STLs")).is_err());
    assert!(console.compare(&wrong(1, "~> STLS")).is_err());
    assert!(console.compare(&right[1..]).is_err());

    let console = Console::open_example(&browser, &server.url(), "Send mail by SMTP");
    console.wait_state("CONNECTED");
    console.say("EHLO laptop.example.test", "250-");
    console.wait_state("GREETED");
    console.say("STARTTLS", "220");
    console.wait_log("Encrypted from here");
    console.wait_state("CONNECTED");
    console.say("MAIL FROM:<ada@example.test>", "503");
    console.say("EHLO laptop.example.test", "250-");
    console.wait_state("GREETED");

    for (protocol, port, state, greeting) in [("POP3", 995, "AUTHORIZATION", "+OK"), ("SMTP", 465, "CONNECTED", "220")]
    {
        let console = Console::connect(&browser, &server.url(), protocol, true, "mail.example.test", port);
        console.wait_state(state);
        let first = console.rows()[0].clone();
        assert!(first.glyph == "<~" && first.text.starts_with(greeting), "{first:?}");
        console.wait_log("Encrypted from the first byte");
    }
    browser.assert_quiet();
}

#[test]
fn a_cut_line_removes_nothing() {
    let server = Mailspeak::start(&[]);
    let browser = Browser::start();
    let console = Console::open_example(&browser, &server.url(), "Break things");
    console.wait_state("AUTHORIZATION");
    console.say("USER ada", "+OK");
    console.say("PASS lovelace", "+OK");
    console.say("DELE 2", "+OK");
    browser.script(
        "[...document.querySelectorAll('button')].find(b => b.textContent.trim() === 'Disconnect').click()",
        &[],
    );
    console.wait_state("CLOSED");
    console.wait_log("UPDATE");
    browser.wait_script(
        "the button Connect again",
        "const b = [...document.querySelectorAll('button')].find(b => b.textContent.trim() === 'Connect again');
         b?.click(); return !!b",
    );
    console.wait_state("AUTHORIZATION");
    browser.wait(".prompt__input");
    console.say("USER ada", "+OK");
    console.say("PASS lovelace", "+OK");
    console.say("STAT", "+OK 3 ");
}

#[test]
fn dovecot_plain_upgraded_and_inside_tls() {
    let dovecot = Dovecot::start();
    let (plain, inside) = (format!("localhost:{}", dovecot.pop3), format!("localhost:{}", dovecot.pop3s));
    let server = Mailspeak::start(&["--allow", &plain, "--allow", &inside, "--ca-file", &dovecot.certs.ca]);
    let browser = Browser::start();

    let console = Console::connect(&browser, &server.url(), "POP3", false, "localhost", dovecot.pop3);
    console.wait_state("AUTHORIZATION");
    console.say("USER ada", "+OK");
    console.say("PASS lovelace", "+OK");
    console.wait_state("TRANSACTION");
    console.say("STAT", "+OK 3 ");
    console.say("LIST", "+OK");
    console.say("UIDL", "+OK");
    console.say("TOP 1 0", "+OK");
    console.say("RETR 2", "+OK");
    console.wait_log("..two");
    console.say("DELE 1", "+OK");
    console.say("RSET", "+OK");
    console.say("DELE 3", "+OK");
    console.say("NOOP", "+OK");
    console.say("QUIT", "+OK");
    console.wait_state("CLOSED");
    e2e::wait::until("UPDATE to remove message 3", || (dovecot.mailbox("ada").len() == 2).then_some(()));

    let console = Console::connect(&browser, &server.url(), "POP3", false, "localhost", dovecot.pop3);
    console.wait_state("AUTHORIZATION");
    console.say("CAPA", "+OK");
    console.say("STLS", "+OK");
    console.wait_log("Encrypted from here");
    console.say("USER ada", "+OK");
    console.say("PASS lovelace", "+OK");
    console.wait_state("TRANSACTION");
    assert_eq!(console.say("STAT", "+OK 2 ").glyph, "<~");
    console.say("QUIT", "+OK");
    console.wait_state("CLOSED");

    let console = Console::connect(&browser, &server.url(), "POP3", true, "localhost", dovecot.pop3s);
    console.wait_state("AUTHORIZATION");
    console.say("USER ada", "+OK");
    console.say("PASS wrong", "-ERR");
    console.wait_state("AUTHORIZATION");
    assert_eq!(dovecot::MESSAGES.len(), 3);
    browser.assert_quiet();
}

#[test]
fn postfix_plain_upgraded_and_inside_tls() {
    let Some(postfix) = Postfix::start() else { return };
    let (plain, inside) = (format!("localhost:{}", postfix.smtp), format!("localhost:{}", postfix.smtps));
    let server = Mailspeak::start(&["--allow", &plain, "--allow", &inside, "--ca-file", &postfix.certs.ca]);
    let browser = Browser::start();
    for (number, (tls, upgrade, port)) in
        [(false, false, postfix.smtp), (false, true, postfix.smtp), (true, false, postfix.smtps)]
            .into_iter()
            .enumerate()
    {
        let console = Console::connect(&browser, &server.url(), "SMTP", tls, "localhost", port);
        console.wait_state("CONNECTED");
        console.say("EHLO laptop.example.test", "250-");
        if upgrade {
            console.say("STARTTLS", "220");
            console.wait_log("Encrypted from here");
            console.wait_state("CONNECTED");
            console.say("EHLO laptop.example.test", "250-");
        }
        console.wait_state("GREETED");
        console.say("MAIL FROM:<grace@example.test>", "250");
        console.say("RCPT TO:<nobody@elsewhere.test>", "454");
        console.wait_state("SENDER");
        console.say("RCPT TO:<ada@example.test>", "250");
        console.say("DATA", "354");
        console.wait_state("DATA");
        for line in [&format!("Subject: by hand {number}"), "", "..a dot", "the end"] {
            console.write(line);
        }
        console.say(".", "250");
        console.wait_state("GREETED");
        console.say("QUIT", "221");
        console.wait_state("CLOSED");
        let mail = postfix.wait_for_mail(number + 1);
        let message = mail.iter().find(|mail| mail.contains(&format!("Subject: by hand {number}")));
        let message = message.unwrap_or_else(|| panic!("letter {number} among {mail:?}"));
        assert!(message.ends_with("\n\n.a dot\nthe end\n"), "byte for byte: {message:?}");
    }
    browser.assert_quiet();
}

/// A server that sends `bytes` and closes.
fn one_shot(bytes: Vec<u8>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(&bytes).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let _ = stream.read_to_end(&mut Vec::new());
    });
    port
}

#[test]
fn servers_that_misbehave_are_told_about() {
    let cases: [(Vec<u8>, &str); 7] = [
        (Vec::new(), "closed the connection"),
        (b"SSH-2.0-OpenSSH_9.2\r\n".to_vec(), "no POP3 reply"),
        (b"+OK caf\xe9 \xff\r\n".to_vec(), "caf\\xe9 \\xff"),
        (b"+OK nul\0here\r\n".to_vec(), "nul\\x00here"),
        (vec![b'x'; 1_000_000], "more bytes"),
        (b"+OK ready\n".to_vec(), "LF"),
        (b"+OK cut in the mid".to_vec(), "+OK cut in the mid"),
    ];
    let ports: Vec<u16> = cases.iter().map(|(bytes, _)| one_shot(bytes.clone())).collect();
    let allow: Vec<String> = ports.iter().map(|port| format!("127.0.0.1:{port}")).collect();
    let options: Vec<&str> = allow.iter().flat_map(|target| ["--allow", target.as_str()]).collect();
    let server = Mailspeak::start(&options);
    let browser = Browser::start();
    for ((_, told), port) in cases.iter().zip(ports) {
        let console = Console::connect(&browser, &server.url(), "POP3", false, "127.0.0.1", port);
        console.wait_log(told);
        console.wait_state("CLOSED");
    }
    browser.assert_quiet();
}

#[test]
fn connections_that_fail_say_why() {
    let refused = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let not_tls = one_shot(b"+OK this is plain text\r\n".to_vec());
    let dovecot = Dovecot::start();
    let options = [
        format!("127.0.0.1:{refused}"),
        "nosuchhost.invalid:110".to_owned(),
        format!("127.0.0.1:{not_tls}"),
        format!("localhost:{}", dovecot.pop3s),
    ];
    let mut options: Vec<&str> = options.iter().flat_map(|target| ["--allow", target.as_str()]).collect();
    // No --ca-file: nobody vouches for this Dovecot.
    let exception = format!("localhost:{}", dovecot.pop3s);
    options.extend(["--tls-exception", &exception]);
    let server = Mailspeak::start(&options);
    let browser = Browser::start();
    let cases = [
        ("127.0.0.1", refused, false, "nothing listens"),
        ("nosuchhost.invalid", 110, false, "no address"),
        ("not-allowed.example.test", 110, false, "--allow"),
        ("127.0.0.1", not_tls, true, "does not speak TLS"),
        ("localhost", dovecot.pop3s, true, "signed by none of the authorities"),
    ];
    for (host, port, tls, told) in cases {
        let console = Console::connect(&browser, &server.url(), "POP3", tls, host, port);
        console.wait_log(told);
        console.wait_state("CLOSED");
    }
    // Back in the form the learner asks for no check: the session goes on, and its border says what is wrong.
    browser.click(".prompt--over .button--primary");
    browser.type_into(".real select[name=trust]", "nothing");
    browser.click(".real .button--primary");
    Console { browser: &browser }.wait_state("AUTHORIZATION");
    browser.wait_text(".log__boundary--tls", "not verified");
    browser.wait_text(".log__boundary--tls + .log__problem--warn", "signed by none of the authorities");
    browser.assert_quiet();
}

#[test]
fn without_a_practice_server_behind_the_page_it_runs_inside() {
    let server = Mailspeak::start(&["--no-practice"]);
    let browser = Browser::start();
    let console = Console::open_example(&browser, &server.url(), "Send mail by SMTP");
    console.wait_state("CONNECTED");
    console.say("HELO laptop.example.test", "250");
    console.say("MAIL FROM:<grace@example.test>", "250");
    console.say("RCPT TO:<ada@example.test>", "250");
    console.say("DATA", "354");
    console.write("Subject: inside");
    console.say(".", "250");
    console.say("QUIT", "221");
    console.wait_state("CLOSED");

    // The same page, the same post office: only a reload would begin anew.
    browser.click(".bar__brand");
    let console = Console::enter_example(&browser, "Read mail by POP3");
    console.wait_state("AUTHORIZATION");
    console.say("STLS", "+OK");
    console.wait_log("TLS, played inside this page");
    console.say("USER ada", "+OK");
    console.say("PASS lovelace", "+OK");
    console.wait_state("TRANSACTION");
    console.say("STAT", "+OK 4 ");
    console.say("QUIT", "+OK");
    console.wait_state("CLOSED");
    browser.assert_quiet();
}

#[test]
fn a_practice_server_that_cannot_be_fetched_is_told() {
    let server = Mailspeak::start(&["--no-practice"]);
    let browser = Browser::open(&server.url());
    browser.wait_text("main", "inside this page");
    drop(server);
    let console = Console::enter_example(&browser, "Read mail by POP3");
    console.wait_log("The practice server did not start");
    console.wait_state("CLOSED");
}

/// Mail goes in by one session and comes out by the other, neither loses a line or what is typed in it, and a cut of one is not felt by
/// the other: through the proxy, and with the server inside the page.
#[test]
fn two_sessions_go_on_side_by_side() {
    for args in [&[][..], &["--no-practice"]] {
        let server = Mailspeak::start(args);
        let browser = Browser::start();
        let smtp = Console::open_example(&browser, &server.url(), "Send mail by SMTP");
        smtp.wait_state("CONNECTED");
        smtp.say("EHLO laptop.example.test", "250");
        assert_eq!(browser.count(".sitting"), 0, "one session needs no switch");

        browser.click(".bar__brand");
        let pop3 = Console::enter_example(&browser, "Read mail by POP3");
        pop3.wait_state("AUTHORIZATION");
        pop3.say("USER ada", "+OK");
        browser.type_into("#prompt", "PASS love");
        to_front(&browser, "SMTP");
        smtp.wait_state("GREETED");
        assert_eq!(browser.value("#prompt"), "", "what is typed in one session is not in the other");
        smtp.say("MAIL FROM:<grace@example.test>", "250");
        smtp.say("RCPT TO:<ada@example.test>", "250");
        smtp.say("DATA", "354");
        smtp.write("Subject: side by side");
        smtp.say(".", "250");

        to_front(&browser, "POP3");
        pop3.wait_state("AUTHORIZATION");
        browser.wait_value("#prompt", "love");
        pop3.say("lace", "+OK");
        pop3.say("STAT", "+OK 4 ");
        to_front(&browser, "SMTP");
        browser.click(".bar__link");
        smtp.wait_state("CLOSED");
        to_front(&browser, "POP3");
        pop3.wait_state("TRANSACTION");
        pop3.say("RETR 4", "+OK");
        pop3.wait_log("Subject: side by side");
        let said = |console: &Console| {
            let rows = console.rows().into_iter().filter(|row| row.glyph.ends_with('>'));
            rows.map(|row| row.text).collect::<Vec<_>>()
        };
        assert_eq!(said(&pop3), ["USER ada", MASKED, "STAT", "RETR 4"]);
        to_front(&browser, "SMTP");
        assert_eq!(said(&smtp)[..2], ["EHLO laptop.example.test", "MAIL FROM:<grace@example.test>"]);
        assert_eq!(said(&smtp).last().map(String::as_str), Some("."));

        // The other way round: the first session begins again, and the second is cut.
        browser.click(".prompt--over .button--primary");
        smtp.wait_state("CONNECTED");
        smtp.say("EHLO desktop.example.test", "250");
        to_front(&browser, "POP3");
        browser.click(".bar__link");
        pop3.wait_state("CLOSED");
        to_front(&browser, "SMTP");
        smtp.wait_state("GREETED");
        smtp.say("NOOP", "250");
        browser.assert_quiet();
    }
}

/// What was pasted for TLS is dropped where TLS does not begin, also in a session that is not in front.
#[test]
fn what_was_meant_for_tls_does_not_wait_behind() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (refuse, refused) = std::sync::mpsc::channel::<()>();
    let peer = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(b"+OK ready\r\n").unwrap();
        let mut line = [0; 6];
        stream.read_exact(&mut line).unwrap();
        refused.recv().unwrap();
        stream.write_all(b"-ERR no TLS here\r\n").unwrap();
        let mut rest = Vec::new();
        // A reset is an end as well.
        let _ = stream.read_to_end(&mut rest);
        (line, rest)
    });
    let server = Mailspeak::start(&["--allow", &format!("127.0.0.1:{port}")]);
    let browser = Browser::start();
    let console = Console::connect(&browser, &server.url(), "POP3", false, "127.0.0.1", port);
    console.wait_state("AUTHORIZATION");
    let paste = "const data = new DataTransfer(); data.setData('text', 'STLS\\r\\nPASS canary-rest');
                 document.getElementById('prompt').dispatchEvent(
                     new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))";
    browser.script(paste, &[]);
    console.wait_log("STLS");
    browser.click(".bar__brand");
    let other = Console::enter_example(&browser, "Send mail by SMTP");
    other.wait_state("CONNECTED");
    refuse.send(()).unwrap();
    to_front(&browser, "POP3");
    console.wait_log("no TLS here");
    browser.wait_value("#prompt", "");
    browser.wait_text("#hint", "TLS did not begin");
    browser.click(".bar__link");
    console.wait_state("CLOSED");
    assert_eq!(peer.join().unwrap(), (*b"STLS\r\n", Vec::new()));
    browser.assert_quiet();
}

/// Brings the session of this protocol to the front.
fn to_front(browser: &Browser, protocol: &str) {
    let body =
        "const item = [...document.querySelectorAll('.sitting__tab')].find(i => i.textContent.includes(arguments[0]));
                item?.click(); return !!item";
    assert_eq!(browser.script(body, &[protocol.into()]), true, "no session of {protocol}");
    browser.wait_text(".sitting--on", protocol);
    browser.wait_text(".bar__protocol", protocol);
}
