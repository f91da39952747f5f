//! What plugins noted about messages: for supervisors.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::auth::Supervisor;
use super::extract::Query;
use super::page::{Page, checked_limit};
use super::services::Services;
use crate::domain::{ConversationId, FindingRecord};
use crate::error::Result;

pub(super) fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new().routes(routes!(findings))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct FindingsQuery {
    /// Only of this conversation.
    #[serde(default)]
    conversation: Option<ConversationId>,
    #[serde(default)]
    cursor: Option<String>,
    /// 1 to 500; 100 when not given.
    #[serde(default)]
    limit: Option<usize>,
}

/// What the quality check and other plugins noted, newest first.
#[utoipa::path(get, path = "/quality/findings", tag = "quality", params(FindingsQuery),
    responses((status = 200, body = Page<FindingRecord>)))]
async fn findings(
    Supervisor(user): Supervisor,
    State(s): State<Services>,
    Query(query): Query<FindingsQuery>,
) -> Result<Json<Page<FindingRecord>>> {
    let limit = checked_limit(query.limit)?;
    let hidden = s.chat.hidden_from(&user);
    let items = s.findings.list(query.conversation, &hidden, query.cursor.as_deref(), limit + 1).await?;
    Ok(Json(Page::cut(items, limit, |last| last.id.to_string())))
}
