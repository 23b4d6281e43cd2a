//! Sentences: Fluent bundles and the small markup they may hold. The sentences themselves are in `locales/`; `build.rs` says
//! which of them come with the module, and a driver fetches the rest.

use std::cell::RefCell;

use workbench::mailproto::{note::Note, octets::lossless};
use yew::prelude::*;

mod marks;

/// The language there is, as in the names of the files of sentences.
pub const LANGUAGE: &str = "en";

/// Whether the module holds only what the start page says: the other sentences are to be fetched.
pub const APART: bool = cfg!(sentences_apart);

/// The start page's sentences as `build.rs` left them, in the order of their keys.
const FIRST: &str = include_str!(concat!(env!("OUT_DIR"), "/first.txt"));

/// All others.
#[cfg(not(sentences_apart))]
const LATER: &str = include_str!(concat!(env!("OUT_DIR"), "/later/en.txt"));
#[cfg(sentences_apart)]
const LATER: &str = "";

/// A backtick and a star that an argument brought: text, where those of the sentence are markup.
const TICK: char = '\u{6}';
/// See [`TICK`].
const STAR: char = '\u{7}';

/// Sentences by key, in the order of the keys.
type Part = Vec<(&'static str, &'static str)>;

thread_local! {
    static SENTENCES: RefCell<Vec<Part>> = RefCell::new(vec![part(FIRST), part(LATER)]);
}

fn part(text: &'static str) -> Part {
    let mut texts = text.split(marks::NEXT);
    std::iter::from_fn(move || texts.next().zip(texts.next())).collect()
}

/// Takes sentences that were fetched, as `build.rs` left them. False when they are none: another server may have answered.
pub fn take(text: String) -> bool {
    let came = text.ends_with(marks::NEXT);
    if came {
        // Once for each loading of the page, and they stay as long as it.
        SENTENCES.with_borrow_mut(|all| all.push(part(text.leak())));
    }
    came
}

/// The sentence of a key, as plain text. A key without sentence shows itself.
pub fn t(key: &str, args: &[(&str, &str)]) -> String {
    unveil(&sentence(key, args))
}

/// The sentence of a key that takes no arguments, to be drawn. Said in so many places that it is worth not being inlined.
#[inline(never)]
pub fn say(key: &str) -> Html {
    html! { { t(key, &[]) } }
}

/// The sentence of a key, in which all markup is its own: what looks like it in an argument is veiled.
fn sentence(key: &str, args: &[(&str, &str)]) -> String {
    let found = SENTENCES.with_borrow(|all| {
        let find = |part: &Part| Some(part[part.binary_search_by_key(&key, |(name, _)| *name).ok()?].1);
        all.iter().find_map(find)
    });
    let mut out = String::new();
    fill(found.unwrap_or(key), args, &mut out);
    out
}

/// Writes a pattern with its arguments filled in. Gives what follows the mark that ends it.
fn fill<'a>(pattern: &'a str, args: &[(&str, &str)], out: &mut String) -> &'a str {
    let mut rest = pattern;
    loop {
        let mark = |c| matches!(c, marks::VARIABLE | marks::SELECT | marks::END);
        let (text, marked) = rest.split_at(rest.find(mark).unwrap_or(rest.len()));
        out.push_str(text);
        let mut chars = marked.chars();
        rest = match chars.next() {
            Some(marks::VARIABLE) => {
                let (name, after) = cut(chars.as_str(), marks::END);
                // What came over the wire must not turn the sentence around it.
                out.push_str(&veil(&lossless(value(name, args).unwrap_or(name).as_bytes())));
                after
            }
            Some(marks::SELECT) => select(chars.as_str(), args, out),
            _ => return chars.as_str(),
        };
    }
}

/// Text of others, in which nothing is markup. [`lossless`] leaves no mark in it.
fn veil(text: &str) -> String {
    text.replace('`', TICK.encode_utf8(&mut [0; 4])).replace('*', STAR.encode_utf8(&mut [0; 4]))
}

/// Text as it is read, after its markup was.
fn unveil(text: &str) -> String {
    text.replace(TICK, "`").replace(STAR, "*")
}

