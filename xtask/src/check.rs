//! The two test commands: `check` for every save, `test` for everything before it lands.

use anyhow::{Result, bail};

use crate::run::{Steps, cargo, finish, root};
use crate::{page, tidy as rules, tools};

/// `cargo xtask check`
pub fn check() -> Result<()> {
    let mut steps = Steps::new(LOOP);
    everyday(&mut steps)?;
    eprintln!("check: all well after {:.0} s", steps.seconds());
    Ok(())
}

/// `cargo xtask test`
pub fn test() -> Result<()> {
    let mut steps = Steps::new(1 + LOOP + 2);
    steps.step("looking for browser and mail servers", tools::install)?;
    everyday(&mut steps)?;
    let program = steps.step("building what people run", page::dist)?;
    steps.step("speaking with it: a real browser, real servers, other people's clients", || {
        let mut e2e = cargo(&["test", "--locked", "-p", "e2e"]);
        e2e.env("MAILSPEAK_BIN", program);
        finish(e2e)
    })?;
    eprintln!("test: all well after {:.0} s", steps.seconds());
    Ok(())
}

/// `cargo xtask tidy`
pub fn tidy() -> Result<()> {
    let findings = rules::findings(&root())?;
    for finding in &findings {
        eprintln!("{finding}");
    }
    if !findings.is_empty() {
        bail!("{} against the rules of the house", findings.len());
    }
    Ok(())
}

/// How many steps [`everyday`] takes.
const LOOP: usize = 5;

/// What both commands share.
fn everyday(steps: &mut Steps) -> Result<()> {
    steps.step("the rules of the house", tidy)?;
    steps.step("format", || finish(cargo(&["fmt", "--all", "--", "--check"])))?;
    steps.step("lints", || {
        finish(cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]))
    })?;
    steps.step("lints of the page as WebAssembly", || {
        page::add_wasm_target()?;
        let target = "wasm32-unknown-unknown";
        let rooms = [
            "clippy",
            "-p",
            "frontend",
            "-p",
            "practice-worker",
            "-p",
            "message-worker",
            "--target",
            target,
            "--locked",
        ];
        finish(cargo(&[&rooms[..], &["--", "-D", "warnings"]].concat()))
    })?;
    steps.step("tests without a browser", || finish(cargo(&["test", "--workspace", "--exclude", "e2e", "--locked"])))
}
