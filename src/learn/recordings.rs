//! What was said in stored conversations, as turns to be played again.

use std::collections::HashMap;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::chat::HISTORY;
use crate::dialog::HistoryTurn;
use crate::domain::{Content, ConversationId, EventName, Message, SenderKind};
use crate::error::Result;
use crate::eval::replay::Recorded;

/// Which conversations are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// At most so many, the newest.
    pub conversations: usize,
    /// Only those that began at this time or later.
    pub since: Option<Timestamp>,
    /// Only those in which a visitor has judged an answer.
    pub judged: bool,
}

/// A stored conversation.
#[derive(Clone, Debug)]
pub struct Recording {
    pub id: ConversationId,
    /// All messages, in order.
    pub messages: Vec<Message>,
    /// Number of a message of the bot → whether it helped.
    pub judged: HashMap<i64, bool>,
}

/// Where conversations are kept.
#[async_trait]
pub trait Recordings: Send + Sync {
    /// Conversations in which a visitor wrote something, oldest first.
    async fn recent(&self, excerpt: Excerpt) -> Result<Vec<Recording>>;
}

impl Recording {
    /// The turns in which the bot replied. What a person answered, a file and a picked action are no turns of the
    /// engine's.
    pub fn turns(&self) -> Vec<Recorded> {
        let mut turns = Vec::new();
        let mut history: Vec<HistoryTurn> = Vec::new();
        for (index, message) in self.messages.iter().enumerate() {
            let kind = message.sender.kind;
            match &message.content {
                // What was said before a conversation was closed is another matter.
                Content::Event { event: EventName::Closed | EventName::Reopened, .. } => history.clear(),
                Content::Event { .. } | Content::Image { .. } | Content::File { .. } => {}
                content => {
                    if kind == SenderKind::Visitor
                        && let Some(reply) = self.reply_to(index)
                    {
                        let before = history.len().saturating_sub(HISTORY);
                        turns.push(Recorded {
                            conversation: self.id.to_string(),
                            seq: message.seq,
                            text: content.as_text().to_owned(),
                            history: history[before..].to_vec(),
                            said: Some(reply.content.as_text().to_owned()),
                            helpful: self.judged.get(&reply.seq).copied(),
                        });
                    }
                    if kind != SenderKind::System {
                        history.push(HistoryTurn { role: kind, text: content.as_text().to_owned() });
                    }
                }
            }
        }
        turns
    }

    /// What the bot said before anybody else said something.
    fn reply_to(&self, index: usize) -> Option<&Message> {
        let spoken = |m: &&Message| m.sender.kind != SenderKind::System;
        self.messages[index + 1..].iter().find(spoken).filter(|m| m.sender.kind == SenderKind::Bot)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::domain::{MessageId, Sender};

    fn recording(lines: &[(SenderKind, &str)]) -> Recording {
        let id = ConversationId::new();
        let message = |(seq, (kind, text)): (i64, &(SenderKind, &str))| Message {
            id: MessageId::new(),
            conversation_id: id,
            seq,
            client_id: None,
            sender: Sender { kind: *kind, id: None, name: None },
            content: match *kind {
                SenderKind::System => {
                    Content::Event { event: EventName::Closed, text: (*text).to_owned(), staffed: None }
                }
                _ => Content::text(*text),
            },
            citations: Vec::new(),
            created_at: Timestamp::UNIX_EPOCH,
        };
        let messages = (1..).zip(lines).map(message).collect();
        Recording { id, messages, judged: HashMap::from([(2, true)]) }
    }

    #[test]
    fn a_turn_is_what_the_bot_replied_to_with_what_was_said_before_it() {
        use SenderKind::{Agent, Bot, System, Visitor};
        let recording = recording(&[
            (Visitor, "包邮吗"),
            (Bot, "满99包邮"),
            (Visitor, "那人工"),
            (Visitor, "在吗"),
            (Agent, "您好"),
            (Visitor, "谢谢"),
            (System, "已结束"),
            (Visitor, "能退吗"),
            (Bot, "七天内可以"),
        ]);
        let turns = recording.turns();
        let shown: Vec<_> =
            turns.iter().map(|t| (t.seq, t.text.as_str(), t.history.len(), t.helpful)).collect();
        assert_eq!(shown, [(1, "包邮吗", 0, Some(true)), (8, "能退吗", 0, None)]);
        assert_eq!(turns[0].said.as_deref(), Some("满99包邮"));
    }

    #[test]
    fn no_more_stands_before_a_turn_than_the_bot_was_given() {
        let mut lines = [(SenderKind::Visitor, "一"), (SenderKind::Bot, "二")].repeat(20);
        lines.extend([(SenderKind::Visitor, "三"), (SenderKind::Bot, "四")]);
        let turns = recording(&lines).turns();
        assert_eq!(turns.last().unwrap().history.len(), HISTORY);
        assert_eq!(turns.last().unwrap().history.last().unwrap().text, "二");
    }
}
