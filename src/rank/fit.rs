//! Learns the ranker's weights from labelled questions, in seconds, in plain Rust.
//!
//! Two convex problems, each solved by full-batch Adam from zero, so the same cases give the same weights. The order
//! is a conditional logit: of the candidates of one question, the right ones shall have the largest share of the
//! softmax. The probability is a logistic regression on the evidence of the candidates in first and second place.

use super::confidence::{self, Evidence, logistic};
use super::features::{self, Features};
use super::weighted;
use super::weights::Linear;

/// One labelled question with what was recalled for it.
#[derive(Clone, Debug)]
pub struct Case {
    /// Whether anything in the knowledge base answers it, recalled or not.
    pub answerable: bool,
    /// Different words of the question.
    pub words: usize,
    /// Features of every candidate, and whether it answers.
    pub candidates: Vec<(Features, bool)>,
    /// How much this question counts.
    pub weight: f32,
    /// Whether it is a FAQ pair's own question, word for word.
    pub literal: bool,
}

/// What was learned, and how it orders and trusts.
#[derive(Clone, Debug)]
pub struct Fitted {
    pub rank: Linear,
    pub confidence: Linear,
}

/// The best candidate of a question, as learned weights see it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// Rank (from 1) of the first candidate that answers; `None` when none does.
    pub right_at: Option<usize>,
    /// Probability of the candidate in first place.
    pub probability: f32,
}

/// Who asks about F1 is not helped by F3, however near it stands. Such questions are too few in the data to learn
/// that, so the weight is at most this.
const CODE_VETO: f32 = -6.0;
const MISSING_CODES: usize = 10;

const STEPS: usize = 600;
const RATE: f32 = 0.05;
/// Strength of the pull towards zero, in standardised units, relative to the whole data.
const PULL: f32 = 1.0;
/// Places whose probability is learned: the first decides, the second is offered.
const PLACES: usize = 2;

/// Learns from `cases`.
pub fn fit(cases: &[Case]) -> Fitted {
    let mut rank = fit_order(cases);
    rank[MISSING_CODES] = rank[MISSING_CODES].min(CODE_VETO);
    let confidence = fit_confidence(cases, &rank);
    Fitted {
        rank: Linear::named(0.0, &features::NAMES, &rank),
        confidence: Linear::named(confidence.1, &confidence::NAMES, &confidence.0),
    }
}

/// Learns only the order.
fn fit_order(cases: &[Case]) -> Features {
    let cases: Vec<&Case> = cases.iter().filter(|c| c.candidates.iter().any(|(_, right)| *right)).collect();
    let all = cases.iter().flat_map(|case| case.candidates.iter().map(|(features, _)| features));
    let scale = Scale::of(all);
    let standard: Vec<Vec<(Features, bool)>> = cases
        .iter()
        .map(|case| case.candidates.iter().map(|(f, right)| (scale.standard(f), *right)).collect())
        .collect();
    let total: f32 = cases.iter().map(|case| case.weight).sum();
    let weights = descend(|weights, gradient| {
        for (case, candidates) in cases.iter().zip(&standard) {
            let scores: Vec<f32> = candidates.iter().map(|(f, _)| weighted(weights, f, 0.0)).collect();
            let best = scores.iter().copied().fold(f32::MIN, f32::max);
            let exps: Vec<f32> = scores.iter().map(|s| (s - best).exp()).collect();
            let sum: f32 = exps.iter().sum();
            let right: f32 = exps.iter().zip(candidates).filter(|(_, c)| c.1).map(|(e, _)| e).sum();
            for (exp, (f, is_right)) in exps.iter().zip(candidates) {
                let pull = exp / sum - if *is_right { exp / right } else { 0.0 };
                for (g, x) in gradient.iter_mut().zip(f) {
                    *g += case.weight * pull * x / total;
                }
            }
        }
        for (g, w) in gradient.iter_mut().zip(weights) {
            *g += PULL * w / total;
        }
    });
    scale.raw(&weights).0
}

/// Learns the probability for a given order.
fn fit_confidence(cases: &[Case], rank: &Features) -> (Evidence, f32) {
    let mut rows: Vec<(Evidence, bool, f32)> = Vec::new();
    for case in cases {
        let (order, scores) = ordered(case, rank);
        for (place, at) in order.iter().take(PLACES).enumerate() {
            let (features, right) = &case.candidates[*at];
            let evidence = confidence::evidence(place, &scores, features, case.words);
            rows.push((evidence, *right, case.weight));
        }
    }
    let scale = Scale::of(rows.iter().map(|(evidence, ..)| evidence));
    let total: f32 = rows.iter().map(|(.., weight)| weight).sum();
    let standard: Vec<(Evidence, f32, f32)> =
        rows.iter().map(|(e, right, w)| (scale.standard(e), f32::from(u8::from(*right)), *w)).collect();
    // The bias is fixed by the share of right ones at first and then learned along with the rest.
    let mut bias = 0.0_f32;
    let weights = descend(|weights, gradient| {
        let mut slope = 0.0;
        for (evidence, right, weight) in &standard {
            let error = logistic(weighted(weights, evidence, bias)) - right;
            slope += weight * error / total;
            for (g, x) in gradient.iter_mut().zip(evidence) {
                *g += weight * error * x / total;
            }
        }
        for (g, w) in gradient.iter_mut().zip(weights) {
            *g += PULL * w / total;
        }
        bias -= slope;
    });
    let (weights, shift) = scale.raw(&weights);
    (weights, bias + shift)
}

