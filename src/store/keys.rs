//! API keys in SQL: the implementation of [`KeyStore`].

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::FromRow;

use crate::chat::{ApiKey, AuditEntry, KeyStore};
use crate::domain::{ApiKeyId, User};
use crate::error::{Code, Error, Result};
use crate::nodes::Topic;

use super::columns::{from_json, micros, parsed, timestamp, timestamp_opt, to_json};
use super::nodes::changed;
use super::sql::{query, query_as, query_scalar};
use super::staff::{SqlStaffStore, UserRow, user_columns, write_audit};
use super::{OnConstraint, database_error};

/// Columns of a [`KeyRow`].
macro_rules! key_columns {
    () => {
        "k.id AS key_id, k.hint, k.name AS key_name, k.user_id, k.scopes, k.created_at AS key_created_at, \
         k.expires_at, k.last_used_at"
    };
}

#[derive(FromRow)]
struct KeyRow {
    key_id: String,
    hint: String,
    key_name: String,
    user_id: String,
    scopes: String,
    key_created_at: i64,
    expires_at: Option<i64>,
    last_used_at: Option<i64>,
}

impl KeyRow {
    fn into_key(self) -> Result<ApiKey> {
        Ok(ApiKey {
            id: parsed(&self.key_id)?,
            name: self.key_name,
            hint: self.hint,
            user_id: parsed(&self.user_id)?,
            scopes: from_json(&self.scopes)?,
            created_at: timestamp(self.key_created_at)?,
            expires_at: timestamp_opt(self.expires_at)?,
            last_used_at: timestamp_opt(self.last_used_at)?,
        })
    }
}

#[derive(FromRow)]
struct OwnedKeyRow {
    #[sqlx(flatten)]
    key: KeyRow,
    #[sqlx(flatten)]
    user: UserRow,
}

fn taken(name: &str) -> Error {
    Error::new(Code::Conflict, format!("there is already an API key named {name}"))
}

#[async_trait]
impl KeyStore for SqlStaffStore {
    async fn create_key(&self, key: &ApiKey, hash: &str, audit: &AuditEntry) -> Result<()> {
        let mut tx = self.db.write().await?;
        query(
            "INSERT INTO api_keys (id, key_hash, hint, name, user_id, scopes, created_at, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(key.id.to_string())
        .bind(hash)
        .bind(&key.hint)
        .bind(&key.name)
        .bind(key.user_id.to_string())
        .bind(to_json(&key.scopes)?)
        .bind(micros(key.created_at))
        .bind(key.expires_at.map(micros))
        .execute(&mut tx)
        .await
        .on_constraint("api_keys.name", || taken(&key.name))?;
        write_audit(&mut tx, audit).await?;
        tx.commit().await.map_err(database_error)
    }

    async fn keys(&self) -> Result<Vec<ApiKey>> {
        let rows: Vec<KeyRow> =
            query_as(concat!("SELECT ", key_columns!(), " FROM api_keys k ORDER BY k.name"))
                .fetch_all(self.db.reader())
                .await
                .map_err(database_error)?;
        rows.into_iter().map(KeyRow::into_key).collect()
    }

    async fn key(&self, id: ApiKeyId) -> Result<Option<ApiKey>> {
        let row: Option<KeyRow> =
            query_as(concat!("SELECT ", key_columns!(), " FROM api_keys k WHERE k.id = $1"))
                .bind(id.to_string())
                .fetch_optional(self.db.reader())
                .await
                .map_err(database_error)?;
        row.map(KeyRow::into_key).transpose()
    }

    async fn update_key(&self, key: &ApiKey, audit: &AuditEntry) -> Result<String> {
        let mut tx = self.db.write().await?;
        let hash: Option<String> = query_scalar(
            "UPDATE api_keys SET name = $1, scopes = $2, expires_at = $3 WHERE id = $4 RETURNING key_hash",
        )
        .bind(&key.name)
        .bind(to_json(&key.scopes)?)
        .bind(key.expires_at.map(micros))
        .bind(key.id.to_string())
        .fetch_optional(&mut tx)
        .await
        .on_constraint("api_keys.name", || taken(&key.name))?;
        let hash = hash.ok_or_else(|| Error::not_found("API key", key.id))?;
        write_audit(&mut tx, audit).await?;
        changed(&mut tx, Topic::Sessions).await?;
        tx.commit().await.map_err(database_error)?;
        Ok(hash)
    }

    async fn delete_key(&self, id: ApiKeyId, audit: &AuditEntry) -> Result<String> {
        let mut tx = self.db.write().await?;
        let hash: Option<String> = query_scalar("DELETE FROM api_keys WHERE id = $1 RETURNING key_hash")
            .bind(id.to_string())
            .fetch_optional(&mut tx)
            .await
            .map_err(database_error)?;
        let hash = hash.ok_or_else(|| Error::not_found("API key", id))?;
        write_audit(&mut tx, audit).await?;
        changed(&mut tx, Topic::Sessions).await?;
        tx.commit().await.map_err(database_error)?;
        Ok(hash)
    }

    async fn key_by_hash(&self, hash: &str, now: Timestamp) -> Result<Option<(ApiKey, User)>> {
        let row: Option<OwnedKeyRow> = query_as(concat!(
            "SELECT ",
            key_columns!(),
            ", ",
            user_columns!(),
            " FROM api_keys k JOIN users u ON u.id = k.user_id \
             WHERE k.key_hash = $1 AND (k.expires_at IS NULL OR k.expires_at > $2)"
        ))
        .bind(hash)
        .bind(micros(now))
        .fetch_optional(self.db.reader())
        .await
        .map_err(database_error)?;
        row.map(|row| Ok((row.key.into_key()?, row.user.into_user()?.user))).transpose()
    }

    async fn key_used(&self, id: ApiKeyId, at: Timestamp) -> Result<()> {
        let mut tx = self.db.write().await?;
        query("UPDATE api_keys SET last_used_at = $1 WHERE id = $2")
            .bind(micros(at))
            .bind(id.to_string())
            .execute(&mut tx)
            .await
            .map_err(database_error)?;
        tx.commit().await.map_err(database_error)
    }
}
