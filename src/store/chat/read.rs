//! Reading conversations and messages.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::chat::{ConversationFilter, Due, Listed, Route, Silent, Touched};
use crate::domain::{Content, Conversation, ConversationId, EventName, Message, Status};
use crate::error::{Error, Result};
use crate::store::columns::{as_limit, from_json, micros, parsed};
use crate::store::teams::{helps, leave_out_teams};
use crate::store::{Db, database_error};

use super::rows::{ConversationRow, HeadRow, MessageRow, conversation_query, head_query, message_columns};
use crate::store::sql::{Builder, Pool, Target, VALUES, query_as, query_scalar};

pub(super) async fn messages(
    pool: &Pool,
    id: ConversationId,
    after: i64,
    limit: usize,
) -> Result<Vec<Message>> {
    let rows: Vec<MessageRow> = query_as(concat!(
        "SELECT ",
        message_columns!(),
        " FROM messages m WHERE m.conversation_id = $1 AND m.seq > $2 ORDER BY m.seq LIMIT $3"
    ))
    .bind(id.to_string())
    .bind(after)
    .bind(as_limit(limit))
    .fetch_all(pool)
    .await
    .map_err(database_error)?;
    rows.into_iter().map(MessageRow::into_message).collect()
}

/// The newest messages with `floor < seq < before`, in order.
pub(super) async fn messages_between(
    on: impl Into<Target<'_>>,
    id: ConversationId,
    floor: i64,
    before: i64,
    limit: usize,
) -> Result<Vec<Message>> {
    let rows: Vec<MessageRow> = query_as(concat!(
        "SELECT ",
        message_columns!(),
        " FROM messages m WHERE m.conversation_id = $1 AND m.seq > $2 AND m.seq < $3 ORDER BY m.seq DESC LIMIT $4"
    ))
    .bind(id.to_string())
    .bind(floor)
    .bind(before)
    .bind(as_limit(limit))
    .fetch_all(on)
    .await
    .map_err(database_error)?;
    rows.into_iter().rev().map(MessageRow::into_message).collect()
}

pub(super) async fn route(pool: &Pool, id: ConversationId) -> Result<Option<Route>> {
    let row: Option<HeadRow> = query_as(concat!(head_query!(), "WHERE c.id = $1"))
        .bind(id.to_string())
        .fetch_optional(pool)
        .await
        .map_err(database_error)?;
    Ok(row.map(HeadRow::into_head).transpose()?.map(|h| h.route()))
}

pub(super) async fn last_seq(pool: &Pool, id: ConversationId) -> Result<i64> {
    let seq: Option<i64> = query_scalar("SELECT last_seq FROM conversations WHERE id = $1")
        .bind(id.to_string())
        .fetch_optional(pool)
        .await
        .map_err(database_error)?;
    seq.ok_or_else(|| Error::not_found("conversation", id))
}

/// Ids of a query that returns one text column.
async fn ids(pool: &Pool, query: &'static str, bound: Option<i64>) -> Result<Vec<ConversationId>> {
    let mut query = query_scalar::<String>(query);
    if let Some(value) = bound {
        query = query.bind(value);
    }
    let texts = query.fetch_all(pool).await.map_err(database_error)?;
    texts.iter().map(|t| parsed(t)).collect()
}

pub(super) async fn touched(pool: &Pool, since: Timestamp) -> Result<Vec<Touched>> {
    let rows: Vec<(String, i64, i64)> = query_as(
        "SELECT id, last_seq, version FROM conversations WHERE updated_at >= $1 AND last_seq > 0 \
         ORDER BY updated_at, id",
    )
    .bind(micros(since))
    .fetch_all(pool)
    .await
    .map_err(database_error)?;
    let touched =
        |(id, last_seq, version): (String, i64, i64)| Ok(Touched { id: parsed(&id)?, last_seq, version });
    rows.into_iter().map(touched).collect()
}

pub(super) async fn queue(pool: &Pool) -> Result<Vec<ConversationId>> {
    ids(
        pool,
        "SELECT c.id FROM conversations c JOIN visitors v ON v.id = c.visitor_id WHERE c.status = 'waiting' \
               ORDER BY v.tier DESC, c.waiting_since, c.id",
        None,
    )
    .await
}

pub(super) async fn expired_transfers(pool: &Pool, limit: Timestamp) -> Result<Vec<ConversationId>> {
    let query = "SELECT id FROM conversations WHERE status = 'transferring' AND waiting_since <= $1";
    ids(pool, query, Some(micros(limit))).await
}

pub(super) async fn ended_snoozes(pool: &Pool, now: Timestamp) -> Result<Vec<ConversationId>> {
    let query = "SELECT id FROM conversations WHERE snoozed_until <= $1";
    ids(pool, query, Some(micros(now))).await
}

