//! Selective answering: how precise answers are when only the surest are given, and the threshold that follows.
//!
//! Every question, with or without an answer in the documents, takes part with the confidence of the best answer the
//! engine had, given or not. Raising the threshold answers less and errs less (El-Yaniv and Wiener 2010): precision is
//! one minus the risk, coverage the share of questions answered.

use serde::{Deserialize, Serialize};

use super::metrics::share;

/// One question of the curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// Confidence of the best answer there was; `None` when no threshold would have led to an answer.
    pub confidence: Option<f64>,
    /// Whether that answer is right. Never so for a question that should not be answered.
    pub right: bool,
}

/// What happens when everything at least as sure as `threshold` is answered.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    pub threshold: f64,
    /// Questions answered.
    pub answered: usize,
    /// Of these, rightly.
    pub right: usize,
    /// `answered` of all questions.
    pub coverage: f64,
    /// `right` of `answered`; 1 when nothing is answered.
    pub precision: f64,
}

/// The risk–coverage curve of a set of questions.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// How many questions there are.
    pub questions: usize,
    /// From the surest answer on: thresholds fall, coverage rises. Equal confidences share a point.
    pub points: Vec<Point>,
}

impl Curve {
    /// The curve of these questions.
    pub fn new(trials: &[Trial]) -> Self {
        let mut answers: Vec<(f64, bool)> =
            trials.iter().filter_map(|t| t.confidence.map(|c| (c, t.right))).collect();
        answers.sort_by(|a, b| b.0.total_cmp(&a.0));
        let (questions, mut points) = (trials.len(), Vec::new());
        let (mut answered, mut right) = (0, 0);
        for tied in answers.chunk_by(|a, b| a.0 == b.0) {
            answered += tied.len();
            right += tied.iter().filter(|a| a.1).count();
            points.push(Point::new(tied[0].0, answered, right, questions));
        }
        Self { questions, points }
    }

    /// What answering from `threshold` on comes to.
    pub fn at_threshold(&self, threshold: f64) -> Point {
        let last = self.points.iter().take_while(|p| p.threshold >= threshold).last();
        let (answered, right) = last.map_or((0, 0), |p| (p.answered, p.right));
        Point::new(threshold, answered, right, self.questions)
    }

    /// The point that answers most while at least `precision` of the answers are right; `None` when no threshold
    /// does.
    pub fn at_precision(&self, precision: f64) -> Option<Point> {
        self.points.iter().rev().find(|p| p.precision >= precision).copied()
    }
}

impl Point {
    fn new(threshold: f64, answered: usize, right: usize, questions: usize) -> Self {
        let precision = if answered == 0 { 1.0 } else { share(right, answered) };
        Self { threshold, answered, right, coverage: share(answered, questions), precision }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn trial(confidence: f64, right: bool) -> Trial {
        Trial { confidence: Some(confidence), right }
    }

    fn example() -> Curve {
        Curve::new(&[
            trial(0.9, true),
            trial(0.8, true),
            trial(0.7, false),
            trial(0.7, true),
            trial(0.4, false),
            Trial { confidence: None, right: false },
        ])
    }

    #[test]
    fn a_curve_worked_out_by_hand() {
        let shape: Vec<_> = example().points.iter().map(|p| (p.threshold, p.answered, p.right)).collect();
        assert_eq!(shape, [(0.9, 1, 1), (0.8, 2, 2), (0.7, 4, 3), (0.4, 5, 3)]);
    }

    #[test]
    fn the_threshold_follows_from_the_target() {
        let curve = example();
        let strict = curve.at_precision(0.95).unwrap();
        assert_eq!((strict.threshold, strict.coverage), (0.8, 2.0 / 6.0));
        let lax = curve.at_precision(0.75).unwrap();
        assert_eq!((lax.threshold, lax.answered), (0.7, 4));
        assert_eq!(Curve::new(&[trial(0.9, false)]).at_precision(0.5), None);
    }

    #[test]
    fn a_threshold_between_two_points_answers_what_lies_above_it() {
        assert_eq!(example().at_threshold(0.75).answered, 2);
        assert_eq!(example().at_threshold(0.7).answered, 4);
        assert_eq!(example().at_threshold(0.99).precision, 1.0);
    }

    proptest! {
        #[test]
        fn coverage_rises_while_the_threshold_falls(
            trials in proptest::collection::vec((0u8..=20, any::<bool>(), any::<bool>()), 0..60)
        ) {
            let trials: Vec<Trial> = trials
                .into_iter()
                .map(|(c, tried, right)| Trial { confidence: tried.then(|| f64::from(c) / 20.0), right })
                .collect();
            let curve = Curve::new(&trials);
            for pair in curve.points.windows(2) {
                prop_assert!(pair[0].threshold > pair[1].threshold);
                prop_assert!(pair[0].coverage < pair[1].coverage);
                prop_assert!(pair[0].right <= pair[1].right);
            }
            for p in &curve.points {
                prop_assert!((0.0..=1.0).contains(&p.coverage) && (0.0..=1.0).contains(&p.precision));
                prop_assert_eq!(curve.at_threshold(p.threshold), *p);
            }
            if let Some(p) = curve.at_precision(0.8) {
                prop_assert!(p.precision >= 0.8);
                prop_assert!(curve.points.iter().all(|q| q.coverage <= p.coverage || q.precision < 0.8));
            }
        }
    }
}
