//! The POP3 server: RFC 1939 with CAPA, STLS and AUTH. Which command is legal where is mailproto's table's to say.

use std::fmt::Write as _;

use mailproto::{
    Class, On, ProblemKind, Protocol, State, Verb, Word,
    command::{Args, Command},
    machine::{Need, Standing},
    pop3::MACHINE,
    sasl::apop_digest,
};

use crate::{
    Service,
    clock::Timestamp,
    gate::Flaw,
    ledger::NotKept,
    letter::Letter,
    maildrop::{AccountId, InUse, Message, PostOffice},
    sasl::{self, Exchange, MECHANISMS, Refusal, Step},
    scenario::HostId,
};

/// One session.
#[derive(Debug)]
pub(crate) struct Server {
    /// Which host the client came to.
    host: HostId,
    /// Moved along the table's edges only.
    state: State,
    /// Whether TLS is on.
    encrypted: bool,
    /// The greeting's, with its brackets: APOP digests it, CRAM-MD5's challenges are made from it.
    timestamp: String,
    /// How many CRAM-MD5 challenges were given: none is given twice.
    challenges: u32,
    /// The name USER gave. Whether there is such an account is not looked up before PASS.
    user: Option<String>,
    /// The AUTH under way, in [`State::Sasl`].
    exchange: Option<Exchange>,
    /// The maildrop whose lock this session holds, in TRANSACTION.
    open: Option<Open>,
    /// What is still to be written of the message that was asked for.
    letter: Option<Letter>,
}

/// An open maildrop.
#[derive(Debug)]
struct Open {
    account: AccountId,
    /// One for each message that was there when it was opened: whether DELE marked it. What comes later is not seen, and as the
    /// lock keeps others from removing, numbers never shift.
    deleted: Vec<bool>,
}

/// What is answered.
#[must_use = "the client waits for it"]
enum Reply {
    /// `+OK` and text.
    Ok(String),
    /// `+OK` and text, then lines that end with the lone dot.
    Lines(String, Vec<u8>),
    /// `+OK` and text, then a message, written by and by.
    Letter(String, Letter),
    /// `-ERR` and text.
    Err(String),
    /// `+ ` and a challenge in base64.
    Challenge(String),
}

impl Server {
    /// Greets a client (RFC 1939 section 4). The timestamp in it is `seed` and the time: other for each session.
    pub fn greet(
        office: &PostOffice,
        host: HostId,
        service: Service,
        now: Timestamp,
        seed: u64,
        out: &mut Vec<u8>,
    ) -> Self {
        let name = &office.at(host).host.name;
        let timestamp = format!("<{seed}.{}@{name}>", now.0);
        let mut server = Self {
            host,
            state: State::NoConnection,
            encrypted: service.implicit_tls(),
            timestamp,
            challenges: 0,
            user: None,
            exchange: None,
            open: None,
            letter: None,
        };
        server.step(On::Connect);
        let greeting = Reply::Ok(format!("{name} POP3 practice server ready {}", server.timestamp));
        server.step(On::Greeting(greeting.class()));
        greeting.write(out);
        server
    }

    pub fn state(&self) -> State {
        self.state
    }

    /// A new AUTHORIZATION state, in which nothing said in plain text counts (RFC 2595 section 4).
    pub fn tls_established(&mut self) {
        self.encrypted = true;
        self.user = None;
        self.step(On::TlsUp);
    }

    /// Gives the lock back, if this session has it, and removes nothing.
    pub fn release(&mut self, office: &mut PostOffice) {
        if let Some(open) = self.open.take() {
            office.maildrop_mut(open.account).unlock();
        }
    }

    /// Answers one line.
    pub fn command(&mut self, office: &mut PostOffice, line: Result<Vec<u8>, Flaw>, out: &mut Vec<u8>) {
        let (word, reply) = match (line, self.exchange.take()) {
            (Err(flaw), exchange) => (exchange.map(|_| Word::Auth), Reply::Err(flaw.text())),
            (Ok(line), Some(exchange)) => (Some(Word::Auth), self.answer(office, exchange, &line)),
            (Ok(line), None) => {
                let command = Protocol::Pop3.parse(&line);
                (command.word(), self.judge(&command).unwrap_or_else(|| self.perform(office, &command, &line)))
            }
        };
        reply.write(out);
        if let Some(word) = word {
            self.step(On::Reply(word, reply.class()));
        }
        if let Reply::Letter(_, letter) = reply {
            self.letter = Some(letter);
        }
    }

    /// Whether the last reply is not yet whole: [`Self::go_on`] comes before the next command.
    pub fn is_writing(&self) -> bool {
        self.letter.is_some()
    }

    /// Writes the next piece of the reply.
    pub fn go_on(&mut self, out: &mut Vec<u8>) {
        if self.letter.as_mut().is_some_and(|letter| letter.write_piece(out)) {
            self.letter = None;
        }
    }

