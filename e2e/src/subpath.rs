//! A reverse proxy that serves the program under `/lessons/`, as a school's web server may: it takes the folder off and
//! passes everything else on, WebSockets too.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

/// The folder it serves.
const FOLDER: &str = "/lessons/";

/// A listener that has nobody to pass to yet: the program must know the origin before it starts.
pub struct SubPath(TcpListener);

impl SubPath {
    /// On a free loopback port.
    #[track_caller]
    pub fn new() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").expect("no free port"))
    }

    /// What `--origin` must name.
    pub fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port())
    }

    fn port(&self) -> u16 {
        self.0.local_addr().map_or(0, |address| address.port())
    }

    /// Passes on to a loopback port, as long as the test process lives. Gives the page's address.
    pub fn lead_to(self, to: u16) -> String {
        let url = format!("{}{FOLDER}", self.origin());
        thread::spawn(move || {
            for client in self.0.incoming().flatten() {
                // A browser that breaks off is no trouble of ours.
                thread::spawn(move || pass(client, to));
            }
        });
        url
    }
}

impl Default for SubPath {
    fn default() -> Self {
        Self::new()
    }
}

/// One request and its answer, or a WebSocket to its end.
fn pass(client: TcpStream, to: u16) -> io::Result<()> {
    let mut from_client = BufReader::new(client.try_clone()?);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if from_client.read_line(&mut head)? == 0 {
            return Ok(());
        }
    }
    if !head.contains(&format!(" {FOLDER}")) {
        return (&client).write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }
    head = head.replacen(&format!(" {FOLDER}"), " /", 1);
    if !head.to_ascii_lowercase().contains("\r\nupgrade:") {
        head = head.replace("\r\nConnection: keep-alive", "\r\nConnection: close");
    }
    let mut server = TcpStream::connect(("127.0.0.1", to))?;
    server.write_all(head.as_bytes())?;
    server.write_all(from_client.buffer())?;
    let (mut from_server, mut to_client) = (server.try_clone()?, client);
    thread::spawn(move || {
        let _ = io::copy(&mut from_server, &mut to_client);
        let _ = to_client.shutdown(std::net::Shutdown::Both);
    });
    io::copy(from_client.get_mut(), &mut server)?;
    server.shutdown(std::net::Shutdown::Write)
}
