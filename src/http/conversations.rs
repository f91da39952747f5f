//! What agents call: the list, one conversation, its messages, and every step an agent may take.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::auth::{Agent, Staff};
use super::extract::{Body, Path, Query};
use super::page::Page;
use super::services::Services;
use crate::chat::{ConversationFilter, Ending, NewMessage, Note, Reader, ReleaseTo};
use crate::domain::{
    CloseReason, Conversation, ConversationId, HandoffPacket, Message, Reads, Status, Suggestion,
    SuggestionId, TeamId, User, UserId, VisitorId,
};
use crate::error::{Error, Result};

const DEFAULT_LIST: usize = 50;
const DEFAULT_MESSAGES: usize = 200;

pub(super) fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(messages, post_message))
        .routes(routes!(accept))
        .routes(routes!(release))
        .routes(routes!(transfer))
        .routes(routes!(close))
        .routes(routes!(reopen))
        .routes(routes!(notes, add_note))
        .routes(routes!(set_tags))
        .routes(routes!(packet))
        .routes(routes!(suggestions))
        .routes(routes!(suggestion_used))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    #[serde(default)]
    status: Option<Status>,
    #[serde(default)]
    visitor: Option<VisitorId>,
    /// A user's id, or `me`.
    #[serde(default)]
    assignee: Option<String>,
    /// Those in which this colleague helps: a user's id, or `me`.
    #[serde(default)]
    guest: Option<String>,
    #[serde(default)]
    team: Option<TeamId>,
    /// Words in a message, or the visitor's name, e-mail or id.
    #[serde(default)]
    q: Option<String>,
    #[serde(default)]
    cursor: Option<String>,
    #[serde(default)]
    limit: Option<usize>,
}

/// A conversation, and how far it was read.
#[derive(Debug, Serialize, ToSchema)]
struct Followed {
    #[serde(flatten)]
    conversation: Conversation,
    #[serde(flatten)]
    reads: Reads,
}

impl Followed {
    async fn by(user: &User, s: &Services, conversations: Vec<Conversation>) -> Result<Vec<Self>> {
        let ids: Vec<_> = conversations.iter().map(|conversation| conversation.id).collect();
        let mut reads = s.chat.reads(Reader::staff(user), &ids).await?;
        let followed = |conversation: Conversation| Self {
            reads: reads.remove(&conversation.id).unwrap_or_default(),
            conversation,
        };
        Ok(conversations.into_iter().map(followed).collect())
    }
}

/// Conversations: waiting ones oldest first, all others newest first.
#[utoipa::path(get, path = "/conversations", tag = "conversations", params(ListQuery), responses((status = 200, body = Page<Followed>)))]
async fn list(
    Staff(user): Staff,
    State(s): State<Services>,
    Query(q): Query<ListQuery>,
) -> Result<Json<Page<Followed>>> {
    let listed = s.chat.conversations(&q.filter(&s, &user)?).await?;
    Ok(Json(Page { items: Followed::by(&user, &s, listed.items).await?, next_cursor: listed.next_cursor }))
}

impl ListQuery {
    /// What is asked for, as far as `user` may see it.
    pub(super) fn filter(self, s: &Services, user: &User) -> Result<ConversationFilter> {
        let person = |name: &str, given: Option<String>| match given.as_deref() {
            None => Ok(None),
            Some("me") => Ok(Some(user.id)),
            Some(id) => match id.parse() {
                Ok(id) => Ok(Some(id)),
                Err(_) => Err(Error::invalid(format!("{name} must be a user's id or `me`"))),
            },
        };
        Ok(ConversationFilter {
            status: self.status,
            visitor: self.visitor,
            assignee: person("assignee", self.assignee)?,
            guest: person("guest", self.guest)?,
            team: self.team,
            hidden: s.chat.hidden_from(user),
            viewer: Some(user.id),
            text: self.q.filter(|text| !text.trim().is_empty()),
            cursor: self.cursor,
            limit: self.limit.unwrap_or(DEFAULT_LIST),
        })
    }
}

/// One conversation.
#[utoipa::path(get, path = "/conversations/{id}", tag = "conversations", params(("id" = ConversationId, Path)), responses((status = 200, body = Followed)))]
async fn get(
    Staff(user): Staff,
    State(s): State<Services>,
    Path(id): Path<ConversationId>,
) -> Result<Json<Followed>> {
    let conversation = s.chat.conversation(id).await?;
    let followed = Followed::by(&user, &s, vec![conversation]).await?;
    followed.into_iter().next().map(Json).ok_or_else(|| Error::not_found("conversation", id))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct MessagesQuery {
    /// Messages after this number, in order.
    #[serde(default)]
    after: Option<i64>,
    /// Or the newest ones before this number.
    #[serde(default)]
    before: Option<i64>,
    #[serde(default)]
    limit: Option<usize>,
}

/// Messages of a conversation, in order. Without `after` the newest ones.
#[utoipa::path(get, path = "/conversations/{id}/messages", tag = "conversations",
    params(("id" = ConversationId, Path), MessagesQuery), responses((status = 200, body = Page<Message>)))]
