//! Webhooks and their log in SQL: the implementation of [`WebhookStore`].

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::FromRow;
use uuid::Uuid;

use crate::chat::{AuditEntry, Listed};
use crate::desk::webhooks::{
    Attempt, Delivery, DeliveryFilter, DeliveryId, DeliveryStatus, Happening, NewDelivery, Webhook,
    WebhookFormat, WebhookStore,
};
use crate::domain::WebhookId;
use crate::error::{Error, Result};

use super::columns::{as_limit, from_json, micros, parsed, timestamp, timestamp_opt, to_json};
use super::sql::{Builder, Tx, query, query_as, query_scalar};
use super::staff::write_audit;
use super::{Db, database_error};

#[derive(FromRow)]
struct WebhookRow {
    id: String,
    url: String,
    format: String,
    events: String,
    secret: String,
    allow_private: bool,
    enabled: bool,
    created_at: i64,
    updated_at: i64,
}

impl WebhookRow {
    fn into_webhook(self) -> Result<Webhook> {
        let format = if self.format == WebhookFormat::Chatwoot.as_str() {
            WebhookFormat::Chatwoot
        } else {
            WebhookFormat::Zhike
        };
        Ok(Webhook {
            id: parsed(&self.id)?,
            url: self.url,
            format,
            events: from_json(&self.events)?,
            secret: self.secret,
            allow_private: self.allow_private,
            enabled: self.enabled,
            created_at: timestamp(self.created_at)?,
            updated_at: timestamp(self.updated_at)?,
        })
    }
}

#[derive(FromRow)]
struct HappeningRow {
    id: String,
    event: String,
    conversation_id: String,
    seq: Option<i64>,
    detail: String,
    created_at: i64,
}

#[derive(FromRow)]
struct DeliveryRow {
    id: String,
    webhook_id: String,
    event: String,
    conversation_id: Option<String>,
    body: Option<String>,
    status: String,
    attempts: i64,
    failures: i64,
    next_attempt_at: Option<i64>,
    response_status: Option<i64>,
    error: Option<String>,
    created_at: i64,
    ended_at: Option<i64>,
}

impl DeliveryRow {
    fn into_delivery(self) -> Result<Delivery> {
        Ok(Delivery {
            id: parsed(&self.id)?,
            webhook_id: parsed(&self.webhook_id)?,
            event: parsed(&self.event)?,
            conversation_id: self.conversation_id.as_deref().map(parsed).transpose()?,
            status: match self.status.as_str() {
                "pending" => DeliveryStatus::Pending,
                "delivered" => DeliveryStatus::Delivered,
                _ => DeliveryStatus::Failed,
            },
            attempts: self.attempts,
            failures: self.failures,
            response_status: self.response_status,
            error: self.error,
            next_attempt_at: timestamp_opt(self.next_attempt_at)?,
            created_at: timestamp(self.created_at)?,
            ended_at: timestamp_opt(self.ended_at)?,
            body: self.body,
        })
    }
}

const fn status_name(status: DeliveryStatus) -> &'static str {
    match status {
        DeliveryStatus::Pending => "pending",
        DeliveryStatus::Delivered => "delivered",
        DeliveryStatus::Failed => "failed",
    }
}

/// Webhooks in the database. Cheap to clone.
#[derive(Clone)]
pub struct SqlWebhooks {
    db: Db,
}

impl SqlWebhooks {
    pub fn new(db: Db) -> Self {
        Self { db }
    }
}

#[async_trait]
impl WebhookStore for SqlWebhooks {
    async fn list(&self) -> Result<Vec<Webhook>> {
        let rows: Vec<WebhookRow> = query_as("SELECT * FROM webhooks ORDER BY id")
            .fetch_all(self.db.reader())
            .await
            .map_err(database_error)?;
        rows.into_iter().map(WebhookRow::into_webhook).collect()
    }

    async fn get(&self, id: WebhookId) -> Result<Option<Webhook>> {
        let row: Option<WebhookRow> = query_as("SELECT * FROM webhooks WHERE id = $1")
            .bind(id.to_string())
            .fetch_optional(self.db.reader())
            .await
            .map_err(database_error)?;
        row.map(WebhookRow::into_webhook).transpose()
    }

    async fn put(&self, webhook: &Webhook, audit: &AuditEntry) -> Result<()> {
        let mut tx = self.db.write().await?;
        query(
            "INSERT INTO webhooks (id, url, format, events, secret, allow_private, enabled, created_at, updated_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO UPDATE SET url = excluded.url, \
             format = excluded.format, events = excluded.events, secret = excluded.secret, \
             allow_private = excluded.allow_private, enabled = excluded.enabled, updated_at = excluded.updated_at",
        )
        .bind(webhook.id.to_string())
        .bind(&webhook.url)
        .bind(webhook.format.as_str())
        .bind(to_json(&webhook.events)?)
        .bind(&webhook.secret)
        .bind(webhook.allow_private)
        .bind(webhook.enabled)
        .bind(micros(webhook.created_at))
        .bind(micros(webhook.updated_at))
        .execute(&mut tx)
        .await
        .map_err(database_error)?;
        write_audit(&mut tx, audit).await?;
        tx.commit().await.map_err(database_error)
    }

