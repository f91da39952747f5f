//! What the engine decided to do with a message, and everything that led to it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Act, ChunkId, DialogState, DocumentId, IntentScore, Lang, Parse, PluginReport, Slot};

/// The five things a turn can end in. A handoff is a field of the decision, never a token inside a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Answered from the knowledge base, with its source.
    Answer,
    /// Asked back.
    Clarify,
    /// A form or a business system takes over.
    Business,
    /// Greeting, thanks and the like.
    Smalltalk,
    /// A person is asked for.
    Handoff,
}

/// Where an answer stands: the quote is verbatim text of the chunk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Citation {
    pub document_id: DocumentId,
    /// File name.
    pub document: String,
    pub title: String,
    pub section: String,
    pub chunk_id: ChunkId,
    pub quote: String,
    /// Calibrated probability that this passage answers, 0..=1.
    pub score: f32,
}

/// One answer to pick from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Choice {
    /// What is shown.
    pub label: String,
    /// What is sent as the visitor's text when picked.
    pub value: String,
}

/// A small table of named fields, with actions the visitor may take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Card {
    pub title: String,
    pub fields: Vec<CardField>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<Choice>,
}

/// One line of a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CardField {
    pub label: String,
    pub value: String,
}

/// A way to find candidates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PathName {
    /// Questions of FAQ pairs, by vector.
    Faq,
    /// Passages by vector.
    Vector,
    /// Passages by keyword.
    Lexical,
    /// The shop's rules.
    Rule,
}

/// One candidate as `--explain` and hit testing show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Candidate {
    pub chunk_id: ChunkId,
    pub document_id: DocumentId,
    pub document: String,
    pub title: String,
    pub section: String,
    pub text: String,
    /// The sentence or table row that would be the answer.
    pub quote: String,
    /// Calibrated probability of being right, 0..=1; the order of the list.
    pub score: f32,
    /// Rank (from 1) in every path that found it.
    pub ranks: BTreeMap<PathName, usize>,
    /// Raw score in every path that found it.
    pub path_scores: BTreeMap<PathName, f32>,
    /// The features the learned ranker saw, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub features: BTreeMap<String, f32>,
}

/// How one recall path did in this turn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PathReport {
    pub path: PathName,
    pub hits: usize,
    pub ms: f32,
    /// Set when the path was left out: late, failed, or switched off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_out: Option<String>,
}

/// A rule that fired.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RuleReport {
    pub name: String,
    pub priority: i32,
    /// Whether it said what to do; only one does.
    pub decides: bool,
    /// `answer`, `form order_status`, `handoff`, `tag vip`, `team gold`
    pub does: Vec<String>,
}

/// One question of a message that asks several, or of a long one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AskedReport {
    pub question: String,
    pub answered: bool,
    /// Calibrated probability that its answer is right, 0..=1; 0 without an answer.
    pub confidence: f32,
}

/// A sentence that was written and not shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DroppedSentence {
    pub text: String,
    /// `number`, `code`, `words`, `reversed` or `cut_off`
    pub reason_code: String,
    /// The same in words, with what is in no passage.
    pub reason: String,
}

/// How an answer was put into other words, or why it was not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PhrasingReport {
    pub model: String,
    /// `phrased`, or why the passage's own words are said: `unsupported`, `refused`, `late`, `failed`, `busy`,
    /// `resting` or `stopped`
    pub outcome: String,
    /// What failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The passage's own words, which are said where it is not phrased.
    pub extract: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dropped: Vec<DroppedSentence>,
    pub ms: f32,
}

/// Every step of a turn, for people who ask why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Explanation {
    /// The text that was searched; differs from the message when a follow-up was completed from context.
    pub query: String,
    pub parse: Parse,
    pub paths: Vec<PathReport>,
    pub candidates: Vec<Candidate>,
    /// Name of the rule that decided, if one did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The rules that fired, the highest priority first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<RuleReport>,
    /// How the plugins did that took part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub plugins: Vec<PluginReport>,
    /// The single questions of the message, where they were looked at one by one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<AskedReport>,
    /// How the answer was phrased, where there is a model for it and the answer came from passages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phrasing: Option<PhrasingReport>,
    /// The policy's reason, in the words of the message's language.
    pub reason: String,
    /// The stable name of that reason: `sure`, `business_intent`, …
    #[serde(default)]
    pub reason_code: String,
    /// Probability an answer needs.
    pub threshold: f32,
}

/// The outcome of a turn, as `POST /dialog/reply` shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Decision {
    pub action: Action,
    pub lang: Lang,
    pub text: String,
    /// 0..=1; for answers the calibrated probability of being right, for handoffs how sure it is of what led to them.
    pub confidence: f32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intent: Option<IntentScore>,
    pub slots: Vec<Slot>,
    pub citations: Vec<Citation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card: Option<Card>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    /// Why a person is asked for, when one is: `asked`, `angry`, `unsure`, `rule`, …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handoff_reason: Option<String>,
    /// Put on the conversation by rules.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Who should get the conversation, if a person does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// What was done in a business system in this turn.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acts: Vec<Act>,
    /// What the next turn has to know: send it back with the next message of the same dialog.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<Box<DialogState>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Explanation>,
    /// Milliseconds by step.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub timings_ms: BTreeMap<String, f32>,
}
