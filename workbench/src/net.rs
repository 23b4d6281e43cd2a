//! What a connection reports, in the workbench's own words. The drivers translate the WebSocket contract into these.

/// Microseconds since the session was opened, by the page's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Micros(pub u64);

/// What is known about a TLS handshake, finished or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFacts {
    /// `TLS 1.3`, once the server said so.
    pub version: Option<String>,
    /// `TLS_AES_256_GCM_SHA384`, once the server chose.
    pub cipher: Option<String>,
    /// The key exchange group.
    pub group: Option<String>,
    /// The application protocol the server named (RFC 7301).
    pub alpn: Option<String>,
    /// The name that was asked for and checked.
    pub server_name: String,
    /// What the certificate was checked against.
    pub trust: Trust,
    /// Under [`Trust::Exception`]: what a check finds wrong.
    pub doubt: Option<TlsFailure>,
    /// The certificates shown, leaf first.
    pub chain: Vec<Certificate>,
    /// How long it took.
    pub took: Micros,
    /// Octets of the handshake, sent and received.
    pub crossed: (u64, u64),
}

impl TlsFacts {
    /// Nothing but a name and who vouches for it.
    pub fn unknown(server_name: String, trust: Trust) -> Self {
        let (version, cipher, group, alpn, doubt) = (None, None, None, None, None);
        let (chain, took, crossed) = (Vec::new(), Micros(0), (0, 0));
        Self { version, cipher, group, alpn, server_name, trust, doubt, chain, took, crossed }
    }
}

/// What a server's certificate is checked against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// The authorities the proxy's computer knows, with those its operator added.
    System,
    /// The operator's own authorities alone.
    Own,
    /// The practice authority.
    Practice,
    /// Nothing, by an exception somebody stated.
    Exception,
    /// Nobody: the practice server runs inside the page and no byte leaves it.
    InPage,
}

/// One certificate, as far as the page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Whom it names.
    pub subject: String,
    /// Who signed it.
    pub issuer: String,
    /// The host names it is good for.
    pub names: Vec<String>,
    /// From when and until when, seconds since 1970.
    pub validity: (i64, i64),
    /// The public key's kind and size.
    pub key: String,
    /// The algorithm of the issuer's signature.
    pub signature: String,
    /// The serial number in hex.
    pub serial: String,
    /// SHA-256 of the certificate, in hex.
    pub sha256: String,
}

/// Why a handshake failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TlsFailure {
    /// No trusted authority signed the certificate.
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
    /// A key or a signature is too weak, or of a kind nobody here knows: RSA below 2048 bits, SHA-1.
    Weak,
    /// The server showed more than 10 certificates, or 64 KiB of them. They are not told.
    ChainTooLong,
    /// Server and proxy share no version or cipher suite; the proxy knows TLS 1.2 and 1.3.
    NothingInCommon,
    /// What answered does not speak TLS here.
    NotTls,
    /// The server closed during the handshake.
    Closed,
    /// No answer in time.
    TimedOut,
    /// Anything else, in the TLS library's words.
    Other(String),
}

/// Who ended a session, or why it never began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The server closed in order; `truncated` when TLS was on and it did not say so.
    Server {
        /// Closed without close_notify.
        truncated: bool,
    },
    /// The connection was reset.
    Reset,
    /// The learner cut it.
    Client,
    /// The operator's policy.
    NotAllowed,
    /// The host was written in a way that is none.
    BadHost(HostFault),
    /// Any mail server may be reached, but not at this port.
    OtherPort,
    /// Port 25 is reached only by a name the operator allowed.
    RelayPort,
    /// The host, or an address of its name, is not on the public internet.
    NotPublic(Block),
    /// Nobody may go there, whatever the operator allows.
    Never(Block),
    /// The target is the proxy.
    Itself,
    /// What answered does not greet like a mail server.
    NotMail,
    /// Too many connections in a short time.
    TooFast {
        /// Seconds to wait.
        seconds: u32,
    },
    /// The visitor has too many sessions.
    TooMany {
        /// How many.
        sessions: u32,
    },
    /// The certificate cannot be checked the way that was asked for.
    NoSuchTrust,
    /// The name has no address.
    NoSuchHost,
    /// No name server answered.
    NameFailed,
    /// The port refused.
    Refused,
    /// No answer in time.
    TimedOut {
        /// Seconds waited.
        seconds: u32,
    },
    /// Some other network failure.
    Network(String),
    /// TLS failed; why was told before.
    Tls,
    /// Nothing crossed for too long.
    Idle,
    /// The proxy is stopping.
    Shutdown,
    /// The proxy has too many sessions.
    Busy,
    /// The practice server has no room for another visitor's mailboxes.
    PracticeFull,
    /// The page lost the proxy.
    ProxyLost,
    /// The practice server inside the page could not be fetched, or broke.
    PracticeLost,
    /// Page and proxy disagree about their contract: a bug, or two versions.
    Contract(String),
}

/// Why a text is no host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostFault {
    /// Nothing, or nothing between two dots.
    Empty,
    /// Longer than DNS allows (RFC 1035 section 2.3.4).
    TooLong,
    /// A number where an address is meant.
    Number,
    /// An address with a zone (RFC 4007 section 11).
    Zone,
    /// A label that mixes alphabets.
    Mixed,
    /// Something that cannot stand in a name.
    Character,
}

/// A row of the special-purpose address registries (RFC 6890).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What the registry calls it.
    pub name: String,
    /// Who reserved it.
    pub source: String,
}

/// What the proxy offers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    /// The practice server behind the proxy: its name and the standard ports that answer.
    pub practice: Option<(String, Vec<u16>)>,
    /// Real servers the operator allowed.
    pub allowed: Vec<Allowed>,
    /// The ports at which any mail server on the public internet may be reached; none unless the operator said so.
    pub open_ports: Vec<u16>,
    /// What their certificates may be checked against, the default first.
    pub trust: Vec<Trust>,
}

/// A real server the operator allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// Name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// Whether the operator stated that its certificate need not be good.
    pub exception: bool,
}
