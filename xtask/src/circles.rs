//! Circles of modules: who uses whom inside a crate, read from `use` and from paths in the text. No file is compiled for it, and
//! what a method call or a macro reaches is not seen.
//!
//! Two modules below the same parent, each with all that lies below it, must not need each other. A parent and its child may:
//! the parent's types are what its children work on.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// The crates whose modules are without circles, but for those that are allowed.
pub const CHECKED: &[&str] = &["mailproto", "workbench"];

/// The circles that stay: the crate, all modules of the circle in their order, and why.
const ALLOWED: &[(&str, &[&str], &str)] = &[(
    "mailproto",
    &[
        "message::address",
        "message::date",
        "message::field",
        "message::fields",
        "message::header",
        "message::parameters",
        "message::received",
    ],
    "one subject: a field is read by the grammar of its name, and each grammar gives pieces of a field",
)];

/// What is wrong with the modules of a crate; `files` are its sources, each by its path below the crate's `src/`.
pub fn findings(room: &str, files: &[(String, String)]) -> Vec<String> {
    let modules: Modules = files.iter().filter_map(|(path, text)| Some((name(path)?, Module::read(text)))).collect();
    let mut found = Vec::new();
    let mut stays = BTreeSet::new();
    for (parent, uses) in siblings(&modules) {
        for knot in knots(&uses) {
            let allowed = |(of, list, _): &&(&str, &[&str], &str)| *of == room && knot.iter().eq(*list);
            match ALLOWED.iter().find(allowed) {
                Some((_, list, _)) => _ = stays.insert(list),
                None => found.push(told(room, &parent, &uses, &knot)),
            }
        }
    }
    for (_, list, _) in ALLOWED.iter().filter(|(of, list, _)| *of == room && !stays.contains(list)) {
        found.push(format!("{room}/src: the circle {list:?} is allowed and no more: take it off the list in xtask"));
    }
    found
}

/// A circle for people: its modules, and the line of each step.
fn told(room: &str, parent: &str, uses: &Uses, knot: &BTreeSet<String>) -> String {
    let ring = ring(uses, knot);
    let step = |pair: &[String]| {
        let place = uses.get(&pair[0]).and_then(|to| to.get(&pair[1]));
        let (module, line) = place.cloned().unwrap_or_default();
        format!("{} needs {} ({module}, line {line})", pair[0], pair[1])
    };
    let steps: Vec<_> = ring.windows(2).map(step).collect();
    let above = if parent.is_empty() { "the crate" } else { parent };
    format!("{room}/src: a circle of {} modules below {above}: {}", knot.len(), steps.join("; "))
}

/// The name of a module by its file: `a/b.rs` and `a/b/mod.rs` are `a::b`, `lib.rs` is the crate itself. `None` for a file of tests
/// or of a program.
fn name(path: &str) -> Option<String> {
    let path = path.strip_suffix(".rs")?;
    let path = path.strip_suffix("/mod").unwrap_or(path);
    match path {
        "lib" => Some(String::new()),
        "main" | "tests" => None,
        _ if path.ends_with("/tests") => None,
        _ => Some(path.replace('/', "::")),
    }
}

/// The modules of a crate by name.
type Modules = BTreeMap<String, Module>;

/// Who uses whom: from, to, and where one such use stands.
type Uses = BTreeMap<String, BTreeMap<String, (String, usize)>>;

/// What a file says of others.
#[derive(Default)]
struct Module {
    /// Names brought in by `use`, each with its whole path; they can be named from outside when they are public, and by children.
    names: BTreeMap<String, Vec<String>>,
    /// Every path that stands in it, with its line.
    paths: Vec<(Vec<String>, usize)>,
}

impl Module {
    fn read(text: &str) -> Self {
        let words = without_tests(&words(text));
        let mut module = Self::default();
        let mut at = 0;
        while let Some((word, line)) = words.get(at) {
            let starts = at == 0 || words[at - 1].0 != "::";
            if word == "use" && words.get(at + 1).is_some_and(|(next, _)| next != "<") {
                at = module.used(&words, at + 1, &[]);
            } else if starts && is_name(word) && words.get(at + 1).is_some_and(|(next, _)| next == "::") {
                let mut path = vec![word.clone()];
                while let [(colons, _), (next, _), ..] = &words[at + 1..]
                    && colons == "::"
                    && is_name(next)
                {
                    path.push(next.clone());
                    at += 2;
                }
                module.paths.push((path, *line));
                at += 1;
            } else {
                at += 1;
            }
        }
        module
    }

