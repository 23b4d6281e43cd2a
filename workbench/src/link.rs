//! What is asked of the connection of a session. Who carries it is a driver's business; what came of it is told by facts (`tape`).

use crate::target::Target;

/// Something to be done with a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Link {
    /// Open it.
    Open(Target),
    /// Send bytes to the mail server.
    Send(Vec<u8>),
    /// Shake hands now; the server's go-ahead ended after that many bytes.
    StartTls {
        /// Plain bytes received, the go-ahead included.
        after: u64,
    },
    /// These bytes are dealt with.
    Credit(u32),
    /// Drop it.
    Close,
}
