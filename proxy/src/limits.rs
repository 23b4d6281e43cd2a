//! Every limit of the proxy, each with its reason and what others chose. What happens when one is hit is not here.

use std::time::Duration;

use crate::rates::Rate;

/// What is counted in bytes is written as so many of these; any other number counts things.
const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

/// WebSocket: wait this long for the page's `open`. A page sends it at once; a scanner never does. Postfix gives a client 300 s for each
/// command, browsers give up on a handshake after minutes.
pub const OPEN_WAIT: Duration = Duration::from_secs(5);

/// Looking a name up and connecting, all addresses together. A learner watches this happen. OpenSSH waits for the kernel (about two
/// minutes), curl 300 s, mutt 30 s.
pub const DIAL_WAIT: Duration = Duration::from_secs(10);

/// One question to one name server, asked [`NAME_TRIES`] times. The resolver of glibc waits 5 s, twice.
pub const NAME_WAIT: Duration = Duration::from_secs(2);

/// How often a name server is asked before it counts as silent.
pub const NAME_TRIES: usize = 2;

/// The pause before the next address of a name is tried beside the first (RFC 8305 section 5 recommends it).
pub const DIAL_STAGGER: Duration = Duration::from_millis(250);

/// Addresses of one name that are tried; all of them are judged. A large provider's MX has up to eight.
pub const DIAL_ADDRESSES: usize = 10;

/// MX records of one domain that are told, and whose hosts' addresses are asked for. The largest providers have up to seven.
pub const MX_HOSTS: usize = 10;

/// Addresses of one mail host that are told. The largest providers have up to eight.
pub const MX_ADDRESSES: usize = 10;

/// Look-ups of mail hosts by one visitor, who may be a class that begins together. Each asks at most 21 questions.
pub const MX_RATE: Rate = Rate::a_minute(60);

/// Look-ups of mail hosts at once, by all visitors: name servers see no more of us than of a busy mail server.
pub const MX_AT_ONCE: usize = 32;

/// One TLS handshake, as client or as server. Postfix `smtp_starttls_timeout` is 300 s, Dovecot's login 180 s.
pub const TLS_WAIT: Duration = Duration::from_secs(10);

/// A WebSocket ping this often, because routers forget quiet connections: nginx drops them after 60 s, some school firewalls after 30 s.
pub const PING_EVERY: Duration = Duration::from_secs(25);

/// End a session in which no mail byte crossed for so long. RFC 1939 section 3 asks POP3 servers for at least ten minutes, RFC 5321 section
/// 4.5.3.2.7 asks SMTP servers for five: their own timeout shows first.
pub const IDLE_CLOSE: Duration = Duration::from_secs(15 * 60);

/// Warn this long before [`IDLE_CLOSE`]: time to notice and type NOOP.
pub const IDLE_WARNING: Duration = Duration::from_secs(60);

/// Time for the last bytes of a session to reach a slow page.
pub const FLUSH_WAIT: Duration = Duration::from_secs(30);

/// Time for the page to answer the WebSocket close. RFC 6455 names none; websockets (Python) waits 10 s, ws (node) 30 s.
pub const CLOSE_WAIT: Duration = Duration::from_secs(5);

/// Time a session has to finish when the proxy stops. Docker kills after 10 s unless told otherwise (`--stop-timeout`),
/// systemd after 90 s, Kubernetes after 30 s.
pub const STOP_GRACE: Duration = Duration::from_secs(60);

/// Time for the goodbyes of sessions that did not finish, after [`STOP_GRACE`].
pub const STOP_WAIT: Duration = Duration::from_secs(9);

/// Bytes the relay may send before the page grants more. SSH and HTTP/2 tools use windows from 64 KiB to 2 MiB;
/// this one keeps a slow page's growth below 512 KiB with the buffers around it.
pub const WINDOW: u64 = 256 * KIB as u64;

/// Bytes from the page that wait for a mail server which does not read. Beyond, the page's WebSocket is not read.
pub const OUTBOX: usize = 256 * KIB;

/// tungstenite's read buffer, allocated for each session at once. Its default of 128 KiB suits servers with few clients.
pub const WEBSOCKET_READ_BUFFER: usize = 8 * KIB;

/// tungstenite's write buffer at most: one message being sent, one behind it, and control frames. Its default has no end.
pub const WEBSOCKET_WRITE_BUFFER: usize = 192 * KIB;

/// Mail sessions at once: two classrooms of thirty with thirty tabs each. Dovecot's `client_limit` is 1000.
pub const SESSIONS: usize = 2000;

/// Sessions of one visitor at once, who may be a whole school behind one address: a quarter of all.
pub const VISITOR_SESSIONS: usize = 500;

/// Sessions at once that are being told that there is no place for them, for at most [`CLOSE_WAIT`]. Beyond, their WebSockets
/// are dropped without a word: a flood must not use up the open files.
pub const REFUSALS: usize = 256;

/// Connections to real servers by one visitor, who may be two classes that begin together (`visitor-rate`).
pub const VISITOR_RATE: Rate = Rate::a_minute(120);

/// Connections to one real server by all visitors (`server-rate`). Postfix's anvil lets a client make as many as it likes
/// unless told, Dovecot counts ten a user; the classes that share a server come in one after another.
pub const SERVER_RATE: Rate = Rate::a_minute(120);

/// Visitors and servers whose rates are remembered at once; a hundred bytes each. Whoever was quiet is forgotten.
pub const RATE_KEYS: usize = 20_000;

/// HTTP connections at once that have not become a WebSocket.
pub const HTTP_CONNECTIONS: usize = 1024;

/// Time for the head of an HTTP request, a WebSocket's handshake too, and for a kept connection to ask again. nginx gives
/// 60 s, Apache 20 s; a browser sends it in one packet.
pub const HTTP_HEAD_WAIT: Duration = Duration::from_secs(5);

