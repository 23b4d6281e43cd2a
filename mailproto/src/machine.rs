//! The types of the transition table and the step through it. The tables themselves are in `pop3` and `smtp`.

use std::fmt;

/// Which protocol a session speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Protocol {
    /// Post Office Protocol version 3, RFC 1939.
    Pop3,
    /// Simple Mail Transfer Protocol, RFC 5321; submission (RFC 6409) is the same language.
    Smtp,
}

impl Protocol {
    /// Both.
    pub const ALL: [Protocol; 2] = [Self::Pop3, Self::Smtp];

    /// The registered name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pop3 => "POP3",
            Self::Smtp => "SMTP",
        }
    }
}

/// A section of a standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Rfc {
    /// The RFC's number.
    pub number: u16,
    /// Its section, `4.1.1.2`; empty for the whole document.
    pub section: &'static str,
}

/// Short form for the tables.
pub const fn rfc(number: u16, section: &'static str) -> Rfc {
    Rfc { number, section }
}

impl Rfc {
    /// Where to read it.
    pub fn url(self) -> String {
        match self.section {
            "" => format!("https://www.rfc-editor.org/rfc/rfc{}", self.number),
            section if section.starts_with(|c: char| c.is_ascii_uppercase()) => {
                format!("https://www.rfc-editor.org/rfc/rfc{}#appendix-{section}", self.number)
            }
            section => format!("https://www.rfc-editor.org/rfc/rfc{}#section-{section}", self.number),
        }
    }
}

impl fmt::Display for Rfc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.section {
            "" => write!(f, "RFC {}", self.number),
            section => write!(f, "RFC {} §{section}", self.number),
        }
    }
}

/// Where a session stands. POP3's names are RFC 1939's; SMTP has no official names, ours follow RFC 5321 section 4.1.4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// Both: there is no connection yet.
    NoConnection,
    /// Both: TCP is up, the server has not greeted.
    Greeting,
    /// POP3: the client must say who it is (RFC 1939 section 4).
    Authorization,
    /// POP3: USER was accepted, PASS is due; still AUTHORIZATION (RFC 1939 section 7).
    UserGiven,
    /// POP3: the maildrop is open and locked (RFC 1939 section 5).
    Transaction,
    /// POP3: QUIT was said in TRANSACTION; the server removes what was marked (RFC 1939 section 6).
    Update,
    /// SMTP: greeted with 220; EHLO or HELO is due (RFC 5321 section 3.1).
    Connected,
    /// SMTP: EHLO or HELO was accepted; no mail transaction is open.
    Greeted,
    /// SMTP: MAIL was accepted; recipients are due (RFC 5321 section 3.3).
    Sender,
    /// SMTP: at least one RCPT was accepted.
    Recipients,
    /// SMTP: the server said 354 and reads the message until the lone dot.
    Data,
    /// SMTP: ATRN or TURN was accepted, and the roles are reversed: the client is the server now (RFC 2645 section 5.3, RFC 821
    /// section 3.8).
    Reversed,
    /// Both: a SASL exchange is under way; the next client line is an answer, not a command (RFC 4954, RFC 5034).
    Sasl,
    /// Both: the go-ahead for TLS was given; the handshake is under way (RFC 2595, RFC 3207).
    Tls,
    /// Both: the connection is over.
    Closed,
}

impl State {
    /// The name shown on the wire's side of the page, in capitals and never translated.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoConnection => "NO CONNECTION",
            Self::Greeting => "GREETING",
            Self::Authorization | Self::UserGiven => "AUTHORIZATION",
            Self::Transaction => "TRANSACTION",
            Self::Update => "UPDATE",
            Self::Connected => "CONNECTED",
            Self::Greeted => "GREETED",
            Self::Sender => "SENDER",
            Self::Recipients => "RECIPIENTS",
            Self::Data => "DATA",
            Self::Reversed => "REVERSED",
            Self::Sasl => "AUTHENTICATING",
            Self::Tls => "TLS HANDSHAKE",
            Self::Closed => "CLOSED",
        }
    }

    /// The key of its few words ("who are you?").
    pub const fn key(self) -> &'static str {
        match self {
            Self::NoConnection => "state-no-connection",
            Self::Greeting => "state-greeting",
            Self::Authorization => "state-authorization",
            Self::UserGiven => "state-user-given",
            Self::Transaction => "state-transaction",
            Self::Update => "state-update",
            Self::Connected => "state-connected",
            Self::Greeted => "state-greeted",
            Self::Sender => "state-sender",
            Self::Recipients => "state-recipients",
            Self::Data => "state-data",
            Self::Reversed => "state-reversed",
            Self::Sasl => "state-sasl",
            Self::Tls => "state-tls",
            Self::Closed => "state-closed",
        }
    }

    /// Whether a connection is up.
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::NoConnection | Self::Closed)
    }
}

