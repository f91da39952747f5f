//! Loads the sample shop that travels in the binary.

use std::path::Path;

use crate::assets::SampleShop;
use crate::domain::DEFAULT_BASE;
use crate::error::{Error, Result};
use crate::knowledge::{KnowledgeBase, Outcome};

/// Folders of the sample shop whose files are documents.
const DOCUMENT_FOLDERS: [&str; 2] = ["docs/", "faq/"];
/// Files and folders that are settings.
const SETTINGS: [&str; 4] = ["shop.toml", "intents.toml", "rules.toml", "nlu/"];

/// Writes the sample shop's settings into `folder`, unless there is something in it: people edit these files.
pub fn write_settings(folder: &Path) -> Result<()> {
    if folder.exists() {
        return Ok(());
    }
    for (name, bytes) in SETTINGS.iter().flat_map(|start| SampleShop::below(start)) {
        let path = folder.join(&*name);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(|e| Error::from(e).at(parent.display()))?;
        }
        std::fs::write(&path, bytes).map_err(|e| Error::from(e).at(path.display()))?;
    }
    Ok(())
}

/// Imports the sample shop's documents; files that are there already and unchanged cost nothing.
pub async fn import_documents(knowledge: &KnowledgeBase) {
    let mut imported = 0;
    for (path, bytes) in DOCUMENT_FOLDERS.iter().flat_map(|start| SampleShop::below(start)) {
        let name = path.rsplit('/').next().unwrap_or(&path).to_string();
        match knowledge.import(DEFAULT_BASE, &name, bytes.into_owned(), &|_, _| {}).await {
            Ok(done) => imported += usize::from(done.outcome != Outcome::Unchanged),
            Err(e) => tracing::error!("a document of the sample shop is left out: {e}"),
        }
    }
    if imported > 0 {
        tracing::info!(documents = imported, "the sample shop is loaded");
    }
}
