//! What is known of a connection: who ended it, what TLS agreed, whom the server proved to be. When it is told is not here.
//!
//! These are the words for both: the proxy tells them, the page keeps them, and sessions are saved in them.

use serde::{Deserialize, Serialize};

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
    /// Any mail server may be reached, but not at this port: see [`crate::Offer::open_ports`].
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
    /// TLS failed; [`crate::ServerMsg::TlsFailed`] or [`crate::ServerMsg::Injection`] came before.
    Tls,
    /// Nothing crossed for too long.
    Idle,
    /// The proxy is stopping.
    Shutdown,
    /// The proxy has as many sessions as it carries.
    Busy,
    /// The practice server has no room for another world.
    PracticeFull,
    /// The page lost the proxy. Only a page says this, and the two below.
    ProxyLost,
    /// The practice server inside the page could not be fetched, or broke.
    PracticeLost,
    /// Page and proxy disagree about their contract: a bug, or two versions.
    Contract {
        /// What was not understood.
        detail: String,
    },
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

impl TlsFacts {
    /// Nothing but a name and who vouches for it.
    pub fn unknown(server_name: String, trust: Trust) -> Self {
        let (version, cipher, group, alpn, doubt) = (None, None, None, None, None);
        let (chain, took_us, sent, received) = (Vec::new(), 0, 0, 0);
        Self { version, cipher, group, alpn, server_name, trust, doubt, chain, took_us, sent, received }
    }
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
    /// Nobody: the practice server runs inside the page and no byte leaves it. A proxy has no such trust to offer.
    InPage,
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
    /// An authority in the chain signed what it may not: it is none, or the names or the length of the chain are limited
    /// (RFC 5280 sections 4.2.1.9 and 4.2.1.10).
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
