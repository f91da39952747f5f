//! The shop's rules as a recall path: the rules that fire, the highest priority first.

use std::sync::Arc;

use super::rules::{Message, Rules};
use super::{Found, Hit, Query, RecallPath};
use crate::domain::PathName;
use crate::error::Result;
use crate::knowledge::Snapshot;

/// Finds the rules that fire.
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
        let message = Message {
            text: &query.message,
            lang: query.lang,
            intent: query.intent.as_deref(),
            circumstances: &query.circumstances,
        };
        let hit = |rule: &super::rules::Rule| Hit { found: Found::Rule(Box::new(rule.clone())), score: 1.0 };
        Ok(self.rules.fired(message).map(hit).collect())
    }
}