    async fn delete(&self, id: WebhookId, audit: &AuditEntry) -> Result<()> {
        let mut tx = self.db.write().await?;
        let done = query("DELETE FROM webhooks WHERE id = $1")
            .bind(id.to_string())
            .execute(&mut tx)
            .await
            .map_err(database_error)?;
        if done.rows_affected() == 0 {
            return Err(Error::not_found("webhook", id));
        }
        write_audit(&mut tx, audit).await?;
        tx.commit().await.map_err(database_error)
    }

    async fn happenings(&self, limit: usize) -> Result<Vec<Happening>> {
        let rows: Vec<HappeningRow> = query_as(
            "SELECT id, event, conversation_id, seq, detail, created_at FROM webhook_outbox ORDER BY id LIMIT $1",
        )
        .bind(as_limit(limit))
        .fetch_all(self.db.reader())
        .await
        .map_err(database_error)?;
        rows.into_iter()
            .map(|row| {
                Ok(Happening {
                    id: parsed(&row.id)?,
                    event: parsed(&row.event)?,
                    conversation: parsed(&row.conversation_id)?,
                    seq: row.seq,
                    detail: from_json(&row.detail)?,
                    at: timestamp(row.created_at)?,
                })
            })
            .collect()
    }

    async fn spread(&self, done: &[(Uuid, Vec<NewDelivery>)]) -> Result<()> {
        let now = Timestamp::now();
        let mut tx = self.db.write().await?;
        for (id, deliveries) in done {
            let taken = query("DELETE FROM webhook_outbox WHERE id = $1")
                .bind(id.to_string())
                .execute(&mut tx)
                .await
                .map_err(database_error)?;
            if taken.rows_affected() == 0 {
                continue;
            }
            for new in deliveries {
                insert(&mut tx, new, now).await?;
            }
        }
        tx.commit().await.map_err(database_error)
    }

    async fn add(&self, new: &NewDelivery) -> Result<Delivery> {
        let mut tx = self.db.write().await?;
        let id = insert(&mut tx, new, Timestamp::now()).await?;
        let row: Option<DeliveryRow> = query_as("SELECT * FROM webhook_deliveries WHERE id = $1")
            .bind(id.to_string())
            .fetch_optional(&mut tx)
            .await
            .map_err(database_error)?;
        let row = row.ok_or_else(|| Error::not_found("webhook", new.webhook))?;
        tx.commit().await.map_err(database_error)?;
        row.into_delivery()
    }

    async fn due(&self, now: Timestamp) -> Result<Vec<WebhookId>> {
        let ids: Vec<String> = query_scalar(
            "SELECT w.id FROM webhooks w WHERE w.enabled AND EXISTS (SELECT 1 FROM webhook_deliveries d \
             WHERE d.webhook_id = w.id AND d.status = 'pending' AND d.next_attempt_at <= $1)",
        )
        .bind(micros(now))
        .fetch_all(self.db.reader())
        .await
        .map_err(database_error)?;
        ids.iter().map(|id| parsed(id)).collect()
    }

    async fn claim(
        &self,
        webhook: WebhookId,
        now: Timestamp,
        lease: Timestamp,
        limit: usize,
    ) -> Result<Vec<Delivery>> {
        let mut tx = self.db.write().await?;
        let rows: Vec<DeliveryRow> = query_as(
            "UPDATE webhook_deliveries SET attempts = attempts + 1, next_attempt_at = $1 WHERE id IN ( \
             SELECT d.id FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id \
             WHERE d.webhook_id = $2 AND w.enabled AND d.status = 'pending' AND d.next_attempt_at <= $3 \
             AND NOT EXISTS (SELECT 1 FROM webhook_deliveries e WHERE e.webhook_id = d.webhook_id \
             AND e.conversation_id = d.conversation_id AND e.status = 'pending' AND e.failures = 0 AND e.id < d.id) \
             ORDER BY d.id LIMIT $4) RETURNING *",
        )
        .bind(micros(lease))
        .bind(webhook.to_string())
        .bind(micros(now))
        .bind(as_limit(limit))
        .fetch_all(&mut tx)
        .await
        .map_err(database_error)?;
        tx.commit().await.map_err(database_error)?;
        rows.into_iter().map(DeliveryRow::into_delivery).collect()
    }

