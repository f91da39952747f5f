//! What others add to a turn: before a message is understood, before a reply is said, and after a message was stored.
//!
//! A plugin in the program implements [`Plugin`]; one outside is a webhook (`connect`). The one with the highest priority
//! is asked first, and what it changes the next one sees. Each has a time of its own inside the turn's: one that is late
//! or fails is left out, and the explanation says so. The other places to join in are [`crate::recall::RecallPath`] (finding
//! candidates) and [`super::systems::BusinessSystems`] (asking and acting).

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::input::TurnInput;
use crate::domain::{
    Action, Citation, ConversationId, Decision, Finding, FindingRecord, IntentScore, Lang, Message,
    PluginReport, Slot, TeamId,
};
use crate::error::Result;

/// Most time one call takes, unless the plugin says otherwise.
const PATIENCE: Duration = Duration::from_millis(200);

/// Something that takes part in turns. Every method has a default that does nothing.
#[async_trait]
pub trait Plugin: Send + Sync {
    /// Its name in explanations, logs and metrics.
    fn name(&self) -> &str;
    /// The highest is asked first.
    fn priority(&self) -> i32 {
        0
    }
    /// Most time one call may take; a turn's own deadline may leave less.
    fn patience(&self) -> Duration {
        PATIENCE
    }
    /// Before a message is understood: what else is known about it.
    async fn before(&self, _message: &Incoming) -> Result<Known> {
        Ok(Known::default())
    }
    /// Before a reply is said: another text, or a person instead.
    async fn review(&self, _reply: &Outgoing<'_>) -> Result<Review> {
        Ok(Review::default())
    }
    /// After a message was stored, whoever sent it: what is to be noted about it. No turn waits for this.
    async fn noticed(&self, _stored: &Noticed) -> Result<Vec<Finding>> {
        Ok(Vec::new())
    }
}

/// A visitor's message before anything is made of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Incoming {
    pub text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lang: Option<Lang>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<ConversationId>,
    /// The visitor's verified id in the shop's own systems.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visitor: Option<String>,
    pub attributes: BTreeMap<String, String>,
}

/// What a plugin knows about a message.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Known {
    /// Attributes of the visitor, for rules; they replace those of the same name.
    pub attributes: BTreeMap<String, String>,
    /// Slots, as if they had been said.
    pub slots: Vec<Slot>,
}

/// A reply that is about to be said.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Outgoing<'a> {
    pub message: &'a Incoming,
    pub action: Action,
    pub text: &'a str,
    pub confidence: f32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intent: Option<&'a IntentScore>,
    pub slots: &'a [Slot],
    pub citations: &'a [Citation],
}

/// What a plugin makes of a reply.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Review {
    /// Said in the place of the text.
    pub text: Option<String>,
    /// A person is brought for this reason.
    pub handoff: Option<String>,
    /// Put on the conversation.
    pub tags: Vec<String>,
}

/// A message that was stored.
#[derive(Clone, Debug, Serialize)]
pub struct Noticed {
    pub message: Arc<Message>,
    /// Seconds the visitor had waited for it, when it answers them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waited_s: Option<f64>,
}

/// Where findings are kept.
#[async_trait]
pub trait FindingLog: Send + Sync {
    /// Keeps what plugins noted about a message.
    async fn put(&self, message: &Message, noted: Vec<(String, Finding)>) -> Result<()>;
    /// Seconds the visitor had waited for a message: since the first of theirs after the last answer before it.
    async fn waited_s(&self, message: &Message) -> Result<Option<f64>>;
    /// Findings, newest first, but for those of the conversations of `hidden` teams; `before` is the id after which to
    /// go on.
    async fn list(
        &self,
        conversation: Option<ConversationId>,
        hidden: &[TeamId],
        before: Option<&str>,
        limit: usize,
    ) -> Result<Vec<FindingRecord>>;
}

/// The plugins of a shop. Cheap to clone.
#[derive(Clone, Default)]
pub struct Plugins {
    all: Arc<[Arc<dyn Plugin>]>,
}

impl Plugins {
    /// These plugins, the highest priority first.
    pub fn new(mut all: Vec<Arc<dyn Plugin>>) -> Self {
        all.sort_by_key(|plugin| std::cmp::Reverse(plugin.priority()));
        Self { all: all.into() }
    }

    /// Adds what plugins know to a turn's input.
    pub(super) async fn before(&self, input: &mut TurnInput, deadline: Instant) -> Vec<PluginReport> {
        let mut reports = Vec::new();
        for plugin in &*self.all {
            let message = incoming(input);
            let (known, report) = asked(&**plugin, "before", deadline, plugin.before(&message)).await;
            if let Some(Known { attributes, slots }) = known {
                input.attributes.extend(attributes);
                input.slots.extend(slots);
            }
            reports.push(report);
        }
        reports
    }

