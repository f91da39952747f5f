//! Keyword search over one segment: tantivy's postings and BM25, our words, our statistics.
//!
//! Words come from [`super::words`] on both sides, so tantivy is handed them ready cut. Title, section, questions
//! and text are one field in which the words of a weightier part count several times: BM25 with weighted fields in
//! the simple form of Robertson, Zaragoza and Taylor (CIKM 2004), which saturates a word over the whole passage
//! instead of once a field. The passage itself is stored beside its words.
//!
//! A segment is built once and never changed; its tantivy index has a single segment whose document numbers are our
//! row numbers. Which rows are still alive, and how often a word occurs in all segments together, is told by the
//! caller, so scores do not depend on how passages are spread over segments. Calls block for as long as they work.

use std::collections::HashMap;
use std::path::Path;

use tantivy::directory::{MmapDirectory, OwnedBytes, RamDirectory};
use tantivy::fastfield::{AliveBitSet, write_alive_bitset};
use tantivy::indexer::merge_filtered_segments;
use tantivy::query::{
    Bm25StatisticsProvider, BooleanQuery, BoostQuery, EnableScoring, Occur, Query, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions, Value};
use tantivy::tokenizer::{PreTokenizedString, Token};
use tantivy::{
    BitSet, Directory, DocAddress, DocSet, Index, IndexSettings, ReloadPolicy, Searcher, SegmentReader,
    TantivyDocument, TantivyError, Term,
};

use crate::domain::Chunk;
use crate::error::{Code, Error, Result};
use crate::text::WholeWords;

use super::lexicon::spelling::Vocabulary;
use super::rows::Dead;
use super::words::{self, Wanted};

/// Initial size of the writer's hash table, not a limit.
const WRITER_BUDGET: usize = 15_000_000;

/// Words and stored passages of one segment.
#[derive(Clone)]
pub struct Lexicon {
    searcher: Searcher,
    words: Field,
    passage: Field,
}

/// How often words occur in all that is searched: what BM25 weighs them by.
#[derive(Debug, Default)]
pub struct Statistics {
    /// Living passages.
    pub passages: u64,
    /// Words in living passages, repeated ones counted.
    pub words: u64,
    /// Living passages that contain the word.
    pub frequency: HashMap<String, u64>,
}

impl Lexicon {
    /// Builds the words of `chunks` in memory, those of `whole` uncut, a row each in the order given; also returns the
    /// number of words of each.
    pub fn build(chunks: &[Chunk], whole: &WholeWords) -> Result<(Self, Vec<u32>)> {
        let (schema, words, passage) = schema();
        let mut writer = Index::builder()
            .schema(schema)
            .settings(settings())
            .single_segment_index_writer::<TantivyDocument>(RamDirectory::create(), WRITER_BUDGET)
            .map_err(failed)?;
        let mut lengths = Vec::with_capacity(chunks.len());
        for chunk in chunks {
            let tokens = tokens(chunk, whole);
            lengths.push(tokens.len() as u32);
            let stored = serde_json::to_vec(chunk)
                .map_err(|e| Error::internal("a passage cannot be written as JSON").with_source(e))?;
            let mut document = TantivyDocument::default();
            document.add_pre_tokenized_text(words, PreTokenizedString { text: String::new(), tokens });
            document.add_bytes(passage, &stored);
            writer.add_document(document).map_err(failed)?;
        }
        let index = writer.finalize().map_err(failed)?;
        Ok((Self::over(&index)?, lengths))
    }

    /// Opens the words kept in a folder.
    pub fn open(folder: &Path) -> Result<Self> {
        let directory = MmapDirectory::open(folder).map_err(|e| failed(e.into()))?;
        Self::over(&Index::open(directory).map_err(failed)?)
    }

    /// Writes the living rows of `parts`, one part after the other, as one index into `target`, which must be
    /// empty. No word is cut again.
    fn merge_into(parts: &[(&Lexicon, &Dead)], target: impl Into<Box<dyn Directory>>) -> Result<Index> {
        let mut segments = Vec::with_capacity(parts.len());
        let mut alive = Vec::with_capacity(parts.len());
        for (lexicon, dead) in parts {
            let found = lexicon.searcher.index().searchable_segments().map_err(failed)?;
            for segment in found {
                let rows = segment.meta().max_doc();
                alive.push((dead.count() > 0).then(|| alive_rows(rows, dead)).transpose()?);
                segments.push(segment);
            }
        }
        merge_filtered_segments(&segments, settings(), alive, target).map_err(failed)
    }

    /// Merges in memory.
    pub fn merge(parts: &[(&Lexicon, &Dead)]) -> Result<Self> {
        Self::over(&Self::merge_into(parts, RamDirectory::create())?)
    }

    /// Merges into files of `folder`, which must exist and be empty.
    pub fn merge_to_folder(parts: &[(&Lexicon, &Dead)], folder: &Path) -> Result<()> {
        let directory = MmapDirectory::open(folder).map_err(|e| failed(e.into()))?;
        Self::merge_into(parts, directory).map(drop)
    }

    fn over(index: &Index) -> Result<Self> {
        let (schema, words, passage) = schema();
        if index.schema() != schema {
            return Err(Error::internal("the words are of another version's layout"));
        }
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into().map_err(failed)?;
        let searcher: Searcher = reader.searcher();
        if searcher.segment_readers().len() > 1 {
            return Err(Error::internal("the words are spread over several parts"));
        }
        Ok(Self { searcher, words, passage })
    }

