//! From crate to page: compile, bind, name by content, compress, weigh, and build the program that carries it.
//!
//! `index.html` is the one list of what the page consists of; `trunk serve` reads the same file.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow, bail};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::bind::{Bound, bind};
use crate::part::{DOORS, Parts, part};
use crate::run::{Steps, cargo, finish, output, program, root, target_dir};

const WASM: &str = "wasm32-unknown-unknown";

/// What may be fetched at once, and what may follow as soon as the start page is drawn, in kilobytes of brotli. The build fails there: a page
/// that grew so much did so by accident. Who makes it smaller lowers the limit to 4 kB above what was reached. (ttyd's page is 194 kB of
/// gzip.)
const LIMITS_KB: [(When, f64); 2] = [(When::First, 112.0), (When::Drawn, 199.0)];

/// The language the page begins with (`frontend/src/i18n/marks.rs`).
const LANGUAGE: &str = "en";

/// Starts a module. It is a file of its own because the content security policy allows no inline script. It waits, so that
/// a module that cannot be had is an error of this script, which the page is told when the script is a worker.
const LOADER: &str =
    "import init from './{js}';\nawait init({ module_or_path: new URL('{wasm}', import.meta.url) });\n";

/// Part of the stamp: a change of the recipe remakes the page.
const RECIPE: &str =
    concat!(include_str!("page.rs"), include_str!("bind.rs"), include_str!("part.rs"), include_str!("links.rs"));

/// `cargo xtask page`
pub fn page() -> Result<()> {
    let mut steps = Steps::new(2);
    build_page(&mut steps).map(|_| ())
}

