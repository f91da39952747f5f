//! Figures, for supervisors.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::auth::Supervisor;
use super::extract::Query;
use super::services::Services;
use crate::desk::reports::{By, Overview, Query as Asked, to_csv};
use crate::domain::TeamId;
use crate::error::Result;

pub(super) fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new().routes(routes!(overview))
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Format {
    #[default]
    Json,
    Csv,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OverviewQuery {
    /// A date or a moment; seven days before `to` when not given.
    #[serde(default)]
    from: Option<String>,
    /// A date, then that day is part of it, or a moment, which is not; the end of today when not given.
    #[serde(default)]
    to: Option<String>,
    /// Whose days, such as `Asia/Shanghai`; UTC when not given.
    #[serde(default)]
    tz: Option<String>,
    /// `day`, `agent` or `team`.
    #[serde(default)]
    #[param(inline)]
    by: Option<By>,
    /// Only what came in at this inbox.
    #[serde(default)]
    inbox: Option<String>,
    /// Only the handoffs this team got.
    #[serde(default)]
    team: Option<TeamId>,
    /// `json` or `csv`.
    #[serde(default)]
    #[param(value_type = String)]
    format: Format,
}

/// Volume, what the bot settled, handoffs, first replies and ratings; told apart by day, agent or team; of everything, of one inbox, of one team.
#[utoipa::path(get, path = "/reports/overview", tag = "reports", params(OverviewQuery),
    responses((status = 200, body = Overview)))]
async fn overview(
    Supervisor(user): Supervisor,
    State(s): State<Services>,
    Query(q): Query<OverviewQuery>,
) -> Result<Response> {
    let asked = Asked { from: q.from, to: q.to, timezone: q.tz, by: q.by, inbox: q.inbox, team: q.team };
    let overview = s.reports.overview(&user, &asked).await?;
    Ok(match q.format {
        Format::Json => Json(overview).into_response(),
        Format::Csv => {
            let name = "attachment; filename=\"overview.csv\"";
            let headers =
                [(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_DISPOSITION, name)];
            (headers, to_csv(&overview)?).into_response()
        }
    })
}
