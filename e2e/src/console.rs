//! The workbench in a browser, used as a learner uses it: open, type, look. What is expected is the tests' business.

use std::collections::BTreeMap;

use mailproto::token::Side;
use serde_json::Value;
use workbench::conversation::Conversation;
use workbench::{log, recording};

use crate::browser::{Browser, key};
use crate::wait;

/// The bench of an open page.
pub struct Console<'a> {
    /// The browser it is in.
    pub browser: &'a Browser,
}

/// A row of the log as a person sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// `->`, `<-`, `~>` or `<~`.
    pub glyph: String,
    /// The wire text, secrets masked.
    pub text: String,
}

impl<'a> Console<'a> {
    /// Opens the start page and one of its three examples, by its title.
    #[track_caller]
    pub fn open_example(browser: &'a Browser, url: &str, title: &str) -> Self {
        browser.goto(url);
        Self::enter_example(browser, title)
    }

    /// Opens one of the three examples, by its title, where the start page is in sight.
    #[track_caller]
    pub fn enter_example(browser: &'a Browser, title: &str) -> Self {
        browser.wait(".examples");
        let body =
            "const example = [...document.querySelectorAll('.example')].find(d => d.textContent.includes(arguments[0]));
                    example?.click(); return !!example";
        wait::until_ok(&format!("the example `{title}`"), || pressed(browser.script(body, &[title.into()])));
        browser.wait(".log__list");
        Self { browser }
    }

    /// Fills the connect form of the start page and connects.
    #[track_caller]
    pub fn connect(browser: &'a Browser, url: &str, protocol: &str, tls: bool, host: &str, port: u16) -> Self {
        browser.goto(url);
        browser.wait(".real");
        for choice in [protocol, if tls { "TLS" } else { "None" }] {
            let body = "const item = [...document.querySelectorAll('.real .seg__item')]
                            .find(i => i.textContent.trim() === arguments[0]);
                        item?.click(); return !!item";
            wait::until_ok(&format!("the choice `{choice}`"), || pressed(browser.script(body, &[choice.into()])));
        }
        for (css, text) in [(".real input[name=host]", host), (".real input[name=port]", &port.to_string())] {
            browser.clear(css);
            browser.type_into(css, text);
        }
        browser.click(".real .button--primary");
        browser.wait(".log__list");
        Self { browser }
    }

