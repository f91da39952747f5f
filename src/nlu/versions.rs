//! How trained versions are kept, and when a new one may take the place of the old.

use std::collections::{BTreeMap, HashMap};

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::metrics::{mcnemar, share};
use super::train::TrainReport;
use crate::domain::TrainingRunId;
use crate::error::Result;

/// A trained version as it is listed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Version {
    pub id: TrainingRunId,
    #[schema(value_type = String, format = "date-time")]
    pub created_at: Timestamp,
    /// Whether it is the one in use.
    pub promoted: bool,
    pub report: TrainReport,
}

/// Where versions are kept. One of them at most is in use.
#[async_trait]
pub trait VersionStore: Send + Sync {
    /// Keeps the model file of a finished run, not yet in use.
    async fn save(&self, report: &TrainReport, model: &[u8]) -> Result<Version>;
    /// The version in use and its model file.
    async fn promoted(&self) -> Result<Option<(Version, Vec<u8>)>>;
    /// Which version is in use.
    async fn promoted_id(&self) -> Result<Option<TrainingRunId>>;
    /// The version that was trained last, in use or not.
    async fn newest_id(&self) -> Result<Option<TrainingRunId>>;
    /// A version without its model file. Fails with `not_found` when there is none.
    async fn version(&self, id: TrainingRunId) -> Result<Version>;
    /// A version and its model file. Fails with `not_found` when there is none.
    async fn get(&self, id: TrainingRunId) -> Result<(Version, Vec<u8>)>;
    /// Puts a version into use instead of the one before. Fails with `not_found` when there is no such version.
    async fn promote(&self, id: TrainingRunId) -> Result<()>;
    /// Every version, newest first.
    async fn list(&self) -> Result<Vec<Version>>;
}

/// Chance below which a difference between two versions is taken for real.
const SIGNIFICANT: f64 = 0.1;
/// Intents that are named as having got worse.
const REGRESSIONS: usize = 10;

/// How two versions compare on the texts that both were tested on without having seen them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Comparison {
    /// Texts with the label of the new version's data that both predicted.
    pub shared: usize,
    /// Share the old version had right.
    pub old_accuracy: f32,
    /// Share the new version has right.
    pub new_accuracy: f32,
    /// The chance of losing that many of the texts on which they differ if both were equally good (exact McNemar test).
    pub chance: f64,
    /// Intents of which more texts were lost than won, the worst first.
    #[serde(default)]
    pub regressions: Vec<Regression>,
}

/// An intent that the new version recognises less well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Regression {
    pub intent: String,
    /// Shared texts of this intent.
    pub shared: usize,
    /// How many of them the old version had right, and the new one.
    pub old_right: usize,
    pub new_right: usize,
}

impl Comparison {
    /// Compares pair by pair. Labels are those of the new data: who corrects a label is not punished for it.
    pub fn new(old: &TrainReport, new: &TrainReport) -> Self {
        let before: HashMap<&str, &str> =
            old.predictions.iter().map(|p| (p.key.as_str(), p.predicted.as_str())).collect();
        let mut pairs: Vec<(bool, bool)> = Vec::new();
        let mut intents: BTreeMap<&str, Regression> = BTreeMap::new();
        for p in &new.predictions {
            let Some(then) = before.get(p.key.as_str()) else { continue };
            let (old, new) = (*then == p.intent, p.predicted == p.intent);
            pairs.push((old, new));
            let counts = intents.entry(&p.intent).or_insert_with(|| Regression {
                intent: p.intent.clone(),
                shared: 0,
                old_right: 0,
                new_right: 0,
            });
            counts.shared += 1;
            counts.old_right += usize::from(old);
            counts.new_right += usize::from(new);
        }
        let mut regressions: Vec<Regression> =
            intents.into_values().filter(|r| r.new_right < r.old_right).collect();
        regressions.sort_by_key(|r| std::cmp::Reverse(r.old_right - r.new_right));
        regressions.truncate(REGRESSIONS);
        let losses = pairs.iter().filter(|(old, new)| *old && !*new).count();
        let wins = pairs.iter().filter(|(old, new)| !*old && *new).count();
        Self {
            shared: pairs.len(),
            old_accuracy: share(pairs.iter().filter(|p| p.0).count(), pairs.len()),
            new_accuracy: share(pairs.iter().filter(|p| p.1).count(), pairs.len()),
            chance: mcnemar(wins, losses),
            regressions,
        }
    }

    /// Whether the new version is worse, and that not by chance.
    pub fn worse(&self) -> bool {
        self.new_accuracy < self.old_accuracy && self.chance < SIGNIFICANT
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::super::train::{Fallback, HeldOut, Mode, Prediction};
    use super::*;

    fn report(right: impl Fn(usize) -> bool, texts: std::ops::Range<usize>) -> TrainReport {
        let prediction = |i: usize| Prediction {
            key: i.to_string(),
            intent: "a".into(),
            predicted: if right(i) { "a" } else { "b" }.into(),
        };
        TrainReport {
            mode: Mode::Fast,
            epochs: None,
            examples: texts.len(),
            intents: 2,
            slots: vec![],
            held_out: HeldOut::default(),
            fallback: Fallback::default(),
            seconds: 0.0,
            warnings: vec![],
            encoder: String::new(),
            data_hash: String::new(),
            predictions: texts.map(prediction).collect(),
        }
    }

    #[test]
    fn a_version_that_loses_many_shared_texts_is_worse() {
        let comparison = Comparison::new(&report(|i| i < 90, 0..100), &report(|i| i < 80, 0..120));
        assert_eq!(comparison.shared, 100);
        assert!(comparison.worse());
    }

    #[test]
    fn a_difference_that_may_be_chance_is_not_worse() {
        let comparison = Comparison::new(&report(|i| i != 3, 0..100), &report(|i| i != 5 && i != 6, 0..100));
        assert!(comparison.new_accuracy < comparison.old_accuracy && !comparison.worse());
    }

    #[test]
    fn intents_that_lose_more_than_they_win_are_named() {
        let comparison = Comparison::new(&report(|i| i != 1, 0..10), &report(|i| i > 3, 0..10));
        let lost = Regression { intent: "a".into(), shared: 10, old_right: 9, new_right: 6 };
        assert_eq!(comparison.regressions, [lost]);
        let won = Comparison::new(&report(|i| i > 3, 0..10), &report(|_| true, 0..10));
        assert!(won.regressions.is_empty());
    }

    #[test]
    fn versions_without_shared_texts_cannot_be_compared() {
        let comparison = Comparison::new(&report(|_| true, 0..10), &report(|_| false, 10..20));
        assert_eq!(comparison.shared, 0);
        assert!(!comparison.worse());
    }
}
