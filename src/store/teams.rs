//! Teams, queues and loads in SQL: the implementation of [`TeamStore`].

use std::collections::HashMap;

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::FromRow;

use crate::chat::assign::{Desks, Waiting};
use crate::chat::{AuditEntry, TeamStore};
use crate::domain::{ConversationId, Team, TeamId, UserId};
use crate::error::{Code, Error, Result};
use crate::nodes::Topic;

use super::chat::SqlChatStore;
use super::columns::{from_json, micros, parsed, timestamp, to_json};
use super::nodes::changed;
use super::sql::{Builder, query, query_as};
use super::staff::write_audit;
use super::{FOREIGN_KEY, OnConstraint, database_error};

/// Conversations that one round of assignment looks at.
const ROUND: i64 = 5_000;

#[derive(FromRow)]
struct TeamRow {
    id: String,
    name: String,
    closed: bool,
    skills: String,
    created_at: i64,
    updated_at: i64,
}

#[derive(FromRow)]
struct WaitingRow {
    id: String,
    tier: i64,
    waiting_since: Option<i64>,
    created_at: i64,
    team_id: Option<String>,
    last_agent_id: Option<String>,
    declined_by: Option<String>,
    assignee_id: Option<String>,
}

impl WaitingRow {
    fn into_waiting(self) -> Result<Waiting> {
        let user = |id: Option<String>| id.as_deref().map(parsed::<UserId>).transpose();
        Ok(Waiting {
            id: parsed(&self.id)?,
            tier: self.tier,
            since: timestamp(self.waiting_since.unwrap_or(self.created_at))?,
            team: self.team_id.as_deref().map(parsed).transpose()?,
            last_agent: user(self.last_agent_id)?,
            not: user(self.assignee_id.or(self.declined_by))?,
        })
    }
}

#[async_trait]
impl TeamStore for SqlChatStore {
    async fn teams(&self) -> Result<Vec<Team>> {
        let rows: Vec<TeamRow> =
            query_as("SELECT id, name, closed, skills, created_at, updated_at FROM teams ORDER BY name")
                .fetch_all(self.db.reader())
                .await
                .map_err(database_error)?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let pairs: Vec<(String, String)> =
            query_as("SELECT team_id, user_id FROM team_members ORDER BY user_id")
                .fetch_all(self.db.reader())
                .await
                .map_err(database_error)?;
        let mut members: HashMap<String, Vec<UserId>> = HashMap::new();
        for (team, user) in pairs {
            members.entry(team).or_default().push(parsed(&user)?);
        }
        rows.into_iter()
            .map(|row| {
                Ok(Team {
                    id: parsed(&row.id)?,
                    name: row.name,
                    closed: row.closed,
                    skills: from_json(&row.skills)?,
                    members: members.remove(&row.id).unwrap_or_default(),
                    created_at: timestamp(row.created_at)?,
                    updated_at: timestamp(row.updated_at)?,
                })
            })
            .collect()
    }

    async fn put_team(&self, team: &Team, audit: &AuditEntry) -> Result<()> {
        let id = team.id.to_string();
        let mut tx = self.db.write().await?;
        query(
            "INSERT INTO teams (id, name, closed, skills, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, closed = excluded.closed, \
             skills = excluded.skills, updated_at = excluded.updated_at",
        )
        .bind(&id)
        .bind(&team.name)
        .bind(team.closed)
        .bind(to_json(&team.skills)?)
        .bind(micros(team.created_at))
        .bind(micros(team.updated_at))
        .execute(&mut tx)
        .await
        .on_constraint("teams.name", || {
            Error::new(Code::Conflict, format!("there is already a team named {}", team.name))
        })?;
        query("DELETE FROM team_members WHERE team_id = $1")
            .bind(&id)
            .execute(&mut tx)
            .await
            .map_err(database_error)?;
        for member in &team.members {
            query("INSERT INTO team_members (team_id, user_id) VALUES ($1, $2)")
                .bind(&id)
                .bind(member.to_string())
                .execute(&mut tx)
                .await
                .on_constraint(FOREIGN_KEY, || {
                    Error::invalid(format!("members: there is no user {member}"))
                })?;
        }
        write_audit(&mut tx, audit).await?;
        changed(&mut tx, Topic::Teams).await?;
        tx.commit().await.map_err(database_error)
    }

