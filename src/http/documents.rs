//! Documents: uploads, what is said about them, their passages.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::auth::{Admin, Staff};
use super::extract::{Body, Path, Query};
use super::page::{ListQuery, Page};
use super::services::Services;
use crate::domain::{Audience, Chunk, DEFAULT_BASE, Document, DocumentId, Job, Lang, User};
use crate::error::{Code, Error, Result};
use crate::knowledge::{About, NewFile, Validity};

pub(super) fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new()
        .routes(routes!(upload, list))
        .routes(routes!(get, replace, describe, remove))
        .routes(routes!(chunks))
}

/// The imports that were started, one a file.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Jobs {
    pub jobs: Vec<Job>,
}

/// Any number of files, the base they go to, and what is said about all of them.
#[derive(Debug, ToSchema)]
#[allow(dead_code)] // describes the multipart form for the API document
struct UploadForm {
    #[schema(value_type = Vec<String>, format = Binary)]
    file: Vec<Vec<u8>>,
    base: Option<String>,
    owner: Option<String>,
    /// With commas between.
    tags: Option<String>,
    audience: Option<Audience>,
}

/// An upload as it was read.
struct Upload {
    base: String,
    /// Names and contents.
    files: Vec<(String, Vec<u8>)>,
    /// `None` when the form says nothing about the files.
    about: Option<About>,
}

/// Imports files in the background. The same name again is a new version that replaces the old one when indexed; what is
/// said about it stays unless the form says something else.
#[utoipa::path(post, path = "/knowledge/documents", tag = "knowledge",
    request_body(content = UploadForm, content_type = "multipart/form-data"), responses((status = 202, body = Jobs)))]
async fn upload(
    Admin(user): Admin,
    State(s): State<Services>,
    form: Multipart,
) -> Result<(StatusCode, Json<Jobs>)> {
    let Upload { base, files, about } = read_form(form).await?;
    if files.is_empty() {
        return Err(Error::invalid("no file was sent: add one or more parts named `file`"));
    }
    let mut jobs = Vec::with_capacity(files.len());
    for (name, bytes) in files {
        let file = NewFile { about: about.clone(), ..NewFile::new(&base, &name, bytes) };
        jobs.push(start_import(&s, &user, file).await?);
    }
    Ok((StatusCode::ACCEPTED, Json(Jobs { jobs })))
}

async fn read_form(mut form: Multipart) -> Result<Upload> {
    let broken = |e: axum::extract::multipart::MultipartError| {
        if e.status() == StatusCode::PAYLOAD_TOO_LARGE {
            return Error::new(Code::TooLarge, "the upload is larger than web.max_upload_bytes allows");
        }
        Error::new(Code::MalformedBody, format!("the multipart form cannot be read: {}", e.body_text()))
    };
    let mut upload = Upload { base: DEFAULT_BASE.to_string(), files: Vec::new(), about: None };
    while let Some(field) = form.next_field().await.map_err(broken)? {
        let Some(part) = field.name().map(str::to_owned) else { continue };
        if part == "file" {
            let name = field.file_name().unwrap_or_default().to_string();
            upload.files.push((plain_name(&name)?, field.bytes().await.map_err(broken)?.to_vec()));
            continue;
        }
        if !["base", "owner", "tags", "audience"].contains(&part.as_str()) {
            continue;
        }
        let value = field.text().await.map_err(broken)?;
        let about = || upload.about.clone().unwrap_or_default();
        match part.as_str() {
            "base" => upload.base = value,
            "owner" => upload.about = Some(About { owner: Some(value), ..about() }),
            "tags" => {
                let tags = value.split([',', '，']).map(str::to_owned).collect();
                upload.about = Some(About { tags, ..about() });
            }
            _ => {
                let audience = serde_json::from_value(json!(value)).map_err(|_| {
                    Error::invalid(format!("audience `{value}`: it is `visitors` or `staff`"))
                })?;
                upload.about = Some(About { audience, ..about() });
            }
        }
    }
    Ok(upload)
}

/// The last part of a path: browsers and scripts may send folders along.
fn plain_name(sent: &str) -> Result<String> {
    let name = sent.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    if name.is_empty() || name == "." || name == ".." {
        return Err(Error::invalid("a part named `file` has no file name"));
    }
    Ok(name.to_string())
}

async fn start_import(s: &Services, user: &User, file: NewFile) -> Result<Job> {
    let detail = json!({"base": file.base, "bytes": file.bytes.len()});
    s.staff.record(Some(user), "document.imported", &file.name, detail).await?;
    let knowledge = Arc::clone(&s.knowledge);
    let subject = file.name.clone();
    let file = file.by(&user.name);
    let job = s.jobs.start("import", &subject, move |progress| async move {
        let report = move |done: f32, step: &str| progress.report(done, step);
        let imported = knowledge.import_file(file, &report).await?;
        serde_json::to_value(imported).map_err(|e| Error::internal("an import as JSON").with_source(e))
    });
    Ok(job.await)
}

