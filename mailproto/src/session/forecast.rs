//! What a line would lead to before it is sent, and what may come while it is not answered. It never keeps a line from being sent.

use super::{Exchange, Judgement, Kind, Reading, Session};
use crate::{
    command::Args,
    machine::{Class, On, Protocol, State, Verb, Word},
    smtp,
    token::{Problem, ProblemKind},
};

/// What may come of a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forecast {
    /// Every class of reply that is possible, the good ones first; empty where no reply is due.
    pub outcomes: Vec<Outcome>,
    /// What is known beforehand, when nothing is wrong.
    pub fact: Option<Fact>,
}

/// One class of reply, and what it leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The class.
    pub class: Class,
    /// SMTP: the codes the standards give to it here (RFC 5321 section 4.3.2).
    pub codes: Vec<u16>,
    /// The state after it.
    pub to: State,
    /// Whether that is the state before it.
    pub stays: bool,
    /// Whether it is what the standard lets expect, as far as anything can be said.
    pub expected: bool,
}

/// Something known before a line is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// POP3, QUIT: so many messages will be removed (RFC 1939 section 6).
    Removes(u32),
    /// POP3, RSET: so many marks go.
    Unmarks(u32),
    /// POP3, RETR: LIST said so many octets.
    Octets(u64),
    /// SMTP, the end of the message: so many octets go to so many recipients.
    Delivers {
        /// The octets of the message, dots undoubled.
        octets: u64,
        /// How many recipients were accepted.
        recipients: u32,
    },
    /// SMTP, RSET, QUIT or a new hello: the mail that is begun is dropped (RFC 5321 section 4.1.4).
    Drops,
}

/// Codes that any SMTP command may get for its form (RFC 5321 section 4.3.2).
const ANY_COMMAND: &[u16] = &[500, 501];

impl Session {
    /// What `draft` would lead to if it were sent now; `judgement` is what [`Session::judge`] said of it.
    pub fn forecast(&self, draft: &[u8], judgement: &Judgement) -> Forecast {
        match judgement.reading {
            Reading::Command if judgement.command.hidden.is_empty() || judgement.command.verb.is_some() => {}
            Reading::Command => return Forecast::default(),
            Reading::SaslAnswer { .. } => return self.after_answer(draft == b"*"),
            Reading::Message { .. } if draft == b"." && self.after_crlf => return self.after_message(),
            Reading::Message { .. } | Reading::Chunk { .. } | Reading::Reversed => return Forecast::default(),
        }
        if !self.state().is_open() || draft.trim_ascii().is_empty() {
            return Forecast::default();
        }
        let command = &judgement.command;
        Forecast {
            outcomes: self.outcomes(self.ahead(), command.verb, &command.args, &kinds(&command.problems)),
            fact: command.word().and_then(|word| self.fact(word, &command.args)),
        }
    }

    /// What may come for a line that was sent and is not answered yet.
    pub fn awaited(&self, exchange: u32) -> Option<Forecast> {
        let at = self.queue.iter().position(|waiting| waiting.id == exchange)?;
        let Exchange { word, args, problems, kind, .. } = &self.queue[at];
        let verb = word.and_then(|word| self.protocol.machine().verb(word));
        let state = self.ahead_of(at);
        Some(match kind {
            Kind::SaslAnswer => self.after_answer(problems.contains(&ProblemKind::Cancelled)),
            Kind::MessageEnd => self.after_message(),
            // What it is, the reply before it decides.
            Kind::Undecided(..) => Forecast::default(),
            Kind::Command => Forecast { outcomes: self.outcomes(state, verb, args, problems), fact: None },
        })
    }

    fn outcomes(&self, state: State, verb: Option<&Verb>, args: &Args, problems: &[ProblemKind]) -> Vec<Outcome> {
        let machine = self.protocol.machine();
        let refusal = problems.iter().find_map(|problem| problem.refused_with());
        let Some(verb) = verb else {
            let codes = if self.protocol == Protocol::Smtp { vec![500] } else { Vec::new() };
            let refused = Outcome { class: Class::Permanent, codes, to: state, stays: true, expected: true };
            return [refused].into_iter().chain(self.closing()).collect();
        };
        // QUIT in TRANSACTION enters UPDATE as soon as it is sent (RFC 1939 section 6).
        let sent =
            machine.step(state, On::Sent(verb.word)).filter(|_| *args != Args::Bad).map_or(state, |edge| edge.to);
        let outcome = |class| {
            let edge = machine.step(sent, On::Reply(verb.word, class)).filter(|_| args.ends_mail());
            let to = edge.map_or(sent, |edge| edge.to);
            let expected = refusal.is_some() && class == Class::Permanent;
            Outcome { class, codes: self.codes(verb, class, refusal), to, stays: to == state, expected }
        };
        let fits = |class: &Class| match self.protocol {
            Protocol::Pop3 => match class {
                Class::Positive | Class::Permanent => true,
                Class::Intermediate => verb.word == Word::Auth,
                Class::Transient => false,
            },
            Protocol::Smtp => !self.codes(verb, *class, refusal).is_empty(),
        };
        [Class::Positive, Class::Intermediate, Class::Transient, Class::Permanent]
            .into_iter()
            .filter(fits)
            .map(outcome)
            .chain(self.closing())
            .collect()
    }

