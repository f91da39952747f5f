//! The connections of this process, and who gets what.
//!
//! Each connection has a bounded queue. One that does not keep up is cut off: it reconnects and resumes from the
//! store, and never slows down the others. A frame is written as JSON once, however many get it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::mpsc;

use crate::chat::{ChatEvent, Listener, Route};
use crate::domain::{ConversationId, Message, Role, UserId};

use super::frames::{ConversationHead, ServerFrame};

/// Frames that may wait for one connection.
const QUEUE: usize = 256;

/// Something for one connection.
#[derive(Clone, Debug)]
pub(super) enum Push {
    /// A message, with its place in the conversation's order.
    Message {
        conversation: ConversationId,
        seq: i64,
        text: Arc<str>,
    },
    Other(Arc<str>),
}

/// Whose connection it is.
#[derive(Clone, Debug)]
pub(super) enum Audience {
    Visitor(ConversationId),
    /// `session` is the hash of the token it was opened with.
    Staff {
        user: UserId,
        role: Role,
        session: String,
    },
}

struct Connection {
    id: u64,
    audience: Audience,
    queue: mpsc::Sender<Push>,
}

#[derive(Default)]
struct Registry {
    next: u64,
    visitors: HashMap<ConversationId, Vec<Connection>>,
    staff: Vec<Connection>,
}

/// All live connections of this process. Cheap to clone.
#[derive(Clone, Default)]
pub struct Hub {
    registry: Arc<Mutex<Registry>>,
}

/// A place in the registry; given up when dropped.
pub(super) struct Subscription {
    hub: Hub,
    audience: Audience,
    id: u64,
    queue: mpsc::Receiver<Push>,
}

impl Subscription {
    /// The next frame. `None` when this connection was cut off. May be dropped while waiting without losing any.
    pub(super) async fn next(&mut self) -> Option<Push> {
        self.queue.recv().await
    }

    /// A frame that already waits.
    pub(super) fn waiting(&mut self) -> Option<Push> {
        self.queue.try_recv().ok()
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut registry = self.hub.lock();
        match &self.audience {
            Audience::Visitor(conversation) => {
                if let Some(list) = registry.visitors.get_mut(conversation) {
                    list.retain(|c| c.id != self.id);
                    if list.is_empty() {
                        registry.visitors.remove(conversation);
                    }
                }
            }
            Audience::Staff { .. } => registry.staff.retain(|c| c.id != self.id),
        }
    }
}

impl Hub {
    /// A hub without connections.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many connections there are.
    pub fn connections(&self) -> usize {
        let registry = self.lock();
        registry.staff.len() + registry.visitors.values().map(Vec::len).sum::<usize>()
    }

    pub(super) fn subscribe(&self, audience: Audience) -> Subscription {
        let (sender, queue) = mpsc::channel(QUEUE);
        let mut registry = self.lock();
        registry.next += 1;
        let id = registry.next;
        let connection = Connection { id, audience: audience.clone(), queue: sender };
        match &audience {
            Audience::Visitor(conversation) => {
                registry.visitors.entry(*conversation).or_default().push(connection);
            }
            Audience::Staff { .. } => registry.staff.push(connection),
        }
        Subscription { hub: self.clone(), audience, id, queue }
    }

    /// To everybody who looks at this conversation as its visitor.
    pub(super) fn to_visitor(&self, conversation: ConversationId, push: impl FnOnce() -> Push) {
        let mut registry = self.lock();
        let Some(list) = registry.visitors.get_mut(&conversation) else { return };
        offer(list, push);
        if list.is_empty() {
            registry.visitors.remove(&conversation);
        }
    }

    /// To all staff.
    pub(super) fn to_staff(&self, push: impl FnOnce() -> Push) {
        offer(&mut self.lock().staff, push);
    }

    /// To the staff who may hear of a conversation.
    pub(super) fn to_staff_of(&self, route: &Route, push: impl FnOnce() -> Push) {
        let reached = |c: &Connection| match &c.audience {
            Audience::Staff { user, role, .. } => route.reaches(*user, *role),
            Audience::Visitor(_) => false,
        };
        offer_to(&mut self.lock().staff, reached, push);
    }

    /// Ends the staff connections that `over` names.
    fn cut(&self, over: impl Fn(UserId, &str) -> bool) {
        self.lock().staff.retain(|c| match &c.audience {
            Audience::Staff { user, session, .. } => !over(*user, session),
            Audience::Visitor(_) => true,
        });
    }

    fn message(&self, route: &Route, message: &Message) {
        let conversation = route.conversation;
        let text = ServerFrame::MessageCreated { conversation_id: conversation, message }.to_text();
        let push = Push::Message { conversation, seq: message.seq, text };
        self.to_visitor(conversation, || push.clone());
        self.to_staff_of(route, || push);
    }

