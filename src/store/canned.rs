//! Replies kept ready in SQL: the implementation of [`CannedStore`].

use async_trait::async_trait;
use sqlx::FromRow;

use crate::chat::AuditEntry;
use crate::desk::canned::{CannedResponse, CannedStore, CannedText};
use crate::domain::{CannedResponseId, UserId};
use crate::error::{Code, Error, Result};

use super::columns::{micros, parsed, timestamp};
use super::sql::{query, query_as};
use super::staff::write_audit;
use super::{Db, OnConstraint, database_error};

#[derive(FromRow)]
struct CannedRow {
    id: String,
    owner_id: Option<String>,
    shortcut: String,
    text_zh: Option<String>,
    text_en: Option<String>,
    created_at: i64,
    updated_at: i64,
}

impl CannedRow {
    fn into_response(self) -> Result<CannedResponse> {
        Ok(CannedResponse {
            id: parsed(&self.id)?,
            shortcut: self.shortcut,
            text: CannedText { zh: self.text_zh, en: self.text_en },
            owner_id: self.owner_id.as_deref().map(parsed).transpose()?,
            created_at: timestamp(self.created_at)?,
            updated_at: timestamp(self.updated_at)?,
        })
    }
}

/// Replies in the database. Cheap to clone.
#[derive(Clone)]
pub struct SqlCanned {
    db: Db,
}

impl SqlCanned {
    pub fn new(db: Db) -> Self {
        Self { db }
    }
}

#[async_trait]
impl CannedStore for SqlCanned {
    async fn list(&self, owner: UserId, prefix: &str) -> Result<Vec<CannedResponse>> {
        // Compared by its first characters: a prefix may hold signs that LIKE gives a meaning.
        let rows: Vec<CannedRow> = query_as(
            "SELECT id, owner_id, shortcut, text_zh, text_en, created_at, updated_at FROM canned_responses \
             WHERE (owner_id IS NULL OR owner_id = $1) AND substr(shortcut, 1, length($2)) = $2 \
             ORDER BY shortcut, owner_id IS NULL, id",
        )
        .bind(owner.to_string())
        .bind(prefix)
        .fetch_all(self.db.reader())
        .await
        .map_err(database_error)?;
        rows.into_iter().map(CannedRow::into_response).collect()
    }

    async fn get(&self, id: CannedResponseId) -> Result<Option<CannedResponse>> {
        let row: Option<CannedRow> = query_as(
            "SELECT id, owner_id, shortcut, text_zh, text_en, created_at, updated_at FROM canned_responses \
             WHERE id = $1",
        )
        .bind(id.to_string())
        .fetch_optional(self.db.reader())
        .await
        .map_err(database_error)?;
        row.map(CannedRow::into_response).transpose()
    }

    async fn put(&self, response: &CannedResponse, audit: Option<&AuditEntry>) -> Result<()> {
        let mut tx = self.db.write().await?;
        query(
            "INSERT INTO canned_responses (id, owner_id, shortcut, text_zh, text_en, created_at, updated_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO UPDATE SET shortcut = excluded.shortcut, \
             text_zh = excluded.text_zh, text_en = excluded.text_en, updated_at = excluded.updated_at",
        )
        .bind(response.id.to_string())
        .bind(response.owner_id.map(|id| id.to_string()))
        .bind(&response.shortcut)
        .bind(response.text.zh.as_deref())
        .bind(response.text.en.as_deref())
        .bind(micros(response.created_at))
        .bind(micros(response.updated_at))
        .execute(&mut tx)
        .await
        .on_constraint("canned_responses_shortcut", || {
            Error::new(Code::Conflict, format!("the shortcut {} is taken", response.shortcut))
        })?;
        if let Some(audit) = audit {
            write_audit(&mut tx, audit).await?;
        }
        tx.commit().await.map_err(database_error)
    }

    async fn delete(&self, id: CannedResponseId, audit: Option<&AuditEntry>) -> Result<()> {
        let mut tx = self.db.write().await?;
        let done = query("DELETE FROM canned_responses WHERE id = $1")
            .bind(id.to_string())
            .execute(&mut tx)
            .await
            .map_err(database_error)?;
        if done.rows_affected() == 0 {
            return Err(Error::not_found("canned response", id));
        }
        if let Some(audit) = audit {
            write_audit(&mut tx, audit).await?;
        }
        tx.commit().await.map_err(database_error)
    }
}
