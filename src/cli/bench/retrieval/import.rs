//! An import the way users do it, through the encoder.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::SEED;
use super::corpus::Corpus;
use super::report::{Import, Memory};
use crate::app;
use crate::cli::Context;
use crate::error::Result;
use crate::knowledge::KnowledgeBase;
use crate::store::SqlCatalogue;
use crate::tasks::Tasks;

/// Imports one text of so many passages.
pub async fn measure(passages: usize, dir: &Path, context: &Context) -> Result<Import> {
    let encoder = app::open_encoder(&context.config)?;
    let mut corpus = Corpus::new(&encoder, SEED + 1).await?;
    let text = (0..passages).map(|n| format!("{n}\n\n{}\n\n", corpus.text())).collect::<String>();
    let tasks = Tasks::new();
    let catalogue = Arc::new(SqlCatalogue::new(app::open_folder(dir).await?));
    let knowledge = KnowledgeBase::open(dir, catalogue, encoder, tasks.clone()).await?;
    let started = Instant::now();
    let imported = knowledge.import("default", "bench.txt", text.into_bytes(), &|_, _| ()).await?;
    let took = started.elapsed();
    tasks.shutdown(Duration::from_secs(10)).await;
    let chunks = imported.document.chunks;
    Ok(Import { chunks, chunks_per_s: chunks as f64 / took.as_secs_f64(), memory: Memory::now() })
}
