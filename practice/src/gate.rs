//! Which lines are fit to be commands, the same in both protocols. What a command says is mailproto's to parse.

use mailproto::line::{Ending, LIMIT, Line};

/// Lets through the lines that end as both standards want it (RFC 5321 section 2.3.8, RFC 1939 section 3).
///
/// A bare CR ends nothing, so what is parted by it is one line and wrong as a whole. A bare LF ends nothing either, but people
/// who type into netcat would wait for ever: such a line is answered, and refused.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    /// What is wrong with the line whose end has not come yet; its bytes are not kept.
    flaw: Option<Flaw>,
}

/// Why a line cannot be a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// It is longer than anybody may send.
    TooLong,
    /// It has a CR or ends with an LF that is not part of CRLF.
    BareEnding,
}

impl Flaw {
    /// What to tell the client.
    pub fn text(self) -> String {
        match self {
            Self::TooLong => format!("Line too long: over {LIMIT} octets"),
            Self::BareEnding => "A line ends with CR LF, not with CR or LF alone".into(),
        }
    }
}

impl Gate {
    /// Takes a piece of line; gives a command line, or what is wrong with it, once it has ended.
    pub fn pass(&mut self, line: Line) -> Option<Result<Vec<u8>, Flaw>> {
        match line.ending {
            Ending::None => self.flaw = self.flaw.or(Some(Flaw::TooLong)),
            Ending::Cr => self.flaw = self.flaw.or(Some(Flaw::BareEnding)),
            Ending::Lf => return Some(Err(self.flaw.take().unwrap_or(Flaw::BareEnding))),
            Ending::CrLf => return Some(self.flaw.take().map_or(Ok(line.bytes.to_vec()), Err)),
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mailproto::line::LineCutter;

    fn check(input: &[u8], expected: &[Result<&[u8], Flaw>]) {
        let (mut cutter, mut gate, mut found) = (LineCutter::default(), Gate::default(), Vec::new());
        cutter.push(input, |line| found.extend(gate.pass(line)));
        let found: Vec<_> = found.iter().map(|line| line.as_deref().map_err(|flaw| *flaw)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn lines_fit_to_be_commands() {
        check(b"STAT\r\nNOOP\r\n", &[Ok(b"STAT"), Ok(b"NOOP")]);
        check(b"\r\n", &[Ok(b"")]);
        check(b"STAT\nNOOP\r\n", &[Err(Flaw::BareEnding), Ok(b"NOOP")]);
        check(b"MAIL FROM:<a@b.test>\rQUIT\r\nNOOP\r\n", &[Err(Flaw::BareEnding), Ok(b"NOOP")]);
        check(b"NOOP\r\r\n", &[Err(Flaw::BareEnding)]);
        check(b"NOOP\r", &[]);
        let mut long = vec![b'x'; 3 * LIMIT + 5];
        check(&long, &[]);
        long.extend(b"\r\nNOOP\r\n");
        check(&long, &[Err(Flaw::TooLong), Ok(b"NOOP")]);
    }
}
