//! The contract between page and proxy: control messages as JSON text frames, mail bytes as binary frames.
//! What the messages mean for the learner is not here; `docs/wire.md` tells it in prose for other languages.
//!
//! A message is an object with one field, its name; that form needs a third of the decoder a `type` field would need.
//!
//! One WebSocket (`/ws`) carries one mail session. Before it, `GET /offer` answers with an [`Offer`], and `POST /mx` with an
//! [`MxReply`]. Without a proxy the page talks to a worker of its own, by [`ToPractice`] and [`FromPractice`].

mod mx;
mod practice;

use serde::{Deserialize, Serialize};

pub use mx::{Found, MAX_MX_QUESTION, Mx, MxHost, MxQuestion, MxReply};
pub use practice::{FromPractice, ToPractice};

/// The version of this contract. A proxy refuses any other with [`ErrorCode::Version`].
pub const VERSION: u32 = 1;

/// The longest message either side may send, in bytes (control or mail).
pub const MAX_MESSAGE: usize = 64 * 1024;

/// The bytes at the head of a binary frame from the proxy: microseconds since the session opened, `u64`, big-endian.
pub const TIME_PREFIX: usize = 8;

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
    pub allowed: Vec<Target>,
    /// The ports at which any mail server on the public internet may be reached; none unless the operator said so.
    #[serde(default)]
    pub open_ports: Vec<u16>,
    /// What a real server's certificate may be checked against, the default first.
    #[serde(default)]
    pub trust: Vec<Trust>,
}

/// The practice server as the page may address it: the name of the practice zone with the standard ports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// A host and a port the proxy may dial.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// A name or an address, as the operator wrote it.
    pub host: String,
    /// The TCP port.
    pub port: u16,
    /// Whether the operator stated an exception: [`Trust::Exception`] may be asked for.
    #[serde(default)]
    pub exception: bool,
}

/// What the page says, as JSON text frames. Binary frames from the page are bytes for the mail server, nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ClientMsg {
    /// The first message, once: dial this.
    Open(Open),
    /// The server gave the go-ahead for STLS or STARTTLS: shake hands now.
    StartTls {
        /// How many bytes the server had sent in plain text, up to and with the end of the go-ahead.
        /// Any plain byte beyond is an injection finding (RFC 3207 section 6, RFC 2595 section 8).
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
    /// How many octets below TLS the page wants to see as [`ServerMsg::Network`], both directions together; without
    /// it none, at most [`MAX_WATCH`].
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

/// What the proxy says, as JSON text frames. `at_us` is microseconds since the session was opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServerMsg {
    /// TCP is up.
    Connected {
        /// The address dialled, `127.0.0.1:1110`.
        address: String,
        /// When.
        at_us: u64,
    },
    /// The TLS handshake is done; from here all mail bytes travel encrypted.
    Tls {
        /// What was agreed and who the server proved to be.
        facts: TlsFacts,
        /// When.
        at_us: u64,
    },
    /// The TLS handshake failed; the session is over. [`ServerMsg::Closed`] follows.
    TlsFailed {
        /// Why.
        failure: TlsFailure,
        /// What was agreed and shown by then.
        facts: TlsFacts,
        /// When.
        at_us: u64,
    },
    /// Octets on the wire below TLS, as one read or write of the proxy had them; only what [`ClientMsg::Open`] asked for.
    Network {
        /// Who sent them.
        from: Side,
        /// The octets, in base64.
        base64: String,
        /// When.
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
        /// When.
        at_us: u64,
    },
    /// The mail session is over. Nothing follows but the WebSocket's own close.
    Closed {
        /// Who ended it and how.
        cause: Cause,
        /// When.
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The proxy, for the page.
    Client,
    /// The mail server.
    Server,
}

/// Who ended a session, or why it never began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The server closed its side in order (FIN, after close_notify where TLS was on).
    Server {
        /// Under TLS: it closed without close_notify, so the end may have been cut off (RFC 8446 section 6.1).
        truncated: bool,
    },
    /// The server or the network reset the connection.
    Reset,
    /// The page asked.
    Client,
    /// The operator's policy does not allow this target. Says nothing about what is open inside.
    NotAllowed,
    /// The host was written in a way that is none.
    BadHost {
        /// What is wrong with it.
        why: HostFault,
    },
    /// Any mail server may be reached, but not at this port: see [`Offer::open_ports`].
    OtherPort,
    /// Port 25 is reached only by a name the operator allowed.
    RelayPort,
    /// The host, or one of the addresses of its name, is not on the public internet.
    NotPublic {
        /// What the IANA registry calls the addresses there.
        block: String,
        /// Who reserved them: an RFC.
        source: String,
    },
    /// Nobody may go there, whatever the operator allows: link-local addresses, and where clouds keep secrets.
    Never {
        /// What the IANA registry calls the addresses there.
        block: String,
        /// Who reserved them: an RFC, or whose cloud.
        source: String,
    },
    /// The target is the proxy itself.
    Itself,
    /// The first bytes of a server on the open internet are no greeting of POP3 or SMTP. Nothing was sent to it.
    NotMail,
    /// Too many connections in a short time, by this visitor or to this server.
    TooFast {
        /// Try again after so many seconds.
        seconds: u32,
    },
    /// The visitor has as many sessions as one may have.
    TooMany {
        /// How many.
        sessions: u32,
    },
    /// The operator stated no exception for this target, or no authorities of their own: it cannot be checked that way.
    NoSuchTrust,
    /// The name has no address.
    NoSuchHost,
    /// No name server gave an answer.
    NameFailed,
    /// The port refused the connection.
    Refused,
    /// No answer in time.
    TimedOut {
        /// Seconds waited.
        seconds: u32,
    },
    /// Some other network failure, in the operating system's words.
    Network {
        /// Its message.
        detail: String,
    },
    /// TLS failed; [`ServerMsg::TlsFailed`] or [`ServerMsg::Injection`] came before.
    Tls,
    /// Nothing crossed for too long.
    Idle,
    /// The proxy is stopping.
    Shutdown,
    /// The proxy has as many sessions as it carries.
    Busy,
    /// The practice server has no room for another world.
    PracticeFull,
}

