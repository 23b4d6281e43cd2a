//! What somebody wrote where a host belongs: an address, a name in the form it is looked up, or neither. Nothing is looked up here.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

use super::address::same_host;

/// The longest name, without its root dot (RFC 1035 section 2.3.4 counts 255 octets with lengths and root).
const NAME: usize = 253;

/// The longest label (RFC 1035 section 2.3.4).
const LABEL: usize = 63;

/// A host in the form in which hosts are compared, looked up and checked against a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Host {
    /// An address literal; another spelling of an IPv4 address as IPv4.
    Address(IpAddr),
    /// A name in lower case and ASCII, without its root dot.
    Name(String),
}

/// Why a text is no host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadHost {
    /// Nothing, or nothing between two dots.
    Empty,
    /// A name or label longer than DNS allows.
    TooLong,
    /// A number where an address is meant: `2130706433`, `0x7f.1`, `0177.0.0.1`, `127.1`.
    Number,
    /// An address with a zone, `fe80::1%eth0`: it means something on one machine only (RFC 4007 section 11).
    Zone,
    /// A label that mixes alphabets, as look-alikes do.
    Mixed,
    /// Something that cannot stand in a name.
    Character,
}

impl Host {
    /// Reads what a person wrote.
    pub fn parse(text: &str) -> Result<Self, BadHost> {
        if text.contains('%') {
            return Err(BadHost::Zone);
        }
        if let Some(inside) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            let literal = inside.parse::<Ipv6Addr>().map_err(|_| BadHost::Character)?;
            return Ok(Self::Address(same_host(literal.into())));
        }
        let name = text.strip_suffix('.').unwrap_or(text);
        if let Ok(literal) = name.parse::<IpAddr>() {
            return Ok(Self::Address(same_host(literal)));
        }
        let labels = name.split('.').map(label).collect::<Result<Vec<_>, _>>()?;
        // A name never ends in a number: programs that read one as an address disagree about which (RFC 3986 section 7.4).
        if labels.last().is_some_and(|last| is_number(last)) {
            return Err(BadHost::Number);
        }
        let name = labels.join(".");
        match name.len() <= NAME {
            true => Ok(Self::Name(name)),
            false => Err(BadHost::TooLong),
        }
    }

    /// Whether it is the name of this machine (RFC 6761 section 6.3).
    pub fn is_localhost(&self) -> bool {
        match self {
            Self::Name(name) => name == "localhost" || name.ends_with(".localhost"),
            Self::Address(_) => false,
        }
    }
}

/// Without brackets, as a certificate or a name server is asked.
impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(ip) => ip.fmt(f),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// A label in lower case and ASCII.
fn label(text: &str) -> Result<String, BadHost> {
    let ascii = match text.is_ascii() {
        true => text.to_ascii_lowercase(),
        false => {
            if alphabets(text) > 1 {
                return Err(BadHost::Mixed);
            }
            idna::domain_to_ascii(text).map_err(|_| BadHost::Character)?
        }
    };
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    match ascii.len() {
        0 => Err(BadHost::Empty),
        length if length > LABEL => Err(BadHost::TooLong),
        _ if !ascii.bytes().all(legal) || ascii.starts_with('-') || ascii.ends_with('-') => Err(BadHost::Character),
        _ if is_hidden_mix(&ascii) => Err(BadHost::Mixed),
        _ => Ok(ascii),
    }
}

/// Digits, or 0x and hexadecimal digits: what `inet_aton` takes for a part of an address.
fn is_number(label: &str) -> bool {
    let digits = |text: &str, fits: fn(&u8) -> bool| text.bytes().all(|byte| fits(&byte));
    let hexadecimal = label.strip_prefix("0x").is_some_and(|rest| digits(rest, u8::is_ascii_hexdigit));
    hexadecimal || digits(label, u8::is_ascii_digit)
}

/// An A-label whose Unicode form mixes alphabets.
fn is_hidden_mix(ascii: &str) -> bool {
    ascii.starts_with("xn--") && alphabets(&idna::domain_to_unicode(ascii).0) > 1
}

