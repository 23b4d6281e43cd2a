//! The server's half of the observer: lines paired with the oldest unanswered command, edges taken. What was typed is in `client`.

use super::{Event, Exchange, ExchangeKind, Offers, Reply, Role, Session, draft::Draft};
use crate::{
    base64,
    command::Args,
    line::{Ending, Line},
    machine::{Class, Edge, MultiLine, On, Protocol, State, Word},
    message::Cursor,
    octets::{Octets, lossless},
    pop3,
    sasl::{Mechanism, Run, read},
    smtp::{self, ReplyPart},
    token::{Detail, Problem, ProblemKind, Side, Span, Token, TokenKind},
};

/// The longest reply line with its CRLF, in octets (RFC 5321 section 4.5.3.1.5, RFC 1939 section 3).
const REPLY_LINE: usize = 512;

/// What a reply answers.
struct Asked {
    /// Whether it is the server's first word: it answers nothing.
    greeting: bool,
    /// The oldest unanswered command.
    exchange: Option<Exchange>,
}

impl Asked {
    fn word(&self) -> Option<Word> {
        self.exchange.as_ref()?.word
    }
}

impl Session {
    /// The server sent bytes, in chunks of any size. They are copied once; see [`Session::heard`].
    #[must_use = "what happened is told only once"]
    pub fn received(&mut self, chunk: &[u8]) -> Vec<Event> {
        self.heard(&chunk.into())
    }

    /// The server sent bytes, in chunks of any size. The text of a line that lies within the chunk is a part of it, not a copy.
    #[must_use = "what happened is told only once"]
    pub fn heard(&mut self, chunk: &Octets) -> Vec<Event> {
        // Room for an event a line.
        let mut events = Vec::with_capacity(memchr::memchr_iter(b'\n', chunk).count());
        let mut inbound = std::mem::take(&mut self.inbound);
        inbound.cut(chunk, |line| self.server_line(line, &mut events));
        self.inbound = inbound;
        events
    }

    /// No more bytes will come: hands out a line that was cut.
    pub(super) fn end_of_bytes(&mut self, events: &mut Vec<Event>) {
        let mut last = None;
        self.inbound.end(|line| last = Some(line));
        if let Some(line) = last {
            self.server_line(line, events);
        }
    }

    fn server_line(&mut self, line: Line, events: &mut Vec<Event>) {
        self.consumed += (line.bytes.len() + line.ending.bytes().len()) as u64;
        let state = self.state;
        let mut after = Vec::new();
        let mut draft = if line.continued {
            let mut draft = Draft::new(Role::Unexpected, None);
            draft.tokens.push(Token { span: all(&line), kind: TokenKind::ServerText });
            draft
        } else {
            match (self.protocol, &self.reply) {
                _ if state == State::Tls => self.plain_after_go_ahead(&line),
                _ if state == State::Reversed => Draft::new(self.reversed(), None),
                (_, Reply::Payload { .. }) => self.payload(&line, &mut after),
                (Protocol::Pop3, _) => self.pop3_reply(&line, &mut after),
                (Protocol::Smtp, _) => self.smtp_reply(&line, &mut after),
            }
        };
        self.odd_bytes(&line, &mut draft);
        let mut told = Box::new(self.line(Side::Server, draft, line.bytes, line.ending));
        (told.state, told.moved) = (state, moved(&after));
        events.push(Event::Line(told));
        events.append(&mut after);
    }

    fn plain_after_go_ahead(&self, line: &Line) -> Draft {
        let mut draft = Draft::new(Role::Unexpected, None);
        draft.tokens.push(Token { span: all(line), kind: TokenKind::Garbage });
        draft.problems.push(Problem::new(all(line), ProblemKind::PlainAfterGoAhead, Detail::None));
        draft
    }

    fn pop3_reply(&mut self, line: &Line, after: &mut Vec<Event>) -> Draft {
        let asked = self.asked();
        let word = asked.word();
        let in_sasl = word == Some(Word::Auth);
        let with_argument = asked.exchange.as_ref().is_some_and(|exchange| exchange.args != Args::None);
        let answers = (!asked.greeting).then(|| (word.unwrap_or(Word::Noop), with_argument));
        let reply = pop3::first_line(&line.bytes, answers, in_sasl);
        let said = Role::Reply { class: reply.class, code: None, to: word, first: true, last: true };
        let mut draft = reply_draft(&asked, said);
        draft.tokens = reply.tokens;
        draft.problems.extend(reply.problems);
        if asked.greeting {
            self.timestamp = pop3_timestamp(&line.bytes);
        }
        let Some(class) = reply.class else {
            self.strange_greeting(&asked, line, &mut draft);
            return draft;
        };
        self.follow_sasl(&asked, class, &line.bytes, &mut draft);
        self.finish_reply(&asked, class, line, &mut draft, after);
        if class == Class::Positive
            && let Some(exchange) = &asked.exchange
        {
            self.open_payload(exchange, line, &mut draft);
        }
        draft
    }

