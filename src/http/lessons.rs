//! The review queue: what conversations taught, and what becomes of it.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::auth::{Admin, Staff};
use super::extract::{Body, Path, Query};
use super::page::{Page, checked_limit};
use super::services::Services;
use crate::error::Result;
use crate::learn::{Acceptance, Correction, Learnt, Lesson, LessonId, LessonKind};

pub(super) fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new().routes(routes!(list, correct)).routes(routes!(accept)).routes(routes!(dismiss))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct LessonQuery {
    /// Only of this kind.
    #[serde(default)]
    kind: Option<LessonKind>,
    /// The `next_cursor` of the page before.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    cursor: Option<Timestamp>,
    /// 1 to 500; 100 when not given.
    #[serde(default)]
    limit: Option<usize>,
}

/// What is to be looked at, newest first, of all teams: closed ones as well, so this is for admins.
#[utoipa::path(get, path = "/lessons", tag = "training", params(LessonQuery), responses((status = 200, body = Page<Lesson>)))]
async fn list(
    _: Admin,
    State(s): State<Services>,
    Query(query): Query<LessonQuery>,
) -> Result<Json<Page<Lesson>>> {
    let limit = checked_limit(query.limit)?;
    let items = s.lessons.open(query.kind, query.cursor, limit + 1).await?;
    Ok(Json(Page::cut(items, limit, |last| last.created_at.to_string())))
}

/// Says what is right, after trying a question out. An admin accepts it, or not.
#[utoipa::path(post, path = "/lessons", tag = "training", request_body = Correction, responses((status = 201, body = Lesson)))]
async fn correct(
    Staff(actor): Staff,
    State(s): State<Services>,
    Body(correction): Body<Correction>,
) -> Result<(StatusCode, Json<Lesson>)> {
    let lesson = s.lessons.correct(&correction, &actor.name).await?;
    Ok((StatusCode::CREATED, Json(lesson)))
}

/// Makes a lesson a FAQ pair, found by the next question, an example of an intent, or both.
#[utoipa::path(post, path = "/lessons/{id}/accept", tag = "training", params(("id" = String, Path)), request_body = Acceptance,
    responses((status = 200, body = Learnt)))]
async fn accept(
    Admin(actor): Admin,
    State(s): State<Services>,
    Path(id): Path<String>,
    Body(how): Body<Acceptance>,
) -> Result<Json<Learnt>> {
    let id: LessonId = id.parse()?;
    let learnt = s.lessons.accept(id, how, &actor.name).await?;
    let detail = serde_json::json!({ "faq": learnt.faq.as_ref().map(|faq| faq.id), "intent": learnt.intent });
    s.staff.record(Some(&actor), "lesson.accepted", &id.to_string(), detail).await?;
    Ok(Json(learnt))
}

/// There is nothing to learn from it.
#[utoipa::path(post, path = "/lessons/{id}/dismiss", tag = "training", params(("id" = String, Path)), responses((status = 204)))]
async fn dismiss(
    Admin(actor): Admin,
    State(s): State<Services>,
    Path(id): Path<String>,
) -> Result<StatusCode> {
    let id: LessonId = id.parse()?;
    s.lessons.dismiss(id, &actor.name).await?;
    s.staff.record(Some(&actor), "lesson.dismissed", &id.to_string(), serde_json::json!({})).await?;
    Ok(StatusCode::NO_CONTENT)
}
