//! Appending to a conversation inside a write transaction: read it, let the plan decide, write the decision.

use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use crate::chat::{Change, ClientKey, Draft, Head, WriteRequest, Written};
use crate::domain::{Content, Conversation, ConversationId, DialogState, Message, SenderKind, Status};
use crate::error::{Code, Error, Result};
use crate::store::columns::{from_json, micros, to_json};
use crate::store::database_error;

use super::outbox;
use super::rows::{ConversationRow, HeadRow, MessageRow, conversation_query, head_query, message_columns};
use crate::store::sql::{Target, Tx, query, query_as, query_scalar};

/// What all appends of one transaction have in common.
pub(super) struct Around<'a> {
    /// The name of this node.
    pub node: &'a str,
    /// Whether webhooks are told.
    pub watched: bool,
}

/// One append. The outer error means that a statement failed and the transaction is spoilt; the inner one that the
/// write was refused before anything was written.
pub(super) async fn append(
    conn: &mut Tx,
    request: &WriteRequest,
    around: &Around<'_>,
) -> Result<Result<Written>> {
    let Some((mut head, visitor_seq)) = head(conn, request.conversation).await? else {
        return Ok(Err(Error::not_found("conversation", request.conversation)));
    };
    if let Some(key) = &request.key
        && let Some(message) = stored(conn, request.conversation, key).await?
    {
        let messages = vec![Arc::new(message)];
        return Ok(Ok(Written { head, messages, conversation: None, repeated: true }));
    }
    if request.count_queue {
        head.queue_length = queue_length(conn).await?;
    }
    let change = match (request.plan)(&head) {
        Ok(change) if change == Change::default() => {
            return Ok(Ok(Written { head, messages: Vec::new(), conversation: None, repeated: false }));
        }
        Ok(change) => change,
        Err(refused) => return Ok(Err(refused)),
    };
    write(conn, head, visitor_seq, change, around).await.map(Ok)
}

