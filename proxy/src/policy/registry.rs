//! The special-purpose address registries of IANA as data, with the RFC of each row, and the fixed addresses where clouds
//! keep secrets. What follows from a row is not here.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How far an address may be dialled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// On the public internet.
    Global,
    /// A network of the operator's own: reached by a name or an address the operator allowed.
    Private,
    /// This machine, examples, benchmarks, tunnels, nothing at all: reached only by an address the operator wrote out.
    Special,
    /// Link-local, and where clouds keep secrets: never, whatever the operator wrote.
    Never,
}

/// One row: a prefix, what it is for, and who says so.
#[derive(Debug, PartialEq, Eq)]
pub struct Block {
    /// The first address of the prefix, as a number; IPv4 in the low 32 bits.
    first: u128,
    /// The length of the prefix.
    bits: u32,
    /// What the registry calls it.
    pub name: &'static str,
    /// The document that reserved it.
    pub source: &'static str,
    /// What may be done with it.
    pub reach: Reach,
}

/// The row with the longest prefix that holds an address.
pub fn row(ip: IpAddr) -> &'static Block {
    let (table, width, number) = match ip {
        IpAddr::V4(v4) => (IPV4, 32, u128::from(u32::from(v4))),
        IpAddr::V6(v6) => (IPV6, 128, u128::from(v6)),
    };
    let holds = |block: &&Block| (number ^ block.first).checked_shr(width - block.bits).unwrap_or(0) == 0;
    table.iter().filter(holds).max_by_key(|block| block.bits).unwrap_or(&UNKNOWN)
}

/// Every row that may be dialled by nobody, in order.
pub fn never() -> impl Iterator<Item = (String, &'static Block)> {
    let text = |table: &'static [Block], of: fn(u128) -> IpAddr| {
        let closed = table.iter().filter(|block| block.reach == Never);
        closed.map(move |block| (format!("{}/{}", of(block.first), block.bits), block))
    };
    let v4 = |number| IpAddr::V4(Ipv4Addr::from(u32::try_from(number).unwrap_or_default()));
    text(IPV4, v4).chain(text(IPV6, |number| IpAddr::V6(Ipv6Addr::from(number))))
}

/// Both tables begin with a row for everything, so this one is never found.
static UNKNOWN: Block = Block { first: 0, bits: 0, name: "Unknown", source: "RFC 6890", reach: Special };

const fn v4(first: [u8; 4], bits: u32, name: &'static str, source: &'static str, reach: Reach) -> Block {
    Block { first: u32::from_be_bytes(first) as u128, bits, name, source, reach }
}

const fn v6(first: [u16; 8], bits: u32, name: &'static str, source: &'static str, reach: Reach) -> Block {
    let [a, b, c, d, e, f, g, h] = first;
    let first = Ipv6Addr::new(a, b, c, d, e, f, g, h).to_bits();
    Block { first, bits, name, source, reach }
}

use Reach::{Global, Never, Private, Special};

/// IANA IPv4 Special-Purpose Address Registry, multicast (RFC 5771), and what clouds do.
static IPV4: &[Block] = &[
    v4([0, 0, 0, 0], 0, "Public", "RFC 791", Global),
    v4([0, 0, 0, 0], 8, "This network", "RFC 791", Special),
    v4([10, 0, 0, 0], 8, "Private-Use", "RFC 1918", Private),
    v4([100, 64, 0, 0], 10, "Shared Address Space", "RFC 6598", Private),
    v4([100, 100, 100, 200], 32, "Cloud metadata", "Alibaba Cloud", Never),
    v4([127, 0, 0, 0], 8, "Loopback", "RFC 1122", Special),
    v4([168, 63, 129, 16], 32, "Cloud metadata", "Azure", Never),
    v4([169, 254, 0, 0], 16, "Link Local", "RFC 3927", Never),
    v4([172, 16, 0, 0], 12, "Private-Use", "RFC 1918", Private),
    v4([192, 0, 0, 0], 24, "IETF Protocol Assignments", "RFC 6890", Special),
    v4([192, 0, 0, 0], 29, "IPv4 Service Continuity Prefix", "RFC 7335", Special),
    v4([192, 0, 0, 8], 32, "IPv4 dummy address", "RFC 7600", Special),
    v4([192, 0, 0, 9], 32, "Port Control Protocol Anycast", "RFC 7723", Special),
    v4([192, 0, 0, 10], 32, "TURN Anycast", "RFC 8155", Special),
    v4([192, 0, 0, 170], 31, "NAT64/DNS64 Discovery", "RFC 7050", Special),
    v4([192, 0, 0, 192], 32, "Cloud metadata", "Oracle Cloud", Never),
    v4([192, 0, 2, 0], 24, "Documentation (TEST-NET-1)", "RFC 5737", Special),
    v4([192, 31, 196, 0], 24, "AS112-v4", "RFC 7535", Global),
    v4([192, 52, 193, 0], 24, "AMT", "RFC 7450", Global),
    v4([192, 88, 99, 0], 24, "Deprecated (6to4 Relay Anycast)", "RFC 7526", Special),
    v4([192, 168, 0, 0], 16, "Private-Use", "RFC 1918", Private),
    v4([192, 175, 48, 0], 24, "Direct Delegation AS112 Service", "RFC 7534", Global),
    v4([198, 18, 0, 0], 15, "Benchmarking", "RFC 2544", Special),
    v4([198, 51, 100, 0], 24, "Documentation (TEST-NET-2)", "RFC 5737", Special),
    v4([203, 0, 113, 0], 24, "Documentation (TEST-NET-3)", "RFC 5737", Special),
    v4([224, 0, 0, 0], 4, "Multicast", "RFC 5771", Special),
    v4([240, 0, 0, 0], 4, "Reserved", "RFC 1112", Special),
    v4([255, 255, 255, 255], 32, "Limited Broadcast", "RFC 919", Special),
];

