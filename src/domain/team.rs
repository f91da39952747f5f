//! Teams of staff.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{TeamId, UserId};

/// People who take the same kind of conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Team {
    pub id: TeamId,
    pub name: String,
    /// Only members, admins and the owner see its conversations.
    pub closed: bool,
    /// What comes to it: names of intents, and `lang:zh` or `lang:en`.
    pub skills: Vec<String>,
    pub members: Vec<UserId>,
    #[schema(value_type = String, format = "date-time")]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = "date-time")]
    pub updated_at: Timestamp,
}

/// The team a conversation is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TeamRef {
    pub id: TeamId,
    pub name: String,
}
