//! The intents and their examples.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::auth::{Admin, Staff};
use super::extract::{Body, Path, Query};
use super::page::{ListQuery, Page};
use super::services::Services;
use crate::error::Result;
use crate::learn::{Intent, IntentSummary, NewExample};

pub(super) fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, put, remove))
}

#[derive(Deserialize, ToSchema)]
struct NewIntent {
    name: String,
    examples: Vec<NewExample>,
}

#[derive(Deserialize, ToSchema)]
struct Examples {
    examples: Vec<NewExample>,
}

/// All intents by name. What is changed here is learnt with the next training run.
#[utoipa::path(get, path = "/intents", tag = "training", params(ListQuery), responses((status = 200, body = Page<IntentSummary>)))]
async fn list(
    _: Staff,
    State(s): State<Services>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<IntentSummary>>> {
    Page::of_all(s.intents.list().await?, &query, |intent| intent.name.clone()).map(Json)
}

/// A new intent. An example is a text, or an object with `text`, `slots` and `lang`.
#[utoipa::path(post, path = "/intents", tag = "training", request_body = NewIntent, responses((status = 201, body = Intent)))]
async fn create(
    Admin(actor): Admin,
    State(s): State<Services>,
    Body(new): Body<NewIntent>,
) -> Result<(StatusCode, Json<Intent>)> {
    let intent = s.intents.create(&new.name, new.examples, &actor.name).await?;
    record(&s, &actor, "intent.created", &intent.name, intent.examples.len()).await?;
    Ok((StatusCode::CREATED, Json(intent)))
}

/// One intent with its examples.
#[utoipa::path(get, path = "/intents/{name}", tag = "training", params(("name" = String, Path)), responses((status = 200, body = Intent)))]
async fn get(_: Staff, State(s): State<Services>, Path(name): Path<String>) -> Result<Json<Intent>> {
    s.intents.get(&name).await.map(Json)
}

/// Gives an intent exactly these examples; it is made when there is none of this name. Examples of files that are not
/// among them are left out from now on; the files stay as they are.
#[utoipa::path(put, path = "/intents/{name}", tag = "training", params(("name" = String, Path)), request_body = Examples,
    responses((status = 200, body = Intent)))]
async fn put(
    Admin(actor): Admin,
    State(s): State<Services>,
    Path(name): Path<String>,
    Body(new): Body<Examples>,
) -> Result<Json<Intent>> {
    let intent = s.intents.put(&name, new.examples, &actor.name).await?;
    record(&s, &actor, "intent.updated", &name, intent.examples.len()).await?;
    Ok(Json(intent))
}

/// Takes an intent away with all its examples.
#[utoipa::path(delete, path = "/intents/{name}", tag = "training", params(("name" = String, Path)), responses((status = 204)))]
async fn remove(
    Admin(actor): Admin,
    State(s): State<Services>,
    Path(name): Path<String>,
) -> Result<StatusCode> {
    s.intents.remove(&name).await?;
    record(&s, &actor, "intent.deleted", &name, 0).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn record(
    s: &Services,
    actor: &crate::domain::User,
    action: &str,
    name: &str,
    examples: usize,
) -> Result<()> {
    s.staff.record(Some(actor), action, name, serde_json::json!({ "examples": examples })).await
}
