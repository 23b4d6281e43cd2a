//! The contract between page and proxy: control messages as JSON text frames, octets as binary frames of a kind each.
//! What the messages mean for the learner is not here; `docs/wire.md` tells it in prose for other languages.
//!
//! A message is an object with one field, its name; that form needs a third of the decoder a `type` field would need.
//!
//! The nouns in it ([`Cause`], [`TlsFacts`], [`Mx`] ...) are the page's own, too: `workbench` takes them from here.
//!
//! One WebSocket (`/ws`) carries one mail session. Before it, `GET /offer` answers with an [`Offer`], and `POST /mx` with an
//! [`MxReply`]. Without a proxy the page talks to a worker of its own, by [`ToPractice`] and [`FromPractice`].

mod facts;
mod frame;
mod mx;
mod practice;

use serde::{Deserialize, Serialize};

pub use facts::{Cause, Certificate, HostFault, TlsFacts, TlsFailure, Trust};
pub use frame::{BadFrame, Head, Kind, PAGE_MAIL, page_frame, page_mail, split_frame};
pub use mx::{Found, MAX_MX_QUESTION, Mx, MxHost, MxQuestion, MxReply};
pub use practice::{FromPractice, ToPractice};

/// The version of this contract. A proxy refuses any other with [`ErrorCode::Version`].
pub const VERSION: u32 = 2;

/// The longest message either side may send, in bytes, whatever is in it.
pub const MAX_MESSAGE: usize = 64 * 1024;

/// The most octets of the network view a page may ask for in one session.
pub const MAX_WATCH: u32 = 256 * 1024;

/// The longest name of a practice world, in bytes.
pub const MAX_WORLD: usize = 64;

/// What the proxy offers: the body of `GET /offer`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// See [`VERSION`].
    pub version: u32,
    /// The practice server, when its listeners are up.
    pub practice: Option<Practice>,
    /// The real servers the operator allowed, as written.
    pub allowed: Vec<Allowed>,
    /// The ports at which any mail server on the public internet may be reached; none unless the operator said so.
    #[serde(default)]
    pub open_ports: Vec<u16>,
    /// What a real server's certificate may be checked against, the default first.
    #[serde(default)]
    pub trust: Vec<Trust>,
}

impl Default for Offer {
    /// Of a proxy that has nothing to offer.
    fn default() -> Self {
        let (practice, allowed, open_ports, trust) = (None, Vec::new(), Vec::new(), Vec::new());
        Self { version: VERSION, practice, allowed, open_ports, trust }
    }
}

/// The practice server as the page may address it: the name of the practice zone with the standard ports.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Practice {
    /// `mail.example.test`.
    pub host: String,
    /// The services that listen.
    pub services: Vec<PracticeService>,
}

/// One listener of the practice server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PracticeService {
    /// The standard port the page opens: 110, 995, 25, 587, 465.
    pub port: u16,
    /// The loopback port that really listens (for `telnet localhost 1110`).
    pub listens_on: u16,
}

/// A real server the operator allowed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allowed {
    /// A name or an address, as the operator wrote it.
    pub host: String,
    /// The TCP port.
    pub port: u16,
    /// Whether the operator stated an exception: [`Trust::Exception`] may be asked for.
    #[serde(default)]
    pub exception: bool,
}

/// What the page says, as JSON text frames. Mail bytes are binary frames: see [`page_frame`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ClientMsg {
    /// The first message, once: dial this.
    Open(Open),
    /// The server gave the go-ahead for STLS or STARTTLS: shake hands now.
    StartTls {
        /// How many bytes the server had sent in plain text, up to and with the end of the go-ahead. Any plain byte beyond is an injection
        /// finding (RFC 3207 section 6, RFC 2595 section 8).
        after: u64,
    },
    /// The page has dealt with this many bytes: the relay may send as many more.
    Credit {
        /// Bytes granted beyond those granted before.
        bytes: u32,
    },
    /// Drop the TCP connection now, as a cut line would.
    Close,
}

