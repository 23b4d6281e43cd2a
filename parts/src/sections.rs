//! What the sections of a linked module say: names, functions, segments, symbols and relocations, as they stand there (the conventions
//! for object files of WebAssembly's tools, `Linking.md`). What follows from them is not said here.

use std::collections::HashMap;
use std::ops::Range;

use anyhow::{Result, bail, ensure};
use wasmparser::{
    CustomSectionReader, DataKind, DataSectionReader, DefinedDataSymbol, ImportSectionReader, KnownCustom, Linking,
    LinkingSectionReader, Name, NameSectionReader, Operator, Parser, Payload, RelocSectionReader, SymbolInfo, TypeRef,
};

/// A symbol, as far as anybody here asks.
pub enum Symbol {
    /// A function, by its number.
    Function(u32),
    /// A piece of data.
    Data(DefinedDataSymbol),
    /// What is neither, or is defined elsewhere.
    Other,
}

impl Symbol {
    /// The piece of data, if it is one that is defined here.
    pub fn data(&self) -> Option<&DefinedDataSymbol> {
        match self {
            Self::Data(symbol) => Some(symbol),
            Self::Function(_) | Self::Other => None,
        }
    }
}

/// A segment of data.
pub struct Segment {
    /// Where it begins in memory.
    pub address: u32,
    /// Where its octets are in the section.
    pub within: Range<usize>,
}

/// What the sections of a linked module say.
#[derive(Default)]
pub struct Sections {
    /// How many functions are imported: the others are counted after them.
    pub imported: u32,
    /// The names of functions.
    pub names: HashMap<u32, String>,
    /// Where the functions are in the section of code.
    pub bodies: Vec<Range<usize>>,
    /// In the order of the module.
    pub segments: Vec<Segment>,
    /// In the order of the table of symbols, by which relocations name them.
    pub symbols: Vec<Symbol>,
    /// Where in the code an address stands, and of which symbol.
    pub in_code: Vec<(usize, u32)>,
    /// The same in the data.
    pub in_data: Vec<(usize, u32)>,
}

impl Sections {
    /// Reads a module that was linked with `--emit-relocs`.
    pub fn read(wasm: &[u8]) -> Result<Self> {
        let mut read = Self::default();
        let mut code = 0;
        let mut customs = Customs::default();
        for payload in Parser::new(0).parse_all(wasm) {
            #[expect(clippy::wildcard_enum_match_arm, reason = "of two dozen kinds of sections these are asked")]
            match payload? {
                Payload::ImportSection(imports) => read.imports(imports)?,
                Payload::CodeSectionStart { range, .. } => code = range.start,
                Payload::CodeSectionEntry(body) => {
                    let range = body.range();
                    read.bodies.push(range.start - code..range.end - code);
                }
                Payload::DataSection(section) => read.data(section)?,
                Payload::CustomSection(custom) => read.custom(&custom, &mut customs)?,
                _ => {}
            }
        }
        ensure!(customs.linking && customs.relocations > 1, "the module was not linked with --emit-relocs");
        Ok(read)
    }

    fn imports(&mut self, section: ImportSectionReader<'_>) -> Result<()> {
        for import in section.into_imports() {
            self.imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
        }
        Ok(())
    }

    fn data(&mut self, section: DataSectionReader<'_>) -> Result<()> {
        let start = section.range().start;
        for segment in section {
            let segment = segment?;
            let DataKind::Active { offset_expr, .. } = segment.kind else { bail!("data without an address") };
            let Operator::I32Const { value } = offset_expr.get_operators_reader().read()? else {
                bail!("data whose address is not a number")
            };
            let end = segment.range.end - start;
            let within = end - segment.data.len()..end;
            self.segments.push(Segment { address: value.cast_unsigned(), within });
        }
        Ok(())
    }

    fn custom(&mut self, custom: &CustomSectionReader<'_>, found: &mut Customs) -> Result<()> {
        #[expect(clippy::wildcard_enum_match_arm, reason = "of a dozen kinds of sections these are asked")]
        match custom.as_known() {
            KnownCustom::Name(names) => self.function_names(names),
            KnownCustom::Linking(parts) => {
                found.linking = true;
                self.symbols(parts)
            }
            KnownCustom::Reloc(section) => {
                found.relocations += 1;
                self.relocations(custom.name(), section)
            }
            _ => Ok(()),
        }
    }

    fn function_names(&mut self, section: NameSectionReader<'_>) -> Result<()> {
        for names in section {
            let Name::Function(names) = names? else { continue };
            for name in names {
                let name = name?;
                self.names.insert(name.index, name.name.to_owned());
            }
        }
        Ok(())
    }

    fn symbols(&mut self, section: LinkingSectionReader<'_>) -> Result<()> {
        for part in section {
            let Linking::SymbolTable(symbols) = part? else { continue };
            for symbol in symbols {
                self.symbols.push(match symbol? {
                    SymbolInfo::Func { index, .. } => Symbol::Function(index),
                    SymbolInfo::Data { symbol: Some(symbol), .. } => Symbol::Data(symbol),
                    SymbolInfo::Data { symbol: None, .. }
                    | SymbolInfo::Global { .. }
                    | SymbolInfo::Section { .. }
                    | SymbolInfo::Event { .. }
                    | SymbolInfo::Table { .. } => Symbol::Other,
                });
            }
        }
        Ok(())
    }

    /// The section's name tells of which section it speaks.
    fn relocations(&mut self, name: &str, section: RelocSectionReader<'_>) -> Result<()> {
        match name {
            "reloc.CODE" => self.in_code = entries(section)?,
            "reloc.DATA" => self.in_data = entries(section)?,
            _ => {}
        }
        Ok(())
    }
}

/// Which sections of the linker there were.
#[derive(Default)]
struct Customs {
    linking: bool,
    relocations: usize,
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
