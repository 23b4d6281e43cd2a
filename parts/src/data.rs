//! The octets of a module: which piece belongs to which part. Who refers to them is known elsewhere.

use std::ops::Range;

use anyhow::{Context, Result, bail};
use walrus::ir::Value;
use walrus::{ConstExpr, DataKind, Module};

use crate::graph::Reached;
use crate::links::Links;

/// Pieces of data, each with its address.
pub type Pieces = Vec<(u32, Vec<u8>)>;

/// Data that belongs to the rest and is no longer than this stays in the first part: a segment of its own costs about as much.
const CRUMB: usize = 16;

/// Each segment in pieces: all others, and those that only the rest refers to.
pub fn part_data(module: &Module, links: &Links, all: &Reached, first: &Reached) -> Result<[Pieces; 2]> {
    let mut parts = [Pieces::new(), Pieces::new()];
    for segment in module.data.iter() {
        let DataKind::Active { offset: ConstExpr::Value(Value::I32(from)), .. } = segment.kind else {
            bail!("the module has data without a fixed address");
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

/// Puts these pieces into the place of all data.
pub fn replace_data(module: &mut Module, pieces: &[(u32, Vec<u8>)]) -> Result<()> {
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
