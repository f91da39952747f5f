//! Learns the ranker's weights from labelled questions, in seconds, in plain Rust.
//!
//! Two convex problems, each solved by full-batch Adam from zero, so the same cases give the same weights. The order
//! is a conditional logit: of the candidates of one question, the right ones shall have the largest share of the
//! softmax. The probability is a logistic regression on the evidence of the candidates in first and second place.
//! Where the candidates were read, the second look is learned the same way on the first order's best.

use super::confidence::{self, Evidence, logistic};
use super::features::{self, Features};
use super::reread::{self, READ, SecondLook, Seen};
use super::weighted;
use super::weights::{Linear, Reread};
use crate::encoder::reader::Reading;

/// One labelled question with what was recalled for it.
#[derive(Clone, Debug)]
pub struct Case {
    /// Whether anything in the knowledge base answers it, recalled or not.
    pub answerable: bool,
    /// Different words of the question.
    pub words: usize,
    pub candidates: Vec<Recalled>,
    /// How much this question counts.
    pub weight: f32,
    /// Whether it is a FAQ pair's own question, word for word.
    pub literal: bool,
}

/// A candidate that was recalled for a question.
#[derive(Clone, Copy, Debug)]
pub struct Recalled {
    pub features: Features,
    /// What the reader makes of it, if it was read.
    pub reading: Option<Reading>,
    /// Whether it answers.
    pub right: bool,
}

/// What was learned, and how it orders and trusts.
#[derive(Clone, Debug)]
pub struct Fitted {
    pub rank: Linear,
    pub confidence: Linear,
    /// The second look, where candidates were read.
    pub reread: Option<Reread>,
}

/// Candidates of one question as rows of numbers, and whether each is right.
type Rows<const N: usize> = Vec<([f32; N], bool)>;

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

/// Learns the first look from `cases`.
pub fn fit(cases: &[Case]) -> Fitted {
    let mut rank = fit_order(cases.iter().map(|case| {
        let rows = case.candidates.iter().map(|candidate| (candidate.features, candidate.right));
        (rows.collect(), case.weight)
    }));
    rank[MISSING_CODES] = rank[MISSING_CODES].min(CODE_VETO);
    let (confidence, bias) = fit_confidence(cases.iter().flat_map(|case| {
        let (order, scores) = ordered(case, &rank);
        let places = order.into_iter().take(PLACES).enumerate();
        let row = |(place, at): (usize, usize)| {
            let Recalled { features, right, .. } = &case.candidates[at];
            (confidence::evidence(place, &scores, features, case.words), *right, case.weight)
        };
        places.map(row).collect::<Vec<_>>()
    }));
    Fitted {
        rank: Linear::named(0.0, &features::NAMES, &rank),
        confidence: Linear::named(bias, &confidence::NAMES, &confidence),
        reread: None,
    }
}

/// Learns from `cases` what the verdicts of `reader`, which read their candidates, are worth beside a first look that stays as
/// it is: `rank` and `confidence`.
///
/// # Errors
/// When the first look's weights name other features than there are.
pub fn fit_beside(
    (rank, confidence): (&Linear, &Linear),
    cases: &[Case],
    reader: &str,
) -> Result<Fitted, String> {
    let trusted = (confidence.values(&confidence::NAMES)?, confidence.bias);
    let reread = fit_second_look(cases, &rank.values(&features::NAMES)?, &trusted, reader);
    Ok(Fitted { rank: rank.clone(), confidence: confidence.clone(), reread: Some(reread) })
}

