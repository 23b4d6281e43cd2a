//! The program under test: `mailspeak serve` on ports of its own choice, and what it offers.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::folder::Folder;
use crate::http;
use crate::process::Process;

/// A running proxy with its practice servers.
pub struct Mailspeak {
    /// Ends with this value.
    pub process: Process,
    /// Where the page is.
    pub port: u16,
    /// The state folder: the practice authority is kept here.
    state: Folder,
}

/// All practice services on any free port: tests run side by side.
const FREE_PORTS: &[&str] = &[
    "--practice-pop3",
    "0",
    "--practice-pop3s",
    "0",
    "--practice-smtp",
    "0",
    "--practice-submission",
    "0",
    "--practice-smtps",
    "0",
];

impl Mailspeak {
    /// `mailspeak serve` with everything on free ports, and `more` options.
    #[track_caller]
    pub fn start(more: &[&str]) -> Self {
        let state = Folder::new("state");
        let mut command = Command::new(binary());
        command.args(["serve", "--listen", "127.0.0.1:0"]).args(FREE_PORTS);
        command.arg("--state-dir").arg(state.path()).args(more);
        let mut process = Process::start(command);
        let port = process.wait_for("its address", |line| {
            line.strip_prefix("mailspeak: http://127.0.0.1:")?.trim_end_matches('/').parse().ok()
        });
        Self { process, port, state }
    }

    /// The page's address.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// The loopback port behind a practice service, by its standard port.
    #[track_caller]
    pub fn practice(&self, standard: u16) -> u16 {
        let offer = http::get(self.port, "/offer").json();
        let services = offer["practice"]["services"].as_array();
        let service = services.into_iter().flatten().find(|service| service["port"] == standard);
        let port = service.and_then(|service| u16::try_from(service["listens_on"].as_u64()?).ok());
        port.unwrap_or_else(|| panic!("the offer has no practice service for port {standard}: {offer}"))
    }

    /// The practice authority's certificate, as `mailspeak practice-ca` gives it, in a file.
    #[track_caller]
    pub fn practice_ca(&self) -> String {
        let output = Command::new(binary()).arg("practice-ca").arg("--state-dir").arg(self.state.path()).output();
        let output = output.expect("cannot start mailspeak practice-ca");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "mailspeak practice-ca failed: {said}");
        self.state.write("practice-ca.pem", &String::from_utf8(output.stdout).expect("PEM is text"))
    }

    /// Where it keeps what outlives it.
    pub fn state_dir(&self) -> &Path {
        self.state.path()
    }
}

/// `MAILSPEAK_BIN`, or what `cargo xtask dist` left.
#[track_caller]
pub fn binary() -> PathBuf {
    let left = target().join("dist").join("mailspeak");
    let path = std::env::var_os("MAILSPEAK_BIN").map_or(left, PathBuf::from);
    assert!(path.is_file(), "there is no {}: run `cargo xtask dist` first, or set MAILSPEAK_BIN", path.display());
    path
}

/// Where cargo puts what it builds.
pub(crate) fn target() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    root.join(std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()))
}
