//! Plain Rust on small arrays: what any CPU can do, and what the other kernels are checked against.
#![allow(unsafe_code)]

use super::simd::{Job, Simd};

/// No instruction set in particular.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Plain;

const LANES: usize = 8;
/// Added and taken away again, it leaves no room for fractions: 1.5 * 2^23.
const ROUNDER: f32 = 12_582_912.0;

macro_rules! lanewise {
    ($index:ident => $value:expr) => {{
        let mut out = [0.0; LANES];
        let mut $index = 0;
        while $index < LANES {
            out[$index] = $value;
            $index += 1;
        }
        out
    }};
}

impl Simd for Plain {
    const LANES: usize = LANES;
    const GROUP: usize = 2;
    const TILE_ROWS: usize = 4;

    type Float = [f32; LANES];
    type Int = [i32; LANES];
    type Input = i16;
    type Inputs = [i16; 2];
    type Weights = [i8; 2 * LANES];

    #[inline(always)]
    fn enter<J: Job>(self, job: J) -> J::Output {
        job.run(self)
    }

    #[inline(always)]
    fn splat(self, x: f32) -> Self::Float {
        [x; LANES]
    }
    #[inline(always)]
    unsafe fn load(self, from: *const f32) -> Self::Float {
        // SAFETY: the caller vouches for LANES numbers; arrays of f32 may lie anywhere.
        unsafe { from.cast::<Self::Float>().read_unaligned() }
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32, x: Self::Float) {
        // SAFETY: as for load.
        unsafe { to.cast::<Self::Float>().write_unaligned(x) }
    }
    #[inline(always)]
    fn add(self, a: Self::Float, b: Self::Float) -> Self::Float {
        lanewise!(i => a[i] + b[i])
    }
    #[inline(always)]
    fn sub(self, a: Self::Float, b: Self::Float) -> Self::Float {
        lanewise!(i => a[i] - b[i])
    }
    #[inline(always)]
    fn mul(self, a: Self::Float, b: Self::Float) -> Self::Float {
        lanewise!(i => a[i] * b[i])
    }
    #[inline(always)]
    fn mul_add(self, a: Self::Float, b: Self::Float, c: Self::Float) -> Self::Float {
        // f32::mul_add is a library call where the target has no such instruction.
        lanewise!(i => if cfg!(target_arch = "aarch64") { a[i].mul_add(b[i], c[i]) } else { a[i] * b[i] + c[i] })
    }
    #[inline(always)]
    fn min(self, a: Self::Float, b: Self::Float) -> Self::Float {
        lanewise!(i => if a[i] < b[i] { a[i] } else { b[i] })
    }
    #[inline(always)]
    fn max(self, a: Self::Float, b: Self::Float) -> Self::Float {
        lanewise!(i => if a[i] > b[i] { a[i] } else { b[i] })
    }
    #[inline(always)]
    fn round(self, a: Self::Float) -> Self::Float {
        lanewise!(i => (a[i] + ROUNDER) - ROUNDER)
    }
    #[inline(always)]
    fn scale_by_power(self, a: Self::Float, n: Self::Float) -> Self::Float {
        // n + ROUNDER holds the whole number in its lowest bits; shifted, it is added to the exponent of 1.0.
        lanewise!(i => a[i] * f32::from_bits(((n[i] + ROUNDER).to_bits() << 23).wrapping_add(1.0f32.to_bits())))
    }
    #[inline(always)]
    fn sum_lanes(self, a: Self::Float) -> f32 {
        ((a[0] + a[4]) + (a[2] + a[6])) + ((a[1] + a[5]) + (a[3] + a[7]))
    }
    #[inline(always)]
    fn min_lanes(self, a: Self::Float) -> f32 {
        a.iter().fold(f32::INFINITY, |least, &x| least.min(x))
    }
    #[inline(always)]
    fn max_lanes(self, a: Self::Float) -> f32 {
        a.iter().fold(f32::NEG_INFINITY, |most, &x| most.max(x))
    }

    #[inline(always)]
    unsafe fn store_inputs(self, to: *mut i16, x: Self::Float) {
        let mut out = [0i16; LANES];
        for i in 0..LANES {
            out[i] = (x[i] + ROUNDER).to_bits() as i16;
        }
        // SAFETY: the caller vouches for LANES inputs.
        unsafe { to.cast::<[i16; LANES]>().write_unaligned(out) }
    }

    #[inline(always)]
    fn zero_sums(self) -> Self::Int {
        [0; LANES]
    }
    #[inline(always)]
    unsafe fn load_inputs(self, from: *const i16) -> Self::Inputs {
        // SAFETY: the caller vouches for GROUP inputs.
        unsafe { from.cast::<[i16; 2]>().read_unaligned() }
    }
    #[inline(always)]
    unsafe fn load_weights(self, from: *const i8) -> Self::Weights {
        // SAFETY: the caller vouches for LANES * GROUP weights.
        unsafe { from.cast::<Self::Weights>().read_unaligned() }
    }
    #[inline(always)]
    fn prefetch(self, _: *const i8) {}
    #[inline(always)]
    fn dot(self, sums: Self::Int, inputs: Self::Inputs, weights: Self::Weights) -> Self::Int {
        let mut out = sums;
        for i in 0..LANES {
            out[i] += i32::from(inputs[0]) * i32::from(weights[2 * i])
                + i32::from(inputs[1]) * i32::from(weights[2 * i + 1]);
        }
        out
    }
    #[inline(always)]
    unsafe fn load_sums(self, from: *const i32) -> Self::Int {
        // SAFETY: the caller vouches for LANES sums.
        unsafe { from.cast::<Self::Int>().read_unaligned() }
    }
    #[inline(always)]
    fn to_float(self, sums: Self::Int) -> Self::Float {
        lanewise!(i => sums[i] as f32)
    }
}
