//! What is counted for the operator, and the text Prometheus reads. Every label is an enum of this file: nothing a visitor,
//! a server or an operator wrote can become one. When something is counted is decided where it happens.

use std::fmt;
use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabel, EncodeLabelSet, LabelSetEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// What the text is (OpenMetrics 1.0).
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// A label: its key, and every word it can have.
pub trait Label: Copy + 'static {
    /// All of them.
    const ALL: &'static [Self];
}

macro_rules! label {
    ($(#[$about:meta])* $name:ident, $key:literal: $($(#[$why:meta])* $variant:ident = $word:literal,)+) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$why])* $variant,)+ }

        impl Label for $name {
            const ALL: &'static [Self] = &[$(Self::$variant,)+];
        }

        impl EncodeLabelSet for $name {
            fn encode(&self, encoder: &mut LabelSetEncoder<'_>) -> Result<(), fmt::Error> {
                let word = match self { $(Self::$variant => $word,)+ };
                ($key, word).encode(encoder.encode_label())
            }
        }
    };
}

label! {
    /// Why a session ended.
    Ending, "cause":
    /// The mail server closed.
    Server = "server",
    /// The page closed or left.
    Page = "page",
    /// The policy said no.
    Refused = "refused",
    /// A limit of the proxy.
    Limit = "limit",
    /// No connection, or it broke.
    Network = "network",
    /// TLS failed.
    Tls = "tls",
    /// Nothing crossed for too long.
    Idle = "idle",
    /// The proxy stopped.
    Shutdown = "shutdown",
    /// The page broke the contract.
    Contract = "contract",
}

label! {
    /// Which rule said no.
    Refused, "reason":
    /// A request for another host.
    Host = "host",
    /// A page of another origin.
    Origin = "origin",
    /// The target was written in a way that is none.
    BadHost = "bad_host",
    /// Not on the operator's list.
    NotAllowed = "not_allowed",
    /// The open internet, but not this port.
    OtherPort = "other_port",
    /// Port 25 of a server nobody named.
    RelayPort = "relay_port",
    /// Not on the public internet.
    NotPublic = "not_public",
    /// Closed to everybody.
    Never = "never",
    /// The proxy itself.
    Itself = "itself",
    /// It did not greet like a mail server.
    NotMail = "not_mail",
    /// A certificate check that is not offered for it.
    NoSuchTrust = "no_such_trust",
}

label! {
    /// Which limit was hit.
    Limited, "limit":
    /// Sessions of all.
    Sessions = "sessions",
    /// Sessions of one visitor.
    VisitorSessions = "visitor_sessions",
    /// Connections in a short time, of one visitor or to one server.
    Rate = "rate",
    /// Practice worlds, or the mail in them.
    Practice = "practice",
}

label! {
    /// What came of a dial.
    Dialled, "outcome":
    /// A connection.
    Connected = "connected",
    /// The policy refused an address of the name.
    Refused = "refused",
    /// The name has no address.
    NoSuchHost = "no_such_host",
    /// No name server answered.
    NameFailed = "name_failed",
    /// Nothing listens there.
    Closed = "closed",
    /// No answer in time.
    TimedOut = "timed_out",
    /// Another failure of the network.
    Network = "network",
    /// The page left before.
    Left = "left",
}

label! {
    /// What came of a TLS handshake with a mail server.
    Shaken, "outcome":
    /// Hands were shaken.
    Done = "done",
    /// The same, with a certificate that is not good, by a stated exception.
    Exception = "exception",
    /// The certificate is not good.
    Certificate = "certificate",
    /// What answered does not speak TLS.
    NotTls = "not_tls",
    /// Plain bytes came after the go-ahead.
    Injection = "injection",
    /// The connection ended.
    Closed = "closed",
    /// No end in time.
    TimedOut = "timed_out",
    /// Another failure.
    Other = "other",
    /// The page left before.
    Left = "left",
}

label! {
    /// What came of a question who takes mail for a domain.
    LookedUp, "outcome":
    /// The practice zone answered.
    Practice = "practice",
    /// A name server told records.
    Records = "records",
    /// The name has none.
    NoRecords = "no_records",
    /// There is no such name.
    NoSuchName = "no_such_name",
    /// The name server failed.
    Failed = "failed",
    /// The name server refused to answer.
    Denied = "denied",
    /// No name server answered.
    NoAnswer = "no_answer",
    /// The policy let nobody be asked.
    Refused = "refused",
    /// Too many by one visitor in a short time.
    Rate = "rate",
    /// Too many at once.
    Busy = "busy",
}

label! {
    /// Who sent bytes of mail, or whom they wait for.
    Side, "side":
    /// The page.
    Page = "page",
    /// The mail server.
    Server = "server",
}

/// All counters of a proxy. Sessions share it.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    sessions_open: Gauge<u64, AtomicU64>,
    sessions_begun: Counter,
    sessions_ended: Family<Ending, Counter>,
    refusals: Family<Refused, Counter>,
    limited: Family<Limited, Counter>,
    dials: Family<Dialled, Counter>,
    handshakes: Family<Shaken, Counter>,
    look_ups: Family<LookedUp, Counter>,
    stalls: Family<Side, Counter>,
    /// Of the family of bytes: looked up once, since it counts each chunk.
    from_page: Counter,
    /// Of the family of bytes, for the same reason.
    from_server: Counter,
    worlds: Gauge<u64, AtomicU64>,
    world_octets: Gauge<u64, AtomicU64>,
}

