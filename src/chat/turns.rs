//! The bot's turns: each visitor message is answered once, in order, conversation by conversation.
//!
//! What is due is read from the store (`visitor_seq > bot_seq` while the status is `bot`), never from memory: the
//! reply and the note that the message is dealt with are one transaction, so after the death of the process the
//! next one finds exactly the messages without a reply. Only visitors' messages are ever due; what the bot, agents
//! or the server write cannot start a turn.

use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Semaphore;

use crate::domain::{Action, Content, ConversationId, Decision, MessageId, Sender, SenderKind};
use crate::error::{Code, Error, Result};

use super::rounds::Rounds;
use super::store::{Due, Head};
use super::streaming::Stream;
use super::{Chat, HistoryLine, Turn, plans, words};

/// How often a turn is tried while the engine says it is busy.
const ATTEMPTS: u32 = 4;
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// The workers of conversations with something due, and how many may think at the same time.
pub(super) struct Turns {
    workers: Rounds<ConversationId>,
    permits: Semaphore,
}

impl Turns {
    pub(super) fn new(concurrent: usize) -> Self {
        Self { workers: Rounds::new(), permits: Semaphore::new(concurrent.max(1)) }
    }
}

impl Chat {
    /// Starts the turns of every conversation that has unanswered messages, unless it is another node's turn: what a
    /// node that died left behind, and what of our own failed.
    pub async fn resume_turns(&self) -> Result<()> {
        let others: Vec<String> = self.settings().nodes.others().iter().map(|node| node.id.clone()).collect();
        for id in self.store().due_conversations(&others).await? {
            self.visitor_spoke(id);
        }
        Ok(())
    }

    /// A visitor's message was stored: the bot answers, or the agents get suggestions.
    pub(super) fn visitor_spoke(&self, id: ConversationId) {
        if !self.inner.turns.workers.start(id) {
            return;
        }
        let chat = self.clone();
        self.inner.tasks.spawn(async move {
            loop {
                if let Err(e) = chat.answer_due(id).await {
                    tracing::error!(conversation = %id, error = %e, source = ?std::error::Error::source(&e), "a turn failed; it is tried again with the next message or start");
                }
                if chat.inner.turns.workers.end(&id) {
                    break;
                }
            }
        });
    }

    async fn answer_due(&self, id: ConversationId) -> Result<()> {
        let stop = self.inner.tasks.token();
        while !stop.is_cancelled() {
            let Some(due) = self.store().due(id, self.inner.settings.history).await? else {
                return self.suggest_to_agents(id).await;
            };
            let mut stream = Stream::new(self, &due.head);
            let decision = self.decide(&due, &mut stream).await;
            self.post_bot(&due, decision, stream.id()).await?;
        }
        Ok(())
    }

    /// The engine's decision. An engine that fails or takes too long leads to a person, not to silence.
    async fn decide(&self, due: &Due, stream: &mut Stream<'_>) -> Decision {
        if matches!(due.message.content, Content::Image { .. } | Content::File { .. }) {
            return plain(due, Action::Clarify, words::file_received(due.head.locale));
        }
        let turn = turn_of(due);
        let mut pause = FIRST_PAUSE;
        for attempt in 1..=ATTEMPTS {
            match self.respond_once(&turn, stream).await {
                Ok(decision) => return decision,
                Err(e) if e.code() == Code::Overloaded && attempt < ATTEMPTS => {
                    tokio::time::sleep(pause).await;
                    pause *= 3;
                }
                Err(e) => {
                    tracing::error!(conversation = %due.head.id, code = e.code().name(), error = %e, "the engine failed; a person is asked for");
                    break;
                }
            }
        }
        let mut decision = plain(due, Action::Handoff, words::engine_failed(due.head.locale));
        decision.handoff_reason = Some("engine_failed".to_owned());
        decision
    }

    async fn respond_once(&self, turn: &Turn, stream: &mut Stream<'_>) -> Result<Decision> {
        let _permit = self.inner.turns.permits.acquire().await.map_err(|_| stopping())?;
        let responding = self.inner.responder.respond(turn, stream);
        match tokio::time::timeout(self.inner.settings.turn_limit, responding).await {
            Ok(result) => result,
            Err(_) => Err(Error::new(Code::Timeout, "the engine took longer than the limit of one turn")),
        }
    }

    /// Writes the decision, unless somebody else owns the conversation by now.
    async fn post_bot(&self, due: &Due, decision: Decision, id: MessageId) -> Result<()> {
        let answered = plans::Answered { version: due.head.version, seq: due.message.seq, id };
        let bot = Sender { kind: SenderKind::Bot, id: None, name: self.inner.settings.bot_name.clone() };
        let (staffed, now) = (self.staff().anybody_online(), Timestamp::now());
        let count_queue = decision.action == Action::Handoff;
        let placing = self.placing(Some(&decision), due.head.locale, now);
        let plan = move |head: &Head| {
            plans::bot_decision(head, answered, &decision, &bot, staffed, now)
                .map(|change| placing.apply(head, change))
        };
        self.append(due.head.id, None, count_queue, plan).await?;
        Ok(())
    }
}

/// The engine's view of a message that is due.
pub(super) fn turn_of(due: &Due) -> Turn {
    let spoken = |m: &&crate::domain::Message| {
        m.sender.kind != SenderKind::System
            && !matches!(m.content, Content::Image { .. } | Content::File { .. })
    };
    Turn {
        conversation: due.head.id,
        seq: due.message.seq,
        text: due.message.content.as_text().to_owned(),
        locale: due.head.locale,
        history: due
            .history
            .iter()
            .filter(spoken)
            .map(|m| HistoryLine { role: m.sender.kind, text: m.content.as_text().to_owned() })
            .collect(),
        page: due.page.clone(),
        external_id: due.external_id.clone(),
        state: due.state.clone(),
    }
}

fn plain(due: &Due, action: Action, text: String) -> Decision {
    Decision {
        action,
        lang: due.head.locale,
        text,
        confidence: 1.0,
        intent: None,
        slots: Vec::new(),
        citations: Vec::new(),
        card: None,
        choices: Vec::new(),
        handoff_reason: None,
        tags: Vec::new(),
        team: None,
        acts: Vec::new(),
        state: None,
        explanation: None,
        timings_ms: Default::default(),
    }
}

fn stopping() -> Error {
    Error::new(Code::Unavailable, "the server is stopping")
}