/// A kept HTTP connection takes no further request after this, and what it was asked must be taken within as much again: the
/// page's files at 9 KiB/s. nginx gives 60 s between two reads of an answer, so a reader of few bytes has no end.
pub const HTTP_LIFE: Duration = Duration::from_secs(30);

/// Bytes of an HTTP request's head. nginx takes 8 KiB lines, hyper 400 KiB.
pub const HTTP_HEAD: usize = 16 * KIB;

/// Connections to each practice listener at once, beside those of the page's sessions: telnet, mail programs, scripts. Postfix
/// allows 50 for each client, Dovecot 100 processes.
pub const PRACTICE_CONNECTIONS: usize = 1024;

/// A practice connection without a byte ends after this; the RFCs named at [`IDLE_CLOSE`] set the floor.
pub const PRACTICE_IDLE: Duration = Duration::from_secs(10 * 60);

/// After its last reply the practice server waits so long for the client to close, lest a reset destroy that reply.
pub const PRACTICE_LINGER: Duration = Duration::from_secs(2);

/// Practice worlds of visitors at once. A fresh one takes less than 16 KiB. Two classrooms of thirty, each learner with a dozen tabs, leave
/// room for passers-by. Beyond, the one idle longest goes; when all are in use, a new one is refused.
pub const PRACTICE_WORLDS: usize = 1000;

/// Octets of mail in all practice worlds together, the public one's and what is on its way in included (`practice-mail`).
/// Beyond, the worlds idle longest go; when all are in use, the practice server answers 452 4.3.1 and a new world is
/// refused. Postfix stops taking mail when its disk has less than `queue_minfree` left, Dovecot has quotas for each user.
pub const PRACTICE_MAIL: u64 = 256 * MIB as u64;

/// A world nobody used for so long is forgotten when the next visitor comes, or at the next start: a double lesson with its
/// break.
pub const PRACTICE_WORLD_IDLE: Duration = Duration::from_secs(2 * 60 * 60);

/// Certificates a mail server may show. OpenSSL's default depth is 100, GnuTLS's 16.
pub const CHAIN_CERTIFICATES: usize = 10;

/// Bytes of all certificates together, as long as rustls takes a handshake message.
pub const CHAIN_BYTES: usize = 64 * KIB;

/// Bytes of text about a chain that the page is told: it must fit one message, escapes included.
pub const CHAIN_TEXT: usize = 20 * KIB;

/// The limits a caller may set; tests shorten them. The default is the constants of this file.
#[derive(Clone, Debug)]
pub struct Limits {
    /// See [`OPEN_WAIT`].
    pub open_wait: Duration,
    /// See [`DIAL_WAIT`].
    pub dial_wait: Duration,
    /// See [`TLS_WAIT`].
    pub tls_wait: Duration,
    /// See [`PING_EVERY`].
    pub ping_every: Duration,
    /// See [`IDLE_CLOSE`].
    pub idle_close: Duration,
    /// See [`IDLE_WARNING`].
    pub idle_warning: Duration,
    /// See [`FLUSH_WAIT`].
    pub flush_wait: Duration,
    /// See [`CLOSE_WAIT`].
    pub close_wait: Duration,
    /// See [`STOP_GRACE`].
    pub stop_grace: Duration,
    /// See [`STOP_WAIT`].
    pub stop_wait: Duration,
    /// See [`HTTP_HEAD_WAIT`].
    pub head_wait: Duration,
    /// See [`HTTP_LIFE`].
    pub http_life: Duration,
    /// See [`WINDOW`].
    pub window: u64,
    /// See [`HTTP_CONNECTIONS`].
    pub http_connections: usize,
    /// See [`PRACTICE_CONNECTIONS`].
    pub practice_connections: usize,
    /// See [`SESSIONS`].
    pub sessions: usize,
    /// See [`VISITOR_SESSIONS`].
    pub visitor_sessions: usize,
    /// See [`REFUSALS`].
    pub refusals: usize,
    /// See [`VISITOR_RATE`].
    pub visitor_rate: Rate,
    /// See [`SERVER_RATE`].
    pub server_rate: Rate,
    /// See [`MX_RATE`].
    pub mx_rate: Rate,
    /// See [`MX_AT_ONCE`].
    pub mx_at_once: usize,
    /// See [`PRACTICE_WORLDS`].
    pub worlds: usize,
    /// See [`PRACTICE_MAIL`].
    pub practice_mail: u64,
    /// See [`PRACTICE_WORLD_IDLE`].
    pub world_idle: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            open_wait: OPEN_WAIT,
            dial_wait: DIAL_WAIT,
            tls_wait: TLS_WAIT,
            ping_every: PING_EVERY,
            idle_close: IDLE_CLOSE,
            idle_warning: IDLE_WARNING,
            flush_wait: FLUSH_WAIT,
            close_wait: CLOSE_WAIT,
            stop_grace: STOP_GRACE,
            stop_wait: STOP_WAIT,
            head_wait: HTTP_HEAD_WAIT,
            http_life: HTTP_LIFE,
            window: WINDOW,
            http_connections: HTTP_CONNECTIONS,
            practice_connections: PRACTICE_CONNECTIONS,
            sessions: SESSIONS,
            visitor_sessions: VISITOR_SESSIONS,
            refusals: REFUSALS,
            visitor_rate: VISITOR_RATE,
            server_rate: SERVER_RATE,
            mx_rate: MX_RATE,
            mx_at_once: MX_AT_ONCE,
            worlds: PRACTICE_WORLDS,
            practice_mail: PRACTICE_MAIL,
            world_idle: PRACTICE_WORLD_IDLE,
        }
    }
}
