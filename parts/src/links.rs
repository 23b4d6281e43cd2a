//! For each function and each piece of data, the functions and the data whose address it holds. What the sections of the module look
//! like is known elsewhere.

use std::collections::HashMap;
use std::ops::Range;

use anyhow::{Context, Result, ensure};

use crate::sections::{Sections, Symbol};

/// Who refers to whom, as the linker says it.
#[derive(Default)]
pub struct Links {
    /// By the name of the function.
    pub functions: HashMap<String, Refers>,
    /// By address.
    pub data: Vec<Data>,
}

/// A piece of data that has a name of its own.
pub struct Data {
    /// Where it lies in memory.
    pub address: Range<u32>,
    /// What it refers to.
    pub links: Refers,
}

/// Functions and data whose address something holds.
#[derive(Default)]
pub struct Refers {
    /// Functions by name.
    pub functions: Vec<String>,
    /// Data by its place in [`Links::data`].
    pub data: Vec<usize>,
}

/// Where a piece of data lies: its segment, and its offset there.
type Place = (u32, u32);

impl Links {
    /// What the relocations of a module say that was linked with `--emit-relocs`.
    pub fn read(wasm: &[u8]) -> Result<Self> {
        let sections = Sections::read(wasm)?;
        let (data, places) = pieces(&sections)?;
        let mut links = Self { functions: HashMap::new(), data };
        links.read_code(&sections, &places)?;
        links.read_data(&sections, &places)?;
        Ok(links)
    }

    /// What each function holds.
    fn read_code(&mut self, sections: &Sections, places: &HashMap<Place, usize>) -> Result<()> {
        for (at, to) in &sections.in_code {
            let body = sections.bodies.partition_point(|body| body.start <= *at).checked_sub(1);
            let body = body.filter(|body| sections.bodies[*body].contains(at)).context("code outside of functions")?;
            let name = sections.names.get(&(sections.imported + u32::try_from(body)?));
            let from = self.functions.entry(name.context("a function without a name")?.clone()).or_default();
            from.refer(*to, sections, places);
        }
        Ok(())
    }

    /// What each piece of data holds.
    fn read_data(&mut self, sections: &Sections, places: &HashMap<Place, usize>) -> Result<()> {
        let mut by_place: Vec<_> =
            places.iter().map(|((segment, offset), symbol)| (*segment, *offset, *symbol)).collect();
        by_place.sort_unstable();
        for (at, to) in &sections.in_data {
            let segment = sections.segments.partition_point(|segment| segment.within.start <= *at).checked_sub(1);
            let segment = segment.context("data outside of segments")?;
            let offset = u32::try_from(at - sections.segments[segment].within.start)?;
            let segment = u32::try_from(segment)?;
            let symbol = by_place.partition_point(|(of, from, _)| (*of, *from) <= (segment, offset)).checked_sub(1);
            let (of, from, symbol) = *symbol.and_then(|at| by_place.get(at)).context("data without a symbol")?;
            let length = self.data[symbol].address.len();
            ensure!(of == segment && ((offset - from) as usize) < length, "an address in data that has no symbol");
            self.data[symbol].links.refer(*to, sections, places);
        }
        Ok(())
    }
}

impl Refers {
    /// Notes that something refers to a symbol.
    fn refer(&mut self, symbol: u32, sections: &Sections, places: &HashMap<Place, usize>) {
        match sections.symbols.get(symbol as usize) {
            Some(Symbol::Function(index)) => self.functions.extend(sections.names.get(index).cloned()),
            Some(Symbol::Data(symbol)) => self.data.extend(places.get(&(symbol.index, symbol.offset))),
            Some(Symbol::Other) | None => {}
        }
    }
}

/// The pieces of data that have a name of their own, and which of them lies where.
fn pieces(sections: &Sections) -> Result<(Vec<Data>, HashMap<Place, usize>)> {
    let mut data: Vec<Data> = Vec::new();
    let mut places = HashMap::new();
    for symbol in sections.symbols.iter().filter_map(Symbol::data) {
        let segment = sections.segments.get(symbol.index as usize).context("a symbol without its segment")?;
        let from = segment.address + symbol.offset;
        let place = *places.entry((symbol.index, symbol.offset)).or_insert(data.len());
        if place == data.len() {
            data.push(Data { address: from..from, links: Refers::default() });
        }
        // One piece may have two names.
        data[place].address.end = data[place].address.end.max(from + symbol.size);
    }
    Ok((data, places))
}
