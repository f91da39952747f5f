//! What webhooks will be told, written in the transaction in which it happens. While no webhook is enabled nothing is
//! written.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::chat::Head;
use crate::desk::webhooks::Event;
use crate::domain::{Message, Status};
use crate::error::Result;
use crate::store::columns::{micros, to_json};
use crate::store::database_error;
use crate::store::sql::{Tx, query, query_scalar};

/// Whether there is anybody to tell.
pub(super) async fn is_watched(conn: &mut Tx) -> Result<bool> {
    query_scalar("SELECT EXISTS (SELECT 1 FROM webhooks WHERE enabled)")
        .fetch_one(conn)
        .await
        .map_err(database_error)
}

/// One thing that happened in a conversation.
pub(super) async fn note(
    conn: &mut Tx,
    event: Event,
    conversation: &str,
    seq: Option<i64>,
    detail: Value,
) -> Result<()> {
    query(
        "INSERT INTO webhook_outbox (id, event, conversation_id, seq, detail, created_at) \
         SELECT $1, $2, $3, $4, $5, $6 WHERE EXISTS (SELECT 1 FROM webhooks WHERE enabled)",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(event.as_str())
    .bind(conversation)
    .bind(seq)
    .bind(to_json(&detail)?)
    .bind(micros(Timestamp::now()))
    .execute(conn)
    .await
    .map_err(database_error)?;
    Ok(())
}

/// Everything one append made happen.
pub(super) async fn appended(
    conn: &mut Tx,
    before: &Head,
    after: &Head,
    messages: &[Arc<Message>],
    tagged: bool,
) -> Result<()> {
    let id = after.id.to_string();
    let (was, is) = (&before.ownership, &after.ownership);
    let status = || json!({"status": is.status.as_str(), "previous_status": was.status.as_str()});
    if before.last_seq == 0 && after.last_seq > 0 {
        note(conn, Event::ConversationCreated, &id, None, json!({"status": was.status.as_str()})).await?;
    }
    for message in messages {
        let detail = json!({"status": is.status.as_str()});
        note(conn, Event::MessageCreated, &id, Some(message.seq), detail).await?;
    }
    if after.version == before.version && !tagged {
        return Ok(());
    }
    if was.status != is.status {
        note(conn, Event::ConversationStatusChanged, &id, None, status()).await?;
    }
    if is.status == Status::Waiting && was.status != Status::Waiting {
        note(conn, Event::HandoffRequested, &id, None, status()).await?;
    }
    if is.assignee.is_some() && was.assignee.as_ref().map(|a| a.id) != is.assignee.as_ref().map(|a| a.id) {
        note(conn, Event::ConversationAssigned, &id, None, status()).await?;
    }
    note(conn, Event::ConversationUpdated, &id, None, status()).await
}