    fn smtp_reply(&mut self, line: &Line, after: &mut Vec<Event>) -> Draft {
        let asked = self.asked();
        let word = asked.word();
        let (first, code, index) = match self.reply {
            Reply::More { code, line } => (false, Some(code), line),
            Reply::First | Reply::Payload { .. } => (true, None, 0),
        };
        let keywords = word == Some(Word::Ehlo) && index > 0 && line.bytes.starts_with(b"250");
        let place = match word {
            _ if asked.greeting => ReplyPart::Greeting,
            _ if keywords => ReplyPart::Keywords,
            Some(Word::Ehlo | Word::Helo) if first => ReplyPart::Hello,
            _ => ReplyPart::Other,
        };
        let reply = smtp::reply_line(&line.bytes, place);
        let said = Role::Reply { class: reply.class, code: reply.code, to: word, first, last: reply.last };
        let mut draft = reply_draft(&asked, said);
        draft.tokens = reply.tokens;
        draft.problems.extend(reply.problems);
        if let (Some(before), Some(now)) = (code, reply.code)
            && before != now
        {
            draft.problems.push(Problem::new(Span::new(0, 3), ProblemKind::MixedCodes, u32::from(before)));
        }
        let Some(now) = reply.code else {
            self.reply = Reply::First;
            self.strange_greeting(&asked, line, &mut draft);
            return draft;
        };
        if first && word == Some(Word::Ehlo) && now == 250 {
            self.since_tls.offers = Some(Offers::default());
        }
        if keywords {
            self.announce(&line.bytes, &draft.tokens);
        }
        if !reply.last {
            self.reply = Reply::More { code: now, line: index + 1 };
            return draft;
        }
        self.reply = Reply::First;
        let Some(class) = reply.class else { return draft };
        if now == 421 {
            draft.problems.push(Problem::new(Span::new(0, 3), ProblemKind::ServiceClosing, Detail::None));
        }
        if now == 235 {
            draft.problems.extend(super::verdict::login_code(&line.bytes, &draft.tokens));
        }
        self.follow_sasl(&asked, class, &line.bytes, &mut draft);
        self.finish_reply(&asked, class, line, &mut draft, after);
        draft
    }

    /// What a first line that is no greeting gives away: another protocol answers on this port.
    fn strange_greeting(&self, asked: &Asked, line: &Line, draft: &mut Draft) {
        let starts = |word: &[u8]| line.bytes.starts_with(word);
        let kind = match self.protocol {
            // A TLS record of type alert or handshake, version 3.x (RFC 8446 section 5.1).
            _ if starts(&[0x15, 3]) || starts(&[0x16, 3]) => ProblemKind::SpeaksTls,
            Protocol::Pop3 if starts(b"220 ") || starts(b"220-") => ProblemKind::SpeaksSmtp,
            Protocol::Smtp if starts(b"+OK") => ProblemKind::SpeaksPop3,
            Protocol::Pop3 | Protocol::Smtp => return,
        };
        if asked.greeting {
            draft.problems.insert(0, Problem::new(all(line), kind, Detail::None));
        }
    }

    /// What the next reply answers.
    fn asked(&self) -> Asked {
        let greeting = !self.greeted;
        Asked { greeting, exchange: if greeting { None } else { self.queue.front().cloned() } }
    }

    /// Begins, goes on with or ends the exchange of an AUTH: keeps a challenge and tells what it says.
    fn follow_sasl(&mut self, asked: &Asked, class: Class, line: &[u8], draft: &mut Draft) {
        let Some(exchange) = asked.exchange.as_ref().filter(|exchange| exchange.word == Some(Word::Auth)) else {
            return;
        };
        if class != Class::Intermediate {
            self.since_tls.sasl = None;
            return;
        }
        if let (ExchangeKind::Command, Args::Auth { mechanism, initial }) = (&exchange.kind, &exchange.args) {
            self.since_tls.sasl = Some(Run::new(Mechanism::named(mechanism), usize::from(initial.is_some())));
        }
        let span = draft.tokens.iter().find(|token| token.kind == TokenKind::Challenge).map(|token| token.span);
        let text = span.map(|span| span.of(line)).unwrap_or_default();
        let plain = base64::decode(text).unwrap_or_default();
        if let Some(span) = span.filter(|_| plain.is_empty()) {
            draft.problems.push(Problem::new(span, ProblemKind::ChallengeNotBase64, Detail::None));
        }
        if !plain.is_empty() {
            draft.decoded = Some(lossless(&plain));
        }
        if let Some(run) = &mut self.since_tls.sasl {
            draft.steps = read::challenge(self.protocol, run, text);
            run.challenge = plain;
        }
    }

