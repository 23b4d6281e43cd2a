//! The one place that waits: for a condition, with a deadline and a sentence for when it passes.

use std::fmt::Debug;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

/// Long enough for a loaded two-core machine; only failures ever take this long.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Between two looks. Short: it adds to every wait.
const PAUSE: Duration = Duration::from_millis(15);

/// Looks until there is something, and gives it back. `what` completes "waited in vain for ...".
#[track_caller]
pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    until_ok(what, || look().ok_or("nothing yet"))
}

/// The same for a look that can say what it saw instead; the last such answer is part of the failure.
#[track_caller]
pub fn until_ok<T, E: Debug>(what: &str, mut look: impl FnMut() -> Result<T, E>) -> T {
    let begun = Instant::now();
    loop {
        match look() {
            Ok(found) => return found,
            Err(instead) if begun.elapsed() > PATIENCE => {
                panic!("waited {} s in vain for {what}; last seen: {instead:?}", PATIENCE.as_secs())
            }
            Err(_) => pause(),
        }
    }
}

/// The moment between two looks, for loops that must not panic.
pub(crate) fn pause() {
    thread::sleep(PAUSE);
}

/// Waits until a server on a loopback port speaks first, with `start`: only then is it really there. What it says
/// instead, or a connection it cuts while it is still starting, is no failure yet. `ended` tells why to give up.
#[track_caller]
pub fn until_greeted(what: &str, port: u16, start: &str, mut ended: impl FnMut() -> Option<String>) {
    until_ok(&format!("{what} to greet on port {port}"), || {
        if let Some(why) = ended() {
            panic!("{what} ended: {why}");
        }
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut greeting = vec![0; start.len()];
        stream.read_exact(&mut greeting)?;
        // Nothing is left unsaid on either side: it hears a farewell and closes.
        stream.write_all(b"QUIT\r\n")?;
        stream.read_to_end(&mut Vec::new())?;
        if greeting == start.as_bytes() {
            Ok(())
        } else {
            Err(std::io::Error::other(String::from_utf8_lossy(&greeting).into_owned()))
        }
    });
}
