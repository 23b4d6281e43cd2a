//! The one place that knows both protocols: which table and which parser is whose. The tables are in `pop3` and `smtp`.

use crate::{
    command::Command,
    machine::{Machine, Protocol},
    pop3, smtp,
};

impl Protocol {
    /// Its one table.
    pub fn machine(self) -> &'static Machine {
        match self {
            Self::Pop3 => &pop3::MACHINE,
            Self::Smtp => &smtp::MACHINE,
        }
    }

    /// A command line without its ending, parsed. A verb of the other protocol is told as such.
    pub fn parse(self, line: &[u8]) -> Command {
        match self {
            Self::Pop3 => pop3::parse(line, &smtp::MACHINE),
            Self::Smtp => smtp::parse(line, &pop3::MACHINE),
        }
    }
}
