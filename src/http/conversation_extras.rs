//! What agents do with conversations beside answering them: put them off, ask a colleague to help, take them away.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::auth::{Agent, Staff, Supervisor};
use super::conversations::ListQuery;
use super::extract::{Body, Path, Query};
use super::services::Services;
use crate::chat::Whole;
use crate::desk::export::{MOST_ROWS, to_csv, to_text};
use crate::domain::{Conversation, ConversationId, UserId};
use crate::error::Result;

pub(super) fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new()
        .routes(routes!(snooze, wake))
        .routes(routes!(invite))
        .routes(routes!(dismiss))
        .routes(routes!(export))
        .routes(routes!(export_list))
}

#[derive(Debug, Deserialize, ToSchema)]
struct Snooze {
    /// When it comes back: in the future, by 90 days at most.
    #[schema(value_type = String, format = "date-time")]
    until: Timestamp,
}

/// Puts a conversation off: it stays its agent's, takes up no capacity, and comes back at that time, or as soon as somebody writes.
#[utoipa::path(post, path = "/conversations/{id}/snooze", tag = "conversations", params(("id" = ConversationId, Path)),
    request_body = Snooze, responses((status = 200, body = Conversation)))]
async fn snooze(
    Agent(user): Agent,
    State(s): State<Services>,
    Path(id): Path<ConversationId>,
    Body(request): Body<Snooze>,
) -> Result<Json<Conversation>> {
    s.chat.snooze(&user, id, request.until).await.map(Json)
}

/// Brings back a conversation that was put off.
#[utoipa::path(delete, path = "/conversations/{id}/snooze", tag = "conversations", params(("id" = ConversationId, Path)),
    responses((status = 200, body = Conversation)))]
async fn wake(
    Agent(user): Agent,
    State(s): State<Services>,
    Path(id): Path<ConversationId>,
) -> Result<Json<Conversation>> {
    s.chat.wake(&user, id).await.map(Json)
}

#[derive(Debug, Deserialize, ToSchema)]
struct Invite {
    user_id: UserId,
}

/// Asks a colleague to help: they see the conversation, hear of it and write into it; it stays its agent's.
#[utoipa::path(post, path = "/conversations/{id}/invite", tag = "conversations", params(("id" = ConversationId, Path)),
    request_body = Invite, responses((status = 200, body = Conversation)))]
async fn invite(
    Agent(user): Agent,
    State(s): State<Services>,
    Path(id): Path<ConversationId>,
    Body(request): Body<Invite>,
) -> Result<Json<Conversation>> {
    s.chat.invite(&user, id, request.user_id).await.map(Json)
}

/// A colleague who helped leaves: by themselves, or sent away by whoever has the conversation.
#[utoipa::path(delete, path = "/conversations/{id}/invite/{user}", tag = "conversations",
    params(("id" = ConversationId, Path), ("user" = UserId, Path)), responses((status = 200, body = Conversation)))]
async fn dismiss(
    Agent(user): Agent,
    State(s): State<Services>,
    Path((id, guest)): Path<(ConversationId, UserId)>,
) -> Result<Json<Conversation>> {
    s.chat.dismiss(&user, id, guest).await.map(Json)
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Format {
    #[default]
    Json,
    Text,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ExportQuery {
    /// `json` or `text`.
    #[serde(default)]
    #[param(value_type = String)]
    format: Format,
}

/// The conversation with every message and note, as a file. Noted in the audit log.
#[utoipa::path(get, path = "/conversations/{id}/export", tag = "conversations",
    params(("id" = ConversationId, Path), ExportQuery), responses((status = 200, body = Whole)))]
async fn export(
    Staff(user): Staff,
    State(s): State<Services>,
    Path(id): Path<ConversationId>,
    Query(q): Query<ExportQuery>,
) -> Result<Response> {
    let (format, name) = match q.format {
        Format::Json => ("json", format!("attachment; filename=\"conversation-{id}.json\"")),
        Format::Text => ("text", format!("attachment; filename=\"conversation-{id}.txt\"")),
    };
    let whole = s.chat.export(&user, id, format).await?;
    let named = [(header::CONTENT_DISPOSITION, name)];
    Ok(match q.format {
        Format::Json => (named, Json(whole)).into_response(),
        Format::Text => {
            let kind = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
            (named, kind, to_text(&whole)).into_response()
        }
    })
}

/// The list as a table, at most 10,000 rows: where there are more, the last row says so. Noted in the audit log.
#[utoipa::path(get, path = "/conversations/export.csv", tag = "conversations", params(ListQuery),
    responses((status = 200, body = String, content_type = "text/csv")))]
async fn export_list(
    Supervisor(user): Supervisor,
    State(s): State<Services>,
    Query(q): Query<ListQuery>,
) -> Result<Response> {
    let exported = s.chat.export_list(&user, &q.filter(&s, &user)?, MOST_ROWS).await?;
    let name = "attachment; filename=\"conversations.csv\"";
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, to_csv(&exported)?).into_response())
}
