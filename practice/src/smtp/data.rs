//! DATA: the message as it comes, where it ends, and its way into the maildrops. The envelope is in `mail`.

use mailproto::{
    line::{Ending, Line},
    message::{Cursor, Part},
    path,
};

use super::{
    Server,
    mail::Recipient,
    reply::{Reply, reply},
};
use crate::{
    clock::Timestamp,
    ledger::NotKept,
    maildrop::PostOffice,
    room::{Place, Room},
};

/// The largest message, in octets: 10 MiB is what many servers take, and a few of them fit into a maildrop.
pub const SIZE: usize = 10 * 1024 * 1024;

/// A message on its way in.
#[derive(Debug)]
pub(super) struct Incoming {
    /// Its lines with their ends, dots not doubled. Let go once it is too large or there is no room.
    text: Vec<u8>,
    /// How the line before ended. The command line DATA ended with CRLF.
    before: Ending,
    /// A CR or LF stood alone.
    bare_ending: bool,
    /// It went over [`SIZE`].
    too_large: bool,
    /// The room was used up before its end.
    no_room: bool,
    /// What it takes of the room meanwhile.
    place: Place,
}

impl Incoming {
    pub fn new(room: &Room) -> Self {
        Self {
            text: Vec::new(),
            before: Ending::default(),
            bare_ending: false,
            too_large: false,
            no_room: false,
            place: room.place(),
        }
    }

    /// Takes the next piece; tells whether it was the end.
    ///
    /// The end is CRLF, dot, CRLF and nothing like it (RFC 5321 section 4.1.1.4): who takes less can be made to see two messages
    /// where another server sees one.
    pub fn take(&mut self, line: &Line) -> bool {
        let begins = self.before == Ending::CrLf;
        self.before = line.ending;
        let text = match (begins, line.bytes.strip_prefix(b".")) {
            (true, Some([])) if line.ending == Ending::CrLf => return true,
            // The dot the client put before a dot (section 4.5.2).
            (true, Some(rest)) => rest,
            (_, _) => &line.bytes,
        };
        self.bare_ending |= matches!(line.ending, Ending::Cr | Ending::Lf);
        let more = text.len() + line.ending.bytes().len();
        self.too_large |= self.text.len() + more > SIZE;
        self.no_room |= !self.too_large && !self.no_room && !self.place.grow(more);
        if self.too_large || self.no_room {
            self.text = Vec::new();
            self.place.empty();
        } else {
            self.text.extend_from_slice(text);
            self.text.extend_from_slice(line.ending.bytes());
        }
        false
    }
}

impl Server {
    /// The end of DATA: refuses the message, or puts it into every recipient's maildrop or, if one has no room, into none.
    pub(super) fn delivered(&mut self, office: &mut PostOffice, now: Timestamp) -> Reply {
        let incoming = std::mem::replace(&mut self.incoming, Incoming::new(office.room()));
        if incoming.bare_ending {
            return reply(554, "5.6.0", "Message refused: it has a CR or LF that is not part of CRLF");
        }
        if incoming.too_large {
            return reply(552, "5.3.4", format!("Message refused: at most {SIZE} octets"));
        }
        if incoming.no_room {
            return system_full();
        }
        let id = format!("{:04X}{:08X}", office.next_serial(), (self.seed ^ (self.seed >> 32)) as u32);
        let added = self.added_fields(office, &incoming.text, &id, now);
        let envelope = std::mem::take(&mut self.envelope);
        let copies: Vec<_> = envelope
            .recipients
            .iter()
            .map(|recipient| {
                let head = self.trace(office, &envelope.reverse_path, &recipient.address, &id, now) + &added;
                (recipient, head)
            })
            .collect();
        let octets = |head: &String| head.len() + incoming.text.len();
        for (recipient, _) in &copies {
            let same = || copies.iter().filter(|(other, _)| other.account == recipient.account);
            let octets = same().map(|(_, head)| octets(head)).sum();
            if !office.maildrop(recipient.account).has_room(same().count(), octets) {
                return reply(452, "4.2.2", format!("<{}>: mailbox full, nobody got it", recipient.address));
            }
        }
        let Some(places) = copies.iter().map(|(_, head)| office.room().store(octets(head))).collect::<Option<Vec<_>>>()
        else {
            return system_full();
        };
        let letter = |((recipient, head), place): ((&Recipient, String), _)| {
            (recipient.account, [head.as_bytes(), &incoming.text].concat(), place)
        };
        match office.deliver(copies.into_iter().zip(places).map(letter), now) {
            Ok(()) => reply(250, "2.0.0", format!("Ok: queued as {id}")),
            // To take it would be a promise (RFC 5321 section 6.1).
            Err(NotKept) => reply(451, "4.3.0", "Message not taken: it cannot be kept now; try later"),
        }
    }