    /// Number of rows, dead ones included.
    pub fn rows(&self) -> u32 {
        self.reader().map_or(0, SegmentReader::max_doc)
    }

    /// The passage in a row.
    pub fn chunk(&self, row: u32) -> Result<Chunk> {
        let stored: TantivyDocument = self.searcher.doc(DocAddress::new(0, row)).map_err(failed)?;
        let bytes = stored.get_first(self.passage).and_then(|value| value.as_bytes());
        let bytes = bytes.ok_or_else(|| Error::internal("a row of the index has no passage"))?;
        serde_json::from_slice(bytes)
            .map_err(|e| Error::internal("a passage in the index cannot be read").with_source(e))
    }

    /// How many living rows contain `term`.
    pub fn frequency(&self, term: &str, dead: &Dead) -> Result<u64> {
        let Some(reader) = self.reader() else { return Ok(0) };
        let term = Term::from_field_text(self.words, term);
        let words = reader.inverted_index(self.words).map_err(failed)?;
        if dead.count() == 0 {
            return Ok(u64::from(words.doc_freq(&term)?));
        }
        let Some(mut postings) = words.read_postings(&term, IndexRecordOption::Basic)? else { return Ok(0) };
        let mut living = 0;
        while postings.doc() != tantivy::TERMINATED {
            living += u64::from(!dead.contains(postings.doc()));
            postings.advance();
        }
        Ok(living)
    }

    /// All words by how they sound.
    pub fn vocabulary(&self) -> Result<Vocabulary> {
        let Some(reader) = self.reader() else { return Ok(Vocabulary::default()) };
        let words = reader.inverted_index(self.words).map_err(failed)?;
        let mut stream = words.terms().stream()?;
        let mut all = Vec::new();
        while let Some((word, about)) = stream.next() {
            let word = std::str::from_utf8(word).unwrap_or_default();
            // Most words of the index are not Chinese, or one character.
            if word.len() >= 6 && !word.is_ascii() {
                all.push((word.to_owned(), about.doc_freq));
            }
        }
        Ok(Vocabulary::new(all.into_iter()))
    }

    /// Calls `found` with row and BM25 score of every row that contains one of `query` and could score above the
    /// floor that `found` returns; the first floor is `floor`.
    pub fn search(
        &self,
        query: &[Wanted],
        statistics: &Statistics,
        floor: f32,
        found: &mut dyn FnMut(u32, f32) -> f32,
    ) -> Result<()> {
        let Some(reader) = self.reader() else { return Ok(()) };
        let clauses: Vec<(Occur, Box<dyn Query>)> = query
            .iter()
            .map(|wanted| {
                let term = Term::from_field_text(self.words, &wanted.word);
                let query = TermQuery::new(term, IndexRecordOption::WithFreqs);
                (Occur::Should, Box::new(BoostQuery::new(Box::new(query), wanted.worth)) as Box<dyn Query>)
            })
            .collect();
        let scoring = EnableScoring::enabled_from_statistics_provider(statistics, &self.searcher);
        let weight = BooleanQuery::new(clauses).weight(scoring).map_err(failed)?;
        weight.for_each_pruning(floor, reader, found).map_err(failed)
    }

    fn reader(&self) -> Option<&SegmentReader> {
        self.searcher.segment_readers().first()
    }
}

impl std::fmt::Debug for Lexicon {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lexicon").field("rows", &self.rows()).finish()
    }
}

impl Bm25StatisticsProvider for Statistics {
    fn total_num_tokens(&self, _: Field) -> tantivy::Result<u64> {
        Ok(self.words)
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Ok(self.passages)
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        let word = term.value().as_str().unwrap_or_default().to_owned();
        Ok(self.frequency.get(&word).copied().unwrap_or(0))
    }
}

/// The words of a passage in the shape tantivy takes them.
fn tokens(chunk: &Chunk, whole: &WholeWords) -> Vec<Token> {
    let words = words::of_passage(chunk, whole).into_iter().enumerate();
    words.map(|(position, text)| Token { position, text, ..Token::default() }).collect()
}

fn schema() -> (Schema, Field, Field) {
    let mut builder = Schema::builder();
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("raw") // never used: words come ready cut
        .set_index_option(IndexRecordOption::WithFreqs)
        .set_fieldnorms(true);
    let words = builder.add_text_field("words", TextOptions::default().set_indexing_options(indexing));
    let passage = builder.add_bytes_field("passage", STORED);
    (builder.build(), words, passage)
}

/// Small blocks: passages are fetched a few at a time, from anywhere.
fn settings() -> IndexSettings {
    IndexSettings {
        docstore_blocksize: 4096,
        docstore_compress_dedicated_thread: false,
        ..IndexSettings::default()
    }
}

fn alive_rows(rows: u32, dead: &Dead) -> Result<AliveBitSet> {
    let mut alive = BitSet::with_max_value_and_full(rows);
    for row in (0..rows).filter(|row| dead.contains(*row)) {
        alive.remove(row);
    }
    let mut bytes = Vec::new();
    write_alive_bitset(&alive, &mut bytes)?;
    Ok(AliveBitSet::open(OwnedBytes::new(bytes)))
}

fn failed(e: TantivyError) -> Error {
    let code = match &e {
        TantivyError::IoError(_) | TantivyError::OpenDirectoryError(_) | TantivyError::OpenReadError(_) => {
            Code::Io
        }
        _ => Code::Internal,
    };
    Error::new(code, format!("the keyword index failed: {e}")).with_source(e)
}
