//! Is a text about anything the intents cover?
//!
//! Four scores, each weak alone: the energy of the intents' logits (Liu et al. 2020), closeness to the nearest
//! training texts, the logit of the `oos` class and closeness to the nearest `oos` texts (the last two only where such
//! texts were given). A small logistic layer turns them into one calibrated probability. It is fitted on
//! cross-validated scores; without `oos` texts, intents held out of training play their part.

use serde::{Deserialize, Serialize};

use super::features::Features;
use super::linear::{Linear, log_sum_exp, softmax};
use super::packed;

/// How many nearest texts count.
const NEAREST: usize = 3;
/// Texts remembered at most; more of them change the nearest few hardly.
const REMEMBERED: usize = 2_000;

/// Unit vectors, one byte a number, searched one by one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Neighbours {
    dim: usize,
    /// Rows of `dim` numbers, each with its own scale.
    #[serde(with = "packed::bytes")]
    rows: Vec<i8>,
    #[serde(with = "packed::floats")]
    scales: Vec<f32>,
}

impl Neighbours {
    /// Remembers `vectors`; of too many, evenly spread ones.
    pub fn new<'a>(vectors: impl Iterator<Item = &'a [f32]> + Clone) -> Self {
        let count = vectors.clone().count();
        let stride = count.div_ceil(REMEMBERED).max(1);
        let mut neighbours = Self::default();
        for vector in vectors.step_by(stride) {
            let largest = vector.iter().fold(0.0f32, |m, x| m.max(x.abs())).max(1e-9);
            neighbours.dim = vector.len();
            neighbours.scales.push(largest / 127.0);
            neighbours.rows.extend(vector.iter().map(|x| (x / largest * 127.0).round() as i8));
        }
        neighbours
    }

    /// Mean cosine of the nearest remembered vectors; 0 when there are none.
    pub fn closeness(&self, vector: &[f32]) -> f32 {
        let mut best = [f32::NEG_INFINITY; NEAREST];
        for (row, scale) in self.rows.chunks_exact(self.dim.max(1)).zip(&self.scales) {
            let cosine = scale * row.iter().zip(vector).map(|(r, x)| f32::from(*r) * x).sum::<f32>();
            if let Some(place) = best.iter().position(|b| cosine > *b) {
                best[place..].rotate_right(1);
                best[place] = cosine;
            }
        }
        let found: Vec<f32> = best.into_iter().filter(|b| b.is_finite()).collect();
        if found.is_empty() { 0.0 } else { found.iter().sum::<f32>() / found.len() as f32 }
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closeness_is_the_mean_of_the_three_nearest() {
        let vectors = [vec![1.0, 0.0], vec![0.0, 1.0], vec![0.8, 0.6], vec![-1.0, 0.0]];
        let neighbours = Neighbours::new(vectors.iter().map(Vec::as_slice));
        assert!((neighbours.closeness(&[1.0, 0.0]) - 0.6).abs() < 0.01);
        assert_eq!(Neighbours::default().closeness(&[1.0]), 0.0);
    }

    #[test]
    fn too_many_vectors_are_thinned_evenly() {
        let vectors = vec![vec![1.0]; REMEMBERED * 2 + 1];
        let neighbours = Neighbours::new(vectors.iter().map(Vec::as_slice));
        assert!(neighbours.scales.len() <= REMEMBERED);
    }
}
