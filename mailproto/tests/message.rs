//! Whole messages: those the standards print, broken ones, any octets at all, large ones, and the same as another parser finds.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use mail_parser::MimeHeaders;
use mailproto::message::{Anatomy, flaw::FlawKind, mime::Entity};
use proptest::prelude::*;

fn crlf(text: &str) -> Vec<u8> {
    text.replace('\n', "\r\n").into_bytes()
}

/// The tree as one line: `multipart/mixed(text/plain,image/png)`.
fn shape(entity: &Entity) -> String {
    let inside: Vec<_> = entity.parts.iter().map(shape).collect();
    let inside = if inside.is_empty() { String::new() } else { format!("({})", inside.join(",")) };
    format!("{}/{}{inside}", entity.media, entity.subtype)
}

/// Every octet of an entity belongs to exactly one thing in it.
fn covers(entity: &Entity) {
    let mut at = entity.span.start;
    let mut go = |start: usize, end: usize| {
        assert_eq!(start, at, "a gap or an overlap in {}", shape(entity));
        assert!(end >= start);
        at = end;
    };
    go(entity.header.start, entity.header.end);
    if let Some(border) = entity.border {
        go(border.start, border.end);
    }
    if entity.parts.is_empty() && entity.boundaries.is_empty() {
        go(entity.body.start, entity.body.end);
    } else {
        if let Some(preamble) = entity.preamble {
            go(preamble.start, preamble.end);
        }
        let mut parts = entity.parts.iter();
        for boundary in &entity.boundaries {
            go(boundary.span.start, boundary.span.end);
            if let Some(part) = parts.next().filter(|_| !boundary.last) {
                go(part.span.start, part.span.end);
            }
        }
        for part in parts {
            go(part.span.start, part.span.end);
        }
        if let Some(epilogue) = entity.epilogue {
            go(epilogue.start, epilogue.end);
        }
    }
    assert_eq!(at, entity.span.end, "octets left over in {}", shape(entity));
    entity.parts.iter().for_each(covers);
}

/// Spans lie inside, pieces stand in order.
fn sound(octets: &[u8], complete: bool) -> Anatomy {
    let message = Anatomy::of(octets, complete);
    covers(&message.root);
    for flaw in &message.flaws {
        assert!(flaw.span.start <= flaw.span.end && flaw.span.end <= octets.len(), "{flaw:?}");
        assert!(flaw.note().key.starts_with("flaw-"));
    }
    for entity in message.root.walk() {
        for field in &entity.fields {
            let mut at = field.value.start;
            for piece in &field.pieces {
                assert!(piece.span.start >= at && piece.span.end >= piece.span.start, "{field:?}");
                assert!(piece.span.end <= field.value.end, "{field:?}");
                at = piece.span.end;
                piece.note(octets);
            }
        }
    }
    message
}

fn check(text: &str, tree: &str, kinds: &[FlawKind]) {
    let octets = crlf(text);
    let message = sound(&octets, true);
    assert_eq!(shape(&message.root), tree, "{text}");
    // What is only worth a word is left out here.
    let found: Vec<_> =
        message.flaws.iter().map(|flaw| flaw.kind).filter(|kind| !matches!(kind, FlawKind::NoMessageId)).collect();
    assert_eq!(found, kinds, "{text}");
}

const HEAD: &str = "From: ada@x.test\nDate: Fri, 21 Nov 1997 09:55:06 -0600\nMIME-Version: 1.0\n";

fn headed(text: &str, tree: &str, kinds: &[FlawKind]) {
    check(&format!("{HEAD}{text}"), tree, kinds);
}

/// RFC 2049 appendix A, its bodies shortened.
const COMPLEX: &str = "MIME-Version: 1.0
From: Nathaniel Borenstein <nsb@nsb.fv.com>
To: Ned Freed <ned@innosoft.com>
Date: Fri, 07 Oct 1994 16:15:05 -0700 (PDT)
Subject: A multipart example
Content-Type: multipart/mixed;
              boundary=unique-boundary-1

