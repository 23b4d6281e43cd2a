//! From crate to page and program: compile, bind, part, and build the program that carries it. The files of the page are
//! [`crate::files`]'s.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, thread};

use anyhow::{Context, Result, anyhow};
use parts::{Parts, part};
use serde_json::Value;

use crate::bind::{Bound, bind};
use crate::files::{self, Modules};
use crate::run::{Steps, cargo, finish, output, program, root, target_dir};

const WASM: &str = "wasm32-unknown-unknown";

/// Where the page's module is split: functions that lead from what the start page needs into the rest, by their paths. Each is marked
/// `#[inline(never)]` and called only once `drivers/rest.rs` reported that the rest is here. A function that is renamed or moved is to be
/// renamed here.
const SPLIT_POINTS: [&str; 9] = [
    "frontend::components::bench::bench",
    "frontend::components::connect::odd",
    "frontend::components::mx::answer",
    "frontend::components::reference::reference",
    "frontend::drivers::perform",
    "frontend::i18n::select",
    "workbench::update::carry",
    "workbench::update::in_bench",
    "workbench::update::open",
];

/// Part of the stamp: a change of the recipe remakes the page.
const RECIPE: [&str; 4] = [include_str!("page.rs"), include_str!("files.rs"), include_str!("bind.rs"), parts::RECIPE];

/// What a page and a program are made for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum For {
    /// To be tried and worked on here: soon made. Compiled by the `dev` profile, which xtask itself is compiled by, so that what both
    /// need is compiled once; the page in one piece, its files not compressed.
    Here,
    /// To be given to others: small and fast.
    Others,
}

impl For {
    /// The folder of what cargo compiles for the browser, below that of the target.
    fn folder(self) -> &'static str {
        match self {
            Self::Here => "debug",
            Self::Others => "page",
        }
    }

    /// Where the page is made.
    fn page(self) -> PathBuf {
        match self {
            Self::Here => target_dir().join("page/here"),
            Self::Others => target_dir().join("page"),
        }
    }
}

/// How long the steps take the first time: seconds with nothing in the target folder and everything downloaded, on two cores of a server
/// that had nothing else to do.
mod first_time {
    // `serve`.
    pub const COMPILE_HERE: u32 = 40;
    pub const BESIDE: u32 = 50;
    pub const PROGRAM_HERE: u32 = 8;
    // `dist`.
    pub const COMPILE: u32 = 70;
    pub const BIND: u32 = 8;
    pub const PROGRAM: u32 = 145;
}

/// `cargo xtask page`
pub fn page() -> Result<()> {
    let mut steps = Steps::new(2);
    build_page(&mut steps).map(|_| ())
}

/// `cargo xtask serve [args...]`
pub fn serve(args: &[String]) -> Result<()> {
    eprintln!(
        "built to be tried here: not optimised, the page in one piece, nothing compressed; `cargo xtask dist` does all that"
    );
    let mut steps = Steps::new(3);
    let what = "compiling the page to WebAssembly";
    steps.first_time(what, first_time::COMPILE_HERE, compile_here)?;
    let what = "making the page of it and, beside that, compiling what the program needs";
    let assets = steps.first_time(what, first_time::BESIDE, || {
        thread::scope(|scope| {
            let page = scope.spawn(|| files_of_page(For::Here, &[]));
            // One call of cargo knows both packages, or it would choose other features for what they share.
            finish(cargo(&["build", "--locked", "--lib", "-p", "cli", "-p", "proxy"]))?;
            page.join().map_err(|_| anyhow!("the page could not be made"))?
        })
    })?;
    let what = "building the mailspeak program with the page inside";
    steps.first_time(what, first_time::PROGRAM_HERE, || {
        let mut build = cargo(&["build", "--locked", "-p", "cli", "--bin", "mailspeak"]);
        build.env("MAILSPEAK_ASSETS", &assets);
        finish(build)
    })?;
    eprintln!("ready after {:.0} s: mailspeak serve {}", steps.seconds(), args.join(" "));
    become_program(&built("debug"), args)
}

