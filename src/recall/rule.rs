//! The shop's rules as a recall path: at most one hit, the rule that decides about the message.

use std::sync::Arc;

use super::rules::{Message, Rules};
use super::{Found, Hit, Query, RecallPath};
use crate::domain::PathName;
use crate::error::Result;
use crate::knowledge::Snapshot;

/// Finds the rule with the highest priority that fires.
#[derive(Clone, Debug)]
pub struct RulePath {
    rules: Arc<Rules>,
}

impl RulePath {
    /// A path over these rules.
    pub fn new(rules: Arc<Rules>) -> Self {
        Self { rules }
    }
}

impl RecallPath for RulePath {
    fn name(&self) -> PathName {
        PathName::Rule
    }

    fn recall(&self, query: &Query, _: &Snapshot) -> Result<Vec<Hit>> {
        let message = Message { text: &query.message, lang: query.lang, intent: query.intent.as_deref() };
        let hit = |rule: &super::rules::Rule| Hit { found: Found::Rule(Box::new(rule.clone())), score: 1.0 };
        Ok(self.rules.first(message).map(hit).into_iter().collect())
    }
}