This is the preamble area of a multipart message.

--unique-boundary-1

  ... Some text appears here ...
--unique-boundary-1
Content-type: text/plain; charset=US-ASCII

This could have been part of the previous part.
--unique-boundary-1
Content-Type: multipart/parallel; boundary=unique-boundary-2

--unique-boundary-2
Content-Type: audio/basic
Content-Transfer-Encoding: base64

QUJDREVG
--unique-boundary-2
Content-Type: image/jpeg
Content-Transfer-Encoding: base64

R0hJSktM
--unique-boundary-2--

--unique-boundary-1
Content-type: text/enriched

This is <bold>enriched.</bold>
--unique-boundary-1
Content-Type: message/rfc822

From: (mailbox in US-ASCII) <a@x.test>
To: (address in US-ASCII) <b@x.test>
Subject: (subject in US-ASCII)
Content-Type: Text/plain; charset=ISO-8859-1
Content-Transfer-Encoding: Quoted-printable

  ... Additional text in ISO-8859-1 goes here =E9 ...
--unique-boundary-1--
";

/// RFC 2046 section 5.1.1: a part that does not end with a line break, and one that does.
const SIMPLE: &str = "From: Nathaniel Borenstein <nsb@bellcore.com>
To: Ned Freed <ned@innosoft.com>
Date: Sun, 21 Mar 1993 23:56:48 -0800 (PST)
Subject: Sample message
MIME-Version: 1.0
Content-type: multipart/mixed; boundary=\"simple boundary\"

This is the preamble.

--simple boundary

This is implicitly typed plain US-ASCII text.
It does NOT end with a linebreak.
--simple boundary
Content-type: text/plain; charset=us-ascii

This is explicitly typed plain US-ASCII text.
It DOES end with a linebreak.

--simple boundary--

This is the epilogue.
";

/// RFC 2046 section 5.1.5, shortened.
const DIGEST: &str = "From: Moderator <m@x.test>
Date: Mon, 22 Mar 1994 13:34:51 +0000
MIME-Version: 1.0
Content-Type: multipart/digest; boundary=\"---- next message ----\"

------ next message ----

From: someone-else <s@x.test>
Date: Fri, 26 Mar 1993 11:13:32 +0200
Subject: my opinion

body 1
------ next message ----
Content-Type: text/plain

body 2
------ next message ------
";

#[test]
fn messages_of_the_standards() {
    check(
        COMPLEX,
        "multipart/mixed(text/plain,text/plain,multipart/parallel(audio/basic,image/jpeg),text/enriched,\
         message/rfc822(text/plain))",
        &[],
    );
    check(SIMPLE, "multipart/mixed(text/plain,text/plain)", &[]);
    // The day of the week is the RFC's own mistake.
    check(DIGEST, "multipart/digest(message/rfc822(text/plain),text/plain)", &[FlawKind::WrongWeekday]);
}

#[test]
fn parts_have_their_octets() {
    let octets = crlf(SIMPLE);
    let message = Anatomy::of(&octets, true);
    let text = |at: usize| String::from_utf8(message.root.parts[at].decode(&octets)).unwrap();
    assert!(text(0).ends_with("linebreak."));
    assert!(text(1).ends_with("linebreak.\r\n"));
    let octets = crlf(COMPLEX);
    let message = Anatomy::of(&octets, true);
    let audio = &message.root.parts[2].parts[0];
    assert_eq!((audio.decode(&octets), audio.encoded, audio.decoded), (b"ABCDEF".to_vec(), 8, 6));
    let nested = &message.root.parts[4].parts[0];
    assert_eq!(nested.text(&octets).unwrap(), "  ... Additional text in ISO-8859-1 goes here \u{e9} ...");
}

