//! Documents, FAQ pairs and hit testing.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::auth::{Admin, Staff};
use super::extract::{Body, Path, Query};
use super::page::{ListQuery, Page};
use super::services::Services;
use crate::domain::{Candidate, Chunk, DEFAULT_BASE, Document, DocumentId, Faq, FaqId, Job, PathName};
use crate::error::{Code, Error, Result};
use crate::knowledge::FaqDraft;

pub(super) fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new()
        .routes(routes!(upload, list))
        .routes(routes!(get, replace, remove))
        .routes(routes!(chunks))
        .routes(routes!(list_faqs, add_faq))
        .routes(routes!(get_faq, put_faq, remove_faq))
        .routes(routes!(search))
}

/// The imports that were started, one a file.
#[derive(Debug, Serialize, ToSchema)]
struct Jobs {
    jobs: Vec<Job>,
}

/// Any number of files, and optionally the base they go to.
#[derive(Debug, ToSchema)]
#[allow(dead_code)] // describes the multipart form for the API document
struct UploadForm {
    #[schema(value_type = Vec<String>, format = Binary)]
    file: Vec<Vec<u8>>,
    base: Option<String>,
}

/// Imports files in the background. The same name again is a new version that replaces the old one when indexed.
#[utoipa::path(post, path = "/knowledge/documents", tag = "knowledge",
    request_body(content = UploadForm, content_type = "multipart/form-data"), responses((status = 202, body = Jobs)))]
async fn upload(_: Admin, State(s): State<Services>, form: Multipart) -> Result<(StatusCode, Json<Jobs>)> {
    let (base, files) = read_form(form).await?;
    if files.is_empty() {
        return Err(Error::invalid("no file was sent: add one or more parts named `file`"));
    }
    let mut jobs = Vec::with_capacity(files.len());
    for (name, bytes) in files {
        jobs.push(start_import(&s, &base, name, bytes).await);
    }
    Ok((StatusCode::ACCEPTED, Json(Jobs { jobs })))
}

async fn read_form(mut form: Multipart) -> Result<(String, Vec<(String, Vec<u8>)>)> {
    let broken = |e: axum::extract::multipart::MultipartError| {
        if e.status() == StatusCode::PAYLOAD_TOO_LARGE {
            return Error::new(Code::TooLarge, "the upload is larger than web.max_upload_bytes allows");
        }
        Error::new(Code::MalformedBody, format!("the multipart form cannot be read: {}", e.body_text()))
    };
    let mut base = DEFAULT_BASE.to_string();
    let mut files = Vec::new();
    while let Some(field) = form.next_field().await.map_err(broken)? {
        match field.name() {
            Some("base") => base = field.text().await.map_err(broken)?,
            Some("file") => {
                let name = field.file_name().unwrap_or_default().to_string();
                files.push((plain_name(&name)?, field.bytes().await.map_err(broken)?.to_vec()));
            }
            _ => {}
        }
    }
    Ok((base, files))
}

/// The last part of a path: browsers and scripts may send folders along.
fn plain_name(sent: &str) -> Result<String> {
    let name = sent.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    if name.is_empty() || name == "." || name == ".." {
        return Err(Error::invalid("a part named `file` has no file name"));
    }
    Ok(name.to_string())
}

async fn start_import(s: &Services, base: &str, name: String, bytes: Vec<u8>) -> Job {
    let knowledge = Arc::clone(&s.knowledge);
    let base = base.to_string();
    let subject = name.clone();
    let job = s.jobs.start("import", &subject, move |progress| async move {
        let report = move |done: f32, step: &str| progress.report(done, step);
        let imported = knowledge.import(&base, &name, bytes, &report).await?;
        serde_json::to_value(imported).map_err(|e| Error::internal("an import as JSON").with_source(e))
    });
    job.await
}

/// All documents, by name.
#[utoipa::path(get, path = "/knowledge/documents", tag = "knowledge", params(ListQuery), responses((status = 200, body = Page<Document>)))]
async fn list(
    _: Staff,
    State(s): State<Services>,
    Query(q): Query<ListQuery>,
) -> Result<Json<Page<Document>>> {
    let documents = s.knowledge.list(q.base.as_deref()).await?;
    Page::of_all(documents, &q, |d| d.id.to_string()).map(Json)
}

/// One document.
#[utoipa::path(get, path = "/knowledge/documents/{id}", tag = "knowledge", params(("id" = DocumentId, Path)), responses((status = 200, body = Document)))]
async fn get(_: Staff, State(s): State<Services>, Path(id): Path<DocumentId>) -> Result<Json<Document>> {
    s.knowledge.get(id).await.map(Json)
}

/// Replaces the content of a document: one part named `file`, whatever its file name.
#[utoipa::path(put, path = "/knowledge/documents/{id}", tag = "knowledge", params(("id" = DocumentId, Path)),
    request_body(content = UploadForm, content_type = "multipart/form-data"), responses((status = 202, body = Jobs)))]
