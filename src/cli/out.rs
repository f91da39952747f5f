//! What commands print: results to standard output, everything else to standard error.
//!
//! The only place that writes to the terminal directly; a reader that goes away (`zhike … | head`) is no error.

use std::io::Write;

use serde::Serialize;

use crate::error::{Error, Result};

/// One line of result.
pub fn line(text: impl AsRef<str>) {
    let _ = writeln!(std::io::stdout().lock(), "{}", text.as_ref());
}

/// One line for the person at the terminal that is not part of the result.
pub fn note(text: impl AsRef<str>) {
    let _ = writeln!(std::io::stderr().lock(), "{}", text.as_ref());
}

/// A result as indented JSON.
pub fn json(value: &impl Serialize) -> Result<()> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|e| Error::internal("the result cannot be written as JSON").with_source(e))?;
    line(text);
    Ok(())
}
