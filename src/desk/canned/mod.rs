//! Replies kept ready: a shortcut, a text in one language or both, and variables that the conversation fills in.
//!
//! A reply is for all staff, then supervisors look after it, or somebody's own, then nobody else sees it.

mod template;

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::chat::AuditEntry;
use crate::domain::{CannedResponseId, Conversation, Lang, Role, User, UserId};
use crate::error::{Code, Error, Result};

pub use template::VARIABLES;

const LONGEST_SHORTCUT: usize = 40;
const LONGEST_TEXT: usize = 4_000;

/// A reply kept ready.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct CannedResponse {
    pub id: CannedResponseId,
    /// What is typed to find it, in lower case.
    pub shortcut: String,
    pub text: CannedText,
    /// Whose it is; for all staff when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<UserId>,
    #[schema(value_type = String, format = "date-time")]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = "date-time")]
    pub updated_at: Timestamp,
}

/// The text, with variables such as `{{visitor.name}}` or `{{visitor.name|friend}}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CannedText {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zh: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

/// A reply to make, or what an existing one is changed to.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct CannedDraft {
    pub shortcut: String,
    pub text: CannedText,
    /// Only for oneself. Cannot be changed later.
    #[serde(default)]
    pub personal: bool,
}

/// A text filled in for one conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Filled {
    pub text: String,
    pub lang: Lang,
    /// Variables that are not known of this visitor and that the text gives no other words for.
    pub missing: Vec<String>,
}

/// Replies as they are written down; a change of one for all staff in one transaction with its audit entry.
#[async_trait]
pub trait CannedStore: Send + Sync {
    /// Those for all and those of `owner` whose shortcut begins with `prefix`, by shortcut.
    async fn list(&self, owner: UserId, prefix: &str) -> Result<Vec<CannedResponse>>;
    async fn get(&self, id: CannedResponseId) -> Result<Option<CannedResponse>>;
    /// Stores it under its id, new or changed. `Conflict` when its owner has that shortcut already.
    async fn put(&self, response: &CannedResponse, audit: Option<&AuditEntry>) -> Result<()>;
    async fn delete(&self, id: CannedResponseId, audit: Option<&AuditEntry>) -> Result<()>;
}

/// The replies of this server. Cheap to clone.
#[derive(Clone)]
pub struct CannedResponses {
    store: Arc<dyn CannedStore>,
}

impl CannedResponses {
    pub fn new(store: Arc<dyn CannedStore>) -> Self {
        Self { store }
    }

    /// What the user may use, by shortcut, those that begin with `prefix`.
    pub async fn list(&self, user: &User, prefix: &str) -> Result<Vec<CannedResponse>> {
        self.store.list(user.id, &prefix.trim().to_lowercase()).await
    }

    /// One that the user may use.
    pub async fn get(&self, user: &User, id: CannedResponseId) -> Result<CannedResponse> {
        let found = self.store.get(id).await?.filter(|r| r.owner_id.is_none_or(|owner| owner == user.id));
        found.ok_or_else(|| Error::not_found("canned response", id))
    }

    /// Keeps a reply ready.
    pub async fn create(&self, user: &User, draft: &CannedDraft) -> Result<CannedResponse> {
        let now = Timestamp::now();
        let response = CannedResponse {
            id: CannedResponseId::new(),
            shortcut: checked_shortcut(&draft.shortcut)?,
            text: checked_text(&draft.text)?,
            owner_id: draft.personal.then_some(user.id),
            created_at: now,
            updated_at: now,
        };
        let audit = allowed(user, &response, "canned_response.created")?;
        self.store.put(&response, audit.as_ref()).await?;
        Ok(response)
    }

    /// Changes shortcut and text.
    pub async fn update(
        &self,
        user: &User,
        id: CannedResponseId,
        draft: &CannedDraft,
    ) -> Result<CannedResponse> {
        let before = self.get(user, id).await?;
        if draft.personal != before.owner_id.is_some() {
            return Err(Error::invalid("personal cannot be changed; keep another reply ready instead"));
        }
        let response = CannedResponse {
            shortcut: checked_shortcut(&draft.shortcut)?,
            text: checked_text(&draft.text)?,
            updated_at: Timestamp::now(),
            ..before
        };
        let audit = allowed(user, &response, "canned_response.updated")?;
        self.store.put(&response, audit.as_ref()).await?;
        Ok(response)
    }

    /// Removes a reply.
    pub async fn delete(&self, user: &User, id: CannedResponseId) -> Result<()> {
        let response = self.get(user, id).await?;
        let audit = allowed(user, &response, "canned_response.deleted")?;
        self.store.delete(id, audit.as_ref()).await
    }

    /// The text as `user` would send it into the conversation, in `lang` or the visitor's language, in the other when
    /// there is no text in that one.
    pub fn fill(
        &self,
        response: &CannedResponse,
        user: &User,
        conversation: &Conversation,
        lang: Option<Lang>,
    ) -> Filled {
        let wanted = lang.unwrap_or(conversation.visitor.locale);
        let written = |lang: Lang| match lang {
            Lang::Zh => response.text.zh.as_deref(),
            Lang::En => response.text.en.as_deref(),
        };
        let lang = match (wanted, written(wanted)) {
            (Lang::Zh, None) => Lang::En,
            (Lang::En, None) => Lang::Zh,
            (lang, Some(_)) => lang,
        };
        let (text, missing) = template::fill(written(lang).unwrap_or_default(), user, conversation);
        Filled { text, lang, missing }
    }
}

/// What everybody uses is looked after by supervisors, and its changes are on record.
fn allowed(user: &User, response: &CannedResponse, action: &str) -> Result<Option<AuditEntry>> {
    if response.owner_id.is_some() {
        return Ok(None);
    }
    if user.role < Role::Supervisor {
        return Err(Error::new(
            Code::Forbidden,
            "replies for all staff need the role supervisor or higher; send `personal: true` for one of your own",
        ));
    }
    Ok(Some(AuditEntry::of(Some(user), action, &response.shortcut)))
}

fn checked_shortcut(shortcut: &str) -> Result<String> {
    let shortcut = shortcut.trim().trim_start_matches('/').to_lowercase();
    let fits = (1..=LONGEST_SHORTCUT).contains(&shortcut.chars().count())
        && shortcut.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    if fits {
        return Ok(shortcut);
    }
    Err(Error::invalid("shortcut must have 1 to 40 letters, digits, `_`, `-` or `.`"))
}

fn checked_text(text: &CannedText) -> Result<CannedText> {
    let clean = |text: &Option<String>| {
        let text = text.as_deref().map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
        if let Some(text) = &text {
            if text.chars().count() > LONGEST_TEXT {
                return Err(Error::new(Code::TooLarge, "text has more than 4000 characters"));
            }
            template::check(text)?;
        }
        Ok(text)
    };
    let text = CannedText { zh: clean(&text.zh)?, en: clean(&text.en)? };
    if text == CannedText::default() {
        return Err(Error::invalid("text needs `zh`, `en` or both"));
    }
    Ok(text)
}
