//! Teams: who belongs to which, which conversations come to which, and who may see them.
//!
//! A closed team is a department of its own: its conversations do not exist for the rest of the staff, in no list,
//! search, stream or attachment. Everything that asks "may they see it?" asks here.

use std::sync::Arc;

use arc_swap::ArcSwap;
use async_trait::async_trait;
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::{ConversationId, Decision, Lang, Role, Team, TeamId, User, UserId};
use crate::error::{Error, Result};

use super::events::Route;
use super::staff_store::AuditEntry;
use super::{Chat, assign};

const LONGEST_NAME: usize = 60;
const MOST_SKILLS: usize = 100;
const MOST_MEMBERS: usize = 1_000;

/// A team to make, or what an existing one is changed to.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct TeamDraft {
    /// Rules and intents name teams by it.
    pub name: String,
    /// Only members, admins and the owner see its conversations.
    #[serde(default)]
    pub closed: bool,
    /// What comes to it: names of intents, and `lang:zh` or `lang:en`.
    #[serde(default)]
    pub skills: Vec<String>,
    #[serde(default)]
    pub members: Vec<UserId>,
}

/// Teams as they are written down, and what their queues hold.
#[async_trait]
pub trait TeamStore: Send + Sync {
    /// By name.
    async fn teams(&self) -> Result<Vec<Team>>;
    /// Stores it under its id, new or changed, with its members. `Conflict` when the name is taken.
    async fn put_team(&self, team: &Team, audit: &AuditEntry) -> Result<()>;
    /// Its conversations stay, without a team.
    async fn delete_team(&self, id: TeamId, audit: &AuditEntry) -> Result<()>;
    /// What waits for somebody to be found, in the order it is to be taken, and who has how much.
    async fn desks(&self) -> Result<assign::Desks>;
    /// Those with a higher tier wait in front of the others.
    async fn set_tier(&self, id: ConversationId, tier: i64) -> Result<()>;
}

/// The teams, at hand.
#[derive(Debug, Default)]
pub(super) struct TeamBoard {
    teams: ArcSwap<Vec<Team>>,
}

impl TeamBoard {
    pub(super) fn set(&self, teams: Vec<Team>) {
        self.teams.store(Arc::new(teams));
    }

    /// The members of a team, when it is closed.
    pub(super) fn closed_to(&self, team: Option<TeamId>) -> Option<Arc<[UserId]>> {
        let teams = self.teams.load();
        let team = teams.iter().find(|t| Some(t.id) == team && t.closed)?;
        Some(team.members.clone().into())
    }

    /// Closed teams the user does not belong to.
    pub(super) fn hidden_from(&self, user: &User) -> Vec<TeamId> {
        if user.role >= Role::Admin {
            return Vec::new();
        }
        let hidden = |team: &&Team| team.closed && !team.members.contains(&user.id);
        self.teams.load().iter().filter(hidden).map(|team| team.id).collect()
    }

    /// The team a conversation should come to: the one that the decision names, else one with the skill of its
    /// intent, else one with the skill of the language.
    pub(super) fn for_matter(&self, named: Option<&str>, intent: Option<&str>, lang: Lang) -> Option<TeamId> {
        let teams = self.teams.load();
        let by_skill = |skill: &str| teams.iter().find(|team| team.skills.iter().any(|s| s == skill));
        let by_name = |name: &str| teams.iter().find(|team| team.name == name);
        let spoken = format!("lang:{}", lang.as_str());
        let found =
            named.and_then(by_name).or_else(|| intent.and_then(by_skill)).or_else(|| by_skill(&spoken));
        found.map(|team| team.id)
    }
}

impl Chat {
    /// All teams, by name.
    pub async fn teams(&self) -> Result<Vec<Team>> {
        self.store().teams().await
    }

    /// One team.
    pub async fn team(&self, id: TeamId) -> Result<Team> {
        let mut teams = self.teams().await?.into_iter();
        teams.find(|team| team.id == id).ok_or_else(|| Error::not_found("team", id))
    }

    /// Makes a team.
    pub async fn create_team(&self, actor: &User, draft: &TeamDraft) -> Result<Team> {
        let now = Timestamp::now();
        let blank = Team {
            id: TeamId::new(),
            name: String::new(),
            closed: false,
            skills: Vec::new(),
            members: Vec::new(),
            created_at: now,
            updated_at: now,
        };
        self.put_team(actor, "team.created", blank, draft).await
    }

