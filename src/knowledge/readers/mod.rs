//! Files become blocks: one reader a format, all behind [`read`].
//!
//! A file comes from outside and may be damaged, mislabelled or hostile. [`read`] therefore decides by name *and*
//! content what it is, runs the reader on a thread of its own with a deadline, counts what comes out ([`Limits`]),
//! and turns panics of a parser into an error that names the file. Readers know nothing of passages, indexes or the
//! network; references to outside (links, external entities, remote images) are never followed.

mod decode;
mod error;
mod limits;
mod plain;
mod shape;
mod worker;
mod writer;

use crate::domain::Format;
use crate::knowledge::parsed::ParsedDocument;

pub use error::{Place, Problem, ReadError};
pub use limits::Limits;

use error::Failure;
use limits::Meter;
use writer::{Content, Writer};

/// Reads the file `name` with the content `bytes`.
///
/// # Errors
/// [`ReadError`] names the file, the place, what is wrong and what to do: empty, too large, not supported, encrypted,
/// damaged, without any text, or too slow to read within [`Limits::time`].
pub fn read(name: &str, bytes: &[u8], limits: &Limits) -> Result<ParsedDocument, ReadError> {
    worker::run(name, bytes, limits, parse).map_err(|failure| failure.of(name))
}

fn parse(name: &str, bytes: &[u8], meter: &Meter) -> Result<ParsedDocument, Failure> {
    let extension = name.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase()).unwrap_or_default();
    if extension != "txt" {
        return Err(Problem::Unsupported { found: format!(".{extension} files are not read") }.into());
    }
    let decoded = decode::text(bytes, meter)?;
    let mut content = plain::read(&decoded.text, meter)?;
    content.warnings.extend(decoded.warning);
    if content.blocks.is_empty() {
        return Err(Problem::NoText.into());
    }
    Ok(ParsedDocument {
        title: content.title.take().unwrap_or_else(|| stem(name)),
        format: Format::Text,
        lang: content.lang(),
        blocks: content.blocks,
        warnings: content.warnings,
    })
}

/// The file name without folders and extension.
fn stem(name: &str) -> String {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    match file.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem.to_owned(),
        _ => file.to_owned(),
    }
}