    /// Positions to those who wait, their number to staff.
    fn queue(&self, waiting: &[ConversationId]) {
        for (i, id) in waiting.iter().enumerate() {
            self.to_visitor(*id, || {
                let frame =
                    ServerFrame::Queue { conversation_id: Some(*id), position: Some(i + 1), waiting: None };
                Push::Other(frame.to_text())
            });
        }
        self.to_staff(|| {
            let waiting = Some(waiting.len());
            Push::Other(ServerFrame::Queue { conversation_id: None, position: None, waiting }.to_text())
        });
    }

    fn lock(&self) -> MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listener for Hub {
    fn happened(&self, event: &ChatEvent) {
        match event {
            ChatEvent::Message { route, message } => self.message(route, message),
            ChatEvent::Conversation { route, conversation } => {
                self.to_visitor(conversation.id, || {
                    let conversation = ConversationHead::from(&**conversation);
                    Push::Other(ServerFrame::ConversationHeadUpdated { conversation }.to_text())
                });
                let frame = || Push::Other(ServerFrame::ConversationUpdated { conversation }.to_text());
                self.to_staff_of(route, frame);
            }
            ChatEvent::Suggestions { route, items } => self.to_staff_of(route, || {
                Push::Other(ServerFrame::Suggestions { conversation_id: route.conversation, items }.to_text())
            }),
            ChatEvent::Queue(waiting) => self.queue(waiting),
            ChatEvent::Presence { user, state } => self
                .to_staff(|| Push::Other(ServerFrame::Presence { user_id: *user, state: *state }.to_text())),
            ChatEvent::SignedOut(gone) => self.cut(|user, _| user == *gone),
            ChatEvent::SessionEnded(ended) => self.cut(|_, session| session == ended),
        }
    }
}

/// Puts a frame into every queue; connections whose queue is full are cut off.
fn offer(connections: &mut Vec<Connection>, push: impl FnOnce() -> Push) {
    offer_to(connections, |_| true, push);
}

/// The same for those that are `reached`.
fn offer_to(
    connections: &mut Vec<Connection>,
    reached: impl Fn(&Connection) -> bool,
    push: impl FnOnce() -> Push,
) {
    if connections.is_empty() {
        return;
    }
    let push = push();
    connections.retain(|c| {
        if !reached(c) {
            return true;
        }
        let kept = c.queue.try_send(push.clone()).is_ok();
        if !kept {
            metrics::counter!("zhike_slow_connections_cut_total").increment(1);
        }
        kept
    });
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn note(n: usize) -> Push {
        Push::Other(n.to_string().into())
    }

    #[tokio::test]
    async fn a_slow_connection_is_cut_off_and_the_others_do_not_notice() {
        let hub = Hub::new();
        let id = ConversationId::new();
        let mut slow = hub.subscribe(Audience::Visitor(id));
        let mut quick = hub.subscribe(Audience::Visitor(id));
        for n in 0..QUEUE + 50 {
            hub.to_visitor(id, || note(n));
            assert!(matches!(quick.next().await, Some(Push::Other(text)) if *text == *n.to_string()));
        }
        assert_eq!(hub.connections(), 1);
        let mut got = 0;
        while slow.next().await.is_some() {
            got += 1;
        }
        assert_eq!(got, QUEUE, "what was queued is still delivered, then the connection ends");
    }

    #[tokio::test]
    async fn a_dropped_subscription_leaves_no_trace() {
        let hub = Hub::new();
        let visitor = hub.subscribe(Audience::Visitor(ConversationId::new()));
        let staff =
            hub.subscribe(Audience::Staff { user: UserId::new(), role: Role::Agent, session: "s".into() });
        assert_eq!(hub.connections(), 2);
        drop((visitor, staff));
        assert_eq!(hub.connections(), 0);
        assert!(hub.lock().visitors.is_empty());
    }

    #[tokio::test]
    async fn a_revoked_session_loses_its_connections_and_only_those() {
        let hub = Hub::new();
        let user = UserId::new();
        let mut one = hub.subscribe(Audience::Staff { user, role: Role::Agent, session: "one".into() });
        let _two = hub.subscribe(Audience::Staff { user, role: Role::Agent, session: "two".into() });
        hub.happened(&ChatEvent::SessionEnded("one".into()));
        assert!(one.next().await.is_none());
        assert_eq!(hub.connections(), 1);
        hub.happened(&ChatEvent::SignedOut(user));
        assert_eq!(hub.connections(), 0);
    }
}
