//! Sending: happenings become deliveries, deliveries are posted. One round trip of a slow receiver holds up nobody but
//! that receiver: each webhook has its own runner.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;
use uuid::Uuid;

use crate::chat::{ChatEvent, Listener};
use crate::domain::WebhookId;
use crate::error::{Code, Error, Result};

use super::payload::Scene;
use super::sign::signature;
use super::store::{Attempt, Delivery, Happening, NewDelivery};
use super::{Webhook, WebhookFormat, Webhooks};

/// Pauses before each further try, in seconds: eight tries over a day, then it is given up.
const PAUSES: [i64; 8] = [2, 10, 60, 300, 1_800, 7_200, 21_600, 57_600];
/// How long a receiver may take to answer.
const LIMIT: Duration = Duration::from_secs(5);
/// How long a try is its runner's own; longer than any try takes.
const LEASE: SignedDuration = SignedDuration::from_secs(20);
/// Tries to one webhook at the same time.
const AT_ONCE: usize = 8;
/// Happenings taken out of the outbox at a time.
const BATCH: usize = 100;
/// How often what is due is looked for when nobody calls.
const TICK: Duration = Duration::from_secs(1);
/// How long the log of what ended is kept, and how often the rest is forgotten.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
const FORGET_EVERY: u32 = 3_600;
/// Characters of an error that the log keeps.
const LONGEST_ERROR: usize = 300;

/// One request to a receiver.
#[derive(Clone, Debug)]
pub struct Parcel {
    pub url: String,
    pub allow_private: bool,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
    pub limit: Duration,
}

/// Who carries requests out of the house: `connect`, with its checks of addresses.
#[async_trait]
pub trait Post: Send + Sync {
    /// Why an address may not be used, when it may not.
    fn check(&self, url: &str, allow_private: bool) -> Result<(), String>;
    /// Posts JSON; the status of the answer, or why there was none.
    async fn send(&self, parcel: Parcel) -> Result<u16, String>;
}

/// Hears of every commit and wakes the courier.
#[derive(Clone, Debug, Default)]
pub struct Wake(Arc<Notify>);

impl Wake {
    /// There is something to do.
    pub fn now(&self) {
        self.0.notify_one();
    }
}

impl Listener for Wake {
    fn happened(&self, event: &ChatEvent) {
        if matches!(event, ChatEvent::Message { .. } | ChatEvent::Conversation { .. }) {
            self.now();
        }
    }
}

