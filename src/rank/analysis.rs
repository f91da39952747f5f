//! A passage taken apart for the features: its statements, the words of each, the words above it. Passages never
//! change, so an analysis is made once and kept.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use moka::sync::Cache;

use crate::domain::{Chunk, ChunkId};
use crate::knowledge::statements;
use crate::text::segment::terms_with;
use crate::text::{WholeWords, is_han, normalise};

/// Analyses kept; the least used make room.
const KEPT: u64 = 20_000;

/// A passage and its words.
#[derive(Debug)]
pub struct Analysis {
    pub chunk: Arc<Chunk>,
    pub statements: Vec<Statement>,
    /// Words of title, section and questions.
    pub heading: HashSet<String>,
    /// Words of every question of a FAQ pair.
    pub questions: Vec<HashSet<String>>,
}

/// One statement of a passage.
#[derive(Debug)]
pub struct Statement {
    /// Bytes of the passage's text.
    pub range: Range<usize>,
    pub words: HashSet<String>,
    pub bigrams: HashSet<[char; 2]>,
    /// Whether it names a number.
    pub quantity: bool,
}

impl Analysis {
    pub(super) fn of(chunk: Arc<Chunk>, whole: &WholeWords) -> Self {
        let statements = statements(chunk.kind, &chunk.text)
            .into_iter()
            .map(|range| Statement::of(&chunk.text[range.clone()], range, whole))
            .collect();
        let questions: Vec<HashSet<String>> = chunk
            .questions
            .iter()
            .map(|question| terms_with(question, whole).into_iter().collect())
            .collect();
        let above = [&chunk.title, &chunk.section].into_iter().flat_map(|text| terms_with(text, whole));
        let heading = above.chain(questions.iter().flatten().cloned()).collect();
        Self { chunk, statements, heading, questions }
    }

    /// Whether the passage has the word anywhere.
    pub fn has(&self, word: &str) -> bool {
        self.heading.contains(word) || self.statements.iter().any(|s| s.words.contains(word))
    }
}

impl Statement {
    fn of(text: &str, range: Range<usize>, whole: &WholeWords) -> Self {
        let folded = normalise(text);
        Self {
            range,
            words: terms_with(text, whole).into_iter().collect(),
            bigrams: bigrams(&folded).collect(),
            quantity: has_quantity(&folded),
        }
    }
}

/// Pairs of neighbouring Chinese characters: they meet where words are cut differently.
pub fn bigrams(folded: &str) -> impl Iterator<Item = [char; 2]> {
    let next = folded.chars().skip(1);
    folded.chars().zip(next).filter(|(a, b)| is_han(*a) && is_han(*b)).map(|(a, b)| [a, b])
}

/// Letters with a number, as in error codes and models: what has to agree to the letter.
pub fn is_code(term: &str) -> bool {
    term.is_ascii()
        && term.bytes().any(|b| b.is_ascii_digit())
        && term.bytes().any(|b| b.is_ascii_alphabetic())
}

/// Digits, or a Chinese numeral before a unit.
fn has_quantity(folded: &str) -> bool {
    const NUMERALS: &str = "一二两三四五六七八九十百千万半";
    const UNITS: &str = "天日时周月年元块折次件个倍分";
    let mut before = None;
    for c in folded.chars() {
        let counted = UNITS.contains(c) && before.is_some_and(|b| NUMERALS.contains(b));
        if c.is_ascii_digit() || counted {
            return true;
        }
        before = Some(c);
    }
    false
}

/// Keeps analyses by passage and by the words it was cut with.
#[derive(Clone, Debug)]
pub struct Analyses {
    kept: Cache<(ChunkId, u64), Arc<Analysis>>,
}

impl Default for Analyses {
    fn default() -> Self {
        Self { kept: Cache::new(KEPT) }
    }
}

impl Analyses {
    /// The analysis of the passage that `chunk` gives, which is asked only when it is not kept yet.
    pub fn get(
        &self,
        id: ChunkId,
        whole: &WholeWords,
        chunk: impl FnOnce() -> Option<Arc<Chunk>>,
    ) -> Option<Arc<Analysis>> {
        let key = (id, whole.mark());
        if let Some(kept) = self.kept.get(&key) {
            return Some(kept);
        }
        let analysis = Arc::new(Analysis::of(chunk()?, whole));
        self.kept.insert(key, analysis.clone());
        Some(analysis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_digits_and_counted_numerals() {
        for text in ["7天", "满99", "三天内", "半年", "打两折"] {
            assert!(has_quantity(text), "{text}");
        }
        for text in ["一律不退", "十分抱歉", "联系客服"] {
            assert_eq!(has_quantity(text), text == "十分抱歉", "{text}");
        }
    }

    #[test]
    fn codes_are_letters_with_numbers() {
        assert!(is_code("e3") && is_code("k17"));
        assert!(!is_code("99") && !is_code("kettle") && !is_code("运费"));
    }
}
