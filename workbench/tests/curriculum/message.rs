//! Part C: what a message is made of.

use workbench::mailproto::{
    base64::{quads, sextets},
    message::{Anatomy, encoding::Encoding, fields, flaw::FlawKind, header::Group, media::MediaKind, mime::Entity},
};

/// A message with these header lines, a MIME version, and this body.
fn read(header: &str, body: &str) -> (Anatomy, Vec<u8>) {
    let text =
        format!("From: a@b.test\nDate: Sat, 21 Nov 2026 01:00:00 +0000\nMessage-ID: <1@b.test>\n{header}\n{body}");
    let octets = text.replace('\n', "\r\n").into_bytes();
    (Anatomy::of(&octets, true), octets)
}

fn flaws(message: &Anatomy) -> Vec<FlawKind> {
    message.flaws.iter().map(|flaw| flaw.kind).collect()
}

pub fn c1() {
    for (group, names) in [
        (Group::OriginationDate, "Date"),
        (Group::Originator, "From Sender Reply-To"),
        (Group::Destination, "To Cc Bcc"),
        (Group::Identification, "Message-ID In-Reply-To References"),
        (Group::Informational, "Subject Comments Keywords"),
        (Group::Resent, "Resent-Date Resent-From Resent-Sender Resent-To Resent-Cc Resent-Bcc Resent-Message-ID"),
        (Group::Trace, "Received Return-Path"),
    ] {
        for name in names.split(' ') {
            assert_eq!(fields::known(name.as_bytes()).map(|known| known.group), Some(group), "{name}");
        }
    }
    let (message, octets) = read("X-Mine: yes\n", "Hello\n");
    assert_eq!(message.root.field(&octets, "X-Mine").map(|field| field.group), Some(Group::Optional));
    assert_eq!(flaws(&message), [], "Date and From are enough");
    let nothing = Anatomy::of(b"Subject: x\r\n\r\nHello\r\n", true);
    assert!(flaws(&nothing).contains(&FlawKind::NoDate) && flaws(&nothing).contains(&FlawKind::NoFrom));
    let several = Anatomy::of(b"From: a@b.test, c@d.test\r\nDate: Sat, 21 Nov 2026 01:00:00 +0000\r\n\r\n", true);
    assert!(flaws(&several).contains(&FlawKind::NoSender));
}

pub fn c2() {
    let (message, octets) = read("Subject: =?UTF-8?Q?caf=C3=A9?=\n =?UTF-8?B?4piV?=\n", "x\n");
    let subject = message.root.field(&octets, "Subject").unwrap();
    assert_eq!(subject.lines.len(), 2, "folded");
    assert_eq!(subject.unfolded, "=?UTF-8?Q?caf=C3=A9?= =?UTF-8?B?4piV?=");
    assert_eq!(subject.decoded.as_deref(), Some("caf\u{e9}\u{2615}"), "the space between two encoded-words is no text");
    assert!(flaws(&read(&format!("Subject: {}\n", "x".repeat(80)), "").0).contains(&FlawKind::LongerThan78));
    assert!(flaws(&read(&format!("Subject: {}\n", "x".repeat(998)), "").0).contains(&FlawKind::LongLine));
}

pub fn c3() {
    for (media, kind) in [
        ("text/plain", MediaKind::Text),
        ("multipart/mixed; boundary=b", MediaKind::Multipart),
        ("multipart/parallel; boundary=b", MediaKind::Multipart),
        ("multipart/digest; boundary=b", MediaKind::Multipart),
        ("multipart/alternative; boundary=b", MediaKind::Multipart),
        ("message/rfc822", MediaKind::Message),
        ("message/partial; id=x; number=1", MediaKind::Message),
        ("message/external-body; access-type=URL", MediaKind::Message),
        ("image/png", MediaKind::Image),
        ("video/mp4", MediaKind::Video),
        ("audio/ogg", MediaKind::Audio),
        ("application/octet-stream", MediaKind::Application),
    ] {
        let (message, _) = read(&format!("MIME-Version: 1.0\nContent-Type: {media}\n"), "--b\n\nx\n--b--\n");
        let name = format!("{}/{}", message.root.media, message.root.subtype);
        assert_eq!((message.root.kind, name.as_str()), (kind, media.split(';').next().unwrap()));
    }
    for (name, body, plain) in [
        ("7bit", "abc", "abc"),
        ("8bit", "abc", "abc"),
        ("binary", "abc", "abc"),
        ("base64", "YWJj", "abc"),
        ("quoted-printable", "a=62c=\r\nd", "abcd"),
    ] {
        assert_eq!(Encoding::named(name).decode(body.as_bytes()), plain.as_bytes(), "{name}");
    }
    let parts = "--b\nContent-Type: text/plain\n\nhello\n--b\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\nYWJj\n--b--\n";
    let (message, octets) = read("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n", parts);
    let tree: Vec<_> = message.root.walk().into_iter().map(|part: &Entity| (part.kind, part.parts.len())).collect();
    assert_eq!(tree, [(MediaKind::Multipart, 2), (MediaKind::Text, 0), (MediaKind::Image, 0)]);
    let image = &message.root.parts[1];
    assert_eq!((image.encoded, image.decoded, image.decode(&octets)), (4, 3, b"abc".to_vec()));
    assert_eq!(flaws(&message), []);
    let (cut, _) = read("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n", "--b\n\nhello\n");
    assert!(flaws(&cut).contains(&FlawKind::NoLastBoundary));
}

pub fn c4() {
    // RFC 4648's alphabet: 0 is A, 26 is a, 52 is 0, 62 is +, 63 is /.
    let quad = sextets(b"Man").unwrap();
    assert_eq!((quad.sixes, quad.letters), ([Some(19), Some(22), Some(5), Some(46)], *b"TWFu"));
    let bits = quad.sixes.iter().fold(0_u32, |bits, six| bits << 6 | u32::from(six.unwrap()));
    assert_eq!(bits.to_be_bytes()[1..], *b"Man", "24 bits either way");
    assert_eq!(sextets(b"Ma").unwrap().letters, *b"TWE=");
    assert_eq!(sextets(b"M").unwrap().letters, *b"TQ==");
    assert!(sextets(b"").is_none() && sextets(b"Many").is_none());
    let groups: Vec<_> = quads(b"TWFu\r\nTQ==", 0).map(|(_, quad)| quad.letters).collect();
    assert_eq!(groups, [*b"TWFu", *b"TQ=="]);
    let (message, _) = read("", "begin 644 cat.txt\n#0V%T\n`\nend\n");
    assert!(flaws(&message).contains(&FlawKind::Uuencoded), "uuencode is told as history");
}
