//! Figures: how many came, what the bot settled, who asked for a person, how long they waited, how they rated it.
//!
//! Nothing is counted while it happens: figures are read off the messages themselves ([`fold`]), so they are right
//! for any time in the past and after any crash.

mod csv;
mod fold;

use std::sync::Arc;

use async_trait::async_trait;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::chat::Chat;
use crate::domain::{CloseReason, ConversationId, EventName, SenderKind, TeamId, User, UserId};
use crate::error::{Error, Result};

pub use csv::to_csv;
pub(super) use csv::{finished, harmless, unwritable};
use fold::{Contact, Contacts, Tally};

/// Days that are looked at when nothing is said.
const DEFAULT_DAYS: i64 = 7;
const MOST_DAYS: i64 = 366;

/// One message as figures see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub conversation: ConversationId,
    pub team: Option<TeamId>,
    pub seq: i64,
    pub kind: SenderKind,
    /// The agent who wrote it.
    pub agent: Option<UserId>,
    pub event: Option<EventName>,
    pub at: Timestamp,
}

/// A rating.
#[derive(Clone, Debug, PartialEq)]
pub struct Rating {
    pub score: i64,
    pub agent: Option<UserId>,
    pub team: Option<TeamId>,
    pub at: Timestamp,
}

/// The end of a conversation, with its reason.
#[derive(Clone, Debug, PartialEq)]
pub struct Closed {
    pub reason: CloseReason,
    pub by: UserId,
    pub team: Option<TeamId>,
    pub at: Timestamp,
}

/// What figures are read off: from when to when, and of which inbox when not of all.
#[derive(Clone, Copy, Debug)]
pub struct Span<'a> {
    pub from: Timestamp,
    pub to: Timestamp,
    pub inbox: Option<&'a str>,
}

/// What figures are read off.
#[async_trait]
pub trait ReportStore: Send + Sync {
    /// Every message from a little before `from` until what began before `to` has had a week to end, conversation by
    /// conversation, in order.
    async fn lines(&self, span: Span<'_>, each: &mut (dyn FnMut(Line) + Send)) -> Result<()>;
    async fn ratings(&self, span: Span<'_>) -> Result<Vec<Rating>>;
    /// Conversations that ended with a reason.
    async fn closings(&self, span: Span<'_>) -> Result<Vec<Closed>>;
}

/// By what figures are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum By {
    Day,
    /// Whoever wrote in a conversation; one that two served counts for both.
    Agent,
    /// The team that got the handoff.
    Team,
}

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// A date, or a moment in RFC 3339.
    pub from: Option<String>,
    /// The end, not included. A date means the end of that day.
    pub to: Option<String>,
    /// Whose days: a name of the time zone database.
    pub timezone: Option<String>,
    pub by: Option<By>,
    /// Only what came in there.
    pub inbox: Option<String>,
    /// Only handoffs that this team got.
    pub team: Option<TeamId>,
}

/// Seconds somebody waited.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct WaitFigures {
    pub count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub median_s: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p90_s: Option<f64>,
}

/// Ratings from 1 to 5.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct RatingFigures {
    pub count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean: Option<f64>,
    /// The share of 4 and 5.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub satisfied: Option<f64>,
}

/// How many conversations were ended for which reason.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct ReasonFigures {
    pub resolved: usize,
    pub no_reply: usize,
    pub spam: usize,
    pub duplicate: usize,
    pub other: usize,
}

/// The figures of one group. A conversation is counted where it began: at the visitor's first word, or the first
/// after it was closed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct Figures {
    pub conversations: usize,
    pub visitor_messages: usize,
    pub bot_messages: usize,
    pub agent_messages: usize,
    /// The bot answered, nobody was asked for, and it is closed or has been quiet for an hour.
    pub resolved_by_bot: usize,
    /// A person was asked for.
    pub handoffs: usize,
    /// An agent wrote.
    pub served: usize,
    /// Of all that have ended or were handed over, what the bot settled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bot_resolution: Option<f64>,
    /// From the visitor's first word to the first answer, whoever gave it.
    pub first_reply: WaitFigures,
    /// From asking for a person to an agent's first word.
    pub agent_reply: WaitFigures,
    pub csat: RatingFigures,
    /// Of those that an agent ended and gave a reason for, counted where they ended.
    pub close_reasons: ReasonFigures,
}

