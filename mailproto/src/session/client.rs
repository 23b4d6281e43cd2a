//! The client's half of the observer: what a typed line is, and what is wrong with it in this state. Replies are in `server`.

use super::{Event, Exchange, ExchangeKind, Judgement, Reading, Role, Session, draft::Draft};
use crate::{
    base64,
    command::{Args, Command},
    line::Ending,
    machine::{Class, On, State, Word},
    message::Cursor,
    octets::lossless,
    sasl::{self, Mechanism, Run, read},
    token::{Detail, Problem, ProblemKind, Span, Token, TokenKind},
};

impl Session {
    /// What `draft` would mean if it were sent now.
    pub fn judge(&self, draft: &[u8]) -> Judgement {
        let reading = self.reading();
        if reading != Reading::Command {
            return Judgement { reading, command: Command::default(), legal: true, leads_to: None };
        }
        let state = self.ahead();
        if self.undecided() && self.auth_is_open() {
            // It may be the answer to a challenge that has not come yet.
            let command = Command { hidden: vec![Span::new(0, draft.len())], ..Command::default() };
            return Judgement { reading, command, legal: false, leads_to: None };
        }
        let mut command = self.parse(draft);
        self.place_problems(state, &mut command);
        let legal = command.verb.is_some_and(|verb| verb.legal_in(state) && !self.has_no_use(verb));
        let moves = command.word().filter(|_| command.args.ends_mail());
        let leads_to = moves.and_then(|word| self.protocol.machine().leads_to(state, word));
        Judgement { reading, command, legal, leads_to }
    }

    /// What the server will take the next line for.
    pub fn reading(&self) -> Reading {
        if let Some(left) = self.chunk_left() {
            return Reading::Chunk { left };
        }
        match (&self.message, self.state) {
            (Some(cursor), _) => Reading::Message { in_body: cursor.in_body() },
            (None, State::Sasl) if self.queue.is_empty() => Reading::SaslAnswer { secret: self.answer_is_secret() },
            (None, State::Reversed) => Reading::Reversed,
            (None, _) => Reading::Command,
        }
    }

    /// The client sent a line.
    #[must_use = "what happened is told only once"]
    pub fn sent(&mut self, line: &[u8], ending: Ending) -> Vec<Event> {
        let mut events = Vec::new();
        if self.undecided() {
            self.sent_undecided(line, ending, &mut events);
        } else {
            match self.reading() {
                Reading::Command => self.sent_command(line, ending, &mut events),
                Reading::SaslAnswer { .. } => self.sent_answer(line, ending, &mut events),
                Reading::Message { .. } => self.sent_message_line(line, ending, &mut events),
                Reading::Chunk { left } => self.sent_chunk_line(line, ending, left, &mut events),
                Reading::Reversed => self.sent_reversed(line, ending, &mut events),
            }
        }
        events
    }

    /// Whether the reply still due decides what the next line is.
    fn undecided(&self) -> bool {
        self.message.is_none()
            && self.queue.iter().any(|exchange| match exchange.kind {
                ExchangeKind::Command => {
                    matches!(exchange.word, Some(Word::Data | Word::Auth)) && !has_initial(&exchange.args)
                }
                ExchangeKind::Undecided(..) => true,
                ExchangeKind::SaslAnswer | ExchangeKind::MessageEnd => false,
            })
    }

    /// Whether an AUTH waits for its reply.
    fn auth_is_open(&self) -> bool {
        self.queue.iter().any(|exchange| exchange.word == Some(Word::Auth))
    }

    pub(super) fn parse(&self, line: &[u8]) -> Command {
        let mut command = self.protocol.parse(line);
        if command.verb.is_none() && self.password_is_due(line) {
            let all = Span::new(0, line.len());
            command.hidden = vec![all];
            command.tokens = vec![Token { span: all, kind: TokenKind::Secret }];
            command.problems = vec![Problem::new(all, ProblemKind::PerhapsPassword, Detail::None)];
        }
        command
    }

    /// Whether an unknown line is likely a password that lacks its command: after USER, or base64 after a login that failed.
    fn password_is_due(&self, line: &[u8]) -> bool {
        let after_user = self.ahead() == State::UserGiven;
        let login_over = matches!(self.answered, Some((Word::Auth, class)) if class != Class::Intermediate);
        let after_auth = login_over && line.len() >= 4 && base64::decode(line).is_some();
        !line.is_empty() && (after_user || after_auth)
    }