async fn messages(
    _: Staff,
    State(s): State<Services>,
    Path(id): Path<ConversationId>,
    Query(q): Query<MessagesQuery>,
) -> Result<Json<Page<Message>>> {
    s.chat.conversation(id).await?;
    let limit = q.limit.unwrap_or(DEFAULT_MESSAGES);
    let items = match q.after {
        Some(after) => s.chat.messages(id, after, limit).await?,
        None => s.chat.messages_before(id, q.before.unwrap_or(i64::MAX), limit).await?,
    };
    Ok(Json(Page::whole(items)))
}

/// Writes to the visitor. Written into a conversation nobody owns, it takes the conversation.
#[utoipa::path(post, path = "/conversations/{id}/messages", tag = "conversations", params(("id" = ConversationId, Path)),
    request_body = NewMessage, responses((status = 201, body = Message), (status = 200, body = Message)))]
async fn post_message(
    Agent(user): Agent,
    State(s): State<Services>,
    Path(id): Path<ConversationId>,
    Body(new): Body<NewMessage>,
) -> Result<(StatusCode, Json<Message>)> {
    let posted = s.chat.post_agent(&user, id, &new).await?;
    let status = if posted.new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json((*posted.message).clone())))
}

/// The conversation in short: the visitor's own words, intent, slots, what was tried and shown, mood, team.
#[utoipa::path(get, path = "/conversations/{id}/handoff", tag = "conversations", params(("id" = ConversationId, Path)),
    responses((status = 200, body = HandoffPacket), (status = 404, description = "nothing was said yet")))]
async fn packet(
    _: Staff,
    State(s): State<Services>,
    Path(id): Path<ConversationId>,
) -> Result<Json<HandoffPacket>> {
    let packet = s.chat.packet(id).await?;
    packet.map(Json).ok_or_else(|| Error::not_found("message of the visitor in conversation", id))
}

/// Takes the conversation. Of two who try at once one gets it, the other is told.
#[utoipa::path(post, path = "/conversations/{id}/accept", tag = "conversations", params(("id" = ConversationId, Path)), responses((status = 200, body = Conversation)))]
async fn accept(
    Agent(user): Agent,
    State(s): State<Services>,
    Path(id): Path<ConversationId>,
) -> Result<Json<Conversation>> {
    s.chat.accept(&user, id).await.map(Json)
}

#[derive(Debug, Default, Deserialize, ToSchema)]
struct Release {
    /// Where it goes: back to the queue, or to the bot.
    #[serde(default)]
    to: ReleaseTo,
}

/// Gives the conversation back to the queue or to the bot.
#[utoipa::path(post, path = "/conversations/{id}/release", tag = "conversations", params(("id" = ConversationId, Path)),
    request_body = Release, responses((status = 200, body = Conversation)))]
async fn release(
    Agent(user): Agent,
    State(s): State<Services>,
    Path(id): Path<ConversationId>,
    Body(request): Body<Release>,
) -> Result<Json<Conversation>> {
    s.chat.release(&user, id, request.to).await.map(Json)
}

#[derive(Debug, Deserialize, ToSchema)]
struct Transfer {
    /// The agent it is offered to; whoever is free when not given.
    #[serde(default)]
    user_id: Option<UserId>,
    /// Or the team it is offered to.
    #[serde(default)]
    team_id: Option<TeamId>,
}

/// Offers the conversation to another agent or to a team. Unanswered it returns to the queue by itself.
#[utoipa::path(post, path = "/conversations/{id}/transfer", tag = "conversations", params(("id" = ConversationId, Path)),
    request_body = Transfer, responses((status = 200, body = Conversation)))]
async fn transfer(
    Agent(user): Agent,
    State(s): State<Services>,
    Path(id): Path<ConversationId>,
    Body(request): Body<Transfer>,
) -> Result<Json<Conversation>> {
    match (request.user_id, request.team_id) {
        (Some(_), Some(_)) => Err(Error::invalid("send user_id or team_id, not both")),
        (None, Some(team)) => s.chat.transfer_to_team(&user, id, team).await.map(Json),
        (target, None) => s.chat.transfer(&user, id, target).await.map(Json),
    }
}

