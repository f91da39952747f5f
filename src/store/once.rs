//! Calls that are done once, in SQL: the implementation of [`OnceStore`].

use async_trait::async_trait;
use jiff::Timestamp;

use crate::error::Result;
use crate::nodes::{Claim, OnceStore};

use super::columns::micros;
use super::sql::{query, query_scalar};
use super::{Db, database_error};

/// Calls in the database. Cheap to clone.
#[derive(Clone)]
pub struct SqlOnce {
    db: Db,
}

impl SqlOnce {
    /// The calls of this database.
    pub fn new(db: Db) -> Self {
        Self { db }
    }
}

#[async_trait]
impl OnceStore for SqlOnce {
    async fn claim(&self, name: &str, now: Timestamp, lost: Timestamp) -> Result<Claim> {
        let claimed = query(
            "INSERT INTO calls_once (name, begun_at) VALUES ($1, $2) \
             ON CONFLICT (name) DO UPDATE SET begun_at = excluded.begun_at \
             WHERE calls_once.answer IS NULL AND calls_once.begun_at < $3",
        )
        .bind(name)
        .bind(micros(now))
        .bind(micros(lost))
        .execute(self.db.writer())
        .await
        .map_err(database_error)?;
        if claimed.rows_affected() == 1 {
            return Ok(Claim::Mine);
        }
        let answer: Option<Option<Vec<u8>>> = query_scalar("SELECT answer FROM calls_once WHERE name = $1")
            .bind(name)
            .fetch_optional(self.db.reader())
            .await
            .map_err(database_error)?;
        // Released between the two statements: the next look claims it.
        Ok(answer.flatten().map_or(Claim::Running, Claim::Done))
    }

    async fn keep(&self, name: &str, answer: &[u8]) -> Result<()> {
        query("UPDATE calls_once SET answer = $2 WHERE name = $1")
            .bind(name)
            .bind(answer.to_vec())
            .execute(self.db.writer())
            .await
            .map_err(database_error)?;
        Ok(())
    }

    async fn release(&self, name: &str) -> Result<()> {
        query("DELETE FROM calls_once WHERE name = $1 AND answer IS NULL")
            .bind(name)
            .execute(self.db.writer())
            .await
            .map_err(database_error)?;
        Ok(())
    }

    async fn forget(&self, before: Timestamp) -> Result<()> {
        query("DELETE FROM calls_once WHERE begun_at < $1")
            .bind(micros(before))
            .execute(self.db.writer())
            .await
            .map_err(database_error)?;
        Ok(())
    }
}
