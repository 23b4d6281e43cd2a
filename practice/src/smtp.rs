//! The SMTP server: RFC 5321 on port 25, RFC 6409 on the submission ports. Which command is legal where is mailproto's table's
//! to say; MAIL and RCPT are in `mail`, the message and its delivery in `data`, the form of replies in `reply`.

mod data;
mod mail;
mod reply;

use mailproto::{
    On, ProblemKind, Protocol, State, Verb, Word,
    command::{Args, Command},
    line::Line,
    machine::{Need, Standing},
    path,
    smtp::MACHINE,
};

use crate::{
    Service,
    clock::Timestamp,
    gate::Flaw,
    maildrop::{AccountId, Here, PostOffice},
    sasl::{self, Exchange, MECHANISMS, Refusal, Step},
    scenario::HostId,
};
use data::Incoming;
use mail::Envelope;
use reply::{Reply, lines, plain, reply};

pub use data::SIZE;
pub use mail::RECIPIENTS;

/// The longest command line with its CRLF, in octets (RFC 5321 section 4.5.3.1.4).
const LINE: usize = 512;
/// What the parameters add to the length of MAIL: SIZE 26 (RFC 1870 section 3), BODY 17 (RFC 6152 section 2), AUTH 500
/// (RFC 4954 section 3).
const MAIL_LINE: usize = LINE + 26 + 17 + 500;

/// One session.
#[derive(Debug)]
pub(crate) struct Server {
    /// Which host the client came to.
    host: HostId,
    /// Which port the client came to.
    service: Service,
    /// The client's address, for Received.
    peer: String,
    /// Makes ids and challenges unlike those of other sessions.
    seed: u64,
    /// Moved along the table's edges only.
    state: State,
    /// Whether TLS is on.
    encrypted: bool,
    /// What the client said of itself, once it did.
    hello: Option<Hello>,
    /// Who logged in.
    user: Option<AccountId>,
    /// The AUTH under way, in [`State::Sasl`].
    exchange: Option<Exchange>,
    /// How many CRAM-MD5 challenges were given: none is given twice.
    challenges: u32,
    /// The mail transaction so far; empty outside of one.
    envelope: Envelope,
    /// The message so far, in [`State::Data`].
    incoming: Incoming,
}

/// HELO or EHLO.
#[derive(Debug)]
struct Hello {
    /// The client's domain or address literal.
    name: String,
    /// Whether it was EHLO, so that extensions may be used.
    extended: bool,
}

impl Server {
    /// Greets a client (RFC 5321 section 3.1).
    pub fn greet(
        office: &PostOffice,
        host: HostId,
        service: Service,
        peer: &str,
        seed: u64,
        out: &mut Vec<u8>,
    ) -> Self {
        let mut server = Self {
            host,
            service,
            peer: peer.into(),
            seed,
            state: State::NoConnection,
            encrypted: service.implicit_tls(),
            hello: None,
            user: None,
            exchange: None,
            challenges: 0,
            envelope: Envelope::default(),
            incoming: Incoming::new(office.room()),
        };
        server.step(On::Connect);
        let greeting = plain(220, format!("{} ESMTP practice server ready", office.at(host).host.name));
        server.step(On::Greeting(greeting.class()));
        greeting.write(out);
        server
    }

    pub fn state(&self) -> State {
        self.state
    }

    /// Back to the greeting, and nothing said in plain text counts (RFC 3207 section 4.2).
    pub fn tls_established(&mut self) {
        self.encrypted = true;
        self.hello = None;
        self.user = None;
        self.step(On::TlsUp);
    }

    /// Answers one command line, or the answer to a challenge.
    pub fn command(&mut self, office: &mut PostOffice, line: Result<Vec<u8>, Flaw>, now: Timestamp, out: &mut Vec<u8>) {
        let (word, reply) = match (line, self.exchange.take()) {
            (Err(flaw), exchange) => (exchange.map(|_| Word::Auth), reply(500, "5.5.2", flaw.text())),
            (Ok(line), Some(exchange)) => (Some(Word::Auth), self.answer(office, exchange, &line)),
            (Ok(line), None) => {
                let command = Protocol::Smtp.parse(&line);
                let refusal = self.judge(&command, &line);
                (command.word(), refusal.unwrap_or_else(|| self.perform(office, &command, &line, now)))
            }
        };
        self.finish(word, reply, out);
    }

