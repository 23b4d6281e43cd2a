//! P13 and P14: the practice post office beside programs that take mail and give it out. What it says is not judged here.

use std::io::{self, BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use e2e::dovecot::Dovecot;
use e2e::mailspeak::Mailspeak;
use e2e::process::{Process, look_for};
use e2e::wait;

use crate::cost::cpu_seconds;
use crate::table::{print, ratio, spread};
use crate::ways::{free_port, have, says};

/// Rounds that count; one before them warms up.
const ROUNDS: usize = 9;

/// P13: messages in one turn. The practice maildrop holds more, and is emptied after each.
const MESSAGES: usize = 4_000;

/// P13: clients at once.
const CLIENTS: usize = 8;

/// P13 and P14: octets of a message.
const OCTETS: usize = 4_096;

/// P14: messages in the maildrop.
const MAILDROP: usize = 1_000;

/// P14: so often in one turn, since the processor time of others comes in hundredths of a second.
const TIMES: usize = 5;

/// What a client waits at most.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server that is measured.
struct Server {
    /// As it stands in the tables.
    name: &'static str,
    version: String,
    port: u16,
    /// The root of its processes.
    id: u32,
    /// Where its maildrop is emptied; others store nothing.
    pop3: Option<u16>,
}

/// One turn.
#[derive(Clone, Copy)]
struct Cost {
    cpu: f64,
    wall: f64,
}

/// P13: `smtp-source`, with a connection for each message and with one for many.
pub fn taking() {
    let Some(source) = look_for("smtp-source") else {
        println!("smtp-source is not here (apt-get install postfix), so P13 is not measured.\n");
        return;
    };
    let ours = Mailspeak::start(&["--log", "error"]);
    let smtp = ours.practice(25);
    let mut servers = vec![Server {
        name: "mailspeak",
        version: says(&e2e::mailspeak::binary().display().to_string(), &["--version"]),
        port: smtp,
        id: ours.process.id(),
        pop3: Some(ours.practice(110)),
    }];
    let others: Vec<(Process, Server)> = [sink(), aiosmtpd()].into_iter().flatten().collect();
    let (_running, peers): (Vec<_>, Vec<_>) = others.into_iter().unzip();
    servers.extend(peers);
    versions(&servers);
    let send = |server: &Server, kept: bool| {
        let mut command = Command::new(&source);
        let (clients, octets, messages) = (CLIENTS.to_string(), OCTETS.to_string(), MESSAGES.to_string());
        command.args(["-s", &clients, "-l", &octets, "-m", &messages, "-M", "client.example.test"]);
        command.args(["-f", "grace@example.test", "-t", "ada@example.test"]);
        command.args(if kept { &["-d"][..] } else { &[] });
        let status = command.arg(format!("127.0.0.1:{}", server.port)).stdin(Stdio::null()).status();
        assert!(status.is_ok_and(|status| status.success()), "smtp-source failed with {}", server.name);
    };
    let empty = |server: &Server| {
        let Some(port) = server.pop3 else { return };
        let stored = Reader::open(port).and_then(|mut reader| reader.empty());
        // Ada has letters of her own at first.
        let stored = stored.unwrap_or_else(|error| panic!("{}: its maildrop cannot be emptied: {error}", server.name));
        assert!(stored >= MESSAGES, "{} took {MESSAGES} messages and has {stored}", server.name);
    };
    for (title, kept) in [("a connection each", false), ("kept connections", true)] {
        let title = format!("P13: {MESSAGES} messages of {OCTETS} octets by smtp-source -s {CLIENTS}, {title}");
        measure(&title, &servers, MESSAGES, 1, |server| send(server, kept), empty);
    }
}

/// P14: LIST and RETR of each message, as a mail reader asks: one after the other.
pub fn giving() {
    let Some(source) = look_for("smtp-source") else {
        println!("smtp-source is not here (apt-get install postfix), so P14 is not measured.\n");
        return;
    };
    let ours = Mailspeak::start(&["--log", "error"]);
    let pop3 = ours.practice(110);
    Reader::open(pop3).and_then(|mut reader| reader.empty()).expect("Ada's letters go");
    let (octets, messages) = (OCTETS.to_string(), MAILDROP.to_string());
    let mut fill = Command::new(source);
    fill.args(["-d", "-l", &octets, "-m", &messages, "-M", "client.example.test"]);
    fill.args(["-f", "grace@example.test", "-t", "ada@example.test"]);
    let filled = fill.arg(format!("127.0.0.1:{}", ours.practice(25))).stdin(Stdio::null()).status();
    assert!(filled.is_ok_and(|status| status.success()), "smtp-source failed");
    let mut servers = vec![Server {
        name: "mailspeak",
        version: says(&e2e::mailspeak::binary().display().to_string(), &["--version"]),
        port: pop3,
        id: ours.process.id(),
        pop3: None,
    }];
    let dovecot = look_for("dovecot").map(|path| (Dovecot::start(), says(&path.display().to_string(), &["--version"])));
    match &dovecot {
        Some((dovecot, version)) => {
            dovecot.fill("ada", MAILDROP, OCTETS);
            let (version, port, id) = (format!("Dovecot {version}"), dovecot.pop3, dovecot.process.id());
            servers.push(Server { name: "Dovecot", version, port, id, pop3: None });
        }
        None => println!("Dovecot is not here (apt-get install dovecot-pop3d), so it is not measured."),
    }
    versions(&servers);
    let read = |server: &Server| {
        let all = Reader::open(server.port).and_then(|mut reader| reader.retrieve_all());
        let (messages, octets) = all.unwrap_or_else(|error| panic!("{}: {error}", server.name));
        assert!(messages == MAILDROP && octets > MAILDROP * OCTETS * 9 / 10, "{}: {messages}, {octets}", server.name);
    };
    let title = format!("P14: login, LIST, RETR of {MAILDROP} messages of {OCTETS} octets, QUIT");
    measure(&title, &servers, MAILDROP, TIMES, read, |_| {});
}

/// Each server in each round, the order rotated. Prints the table.
fn measure(
    title: &str,
    servers: &[Server],
    messages: usize,
    times: usize,
    work: impl Fn(&Server),
    after: impl Fn(&Server),
) {
    let mut all: Vec<Vec<Cost>> = servers.iter().map(|_| Vec::new()).collect();
    for round in 0..=ROUNDS {
        eprintln!("{title}: round {round} of {ROUNDS}");
        for turn in 0..servers.len() {
            let at = (turn + round) % servers.len();
            let server = &servers[at];
            let before = cpu_seconds(&[server.id]);
            let begun = Instant::now();
            (0..times).for_each(|_| work(server));
            let wall = begun.elapsed().as_secs_f64() / times as f64;
            let cpu = (cpu_seconds(&[server.id]) - before) / times as f64;
            after(server);
            if round > 0 {
                all[at].push(Cost { cpu, wall });
            }
        }
    }
    let part = |costs: &[Cost], of: fn(&Cost) -> f64| costs.iter().map(of).collect::<Vec<f64>>();
    let ours = all.first().cloned().unwrap_or_default();
    let row = |(server, costs): (&Server, &Vec<Cost>)| {
        let speed: Vec<f64> = costs.iter().map(|cost| messages as f64 / cost.wall).collect();
        let our_speed: Vec<f64> = ours.iter().map(|cost| messages as f64 / cost.wall).collect();
        vec![
            server.name.to_owned(),
            spread(&part(costs, |cost| cost.cpu), 3),
            spread(&speed, 0),
            format!("{:.2}x", ratio(&our_speed, &speed)),
        ]
    };
    println!("### {title}\n");
    let rows: Vec<_> = servers.iter().zip(&all).map(row).collect();
    print(&["server", "CPU s", "messages a second", "ours / this, messages a second"], &rows);
}

fn versions(servers: &[Server]) {
    for server in servers {
        println!("- {}: {}", server.name, server.version);
    }
    println!();
}

/// Postfix's own: takes everything, stores nothing.
fn sink() -> Option<(Process, Server)> {
    let program = look_for("smtp-sink")?;
    let port = free_port();
    let mut command = Command::new(&program);
    // As root it wants to be somebody else.
    command.args(if e2e::process::is_root() { &["-u", "nobody"][..] } else { &[] });
    command.args([format!("127.0.0.1:{port}"), "1000".to_owned()]);
    let version = says("postconf", &["mail_version"]);
    Some(listening("smtp-sink", format!("Postfix, {version}"), port, command))
}

/// Python's, with a handler that drops what comes.
fn aiosmtpd() -> Option<(Process, Server)> {
    let python = have("BENCH_PYTHON", "python3")?;
    let port = free_port();
    let asks = "import importlib.metadata as m; print('aiosmtpd', m.version('aiosmtpd'))";
    let known = Command::new(&python).args(["-c", asks]).output().is_ok_and(|output| output.status.success());
    if !known {
        println!("aiosmtpd is not here, so it is not measured.");
        return None;
    }
    let mut command = Command::new(&python);
    command.args(["-m", "aiosmtpd", "-n", "-c", "aiosmtpd.handlers.Sink", "-l", &format!("127.0.0.1:{port}")]);
    Some(listening("aiosmtpd", says(&python, &["-c", asks]), port, command))
}

fn listening(name: &'static str, version: String, port: u16, command: Command) -> (Process, Server) {
    let process = Process::start(command);
    wait::until(&format!("{name} to listen"), || TcpStream::connect(("127.0.0.1", port)).ok());
    let id = process.id();
    (process, Server { name, version, port, id, pop3: None })
}

/// A mail reader, logged in as Ada.
struct Reader {
    tcp: BufReader<TcpStream>,
    line: Vec<u8>,
}

impl Reader {
    fn open(port: u16) -> io::Result<Self> {
        let tcp = TcpStream::connect(("127.0.0.1", port))?;
        tcp.set_nodelay(true)?;
        tcp.set_read_timeout(Some(PATIENCE))?;
        let mut reader = Self { tcp: BufReader::with_capacity(64 * 1024, tcp), line: Vec::new() };
        reader.status()?;
        reader.ask("USER ada\r\n")?;
        reader.ask("PASS lovelace\r\n")?;
        Ok(reader)
    }

    /// LIST, then every message. Gives how many there were, and their octets as they came.
    fn retrieve_all(&mut self) -> io::Result<(usize, usize)> {
        let (mut messages, mut octets) = (0, 0);
        self.ask("LIST\r\n")?;
        while self.next_line()? {
            messages += 1;
        }
        for number in 1..=messages {
            self.ask(&format!("RETR {number}\r\n"))?;
            while self.next_line()? {
                octets += self.line.len();
            }
        }
        self.ask("QUIT\r\n")?;
        Ok((messages, octets))
    }

    /// Deletes every message. Gives how many there were.
    fn empty(&mut self) -> io::Result<usize> {
        self.ask("STAT\r\n")?;
        let said = String::from_utf8_lossy(&self.line).into_owned();
        let number = said.split(' ').nth(1).and_then(|number| number.parse().ok());
        let messages: usize = number.ok_or_else(|| io::Error::other(format!("STAT: {said}")))?;
        for number in 1..=messages {
            self.ask(&format!("DELE {number}\r\n"))?;
        }
        self.ask("QUIT\r\n")?;
        Ok(messages)
    }

    fn ask(&mut self, command: &str) -> io::Result<()> {
        self.tcp.get_mut().write_all(command.as_bytes())?;
        self.status()
    }

    fn status(&mut self) -> io::Result<()> {
        self.read_line()?;
        if self.line.starts_with(b"+OK") { Ok(()) } else { Err(io::Error::other(String::from_utf8_lossy(&self.line))) }
    }

    /// The next line of a multi-line reply; `false` at its end.
    fn next_line(&mut self) -> io::Result<bool> {
        self.read_line()?;
        Ok(self.line != b".\r\n")
    }

    fn read_line(&mut self) -> io::Result<()> {
        self.line.clear();
        match self.tcp.read_until(b'\n', &mut self.line)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}