    async fn delete_team(&self, id: TeamId, audit: &AuditEntry) -> Result<()> {
        let mut tx = self.db.write().await?;
        let done = query("DELETE FROM teams WHERE id = $1")
            .bind(id.to_string())
            .execute(&mut tx)
            .await
            .map_err(database_error)?;
        if done.rows_affected() == 0 {
            return Err(Error::not_found("team", id));
        }
        write_audit(&mut tx, audit).await?;
        changed(&mut tx, Topic::Teams).await?;
        tx.commit().await.map_err(database_error)
    }

    async fn desks(&self) -> Result<Desks> {
        let rows: Vec<WaitingRow> = query_as(
            "SELECT c.id, v.tier, c.waiting_since, c.created_at, c.team_id, c.last_agent_id, c.declined_by, \
             c.assignee_id FROM conversations c JOIN visitors v ON v.id = c.visitor_id \
             JOIN inboxes i ON i.id = c.inbox_id \
             WHERE (c.status = 'waiting' OR (c.status = 'transferring' AND c.offered_to IS NULL)) AND i.auto_assign \
             ORDER BY v.tier DESC, c.waiting_since, c.id LIMIT $1",
        )
        .bind(ROUND)
        .fetch_all(self.db.reader())
        .await
        .map_err(database_error)?;
        if rows.is_empty() {
            return Ok(Desks::default());
        }
        let loads: Vec<(String, i64)> = query_as(
            "SELECT assignee_id, COUNT(*) FROM conversations WHERE status IN ('serving', 'transferring') \
             AND assignee_id IS NOT NULL AND snoozed_until IS NULL GROUP BY assignee_id",
        )
        .fetch_all(self.db.reader())
        .await
        .map_err(database_error)?;
        let waiting = rows.into_iter().map(WaitingRow::into_waiting).collect::<Result<_>>()?;
        let loads =
            loads.into_iter().map(|(user, load)| Ok((parsed(&user)?, load))).collect::<Result<_>>()?;
        Ok(Desks { waiting, loads })
    }

    async fn set_tier(&self, id: ConversationId, tier: i64) -> Result<()> {
        let mut tx = self.db.write().await?;
        query(
            "UPDATE visitors SET tier = $1, updated_at = $2 \
             WHERE id = (SELECT visitor_id FROM conversations WHERE id = $3)",
        )
        .bind(tier)
        .bind(micros(Timestamp::now()))
        .bind(id.to_string())
        .execute(&mut tx)
        .await
        .map_err(database_error)?;
        tx.commit().await.map_err(database_error)
    }
}

/// The conversations `c` in which this colleague helps. Ids are in the column as they are written, in quotes.
pub(super) fn helps(query: &mut Builder, guest: UserId) {
    query.push("(c.guests <> '[]' AND c.guests LIKE ").push_bind(format!("%\"{guest}\"%")).push(")");
}

/// Leaves out the conversations `c` of these teams, but for those that `viewer` serves or helps in.
pub(super) fn leave_out_teams(query: &mut Builder, hidden: &[TeamId], viewer: Option<UserId>) {
    if hidden.is_empty() {
        return;
    }
    query.push(" AND (c.team_id IS NULL OR c.team_id NOT IN (");
    query.push_list(hidden.iter().map(|team| team.to_string()));
    query.push(")");
    if let Some(viewer) = viewer {
        query.push(" OR c.assignee_id = ").push_bind(viewer.to_string()).push(" OR ");
        helps(query, viewer);
    }
    query.push(")");
}
