//! Where a line may lead, one small mark for each way: under the prompt, and in the explanation while the answer is due.

use workbench::outlook::Way;
use yew::prelude::*;

use crate::i18n::say;

/// The ways; with all `codes` the standards name, or in the fewest words.
pub fn ways(ways: &[Way], codes: bool) -> Html {
    let item = |way: &Way| {
        let class = classes!(
            "ways__item",
            way.good.then_some("ways__item--good"),
            (!way.good).then_some("ways__item--bad"),
            way.expected.then_some("ways__item--expected"),
        );
        let replies = if codes && !way.codes.is_empty() { &way.codes } else { &way.replies };
        html! {
            <li {class}>
                <code class="wire" dir="ltr">{ replies.clone() }</code>
                if let Some(to) = way.to {
                    <span aria-hidden="true">{ "\u{2192}" }</span>
                    <span class="sr">{ say("ui-leads-to") }</span>
                    <code dir="ltr">{ to.name() }</code>
                } else {
                    <span>{ say("ui-way-stays") }</span>
                }
                if way.expected { <b>{ say("ui-way-expected") }</b> }
            </li>
        }
    };
    html! { <ul class="ways">{ for ways.iter().map(item) }</ul> }
}
