//! The files of `transcripts/`, read: `transcripts/README.md` says what their lines mean. What must hold of them is each test's business.
#![allow(dead_code, reason = "each test takes what it needs")]

use std::{collections::BTreeMap, fs, path::Path};

use mailproto::{
    Protocol,
    line::{Line, LineCutter},
};

/// One step of a transcript.
#[derive(Debug, Clone)]
pub enum Step {
    Client(Vec<Line>),
    Server(Vec<u8>),
    Connect { tls: bool },
    Tls,
    Cut,
    Expect(Expected),
}

/// What must hold, of the session or of the line before.
#[derive(Debug, Clone)]
pub enum Expected {
    State(String),
    Problem(String),
    Note(String),
    Decoded(String),
}

pub fn steps(text: &str) -> Vec<Step> {
    text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(step).collect()
}

fn step(line: &str) -> Step {
    match line {
        "> connect" => return Step::Connect { tls: false },
        "> connect tls" => return Step::Connect { tls: true },
        "> tls" => return Step::Tls,
        "> cut" => return Step::Cut,
        _ => {}
    }
    let after = |mark: &str| line.strip_prefix(mark).map(|rest| rest.strip_prefix(' ').unwrap_or(rest));
    let crlf = |text: &str| [text.as_bytes(), b"\r\n"].concat();
    None.or_else(|| after("S:lf:").map(|text| Step::Server([text.as_bytes(), b"\n"].concat())))
        .or_else(|| after("S:raw:").map(|text| Step::Server(raw(text))))
        .or_else(|| after("C:raw:").map(|text| Step::Client(cut(&raw(text)))))
        .or_else(|| after("S:").map(|text| Step::Server(crlf(text))))
        .or_else(|| after("C:").map(|text| Step::Client(cut(&crlf(text)))))
        .or_else(|| after("=").map(|text| Step::Expect(Expected::State(text.into()))))
        .or_else(|| after("!").map(|text| Step::Expect(Expected::Problem(text.into()))))
        .or_else(|| after("?").map(|text| Step::Expect(Expected::Note(text.into()))))
        .or_else(|| after("~").map(|text| Step::Expect(Expected::Decoded(text.into()))))
        .unwrap_or_else(|| panic!("not a step: {line}"))
}

/// Bytes with the escapes `\r`, `\n`, `\\` and `\xNN`.
pub fn raw(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut parts = text.split('\\');
    bytes.extend_from_slice(parts.next().unwrap().as_bytes());
    while let Some(part) = parts.next() {
        let (byte, length) = match part.as_bytes().first() {
            Some(b'r') => (b'\r', 1),
            Some(b'n') => (b'\n', 1),
            Some(b'x') => (u8::from_str_radix(&part[1..3], 16).unwrap(), 3),
            // Two backslashes: an empty part, then the text behind them.
            None => {
                bytes.push(b'\\');
                bytes.extend_from_slice(parts.next().unwrap().as_bytes());
                continue;
            }
            Some(other) => panic!("no such escape: \\{}", *other as char),
        };
        bytes.push(byte);
        bytes.extend_from_slice(&part.as_bytes()[length..]);
    }
    bytes
}

fn cut(bytes: &[u8]) -> Vec<Line> {
    let mut cutter = LineCutter::default();
    let mut lines = Vec::new();
    cutter.push(bytes, |line| lines.push(line));
    cutter.end(|line| lines.push(line));
    lines
}

/// A transcript by its place, `broken/pop3-bare-lf.txt`.
pub type Transcripts = BTreeMap<String, (Protocol, Vec<Step>)>;

pub fn transcripts() -> Transcripts {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../transcripts");
    let mut found = BTreeMap::new();
    for folder in ["rfc", "courses", "real", "broken"] {
        for file in fs::read_dir(root.join(folder)).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let protocol = if name.starts_with("smtp") { Protocol::Smtp } else { Protocol::Pop3 };
            found.insert(format!("{folder}/{name}"), (protocol, steps(&fs::read_to_string(path).unwrap())));
        }
    }
    found
}
