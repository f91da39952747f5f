//! The visitor behind a conversation: what they have in the business systems, who may be the same person.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::auth::{Agent, Staff, Supervisor};
use super::extract::{Body, Path, Query};
use super::page::Page;
use super::services::Services;
use crate::dialog::forms::OwnMatters;
use crate::domain::{Conversation, ConversationId, Lang};
use crate::error::Result;

pub(super) fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new().routes(routes!(business)).routes(routes!(alike)).routes(routes!(merge))
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

/// Conversations of visitors who left the same e-mail address or phone number, newest first: they may be one person.
#[utoipa::path(get, path = "/conversations/{id}/alike", tag = "conversations", params(("id" = ConversationId, Path)),
    responses((status = 200, body = Page<Conversation>)))]
async fn alike(
    Staff(user): Staff,
    State(s): State<Services>,
    Path(id): Path<ConversationId>,
) -> Result<Json<Page<Conversation>>> {
    s.chat.conversation(id).await?;
    s.chat.alike(&user, id).await.map(Page::whole).map(Json)
}

#[derive(Debug, Deserialize, ToSchema)]
struct Merge {
    /// The conversation whose visitor is the same person.
    other: ConversationId,
}

/// Makes the visitor of another conversation the one of this: what is known of them and every token they have. The other
/// conversation ends and is kept; nothing more is written there.
#[utoipa::path(post, path = "/conversations/{id}/merge", tag = "conversations", params(("id" = ConversationId, Path)),
    request_body = Merge, responses((status = 200, body = Conversation)))]
async fn merge(
    Supervisor(user): Supervisor,
    State(s): State<Services>,
    Path(id): Path<ConversationId>,
    Body(request): Body<Merge>,
) -> Result<Json<Conversation>> {
    s.chat.merge(&user, id, request.other).await.map(Json)
}
