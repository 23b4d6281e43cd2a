//! What is wrong with a command in its place: the state, the order of a mail, the server's offers, what is sent too soon.

use super::{Exchange, Kind, Session, client::has_initial};
use crate::{
    command::{Args, Command},
    machine::{Class, Need, On, Protocol, State, Verb, Word},
    sasl::Mechanism,
    smtp::Parameter,
    token::{Detail, Problem, ProblemKind, Span},
};

impl Session {
    /// The state once every unanswered command has gone well.
    pub(super) fn ahead(&self) -> State {
        self.ahead_of(self.queue.len())
    }

    /// The state before the `count`th unanswered command, if those before it go well.
    pub(super) fn ahead_of(&self, count: usize) -> State {
        let machine = self.protocol.machine();
        let begin = match machine.step(self.state, On::Greeting(Class::Positive)) {
            Some(edge) if !self.greeted => edge.to,
            Some(_) | None => self.state,
        };
        self.queue.iter().take(count).fold(begin, |state, exchange| self.after(state, exchange))
    }

    /// The state after an unanswered command, if it goes well.
    fn after(&self, state: State, exchange: &Exchange) -> State {
        let machine = self.protocol.machine();
        let Some(word) = exchange.word else { return state };
        let answered = |class| machine.step(state, On::Reply(word, class)).map_or(state, |edge| edge.to);
        match exchange.kind {
            Kind::Undecided(..) => state,
            Kind::SaslAnswer | Kind::MessageEnd => answered(Class::Positive),
            Kind::Command if !exchange.args.ends_mail() => state,
            Kind::Command if word == Word::Auth && has_initial(&exchange.args) => answered(Class::Positive),
            Kind::Command => machine.leads_to(state, word).unwrap_or(state),
        }
    }

    /// Whether a verb that the table allows is of no use all the same, and so is not offered: it needs what this session cannot
    /// give any more (plain text under TLS, a timestamp the greeting did not have), or it is an extension that nobody announced.
    pub(super) fn has_no_use(&self, verb: &Verb) -> bool {
        let lost = |need: &Need| self.unmet(*need).is_some() && !need.can_be_met();
        verb.needs.iter().any(lost) || self.unannounced(verb)
    }

    /// What to say of a need that is not met now.
    fn unmet(&self, need: Need) -> Option<ProblemKind> {
        let known = &self.since_tls;
        let chunks = known.envelope.chunks.as_ref();
        let (unmet, kind) = match need {
            Need::PlainText => (self.encrypted, ProblemKind::TlsAlready),
            Need::Timestamp => (self.timestamp.is_none(), ProblemKind::NoTimestamp),
            Need::NoUtf8 => (known.utf8, ProblemKind::StlsAfterUtf8),
            Need::NoLogin => (known.logged_in, ProblemKind::AuthAlready),
            Need::Login => (!known.logged_in, ProblemKind::LoginDue),
            Need::NoChunks => (chunks.is_some(), ProblemKind::DataAfterBdat),
            Need::Lines => (known.envelope.said("BODY=BINARYMIME"), ProblemKind::DataForBinary),
            Need::NoRefusedChunk => (chunks.is_some_and(|chunks| chunks.failed), ProblemKind::BdatAfterFailure),
        };
        unmet.then_some(kind)
    }

    /// The first unmet need of a command that meets `state`. Where the table does not allow the command anyway, the state is the
    /// nearer reason than some of them.
    fn unmet_in(&self, state: State, verb: &Verb) -> Option<ProblemKind> {
        let legal = verb.legal_in(state);
        let told = |need: &&Need| legal || !matches!(need, Need::Timestamp | Need::NoUtf8 | Need::Login);
        verb.needs.iter().filter(told).find_map(|need| self.unmet(*need))
    }

    /// Whether a verb is an extension that the server does not announce: in the list it gave, or because it was never asked.
    fn unannounced(&self, verb: &Verb) -> bool {
        let Some(announcement) = verb.announced_by else { return false };
        self.since_tls.offers.as_ref().map_or(announcement.asked_first, |offers| !offers.has(announcement.keyword))
    }

