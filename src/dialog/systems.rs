//! What the dialog needs of business systems, as traits: `connect` implements them, `app` joins the two.
//!
//! A call names an operation and gives parameters; what comes back are records of named, typed fields. Whether that
//! goes over REST, SOAP or gRPC is nobody's affair in this room.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{ActionOutcome, ActionRecord, ConnectorSpec, ConnectorStatus};
use crate::error::Result;

/// The parameter that carries the verified `external_id` of the visitor.
pub const VISITOR: &str = "visitor";

/// One value of a record.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Value {
    Text(String),
    Number(f64),
    Bool(bool),
    Money {
        amount: f64,
        unit: String,
    },
    #[schema(value_type = String)]
    Time(Timestamp),
}

impl Value {
    /// The value as conditions, comparisons and parameters of other calls see it.
    pub fn plain(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(n) | Self::Money { amount: n, .. } => crate::text::numbers::format(*n),
            Self::Bool(b) => b.to_string(),
            Self::Time(at) => at.to_string(),
        }
    }
}

/// Fields of one record, by name.
pub type Record = BTreeMap<String, Value>;

/// One question to a business system, or one order.
#[derive(Clone, Debug)]
pub struct Call {
    /// `connector.operation`
    pub operation: String,
    pub params: BTreeMap<String, String>,
    /// When the answer is of no more use.
    pub deadline: Instant,
    /// Under this key the system does a thing once, however often it is asked.
    pub idempotency_key: Option<String>,
    /// Not from a cache: the visitor is about to change something.
    pub fresh: bool,
}

/// What a system said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reply {
    /// Empty when there is no such thing, or none that passed the checks.
    pub records: Vec<Record>,
    /// Set when the system failed and this is what it said so long ago.
    pub age: Option<Duration>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// No connector declares the operation.
    Undeclared,
    /// Nothing within the deadline.
    Late,
    /// Left alone after too many failures, or too many calls at once.
    Unavailable,
    /// The system was not reached, or said that it failed.
    Failed(String),
    /// It answered, but not what the declaration says it answers.
    Broken(String),
    /// It will not do it (409, 422): the business's own rules.
    Refused,
}

impl Trouble {
    /// The stable name, for logs and metrics.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Undeclared => "undeclared",
            Self::Late => "late",
            Self::Unavailable => "unavailable",
            Self::Failed(_) => "failed",
            Self::Broken(_) => "broken",
            Self::Refused => "refused",
        }
    }
}

/// The business systems of a shop.
#[async_trait]
pub trait BusinessSystems: Send + Sync {
    /// Whether the operation `connector.operation` is declared.
    fn declares(&self, operation: &str) -> bool;
    /// Whether a call that changes something can be sent again under its key and is done once.
    fn repeatable(&self, operation: &str) -> bool;
    /// Asks, or tells. Comes back by the call's deadline.
    async fn call(&self, call: Call) -> std::result::Result<Reply, Trouble>;
}

/// The record of what systems were told to do: written before they are told, so that a turn that is cut off between
/// doing and saying is known when it is done again.
#[async_trait]
pub trait ActionLog: Send + Sync {
    /// Whether an action was begun under this key before.
    async fn begun(&self, key: &str) -> Result<bool>;
    /// Notes what is about to be done; durable when it returns. Noted once under its key.
    async fn begin(&self, action: &ActionRecord) -> Result<()>;
    /// Notes how it ended.
    async fn end(&self, key: &str, outcome: ActionOutcome) -> Result<()>;
    /// What was done, newest first; `before` is the key after which to go on.
    async fn list(&self, before: Option<&str>, limit: usize) -> Result<Vec<ActionRecord>>;
}

/// What forms work with: the systems, and the record of what they were told to do.
#[derive(Clone)]
pub struct Business {
    pub systems: Arc<dyn BusinessSystems>,
    pub actions: Arc<dyn ActionLog>,
}

/// What trying an operation showed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Trial {
    /// `ok`, or why not: `late`, `unavailable`, `failed`, `broken`, `refused`, `undeclared`.
    pub outcome: String,
    /// More about it, when something is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    #[schema(value_type = Vec<Object>)]
    pub records: Vec<Record>,
    pub ms: f32,
}

/// Declarations as an administrator sees and changes them.
#[async_trait]
pub trait ConnectorDesk: Send + Sync {
    /// Every declaration, by name.
    fn list(&self) -> Vec<ConnectorStatus>;
    /// Stores a new declaration or replaces one; it counts from the next call on.
    ///
    /// # Errors
    /// For a declaration that is not whole, and for a name that a file declares.
    async fn put(&self, spec: ConnectorSpec) -> Result<ConnectorStatus>;
    /// Removes a declaration.
    ///
    /// # Errors
    /// When there is none of that name, or a file declares it.
    async fn remove(&self, name: &str) -> Result<()>;
    /// Calls one operation now, past the cache.
    ///
    /// # Errors
    /// When there is no such connector.
    async fn trial(&self, name: &str, operation: &str, params: BTreeMap<String, String>) -> Result<Trial>;
}
