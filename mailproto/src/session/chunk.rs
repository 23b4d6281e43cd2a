//! Chunks of BDAT: octets counted over the lines sent, line ends too, until the announced number is reached (RFC 3030 section 2).

use super::{Event, Role, Session, client::bare_ending, known::Chunks};
use crate::{
    line::Ending,
    message::Part,
    secret::Verbatim,
    token::{Problem, ProblemKind, Span, Token, TokenKind},
};

impl Session {
    /// The octets of a chunk that are due.
    pub(super) fn chunk_left(&self) -> Option<u64> {
        self.envelope.chunks.as_ref().map(|chunks| chunks.left).filter(|left| *left > 0)
    }

    /// BDAT was sent: its octets follow without waiting, if the server knows the command at all.
    pub(super) fn begin_chunk(&mut self, octets: u64) {
        if self.offers.as_ref().is_some_and(|offers| offers.has("CHUNKING")) {
            self.envelope.chunks.get_or_insert_with(Chunks::default).left = octets;
        }
    }

    /// A line of which at least the beginning belongs to the chunk.
    pub(super) fn sent_chunk_line(&mut self, line: &[u8], ending: Ending, left: u64, events: &mut Vec<Event>) {
        let all = Span::new(0, line.len());
        let total = (line.len() + ending.bytes().len()) as u64;
        let taken = total.min(left);
        let mut problems = Vec::new();
        if let Some(chunks) = &mut self.envelope.chunks {
            chunks.left = left - taken;
            chunks.octets += taken;
        }
        if left > total && looks_like_command(line) {
            problems.push(Problem::new(all, ProblemKind::ChunkUnfilled, (left - total).to_string()));
        }
        let mut exchange = None;
        if taken < total {
            let from = usize::try_from(taken).unwrap_or(usize::MAX).min(line.len());
            let beyond = Span::new(from, line.len());
            problems.push(Problem::new(beyond, ProblemKind::ChunkOverrun, (total - taken).to_string()));
            if matches!(ending, Ending::CrLf | Ending::Lf) {
                let command = self.parse(beyond.of(line));
                exchange = Some(self.enqueue(&command));
            }
        }
        bare_ending(line, ending, &mut problems);
        self.eight_bit(line, &mut problems);
        let tokens = if line.is_empty() { Vec::new() } else { vec![Token { span: all, kind: TokenKind::Text }] };
        let text = Verbatim::new(line.to_vec(), Vec::new());
        self.push_line(Role::Message(Part::Body), text, ending, exchange, tokens, problems, None, Vec::new(), events);
    }

    /// The reply to BDAT came.
    pub(super) fn chunk_answered(&mut self, accepted: bool, unknown: bool) {
        if unknown {
            // The server does not know BDAT: what follows it are commands to it.
            self.envelope.chunks = None;
        } else if let Some(chunks) = &mut self.envelope.chunks {
            chunks.failed |= !accepted;
        }
    }
}

/// Whether a line of a chunk was perhaps meant to end it.
fn looks_like_command(line: &[u8]) -> bool {
    let whole = [&b"."[..], b"QUIT", b"RSET", b"NOOP", b"DATA"].iter().any(|word| line.eq_ignore_ascii_case(word));
    whole || line.get(..5).is_some_and(|head| head.eq_ignore_ascii_case(b"BDAT "))
}