    /// Takes a line of the message; answers the last.
    pub fn text(&mut self, office: &mut PostOffice, line: Line, now: Timestamp, out: &mut Vec<u8>) {
        if self.incoming.take(&line) {
            let reply = self.delivered(office, now);
            self.envelope = Envelope::default();
            self.finish(Some(Word::Data), reply, out);
        }
    }

    fn finish(&mut self, word: Option<Word>, reply: Reply, out: &mut Vec<u8>) {
        reply.write(out);
        if let Some(word) = word {
            self.step(On::Reply(word, reply.class()));
        }
    }

    fn step(&mut self, what: On) {
        if let Some(edge) = MACHINE.step(self.state, what) {
            self.state = edge.to;
        }
    }

    /// Refuses what is no command, is not done here, is out of order, or breaks the syntax.
    fn judge(&self, command: &Command, line: &[u8]) -> Option<Reply> {
        let Some(verb) = command.verb else { return Some(unknown(command)) };
        if command.has(ProblemKind::LeadingSpace) {
            return Some(reply(500, "5.5.2", "No white space before a command"));
        }
        let longest = longest(verb.word);
        if line.len() + 2 > longest {
            return Some(reply(500, "5.5.2", format!("Line too long: at most {longest} octets with its CRLF")));
        }
        if !implemented(verb) {
            return Some(reply(502, "5.5.1", history(verb.word)));
        }
        self.order(verb).or_else(|| mail::syntax(command, verb))
    }

    /// Refuses what is out of order (RFC 5321 section 4.1.4) or needs a login (RFC 4954 section 6).
    #[expect(clippy::wildcard_enum_match_arm, reason = "the table rules every other verb")]
    fn order(&self, verb: &Verb) -> Option<Reply> {
        let extended = self.hello.as_ref().is_some_and(|hello| hello.extended);
        let unmet = self.unmet(verb);
        match verb.word {
            _ if unmet.is_some() => unmet.map(|unmet| reply(503, "5.5.1", unmet)),
            _ if verb.announced_by.is_some() && !extended => {
                Some(reply(503, "5.5.1", format!("{} is an extension: say EHLO first", verb.name)))
            }
            _ if !verb.legal_in(self.state) => {
                let legal: Vec<_> =
                    MACHINE.legal(self.state).filter(|verb| self.offers(verb)).map(|verb| verb.name).collect();
                Some(reply(503, "5.5.1", format!("{} is out of order here; now: {}", verb.name, legal.join(" "))))
            }
            Word::Mail | Word::Vrfy | Word::Expn if self.submission() && self.user.is_none() => {
                Some(reply(530, "5.7.0", "Authentication required: say AUTH first"))
            }
            _ => None,
        }
    }

    /// Whether a verb is worth naming to this client now.
    fn offers(&self, verb: &Verb) -> bool {
        implemented(verb) && self.unmet(verb).is_none()
    }

