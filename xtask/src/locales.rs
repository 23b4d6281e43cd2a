//! The rule of the house for `locales/`: every language says what the default says, in the same files, with the same arguments. Whether a
//! sentence is Fluent is seen when the page is built; whether it is used, by the tests of `frontend`.

use std::collections::{BTreeMap, BTreeSet};

/// The language all others are held to.
const DEFAULT: &str = "en";

/// A sentence as it stands in its file.
struct Sentence<'a> {
    file: &'a str,
    line: usize,
    /// What stands in braces: `$name`.
    arguments: BTreeSet<&'a str>,
}

/// The findings about these files, each with its path; others than sentences are passed over.
pub fn findings(files: &[(&str, &str)]) -> Vec<String> {
    let mut languages: BTreeMap<&str, BTreeMap<&str, Sentence>> = BTreeMap::new();
    let mut found = Vec::new();
    for (path, text) in files {
        let Some(place) = path.strip_prefix("locales/") else { continue };
        match place.split_once('/') {
            Some((tag, file)) if is_tag(tag) => languages.entry(tag).or_default().extend(sentences(file, text)),
            _ => found.push(format!("{path}:1: no language's: each has a folder, named by its tag")),
        }
    }
    let Some(default) = languages.remove(DEFAULT) else { return found };
    for (tag, sentences) in &languages {
        for (key, expected) in &default {
            match sentences.get(key) {
                None => found.push(format!("locales/{tag}/{}:1: says nothing for {key}", expected.file)),
                Some(sentence) => found.extend(differs(tag, key, sentence, expected)),
            }
        }
        for (key, sentence) in sentences.iter().filter(|(key, _)| !default.contains_key(*key)) {
            found.push(format!(
                "locales/{tag}/{}:{}: {key} is nothing that {DEFAULT} says",
                sentence.file, sentence.line
            ));
        }
    }
    found
}

fn differs(tag: &str, key: &str, sentence: &Sentence, expected: &Sentence) -> Option<String> {
    let at = format!("locales/{tag}/{}:{}", sentence.file, sentence.line);
    if sentence.file != expected.file {
        return Some(format!("{at}: {key} belongs into {}", expected.file));
    }
    let odd = sentence.arguments.difference(&expected.arguments).next()?;
    Some(format!("{at}: {key} has no argument {odd}"))
}

/// Whether it is a language tag: `ro`, `pt-BR`.
fn is_tag(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let language = |part: &str| (2..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_lowercase());
    parts.next().is_some_and(language)
        && parts.all(|part| (2..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// The sentences of a file: a key begins its line, and what belongs to it is indented.
fn sentences<'a>(file: &'a str, text: &'a str) -> Vec<(&'a str, Sentence<'a>)> {
    let mut sentences: Vec<(&str, Sentence)> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        if line.starts_with(|c: char| c.is_ascii_alphabetic())
            && let Some((key, _)) = line.split_once(" =")
        {
            sentences.push((key, Sentence { file, line: at + 1, arguments: BTreeSet::new() }));
        }
        if let Some((_, last)) = sentences.last_mut().filter(|_| !line.starts_with('#')) {
            last.arguments.extend(arguments(line));
        }
    }
    sentences
}

fn arguments(line: &str) -> impl Iterator<Item = &str> {
    let braces = line.split('{').skip(1).map(str::trim_start).filter(|inside| inside.starts_with('$'));
    braces.filter_map(|inside| inside.split(|c: char| c == '}' || c.is_whitespace()).next())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGLISH: [(&str, &str); 2] = [
        ("locales/en/start.ftl", "## Words\n\nui-host = Host {$name}\n"),
        (
            "locales/en/ui.ftl",
            "ui-lines = { $count ->\n    [one] 1 line\n   *[other] {$count} lines\n}\nui-end = end\n",
        ),
    ];

    #[track_caller]
    fn check(start: &str, ui: &str, expected: &[&str]) {
        let others = [("locales/ro/start.ftl", start), ("locales/ro/ui.ftl", ui)];
        assert_eq!(findings(&[&ENGLISH[..], &others].concat()), expected);
    }

    #[test]
    fn every_language_says_the_same() {
        let (start, ui) = ("ui-host = Gazda {$name}", "ui-lines = {$count} linii\nui-end = final");
        check(start, ui, &[]);
        check(start, "ui-lines = linii", &["locales/ro/ui.ftl:1: says nothing for ui-end"]);
        check(start, &format!("{ui}\nui-x = x"), &["locales/ro/ui.ftl:3: ui-x is nothing that en says"]);
        check("", &format!("{ui}\n{start}"), &["locales/ro/ui.ftl:3: ui-host belongs into start.ftl"]);
        check("ui-host = Gazda {$host}", ui, &["locales/ro/start.ftl:1: ui-host has no argument $host"]);
        let plural = "ui-lines = { $number ->\n   *[other] linii\n}\nui-end = final";
        check(start, plural, &["locales/ro/ui.ftl:1: ui-lines has no argument $number"]);
    }

    #[test]
    fn folders_are_languages() {
        #[track_caller]
        fn check(path: &str, expected: usize) {
            assert_eq!(findings(&[(path, "")]).len(), expected, "{path}");
        }
        check("locales/pt-BR/ui.ftl", 0);
        check("frontend/src/app.rs", 0);
        check("locales/notes.txt", 1);
        check("locales/romanian/ui.ftl", 1);
        check("locales/Ro/ui.ftl", 1);
    }
}
