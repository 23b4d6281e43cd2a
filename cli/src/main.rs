//! The `mailspeak` command: reads options, starts the proxy, tells the person one sentence when it cannot. What the options mean is decided
//! in the rooms they are handed to.

mod options;
mod settings;
mod sources;

use std::env;
use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{ArgMatches, CommandFactory, FromArgMatches};
use practice::Service;
use proxy::{Authority, Running, StartError, service_name};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::options::{Command, Options, ServeOptions};
use crate::settings::Settings;

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// How long a health check waits, and how much of an answer it reads, in bytes.
const HEALTH_WAIT: Duration = Duration::from_secs(3);
const HEALTH_ANSWER: u64 = 4096;

/// How long tasks that block, such as looking up names, may hold the exit back.
const BLOCKED_WAIT: Duration = Duration::from_millis(100);

fn main() -> ExitCode {
    let matches = Options::command().get_matches();
    let options = Options::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let done = match options.command {
        Command::Serve(options) => serve(options),
        Command::CheckConfig(options) => check_config(options, &matches),
        Command::Health { address } => ask_health(address),
        Command::PracticeCa { state_dir } => print_practice_ca(state_dir),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("mailspeak: {sentence}");
            ExitCode::FAILURE
        }
    }
}

/// `mailspeak serve`: until SIGTERM or SIGINT.
fn serve(options: ServeOptions) -> Result<(), String> {
    let settings = settings(options)?;
    tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_max_level(settings.log_level())
        .with_target(false)
        .with_ansi(false)
        .init();
    raise_open_files();
    let runtime = runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("the runtime cannot start: {error}"))?;
    let served = runtime.block_on(serve_until_told(settings));
    runtime.shutdown_timeout(BLOCKED_WAIT);
    served
}

/// What the command line and the environment say, and the file where they say nothing.
fn settings(options: ServeOptions) -> Result<Settings, String> {
    match options.config {
        Some(path) => Ok(options.settings.or(Settings::read(&path)?)),
        None => Ok(options.settings),
    }
}

/// `mailspeak check-config`: who said what, what is allowed and which authorities are read on stdout, each contradiction on
/// stderr.
fn check_config(options: ServeOptions, matches: &ArgMatches) -> Result<(), String> {
    let path = options.config.clone();
    let config = settings(options)?.into_config(default_state_dir());
    let file = path.map(|path| Settings::table(&path).map(|table| (path, table))).transpose()?;
    let said = matches.subcommand().map(|(_, matches)| matches).unwrap_or(matches);
    let mut lines = sources::sources(said, file.as_ref().map(|(path, table)| (path.as_path(), table)));
    let audit = proxy::audit(&config);
    lines.extend(audit.lines);
    let mut wrong: Vec<String> = audit.findings.iter().map(ToString::to_string).collect();
    for path in &config.ca_files {
        match proxy::count_authorities(path) {
            Ok(count) => lines.push(format!("authorities: {count} in {}", path.display())),
            Err(error) => wrong.push(error.to_string()),
        }
    }
    let mut stdout = io::stdout().lock();
    for line in &lines {
        writeln!(stdout, "{line}").map_err(|error| format!("standard output cannot be written: {error}"))?;
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\nmailspeak: ")) }
}

async fn serve_until_told(settings: Settings) -> Result<(), String> {
    let listen_for = |kind| signal(kind).map_err(|error| format!("signals cannot be received: {error}"));
    let mut terminated = listen_for(SignalKind::terminate())?;
    let mut interrupted = listen_for(SignalKind::interrupt())?;
    let mut config = settings.into_config(default_state_dir());
    if !ASSETS.is_empty() {
        config.page = ASSETS;
    }
    let running = proxy::start(config).await.map_err(|error| explain(&error))?;
    announce(&running).map_err(|error| format!("standard output cannot be written: {error}"))?;
    either(&mut terminated, &mut interrupted).await;
    tracing::info!("stopping: {} sessions may finish; a second signal ends them at once", running.sessions());
    tokio::select! {
        () = running.shutdown() => {}
        () = either(&mut terminated, &mut interrupted) => tracing::info!("stopped at once"),
    }
    Ok(())
}

async fn either(one: &mut Signal, other: &mut Signal) {
    tokio::select! {
        _ = one.recv() => {}
        _ = other.recv() => {}
    }
}

/// The practice ports on stderr, then the one line on stdout that says it is ready.
fn announce(running: &Running) -> io::Result<()> {
    for (service, address) in running.practice() {
        eprintln!("mailspeak: practice {} on {address}", service_name(*service));
    }
    if let Some(address) = running.metrics_address() {
        eprintln!("mailspeak: metrics on http://{address}/metrics");
    }
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "mailspeak: http://{}/", reachable(running.address()))?;
    stdout.flush()
}

