//! Rows of conversations and messages, and the domain values they stand for.

use sqlx::FromRow;

use crate::chat::{Attachment, Head, Ownership, VisitorPass};
use crate::domain::{
    Assignee, CloseReason, Content, Conversation, Lang, Message, MessageId, Sender, SenderKind, Status,
    TeamRef, Visitor, VisitorId,
};
use crate::error::{Error, Result};
use crate::store::columns::{from_json, parsed, timestamp, timestamp_opt};

/// Columns of [`MessageRow`].
macro_rules! message_columns {
    () => {
        "m.id, m.conversation_id, m.seq, m.client_id, m.sender_kind, m.sender_id, m.sender_name, m.text, \
         m.content, m.citations, m.created_at"
    };
}

/// Columns and tables of [`HeadRow`].
macro_rules! head_query {
    () => {
        "SELECT c.id, c.inbox_id, c.visitor_id, v.name AS visitor_name, v.locale, c.status, c.assignee_id, \
         u.name AS assignee_name, c.offered_to, c.version, c.last_seq, c.visitor_seq, c.bot_seq, c.context_seq, \
         c.handoff_reason, c.waiting_since, c.team_id, c.snoozed_until, c.guests, \
         v.merged_into IS NOT NULL AS merged \
         FROM conversations c JOIN visitors v ON v.id = c.visitor_id \
         LEFT JOIN users u ON u.id = c.assignee_id "
    };
}

/// Columns and tables of [`ConversationRow`]: `v` is who the visitor turned out to be, `o` whose conversation it was.
macro_rules! conversation_query {
    () => {
        "SELECT c.id, c.inbox_id, c.status, c.assignee_id, u.name AS assignee_name, c.version, c.last_seq, c.handoff_reason, \
         c.waiting_since, c.page, c.tags, c.created_at, c.updated_at, t.id AS team_id, t.name AS team_name, \
         c.snoozed_until, c.guests, x.reason AS close_reason, x.note AS close_note, \
         (SELECT g.id FROM conversations g WHERE g.visitor_id = o.merged_into AND g.inbox_id = c.inbox_id) \
         AS goes_on_in, \
         v.id AS visitor_id, v.external_id, v.name AS visitor_name, v.email, v.phone, v.locale, v.tier, \
         m.id AS m_id, m.client_id AS m_client_id, m.sender_kind AS m_sender_kind, m.sender_id AS m_sender_id, \
         m.sender_name AS m_sender_name, m.text AS m_text, m.content AS m_content, m.citations AS m_citations, \
         m.created_at AS m_created_at \
         FROM conversations c JOIN visitors o ON o.id = c.visitor_id \
         JOIN visitors v ON v.id = COALESCE(o.merged_into, o.id) \
         LEFT JOIN users u ON u.id = c.assignee_id LEFT JOIN teams t ON t.id = c.team_id \
         LEFT JOIN messages m ON m.conversation_id = c.id AND m.seq = c.last_seq \
         LEFT JOIN closings x ON x.conversation_id = c.id AND x.context_seq = c.context_seq AND c.status = 'closed' "
    };
}

pub(super) use {conversation_query, head_query, message_columns};

#[derive(FromRow)]
pub(super) struct MessageRow {
    pub id: String,
    pub conversation_id: String,
    pub seq: i64,
    pub client_id: Option<String>,
    pub sender_kind: String,
    pub sender_id: Option<String>,
    pub sender_name: Option<String>,
    pub text: String,
    pub content: Option<String>,
    pub citations: Option<String>,
    pub created_at: i64,
}

