//! Business systems: declarations made over the API, trying one, and the record of what was done. Declarations of
//! files are listed, and changed in their files.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::auth::Admin;
use super::extract::{Body, Path, Query};
use super::page::{ListQuery, Page};
use super::services::Services;
use crate::dialog::systems::Trial;
use crate::domain::{ActionRecord, ConnectorSpec, ConnectorStatus};
use crate::error::{Code, Error, Result};

pub(super) fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(one, replace, remove))
        .routes(routes!(try_it))
        .routes(routes!(actions))
}

/// Every declared business system.
#[utoipa::path(get, path = "/connectors", tag = "connectors", responses((status = 200, body = Page<ConnectorStatus>)))]
async fn list(_: Admin, State(s): State<Services>) -> Json<Page<ConnectorStatus>> {
    Json(Page::whole(s.connectors.list()))
}

/// Declares a business system. Secrets are named (`env`, `file`), never sent.
#[utoipa::path(post, path = "/connectors", tag = "connectors", request_body = ConnectorSpec,
    responses((status = 201, body = ConnectorStatus)))]
async fn create(
    Admin(admin): Admin,
    State(s): State<Services>,
    Body(spec): Body<ConnectorSpec>,
) -> Result<(StatusCode, Json<ConnectorStatus>)> {
    if find(&s, &spec.name).is_ok() {
        return Err(Error::new(Code::Conflict, format!("there is a connector {} already", spec.name)));
    }
    let made = s.connectors.put(spec).await?;
    s.staff.record(Some(&admin), "connector.created", &made.spec.name, spec_of(&made)).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// One declared business system.
#[utoipa::path(get, path = "/connectors/{name}", tag = "connectors", params(("name" = String, Path)),
    responses((status = 200, body = ConnectorStatus)))]
async fn one(_: Admin, State(s): State<Services>, Path(name): Path<String>) -> Result<Json<ConnectorStatus>> {
    find(&s, &name).map(Json)
}

/// Replaces a declaration; it counts from the next call on.
#[utoipa::path(put, path = "/connectors/{name}", tag = "connectors", params(("name" = String, Path)),
    request_body = ConnectorSpec, responses((status = 200, body = ConnectorStatus)))]
async fn replace(
    Admin(admin): Admin,
    State(s): State<Services>,
    Path(name): Path<String>,
    Body(spec): Body<ConnectorSpec>,
) -> Result<Json<ConnectorStatus>> {
    find(&s, &name)?;
    if spec.name != name {
        return Err(Error::invalid(format!(
            "the name in the body, {}, is not the one in the path",
            spec.name
        )));
    }
    let made = s.connectors.put(spec).await?;
    s.staff.record(Some(&admin), "connector.updated", &made.spec.name, spec_of(&made)).await?;
    Ok(Json(made))
}

/// Removes a declaration.
#[utoipa::path(delete, path = "/connectors/{name}", tag = "connectors", params(("name" = String, Path)),
    responses((status = 204)))]
async fn remove(
    Admin(admin): Admin,
    State(s): State<Services>,
    Path(name): Path<String>,
) -> Result<StatusCode> {
    s.connectors.remove(&name).await?;
    s.staff.record(Some(&admin), "connector.deleted", &name, serde_json::json!({})).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What to try.
#[derive(Debug, Deserialize, ToSchema)]
struct TrialRequest {
    operation: String,
    #[serde(default)]
    params: BTreeMap<String, String>,
}

/// Calls one operation now, past the cache, and shows the records as forms would get them.
#[utoipa::path(post, path = "/connectors/{name}/try", tag = "connectors", params(("name" = String, Path)),
    request_body = TrialRequest, responses((status = 200, body = Trial)))]
async fn try_it(
    _: Admin,
    State(s): State<Services>,
    Path(name): Path<String>,
    Body(request): Body<TrialRequest>,
) -> Result<Json<Trial>> {
    s.connectors.trial(&name, &request.operation, request.params).await.map(Json)
}

/// What systems were told to do at a visitor's word, newest first.
#[utoipa::path(get, path = "/actions", tag = "connectors", params(ListQuery),
    responses((status = 200, body = Page<ActionRecord>)))]
async fn actions(
    _: Admin,
    State(s): State<Services>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<ActionRecord>>> {
    let limit = query.limit()?;
    let items = s.actions.list(query.cursor.as_deref(), limit + 1).await?;
    Ok(Json(Page::cut(items, limit, |last| last.key.clone())))
}

/// A declaration as the audit log keeps it: it names secrets, and holds none.
fn spec_of(made: &ConnectorStatus) -> serde_json::Value {
    serde_json::json!({ "base_url": made.spec.base_url, "operations": made.spec.operations.keys().collect::<Vec<_>>() })
}

fn find(s: &Services, name: &str) -> Result<ConnectorStatus> {
    let mut all = s.connectors.list().into_iter();
    all.find(|connector| connector.spec.name == name).ok_or_else(|| Error::not_found("connector", name))
}
