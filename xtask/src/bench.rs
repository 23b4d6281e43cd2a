//! The measurements: which programs they need, and how they are started. What is measured is in `bench`, what came of it in
//! `docs/bench.md`.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::page::build_program;
use crate::run::{Steps, cargo, finish, output, program, target_dir};

/// The peers, pinned: a ratio means something only against a named version.
const WEBSOCAT: &str = "1.14.1";
const WEBSOCKIFY: &str = "0.13.0";
const AIOSMTPD: &str = "1.4.6";
const XTERM: &str = "6.0.0";

/// The suites, and nothing for all.
const SUITES: [&str; 12] = ["P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P10", "P13", "P14", "P15"];

/// `cargo xtask bench [suite]`
pub fn bench(args: &[String]) -> Result<()> {
    let suite = match args {
        [] => None,
        [suite] if SUITES.contains(&suite.as_str()) => Some(suite.as_str()),
        [suite] => bail!("there is no suite `{suite}`; these are: {}", SUITES.join(" ")),
        [_, extra, ..] => bail!("`cargo xtask bench` takes one suite, yet got `{extra}`"),
    };
    let brain = suite.is_none_or(|suite| suite == "P15");
    let peers = suite != Some("P15");
    let mut steps = Steps::new(2 + usize::from(brain) + if peers { 4 } else { 0 });
    let mut run = program(built("bench"), suite.as_slice());
    if peers {
        steps.step("fetching the peers", || {
            peer("websocat", &websocat(), install_websocat);
            peer("websockify", &python("websockify"), install_python);
            peer("aiosmtpd", &python("aiosmtpd"), install_python);
            peer("xterm.js", &xterm(), install_xterm);
            Ok(())
        })?;
        run.env("MAILSPEAK_BIN", build_program(&mut steps)?);
        run.env("BENCH_WEBSOCAT", websocat()).env("BENCH_WEBSOCKIFY", python("websockify"));
        run.env("BENCH_PYTHON", python("python3")).env("BENCH_XTERM", xterm());
    }
    steps.step("building what measures", || finish(cargo(&["build", "--release", "--locked", "-p", "bench"])))?;
    steps.step("measuring", || finish(run))?;
    if brain {
        steps.step("counting instructions with valgrind", count)?;
    }
    Ok(())
}

fn built(name: &str) -> PathBuf {
    target_dir().join("release").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

fn websocat() -> PathBuf {
    target_dir().join("bench/bin/websocat")
}

/// A program of our own Python environment.
fn python(name: &str) -> PathBuf {
    target_dir().join("bench/python/bin").join(name)
}

/// A peer that cannot be had is told in one line, and the rest is measured.
fn peer(name: &str, path: &std::path::Path, install: impl FnOnce() -> Result<()>) {
    if path.is_file() {
        return;
    }
    if let Err(error) = install() {
        eprintln!("{name} cannot be had: {error:#}");
    }
}

fn install_websocat() -> Result<()> {
    let root = target_dir().join("bench");
    let root = root.to_str().context("the target folder's name is no text")?;
    finish(cargo(&["install", "--locked", "websocat", "--version", WEBSOCAT, "--root", root]))
}

fn install_python() -> Result<()> {
    let folder = target_dir().join("bench/python");
    let folder = folder.to_str().context("the target folder's name is no text")?;
    finish(program("python3", &["-m", "venv", folder]))?;
    let [websockify, aiosmtpd] = [format!("websockify=={WEBSOCKIFY}"), format!("aiosmtpd=={AIOSMTPD}")];
    finish(program(format!("{folder}/bin/pip"), &["install", "--quiet", &websockify, "numpy", &aiosmtpd]))
}

fn xterm() -> PathBuf {
    target_dir().join("bench/node/node_modules/@xterm/xterm/lib/xterm.js")
}

fn install_xterm() -> Result<()> {
    let folder = target_dir().join("bench/node");
    let folder = folder.to_str().context("the target folder's name is no text")?;
    finish(program("npm", &["install", "--silent", "--no-save", "--prefix", folder, &format!("@xterm/xterm@{XTERM}")]))
}

/// Instructions for each byte, from one megabyte and from two: the same where the work is linear.
fn count() -> Result<()> {
    if output(program("valgrind", &["--version"])).is_err() {
        eprintln!("valgrind is not here, so no instructions are counted.");
        return Ok(());
    }
    println!("### P15: instructions for each byte, the second megabyte over the first\n");
    println!("| reply | first | second |\n|-|-|-|");
    for reply in ["retr", "letters", "list", "uidl", "endless"] {
        let [none, one, two] = ["0", "1000000", "2000000"].map(|bytes| instructions(reply, bytes));
        let (none, one, two) = (none?, one?, two?);
        println!("| {reply} | {:.2} | {:.2} |", (one - none) / 1e6, (two - one) / 1e6);
    }
    println!();
    Ok(())
}

fn instructions(reply: &str, bytes: &str) -> Result<f64> {
    let folder = target_dir().join("bench");
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let log = folder.join("callgrind.log");
    let path = log.display();
    let mut run = program("valgrind", &["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    run.arg(format!("--log-file={path}")).arg(built("bench")).args(["count", reply, bytes]);
    finish(run)?;
    let text = std::fs::read_to_string(&log).with_context(|| format!("cannot read {path}"))?;
    let line = text.lines().find_map(|line| line.split_once("Collected : "));
    let number = line.and_then(|(_, number)| number.trim().parse().ok());
    number.with_context(|| format!("valgrind counted nothing: see {path}"))
}
