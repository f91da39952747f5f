//! One connection from `hello` to the end: heartbeats, frames in ([`act`](super::act)), frames out in order
//! ([`order`](super::order)).

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::chat::{Chat, VisitorPass};
use crate::domain::{Area, Conversation, Status, User, UserId};
use crate::error::{Code, Error, Result};

use super::frames::{ConversationHead, ServerFrame, VisitorRef};
use super::local::{Audience, Hub, Subscription};
use super::order::Order;
use super::writes::Writes;

/// How often the server pings, and how long a silent client is believed to be there.
const PING_EVERY: Duration = Duration::from_secs(25);
const SILENCE: Duration = Duration::from_secs(70);
/// How long one frame may take to leave.
const SEND_LIMIT: Duration = Duration::from_secs(15);

/// WebSocket close codes.
const GOING_AWAY: u16 = 1001;
pub(super) const POLICY: u16 = 1008;
const SERVER_ERROR: u16 = 1011;

/// What comes from a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Incoming {
    Text(String),
    /// A ping or pong of the protocol: the client is alive.
    Alive,
    /// A kind of frame we do not speak.
    Unsupported,
}

/// What goes to a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outgoing {
    Text(Arc<str>),
    Ping,
    Close { code: u16, reason: &'static str },
}

/// A WebSocket as the session sees it.
pub trait Socket: Send {
    /// The next frame; `None` when the connection is gone. Must lose nothing when dropped while waiting.
    fn recv(&mut self) -> impl Future<Output = Option<Incoming>> + Send;
    /// Sends a frame; `false` when the connection is gone.
    fn send(&mut self, frame: Outgoing) -> impl Future<Output = bool> + Send;
}

/// Who is at the other end.
#[derive(Clone, Debug)]
pub enum Principal {
    Visitor(Box<VisitorPass>),
    /// `session` names the staff session, so that revoking it ends its connections.
    Staff {
        user: Box<User>,
        session: String,
    },
}

impl Principal {
    /// Whom a token belongs to: a visitor, a member of staff, or a program that acts for one.
    ///
    /// # Errors
    /// [`Code::Unauthorized`] when it belongs to nobody.
    pub async fn of_token(chat: &Chat, token: &str) -> Result<Self> {
        match chat.visitor(token).await {
            Ok(pass) => Ok(Principal::Visitor(Box::new(pass))),
            Err(e) if e.code() == Code::Unauthorized => {
                let caller = chat.staff().caller(token).await?;
                // A socket hears everything and may write.
                caller.check(&[Area::Conversations], true)?;
                Ok(Principal::Staff { user: Box::new(caller.user), session: caller.session })
            }
            Err(e) => Err(e),
        }
    }

    fn audience(&self) -> Audience {
        match self {
            Principal::Visitor(pass) => Audience::Visitor(pass.conversation),
            Principal::Staff { user, session } => {
                Audience::Staff { user: user.id, role: user.role, session: session.clone() }
            }
        }
    }
}

/// The connection is over; why does not matter to anybody who notices.
pub(super) struct Gone;

/// One connection.
pub struct Session<S> {
    pub(super) hub: Hub,
    pub(super) chat: Chat,
    pub(super) principal: Principal,
    pub(super) subscription: Subscription,
    pub(super) order: Order,
    pub(super) writes: Writes,
    socket: S,
    heard: Instant,
}

impl<S: Socket> Session<S> {
    /// Talks to the client until one side ends it, the client does not keep up, or `stop` is cancelled.
    pub async fn run(hub: Hub, chat: Chat, principal: Principal, socket: S, stop: CancellationToken) {
        let _there = There::new(&chat, &principal);
        // Subscribed before anything is read, so that nothing falls between reading and listening.
        let subscription = hub.subscribe(principal.audience());
        let heard = Instant::now();
        let order = Order::new(heard);
        let writes = Writes::default();
        let mut session = Session { hub, chat, principal, subscription, order, writes, socket, heard };
        let _ = session.talk(stop).await;
        session.writes.finish().await;
    }

