//! Visitors, their tokens, and the conversation each of them has.

use jiff::Timestamp;
use serde_json::json;

use crate::chat::{VisitorPass, VisitorProfile};
use crate::desk::webhooks::Event;
use crate::domain::{ConversationId, Lang, VisitorId};
use crate::error::{Code, Error, Result};
use crate::store::columns::{micros, to_json};
use crate::store::{Db, OnConstraint, database_error};

use super::outbox;
use super::rows::PassRow;
use crate::store::sql::{Tx, query, query_as, query_scalar};

/// Columns and tables of a [`PassRow`].
macro_rules! pass_query {
    () => {
        "SELECT v.id AS visitor_id, v.external_id, v.name AS visitor_name, v.email, v.phone, v.locale, v.tier, \
         v.inbox_id, c.id AS conversation_id, c.status, c.last_seq \
         FROM visitors v JOIN conversations c ON c.visitor_id = v.id AND c.inbox_id = v.inbox_id "
    };
}

pub(super) async fn create(
    db: &Db,
    inbox: &str,
    profile: &VisitorProfile,
    token_hash: &str,
    expires: Timestamp,
) -> Result<VisitorPass> {
    let now = Timestamp::now();
    let mut tx = db.write().await?;
    let known = match &profile.external_id {
        Some(external_id) => known(&mut tx, inbox, external_id).await?,
        None => None,
    };
    let is_new = known.is_none();
    let visitor = match known {
        Some(visitor) => {
            fill_in(&mut tx, &visitor, profile, now).await?;
            visitor
        }
        None => insert(&mut tx, inbox, profile, now).await?,
    };
    query(
        "INSERT INTO visitor_tokens (token_hash, visitor_id, created_at, expires_at) VALUES ($1, $2, $3, $4)",
    )
    .bind(token_hash)
    .bind(&visitor)
    .bind(micros(now))
    .bind(micros(expires))
    .execute(&mut tx)
    .await
    .map_err(database_error)?;
    let pass = pass(&mut tx, &visitor).await?;
    let contact = if is_new { Event::ContactCreated } else { Event::ContactUpdated };
    told(&mut tx, &pass, &[contact, Event::WebwidgetTriggered]).await?;
    tx.commit().await.map_err(database_error)?;
    Ok(pass)
}

pub(super) async fn by_token(db: &Db, token_hash: &str, now: Timestamp) -> Result<Option<VisitorPass>> {
    let row: Option<PassRow> = query_as(concat!(
        pass_query!(),
        "JOIN visitor_tokens t ON t.visitor_id = v.id WHERE t.token_hash = $1 AND t.expires_at > $2"
    ))
    .bind(token_hash)
    .bind(micros(now))
    .fetch_optional(db.reader())
    .await
    .map_err(database_error)?;
    row.map(PassRow::into_pass).transpose()
}

pub(super) async fn update(
    db: &Db,
    visitor: VisitorId,
    profile: &VisitorProfile,
    token_hash: &str,
    expires: Timestamp,
) -> Result<VisitorPass> {
    let mut tx = db.write().await?;
    let before = pass(&mut tx, &visitor.to_string()).await?.visitor;
    fill_in(&mut tx, &visitor.to_string(), profile, Timestamp::now()).await?;
    query("UPDATE visitor_tokens SET expires_at = $1 WHERE token_hash = $2")
        .bind(micros(expires))
        .bind(token_hash)
        .execute(&mut tx)
        .await
        .map_err(database_error)?;
    let pass = pass(&mut tx, &visitor.to_string()).await?;
    if pass.visitor != before {
        told(&mut tx, &pass, &[Event::ContactUpdated]).await?;
    }
    told(&mut tx, &pass, &[Event::WebwidgetTriggered]).await?;
    tx.commit().await.map_err(database_error)?;
    Ok(pass)
}