/// Writes the variant that fits, or the first. Gives what follows the mark that ends the list.
fn select<'a>(list: &'a str, args: &[(&str, &str)], out: &mut String) -> &'a str {
    let (name, mut rest) = cut(list, marks::VARIANT);
    let value = value(name, args).unwrap_or_default();
    let mut chosen = None;
    loop {
        let (key, pattern) = cut(rest, marks::PATTERN);
        let mut text = String::new();
        let after = fill(pattern, args, &mut text);
        if chosen.is_none() || key == value || (name == "count" && key == plural(value)) {
            chosen = Some(text);
        }
        match after.strip_prefix(marks::VARIANT) {
            Some(next) => rest = next,
            None => {
                out.push_str(&chosen.unwrap_or_default());
                return after.strip_prefix(marks::END).unwrap_or(after);
            }
        }
    }
}

/// What English makes of a count. Another language brings its own rule here.
fn plural(count: &str) -> &'static str {
    if count == "1" { "one" } else { "other" }
}

fn value<'a>(name: &str, args: &[(&str, &'a str)]) -> Option<&'a str> {
    args.iter().find(|(other, _)| *other == name).map(|(_, value)| *value)
}

/// Before a mark, and after it.
fn cut(text: &str, mark: char) -> (&str, &str) {
    text.split_once(mark).unwrap_or((text, ""))
}

/// The sentence of a key with its markup: `**strong**` and wire text in backticks.
pub fn rich(key: &str, args: &[(&str, &str)]) -> Html {
    markup(&sentence(key, args))
}

/// The sentence of a note with its markup.
pub fn note(note: &Note) -> Html {
    rich(note.key, &args(note))
}

/// The sentence of a note as it stands in `locales`, markup included.
pub fn note_text(note: &Note) -> String {
    t(note.key, &args(note))
}

/// The sentence of a note without markup, for labels and announcements.
pub fn plain_note(note: &Note) -> String {
    unveil(&sentence(note.key, &args(note)).replace("**", "").replace('`', ""))
}

fn args(note: &Note) -> Vec<(&'static str, &str)> {
    note.args.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

/// Forgets all but what the start page says; gives the keys there were.
#[cfg(test)]
pub fn only_first() -> Vec<&'static str> {
    SENTENCES.with_borrow_mut(|all| {
        let keys = all.iter().flatten().map(|(key, _)| *key).collect();
        all.truncate(1);
        keys
    })
}

