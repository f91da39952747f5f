//! What the chat room needs to have written down, as a trait: `store` implements it, `app.rs` joins the two.
//!
//! Everything that appends to a conversation goes through [`ChatStore::write`]: the store reads the conversation
//! inside its write transaction, the *plan* of the caller decides on what it sees there, and the store writes that
//! decision. Ownership is therefore decided at the moment of writing; there is no other way to append a message.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::domain::{
    Assignee, AttachmentId, Citation, CloseReason, Content, Conversation, ConversationId, DialogState, Lang,
    Message, MessageId, Page, Reads, Sender, SenderKind, Status, Suggestion, SuggestionId, TeamId, UserId,
    Visitor, VisitorId,
};
use crate::error::Result;

use super::events::{Route, Touched};
use super::idle::Silent;
use super::inboxes::InboxStore;
use super::reading::{ReadMark, Reader};
use super::staff_store::AuditEntry;
use super::teams::TeamStore;
use super::waits::Taken;

/// A conversation as a writer sees it inside its transaction.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    pub id: ConversationId,
    pub inbox: String,
    pub visitor: VisitorId,
    pub visitor_name: Option<String>,
    pub locale: Lang,
    pub ownership: Ownership,
    /// Rises with every change of [`Ownership`].
    pub version: i64,
    pub last_seq: i64,
    /// The newest visitor message the bot has dealt with.
    pub bot_seq: i64,
    /// The dialog context begins after this message.
    pub context_seq: i64,
    /// How many conversations wait for a person, when the request asked for it.
    pub queue_length: usize,
    /// Its visitor goes on in another conversation: nothing is written here any more.
    pub merged: bool,
}

/// Who is responsible for a conversation, and since when somebody waits.
#[derive(Clone, Debug, PartialEq)]
pub struct Ownership {
    pub status: Status,
    pub assignee: Option<Assignee>,
    /// The agent it is offered to while it is being transferred; nobody in particular when empty.
    pub offered_to: Option<UserId>,
    /// The team it is for.
    pub team: Option<TeamId>,
    pub handoff_reason: Option<String>,
    pub waiting_since: Option<Timestamp>,
    /// Put off by its agent until then; only while it is served.
    pub snoozed_until: Option<Timestamp>,
    /// Colleagues who help, by the names they were invited under.
    pub guests: Vec<Assignee>,
}

/// What an agent says about the end of a conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct Closing {
    pub reason: CloseReason,
    pub note: Option<String>,
    pub by: UserId,
}

impl Ownership {
    /// Whether this member of staff was invited to help.
    pub fn has_guest(&self, user: UserId) -> bool {
        self.guests.iter().any(|guest| guest.id == user)
    }
}

impl Head {
    /// Where events about this conversation belong.
    pub fn route(&self) -> Route {
        Route {
            conversation: self.id,
            visitor: self.visitor,
            status: self.ownership.status,
            assignee: self.ownership.assignee.as_ref().map(|a| a.id),
            team: self.ownership.team,
            guests: self.ownership.guests.iter().map(|guest| guest.id).collect(),
            only: None,
        }
    }
}

/// A message before it has a number.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    pub id: MessageId,
    pub client_id: Option<String>,
    pub sender: Sender,
    pub content: Content,
    pub citations: Vec<Citation>,
}

/// What a plan wants written: nothing at all, or messages and perhaps a new ownership, in one transaction.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Change {
    /// Numbered in this order, without gaps.
    pub drafts: Vec<Draft>,
    /// A new ownership; the version rises by one.
    pub ownership: Option<Ownership>,
    pub bot_seq: Option<i64>,
    /// A new context; the state of the dialog ends with the old one.
    pub context_seq: Option<i64>,
    /// Added to the conversation's tags.
    pub tags: Vec<String>,
    /// The state of the dialog after the bot's turn.
    pub state: Option<Box<DialogState>>,
    /// Why it ends.
    pub closing: Option<Closing>,
    /// The message that the bot could not answer: there is something to learn.
    pub unanswered: Option<i64>,
}

/// Decides on the conversation as it is at the moment of writing. Called again when a group of writes had to be
/// taken apart, so it must not have effects of its own.
pub type Plan = Box<dyn Fn(&Head) -> Result<Change> + Send + Sync>;

/// Told of a write after its commit, in the order of the commits.
pub type OnCommit = Box<dyn FnOnce(&Written) + Send + Sync>;

/// The name a sender gave a message: the same again is the same message.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ClientKey {
    pub kind: SenderKind,
    pub sender_id: String,
    pub client_id: String,
}

/// One append to one conversation.
pub struct WriteRequest {
    pub conversation: ConversationId,
    /// When a message with this key is already stored it is returned and the plan is not asked.
    pub key: Option<ClientKey>,
    /// Fills [`Head::queue_length`].
    pub count_queue: bool,
    pub plan: Plan,
    pub on_commit: OnCommit,
}