    /// What is wrong with the place of a command in `state`. The same question is asked when it is sent, of the state it
    /// should meet, and when it is answered, of the state it met.
    pub(super) fn misplaced(&self, state: State, verb: &Verb) -> Option<ProblemKind> {
        use ProblemKind as P;
        use State::{Authorization, Closed, Connected, Greeted, Recipients, Sender, Update, UserGiven};
        if let Some(unmet) = self.unmet_in(state, verb) {
            return Some(unmet);
        }
        let kind = match (self.protocol, verb.word) {
            _ if verb.legal_in(state) => return None,
            (_, _) if matches!(state, Update | Closed) => P::AfterQuit,
            // The greeting was a refusal: QUIT is what is left (RFC 5321 section 3.1).
            (_, Word::Quit) if state == State::Greeting => return None,
            (Protocol::Pop3, Word::Pass) if state == Authorization => P::PassWithoutUser,
            (Protocol::Pop3, Word::Pass | Word::Quit) => P::Pop3WrongState,
            (Protocol::Pop3, _) if state == UserGiven && verb.legal_in(Authorization) => P::AfterUser,
            (Protocol::Pop3, _) => P::Pop3WrongState,
            (Protocol::Smtp, _) => match (verb.word, state) {
                (Word::Auth | Word::Starttls, Connected) => P::ExtensionBeforeHello,
                (Word::Auth, Sender | Recipients) => P::AuthInMail,
                (Word::Mail | Word::Send | Word::Soml | Word::Saml, Connected) => P::MailBeforeHello,
                (Word::Mail | Word::Send | Word::Soml | Word::Saml, Sender | Recipients) => P::MailTwice,
                (Word::Rcpt, Connected | Greeted) => P::RcptBeforeMail,
                (Word::Data | Word::Bdat, Connected | Greeted) => P::DataBeforeMail,
                (Word::Data | Word::Bdat, Sender) => P::NoRecipients,
                _ => P::SmtpWrongOrder,
            },
        };
        Some(kind)
    }

    /// Adds what is wrong with a command that is sent now and meets `state`.
    pub(super) fn place_problems(&self, state: State, command: &mut Command) {
        self.allow_utf8(command);
        let Some(verb) = command.verb else { return };
        let span = command.tokens.first().map_or(Span::new(0, 0), |token| token.span);
        let misplaced = self.misplaced(state, verb);
        let unannounced = misplaced.is_none() && self.since_tls.offers.is_some() && self.unannounced(verb);
        let mut problems = Vec::new();
        let mut add = |kind, detail: Detail| {
            let announcement = verb.announced_by.filter(|_| kind == ProblemKind::NotAnnounced);
            let rule = announcement.and_then(|announcement| announcement.rfc);
            problems.push(Problem::new(span, kind, detail).ruled_by(rule));
        };
        self.hasty(verb, &mut add);
        match misplaced {
            Some(kind) => add(kind, verb.word.into()),
            None if self.protocol == Protocol::Pop3 && verb.word == Word::Pass && !self.follows_user() => {
                add(ProblemKind::PassNotAtOnce, Detail::None);
            }
            None if unannounced => add(ProblemKind::NotAnnounced, verb.word.into()),
            None => {}
        }
        if self.protocol == Protocol::Smtp && misplaced.is_none() && state == State::Greeted && !self.hello_ahead() {
            match &command.args {
                Args::Path { parameters, .. } if !parameters.is_empty() => {
                    add(ProblemKind::ParametersWithoutEhlo, Detail::None);
                }
                _ if matches!(verb.word, Word::Auth | Word::Starttls) => {
                    add(ProblemKind::ExtensionAfterHelo, verb.word.into());
                }
                _ => {}
            }
        }
        self.message_problems(state, &command.args, &mut add);
        self.offer_problems(&command.args, &mut add);
        command.problems.append(&mut problems);
        let reveals = match &command.args {
            Args::Auth { mechanism, .. } => Mechanism::named(mechanism).reveals_secret(),
            _ => true,
        };
        if let Some(&secret) = command.hidden.first().filter(|_| reveals && !self.encrypted) {
            command.problems.push(Problem::new(secret, ProblemKind::ClearPassword, Detail::None));
        }
    }

    /// What was sent without waiting as long as it should (RFC 5321 section 4.3.1, RFC 2920 section 3.1, RFC 2449 section 6.6).
    fn hasty(&self, verb: &Verb, add: &mut impl FnMut(ProblemKind, Detail)) {
        if !self.greeted && self.state == State::Greeting {
            return add(ProblemKind::BeforeGreeting, verb.word.into());
        }
        let waits = |word| self.queue.iter().any(|exchange| exchange.word == Some(word));
        if waits(Word::Stls) || waits(Word::Starttls) {
            return add(ProblemKind::PipelinedTls, verb.word.into());
        }
        let Some(before) = self.queue.back() else { return };
        if waits(Word::Quit) {
            return;
        }
        if !self.since_tls.offers.as_ref().is_some_and(|offers| offers.has("PIPELINING")) {
            return add(ProblemKind::NotWaited, verb.word.into());
        }
        let ends_group = |word: &Word| {
            // ETRN's own standard allows no more, so the general rule for extensions holds.
            matches!(word, Word::Ehlo | Word::Data | Word::Vrfy | Word::Expn | Word::Turn | Word::Noop | Word::Etrn)
                && before.kind == Kind::Command
        };
        if self.protocol == Protocol::Smtp
            && let Some(row) = before.word.filter(ends_group).and_then(|word| self.protocol.machine().verb(word))
        {
            add(ProblemKind::LastInGroup, row.word.into());
        }
    }