    fn step(&mut self, what: On) {
        if let Some(edge) = MACHINE.step(self.state, what) {
            self.state = edge.to;
        }
    }

    /// Refuses what is no command, has no place in this state, or breaks the syntax.
    fn judge(&self, command: &Command) -> Option<Reply> {
        let Some(verb) = command.verb else { return Some(Reply::Err(unknown(command).into())) };
        let refusal = if command.has(ProblemKind::LeadingSpace) {
            "No white space before a command".into()
        } else if command.has(ProblemKind::LongPop3Line) {
            "Line too long: a command has at most 255 octets with its CRLF (RFC 2449 section 4)".into()
        } else if !implemented(verb) {
            format!("{} is not offered here; CAPA lists what is", verb.name)
        } else if let Some(unmet) = self.unmet(verb) {
            unmet.into()
        } else if verb.word == Word::Pass && self.state == State::Authorization {
            "PASS comes right after USER: say who you are first".into()
        } else if !self.takes(verb) {
            let legal: Vec<_> = MACHINE
                .verbs
                .iter()
                .filter(|verb| self.takes(verb) && self.offers(verb))
                .map(|verb| verb.name)
                .collect();
            format!("{} is not for the {} state; now: {}", verb.name, self.state.name(), legal.join(" "))
        } else {
            syntax(command, verb)?
        };
        Some(Reply::Err(refusal))
    }

    /// Whether the command is taken in this state. After USER the table has no other login (RFC 1939 section 7); whoever mistyped
    /// a name may still say it again, as on most servers.
    fn takes(&self, verb: &Verb) -> bool {
        verb.legal_in(self.state) || (self.state == State::UserGiven && verb.legal_in(State::Authorization))
    }

    fn offers(&self, verb: &Verb) -> bool {
        implemented(verb) && self.unmet(verb).is_none()
    }

