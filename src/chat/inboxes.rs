//! Inboxes: where visitors come in, what they are greeted with, when somebody is there, and whose they are.

use std::sync::Arc;

use arc_swap::ArcSwap;
use async_trait::async_trait;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::{Assignment, Decision, Greeting, Inbox, Lang, OfficeHours, TeamId, User};
use crate::error::{Code, Error, Result};

use super::staff_store::AuditEntry;
use super::store::{Change, Head};
use super::{Chat, plans, words};

/// The inbox of those who name none. It cannot be removed.
pub(super) const DEFAULT: &str = "default";
const LONGEST: usize = 60;
const LONGEST_GREETING: usize = 500;
const MOST: usize = 50;

/// An inbox to make, or what an existing one is changed to.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct InboxDraft {
    /// What visitors' clients name it by: letters, digits, `-`, `_`. Only when it is made.
    #[serde(default)]
    pub id: Option<String>,
    pub name: String,
    #[serde(default)]
    pub greeting: Option<Greeting>,
    #[serde(default)]
    pub office_hours: Option<OfficeHours>,
    #[serde(default)]
    pub allowed_origins: Vec<String>,
    #[serde(default)]
    pub team_id: Option<TeamId>,
    #[serde(default)]
    pub assignment: Assignment,
}

/// Inboxes as they are written down.
#[async_trait]
pub trait InboxStore: Send + Sync {
    /// By name.
    async fn inboxes(&self) -> Result<Vec<Inbox>>;
    /// Stores it under its id: a new one when `new`, else the one there is. `Conflict` when id or name is taken.
    async fn put_inbox(&self, inbox: &Inbox, new: bool, audit: &AuditEntry) -> Result<()>;
    /// `Conflict` when visitors have come in there.
    async fn delete_inbox(&self, id: &str, audit: &AuditEntry) -> Result<()>;
}

/// The inboxes, at hand.
#[derive(Debug, Default)]
pub(super) struct InboxBoard {
    inboxes: ArcSwap<Vec<Inbox>>,
}

/// Where a handoff comes to: decided before the write, applied inside it.
pub(super) struct Placing {
    team: Option<TeamId>,
    inboxes: Arc<Vec<Inbox>>,
    now: Timestamp,
}

impl Placing {
    /// A handoff gets its team; out of hours its words are those of the office hours.
    pub(super) fn apply(&self, head: &Head, change: Change) -> Change {
        let inbox = self.inboxes.iter().find(|inbox| inbox.id == head.inbox);
        let change = plans::routed(change, self.team.or_else(|| inbox?.team_id));
        match inbox.and_then(|inbox| inbox.office_hours.as_ref()) {
            Some(hours) if !hours.open_at(self.now) => {
                let position = head.queue_length + 1;
                let hours = hours.in_words(head.locale);
                plans::told(change, words::out_of_hours(head.locale, position, &hours), false)
            }
            _ => change,
        }
    }
}

impl Chat {
    /// All inboxes, by name.
    pub async fn inboxes(&self) -> Result<Vec<Inbox>> {
        self.store().inboxes().await
    }

    /// One inbox.
    pub async fn inbox(&self, id: &str) -> Result<Inbox> {
        let mut inboxes = self.inboxes().await?.into_iter();
        inboxes.find(|inbox| inbox.id == id).ok_or_else(|| Error::not_found("inbox", shown(id)))
    }

    /// Makes an inbox.
    pub async fn create_inbox(&self, actor: &User, draft: &InboxDraft) -> Result<Inbox> {
        let id = draft.id.as_deref().unwrap_or_default();
        let fits = (1..=LONGEST).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        if !fits {
            return Err(Error::invalid("id must have 1 to 60 letters, digits, `-` or `_`"));
        }
        let inbox = self.checked_inbox(id, Timestamp::now(), draft).await?;
        let audit = AuditEntry::of(Some(actor), "inbox.created", id);
        self.store().put_inbox(&inbox, true, &audit).await?;
        self.reload_inboxes().await?;
        Ok(inbox)
    }

