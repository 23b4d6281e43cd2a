//! Bytes to lines that keep how they ended. The only place in the house where lines are cut; what a line means is not here.

/// How a line ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Ending {
    /// CR LF, the only line end of both protocols (RFC 5321 section 2.3.8, RFC 1939 section 3).
    #[default]
    CrLf,
    /// LF alone.
    Lf,
    /// CR alone, followed by something else.
    Cr,
    /// None: the connection ended in mid-line, or the line was longer than [`LIMIT`] and goes on in the next piece.
    None,
}

impl Ending {
    /// The bytes of this ending.
    pub const fn bytes(self) -> &'static [u8] {
        match self {
            Self::CrLf => b"\r\n",
            Self::Lf => b"\n",
            Self::Cr => b"\r",
            Self::None => b"",
        }
    }
}

/// A line without its ending, and the ending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The bytes before the ending.
    pub bytes: Vec<u8>,
    /// How it ended.
    pub ending: Ending,
    /// Whether this is the rest of a line that was longer than [`LIMIT`].
    pub continued: bool,
}

/// The longest piece kept before it is handed out unfinished, in bytes. The standards allow 998 + CRLF in a message and 512
/// in a reply; 64 KiB shows anything a broken server may send and still bounds the memory of a line that never ends.
pub const LIMIT: usize = 64 * 1024;

/// Cuts a stream of bytes, in chunks of any size, into lines. Never fails; loses no byte.
#[derive(Clone, Debug, Default)]
pub struct LineCutter {
    /// Bytes of the line not yet ended.
    pending: Vec<u8>,
    /// A CR was the last byte seen: the next one decides between CRLF and a bare CR.
    after_cr: bool,
    /// What is pending continues a line already handed out in part.
    continued: bool,
}

impl LineCutter {
    /// Takes a chunk and gives each line it completes to `each`.
    pub fn push(&mut self, chunk: &[u8], mut each: impl FnMut(Line)) {
        let mut rest = chunk;
        while !rest.is_empty() {
            if self.after_cr {
                self.after_cr = false;
                if rest[0] == b'\n' {
                    rest = &rest[1..];
                    each(self.finish(Ending::CrLf));
                } else {
                    each(self.finish(Ending::Cr));
                }
                continue;
            }
            let room = LIMIT - self.pending.len();
            let window = &rest[..rest.len().min(room)];
            let Some(at) = memchr::memchr2(b'\r', b'\n', window) else {
                self.keep(window);
                rest = &rest[window.len()..];
                if self.pending.len() == LIMIT {
                    each(self.finish(Ending::None));
                    self.continued = true;
                }
                continue;
            };
            self.keep(&window[..at]);
            let end = window[at];
            rest = &rest[at + 1..];
            if end == b'\n' {
                each(self.finish(Ending::Lf));
            } else {
                self.after_cr = true;
            }
        }
    }

    /// The stream ended: hands out what was still pending.
    pub fn end(&mut self, mut each: impl FnMut(Line)) {
        if self.after_cr {
            self.after_cr = false;
            each(self.finish(Ending::Cr));
        } else if !self.pending.is_empty() {
            each(self.finish(Ending::None));
        }
    }

    fn keep(&mut self, bytes: &[u8]) {
        // Most lines come in one piece: no more memory than that.
        if self.pending.is_empty() {
            self.pending = bytes.to_vec();
        } else {
            self.pending.extend_from_slice(bytes);
        }
    }

    fn finish(&mut self, ending: Ending) -> Line {
        let continued = std::mem::take(&mut self.continued);
        Line { bytes: std::mem::take(&mut self.pending), ending, continued }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(chunks: &[&[u8]]) -> Vec<(Vec<u8>, Ending)> {
        let mut cutter = LineCutter::default();
        let mut lines = Vec::new();
        for chunk in chunks {
            cutter.push(chunk, |line| lines.push((line.bytes, line.ending)));
        }
        cutter.end(|line| lines.push((line.bytes, line.ending)));
        lines
    }

    fn check(input: &[u8], expected: &[(&str, Ending)]) {
        let expected: Vec<_> = expected.iter().map(|(text, ending)| (text.as_bytes().to_vec(), *ending)).collect();
        assert_eq!(cut(&[input]), expected, "whole: {}", input.escape_ascii());
        let bytes: Vec<&[u8]> = input.chunks(1).collect();
        assert_eq!(cut(&bytes), expected, "byte by byte: {}", input.escape_ascii());
        for at in 0..=input.len() {
            let (a, b) = input.split_at(at);
            assert_eq!(cut(&[a, b]), expected, "split at {at}: {}", input.escape_ascii());
        }
        let joined: Vec<u8> =
            expected.iter().flat_map(|(bytes, end)| [bytes.as_slice(), end.bytes()].concat()).collect();
        assert_eq!(joined, input, "no byte is lost");
    }

    #[test]
    fn lines_keep_their_endings() {
        check(b"+OK\r\n", &[("+OK", Ending::CrLf)]);
        check(b"a\nb\r\n", &[("a", Ending::Lf), ("b", Ending::CrLf)]);
        check(b"a\rb\r\n", &[("a", Ending::Cr), ("b", Ending::CrLf)]);
        check(b"a\r\r\n", &[("a", Ending::Cr), ("", Ending::CrLf)]);
        check(b"\r\n.\r\n", &[("", Ending::CrLf), (".", Ending::CrLf)]);
        check(b"no end", &[("no end", Ending::None)]);
        check(b"end in CR\r", &[("end in CR", Ending::Cr)]);
        check(b"a\x00b\x7f\n", &[("a\0b\x7f", Ending::Lf)]);
    }

    #[test]
    fn a_line_without_end_comes_in_pieces() {
        let mut cutter = LineCutter::default();
        let mut pieces = Vec::new();
        cutter.push(&vec![b'x'; 1_000_000], |line| pieces.push((line.bytes.len(), line.ending, line.continued)));
        cutter.push(b"\r\n+OK\r\n", |line| pieces.push((line.bytes.len(), line.ending, line.continued)));
        assert_eq!(pieces[0], (LIMIT, Ending::None, false));
        assert_eq!(pieces[1], (LIMIT, Ending::None, true));
        assert_eq!(pieces.iter().map(|p| p.0).sum::<usize>(), 1_000_003);
        assert_eq!(pieces[pieces.len() - 2], (1_000_000 % LIMIT, Ending::CrLf, true));
        assert_eq!(pieces[pieces.len() - 1], (3, Ending::CrLf, false));
    }
}
