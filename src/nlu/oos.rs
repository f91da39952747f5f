//! Is a text about anything the intents cover?
//!
//! Four scores, each weak alone: the energy of the intents' logits (Liu et al. 2020), closeness to the nearest
//! training texts, the logit of the `oos` class and closeness to the nearest `oos` texts (the last two only where such
//! texts were given). A small logistic layer turns them into one calibrated probability. It is fitted on
//! cross-validated scores; without `oos` texts, intents held out of training play their part.

use serde::{Deserialize, Serialize};
use zhike_learning::linear::{Features, Linear, log_sum_exp, softmax};
use zhike_learning::nearest::Neighbours;

/// The raw scores of a text, before calibration: energy, closeness, and the two of the `oos` texts (0 without them).
pub type Scores = [f32; 4];

/// What the detector remembers of the training texts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Memory {
    pub inside: Neighbours,
    pub outside: Neighbours,
}

impl Memory {
    /// Scores of a text with the logits of the intents, that of the `oos` class where there is one, and its vector
    /// as the heads see it.
    pub fn scores(&self, intents: &[f32], oos: Option<f32>, centred: &[f32]) -> Scores {
        [
            log_sum_exp(intents.iter().copied()),
            self.inside.closeness(centred),
            oos.unwrap_or_default(),
            self.outside.closeness(centred),
        ]
    }
}

/// Scores to the probability of being in scope.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gate {
    pub mean: Scores,
    pub scale: Scores,
    /// Class 1 is "in scope".
    pub layer: Linear,
}

impl Gate {
    /// The scores as the layer sees them: each with mean 0 and deviation 1 on the training data.
    pub fn standardised(&self, scores: &Scores) -> Features {
        let dense = (0..scores.len()).map(|i| (scores[i] - self.mean[i]) / self.scale[i]).collect();
        Features { dense, sparse: Vec::new() }
    }

    /// Probability that a text with these scores belongs to one of the intents.
    pub fn in_scope(&self, scores: &Scores) -> f32 {
        let mut logits = self.layer.logits(&self.standardised(scores));
        softmax(&mut logits, 1.0);
        logits.get(1).copied().unwrap_or(1.0)
    }
}