impl Metrics {
    /// Nothing has happened yet; every label is there with a zero.
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("mailspeak");
        let sessions_open = Gauge::default();
        registry.register("sessions_open", "Sessions that run", sessions_open.clone());
        let sessions_begun = Counter::default();
        registry.register("sessions_begun", "WebSockets that were opened for a session", sessions_begun.clone());
        let sessions_ended = family(&mut registry, "sessions_ended", "Sessions that ended, by the kind of their cause");
        let refusals = family(&mut registry, "refusals", "Requests and sessions that a rule refused");
        let limited = family(&mut registry, "limited", "Sessions that a limit refused");
        let dials = family(&mut registry, "dials", "Dials to mail servers, the practice server included");
        let handshakes = family(&mut registry, "tls_handshakes", "TLS handshakes with mail servers");
        let about = "Questions who takes mail for a domain, by what came of the question for its records";
        let look_ups = family(&mut registry, "mx_look_ups", about);
        let bytes: Family<Side, Counter> =
            family(&mut registry, "mail_bytes", "Bytes of mail that were passed on, by who sent them");
        let about = "How often one side was not read any more, because the other did not take what it sent";
        let stalls = family(&mut registry, "stalls", about);
        let worlds = Gauge::default();
        registry.register("practice_worlds", "Practice worlds of visitors", worlds.clone());
        let world_octets = Gauge::default();
        registry.register(
            "practice_mail_octets",
            "Octets of mail in all practice worlds, and on their way in",
            world_octets.clone(),
        );
        let [from_page, from_server] = [Side::Page, Side::Server].map(|side| bytes.get_or_create(&side).clone());
        Self {
            registry,
            sessions_open,
            sessions_begun,
            sessions_ended,
            refusals,
            limited,
            dials,
            handshakes,
            look_ups,
            stalls,
            from_page,
            from_server,
            worlds,
            world_octets,
        }
    }

    /// A session begins.
    pub fn begun(&self) {
        self.sessions_begun.inc();
        self.sessions_open.inc();
    }

    /// A session is over.
    pub fn ended(&self, ending: Ending) {
        self.sessions_ended.get_or_create(&ending).inc();
        self.sessions_open.dec();
    }

    /// A rule said no.
    pub fn refused(&self, reason: Refused) {
        self.refusals.get_or_create(&reason).inc();
    }

    /// A limit was hit.
    pub fn limited(&self, limit: Limited) {
        self.limited.get_or_create(&limit).inc();
    }

    /// A dial is over.
    pub fn dialled(&self, outcome: Dialled) {
        self.dials.get_or_create(&outcome).inc();
    }

    /// A handshake is over.
    pub fn shaken(&self, outcome: Shaken) {
        self.handshakes.get_or_create(&outcome).inc();
    }

    /// A question who takes mail for a domain is answered.
    pub fn looked_up(&self, outcome: LookedUp) {
        self.look_ups.get_or_create(&outcome).inc();
    }

    /// Bytes of mail went through.
    pub fn passed(&self, from: Side, bytes: u64) {
        match from {
            Side::Page => self.from_page.inc_by(bytes),
            Side::Server => self.from_server.inc_by(bytes),
        };
    }

    /// This side is not read until the other takes more.
    pub fn stalled(&self, side: Side) {
        self.stalls.get_or_create(&side).inc();
    }

    /// All of it as text, with how many practice worlds there are and the octets of mail in them.
    pub fn text(&self, worlds: usize, octets: u64) -> String {
        self.worlds.set(worlds as u64);
        self.world_octets.set(octets);
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

/// A counter for each word of a label.
fn family<L>(registry: &mut Registry, name: &str, about: &str) -> Family<L, Counter>
where
    L: Label + EncodeLabelSet + Eq + std::hash::Hash + fmt::Debug + Send + Sync,
{
    let family = Family::<L, Counter>::default();
    for label in L::ALL {
        drop(family.get_or_create(label));
    }
    registry.register(name, about, family.clone());
    family
}
