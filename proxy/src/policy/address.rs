//! What an address is, whatever clothes it wears: pure. Which targets are allowed is not here.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::registry::{Block, Reach, row};

/// The ports of a mail server that anybody may reach on the open internet: POP3, POP3S, submission with TLS, submission.
pub const OPEN_PORTS: [u16; 4] = [110, 995, 465, 587];

/// The port between mail servers: reached only by a name the operator allowed.
pub const RELAY_PORT: u16 = 25;

/// What an address and a port are to somebody whom the operator has told nothing about them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A public address at a port of mail programs.
    Open,
    /// A public address at another port.
    OtherPort,
    /// Not on the public internet; the row says why.
    Closed(&'static Block),
}

/// Judges an address and a port by the special-purpose registries (RFC 6890).
pub fn classify(ip: IpAddr, port: u16) -> Verdict {
    let block = block(ip);
    match (block.reach, OPEN_PORTS.contains(&port)) {
        (Reach::Global, true) => Verdict::Open,
        (Reach::Global, false) => Verdict::OtherPort,
        (Reach::Private | Reach::Special | Reach::Never, _) => Verdict::Closed(block),
    }
}

/// The row that rules an address: its own, or a stricter one of an IPv4 address inside it.
pub fn block(ip: IpAddr) -> &'static Block {
    let same = same_host(ip);
    let mut ruling = row(same);
    for inner in inner(same) {
        let inside = row(inner.into());
        if inside.reach >= ruling.reach {
            ruling = inside;
        }
    }
    ruling
}

/// An address that is only another spelling of an IPv4 address as that one: mapped (RFC 4291 section 2.5.5.2) and
/// NAT64 with the well-known prefix (RFC 6052 section 2.1).
pub fn same_host(ip: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = ip else { return ip };
    match v6.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => joined(high, low).into(),
        _ => ip,
    }
}

/// Whether an address, or one inside it, leads back to this machine.
pub fn is_here(ip: IpAddr) -> bool {
    let same = same_host(ip);
    let here = |ip: IpAddr| ip.is_loopback() || ip.is_unspecified();
    here(same) || inner(same).into_iter().any(|v4| here(v4.into()))
}

/// The IPv4 addresses inside a compatible, translated, NAT64, 6to4, Teredo or ISATAP address: whoever routes it may
/// reach them.
pub fn inner(ip: IpAddr) -> Vec<Ipv4Addr> {
    let IpAddr::V6(v6) = ip else { return Vec::new() };
    match v6.segments() {
        // :: and ::1 are themselves.
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => Vec::new(),
        // ::a.b.c.d, RFC 4291 section 2.5.5.1; ::ffff:a.b.c.d, section 2.5.5.2; ::ffff:0:a.b.c.d, RFC 2765 section 2.1;
        // RFC 6052 section 2.1
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => vec![joined(high, low)],
        // RFC 8215: any length of RFC 6052 section 2.2 may be used inside.
        [0x64, 0xff9b, 1, ..] => translated(v6),
        // RFC 3056 section 2
        [0x2002, high, low, ..] => vec![joined(high, low)],
        // RFC 4380 section 4: the server, then the client's address inverted
        [0x2001, 0, high, low, _, _, client_high, client_low] => {
            vec![joined(high, low), joined(!client_high, !client_low)]
        }
        // RFC 5214 section 6.1
        [_, _, _, _, 0 | 0x0200, 0x5efe, high, low] => vec![joined(high, low)],
        _ => Vec::new(),
    }
}

fn joined(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from((u32::from(high) << 16) | u32::from(low))
}

/// Where prefixes of 48, 56, 64 and 96 bits leave the IPv4 address; the ninth octet is skipped (RFC 6052 section 2.2).
fn translated(ip: Ipv6Addr) -> Vec<Ipv4Addr> {
    let o = ip.octets();
    let places = [[6, 7, 9, 10], [7, 9, 10, 11], [9, 10, 11, 12], [12, 13, 14, 15]];
    places.map(|[a, b, c, d]| Ipv4Addr::new(o[a], o[b], o[c], o[d])).to_vec()
}
