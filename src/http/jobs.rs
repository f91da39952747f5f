//! Progress of background jobs, once or as a stream of events.

use std::convert::Infallible;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::auth::{Admin, Staff};
use super::extract::Path;
use super::services::Services;
use crate::domain::{Job, JobId, JobState};
use crate::error::Result;

/// How long a cancelled job has to end before the answer is given anyway.
const CANCEL_PATIENCE: Duration = Duration::from_secs(5);

pub(super) fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new().routes(routes!(get)).routes(routes!(events)).routes(routes!(cancel))
}

/// The job as it is now.
#[utoipa::path(get, path = "/jobs/{id}", tag = "jobs", params(("id" = JobId, Path)), responses((status = 200, body = Job)))]
async fn get(_: Staff, State(s): State<Services>, Path(id): Path<JobId>) -> Result<Json<Job>> {
    s.jobs.get(id).await.map(Json)
}

/// Ends a job that is queued or running; nothing of its work is kept. One that has ended stays as it is.
#[utoipa::path(post, path = "/jobs/{id}/cancel", tag = "jobs", params(("id" = JobId, Path)), responses((status = 200, body = Job)))]
async fn cancel(_: Admin, State(s): State<Services>, Path(id): Path<JobId>) -> Result<Json<Job>> {
    s.jobs.cancel(id).await?;
    s.jobs.finished(id, CANCEL_PATIENCE).await.map(Json)
}

/// Every change of the job as server-sent events named `job`, until it has ended.
#[utoipa::path(get, path = "/jobs/{id}/events", tag = "jobs", params(("id" = JobId, Path)),
    responses((status = 200, description = "server-sent events", content_type = "text/event-stream", body = Job)))]
async fn events(
    _: Staff,
    State(s): State<Services>,
    Path(id): Path<JobId>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    let changes = s.jobs.watch(id).await?;
    let stream = futures_util::stream::unfold(Some((changes, true)), |state| async move {
        let (mut changes, first) = state?;
        if !first && changes.changed().await.is_err() {
            return None;
        }
        let job = changes.borrow_and_update().clone();
        let event = Event::default().event("job").json_data(&job).unwrap_or_default();
        let ended = matches!(job.state, JobState::Done | JobState::Failed);
        Some((Ok(event), (!ended).then_some((changes, false))))
    });
    Ok(Sse::new(stream).keep_alive(KeepAlive::default()))
}
