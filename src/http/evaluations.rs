//! Evaluations: play labelled dialogs, look at the result, hold two against each other.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::auth::{Admin, Staff};
use super::extract::{Body, Path, Query};
use super::page::{ListQuery, Page};
use super::services::Services;
use crate::domain::{EvaluationId, Job, Role, User};
use crate::error::{Code, Error, Result};
use crate::learn::{Evaluation, EvaluationKind, Evaluations, NewEvaluation, NewReplay};

/// The report brings its own style and script, and may do nothing else.
const REPORT_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; sandbox allow-scripts";

pub(super) fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new()
        .routes(routes!(list, start))
        .routes(routes!(replay))
        .routes(routes!(get, remove))
        .routes(routes!(page))
        .routes(routes!(compared))
}

/// Evaluations, newest first.
#[utoipa::path(get, path = "/evaluations", tag = "training", params(ListQuery), responses((status = 200, body = Page<Evaluation>)))]
async fn list(
    _: Staff,
    State(s): State<Services>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<Evaluation>>> {
    Page::of_all(s.evaluations.list().await?, &query, |evaluation| evaluation.id.to_string()).map(Json)
}

/// Plays a dialog suite through the engine as it is now, or with another version of intents and slots. The job's result
/// is the evaluation. Business systems are asked and never told to do anything.
#[utoipa::path(post, path = "/evaluations", tag = "training", request_body = NewEvaluation, responses((status = 202, body = Job)))]
async fn start(
    Admin(actor): Admin,
    State(s): State<Services>,
    Body(new): Body<NewEvaluation>,
) -> Result<(StatusCode, Json<Job>)> {
    let (name, detail) = (new.name.clone(), serde_json::json!({ "training_run": new.training_run }));
    let plan = Evaluations::plan(new)?;
    s.staff.record(Some(&actor), "evaluation.started", &name, detail).await?;
    let (evaluations, author) = (s.evaluations.clone(), actor.name);
    let job = s.jobs.start("evaluate", &name, move |progress| async move {
        let done = evaluations.run(plan, &author, |share| progress.report(share, "playing")).await?;
        serde_json::to_value(&done).map_err(|e| Error::internal("a result cannot be written").with_source(e))
    });
    let job = job.await;
    Ok((StatusCode::ACCEPTED, Json(job)))
}

/// Plays the conversations of the last time again, with two versions of intents and slots, and keeps the turns that
/// differ. The job's result is the evaluation. Business systems are not asked.
#[utoipa::path(post, path = "/evaluations/replay", tag = "training", request_body = NewReplay, responses((status = 202, body = Job)))]
async fn replay(
    Admin(actor): Admin,
    State(s): State<Services>,
    Body(new): Body<NewReplay>,
) -> Result<(StatusCode, Json<Job>)> {
    new.check()?;
    let detail = serde_json::json!({ "before": new.before, "after": new.after });
    s.staff.record(Some(&actor), "evaluation.replayed", &new.name(), detail).await?;
    let (evaluations, author, name) = (s.evaluations.clone(), actor.name, new.name());
    let job = s.jobs.start("replay", &name, move |progress| async move {
        let done = evaluations.replay(new, &author, |share| progress.report(share, "playing")).await?;
        serde_json::to_value(&done).map_err(|e| Error::internal("a result cannot be written").with_source(e))
    });
    let job = job.await;
    Ok((StatusCode::ACCEPTED, Json(job)))
}

/// An evaluation with every turn: what was said, expected and done. The shape is that of `report.json`.
#[utoipa::path(get, path = "/evaluations/{id}", tag = "training", params(("id" = String, Path)), responses((status = 200, body = Object)))]
async fn get(
    Staff(user): Staff,
    State(s): State<Services>,
    Path(id): Path<EvaluationId>,
) -> Result<Json<serde_json::Value>> {
    let (evaluation, report) = s.evaluations.get(id).await?;
    may_read(&user, &evaluation)?;
    Ok(Json(serde_json::json!({ "evaluation": evaluation, "report": report })))
}

/// What visitors said in any conversation stands in a replay, so it is for those who may read every conversation.
fn may_read(user: &User, evaluation: &Evaluation) -> Result<()> {
    match evaluation.kind {
        EvaluationKind::Replay if user.role < Role::Admin => {
            Err(Error::new(Code::Forbidden, "replays hold what visitors said; only admins read them"))
        }
        _ => Ok(()),
    }
}

/// Forgets an evaluation.
#[utoipa::path(delete, path = "/evaluations/{id}", tag = "training", params(("id" = String, Path)), responses((status = 204)))]
async fn remove(
    Admin(actor): Admin,
    State(s): State<Services>,
    Path(id): Path<EvaluationId>,
) -> Result<StatusCode> {
    s.evaluations.remove(id).await?;
    s.staff.record(Some(&actor), "evaluation.deleted", &id.to_string(), serde_json::json!({})).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The report as a page of its own, with its curves, in Chinese and English.
#[utoipa::path(get, path = "/evaluations/{id}/report.html", tag = "training", params(("id" = String, Path)),
    responses((status = 200, content_type = "text/html", body = String)))]
async fn page(
    Staff(user): Staff,
    State(s): State<Services>,
    Path(id): Path<EvaluationId>,
) -> Result<Response> {
    let (evaluation, html) = s.evaluations.page(id).await?;
    may_read(&user, &evaluation)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(REPORT_POLICY)),
    ];
    Ok((headers, html).into_response())
}

/// Two evaluations held against each other, turn by turn: what got better, what worse, and how likely chance alone is.
#[utoipa::path(get, path = "/evaluations/{before}/compare/{after}", tag = "training",
    params(("before" = String, Path), ("after" = String, Path)), responses((status = 200, body = Object)))]
async fn compared(
    _: Staff,
    State(s): State<Services>,
    Path((before, after)): Path<(EvaluationId, EvaluationId)>,
) -> Result<Json<serde_json::Value>> {
    let report = s.evaluations.compare(before, after).await?;
    serde_json::to_value(&report)
        .map(Json)
        .map_err(|e| Error::internal("a report cannot be written").with_source(e))
}
