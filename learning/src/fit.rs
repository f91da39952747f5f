//! Fits a softmax layer: weighted cross-entropy with an L2 penalty, minimised by L-BFGS on the whole data.
//!
//! The problem is convex, so the result depends on nothing but the data: no learning rate, no seed, no epochs.
//! The dense part is two matrix products a step, which candle does; the sparse part is walked directly.

use candle_core::{Device, Tensor};

use crate::linear::{Features, Linear, add_scaled, softmax};
use crate::matrix::{product, product_of_transposed};
use crate::minimise::penalise;
use crate::{Result, minimise};

/// What is to be fitted.
pub struct Problem<'a> {
    pub rows: &'a [Features],
    /// Class of every row.
    pub targets: &'a [usize],
    /// Weight of every row.
    pub weights: &'a [f32],
    pub classes: usize,
    pub sparse_len: usize,
    /// Inverse strength of the penalty, as in LIBLINEAR: `C · Σ weighted losses + ½ ‖W‖²`.
    pub c: f32,
}

/// Weights by which every class counts the same, whatever its size: `rows / (classes · size of the class)`.
pub fn balanced(targets: &[usize], classes: usize) -> Vec<f32> {
    let mut sizes = vec![0usize; classes];
    targets.iter().for_each(|t| sizes[*t] += 1);
    let present = sizes.iter().filter(|s| **s > 0).count().max(1);
    targets.iter().map(|t| targets.len() as f32 / (present * sizes[*t]) as f32).collect()
}

/// Fits the layer. Fails only when candle does (out of memory).
pub fn fit(problem: &Problem<'_>) -> Result<Linear> {
    let dim = problem.rows.first().map_or(0, |r| r.dense.len());
    let flat: Vec<f32> = problem.rows.iter().flat_map(|r| r.dense.iter().copied()).collect();
    let dense = Tensor::from_vec(flat, (problem.rows.len(), dim), &Device::Cpu)?;
    let objective = Objective { problem, dense, dim };
    let weights =
        minimise(vec![0.0; (dim + problem.sparse_len + 1) * problem.classes], |w| objective.evaluate(w))?;
    let (dense, rest) = weights.split_at(dim * problem.classes);
    let (sparse, bias) = rest.split_at(problem.sparse_len * problem.classes);
    Ok(Linear {
        classes: problem.classes,
        dense: dense.to_vec(),
        sparse: sparse.to_vec(),
        bias: bias.to_vec(),
    })
}

struct Objective<'a> {
    problem: &'a Problem<'a>,
    /// `rows × dim`
    dense: Tensor,
    dim: usize,
}

impl Objective<'_> {
    /// Loss and gradient at `weights`, laid out as dense, sparse, bias.
    fn evaluate(&self, weights: &[f32]) -> Result<(f64, Vec<f32>)> {
        let classes = self.problem.classes;
        let (dense, rest) = weights.split_at(self.dim * classes);
        let (sparse, bias) = rest.split_at(self.problem.sparse_len * classes);
        let mut residuals = self.products(dense)?;
        let mut gradient = vec![0.0; weights.len()];
        let scale = self.problem.c;
        let mut loss = 0.0f64;
        let (dense_gradient, rest) = gradient.split_at_mut(self.dim * classes);
        let (sparse_gradient, bias_gradient) = rest.split_at_mut(self.problem.sparse_len * classes);
        for (row, (features, residual)) in
            self.problem.rows.iter().zip(residuals.chunks_exact_mut(classes)).enumerate()
        {
            add_scaled(residual, bias, 1.0);
            for (index, x) in &features.sparse {
                let at = *index as usize * classes;
                add_scaled(residual, &sparse[at..at + classes], *x);
            }
            softmax(residual, 1.0);
            let target = self.problem.targets[row];
            let weight = self.problem.weights[row] * scale;
            loss -= f64::from(weight) * f64::from(residual[target].max(1e-30)).ln();
            residual[target] -= 1.0;
            residual.iter_mut().for_each(|r| *r *= weight);
            add_scaled(bias_gradient, residual, 1.0);
            for (index, x) in &features.sparse {
                let at = *index as usize * classes;
                add_scaled(&mut sparse_gradient[at..at + classes], residual, *x);
            }
        }
        dense_gradient.copy_from_slice(&self.back(residuals)?);
        penalise(&mut loss, &mut gradient, &weights[..weights.len() - classes]);
        Ok((loss, gradient))
    }

    /// Dense features times weights: `rows × classes`.
    fn products(&self, weights: &[f32]) -> Result<Vec<f32>> {
        if self.dim == 0 {
            return Ok(vec![0.0; self.problem.rows.len() * self.problem.classes]);
        }
        product(&self.dense, weights, self.dim, self.problem.classes)
    }

    /// Residuals (`rows × classes`) back onto the dense features.
    fn back(&self, residuals: Vec<f32>) -> Result<Vec<f32>> {
        if self.dim == 0 {
            return Ok(Vec::new());
        }
        product_of_transposed(&self.dense, residuals, self.problem.rows.len(), self.problem.classes)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::minimise::dot;

    fn rows() -> Vec<Features> {
        let row = |x: f32, y: f32, s: u32| Features { dense: vec![x, y], sparse: vec![(s, 1.0)] };
        vec![
            row(1.0, 0.1, 0),
            row(0.9, -0.1, 0),
            row(-1.0, 0.2, 1),
            row(-0.8, 0.0, 1),
            row(0.0, 1.0, 2),
            row(0.1, 0.9, 2),
        ]
    }

    #[test]
    fn separable_classes_are_separated() {
        let rows = rows();
        let targets = [0, 0, 1, 1, 2, 2];
        let problem = Problem {
            rows: &rows,
            targets: &targets,
            weights: &balanced(&targets, 3),
            classes: 3,
            sparse_len: 3,
            c: 10.0,
        };
        let layer = fit(&problem).unwrap();
        for (row, target) in rows.iter().zip(targets) {
            let logits = layer.logits(row);
            let best = (0..3).max_by(|a, b| logits[*a].total_cmp(&logits[*b])).unwrap();
            assert_eq!(best, target);
        }
    }

    #[test]
    fn the_gradient_is_zero_at_the_result() {
        let rows = rows();
        let targets = [0, 1, 1, 0, 2, 2];
        let problem =
            Problem { rows: &rows, targets: &targets, weights: &[1.0; 6], classes: 3, sparse_len: 3, c: 1.0 };
        let layer = fit(&problem).unwrap();
        let dense: Vec<f32> = rows.iter().flat_map(|r| r.dense.clone()).collect();
        let objective = Objective {
            problem: &problem,
            dense: Tensor::from_vec(dense, (6, 2), &Device::Cpu).unwrap(),
            dim: 2,
        };
        let point: Vec<f32> = [layer.dense, layer.sparse, layer.bias].concat();
        let (_, gradient) = objective.evaluate(&point).unwrap();
        assert!(dot(&gradient, &gradient).sqrt() < 0.05, "{gradient:?}");
    }

    #[test]
    fn balanced_weights_make_classes_equal() {
        assert_eq!(balanced(&[0, 0, 0, 1], 2), [4.0 / 6.0, 4.0 / 6.0, 4.0 / 6.0, 2.0]);
    }
}