    /// Lets plugins change a decision before it is said.
    pub(super) async fn review(
        &self,
        input: &TurnInput,
        decision: &mut Decision,
        deadline: Instant,
    ) -> Vec<PluginReport> {
        let mut reports = Vec::new();
        for plugin in &*self.all {
            let message = incoming(input);
            let reply = Outgoing {
                message: &message,
                action: decision.action,
                text: &decision.text,
                confidence: decision.confidence,
                intent: decision.intent.as_ref(),
                slots: &decision.slots,
                citations: &decision.citations,
            };
            let (review, report) = asked(&**plugin, "review", deadline, plugin.review(&reply)).await;
            if let Some(review) = review {
                apply(review, decision);
            }
            reports.push(report);
        }
        reports
    }

    /// Whether every plugin would let a decision be said as it is.
    pub(super) async fn let_pass(&self, input: &TurnInput, decision: &Decision, deadline: Instant) -> bool {
        if self.all.is_empty() {
            return true;
        }
        let mut reviewed = decision.clone();
        self.review(input, &mut reviewed, deadline).await;
        reviewed.action == decision.action && reviewed.text == decision.text
    }

    /// What plugins note about a stored message, with their names.
    pub async fn noticed(&self, stored: &Noticed) -> Vec<(String, Finding)> {
        let mut all = Vec::new();
        for plugin in &*self.all {
            let deadline = Instant::now() + plugin.patience();
            let (findings, _) = asked(&**plugin, "noticed", deadline, plugin.noticed(stored)).await;
            all.extend(findings.into_iter().flatten().map(|finding| (plugin.name().to_owned(), finding)));
        }
        all
    }
}

fn incoming(input: &TurnInput) -> Incoming {
    Incoming {
        text: input.text.clone(),
        lang: input.lang,
        conversation_id: input.conversation,
        visitor: input.visitor.clone(),
        attributes: input.attributes.clone(),
    }
}

/// A reply that a person takes over has no card, choices or sources left to stand on.
fn apply(review: Review, decision: &mut Decision) {
    if let Some(text) = review.text {
        decision.text = text;
    }
    if let Some(reason) = review.handoff {
        decision.action = Action::Handoff;
        decision.handoff_reason = Some(reason);
        decision.card = None;
        decision.choices.clear();
        decision.citations.clear();
    }
    for tag in review.tags {
        if !decision.tags.contains(&tag) {
            decision.tags.push(tag);
        }
    }
}

async fn asked<T>(
    plugin: &dyn Plugin,
    hook: &'static str,
    deadline: Instant,
    call: impl Future<Output = Result<T>>,
) -> (Option<T>, PluginReport) {
    let started = Instant::now();
    let limit = deadline.min(started + plugin.patience());
    let (answer, outcome) = match tokio::time::timeout_at(limit.into(), call).await {
        Ok(Ok(answer)) => (Some(answer), "ok"),
        Ok(Err(e)) => {
            tracing::warn!(plugin = plugin.name(), hook, "a plugin failed and is left out: {e}");
            (None, "failed")
        }
        Err(_) => {
            tracing::warn!(plugin = plugin.name(), hook, "a plugin is late and left out");
            (None, "late")
        }
    };
    let labels =
        [("plugin", plugin.name().to_owned()), ("hook", hook.to_owned()), ("outcome", outcome.to_owned())];
    metrics::histogram!("zhike_plugin_seconds", &labels).record(started.elapsed().as_secs_f64());
    let report = PluginReport {
        plugin: plugin.name().to_owned(),
        hook: hook.to_owned(),
        outcome: outcome.to_owned(),
        ms: started.elapsed().as_secs_f32() * 1000.0,
    };
    (answer, report)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::error::Error;

    struct Adds(&'static str, i32, Duration);

    #[async_trait]
    impl Plugin for Adds {
        fn name(&self) -> &str {
            self.0
        }
        fn priority(&self) -> i32 {
            self.1
        }
        async fn before(&self, message: &Incoming) -> Result<Known> {
            tokio::time::sleep(self.2).await;
            if self.0 == "broken" {
                return Err(Error::internal("it fell"));
            }
            let seen = message.attributes.get("seen").cloned().unwrap_or_default();
            let attributes = BTreeMap::from([("seen".to_owned(), format!("{seen}{}", self.0))]);
            Ok(Known { attributes, slots: Vec::new() })
        }
    }

    #[tokio::test]
    async fn the_highest_is_asked_first_and_who_is_late_or_broken_is_left_out() {
        let now = Duration::ZERO;
        let plugins = Plugins::new(vec![
            Arc::new(Adds("b", 1, now)),
            Arc::new(Adds("late", 3, Duration::from_secs(5))),
            Arc::new(Adds("broken", 4, now)),
            Arc::new(Adds("a", 2, now)),
        ]);
        let mut input = TurnInput { text: "x".into(), ..TurnInput::default() };
        let reports = plugins.before(&mut input, Instant::now() + Duration::from_secs(30)).await;
        let outcomes: Vec<_> = reports.iter().map(|r| (r.plugin.as_str(), r.outcome.as_str())).collect();
        assert_eq!(outcomes, [("broken", "failed"), ("late", "late"), ("a", "ok"), ("b", "ok")]);
        assert_eq!(input.attributes["seen"], "ab");
    }
}
