//! Inboxes: where visitors come in.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::auth::{Admin, Staff};
use super::extract::{Body, Path};
use super::page::Page;
use super::services::Services;
use crate::chat::InboxDraft;
use crate::domain::Inbox;
use crate::error::Result;

pub(super) fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(one, replace, remove))
}

/// All inboxes, by name.
#[utoipa::path(get, path = "/inboxes", tag = "inboxes", responses((status = 200, body = Page<Inbox>)))]
async fn list(_: Staff, State(s): State<Services>) -> Result<Json<Page<Inbox>>> {
    s.chat.inboxes().await.map(Page::whole).map(Json)
}

/// Makes an inbox.
#[utoipa::path(post, path = "/inboxes", tag = "inboxes", request_body = InboxDraft, responses((status = 201, body = Inbox)))]
async fn create(
    Admin(admin): Admin,
    State(s): State<Services>,
    Body(draft): Body<InboxDraft>,
) -> Result<(StatusCode, Json<Inbox>)> {
    let inbox = s.chat.create_inbox(&admin, &draft).await?;
    Ok((StatusCode::CREATED, Json(inbox)))
}

/// One inbox.
#[utoipa::path(get, path = "/inboxes/{id}", tag = "inboxes", params(("id" = String, Path)), responses((status = 200, body = Inbox)))]
async fn one(_: Staff, State(s): State<Services>, Path(id): Path<String>) -> Result<Json<Inbox>> {
    s.chat.inbox(&id).await.map(Json)
}

/// Changes an inbox: name, greeting, office hours, origins, team, assignment.
#[utoipa::path(put, path = "/inboxes/{id}", tag = "inboxes", params(("id" = String, Path)), request_body = InboxDraft,
    responses((status = 200, body = Inbox)))]
async fn replace(
    Admin(admin): Admin,
    State(s): State<Services>,
    Path(id): Path<String>,
    Body(draft): Body<InboxDraft>,
) -> Result<Json<Inbox>> {
    s.chat.update_inbox(&admin, &id, &draft).await.map(Json)
}

/// Removes an inbox that no visitor has used.
#[utoipa::path(delete, path = "/inboxes/{id}", tag = "inboxes", params(("id" = String, Path)), responses((status = 204)))]
async fn remove(
    Admin(admin): Admin,
    State(s): State<Services>,
    Path(id): Path<String>,
) -> Result<StatusCode> {
    s.chat.delete_inbox(&admin, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
