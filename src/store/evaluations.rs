//! Evaluations in SQL: the implementation of [`EvaluationStore`].

use async_trait::async_trait;

use crate::domain::EvaluationId;
use crate::error::Result;
use crate::learn::{Evaluation, EvaluationStore};

use super::columns::{from_json, micros, to_json};
use super::sql::{query, query_as, query_scalar};
use super::{Db, database_error};

/// Evaluations of the database. Cheap to clone.
#[derive(Clone)]
pub struct SqlEvaluations {
    db: Db,
}

impl SqlEvaluations {
    /// Evaluations of this database.
    pub fn new(db: Db) -> Self {
        Self { db }
    }
}

#[async_trait]
impl EvaluationStore for SqlEvaluations {
    async fn save(&self, evaluation: &Evaluation, report: &str) -> Result<()> {
        let mut tx = self.db.write().await?;
        query(
            "INSERT INTO evaluations (id, name, training_run, summary, report, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(evaluation.id.to_string())
        .bind(&evaluation.name)
        .bind(evaluation.training_run.map(|id| id.to_string()))
        .bind(to_json(evaluation)?)
        .bind(report)
        .bind(micros(evaluation.created_at))
        .execute(&mut tx)
        .await
        .map_err(database_error)?;
        tx.commit().await.map_err(database_error)
    }

    async fn list(&self) -> Result<Vec<Evaluation>> {
        let rows: Vec<String> =
            query_scalar("SELECT summary FROM evaluations ORDER BY created_at DESC, id DESC")
                .fetch_all(self.db.reader())
                .await
                .map_err(database_error)?;
        rows.iter().map(|summary| from_json(summary)).collect()
    }

    async fn get(&self, id: EvaluationId) -> Result<Option<(Evaluation, String)>> {
        let row: Option<(String, String)> = query_as("SELECT summary, report FROM evaluations WHERE id = $1")
            .bind(id.to_string())
            .fetch_optional(self.db.reader())
            .await
            .map_err(database_error)?;
        row.map(|(summary, report)| Ok((from_json(&summary)?, report))).transpose()
    }

    async fn remove(&self, id: EvaluationId) -> Result<bool> {
        let mut tx = self.db.write().await?;
        let done = query("DELETE FROM evaluations WHERE id = $1")
            .bind(id.to_string())
            .execute(&mut tx)
            .await
            .map_err(database_error)?;
        tx.commit().await.map_err(database_error)?;
        Ok(done.rows_affected() == 1)
    }
}
