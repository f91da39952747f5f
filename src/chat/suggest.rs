//! Replies suggested to agents: computed by the same engine as the bot's answers, stored with what became of them.

use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::{ConversationId, HandoffPacket, Status, Suggestion, SuggestionId, User};
use crate::error::{Code, Error, Result};

use super::turns::turn_of;
use super::{Chat, ChatEvent, plans};

impl Chat {
    /// Suggestions for the visitor's newest message. Computed now when there are none yet.
    pub async fn suggestions(&self, id: ConversationId) -> Result<Vec<Suggestion>> {
        self.conversation(id).await?;
        let Some(due) = self.store().latest_question(id, self.settings().history).await? else {
            return Ok(Vec::new());
        };
        let stored = self.store().suggestions(id, due.message.seq).await?;
        if !stored.is_empty() {
            return Ok(stored);
        }
        let items = self.inner.responder.suggest(&turn_of(&due)).await?;
        self.store().store_suggestions(id, due.message.seq, items, Timestamp::now()).await
    }

    /// What an agent is handed with a conversation; `None` when the visitor has said nothing yet.
    pub async fn packet(&self, id: ConversationId) -> Result<Option<HandoffPacket>> {
        let Some(due) = self.store().latest_question(id, self.settings().history).await? else {
            self.conversation(id).await?;
            return Ok(None);
        };
        let reason = due.head.ownership.handoff_reason.clone();
        Ok(Some(self.inner.responder.packet(&turn_of(&due), reason.as_deref())))
    }

    /// Notes that an agent sent a suggestion, as it was or edited: feedback to learn from.
    pub async fn suggestion_used(&self, user: &User, id: SuggestionId, edited: Option<&str>) -> Result<()> {
        plans::require_agent(user)?;
        let max = self.settings().max_message_chars;
        if edited.is_some_and(|t| t.chars().count() > max) {
            return Err(Error::new(Code::TooLarge, format!("edited_text is longer than {max} characters")));
        }
        self.store().suggestion_used(id, user.id, edited, Timestamp::now()).await
    }

    /// When people own the conversation, its newest message leads to suggestions pushed to them. They may wait: what
    /// visitors and agents write to each other, and the bot's answers, do not stand behind them.
    pub(super) async fn suggest_to_agents(&self, id: ConversationId) -> Result<()> {
        let Some(route) = self.store().route(id).await? else { return Ok(()) };
        if matches!(route.status, Status::Bot | Status::Closed) {
            return Ok(());
        }
        let items = Arc::new(self.inner.suggesting.run(self.suggestions(id)).await?);
        if !items.is_empty() {
            self.tell(ChatEvent::Suggestions { route, items });
        }
        Ok(())
    }
}
