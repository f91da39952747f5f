//! Documents, passages and FAQ pairs.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ChunkId, DocumentId, FaqId, Lang};

/// The base that documents go to when nobody names one.
pub const DEFAULT_BASE: &str = "default";

/// The format a document was read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    Markdown,
    Text,
    Html,
    Pdf,
    Docx,
    Xlsx,
    Csv,
    Json,
}

/// Who may be answered from a document or FAQ pair.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Audience {
    /// Everybody: the bot answers visitors from it.
    #[default]
    Visitors,
    /// Staff alone: suggestions to agents may quote it, answers to visitors never do.
    Staff,
}

/// A document of the knowledge base. It is named by its file name within its base.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Document {
    pub id: DocumentId,
    pub base: String,
    /// The file name.
    pub name: String,
    pub title: String,
    pub format: Format,
    pub lang: Lang,
    /// 1 for the first import; the same name again is the next version.
    pub version: i64,
    /// Number of chunks the current version was cut into.
    pub chunks: i64,
    /// Size of the file in bytes.
    pub bytes: i64,
    /// Hex SHA-256 of the file.
    pub sha256: String,
    /// Who looks after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    #[serde(default)]
    pub tags: Vec<String>,
    #[serde(default)]
    pub audience: Audience,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "date-time")]
    pub valid_from: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "date-time")]
    pub valid_to: Option<Timestamp>,
    #[schema(value_type = String, format = "date-time")]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = "date-time")]
    pub updated_at: Timestamp,
}

/// What a chunk is made of; ranking and answering treat them differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ChunkKind {
    /// Running text: paragraphs and lists under one section path.
    Text,
    /// Rows of a table, each with its header.
    Table,
    /// A question with its answer.
    Faq,
}

/// A passage: the unit that is embedded, found and cited.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Chunk {
    pub id: ChunkId,
    pub document_id: DocumentId,
    /// File name of the document.
    pub document: String,
    pub title: String,
    /// Headings above the passage, outermost first, joined by ` > `; empty at the top.
    pub section: String,
    pub kind: ChunkKind,
    pub lang: Lang,
    /// Position within the document, from 0.
    pub ordinal: i64,
    /// The passage as it may be quoted. For a FAQ: the answer.
    pub text: String,
    /// For a FAQ: the question first, then the similar ones. Empty otherwise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<String>,
}

/// A FAQ pair. Pairs imported from a table belong to their document and change with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Faq {
    pub id: FaqId,
    pub base: String,
    pub question: String,
    #[serde(default)]
    pub similar: Vec<String>,
    pub answer: String,
    #[serde(default)]
    pub tags: Vec<String>,
    #[serde(default)]
    pub audience: Audience,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "date-time")]
    pub valid_from: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "date-time")]
    pub valid_to: Option<Timestamp>,
    #[schema(value_type = String, format = "date-time")]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = "date-time")]
    pub updated_at: Timestamp,
}
