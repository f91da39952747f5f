//! What is wrong with the knowledge itself: the same thing said twice, two things said of one matter, what is out of
//! date. People decide what to do about it; nothing is changed here.

mod alike;

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use alike::Said;

use super::base::KnowledgeBase;
use super::import::Progress;
use super::snapshot::{Filter, Snapshot};
use super::statements;
use crate::domain::{Audience, Chunk, ChunkId, ChunkKind, Document, DocumentId};
use crate::error::{Error, Result};

/// Passages that are held against their neighbours; of more, the rest is left out and the report says so.
const LOOKED_AT: usize = 20_000;
/// Neighbours of each.
const NEIGHBOURS: usize = 4;
/// Findings of one kind that are reported.
const REPORTED: usize = 200;

/// Inner product from which two passages may be about one matter.
const NEAR: f32 = 0.9;
/// Share of pairs of characters in common from which they say the same, and from which two statements are one
/// statement but for the numbers.
const SAME: f32 = 0.8;
const ONE_STATEMENT: f32 = 0.6;
/// The same of two questions that ask for one thing.
const ONE_QUESTION: f32 = 0.55;

/// What was found.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct Findings {
    /// Passages there are, and how many of them were compared.
    pub passages: usize,
    pub compared: usize,
    pub duplicates: Vec<Pair>,
    pub contradictions: Vec<Pair>,
    pub stale: Vec<Stale>,
}

/// Two passages that should not both be there as they are.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Pair {
    pub first: Passage,
    pub second: Passage,
    /// How near they are, 0..=1.
    pub likeness: f32,
}

/// A passage, or the words of it that matter.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Passage {
    pub document_id: DocumentId,
    pub document: String,
    pub section: String,
    pub chunk_id: ChunkId,
    pub text: String,
}

/// A document whose time is over, nearly over, or long ago.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Stale {
    pub document_id: DocumentId,
    pub document: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    pub reason: StaleReason,
    #[schema(value_type = String, format = "date-time")]
    pub since: Timestamp,
}

/// Why a document is out of date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StaleReason {
    /// It is not found any more: its last day is over.
    Expired,
    /// Its last day is within two weeks.
    Expiring,
    /// Nobody has touched it for a long time.
    Untouched,
}

impl KnowledgeBase {
    /// Looks for what is wrong with a base, or with all of them. Documents are out of date when nobody has touched them
    /// for `untouched`.
    pub async fn examine(
        &self,
        base: Option<String>,
        untouched: SignedDuration,
        progress: Progress<'_>,
    ) -> Result<Findings> {
        let documents = self.list(base.as_deref()).await?;
        let now = Timestamp::now();
        let mut found = Findings { stale: stale(&documents, now, untouched), ..Findings::default() };
        let snapshot = self.snapshot();
        let filter = Filter { audience: Audience::Staff, ..Filter::of_base(base) };
        let mut ids = snapshot.admitted(&filter);
        ids.sort_unstable();
        found.passages = ids.len();
        ids.truncate(LOOKED_AT);
        let slice = ids.len().div_ceil(50).max(1);
        for part in ids.chunks(slice) {
            progress(found.compared as f32 / ids.len().max(1) as f32, "comparing passages");
            found.compared += part.len();
            let (snapshot, filter, part) = (snapshot.clone(), filter.clone(), part.to_vec());
            let work = move || compare(&snapshot, &part, &filter);
            let (duplicates, contradictions) = self
                .tasks
                .spawn_blocking(work)
                .await
                .map_err(|e| Error::internal("comparing passages stopped").with_source(e))?;
            found.duplicates.extend(duplicates);
            found.contradictions.extend(contradictions);
        }
        for pairs in [&mut found.duplicates, &mut found.contradictions] {
            pairs.sort_by(|a, b| b.likeness.total_cmp(&a.likeness));
            pairs.truncate(REPORTED);
        }
        found.stale.truncate(REPORTED);
        Ok(found)
    }
}

