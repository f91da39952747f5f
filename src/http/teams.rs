//! Teams of staff, and which visitors wait in front of the others.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::auth::{Admin, Staff, Supervisor};
use super::extract::{Body, Path};
use super::page::Page;
use super::services::Services;
use crate::chat::TeamDraft;
use crate::domain::{ConversationId, Team, TeamId};
use crate::error::Result;

pub(super) fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(one, replace, remove))
        .routes(routes!(set_tier))
}

/// All teams, by name.
#[utoipa::path(get, path = "/teams", tag = "teams", responses((status = 200, body = Page<Team>)))]
async fn list(_: Staff, State(s): State<Services>) -> Result<Json<Page<Team>>> {
    s.chat.teams().await.map(Page::whole).map(Json)
}

/// Makes a team.
#[utoipa::path(post, path = "/teams", tag = "teams", request_body = TeamDraft, responses((status = 201, body = Team)))]
async fn create(
    Admin(admin): Admin,
    State(s): State<Services>,
    Body(draft): Body<TeamDraft>,
) -> Result<(StatusCode, Json<Team>)> {
    let team = s.chat.create_team(&admin, &draft).await?;
    Ok((StatusCode::CREATED, Json(team)))
}

/// One team.
#[utoipa::path(get, path = "/teams/{id}", tag = "teams", params(("id" = TeamId, Path)), responses((status = 200, body = Team)))]
async fn one(_: Staff, State(s): State<Services>, Path(id): Path<TeamId>) -> Result<Json<Team>> {
    s.chat.team(id).await.map(Json)
}

/// Changes a team: name, whether it is closed, skills, members.
#[utoipa::path(put, path = "/teams/{id}", tag = "teams", params(("id" = TeamId, Path)), request_body = TeamDraft,
    responses((status = 200, body = Team)))]
async fn replace(
    Admin(admin): Admin,
    State(s): State<Services>,
    Path(id): Path<TeamId>,
    Body(draft): Body<TeamDraft>,
) -> Result<Json<Team>> {
    s.chat.update_team(&admin, id, &draft).await.map(Json)
}

/// Removes a team. Its conversations stay, without one: all staff see them.
#[utoipa::path(delete, path = "/teams/{id}", tag = "teams", params(("id" = TeamId, Path)), responses((status = 204)))]
async fn remove(
    Admin(admin): Admin,
    State(s): State<Services>,
    Path(id): Path<TeamId>,
) -> Result<StatusCode> {
    s.chat.delete_team(&admin, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, ToSchema)]
struct Tier {
    /// 0 to 9; 0 is everybody.
    tier: i64,
}

/// Says how far in front the visitor of this conversation waits, now and later. For supervisors.
#[utoipa::path(post, path = "/conversations/{id}/tier", tag = "conversations", params(("id" = ConversationId, Path)),
    request_body = Tier, responses((status = 204)))]
async fn set_tier(
    _: Supervisor,
    State(s): State<Services>,
    Path(id): Path<ConversationId>,
    Body(tier): Body<Tier>,
) -> Result<StatusCode> {
    s.chat.set_tier(id, tier.tier).await?;
    Ok(StatusCode::NO_CONTENT)
}