#[derive(Debug, Default, Deserialize, ToSchema)]
struct Close {
    /// `resolved`, `no_reply`, `spam`, `duplicate` or `other`. Any other text counts as `other` and is kept as an internal
    /// note.
    #[serde(default)]
    reason: Option<String>,
    /// At most 500 characters, for staff only.
    #[serde(default)]
    note: Option<String>,
}

/// Ends the conversation, with a reason if there is one to tell. The body may be left out.
#[utoipa::path(post, path = "/conversations/{id}/close", tag = "conversations", params(("id" = ConversationId, Path)),
    request_body = Option<Close>, responses((status = 200, body = Conversation)))]
async fn close(
    Agent(user): Agent,
    State(s): State<Services>,
    Path(id): Path<ConversationId>,
    request: Option<Body<Close>>,
) -> Result<Json<Conversation>> {
    let Close { reason, note } = request.map(|Body(request)| request).unwrap_or_default();
    let told = reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
    let known = told.map(CloseReason::parse);
    let ending = (known.is_some() || note.is_some())
        .then(|| Ending { reason: known.flatten().unwrap_or(CloseReason::Other), note });
    let closed = s.chat.close(&user, id, ending).await?;
    if let (Some(words), Some(None)) = (told, known) {
        s.chat.add_note(&user, id, words).await?;
    }
    Ok(Json(closed))
}

/// Picks up a closed conversation again.
#[utoipa::path(post, path = "/conversations/{id}/reopen", tag = "conversations", params(("id" = ConversationId, Path)), responses((status = 200, body = Conversation)))]
async fn reopen(
    Agent(user): Agent,
    State(s): State<Services>,
    Path(id): Path<ConversationId>,
) -> Result<Json<Conversation>> {
    s.chat.reopen(&user, id).await.map(Json)
}

#[derive(Debug, Deserialize, ToSchema)]
struct NewNote {
    text: String,
}

/// Internal notes, oldest first. Visitors never see them.
#[utoipa::path(get, path = "/conversations/{id}/notes", tag = "conversations", params(("id" = ConversationId, Path)), responses((status = 200, body = Page<Note>)))]
async fn notes(
    _: Staff,
    State(s): State<Services>,
    Path(id): Path<ConversationId>,
) -> Result<Json<Page<Note>>> {
    s.chat.conversation(id).await?;
    s.chat.notes(id).await.map(Page::whole).map(Json)
}

/// Writes an internal note.
#[utoipa::path(post, path = "/conversations/{id}/notes", tag = "conversations", params(("id" = ConversationId, Path)),
    request_body = NewNote, responses((status = 201, body = Note)))]
async fn add_note(
    Agent(user): Agent,
    State(s): State<Services>,
    Path(id): Path<ConversationId>,
    Body(note): Body<NewNote>,
) -> Result<(StatusCode, Json<Note>)> {
    let note = s.chat.add_note(&user, id, &note.text).await?;
    Ok((StatusCode::CREATED, Json(note)))
}

#[derive(Debug, Deserialize, ToSchema)]
struct Tags {
    tags: Vec<String>,
}

/// Replaces the tags.
#[utoipa::path(post, path = "/conversations/{id}/tags", tag = "conversations", params(("id" = ConversationId, Path)),
    request_body = Tags, responses((status = 200, body = Conversation)))]
async fn set_tags(
    Agent(user): Agent,
    State(s): State<Services>,
    Path(id): Path<ConversationId>,
    Body(request): Body<Tags>,
) -> Result<Json<Conversation>> {
    s.chat.set_tags(&user, id, &request.tags).await.map(Json)
}

/// Replies the engine suggests for the visitor's last message, best first.
#[utoipa::path(get, path = "/conversations/{id}/suggestions", tag = "conversations", params(("id" = ConversationId, Path)), responses((status = 200, body = Page<Suggestion>)))]
async fn suggestions(
    _: Agent,
    State(s): State<Services>,
    Path(id): Path<ConversationId>,
) -> Result<Json<Page<Suggestion>>> {
    s.chat.suggestions(id).await.map(Page::whole).map(Json)
}

#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
struct Used {
    /// What was really sent, when the agent changed it.
    #[serde(default)]
    edited_text: Option<String>,
}

/// Notes that a suggestion was sent.
#[utoipa::path(post, path = "/suggestions/{id}/used", tag = "conversations", params(("id" = SuggestionId, Path)),
    request_body = Used, responses((status = 204)))]
async fn suggestion_used(
    Agent(user): Agent,
    State(s): State<Services>,
    Path(id): Path<SuggestionId>,
    Body(used): Body<Used>,
) -> Result<StatusCode> {
    s.chat.suggestion_used(&user, id, used.edited_text.as_deref()).await?;
    Ok(StatusCode::NO_CONTENT)
}
