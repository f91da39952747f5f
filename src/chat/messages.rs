//! Sending and reading messages, and what visitors do besides: asking for a person, rating, ending.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::{
    AttachmentId, Content, Conversation, ConversationId, Message, MessageId, Sender, SenderKind, User,
};
use crate::error::{Code, Error, Result};

use super::machine::By;
use super::reading::Reader;
use super::store::{Change, ClientKey, Draft, Head, VisitorPass, WriteRequest, Written};
use super::timers::before;
use super::{Chat, ChatEvent, News, Queue, Touched, merge, plans, waits};

/// Most messages one page of history holds.
pub const MAX_PAGE: usize = 500;
/// Longest `client_id` in characters.
const MAX_CLIENT_ID: usize = 100;
/// Most attachments of one message.
const MAX_ATTACHMENTS: usize = 10;

/// A message somebody wants to send.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ToSchema)]
pub struct NewMessage {
    /// The sender's own name for it; sent again it is the same message.
    pub client_id: String,
    #[serde(default)]
    pub text: Option<String>,
    #[serde(default)]
    pub attachment_ids: Vec<AttachmentId>,
}

/// A stored message.
#[derive(Clone, Debug)]
pub struct Posted {
    /// The message of the given `client_id`: the text, or the first attachment when there is no text.
    pub message: Arc<Message>,
    /// `false` when it had been stored before.
    pub new: bool,
}

impl Chat {
    /// Stores a visitor's message; it is durable when this returns. The bot's turn begins by itself.
    ///
    /// # Errors
    /// [`Code::InvalidInput`] for an empty message or a bad `client_id`, [`Code::TooLarge`] for a long one.
    pub async fn post_visitor(&self, pass: &VisitorPass, new: &NewMessage) -> Result<Posted> {
        let visitor = &pass.visitor;
        let sender = Sender {
            kind: SenderKind::Visitor,
            id: Some(visitor.id.to_string()),
            name: visitor.name.clone(),
        };
        let drafts = self.drafts(pass.conversation, sender, new).await?;
        let key = client_key(SenderKind::Visitor, visitor.id.to_string(), new);
        let written = self
            .append(pass.conversation, Some(key), false, move |head| plans::visitor_message(head, &drafts))
            .await?;
        posted(written, &new.client_id)
    }

    /// Stores an agent's message. Written into a conversation nobody owns, it takes the conversation: from then on
    /// the bot is silent.
    ///
    /// # Errors
    /// [`Code::Conflict`] when another agent owns the conversation, [`Code::Forbidden`] for viewers.
    pub async fn post_agent(&self, user: &User, id: ConversationId, new: &NewMessage) -> Result<Posted> {
        plans::require_agent(user)?;
        let sender =
            Sender { kind: SenderKind::Agent, id: Some(user.id.to_string()), name: Some(user.name.clone()) };
        let drafts = self.drafts(id, sender, new).await?;
        let key = client_key(SenderKind::Agent, user.id.to_string(), new);
        let (user, reader) = (user.clone(), Reader::staff(user));
        let written =
            self.append(id, Some(key), false, move |head| plans::agent_message(head, &user, &drafts)).await?;
        let posted = posted(written, &new.client_id)?;
        // Who answers has read what stands before.
        self.note_read(id, reader, posted.message.seq);
        Ok(posted)
    }

    /// Messages after `after`, in order.
    pub async fn messages(&self, id: ConversationId, after: i64, limit: usize) -> Result<Vec<Message>> {
        self.store().messages(id, after.max(0), limit.clamp(1, MAX_PAGE)).await
    }

    /// The newest messages before `before`, in order: for reading backwards.
    pub async fn messages_before(
        &self,
        id: ConversationId,
        before: i64,
        limit: usize,
    ) -> Result<Vec<Message>> {
        self.store().messages_before(id, before, limit.clamp(1, MAX_PAGE)).await
    }

    /// Number of the newest message.
    pub async fn last_seq(&self, id: ConversationId) -> Result<i64> {
        self.store().last_seq(id).await
    }

