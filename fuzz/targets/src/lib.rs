//! What must hold for any bytes whatsoever: one function a parser. The engine that invents the bytes is in `fuzz_targets/`.
//!
//! A function panics when its promise is broken; that a call ends at all, soon and in little memory, is watched by the engine.

mod dialogue;
mod parsers;
mod tapes;
mod targets;

pub use dialogue::{ledger, practice, session};
pub use parsers::{anatomy, commands, lines, message, path, replies, sasl, url, wire};
pub use tapes::tape;
pub use targets::policy;

/// A target: its name, which is also the folder of its corpus, and its function.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: &[Target] = &[
    ("lines", lines),
    ("commands", commands),
    ("path", path),
    ("replies", replies),
    ("sasl", sasl),
    ("url", url),
    ("message", message),
    ("anatomy", anatomy),
    ("session", session),
    ("practice", practice),
    ("ledger", ledger),
    ("tape", tape),
    ("wire", wire),
    ("policy", policy),
];
