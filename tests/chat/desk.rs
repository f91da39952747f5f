//! A chat server on a database file of its own, with a scripted engine behind it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Semaphore;
use zhike::chat::{
    Chat, ChatSettings, ChatStore, NewMessage, NewUser, Posted, Responder, SessionRequest, Staff,
    StaffSettings, Turn, VisitorPass,
};
use zhike::dialog::phrase::Hearer;
use zhike::domain::{
    Action, Content, ConversationId, Decision, EventName, HandoffPacket, Lang, Message, Mood, Role,
    SenderKind, Suggestion, SuggestionId, User,
};
use zhike::error::{Code, Error, Result};
use zhike::hub::Hub;
use zhike::store::{SqlChatStore, SqlStaffStore};
use zhike::tasks::Tasks;

use crate::database;

/// Answers `re: …`; hands off when the text says 人工; fails when it says 故障; tells two pieces beforehand when it says 慢慢说.
/// Waits while it is held.
pub struct Script {
    pub turns: Mutex<Vec<Turn>>,
    pub started: AtomicUsize,
    /// Whether each piece was wanted.
    pub told: Mutex<Vec<bool>>,
    gate: Semaphore,
}

const OPEN: usize = 1 << 20;

impl Script {
    /// Turns begin but do not end until [`Script::let_go`].
    pub async fn hold(&self) {
        self.gate.acquire_many(OPEN as u32).await.unwrap().forget();
    }

    pub fn let_go(&self) {
        self.gate.add_permits(OPEN);
    }

