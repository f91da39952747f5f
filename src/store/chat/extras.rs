//! What hangs on conversations: suggestions, notes, tags, ratings, attachments.

use jiff::Timestamp;
use serde_json::json;
use sqlx::FromRow;
use uuid::Uuid;

use crate::chat::{Attachment, Note};
use crate::desk::webhooks::Event;
use crate::domain::{
    AttachmentId, Conversation, ConversationId, MessageId, Suggestion, SuggestionId, UserId,
};
use crate::error::{Error, Result};
use crate::store::columns::{from_json, micros, parsed, timestamp, to_json};
use crate::store::{Db, FOREIGN_KEY, OnConstraint, database_error};

use super::outbox;
use super::read::conversation;
use super::rows::AttachmentRow;
use crate::store::sql::{Target, query, query_as, query_scalar};

#[derive(FromRow)]
struct SuggestionRow {
    id: String,
    text: String,
    confidence: f64,
    source: String,
    citations: String,
}

#[derive(FromRow)]
struct NoteRow {
    id: String,
    author_id: String,
    author_name: String,
    text: String,
    created_at: i64,
}

pub(super) async fn store_suggestions(
    db: &Db,
    id: ConversationId,
    seq: i64,
    items: Vec<Suggestion>,
    at: Timestamp,
) -> Result<Vec<Suggestion>> {
    let mut tx = db.write().await?;
    let earlier = select(&mut tx, id, seq).await?;
    if !earlier.is_empty() {
        return Ok(earlier);
    }
    for (ordinal, item) in (0_i64..).zip(&items) {
        query(
            "INSERT INTO suggestions (id, conversation_id, message_seq, ordinal, text, confidence, source, \
             citations, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(item.id.to_string())
        .bind(id.to_string())
        .bind(seq)
        .bind(ordinal)
        .bind(&item.text)
        .bind(f64::from(item.confidence))
        .bind(&item.source)
        .bind(to_json(&item.citations)?)
        .bind(micros(at))
        .execute(&mut tx)
        .await
        .map_err(database_error)?;
    }
    tx.commit().await.map_err(database_error)?;
    Ok(items)
}

pub(super) async fn suggestions(db: &Db, id: ConversationId, seq: i64) -> Result<Vec<Suggestion>> {
    select(db.reader(), id, seq).await
}

async fn select(on: impl Into<Target<'_>>, id: ConversationId, seq: i64) -> Result<Vec<Suggestion>> {
    let rows: Vec<SuggestionRow> = query_as(
        "SELECT id, text, confidence, source, citations FROM suggestions \
         WHERE conversation_id = $1 AND message_seq = $2 ORDER BY ordinal",
    )
    .bind(id.to_string())
    .bind(seq)
    .fetch_all(on)
    .await
    .map_err(database_error)?;
    rows.into_iter()
        .map(|r| {
            Ok(Suggestion {
                id: parsed(&r.id)?,
                text: r.text,
                confidence: r.confidence as f32,
                source: r.source,
                citations: from_json(&r.citations)?,
            })
        })
        .collect()
}

pub(super) async fn suggestion_used(
    db: &Db,
    id: SuggestionId,
    by: UserId,
    edited: Option<&str>,
    at: Timestamp,
) -> Result<()> {
    let mut tx = db.write().await?;
    let done = query("UPDATE suggestions SET used_by = $1, used_at = $2, edited_text = $3 WHERE id = $4")
        .bind(by.to_string())
        .bind(micros(at))
        .bind(edited)
        .bind(id.to_string())
        .execute(&mut tx)
        .await
        .map_err(database_error)?;
    if done.rows_affected() == 0 {
        return Err(Error::not_found("suggestion", id));
    }
    tx.commit().await.map_err(database_error)
}

pub(super) async fn add_note(db: &Db, id: ConversationId, note: &Note) -> Result<()> {
    let mut tx = db.write().await?;
    query(
        "INSERT INTO notes (id, conversation_id, author_id, author_name, text, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(note.id.to_string())
    .bind(id.to_string())
    .bind(note.author_id.to_string())
    .bind(&note.author)
    .bind(&note.text)
    .bind(micros(note.created_at))
    .execute(&mut tx)
    .await
    .on_constraint(FOREIGN_KEY, || Error::not_found("conversation", id))?;
    tx.commit().await.map_err(database_error)
}

pub(super) async fn notes(db: &Db, id: ConversationId) -> Result<Vec<Note>> {
    let rows: Vec<NoteRow> = query_as(
        "SELECT id, author_id, author_name, text, created_at FROM notes WHERE conversation_id = $1 \
         ORDER BY created_at, id",
    )
    .bind(id.to_string())
    .fetch_all(db.reader())
    .await
    .map_err(database_error)?;
    rows.into_iter()
        .map(|r| {
            Ok(Note {
                id: parsed::<Uuid>(&r.id)?,
                author_id: parsed(&r.author_id)?,
                author: r.author_name,
                text: r.text,
                created_at: timestamp(r.created_at)?,
            })
        })
        .collect()
}

pub(super) async fn set_tags(db: &Db, id: ConversationId, tags: &[String]) -> Result<Conversation> {
    let mut tx = db.write().await?;
    query("UPDATE conversations SET tags = $1, updated_at = $2 WHERE id = $3")
        .bind(to_json(tags)?)
        .bind(micros(Timestamp::now()))
        .bind(id.to_string())
        .execute(&mut tx)
        .await
        .map_err(database_error)?;
    outbox::note(&mut tx, Event::ConversationUpdated, &id.to_string(), None, json!({})).await?;
    let conversation =
        conversation(&mut tx, id).await?.ok_or_else(|| Error::not_found("conversation", id))?;
    tx.commit().await.map_err(database_error)?;
    Ok(conversation)
}

/// Only what the bot or an agent said can be helpful.
pub(super) async fn set_feedback(
    db: &Db,
    id: ConversationId,
    message: MessageId,
    helpful: bool,
    comment: Option<&str>,
    at: Timestamp,
) -> Result<()> {
    let mut tx = db.write().await?;
    let done = query(
        "INSERT INTO message_feedback (message_id, helpful, comment, created_at) \
         SELECT id, $1, $2, $3 FROM messages \
         WHERE id = $4 AND conversation_id = $5 AND sender_kind IN ('bot', 'agent') \
         ON CONFLICT (message_id) DO UPDATE SET helpful = excluded.helpful, comment = excluded.comment, \
         created_at = excluded.created_at",
    )
    .bind(helpful)
    .bind(comment)
    .bind(micros(at))
    .bind(message.to_string())
    .bind(id.to_string())
    .execute(&mut tx)
    .await
    .map_err(database_error)?;
    if done.rows_affected() == 0 {
        return Err(Error::not_found("answer", message));
    }
    let seq: i64 = query_scalar("SELECT seq FROM messages WHERE id = $1")
        .bind(message.to_string())
        .fetch_one(&mut tx)
        .await
        .map_err(database_error)?;
    let detail = json!({"helpful": helpful, "comment": comment});
    outbox::note(&mut tx, Event::MessageUpdated, &id.to_string(), Some(seq), detail).await?;
    tx.commit().await.map_err(database_error)
}

pub(super) async fn set_csat(
    db: &Db,
    id: ConversationId,
    score: i64,
    comment: Option<&str>,
    at: Timestamp,
) -> Result<()> {
    let mut tx = db.write().await?;
    query(
        "INSERT INTO csat (conversation_id, context_seq, score, comment, assignee_id, created_at) \
         SELECT id, context_seq, $1, $2, assignee_id, $3 FROM conversations WHERE id = $4 \
         ON CONFLICT (conversation_id, context_seq) DO UPDATE SET score = excluded.score, \
         comment = excluded.comment, assignee_id = excluded.assignee_id, created_at = excluded.created_at",
    )
    .bind(score)
    .bind(comment)
    .bind(micros(at))
    .bind(id.to_string())
    .execute(&mut tx)
    .await
    .on_constraint("csat_score", || Error::invalid("score must be a whole number from 1 to 5"))?;
    let detail = json!({"score": score, "comment": comment});
    outbox::note(&mut tx, Event::CsatReceived, &id.to_string(), None, detail).await?;
    tx.commit().await.map_err(database_error)
}

pub(super) async fn add_attachment(db: &Db, a: &Attachment, content: Option<&[u8]>) -> Result<()> {
    let mut tx = db.write().await?;
    query(
        "INSERT INTO attachments (id, conversation_id, uploader, name, mime, size, sha256, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(a.id.to_string())
    .bind(a.conversation_id.to_string())
    .bind(&a.uploader)
    .bind(&a.name)
    .bind(&a.mime)
    .bind(a.size)
    .bind(&a.sha256)
    .bind(micros(a.created_at))
    .execute(&mut tx)
    .await
    .on_constraint(FOREIGN_KEY, || Error::not_found("conversation", a.conversation_id))?;
    if let Some(content) = content {
        query("INSERT INTO attachment_files (attachment_id, content) VALUES ($1, $2)")
            .bind(a.id.to_string())
            .bind(content)
            .execute(&mut tx)
            .await
            .map_err(database_error)?;
    }
    tx.commit().await.map_err(database_error)
}

pub(super) async fn attachment_file(db: &Db, id: AttachmentId) -> Result<Option<Vec<u8>>> {
    query_scalar("SELECT content FROM attachment_files WHERE attachment_id = $1")
        .bind(id.to_string())
        .fetch_optional(db.reader())
        .await
        .map_err(database_error)
}

pub(super) async fn attachment(db: &Db, id: AttachmentId) -> Result<Option<Attachment>> {
    let row: Option<AttachmentRow> = query_as(
        "SELECT id, conversation_id, uploader, name, mime, size, sha256, message_id, created_at \
         FROM attachments WHERE id = $1",
    )
    .bind(id.to_string())
    .fetch_optional(db.reader())
    .await
    .map_err(database_error)?;
    row.map(AttachmentRow::into_attachment).transpose()
}