/// What came out of a write.
#[derive(Clone, Debug)]
pub struct Written {
    /// The conversation after the write.
    pub head: Head,
    pub messages: Vec<Arc<Message>>,
    /// The whole conversation, when its ownership changed or it got its first message.
    pub conversation: Option<Arc<Conversation>>,
    /// The message was already stored; nothing was written.
    pub repeated: bool,
}

/// What a visitor tells about themselves when they come. `external_id` has been verified.
#[derive(Clone, Debug, Default)]
pub struct VisitorProfile {
    pub external_id: Option<String>,
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub locale: Option<Lang>,
    pub page: Option<Page>,
}

/// A visitor and their conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct VisitorPass {
    pub visitor: Visitor,
    pub inbox: String,
    pub conversation: ConversationId,
    pub status: Status,
    pub last_seq: i64,
}

/// A visitor message the bot has not dealt with, or the last one an agent may want suggestions for.
#[derive(Clone, Debug)]
pub struct Due {
    pub head: Head,
    pub message: Arc<Message>,
    /// Messages of the same context before it, oldest first.
    pub history: Vec<Message>,
    /// The visitor's verified id in the shop's own systems.
    pub external_id: Option<String>,
    /// Where the visitor is.
    pub page: Option<Page>,
    /// The state of the dialog in this context.
    pub state: DialogState,
}

/// Which conversations to list.
#[derive(Clone, Debug, Default)]
pub struct ConversationFilter {
    pub status: Option<Status>,
    pub visitor: Option<VisitorId>,
    pub assignee: Option<UserId>,
    /// Those in which this colleague helps.
    pub guest: Option<UserId>,
    pub team: Option<TeamId>,
    /// Leaves out conversations of these teams, unless `viewer` has them.
    pub hidden: Vec<TeamId>,
    pub viewer: Option<UserId>,
    /// Words in a message, or the visitor's name, e-mail or external id.
    pub text: Option<String>,
    /// Where the page before ended.
    pub cursor: Option<String>,
    pub limit: usize,
}

/// One page of a list.
#[derive(Clone, Debug)]
pub struct Listed<T> {
    pub items: Vec<T>,
    pub next_cursor: Option<String>,
}

/// An internal note of staff about a conversation.
#[derive(Clone, Debug, PartialEq, serde::Serialize, utoipa::ToSchema)]
pub struct Note {
    #[schema(value_type = String, format = "uuid")]
    pub id: uuid::Uuid,
    pub author_id: UserId,
    pub author: String,
    pub text: String,
    #[schema(value_type = String, format = "date-time")]
    pub created_at: Timestamp,
}

/// An uploaded file.
#[derive(Clone, Debug, PartialEq, serde::Serialize, utoipa::ToSchema)]
pub struct Attachment {
    pub id: AttachmentId,
    pub conversation_id: ConversationId,
    pub name: String,
    /// By content, not by name.
    pub mime: String,
    pub size: i64,
    #[serde(skip)]
    pub sha256: String,
    #[serde(skip)]
    pub uploader: String,
    /// Whether a message carries it already.
    #[serde(skip)]
    pub sent: bool,
    #[schema(value_type = String, format = "date-time")]
    pub created_at: Timestamp,
}

/// Conversations, messages and what hangs on them.
#[async_trait]
pub trait ChatStore: TeamStore + InboxStore {
    /// Whether the store answers.
    async fn ping(&self) -> Result<()>;

    /// Appends to a conversation; see [`WriteRequest`]. Returns after the commit.
    async fn write(&self, request: WriteRequest) -> Result<Written>;

    /// A new visitor, or the one with this external id, with a conversation and one more token.
    async fn create_visitor(
        &self,
        inbox: &str,
        profile: &VisitorProfile,
        token_hash: &str,
        expires: Timestamp,
    ) -> Result<VisitorPass>;
    /// The visitor a token belongs to, unless it has expired.
    async fn visitor_by_token(&self, token_hash: &str, now: Timestamp) -> Result<Option<VisitorPass>>;
    /// Updates what is known about a visitor; fields that are `None` stay. The token lives until `expires`.
    /// `Conflict` when the external id belongs to another visitor.
    async fn update_visitor(
        &self,
        pass: &VisitorPass,
        profile: &VisitorProfile,
        token_hash: &str,
        expires: Timestamp,
    ) -> Result<VisitorPass>;

    /// Conversations of other visitors of the same inbox who left the same e-mail address or phone number, newest first;
    /// without those of the teams in `filter.hidden`.
    async fn alike(&self, id: ConversationId, filter: &ConversationFilter) -> Result<Vec<Conversation>>;
    /// Whether the visitors of both can be one. `Conflict` for two whom the shop knows as two, for different inboxes,
    /// and for what is merged already.
    async fn check_mergeable(&self, kept: ConversationId, other: ConversationId) -> Result<()>;
    /// The visitor of `other` is the one of `kept` from now on: with what is known of them and with their tokens. The
    /// conversation of `other` must be closed, and stays. Errors of [`Self::check_mergeable`].
    async fn merge_visitors(
        &self,
        kept: ConversationId,
        other: ConversationId,
        audit: &AuditEntry,
    ) -> Result<()>;
    /// Notes what is newly known about a visitor; fields that are `None` stay.
    async fn learn_of(&self, visitor: VisitorId, profile: &VisitorProfile) -> Result<()>;

