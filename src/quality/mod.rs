//! Quality check (智能质检): what agents and the bot may not say, what nobody may promise, how long visitors wait, how they
//! sound. The plugin that ships, and the example of one: it sees only what [`Plugin`] gives it.
//!
//! Checks are declared in `quality.toml`. A check marked `block` keeps the bot from saying its words: the reply goes to a
//! person instead. Everything else is noted about the stored message and stops nobody.

mod declare;

use async_trait::async_trait;

use crate::dialog::plugins::{Noticed, Outgoing, Plugin, Review};
use crate::domain::{Content, Finding, SenderKind};
use crate::error::Result;
pub use declare::Checks;

/// The bot's replies are reviewed after everybody else has had a say.
const PRIORITY: i32 = -1000;
/// What a reply goes to a person for.
const BLOCKED: &str = "quality";

/// The checks at work.
pub struct QualityCheck {
    checks: Checks,
}

impl QualityCheck {
    /// A plugin of these checks.
    pub fn new(checks: Checks) -> Self {
        Self { checks }
    }

    fn slow(&self, kind: SenderKind, waited: Option<f64>) -> Option<Finding> {
        let (limit, waited) = (self.checks.response.as_ref()?, waited?);
        (kind == SenderKind::Agent && waited > limit.within_s).then(|| Finding {
            check: "response_time".to_owned(),
            severity: limit.severity,
            quote: String::new(),
            note: format!("{waited:.0} s > {:.0} s", limit.within_s),
        })
    }
}

#[async_trait]
impl Plugin for QualityCheck {
    fn name(&self) -> &str {
        "quality"
    }

    fn priority(&self) -> i32 {
        PRIORITY
    }

    async fn review(&self, reply: &Outgoing<'_>) -> Result<Review> {
        let bot = self.checks.of(SenderKind::Bot).filter(|check| check.block);
        let blocks = bot.into_iter().any(|check| check.find(reply.text).is_some());
        Ok(if blocks {
            Review { text: Some(String::new()), handoff: Some(BLOCKED.to_owned()), tags: Vec::new() }
        } else {
            Review::default()
        })
    }

    async fn noticed(&self, stored: &Noticed) -> Result<Vec<Finding>> {
        let message = &*stored.message;
        if matches!(message.content, Content::Event { .. }) {
            return Ok(Vec::new());
        }
        let kind = message.sender.kind;
        let text = message.content.as_text();
        let found = self.checks.of(kind).filter_map(|check| {
            Some(Finding {
                check: check.name.clone(),
                severity: check.severity,
                quote: check.find(text)?,
                note: check.note.clone(),
            })
        });
        Ok(found.chain(self.slow(kind, stored.waited_s)).collect())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::*;
    use crate::dialog::plugins::Incoming;
    use crate::domain::{Action, ConversationId, Message, MessageId, Sender};

    fn sample() -> QualityCheck {
        let text =
            std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/knowledge/quality.toml")).unwrap();
        QualityCheck::new(Checks::parse(&text, "quality.toml").unwrap())
    }

    fn stored(kind: SenderKind, text: &str, waited_s: Option<f64>) -> Noticed {
        let message = Message {
            id: MessageId::new(),
            conversation_id: ConversationId::new(),
            seq: 1,
            client_id: None,
            sender: Sender { kind, id: None, name: None },
            content: Content::text(text),
            citations: Vec::new(),
            created_at: jiff::Timestamp::now(),
        };
        Noticed { message: Arc::new(message), waited_s }
    }

    async fn names(stored: Noticed) -> Vec<String> {
        sample().noticed(&stored).await.unwrap().into_iter().map(|finding| finding.check).collect()
    }

    #[tokio::test]
    async fn forbidden_words_promises_waiting_and_anger_are_noted_of_whom_they_are_about() {
        assert_eq!(
            names(stored(SenderKind::Agent, "您加我微信，私下转账给您", None)).await,
            ["private_deal"]
        );
        assert_eq!(names(stored(SenderKind::Agent, "我保证明天一定到", None)).await, ["promise"]);
        assert_eq!(names(stored(SenderKind::Agent, "您好", Some(400.0))).await, ["response_time"]);
        assert_eq!(names(stored(SenderKind::Visitor, "什么态度，我要投诉", None)).await, ["visitor_angry"]);
        assert!(names(stored(SenderKind::Visitor, "你保证明天一定到吗", Some(400.0))).await.is_empty());
        let finding = sample().noticed(&stored(SenderKind::Agent, "我保证明天一定到", None)).await.unwrap();
        assert!("我保证明天一定到".contains(&finding[0].quote) && !finding[0].quote.is_empty());
    }

    #[tokio::test]
    async fn the_bot_does_not_say_what_is_blocked() {
        let message = Incoming {
            text: "x".into(),
            lang: None,
            conversation_id: None,
            visitor: None,
            attributes: BTreeMap::new(),
        };
        let reply = |text| Outgoing {
            message: &message,
            action: Action::Answer,
            text,
            confidence: 0.9,
            intent: None,
            slots: &[],
            citations: &[],
        };
        let review = sample().review(&reply("请加我微信")).await.unwrap();
        assert_eq!(review.handoff.as_deref(), Some(BLOCKED));
        assert_eq!(sample().review(&reply("满99元包邮")).await.unwrap(), Review::default());
    }
}
