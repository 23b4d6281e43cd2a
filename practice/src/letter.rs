//! A message on its way to a POP3 client, a piece at a time, dots doubled: so a slow reader holds a piece, not a message.
//! Which message, and whether it may be read, is `pop3`'s to say.

use std::sync::Arc;

/// The most octets of one line that are written at a time. A line that is longer crosses in several pieces.
const PIECE: usize = 64 * 1024;

/// What is still to be written of a message (RFC 1939 section 5, RETR and section 7, TOP), with the lone dot behind it.
#[derive(Debug)]
pub(crate) struct Letter {
    /// Lines ended by CRLF.
    message: Arc<[u8]>,
    /// How much of it is written.
    written: usize,
    /// How many lines of the body are wanted; all without a number.
    wanted: Option<usize>,
    /// The empty line between header and body is written.
    in_body: bool,
}

impl Letter {
    /// All of a message, or its header, the empty line and so many lines of the body.
    pub fn new(message: Arc<[u8]>, wanted: Option<usize>) -> Self {
        Self { message, written: 0, wanted, in_body: false }
    }

    /// Writes one line or, of a very long line, a piece. True when the lone dot is written and nothing is left.
    pub fn write_piece(&mut self, out: &mut Vec<u8>) -> bool {
        let rest = &self.message[self.written..];
        let begins = self.written == 0 || self.message[self.written - 1] == b'\n';
        if rest.is_empty() || begins && self.in_body && self.wanted == Some(0) {
            out.extend_from_slice(b".\r\n");
            return true;
        }
        let line = rest.iter().take(PIECE).position(|byte| *byte == b'\n').map_or(rest.len().min(PIECE), |end| end + 1);
        if begins {
            match &mut self.wanted {
                Some(lines) if self.in_body => *lines -= 1,
                _ => self.in_body |= rest.starts_with(b"\r\n"),
            }
            // RFC 1939 section 3.
            if rest.first() == Some(&b'.') {
                out.push(b'.');
            }
        }
        out.extend_from_slice(&rest[..line]);
        self.written += line;
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(message: &str, wanted: Option<usize>, expected: &str) {
        let mut letter = Letter::new(message.as_bytes().into(), wanted);
        let mut out = Vec::new();
        while !letter.write_piece(&mut out) {}
        assert!(out == expected.as_bytes(), "{:?}", String::from_utf8_lossy(&out));
    }

    #[test]
    fn whole_and_top() {
        let message = "A: b\r\n.c: d\r\n\r\n.\r\n\r\n..two\r\nend\r\n";
        check(message, None, "A: b\r\n..c: d\r\n\r\n..\r\n\r\n...two\r\nend\r\n.\r\n");
        check(message, Some(0), "A: b\r\n..c: d\r\n\r\n.\r\n");
        check(message, Some(2), "A: b\r\n..c: d\r\n\r\n..\r\n\r\n.\r\n");
        check(message, Some(9), "A: b\r\n..c: d\r\n\r\n..\r\n\r\n...two\r\nend\r\n.\r\n");
        check("A: b\r\n", Some(3), "A: b\r\n.\r\n");
        check("", None, ".\r\n");
    }

    #[test]
    fn a_dot_is_doubled_only_where_a_line_begins() {
        for before in [PIECE - 1, PIECE, PIECE + 1] {
            let line = format!("{}.{}\r\n", "x".repeat(before), "y".repeat(PIECE));
            let message = format!("\r\n{line}.\r\n");
            check(&message, None, &format!("\r\n{line}..\r\n.\r\n"));
            check(&message, Some(1), &format!("\r\n{line}.\r\n"));
        }
    }
}
