//! The corpus and every transcript, replayed on each target without the fuzzer: what was once found stays found.

use std::{fs, path::Path};

use fuzz_targets::TARGETS;

/// The most the whole corpus may hold, in bytes.
const MOST: usize = 1_000_000;

/// Files of a folder, in a fixed order; none when it does not exist.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_file() {
            files.push((entry.path().display().to_string(), fs::read(entry.path()).unwrap()));
        }
    }
    files.sort();
    files
}

#[test]
fn the_corpus_holds() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus");
    let mut bytes = 0;
    for (name, target) in TARGETS {
        let files = files(&corpus.join(name));
        assert!(files.len() > 3, "fuzz/corpus/{name} has no seeds");
        for (path, data) in files {
            eprintln!("{path}");
            target(&data);
            bytes += data.len();
        }
    }
    assert!(bytes < MOST, "the corpus has grown to {bytes} bytes");
}

#[test]
fn transcripts_hold_everywhere() {
    let transcripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../transcripts");
    for folder in ["rfc", "courses", "real", "broken"] {
        for (path, data) in files(&transcripts.join(folder)) {
            eprintln!("{path}");
            TARGETS.iter().for_each(|(_, target)| target(&data));
        }
    }
}

#[test]
fn every_target_has_its_driver() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap();
    for (name, _) in TARGETS {
        let path = format!("fuzz_targets/{name}.rs");
        assert!(manifest.contains(&format!("path = \"{path}\"")), "fuzz/Cargo.toml does not build {path}");
        let driver = fs::read_to_string(root.join(&path)).unwrap();
        assert!(driver.contains(&format!("fuzz_targets::{name}(data)")), "{path} drives something else");
    }
}
