//! Webhooks: declared, tried, their log read and replayed, by admins.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::auth::Admin;
use super::extract::{Body, Path, Query};
use super::page::Page;
use super::services::Services;
use crate::desk::webhooks::{Delivery, DeliveryFilter, DeliveryStatus, Webhook, WebhookDraft};
use crate::domain::WebhookId;
use crate::error::{Error, Result};

const DEFAULT_LIST: usize = 100;
const LONGEST_LIST: usize = 500;

pub(super) fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(one, replace, remove))
        .routes(routes!(ping))
        .routes(routes!(replay_failed))
        .routes(routes!(deliveries))
        .routes(routes!(delivery))
        .routes(routes!(replay))
}

/// A webhook that has just been made.
#[derive(Serialize, ToSchema)]
struct MadeWebhook {
    #[serde(flatten)]
    webhook: Webhook,
    /// Signs what is sent: shown now and never again.
    secret: String,
}

/// All webhooks, oldest first.
#[utoipa::path(get, path = "/webhooks", tag = "webhooks", responses((status = 200, body = Page<Webhook>)))]
async fn list(_: Admin, State(s): State<Services>) -> Result<Json<Page<Webhook>>> {
    s.webhooks.list().await.map(Page::whole).map(Json)
}

/// Declares a webhook. The answer shows its secret, once.
#[utoipa::path(post, path = "/webhooks", tag = "webhooks", request_body = WebhookDraft,
    responses((status = 201, body = MadeWebhook)))]
async fn create(
    Admin(admin): Admin,
    State(s): State<Services>,
    Body(draft): Body<WebhookDraft>,
) -> Result<(StatusCode, Json<MadeWebhook>)> {
    let webhook = s.webhooks.create(&admin, &draft).await?;
    let secret = webhook.secret.clone();
    Ok((StatusCode::CREATED, Json(MadeWebhook { webhook, secret })))
}

/// One webhook.
#[utoipa::path(get, path = "/webhooks/{id}", tag = "webhooks", params(("id" = WebhookId, Path)),
    responses((status = 200, body = Webhook)))]
async fn one(_: Admin, State(s): State<Services>, Path(id): Path<WebhookId>) -> Result<Json<Webhook>> {
    s.webhooks.get(id).await.map(Json)
}

/// Changes a webhook. What waits to be sent goes to the new address; without `secret` the one it has stays.
#[utoipa::path(put, path = "/webhooks/{id}", tag = "webhooks", params(("id" = WebhookId, Path)),
    request_body = WebhookDraft, responses((status = 200, body = Webhook)))]
async fn replace(
    Admin(admin): Admin,
    State(s): State<Services>,
    Path(id): Path<WebhookId>,
    Body(draft): Body<WebhookDraft>,
) -> Result<Json<Webhook>> {
    s.webhooks.update(&admin, id, &draft).await.map(Json)
}

/// Removes a webhook and its log.
#[utoipa::path(delete, path = "/webhooks/{id}", tag = "webhooks", params(("id" = WebhookId, Path)),
    responses((status = 204)))]
async fn remove(
    Admin(admin): Admin,
    State(s): State<Services>,
    Path(id): Path<WebhookId>,
) -> Result<StatusCode> {
    s.webhooks.delete(&admin, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends a `ping`. What became of it stands in the log.
#[utoipa::path(post, path = "/webhooks/{id}/ping", tag = "webhooks", params(("id" = WebhookId, Path)),
    responses((status = 202, body = Delivery)))]
async fn ping(
    _: Admin,
    State(s): State<Services>,
    Path(id): Path<WebhookId>,
) -> Result<(StatusCode, Json<Delivery>)> {
    let delivery = s.webhooks.ping(id).await?;
    Ok((StatusCode::ACCEPTED, Json(delivery)))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct LogQuery {
    #[serde(default)]
    #[param(inline)]
    status: Option<DeliveryStatus>,
    /// The `next_cursor` of the page before.
    #[serde(default)]
    cursor: Option<String>,
    /// 1 to 500; 100 when not given.
    #[serde(default)]
    limit: Option<usize>,
}

/// What was sent and what became of it, newest first. What ended more than 30 days ago is forgotten.
#[utoipa::path(get, path = "/webhooks/{id}/deliveries", tag = "webhooks",
    params(("id" = WebhookId, Path), LogQuery), responses((status = 200, body = Page<Delivery>)))]
async fn deliveries(
    _: Admin,
    State(s): State<Services>,
    Path(id): Path<WebhookId>,
    Query(q): Query<LogQuery>,
) -> Result<Json<Page<Delivery>>> {
    let limit = q.limit.unwrap_or(DEFAULT_LIST);
    if !(1..=LONGEST_LIST).contains(&limit) {
        return Err(Error::invalid("limit must be from 1 to 500"));
    }
    let filter = DeliveryFilter { status: q.status, cursor: q.cursor, limit };
    let listed = s.webhooks.deliveries(id, &filter).await?;
    Ok(Json(Page { items: listed.items, next_cursor: listed.next_cursor }))
}

/// One delivery with its body.
#[utoipa::path(get, path = "/webhooks/{id}/deliveries/{delivery}", tag = "webhooks",
    params(("id" = WebhookId, Path), ("delivery" = String, Path)), responses((status = 200, body = Delivery)))]
async fn delivery(
    _: Admin,
    State(s): State<Services>,
    Path((id, delivery)): Path<(WebhookId, Uuid)>,
) -> Result<Json<Delivery>> {
    s.webhooks.delivery(id, delivery).await.map(Json)
}

/// Sends the same again, as a delivery of its own.
#[utoipa::path(post, path = "/webhooks/{id}/deliveries/{delivery}/replay", tag = "webhooks",
    params(("id" = WebhookId, Path), ("delivery" = String, Path)), responses((status = 202, body = Delivery)))]
async fn replay(
    Admin(admin): Admin,
    State(s): State<Services>,
    Path((id, delivery)): Path<(WebhookId, Uuid)>,
) -> Result<(StatusCode, Json<Delivery>)> {
    let again = s.webhooks.replay(&admin, id, delivery).await?;
    Ok((StatusCode::ACCEPTED, Json(again)))
}

#[derive(Debug, Deserialize, ToSchema)]
struct ReplayFailed {
    /// Everything given up since then.
    #[schema(value_type = String, format = "date-time")]
    from: Timestamp,
}

#[derive(Debug, Serialize, ToSchema)]
struct Replayed {
    count: u64,
}

/// Tries again everything that was given up since `from`.
#[utoipa::path(post, path = "/webhooks/{id}/replay", tag = "webhooks", params(("id" = WebhookId, Path)),
    request_body = ReplayFailed, responses((status = 202, body = Replayed)))]
async fn replay_failed(
    Admin(admin): Admin,
    State(s): State<Services>,
    Path(id): Path<WebhookId>,
    Body(request): Body<ReplayFailed>,
) -> Result<(StatusCode, Json<Replayed>)> {
    let count = s.webhooks.replay_failed(&admin, id, request.from).await?;
    Ok((StatusCode::ACCEPTED, Json(Replayed { count })))
}