/// `cargo xtask serve [args...]`
pub fn serve(args: &[String]) -> Result<()> {
    let mut steps = Steps::new(3);
    let binary = build_program(&mut steps)?;
    eprintln!("ready after {:.0} s: mailspeak serve {}", steps.seconds(), args.join(" "));
    become_program(&binary, args)
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

/// The page, then the program around it: three steps. Gives the program.
pub fn build_program(steps: &mut Steps) -> Result<PathBuf> {
    let assets = build_page(steps)?;
    steps.step("building the mailspeak program with the page inside", || {
        let mut build = cargo(&["build", "--release", "--locked", "-p", "cli", "--bin", "mailspeak"]);
        build.env("MAILSPEAK_ASSETS", &assets);
        forget_paths(&mut build);
        finish(build)
    })?;
    Ok(target_dir().join("release").join(format!("mailspeak{}", std::env::consts::EXE_SUFFIX)))
}

/// Compiles and binds; gives back the folder of files to embed.
fn build_page(steps: &mut Steps) -> Result<PathBuf> {
    let sentences = steps.step("compiling the page to WebAssembly", || {
        add_wasm_target()?;
        compile("practice-worker")?;
        compile("message-worker")?;
        let left = compile("frontend")?.context("frontend has no build script")?;
        sentences(&left.join("later"))
    })?;
    steps.step("binding, naming and compressing the page", || {
        let (app, practice, message) =
            (compiled("frontend")?, compiled("practice_worker")?, compiled("message_worker")?);
        let template = fs::read_to_string(root().join("index.html")).context("cannot read index.html")?;
        let folder = target_dir().join("page");
        let assets = folder.join("assets");

        let sheet = style_sheet(&template)?;
        let icon = icon(&template)?;
        let mut parts = vec![RECIPE.as_bytes(), template.as_bytes(), &app, &practice, &message];
        parts.extend([sheet.as_bytes(), icon.as_bytes()]);
        parts.extend(sentences.iter().flat_map(|(language, text)| [language.as_bytes(), text.as_bytes()]));
        let stamp = hash(&parts);
        let stamp_file = folder.join("stamp");
        let table_file = folder.join("sizes.txt");
        if assets.is_dir() && fs::read_to_string(&stamp_file).is_ok_and(|old| old == stamp) {
            eprint!("{}", fs::read_to_string(&table_file).unwrap_or_default());
            return Ok(assets);
        }

        let mut bound = bind("app", app.clone(), true)?;
        let Parts { first, rest } = part(&app, &bound.wasm, &DOORS)?;
        bound.wasm = first;
        let modules = Modules {
            app: bound,
            rest,
            practice: bind("practice", practice, false)?,
            message: bind("message", message, false)?,
        };
        let files = name_by_content(&template, modules, &sentences, sheet, icon)?;
        let fresh = folder.join("assets.new");
        let sizes = publish(&files, &fresh)?;
        let table = table(&sizes);
        eprint!("{table}");
        judge(&sizes)?;
        if assets.exists() {
            fs::remove_dir_all(&assets)?;
        }
        fs::rename(&fresh, &assets)?;
        fs::write(&table_file, table)?;
        fs::write(&stamp_file, stamp)?;
        Ok(assets)
    })
}

/// Gives the folder where the crate's build script left what it made, if it has one.
fn compile(package: &str) -> Result<Option<PathBuf>> {
    // Only the cdylib: with an rlib beside it, cargo would leave link-time optimisation out, and the page is a third larger.
    let only = ["--lib", "--crate-type", "cdylib"];
    let mut build = cargo(&["rustc", "--profile", "page", "--locked", "-p", package, "--target", WASM]);
    build.args(only).args(["--message-format", "json-render-diagnostics"]);
    if package == "frontend" {
        // What tells `part` which functions belong together.
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

fn compiled(library: &str) -> Result<Vec<u8>> {
    let wasm = target_dir().join(WASM).join("page").join(format!("{library}.wasm"));
    fs::read(&wasm).with_context(|| format!("cannot read {}", wasm.display()))
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

/// What runs in the browser.
struct Modules {
    /// The start page.
    app: Bound,
    /// The rest of the page, which joins it.
    rest: Vec<u8>,
    /// The practice server, fetched when the page plays it itself.
    practice: Bound,
    /// What takes letters apart, fetched when somebody looks at one.
    message: Bound,
}

/// A file of the page, under the name it is served by.
struct File {
    name: String,
    bytes: Vec<u8>,
    /// When it is fetched.
    when: When,
}

/// When a visitor's browser fetches a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    /// As soon as somebody uses the practice server of a page without a proxy.
    Played,
    /// As soon as somebody looks at a letter taken apart.
    Looked,
    /// As soon as the start page is drawn.
    Drawn,
    /// By who reads another language than the default, before the start page is drawn: one of these instead of the default's.
    Spoken,
    /// At once: this is what everybody waits for.
    First,
}

impl When {
    const ALL: [Self; 5] = [Self::Played, Self::Looked, Self::Spoken, Self::Drawn, Self::First];

    fn name(self) -> &'static str {
        match self {
            Self::Played => "when the page plays the server itself",
            Self::Looked => "when a letter is looked at",
            Self::Spoken => "in other languages",
            Self::Drawn => "once the start page is drawn",
            Self::First => "first load",
        }
    }
}

impl File {
    /// `stem-<hash of the content>tail`: such a name may be cached for ever.
    fn named(stem: &str, tail: &str, bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        let name = format!("{stem}-{}{tail}", &hash(&[&bytes])[..16]);
        Self { name, bytes, when: When::First }
    }

    /// A module, its script, and what starts them.
    fn module(stem: &str, bound: Bound) -> [Self; 3] {
        let js = Self::named(stem, ".js", slim(&bound.js, "/*", "*/"));
        let wasm = Self::named(stem, "_bg.wasm", bound.wasm);
        let start = LOADER.replace("{js}", &js.name).replace("{wasm}", &wasm.name);
        let loader = Self::named(stem, "_loader.js", start);
        [wasm, js, loader]
    }
}

/// All files of the page; the index comes last. They name each other by relative addresses, so that a page under a
/// sub-path of a server works.
fn name_by_content(
    template: &str,
    modules: Modules,
    sentences: &[(String, String)],
    sheet: String,
    icon: String,
) -> Result<Vec<File>> {
    let [wasm, js, loader] = File::module("app", modules.app);
    let practice = File::module("practice", modules.practice).map(|file| File { when: When::Played, ..file });
    let message = File::module("message", modules.message).map(|file| File { when: When::Looked, ..file });
    let sentence = |(language, text): &(String, String)| {
        let when = if language == LANGUAGE { When::Drawn } else { When::Spoken };
        let file = File { when, ..File::named(language, ".txt", text.as_str()) };
        (format!("\n<meta name=\"sentences-{language}\" content=\"{}\">", file.name), file)
    };
    let (named, mut later): (String, Vec<File>) = sentences.iter().map(sentence).unzip();
    let rest = File { when: When::Drawn, ..File::named("rest", ".wasm", modules.rest) };
    let named = format!("{named}\n<meta name=\"rest\" content=\"{}\">", rest.name);
    later.push(rest);
    let css = File::named("app", ".css", slim(&sheet, "/*", "*/"));
    let icon = File::named("icon", ".svg", icon);

    let mut css_line = Some(format!("<link rel=\"stylesheet\" href=\"{}\">", css.name));
    let index = replace_links(template, |link| {
        Ok(match link.rel.as_str() {
            // All sheets are one file: the first link stands for it, the others go.
            "css" => css_line.take().unwrap_or_default(),
            "icon" => format!("<link rel=\"icon\" type=\"image/svg+xml\" href=\"{}\">", icon.name),
            "rust" if link.href == "practice-worker/Cargo.toml" => {
                format!("<meta name=\"practice-worker\" content=\"{}\">", practice[2].name)
            }
            "rust" if link.href == "message-worker/Cargo.toml" => {
                format!("<meta name=\"message-worker\" content=\"{}\">", message[2].name)
            }
            "rust" => format!(
                "<link rel=\"modulepreload\" href=\"{}\">\n\
                 <link rel=\"preload\" href=\"{}\" as=\"fetch\" type=\"application/wasm\" crossorigin>\n\
                 <script type=\"module\" src=\"{}\"></script>{named}",
                js.name, wasm.name, loader.name
            ),
            other => bail!("index.html has a data-trunk link with rel=\"{other}\", which xtask does not know"),
        })
    })?;
    let index = File { name: "index.html".into(), bytes: slim(&index, "<!--", "-->").into(), when: When::First };
    Ok(practice.into_iter().chain(message).chain(later).chain([wasm, js, css, loader, icon, index]).collect())
}

/// A `<link data-trunk ...>` of index.html.
struct Link {
    rel: String,
    href: String,
}

/// Replaces each `<link data-trunk ...>` by what `make` says.
fn replace_links(html: &str, mut make: impl FnMut(Link) -> Result<String>) -> Result<String> {
    let mut out = String::new();
    let mut rest = html;
    while let Some(at) = rest.find("<link data-trunk") {
        let end = rest[at..].find('>').context("index.html has a <link data-trunk that never ends")?;
        let tag = &rest[at..=at + end];
        let attribute = |name: &str| {
            let value = tag.split_once(&format!(" {name}=\""))?.1;
            Some(value.split_once('"')?.0.to_owned())
        };
        let missing = || format!("index.html: `{tag}` needs rel and href");
        let link =
            Link { rel: attribute("rel").with_context(missing)?, href: attribute("href").with_context(missing)? };
        out.push_str(&rest[..at]);
        out.push_str(&make(link)?);
        rest = &rest[at + end + 1..];
    }
    out.push_str(rest);
    Ok(out)
}

/// The text of every linked file with this `rel`, in the order of index.html.
fn linked(template: &str, rel: &str) -> Result<Vec<String>> {
    let mut texts = Vec::new();
    replace_links(template, |link| {
        if link.rel == rel {
            let path = root().join(&link.href);
            let text = fs::read_to_string(&path);
            texts.push(text.with_context(|| format!("index.html links {}, which cannot be read", link.href))?);
        }
        Ok(String::new())
    })?;
    Ok(texts)
}

fn style_sheet(template: &str) -> Result<String> {
    Ok(linked(template, "css")?.concat())
}

fn icon(template: &str) -> Result<String> {
    linked(template, "icon")?.pop().context("index.html links no icon")
}

/// Without comments (those between marks, and whole lines after `//`), indentation and blank lines. None of the files has a string that holds a comment or spans lines.
fn slim(text: &str, open: &str, close: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once(open) {
        out.push_str(before);
        rest = comment.split_once(close).map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    let told = |line: &&str| !line.is_empty() && !line.starts_with("//");
    out.lines().map(str::trim).filter(told).map(|line| format!("{line}\n")).collect()
}

/// A file's name and its size raw, as gzip and as brotli.
struct Size {
    name: String,
    /// When it is fetched.
    when: When,
    raw: usize,
    gzip: usize,
    brotli: usize,
}

/// Writes each file three times: `name`, `name.gz`, `name.br`.
fn publish(files: &[File], folder: &Path) -> Result<Vec<Size>> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    let mut sizes = Vec::new();
    for File { name, bytes, when } in files {
        let (gz, br) = (gzip(bytes)?, brotli(bytes)?);
        fs::write(folder.join(name), bytes)?;
        fs::write(folder.join(format!("{name}.gz")), &gz)?;
        fs::write(folder.join(format!("{name}.br")), &br)?;
        sizes.push(Size { name: name.clone(), when: *when, raw: bytes.len(), gzip: gz.len(), brotli: br.len() });
    }
    Ok(sizes)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let params = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut out, &params)?;
    Ok(out)
}

fn table(sizes: &[Size]) -> String {
    let mut out = format!("      {:<36}{:>10}{:>10}{:>10}\n", "kB", "raw", "gzip", "brotli");
    let mut line = |name: &str, raw: usize, gzip: usize, brotli: usize| {
        let _ = writeln!(out, "      {name:<36}{:>10.1}{:>10.1}{:>10.1}", kb(raw), kb(gzip), kb(brotli));
    };
    for when in When::ALL {
        let some = || sizes.iter().filter(|size| size.when == when);
        if some().next().is_none() {
            continue;
        }
        for size in some() {
            line(&size.name, size.raw, size.gzip, size.brotli);
        }
        let sum = |part: fn(&Size) -> usize| some().map(part).sum::<usize>();
        line(when.name(), sum(|size| size.raw), sum(|size| size.gzip), sum(|size| size.brotli));
    }
    for (when, limit) in LIMITS_KB {
        let _ = writeln!(out, "      {}: the build fails at {limit:.0} kB brotli", when.name());
    }
    out
}

/// Fails when something is over its limit.
fn judge(sizes: &[Size]) -> Result<()> {
    for (of, limit) in LIMITS_KB {
        let total = kb(sizes.iter().filter(|size| size.when == of).map(|size| size.brotli).sum());
        if total > limit {
            let name = of.name();
            bail!("{name}: {total:.1} kB of brotli, and {limit:.0} kB is the limit: find what grew before raising it");
        }
    }
    Ok(())
}

fn kb(bytes: usize) -> f64 {
    bytes as f64 / 1000.0
}

/// Hex of SHA-256 over the parts, each preceded by its length.
fn hash(parts: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.len().to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize().iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_names_what_every_visitor_fetches_once_and_nothing_inline() {
        let (files, index) = page();
        for file in files.iter().filter(|file| file.when == When::First && file.name != "index.html") {
            assert_eq!(index.matches(&format!("\"{}\"", file.name)).count(), 1, "{}: {index}", file.name);
        }
        assert!(!index.contains("data-trunk") && !index.contains("<style") && !index.contains(" style="), "{index}");
        assert_eq!(index.matches("<script").count(), index.matches("<script type=\"module\" src=").count());
    }

    #[test]
    fn workers_are_named_and_not_fetched() {
        let (files, index) = page();
        for (when, worker) in [(When::Played, "practice-worker"), (When::Looked, "message-worker")] {
            let later: Vec<_> = files.iter().filter(|file| file.when == when).map(|file| file.name.as_str()).collect();
            let [wasm, js, loader] = later[..] else { panic!("{later:?}") };
            assert!(index.contains(&format!("<meta name=\"{worker}\" content=\"{loader}\">")), "{index}");
            assert!(!index.contains(wasm) && !index.contains(js), "{index}");
        }
    }

    #[test]
    fn the_rest_and_the_sentences_are_named_and_not_fetched_at_once() {
        let (files, index) = page();
        let later = |file: &&File| matches!(file.when, When::Drawn | When::Spoken);
        let drawn: Vec<_> = files.iter().filter(later).map(|file| &file.name).collect();
        let [english, italian, rest] = drawn[..] else { panic!("{drawn:?}") };
        assert_eq!(files.iter().filter(|file| file.when == When::Spoken).count(), 1);
        assert!(english.starts_with("en-") && italian.starts_with("it-"), "{drawn:?}");
        for (what, name) in [("sentences-en", english), ("sentences-it", italian), ("rest", rest)] {
            assert!(index.contains(&format!("<meta name=\"{what}\" content=\"{name}\">")), "{index}");
            assert_eq!(index.matches(name.as_str()).count(), 1, "{index}");
        }
    }

    #[test]
    fn no_address_begins_at_the_root_of_the_server() {
        for file in page().0 {
            let text = String::from_utf8_lossy(&file.bytes).into_owned();
            for rooted in ["=\"/", "'/", "(/", "\"/"] {
                assert!(!text.contains(rooted), "{}: {text}", file.name);
            }
        }
    }

    /// The files of a page made from next to nothing, and its index.
    fn page() -> (Vec<File>, String) {
        let template = fs::read_to_string(root().join("index.html")).unwrap();
        let bound = |name: &str| Bound { js: format!("{name} js"), wasm: name.into() };
        let modules =
            Modules { app: bound("app"), rest: "rest".into(), practice: bound("practice"), message: bound("message") };
        let sentences =
            [("en", "hello"), ("it", "ciao")].map(|(language, text)| (language.to_owned(), text.to_owned()));
        let files = name_by_content(&template, modules, &sentences, "css".into(), "svg".into()).unwrap();
        let index = String::from_utf8(files.last().unwrap().bytes.clone()).unwrap();
        (files, index)
    }

    #[test]
    fn files_travel_without_comments_and_indentation() {
        assert_eq!(
            slim("/* a\n b */\n  // d\nmain {\n  gap: 1px; /* c */\n}\n\n", "/*", "*/"),
            "main {\ngap: 1px;\n}\n"
        );
    }

    #[test]
    fn names_follow_content() {
        let name = |text: &str| File::named("app", ".css", text).name;
        assert_eq!(name("a"), name("a"));
        assert_ne!(name("a"), name("b"));
    }

    #[test]
    fn every_sheet_is_linked_and_tokens_come_first() {
        let template = fs::read_to_string(root().join("index.html")).unwrap();
        let mut links = Vec::new();
        replace_links(&template, |link| {
            links.push(link.href);
            Ok(String::new())
        })
        .unwrap();
        let sheets: Vec<_> = links.iter().filter(|href| href.ends_with(".css")).collect();
        assert_eq!(sheets[0], "frontend/styles/tokens.css");
        for file in fs::read_dir(root().join("frontend/styles")).unwrap() {
            let href = format!("frontend/styles/{}", file.unwrap().file_name().to_string_lossy());
            assert!(links.contains(&href), "index.html does not link {href}");
        }
    }

    #[test]
    fn a_page_over_a_limit_fails_the_build() {
        let size = |when, brotli| Size { name: "app".into(), when, raw: 0, gzip: 0, brotli };
        assert!(judge(&[size(When::First, 111_999), size(When::Drawn, 198_999)]).is_ok());
        assert!(judge(&[size(When::First, 56_001), size(When::First, 56_001)]).is_err());
        assert!(judge(&[size(When::Drawn, 199_001)]).is_err());
        assert!(judge(&[size(When::Looked, 999_999), size(When::Spoken, 999_999)]).is_ok());
    }
}
