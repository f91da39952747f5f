//! Replies kept ready: for all staff, or one's own.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::auth::{Agent, Staff};
use super::extract::{Body, Path, Query};
use super::page::Page;
use super::services::Services;
use crate::desk::canned::{CannedDraft, CannedResponse, Filled};
use crate::domain::{CannedResponseId, Conversation, ConversationId, Lang, User};
use crate::error::Result;

pub(super) fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(one, replace, remove))
}

/// A reply kept ready, and how it reads in the conversation that was named.
#[derive(Serialize, ToSchema)]
struct Reply {
    #[serde(flatten)]
    response: CannedResponse,
    #[serde(skip_serializing_if = "Option::is_none")]
    filled: Option<Filled>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct FillQuery {
    /// Fills the text in for this conversation.
    #[serde(default)]
    conversation_id: Option<ConversationId>,
    /// Language of the filled text; the visitor's when not given.
    #[serde(default)]
    lang: Option<Lang>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SearchQuery {
    /// How the shortcut begins.
    #[serde(default)]
    prefix: String,
    /// Fills the texts in for this conversation.
    #[serde(default)]
    conversation_id: Option<ConversationId>,
    /// Language of the filled texts; the visitor's when not given.
    #[serde(default)]
    lang: Option<Lang>,
}

/// Replies one may use, by shortcut: those for all and one's own.
#[utoipa::path(get, path = "/canned_responses", tag = "canned_responses", params(SearchQuery),
    responses((status = 200, body = Page<Reply>)))]
async fn list(
    Staff(user): Staff,
    State(s): State<Services>,
    Query(q): Query<SearchQuery>,
) -> Result<Json<Page<Reply>>> {
    let conversation = named(&s, &user, q.conversation_id).await?;
    let found = s.canned.list(&user, &q.prefix).await?;
    let reply = |response| reply(&s, response, &user, conversation.as_ref(), q.lang);
    Ok(Json(Page::whole(found.into_iter().map(reply).collect())))
}

/// Keeps a reply ready. One for all staff needs the role supervisor.
#[utoipa::path(post, path = "/canned_responses", tag = "canned_responses", request_body = CannedDraft,
    responses((status = 201, body = CannedResponse)))]
async fn create(
    Agent(user): Agent,
    State(s): State<Services>,
    Body(draft): Body<CannedDraft>,
) -> Result<(StatusCode, Json<CannedResponse>)> {
    let made = s.canned.create(&user, &draft).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// One reply.
#[utoipa::path(get, path = "/canned_responses/{id}", tag = "canned_responses",
    params(("id" = CannedResponseId, Path), FillQuery), responses((status = 200, body = Reply)))]
async fn one(
    Staff(user): Staff,
    State(s): State<Services>,
    Path(id): Path<CannedResponseId>,
    Query(q): Query<FillQuery>,
) -> Result<Json<Reply>> {
    let response = s.canned.get(&user, id).await?;
    let conversation = named(&s, &user, q.conversation_id).await?;
    Ok(Json(reply(&s, response, &user, conversation.as_ref(), q.lang)))
}

/// Changes shortcut and text.
#[utoipa::path(put, path = "/canned_responses/{id}", tag = "canned_responses",
    params(("id" = CannedResponseId, Path)), request_body = CannedDraft, responses((status = 200, body = CannedResponse)))]
async fn replace(
    Agent(user): Agent,
    State(s): State<Services>,
    Path(id): Path<CannedResponseId>,
    Body(draft): Body<CannedDraft>,
) -> Result<Json<CannedResponse>> {
    s.canned.update(&user, id, &draft).await.map(Json)
}

/// Removes a reply.
#[utoipa::path(delete, path = "/canned_responses/{id}", tag = "canned_responses",
    params(("id" = CannedResponseId, Path)), responses((status = 204)))]
async fn remove(
    Agent(user): Agent,
    State(s): State<Services>,
    Path(id): Path<CannedResponseId>,
) -> Result<StatusCode> {
    s.canned.delete(&user, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn named(s: &Services, user: &User, id: Option<ConversationId>) -> Result<Option<Conversation>> {
    let Some(id) = id else { return Ok(None) };
    s.chat.check_seen(user, id).await?;
    s.chat.conversation(id).await.map(Some)
}

fn reply(
    s: &Services,
    response: CannedResponse,
    user: &User,
    conversation: Option<&Conversation>,
    lang: Option<Lang>,
) -> Reply {
    let filled = conversation.map(|conversation| s.canned.fill(&response, user, conversation, lang));
    Reply { response, filled }
}
