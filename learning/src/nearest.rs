//! How close a vector is to the nearest of those remembered.

use serde::{Deserialize, Serialize};

use crate::packed;

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