    /// Changes an inbox.
    pub async fn update_inbox(&self, actor: &User, id: &str, draft: &InboxDraft) -> Result<Inbox> {
        let before = self.inbox(id).await?;
        if draft.id.as_deref().is_some_and(|new| new != id) {
            return Err(Error::invalid("id cannot be changed: visitors' clients name the inbox by it"));
        }
        let inbox = self.checked_inbox(id, before.created_at, draft).await?;
        self.store().put_inbox(&inbox, false, &AuditEntry::of(Some(actor), "inbox.updated", id)).await?;
        self.reload_inboxes().await?;
        self.staff().wake_desks();
        Ok(inbox)
    }

    /// Removes an inbox that nobody has used.
    pub async fn delete_inbox(&self, actor: &User, id: &str) -> Result<()> {
        self.inbox(id).await?;
        if id == DEFAULT {
            return Err(Error::new(
                Code::Forbidden,
                "the default inbox stays: visitors who name none come in there",
            ));
        }
        self.store().delete_inbox(id, &AuditEntry::of(Some(actor), "inbox.deleted", id)).await?;
        self.reload_inboxes().await
    }

    /// Reads the inboxes again.
    pub async fn reload_inboxes(&self) -> Result<()> {
        self.inner.inboxes.inboxes.store(Arc::new(self.store().inboxes().await?));
        Ok(())
    }

    /// The inbox a visitor's client names.
    ///
    /// # Errors
    /// [`Code::NotFound`] when there is none, [`Code::Forbidden`] when a page of `origin` may not open it.
    pub async fn door(&self, named: Option<&str>, origin: Option<&str>) -> Result<Inbox> {
        let id = named.unwrap_or(DEFAULT);
        let at_hand = self.inner.inboxes.inboxes.load().iter().find(|inbox| inbox.id == id).cloned();
        let inbox = match at_hand {
            Some(inbox) => inbox,
            // Made by another process a moment ago, perhaps.
            None => self.inbox(id).await?,
        };
        let strange = |origin: &str| !inbox.allowed_origins.iter().any(|o| o.eq_ignore_ascii_case(origin));
        if !inbox.allowed_origins.is_empty() && origin.is_some_and(strange) {
            return Err(Error::new(
                Code::Forbidden,
                "this page may not open the inbox; an admin can add its origin to allowed_origins",
            ));
        }
        Ok(inbox)
    }

    /// Where a handoff would come to now.
    pub(super) fn placing(&self, decision: Option<&Decision>, lang: Lang, now: Timestamp) -> Placing {
        Placing { team: self.team_for(decision, lang), inboxes: self.inner.inboxes.inboxes.load_full(), now }
    }

    async fn checked_inbox(&self, id: &str, created_at: Timestamp, draft: &InboxDraft) -> Result<Inbox> {
        let name = draft.name.trim();
        if name.is_empty() || name.chars().count() > LONGEST || name.chars().any(char::is_control) {
            return Err(Error::invalid("name must have 1 to 60 characters"));
        }
        if let Some(greeting) = &draft.greeting
            && [&greeting.zh, &greeting.en].iter().any(|text| text.chars().count() > LONGEST_GREETING)
        {
            return Err(Error::new(Code::TooLarge, "greeting has more than 500 characters"));
        }
        if let Some(hours) = &draft.office_hours {
            if TimeZone::get(&hours.timezone).is_err() {
                let text = format!("office_hours.timezone: there is no time zone {}", shown(&hours.timezone));
                return Err(Error::invalid(text));
            }
            if hours.hours.len() > MOST || hours.hours.iter().any(|opening| opening.days.is_empty()) {
                return Err(Error::invalid("office_hours.hours: at most 50, each with its days"));
            }
        }
        let whole = |origin: &String| {
            let rest = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
            rest.is_some_and(|host| !host.is_empty() && !host.contains(['/', '?', '#', ' ']))
        };
        if draft.allowed_origins.len() > MOST || !draft.allowed_origins.iter().all(whole) {
            return Err(Error::invalid("allowed_origins: at most 50, each like https://shop.example"));
        }
        if let Some(team) = draft.team_id {
            self.team(team).await.map_err(|_| Error::invalid("team_id: there is no such team"))?;
        }
        Ok(Inbox {
            id: id.to_owned(),
            name: name.to_owned(),
            greeting: draft.greeting.clone(),
            office_hours: draft.office_hours.clone(),
            allowed_origins: draft.allowed_origins.clone(),
            team_id: draft.team_id,
            assignment: draft.assignment,
            created_at,
            updated_at: Timestamp::now(),
        })
    }
}

fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(LONGEST).collect()
}
