//! Licences, doubles, sources and known holes of what we build on, judged by `deny.toml`. The judge is cargo-deny.

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::run::{Steps, cargo, finish, output, program, target_dir};

/// The judge's version: another one may know other words in `deny.toml`.
const CARGO_DENY: &str = "0.20.2";

/// `cargo xtask deny`
pub fn deny() -> Result<()> {
    let mut steps = Steps::new(3);
    steps.step("looking for cargo-deny", install)?;
    steps.step("licences, doubles, sources", || judge(&["licenses", "bans", "sources"]))?;
    steps.step("known holes", || {
        // The list of holes is a repository elsewhere, which may be out of reach: that is told, and is no verdict.
        if output(program(tool(), &["fetch", "db"])).is_err() {
            eprintln!("the list of known holes cannot be fetched; judged without it");
            return Ok(());
        }
        judge(&["advisories"])
    })
}

fn tool() -> PathBuf {
    target_dir().join("deny/bin/cargo-deny")
}

/// Built without optimisation: it runs for a second, and building it takes minutes.
fn install() -> Result<()> {
    let wanted = format!("cargo-deny {CARGO_DENY}");
    if tool().is_file() && output(program(tool(), &["--version"])).is_ok_and(|version| version.trim() == wanted) {
        return Ok(());
    }
    let root = target_dir().join("deny");
    let Some(root) = root.to_str() else { bail!("the target folder's name is no text") };
    let install = ["install", "--locked", "--debug", "--force", "cargo-deny", "--version", CARGO_DENY, "--root", root];
    finish(cargo(&install))
}

fn judge(what: &[&str]) -> Result<()> {
    // Warnings about doubles are for who reads the whole report: `cargo deny check bans`.
    finish(program(tool(), &[&["--locked", "--log-level", "error", "check", "--hide-inclusion-graph"], what].concat()))
}