/// One group of a drill-down.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Group {
    /// The day, or the id of the agent or team.
    pub key: String,
    pub name: String,
    #[serde(flatten)]
    pub figures: Figures,
}

/// Figures of a stretch of time.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Overview {
    #[schema(value_type = String, format = "date-time")]
    pub from: Timestamp,
    #[schema(value_type = String, format = "date-time")]
    pub to: Timestamp,
    pub timezone: String,
    pub total: Figures,
    /// Told apart, when that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups: Option<Vec<Group>>,
}

/// The figures of this server. Cheap to clone.
#[derive(Clone)]
pub struct Reports {
    store: Arc<dyn ReportStore>,
    chat: Chat,
}

impl Reports {
    pub fn new(store: Arc<dyn ReportStore>, chat: Chat) -> Self {
        Self { store, chat }
    }

    /// The figures of a stretch of time, in all and told apart.
    ///
    /// # Errors
    /// [`crate::error::Code::InvalidInput`] for a stretch that is none, or longer than a year;
    /// [`crate::error::Code::NotFound`] for an inbox or a team that does not exist for this user.
    pub async fn overview(&self, user: &User, query: &Query) -> Result<Overview> {
        let stretch = Stretch::of(query, Timestamp::now())?;
        self.check_filters(user, query).await?;
        let span = Span { from: stretch.from, to: stretch.to, inbox: query.inbox.as_deref() };
        let of_team = |team: Option<TeamId>| query.team.is_none() || team == query.team;
        let mut contacts = Contacts::default();
        self.store.lines(span, &mut |line| contacts.see(&line)).await?;
        let began = |contact: &Contact| (stretch.from..stretch.to).contains(&contact.began);
        let wanted = |contact: &Contact| began(contact) && of_team(contact.team);
        let contacts: Vec<Contact> = contacts.finish().into_iter().filter(wanted).collect();
        let mut ratings = self.store.ratings(span).await?;
        ratings.retain(|rating| of_team(rating.team));
        let mut closings = self.store.closings(span).await?;
        closings.retain(|closed| of_team(closed.team));
        let seen = Seen { contacts: &contacts, ratings: &ratings, closings: &closings };
        let groups = match query.by {
            None => None,
            Some(By::Day) => Some(days(&stretch, &seen)),
            Some(By::Agent) => Some(self.agents(&seen).await?),
            Some(By::Team) => Some(self.teams(user, query, &seen).await?),
        };
        let total = seen.tally(|_| true, |_| true, |_| true);
        Ok(Overview { from: stretch.from, to: stretch.to, timezone: stretch.timezone, total, groups })
    }

    /// A closed team does not exist for those who do not belong to it.
    async fn check_filters(&self, user: &User, query: &Query) -> Result<()> {
        if let Some(inbox) = &query.inbox {
            self.chat.inbox(inbox).await?;
        }
        if let Some(team) = query.team {
            if self.chat.hidden_from(user).contains(&team) {
                return Err(Error::not_found("team", team));
            }
            self.chat.team(team).await?;
        }
        Ok(())
    }

    async fn agents(&self, seen: &Seen<'_>) -> Result<Vec<Group>> {
        let mut groups = Vec::new();
        for user in self.chat.staff().users().await? {
            let figures = seen.tally(
                |contact| contact.agents.contains(&user.id),
                |rating| rating.agent == Some(user.id),
                |closed| closed.by == user.id,
            );
            if figures != Figures::default() {
                groups.push(Group { key: user.id.to_string(), name: user.name, figures });
            }
        }
        Ok(groups)
    }

    /// Closed teams are shown to their own.
    async fn teams(&self, user: &User, query: &Query, seen: &Seen<'_>) -> Result<Vec<Group>> {
        let hidden = self.chat.hidden_from(user);
        let shown = |team: &crate::domain::Team| {
            !hidden.contains(&team.id) && query.team.is_none_or(|only| only == team.id)
        };
        let teams = self.chat.teams().await?.into_iter().filter(shown);
        let group = |team: crate::domain::Team| {
            let id = Some(team.id);
            let figures = seen.tally(
                |contact| contact.team == id,
                |rating| rating.team == id,
                |closed| closed.team == id,
            );
            Group { key: team.id.to_string(), name: team.name, figures }
        };
        Ok(teams.map(group).collect())
    }
}

