//! What stands where a session or the reference will be, until the second module is loaded; or that it could not be.

use workbench::{Desk, Msg, desk::Loaded};
use yew::prelude::*;

use super::{bar, parts::page_buttons};
use crate::i18n::{rich, say};

/// The page that waits.
pub fn waiting(desk: &Desk, emit: &Callback<Msg>) -> Html {
    let again = emit.reform(|_: MouseEvent| Msg::AskRest);
    html! {
        <>
            <header class="bar start__bar">
                { bar::brand(emit) }
                <span class="spacer"></span>
                { page_buttons(&desk.preferences, emit) }
            </header>
            <main class="start waiting" role="status">
                if desk.loaded() == Loaded::Failed {
                    <p>{ rich("ui-words-missing", &[]) }</p>
                    <p><button type="button" class="button button--primary" onclick={again}>{ say("ui-words-again") }</button></p>
                } else {
                    <p>{ say("ui-words-awaited") }</p>
                }
            </main>
        </>
    }
}
