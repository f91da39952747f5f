//! What people say about sources, and whose time has come.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::folder::inside;
use super::{Fetch, KnowledgeSource, SourceDraft, SourceKind, SourceStore};
use crate::domain::{DEFAULT_BASE, SourceId};
use crate::error::{Error, Result};
use crate::knowledge::base::KnowledgeBase;
use crate::knowledge::catalogue::About;
use crate::knowledge::import::{check_base, checked};
use crate::tasks::Tasks;

/// Shortest and longest time between two runs, in minutes.
const SOONEST: i64 = 5;
const LATEST: i64 = 366 * 24 * 60;

/// Looks after sources. Cheap to clone.
#[derive(Clone)]
pub struct Sources {
    pub(super) knowledge: Arc<KnowledgeBase>,
    pub(super) store: Arc<dyn SourceStore>,
    pub(super) fetch: Arc<dyn Fetch>,
    pub(super) tasks: Tasks,
    /// Folders that sources may lie in.
    pub(super) folders: Arc<Vec<PathBuf>>,
}

impl Sources {
    /// Sources of this knowledge base, those of files below `folders`.
    pub fn new(
        knowledge: Arc<KnowledgeBase>,
        store: Arc<dyn SourceStore>,
        fetch: Arc<dyn Fetch>,
        folders: Vec<PathBuf>,
        tasks: Tasks,
    ) -> Self {
        Self { knowledge, store, fetch, tasks, folders: Arc::new(folders) }
    }

    /// All sources, oldest first.
    pub async fn all(&self) -> Result<Vec<KnowledgeSource>> {
        self.store.all().await
    }

    /// One source.
    pub async fn get(&self, id: SourceId) -> Result<KnowledgeSource> {
        self.store.get(id).await?.ok_or_else(|| Error::not_found("source", id))
    }

    /// Adds a source; its first run is due at once.
    pub async fn add(&self, draft: SourceDraft) -> Result<KnowledgeSource> {
        let source = self.checked(SourceId::new(), draft, None)?;
        self.store.put(&source).await?;
        Ok(source)
    }

    /// Changes a source; it is due at once.
    pub async fn change(&self, id: SourceId, draft: SourceDraft) -> Result<KnowledgeSource> {
        let source = self.checked(id, draft, Some(self.get(id).await?))?;
        self.store.put(&source).await?;
        Ok(source)
    }

    /// Removes a source. What it brought stays.
    pub async fn remove(&self, id: SourceId) -> Result<()> {
        if self.store.remove(id).await? { Ok(()) } else { Err(Error::not_found("source", id)) }
    }

    /// The sources whose time has come and that no other node has taken: theirs is the caller to run.
    pub async fn take_due(&self, now: Timestamp) -> Result<Vec<KnowledgeSource>> {
        let mut due = Vec::new();
        for source in self.all().await? {
            let next = now + SignedDuration::from_mins(source.every_minutes);
            let is_due = source.enabled && source.next_at <= now;
            if is_due && self.store.claim(source.id, source.next_at, next).await? {
                due.push(source);
            }
        }
        Ok(due)
    }

    fn checked(
        &self,
        id: SourceId,
        draft: SourceDraft,
        before: Option<KnowledgeSource>,
    ) -> Result<KnowledgeSource> {
        let base = draft.base.unwrap_or_else(|| DEFAULT_BASE.to_owned());
        check_base(&base)?;
        let about = About { owner: draft.owner, tags: draft.tags, ..About::default() };
        let About { owner, tags, .. } = checked(about)?;
        if !(SOONEST..=LATEST).contains(&draft.every_minutes) {
            return Err(Error::invalid(format!(
                "every_minutes: from {SOONEST} to {LATEST}, not {}",
                draft.every_minutes
            )));
        }
        let location = draft.location.trim().to_owned();
        let possible = match draft.kind {
            SourceKind::Url => self.fetch.check(&location, draft.allow_private),
            SourceKind::Folder => inside(Path::new(&location), &self.folders).map(drop),
        };
        possible.map_err(|reason| Error::invalid(format!("location: {reason}")))?;
        let same = before.filter(|b| b.location == location && b.base == base);
        Ok(KnowledgeSource {
            id,
            kind: draft.kind,
            location,
            base,
            every_minutes: draft.every_minutes,
            enabled: draft.enabled,
            remove_missing: draft.remove_missing,
            allow_private: draft.allow_private,
            owner,
            tags,
            audience: draft.audience,
            next_at: Timestamp::now(),
            last_run: same.as_ref().and_then(|b| b.last_run.clone()),
            brought: same.map(|b| b.brought).unwrap_or_default(),
        })
    }
}
