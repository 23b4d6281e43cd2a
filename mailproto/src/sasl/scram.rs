//! SCRAM's messages cut into their attributes (RFC 5802 sections 5.1 and 7). Nothing is computed here: they are only told.

use super::Step;
use crate::machine::rfc;

/// Whether a mechanism belongs to this family (RFC 5802 section 4).
pub(super) fn is_scram(name: &str) -> bool {
    name.starts_with("SCRAM-")
}

/// A message in its attributes, as letter and value.
type Attributes<'a> = Vec<(u8, &'a [u8])>;

/// The attributes; `None` when it is no list of them.
fn attributes(message: &[u8]) -> Option<Attributes<'_>> {
    message.split(|byte| *byte == b',').map(attribute).collect()
}

fn attribute(part: &[u8]) -> Option<(u8, &[u8])> {
    match part {
        [letter, b'=', value @ ..] if letter.is_ascii_alphabetic() => Some((*letter, value)),
        _ => None,
    }
}

/// The attributes of a client's message, first or final; `None` when it is neither. The first begins with the GS2 header:
/// `n,,` or `y,,` or `p=name,,`, an authorization identity perhaps before the second comma.
pub(super) fn client_message(message: &[u8]) -> Option<Attributes<'_>> {
    let has = |wanted| move |found: &Attributes<'_>| found.iter().any(|(letter, _)| *letter == wanted);
    let mut parts = message.splitn(3, |byte| *byte == b',');
    let (flag, identity, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let header = matches!(flag, b"n" | b"y") || flag.starts_with(b"p=");
    if header && (identity.is_empty() || identity.starts_with(b"a=")) {
        return attributes(rest).filter(has(b'n'));
    }
    attributes(message).filter(has(b'p'))
}

/// What each attribute of the server's message is.
pub(super) fn server_steps(message: &[u8]) -> Vec<Step> {
    attributes(message).map_or(Vec::new(), |found| steps(&found))
}

/// What each attribute of a client's message is.
pub(super) fn client_steps(message: &[u8]) -> Vec<Step> {
    client_message(message).map_or(Vec::new(), |found| steps(&found))
}

fn steps(attributes: &[(u8, &[u8])]) -> Vec<Step> {
    let step = |(letter, value): &(u8, &[u8])| {
        let key = match letter {
            b'n' => "sasl-scram-n",
            b'r' => "sasl-scram-r",
            b's' => "sasl-scram-s",
            b'i' => "sasl-scram-i",
            b'c' => "sasl-scram-c",
            b'p' => "sasl-scram-p",
            b'v' => "sasl-scram-v",
            b'e' => "sasl-scram-e",
            _ => "sasl-scram-other",
        };
        Step::new(key, Some(rfc(5802, "5.1"))).shows([&[*letter, b'='][..], value].concat())
    };
    attributes.iter().map(step).collect()
}

/// The keys of this file.
pub(super) const KEYS: &[&str] = &[
    "sasl-scram-c",
    "sasl-scram-e",
    "sasl-scram-i",
    "sasl-scram-n",
    "sasl-scram-other",
    "sasl-scram-p",
    "sasl-scram-r",
    "sasl-scram-s",
    "sasl-scram-v",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn letters(steps: &[Step]) -> String {
        steps.iter().map(|step| step.note.key.trim_start_matches("sasl-scram-")).collect::<Vec<_>>().join(" ")
    }

    /// The exchange of RFC 5802 section 5.
    #[test]
    fn attributes_are_named() {
        fn check(client: bool, message: &str, expected: &str) {
            let steps = if client { client_steps(message.as_bytes()) } else { server_steps(message.as_bytes()) };
            assert_eq!(letters(&steps), expected, "{message}");
        }
        check(true, "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL", "n r");
        check(true, "n,a=admin,n=user,r=fyko", "n r");
        check(true, "p=tls-unique,,n=user,r=fyko", "n r");
        check(false, "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096", "r s i");
        check(true, "c=biws,r=fyko+3rfc,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=", "c r p");
        check(false, "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=", "v");
        check(false, "e=invalid-proof", "e");
        check(false, "no list", "");
        check(true, "lovelace", "");
        check(true, "n,,lovelace", "");
        check(true, "r=only", "");
    }
}
