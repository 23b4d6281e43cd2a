//! Reads the sentences of `locales/` when the page is built, so that the page carries no parser of Fluent, and a broken
//! sentence breaks the build. What is left for the page to do is in `src/i18n.rs`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, Variant, VariantKey};
use fluent_syntax::parser;

#[path = "src/i18n/marks.rs"]
mod marks;

/// What the start page says, and the frame around every page: these sentences are in the module in any case.
const FIRST: &str = "start.ftl";

/// Set by who ships all others as a file of their own, fetched once the page is drawn (`xtask` does); without it the module
/// holds them, too.
const APART: &str = "MAILSPEAK_SENTENCES_APART";

fn main() -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../locales/en");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/i18n/marks.rs");
    println!("cargo::rerun-if-changed={}", folder.display());
    println!("cargo::rerun-if-env-changed={APART}");
    println!("cargo::rustc-check-cfg=cfg(sentences_apart)");
    if env::var_os(APART).is_some() {
        println!("cargo::rustc-cfg=sentences_apart");
    }
    let mut sentences = BTreeMap::new();
    for file in fs::read_dir(folder)? {
        let path = file?.path();
        let text = fs::read_to_string(&path)?;
        let first = path.file_name().is_some_and(|name| name == FIRST);
        read(&text, first, &mut sentences).map_err(|why| io::Error::other(format!("{}: {why}", path.display())))?;
    }
    let written = |first: bool| {
        let mut out = String::new();
        for (key, (_, sentence)) in sentences.iter().filter(|(_, (of, _))| *of == first) {
            out.extend([key, marks::NEXT.to_string().as_str(), sentence, marks::NEXT.to_string().as_str()]);
        }
        out
    };
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    fs::write(out.join("first.txt"), written(true))?;
    fs::create_dir_all(out.join("later"))?;
    fs::write(out.join("later/en.txt"), written(false))
}

/// Sentences by key, and whether each is among the first.
type Sentences = BTreeMap<String, (bool, String)>;

/// Adds the sentences of one file.
fn read(text: &str, first: bool, to: &mut Sentences) -> Result<(), String> {
    let resource = parser::parse(text).map_err(|(_, errors)| match errors.first() {
        Some(error) => {
            let before = text.get(..error.pos.start).unwrap_or(text);
            format!("line {}: {error}", before.matches('\n').count() + 1)
        }
        None => "is not Fluent".to_owned(),
    })?;
    for entry in resource.body {
        let Entry::Message(message) = entry else { continue };
        let key = message.id.name;
        let (Some(value), []) = (&message.value, &message.attributes[..]) else {
            return Err(format!("{key}: a sentence is all a key can have"));
        };
        let mut sentence = String::new();
        pattern(value, &mut sentence).map_err(|why| format!("{key}: {why}"))?;
        if to.insert(key.to_owned(), (first, sentence)).is_some() {
            return Err(format!("{key} stands twice"));
        }
    }
    Ok(())
}

fn pattern(pattern: &Pattern<&str>, out: &mut String) -> Result<(), String> {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => out.push_str(value),
            PatternElement::Placeable { expression: Expression::Inline(inline) } => match inline {
                InlineExpression::StringLiteral { value } => out.push_str(value),
                other => out.extend([marks::VARIABLE.to_string().as_str(), argument(other)?, &marks::END.to_string()]),
            },
            PatternElement::Placeable { expression: Expression::Select { selector, variants } } => {
                select(argument(selector)?, variants, out)?;
            }
        }
    }
    Ok(())
}

fn select(name: &str, variants: &[Variant<&str>], out: &mut String) -> Result<(), String> {
    out.push(marks::SELECT);
    out.push_str(name);
    let (default, others): (Vec<_>, Vec<_>) = variants.iter().partition(|variant| variant.default);
    for variant in default.into_iter().chain(others) {
        let (VariantKey::Identifier { name } | VariantKey::NumberLiteral { value: name }) = variant.key;
        out.push(marks::VARIANT);
        out.push_str(name);
        out.push(marks::PATTERN);
        pattern(&variant.value, out)?;
        out.push(marks::END);
    }
    out.push(marks::END);
    Ok(())
}

fn argument<'a>(expression: &InlineExpression<&'a str>) -> Result<&'a str, String> {
    match expression {
        InlineExpression::VariableReference { id } => Ok(id.name),
        _ => Err("only text, arguments and variants can be in braces here".to_owned()),
    }
}
