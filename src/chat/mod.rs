//! Conversations: visitors' sessions, messages, who owns what, the bot's turns, and staff.
//!
//! A message is stored and numbered before anybody is told of it. Whoever writes decides inside the write
//! transaction, on the conversation as it is then ([`store::Plan`]), so that a bot's answer computed before a
//! person took over is never sent. What is allowed in which state is one table ([`machine`]).
//!
//! This room knows neither SQL nor sockets nor HTTP: it declares [`ChatStore`], [`StaffStore`], [`Responder`] and
//! [`Listener`], and `app.rs` joins them with `store`, `dialog` and `hub`.
//!
//! A closed conversation whose visitor writes again is the same conversation in a new *context*: what was said
//! before stays readable, but the bot no longer reads it, so an old request for a person does not repeat itself.

mod agents;
pub mod assign;
mod attachments;
mod contact;
mod events;
mod export;
mod guests;
mod idle;
mod inboxes;
mod keys;
pub mod machine;
mod merge;
mod messages;
mod pace;
mod password;
mod plans;
mod presence;
mod reading;
mod rounds;
mod sessions;
mod snooze;
mod staff;
mod staff_store;
mod store;
mod streaming;
mod suggest;
mod teams;
mod throttle;
mod timers;
mod tokens;
mod turns;
pub mod waits;
mod words;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use secrecy::SecretString;

use crate::dialog::phrase::Hearer;
use crate::domain::{
    ConversationId, Decision, DialogState, HandoffPacket, Lang, Page, SenderKind, Suggestion,
};
use crate::error::Result;
use crate::nodes::Nodes;
use crate::tasks::Tasks;

pub use agents::{Ending, ReleaseTo};
pub use attachments::Upload;
pub use events::{ChatEvent, Listener, News, Place, Queue, Route, Touched};
pub use export::{Exported, Whole};
pub use idle::{Idleness, Silent};
pub use inboxes::{InboxDraft, InboxStore};
pub use keys::{ApiKey, ApiKeyDraft, Caller, KeyStore};
pub use messages::{NewMessage, Posted};
pub use pace::Pace;
pub use password::generate as generate_password;
pub use presence::Presence;
pub use reading::{ReadMark, Reader};
pub use sessions::{Identity, SessionRequest, VisitorSession};
pub use staff::{Login, NewUser, Staff, StaffSettings, UserUpdate};
pub use staff_store::{AuditEntry, StaffStore, StoredUser, UserChange};
pub use store::{
    Attachment, Change, ChatStore, ClientKey, Closing, ConversationFilter, Draft, Due, Head, Listed, Note,
    OnCommit, Ownership, Plan, VisitorPass, VisitorProfile, WriteRequest, Written,
};
pub use teams::{TeamDraft, TeamStore};
pub use tokens::random_token;

/// One line of a conversation as the engine reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryLine {
    pub role: SenderKind,
    pub text: String,
}

/// A visitor's message and what was said before it in the same context.
#[derive(Clone, Debug, PartialEq)]
pub struct Turn {
    pub conversation: ConversationId,
    /// Number of the message.
    pub seq: i64,
    pub text: String,
    /// The visitor's language as far as their browser tells; the engine looks at the text itself.
    pub locale: Lang,
    /// Oldest first, without the message itself.
    pub history: Vec<HistoryLine>,
    /// Where the visitor is.
    pub page: Option<Page>,
    /// The visitor's id in the shop's own systems, verified by signature.
    pub external_id: Option<String>,
    /// What the turn before left behind.
    pub state: DialogState,
}

/// Who answers: the dialog engine, joined in `app.rs`.
#[async_trait]
pub trait Responder: Send + Sync {
    /// Decides what the bot does about the visitor's message. Where the words of an answer take their time, `hearer` is
    /// told of them as they come; the decision has all of them.
    async fn respond(&self, turn: &Turn, hearer: &mut dyn Hearer) -> Result<Decision>;
    /// Replies an agent may want to send, best first.
    async fn suggest(&self, turn: &Turn) -> Result<Vec<Suggestion>>;
    /// What an agent is handed with the conversation; `reason` is why a person was asked for.
    fn packet(&self, turn: &Turn, reason: Option<&str>) -> HandoffPacket;
}

