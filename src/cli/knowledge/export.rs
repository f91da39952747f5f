//! `zhike knowledge export`: the files as they were given, and the hand-written FAQ pairs as a FAQ table.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::open_catalogue;
use crate::cli::{Context, out};
use crate::domain::Faq;
use crate::error::{Code, Error, Result};

/// File name of the hand-written pairs of a base; it can be imported again as a document.
const FAQ_FILE: &str = "FAQ.json";

/// Writes everything, or one base, below `folder`.
pub async fn run(folder: &Path, base: Option<&str>, overwrite: bool, context: &Context) -> Result<ExitCode> {
    let catalogue = open_catalogue(context).await?;
    let mut written: Vec<PathBuf> = Vec::new();
    for document in catalogue.documents(base).await? {
        let original = catalogue.original(document.id).await?;
        let original = original.ok_or_else(|| {
            Error::internal(format!("the file of {} is not in the database", document.name))
        })?;
        written.push(write(folder, &document.base, &document.name, &original, overwrite)?);
    }
    let faqs = catalogue.faqs(base).await?;
    let mut bases: Vec<&str> = faqs.iter().map(|faq| faq.base.as_str()).collect();
    bases.sort_unstable();
    bases.dedup();
    for base in bases {
        let pairs: Vec<_> = faqs.iter().filter(|faq| faq.base == base).map(as_row).collect();
        let json = serde_json::to_vec_pretty(&pairs)
            .map_err(|e| Error::internal("the FAQ pairs cannot be written as JSON").with_source(e))?;
        written.push(write(folder, base, FAQ_FILE, &json, overwrite)?);
    }
    if context.json {
        out::json(&serde_json::json!({ "files": written }))?;
    } else {
        for path in &written {
            out::line(path.display().to_string());
        }
        out::note(format!("{} files written", written.len()));
    }
    Ok(ExitCode::SUCCESS)
}

/// A pair as a row of a FAQ table.
fn as_row(faq: &Faq) -> serde_json::Value {
    serde_json::json!({
        "question": faq.question, "similar questions": faq.similar, "answer": faq.answer, "tags": faq.tags,
    })
}

fn write(folder: &Path, base: &str, name: &str, content: &[u8], overwrite: bool) -> Result<PathBuf> {
    let path = folder.join(base).join(name);
    let at = |e: std::io::Error| Error::from(e).at(path.display());
    if path.exists() && !overwrite {
        let detail =
            format!("{}: there is such a file; export to an empty folder or add --overwrite", path.display());
        return Err(Error::new(Code::Conflict, detail));
    }
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(at)?;
    }
    fs::write(&path, content).map_err(at)?;
    Ok(path)
}
