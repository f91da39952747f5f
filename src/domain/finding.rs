//! What a plugin notes about a message.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{ConversationId, MessageId, Sender};

/// How bad it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Low,
    #[default]
    Medium,
    High,
}

/// One thing noted about a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Finding {
    /// Name of the check that found it.
    pub check: String,
    #[serde(default)]
    pub severity: Severity,
    /// The words it is about, as they were written; empty when it is about none.
    #[serde(default)]
    pub quote: String,
    /// For people.
    #[serde(default)]
    pub note: String,
}

/// A finding with the message it is about.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct FindingRecord {
    #[schema(value_type = String, format = "uuid")]
    pub id: Uuid,
    #[schema(value_type = String, format = "uuid")]
    pub conversation_id: ConversationId,
    #[schema(value_type = String, format = "uuid")]
    pub message_id: MessageId,
    pub seq: i64,
    pub sender: Sender,
    /// The plugin that noted it.
    pub plugin: String,
    #[serde(flatten)]
    pub finding: Finding,
    #[schema(value_type = String, format = "date-time")]
    pub created_at: Timestamp,
}

/// How a plugin did in a turn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PluginReport {
    pub plugin: String,
    /// `before` or `review`
    pub hook: String,
    /// `ok`, `late` or `failed`
    pub outcome: String,
    pub ms: f32,
}