/// Everything of a stretch that figures are added up from.
struct Seen<'a> {
    contacts: &'a [Contact],
    ratings: &'a [Rating],
    closings: &'a [Closed],
}

impl Seen<'_> {
    /// The figures of a part of it.
    fn tally(
        &self,
        contact: impl Fn(&&Contact) -> bool,
        rating: impl Fn(&&Rating) -> bool,
        closed: impl Fn(&&Closed) -> bool,
    ) -> Figures {
        let (contacts, ratings) = (self.contacts.iter().filter(contact), self.ratings.iter().filter(rating));
        let mut figures = Tally::of(contacts, ratings, Timestamp::now());
        for closed in self.closings.iter().filter(closed) {
            figures.close_reasons.count(closed.reason);
        }
        figures
    }
}

impl ReasonFigures {
    fn count(&mut self, reason: CloseReason) {
        *match reason {
            CloseReason::Resolved => &mut self.resolved,
            CloseReason::NoReply => &mut self.no_reply,
            CloseReason::Spam => &mut self.spam,
            CloseReason::Duplicate => &mut self.duplicate,
            CloseReason::Other => &mut self.other,
        } += 1;
    }
}

/// Every day of the stretch, also those on which nobody came.
fn days(stretch: &Stretch, seen: &Seen<'_>) -> Vec<Group> {
    let day_of = |at: Timestamp| at.to_zoned(stretch.zone.clone()).date();
    let (mut day, last) = (day_of(stretch.from), day_of(stretch.to - 1.nanosecond()));
    let mut groups = Vec::new();
    while day <= last {
        let figures = seen.tally(
            |contact| day_of(contact.began) == day,
            |rating| day_of(rating.at) == day,
            |closed| day_of(closed.at) == day,
        );
        groups.push(Group { key: day.to_string(), name: day.to_string(), figures });
        let Ok(next) = day.tomorrow() else { break };
        day = next;
    }
    groups
}

/// From when to when, on whose clock.
struct Stretch {
    from: Timestamp,
    to: Timestamp,
    zone: TimeZone,
    timezone: String,
}

impl Stretch {
    fn of(query: &Query, now: Timestamp) -> Result<Self> {
        let timezone = query.timezone.clone().unwrap_or_else(|| "UTC".to_owned());
        let zone = TimeZone::get(&timezone)
            .map_err(|_| Error::invalid("tz: there is no such time zone; give one like Asia/Shanghai"))?;
        let today = now.to_zoned(zone.clone()).date();
        let to = match &query.to {
            Some(text) => moment(text, &zone, 1)?,
            None => start(today.saturating_add(1.day()), &zone)?,
        };
        let from = match &query.from {
            Some(text) => moment(text, &zone, 0)?,
            None => to - jiff::SignedDuration::from_hours(24 * DEFAULT_DAYS),
        };
        let hours = to.duration_since(from).as_hours();
        if from >= to || hours > 24 * MOST_DAYS {
            return Err(Error::invalid("from must lie before to, by 366 days at most"));
        }
        Ok(Self { from, to, zone, timezone })
    }
}

/// A date, `later` days on, or a moment.
fn moment(text: &str, zone: &TimeZone, later: i64) -> Result<Timestamp> {
    if let Ok(date) = text.parse::<Date>()
        && text.len() <= "2026-01-01".len()
    {
        return start(date.saturating_add(later.days()), zone);
    }
    text.parse().map_err(|_| Error::invalid("from and to are dates like 2026-01-31, or moments in RFC 3339"))
}

fn start(date: Date, zone: &TimeZone) -> Result<Timestamp> {
    let day: Result<Zoned, _> = date.to_zoned(zone.clone());
    day.map(|day| day.timestamp()).map_err(|_| Error::invalid("from and to must be days of this age"))
}

#[cfg(test)]
mod tests;
