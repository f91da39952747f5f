//! Training runs: start one, watch it as a job, see the versions, put one into use.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::auth::{Admin, Staff};
use super::extract::{Body, Path, Query};
use super::page::{ListQuery, Page};
use super::services::Services;
use crate::domain::{Job, TrainingRunId};
use crate::error::{Error, Result};
use crate::learn::Order;
use crate::nlu::train::Mode;
use crate::nlu::versions::Version;

pub(super) fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new().routes(routes!(list, start)).routes(routes!(get)).routes(routes!(promote))
}

#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
struct NewRun {
    mode: Mode,
    /// Puts the version into use even if it is worse than the one before.
    force: bool,
}

/// Every trained version, newest first.
#[utoipa::path(get, path = "/training_runs", tag = "training", params(ListQuery), responses((status = 200, body = Page<Version>)))]
async fn list(
    _: Staff,
    State(s): State<Services>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<Version>>> {
    Page::of_all(s.trainer.versions().await?, &query, |version| version.id.to_string()).map(Json)
}

/// Trains on the intents as they are now. The job's result is the version, whether it was put into use, and how it
/// compares with the one before on the texts that neither had seen.
#[utoipa::path(post, path = "/training_runs", tag = "training", request_body = NewRun, responses((status = 202, body = Job)))]
async fn start(
    Admin(actor): Admin,
    State(s): State<Services>,
    Body(new): Body<NewRun>,
) -> Result<(StatusCode, Json<Job>)> {
    let subject = serde_json::json!({ "mode": new.mode, "force": new.force });
    s.staff.record(Some(&actor), "training.started", "intents and slots", subject).await?;
    let order = Order { mode: new.mode, force: new.force };
    let trainer = s.trainer.clone();
    let job = s.jobs.start("train", "intents and slots", move |progress| async move {
        let mut finished = trainer.run(order, move |share, step| progress.report(share, step)).await?;
        finished.version.report.predictions.clear();
        serde_json::to_value(&finished)
            .map_err(|e| Error::internal("a result cannot be written").with_source(e))
    });
    let job = job.await;
    Ok((StatusCode::ACCEPTED, Json(job)))
}

/// One version.
#[utoipa::path(get, path = "/training_runs/{id}", tag = "training", params(("id" = TrainingRunId, Path)),
    responses((status = 200, body = Version)))]
async fn get(_: Staff, State(s): State<Services>, Path(id): Path<TrainingRunId>) -> Result<Json<Version>> {
    s.trainer.version(id).await.map(Json)
}

/// Puts a version into use, from the next message on. An older one is a way back.
#[utoipa::path(post, path = "/training_runs/{id}/promote", tag = "training", params(("id" = TrainingRunId, Path)),
    responses((status = 200, body = Version)))]
async fn promote(
    Admin(actor): Admin,
    State(s): State<Services>,
    Path(id): Path<TrainingRunId>,
) -> Result<Json<Version>> {
    let version = s.trainer.promote(id).await?;
    s.staff.record(Some(&actor), "training.promoted", &id.to_string(), serde_json::json!({})).await?;
    Ok(Json(version))
}