    /// What to say of the first need of a verb that is not met.
    fn unmet(&self, verb: &Verb) -> Option<&'static str> {
        verb.needs.iter().find_map(|need| match need {
            Need::PlainText => self.encrypted.then_some("TLS is already on"),
            // The greeting has a timestamp; UTF8 is not offered here; the others are SMTP's.
            Need::Timestamp | Need::NoUtf8 => None,
            Need::NoLogin | Need::Login | Need::NoChunks | Need::Lines | Need::NoRefusedChunk => None,
        })
    }

    fn perform(&mut self, office: &mut PostOffice, command: &Command, line: &[u8]) -> Reply {
        let (Some(word), args) = (command.word(), &command.args) else { return Reply::Err(unknown(command).into()) };
        match (word, args) {
            (Word::Capa, _) => self.capa(),
            (Word::Stls, _) => Reply::Ok("Begin TLS negotiation now".into()),
            (Word::User, Args::User(name)) => {
                self.user = Some(name.clone());
                Reply::Ok("Now say PASS and the password".into())
            }
            (Word::Pass, Args::Secret(span)) => {
                let user = self.user.take().unwrap_or_default();
                self.login(office, office.at(self.host).check(&user, span.of(line)))
            }
            (Word::Apop, Args::Apop { name, digest }) => self.apop(office, name, digest),
            (Word::Auth, Args::Auth { mechanism, initial }) => {
                let initial = initial.map(|span| span.of(line));
                self.challenges = self.challenges.wrapping_add(1);
                let challenge = format!("<{}.{}", self.challenges, self.timestamp.trim_start_matches('<'));
                let step = Exchange::begin(office.at(self.host), mechanism, initial, challenge);
                self.follow(office, step)
            }
            (Word::Quit, _) if self.state == State::Transaction => self.update(office),
            (Word::Quit, _) => Reply::Ok(format!("{} signing off", office.at(self.host).host.name)),
            (word, args) => match &mut self.open {
                Some(open) => open.perform(office, word, args),
                None => Reply::Err("Log in first".into()),
            },
        }
    }

    /// RFC 2449 section 5, with the tags of section 6, of RFC 2595, RFC 3206 and RFC 5034.
    fn capa(&self) -> Reply {
        let mut list = String::from("TOP\r\nUSER\r\n");
        let _ = write!(list, "SASL {MECHANISMS}\r\n");
        if self.state == State::Transaction {
            list.push_str("IMPLEMENTATION mailspeak-practice\r\n");
        } else if !self.encrypted {
            list.push_str("STLS\r\n");
        }
        list.push_str("RESP-CODES\r\nAUTH-RESP-CODE\r\nPIPELINING\r\nUIDL\r\n");
        Reply::Lines("Capability list follows".into(), list.into())
    }

    /// RFC 1939 section 7.
    fn apop(&mut self, office: &mut PostOffice, name: &str, digest: &str) -> Reply {
        let account = office
            .at(self.host)
            .secret(name)
            .filter(|(_, secret)| apop_digest(self.timestamp.as_bytes(), secret) == digest)
            .map(|(account, _)| account);
        self.login(office, account)
    }

    fn answer(&mut self, office: &mut PostOffice, exchange: Exchange, line: &[u8]) -> Reply {
        if line.len() + 2 > sasl::LINE {
            return Reply::Err(format!("Line too long: an answer has at most {} octets with its CRLF", sasl::LINE));
        }
        let step = exchange.answer(office.at(self.host), line);
        self.follow(office, step)
    }

    fn follow(&mut self, office: &mut PostOffice, step: Step) -> Reply {
        let refusal = match step {
            Step::Challenge(exchange, challenge) => {
                self.exchange = Some(exchange);
                return Reply::Challenge(challenge);
            }
            Step::Known(account) => return self.login(office, Some(account)),
            Step::Refused(Refusal::Wrong) => return self.login(office, None),
            Step::Refused(Refusal::UnknownMechanism) => format!("Unknown mechanism; here: {MECHANISMS}"),
            Step::Refused(Refusal::ServerFirst) => {
                "In this mechanism the server speaks first: no initial response".into()
            }
            Step::Refused(Refusal::Cancelled) => "Authentication cancelled".into(),
            Step::Refused(Refusal::NotBase64) => "That is not base64".into(),
        };
        Reply::Err(refusal)
    }

    /// Opens and locks the maildrop of somebody who proved who they are. The response codes are of RFC 3206 and RFC 2449
    /// section 8.1.2.
    fn login(&mut self, office: &mut PostOffice, account: Option<AccountId>) -> Reply {
        let Some(account) = account else { return Reply::Err("[AUTH] Wrong name or password".into()) };
        if let Err(InUse) = office.maildrop_mut(account).lock() {
            return Reply::Err("[IN-USE] Another session has this maildrop open".into());
        }
        let deleted = vec![false; office.maildrop(account).messages().len()];
        let open = self.open.insert(Open { account, deleted });
        Reply::Ok(format!("{}'s maildrop has {}", office.name(account), open.summary(office)))
    }

    /// The UPDATE state: removes what was marked and gives the lock back (RFC 1939 section 6).
    fn update(&mut self, office: &mut PostOffice) -> Reply {
        self.step(On::Sent(Word::Quit));
        let removed = self.open.as_ref().map_or(Ok(()), |open| office.remove(open.account, &open.deleted));
        let left = self.open.as_ref().map_or(0, |open| open.deleted.iter().filter(|deleted| !**deleted).count());
        self.release(office);
        if let Err(NotKept) = removed {
            // RFC 3206 section 4.
            return Reply::Err("[SYS/TEMP] The marked messages cannot be removed now; they are still there".into());
        }
        let host = &office.at(self.host).host.name;
        match left {
            0 => Reply::Ok(format!("{host} signing off, maildrop empty")),
            left => Reply::Ok(format!("{host} signing off, {} left", messages(left))),
        }
    }
}

/// The commands of TRANSACTION (RFC 1939 sections 5 and 7).
impl Open {
    fn perform(&mut self, office: &PostOffice, word: Word, args: &Args) -> Reply {
        let reply = match (word, args) {
            (Word::Stat, _) => {
                let (count, octets) = self.totals(office);
                Ok(Reply::Ok(format!("{count} {octets}")))
            }
            (Word::Noop, _) => Ok(Reply::Ok("Still here".into())),
            (Word::Rset, _) => {
                self.deleted.fill(false);
                Ok(Reply::Ok(format!("All marks taken off: maildrop has {}", self.summary(office))))
            }
            (Word::List, Args::Message(number)) => {
                self.find(office, *number).map(|message| Reply::Ok(format!("{number} {}", message.bytes.len())))
            }
            (Word::List, _) => Ok(self.list(office, |message| message.bytes.len().to_string())),
            (Word::Uidl, Args::Message(number)) => {
                self.find(office, *number).map(|message| Reply::Ok(format!("{number} {}", message.uid)))
            }
            (Word::Uidl, _) => Ok(self.list(office, |message| message.uid.clone())),
            (Word::Retr, Args::Message(number)) => self.find(office, *number).map(|message| {
                let octets = message.bytes.len();
                Reply::Letter(format!("{octets} octets"), Letter::new(message.bytes.clone(), None))
            }),
            (Word::Top, Args::MessageLines(number, lines)) => self.find(office, *number).map(|message| {
                let text = format!("Header and {lines} lines of message {number}");
                let lines = usize::try_from(*lines).unwrap_or(usize::MAX);
                Reply::Letter(text, Letter::new(message.bytes.clone(), Some(lines)))
            }),
            (Word::Dele, Args::Message(number)) => self.find(office, *number).map(|_| ()).map(|()| {
                self.deleted[place(*number)] = true;
                Reply::Ok(format!("Message {number} is marked; QUIT will remove it"))
            }),
            (_, _) => Err("That is not done here".into()),
        };
        reply.unwrap_or_else(Reply::Err)
    }

