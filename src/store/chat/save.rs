//! Writing down what the plans of a wave have decided.

use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use crate::chat::{Closing, Head, Written};
use crate::domain::{Content, ConversationId, DialogState, Message, Status};
use crate::error::{Code, Error, Result};
use crate::store::columns::{from_json, micros, to_json};
use crate::store::database_error;
use crate::store::sql::{Bind, Builder, Tx, VALUES, Value, query, query_scalar};

use super::append::Around;
use super::outbox;
use super::read::conversation;
use super::takes;
use super::wave::{Decided, Decision, Known, Wave};

/// Writes everything and tells each request what came of it.
pub(super) async fn save(conn: &mut Tx, wave: Wave, around: &Around<'_>) -> Result<Vec<Result<Written>>> {
    let Wave { conversations, decided, now, .. } = wave;
    let (handed_on, grown): (Vec<Known>, Vec<Known>) = conversations
        .into_values()
        .filter(|known| known.touched)
        .partition(|known| known.after.ownership != known.before.ownership);
    grow(conn, &grown, around.node, now).await?;
    for known in &handed_on {
        hand_on(conn, known, around.node, now).await?;
    }
    let written = decided.iter().filter_map(|d| if let Decided::Write(d) = d { Some(d) } else { None });
    let messages: Vec<&Message> = written.flat_map(|d| d.messages.iter().map(Arc::as_ref)).collect();
    insert(conn, &messages).await?;
    let mut results = Vec::with_capacity(decided.len());
    for decided in decided {
        results.push(match decided {
            Decided::Done(result) => *result,
            Decided::Write(decision) => Ok(finish(conn, *decision, around, now).await?),
        });
    }
    Ok(results)
}

/// What belongs to one write alone, and what is told of it.
async fn finish(conn: &mut Tx, decision: Decision, around: &Around<'_>, now: Timestamp) -> Result<Written> {
    let id = decision.after.id;
    if let Some(state) = &decision.state {
        set_state(conn, id, state.as_deref()).await?;
    }
    if let Some(seq) = decision.unanswered {
        note_unanswered(conn, id, seq, now).await?;
    }
    if let Some(closing) = &decision.closing {
        close(conn, &decision.after, closing, now).await?;
    }
    takes::note(conn, &decision, now).await?;
    let tagged = add_tags(conn, id, &decision.tags).await?;
    if around.watched {
        outbox::appended(conn, &decision.before, &decision.after, &decision.messages, tagged).await?;
    }
    let news = decision.changed_hands() || tagged || decision.before.last_seq == 0;
    let conversation = if news { conversation(conn, id).await?.map(Arc::new) } else { None };
    Ok(Written { head: decision.after, messages: decision.messages, conversation, repeated: false })
}

/// Conversations that have new messages and are in the same hands. Compare-and-set, as [`hand_on`].
async fn grow(conn: &mut Tx, conversations: &[Known], node: &str, now: Timestamp) -> Result<()> {
    const COLUMNS: usize = 8;
    for some in conversations.chunks(VALUES / COLUMNS) {
        let rows = some.iter().map(|known| -> [Value; COLUMNS] {
            let (before, after) = (&known.before, &known.after);
            [
                before.id.to_string().into_value(),
                before.version.into_value(),
                before.last_seq.into_value(),
                after.version.into_value(),
                after.last_seq.into_value(),
                known.visitor_seq.into_value(),
                after.bot_seq.into_value(),
                after.context_seq.into_value(),
            ]
        });
        let asked: Vec<String> = some.iter().filter(|k| k.asked).map(|k| k.before.id.to_string()).collect();
        let mut update = Builder::new("WITH k (id, was, ended, version, last, visitor, bot, context) AS (");
        update.push_rows(rows);
        update.push(
            ") UPDATE conversations SET version = k.version, last_seq = k.last, visitor_seq = k.visitor, \
             bot_seq = k.bot, context_seq = k.context, updated_at = ",
        );
        update.push_bind(micros(now));
        if !asked.is_empty() {
            update.push(", turn_node = CASE WHEN conversations.id IN (").push_list(asked);
            update.push(") THEN ").push_bind(node).push(" ELSE turn_node END");
        }
        update.push(
            " FROM k WHERE conversations.id = k.id AND conversations.version = k.was \
             AND conversations.last_seq = k.ended",
        );
        let done = update.build().execute(&mut *conn).await.map_err(database_error)?;
        if done.rows_affected() != some.len() as u64 {
            return Err(changed_meanwhile());
        }
    }
    Ok(())
}

/// A conversation that has changed hands. Compare-and-set: the row must still be the one the plan saw.
async fn hand_on(conn: &mut Tx, known: &Known, node: &str, now: Timestamp) -> Result<()> {
    let Known { before, after, visitor_seq, asked, .. } = known;
    let (was, o) = (&before.ownership, &after.ownership);
    // Who gave it back, or let an offer pass, is not given it again.
    let moved = was.status != o.status;
    let declined = match was.status {
        Status::Serving | Status::Transferring if o.status == Status::Waiting => {
            was.offered_to.or(was.assignee.as_ref().map(|a| a.id)).map(|id| id.to_string())
        }
        _ => None,
    };
    let done = query(
        "UPDATE conversations SET status = $1, assignee_id = $2, offered_to = $3, handoff_reason = $4, \
         waiting_since = $5, version = $6, last_seq = $7, visitor_seq = $8, bot_seq = $9, context_seq = $10, \
         updated_at = $11, team_id = $15, snoozed_until = $19, guests = $20, last_agent_id = COALESCE($2, last_agent_id), \
         declined_by = CASE WHEN $16 THEN $17 ELSE declined_by END, turn_node = COALESCE($18, turn_node) \
         WHERE id = $12 AND version = $13 AND last_seq = $14",
    )
    .bind(o.status.as_str())
    .bind(o.assignee.as_ref().map(|a| a.id.to_string()))
    .bind(o.offered_to.map(|id| id.to_string()))
    .bind(o.handoff_reason.as_deref())
    .bind(o.waiting_since.map(micros))
    .bind(after.version)
    .bind(after.last_seq)
    .bind(*visitor_seq)
    .bind(after.bot_seq)
    .bind(after.context_seq)
    .bind(micros(now))
    .bind(before.id.to_string())
    .bind(before.version)
    .bind(before.last_seq)
    .bind(o.team.map(|id| id.to_string()))
    .bind(moved)
    .bind(declined)
    .bind(asked.then_some(node))
    .bind(o.snoozed_until.map(micros))
    .bind(to_json(&o.guests)?)
    .execute(conn)
    .await
    .map_err(database_error)?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(changed_meanwhile()) }
}

