//! What the replies teach: marks and counts of the maildrop, the mail under way, the server's offers. Verdicts are not here.

use super::{Envelope, Exchange, Kind, Session, draft::Draft};
use crate::{
    command::Args,
    machine::{Class, Protocol, Word},
    token::{Detail, Problem, ProblemKind, Span, Token, TokenKind},
};

impl Session {
    /// Follows what the answers tell about the maildrop, the server and the mail under way.
    pub(super) fn remember(&mut self, exchange: &Exchange, class: Class, draft: &mut Draft) {
        let accepted = matches!(class, Class::Positive);
        match (exchange.word, &exchange.kind) {
            (Some(Word::Rcpt), _) if accepted => self.since_tls.envelope.accepted += 1,
            (Some(Word::Rcpt), _) => self.since_tls.envelope.refused += 1,
            // Whatever the answer, the buffers are cleared (RFC 5321 section 4.1.1.4).
            (_, Kind::MessageEnd) => self.since_tls.envelope = Envelope::default(),
            (Some(Word::Bdat), _) if accepted && exchange.args.ends_mail() => {
                self.since_tls.envelope = Envelope::default()
            }
            (Some(Word::Bdat), _) => {
                let unknown = draft.tokens.iter().any(|token| matches!(token.kind, TokenKind::Code(500 | 502)));
                self.chunk_answered(accepted, unknown);
            }
            _ => {}
        }
        if !accepted {
            return;
        }
        match (exchange.word, &exchange.args) {
            (Some(Word::Dele), Args::Message(number)) => self.maildrop.mark(*number),
            (Some(Word::Rset), _) => {
                self.maildrop.deleted.clear();
                self.since_tls.envelope = Envelope::default();
            }
            (Some(Word::Auth), _) => self.since_tls.logged_in = self.protocol == Protocol::Smtp,
            (Some(Word::Utf8), _) => self.since_tls.utf8 = true,
            (Some(Word::Stat), _) => {
                let count = draft.tokens.iter().find_map(|token| match token.kind {
                    TokenKind::Count(count) => Some((token.span, count)),
                    _ => None,
                });
                if let Some((span, count)) = count {
                    self.counted(span, count, draft);
                }
            }
            (Some(Word::List | Word::Uidl), Args::Message(_)) => self.listed(draft),
            (Some(Word::Mail | Word::Send | Word::Soml | Word::Saml), args) => self.since_tls.envelope.begin(args),
            (Some(Word::Ehlo), _) => {
                self.since_tls.extended = true;
                self.since_tls.envelope = Envelope::default();
            }
            (Some(Word::Helo), _) => {
                self.since_tls.extended = false;
                self.since_tls.offers = None;
                self.since_tls.envelope = Envelope::default();
            }
            _ => {}
        }
    }

    /// The server said how many messages are not marked.
    pub(super) fn counted(&mut self, span: Span, count: u32, draft: &mut Draft) {
        if let Some(due) = self.maildrop.counted(count) {
            draft.problems.push(Problem::new(span, ProblemKind::CountDiffers, Detail::Pair(count.into(), due.into())));
        }
    }

    /// Keeps what a line of LIST or UIDL told of a message.
    pub(super) fn listed(&mut self, draft: &mut Draft) {
        let (mut number, mut octets) = (None, None);
        for token in &draft.tokens {
            match token.kind {
                TokenKind::MessageNumber(found) => number = Some((token.span, found)),
                TokenKind::Octets(found) => octets = Some(found),
                _ => {}
            }
        }
        let Some((span, number)) = number else { return };
        self.maildrop.saw(number, octets);
        if self.maildrop.is_marked(number) {
            draft.problems.push(Problem::new(span, ProblemKind::ListsDeleted, number));
        }
    }

    /// Keeps what a line of CAPA or EHLO announces.
    pub(super) fn announce(&mut self, line: &[u8], tokens: &[Token]) {
        let keyword = tokens.iter().find(|token| token.kind == TokenKind::Keyword);
        if let (Some(keyword), Some(offers)) = (keyword, &mut self.since_tls.offers) {
            offers.add(keyword.span.of(line), line.get(keyword.span.end..).unwrap_or_default());
        }
    }
}