/// `cargo xtask dist`: the path of the program it leaves.
pub fn dist() -> Result<PathBuf> {
    let mut steps = Steps::new(3);
    let binary = build_program(&mut steps)?;
    let folder = target_dir().join("dist");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let goal = folder.join(binary.file_name().context("the built program has no name")?);
    // Rename, not overwrite: an older copy may be running.
    let fresh = folder.join("mailspeak.new");
    fs::copy(&binary, &fresh).with_context(|| format!("cannot copy {}", binary.display()))?;
    fs::rename(&fresh, &goal).with_context(|| format!("cannot replace {}", goal.display()))?;
    let size = fs::metadata(&goal)?.len() as f64 / 1e6;
    eprintln!("{}: one self-contained program, {size:.1} MB, page inside", goal.display());
    Ok(goal)
}

/// The target the page is compiled for; `rustup` brings it when it is missing.
pub fn add_wasm_target() -> Result<()> {
    let libs = output(program("rustc", &["--print", "target-libdir", "--target", WASM]))?;
    if Path::new(libs.trim()).is_dir() {
        return Ok(());
    }
    eprintln!("adding the {WASM} target with rustup");
    finish(program("rustup", &["target", "add", WASM])).map_err(|_| {
        anyhow!("the compiler cannot make WebAssembly yet: install rustup (https://rustup.rs) or your system's {WASM} library, then run this again")
    })
}

/// The page, then the program around it, for others: three steps. Gives the program.
pub fn build_program(steps: &mut Steps) -> Result<PathBuf> {
    let assets = build_page(steps)?;
    let what = "building the mailspeak program with the page inside";
    steps.first_time(what, first_time::PROGRAM, || {
        let mut build = cargo(&["build", "--release", "--locked", "-p", "cli", "--bin", "mailspeak"]);
        build.env("MAILSPEAK_ASSETS", &assets);
        forget_paths(&mut build);
        finish(build)
    })?;
    Ok(built("release"))
}

/// The program that cargo left.
fn built(folder: &str) -> PathBuf {
    target_dir().join(folder).join(format!("mailspeak{}", std::env::consts::EXE_SUFFIX))
}

/// Compiles and binds for others; gives back the folder of files to embed.
fn build_page(steps: &mut Steps) -> Result<PathBuf> {
    let sentences = steps.first_time("compiling the page to WebAssembly", first_time::COMPILE, || {
        add_wasm_target()?;
        compile("practice-worker")?;
        compile("message-worker")?;
        let left = compile("frontend")?.context("frontend has no build script")?;
        sentences(&left.join("later"))
    })?;
    steps.first_time("binding, naming and compressing the page", first_time::BIND, || {
        files_of_page(For::Others, &sentences)
    })
}

/// From what was compiled to the files of the page, unless they are there already; gives their folder.
fn files_of_page(whom: For, sentences: &[(String, String)]) -> Result<PathBuf> {
    let compiled = |library: &str| {
        let wasm = target_dir().join(WASM).join(whom.folder()).join(format!("{library}.wasm"));
        fs::read(&wasm).with_context(|| format!("cannot read {}", wasm.display()))
    };
    let (app, practice, message) = (compiled("frontend")?, compiled("practice_worker")?, compiled("message_worker")?);
    let template = fs::read_to_string(root().join("index.html")).context("cannot read index.html")?;
    let sheet = files::style_sheet(&template)?;
    let icon = files::icon(&template)?;

    let folder = whom.page();
    let assets = folder.join("assets");
    let mut made_of: Vec<&[u8]> = RECIPE.iter().map(|text| text.as_bytes()).collect();
    made_of.extend([template.as_bytes(), &app, &practice, &message, sheet.as_bytes(), icon.as_bytes()]);
    made_of.extend(sentences.iter().flat_map(|(language, text)| [language.as_bytes(), text.as_bytes()]));
    let stamp = files::hash(&made_of);
    let stamp_file = folder.join("stamp");
    let table_file = folder.join("sizes.txt");
    if assets.is_dir() && fs::read_to_string(&stamp_file).is_ok_and(|old| old == stamp) {
        eprint!("{}", fs::read_to_string(&table_file).unwrap_or_default());
        return Ok(assets);
    }

    let (app, rest) = match whom {
        For::Here => (bind("app", app, false)?, None),
        For::Others => in_two(app)?,
    };
    let practice = bind("practice", practice, false)?;
    let message = bind("message", message, false)?;
    let files = files::name_by_content(&template, Modules { app, rest, practice, message }, sentences, sheet, icon)?;
    let fresh = folder.join("assets.new");
    match whom {
        For::Here => files::publish(&files, &fresh)?,
        For::Others => {
            let sizes = files::publish_compressed(&files, &fresh)?;
            let table = files::table(&sizes);
            eprint!("{table}");
            files::judge(&sizes)?;
            fs::write(&table_file, table)?;
        }
    }
    if assets.exists() {
        fs::remove_dir_all(&assets)?;
    }
    fs::rename(&fresh, &assets)?;
    fs::write(&stamp_file, stamp)?;
    Ok(assets)
}

