//! Who takes mail for a domain: the answer as `nslookup` prints it, the servers in the order they are tried, and why.

use workbench::{
    mailproto::note::Note,
    mx::{self, Lookup, Mx, MxHost},
};
use yew::prelude::*;

use super::icons::icon;
use crate::i18n::{self, say, t};

/// What came of a look-up; `choose` takes the host to connect to. A split point of the page's module (`SPLIT_POINTS` in
/// `xtask/src/page.rs`).
#[inline(never)]
pub fn answer(look: &Lookup, choose: &Callback<String>) -> Html {
    let status = match look {
        Lookup::None => Html::default(),
        Lookup::Asking(domain) => html! { <p>{ t("ui-mx-asking", &[("domain", domain)]) }</p> },
        Lookup::Told(told) => notes(mx::notes(told)),
        Lookup::Refused(cause) => notes(mx::refusal(cause)),
    };
    html! {
        <>
            if let Lookup::Told(told) = look {
                <pre class="mx__print wire" dir="ltr" tabindex="0" role="region" aria-label={t("ui-mx-print", &[])}>{ mx::printed(told).join("\n") }</pre>
                { hosts(told, choose) }
            }
            <div role="status">{ status }</div>
        </>
    }
}

/// The servers, numbered by their turns.
fn hosts(told: &Mx, choose: &Callback<String>) -> Html {
    let row = |(turn, host): (usize, &MxHost)| {
        let name = host.name.clone();
        let choose = choose.reform(move |_: MouseEvent| name.clone());
        html! {
            <li class="mx__host">
                <span class="mx__turn">{ turn }</span>
                <div class="mx__about">
                    <p><code class="wire">{ &host.name }</code>{ " " }
                        <span class="badge badge--line">{ t("ui-mx-preference", &[("count", &host.preference.to_string())]) }</span></p>
                    if !host.addresses.is_empty() {
                        <p class="mx__addresses">{ for host.addresses.iter().map(|address| html! { <code class="wire">{ address }</code> }) }</p>
                    }
                    { notes(mx::host_notes(host, told.practice)) }
                </div>
                if mx::is_choice(host, told.practice) {
                    <button type="button" class="button" onclick={choose}
                        aria-label={t("ui-mx-use-host", &[("host", &host.name)])}>{ icon("plug") }{ say("ui-mx-use") }</button>
                }
            </li>
        }
    };
    let real = mx::turns(told).filter(|(_, host)| !host.is_null());
    html! { <ol class="mx__hosts" aria-label={t("ui-mx-order", &[])}>{ for real.map(row) }</ol> }
}

fn notes(notes: Vec<Note>) -> Html {
    let one = |note: &Note| {
        html! {
            <p>
                { i18n::note(note) }
                if let Some(rfc) = note.rfc {
                    { " " }<a href={rfc.url()} target="_blank" rel="noopener">{ rfc.to_string() }</a>
                }
            </p>
        }
    };
    html! { <div class="mx__notes">{ for notes.iter().map(one) }</div> }
}
