//! What has just happened, for whoever listens: live connections now, webhooks later.
//!
//! Events are handed out after the commit and in the order of the commits, so that a listener that forwards them
//! as they come never reorders a conversation.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::domain::{
    Conversation, ConversationId, Message, MessageId, PresenceState, Role, Status, Suggestion, TeamId,
    UserId, VisitorId,
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

/// Everybody who waits for a person.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Queue {
    /// In order, the one who waits longest first.
    pub waiting: Vec<ConversationId>,
    /// How long a place in it may last; not known where too few were taken lately.
    pub per_place: Option<Duration>,
}

/// Where somebody stands in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// From 1.
    pub position: usize,
    /// Seconds that it may take.
    pub eta_s: Option<u64>,
}

impl Queue {
    /// Where everybody stands, in order.
    pub fn places(&self) -> impl Iterator<Item = (ConversationId, Place)> {
        self.waiting.iter().zip(1..).map(|(id, position)| {
            let eta_s = self.per_place.map(|lasts| lasts.as_secs_f64() * position as f64);
            (*id, Place { position, eta_s: eta_s.map(|seconds| seconds.ceil() as u64) })
        })
    }

    /// Where this one stands, if they wait.
    pub fn place_of(&self, id: ConversationId) -> Option<Place> {
        self.places().find(|(waiting, _)| *waiting == id).map(|(_, place)| place)
    }
}

/// Something that happened.
#[derive(Clone, Debug)]
pub enum ChatEvent {
    /// A message was stored.
    Message { route: Route, message: Arc<Message> },
    /// The next piece, from 0, of an answer that the bot is putting into words. It is stored nowhere: the message of
    /// this id will have the whole text, if there is going to be one.
    Delta { route: Route, message: MessageId, index: usize, text: Arc<str> },
    /// Status, owner, tags or visitor of a conversation changed, or it has its first message.
    Conversation { route: Route, conversation: Arc<Conversation> },
    /// Replies were suggested to the agents of a conversation.
    Suggestions { route: Route, items: Arc<Vec<Suggestion>> },
    /// The queue changed.
    Queue(Queue),
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