    async fn attempted(&self, attempts: &[Attempt]) -> Result<()> {
        let mut tx = self.db.write().await?;
        for attempt in attempts {
            let status = match (&attempt.error, attempt.again_at) {
                (None, _) => DeliveryStatus::Delivered,
                (Some(_), Some(_)) => DeliveryStatus::Pending,
                (Some(_), None) => DeliveryStatus::Failed,
            };
            let ended = (status != DeliveryStatus::Pending).then(|| micros(attempt.at));
            query(
                "UPDATE webhook_deliveries SET status = $1, failures = failures + $2, next_attempt_at = $3, \
                 response_status = $4, error = $5, ended_at = $6 WHERE id = $7 AND status = 'pending'",
            )
            .bind(status_name(status))
            .bind(i64::from(attempt.error.is_some()))
            .bind(attempt.again_at.map(micros))
            .bind(attempt.response_status)
            .bind(attempt.error.as_deref())
            .bind(ended)
            .bind(attempt.delivery.to_string())
            .execute(&mut tx)
            .await
            .map_err(database_error)?;
        }
        tx.commit().await.map_err(database_error)
    }

    async fn deliveries(&self, webhook: WebhookId, filter: &DeliveryFilter) -> Result<Listed<Delivery>> {
        let mut query = Builder::new(
            "SELECT id, webhook_id, event, conversation_id, NULL AS body, status, attempts, failures, \
             next_attempt_at, response_status, error, created_at, ended_at FROM webhook_deliveries WHERE webhook_id = ",
        );
        query.push_bind(webhook.to_string());
        if let Some(status) = filter.status {
            query.push(" AND status = ").push_bind(status_name(status));
        }
        if let Some(cursor) = &filter.cursor {
            query.push(" AND id < ").push_bind(cursor.clone());
        }
        query.push(" ORDER BY id DESC LIMIT ").push_bind(as_limit(filter.limit + 1));
        let mut rows: Vec<DeliveryRow> =
            query.build_query_as().fetch_all(self.db.reader()).await.map_err(database_error)?;
        let more = rows.len() > filter.limit;
        rows.truncate(filter.limit);
        let next_cursor = rows.last().filter(|_| more).map(|row| row.id.clone());
        let items = rows.into_iter().map(DeliveryRow::into_delivery).collect::<Result<_>>()?;
        Ok(Listed { items, next_cursor })
    }

    async fn delivery(&self, webhook: WebhookId, id: DeliveryId) -> Result<Option<Delivery>> {
        let row: Option<DeliveryRow> =
            query_as("SELECT * FROM webhook_deliveries WHERE id = $1 AND webhook_id = $2")
                .bind(id.to_string())
                .bind(webhook.to_string())
                .fetch_optional(self.db.reader())
                .await
                .map_err(database_error)?;
        row.map(DeliveryRow::into_delivery).transpose()
    }

    async fn retry_failed(&self, webhook: WebhookId, from: Timestamp) -> Result<u64> {
        let mut tx = self.db.write().await?;
        let done = query(
            "UPDATE webhook_deliveries SET status = 'pending', failures = 0, next_attempt_at = $1, ended_at = NULL \
             WHERE webhook_id = $2 AND status = 'failed' AND created_at >= $3",
        )
        .bind(micros(Timestamp::now()))
        .bind(webhook.to_string())
        .bind(micros(from))
        .execute(&mut tx)
        .await
        .map_err(database_error)?;
        tx.commit().await.map_err(database_error)?;
        Ok(done.rows_affected())
    }

    async fn forget(&self, limit: Timestamp) -> Result<u64> {
        let mut tx = self.db.write().await?;
        let done = query("DELETE FROM webhook_deliveries WHERE status <> 'pending' AND ended_at < $1")
            .bind(micros(limit))
            .execute(&mut tx)
            .await
            .map_err(database_error)?;
        tx.commit().await.map_err(database_error)?;
        Ok(done.rows_affected())
    }
}

/// A webhook that is gone by now gets nothing.
async fn insert(conn: &mut Tx, new: &NewDelivery, now: Timestamp) -> Result<Uuid> {
    let id = Uuid::now_v7();
    query(
        "INSERT INTO webhook_deliveries (id, webhook_id, event, conversation_id, body, status, next_attempt_at, \
         created_at) SELECT $1, w.id, $2, $3, $4, 'pending', $5, $5 FROM webhooks w WHERE w.id = $6",
    )
    .bind(id.to_string())
    .bind(new.event.as_str())
    .bind(new.conversation.map(|id| id.to_string()))
    .bind(&new.body)
    .bind(micros(now))
    .bind(new.webhook.to_string())
    .execute(conn)
    .await
    .map_err(database_error)?;
    Ok(id)
}