    /// A reply is complete: judge it, take its edge, let the next command move up.
    fn finish_reply(&mut self, asked: &Asked, class: Class, line: &Line, draft: &mut Draft, after: &mut Vec<Event>) {
        if asked.greeting {
            self.greeted = true;
            if class != Class::Positive {
                draft.problems.push(Problem::new(Span::new(0, 0), ProblemKind::GreetingRefused, Detail::None));
            }
            self.step(On::Greeting(class), after);
            return;
        }
        let Some(exchange) = &asked.exchange else { return };
        self.queue.pop_front();
        self.verdict(exchange, class, &line.bytes, draft);
        self.count_refusals(class, draft);
        self.remember(exchange, class, draft);
        let Some(word) = exchange.word else {
            self.decide();
            return self.head_sent(after);
        };
        self.answered = Some((word, class));
        // A chunk that is not the last one ends nothing.
        if exchange.args.ends_mail() {
            self.step(On::Reply(word, class), after);
        }
        if word == Word::Data && class == Class::Intermediate && exchange.kind == ExchangeKind::Command {
            self.begin_message();
        }
        if self.state == State::Tls && class == Class::Positive {
            after.push(Event::GoAhead { after: self.consumed });
        }
        self.decide();
        self.head_sent(after);
    }

    fn open_payload(&mut self, exchange: &Exchange, line: &Line, draft: &mut Draft) {
        let Some(word) = exchange.word.filter(|_| exchange.kind == ExchangeKind::Command) else { return };
        let opens = match self.protocol.machine().verb(word).map(|verb| verb.multi_line) {
            Some(MultiLine::Always) => true,
            Some(MultiLine::WithoutArgument) => exchange.args == Args::None,
            Some(MultiLine::Never) | None => false,
        };
        if !opens {
            return;
        }
        draft.opens = true;
        if word == Word::Capa {
            self.since_tls.offers = Some(Offers::default());
        }
        let said = || self.maildrop.octets(exchange.args.message()?);
        let announced = (word == Word::Retr).then(|| said().or_else(|| announced_octets(line, draft))).flatten();
        let message = matches!(word, Word::Retr | Word::Top).then(Cursor::default);
        let (exchange, ending) = (exchange.id, line.ending);
        self.reply = Reply::Payload { word, exchange, ending, message, announced, listed: 0 };
    }

    fn payload(&mut self, line: &Line, after: &mut Vec<Event>) -> Draft {
        let Reply::Payload { word, exchange, ending, message, announced, listed } = &mut self.reply else {
            return Draft::new(Role::Unexpected, None);
        };
        let (word, exchange) = (*word, *exchange);
        if line.bytes[..] == *b"." && line.ending == *ending {
            let dot = Span::new(0, 1);
            let mut draft = Draft::new(Role::PayloadEnd, Some(exchange));
            draft.tokens.push(Token { span: dot, kind: TokenKind::FinalDot });
            let sent = message.as_ref().map(Cursor::octets);
            if let (Some(said), Some(sent)) = (*announced, sent)
                && said != sent
            {
                draft.problems.push(Problem::new(dot, ProblemKind::SizeDiffers, Detail::Pair(said, sent)));
            }
            let listed = *listed;
            self.reply = Reply::First;
            if matches!(word, Word::List | Word::Uidl) {
                self.counted(dot, listed, &mut draft);
            }
            self.head_sent(after);
            return draft;
        }
        if let Some(cursor) = message {
            let (part, tokens, problems) = cursor.line(&line.bytes, line.ending.bytes().len());
            let mut draft = Draft::new(Role::Payload(part), Some(exchange));
            draft.tokens = tokens;
            draft.problems = problems.into_iter().filter_map(received).collect();
            return draft;
        }
        let mut draft = Draft::new(Role::Listing(word), Some(exchange));
        (draft.tokens, draft.problems) = listing(&line.bytes, word);
        if draft.tokens.iter().any(|token| matches!(token.kind, TokenKind::MessageNumber(_))) {
            *listed = listed.saturating_add(1);
        }
        if word == Word::Capa {
            self.announce(&line.bytes, &draft.tokens);
        } else {
            self.listed(&mut draft);
        }
        draft
    }