/// What can be set about conversations.
#[derive(Clone, Debug)]
pub struct ChatSettings {
    /// Longest message in characters.
    pub max_message_chars: usize,
    /// Signs the identities a shop's pages claim for their visitors; without it claims are refused.
    pub identity_secret: Option<SecretString>,
    /// How long a visitor's token lives after its last session.
    pub visitor_session: Duration,
    /// How long an offered transfer waits before it returns to the queue.
    pub transfer_patience: Duration,
    /// When a conversation in which the visitor is silent ends by itself; never where there is none.
    pub idle: Option<Idleness>,
    /// How long the bot may think about one message before a person is asked for.
    pub turn_limit: Duration,
    /// Turns that may run at the same time.
    pub concurrent_turns: usize,
    /// Messages of the context that the engine is given.
    pub history: usize,
    /// The name the bot speaks under.
    pub bot_name: Option<String>,
    /// Folder of uploaded files.
    pub files: PathBuf,
    /// Largest uploaded file in bytes.
    pub max_attachment_bytes: usize,
    /// Other programs on the same database.
    pub nodes: Nodes,
}

/// Messages of a context that the engine is given, unless the settings say otherwise.
pub const HISTORY: usize = 12;

impl ChatSettings {
    /// The defaults; uploaded files lie in `files`.
    pub fn new(files: PathBuf) -> Self {
        Self {
            max_message_chars: 10_000,
            identity_secret: None,
            visitor_session: Duration::from_secs(180 * 24 * 3600),
            transfer_patience: Duration::from_secs(120),
            idle: None,
            turn_limit: Duration::from_secs(30),
            concurrent_turns: 64,
            history: HISTORY,
            bot_name: None,
            files,
            max_attachment_bytes: 20 << 20,
            nodes: Nodes::alone(),
        }
    }
}

/// The conversations of this server. Cheap to clone.
#[derive(Clone)]
pub struct Chat {
    inner: Arc<Inner>,
}

struct Inner {
    store: Arc<dyn ChatStore>,
    staff: Staff,
    responder: Arc<dyn Responder>,
    listener: Arc<dyn Listener>,
    tasks: Tasks,
    turns: turns::Turns,
    /// Of suggestions that nobody asked for.
    suggesting: pace::Pace,
    queue_rounds: rounds::Rounds<()>,
    teams: teams::TeamBoard,
    inboxes: inboxes::InboxBoard,
    reading: reading::Reading,
    settings: ChatSettings,
}

impl Chat {
    /// Builds the service. Nothing runs before [`Chat::start`].
    pub fn new(
        store: Arc<dyn ChatStore>,
        staff: Staff,
        responder: Arc<dyn Responder>,
        listener: Arc<dyn Listener>,
        tasks: Tasks,
        settings: ChatSettings,
    ) -> Self {
        let turns = turns::Turns::new(settings.concurrent_turns);
        let suggesting = pace::Pace::new();
        let queue_rounds = rounds::Rounds::new();
        let teams = teams::TeamBoard::default();
        let inboxes = inboxes::InboxBoard::default();
        let inner = Inner {
            store,
            staff,
            responder,
            listener,
            tasks,
            turns,
            suggesting,
            queue_rounds,
            teams,
            inboxes,
            reading: reading::Reading::default(),
            settings,
        };
        Self { inner: Arc::new(inner) }
    }

    /// Picks up the visitor messages that were stored but not answered when the process ended, and starts the
    /// watch over time limits. To be called once.
    pub async fn start(&self) -> Result<()> {
        self.reload_teams().await?;
        self.reload_inboxes().await?;
        self.resume_turns().await?;
        self.start_timers();
        self.start_reading();
        self.start_assignment();
        Ok(())
    }

    /// Whether the store of conversations answers: for readiness checks.
    pub async fn ping(&self) -> Result<()> {
        self.store().ping().await
    }

    /// The service of staff accounts.
    pub fn staff(&self) -> &Staff {
        &self.inner.staff
    }

    /// What was set.
    pub fn settings(&self) -> &ChatSettings {
        &self.inner.settings
    }

    fn store(&self) -> &dyn ChatStore {
        self.inner.store.as_ref()
    }

    fn tell(&self, mut event: ChatEvent) {
        if let ChatEvent::Message { route, .. }
        | ChatEvent::Delta { route, .. }
        | ChatEvent::Conversation { route, .. }
        | ChatEvent::Suggestions { route, .. } = &mut event
        {
            route.only = self.inner.teams.closed_to(route.team);
        }
        self.inner.listener.happened(&event);
    }
}
