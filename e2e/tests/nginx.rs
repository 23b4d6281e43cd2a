//! Behind a real nginx with the configuration of `deploy/`: sessions under a folder, and visitors told apart.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;

use e2e::folder::{Folder, free_port};
use e2e::mailspeak::Mailspeak;
use e2e::process::{self, Process};
use e2e::{http, wait};
use socket2::{Domain, Socket, Type};

/// nginx before `to`, at `port`: the shipped file with another listener, without certificates.
fn nginx(folder: &Folder, port: u16, to: u16) -> Process {
    let shipped = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/nginx.conf")).unwrap();
    let certificate = |line: &&str| !line.trim_start().starts_with("ssl_");
    let site: String = shipped.lines().filter(certificate).map(|line| format!("{line}\n")).collect();
    let site = site
        .replace("listen 443 ssl;", &format!("listen 127.0.0.1:{port};"))
        .replace("http://127.0.0.1:8080/", &format!("http://127.0.0.1:{to}/"));
    assert!(site.contains(&format!("127.0.0.1:{port};")) && site.contains(&format!(":{to}/;")), "{site}");
    let path = folder.path().display();
    let places: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|what| format!("{what}_temp_path {path}/{what};\n"))
        .concat();
    let main = format!(
        "daemon off;\nmaster_process off;\npid {path}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{places}{site}}}\n"
    );
    let file = folder.write("nginx.conf", &main);
    let program = process::find("nginx");
    let tested = Command::new(&program).args(["-t", "-q", "-e", "stderr", "-c", &file]).output().expect("nginx starts");
    assert!(tested.status.success(), "{}", String::from_utf8_lossy(&tested.stderr));
    let mut command = Command::new(program);
    command.args(["-e", "stderr", "-c", &file]);
    let process = Process::start(command);
    wait::until("nginx to listen", || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok());
    process
}

/// A page that came from this address: asks for the practice server, and reads until `words`, which it gives back with all
/// before them.
fn visit(from: Ipv4Addr, port: u16, forged: &str, words: &str) -> (Socket, String) {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.bind(&SocketAddr::from((from, 0)).into()).unwrap();
    socket.connect(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)).into()).unwrap();
    let handshake = format!(
        "GET /mailspeak/ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n{forged}Upgrade: websocket\r\n\
         Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    (&socket).write_all(handshake.as_bytes()).unwrap();
    let open = br#"{"open":{"version":2,"host":"mail.example.test","port":110,"tls":"none"}}"#;
    let mut frame = vec![0x81, 0x80 | u8::try_from(open.len()).unwrap(), 0, 0, 0, 0];
    frame.extend_from_slice(open);
    // One that is refused may be closed already.
    let _ = (&socket).write_all(&frame);
    let mut heard = String::new();
    let mut scrap = [0; 4096];
    while !heard.contains(words) {
        let count = (&socket).read(&mut scrap).unwrap();
        assert!(count > 0, "{words:?} never came: {heard}");
        heard.push_str(&String::from_utf8_lossy(&scrap[..count]));
    }
    (socket, heard)
}

#[test]
fn sessions_and_visitors_behind_nginx() {
    let (folder, port) = (Folder::new("nginx"), free_port());
    let origin = format!("http://127.0.0.1:{port}");
    let mailspeak = Mailspeak::start(&["--origin", &origin, "--trusted-proxy", "127.0.0.1", "--visitor-sessions", "1"]);
    let _nginx = nginx(&folder, port, mailspeak.port);

    let page = http::get(port, "/mailspeak/");
    assert_eq!(page.status, 200);
    assert!(page.text().contains("<title>mailspeak"), "{}", page.text());
    assert_eq!(http::get(port, "/mailspeak/offer").json()["practice"]["host"], "mail.example.test");
    assert_eq!(http::get(port, "/mailspeak/readyz").status, 200);

    let (one, other) = (Ipv4Addr::LOCALHOST, Ipv4Addr::new(127, 0, 0, 2));
    let (first, heard) = visit(one, port, "", "+OK ");
    assert!(heard.starts_with("HTTP/1.1 101 ") && heard.contains("\"connected\""), "{heard}");
    // The same visitor has one session, whatever it says of itself; another has one too.
    visit(one, port, "", "\"too_many\"");
    visit(one, port, "X-Forwarded-For: 192.0.2.7\r\n", "\"too_many\"");
    visit(other, port, "", "+OK ");
    // A line there and back: a frame of kind 1, mail.
    (&first).write_all(&[0x82, 0x87, 0, 0, 0, 0, 1, b'C', b'A', b'P', b'A', b'\r', b'\n']).unwrap();
    let mut heard = Vec::new();
    while !heard.windows(5).any(|five| five == b"\r\n.\r\n") {
        let mut scrap = [0; 4096];
        let count = (&first).read(&mut scrap).unwrap();
        assert!(count > 0, "{}", String::from_utf8_lossy(&heard));
        heard.extend_from_slice(&scrap[..count]);
    }
}