/// What a reply amounts to, in either protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// `+OK`, 2yz: done.
    Positive,
    /// `+ ` of a SASL exchange, 3yz: go on.
    Intermediate,
    /// 4yz: not now.
    Transient,
    /// `-ERR`, 5yz: no.
    Permanent,
}

/// What moves a session along an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum On {
    /// TCP came up.
    Connect,
    /// The server's first reply.
    Greeting(Class),
    /// The command was sent and nothing before it is unanswered.
    Sent(Word),
    /// The server answered the command (or, in SASL and DATA, what the command began).
    Reply(Word, Class),
    /// The TLS handshake is done.
    TlsUp,
    /// The connection ended: by QUIT, by the server, or cut.
    End,
}

/// One transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Before.
    pub from: State,
    /// What happened.
    pub on: On,
    /// After.
    pub to: State,
    /// Where the standard says so.
    pub rfc: Rfc,
}

macro_rules! words {
    ($($word:ident $name:literal,)*) => {
        /// Every command word of both protocols, obsolete ones too.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[allow(missing_docs, reason = "each is the wire's own word, described in its row of the verb table")]
        pub enum Word { $($word,)* }

        impl Word {
            /// As typed, in capitals. Verbs are case-insensitive (RFC 1939 section 3, RFC 5321 section 2.4).
            pub const fn name(self) -> &'static str { match self { $(Self::$word => $name,)* } }
        }
    };
}

words! {
    Apop "APOP",
    Atrn "ATRN",
    Auth "AUTH",
    Bdat "BDAT",
    Capa "CAPA",
    Data "DATA",
    Dele "DELE",
    Ehlo "EHLO",
    Etrn "ETRN",
    Expn "EXPN",
    Helo "HELO",
    Help "HELP",
    Lang "LANG",
    Last "LAST",
    List "LIST",
    Mail "MAIL",
    Noop "NOOP",
    Pass "PASS",
    Quit "QUIT",
    Rcpt "RCPT",
    Retr "RETR",
    Rpop "RPOP",
    Rset "RSET",
    Saml "SAML",
    Send "SEND",
    Soml "SOML",
    Starttls "STARTTLS",
    Stat "STAT",
    Stls "STLS",
    Top "TOP",
    Turn "TURN",
    Uidl "UIDL",
    User "USER",
    Utf8 "UTF8",
    Vrfy "VRFY",
    Xtnd "XTND",
}

/// How a verb stands in the standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Every server has it.
    Required,
    /// The base standard leaves it to the server.
    Optional,
    /// Added by an extension; announced by CAPA or EHLO.
    Extension,
    /// History: recognised and told, not to be used.
    Obsolete,
}

/// When a positive reply of POP3 has more lines (RFC 1939 section 3). SMTP says it in each reply line itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MultiLine {
    /// One line.
    Never,
    /// Always ends with the lone dot.
    Always,
    /// Only when the command had no argument.
    WithoutArgument,
}

/// How a server tells that it has a verb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// The keyword in the list of CAPA or EHLO.
    pub keyword: &'static str,
    /// Whether nobody may use it before that list was asked for. Servers older than CAPA have POP3's older verbs all the same.
    pub asked_first: bool,
    /// What a client has to do where it is not announced, where the verb's own standard says so.
    pub rfc: Option<Rfc>,
}

/// What a verb needs of the session beside its state. Observer and practice server both ask the table for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Need {
    /// That TLS is not on yet (RFC 2595 section 4, RFC 3207 section 4.2).
    PlainText,
    /// A timestamp in the greeting (RFC 1939 section 7).
    Timestamp,
    /// That UTF8 was not accepted before (RFC 6856 section 2.1).
    NoUtf8,
    /// That nobody has logged in (RFC 4954 section 4).
    NoLogin,
    /// That somebody has logged in (RFC 2645 section 5.2.1).
    Login,
    /// That the mail under way was not begun in chunks (RFC 3030 section 2).
    NoChunks,
    /// That MAIL did not announce binary content, which has no lines (RFC 3030 section 3).
    Lines,
    /// That no chunk of the mail under way was refused (RFC 3030 section 2).
    NoRefusedChunk,
}

