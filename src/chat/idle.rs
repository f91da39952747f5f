//! Conversations whose visitor has gone: they are told that it will end, and then it ends, so that its agent is free for
//! others. A visitor who comes back later writes into the same conversation.

use std::time::Duration;

use jiff::Timestamp;

use crate::domain::ConversationId;
use crate::error::{Error, Result};

use super::{Chat, plans};

/// When a conversation that somebody serves ends by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Idleness {
    /// So long after the agent's last word the visitor is told that it will end.
    pub notice: Duration,
    /// So long after that it ends.
    pub close: Duration,
}

/// A conversation that somebody serves, in which the visitor has been silent for long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Silent {
    pub conversation: ConversationId,
    /// Its newest message.
    pub seq: i64,
    /// That message is the notice.
    pub told: bool,
}

impl Chat {
    /// Tells visitors who have been silent for long that the conversation will end, and ends those that were told.
    /// Returns how many were.
    pub async fn end_idle(&self, now: Timestamp) -> Result<usize> {
        let Some(idleness) = self.settings().idle else { return Ok(0) };
        if !self.settings().nodes.my_duty("idle").await? {
            return Ok(0);
        }
        let before = |limit: Duration| {
            now.checked_sub(limit)
                .map_err(|e| Error::internal(format!("the idle limit is out of range: {e}")))
        };
        let silent = self.store().silent(before(idleness.notice)?, before(idleness.close)?).await?;
        for Silent { conversation, seq, told } in &silent {
            let (seq, told) = (*seq, *told);
            self.step(*conversation, false, move |head| match told {
                false => plans::idle_notice(head, seq, idleness.close),
                true => plans::idle_end(head, seq),
            })
            .await?;
        }
        Ok(silent.len())
    }
}
