//! A headless Chromium, driven through chromedriver by the W3C WebDriver protocol: a request for each thing a person does.
//!
//! The protocol is JSON over HTTP/1.1, so this file is the whole client. What WebDriver lacks (emulating a phone, a dark
//! theme) goes through Chromium's own commands. Every look waits for its condition; nothing here waits for a time.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::folder::Folder;
use crate::http;
use crate::mailspeak::target;
use crate::process::{self, Process};
use crate::wait;

/// The key under which WebDriver wraps the id of an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Chromium without a screen, a sandbox (containers have none to give) and without talking to the network by itself.
const FLAGS: &[&str] = &[
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--window-size=1440,900",
    "--hide-scrollbars",
    "--lang=en-US",
];

/// Keys that are no characters, for [`Browser::press`].
#[allow(missing_docs, reason = "the names are on the keys")]
pub mod key {
    /// Lets go of all modifier keys.
    pub const RELEASE: &str = "\u{e000}";
    pub const BACKSPACE: &str = "\u{e003}";
    pub const TAB: &str = "\u{e004}";
    pub const ENTER: &str = "\u{e007}";
    pub const SHIFT: &str = "\u{e008}";
    pub const CONTROL: &str = "\u{e009}";
    pub const ESCAPE: &str = "\u{e00c}";
    pub const PAGE_UP: &str = "\u{e00e}";
    pub const PAGE_DOWN: &str = "\u{e00f}";
    pub const END: &str = "\u{e010}";
    pub const HOME: &str = "\u{e011}";
    pub const LEFT: &str = "\u{e012}";
    pub const UP: &str = "\u{e013}";
    pub const RIGHT: &str = "\u{e014}";
    pub const DOWN: &str = "\u{e015}";
}

/// One browser with a fresh profile. Ends with this value.
pub struct Browser {
    /// chromedriver; it starts and ends Chromium. Nobody asks it anything here, it only has to end.
    _driver: Process,
    /// Where chromedriver listens.
    port: u16,
    /// `/session/<id>`: the beginning of every command.
    session: String,
    /// Chromium's user data; goes last.
    _profile: Folder,
}