/// How learned weights do on a question.
pub fn outcome(case: &Case, fitted: &Fitted) -> Result<Outcome, String> {
    let rank = fitted.rank.values(&features::NAMES)?;
    let confidence = fitted.confidence.values(&confidence::NAMES)?;
    let (order, scores) = ordered(case, &rank);
    let right_at = order.iter().position(|at| case.candidates[*at].1).map(|at| at + 1);
    let probability = order.first().map_or(0.0, |at| {
        let evidence = confidence::evidence(0, &scores, &case.candidates[*at].0, case.words);
        logistic(weighted(&confidence, &evidence, fitted.confidence.bias))
    });
    Ok(Outcome { right_at, probability })
}

/// Candidates in the order of their scores, and the scores in that order.
fn ordered(case: &Case, rank: &Features) -> (Vec<usize>, Vec<f32>) {
    let scores: Vec<f32> = case.candidates.iter().map(|(f, _)| weighted(rank, f, 0.0)).collect();
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
    let sorted = order.iter().map(|at| scores[*at]).collect();
    (order, sorted)
}

/// Mean and spread of every column.
struct Scale<const N: usize> {
    mean: [f32; N],
    spread: [f32; N],
}

impl<const N: usize> Scale<N> {
    fn of<'a>(rows: impl Iterator<Item = &'a [f32; N]> + Clone) -> Self {
        let count = rows.clone().count().max(1) as f32;
        let mut mean = [0.0; N];
        for row in rows.clone() {
            mean.iter_mut().zip(row).for_each(|(m, x)| *m += x / count);
        }
        let mut spread = [0.0; N];
        for row in rows {
            for i in 0..N {
                spread[i] += (row[i] - mean[i]).powi(2) / count;
            }
        }
        // A column that never changes says nothing: its weight stays zero.
        Self { mean, spread: spread.map(|variance| variance.sqrt().max(1e-6)) }
    }

    fn standard(&self, row: &[f32; N]) -> [f32; N] {
        std::array::from_fn(|i| (row[i] - self.mean[i]) / self.spread[i])
    }

    /// Weights for rows as they are, and the shift of the bias that goes with them.
    fn raw(&self, weights: &[f32; N]) -> ([f32; N], f32) {
        let raw: [f32; N] = std::array::from_fn(|i| weights[i] / self.spread[i]);
        let shift = -raw.iter().zip(&self.mean).map(|(w, m)| w * m).sum::<f32>();
        (raw, shift)
    }
}

/// Adam over the whole data, from zero. `slope` adds the gradient at the given weights.
fn descend<const N: usize>(mut slope: impl FnMut(&[f32; N], &mut [f32; N])) -> [f32; N] {
    const SMOOTH: f32 = 0.9;
    const SMOOTH_SQUARE: f32 = 0.99;
    let (mut weights, mut first, mut second) = ([0.0; N], [0.0; N], [0.0; N]);
    for step in 1..=STEPS {
        let mut gradient = [0.0; N];
        slope(&weights, &mut gradient);
        let (fade, fade_square) = (1.0 - SMOOTH.powi(step as i32), 1.0 - SMOOTH_SQUARE.powi(step as i32));
        for i in 0..N {
            first[i] = SMOOTH * first[i] + (1.0 - SMOOTH) * gradient[i];
            second[i] = SMOOTH_SQUARE * second[i] + (1.0 - SMOOTH_SQUARE) * gradient[i] * gradient[i];
            weights[i] -= RATE * (first[i] / fade) / ((second[i] / fade_square).sqrt() + 1e-8);
        }
    }
    weights
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// Questions whose right candidate has the larger first feature; the second feature is noise.
    fn cases() -> Vec<Case> {
        let row = |a: f32, b: f32| {
            let mut row = [0.0; features::COUNT];
            (row[0], row[4]) = (a, b);
            row
        };
        (0..60)
            .map(|i| {
                let noise = ((i * 37) % 11) as f32 / 11.0;
                let answerable = i % 3 != 0;
                let top = if answerable { 0.9 } else { 0.5 };
                let candidates = vec![
                    (row(0.4, noise), false),
                    (row(top, 1.0 - noise), answerable),
                    (row(0.3, 0.5), false),
                ];
                Case { answerable, words: 5, candidates, weight: 1.0, literal: false }
            })
            .collect()
    }

    #[test]
    fn what_tells_right_from_wrong_gets_the_weight() {
        let fitted = fit(&cases());
        let (passage, noise) = (fitted.rank.weights["passage"], fitted.rank.weights["bm25"]);
        assert!(passage > 3.0 && noise.abs() < passage / 3.0, "{passage} {noise}");
        let outcomes: Vec<Outcome> = cases().iter().map(|c| outcome(c, &fitted).unwrap()).collect();
        assert!(outcomes.iter().all(|o| o.right_at.is_none_or(|at| at == 1)));
    }

    #[test]
    fn questions_without_an_answer_get_a_low_probability() {
        let fitted = fit(&cases());
        for case in cases() {
            let outcome = outcome(&case, &fitted).unwrap();
            assert_eq!(outcome.probability > 0.5, outcome.right_at.is_some(), "{outcome:?}");
        }
    }

    #[test]
    fn the_veto_is_on_the_feature_it_names() {
        assert_eq!(features::NAMES[MISSING_CODES], "missing_codes");
    }

    #[test]
    fn the_same_cases_give_the_same_weights() {
        assert_eq!(fit(&cases()).rank, fit(&cases()).rank);
    }
}