    /// Waits until `n` turns have begun.
    pub async fn begun(&self, n: usize) {
        while self.started.load(Ordering::SeqCst) < n {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

#[async_trait]
impl Responder for Script {
    async fn respond(&self, turn: &Turn, hearer: &mut dyn Hearer) -> Result<Decision> {
        self.turns.lock().unwrap().push(turn.clone());
        self.started.fetch_add(1, Ordering::SeqCst);
        if turn.text.contains("慢慢说") {
            let wanted = hearer.hear("先说一句。").await;
            self.told.lock().unwrap().push(wanted);
        }
        let _open = self.gate.acquire().await.unwrap();
        if turn.text.contains("慢慢说") {
            let wanted = hearer.hear("再说一句。").await;
            self.told.lock().unwrap().push(wanted);
        }
        if turn.text.contains("故障") {
            return Err(Error::new(Code::Internal, "the script fails here"));
        }
        let handoff = turn.text.contains("人工");
        let text = if handoff { String::new() } else { format!("re: {}", turn.text) };
        Ok(decision(if handoff { Action::Handoff } else { Action::Answer }, text))
    }

    fn packet(&self, turn: &Turn, reason: Option<&str>) -> HandoffPacket {
        HandoffPacket {
            summary: vec![turn.text.clone()],
            intent: None,
            intent_title: None,
            slots: Vec::new(),
            tried: Vec::new(),
            documents: Vec::new(),
            mood: Mood::Calm,
            mood_words: Vec::new(),
            team: None,
            reason: reason.map(str::to_owned),
        }
    }

    async fn suggest(&self, turn: &Turn) -> Result<Vec<Suggestion>> {
        Ok(vec![Suggestion {
            id: SuggestionId::new(),
            text: format!("try: {}", turn.text),
            confidence: 0.9,
            source: "faq".into(),
            citations: Vec::new(),
        }])
    }
}

pub fn decision(action: Action, text: String) -> Decision {
    let handoff_reason = (action == Action::Handoff).then(|| "asked".to_owned());
    Decision {
        action,
        lang: Lang::Zh,
        text,
        confidence: 0.9,
        intent: None,
        slots: vec![],
        citations: vec![],
        card: None,
        choices: vec![],
        handoff_reason,
        tags: Vec::new(),
        team: None,
        acts: Vec::new(),
        state: None,
        explanation: None,
        timings_ms: Default::default(),
    }
}

/// Everything a test needs.
pub struct Desk {
    pub chat: Chat,
    pub staff: Staff,
    pub hub: Hub,
    pub store: Arc<SqlChatStore>,
    pub script: Arc<Script>,
    pub tasks: Tasks,
    pub file: PathBuf,
    _dir: Option<tempfile::TempDir>,
}

impl Desk {
    /// A new server on a new file, started.
    pub async fn new() -> Self {
        Self::with(|s| s).await
    }

    /// The same, set otherwise.
    pub async fn with(set: impl FnOnce(ChatSettings) -> ChatSettings) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut desk = Self::on(&dir.path().join("zhike.db"), set).await;
        desk._dir = Some(dir);
        desk.chat.start().await.unwrap();
        desk
    }

    /// A server on this file, not started yet.
    pub async fn on(file: &Path, set: impl FnOnce(ChatSettings) -> ChatSettings) -> Self {
        let tasks = Tasks::new();
        let db = database::open(file).await;
        let hub = Hub::new();
        let store = Arc::new(SqlChatStore::new(db.clone(), tasks.clone()));
        let listener = Arc::new(hub.clone());
        let staff_store = Arc::new(SqlStaffStore::new(db));
        let staff = Staff::open(staff_store, listener.clone(), tasks.clone(), StaffSettings::default())
            .await
            .unwrap();
        let script = Arc::new(Script {
            turns: Mutex::default(),
            started: AtomicUsize::new(0),
            told: Mutex::default(),
            gate: Semaphore::new(OPEN),
        });
        let settings = set(ChatSettings::new(file.with_extension("files")));
        let chat = Chat::new(store.clone(), staff.clone(), script.clone(), listener, tasks.clone(), settings);
        Self { chat, staff, hub, store, script, tasks, file: file.to_owned(), _dir: None }
    }

    pub async fn visitor(&self) -> VisitorPass {
        let request = SessionRequest { locale: Some("zh-CN".into()), ..Default::default() };
        self.chat.open_session(None, &request).await.unwrap().pass
    }

    pub async fn agent(&self, name: &str, role: Role) -> User {
        let new = NewUser {
            email: format!("{name}@shop.example"),
            name: name.into(),
            role,
            password: "a long enough password".into(),
        };
        self.staff.create_user(None, &new).await.unwrap()
    }

    pub async fn say(&self, who: &VisitorPass, text: &str) -> Posted {
        self.chat.post_visitor(who, &new_message(text)).await.unwrap()
    }

    pub async fn answer(&self, user: &User, id: ConversationId, text: &str) -> Result<Posted> {
        self.chat.post_agent(user, id, &new_message(text)).await
    }

    pub async fn messages(&self, id: ConversationId) -> Vec<Message> {
        self.store.messages(id, 0, usize::MAX >> 1).await.unwrap()
    }

    /// The conversation as lines `kind: text`, checked to be numbered 1, 2, 3, …
    pub async fn transcript(&self, id: ConversationId) -> Vec<String> {
        let messages = self.messages(id).await;
        let numbers: Vec<i64> = messages.iter().map(|m| m.seq).collect();
        let expected: Vec<i64> = (1..=messages.len() as i64).collect();
        assert_eq!(numbers, expected, "seq has a gap or a double");
        messages.iter().map(line).collect()
    }

    /// Waits until the conversation has at least `n` messages.
    pub async fn until(&self, id: ConversationId, n: i64) {
        while self.chat.last_seq(id).await.unwrap() < n {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Waits until every background task that has something to do is done with it: nothing is due, nothing runs.
    pub async fn quiet(&self) {
        loop {
            let before = self.script.started.load(Ordering::SeqCst);
            if self.store.due_conversations(&[]).await.unwrap().is_empty() {
                tokio::time::sleep(Duration::from_millis(30)).await;
                if before == self.script.started.load(Ordering::SeqCst) {
                    return;
                }
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

pub fn new_message(text: &str) -> NewMessage {
    NewMessage {
        client_id: uuid::Uuid::now_v7().to_string(),
        text: Some(text.into()),
        attachment_ids: vec![],
    }
}

pub fn line(m: &Message) -> String {
    let kind = m.sender.kind.as_str();
    match &m.content {
        Content::Event { event, .. } => format!("{kind}: <{event:?}>"),
        other => format!("{kind}: {}", other.as_text()),
    }
}

pub fn events(messages: &[Message]) -> Vec<EventName> {
    messages
        .iter()
        .filter_map(|m| match &m.content {
            Content::Event { event, .. } => Some(*event),
            _ => None,
        })
        .collect()
}

pub fn spoken_by(messages: &[Message], kind: SenderKind) -> usize {
    messages.iter().filter(|m| m.sender.kind == kind).count()
}
