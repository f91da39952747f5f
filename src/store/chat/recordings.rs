//! Stored conversations as they were: the implementation of [`Recordings`].

use std::collections::HashMap;

use async_trait::async_trait;

use crate::domain::ConversationId;
use crate::error::Result;
use crate::learn::{Excerpt, Recording, Recordings};
use crate::store::columns::{as_limit, micros, parsed};
use crate::store::sql::{Builder, query_as};
use crate::store::{Db, database_error};

use super::rows::{MessageRow, message_columns};

/// Conversations of the database. Cheap to clone.
#[derive(Clone)]
pub struct SqlRecordings {
    db: Db,
}

impl SqlRecordings {
    /// The conversations of this database.
    pub fn new(db: Db) -> Self {
        Self { db }
    }

    async fn recording(&self, id: &str) -> Result<Recording> {
        let rows: Vec<MessageRow> = query_as(concat!(
            "SELECT ",
            message_columns!(),
            " FROM messages m WHERE m.conversation_id = $1 ORDER BY m.seq"
        ))
        .bind(id)
        .fetch_all(self.db.reader())
        .await
        .map_err(database_error)?;
        let judged: Vec<(i64, bool)> = query_as(
            "SELECT m.seq, f.helpful FROM message_feedback f JOIN messages m ON m.id = f.message_id \
             WHERE m.conversation_id = $1",
        )
        .bind(id)
        .fetch_all(self.db.reader())
        .await
        .map_err(database_error)?;
        let id: ConversationId = parsed(id)?;
        let messages = rows.into_iter().map(MessageRow::into_message).collect::<Result<_>>()?;
        Ok(Recording { id, messages, judged: HashMap::from_iter(judged) })
    }
}

#[async_trait]
impl Recordings for SqlRecordings {
    async fn recent(&self, excerpt: Excerpt) -> Result<Vec<Recording>> {
        let mut query = Builder::new(
            "SELECT c.id FROM conversations c WHERE EXISTS \
             (SELECT 1 FROM messages m WHERE m.conversation_id = c.id AND m.sender_kind = 'visitor')",
        );
        if let Some(since) = excerpt.since {
            query.push(" AND c.created_at >= ").push_bind(micros(since));
        }
        if excerpt.judged {
            query.push(
                " AND EXISTS (SELECT 1 FROM messages m JOIN message_feedback f ON f.message_id = m.id \
                 WHERE m.conversation_id = c.id)",
            );
        }
        query.push(" ORDER BY c.created_at DESC, c.id DESC LIMIT ");
        query.push_bind(as_limit(excerpt.conversations));
        let ids: Vec<(String,)> =
            query.build_query_as().fetch_all(self.db.reader()).await.map_err(database_error)?;
        let mut recordings = Vec::with_capacity(ids.len());
        for (id,) in ids.iter().rev() {
            recordings.push(self.recording(id).await?);
        }
        Ok(recordings)
    }
}
