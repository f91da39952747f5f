//! A softmax layer over dense and sparse features: what the intent head and the slot tagger are made of.

use serde::{Deserialize, Serialize};

use crate::packed;

/// Features of one text or token.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Features {
    pub dense: Vec<f32>,
    /// Index and value of those that occur.
    pub sparse: Vec<(u32, f32)>,
}

/// Weights of a softmax layer. Rows are features, so that a feature's weights for all classes lie together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Linear {
    pub classes: usize,
    /// `dense features × classes`
    #[serde(with = "packed::floats")]
    pub dense: Vec<f32>,
    /// `sparse features × classes`
    #[serde(with = "packed::floats")]
    pub sparse: Vec<f32>,
    #[serde(with = "packed::floats")]
    pub bias: Vec<f32>,
}

impl Linear {
    /// The logits of one text or token.
    pub fn logits(&self, features: &Features) -> Vec<f32> {
        let mut logits = self.bias.clone();
        for (x, row) in features.dense.iter().zip(self.dense.chunks_exact(self.classes)) {
            add_scaled(&mut logits, row, *x);
        }
        for (index, x) in &features.sparse {
            let at = *index as usize * self.classes;
            if let Some(row) = self.sparse.get(at..at + self.classes) {
                add_scaled(&mut logits, row, *x);
            }
        }
        logits
    }
}

/// `sum += row * x`
pub fn add_scaled(sum: &mut [f32], row: &[f32], x: f32) {
    for (s, r) in sum.iter_mut().zip(row) {
        *s += r * x;
    }
}

/// Logits to probabilities, in place; `temperature` above 1 makes them less sure.
pub fn softmax(logits: &mut [f32], temperature: f32) {
    let highest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for x in logits.iter_mut() {
        *x = ((*x - highest) / temperature).exp();
        sum += *x;
    }
    logits.iter_mut().for_each(|x| *x /= sum);
}

/// Logarithm of the sum of exponentials: the energy of a text (Liu et al. 2020).
pub fn log_sum_exp(logits: impl Iterator<Item = f32> + Clone) -> f32 {
    let highest = logits.clone().fold(f32::NEG_INFINITY, f32::max);
    if highest == f32::NEG_INFINITY {
        return highest;
    }
    highest + logits.map(|x| (x - highest).exp()).sum::<f32>().ln()
}

/// The vector relative to a mean, of the given length.
pub fn centred(vector: &[f32], mean: &[f32], length: f32) -> Vec<f32> {
    let mut centred: Vec<f32> = vector.iter().zip(mean).map(|(x, m)| x - m).collect();
    let scale = length / centred.iter().map(|x| x * x).sum::<f32>().sqrt().max(1e-9);
    centred.iter_mut().for_each(|x| *x *= scale);
    centred
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dense_and_sparse_features_add_up() {
        let layer = Linear {
            classes: 2,
            dense: vec![1.0, -1.0],
            sparse: vec![0.0, 0.0, 2.0, 3.0],
            bias: vec![0.5, 0.0],
        };
        let features = Features { dense: vec![2.0], sparse: vec![(1, 1.0), (9, 1.0)] };
        assert_eq!(layer.logits(&features), [4.5, 1.0]);
    }

    #[test]
    fn probabilities_survive_large_logits() {
        let mut logits = [1000.0, 1000.0, -1000.0];
        softmax(&mut logits, 1.0);
        assert_eq!(logits, [0.5, 0.5, 0.0]);
        assert!((log_sum_exp([1000.0f32, 1000.0].into_iter()) - 1000.0 - 2f32.ln()).abs() < 1e-3);
    }
}
