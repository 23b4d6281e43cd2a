//! The rules of the house that no compiler checks: who may import whom, which names stay in which room, how files open.
//!
//! A rule is a function from a file (or the manifests) to findings; [`findings`] runs them all.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::circles;
use crate::locales;
use crate::papers;
use crate::run::{cargo, output, program};

/// Which room may import which. A room that is not listed may import anything: it only tests or measures.
const DOORS: &[(&str, &[&str])] = &[
    ("mailproto", &[]),
    ("wire", &[]),
    ("practice", &["mailproto"]),
    ("workbench", &["mailproto", "wire"]),
    ("proxy", &["practice", "wire"]),
    ("cli", &["proxy", "workbench", "practice"]),
    ("frontend", &["workbench", "wire", "mailproto"]),
    ("practice-worker", &["practice", "wire"]),
    ("message-worker", &["workbench"]),
    ("parts", &[]),
];

/// The rooms without input and output: time and seeds are arguments there.
const PURE: &[&str] = &["mailproto", "practice", "workbench", "wire"];

/// What a pure room never names, in any kind of dependency. A trailing star stands for the rest of a name.
const IMPURE: &[&str] = &[
    "tokio",
    "async-std",
    "smol",
    "mio",
    "socket2",
    "web-sys",
    "js-sys",
    "wasm-bindgen",
    "gloo*",
    "yew*",
    "fluent*",
    "rand",
    "rand_core",
    "fastrand",
    "getrandom",
    "chrono",
    "time",
    "jiff",
    "web-time",
];

/// What the top level holds, and nothing else. What is to be added here has its place in ARCHITECTURE.md first.
const TOP: &[&str] = &[
    ".cargo",
    ".ci",
    ".editorconfig",
    ".github",
    ".gitignore",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CITATION.cff",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "SECURITY.md",
    "Trunk.toml",
    "bench",
    "cli",
    "clippy.toml",
    "deny.toml",
    "deploy",
    "docs",
    "e2e",
    "frontend",
    "fuzz",
    "index.html",
    "locales",
    "mailproto",
    "message-worker",
    "parts",
    "practice",
    "practice-worker",
    "proxy",
    "rust-toolchain.toml",
    "rustfmt.toml",
    "transcripts",
    "wire",
    "workbench",
    "xtask",
];

/// All findings, each `path:line: sentence`.
pub fn findings(root: &Path) -> Result<Vec<String>> {
    let mut found = manifests(&output(cargo(&["metadata", "--no-deps", "--format-version", "1", "--offline"]))?)?;
    found.extend(lock(&fs::read_to_string(root.join("Cargo.lock")).context("cannot read Cargo.lock")?));
    found.extend(lint_files(root));
    for member in members(&fs::read_to_string(root.join("Cargo.toml")).unwrap_or_default()) {
        let path = format!("{member}/Cargo.toml");
        if !forbids_unsafe(&fs::read_to_string(root.join(&path)).unwrap_or_default()) {
            found.push(format!("{path}: must forbid unsafe code"));
        }
    }
    let read = |path: &str| fs::read_to_string(root.join(path)).ok();
    found.extend(promises(&read(SECURITY).unwrap_or_default(), read));
    found.extend(papers::findings(root));

    let tracked = tracked()?;
    found.extend(strays(&tracked));
    for room in circles::CHECKED {
        let below = format!("{room}/src/");
        let source = |path: &String| {
            let name = path.strip_prefix(&below).filter(|name| name.ends_with(".rs"))?;
            Some((name.to_owned(), read(path)?))
        };
        found.extend(circles::findings(room, &tracked.iter().filter_map(source).collect::<Vec<_>>()));
    }
    let tokens = fs::read_to_string(root.join(TOKENS)).unwrap_or_default();
    let mut sentences = Vec::new();
    for path in tracked {
        // A file may be deleted and not yet committed, or hold bytes that are no text.
        let Ok(text) = fs::read_to_string(root.join(&path)) else { continue };
        found.extend(judge(&path, &text, &tokens));
        if path.starts_with("locales/") {
            sentences.push((path, text));
        }
    }
    let sentences: Vec<_> = sentences.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    found.extend(locales::findings(&sentences));
    Ok(found)
}

