//! Versions on trial in SQL: the implementation of [`ShadowStore`].

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::FromRow;
use uuid::Uuid;

use crate::domain::ShadowRunId;
use crate::error::Result;
use crate::learn::{ShadowRun, ShadowStore, ShadowTurn, Tally};

use super::columns::{as_limit, from_json, micros, parsed, timestamp, timestamp_opt, to_json};
use super::sql::{Builder, query, query_as, query_scalar};
use super::{Db, database_error};

/// Turns of a run that are kept.
const KEPT: usize = 1_000;

/// Columns of [`RunRow`].
macro_rules! runs {
    () => {
        "SELECT id, training_run, author, started_at, ended_at, turns, differing, other_action, skipped \
         FROM shadow_runs "
    };
}

#[derive(FromRow)]
struct RunRow {
    id: String,
    training_run: String,
    author: String,
    started_at: i64,
    ended_at: Option<i64>,
    turns: i64,
    differing: i64,
    other_action: i64,
    skipped: i64,
}

impl RunRow {
    fn into_run(self) -> Result<ShadowRun> {
        Ok(ShadowRun {
            id: parsed(&self.id)?,
            training_run: parsed(&self.training_run)?,
            author: self.author,
            started_at: timestamp(self.started_at)?,
            ended_at: timestamp_opt(self.ended_at)?,
            turns: self.turns,
            differing: self.differing,
            other_action: self.other_action,
            skipped: self.skipped,
        })
    }
}

/// Runs of the database. Cheap to clone.
#[derive(Clone)]
pub struct SqlShadow {
    db: Db,
}

impl SqlShadow {
    /// The runs of this database.
    pub fn new(db: Db) -> Self {
        Self { db }
    }
}

#[async_trait]
impl ShadowStore for SqlShadow {
    async fn begin(&self, run: &ShadowRun) -> Result<bool> {
        let mut tx = self.db.write().await?;
        let others: i64 = query_scalar("SELECT COUNT(*) FROM shadow_runs WHERE ended_at IS NULL")
            .fetch_one(&mut tx)
            .await
            .map_err(database_error)?;
        if others > 0 {
            return Ok(false);
        }
        query(
            "INSERT INTO shadow_runs (id, training_run, author, started_at, ended_at, turns, differing, \
             other_action, skipped) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(run.id.to_string())
        .bind(run.training_run.to_string())
        .bind(&run.author)
        .bind(micros(run.started_at))
        .bind(run.ended_at.map(micros))
        .bind(run.turns)
        .bind(run.differing)
        .bind(run.other_action)
        .bind(run.skipped)
        .execute(&mut tx)
        .await
        .map_err(database_error)?;
        tx.commit().await.map_err(database_error)?;
        Ok(true)
    }

    async fn current(&self) -> Result<Option<ShadowRun>> {
        let row: Option<RunRow> = query_as(concat!(runs!(), "WHERE ended_at IS NULL"))
            .fetch_optional(self.db.reader())
            .await
            .map_err(database_error)?;
        row.map(RunRow::into_run).transpose()
    }

    async fn list(&self) -> Result<Vec<ShadowRun>> {
        let rows: Vec<RunRow> = query_as(concat!(runs!(), "ORDER BY started_at DESC, id DESC"))
            .fetch_all(self.db.reader())
            .await
            .map_err(database_error)?;
        rows.into_iter().map(RunRow::into_run).collect()
    }

    async fn get(&self, id: ShadowRunId) -> Result<Option<ShadowRun>> {
        let row: Option<RunRow> = query_as(concat!(runs!(), "WHERE id = $1"))
            .bind(id.to_string())
            .fetch_optional(self.db.reader())
            .await
            .map_err(database_error)?;
        row.map(RunRow::into_run).transpose()
    }

    async fn end(&self, id: ShadowRunId, at: Timestamp) -> Result<()> {
        query("UPDATE shadow_runs SET ended_at = $1 WHERE id = $2 AND ended_at IS NULL")
            .bind(micros(at))
            .bind(id.to_string())
            .execute(self.db.writer())
            .await
            .map_err(database_error)?;
        Ok(())
    }

    async fn note(&self, id: ShadowRunId, tally: Tally, turn: Option<&ShadowTurn>) -> Result<()> {
        let mut tx = self.db.write().await?;
        query(
            "UPDATE shadow_runs SET turns = turns + $1, differing = differing + $2, \
             other_action = other_action + $3, skipped = skipped + $4 WHERE id = $5",
        )
        .bind(tally.turns)
        .bind(tally.differing)
        .bind(tally.other_action)
        .bind(tally.skipped)
        .bind(id.to_string())
        .execute(&mut tx)
        .await
        .map_err(database_error)?;
        if let Some(turn) = turn {
            query("INSERT INTO shadow_turns (id, run_id, turn, created_at) VALUES ($1, $2, $3, $4)")
                .bind(Uuid::now_v7().to_string())
                .bind(id.to_string())
                .bind(to_json(turn)?)
                .bind(micros(turn.created_at))
                .execute(&mut tx)
                .await
                .map_err(database_error)?;
            query(
                "DELETE FROM shadow_turns WHERE id IN (SELECT id FROM shadow_turns WHERE run_id = $1 \
                 ORDER BY created_at DESC LIMIT 10 OFFSET $2)",
            )
            .bind(id.to_string())
            .bind(as_limit(KEPT))
            .execute(&mut tx)
            .await
            .map_err(database_error)?;
        }
        tx.commit().await.map_err(database_error)
    }

    async fn turns(
        &self,
        id: ShadowRunId,
        before: Option<Timestamp>,
        limit: usize,
    ) -> Result<Vec<ShadowTurn>> {
        let mut query = Builder::new("SELECT turn FROM shadow_turns WHERE run_id = ");
        query.push_bind(id.to_string());
        if let Some(before) = before {
            query.push(" AND created_at < ").push_bind(micros(before));
        }
        query.push(" ORDER BY created_at DESC LIMIT ").push_bind(as_limit(limit));
        let rows: Vec<(String,)> =
            query.build_query_as().fetch_all(self.db.reader()).await.map_err(database_error)?;
        rows.iter().map(|(turn,)| from_json(turn)).collect()
    }
}
