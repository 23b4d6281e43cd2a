//! Parts the page's module in two: what the start page needs, and the rest, which a browser puts into the same memory and the same table
//! of functions once it was fetched. Nothing is compiled twice, and the page stays one program: the rest begins behind a few
//! functions, the [`DOORS`], which the page calls only when it is there.
//!
//! Which function belongs where is told by the linker's relocations: they name every function and every piece of data that another one
//! refers to. What can be reached without passing a door is the first part.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use anyhow::{Context, Result, ensure};
use walrus::ir::{Value, Visitor, dfs_in_order};
use walrus::{
    ConstExpr, DataKind, ElementItems, ElementKind, FunctionBuilder, FunctionId, FunctionKind, GlobalId, GlobalKind,
    ImportKind, ImportedFunction, MemoryId, Module, ModuleConfig, TableId,
};

use crate::links::{Links, Refers};

/// What leads from the first part into the rest. They must not be inlined; the page calls them once `drivers/rest.rs` reported that the
/// rest is here.
pub const DOORS: [&str; 7] = [
    "frontend::components::bench::bench",
    "frontend::components::connect::odd",
    "frontend::components::mx::answer",
    "frontend::components::reference::reference",
    "frontend::drivers::perform",
    "frontend::i18n::select",
    "workbench::update::in_session",
];

/// How the rest names what it takes from the first part.
const FIRST: &str = "";

/// Data that belongs to the rest and is no longer than this stays in the first part: a segment of its own costs about as much.
const CRUMB: usize = 16;

/// Pieces of data, each with its address.
type Pieces = Vec<(u32, Vec<u8>)>;

/// The two parts of a module.
pub struct Parts {
    /// Instantiated by the script the binding tool made.
    pub first: Vec<u8>,
    /// Instantiated by the page, with the exports of the first part.
    pub rest: Vec<u8>,
}

