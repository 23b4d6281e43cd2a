//! A folder of its own for each server of each test, removed with it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

/// Two tests of one process never share a folder.
static NEXT: AtomicU32 = AtomicU32::new(0);

/// Removed on drop, with all that is in it.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// A fresh folder whose name begins with `what`. Everybody may enter: mail servers give up root.
    pub fn new(what: &str) -> Self {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("mailspeak-{what}-{}-{number}", process::id()));
        fs::create_dir_all(&path).unwrap_or_else(|error| panic!("cannot make {}: {error}", path.display()));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        Self { path }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// `name` inside, as text for a configuration file.
    pub fn join(&self, name: &str) -> String {
        self.path.join(name).display().to_string()
    }

    /// Writes a file and gives back its path.
    pub fn write(&self, name: &str, text: &str) -> String {
        let path = self.path.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap_or_else(|error| panic!("cannot write {}: {error}", path.display()));
        path.display().to_string()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// A port nobody listens on now, handed out once by this process, and outside the range that systems give to
/// outgoing connections (RFC 6335 section 6; Linux begins at 32768): no client of another test can be sitting on it
/// when the server binds it.
#[track_caller]
pub fn free_port() -> u16 {
    /// How many have been tried so far.
    static TRIED: AtomicU32 = AtomicU32::new(0);
    const RANGE: std::ops::Range<u16> = 20_000..32_000;
    let begin = process::id().wrapping_mul(101);
    for _ in RANGE {
        let next = begin.wrapping_add(TRIED.fetch_add(1, Ordering::Relaxed));
        let port = RANGE.start + u16::try_from(next % u32::from(RANGE.end - RANGE.start)).unwrap();
        if std::net::TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("no port between {} and {} is free", RANGE.start, RANGE.end)
}
