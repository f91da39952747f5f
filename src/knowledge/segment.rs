//! A segment: passages with their words and vectors, searchable, built once and never changed.
//!
//! Rows have the same numbers in the table of passages, in the vectors and in the keyword index. A segment does not
//! know which of its rows are dead; that is told with every call, so an edit copies a few bits instead of a segment.

use std::sync::OnceLock;

use crate::error::{Error, Result};
use crate::text::WholeWords;

use super::byte_matrix::ByteVectorSet;
use super::catalogue::StoredChunk;
use super::lexical::Lexicon;
use super::lexicon::spelling::Vocabulary;
use super::places::Places;
use super::rows::{Dead, Place, Rows};
use super::vectors::{Owner, VectorSet};

/// Passages, searchable. Immutable.
#[derive(Debug)]
pub struct Segment {
    pub rows: Rows,
    /// A vector a passage.
    pub passages: VectorSet,
    /// A vector a question of a FAQ pair.
    pub questions: VectorSet,
    /// A vector a statement of a passage.
    pub statements: ByteVectorSet,
    pub lexicon: Lexicon,
    vocabulary: OnceLock<Vocabulary>,
}

/// A segment without its words: what of it is kept in memory.
#[derive(Debug)]
pub struct Tables {
    pub rows: Rows,
    pub passages: VectorSet,
    pub questions: VectorSet,
    pub statements: ByteVectorSet,
}

impl Segment {
    /// Builds a segment in memory. Passages whose vectors are of another encoder than `encoder` are found by
    /// keyword only. Words of `whole` are not cut.
    pub fn build(stored: Vec<StoredChunk>, encoder: &str, dim: usize, whole: &WholeWords) -> Result<Self> {
        let mut passages = VectorSet::new(dim);
        let mut questions = VectorSet::new(dim);
        let mut statements = ByteVectorSet::new(dim);
        let mut chunks = Vec::with_capacity(stored.len());
        let mut places = Vec::with_capacity(stored.len());
        for (row, stored) in (0..).zip(stored) {
            if stored.vectors.encoder == encoder {
                passages.push(Owner { row, item: 0 }, &stored.vectors.passage);
                for (item, vector) in (0..).zip(&stored.vectors.questions) {
                    questions.push(Owner { row, item }, vector);
                }
                for vector in &stored.vectors.statements {
                    statements.push(row, vector.row());
                }
            }
            let StoredChunk { base, audience, tags, validity, chunk, .. } = stored;
            places.push((Place { base, lang: chunk.lang, audience, tags }, validity));
            chunks.push(chunk);
        }
        let (lexicon, lengths) = Lexicon::build(&chunks, whole)?;
        let mut rows = Rows::default();
        for ((chunk, (place, validity)), words) in chunks.iter().zip(places).zip(lengths) {
            rows.push(chunk.id, &place, words, validity);
        }
        rows.finish();
        Self::of(Tables { rows, passages, questions, statements }, lexicon)
    }

    /// Puts a segment together; the parts must have the same number of rows.
    pub fn of(tables: Tables, lexicon: Lexicon) -> Result<Self> {
        let Tables { rows, passages, questions, statements } = tables;
        if lexicon.rows() as usize != rows.len() {
            return Err(Error::internal("the keyword index and the table of passages differ in length"));
        }
        Ok(Self { rows, passages, questions, statements, lexicon, vocabulary: OnceLock::new() })
    }

    /// Its Chinese words by their sound. Made when it is first asked for; empty when the words cannot be read.
    pub fn vocabulary(&self) -> &Vocabulary {
        self.vocabulary.get_or_init(|| {
            self.lexicon.vocabulary().unwrap_or_else(|e| {
                tracing::error!(error = %e, "the keyword index cannot be read");
                Vocabulary::default()
            })
        })
    }

    /// Merges the living rows of `parts` in memory; `None` when none is alive.
    pub fn merge(parts: &[(&Segment, &Dead)]) -> Result<Option<Self>> {
        let parts = living(parts);
        if parts.is_empty() {
            return Ok(None);
        }
        let lexicon = Lexicon::merge(&lexicons(&parts))?;
        Self::of(Tables::merge(&parts), lexicon).map(Some)
    }
}

impl Tables {
    /// The living rows of `parts`, one part after the other, in memory.
    pub fn merge(parts: &[(&Segment, &Dead)]) -> Self {
        let dim = parts.first().map_or(0, |(segment, _)| segment.passages.dim());
        let (rows, places) = merged_rows(parts);
        let mut merged = Tables {
            rows,
            passages: VectorSet::new(dim),
            questions: VectorSet::new(dim),
            statements: ByteVectorSet::new(dim),
        };
        for ((segment, _), places) in parts.iter().zip(&places) {
            let place = |row: u32| places.of(row);
            merged.passages.extend_from(&segment.passages, place);
            merged.questions.extend_from(&segment.questions, place);
            merged.statements.extend_from(&segment.statements, place);
        }
        merged
    }
}

/// The living rows of `parts`, one part after the other, and where the rows of each part have gone.
pub fn merged_rows(parts: &[(&Segment, &Dead)]) -> (Rows, Vec<Places>) {
    let mut merged = Rows::default();
    let place = |(segment, dead): &(&Segment, &Dead)| {
        Places::new((0..).zip(segment.rows.iter()).map(|(number, row)| {
            if dead.contains(number) {
                return None;
            }
            let (belongs, validity) = (segment.rows.place_of(number), segment.rows.validity_of(number));
            merged.push(row.id, belongs, row.words, validity);
            Some(merged.len() as u32 - 1)
        }))
    };
    let places = parts.iter().map(place).collect();
    merged.finish();
    (merged, places)
}

/// The parts that have a living row.
pub fn living<'a>(parts: &[(&'a Segment, &'a Dead)]) -> Vec<(&'a Segment, &'a Dead)> {
    parts.iter().copied().filter(|(segment, dead)| dead.count() < segment.rows.len()).collect()
}

/// The keyword indexes of `parts`.
pub fn lexicons<'a>(parts: &[(&'a Segment, &'a Dead)]) -> Vec<(&'a Lexicon, &'a Dead)> {
    parts.iter().map(|(segment, dead)| (&segment.lexicon, *dead)).collect()
}
