//! The connections of this process, and who gets what; where there are several nodes, theirs hear of it too.
//!
//! Each connection has a bounded queue. One that does not keep up is cut off: it reconnects and resumes from the
//! store, and never slows down the others. A frame is written as JSON once, however many get it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_channel::mpsc as list;
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use crate::chat::{Chat, News, Queue, Route};
use crate::domain::{ConversationId, Role, UserId};
use crate::error::Result;
use crate::tasks::Tasks;

use super::abroad::{Abroad, Delivery, To};
use super::events::{conversation_pushes, message_push};
use super::frames::ServerFrame;
use super::redis::OnNews;
use super::{follow, redis};

/// Frames that may wait for one connection.
const QUEUE: usize = 256;

/// Something for one connection.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Push {
    /// A message, with its place in the conversation's order.
    Message {
        conversation: ConversationId,
        seq: i64,
        text: Arc<str>,
    },
    Other(Arc<str>),
    /// The same, when it is news for those who give out what waits.
    News(Arc<str>),
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
    queue: list::Sender<Push>,
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
    abroad: Option<Arc<Abroad>>,
}

/// The way from a hub to those of other nodes, before it is opened.
pub struct Ways {
    abroad: Arc<Abroad>,
    deliveries: mpsc::Receiver<Delivery>,
}

/// A place in the registry; given up when dropped.
pub(super) struct Subscription {
    hub: Hub,
    audience: Audience,
    id: u64,
    queue: list::Receiver<Push>,
}

