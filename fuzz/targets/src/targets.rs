//! What people and pages write where a target belongs, as the proxy reads it: hosts, targets, origins, addresses. Nothing is dialled.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use proxy::{AllowedTarget, Host, OpenInternet, Origin, Policy, Reach, Refusal, Route, Verdict, classify};

/// A host, `host:port`, an origin, and the first octets as an address: what is read is read again the same, and no spelling
/// opens what is closed.
pub fn policy(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    host(&text);
    if let Ok(target) = text.parse::<AllowedTarget>() {
        assert_eq!(target.to_string().parse::<AllowedTarget>().as_ref(), Ok(&target));
        assert!(target.port > 0);
    }
    if let Ok(origin) = text.parse::<Origin>() {
        assert_eq!(origin.header().parse::<Origin>(), Ok(origin));
    }
    if let Some((octets, rest)) = data.split_first_chunk::<16>() {
        let port = rest.first_chunk::<2>().map_or(110, |port| u16::from_be_bytes(*port));
        address(Ipv6Addr::from(*octets).into(), port);
    }
    if let Some((octets, rest)) = data.split_first_chunk::<4>() {
        let port = rest.first_chunk::<2>().map_or(110, |port| u16::from_be_bytes(*port));
        spellings(Ipv4Addr::from(*octets), port);
    }
}

fn host(text: &str) {
    let closed = policy_of(None);
    let open = policy_of(Some(OpenInternet::default()));
    let Ok(host) = Host::parse(text) else {
        for policy in [&closed, &open] {
            assert!(
                matches!(policy.decide(text, 110), Err(Refusal::BadHost(_))),
                "{text:?} is no host, yet is decided"
            );
        }
        return;
    };
    let again = host.to_string();
    assert_eq!(Host::parse(&again).as_ref(), Ok(&host), "{text:?} reads as {again:?}");
    assert!(again.is_ascii(), "{again:?} is asked of a name server");
    // By default nothing is reached but the practice server.
    assert!(matches!(closed.decide(text, 110), Err(_) | Ok(Route::Practice(_))));
    if let (Host::Address(ip), Ok(Route::Open(_))) = (&host, open.decide(text, 110)) {
        assert_eq!(classify(*ip, 110), Verdict::Open, "{text:?} is opened");
    }
}

/// What classifies as closed is not reached on the open internet, neither by the text nor past the look-up.
fn address(ip: IpAddr, port: u16) {
    let policy = policy_of(Some(OpenInternet::default()));
    let vetted = policy.vet(&Route::Open(Host::Address(ip)), SocketAddr::new(ip, port));
    match classify(ip, port) {
        Verdict::Closed(block) => {
            assert!(vetted.is_err(), "{ip} is closed, yet dialled");
            assert!(block.reach != Reach::Global);
            assert!(!matches!(policy.decide(&ip.to_string(), port), Ok(Route::Open(_))), "{ip} is closed, yet opened");
        }
        Verdict::Open | Verdict::OtherPort => assert!(vetted.is_ok(), "{ip} is open, yet refused"),
    }
}

/// An IPv4 address in the clothes of IPv6 is never more open than it is itself.
fn spellings(v4: Ipv4Addr, port: u16) {
    let [a, b, c, d] = v4.octets();
    let (high, low) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
    let clothes = [
        v4.to_ipv6_mapped(),
        Ipv6Addr::new(0, 0, 0, 0, 0, 0, high, low),
        Ipv6Addr::new(0, 0, 0, 0, 0xffff, 0, high, low),
        Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
        Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, high, low),
        Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1),
        Ipv6Addr::new(0x2001, 0, 0x0808, 0x0808, 0, 0, !high, !low),
        Ipv6Addr::new(0x2600, 0, 0, 0, 0x0200, 0x5efe, high, low),
    ];
    address(v4.into(), port);
    if classify(v4.into(), port) == Verdict::Open {
        return;
    }
    for dressed in clothes {
        assert!(classify(dressed.into(), port) != Verdict::Open, "{v4} is closed, yet open as {dressed}");
        address(dressed.into(), port);
    }
}

fn policy_of(open: Option<OpenInternet>) -> Policy {
    Policy::new(vec![SocketAddr::from(([127, 0, 0, 1], 8080))], Vec::new(), Vec::new(), open)
}
