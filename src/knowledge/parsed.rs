//! What every reader makes of a file: a flat run of blocks in reading order.
//!
//! This is the one shape between the formats and the chunker. It keeps what a passage needs to be found and quoted
//! (headings, lists, tables with their header, questions with their answer, page borders) and nothing of how a
//! format looks. It knows neither the formats nor the index.

use crate::domain::{Format, Lang};

/// A document as it was read, before it is cut into passages.
#[derive(Clone, Debug, PartialEq)]
pub struct ParsedDocument {
    /// The document's own title, or the file name without its extension.
    pub title: String,
    /// The format it was read as.
    pub format: Format,
    /// The language most of its text is written in.
    pub lang: Lang,
    /// The content in reading order.
    pub blocks: Vec<Block>,
    /// What was left out or guessed, in sentences for the person who imports.
    pub warnings: Vec<String>,
}

/// A piece of a document.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A heading; `level` 1 is the outermost.
    Heading { level: u8, text: String },
    /// Running text. Line breaks inside are meant (addresses, poems), not an effect of the layout.
    Paragraph(String),
    /// The items of one list, each with its number where it has one; nested items are indented by two spaces a level.
    List(Vec<String>),
    /// Preformatted text, line by line.
    Code(String),
    /// A table.
    Table(Table),
    /// A question with its answer, from a FAQ table.
    Faq { question: String, similar: Vec<String>, answer: String, tags: Vec<String> },
    /// The blocks that follow begin on this page (from 1), until the next `Page`.
    Page(u32),
}

/// A table: every row has as many cells as the header, merged cells are repeated in each place they cover.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// What stands above the table and names it.
    pub caption: Option<String>,
    /// Column names; a name is empty where the table has none.
    pub header: Vec<String>,
    /// The rows below the header.
    pub rows: Vec<Vec<String>>,
}
