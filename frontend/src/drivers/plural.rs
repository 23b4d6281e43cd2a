//! Plural categories by the rules of the Unicode CLDR: the browser's own in the page; a crate's where there is no browser, which
//! is in tests.

use crate::i18n::Locale;

/// `zero`, `one`, `two`, `few`, `many` or `other`: the category of a whole number of things.
#[cfg(target_family = "wasm")]
pub fn category(locale: Locale, count: u32) -> String {
    use js_sys::{Array, Intl::PluralRules, Object};

    PluralRules::new(&Array::of1(&locale.tag.into()), &Object::new()).select(count.into()).into()
}

/// `zero`, `one`, `two`, `few`, `many` or `other`: the category of a whole number of things.
#[cfg(not(target_family = "wasm"))]
pub fn category(locale: Locale, count: u32) -> String {
    use icu_locale_core::Locale as Tag;
    use icu_plurals::{PluralCategory, PluralRules};

    let rules = locale.tag.parse::<Tag>().ok().and_then(|tag| PluralRules::try_new_cardinal(tag.into()).ok());
    match rules.map_or(PluralCategory::Other, |rules| rules.category_for(count)) {
        PluralCategory::Zero => "zero",
        PluralCategory::One => "one",
        PluralCategory::Two => "two",
        PluralCategory::Few => "few",
        PluralCategory::Many => "many",
        PluralCategory::Other => "other",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `Intl.PluralRules` of a browser gives for 0 to 200; `e2e/tests/languages.rs` holds the browser to it.
    const BY_INTL: &str = include_str!("plural/intl.txt");

    #[test]
    fn categories_are_those_of_the_browser() {
        let mut counts = 0;
        for line in BY_INTL.lines().filter(|line| !line.starts_with('#')) {
            let mut words = line.split(' ');
            let (tag, expected) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
            for range in words {
                let (from, to) = range.split_once('-').unwrap_or((range, range));
                for count in from.parse().unwrap_or(0)..=to.parse::<u32>().unwrap_or(0) {
                    assert_eq!(category(Locale::of(tag), count), expected, "{tag} {count}");
                    counts += 1;
                }
            }
        }
        assert_eq!(counts, 4 * 201);
    }
}
