//! The files of the page: under which names a browser asks for them, in which forms, and what they weigh. How the modules among them are
//! made is said in [`crate::page`].
//!
//! `index.html` is the one list of what the page consists of; `trunk serve` reads the same file.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::bind::Bound;
use crate::run::root;

/// What may be fetched at once, and what may follow as soon as the start page is drawn, in kilobytes of brotli. The build fails there: a
/// page that grew so much did so by accident. Who makes it smaller lowers the limit to 4 kB above what was reached. (ttyd's page is 194 kB
/// of gzip.)
const LIMITS_KB: [(When, f64); 2] = [(When::First, 112.0), (When::Drawn, 213.0)];

/// The language the page begins with (`frontend/src/i18n/marks.rs`).
const LANGUAGE: &str = "en";

/// Starts a module. It is a file of its own because the content security policy allows no inline script. It waits, so that
/// a module that cannot be had is an error of this script, which the page is told when the script is a worker.
const LOADER: &str =
    "import init from './{js}';\nawait init({ module_or_path: new URL('{wasm}', import.meta.url) });\n";

/// What runs in the browser.
pub struct Modules {
    /// The page, or of a page in two parts the start page.
    pub app: Bound,
    /// The rest of the page, which joins it.
    pub rest: Option<Vec<u8>>,
    /// The practice server, fetched when the page plays it itself.
    pub practice: Bound,
    /// What takes letters apart, fetched when somebody looks at one.
    pub message: Bound,
}

/// A file of the page, under the name it is served by.
pub struct File {
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
pub fn name_by_content(
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
    let (mut named, mut later): (String, Vec<File>) = sentences.iter().map(sentence).unzip();
    if let Some(rest) = modules.rest {
        let rest = File { when: When::Drawn, ..File::named("rest", ".wasm", rest) };
        named += &format!("\n<meta name=\"rest\" content=\"{}\">", rest.name);
        later.push(rest);
    }
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

pub fn style_sheet(template: &str) -> Result<String> {
    Ok(linked(template, "css")?.concat())
}

pub fn icon(template: &str) -> Result<String> {
    linked(template, "icon")?.pop().context("index.html links no icon")
}

/// Without comments (those between marks, and whole lines after `//`), indentation and blank lines. None of the files has a string that
/// holds a comment or spans lines.
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
pub struct Size {
    name: String,
    /// When it is fetched.
    when: When,
    raw: usize,
    gzip: usize,
    brotli: usize,
}

/// Writes each file into a new folder.
pub fn publish(files: &[File], folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    for File { name, bytes, .. } in files {
        fs::write(folder.join(name), bytes)?;
    }
    Ok(())
}

/// Writes each file three times: `name`, `name.gz`, `name.br`.
pub fn publish_compressed(files: &[File], folder: &Path) -> Result<Vec<Size>> {
    publish(files, folder)?;
    let mut sizes = Vec::new();
    for File { name, bytes, when } in files {
        let (gz, br) = (gzip(bytes)?, brotli(bytes)?);
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

pub fn table(sizes: &[Size]) -> String {
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
pub fn judge(sizes: &[Size]) -> Result<()> {
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
pub fn hash(parts: &[&[u8]]) -> String {
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
        let modules = Modules {
            app: bound("app"),
            rest: Some("rest".into()),
            practice: bound("practice"),
            message: bound("message"),
        };
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
        assert!(judge(&[size(When::Drawn, 213_001)]).is_err());
        assert!(judge(&[size(When::Looked, 999_999), size(When::Spoken, 999_999)]).is_ok());
    }
}
