//! What can be set, by the command line, the environment or a TOML file alike. What it means is in the rooms it is handed to.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use clap::{Args, ValueEnum};
use proxy::{AllowedTarget, Config, Limits, OpenInternet, Origin, PracticePorts, Rate};
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use toml::Value;
use tracing::Level;

/// Everything `serve` can be told. `None` and an empty list say nothing.
#[derive(Clone, Debug, Default, Args, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Settings {
    /// Where to serve the page; port 0 takes any free port [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS:PORT", env = "MAILSPEAK_LISTEN")]
    pub listen: Option<SocketAddr>,

    /// Where Prometheus may read /metrics, beside the page's listener, such as 127.0.0.1:9464 [default: nowhere]
    #[arg(long, value_name = "ADDRESS:PORT", env = "MAILSPEAK_METRICS")]
    pub metrics: Option<SocketAddr>,

    /// Let the page reach this mail server; may be repeated
    #[arg(long, value_name = "HOST:PORT", env = "MAILSPEAK_ALLOW", value_delimiter = ',')]
    pub allow: Vec<Text<AllowedTarget>>,

    /// Let the page reach any mail server on the public internet, at ports 110, 995, 465 and 587
    #[arg(long, value_name = "true|false", env = "MAILSPEAK_OPEN_INTERNET", num_args = 0..=1, require_equals = true,
        default_missing_value = "true")]
    pub open_internet: Option<bool>,

    /// Ask this name server instead of the system's; may be repeated
    #[arg(long, value_name = "ADDRESS:PORT", env = "MAILSPEAK_NAME_SERVER", value_delimiter = ',')]
    pub name_server: Vec<SocketAddr>,

    /// Believe this reverse proxy's X-Forwarded-For when visitors are counted; may be repeated
    #[arg(long, value_name = "ADDRESS", env = "MAILSPEAK_TRUSTED_PROXY", value_delimiter = ',')]
    pub trusted_proxy: Vec<IpAddr>,

    /// Answer also under this origin, such as https://mail.school.example; may be repeated
    #[arg(long, value_name = "ORIGIN", env = "MAILSPEAK_ORIGIN", value_delimiter = ',')]
    pub origin: Vec<Text<Origin>>,

    /// Trust also the authorities of this PEM file, or folder of them, for real servers; may be repeated
    #[arg(long, value_name = "PATH", env = "MAILSPEAK_CA_FILE", value_delimiter = ',')]
    pub ca_file: Vec<PathBuf>,

    /// Let the page go on when this allowed server's certificate is not good, telling what is wrong; may be repeated
    #[arg(long, value_name = "HOST:PORT", env = "MAILSPEAK_TLS_EXCEPTION", value_delimiter = ',')]
    pub tls_exception: Vec<Text<AllowedTarget>>,

    /// The practice POP3 port on loopback (standard: 110) [default: 1110]
    #[arg(long, value_name = "PORT|off", env = "MAILSPEAK_PRACTICE_POP3")]
    pub practice_pop3: Option<PortOrOff>,

    /// The practice POP3 port with TLS from the first byte (standard: 995) [default: 1995]
    #[arg(long, value_name = "PORT|off", env = "MAILSPEAK_PRACTICE_POP3S")]
    pub practice_pop3s: Option<PortOrOff>,

    /// The practice SMTP port (standard: 25) [default: 1025]
    #[arg(long, value_name = "PORT|off", env = "MAILSPEAK_PRACTICE_SMTP")]
    pub practice_smtp: Option<PortOrOff>,

    /// The practice submission port (standard: 587) [default: 1587]
    #[arg(long, value_name = "PORT|off", env = "MAILSPEAK_PRACTICE_SUBMISSION")]
    pub practice_submission: Option<PortOrOff>,

    /// The practice submission port with TLS from the first byte (standard: 465) [default: 1465]
    #[arg(long, value_name = "PORT|off", env = "MAILSPEAK_PRACTICE_SMTPS")]
    pub practice_smtps: Option<PortOrOff>,

    /// Run no practice mail server
    #[arg(long, value_name = "true|false", env = "MAILSPEAK_NO_PRACTICE", num_args = 0..=1, require_equals = true,
        default_missing_value = "true")]
    pub no_practice: Option<bool>,

    /// Mail sessions at once [default: 2000]
    #[arg(long, value_name = "COUNT", env = "MAILSPEAK_SESSIONS")]
    pub sessions: Option<Count>,

    /// Mail sessions of one visitor at once; a school behind one address is one visitor [default: 500]
    #[arg(long, value_name = "COUNT", env = "MAILSPEAK_VISITOR_SESSIONS")]
    pub visitor_sessions: Option<Count>,

    /// Connections to real servers by one visitor: so many a minute, and as many at once [default: 120]
    #[arg(long, value_name = "COUNT", env = "MAILSPEAK_VISITOR_RATE")]
    pub visitor_rate: Option<Count>,

    /// Connections to one real server by all visitors: so many a minute, and as many at once [default: 120]
    #[arg(long, value_name = "COUNT", env = "MAILSPEAK_SERVER_RATE")]
    pub server_rate: Option<Count>,

    /// MiB of mail in all practice mailboxes together; beyond, the practice server refuses mail [default: 256]
    #[arg(long, value_name = "MIB", env = "MAILSPEAK_PRACTICE_MAIL")]
    pub practice_mail: Option<Count>,

    /// Keep practice mail in memory only, so that it ends with the process
    #[arg(long, value_name = "true|false", env = "MAILSPEAK_PRACTICE_IN_MEMORY", num_args = 0..=1, require_equals = true,
        default_missing_value = "true")]
    pub practice_in_memory: Option<bool>,

    /// How long sessions may go on after the first signal to stop [default: 60]
    #[arg(long, value_name = "SECONDS", env = "MAILSPEAK_STOP_GRACE")]
    pub stop_grace: Option<u32>,

    /// The folder that keeps the practice authority and practice mail [default: $XDG_STATE_HOME/mailspeak]
    #[arg(long, value_name = "DIR", env = "MAILSPEAK_STATE_DIR")]
    pub state_dir: Option<PathBuf>,

    /// How much to tell on stderr; never what was said in a session [default: info]
    #[arg(long, value_name = "LEVEL", value_enum, env = "MAILSPEAK_LOG")]
    pub log: Option<LogLevel>,
}

