//! Stored conversations played again: what another version would have said to the same visitors.
//!
//! Nothing in a stored conversation is labelled, so two engines say their part of every turn and are held against each
//! other. Before a turn stands what was really said, by the bot of then and by people: an answer that changes does not
//! change all that follows. What the engine itself keeps of a conversation (a form under way, slots) is its own.
//!
//! Where a visitor has told whether an answer helped, the turn has a verdict after all: an answer that helped should be
//! said again, one that did not should not. On those turns the two versions are compared as pairs.

mod html;
mod play;
mod summary;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::dialog::HistoryTurn;
use crate::domain::{Action, Decision};

use super::dialogs::Got;

pub use html::html;
pub use play::{pair, replay};
pub use summary::{Ratings, ReplayReport, ratings, report};

/// A turn of a stored conversation.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Id of the conversation; turns of one stand together, in order.
    pub conversation: String,
    /// Number of the visitor's message in it.
    pub seq: i64,
    pub text: String,
    /// What was said before, oldest first.
    pub history: Vec<HistoryTurn>,
    /// What the bot said then; nothing when a person answered.
    pub said: Option<String>,
    /// Whether the visitor found that helpful.
    pub helpful: Option<bool>,
}

/// In what two decisions differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Aspect {
    Action,
    /// The text.
    Words,
    /// The document that is cited first.
    Source,
    Intent,
}

/// One turn, decided by both.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pair {
    /// `conversation/seq`.
    pub id: String,
    pub text: String,
    pub before: Got,
    pub after: Got,
    /// What the bot said when it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub helpful: Option<bool>,
    /// In what the two differ; empty when in nothing.
    pub differs: Vec<Aspect>,
}

impl Pair {
    fn new(id: String, text: String, before: Decision, after: Decision) -> Self {
        let (before, after) = (Got::of(before, &text), Got::of(after, &text));
        let differs = differences(&before, &after);
        Self { id, text, before, after, said: None, helpful: None, differs }
    }

    /// Of a turn that a visitor has judged: whether each of the two says what helped, or no longer says what did not.
    pub fn verdicts(&self) -> Option<(bool, bool)> {
        let (said, helpful) = (self.said.as_deref()?.trim(), self.helpful?);
        let right = |got: &Got| (got.text.trim() == said) == helpful;
        Some((right(&self.before), right(&self.after)))
    }

    /// Whether only the later one answers, or only the earlier one.
    fn answers(&self) -> (bool, bool) {
        let (then, now) = (self.before.action == Action::Answer, self.after.action == Action::Answer);
        (!then && now, then && !now)
    }
}

fn differences(before: &Got, after: &Got) -> Vec<Aspect> {
    let source = |got: &Got| got.citations.first().map(|c| c.document.clone());
    let aspects = [
        (Aspect::Action, before.action != after.action),
        (Aspect::Words, before.text != after.text),
        (Aspect::Source, source(before) != source(after)),
        (Aspect::Intent, before.intent != after.intent),
    ];
    aspects.into_iter().filter(|(_, differs)| *differs).map(|(aspect, _)| aspect).collect()
}
