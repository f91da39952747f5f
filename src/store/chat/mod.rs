//! Conversations and messages in SQL: the implementation of [`ChatStore`].

mod append;
mod extras;
mod group;
mod merge;
mod outbox;
mod read;
mod reads;
mod recordings;
mod rows;
mod save;
mod takes;
mod visitors;
mod wave;

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::chat::waits::Taken;
use crate::chat::{
    Attachment, AuditEntry, ChatStore, ConversationFilter, Due, Listed, Note, ReadMark, Reader, Route,
    Silent, Touched, VisitorPass, VisitorProfile, WriteRequest, Written,
};
use crate::domain::{
    AttachmentId, Conversation, ConversationId, Message, MessageId, Reads, Suggestion, SuggestionId, UserId,
    VisitorId,
};
use crate::error::Result;
use crate::tasks::Tasks;

use super::Db;
pub use recordings::SqlRecordings;
pub(super) use rows::reason as close_reason;

use group::Group;
use read::Which;

/// Conversations in the database. Cheap to clone.
#[derive(Clone)]
pub struct SqlChatStore {
    pub(in crate::store) db: Db,
    group: Arc<Group>,
}

impl SqlChatStore {
    /// `tasks` counts the task that commits groups of messages, so that shutdown waits for what is queued.
    pub fn new(db: Db, tasks: Tasks) -> Self {
        Self { group: Group::new(db.clone(), tasks, String::new()), db }
    }

    /// The same on one of several nodes: visitors' messages that it stores are its own to answer.
    pub fn on_node(db: Db, tasks: Tasks, node: &str) -> Self {
        Self { group: Group::new(db.clone(), tasks, node.to_owned()), db }
    }
}

#[async_trait]
impl ChatStore for SqlChatStore {
    async fn ping(&self) -> Result<()> {
        self.db.ping().await
    }

    async fn write(&self, request: WriteRequest) -> Result<Written> {
        self.group.write(request).await
    }

    async fn create_visitor(
        &self,
        inbox: &str,
        profile: &VisitorProfile,
        token_hash: &str,
        expires: Timestamp,
    ) -> Result<VisitorPass> {
        visitors::create(&self.db, inbox, profile, token_hash, expires).await
    }

    async fn visitor_by_token(&self, token_hash: &str, now: Timestamp) -> Result<Option<VisitorPass>> {
        visitors::by_token(&self.db, token_hash, now).await
    }

    async fn update_visitor(
        &self,
        pass: &VisitorPass,
        profile: &VisitorProfile,
        token_hash: &str,
        expires: Timestamp,
    ) -> Result<VisitorPass> {
        visitors::update(&self.db, pass.visitor.id, profile, token_hash, expires).await
    }

    async fn alike(&self, id: ConversationId, filter: &ConversationFilter) -> Result<Vec<Conversation>> {
        merge::alike(&self.db, id, filter).await
    }

    async fn check_mergeable(&self, kept: ConversationId, other: ConversationId) -> Result<()> {
        merge::check(&self.db, kept, other).await
    }

    async fn merge_visitors(
        &self,
        kept: ConversationId,
        other: ConversationId,
        audit: &AuditEntry,
    ) -> Result<()> {
        merge::merge(&self.db, kept, other, audit).await
    }

    async fn learn_of(&self, visitor: VisitorId, profile: &VisitorProfile) -> Result<()> {
        visitors::learn_of(&self.db, visitor, profile).await
    }

    async fn conversation(&self, id: ConversationId) -> Result<Option<Conversation>> {
        read::conversation(self.db.reader(), id).await
    }

    async fn route(&self, id: ConversationId) -> Result<Option<Route>> {
        read::route(self.db.reader(), id).await
    }

    async fn conversations(&self, filter: &ConversationFilter) -> Result<Listed<Conversation>> {
        read::conversations(&self.db, filter).await
    }

    async fn messages(&self, id: ConversationId, after: i64, limit: usize) -> Result<Vec<Message>> {
        read::messages(self.db.reader(), id, after, limit).await
    }

    async fn messages_before(&self, id: ConversationId, before: i64, limit: usize) -> Result<Vec<Message>> {
        read::messages_between(self.db.reader(), id, 0, before, limit).await
    }

