//! Sentences: which language is shown, and the small markup a sentence may hold. The sentences themselves are in `locales/`; `build.rs`
//! says which of them come with the module, and a driver chooses the language and fetches the rest.

use std::cell::RefCell;

use workbench::mailproto::{note::Note, octets::lossless};
use yew::prelude::*;

use crate::drivers::plural;

mod locale;
mod marks;

pub use locale::{Direction, Locale};

/// Whether other sentences are files of their own, to be fetched.
pub const APART: bool = cfg!(sentences_apart);

/// The start page's sentences in the default language as `build.rs` left them, in the order of their keys.
const FIRST: &str = include_str!(concat!(env!("OUT_DIR"), "/first.txt"));

/// All others by the tag of their language; of a language that is not the default, all there are.
#[cfg(not(sentences_apart))]
const LATER: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/later.rs"));
#[cfg(sentences_apart)]
const LATER: &[(&str, &str)] = &[];

/// A backtick and a star that an argument brought: text, where those of the sentence are markup.
const TICK: char = '\u{6}';
/// See [`TICK`].
const STAR: char = '\u{7}';

/// Sentences of a language by key, in the order of the keys.
struct Part {
    locale: Locale,
    sentences: Vec<(&'static str, &'static str)>,
}

/// What can be said.
struct Sentences {
    shown: Locale,
    /// The first sentences of the default language, then whole languages, or what completes the default.
    parts: Vec<Part>,
}

thread_local! {
    static SENTENCES: RefCell<Sentences> = RefCell::new(Sentences::new());
}

impl Sentences {
    fn new() -> Self {
        let mut all = Self { shown: Locale::DEFAULT, parts: Vec::new() };
        all.add(Locale::DEFAULT, FIRST);
        for (tag, text) in LATER {
            all.add(Locale::of(tag), text);
        }
        all
    }

    fn add(&mut self, locale: Locale, text: &'static str) {
        self.parts.push(Part { locale, sentences: pairs(text).collect() });
    }

    /// In the language that is shown; a sentence it lacks, in the default.
    fn find(&self, key: &str) -> Option<&'static str> {
        for locale in [self.shown, Locale::DEFAULT] {
            for Part { sentences, .. } in self.parts.iter().filter(|part| part.locale == locale) {
                if let Ok(at) = sentences.binary_search_by_key(&key, |(name, _)| *name) {
                    return Some(sentences[at].1);
                }
            }
        }
        None
    }
}

/// Keys and sentences.
fn pairs(text: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut texts = text.split(marks::NEXT);
    std::iter::from_fn(move || texts.next().zip(texts.next()))
}

/// The language that is shown. What is drawn once and kept compares it to know whether it still says the right words.
pub fn locale() -> Locale {
    SENTENCES.with_borrow(|all| all.shown)
}

/// Says everything in this language from now on, as far as its sentences are here.
pub fn show(locale: Locale) {
    SENTENCES.with_borrow_mut(|all| all.shown = locale);
}

/// Whether all sentences of a language are here.
pub fn is_here(locale: Locale) -> bool {
    SENTENCES.with_borrow(|all| all.parts.iter().skip(1).any(|part| part.locale == locale))
}

