//! Versions on trial: one answers beside the one in use, silently.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::auth::Admin;
use super::extract::{Body, Path, Query};
use super::page::{ListQuery, Page};
use super::services::Services;
use crate::domain::{ShadowRunId, TrainingRunId};
use crate::error::{Error, Result};
use crate::learn::{ShadowRun, ShadowTurn};

pub(super) fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new().routes(routes!(list, begin)).routes(routes!(end)).routes(routes!(turns))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewShadowRun {
    /// The version to put on trial.
    training_run: TrainingRunId,
}

/// Versions that are or were on trial, newest first.
#[utoipa::path(get, path = "/shadow_runs", tag = "training", params(ListQuery), responses((status = 200, body = Page<ShadowRun>)))]
async fn list(
    _: Admin,
    State(s): State<Services>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<ShadowRun>>> {
    Page::of_all(s.shadow.list().await?, &query, |run| run.id.to_string()).map(Json)
}

/// Puts a version on trial: from now on it answers what visitors ask beside the one in use, and nobody sees it. One at a
/// time; putting it into use ends its trial.
#[utoipa::path(post, path = "/shadow_runs", tag = "training", request_body = NewShadowRun, responses((status = 201, body = ShadowRun)))]
async fn begin(
    Admin(actor): Admin,
    State(s): State<Services>,
    Body(new): Body<NewShadowRun>,
) -> Result<(StatusCode, Json<ShadowRun>)> {
    let run = s.shadow.begin(new.training_run, &actor.name).await?;
    let detail = serde_json::json!({ "training_run": new.training_run });
    s.staff.record(Some(&actor), "shadow.begun", &run.id.to_string(), detail).await?;
    Ok((StatusCode::CREATED, Json(run)))
}

/// Ends a trial. What it found stays.
#[utoipa::path(post, path = "/shadow_runs/{id}/end", tag = "training", params(("id" = ShadowRunId, Path)), responses((status = 200, body = ShadowRun)))]
async fn end(
    Admin(actor): Admin,
    State(s): State<Services>,
    Path(id): Path<ShadowRunId>,
) -> Result<Json<ShadowRun>> {
    let run = s.shadow.end(id).await?;
    s.staff.record(Some(&actor), "shadow.ended", &id.to_string(), serde_json::json!({})).await?;
    Ok(Json(run))
}

/// The turns in which the two versions differ, newest first, each with both decisions.
#[utoipa::path(get, path = "/shadow_runs/{id}/turns", tag = "training", params(("id" = ShadowRunId, Path), ListQuery), responses((status = 200, body = Object)))]
async fn turns(
    _: Admin,
    State(s): State<Services>,
    Path(id): Path<ShadowRunId>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<ShadowTurn>>> {
    let limit = query.limit()?;
    let before = query.cursor.as_deref().map(str::parse::<Timestamp>).transpose();
    let before =
        before.map_err(|_| Error::invalid("the cursor is not one of ours: start again without it"))?;
    let turns = s.shadow.turns(id, before, limit + 1).await?;
    Ok(Json(Page::cut(turns, limit, |turn| turn.created_at.to_string())))
}
