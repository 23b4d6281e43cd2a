//! A client's connection through whatever lies between: plain TCP, a WebSocket that carries TCP, or our own contract.
//! Written for this one purpose, so that a round measures the relay and not a client library.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// How a relay is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speech {
    /// Bytes are bytes.
    Raw,
    /// Binary messages are bytes.
    WebSocket,
    /// `docs/wire.md`: asks for a mail server, grants credit, reads past the head of each binary message.
    Contract {
        /// The mail server's port.
        port: u16,
        /// Whether TLS begins with the first byte.
        tls: bool,
    },
}

/// Bytes the client takes before it grants more, as the page does.
const PORTION: usize = 32 * 1024;

/// The head of each binary message of the proxy: kind and time.
const PREFIX: usize = 9;

/// The head of each binary message to the proxy: its kind, mail.
const MAIL: &[u8] = &[1];

/// What a client waits at most for bytes: a relay that lost some is found by this.
const PATIENCE: Duration = Duration::from_secs(20);

/// A connection.
pub struct Link {
    tcp: TcpStream,
    speech: Speech,
    frames: Frames,
    buffer: Vec<u8>,
    /// Taken and not yet granted.
    taken: usize,
}

impl Link {
    /// Connects to the relay at a loopback port, and through it to the mail server.
    pub fn open(port: u16, speech: Speech) -> io::Result<Self> {
        let tcp = TcpStream::connect(("127.0.0.1", port))?;
        tcp.set_nodelay(true)?;
        tcp.set_read_timeout(Some(PATIENCE))?;
        let prefix = if matches!(speech, Speech::Contract { .. }) { PREFIX } else { 0 };
        let frames = Frames { prefix, ..Frames::default() };
        let mut link = Self { tcp, speech, frames, buffer: vec![0; 64 * 1024], taken: 0 };
        if speech != Speech::Raw {
            link.shake_hands(port)?;
        }
        if let Speech::Contract { port, tls } = speech {
            let (mode, wanted) = if tls { ("implicit", "{\"tls\"") } else { ("none", "{\"connected\"") };
            let host = if tls { "localhost" } else { "127.0.0.1" };
            let open = format!("{{\"open\":{{\"version\":2,\"host\":\"{host}\",\"port\":{port},\"tls\":\"{mode}\"}}}}");
            link.frame(TEXT, &[], open.as_bytes())?;
            link.wait_for(wanted)?;
        }
        Ok(link)
    }