async fn write(
    conn: &mut Tx,
    before: Head,
    visitor_seq: i64,
    change: Change,
    around: &Around<'_>,
) -> Result<Written> {
    let now = Timestamp::now();
    let changed_hands = change.ownership.is_some();
    let messages: Vec<Message> = (1..)
        .zip(change.drafts)
        .map(|(i, draft)| numbered(draft, before.id, before.last_seq + i, now))
        .collect();
    let asked = messages.iter().filter(|m| m.sender.kind == SenderKind::Visitor).map(|m| m.seq).max();
    let after = Head {
        ownership: change.ownership.unwrap_or_else(|| before.ownership.clone()),
        version: before.version + i64::from(changed_hands),
        last_seq: messages.last().map_or(before.last_seq, |m| m.seq),
        bot_seq: change.bot_seq.unwrap_or(before.bot_seq),
        context_seq: change.context_seq.unwrap_or(before.context_seq),
        ..before.clone()
    };
    let asked = asked.map(|seq| (seq, around.node));
    update(conn, &before, &after, visitor_seq, asked, now).await?;
    let ended = after.context_seq != before.context_seq || after.ownership.status == Status::Closed;
    if change.state.is_some() || ended {
        set_state(conn, after.id, change.state.as_deref().filter(|_| !ended)).await?;
    }
    for message in &messages {
        insert(conn, message).await?;
    }
    if let Some(seq) = change.unanswered {
        note_unanswered(conn, after.id, seq, now).await?;
    }
    let tagged = add_tags(conn, after.id, &change.tags).await?;
    if around.watched {
        outbox::appended(conn, &before, &after, &messages, tagged).await?;
    }
    let news = changed_hands || tagged || before.last_seq == 0;
    let conversation = if news { conversation(conn, after.id).await?.map(Arc::new) } else { None };
    let messages = messages.into_iter().map(Arc::new).collect();
    Ok(Written { head: after, messages, conversation, repeated: false })
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
    all.extend(tags.iter().filter(|tag| !known_tag(&all, tag)).cloned().collect::<Vec<_>>());
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

fn known_tag(all: &[String], tag: &str) -> bool {
    all.iter().any(|known| known == tag)
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

fn numbered(draft: Draft, conversation_id: ConversationId, seq: i64, created_at: Timestamp) -> Message {
    let Draft { id, client_id, sender, content, citations } = draft;
    Message { id, conversation_id, seq, client_id, sender, content, citations, created_at }
}

/// Compare-and-set: the row must still be the one the plan saw. `asked` is the newest visitor message, when there is one,
/// and the node whose turn it is to answer.
async fn update(
    conn: &mut Tx,
    before: &Head,
    after: &Head,
    visitor_seq: i64,
    asked: Option<(i64, &str)>,
    now: Timestamp,
) -> Result<()> {
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
         updated_at = $11, team_id = $15, last_agent_id = COALESCE($2, last_agent_id), \
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
    .bind(asked.map_or(visitor_seq, |(seq, _)| seq))
    .bind(after.bot_seq)
    .bind(after.context_seq)
    .bind(micros(now))
    .bind(before.id.to_string())
    .bind(before.version)
    .bind(before.last_seq)
    .bind(o.team.map(|id| id.to_string()))
    .bind(moved)
    .bind(declined)
    .bind(asked.map(|(_, node)| node))
    .execute(conn)
    .await
    .map_err(database_error)?;
    if done.rows_affected() == 1 {
        return Ok(());
    }
    Err(Error::new(Code::Conflict, "the conversation was changed by somebody else; look at it again"))
}

async fn insert(conn: &mut Tx, message: &Message) -> Result<()> {
    let content = match &message.content {
        Content::Text { .. } => None,
        other => Some(to_json(other)?),
    };
    let citations = if message.citations.is_empty() { None } else { Some(to_json(&message.citations)?) };
    query(
        "INSERT INTO messages (id, conversation_id, seq, client_id, sender_kind, sender_id, sender_name, text, \
         content, citations, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(message.id.to_string())
    .bind(message.conversation_id.to_string())
    .bind(message.seq)
    .bind(message.client_id.as_deref())
    .bind(message.sender.kind.as_str())
    .bind(message.sender.id.as_deref())
    .bind(message.sender.name.as_deref())
    .bind(message.content.as_text())
    .bind(content)
    .bind(citations)
    .bind(micros(message.created_at))
    .execute(&mut *conn)
    .await
    .map_err(database_error)?;
    match &message.content {
        Content::Image { attachment_id, .. } | Content::File { attachment_id, .. } => {
            attach(conn, message, &attachment_id.to_string()).await
        }
        _ => Ok(()),
    }
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

/// The conversation and the number of its newest visitor message.
async fn head(conn: &mut Tx, id: ConversationId) -> Result<Option<(Head, i64)>> {
    let row: Option<HeadRow> = query_as(concat!(head_query!(), "WHERE c.id = $1"))
        .bind(id.to_string())
        .fetch_optional(conn)
        .await
        .map_err(database_error)?;
    row.map(|r| Ok((r.visitor_seq, r.into_head()?))).transpose().map(|o| o.map(|(seq, head)| (head, seq)))
}

async fn stored(conn: &mut Tx, id: ConversationId, key: &ClientKey) -> Result<Option<Message>> {
    let row: Option<MessageRow> = query_as(concat!(
        "SELECT ",
        message_columns!(),
        " FROM messages m WHERE m.conversation_id = $1 AND m.sender_kind = $2 AND m.sender_id = $3 \
         AND m.client_id = $4 AND m.client_id IS NOT NULL"
    ))
    .bind(id.to_string())
    .bind(key.kind.as_str())
    .bind(&key.sender_id)
    .bind(&key.client_id)
    .fetch_optional(conn)
    .await
    .map_err(database_error)?;
    row.map(MessageRow::into_message).transpose()
}

async fn queue_length(conn: &mut Tx) -> Result<usize> {
    let n: i64 = query_scalar("SELECT COUNT(*) FROM conversations WHERE status = 'waiting'")
        .fetch_one(conn)
        .await
        .map_err(database_error)?;
    Ok(usize::try_from(n).unwrap_or_default())
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
