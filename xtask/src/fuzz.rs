//! The fuzzer: which tool it needs, and how a target is run. What the targets promise is in `fuzz/targets`.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::run::{cargo, finish, output, root};

/// Seconds for each target when nobody says how long.
const SECONDS: &str = "60";

/// `cargo xtask fuzz [target] [seconds]`
pub fn fuzz(args: &[String]) -> Result<()> {
    let (name, seconds) = match args {
        [] => (None, SECONDS),
        [name] => (Some(name.as_str()), SECONDS),
        [name, seconds] => (Some(name.as_str()), seconds.as_str()),
        [_, _, extra, ..] => bail!("`cargo xtask fuzz` takes a target and seconds, yet got `{extra}`"),
    };
    if seconds.parse::<u32>().is_err() {
        bail!("`{seconds}` is no number of seconds");
    }
    let all = targets()?;
    let chosen: Vec<&str> = all.iter().map(String::as_str).filter(|one| name.is_none_or(|name| name == *one)).collect();
    if chosen.is_empty() {
        bail!("there is no target `{}`; these are: {}", name.unwrap_or_default(), all.join(" "));
    }
    if output(cargo(&["fuzz", "--version"])).is_err() {
        bail!("please install first: cargo install --locked cargo-fuzz (and a C++ compiler)");
    }
    chosen.into_iter().try_for_each(|target| run(target, seconds))
}

/// The targets, from the files that drive them.
fn targets() -> Result<Vec<String>> {
    let folder = root().join("fuzz/fuzz_targets");
    let mut names = Vec::new();
    for file in fs::read_dir(&folder).context("cannot read fuzz/fuzz_targets")? {
        let file = file?.path();
        names.extend(file.file_stem().map(|name| name.to_string_lossy().into_owned()));
    }
    names.sort();
    Ok(names)
}

fn run(target: &str, seconds: &str) -> Result<()> {
    // The engine writes what it finds interesting into the first folder and only reads the others.
    let found = format!("fuzz/target/found/{target}");
    fs::create_dir_all(root().join(&found)).with_context(|| format!("cannot make {found}"))?;
    let mut folders = vec![found, format!("fuzz/corpus/{target}")];
    if target == "session" {
        folders.extend(["rfc", "courses", "real", "broken"].map(|folder| format!("transcripts/{folder}")));
    }
    // Coverage needs flags that stable Rust keeps to itself; a sanitizer would need nightly's, and forbidden `unsafe` leaves
    // it little to find.
    let mut command = cargo(&["fuzz", "run", "--sanitizer", "none", "--debug-assertions", target]);
    command.env("RUSTC_BOOTSTRAP", "1").args(folders);
    command.args(["--", &format!("-max_total_time={seconds}"), "-max_len=4096", "-timeout=10"]);
    finish(command)
}