    /// Conversations that were changed since, by whichever node.
    pub async fn touched(&self, since: Timestamp) -> Result<Vec<Touched>> {
        self.store().touched(since).await
    }

    /// A conversation and its messages after `after`; the newest ones since a moment, when it is not known after which.
    pub async fn news_of(
        &self,
        id: ConversationId,
        after: Option<i64>,
        since: Timestamp,
        limit: usize,
    ) -> Result<News> {
        let conversation = self.conversation(id).await?;
        let found = self.store().route(id).await?;
        let mut route = found.ok_or_else(|| Error::not_found("conversation", id))?;
        route.only = self.inner.teams.closed_to(route.team);
        let messages = match after {
            Some(after) => self.store().messages(id, after, limit).await?,
            None => {
                let mut newest = self.store().messages_before(id, i64::MAX, limit).await?;
                newest.retain(|message| message.created_at >= since);
                newest
            }
        };
        Ok(News { route, conversation, messages })
    }

    /// The visitor asks for a person. Told in the conversation, with the position in the queue.
    pub async fn request_handoff(&self, pass: &VisitorPass) -> Result<Conversation> {
        let (staffed, now) = (self.staff().anybody_online(), Timestamp::now());
        let placing = self.placing(None, pass.visitor.locale, now);
        self.step(pass.conversation, true, move |head| {
            plans::handoff(head, By::Visitor, "asked", staffed, now).map(|change| placing.apply(head, change))
        })
        .await
    }

    /// Everybody who waits for a person.
    pub async fn queue(&self) -> Result<Queue> {
        let waiting = self.store().queue().await?;
        if waiting.is_empty() {
            return Ok(Queue::default());
        }
        let since = before(Timestamp::now(), waits::FRESH)?;
        let taken = self.store().taken(since, waits::REMEMBERED).await?;
        Ok(Queue { waiting, per_place: waits::per_place(&taken) })
    }

    /// The visitor would rather go on with the bot than wait.
    pub async fn cancel_handoff(&self, pass: &VisitorPass) -> Result<Conversation> {
        self.step(pass.conversation, false, plans::stay_with_bot).await
    }

    /// The visitor ends the conversation.
    pub async fn close_by_visitor(&self, pass: &VisitorPass) -> Result<Conversation> {
        self.step(pass.conversation, false, |head| plans::close(head, By::Visitor, None)).await
    }

    /// Whether a message of the bot or an agent helped.
    pub async fn feedback(
        &self,
        pass: &VisitorPass,
        message: MessageId,
        helpful: bool,
        comment: Option<&str>,
    ) -> Result<()> {
        self.check_comment(comment)?;
        self.store().set_feedback(pass.conversation, message, helpful, comment, Timestamp::now()).await
    }

    /// The visitor rates the conversation, 1 to 5.
    pub async fn csat(&self, pass: &VisitorPass, score: i64, comment: Option<&str>) -> Result<()> {
        if !(1..=5).contains(&score) {
            return Err(Error::invalid("score must be a whole number from 1 to 5"));
        }
        self.check_comment(comment)?;
        self.store().set_csat(pass.conversation, score, comment, Timestamp::now()).await
    }

    /// One step of the state machine that is no message of its own; answers with the conversation as it is then.
    pub(super) async fn step(
        &self,
        id: ConversationId,
        count_queue: bool,
        plan: impl Fn(&Head) -> Result<Change> + Send + Sync + 'static,
    ) -> Result<Conversation> {
        let written = self.append(id, None, count_queue, plan).await?;
        match written.conversation {
            Some(conversation) => Ok(Arc::unwrap_or_clone(conversation)),
            None => self.conversation(id).await,
        }
    }

