//! What the linker says of a module: for each function and each piece of data, the functions and the data whose address it holds
//! (the conventions for object files of WebAssembly's tools, `Linking.md`). The module must be linked with `--emit-relocs`.

use std::collections::HashMap;
use std::ops::Range;

use anyhow::{Context, Result, bail, ensure};
use wasmparser::{
    DataKind, DefinedDataSymbol, KnownCustom, Linking, Name, Operator, Parser, Payload, RelocSectionReader, SymbolInfo,
    TypeRef,
};

/// See the file.
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

impl Links {
    /// Reads the sections `linking`, `reloc.CODE` and `reloc.DATA`, and the names.
    pub fn read(wasm: &[u8]) -> Result<Self> {
        let sections = Sections::read(wasm)?;
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

        let mut links = Self { functions: HashMap::new(), data };
        for (at, to) in &sections.in_code {
            let body = sections.bodies.partition_point(|body| body.start <= *at).checked_sub(1);
            let body = body.filter(|body| sections.bodies[*body].contains(at)).context("code outside of functions")?;
            let name = sections.names.get(&(sections.imported + u32::try_from(body)?));
            let from = links.functions.entry(name.context("a function without a name")?.clone()).or_default();
            sections.refer(*to, &places, from);
        }
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
            let length = links.data[symbol].address.len();
            ensure!(of == segment && ((offset - from) as usize) < length, "an address in data that has no symbol");
            sections.refer(*to, &places, &mut links.data[symbol].links);
        }
        Ok(links)
    }
}

/// A symbol, as far as anybody here asks.
enum Symbol {
    Function(u32),
    Data(DefinedDataSymbol),
    Other,
}

impl Symbol {
    fn data(&self) -> Option<&DefinedDataSymbol> {
        match self {
            Self::Data(symbol) => Some(symbol),
            Self::Function(_) | Self::Other => None,
        }
    }
}

/// A segment of data.
struct Segment {
    /// Where it begins in memory.
    address: u32,
    /// Where its octets are in the section.
    within: Range<usize>,
}

/// What the sections say, as it stands there.
#[derive(Default)]
struct Sections {
    /// How many functions are imported: the others are counted after them.
    imported: u32,
    names: HashMap<u32, String>,
    /// Where the functions are in the section of code.
    bodies: Vec<Range<usize>>,
    segments: Vec<Segment>,
    symbols: Vec<Symbol>,
    /// Where in the code an address stands, and of which symbol.
    in_code: Vec<(usize, u32)>,
    /// The same in the data.
    in_data: Vec<(usize, u32)>,
}

impl Sections {
    fn read(wasm: &[u8]) -> Result<Self> {
        let mut read = Self::default();
        let (mut code, mut linking, mut relocations) = (0, false, 0);
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        read.imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                    }
                }
                Payload::CodeSectionStart { range, .. } => code = range.start,
                Payload::CodeSectionEntry(body) => {
                    let range = body.range();
                    read.bodies.push(range.start - code..range.end - code);
                }
                Payload::DataSection(section) => {
                    let start = section.range().start;
                    for segment in section {
                        let segment = segment?;
                        let DataKind::Active { offset_expr, .. } = segment.kind else {
                            bail!("data without an address")
                        };
                        let Operator::I32Const { value } = offset_expr.get_operators_reader().read()? else {
                            bail!("data whose address is not a number")
                        };
                        let end = segment.range.end - start;
                        let within = end - segment.data.len()..end;
                        read.segments.push(Segment { address: value.cast_unsigned(), within });
                    }
                }
                Payload::CustomSection(custom) => match custom.as_known() {
                    KnownCustom::Name(names) => {
                        for name in names {
                            if let Name::Function(names) = name? {
                                for name in names {
                                    let name = name?;
                                    read.names.insert(name.index, name.name.to_owned());
                                }
                            }
                        }
                    }
                    KnownCustom::Linking(parts) => {
                        linking = true;
                        for part in parts {
                            if let Linking::SymbolTable(symbols) = part? {
                                for symbol in symbols {
                                    read.symbols.push(match symbol? {
                                        SymbolInfo::Func { index, .. } => Symbol::Function(index),
                                        SymbolInfo::Data { symbol: Some(symbol), .. } => Symbol::Data(symbol),
                                        _ => Symbol::Other,
                                    });
                                }
                            }
                        }
                    }
                    KnownCustom::Reloc(section) => {
                        relocations += 1;
                        match custom.name() {
                            "reloc.CODE" => read.in_code = entries(section)?,
                            "reloc.DATA" => read.in_data = entries(section)?,
                            _ => {}
                        }
                    }
                    _ => {}
                },
                _ => {}
            }
        }
        ensure!(linking && relocations > 1, "the module was not linked with --emit-relocs");
        Ok(read)
    }

    /// Notes that something refers to a symbol.
    fn refer(&self, symbol: u32, places: &HashMap<(u32, u32), usize>, from: &mut Refers) {
        match self.symbols.get(symbol as usize) {
            Some(Symbol::Function(index)) => from.functions.extend(self.names.get(index).cloned()),
            Some(Symbol::Data(symbol)) => from.data.extend(places.get(&(symbol.index, symbol.offset))),
            Some(Symbol::Other) | None => {}
        }
    }
}

/// Where an address stands, and the symbol whose it is; types and sections are no symbols.
fn entries(section: RelocSectionReader<'_>) -> Result<Vec<(usize, u32)>> {
    use wasmparser::RelocationType::{FunctionOffsetI32, SectionOffsetI32, TypeIndexLeb};
    let mut entries = Vec::new();
    for entry in section.entries() {
        let entry = entry?;
        if !matches!(entry.ty, TypeIndexLeb | FunctionOffsetI32 | SectionOffsetI32) {
            entries.push((entry.offset as usize, entry.index));
        }
    }
    Ok(entries)
}