async fn replace(
    _: Admin,
    State(s): State<Services>,
    Path(id): Path<DocumentId>,
    form: Multipart,
) -> Result<(StatusCode, Json<Jobs>)> {
    let document = s.knowledge.get(id).await?;
    let (_, mut files) = read_form(form).await?;
    let (Some((_, bytes)), true) = (files.pop(), files.is_empty()) else {
        return Err(Error::invalid("send exactly one part named `file` to replace a document"));
    };
    let job = start_import(&s, &document.base, document.name, bytes).await;
    Ok((StatusCode::ACCEPTED, Json(Jobs { jobs: vec![job] })))
}

/// Removes a document; the next question no longer finds it.
#[utoipa::path(delete, path = "/knowledge/documents/{id}", tag = "knowledge", params(("id" = DocumentId, Path)), responses((status = 204)))]
async fn remove(_: Admin, State(s): State<Services>, Path(id): Path<DocumentId>) -> Result<StatusCode> {
    s.knowledge.remove(id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The passages of a document, in order.
#[utoipa::path(get, path = "/knowledge/documents/{id}/chunks", tag = "knowledge", params(("id" = DocumentId, Path), ListQuery), responses((status = 200, body = Page<Chunk>)))]
async fn chunks(
    _: Staff,
    State(s): State<Services>,
    Path(id): Path<DocumentId>,
    Query(q): Query<ListQuery>,
) -> Result<Json<Page<Chunk>>> {
    Page::of_all(s.knowledge.chunks(id).await?, &q, |c| c.id.to_string()).map(Json)
}

/// All FAQ pairs that were written by hand.
#[utoipa::path(get, path = "/knowledge/faqs", tag = "knowledge", params(ListQuery), responses((status = 200, body = Page<Faq>)))]
async fn list_faqs(
    _: Staff,
    State(s): State<Services>,
    Query(q): Query<ListQuery>,
) -> Result<Json<Page<Faq>>> {
    let faqs = s.knowledge.faqs(q.base.as_deref()).await?;
    Page::of_all(faqs, &q, |f| f.id.to_string()).map(Json)
}

/// Adds a pair; the next question finds it.
#[utoipa::path(post, path = "/knowledge/faqs", tag = "knowledge", request_body = FaqDraft, responses((status = 201, body = Faq)))]
async fn add_faq(
    _: Admin,
    State(s): State<Services>,
    Body(draft): Body<FaqDraft>,
) -> Result<(StatusCode, Json<Faq>)> {
    let faq = s.knowledge.add_faq(draft).await?;
    Ok((StatusCode::CREATED, Json(faq)))
}

/// One pair.
#[utoipa::path(get, path = "/knowledge/faqs/{id}", tag = "knowledge", params(("id" = FaqId, Path)), responses((status = 200, body = Faq)))]
async fn get_faq(_: Staff, State(s): State<Services>, Path(id): Path<FaqId>) -> Result<Json<Faq>> {
    s.knowledge.faq(id).await.map(Json)
}

/// Changes a pair; the next question sees the change.
#[utoipa::path(put, path = "/knowledge/faqs/{id}", tag = "knowledge", params(("id" = FaqId, Path)), request_body = FaqDraft, responses((status = 200, body = Faq)))]
async fn put_faq(
    _: Admin,
    State(s): State<Services>,
    Path(id): Path<FaqId>,
    Body(draft): Body<FaqDraft>,
) -> Result<Json<Faq>> {
    s.knowledge.put_faq(id, draft).await.map(Json)
}

/// Removes a pair.
#[utoipa::path(delete, path = "/knowledge/faqs/{id}", tag = "knowledge", params(("id" = FaqId, Path)), responses((status = 204)))]
async fn remove_faq(_: Admin, State(s): State<Services>, Path(id): Path<FaqId>) -> Result<StatusCode> {
    s.knowledge.remove_faq(id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A question for hit testing.
#[derive(Debug, Deserialize, ToSchema, IntoParams)]
struct SearchRequest {
    query: String,
    /// Number of hits, 1 to 50.
    #[serde(default = "ten")]
    k: usize,
    /// Only these paths; all of them when not given.
    #[serde(default)]
    paths: Option<Vec<PathName>>,
    #[serde(default)]
    base: Option<String>,
}

fn ten() -> usize {
    10
}

/// What recall and ranking make of a question: the same code that answers visitors.
#[derive(Debug, Serialize, ToSchema)]
struct SearchAnswer {
    hits: Vec<Candidate>,
    timings_ms: std::collections::BTreeMap<String, f32>,
}

/// Hit testing: the ranked passages with their rank in every path.
#[utoipa::path(post, path = "/knowledge/search", tag = "knowledge", request_body = SearchRequest, responses((status = 200, body = SearchAnswer)))]
async fn search(
    _: Staff,
    State(s): State<Services>,
    Body(q): Body<SearchRequest>,
) -> Result<Json<SearchAnswer>> {
    s.check_length(&q.query)?;
    if !(1..=50).contains(&q.k) {
        return Err(Error::invalid("k must be from 1 to 50"));
    }
    let (hits, timings_ms) = s.engine.search(&q.query, q.k, q.paths, q.base).await?;
    Ok(Json(SearchAnswer { hits, timings_ms }))
}
