//! What business systems were told to do, in SQL: the implementation of [`ActionLog`].

use async_trait::async_trait;
use jiff::Timestamp;

use crate::dialog::systems::ActionLog;
use crate::domain::{ActionOutcome, ActionRecord};
use crate::error::Result;

use super::columns::{as_limit, from_json, micros, parsed, timestamp, to_json};
use super::sql::{Builder, query, query_scalar};
use super::{Db, database_error};

/// The record of actions in the database. Cheap to clone.
#[derive(Clone)]
pub struct SqlActions {
    db: Db,
}

#[derive(sqlx::FromRow)]
struct Row {
    key: String,
    form: String,
    operation: String,
    subject: String,
    visitor: Option<String>,
    conversation_id: Option<String>,
    params: String,
    outcome: String,
    begun_at: i64,
    ended_at: Option<i64>,
}

impl SqlActions {
    /// The record of this database.
    pub fn new(db: Db) -> Self {
        Self { db }
    }
}

#[async_trait]
impl ActionLog for SqlActions {
    async fn begun(&self, key: &str) -> Result<bool> {
        query_scalar("SELECT EXISTS (SELECT 1 FROM actions WHERE key = $1)")
            .bind(key)
            .fetch_one(self.db.reader())
            .await
            .map_err(database_error)
    }

    async fn begin(&self, action: &ActionRecord) -> Result<()> {
        let mut tx = self.db.write().await?;
        query(
            "INSERT INTO actions (key, form, operation, subject, visitor, conversation_id, params, outcome, begun_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (key) DO NOTHING",
        )
        .bind(&action.key)
        .bind(&action.form)
        .bind(&action.operation)
        .bind(&action.subject)
        .bind(&action.visitor)
        .bind(action.conversation_id.map(|id| id.to_string()))
        .bind(to_json(&action.params)?)
        .bind(to_json(&action.outcome)?)
        .bind(micros(action.begun_at))
        .execute(&mut tx)
        .await
        .map_err(database_error)?;
        tx.commit().await.map_err(database_error)
    }

    async fn end(&self, key: &str, outcome: ActionOutcome) -> Result<()> {
        let mut tx = self.db.write().await?;
        query("UPDATE actions SET outcome = $1, ended_at = $2 WHERE key = $3")
            .bind(to_json(&outcome)?)
            .bind(micros(Timestamp::now()))
            .bind(key)
            .execute(&mut tx)
            .await
            .map_err(database_error)?;
        tx.commit().await.map_err(database_error)
    }

    async fn list(&self, before: Option<&str>, limit: usize) -> Result<Vec<ActionRecord>> {
        // Keys are UUIDv7: their order is the order of time.
        let mut query = Builder::new(
            "SELECT key, form, operation, subject, visitor, conversation_id, params, outcome, begun_at, ended_at \
             FROM actions",
        );
        if let Some(before) = before {
            query.push(" WHERE key < ").push_bind(before.to_owned());
        }
        query.push(" ORDER BY key DESC LIMIT ").push_bind(as_limit(limit));
        let rows: Vec<Row> =
            query.build_query_as().fetch_all(self.db.reader()).await.map_err(database_error)?;
        rows.into_iter().map(record).collect()
    }
}

fn record(row: Row) -> Result<ActionRecord> {
    Ok(ActionRecord {
        key: row.key,
        form: row.form,
        operation: row.operation,
        subject: row.subject,
        visitor: row.visitor,
        conversation_id: row.conversation_id.as_deref().map(parsed).transpose()?,
        params: from_json(&row.params)?,
        outcome: from_json(&row.outcome)?,
        begun_at: timestamp(row.begun_at)?,
        ended_at: row.ended_at.map(timestamp).transpose()?,
    })
}
