//! The second look: what the reader says of the best few candidates, beside what brought them there.
//!
//! The first order compares question and passage by vectors and words, made apart. The reader reads both together,
//! which is dear, so only the best few are read. Its verdicts and the first order make a second one, by weights of
//! its own, and a second probability. Candidates that were not read stay behind those that were, in their order.

use super::confidence::{entropy, lead, logistic};
use super::features::{Features, NAMES as FEATURES};
use super::weighted;
use super::weights::{Linear, Reread};
use crate::encoder::reader::Reading;

/// How many candidates are read.
pub const READ: usize = 4;

/// What orders candidates that were read, by name.
pub const ORDER: [&str; 3] = [
    // the first order's score
    "score",   // the reader's log-odds that the passage answers
    "answers", // how far the words it would answer with are above none
    "span",
];
/// Their numbers.
pub type Order = [f32; ORDER.len()];

/// What a candidate's probability is made of, by name.
pub const EVIDENCE: [&str; 13] = [
    "score",
    "lead",
    "doubt",
    // log-odds of the first look
    "first",
    "answers",
    // how much more than any other candidate that was read
    "answers_lead",
    "span",
    "faq",
    // log-odds of a FAQ pair: the reader has learned from documents, and believes a pair less than its question says
    "answers_faq",
    "alike",
    "missing_codes",
    "language",
    "words",
];
/// Their numbers.
pub type Evidence = [f32; EVIDENCE.len()];

/// A candidate as the second look sees it.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    pub features: &'a Features,
    /// Score of the first order.
    pub score: f32,
    /// Probability by the first look, of its own.
    pub first: f32,
    pub reading: Reading,
}

/// The learned numbers of the second look, in the order of their names.
#[derive(Clone, Debug)]
pub struct SecondLook {
    order: Order,
    confidence: Evidence,
    bias: f32,
}

/// A candidate in the second order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placed {
    /// Its place in the first order, from 0.
    pub from: usize,
    /// The second order's score.
    pub score: f32,
    /// Probability that it answers, of its own.
    pub probability: f32,
}

impl SecondLook {
    /// # Errors
    /// When the weights name other things than there are.
    pub fn new(weights: &Reread) -> Result<Self, String> {
        Ok(Self {
            order: weights.order.values(&ORDER)?,
            confidence: weights.confidence.values(&EVIDENCE)?,
            bias: weights.confidence.bias,
        })
    }

    /// Orders what was read, best first. `words` is how many different words the question has.
    pub fn place(&self, seen: &[Seen<'_>], words: usize) -> Vec<Placed> {
        let mut placed = ordered(&self.order, seen);
        let scores: Vec<f32> = placed.iter().map(|placed| placed.score).collect();
        let rows: Vec<Evidence> =
            (0..placed.len()).map(|at| evidence(at, &scores, seen, placed[at].from, words)).collect();
        for (placed, row) in placed.iter_mut().zip(&rows) {
            placed.probability = logistic(weighted(&self.confidence, row, self.bias));
        }
        placed
    }
}

/// Candidates by the weighted sum of score and verdict; probabilities are still to come.
pub(super) fn ordered(weights: &Order, seen: &[Seen<'_>]) -> Vec<Placed> {
    let score = |seen: &Seen<'_>| weighted(weights, &order_row(seen), 0.0);
    let placed = seen.iter().enumerate();
    let mut placed: Vec<Placed> =
        placed.map(|(from, seen)| Placed { from, score: score(seen), probability: 0.0 }).collect();
    placed.sort_by(|a, b| b.score.total_cmp(&a.score));
    placed
}

/// The row of numbers that a candidate is ordered by.
pub(super) fn order_row(seen: &Seen<'_>) -> Order {
    [seen.score, seen.reading.answers, seen.reading.span_margin]
}

/// The row of numbers that the probability of the candidate at `at` of the second order is made of.
pub(super) fn evidence(at: usize, scores: &[f32], seen: &[Seen<'_>], from: usize, words: usize) -> Evidence {
    let Seen { features, first, reading, .. } = seen[from];
    let answers: Vec<f32> = seen.iter().map(|seen| seen.reading.answers).collect();
    let of = |name: &str| FEATURES.iter().position(|n| *n == name).map_or(0.0, |i| features[i]);
    [
        scores[at],
        lead(at, scores),
        entropy(scores),
        log_odds(first),
        reading.answers,
        lead(from, &answers),
        reading.span_margin,
        of("faq"),
        of("faq") * reading.answers,
        of("alike"),
        of("missing_codes"),
        of("language"),
        (words as f32).min(20.0) / 10.0,
    ]
}

/// The inverse of the logistic function, within bounds.
fn log_odds(probability: f32) -> f32 {
    const FARTHEST: f32 = 8.0;
    (probability / (1.0 - probability)).ln().clamp(-FARTHEST, FARTHEST)
}

impl Reread {
    /// Weights by name.
    pub(super) fn named(reader: &str, order: &Order, confidence: (&Evidence, f32)) -> Self {
        Self {
            reader: reader.to_owned(),
            order: Linear::named(0.0, &ORDER, order),
            confidence: Linear::named(confidence.1, &EVIDENCE, confidence.0),
            operating_point: Default::default(),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::rank::features;

    fn reading(answers: f32) -> Reading {
        Reading { answers, span: None, span_margin: 0.0 }
    }

    fn look(order: Order, answers: f32) -> SecondLook {
        let mut confidence = [0.0; EVIDENCE.len()];
        confidence[4] = answers;
        SecondLook::new(&Reread::named("reader", &order, (&confidence, 0.0))).unwrap()
    }

    #[test]
    fn what_the_reader_says_answers_comes_first_whatever_stood_there() {
        let features = [0.0; features::COUNT];
        let seen = [(2.0, -3.0), (1.0, 4.0)].map(|(score, answers)| Seen {
            features: &features,
            score,
            first: 0.5,
            reading: reading(answers),
        });
        let placed = look([1.0, 1.0, 0.0], 1.0).place(&seen, 3);
        assert_eq!(placed.iter().map(|p| p.from).collect::<Vec<_>>(), [1, 0]);
        assert!(placed[0].probability > 0.9 && placed[1].probability < 0.1, "{placed:?}");
    }

    #[test]
    fn equals_keep_the_order_they_came_in() {
        let features = [0.0; features::COUNT];
        let seen =
            [0.0; 3].map(|_| Seen { features: &features, score: 1.0, first: 0.5, reading: reading(0.0) });
        let placed = look([1.0, 1.0, 1.0], 0.0).place(&seen, 3);
        assert_eq!(placed.iter().map(|p| p.from).collect::<Vec<_>>(), [0, 1, 2]);
    }

    #[test]
    fn certain_probabilities_stay_finite() {
        assert!(log_odds(1.0).is_finite() && log_odds(0.0).is_finite() && log_odds(0.5).abs() < 1e-6);
    }
}