/// What a visitor said about themselves in the course of a conversation.
pub(super) async fn learn_of(db: &Db, visitor: VisitorId, profile: &VisitorProfile) -> Result<()> {
    let mut tx = db.write().await?;
    fill_in(&mut tx, &visitor.to_string(), profile, Timestamp::now()).await?;
    let pass = pass(&mut tx, &visitor.to_string()).await?;
    told(&mut tx, &pass, &[Event::ContactUpdated]).await?;
    tx.commit().await.map_err(database_error)
}

/// Tells webhooks what a session brought.
async fn told(conn: &mut Tx, pass: &VisitorPass, events: &[Event]) -> Result<()> {
    let conversation = pass.conversation.to_string();
    for event in events {
        outbox::note(conn, *event, &conversation, None, json!({"status": pass.status.as_str()})).await?;
    }
    Ok(())
}

async fn known(conn: &mut Tx, inbox: &str, external_id: &str) -> Result<Option<String>> {
    query_scalar("SELECT id FROM visitors WHERE inbox_id = $1 AND external_id = $2")
        .bind(inbox)
        .bind(external_id)
        .fetch_optional(conn)
        .await
        .map_err(database_error)
}

async fn insert(conn: &mut Tx, inbox: &str, profile: &VisitorProfile, now: Timestamp) -> Result<String> {
    let visitor = VisitorId::new().to_string();
    query(
        "INSERT INTO visitors (id, inbox_id, external_id, name, email, phone, locale, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
    )
    .bind(&visitor)
    .bind(inbox)
    .bind(profile.external_id.as_deref())
    .bind(profile.name.as_deref())
    .bind(profile.email.as_deref())
    .bind(profile.phone.as_deref())
    .bind(profile.locale.unwrap_or(Lang::Zh).as_str())
    .bind(micros(now))
    .execute(&mut *conn)
    .await
    .map_err(database_error)?;
    query(
        "INSERT INTO conversations (id, inbox_id, visitor_id, status, version, last_seq, page, created_at, updated_at) \
         VALUES ($1, $2, $3, 'bot', 1, 0, $4, $5, $5)",
    )
    .bind(ConversationId::new().to_string())
    .bind(inbox)
    .bind(&visitor)
    .bind(profile.page.as_ref().map(to_json).transpose()?)
    .bind(micros(now))
    .execute(conn)
    .await
    .map_err(database_error)?;
    Ok(visitor)
}

/// What is newly known about a visitor; what is not said stays as it was.
async fn fill_in(conn: &mut Tx, visitor: &str, profile: &VisitorProfile, now: Timestamp) -> Result<()> {
    query(
        "UPDATE visitors SET external_id = COALESCE($1, external_id), name = COALESCE($2, name), \
         email = COALESCE($3, email), phone = COALESCE($4, phone), locale = COALESCE($5, locale), updated_at = $6 \
         WHERE id = $7",
    )
    .bind(profile.external_id.as_deref())
    .bind(profile.name.as_deref())
    .bind(profile.email.as_deref())
    .bind(profile.phone.as_deref())
    .bind(profile.locale.map(Lang::as_str))
    .bind(micros(now))
    .bind(visitor)
    .execute(&mut *conn)
    .await
    .on_constraint("visitors.external_id", || {
        Error::new(Code::Conflict, "this external_id belongs to another visitor")
    })?;
    if let Some(page) = &profile.page {
        query("UPDATE conversations SET page = $1 WHERE visitor_id = $2")
            .bind(to_json(page)?)
            .bind(visitor)
            .execute(conn)
            .await
            .map_err(database_error)?;
    }
    Ok(())
}

async fn pass(conn: &mut Tx, visitor: &str) -> Result<VisitorPass> {
    let row: PassRow = query_as(concat!(pass_query!(), "WHERE v.id = $1"))
        .bind(visitor)
        .fetch_one(conn)
        .await
        .map_err(database_error)?;
    row.into_pass()
}