    async fn talk(&mut self, stop: CancellationToken) -> Result<(), Gone> {
        self.hello().await?;
        let mut beat = tokio::time::interval_at(Instant::now() + PING_EVERY, PING_EVERY);
        loop {
            let opening_ends = self.order.opening_ends();
            tokio::select! {
                incoming = self.socket.recv(), if self.writes.has_room() => match incoming {
                    Some(frame) => self.receive(frame).await?,
                    None => return Ok(()),
                },
                done = self.writes.next() => self.acknowledge(done).await?,
                push = self.subscription.next() => match push {
                    Some(push) => self.live(push).await?,
                    None => return self.close(POLICY, "too slow, or the session has ended").await,
                },
                () = sleep_until(opening_ends), if opening_ends.is_some() => self.end_opening().await?,
                _ = beat.tick() => {
                    if self.heard.elapsed() > SILENCE {
                        return self.close(GOING_AWAY, "nothing was heard of the client").await;
                    }
                    self.send(Outgoing::Ping).await?;
                }
                () = stop.cancelled() => return self.close(GOING_AWAY, "the server is restarting").await,
            }
        }
    }

    async fn hello(&mut self) -> Result<(), Gone> {
        let text = match &self.principal {
            Principal::Staff { user, .. } => {
                let user = Some(&**user);
                ServerFrame::Hello { visitor: None, user, conversation: None, last_seq: None, reads: None }
                    .to_text()
            }
            Principal::Visitor(pass) => {
                let visitor = Some(VisitorRef { id: pass.visitor.id });
                let found = self.chat.conversation(pass.conversation).await;
                let conversation = self.or_close(found).await?;
                self.order.starts_at(conversation.id, conversation.last_seq);
                let head = ConversationHead::from(&conversation);
                let last_seq = Some(conversation.last_seq);
                let read = self.chat.visitor_reads(conversation.id, conversation.last_seq).await;
                let reads = Some(self.or_close(read).await?);
                let hello =
                    ServerFrame::Hello { visitor, user: None, conversation: Some(head), last_seq, reads };
                self.send_text(hello.to_text()).await?;
                return self.position(&conversation).await;
            }
        };
        self.send_text(text).await
    }

    /// A visitor who waits is told where in the queue they are.
    async fn position(&mut self, conversation: &Conversation) -> Result<(), Gone> {
        if conversation.status != Status::Waiting {
            return Ok(());
        }
        let queue = self.chat.queue().await;
        let Some(place) = self.or_close(queue).await?.place_of(conversation.id) else { return Ok(()) };
        self.send_text(ServerFrame::place(conversation.id, place).to_text()).await
    }

    async fn receive(&mut self, incoming: Incoming) -> Result<(), Gone> {
        self.heard = Instant::now();
        match incoming {
            Incoming::Text(text) => self.frame(&text).await,
            Incoming::Alive => Ok(()),
            Incoming::Unsupported => {
                let error = Error::new(Code::MalformedBody, "frames are JSON text; this one was binary");
                self.complain(&error, None).await
            }
        }
    }

    pub(super) async fn complain(&mut self, error: &Error, client_id: Option<&str>) -> Result<(), Gone> {
        let frame = ServerFrame::Error { code: error.code().name(), detail: error.detail(), client_id };
        self.send_text(frame.to_text()).await
    }

    /// When the store fails the connection ends: the client comes back and resumes.
    pub(super) async fn or_close<T>(&mut self, result: Result<T>) -> Result<T, Gone> {
        match result {
            Ok(value) => Ok(value),
            Err(e) => {
                tracing::warn!(error = %e, "a connection is closed because its conversation cannot be read");
                self.close(SERVER_ERROR, "the conversation cannot be read right now").await?;
                Err(Gone)
            }
        }
    }

    pub(super) async fn close(&mut self, code: u16, reason: &'static str) -> Result<(), Gone> {
        self.send(Outgoing::Close { code, reason }).await
    }

    pub(super) async fn send_text(&mut self, text: Arc<str>) -> Result<(), Gone> {
        self.send(Outgoing::Text(text)).await
    }

    async fn send(&mut self, frame: Outgoing) -> Result<(), Gone> {
        match tokio::time::timeout(SEND_LIMIT, self.socket.send(frame)).await {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => Err(Gone),
        }
    }
}

async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}

/// Counts a member of staff as connected for as long as it lives.
struct There {
    chat: Chat,
    user: UserId,
}

impl There {
    fn new(chat: &Chat, principal: &Principal) -> Option<Self> {
        let Principal::Staff { user, .. } = principal else { return None };
        chat.staff().connected(user.id);
        Some(Self { chat: chat.clone(), user: user.id })
    }
}

impl Drop for There {
    fn drop(&mut self) {
        self.chat.staff().disconnected(self.user);
    }
}