impl Settings {
    /// Reads a TOML file; a mistake is told with its place.
    pub fn read(path: &Path) -> Result<Self, String> {
        Self::read_as(path)
    }

    /// The same file, as it stands there.
    pub fn table(path: &Path) -> Result<toml::Table, String> {
        Self::read_as(path)
    }

    fn read_as<T: DeserializeOwned>(path: &Path) -> Result<T, String> {
        let shown = path.display();
        let text = std::fs::read_to_string(path).map_err(|error| format!("{shown} cannot be read: {error}"))?;
        toml::from_str(&text).map_err(|error| {
            let (line, column) = place(&text, error.span().map_or(0, |span| span.start));
            let message: Vec<_> = error.message().lines().collect();
            format!("{shown}: line {line}, column {column}: {}", message.join(" "))
        })
    }

    /// What is said here, and what `other` says where nothing is. A list is taken whole.
    pub fn or(self, other: Self) -> Self {
        Self {
            listen: self.listen.or(other.listen),
            metrics: self.metrics.or(other.metrics),
            allow: whole(self.allow, other.allow),
            open_internet: self.open_internet.or(other.open_internet),
            name_server: whole(self.name_server, other.name_server),
            trusted_proxy: whole(self.trusted_proxy, other.trusted_proxy),
            origin: whole(self.origin, other.origin),
            ca_file: whole(self.ca_file, other.ca_file),
            tls_exception: whole(self.tls_exception, other.tls_exception),
            practice_pop3: self.practice_pop3.or(other.practice_pop3),
            practice_pop3s: self.practice_pop3s.or(other.practice_pop3s),
            practice_smtp: self.practice_smtp.or(other.practice_smtp),
            practice_submission: self.practice_submission.or(other.practice_submission),
            practice_smtps: self.practice_smtps.or(other.practice_smtps),
            no_practice: self.no_practice.or(other.no_practice),
            sessions: self.sessions.or(other.sessions),
            visitor_sessions: self.visitor_sessions.or(other.visitor_sessions),
            visitor_rate: self.visitor_rate.or(other.visitor_rate),
            server_rate: self.server_rate.or(other.server_rate),
            practice_mail: self.practice_mail.or(other.practice_mail),
            practice_in_memory: self.practice_in_memory.or(other.practice_in_memory),
            stop_grace: self.stop_grace.or(other.stop_grace),
            state_dir: self.state_dir.or(other.state_dir),
            log: self.log.or(other.log),
        }
    }