    fn sent_command(&mut self, line: &[u8], ending: Ending, events: &mut Vec<Event>) {
        let mut command = self.parse(line);
        self.place_problems(self.ahead(), &mut command);
        self.tell_case(line, &mut command);
        bare_ending(line, ending, &mut command.problems);
        let decoded = initial_decoded(line, &command);
        if let (Args::Apop { .. }, Some(timestamp)) = (&command.args, &self.timestamp) {
            command.steps = read::apop(timestamp);
        }
        // Without CR LF, or the LF alone that many servers take, the command has not ended: nobody answers it.
        let ended = matches!(ending, Ending::CrLf | Ending::Lf);
        let exchange = ended.then(|| self.enqueue(&command));
        if let Args::Chunk { octets, last } = command.args
            && ended
        {
            self.begin_chunk(octets, last);
        }
        let role = Role::Command(command.word());
        let draft = Draft {
            tokens: command.tokens,
            problems: command.problems,
            hidden: command.hidden,
            decoded,
            steps: command.steps,
            ..Draft::new(role, exchange)
        };
        self.tell_sent(draft, line, ending, events);
        self.head_sent(events);
    }

    /// Says once that small letters in a verb are as good as capitals.
    fn tell_case(&mut self, line: &[u8], command: &mut Command) {
        let verb = command.verb.and(command.tokens.first()).map(|token| token.span);
        let small = verb.filter(|span| span.of(line).iter().any(u8::is_ascii_lowercase));
        if let Some(span) = small.filter(|_| !self.told_case) {
            self.told_case = true;
            command.problems.push(Problem::new(span, ProblemKind::VerbCase, Detail::None));
        }
    }

    /// Fires the edge of sending for the command at the head of the queue.
    pub(super) fn head_sent(&mut self, events: &mut Vec<Event>) {
        // A line the server may well refuse for its form (`QUIT now`) enters nothing yet.
        let sound = |exchange: &&Exchange| exchange.kind == ExchangeKind::Command && exchange.args != Args::Bad;
        let word = self.queue.front().filter(sound).and_then(|exchange| exchange.word);
        if let Some(word) = word {
            self.step(On::Sent(word), events);
        }
    }

    fn sent_answer(&mut self, line: &[u8], ending: Ending, events: &mut Vec<Event>) {
        let all = Span::new(0, line.len());
        let cancel = line == b"*";
        let run = self.since_tls.sasl.take().unwrap_or_else(|| Run::new(Mechanism::Other(String::new()), 0));
        let answer = match cancel {
            true => read::Answer { shown: true, ..read::Answer::default() },
            false => read::answer(self.protocol, &run, line, false),
        };
        let kind = match (cancel, answer.shown) {
            (true, _) => TokenKind::SaslCancel,
            (false, false) => TokenKind::Secret,
            (false, true) => TokenKind::SaslAnswer,
        };
        let mut problems: Vec<_> = answer.problems.iter().map(|kind| Problem::new(all, *kind, Detail::None)).collect();
        if !answer.shown && run.mechanism.reveals_secret() && !self.encrypted {
            problems.push(Problem::new(all, ProblemKind::ClearPassword, Detail::None));
        }
        bare_ending(line, ending, &mut problems);
        let hidden = if answer.shown { Vec::new() } else { vec![all] };
        let said = !answer.plain.expose().is_empty();
        let decoded = (answer.shown && said).then(|| answer.plain.shown());
        let mut kinds: Vec<_> = problems.iter().map(|problem| problem.kind).collect();
        if cancel {
            kinds.push(ProblemKind::Cancelled);
        }
        let id = self.next_id();
        self.queue.push_back(Exchange {
            id,
            word: Some(Word::Auth),
            args: Args::None,
            problems: kinds,
            kind: ExchangeKind::SaslAnswer,
        });
        let name = if answer.shown && run.name.is_empty() { answer.plain.expose().to_vec() } else { run.name };
        self.since_tls.sasl = Some(Run { step: run.step + 1, name, ..run });
        let tokens = if line.is_empty() { Vec::new() } else { vec![Token { span: all, kind }] };
        let (role, steps) = (Role::SaslAnswer, answer.steps);
        let draft = Draft { tokens, problems, hidden, decoded, steps, ..Draft::new(role, Some(id)) };
        self.tell_sent(draft, line, ending, events);
    }