    /// What delivery puts before a message (RFC 5321 section 4.4).
    fn trace(&self, office: &PostOffice, reverse_path: &str, recipient: &str, id: &str, now: Timestamp) -> String {
        let client = self.hello.as_ref().map_or("unknown", |hello| &hello.name);
        let (host, peer, protocol) = (&office.at(self.host).host.name, peer_info(&self.peer), self.protocol());
        format!(
            "Return-Path: <{reverse_path}>\r\n\
             Received: from {client} ({peer})\r\n\
             \tby {host} with {protocol} id {id}\r\n\
             \tfor <{recipient}>; {now}\r\n"
        )
    }

    /// RFC 3848: what `with` says about extensions, TLS and authentication.
    fn protocol(&self) -> &'static str {
        let extended = self.hello.as_ref().is_some_and(|hello| hello.extended);
        match (extended, self.encrypted, self.user.is_some()) {
            (false, _, _) => "SMTP",
            (true, false, false) => "ESMTP",
            (true, true, false) => "ESMTPS",
            (true, false, true) => "ESMTPA",
            (true, true, true) => "ESMTPSA",
        }
    }

    /// The fields a submission server puts into a message that lacks them (RFC 6409 section 8), and the empty line before a text
    /// without any header, which the trace fields would otherwise swallow.
    fn added_fields(&self, office: &PostOffice, text: &[u8], id: &str, now: Timestamp) -> String {
        let fields = field_names(text);
        let has = |name: &str| fields.iter().any(|field| field.eq_ignore_ascii_case(name.as_bytes()));
        let mut added = String::new();
        if let (true, Some(user)) = (self.submission(), self.user) {
            if !has("From") {
                added.push_str(&format!("From: {}\r\n", office.address(user)));
            }
            if !has("Date") {
                added.push_str(&format!("Date: {now}\r\n"));
            }
            if !has("Message-ID") {
                added.push_str(&format!("Message-ID: <{id}@{}>\r\n", office.at(self.host).host.name));
            }
        }
        if fields.is_empty() && !text.is_empty() && !text.starts_with(b"\r\n") {
            added.push_str("\r\n");
        }
        added
    }
}

/// RFC 5321 section 4.2.3, RFC 3463 section 3.4: not this mailbox is full but the server.
pub(super) fn system_full() -> Reply {
    reply(452, "4.3.1", "This server has no room for more mail; try later")
}

/// The names of the fields a message begins with.
fn field_names(text: &[u8]) -> Vec<&[u8]> {
    let mut cursor = Cursor::default();
    let mut names = Vec::new();
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r\n").unwrap_or(line);
        match cursor.line(line, 2).0 {
            Part::Field => names.extend(line.split(|byte| *byte == b':').next().map(<[u8]>::trim_ascii_end)),
            Part::Fold => {}
            Part::Stray | Part::Border | Part::Body => break,
        }
    }
    names
}

/// The client's address as an address literal (RFC 5321 section 4.1.3) or, when it is none, with what a comment cannot hold
/// taken out.
fn peer_info(peer: &str) -> String {
    let literals = [format!("[{peer}]"), format!("[IPv6:{peer}]")];
    literals.into_iter().find(|literal| path::is_address_literal(literal)).unwrap_or_else(|| {
        let safe: String =
            peer.chars().filter(|c| c.is_ascii_alphanumeric() || ".:-_[]".contains(*c)).take(64).collect();
        if safe.is_empty() { "unknown".into() } else { safe }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_a_message() {
        fn check(text: &str, names: &[&str]) {
            let found: Vec<_> = field_names(text.as_bytes()).iter().map(|name| String::from_utf8_lossy(name)).collect();
            assert_eq!(found, names, "{text}");
        }
        check("From: a\r\nSubject: b\r\n c\r\n\r\nDate: body\r\n", &["From", "Subject"]);
        check("hello\r\nFrom: a\r\n", &[]);
        check("Subject : old\r\nno field\r\nFrom: a\r\n", &["Subject"]);
        check("\r\nbody: text\r\n", &[]);
        check("", &[]);
    }

    #[test]
    fn addresses_of_clients() {
        fn check(peer: &str, info: &str) {
            assert_eq!(peer_info(peer), info);
        }
        check("192.0.2.7", "[192.0.2.7]");
        check("2001:db8::7", "[IPv6:2001:db8::7]");
        check("192.0.2.7:4711", "192.0.2.7:4711");
        check("the page)\r\nX: y", "thepageX:y");
        check("", "unknown");
    }
}