/// Where a browser on this machine finds a listener: one on every address is found on loopback.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
        named @ (IpAddr::V4(_) | IpAddr::V6(_)) => named,
    };
    SocketAddr::new(ip, address.port())
}

/// `mailspeak health`: one request for `/healthz`, without a library.
fn ask_health(address: SocketAddr) -> Result<(), String> {
    let asked = || -> io::Result<String> {
        let mut server = TcpStream::connect_timeout(&address, HEALTH_WAIT)?;
        server.set_read_timeout(Some(HEALTH_WAIT))?;
        let request = format!("GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        server.write_all(request.as_bytes())?;
        let mut answer = String::new();
        server.take(HEALTH_ANSWER).read_to_string(&mut answer)?;
        Ok(answer)
    };
    match asked() {
        Ok(answer) if answer.starts_with("HTTP/1.1 200 ") => Ok(()),
        Ok(answer) => Err(format!("{address} answers: {}", answer.lines().next().unwrap_or_default())),
        Err(error) => Err(format!("{address} does not answer: {error}")),
    }
}

/// `mailspeak practice-ca`: the certificate, made when there is none.
fn print_practice_ca(state_dir: Option<PathBuf>) -> Result<(), String> {
    let Some(folder) = state_dir.or_else(default_state_dir) else {
        return Err(
            "there is no home folder to keep the practice authority in; name one with --state-dir DIR".to_owned()
        );
    };
    let authority = Authority::kept_in(&folder).map_err(|error| error.to_string())?;
    let printed = io::stdout().lock().write_all(authority.pem().as_bytes());
    printed.map_err(|error| format!("standard output cannot be written: {error}"))
}

/// The XDG base directory specification's folder for state.
fn default_state_dir() -> Option<PathBuf> {
    let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = absolute("XDG_STATE_HOME").or_else(|| Some(absolute("HOME")?.join(".local/state")))?;
    Some(state.join("mailspeak"))
}

/// The error, with the option that helps.
fn explain(error: &StartError) -> String {
    match error {
        StartError::Practice { service, .. } => {
            let option = practice_option(*service);
            format!("{error}; choose another with {option} PORT, or {option} off")
        }
        StartError::Listen { .. } => format!("{error}; choose another address with --listen ADDRESS:PORT"),
        StartError::Metrics { .. } => format!("{error}; choose another address with --metrics ADDRESS:PORT"),
        StartError::Authority(_) => format!("{error}; another folder can be named with --state-dir DIR"),
        StartError::CaFile(_) | StartError::Tls(_) => error.to_string(),
    }
}

fn practice_option(service: Service) -> &'static str {
    match service {
        Service::Pop3 => "--practice-pop3",
        Service::Pop3s => "--practice-pop3s",
        Service::Smtp => "--practice-smtp",
        Service::Submission => "--practice-submission",
        Service::Smtps => "--practice-smtps",
    }
}

/// A session takes two or three open files, and many systems begin with 1024: take what we may.
fn raise_open_files() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }) {
        tracing::warn!("the limit of open files stays as it is: {error}");
    }
}
