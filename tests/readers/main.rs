//! What importing people rely on: every format and encoding read, every bad file refused with a clear error.
//!
//! The documents in `tests/fixtures/documents/` are made by `make.py` there; what would be large is made here.

#![allow(clippy::unwrap_used, clippy::panic)]

mod bad_files;
mod office;
mod pdf;
mod properties;
mod tables;
mod text;

use zhike::error::{Code, Error};
use zhike::knowledge::chunk::{ChunkDraft, ChunkOptions, chunk};
use zhike::knowledge::parsed::{Block, ParsedDocument, Table};
use zhike::knowledge::readers::{Limits, read};

fn fixture(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/fixtures/documents/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn open(name: &str) -> ParsedDocument {
    read(name, &fixture(name), &Limits::default()).unwrap_or_else(|e| panic!("{e}"))
}

fn refuse(name: &str, bytes: &[u8]) -> (Code, String) {
    match read(name, bytes, &Limits::default()) {
        Ok(document) => panic!("{name} was read: {:?}", document.blocks.first()),
        Err(e) => {
            let error = Error::from(e);
            (error.code(), error.to_string())
        }
    }
}

fn chunks(document: &ParsedDocument) -> Vec<ChunkDraft> {
    chunk(document, &ChunkOptions::default(), &|text| text.chars().count())
}

fn headings(document: &ParsedDocument) -> Vec<&str> {
    document
        .blocks
        .iter()
        .filter_map(|b| if let Block::Heading { text, .. } = b { Some(text.as_str()) } else { None })
        .collect()
}

fn tables(document: &ParsedDocument) -> Vec<&Table> {
    document
        .blocks
        .iter()
        .filter_map(|b| if let Block::Table(table) = b { Some(table) } else { None })
        .collect()
}

fn all_text(document: &ParsedDocument) -> String {
    chunks(document).into_iter().map(|c| format!("{}\n{}\n", c.section, c.text)).collect()
}