    fn sent_message_line(&mut self, line: &[u8], ending: Ending, events: &mut Vec<Event>) {
        // The end is CRLF . CRLF and nothing else (RFC 5321 section 4.1.1.4).
        let after_crlf = std::mem::replace(&mut self.after_crlf, ending == Ending::CrLf);
        if line == b"." && ending == Ending::CrLf && after_crlf {
            let cursor = self.message.take().unwrap_or_default();
            let dot = Span::new(0, 1);
            let tokens = vec![Token { span: dot, kind: TokenKind::FinalDot }];
            let mut problems = Vec::new();
            if !cursor.in_body() {
                problems.push(Problem::new(dot, ProblemKind::NoEmptyLine, Detail::None));
                problems.extend(cursor.missing_fields(dot));
            }
            self.size_of_message(cursor.octets(), dot, &mut problems);
            let id = self.next_id();
            self.queue.push_back(Exchange {
                id,
                word: Some(Word::Data),
                args: Args::None,
                problems: over_size(&problems),
                kind: ExchangeKind::MessageEnd,
            });
            let draft = Draft { tokens, problems, ..Draft::new(Role::MessageEnd, Some(id)) };
            return self.tell_sent(draft, line, ending, events);
        }
        let Some(cursor) = &mut self.message else { return };
        let (part, tokens, mut problems) = cursor.line(line, ending.bytes().len());
        bare_ending(line, ending, &mut problems);
        not_to_be_sent(line, &tokens, &mut problems);
        self.eight_bit(line, &mut problems);
        if self.since_tls.envelope.said("SMTPUTF8") {
            problems.retain(|problem| problem.kind != ProblemKind::HeaderNotAscii);
        }
        self.tell_sent(Draft { tokens, problems, ..Draft::new(Role::Message(part), None) }, line, ending, events);
    }

    /// A line of a client that is the server now: none of its rules are known here.
    fn sent_reversed(&mut self, line: &[u8], ending: Ending, events: &mut Vec<Event>) {
        let mut problems = Vec::new();
        bare_ending(line, ending, &mut problems);
        self.tell_sent(Draft { problems, ..Draft::new(self.reversed(), None) }, line, ending, events);
    }

    /// The part of a line once the roles are reversed: the command that did it was the last one answered.
    pub(super) fn reversed(&self) -> Role {
        Role::Reversed(self.answered.map_or(Word::Atrn, |(word, _)| word))
    }

    /// A line sent before the server decided what it is.
    fn sent_undecided(&mut self, line: &[u8], ending: Ending, events: &mut Vec<Event>) {
        let all = Span::new(0, line.len());
        let after_auth = self.auth_is_open();
        // Behind DATA it may be a line of the message, or a command when DATA is refused: what would be its secret is hidden.
        let hidden = if after_auth { vec![all] } else { self.parse(line).hidden };
        let kind = if after_auth { TokenKind::Secret } else { TokenKind::Words };
        let waits = if after_auth { Word::Auth } else { Word::Data };
        let rule = after_auth.then(|| sasl::steps::exchange(self.protocol));
        let mut problems = vec![Problem::new(all, ProblemKind::TooEarly, waits).ruled_by(rule)];
        bare_ending(line, ending, &mut problems);
        let id = self.next_id();
        self.queue.push_back(Exchange {
            id,
            word: None,
            args: Args::None,
            problems: vec![ProblemKind::TooEarly],
            kind: ExchangeKind::Undecided(line.to_vec(), ending),
        });
        let tokens = if line.is_empty() { Vec::new() } else { vec![Token { span: all, kind }] };
        let draft = Draft { tokens, problems, hidden, ..Draft::new(Role::Command(None), Some(id)) };
        self.tell_sent(draft, line, ending, events);
    }

    /// The server has decided: what waited becomes message lines, answers or commands.
    pub(super) fn decide(&mut self) {
        let waiting: Vec<_> = std::mem::take(&mut self.queue).into_iter().collect();
        let mut scratch = Vec::new();
        for exchange in waiting {
            let ExchangeKind::Undecided(line, ending) = &exchange.kind else {
                self.queue.push_back(exchange);
                continue;
            };
            match self.reading() {
                Reading::Command if self.undecided() => self.queue.push_back(exchange),
                Reading::Command => {
                    let command = self.parse(line);
                    self.queue.push_back(Exchange {
                        word: command.word(),
                        args: command.args,
                        kind: ExchangeKind::Command,
                        ..exchange
                    });
                }
                Reading::SaslAnswer { .. } => {
                    if let Some(run) = &mut self.since_tls.sasl {
                        run.step += 1;
                    }
                    self.queue.push_back(Exchange {
                        word: Some(Word::Auth),
                        kind: ExchangeKind::SaslAnswer,
                        ..exchange
                    });
                }
                // BDAT and ATRN are no commands that leave what follows undecided.
                Reading::Chunk { .. } | Reading::Reversed => self.queue.push_back(exchange),
                Reading::Message { .. } => {
                    // Only its bookkeeping is wanted: the line itself was told when it was sent.
                    self.sent_message_line(line, *ending, &mut scratch);
                    scratch.clear();
                }
            }
        }
    }

