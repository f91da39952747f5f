//! Files become blocks: one reader a format, all behind [`read`].
//!
//! A file comes from outside and may be damaged, mislabelled or hostile. [`read`] therefore decides by name *and*
//! content what it is, runs the reader on a thread of its own with a deadline, counts what comes out ([`Limits`]),
//! and turns panics of a parser into an error that names the file. Readers know nothing of passages, indexes or the
//! network; references to outside (links, external entities, remote images) are never followed.

mod csv;
mod decode;
mod docx;
mod error;
mod faq;
mod grid;
mod html;
mod json;
mod kind;
mod limits;
mod markdown;
mod package;
mod pdf;
mod plain;
mod shape;
mod worker;
mod writer;
mod xlsx;

use crate::domain::Format;
use crate::knowledge::parsed::{Block, ParsedDocument};

pub use error::{Place, Problem, ReadError};
pub use limits::Limits;

use error::Failure;
use limits::Meter;
use writer::Content;

/// Reads the file `name` with the content `bytes`.
///
/// # Errors
/// [`ReadError`] names the file, the place, what is wrong and what to do: empty, too large, not supported, encrypted,
/// damaged, without any text, or too slow to read within [`Limits::time`].
pub fn read(name: &str, bytes: &[u8], limits: &Limits) -> Result<ParsedDocument, ReadError> {
    worker::run(name, bytes, limits, parse).map_err(|failure| failure.of(name))
}

/// Whether a file's name says that its owner takes it for a document. Such a file that cannot be imported is a
/// failure to tell of; any other one in a folder is only passed by.
pub fn is_named_as_document(name: &str) -> bool {
    kind::is_named_as_document(name)
}

fn parse(name: &str, bytes: &[u8], meter: &Meter) -> Result<ParsedDocument, Failure> {
    let (format, misnamed) = kind::of(name, bytes)?;
    let mut content = match format {
        Format::Xlsx => xlsx::read(bytes, meter)?,
        Format::Docx => docx::read(bytes, meter)?,
        Format::Pdf => pdf::read(bytes, meter)?,
        Format::Markdown | Format::Text | Format::Html | Format::Csv | Format::Json => {
            let declared = (format == Format::Html).then(|| html::declared_encoding(bytes)).flatten();
            let decoded = decode::text(bytes, declared.as_deref(), meter)?;
            let mut content = text(format, &decoded.text, meter)?;
            content.warnings.extend(decoded.warning);
            content
        }
    };
    content.warnings.extend(misnamed);
    if !content.blocks.iter().any(|block| !matches!(block, Block::Page(_))) {
        return Err(Problem::NoText.into());
    }
    Ok(ParsedDocument {
        title: content.title.take().or_else(|| first_heading(&content.blocks)).unwrap_or_else(|| stem(name)),
        format,
        lang: content.lang(),
        blocks: content.blocks,
        warnings: content.warnings,
    })
}

fn text(format: Format, text: &str, meter: &Meter) -> Result<Content, Failure> {
    match format {
        Format::Markdown => Ok(markdown::read(text, meter)?),
        Format::Html => Ok(html::read(text, meter)?),
        Format::Csv => csv::read(text, meter),
        Format::Json => json::read(text, meter),
        _ => Ok(plain::read(text, meter)?),
    }
}

/// A document without a title of its own is called by the heading it begins with.
fn first_heading(blocks: &[Block]) -> Option<String> {
    match blocks.iter().find(|block| !matches!(block, Block::Page(_)))? {
        Block::Heading { text, .. } => Some(text.clone()),
        _ => None,
    }
}

/// The file name without folders and extension.
fn stem(name: &str) -> String {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    match file.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem.to_owned(),
        _ => file.to_owned(),
    }
}
