//! What plugins noted about messages, in SQL: the implementation of [`FindingLog`].

use async_trait::async_trait;
use jiff::Timestamp;
use uuid::Uuid;

use crate::dialog::plugins::FindingLog;
use crate::domain::{ConversationId, Finding, FindingRecord, Message, Sender, SenderKind, TeamId};
use crate::error::{Error, Result};

use super::columns::{as_limit, from_json, micros, parsed, timestamp, to_json};
use super::sql::{Builder, query, query_scalar};
use super::teams::leave_out_teams;
use super::{Db, database_error};

const MICROS_PER_SECOND: f64 = 1e6;

/// Findings in the database. Cheap to clone.
#[derive(Clone)]
pub struct SqlFindings {
    db: Db,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    conversation_id: String,
    message_id: String,
    seq: i64,
    sender_kind: String,
    sender_id: Option<String>,
    sender_name: Option<String>,
    plugin: String,
    finding: String,
    created_at: i64,
}

impl SqlFindings {
    /// The findings of this database.
    pub fn new(db: Db) -> Self {
        Self { db }
    }
}

#[async_trait]
impl FindingLog for SqlFindings {
    async fn put(&self, message: &Message, noted: Vec<(String, Finding)>) -> Result<()> {
        if noted.is_empty() {
            return Ok(());
        }
        let mut tx = self.db.write().await?;
        for (plugin, finding) in noted {
            query(
                "INSERT INTO findings (id, conversation_id, message_id, plugin, finding, created_at) \
                 VALUES ($1, $2, $3, $4, $5, $6)",
            )
            .bind(Uuid::now_v7().to_string())
            .bind(message.conversation_id.to_string())
            .bind(message.id.to_string())
            .bind(plugin)
            .bind(to_json(&finding)?)
            .bind(micros(Timestamp::now()))
            .execute(&mut tx)
            .await
            .map_err(database_error)?;
        }
        tx.commit().await.map_err(database_error)
    }

    async fn waited_s(&self, message: &Message) -> Result<Option<f64>> {
        let since: Option<i64> = query_scalar(
            "SELECT MIN(m.created_at) FROM messages m WHERE m.conversation_id = $1 AND m.sender_kind = 'visitor' \
             AND m.seq < $2 AND m.seq > (SELECT COALESCE(MAX(a.seq), 0) FROM messages a \
             WHERE a.conversation_id = $1 AND a.seq < $2 AND a.sender_kind IN ('agent', 'bot'))",
        )
        .bind(message.conversation_id.to_string())
        .bind(message.seq)
        .fetch_one(self.db.reader())
        .await
        .map_err(database_error)?;
        Ok(since.map(|since| (micros(message.created_at) - since) as f64 / MICROS_PER_SECOND))
    }

    async fn list(
        &self,
        conversation: Option<ConversationId>,
        hidden: &[TeamId],
        before: Option<&str>,
        limit: usize,
    ) -> Result<Vec<FindingRecord>> {
        let mut query = Builder::new(
            "SELECT f.id, f.conversation_id, f.message_id, m.seq, m.sender_kind, m.sender_id, m.sender_name, \
             f.plugin, f.finding, f.created_at FROM findings f JOIN messages m ON m.id = f.message_id \
             JOIN conversations c ON c.id = f.conversation_id WHERE 1 = 1",
        );
        leave_out_teams(&mut query, hidden, None);
        if let Some(conversation) = conversation {
            query.push(" AND f.conversation_id = ").push_bind(conversation.to_string());
        }
        if let Some(before) = before {
            query.push(" AND f.id < ").push_bind(before.to_owned());
        }
        query.push(" ORDER BY f.id DESC LIMIT ").push_bind(as_limit(limit));
        let rows: Vec<Row> =
            query.build_query_as().fetch_all(self.db.reader()).await.map_err(database_error)?;
        rows.into_iter().map(record).collect()
    }
}

fn record(row: Row) -> Result<FindingRecord> {
    let kind = SenderKind::parse(&row.sender_kind)
        .ok_or_else(|| Error::internal(format!("an unknown sender in the database: {}", row.sender_kind)))?;
    Ok(FindingRecord {
        id: parsed(&row.id)?,
        conversation_id: parsed(&row.conversation_id)?,
        message_id: parsed(&row.message_id)?,
        seq: row.seq,
        sender: Sender { kind, id: row.sender_id, name: row.sender_name },
        plugin: row.plugin,
        finding: from_json(&row.finding)?,
        created_at: timestamp(row.created_at)?,
    })
}
