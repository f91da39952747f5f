//! The measures of a classifier and of a slot tagger. Used by training (cross-validation) and by `eval nlu` alike.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Width of the bins of a reliability diagram: ten of them.
pub const BINS: usize = 10;

/// Share of right ones; 0 when there is nothing to count.
pub fn share(right: usize, all: usize) -> f32 {
    if all == 0 { 0.0 } else { right as f32 / all as f32 }
}

/// Precision, recall and their harmonic mean, with the counts they come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Prf {
    pub precision: f32,
    pub recall: f32,
    pub f1: f32,
    /// How many there are in truth.
    pub support: usize,
}

impl Prf {
    /// From true positives, predicted and real ones.
    pub fn new(hits: usize, predicted: usize, real: usize) -> Self {
        let (precision, recall) = (share(hits, predicted), share(hits, real));
        let f1 = if hits == 0 { 0.0 } else { 2.0 * precision * recall / (precision + recall) };
        Self { precision, recall, f1, support: real }
    }
}

/// Precision, recall and F1 of every label that occurs in `gold` or `predicted`.
pub fn per_label(gold: &[&str], predicted: &[&str]) -> BTreeMap<String, Prf> {
    let mut counts: BTreeMap<&str, (usize, usize, usize)> = BTreeMap::new();
    for (g, p) in gold.iter().zip(predicted) {
        counts.entry(p).or_default().1 += 1;
        let real = counts.entry(g).or_default();
        real.2 += 1;
        real.0 += usize::from(g == p);
    }
    counts
        .into_iter()
        .map(|(label, (hits, made, real))| (label.to_owned(), Prf::new(hits, made, real)))
        .collect()
}

/// Counts of exact spans with their names, slot by slot.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SpanCounts {
    /// Name → right ones, found ones, real ones.
    counts: BTreeMap<String, (usize, usize, usize)>,
}

impl SpanCounts {
    /// Counts one text: its real spans and those that were found.
    pub fn add(&mut self, real: &[(usize, usize, &str)], found: &[(usize, usize, &str)]) {
        for span in found {
            let count = self.counts.entry(span.2.to_owned()).or_default();
            count.1 += 1;
            count.0 += usize::from(real.contains(span));
        }
        for span in real {
            self.counts.entry(span.2.to_owned()).or_default().2 += 1;
        }
    }

    /// Every slot by itself.
    pub fn per_slot(&self) -> BTreeMap<String, Prf> {
        self.counts
            .iter()
            .map(|(name, (hits, found, real))| (name.clone(), Prf::new(*hits, *found, *real)))
            .collect()
    }

    /// All slots together.
    pub fn overall(&self) -> Prf {
        let sum = self.counts.values().fold((0, 0, 0), |s, c| (s.0 + c.0, s.1 + c.1, s.2 + c.2));
        Prf::new(sum.0, sum.1, sum.2)
    }
}

/// Mean F1 over the labels that occur in truth.
pub fn macro_f1(per_label: &BTreeMap<String, Prf>) -> f32 {
    let real: Vec<f32> = per_label.values().filter(|m| m.support > 0).map(|m| m.f1).collect();
    if real.is_empty() { 0.0 } else { real.iter().sum::<f32>() / real.len() as f32 }
}

/// One bin of a reliability diagram.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    pub count: usize,
    /// Mean confidence of the predictions in this bin.
    pub confidence: f32,
    /// Share of them that were right.
    pub accuracy: f32,
}

/// Predictions sorted into ten bins of equal width by their confidence.
pub fn reliability(predictions: &[(f32, bool)]) -> Vec<Bin> {
    let mut sums = [(0usize, 0.0f32, 0usize); BINS];
    for &(confidence, right) in predictions {
        let bin = &mut sums[((confidence * BINS as f32) as usize).min(BINS - 1)];
        bin.0 += 1;
        bin.1 += confidence;
        bin.2 += usize::from(right);
    }
    sums.into_iter()
        .map(|(count, sum, right)| match count {
            0 => Bin::default(),
            _ => Bin { count, confidence: sum / count as f32, accuracy: share(right, count) },
        })
        .collect()
}

/// Expected calibration error: the mean distance between confidence and accuracy over the bins, weighed by their
/// size (Naeini et al. 2015).
pub fn ece(predictions: &[(f32, bool)]) -> f32 {
    let bins = reliability(predictions);
    let distance: f32 = bins.iter().map(|b| b.count as f32 * (b.confidence - b.accuracy).abs()).sum();
    if predictions.is_empty() { 0.0 } else { distance / predictions.len() as f32 }
}

/// Area under the ROC curve: the probability that a positive scores above a negative, ties counting half.
/// `None` when either kind is missing.
pub fn auroc(scores: &[(f32, bool)]) -> Option<f32> {
    let positives = scores.iter().filter(|s| s.1).count();
    let negatives = scores.len() - positives;
    if positives == 0 || negatives == 0 {
        return None;
    }
    let mut sorted = scores.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut rank_sum = 0.0f64;
    let mut at = 0;
    while at < sorted.len() {
        let tied = sorted[at..].iter().take_while(|s| s.0 == sorted[at].0).count();
        let mean_rank = at as f64 + (tied as f64 + 1.0) / 2.0;
        rank_sum += mean_rank * sorted[at..at + tied].iter().filter(|s| s.1).count() as f64;
        at += tied;
    }
    let (p, n) = (positives as f64, negatives as f64);
    Some(((rank_sum - p * (p + 1.0) / 2.0) / (p * n)) as f32)
}

