//! The parsers one by one: no byte lost, every piece inside its line, the same whatever the split. Whole dialogues are in `dialogue`.

use mailproto::{
    Protocol, Span, Token, Word, base64,
    command::Command,
    line::{LIMIT, Line, LineCutter},
    message::{Anatomy, Cursor, envelope::Envelope},
    path, pop3,
    sasl::{self, Mechanism},
    smtp::{self, ReplyPart},
    url,
};

/// Bytes to lines: none is lost, and how they were split makes no difference.
pub fn lines(data: &[u8]) {
    let whole = cut([data].into_iter());
    let joined: Vec<u8> = whole.iter().flat_map(|line| [&line.bytes[..], line.ending.bytes()].concat()).collect();
    assert_eq!(joined, data);
    assert!(whole.iter().all(|line| line.bytes.len() <= LIMIT));
    assert_eq!(cut(data.chunks(1)), whole);
    let first = data.first().map_or(1, |byte| usize::from(*byte) + 1);
    assert_eq!(cut(data.chunks(first)), whole);
}

fn cut<'a>(chunks: impl Iterator<Item = &'a [u8]>) -> Vec<Line> {
    let mut cutter = LineCutter::default();
    let mut lines = Vec::new();
    for chunk in chunks {
        cutter.push(chunk, |line| lines.push(line));
    }
    cutter.end(|line| lines.push(line));
    lines
}

/// A command line of either protocol.
pub fn commands(data: &[u8]) {
    for line in data.split(|byte| *byte == b'\n') {
        for command in Protocol::ALL.map(|protocol| protocol.parse(line)) {
            in_order(&command.tokens, line);
            let Command { problems, hidden, .. } = &command;
            assert!(problems.iter().map(|problem| &problem.span).chain(hidden).all(|span| inside(*span, line)));
        }
    }
}

/// A mailbox, a domain, an address literal.
pub fn path(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (path, oddity) = path::mailbox(&text);
    if oddity.is_none() && !path.is_null() {
        let (again, oddity) = path::mailbox(&path.address());
        assert_eq!((again, oddity), (path, None), "an address without oddity reads the same again");
    }
    path::is_domain(&text);
    path::is_address_literal(&text);
}

/// A reply line of either protocol, read as the answer to each command.
pub fn replies(data: &[u8]) {
    for line in data.split(|byte| *byte == b'\n') {
        for place in [ReplyPart::Greeting, ReplyPart::Hello, ReplyPart::Keywords, ReplyPart::Other] {
            in_order(&smtp::reply_line(line, place).tokens, line);
        }
        for greeting in [false, true] {
            for in_sasl in [false, true] {
                let words = [Word::Stat, Word::List, Word::Uidl, Word::Retr, Word::Auth];
                for answers in words.map(|word| Some((word, greeting))).into_iter().chain([None]) {
                    in_order(&pop3::first_line(line, answers, in_sasl).tokens, line);
                }
            }
        }
        for word in [Word::List, Word::Uidl, Word::Lang, Word::Capa] {
            in_order(&pop3::payload_line(line, word).0, line);
        }
    }
}

/// Base64, mechanisms and digests.
pub fn sasl(data: &[u8]) {
    assert_eq!(base64::decode(base64::encode(data).as_bytes()).as_deref(), Some(data));
    if let Some(plain) = base64::decode(data) {
        assert_eq!(base64::encode(&plain).as_bytes(), data, "strict base64 has one spelling");
    }
    let (name, rest) = data.split_at(data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len()));
    let mechanism = Mechanism::named(&String::from_utf8_lossy(name));
    for step in 0..4 {
        mechanism.shows_answer(step, rest);
    }
    assert_eq!(sasl::apop_digest(name, rest).len(), 32);
    let answer = sasl::cram_md5_answer("ada", name, rest);
    assert_eq!(answer.len(), "ada ".len() + 32);
}