    /// How much to tell.
    pub fn log_level(&self) -> Level {
        self.log.unwrap_or(LogLevel::Info).level()
    }

    /// What the proxy is told. `state_dir` stands in for one that was not named.
    pub fn into_config(self, state_dir: Option<PathBuf>) -> Config {
        let usual = PracticePorts::default();
        let port = |port: Option<PortOrOff>, usual| port.map_or(usual, |port| port.0);
        let practice = match self.no_practice {
            Some(true) => PracticePorts::OFF,
            Some(false) | None => PracticePorts {
                pop3: port(self.practice_pop3, usual.pop3),
                pop3s: port(self.practice_pop3s, usual.pop3s),
                smtp: port(self.practice_smtp, usual.smtp),
                submission: port(self.practice_submission, usual.submission),
                smtps: port(self.practice_smtps, usual.smtps),
            },
        };
        let mut limits = Limits::default();
        let places = |said: Option<Count>, usual| said.map_or(usual, |count| count.0 as usize);
        limits.sessions = places(self.sessions, limits.sessions);
        limits.visitor_sessions = places(self.visitor_sessions, limits.visitor_sessions);
        let rate = |said: Option<Count>, usual| said.map_or(usual, |count| Rate::a_minute(count.0));
        limits.visitor_rate = rate(self.visitor_rate, limits.visitor_rate);
        limits.server_rate = rate(self.server_rate, limits.server_rate);
        limits.practice_mail =
            self.practice_mail.map_or(limits.practice_mail, |mebibytes| u64::from(mebibytes.0) * 1024 * 1024);
        limits.stop_grace =
            self.stop_grace.map_or(limits.stop_grace, |seconds| Duration::from_secs(u64::from(seconds)));
        Config {
            listen: self.listen.unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, 8080))),
            metrics: self.metrics,
            origins: self.origin.into_iter().map(|origin| origin.0).collect(),
            allowed: self.allow.into_iter().map(|target| target.0).collect(),
            open_internet: self.open_internet.unwrap_or(false).then(OpenInternet::default),
            name_servers: self.name_server,
            trusted_proxies: self.trusted_proxy,
            ca_files: self.ca_file,
            exceptions: self.tls_exception.into_iter().map(|target| target.0).collect(),
            practice,
            state_dir: self.state_dir.or(state_dir),
            practice_in_memory: self.practice_in_memory.unwrap_or(false),
            limits,
            ..Config::default()
        }
    }
}

fn whole<T>(mine: Vec<T>, others: Vec<T>) -> Vec<T> {
    if mine.is_empty() { others } else { mine }
}

/// Line and column of a byte, counted from 1.
fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    (line, before[start..].chars().count() + 1)
}

/// A value written as a text, in a file too.
#[derive(Clone, Debug)]
pub struct Text<T>(pub T);

impl<T: FromStr> FromStr for Text<T> {
    type Err = T::Err;

    fn from_str(text: &str) -> Result<Self, T::Err> {
        text.parse().map(Self)
    }
}

impl<'de, T: FromStr<Err: std::fmt::Display>> Deserialize<'de> for Text<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map(Self).map_err(Error::custom)
    }
}

/// A port, or `off`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PortOrOff(pub Option<u16>);

impl FromStr for PortOrOff {
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

impl<'de> Deserialize<'de> for PortOrOff {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        as_said(from)
    }
}

/// How many: at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count(pub u32);

impl FromStr for Count {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let count = text.parse().ok().filter(|count| *count > 0);
        count.map(Self).ok_or_else(|| format!("give a whole number from 1 to {}", u32::MAX))
    }
}

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        as_said(from)
    }
}

/// A value of the file, read as if the command line had said it.
fn as_said<'de, T: FromStr<Err = String>, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    let said = match Value::deserialize(from)? {
        Value::String(word) => word,
        Value::Integer(number) => number.to_string(),
        // No setting that is said so is one of these.
        Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) | Value::Array(_) | Value::Table(_) => String::new(),
    };
    said.parse().map_err(D::Error::custom)
}

/// How much to tell.
#[derive(Clone, Copy, Debug, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
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
    fn level(self) -> Level {
        match self {
            Self::Error => Level::ERROR,
            Self::Warn => Level::WARN,
            Self::Info => Level::INFO,
            Self::Debug => Level::DEBUG,
        }
    }
}
