//! Inboxes in SQL: the implementation of [`InboxStore`].

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use crate::chat::{AuditEntry, InboxStore};
use crate::domain::{Assignment, Greeting, Inbox, OfficeHours, TeamId};
use crate::error::{Code, Error, Result};
use crate::nodes::Topic;

use super::chat::SqlChatStore;
use super::columns::{from_json, micros, timestamp, to_json};
use super::nodes::changed;
use super::sql::{query, query_as};
use super::staff::write_audit;
use super::{FOREIGN_KEY, OnConstraint, database_error};

/// What the column `settings` holds.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Settings {
    greeting: Option<Greeting>,
    office_hours: Option<OfficeHours>,
    allowed_origins: Vec<String>,
    team_id: Option<TeamId>,
}

#[derive(FromRow)]
struct InboxRow {
    id: String,
    name: String,
    settings: String,
    auto_assign: bool,
    created_at: i64,
    updated_at: i64,
}

impl InboxRow {
    fn into_inbox(self) -> Result<Inbox> {
        let settings: Settings = from_json(&self.settings)?;
        Ok(Inbox {
            id: self.id,
            name: self.name,
            greeting: settings.greeting,
            office_hours: settings.office_hours,
            allowed_origins: settings.allowed_origins,
            team_id: settings.team_id,
            assignment: if self.auto_assign { Assignment::Auto } else { Assignment::Manual },
            created_at: timestamp(self.created_at)?,
            updated_at: timestamp(self.updated_at)?,
        })
    }
}

#[async_trait]
impl InboxStore for SqlChatStore {
    async fn inboxes(&self) -> Result<Vec<Inbox>> {
        let rows: Vec<InboxRow> = query_as(
            "SELECT id, name, settings, auto_assign, created_at, updated_at FROM inboxes ORDER BY name",
        )
        .fetch_all(self.db.reader())
        .await
        .map_err(database_error)?;
        rows.into_iter().map(InboxRow::into_inbox).collect()
    }

    async fn put_inbox(&self, inbox: &Inbox, new: bool, audit: &AuditEntry) -> Result<()> {
        let settings = to_json(&Settings {
            greeting: inbox.greeting.clone(),
            office_hours: inbox.office_hours.clone(),
            allowed_origins: inbox.allowed_origins.clone(),
            team_id: inbox.team_id,
        })?;
        let statement = if new {
            "INSERT INTO inboxes (name, settings, auto_assign, updated_at, created_at, id) \
             VALUES ($1, $2, $3, $4, $5, $6)"
        } else {
            "UPDATE inboxes SET name = $1, settings = $2, auto_assign = $3, updated_at = $4, created_at = $5 \
             WHERE id = $6"
        };
        let taken =
            |what: &str| Error::new(Code::Conflict, format!("there is already an inbox with this {what}"));
        let mut tx = self.db.write().await?;
        let done = query(statement)
            .bind(&inbox.name)
            .bind(settings)
            .bind(inbox.assignment == Assignment::Auto)
            .bind(micros(inbox.updated_at))
            .bind(micros(inbox.created_at))
            .bind(&inbox.id)
            .execute(&mut tx)
            .await
            .on_constraint("inboxes", || taken("id or name"))?;
        if done.rows_affected() == 0 {
            return Err(Error::not_found("inbox", &inbox.id));
        }
        write_audit(&mut tx, audit).await?;
        changed(&mut tx, Topic::Inboxes).await?;
        tx.commit().await.map_err(database_error)
    }

    async fn delete_inbox(&self, id: &str, audit: &AuditEntry) -> Result<()> {
        let mut tx = self.db.write().await?;
        query("DELETE FROM inboxes WHERE id = $1").bind(id).execute(&mut tx).await.on_constraint(
            FOREIGN_KEY,
            || {
                Error::new(
                    Code::Conflict,
                    "visitors have come in there: the inbox stays with their conversations",
                )
            },
        )?;
        write_audit(&mut tx, audit).await?;
        changed(&mut tx, Topic::Inboxes).await?;
        tx.commit().await.map_err(database_error)
    }
}
