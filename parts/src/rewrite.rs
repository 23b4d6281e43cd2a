//! Functions and the table of functions, changed in place. What is changed, and into what, is decided elsewhere.

use anyhow::Result;
use walrus::ir::Value;
use walrus::{
    ConstExpr, ElementItems, ElementKind, FunctionBuilder, FunctionId, FunctionKind, ImportKind, ImportedFunction,
    Module, TableId,
};

/// The name of the first part as a module that the rest imports from.
pub const FIRST: &str = "";

/// Puts functions into their places of the table.
pub fn replace_elements(
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
pub fn import(module: &mut Module, id: FunctionId, name: &str) {
    let ty = module.funcs.get(id).ty();
    let old = module.imports.get_imported_func(id).map(walrus::Import::id);
    if let Some(old) = old {
        module.imports.delete(old);
    }
    let import = module.imports.add(FIRST, name, ImportKind::Function(id));
    module.funcs.get_mut(id).kind = FunctionKind::Import(ImportedFunction { import, ty });
}

/// A function whose body is one step through the table.
pub fn lead(module: &mut Module, id: FunctionId, table: TableId, slot: i32) {
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
pub fn broken(module: &mut Module) -> FunctionId {
    let mut function = FunctionBuilder::new(&mut module.types, &[], &[]);
    function.func_body().unreachable();
    function.finish(Vec::new(), &mut module.funcs)
}

/// Short names, for what the rest takes from the first part: of one character, of two, of three.
pub fn names() -> impl Iterator<Item = String> {
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
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_many_and_differ() {
        let some: Vec<_> = names().take(10_000).collect();
        assert_eq!(some.iter().collect::<BTreeSet<_>>().len(), 10_000);
        assert_eq!((some[0].as_str(), some[62].as_str(), some[62 * 63].as_str()), ("a", "aa", "aaa"));
    }
}