/// Which documents are wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct DocumentsQuery {
    /// Only of this knowledge base.
    #[serde(default)]
    base: Option<String>,
    /// Only with this tag.
    #[serde(default)]
    tag: Option<String>,
    /// Only for these.
    #[serde(default)]
    audience: Option<Audience>,
    /// Only in this language.
    #[serde(default)]
    lang: Option<Lang>,
    /// Only those this person looks after.
    #[serde(default)]
    owner: Option<String>,
    /// Only with this in name or title.
    #[serde(default)]
    q: Option<String>,
    /// The `next_cursor` of the page before.
    #[serde(default)]
    cursor: Option<String>,
    /// 1 to 500; 100 when not given.
    #[serde(default)]
    limit: Option<usize>,
}

/// All documents, by name.
#[utoipa::path(get, path = "/knowledge/documents", tag = "knowledge", params(DocumentsQuery), responses((status = 200, body = Page<Document>)))]
async fn list(
    _: Staff,
    State(s): State<Services>,
    Query(q): Query<DocumentsQuery>,
) -> Result<Json<Page<Document>>> {
    let mut documents = s.knowledge.list(q.base.as_deref()).await?;
    let sought = q.q.as_deref().map(crate::text::normalise);
    let holds =
        |text: &str| sought.as_ref().is_none_or(|sought| crate::text::normalise(text).contains(sought));
    documents.retain(|d| {
        q.tag.as_ref().is_none_or(|tag| d.tags.contains(tag))
            && q.audience.is_none_or(|audience| audience == d.audience)
            && q.lang.is_none_or(|lang| lang == d.lang)
            && q.owner.as_ref().is_none_or(|owner| d.owner.as_ref() == Some(owner))
            && (holds(&d.name) || holds(&d.title))
    });
    let part = ListQuery { cursor: q.cursor, limit: q.limit };
    Page::of_all(documents, &part, |d| d.id.to_string()).map(Json)
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
    Admin(user): Admin,
    State(s): State<Services>,
    Path(id): Path<DocumentId>,
    form: Multipart,
) -> Result<(StatusCode, Json<Jobs>)> {
    let document = s.knowledge.get(id).await?;
    let Upload { mut files, about, .. } = read_form(form).await?;
    let (Some((_, bytes)), true) = (files.pop(), files.is_empty()) else {
        return Err(Error::invalid("send exactly one part named `file` to replace a document"));
    };
    let job = start_import(&s, &user, NewFile { about, ..NewFile::of(&document, bytes) }).await?;
    Ok((StatusCode::ACCEPTED, Json(Jobs { jobs: vec![job] })))
}

/// What is to be said about a document; what is not given stays. `null` takes an owner or a date away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Description {
    #[serde(default, with = "given")]
    #[schema(value_type = Option<String>)]
    owner: Option<Option<String>>,
    #[serde(default)]
    tags: Option<Vec<String>>,
    /// Who may be answered from it.
    #[serde(default)]
    audience: Option<Audience>,
    /// Not found before this moment.
    #[serde(default, with = "given")]
    #[schema(value_type = Option<String>, format = "date-time")]
    valid_from: Option<Option<Timestamp>>,
    /// Not found after this moment.
    #[serde(default, with = "given")]
    #[schema(value_type = Option<String>, format = "date-time")]
    valid_to: Option<Option<Timestamp>>,
}

/// Tells what is not given from what is given as `null`.
mod given {
    use serde::{Deserialize, Deserializer};

    pub fn deserialize<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
        deserializer: D,
    ) -> Result<Option<Option<T>>, D::Error> {
        Option::<T>::deserialize(deserializer).map(Some)
    }
}

/// Says something else about a document: owner, tags, audience, dates. The next question goes by it.
#[utoipa::path(patch, path = "/knowledge/documents/{id}", tag = "knowledge", params(("id" = DocumentId, Path)), request_body = Description, responses((status = 200, body = Document)))]
async fn describe(
    Admin(user): Admin,
    State(s): State<Services>,
    Path(id): Path<DocumentId>,
    Body(said): Body<Description>,
) -> Result<Json<Document>> {
    let present = s.knowledge.get(id).await?;
    let about = About {
        owner: said.owner.unwrap_or(present.owner),
        tags: said.tags.unwrap_or(present.tags),
        audience: said.audience.unwrap_or(present.audience),
        validity: Validity {
            from: said.valid_from.unwrap_or(present.valid_from),
            to: said.valid_to.unwrap_or(present.valid_to),
        },
    };
    let document = s.knowledge.describe(id, about).await?;
    let detail = json!({"owner": document.owner, "tags": document.tags, "audience": document.audience,
        "valid_from": document.valid_from, "valid_to": document.valid_to});
    s.staff.record(Some(&user), "document.described", &document.name, detail).await?;
    Ok(Json(document))
}

/// Removes a document; the next question no longer finds it.
#[utoipa::path(delete, path = "/knowledge/documents/{id}", tag = "knowledge", params(("id" = DocumentId, Path)), responses((status = 204)))]
async fn remove(
    Admin(user): Admin,
    State(s): State<Services>,
    Path(id): Path<DocumentId>,
) -> Result<StatusCode> {
    let document = s.knowledge.get(id).await?;
    s.knowledge.remove(id).await?;
    let detail = json!({"base": document.base, "version": document.version});
    s.staff.record(Some(&user), "document.removed", &document.name, detail).await?;
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
