//! From token states to one vector of length 1.

use super::profile::Pooling;

/// The sentence vector of one sequence, L2-normalised. `states` are its rows, special tokens included.
pub fn pool(states: &[f32], hidden: usize, pooling: Pooling) -> Vec<f32> {
    let mut vector = vec![0.0; hidden];
    let rows = match pooling {
        Pooling::Mean => usize::MAX,
        Pooling::Cls => 1,
    };
    // Only the direction is kept, so the sum serves as well as the mean.
    for row in states.chunks_exact(hidden).take(rows) {
        vector.iter_mut().zip(row).for_each(|(v, r)| *v += r);
    }
    let norm = vector.iter().map(|v| v * v).sum::<f32>().sqrt();
    if norm > 0.0 {
        vector.iter_mut().for_each(|v| *v /= norm);
    }
    vector
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_points_between_the_tokens_and_cls_along_the_first() {
        let states = [3.0, 0.0, 0.0, 3.0];
        let mean = pool(&states, 2, Pooling::Mean);
        assert!((mean[0] - 0.5f32.sqrt()).abs() < 1e-6 && (mean[1] - 0.5f32.sqrt()).abs() < 1e-6);
        assert_eq!(pool(&states, 2, Pooling::Cls), [1.0, 0.0]);
    }

    #[test]
    fn nothing_gives_the_zero_vector_instead_of_nan() {
        assert_eq!(pool(&[], 2, Pooling::Mean), [0.0, 0.0]);
    }
}
