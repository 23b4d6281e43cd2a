//! Fluent files into what the page reads: for `build.rs`, and for tests that make a language of their own. The marks are told in
//! `marks.rs`; what the page does with them is in `i18n.rs`.

use std::collections::BTreeMap;
use std::{fs, io, path::Path};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, Variant, VariantKey};
use fluent_syntax::parser;

use super::marks;

/// What the start page says, and the frame around every page.
const FIRST: &str = "start.ftl";

/// A sentence, its marks in place.
pub struct Sentence {
    /// The start page says it.
    pub first: bool,
    /// The sentence.
    pub text: String,
}

/// The sentences of one language by their keys.
pub type Sentences = BTreeMap<String, Sentence>;

/// Reads the folder of a language.
pub fn folder(folder: &Path) -> io::Result<Sentences> {
    let mut sentences = Sentences::new();
    for file in fs::read_dir(folder)? {
        let path = file?.path();
        let text = fs::read_to_string(&path)?;
        let first = path.file_name().is_some_and(|name| name == FIRST);
        read(&text, first, &mut sentences).map_err(|why| io::Error::other(format!("{}: {why}", path.display())))?;
    }
    Ok(sentences)
}

/// Sentences as they travel: key and sentence in turn, in the order of the keys. `kept` is asked with whether it is one of the first.
pub fn written(sentences: &Sentences, kept: impl Fn(bool) -> bool) -> String {
    let mut out = String::new();
    for (key, sentence) in sentences.iter().filter(|(_, sentence)| kept(sentence.first)) {
        for part in [key, &sentence.text] {
            out.push_str(part);
            out.push(marks::NEXT);
        }
    }
    out
}

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
        let mut text = String::new();
        pattern(value, &mut text).map_err(|why| format!("{key}: {why}"))?;
        if first && text.contains(marks::SELECT) {
            return Err(format!("{key}: what the start page says has no variants"));
        }
        if to.insert(key.to_owned(), Sentence { first, text }).is_some() {
            return Err(format!("{key} stands twice"));
        }
    }
    Ok(())
}

fn pattern(pattern: &Pattern<&str>, out: &mut String) -> Result<(), String> {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => out.push_str(value),
            PatternElement::Placeable { expression: Expression::Inline(InlineExpression::StringLiteral { value }) } => {
                out.push_str(value);
            }
            PatternElement::Placeable { expression: Expression::Inline(other) } => {
                out.extend([marks::VARIABLE.to_string().as_str(), argument(other)?, &marks::END.to_string()]);
            }
            PatternElement::Placeable { expression: Expression::Select { selector, variants } } => {
                select(argument(selector)?, variants, out)?;
            }
        }
    }
    Ok(())
}

fn select(name: &str, variants: &[Variant<&str>], out: &mut String) -> Result<(), String> {
    let Some((default, others)) = variants.split_last().filter(|(last, _)| last.default) else {
        return Err("the variant with the star comes last".to_owned());
    };
    out.push(marks::SELECT);
    out.push_str(name);
    for variant in [default].into_iter().chain(others) {
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
    if let InlineExpression::VariableReference { id } = expression {
        return Ok(id.name);
    }
    Err("only text, arguments and variants can be in braces here".to_owned())
}
