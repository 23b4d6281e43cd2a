//! What is wrong with a message, or worth saying about it: the flaw's place in the octets, and the key of its sentence. Which
//! flaws there are is found where each grammar is read.

use crate::{
    explain::Note,
    machine::{Rfc, rfc},
    token::{Severity, Span},
};

/// Something wrong with a message, or worth saying about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// Where in the octets of the whole message.
    pub span: Span,
    /// What.
    pub kind: FlawKind,
    /// The detail its sentence names: a field, a number, a boundary.
    pub detail: String,
}

impl Flaw {
    /// A flaw at `span`.
    pub fn new(span: Span, kind: FlawKind, detail: impl Into<String>) -> Self {
        Self { span, kind, detail: detail.into() }
    }

    /// What to say of it.
    pub fn note(&self) -> Note {
        Note::at(self.span, self.kind.key()).arg("detail", crate::explain::shortened(&self.detail)).by(self.kind.rfc())
    }
}

macro_rules! flaws {
    ($($(#[$doc:meta])* $name:ident: $severity:ident, $key:literal, $number:literal $section:literal;)*) => {
        /// Everything that can be wrong with a message or worth saying about it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum FlawKind { $($(#[$doc])* $name,)* }

        impl FlawKind {
            /// All of them.
            pub const ALL: &'static [FlawKind] = &[$(Self::$name),*];

            /// How serious it is.
            pub const fn severity(self) -> Severity { match self { $(Self::$name => Severity::$severity,)* } }

            /// The key of its sentence.
            pub const fn key(self) -> &'static str { match self { $(Self::$name => $key,)* } }

            /// The section that decides it.
            pub const fn rfc(self) -> Rfc { match self { $(Self::$name => rfc($number, $section),)* } }
        }
    };
}

flaws! {
    /// The message has no Date.
    NoDate: Warn, "flaw-no-date", 5322 "3.6";
    /// The message has no From.
    NoFrom: Warn, "flaw-no-from", 5322 "3.6";
}