impl Browser {
    /// A window of 1440 by 900, light.
    #[track_caller]
    pub fn start() -> Self {
        let profile = Folder::new("chromium");
        let (driver, port) = start_driver();
        let mut args: Vec<String> = FLAGS.iter().map(|&flag| flag.to_owned()).collect();
        args.push(format!("--user-data-dir={}", profile.path().display()));
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": { "args": args, "binary": process::find("chromium") },
            "goog:loggingPrefs": { "browser": "ALL" },
        }}});
        let made = send(port, "POST", "/session", &wanted).unwrap_or_else(|error| panic!("no browser: {error}"));
        let id = made["sessionId"].as_str().unwrap_or_else(|| panic!("no browser: {made}"));
        Self { port, session: format!("/session/{id}"), _driver: driver, _profile: profile }
    }

    /// Starts, and opens `url`.
    #[track_caller]
    pub fn open(url: &str) -> Self {
        let browser = Self::start();
        browser.goto(url);
        browser
    }

    // ---- the page ----

    /// Opens an address and waits until it is loaded.
    #[track_caller]
    pub fn goto(&self, url: &str) {
        self.post("/url", &json!({ "url": url }));
    }

    /// Loads the page again.
    #[track_caller]
    pub fn reload(&self) {
        self.post("/refresh", &json!({}));
    }

    /// What the tab shows.
    #[track_caller]
    pub fn title(&self) -> String {
        self.get("/title").as_str().unwrap_or_default().to_owned()
    }

    /// Runs the body of a function in the page; `arguments` holds `args`. A promise is waited for.
    #[track_caller]
    pub fn script(&self, body: &str, args: &[Value]) -> Value {
        self.post("/execute/sync", &json!({ "script": body, "args": args }))
    }

    /// One of Chromium's own commands (DevTools protocol).
    #[track_caller]
    pub fn cdp(&self, command: &str, params: Value) -> Value {
        self.post("/goog/cdp/execute", &json!({ "cmd": command, "params": params }))
    }

    // ---- looking ----

    /// How many elements match now.
    #[track_caller]
    pub fn count(&self, css: &str) -> usize {
        self.find_all(css).len()
    }

    /// Waits for an element.
    #[track_caller]
    pub fn wait(&self, css: &str) {
        self.element(css);
    }

    /// Waits until no element matches.
    #[track_caller]
    pub fn wait_gone(&self, css: &str) {
        wait::until_ok(&format!("`{css}` to go"), || match self.count(css) {
            0 => Ok(()),
            some => Err(some),
        });
    }

    /// Waits until exactly `count` elements match.
    #[track_caller]
    pub fn wait_count(&self, css: &str, count: usize) {
        wait::until_ok(&format!("{count} of `{css}`"), || match self.count(css) {
            found if found == count => Ok(()),
            other => Err(other),
        });
    }

    /// Waits until the text of the first match holds `part`, and gives back all of it.
    #[track_caller]
    pub fn wait_text(&self, css: &str, part: &str) -> String {
        wait::until_ok(&format!("`{part}` in `{css}`"), || {
            let text = self.texts(css).into_iter().next().ok_or_else(|| "no such element".to_owned())?;
            if text.contains(part) { Ok(text) } else { Err(text) }
        })
    }

    /// Waits until a script gives something other than null, false or 0, and gives that back.
    #[track_caller]
    pub fn wait_script(&self, what: &str, body: &str) -> Value {
        wait::until_ok(what, || {
            let value = self.script(body, &[]);
            let nothing = value.is_null() || value == false || value == 0;
            if nothing { Err(value) } else { Ok(value) }
        })
    }

    /// The text of the first match, as a person sees it. Waits for the element.
    #[track_caller]
    pub fn text(&self, css: &str) -> String {
        self.wait(css);
        self.texts(css).into_iter().next().unwrap_or_default()
    }

    /// The text of every match now, in the order of the page.
    #[track_caller]
    pub fn texts(&self, css: &str) -> Vec<String> {
        let body = "return [...document.querySelectorAll(arguments[0])].map(e => e.innerText ?? e.textContent)";
        let found = self.script(body, &[css.into()]);
        found.as_array().into_iter().flatten().map(|text| text.as_str().unwrap_or_default().to_owned()).collect()
    }

    /// An attribute of the first match. Waits for the element.
    #[track_caller]
    pub fn attribute(&self, css: &str, name: &str) -> Option<String> {
        self.wait(css);
        let body = "return document.querySelector(arguments[0])?.getAttribute(arguments[1]) ?? null";
        self.script(body, &[css.into(), name.into()]).as_str().map(str::to_owned)
    }

    /// What is typed into the first match. Waits for the element.
    #[track_caller]
    pub fn value(&self, css: &str) -> String {
        self.wait(css);
        let value = self.script("return document.querySelector(arguments[0])?.value ?? ''", &[css.into()]);
        value.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until the first match holds exactly `expected`: what was typed is drawn a moment later.
    #[track_caller]
    pub fn wait_value(&self, css: &str, expected: &str) {
        wait::until_ok(&format!("{expected:?} in {css}"), || match self.value(css) {
            value if value == expected => Ok(()),
            value => Err(value),
        });
    }

    /// A CSS property of the first match, as computed. Waits for the element.
    #[track_caller]
    pub fn style(&self, css: &str, property: &str) -> String {
        self.wait(css);
        let body = "return getComputedStyle(document.querySelector(arguments[0])).getPropertyValue(arguments[1])";
        self.script(body, &[css.into(), property.into()]).as_str().unwrap_or_default().to_owned()
    }

    /// What a screen reader calls the first match. Waits for the element.
    #[track_caller]
    pub fn label(&self, css: &str) -> String {
        let id = self.element(css);
        self.get(&format!("/element/{id}/computedlabel")).as_str().unwrap_or_default().to_owned()
    }

    // ---- doing ----

    /// Clicks the first match. Waits until it is there and nothing lies over it.
    #[track_caller]
    pub fn click(&self, css: &str) {
        wait::until_ok(&format!("`{css}` to be clickable"), || {
            let id = self.find_all(css).into_iter().next().ok_or_else(|| "no such element".to_owned())?;
            self.try_post(&format!("/element/{id}/click"), &json!({}))
        });
    }

    /// Types into the first match, at the end of what is there. Waits for the element.
    #[track_caller]
    pub fn type_into(&self, css: &str, text: &str) {
        let id = self.element(css);
        self.post(&format!("/element/{id}/value"), &json!({ "text": text }));
    }

    /// Empties the first match, a field, as a person does: all of it selected, then Backspace. WebDriver's own `clear` changes
    /// the field without the page's knowledge. Waits for the element.
    #[track_caller]
    pub fn clear(&self, css: &str) {
        self.type_into(css, &format!("{}a{}{}", key::CONTROL, key::RELEASE, key::BACKSPACE));
    }

    /// Presses keys one after the other wherever the focus is; see [`key`].
    #[track_caller]
    pub fn press(&self, keys: &str) {
        let strokes = keys
            .chars()
            .map(String::from)
            .flat_map(|key| [json!({ "type": "keyDown", "value": key }), json!({ "type": "keyUp", "value": key })]);
        self.keyboard(strokes.collect());
    }

    /// Presses `key` while `held` is down: `chord(key::CONTROL, "a")`.
    #[track_caller]
    pub fn chord(&self, held: &str, key: &str) {
        self.keyboard(vec![
            json!({ "type": "keyDown", "value": held }),
            json!({ "type": "keyDown", "value": key }),
            json!({ "type": "keyUp", "value": key }),
            json!({ "type": "keyUp", "value": held }),
        ]);
    }

    #[track_caller]
    fn keyboard(&self, strokes: Vec<Value>) {
        self.post("/actions", &json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": strokes }] }));
    }

    // ---- how it is seen ----

    /// A phone: 390 by 844, touch, two device pixels to one.
    #[track_caller]
    pub fn phone(&self) {
        let metrics = json!({ "width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": true });
        self.cdp("Emulation.setDeviceMetricsOverride", metrics);
        self.cdp("Emulation.setTouchEmulationEnabled", json!({ "enabled": true }));
    }

    /// A window whose inside has this size.
    #[track_caller]
    pub fn size(&self, width: u32, height: u32) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.cdp("Emulation.setDeviceMetricsOverride", metrics);
    }

    /// A media feature as the system would report it: `media("prefers-color-scheme", "dark")`. Forgets earlier ones.
    #[track_caller]
    pub fn media(&self, name: &str, value: &str) {
        self.cdp("Emulation.setEmulatedMedia", json!({ "features": [{ "name": name, "value": value }] }));
    }

    /// What is seen now, into `target/screens/<name>.png`.
    #[track_caller]
    pub fn screenshot(&self, name: &str) -> PathBuf {
        let shot = self.cdp("Page.captureScreenshot", json!({ "format": "png" }));
        let png = STANDARD.decode(shot["data"].as_str().unwrap_or_default()).expect("the screenshot is not base64");
        let folder = target().join("screens");
        fs::create_dir_all(&folder).unwrap_or_else(|error| panic!("cannot make {}: {error}", folder.display()));
        let path = folder.join(format!("{name}.png"));
        fs::write(&path, png).unwrap_or_else(|error| panic!("cannot write {}: {error}", path.display()));
        path
    }

    // ---- what it complained about ----

    /// What the console said since it was last asked: level and text.
    #[track_caller]
    pub fn console(&self) -> Vec<(String, String)> {
        let entries = self.post("/se/log", &json!({ "type": "browser" }));
        let text = |entry: &Value, part: &str| entry[part].as_str().unwrap_or_default().to_owned();
        entries.as_array().into_iter().flatten().map(|entry| (text(entry, "level"), text(entry, "message"))).collect()
    }

    /// No error and no warning in the console since it was last asked; a broken content security policy is an error.
    #[track_caller]
    pub fn assert_quiet(&self) {
        let loud: Vec<_> =
            self.console().into_iter().filter(|(level, _)| level == "SEVERE" || level == "WARNING").collect();
        assert!(loud.is_empty(), "the console complains: {loud:#?}");
    }

    // ---- the protocol ----

    /// The id of the first match. Waits for it.
    #[track_caller]
    fn element(&self, css: &str) -> String {
        wait::until_ok(&format!("`{css}`"), || match self.find_all(css).into_iter().next() {
            Some(found) => Ok(found),
            None => Err(self.texts("main")),
        })
    }

    #[track_caller]
    fn find_all(&self, css: &str) -> Vec<String> {
        let found = self.post("/elements", &json!({ "using": "css selector", "value": css }));
        let id = |element: &Value| element[ELEMENT].as_str().map(str::to_owned);
        found.as_array().into_iter().flatten().filter_map(id).collect()
    }

    #[track_caller]
    fn get(&self, path: &str) -> Value {
        let answer = send(self.port, "GET", &format!("{}{path}", self.session), &Value::Null);
        answer.unwrap_or_else(|error| panic!("GET {path}: {error}"))
    }

    #[track_caller]
    fn post(&self, path: &str, body: &Value) -> Value {
        self.try_post(path, body).unwrap_or_else(|error| panic!("{path} {body}: {error}"))
    }

    fn try_post(&self, path: &str, body: &Value) -> Result<Value, String> {
        send(self.port, "POST", &format!("{}{path}", self.session), body)
    }
}

