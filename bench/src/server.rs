//! The mail server of the measurements: it does what one line asks. It speaks no mail: the relay would not know.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use e2e::certs::Certs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// The length of a line, CRLF included.
pub const LINE: usize = 80;

/// What is asked of the server, as one line.
#[derive(Clone, Copy, Debug)]
pub enum Ask {
    /// So many lines, each by a write of its own.
    Lines(usize),
    /// So many bytes at once.
    Bulk(usize),
    /// So many bytes in odd pieces, then the end.
    Pieces(usize),
    /// Every line back, at once.
    Echo,
    /// Take so many bytes; answer with the place of the first that is wrong, or with how many there were.
    Take(usize),
}

impl Ask {
    /// As it is sent.
    pub fn line(self) -> String {
        match self {
            Self::Lines(lines) => format!("LINES {lines}\r\n"),
            Self::Bulk(bytes) => format!("BULK {bytes}\r\n"),
            Self::Pieces(bytes) => format!("PIECES {bytes}\r\n"),
            Self::Echo => "ECHO 0\r\n".to_owned(),
            Self::Take(bytes) => format!("TAKE {bytes}\r\n"),
        }
    }

    fn read(line: &str) -> Option<Self> {
        let (word, number) = line.trim_end().split_once(' ')?;
        let number = number.parse().ok()?;
        Some(match word {
            "LINES" => Self::Lines(number),
            "BULK" => Self::Bulk(number),
            "PIECES" => Self::Pieces(number),
            "ECHO" => Self::Echo,
            "TAKE" => Self::Take(number),
            _ => return None,
        })
    }
}

/// Numbered lines: a byte that is lost or out of place is seen.
pub fn body(bytes: usize) -> Arc<Vec<u8>> {
    let mut body = Vec::with_capacity(bytes + LINE);
    let mut number = 0_u64;
    while body.len() < bytes {
        body.extend_from_slice(format!("{number:010} {:x<1$}\r\n", "", LINE - 13).as_bytes());
        number += 1;
    }
    body.truncate(bytes);
    Arc::new(body)
}

/// Pieces of every awkward size, together `bytes`.
pub fn pieces(bytes: usize) -> impl Iterator<Item = usize> {
    let sizes = [1, 2, 79, 125, 126, 127, 128, 4096, 65_527, 65_528, 65_529, 65_535, 65_536, 65_537, 7, 200_000];
    let mut left = bytes;
    sizes.into_iter().cycle().map_while(move |size| {
        let piece = size.min(left);
        left -= piece;
        (piece > 0).then_some(piece)
    })
}

/// Two listeners on loopback, as long as the process lives.
#[derive(Clone, Copy, Debug)]
pub struct MailServer {
    /// Plain TCP.
    pub plain: u16,
    /// TLS from the first byte.
    pub tls: u16,
}

impl MailServer {
    /// Serves `body`.
    pub fn start(body: &Arc<Vec<u8>>, certs: &Certs) -> Self {
        let chain = CertificateDer::pem_file_iter(&certs.chain).expect("the chain").flatten().collect();
        let key = PrivateKeyDer::from_pem_file(&certs.key).expect("the key");
        let config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key).expect("a certificate");
        let config = Arc::new(config);
        let plain = listen(body, |tcp| Ok(Box::new(tcp)));
        let tls = listen(body, move |tcp| {
            let connection = ServerConnection::new(config.clone()).map_err(io::Error::other)?;
            Ok(Box::new(StreamOwned::new(connection, tcp)))
        });
        Self { plain, tls }
    }
}

/// A connection, encrypted or not.
trait Socket: Read + Write + Send {}

impl<T: Read + Write + Send> Socket for T {}

fn listen(body: &Arc<Vec<u8>>, dress: impl Fn(TcpStream) -> io::Result<Box<dyn Socket>> + Send + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("no free port");
    let port = listener.local_addr().expect("a listener has an address").port();
    let body = body.clone();
    thread::spawn(move || {
        for tcp in listener.incoming().flatten() {
            let _ = tcp.set_nodelay(true);
            let Ok(socket) = dress(tcp) else { continue };
            let body = body.clone();
            // A client that goes away is noticed by who measures.
            let serve = move || drop(serve(socket, &body));
            thread::Builder::new().stack_size(256 * 1024).spawn(serve).expect("a thread");
        }
    });
    port
}

fn serve(socket: Box<dyn Socket>, body: &[u8]) -> io::Result<()> {
    let mut socket = BufReader::new(socket);
    let mut line = String::new();
    while socket.read_line(&mut line)? > 0 {
        match Ask::read(&line) {
            Some(Ask::Lines(lines)) => {
                body.chunks(LINE).take(lines).try_for_each(|line| socket.get_mut().write_all(line))?;
            }
            Some(Ask::Bulk(bytes)) => socket.get_mut().write_all(&body[..bytes])?,
            Some(Ask::Pieces(bytes)) => {
                let mut at = 0;
                for piece in pieces(bytes) {
                    socket.get_mut().write_all(&body[at..at + piece])?;
                    socket.get_mut().flush()?;
                    at += piece;
                }
                return socket.get_mut().flush();
            }
            Some(Ask::Echo) => return echo(&mut socket),
            Some(Ask::Take(bytes)) => {
                let answer = format!("{}\r\n", take(&mut socket, &body[..bytes])?);
                socket.get_mut().write_all(answer.as_bytes())?;
            }
            None => return Ok(()),
        }
        socket.get_mut().flush()?;
        line.clear();
    }
    Ok(())
}

fn echo(socket: &mut BufReader<Box<dyn Socket>>) -> io::Result<()> {
    let mut buffer = [0; 4096];
    loop {
        let read = socket.read(&mut buffer)?;
        if read == 0 {
            return Ok(());
        }
        socket.get_mut().write_all(&buffer[..read])?;
        socket.get_mut().flush()?;
    }
}

/// How many bytes came as they should before the first that did not.
fn take(socket: &mut BufReader<Box<dyn Socket>>, expected: &[u8]) -> io::Result<usize> {
    let mut right = 0;
    while right < expected.len() {
        let chunk = socket.fill_buf()?;
        let rest = &expected[right..];
        let len = chunk.len().min(rest.len());
        if len == 0 || chunk[..len] != rest[..len] {
            break;
        }
        socket.consume(len);
        right += len;
    }
    Ok(right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asking_and_reading_agree() {
        for ask in [Ask::Lines(3), Ask::Bulk(0), Ask::Pieces(9), Ask::Echo, Ask::Take(1)] {
            assert_eq!(Ask::read(&ask.line()).map(Ask::line), Some(ask.line()));
        }
        assert!(Ask::read("QUIT\r\n").is_none());
    }

    #[test]
    fn lines_are_numbered_and_pieces_make_the_whole() {
        let body = body(1000);
        assert!(body.len() == 1000 && body[LINE - 2..LINE] == *b"\r\n" && body[LINE..].starts_with(b"0000000001 "));
        for bytes in [0, 1, 3, 1_000_000] {
            assert_eq!(pieces(bytes).sum::<usize>(), bytes);
        }
    }
}