/// An address of a session: it is read, or it is said why not, and what is kept of it is text of one line.
pub fn url(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (address, problems) = url::parse(&text);
    let Some(address) = address else {
        return assert!(!problems.is_empty(), "nobody says why it is no address");
    };
    assert!(address.port > 0 && !address.host.is_empty());
    assert!(!address.user.contains(char::is_control), "a command is smuggled in");
}

/// A message line by line.
pub fn message(data: &[u8]) {
    // Dots doubled, and as BDAT sends it.
    let (mut cursor, mut plain) = (Cursor::default(), Cursor::default());
    for line in cut([data].into_iter()) {
        let ending = line.ending.bytes().len();
        for (_, tokens, problems) in [cursor.line(&line.bytes, ending), plain.plain(&line.bytes, ending)] {
            in_order(&tokens, &line.bytes);
            assert!(problems.iter().all(|problem| inside(problem.span, &line.bytes)));
        }
    }
    assert_eq!(plain.octets(), data.len() as u64);
    assert!(cursor.octets() <= data.len() as u64);
    cursor.missing_fields(Span::new(0, 0));
}

/// A whole message taken apart, all there and cut off.
pub fn anatomy(data: &[u8]) {
    for complete in [true, false] {
        let message = Anatomy::of(data, complete);
        for flaw in &message.flaws {
            assert!(inside(flaw.span, data), "{flaw:?}");
            flaw.note();
        }
        for part in message.root.walk() {
            let spans = [part.span, part.header, part.body];
            assert!(spans.into_iter().chain(part.border).all(|span| inside(span, data)));
            assert!(part.fields.iter().all(|field| inside(field.span, data) && inside(field.value, data)));
            for field in &part.fields {
                apart(field.pieces.iter().map(|piece| piece.span), data);
                field.pieces.iter().for_each(|piece| drop(piece.note(data)));
            }
            assert_eq!(part.decode(data).len(), part.decoded);
            part.text(data);
            base64::quads(part.body.of(data), part.body.start).for_each(|(span, _)| assert!(inside(span, data)));
        }
        Envelope::of(&message, data).compared(&message, data);
    }
}

/// The contract between page and proxy.
pub fn wire(data: &[u8]) {
    if let Ok((head, octets)) = wire::split_frame(data) {
        assert_eq!(head.frame(octets), data);
    }
    if let Ok(mail) = wire::page_mail(data) {
        assert_eq!(wire::page_frame(mail), data);
    }
    if let Ok(message) = serde_json::from_slice::<wire::ClientMsg>(data) {
        same_again(&message);
    }
    if let Ok(message) = serde_json::from_slice::<wire::ServerMsg>(data) {
        same_again(&message);
    }
    if let Ok(offer) = serde_json::from_slice::<wire::Offer>(data) {
        same_again(&offer);
    }
    if let Ok(word) = std::str::from_utf8(data) {
        assert!(!wire::is_world(word) || word.is_ascii());
    }
}

fn same_again<T>(value: &T)
where
    T: PartialEq + std::fmt::Debug + serde::Serialize + serde::de::DeserializeOwned,
{
    let text = serde_json::to_string(value).expect("a message can always be written");
    assert_eq!(&serde_json::from_str::<T>(&text).expect("and read again"), value);
}

/// Tokens stand in the order of the line, apart from each other, inside it.
pub(crate) fn in_order(tokens: &[Token], line: &[u8]) {
    apart(tokens.iter().map(|token| token.span), line);
}

fn apart(spans: impl Iterator<Item = Span>, line: &[u8]) {
    let mut at = 0;
    for span in spans {
        assert!(span.start >= at, "a piece overlaps in {}", line.escape_ascii());
        assert!(inside(span, line), "a piece leaves {}", line.escape_ascii());
        at = span.end;
    }
}

/// Whether a span lies in its line.
pub(crate) fn inside(span: Span, line: &[u8]) -> bool {
    span.start <= span.end && span.end <= line.len()
}
