//! LayerNorm of rows in place.
#![allow(unsafe_code)]

use super::layout::NormWeights;
use super::simd::Simd;

/// Normalises every row of `rows` to mean 0 and variance 1, then scales and shifts.
#[inline(always)]
pub(super) fn layer_norm<S: Simd>(s: S, rows: &mut [f32], weights: &NormWeights) {
    let width = weights.scale.len();
    assert!(width.is_multiple_of(32) && weights.shift.len() == width && rows.len().is_multiple_of(width));
    let mut at = 0;
    while at < rows.len() {
        // SAFETY: a whole row begins at `at`, and scale and shift are as wide.
        unsafe { normalise(s, rows.as_mut_ptr().add(at), weights, width) };
        at += width;
    }
}

/// # Safety
/// `width` numbers at `row`, in `scale` and in `shift`; `width` is a multiple of 32.
#[inline(always)]
unsafe fn normalise<S: Simd>(s: S, row: *mut f32, weights: &NormWeights, width: usize) {
    // SAFETY: all offsets stay below width, which is a multiple of two vectors.
    unsafe {
        let (mut sum, mut sum2) = (s.splat(0.0), s.splat(0.0));
        let mut i = 0;
        while i < width {
            sum = s.add(sum, s.load(row.add(i)));
            sum2 = s.add(sum2, s.load(row.add(i + S::LANES)));
            i += 2 * S::LANES;
        }
        let mean = s.splat(s.sum_lanes(s.add(sum, sum2)) / width as f32);
        let (mut squares, mut squares2) = (s.splat(0.0), s.splat(0.0));
        let mut i = 0;
        while i < width {
            let (a, b) = (s.sub(s.load(row.add(i)), mean), s.sub(s.load(row.add(i + S::LANES)), mean));
            squares = s.mul_add(a, a, squares);
            squares2 = s.mul_add(b, b, squares2);
            i += 2 * S::LANES;
        }
        let variance = s.sum_lanes(s.add(squares, squares2)) / width as f32;
        let inverse = s.splat(1.0 / (variance + weights.epsilon).sqrt());
        let mut i = 0;
        while i < width {
            let x = s.mul(s.sub(s.load(row.add(i)), mean), inverse);
            let (scale, shift) =
                (s.load(weights.scale.as_ptr().add(i)), s.load(weights.shift.as_ptr().add(i)));
            s.store(row.add(i), s.mul_add(x, scale, shift));
            i += S::LANES;
        }
    }
}