    /// The one way into the store: writes, and tells everybody in the order of the commits.
    pub(super) async fn append(
        &self,
        conversation: ConversationId,
        key: Option<ClientKey>,
        count_queue: bool,
        plan: impl Fn(&Head) -> Result<Change> + Send + Sync + 'static,
    ) -> Result<Written> {
        let chat = self.clone();
        let on_commit = Box::new(move |written: &Written| chat.committed(written));
        let plan = Box::new(move |head: &Head| merge::refuse_merged(head).and_then(|()| plan(head)));
        let request = WriteRequest { conversation, key, count_queue, plan, on_commit };
        self.store().write(request).await
    }

    fn committed(&self, written: &Written) {
        if written.repeated {
            return;
        }
        let route = written.head.route();
        for message in &written.messages {
            self.tell(ChatEvent::Message { route: route.clone(), message: message.clone() });
        }
        if let Some(conversation) = &written.conversation {
            self.tell(ChatEvent::Conversation { route, conversation: conversation.clone() });
            self.tell_queue();
            self.staff().wake_desks();
        }
        let from_visitor = written.messages.iter().any(|m| m.sender.kind == SenderKind::Visitor);
        if from_visitor {
            self.visitor_spoke(written.head.id);
        }
    }

    /// Waiting visitors learn their new positions. One reader at a time, so that older positions never follow newer.
    fn tell_queue(&self) {
        if !self.inner.queue_rounds.start(()) {
            return;
        }
        let chat = self.clone();
        self.inner.tasks.spawn(async move {
            loop {
                match chat.queue().await {
                    Ok(queue) => chat.tell(ChatEvent::Queue(queue)),
                    Err(e) => tracing::warn!(error = %e, "queue positions could not be read"),
                }
                if chat.inner.queue_rounds.end(&()) {
                    break;
                }
            }
        });
    }

    async fn drafts(&self, id: ConversationId, sender: Sender, new: &NewMessage) -> Result<Vec<Draft>> {
        let client_id = new.client_id.trim();
        if client_id.is_empty() || client_id.chars().count() > MAX_CLIENT_ID {
            return Err(Error::invalid("client_id must have 1 to 100 characters"));
        }
        // Of all characters the one that not every database can keep in a text.
        let text = new.text.as_deref().unwrap_or_default().trim().replace('\0', "\u{fffd}");
        let max = self.inner.settings.max_message_chars;
        if text.chars().count() > max {
            return Err(Error::new(
                Code::TooLarge,
                format!("text is longer than {max} characters; send it in parts"),
            ));
        }
        if new.attachment_ids.len() > MAX_ATTACHMENTS {
            return Err(Error::invalid("a message may carry at most 10 attachments"));
        }
        let mut contents = Vec::new();
        if !text.is_empty() {
            contents.push(Content::text(text));
        }
        for attachment in &new.attachment_ids {
            contents.push(self.attachment_content(id, &sender, *attachment).await?);
        }
        if contents.is_empty() {
            return Err(Error::invalid("a message needs a text or an attachment"));
        }
        let draft = |(i, content)| Draft {
            id: MessageId::new(),
            client_id: Some(if i == 0 { client_id.to_owned() } else { format!("{client_id}/{i}") }),
            sender: sender.clone(),
            content,
            citations: Vec::new(),
        };
        Ok(contents.into_iter().enumerate().map(draft).collect())
    }

    fn check_comment(&self, comment: Option<&str>) -> Result<()> {
        let max = self.inner.settings.max_message_chars;
        match comment {
            Some(c) if c.chars().count() > max => {
                Err(Error::new(Code::TooLarge, format!("comment is longer than {max} characters")))
            }
            _ => Ok(()),
        }
    }
}

fn client_key(kind: SenderKind, sender_id: String, new: &NewMessage) -> ClientKey {
    ClientKey { kind, sender_id, client_id: new.client_id.trim().to_owned() }
}

fn posted(written: Written, client_id: &str) -> Result<Posted> {
    let new = !written.repeated;
    let mine = written.messages.into_iter().find(|m| m.client_id.as_deref() == Some(client_id.trim()));
    let message = mine.ok_or_else(|| Error::internal("a stored message was not returned by the store"))?;
    Ok(Posted { message, new })
}
