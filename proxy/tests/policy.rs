//! Which targets the policy lets through: one line a case.
#![allow(clippy::unwrap_used, reason = "tests")]

use practice::Service;
use proxy::{AllowedTarget, BadHost, Host, OpenInternet, Origin, Policy, Refusal, Route};

/// HTTP on 127.0.0.1:8080, practice POP3 on 1110 and submission on 1587, a few targets.
fn policy(open: bool) -> Policy {
    let practice = vec![
        (Service::Pop3, "127.0.0.1:1110".parse().unwrap()),
        (Service::Submission, "127.0.0.1:1587".parse().unwrap()),
    ];
    let allowed = [
        "mail.school.example:995",
        "192.0.2.7:110",
        "[2001:db8::7]:25",
        "Kühe.example:110",
        "localhost:8080",
        "127.0.0.1:8080",
        "169.254.169.254:80",
        "relay.school.example:25",
        "localhost:2525",
    ];
    let allowed = allowed.iter().map(|text| text.parse().unwrap()).collect();
    Policy::new(vec!["127.0.0.1:8080".parse().unwrap()], practice, allowed, open.then(OpenInternet::default))
}

/// The way, or why there is none, in one word.
fn decided(open: bool, host: &str, port: u16) -> &'static str {
    match policy(open).decide(host, port) {
        Ok(Route::Practice(Service::Pop3)) => "pop3",
        Ok(Route::Practice(_)) => "submission",
        Ok(Route::Listed(_)) => "listed",
        Ok(Route::Open(_)) => "open",
        Err(refusal) => refused(refusal),
    }
}

fn refused(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::BadHost(BadHost::Empty) => "empty",
        Refusal::BadHost(BadHost::Number) => "number",
        Refusal::BadHost(BadHost::Zone) => "zone",
        Refusal::BadHost(_) => "bad host",
        Refusal::NotListed => "not listed",
        Refusal::OtherPort => "other port",
        Refusal::RelayPort => "relay port",
        Refusal::NotPublic(_) => "not public",
        Refusal::Never(_) => "never",
        Refusal::Itself => "itself",
    }
}

#[test]
fn s3_decisions() {
    #[track_caller]
    fn check(host: &str, port: u16, expected: &str) {
        assert_eq!(decided(false, host, port), expected, "{host}:{port}");
    }

    // The practice server, by its name and standard ports.
    check("mail.example.test", 110, "pop3");
    check("MAIL.example.TEST", 110, "pop3");
    check("mail.example.test.", 587, "submission");
    check("mail.example.test", 995, "not listed");
    check("mail.example.test", 1110, "not listed");
    check("example.test", 110, "not listed");
    check("mail.example.test.evil.example", 110, "not listed");

    // And by loopback and the real ports.
    check("localhost", 1110, "pop3");
    check("127.0.0.1", 1587, "submission");
    check("::ffff:127.0.0.1", 1587, "submission");
    check("localhost", 110, "not listed");
    check("127.0.0.2", 1110, "not listed");
    check("localhost", 22, "not listed");

    // The operator's targets.
    check("mail.school.example", 995, "listed");
    check("Mail.School.Example.", 995, "listed");
    check("mail.school.example", 110, "not listed");
    check("school.example", 995, "not listed");
    check("evil.mail.school.example", 995, "not listed");
    check("mail.school.example..", 995, "empty");
    check("192.0.2.7", 110, "listed");
    check("::ffff:192.0.2.7", 110, "listed");
    check("[::ffff:c000:207]", 110, "listed");
    check("64:ff9b::c000:207", 110, "listed");
    check("2002:c000:207::1", 110, "not listed");
    check("192.0.2.8", 110, "not listed");
    check("2001:db8::7", 25, "listed");
    check("[2001:DB8:0::7]", 25, "listed");
    check("2001:db8::8", 25, "not listed");
    check("kühe.example", 110, "listed");
    check("KÜHE.example", 110, "listed");
    check("xn--khe-hoa.example", 110, "listed");
    check("localhost", 2525, "listed");

    // Our own listener, and where clouds keep secrets, even if allowed.
    for host in ["localhost", "127.0.0.1", "127.9.9.9", "[::1]", "0.0.0.0", "::ffff:127.0.0.1", "64:ff9b::7f00:1"] {
        check(host, 8080, "itself");
    }
    check("169.254.169.254", 80, "never");
    check("::ffff:169.254.169.254", 80, "never");
    check("2002:a9fe:a9fe::1", 80, "never");
    check("fd00:ec2::254", 80, "never");
    check("fe80::1", 110, "never");

    // Nonsense.
    check("", 110, "empty");
    check(".", 110, "empty");
    check("192.0.2.7", 0, "not listed");
    check("3221225991", 110, "number");
    check("0xc0000207", 110, "number");
    check("0300.0.2.7", 110, "number");
    check("192.0.2.7 ", 110, "bad host");
    check("mail.school.example\0", 995, "bad host");
    check("mail\u{2024}school.example", 995, "bad host");
    check("fe80::1%lo", 110, "zone");
}

#[test]
fn s3_the_open_internet() {
    #[track_caller]
    fn check(host: &str, port: u16, expected: &str) {
        assert_eq!(decided(true, host, port), expected, "{host}:{port}");
    }
    for port in [110, 995, 465, 587] {
        check("pop.example.org", port, "open");
        check("8.8.8.8", port, "open");
    }
    check("pop.example.org", 25, "relay port");
    check("8.8.8.8", 25, "relay port");
    check("relay.school.example", 25, "listed");
    for port in [0, 22, 80, 143, 993, 2525] {
        check("pop.example.org", port, "other port");
    }
    check("127.0.0.1", 110, "not public");
    check("10.0.0.1", 25, "not public");
    check("::ffff:10.0.0.1", 995, "not public");
    check("192.0.2.8", 995, "not public");
    check("192.0.2.7", 110, "listed");
    check("169.254.169.254", 110, "never");
    check("localhost", 8080, "itself");
    check("localhost", 1110, "pop3");
}

