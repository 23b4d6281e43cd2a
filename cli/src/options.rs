//! The command line's shape. What each option does is not here.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Parser, Subcommand, ValueEnum};
use proxy::{AllowedTarget, Config, OpenInternet, Origin, PracticePorts};
use tracing::Level;

/// Speak POP3 and SMTP by hand, in the browser.
#[derive(Debug, Parser)]
#[command(name = "mailspeak", version, arg_required_else_help = true, subcommand_required = true)]
pub struct Options {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the page, the relay and the practice mail server until stopped
    Serve(ServeOptions),
    /// Print the certificate of the practice authority (PEM), making it at first use
    PracticeCa {
        /// The folder that keeps the practice authority [default: $XDG_STATE_HOME/mailspeak]
        #[arg(long, value_name = "DIR")]
        state_dir: Option<PathBuf>,
    },
}

/// The options of `mailspeak serve`.
#[derive(Debug, Args)]
pub struct ServeOptions {
    /// Where to serve the page; port 0 takes any free port
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,

    /// Let the page reach this mail server; may be repeated
    #[arg(long, value_name = "HOST:PORT")]
    pub allow: Vec<AllowedTarget>,

    /// Let the page reach any mail server on the public internet, at ports 110, 995, 465 and 587
    #[arg(long)]
    pub open_internet: bool,

    /// Ask this name server instead of the system's; may be repeated
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub name_server: Vec<SocketAddr>,

    /// Believe this reverse proxy's X-Forwarded-For when visitors are counted; may be repeated
    #[arg(long, value_name = "ADDRESS")]
    pub trusted_proxy: Vec<IpAddr>,

    /// Answer also under this origin, such as https://mail.school.example; may be repeated
    #[arg(long, value_name = "ORIGIN")]
    pub origin: Vec<Origin>,

    /// Trust also the authorities of this PEM file, or folder of them, for allowed servers; may be repeated
    #[arg(long, value_name = "PATH")]
    pub ca_file: Vec<PathBuf>,

    /// The practice POP3 port on loopback (standard: 110)
    #[arg(long, value_name = "PORT|off", default_value = "1110")]
    pub practice_pop3: Door,

    /// The practice POP3 port with TLS from the first byte (standard: 995)
    #[arg(long, value_name = "PORT|off", default_value = "1995")]
    pub practice_pop3s: Door,

    /// The practice SMTP port (standard: 25)
    #[arg(long, value_name = "PORT|off", default_value = "1025")]
    pub practice_smtp: Door,

    /// The practice submission port (standard: 587)
    #[arg(long, value_name = "PORT|off", default_value = "1587")]
    pub practice_submission: Door,

    /// The practice submission port with TLS from the first byte (standard: 465)
    #[arg(long, value_name = "PORT|off", default_value = "1465")]
    pub practice_smtps: Door,

    /// Run no practice mail server
    #[arg(long)]
    pub no_practice: bool,

    /// The folder that keeps the practice authority [default: $XDG_STATE_HOME/mailspeak]
    #[arg(long, value_name = "DIR")]
    pub state_dir: Option<PathBuf>,

    /// How much to tell on stderr; never what was said in a session
    #[arg(long, value_name = "LEVEL", value_enum, default_value = "info")]
    pub log: LogLevel,
}

impl ServeOptions {
    /// What the proxy is told. `state_dir` stands in for one that was not named.
    pub fn into_config(self, state_dir: Option<PathBuf>) -> Config {
        let practice = match self.no_practice {
            true => PracticePorts::OFF,
            false => PracticePorts {
                pop3: self.practice_pop3.0,
                pop3s: self.practice_pop3s.0,
                smtp: self.practice_smtp.0,
                submission: self.practice_submission.0,
                smtps: self.practice_smtps.0,
            },
        };
        Config {
            listen: self.listen,
            origins: self.origin,
            allowed: self.allow,
            open_internet: self.open_internet.then(OpenInternet::default),
            name_servers: self.name_server,
            trusted_proxies: self.trusted_proxy,
            ca_files: self.ca_file,
            practice,
            state_dir: self.state_dir.or(state_dir),
            ..Config::default()
        }
    }
}

/// A port, or `off`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Door(pub Option<u16>);

impl FromStr for Door {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "off" => Ok(Self(None)),
            port => {
                port.parse().map(|port| Self(Some(port))).map_err(|_| "give a port from 0 to 65535, or off".to_owned())
            }
        }
    }
}

/// How much to tell.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum LogLevel {
    /// What went wrong.
    Error,
    /// And what may go wrong.
    Warn,
    /// And one line for each connection to a mail server.
    Info,
    /// And HTTP's troubles.
    Debug,
}

impl LogLevel {
    /// In the words of the log library.
    pub fn level(self) -> Level {
        match self {
            Self::Error => Level::ERROR,
            Self::Warn => Level::WARN,
            Self::Info => Level::INFO,
            Self::Debug => Level::DEBUG,
        }
    }
}