fn changed_meanwhile() -> Error {
    Error::new(Code::Conflict, "the conversation was changed by somebody else; look at it again")
}

async fn insert(conn: &mut Tx, messages: &[&Message]) -> Result<()> {
    const COLUMNS: usize = 11;
    for some in messages.chunks(VALUES / COLUMNS) {
        let mut rows: Vec<[Value; COLUMNS]> = Vec::with_capacity(some.len());
        for message in some {
            let content = match &message.content {
                Content::Text { .. } => None,
                other => Some(to_json(other)?),
            };
            let citations = match message.citations.as_slice() {
                [] => None,
                citations => Some(to_json(citations)?),
            };
            rows.push([
                message.id.to_string().into_value(),
                message.conversation_id.to_string().into_value(),
                message.seq.into_value(),
                message.client_id.as_deref().into_value(),
                message.sender.kind.as_str().into_value(),
                message.sender.id.as_deref().into_value(),
                message.sender.name.as_deref().into_value(),
                message.content.as_text().into_value(),
                content.into_value(),
                citations.into_value(),
                micros(message.created_at).into_value(),
            ]);
        }
        let mut insert = Builder::new(
            "INSERT INTO messages (id, conversation_id, seq, client_id, sender_kind, sender_id, sender_name, \
             text, content, citations, created_at) ",
        );
        insert.push_rows(rows);
        insert.build().execute(&mut *conn).await.map_err(database_error)?;
    }
    for message in messages {
        if let Content::Image { attachment_id, .. } | Content::File { attachment_id, .. } = &message.content {
            attach(conn, message, &attachment_id.to_string()).await?;
        }
    }
    Ok(())
}

/// A file belongs to the first message that carries it.
async fn attach(conn: &mut Tx, message: &Message, attachment: &str) -> Result<()> {
    query("UPDATE attachments SET message_id = $1 WHERE id = $2 AND message_id IS NULL")
        .bind(message.id.to_string())
        .bind(attachment)
        .execute(conn)
        .await
        .map_err(database_error)?;
    Ok(())
}

/// Keeps the state of the dialog, or ends it.
async fn set_state(conn: &mut Tx, id: ConversationId, state: Option<&DialogState>) -> Result<()> {
    query("UPDATE conversations SET dialog_state = $1 WHERE id = $2")
        .bind(state.map(to_json).transpose()?)
        .bind(id.to_string())
        .execute(conn)
        .await
        .map_err(database_error)?;
    Ok(())
}

/// Keeps a question for those who teach the bot.
async fn note_unanswered(conn: &mut Tx, id: ConversationId, seq: i64, at: Timestamp) -> Result<()> {
    query(
        "INSERT INTO unanswered (id, conversation_id, message_seq, created_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (conversation_id, message_seq) DO NOTHING",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(id.to_string())
    .bind(seq)
    .bind(micros(at))
    .execute(conn)
    .await
    .map_err(database_error)?;
    Ok(())
}

/// Keeps why this context ended.
async fn close(conn: &mut Tx, head: &Head, closing: &Closing, at: Timestamp) -> Result<()> {
    query(
        "INSERT INTO closings (conversation_id, context_seq, reason, note, closed_by, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (conversation_id, context_seq) DO UPDATE \
         SET reason = excluded.reason, note = excluded.note, closed_by = excluded.closed_by, \
         created_at = excluded.created_at",
    )
    .bind(head.id.to_string())
    .bind(head.context_seq)
    .bind(closing.reason.as_str())
    .bind(closing.note.as_deref())
    .bind(closing.by.to_string())
    .bind(micros(at))
    .execute(conn)
    .await
    .map_err(database_error)?;
    Ok(())
}

/// Adds tags that the conversation does not have yet; whether there were any.
async fn add_tags(conn: &mut Tx, id: ConversationId, tags: &[String]) -> Result<bool> {
    if tags.is_empty() {
        return Ok(false);
    }
    let known: String = query_scalar("SELECT tags FROM conversations WHERE id = $1")
        .bind(id.to_string())
        .fetch_one(&mut *conn)
        .await
        .map_err(database_error)?;
    let mut all: Vec<String> = from_json(&known)?;
    let before = all.len();
    all.extend(tags.iter().filter(|tag| !all.contains(tag)).cloned().collect::<Vec<_>>());
    if all.len() == before {
        return Ok(false);
    }
    query("UPDATE conversations SET tags = $1 WHERE id = $2")
        .bind(to_json(&all)?)
        .bind(id.to_string())
        .execute(conn)
        .await
        .map_err(database_error)?;
    Ok(true)
}