pub(super) async fn silent(pool: &Pool, spoken: Timestamp, told: Timestamp) -> Result<Vec<Silent>> {
    // What was said by nobody changes nothing about who has the last word, but begins the time anew, as waking does.
    let rows: Vec<(String, i64, i64, Option<String>)> = query_as(
        "SELECT c.id, c.last_seq, c.updated_at, \
         CASE WHEN m.sender_kind = 'system' AND m.created_at >= c.updated_at THEN m.content END \
         FROM conversations c JOIN messages m ON m.conversation_id = c.id AND m.seq = c.last_seq \
         WHERE c.status = 'serving' AND c.snoozed_until IS NULL AND c.updated_at <= $1 AND \
         (SELECT w.sender_kind FROM messages w WHERE w.conversation_id = c.id AND w.sender_kind <> 'system' \
         ORDER BY w.seq DESC LIMIT 1) = 'agent'",
    )
    .bind(micros(spoken.max(told)))
    .fetch_all(pool)
    .await
    .map_err(database_error)?;
    let mut all = Vec::with_capacity(rows.len());
    for (id, seq, changed, event) in rows {
        let event = event.as_deref().map(from_json::<Content>).transpose()?;
        let is_told = matches!(event, Some(Content::Event { event: EventName::IdleNotice, .. }));
        if changed <= micros(if is_told { told } else { spoken }) {
            all.push(Silent { conversation: parsed(&id)?, seq, told: is_told });
        }
    }
    Ok(all)
}

pub(super) async fn first_replies(
    pool: &Pool,
    of: &[ConversationId],
) -> Result<HashMap<ConversationId, f64>> {
    let mut replies = HashMap::new();
    for some in of.chunks(VALUES) {
        let mut query = Builder::new(
            "SELECT conversation_id, MIN(CASE WHEN sender_kind = 'visitor' THEN created_at END), \
             MIN(CASE WHEN sender_kind IN ('bot', 'agent') THEN created_at END) FROM messages \
             WHERE conversation_id IN (",
        );
        query.push_list(some.iter().map(ToString::to_string)).push(") GROUP BY conversation_id");
        let rows: Vec<(String, Option<i64>, Option<i64>)> =
            query.build_query_as().fetch_all(pool).await.map_err(database_error)?;
        for (id, asked, answered) in rows {
            if let (Some(asked), Some(answered)) = (asked, answered)
                && answered >= asked
            {
                replies.insert(parsed(&id)?, (answered - asked) as f64 / 1e6);
            }
        }
    }
    Ok(replies)
}

pub(super) async fn due_conversations(pool: &Pool, others: &[String]) -> Result<Vec<ConversationId>> {
    let mut query =
        Builder::new("SELECT id FROM conversations WHERE status = 'bot' AND visitor_seq > bot_seq");
    if !others.is_empty() {
        query.push(" AND (turn_node IS NULL OR turn_node NOT IN (").push_list(others).push("))");
    }
    query.push(" ORDER BY updated_at");
    let rows: Vec<(String,)> = query.build_query_as().fetch_all(pool).await.map_err(database_error)?;
    rows.iter().map(|(id,)| parsed(id)).collect()
}

/// Which visitor message [`question`] looks for.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Which {
    /// The oldest the bot has not dealt with, while the conversation is the bot's.
    Due,
    /// The newest.
    Latest,
}

/// A visitor message with the context before it, read from one snapshot.
pub(super) async fn question(
    db: &Db,
    id: ConversationId,
    which: Which,
    history: usize,
) -> Result<Option<Due>> {
    let mut tx = db.snapshot().await?;
    let row: Option<HeadRow> = query_as(concat!(head_query!(), "WHERE c.id = $1"))
        .bind(id.to_string())
        .fetch_optional(&mut tx)
        .await
        .map_err(database_error)?;
    let Some(row) = row else { return Ok(None) };
    let visitor_seq = row.visitor_seq;
    let head = row.into_head()?;
    let after = match which {
        Which::Due if head.ownership.status != Status::Bot || visitor_seq <= head.bot_seq => return Ok(None),
        Which::Due => head.bot_seq,
        Which::Latest => visitor_seq - 1,
    };
    let row: Option<MessageRow> = query_as(concat!(
        "SELECT ",
        message_columns!(),
        " FROM messages m WHERE m.conversation_id = $1 AND m.seq > $2 AND m.sender_kind = 'visitor' \
         ORDER BY m.seq LIMIT 1"
    ))
    .bind(id.to_string())
    .bind(after)
    .fetch_optional(&mut tx)
    .await
    .map_err(database_error)?;
    let Some(row) = row else { return Ok(None) };
    let message = row.into_message()?;
    let history = messages_between(&mut tx, id, head.context_seq, message.seq, history).await?;
    let (external_id, page, state): (Option<String>, Option<String>, Option<String>) = query_as(
        "SELECT v.external_id, c.page, c.dialog_state FROM conversations c JOIN visitors v ON v.id = c.visitor_id \
         WHERE c.id = $1",
    )
    .bind(id.to_string())
    .fetch_one(&mut tx)
    .await
    .map_err(database_error)?;
    let page = page.as_deref().map(from_json).transpose()?;
    let state = state.as_deref().map(from_json).transpose().unwrap_or_else(|e| {
        tracing::warn!(conversation = %id, "what the dialog carried along cannot be read; it begins anew: {e}");
        None
    });
    let state = state.unwrap_or_default();
    Ok(Some(Due { head, message: Arc::new(message), history, external_id, page, state }))
}

