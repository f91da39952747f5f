//! What staff do with conversations: list, take, give back, pass on, end, and write notes about them.

use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::{CloseReason, Conversation, ConversationId, Role, TeamId, User, UserId};
use crate::error::{Code, Error, Result};

use super::store::{Closing, ConversationFilter, Listed, Note};
use super::{Chat, ChatEvent, plans};

/// Where a released conversation goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReleaseTo {
    /// Back to the end of the queue; the visitor waits for the next agent.
    #[default]
    Queue,
    /// The bot goes on, in a new context.
    Bot,
}

/// Why a conversation ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Ending {
    pub reason: CloseReason,
    pub note: Option<String>,
}

impl Ending {
    fn by(self, user: &User) -> Result<Closing> {
        let note = self.note.map(|note| note.trim().to_owned()).filter(|note| !note.is_empty());
        if note.as_ref().is_some_and(|note| note.chars().count() > MAX_CLOSE_NOTE) {
            return Err(Error::invalid(format!("note: at most {MAX_CLOSE_NOTE} characters")));
        }
        Ok(Closing { reason: self.reason, note, by: user.id })
    }
}

/// Most conversations one page holds.
const MAX_PAGE: usize = 100;
const MAX_CLOSE_NOTE: usize = 500;
const MAX_TAGS: usize = 20;
const MAX_TAG: usize = 40;

impl Chat {
    /// One page of conversations. Waiting ones come oldest first, as they are to be taken; all others newest first.
    pub async fn conversations(&self, filter: &ConversationFilter) -> Result<Listed<Conversation>> {
        let filter = ConversationFilter { limit: filter.limit.clamp(1, MAX_PAGE), ..filter.clone() };
        self.store().conversations(&filter).await
    }

    /// The conversation.
    pub async fn conversation(&self, id: ConversationId) -> Result<Conversation> {
        self.store().conversation(id).await?.ok_or_else(|| Error::not_found("conversation", id))
    }

    /// The agent takes the conversation. Of two who try at once one gets it, the other is told who has it.
    ///
    /// # Errors
    /// [`Code::Conflict`] when another agent was faster, [`Code::InvalidState`] when it is closed.
    pub async fn accept(&self, user: &User, id: ConversationId) -> Result<Conversation> {
        plans::require_agent(user)?;
        let user = user.clone();
        self.step(id, false, move |head| plans::accept(head, &user, false)).await
    }

    /// A supervisor takes the conversation from whoever has it.
    pub async fn take_over(&self, user: &User, id: ConversationId) -> Result<Conversation> {
        plans::require_agent(user)?;
        let user = user.clone();
        self.step(id, false, move |head| plans::accept(head, &user, true)).await
    }

    /// The conversation goes back to the queue or to the bot.
    pub async fn release(&self, user: &User, id: ConversationId, to: ReleaseTo) -> Result<Conversation> {
        plans::require_agent(user)?;
        let (user, now) = (user.clone(), Timestamp::now());
        self.step(id, false, move |head| plans::release(head, &user, to == ReleaseTo::Bot, now)).await
    }

    /// Offers the conversation to `target`, or to whoever is free. Unanswered it returns to the queue by itself.
    pub async fn transfer(
        &self,
        user: &User,
        id: ConversationId,
        target: Option<UserId>,
    ) -> Result<Conversation> {
        plans::require_agent(user)?;
        if let Some(target) = target {
            let receiver = self.staff().user(target).await?;
            if receiver.role < Role::Agent {
                return Err(Error::invalid(format!("{} may not take conversations", receiver.name)));
            }
            if receiver.id == user.id {
                return Err(Error::invalid(
                    "a conversation cannot be transferred to yourself; accept it instead",
                ));
            }
        }
        let (user, now) = (user.clone(), Timestamp::now());
        self.step(id, false, move |head| plans::transfer(head, &user, target, now)).await
    }

    /// Offers the conversation to a team: whoever of it is free. Unanswered it returns to the team's queue by itself.
    pub async fn transfer_to_team(
        &self,
        user: &User,
        id: ConversationId,
        team: TeamId,
    ) -> Result<Conversation> {
        plans::require_agent(user)?;
        let team = self.team(team).await?.id;
        let (user, now) = (user.clone(), Timestamp::now());
        self.step(id, false, move |head| plans::transfer_to_team(head, &user, team, now)).await
    }

    /// The conversation ends, with what its agent says about why.
    ///
    /// # Errors
    /// [`Code::InvalidInput`] for a note of more than 500 characters.
    pub async fn close(
        &self,
        user: &User,
        id: ConversationId,
        ending: Option<Ending>,
    ) -> Result<Conversation> {
        plans::require_agent(user)?;
        let closing = ending.map(|ending| ending.by(user)).transpose()?;
        let user = user.clone();
        self.step(id, false, move |head| plans::close(head, plans::by(&user, head), closing.clone())).await
    }

    /// The agent picks up a closed conversation again.
    pub async fn reopen(&self, user: &User, id: ConversationId) -> Result<Conversation> {
        plans::require_agent(user)?;
        let user = user.clone();
        self.step(id, false, move |head| plans::reopen(head, &user)).await
    }

    /// Writes an internal note; visitors never see it.
    pub async fn add_note(&self, user: &User, id: ConversationId, text: &str) -> Result<Note> {
        plans::require_agent(user)?;
        let text = text.trim();
        let max = self.settings().max_message_chars;
        if text.is_empty() || text.chars().count() > max {
            return Err(Error::invalid(format!("a note needs 1 to {max} characters")));
        }
        let note = Note {
            id: Uuid::now_v7(),
            author_id: user.id,
            author: user.name.clone(),
            text: text.to_owned(),
            created_at: Timestamp::now(),
        };
        self.conversation(id).await?;
        self.store().add_note(id, &note).await?;
        Ok(note)
    }

    /// Notes of a conversation, oldest first.
    pub async fn notes(&self, id: ConversationId) -> Result<Vec<Note>> {
        self.conversation(id).await?;
        self.store().notes(id).await
    }

    /// Replaces the tags.
    pub async fn set_tags(&self, user: &User, id: ConversationId, tags: &[String]) -> Result<Conversation> {
        plans::require_agent(user)?;
        let mut clean: Vec<String> =
            tags.iter().map(|t| t.trim().to_owned()).filter(|t| !t.is_empty()).collect();
        clean.sort();
        clean.dedup();
        if clean.len() > MAX_TAGS || clean.iter().any(|t| t.chars().count() > MAX_TAG) {
            return Err(Error::new(Code::InvalidInput, "at most 20 tags of at most 40 characters each"));
        }
        self.conversation(id).await?;
        self.store().set_tags(id, &clean).await?;
        self.tell_changed(id).await
    }

    /// Tells whoever looks at the conversation that its tags or its visitor changed; the conversation as it is then.
    pub(super) async fn tell_changed(&self, id: ConversationId) -> Result<Conversation> {
        let conversation = self.conversation(id).await?;
        if let Some(route) = self.store().route(id).await? {
            let conversation = std::sync::Arc::new(conversation.clone());
            self.tell(ChatEvent::Conversation { route, conversation });
        }
        Ok(conversation)
    }
}