/// Binds the page and parts it: what the start page needs, and the rest.
fn in_two(app: Vec<u8>) -> Result<(Bound, Option<Vec<u8>>)> {
    let mut bound = bind("app", app.clone(), true)?;
    let parted = part(&app, &bound.wasm, &SPLIT_POINTS).context("see `SPLIT_POINTS` in xtask/src/page.rs");
    let Parts { first, rest } = parted?;
    bound.wasm = first;
    Ok((bound, Some(rest)))
}

/// Compiles the page and both workers in one call of cargo, which compiles what they share once.
fn compile_here() -> Result<()> {
    add_wasm_target()?;
    let rooms = ["-p", "frontend", "-p", "practice-worker", "-p", "message-worker"];
    finish(cargo(&[&["build", "--locked", "--lib", "--target", WASM], &rooms[..]].concat()))
}

/// Gives the folder where the crate's build script left what it made, if it has one.
fn compile(package: &str) -> Result<Option<PathBuf>> {
    // Only the cdylib: with an rlib beside it, cargo would leave link-time optimisation out, and the page is a third larger.
    let only = ["--lib", "--crate-type", "cdylib"];
    let mut build = cargo(&["rustc", "--profile", "page", "--locked", "-p", package, "--target", WASM]);
    build.args(only).args(["--message-format", "json-render-diagnostics"]);
    if package == "frontend" {
        // What tells `parts` which functions belong together.
        build.args(["--", "-C", "link-arg=--emit-relocs"]);
    }
    // What the start page does not say is a file of its own.
    build.env("MAILSPEAK_SENTENCES_APART", "1");
    forget_paths(&mut build);
    let told = output(build)?;
    let messages = told.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let ours = |message: &Value| {
        let of = message["package_id"].as_str().unwrap_or_default();
        message["reason"] == "build-script-executed" && of.contains(&format!("/{package}#"))
    };
    Ok(messages.filter(ours).find_map(|message| Some(PathBuf::from(message["out_dir"].as_str()?))))
}

/// The sentences that are fetched once the page is drawn, by language: a file each.
fn sentences(folder: &Path) -> Result<Vec<(String, String)>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        let language = path.file_stem().context("a file without a name")?.to_string_lossy().into_owned();
        all.push((language, fs::read_to_string(&path)?));
    }
    all.sort();
    Ok(all)
}

/// What is shipped names no folder of the machine that built it: panics then say `yew-0.23.0/src/...`, and the page is smaller.
fn forget_paths(build: &mut Command) {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
    let sources = home.map(|home| home.join("registry").join("src")).and_then(|sources| fs::read_dir(sources).ok());
    let registries = sources.into_iter().flatten().flatten().map(|entry| entry.path());
    let given = std::env::var("RUSTFLAGS").unwrap_or_default();
    let mut flags: Vec<String> = given.split_whitespace().map(str::to_owned).collect();
    for folder in registries.chain([root()]) {
        flags.push(format!("--remap-path-prefix={}{}=", folder.display(), std::path::MAIN_SEPARATOR));
    }
    build.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f"));
}

/// Runs the program in our place, so that Ctrl-C and the exit status are its own.
#[cfg(unix)]
fn become_program(binary: &Path, args: &[String]) -> Result<()> {
    use std::os::unix::process::CommandExt;
    let error = Command::new(binary).arg("serve").args(args).exec();
    Err(error).with_context(|| format!("cannot start {}", binary.display()))
}

#[cfg(not(unix))]
fn become_program(binary: &Path, args: &[String]) -> Result<()> {
    let status = std::process::Command::new(binary).arg("serve").args(args).status();
    let status = status.with_context(|| format!("cannot start {}", binary.display()))?;
    std::process::exit(status.code().unwrap_or(1));
}
