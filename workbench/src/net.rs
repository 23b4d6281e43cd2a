//! What a connection reports: the nouns of `wire`, which proxy, page and saved sessions share, and the page's own clock.

/// What the proxy offers; how a connection ended and why; what TLS agreed.
pub use wire::{Allowed, Cause, Certificate, HostFault, Offer, Practice, TlsFacts, TlsFailure, Trust};

/// Microseconds since the session was opened, by the page's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Micros(pub u64);