/// IANA IPv6 Special-Purpose Address Registry, what RFC 4291 says of the rest, and what clouds do.
static IPV6: &[Block] = &[
    v6([0, 0, 0, 0, 0, 0, 0, 0], 0, "Not global unicast", "RFC 4291", Special),
    v6([0, 0, 0, 0, 0, 0, 0, 0], 96, "IPv4-compatible Address", "RFC 4291", Special),
    v6([0, 0, 0, 0, 0, 0, 0, 0], 128, "Unspecified Address", "RFC 4291", Special),
    v6([0, 0, 0, 0, 0, 0, 0, 1], 128, "Loopback Address", "RFC 4291", Special),
    v6([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96, "IPv4-IPv6 Translation", "RFC 6052", Global),
    v6([0x64, 0xff9b, 1, 0, 0, 0, 0, 0], 48, "IPv4-IPv6 Translation", "RFC 8215", Special),
    v6([0x100, 0, 0, 0, 0, 0, 0, 0], 64, "Discard-Only Address Block", "RFC 6666", Special),
    v6([0x100, 0, 0, 1, 0, 0, 0, 0], 64, "Dummy IPv6 Prefix", "RFC 9780", Special),
    v6([0x2000, 0, 0, 0, 0, 0, 0, 0], 3, "Public", "RFC 4291", Global),
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23, "IETF Protocol Assignments", "RFC 2928", Special),
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 32, "TEREDO", "RFC 4380", Special),
    v6([0x2001, 1, 0, 0, 0, 0, 0, 1], 128, "Port Control Protocol Anycast", "RFC 7723", Special),
    v6([0x2001, 1, 0, 0, 0, 0, 0, 2], 128, "TURN Anycast", "RFC 8155", Special),
    v6([0x2001, 1, 0, 0, 0, 0, 0, 3], 128, "DNS-SD Registration Anycast", "RFC 9665", Special),
    v6([0x2001, 2, 0, 0, 0, 0, 0, 0], 48, "Benchmarking", "RFC 5180", Special),
    v6([0x2001, 3, 0, 0, 0, 0, 0, 0], 32, "AMT", "RFC 7450", Global),
    v6([0x2001, 4, 0x112, 0, 0, 0, 0, 0], 48, "AS112-v6", "RFC 7535", Global),
    v6([0x2001, 0x10, 0, 0, 0, 0, 0, 0], 28, "Deprecated (ORCHID)", "RFC 4843", Special),
    v6([0x2001, 0x20, 0, 0, 0, 0, 0, 0], 28, "ORCHIDv2", "RFC 7343", Special),
    v6([0x2001, 0x30, 0, 0, 0, 0, 0, 0], 28, "Drone Remote ID", "RFC 9374", Special),
    v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32, "Documentation", "RFC 3849", Special),
    v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16, "6to4", "RFC 3056", Special),
    v6([0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0], 48, "Direct Delegation AS112 Service", "RFC 7534", Global),
    v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20, "Documentation", "RFC 9637", Special),
    v6([0x5f00, 0, 0, 0, 0, 0, 0, 0], 16, "Segment Routing (SRv6) SIDs", "RFC 9602", Special),
    v6([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7, "Unique-Local", "RFC 4193", Private),
    v6([0xfd00, 0x42, 0, 0, 0, 0, 0, 0x42], 128, "Cloud metadata", "Scaleway", Never),
    v6([0xfd00, 0xec2, 0, 0, 0, 0, 0, 0], 32, "Cloud metadata", "AWS", Never),
    v6([0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254], 128, "Cloud metadata", "Google Cloud", Never),
    v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10, "Link-Local Unicast", "RFC 4291", Never),
    v6([0xfec0, 0, 0, 0, 0, 0, 0, 0], 10, "Deprecated (Site-Local)", "RFC 3879", Special),
    v6([0xff00, 0, 0, 0, 0, 0, 0, 0], 8, "Multicast", "RFC 4291", Special),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_prefixes() {
        for (table, width) in [(IPV4, 32), (IPV6, 128)] {
            assert_eq!((table[0].first, table[0].bits), (0, 0), "everything is held by a row");
            for block in table {
                assert!(block.bits <= width, "{block:?}");
                let host_bits = u128::MAX.checked_shr(128 - (width - block.bits)).unwrap_or(0);
                assert_eq!(block.first & host_bits, 0, "{block:?}");
                assert!(!block.name.is_empty() && !block.source.is_empty(), "{block:?}");
            }
        }
    }
}
