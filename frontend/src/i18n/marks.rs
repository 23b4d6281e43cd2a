//! How a sentence travels from `build.rs` to `i18n`: as text, in which one character each stands for what is to be filled in.
//! No sentence holds these characters.

/// The language the page begins with: what the start page says in it is in the module. A folder of `locales/`.
pub const DEFAULT: &str = "en";

/// `VARIABLE name END`: the argument of that name.
pub const VARIABLE: char = '\u{1}';
/// `SELECT name`, then variants, the default first, then `END`: the variant that fits the argument of that name.
pub const SELECT: char = '\u{2}';
/// `VARIANT key PATTERN pattern END`. The key is the argument itself, or the plural category of a number.
pub const VARIANT: char = '\u{3}';
/// See [`VARIANT`].
pub const PATTERN: char = '\u{4}';
/// Ends what was begun.
pub const END: char = '\u{5}';
/// Between a key and its sentence, and after each sentence.
pub const NEXT: char = '\u{0}';
