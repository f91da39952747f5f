//! The knowledge base as other rooms use it: imports, documents, FAQ pairs, and a snapshot for every turn.
//!
//! Everything written goes to the catalogue in one transaction and is then followed by the index before the call
//! returns, so the next question sees it. Reading for a turn goes through [`KnowledgeBase::snapshot`] and takes no
//! lock; it never waits for an import.

use std::path::Path;
use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::sync::{Mutex, Semaphore};

use crate::domain::{Chunk, Document, DocumentId};
use crate::encoder::Encoder;
use crate::error::{Code, Error, Result};
use crate::tasks::Tasks;

use super::EncoderMark;
use super::catalogue::{About, Catalogue, DocumentVersion, FAQ_DOCUMENT};
use super::embed::{self, PassageText};
use super::import::checked;
use super::index::Index;
use super::lexicon::Wordbook;
use super::snapshot::Snapshot;

/// Imports that run at the same time. Each keeps one document in memory.
const IMPORTS_AT_ONCE: usize = 2;

/// Passages whose vectors are made again in one transaction.
const REENCODE_SLICE: usize = 256;

/// Documents, passages and FAQ pairs, and the index over them.
pub struct KnowledgeBase {
    pub(super) catalogue: Arc<dyn Catalogue>,
    pub(super) encoder: Encoder,
    pub(super) tasks: Tasks,
    pub(super) places: Semaphore,
    pub(super) index: Arc<Index>,
    /// The lexicon in use.
    pub(super) wordbook: ArcSwap<Wordbook>,
    /// Held from reading the lexicon to using it: what is used is always the last that was written.
    pub(super) changing_lexicon: Mutex<()>,
}

impl KnowledgeBase {
    /// Opens the knowledge base of a data folder; its index is kept in `dir/index`.
    ///
    /// Passages whose vectors are of another encoder are encoded again first. An index that is missing, damaged or
    /// behind is brought up to the catalogue. From then on the index follows the catalogue until `tasks` stop.
    pub async fn open(
        dir: &Path,
        catalogue: Arc<dyn Catalogue>,
        encoder: Encoder,
        tasks: Tasks,
    ) -> Result<Arc<Self>> {
        encode_again(&*catalogue, &encoder).await?;
        let mark = EncoderMark::of(&encoder);
        let index = Index::open(&dir.join("index"), catalogue.clone(), mark, tasks.clone()).await?;
        let index = Arc::new(index);
        let kept_up = index.clone();
        tasks.spawn(async move { kept_up.keep_up().await });
        let places = Semaphore::new(IMPORTS_AT_ONCE);
        let wordbook = ArcSwap::from_pointee(Wordbook::new(catalogue.lexicon().await?));
        let changing_lexicon = Mutex::default();
        Ok(Arc::new(Self { catalogue, encoder, tasks, places, index, wordbook, changing_lexicon }))
    }

    /// A consistent view of all that can be found, for one turn. Cheap; never waits.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.index.snapshot()
    }

    /// Lets the index catch up with what was just written.
    pub(super) async fn publish(&self) -> Result<()> {
        self.index.follow().await
    }

    /// Writes the index to disk now, so that the next start is quick. The server does it by itself in the
    /// background; short-lived processes call it before they end.
    pub async fn settle(&self) -> Result<()> {
        self.index.fold().await.map(drop)
    }

    /// Searches by vector go along a graph from so many vectors of a segment on; those on disk stay as they are.
    pub fn search_exactly_up_to(&self, vectors: usize) {
        self.index.search_exactly_up_to(vectors);
    }

    /// Imported documents, of one base or of all, by base and name.
    pub async fn list(&self, base: Option<&str>) -> Result<Vec<Document>> {
        self.catalogue.documents(base).await
    }

    /// One document.
    pub async fn get(&self, id: DocumentId) -> Result<Document> {
        self.catalogue.document(id).await?.ok_or_else(|| Error::not_found("document", id))
    }

    /// Says something else about a document: effective with the next question.
    pub async fn describe(&self, id: DocumentId, about: About) -> Result<Document> {
        let document = self.catalogue.describe(id, &checked(about)?).await?;
        self.publish().await?;
        Ok(document)
    }

    /// A document by its name within a base.
    pub async fn named(&self, base: &str, name: &str) -> Result<Option<Document>> {
        self.catalogue.document_named(base, name).await
    }

    /// Every version a document has had, oldest first.
    pub async fn versions(&self, id: DocumentId) -> Result<Vec<DocumentVersion>> {
        self.get(id).await?;
        self.catalogue.versions(id).await
    }

    /// The passages of a document in reading order.
    pub async fn chunks(&self, id: DocumentId) -> Result<Vec<Chunk>> {
        self.get(id).await?;
        self.catalogue.chunks(id).await
    }

    /// The file of a document as it was given.
    pub async fn original(&self, id: DocumentId) -> Result<Vec<u8>> {
        let original = self.catalogue.original(id).await?;
        original.ok_or_else(|| Error::new(Code::NotFound, format!("document {id} has no file")))
    }

    /// Vectors of texts that people ask, for comparing them with each other. Bulk work: visitors go first.
    pub async fn question_vectors(&self, questions: Vec<String>) -> Result<Vec<Arc<[f32]>>> {
        embed::questions(&self.encoder, questions).await
    }

    /// Removes a document; the next question no longer finds it.
    pub async fn remove(&self, id: DocumentId) -> Result<()> {
        self.catalogue.remove_document(id).await?;
        self.publish().await
    }
}

/// Encodes passages again whose vectors are of another encoder.
async fn encode_again(catalogue: &dyn Catalogue, encoder: &Encoder) -> Result<()> {
    let mark = EncoderMark::of(encoder).id;
    let total = catalogue.count_foreign(&mark).await?;
    if total == 0 {
        return Ok(());
    }
    tracing::info!(passages = total, encoder = mark, "encoding the knowledge base for another encoder");
    let mut finished = 0;
    loop {
        let chunks = catalogue.foreign_chunks(&mark, REENCODE_SLICE).await?;
        if chunks.is_empty() {
            return Ok(());
        }
        let passages: Vec<_> = chunks.iter().map(PassageText::of).collect();
        let vectors = embed::vectors(encoder, &passages, &|_| ()).await?;
        catalogue.put_vectors(chunks.iter().map(|chunk| chunk.id).zip(vectors).collect()).await?;
        finished += chunks.len();
        tracing::info!(finished, of = total, "encoding the knowledge base");
    }
}

impl<'a> PassageText<'a> {
    fn of(chunk: &'a Chunk) -> Self {
        // The virtual document's title says nothing about the pair.
        let title = if chunk.document == FAQ_DOCUMENT { "" } else { &chunk.title };
        Self {
            kind: chunk.kind,
            title,
            section: &chunk.section,
            text: &chunk.text,
            questions: &chunk.questions,
        }
    }
}
