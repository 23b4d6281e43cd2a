//! Licences, doubles, sources and known holes of what we build on, judged by `deny.toml`. The judge is cargo-deny.

use std::env;
use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::run::{Steps, cargo, finish, output, program, target_dir};

/// The judge's version: another one may know other words in `deny.toml`.
const CARGO_DENY: &str = "0.20.2";

/// The list of known holes: a repository elsewhere, which may be out of reach.
const LIST: &str = "https://github.com/RustSec/advisory-db";

/// `cargo xtask deny`
pub fn deny() -> Result<()> {
    let mut steps = Steps::new(3);
    steps.step("looking for cargo-deny", install)?;
    steps.step("licences, doubles, sources", || judge(&["check"], &["licenses", "bans", "sources"]))?;
    steps.step("known holes", || {
        let fetched = output(program(tool(), &["fetch", "db"])).is_ok();
        if fetched {
            return judge(&["check"], &["advisories"]);
        }
        if has_older_list() {
            eprintln!("the list of known holes cannot be fetched; judged by the one fetched before");
            return judge(&["--offline", "check"], &["advisories"]);
        }
        // No verdict is no failure: who builds where the list is out of reach has done nothing wrong.
        eprintln!("NOT JUDGED: the list of known holes is out of reach, and there is no older one.");
        eprintln!("Where a mirror of it is in reach: git config --global url.MIRROR.insteadOf {LIST}");
        Ok(())
    })
}

/// Whether cargo-deny keeps a list from an earlier run.
fn has_older_list() -> bool {
    let home = || env::home_dir().map(|home| home.join(".cargo"));
    let cargo = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(home);
    let lists = cargo.and_then(|cargo| cargo.join("advisory-dbs").read_dir().ok());
    lists.into_iter().flatten().flatten().any(|entry| entry.path().is_dir())
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

fn judge(how: &[&str], what: &[&str]) -> Result<()> {
    // Warnings about doubles are for who reads the whole report: `cargo deny check bans`.
    finish(program(tool(), &[&["--locked", "--log-level", "error"], how, &["--hide-inclusion-graph"], what].concat()))
}
