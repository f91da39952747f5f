//! L-BFGS: the minimum of a smooth convex function of very many numbers.

use std::collections::VecDeque;

use crate::Result;
use crate::linear::add_scaled;

/// Steps at most. The loss hardly moves after a few dozen.
const STEPS: usize = 60;
/// The fit ends when a step improves the loss by less than this share.
const TOLERANCE: f64 = 5e-4;
/// How many former steps L-BFGS remembers.
const MEMORY: usize = 8;

/// L-BFGS with a backtracking line search (Nocedal and Wright, algorithms 7.4 and 3.1).
pub fn minimise(start: Vec<f32>, evaluate: impl Fn(&[f32]) -> Result<(f64, Vec<f32>)>) -> Result<Vec<f32>> {
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

/// Adds the penalty `½ ‖weights‖²` to a loss, and what follows from it to the gradient, which may be longer than the
/// penalised weights.
pub(crate) fn penalise(loss: &mut f64, gradient: &mut [f32], weights: &[f32]) {
    for (g, w) in gradient.iter_mut().zip(weights) {
        *g += w;
        *loss += 0.5 * f64::from(*w) * f64::from(*w);
    }
}

pub(crate) fn dot(a: &[f32], b: &[f32]) -> f64 {
    // In f64: sums over a hundred thousand weights would lose the small end of a line search.
    a.iter().zip(b).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum()
}