/// Every rule about the text of one file.
fn judge(path: &str, text: &str, tokens: &str) -> Vec<String> {
    let mut found = machine_paths(path, text);
    found.extend(colours(path, text, tokens));
    if path.ends_with(".rs") {
        let code = Code::new(text);
        found.extend(opening(path, text));
        found.extend(skipped_tests(path, &code));
        found.extend(sleeping_tests(path, &code));
        found.extend(browser_names(path, &code));
        found.extend(wire_names(path, &code));
        found.extend(brain_in_the_proxy(path, &code));
    }
    found
}

/// What stands in the top level beside the plan, and what the plan names in vain.
fn strays(paths: &[String]) -> Vec<String> {
    let here: BTreeSet<_> = paths.iter().map(|path| path.split('/').next().unwrap_or(path)).collect();
    let planned: BTreeSet<_> = TOP.iter().copied().collect();
    let stray = here.difference(&planned).map(|name| format!("{name}: a stray in the top level; move it or remove it"));
    let missing =
        planned.difference(&here).map(|name| format!("{name}: the plan names it (`TOP`), and it is not there"));
    stray.chain(missing).collect()
}

/// What is in the checkout: committed or about to be.
fn tracked() -> Result<Vec<String>> {
    let list = output(program("git", &["ls-files", "--cached", "--others", "--exclude-standard"]))?;
    Ok(list.lines().map(str::to_owned).collect())
}

// ---- manifests -------------------------------------------------------------------------------------------------------

/// Doors and purity, from what `cargo metadata` says.
fn manifests(metadata: &str) -> Result<Vec<String>> {
    let metadata: Value = serde_json::from_str(metadata).context("cargo metadata is not JSON")?;
    let doors: BTreeMap<_, _> = DOORS.iter().copied().collect();
    let mut found = Vec::new();
    for package in list(&metadata["packages"]) {
        let room = package["name"].as_str().unwrap_or_default();
        for dependency in list(&package["dependencies"]) {
            let name = dependency["name"].as_str().unwrap_or_default();
            let ours = dependency["path"].is_string();
            let only_tests = dependency["kind"] == "dev";
            let mut say = |why: &str| found.push(format!("{room}/Cargo.toml: `{name}`: {why}"));
            if let Some(allowed) = doors.get(room)
                && ours
                && !only_tests
                && !allowed.contains(&name)
            {
                say("there is no such door in ARCHITECTURE.md");
            }
            if ours && (room == "mailproto" || (room == "proxy" && name == "mailproto")) {
                say("a wall: mailproto needs nothing of ours, and the proxy never looks inside the dialogue");
            }
            if PURE.contains(&room) && IMPURE.iter().any(|pattern| matches(pattern, name)) {
                say("this room has no input, output, clock or chance");
            }
        }
    }
    Ok(found)
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == pattern,
    }
}

/// Where crates come from, and the one WebSocket library.
fn lock(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if line.starts_with("source = ") && !line.contains("registry+https://github.com/rust-lang/crates.io-index") {
            found.push(format!("Cargo.lock:{}: a crate from somewhere else than crates.io", number + 1));
        }
    }
    let copies = text.lines().filter(|line| *line == "name = \"tungstenite\"").count();
    if copies > 1 {
        found.push(format!("Cargo.lock: {copies} versions of tungstenite; one is enough"));
    }
    found
}

/// The pure rooms forbid clocks, files and sockets of std by a `clippy.toml` of their own.
fn lint_files(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for room in PURE {
        let path = format!("{room}/clippy.toml");
        let text = fs::read_to_string(root.join(&path)).unwrap_or_default();
        for method in ["std::time::SystemTime::now", "std::time::Instant::now", "std::thread::sleep"] {
            if !text.contains(&format!("\"{method}\"")) {
                found.push(format!("{path}: must disallow {method}"));
            }
        }
    }
    found
}

/// The document that names a test for each promise.
const SECURITY: &str = "SECURITY.md";

