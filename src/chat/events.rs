//! What has just happened, for whoever listens: live connections now, webhooks later.
//!
//! Events are handed out after the commit and in the order of the commits, so that a listener that forwards them
//! as they come never reorders a conversation.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::domain::{
    Conversation, ConversationId, Message, PresenceState, Role, Status, Suggestion, TeamId, UserId, VisitorId,
};

/// Where an event belongs: enough to decide who may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    pub conversation: ConversationId,
    pub visitor: VisitorId,
    pub status: Status,
    pub assignee: Option<UserId>,
    pub team: Option<TeamId>,
    /// Colleagues who help in it.
    #[serde(default)]
    pub guests: Vec<UserId>,
    /// The members of its team, when the team is closed: other agents do not hear of it.
    pub only: Option<Arc<[UserId]>>,
}

impl Route {
    /// Whether this member of staff may hear of it.
    pub fn reaches(&self, user: UserId, role: Role) -> bool {
        let closed_to = |members: &Arc<[UserId]>| !members.contains(&user);
        let theirs = self.assignee == Some(user) || self.guests.contains(&user);
        role >= Role::Admin || theirs || !self.only.as_ref().is_some_and(closed_to)
    }
}

/// A conversation that was changed lately.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Touched {
    pub id: ConversationId,
    pub last_seq: i64,
    pub version: i64,
}

/// What the store has of a conversation, for connections that may not have heard of it.
#[derive(Clone, Debug)]
pub struct News {
    pub route: Route,
    pub conversation: Conversation,
    pub messages: Vec<Message>,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub enum ChatEvent {
    /// A message was stored.
    Message { route: Route, message: Arc<Message> },
    /// Status, owner, tags or visitor of a conversation changed, or it has its first message.
    Conversation { route: Route, conversation: Arc<Conversation> },
    /// Replies were suggested to the agents of a conversation.
    Suggestions { route: Route, items: Arc<Vec<Suggestion>> },
    /// The queue changed: everybody who waits, in order, the one who waits longest first.
    Queue(Arc<Vec<ConversationId>>),
    /// A member of staff came, went or changed their state.
    Presence { user: UserId, state: PresenceState },
    /// A member of staff was signed out or removed; their connections end.
    SignedOut(UserId),
    /// The visitor of this conversation goes on in another one; their connections end.
    VisitorMoved(ConversationId),
    /// One session of a member of staff ended; named by the hash of its token.
    SessionEnded(String),
}

/// Somebody who wants to know. Called inside the writer's task: it must not block.
pub trait Listener: Send + Sync {
    fn happened(&self, event: &ChatEvent);
}
