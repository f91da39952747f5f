//! Folders and pages that are imported again and again: the implementation of [`SourceStore`].

use std::collections::BTreeSet;

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::FromRow;

use crate::domain::SourceId;
use crate::error::Result;
use crate::knowledge::sources::{KnowledgeSource, SourceRun, SourceStore};

use super::columns::{from_json, micros, parsed, timestamp, to_json};
use super::knowledge::{name_of, named};
use super::sql::{query, query_as};
use super::{Db, database_error};

#[derive(FromRow)]
struct SourceRow {
    id: String,
    kind: String,
    location: String,
    base: String,
    every_minutes: i64,
    enabled: bool,
    remove_missing: bool,
    allow_private: bool,
    owner: Option<String>,
    tags: String,
    audience: String,
    next_at: i64,
    last_run: Option<String>,
    brought: String,
}

impl SourceRow {
    fn into_source(self) -> Result<KnowledgeSource> {
        Ok(KnowledgeSource {
            id: parsed(&self.id)?,
            kind: named(&self.kind)?,
            audience: named(&self.audience)?,
            tags: from_json(&self.tags)?,
            next_at: timestamp(self.next_at)?,
            last_run: self.last_run.as_deref().map(from_json).transpose()?,
            brought: from_json(&self.brought)?,
            location: self.location,
            base: self.base,
            every_minutes: self.every_minutes,
            enabled: self.enabled,
            remove_missing: self.remove_missing,
            allow_private: self.allow_private,
            owner: self.owner,
        })
    }
}

/// Sources in the database. Cheap to clone.
#[derive(Clone)]
pub struct SqlSources {
    db: Db,
}

impl SqlSources {
    /// Sources in this database.
    pub fn new(db: Db) -> Self {
        Self { db }
    }
}

#[async_trait]
impl SourceStore for SqlSources {
    async fn all(&self) -> Result<Vec<KnowledgeSource>> {
        let rows: Vec<SourceRow> = query_as("SELECT * FROM knowledge_sources ORDER BY id")
            .fetch_all(self.db.reader())
            .await
            .map_err(database_error)?;
        rows.into_iter().map(SourceRow::into_source).collect()
    }

    async fn get(&self, id: SourceId) -> Result<Option<KnowledgeSource>> {
        query_as::<SourceRow>("SELECT * FROM knowledge_sources WHERE id = $1")
            .bind(id.to_string())
            .fetch_optional(self.db.reader())
            .await
            .map_err(database_error)?
            .map(SourceRow::into_source)
            .transpose()
    }

    async fn put(&self, source: &KnowledgeSource) -> Result<()> {
        let last_run = source.last_run.as_ref().map(to_json).transpose()?;
        let mut tx = self.db.write().await?;
        query(
            "INSERT INTO knowledge_sources
                 (id, kind, location, base, every_minutes, enabled, remove_missing, allow_private, owner, tags,
                  audience, next_at, last_run, brought)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
             ON CONFLICT (id) DO UPDATE SET
                 kind = excluded.kind, location = excluded.location, base = excluded.base,
                 every_minutes = excluded.every_minutes, enabled = excluded.enabled,
                 remove_missing = excluded.remove_missing, allow_private = excluded.allow_private,
                 owner = excluded.owner, tags = excluded.tags, audience = excluded.audience,
                 next_at = excluded.next_at, last_run = excluded.last_run, brought = excluded.brought",
        )
        .bind(source.id.to_string())
        .bind(name_of(&source.kind)?)
        .bind(&source.location)
        .bind(&source.base)
        .bind(source.every_minutes)
        .bind(source.enabled)
        .bind(source.remove_missing)
        .bind(source.allow_private)
        .bind(source.owner.as_deref())
        .bind(to_json(&source.tags)?)
        .bind(name_of(&source.audience)?)
        .bind(micros(source.next_at))
        .bind(last_run)
        .bind(to_json(&source.brought)?)
        .execute(&mut tx)
        .await
        .map_err(database_error)?;
        tx.commit().await.map_err(database_error)
    }

    async fn remove(&self, id: SourceId) -> Result<bool> {
        let mut tx = self.db.write().await?;
        let removed = query("DELETE FROM knowledge_sources WHERE id = $1")
            .bind(id.to_string())
            .execute(&mut tx)
            .await
            .map_err(database_error)?;
        tx.commit().await.map_err(database_error)?;
        Ok(removed.rows_affected() > 0)
    }

    async fn claim(&self, id: SourceId, seen: Timestamp, next: Timestamp) -> Result<bool> {
        let mut tx = self.db.write().await?;
        let moved = query("UPDATE knowledge_sources SET next_at = $1 WHERE id = $2 AND next_at = $3")
            .bind(micros(next))
            .bind(id.to_string())
            .bind(micros(seen))
            .execute(&mut tx)
            .await
            .map_err(database_error)?;
        tx.commit().await.map_err(database_error)?;
        Ok(moved.rows_affected() > 0)
    }

    async fn ran(&self, id: SourceId, run: &SourceRun, brought: &BTreeSet<String>) -> Result<()> {
        let mut tx = self.db.write().await?;
        query("UPDATE knowledge_sources SET last_run = $1, brought = $2 WHERE id = $3")
            .bind(to_json(run)?)
            .bind(to_json(brought)?)
            .bind(id.to_string())
            .execute(&mut tx)
            .await
            .map_err(database_error)?;
        tx.commit().await.map_err(database_error)
    }
}
