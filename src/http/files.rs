//! Attachments: uploading, and downloading by those who may see the conversation.

use axum::Json;
use axum::body::Body;
use axum::extract::{Multipart, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::auth::{Agent, bearer, cookie, unauthorized};
use super::extract::{Path, Query};
use super::services::Services;
use crate::chat::{Attachment, Upload, VisitorPass};
use crate::domain::{Area, AttachmentId, ConversationId, User};
use crate::error::{Code, Error, Result};

pub(super) fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new().routes(routes!(download)).routes(routes!(attach))
}

/// The one file of a multipart form.
pub(super) async fn read_upload(mut form: Multipart) -> Result<Upload> {
    let broken = |e: axum::extract::multipart::MultipartError| {
        if e.status() == StatusCode::PAYLOAD_TOO_LARGE {
            return Error::new(Code::TooLarge, "the upload is larger than web.max_upload_bytes allows");
        }
        Error::new(Code::MalformedBody, format!("the multipart form cannot be read: {}", e.body_text()))
    };
    while let Some(field) = form.next_field().await.map_err(broken)? {
        if field.name() == Some("file") {
            let name = field.file_name().unwrap_or_default().to_string();
            let bytes = field.bytes().await.map_err(broken)?.to_vec();
            return Ok(Upload { name, bytes });
        }
    }
    Err(Error::invalid("no file was sent: add a part named `file`"))
}

/// Uploads a file into a conversation; send its id in a message's `attachment_ids`.
#[utoipa::path(post, path = "/conversations/{id}/attachments", tag = "conversations", params(("id" = ConversationId, Path)), responses((status = 201, body = Attachment)))]
async fn attach(
    Agent(user): Agent,
    State(s): State<Services>,
    Path(id): Path<ConversationId>,
    form: Multipart,
) -> Result<(StatusCode, Json<Attachment>)> {
    s.chat.conversation(id).await?;
    let attachment = s.chat.upload(id, &user.id.to_string(), read_upload(form).await?).await?;
    Ok((StatusCode::CREATED, Json(attachment)))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct DownloadQuery {
    /// A visitor's token, where no header can be sent: in the address of an image.
    #[serde(default)]
    token: Option<String>,
}

/// The file, for staff and for the visitor of the conversation.
#[utoipa::path(get, path = "/attachments/{id}", tag = "conversations", params(("id" = AttachmentId, Path), DownloadQuery),
    responses((status = 200, description = "the file", content_type = "application/octet-stream")))]
async fn download(
    State(s): State<Services>,
    Path(id): Path<AttachmentId>,
    Query(q): Query<DownloadQuery>,
    headers: HeaderMap,
) -> Result<Response> {
    let token = bearer(&headers).or(q.token).or_else(|| cookie(&headers)).ok_or_else(unauthorized)?;
    // Who asks is settled before anything is looked up: a stranger learns not even what exists.
    let reader = reader(&s, &token).await?;
    let (attachment, path) = s.chat.attachment(id).await?;
    match reader {
        Reader::Staff(user) => s.chat.check_seen(&user, attachment.conversation_id).await?,
        Reader::Visitor(pass) if pass.conversation == attachment.conversation_id => {}
        Reader::Visitor(_) => return Err(Error::not_found("attachment", id)),
    }
    let bytes = tokio::fs::read(&path).await.map_err(|e| Error::from(e).at("the attachment's file"))?;
    Ok(served(&attachment, bytes))
}

/// Who may be given files.
enum Reader {
    Staff(Box<User>),
    Visitor(Box<VisitorPass>),
}

async fn reader(s: &Services, token: &str) -> Result<Reader> {
    match s.staff.caller(token).await {
        Ok(caller) => {
            caller.check(&[Area::Conversations], false)?;
            Ok(Reader::Staff(Box::new(caller.user)))
        }
        Err(e) if e.code() == Code::Unauthorized => {
            s.chat.visitor(token).await.map(|pass| Reader::Visitor(Box::new(pass)))
        }
        Err(e) => Err(e),
    }
}

/// Shown in the page only when it is a picture; everything else is saved, and nothing may run.
fn served(attachment: &Attachment, bytes: Vec<u8>) -> Response {
    let mut response = Body::from(bytes).into_response();
    let headers = response.headers_mut();
    let mime = HeaderValue::from_str(&attachment.mime);
    headers
        .insert(header::CONTENT_TYPE, mime.unwrap_or(HeaderValue::from_static("application/octet-stream")));
    let disposition = if attachment.mime.starts_with("image/") { "inline" } else { "attachment" };
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(disposition));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=3600"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    response
}