    /// 421 may answer any command: the server closes (RFC 5321 sections 3.8 and 4.2.2).
    fn closing(&self) -> Option<Outcome> {
        let edge = self.protocol.machine().step(self.state(), On::End).filter(|_| self.protocol == Protocol::Smtp)?;
        Some(Outcome { class: Class::Transient, codes: vec![421], to: edge.to, stays: false, expected: false })
    }

    /// The codes of a class that the standards give to a command.
    fn codes(&self, verb: &Verb, class: Class, refusal: Option<&'static [u16]>) -> Vec<u16> {
        if self.protocol == Protocol::Pop3 {
            return Vec::new();
        }
        if let Some(codes) = refusal.filter(|_| class == Class::Permanent) {
            return codes.to_vec();
        }
        let row = if verb.word == Word::Data { smtp::DATA_CODES } else { verb.codes };
        let mut codes: Vec<_> = row.iter().chain(ANY_COMMAND).copied().filter(|code| is_of(*code, class)).collect();
        codes.sort_unstable();
        codes.dedup();
        // In order as it is, 503 is not to be expected.
        codes.retain(|code| *code != 503);
        codes
    }

    fn after_answer(&self, cancel: bool) -> Forecast {
        let outcome = |class| {
            let codes = match self.protocol {
                Protocol::Pop3 => Vec::new(),
                Protocol::Smtp if cancel => vec![501],
                Protocol::Smtp => smtp::SASL_CODES.iter().copied().filter(|code| is_of(*code, class)).collect(),
            };
            let machine = self.protocol.machine();
            let edge = machine.step(State::Sasl, On::Reply(Word::Auth, class));
            let to = edge.map_or(State::Sasl, |edge| edge.to);
            Outcome { class, codes, to, stays: to == State::Sasl, expected: cancel }
        };
        let classes: &[Class] = match (cancel, self.protocol) {
            (true, _) => &[Class::Permanent],
            (false, Protocol::Pop3) => &[Class::Positive, Class::Intermediate, Class::Permanent],
            (false, Protocol::Smtp) => &[Class::Positive, Class::Intermediate, Class::Transient, Class::Permanent],
        };
        Forecast { outcomes: classes.iter().copied().map(outcome).chain(self.closing()).collect(), fact: None }
    }

    fn after_message(&self) -> Forecast {
        let nobody = self.since_tls.envelope.accepted == 0;
        let outcome = |class| {
            // A message to nobody has no valid recipients (RFC 5321 section 3.3).
            let fits = |code: &u16| is_of(*code, class) && !(nobody && class == Class::Permanent && *code != 554);
            let codes = smtp::MESSAGE_CODES.iter().copied().filter(fits).collect();
            let edge = self.protocol.machine().step(State::Data, On::Reply(Word::Data, class));
            let to = edge.map_or(State::Greeted, |edge| edge.to);
            Outcome { class, codes, to, stays: false, expected: nobody && class == Class::Permanent }
        };
        let octets = self.message.as_ref().map(crate::message::Cursor::octets);
        let recipients = self.since_tls.envelope.accepted;
        Forecast {
            outcomes: [Class::Positive, Class::Transient, Class::Permanent]
                .into_iter()
                .map(outcome)
                .chain(self.closing())
                .collect(),
            fact: octets.filter(|_| recipients > 0).map(|octets| Fact::Delivers { octets, recipients }),
        }
    }

    fn fact(&self, word: Word, args: &Args) -> Option<Fact> {
        let state = self.ahead();
        let marked = u32::try_from(self.maildrop.deleted.len()).unwrap_or(u32::MAX);
        match (self.protocol, word, state) {
            (Protocol::Pop3, Word::Quit, State::Transaction) => Some(Fact::Removes(marked)),
            (Protocol::Pop3, Word::Rset, State::Transaction) => Some(Fact::Unmarks(marked)),
            (Protocol::Pop3, Word::Retr, State::Transaction) => match args {
                Args::Message(number) => self.maildrop.octets(*number).map(Fact::Octets),
                _ => None,
            },
            (Protocol::Smtp, Word::Rset | Word::Quit | Word::Ehlo | Word::Helo, State::Sender | State::Recipients) => {
                Some(Fact::Drops)
            }
            _ => None,
        }
    }
}

fn kinds(problems: &[Problem]) -> Vec<ProblemKind> {
    problems.iter().map(|problem| problem.kind).collect()
}

fn is_of(code: u16, class: Class) -> bool {
    let digit = match class {
        Class::Positive => 2,
        Class::Intermediate => 3,
        Class::Transient => 4,
        Class::Permanent => 5,
    };
    code / 100 == digit
}
