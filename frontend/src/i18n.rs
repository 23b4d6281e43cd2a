//! Sentences: Fluent bundles and the small markup they may hold. The sentences themselves are in `locales/`.

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};
use unic_langid::langid;
use workbench::mailproto::explain::Note;
use yew::prelude::*;

const ENGLISH: [&str; 6] = [
    include_str!("../../locales/en/ui.ftl"),
    include_str!("../../locales/en/explain.ftl"),
    include_str!("../../locales/en/message.ftl"),
    include_str!("../../locales/en/network.ftl"),
    include_str!("../../locales/en/reference.ftl"),
    include_str!("../../locales/en/sasl.ftl"),
];

thread_local! {
    static BUNDLE: FluentBundle<FluentResource> = bundle();
}

fn bundle() -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new(vec![langid!("en")]);
    // Wire words inside a sentence are marked as such by markup, which isolates them.
    bundle.set_use_isolating(false);
    for source in ENGLISH {
        // A broken message is left out and shows as its key; a test makes sure that there is none.
        let resource = FluentResource::try_new(source.into()).unwrap_or_else(|(resource, _)| resource);
        let _ = bundle.add_resource(resource);
    }
    bundle
}

/// The sentence of a key, as plain text. A key without sentence shows itself.
pub fn t(key: &str, args: &[(&str, &str)]) -> String {
    BUNDLE.with(|bundle| {
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else { return key.into() };
        let mut values = FluentArgs::new();
        for (name, value) in args {
            // A count chooses between singular and plural; all else is text, whatever it looks like.
            match value.parse::<u32>() {
                Ok(count) if *name == "count" => values.set(*name, count),
                _ => values.set(*name, *value),
            }
        }
        bundle.format_pattern(pattern, Some(&values), &mut Vec::new()).into_owned()
    })
}

/// The sentence of a key with its markup: `**strong**` and wire text in backticks.
pub fn rich(key: &str, args: &[(&str, &str)]) -> Html {
    markup(&t(key, args))
}

/// The sentence of a note with its markup.
pub fn note(note: &Note) -> Html {
    rich(note.key, &args(note))
}

/// The sentence of a note without markup, for labels and announcements.
pub fn plain_note(note: &Note) -> String {
    t(note.key, &args(note)).replace("**", "").replace('`', "")
}

fn args(note: &Note) -> Vec<(&'static str, &str)> {
    note.args.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

fn markup(text: &str) -> Html {
    let mut parts = Vec::new();
    for (index, outside) in text.split('`').enumerate() {
        if index % 2 == 1 {
            parts.push(html! { <code class="wire" dir="ltr">{ outside }</code> });
            continue;
        }
        for (index, piece) in outside.split("**").enumerate() {
            parts.push(if index % 2 == 1 {
                html! { <b>{ piece }</b> }
            } else {
                html! { { piece } }
            });
        }
    }
    parts.into_iter().collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    /// The messages of all English files, in order.
    fn messages() -> Vec<String> {
        let mut keys = Vec::new();
        for source in ENGLISH {
            let resource = FluentResource::try_new(source.into()).map_err(|(_, errors)| errors).unwrap();
            for entry in resource.entries() {
                if let fluent_syntax::ast::Entry::Message(message) = entry {
                    keys.push(message.id.name.to_string());
                }
            }
        }
        keys
    }

    fn cores_keys() -> Vec<&'static str> {
        let mut keys = workbench::mailproto::explain::keys();
        keys.extend(workbench::view::keys());
        keys.extend(workbench::guide::keys());
        keys
    }

    #[test]
    fn every_key_has_a_sentence_and_every_sentence_a_key() {
        let have = messages();
        for key in cores_keys() {
            assert!(have.iter().any(|name| name == key), "no sentence for {key}");
        }
        for name in &have {
            assert_eq!(have.iter().filter(|other| *other == name).count(), 1, "{name} twice");
            assert!(name.starts_with("ui-") || cores_keys().contains(&name.as_str()), "{name} is used nowhere");
        }
    }

    #[test]
    fn sentences_take_their_arguments() {
        let problem = workbench::mailproto::Problem::new(
            workbench::mailproto::Span::new(0, 1),
            workbench::mailproto::ProblemKind::SizeDiffers,
            "1801 420",
        );
        let text =
            plain_note(&workbench::mailproto::explain::problem_note(workbench::mailproto::Protocol::Pop3, &problem));
        assert!(text.contains("1801") && text.contains("420"), "{text}");
        assert_eq!(t("no-such-key", &[]), "no-such-key");
    }
}