/// Each promise, S1 to S14, has a row, and each test a row names is in the file it names.
fn promises(document: &str, read: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let mut found = Vec::new();
    for number in 1..=14 {
        let row = document.lines().enumerate().find(|(_, line)| line.starts_with(&format!("| S{number} |")));
        let Some((at, row)) = row else {
            found.push(format!("{SECURITY}: there is no row for S{number}"));
            continue;
        };
        let tests: Vec<_> = row.split('`').filter_map(|word| word.split_once("::")).collect();
        if tests.is_empty() {
            found.push(format!("{SECURITY}:{}: no test holds S{number}", at + 1));
        }
        for (file, test) in tests {
            let text = read(file).unwrap_or_default();
            if !text.contains(&format!("fn {test}(")) {
                found.push(format!("{SECURITY}:{}: there is no test {test} in {file}", at + 1));
            }
        }
    }
    found
}

/// The rooms of the root manifest.
fn members(manifest: &str) -> Vec<&str> {
    let list = manifest.split_once("members = [").and_then(|(_, rest)| rest.split_once(']'));
    list.map_or(Vec::new(), |(list, _)| list.split(',').map(|member| member.trim().trim_matches('"')).collect())
}

/// Whether a manifest forbids `unsafe`, by the workspace's lints or its own.
fn forbids_unsafe(manifest: &str) -> bool {
    let mut lines = manifest.lines().map(str::trim).skip_while(|line| !line.starts_with("[lints"));
    match lines.next() {
        Some("[lints]") => lines.next() == Some("workspace = true"),
        Some("[lints.rust]") => lines.next() == Some("unsafe_code = \"forbid\""),
        _ => false,
    }
}

// ---- source files ----------------------------------------------------------------------------------------------------

/// A Rust file without its comments, and where its own tests begin.
struct Code {
    lines: Vec<String>,
    /// The line of `#[cfg(test)]` on a module, or the end.
    tests: usize,
}

impl Code {
    fn new(text: &str) -> Self {
        let lines: Vec<String> = text.lines().map(|line| line.split("//").next().unwrap_or("").to_owned()).collect();
        let test_module = |pair: &[String]| pair[0].trim() == "#[cfg(test)]" && pair[1].trim().starts_with("mod ");
        let tests = lines.windows(2).position(test_module).unwrap_or(lines.len());
        Self { lines, tests }
    }

    /// Numbered lines, from 1.
    fn all(&self) -> impl Iterator<Item = (usize, &str)> {
        self.lines.iter().enumerate().map(|(at, line)| (at + 1, line.as_str()))
    }

    /// The same before the tests at the end of the file.
    fn outside_tests(&self) -> impl Iterator<Item = (usize, &str)> {
        self.all().take(self.tests)
    }
}

/// Tests in files of their own.
fn is_test_file(path: &str) -> bool {
    path.contains("/tests/") || path.ends_with("/tests.rs") || path.starts_with("e2e/")
}

fn opening(path: &str, text: &str) -> Vec<String> {
    if text.starts_with("//! ") {
        return Vec::new();
    }
    vec![format!("{path}:1: opens without a `//!` sentence that says what lives here")]
}

fn skipped_tests(path: &str, code: &Code) -> Vec<String> {
    let skipped = |line: &str| line.trim_start().starts_with("#[ignore");
    report(path, code.all(), skipped, "a test that is never run proves nothing")
}

fn sleeping_tests(path: &str, code: &Code) -> Vec<String> {
    // The harness polls in one place only, with a deadline.
    if path == "e2e/src/wait.rs" {
        return Vec::new();
    }
    let from = if is_test_file(path) { 0 } else { code.tests };
    let sleep = |line: &str| names(line, "thread::sleep").next().is_some() || line.contains("time::sleep(");
    report(path, code.all().skip(from), sleep, "tests wait for a condition, never for a time")
}

/// Outside `drivers/` the page names event and element types, and nothing else of the browser.
fn browser_names(path: &str, code: &Code) -> Vec<String> {
    if !path.starts_with("frontend/src/") || path.starts_with("frontend/src/drivers") {
        return Vec::new();
    }
    let foreign = |line: &str| {
        let gloo = line.contains("gloo::") || line.contains("gloo_") || line.contains("js_sys");
        gloo || names(line, "web_sys").any(|at| !only_types_of_events(&line[at + "web_sys".len()..]))
    };
    report(path, code.outside_tests(), foreign, "only drivers/ may touch the browser")
}

