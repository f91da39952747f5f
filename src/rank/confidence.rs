//! From the order to a probability: how sure it is that a candidate answers.
//!
//! A logistic regression over the candidate's score, its distance to the best other candidate that says something
//! else, and the few features that tell "near the topic" from "answers". Learned on labelled questions a quarter of
//! which have no answer; being logistic, it needs no further calibration on data like that.

use super::features::{Features, NAMES as FEATURES};

/// Names of what it looks at, in order.
pub const NAMES: [&str; 15] = [
    "score",
    "lead",
    "doubt",
    "passage",
    "statement",
    "question",
    "faq",
    "coverage",
    "in_statement",
    "bigrams",
    "alike",
    "missing_codes",
    "language",
    "words",
    "quantity",
];

/// The row of one candidate.
pub type Evidence = [f32; NAMES.len()];

/// Collects what speaks for the candidate at `at` among `scores` (sorted, best first).
pub fn evidence(at: usize, scores: &[f32], features: &Features, words: usize) -> Evidence {
    let of = |name: &str| FEATURES.iter().position(|n| *n == name).map_or(0.0, |i| features[i]);
    [
        scores[at],
        lead(at, scores),
        entropy(scores),
        of("passage"),
        of("statement"),
        of("question"),
        of("faq"),
        of("coverage"),
        of("in_statement"),
        of("bigrams"),
        of("alike"),
        of("missing_codes"),
        of("language"),
        (words as f32).min(20.0) / 10.0,
        of("quantity"),
    ]
}

/// How much more the one at `at` has than the best other one.
pub(super) fn lead(at: usize, scores: &[f32]) -> f32 {
    let others = scores.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, score)| *score);
    match others.reduce(f32::max) {
        Some(rival) => (scores[at] - rival).clamp(-LONGEST_LEAD, LONGEST_LEAD),
        None => LONGEST_LEAD,
    }
}

/// Differences of score beyond this say no more.
const LONGEST_LEAD: f32 = 5.0;
/// Candidates that count for the doubt.
const DOUBTED: usize = 5;

/// Entropy of the best candidates' softmax: 0 when one stands out, higher the more they are alike.
pub(super) fn entropy(scores: &[f32]) -> f32 {
    let best = scores.first().copied().unwrap_or(0.0);
    let shares: Vec<f32> = scores.iter().take(DOUBTED).map(|s| (s - best).exp()).collect();
    let sum: f32 = shares.iter().sum();
    shares.iter().map(|s| s / sum).map(|p| -p * p.max(1e-6).ln()).sum()
}

/// The logistic function.
pub fn logistic(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubt_grows_when_candidates_are_alike() {
        assert!(entropy(&[3.0, 3.0, 3.0]) > entropy(&[3.0, 1.0, 0.0]));
        assert!(entropy(&[3.0]).abs() < 1e-6);
    }
}
