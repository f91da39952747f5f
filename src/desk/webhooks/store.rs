//! What webhooks need to have written down, as a trait.

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::chat::{AuditEntry, Listed};
use crate::domain::{ConversationId, WebhookId};
use crate::error::Result;

use super::Webhook;
use super::payload::Event;

/// Names a delivery to both sides.
pub type DeliveryId = Uuid;

/// Something that happened, as the outbox holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct Happening {
    pub id: Uuid,
    pub event: Event,
    pub conversation: ConversationId,
    /// The message it is about.
    pub seq: Option<i64>,
    /// What the conversation itself does not say: values before and after, a rating.
    pub detail: serde_json::Value,
    pub at: Timestamp,
}

/// Something to send.
#[derive(Clone, Debug, PartialEq)]
pub struct NewDelivery {
    pub webhook: WebhookId,
    pub event: Event,
    pub conversation: Option<ConversationId>,
    pub body: String,
}

/// How far a delivery is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryStatus {
    /// To be sent, or to be sent again.
    Pending,
    Delivered,
    /// Given up.
    Failed,
}

/// One thing sent to one webhook.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Delivery {
    #[schema(value_type = String, format = "uuid")]
    pub id: DeliveryId,
    pub webhook_id: WebhookId,
    pub event: Event,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<ConversationId>,
    pub status: DeliveryStatus,
    /// Tries that were begun.
    pub attempts: i64,
    /// Tries that have ended badly.
    pub failures: i64,
    /// What the receiver answered last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_status: Option<i64>,
    /// Why the last try failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "date-time")]
    pub next_attempt_at: Option<Timestamp>,
    #[schema(value_type = String, format = "date-time")]
    pub created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "date-time")]
    pub ended_at: Option<Timestamp>,
    /// What is sent; left out of lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

/// Which deliveries to list, newest first.
#[derive(Clone, Debug, Default)]
pub struct DeliveryFilter {
    pub status: Option<DeliveryStatus>,
    pub cursor: Option<String>,
    pub limit: usize,
}

/// How one try ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    pub delivery: DeliveryId,
    pub at: Timestamp,
    pub response_status: Option<i64>,
    /// `None` when the receiver took it.
    pub error: Option<String>,
    /// When to try again after a failure; given up when `None`.
    pub again_at: Option<Timestamp>,
}

/// Webhooks, the outbox and deliveries.
#[async_trait]
pub trait WebhookStore: Send + Sync {
    /// Oldest first.
    async fn list(&self) -> Result<Vec<Webhook>>;
    async fn get(&self, id: WebhookId) -> Result<Option<Webhook>>;
    /// Stores it under its id, new or changed.
    async fn put(&self, webhook: &Webhook, audit: &AuditEntry) -> Result<()>;
    async fn delete(&self, id: WebhookId, audit: &AuditEntry) -> Result<()>;

    /// The oldest of what happened and has not become deliveries.
    async fn happenings(&self, limit: usize) -> Result<Vec<Happening>>;
    /// Takes happenings out of the outbox and puts their deliveries in, in one transaction. A happening that is gone
    /// already was somebody else's: its deliveries are left out.
    async fn spread(&self, done: &[(Uuid, Vec<NewDelivery>)]) -> Result<()>;

    async fn add(&self, new: &NewDelivery) -> Result<Delivery>;
    /// Enabled webhooks with something to send now.
    async fn due(&self, now: Timestamp) -> Result<Vec<WebhookId>>;
    /// Begins at most `limit` tries, the oldest first, each the caller's own until `lease`. One that follows another
    /// of its conversation waits for it, unless that one has failed before.
    async fn claim(
        &self,
        webhook: WebhookId,
        now: Timestamp,
        lease: Timestamp,
        limit: usize,
    ) -> Result<Vec<Delivery>>;
    async fn attempted(&self, attempts: &[Attempt]) -> Result<()>;

    async fn deliveries(&self, webhook: WebhookId, filter: &DeliveryFilter) -> Result<Listed<Delivery>>;
    /// With its body.
    async fn delivery(&self, webhook: WebhookId, id: DeliveryId) -> Result<Option<Delivery>>;
    /// Makes those given up since `from` due again; how many.
    async fn retry_failed(&self, webhook: WebhookId, from: Timestamp) -> Result<u64>;
    /// Forgets deliveries that ended before `limit`.
    async fn forget(&self, limit: Timestamp) -> Result<u64>;
}
