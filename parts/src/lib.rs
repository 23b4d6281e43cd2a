//! Parts a bound WebAssembly module in two: what a page needs at once, and the rest, which a browser puts into the same memory and the
//! same table of functions once it was fetched. Which functions lead into the rest, and who fetches it when, is said elsewhere.
//!
//! Nothing is compiled twice, and the page stays one program: the rest begins behind a few functions, the *split points*, which the page
//! calls only when the rest is there. They must not be inlined. Which function belongs where is told by the linker's relocations: they
//! name every function and every piece of data that another one refers to. What can be reached without passing a split point is the first
//! part.
//!
//! In reading order: [`sections`] reads what the linker says, [`links`] makes of it who refers to whom, [`graph`] follows that,
//! [`plan`] decides what goes where and writes both modules, with [`data`] for the octets and [`rewrite`] for functions and table.
//!
//! # Why not a library
//!
//! `wasm-split-cli` 0.7.4 and `wasm_split_cli_support` 0.2 were weighed in November 2026. Both use the same recipe: the module before and
//! after binding, and its relocations. Ours stays for four reasons. Their split points are asynchronous macros, and a view of Yew is
//! drawn by a function that cannot wait; they load their parts by a script of their own, which our content security policy and our names
//! by content would have to learn; they zero the data of what was moved and leave it to `wasm-opt` to drop, a tool we do not ask for; and
//! they fix the version of `walrus`, which the binding tool fixes already. Look again in November 2027, or as soon as one of them parts a
//! module at a function that is called like any other.

mod data;
mod graph;
mod links;
mod plan;
mod rewrite;
mod sections;

use anyhow::Result;
use walrus::{Module, ModuleConfig};

use crate::links::Links;
use crate::plan::Plan;

/// How modules are parted: what was made by another recipe has to be made anew.
pub const RECIPE: &str = concat!(
    include_str!("lib.rs"),
    include_str!("data.rs"),
    include_str!("graph.rs"),
    include_str!("links.rs"),
    include_str!("plan.rs"),
    include_str!("rewrite.rs"),
    include_str!("sections.rs"),
);

/// The two parts of a module.
#[derive(Debug)]
pub struct Parts {
    /// Instantiated by the script the binding tool made.
    pub first: Vec<u8>,
    /// Instantiated by the page, with the exports of the first part.
    pub rest: Vec<u8>,
}

/// Parts a bound module that still has its names at the functions of these paths (`page::drivers::perform`). `linked` is the module
/// before it was bound, with relocations.
pub fn part(linked: &[u8], bound: &[u8], split_points: &[&str]) -> Result<Parts> {
    let links = Links::read(linked)?;
    let module = parse(bound)?;
    let plan = Plan::new(&module, &links, split_points)?;
    Ok(Parts { first: plan.first(parse(bound)?)?, rest: plan.rest(parse(bound)?)? })
}

fn parse(wasm: &[u8]) -> Result<Module> {
    let mut config = ModuleConfig::new();
    config.generate_name_section(false).generate_producers_section(false);
    let mut module = config.parse(wasm)?;
    // What no browser reads.
    let customs: Vec<_> = module.customs.iter().map(|(id, _)| id).collect();
    for id in customs {
        module.customs.delete(id);
    }
    Ok(module)
}
