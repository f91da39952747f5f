//! A consistent view of everything that can be found, for the length of one turn.
//!
//! A snapshot is a few segments, newest last, with the rows that are dead in each. It never changes: an edit makes
//! the next snapshot, which shares all but what was edited. Reading takes no lock, and scores do not depend on how
//! the passages are spread over segments.

use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::{Audience, Chunk, ChunkId, Lang};
use crate::error::Result;
use crate::text::WholeWords;

use super::byte_vectors::ByteRow;
use super::catalogue::Position;
use super::lexical::Statistics;
use super::lexicon::Wording;
use super::lexicon::spelling::Speller;
use super::published::SegmentMark;
use super::rows::{Dead, Place};
use super::segment::Segment;
use super::top::TopK;
use super::vectors::{Admission, Owner, VectorSet, dot};
use super::words;

/// Narrows a search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only passages of this base.
    pub base: Option<String>,
    /// Only passages with one of these tags, when there are any.
    pub tags: Vec<String>,
    /// Only passages in this language.
    pub lang: Option<Lang>,
    /// For whom it is: staff may see what is for visitors, not the other way round.
    pub audience: Audience,
}

impl Filter {
    /// What visitors may see of a base, or of all.
    pub fn of_base(base: Option<String>) -> Self {
        Self { base, ..Self::default() }
    }

    /// Whether passages of this place may be found.
    pub(super) fn admits(&self, place: &Place) -> bool {
        place.audience <= self.audience
            && self.base.as_ref().is_none_or(|base| *base == place.base)
            && self.lang.is_none_or(|lang| lang == place.lang)
            && (self.tags.is_empty() || self.tags.iter().any(|tag| place.tags.contains(tag)))
    }
}

/// How many of the nearest passages are looked at statement by statement.
const SHORTLIST: usize = 256;

/// Every vector of one passage.
#[derive(Clone, Debug)]
pub struct PassageVectors<'a> {
    pub passage: &'a [f32],
    /// In the order of [`super::statements`]; none for FAQ pairs.
    pub statements: Vec<ByteRow<'a>>,
    /// In the order of [`Chunk::questions`].
    pub questions: Vec<&'a [f32]>,
}

impl PassageVectors<'_> {
    /// Which statement is nearest to `query`, and its inner product with it.
    pub fn nearest_statement(&self, query: &[f32]) -> Option<(usize, f32)> {
        nearest(self.statements.iter().map(|vector| vector.dot(query)))
    }

    /// Which question is nearest to `query`, and its inner product with it.
    pub fn nearest_question(&self, query: &[f32]) -> Option<(usize, f32)> {
        nearest(self.questions.iter().map(|vector| dot(query, vector)))
    }
}

fn nearest(scores: impl Iterator<Item = f32>) -> Option<(usize, f32)> {
    scores.enumerate().max_by(|a, b| a.1.total_cmp(&b.1))
}

/// One segment as a snapshot sees it.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub segment: Arc<Segment>,
    pub dead: Arc<Dead>,
    /// Where the segment is on disk, if it is part of the published generation.
    pub published: Option<Published>,
}

/// A part that is on disk.
#[derive(Clone, Debug)]
pub(super) struct Published {
    pub mark: Arc<SegmentMark>,
    /// How many of its rows were dead in the generation.
    pub dead: usize,
}

/// What can be found at one point of the catalogue's history.
#[derive(Debug)]
pub struct Snapshot {
    position: Position,
    parts: Vec<Part>,
    passages: usize,
    words: u64,
    /// The words that were not cut in any of its passages.
    whole: Arc<WholeWords>,
}

impl Snapshot {
    pub(super) fn new(position: Position, parts: Vec<Part>, whole: Arc<WholeWords>) -> Self {
        let passages = parts.iter().map(Part::living).sum();
        let words = parts.iter().map(Part::words).sum();
        Self { position, parts, passages, words, whole }
    }

    /// The words that were not cut in its passages and must not be in questions.
    pub fn whole(&self) -> &Arc<WholeWords> {
        &self.whole
    }