#[test]
fn broken_messages() {
    use FlawKind::{
        BadBoundary, BadMediaType, BoundaryGoesOn, BoundaryNotFound, CompositeEncoded, EightBitInSeven, FieldTwice,
        LongBodyLine, LongBoundary, NeedsSevenBit, NoBorder, NoBoundary, NoDate, NoFrom, NoLastBoundary, NoMimeVersion,
        NoSender, NotAField, NotInCharset, NulOctet, PartNoBorder, Uuencoded, WeakerOutside,
    };
    check("\nhello\n", "text/plain", &[NoDate, NoFrom]);
    headed("", "text/plain", &[NoBorder]);
    headed("From: ada@x.test\n\n", "text/plain", &[FieldTwice]);
    headed("hello\n\n", "text/plain", &[NotAField]);
    headed("\ncaf\u{e9}\n", "text/plain", &[EightBitInSeven]);
    headed("\na\0b\n", "text/plain", &[NulOctet]);
    headed(&format!("\n{}\n", "a".repeat(999)), "text/plain", &[LongBodyLine]);
    headed("\nbegin 644 cat.txt\n#0V%T\n`\nend\n", "text/plain", &[Uuencoded]);
    headed("Content-Type: text\n\n", "text/plain", &[BadMediaType]);
    headed("Content-Transfer-Encoding: 8bit\n\ncaf\u{e9}\n", "text/plain", &[NotInCharset]);
    headed("Content-Type: multipart/mixed\n\n", "multipart/mixed", &[NoBoundary]);
    headed("Content-Type: multipart/mixed; boundary=b\n\nno\n", "multipart/mixed", &[BoundaryNotFound]);
    headed("Content-Type: multipart/mixed; boundary=b\n\n--b\n\na\n", "multipart/mixed(text/plain)", &[NoLastBoundary]);
    headed(
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nhello\n--b--\n",
        "multipart/mixed(text/plain)",
        &[PartNoBorder],
    );
    headed(
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n--bc\n--b--\n",
        "multipart/mixed(text/plain)",
        &[BoundaryGoesOn],
    );
    headed(
        "Content-Type: multipart/mixed; boundary=\"a&\"\n\n--a&\n\n--a&--\n",
        "multipart/mixed(text/plain)",
        &[BadBoundary],
    );
    let long = "b".repeat(71);
    let text = format!("Content-Type: multipart/mixed;\n boundary={long}\n\n--{long}\n\n--{long}--\n");
    headed(&text, "multipart/mixed(text/plain)", &[LongBoundary, FlawKind::LongerThan78]);
    headed(
        "Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64\n\n--b\n\n--b--\n",
        "multipart/mixed(text/plain)",
        &[CompositeEncoded],
    );
    headed(
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Transfer-Encoding: 8bit\n\n--b--\n",
        "multipart/mixed(text/plain)",
        &[WeakerOutside],
    );
    headed("Content-Type: message/partial\nContent-Transfer-Encoding: 8bit\n\n", "message/partial", &[NeedsSevenBit]);
    headed(
        "Content-Type: message/external-body\n\nContent-Type: image/gif\nContent-Transfer-Encoding: binary\n\n",
        "message/external-body(image/gif)",
        &[],
    );
    check(
        "From: a@x.test, b@x.test\nDate: 1 Jan 2000 00:00 +0000\nContent-Type: text/html\n\n",
        "text/html",
        &[NoSender, NoMimeVersion],
    );
    check(
        "Resent-To: a@x.test\nResent-From: b@x.test, c@x.test\nFrom: a@x.test\nDate: 1 Jan 2000 00:00 +0000\nReceived: \
         from a by b; 1 Jan 2000 00:00 +0000\n\n",
        "text/plain",
        &[FlawKind::NoResentDate, FlawKind::NoResentSender, FlawKind::TraceBelow],
    );
}