impl MessageRow {
    pub(super) fn into_message(self) -> Result<Message> {
        let kind =
            SenderKind::parse(&self.sender_kind).ok_or_else(|| unknown("sender", &self.sender_kind))?;
        Ok(Message {
            id: parsed(&self.id)?,
            conversation_id: parsed(&self.conversation_id)?,
            seq: self.seq,
            client_id: self.client_id,
            sender: Sender { kind, id: self.sender_id, name: self.sender_name },
            content: match self.content {
                Some(json) => from_json(&json)?,
                None => Content::Text { text: self.text },
            },
            citations: self.citations.as_deref().map(from_json).transpose()?.unwrap_or_default(),
            created_at: timestamp(self.created_at)?,
        })
    }
}

#[derive(FromRow)]
pub(super) struct HeadRow {
    id: String,
    inbox_id: String,
    visitor_id: String,
    visitor_name: Option<String>,
    locale: String,
    status: String,
    assignee_id: Option<String>,
    assignee_name: Option<String>,
    offered_to: Option<String>,
    version: i64,
    last_seq: i64,
    pub visitor_seq: i64,
    bot_seq: i64,
    context_seq: i64,
    handoff_reason: Option<String>,
    waiting_since: Option<i64>,
    team_id: Option<String>,
    snoozed_until: Option<i64>,
    guests: String,
    merged: bool,
}

impl HeadRow {
    pub(super) fn into_head(self) -> Result<Head> {
        Ok(Head {
            id: parsed(&self.id)?,
            inbox: self.inbox_id,
            visitor: parsed(&self.visitor_id)?,
            visitor_name: self.visitor_name,
            locale: parsed(&self.locale)?,
            ownership: Ownership {
                status: status(&self.status)?,
                assignee: assignee(self.assignee_id, self.assignee_name)?,
                offered_to: self.offered_to.as_deref().map(parsed).transpose()?,
                team: self.team_id.as_deref().map(parsed).transpose()?,
                handoff_reason: self.handoff_reason,
                waiting_since: timestamp_opt(self.waiting_since)?,
                snoozed_until: timestamp_opt(self.snoozed_until)?,
                guests: guests(&self.guests)?,
            },
            version: self.version,
            last_seq: self.last_seq,
            bot_seq: self.bot_seq,
            context_seq: self.context_seq,
            queue_length: 0,
            merged: self.merged,
        })
    }
}

#[derive(FromRow)]
pub(super) struct ConversationRow {
    pub id: String,
    inbox_id: String,
    status: String,
    assignee_id: Option<String>,
    assignee_name: Option<String>,
    version: i64,
    last_seq: i64,
    handoff_reason: Option<String>,
    pub waiting_since: Option<i64>,
    team_id: Option<String>,
    team_name: Option<String>,
    page: Option<String>,
    tags: String,
    created_at: i64,
    pub updated_at: i64,
    goes_on_in: Option<String>,
    snoozed_until: Option<i64>,
    guests: String,
    close_reason: Option<String>,
    close_note: Option<String>,
    #[sqlx(flatten)]
    pub visitor: VisitorRow,
    m_id: Option<String>,
    m_client_id: Option<String>,
    m_sender_kind: Option<String>,
    m_sender_id: Option<String>,
    m_sender_name: Option<String>,
    m_text: Option<String>,
    m_content: Option<String>,
    m_citations: Option<String>,
    m_created_at: Option<i64>,
}

