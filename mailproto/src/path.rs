//! Paths and addresses of the envelope (RFC 5321 section 4.1.2). Header addresses, which may be richer, are in `message`.

/// The longest piece of a domain between its dots, in octets (RFC 1035 section 2.3.4).
const LABEL: usize = 63;

/// A reverse-path or forward-path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path {
    /// The part before the at sign, quotes kept; empty for the null path.
    pub local: String,
    /// The part after it: a domain or an address literal.
    pub domain: Option<String>,
}

impl Path {
    /// `<>`: for reports about reports (RFC 5321 section 4.5.5).
    pub fn is_null(&self) -> bool {
        self.local.is_empty() && self.domain.is_none()
    }

    /// `local@domain`, or what there is of it.
    pub fn address(&self) -> String {
        match &self.domain {
            Some(domain) => format!("{}@{domain}", self.local),
            None => self.local.clone(),
        }
    }
}

/// What is odd about a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Oddity {
    /// It has a source route, which is to be ignored (RFC 5321 appendix F.2).
    SourceRoute,
    /// It has no domain.
    NoDomain,
    /// It breaks the grammar.
    Malformed,
}

/// Reads the text between the angle brackets.
///
/// ```text
/// Path    = "<" [ A-d-l ":" ] Mailbox ">"
/// Mailbox = Local-part "@" ( Domain / address-literal )
/// ```
pub fn mailbox(inside: &str) -> (Path, Option<Oddity>) {
    let (routed, text) = match inside.strip_prefix('@').and_then(|_| inside.split_once(':')) {
        Some((_, mailbox)) => (true, mailbox),
        None => (false, inside),
    };
    let (local, domain) = match at_sign(text) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let path = Path { local: local.into(), domain: domain.map(Into::into) };
    let well_formed = local_part(local) && domain.is_none_or(|domain| is_domain(domain) || is_address_literal(domain));
    let oddity = if !well_formed {
        Some(Oddity::Malformed)
    } else if routed {
        Some(Oddity::SourceRoute)
    } else if domain.is_none() && !local.eq_ignore_ascii_case("postmaster") {
        Some(Oddity::NoDomain)
    } else {
        None
    };
    (path, oddity)
}

/// Whether `text` is a domain: letters, digits and hyphens between dots (RFC 5321 section 4.1.2; U-labels by RFC 6531).
pub fn is_domain(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 255
        && text.split('.').all(|label| {
            !label.is_empty()
                && (label.len() <= LABEL || !label.is_ascii())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || !c.is_ascii())
        })
}

/// Whether `text` is an address literal: `[192.0.2.1]`, `[IPv6:2001:db8::1]` or a tagged one (RFC 5321 section 4.1.3).
pub fn is_address_literal(text: &str) -> bool {
    let Some(inside) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) else { return false };
    match inside.get(..5) {
        Some(tag) if tag.eq_ignore_ascii_case("IPv6:") => inside[5..].parse::<std::net::Ipv6Addr>().is_ok(),
        _ => inside.parse::<std::net::Ipv4Addr>().is_ok(),
    }
}

/// How an IP address is written where a domain may stand (RFC 5321 section 4.1.3): `None` when it is none, or written so already.
pub(crate) fn literal_of(domain: &str) -> Option<String> {
    let inside = domain.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    if inside.unwrap_or(domain).parse::<std::net::Ipv6Addr>().is_ok() {
        return Some(format!("[IPv6:{}]", inside.unwrap_or(domain)));
    }
    (inside.is_none() && domain.parse::<std::net::Ipv4Addr>().is_ok()).then(|| format!("[{domain}]"))
}

/// The at sign that parts local part and domain: the last one outside quotes.
fn at_sign(text: &str) -> Option<usize> {
    let (mut quoted, mut escaped, mut found) = (false, false, None);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '@' if !quoted => found = Some(at),
            _ => {}
        }
    }
    found
}

/// `Local-part = Dot-string / Quoted-string`
fn local_part(text: &str) -> bool {
    if let Some(inside) = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        let mut escaped = false;
        let clean = inside.chars().all(|c| {
            let fine = escaped || c != '"';
            escaped = !escaped && c == '\\';
            fine && !c.is_control()
        });
        return clean && !escaped;
    }
    !text.is_empty() && text.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atext))
}

/// RFC 5322 section 3.2.3, with the letters outside ASCII of RFC 6531.
fn is_atext(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c) || !c.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(inside: &str, local: &str, domain: Option<&str>, oddity: Option<Oddity>) {
        let (path, found) = mailbox(inside);
        assert_eq!((path.local.as_str(), path.domain.as_deref(), found), (local, domain, oddity), "{inside}");
    }

    #[test]
    fn mailboxes() {
        use Oddity::{Malformed, NoDomain, SourceRoute};
        check("ada@example.test", "ada", Some("example.test"), None);
        check("ada.byron+lab@example.test", "ada.byron+lab", Some("example.test"), None);
        check("\"a b\"@example.test", "\"a b\"", Some("example.test"), None);
        check("\"a@b\"@example.test", "\"a@b\"", Some("example.test"), None);
        check("ada@[192.0.2.1]", "ada", Some("[192.0.2.1]"), None);
        check("ada@[IPv6:2001:db8::1]", "ada", Some("[IPv6:2001:db8::1]"), None);
        check("ada@[300.0.0.1]", "ada", Some("[300.0.0.1]"), Some(Malformed));
        check("postmaster", "postmaster", None, None);
        check("ada", "ada", None, Some(NoDomain));
        check("@a.test,@b.test:ada@example.test", "ada", Some("example.test"), Some(SourceRoute));
        check("ada@", "ada", Some(""), Some(Malformed));
        check("a b@example.test", "a b", Some("example.test"), Some(Malformed));
        check("@example.test", "", Some("example.test"), Some(Malformed));
        check("ada@-x.test", "ada", Some("-x.test"), Some(Malformed));
        check("ada..b@x.test", "ada..b", Some("x.test"), Some(Malformed));
        let long = format!("{}.test", "x".repeat(64));
        check(&format!("ada@{long}"), "ada", Some(&long), Some(Malformed));
    }
}