/// Takes the sentences of a language that were fetched, as `build.rs` left them. False when they are none: another server may have
/// answered.
pub fn take(locale: Locale, text: String) -> bool {
    let came = text.ends_with(marks::NEXT);
    if came && !is_here(locale) {
        // Once for each language, and they stay as long as the page.
        SENTENCES.with_borrow_mut(|all| all.add(locale, text.leak()));
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
    let found = SENTENCES.with_borrow(|all| all.find(key));
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

/// Writes the variant that fits, or the first. Gives what follows the mark that ends the list. A split point of the page's module
/// (`SPLIT_POINTS` in `xtask/src/page.rs`): what the start page says has no variants.
#[inline(never)]
fn select<'a>(list: &'a str, args: &[(&str, &str)], out: &mut String) -> &'a str {
    let (name, mut rest) = cut(list, marks::VARIANT);
    let value = value(name, args).unwrap_or_default();
    let category = value.parse().map_or_else(|_| String::new(), |count| plural::category(locale(), count));
    // The default comes first; of the others, the first that fits is chosen.
    let (mut default, mut chosen) = (None, None);
    loop {
        let (key, pattern) = cut(rest, marks::PATTERN);
        let mut text = String::new();
        let after = fill(pattern, args, &mut text);
        if default.is_none() {
            default = Some(text);
        } else if chosen.is_none() && (key == value || key == category) {
            chosen = Some(text);
        }
        match after.strip_prefix(marks::VARIANT) {
            Some(next) => rest = next,
            None => {
                out.push_str(&chosen.or(default).unwrap_or_default());
                return after.strip_prefix(marks::END).unwrap_or(after);
            }
        }
    }
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
        let keys = all.parts.iter().flat_map(|part| &part.sentences).map(|(key, _)| *key).collect();
        all.parts.truncate(1);
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

    use super::*;

    /// The languages there are, and all their sentences.
    fn languages() -> Vec<(Locale, Vec<(&'static str, &'static str)>)> {
        let whole = |(tag, text): &(&'static str, &'static str)| {
            let locale = Locale::of(tag);
            let first = if locale == Locale::DEFAULT { FIRST } else { "" };
            (locale, pairs(first).chain(pairs(text)).collect())
        };
        LATER.iter().map(whole).collect()
    }

    fn cores_keys() -> Vec<&'static str> {
        let mut keys = workbench::mailproto::explain::keys();
        keys.extend(workbench::prompt::keys());
        keys.extend(workbench::guide::keys());
        keys.extend(workbench::mx::keys());
        keys.extend(workbench::tally::keys());
        keys
    }

    #[test]
    fn every_key_has_a_sentence_and_every_sentence_a_key() {
        for (locale, sentences) in languages() {
            let all = by_fluent(locale);
            for key in cores_keys() {
                assert!(all.has_message(key), "no sentence for {key} in {locale:?}");
            }
            for (name, _) in sentences {
                assert!(name.starts_with("ui-") || cores_keys().contains(&name), "{name} is used nowhere: {locale:?}");
            }
        }
    }

    #[test]
    fn fetched_sentences_are_known_by_their_end() {
        only_first();
        assert_eq!(t("hint-empty", &[]), "hint-empty");
        for text in ["<!doctype html><p>Please log in", ""] {
            assert!(!take(Locale::DEFAULT, text.into()) && !is_here(Locale::DEFAULT));
        }
        let later = LATER.iter().find(|(tag, _)| *tag == marks::DEFAULT).unwrap().1;
        assert!(take(Locale::DEFAULT, later.into()) && is_here(Locale::DEFAULT));
        assert_ne!(t("hint-empty", &[]), "hint-empty");
    }

    #[test]
    fn the_language_that_is_shown_is_the_one_that_speaks() {
        let other = Locale::of("ar-XB");
        assert!(take(other, format!("ui-host{0}[the host]{0}", marks::NEXT)));
        assert_eq!((t("ui-host", &[]), locale()), ("Host".into(), Locale::DEFAULT));
        show(other);
        assert_eq!((t("ui-host", &[]), locale()), ("[the host]".into(), other));
        assert_eq!(t("ui-port", &[]), "Port", "what a language lacks is said in the default");
        show(Locale::DEFAULT);
        assert_eq!(t("ui-host", &[]), "Host");
    }

    #[test]
    fn variants_follow_the_rules_of_the_language() {
        let variant =
            |(key, text): (&str, &str)| format!("{}{key}{}{text}{}", marks::VARIANT, marks::PATTERN, marks::END);
        let forms = [
            ("other", "o"),
            ("100", "hundred"),
            ("zero", "z"),
            ("one", "1"),
            ("two", "2"),
            ("few", "f"),
            ("many", "m"),
        ];
        let list: String = forms.into_iter().map(variant).collect();
        let pattern = format!("{}left{list}{}.", marks::SELECT, marks::END);
        let check = |tag: &'static str, expected: &[(&str, &str)]| {
            show(Locale::of(tag));
            for (count, form) in expected {
                let mut text = String::new();
                fill(&pattern, &[("left", count)], &mut text);
                assert_eq!(text, format!("{form}."), "{tag} {count}");
            }
        };
        check("en", &[("0", "o"), ("1", "1"), ("2", "o"), ("100", "hundred"), ("many", "m"), ("a lot", "o")]);
        check("ro", &[("1", "1"), ("2", "f"), ("19", "f"), ("20", "o"), ("100", "hundred"), ("101", "f")]);
        check("ar", &[("0", "z"), ("1", "1"), ("2", "2"), ("3", "f"), ("11", "m"), ("100", "hundred"), ("200", "o")]);
        check("ru", &[("1", "1"), ("3", "f"), ("5", "m"), ("21", "1")]);
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
                Html::VComp(_) | Html::VPortal(_) | Html::VRef(_) | Html::VSuspense(_) | Html::VRaw(_) => String::new(),
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
    fn by_fluent(locale: Locale) -> FluentBundle<FluentResource> {
        let mut bundle = FluentBundle::new(vec![locale.tag.parse().unwrap()]);
        // Wire words inside a sentence are marked as such by markup, which isolates them.
        bundle.set_use_isolating(false);
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../locales").join(locale.tag);
        for file in fs::read_dir(folder).unwrap() {
            let text = fs::read_to_string(file.unwrap().path()).unwrap();
            bundle.add_resource(FluentResource::try_new(text).unwrap()).unwrap();
        }
        bundle
    }

    #[test]
    fn the_page_says_what_fluent_says() {
        let mut filled = 0;
        for (locale, sentences) in languages() {
            show(locale);
            let bundle = by_fluent(locale);
            for (key, sentence) in &sentences {
                for count in ["0", "1", "2", "5", "20", "1000"] {
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
                    assert_eq!(t(key, &args), expected, "{locale:?} {key} {args:?}");
                    filled += args.len();
                }
            }
            assert!(filled > 0 && sentences.iter().any(|(_, sentence)| sentence.contains(marks::SELECT)));
        }
    }
}
