//! What one node's hub tells those of the others.
//!
//! Everything that is handed out to connections can be put into words, so that other nodes hand it out to theirs. It is
//! told once, whoever listens; what is lost on the way is found by looking into the store (`follow.rs`).

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, mpsc};

use crate::chat::{Queue, Route};
use crate::domain::{ConversationId, UserId};

use super::local::Push;

/// Deliveries that may wait to be sent; beyond it they are left out, and found in the store.
const WAITING: usize = 20_000;
/// How long it is remembered which messages were handed out.
const REMEMBERED: Duration = Duration::from_secs(120);

/// Who gets something.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum To {
    /// The visitor of a conversation.
    Visitor(ConversationId),
    /// All staff.
    Staff,
    /// One member of staff, on all their devices.
    Member(UserId),
    /// The staff who may hear of a conversation.
    StaffOf(Route),
    /// Its visitor and its staff.
    Everybody(Route),
}

/// Something that every node does.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Delivery {
    Push {
        to: To,
        push: Push,
    },
    /// Positions to those who wait, their number to staff.
    Queue(Queue),
    /// Their connections end: they go on in another conversation.
    VisitorMoved(ConversationId),
    SignedOut(UserId),
    SessionEnded(String),
    /// Something was not told: look into the store.
    Missed,
}

/// The way to the other nodes.
pub(super) struct Abroad {
    sender: mpsc::Sender<Delivery>,
    /// Whether what others tell is heard.
    listening: AtomicBool,
    /// Something may have been missed.
    missed: Notify,
    /// The newest message of each conversation that was handed out here.
    told: Mutex<HashMap<ConversationId, (i64, Instant)>>,
}

impl Abroad {
    pub(super) fn new() -> (Arc<Self>, mpsc::Receiver<Delivery>) {
        let (sender, receiver) = mpsc::channel(WAITING);
        let abroad =
            Self { sender, listening: AtomicBool::new(false), missed: Notify::new(), told: Mutex::default() };
        (Arc::new(abroad), receiver)
    }

    pub(super) fn send(&self, delivery: Delivery) {
        // Closed where there is no Redis.
        if let Err(mpsc::error::TrySendError::Full(_)) = self.sender.try_send(delivery) {
            metrics::counter!("zhike_deliveries_left_out_total").increment(1);
        }
    }

    pub(super) fn set_listening(&self, listening: bool) {
        self.listening.store(listening, Ordering::Relaxed);
        metrics::gauge!("zhike_redis_listening").set(f64::from(u8::from(listening)));
    }

    pub(super) fn is_listening(&self) -> bool {
        self.listening.load(Ordering::Relaxed)
    }

    /// Has the store looked at now.
    pub(super) fn look(&self) {
        self.missed.notify_one();
    }

    /// Waits until then.
    pub(super) async fn something_missed(&self) {
        self.missed.notified().await;
    }

    /// A message was handed out here.
    pub(super) fn note(&self, push: &Push) {
        let Push::Message { conversation, seq, .. } = push else { return };
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let known = told.entry(*conversation).or_insert((0, Instant::now()));
        *known = (known.0.max(*seq), Instant::now());
    }

    /// The newest message of a conversation that was handed out here, as far as that is remembered.
    pub(super) fn told(&self, conversation: ConversationId) -> Option<i64> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).get(&conversation).map(|(seq, _)| *seq)
    }

    /// Forgets what was long ago.
    pub(super) fn forget(&self) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.retain(|_, (_, at)| at.elapsed() < REMEMBERED);
    }
}
