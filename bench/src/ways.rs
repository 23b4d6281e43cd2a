//! The ways from a client to the mail server: ours, its peers, and the controls. What is measured on them is not here.

use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;

use e2e::certs::Certs;
use e2e::mailspeak::Mailspeak;
use e2e::process::{Process, look_for};
use e2e::wait;

use crate::link::{Link, Speech};
use crate::server::MailServer;

/// A way to the mail server, with the programs that make it.
pub struct Way {
    /// As it stands in the tables.
    pub name: &'static str,
    /// What its programs call themselves.
    pub version: String,
    /// Where the client connects.
    port: u16,
    speech: Speech,
    /// End with this value.
    programs: Vec<Process>,
    /// Our own program, the same.
    ours: Option<Mailspeak>,
}

impl Way {
    /// A fresh connection.
    #[track_caller]
    pub fn connect(&self) -> Link {
        Link::open(self.port, self.speech).unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }

    /// The processes to be accounted for; none for the direct way.
    pub fn processes(&self) -> Vec<u32> {
        let ours = self.ours.iter().map(|ours| ours.process.id());
        self.programs.iter().map(Process::id).chain(ours).collect()
    }

    /// Whether a byte lost here is our fault.
    pub fn is_ours(&self) -> bool {
        self.ours.is_some()
    }
}

/// Which of the ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// In plain text.
    Plain,
    /// Under TLS from the first byte.
    Tls,
}

/// All ways that can be had here; each that cannot is told in one line.
pub fn all(to: To, server: MailServer, certs: &Certs) -> Vec<Way> {
    match to {
        To::Plain => vec![
            Some(direct(server)),
            Some(ours(to, server, certs)),
            websocat(server.plain),
            websockify(server),
            socat(server),
        ],
        To::Tls => vec![Some(ours(to, server, certs)), stunnel(server, certs)],
    }
    .into_iter()
    .flatten()
    .collect()
}

/// TCP to the mail server itself: what the machine can do.
pub fn direct(server: MailServer) -> Way {
    let version = "the kernel's loopback".to_owned();
    Way { name: "direct TCP", version, port: server.plain, speech: Speech::Raw, programs: Vec::new(), ours: None }
}

/// More sessions, and more connections a minute, than any suite makes: a bench is one visitor at one server.
const PLENTY: &str = "100000";

/// The program that people run.
pub fn ours(to: To, server: MailServer, certs: &Certs) -> Way {
    let (plain, tls) = (format!("127.0.0.1:{}", server.plain), format!("localhost:{}", server.tls));
    let ours = Mailspeak::start(&[
        "--no-practice",
        "--sessions",
        PLENTY,
        "--visitor-sessions",
        PLENTY,
        "--visitor-rate",
        PLENTY,
        "--server-rate",
        PLENTY,
        "--allow",
        &plain,
        "--allow",
        &tls,
        "--ca-file",
        &certs.ca,
        "--log",
        "error",
    ]);
    let (name, port) = match to {
        To::Plain => ("mailspeak", server.plain),
        To::Tls => ("mailspeak TLS", server.tls),
    };
    let speech = Speech::Contract { port, tls: to == To::Tls };
    let version = says(&e2e::mailspeak::binary().display().to_string(), &["--version"]);
    Way { name, version, port: ours.port, speech, programs: Vec::new(), ours: Some(ours) }
}

/// `websocat -b ws-l:... tcp:...`
pub fn websocat(to: u16) -> Option<Way> {
    let program = have("BENCH_WEBSOCAT", "websocat")?;
    let port = free_port();
    let mut command = Command::new(&program);
    command.args(["-b", "-E", &format!("ws-l:127.0.0.1:{port}"), &format!("tcp:127.0.0.1:{to}")]);
    Some(way("websocat", says(&program, &["--version"]), port, Speech::WebSocket, vec![command]))
}

fn websockify(server: MailServer) -> Option<Way> {
    let program = have("BENCH_WEBSOCKIFY", "websockify")?;
    let port = free_port();
    let mut command = Command::new(&program);
    command.args([format!("127.0.0.1:{port}"), format!("127.0.0.1:{}", server.plain)]);
    let python = PathBuf::from(&program).with_file_name("python3");
    let asks =
        "import importlib.metadata as m; print('websockify', m.version('websockify'), 'numpy', m.version('numpy'))";
    let version = says(&python.display().to_string(), &["-c", asks]);
    Some(way("websockify", version, port, Speech::WebSocket, vec![command]))
}

fn socat(server: MailServer) -> Option<Way> {
    let program = have("BENCH_SOCAT", "socat")?;
    let port = free_port();
    let mut command = Command::new(&program);
    command.arg(format!("TCP-LISTEN:{port},bind=127.0.0.1,fork,reuseaddr,nodelay"));
    command.arg(format!("TCP:127.0.0.1:{},nodelay", server.plain));
    let version = says(&program, &["-V"]);
    Some(way("socat", version, port, Speech::Raw, vec![command]))
}

/// websocat before stunnel, which does what websocat leaves out.
fn stunnel(server: MailServer, certs: &Certs) -> Option<Way> {
    let websocat_program = have("BENCH_WEBSOCAT", "websocat")?;
    let program = have("BENCH_STUNNEL", "stunnel4")?;
    let (port, between) = (free_port(), free_port());
    let settings = format!(
        "foreground = yes\npid =\ndebug = err\n[mail]\nclient = yes\naccept = 127.0.0.1:{between}\n\
         connect = 127.0.0.1:{}\nCAfile = {}\nverifyChain = yes\ncheckHost = localhost\n\
         socket = l:TCP_NODELAY=1\nsocket = r:TCP_NODELAY=1\n",
        server.tls, certs.ca
    );
    let file = PathBuf::from(&certs.ca).with_file_name("stunnel.conf");
    std::fs::write(&file, settings).expect("stunnel's settings");
    let mut inner = Command::new(&program);
    inner.arg(file);
    let mut outer = Command::new(&websocat_program);
    outer.args(["-b", "-E", &format!("ws-l:127.0.0.1:{port}"), &format!("tcp:127.0.0.1:{between}")]);
    let version = format!("{}; {}", says(&websocat_program, &["--version"]), says(&program, &["-version"]));
    Some(way("websocat + stunnel", version, port, Speech::WebSocket, vec![inner, outer]))
}

fn way(name: &'static str, version: String, port: u16, speech: Speech, commands: Vec<Command>) -> Way {
    let programs = commands.into_iter().map(Process::start).collect();
    wait::until(&format!("{name} to listen"), || TcpStream::connect(("127.0.0.1", port)).ok());
    Way { name, version, port, speech, programs, ours: None }
}

/// The path of a program: as the environment says, or by its name.
pub fn have(variable: &str, name: &str) -> Option<String> {
    let named = std::env::var(variable).unwrap_or_default();
    let path = if named.is_empty() { look_for(name) } else { Some(PathBuf::from(named)) };
    if let Some(path) = path.filter(|path| path.is_file()) {
        return Some(path.display().to_string());
    }
    println!("{name} is not here, so it is not measured.");
    None
}

/// The first line with a digit of what a program says about itself.
pub fn says(program: &str, arguments: &[&str]) -> String {
    let Ok(output) = Command::new(program).args(arguments).output() else { return "unknown".to_owned() };
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    let line = text.lines().find(|line| line.chars().any(|c| c.is_ascii_digit()));
    line.unwrap_or("unknown").trim().to_owned()
}

/// Nothing listens there now. Who takes it before our program does makes the wait for it fail.
pub fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("no free port");
    listener.local_addr().expect("a listener has an address").port()
}
