//! Trained versions in SQL: the implementation of [`VersionStore`].

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::FromRow;

use crate::domain::TrainingRunId;
use crate::error::{Error, Result};
use crate::nlu::train::TrainReport;
use crate::nlu::versions::{Version, VersionStore};

use super::columns::{from_json, micros, parsed, timestamp, to_json};
use super::sql::{query, query_as, query_scalar};
use super::{Db, database_error};

#[derive(FromRow)]
struct VersionRow {
    id: String,
    created_at: i64,
    promoted: bool,
    report: String,
}

impl VersionRow {
    fn into_version(self) -> Result<Version> {
        Ok(Version {
            id: parsed(&self.id)?,
            created_at: timestamp(self.created_at)?,
            promoted: self.promoted,
            report: from_json(&self.report)?,
        })
    }
}

#[derive(FromRow)]
struct VersionWithModel {
    #[sqlx(flatten)]
    version: VersionRow,
    model: Vec<u8>,
}

impl VersionWithModel {
    fn into_parts(self) -> Result<(Version, Vec<u8>)> {
        Ok((self.version.into_version()?, self.model))
    }
}

/// Trained versions in the database. Cheap to clone.
#[derive(Clone)]
pub struct SqlVersions {
    db: Db,
}

impl SqlVersions {
    /// Versions in this database.
    pub fn new(db: Db) -> Self {
        Self { db }
    }
}

#[async_trait]
impl VersionStore for SqlVersions {
    async fn save(&self, report: &TrainReport, model: &[u8]) -> Result<Version> {
        let version = Version {
            id: TrainingRunId::new(),
            created_at: Timestamp::now(),
            promoted: false,
            report: report.clone(),
        };
        let mut tx = self.db.write().await?;
        query("INSERT INTO training_runs (id, created_at, promoted, report, model) VALUES ($1, $2, FALSE, $3, $4)")
            .bind(version.id.to_string())
            .bind(micros(version.created_at))
            .bind(to_json(report)?)
            .bind(model)
            .execute(&mut tx)
            .await
            .map_err(database_error)?;
        tx.commit().await.map_err(database_error)?;
        Ok(version)
    }

    async fn promoted(&self) -> Result<Option<(Version, Vec<u8>)>> {
        let row: Option<VersionWithModel> =
            query_as("SELECT id, created_at, promoted, report, model FROM training_runs WHERE promoted")
                .fetch_optional(self.db.reader())
                .await
                .map_err(database_error)?;
        row.map(VersionWithModel::into_parts).transpose()
    }

    async fn newest_id(&self) -> Result<Option<TrainingRunId>> {
        let id: Option<String> =
            query_scalar("SELECT id FROM training_runs ORDER BY created_at DESC, id DESC LIMIT 1")
                .fetch_optional(self.db.reader())
                .await
                .map_err(database_error)?;
        id.as_deref().map(parsed).transpose()
    }

    async fn promoted_id(&self) -> Result<Option<TrainingRunId>> {
        let id: Option<String> = query_scalar("SELECT id FROM training_runs WHERE promoted")
            .fetch_optional(self.db.reader())
            .await
            .map_err(database_error)?;
        id.as_deref().map(parsed).transpose()
    }

    async fn version(&self, id: TrainingRunId) -> Result<Version> {
        let row: Option<VersionRow> =
            query_as("SELECT id, created_at, promoted, report FROM training_runs WHERE id = $1")
                .bind(id.to_string())
                .fetch_optional(self.db.reader())
                .await
                .map_err(database_error)?;
        row.ok_or_else(|| Error::not_found("training run", id))?.into_version()
    }

    async fn get(&self, id: TrainingRunId) -> Result<(Version, Vec<u8>)> {
        let row: Option<VersionWithModel> =
            query_as("SELECT id, created_at, promoted, report, model FROM training_runs WHERE id = $1")
                .bind(id.to_string())
                .fetch_optional(self.db.reader())
                .await
                .map_err(database_error)?;
        row.ok_or_else(|| Error::not_found("training run", id))?.into_parts()
    }

    async fn promote(&self, id: TrainingRunId) -> Result<()> {
        let mut tx = self.db.write().await?;
        query("UPDATE training_runs SET promoted = FALSE WHERE promoted")
            .execute(&mut tx)
            .await
            .map_err(database_error)?;
        let changed = query("UPDATE training_runs SET promoted = TRUE WHERE id = $1")
            .bind(id.to_string())
            .execute(&mut tx)
            .await
            .map_err(database_error)?;
        if changed.rows_affected() == 0 {
            return Err(Error::not_found("training run", id));
        }
        tx.commit().await.map_err(database_error)
    }

    async fn list(&self) -> Result<Vec<Version>> {
        let rows: Vec<VersionRow> =
            query_as("SELECT id, created_at, promoted, report FROM training_runs ORDER BY id DESC")
                .fetch_all(self.db.reader())
                .await
                .map_err(database_error)?;
        rows.into_iter().map(VersionRow::into_version).collect()
    }
}
