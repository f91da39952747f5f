//! Makes confidence mean accuracy: temperature, the out-of-scope gate, and the thresholds of the fallback.
//!
//! Everything is fitted on predictions for unseen texts. To report honestly how well the calibration itself holds,
//! each fold is judged by a calibration fitted on the other folds.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zhike_learning::fit::{self, Problem};
use zhike_learning::linear::{Features, softmax};

use super::Sample;
use super::intents::Unseen;
use crate::domain::OUT_OF_SCOPE;
use crate::error::Result;
use crate::nlu::intent::{Labels, Raw, calibrated};
use crate::nlu::oos::{Gate, Scores};

/// Share of out-of-scope text that is assumed where stand-ins take its place.
const ASSUMED_OOS: f32 = 0.2;
/// And at least, where examples are given: a hundred of them among fifteen thousand others do not say that visitors
/// hardly ever ask for something else.
const LEAST_OOS: f32 = 0.05;
/// Fewer scores of either side than this teach no gate.
const FEWEST_SCORES: usize = 5;
/// Strength of the gate's penalty, as LIBLINEAR's C: it has five weights and hundreds of texts.
const GATE_C: f32 = 1.0;

/// Temperature and gate.
#[derive(Clone, Debug)]
pub(super) struct Calibration {
    pub temperature: f32,
    pub gate: Option<Gate>,
}

/// A prediction for an unseen text, after calibration.
#[derive(Clone, Debug)]
pub(super) struct Judged {
    pub sample: usize,
    pub predicted: String,
    pub confidence: f32,
    /// Distance to the next best.
    pub gap: f32,
    /// Probability of being out of scope.
    pub oos: f32,
}

/// Fits temperature and gate. `stand_ins` are scores of out-of-scope text besides those among `unseen`.
pub(super) fn calibrate(
    samples: &[Sample],
    labels: &Labels,
    unseen: &[&Unseen],
    stand_ins: &[Scores],
) -> Result<Calibration> {
    let inside: Vec<(&Raw, usize)> = unseen
        .iter()
        .filter(|u| samples[u.sample].example.intent != OUT_OF_SCOPE)
        .filter_map(|u| Some((&u.raw, labels.class(&samples[u.sample].example.intent)?)))
        .collect();
    let outside =
        unseen.iter().filter(|u| samples[u.sample].example.intent == OUT_OF_SCOPE).map(|u| &u.raw.scores);
    let outside: Vec<&Scores> = outside.chain(stand_ins).collect();
    let inside_scores: Vec<&Scores> = inside.iter().map(|(raw, _)| &raw.scores).collect();
    let stand_in = !labels.has_oos;
    Ok(Calibration { temperature: temperature(&inside), gate: gate(&inside_scores, &outside, stand_in)? })
}

/// The temperature that makes the right labels most probable: golden-section search over its logarithm.
fn temperature(predictions: &[(&Raw, usize)]) -> f32 {
    let loss = |log_temperature: f32| -> f32 {
        let of = |(raw, target): &(&Raw, usize)| {
            let mut probabilities = raw.intents.clone();
            softmax(&mut probabilities, log_temperature.exp());
            -probabilities.get(*target).map_or(0.0, |p| p.max(1e-9).ln())
        };
        predictions.iter().map(of).sum()
    };
    const GOLDEN: f32 = 0.618_034;
    let (mut low, mut high) = (0.2f32.ln(), 5f32.ln());
    while high - low > 0.01 {
        let (left, right) = (high - GOLDEN * (high - low), low + GOLDEN * (high - low));
        if loss(left) < loss(right) { high = right } else { low = left }
    }
    if predictions.is_empty() { 1.0 } else { ((low + high) / 2.0).exp() }
}

fn gate(inside: &[&Scores], outside: &[&Scores], stand_in: bool) -> Result<Option<Gate>> {
    if inside.len() < FEWEST_SCORES || outside.len() < FEWEST_SCORES {
        return Ok(None);
    }
    let all: Vec<&Scores> = outside.iter().chain(inside).copied().collect();
    let (mut mean, mut scale) = ([0.0; 4], [1.0; 4]);
    for i in 0..mean.len() {
        mean[i] = all.iter().map(|s| s[i]).sum::<f32>() / all.len() as f32;
        let variance = all.iter().map(|s| (s[i] - mean[i]).powi(2)).sum::<f32>() / all.len() as f32;
        scale[i] = if variance > 1e-12 { variance.sqrt() } else { 1.0 };
    }
    let mut gate = Gate { mean, scale, layer: Default::default() };
    let rows: Vec<Features> = all.iter().map(|s| gate.standardised(s)).collect();
    let targets: Vec<usize> = (0..all.len()).map(|i| usize::from(i >= outside.len())).collect();
    let weight_of = |share: f32| share / (1.0 - share) * inside.len() as f32 / outside.len() as f32;
    let outside_weight = if stand_in { weight_of(ASSUMED_OOS) } else { weight_of(LEAST_OOS).max(1.0) };
    let weights: Vec<f32> = targets.iter().map(|t| if *t == 1 { 1.0 } else { outside_weight }).collect();
    let problem =
        Problem { rows: &rows, targets: &targets, weights: &weights, classes: 2, sparse_len: 0, c: GATE_C };
    gate.layer = fit::fit(&problem)?;
    Ok(Some(gate))
}

