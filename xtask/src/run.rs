//! Starting other programs and telling the person waiting what is going on. No knowledge of the project's rooms.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

/// The root of the checkout: the folder above this crate.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Where cargo puts what it builds; `CARGO_TARGET_DIR` moves it.
pub fn target_dir() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root().join(dir),
        None => root().join("target"),
    }
}

/// Numbered steps on stderr, each with its seconds.
pub struct Steps {
    /// How many steps were announced when the work began.
    total: usize,
    /// How many have been started.
    started: usize,
    /// When the first began, for [`Steps::seconds`].
    since: Instant,
}

impl Steps {
    pub fn new(total: usize) -> Self {
        Self { total, started: 0, since: Instant::now() }
    }

    /// Announces a step, does it, and says how long it took.
    pub fn step<T>(&mut self, what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.announced(what, "", work)
    }

    /// The same for a long step, which also says how many seconds it takes when nothing was built before.
    pub fn first_time<T>(&mut self, what: &str, seconds: u32, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.announced(what, &format!(" (the first time about {seconds} s on two cores)"), work)
    }

    fn announced<T>(&mut self, what: &str, expect: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.started += 1;
        eprintln!("[{}/{}] {what}{expect}", self.started, self.total);
        let begun = Instant::now();
        let done = work().with_context(|| format!("step {} of {} ({what})", self.started, self.total))?;
        eprintln!("[{}/{}] done in {:.1} s", self.started, self.total, begun.elapsed().as_secs_f64());
        Ok(done)
    }

    pub fn seconds(&self) -> f64 {
        self.since.elapsed().as_secs_f64()
    }
}

/// A program about to be started in the root folder, without standard input.
pub fn program(name: impl Into<OsString>, args: &[&str]) -> Command {
    let mut command = Command::new(name.into());
    command.args(args).current_dir(root()).stdin(Stdio::null());
    command
}

/// The cargo that runs us, so that a toolchain override holds for everything we build.
pub fn cargo(args: &[&str]) -> Command {
    let mut command = program(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()), args);
    // What cargo told *this* crate must not reach the build scripts of others: it would rebuild them for nothing.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

/// Runs to the end; anything but success is an error that names the command.
pub fn finish(mut command: Command) -> Result<()> {
    let line = spell(&command);
    let status = command.status().with_context(|| format!("cannot start `{line}`"))?;
    if !status.success() {
        bail!("`{line}` failed ({status})");
    }
    Ok(())
}

/// Runs to the end and gives back what it printed.
pub fn output(mut command: Command) -> Result<String> {
    let line = spell(&command);
    let output = command.stderr(Stdio::inherit()).output().with_context(|| format!("cannot start `{line}`"))?;
    if !output.status.success() {
        bail!("`{line}` failed ({})", output.status);
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The command as a person would type it.
fn spell(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words: Vec<_> =
        std::iter::once(program).chain(command.get_args()).map(|word| word.to_string_lossy().into_owned()).collect();
    words.join(" ")
}