    /// Changes a team.
    pub async fn update_team(&self, actor: &User, id: TeamId, draft: &TeamDraft) -> Result<Team> {
        let before = self.team(id).await?;
        self.put_team(actor, "team.updated", before, draft).await
    }

    /// Removes a team. Its conversations stay, without one: everybody sees them.
    pub async fn delete_team(&self, actor: &User, id: TeamId) -> Result<()> {
        let team = self.team(id).await?;
        self.store().delete_team(id, &AuditEntry::of(Some(actor), "team.deleted", &team.name)).await?;
        self.reload_teams().await
    }

    async fn put_team(&self, actor: &User, act: &str, before: Team, draft: &TeamDraft) -> Result<Team> {
        let team = checked(before, draft)?;
        let detail = serde_json::json!({
            "closed": team.closed, "skills": team.skills, "members": team.members,
        });
        self.store().put_team(&team, &AuditEntry::of(Some(actor), act, &team.name).with(detail)).await?;
        self.reload_teams().await?;
        self.staff().wake_desks();
        Ok(team)
    }

    /// Reads the teams again: here, after a change, and from time to time for changes of other processes.
    pub async fn reload_teams(&self) -> Result<()> {
        self.inner.teams.set(self.store().teams().await?);
        Ok(())
    }

    /// Refuses a conversation that does not exist for this member of staff.
    ///
    /// # Errors
    /// [`crate::error::Code::NotFound`] as for one that does not exist at all.
    pub async fn check_seen(&self, user: &User, id: ConversationId) -> Result<()> {
        let hidden = self.hidden_from(user);
        if hidden.is_empty() {
            return Ok(());
        }
        let Some(route) = self.store().route(id).await? else { return Ok(()) };
        let closed = route.team.is_some_and(|team| hidden.contains(&team));
        if closed && route.assignee != Some(user.id) && !route.guests.contains(&user.id) {
            return Err(Error::not_found("conversation", id));
        }
        Ok(())
    }

    /// Where a conversation belongs, when there are closed teams and it may be theirs.
    pub async fn closed_route(&self, id: ConversationId) -> Result<Option<Route>> {
        if !self.inner.teams.teams.load().iter().any(|team| team.closed) {
            return Ok(None);
        }
        let route = self.store().route(id).await?;
        Ok(route.map(|route| Route { only: self.inner.teams.closed_to(route.team), ..route }))
    }

    /// Closed teams whose conversations do not exist for this member of staff.
    pub fn hidden_from(&self, user: &User) -> Vec<TeamId> {
        self.inner.teams.hidden_from(user)
    }

    /// Where a handoff goes.
    pub(super) fn team_for(&self, decision: Option<&Decision>, lang: Lang) -> Option<TeamId> {
        let carried = decision.and_then(|d| d.state.as_ref()).and_then(|state| state.team.as_deref());
        let named = decision.and_then(|d| d.team.as_deref()).or(carried);
        let intent = decision.and_then(|d| d.intent.as_ref()).map(|intent| intent.name.as_str());
        self.inner.teams.for_matter(named, intent, lang)
    }

    /// Visitors of a higher tier, 0 to 9, wait in front of the others.
    pub async fn set_tier(&self, id: ConversationId, tier: i64) -> Result<()> {
        if !(0..=9).contains(&tier) {
            return Err(Error::invalid("tier must be from 0 to 9"));
        }
        self.conversation(id).await?;
        self.store().set_tier(id, tier).await?;
        self.tell_changed(id).await?;
        self.staff().wake_desks();
        Ok(())
    }
}

fn checked(before: Team, draft: &TeamDraft) -> Result<Team> {
    let name = draft.name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(Error::invalid("name must have 1 to 60 characters"));
    }
    let mut skills: Vec<String> =
        draft.skills.iter().map(|s| s.trim().to_owned()).filter(|s| !s.is_empty()).collect();
    skills.sort();
    skills.dedup();
    if skills.len() > MOST_SKILLS || skills.iter().any(|s| s.chars().count() > LONGEST_NAME) {
        return Err(Error::invalid("skills: at most 100 of at most 60 characters each"));
    }
    let mut members = draft.members.clone();
    members.sort();
    members.dedup();
    if members.len() > MOST_MEMBERS {
        return Err(Error::invalid("members: at most 1000"));
    }
    Ok(Team {
        name: name.to_owned(),
        closed: draft.closed,
        skills,
        members,
        updated_at: Timestamp::now(),
        ..before
    })
}
