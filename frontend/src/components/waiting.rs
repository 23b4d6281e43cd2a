//! What stands where a session or the reference will be, until the rest of the page is here; or that it could not be had.

use workbench::{Model, Msg, model::Rest};
use yew::prelude::*;

use super::{bar, parts::page_buttons};
use crate::i18n::{rich, say};

/// The page that waits.
pub fn waiting(model: &Model, emit: &Callback<Msg>) -> Html {
    let again = emit.reform(|_: MouseEvent| Msg::AskRest);
    html! {
        <>
            <header class="bar start__bar">
                { bar::brand(emit) }
                <span class="spacer"></span>
                { page_buttons(&model.preferences, emit) }
            </header>
            <main class="start waiting" role="status">
                if model.rest == Rest::Missing {
                    <p>{ rich("ui-words-missing", &[]) }</p>
                    <p><button type="button" class="button button--primary" onclick={again}>{ say("ui-words-again") }</button></p>
                } else {
                    <p>{ say("ui-words-awaited") }</p>
                }
            </main>
        </>
    }
}
