//! A conversation and its states.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ConversationId, Message, Page, TeamRef, UserId, Visitor};

/// Who is responsible for the next word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// The bot answers.
    Bot,
    /// A person was asked for; nobody has accepted yet. The bot is silent.
    Waiting,
    /// An agent owns the conversation. The bot is silent.
    Serving,
    /// Offered to another agent or team. The bot is silent.
    Transferring,
    /// Over. A new message of the visitor starts a new context.
    Closed,
}

impl Status {
    /// The name used on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Status::Bot => "bot",
            Status::Waiting => "waiting",
            Status::Serving => "serving",
            Status::Transferring => "transferring",
            Status::Closed => "closed",
        }
    }

    /// The status of that name, if there is one.
    pub fn parse(name: &str) -> Option<Self> {
        [Status::Bot, Status::Waiting, Status::Serving, Status::Transferring, Status::Closed]
            .into_iter()
            .find(|s| s.as_str() == name)
    }
}

/// Why a conversation ended, in the word of the agent who ended it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CloseReason {
    Resolved,
    /// The visitor did not answer any more.
    NoReply,
    Spam,
    /// The same matter is looked after elsewhere.
    Duplicate,
    Other,
}

impl CloseReason {
    /// Every reason.
    pub const ALL: [Self; 5] = [Self::Resolved, Self::NoReply, Self::Spam, Self::Duplicate, Self::Other];

    /// The name used on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Resolved => "resolved",
            Self::NoReply => "no_reply",
            Self::Spam => "spam",
            Self::Duplicate => "duplicate",
            Self::Other => "other",
        }
    }

    /// The reason of that name, if there is one.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }
}

/// The agent who owns a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Assignee {
    pub id: UserId,
    pub name: String,
}

/// How far a conversation was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reads {
    /// The newest message that whoever asks has read, on any device; 0 when none.
    pub read_seq: i64,
    /// The newest message that somebody of the other side has read.
    pub other_read_seq: i64,
    /// Messages of the other side after `read_seq`.
    pub unread: i64,
}

/// A conversation as visitors' and agents' clients see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Conversation {
    pub id: ConversationId,
    /// Where the visitor came in.
    #[serde(default)]
    pub inbox: String,
    pub status: Status,
    pub visitor: Visitor,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignee: Option<Assignee>,
    /// Colleagues who were invited to help; the conversation stays its agent's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guests: Vec<Assignee>,
    /// The team it is for, once a person was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<TeamRef>,
    /// Rises with every change of status or owner; a write made for an older version is refused.
    pub version: i64,
    /// Sequence number of the newest message; 0 when there is none.
    pub last_seq: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_message: Option<Message>,
    /// Why a person was asked for, when one was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handoff_reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<Page>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The conversation in which this visitor goes on, when they turned out to be somebody else; nothing is written
    /// here any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goes_on_in: Option<ConversationId>,
    /// Since when a person is waited for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "date-time")]
    pub waiting_since: Option<Timestamp>,
    /// Put off by its agent until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "date-time")]
    pub snoozed_until: Option<Timestamp>,
    /// Of a closed conversation: why it ended, where its agent said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close_reason: Option<CloseReason>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close_note: Option<String>,
    #[schema(value_type = String, format = "date-time")]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = "date-time")]
    pub updated_at: Timestamp,
}
