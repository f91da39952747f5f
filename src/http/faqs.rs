//! FAQ pairs written by hand.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::auth::{Admin, Staff};
use super::extract::{Body, Path, Query};
use super::page::{ListQuery, Page};
use super::services::Services;
use crate::domain::{Audience, Faq, FaqId, User};
use crate::error::Result;
use crate::knowledge::FaqDraft;

pub(super) fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new().routes(routes!(list_faqs, add_faq)).routes(routes!(get_faq, put_faq, remove_faq))
}

/// Which pairs are wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct FaqsQuery {
    /// Only of this knowledge base.
    #[serde(default)]
    base: Option<String>,
    /// Only with this tag.
    #[serde(default)]
    tag: Option<String>,
    /// Only for these.
    #[serde(default)]
    audience: Option<Audience>,
    /// The `next_cursor` of the page before.
    #[serde(default)]
    cursor: Option<String>,
    /// 1 to 500; 100 when not given.
    #[serde(default)]
    limit: Option<usize>,
}

async fn record(s: &Services, user: &User, action: &str, faq: &Faq) -> Result<()> {
    let detail = json!({"base": faq.base, "question": faq.question});
    s.staff.record(Some(user), action, &faq.id.to_string(), detail).await
}

/// All FAQ pairs that were written by hand.
#[utoipa::path(get, path = "/knowledge/faqs", tag = "knowledge", params(FaqsQuery), responses((status = 200, body = Page<Faq>)))]
async fn list_faqs(
    _: Staff,
    State(s): State<Services>,
    Query(q): Query<FaqsQuery>,
) -> Result<Json<Page<Faq>>> {
    let mut faqs = s.knowledge.faqs(q.base.as_deref()).await?;
    faqs.retain(|faq| {
        q.tag.as_ref().is_none_or(|tag| faq.tags.contains(tag))
            && q.audience.is_none_or(|audience| audience == faq.audience)
    });
    let part = ListQuery { cursor: q.cursor, limit: q.limit };
    Page::of_all(faqs, &part, |f| f.id.to_string()).map(Json)
}

/// Adds a pair; the next question finds it.
#[utoipa::path(post, path = "/knowledge/faqs", tag = "knowledge", request_body = FaqDraft, responses((status = 201, body = Faq)))]
async fn add_faq(
    Admin(user): Admin,
    State(s): State<Services>,
    Body(draft): Body<FaqDraft>,
) -> Result<(StatusCode, Json<Faq>)> {
    let faq = s.knowledge.add_faq(draft).await?;
    record(&s, &user, "faq.added", &faq).await?;
    Ok((StatusCode::CREATED, Json(faq)))
}

/// One pair.
#[utoipa::path(get, path = "/knowledge/faqs/{id}", tag = "knowledge", params(("id" = FaqId, Path)), responses((status = 200, body = Faq)))]
async fn get_faq(_: Staff, State(s): State<Services>, Path(id): Path<FaqId>) -> Result<Json<Faq>> {
    s.knowledge.faq(id).await.map(Json)
}

/// Changes a pair; the next question sees the change.
#[utoipa::path(put, path = "/knowledge/faqs/{id}", tag = "knowledge", params(("id" = FaqId, Path)), request_body = FaqDraft, responses((status = 200, body = Faq)))]
async fn put_faq(
    Admin(user): Admin,
    State(s): State<Services>,
    Path(id): Path<FaqId>,
    Body(draft): Body<FaqDraft>,
) -> Result<Json<Faq>> {
    let faq = s.knowledge.put_faq(id, draft).await?;
    record(&s, &user, "faq.changed", &faq).await?;
    Ok(Json(faq))
}

/// Removes a pair.
#[utoipa::path(delete, path = "/knowledge/faqs/{id}", tag = "knowledge", params(("id" = FaqId, Path)), responses((status = 204)))]
async fn remove_faq(
    Admin(user): Admin,
    State(s): State<Services>,
    Path(id): Path<FaqId>,
) -> Result<StatusCode> {
    let faq = s.knowledge.faq(id).await?;
    s.knowledge.remove_faq(id).await?;
    record(&s, &user, "faq.removed", &faq).await?;
    Ok(StatusCode::NO_CONTENT)
}
