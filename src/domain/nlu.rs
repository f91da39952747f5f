//! What was understood: intents and slots. All offsets are Unicode scalar values, end exclusive.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Lang;

/// The name of text that belongs to no intent.
pub const OUT_OF_SCOPE: &str = "oos";

/// One intent with its calibrated probability.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct IntentScore {
    pub name: String,
    /// 0..=1
    pub confidence: f32,
}

/// A value found in the text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Slot {
    pub name: String,
    /// Normalised: digits instead of Chinese numerals, ISO dates, canonical dictionary entries.
    pub value: String,
    /// The text as written; always equal to the slice `start..end`.
    pub raw: String,
    pub start: usize,
    pub end: usize,
    /// 0..=1
    pub confidence: f32,
}

/// What the heads and recognisers made of one text. Intents are sorted, best first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Parse {
    pub lang: Lang,
    pub intents: Vec<IntentScore>,
    pub slots: Vec<Slot>,
}

impl Parse {
    /// The best intent, unless the text is out of scope or nothing was trained.
    pub fn top(&self) -> Option<&IntentScore> {
        self.intents.first().filter(|i| i.name != OUT_OF_SCOPE)
    }
}

/// One labelled slot of a training example.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SlotLabel {
    pub start: usize,
    pub end: usize,
    pub name: String,
    #[serde(default)]
    pub value: String,
}

/// One labelled utterance, as in the JSONL format.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Example {
    pub text: String,
    pub intent: String,
    #[serde(default)]
    pub slots: Vec<SlotLabel>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<Lang>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<String>,
}