/// What follows `web_sys`: one name, or a list in braces.
fn only_types_of_events(after: &str) -> bool {
    let Some(after) = after.strip_prefix("::") else { return false };
    let list = match after.strip_prefix('{') {
        Some(list) => list.split('}').next().unwrap_or(""),
        None => after.split(|c: char| !c.is_alphanumeric()).next().unwrap_or(""),
    };
    let mut names = list.split(',').map(str::trim).filter(|name| !name.is_empty()).peekable();
    names.peek().is_some() && names.all(|name| name.ends_with("Event") || name.ends_with("Element"))
}

/// The contract of the WebSocket stops at the borders of page and proxy.
fn wire_names(path: &str, code: &Code) -> Vec<String> {
    let rooms = path.starts_with("frontend/src/") || path.starts_with("proxy/src/");
    let borders = ["frontend/src/drivers", "proxy/src/session", "proxy/src/server"];
    if !rooms || borders.iter().any(|border| path.starts_with(border)) {
        return Vec::new();
    }
    let wire = |line: &str| names(line, "wire").any(|at| line[at..].starts_with("wire::"));
    report(
        path,
        code.outside_tests(),
        wire,
        "wire types stop at frontend/src/drivers and proxy/src/{session,server}; workbench has the nouns",
    )
}

fn brain_in_the_proxy(path: &str, code: &Code) -> Vec<String> {
    if !path.starts_with("proxy/") {
        return Vec::new();
    }
    let brain = |line: &str| names(line, "mailproto").next().is_some();
    report(path, code.all(), brain, "the proxy never looks inside the dialogue")
}

/// Where `name` stands as a whole path of its own: not inside a longer word, not below `crate::` or `super::`.
fn names<'a>(line: &'a str, name: &'a str) -> impl Iterator<Item = usize> + 'a {
    line.match_indices(name).map(|(at, _)| at).filter(move |&at| {
        let before = line[..at].chars().next_back();
        let after = line[at + name.len()..].chars().next();
        let word = |c: char| c.is_alphanumeric() || c == '_';
        !before.is_some_and(|c| word(c) || (c == ':' && !name.contains("::"))) && !after.is_some_and(word)
    })
}

// ---- every file ------------------------------------------------------------------------------------------------------

/// Folders of one machine have no place in a repository. Dialogues recorded from real servers may show theirs.
fn machine_paths(path: &str, text: &str) -> Vec<String> {
    // Spelled in two halves, or this file would find itself.
    let folders = [concat!("/ro", "ot/"), concat!("/wo", "rk/"), concat!("/ho", "me/")];
    if path.starts_with("transcripts/") {
        return Vec::new();
    }
    let begins = |line: &str, at: usize| !line[..at].ends_with(|c: char| c.is_alphanumeric() || "._-/}".contains(c));
    let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line));
    let machine = |line: &str| folders.iter().any(|folder| line.match_indices(folder).any(|(at, _)| begins(line, at)));
    report(path, lines, machine, "a path of one machine")
}

/// The one place where colours are written down.
const TOKENS: &str = "frontend/styles/tokens.css";

/// A colour stands in the tokens. `index.html` and the icon cannot use variables: they repeat a token's value.
fn colours(path: &str, text: &str, tokens: &str) -> Vec<String> {
    let page = path.starts_with("frontend/") && [".css", ".rs", ".svg"].iter().any(|end| path.ends_with(end));
    if path == TOKENS || !(page || path == "index.html") {
        return Vec::new();
    }
    let repeats = path == "index.html" || path.ends_with(".svg");
    let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line));
    let stray = |line: &str| colour_literals(line).any(|colour| !(repeats && tokens.contains(colour)));
    report(path, lines, stray, "a colour outside tokens.css")
}

/// `#rgb`, `#rrggbb` and the functions. `#abc` in an identifier list of SVG (`href="#add"`) is no colour.
fn colour_literals(line: &str) -> impl Iterator<Item = &str> {
    let hex = line.match_indices('#').filter_map(move |(at, _)| {
        let digits = line[at + 1..].bytes().take_while(u8::is_ascii_hexdigit).count();
        let end = at + 1 + digits;
        let goes_on = line[end..].starts_with(|c: char| c.is_alphanumeric() || c == '-' || c == '_' || c == '[');
        let reference = line[..at].ends_with("href=\"") || line[..at].ends_with("url(") || line[..at].ends_with('&');
        (matches!(digits, 3 | 4 | 6 | 8) && !goes_on && !reference).then(|| &line[at..end])
    });
    let functions = ["rgb(", "rgba(", "hsl(", "hsla(", "oklch(", "hwb("];
    hex.chain(functions.into_iter().flat_map(move |name| line.match_indices(name).map(|(_, text)| text)))
}

