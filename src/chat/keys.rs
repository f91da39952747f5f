//! API keys: how programs sign in. A key acts for an account and reaches what both allow: the account by its role, the
//! key by its scopes. Shown once, stored as a hash, revoked at once, also on open connections.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::{ApiKeyId, Area, Scope, User, UserId};
use crate::error::{Code, Error, Result};

use super::staff::{Staff, may_manage};
use super::staff_store::AuditEntry;
use super::{ChatEvent, tokens};

/// What every key begins with, so that people and secret scanners know one when they see it.
pub const PREFIX: &str = "zk_";
/// Characters of a key that its list entry shows.
const HINT: usize = 8;
/// `last_used_at` is at most this old while a key is used: a write for every call would be too many.
const USE_NOTED_EVERY: SignedDuration = SignedDuration::from_secs(60);
const LONGEST_NAME: usize = 80;

/// A key as it is listed.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub name: String,
    /// The first characters of the key.
    pub hint: String,
    /// The account it acts for.
    pub user_id: UserId,
    /// `conversations:read`, `knowledge:write`, …
    #[schema(value_type = Vec<String>)]
    pub scopes: Vec<Scope>,
    #[schema(value_type = String, format = "date-time")]
    pub created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "date-time")]
    pub expires_at: Option<Timestamp>,
    /// To the minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "date-time")]
    pub last_used_at: Option<Timestamp>,
}

/// A key to make, or what an existing one is changed to.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct ApiKeyDraft {
    pub name: String,
    #[schema(value_type = Vec<String>)]
    pub scopes: Vec<Scope>,
    /// Never, when not given.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "date-time")]
    pub expires_at: Option<Timestamp>,
    /// The account it acts for: one's own when not given. Cannot be changed later.
    #[serde(default)]
    pub user_id: Option<UserId>,
}

/// Keys as they are written down; every change in one transaction with its audit entry.
#[async_trait]
pub trait KeyStore: Send + Sync {
    /// `Conflict` when the name is taken.
    async fn create_key(&self, key: &ApiKey, hash: &str, audit: &AuditEntry) -> Result<()>;
    /// By name.
    async fn keys(&self) -> Result<Vec<ApiKey>>;
    async fn key(&self, id: ApiKeyId) -> Result<Option<ApiKey>>;
    /// Changes name, scopes and expiry; answers with the key's hash.
    async fn update_key(&self, key: &ApiKey, audit: &AuditEntry) -> Result<String>;
    /// Answers with the key's hash.
    async fn delete_key(&self, id: ApiKeyId, audit: &AuditEntry) -> Result<String>;
    /// The key of a hash and the account it acts for, unless it has expired.
    async fn key_by_hash(&self, hash: &str, now: Timestamp) -> Result<Option<(ApiKey, User)>>;
    async fn key_used(&self, id: ApiKeyId, at: Timestamp) -> Result<()>;
}

/// Who calls, and how far they reach.
#[derive(Clone, Debug)]
pub struct Caller {
    pub user: User,
    /// Names the session or key in [`ChatEvent::SessionEnded`].
    pub session: String,
    /// `None` for a person, who reaches whatever their role allows.
    scopes: Option<Vec<Scope>>,
}

impl Caller {
    /// Whether the caller may write to, or only read, one of these areas. No area at all: only people may.
    ///
    /// # Errors
    /// [`Code::Forbidden`] that names the scope the key lacks.
    pub fn check(&self, areas: &[Area], write: bool) -> Result<()> {
        let Some(scopes) = &self.scopes else { return Ok(()) };
        let needed = |area: &Area| Scope { area: *area, write };
        if areas.iter().any(|area| scopes.iter().any(|scope| scope.covers(needed(area)))) {
            return Ok(());
        }
        let names: Vec<String> = areas.iter().map(|area| needed(area).to_string()).collect();
        let text = match names.as_slice() {
            [] => "this is for people: no API key may do it".to_owned(),
            names => format!("the API key lacks the scope {}", names.join(" or ")),
        };
        Err(Error::new(Code::Forbidden, text))
    }
}

impl Staff {
    /// Whom a session token or an API key belongs to.
    ///
    /// # Errors
    /// [`Code::Unauthorized`] when it is unknown, expired or revoked.
    pub async fn caller(&self, token: &str) -> Result<Caller> {
        let Some(secret) = token.strip_prefix(PREFIX) else {
            let (user, session) = self.authenticate_session(token).await?;
            return Ok(Caller { user, session, scopes: None });
        };
        let refused = || Error::new(Code::Unauthorized, "the API key is unknown, revoked or has expired");
        let hash = tokens::presented(secret).ok_or_else(refused)?;
        let now = Timestamp::now();
        let (key, user) = self.inner.store.key_by_hash(&hash, now).await?.ok_or_else(refused)?;
        if key.last_used_at.is_none_or(|at| now.duration_since(at) >= USE_NOTED_EVERY) {
            self.note_use(key.id, now);
        }
        let user = User { api_key: Some(key.name.into()), ..user };
        Ok(Caller { user, session: hash, scopes: Some(key.scopes) })
    }

