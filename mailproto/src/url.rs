//! Addresses of a session: `pop://` (RFC 2384) and what people write for SMTP. Nothing connects by them, and a password in one
//! is dropped before anything is kept.

use crate::{
    machine::Protocol,
    token::{Detail, Problem, ProblemKind, Span},
};

/// Where a session goes, as an address names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// What is spoken.
    pub protocol: Protocol,
    /// Name or address, an IPv6 address without its brackets.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// TLS from the first byte.
    pub tls: bool,
    /// Who logs in, decoded; empty when not named.
    pub user: String,
    /// How to log in.
    pub auth: Auth,
}

/// The mechanism an address asks for (RFC 2384 section 4).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Auth {
    /// None is named, or `*`: whatever fits.
    #[default]
    Any,
    /// `+APOP`, or an extension by its name without the plus sign.
    Command(String),
    /// A SASL mechanism.
    Sasl(String),
}

/// The schemes: what they speak, their port, whether TLS comes first, and what is to be said about them.
const SCHEMES: &[(&str, Protocol, u16, bool, Option<ProblemKind>)] = &[
    ("pop", Protocol::Pop3, 110, false, None),
    ("pop3", Protocol::Pop3, 110, false, Some(ProblemKind::UrlScheme)),
    ("pops", Protocol::Pop3, 995, true, Some(ProblemKind::UrlScheme)),
    ("pop3s", Protocol::Pop3, 995, true, Some(ProblemKind::UrlScheme)),
    ("smtp", Protocol::Smtp, 25, false, Some(ProblemKind::UrlScheme)),
    ("smtps", Protocol::Smtp, 465, true, Some(ProblemKind::UrlScheme)),
    ("submission", Protocol::Smtp, 587, false, Some(ProblemKind::UrlScheme)),
    ("submissions", Protocol::Smtp, 465, true, Some(ProblemKind::UrlScheme)),
];

/// Whether a text is meant as an address of this kind, or of one that people take for it.
pub fn is_url(text: &str) -> bool {
    text.contains("://") || scheme(text).is_some_and(|(name, _)| name.eq_ignore_ascii_case("mailto"))
}

/// Reads an address. `None` when it names no session; the problems say why, and what else is odd. None of them holds a password.
///
/// ```text
/// pop-url = "pop://" [enc-user [";AUTH=" ("*" / enc-auth-type)] "@"] hostport
/// ```
pub fn parse(text: &str) -> (Option<Address>, Vec<Problem>) {
    let mut problems = Vec::new();
    let address = read(text.trim(), &mut problems);
    (address, problems)
}

fn read(text: &str, problems: &mut Vec<Problem>) -> Option<Address> {
    let mut add = |kind, detail: Detail| problems.push(Problem::new(Span::new(0, 0), kind, detail));
    let (name, rest) = scheme(text).unwrap_or_default();
    if name.eq_ignore_ascii_case("mailto") {
        add(ProblemKind::UrlMailto, Detail::None);
        return None;
    }
    let known = SCHEMES.iter().find(|(known, ..)| known.eq_ignore_ascii_case(name));
    let (Some((name, protocol, port, tls, odd)), Some(rest)) = (known, rest.strip_prefix("//")) else {
        add(ProblemKind::UrlUnknown, Detail::None);
        return None;
    };
    if let Some(kind) = odd {
        add(*kind, (*name).into());
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (server, more) = rest.split_at(end);
    if !matches!(more, "" | "/") {
        add(ProblemKind::UrlPath, Detail::None);
    }
    let (login, hostport) = server.rsplit_once('@').unwrap_or(("", server));
    let (user, auth) = user_auth(login, &mut add);
    let (host, port_text) = host_port(hostport);
    if host.is_empty() {
        add(ProblemKind::UrlHost, Detail::None);
        return None;
    }
    let port = match port_text {
        None | Some("") => *port,
        Some(digits) => match digits.parse().ok().filter(|port| *port > 0 && !digits.starts_with('+')) {
            Some(port) => port,
            None => {
                // What stands there may be anything, a password too: it is not repeated.
                add(ProblemKind::UrlPort, u32::from(*port).into());
                *port
            }
        },
    };
    Some(Address { protocol: *protocol, host: host.into(), port, tls: *tls, user, auth })
}

/// The name before the first colon, and what follows it.
fn scheme(text: &str) -> Option<(&str, &str)> {
    text.split_once(':')
}

/// Host and port, an IPv6 address out of its brackets.
fn host_port(text: &str) -> (&str, Option<&str>) {
    if let Some((host, rest)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return (host, rest.strip_prefix(':').or((!rest.is_empty()).then_some(rest)));
    }
    text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port)))
}

