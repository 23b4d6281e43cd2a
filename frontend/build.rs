//! Reads the sentences of `locales/` when the page is built, so that the page carries no parser of Fluent, and a broken
//! sentence breaks the build. Each folder is a language. What is left for the page to do is in `src/i18n.rs`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

#[path = "src/i18n/compile.rs"]
mod compile;
#[path = "src/i18n/marks.rs"]
mod marks;

/// Set by who ships sentences as files of their own, one a language, fetched once the page is drawn (`xtask` does); then the module
/// holds what the start page says in the default language, and nothing else. Without it the module holds all.
const APART: &str = "MAILSPEAK_SENTENCES_APART";

fn main() -> io::Result<()> {
    let locales = Path::new(env!("CARGO_MANIFEST_DIR")).join("../locales");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/i18n/compile.rs");
    println!("cargo::rerun-if-changed=src/i18n/marks.rs");
    println!("cargo::rerun-if-changed={}", locales.display());
    println!("cargo::rerun-if-env-changed={APART}");
    println!("cargo::rustc-check-cfg=cfg(sentences_apart)");
    if env::var_os(APART).is_some() {
        println!("cargo::rustc-cfg=sentences_apart");
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    let later = out.join("later");
    // A language may have gone since the last time.
    if later.exists() {
        fs::remove_dir_all(&later)?;
    }
    fs::create_dir_all(&later)?;
    let mut files = String::new();
    for language in languages(&locales)? {
        let sentences = compile::folder(&locales.join(&language))?;
        // The page begins with the first sentences of the default language; whoever chooses another fetches all of it.
        let by_default = language == marks::DEFAULT;
        if by_default {
            fs::write(out.join("first.txt"), compile::written(&sentences, |first| first))?;
        }
        let file = later.join(format!("{language}.txt"));
        fs::write(&file, compile::written(&sentences, |first| !(by_default && first)))?;
        writeln!(files, "({language:?}, include_str!({file:?})),").map_err(io::Error::other)?;
    }
    fs::write(out.join("later.rs"), format!("&[{files}]"))
}

/// The folders of `locales/`, in the order of their names.
fn languages(locales: &Path) -> io::Result<Vec<String>> {
    let mut languages = Vec::new();
    for entry in fs::read_dir(locales)? {
        languages.push(entry?.file_name().into_string().map_err(|_| io::ErrorKind::InvalidFilename)?);
    }
    languages.sort();
    Ok(languages)
}
