//! The order of conversations on one connection, whatever the hub delivers when.
//!
//! For every conversation the newest `seq` that was sent is known. A live message that follows directly is sent; an
//! older one has been sent already; a later one means that something was missed, which is then read from the store.
//! `resume` reads from the store in pages and goes on live from there.
//!
//! For a moment after `hello` live messages are held back, so that a client that resumes gets the missed ones first.
//! The moment ends with the first frame that is no `resume`, or by itself.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::domain::ConversationId;
use crate::error::Result;

use super::frames::ServerFrame;
use super::local::Push;
use super::session::{Gone, POLICY, Session, Socket};

/// How long live messages wait for a `resume` after `hello`.
const OPENING: Duration = Duration::from_secs(1);
/// Messages read from the store at a time.
const PAGE: usize = 200;
/// Frames that may be held back; beyond it the connection does not keep up.
const MAX_HELD: usize = 4096;

/// What was sent on one connection.
pub(super) struct Order {
    /// Newest seq sent, by conversation.
    sent: HashMap<ConversationId, i64>,
    held: Vec<Push>,
    opening: Option<Instant>,
}

/// What to do with a live message.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Send,
    /// It was sent before.
    Skip,
    /// Others come first.
    CatchUp,
}

impl Order {
    pub(super) fn new(now: Instant) -> Self {
        Self { sent: HashMap::new(), held: Vec::new(), opening: Some(now + OPENING) }
    }

    /// The client has, or does not want, everything up to `seq`.
    pub(super) fn starts_at(&mut self, id: ConversationId, seq: i64) {
        self.sent.insert(id, seq);
    }

    /// Until when live messages are held back.
    pub(super) fn opening_ends(&self) -> Option<Instant> {
        self.opening
    }

    fn verdict(&self, id: ConversationId, seq: i64) -> Verdict {
        match self.sent.get(&id) {
            Some(sent) if seq <= *sent => Verdict::Skip,
            Some(sent) if seq > sent + 1 => Verdict::CatchUp,
            _ => Verdict::Send,
        }
    }
}

impl<S: Socket> Session<S> {
    /// Everything after `after`, in order, then live from there.
    pub(super) async fn resume(&mut self, id: ConversationId, after: i64) -> Result<Result<()>, Gone> {
        let last = match self.conversation_of(Some(id)).await {
            Ok(id) => self.chat.last_seq(id).await,
            Err(e) => Err(e),
        };
        match last {
            Ok(last) => self.order.starts_at(id, after.clamp(0, last)),
            Err(e) => return Ok(Err(e)),
        }
        self.catch_up(id).await
    }

    /// Sends what the store has beyond what was sent.
    async fn catch_up(&mut self, id: ConversationId) -> Result<Result<()>, Gone> {
        loop {
            let after = self.order.sent.get(&id).copied().unwrap_or_default();
            let page = match self.chat.messages(id, after, PAGE).await {
                Ok(page) => page,
                Err(e) => return Ok(Err(e)),
            };
            for message in &page {
                let text = ServerFrame::MessageCreated { conversation_id: id, message }.to_text();
                self.send_text(text).await?;
                self.order.sent.insert(id, message.seq);
            }
            self.set_aside().await?;
            if page.len() < PAGE {
                return Ok(Ok(()));
            }
        }
    }

    /// During a long replay the queue must not run full. What was sent meanwhile is not kept; the rest waits.
    async fn set_aside(&mut self) -> Result<(), Gone> {
        while let Some(push) = self.subscription.waiting() {
            let sent = matches!(&push, Push::Message { conversation, seq, .. }
                if self.order.verdict(*conversation, *seq) == Verdict::Skip);
            if !sent {
                self.hold(push).await?;
            }
        }
        Ok(())
    }

    /// A frame of the hub.
    pub(super) async fn live(&mut self, push: Push) -> Result<(), Gone> {
        self.hold(push).await?;
        self.flush().await
    }

    async fn hold(&mut self, push: Push) -> Result<(), Gone> {
        if self.order.held.len() >= MAX_HELD {
            self.close(POLICY, "too slow").await?;
            return Err(Gone);
        }
        self.order.held.push(push);
        Ok(())
    }

    /// Live messages are no longer held back.
    pub(super) async fn end_opening(&mut self) -> Result<(), Gone> {
        self.order.opening = None;
        self.flush().await
    }

    /// Sends what is held, in the order it came; during the opening only what is not a message.
    pub(super) async fn flush(&mut self) -> Result<(), Gone> {
        let opening = self.order.opening.is_some();
        loop {
            let held = std::mem::take(&mut self.order.held);
            let (now, later): (Vec<_>, Vec<_>) =
                held.into_iter().partition(|push| !opening || !matches!(push, Push::Message { .. }));
            self.order.held = later;
            if now.is_empty() {
                return Ok(());
            }
            for push in now {
                self.deliver(push).await?;
            }
        }
    }

    async fn deliver(&mut self, push: Push) -> Result<(), Gone> {
        let (id, seq, text) = match push {
            Push::Other(text) | Push::News(text) => return self.send_text(text).await,
            Push::Message { conversation, seq, text } => (conversation, seq, text),
        };
        match self.order.verdict(id, seq) {
            Verdict::Skip => Ok(()),
            Verdict::CatchUp => {
                let done = self.catch_up(id).await?;
                self.or_close(done).await
            }
            Verdict::Send => {
                self.order.sent.insert(id, seq);
                self.send_text(text).await
            }
        }
    }
}