/// chromedriver, and where it listens. It takes a free port of IPv6 and ends where another program has the same one of IPv4: then
/// the next has better luck.
#[track_caller]
fn start_driver() -> (Process, u16) {
    let mut end = String::new();
    for _ in 0..5 {
        let mut command = Command::new(process::find("chromedriver"));
        command.arg("--port=0");
        let mut driver = Process::start(command);
        let port = driver.wait_for_or_end("its port", |line| {
            line.strip_prefix("ChromeDriver was started successfully on port ")?.trim_end_matches('.').parse().ok()
        });
        match port {
            Ok(port) => return (driver, port),
            Err(why) => end = why,
        }
    }
    panic!("no chromedriver: {end}");
}

impl Drop for Browser {
    /// Asks chromedriver to close Chromium; then chromedriver ends, and the profile goes.
    fn drop(&mut self) {
        let _ = send(self.port, "DELETE", &self.session, &Value::Null);
    }
}

/// One WebDriver command: its value, or its error as a sentence.
fn send(port: u16, method: &str, path: &str, body: &Value) -> Result<Value, String> {
    let body = if method == "POST" { body.to_string() } else { String::new() };
    let headers = [("Content-Type", "application/json; charset=utf-8")];
    let answer = http::try_request(port, method, path, &headers, body.as_bytes()).map_err(|error| error.to_string())?;
    let value = answer.json()["value"].take();
    if answer.status == 200 {
        return Ok(value);
    }
    let text = |part: &str| value[part].as_str().unwrap_or_default().lines().next().unwrap_or_default().to_owned();
    Err(format!("{}: {}", text("error"), text("message")))
}
