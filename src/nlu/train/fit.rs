//! Fits a softmax layer: weighted cross-entropy with an L2 penalty, minimised by L-BFGS on the whole data.
//!
//! The problem is convex, so the result depends on nothing but the data: no learning rate, no seed, no epochs.
//! The dense part is two matrix products a step, which candle does; the sparse part is walked directly.

use std::collections::VecDeque;

use candle_core::{Device, Tensor};

use crate::error::{Code, Error, Result};
use crate::nlu::features::Features;
use crate::nlu::linear::{Linear, add_scaled, softmax};

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

/// Steps at most. The loss hardly moves after a few dozen.
const STEPS: usize = 60;
/// The fit ends when a step improves the loss by less than this share.
const TOLERANCE: f64 = 5e-4;
/// How many former steps L-BFGS remembers.
const MEMORY: usize = 8;

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
    let dense = Tensor::from_vec(flat, (problem.rows.len(), dim), &Device::Cpu).map_err(failed)?;
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

pub(super) fn failed(error: candle_core::Error) -> Error {
    Error::new(Code::Internal, "a matrix product of the training failed; the log has the cause")
        .with_source(error)
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
        let penalised = weights.len() - classes;
        for (g, w) in gradient[..penalised].iter_mut().zip(weights) {
            *g += w;
            loss += 0.5 * f64::from(*w) * f64::from(*w);
        }
        Ok((loss, gradient))
    }

    /// Dense features times weights: `rows × classes`.
    fn products(&self, weights: &[f32]) -> Result<Vec<f32>> {
        if self.dim == 0 {
            return Ok(vec![0.0; self.problem.rows.len() * self.problem.classes]);
        }
        let weights =
            Tensor::from_slice(weights, (self.dim, self.problem.classes), &Device::Cpu).map_err(failed)?;
        let products = self.dense.matmul(&weights).and_then(|t| t.flatten_all()).map_err(failed)?;
        products.to_vec1().map_err(failed)
    }

    /// Residuals (`rows × classes`) back onto the dense features.
    fn back(&self, residuals: Vec<f32>) -> Result<Vec<f32>> {
        if self.dim == 0 {
            return Ok(Vec::new());
        }
        let shape = (self.problem.rows.len(), self.problem.classes);
        let residuals = Tensor::from_vec(residuals, shape, &Device::Cpu).map_err(failed)?;
        let transposed = self.dense.t().map_err(failed)?;
        let gradient = transposed.matmul(&residuals).and_then(|t| t.flatten_all()).map_err(failed)?;
        gradient.to_vec1().map_err(failed)
    }
}

/// L-BFGS with a backtracking line search (Nocedal and Wright, algorithms 7.4 and 3.1).
pub(super) fn minimise(
    start: Vec<f32>,
    evaluate: impl Fn(&[f32]) -> Result<(f64, Vec<f32>)>,
) -> Result<Vec<f32>> {
    let mut point = start;
    let (mut loss, mut gradient) = evaluate(&point)?;
    let mut memory: VecDeque<(Vec<f32>, Vec<f32>, f64)> = VecDeque::new();
    for _ in 0..STEPS {
        let direction = direction(&gradient, &memory);
        let slope = dot(&direction, &gradient);
        if slope > -1e-12 {
            break;
        }
        let mut step = if memory.is_empty() { 1.0 / dot(&gradient, &gradient).sqrt().max(1.0) } else { 1.0 };
        let (next, next_loss, next_gradient) = loop {
            let next: Vec<f32> = point.iter().zip(&direction).map(|(x, d)| x + step as f32 * d).collect();
            let (next_loss, next_gradient) = evaluate(&next)?;
            if next_loss <= loss + 1e-4 * step * slope || step < 1e-8 {
                break (next, next_loss, next_gradient);
            }
            step *= 0.5;
        };
        let moved: Vec<f32> = next.iter().zip(&point).map(|(a, b)| a - b).collect();
        let changed: Vec<f32> = next_gradient.iter().zip(&gradient).map(|(a, b)| a - b).collect();
        let curvature = dot(&moved, &changed);
        if curvature > 1e-10 {
            if memory.len() == MEMORY {
                memory.pop_front();
            }
            memory.push_back((moved, changed, curvature));
        }
        let gain = loss - next_loss;
        (point, loss, gradient) = (next, next_loss, next_gradient);
        if gain <= TOLERANCE * loss.abs() {
            break;
        }
    }
    Ok(point)
}

/// The two-loop recursion: minus the gradient times the remembered inverse curvature.
fn direction(gradient: &[f32], memory: &VecDeque<(Vec<f32>, Vec<f32>, f64)>) -> Vec<f32> {
    let mut direction: Vec<f32> = gradient.iter().map(|g| -g).collect();
    let mut shares = Vec::with_capacity(memory.len());
    for (moved, changed, curvature) in memory.iter().rev() {
        let share = dot(moved, &direction) / curvature;
        add_scaled(&mut direction, changed, -share as f32);
        shares.push(share);
    }
    if let Some((_, changed, curvature)) = memory.back() {
        let scale = (curvature / dot(changed, changed)) as f32;
        direction.iter_mut().for_each(|d| *d *= scale);
    }
    for ((moved, changed, curvature), share) in memory.iter().zip(shares.into_iter().rev()) {
        let back = dot(changed, &direction) / curvature;
        add_scaled(&mut direction, moved, (share - back) as f32);
    }
    direction
}

fn dot(a: &[f32], b: &[f32]) -> f64 {
    // In f64: sums over a hundred thousand weights would lose the small end of a line search.
    a.iter().zip(b).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

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
