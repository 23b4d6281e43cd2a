//! The steps of a login: each with its sentence, its section, and the bytes it is about. Secrets are masked.

use workbench::mailproto::sasl::Step;
use yew::prelude::*;

use super::parts::wire;
use crate::i18n::note;

/// The steps in order. `reveal` shows secrets: only where learners asked to see their own.
pub fn steps(steps: &[Step], reveal: bool) -> Html {
    if steps.is_empty() {
        return Html::default();
    }
    html! { <ol class="steps">{ for steps.iter().map(|one| step(one, reveal)) }</ol> }
}

fn step(step: &Step, reveal: bool) -> Html {
    let value = step.value.as_ref().map(|value| if reveal { value.revealed() } else { value.shown() });
    html! {
        <li class="steps__item">
            <p class="steps__text">
                { note(&step.note) }
                if let Some(rfc) = step.note.rfc {
                    { " " }
                    <a class="steps__rule" href={rfc.url()} target="_blank" rel="noopener">{ rfc.to_string() }</a>
                }
            </p>
            if let Some(value) = value { <p class="steps__value">{ wire(&value) }</p> }
        </li>
    }
}
