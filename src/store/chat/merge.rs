//! Visitors who are the same person: who may be, and making two of them one.

use jiff::Timestamp;
use sqlx::FromRow;

use crate::chat::{AuditEntry, ConversationFilter};
use crate::domain::{Conversation, ConversationId};
use crate::error::{Code, Error, Result};
use crate::store::columns::{as_limit, micros};
use crate::store::sql::{Builder, Target, query, query_as};
use crate::store::staff::write_audit;
use crate::store::teams::leave_out_teams;
use crate::store::{Db, database_error};

use super::rows::{ConversationRow, conversation_query};

pub(super) async fn alike(
    db: &Db,
    id: ConversationId,
    filter: &ConversationFilter,
) -> Result<Vec<Conversation>> {
    let mut query = Builder::new(concat!(
        conversation_query!(),
        "JOIN conversations me ON me.inbox_id = c.inbox_id JOIN visitors mine ON mine.id = me.visitor_id \
         WHERE c.last_seq > 0 AND o.merged_into IS NULL AND mine.merged_into IS NULL AND o.id <> mine.id \
         AND o.inbox_id = mine.inbox_id AND (o.external_id IS NULL OR mine.external_id IS NULL) \
         AND (o.email = mine.email OR o.phone = mine.phone) AND me.id = "
    ));
    query.push_bind(id.to_string());
    leave_out_teams(&mut query, &filter.hidden, filter.viewer);
    query.push(" ORDER BY c.updated_at DESC, c.id LIMIT ").push_bind(as_limit(filter.limit));
    let rows: Vec<ConversationRow> =
        query.build_query_as().fetch_all(db.reader()).await.map_err(database_error)?;
    rows.into_iter().map(ConversationRow::into_conversation).collect()
}

/// One of the two, as the merge finds it.
#[derive(FromRow)]
struct Party {
    id: String,
    inbox_id: String,
    external_id: Option<String>,
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    tier: i64,
    merged_into: Option<String>,
    status: String,
}

pub(super) async fn check(db: &Db, kept: ConversationId, other: ConversationId) -> Result<()> {
    check_parties(&party(db.reader(), kept).await?, &party(db.reader(), other).await?)
}

pub(super) async fn merge(
    db: &Db,
    kept: ConversationId,
    other: ConversationId,
    audit: &AuditEntry,
) -> Result<()> {
    let now = micros(Timestamp::now());
    let mut tx = db.write().await?;
    let (kept, other) = (party(&mut tx, kept).await?, party(&mut tx, other).await?);
    check_parties(&kept, &other)?;
    if other.status != "closed" {
        return Err(Error::new(Code::Conflict, "the visitor has written meanwhile; try it again"));
    }
    // Whom the shop knows by an id, it knows once.
    query("UPDATE visitors SET merged_into = $1, external_id = NULL, updated_at = $2 WHERE id = $3 OR merged_into = $3")
        .bind(&kept.id)
        .bind(now)
        .bind(&other.id)
        .execute(&mut tx)
        .await
        .map_err(database_error)?;
    query(
        "UPDATE visitors SET external_id = COALESCE(external_id, $1), name = COALESCE(name, $2), \
         email = COALESCE(email, $3), phone = COALESCE(phone, $4), tier = $5, updated_at = $6 WHERE id = $7",
    )
    .bind(&other.external_id)
    .bind(&other.name)
    .bind(&other.email)
    .bind(&other.phone)
    .bind(kept.tier.max(other.tier))
    .bind(now)
    .bind(&kept.id)
    .execute(&mut tx)
    .await
    .map_err(database_error)?;
    query("UPDATE visitor_tokens SET visitor_id = $1 WHERE visitor_id = $2")
        .bind(&kept.id)
        .bind(&other.id)
        .execute(&mut tx)
        .await
        .map_err(database_error)?;
    write_audit(&mut tx, audit).await?;
    tx.commit().await.map_err(database_error)
}

async fn party<'c>(on: impl Into<Target<'c>>, conversation: ConversationId) -> Result<Party> {
    let found: Option<Party> = query_as(
        "SELECT v.id, v.inbox_id, v.external_id, v.name, v.email, v.phone, v.tier, v.merged_into, c.status \
         FROM conversations c JOIN visitors v ON v.id = c.visitor_id WHERE c.id = $1",
    )
    .bind(conversation.to_string())
    .fetch_optional(on)
    .await
    .map_err(database_error)?;
    found.ok_or_else(|| Error::not_found("conversation", conversation))
}

fn check_parties(kept: &Party, other: &Party) -> Result<()> {
    let refuse = |why: &'static str| Err(Error::new(Code::Conflict, why));
    if kept.id == other.id {
        return refuse("this is the same visitor already");
    }
    if kept.merged_into.is_some() || other.merged_into.is_some() {
        return refuse("one of them was merged before; go on in the conversation they have now");
    }
    if kept.inbox_id != other.inbox_id {
        return refuse("they came in at different inboxes, where tokens are good for one only");
    }
    if kept.external_id.is_some() && other.external_id.is_some() {
        return refuse("the shop knows them as two customers, each with an account of their own");
    }
    Ok(())
}
