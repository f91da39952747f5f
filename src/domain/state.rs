//! What a conversation carries from turn to turn: what was said of use, the open form, what it is about.
//!
//! It goes into a turn and comes out of it; whoever holds the conversation keeps it. It ends with the conversation.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ConversationId, IntentScore, Shown, Slot, Tried};

/// The state of a dialog. Opaque to clients: keep it, and send it back with the next message.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct DialogState {
    /// Messages of the visitor so far.
    pub turn: u32,
    /// The last value of every slot that was said.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub slots: Vec<HeldSlot>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<OpenForm>,
    /// The form that another one interrupted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paused: Option<OpenForm>,
    /// What was talked about last: one order, one parcel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<Subject>,
    /// The last intent that was recognised, with its turn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intent: Option<HeldIntent>,
    /// What the bot did, turn by turn.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tried: Vec<Tried>,
    /// Documents that were shown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub shown: Vec<Shown>,
    /// The team that a rule named last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// What the rule that brought a person says to the agents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handoff_note: Option<String>,
    /// With what a visitor without a signed identity has proved whose order it is.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub proof: BTreeMap<String, String>,
    /// Proofs that did not fit, in this conversation.
    pub refused_proofs: u32,
}

/// An intent with the turn it was recognised in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HeldIntent {
    pub turn: u32,
    pub intent: IntentScore,
}

/// A slot with the turn it was said in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HeldSlot {
    pub turn: u32,
    pub slot: Slot,
}

/// A form that has begun and not ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OpenForm {
    pub name: String,
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    pub waits: Waits,
    /// Times in a row that what was said did not fit.
    #[serde(default)]
    pub misses: u32,
    /// Subjects the visitor said it is not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excluded: Vec<String>,
}

/// What an open form waits for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "for", rename_all = "snake_case")]
pub enum Waits {
    /// The value of a slot.
    Slot { name: String },
    /// One of several subjects.
    Pick { offered: Vec<String> },
    /// A yes. The key makes the act happen once, also when the turn is done again after a crash.
    Confirm { key: String },
}

/// What the dialog is about, by the form that found it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Subject {
    pub form: String,
    pub id: String,
    pub turn: u32,
    /// The visitor said it is not these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excluded: Vec<String>,
}

/// One thing done, or asked for, in a business system at a visitor's word: the record that administrators read.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ActionRecord {
    /// The idempotency key it was done under; keys rise with time.
    pub key: String,
    /// The form, e.g. `cancel_order`.
    pub form: String,
    /// `connector.operation`
    pub operation: String,
    /// What it was done to, e.g. the number of an order.
    pub subject: String,
    /// The visitor's verified id in the shop's own systems; absent for one who proved the subject otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visitor: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "uuid")]
    pub conversation_id: Option<ConversationId>,
    /// What was sent.
    pub params: BTreeMap<String, String>,
    pub outcome: ActionOutcome,
    #[schema(value_type = String, format = "date-time")]
    pub begun_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "date-time")]
    pub ended_at: Option<Timestamp>,
}

/// How an action ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActionOutcome {
    /// Sent, or about to be: the server stopped before it was known how it ended.
    Begun,
    Done,
    /// The system would not do it.
    Refused,
    /// Sent, and not confirmed: somebody has to look.
    Unconfirmed,
    /// The system was not asked.
    NotSent,
}

/// Something that was done in a business system at the visitor's word: what the conversation's record keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Act {
    /// The form, e.g. `cancel_order`.
    pub form: String,
    /// `connector.operation`
    pub operation: String,
    /// The idempotency key it was done under.
    pub key: String,
    /// Whether the system confirmed it; otherwise somebody has to look.
    pub confirmed: bool,
    /// For the conversation, in its language.
    pub text: String,
}
