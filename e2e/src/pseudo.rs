//! A pseudo-language: every English sentence longer, between brackets, from right to left. A sentence that shows without brackets was
//! left in code, or was drawn in another language before. Made when a test asks for it; no program that is shipped knows it.

use std::path::Path;

use serde_json::json;

use crate::browser::Browser;

#[path = "../../frontend/src/i18n/compile.rs"]
mod compile;
#[path = "../../frontend/src/i18n/marks.rs"]
mod marks;

/// Its tag: the Unicode CLDR keeps it for such a language. To a browser it is Arabic, with six plural forms.
pub const TAG: &str = "ar-XB";

/// What opens a sentence of this language. No other text has it.
pub const OPEN: char = '\u{27e6}';

/// What closes it.
pub const CLOSE: char = '\u{27e7}';

/// "Longer": what makes a sentence so.
const LONGER: &str = " \u{623}\u{637}\u{648}\u{644}";

/// Translations of English are longer than English by about so many percent; short ones by more.
const PERCENT: usize = 40;

/// Gives the pages that this browser loads from now on the language, as if a program had brought it: named in the head, and there to be
/// fetched.
#[track_caller]
pub fn teach(browser: &Browser) {
    let source = format!(
        "const [tag, text] = [{}, {}], fetched = window.fetch;
        window.fetch = (name, ...rest) => name === `${{tag}}.txt` ? Promise.resolve(new Response(text)) : fetched(name, ...rest);",
        json!(TAG),
        json!(sentences())
    );
    name(browser, &source);
}

/// Names the language in the head of the pages this browser loads from now on, where no program has it.
#[track_caller]
pub fn promise(browser: &Browser) {
    name(browser, &format!("const tag = {};", json!(TAG)));
}

#[track_caller]
fn name(browser: &Browser, source: &str) {
    // The page's script runs when the document is read whole.
    let source = format!(
        "{{ {source}
        document.addEventListener('readystatechange', () => {{
            const named = Object.assign(document.createElement('meta'), {{ name: `sentences-${{tag}}`, content: `${{tag}}.txt` }});
            document.head.append(named);
        }}, {{ once: true }}); }}"
    );
    browser.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source }));
}

/// The language's file of sentences.
#[track_caller]
fn sentences() -> String {
    let english = Path::new(env!("CARGO_MANIFEST_DIR")).join("../locales").join(marks::DEFAULT);
    let mut sentences = compile::folder(&english).unwrap_or_else(|why| panic!("no English sentences: {why}"));
    for sentence in sentences.values_mut() {
        let longer = LONGER.repeat(sentence.text.chars().count() * PERCENT / 100 / LONGER.chars().count() + 1);
        sentence.text = format!("{OPEN}{}{longer}{CLOSE}", sentence.text);
    }
    compile::written(&sentences, |_| true)
}