/// Parts a bound module that still has its names. `linked` is the module before it was bound, with relocations.
pub fn part(linked: &[u8], bound: &[u8], doors: &[&str]) -> Result<Parts> {
    let links = Links::read(linked)?;
    let module = parse(bound)?;
    let plan = Plan::new(&module, &links, doors)?;
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

/// What goes where. Functions are named by their place in the bound module, so that the plan holds for each reading of it.
struct Plan {
    /// Whether a function belongs to the rest.
    of_rest: Vec<bool>,
    /// The functions of the rest that the first part calls by name, each with its place in the table.
    doors: Vec<(usize, u64)>,
    /// The table of functions, and how long it is with the doors.
    table: usize,
    length: u64,
    /// What of the first part the rest uses.
    shared: Uses,
    /// The pieces of data of each part.
    data: [Pieces; 2],
}

impl Plan {
    fn new(module: &Module, links: &Links, doors: &[&str]) -> Result<Self> {
        let functions = ids(module);
        let graph = Graph::new(module, links);
        let is_door: Vec<bool> = functions.iter().map(|id| graph.is_door(module, *id, doors)).collect();
        let found = is_door.iter().filter(|is| **is).count();
        ensure!(found == doors.len(), "{found} of the {} doors are functions of the module: {doors:?}", doors.len());

        let mut roots: Vec<_> = module.exports.iter().filter_map(|export| function(&export.item)).collect();
        roots.extend(module.start.map(|id| id.index()));
        let first = graph.reach(&roots, &is_door);
        let all = graph.reach(&roots, &[]);
        let is_local = |id: FunctionId| matches!(module.funcs.get(id).kind, FunctionKind::Local(_));
        let of_rest = |(at, id): (usize, &FunctionId)| all.functions[at] && !first.functions[at] && is_local(*id);
        let of_rest: Vec<bool> = functions.iter().enumerate().map(of_rest).collect();

        let table = module.tables.main_function_table()?.context("the module has no table of functions")?;
        let mut length = module.tables.get(table).initial;
        let placed = slots(module, table);
        let mut called = BTreeSet::new();
        let mut shared = Uses::default();
        for (at, id) in functions.iter().enumerate() {
            let uses = Uses::of(module, *id);
            if of_rest[at] {
                let not_ours = uses.functions.iter().filter(|to| !of_rest[**to]);
                shared.functions.extend(not_ours);
                shared.globals.extend(&uses.globals);
                shared.memories.extend(&uses.memories);
                shared.tables.extend(&uses.tables);
            } else if all.functions[at] {
                called.extend(uses.functions.into_iter().filter(|to| of_rest[*to]));
            }
        }
        shared.tables.insert(table.index());
        shared.memories.extend(module.memories.iter().map(|memory| memory.id().index()));
        let mut place = |door: usize| match placed.get(&door) {
            Some(slot) => (door, *slot),
            None => {
                length += 1;
                (door, length - 1)
            }
        };
        let doors = called.into_iter().map(&mut place).collect();
        let data = part_data(module, links, &all, &first)?;
        Ok(Self { of_rest, doors, table: table.index(), length, shared, data })
    }

    /// The module without what belongs to the rest.
    fn first(&self, mut module: Module) -> Result<Vec<u8>> {
        let functions = ids(&module);
        let table = self.table(&mut module)?;
        let lost = FunctionBuilder::new(&mut module.types, &[], &[]);
        let lost = broken(lost).finish(Vec::new(), &mut module.funcs);
        for (door, slot) in &self.doors {
            lead(&mut module, functions[*door], table, i32::try_from(*slot)?);
        }
        for element in module.elements.iter_mut() {
            if let ElementItems::Functions(items) = &mut element.items {
                for item in items.iter_mut().filter(|item| self.of_rest[item.index()]) {
                    *item = lost;
                }
            }
        }
        replace_data(&mut module, &self.data[0])?;
        let mut names = names();
        let mut name = || names.next().unwrap_or_default();
        for at in &self.shared.functions {
            module.exports.add(&name(), functions[*at]);
        }
        let (tables, memories, globals) = self.shared.ids(&module);
        tables.into_iter().for_each(|id| _ = module.exports.add(&name(), id));
        memories.into_iter().for_each(|id| _ = module.exports.add(&name(), id));
        globals.into_iter().for_each(|id| _ = module.exports.add(&name(), id));
        walrus::passes::gc::run(&mut module);
        Ok(module.emit_wasm())
    }

    /// The rest, which imports what it uses of the first part.
    fn rest(&self, mut module: Module) -> Result<Vec<u8>> {
        let functions = ids(&module);
        let table = self.table(&mut module)?;
        let mut placed: Vec<_> = slots(&module, table).into_iter().collect();
        placed.extend(&self.doors);
        placed.retain(|(at, _)| self.of_rest[*at]);
        module.start = None;
        for id in module.exports.iter().map(walrus::Export::id).collect::<Vec<_>>() {
            module.exports.delete(id);
        }

        let mut names = names();
        let mut name = || names.next().unwrap_or_default();
        for at in &self.shared.functions {
            import(&mut module, functions[*at], &name());
        }
        let (tables, memories, globals) = self.shared.ids(&module);
        for id in tables {
            module.tables.get_mut(id).import = Some(module.imports.add(FIRST, &name(), id));
        }
        for id in memories {
            module.memories.get_mut(id).import = Some(module.imports.add(FIRST, &name(), id));
        }
        for id in globals {
            module.globals.get_mut(id).kind = GlobalKind::Import(module.imports.add(FIRST, &name(), id));
        }
        replace_elements(&mut module, table, placed, &functions)?;
        replace_data(&mut module, &self.data[1])?;
        walrus::passes::gc::run(&mut module);
        Ok(module.emit_wasm())
    }

    /// The table of functions, with room for the doors.
    fn table(&self, module: &mut Module) -> Result<TableId> {
        let table = module.tables.iter().find(|table| table.id().index() == self.table);
        let table = module.tables.get_mut(table.context("the table is gone")?.id());
        table.initial = self.length;
        table.maximum = table.maximum.map(|most| most.max(self.length));
        Ok(table.id())
    }
}

fn ids(module: &Module) -> Vec<FunctionId> {
    module.funcs.iter().map(walrus::Function::id).collect()
}

fn function(item: &walrus::ExportItem) -> Option<usize> {
    match item {
        walrus::ExportItem::Function(id) => Some(id.index()),
        _ => None,
    }
}

/// Where functions stand in the table.
fn slots(module: &Module, table: TableId) -> HashMap<usize, u64> {
    let mut slots = HashMap::new();
    for element in module.elements.iter() {
        if let (
            ElementKind::Active { table: of, offset: ConstExpr::Value(Value::I32(from)) },
            ElementItems::Functions(items),
        ) = (&element.kind, &element.items)
            && *of == table
        {
            let from = u64::from(from.unsigned_abs());
            slots.extend(items.iter().zip(from..).map(|(id, slot)| (id.index(), slot)));
        }
    }
    slots
}

/// What a function refers to in its code.
#[derive(Default)]
struct Uses {
    functions: BTreeSet<usize>,
    globals: BTreeSet<usize>,
    memories: BTreeSet<usize>,
    tables: BTreeSet<usize>,
}

impl Uses {
    fn of(module: &Module, id: FunctionId) -> Self {
        let mut uses = Self::default();
        if let FunctionKind::Local(local) = &module.funcs.get(id).kind {
            dfs_in_order(&mut uses, local, local.entry_block());
        }
        uses
    }

    fn ids(&self, module: &Module) -> (Vec<TableId>, Vec<MemoryId>, Vec<GlobalId>) {
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

/// Who refers to whom: calls as they stand in the bound module, addresses of functions and data by the relocations.
struct Graph<'a> {
    links: &'a Links,
    calls: Vec<BTreeSet<usize>>,
    names: Vec<Option<&'a str>>,
    by_name: HashMap<&'a str, Vec<usize>>,
}

/// What can be reached.
struct Reached {
    functions: Vec<bool>,
    data: Vec<bool>,
}

impl<'a> Graph<'a> {
    fn new(module: &'a Module, links: &'a Links) -> Self {
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

    fn is_door(&self, module: &Module, id: FunctionId, doors: &[&str]) -> bool {
        let name = module.funcs.get(id).name.as_deref().unwrap_or_default();
        doors.iter().any(|door| is_symbol_of(name, door))
    }

    /// From these functions, without passing a door.
    fn reach(&self, roots: &[usize], is_door: &[bool]) -> Reached {
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
                if is_door.get(at) == Some(&true) || std::mem::replace(&mut reached.functions[at], true) {
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

/// Each segment in pieces: those that only the rest refers to, and all others.
fn part_data(module: &Module, links: &Links, all: &Reached, first: &Reached) -> Result<[Pieces; 2]> {
    let mut parts = [Pieces::new(), Pieces::new()];
    for segment in module.data.iter() {
        let DataKind::Active { offset: ConstExpr::Value(Value::I32(from)), .. } = segment.kind else {
            anyhow::bail!("the module has data without a fixed address");
        };
        let from = from.cast_unsigned();
        let mut of_rest = vec![false; segment.value.len()];
        for wanted in [true, false] {
            for (at, symbol) in links.data.iter().enumerate() {
                if (all.data[at] && !first.data[at]) == wanted {
                    let within = |address: u32| (address.saturating_sub(from) as usize).min(of_rest.len());
                    let range = within(symbol.address.start)..within(symbol.address.end);
                    of_rest[range].fill(wanted);
                }
            }
        }
        for range in runs(&of_rest) {
            let address = from + u32::try_from(range.start)?;
            parts[usize::from(of_rest[range.start])].push((address, segment.value[range].to_vec()));
        }
    }
    Ok(parts)
}

/// Runs of equal values; a crumb of the rest belongs to what stands before it.
fn runs(of_rest: &[bool]) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    for run in of_rest.chunk_by(|a, b| a == b) {
        let range = at..at + run.len();
        at = range.end;
        match runs.last_mut() {
            Some(last) if of_rest[last.start] == run[0] || (run[0] && run.len() <= CRUMB) => last.end = range.end,
            _ => runs.push(range),
        }
    }
    runs
}

fn replace_data(module: &mut Module, pieces: &[(u32, Vec<u8>)]) -> Result<()> {
    let memory = module.memories.iter().next().context("the module has no memory")?.id();
    for id in module.data.iter().map(walrus::Data::id).collect::<Vec<_>>() {
        module.data.delete(id);
    }
    module.memories.get_mut(memory).data_segments.clear();
    for (address, octets) in pieces {
        let offset = ConstExpr::Value(Value::I32(address.cast_signed()));
        let id = module.data.add(DataKind::Active { memory, offset }, octets.clone());
        module.memories.get_mut(memory).data_segments.insert(id);
    }
    Ok(())
}

/// Puts functions into their places of the table.
fn replace_elements(
    module: &mut Module,
    table: TableId,
    mut placed: Vec<(usize, u64)>,
    functions: &[FunctionId],
) -> Result<()> {
    for id in module.elements.iter().map(walrus::Element::id).collect::<Vec<_>>() {
        module.elements.delete(id);
    }
    module.tables.get_mut(table).elem_segments.clear();
    placed.sort_unstable_by_key(|(_, slot)| *slot);
    placed.dedup();
    for run in placed.chunk_by(|(_, a), (_, b)| a + 1 == *b) {
        let offset = ConstExpr::Value(Value::I32(i32::try_from(run[0].1)?));
        let items = run.iter().map(|(at, _)| functions[*at]).collect();
        let id = module.elements.add(ElementKind::Active { table, offset }, ElementItems::Functions(items));
        module.tables.get_mut(table).elem_segments.insert(id);
    }
    Ok(())
}

/// A function that is imported from now on.
fn import(module: &mut Module, id: FunctionId, name: &str) {
    let ty = module.funcs.get(id).ty();
    let old = module.imports.get_imported_func(id).map(walrus::Import::id);
    if let Some(old) = old {
        module.imports.delete(old);
    }
    let import = module.imports.add(FIRST, name, ImportKind::Function(id));
    module.funcs.get_mut(id).kind = FunctionKind::Import(ImportedFunction { import, ty });
}

/// A function whose body is one step through the table.
fn lead(module: &mut Module, id: FunctionId, table: TableId, slot: i32) {
    let ty = module.funcs.get(id).ty();
    let (params, results) = module.types.params_results(ty);
    let (params, results) = (params.to_vec(), results.to_vec());
    let mut step = FunctionBuilder::new(&mut module.types, &params, &results);
    let args: Vec<_> = params.iter().map(|param| module.locals.add(*param)).collect();
    let mut body = step.func_body();
    for arg in &args {
        body.local_get(*arg);
    }
    body.i32_const(slot).call_indirect(ty, table);
    module.funcs.get_mut(id).kind = FunctionKind::Local(step.local_func(args));
}

/// What stands in the table where a function of the rest will be: whoever calls it too early stops.
fn broken(mut function: FunctionBuilder) -> FunctionBuilder {
    function.func_body().unreachable();
    function
}

/// Short names: of one character, of two, of three.
fn names() -> impl Iterator<Item = String> {
    let digits = || ('a'..='z').chain('A'..='Z').chain('0'..='9');
    let longer = move |names: Vec<String>| {
        names.into_iter().flat_map(move |name| digits().map(move |digit| format!("{name}{digit}")))
    };
    let one: Vec<String> = digits().map(String::from).collect();
    let two: Vec<String> = longer(one.clone()).collect();
    one.into_iter().chain(two.clone()).chain(longer(two))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::collections::HashMap;

    use walrus::RefType;

    use super::*;
    use crate::links::Data;

    /// `main` calls the door, `shared` and `only`'s neighbour by address; behind the door are `only` and what `vtable` names.
    fn module() -> Vec<u8> {
        let mut module = Module::default();
        let memory = module.memories.add_local(false, false, 1, None, None);
        module.exports.add("memory", memory);
        let mut functions = HashMap::new();
        let mut add = |module: &mut Module, name: &str, calls: &[FunctionId]| {
            let mut function = FunctionBuilder::new(&mut module.types, &[], &[]);
            function.name(name.into());
            for call in calls {
                function.func_body().call(*call);
            }
            let id = function.finish(Vec::new(), &mut module.funcs);
            functions.insert(name.to_owned(), id);
            id
        };
        let shared = add(&mut module, "shared", &[]);
        let only = add(&mut module, "only", &[shared]);
        let by_address = add(&mut module, "by_address", &[]);
        let door = add(&mut module, "_ZN4page4door17h0123456789abcdefE", &[only]);
        let main = add(&mut module, "main", &[shared, door]);
        module.exports.add("main", main);
        let table = module.tables.add_local(false, 3, Some(3), RefType::FUNCREF);
        let offset = ConstExpr::Value(Value::I32(1));
        let items = ElementItems::Functions(vec![by_address, shared]);
        let id = module.elements.add(ElementKind::Active { table, offset }, items);
        module.tables.get_mut(table).elem_segments.insert(id);
        let octets = [[1; 32], [2; 32], [3; 32]].concat();
        let id = module.data.add(DataKind::Active { memory, offset: ConstExpr::Value(Value::I32(1024)) }, octets);
        module.memories.get_mut(memory).data_segments.insert(id);
        module.emit_wasm()
    }

    fn links() -> Links {
        let refers = |functions: &[&str], data: &[usize]| Refers {
            functions: functions.iter().map(|name| (*name).to_owned()).collect(),
            data: data.to_vec(),
        };
        let data = |from: u32, links| Data { address: from..from + 32, links };
        Links {
            functions: HashMap::from([
                ("main".into(), refers(&["shared"], &[0])),
                ("only".into(), refers(&[], &[0, 1])),
                ("renamed".into(), refers(&[], &[2])),
            ]),
            data: vec![
                data(1024, Refers::default()),
                data(1056, refers(&["by_address"], &[])),
                data(1088, Refers::default()),
            ],
        }
    }

    #[test]
    fn behind_a_door_is_what_nobody_else_needs() {
        let bound = module();
        let plan = Plan::new(&parse(&bound).unwrap(), &links(), &["page::door"]).unwrap();
        let first = Module::from_buffer(&plan.first(parse(&bound).unwrap()).unwrap()).unwrap();
        let rest = Module::from_buffer(&plan.rest(parse(&bound).unwrap()).unwrap()).unwrap();
        let told = |module: &Module| {
            let data: Vec<_> = module.data.iter().map(|data| (data.value[0], data.value.len())).collect();
            (module.funcs.iter().count(), module.imports.iter().count(), module.exports.iter().count(), data)
        };
        // main, shared, the step to the door, what stands in the table meanwhile; shared, table and memory are exported.
        assert_eq!(told(&first), (4, 0, 5, vec![(1, 32), (3, 32)]));
        // door, only, by_address, and shared as an import, beside table and memory.
        assert_eq!(told(&rest), (4, 3, 0, vec![(2, 32)]));
        let table = |module: &Module| module.tables.iter().map(|table| table.initial).collect::<Vec<_>>();
        assert_eq!((table(&first), table(&rest)), (vec![4], vec![4]));
        let names = |module: &Module| module.imports.iter().map(|import| import.name.clone()).collect::<Vec<_>>();
        assert!(names(&rest).iter().all(|name| first.exports.iter().any(|export| export.name == *name)));
        let placed: usize = rest
            .elements
            .iter()
            .map(|element| match &element.items {
                ElementItems::Functions(items) => items.len(),
                ElementItems::Expressions(..) => 0,
            })
            .sum();
        assert_eq!(placed, 2, "by_address and the door");
    }

    #[test]
    fn a_door_that_is_gone_fails_the_build() {
        let check = |door: &str| Plan::new(&parse(&module()).unwrap(), &links(), &[door]).is_err();
        assert!(check("page::gone") && check("door::page") && !check("page::door"));
    }

    #[test]
    fn symbols_are_known_by_path() {
        let check = |symbol: &str, expected: bool| assert_eq!(is_symbol_of(symbol, "page::door"), expected, "{symbol}");
        check("_ZN4page4door17h0123456789abcdefE", true);
        check("_RNvCs1234_4page4door", true);
        check("_ZN4page4door28_$u7b$$u7b$closure$u7d$$u7d$17h0123456789abcdefE", false);
        check("_ZN4page5doors17h0123456789abcdefE", false);
    }

    #[test]
    fn crumbs_stay_where_they_are() {
        let bits = |text: &str| text.bytes().map(|byte| byte == b'r').collect::<Vec<_>>();
        assert_eq!(
            runs(&bits(&format!("ff{}ff{}f", "r".repeat(CRUMB), "r".repeat(CRUMB + 1)))),
            [0..20, 20..37, 37..38]
        );
        assert_eq!(runs(&bits("rrf")), [0..2, 2..3]);
        assert_eq!(runs(&[]), []);
    }

    #[test]
    fn names_are_many_and_differ() {
        let some: Vec<_> = names().take(10_000).collect();
        assert_eq!(some.iter().collect::<BTreeSet<_>>().len(), 10_000);
        assert_eq!((some[0].as_str(), some[62].as_str(), some[62 * 63].as_str()), ("a", "aa", "aaa"));
    }
}
