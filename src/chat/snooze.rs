//! Conversations that are put off: they stay with their agent, take up none of the agent's capacity, and come back by
//! themselves: when the visitor writes, when the agent does anything with them, or when their time has come.

use jiff::{SignedDuration, Timestamp};

use crate::domain::{Conversation, ConversationId, User};
use crate::error::{Error, Result};

use super::{Chat, plans};

/// Longest that a conversation can be put off.
const LONGEST: SignedDuration = SignedDuration::from_hours(90 * 24);

impl Chat {
    /// Puts the conversation off until a moment of the next 90 days.
    ///
    /// # Errors
    /// [`crate::error::Code::InvalidInput`] for a moment that is past or too far off,
    /// [`crate::error::Code::InvalidState`] for a conversation that nobody serves.
    pub async fn snooze(&self, user: &User, id: ConversationId, until: Timestamp) -> Result<Conversation> {
        plans::require_agent(user)?;
        let ahead = until.duration_since(Timestamp::now());
        if ahead <= SignedDuration::ZERO || ahead > LONGEST {
            return Err(Error::invalid("until must lie in the future, by 90 days at most"));
        }
        let user = user.clone();
        self.step(id, false, move |head| plans::snooze(head, &user, until)).await
    }

    /// Brings back a conversation that was put off.
    pub async fn wake(&self, user: &User, id: ConversationId) -> Result<Conversation> {
        plans::require_agent(user)?;
        let user = user.clone();
        self.step(id, false, move |head| plans::wake(head, plans::by(&user, head))).await
    }

    /// Brings back every conversation whose time has come.
    pub async fn end_snoozes(&self, now: Timestamp) -> Result<usize> {
        if !self.settings().nodes.my_duty("snoozes").await? {
            return Ok(0);
        }
        let ended = self.store().ended_snoozes(now).await?;
        for id in &ended {
            self.step(*id, false, move |head| plans::snooze_ended(head, now)).await?;
        }
        Ok(ended.len())
    }
}