/// Who, and how. A password behind a colon goes here, before anybody sees it.
fn user_auth(login: &str, add: &mut impl FnMut(ProblemKind, Detail)) -> (String, Auth) {
    let lower = login.to_ascii_lowercase();
    let (user, auth) = match lower.find(";auth=") {
        Some(at) => (login.get(..at).unwrap_or_default(), login.get(at + 6..).unwrap_or_default()),
        None => (login, ""),
    };
    let mut before_colon = |text: &str| {
        let (kept, password) = text.split_once(':').map_or((text, None), |(kept, password)| (kept, Some(password)));
        if password.is_some() {
            add(ProblemKind::UrlPassword, Detail::None);
        }
        let decoded = decoded(kept);
        if decoded.is_none() {
            add(ProblemKind::UrlUser, Detail::None);
        }
        decoded.unwrap_or_default()
    };
    let user = before_colon(user);
    let auth = before_colon(auth).to_ascii_uppercase();
    let auth = match auth.strip_prefix('+') {
        _ if auth.is_empty() || auth == "*" => Auth::Any,
        Some(command) => Auth::Command(command.into()),
        None if auth == "APOP" => {
            add(ProblemKind::UrlApop, Detail::None);
            Auth::Command(auth)
        }
        None => Auth::Sasl(auth),
    };
    (user, auth)
}

/// Percent signs undone; `None` when they are wrong, or when what comes out is no text of one line.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        if first != b'%' {
            bytes.push(first);
            rest = tail;
            continue;
        }
        let digits = tail.get(..2).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))?;
        bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
        rest = tail.get(2..).unwrap_or_default();
    }
    String::from_utf8(bytes).ok().filter(|text| !text.contains(char::is_control))
}

