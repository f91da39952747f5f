//! Long polling: the way of clients that cannot hold a socket.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::chat::Chat;
use crate::domain::{ConversationId, Message};
use crate::error::Result;

use super::local::{Audience, Hub, Push};

/// Longest wait of one poll.
const MAX_WAIT: Duration = Duration::from_secs(30);

impl Hub {
    /// Messages after `after`; when there are none yet, waits for the first one, at most `wait` and never longer
    /// than 30 seconds. An empty answer means that nothing came, or that the server is stopping.
    pub async fn poll(
        &self,
        chat: &Chat,
        conversation: ConversationId,
        after: i64,
        limit: usize,
        wait: Duration,
        stop: &CancellationToken,
    ) -> Result<Vec<Message>> {
        // Subscribed before the first look: a message stored in between wakes us.
        let mut subscription = self.subscribe(Audience::Visitor(conversation));
        let found = chat.messages(conversation, after, limit).await?;
        if !found.is_empty() || wait.is_zero() {
            return Ok(found);
        }
        let came = async {
            while let Some(push) = subscription.next().await {
                if matches!(push, Push::Message { seq, .. } if seq > after) {
                    break;
                }
            }
        };
        tokio::select! {
            () = came => chat.messages(conversation, after, limit).await,
            () = tokio::time::sleep(wait.min(MAX_WAIT)) => Ok(Vec::new()),
            () = stop.cancelled() => Ok(Vec::new()),
        }
    }
}