impl Webhooks {
    /// Sends what waits and what will happen, until the process stops. To be called once.
    pub fn start(&self) {
        let (hooks, stop) = (self.clone(), self.inner.tasks.token());
        self.inner.tasks.spawn(async move {
            let mut rounds = 0_u32;
            while !stop.is_cancelled() {
                if let Err(e) = hooks.round().await {
                    tracing::warn!(error = %e, "webhooks could not be looked after; trying again");
                }
                if rounds.is_multiple_of(FORGET_EVERY)
                    && let Err(e) = hooks.inner.store.forget(Timestamp::now() - KEPT).await
                {
                    tracing::warn!(error = %e, "old webhook deliveries could not be removed");
                }
                rounds = rounds.wrapping_add(1);
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = hooks.inner.wake.0.notified() => {}
                    () = tokio::time::sleep(TICK) => {}
                }
            }
        });
    }

    async fn round(&self) -> Result<()> {
        while self.spread().await? == BATCH {}
        for id in self.inner.store.due(Timestamp::now()).await? {
            self.run(id);
        }
        Ok(())
    }

    /// Happenings become deliveries; how many did.
    async fn spread(&self) -> Result<usize> {
        let happenings = self.inner.store.happenings(BATCH).await?;
        if happenings.is_empty() {
            return Ok(0);
        }
        let webhooks: Vec<Webhook> = self.list().await?.into_iter().filter(|w| w.enabled).collect();
        let mut done: Vec<(Uuid, Vec<NewDelivery>)> = Vec::with_capacity(happenings.len());
        for happening in &happenings {
            done.push((happening.id, self.deliveries_of(happening, &webhooks).await?));
        }
        self.inner.store.spread(&done).await?;
        Ok(happenings.len())
    }

    async fn deliveries_of(&self, happening: &Happening, webhooks: &[Webhook]) -> Result<Vec<NewDelivery>> {
        let wanted = |w: &&Webhook| w.events.is_empty() || w.events.contains(&happening.event);
        let wanting: Vec<&Webhook> = webhooks.iter().filter(wanted).collect();
        if wanting.is_empty() {
            return Ok(Vec::new());
        }
        let chat = &self.inner.chat;
        let conversation = match chat.conversation(happening.conversation).await {
            Ok(conversation) => conversation,
            Err(e) if e.code() == Code::NotFound => return Ok(Vec::new()),
            Err(e) => return Err(e),
        };
        let message = match happening.seq {
            Some(seq) => chat.messages(happening.conversation, seq - 1, 1).await?.into_iter().next(),
            None => None,
        };
        let scene = Scene { happening, conversation: &conversation, message: message.as_ref() };
        let delivery = |webhook: &&Webhook| {
            Ok(NewDelivery {
                webhook: webhook.id,
                event: happening.event,
                conversation: Some(happening.conversation),
                body: scene.body(webhook.format)?,
            })
        };
        wanting.iter().map(delivery).collect()
    }

    /// Starts the runner of a webhook unless it is running.
    fn run(&self, id: WebhookId) {
        if !self.running().insert(id) {
            return;
        }
        let hooks = self.clone();
        self.inner.tasks.spawn(async move {
            if let Err(e) = hooks.deliver(id).await {
                tracing::warn!(webhook = %id, error = %e, "deliveries could not be sent; trying again");
            }
            hooks.running().remove(&id);
        });
    }

    fn running(&self) -> std::sync::MutexGuard<'_, std::collections::HashSet<WebhookId>> {
        self.inner.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn deliver(&self, id: WebhookId) -> Result<()> {
        let stop = self.inner.tasks.token();
        while !stop.is_cancelled() {
            let now = Timestamp::now();
            let claimed = self.inner.store.claim(id, now, now + LEASE, AT_ONCE).await?;
            if claimed.is_empty() {
                break;
            }
            let webhook = self.get(id).await?;
            let attempts = join_all(claimed.iter().map(|delivery| self.attempt(&webhook, delivery))).await;
            self.inner.store.attempted(&attempts).await?;
        }
        Ok(())
    }

    async fn attempt(&self, webhook: &Webhook, delivery: &Delivery) -> Attempt {
        let sent = match parcel(webhook, delivery) {
            Ok(parcel) => self.inner.post.send(parcel).await,
            Err(e) => Err(e.to_string()),
        };
        let at = Timestamp::now();
        let (response_status, error) = match sent {
            Ok(status @ 200..=299) => (Some(i64::from(status)), None),
            Ok(status) => (Some(i64::from(status)), Some(format!("the receiver answered {status}"))),
            Err(why) => (None, Some(why.chars().take(LONGEST_ERROR).collect())),
        };
        let outcome = if error.is_some() { "failed" } else { "delivered" };
        metrics::counter!("zhike_webhook_attempts_total", "outcome" => outcome).increment(1);
        let pause = usize::try_from(delivery.failures).ok().and_then(|n| PAUSES.get(n));
        let again_at = pause.filter(|_| error.is_some()).map(|s| at + SignedDuration::from_secs(*s));
        Attempt { delivery: delivery.id, at, response_status, error, again_at }
    }
}

fn parcel(webhook: &Webhook, delivery: &Delivery) -> Result<Parcel> {
    let body = delivery.body.clone().ok_or_else(|| Error::internal("a delivery has no body"))?;
    let timestamp = Timestamp::now().as_second();
    let signed = signature(&webhook.secret, timestamp, &body)?;
    let (timestamp, id) = (timestamp.to_string(), delivery.id.to_string());
    let headers = match webhook.format {
        WebhookFormat::Zhike => vec![
            ("x-zhike-event", delivery.event.as_str().to_owned()),
            ("x-zhike-delivery", id),
            ("x-zhike-timestamp", timestamp),
            ("x-zhike-signature", signed),
        ],
        WebhookFormat::Chatwoot => vec![
            ("x-chatwoot-delivery", id),
            ("x-chatwoot-timestamp", timestamp),
            ("x-chatwoot-signature", signed),
        ],
    };
    Ok(Parcel { url: webhook.url.clone(), allow_private: webhook.allow_private, headers, body, limit: LIMIT })
}