    /// The question with misspelt words put right that sound like words of the passages; `None` when there are none.
    pub fn respelt(&self, question: &str) -> Option<String> {
        let vocabularies = self.parts.iter().map(|part| part.segment.vocabulary()).collect();
        Speller { vocabularies, passages: &|word| self.document_frequency(word) }.respelt(question)
    }

    /// Where in the catalogue's history this view was taken.
    pub fn position(&self) -> &Position {
        &self.position
    }

    pub(super) fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Number of passages that can be found.
    pub fn len(&self) -> usize {
        self.passages
    }

    /// Whether there is nothing to be found.
    pub fn is_empty(&self) -> bool {
        self.passages == 0
    }

    /// The `k` passages nearest to `query` by the mean of two inner products, with the passage and with the nearest
    /// of its statements; best first. Statements are looked at in the [`SHORTLIST`] passages that are nearest as a
    /// whole, so that one pass over the passages' own vectors is all that grows with their number.
    pub fn passages_by_vector(&self, query: &[f32], k: usize, filter: &Filter) -> Vec<(ChunkId, f32)> {
        let mut near = TopK::new(k.max(SHORTLIST));
        self.by_vector(query, filter, |segment| &segment.passages, |id, _| id, &mut near);
        let mut top = TopK::new(k);
        for (id, own) in near.into_sorted() {
            let nearest = self.vectors(id).and_then(|vectors| vectors.nearest_statement(query));
            top.push(nearest.map_or(own, |(_, statement)| 0.5 * (own + statement)), id);
        }
        top.into_sorted()
    }

    /// The `k` passages whose own vectors are nearest to `vector`, best first, with the inner product.
    pub fn passages_alike(&self, vector: &[f32], k: usize, filter: &Filter) -> Vec<(ChunkId, f32)> {
        let mut top = TopK::new(k);
        self.by_vector(vector, filter, |segment| &segment.passages, |id, _| id, &mut top);
        top.into_sorted().into_iter().collect()
    }

    /// Ids of the passages that `filter` lets through now, in no particular order.
    pub fn admitted(&self, filter: &Filter) -> Vec<ChunkId> {
        let now = Timestamp::now();
        let mut ids = Vec::new();
        for part in &self.parts {
            let Some(admission) = part.admission(filter, now) else { continue };
            let rows = (0..).zip(part.segment.rows.iter()).filter(|(number, _)| (admission.admits)(*number));
            ids.extend(rows.map(|(_, row)| row.id));
        }
        ids
    }

    /// The `k` FAQ pairs with the question nearest to `query`, best first: passage, cosine similarity, and which of
    /// its questions it was.
    pub fn questions_by_vector(
        &self,
        query: &[f32],
        k: usize,
        filter: &Filter,
    ) -> Vec<(ChunkId, f32, usize)> {
        let mut top = TopK::new(k);
        self.by_vector(query, filter, |segment| &segment.questions, |id, item| (id, item), &mut top);
        top.into_sorted().into_iter().map(|((id, item), score)| (id, score, item as usize)).collect()
    }

    /// The `k` best passages that contain some of these words (from [`super::Wordbook::wording`]), best first, with
    /// their BM25 score.
    pub fn passages_by_keyword(
        &self,
        wording: &Wording,
        k: usize,
        filter: &Filter,
    ) -> Result<Vec<(ChunkId, f32)>> {
        let mut query = words::of_question(wording, &self.whole);
        let mut statistics =
            Statistics { passages: self.passages as u64, words: self.words, ..Statistics::default() };
        for wanted in &query {
            let frequency = self.frequency(&wanted.word)?;
            statistics.frequency.insert(wanted.word.clone(), frequency);
        }
        query.retain(|wanted| statistics.frequency.get(&wanted.word).is_some_and(|n| *n > 0));
        let mut top = TopK::new(k);
        if query.is_empty() || k == 0 {
            return Ok(Vec::new());
        }
        let now = Timestamp::now();
        for part in &self.parts {
            let Some(admission) = part.admission(filter, now) else { continue };
            let floor = below(top.floor());
            part.segment.lexicon.search(&query, &statistics, floor, &mut |row, score| {
                if score >= top.floor() && (admission.admits)(row) {
                    top.push(score, part.segment.rows.row(row).id);
                }
                below(top.floor())
            })?;
        }
        Ok(top.into_sorted())
    }

