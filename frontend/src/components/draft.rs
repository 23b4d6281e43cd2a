//! What is done with a draft as text: the mask, a paste, completion. Which draft there is, and when it is sent, is the prompt's.

use workbench::prompt::Hint;

/// The draft up to the mask, and from it on.
pub(super) fn split(draft: &str, mask_from: Option<usize>) -> (&str, &str) {
    let Some(from) = mask_from else { return ("", draft) };
    let at = draft.char_indices().nth(from).map_or(draft.len(), |(at, _)| at);
    draft.split_at(at)
}

/// What stands before and behind a selection, which is told in UTF-16 units; without one, all stands before.
pub(super) fn around(value: &str, selection: Option<(u32, u32)>) -> (&str, &str) {
    let Some((start, end)) = selection else { return (value, "") };
    let place = |units: u32| {
        let mut left = units as usize;
        value.char_indices().find_map(|(at, character)| {
            let here = (left == 0).then_some(at);
            left = left.saturating_sub(character.len_utf16());
            here
        })
    };
    let (start, end) = (place(start).unwrap_or(value.len()), place(end).unwrap_or(value.len()));
    (&value[..start], &value[end.max(start)..])
}

/// The lines that are finished, by CR LF, LF or CR, and what follows them.
pub(super) fn finished_lines(text: &str) -> (Vec<String>, String) {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    match text.rsplit_once('\n') {
        Some((lines, rest)) => (lines.split('\n').map(String::from).collect(), rest.into()),
        None => (Vec::new(), text),
    }
}

/// What Tab makes of the draft: the whole verb, when the draft is its beginning.
pub(super) fn completion(hint: &Hint, draft: &str) -> Option<String> {
    let verb = hint.matched?;
    let begun = !draft.is_empty() && draft.len() < verb.name.len() && verb.name.is_char_boundary(draft.len());
    let fits = begun && verb.name[..draft.len()].eq_ignore_ascii_case(draft);
    let space = if verb.syntax.is_empty() || verb.syntax.starts_with('[') { "" } else { " " };
    fits.then(|| format!("{}{space}", verb.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use workbench::{
        mailproto::{Event, Protocol, Session},
        prompt,
    };

    fn session() -> Session {
        let mut session = Session::new(Protocol::Pop3);
        session.connected(false);
        let events: Vec<Event> = session.received(b"+OK ready\r\n");
        assert!(!events.is_empty());
        session
    }

    #[test]
    fn a_secret_is_split_off() {
        fn check(draft: &str, before: &str, value: &str) {
            let hint = prompt::hint(&session(), draft);
            assert_eq!(split(draft, hint.mask_from), (before, value), "{draft}");
        }
        check("USER ada", "", "USER ada");
        check("PASS ", "PASS ", "");
        check("PASS lovelace", "PASS ", "lovelace");
        check("pass a b", "pass ", "a b");
    }

    #[test]
    fn pasted_lines_are_cut_at_every_ending() {
        fn check(text: &str, lines: &[&str], rest: &str) {
            let (found, kept) = finished_lines(text);
            assert_eq!((found.iter().map(String::as_str).collect::<Vec<_>>().as_slice(), kept.as_str()), (lines, rest));
        }
        check("USER ada\r\nPASS x", &["USER ada"], "PASS x");
        check("a\rb\n\nc\r\n", &["a", "b", "", "c"], "");
        check("a", &[], "a");
    }

    #[test]
    fn a_paste_replaces_the_selection() {
        assert_eq!(around("abcd", Some((1, 3))), ("a", "d"));
        assert_eq!(around("a\u{1f600}b", Some((3, 3))), ("a\u{1f600}", "b"));
        assert_eq!(around("abc", Some((3, 3))), ("abc", ""));
        assert_eq!(around("", None), ("", ""));
    }

    #[test]
    fn tab_completes_a_verb_that_is_begun() {
        fn check(draft: &str, expected: Option<&str>) {
            let hint = prompt::hint(&session(), draft);
            assert_eq!(completion(&hint, draft).as_deref(), expected, "{draft}");
        }
        check("us", Some("USER "));
        check("q", Some("QUIT"));
        check("", None);
        check("USER", None);
        check("USER a", None);
        check("xy", None);
    }
}
