//! The intent head: features to calibrated probabilities of the intents and of being out of scope.

use serde::{Deserialize, Serialize};
use zhike_learning::linear::{Features, Linear, softmax};

use super::features::Extractor;
use super::oos::{Gate, Memory, Scores};
use crate::domain::{IntentScore, OUT_OF_SCOPE};

/// How many intents a parse names at most.
const NAMED: usize = 10;

/// The trained head.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IntentHead {
    pub classifier: Classifier,
    /// Divides the logits so that confidence means accuracy (Guo et al. 2017).
    pub temperature: f32,
    /// Missing when there was nothing to learn from what is out of scope.
    pub gate: Option<Gate>,
}

/// What is learnt before calibration; cross-validation trains several.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Classifier {
    pub labels: Labels,
    pub extractor: Extractor,
    pub layer: Linear,
    pub memory: Memory,
}

/// The classes of the layer: the intents in order, then `oos` where examples of it were given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Labels {
    pub intents: Vec<String>,
    pub has_oos: bool,
}

impl Labels {
    /// The sorted intents among `names`.
    pub fn new<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let mut intents: Vec<String> = names.map(str::to_owned).collect();
        intents.sort();
        intents.dedup();
        let before = intents.len();
        intents.retain(|name| name != OUT_OF_SCOPE);
        Self { has_oos: intents.len() < before, intents }
    }

    /// How many classes the layer has.
    pub fn classes(&self) -> usize {
        self.intents.len() + usize::from(self.has_oos)
    }

    /// The class of a label.
    pub fn class(&self, name: &str) -> Option<usize> {
        if name == OUT_OF_SCOPE && self.has_oos {
            return Some(self.intents.len());
        }
        self.intents.binary_search_by(|i| i.as_str().cmp(name)).ok()
    }

    /// The label of a class.
    pub fn name(&self, class: usize) -> &str {
        self.intents.get(class).map_or(OUT_OF_SCOPE, String::as_str)
    }
}

/// What the classifier says of one text.
#[derive(Clone, Debug, PartialEq)]
pub struct Raw {
    /// One logit an intent.
    pub intents: Vec<f32>,
    pub scores: Scores,
}

impl Classifier {
    /// Logits and out-of-scope scores of a text's features.
    pub fn raw(&self, features: &Features) -> Raw {
        let mut intents = self.layer.logits(features);
        let oos = if self.labels.has_oos { intents.pop() } else { None };
        let scores = self.memory.scores(&intents, oos, &features.dense);
        Raw { intents, scores }
    }
}

impl IntentHead {
    /// Probabilities of the best intents and of `oos`, best first. `second` are another head's logits, added to its own.
    pub fn predict(&self, features: &Features, second: Option<&[f32]>) -> Vec<IntentScore> {
        let mut raw = self.classifier.raw(features);
        raw.intents.iter_mut().zip(second.unwrap_or_default()).for_each(|(sum, logit)| *sum += logit);
        let (probabilities, oos) = calibrated(&raw, self.temperature, self.gate.as_ref());
        let mut scores: Vec<IntentScore> = self
            .classifier
            .labels
            .intents
            .iter()
            .zip(probabilities)
            .map(|(name, confidence)| IntentScore { name: name.clone(), confidence })
            .collect();
        scores.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        scores.truncate(NAMED);
        if self.gate.is_some() {
            let place = scores.iter().position(|s| s.confidence < oos).unwrap_or(scores.len());
            scores.insert(place, IntentScore { name: OUT_OF_SCOPE.to_owned(), confidence: oos });
        }
        scores
    }
}

/// Probability of every intent and of being out of scope; together they are 1.
pub fn calibrated(raw: &Raw, temperature: f32, gate: Option<&Gate>) -> (Vec<f32>, f32) {
    let mut probabilities = raw.intents.clone();
    softmax(&mut probabilities, temperature);
    let inside = gate.map_or(1.0, |g| g.in_scope(&raw.scores));
    probabilities.iter_mut().for_each(|p| *p *= inside);
    (probabilities, 1.0 - inside)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_sorted_and_oos_is_the_last_class() {
        let labels = Labels::new(["b", "oos", "a", "b"].into_iter());
        assert_eq!(labels.intents, ["a", "b"]);
        assert_eq!(labels.classes(), 3);
        assert_eq!(labels.class("oos"), Some(2));
        assert_eq!(labels.class("c"), None);
        assert_eq!(labels.name(2), "oos");
        assert_eq!(Labels::new(["a"].into_iter()).class("oos"), None);
    }

    #[test]
    fn probabilities_of_intents_and_oos_are_one_together() {
        let gate = Gate {
            mean: [0.0; 4],
            scale: [1.0; 4],
            layer: Linear {
                classes: 2,
                dense: vec![-1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
                sparse: vec![],
                bias: vec![0.0; 2],
            },
        };
        let raw = Raw { intents: vec![2.0, 0.0, -1.0], scores: [0.7, 0.0, 0.0, 0.0] };
        let (probabilities, oos) = calibrated(&raw, 1.3, Some(&gate));
        assert!((probabilities.iter().sum::<f32>() + oos - 1.0).abs() < 1e-5);
        assert!(oos > 0.0 && probabilities[0] > probabilities[1]);
    }
}
