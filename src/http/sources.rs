//! Folders and pages that are imported again and again.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::auth::Admin;
use super::extract::{Body, Path};
use super::page::Page;
use super::services::Services;
use crate::domain::{Job, SourceId, User};
use crate::error::{Error, Result};
use crate::knowledge::sources::{KnowledgeSource, SourceDraft};

pub(super) fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new().routes(routes!(list, add)).routes(routes!(get, put, remove)).routes(routes!(run))
}

/// All sources, with what their last runs came to.
#[utoipa::path(get, path = "/knowledge/sources", tag = "knowledge", responses((status = 200, body = Page<KnowledgeSource>)))]
async fn list(_: Admin, State(s): State<Services>) -> Result<Json<Page<KnowledgeSource>>> {
    s.sources.all().await.map(Page::whole).map(Json)
}

/// Adds a source. Its first run begins within a quarter of a minute.
#[utoipa::path(post, path = "/knowledge/sources", tag = "knowledge", request_body = SourceDraft, responses((status = 201, body = KnowledgeSource)))]
async fn add(
    Admin(user): Admin,
    State(s): State<Services>,
    Body(draft): Body<SourceDraft>,
) -> Result<(StatusCode, Json<KnowledgeSource>)> {
    let source = s.sources.add(draft).await?;
    record(&s, &user, "source.added", &source).await?;
    Ok((StatusCode::CREATED, Json(source)))
}

/// One source.
#[utoipa::path(get, path = "/knowledge/sources/{id}", tag = "knowledge", params(("id" = SourceId, Path)), responses((status = 200, body = KnowledgeSource)))]
async fn get(_: Admin, State(s): State<Services>, Path(id): Path<SourceId>) -> Result<Json<KnowledgeSource>> {
    s.sources.get(id).await.map(Json)
}

/// Changes a source; it is due at once.
#[utoipa::path(put, path = "/knowledge/sources/{id}", tag = "knowledge", params(("id" = SourceId, Path)), request_body = SourceDraft, responses((status = 200, body = KnowledgeSource)))]
async fn put(
    Admin(user): Admin,
    State(s): State<Services>,
    Path(id): Path<SourceId>,
    Body(draft): Body<SourceDraft>,
) -> Result<Json<KnowledgeSource>> {
    let source = s.sources.change(id, draft).await?;
    record(&s, &user, "source.changed", &source).await?;
    Ok(Json(source))
}

/// Removes a source. The documents it has brought stay.
#[utoipa::path(delete, path = "/knowledge/sources/{id}", tag = "knowledge", params(("id" = SourceId, Path)), responses((status = 204)))]
async fn remove(
    Admin(user): Admin,
    State(s): State<Services>,
    Path(id): Path<SourceId>,
) -> Result<StatusCode> {
    let source = s.sources.get(id).await?;
    s.sources.remove(id).await?;
    record(&s, &user, "source.removed", &source).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Runs a source now, beside its time.
#[utoipa::path(post, path = "/knowledge/sources/{id}/run", tag = "knowledge", params(("id" = SourceId, Path)), responses((status = 202, body = Job)))]
async fn run(
    Admin(user): Admin,
    State(s): State<Services>,
    Path(id): Path<SourceId>,
) -> Result<(StatusCode, Json<Job>)> {
    let source = s.sources.get(id).await?;
    record(&s, &user, "source.run", &source).await?;
    Ok((StatusCode::ACCEPTED, Json(start_source(&s, &source).await)))
}

/// Starts a run as a job that people can watch.
pub async fn start_source(s: &Services, source: &KnowledgeSource) -> Job {
    let (sources, id) = (s.sources.clone(), source.id);
    let job = s.jobs.start("reimport", &source.location, move |progress| async move {
        let report = move |done: f32, step: &str| progress.report(done, step);
        let run = sources.run(id, &report).await?;
        serde_json::to_value(run).map_err(|e| Error::internal("a run as JSON").with_source(e))
    });
    job.await
}

async fn record(s: &Services, user: &User, action: &str, source: &KnowledgeSource) -> Result<()> {
    let detail = json!({"location": source.location, "base": source.base});
    s.staff.record(Some(user), action, &source.id.to_string(), detail).await
}