#[test]
fn s2_addresses_behind_names() {
    #[track_caller]
    fn check(route: &Route, address: &str, expected: &str) {
        let judged = policy(true).vet(route, address.parse().unwrap());
        assert_eq!(judged.map_or_else(refused, |()| "ok"), expected, "{route:?} {address}");
    }
    let name = |text: &str| Host::Name(text.to_owned());
    let listed = Route::Listed(name("mail.school.example"));
    let open = Route::Open(name("pop.example.org"));
    let local = Route::Listed(name("localhost"));
    for (address, by_list, by_open) in [
        ("8.8.8.8:995", "ok", "ok"),
        ("[2606:4700::1111]:995", "ok", "ok"),
        ("10.0.0.7:995", "ok", "not public"),
        ("192.168.1.1:995", "ok", "not public"),
        ("[fd12::7]:995", "ok", "not public"),
        ("127.0.0.1:995", "not public", "not public"),
        ("[::1]:995", "not public", "not public"),
        ("0.0.0.0:995", "not public", "not public"),
        ("192.0.2.7:995", "not public", "not public"),
        ("[2002:a00:1::1]:995", "not public", "not public"),
        ("[64:ff9b::a00:1]:995", "ok", "not public"),
        ("224.0.0.1:995", "not public", "not public"),
        // Where clouds keep secrets, in every spelling.
        ("169.254.169.254:80", "never", "never"),
        ("[::ffff:169.254.169.254]:80", "never", "never"),
        ("[::169.254.169.254]:80", "never", "never"),
        ("[64:ff9b::a9fe:a9fe]:80", "never", "never"),
        ("[64:ff9b:1::a9fe:a9fe]:80", "never", "never"),
        ("[2002:a9fe:a9fe::1]:80", "never", "never"),
        ("[2001:0:1:2:3:4:5601:5601]:80", "never", "never"),
        ("[2001:db8::5efe:a9fe:a9fe]:80", "never", "never"),
        ("[2001:db8::200:5efe:a9fe:a9fe]:80", "never", "never"),
        ("[fe80::1]:25", "never", "never"),
        ("[fd00:ec2::254]:80", "never", "never"),
        ("168.63.129.16:53", "never", "never"),
        ("100.100.100.200:80", "never", "never"),
        // Ourselves.
        ("127.0.0.1:8080", "itself", "itself"),
        ("127.3.2.1:8080", "itself", "itself"),
        ("0.0.0.0:8080", "itself", "itself"),
        ("[::1]:8080", "itself", "itself"),
        ("[::]:8080", "itself", "itself"),
        ("[::ffff:127.0.0.1]:8080", "itself", "itself"),
        ("[64:ff9b::7f00:1]:8080", "itself", "itself"),
        ("[2002:7f00:1::]:8080", "itself", "itself"),
    ] {
        check(&listed, address, by_list);
        check(&open, address, by_open);
    }
    check(&local, "127.0.0.1:2525", "ok");
    check(&Route::Listed(Host::parse("127.0.0.1").unwrap()), "127.0.0.1:2525", "ok");
    check(&Route::Listed(Host::parse("192.0.2.7").unwrap()), "192.0.2.7:110", "ok");
    check(&Route::Practice(Service::Pop3), "127.0.0.1:1110", "ok");
}

#[test]
fn allowed_targets_are_read() {
    #[track_caller]
    fn check(text: &str, expected: Option<(&str, u16)>) {
        let read = text.parse::<AllowedTarget>().ok();
        assert_eq!(read.as_ref().map(|target| (target.written.as_str(), target.port)), expected, "{text}");
    }
    check("mail.school.example:995", Some(("mail.school.example", 995)));
    check("192.0.2.7:110", Some(("192.0.2.7", 110)));
    check("[::1]:110", Some(("::1", 110)));
    check("::1:110", None);
    check("mail.school.example", None);
    check("mail.school.example:", None);
    check("mail.school.example:0", None);
    check("mail.school.example:65536", None);
    check(":110", None);
    check("pop3://mail.school.example:110", None);
    check("ada@mail.school.example:110", None);
    check("[mail]:110", None);
    check("two words:110", None);
    check("2130706433:110", None);
    check("0x7f.1:110", None);
    check("[fe80::1%lo]:110", None);
}

#[test]
fn origins_are_read() {
    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(text.parse::<Origin>().ok().map(|origin| origin.header()).as_deref(), expected, "{text}");
    }
    check("https://mail.school.example", Some("https://mail.school.example"));
    check("HTTPS://Mail.School.Example/", Some("https://mail.school.example"));
    check("https://mail.school.example:443", Some("https://mail.school.example"));
    check("https://mail.school.example:8443", Some("https://mail.school.example:8443"));
    check("http://192.0.2.1:80", Some("http://192.0.2.1"));
    check("http://[2001:db8::1]:8080", Some("http://[2001:db8::1]:8080"));
    check("mail.school.example", None);
    check("ftp://mail.school.example", None);
    check("https://", None);
    check("https://mail.school.example/path", None);
    check("https://ada@mail.school.example", None);
    check("null", None);
    check("*", None);
}