impl Subscription {
    /// The next frame. `None` when this connection was cut off. May be dropped while waiting without losing any.
    pub(super) async fn next(&mut self) -> Option<Push> {
        self.queue.next().await
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

    /// A hub without connections on one of several nodes.
    pub fn among_others() -> (Self, Ways) {
        let (abroad, deliveries) = Abroad::new();
        let hub = Self { registry: Arc::default(), abroad: Some(abroad.clone()) };
        (hub, Ways { abroad, deliveries })
    }

    /// Hears of the other nodes: over the Redis at `redis_url`, if there is one, and in any case from the store.
    /// `place` is the installation and the node.
    ///
    /// # Errors
    /// When `redis_url` is no address.
    pub fn join(
        &self,
        ways: Ways,
        chat: Chat,
        redis_url: Option<&str>,
        place: (String, String),
        on_news: OnNews,
        tasks: &Tasks,
    ) -> Result<()> {
        let Ways { abroad, deliveries } = ways;
        if let Some(url) = redis_url {
            redis::join(self.clone(), abroad.clone(), deliveries, url, place, on_news, tasks)?;
        }
        follow::start(self.clone(), abroad, chat, tasks);
        Ok(())
    }

    /// The staff sessions that have connections here.
    pub fn sessions(&self) -> Vec<String> {
        let registry = self.lock();
        let session = |c: &Connection| match &c.audience {
            Audience::Staff { session, .. } => Some(session.clone()),
            Audience::Visitor(_) => None,
        };
        registry.staff.iter().filter_map(session).collect()
    }

    /// Ends the connections of a session.
    pub fn end_session(&self, ended: &str) {
        self.cut(|_, session| session == ended);
    }

    /// How many connections there are.
    pub fn connections(&self) -> usize {
        let registry = self.lock();
        registry.staff.len() + registry.visitors.values().map(Vec::len).sum::<usize>()
    }

    pub(super) fn subscribe(&self, audience: Audience) -> Subscription {
        // A list, which is empty for the thousands that only wait; tokio's channel has room for 32 from the start. Each
        // sender has a place of its own beside those of the channel.
        let (sender, queue) = list::channel(QUEUE - 1);
        let mut registry = self.lock();
        registry.next += 1;
        let id = registry.next;
        let connection = Connection { id, audience: audience.clone(), queue: sender };
        match &audience {
            Audience::Visitor(conversation) => {
                let list = registry.visitors.entry(*conversation).or_insert_with(|| Vec::with_capacity(1));
                list.push(connection);
            }
            Audience::Staff { .. } => registry.staff.push(connection),
        }
        Subscription { hub: self.clone(), audience, id, queue }
    }

    /// To everybody who looks at this conversation as its visitor, on all nodes.
    pub(super) fn to_visitor(&self, conversation: ConversationId, push: impl FnOnce() -> Push) {
        self.deliver(To::Visitor(conversation), push);
    }

    /// To all staff on all nodes.
    pub(super) fn to_staff(&self, push: impl FnOnce() -> Push) {
        self.deliver(To::Staff, push);
    }

    /// To one member of staff, on all their devices.
    pub(super) fn to_member(&self, user: UserId, push: impl FnOnce() -> Push) {
        self.deliver(To::Member(user), push);
    }

    /// To the staff on all nodes who may hear of a conversation.
    pub(super) fn to_staff_of(&self, route: &Route, push: impl FnOnce() -> Push) {
        self.deliver(To::StaffOf(route.clone()), push);
    }

    pub(super) fn deliver(&self, to: To, push: impl FnOnce() -> Push) {
        let Some(abroad) = &self.abroad else { return self.push_here(&to, push) };
        let push = push();
        abroad.send(Delivery::Push { to: to.clone(), push: push.clone() });
        self.push_here(&to, || push);
    }

    fn push_here(&self, to: &To, push: impl FnOnce() -> Push) {
        match to {
            To::Visitor(conversation) => self.visitor_here(*conversation, push),
            To::Staff => offer(&mut self.lock().staff, push),
            To::Member(user) => self.member_here(*user, push),
            To::StaffOf(route) => self.staff_here(route, push),
            To::Everybody(route) => {
                let push = push();
                if let Some(abroad) = &self.abroad {
                    abroad.note(&push);
                }
                self.visitor_here(route.conversation, || push.clone());
                self.staff_here(route, || push);
            }
        }
    }

    /// What another node has handed out; whether it is news for those who give out what waits.
    pub(super) fn hand_out(&self, delivery: Delivery) -> bool {
        match delivery {
            Delivery::Push { to, push } => {
                let news = matches!(push, Push::News(_));
                self.push_here(&to, || push);
                return news;
            }
            Delivery::Queue(queue) => self.queue_here(&queue),
            Delivery::VisitorMoved(from) => self.end_visitor(from),
            Delivery::SignedOut(gone) => self.cut(|user, _| user == gone),
            Delivery::SessionEnded(ended) => self.end_session(&ended),
            Delivery::Missed => {
                if let Some(abroad) = &self.abroad {
                    abroad.look();
                }
            }
        }
        false
    }

    /// What the store has of a conversation and was not handed out here.
    pub(super) fn catch_up(&self, news: &News, moved: bool) {
        for message in &news.messages {
            self.push_here(&To::Everybody(news.route.clone()), || message_push(message));
        }
        if moved {
            let (visitor, staff) = conversation_pushes(&news.conversation);
            self.visitor_here(news.conversation.id, visitor);
            self.staff_here(&news.route, staff);
        }
    }

    fn visitor_here(&self, conversation: ConversationId, push: impl FnOnce() -> Push) {
        let mut registry = self.lock();
        let Some(list) = registry.visitors.get_mut(&conversation) else { return };
        offer(list, push);
        if list.is_empty() {
            registry.visitors.remove(&conversation);
        }
    }

    fn staff_here(&self, route: &Route, push: impl FnOnce() -> Push) {
        let reached = |c: &Connection| match &c.audience {
            Audience::Staff { user, role, .. } => route.reaches(*user, *role),
            Audience::Visitor(_) => false,
        };
        offer_to(&mut self.lock().staff, reached, push);
    }

    fn member_here(&self, member: UserId, push: impl FnOnce() -> Push) {
        let theirs = |c: &Connection| matches!(&c.audience, Audience::Staff { user, .. } if *user == member);
        offer_to(&mut self.lock().staff, theirs, push);
    }

    /// Ends the connections of a conversation's visitor.
    pub(super) fn end_visitor(&self, of: ConversationId) {
        self.lock().visitors.remove(&of);
    }

    /// Ends the staff connections that `over` names.
    pub(super) fn cut(&self, over: impl Fn(UserId, &str) -> bool) {
        self.lock().staff.retain(|c| match &c.audience {
            Audience::Staff { user, session, .. } => !over(*user, session),
            Audience::Visitor(_) => true,
        });
    }

    /// Positions to those who wait, their number to staff.
    pub(super) fn queue_here(&self, queue: &Queue) {
        for (id, place) in queue.places() {
            self.visitor_here(id, || Push::Other(ServerFrame::place(id, place).to_text()));
        }
        let waiting = queue.waiting.len();
        self.push_here(&To::Staff, || Push::Other(ServerFrame::queue(waiting).to_text()));
    }

    pub(super) fn tell(&self, delivery: impl FnOnce() -> Delivery) {
        if let Some(abroad) = &self.abroad {
            abroad.send(delivery());
        }
    }

    fn lock(&self) -> MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
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
    connections.retain_mut(|c| {
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
    use crate::chat::{ChatEvent, Listener};

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
