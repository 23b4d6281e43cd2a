//! A recorded session as a file. What is in it, and that its secrets are masked, is `workbench::recording`'s.

use js_sys::JSON;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use workbench::{recording::Head, tape::Tape};

/// The file: one line says what it is, then a line for each fact. The browser writes the JSON.
pub fn file(tape: &Tape) -> String {
    let mut file = line(&Head::NOW);
    file.extend(tape.facts().iter().map(line));
    file
}

fn line(of: &impl Serialize) -> String {
    // What is on a tape are names, texts and numbers, which always fit.
    let json = of.serialize(&Serializer::json_compatible()).ok().and_then(|value| JSON::stringify(&value).ok());
    json.and_then(|json| json.as_string()).map_or_else(String::new, |json| json + "\n")
}
