//! Which targets the policy lets through: one line a case.
#![allow(clippy::unwrap_used, reason = "tests")]

use practice::Service;
use proxy::{AllowedTarget, Decision, Origin, Policy};

/// HTTP on 127.0.0.1:8080, practice POP3 on 1110 and submission on 1587, a few targets.
fn policy() -> Policy {
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
    ];
    Policy::new("127.0.0.1:8080".parse().unwrap(), practice, allowed.iter().map(|text| text.parse().unwrap()).collect())
}

#[test]
fn decisions() {
    #[track_caller]
    fn check(host: &str, port: u16, expected: Decision) {
        assert_eq!(policy().decide(host, port), expected, "{host}:{port}");
    }
    use Decision::{Allowed, Denied, Practice};

    // The practice server, by its name and standard ports.
    check("mail.example.test", 110, Practice(Service::Pop3));
    check("MAIL.example.TEST", 110, Practice(Service::Pop3));
    check("mail.example.test.", 587, Practice(Service::Submission));
    check("mail.example.test", 995, Denied);
    check("mail.example.test", 1110, Denied);
    check("example.test", 110, Denied);
    check("mail.example.test.evil.example", 110, Denied);

    // And by loopback and the real ports.
    check("localhost", 1110, Practice(Service::Pop3));
    check("127.0.0.1", 1587, Practice(Service::Submission));
    check("::ffff:127.0.0.1", 1587, Practice(Service::Submission));
    check("localhost", 110, Denied);
    check("127.0.0.2", 1110, Denied);
    check("localhost", 22, Denied);

    // The operator's targets.
    check("mail.school.example", 995, Allowed);
    check("Mail.School.Example.", 995, Allowed);
    check("mail.school.example", 110, Denied);
    check("school.example", 995, Denied);
    check("evil.mail.school.example", 995, Denied);
    check("mail.school.example..", 995, Denied);
    check("192.0.2.7", 110, Allowed);
    check("::ffff:192.0.2.7", 110, Allowed);
    check("[::ffff:c000:207]", 110, Allowed);
    check("64:ff9b::c000:207", 110, Allowed);
    check("192.0.2.8", 110, Denied);
    check("2001:db8::7", 25, Allowed);
    check("[2001:DB8:0::7]", 25, Allowed);
    check("2001:db8::8", 25, Denied);
    check("kühe.example", 110, Allowed);
    check("KÜHE.example", 110, Allowed);

    // Our own listener, even if allowed.
    check("localhost", 8080, Denied);
    check("127.0.0.1", 8080, Denied);
    check("127.9.9.9", 8080, Denied);
    check("[::1]", 8080, Denied);
    check("0.0.0.0", 8080, Denied);
    check("::ffff:127.0.0.1", 8080, Denied);

    // Nonsense.
    check("", 110, Denied);
    check(".", 110, Denied);
    check("192.0.2.7", 0, Denied);
    check("3221225991", 110, Denied);
    check("0xc0000207", 110, Denied);
    check("0300.0.2.7", 110, Denied);
    check("192.0.2.7 ", 110, Denied);
    check("mail.school.example\0", 995, Denied);
    check("mail\u{2024}school.example", 995, Denied);
}

#[test]
fn addresses_behind_allowed_names() {
    #[track_caller]
    fn check(address: &str, expected: bool) {
        assert_eq!(policy().may_dial(address.parse().unwrap()), expected, "{address}");
    }
    check("192.0.2.7:110", true);
    check("10.0.0.7:110", true);
    check("127.0.0.1:110", true);
    check("[2001:db8::7]:25", true);
    // Ourselves.
    check("127.0.0.1:8080", false);
    check("127.3.2.1:8080", false);
    check("0.0.0.0:8080", false);
    check("[::1]:8080", false);
    check("[::]:8080", false);
    check("[::ffff:127.0.0.1]:8080", false);
    check("[64:ff9b::7f00:1]:8080", false);
    // Where clouds keep secrets, in every spelling.
    check("169.254.169.254:80", false);
    check("[::ffff:169.254.169.254]:80", false);
    check("[::169.254.169.254]:80", false);
    check("[64:ff9b::a9fe:a9fe]:80", false);
    check("[64:ff9b:1::a9fe:a9fe]:80", false);
    check("[2002:a9fe:a9fe::1]:80", false);
    check("[2001:0:1:2:3:4:5601:5601]:80", false);
    check("[2001:db8::5efe:a9fe:a9fe]:80", false);
    check("[2001:db8::200:5efe:a9fe:a9fe]:80", false);
    check("[fe80::1]:25", false);
    check("[fd00:ec2::254]:80", false);
    check("168.63.129.16:53", false);
    check("100.100.100.200:80", false);
}

#[test]
fn allowed_targets_are_read() {
    #[track_caller]
    fn check(text: &str, expected: Option<(&str, u16)>) {
        let read = text.parse::<AllowedTarget>().ok();
        assert_eq!(read.as_ref().map(|target| (target.host.as_str(), target.port)), expected, "{text}");
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
