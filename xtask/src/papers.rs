//! What the papers of the house promise about the code: that the files and tests they name are there. What else they say is not judged.

use std::path::Path;

/// The guide that names a room, files and tests for each thing to be added.
pub const CONTRIBUTING: &str = "CONTRIBUTING.md";

/// What a paper names in vain: files between backticks that have a folder, and tests after their file (`wire/tests/docs.rs::name`). `read`
/// gives the text of a file, `exists` tells also of folders.
pub fn names(
    paper: &str,
    text: &str,
    read: impl Fn(&str) -> Option<String>,
    exists: impl Fn(&str) -> bool,
) -> Vec<String> {
    let mut found = Vec::new();
    for (at, line) in text.lines().enumerate() {
        for word in line.split('`').skip(1).step_by(2).filter(|word| is_path(word)) {
            let (file, test) = word.split_once("::").map_or((word, None), |(file, test)| (file, Some(test)));
            if !exists(file) {
                found.push(format!("{paper}:{}: there is no {file}", at + 1));
            } else if let Some(test) = test
                && !read(file).unwrap_or_default().contains(&format!("fn {test}("))
            {
                found.push(format!("{paper}:{}: there is no test {test} in {file}", at + 1));
            }
        }
    }
    found
}

/// One word with a folder in it, and no command.
fn is_path(word: &str) -> bool {
    word.contains('/') && !word.starts_with('/') && !word.contains(char::is_whitespace)
}

/// The same for the checkout.
pub fn findings(root: &Path) -> Vec<String> {
    let read = |path: &str| std::fs::read_to_string(root.join(path)).ok();
    names(CONTRIBUTING, &read(CONTRIBUTING).unwrap_or_default(), read, |path| root.join(path).exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_named_is_there() {
        let read = |path: &str| (path == "a/b.rs").then(|| "fn holds() {}".to_owned());
        let check = |text: &str, expected: &[&str]| {
            assert_eq!(names("P", text, read, |path| path == "a/b.rs" || path == "a/"), expected, "{text}");
        };
        check("in `a/b.rs` and `a/`, by `a/b.rs::holds`; `b.rs`, `cargo a/c` and a/c are no paths", &[]);
        check("one\n`a/c.rs`", &["P:2: there is no a/c.rs"]);
        check("`a/b.rs::hopes`", &["P:1: there is no test hopes in a/b.rs"]);
        check("`a/c.rs::holds`", &["P:1: there is no a/c.rs"]);
    }
}
