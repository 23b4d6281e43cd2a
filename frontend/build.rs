//! Reads the sentences of `locales/` when the page is built, so that the page carries no parser of Fluent, and a broken
//! sentence breaks the build. What is left for the page to do is in `src/i18n.rs`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, Variant, VariantKey};
use fluent_syntax::parser;

#[path = "src/i18n/marks.rs"]
mod marks;

/// Sentences no view of the page tells yet: they would only make it larger.
const UNTOLD: &str = "anatomy.ftl";

fn main() -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../locales/en");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/i18n/marks.rs");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut sentences = BTreeMap::new();
    for file in fs::read_dir(folder)? {
        let path = file?.path();
        if path.file_name().is_some_and(|name| name == UNTOLD) {
            continue;
        }
        let text = fs::read_to_string(&path)?;
        read(&text, &mut sentences).map_err(|why| io::Error::other(format!("{}: {why}", path.display())))?;
    }
    let mut out = String::new();
    for (key, sentence) in sentences {
        out.extend([&key, marks::NEXT.to_string().as_str(), &sentence, marks::NEXT.to_string().as_str()]);
    }
    let folder = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    fs::write(PathBuf::from(folder).join("en"), out)
}

/// Adds the sentences of one file.
fn read(text: &str, to: &mut BTreeMap<String, String>) -> Result<(), String> {
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
        if to.insert(key.to_owned(), sentence).is_some() {
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