/// Whether it can be the name or the address of a host: labels of letters of any alphabet, digits, hyphens and (found in
/// the wild) underscores, as an IPv4 address is too, or an IPv6 address (RFC 1123 section 2.1).
pub fn is_host(host: &str) -> bool {
    let label = |label: &str| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | 0x80..);
        (1..=63).contains(&label.len()) && label.bytes().all(fits) && !label.starts_with('-') && !label.ends_with('-')
    };
    let name = host.strip_suffix('.').unwrap_or(host);
    host.parse::<std::net::Ipv6Addr>().is_ok() || (host.len() <= 254 && name.split('.').all(label))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ProblemKind as P;

    fn check(text: &str, expected: Option<(&str, u16, bool, &str, Auth)>, problems: &[ProblemKind]) {
        let (found, said) = parse(text);
        let found = found.as_ref().map(|address| {
            let Address { host, port, tls, user, auth, .. } = address;
            (host.as_str(), *port, *tls, user.as_str(), auth.clone())
        });
        assert_eq!(found, expected, "{text}");
        assert_eq!(said.iter().map(|problem| problem.kind).collect::<Vec<_>>(), problems, "{text}");
    }

    #[test]
    fn addresses_of_pop() {
        let command = |name: &str| Auth::Command(name.into());
        // RFC 2384 section 7.
        check("pop://rg@mailsrv.qualcomm.com", Some(("mailsrv.qualcomm.com", 110, false, "rg", Auth::Any)), &[]);
        let eudora = ("mail.eudora.com", 8110, false, "rg", command("APOP"));
        check("pop://rg;AUTH=+APOP@mail.eudora.com:8110", Some(eudora), &[]);
        let scram = Auth::Sasl("SCRAM-MD5".into());
        check("pop://baz;AUTH=SCRAM-MD5@foo.bar", Some(("foo.bar", 110, false, "baz", scram)), &[]);
        check("POP://foo.bar/", Some(("foo.bar", 110, false, "", Auth::Any)), &[]);
        check("pop://foo.bar:", Some(("foo.bar", 110, false, "", Auth::Any)), &[]);
        check("pop://a;auth=*@h", Some(("h", 110, false, "a", Auth::Any)), &[]);
        check("pop://a;auth=apop@h", Some(("h", 110, false, "a", command("APOP"))), &[P::UrlApop]);
        check("pop://ada%40example.test@h", Some(("h", 110, false, "ada@example.test", Auth::Any)), &[]);
        check("pop://ada@example.test@h", Some(("h", 110, false, "ada@example.test", Auth::Any)), &[]);
        check("pop://a%C3%A9%3Bb@h", Some(("h", 110, false, "a\u{e9};b", Auth::Any)), &[]);
        check("pop://[2001:db8::1]:1110", Some(("2001:db8::1", 1110, false, "", Auth::Any)), &[]);
        check("pop://[::1]", Some(("::1", 110, false, "", Auth::Any)), &[]);
        check("smtps://[::1]", Some(("::1", 465, true, "", Auth::Any)), &[P::UrlScheme]);
        check("pop://b\u{fc}cher.example", Some(("b\u{fc}cher.example", 110, false, "", Auth::Any)), &[]);
        check("pops://h", Some(("h", 995, true, "", Auth::Any)), &[P::UrlScheme]);
    }

    #[test]
    fn addresses_of_smtp() {
        check("smtp://h", Some(("h", 25, false, "", Auth::Any)), &[P::UrlScheme]);
        check("smtps://ada@h", Some(("h", 465, true, "ada", Auth::Any)), &[P::UrlScheme]);
        check("submission://h:2587/", Some(("h", 2587, false, "", Auth::Any)), &[P::UrlScheme]);
    }

    #[test]
    fn what_is_odd() {
        let at_h = |user| Some(("h", 110, false, user, Auth::Any));
        check("pop://h:0", at_h(""), &[P::UrlPort]);
        check("pop://h:65536", at_h(""), &[P::UrlPort]);
        check("pop://h:+110", at_h(""), &[P::UrlPort]);
        check("pop://h/inbox", at_h(""), &[P::UrlPath]);
        check("pop://a%zz@h", at_h(""), &[P::UrlUser]);
        check("pop://a%4@h", at_h(""), &[P::UrlUser]);
        check("pop://a%ff@h", at_h(""), &[P::UrlUser]);
        // A command smuggled into the name.
        check("pop://ada%0d%0aDELE%201@h", at_h(""), &[P::UrlUser]);
        check("pop://", None, &[P::UrlHost]);
        check("pop://ada@:110", None, &[P::UrlHost]);
        check("pop:h", None, &[P::UrlUnknown]);
        check("imap://h", None, &[P::UrlUnknown]);
        check("h", None, &[P::UrlUnknown]);
        check("", None, &[P::UrlUnknown]);
        check("mailto:ada@example.test", None, &[P::UrlMailto]);
    }

    #[test]
    fn a_password_is_dropped() {
        for text in [
            "pop://ada:canary-7@h",
            "pop://ada:canary-7;AUTH=+APOP@h",
            "pop://ada;AUTH=PLAIN:canary-7@h",
            "smtp://ada:c@nary:canary-7@h:canary-7/canary-7",
            "pop://ada@h:canary-7",
            "imap://ada:canary-7@h",
        ] {
            let found = parse(text);
            assert!(!format!("{found:?}").contains("canary"), "{text}: {found:?}");
        }
        check("pop://ada:canary-7@h", Some(("h", 110, false, "ada", Auth::Any)), &[P::UrlPassword]);
        assert!(is_url("pop://h") && is_url("MAILTO:a@b") && !is_url("mail.example.test") && !is_url("h:110"));
    }

    #[test]
    fn hosts() {
        for host in
            ["mail.example.test", "localhost", "a_b.example.", "127.0.0.1", "::1", "2001:db8::1", "kühe.example"]
        {
            assert!(is_host(host), "{host}");
        }
        for host in
            ["mail example", "mail.example:110", "pop3://mail.example", "a..b", "-a.example", "ada@example.test", "."]
        {
            assert!(!is_host(host), "{host}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text(text in ".{0,80}") {
            let (address, problems) = parse(&text);
            proptest::prop_assert!(address.is_some() || !problems.is_empty());
        }
    }
}