    /// One tree of `use`, after `prefix`; gives where it ends.
    fn used(&mut self, words: &[(String, usize)], mut at: usize, prefix: &[String]) -> usize {
        let mut path = prefix.to_vec();
        while let Some((word, line)) = words.get(at) {
            match word.as_str() {
                "::" => at += 1,
                "{" => {
                    at += 1;
                    while words.get(at).is_some_and(|(word, _)| word != "}") {
                        at = self.used(words, at, &path);
                        at += usize::from(words.get(at).is_some_and(|(word, _)| word == ","));
                    }
                    return at + 1;
                }
                "as" => {
                    let alias = words.get(at + 1).map_or("_", |(alias, _)| alias);
                    self.names.insert(alias.into(), path.clone());
                    self.paths.push((path, *line));
                    return at + 2;
                }
                "self" if !path.is_empty() => at += 1,
                "*" => at += 1,
                word if is_name(word) => {
                    path.push(word.into());
                    at += 1;
                }
                _ => break,
            }
            let ends = words.get(at).is_none_or(|(next, _)| matches!(next.as_str(), "," | "}" | ";"));
            if ends {
                if let Some(last) = path.last() {
                    self.names.insert(last.clone(), path.clone());
                }
                self.paths.push((path, *line));
                return at;
            }
        }
        at
    }
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// The names and signs of a Rust text with their lines, without comments, strings and characters.
fn words(text: &str) -> Vec<(String, usize)> {
    let chars: Vec<char> = text.chars().collect();
    let (mut words, mut line, mut at) = (Vec::new(), 1, 0);
    let ahead = |at: usize, what: &str| what.chars().enumerate().all(|(n, c)| chars.get(at + n) == Some(&c));
    while let Some(&c) = chars.get(at) {
        let from = at;
        if ahead(at, "//") {
            at += chars[at..].iter().take_while(|c| **c != '\n').count();
        } else if ahead(at, "/*") {
            at += 2;
            while at < chars.len() && !ahead(at, "*/") {
                at += 1;
            }
            at += 2;
        } else if c == '"' {
            at += 1;
            while chars.get(at).is_some_and(|c| *c != '"') {
                at += if chars[at] == '\\' { 2 } else { 1 };
            }
            at += 1;
        } else if c == 'r' && (ahead(at, "r\"") || ahead(at, "r#\"")) {
            let end = if ahead(at, "r#") { "\"#" } else { "\"" };
            at += 1 + end.len();
            while at < chars.len() && !ahead(at, end) {
                at += 1;
            }
            at += end.len();
        } else if c == '\'' {
            // A character ends with a quote, a lifetime does not.
            let escaped = chars.get(at + 1) == Some(&'\\');
            let length = if escaped { 3 + chars.iter().skip(at + 3).take_while(|c| **c != '\'').count() } else { 2 };
            at += if escaped || chars.get(at + 2) == Some(&'\'') { length + 1 } else { 1 };
        } else if c.is_alphanumeric() || c == '_' {
            let word: String = chars[at..].iter().take_while(|c| c.is_alphanumeric() || **c == '_').collect();
            at += word.chars().count();
            words.push((word, line));
        } else {
            let sign = if ahead(at, "::") { "::".into() } else { c.to_string() };
            at += if sign == "::" { 2 } else { 1 };
            if !c.is_whitespace() {
                words.push((sign, line));
            }
        }
        line += chars[from..at.min(chars.len())].iter().filter(|c| **c == '\n').count();
    }
    words
}

/// The words without what is marked `#[cfg(test)]`.
fn without_tests(words: &[(String, usize)]) -> Vec<(String, usize)> {
    const MARK: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut kept = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let marked = MARK.iter().enumerate().all(|(n, mark)| words.get(at + n).is_some_and(|(word, _)| word == mark));
        if !marked {
            kept.push(words[at].clone());
            at += 1;
            continue;
        }
        let mut depth = 0_usize;
        at += MARK.len();
        while let Some((word, _)) = words.get(at) {
            at += 1;
            match word.as_str() {
                "{" => depth += 1,
                "}" => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 && matches!(word.as_str(), "}" | ";") {
                break;
            }
        }
    }
    kept
}

/// The module in which the thing at `path`, written in `from`, lives: through `use` in others, as far as the text tells. `None` for
/// what is of another crate.
fn home(modules: &Modules, from: &str, path: &[String], depth: usize) -> Option<String> {
    /// Names that lead round in a ring lead nowhere.
    const MOST: usize = 16;
    if depth > MOST {
        return None;
    }
    let (first, mut rest) = path.split_first()?;
    let mut here = match first.as_str() {
        "crate" => String::new(),
        "self" => from.to_owned(),
        "super" => parent(from)?,
        name => {
            let child = below(from, name);
            if modules.contains_key(&child) {
                child
            } else {
                let known = modules.get(from)?.names.get(name).filter(|known| known.as_slice() != path)?;
                let whole: Vec<_> = known.iter().chain(rest).cloned().collect();
                return (known.first() != Some(first)).then(|| home(modules, from, &whole, depth + 1))?;
            }
        }
    };
    while let Some((name, more)) = rest.split_first() {
        if name == "super" {
            here = parent(&here)?;
        } else if modules.contains_key(&below(&here, name)) {
            here = below(&here, name);
        } else if let Some(path) = modules.get(&here).and_then(|module| module.names.get(name)) {
            let whole: Vec<_> = path.iter().chain(more).cloned().collect();
            return home(modules, &here, &whole, depth + 1);
        } else {
            return Some(here);
        }
        rest = more;
    }
    Some(here)
}

fn parent(module: &str) -> Option<String> {
    (!module.is_empty()).then(|| module.rsplit_once("::").map_or(String::new(), |(parent, _)| parent.into()))
}

fn below(module: &str, name: &str) -> String {
    if module.is_empty() { name.into() } else { format!("{module}::{name}") }
}

/// For each parent: which of its children, with all below them, uses which other.
fn siblings(modules: &Modules) -> BTreeMap<String, Uses> {
    let mut all: BTreeMap<String, Uses> = BTreeMap::new();
    for (from, module) in modules {
        for (path, line) in &module.paths {
            // That a whole module is brought in says little; what is named through it counts, and stands elsewhere.
            let Some(to) = home(modules, from, path, 0) else { continue };
            let is_import = module.names.values().any(|known| known == path) && spells(&to, from, path);
            if is_import && to != *from {
                continue;
            }
            if let Some((parent, a, b)) = part(from, &to) {
                let uses = all.entry(parent).or_default();
                uses.entry(a).or_default().entry(b).or_insert_with(|| (from.clone(), *line));
            }
        }
    }
    all
}

/// Whether a path ends with the module itself, and names nothing in it.
fn spells(module: &str, from: &str, path: &[String]) -> bool {
    let last = module.rsplit("::").next().unwrap_or_default();
    module != from && path.last().is_some_and(|name| name == last)
}

/// The parent two modules have in common, and its children on the way to each; `None` when one lies below the other.
fn part(from: &str, to: &str) -> Option<(String, String, String)> {
    let (a, b): (Vec<_>, Vec<_>) = (from.split("::").collect(), to.split("::").collect());
    let common = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    if from.is_empty() || to.is_empty() || common == a.len() || common == b.len() {
        return None;
    }
    Some((a[..common].join("::"), a[..=common].join("::"), b[..=common].join("::")))
}

/// The largest sets of modules of which each reaches each.
fn knots(uses: &Uses) -> Vec<BTreeSet<String>> {
    let reached: BTreeMap<&String, BTreeSet<String>> = uses.keys().map(|from| (from, reach(uses, from))).collect();
    let mut knots = BTreeSet::new();
    for (from, to) in &reached {
        let back = |other: &&String| reached.get(other).is_some_and(|of| of.contains(*from));
        let knot: BTreeSet<String> = to.iter().filter(back).cloned().collect();
        if knot.len() > 1 {
            knots.insert(knot);
        }
    }
    knots.into_iter().collect()
}

fn reach(uses: &Uses, from: &str) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from.to_owned()];
    while let Some(module) = open.pop() {
        for to in uses.get(&module).into_iter().flat_map(BTreeMap::keys) {
            if reached.insert(to.clone()) {
                open.push(to.clone());
            }
        }
    }
    reached
}

