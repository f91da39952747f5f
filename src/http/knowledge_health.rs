//! The state of the knowledge, as a report made in the background.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::auth::Admin;
use super::extract::Body;
use super::services::Services;
use crate::domain::Job;
use crate::error::{Error, Result};
use crate::learn::health::{HealthOrder, HealthReport};

pub(super) fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new().routes(routes!(report))
}

/// What is to be reported on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct HealthRequest {
    /// Only this knowledge base.
    #[serde(default)]
    base: Option<String>,
    /// Documents that nobody has touched for so many days are out of date.
    #[serde(default = "year")]
    untouched_days: i64,
    /// What no answer has cited for so many days is reported.
    #[serde(default = "quarter")]
    unused_days: i64,
}

fn year() -> i64 {
    365
}

fn quarter() -> i64 {
    90
}

/// Makes a report: duplicates, contradictions, what is out of date or never cited, unanswered questions in groups with
/// a draft each. It is the `result` of the job when that has ended.
#[utoipa::path(post, path = "/knowledge/health", tag = "knowledge", request_body = HealthRequest,
    responses((status = 202, body = Job), (status = 200, description = "the job's `result`", body = HealthReport)))]
async fn report(
    _: Admin,
    State(s): State<Services>,
    Body(asked): Body<HealthRequest>,
) -> Result<(StatusCode, Json<Job>)> {
    for (field, days) in [("untouched_days", asked.untouched_days), ("unused_days", asked.unused_days)] {
        if !(0..=36_500).contains(&days) {
            return Err(Error::invalid(format!("{field}: from 0 to 36500 days, not {days}")));
        }
    }
    let subject = asked.base.clone().unwrap_or_else(|| "all".to_owned());
    let order = HealthOrder {
        base: asked.base,
        untouched_days: asked.untouched_days,
        unused_days: asked.unused_days,
    };
    let health = s.health.clone();
    let job = s.jobs.start("health", &subject, move |progress| async move {
        let report = move |done: f32, step: &str| progress.report(done, step);
        let made = health.report(&order, &report).await?;
        serde_json::to_value(made).map_err(|e| Error::internal("a report as JSON").with_source(e))
    });
    Ok((StatusCode::ACCEPTED, Json(job.await)))
}
