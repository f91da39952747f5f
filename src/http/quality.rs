//! What plugins noted about messages: for supervisors.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::auth::Staff;
use super::extract::Query;
use super::page::{Page, checked_limit};
use super::services::Services;
use crate::domain::{ConversationId, FindingRecord, Role};
use crate::error::{Code, Error, Result};

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
    Staff(user): Staff,
    State(s): State<Services>,
    Query(query): Query<FindingsQuery>,
) -> Result<Json<Page<FindingRecord>>> {
    if user.role < Role::Supervisor {
        return Err(Error::new(Code::Forbidden, "findings are for supervisors; ask an admin for that role"));
    }
    let limit = checked_limit(query.limit)?;
    let mut items = s
        .findings
        .list(query.conversation, &s.chat.hidden_from(&user), query.cursor.as_deref(), limit + 1)
        .await?;
    let more = items.len() > limit;
    items.truncate(limit);
    let next_cursor = items.last().filter(|_| more).map(|last| last.id.to_string());
    Ok(Json(Page { items, next_cursor }))
}