/// Matthews' correlation for any number of labels (Gorodkin 2004): 1 when all are right, 0 when no better than chance.
pub fn mcc(gold: &[&str], predicted: &[&str]) -> f32 {
    let mut counts: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for (g, p) in gold.iter().zip(predicted) {
        counts.entry(g).or_default().0 += 1.0;
        counts.entry(p).or_default().1 += 1.0;
    }
    let all = gold.len() as f64;
    let right = gold.iter().zip(predicted).filter(|(g, p)| g == p).count() as f64;
    let sum = |of: fn(&(f64, f64)) -> f64| counts.values().map(of).sum::<f64>();
    let spread = (all * all - sum(|c| c.0 * c.0)) * (all * all - sum(|c| c.1 * c.1));
    if spread <= 0.0 { 0.0 } else { ((right * all - sum(|c| c.0 * c.1)) / spread.sqrt()) as f32 }
}

/// The value below which a share `quantile` of the values lies; 0 for none.
pub fn percentile(values: &[f64], quantile: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (quantile * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1).min(sorted.len().saturating_sub(1))).copied().unwrap_or_default()
}

/// Exact one-sided McNemar test: the probability of at least `losses` losses among the pairs that differ if both
/// sides were equally good.
pub fn mcnemar(wins: usize, losses: usize) -> f64 {
    let n = wins + losses;
    let mut term = 0.5f64.powi(n.min(1000) as i32); // C(n, 0) / 2^n
    let mut below = 0.0;
    for k in 0..losses {
        below += term;
        term *= (n - k) as f64 / (k + 1) as f64;
    }
    (1.0 - below).clamp(0.0, 1.0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_counted_one_by_one() {
        let table = per_label(&["a", "a", "b", "c"], &["a", "b", "b", "d"]);
        assert_eq!(table["a"], Prf { precision: 1.0, recall: 0.5, f1: 2.0 / 3.0, support: 2 });
        assert_eq!(table["d"].support, 0);
        assert!((macro_f1(&table) - (2.0 / 3.0 + 2.0 / 3.0 + 0.0) / 3.0).abs() < 1e-6);
    }

    #[test]
    fn a_span_counts_when_place_and_name_are_right() {
        let mut counts = SpanCounts::default();
        counts.add(&[(0, 2, "date"), (3, 5, "product")], &[(0, 2, "date"), (3, 6, "product")]);
        assert_eq!(counts.overall(), Prf { precision: 0.5, recall: 0.5, f1: 0.5, support: 2 });
        assert_eq!(counts.per_slot()["product"].f1, 0.0);
    }

    #[test]
    fn ties_count_half_in_the_roc_curve() {
        assert_eq!(auroc(&[(0.9, true), (0.1, false)]), Some(1.0));
        assert_eq!(auroc(&[(0.5, true), (0.5, false)]), Some(0.5));
        assert_eq!(auroc(&[(0.2, true), (0.8, false), (0.9, true)]), Some(0.5));
        assert_eq!(auroc(&[(0.2, true)]), None);
    }

    #[test]
    fn calibration_error_is_the_gap_between_confidence_and_accuracy() {
        assert!((ece(&[(0.9, true), (0.9, false)]) - 0.4).abs() < 1e-6);
        assert_eq!(ece(&[(1.0, true)]), 0.0);
        assert_eq!(ece(&[]), 0.0);
    }

    #[test]
    fn the_paired_test_knows_coin_flips() {
        assert!((mcnemar(0, 0) - 1.0).abs() < 1e-9);
        assert!((mcnemar(0, 5) - 1.0 / 32.0).abs() < 1e-9);
        assert!(mcnemar(10, 10) > 0.5);
    }

    #[test]
    fn percentiles_are_values_that_occurred() {
        assert_eq!(percentile(&[3.0, 1.0, 2.0], 0.5), 2.0);
        assert_eq!(percentile(&[3.0, 1.0, 2.0], 0.95), 3.0);
        assert_eq!(percentile(&[], 0.5), 0.0);
    }

    #[test]
    fn correlation_is_that_of_matthews_for_two_labels() {
        let gold = ["a", "a", "a", "b", "b", "b", "b"];
        let predicted = ["a", "a", "b", "b", "b", "a", "b"];
        let (tp, tn, fp, fn_) = (2.0f32, 3.0, 1.0, 1.0);
        let two = (tp * tn - fp * fn_) / ((tp + fp) * (tp + fn_) * (tn + fp) * (tn + fn_)).sqrt();
        assert!((mcc(&gold, &predicted) - two).abs() < 1e-6);
        assert_eq!(mcc(&["a", "b", "c"], &["a", "b", "c"]), 1.0);
        assert_eq!(mcc(&["a", "b"], &["a", "a"]), 0.0);
    }
}