/// Text with its markup: `**strong**` and wire text in backticks.
pub fn markup(text: &str) -> Html {
    let mut parts = Vec::new();
    for (index, outside) in text.split('`').enumerate() {
        if index % 2 == 1 {
            parts.push(html! { <code class="wire" dir="ltr">{ unveil(outside) }</code> });
            continue;
        }
        for (index, piece) in outside.split("**").enumerate() {
            parts.push(if index % 2 == 1 {
                html! { <b>{ unveil(piece) }</b> }
            } else {
                html! { { unveil(piece) } }
            });
        }
    }
    parts.into_iter().collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::{fs, path::Path};

    use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};
    use unic_langid::langid;

    use super::*;

    /// Every key and its sentence.
    fn sentences() -> impl Iterator<Item = (&'static str, &'static str)> {
        [FIRST, LATER].into_iter().flat_map(part)
    }

    fn cores_keys() -> Vec<&'static str> {
        let mut keys = workbench::mailproto::explain::keys();
        keys.extend(workbench::view::keys());
        keys.extend(workbench::guide::keys());
        keys.extend(workbench::mx::keys());
        keys.extend(workbench::tally::keys());
        keys
    }

    #[test]
    fn every_key_has_a_sentence_and_every_sentence_a_key() {
        let all = by_fluent();
        for key in cores_keys() {
            assert!(all.has_message(key), "no sentence for {key}");
        }
        for (name, _) in sentences() {
            assert!(name.starts_with("ui-") || cores_keys().contains(&name), "{name} is used nowhere");
        }
    }

    #[test]
    fn fetched_sentences_are_known_by_their_end() {
        only_first();
        assert_eq!(t("hint-empty", &[]), "hint-empty");
        assert!(!take("<!doctype html><p>Please log in".into()) && !take(String::new()));
        assert!(take(LATER.into()));
        assert_ne!(t("hint-empty", &[]), "hint-empty");
    }

    #[test]
    fn sentences_take_their_arguments() {
        let problem = workbench::mailproto::Problem::new(
            workbench::mailproto::Span::new(0, 1),
            workbench::mailproto::ProblemKind::SizeDiffers,
            workbench::mailproto::Detail::Pair(1801, 420),
        );
        let text =
            plain_note(&workbench::mailproto::explain::problem_note(workbench::mailproto::Protocol::Pop3, &problem));
        assert!(text.contains("1801") && text.contains("420"), "{text}");
        assert_eq!(t("no-such-key", &[]), "no-such-key");
    }

    #[test]
    fn only_the_sentence_is_marked_up() {
        fn drawn(html: &Html) -> String {
            match html {
                Html::VText(text) => text.text.to_string(),
                Html::VList(list) => list.iter().map(drawn).collect(),
                Html::VTag(tag) => format!("<{0}>{1}</{0}>", tag.tag(), tag.children().map(drawn).unwrap_or_default()),
                _ => String::new(),
            }
        }
        #[track_caller]
        fn check(arg: &str, expected: &str) {
            let variable = format!("{}name{}", marks::VARIABLE, marks::END);
            let pattern = format!("say `{variable}` or **{variable}** {variable} now");
            let mut text = String::new();
            fill(&pattern, &[("name", arg)], &mut text);
            assert_eq!(drawn(&markup(&text)), expected, "{arg}");
            assert_eq!(unveil(&text), pattern.replace(&variable, &lossless(arg.as_bytes())), "{arg}");
        }
        check("QUIT", "say <code>QUIT</code> or <b>QUIT</b> QUIT now");
        check("a`b", "say <code>a`b</code> or <b>a`b</b> a`b now");
        check("`", "say <code>`</code> or <b>`</b> ` now");
        check("**loud**", "say <code>**loud**</code> or <b>**loud**</b> **loud** now");
        check("*", "say <code>*</code> or <b>*</b> * now");
        check("\u{6}\u{7}", "say <code>\\x06\\x07</code> or <b>\\x06\\x07</b> \\x06\\x07 now");

        let alias = Note { args: vec![("name", "a`**b**".to_owned())], ..Note::new("mx-alias") };
        assert!(plain_note(&alias).contains("a`**b**"), "{}", plain_note(&alias));
    }

    /// The sentences as Fluent itself understands them.
    fn by_fluent() -> FluentBundle<FluentResource> {
        let mut bundle = FluentBundle::new(vec![langid!("en")]);
        // Wire words inside a sentence are marked as such by markup, which isolates them.
        bundle.set_use_isolating(false);
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../locales/en");
        for file in fs::read_dir(folder).unwrap() {
            let text = fs::read_to_string(file.unwrap().path()).unwrap();
            bundle.add_resource(FluentResource::try_new(text).unwrap()).unwrap();
        }
        bundle
    }

    #[test]
    fn the_page_says_what_fluent_says() {
        let bundle = by_fluent();
        let mut filled = 0;
        for (key, sentence) in sentences() {
            for count in ["0", "1", "2", "1000"] {
                let names = sentence.split([marks::VARIABLE, marks::SELECT]).skip(1);
                let names = names.filter_map(|rest| rest.split([marks::END, marks::VARIANT]).next());
                let args: Vec<(&str, &str)> =
                    names.map(|name| (name, if name == "count" { count } else { "some words" })).collect();
                let mut values = FluentArgs::new();
                for (name, value) in &args {
                    match value.parse::<u32>() {
                        Ok(count) => values.set(*name, count),
                        Err(_) => values.set(*name, *value),
                    }
                }
                let pattern = bundle.get_message(key).unwrap().value().unwrap();
                let expected = bundle.format_pattern(pattern, Some(&values), &mut Vec::new());
                assert_eq!(t(key, &args), expected, "{key} {args:?}");
                filled += args.len();
            }
        }
        assert!(filled > 0 && sentences().any(|(_, sentence)| sentence.contains(marks::SELECT)));
    }
}
