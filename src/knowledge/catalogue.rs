//! What the knowledge base needs written down, as a trait: documents with their history, passages with their
//! vectors, FAQ pairs, and a numbered history of changes that indexes follow.
//!
//! The catalogue is the truth and every index a cache of it. Each write is one transaction and one *revision*: a
//! new version of a document replaces the old one together with its passages and vectors, or not at all. Passages
//! never change once written, they are only added and removed, so an index at revision 7 becomes one at revision 9
//! by the passages added and removed in between. This file knows no SQL and no index.

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::{Audience, Chunk, ChunkId, ChunkKind, Document, DocumentId, Faq, FaqId, Format, Lang};
use crate::error::Result;

use super::byte_vectors::ByteVector;
use super::lexicon::{LexiconChange, LexiconEntry};

/// The name of the virtual document that holds the FAQ pairs written by hand in a base.
pub const FAQ_DOCUMENT: &str = "FAQ";

/// A point in the catalogue's history. The change's own id tells two histories apart that have the same length,
/// as after a backup was restored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Number of the last change, from 1; 0 before the first.
    pub revision: i64,
    /// Id of that change; nil before the first.
    pub change: Uuid,
}

impl Position {
    /// Before the first change.
    pub const START: Position = Position { revision: 0, change: Uuid::nil() };
}

/// The vectors of one passage, all of the same encoder.
#[derive(Clone, Debug, PartialEq)]
pub struct ChunkVectors {
    /// What made them: vectors with another mark cannot be compared with these.
    pub encoder: String,
    /// The passage's own vector, L2-normalised.
    pub passage: Vec<f32>,
    /// One vector a question, in the order of [`Chunk::questions`].
    pub questions: Vec<Vec<f32>>,
    /// One vector a statement, in the order of [`super::statements`]; none for FAQ pairs.
    pub statements: Vec<ByteVector>,
}

/// The period in which a passage may be found, ends included; `None` is unbounded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validity {
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
}

/// A passage with all that an index needs.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredChunk {
    pub chunk: Chunk,
    pub base: String,
    pub audience: Audience,
    pub tags: Vec<String>,
    pub validity: Validity,
    pub vectors: ChunkVectors,
}

/// What happened between two points of the history.
#[derive(Clone, Debug)]
pub struct Changes {
    /// Where the history stands after these changes.
    pub revision: i64,
    /// Passages that were added and are still there.
    pub added: Vec<StoredChunk>,
    /// Passages that were removed, also such as the follower has never seen.
    pub removed: Vec<ChunkId>,
    /// Set on the last page: the end of the history and how many passages there are then.
    pub end: Option<(Position, usize)>,
}

/// A passage to be written; it gets its document from where it is put.
#[derive(Clone, Debug)]
pub struct NewChunk {
    pub id: ChunkId,
    pub section: String,
    pub kind: ChunkKind,
    pub lang: Lang,
    pub text: String,
    pub questions: Vec<String>,
    pub vectors: ChunkVectors,
}

/// A version of a document to be written.
#[derive(Clone, Debug)]
pub struct NewDocument {
    pub base: String,
    pub name: String,
    pub title: String,
    pub format: Format,
    pub lang: Lang,
    /// Hex SHA-256 of `original`.
    pub sha256: String,
    /// The file as it was given, kept for export and for the way back.
    pub original: Vec<u8>,
    pub chunks: Vec<NewChunk>,
    /// What is said about it; without, a former version's stays.
    pub about: Option<About>,
    /// Who brought it.
    pub author: Option<String>,
}

/// What people say about a document, beside its content.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// Who looks after it.
    pub owner: Option<String>,
    pub tags: Vec<String>,
    pub audience: Audience,
    pub validity: Validity,
}

/// What writing a document came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Put {
    /// The first version under this name.
    Added(Document),
    /// A further version; the old passages are gone.
    Replaced(Document),
    /// The current version has the same content: nothing was written.
    Unchanged(Document),
}