/// Learns the second look for given first weights.
fn fit_second_look(cases: &[Case], rank: &Features, confidence: &(Evidence, f32), reader: &str) -> Reread {
    let seen: Vec<(&Case, Vec<(Seen<'_>, bool)>)> =
        cases.iter().map(|case| (case, first_look(case, rank, confidence))).collect();
    let order = fit_order(seen.iter().map(|(case, seen)| {
        (seen.iter().map(|(seen, right)| (reread::order_row(seen), *right)).collect(), case.weight)
    }));
    let confidence = fit_confidence(seen.iter().flat_map(|(case, seen)| {
        let candidates: Vec<Seen<'_>> = seen.iter().map(|(seen, _)| *seen).collect();
        let placed = reread::ordered(&order, &candidates);
        let scores: Vec<f32> = placed.iter().map(|placed| placed.score).collect();
        let places = placed.iter().take(PLACES).enumerate();
        let row = |(place, placed): (usize, &reread::Placed)| {
            let evidence = reread::evidence(place, &scores, &candidates, placed.from, case.words);
            (evidence, seen[placed.from].1, case.weight)
        };
        places.map(row).collect::<Vec<_>>()
    }));
    Reread::named(reader, &order, (&confidence.0, confidence.1))
}

/// The candidates of a question that are read, in the first order, and whether they answer.
fn first_look<'a>(case: &'a Case, rank: &Features, confidence: &(Evidence, f32)) -> Vec<(Seen<'a>, bool)> {
    let (order, scores) = ordered(case, rank);
    let looked = order.iter().enumerate().map(|(place, at)| {
        let Recalled { features, reading, right } = &case.candidates[*at];
        let evidence = confidence::evidence(place, &scores, features, case.words);
        let first = logistic(weighted(&confidence.0, &evidence, confidence.1));
        reading.map(|reading| (Seen { features, score: scores[place], first, reading }, *right))
    });
    looked.take(READ).map_while(|seen| seen).collect()
}

/// Learns an order: of the rows of one question, the right ones shall have the largest share.
fn fit_order<const N: usize>(cases: impl Iterator<Item = (Rows<N>, f32)>) -> [f32; N] {
    let cases: Vec<(Rows<N>, f32)> = cases.filter(|(rows, _)| rows.iter().any(|(_, right)| *right)).collect();
    let scale = Scale::of(cases.iter().flat_map(|(rows, _)| rows.iter().map(|(row, _)| row)));
    let standard: Vec<Rows<N>> = cases
        .iter()
        .map(|(rows, _)| rows.iter().map(|(row, right)| (scale.standard(row), *right)).collect())
        .collect();
    let total: f32 = cases.iter().map(|(_, weight)| weight).sum();
    let weights = descend(|weights, gradient| {
        for ((_, weight), rows) in cases.iter().zip(&standard) {
            let scores: Vec<f32> = rows.iter().map(|(row, _)| weighted(weights, row, 0.0)).collect();
            let best = scores.iter().copied().fold(f32::MIN, f32::max);
            let exps: Vec<f32> = scores.iter().map(|s| (s - best).exp()).collect();
            let sum: f32 = exps.iter().sum();
            let right: f32 = exps.iter().zip(rows).filter(|(_, row)| row.1).map(|(e, _)| e).sum();
            for (exp, (row, is_right)) in exps.iter().zip(rows) {
                let pull = exp / sum - if *is_right { exp / right } else { 0.0 };
                for (g, x) in gradient.iter_mut().zip(row) {
                    *g += weight * pull * x / total;
                }
            }
        }
        for (g, w) in gradient.iter_mut().zip(weights) {
            *g += PULL * w / total;
        }
    });
    scale.raw(&weights).0
}

/// Learns a probability from rows of evidence, whether they are right, and how much each counts.
fn fit_confidence<const N: usize>(rows: impl Iterator<Item = ([f32; N], bool, f32)>) -> ([f32; N], f32) {
    let rows: Vec<([f32; N], bool, f32)> = rows.collect();
    let scale = Scale::of(rows.iter().map(|(evidence, ..)| evidence));
    let total: f32 = rows.iter().map(|(.., weight)| weight).sum();
    let standard: Vec<([f32; N], f32, f32)> =
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

/// How the first look does on a question.
///
/// # Errors
/// When the weights name other things than there are.
pub fn outcome(case: &Case, fitted: &Fitted) -> Result<Outcome, String> {
    let rank = fitted.rank.values(&features::NAMES)?;
    let confidence = fitted.confidence.values(&confidence::NAMES)?;
    let (order, scores) = ordered(case, &rank);
    let right_at = order.iter().position(|at| case.candidates[*at].right).map(|at| at + 1);
    let probability = order.first().map_or(0.0, |at| {
        let evidence = confidence::evidence(0, &scores, &case.candidates[*at].features, case.words);
        logistic(weighted(&confidence, &evidence, fitted.confidence.bias))
    });
    Ok(Outcome { right_at, probability })
}

/// How the second look does on a question; as the first where nothing was read.
///
/// # Errors
/// When the weights name other things than there are.
pub fn second_outcome(case: &Case, fitted: &Fitted) -> Result<Outcome, String> {
    let alone = outcome(case, fitted)?;
    let Some(reread) = &fitted.reread else { return Ok(alone) };
    let rank = fitted.rank.values(&features::NAMES)?;
    let confidence = (fitted.confidence.values(&confidence::NAMES)?, fitted.confidence.bias);
    let seen = first_look(case, &rank, &confidence);
    let candidates: Vec<Seen<'_>> = seen.iter().map(|(seen, _)| *seen).collect();
    let placed = SecondLook::new(reread)?.place(&candidates, case.words);
    let Some(best) = placed.first() else { return Ok(alone) };
    let among_read = placed.iter().position(|placed| seen[placed.from].1).map(|at| at + 1);
    let right_at = among_read.or(alone.right_at);
    Ok(Outcome { right_at, probability: best.probability })
}

/// Candidates in the order of their scores, and the scores in that order.
fn ordered(case: &Case, rank: &Features) -> (Vec<usize>, Vec<f32>) {
    let scores: Vec<f32> = case.candidates.iter().map(|c| weighted(rank, &c.features, 0.0)).collect();
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
                let candidate = |features: Features, right: bool, read: f32| {
                    let reading = Reading { answers: read, span: None, span_margin: 0.0 };
                    Recalled { features, reading: Some(reading), right }
                };
                let candidates = vec![
                    candidate(row(0.4, noise), false, -2.0),
                    candidate(row(top, 1.0 - noise), answerable, if answerable { 2.0 } else { -1.0 }),
                    candidate(row(0.3, 0.5), false, -2.0),
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
    fn the_reader_puts_right_what_the_first_look_gets_wrong() {
        // The first look prefers what is wrong; the reader knows.
        let mut cases = cases();
        for case in cases.iter_mut().filter(|case| case.answerable).step_by(2) {
            case.candidates[0].features[0] = 0.95;
        }
        let first = fit(&cases);
        let fitted = fit_beside((&first.rank, &first.confidence), &cases, "reader").unwrap();
        assert_eq!((&fitted.rank, &fitted.confidence), (&first.rank, &first.confidence));
        let right = |look: fn(&Case, &Fitted) -> Result<Outcome, String>| {
            let looked = cases.iter().filter(|case| case.answerable).map(|case| look(case, &fitted).unwrap());
            looked.filter(|outcome| outcome.right_at == Some(1)).count()
        };
        assert!(
            right(second_outcome) == 40 && right(outcome) < 40,
            "{} {}",
            right(outcome),
            right(second_outcome)
        );
        for case in cases.iter().filter(|case| !case.answerable) {
            assert!(second_outcome(case, &fitted).unwrap().probability < 0.5);
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
