//! Functions of one vector: the exponential and GELU.

use super::simd::Simd;

/// `e^x` to 3e-7 of its value, for `x` in -60..=88; what is less counts as -60.
///
/// Nothing that small changes a sum that holds a 1, and it keeps products out of the subnormal numbers, which take
/// a CPU a hundred times as long.
///
/// Cephes' way: `x = n ln 2 + r`, a polynomial for `e^r`, then the exponent.
#[inline(always)]
pub(super) fn exp<S: Simd>(s: S, x: S::Float) -> S::Float {
    let x = s.max(x, s.splat(-60.0));
    let n = s.round(s.mul(x, s.splat(std::f32::consts::LOG2_E)));
    let r = s.mul_add(n, s.splat(-0.693_359_4), x);
    let r = s.mul_add(n, s.splat(2.121_944_4e-4), r);
    let mut p = s.splat(1.987_569_1e-4);
    p = s.mul_add(p, r, s.splat(1.398_2e-3));
    p = s.mul_add(p, r, s.splat(8.333_452e-3));
    p = s.mul_add(p, r, s.splat(4.166_579_6e-2));
    p = s.mul_add(p, r, s.splat(1.666_666_5e-1));
    p = s.mul_add(p, r, s.splat(0.5));
    let y = s.add(s.mul_add(s.mul(p, r), r, r), s.splat(1.0));
    s.scale_by_power(y, n)
}

/// `x * Phi(x)`, GELU with the error function, to 7e-5 absolute.
///
/// `Phi(x) - 1/2` is an odd polynomial in `x` clamped to ±4.5, the minimax one for the error of the product under the
/// condition that it ends in exactly 1/2. That error is a hundredth of the step to which the result is rounded next.
#[inline(always)]
pub(super) fn gelu<S: Simd>(s: S, x: S::Float) -> S::Float {
    const COEFFICIENTS: [f32; 9] = [
        3.000_009_6e-11,
        -3.283_915_1e-9,
        1.580_258_4e-7,
        -4.431_687_6e-6,
        8.120_975e-5,
        -1.036_253_6e-3,
        9.580_655e-3,
        -6.597_727_5e-2,
        3.987_085_8e-1,
    ];
    let clamped = s.max(s.min(x, s.splat(4.5)), s.splat(-4.5));
    let square = s.mul(clamped, clamped);
    let mut p = s.splat(COEFFICIENTS[0]);
    let mut i = 1;
    while i < COEFFICIENTS.len() {
        p = s.mul_add(p, square, s.splat(COEFFICIENTS[i]));
        i += 1;
    }
    s.mul(x, s.mul_add(clamped, p, s.splat(0.5)))
}
