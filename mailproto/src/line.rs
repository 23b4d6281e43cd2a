//! Bytes to lines that keep how they ended. The only place in the house where lines are cut; what a line means is not here.

use crate::octets::Octets;

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
    /// The bytes before the ending: a part of the chunk that held them all, a copy when they came in several.
    pub bytes: Octets,
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
    /// What earlier chunks held of the line not yet ended.
    pending: Vec<u8>,
    /// A CR was the last byte seen: the next one decides between CRLF and a bare CR.
    after_cr: bool,
    /// What is pending continues a line already handed out in part.
    continued: bool,
}

impl LineCutter {
    /// Takes a chunk and gives each line it completes to `each`. The chunk is copied once; see [`LineCutter::cut`].
    pub fn push(&mut self, chunk: &[u8], each: impl FnMut(Line)) {
        self.cut(&chunk.into(), each);
    }

    /// The same without a copy: a line that lies within the chunk is a part of it. Only what the chunk holds of a line that goes on in
    /// the next one is copied.
    pub fn cut(&mut self, chunk: &Octets, mut each: impl FnMut(Line)) {
        let mut at = 0;
        if self.after_cr && !chunk.is_empty() {
            self.after_cr = false;
            let ending = if chunk.starts_with(b"\n") { Ending::CrLf } else { Ending::Cr };
            at = usize::from(ending == Ending::CrLf);
            each(self.finish(chunk.part(0..0), ending));
        }
        while at < chunk.len() {
            let room = LIMIT - self.pending.len();
            let window = &chunk[at..chunk.len().min(at + room)];
            let found = memchr::memchr2(b'\r', b'\n', window);
            let end = at + found.unwrap_or(window.len());
            let ending = match (found, &chunk[end..]) {
                (None, _) if window.len() == room => Ending::None,
                (None, _) => return self.pending.extend_from_slice(window),
                (Some(_), [b'\r', b'\n', ..]) => Ending::CrLf,
                // The next chunk decides.
                (Some(_), [b'\r']) => {
                    self.after_cr = true;
                    return self.pending.extend_from_slice(&chunk[at..end]);
                }
                (Some(_), [b'\r', ..]) => Ending::Cr,
                (Some(_), _) => Ending::Lf,
            };
            each(self.finish(chunk.part(at..end), ending));
            self.continued = ending == Ending::None;
            at = end + ending.bytes().len();
        }
    }

    /// The stream ended: hands out what was still pending.
    pub fn end(&mut self, mut each: impl FnMut(Line)) {
        if self.after_cr {
            self.after_cr = false;
            each(self.finish(Octets::default(), Ending::Cr));
        } else if !self.pending.is_empty() {
            each(self.finish(Octets::default(), Ending::None));
        }
    }

    /// The line that ends with `rest`.
    fn finish(&mut self, rest: Octets, ending: Ending) -> Line {
        let bytes = if self.pending.is_empty() {
            rest
        } else {
            self.pending.extend_from_slice(&rest);
            std::mem::take(&mut self.pending).into()
        };
        Line { bytes, ending, continued: std::mem::take(&mut self.continued) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(chunks: &[&[u8]]) -> Vec<(Vec<u8>, Ending)> {
        let mut cutter = LineCutter::default();
        let mut lines = Vec::new();
        for chunk in chunks {
            cutter.push(chunk, |line| lines.push((line.bytes.to_vec(), line.ending)));
        }
        cutter.end(|line| lines.push((line.bytes.to_vec(), line.ending)));
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

    #[test]
    fn a_line_within_a_chunk_is_a_part_of_it() {
        /// Which of the lines of two chunks lie in one of them, and what the lines are.
        fn check(chunks: [&str; 2], expected: &[(&str, bool)]) {
            let mut cutter = LineCutter::default();
            let mut lines = Vec::new();
            let chunks = chunks.map(|chunk| Octets::from(chunk.as_bytes()));
            chunks.iter().for_each(|chunk| cutter.cut(chunk, |line| lines.push(line.bytes)));
            cutter.end(|line| lines.push(line.bytes));
            let shares = |line: &Octets| {
                let line = line.as_ptr_range();
                let holds = |chunk: &Octets| {
                    let chunk = chunk.as_ptr_range();
                    chunk.start <= line.start && line.end <= chunk.end
                };
                chunks.iter().any(holds)
            };
            let found: Vec<_> = lines.iter().map(|line| (line.escape_ascii().to_string(), shares(line))).collect();
            let expected: Vec<_> = expected.iter().map(|(line, shared)| ((*line).to_owned(), *shared)).collect();
            assert_eq!(found, expected, "{chunks:?}");
        }
        check(
            ["+OK 2\r\n1 120\r\n2 200\r\n", ".\r\n"],
            &[("+OK 2", true), ("1 120", true), ("2 200", true), (".", true)],
        );
        check(["a\nb\rc\r\n", "d\n"], &[("a", true), ("b", true), ("c", true), ("d", true)]);
        check(["+OK 2\r\n1 1", "20\r\n2 200\r\n"], &[("+OK 2", true), ("1 120", false), ("2 200", true)]);
        check(["+OK\r", "\n1 120\r\n"], &[("+OK", false), ("1 120", true)]);
        check(["1 120\r\n", "no end"], &[("1 120", true), ("no end", false)]);
    }
}
