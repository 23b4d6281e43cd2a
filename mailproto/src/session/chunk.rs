//! Chunks of BDAT: octets counted over the lines sent, line ends too, until the announced number is reached (RFC 3030 section 2).

use super::{
    Event, Role, Session,
    client::{bare_ending, over_size},
    draft::Draft,
    known::Chunks,
};
use crate::{
    line::Ending,
    machine::Word,
    message::Part,
    token::{Detail, Problem, ProblemKind, Span, Token, TokenKind},
};

impl Session {
    /// The octets of a chunk that are due.
    pub(super) fn chunk_left(&self) -> Option<u64> {
        self.since_tls.envelope.chunks.as_ref().map(|chunks| chunks.left).filter(|left| *left > 0)
    }

    /// BDAT was sent: its octets follow without waiting, if the server knows the command at all.
    pub(super) fn begin_chunk(&mut self, octets: u64, last: bool) {
        if self.since_tls.offers.as_ref().is_some_and(|offers| offers.has("CHUNKING")) {
            let chunks = self.since_tls.envelope.chunks.get_or_insert_with(Chunks::default);
            (chunks.left, chunks.last) = (octets, last);
        }
    }

    /// A line of which at least the beginning belongs to the chunk.
    pub(super) fn sent_chunk_line(&mut self, line: &[u8], ending: Ending, left: u64, events: &mut Vec<Event>) {
        let all = Span::new(0, line.len());
        let total = (line.len() + ending.bytes().len()) as u64;
        let taken = total.min(left);
        let (part, tokens, mut problems) = self.chunk_text(line, taken, total);
        if left > total && looks_like_command(line) {
            problems.push(Problem::new(all, ProblemKind::ChunkUnfilled, left - total));
        }
        let mut exchange = None;
        if taken < total {
            let from = usize::try_from(taken).unwrap_or(usize::MAX).min(line.len());
            let beyond = Span::new(from, line.len());
            problems.push(Problem::new(beyond, ProblemKind::ChunkOverrun, total - taken));
            if matches!(ending, Ending::CrLf | Ending::Lf) {
                let command = self.parse(beyond.of(line));
                exchange = Some(self.enqueue(&command));
            }
        }
        bare_ending(line, ending, &mut problems);
        self.eight_bit(line, &mut problems);
        self.tell_sent(Draft { tokens, problems, ..Draft::new(Role::Message(part), exchange) }, line, ending, events);
    }

    /// What the first `taken` octets of a line, its end counted, are in the message, and what is wrong with them.
    fn chunk_text(&mut self, line: &[u8], taken: u64, total: u64) -> (Part, Vec<Token>, Vec<Problem>) {
        let binary = self.since_tls.envelope.said("BODY=BINARYMIME");
        let utf8 = self.since_tls.envelope.said("SMTPUTF8");
        let Some(chunks) = &mut self.since_tls.envelope.chunks else { return (Part::Body, Vec::new(), Vec::new()) };
        chunks.left -= taken;
        let end = usize::try_from(taken).unwrap_or(usize::MAX).min(line.len());
        let (text, ending) = (line.get(..end).unwrap_or_default(), usize::try_from(taken).unwrap_or(usize::MAX) - end);
        let (part, tokens, mut problems) = match chunks.within.take() {
            // The rest of a line that was judged as far as it had come.
            Some(part) => {
                let text = Span::new(0, end);
                let tokens = (!text.is_empty()).then_some(Token { span: text, kind: TokenKind::Text });
                chunks.message.rest(taken);
                (part, tokens.into_iter().collect(), Vec::new())
            }
            None => chunks.message.plain(text, ending),
        };
        let (whole, ends) = (taken == total, chunks.last && chunks.left == 0);
        chunks.within = (!whole && !ends).then_some(part);
        problems.retain(|problem| match problem.kind {
            ProblemKind::HeaderNotAscii => !utf8,
            // Binary content has no lines (RFC 3030 section 3), and half a line is not yet what it will be.
            ProblemKind::LongTextLine => !binary,
            ProblemKind::NoColon => whole,
            _ => true,
        });
        let (in_body, octets) = (chunks.message.in_body(), chunks.message.octets());
        if ends {
            let at = Span::new(end, end);
            if !in_body {
                problems.push(Problem::new(at, ProblemKind::NoEmptyLine, Detail::None));
                problems.extend(chunks.message.missing_fields(at));
            }
            self.size_of_message(octets, at, &mut problems);
            if let Some(command) = self.queue.iter_mut().rfind(|exchange| exchange.word == Some(Word::Bdat)) {
                command.problems.extend(over_size(&problems));
            }
        }
        (part, tokens, problems)
    }

    /// The reply to BDAT came.
    pub(super) fn chunk_answered(&mut self, accepted: bool, unknown: bool) {
        if unknown {
            // The server does not know BDAT: what follows it are commands to it.
            self.since_tls.envelope.chunks = None;
        } else if let Some(chunks) = &mut self.since_tls.envelope.chunks {
            chunks.failed |= !accepted;
        }
    }
}

/// Whether a line of a chunk was perhaps meant to end it.
fn looks_like_command(line: &[u8]) -> bool {
    let whole = [&b"."[..], b"QUIT", b"RSET", b"NOOP", b"DATA"].iter().any(|word| line.eq_ignore_ascii_case(word));
    whole || line.get(..5).is_some_and(|head| head.eq_ignore_ascii_case(b"BDAT "))
}
