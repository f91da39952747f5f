//! What visitors' clients call: session, messages, long polling, handoff, feedback, attachments.

use std::time::Duration;

use axum::Json;
use axum::extract::{Multipart, State};
use axum::http::{HeaderMap, StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::auth::{VisitorCaller, bearer};
use super::extract::{Body, Path, Query};
use super::files::read_upload;
use super::page::Page;
use super::services::Services;
use crate::chat::{Attachment, NewMessage, SessionRequest};
use crate::domain::{Conversation, ConversationId, Lang, Message, MessageId, Reads, Status, VisitorId};
use crate::error::{Error, Result};

const DEFAULT_PAGE: usize = 100;

pub(super) fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new()
        .routes(routes!(open_session))
        .routes(routes!(post_message, messages))
        .routes(routes!(feedback))
        .routes(routes!(handoff))
        .routes(routes!(stay_with_bot))
        .routes(routes!(contact))
        .routes(routes!(csat))
        .routes(routes!(attach))
}

/// An open session.
#[derive(Debug, Serialize, ToSchema)]
struct SessionAnswer {
    /// Keep it; sent with the next session request it brings the same visitor and conversation.
    token: String,
    visitor: VisitorHandle,
    conversation: ConversationHandle,
    inbox: Inbox,
    /// Why the claimed identity was ignored, when it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    identity_problem: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
struct VisitorHandle {
    id: VisitorId,
}

#[derive(Debug, Serialize, ToSchema)]
struct ConversationHandle {
    id: ConversationId,
    status: Status,
    last_seq: i64,
    #[serde(flatten)]
    reads: Reads,
}

/// How the shop greets.
#[derive(Debug, Serialize, ToSchema)]
struct Inbox {
    name: String,
    greeting: String,
    suggestions: Vec<String>,
}

/// Begins a session, or resumes the one whose token is sent along.
#[utoipa::path(post, path = "/visitor/sessions", tag = "visitor", request_body = SessionRequest, responses((status = 200, body = SessionAnswer)))]
async fn open_session(
    State(s): State<Services>,
    headers: HeaderMap,
    Body(mut request): Body<SessionRequest>,
) -> Result<Json<SessionAnswer>> {
    request.origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok()).map(str::to_owned);
    let session = s.chat.open_session(bearer(&headers).as_deref(), &request).await?;
    let (lang, id) = (session.pass.visitor.locale, session.pass.conversation);
    let reads = s.chat.visitor_reads(id, session.pass.last_seq).await?;
    Ok(Json(SessionAnswer {
        token: session.token,
        visitor: VisitorHandle { id: session.pass.visitor.id },
        conversation: ConversationHandle {
            id,
            status: session.pass.status,
            last_seq: session.pass.last_seq,
            reads,
        },
        inbox: inbox(&s, &session.inbox, lang),
        identity_problem: session.identity_problem.map(|e| e.to_string()),
    }))
}

/// The default inbox is the shop itself.
fn inbox(s: &Services, door: &crate::domain::Inbox, lang: Lang) -> Inbox {
    let shop = s.engine.shop();
    let greeting = door.greeting.as_ref().map(|greeting| lang.pick(&greeting.zh, &greeting.en).to_string());
    Inbox {
        name: if door.id == "default" { shop.name(lang).to_string() } else { door.name.clone() },
        greeting: greeting.unwrap_or_else(|| shop.greeting(lang).to_string()),
        suggestions: shop.suggestions(lang).to_vec(),
    }
}

/// Sends a message: 201 when it is stored, 200 when this `client_id` had been stored before.
#[utoipa::path(post, path = "/visitor/messages", tag = "visitor", request_body = NewMessage,
    responses((status = 201, body = Message), (status = 200, body = Message)))]
async fn post_message(
    VisitorCaller(pass): VisitorCaller,
    State(s): State<Services>,
    Body(new): Body<NewMessage>,
) -> Result<(StatusCode, Json<Message>)> {
    let posted = s.chat.post_visitor(&pass, &new).await?;
    let status = if posted.new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json((*posted.message).clone())))
}

/// Which messages are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct MessagesQuery {
    /// Only messages after this number.
    #[serde(default)]
    after: i64,
    /// Seconds to wait for something new, at most 30.
    #[serde(default)]
    wait: u64,
    /// At most this many, 1 to 500.
    #[serde(default)]
    limit: Option<usize>,
}

