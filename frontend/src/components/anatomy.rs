//! A reply code digit by digit, and the enhanced code beside it (RFC 5321 section 4.2.1, RFC 3463 section 2).

use workbench::mailproto::{explain::CodeAnatomy, machine::Rfc, note::Note};
use yew::prelude::*;

use crate::i18n::{note, say};

/// The code taken apart.
pub fn anatomy(anatomy: &CodeAnatomy) -> Html {
    let digits = anatomy.code.to_string();
    html! {
        <div class="anatomy">
            { line(anatomy, &digits) }
            <div class="anatomy__cols">
                <div class="anatomy__col">
                    { heading("ui-reply-code", anatomy.digits[0].rfc) }
                    <ul>{ items(digits.chars().map(String::from), &anatomy.digits, scale(&digits)) }</ul>
                </div>
                { enhanced(anatomy) }
            </div>
        </div>
    }
}

fn line(anatomy: &CodeAnatomy, digits: &str) -> Html {
    let end = if anatomy.last { "ui-code-space" } else { "ui-code-hyphen" };
    html! {
        <p class="anatomy__line" dir="ltr">
            { for digits.chars().map(|digit| html! { <span class="anatomy__cell">{ digit }</span> }) }
            <span class="anatomy__cell anatomy__cell--sep">{ say(end) }</span>
            if let Some((code, _)) = &anatomy.enhanced {
                <span class="anatomy__cell anatomy__cell--enh">{ code.class }</span><span class="anatomy__dot">{ "." }</span>
                <span class="anatomy__cell anatomy__cell--enh">{ code.subject }</span><span class="anatomy__dot">{ "." }</span>
                <span class="anatomy__cell anatomy__cell--enh">{ code.detail }</span>
            }
            <span class="anatomy__free">{ anatomy.words.clone() }</span>
        </p>
    }
}

fn enhanced(anatomy: &CodeAnatomy) -> Html {
    let Some((code, notes)) = &anatomy.enhanced else { return Html::default() };
    let numbers = [code.class.to_string(), code.subject.to_string(), code.detail.to_string()];
    let scale = html! {
        <span class="scale" aria-hidden="true">
            { for ["2", "4", "5"].into_iter().map(|class| {
                let on = (code.class.to_string() == class).then_some("scale__i--on");
                html! { <span class={classes!("scale__i", "scale__i--enh", on)}>{ class }</span> }
            }) }
        </span>
    };
    html! {
        <div class="anatomy__col anatomy__col--enh">
            { heading("ui-enhanced-code", notes[0].rfc) }
            <ul>{ items(numbers.into_iter(), notes, scale) }</ul>
        </div>
    }
}

fn heading(key: &str, rfc: Option<Rfc>) -> Html {
    let link = rfc.map(|rfc| {
        html! { <a href={rfc.url()} target="_blank" rel="noopener">{ rfc.to_string() }</a> }
    });
    html! { <h3>{ say(key) }{ " " }{ link }</h3> }
}

/// Each number with what it says; the scale stands under the first.
fn items(numbers: impl Iterator<Item = String>, notes: &[Note; 3], scale: Html) -> Html {
    let mut scale = Some(scale);
    let item = |(number, says): (String, &Note)| {
        html! { <li class="anatomy__item"><code>{ number }</code><div>{ note(says) }{ scale.take() }</div></li> }
    };
    numbers.zip(notes).map(item).collect()
}

/// The class among its siblings.
fn scale(digits: &str) -> Html {
    let class = |name: &'static str| {
        let on = digits.starts_with(&name[..1]).then_some("scale__i--on");
        html! { <span class={classes!("scale__i", on)}>{ name }</span> }
    };
    html! { <span class="scale" aria-hidden="true">{ for ["2yz", "3yz", "4yz", "5yz"].into_iter().map(class) }</span> }
}