/// A shortest way from the first module of a knot back to itself.
fn ring(uses: &Uses, knot: &BTreeSet<String>) -> Vec<String> {
    let Some(first) = knot.first() else { return Vec::new() };
    let mut open = VecDeque::from([vec![first.clone()]]);
    while let Some(way) = open.pop_front() {
        let last = way.last().unwrap_or(first);
        for to in uses.get(last).into_iter().flat_map(BTreeMap::keys).filter(|to| knot.contains(*to)) {
            let longer = || way.iter().chain([to]).cloned().collect::<Vec<_>>();
            if to == first {
                return longer();
            }
            if !way.contains(to) {
                open.push_back(longer());
            }
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The circles of a made-up crate, each as the names of its modules.
    fn check(files: &[(&str, &str)], expected: &[&str]) {
        let files: Vec<_> = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        let modules: Modules =
            files.iter().filter_map(|(path, text)| Some((name(path)?, Module::read(text)))).collect();
        let mut found = Vec::new();
        for uses in siblings(&modules).values() {
            let told = |knot: BTreeSet<String>| knot.into_iter().collect::<Vec<_>>().join(" ");
            found.extend(knots(uses).into_iter().map(told));
        }
        assert_eq!(found, expected, "{files:?}");
        assert_eq!(findings("made-up", &files).len(), expected.len());
    }

    #[test]
    fn two_modules_that_need_each_other() {
        check(&[("a.rs", "use crate::b::B;"), ("b.rs", "use crate::a::A;")], &["a b"]);
        check(&[("a.rs", "use crate::b::B;"), ("b.rs", "")], &[]);
        check(&[("a.rs", "fn f() { crate::b::g() }"), ("b.rs", "use super::{a::{self, A}};\nfn g(a: A) {}")], &["a b"]);
        check(&[("a.rs", "use crate::b;\nfn f() { b::g() }"), ("b.rs", "use crate::{a::A as Other};")], &["a b"]);
        check(&[("a.rs", "use crate::c::C;"), ("b.rs", "use crate::a::A;"), ("c.rs", "use crate::b::B;")], &["a b c"]);
        check(
            &[
                ("a.rs", "use crate::b::B;"),
                ("b.rs", "use crate::a::A;"),
                ("c.rs", "use crate::d::D;"),
                ("d.rs", "use crate::c::C;"),
            ],
            &["a b", "c d"],
        );
    }

    #[test]
    fn parent_and_child_may() {
        check(&[("a/mod.rs", "mod b;\nuse b::B;"), ("a/b.rs", "use super::A;")], &[]);
        check(&[("lib.rs", "pub use a::A;"), ("a.rs", "use crate::Thing;")], &[]);
        check(
            &[("a/mod.rs", "mod b; mod c;"), ("a/b.rs", "use super::c::C;"), ("a/c.rs", "use super::b::B;")],
            &["a::b a::c"],
        );
        // What lies below a module is counted to it.
        check(&[("a/mod.rs", "mod b;"), ("a/b.rs", "use crate::c::C;"), ("c.rs", "use crate::a::A;")], &["a c"]);
    }

    #[test]
    fn names_are_followed() {
        // A is the child's, whoever hands it on; so b and c need each other, and a is only on the way.
        let hands_on = "mod b; mod c; pub use b::B;";
        check(&[("a/mod.rs", hands_on), ("a/b.rs", "use super::c::C;"), ("a/c.rs", "use super::B;")], &["a::b a::c"]);
        check(&[("lib.rs", "pub use b::B;"), ("a.rs", "use crate::B;"), ("b.rs", "use crate::a::A;")], &["a b"]);
        check(
            &[("lib.rs", "pub use b::B;"), ("a.rs", "use crate::B;"), ("b.rs", "use crate::c::C;"), ("c.rs", "")],
            &[],
        );
        check(&[("a.rs", "use crate::b::B::{self, One};"), ("b.rs", "use crate::b::B; use std::a::A;")], &[]);
        check(&[("a.rs", "pub use crate::b::X;"), ("b.rs", "pub use crate::a::X;")], &[]);
    }

    #[test]
    fn what_is_no_use() {
        check(&[("a.rs", "// use crate::b::B;\nconst X: &str = \"crate::b::B\";"), ("b.rs", "use crate::a::A;")], &[]);
        check(&[("a.rs", "#[cfg(test)]\nmod tests { use crate::b::B; }"), ("b.rs", "use crate::a::A;")], &[]);
        check(
            &[("a.rs", "#[cfg(test)]\nuse crate::b::B;\nuse crate::c::C;"), ("b.rs", "use crate::a::A;"), ("c.rs", "")],
            &[],
        );
        check(&[("a/tests.rs", "use crate::b::B;"), ("b.rs", "use crate::a::A;"), ("a/mod.rs", "")], &[]);
        check(
            &[("a.rs", "fn f<'a>(x: &'a str) -> char { 'b' }\nuse crate::b::B;"), ("b.rs", "use crate::a::A;")],
            &["a b"],
        );
        check(&[("a.rs", "fn f() { let q = ('\\'', '\"', r#\"crate::b::B\"#); }"), ("b.rs", "use crate::a::A;")], &[]);
    }

    #[test]
    fn a_circle_is_told_with_its_lines() {
        let files = [("a.rs", "\nuse crate::b::B;"), ("b.rs", "use crate::a::A;")];
        let files = files.map(|(path, text)| (path.to_owned(), text.to_owned()));
        let told = "made-up/src: a circle of 2 modules below the crate: a needs b (a, line 2); b needs a (b, line 1)";
        assert_eq!(findings("made-up", &files), [told]);
    }
}
