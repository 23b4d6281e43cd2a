//! S1: what `classify` says of addresses, one line a case, and of every spelling of a denied one.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use proxy::{Reach, Verdict, classify};

/// `open` for a public address; else how far it may be dialled and who says so.
fn told(ip: IpAddr) -> String {
    match classify(ip, 995) {
        Verdict::Open => "open".to_owned(),
        Verdict::OtherPort => "other port".to_owned(),
        Verdict::Closed(block) => format!("{:?} {}", block.reach, block.source),
    }
}

/// Address and verdict, at port 995.
const TABLE: &[(&str, &str)] = &[
    // Public.
    ("1.1.1.1", "open"),
    ("8.8.8.8", "open"),
    ("9.255.255.255", "open"),
    ("11.0.0.0", "open"),
    ("100.63.255.255", "open"),
    ("100.128.0.0", "open"),
    ("126.255.255.255", "open"),
    ("128.0.0.0", "open"),
    ("168.63.129.15", "open"),
    ("168.63.129.17", "open"),
    ("169.253.255.255", "open"),
    ("169.255.0.0", "open"),
    ("172.15.255.255", "open"),
    ("172.32.0.0", "open"),
    ("191.255.255.255", "open"),
    ("192.0.1.0", "open"),
    ("192.0.3.0", "open"),
    ("192.31.196.1", "open"),
    ("192.52.193.1", "open"),
    ("192.88.98.255", "open"),
    ("192.88.100.0", "open"),
    ("192.167.255.255", "open"),
    ("192.169.0.0", "open"),
    ("192.175.48.1", "open"),
    ("198.17.255.255", "open"),
    ("198.20.0.0", "open"),
    ("198.51.99.255", "open"),
    ("198.51.101.0", "open"),
    ("203.0.112.255", "open"),
    ("203.0.114.0", "open"),
    ("223.255.255.255", "open"),
    // This machine and this network.
    ("0.0.0.0", "Special RFC 791"),
    ("0.0.0.1", "Special RFC 791"),
    ("0.255.255.255", "Special RFC 791"),
    ("127.0.0.0", "Special RFC 1122"),
    ("127.0.0.1", "Special RFC 1122"),
    ("127.1.2.3", "Special RFC 1122"),
    ("127.255.255.255", "Special RFC 1122"),
    // Networks of one's own.
    ("10.0.0.0", "Private RFC 1918"),
    ("10.255.255.255", "Private RFC 1918"),
    ("172.16.0.0", "Private RFC 1918"),
    ("172.31.255.255", "Private RFC 1918"),
    ("192.168.0.1", "Private RFC 1918"),
    ("192.168.255.255", "Private RFC 1918"),
    ("100.64.0.0", "Private RFC 6598"),
    ("100.127.255.255", "Private RFC 6598"),
    ("100.100.100.199", "Private RFC 6598"),
    // Link-local, and where clouds keep secrets.
    ("169.254.0.0", "Never RFC 3927"),
    ("169.254.169.254", "Never RFC 3927"),
    ("169.254.170.2", "Never RFC 3927"),
    ("169.254.255.255", "Never RFC 3927"),
    ("168.63.129.16", "Never Azure"),
    ("100.100.100.200", "Never Alibaba Cloud"),
    ("192.0.0.192", "Never Oracle Cloud"),
    // Protocol assignments.
    ("192.0.0.0", "Special RFC 7335"),
    ("192.0.0.7", "Special RFC 7335"),
    ("192.0.0.8", "Special RFC 7600"),
    ("192.0.0.9", "Special RFC 7723"),
    ("192.0.0.10", "Special RFC 8155"),
    ("192.0.0.11", "Special RFC 6890"),
    ("192.0.0.170", "Special RFC 7050"),
    ("192.0.0.171", "Special RFC 7050"),
    ("192.0.0.172", "Special RFC 6890"),
    ("192.0.0.255", "Special RFC 6890"),
    ("192.88.99.1", "Special RFC 7526"),
    // Examples and benchmarks.
    ("192.0.2.0", "Special RFC 5737"),
    ("192.0.2.255", "Special RFC 5737"),
    ("198.51.100.7", "Special RFC 5737"),
    ("203.0.113.7", "Special RFC 5737"),
    ("198.18.0.0", "Special RFC 2544"),
    ("198.19.255.255", "Special RFC 2544"),
    // Not for one host.
    ("224.0.0.1", "Special RFC 5771"),
    ("239.255.255.255", "Special RFC 5771"),
    ("240.0.0.0", "Special RFC 1112"),
    ("255.255.255.254", "Special RFC 1112"),
    ("255.255.255.255", "Special RFC 919"),
    // IPv6, public.
    ("2000::1", "open"),
    ("2001:200::1", "open"),
    ("2001:4860:4860::8888", "open"),
    ("2606:4700::1111", "open"),
    ("2620:4f:8000::1", "open"),
    ("2a00:1450:4001::1", "open"),
    ("2001:3::1", "open"),
    ("2001:4:112::1", "open"),
    ("3ffe:ffff::1", "open"),
    ("3fff:1000::1", "open"),
    // IPv6, not public.
    ("::", "Special RFC 4291"),
    ("::1", "Special RFC 4291"),
    ("::2", "Special RFC 791"),
    ("1::", "Special RFC 4291"),
    ("100::1", "Special RFC 6666"),
    ("100:0:0:1::1", "Special RFC 9780"),
    ("100:0:0:2::1", "Special RFC 4291"),
    ("1fff:ffff::1", "Special RFC 4291"),
    ("2001:1::1", "Special RFC 7723"),
    ("2001:1::2", "Special RFC 8155"),
    ("2001:1::3", "Special RFC 9665"),
    ("2001:1::4", "Special RFC 2928"),
    ("2001:2::1", "Special RFC 5180"),
    ("2001:5::1", "Special RFC 2928"),
    ("2001:10::1", "Special RFC 4843"),
    ("2001:20::1", "Special RFC 7343"),
    ("2001:30::1", "Special RFC 9374"),
    ("2001:1ff:ffff::1", "Special RFC 2928"),
    ("2001:db8::1", "Special RFC 3849"),
    ("3fff:fff::1", "Special RFC 9637"),
    ("4000::1", "Special RFC 4291"),
    ("5f00::1", "Special RFC 9602"),
    ("fbff::1", "Special RFC 4291"),
    ("fc00::1", "Private RFC 4193"),
    ("fd12:3456:789a::1", "Private RFC 4193"),
    ("fd00:ec2::254", "Never AWS"),
    ("fd00:ec2::23", "Never AWS"),
    ("fd00:ec3::254", "Private RFC 4193"),
    ("fd20:ce::254", "Never Google Cloud"),
    ("fd00:42::42", "Never Scaleway"),
    ("fe00::1", "Special RFC 4291"),
    ("fe80::1", "Never RFC 4291"),
    ("fe80::a9fe:a9fe", "Never RFC 4291"),
    ("febf:ffff::1", "Never RFC 4291"),
    ("fec0::1", "Special RFC 3879"),
    ("ff02::1", "Special RFC 4291"),
    ("ffff::", "Special RFC 4291"),
    // IPv4 in the clothes of IPv6.
    ("::ffff:8.8.8.8", "open"),
    ("::ffff:127.0.0.1", "Special RFC 1122"),
    ("::ffff:10.0.0.1", "Private RFC 1918"),
    ("::ffff:169.254.169.254", "Never RFC 3927"),
    ("::ffff:0.0.0.0", "Special RFC 791"),
    ("::8.8.8.8", "Special RFC 4291"),
    ("::127.0.0.1", "Special RFC 1122"),
    ("::169.254.169.254", "Never RFC 3927"),
    ("::ffff:0:169.254.169.254", "Never RFC 3927"),
    ("::ffff:0:8.8.8.8", "Special RFC 4291"),
    ("64:ff9b::8.8.8.8", "open"),
    ("64:ff9b::10.1.2.3", "Private RFC 1918"),
    ("64:ff9b::169.254.169.254", "Never RFC 3927"),
    ("64:ff9b::1:8.8.8.8", "Special RFC 4291"),
    ("64:ff9b:1::8.8.8.8", "Special RFC 791"),
    ("64:ff9b:1::169.254.169.254", "Never RFC 3927"),
    ("64:ff9b:1:a9fe:a9:fe00::", "Never RFC 3927"),
    ("64:ff9b:1:fea9:fe:a9fe::", "Never RFC 3927"),
    ("64:ff9b:1:808:8:800::", "Special RFC 791"),
    ("64:ff9b:2::8.8.8.8", "Special RFC 4291"),
    ("2002:808:808::1", "Special RFC 3056"),
    ("2002:7f00:1::1", "Special RFC 1122"),
    ("2002:a9fe:a9fe::1", "Never RFC 3927"),
    ("2002:a83f:8110::", "Never Azure"),
    ("2001:0:808:808:0:0:f7f7:f7f7", "Special RFC 4380"),
    ("2001:0:808:808:0:0:5601:5601", "Never RFC 3927"),
    ("2001:0:a9fe:a9fe:0:0:f7f7:f7f7", "Never RFC 3927"),
    ("2a00:1450::5efe:8.8.8.8", "open"),
    ("2a00:1450::5efe:10.0.0.1", "Private RFC 1918"),
    ("2a00:1450::200:5efe:169.254.169.254", "Never RFC 3927"),
    ("fe80::5efe:8.8.8.8", "Never RFC 4291"),
];