/// What [`ClientMsg::Open`] asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Open {
    /// See [`VERSION`].
    pub version: u32,
    /// Name or address of the mail server.
    pub host: String,
    /// The TCP port.
    pub port: u16,
    /// Whether TLS starts with the first byte (RFC 8314 section 3).
    pub tls: TlsMode,
    /// The visitor's own practice world, see [`is_world`]: the same word means the same mailboxes. Without one it is
    /// the world everybody shares who comes by plain TCP. Ignored for real servers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub world: Option<String>,
    /// Whose word is taken for the server's certificate. Without it the practice authority for the practice server,
    /// the system's authorities for any other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trust: Option<Trust>,
    /// How many octets below TLS the page wants to see as [`Kind::BelowTls`], both directions together; without it none, at most
    /// [`MAX_WATCH`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watch: Option<u32>,
}

impl Open {
    /// This target in this version, everything else left out.
    pub fn new(host: String, port: u16, tls: TlsMode) -> Self {
        Self { version: VERSION, host, port, tls, world: None, trust: None, watch: None }
    }
}

/// When TLS begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TlsMode {
    /// Plain text; [`ClientMsg::StartTls`] may upgrade later.
    None,
    /// TLS from the first byte.
    Implicit,
}

/// What the proxy says, as JSON text frames. Mail bytes and octets below TLS are binary frames: see [`Head`]. `at_us` is microseconds since
/// the session was opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServerMsg {
    /// TCP is up.
    Connected {
        /// The address dialled, `127.0.0.1:1110`.
        address: String,
        /// Microseconds since the session was opened.
        at_us: u64,
    },
    /// The TLS handshake is done; from here all mail bytes travel encrypted.
    Tls {
        /// What was agreed and who the server proved to be.
        facts: TlsFacts,
        /// Microseconds since the session was opened.
        at_us: u64,
    },
    /// The TLS handshake failed; the session is over. [`ServerMsg::Closed`] follows.
    TlsFailed {
        /// Why it failed.
        failure: TlsFailure,
        /// What was agreed and shown by then.
        facts: TlsFacts,
        /// Microseconds since the session was opened.
        at_us: u64,
    },
    /// The session's TLS secrets in the format of RFC 9850; only for the practice server, and only when the network view was
    /// asked for.
    KeyLog {
        /// One secret a line, without line ends.
        lines: Vec<String>,
    },
    /// Plain bytes came after the go-ahead of STLS/STARTTLS; the upgrade is stopped. [`ServerMsg::Closed`] follows.
    Injection {
        /// How many bytes beyond the go-ahead.
        bytes: u64,
        /// Microseconds since the session was opened.
        at_us: u64,
    },
    /// The mail session is over. Nothing follows but the WebSocket's own close.
    Closed {
        /// Who ended it and how.
        cause: Cause,
        /// Microseconds since the session was opened.
        at_us: u64,
    },
    /// The proxy ends an idle session soon.
    IdleWarning {
        /// Seconds left.
        seconds: u32,
    },
    /// The proxy is stopping: finish what you are at. No new session begins.
    Stopping {
        /// Seconds left.
        seconds: u32,
    },
    /// The page broke this contract. The WebSocket closes after it.
    Error {
        /// Which rule.
        code: ErrorCode,
        /// The offending word, number or parser message; never mail bytes.
        detail: String,
    },
}

/// A side of the connection with the mail server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The proxy, for the page.
    Client,
    /// The mail server.
    Server,
}

/// Which rule of the contract the page broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// Not the JSON of a known message, not the name of a world, or no frame of a known kind; what was not understood is named
    /// in the detail.
    Malformed,
    /// Another version.
    Version,
    /// A message that does not fit here: bytes before open, a second open, start_tls under TLS.
    OutOfOrder,
    /// Longer than [`MAX_MESSAGE`].
    TooLong,
}

/// Whether a word may name a practice world: ASCII letters, digits and hyphens, at least one, at most [`MAX_WORLD`].
pub fn is_world(word: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=MAX_WORLD).contains(&word.len()) && word.bytes().all(legal)
}
