//! A session as a pcapng file that Wireshark opens as a TCP stream. The octets and their times are true; the IP and TCP headers
//! around them are made up here, because the page never sees the real ones.

use std::net::Ipv4Addr;

use mailproto::{secret::Verbatim, token::Side};

use crate::{
    conversation::Conversation,
    net::Micros,
    network::Crossing,
    transcript::{Incident, Kind},
};

/// The two ends, from the range for documentation (RFC 5737 section 3).
const CLIENT: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);
const SERVER: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 2);

/// The client's port in the first connection; each further one has the next (RFC 6335 section 6).
const FIRST_PORT: u16 = 49152;

/// The most octets of one made-up segment, as on Ethernet.
const SEGMENT: usize = 1460;

/// TCP's flags (RFC 9293 section 3.1).
const FIN: u8 = 1;
const SYN: u8 = 2;
const PUSH: u8 = 8;
const ACK: u8 = 16;

/// The file. Secrets in plain lines are overwritten and the keys left out unless `secrets`; `comment` says what is made up.
pub fn pcapng(conversation: &Conversation, secrets: bool, comment: &str) -> Vec<u8> {
    let mut file = File::default();
    file.section(comment);
    file.interface();
    if secrets && !conversation.network().keys().is_empty() {
        let lines: String = conversation.network().keys().iter().map(|line| format!("{line}\n")).collect();
        file.keys(lines.as_bytes());
    }
    let mut connection =
        Connection { port: FIRST_PORT - 1, peer: conversation.target().port, next: [0, 0], open: false };
    let mut pieces = conversation.network().pieces().iter().peekable();
    for index in 0..conversation.transcript().len() {
        while let Some(piece) = pieces.next_if(|piece| piece.after <= index) {
            connection.piece(&mut file, piece);
        }
        let Some(entry) = conversation.transcript().get(index) else { continue };
        match &entry.kind {
            Kind::Incident(Incident::Connected { .. }) => connection.open(&mut file, entry.at),
            Kind::Incident(Incident::Closed { .. }) => connection.close(&mut file, entry.at),
            Kind::Line(line) if !line.wire.encrypted => {
                let mut octets = readable(&line.wire.text, secrets);
                octets.extend_from_slice(line.wire.ending.bytes());
                connection.say(&mut file, entry.at, line.wire.side, &octets);
            }
            Kind::Line(_) | Kind::Incident(_) | Kind::Encrypted { .. } | Kind::Moved(_) | Kind::HeadersEnd(_) => {}
        }
    }
    pieces.for_each(|piece| connection.piece(&mut file, piece));
    file.octets
}

/// A line's octets, with asterisks for its secrets: as many, so that every length stays true.
fn readable(text: &Verbatim, secrets: bool) -> Vec<u8> {
    let mut octets = text.expose().to_vec();
    if !secrets {
        for span in text.hidden() {
            octets.get_mut(span.start..span.end).unwrap_or_default().fill(b'*');
        }
    }
    octets
}

/// The TCP connection that is made up.
struct Connection {
    port: u16,
    peer: u16,
    /// The next sequence number of client and server.
    next: [u32; 2],
    open: bool,
}

impl Connection {
    fn open(&mut self, file: &mut File, at: Micros) {
        self.port = self.port.checked_add(1).unwrap_or(FIRST_PORT);
        self.next = [1000, 5000];
        self.open = true;
        self.segment(file, at, Side::Client, SYN, &[]);
        self.segment(file, at, Side::Server, SYN | ACK, &[]);
        self.segment(file, at, Side::Client, ACK, &[]);
    }

    fn close(&mut self, file: &mut File, at: Micros) {
        if self.open {
            self.segment(file, at, Side::Client, FIN | ACK, &[]);
            self.segment(file, at, Side::Server, FIN | ACK, &[]);
            self.segment(file, at, Side::Client, ACK, &[]);
            self.open = false;
        }
    }

    fn piece(&mut self, file: &mut File, piece: &Crossing) {
        self.say(file, piece.at, piece.side, &piece.octets);
    }

    fn say(&mut self, file: &mut File, at: Micros, side: Side, octets: &[u8]) {
        if self.open {
            for part in octets.chunks(SEGMENT) {
                self.segment(file, at, side, PUSH | ACK, part);
            }
        }
    }