    fn shake_hands(&mut self, port: u16) -> io::Result<()> {
        write!(
            self.tcp,
            "GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\nUpgrade: websocket\r\n\
             Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )?;
        let mut head = BufReader::with_capacity(1, &self.tcp);
        let mut line = String::new();
        head.read_line(&mut line)?;
        if !line.contains(" 101 ") {
            return Err(io::Error::other(format!("no WebSocket: {}", line.trim_end())));
        }
        while line != "\r\n" {
            line.clear();
            if head.read_line(&mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(())
    }

    /// Reads until the proxy said this. Only what it says before the mail server's first byte can be waited for.
    fn wait_for(&mut self, wanted: &str) -> io::Result<()> {
        while !self.frames.text.contains(wanted) {
            let mut ignored = |_: &[u8]| {};
            if self.frames.text.contains("\"closed\"") || self.receive(&mut ignored)?.is_none() {
                return Err(io::Error::other(format!("not connected: {}", self.frames.text)));
            }
        }
        Ok(())
    }

    /// Sends bytes: as they are, or as one message.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self.speech {
            Speech::Raw => self.tcp.write_all(bytes),
            Speech::WebSocket => bytes.chunks(60 * 1024).try_for_each(|piece| self.frame(BINARY, &[], piece)),
            Speech::Contract { .. } => bytes.chunks(60 * 1024).try_for_each(|piece| self.frame(BINARY, MAIL, piece)),
        }
    }

    /// Reads once and hands the mail server's bytes over: how many, or `None` after the end.
    pub fn receive(&mut self, take: &mut dyn FnMut(&[u8])) -> io::Result<Option<usize>> {
        if self.frames.closed {
            return Ok(None);
        }
        let read = self.tcp.read(&mut self.buffer)?;
        if read == 0 {
            return Ok(None);
        }
        if self.speech == Speech::Raw {
            take(&self.buffer[..read]);
            return Ok(Some(read));
        }
        let got = self.frames.digest(&self.buffer[..read], take);
        self.grant(got)?;
        if std::mem::take(&mut self.frames.pinged) {
            self.frame(PONG, &[], &[])?;
        }
        Ok(Some(got))
    }

    fn grant(&mut self, got: usize) -> io::Result<()> {
        self.taken += got;
        if matches!(self.speech, Speech::Contract { .. }) && self.taken >= PORTION {
            let credit = format!("{{\"credit\":{{\"bytes\":{}}}}}", self.taken);
            self.taken = 0;
            self.frame(TEXT, &[], credit.as_bytes())?;
        }
        Ok(())
    }

    /// One masked frame: `head`, then `bytes`; the mask is zero, as RFC 6455 allows a client that has no attacker to fear.
    fn frame(&mut self, opcode: u8, head: &[u8], bytes: &[u8]) -> io::Result<()> {
        let payload = head.len() + bytes.len();
        let mut frame = Vec::with_capacity(payload + 14);
        frame.push(0x80 | opcode);
        match u16::try_from(payload) {
            Ok(len @ 0..=125) => frame.push(0x80 | len as u8),
            Ok(len) => {
                frame.push(0x80 | 126);
                frame.extend(len.to_be_bytes());
            }
            Err(_) => {
                frame.push(0x80 | 127);
                frame.extend((payload as u64).to_be_bytes());
            }
        }
        frame.extend([0; 4]);
        frame.extend_from_slice(head);
        frame.extend_from_slice(bytes);
        self.tcp.write_all(&frame)
    }
}

const TEXT: u8 = 1;
const BINARY: u8 = 2;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;

/// Takes frames apart as they come, however they are cut.
#[derive(Default)]
struct Frames {
    /// Bytes of each binary message that are not the mail server's.
    prefix: usize,
    /// The head of the frame being read.
    head: Vec<u8>,
    /// Bytes of its payload still to come.
    left: usize,
    /// Bytes of the prefix still to come.
    skip: usize,
    /// What the relay said in words.
    text: String,
    pinged: bool,
    closed: bool,
}

impl Frames {
    /// Hands over what is mail, and counts it.
    fn digest(&mut self, mut chunk: &[u8], take: &mut dyn FnMut(&[u8])) -> usize {
        let mut got = 0;
        while let Some(&first) = chunk.first() {
            if self.left == 0 {
                self.head.push(first);
                chunk = &chunk[1..];
                self.begin();
                continue;
            }
            let (payload, rest) = chunk.split_at(self.left.min(chunk.len()));
            chunk = rest;
            self.left -= payload.len();
            match self.opcode() {
                TEXT => self.text.push_str(&String::from_utf8_lossy(payload)),
                BINARY | 0 => {
                    let skipped = self.skip.min(payload.len());
                    self.skip -= skipped;
                    got += payload.len() - skipped;
                    take(&payload[skipped..]);
                }
                _ => {}
            }
            if self.left == 0 {
                self.head.clear();
            }
        }
        got
    }

    /// Looks whether the head is whole; a frame without payload is done with it.
    fn begin(&mut self) {
        let len = match (self.head.get(1).map(|byte| byte & 0x7f), self.head.len()) {
            (Some(126), 4) => usize::from(u16::from_be_bytes([self.head[2], self.head[3]])),
            (Some(127), 10) => self.head[2..10].iter().fold(0, |len, byte| len << 8 | usize::from(*byte)),
            (Some(len @ 0..=125), 2) => usize::from(len),
            _ => return,
        };
        self.left = len;
        match self.opcode() {
            // Shown anew with each message, so that the text of one is not lengthened by the next.
            TEXT => self.text.clear(),
            BINARY => self.skip = self.prefix,
            CLOSE => self.closed = true,
            PING => self.pinged = true,
            _ => {}
        }
        if len == 0 {
            self.head.clear();
        }
    }

    fn opcode(&self) -> u8 {
        self.head.first().map_or(0, |byte| byte & 0x0f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two binary messages with a text between them, cut at every place.
    #[test]
    fn frames_are_understood_however_they_are_cut() {
        let mut wire = vec![0x82, 12];
        wire.extend(b"123456789abc");
        wire.extend([0x81, 2]);
        wire.extend(b"hi");
        wire.extend([0x89, 0, 0x82, 126, 1, 9]);
        wire.extend(b"123456789");
        wire.extend([b'd'; 256]);
        for cut in 0..=wire.len() {
            let mut frames = Frames { prefix: PREFIX, ..Frames::default() };
            let mut mail = Vec::new();
            let mut take = |bytes: &[u8]| mail.extend_from_slice(bytes);
            let got = frames.digest(&wire[..cut], &mut take) + frames.digest(&wire[cut..], &mut take);
            assert_eq!(mail, [&b"abc"[..], &[b'd'; 256]].concat(), "cut at {cut}");
            assert!(got == mail.len() && frames.text == "hi" && frames.pinged && !frames.closed);
        }
    }
}
