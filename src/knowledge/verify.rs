//! Whether the index on disk is what the catalogue says: for whoever restored a backup or no longer trusts a disk.
//!
//! A server looks at checksums and counts when it starts, and builds anew what is damaged. Here nothing is mended: every
//! passage is compared, text and vectors, and what is wrong is said.

use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use super::catalogue::{Catalogue, Position};
use super::generation::{self, EncoderMark};
use super::snapshot::Snapshot;
use crate::error::{Code, Error, Result};
use crate::tasks::Tasks;

/// Passages read from the catalogue at a time.
const PAGE: usize = 1024;
/// Documents with passages that differ that are named.
const NAMED: usize = 10;

/// What was found.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Verdict {
    /// Passages of the catalogue.
    pub passages: usize,
    /// Passages of the index on disk; none where no index can be used.
    pub indexed: Option<usize>,
    /// Passages written after it, which a start reads from the catalogue.
    pub newer: usize,
    /// Passages whose vectors another encoder made; a start makes them anew.
    pub foreign: usize,
    /// What is wrong, in words.
    pub faults: Vec<String>,
}

/// Compares the index in `root`, and what a start would add to it, with the catalogue, passage by passage. Changes neither.
///
/// # Errors
/// [`Code::Conflict`] when the catalogue was written meanwhile; any other when it cannot be read.
pub async fn verify(
    root: &Path,
    catalogue: &dyn Catalogue,
    encoder: EncoderMark,
    tasks: &Tasks,
) -> Result<Verdict> {
    let end = catalogue.position().await?;
    let mut verdict = Verdict { foreign: catalogue.count_foreign(&encoder.id).await?, ..Verdict::default() };
    let (folder, mark) = (root.to_owned(), encoder.clone());
    let read = tasks.spawn_blocking(move || generation::latest(&folder, &mark)).await.map_err(interrupted)?;
    let snapshot = match read {
        Ok(None) => None,
        Ok(Some(generation)) => Some(Arc::new(Snapshot::of_generation(generation))),
        Err(e) => {
            verdict.faults.push(format!("the index on disk cannot be used: {}", e.detail()));
            None
        }
    };
    let followed = match snapshot {
        Some(snapshot) if !catalogue.reaches(snapshot.position()).await? => {
            let why =
                "the index on disk is of another history than the catalogue, as after a restored backup";
            verdict.faults.push(why.to_owned());
            None
        }
        Some(snapshot) => {
            verdict.indexed = Some(snapshot.len());
            Some(follow(snapshot, catalogue, encoder, tasks, &mut verdict).await?)
        }
        None => None,
    };
    compare(followed.as_deref(), catalogue, &mut verdict).await?;
    if catalogue.position().await? != end {
        return Err(Error::new(Code::Conflict, "the catalogue was written while it was compared: try again"));
    }
    Ok(verdict)
}

/// The snapshot that a start would make of what is on disk.
async fn follow(
    mut snapshot: Arc<Snapshot>,
    catalogue: &dyn Catalogue,
    encoder: EncoderMark,
    tasks: &Tasks,
    verdict: &mut Verdict,
) -> Result<Arc<Snapshot>> {
    loop {
        let changes = catalogue.changes(snapshot.position().revision, PAGE).await?;
        let (revision, is_last) = (changes.revision, changes.end.is_some());
        verdict.newer += changes.added.len();
        let encoder = encoder.clone();
        let work = move || {
            let position = Position { revision, ..Position::START };
            snapshot.after(position, changes.added, &changes.removed, &encoder, 0)
        };
        snapshot = Arc::new(tasks.spawn_blocking(work).await.map_err(interrupted)??);
        if is_last {
            return Ok(snapshot);
        }
    }
}

async fn compare(index: Option<&Snapshot>, catalogue: &dyn Catalogue, verdict: &mut Verdict) -> Result<()> {
    let (mut present, mut revision, mut differing) = (0, Position::START.revision, Vec::new());
    loop {
        let changes = catalogue.changes(revision, PAGE).await?;
        verdict.passages += changes.added.len();
        for stored in index.map(|_| changes.added).into_iter().flatten() {
            let (id, vectors) = (stored.chunk.id, &stored.vectors);
            let chunk = index.and_then(|index| index.chunk(id));
            present += usize::from(chunk.is_some());
            let same = index
                .and_then(|index| index.vectors(id))
                .is_some_and(|kept| kept.passage == &*vectors.passage);
            if !same || chunk.as_deref() != Some(&stored.chunk) {
                differing.push(stored.chunk.document);
            }
        }
        revision = changes.revision;
        if changes.end.is_some() {
            break;
        }
    }
    if !differing.is_empty() {
        let count = differing.len();
        differing.dedup();
        differing.truncate(NAMED);
        let named = differing.join(", ");
        verdict
            .faults
            .push(format!("{count} passages are not in the index as the catalogue has them, of {named}"));
    }
    let more = index.map_or(0, |index| index.len() - present.min(index.len()));
    if more > 0 {
        verdict.faults.push(format!("{more} passages of the index are not in the catalogue"));
    }
    Ok(())
}

fn interrupted(e: tokio::task::JoinError) -> Error {
    Error::internal("reading the index was interrupted").with_source(e)
}