/// Messages after a number, in order; with `wait` the call is held until there is one.
#[utoipa::path(get, path = "/visitor/messages", tag = "visitor", params(MessagesQuery), responses((status = 200, body = Page<Message>)))]
async fn messages(
    VisitorCaller(pass): VisitorCaller,
    State(s): State<Services>,
    Query(q): Query<MessagesQuery>,
) -> Result<Json<Page<Message>>> {
    let limit = q.limit.unwrap_or(DEFAULT_PAGE);
    if !(1..=500).contains(&limit) {
        return Err(Error::invalid("limit must be from 1 to 500"));
    }
    let wait = Duration::from_secs(q.wait);
    let items = s.hub.poll(&s.chat, pass.conversation, q.after, limit, wait, &s.tasks.token()).await?;
    Ok(Json(Page::whole(items)))
}

#[derive(Debug, Deserialize, ToSchema)]
struct Feedback {
    helpful: bool,
    #[serde(default)]
    comment: Option<String>,
}

/// Whether an answer helped.
#[utoipa::path(post, path = "/visitor/messages/{id}/feedback", tag = "visitor", params(("id" = MessageId, Path)),
    request_body = Feedback, responses((status = 204)))]
async fn feedback(
    VisitorCaller(pass): VisitorCaller,
    State(s): State<Services>,
    Path(id): Path<MessageId>,
    Body(f): Body<Feedback>,
) -> Result<StatusCode> {
    s.chat.feedback(&pass, id, f.helpful, f.comment.as_deref()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Asks for a person.
#[utoipa::path(post, path = "/visitor/handoff", tag = "visitor", responses((status = 200, body = Conversation)))]
async fn handoff(
    VisitorCaller(pass): VisitorCaller,
    State(s): State<Services>,
) -> Result<Json<Conversation>> {
    s.chat.request_handoff(&pass).await.map(for_visitor)
}

/// A conversation as its visitor may see it: what staff note about them stays inside.
fn for_visitor(mut conversation: Conversation) -> Json<Conversation> {
    conversation.tags.clear();
    conversation.handoff_reason = None;
    conversation.visitor.tier = 0;
    conversation.snoozed_until = None;
    conversation.close_reason = None;
    conversation.close_note = None;
    conversation.guests.clear();
    Json(conversation)
}

/// Goes on with the bot instead of waiting for a person.
#[utoipa::path(delete, path = "/visitor/handoff", tag = "visitor", responses((status = 200, body = Conversation)))]
async fn stay_with_bot(
    VisitorCaller(pass): VisitorCaller,
    State(s): State<Services>,
) -> Result<Json<Conversation>> {
    s.chat.cancel_handoff(&pass).await.map(for_visitor)
}

#[derive(Debug, Deserialize, ToSchema)]
struct Contact {
    /// A phone number or an e-mail address.
    contact: String,
}

/// Says how the visitor can be reached: an event of the conversation, and known of the visitor. Whom the bot serves asks
/// for a person by it.
#[utoipa::path(post, path = "/visitor/contact", tag = "visitor", request_body = Contact,
    responses((status = 201, body = Message)))]
async fn contact(
    VisitorCaller(pass): VisitorCaller,
    State(s): State<Services>,
    Body(c): Body<Contact>,
) -> Result<(StatusCode, Json<Message>)> {
    let left = s.chat.leave_contact(&pass, &c.contact).await?;
    Ok((StatusCode::CREATED, Json((*left).clone())))
}

#[derive(Debug, Deserialize, ToSchema)]
struct Csat {
    /// 1 to 5
    score: i64,
    #[serde(default)]
    comment: Option<String>,
}

/// Rates the conversation.
#[utoipa::path(post, path = "/visitor/csat", tag = "visitor", request_body = Csat, responses((status = 204)))]
async fn csat(
    VisitorCaller(pass): VisitorCaller,
    State(s): State<Services>,
    Body(c): Body<Csat>,
) -> Result<StatusCode> {
    s.chat.csat(&pass, c.score, c.comment.as_deref()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Uploads a file; send its id in a message's `attachment_ids`.
#[utoipa::path(post, path = "/visitor/attachments", tag = "visitor", responses((status = 201, body = Attachment)))]
async fn attach(
    VisitorCaller(pass): VisitorCaller,
    State(s): State<Services>,
    form: Multipart,
) -> Result<(StatusCode, Json<Attachment>)> {
    let upload = read_upload(form).await?;
    let uploader = pass.visitor.id.to_string();
    let attachment = s.chat.upload(pass.conversation, &uploader, upload).await?;
    Ok((StatusCode::CREATED, Json(attachment)))
}