    async fn conversation(&self, id: ConversationId) -> Result<Option<Conversation>>;
    async fn route(&self, id: ConversationId) -> Result<Option<Route>>;
    async fn conversations(&self, filter: &ConversationFilter) -> Result<Listed<Conversation>>;
    /// Messages after `after`, in order, at most `limit`.
    async fn messages(&self, id: ConversationId, after: i64, limit: usize) -> Result<Vec<Message>>;
    /// The newest `limit` messages before `before`, in order.
    async fn messages_before(&self, id: ConversationId, before: i64, limit: usize) -> Result<Vec<Message>>;
    async fn last_seq(&self, id: ConversationId) -> Result<i64>;
    /// Notes how far was read; no two marks are one reader's of one conversation. A mark only ever moves forward, and not
    /// beyond the conversation's newest message.
    async fn mark_read(&self, marks: &[ReadMark]) -> Result<()>;
    /// How far `reader` and the other side have read each of these; a number is how far the reader is known to have read
    /// at least. Viewers are on no side.
    async fn reads(
        &self,
        reader: Reader,
        of: &[(ConversationId, i64)],
    ) -> Result<HashMap<ConversationId, Reads>>;
    /// Conversations that were changed since.
    async fn touched(&self, since: Timestamp) -> Result<Vec<Touched>>;
    /// Conversations that wait for a person, the one who waits longest first.
    async fn queue(&self) -> Result<Vec<ConversationId>>;
    /// Transfers offered before `limit` that nobody accepted.
    async fn expired_transfers(&self, limit: Timestamp) -> Result<Vec<ConversationId>>;

    /// Conversations that were put off until `now` or earlier.
    async fn ended_snoozes(&self, now: Timestamp) -> Result<Vec<ConversationId>>;
    /// The last `most` of those who were taken out of the queue since, in order.
    async fn taken(&self, since: Timestamp, most: usize) -> Result<Vec<Taken>>;
    /// Conversations that somebody serves, and has not put off, in which an agent has the last word and nothing has happened
    /// since `spoken`; or since `told` where the last thing was the notice that it will end.
    async fn silent(&self, spoken: Timestamp, told: Timestamp) -> Result<Vec<Silent>>;
    /// Seconds from the visitor's first word to the first answer, whoever gave it, for those that have both.
    async fn first_replies(&self, ids: &[ConversationId]) -> Result<HashMap<ConversationId, f64>>;

    /// Conversations with a visitor message the bot has not dealt with, but for those that are the turn of `others`.
    async fn due_conversations(&self, others: &[String]) -> Result<Vec<ConversationId>>;
    /// The oldest visitor message the bot has to deal with, if the conversation is the bot's.
    async fn due(&self, id: ConversationId, history: usize) -> Result<Option<Due>>;
    /// The newest visitor message, whoever owns the conversation.
    async fn latest_question(&self, id: ConversationId, history: usize) -> Result<Option<Due>>;

    /// Stores the suggestions for message `seq` unless there are some already; returns those that count.
    async fn store_suggestions(
        &self,
        id: ConversationId,
        seq: i64,
        items: Vec<Suggestion>,
        at: Timestamp,
    ) -> Result<Vec<Suggestion>>;
    async fn suggestions(&self, id: ConversationId, seq: i64) -> Result<Vec<Suggestion>>;
    /// Notes that a suggestion was sent, as it was or edited. `NotFound` when there is no such suggestion.
    async fn suggestion_used(
        &self,
        id: SuggestionId,
        by: UserId,
        edited: Option<&str>,
        at: Timestamp,
    ) -> Result<()>;

    async fn add_note(&self, id: ConversationId, note: &Note) -> Result<()>;
    async fn notes(&self, id: ConversationId) -> Result<Vec<Note>>;
    async fn set_tags(&self, id: ConversationId, tags: &[String]) -> Result<Conversation>;

    /// Whether a bot or agent message of this conversation was helpful. `NotFound` when it is not in there.
    async fn set_feedback(
        &self,
        id: ConversationId,
        message: MessageId,
        helpful: bool,
        comment: Option<&str>,
        at: Timestamp,
    ) -> Result<()>;
    /// The rating of the current context of the conversation; rating again replaces it.
    async fn set_csat(
        &self,
        id: ConversationId,
        score: i64,
        comment: Option<&str>,
        at: Timestamp,
    ) -> Result<()>;

    /// Whether the store keeps files that are sent, so that every node has them.
    fn keeps_files(&self) -> bool;
    /// Notes a file that was sent; `content` where the store keeps files.
    async fn add_attachment(&self, attachment: &Attachment, content: Option<&[u8]>) -> Result<()>;
    /// The content of a file, where the store keeps files.
    async fn attachment_file(&self, id: AttachmentId) -> Result<Option<Vec<u8>>>;
    async fn attachment(&self, id: AttachmentId) -> Result<Option<Attachment>>;
}
