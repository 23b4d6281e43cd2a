//! What a connection reports: the nouns of `wire`, which proxy, page and saved sessions share, and the page's own clock.

/// What the proxy offers; how a connection ended and why; what TLS agreed.
pub use wire::{Allowed, Cause, Certificate, HostFault, Offer, Practice, TlsFacts, TlsFailure, Trust};

/// Microseconds by the page's clock: since the page was opened, or on a tape since the tape began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Micros(pub u64);
