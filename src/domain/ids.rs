//! Identifiers: UUIDv7 (ordered by creation time), one type a kind of thing so that they cannot be mixed up.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(transparent)]
        #[schema(value_type = String, format = "uuid")]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new identifier of this moment.
            #[allow(clippy::new_without_default)] // a default that differs each time would surprise
            pub fn new() -> Self { Self(Uuid::now_v7()) }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(s: &str) -> Result<Self, Self::Err> { s.parse().map(Self) }
        }
    )*};
}

ids! {
    /// A visitor: somebody who asks.
    VisitorId,
    /// A member of staff.
    UserId,
    /// One conversation of one visitor.
    ConversationId,
    /// One message in a conversation.
    MessageId,
    /// A document of the knowledge base.
    DocumentId,
    /// A passage of a document, or the answer of a FAQ pair.
    ChunkId,
    /// A folder or page that is imported again and again.
    SourceId,
    /// A FAQ pair written by hand or imported from a table.
    FaqId,
    /// A background job.
    JobId,
    /// A reply suggested to an agent.
    SuggestionId,
    /// An uploaded attachment of a message.
    AttachmentId,
    /// A team of staff.
    TeamId,
    /// Somebody else's server that is told what happens.
    WebhookId,
    /// A reply kept ready.
    CannedResponseId,
    /// A key of a program.
    ApiKeyId,
    /// A rule of the shop.
    RuleId,
    /// A run of training; also the version of the heads it made.
    TrainingRunId,
    /// A run of an evaluation.
    EvaluationId,
    /// A version on trial.
    ShadowRunId,
}
