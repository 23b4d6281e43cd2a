//! From a compiled crate to what a browser runs: a WebAssembly module and the script that calls it, under short names.

use std::collections::HashMap;

use anyhow::{Result, bail};

/// What the binding tool makes of a compiled crate.
pub struct Bound {
    pub js: String,
    pub wasm: Vec<u8>,
}

/// Binds `wasm`; `name` is what the tool calls it. The functions keep their names when they are wanted.
pub fn bind(name: &str, wasm: Vec<u8>, names: bool) -> Result<Bound> {
    let mut tool = wasm_bindgen_cli_support::Bindgen::new();
    tool.input_bytes(name, wasm).typescript(false).remove_name_section(!names).remove_producers_section(true);
    let mut bound = tool.demangle(false).omit_default_module_path(true).web(true)?.generate_output()?;
    if bound.snippets().values().any(|snippets| !snippets.is_empty()) || !bound.local_modules().is_empty() {
        bail!("`{name}` brings JavaScript snippets, and the page ships none");
    }
    let mut short = Names::default();
    let module = bound.wasm_mut();
    for import in module.imports.iter_mut() {
        short.give(&mut import.name);
    }
    for export in module.exports.iter_mut() {
        short.give(&mut export.name);
    }
    let wasm = module.emit_wasm();
    Ok(Bound { js: short.apply(bound.js()), wasm })
}

/// Short names for the functions through which script and module call each other. The tool's own, such as
/// `__wbg_focus_4cb0c1a7a5f4ba95`, stand in both files, and a hash does not compress.
#[derive(Default)]
struct Names(HashMap<String, String>);

impl Names {
    /// Renames what the tool named; other names may mean something to others.
    fn give(&mut self, name: &mut String) {
        if ["__wb", "wasm_bindgen__"].iter().any(|ours| name.starts_with(ours)) {
            let next = self.0.len();
            *name = self.0.entry(name.clone()).or_insert_with(|| format!("${next}")).clone();
        }
    }

    /// The script, with every word that was renamed.
    fn apply(&self, script: &str) -> String {
        let in_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
        let mut out = String::new();
        let mut rest = script;
        while !rest.is_empty() {
            let (word, after) = rest.split_at(rest.find(|c| !in_word(c)).unwrap_or(rest.len()));
            out.push_str(self.0.get(word).map_or(word, String::as_str));
            let (between, after) = after.split_at(after.find(in_word).unwrap_or(after.len()));
            out.push_str(between);
            rest = after;
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_get_the_same_short_names() {
        let mut names = Names::default();
        let mut given = ["__wbg_a_01", "__wbg_a_012", "__wbindgen_start", "__wbg_a_01", "memory"].map(String::from);
        for name in &mut given {
            names.give(name);
        }
        assert_eq!(given, ["$0", "$1", "$2", "$0", "memory"]);
        assert_eq!(
            names.apply("{ __wbg_a_012: x }; wasm.__wbindgen_start(__wbg_a_01, '__wbg_a_01'); x__wbg_a_01"),
            "{ $1: x }; wasm.$2($0, '$0'); x__wbg_a_01"
        );
    }
}
