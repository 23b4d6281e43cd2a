//! What a reply says about its command: that it was refused for its place, or that the server is more lenient or stricter than the
//! standard. What the words of a refusal tell is in `refusal`.

use super::{Exchange, Kind, Session, draft::Draft};
use crate::{
    command::Args,
    machine::{Class, Protocol, State, Word},
    sasl::steps,
    secret::lossless,
    token::{Detail, Enhanced, Problem, ProblemKind, Span, Token, TokenKind},
};

/// After how many refusals in a row it is told that a server may hang up: Exim does so at the fourth.
const MANY: u32 = 3;

impl Session {
    /// Tells of the third refusal in a row: a server may close after an appropriate number of them (RFC 5321 section 7.8), and
    /// after a login that failed (RFC 1939 section 4).
    pub(super) fn count_refusals(&mut self, class: Class, draft: &mut Draft) {
        let counts = self.protocol == Protocol::Smtp || matches!(self.state, State::Authorization | State::UserGiven);
        self.refusals = if class == Class::Permanent && counts { self.refusals + 1 } else { 0 };
        if self.refusals == MANY {
            let span = draft.tokens.first().map_or(Span::new(0, 0), |token| token.span);
            draft.problems.push(Problem::new(span, ProblemKind::RefusedAgain, Detail::None));
        }
    }

    /// Adds the verdict. The state is still the one that the command met: what went before it in a group is answered.
    pub(super) fn verdict(&self, exchange: &Exchange, class: Class, line: &[u8], draft: &mut Draft) {
        if draft.problems.iter().any(|found| found.kind == ProblemKind::ServiceClosing) {
            return;
        }
        let Some((kind, because)) = self.judged(exchange, class, line) else { return };
        let span = draft.tokens.first().map_or(Span::new(0, 0), |token| token.span);
        let number = match exchange.args {
            Args::Message(number) | Args::MessageLines(number, _) => Some(number.into()),
            _ => None,
        };
        let detail = match (&exchange.args, because) {
            // The reason names the address.
            (Args::Path { path, .. }, Some(ProblemKind::NoAngleBrackets)) => path.address().into(),
            _ => {
                number.filter(|_| because.is_none()).unwrap_or_else(|| exchange.word.map_or(Detail::None, Detail::from))
            }
        };
        let sasl = kind == ProblemKind::LoginRefused && exchange.word == Some(Word::Auth);
        let rule = (sasl && self.protocol == Protocol::Pop3).then(|| steps::exchange(self.protocol));
        draft.problems.push(Problem { because, ..Problem::new(span, kind, detail).ruled_by(rule) });
    }

    fn judged(&self, exchange: &Exchange, class: Class, line: &[u8]) -> Option<(ProblemKind, Option<ProblemKind>)> {
        use ProblemKind as P;
        let has = |kinds: &[ProblemKind]| exchange.problems.iter().find(|kind| kinds.contains(kind)).copied();
        let order = self.met_wrong_state(exchange);
        let unknown = has(&[P::UnknownVerb, P::PrivateVerb, P::SmtpVerbInPop3, P::Pop3VerbInSmtp, P::PerhapsPassword]);
        let verdict = match class {
            Class::Intermediate if order == Some(P::NoRecipients) => (P::NobodyToSendTo, None),
            Class::Positive | Class::Intermediate => {
                let form = [P::NoAngleBrackets, P::SpaceAfterColon, P::MissingSpace, P::NoHelloName];
                (P::Lenient, Some(order.or_else(|| has(&form))?))
            }
            Class::Transient => (P::NotNow, None),
            Class::Permanent if has(&[P::Cancelled]).is_some() => (P::Cancelled, None),
            Class::Permanent if unknown.is_some() => (P::RefusedUnknown, None),
            Class::Permanent if order.is_some() && self.protocol == Protocol::Pop3 => (P::RefusedState, order),
            Class::Permanent if order.is_some() => (P::RefusedOrder, order),
            // Some say 503 to an extension that they do not have: that is no matter of order.
            Class::Permanent if line.starts_with(b"503") && has(&[P::NotAnnounced]).is_none() => (P::StrictOrder, None),
            // 354 was said to a mail for nobody, and nothing may be sent (RFC 2920 sections 3.2 and 4).
            Class::Permanent if exchange.kind == Kind::MessageEnd && self.since_tls.envelope.accepted == 0 => {
                (P::RefusedOrder, Some(P::NoRecipients))
            }
            Class::Permanent => (self.message_refused(exchange).unwrap_or_else(|| self.refusal(exchange, line)), None),
        };
        Some(verdict)
    }

    /// What was wrong with the place of the command, of the state it met.
    fn met_wrong_state(&self, exchange: &Exchange) -> Option<ProblemKind> {
        if exchange.kind != Kind::Command {
            return None;
        }
        let verb = exchange.word.and_then(|word| self.protocol.machine().verb(word))?;
        // The session is in UPDATE since QUIT was sent.
        let entered = verb.word == Word::Quit && self.state == State::Update;
        let hasty = [ProblemKind::PipelinedTls, ProblemKind::ExtensionAfterHelo];
        let sent = || exchange.problems.iter().find(|kind| hasty.contains(kind)).copied();
        self.misplaced(self.state, verb).filter(|kind| kind.is_order() && !entered).or_else(sent)
    }

    /// Whether a POP3 command was refused for the message it names.
    fn message_refused(&self, exchange: &Exchange) -> Option<ProblemKind> {
        let (Args::Message(number) | Args::MessageLines(number, _)) = exchange.args else { return None };
        match self.message_trouble(number, 0) {
            Some(ProblemKind::MessageDeleted) => Some(ProblemKind::RefusedDeleted),
            Some(_) => Some(ProblemKind::RefusedNoMessage),
            None => (number == 0).then_some(ProblemKind::RefusedNoMessage),
        }
    }
}

/// 235 has a registered enhanced code, 2.7.0 (RFC 4954 section 6).
pub(super) fn login_code(line: &[u8], tokens: &[Token]) -> Option<Problem> {
    tokens.iter().find_map(|token| match token.kind {
        TokenKind::Enhanced(code) if code != (Enhanced { class: 2, subject: 7, detail: 0 }) => {
            Some(Problem::new(token.span, ProblemKind::LoginCode, lossless(token.span.of(line))))
        }
        _ => None,
    })
}
