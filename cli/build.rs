//! Turns the folder named by MAILSPEAK_ASSETS into a table of files; without it, into an empty one. What is served is the
//! proxy's business; the table is here so that a changed page rebuilds only this small crate.

use std::collections::hash_map::DefaultHasher;
use std::fmt::Write as _;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-env-changed=MAILSPEAK_ASSETS");
    println!("cargo::rerun-if-changed=build.rs");
    let mut table = String::from("/// Every file of the page.\nstatic ASSETS: &[proxy::Asset] = &[\n");
    if let Some(named) = env::var_os("MAILSPEAK_ASSETS").filter(|value| !value.is_empty()) {
        let folder = fs::canonicalize(PathBuf::from(named))?;
        println!("cargo::rerun-if-changed={}", folder.display());
        let mut files = Vec::new();
        collect(&folder, &mut files)?;
        files.sort();
        for file in files.iter().filter(|file| !is_compressed_form(file)) {
            table += &entry(&folder, file)?;
        }
    }
    table += "];\n";
    let out = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    fs::write(PathBuf::from(out).join("assets.rs"), table)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// `x.br` and `x.gz` beside `x` are forms of `x`, not files of their own.
fn is_compressed_form(file: &Path) -> bool {
    let compressed = file.extension().is_some_and(|extension| extension == "br" || extension == "gz");
    compressed && file.with_extension("").is_file()
}

fn entry(folder: &Path, file: &Path) -> io::Result<String> {
    let relative = file.strip_prefix(folder).map_err(io::Error::other)?;
    let url = relative.to_str().ok_or(io::ErrorKind::InvalidFilename)?.replace('\\', "/");
    let mut hasher = DefaultHasher::new();
    fs::read(file)?.hash(&mut hasher);
    let mut entry = String::new();
    let _ = writeln!(
        entry,
        "    proxy::Asset {{ path: {url:?}, identity: include_bytes!({file:?}), br: {}, gzip: {}, hash: \"{:016x}\" }},",
        form(file, "br"),
        form(file, "gz"),
        hasher.finish(),
    );
    Ok(entry)
}

fn form(file: &Path, extension: &str) -> String {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    match Path::new(&name).is_file() {
        true => format!("Some(include_bytes!({name:?}))"),
        false => "None".to_owned(),
    }
}