    /// A passage by id; `None` when it is not, or no longer, part of this view.
    pub fn chunk(&self, id: ChunkId) -> Option<Arc<Chunk>> {
        let (part, row) = self.find(id)?;
        match self.parts[part].segment.lexicon.chunk(row) {
            Ok(chunk) => Some(Arc::new(chunk)),
            Err(e) => {
                tracing::error!(chunk = %id, error = %e, "a passage cannot be read from the index");
                None
            }
        }
    }

    /// How many passages contain `term`.
    pub fn document_frequency(&self, term: &str) -> u32 {
        self.frequency(term).map_or_else(
            |e| {
                tracing::error!(error = %e, "the keyword index cannot be read");
                0
            },
            |n| u32::try_from(n).unwrap_or(u32::MAX),
        )
    }

    /// The vectors of a passage; `None` when it is not part of this view or was encoded by another encoder.
    pub fn vectors(&self, id: ChunkId) -> Option<PassageVectors<'_>> {
        let (part, row) = self.find(id)?;
        let segment = &self.parts[part].segment;
        Some(PassageVectors {
            passage: segment.passages.of(row).next()?,
            statements: segment.statements.of(row).collect(),
            questions: segment.questions.of(row).collect(),
        })
    }

    /// Ids of all passages that can be found, in no particular order.
    pub fn ids(&self) -> impl Iterator<Item = ChunkId> {
        self.parts.iter().flat_map(|part| {
            let rows = (0..).zip(part.segment.rows.iter());
            rows.filter(|(number, _)| !part.dead.contains(*number)).map(|(_, row)| row.id)
        })
    }

    /// Which part and row a living passage stands in.
    pub(super) fn find(&self, id: ChunkId) -> Option<(usize, u32)> {
        self.parts.iter().enumerate().rev().find_map(|(at, part)| {
            let row = part.segment.rows.find(id)?;
            (!part.dead.contains(row)).then_some((at, row))
        })
    }

    fn frequency(&self, term: &str) -> Result<u64> {
        let mut frequency = 0;
        for part in &self.parts {
            frequency += part.segment.lexicon.frequency(term, &part.dead)?;
        }
        Ok(frequency)
    }

    fn by_vector<K: Ord>(
        &self,
        query: &[f32],
        filter: &Filter,
        vectors: impl Fn(&Segment) -> &VectorSet,
        key: impl Fn(ChunkId, u32) -> K,
        top: &mut TopK<K>,
    ) {
        let now = Timestamp::now();
        for part in &self.parts {
            let Some(admission) = part.admission(filter, now) else { continue };
            let rows = &part.segment.rows;
            let key = |owner: Owner| key(rows.row(owner.row).id, owner.item);
            vectors(&part.segment).search(query, &admission, key, top);
        }
    }
}

impl Part {
    /// Number of living rows.
    pub fn living(&self) -> usize {
        self.segment.rows.len() - self.dead.count()
    }

    /// Number of words in living rows.
    fn words(&self) -> u64 {
        self.segment.rows.words() - self.dead.words()
    }

    /// What decides whether a row may be found; `None` when no row may.
    fn admission(&self, filter: &Filter, now: Timestamp) -> Option<Admission<impl Fn(u32) -> bool>> {
        let rows = &self.segment.rows;
        let places = rows.admitted(filter)?;
        let share = rows.share(&places);
        let admits = move |row: u32| {
            !self.dead.contains(row) && rows.is_admitted(row, &places) && rows.valid_at(row, now)
        };
        Some(Admission { admits, share })
    }
}

/// The next smaller score: tantivy leaves out what is not above its floor, but equal scores still compete by id.
fn below(score: f32) -> f32 {
    if score.is_finite() { score.next_down() } else { score }
}