/// Duplicates and contradictions between these passages and those near to them, each pair once.
fn compare(snapshot: &Snapshot, ids: &[ChunkId], filter: &Filter) -> (Vec<Pair>, Vec<Pair>) {
    let (mut duplicates, mut contradictions) = (Vec::new(), Vec::new());
    let mut read: HashMap<ChunkId, Option<Arc<Chunk>>> = HashMap::new();
    for id in ids {
        let Some(vectors) = snapshot.vectors(*id) else { continue };
        let near = snapshot.passages_alike(vectors.passage, NEIGHBOURS + 1, filter);
        for (other, likeness) in near.into_iter().filter(|(other, score)| other > id && *score >= NEAR) {
            let mut chunk = |id: ChunkId| read.entry(id).or_insert_with(|| snapshot.chunk(id)).clone();
            let (Some(first), Some(second)) = (chunk(*id), chunk(other)) else { continue };
            if !comparable(&first, &second) {
                continue;
            }
            let (a, b) = (Said::of(&first.text), Said::of(&second.text));
            if a.likeness(&b) >= SAME && a.agrees(&b) {
                duplicates.push(pair(&first, &first.text, &second, &second.text, likeness));
            } else if let Some((one, two)) = contradiction(&first, &second) {
                contradictions.push(pair(&first, &one, &second, &two, likeness));
            }
        }
    }
    (duplicates, contradictions)
}

/// Rows of tables and passages of one document are alike by their nature.
fn comparable(first: &Chunk, second: &Chunk) -> bool {
    let table = first.kind == ChunkKind::Table || second.kind == ChunkKind::Table;
    let faqs = first.kind == ChunkKind::Faq && second.kind == ChunkKind::Faq;
    !table && (faqs || first.document_id != second.document_id)
}

/// The words that contradict each other: the answers to one question, or two statements that are one but for their
/// numbers.
fn contradiction(first: &Chunk, second: &Chunk) -> Option<(String, String)> {
    if first.kind == ChunkKind::Faq && second.kind == ChunkKind::Faq {
        let questions = |chunk: &Chunk| chunk.questions.iter().map(|q| Said::of(q)).collect::<Vec<_>>();
        let theirs = questions(second);
        let one_question = questions(first)
            .iter()
            .any(|q| theirs.iter().any(|other| q.likeness(other) >= ONE_QUESTION && q.agrees(other)));
        let contrary = one_question && Said::of(&first.text).disagrees(&Said::of(&second.text));
        return contrary.then(|| (first.text.clone(), second.text.clone()));
    }
    let said = |chunk: &Chunk| -> Vec<(String, Said)> {
        let parts = statements(chunk.kind, &chunk.text);
        parts
            .into_iter()
            .map(|range| (chunk.text[range.clone()].to_owned(), Said::of(&chunk.text[range])))
            .collect()
    };
    let theirs = said(second);
    said(first).into_iter().find_map(|(words, one)| {
        let other =
            theirs.iter().find(|(_, two)| one.likeness(two) >= ONE_STATEMENT && one.disagrees(two))?;
        Some((words, other.0.clone()))
    })
}

fn pair(first: &Chunk, one: &str, second: &Chunk, two: &str, likeness: f32) -> Pair {
    let passage = |chunk: &Chunk, words: &str| Passage {
        document_id: chunk.document_id,
        document: chunk.document.clone(),
        section: match chunk.questions.first() {
            Some(question) => question.clone(),
            None => chunk.section.clone(),
        },
        chunk_id: chunk.id,
        text: words.to_owned(),
    };
    Pair { first: passage(first, one), second: passage(second, two), likeness }
}

/// Documents that are out of date at `now`, those first whose time is over longest.
fn stale(documents: &[Document], now: Timestamp, untouched: SignedDuration) -> Vec<Stale> {
    let soon = now + SignedDuration::from_hours(14 * 24);
    let mut found: Vec<Stale> = documents
        .iter()
        .filter_map(|document| {
            let (reason, since) = match document.valid_to {
                Some(to) if to < now => (StaleReason::Expired, to),
                Some(to) if to < soon => (StaleReason::Expiring, to),
                _ if document.updated_at < now - untouched => (StaleReason::Untouched, document.updated_at),
                _ => return None,
            };
            let (name, owner) = (document.name.clone(), document.owner.clone());
            Some(Stale { document_id: document.id, document: name, owner, reason, since })
        })
        .collect();
    found.sort_by_key(|stale| stale.since);
    found
}