#[test]
fn a_half_typed_message_is_not_blamed_for_its_missing_end() {
    let octets = crlf(COMPLEX);
    for end in 0..octets.len() {
        let message = sound(&octets[..end], false);
        let kinds: Vec<_> = message.flaws.iter().map(|flaw| flaw.kind).collect();
        let blame = [FlawKind::NoLastBoundary, FlawKind::BoundaryNotFound, FlawKind::Base64Cut, FlawKind::NoBorder];
        assert!(!blame.iter().any(|kind| kinds.contains(kind)), "{end}: {kinds:?}");
        if message.root.border.is_none() {
            assert!(!kinds.contains(&FlawKind::NoFrom) && !kinds.contains(&FlawKind::NoDate), "{end}");
        }
    }
}

#[test]
fn hops_stand_in_the_order_of_travel() {
    let octets = crlf(
        "Received: from b.test by c.test with ESMTPS; Fri, 21 Nov 1997 16:00:00 +0000\nReceived: from a.test by b.test \
         with ESMTPSA; Fri, 21 Nov 1997 16:00:10 +0000\nFrom: ada@x.test\nDate: Fri, 21 Nov 1997 09:59:00 -0600\n\n",
    );
    let message = sound(&octets, true);
    let hops: Vec<_> =
        message.hops.iter().map(|hop| (hop.by.as_ref().unwrap().value.as_str(), hop.field, hop.delay)).collect();
    assert_eq!(hops, [("b.test", 1, Some(70)), ("c.test", 0, Some(-10))]);
    assert!(message.flaws.iter().any(|flaw| flaw.kind == FlawKind::ClockBack && flaw.detail == "10"));
}

#[test]
fn depth_and_number_are_bounded() {
    let mut text = HEAD.to_owned();
    for depth in 0..60 {
        text.push_str(&format!("Content-Type: multipart/mixed; boundary=b{depth}-\n\n--b{depth}-\n"));
    }
    let message = sound(&crlf(&text), true);
    assert!(message.flaws.iter().any(|flaw| flaw.kind == FlawKind::TooDeep));
    let many = format!("{HEAD}Content-Type: multipart/mixed; boundary=b\n\n{}--b--\n", "--b\n\n\n".repeat(3_000));
    let message = sound(&crlf(&many), true);
    assert_eq!(message.root.parts.len(), 1_000);
    assert!(message.flaws.iter().any(|flaw| flaw.kind == FlawKind::TooManyParts));
}

/// Megabytes of what costs most a byte, and ten of base64: this test would take minutes if time were not linear.
#[test]
fn megabytes_are_no_trouble() {
    let size = 10 * 1024 * 1024;
    let bodies = ["--b\n\n", "a: b\n", ",", "(", "=?", "\n", "\"a\" <a@b>, ", "--b", "\r", " "];
    let heads = ["", "Content-Type: multipart/mixed; boundary=b\n\n", "To: ", "Content-Type: text/plain;"];
    for head in heads {
        for body in bodies {
            let octets = format!("{HEAD}{head}{}", body.repeat(size / body.len() / 8));
            assert_eq!(Anatomy::of(octets.as_bytes(), true).octets, octets.len());
        }
    }
    let lines = format!("{}\r\n", "A".repeat(76)).repeat(size / 78);
    let octets = format!("{HEAD}Content-Transfer-Encoding: base64\r\n\r\n{lines}");
    assert_eq!(Anatomy::of(octets.as_bytes(), true).root.decoded, size / 78 * 57);
}

