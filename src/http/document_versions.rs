//! What documents were: versions, what changed, the way back, and texts that are edited where they are.

use std::sync::Arc;

use axum::Json;
use axum::body::Body as FileBody;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::auth::{Admin, Staff};
use super::documents::Jobs;
use super::extract::{Body, Path, Query};
use super::page::Page;
use super::services::Services;
use crate::domain::DocumentId;
use crate::error::{Error, Result};
use crate::knowledge::DocumentVersion;
use crate::knowledge::versions::{Comparison, DocumentText};

pub(super) fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new()
        .routes(routes!(versions))
        .routes(routes!(compare))
        .routes(routes!(restore))
        .routes(routes!(file))
        .routes(routes!(text, write_text))
}

/// Every version a document has had, oldest first.
#[utoipa::path(get, path = "/knowledge/documents/{id}/versions", tag = "knowledge", params(("id" = DocumentId, Path)), responses((status = 200, body = Page<DocumentVersion>)))]
async fn versions(
    _: Staff,
    State(s): State<Services>,
    Path(id): Path<DocumentId>,
) -> Result<Json<Page<DocumentVersion>>> {
    s.knowledge.versions(id).await.map(Page::whole).map(Json)
}

/// What changed from one version to another, by passage and line.
#[utoipa::path(get, path = "/knowledge/documents/{id}/versions/{before}/compare/{after}", tag = "knowledge",
    params(("id" = DocumentId, Path), ("before" = i64, Path), ("after" = i64, Path)), responses((status = 200, body = Comparison)))]
async fn compare(
    _: Staff,
    State(s): State<Services>,
    Path((id, before, after)): Path<(DocumentId, i64, i64)>,
) -> Result<Json<Comparison>> {
    s.knowledge.compare(id, before, after).await.map(Json)
}

/// Makes a former version the present one again, as a new version. The present one is kept.
#[utoipa::path(post, path = "/knowledge/documents/{id}/versions/{version}/restore", tag = "knowledge",
    params(("id" = DocumentId, Path), ("version" = i64, Path)), responses((status = 202, body = Jobs)))]
async fn restore(
    Admin(user): Admin,
    State(s): State<Services>,
    Path((id, version)): Path<(DocumentId, i64)>,
) -> Result<(StatusCode, Json<Jobs>)> {
    let document = s.knowledge.get(id).await?;
    s.knowledge.file_of(id, version).await?;
    let detail = json!({"base": document.base, "version": version});
    s.staff.record(Some(&user), "document.restored", &document.name, detail).await?;
    let knowledge = Arc::clone(&s.knowledge);
    let job = s.jobs.start("import", &document.name, move |progress| async move {
        let report = move |done: f32, step: &str| progress.report(done, step);
        let imported = knowledge.restore(id, version, &user.name, &report).await?;
        serde_json::to_value(imported).map_err(|e| Error::internal("an import as JSON").with_source(e))
    });
    Ok((StatusCode::ACCEPTED, Json(Jobs { jobs: vec![job.await] })))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct FileQuery {
    /// The present one when not given.
    #[serde(default)]
    version: Option<i64>,
}

/// The file of a version as it was given.
#[utoipa::path(get, path = "/knowledge/documents/{id}/file", tag = "knowledge", params(("id" = DocumentId, Path), FileQuery),
    responses((status = 200, description = "the file", content_type = "application/octet-stream")))]
async fn file(
    _: Staff,
    State(s): State<Services>,
    Path(id): Path<DocumentId>,
    Query(q): Query<FileQuery>,
) -> Result<Response> {
    let document = s.knowledge.get(id).await?;
    let bytes = match q.version {
        Some(version) => s.knowledge.file_of(id, version).await?,
        None => s.knowledge.original(id).await?,
    };
    let mut response = FileBody::from(bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    let name: String = document
        .name
        .bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b"-_.".contains(&b) {
                (b as char).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect();
    let saved = HeaderValue::from_str(&format!("attachment; filename*=UTF-8''{name}"));
    headers.insert(header::CONTENT_DISPOSITION, saved.unwrap_or(HeaderValue::from_static("attachment")));
    Ok(response)
}

/// The text of a document that is written in text (Markdown, plain text, HTML, CSV, JSON), for editing.
#[utoipa::path(get, path = "/knowledge/documents/{id}/text", tag = "knowledge", params(("id" = DocumentId, Path)), responses((status = 200, body = DocumentText)))]
async fn text(_: Staff, State(s): State<Services>, Path(id): Path<DocumentId>) -> Result<Json<DocumentText>> {
    s.knowledge.text(id).await.map(Json)
}

/// A text that was edited.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EditedText {
    /// The version that was edited. When it is no longer the present one, nothing is written.
    version: i64,
    text: String,
}

/// Puts an edited text in the place of the present one, as a new version.
#[utoipa::path(put, path = "/knowledge/documents/{id}/text", tag = "knowledge", params(("id" = DocumentId, Path)), request_body = EditedText, responses((status = 202, body = Jobs)))]
async fn write_text(
    Admin(user): Admin,
    State(s): State<Services>,
    Path(id): Path<DocumentId>,
    Body(edited): Body<EditedText>,
) -> Result<(StatusCode, Json<Jobs>)> {
    let document = s.knowledge.check_text(id, edited.version, &edited.text).await?;
    let detail = json!({"base": document.base, "version": edited.version});
    s.staff.record(Some(&user), "document.edited", &document.name, detail).await?;
    let knowledge = Arc::clone(&s.knowledge);
    let job = s.jobs.start("import", &document.name, move |progress| async move {
        let report = move |done: f32, step: &str| progress.report(done, step);
        let written = knowledge.write_text(id, edited.version, edited.text, &user.name, &report).await?;
        serde_json::to_value(written).map_err(|e| Error::internal("an import as JSON").with_source(e))
    });
    Ok((StatusCode::ACCEPTED, Json(Jobs { jobs: vec![job.await] })))
}