/// How many of the alphabets with look-alike letters occur.
fn alphabets(text: &str) -> usize {
    let alphabet = |c: char| match u32::from(c) {
        0x41..=0x5a | 0x61..=0x7a | 0xc0..=0x24f | 0x1e00..=0x1eff | 0xff21..=0xff5a => Some(0),
        0x370..=0x3ff | 0x1f00..=0x1fff => Some(1),
        0x400..=0x52f | 0x1c80..=0x1c8f | 0x2de0..=0x2dff | 0xa640..=0xa69f => Some(2),
        0x530..=0x58f => Some(3),
        0x13a0..=0x13ff | 0xab70..=0xabbf => Some(4),
        _ => None,
    };
    let mut seen = [false; 5];
    for place in text.chars().filter_map(alphabet) {
        seen[place] = true;
    }
    seen.into_iter().filter(|seen| *seen).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s2_hosts() {
        #[track_caller]
        fn check(text: &str, expected: Result<&str, BadHost>) {
            assert_eq!(Host::parse(text).map(|host| host.to_string()), expected.map(str::to_owned), "{text:?}");
        }
        use BadHost::{Character, Empty, Mixed, Number, TooLong, Zone};
        check("Mail.Example.ORG", Ok("mail.example.org"));
        check("mail.example.org.", Ok("mail.example.org"));
        check("mail.example.org..", Err(Empty));
        check("a..b", Err(Empty));
        check(".", Err(Empty));
        check("", Err(Empty));
        check("_smtp.example.org", Ok("_smtp.example.org"));
        check("-mail.example.org", Err(Character));
        check("mail-.example.org", Err(Character));
        check("mail example.org", Err(Character));
        check("mail.example.org\0", Err(Character));
        check("mail.example.org\r\n", Err(Character));
        check("ada@mail.example.org", Err(Character));
        check("mail.example.org:110", Err(Character));
        check("mail.example.org/x", Err(Character));
        check(&format!("{}.org", "a".repeat(63)), Ok(&format!("{}.org", "a".repeat(63))));
        check(&format!("{}.org", "a".repeat(64)), Err(TooLong));
        check(&"a.".repeat(127), Ok(&"a.".repeat(127)[..NAME]));
        check(&"a.".repeat(128), Err(TooLong));
        check(&format!("{}a.org", "a.".repeat(127)), Err(TooLong));
        check(&"x".repeat(100_000), Err(TooLong));
        // Addresses, and numbers that some programs take for addresses.
        check("192.0.2.7", Ok("192.0.2.7"));
        check("192.0.2.7.", Ok("192.0.2.7"));
        check("::ffff:192.0.2.7", Ok("192.0.2.7"));
        check("[::ffff:c000:207]", Ok("192.0.2.7"));
        check("64:ff9b::192.0.2.7", Ok("192.0.2.7"));
        check("2001:DB8:0::7", Ok("2001:db8::7"));
        check("[192.0.2.7]", Err(Character));
        check("[::1", Err(Character));
        for text in ["2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "127.0.1", "1.2.3.4.5", "256.1.1.1"] {
            check(text, Err(Number));
        }
        for text in ["0x", "017700000001", "example.0x7f", "00.00.00.00", "192.0.2.007"] {
            check(text, Err(Number));
        }
        check("１２７.0.0.1", Err(Number));
        check("①②⑦.⓪.⓪.①", Err(Number));
        check("fe80::1%eth0", Err(Zone));
        check("[fe80::1%25eth0]", Err(Zone));
        check("fe80::1%1", Err(Zone));
        // Other alphabets.
        check("Kühe.example", Ok("xn--khe-hoa.example"));
        check("KÜHE.example", Ok("xn--khe-hoa.example"));
        check("почта.example", Ok("xn--80a1acny.example"));
        check("бüро.example", Err(Mixed));
        check("gmаil.com", Err(Mixed));
        check("xn--gmil-63d.com", Err(Mixed));
        check("mail\u{2024}example.org", Err(Character));
        check("mail\u{3002}example.org", Err(Character));
        check("mail\u{200b}.example.org", Ok("mail.example.org"));
    }
}
