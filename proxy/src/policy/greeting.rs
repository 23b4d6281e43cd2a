//! Whether a server's first bytes can be the greeting of a mail server: four bytes are looked at, then never again.

/// What the first bytes are so far. Until they are a greeting, nothing is sent to a server of the open internet, so the
/// proxy is of no use as a tunnel to anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Greeting {
    /// The operator named this server: whatever it says.
    NotAsked,
    /// So many bytes came, and they fit so far.
    Waiting([u8; LONGEST], usize),
    /// A mail server's.
    Mail,
    /// Something else's.
    Other,
}

/// The longest beginning that is looked at.
const LONGEST: usize = 4;

impl Greeting {
    /// Nothing came yet.
    pub const NONE_YET: Self = Self::Waiting([0; LONGEST], 0);

    /// Takes the next bytes of the server.
    pub fn hear(self, bytes: &[u8]) -> Self {
        let mut greeting = self;
        for byte in bytes {
            let Self::Waiting(mut head, count) = greeting else { break };
            let Some(place) = head.get_mut(count) else { break };
            *place = *byte;
            greeting = judge(head, count + 1);
        }
        greeting
    }

    /// Whether bytes may go to the server.
    pub fn lets_speak(self) -> bool {
        match self {
            Self::NotAsked | Self::Mail => true,
            Self::Waiting(..) | Self::Other => false,
        }
    }
}

/// `+OK` and `-ERR` (RFC 1939 section 3); 220, and 4yz or 5yz from a server that is busy or closed (RFC 5321 section 3.1),
/// with what may follow a code (section 4.2).
fn judge(head: [u8; LONGEST], count: usize) -> Greeting {
    let heard = &head[..count];
    let fits = match heard {
        [b'+', rest @ ..] => b"OK".starts_with(rest),
        [b'-', rest @ ..] => b"ERR".starts_with(rest),
        [b'2', rest @ ..] if rest.len() <= 2 => b"20".starts_with(rest),
        [b'4' | b'5', rest @ ..] if rest.len() <= 2 => rest.iter().all(u8::is_ascii_digit),
        [b'2', b'2', b'0', after] | [b'4' | b'5', _, _, after] => matches!(after, b' ' | b'-' | b'\r' | b'\n'),
        _ => false,
    };
    match (fits, heard) {
        (false, _) => Greeting::Other,
        (true, b"+OK" | [_, _, _, _]) => Greeting::Mail,
        (true, _) => Greeting::Waiting(head, count),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s3_greetings() {
        #[track_caller]
        fn check(text: &[u8], expected: Greeting) {
            assert_eq!(Greeting::NONE_YET.hear(text), expected, "{text:?}");
            let bytewise = text.iter().fold(Greeting::NONE_YET, |greeting, byte| greeting.hear(&[*byte]));
            assert_eq!(bytewise, expected, "{text:?} byte by byte");
        }
        for mail in
            ["+OK\r\n", "+OK ready", "-ERR no", "220 mail", "220-mail", "220\r\n", "554 no", "421 busy", "+OKAY"]
        {
            check(mail.as_bytes(), Greeting::Mail);
        }
        for other in
            ["SSH-2.0-OpenSSH", "HTTP/1.1 400", "250 ok", "221 bye", "+PONG", "-OK", "2200", "554x", "* OK IMAP"]
        {
            check(other.as_bytes(), Greeting::Other);
        }
        check(b"\x16\x03\x01", Greeting::Other);
        check(b"\r\n220 late", Greeting::Other);
        check(b"", Greeting::NONE_YET);
        for part in ["+", "+O", "-", "-E", "-ER", "2", "22", "220", "5", "55", "554", "4"] {
            assert!(matches!(Greeting::NONE_YET.hear(part.as_bytes()), Greeting::Waiting(..)), "{part}");
        }
        assert_eq!(Greeting::NotAsked.hear(b"SSH-2.0"), Greeting::NotAsked);
    }
}
