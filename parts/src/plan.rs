//! What goes into which part, and the two modules made by it.

use std::collections::{BTreeSet, HashMap};

use anyhow::{Context, Result};
use walrus::ir::Value;
use walrus::{ConstExpr, ElementItems, ElementKind, ExportItem, FunctionId, FunctionKind, GlobalKind, Module, TableId};

use crate::data::{Pieces, part_data, replace_data};
use crate::graph::{Graph, Uses, ids};
use crate::links::Links;
use crate::rewrite::{FIRST, broken, import, lead, names, replace_elements};

/// What goes where. Functions are named by their place in the bound module, so that the plan holds for each reading of it.
pub struct Plan {
    /// Whether a function belongs to the rest.
    of_rest: Vec<bool>,
    /// The functions of the rest that the first part calls by name, each with its place in the table.
    entries: Vec<(usize, u64)>,
    /// The table of functions, and how long it is with the entries.
    table: usize,
    length: u64,
    /// What of the first part the rest uses.
    shared: Uses,
    /// The pieces of data of each part.
    data: [Pieces; 2],
}

impl Plan {
    /// Decides where everything of a bound module goes.
    pub fn new(module: &Module, links: &Links, split_points: &[&str]) -> Result<Self> {
        let functions = ids(module);
        let graph = Graph::new(module, links);
        let is_split = graph.split_points(split_points)?;

        let mut roots: Vec<_> = module.exports.iter().filter_map(|export| function(&export.item)).collect();
        roots.extend(module.start.map(|id| id.index()));
        let first = graph.reach(&roots, &is_split);
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
        let mut place = |entry: usize| match placed.get(&entry) {
            Some(slot) => (entry, *slot),
            None => {
                length += 1;
                (entry, length - 1)
            }
        };
        let entries = called.into_iter().map(&mut place).collect();
        let data = part_data(module, links, &all, &first)?;
        Ok(Self { of_rest, entries, table: table.index(), length, shared, data })
    }

    /// The module without what belongs to the rest.
    pub fn first(&self, mut module: Module) -> Result<Vec<u8>> {
        let functions = ids(&module);
        let table = self.table(&mut module)?;
        let lost = broken(&mut module);
        for (entry, slot) in &self.entries {
            lead(&mut module, functions[*entry], table, i32::try_from(*slot)?);
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
    pub fn rest(&self, mut module: Module) -> Result<Vec<u8>> {
        let functions = ids(&module);
        let table = self.table(&mut module)?;
        let mut placed: Vec<_> = slots(&module, table).into_iter().collect();
        placed.extend(&self.entries);
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

    /// The table of functions, with room for the entries.
    fn table(&self, module: &mut Module) -> Result<TableId> {
        let table = module.tables.iter().find(|table| table.id().index() == self.table);
        let table = module.tables.get_mut(table.context("the table is gone")?.id());
        table.initial = self.length;
        table.maximum = table.maximum.map(|most| most.max(self.length));
        Ok(table.id())
    }
}

fn function(item: &ExportItem) -> Option<usize> {
    match item {
        ExportItem::Function(id) => Some(id.index()),
        ExportItem::Table(_) | ExportItem::Memory(_) | ExportItem::Global(_) | ExportItem::Tag(_) => None,
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

#[cfg(test)]
mod tests {
    use walrus::{DataKind, FunctionBuilder, RefType};

    use super::*;
    use crate::links::{Data, Refers};
    use crate::parse;

    /// `main` calls the split point, `shared` and `only`'s neighbour by address; behind the split point are `only` and what `vtable` names.
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
        let split = add(&mut module, "_ZN4page5split17h0123456789abcdefE", &[only]);
        let main = add(&mut module, "main", &[shared, split]);
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
    fn behind_a_split_point_is_what_nobody_else_needs() {
        let bound = module();
        let plan = Plan::new(&parse(&bound).unwrap(), &links(), &["page::split"]).unwrap();
        let first = Module::from_buffer(&plan.first(parse(&bound).unwrap()).unwrap()).unwrap();
        let rest = Module::from_buffer(&plan.rest(parse(&bound).unwrap()).unwrap()).unwrap();
        let told = |module: &Module| {
            let data: Vec<_> = module.data.iter().map(|data| (data.value[0], data.value.len())).collect();
            (module.funcs.iter().count(), module.imports.iter().count(), module.exports.iter().count(), data)
        };
        // main, shared, the step to the split point, what stands in the table meanwhile; shared, table and memory are exported.
        assert_eq!(told(&first), (4, 0, 5, vec![(1, 32), (3, 32)]));
        // split point, only, by_address, and shared as an import, beside table and memory.
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
        assert_eq!(placed, 2, "by_address and the split point");
    }

    #[test]
    fn a_split_point_that_is_gone_fails_the_build_by_its_name() {
        let check = |path: &str, expected: Option<&str>| {
            let failed = Plan::new(&parse(&module()).unwrap(), &links(), &[path]).err();
            let said = failed.map(|error| error.to_string());
            assert_eq!(said.as_deref().and_then(|said| said.split(',').next()), expected, "{path}");
        };
        check("page::split", None);
        check("page::gone", Some("no function of the module is called `page::gone`"));
        check("split::page", Some("no function of the module is called `split::page`"));
    }
}