impl Put {
    /// The document as it now stands.
    pub fn into_document(self) -> Document {
        match self {
            Put::Added(d) | Put::Replaced(d) | Put::Unchanged(d) => d,
        }
    }
}

/// One line of a document's history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DocumentVersion {
    pub version: i64,
    pub name: String,
    pub sha256: String,
    pub bytes: i64,
    pub chunks: i64,
    /// Who brought it, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// Whether its file is still there, to look at and to go back to.
    pub kept: bool,
    #[schema(value_type = String, format = "date-time")]
    pub imported_at: Timestamp,
}

/// The durable side of the knowledge base.
#[async_trait]
pub trait Catalogue: Send + Sync {
    /// The end of the history. Cheap: running servers ask several times a second.
    async fn position(&self) -> Result<Position>;

    /// Whether `position` is a point of this history from which [`Catalogue::changes`] can still lead on.
    async fn reaches(&self, position: &Position) -> Result<bool>;

    /// One page of what happened after `revision`: whole changes only, at most about `max_chunks` added passages
    /// unless a single change has more.
    async fn changes(&self, revision: i64, max_chunks: usize) -> Result<Changes>;

    /// Writes a version of a document in one transaction.
    async fn put_document(&self, document: NewDocument) -> Result<Put>;

    /// Removes a document with its passages. [`Code::NotFound`](crate::error::Code) when there is none.
    async fn remove_document(&self, id: DocumentId) -> Result<()>;

    /// A document by id, virtual ones too.
    async fn document(&self, id: DocumentId) -> Result<Option<Document>>;

    /// A document by its name within a base.
    async fn document_named(&self, base: &str, name: &str) -> Result<Option<Document>>;

    /// Imported documents, of one base or of all, by base and name.
    async fn documents(&self, base: Option<&str>) -> Result<Vec<Document>>;

    /// Every version a document has had, oldest first.
    async fn versions(&self, id: DocumentId) -> Result<Vec<DocumentVersion>>;

    /// The passages of a document in reading order.
    async fn chunks(&self, id: DocumentId) -> Result<Vec<Chunk>>;

    /// The file of a document's current version, as it was given.
    async fn original(&self, id: DocumentId) -> Result<Option<Vec<u8>>>;

    /// The file of one version; `None` when there is no such version or its file is no longer kept.
    async fn file_of_version(&self, id: DocumentId, version: i64) -> Result<Option<Vec<u8>>>;

    /// Says something else about a document; its passages are found accordingly, their vectors stay.
    /// [`Code::NotFound`](crate::error::Code) when there is none.
    async fn describe(&self, id: DocumentId, about: &About) -> Result<Document>;

    /// Writes a FAQ pair, new or changed, with the passage it is found by.
    async fn put_faq(&self, faq: &Faq, chunk: NewChunk) -> Result<()>;

    /// Removes a FAQ pair. [`Code::NotFound`](crate::error::Code) when there is none.
    async fn remove_faq(&self, id: FaqId) -> Result<()>;

    /// A FAQ pair by id.
    async fn faq(&self, id: FaqId) -> Result<Option<Faq>>;

    /// FAQ pairs written by hand, of one base or of all, oldest first.
    async fn faqs(&self, base: Option<&str>) -> Result<Vec<Faq>>;

    /// What administrators tell the search about words, by kind and word.
    async fn lexicon(&self) -> Result<Vec<LexiconEntry>>;

    /// Changes the lexicon, all of it or nothing. It is no change of the history: no passage becomes another.
    async fn change_lexicon(&self, change: &LexiconChange) -> Result<()>;

    /// How many passages carry vectors of another encoder.
    async fn count_foreign(&self, encoder: &str) -> Result<usize>;

    /// Some passages whose vectors are of another encoder, at most `limit`.
    async fn foreign_chunks(&self, encoder: &str, limit: usize) -> Result<Vec<Chunk>>;

    /// Replaces the vectors of passages that still exist; one change of the history.
    async fn put_vectors(&self, vectors: Vec<(ChunkId, ChunkVectors)>) -> Result<()>;
}
