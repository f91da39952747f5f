//! What agents see of the visitor behind a conversation beside the conversation itself.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::auth::Agent;
use super::extract::{Path, Query};
use super::page::Page;
use super::services::Services;
use crate::dialog::forms::OwnMatters;
use crate::domain::{ConversationId, Lang};
use crate::error::Result;

pub(super) fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new().routes(routes!(business))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct BusinessQuery {
    /// In which language titles and values are named; the visitor's own when not given.
    #[serde(default)]
    lang: Option<Lang>,
}

/// What the visitor has in the business systems, such as their orders: one item a kind that the forms declare. Nothing of
/// a visitor for whom the shop has not vouched. A system that is silent is named in `outcome`, the others answer.
#[utoipa::path(get, path = "/conversations/{id}/business", tag = "conversations",
    params(("id" = ConversationId, Path), BusinessQuery), responses((status = 200, body = Page<OwnMatters>)))]
async fn business(
    _: Agent,
    State(s): State<Services>,
    Path(id): Path<ConversationId>,
    Query(q): Query<BusinessQuery>,
) -> Result<Json<Page<OwnMatters>>> {
    let visitor = s.chat.conversation(id).await?.visitor;
    let Some(external_id) = visitor.external_id else { return Ok(Json(Page::whole(Vec::new()))) };
    let matters = s.engine.own_matters(&external_id, q.lang.unwrap_or(visitor.locale)).await;
    Ok(Json(Page::whole(matters)))
}