impl Need {
    /// Whether the client can still do something about it in this session: log in, or reset the mail. Where it cannot, the verb is
    /// not offered.
    pub const fn can_be_met(self) -> bool {
        match self {
            Self::Login | Self::NoRefusedChunk => true,
            Self::PlainText | Self::Timestamp | Self::NoUtf8 | Self::NoLogin | Self::NoChunks | Self::Lines => false,
        }
    }
}

/// One verb: name, syntax, states, replies, text key and section in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verb {
    /// Which word.
    pub word: Word,
    /// The word's name, as typed, in capitals.
    pub name: &'static str,
    /// What may follow the name, in the standard's notation; empty for nothing.
    pub syntax: &'static str,
    /// Where it is legal.
    pub legal: &'static [State],
    /// The reply codes the standard names for it: SMTP only; POP3 has `+OK` and `-ERR`.
    pub codes: &'static [u16],
    /// Whether a good reply has more lines.
    pub multi_line: MultiLine,
    /// Its standing.
    pub standing: Standing,
    /// What it needs beside the state, the gravest first.
    pub needs: &'static [Need],
    /// How a server tells that it has it; `None` for what needs no announcement.
    pub announced_by: Option<Announcement>,
    /// The standard that made it history, where that says so of this verb alone.
    pub dropped_by: Option<Rfc>,
    /// The key of its meaning.
    pub key: &'static str,
    /// Where it is defined.
    pub rfc: Rfc,
}

impl Verb {
    /// A verb that every server has, needs no announcement, and is answered by one line: what most rows begin from.
    pub(crate) const fn new(
        word: Word,
        syntax: &'static str,
        legal: &'static [State],
        key: &'static str,
        rfc: Rfc,
    ) -> Self {
        Self {
            word,
            name: word.name(),
            syntax,
            legal,
            codes: &[],
            multi_line: MultiLine::Never,
            standing: Standing::Required,
            needs: &[],
            announced_by: None,
            dropped_by: None,
            key,
            rfc,
        }
    }

    /// Whether it is legal in `state`.
    pub fn legal_in(&self, state: State) -> bool {
        self.legal.contains(&state)
    }
}

/// A protocol as a table: what the diagram, the completion, the help, the practice server and the tests all read.
#[derive(Debug)]
pub struct Machine {
    /// Which protocol.
    pub protocol: Protocol,
    /// Its states, in the order a session meets them.
    pub states: &'static [State],
    /// Its verbs, in the order they are offered.
    pub verbs: &'static [Verb],
    /// Its transitions. What is not here stays where it is.
    pub edges: &'static [Edge],
}

impl Machine {
    /// The row of a word.
    pub fn verb(&self, word: Word) -> Option<&'static Verb> {
        self.verbs.iter().find(|verb| verb.word == word)
    }

    /// The row of a name, in any case.
    pub fn find(&self, name: &[u8]) -> Option<&'static Verb> {
        self.verbs.iter().find(|verb| verb.name.as_bytes().eq_ignore_ascii_case(name))
    }

    /// The transition from `state` on `what`, if the table has one.
    pub fn step(&self, state: State, what: On) -> Option<&'static Edge> {
        self.edges.iter().find(|edge| edge.from == state && edge.on == what)
    }

    /// The verbs that are legal in `state`, without the obsolete ones.
    pub fn legal(&self, state: State) -> impl Iterator<Item = &'static Verb> {
        self.verbs.iter().filter(move |verb| verb.legal_in(state) && verb.standing != Standing::Obsolete)
    }

    /// Where a verb leads from `state` when all goes well, if that is elsewhere.
    pub fn leads_to(&self, state: State, word: Word) -> Option<State> {
        let sent = self.step(state, On::Sent(word));
        let replied = [Class::Positive, Class::Intermediate]
            .into_iter()
            .find_map(|class| self.step(state, On::Reply(word, class)));
        sent.or(replied).map(|edge| edge.to).filter(|&to| to != state)
    }
}