    /// What is odd about the bytes of a server's line, whatever it says.
    fn odd_bytes(&mut self, line: &Line, draft: &mut Draft) {
        let bytes = &line.bytes[..];
        let end = Span::new(bytes.len(), bytes.len());
        let ending = match line.ending {
            Ending::CrLf => None,
            Ending::Lf => Some(ProblemKind::ServerBareLf),
            Ending::Cr => Some(ProblemKind::ServerBareCr),
            Ending::None if bytes.len() >= crate::line::LIMIT => Some(ProblemKind::EndlessLine),
            Ending::None => Some(ProblemKind::CutLine),
        };
        let bare = matches!(ending, Some(ProblemKind::ServerBareLf | ProblemKind::ServerBareCr));
        if let Some(kind) = ending.filter(|_| !(bare && self.told_bare)) {
            draft.problems.push(Problem::new(end, kind, Detail::None));
        }
        self.told_bare |= bare;
        let in_message = matches!(draft.role, Role::Payload(_) | Role::Reversed(_));
        if let Some(at) = memchr::memchr(0, bytes) {
            draft.problems.push(Problem::new(Span::new(at, at + 1), ProblemKind::NulByte, Detail::None));
        }
        if !in_message && !bytes.is_ascii() && std::str::from_utf8(bytes).is_err() {
            draft.problems.push(Problem::new(all(line), ProblemKind::NotText, Detail::None));
        }
        // A challenge may be as long as its mechanism makes it (RFC 4954 and RFC 5034, section 4).
        let challenge = draft.tokens.iter().any(|token| token.kind == TokenKind::Challenge);
        if !in_message && !challenge && line.ending == Ending::CrLf && bytes.len() + 2 > REPLY_LINE {
            let detail = bytes.len() + 2;
            draft.problems.push(Problem::new(all(line), ProblemKind::LongReply, detail));
        }
    }
}

/// A line of a reply, `said` when somebody asked for it.
fn reply_draft(asked: &Asked, said: Role) -> Draft {
    let role = match &asked.exchange {
        _ if asked.greeting => Role::Greeting,
        None => Role::Unexpected,
        Some(_) => said,
    };
    let mut draft = Draft::new(role, asked.exchange.as_ref().map(|exchange| exchange.id));
    // 421 may come at any time (RFC 5321 section 3.8).
    let is_reply = matches!(said, Role::Reply { class: Some(_), code, .. } if code != Some(421));
    if role == Role::Unexpected && is_reply {
        draft.problems.push(Problem::new(Span::new(0, 0), ProblemKind::Unexpected, Detail::None));
    }
    draft
}

/// The edge that a reply took; sending the next command may have taken another.
fn moved(after: &[Event]) -> Option<&'static Edge> {
    after.iter().find_map(|event| match event {
        Event::Moved(edge) => matches!(edge.on, On::Reply(..) | On::Greeting(_)).then_some(*edge),
        Event::Line(_) | Event::GoAhead { .. } => None,
    })
}

/// A line of a listing; a dot that was doubled for the wire stands apart (RFC 1939 section 3).
fn listing(line: &[u8], word: Word) -> (Vec<Token>, Vec<Problem>) {
    let Some(rest) = line.strip_prefix(b".") else { return pop3::payload_line(line, word) };
    let (mut tokens, mut problems) = pop3::payload_line(rest, word);
    let shift = |span: &mut Span| *span = Span::new(span.start + 1, span.end + 1);
    tokens.iter_mut().for_each(|token| shift(&mut token.span));
    problems.iter_mut().for_each(|problem| shift(&mut problem.span));
    tokens.insert(0, Token { span: Span::new(0, 1), kind: TokenKind::StuffedDot });
    (tokens, problems)
}

fn all(line: &Line) -> Span {
    Span::new(0, line.bytes.len())
}

fn pop3_timestamp(line: &[u8]) -> Option<Vec<u8>> {
    pop3::timestamp(line).map(|span| span.of(line).to_vec())
}

/// The number a RETR reply may begin with: `+OK 120 octets`.
fn announced_octets(line: &Line, draft: &Draft) -> Option<u64> {
    let text = draft.tokens.iter().find(|token| token.kind == TokenKind::ServerText)?;
    let first = text.span.of(&line.bytes).split(|byte| *byte == b' ').next()?;
    std::str::from_utf8(first).ok()?.parse().ok()
}

/// A problem of a message seen from the reader's side: whoever wrote it is not in this session.
#[expect(clippy::wildcard_enum_match_arm, reason = "what else the writer did is no matter of the reader's session")]
fn received(problem: Problem) -> Option<Problem> {
    let kind = match problem.kind {
        ProblemKind::NoDate => ProblemKind::ReceivedNoDate,
        ProblemKind::NoFrom => ProblemKind::ReceivedNoFrom,
        ProblemKind::UnstuffedDot => ProblemKind::ReceivedLostDot,
        _ => return None,
    };
    Some(Problem { kind, ..problem })
}
