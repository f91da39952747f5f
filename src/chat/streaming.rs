//! An answer that is told before it is stored, piece by piece, to whoever looks at the conversation.

use async_trait::async_trait;

use crate::dialog::phrase::Hearer;
use crate::domain::{MessageId, Status};

use super::store::Head;
use super::{Chat, ChatEvent};

/// Tells the pieces of one answer.
pub(super) struct Stream<'a> {
    chat: &'a Chat,
    /// The conversation as the turn found it.
    head: &'a Head,
    /// Of the message that the pieces will be. Made with the first one, so that ids go on rising with time.
    id: Option<MessageId>,
    told: usize,
}

impl<'a> Stream<'a> {
    pub(super) fn new(chat: &'a Chat, head: &'a Head) -> Self {
        Self { chat, head, id: None, told: 0 }
    }

    /// The id of the message that comes of the turn.
    pub(super) fn id(&self) -> MessageId {
        self.id.unwrap_or_else(MessageId::new)
    }

    /// As when a decision is written: once a person has taken over, the bot says nothing more.
    async fn is_wanted(&self) -> bool {
        let now = self.chat.conversation(self.head.id).await;
        now.is_ok_and(|now| now.status == Status::Bot && now.version == self.head.version)
    }
}

#[async_trait]
impl Hearer for Stream<'_> {
    async fn hear(&mut self, piece: &str) -> bool {
        if !self.is_wanted().await {
            return false;
        }
        let message = *self.id.get_or_insert_with(MessageId::new);
        let route = self.head.route();
        self.chat.tell(ChatEvent::Delta { route, message, index: self.told, text: piece.into() });
        self.told += 1;
        true
    }
}
