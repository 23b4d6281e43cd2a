//! Octets as text in which each of them can be told, and back. Which of them are secret is `secret`'s.

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
