//! What a ServerHello says, for handshakes that were never finished. Nothing is verified here; rustls did or refused that.

use tokio_rustls::rustls::{CipherSuite, NamedGroup, ProtocolVersion};

/// What the server chose (RFC 8446 section 4.1.3, RFC 5246 section 7.4.1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerHello {
    /// The version, from its extension where there is one.
    pub version: ProtocolVersion,
    /// The cipher suite.
    pub cipher: CipherSuite,
    /// The key exchange group of TLS 1.3.
    pub group: Option<NamedGroup>,
}

/// The record type of handshake messages (RFC 8446 section 5.1).
const HANDSHAKE: u8 = 22;
/// The handshake message (RFC 8446 section 4).
const SERVER_HELLO: u8 = 2;
/// Extensions (RFC 8446 section 4.2).
const SUPPORTED_VERSIONS: u16 = 43;
const KEY_SHARE: u16 = 51;

/// Reads the ServerHello at the head of what a server sent, if it is one and whole.
pub fn server_hello(octets: &[u8]) -> Option<ServerHello> {
    let mut record = Octets(octets);
    if record.byte()? != HANDSHAKE {
        return None;
    }
    record.take(2)?;
    let length = usize::from(record.pair()?);
    let mut message = Octets(record.take(length)?);
    if message.byte()? != SERVER_HELLO {
        return None;
    }
    message.take(3)?;
    let mut version = ProtocolVersion::from(message.pair()?);
    message.take(32)?;
    let session = usize::from(message.byte()?);
    message.take(session)?;
    let cipher = CipherSuite::from(message.pair()?);
    message.byte()?;
    let mut group = None;
    let mut extensions = match message.pair() {
        Some(length) => Octets(message.take(usize::from(length))?),
        // TLS 1.2 may end here.
        None => Octets(&[]),
    };
    while let Some(kind) = extensions.pair() {
        let length = usize::from(extensions.pair()?);
        let mut body = Octets(extensions.take(length)?);
        match kind {
            SUPPORTED_VERSIONS => version = ProtocolVersion::from(body.pair()?),
            KEY_SHARE => group = Some(NamedGroup::from(body.pair()?)),
            _ => {}
        }
    }
    Some(ServerHello { version, cipher, group })
}

/// Octets read from the front.
struct Octets<'a>(&'a [u8]);

impl<'a> Octets<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|one| one[0])
    }

    fn pair(&mut self) -> Option<u16> {
        self.take(2).map(|two| u16::from_be_bytes([two[0], two[1]]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A ServerHello of TLS 1.3 as RFC 8448 section 3 prints it.
    const HELLO: &str = "16 03 03 00 5a 02 00 00 56 03 03 a6 af 06 a4 12 18 60 dc 5e 6e 60 24 9c d3 4c 95 93 0c 8a c5 cb 14 \
        34 da c1 55 77 2e d3 e2 69 28 00 13 01 00 00 2e 00 33 00 24 00 1d 00 20 c9 82 88 76 11 20 95 fe 66 76 2b db f7 c6 72 \
        e1 56 d6 cc 25 3b 83 3d f1 dd 69 b1 b0 4e 75 1f 0f 00 2b 00 02 03 04";

    fn octets(hex: &str) -> Vec<u8> {
        hex.split_ascii_whitespace().filter_map(|two| u8::from_str_radix(two, 16).ok()).collect()
    }

    #[test]
    fn a_hello_is_read_and_any_part_of_it_is_not() {
        let whole = octets(HELLO);
        let expected = ServerHello {
            version: ProtocolVersion::TLSv1_3,
            cipher: CipherSuite::TLS13_AES_128_GCM_SHA256,
            group: Some(NamedGroup::X25519),
        };
        assert_eq!(server_hello(&whole), Some(expected));
        assert_eq!(
            server_hello(&[&whole[..], b"\x17\x03\x03"].concat()),
            Some(expected),
            "what follows does not matter"
        );
        for end in 0..whole.len() {
            assert_eq!(server_hello(&whole[..end]), None, "{end}");
        }
        assert_eq!(server_hello(b"+OK POP3 server ready\r\n"), None);
    }
}
