//! Asks the proxy who takes mail for a domain. What the answer means is not here.

use std::rc::Rc;

use js_sys::JSON;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, RequestInit, Response};
use wire::{MxQuestion, MxReply};
use workbench::{Msg, mx::Mx, net::Cause};
use yew::Callback;

/// Longer than the proxy waits for name servers.
const WAIT_MS: u32 = 15_000;

/// Asks the proxy, and reports its answer.
pub fn ask(domain: String, emit: Callback<Msg>) {
    wasm_bindgen_futures::spawn_local(async move {
        let reply = fetch(domain.clone()).await.ok().and_then(decode);
        let answer = reply.map_or(Err(Cause::ProxyLost), answer);
        emit.emit(Msg::MailHosts { domain, answer });
    });
}

/// Reports what the practice zone said. What it does not know, the proxy may.
pub fn take(domain: String, told: Option<MxReply>, emit: &Callback<Msg>) {
    match told {
        Some(reply) => emit.emit(Msg::MailHosts { domain, answer: answer(reply) }),
        None => ask(domain, emit.clone()),
    }
}

async fn fetch(domain: String) -> Result<JsValue, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let question = JSON::stringify(&serde_wasm_bindgen::to_value(&MxQuestion { domain })?)?;
    let asking = RequestInit::new();
    asking.set_method("POST");
    asking.set_body(&question);
    asking.set_signal(Some(&AbortSignal::timeout_with_u32(WAIT_MS)));
    let response: Response = JsFuture::from(window.fetch_with_str_and_init("mx", &asking)).await?.dyn_into()?;
    if !response.ok() {
        return Err(JsValue::NULL);
    }
    JsFuture::from(response.json()?).await
}

fn decode(json: JsValue) -> Option<MxReply> {
    serde_wasm_bindgen::from_value(json).ok()
}

fn answer(reply: MxReply) -> Result<Rc<Mx>, Cause> {
    match reply {
        MxReply::Told(mx) => Ok(Rc::new(mx)),
        MxReply::Refused { cause } => Err(cause),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use workbench::mx::{MxHost, host_notes, notes, printed, turns};

    use super::*;

    /// What the practice zone says about a domain, as the page prints it, what it says of it, and of its hosts by their turns.
    fn look_up(domain: &str) -> (String, String, String) {
        let reply = practice_worker::mx::look_up(practice::Scenario::standard(), domain).unwrap();
        let told = answer(reply).unwrap();
        let keys = |notes: Vec<workbench::mailproto::note::Note>| {
            let told = notes.iter().map(|note| {
                note.key.trim_start_matches("mx-").to_owned() + &note.rfc.map_or(String::new(), |rfc| format!(" {rfc}"))
            });
            told.collect::<Vec<_>>().join(", ")
        };
        let host =
            |(turn, host): (usize, &MxHost)| format!("{turn} {} {}", host.name, keys(host_notes(host, told.practice)));
        let printed = printed(&told)[1..].join("\n").replace('\t', " ");
        (printed, keys(notes(&told)), turns(&told).map(host).collect::<Vec<_>>().join("; "))
    }

    /// Row D2 of the curriculum: MX records with preference order and addresses, as nslookup shows them, without a network.
    #[test]
    fn d2_who_takes_mail_in_the_practice_zone() {
        #[track_caller]
        fn check(domain: &str, printed: &str, notes: &str, hosts: &str) {
            let notes = format!("{notes}, practice RFC 6761 §6.2");
            assert_eq!(look_up(domain), (printed.to_owned(), notes, hosts.to_owned()), "{domain}");
        }
        const MAIL: &str = "mail.example.test internet address = 192.0.2.25\n\
                            mail.example.test has AAAA address 2001:db8::25";
        const BACKUP: &str = "backup.example.test internet address = 192.0.2.26";
        check(
            "example.test",
            &format!(
                "example.test mail exchanger = 10 mail.example.test.\n\
                 example.test mail exchanger = 20 backup.example.test.\n{MAIL}\n{BACKUP}"
            ),
            "order RFC 5321 §5.1",
            "1 mail.example.test ; 2 backup.example.test host-imagined",
        );
        check(
            "shared.example.test",
            &format!(
                "shared.example.test mail exchanger = 10 mail.example.test.\n\
                 shared.example.test mail exchanger = 10 backup.example.test.\n{MAIL}\n{BACKUP}"
            ),
            "order RFC 5321 §5.1, equal RFC 5321 §5.1",
            "1 mail.example.test ; 1 backup.example.test host-imagined",
        );
        check("nomail.example.test", "nomail.example.test mail exchanger = 0 .", "null RFC 7505 §3", "1 . ");
        check(
            "implicit.example.test",
            "*** Can't find implicit.example.test: No answer\nimplicit.example.test internet address = 192.0.2.27",
            "implicit RFC 5321 §5.1",
            "1 implicit.example.test host-imagined",
        );
        check(
            "empty.example.test",
            "*** Can't find empty.example.test: No answer",
            "nothing RFC 5321 §5.1",
            "1 empty.example.test host-no-address RFC 5321 §5.1",
        );
        check(
            "missing.example.test",
            "** server can't find missing.example.test: NXDOMAIN",
            "no-such-name RFC 5321 §5.1",
            "",
        );
        check(
            "broken.example.test",
            "broken.example.test mail exchanger = 10 empty.example.test.\n\
             broken.example.test mail exchanger = 20 gone.example.test.",
            "order RFC 5321 §5.1, unusable RFC 5321 §5.1",
            "1 empty.example.test host-no-address RFC 5321 §5.1; \
             2 gone.example.test host-no-such-name RFC 5321 §5.1",
        );
        check(
            "literal.example.test",
            "literal.example.test mail exchanger = 10 192.0.2.25.",
            "one RFC 5321 §5.1, unusable RFC 5321 §5.1",
            "1 192.0.2.25 host-no-name RFC 1035 §3.3.9",
        );
        check(
            "aliased.example.test",
            &format!(
                "aliased.example.test mail exchanger = 10 smtp.example.test.\n\
                 smtp.example.test canonical name = mail.example.test.\n{MAIL}"
            ),
            "one RFC 5321 §5.1",
            "1 smtp.example.test host-alias RFC 2181 §10.3, host-imagined",
        );
        check(
            "www.example.test",
            &format!(
                "www.example.test canonical name = example.test.\n\
                 example.test mail exchanger = 10 mail.example.test.\n\
                 example.test mail exchanger = 20 backup.example.test.\n{MAIL}\n{BACKUP}"
            ),
            "alias RFC 5321 §5.1, order RFC 5321 §5.1",
            "1 mail.example.test ; 2 backup.example.test host-imagined",
        );
        for lesson in workbench::mx::LESSONS {
            assert!(practice::Scenario::standard().zone.mx(lesson).is_some(), "{lesson}");
        }
    }
}
