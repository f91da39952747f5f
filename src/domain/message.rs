//! A message of a conversation: durable, numbered, never changed afterwards.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{AttachmentId, Card, Choice, Citation, ConversationId, MessageId};

/// Who spoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SenderKind {
    Visitor,
    Bot,
    Agent,
    System,
}

impl SenderKind {
    /// The name used on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            SenderKind::Visitor => "visitor",
            SenderKind::Bot => "bot",
            SenderKind::Agent => "agent",
            SenderKind::System => "system",
        }
    }

    /// The kind of that name, if there is one.
    pub fn parse(name: &str) -> Option<Self> {
        [SenderKind::Visitor, SenderKind::Bot, SenderKind::Agent, SenderKind::System]
            .into_iter()
            .find(|k| k.as_str() == name)
    }
}

/// The sender of a message; `id` is a visitor's or a user's id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Sender {
    pub kind: SenderKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// What happened, in a message of type `event`: status changes are part of the ordered stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EventName {
    HandoffRequested,
    HandoffDeclined,
    AgentJoined,
    AgentLeft,
    Transferred,
    Closed,
    Reopened,
    /// Something was done in a business system at the visitor's word.
    ActionDone,
    /// Something was asked of a business system, which did not confirm it.
    ActionUnconfirmed,
    /// The visitor said how they can be reached.
    ContactLeft,
    /// A colleague of the agent came to help.
    GuestJoined,
    /// A colleague who came to help has left.
    GuestLeft,
    /// Another conversation of the same person ended in favour of this one.
    Merged,
    /// The visitor has been silent for long: it will end by itself.
    IdleNotice,
}

/// What a message holds. Text is data: clients render it as text, never as HTML.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Content {
    Text {
        text: String,
    },
    /// A text with a table of fields and actions.
    Card {
        text: String,
        card: Card,
    },
    /// A question with answers to pick from.
    Choices {
        text: String,
        choices: Vec<Choice>,
    },
    Image {
        attachment_id: AttachmentId,
        name: String,
        size: i64,
        mime: String,
        url: String,
    },
    File {
        attachment_id: AttachmentId,
        name: String,
        size: i64,
        mime: String,
        url: String,
    },
    /// A change of status, told in words as well.
    Event {
        event: EventName,
        text: String,
        /// Of a request for a person: whether somebody is there to take it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        staffed: Option<bool>,
    },
}

impl Content {
    /// Plain text content.
    pub fn text(text: impl Into<String>) -> Self {
        Content::Text { text: text.into() }
    }

    /// The words of this content: what the engine reads and what a search finds.
    pub fn as_text(&self) -> &str {
        match self {
            Content::Text { text }
            | Content::Card { text, .. }
            | Content::Choices { text, .. }
            | Content::Event { text, .. } => text,
            Content::Image { name, .. } | Content::File { name, .. } => name,
        }
    }
}

/// A message as everybody sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Message {
    pub id: MessageId,
    pub conversation_id: ConversationId,
    /// Rises by one without gaps within a conversation; this is the order.
    pub seq: i64,
    /// The sender's own name for this message: the same again is the same message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    pub sender: Sender,
    pub content: Content,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub citations: Vec<Citation>,
    #[schema(value_type = String, format = "date-time")]
    pub created_at: Timestamp,
}
