//! Conversations whose visitor has gone: they are told that it will end, and then it ends, so that its agent is free for
//! others. A visitor who comes back later writes into the same conversation.

use std::time::Duration;

use jiff::Timestamp;

use crate::domain::ConversationId;
use crate::error::Result;

use super::timers::before;
use super::{Chat, plans};

/// When a conversation that somebody serves ends by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Idleness {
    /// So long after the last thing that happened, where an agent has the last word, the visitor is told that it will end.
    pub notice: Duration,
    /// So long after that, if nothing happens, it ends.
    pub close: Duration,
}

/// A conversation that somebody serves, in which the visitor has been silent for long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Silent {
    pub conversation: ConversationId,
    /// Its newest message.
    pub seq: i64,
    /// That message is the notice, and nothing has happened since.
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
        let (spoken, told) = (before(now, idleness.notice)?, before(now, idleness.close)?);
        let silent = self.store().silent(spoken, told).await?;
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
