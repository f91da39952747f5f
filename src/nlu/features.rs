//! What the intent head sees of a text: its vector, centred, and beside it n-grams and the kinds of values in it.
//!
//! Measured on few-shot Chinese data the vector carries nearly everything; n-grams and kinds add about one point and
//! keep rare exact words (codes, names) from being lost.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use zhike_learning::linear::{self, Features};
use zhike_learning::packed;

use super::slots::recognise::{Kind, Recognised};
use crate::text::{self, is_han, segment};

/// Weight of the n-gram part beside the vector, both of length 1.
const NGRAM_WEIGHT: f32 = 0.5;
/// Weight of each kind of value found in the text.
const KIND_WEIGHT: f32 = 0.3;
/// The longest run of Chinese characters counted as one n-gram.
const LONGEST_NGRAM: usize = 3;
/// N-grams kept, the most frequent first.
const MOST_NGRAMS: usize = 4_000;
/// An n-gram of one text only tells nothing about others.
const FEWEST_TEXTS: usize = 2;

/// Turns texts and vectors into features the way they were in training.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Extractor {
    /// Mean of the training vectors.
    #[serde(with = "packed::floats")]
    pub mean: Vec<f32>,
    /// N-gram → index and inverse document frequency.
    ngrams: HashMap<String, (u32, f32)>,
}

impl Extractor {
    /// Learns mean and n-grams from training texts and their vectors.
    pub fn fit(texts: &[&str], vectors: &[&[f32]]) -> Self {
        let mean = mean(vectors);
        let mut counts: HashMap<String, usize> = HashMap::new();
        for text in texts {
            let mut own = ngrams(text);
            own.sort();
            own.dedup();
            for ngram in own {
                *counts.entry(ngram).or_default() += 1;
            }
        }
        let mut kept: Vec<_> = counts.into_iter().filter(|(_, count)| *count >= FEWEST_TEXTS).collect();
        kept.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        kept.truncate(MOST_NGRAMS);
        let idf = |count: usize| ((1 + texts.len()) as f32 / (1 + count) as f32).ln() + 1.0;
        let ngrams = kept.into_iter().enumerate().map(|(i, (ngram, count))| (ngram, (i as u32, idf(count))));
        Self { mean, ngrams: ngrams.collect() }
    }

    /// How many sparse features there are.
    pub fn sparse_len(&self) -> usize {
        self.ngrams.len() + Kind::ALL.len()
    }

    /// Features of a text with its sentence vector and the values recognised in it.
    pub fn features(&self, text: &str, vector: &[f32], found: &[Recognised]) -> Features {
        Features { dense: self.centred(vector), sparse: self.sparse(text, found) }
    }

    /// The dense features alone.
    pub fn centred(&self, vector: &[f32]) -> Vec<f32> {
        centred(vector, &self.mean)
    }

    /// Sublinear tf-idf of the known n-grams (together of length [`NGRAM_WEIGHT`]) and a mark for each kind of value.
    fn sparse(&self, text: &str, found: &[Recognised]) -> Vec<(u32, f32)> {
        let mut counts: HashMap<u32, (f32, f32)> = HashMap::new();
        for (index, idf) in ngrams(text).iter().filter_map(|n| self.ngrams.get(n)) {
            counts.entry(*index).or_insert((0.0, *idf)).0 += 1.0;
        }
        let mut sparse: Vec<(u32, f32)> =
            counts.into_iter().map(|(index, (count, idf))| (index, (1.0 + count.ln()) * idf)).collect();
        let length = sparse.iter().map(|(_, x)| x * x).sum::<f32>().sqrt().max(1e-9);
        sparse.iter_mut().for_each(|(_, x)| *x *= NGRAM_WEIGHT / length);
        let kinds = Kind::ALL.iter().enumerate().filter(|(_, k)| found.iter().any(|r| r.kind == **k));
        sparse.extend(kinds.map(|(i, _)| ((self.ngrams.len() + i) as u32, KIND_WEIGHT)));
        sparse.sort_by_key(|(index, _)| *index);
        sparse
    }
}

/// Mean of vectors of one length; empty without any.
pub fn mean(vectors: &[&[f32]]) -> Vec<f32> {
    let mut mean = vec![0.0; vectors.first().map_or(0, |v| v.len())];
    for vector in vectors {
        for (sum, x) in mean.iter_mut().zip(*vector) {
            *sum += x / vectors.len() as f32;
        }
    }
    mean
}

/// The vector relative to the mean of the training vectors, length 1.
pub fn centred(vector: &[f32], mean: &[f32]) -> Vec<f32> {
    linear::centred(vector, mean, 1.0)
}

/// Runs of one to three Chinese characters, and the stems of other words, with repetitions.
fn ngrams(text: &str) -> Vec<String> {
    let normal = text::normalise(text);
    let chars: Vec<char> = normal.chars().collect();
    let mut ngrams = Vec::with_capacity(chars.len() * LONGEST_NGRAM);
    for start in 0..chars.len() {
        for length in 1..=LONGEST_NGRAM {
            match chars.get(start..start + length) {
                Some(run) if run.iter().all(|c| is_han(*c)) => ngrams.push(run.iter().collect()),
                _ => break,
            }
        }
    }
    ngrams.extend(segment::terms(&normal).into_iter().filter(|t| t.is_ascii()));
    ngrams
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use jiff::civil::date;

    use super::super::slots::recognise;
    use super::*;

    #[test]
    fn vectors_are_centred_and_of_length_one() {
        let extractor = Extractor::fit(&["a", "b"], &[&[1.0, 0.0], &[0.0, 1.0]]);
        let features = extractor.features("a", &[1.0, 0.0], &[]);
        assert!(
            (features.dense[0] - 0.5f32.sqrt()).abs() < 1e-6
                && (features.dense[1] + 0.5f32.sqrt()).abs() < 1e-6
        );
    }

    #[test]
    fn traditional_texts_have_the_ngrams_of_simplified_ones() {
        let extractor = Extractor::fit(&["退货运费", "退货运费谁出"], &[&[0.0], &[0.0]]);
        assert_eq!(extractor.sparse("退貨運費", &[]), extractor.sparse("退货运费", &[]));
        assert!(!extractor.sparse("退货", &[]).is_empty());
    }

    #[test]
    fn kinds_of_values_are_marked_whatever_the_value() {
        let extractor = Extractor::fit(&[], &[]);
        let marks = |text: &str| extractor.sparse(text, &recognise::find(text, date(2026, 11, 21)));
        assert_eq!(marks("ML2603180045"), marks("QX7788990011"));
        assert_eq!(marks("ML2603180045").len(), 1);
    }
}
