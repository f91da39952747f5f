//! Loads the sample shop that travels in the binary.

use std::net::SocketAddr;
use std::path::Path;

use crate::assets::SampleShop;
use crate::demo_shop;
use crate::domain::DEFAULT_BASE;
use crate::error::{Error, Result};
use crate::knowledge::{KnowledgeBase, Outcome};
use crate::tasks::Tasks;

/// Folders of the sample shop whose files are documents.
const DOCUMENT_FOLDERS: [&str; 2] = ["docs/", "faq/"];
/// Files and folders that are settings.
const SETTINGS: [&str; 7] =
    ["shop.toml", "intents.toml", "rules.toml", "forms.toml", "quality.toml", "connectors/", "nlu/"];
/// Where the key lies under which the sample shop's system is called; connectors name it.
const SYSTEM_KEY: &str = "secrets/demo_shop.key";
/// The variable of connectors that holds the address of the sample shop's system.
pub const SYSTEM_VARIABLE: &str = "demo_shop";

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

/// The key of the sample shop's system, where the connectors look for it; made up when there is none.
pub fn system_key(folder: &Path) -> Result<String> {
    let path = folder.join(SYSTEM_KEY);
    if let Ok(key) = std::fs::read_to_string(&path) {
        return Ok(key.trim().to_owned());
    }
    let key = format!("{:032x}", rand::random::<u128>());
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(|e| Error::from(e).at(parent.display()))?;
    }
    std::fs::write(&path, &key).map_err(|e| Error::from(e).at(path.display()))?;
    Ok(key)
}

/// Starts the sample shop's order, logistics and after-sales system on a loopback port.
pub async fn start_system(key: String, tasks: &Tasks) -> Result<SocketAddr> {
    demo_shop::start(SocketAddr::from(([127, 0, 0, 1], 0)), key, tasks).await
}
