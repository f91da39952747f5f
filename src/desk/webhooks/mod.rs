//! Webhooks: what happens in conversations, told to other people's servers.
//!
//! An event is written down by the transaction that makes it happen (`store`'s outbox) and leaves there only as
//! deliveries, so a process that dies loses none. Deliveries are sent outside everybody's way, signed, tried again
//! with growing pauses, and kept as a log that can be replayed. A receiver may get one twice, with the same delivery
//! id, and gets those of one conversation in their order as long as nothing fails.

mod courier;
mod payload;
mod sign;
mod store;

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::chat::{AuditEntry, Chat, Listed};
use crate::domain::{User, WebhookId};
use crate::error::{Error, Result};
use crate::tasks::Tasks;

pub use courier::{Parcel, Post, Wake};
pub use payload::Event;
pub use store::{
    Attempt, Delivery, DeliveryFilter, DeliveryId, DeliveryStatus, Happening, NewDelivery, WebhookStore,
};

const LONGEST_URL: usize = 2_000;
const SHORTEST_SECRET: usize = 16;
const LONGEST_SECRET: usize = 200;

/// In whose words events are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum WebhookFormat {
    /// The objects of this API, and `event`.
    #[default]
    Zhike,
    /// Chatwoot's names and values, for receivers written for Chatwoot.
    Chatwoot,
}

impl WebhookFormat {
    pub const fn as_str(self) -> &'static str {
        match self {
            WebhookFormat::Zhike => "zhike",
            WebhookFormat::Chatwoot => "chatwoot",
        }
    }
}

/// Where events are sent to.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Webhook {
    pub id: WebhookId,
    pub url: String,
    pub format: WebhookFormat,
    /// Which events; all when empty.
    pub events: Vec<Event>,
    /// An address inside the own network is meant.
    pub allow_private: bool,
    pub enabled: bool,
    #[serde(skip)]
    pub secret: String,
    #[schema(value_type = String, format = "date-time")]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = "date-time")]
    pub updated_at: Timestamp,
}

/// A webhook to make, or what an existing one is changed to.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct WebhookDraft {
    pub url: String,
    #[serde(default)]
    pub format: WebhookFormat,
    /// Which events; all when empty.
    #[serde(default)]
    pub events: Vec<Event>,
    #[serde(default)]
    pub allow_private: bool,
    #[serde(default = "yes")]
    pub enabled: bool,
    /// Signs what is sent. Made up when not given; when a webhook is changed, the one it has stays.
    #[serde(default)]
    pub secret: Option<String>,
}

fn yes() -> bool {
    true
}

/// The webhooks of this server. Cheap to clone.
#[derive(Clone)]
pub struct Webhooks {
    inner: Arc<Inner>,
}

struct Inner {
    store: Arc<dyn WebhookStore>,
    post: Arc<dyn Post>,
    chat: Chat,
    tasks: Tasks,
    wake: Wake,
    running: std::sync::Mutex<std::collections::HashSet<WebhookId>>,
}

impl Webhooks {
    /// `wake` is told of every commit; nothing is sent before [`Webhooks::start`].
    pub fn new(
        store: Arc<dyn WebhookStore>,
        post: Arc<dyn Post>,
        chat: Chat,
        tasks: Tasks,
        wake: Wake,
    ) -> Self {
        Self { inner: Arc::new(Inner { store, post, chat, tasks, wake, running: Default::default() }) }
    }

    /// All webhooks, oldest first.
    pub async fn list(&self) -> Result<Vec<Webhook>> {
        self.inner.store.list().await
    }

    /// One webhook.
    pub async fn get(&self, id: WebhookId) -> Result<Webhook> {
        self.inner.store.get(id).await?.ok_or_else(|| Error::not_found("webhook", id))
    }

    /// Declares a webhook. The answer holds the secret; nobody sees it again.
    pub async fn create(&self, actor: &User, draft: &WebhookDraft) -> Result<Webhook> {
        let now = Timestamp::now();
        let secret = match &draft.secret {
            Some(secret) => checked_secret(secret)?,
            None => sign::new_secret()?,
        };
        let webhook = Webhook {
            id: WebhookId::new(),
            url: self.checked_url(draft)?,
            format: draft.format,
            events: draft.events.clone(),
            allow_private: draft.allow_private,
            enabled: draft.enabled,
            secret,
            created_at: now,
            updated_at: now,
        };
        self.inner.store.put(&webhook, &audit(actor, "webhook.created", &webhook)).await?;
        Ok(webhook)
    }