    /// What to say of the first need of a verb that is not met.
    fn unmet(&self, verb: &Verb) -> Option<&'static str> {
        verb.needs.iter().find_map(|need| match need {
            Need::PlainText => self.encrypted.then_some("TLS is already on"),
            Need::NoLogin => self.user.is_some().then_some("You are already logged in"),
            // Needs of extensions that are not offered here, and of POP3.
            Need::Login | Need::NoChunks | Need::Lines | Need::NoRefusedChunk | Need::NoUtf8 | Need::Timestamp => None,
        })
    }

    fn submission(&self) -> bool {
        match self.service {
            Service::Submission | Service::Smtps => true,
            Service::Smtp | Service::Pop3 | Service::Pop3s => false,
        }
    }

    fn perform(&mut self, office: &mut PostOffice, command: &Command, line: &[u8], now: Timestamp) -> Reply {
        let Some(word) = command.word() else { return unknown(command) };
        match (word, &command.args) {
            (Word::Helo, Args::Words(name)) => self.hello(office, name, false),
            (Word::Ehlo, Args::Words(name)) => self.hello(office, name, true),
            (Word::Starttls, _) => reply(220, "2.0.0", "Ready to start TLS"),
            (Word::Auth, Args::Auth { mechanism, initial }) => {
                let initial = initial.map(|span| span.of(line));
                self.challenges = self.challenges.wrapping_add(1);
                let here = office.at(self.host);
                let challenge = format!("<{}.{}.{}@{}>", self.challenges, self.seed, now.0, here.host.name);
                let step = Exchange::begin(here, mechanism, initial, challenge);
                self.follow(office, step)
            }
            (Word::Mail, Args::Path { path, parameters }) => self.mail(office, path, parameters),
            (Word::Rcpt, Args::Path { path, parameters }) => self.rcpt(office, path, parameters),
            (Word::Data, _) => {
                self.incoming = Incoming::new(office.room());
                plain(354, "Send the message; end it with a dot alone on a line")
            }
            (Word::Rset, _) => {
                self.envelope = Envelope::default();
                reply(250, "2.0.0", "Forgotten; begin again with MAIL")
            }
            (Word::Vrfy, Args::Words(name)) => verify(office, office.at(self.host), name),
            (Word::Expn, Args::Words(name)) => expand(office, office.at(self.host), name),
            (Word::Help, Args::Words(topic)) => help_on(topic),
            (Word::Help, _) => help(),
            (Word::Noop, _) => reply(250, "2.0.0", "Still here"),
            (Word::Quit, _) => {
                reply(221, "2.0.0", format!("{} closing the connection", office.at(self.host).host.name))
            }
            (_, _) => reply(501, "5.5.2", "Syntax error"),
        }
    }

    /// RFC 5321 section 4.1.1.1. Begins anew: a mail transaction under way is dropped (section 4.1.4).
    fn hello(&mut self, office: &PostOffice, name: &str, extended: bool) -> Reply {
        if !path::is_domain(name) && !path::is_address_literal(name) {
            return reply(501, "5.5.4", "Not a domain and not an address literal like [192.0.2.1]");
        }
        self.envelope = Envelope::default();
        self.hello = Some(Hello { name: name.into(), extended });
        let greeting = format!("{} greets {name}", office.at(self.host).host.name);
        if !extended {
            return plain(250, greeting);
        }
        let mut list = vec![greeting, "PIPELINING".into(), format!("SIZE {SIZE}"), "8BITMIME".into()];
        list.push("ENHANCEDSTATUSCODES".into());
        if !self.encrypted {
            list.push("STARTTLS".into());
        }
        list.extend([format!("AUTH {MECHANISMS}"), "EXPN".into(), "HELP".into()]);
        lines(250, "", list)
    }

    fn answer(&mut self, office: &PostOffice, exchange: Exchange, line: &[u8]) -> Reply {
        if line.len() + 2 > sasl::LINE {
            return reply(500, "5.5.6", format!("Line too long: at most {} octets with its CRLF", sasl::LINE));
        }
        let step = exchange.answer(office.at(self.host), line);
        self.follow(office, step)
    }

    /// RFC 4954 sections 4 and 6.
    fn follow(&mut self, office: &PostOffice, step: Step) -> Reply {
        match step {
            Step::Challenge(exchange, challenge) => {
                self.exchange = Some(exchange);
                plain(334, challenge)
            }
            Step::Known(account) => {
                self.user = Some(account);
                reply(235, "2.7.0", format!("Welcome, {}", office.name(account)))
            }
            Step::Refused(Refusal::Wrong) => reply(535, "5.7.8", "Wrong name or password"),
            Step::Refused(Refusal::UnknownMechanism) => {
                reply(504, "5.5.4", format!("Unknown mechanism; here: {MECHANISMS}"))
            }
            Step::Refused(Refusal::ServerFirst) => {
                reply(501, "5.5.4", "In this mechanism the server speaks first: no initial response")
            }
            Step::Refused(Refusal::Cancelled) => reply(501, "5.7.0", "Authentication cancelled"),
            Step::Refused(Refusal::NotBase64) => reply(501, "5.5.2", "That is not base64"),
        }
    }
}