/// The bodies of the leaves as the other parser has them.
fn others(message: &mail_parser::Message<'_>, id: usize) -> (String, Vec<Vec<u8>>) {
    let part = message.part(u32::try_from(id).unwrap()).unwrap();
    let media = part.content_type().map_or_else(
        || "text/plain".to_owned(),
        |of| format!("{}/{}", of.ctype(), of.subtype().unwrap_or_default()).to_ascii_lowercase(),
    );
    match &part.body {
        mail_parser::PartType::Multipart(ids) => {
            let inside: Vec<_> = ids.iter().map(|id| others(message, *id as usize)).collect();
            let shapes: Vec<_> = inside.iter().map(|(shape, _)| shape.clone()).collect();
            (format!("{media}({})", shapes.join(",")), inside.into_iter().flat_map(|(_, bodies)| bodies).collect())
        }
        mail_parser::PartType::Message(nested) => {
            let (shape, bodies) = others(nested, 0);
            ("message/rfc822".to_owned() + &format!("({shape})"), bodies)
        }
        mail_parser::PartType::Text(_)
        | mail_parser::PartType::Html(_)
        | mail_parser::PartType::Binary(_)
        | mail_parser::PartType::InlineBinary(_) => (media, vec![part.contents().to_vec()]),
    }
}

#[test]
fn another_parser_finds_the_same() {
    let qp = format!(
        "{HEAD}Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nCaf=C3=A9 =\nau lait\n"
    );
    let related = format!(
        "{HEAD}Content-Type: multipart/related; boundary=r\n\n--r\nContent-Type: multipart/alternative; boundary=a\n\n--a\n\
         Content-Type: text/plain\n\nplain\n--a\nContent-Type: text/html\n\n<p>rich</p>\n--a--\n\n--r\nContent-Type: \
         image/png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--r--\n"
    );
    for text in [COMPLEX, SIMPLE, qp.as_str(), related.as_str()] {
        let octets = crlf(text);
        let ours = sound(&octets, true);
        let theirs = mail_parser::MessageParser::default().parse(&octets).unwrap();
        let (tree, bodies) = others(&theirs, 0);
        assert_eq!(shape(&ours.root), tree);
        let leaves: Vec<_> = ours.root.walk().into_iter().filter(|entity| entity.parts.is_empty()).collect();
        assert_eq!(leaves.len(), bodies.len());
        for (entity, body) in leaves.into_iter().zip(bodies) {
            let decoded = match entity.charset.as_deref() {
                Some(_) => entity.text(&octets).unwrap().into_bytes(),
                None => entity.decode(&octets),
            };
            assert_eq!(String::from_utf8_lossy(&decoded), String::from_utf8_lossy(&body), "{tree}");
        }
    }
}

fn octets() -> impl Strategy<Value = Vec<u8>> {
    let pieces = [
        "\r\n",
        "\n",
        "\r",
        ":",
        " ",
        "--b",
        "--",
        "(",
        ")",
        "\"",
        "<",
        ">",
        "@",
        ",",
        ";",
        "\\",
        "=",
        "=?utf-8?Q?",
        "?=",
        "=C3",
        "a",
        "From: ",
        "Date: ",
        "Received: from ",
        "by b; ",
        "21 Nov 97 09:55:06 GMT",
        "Content-Type: ",
        "multipart/mixed; boundary=b\r\n",
        "multipart/digest;boundary=\"b\"\r\n",
        "message/rfc822\r\n",
        "text/plain; x*0*=",
        "Content-Transfer-Encoding: base64\r\n",
        "Content-Transfer-Encoding: quoted-printable\r\n",
        "begin 644 a\r\n",
        "Resent-To: ",
        "Message-ID: <a@b>",
        "[1]",
        "\u{e9}",
        "\0",
        "Content-Disposition: attachment; filename=",
    ];
    let piece = prop_oneof![
        6 => prop::sample::select(pieces.to_vec()).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..6),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_octets_are_taken_apart(octets in octets(), complete in any::<bool>()) {
        let message = sound(&octets, complete);
        mailproto::message::envelope::Envelope::of(&message, &octets).compared(&message, &octets);
        for entity in message.root.walk() {
            entity.decode(&octets);
            entity.text(&octets);
        }
        let groups = mailproto::base64::quads(&octets, 0);
        prop_assert!(groups.into_iter().all(|(span, _)| span.end <= octets.len()));
    }
}