#[test]
fn s1_the_table() {
    for (text, expected) in TABLE {
        assert_eq!(told(text.parse().unwrap()), *expected, "{text}");
    }
    assert!(TABLE.len() >= 120, "{}", TABLE.len());
}

#[test]
fn s1_ports() {
    #[track_caller]
    fn check(text: &str, port: u16, expected: Verdict) {
        assert_eq!(classify(text.parse().unwrap(), port), expected, "{text} {port}");
    }
    for port in [110, 995, 465, 587] {
        check("8.8.8.8", port, Verdict::Open);
        check("2606:4700::1111", port, Verdict::Open);
    }
    for port in [0, 22, 25, 53, 80, 111, 143, 443, 993, 1110, 2525, 65535] {
        check("8.8.8.8", port, Verdict::OtherPort);
    }
    for port in [0, 25, 80, 110, 995] {
        assert!(matches!(classify("127.0.0.1".parse().unwrap(), port), Verdict::Closed(_)));
    }
}

/// Every way in which an IPv6 address can hold this IPv4 address.
fn spellings(v4: Ipv4Addr) -> Vec<Ipv6Addr> {
    let [a, b, c, d] = v4.octets().map(u128::from);
    let number = u128::from(u32::from(v4));
    let place = |text: &str| u128::from(text.parse::<Ipv6Addr>().unwrap());
    let nat64 = place("64:ff9b:1::");
    let all = [
        place("::ffff:0:0") | number,
        number,
        place("::ffff:0:0:0") | number,
        place("64:ff9b::") | number,
        nat64 | number,
        nat64 | a << 72 | b << 64 | c << 48 | d << 40,
        nat64 | a << 64 | b << 48 | c << 40 | d << 32,
        nat64 | a << 48 | b << 40 | c << 32 | d << 24,
        place("2002::") | number << 80,
        place("2002::beef") | number << 80,
        place("2001:0:808:808::") | (!number & 0xffff_ffff),
        place("2001:0::f7f7:f7f7") | number << 64,
        place("2a00:1450::5efe:0:0") | number,
        place("2a00:1450::200:5efe:0:0") | number,
    ];
    all.map(Ipv6Addr::from).to_vec()
}

fn reach(ip: IpAddr) -> Reach {
    match classify(ip, 995) {
        Verdict::Open | Verdict::OtherPort => Reach::Global,
        Verdict::Closed(block) => block.reach,
    }
}

#[test]
fn s1_a_denied_ipv4_stays_denied_in_any_clothes() {
    let check = |v4: Ipv4Addr| {
        // `::` and `::1` are themselves.
        if u32::from(v4) > 1 && reach(v4.into()) != Reach::Global {
            for v6 in spellings(v4) {
                assert!(reach(v6.into()) >= reach(v4.into()), "{v4} in {v6}");
            }
        }
    };
    for (text, _) in TABLE {
        if let Ok(v4) = text.parse() {
            check(v4);
        }
    }
    // The first and the last address of every 1/65536 of the internet, and a spread between.
    for high in 0..=u16::MAX {
        for low in [0, 1, 0x00c0, 0x8110, 0xa9fe, 0x64c8, high, u16::MAX] {
            check(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)));
        }
    }
}
