//! One run of a source: what is new or changed is brought, what is gone goes if that is wanted.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::desk::Sources;
use super::folder::{files_below, inside};
use super::{Fetched, KnowledgeSource, SourceFailure, SourceKind, SourceRun};
use crate::domain::SourceId;
use crate::error::{Code, Error, Result};
use crate::knowledge::catalogue::{About, Validity};
use crate::knowledge::import::{NewFile, Outcome, Progress};

/// Largest file or page.
const LARGEST: u64 = 64 << 20;
/// Failures that are told of a run.
const MOST_FAILURES: usize = 50;

impl Sources {
    /// Brings what is new or changed, and writes down what came of it.
    ///
    /// # Errors
    /// When the database fails; what cannot be read is told in the run.
    pub async fn run(&self, id: SourceId, progress: Progress<'_>) -> Result<SourceRun> {
        let source = self.get(id).await?;
        let mut run = SourceRun {
            at: Timestamp::now(),
            imported: 0,
            unchanged: 0,
            removed: 0,
            failed: 0,
            failures: Vec::new(),
        };
        let mut brought = source.brought.clone();
        let seen = match source.kind {
            SourceKind::Url => self.run_page(&source, &mut run, progress).await?,
            SourceKind::Folder => self.run_folder(&source, &mut run, progress).await?,
        };
        // When the source as a whole cannot be looked at, nothing is missing.
        if let Some(seen) = seen {
            if source.remove_missing {
                self.remove_missing(&source, &seen, &mut brought, &mut run).await?;
            }
            brought.extend(seen);
        }
        run.failures.truncate(MOST_FAILURES);
        self.store.ran(id, &run, &brought).await?;
        Ok(run)
    }

    async fn run_page(
        &self,
        source: &KnowledgeSource,
        run: &mut SourceRun,
        progress: Progress<'_>,
    ) -> Result<Option<BTreeSet<String>>> {
        progress(0.0, "fetching");
        match self.fetch.fetch(&source.location, source.allow_private, LARGEST).await {
            Err(reason) => {
                run.fail(&source.location, reason);
                Ok(None)
            }
            Ok(Fetched { name, bytes }) => {
                self.bring(source, &name, bytes, run, progress).await?;
                Ok(Some(BTreeSet::from([name])))
            }
        }
    }

    async fn run_folder(
        &self,
        source: &KnowledgeSource,
        run: &mut SourceRun,
        progress: Progress<'_>,
    ) -> Result<Option<BTreeSet<String>>> {
        progress(0.0, "looking through the folder");
        let (folder, roots) = (source.location.clone(), self.folders.clone());
        let looked = self.tasks.spawn_blocking(move || {
            let folder = inside(Path::new(&folder), &roots)?;
            files_below(&folder).map(|files| (folder, files))
        });
        let looked =
            looked.await.map_err(|e| Error::internal("looking through a folder stopped").with_source(e))?;
        let (folder, files) = match looked {
            Ok(found) => found,
            Err(reason) => {
                run.fail(&source.location, reason);
                return Ok(None);
            }
        };
        let mut seen = BTreeSet::new();
        let all = files.len().max(1);
        for (at, name) in files.into_iter().enumerate() {
            let part = |done: f32, step: &str| {
                progress((at as f32 + done) / all as f32, &format!("file {} of {all}: {step}", at + 1));
            };
            seen.insert(name.clone());
            match self.read(folder.join(&name)).await {
                Ok(bytes) => self.bring(source, &name, bytes, run, &part).await?,
                Err(reason) => run.fail(&name, reason),
            }
        }
        Ok(Some(seen))
    }

    async fn read(&self, path: PathBuf) -> Result<Vec<u8>, String> {
        let read = self.tasks.spawn_blocking(move || {
            let size = std::fs::metadata(&path).map_err(|e| e.to_string())?.len();
            if size > LARGEST {
                return Err(format!("it has {size} bytes; at most {LARGEST} are read"));
            }
            std::fs::read(&path).map_err(|e| e.to_string())
        });
        read.await.map_err(|e| e.to_string())?
    }

    /// Imports one file; what is wrong with it alone is told and is no error.
    async fn bring(
        &self,
        source: &KnowledgeSource,
        name: &str,
        bytes: Vec<u8>,
        run: &mut SourceRun,
        progress: Progress<'_>,
    ) -> Result<()> {
        let about = About {
            owner: source.owner.clone(),
            tags: source.tags.clone(),
            audience: source.audience,
            validity: Validity::default(),
        };
        let file = NewFile { about: Some(about), ..NewFile::new(&source.base, name, bytes) };
        match self.knowledge.import_file(file.by(&source.location), progress).await {
            Ok(imported) if imported.outcome == Outcome::Unchanged => run.unchanged += 1,
            Ok(_) => run.imported += 1,
            Err(e) if matches!(e.code(), Code::Database | Code::Unavailable | Code::Internal) => {
                return Err(e);
            }
            Err(e) => run.fail(name, e.detail().to_owned()),
        }
        Ok(())
    }

    async fn remove_missing(
        &self,
        source: &KnowledgeSource,
        seen: &BTreeSet<String>,
        brought: &mut BTreeSet<String>,
        run: &mut SourceRun,
    ) -> Result<()> {
        let gone: Vec<String> = brought.difference(seen).cloned().collect();
        for name in gone {
            if let Some(document) = self.knowledge.named(&source.base, &name).await? {
                self.knowledge.remove(document.id).await?;
                run.removed += 1;
            }
            brought.remove(&name);
        }
        Ok(())
    }
}

impl SourceRun {
    fn fail(&mut self, name: &str, reason: String) {
        self.failed += 1;
        self.failures.push(SourceFailure { name: name.to_owned(), reason });
    }
}
