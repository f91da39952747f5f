//! Background jobs and suggestions to agents.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Citation, JobId, SuggestionId};

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum JobState {
    Queued,
    Running,
    Done,
    Failed,
}

/// A background job: an import, a training or an evaluation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Job {
    pub id: JobId,
    /// `import`, `train`, `evaluate`
    pub kind: String,
    /// What it works on, e.g. a file name.
    pub subject: String,
    pub state: JobState,
    /// 0..=1
    pub progress: f32,
    /// The step being done, in words.
    pub step: String,
    /// What came out, when it is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub result: Option<serde_json::Value>,
    /// What went wrong and what to do, when it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    #[schema(value_type = String, format = "date-time")]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = "date-time")]
    pub updated_at: Timestamp,
}

/// A reply the engine suggests to an agent, from the same ranking as the bot's answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Suggestion {
    pub id: SuggestionId,
    pub text: String,
    /// Calibrated probability of being right, 0..=1.
    pub confidence: f32,
    /// `faq`, `passage`, `rule` or `smalltalk`
    pub source: String,
    pub citations: Vec<Citation>,
}