    /// One segment in one packet (RFC 9293 section 3.1, RFC 791 section 3.1).
    fn segment(&mut self, file: &mut File, at: Micros, side: Side, flags: u8, octets: &[u8]) {
        let (from, to, ports, own) = match side {
            Side::Client => (CLIENT, SERVER, [self.port, self.peer], 0),
            Side::Server => (SERVER, CLIENT, [self.peer, self.port], 1),
        };
        let heard = if flags & ACK == 0 { 0 } else { self.next[1 - own] };
        let mut tcp = Vec::with_capacity(20 + octets.len());
        tcp.extend(ports.iter().flat_map(|port| port.to_be_bytes()));
        tcp.extend(self.next[own].to_be_bytes());
        tcp.extend(heard.to_be_bytes());
        tcp.extend([5 << 4, flags, 0xff, 0xff, 0, 0, 0, 0]);
        tcp.extend_from_slice(octets);
        let length = u16::try_from(tcp.len()).unwrap_or(u16::MAX);
        let pseudo = [&from.octets()[..], &to.octets(), &[0, 6], &length.to_be_bytes(), &tcp].concat();
        tcp[16..18].copy_from_slice(&checksum(&pseudo).to_be_bytes());
        let total = length.saturating_add(20).to_be_bytes();
        let mut packet = vec![0x45, 0, total[0], total[1], 0, 0, 0x40, 0, 64, 6, 0, 0];
        packet.extend(from.octets());
        packet.extend(to.octets());
        let header = checksum(&packet).to_be_bytes();
        packet[10..12].copy_from_slice(&header);
        packet.extend(tcp);
        file.packet(at, &packet);
        let counted = octets.len() + usize::from(flags & (SYN | FIN) != 0);
        self.next[own] = self.next[own].wrapping_add(u32::try_from(counted).unwrap_or(u32::MAX));
    }
}

/// The Internet checksum (RFC 1071 section 1).
fn checksum(octets: &[u8]) -> u16 {
    let word = |pair: &[u8]| u32::from(pair[0]) << 8 | u32::from(pair.get(1).copied().unwrap_or(0));
    let mut sum: u32 = octets.chunks(2).map(word).fold(0, |sum, word| sum.wrapping_add(word));
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !u16::try_from(sum).unwrap_or(u16::MAX)
}

/// A pcapng file being written, little-endian (draft-ietf-opsawg-pcapng sections 3 and 4).
#[derive(Default)]
struct File {
    octets: Vec<u8>,
}

impl File {
    fn section(&mut self, comment: &str) {
        let mut body = Vec::new();
        body.extend(0x1a2b_3c4d_u32.to_le_bytes());
        body.extend([1, 0, 0, 0]);
        body.extend(u64::MAX.to_le_bytes());
        // opt_comment, then opt_endofopt.
        let length = u16::try_from(comment.len()).unwrap_or(0);
        body.extend([1_u16.to_le_bytes(), length.to_le_bytes()].concat());
        body.extend_from_slice(&comment.as_bytes()[..usize::from(length)]);
        pad(&mut body);
        body.extend([0; 4]);
        self.block(0x0a0d_0d0a, &body);
    }

    /// LINKTYPE_RAW: packets begin with their IP header. Times are in microseconds, the default.
    fn interface(&mut self) {
        self.block(1, &[101, 0, 0, 0, 0, 0, 0, 0]);
    }

    /// A decryption secrets block with a TLS key log.
    fn keys(&mut self, lines: &[u8]) {
        let length = u32::try_from(lines.len()).unwrap_or(u32::MAX);
        let mut body = [0x544c_534b_u32.to_le_bytes(), length.to_le_bytes()].concat();
        body.extend_from_slice(lines);
        pad(&mut body);
        self.block(10, &body);
    }

    fn packet(&mut self, at: Micros, packet: &[u8]) {
        let length = u32::try_from(packet.len()).unwrap_or(u32::MAX);
        let (high, low) = ((at.0 >> 32) as u32, at.0 as u32);
        let mut body = [0, high, low, length, length].map(u32::to_le_bytes).concat();
        body.extend_from_slice(packet);
        pad(&mut body);
        self.block(6, &body);
    }

    fn block(&mut self, kind: u32, body: &[u8]) {
        let length = u32::try_from(body.len() + 12).unwrap_or(u32::MAX).to_le_bytes();
        self.octets.extend(kind.to_le_bytes());
        self.octets.extend(length);
        self.octets.extend_from_slice(body);
        self.octets.extend(length);
    }
}

/// Fills up to a multiple of four octets.
fn pad(body: &mut Vec<u8>) {
    body.resize(body.len().next_multiple_of(4), 0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums() {
        // RFC 1071 section 3's example.
        assert_eq!(checksum(&[0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]), !0xddf2);
        assert_eq!(checksum(&[0xff]), 0x00ff);
    }
}
