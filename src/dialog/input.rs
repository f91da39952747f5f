//! What a turn is given: the message, what is known about it, and the settings.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use jiff::civil::DateTime;
use serde::Deserialize;
use utoipa::ToSchema;

use super::lookup::Understood;
use crate::domain::{ConversationId, DialogState, Lang, SenderKind, Slot};
use crate::knowledge::Filter;
use crate::recall::rules::Circumstances;

/// Time for a turn of an evaluation: figures must not depend on how busy the machine is, and nothing is left out for being
/// late.
pub const UNHURRIED: Duration = Duration::from_secs(30);

/// Settings that do not come from the shop.
#[derive(Clone, Copy, Debug)]
pub struct EngineSettings {
    /// Time one turn may take.
    pub deadline: Duration,
    /// Time a turn may take that asks business systems.
    pub business_deadline: Duration,
    /// Probability an answer needs; the ranker's own operating point when not set.
    pub threshold: Option<f32>,
}

impl EngineSettings {
    /// Settings from deadlines in milliseconds and an administrator's threshold.
    pub fn new(deadline_ms: u64, business_deadline_ms: u64, threshold: Option<f32>) -> Self {
        let business_deadline = Duration::from_millis(business_deadline_ms);
        Self { deadline: Duration::from_millis(deadline_ms), business_deadline, threshold }
    }
}

/// One earlier line of the conversation.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct HistoryTurn {
    pub role: SenderKind,
    pub text: String,
}

/// A message and what the engine may know about it.
#[derive(Clone, Debug, Default)]
pub struct TurnInput {
    pub text: String,
    /// Detected when not given.
    pub lang: Option<Lang>,
    /// Earlier lines of this conversation, oldest first.
    pub history: Vec<HistoryTurn>,
    /// Slots known from earlier turns.
    pub slots: Vec<Slot>,
    /// Adds every step to the decision.
    pub explain: bool,
    /// Where answers may come from. For whom they are is not asked here: a reply is for visitors, suggestions are for
    /// staff.
    pub filter: Filter,
    /// When the turn must be over; from the settings when not given.
    pub deadline: Option<Instant>,
    /// The visitor's id in the shop's own systems, if the shop has vouched for it.
    pub visitor: Option<String>,
    /// What is known of the visitor, for rules: `locale`, `page`, …
    pub attributes: BTreeMap<String, String>,
    /// The time by the shop's clock; now when not given.
    pub now: Option<DateTime>,
    /// For the record of what is done in business systems.
    pub conversation: Option<ConversationId>,
    /// What the turn before left behind.
    pub state: DialogState,
}

impl TurnInput {
    /// What rules look at beside the words.
    pub(super) fn circumstances(&self, understood: &Understood, now: DateTime) -> Circumstances {
        let slots = self.slots.iter().chain(&understood.parse.slots).cloned().collect();
        let mut visitor = self.attributes.clone();
        visitor.insert("signed_in".to_owned(), if self.visitor.is_some() { "yes" } else { "no" }.to_owned());
        Circumstances { slots, now, visitor }
    }
}