/// Why a text is no host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HostFault {
    /// Nothing, or nothing between two dots.
    Empty,
    /// A name or label longer than DNS allows.
    TooLong,
    /// A number where an address is meant, such as `2130706433` or `0x7f.1`.
    Number,
    /// An address with a zone, such as `fe80::1%eth0`.
    Zone,
    /// A label that mixes alphabets, as look-alikes do.
    Mixed,
    /// Something that cannot stand in a name.
    Character,
}

/// What is known about a TLS handshake, whether it was finished or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TlsFacts {
    /// `TLS 1.3`, once the server said so.
    pub version: Option<String>,
    /// `TLS_AES_256_GCM_SHA384`, once the server chose.
    pub cipher: Option<String>,
    /// `X25519`, when known.
    pub group: Option<String>,
    /// The application protocol agreed on (RFC 7301). The proxy offers none, so a server should name none.
    pub alpn: Option<String>,
    /// The name that was asked for and checked.
    pub server_name: String,
    /// What the certificate was checked against.
    pub trust: Trust,
    /// Under [`Trust::Exception`]: what a check would have found wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubt: Option<TlsFailure>,
    /// The certificates shown, leaf first.
    pub chain: Vec<Certificate>,
    /// How long the handshake took, microseconds.
    pub took_us: u64,
    /// Octets of the handshake sent to the server.
    pub sent: u64,
    /// Octets of the handshake read from it.
    pub received: u64,
}

/// What a server's certificate is checked against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// The authorities of the proxy's operating system, with those the operator added.
    System,
    /// The operator's own authorities only, as the `-c FILE` and `-C FOLDER` of many mail programs.
    Own,
    /// The practice authority only.
    Practice,
    /// Nothing: whatever it shows is taken. Only where the operator stated the exception, and on the practice server.
    Exception,
}

/// Why a handshake failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TlsFailure {
    /// No trusted authority signed the chain.
    UnknownIssuer,
    /// The certificate names other hosts.
    WrongName,
    /// It ran out.
    Expired,
    /// It is not valid yet.
    NotYetValid,
    /// It was revoked.
    Revoked,
    /// The certificate shown as the server's own is an authority's, as those of `openssl req -x509` are.
    IsAuthority,
    /// It is for something else than servers (RFC 5280 section 4.2.1.12).
    WrongPurpose,
    /// An authority in the chain signed what it may not: it is none, or the names or the length of the chain are limited (RFC 5280 sections 4.2.1.9 and 4.2.1.10).
    BadChain,
    /// A signature does not belong to its key.
    BadSignature,
    /// A key or a signature is too weak, or of a kind the proxy does not know: RSA below 2048 bits, SHA-1.
    Weak,
    /// The server showed more than 10 certificates, or 64 KiB of them. They are not told.
    ChainTooLong,
    /// Server and proxy share no version or cipher suite; the proxy knows TLS 1.2 and 1.3.
    NothingInCommon,
    /// What answered does not speak TLS here.
    NotTls,
    /// The server closed the connection during the handshake.
    Closed,
    /// No answer in time.
    TimedOut,
    /// Anything else, in the TLS library's words.
    Other {
        /// Its message.
        detail: String,
    },
}

/// One certificate of a chain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// Subject, RFC 4514 style.
    pub subject: String,
    /// Issuer, RFC 4514 style.
    pub issuer: String,
    /// DNS names and addresses of the subject alternative name.
    pub names: Vec<String>,
    /// Valid from, seconds since 1970.
    pub not_before: i64,
    /// Valid until, seconds since 1970.
    pub not_after: i64,
    /// The public key's kind and size, `EC 256` or `RSA 2048`.
    pub key: String,
    /// The algorithm of the issuer's signature, `ecdsa-with-SHA256`.
    pub signature: String,
    /// The serial number, lower-case hex.
    pub serial: String,
    /// SHA-256 of the DER, lower-case hex.
    pub sha256: String,
}

/// Which rule of the contract the page broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// Not the JSON of a known message, or not the name of a world; what was not understood is named in the detail.
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

/// A binary frame from the proxy: the time prefix, then the chunk. `None` when it is too short to hold the prefix.
pub fn split_chunk(frame: &[u8]) -> Option<(u64, &[u8])> {
    let (time, bytes) = frame.split_first_chunk::<TIME_PREFIX>()?;
    Some((u64::from_be_bytes(*time), bytes))
}

/// The binary frame for a chunk read `at_us` microseconds into the session.
pub fn join_chunk(at_us: u64, bytes: &[u8]) -> Vec<u8> {
    let mut frame = Vec::with_capacity(TIME_PREFIX + bytes.len());
    frame.extend_from_slice(&at_us.to_be_bytes());
    frame.extend_from_slice(bytes);
    frame
}
