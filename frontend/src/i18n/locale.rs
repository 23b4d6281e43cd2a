//! A language the page is shown in: its tag and its direction. Its sentences are in `i18n`; which one is chosen, a driver knows.

use super::marks;

/// A language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Locale {
    /// Its tag (RFC 5646), as the folder in `locales/` is called.
    pub tag: &'static str,
    /// Which way it is written.
    pub direction: Direction,
}

/// Which way a language is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// As English.
    LeftToRight,
    /// As Arabic.
    RightToLeft,
}

/// Languages whose usual script runs from right to left (CLDR, likely subtags). Browsers differ in whether they can tell.
const FROM_THE_RIGHT: [&str; 12] = ["ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "syr", "ug", "ur", "yi"];

impl Locale {
    /// The language the page begins with.
    pub const DEFAULT: Self = Self { tag: marks::DEFAULT, direction: Direction::LeftToRight };

    /// The language of a tag.
    pub fn of(tag: &'static str) -> Self {
        let language = tag.split('-').next().unwrap_or(tag);
        let from_the_right = FROM_THE_RIGHT.contains(&language);
        Self { tag, direction: if from_the_right { Direction::RightToLeft } else { Direction::LeftToRight } }
    }
}

impl Direction {
    /// As HTML's `dir` says it.
    pub fn name(self) -> &'static str {
        match self {
            Self::LeftToRight => "ltr",
            Self::RightToLeft => "rtl",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn direction_follows_the_language() {
        #[track_caller]
        fn check(tag: &'static str, expected: &str) {
            assert_eq!(Locale::of(tag).direction.name(), expected, "{tag}");
        }
        check("en", "ltr");
        check("ro", "ltr");
        check("ar", "rtl");
        check("ar-XB", "rtl");
        check("arn", "ltr");
        assert_eq!(Locale::of(marks::DEFAULT), Locale::DEFAULT);
    }
}
