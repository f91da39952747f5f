//! What figures are read off, in SQL: the implementation of [`ReportStore`].

use async_trait::async_trait;
use futures_util::TryStreamExt;
use jiff::{SignedDuration, Timestamp};
use sqlx::FromRow;

use crate::desk::reports::{Closed, Line, Rating, ReportStore, Span};
use crate::domain::{Content, SenderKind};
use crate::error::{Error, Result};

use super::chat::close_reason;
use super::columns::{from_json, micros, parsed, timestamp};
use super::sql::{Record, query_as};
use super::{Db, database_error};

/// Between making a message's id and storing it.
const MARGIN: SignedDuration = SignedDuration::from_mins(10);
/// How long after the end a contact is followed.
const AFTER: SignedDuration = SignedDuration::from_hours(7 * 24);

#[derive(FromRow)]
struct LineRow {
    conversation_id: String,
    team_id: Option<String>,
    seq: i64,
    sender_kind: String,
    sender_id: Option<String>,
    event: Option<String>,
    created_at: i64,
}

impl LineRow {
    fn into_line(self) -> Result<Line> {
        let kind = SenderKind::parse(&self.sender_kind).ok_or_else(|| {
            Error::internal(format!("the database holds the sender `{}`", self.sender_kind))
        })?;
        let event = match self.event.as_deref().map(from_json::<Content>).transpose()? {
            Some(Content::Event { event, .. }) => Some(event),
            _ => None,
        };
        let agent = self.sender_id.as_deref().filter(|_| kind == SenderKind::Agent);
        Ok(Line {
            conversation: parsed(&self.conversation_id)?,
            team: self.team_id.as_deref().map(parsed).transpose()?,
            seq: self.seq,
            kind,
            agent: agent.map(parsed).transpose()?,
            event,
            at: timestamp(self.created_at)?,
        })
    }
}

/// Reports on the database. Cheap to clone.
#[derive(Clone)]
pub struct SqlReports {
    db: Db,
}

impl SqlReports {
    pub fn new(db: Db) -> Self {
        Self { db }
    }

    /// The rows that a statement with a span's begin, end and inbox as its parameters finds.
    async fn of_span<Row: Record>(&self, sql: &'static str, span: Span<'_>) -> Result<Vec<Row>> {
        query_as(sql)
            .bind(micros(span.from))
            .bind(micros(span.to))
            .bind(span.inbox)
            .fetch_all(self.db.reader())
            .await
            .map_err(database_error)
    }
}

#[async_trait]
impl ReportStore for SqlReports {
    async fn lines(&self, span: Span<'_>, each: &mut (dyn FnMut(Line) + Send)) -> Result<()> {
        // Ids are UUIDv7: the primary key is an index over time.
        let mut rows = query_as::<LineRow>(
            "SELECT m.conversation_id, c.team_id, m.seq, m.sender_kind, m.sender_id, \
             CASE WHEN m.sender_kind = 'system' THEN m.content END AS event, m.created_at \
             FROM messages m JOIN conversations c ON c.id = m.conversation_id \
             WHERE m.id >= $1 AND m.id < $2 AND c.inbox_id = COALESCE($3, c.inbox_id) \
             ORDER BY m.conversation_id, m.seq",
        )
        .bind(first_id(span.from - MARGIN))
        .bind(first_id(span.to + AFTER))
        .bind(span.inbox)
        .fetch(self.db.reader())
        .map_err(database_error)?;
        while let Some(row) = rows.try_next().await.map_err(database_error)? {
            each(row.into_line()?);
        }
        Ok(())
    }

    async fn ratings(&self, span: Span<'_>) -> Result<Vec<Rating>> {
        let rows: Vec<(i64, Option<String>, Option<String>, i64)> = self
            .of_span(
                "SELECT r.score, r.assignee_id, c.team_id, r.created_at FROM csat r \
             JOIN conversations c ON c.id = r.conversation_id WHERE r.created_at >= $1 AND r.created_at < $2 \
             AND c.inbox_id = COALESCE($3, c.inbox_id)",
                span,
            )
            .await?;
        rows.into_iter()
            .map(|(score, agent, team, at)| {
                Ok(Rating {
                    score,
                    agent: agent.as_deref().map(parsed).transpose()?,
                    team: team.as_deref().map(parsed).transpose()?,
                    at: timestamp(at)?,
                })
            })
            .collect()
    }

    async fn closings(&self, span: Span<'_>) -> Result<Vec<Closed>> {
        let rows: Vec<(String, String, Option<String>, i64)> = self
            .of_span(
                "SELECT x.reason, x.closed_by, c.team_id, x.created_at FROM closings x \
             JOIN conversations c ON c.id = x.conversation_id WHERE x.created_at >= $1 AND x.created_at < $2 \
             AND c.inbox_id = COALESCE($3, c.inbox_id)",
                span,
            )
            .await?;
        rows.into_iter()
            .map(|(reason, by, team, at)| {
                Ok(Closed {
                    reason: close_reason(&reason)?,
                    by: parsed(&by)?,
                    team: team.as_deref().map(parsed).transpose()?,
                    at: timestamp(at)?,
                })
            })
            .collect()
    }
}

/// The smallest UUIDv7 of a moment, as text.
fn first_id(at: Timestamp) -> String {
    let millis = format!("{:012x}", at.as_millisecond().max(0));
    let (high, low) = millis.split_at(8);
    format!("{high}-{low}-7000-8000-000000000000")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_a_moment_lie_between_its_first_and_the_next() {
        let now = Timestamp::now();
        let id = uuid::Uuid::now_v7().to_string();
        assert!(first_id(now) <= id && id < first_id(now + SignedDuration::from_secs(60)), "{id}");
    }
}
