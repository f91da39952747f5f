//! Conversations to take away: one as a whole, or a list of them for a table.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{Conversation, ConversationId, Message, User};
use crate::error::Result;

use super::Chat;
use super::messages::MAX_PAGE;
use super::store::{ConversationFilter, Note};

/// Conversations that are read at a time.
const STEP: usize = 500;

/// Everything of one conversation.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Whole {
    pub conversation: Conversation,
    pub messages: Vec<Message>,
    /// What staff noted; visitors never see it.
    pub notes: Vec<Note>,
}

/// Conversations of a list.
#[derive(Clone, Debug)]
pub struct Exported {
    pub conversations: Vec<Conversation>,
    /// Seconds from the first word to the first answer, of those that have both.
    pub first_replies: HashMap<ConversationId, f64>,
    /// There are more than were asked for.
    pub more: bool,
}

impl Chat {
    /// The conversation with every message and note. Taking it away is noted in the audit log.
    pub async fn export(&self, user: &User, id: ConversationId, format: &str) -> Result<Whole> {
        let conversation = self.conversation(id).await?;
        let mut messages: Vec<Message> = Vec::new();
        loop {
            let after = messages.last().map_or(0, |message| message.seq);
            let page = self.store().messages(id, after, MAX_PAGE).await?;
            let last = page.len() < MAX_PAGE;
            messages.extend(page);
            if last {
                break;
            }
        }
        let notes = self.store().notes(id).await?;
        let detail = serde_json::json!({"format": format, "messages": messages.len()});
        self.staff().record(Some(user), "conversation.exported", &id.to_string(), detail).await?;
        Ok(Whole { conversation, messages, notes })
    }

    /// The first `most` conversations of a list. Taking them away is noted in the audit log.
    pub async fn export_list(
        &self,
        user: &User,
        filter: &ConversationFilter,
        most: usize,
    ) -> Result<Exported> {
        let mut filter = ConversationFilter { cursor: None, ..filter.clone() };
        let (mut conversations, mut first_replies) = (Vec::new(), HashMap::new());
        let more = loop {
            filter.limit = STEP.min(most - conversations.len());
            let page = self.store().conversations(&filter).await?;
            let ids: Vec<ConversationId> = page.items.iter().map(|c| c.id).collect();
            first_replies.extend(self.store().first_replies(&ids).await?);
            conversations.extend(page.items);
            filter.cursor = page.next_cursor;
            if filter.cursor.is_none() || conversations.len() >= most {
                break filter.cursor.is_some();
            }
        };
        let detail = serde_json::json!({"conversations": conversations.len()});
        self.staff().record(Some(user), "conversations.exported", "conversations", detail).await?;
        Ok(Exported { conversations, first_replies, more })
    }
}
