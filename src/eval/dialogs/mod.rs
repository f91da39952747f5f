//! Plays dialog suites through the engine and scores every turn.
//!
//! [`play()`] is the only part that meets an engine; scoring, summing up and drawing are functions of what was played.

mod html;
mod play;
mod score;
mod summary;

use serde::{Deserialize, Serialize};

use crate::domain::{Action, Candidate, Decision, Lang};

use super::suite::Expect;

pub use html::html;
pub use play::play;
pub use score::{Problem, Verdict, score};
pub use summary::{Bins, DialogReport, Matrix, TagRow, report};

/// Candidates kept of every turn.
const CANDIDATES_KEPT: usize = 5;

/// A played turn: what was said, expected and done, and what is right about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Played {
    /// `dialog/turn`, counted from 1.
    pub id: String,
    pub dialog: String,
    pub turn: usize,
    pub lang: Lang,
    pub tags: Vec<String>,
    pub text: String,
    pub expect: Expect,
    pub got: Got,
    pub verdict: Verdict,
    /// Wall-clock time of the turn in the engine, in milliseconds.
    pub ms: f64,
}

/// What the engine did, as far as reports show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Got {
    pub action: Action,
    pub text: String,
    pub confidence: f32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intent: Option<String>,
    pub slots: Vec<(String, String)>,
    pub citations: Vec<Cited>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handoff_reason: Option<String>,
    /// What was searched, when it differs from the words said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    pub reason: String,
    pub threshold: f32,
    /// The best candidates, best first.
    pub candidates: Vec<Cited>,
}

/// A passage by its place and words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cited {
    pub document: String,
    pub section: String,
    pub quote: String,
    pub score: f32,
}

impl Got {
    /// What of a decision on `said` is shown.
    pub(in crate::eval) fn of(decision: Decision, said: &str) -> Self {
        let mut got = Self {
            action: decision.action,
            text: decision.text,
            confidence: decision.confidence,
            intent: decision.intent.map(|i| i.name),
            slots: decision.slots.into_iter().map(|s| (s.name, s.value)).collect(),
            citations: decision
                .citations
                .into_iter()
                .map(|c| Cited { document: c.document, section: c.section, quote: c.quote, score: c.score })
                .collect(),
            handoff_reason: decision.handoff_reason,
            query: None,
            rule: None,
            reason: String::new(),
            threshold: 0.0,
            candidates: Vec::new(),
        };
        if let Some(explanation) = decision.explanation {
            got.query = (explanation.query != said).then_some(explanation.query);
            got.rule = explanation.rule;
            got.reason = explanation.reason;
            got.threshold = explanation.threshold;
            got.candidates =
                explanation.candidates.into_iter().take(CANDIDATES_KEPT).map(Cited::of).collect();
        }
        got
    }
}

impl Cited {
    fn of(candidate: Candidate) -> Self {
        let Candidate { document, section, quote, score, .. } = candidate;
        Self { document, section, quote, score }
    }
}

/// The stable name of an action.
pub(in crate::eval) const fn action_name(action: Action) -> &'static str {
    match action {
        Action::Answer => "answer",
        Action::Clarify => "clarify",
        Action::Business => "business",
        Action::Smalltalk => "smalltalk",
        Action::Handoff => "handoff",
    }
}
