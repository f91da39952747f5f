//! API keys: made, changed and revoked by admins.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::auth::Admin;
use super::extract::{Body, Path};
use super::page::Page;
use super::services::Services;
use crate::chat::{ApiKey, ApiKeyDraft};
use crate::domain::ApiKeyId;
use crate::error::Result;

pub(super) fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(one, replace, remove))
}

/// A key that has just been made.
#[derive(Serialize, ToSchema)]
struct MadeKey {
    #[serde(flatten)]
    key: ApiKey,
    /// The key itself: shown now and never again.
    token: String,
}

/// All keys, by name.
#[utoipa::path(get, path = "/api_keys", tag = "api_keys", responses((status = 200, body = Page<ApiKey>)))]
async fn list(_: Admin, State(s): State<Services>) -> Result<Json<Page<ApiKey>>> {
    s.staff.keys().await.map(Page::whole).map(Json)
}

/// Makes a key. The answer shows it, once.
#[utoipa::path(post, path = "/api_keys", tag = "api_keys", request_body = ApiKeyDraft,
    responses((status = 201, body = MadeKey)))]
async fn create(
    Admin(admin): Admin,
    State(s): State<Services>,
    Body(draft): Body<ApiKeyDraft>,
) -> Result<(StatusCode, Json<MadeKey>)> {
    let (key, token) = s.staff.create_key(&admin, &draft).await?;
    Ok((StatusCode::CREATED, Json(MadeKey { key, token })))
}

/// One key.
#[utoipa::path(get, path = "/api_keys/{id}", tag = "api_keys", params(("id" = ApiKeyId, Path)),
    responses((status = 200, body = ApiKey)))]
async fn one(_: Admin, State(s): State<Services>, Path(id): Path<ApiKeyId>) -> Result<Json<ApiKey>> {
    s.staff.key(id).await.map(Json)
}

/// Changes a key's name, scopes and expiry; the key itself stays.
#[utoipa::path(put, path = "/api_keys/{id}", tag = "api_keys", params(("id" = ApiKeyId, Path)),
    request_body = ApiKeyDraft, responses((status = 200, body = ApiKey)))]
async fn replace(
    Admin(admin): Admin,
    State(s): State<Services>,
    Path(id): Path<ApiKeyId>,
    Body(draft): Body<ApiKeyDraft>,
) -> Result<Json<ApiKey>> {
    s.staff.update_key(&admin, id, &draft).await.map(Json)
}

/// Revokes a key: from now on it is unknown.
#[utoipa::path(delete, path = "/api_keys/{id}", tag = "api_keys", params(("id" = ApiKeyId, Path)),
    responses((status = 204)))]
async fn remove(
    Admin(admin): Admin,
    State(s): State<Services>,
    Path(id): Path<ApiKeyId>,
) -> Result<StatusCode> {
    s.staff.delete_key(&admin, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