/// The whole conversation as clients see it.
pub(super) async fn conversation(
    on: impl Into<Target<'_>>,
    id: ConversationId,
) -> Result<Option<Conversation>> {
    let row: Option<ConversationRow> = query_as(concat!(conversation_query!(), "WHERE c.id = $1"))
        .bind(id.to_string())
        .fetch_optional(on)
        .await
        .map_err(database_error)?;
    row.map(ConversationRow::into_conversation).transpose()
}

/// What a tier counts for in the order of those who wait: more than anybody waits, in microseconds.
const TIER: i64 = 1_000_000_000_000_000;

/// One page. Waiting conversations come in the order they are to be taken, oldest first within a tier, all others newest first; the cursor is the sort key of the
/// last row.
pub(super) async fn conversations(db: &Db, filter: &ConversationFilter) -> Result<Listed<Conversation>> {
    let oldest_first = filter.status == Some(Status::Waiting);
    // Who waits in front of whom: the order in which they are to be taken.
    let key = if oldest_first { "(c.waiting_since - v.tier * 1000000000000000)" } else { "c.updated_at" };
    let mut query = Builder::new(concat!(conversation_query!(), "WHERE c.last_seq > 0"));
    if let Some(status) = filter.status {
        query.push(" AND c.status = ").push_bind(status.as_str());
    }
    if let Some(visitor) = filter.visitor {
        query.push(" AND v.id = ").push_bind(visitor.to_string());
    }
    if let Some(assignee) = filter.assignee {
        query.push(" AND c.assignee_id = ").push_bind(assignee.to_string());
    }
    if let Some(guest) = filter.guest {
        query.push(" AND ");
        helps(&mut query, guest);
    }
    if let Some(team) = filter.team {
        query.push(" AND c.team_id = ").push_bind(team.to_string());
    }
    leave_out_teams(&mut query, &filter.hidden, filter.viewer);
    if let Some(text) = filter.text.as_deref().map(str::trim).filter(|t| !t.is_empty()) {
        let (like, pattern) = (db.dialect().like(), like_pattern(text));
        query.push(" AND (v.name").push(like).push_bind(pattern.clone());
        query.push(" ESCAPE '\\' OR v.email").push(like).push_bind(pattern.clone());
        query.push(" ESCAPE '\\' OR v.external_id").push(like).push_bind(pattern.clone());
        query.push(
            " ESCAPE '\\' OR EXISTS (SELECT 1 FROM messages s WHERE s.conversation_id = c.id AND s.text",
        );
        query.push(like).push_bind(pattern).push(" ESCAPE '\\'))");
    }
    if let Some(cursor) = &filter.cursor {
        let (at, id) = read_cursor(cursor)?;
        let past = if oldest_first { " > " } else { " < " };
        query.push(" AND (").push(key).push(past).push_bind(at);
        query.push(" OR (").push(key).push(" = ").push_bind(at);
        query.push(" AND c.id").push(past).push_bind(id).push("))");
    }
    let order = if oldest_first { " ASC" } else { " DESC" };
    query.push(" ORDER BY ").push(key).push(order).push(", c.id").push(order);
    query.push(" LIMIT ").push_bind(as_limit(filter.limit + 1));

    let mut rows: Vec<ConversationRow> =
        query.build_query_as().fetch_all(db.reader()).await.map_err(database_error)?;
    let more = rows.len() > filter.limit;
    rows.truncate(filter.limit);
    let next_cursor = rows.last().filter(|_| more).map(|row| {
        let waits = row.waiting_since.unwrap_or_default() - row.visitor.tier * TIER;
        let at = if oldest_first { waits } else { row.updated_at };
        format!("{at}_{}", row.id)
    });
    let items = rows.into_iter().map(ConversationRow::into_conversation).collect::<Result<_>>()?;
    Ok(Listed { items, next_cursor })
}

fn read_cursor(cursor: &str) -> Result<(i64, String)> {
    let parts = cursor
        .split_once('_')
        .and_then(|(at, id)| Some((at.parse().ok()?, id.parse::<ConversationId>().ok()?)));
    let (at, id) = parts.ok_or_else(|| Error::invalid("cursor is not one this list gave out"))?;
    Ok((at, id.to_string()))
}

/// The text anywhere, with the signs LIKE gives a meaning taken literally.
fn like_pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
