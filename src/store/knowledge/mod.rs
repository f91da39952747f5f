//! The knowledge catalogue in SQL: documents, passages with vectors, FAQ pairs, and the history indexes follow.
//!
//! Every write is one transaction that takes the next revision, so the history has the order of the commits.

mod documents;
mod faqs;
mod history;
mod lexicon;
mod shapes;

pub(super) use shapes::{name_of, named};

use async_trait::async_trait;
use jiff::Timestamp;
use uuid::Uuid;

use crate::domain::{Chunk, ChunkId, Document, DocumentId, Faq, FaqId};
use crate::error::Result;
use crate::knowledge::lexicon::LexiconChange;
use crate::knowledge::{
    About, Catalogue, Changes, ChunkVectors, DocumentVersion, LexiconEntry, NewChunk, NewDocument, Position,
    Put,
};

use super::columns::{micros, to_json};
use super::{Db, database_error};
use crate::store::sql::{Tx, query, query_scalar};

/// How many changes back the ids of removed passages are kept. An index further behind is built anew.
const REMOVALS_KEPT: i64 = 10_000;

/// [`Catalogue`] over the database.
#[derive(Clone, Debug)]
pub struct SqlCatalogue {
    db: Db,
}

impl SqlCatalogue {
    /// The catalogue kept in `db`.
    pub fn new(db: Db) -> Self {
        Self { db }
    }
}

#[async_trait]
impl Catalogue for SqlCatalogue {
    async fn position(&self) -> Result<Position> {
        history::position(&self.db).await
    }

    async fn reaches(&self, position: &Position) -> Result<bool> {
        history::reaches(&self.db, position).await
    }

    async fn changes(&self, revision: i64, max_chunks: usize) -> Result<Changes> {
        history::changes(&self.db, revision, max_chunks).await
    }

    async fn put_document(&self, document: NewDocument) -> Result<Put> {
        documents::put(&self.db, document).await
    }

    async fn remove_document(&self, id: DocumentId) -> Result<()> {
        documents::remove(&self.db, id).await
    }

    async fn document(&self, id: DocumentId) -> Result<Option<Document>> {
        documents::by_id(&self.db, id).await
    }

    async fn document_named(&self, base: &str, name: &str) -> Result<Option<Document>> {
        documents::by_name(&self.db, base, name).await
    }

    async fn documents(&self, base: Option<&str>) -> Result<Vec<Document>> {
        documents::list(&self.db, base).await
    }

    async fn versions(&self, id: DocumentId) -> Result<Vec<DocumentVersion>> {
        documents::versions(&self.db, id).await
    }

    async fn chunks(&self, id: DocumentId) -> Result<Vec<Chunk>> {
        documents::chunks(&self.db, id).await
    }

    async fn original(&self, id: DocumentId) -> Result<Option<Vec<u8>>> {
        documents::original(&self.db, id).await
    }

    async fn file_of_version(&self, id: DocumentId, version: i64) -> Result<Option<Vec<u8>>> {
        documents::file_of_version(&self.db, id, version).await
    }

    async fn describe(&self, id: DocumentId, about: &About) -> Result<Document> {
        documents::describe(&self.db, id, about).await
    }

    async fn put_faq(&self, faq: &Faq, chunk: NewChunk) -> Result<()> {
        faqs::put(&self.db, faq, chunk).await
    }

    async fn remove_faq(&self, id: FaqId) -> Result<()> {
        faqs::remove(&self.db, id).await
    }

    async fn faq(&self, id: FaqId) -> Result<Option<Faq>> {
        faqs::by_id(&self.db, id).await
    }

    async fn faqs(&self, base: Option<&str>) -> Result<Vec<Faq>> {
        faqs::list(&self.db, base).await
    }

    async fn lexicon(&self) -> Result<Vec<LexiconEntry>> {
        lexicon::all(&self.db).await
    }

    async fn change_lexicon(&self, change: &LexiconChange) -> Result<()> {
        lexicon::change(&self.db, change).await
    }

    async fn count_foreign(&self, encoder: &str) -> Result<usize> {
        history::count_foreign(&self.db, encoder).await
    }

    async fn foreign_chunks(&self, encoder: &str, limit: usize) -> Result<Vec<Chunk>> {
        history::foreign_chunks(&self.db, encoder, limit).await
    }

    async fn put_vectors(&self, vectors: Vec<(ChunkId, ChunkVectors)>) -> Result<()> {
        history::put_vectors(&self.db, vectors).await
    }
}

/// Takes the next revision for this transaction and forgets removals nobody will ask for.
async fn next_revision(tx: &mut Tx) -> Result<i64> {
    let revision: i64 = query_scalar(
        "INSERT INTO knowledge_changes (revision, id, at)
         SELECT COALESCE(MAX(revision), 0) + 1, $1, $2 FROM knowledge_changes
         RETURNING revision",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(micros(Timestamp::now()))
    .fetch_one(&mut *tx)
    .await
    .map_err(database_error)?;
    query("DELETE FROM removed_chunks WHERE revision <= $1")
        .bind(revision - REMOVALS_KEPT)
        .execute(&mut *tx)
        .await
        .map_err(database_error)?;
    Ok(revision)
}

/// Writes one passage.
async fn insert_chunk(
    tx: &mut Tx,
    document: &str,
    ordinal: i64,
    revision: i64,
    chunk: &NewChunk,
) -> Result<()> {
    query(
        "INSERT INTO chunks
             (id, document_id, ordinal, revision, kind, lang, section, text, questions, encoder, statements,
              vectors)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(chunk.id.to_string())
    .bind(document)
    .bind(ordinal)
    .bind(revision)
    .bind(shapes::name_of(&chunk.kind)?)
    .bind(chunk.lang.as_str())
    .bind(&chunk.section)
    .bind(&chunk.text)
    .bind(to_json(&chunk.questions)?)
    .bind(&chunk.vectors.encoder)
    .bind(chunk.vectors.statements.len() as i64)
    .bind(shapes::blob(&chunk.vectors))
    .execute(&mut *tx)
    .await
    .map_err(database_error)?;
    Ok(())
}