    /// Whether the command before this one is USER: PASS may be given immediately after it alone (RFC 1939 section 7).
    fn follows_user(&self) -> bool {
        let before = self.queue.back().map(|exchange| exchange.word);
        before.unwrap_or(self.answered.map(|(word, _)| word)) == Some(Word::User)
    }

    /// Whether EHLO was accepted, or is about to be.
    fn hello_ahead(&self) -> bool {
        let hello = |exchange: &&Exchange| matches!(exchange.word, Some(Word::Ehlo | Word::Helo));
        self.queue.iter().rfind(hello).map_or(self.since_tls.extended, |exchange| exchange.word == Some(Word::Ehlo))
    }

    /// What is known of the message that a POP3 command names.
    fn message_problems(&self, state: State, args: &Args, add: &mut impl FnMut(ProblemKind, Detail)) {
        let (Args::Message(number) | Args::MessageLines(number, _)) = *args else { return };
        if state == State::Transaction
            && let Some(kind) = self.message_trouble(number, self.queue.len())
        {
            add(kind, number.into());
        }
    }

    /// Whether a message is marked as deleted or missing, once the first `count` unanswered commands have gone well.
    pub(super) fn message_trouble(&self, number: u32, count: usize) -> Option<ProblemKind> {
        let marked = self.queue.iter().take(count).fold(self.maildrop.is_marked(number), |marked, exchange| {
            match (exchange.word, &exchange.args) {
                (Some(Word::Dele), Args::Message(other)) if *other == number => true,
                (Some(Word::Rset), _) => false,
                _ => marked,
            }
        });
        if marked {
            Some(ProblemKind::MessageDeleted)
        } else {
            // Zero is told by the parser.
            (number > 0 && self.maildrop.lacks(number)).then_some(ProblemKind::NoSuchMessage)
        }
    }

    /// What the arguments ask of extensions that the server did not announce.
    fn offer_problems(&self, args: &Args, add: &mut impl FnMut(ProblemKind, Detail)) {
        let Some(offers) = &self.since_tls.offers else { return };
        match (args, self.protocol) {
            (Args::Auth { mechanism, .. }, protocol) => {
                let keyword = if protocol == Protocol::Pop3 { "SASL" } else { "AUTH" };
                if offers.has(keyword) && !offers.names(keyword, mechanism) {
                    add(ProblemKind::MechanismNotAnnounced, mechanism.clone().into());
                }
            }
            (Args::Path { parameters, .. }, Protocol::Smtp) if self.since_tls.extended => {
                for parameter in parameters {
                    let keyword = Parameter::named(parameter).map(|row| row.keyword(parameter));
                    if let Some(keyword) = keyword.filter(|keyword| !offers.has(keyword)) {
                        add(ProblemKind::ParameterNotAnnounced, keyword.into());
                    }
                }
                let size =
                    parameters.iter().find_map(|one| one.to_ascii_uppercase().strip_prefix("SIZE=")?.parse().ok());
                self.size_problem(size, add);
            }
            _ => {}
        }
    }

    /// Whether a message of this size is larger than the server announced to take (RFC 1870 section 6.1).
    pub(super) fn size_problem(&self, size: Option<u64>, add: &mut impl FnMut(ProblemKind, Detail)) {
        let limit = self.since_tls.offers.as_ref().and_then(super::known::Offers::size);
        if let (Some(size), Some(limit)) = (size, limit)
            && size > limit
        {
            add(ProblemKind::OverSize, Detail::Pair(limit, size));
        }
    }

    /// After MAIL with SMTPUTF8, RCPT may have letters beyond ASCII (RFC 6531 section 3.4); so may a login, when CAPA said
    /// `UTF8 USER` (RFC 6856 section 2.2).
    fn allow_utf8(&self, command: &mut Command) {
        let login = matches!(command.word(), Some(Word::User | Word::Pass | Word::Apop));
        let named = self.since_tls.offers.as_ref().is_some_and(|offers| offers.names("UTF8", "USER"));
        let says = |args: &Args| match args {
            Args::Path { parameters, .. } => parameters.iter().any(|one| one.eq_ignore_ascii_case("SMTPUTF8")),
            _ => false,
        };
        let pending = self.queue.iter().rfind(|exchange| exchange.word == Some(Word::Mail));
        let open = pending.map_or_else(|| self.since_tls.envelope.said("SMTPUTF8"), |exchange| says(&exchange.args));
        if command.word() == Some(Word::Rcpt) && open || login && named {
            command.problems.retain(|problem| problem.kind != ProblemKind::NotAscii);
        }
    }
}
