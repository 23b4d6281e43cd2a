//! Who refers to whom in a module, and what can be reached from where. What follows from that is not decided here.

use std::collections::{BTreeSet, HashMap};

use anyhow::{Result, bail};
use walrus::ir::{Visitor, dfs_in_order};
use walrus::{FunctionId, FunctionKind, GlobalId, MemoryId, Module, TableId};

use crate::links::{Links, Refers};

/// Who refers to whom: calls as they stand in the bound module, addresses of functions and data by the relocations.
pub struct Graph<'a> {
    links: &'a Links,
    calls: Vec<BTreeSet<usize>>,
    names: Vec<Option<&'a str>>,
    by_name: HashMap<&'a str, Vec<usize>>,
}

/// What can be reached.
pub struct Reached {
    /// By the place of the function in the module.
    pub functions: Vec<bool>,
    /// By the place of the piece in [`Links::data`].
    pub data: Vec<bool>,
}

impl<'a> Graph<'a> {
    pub fn new(module: &'a Module, links: &'a Links) -> Self {
        let names: Vec<_> = module.funcs.iter().map(|function| function.name.as_deref()).collect();
        let mut by_name: HashMap<_, Vec<_>> = HashMap::new();
        for (at, name) in names.iter().enumerate() {
            if let Some(name) = name {
                by_name.entry(*name).or_default().push(at);
            }
        }
        let calls = ids(module).into_iter().map(|id| Uses::of(module, id).functions).collect();
        Self { links, calls, names, by_name }
    }

    /// Which functions are the split points. Each path must be one function of the module.
    pub fn split_points(&self, paths: &[&str]) -> Result<Vec<bool>> {
        let mut is_split = vec![false; self.names.len()];
        for path in paths {
            let called = |name: &Option<&str>| name.is_some_and(|name| is_symbol_of(name, path));
            let places: Vec<_> = (0..self.names.len()).filter(|at| called(&self.names[*at])).collect();
            match places[..] {
                [place] => is_split[place] = true,
                [] => bail!(
                    "no function of the module is called `{path}`, yet the module is to be split there: \
                     it was renamed or moved, is no longer called, or was inlined because `#[inline(never)]` is missing"
                ),
                _ => bail!("{} functions are called `{path}`: a split point must not be generic", places.len()),
            }
        }
        Ok(is_split)
    }

    /// From these functions, without passing a split point.
    pub fn reach(&self, roots: &[usize], is_split: &[bool]) -> Reached {
        let mut reached =
            Reached { functions: vec![false; self.calls.len()], data: vec![false; self.links.data.len()] };
        let (mut functions, mut data) = (roots.to_vec(), Vec::<usize>::new());
        let follow = |links: &Refers, functions: &mut Vec<usize>, data: &mut Vec<usize>| {
            functions.extend(links.functions.iter().filter_map(|name| self.by_name.get(name.as_str())).flatten());
            data.extend(&links.data);
        };
        // What the binding tool named anew, or took out after it was told by it what to do.
        for (_, links) in self.links.functions.iter().filter(|(name, _)| !self.by_name.contains_key(name.as_str())) {
            follow(links, &mut functions, &mut data);
        }
        loop {
            let links = if let Some(at) = functions.pop() {
                if is_split.get(at) == Some(&true) || std::mem::replace(&mut reached.functions[at], true) {
                    continue;
                }
                functions.extend(&self.calls[at]);
                self.names[at].and_then(|name| self.links.functions.get(name))
            } else if let Some(at) = data.pop() {
                if std::mem::replace(&mut reached.data[at], true) {
                    continue;
                }
                Some(&self.links.data[at].links)
            } else {
                return reached;
            };
            if let Some(links) = links {
                follow(links, &mut functions, &mut data);
            }
        }
    }
}

/// Whether this is what the compiler calls the function of this path: each name with its length before it, in both of its schemes.
fn is_symbol_of(symbol: &str, path: &str) -> bool {
    let written: String = path.split("::").map(|name| format!("{}{name}", name.len())).collect();
    symbol.rsplit_once(&written).is_some_and(|(_, tail)| tail.is_empty() || tail.starts_with("17h"))
}

/// What a function refers to in its code, by its place in the module.
#[derive(Default)]
pub struct Uses {
    pub functions: BTreeSet<usize>,
    pub globals: BTreeSet<usize>,
    pub memories: BTreeSet<usize>,
    pub tables: BTreeSet<usize>,
}

impl Uses {
    pub fn of(module: &Module, id: FunctionId) -> Self {
        let mut uses = Self::default();
        if let FunctionKind::Local(local) = &module.funcs.get(id).kind {
            dfs_in_order(&mut uses, local, local.entry_block());
        }
        uses
    }

    pub fn ids(&self, module: &Module) -> (Vec<TableId>, Vec<MemoryId>, Vec<GlobalId>) {
        (
            module.tables.iter().map(walrus::Table::id).filter(|id| self.tables.contains(&id.index())).collect(),
            module.memories.iter().map(walrus::Memory::id).filter(|id| self.memories.contains(&id.index())).collect(),
            module.globals.iter().map(walrus::Global::id).filter(|id| self.globals.contains(&id.index())).collect(),
        )
    }
}

impl Visitor<'_> for Uses {
    fn visit_function_id(&mut self, id: &FunctionId) {
        self.functions.insert(id.index());
    }

    fn visit_global_id(&mut self, id: &GlobalId) {
        self.globals.insert(id.index());
    }

    fn visit_memory_id(&mut self, id: &MemoryId) {
        self.memories.insert(id.index());
    }

    fn visit_table_id(&mut self, id: &TableId) {
        self.tables.insert(id.index());
    }
}

/// All functions, in the order of the module.
pub fn ids(module: &Module) -> Vec<FunctionId> {
    module.funcs.iter().map(walrus::Function::id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_are_known_by_path() {
        let check =
            |symbol: &str, expected: bool| assert_eq!(is_symbol_of(symbol, "page::split"), expected, "{symbol}");
        check("_ZN4page5split17h0123456789abcdefE", true);
        check("_RNvCs1234_4page5split", true);
        check("_ZN4page5split28_$u7b$$u7b$closure$u7d$$u7d$17h0123456789abcdefE", false);
        check("_ZN4page6splits17h0123456789abcdefE", false);
    }
}