impl ConversationRow {
    pub(super) fn into_conversation(self) -> Result<Conversation> {
        let last_message = match (self.m_id, self.m_sender_kind, self.m_text, self.m_created_at) {
            (Some(id), Some(sender_kind), Some(text), Some(created_at)) => Some(
                MessageRow {
                    id,
                    conversation_id: self.id.clone(),
                    seq: self.last_seq,
                    client_id: self.m_client_id,
                    sender_kind,
                    sender_id: self.m_sender_id,
                    sender_name: self.m_sender_name,
                    text,
                    content: self.m_content,
                    citations: self.m_citations,
                    created_at,
                }
                .into_message()?,
            ),
            _ => None,
        };
        Ok(Conversation {
            id: parsed(&self.id)?,
            inbox: self.inbox_id,
            status: status(&self.status)?,
            visitor: self.visitor.into_visitor()?,
            assignee: assignee(self.assignee_id, self.assignee_name)?,
            guests: guests(&self.guests)?,
            team: match (self.team_id, self.team_name) {
                (Some(id), Some(name)) => Some(TeamRef { id: parsed(&id)?, name }),
                _ => None,
            },
            version: self.version,
            last_seq: self.last_seq,
            last_message,
            handoff_reason: self.handoff_reason,
            page: self.page.as_deref().map(from_json).transpose()?,
            tags: from_json(&self.tags)?,
            goes_on_in: self.goes_on_in.as_deref().map(parsed).transpose()?,
            waiting_since: timestamp_opt(self.waiting_since)?,
            snoozed_until: timestamp_opt(self.snoozed_until)?,
            close_reason: self.close_reason.as_deref().map(reason).transpose()?,
            close_note: self.close_note,
            created_at: timestamp(self.created_at)?,
            updated_at: timestamp(self.updated_at)?,
        })
    }
}

#[derive(FromRow)]
pub(super) struct VisitorRow {
    visitor_id: String,
    external_id: Option<String>,
    visitor_name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    locale: String,
    pub tier: i64,
}

impl VisitorRow {
    pub(super) fn into_visitor(self) -> Result<Visitor> {
        Ok(Visitor {
            id: parsed::<VisitorId>(&self.visitor_id)?,
            external_id: self.external_id,
            name: self.visitor_name,
            email: self.email,
            phone: self.phone,
            locale: parsed::<Lang>(&self.locale)?,
            tier: self.tier,
        })
    }
}

#[derive(FromRow)]
pub(super) struct PassRow {
    #[sqlx(flatten)]
    visitor: VisitorRow,
    inbox_id: String,
    conversation_id: String,
    status: String,
    last_seq: i64,
}

impl PassRow {
    pub(super) fn into_pass(self) -> Result<VisitorPass> {
        Ok(VisitorPass {
            visitor: self.visitor.into_visitor()?,
            inbox: self.inbox_id,
            conversation: parsed(&self.conversation_id)?,
            status: status(&self.status)?,
            last_seq: self.last_seq,
        })
    }
}

#[derive(FromRow)]
pub(super) struct AttachmentRow {
    id: String,
    conversation_id: String,
    uploader: String,
    name: String,
    mime: String,
    size: i64,
    sha256: String,
    message_id: Option<String>,
    created_at: i64,
}

impl AttachmentRow {
    pub(super) fn into_attachment(self) -> Result<Attachment> {
        Ok(Attachment {
            id: parsed(&self.id)?,
            conversation_id: parsed(&self.conversation_id)?,
            uploader: self.uploader,
            name: self.name,
            mime: self.mime,
            size: self.size,
            sha256: self.sha256,
            sent: self.message_id.as_deref().map(parsed::<MessageId>).transpose()?.is_some(),
            created_at: timestamp(self.created_at)?,
        })
    }
}

pub(super) fn status(name: &str) -> Result<Status> {
    Status::parse(name).ok_or_else(|| unknown("status", name))
}

fn assignee(id: Option<String>, name: Option<String>) -> Result<Option<Assignee>> {
    let Some(id) = id else { return Ok(None) };
    Ok(Some(Assignee { id: parsed(&id)?, name: name.unwrap_or_default() }))
}

pub(in crate::store) fn reason(name: &str) -> Result<CloseReason> {
    CloseReason::parse(name).ok_or_else(|| unknown("reason", name))
}

/// Nearly always nobody: not worth parsing for every message.
fn guests(json: &str) -> Result<Vec<Assignee>> {
    if json == "[]" { Ok(Vec::new()) } else { from_json(json) }
}

fn unknown(what: &str, name: &str) -> Error {
    Error::internal(format!("the database holds the unknown {what} `{name}`"))
}
