//! Low-rank changes of an encoder's top layers (LoRA, Hu et al. 2021): what fine-tuning learns, small enough to be kept
//! with every version of a trained model.
//!
//! Each matrix `W` of an adapted layer becomes `W + up · down`. The encoder itself stays as it is: stored vectors keep
//! their meaning, and many adapters may stand beside one encoder.

use crate::error::{Code, Error, Result};

use super::architecture::Architecture;

/// The matrices of a layer that are adapted, in the order in which their numbers are kept.
pub(super) const PARTS: [&str; 6] = [
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
];

/// Rows and columns of a part's matrix.
pub(super) fn shape(a: &Architecture, part: &str) -> (usize, usize) {
    match part {
        "intermediate.dense" => (a.intermediate, a.hidden),
        "output.dense" => (a.hidden, a.intermediate),
        _ => (a.hidden, a.hidden),
    }
}

/// Changes of the top layers of one encoder.
#[derive(Clone, Debug, PartialEq)]
pub struct Adapters {
    /// How many layers are changed, counted from the top.
    pub layers: usize,
    /// Rank of every change.
    pub rank: usize,
    /// Layer after layer from below, part after part: first `down` (`rank × columns`), then `up` (`rows × rank`).
    pub weights: Vec<f32>,
}

/// The change of one matrix.
#[derive(Clone, Copy, Debug)]
pub(super) struct LowRank<'a> {
    down: &'a [f32],
    up: &'a [f32],
    rank: usize,
    columns: usize,
}

impl Adapters {
    /// How many numbers the change of one layer has.
    pub(super) fn numbers_a_layer(a: &Architecture, rank: usize) -> usize {
        PARTS.iter().map(|part| shape(a, part)).map(|(rows, columns)| rank * (rows + columns)).sum()
    }

    /// Refuses adapters that were made for another architecture.
    pub(super) fn check(&self, a: &Architecture) -> Result<()> {
        let expected = self.layers * Self::numbers_a_layer(a, self.rank);
        if self.layers == 0 || self.layers > a.layers || self.weights.len() != expected {
            let detail = format!(
                "adapters of {} layers with {} numbers do not belong to this encoder of {} layers; train again",
                self.layers,
                self.weights.len(),
                a.layers
            );
            return Err(Error::new(Code::BadModel, detail));
        }
        Ok(())
    }

    /// The change of one part of layer `n`, counted from 0 at the bottom; none where the layer is not adapted.
    pub(super) fn part(&self, a: &Architecture, n: usize, part: &str) -> Option<LowRank<'_>> {
        let layer = n.checked_sub(a.layers.checked_sub(self.layers)?)?;
        let mut start = layer * Self::numbers_a_layer(a, self.rank);
        for name in PARTS {
            let (rows, columns) = shape(a, name);
            let (down, up) = (self.rank * columns, rows * self.rank);
            if name == part {
                let numbers = self.weights.get(start..start + down + up)?;
                let (down, up) = numbers.split_at(down);
                return Some(LowRank { down, up, rank: self.rank, columns });
            }
            start += down + up;
        }
        None
    }
}

impl LowRank<'_> {
    /// Adds `up · down` to a matrix in row-major order.
    pub fn add_to(&self, matrix: &mut [f32]) {
        for (row, up) in matrix.chunks_exact_mut(self.columns).zip(self.up.chunks_exact(self.rank)) {
            for (factor, down) in up.iter().zip(self.down.chunks_exact(self.columns)) {
                row.iter_mut().zip(down).for_each(|(x, d)| *x += factor * d);
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn architecture() -> Architecture {
        Architecture {
            hidden: 2,
            layers: 3,
            heads: 1,
            intermediate: 4,
            vocabulary: 10,
            max_tokens: 16,
            first_position: 0,
            layer_norm_eps: 1e-12,
        }
    }

    fn adapters() -> Adapters {
        let numbers = 2 * Adapters::numbers_a_layer(&architecture(), 1);
        Adapters { layers: 2, rank: 1, weights: (0..numbers).map(|i| i as f32).collect() }
    }

    #[test]
    fn each_part_of_each_adapted_layer_has_numbers_of_its_own_and_none_is_left_over() {
        let (a, adapters) = (architecture(), adapters());
        adapters.check(&a).unwrap();
        let mut next = 0.0;
        for n in 1..3 {
            for part in PARTS {
                let change = adapters.part(&a, n, part).unwrap();
                for number in change.down.iter().chain(change.up) {
                    assert_eq!(*number, next);
                    next += 1.0;
                }
            }
        }
        assert_eq!(next as usize, adapters.weights.len());
        assert!(adapters.part(&a, 0, PARTS[0]).is_none());
    }

    #[test]
    fn the_change_is_up_times_down() {
        let change =
            LowRank { down: &[1.0, 10.0, 2.0, 20.0], up: &[1.0, 0.0, 3.0, 5.0], rank: 2, columns: 2 };
        let mut matrix = [100.0; 4];
        change.add_to(&mut matrix);
        assert_eq!(matrix, [101.0, 110.0, 113.0, 230.0]);
    }

    #[test]
    fn adapters_of_another_encoder_are_refused() {
        let mut wide = architecture();
        wide.hidden = 4;
        assert_eq!(adapters().check(&wide).unwrap_err().code(), Code::BadModel);
        assert!(Adapters { layers: 4, ..adapters() }.check(&architecture()).is_err());
    }
}
