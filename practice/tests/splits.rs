//! Whatever bytes come, in whatever pieces: no panic, and the same answers.

use mailproto::base64::encode;
use practice::{Connection, PostOffice, Service, Then, Timestamp};
use proptest::prelude::*;

const NOW: Timestamp = Timestamp(1_795_211_160);

/// All a connection said, what it asked for last, and what it left in the maildrops.
fn talk<'a>(service: Service, chunks: impl Iterator<Item = &'a [u8]>) -> (Vec<u8>, Then, Vec<Vec<u8>>) {
    let mut office = PostOffice::seeded(NOW);
    let (mut connection, greeting) = Connection::open(&mut office, service, "192.0.2.7", NOW, 7);
    let (mut said, mut last) = (greeting.bytes, Then::Continue);
    for chunk in chunks {
        let output = connection.receive(&mut office, chunk, NOW);
        said.extend(output.bytes);
        if output.then != Then::Continue {
            last = output.then;
        }
    }
    connection.hang_up(&mut office);
    assert!(!office.is_locked("ada") && !office.is_locked("grace"));
    let mail = [office.messages("ada"), office.messages("grace")].concat().into_iter().map(<[u8]>::to_vec).collect();
    (said, last, mail)
}

/// Lines that lead somewhere, and their ruins.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let plain = encode(b"\0ada\0lovelace");
    let known: Vec<String> = [
        "USER ada\r\n",
        "PASS lovelace\r\n",
        "STAT\r\n",
        "LIST\r\n",
        "LIST 1\r\n",
        "RETR 3\r\n",
        "DELE 1\r\n",
        "TOP 1 1\r\n",
        "UIDL\r\n",
        "RSET\r\n",
        "NOOP\r\n",
        "QUIT\r\n",
        "CAPA\r\n",
        "STLS\r\n",
        "EHLO a.test\r\n",
        "HELO a.test\r\n",
        "STARTTLS\r\n",
        "MAIL FROM:<ada@example.test>\r\n",
        "MAIL FROM:<> SIZE=9 BODY=8BITMIME\r\n",
        "RCPT TO:<ada@example.test>\r\n",
        "RCPT TO:<postmaster>\r\n",
        "DATA\r\n",
        ".\r\n",
        "..\r\n",
        "Subject: x\r\n",
        "\r\n",
        "\n",
        "\r",
        "HELP\r\n",
        "VRFY ada\r\n",
        "EXPN all\r\n",
        "AUTH LOGIN\r\n",
        "AUTH CRAM-MD5\r\n",
        "AUTH PLAIN\r\n",
        "*\r\n",
        "QUJD\r\n",
        "BDAT 1\r\n",
        "MAIL FROM:<",
        "RCPT TO:",
        "APOP ada x\r\n",
        "USER ada\r\nPASS lovelace\r\n",
        "EHLO a.test\r\nMAIL FROM:<ada@example.test>\r\nRCPT TO:<ada@example.test>\r\nDATA\r\n",
        "\r\n.\r\n",
    ]
    .map(str::to_owned)
    .into_iter()
    .chain([
        format!("AUTH PLAIN {plain}\r\n"),
        format!("{plain}\r\n"),
        "x".repeat(70_000),
        format!("{}\r\n", "y".repeat(600)),
    ])
    .collect();
    prop_oneof![
        8 => prop::sample::select(known).prop_map(String::into_bytes),
        1 => prop::collection::vec(any::<u8>(), 0..40),
    ]
}

fn service() -> impl Strategy<Value = Service> {
    prop::sample::select(Service::ALL.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn answers_do_not_depend_on_the_split(
        service in service(),
        pieces in prop::collection::vec(piece(), 0..40),
        sizes in prop::collection::vec(1usize..200, 1..20),
    ) {
        let input = pieces.concat();
        let whole = talk(service, [input.as_slice()].into_iter());
        prop_assert_eq!(&whole, &talk(service, input.chunks(1)));
        let mut rest = input.as_slice();
        let mut sizes = sizes.into_iter().cycle();
        let chunks = std::iter::from_fn(|| {
            let (chunk, more) = rest.split_at(sizes.next()?.min(rest.len()));
            rest = more;
            (!chunk.is_empty()).then_some(chunk)
        });
        let chunks: Vec<_> = chunks.collect();
        prop_assert_eq!(&whole, &talk(service, chunks.into_iter()));
    }

    #[test]
    fn answers_are_lines_of_ascii(service in service(), pieces in prop::collection::vec(piece(), 0..40)) {
        let (said, _, mail) = talk(service, pieces.iter().map(Vec::as_slice));
        prop_assert!(said.is_ascii() && said.ends_with(b"\r\n"));
        prop_assert!(String::from_utf8_lossy(&said).split("\r\n").all(|line| line.len() <= 510 && !line.contains(['\r', '\n'])));
        for message in mail {
            let text = String::from_utf8_lossy(&message).replace("\r\n", "");
            prop_assert!(message.ends_with(b"\r\n") && !text.contains(['\r', '\n']), "only CRLF in {:?}", text);
        }
    }
}