    /// Whether a session or key, by the hash of its token, still lets its user in.
    pub async fn lives(&self, session: &str) -> Result<bool> {
        let now = Timestamp::now();
        Ok(self.inner.store.session_user(session, now).await?.is_some()
            || self.inner.store.key_by_hash(session, now).await?.is_some())
    }

    /// Not waited for: the caller's answer does not depend on it.
    fn note_use(&self, id: ApiKeyId, at: Timestamp) {
        let staff = self.clone();
        self.inner.tasks.spawn(async move {
            if let Err(e) = staff.inner.store.key_used(id, at).await {
                tracing::warn!(key = %id, error = %e, "the use of an API key could not be noted");
            }
        });
    }

    /// Makes a key, and returns it: the only time anybody sees it.
    pub async fn create_key(&self, actor: &User, draft: &ApiKeyDraft) -> Result<(ApiKey, String)> {
        let user = match draft.user_id {
            Some(id) if id != actor.id => self.user(id).await?,
            _ => actor.clone(),
        };
        if user.id != actor.id {
            may_manage(Some(actor), user.role)?;
        }
        let (secret, hash) = tokens::new_token()?;
        let token = format!("{PREFIX}{secret}");
        let key = ApiKey {
            id: ApiKeyId::new(),
            name: checked_name(&draft.name)?,
            hint: token.chars().take(HINT).collect(),
            user_id: user.id,
            scopes: checked_scopes(&draft.scopes)?,
            created_at: Timestamp::now(),
            expires_at: checked_expiry(draft.expires_at)?,
            last_used_at: None,
        };
        let audit = self.key_audit(actor, "api_key.created", &key);
        self.inner.store.create_key(&key, &hash, &audit).await?;
        Ok((key, token))
    }

    /// All keys, by name.
    pub async fn keys(&self) -> Result<Vec<ApiKey>> {
        self.inner.store.keys().await
    }

    /// One key.
    pub async fn key(&self, id: ApiKeyId) -> Result<ApiKey> {
        self.inner.store.key(id).await?.ok_or_else(|| Error::not_found("API key", id))
    }

    /// Changes what a key is called, reaches, and until when. Its open connections end.
    pub async fn update_key(&self, actor: &User, id: ApiKeyId, draft: &ApiKeyDraft) -> Result<ApiKey> {
        let before = self.managed_key(actor, id).await?;
        if draft.user_id.is_some_and(|user| user != before.user_id) {
            return Err(Error::invalid("user_id: a key stays with its account; make another key"));
        }
        let key = ApiKey {
            name: checked_name(&draft.name)?,
            scopes: checked_scopes(&draft.scopes)?,
            expires_at: checked_expiry(draft.expires_at)?,
            ..before
        };
        let audit = self.key_audit(actor, "api_key.updated", &key);
        let hash = self.inner.store.update_key(&key, &audit).await?;
        self.inner.listener.happened(&ChatEvent::SessionEnded(hash));
        Ok(key)
    }

    /// Revokes a key.
    pub async fn delete_key(&self, actor: &User, id: ApiKeyId) -> Result<()> {
        let key = self.managed_key(actor, id).await?;
        let audit = self.key_audit(actor, "api_key.deleted", &key);
        let hash = self.inner.store.delete_key(id, &audit).await?;
        self.inner.listener.happened(&ChatEvent::SessionEnded(hash));
        Ok(())
    }

    /// A key of an account that the actor manages, or of their own.
    async fn managed_key(&self, actor: &User, id: ApiKeyId) -> Result<ApiKey> {
        let key = self.key(id).await?;
        if key.user_id != actor.id {
            may_manage(Some(actor), self.user(key.user_id).await?.role)?;
        }
        Ok(key)
    }

    fn key_audit(&self, actor: &User, action: &str, key: &ApiKey) -> AuditEntry {
        let detail = serde_json::json!({"scopes": key.scopes, "user_id": key.user_id, "hint": key.hint});
        AuditEntry::of(Some(actor), action, &key.name).with(detail)
    }
}

fn checked_name(name: &str) -> Result<String> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(Error::invalid("name must have 1 to 80 characters"));
    }
    Ok(name.to_owned())
}

fn checked_scopes(scopes: &[Scope]) -> Result<Vec<Scope>> {
    if scopes.is_empty() {
        return Err(Error::invalid("scopes: name at least one, for example `knowledge:read`"));
    }
    let mut scopes = scopes.to_vec();
    scopes.sort();
    scopes.dedup();
    Ok(scopes)
}

fn checked_expiry(at: Option<Timestamp>) -> Result<Option<Timestamp>> {
    match at {
        Some(at) if at <= Timestamp::now() => Err(Error::invalid("expires_at is in the past")),
        at => Ok(at),
    }
}