    /// The rows of the log now.
    #[track_caller]
    pub fn rows(&self) -> Vec<Row> {
        let body = "return [...document.querySelectorAll('.log__row')].map(r => [
            r.querySelector('.log__dir [aria-hidden]').textContent.trim(),
            r.querySelector('.log__text .wire').textContent])";
        let rows = self.browser.script(body, &[]);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        rows.as_array().into_iter().flatten().map(|row| Row { glyph: text(&row[0]), text: text(&row[1]) }).collect()
    }

    /// Waits for the state in the pill above the log.
    #[track_caller]
    pub fn wait_state(&self, state: &str) {
        wait::until_ok(&format!("the state {state}"), || {
            let now = self.state();
            if now == state { Ok(()) } else { Err(format!("{now}; the log ends {:?}", self.rows().last())) }
        });
    }

    /// The state in the pill above the log.
    #[track_caller]
    pub fn state(&self) -> String {
        let body = "const pill = document.querySelector('.statebar'); if (!pill) return '';
                    return [...pill.childNodes].filter(n => n.nodeType === 3 || !n.classList.contains('sr'))
                        .map(n => n.textContent).join('').trim()";
        self.browser.script(body, &[]).as_str().unwrap_or_default().to_owned()
    }

    /// The name of the lit state in the diagram that is visible.
    #[track_caller]
    pub fn lit(&self) -> Vec<String> {
        let body = "return [...document.querySelectorAll('.diagram .node--current')]
            .filter(n => n.getBoundingClientRect().width > 0)
            .map(n => n.querySelector('.node__name').textContent)";
        let lit = self.browser.script(body, &[]);
        lit.as_array().into_iter().flatten().filter_map(|name| name.as_str().map(str::to_owned)).collect()
    }

    /// Types a line and presses Enter, wherever the focus is: it must be in the prompt.
    #[track_caller]
    pub fn type_line(&self, line: &str) {
        self.browser.press(&format!("{line}{}", key::ENTER));
    }

    /// Types a line and waits until the log holds it and a reply that begins with `reply`. Gives the reply's first line.
    #[track_caller]
    pub fn say(&self, line: &str, reply: &str) -> Row {
        let before = self.rows().len();
        self.type_line(line);
        wait::until_ok(&format!("a reply `{reply}` to `{line}`"), || {
            let rows = self.rows();
            let new = rows.get(before..).unwrap_or_default();
            // The end of the reply before may be drawn after the look above.
            let mut after = new.iter().skip_while(|row| !row.glyph.ends_with('>')).skip(1);
            let answer = after.next().filter(|row| row.text.starts_with(reply)).cloned();
            answer.ok_or_else(|| format!("{new:?}"))
        })
    }

    /// Types a line that gets no reply (message text) and waits until the log holds it.
    #[track_caller]
    pub fn write(&self, line: &str) {
        let before = self.rows().len();
        self.type_line(line);
        wait::until_ok(&format!("`{line}` in the log"), || {
            let rows = self.rows();
            let mut new = rows.iter().skip(before);
            new.find(|row| row.text == line).map(|_| ()).ok_or_else(|| format!("{:?}", rows.last()))
        });
    }

    /// Waits until the text of the log (events, problems and all) holds `part`.
    #[track_caller]
    pub fn wait_log(&self, part: &str) {
        wait::until_ok(&format!("`{part}` in the log"), || {
            let text = self.browser.texts(".log__list").into_iter().next().unwrap_or_default();
            if text.contains(part) { Ok(()) } else { Err(text) }
        });
    }

    /// The recorded session, as its button saves it.
    #[track_caller]
    fn recording(&self) -> String {
        let body = "window.recorded = null;
            const make = URL.createObjectURL;
            URL.createObjectURL = blob => { blob.text().then(text => window.recorded = text); return make.call(URL, blob) };
            document.getElementById('save-tape').click();";
        self.browser.script(body, &[]);
        let file = self.browser.wait_script("the recorded session", "return window.recorded");
        self.browser.script("delete URL.createObjectURL", &[]);
        file.as_str().unwrap_or_default().to_owned()
    }

    /// The rows that are drawn, each by the number it bears.
    fn numbered(&self) -> BTreeMap<u32, Row> {
        let numbers =
            self.browser.script("return [...document.querySelectorAll('.log__no')].map(n => +n.textContent)", &[]);
        let number = |value: &Value| value.as_u64().and_then(|number| u32::try_from(number).ok()).unwrap_or_default();
        numbers.as_array().into_iter().flatten().map(number).zip(self.rows()).collect()
    }

    /// What the page shows of the session must be what a replay of its recording shows: everything a session is, is a fold over what
    /// happened. Nobody's dialogue with the page is left out: this runs when the console is left.
    fn compare_with_replay(&self) -> Result<(), String> {
        let tape = recording::read(&self.recording()).map_err(|fault| fault.to_string())?;
        let replayed = Conversation::until(&tape, tape.len()).ok_or("nobody was asked for")?;
        let (now, then) = (self.state(), replayed.state().name());
        if now != then {
            return Err(format!("the page says {now}, the replay {then}"));
        }
        let transcript = replayed.transcript();
        let lines = (0..transcript.len()).filter_map(|index| transcript.line(index));
        let lines: BTreeMap<_, _> = lines.map(|line| (line.number, line)).collect();
        for (number, row) in self.numbered() {
            let Some(line) = lines.get(&number) else { return Err(format!("no line {number} in the replay: {row:?}")) };
            let text: String = log::pieces(&line.wire).0.into_iter().map(|piece| piece.text).collect();
            let glyph = match (line.wire.side, line.wire.encrypted) {
                (Side::Client, false) => "->",
                (Side::Client, true) => "~>",
                (Side::Server, false) => "<-",
                (Side::Server, true) => "<~",
            };
            if (row.text.as_str(), row.glyph.as_str()) != (text.as_str(), glyph) {
                return Err(format!("line {number} is {row:?}, in the replay {glyph} {text}"));
            }
        }
        let newest = self.numbered().last_key_value().map_or(0, |(number, _)| *number);
        let behind = lines.last_key_value().map_or(0, |(number, _)| *number);
        let folded = self.browser.count(".log__fold[aria-expanded=false]") > 0;
        if newest < behind && !folded {
            return Err(format!("the page ends with line {newest}, the replay with {behind}"));
        }
        Ok(())
    }

    /// Compares the log with what it should be: `glyph text` a line.
    pub fn compare(&self, expected: &[&str]) -> Result<(), String> {
        let rows: Vec<String> = self.rows().iter().map(|row| format!("{} {}", row.glyph, row.text)).collect();
        if rows == expected { Ok(()) } else { Err(format!("expected {expected:#?}\nfound {rows:#?}")) }
    }
}

impl Drop for Console<'_> {
    /// A test that went well so far compares what its session left with a replay of it, where the session is still in the page.
    fn drop(&mut self) {
        if !std::thread::panicking() && self.browser.count("#save-tape") > 0 {
            wait::until_ok("a replay that shows what the page shows", || self.compare_with_replay());
        }
    }
}

/// Whether the script found what it was to press; if not, what it said.
fn pressed(said: Value) -> Result<(), Value> {
    if said == Value::Bool(true) { Ok(()) } else { Err(said) }
}
