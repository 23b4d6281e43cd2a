//! Speaking to a server by hand, as a test: say a line, expect a line. Bytes as they are, no protocol.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use crate::wait::{self, PATIENCE};

/// A plain TCP dialogue.
pub struct Dialog {
    stream: BufReader<TcpStream>,
    /// All that was said, for the failure message.
    said: String,
}

impl Dialog {
    /// Connects to a loopback port, waiting for a server that is still starting.
    #[track_caller]
    pub fn open(port: u16) -> Self {
        let stream = wait::until_ok(&format!("a server on port {port}"), || TcpStream::connect(("127.0.0.1", port)));
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        Self { stream: BufReader::new(stream), said: String::new() }
    }

    /// Sends a line; CRLF is added.
    #[track_caller]
    pub fn say(&mut self, line: &str) {
        self.send(format!("{line}\r\n").as_bytes());
    }

    /// Sends exactly these bytes.
    #[track_caller]
    pub fn send(&mut self, bytes: &[u8]) {
        self.said.push_str(&format!("C: {}\n", String::from_utf8_lossy(bytes).trim_end()));
        if let Err(error) = self.stream.get_mut().write_all(bytes) {
            panic!("the server took no more: {error}, after\n{}", self.said);
        }
    }

    /// The next line, without its ending.
    #[track_caller]
    pub fn line(&mut self) -> String {
        let mut line = Vec::new();
        match self.stream.read_until(b'\n', &mut line) {
            Ok(0) => panic!("the server closed the connection, after\n{}", self.said),
            Ok(_) => {}
            Err(error) => panic!("no line came: {error}, after\n{}", self.said),
        }
        let line = String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned();
        self.said.push_str(&format!("S: {line}\n"));
        line
    }

    /// The next line, which must begin so.
    #[track_caller]
    pub fn expect(&mut self, start: &str) -> String {
        let line = self.line();
        assert!(line.starts_with(start), "expected `{start}...`, after\n{}", self.said);
        line
    }

    /// Says a line and expects the beginning of one line of answer.
    #[track_caller]
    pub fn ask(&mut self, line: &str, start: &str) -> String {
        self.say(line);
        self.expect(start)
    }

    /// The rest of a POP3 multi-line reply: the lines before the lone dot, stuffing undone.
    #[track_caller]
    pub fn until_dot(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        loop {
            let line = self.line();
            match line.strip_prefix('.') {
                Some("") => return lines,
                Some(stuffed) => lines.push(stuffed.to_owned()),
                None => lines.push(line),
            }
        }
    }

    /// An SMTP reply: all its lines, each of which must begin with `code`.
    #[track_caller]
    pub fn reply(&mut self, code: &str) -> Vec<String> {
        let mut lines = Vec::new();
        loop {
            let line = self.expect(code);
            let last = line.as_bytes().get(code.len()) != Some(&b'-');
            lines.push(line);
            if last {
                return lines;
            }
        }
    }

    /// Says a line and expects an SMTP reply of one or more lines.
    #[track_caller]
    pub fn command(&mut self, line: &str, code: &str) -> Vec<String> {
        self.say(line);
        self.reply(code)
    }

    /// The server must close now, saying nothing more.
    #[track_caller]
    pub fn expect_close(&mut self) {
        let mut rest = Vec::new();
        match self.stream.read_until(b'\n', &mut rest) {
            Ok(0) => {}
            other => {
                panic!("expected the end, got {other:?} {:?}, after\n{}", String::from_utf8_lossy(&rest), self.said)
            }
        }
    }
}
