//! The commands of the README and the rest of the house keeping. This file only reads the command line.
//!
//! In reading order: [`run`] starts other programs, [`page`] makes the page with [`bind`] and the crate `parts`, and [`files`] what is
//! served of it, [`tidy`] holds the rules of the house with [`papers`], [`locales`] and [`circles`], [`tools`] knows what the full test
//! needs from the system, [`check`] strings it all together, [`fuzz`] looks for what the tests have not thought of, [`deny`] judges what we
//! build on, [`bench`] measures.

mod bench;
mod bind;
mod check;
mod circles;
mod deny;
mod files;
mod fuzz;
mod locales;
mod page;
mod papers;
mod run;
mod tidy;
mod tools;

use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str = "\
usage: cargo xtask <command>

  serve [args...]   build page and mailspeak command to be tried here, then run `mailspeak serve [args...]`
  dist              build them for others: one self-contained program at target/dist/mailspeak, small and fast
  check             the everyday loop: format, lints, unit tests, the rules of the house
  test              everything, with a real browser and real mail servers
  page              only the page, as dist makes it, into target/page/assets
  tidy              only the rules of the house
  deny              licences, doubles, sources and known holes of what we build on
  fuzz [target] [seconds]
                    let the fuzzer look for bytes that break a promise: one target or all, 60 s each
  bench [P1|P2|P3|P4|P5|P6|P7|P8|P10|P13|P14|P15]
                    the tables of docs/bench.md: relay, page, practice server and brain, beside named peers
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match command(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn command(args: &[String]) -> Result<()> {
    let Some((name, rest)) = args.split_first() else {
        print!("{USAGE}");
        return Ok(());
    };
    if !matches!(name.as_str(), "serve" | "fuzz" | "bench")
        && let Some(extra) = rest.first()
    {
        bail!("`cargo xtask {name}` takes no arguments, yet got `{extra}`");
    }
    match name.as_str() {
        "serve" => page::serve(rest),
        "dist" => page::dist().map(|_| ()),
        "check" => check::check(),
        "test" => check::test(),
        "page" => page::page(),
        "tidy" => check::tidy(),
        "deny" => deny::deny(),
        "fuzz" => fuzz::fuzz(rest),
        "bench" => bench::bench(rest),
        "help" | "--help" | "-h" => {
            print!("{USAGE}");
            Ok(())
        }
        other => bail!("there is no command `{other}`; `cargo xtask help` lists them"),
    }
}
