//! What an agent is handed with a conversation, so that the visitor need not say it again.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Action, DocumentId, HeldSlot, IntentScore};

/// A conversation in short. Everything in it is quoted, counted or recorded; nothing is made up.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct HandoffPacket {
    /// The visitor's own sentences that say most, in their order.
    pub summary: Vec<String>,
    /// What the visitor wants, by the last message whose intent was recognised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intent: Option<IntentScore>,
    /// What that intent is called for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intent_title: Option<String>,
    /// What was said of use, with the turn it was said in.
    pub slots: Vec<HeldSlot>,
    /// What the bot did, turn by turn.
    pub tried: Vec<Tried>,
    /// Documents the visitor was shown, the last one first.
    pub documents: Vec<Shown>,
    pub mood: Mood,
    /// The words of anger the mood was told by.
    pub mood_words: Vec<String>,
    /// Who should take it, if a rule or an intent says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// Why a person was asked for: `asked`, `angry`, `unsure`, …, or the words of the rule that did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// How the visitor sounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Mood {
    Calm,
    /// Words of anger, but not of late.
    Uneasy,
    Angry,
}

/// What the bot did in one turn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Tried {
    pub turn: u32,
    pub action: Action,
    /// The form that went on, if one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
    /// What was done in a business system, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acts: Vec<String>,
}

/// A document that was shown as the source of an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Shown {
    pub turn: u32,
    #[schema(value_type = String, format = "uuid")]
    pub document_id: DocumentId,
    pub document: String,
    pub section: String,
}
