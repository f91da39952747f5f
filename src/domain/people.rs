//! Visitors and staff.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Lang, UserId, VisitorId};

/// Somebody who asks. Everything but the id is optional: most visitors stay anonymous.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Visitor {
    pub id: VisitorId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    pub locale: Lang,
    /// Those of a higher tier, 1 to 9, wait in front of the others.
    #[serde(default, skip_serializing_if = "is_everybody")]
    pub tier: i64,
}

/// The tier of whoever has none.
fn is_everybody(tier: &i64) -> bool {
    *tier == 0
}

/// The page a visitor opened the chat on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Page {
    #[serde(default)]
    pub url: String,
    #[serde(default)]
    pub title: String,
    #[serde(default)]
    pub referrer: String,
}

/// What a member of staff may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Reads, changes nothing.
    Viewer,
    /// Talks to visitors.
    Agent,
    /// An agent who may also see and take over other agents' conversations.
    Supervisor,
    /// Manages knowledge, training and staff.
    Admin,
    /// The admin who cannot be removed.
    Owner,
}

/// A member of staff. The password hash never leaves the store.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct User {
    pub id: UserId,
    pub email: String,
    pub name: String,
    pub role: Role,
    #[schema(value_type = String, format = "date-time")]
    pub created_at: Timestamp,
    /// The name of the API key that acts for them in this call.
    #[serde(skip)]
    pub api_key: Option<Arc<str>>,
}

/// Whether an agent takes new conversations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PresenceState {
    Online,
    Busy,
    Away,
    #[default]
    Offline,
}