/// Judges every unseen prediction by a calibration that was fitted without its fold.
pub(super) fn judge(
    samples: &[Sample],
    labels: &Labels,
    unseen: &[Unseen],
    stand_ins: &[Scores],
    folds: &[usize],
) -> Result<Vec<Judged>> {
    let mut judged = Vec::with_capacity(unseen.len());
    for fold in folds {
        let mut others: Vec<&Unseen> = unseen.iter().filter(|u| samples[u.sample].fold != *fold).collect();
        if others.is_empty() {
            others = unseen.iter().collect();
        }
        let calibration = calibrate(samples, labels, &others, stand_ins)?;
        let own = unseen.iter().filter(|u| samples[u.sample].fold == *fold);
        judged.extend(own.map(|u| apply(&calibration, labels, u)));
    }
    Ok(judged)
}

fn apply(calibration: &Calibration, labels: &Labels, unseen: &Unseen) -> Judged {
    let (mut probabilities, oos) =
        calibrated(&unseen.raw, calibration.temperature, calibration.gate.as_ref());
    probabilities.push(oos);
    let mut order: Vec<usize> = (0..probabilities.len()).collect();
    order.sort_by(|a, b| probabilities[*b].total_cmp(&probabilities[*a]));
    let confidence = probabilities[order[0]];
    let next = order.get(1).map_or(0.0, |i| probabilities[*i]);
    let predicted = labels.name(order[0]).to_owned();
    Judged { sample: unseen.sample, predicted, confidence, gap: confidence - next, oos }
}

/// When an intent is sure enough to act on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Fallback {
    /// The best intent needs this confidence,
    pub threshold: f32,
    /// and this distance to the next best.
    pub gap: f32,
    /// Share of the texts in scope that pass both, in cross-validation.
    pub coverage: f32,
    /// Share of right ones among all texts that pass.
    pub precision: f32,
}

impl Default for Fallback {
    fn default() -> Self {
        Self { threshold: 0.5, gap: 0.1, coverage: 0.0, precision: 0.0 }
    }
}

/// The threshold and gap that let most texts pass at the wished precision; where none reaches it, the most precise.
pub(super) fn fallback(samples: &[Sample], judged: &[Judged], wished_precision: f32) -> Fallback {
    let in_scope = samples_in_scope(samples, judged).max(1);
    let grid = |steps: u8, step: f32| (0..=steps).map(move |i| f32::from(i) * step);
    let mut best = Fallback::default();
    for threshold in grid(19, 0.05) {
        for gap in grid(8, 0.05) {
            let passing = judged
                .iter()
                .filter(|j| j.predicted != OUT_OF_SCOPE && j.confidence >= threshold && j.gap >= gap);
            let (right, all) = passing.fold((0usize, 0usize), |(right, all), j| {
                (right + usize::from(samples[j.sample].example.intent == j.predicted), all + 1)
            });
            if all == 0 {
                continue;
            }
            let (precision, coverage) = (right as f32 / all as f32, right as f32 / in_scope as f32);
            let candidate = Fallback { threshold, gap, coverage, precision };
            let better = match (precision >= wished_precision, best.precision >= wished_precision) {
                (true, true) => coverage > best.coverage,
                (reached, had) if reached != had => reached,
                _ => precision > best.precision,
            };
            if better {
                best = candidate;
            }
        }
    }
    best
}

fn samples_in_scope(samples: &[Sample], judged: &[Judged]) -> usize {
    judged.iter().filter(|j| samples[j.sample].example.intent != OUT_OF_SCOPE).count()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn raw(intents: &[f32]) -> Raw {
        Raw { intents: intents.to_vec(), scores: [0.0; 4] }
    }

    #[test]
    fn overconfident_logits_get_a_temperature_above_one() {
        let (right, wrong) = (raw(&[8.0, 0.0]), raw(&[8.0, 0.0]));
        let predictions: Vec<(&Raw, usize)> =
            (0..10).map(|i| if i < 7 { (&right, 0) } else { (&wrong, 1) }).collect();
        let found = temperature(&predictions);
        let mut probabilities = vec![8.0, 0.0];
        softmax(&mut probabilities, found);
        assert!((probabilities[0] - 0.83).abs() < 0.02 || found > 4.9, "{found} {probabilities:?}");
    }

    #[test]
    fn the_gate_learns_which_side_is_which() {
        let inside: Vec<Scores> = (0..20).map(|i| [3.0 + i as f32 * 0.1, 0.8, -1.0, 0.1]).collect();
        let outside: Vec<Scores> = (0..20).map(|i| [1.0 - i as f32 * 0.1, 0.4, 1.0, 0.5]).collect();
        let references = |scores: &'static [Scores]| scores.iter().collect::<Vec<_>>();
        let (inside, outside) = (Vec::leak(inside), Vec::leak(outside));
        let gate = gate(&references(inside), &references(outside), false).unwrap().unwrap();
        assert!(gate.in_scope(&inside[0]) > 0.9 && gate.in_scope(&outside[0]) < 0.1);
    }

    #[test]
    fn too_few_scores_make_no_gate() {
        assert!(gate(&[&[0.0; 4]], &[&[1.0; 4]], true).unwrap().is_none());
    }
}
