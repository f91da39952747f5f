//! The learned numbers of the ranker and where they come from, as `models/ranker/ranker.json` holds them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::confidence;
use super::features;
use super::reread::SecondLook;
use crate::domain::Lang;
use crate::error::{Code, Error, Result};

/// Raised when features or the way scores are made change.
pub const LAYOUT: u32 = 1;

/// Everything that was learned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Weights {
    pub layout: u32,
    /// The encoder whose vectors these weights were learned on, without its arithmetic.
    pub encoder: String,
    /// What they were learned from and how well they did, in words and numbers.
    pub provenance: Provenance,
    /// How much of the mean question is taken off a question's vector, 0..=1.
    pub centring: f32,
    /// The mean vector of questions, by language.
    pub mean_question: BTreeMap<Lang, Vec<f32>>,
    /// Orders candidates.
    pub rank: Linear,
    /// Turns the order into the probability of being right.
    pub confidence: Linear,
    pub operating_point: OperatingPoint,
    /// The second look, with a reader.
    #[serde(default)]
    pub reread: Option<Reread>,
}

/// What was learned with a reader's verdicts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reread {
    /// Name of the reader whose verdicts these weights were learned on.
    pub reader: String,
    /// Orders candidates that were read.
    pub order: Linear,
    pub confidence: Linear,
    pub operating_point: OperatingPoint,
}

/// Where weights come from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Provenance {
    /// The command that makes them again.
    pub command: String,
    pub trained_on: String,
    /// Figures on questions that were not trained on.
    pub measured: BTreeMap<String, f32>,
}

/// A weighted sum of named features: `bias + Σ weight · value`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Linear {
    pub bias: f32,
    pub weights: BTreeMap<String, f32>,
}

/// The probability an answer needs, and what that means on held-out questions.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OperatingPoint {
    /// Share of given answers that are to be right.
    pub target_precision: f32,
    pub threshold: f32,
    /// Share of questions that are answered at this threshold.
    pub expected_coverage: f32,
}

/// The weights in the program.
const BUILTIN: &[u8] = include_bytes!("../../models/ranker/ranker.json");
/// Those for the reader in the program: both looks, fitted on more and harder text.
const WITH_READER: &[u8] = include_bytes!("../../models/ranker/with-reader.json");

impl Weights {
    /// The weights that come with the program.
    ///
    /// # Errors
    /// As [`Weights::read`]; a build whose file does not fit its code.
    pub fn builtin() -> Result<Self> {
        Self::read(BUILTIN)
    }

    /// The weights that come with the program for its reader.
    ///
    /// # Errors
    /// As [`Weights::read`]; a build whose file does not fit its code.
    pub fn with_reader() -> Result<Self> {
        Self::read(WITH_READER)
    }

    /// Reads weights.
    ///
    /// # Errors
    /// [`Code::BadModel`] when they are not JSON, of another layout, or do not name exactly the features there are.
    pub fn read(json: &[u8]) -> Result<Self> {
        let bad = |why: String| Error::new(Code::BadModel, format!("ranker weights: {why}"));
        let weights: Self = serde_json::from_slice(json).map_err(|e| bad(e.to_string()))?;
        if weights.layout != LAYOUT {
            return Err(bad(format!("layout {} instead of {LAYOUT}: fit them again", weights.layout)));
        }
        weights.rank.values(&features::NAMES).map_err(bad)?;
        weights.confidence.values(&confidence::NAMES).map_err(bad)?;
        if let Some(reread) = &weights.reread {
            SecondLook::new(reread).map_err(bad)?;
        }
        Ok(weights)
    }

    /// Whether they were learned on vectors of this encoder.
    pub fn fit(&self, encoder: &str) -> bool {
        encoder == self.encoder
            || encoder.strip_prefix(&self.encoder).is_some_and(|rest| rest.starts_with(':'))
    }
}

impl Reread {
    /// Whether they were learned on the verdicts of this reader.
    pub fn fits(&self, reader: &str) -> bool {
        reader == self.reader
    }
}

impl Linear {
    /// Weights in the order of `names`.
    pub fn values<const N: usize>(&self, names: &[&str; N]) -> Result<[f32; N], String> {
        if let Some(unknown) = self.weights.keys().find(|name| !names.contains(&name.as_str())) {
            return Err(format!("there is no feature `{unknown}`"));
        }
        let mut values = [0.0; N];
        for (value, name) in values.iter_mut().zip(names) {
            *value = *self.weights.get(*name).ok_or_else(|| format!("no weight for feature `{name}`"))?;
        }
        Ok(values)
    }

    /// Weights named by `names`.
    pub fn named<const N: usize>(bias: f32, names: &[&str; N], values: &[f32; N]) -> Self {
        let weights = names.iter().map(|n| (*n).to_owned()).zip(values.iter().copied()).collect();
        Self { bias, weights }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_and_an_unknown_feature_are_named() {
        let linear = Linear::named(0.0, &["a", "b"], &[1.0, 2.0]);
        assert_eq!(linear.values(&["b", "a"]).unwrap(), [2.0, 1.0]);
        assert!(linear.values(&["a", "b", "c"]).unwrap_err().contains("`c`"));
        assert!(linear.values(&["a"]).unwrap_err().contains("`b`"));
    }

    #[test]
    fn the_second_look_was_learned_with_the_reader_in_the_program() {
        let sums = include_str!("../../models/zhike-reader-zh-en/SHA256SUMS");
        let (sum, _) = sums
            .lines()
            .find_map(|line| line.split_once("  ").filter(|(_, name)| name.ends_with(".gguf")))
            .unwrap();
        let reread = Weights::with_reader().unwrap().reread.unwrap();
        assert_eq!(reread.reader, format!("zhike-reader-zh-en:{}", &sum[..12]));
    }

    #[test]
    fn requirement_18_shipped_probabilities_are_calibrated_and_the_threshold_is_for_a_target_precision() {
        for weights in [Weights::builtin().unwrap(), Weights::with_reader().unwrap()] {
            let measured = |name: &str| weights.provenance.measured[name];
            assert!(measured("questions") >= 500.0, "on labelled questions that were not trained on");
            assert!(measured("ece") < 0.05, "what is shown as 70 % is right in 65 to 75 of 100 cases");
            let points = weights.reread.iter().map(|reread| &reread.operating_point);
            for point in points.chain([&weights.operating_point]) {
                assert!((0.5..1.0).contains(&point.target_precision), "{point:?}");
                assert!(point.threshold > 0.0 && point.threshold < 1.0, "{point:?}");
                assert!(point.expected_coverage > 0.1, "it answers something: {point:?}");
            }
            assert!(measured("coverage@0.7") > 0.2, "the precision is reached, and not by silence");
        }
    }

    #[test]
    fn weights_fit_any_arithmetic_of_their_encoder() {
        let weights = Weights::builtin().unwrap();
        assert!(weights.fit(&weights.encoder) && weights.fit(&format!("{}:int8-2", weights.encoder)));
        assert!(!weights.fit("another:123456789abc:int8-2"));
    }
}