/// Whether this server does what a verb asks.
fn implemented(verb: &Verb) -> bool {
    verb.standing != Standing::Obsolete && !matches!(verb.word, Word::Atrn | Word::Bdat | Word::Etrn)
}

/// The longest line that may begin with this word, CRLF counted.
#[expect(clippy::wildcard_enum_match_arm, reason = "no other verb may be longer")]
fn longest(word: Word) -> usize {
    match word {
        Word::Mail => MAIL_LINE,
        Word::Auth => sasl::LINE,
        _ => LINE,
    }
}

fn unknown(command: &Command) -> Reply {
    let text = if command.has(ProblemKind::EmptyLine) {
        "An empty line is no command"
    } else if command.has(ProblemKind::Pop3VerbInSmtp) {
        "That is a command of POP3; this is an SMTP server"
    } else {
        "Unknown command; HELP lists those there are"
    };
    reply(500, "5.5.2", text)
}

/// Why a verb of the table is not done here (RFC 5321 appendix F).
#[expect(clippy::wildcard_enum_match_arm, reason = "asked only about verbs that are not done")]
fn history(word: Word) -> &'static str {
    match word {
        Word::Turn => "TURN swapped client and server in 1982; anybody could have taken your mail, so it is history",
        Word::Send => "SEND wrote to the recipient's terminal in 1982; terminals are history, say MAIL",
        Word::Soml => "SOML meant SEND or MAIL in 1982; it is history, say MAIL",
        Word::Saml => "SAML meant SEND and MAIL in 1982; it is history, say MAIL",
        Word::Bdat => "BDAT needs the CHUNKING extension, which is not offered here; say DATA",
        Word::Etrn => "ETRN asks for mail that waits for another host; none waits here",
        Word::Atrn => "ATRN fetches mail by swapping the roles of client and server; that is not done here",
        _ => "Not done here",
    }
}

/// RFC 5321 section 3.5: what is said is true, so 252 is never needed.
fn verify(office: &PostOffice, here: Here<'_>, name: &str) -> Reply {
    let address = name.strip_prefix('<').and_then(|name| name.strip_suffix('>')).unwrap_or(name);
    let Some(mailbox) = here.host.mailbox(address) else {
        let domains = here.host.domains.join(", ");
        return reply(550, "5.7.1", format!("Not verified: only mailboxes of {domains} are known here"));
    };
    match here.recipient(mailbox) {
        Some(account) => reply(250, "2.1.5", office.introduction(account)),
        None => reply(550, "5.1.1", "No such mailbox here"),
    }
}

/// RFC 5321 section 3.5: the one list there is has everybody on it.
fn expand(office: &PostOffice, here: Here<'_>, name: &str) -> Reply {
    if name.eq_ignore_ascii_case("all") {
        return lines(250, "2.1.5", here.everybody().map(|account| office.introduction(account)).collect());
    }
    match here.host.mailbox(name).and_then(|mailbox| here.recipient(mailbox)) {
        Some(_) => reply(550, "5.1.1", "That is a mailbox, not a mailing list"),
        None => reply(550, "5.1.1", "No such mailing list; there is one called all"),
    }
}

/// RFC 5321 section 4.1.1.8.
fn help() -> Reply {
    let verbs: Vec<_> = MACHINE.verbs.iter().filter(|verb| implemented(verb)).map(|verb| verb.name).collect();
    lines(214, "2.0.0", vec![format!("Commands: {}", verbs.join(" ")), "HELP and one of them tells its syntax".into()])
}

fn help_on(topic: &str) -> Reply {
    match MACHINE.find(topic.as_bytes()) {
        Some(verb) if implemented(verb) => {
            let usage = format!("{} {}", verb.name, verb.syntax);
            lines(214, "2.0.0", vec![format!("Syntax: {}", usage.trim_end()), format!("See {}", verb.rfc.url())])
        }
        Some(verb) => reply(214, "2.0.0", history(verb.word)),
        None => reply(504, "5.5.4", "No help on that; HELP alone lists the commands"),
    }
}