    /// Changes a webhook; what waits to be sent goes to the new address.
    pub async fn update(&self, actor: &User, id: WebhookId, draft: &WebhookDraft) -> Result<Webhook> {
        let before = self.get(id).await?;
        let webhook = Webhook {
            url: self.checked_url(draft)?,
            format: draft.format,
            events: draft.events.clone(),
            allow_private: draft.allow_private,
            enabled: draft.enabled,
            secret: draft.secret.as_deref().map(checked_secret).transpose()?.unwrap_or(before.secret),
            updated_at: Timestamp::now(),
            ..before
        };
        self.inner.store.put(&webhook, &audit(actor, "webhook.updated", &webhook)).await?;
        self.inner.wake.now();
        Ok(webhook)
    }

    /// Removes a webhook with its log; what waited to be sent is not.
    pub async fn delete(&self, actor: &User, id: WebhookId) -> Result<()> {
        let webhook = self.get(id).await?;
        self.inner.store.delete(id, &audit(actor, "webhook.deleted", &webhook)).await
    }

    /// Sends a `ping`, so that a receiver can be tried.
    pub async fn ping(&self, id: WebhookId) -> Result<Delivery> {
        let webhook = self.get(id).await?;
        let body = serde_json::json!({"event": "ping", "webhook_id": webhook.id}).to_string();
        let new = NewDelivery { webhook: id, event: Event::Ping, conversation: None, body };
        let delivery = self.inner.store.add(&new).await?;
        self.inner.wake.now();
        Ok(delivery)
    }

    /// What was sent, newest first.
    pub async fn deliveries(&self, id: WebhookId, filter: &DeliveryFilter) -> Result<Listed<Delivery>> {
        self.get(id).await?;
        self.inner.store.deliveries(id, filter).await
    }

    /// One delivery with its body.
    pub async fn delivery(&self, id: WebhookId, delivery: DeliveryId) -> Result<Delivery> {
        let found = self.inner.store.delivery(id, delivery).await?;
        found.ok_or_else(|| Error::not_found("delivery", delivery))
    }

    /// Sends the same again as a delivery of its own.
    pub async fn replay(&self, actor: &User, id: WebhookId, delivery: DeliveryId) -> Result<Delivery> {
        let webhook = self.get(id).await?;
        let old = self.delivery(id, delivery).await?;
        let body = old.body.unwrap_or_default();
        let new = NewDelivery { webhook: id, event: old.event, conversation: old.conversation_id, body };
        let again = self.inner.store.add(&new).await?;
        let detail = serde_json::json!({"delivery": delivery, "again": again.id});
        self.inner.chat.staff().record(Some(actor), "webhook.replayed", &webhook.url, detail).await?;
        self.inner.wake.now();
        Ok(again)
    }

    /// Tries again everything that was given up since `from`; how many there are.
    pub async fn replay_failed(&self, actor: &User, id: WebhookId, from: Timestamp) -> Result<u64> {
        let webhook = self.get(id).await?;
        let count = self.inner.store.retry_failed(id, from).await?;
        let detail = serde_json::json!({"from": from, "count": count});
        self.inner.chat.staff().record(Some(actor), "webhook.replayed", &webhook.url, detail).await?;
        self.inner.wake.now();
        Ok(count)
    }

    fn checked_url(&self, draft: &WebhookDraft) -> Result<String> {
        let url = draft.url.trim();
        if url.len() > LONGEST_URL {
            return Err(Error::invalid("url is longer than 2000 characters"));
        }
        let refused = |why: String| Error::invalid(format!("url: {why}"));
        self.inner.post.check(url, draft.allow_private).map_err(refused)?;
        Ok(url.to_owned())
    }
}

fn checked_secret(secret: &str) -> Result<String> {
    let secret = secret.trim();
    let fits =
        (SHORTEST_SECRET..=LONGEST_SECRET).contains(&secret.len()) && !secret.chars().any(char::is_control);
    if fits { Ok(secret.to_owned()) } else { Err(Error::invalid("secret must have 16 to 200 characters")) }
}

fn audit(actor: &User, action: &str, webhook: &Webhook) -> AuditEntry {
    let detail = serde_json::json!({
        "id": webhook.id, "events": webhook.events, "allow_private": webhook.allow_private, "enabled": webhook.enabled,
    });
    AuditEntry::of(Some(actor), action, &webhook.url).with(detail)
}