    async fn last_seq(&self, id: ConversationId) -> Result<i64> {
        read::last_seq(self.db.reader(), id).await
    }

    async fn mark_read(&self, marks: &[ReadMark]) -> Result<()> {
        reads::mark(&self.db, marks).await
    }

    async fn reads(
        &self,
        reader: Reader,
        of: &[(ConversationId, i64)],
    ) -> Result<HashMap<ConversationId, Reads>> {
        reads::of(&self.db, reader, of).await
    }

    async fn touched(&self, since: Timestamp) -> Result<Vec<Touched>> {
        read::touched(self.db.reader(), since).await
    }

    async fn queue(&self) -> Result<Vec<ConversationId>> {
        read::queue(self.db.reader()).await
    }

    async fn expired_transfers(&self, limit: Timestamp) -> Result<Vec<ConversationId>> {
        read::expired_transfers(self.db.reader(), limit).await
    }

    async fn taken(&self, since: Timestamp, most: usize) -> Result<Vec<Taken>> {
        takes::since(self.db.reader(), since, most).await
    }

    async fn silent(&self, spoken: Timestamp, told: Timestamp) -> Result<Vec<Silent>> {
        read::silent(self.db.reader(), spoken, told).await
    }

    async fn ended_snoozes(&self, now: Timestamp) -> Result<Vec<ConversationId>> {
        read::ended_snoozes(self.db.reader(), now).await
    }

    async fn first_replies(&self, ids: &[ConversationId]) -> Result<HashMap<ConversationId, f64>> {
        read::first_replies(self.db.reader(), ids).await
    }

    async fn due_conversations(&self, others: &[String]) -> Result<Vec<ConversationId>> {
        read::due_conversations(self.db.reader(), others).await
    }

    async fn due(&self, id: ConversationId, history: usize) -> Result<Option<Due>> {
        read::question(&self.db, id, Which::Due, history).await
    }

    async fn latest_question(&self, id: ConversationId, history: usize) -> Result<Option<Due>> {
        read::question(&self.db, id, Which::Latest, history).await
    }

    async fn store_suggestions(
        &self,
        id: ConversationId,
        seq: i64,
        items: Vec<Suggestion>,
        at: Timestamp,
    ) -> Result<Vec<Suggestion>> {
        extras::store_suggestions(&self.db, id, seq, items, at).await
    }

    async fn suggestions(&self, id: ConversationId, seq: i64) -> Result<Vec<Suggestion>> {
        extras::suggestions(&self.db, id, seq).await
    }

    async fn suggestion_used(
        &self,
        id: SuggestionId,
        by: UserId,
        edited: Option<&str>,
        at: Timestamp,
    ) -> Result<()> {
        extras::suggestion_used(&self.db, id, by, edited, at).await
    }

    async fn add_note(&self, id: ConversationId, note: &Note) -> Result<()> {
        extras::add_note(&self.db, id, note).await
    }

    async fn notes(&self, id: ConversationId) -> Result<Vec<Note>> {
        extras::notes(&self.db, id).await
    }

    async fn set_tags(&self, id: ConversationId, tags: &[String]) -> Result<Conversation> {
        extras::set_tags(&self.db, id, tags).await
    }

    async fn set_feedback(
        &self,
        id: ConversationId,
        message: MessageId,
        helpful: bool,
        comment: Option<&str>,
        at: Timestamp,
    ) -> Result<()> {
        extras::set_feedback(&self.db, id, message, helpful, comment, at).await
    }

    async fn set_csat(
        &self,
        id: ConversationId,
        score: i64,
        comment: Option<&str>,
        at: Timestamp,
    ) -> Result<()> {
        extras::set_csat(&self.db, id, score, comment, at).await
    }

    fn keeps_files(&self) -> bool {
        self.db.path().is_none()
    }

    async fn add_attachment(&self, attachment: &Attachment, content: Option<&[u8]>) -> Result<()> {
        extras::add_attachment(&self.db, attachment, content).await
    }

    async fn attachment_file(&self, id: AttachmentId) -> Result<Option<Vec<u8>>> {
        extras::attachment_file(&self.db, id).await
    }

    async fn attachment(&self, id: AttachmentId) -> Result<Option<Attachment>> {
        extras::attachment(&self.db, id).await
    }
}