    /// Starts following a message being typed.
    pub(super) fn begin_message(&mut self) {
        self.message = Some(Cursor::default());
        self.after_crlf = true;
    }

    fn answer_is_secret(&self) -> bool {
        self.since_tls.sasl.as_ref().is_none_or(|run| !run.mechanism.shows_answer(run.step, &run.challenge))
    }

    pub(super) fn next_id(&mut self) -> u32 {
        let id = self.next_exchange;
        self.next_exchange += 1;
        id
    }

    /// Queues a command for its reply.
    pub(super) fn enqueue(&mut self, command: &Command) -> u32 {
        let id = self.next_id();
        let problems = command.problems.iter().map(|problem| problem.kind).collect();
        let (word, args) = (command.word(), command.args.clone());
        self.queue.push_back(Exchange { id, word, args, problems, kind: ExchangeKind::Command });
        id
    }

    /// Whether the message that ends now is larger than MAIL said, or than the server takes (RFC 1870 section 6).
    pub(super) fn size_of_message(&self, octets: u64, span: Span, problems: &mut Vec<Problem>) {
        let mut add = |kind, detail: Detail| problems.push(Problem::new(span, kind, detail));
        self.size_problem(Some(octets), &mut add);
        if let Some(declared) = self.since_tls.envelope.declared().filter(|declared| *declared < octets) {
            add(ProblemKind::OverDeclared, Detail::Pair(declared, octets));
        }
    }

    /// Tells once a message about octets beyond ASCII that MAIL did not announce (RFC 6152 section 3).
    pub(super) fn eight_bit(&mut self, line: &[u8], problems: &mut Vec<Problem>) {
        if line.is_ascii() || self.since_tls.envelope.told_eight_bit || self.since_tls.envelope.takes_eight_bit() {
            return;
        }
        self.since_tls.envelope.told_eight_bit = true;
        problems.push(Problem::new(Span::new(0, line.len()), ProblemKind::EightBit, Detail::None));
    }
}

/// What a refusal of the whole message has its reason in.
pub(super) fn over_size(problems: &[Problem]) -> Vec<ProblemKind> {
    problems.iter().map(|problem| problem.kind).filter(|kind| *kind == ProblemKind::OverSize).collect()
}

pub(super) fn has_initial(args: &Args) -> bool {
    matches!(args, Args::Auth { initial: Some(_), .. })
}

/// Fields that are written where the message is delivered, or that nobody else may see (RFC 5321 section 4.4, RFC 5322 section
/// 3.6.3).
fn not_to_be_sent(line: &[u8], tokens: &[Token], problems: &mut Vec<Problem>) {
    let [Token { span, kind: TokenKind::FieldName }, Token { kind: TokenKind::Text, .. }] = tokens else { return };
    let name = span.of(line).trim_ascii_end();
    for (field, kind) in [(&b"Bcc:"[..], ProblemKind::BccSent), (b"Return-Path:", ProblemKind::ReturnPathSent)] {
        if name.eq_ignore_ascii_case(field) {
            problems.push(Problem::new(*span, kind, Detail::None));
        }
    }
}

pub(super) fn bare_ending(line: &[u8], ending: Ending, problems: &mut Vec<Problem>) {
    if ending != Ending::CrLf {
        problems.push(Problem::new(Span::new(line.len(), line.len()), ProblemKind::ClientBareEnding, Detail::None));
    }
}

/// What an initial response says, when it is no secret.
fn initial_decoded(line: &[u8], command: &Command) -> Option<String> {
    let Args::Auth { initial: Some(span), .. } = &command.args else { return None };
    let bytes = command.hidden.is_empty().then(|| base64::decode(span.of(line)))??;
    Some(lossless(&bytes))
}