/// One finding for each line that breaks the rule.
fn report<'a>(
    path: &str,
    lines: impl Iterator<Item = (usize, &'a str)>,
    breaks: impl Fn(&str) -> bool,
    why: &str,
) -> Vec<String> {
    lines.filter(|(_, line)| breaks(line)).map(|(number, _)| format!("{path}:{number}: {why}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_house_is_tidy() {
        let found = findings(&crate::run::root()).unwrap();
        assert!(found.is_empty(), "\n{}", found.join("\n"));
    }

    /// Judges one file and gives back how many findings there are.
    fn check(path: &str, text: &str, expected: usize) {
        let found = judge(path, text, "--ink: #23201c;");
        assert_eq!(found.len(), expected, "{path}\n{text}\n{found:?}");
    }

    /// A Rust file that opens as it should.
    fn rust(code: &str) -> String {
        format!("//! Something.\n{code}\n")
    }

    #[test]
    fn files_open_with_a_sentence() {
        check("wire/src/lib.rs", "//! The contract.\n", 0);
        check("wire/src/lib.rs", "use std::fmt;\n", 1);
    }

    #[test]
    fn the_browser_stays_in_the_drivers() {
        check("frontend/src/drivers/socket.rs", &rust("use web_sys::WebSocket;"), 0);
        check("frontend/src/app.rs", &rust("use web_sys::WebSocket;"), 1);
        check("frontend/src/app.rs", &rust("use web_sys::{KeyboardEvent, HtmlInputElement};"), 0);
        check("frontend/src/app.rs", &rust("use web_sys::{KeyboardEvent, Storage};"), 1);
        check("frontend/src/app.rs", &rust("let at = js_sys::Date::now();"), 1);
        check("frontend/src/app.rs", &rust("let w = web_sys::window();"), 1);
        check("frontend/src/app.rs", &rust("use yew::events::KeyboardEvent; // not web_sys::Window"), 0);
    }

    #[test]
    fn wire_types_stop_at_the_borders() {
        check("proxy/src/session.rs", &rust("use wire::Control;"), 0);
        check("proxy/src/relay.rs", &rust("use wire::Control;"), 1);
        check("proxy/src/relay.rs", &rust("#[cfg(test)]\nmod tests {\n    use wire::Control;\n}"), 0);
        check("frontend/src/app.rs", &rust("use crate::wire::Row;"), 0);
        check("frontend/src/store.rs", &rust("let x = wire::Control::Ping;"), 1);
    }

    #[test]
    fn the_proxy_does_not_know_the_brain() {
        check("proxy/src/relay.rs", &rust("use mailproto::line::Lines;"), 1);
        check("proxy/src/relay.rs", &rust("// unlike mailproto, we never look"), 0);
    }

    #[test]
    fn tests_neither_sleep_nor_hide() {
        let sleep = concat!("std::thread::", "sleep(PAUSE);");
        check("cli/tests/serve.rs", &rust(sleep), 1);
        check("proxy/src/relay.rs", &rust(sleep), 0);
        check("proxy/src/relay.rs", &rust(&format!("#[cfg(test)]\nmod tests {{\n{sleep}\n}}")), 1);
        check("cli/tests/serve.rs", &rust("#[ignore = \"slow\"]"), 1);
    }

    #[test]
    fn colours_stand_in_the_tokens() {
        check("frontend/styles/log.css", ".a { color: #23201c; }", 1);
        check("frontend/styles/log.css", ".a { color: var(--ink); }", 0);
        check("frontend/styles/log.css", "#add-form { margin: 0; }", 0);
        check("frontend/src/app.rs", &rust("html! { <use href=\"#add\"/> }"), 0);
        check("frontend/src/app.rs", &rust("let c = \"rgb(1 2 3)\";"), 1);
        check("index.html", "<meta content=\"#23201c\">", 0);
        check("index.html", "<meta content=\"#111111\">", 1);
    }

    #[test]
    fn machine_paths_stay_at_home() {
        let path = concat!("see /ho", "me/ada/notes");
        check("README.md", path, 1);
        check("transcripts/real/dovecot.txt", path, 0);
        check("README.md", concat!("example.test/ho", "me/ada"), 0);
    }

    /// One package with one dependency; how many findings there are.
    fn check_manifest(room: &str, dependency: &str, ours: bool, kind: &str, expected: usize) {
        let path = if ours { "\"path\": \"/x\"," } else { "" };
        let kind = if kind.is_empty() { "null".into() } else { format!("\"{kind}\"") };
        let found = manifests(&format!(
            "{{\"packages\": [{{\"name\": \"{room}\", \"dependencies\": [{{{path} \"name\": \"{dependency}\", \"kind\": {kind}}}]}}]}}"
        ));
        assert_eq!(found.unwrap().len(), expected, "{room} -> {dependency}");
    }

    #[test]
    fn doors_and_walls() {
        check_manifest("workbench", "mailproto", true, "", 0);
        check_manifest("workbench", "practice", true, "", 1);
        check_manifest("workbench", "practice", true, "dev", 0);
        check_manifest("frontend", "practice", true, "", 1);
        check_manifest("mailproto", "practice", true, "dev", 1);
        check_manifest("proxy", "mailproto", true, "dev", 1);
        check_manifest("practice", "getrandom", false, "dev", 1);
        check_manifest("workbench", "fluent-bundle", false, "", 1);
        check_manifest("proxy", "tokio", false, "", 0);
        check_manifest("e2e", "proxy", true, "", 0);
    }

    #[test]
    fn promises_name_their_tests() {
        let rows: String = (1..=14).map(|number| format!("| S{number} | a promise | `a.rs::holds` |\n")).collect();
        let read = |path: &str| (path == "a.rs").then(|| "fn holds() {}".to_owned());
        assert!(promises(&rows, read).is_empty());
        assert_eq!(promises(&rows.replace("S7 ", "S70 "), read).len(), 1);
        assert_eq!(promises(&rows.replacen("holds", "hopes", 1), read).len(), 1);
        assert_eq!(promises(&rows.replacen("a.rs", "b.rs", 2), read).len(), 2);
        assert_eq!(promises(&rows.replacen("`a.rs::holds`", "soon", 1), read).len(), 1);
    }

    #[test]
    fn the_top_level_is_the_plan() {
        let check = |change: &dyn Fn(&mut Vec<String>), expected: &[&str]| {
            let mut paths: Vec<_> = TOP.iter().map(|name| (*name).to_owned()).collect();
            change(&mut paths);
            assert_eq!(strays(&paths), expected);
        };
        check(&|_| {}, &[]);
        check(&|paths| paths.push("proxy/data.bin".to_owned()), &[]);
        let stray = "a stray in the top level; move it or remove it";
        check(&|paths| paths.push("data.bin".to_owned()), &[&format!("data.bin: {stray}")]);
        check(&|paths| paths.push("notes/a.md".to_owned()), &[&format!("notes: {stray}")]);
        let gone = "deploy: the plan names it (`TOP`), and it is not there";
        check(&|paths| paths.retain(|path| path != "deploy"), &[gone]);
    }

    #[test]
    fn unsafe_code_is_forbidden_everywhere() {
        let manifest = fs::read_to_string(crate::run::root().join("Cargo.toml")).unwrap();
        assert!(manifest.contains("[workspace.lints.rust]\nunsafe_code = \"forbid\""));
        let members = members(&manifest);
        assert!(members.contains(&"proxy") && members.contains(&"fuzz/targets"), "{members:?}");
        assert!(forbids_unsafe("[lints]\nworkspace = true\n"));
        assert!(!forbids_unsafe("[package]\nname = \"x\"\n"));
        assert!(!forbids_unsafe("[lints]\nworkspace = false\n"));
    }

    #[test]
    fn crates_come_from_one_place() {
        let line = "source = \"registry+https://github.com/rust-lang/crates.io-index\"\n";
        assert!(lock(line).is_empty());
        assert_eq!(lock("source = \"git+https://example.test/x\"\n").len(), 1);
        assert_eq!(lock("name = \"tungstenite\"\nname = \"tungstenite\"\n").len(), 1);
    }
}