    /// The message of a number, if the session may still speak of it.
    fn find<'a>(&self, office: &'a PostOffice, number: u32) -> Result<&'a Message, String> {
        match self.deleted.get(place(number)) {
            None if number == 0 => Err("No such message: numbers begin at 1".into()),
            None => Err(format!("No such message: there are only {}", self.deleted.len())),
            Some(true) => Err(format!("Message {number} is marked as deleted; RSET brings it back")),
            Some(false) => Ok(&office.maildrop(self.account).messages()[place(number)]),
        }
    }

    /// Number and message of all that are not marked.
    fn messages<'a>(&'a self, office: &'a PostOffice) -> impl Iterator<Item = (usize, &'a Message)> {
        let messages = office.maildrop(self.account).messages().iter().zip(&self.deleted).enumerate();
        messages.filter(|(_, (_, deleted))| !**deleted).map(|(place, (message, _))| (place + 1, message))
    }

    fn list(&self, office: &PostOffice, column: impl Fn(&Message) -> String) -> Reply {
        let mut lines = String::new();
        for (number, message) in self.messages(office) {
            let _ = write!(lines, "{number} {}\r\n", column(message));
        }
        Reply::Lines(self.summary(office), lines.into())
    }

    fn totals(&self, office: &PostOffice) -> (usize, usize) {
        self.messages(office).fold((0, 0), |(count, octets), (_, message)| (count + 1, octets + message.bytes.len()))
    }

    fn summary(&self, office: &PostOffice) -> String {
        let (count, octets) = self.totals(office);
        format!("{} ({octets} octets)", messages(count))
    }
}

impl Reply {
    fn class(&self) -> Class {
        match self {
            Self::Ok(_) | Self::Lines(..) | Self::Letter(..) => Class::Positive,
            Self::Err(_) => Class::Permanent,
            Self::Challenge(_) => Class::Intermediate,
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        let (status, text) = match self {
            Self::Ok(text) | Self::Lines(text, _) | Self::Letter(text, _) => ("+OK", text),
            Self::Err(text) => ("-ERR", text),
            Self::Challenge(text) => ("+", text),
        };
        for part in [status, " ", text, "\r\n"] {
            out.extend_from_slice(part.as_bytes());
        }
        if let Self::Lines(_, lines) = self {
            out.extend_from_slice(lines);
            out.extend_from_slice(b".\r\n");
        }
    }
}

/// Where the message of a number stands in the maildrop; for 0 nowhere.
fn place(number: u32) -> usize {
    usize::try_from(number).ok().and_then(|number| number.checked_sub(1)).unwrap_or(usize::MAX)
}

fn messages(count: usize) -> String {
    format!("{count} message{}", if count == 1 { "" } else { "s" })
}

/// Whether this server does what a verb asks.
fn implemented(verb: &Verb) -> bool {
    verb.standing != Standing::Obsolete && !matches!(verb.word, Word::Utf8 | Word::Lang)
}

fn unknown(command: &Command) -> &'static str {
    if command.has(ProblemKind::EmptyLine) {
        "An empty line is no command"
    } else if command.has(ProblemKind::SmtpVerbInPop3) {
        "That is a command of SMTP; this is a POP3 server"
    } else {
        "Unknown command"
    }
}

/// What is wrong with the arguments, if anything is.
#[expect(clippy::wildcard_enum_match_arm, reason = "of every other problem the syntax is the answer")]
fn syntax(command: &Command, verb: &Verb) -> Option<String> {
    use ProblemKind as P;
    let usage = || format!("Syntax: {} {}", verb.name, verb.syntax).trim_end().to_owned();
    // Refused where they are looked at, with the words and the code of the refusal.
    let elsewhere = |kind: ProblemKind| {
        kind.is_of_answer() || matches!(kind, P::ZeroMessage | P::LongPop3Argument | P::TrailingSpace | P::OddSpace)
    };
    let kind = command.problems.iter().map(|problem| problem.kind).find(|kind| !elsewhere(*kind))?;
    match kind {
        // A password outside ASCII is a wrong password.
        P::NotAscii if verb.word == Word::Pass => None,
        P::NotAscii => Some("Commands are in ASCII here".into()),
        P::MissingArgument => Some(format!("An argument is missing. {}", usage())),
        P::ExtraArgument => Some(format!("Too many arguments. {}", usage())),
        P::NotANumber => Some(format!("Not a number. {}", usage())),
        P::BadDigest => Some("The digest is 32 digits and letters a to f in lower case".into()),
        _ => Some(usage()),
    }
}
