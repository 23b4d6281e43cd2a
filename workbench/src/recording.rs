//! A tape as a file: one line of JSON says what it is, then one for each fact (JSON Lines). Secrets never leave by it: what is written is
//! masked first. Whoever reads one trusts nothing in it.

mod mask;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::tape::{Stamped, Tape};

pub use mask::masked;

/// The version of the format this program writes, and the newest it reads.
pub const VERSION: u32 = 1;

/// The longest file that is read, in octets: an hour of a busy session with room to spare.
pub const MOST_OCTETS: usize = 64 * 1024 * 1024;

/// The most facts that are read. A page stays quick with as many lines.
pub const MOST_FACTS: usize = 1_000_000;

/// How the name of such a file ends.
pub const EXTENSION: &str = "mailspeak.jsonl";

/// The first line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The version of the format.
    pub mailspeak_tape: u32,
}

impl Head {
    /// That of the files this program writes.
    pub const NOW: Self = Self { mailspeak_tape: VERSION };
}

/// Why a file is no tape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Its first line is not that of a tape.
    NotATape,
    /// It was written by a newer program, in this version of the format.
    Newer(u32),
    /// It is longer than [`MOST_OCTETS`], or holds more facts than [`MOST_FACTS`].
    TooLong,
    /// A line does not hold a fact; which line, from 1, and what is wrong with it in the JSON reader's words.
    Line(usize, String),
}

impl fmt::Display for Fault {
    /// For the command line; the page has sentences of its own.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotATape => write!(f, "not a recorded session"),
            Self::Newer(version) => write!(f, "recorded in format {version}, this program reads up to {VERSION}"),
            Self::TooLong => write!(f, "longer than {MOST_OCTETS} octets or {MOST_FACTS} facts"),
            Self::Line(number, detail) => write!(f, "line {number}: {detail}"),
        }
    }
}

impl std::error::Error for Fault {}

/// The file of a tape, secrets masked and TLS keys left out.
pub fn write(tape: &Tape) -> String {
    let mut file = String::new();
    let mut line = |json: Result<String, serde_json::Error>| {
        // Only maps whose keys are no text cannot be written, and there are none.
        if let Ok(json) = json {
            file.push_str(&json);
            file.push('\n');
        }
    };
    line(serde_json::to_string(&Head::NOW));
    for stamped in masked(tape).facts() {
        line(serde_json::to_string(stamped));
    }
    file
}

/// Reads the file of a tape.
///
/// # Errors
/// What is wrong with the file, as a [`Fault`].
pub fn read(file: &str) -> Result<Tape, Fault> {
    if file.len() > MOST_OCTETS {
        return Err(Fault::TooLong);
    }
    let mut lines = file.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let head = lines.next().and_then(|(_, line)| serde_json::from_str::<Head>(line).ok()).ok_or(Fault::NotATape)?;
    if head.mailspeak_tape > VERSION {
        return Err(Fault::Newer(head.mailspeak_tape));
    }
    let mut tape = Tape::default();
    for (index, line) in lines {
        if tape.len() == MOST_FACTS {
            return Err(Fault::TooLong);
        }
        let Stamped { at, fact } =
            serde_json::from_str(line).map_err(|error| Fault::Line(index + 1, error.to_string()))?;
        tape.push(at, fact);
    }
    Ok(tape)
}
