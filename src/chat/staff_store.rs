//! What the staff service needs to have written down: accounts, sessions, the audit log.

use async_trait::async_trait;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::{PresenceState, Role, User, UserId};
use crate::error::Result;

use super::keys::KeyStore;
use super::store::Listed;

/// An account with what only the staff service may see.
#[derive(Clone, Debug)]
pub struct StoredUser {
    pub user: User,
    pub password_hash: String,
    pub presence: PresenceState,
    /// How many conversations the agent takes at the same time.
    pub capacity: i64,
}

/// Which columns of an account change.
#[derive(Clone, Debug, Default)]
pub struct UserChange {
    pub name: Option<String>,
    pub role: Option<Role>,
    pub password_hash: Option<String>,
    pub presence: Option<PresenceState>,
    pub capacity: Option<i64>,
}

/// An administrative act.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct AuditEntry {
    #[schema(value_type = String, format = "uuid")]
    pub id: Uuid,
    /// Empty when the command line or the server itself did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor_id: Option<UserId>,
    pub actor: String,
    /// `user.created`, `user.updated`, `user.deleted`, `session.opened`, …
    pub action: String,
    /// What it was done to, in words.
    pub subject: String,
    #[schema(value_type = Object)]
    pub detail: serde_json::Value,
    #[schema(value_type = String, format = "date-time")]
    pub created_at: Timestamp,
}

impl AuditEntry {
    /// An act of this moment. `actor` is `None` for the command line; one who acts through a program is named with
    /// its API key.
    pub fn of(actor: Option<&User>, action: &str, subject: &str) -> Self {
        let name = |actor: &User| match &actor.api_key {
            Some(key) => format!("{} (API key {key})", actor.name),
            None => actor.name.clone(),
        };
        Self {
            id: Uuid::now_v7(),
            actor_id: actor.map(|a| a.id),
            actor: actor.map_or_else(|| "system".to_owned(), name),
            action: action.to_owned(),
            subject: subject.to_owned(),
            detail: serde_json::json!({}),
            created_at: Timestamp::now(),
        }
    }

    /// The same with more about it.
    pub fn with(self, detail: serde_json::Value) -> Self {
        Self { detail, ..self }
    }
}

/// Accounts of staff. Every change is written in one transaction with its audit entry.
#[async_trait]
pub trait StaffStore: KeyStore {
    /// `Conflict` when the e-mail is taken. `only_first`: nothing is written unless it is the first account of all,
    /// and the answer is `false`.
    async fn create_user(&self, user: &StoredUser, only_first: bool, audit: &AuditEntry) -> Result<bool>;
    async fn user(&self, id: UserId) -> Result<Option<StoredUser>>;
    async fn user_by_email(&self, email: &str) -> Result<Option<StoredUser>>;
    async fn users(&self) -> Result<Vec<StoredUser>>;
    /// `NotFound` when there is no such account.
    async fn update_user(
        &self,
        id: UserId,
        change: &UserChange,
        audit: Option<&AuditEntry>,
    ) -> Result<StoredUser>;
    /// Sessions end with the account. What the user wrote stays, and so do the conversations they own: the next
    /// agent who acts in one becomes its owner.
    async fn delete_user(&self, id: UserId, audit: &AuditEntry) -> Result<()>;

    async fn open_session(
        &self,
        user: UserId,
        token_hash: &str,
        expires: Timestamp,
        audit: &AuditEntry,
    ) -> Result<()>;
    async fn session_user(&self, token_hash: &str, now: Timestamp) -> Result<Option<User>>;
    async fn close_session(&self, token_hash: &str) -> Result<()>;
    /// Ends all sessions of a user, or all but one.
    async fn close_sessions(&self, user: UserId, except: Option<&str>) -> Result<()>;

    async fn audit(&self, entry: &AuditEntry) -> Result<()>;
    /// Newest first.
    async fn audit_entries(&self, cursor: Option<&str>, limit: usize) -> Result<Listed<AuditEntry>>;
}
