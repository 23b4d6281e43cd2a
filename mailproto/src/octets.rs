//! Octets that are kept once and shared, and octets as text in which each of them can be told, and back. Which of them are secret is
//! `secret`'s.

use std::{
    fmt,
    ops::{Deref, Range},
    sync::Arc,
};

/// Octets that are kept once and shared by all who hold parts of them: neither a clone nor a part is a copy. They stay as long as one
/// part of them does. Debug output tells their number, for some may be secret.
#[derive(Clone, Default)]
pub struct Octets {
    whole: Arc<Vec<u8>>,
    start: usize,
    end: usize,
}

impl Octets {
    /// A part of these; what of the range lies outside is left out.
    pub fn part(&self, range: Range<usize>) -> Self {
        let end = range.end.min(self.len());
        let start = range.start.min(end);
        Self { whole: Arc::clone(&self.whole), start: self.start + start, end: self.start + end }
    }
}

impl Deref for Octets {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.whole.get(self.start..self.end).unwrap_or_default()
    }
}

impl From<Vec<u8>> for Octets {
    fn from(octets: Vec<u8>) -> Self {
        Self { start: 0, end: octets.len(), whole: Arc::new(octets) }
    }
}

impl From<&[u8]> for Octets {
    fn from(octets: &[u8]) -> Self {
        octets.to_vec().into()
    }
}

impl PartialEq for Octets {
    fn eq(&self, other: &Self) -> bool {
        self[..] == other[..]
    }
}

impl Eq for Octets {}

impl fmt::Debug for Octets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} octets", self.len())
    }
}

/// Bytes as text in which every byte can be told: UTF-8 stays, control characters, what turns the direction of a line, what has
/// no width, and all other bytes become `\xNN`.
pub fn lossless(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            if (c.is_control() && c != '\t') || is_unseen(c) {
                for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                    text.push_str(&format!("\\x{byte:02x}"));
                }
            } else {
                text.push(c);
            }
        }
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
    text
}

/// Marks of direction (UAX 9 section 2), ends of lines, and characters without width: text with them is not what it seems.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// Bytes from a text in which `\xNN` stands for one byte, as [`lossless`] writes it.
pub fn unescape(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let number = tail
            .strip_prefix(b"x")
            .filter(|_| first == b'\\')
            .and_then(|digits| digits.get(..2))
            .filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))
            .and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        bytes.push(number.unwrap_or(first));
        rest = if number.is_some() { tail.get(3..).unwrap_or_default() } else { tail };
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_share_their_octets() {
        fn check(range: Range<usize>, of_part: Range<usize>, text: &str) {
            let whole = Octets::from(&b"PASS canary-7"[..]);
            let part = whole.part(range).part(of_part);
            assert_eq!(part, Octets::from(text.as_bytes()));
            let (part, whole) = (part.as_ptr_range(), whole.as_ptr_range());
            assert!(whole.start <= part.start && part.end <= whole.end, "{text}");
        }
        check(0..13, 0..13, "PASS canary-7");
        check(5..13, 2..6, "nary");
        check(5..11, 2..99, "nary");
        check(7..99, 99..100, "");
        assert_eq!(format!("{:?}", Octets::from(b"canary".to_vec())), "6 octets");
        assert!(Octets::default().is_empty());
    }

    #[test]
    fn odd_bytes_can_be_told_apart() {
        fn check(bytes: &[u8], text: &str) {
            assert_eq!(lossless(bytes), text);
        }
        check(b"plain", "plain");
        check(b"nul\0", "nul\\x00");
        check("caf\u{e9}".as_bytes(), "caf\u{e9}");
        check(b"\xff\xc3", "\\xff\\xc3");
        check(b"a\tb", "a\tb");
        check("exe.\u{202e}fdp".as_bytes(), "exe.\\xe2\\x80\\xaefdp");
        check("\u{2066}\u{feff}".as_bytes(), "\\xe2\\x81\\xa6\\xef\\xbb\\xbf");
    }

    #[test]
    fn escapes() {
        fn check(text: &str, bytes: &[u8]) {
            assert_eq!(unescape(text), bytes, "{text}");
        }
        check(r"\x00ada\x00lovelace", b"\0ada\0lovelace");
        check(r"\x0", br"\x0");
        check(r"\xzz\x41", br"\xzzA");
        check("caf\u{e9}\\", "caf\u{e9}\\".as_bytes());
        assert_eq!(unescape(&lossless(b"\0\xff\n")), b"\0\xff\n");
    }
}
